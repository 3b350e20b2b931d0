//! The plain WebDAV area: documents and collections of any names and bytes (RFC 4918).

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::scene::{HOME, Scene, basic, event};

const AREA: &str = "/files/ann/";
const INFO: &str = "<D:lockinfo xmlns:D=\"DAV:\"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype>\
                    </D:lockinfo>";
const SHARED: &str = "<D:lockinfo xmlns:D=\"DAV:\"><D:lockscope><D:shared/></D:lockscope><D:locktype><D:write/></D:locktype>\
                      </D:lockinfo>";

impl Scene {
    async fn write(&self, path: &str, body: &str) {
        self.ask(&format!("PUT {AREA}{path}\nContent-Type: text/plain\n\n{body}")).await.is(201);
    }

    async fn lock(&self, path: &str, headers: &str, info: &str) -> String {
        let made = self.ask(&format!("LOCK {AREA}{path}\n{headers}\n\n{info}")).await;
        assert!(made.status.is_success(), "{made:?}");
        made.header("lock-token").to_owned()
    }

    /// What answers a GET, below the area.
    async fn read(&self, path: &str) -> String {
        self.ask(&format!("GET {AREA}{path}")).await.is(200).body
    }
}

#[tokio::test]
async fn a_document_is_kept_as_it_came() {
    let scene = Scene::open().await;
    let put = scene.ask(&format!("PUT {AREA}a\nContent-Type: text/odd; x=\"é\"\n\nbytes")).await;
    assert_eq!(put.status, 400, "a header in letters that are none of ASCII's");
    let put =
        scene.ask(&format!("PUT {AREA}a\nContent-Type: text/odd; x=y\n\n\0\u{1}\r\n bytes")).await.is(201);
    let tag = put.header("etag").to_owned();
    let got = scene.ask(&format!("GET {AREA}a")).await.is(200);
    assert_eq!(got.body, "\0\u{1}\r\n bytes");
    for (name, value) in [
        ("content-type", "text/odd; x=y"),
        ("content-length", "10"),
        ("etag", &tag),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(got.header(name), value, "{name}");
    }
    // A page that somebody put here is no page of ours.
    assert!(got.header("content-security-policy").starts_with("sandbox"));
    let head = scene.ask(&format!("HEAD {AREA}a")).await.is(200);
    assert_eq!((head.header("content-length"), &*head.body), ("10", ""));
    scene.ask(&format!("PUT {AREA}a\n\nother")).await.is(204);
    let got = scene.ask(&format!("GET {AREA}a")).await.is(200);
    assert_eq!((got.header("content-type"), &*got.body), ("application/octet-stream", "other"));
    scene.ask(&format!("PUT {AREA}a\nContent-Encoding: gzip\n\nx")).await.is(415);
    scene.ask(&format!("PUT {AREA}a\nContent-Range: bytes 0-0/1\n\nx")).await.is(400);
    scene.ask(&format!("PUT {AREA}a\nContent-Type: text/{}\n\nx", "x".repeat(300))).await.is(400);
    scene.ask(&format!("DELETE {AREA}a")).await.is(204);
    scene.ask(&format!("GET {AREA}a")).await.is(404);
}

#[tokio::test]
async fn a_part_of_a_document_is_answered() {
    let scene = Scene::open().await;
    scene.write("a", "0123456789").await;
    let tag = scene.ask(&format!("HEAD {AREA}a")).await.header("etag").to_owned();
    let get = |headers: &str| format!("GET {AREA}a\n{headers}");
    let part = scene.ask(&get("Range: bytes=2-4")).await.is(206);
    assert_eq!((part.header("content-range"), &*part.body), ("bytes 2-4/10", "234"));
    assert_eq!(scene.ask(&get("Range: bytes=-3")).await.is(206).body, "789");
    let past = scene.ask(&get("Range: bytes=10-")).await.is(416);
    assert_eq!(past.header("content-range"), "bytes */10");
    scene.ask(&get("Range: bytes=0-1,3-4")).await.is(200).says("0123456789");
    scene.ask(&get(&format!("Range: bytes=0-1\nIf-Range: {tag}"))).await.is(206);
    scene.ask(&get("Range: bytes=0-1\nIf-Range: \"other\"")).await.is(200);
    // What is longer than is kept in memory goes out in pieces.
    let long = "x".repeat(700_000);
    scene.write("long", &long).await;
    let got = scene.ask(&format!("GET {AREA}long")).await.is(200);
    assert_eq!((got.header("content-length"), got.body == long), ("700000", true));
    let part = scene.ask(&format!("GET {AREA}long\nRange: bytes=1-600000")).await.is(206);
    assert_eq!(part.body.len(), 600_000);
}

/// What is larger than is kept in memory is written aside, and comes whole or not at all.
#[tokio::test]
async fn a_large_document_comes_whole_or_not_at_all() {
    let scene = Scene::open().await;
    // Each part of it is another, so that none can stand for the next.
    let long = (0..100_000).map(|number| format!("{number:06} ")).collect::<String>();
    scene.write("a", &long).await;
    assert!(scene.read("a").await == long);
    let part = scene.ask(&format!("GET {AREA}a\nRange: bytes=262100-262199")).await.is(206);
    assert_eq!(part.body, long[262_100..262_200]);
    let head = scene.ask(&format!("HEAD {AREA}a")).await.is(200);
    assert_eq!((head.header("content-length"), &*head.body), ("700000", ""));

    let other = long.replace('7', "x");
    scene.ask(&format!("PUT {AREA}a\nIf-None-Match: *\n\n{other}")).await.is(412);
    scene.ask(&format!("PUT {AREA}none/a\n\n{other}")).await.is(409);
    let mut stream = TcpStream::connect(scene.address()).await.unwrap();
    let head = format!(
        "PUT {AREA}a HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\nContent-Length: 700000\r\n\r\n",
        scene.address(),
        basic("ann:secret of ann")
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&other.as_bytes()[..400_000]).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 400"), "{}", String::from_utf8_lossy(&answer));
    assert!(scene.read("a").await == long);

    scene.ask(&format!("PUT {AREA}a\n\n{other}")).await.is(204);
    assert!(scene.read("a").await == other);
}

#[tokio::test]
async fn conditions_hold_when_it_is_written() {
    let scene = Scene::open().await;
    let put = |headers: &str| format!("PUT {AREA}a\n{headers}\n\nx");
    scene.ask(&put("If-Match: *")).await.is(412);
    let tag = scene.ask(&put("If-None-Match: *")).await.is(201).header("etag").to_owned();
    scene.ask(&put("If-None-Match: *")).await.is(412);
    scene.ask(&put("If-Match: \"other\"")).await.is(412);
    scene.ask(&put(&format!("If-Match: {tag}"))).await.is(204);
    scene.ask(&format!("GET {AREA}a\nIf-None-Match: {tag}")).await.is(304);
    scene.ask(&format!("DELETE {AREA}a\nIf-Match: \"other\"")).await.is(412);
    scene.ask(&format!("DELETE {AREA}a\nIf: ([\"other\"])")).await.is(412);
    scene.ask(&format!("COPY {AREA}a\nDestination: {AREA}b\nIf-Match: \"other\"")).await.is(412);
    scene.ask(&format!("MKCOL {AREA}c/")).await.is(201);
    scene.ask(&format!("DELETE {AREA}c/\nIf-Match: \"other\"")).await.is(412);
    scene.ask(&format!("DELETE {AREA}c/\nIf-Match: *")).await.is(204);
    scene.ask(&format!("DELETE {AREA}a\nIf-Match: {tag}")).await.is(204);
}

#[tokio::test]
async fn collections_are_made_listed_and_taken_away() {
    let scene = Scene::open().await;
    scene.ask(&format!("MKCOL {AREA}a/b/")).await.is(409);
    scene.ask(&format!("PUT {AREA}a/b\n\nx")).await.is(409);
    scene.ask(&format!("MKCOL {AREA}a/")).await.is(201);
    scene.ask(&format!("MKCOL {AREA}a")).await.is(405);
    scene.ask(&format!("MKCOL {AREA}")).await.is(405);
    scene.ask(&format!("PUT {AREA}a\n\nx")).await.is(405);
    scene.ask(&format!("PUT {AREA}a/\n\nx")).await.is(405);
    scene.write("a/one", "1").await;
    scene.ask(&format!("GET {AREA}a/one/")).await.is(404);
    scene.ask(&format!("PUT {AREA}a/one/two\n\nx")).await.is(409);
    scene.ask(&format!("MKCOL {AREA}x\nContent-Type: text/odd\n\nodd")).await.is(415);
    let list = |depth: &str| format!("PROPFIND {AREA}a\nDepth: {depth}");
    scene.ask(&list("1")).await.is(207).says("<D:href>/files/ann/a/</D:href>").says("/files/ann/a/one<");
    scene.ask(&list("0")).await.is(207).says_not("one");
    scene.ask(&list("infinity")).await.is(403).says("propfind-finite-depth");
    scene.ask(&format!("DELETE {AREA}a\nDepth: 0")).await.is(400);
    scene.ask(&format!("DELETE {AREA}a")).await.is(204);
    scene.ask(&format!("GET {AREA}a/one")).await.is(404);
    scene.ask(&format!("DELETE {AREA}")).await.is(405);
    scene.ask("PROPFIND /\nDepth: 1").await.is(207).says("<D:href>/files/</D:href>");
    let me = "<D:propfind xmlns:D=\"DAV:\"><D:prop><D:current-user-principal/></D:prop></D:propfind>";
    scene
        .ask(&format!("PROPFIND /\nDepth: 0\n\n{me}"))
        .await
        .is(207)
        .says("<D:href>/principals/ann/</D:href>");
    scene.ask("PROPFIND /files/\nDepth: 1").await.is(207).says("/files/ann/").says_not("bob");
}

#[tokio::test]
async fn names_are_decoded_once_and_no_way_leads_out() {
    let scene = Scene::open().await;
    for name in
        ["a%2Fb", "%252F", "%F0%9F%8D%B5%20tea", "..x", "%2e%2e%2e", "a%3Fb%23c", "%EF%BC%8F", "%C2%B2"]
    {
        scene.write(name, name).await;
    }
    for name in ["a%2Fb", "%252F", "%F0%9F%8D%B5%20tea", "...", "a%3fb%23c", "%EF%BC%8F", "%C2%B2"] {
        assert_eq!(scene.read(name).await.to_lowercase().replace("%2e%2e%2e", "..."), name.to_lowercase());
    }
    scene.ask(&format!("GET {AREA}a/b")).await.is(404);
    let listed = scene.ask(&format!("PROPFIND {AREA}\nDepth: 1")).await.is(207);
    listed.says("/files/ann/a%2Fb<").says("/files/ann/%252F<").says("/files/ann/%F0%9F%8D%B5%20tea<");
    for path in ["%00", "a%00b", "..", "%2e%2e/bob/x", "../../x", ".", "a//b", "%ff", "%", "%zz", "x%0a"] {
        scene.ask(&format!("PUT {AREA}{path}\n\nx")).await.is(400);
        scene.ask(&format!("MOVE {AREA}%252F\nDestination: {AREA}{path}")).await.is(400);
    }
    scene.ask(&format!("PUT {AREA}{}\n\nx", "x".repeat(256))).await.is(403);
    scene.ask(&format!("PUT {AREA}{}\n\nx", "x".repeat(9_000))).await.is(414);
    scene.write(&"x".repeat(255), "long").await;
}

#[tokio::test]
async fn others_find_nothing() {
    let scene = Scene::open().await;
    scene.write("a", "mine").await;
    let bob = "bob:secret of bob";
    for request in [
        "GET /files/ann/a",
        "GET /files/ann/",
        "PROPFIND /files/ann/\nDepth: 0",
        "PUT /files/ann/a\n\nx",
        "PUT /files/ann/b\n\nx",
        "DELETE /files/ann/a",
        "MKCOL /files/ann/b/",
        "COPY /files/ann/a\nDestination: /files/bob/a",
        "MOVE /files/ann/a\nDestination: /files/bob/a",
        "PROPPATCH /files/ann/a\n\n<D:propertyupdate xmlns:D=\"DAV:\"><D:set><D:prop><x/></D:prop></D:set></D:propertyupdate>",
        &format!("LOCK /files/ann/a\n\n{INFO}"),
        &format!("LOCK /files/ann/b\n\n{INFO}"),
        "GET /files/nobody/a",
    ] {
        scene.ask_as(bob, request).await.is(404);
    }
    scene.ask_as(bob, "PUT /files/bob/a\n\nx").await.is(201);
    scene.ask_as(bob, "COPY /files/bob/a\nDestination: /files/ann/b").await.is(404);
    assert_eq!(scene.read("a").await, "mine");
}

#[tokio::test]
async fn what_is_copied_and_moved_goes_with_what_is_inside() {
    let scene = Scene::open().await;
    scene.ask(&format!("MKCOL {AREA}a/")).await.is(201);
    scene.write("a/one", "1").await;
    let to = |method: &str, from: &str, to: &str, more: &str| {
        format!("{method} {AREA}{from}\nDestination: {AREA}{to}{more}")
    };
    scene.ask(&to("COPY", "a/", "b/", "")).await.is(201);
    assert_eq!(scene.read("b/one").await, "1");
    scene.ask(&to("COPY", "a/", "flat", "\nDepth: 0")).await.is(201);
    scene.ask(&format!("GET {AREA}flat/one")).await.is(404);
    scene.ask(&to("COPY", "a/", "b", "\nOverwrite: F")).await.is(412);
    scene.ask(&to("COPY", "a/", "b", "")).await.is(204);
    scene.ask(&to("MOVE", "a/one", "b/two", "")).await.is(201);
    scene.ask(&to("MOVE", "b/two", "b/one", "")).await.is(204);
    scene.ask(&format!("GET {AREA}b/two")).await.is(404);
    scene.ask(&to("MOVE", "b/", "c/", "")).await.is(201);
    assert_eq!(scene.read("c/one").await, "1");
    // A document takes the place of a collection, and the other way round.
    scene.ask(&to("COPY", "c/one", "a", "")).await.is(204);
    assert_eq!(scene.read("a").await, "1");
    scene.ask(&to("MOVE", "c/", "a", "")).await.is(204);
    assert_eq!(scene.read("a/one").await, "1");
    for (request, status) in [
        (to("MOVE", "a/", "a/inside/", ""), 403),
        (to("COPY", "a/", "a/inside/", ""), 403),
        (to("MOVE", "a/one", "a", ""), 403),
        (to("COPY", "a/", "a", ""), 403),
        (to("COPY", "a/", "none/x", ""), 409),
        (to("COPY", "a/", "x", "\nDepth: 1"), 400),
        (to("MOVE", "a/", "x", "\nDepth: 0"), 400),
        (to("MOVE", "", "x", ""), 403),
        (to("MOVE", "a/", "", ""), 403),
        (format!("COPY {AREA}a/one\nDestination: {HOME}a.ics"), 403),
        (format!("MOVE {AREA}a/\nDestination: /calendars/ann/a/"), 403),
        (format!("COPY {AREA}a/one\nDestination: http://other.example.com/x"), 502),
    ] {
        assert_eq!(scene.ask(&request).await.status, status, "{request}");
    }
}

#[tokio::test]
async fn properties_are_kept_told_and_go_with_their_file() {
    let scene = Scene::open().await;
    scene.write("a", "1").await;
    let patch = |body: &str| {
        format!(
            "PROPPATCH {AREA}a\n\n<D:propertyupdate xmlns:D=\"DAV:\" xmlns:x=\"urn:x\">{body}</D:propertyupdate>"
        )
    };
    let set = "<D:set><D:prop><x:b a=\"1\"> é <y/></x:b><D:displayname>Tea</D:displayname></D:prop></D:set>";
    scene.ask(&patch(set)).await.is(207).says("200 OK").says_not("HTTP/1.1 403");
    let refused = "<D:set><D:prop><D:getetag>x</D:getetag><x:c/></D:prop></D:set>";
    scene.ask(&patch(refused)).await.is(207).says("cannot-modify-protected-property").says("HTTP/1.1 424");
    let all = scene.ask(&format!("PROPFIND {AREA}a\nDepth: 0")).await.is(207);
    let all = all.says("> é <").says(">Tea</").says("<D:getcontentlength>1<").says_not("x:c");
    all.says("text/plain").says("<D:resourcetype/>").says("<D:supportedlock>").says("<D:creationdate>");
    scene.ask(&format!("MOVE {AREA}a\nDestination: {AREA}b")).await.is(201);
    let named =
        "<D:propfind xmlns:D=\"DAV:\"><D:prop><x:b xmlns:x=\"urn:x\"/><D:displayname/></D:prop></D:propfind>";
    let asked = format!("PROPFIND {AREA}b\nDepth: 0\n\n{named}");
    scene.ask(&asked).await.is(207).says("> é <").says("Tea").says_not("HTTP/1.1 404");
    scene.ask(&format!("PUT {AREA}b\n\nnew")).await.is(204);
    scene.ask(&asked).await.is(207).says("Tea");
    let made = "<D:mkcol xmlns:D=\"DAV:\"><D:set><D:prop><D:resourcetype><D:collection/></D:resourcetype>\
                <D:displayname>Sheets</D:displayname></D:prop></D:set></D:mkcol>";
    scene.ask(&format!("MKCOL {AREA}c/\n\n{made}")).await.is(201);
    scene.ask(&format!("PROPFIND {AREA}c/\nDepth: 0")).await.is(207).says("Sheets");
    let calendar = made
        .replace("<D:collection/>", "<D:collection/><C:calendar xmlns:C=\"urn:ietf:params:xml:ns:caldav\"/>");
    scene.ask(&format!("MKCOL {AREA}d/\n\n{calendar}")).await.is(403).says("calendar-collection-location-ok");
    scene.ask(&format!("MKCALENDAR {AREA}d/")).await.is(403).says("calendar-collection-location-ok");
}

#[tokio::test]
async fn room_is_told_and_kept_to() {
    let scene = Scene::open().await;
    let room = "<D:propfind xmlns:D=\"DAV:\"><D:prop><D:quota-used-bytes/><D:quota-available-bytes/></D:prop></D:propfind>";
    scene.write("a", "12345").await;
    let told = scene.ask(&format!("PROPFIND {AREA}\nDepth: 0\n\n{room}")).await.is(207);
    told.says("<D:quota-used-bytes>5<").says("<D:quota-available-bytes>1073741819<");
    let mut path = AREA.to_owned();
    for _ in 0..32 {
        path.push_str("d/");
        scene.ask(&format!("MKCOL {path}")).await.is(201);
    }
    scene.ask(&format!("MKCOL {path}d/")).await.is(403).says("limit_levels");
    scene.ask(&format!("MKCOL {AREA}e/")).await.is(201);
    scene.ask(&format!("MOVE {AREA}d/\nDestination: {AREA}e/d/")).await.is(403).says("limit_levels");
}

#[tokio::test]
async fn a_free_name_that_is_locked_is_an_empty_document() {
    let scene = Scene::open().await;
    let token = scene.lock("a", "Timeout: Second-100", INFO).await;
    let empty = scene.ask(&format!("GET {AREA}a")).await.is(200);
    assert_eq!((&*empty.body, empty.header("content-length")), ("", "0"));
    scene.ask(&format!("PUT {AREA}a\n\nx")).await.is(423);
    scene.ask(&format!("PUT {AREA}a\nIf: ({token})\n\nx")).await.is(204);
    scene.ask(&format!("UNLOCK {AREA}a\nLock-Token: {token}")).await.is(204);
    assert_eq!(scene.read("a").await, "x");
    scene.ask(&format!("LOCK {AREA}none/a\n\n{INFO}")).await.is(409);
    // No lock is left where nothing came of it.
    scene.ask(&format!("MKCOL {AREA}none")).await.is(201);
    scene.write("none/a", "x").await;
}

#[tokio::test]
async fn what_is_locked_inside_holds_up_what_is_around_and_is_told() {
    let scene = Scene::open().await;
    scene.ask(&format!("MKCOL {AREA}a/")).await.is(201);
    scene.write("a/one", "1").await;
    scene.write("a/two", "2").await;
    let token = scene.lock("a/one", "Depth: 0", SHARED).await;
    for request in [format!("DELETE {AREA}a/"), format!("MOVE {AREA}a/\nDestination: {AREA}b/")] {
        let told = scene.ask(&request).await.is(207);
        told.says("<D:href>/files/ann/a/one</D:href>").says("423 Locked").says_not("two");
    }
    assert_eq!(scene.read("a/two").await, "2");
    scene.ask(&format!("COPY {AREA}a/\nDestination: {AREA}b/")).await.is(201);
    scene.ask(&format!("COPY {AREA}b/\nDestination: {AREA}a/")).await.is(207).says("a/one");
    scene.ask(&format!("DELETE {AREA}a/one")).await.is(423).says("lock-token-submitted");
    scene.ask(&format!("DELETE {AREA}a/\nIf: <{AREA}a/one> ({token})")).await.is(204);
    // A lock goes with what it is on, and is not copied.
    scene.ask(&format!("DELETE {AREA}b/")).await.is(204);
}

#[tokio::test]
async fn a_lock_on_a_collection_keeps_what_comes_and_goes() {
    let scene = Scene::open().await;
    scene.ask(&format!("MKCOL {AREA}a/")).await.is(201);
    scene.write("a/one", "1").await;
    let flat = scene.lock("a/", "Depth: 0", INFO).await;
    scene.ask(&format!("PUT {AREA}a/one\n\nchanged")).await.is(204);
    scene.ask(&format!("PUT {AREA}a/two\n\nx")).await.is(423);
    scene.ask(&format!("DELETE {AREA}a/one")).await.is(423);
    scene.ask(&format!("MKCOL {AREA}a/b/")).await.is(423);
    scene.ask(&format!("LOCK {AREA}a/two\n\n{INFO}")).await.is(423);
    scene.ask(&format!("PUT {AREA}a/two\nIf: <{AREA}a/> ({flat})\n\nx")).await.is(201);
    scene.ask(&format!("UNLOCK {AREA}a/\nLock-Token: {flat}")).await.is(204);
    let deep = scene.lock("", "Depth: infinity", INFO).await;
    scene.ask(&format!("PUT {AREA}a/one\n\nx")).await.is(423).says("<D:href>/files/ann/</D:href>");
    scene.ask(&format!("PUT {AREA}a/one\nIf: <{AREA}> ({deep}) <{AREA}x> ([\"other\"])\n\nx")).await.is(204);
    scene.ask(&format!("PUT {AREA}a/one\nIf: (Not <DAV:no-lock> {deep})\n\nx")).await.is(204);
}

#[tokio::test]
async fn a_calendar_is_copied_moved_and_overwritten() {
    let scene = Scene::open().await;
    let home = "/calendars/ann/";
    scene.put(&format!("{HOME}tea.ics"), &event("tea", "20260302T090000Z", "")).await;
    let color = "<D:propertyupdate xmlns:D=\"DAV:\"><D:set><D:prop><A:calendar-color \
                 xmlns:A=\"http://apple.com/ns/ical/\">#ff0000</A:calendar-color><x xmlns=\"urn:x\">1</x></D:prop></D:set></D:propertyupdate>";
    scene.ask(&format!("PROPPATCH {HOME}\n\n{color}")).await.is(207);
    let to = |method: &str, from: &str, to: &str, more: &str| {
        format!("{method} {home}{from}/\nDestination: {home}{to}/{more}")
    };
    scene.ask(&to("COPY", "personal", "copy", "")).await.is(201);
    scene.ask(&format!("GET {home}copy/tea.ics")).await.is(200).says("UID:tea");
    let colored = scene.ask(&format!("PROPFIND {home}copy/\nDepth: 0")).await.is(207);
    colored.says("urn:x");
    scene.ask(&to("COPY", "personal", "flat", "\nDepth: 0")).await.is(201);
    scene.ask(&format!("GET {home}flat/tea.ics")).await.is(404);
    scene.ask(&to("MOVE", "copy", "moved", "")).await.is(201);
    scene.ask(&format!("GET {home}copy/tea.ics")).await.is(404);
    scene.ask(&format!("GET {home}moved/tea.ics")).await.is(200);
    scene.ask(&to("MOVE", "moved", "flat", "\nOverwrite: F")).await.is(412);
    scene.ask(&to("MOVE", "moved", "flat", "")).await.is(204);
    scene.ask(&format!("GET {home}flat/tea.ics")).await.is(200);
    scene.ask(&to("COPY", "flat", "personal", "")).await.is(204);
    scene.ask(&format!("GET {HOME}tea.ics")).await.is(200);
    for (request, status) in [
        (format!("COPY {HOME}\nDestination: {HOME}inside.ics"), 403),
        (format!("MOVE {HOME}\nDestination: /files/ann/x/"), 403),
        (format!("MOVE {HOME}\nDestination: /calendars/bob/x/"), 403),
        (format!("COPY {HOME}\nDestination: /calendars/nobody/x/"), 409),
        (to("MOVE", "personal", "x", "\nDepth: 0"), 400),
        (to("MOVE", "none", "x", ""), 404),
    ] {
        assert_eq!(scene.ask(&request).await.status, status, "{request}");
    }
}
