//! COPY and MOVE.

use crate::scene::{HOME, Scene, event};

#[tokio::test]
async fn an_object_is_moved_renamed_and_copied() {
    let scene = Scene::open().await;
    scene.ask("MKCALENDAR /calendars/ann/work/").await.is(201);
    let text = event("tea", "20260302T090000Z", "");
    let tag = scene.put(&format!("{HOME}tea.ics"), &text).await;
    let host = scene.host();
    scene.ask(&format!("MOVE {HOME}tea.ics\nDestination: {host}{HOME}renamed.ics")).await.is(201);
    scene.ask(&format!("GET {HOME}tea.ics")).await.is(404);
    scene.ask(&format!("MOVE {HOME}renamed.ics\nDestination: /calendars/ann/work/tea.ics")).await.is(201);
    scene.ask(&format!("GET {HOME}renamed.ics")).await.is(404);
    let moved = scene.ask("GET /calendars/ann/work/tea.ics").await.is(200);
    assert_eq!((moved.header("etag"), &moved.body), (tag.as_str(), &text));
    scene.ask(&format!("COPY /calendars/ann/work/tea.ics\nDestination: {HOME}copy.ics")).await.is(201);
    scene.ask(&format!("GET {HOME}copy.ics")).await.is(200);
    scene.ask("GET /calendars/ann/work/tea.ics").await.is(200);
}

#[tokio::test]
async fn nothing_is_overwritten_that_shall_stay() {
    let scene = Scene::open().await;
    scene.ask("MKCALENDAR /calendars/ann/work/").await.is(201);
    scene.put(&format!("{HOME}tea.ics"), &event("tea", "20260302T090000Z", "")).await;
    scene.put("/calendars/ann/work/milk.ics", &event("milk", "20260302T090000Z", "")).await;
    let copy = format!("COPY {HOME}tea.ics\nDestination: /calendars/ann/work/milk.ics");
    scene.ask(&format!("{copy}\nOverwrite: F")).await.is(412);
    scene.ask(&format!("{copy}\nIf-Match: \"other\"")).await.is(412);
    // What is there has another UID, and keeps it (RFC 4791 5.3.2.1).
    scene.ask(&copy).await.is(403).says("no-uid-conflict").says("/calendars/ann/work/milk.ics");
    scene.ask("GET /calendars/ann/work/milk.ics").await.is(200).says("UID:milk");
    scene.ask("DELETE /calendars/ann/work/milk.ics").await.is(204);
    scene.ask(&copy).await.is(201);
    scene.ask(&copy).await.is(204);
    // The UID is in the other calendar now, under that name.
    let again = format!("COPY {HOME}tea.ics\nDestination: /calendars/ann/work/second.ics");
    scene.ask(&again).await.is(403).says("no-uid-conflict").says("/calendars/ann/work/milk.ics");
}

#[tokio::test]
async fn destinations_that_are_none_are_refused() {
    let scene = Scene::open().await;
    scene.put(&format!("{HOME}tea.ics"), &event("tea", "20260302T090000Z", "")).await;
    let to = |destination: &str| format!("MOVE {HOME}tea.ics\nDestination: {destination}");
    scene.ask(&to("http://elsewhere.example.com/a.ics")).await.is(502);
    scene.ask(&to("/calendars/ann/none/a.ics")).await.is(409);
    scene.ask(&to("/calendars/bob/personal/a.ics")).await.is(409);
    scene.ask(&to("/calendars/ann/a.ics")).await.is(403);
    scene.ask(&to("../a.ics")).await.is(400);
    scene.ask(&to(&format!("{HOME}tea.ics"))).await.is(403);
    scene.ask(&format!("MOVE {HOME}tea.ics")).await.is(400);
    scene.ask(&format!("MOVE {HOME}none.ics\nDestination: {HOME}a.ics")).await.is(404);
}

/// What is there is deleted first (RFC 4918 9.8.4).
#[tokio::test]
async fn what_is_overwritten_leaves_nothing() {
    let scene = Scene::open().await;
    scene.ask("MKCALENDAR /calendars/ann/work/").await.is(201);
    scene.put(&format!("{HOME}tea.ics"), &event("tea", "20260302T090000Z", "")).await;
    let copy = format!("COPY {HOME}tea.ics\nDestination: /calendars/ann/work/tea.ics");
    scene.ask(&copy).await.is(201);
    let set = "<D:propertyupdate xmlns:D=\"DAV:\" xmlns:X=\"urn:x\"><D:set><D:prop><X:note>Mine</X:note></D:prop></D:set>\
               </D:propertyupdate>";
    let note = "PROPFIND /calendars/ann/work/tea.ics\nDepth: 0\n\n\
                <D:propfind xmlns:D=\"DAV:\" xmlns:X=\"urn:x\"><D:prop><X:note/></D:prop></D:propfind>";
    scene.ask(&format!("PROPPATCH /calendars/ann/work/tea.ics\n\n{set}")).await.is(207);
    scene.ask(note).await.is(207).says("Mine");
    scene.ask(&copy).await.is(204);
    scene.ask(note).await.is(207).says("404 Not Found").says_not("Mine");
}
