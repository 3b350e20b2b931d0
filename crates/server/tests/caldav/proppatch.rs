//! PROPPATCH.

use crate::scene::{HOME, Scene, event};

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

/// What a resource says of some properties.
async fn ask(scene: &Scene, path: &str, asked: &str) -> crate::scene::Answer {
    let body = format!("<D:propfind {SPACES}>{asked}</D:propfind>");
    scene.ask(&format!("PROPFIND {path}\nDepth: 0\n\n{body}")).await.is(207)
}

#[tokio::test]
async fn what_means_nothing_here_is_kept_as_it_came() {
    let scene = Scene::open().await;
    let tea = format!("{HOME}tea.ics");
    scene.put(&tea, &event("tea", "20260302T090000Z", "")).await;
    for path in [HOME, &tea] {
        let odd = "<X:odd xml:lang=\"de\" kind=\"1\">Grün<X:more/></X:odd>";
        scene.ask(&set(path, odd)).await.is(207).says("200 OK").says_not("HTTP/1.1 4");
        let told = ask(&scene, path, "<D:prop><X:odd/><X:none/></D:prop>").await;
        told.says("Grün").says("kind=\"1\"").says("xml:lang=\"de\"").says("404 Not Found");
        ask(&scene, path, "<D:allprop/>").await.says("Grün");
        ask(&scene, path, "<D:propname/>").await.says("odd").says_not("Grün");
        // All or nothing, these too.
        let both = "<X:odd>Rot</X:odd><D:getetag>\"1\"</D:getetag>";
        scene.ask(&set(path, both)).await.is(207).says("424 Failed Dependency");
        ask(&scene, path, "<D:prop><X:odd/></D:prop>").await.says("Grün");
    }
    // It goes with what is moved.
    scene.ask("MKCALENDAR /calendars/ann/work/").await.is(201);
    scene.ask(&format!("MOVE {tea}\nDestination: /calendars/ann/work/tea.ics")).await.is(201);
    ask(&scene, "/calendars/ann/work/tea.ics", "<D:prop><X:odd/></D:prop>").await.says("Grün");
    let remove = format!(
        "PROPPATCH {HOME}\n\n<D:propertyupdate {SPACES}><D:remove><D:prop><X:odd/></D:prop></D:remove></D:propertyupdate>"
    );
    scene.ask(&remove).await.is(207).says("200 OK");
    ask(&scene, HOME, "<D:allprop/>").await.says_not("Grün");
    let large = |local: &str| format!("<X:{local}>{}</X:{local}>", "x".repeat(40_000));
    scene.ask(&set(HOME, &large("one"))).await.is(207).says("200 OK");
    scene.ask(&set(HOME, &large("two"))).await.is(507).says("quota-not-exceeded");
}

#[tokio::test]
async fn a_calendar_is_ordered_transparent_and_has_the_timezone_that_it_was_given() {
    let scene = Scene::open().await;
    let asked = "<D:prop><A:calendar-order/><C:schedule-calendar-transp/><C:calendar-timezone/><C:calendar-timezone-id/></D:prop>";
    ask(&scene, HOME, asked).await.says("<C:opaque/>");
    let zone = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Vienna\r\nX-MINE:1\r\n\
                BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n\
                END:VTIMEZONE\r\nEND:VCALENDAR\r\n";
    let properties = format!(
        "<A:calendar-order>3</A:calendar-order><C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>\
         <C:calendar-timezone>{zone}</C:calendar-timezone>"
    );
    scene.ask(&set(HOME, &properties)).await.is(207).says("200 OK").says_not("HTTP/1.1 4");
    ask(&scene, HOME, asked).await.says(">3<").says("<C:transparent/>").says("X-MINE:1");
    scene.ask(&set(HOME, "<C:schedule-calendar-transp/>")).await.is(207).says("409 Conflict");
}

#[tokio::test]
async fn a_calendar_keeps_the_kinds_that_it_was_made_for() {
    let scene = Scene::open().await;
    let body = format!(
        "<C:mkcalendar {SPACES}><D:set><D:prop><C:supported-calendar-component-set><C:comp name=\"VTODO\"/>\
         </C:supported-calendar-component-set><X:odd>1</X:odd></D:prop></D:set></C:mkcalendar>"
    );
    scene.ask(&format!("MKCALENDAR /calendars/ann/tasks/\n\n{body}")).await.is(201);
    let asked = "<D:prop><C:supported-calendar-component-set/><X:odd/></D:prop>";
    let told = ask(&scene, "/calendars/ann/tasks/", asked).await;
    told.says("VTODO").says(">1<").says_not("VEVENT");
    let tea = event("tea", "20260302T090000Z", "");
    let put = format!("PUT /calendars/ann/tasks/tea.ics\nContent-Type: text/calendar\n\n{tea}");
    scene.ask(&put).await.is(403).says("supported-calendar-component");
    scene.put(&format!("{HOME}tea.ics"), &tea).await;
    let copy = format!("COPY {HOME}tea.ics\nDestination: /calendars/ann/tasks/tea.ics");
    scene.ask(&copy).await.is(403).says("supported-calendar-component");
    let todo = tea.replace("VEVENT", "VTODO");
    scene.put("/calendars/ann/tasks/tea.ics", &todo).await;
}
