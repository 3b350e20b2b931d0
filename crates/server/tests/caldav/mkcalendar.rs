//! MKCALENDAR and the extended MKCOL.

use crate::scene::{HOME, Scene};

const SPACES: &str = "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"";

#[tokio::test]
async fn a_calendar_is_made_with_its_properties() {
    let scene = Scene::open().await;
    let body = format!(
        "<C:mkcalendar {SPACES}><D:set><D:prop><D:displayname>At work</D:displayname>\
         <C:supported-calendar-component-set><C:comp name=\"VEVENT\"/></C:supported-calendar-component-set>\
         </D:prop></D:set></C:mkcalendar>"
    );
    scene.ask(&format!("MKCALENDAR /calendars/ann/work/\n\n{body}")).await.is(201);
    scene
        .ask("PROPFIND /calendars/ann/\nDepth: 1")
        .await
        .is(207)
        .says("<D:displayname>At work</D:displayname>");
    scene.ask("MKCALENDAR /calendars/ann/work/").await.is(403).says("resource-must-be-null");
    scene.ask("MKCOL /calendars/ann/work/").await.is(405);
    let body = format!(
        "<D:mkcol {SPACES}><D:set><D:prop><D:resourcetype><D:collection/><C:calendar/></D:resourcetype>\
         <D:displayname>More</D:displayname></D:prop></D:set></D:mkcol>"
    );
    scene.ask(&format!("MKCOL /calendars/ann/more/\n\n{body}")).await.is(201);
    // The terminal and clients see one name twice where clients give it.
    scene.ask(&format!("MKCOL /calendars/ann/again/\n\n{body}")).await.is(201);
}

#[tokio::test]
async fn calendars_are_made_in_ones_own_home_alone() {
    let scene = Scene::open().await;
    scene.ask("MKCALENDAR /calendars/bob/work/").await.is(403);
    scene.ask("MKCALENDAR /calendars/nobody/work/").await.is(409);
    scene.ask(&format!("MKCALENDAR {HOME}inside/")).await.is(403).says("calendar-collection-location-ok");
    scene.ask("MKCALENDAR /work/").await.is(403).says("calendar-collection-location-ok");
    scene.ask("MKCOL /calendars/ann/plain/").await.is(403).says("valid-resourcetype");
}

#[tokio::test]
async fn with_a_property_that_is_refused_nothing_is_made() {
    let scene = Scene::open().await;
    let body = format!(
        "<C:mkcalendar {SPACES}><D:set><D:prop><D:displayname>Work</D:displayname>\
         <C:calendar-timezone>none</C:calendar-timezone></D:prop></D:set></C:mkcalendar>"
    );
    let refused = scene.ask(&format!("MKCALENDAR /calendars/ann/work/\n\n{body}")).await.is(403);
    refused.says("mkcalendar-response").says("valid-calendar-data").says("424 Failed Dependency");
    scene.ask("PROPFIND /calendars/ann/work/\nDepth: 0").await.is(404);
}
