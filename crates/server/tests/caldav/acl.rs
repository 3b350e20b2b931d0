//! ACL, and what of a calendar others see by it (RFC 3744 8.1, RFC 4791 6.1.1).

use crate::scene::{Answer, HOME, Scene, event};

const BOB: &str = "bob:secret of bob";

fn ace(principal: &str, sense: &str, privileges: &[&str]) -> String {
    let privileges: String =
        privileges.iter().map(|privilege| format!("<D:privilege><{privilege}/></D:privilege>")).collect();
    format!("<D:ace><D:principal>{principal}</D:principal><D:{sense}>{privileges}</D:{sense}></D:ace>")
}

const TO_BOB: &str = "<D:href>/principals/bob/</D:href>";

async fn acl(scene: &Scene, who: &str, entries: &[String]) -> Answer {
    let body = format!(
        "<D:acl xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\">{}</D:acl>",
        entries.concat()
    );
    scene.ask_as(who, &format!("ACL {HOME}\nContent-Type: application/xml\n\n{body}")).await
}

async fn property(scene: &Scene, who: &str, path: &str, property: &str) -> Answer {
    let body = format!(
        "<D:propfind xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:prop><{property}/></D:prop></D:propfind>"
    );
    scene.ask_as(who, &format!("PROPFIND {path}\nDepth: 0\n\n{body}")).await
}

/// With an event of Ann's.
async fn scene() -> Scene {
    let scene = Scene::open().await;
    scene.put(&format!("{HOME}tea.ics"), &event("tea", "20260302T090000Z", "SUMMARY:Tea\r\n")).await;
    scene
}

#[tokio::test]
async fn who_is_granted_to_read_reads_and_no_more() {
    let scene = scene().await;
    let tea = format!("{HOME}tea.ics");
    for method in ["GET", "DELETE", "PROPFIND"] {
        scene.ask_as(BOB, &format!("{method} {tea}\nDepth: 0")).await.is(404);
    }
    acl(&scene, BOB, &[ace(TO_BOB, "grant", &["D:all"])]).await.is(404);
    acl(&scene, "ann:secret of ann", &[ace(TO_BOB, "grant", &["D:read"])]).await.is(200);
    scene.ask_as(BOB, &format!("GET {tea}")).await.is(200).says("SUMMARY:Tea");
    scene.ask_as(BOB, &format!("DELETE {tea}")).await.is(403);
    let put = event("tea", "20260302T090000Z", "SUMMARY:Coffee\r\n");
    scene.ask_as(BOB, &format!("PUT {tea}\nContent-Type: text/calendar\n\n{put}")).await.is(403);
    acl(&scene, BOB, &[ace(TO_BOB, "grant", &["D:all"])]).await.is(403);
    let held = property(&scene, BOB, HOME, "D:current-user-privilege-set").await;
    held.says("<D:read/>").says_not("<D:write-content/>").says_not("<D:read-acl/>");
    property(&scene, BOB, HOME, "D:acl").await.says("404 Not Found");
    let homes = property(&scene, BOB, "/principals/bob/", "C:calendar-home-set").await;
    homes.says("/calendars/bob/").says("/calendars/ann/");
    let homes = property(&scene, "ann:secret of ann", "/principals/bob/", "C:calendar-home-set").await;
    homes.says("/calendars/bob/").says_not("/calendars/ann/");
    acl(&scene, "ann:secret of ann", &[]).await.is(200);
    scene.ask_as(BOB, &format!("GET {tea}")).await.is(404);
}

#[tokio::test]
async fn entries_are_told_as_they_were_set_beside_those_that_stay() {
    let scene = scene().await;
    let ann = "ann:secret of ann";
    let deny = ace(TO_BOB, "deny", &["D:write-content"]);
    let grant = ace("<D:authenticated/>", "grant", &["D:read", "D:write"]);
    acl(&scene, ann, &[deny.clone(), grant.clone()]).await.is(200);
    let told = property(&scene, ann, HOME, "D:acl").await.is(207);
    let told = told.says(&deny).says(&grant).says("<D:protected/>").says("<D:inherited>");
    assert!(told.body.find(&deny) < told.body.find(&grant));
    let of_object = property(&scene, ann, &format!("{HOME}tea.ics"), "D:acl").await;
    of_object.says(&format!("<D:inherited><D:href>{HOME}</D:href></D:inherited>"));
    let tea = format!("{HOME}tea.ics");
    let put = event("tea", "20260302T090000Z", "SUMMARY:Coffee\r\n");
    scene.ask_as(BOB, &format!("PUT {tea}\nContent-Type: text/calendar\n\n{put}")).await.is(403);
    scene.ask_as(BOB, &format!("DELETE {tea}")).await.is(204);
}

#[tokio::test]
async fn what_no_rule_says_is_refused() {
    let scene = scene().await;
    let ann = "ann:secret of ann";
    for (entry, precondition) in [
        (ace(TO_BOB, "grant", &["D:unlock"]), "no-abstract"),
        (ace("<D:href>/principals/carol/</D:href>", "grant", &["D:read"]), "recognized-principal"),
        (ace("<D:self/>", "grant", &["D:read"]), "allowed-principal"),
        (ace("<D:href>/principals/ann/</D:href>", "deny", &["D:read"]), "no-protected-ace-conflict"),
        (ace(TO_BOB, "grant", &["C:schedule-deliver"]), "not-supported-privilege"),
        (
            [ace(TO_BOB, "grant", &["D:read"]), ace(TO_BOB, "deny", &["D:write"])].concat(),
            "deny-before-grant",
        ),
    ] {
        acl(&scene, ann, &[entry]).await.is(403).says(&format!("<D:{precondition}/>"));
    }
    scene.ask_as(BOB, &format!("GET {HOME}tea.ics")).await.is(404);
    scene.ask("ACL /calendars/ann/\n\n<D:acl xmlns:D=\"DAV:\"/>").await.is(405);
}

const QUERY: &str = "<C:free-busy-query xmlns:C=\"urn:ietf:params:xml:ns:caldav\">\
                     <C:time-range start=\"20260302T000000Z\" end=\"20260303T000000Z\"/></C:free-busy-query>";

#[tokio::test]
async fn who_has_signed_in_asks_when_somebody_is_busy_and_sees_no_calendar() {
    let scene = scene().await;
    let ask = format!("REPORT {HOME}\nDepth: 1\nContent-Type: application/xml\n\n{QUERY}");
    let busy = scene.ask_as(BOB, &ask).await.is(200);
    busy.says("FREEBUSY;FBTYPE=BUSY:20260302T090000Z/20260302T093000Z").says_not("Tea").says_not("UID:tea");
    scene.ask_as(BOB, &format!("PROPFIND {HOME}\nDepth: 1")).await.is(404);
    let listing = scene.ask_as(BOB, "PROPFIND /calendars/ann/\nDepth: 1").await.is(207);
    listing.says_not("personal");
    let deny = ace(TO_BOB, "deny", &["C:read-free-busy"]);
    acl(&scene, "ann:secret of ann", &[deny]).await.is(200);
    scene.ask_as(BOB, &ask).await.is(404);
}
