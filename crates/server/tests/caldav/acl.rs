//! ACL, and what of a calendar others see by it (RFC 3744 8.1, RFC 4791 6.1.1).

use rights::Who;
use service::{Container, Newcomer, PrincipalKind, Right, Service};

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
    let lacks = |path: &str, privilege: &str| {
        format!(
            "<D:need-privileges><D:resource><D:href>{path}</D:href><D:privilege><{privilege}/></D:privilege></D:resource>"
        )
    };
    scene.ask_as(BOB, &format!("DELETE {tea}")).await.is(403).says(&lacks(HOME, "D:unbind"));
    let put = event("tea", "20260302T090000Z", "SUMMARY:Coffee\r\n");
    for (name, lacking) in [("tea.ics", lacks(&tea, "D:write-content")), ("new.ics", lacks(HOME, "D:bind"))] {
        let put = put.replace("UID:tea", &format!("UID:{}", name.trim_end_matches(".ics")));
        let request = format!("PUT {HOME}{name}\nContent-Type: text/calendar\n\n{put}");
        scene.ask_as(BOB, &request).await.is(403).says(&lacking);
    }
    let moved = format!("MOVE {tea}\nDestination: {}/calendars/bob/personal/tea.ics", scene.host());
    scene.ask_as(BOB, &moved).await.is(403).says(&lacks(HOME, "D:unbind")).says_not("D:bind");
    scene
        .ask_as(BOB, &format!("LOCK {tea}\n\n<D:lockinfo xmlns:D=\"DAV:\"/>"))
        .await
        .is(403)
        .says("need-privileges");
    acl(&scene, BOB, &[ace(TO_BOB, "grant", &["D:all"])]).await.is(403).says(&lacks(HOME, "D:write-acl"));
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

/// Another name is a member that goes and one that comes (RFC 3744 appendix B).
#[tokio::test]
async fn who_may_change_objects_gives_them_no_other_names() {
    let scene = scene().await;
    let rename = format!("MOVE {HOME}tea.ics\nDestination: {HOME}other.ics");
    acl(&scene, "ann:secret of ann", &[ace(TO_BOB, "grant", &["D:read", "D:write-content"])]).await.is(200);
    scene.ask_as(BOB, &rename).await.is(403).says("<D:unbind/>").says("<D:bind/>");
    acl(&scene, "ann:secret of ann", &[ace(TO_BOB, "grant", &["D:read", "D:bind", "D:unbind"])])
        .await
        .is(200);
    scene.ask_as(BOB, &rename).await.is(201);
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

const DATA: &str = "<D:prop xmlns:D=\"DAV:\"><D:getetag/><C:calendar-data xmlns:C=\"urn:ietf:params:xml:ns:caldav\"/></D:prop>";

/// Whoever keeps the store gives Bob a right to Ann's calendar.
fn share(service: &Service, right: Right) {
    let keeper = service.keeper();
    let [ann, bob] = ["ann", "bob"].map(|name| keeper.principal(name).unwrap().id);
    let container = Container::Calendar(keeper.calendar_named(ann, "Personal").unwrap().id);
    keeper.share(container, Who::Principal(bob), Some(right), "shared").unwrap();
}

/// To see when there is something, without what it is, is said by no privilege: whoever keeps the store grants it.
#[tokio::test]
async fn who_sees_times_alone_is_given_what_stands_in_whichever_way_they_ask() {
    let scene = scene().await;
    let todo = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VTODO\r\nUID:buy\r\nDTSTAMP:20260301T000000Z\r\n\
                SUMMARY:Buy tea\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
    scene.put(&format!("{HOME}buy.ics"), todo).await;
    scene.keep(|service| share(service, Right::Busy));

    let tea = format!("{HOME}tea.ics");
    let got = scene.ask_as(BOB, &format!("GET {tea}")).await.is(200).says("DTSTART:20260302T090000Z");
    let tag = got.says_not("Tea").header("etag").to_owned();
    scene.ask_as(BOB, &format!("GET {HOME}buy.ics")).await.is(404);
    let not_modified = format!("GET {tea}\nIf-None-Match: {tag}");
    scene.ask_as(BOB, &not_modified).await.is(304);
    property(&scene, BOB, &tea, "D:getetag").await.says(&tag);
    let listing = scene.ask_as(BOB, &format!("PROPFIND {HOME}\nDepth: 1")).await;
    listing.says("tea.ics").says_not("buy.ics");

    let ask = |name: &str, inside: &str| {
        format!(
            "REPORT {HOME}\nDepth: 1\n\n<C:{name} xmlns:C=\"urn:ietf:params:xml:ns:caldav\">{DATA}{inside}</C:{name}>"
        )
    };
    let filter = |inside: &str| {
        let event = format!("<C:comp-filter name=\"VEVENT\">{inside}</C:comp-filter>");
        format!("<C:filter><C:comp-filter name=\"VCALENDAR\">{event}</C:comp-filter></C:filter>")
    };
    let words = filter("<C:prop-filter name=\"SUMMARY\"><C:text-match>Tea</C:text-match></C:prop-filter>");
    scene.ask_as(BOB, &ask("calendar-query", &words)).await.is(207).says_not("tea.ics");
    let range = filter("<C:time-range start=\"20260302T000000Z\" end=\"20260303T000000Z\"/>");
    let found = scene.ask_as(BOB, &ask("calendar-query", &range)).await.is(207);
    found.says("tea.ics").says("DTSTART:20260302T090000Z").says_not("SUMMARY");
    let hrefs = ["tea.ics", "buy.ics"].map(|name| format!("<D:href xmlns:D=\"DAV:\">{HOME}{name}</D:href>"));
    let both = scene.ask_as(BOB, &ask("calendar-multiget", &hrefs.concat())).await.is(207);
    both.says_not("SUMMARY").says("404 Not Found");
    let sync = "<D:sync-collection xmlns:D=\"DAV:\"><D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>\
                </D:sync-collection>";
    let synced = scene.ask_as(BOB, &format!("REPORT {HOME}\n\n{sync}")).await.is(207);
    let token = synced.says("tea.ics").says_not("buy.ics").inside("D:sync-token").to_owned();

    let again = sync.replace("<D:sync-token/>", &format!("<D:sync-token>{token}</D:sync-token>"));
    let again = format!("REPORT {HOME}\n\n{again}");
    scene.ask_as(BOB, &again).await.is(207).says_not("tea.ics");
    let put = event("tea", "20260302T090000Z", "SUMMARY:Coffee\r\n");
    scene
        .ask_as(BOB, &format!("PUT {tea}\nContent-Type: text/calendar\nIf-Match: {tag}\n\n{put}"))
        .await
        .is(403);
    let copy = format!("COPY {tea}\nDestination: {}/calendars/bob/personal/tea.ics", scene.host());
    scene.ask_as(BOB, &copy).await.is(403);
    scene.keep(|service| share(service, Right::Read));
    scene.ask_as(BOB, &again).await.is(403).says("valid-sync-token");
    scene.ask_as(BOB, &not_modified).await.is(200).says("SUMMARY:Tea");
}

/// Groups tell who is in them, and members in what they are (RFC 3744 4.3, 4.4); a right of a group is its members'.
#[tokio::test]
async fn groups_are_told_and_what_they_are_granted_their_members_have() {
    let scene = scene().await;
    scene.keep(|service| {
        let keeper = service.keeper();
        for name in ["staff", "team"] {
            let kind = PrincipalKind::Group;
            let group = Newcomer { kind, name, display: None, addresses: &[], password: None };
            keeper.make_principal(&group).unwrap();
        }
        keeper.set_members("staff", &["team".to_owned()], &[]).unwrap();
        keeper.set_members("team", &["bob".to_owned(), "ann".to_owned()], &[]).unwrap();
    });

    let href = |name: &str| format!("<D:href>/principals/{name}/</D:href>");
    let set = property(&scene, BOB, "/principals/team/", "D:group-member-set").await.is(207);
    assert_eq!(set.inside("D:group-member-set"), format!("{}{}", href("ann"), href("bob")));
    let set = property(&scene, BOB, "/principals/staff/", "D:group-member-set").await.is(207);
    assert_eq!(set.inside("D:group-member-set"), href("team"), "those who are in it themselves");
    let of = property(&scene, BOB, "/principals/bob/", "D:group-membership").await.is(207);
    assert_eq!(of.inside("D:group-membership"), href("team"));
    let of = property(&scene, BOB, "/principals/team/", "D:group-membership").await.is(207);
    assert_eq!(of.inside("D:group-membership"), href("staff"));
    let person = property(&scene, BOB, "/principals/bob/", "D:group-member-set").await.is(207);
    person.says("404 Not Found");
    let patch = "<D:propertyupdate xmlns:D=\"DAV:\"><D:set><D:prop><D:group-member-set/></D:prop></D:set></D:propertyupdate>";
    let patched = scene.ask_as(BOB, &format!("PROPPATCH /principals/team/\n\n{patch}")).await;
    assert!(patched.status.is_client_error() || patched.body.contains("403"), "{patched:?}");
    let mine =
        "<D:principal-match xmlns:D=\"DAV:\"><D:self/><D:prop><D:displayname/></D:prop></D:principal-match>";
    let mine = scene.ask_as(BOB, &format!("REPORT /principals/\nDepth: 0\n\n{mine}")).await.is(207);
    let mine = ["bob", "team", "staff"].iter().fold(mine, |mine, name| mine.says(&href(name)));
    mine.says_not(&href("ann"));

    let tea = format!("{HOME}tea.ics");
    scene.ask_as(BOB, &format!("GET {tea}")).await.is(404);
    let staff = ace("<D:href>/principals/staff/</D:href>", "grant", &["D:read"]);
    acl(&scene, "ann:secret of ann", &[staff]).await.is(200);
    scene.ask_as(BOB, &format!("GET {tea}")).await.is(200).says("SUMMARY:Tea");
    let privileges = property(&scene, BOB, HOME, "D:current-user-privilege-set").await.is(207);
    privileges.says("<D:read/>").says_not("<D:write/>");
    property(&scene, BOB, "/principals/bob/", "C:calendar-home-set").await.is(207).says("/calendars/ann/");
    scene.keep(|service| service.keeper().set_members("team", &[], &["bob".to_owned()]).map(drop)).unwrap();
    scene.ask_as(BOB, &format!("GET {tea}")).await.is(404);
}
