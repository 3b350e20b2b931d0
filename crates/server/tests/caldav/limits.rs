//! What goes past a limit is refused, and the door stays open.

use std::time::Duration;

use server::Options;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::scene::{HOME, Scene, basic, event};

#[tokio::test]
async fn a_body_has_an_end() {
    let scene = Scene::with(Options { body: 1_000, ..Options::default() }).await;
    let long = event("long", "20260302T090000Z", &format!("SUMMARY:{}\r\n", "x".repeat(2_000)));
    scene
        .ask(&format!("PUT {HOME}long.ics\nContent-Type: text/calendar\n\n{long}"))
        .await
        .is(413)
        .says("limit_http_body");
    scene.put(&format!("{HOME}tea.ics"), &event("tea", "20260302T090000Z", "")).await;
    let scene = Scene::with(Options { bodies: 0, ..Options::default() }).await;
    let put =
        format!("PUT {HOME}tea.ics\nContent-Type: text/calendar\n\n{}", event("tea", "20260302T090000Z", ""));
    assert_eq!(scene.ask(&put).await.is(503).header("retry-after"), "5");
}

#[tokio::test]
async fn requests_have_limits() {
    let dav = dav::Limits { hrefs: 2, conditions: 2, ..dav::Limits::default() };
    let scene = Scene::with(Options { dav, locks: 1, ..Options::default() }).await;
    let hrefs = "<D:href>/a</D:href>".repeat(3);
    let body = format!(
        "<C:calendar-multiget xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:D=\"DAV:\"><D:prop/>{hrefs}</C:calendar-multiget>"
    );
    scene.ask(&format!("REPORT {HOME}\n\n{body}")).await.is(403).says("number-of-matches-within-limits");
    scene.ask(&format!("PUT {HOME}a.ics\nIf: (<a:1> <a:2> <a:3>)\n\nx")).await.is(400);
    let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
    scene.ask(&format!("PROPFIND {HOME}\nDepth: 0\n\n{deep}")).await.is(413);
    let info = "<D:lockinfo xmlns:D=\"DAV:\"><D:lockscope><D:shared/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>";
    scene.ask(&format!("LOCK {HOME}a.ics\n\n{info}")).await.is(201);
    scene.ask(&format!("LOCK {HOME}b.ics\n\n{info}")).await.is(507).says("limit_locks");
}

#[tokio::test]
async fn what_names_others_that_name_others_comes_to_an_end() {
    let dav = dav::Limits { hrefs: 3, ..dav::Limits::default() };
    let scene = Scene::with(Options { dav, ..Options::default() }).await;
    let expand = |deep: usize| {
        let (open, close) = ("<D:property name=\"current-user-principal\">", "</D:property>");
        let body = format!("{}<D:property name=\"displayname\"/>{}", open.repeat(deep), close.repeat(deep));
        format!("REPORT /\nDepth: 0\n\n<D:expand-property xmlns:D=\"DAV:\">{body}</D:expand-property>")
    };
    scene.ask(&expand(2)).await.is(207).says("<D:displayname>ann</D:displayname>");
    scene.ask(&expand(3)).await.is(403).says("number-of-matches-within-limits");
}

/// What is answered to octets that are sent as they are, until the connection ends.
async fn raw(scene: &Scene, octets: &str) -> String {
    let mut stream = TcpStream::connect(scene.address()).await.unwrap();
    stream.write_all(octets.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // Whoever sends on while it is closed hears of that instead.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let scene = Scene::with(Options { body_idle: Duration::from_millis(100), ..Options::default() }).await;
    let head = format!(
        "PUT {HOME}a.ics HTTP/1.1\r\nHost: here\r\nAuthorization: {}\r\nContent-Length: 10\r\nConnection: close\r\n\r\n",
        basic("ann:secret of ann")
    );
    let answer = raw(&scene, &head).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    // Who has not signed in is not even listened to.
    let answer = raw(&scene, &head.replace("Authorization", "X-Other")).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

#[tokio::test]
async fn a_connection_goes_on_behind_a_body_that_nobody_reads() {
    let scene = Scene::open().await;
    // What many clients send first, before they know that somebody has to sign in.
    let head = |length: usize, more: &str| {
        format!("PROPFIND / HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\n{more}\r\n")
    };
    let ends = |answer: &str| answer.contains("connection: close");
    let mut stream = TcpStream::connect(scene.address()).await.unwrap();
    for _ in 0..2 {
        stream.write_all(head(4, "").as_bytes()).await.unwrap();
        let answer = whole(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 401") && !ends(&answer), "{answer}");
        stream.write_all(b"<a/>").await.unwrap();
    }
    let found = "PROPFIND /.well-known/caldav HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\n";
    stream.write_all(found.as_bytes()).await.unwrap();
    let answer = whole(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 301") && !ends(&answer), "{answer}");
    // What is long, or waits until it is asked for, is not taken in, and the client is told.
    stream.write_all(format!("<a/>{}", head(100_000, "")).as_bytes()).await.unwrap();
    let answer = whole(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 401") && ends(&answer), "{answer}");
    let answer = raw(&scene, &head(4, "Expect: 100-continue\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 401") && ends(&answer), "{answer}");
}

/// One answer of a connection that goes on.
async fn whole(stream: &mut TcpStream) -> String {
    let mut answer = String::new();
    let length = |answer: &str| {
        let (head, _) = answer.split_once("\r\n\r\n")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
        Some(head.len() + 4 + length.parse::<usize>().unwrap())
    };
    while length(&answer).is_none_or(|length| answer.len() < length) {
        let mut octets = [0; 1_024];
        let count = stream.read(&mut octets).await.unwrap();
        assert!(count > 0, "the connection ended behind {answer:?}");
        answer.push_str(std::str::from_utf8(&octets[..count]).unwrap());
    }
    answer
}

#[tokio::test]
async fn paths_that_are_none_are_refused() {
    let scene = Scene::open().await;
    for (path, status) in
        [("//", "400"), ("/calendars//", "400"), ("/%", "400"), ("/a?b", "404"), ("/a/../b", "400")]
    {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: here\r\nAuthorization: {}\r\nConnection: close\r\n\r\n",
            basic("ann:secret of ann")
        );
        let answer = raw(&scene, &head).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
    }
    let long = format!("/{}", "a".repeat(9_000));
    let head = format!(
        "GET {long} HTTP/1.1\r\nHost: here\r\nAuthorization: {}\r\nConnection: close\r\n\r\n",
        basic("ann:secret of ann")
    );
    let answer = raw(&scene, &head).await;
    assert!(answer.starts_with("HTTP/1.1 414"), "{answer}");
}
