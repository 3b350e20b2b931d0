//! Listings that are asked for again: they say what one says that nobody has asked for before.

use std::collections::BTreeMap;

use server::Options;

use crate::scene::{HOME, Scene, event};

/// The tags of a calendar's objects by their paths; whether a listing may be kept for it or not.
async fn listed(scene: &Scene, who: &str, path: &str, is_kept: bool) -> BTreeMap<String, String> {
    // The date of making is looked up each time.
    let more = if is_kept { "" } else { "<D:creationdate/>" };
    let body = format!(
        "<D:propfind xmlns:D=\"DAV:\"><D:prop><D:getetag/><D:resourcetype/>{more}</D:prop></D:propfind>"
    );
    let answer = scene.ask_as(who, &format!("PROPFIND {path}\nDepth: 1\n\n{body}")).await.is(207);
    let mut objects = BTreeMap::new();
    for response in answer.body.split("<D:response>").skip(1) {
        let between =
            |begin: &str, end: &str| Some(response.split_once(begin)?.1.split_once(end)?.0.to_owned());
        let path = between("<D:href>", "</D:href>").unwrap();
        if let Some(tag) = between("<D:getetag>", "</D:getetag>") {
            assert_eq!(objects.insert(path, tag), None, "told twice: {}", answer.body);
        }
    }
    objects
}

const ANN: &str = "ann:secret of ann";
const BOB: &str = "bob:secret of bob";

/// What Ann is told of her calendar, three times the same; the names of its objects.
async fn names(scene: &Scene, path: &str) -> String {
    let fresh = listed(scene, ANN, path, false).await;
    for _ in 0..2 {
        assert_eq!(listed(scene, ANN, path, true).await, fresh);
    }
    fresh.keys().map(|href| href.rsplit('/').next().unwrap().trim_end_matches(".ics")).collect()
}

async fn put(scene: &Scene, name: &str, more: &str) {
    let text = event(name, "20260302T090000Z", more);
    let put = format!("PUT {HOME}{name}.ics\nContent-Type: text/calendar\n\n{text}");
    assert!(scene.ask(&put).await.status.is_success());
}

#[tokio::test]
async fn what_changed_is_told_to_who_asks_again() {
    let scene = Scene::open().await;
    assert_eq!(names(&scene, HOME).await, "");
    for name in ["a", "b", "c"] {
        put(&scene, name, "").await;
    }
    assert_eq!(names(&scene, HOME).await, "abc");
    put(&scene, "b", "SUMMARY:Other\r\n").await;
    assert_eq!(names(&scene, HOME).await, "abc");
    scene.ask(&format!("DELETE {HOME}a.ics")).await.is(204);
    scene.ask(&format!("MOVE {HOME}c.ics\nDestination: {HOME}d.ics")).await.is(201);
    put(&scene, "e", "").await;
    assert_eq!(names(&scene, HOME).await, "bde");
    put(&scene, "a", "").await;
    assert_eq!(names(&scene, HOME).await, "abde");
}

#[tokio::test]
async fn long_ones_are_whole() {
    let scene = Scene::open().await;
    for number in 0..300 {
        put(&scene, &format!("{number:03}"), "").await;
    }
    let all: String = (0..300).map(|number| format!("{number:03}")).collect();
    assert_eq!(names(&scene, HOME).await, all);
    // More changes than are caught up with at once.
    for number in 0..300 {
        put(&scene, &format!("{number:03}"), "SUMMARY:Other\r\n").await;
    }
    assert_eq!(names(&scene, HOME).await, all);
}

#[tokio::test]
async fn a_calendar_that_moved_has_another_listing() {
    let scene = Scene::open().await;
    put(&scene, "a", "").await;
    assert_eq!(names(&scene, HOME).await, "a");
    scene.ask(&format!("MOVE {HOME}\nDestination: /calendars/ann/other/")).await.is(201);
    assert_eq!(names(&scene, "/calendars/ann/other/").await, "a");
    let moved = listed(&scene, ANN, "/calendars/ann/other/", true).await;
    assert!(moved.contains_key("/calendars/ann/other/a.ics"), "{moved:?}");
}

#[tokio::test]
async fn others_see_what_they_may() {
    let scene = Scene::open().await;
    put(&scene, "a", "").await;
    assert_eq!(names(&scene, HOME).await, "a");
    let acl = |entries: &str| {
        format!("ACL {HOME}\nContent-Type: application/xml\n\n<D:acl xmlns:D=\"DAV:\">{entries}</D:acl>")
    };
    let grant = "<D:ace><D:principal><D:href>/principals/bob/</D:href></D:principal>\
                 <D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>";
    scene.ask(&acl(grant)).await.is(200);
    assert_eq!(listed(&scene, BOB, HOME, true).await, listed(&scene, ANN, HOME, true).await);
    scene.ask(&acl("")).await.is(200);
    let list = "<D:propfind xmlns:D=\"DAV:\"><D:prop><D:getetag/></D:prop></D:propfind>";
    scene.ask_as(BOB, &format!("PROPFIND {HOME}\nDepth: 1\n\n{list}")).await.is(404);
}

#[tokio::test]
async fn those_for_which_there_is_no_room_are_not_kept() {
    // The first holds nothing, the second one calendar's listing but not two.
    for listings in [0, 1_000] {
        let scene = Scene::with(Options { listings, ..Options::default() }).await;
        scene.ask("MKCALENDAR /calendars/ann/other/").await.is(201);
        scene.ask(&format!("COPY {HOME}\nDestination: /calendars/ann/third/")).await.is(201);
        for name in ["a", "b", "c"] {
            put(&scene, name, "").await;
            assert_eq!(names(&scene, "/calendars/ann/other/").await, "");
            assert!(names(&scene, HOME).await.ends_with(name));
        }
    }
}
