//! PROPFIND.

use crate::scene::{HOME, Scene, event};

fn propfind(path: &str, depth: &str, properties: &str) -> String {
    format!(
        "PROPFIND {path}\nDepth: {depth}\nContent-Type: application/xml\n\n<D:propfind xmlns:D=\"DAV:\" \
         xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:CS=\"http://calendarserver.org/ns/\" \
         xmlns:X=\"http://example.com/\"><D:prop>{properties}</D:prop></D:propfind>"
    )
}

#[tokio::test]
async fn a_client_finds_its_way_from_the_root_to_an_object() {
    let scene = Scene::open().await;
    let me = scene.ask(&propfind("/", "0", "<D:current-user-principal/>")).await.is(207);
    assert_eq!(me.inside("D:current-user-principal"), "<D:href>/principals/ann/</D:href>");
    let home =
        scene.ask(&propfind("/principals/ann/", "0", "<C:calendar-home-set/><D:displayname/>")).await.is(207);
    assert_eq!(home.inside("C:calendar-home-set"), "<D:href>/calendars/ann/</D:href>");
    let properties =
        "<D:resourcetype/><D:displayname/><CS:getctag/><D:sync-token/><D:current-user-privilege-set/>";
    let calendars = scene.ask(&propfind("/calendars/ann/", "1", properties)).await.is(207);
    let calendars =
        calendars.says("<D:href>/calendars/ann/personal/</D:href>").says("<D:displayname>Personal<");
    let calendars = calendars.says("<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>");
    calendars.says("<D:privilege><D:write/></D:privilege>").says("<D:sync-token>data:,");
    let tag = scene.put(&format!("{HOME}tea.ics"), &event("tea", "20260302T090000Z", "")).await;
    let objects =
        scene.ask(&propfind(HOME, "1", "<D:getetag/><D:getcontenttype/><D:resourcetype/>")).await.is(207);
    let objects = objects.says(&format!("<D:getetag>{tag}</D:getetag>")).says("component=vevent");
    objects.says("<D:resourcetype/>");
}

#[tokio::test]
async fn what_is_not_there_is_told_apart() {
    let scene = Scene::open().await;
    let path = format!("{HOME}tea.ics");
    scene.put(&path, &event("tea", "20260302T090000Z", "")).await;
    let asked = propfind(&path, "0", "<D:getetag/><X:mine/>");
    let told = scene.ask(&asked).await.is(207).says("<D:status>HTTP/1.1 404 Not Found</D:status>");
    told.says("mine").says("<D:status>HTTP/1.1 200 OK</D:status>");
    let minimal = scene.ask(&asked.replacen('\n', "\nPrefer: return=minimal\n", 1)).await.is(207);
    assert_eq!(minimal.header("preference-applied"), "return=minimal");
    minimal.says_not("HTTP/1.1 404").says_not("mine");
    scene.ask(&asked.replacen('\n', "\nBrief: t\n", 1)).await.is(207).says_not("HTTP/1.1 404");
    let inside = propfind(HOME, "1", "<D:getetag/>").replacen('\n', "\nPrefer: depth-noroot\n", 1);
    scene.ask(&inside).await.is(207).says_not(&format!("<D:href>{HOME}</D:href>")).says(&path);
}

#[tokio::test]
async fn all_and_names_are_asked_for() {
    let scene = Scene::open().await;
    let all = scene.ask(&format!("PROPFIND {HOME}\nDepth: 0")).await.is(207);
    // RFC 4791 5.2: what it brought is not for those who ask for all.
    all.says("<D:displayname>Personal</D:displayname>")
        .says_not("supported-calendar-component-set")
        .says_not("HTTP/1.1 404");
    let body = "<D:propfind xmlns:D=\"DAV:\"><D:propname/></D:propfind>";
    let names = scene.ask(&format!("PROPFIND {HOME}\nDepth: 0\n\n{body}")).await.is(207);
    names.says("<C:supported-calendar-component-set/>").says("<D:displayname/>");
    let body = "<D:propfind xmlns:D=\"DAV:\"><D:allprop/><D:include><D:sync-token/></D:include></D:propfind>";
    scene.ask(&format!("PROPFIND {HOME}\nDepth: 0\n\n{body}")).await.is(207).says("data:,");
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused() {
    let scene = Scene::open().await;
    scene.ask(&format!("PROPFIND {HOME}\nDepth: infinity")).await.is(403).says("propfind-finite-depth");
    scene.ask(&format!("PROPFIND {HOME}")).await.is(403).says("propfind-finite-depth");
    scene.ask(&format!("PROPFIND {HOME}\nDepth: 2")).await.is(400);
    scene.ask(&format!("PROPFIND {HOME}\nDepth: 0\n\n<D:propfind xmlns:D=\"DAV:\">")).await.is(400);
    scene.ask(&format!("PROPFIND {HOME}\nDepth: 0\n\n<x/>")).await.is(400);
    scene.ask(&format!("PROPFIND {HOME}\nDepth: 0\nContent-Type: text/plain\n\nx")).await.is(415);
    let entity = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>";
    scene.ask(&format!("PROPFIND {HOME}\nDepth: 0\n\n{entity}")).await.is(403).says("no-external-entities");
    scene.ask("PROPFIND /calendars/ann/none/\nDepth: 0").await.is(404);
}

#[tokio::test]
async fn a_long_listing_is_told_to_its_end() {
    let scene = Scene::open().await;
    let long = "x".repeat(150);
    for number in 0..600 {
        let uid = format!("{number}-{long}");
        scene.put(&format!("{HOME}{uid}.ics"), &event(&uid, "20260302T090000Z", "")).await;
    }
    let listed = scene.ask(&propfind(HOME, "1", "<D:getetag/>")).await.is(207);
    assert_eq!(listed.header("content-length"), "", "it is made page by page");
    assert_eq!(listed.body.matches("<D:response>").count(), 601);
    assert!(listed.body.ends_with("</D:multistatus>"));
}
