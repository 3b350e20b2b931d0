//! GET and HEAD.

use rights::Who;
use service::{Container, Right};

use crate::scene::{HOME, Scene, event};

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let scene = Scene::open().await;
    let path = format!("{HOME}tea.ics");
    let tag = scene.put(&path, &event("tea", "20260302T090000Z", "")).await;
    let known = scene.ask(&format!("GET {path}\nIf-None-Match: {tag}")).await.is(304);
    assert_eq!((known.header("etag"), known.body.as_str()), (tag.as_str(), ""));
    scene.ask(&format!("GET {path}\nIf-None-Match: \"other\"")).await.is(200);
    scene.ask(&format!("GET {path}\nIf-Match: \"other\"")).await.is(412);
    let modified = scene.ask(&format!("GET {path}")).await.header("last-modified").to_owned();
    scene.ask(&format!("GET {path}\nIf-Modified-Since: {modified}")).await.is(304);
    let head = scene.ask(&format!("HEAD {path}")).await.is(200);
    assert!(head.body.is_empty() && head.header("content-length") != "0", "{head:?}");
}

#[tokio::test]
async fn a_calendar_is_one_stream() {
    let scene = Scene::open().await;
    scene.put(&format!("{HOME}1.ics"), &event("1", "20260302T090000Z", "SUMMARY:One\r\n")).await;
    scene.put(&format!("{HOME}2.ics"), &event("2", "20260303T090000Z", "SUMMARY:Two\r\n")).await;
    let stream = scene.ask(&format!("GET {HOME}")).await.is(200).says("SUMMARY:One").says("SUMMARY:Two");
    assert_eq!(stream.body.matches("BEGIN:VCALENDAR").count(), 1);
    assert_eq!(stream.header("content-type"), "text/calendar; charset=utf-8");
}

#[tokio::test]
async fn what_is_not_there_and_what_is_anothers_look_alike() {
    let scene = Scene::open().await;
    let text = event("secret", "20260302T090000Z", "");
    let put = format!("PUT /calendars/bob/personal/secret.ics\nContent-Type: text/calendar\n\n{text}");
    scene.ask_as("bob:secret of bob", &put).await.is(201);
    let nothing = scene.ask("GET /calendars/ann/personal/nothing.ics").await.is(404);
    let anothers = scene.ask("GET /calendars/bob/personal/secret.ics").await.is(404);
    assert_eq!(nothing.body, anothers.body);
    for path in [
        "/calendars/bob/personal/",
        "/calendars/bob/none/",
        "/calendars/nobody/",
        "/calendars/ann/personal/a/",
        "/x",
    ] {
        scene.ask(&format!("GET {path}")).await.is(404);
    }
    scene.ask("GET /principals/").await.is(200).says("CalDAV");
}

#[tokio::test]
async fn a_calendar_of_another_is_one_stream_of_what_is_seen_of_it() {
    let scene = Scene::open().await;
    scene.put(&format!("{HOME}tea.ics"), &event("tea", "20260302T090000Z", "SUMMARY:Tea\r\n")).await;
    let stream = || scene.ask_as("bob:secret of bob", "GET /calendars/ann/personal/");
    let grant = |right: Right| {
        scene.keep(|service| {
            let bob = service.keeper().principal("bob").unwrap().id;
            let calendar = service.owner().calendar("personal").unwrap().id;
            let container = Container::Calendar(calendar);
            service.keeper().share(container, Who::Principal(bob), Some(right), "shared").unwrap();
        });
    };
    stream().await.is(404);
    grant(Right::Busy);
    stream().await.is(200).says("UID:tea").says_not("Tea");
    grant(Right::Read);
    stream().await.is(200).says("SUMMARY:Tea");
}
