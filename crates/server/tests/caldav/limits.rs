//! What goes past a limit is refused, and the door stays open.

use server::Options;

use crate::scene::{HOME, Scene, event};

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
