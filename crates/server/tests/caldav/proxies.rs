//! Behind proxies: from where a request came, and what stands before all paths.

use server::{Href, Options};

use crate::scene::{Scene, basic, event};

/// Behind a proxy on this machine that hands `/kalends` on.
async fn behind(proxies: &str, prefix: &str) -> Scene {
    let proxies = proxies.parse().unwrap();
    Scene::with(Options { proxies, prefix: Href::parse(prefix).unwrap(), ..Options::default() }).await
}

const PERSONAL: &str = "/kalends/calendars/ann/personal/";

#[tokio::test]
async fn all_that_is_told_begins_with_the_prefix() {
    let scene = behind("", "/kalends").await;
    for well_known in ["/.well-known/caldav", "/.well-known/caldav/"] {
        let moved = scene.ask(&format!("GET {well_known}")).await.is(301);
        assert_eq!(moved.header("location"), "/kalends/");
    }
    scene.ask("GET /healthz").await.is(200);
    let names = [
        ("/kalends/", "D:current-user-principal", "/kalends/principals/ann/"),
        ("/kalends/principals/ann/", "C:calendar-home-set", "/kalends/calendars/ann/"),
        ("/kalends/principals/ann/", "C:calendar-user-address-set", "/kalends/principals/ann/"),
        ("/kalends/principals/ann/", "D:principal-URL", "/kalends/principals/ann/"),
        ("/kalends/principals/ann/", "D:principal-collection-set", "/kalends/principals/"),
        (PERSONAL, "D:owner", "/kalends/principals/ann/"),
        (PERSONAL, "D:acl", "/kalends/principals/ann/"),
    ];
    for (path, name, told) in names {
        let body = format!(
            "<D:propfind xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:prop><{name}/></D:prop></D:propfind>"
        );
        let answer = scene.ask(&format!("PROPFIND {path}\nDepth: 0\n\n{body}")).await.is(207);
        answer
            .says(&format!("<D:href>{told}</D:href>"))
            .says(&format!("<D:response><D:href>{path}</D:href>"))
            .says_not("<D:href>/calendars")
            .says_not("<D:href>/principals");
    }
    let tea = event("tea", "20260302T090000Z", "");
    scene.ask(&format!("PUT {PERSONAL}tea.ics\nContent-Type: text/calendar\n\n{tea}")).await.is(201);
    let same =
        scene.ask(&format!("PUT {PERSONAL}other.ics\nContent-Type: text/calendar\n\n{tea}")).await.is(403);
    same.says(&format!("<D:href>{PERSONAL}tea.ics</D:href>"));
    let posted = event("posted", "20260302T090000Z", "");
    let posted =
        scene.ask(&format!("POST {PERSONAL}\nContent-Type: text/calendar\n\n{posted}")).await.is(201);
    assert!(posted.header("location").starts_with(PERSONAL), "{posted:?}");
    let to = format!("Destination: {}{PERSONAL}coffee.ics", scene.host());
    scene.ask(&format!("MOVE {PERSONAL}tea.ics\n{to}")).await.is(201);
    let outside = format!("Destination: {}/calendars/ann/personal/x.ics", scene.host());
    let moved = scene.ask(&format!("MOVE {PERSONAL}coffee.ics\n{outside}")).await;
    assert!(moved.status.is_client_error() || moved.status.as_u16() == 502, "{moved:?}");
    let multiget = format!(
        "<C:calendar-multiget xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:D=\"DAV:\"><D:prop><D:getetag/></D:prop>\
         <D:href>{PERSONAL}coffee.ics</D:href></C:calendar-multiget>"
    );
    scene.ask(&format!("REPORT {PERSONAL}\n\n{multiget}")).await.is(207).says("<D:getetag>");
    for path in ["/", "/calendars/ann/personal/", "/kalendsX/", "/kalends/../"] {
        let outside = scene.ask(&format!("PROPFIND {path}\nDepth: 0")).await;
        assert!(outside.status.is_client_error(), "{path}: {outside:?}");
    }
}

#[tokio::test]
async fn a_proxy_that_takes_the_prefix_off_says_so_and_is_known() {
    let scene = behind("127.0.0.1", "/kalends").await;
    let told = "<D:response><D:href>/kalends/calendars/ann/</D:href>";
    let stripped = "PROPFIND /calendars/ann/\nDepth: 0\nX-Forwarded-Prefix: /kalends";
    scene.ask(stripped).await.is(207).says(told);
    scene.ask("PROPFIND /kalends/calendars/ann/\nDepth: 0").await.is(207).says(told);
    scene.ask("PROPFIND /calendars/ann/\nDepth: 0\nX-Forwarded-Prefix: /other").await.is(404);
    let stranger = behind("192.0.2.1", "/kalends").await;
    stranger.ask(stripped).await.is(404);
}

#[tokio::test]
async fn a_destination_on_the_host_that_a_known_proxy_names_is_here() {
    let copy = "COPY /files/ann/tea\nForwarded: for=192.0.2.43;host=cal.example.com;proto=https\n\
                Destination: https://cal.example.com/files/ann/copy";
    for (proxies, status) in [("127.0.0.0/8", 201), ("", 502)] {
        let scene = behind(proxies, "/").await;
        scene.ask("PUT /files/ann/tea\n\nGreen").await.is(201);
        scene.ask(copy).await.is(status);
    }
}

/// Each client has its own failures, those of one slow no other; a stranger cannot choose whose they are.
#[tokio::test]
async fn sign_ins_are_slowed_by_the_client_before_the_proxy() {
    let scene = behind("127.0.0.1", "/").await;
    let fail = async |from: &str, n: usize| {
        let wrong = basic(&format!("nobody{n}:wrong {n}"));
        scene.send(Some(&wrong), &format!("PROPFIND /\nDepth: 0\nForwarded: {from}")).await.status.as_u16()
    };
    for n in 0..30 {
        assert_eq!(fail("for=192.0.2.1", n).await, 401);
    }
    assert_eq!(fail("for=192.0.2.1", 30).await, 429);
    assert_eq!(
        fail("for=\"192.0.2.99\", for=192.0.2.1", 31).await,
        429,
        "what stands before is the client's own word"
    );
    assert_eq!(fail("for=192.0.2.2", 32).await, 401);
    assert_eq!(fail("for=\"", 33).await, 400);

    let stranger = behind("192.0.2.200", "/").await;
    for n in 0..30 {
        let wrong = basic(&format!("nobody{n}:wrong {n}"));
        let request = format!("PROPFIND /\nDepth: 0\nForwarded: for=192.0.2.{n}");
        stranger.send(Some(&wrong), &request).await.is(401);
    }
    let last = stranger.send(Some(&basic("nobody:wrong")), "PROPFIND /\nForwarded: for=192.0.2.77").await;
    last.is(429);
}
