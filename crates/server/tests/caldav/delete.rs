//! DELETE.

use crate::scene::{HOME, Scene, event};

#[tokio::test]
async fn an_object_goes_where_its_conditions_hold() {
    let scene = Scene::open().await;
    let path = format!("{HOME}tea.ics");
    let tag = scene.put(&path, &event("tea", "20260302T090000Z", "")).await;
    scene.ask(&format!("DELETE {path}\nIf-Match: \"other\"")).await.is(412);
    scene.ask(&format!("DELETE {path}\nIf-Match: {tag}")).await.is(204);
    scene.ask(&format!("DELETE {path}")).await.is(404);
    scene.ask(&format!("GET {path}")).await.is(404);
}

#[tokio::test]
async fn a_calendar_goes_but_never_the_last_one() {
    let scene = Scene::open().await;
    scene.ask(&format!("DELETE {HOME}")).await.is(403);
    scene.ask("MKCALENDAR /calendars/ann/work/").await.is(201);
    scene.ask("DELETE /calendars/ann/work/\nDepth: 0").await.is(400);
    scene.ask("DELETE /calendars/ann/work/").await.is(204);
    scene.ask("PROPFIND /calendars/ann/work/\nDepth: 0").await.is(404);
    // Its name is free again.
    scene.ask("MKCALENDAR /calendars/ann/work/").await.is(201);
    scene.ask("DELETE /calendars/ann/").await.is(405);
    scene.ask("DELETE /calendars/bob/personal/").await.is(404);
}
