//! PROPPATCH.

use crate::scene::{HOME, Scene};

const SPACES: &str = "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:A=\"http://apple.com/ns/ical/\" \
                      xmlns:X=\"http://example.com/\"";

fn set(path: &str, properties: &str) -> String {
    format!(
        "PROPPATCH {path}\n\n<D:propertyupdate {SPACES}><D:set><D:prop>{properties}</D:prop></D:set></D:propertyupdate>"
    )
}

async fn all(scene: &Scene) -> crate::scene::Answer {
    let asked = "<D:displayname/><C:calendar-description/><C:calendar-timezone-id/><A:calendar-color/>";
    let body = format!("<D:propfind {SPACES}><D:prop>{asked}</D:prop></D:propfind>");
    scene.ask(&format!("PROPFIND {HOME}\nDepth: 0\n\n{body}")).await.is(207)
}

#[tokio::test]
async fn a_calendar_is_named_described_coloured_and_put_into_a_zone() {
    let scene = Scene::open().await;
    let properties = "<D:displayname>Tea &amp; more</D:displayname><C:calendar-description>All of it</C:calendar-description>\
                      <A:calendar-color>#FF2968FF</A:calendar-color><C:calendar-timezone-id>Europe/Vienna</C:calendar-timezone-id>";
    scene.ask(&set(HOME, properties)).await.is(207).says("200 OK").says_not("HTTP/1.1 4");
    let now = all(&scene).await.says("<D:displayname>Tea &amp; more</D:displayname>").says(">All of it<");
    now.says(">#FF2968FF<").says(">Europe/Vienna<");
    let remove = format!(
        "PROPPATCH {HOME}\n\n<D:propertyupdate {SPACES}><D:remove><D:prop><A:calendar-color/><X:none/></D:prop></D:remove></D:propertyupdate>"
    );
    scene.ask(&remove).await.is(207).says("200 OK").says_not("HTTP/1.1 4");
    all(&scene).await.says_not("#FF2968FF");
}

#[tokio::test]
async fn all_is_changed_or_nothing() {
    let scene = Scene::open().await;
    let both = scene
        .ask(&set(HOME, "<D:displayname>Other</D:displayname><D:getetag>\"1\"</D:getetag>"))
        .await
        .is(207);
    both.says("424 Failed Dependency").says("403 Forbidden").says("cannot-modify-protected-property");
    all(&scene).await.says("<D:displayname>Personal</D:displayname>");
    scene
        .ask(&set(HOME, "<C:calendar-timezone-id>Nowhere/At-All</C:calendar-timezone-id>"))
        .await
        .is(207)
        .says("valid-timezone");
    scene
        .ask(&set(HOME, "<C:calendar-timezone>none</C:calendar-timezone>"))
        .await
        .is(207)
        .says("valid-calendar-data");
    scene
        .ask(&set(HOME, "<A:calendar-color>&lt;script&gt;</A:calendar-color>"))
        .await
        .is(207)
        .says("409 Conflict");
    scene
        .ask(&set("/principals/ann/", "<D:displayname>Nan</D:displayname>"))
        .await
        .is(207)
        .says("403 Forbidden");
    scene.ask(&set("/calendars/bob/personal/", "<D:displayname>Nan</D:displayname>")).await.is(404);
    scene.ask(&format!("PROPPATCH {HOME}")).await.is(400);
}
