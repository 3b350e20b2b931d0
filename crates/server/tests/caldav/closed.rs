//! A store that was restored without what came since: nobody is told that something is missing, until it is reopened.

use crate::scene::{HOME, Scene, event};

/// A door over a backup that took the place of a store which nobody could read: `kept` is in it, `lost` came later. The tag of
/// the one, as clients have it.
async fn restored() -> (Scene, String) {
    let scene = Scene::open().await;
    let tag = scene.put(&format!("{HOME}kept.ics"), &event("kept", "20260302T090000Z", "")).await;
    scene.ask("PUT /files/ann/kept.txt\nContent-Type: text/plain\n\nkept").await.is(201);
    let then = tempfile::tempdir().unwrap();
    let then = then.path().join("then.backup");
    scene.keep(|service| service.store().backup(&then, &mut |_, _| ()).unwrap());
    scene.put(&format!("{HOME}lost.ics"), &event("lost", "20260303T090000Z", "")).await;
    scene.ask("MKCALENDAR /calendars/ann/lost/").await.is(201);
    scene.keep(|service| {
        let backup = service.store().open_backup(&then, &mut |_, _| ()).unwrap();
        service.keeper().replace(backup, "then.backup", "was.backup", true, &mut |_, _| ()).unwrap();
    });
    (scene, tag)
}

const QUERY: &str = "<C:calendar-query xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:D=\"DAV:\"><D:prop><D:getetag/></D:prop>\
                     <C:filter><C:comp-filter name=\"VCALENDAR\"/></C:filter></C:calendar-query>";
const SYNC: &str = "<D:sync-collection xmlns:D=\"DAV:\"><D:sync-token/><D:sync-level>1</D:sync-level><D:prop/></D:sync-collection>";

fn multiget(names: &[&str]) -> String {
    let hrefs: String = names.iter().map(|name| format!("<D:href>{HOME}{name}</D:href>")).collect();
    format!(
        "<C:calendar-multiget xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:D=\"DAV:\"><D:prop><D:getetag/></D:prop>{hrefs}\
         </C:calendar-multiget>"
    )
}

/// What lists, or tells that something is not there.
fn telling() -> Vec<String> {
    let lost = event("lost", "20260303T090000Z", "");
    vec![
        format!("PROPFIND {HOME}\nDepth: 1"),
        "PROPFIND /calendars/ann/\nDepth: 1".to_owned(),
        "PROPFIND /files/ann/\nDepth: 1".to_owned(),
        format!("REPORT {HOME}\nDepth: 1\n\n{QUERY}"),
        format!("REPORT {HOME}\n\n{SYNC}"),
        format!(
            "REPORT {HOME}\n\n{}",
            SYNC.replace("<D:sync-token/>", "<D:sync-token>data:,x</D:sync-token>")
        ),
        format!("REPORT {HOME}\n\n{}", multiget(&["kept.ics", "lost.ics"])),
        format!("REPORT {HOME}\n\n{}", multiget(&["kept.ics"]).replace(HOME, "/calendars/ann/lost/")),
        format!("GET {HOME}"),
        format!("GET {HOME}lost.ics"),
        format!("HEAD {HOME}lost.ics"),
        format!("PROPFIND {HOME}lost.ics\nDepth: 0"),
        "PROPFIND /calendars/ann/lost/\nDepth: 0".to_owned(),
        format!("PUT {HOME}lost.ics\nContent-Type: text/calendar\nIf-Match: \"0\"\n\n{lost}"),
        format!("PUT /calendars/ann/lost/lost.ics\nContent-Type: text/calendar\n\n{lost}"),
        format!("DELETE {HOME}lost.ics"),
        format!("MOVE {HOME}lost.ics\nDestination: {HOME}other.ics"),
        "GET /files/ann/lost.txt".to_owned(),
    ]
}

#[tokio::test]
async fn until_it_is_reopened_nothing_is_said_to_be_missing() {
    let (scene, tag) = restored().await;
    for request in telling() {
        let answer = scene.ask(&request).await.is(503);
        assert_eq!(answer.header("retry-after"), "600", "{request}");
        let is_told = answer.body.contains("kalends admin reopen") || request.starts_with("HEAD");
        assert!(is_told, "{request}: {answer:?}");
    }
    // What is there is read and written, and a client finds its way.
    let kept = scene.ask(&format!("GET {HOME}kept.ics")).await.is(200).says("UID:kept");
    assert_eq!(kept.header("etag"), tag);
    scene.ask(&format!("REPORT {HOME}\n\n{}", multiget(&["kept.ics"]))).await.is(207).says(&tag[1..20]);
    scene.ask(&format!("PROPFIND {HOME}\nDepth: 0")).await.is(207).says("Personal");
    scene.ask("PROPFIND /\nDepth: 0").await.is(207);
    scene.ask("PROPFIND /principals/ann/\nDepth: 0").await.is(207);
    scene.ask("GET /files/ann/kept.txt").await.is(200).says("kept");
    scene.put(&format!("{HOME}new.ics"), &event("new", "20260304T090000Z", "")).await;
}

#[tokio::test]
async fn reopened_it_tells_what_there_is() {
    let (scene, _) = restored().await;
    scene.keep(|service| {
        let keeper = service.keeper();
        assert!(keeper.is_closed().unwrap());
        assert!(keeper.reopen().unwrap(), "it was closed");
        assert!(!keeper.is_closed().unwrap());
        assert!(!keeper.reopen().unwrap(), "nothing is left to be done");
        let nobody = service.owner().reopen().unwrap_err().to_string();
        assert!(nobody.contains("whoever keeps the store"), "{nobody}");
    });
    for request in telling() {
        let answer = scene.ask(&request).await;
        assert_ne!(answer.status.as_u16(), 503, "{request}: {answer:?}");
    }
    scene.ask(&format!("REPORT {HOME}\n\n{SYNC}")).await.is(207).says("kept.ics").says_not("lost.ics");
}
