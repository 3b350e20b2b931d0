//! Who acts for others, as Apple's clients have it: principals inside of principals, whose members may read or write for them.

use std::time::Duration;

use server::Options;
use service::{Delegation, Names, Newcomer, PrincipalKind, Service};
use store::{Booking, Mode, State, Waiting};
use tempfile::TempDir;

use super::{People, answered, line_of, meeting};
use crate::scene::{Answer, NOW, Scene, event, waiting};

const SPACES: &str =
    "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:CS=\"http://calendarserver.org/ns/\"";

fn href(path: &str) -> String {
    format!("<D:href>{path}</D:href>")
}

impl People {
    async fn asked(&self, who: &str, path: &str, depth: u8, properties: &str) -> Answer {
        let body = format!("<D:propfind {SPACES}><D:prop>{properties}</D:prop></D:propfind>");
        self.ask(who, &format!("PROPFIND {path}\nDepth: {depth}\n\n{body}")).await.is(207)
    }

    async fn patch_proxy(&self, who: &str, path: &str, value: &str) -> Answer {
        let set = format!("<D:set><D:prop>{value}</D:prop></D:set>");
        let body = format!("<D:propertyupdate {SPACES}>{set}</D:propertyupdate>");
        self.ask(who, &format!("PROPPATCH {path}\n\n{body}")).await
    }

    /// Somebody says who may act for Ann.
    async fn delegate(&self, who: &str, way: &str, members: &[&str]) -> Answer {
        let members: String = members.iter().map(|member| href(&format!("/principals/{member}/"))).collect();
        let value = format!("<D:group-member-set>{members}</D:group-member-set>");
        self.patch_proxy(who, &format!("/principals/ann/calendar-proxy-{way}/"), &value).await
    }

    /// Ann says so, and it is done.
    async fn let_act(&self, way: &str, members: &[&str]) {
        self.delegate("ann", way, members).await.is(207).says("200 OK").says_not("HTTP/1.1 4");
    }

    /// Who may act for Ann, by name.
    async fn members(&self, way: &str) -> Vec<String> {
        let path = format!("/principals/ann/calendar-proxy-{way}/");
        let answer = self.asked("ann", &path, 0, "<D:group-member-set/>").await.says("200 OK");
        let hrefs = answer.body.split("<D:href>/principals/").skip(2);
        let mut members: Vec<_> = hrefs.map(|rest| rest.split('/').next().unwrap().to_owned()).collect();
        members.sort_unstable();
        members
    }

    async fn put_for_ann(&self, who: &str, name: &str, text: &str) -> Answer {
        let request = format!("PUT /calendars/ann/personal/{name}\nContent-Type: text/calendar\n\n{text}");
        self.ask(who, &request).await
    }

    /// What came to somebody last, unfolded.
    async fn last_message(&self, who: &str) -> String {
        let (_, path) = self.inbox(who).await.pop().unwrap();
        self.get(who, &path).await.is(200).body.replace("\r\n ", "")
    }

    async fn get(&self, who: &str, path: &str) -> Answer {
        self.ask(who, &format!("GET {path}\n")).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn principals_have_two_more_inside() {
    let people = People::open().await;
    assert!(people.ask("ann", "OPTIONS /\n").await.header("dav").ends_with(", calendar-proxy"));
    let inside = people.asked("ann", "/principals/ann/", 1, "<D:resourcetype/><D:displayname/>").await;
    for way in ["read", "write"] {
        let path = format!("/principals/ann/calendar-proxy-{way}/");
        assert!(inside.body.contains(&href(&path)), "{}", inside.body);
        let types = format!("<D:collection/><D:principal/><CS:calendar-proxy-{way}/></D:resourcetype>");
        assert!(inside.body.contains(&types), "{}", inside.body);
    }
    assert_eq!(people.members("read").await, [""; 0]);

    people.let_act("read", &["dan", "eve"]).await;
    people.let_act("write", &["bob"]).await;
    assert_eq!(people.members("read").await, ["dan", "eve"]);
    assert_eq!(people.members("write").await, ["bob"]);
    let asked = "<CS:calendar-proxy-read-for/><CS:calendar-proxy-write-for/><D:group-membership/>";
    let of_bob = people.asked("bob", "/principals/bob/", 0, asked).await;
    assert_eq!(of_bob.inside("CS:calendar-proxy-write-for"), href("/principals/ann/"));
    of_bob.says("<CS:calendar-proxy-read-for/>").says(&href("/principals/ann/calendar-proxy-write/"));
    let of_dan = people.asked("dan", "/principals/dan/", 0, asked).await;
    assert_eq!(of_dan.inside("CS:calendar-proxy-read-for"), href("/principals/ann/"));
    // For whom somebody acts is for nobody else to know, nor who acts for them.
    people.asked("cat", "/principals/bob/", 0, asked).await.says_not("/principals/ann/");
    let path = "/principals/ann/calendar-proxy-write/";
    for who in ["bob", "cat"] {
        people.asked(who, path, 0, "<D:group-member-set/>").await.says("404 Not Found").says_not("/bob/");
    }

    // Who reads and is let write, too, is in one of them; who is named twice is there once.
    people.let_act("write", &["bob", "eve", "bob"]).await;
    assert_eq!(people.members("read").await, ["dan"]);
    assert_eq!(people.members("write").await, ["bob", "eve"]);
    people.let_act("read", &["dan", "bob"]).await;
    assert_eq!(people.members("write").await, ["eve"]);
    assert_eq!(people.members("read").await, ["bob", "dan"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_ask_for_all_of_it_at_once() {
    let people = People::open().await;
    people.let_act("write", &["bob"]).await;
    let property = |name: &str, space: &str, inside: &str| {
        format!("<D:property name=\"{name}\" namespace=\"{space}\">{inside}</D:property>")
    };
    let shown = property("displayname", "DAV:", "")
        + &property("calendar-home-set", "urn:ietf:params:xml:ns:caldav", "");
    let for_ = ["read", "write"]
        .map(|way| property(&format!("calendar-proxy-{way}-for"), "http://calendarserver.org/ns/", &shown));
    let expand = |inside: &str| format!("<D:expand-property xmlns:D=\"DAV:\">{inside}</D:expand-property>");
    let request = format!("REPORT /principals/bob/\nDepth: 0\n\n{}", expand(&for_.concat()));
    let found = people.ask("bob", &request).await.is(207);
    found
        .says(&href("/principals/ann/"))
        .says("<D:displayname>ann</D:displayname>")
        .says(&href("/calendars/ann/"));
    let members = expand(&property("group-member-set", "DAV:", &shown));
    let request = format!("REPORT /principals/ann/calendar-proxy-write/\nDepth: 0\n\n{members}");
    people.ask("ann", &request).await.is(207).says("<D:displayname>bob</D:displayname>");
    let mine = "<D:principal-match xmlns:D=\"DAV:\"><D:self/></D:principal-match>";
    let mine = people.ask("bob", &format!("REPORT /principals/\nDepth: 0\n\n{mine}")).await.is(207);
    mine.says(&href("/principals/bob/")).says(&href("/principals/ann/calendar-proxy-write/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_for_somebody_sees_all_but_what_is_private_and_writes_nothing() {
    let people = People::open().await;
    let tea = event("tea", "20260302T090000Z", "SUMMARY:Tea\r\n");
    people.put("ann", "tea.ics", &tea).await.is(201);
    for class in ["PRIVATE", "CONFIDENTIAL"] {
        let text = event(class, "20260303T090000Z", &format!("SUMMARY:Doctor\r\nCLASS:{class}\r\n"));
        people.put("ann", &format!("{class}.ics"), &text).await.is(201);
    }
    people.get("dan", "/calendars/ann/personal/tea.ics").await.is(404);
    people.let_act("read", &["dan"]).await;
    people.get("dan", "/calendars/ann/personal/tea.ics").await.is(200).says("SUMMARY:Tea");
    for class in ["PRIVATE", "CONFIDENTIAL"] {
        let path = format!("/calendars/ann/personal/{class}.ics");
        people.get("dan", &path).await.is(200).says("20260303T090000Z").says_not("Doctor");
    }
    let home = people.ask("dan", "PROPFIND /calendars/ann/\nDepth: 1\n\n").await.is(207);
    home.says("/calendars/ann/personal/").says_not("inbox").says_not("outbox");
    people.asked("dan", "/principals/dan/", 0, "<C:calendar-home-set/>").await.says("/calendars/ann/");

    people
        .put_for_ann("dan", "tea.ics", &tea.replace("Tea", "Coffee"))
        .await
        .is(403)
        .says("<D:write-content/>");
    let new = event("new", "20260302T090000Z", "");
    people.put_for_ann("dan", "new.ics", &new).await.is(403).says("<D:bind/>");
    people.ask("dan", "DELETE /calendars/ann/personal/tea.ics\n").await.is(403).says("<D:unbind/>");
    people.ask("dan", "MKCALENDAR /calendars/ann/more/\n").await.is(403);
    people.get("dan", "/calendars/ann/inbox/").await.is(404);
    let may = people.asked("dan", "/calendars/ann/personal/", 0, "<D:current-user-privilege-set/>").await;
    may.says("<D:read/>").says_not("<D:write").says_not("<D:bind/>").says_not("acl/>");
    // The list of the calendar says the same, and where it comes from.
    let acl = people.asked("ann", "/calendars/ann/personal/", 0, "<D:acl/>").await;
    let (_, of_dan) = acl.body.split_once(&href("/principals/dan/")).unwrap();
    let of_dan = of_dan.split("</D:ace>").next().unwrap();
    assert!(of_dan.contains("<D:grant><D:privilege><D:read/></D:privilege></D:grant>"), "{of_dan}");
    assert!(of_dan.contains(&format!("<D:inherited>{}", href("/calendars/ann/"))), "{of_dan}");
    people.asked("ann", "/calendars/ann/", 0, "<D:acl/>").await.says(&href("/principals/dan/"));
    people.asked("cat", "/calendars/ann/", 0, "<D:acl/>").await.says_not("dan");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_for_somebody_plans_and_answers_in_their_name_and_is_named() {
    let people = People::open().await;
    people.let_act("write", &["dan"]).await;
    // Who sends is known by who signed in, whatever is said.
    let said = "ORGANIZER;SENT-BY=\"mailto:eve@example.com\":";
    let tea = meeting("tea", &["bob"], "").replace("ORGANIZER:", said);
    people.put_for_ann("dan", "tea.ics", &tea).await.is(201);
    let sent_by = "SENT-BY=\"mailto:dan@example.com\"";
    let of_bob = people.copy("bob", "tea.ics").await;
    assert!(of_bob.contains(&format!("ORGANIZER;{sent_by}:mailto:ann@example.com")), "{of_bob}");
    assert!(line_of(&people.copy("ann", "tea.ics").await, "bob").contains("SCHEDULE-STATUS=1.2"));
    // What she sends herself nobody sent for her, though her copy still has what was said.
    people.change("ann", "tea.ics", &[("SUMMARY:Tea", "SUMMARY:Coffee")]).await.is(204);
    let of_bob = people.copy("bob", "tea.ics").await;
    assert!(of_bob.contains("SUMMARY:Coffee") && of_bob.contains("ORGANIZER:mailto:ann"), "{of_bob}");
    people.answer("bob", "tea.ics", "ACCEPTED").await;
    assert_eq!(people.methods("ann").await, ["REPLY"], "answers go to whom it is for");
    assert_eq!(people.methods("dan").await, [""; 0]);

    // What comes to her he sees, answers and takes away.
    let of_cat = meeting("cats", &["ann"], "").replace("ORGANIZER:mailto:ann", "ORGANIZER:mailto:cat");
    people.put("cat", "cats.ics", &of_cat).await.is(201);
    let listing = people.ask("dan", "PROPFIND /calendars/ann/inbox/\nDepth: 1\n\n").await.is(207);
    let paths: Vec<_> = listing.body.split("<D:href>").filter_map(|part| part.split('<').next()).collect();
    let paths: Vec<_> = paths.into_iter().filter(|path| path.ends_with(".ics")).collect();
    assert_eq!(paths.len(), 2, "{paths:?}");
    people.get("dan", paths[1]).await.is(200).says("METHOD:REQUEST");
    let copy = people.get("dan", "/calendars/ann/personal/cats.ics").await.is(200).body.replace("\r\n ", "");
    people.put_for_ann("dan", "cats.ics", &answered(&copy, "ann", "ACCEPTED")).await.is(204);
    assert!(line_of(&people.copy("cat", "cats.ics").await, "ann").contains("PARTSTAT=ACCEPTED"));
    let reply = people.last_message("cat").await;
    assert!(reply.contains("METHOD:REPLY") && line_of(&reply, "ann").contains(sent_by), "{reply}");
    people.ask("dan", &format!("DELETE {}\n", paths[1])).await.is(204);
    assert_eq!(people.methods("ann").await, ["REPLY"]);

    let may = people.asked("dan", "/calendars/ann/outbox/", 0, "<D:current-user-privilege-set/>").await;
    may.says("<C:schedule-send/>").says("<C:schedule-send-invite/>").says("<C:schedule-send-reply/>");
    people.asked("ann", "/calendars/ann/outbox/", 0, "<D:acl/>").await.says("<C:schedule-send/>");
    let busy = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//E//C//EN\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\n\
                UID:when\r\nDTSTAMP:20260201T000000Z\r\nDTSTART:20260302T000000Z\r\nDTEND:20260303T000000Z\r\n\
                ORGANIZER:mailto:ann@example.com\r\nATTENDEE:mailto:bob@example.com\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n";
    let busy = format!("POST /calendars/ann/outbox/\nContent-Type: text/calendar\n\n{busy}");
    people.ask("dan", &busy).await.is(200).says("2.0;Success").says("FREEBUSY");
    let in_his = busy.replace("ORGANIZER:mailto:ann", "ORGANIZER:mailto:dan");
    people.ask("dan", &in_his).await.is(403).says("valid-organizer");
    people.ask("eve", &busy).await.is(404);
}

/// To write for somebody is to write in their calendars: what calendars there are, who may do what, and how things are received stay
/// theirs to say.
#[tokio::test(flavor = "multi_thread")]
async fn who_writes_for_somebody_does_not_keep_their_house() {
    let people = People::open().await;
    people.let_act("write", &["dan"]).await;
    let home = "/calendars/ann/personal/";
    people.put("ann", "tea.ics", &event("tea", "20260302T090000Z", "SUMMARY:Tea\r\n")).await.is(201);
    let patch = |inside: &str| {
        let set = format!("<D:set><D:prop>{inside}</D:prop></D:set>");
        format!("<D:propertyupdate {SPACES}>{set}</D:propertyupdate>")
    };
    let name = patch("<D:displayname>Mine</D:displayname>");
    let default =
        patch(&format!("<C:schedule-default-calendar-URL>{}</C:schedule-default-calendar-URL>", href(home)));
    let all = "<ace><principal><href>/principals/dan/</href></principal><grant><privilege><all/></privilege></grant></ace>";
    for request in [
        "MKCALENDAR /calendars/ann/more/\n".to_owned(),
        format!("DELETE {home}\n"),
        format!("MOVE {home}\nDestination: /calendars/dan/hers/\n"),
        format!("PROPPATCH {home}\n\n{name}"),
        format!("PROPPATCH /calendars/ann/inbox/\n\n{default}"),
        format!("ACL {home}\n\n<acl xmlns='DAV:'>{all}</acl>"),
        format!("ACL /calendars/ann/outbox/\n\n<acl xmlns='DAV:'>{all}</acl>"),
        "DELETE /calendars/ann/inbox/\n".to_owned(),
        "PUT /calendars/ann/inbox/x.ics\nContent-Type: text/calendar\n\nx".to_owned(),
    ] {
        people.ask("dan", &request).await.is(403);
    }
    people.get("dan", "/files/ann/").await.is(404);
    people.asked("dan", home, 0, "<D:acl/>").await.says("404 Not Found");
    assert!(people.copy("ann", "tea.ics").await.contains("SUMMARY:Tea"));
    // In them he moves and removes what is hers, as she would.
    people.ask("ann", "MKCALENDAR /calendars/ann/other/\n").await.is(201);
    let moving = "MOVE /calendars/ann/personal/tea.ics\nDestination: /calendars/ann/other/tea.ics\n";
    people.ask("dan", moving).await.is(201);
    people.ask("dan", "DELETE /calendars/ann/other/tea.ics\n").await.is(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_private_is_written_over_by_nobody_who_does_not_see_it() {
    let people = People::open().await;
    people.let_act("write", &["dan"]).await;
    let private = event("x", "20260303T090000Z", "SUMMARY:Doctor\r\nCLASS:PRIVATE\r\n");
    people.put("ann", "x.ics", &private).await.is(201);
    let seen = people.get("dan", "/calendars/ann/personal/x.ics").await.is(200).says_not("Doctor").body;
    people.put_for_ann("dan", "x.ics", &seen).await.is(403);
    people.ask("dan", "DELETE /calendars/ann/personal/x.ics\n").await.is(403);
    let copying = "COPY /calendars/ann/personal/x.ics\nDestination: /calendars/dan/personal/x.ics\n";
    people.ask("dan", copying).await.is(403);
    // A private invitation is no message of his to read.
    let of_cat = meeting("cats", &["ann"], "CLASS:PRIVATE\r\n")
        .replace("ORGANIZER:mailto:ann", "ORGANIZER:mailto:cat");
    people.put("cat", "cats.ics", &of_cat).await.is(201);
    let (_, path) = people.inbox("ann").await.remove(0);
    people.ask("dan", "PROPFIND /calendars/ann/inbox/\nDepth: 1\n\n").await.is(207).says_not(".ics");
    people.get("dan", &path).await.is(404);
    people.ask("dan", &format!("DELETE {path}\n")).await.is(404);
    // Nor is an answer to one, also where it does not say so itself.
    people.put("ann", "mine.ics", &meeting("mine", &["bob"], "CLASS:PRIVATE\r\n")).await.is(201);
    let copy = people.copy("bob", "mine.ics").await;
    for text in [
        answered(&copy, "bob", "ACCEPTED"),
        answered(&copy, "bob", "DECLINED").replace("CLASS:PRIVATE\r\n", ""),
    ] {
        people.put("bob", "mine.ics", &text).await.is(204);
    }
    assert_eq!(people.methods("ann").await, ["REQUEST", "REPLY", "REPLY"]);
    people.ask("dan", "PROPFIND /calendars/ann/inbox/\nDepth: 1\n\n").await.is(207).says_not(".ics");
    people.delete("ann", "mine.ics").await.is(204);
    people.ask("dan", "PROPFIND /calendars/ann/inbox/\nDepth: 1\n\n").await.is(207).says_not(".ics");
    // What he hides he does not see again.
    people
        .put_for_ann(
            "dan",
            "gift.ics",
            &event("gift", "20260304T090000Z", "SUMMARY:Gift\r\nCLASS:PRIVATE\r\n"),
        )
        .await
        .is(201);
    people.get("dan", "/calendars/ann/personal/gift.ics").await.is(200).says_not("Gift");
    assert!(people.copy("ann", "gift.ics").await.contains("Gift"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_taken_out_has_nothing_any_more() {
    let people = People::open().await;
    people.put("ann", "tea.ics", &event("tea", "20260302T090000Z", "SUMMARY:Tea\r\n")).await.is(201);
    people.let_act("write", &["dan", "eve"]).await;
    people.get("dan", "/calendars/ann/personal/tea.ics").await.is(200);
    people.let_act("write", &["eve"]).await;
    let plan = meeting("plan", &["bob"], "");
    people.get("dan", "/calendars/ann/personal/tea.ics").await.is(404);
    people.put_for_ann("dan", "plan.ics", &plan).await.is(409);
    for path in ["inbox/", "outbox/"] {
        people.ask("dan", &format!("PROPFIND /calendars/ann/{path}\nDepth: 0\n\n")).await.is(404);
    }
    people.asked("dan", "/principals/dan/", 0, "<CS:calendar-proxy-write-for/>").await.says_not("/ann/");
    people.put_for_ann("eve", "plan.ics", &plan).await.is(201);

    // Who may only read from now on sends nothing either; without any value none is left.
    people.let_act("read", &["eve"]).await;
    people.put_for_ann("eve", "plan.ics", &plan.replace("Tea", "Coffee")).await.is(403);
    people.get("eve", "/calendars/ann/inbox/").await.is(404);
    let remove = "<D:remove><D:prop><D:group-member-set/></D:prop></D:remove>";
    let remove = format!("<D:propertyupdate {SPACES}>{remove}</D:propertyupdate>");
    let request = format!("PROPPATCH /principals/ann/calendar-proxy-read/\n\n{remove}");
    people.ask("ann", &request).await.is(207).says("200 OK");
    people.get("eve", "/calendars/ann/personal/tea.ics").await.is(404);
    assert_eq!(people.members("read").await, [""; 0]);

    // Whoever is removed from the service acts for nobody, and for whom they were let is none of theirs.
    people.let_act("read", &["fay"]).await;
    people.0.keep(|service| service.keeper().set_state("fay", State::Removed).map(drop)).unwrap();
    assert_eq!(people.members("read").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_owner_says_who_acts_for_them() {
    let people = People::open().await;
    people.let_act("read", &["cat"]).await;
    people.let_act("write", &["dan"]).await;
    for who in ["bob", "cat", "dan"] {
        for way in ["read", "write"] {
            let lacks = format!(
                "{}<D:privilege><D:write-properties/>",
                href(&format!("/principals/ann/calendar-proxy-{way}/"))
            );
            people.delegate(who, way, &[who, "eve"]).await.is(403).says("need-privileges").says(&lacks);
            people.delegate(who, way, &[]).await.is(403);
        }
        let path = "/principals/ann/calendar-proxy-write/";
        people.asked(who, path, 0, "<D:current-user-privilege-set/>").await.says_not("write-properties");
    }
    assert_eq!(people.members("read").await, ["cat"]);
    assert_eq!(people.members("write").await, ["dan"]);
    people
        .asked("ann", "/principals/ann/calendar-proxy-write/", 0, "<D:current-user-privilege-set/>")
        .await
        .says("write-properties");
    let send = "POST /principals/ann/calendar-proxy-write/\n\nnobody";
    for request in [
        send,
        "DELETE /principals/ann/calendar-proxy-write/\n",
        "MKCOL /principals/ann/calendar-proxy-write/\n",
        "PUT /principals/ann/calendar-proxy-write/x.ics\n\nnothing",
        "MKCALENDAR /principals/ann/calendar-proxy-write/x/\n",
        "PROPFIND /principals/ann/calendar-proxy-other/\nDepth: 0\n\n",
        "PROPFIND /principals/nobody/calendar-proxy-read/\nDepth: 0\n\n",
        "MOVE /principals/ann/calendar-proxy-write/\nDestination: /principals/bob/calendar-proxy-write/\n",
    ] {
        let answer = people.ask("ann", request).await;
        assert!(answer.status.is_client_error(), "{request}: {answer:?}");
    }
    assert_eq!(people.members("write").await, ["dan"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_nobody_knows_is_refused_and_all_stays_as_it_was() {
    let people = People::open().await;
    people.let_act("write", &["dan"]).await;
    let path = "/principals/ann/calendar-proxy-write/";
    let set = |hrefs: &[&str]| {
        let hrefs: String = hrefs.iter().map(|one| href(one)).collect();
        format!("<D:group-member-set>{hrefs}</D:group-member-set>")
    };
    for unknown in [
        "/principals/nobody/",
        "/principals/",
        "/calendars/bob/",
        "/principals/bob/calendar-proxy-read/",
        "http://elsewhere.example/principals/bob/",
        "mailto:bob@example.com",
        "../bob/",
        "",
    ] {
        let answer = people.patch_proxy("ann", path, &set(&["/principals/bob/", unknown])).await.is(207);
        answer.says("403 Forbidden").says("<D:recognized-principal/>");
    }
    let answer = people.patch_proxy("ann", path, &set(&["/principals/ann/"])).await.is(207);
    answer.says("403 Forbidden").says("<D:allowed-principal/>");
    for value in [
        "<D:displayname>Mine</D:displayname>",
        "<D:group-membership/>",
        "<X:odd xmlns:X=\"http://example.com/\"/>",
    ] {
        let both = set(&["/principals/bob/"]) + value;
        people.patch_proxy("ann", path, &both).await.is(207).says("403 Forbidden").says("424 Failed");
    }
    let empty = people.patch_proxy("ann", path, "").await;
    assert!(empty.status.as_u16() == 207 || empty.status.is_client_error(), "{empty:?}");
    people
        .patch_proxy("ann", "/principals/ann/", &set(&["/principals/bob/"]))
        .await
        .is(207)
        .says("403 Forbidden");
    assert_eq!(people.members("write").await, ["dan"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_there_may_be_are_refused() {
    let folder = TempDir::new().unwrap();
    let patient = Waiting { most: Duration::from_secs(60), tell: || () };
    let store = waiting(|| engines::store(folder.path(), patient));
    let options = service::Options { group_members: 1, ..service::Options::default() };
    let service = Service::new(store, || NOW, Names::told("delegates"), options);
    let people = People::behind(Scene::over(folder, service, Options::default()).await);
    people.let_act("read", &["bob"]).await;
    people.delegate("ann", "write", &["cat"]).await.is(403).says("<D:limited-number-of-aces/>");
    people.let_act("write", &["bob"]).await;
    assert_eq!(people.members("write").await, ["bob"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_acts_by_its_members_and_nobody_acts_for_a_group() {
    let people = People::open().await;
    people.0.keep(|service| {
        let kind = PrincipalKind::Group;
        let group = Newcomer { kind, name: "staff", display: None, addresses: &[], password: None };
        service.keeper().make_principal(&group).unwrap();
        service.keeper().set_members("staff", &["eve".to_owned()], &[]).unwrap();
    });
    people.let_act("write", &["staff"]).await;
    assert_eq!(people.members("write").await, ["staff"]);
    let asked = "<CS:calendar-proxy-write-for/><D:group-membership/>";
    let of_eve = people.asked("eve", "/principals/eve/", 0, asked).await;
    assert_eq!(of_eve.inside("CS:calendar-proxy-write-for"), href("/principals/ann/"));
    people.put_for_ann("eve", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    assert!(people.copy("bob", "tea.ics").await.contains("SENT-BY=\"mailto:eve@example.com\""));
    people
        .0
        .keep(|service| service.keeper().set_members("staff", &[], &["eve".to_owned()]).map(drop))
        .unwrap();
    people.put_for_ann("eve", "tea.ics", &meeting("tea", &[], "")).await.is(409);
    people.ask("ann", "PROPFIND /principals/staff/calendar-proxy-read/\nDepth: 0\n\n").await.is(404);
    people.ask("ann", "PROPFIND /principals/staff/\nDepth: 1\n\n").await.is(207).says_not("calendar-proxy");
}

/// Of a room that nobody can sign in as, whoever keeps the store says who acts for it.
#[tokio::test(flavor = "multi_thread")]
async fn who_acts_for_a_room_answers_for_it() {
    let people = People::open().await;
    people.0.keep(|service| {
        let (keeper, addresses) = (service.keeper(), ["hall@example.com".to_owned()]);
        let room = Newcomer {
            kind: PrincipalKind::Room,
            name: "hall",
            display: None,
            addresses: &addresses,
            password: None,
        };
        keeper.make_principal(&room).unwrap();
        let [hall, dan] = ["hall", "dan"].map(|name| keeper.principal(name).unwrap().id);
        keeper.delegate(hall, dan, Delegation::Write, "dan acts for the hall").unwrap();
    });
    people
        .asked("dan", "/principals/dan/", 0, "<CS:calendar-proxy-write-for/>")
        .await
        .says("/principals/hall/");
    people.put("ann", "tea.ics", &meeting("tea", &["hall"], "")).await.is(201);
    assert!(line_of(&people.copy("ann", "tea.ics").await, "hall").contains("PARTSTAT=ACCEPTED"));
    let path = "/calendars/hall/personal/tea.ics";
    let copy = people.get("dan", path).await.is(200).body.replace("\r\n ", "");
    let put = format!("PUT {path}\nContent-Type: text/calendar\n\n{}", answered(&copy, "hall", "DECLINED"));
    people.ask("eve", &put).await.is(409);
    people.ask("dan", &put).await.is(204);
    assert!(line_of(&people.copy("ann", "tea.ics").await, "hall").contains("PARTSTAT=DECLINED"));
    let reply = people.last_message("ann").await;
    assert!(line_of(&reply, "hall").contains("SENT-BY=\"mailto:dan@example.com\""), "{reply}");

    // Where somebody is asked first, it is not the rules who answer, but he.
    people.0.keep(|service| {
        let ask = |booking: &mut Booking| booking.mode = Some(Mode::Ask);
        service.keeper().set_booking("hall", ask).unwrap();
    });
    people.put("ann", "ball.ics", &meeting("ball", &["hall"], "")).await.is(201);
    assert!(!line_of(&people.copy("ann", "ball.ics").await, "hall").contains("ACCEPTED"));
    let path = "/calendars/hall/personal/ball.ics";
    let copy = people.get("dan", path).await.is(200).body.replace("\r\n ", "");
    let put = format!("PUT {path}\nContent-Type: text/calendar\n\n{}", answered(&copy, "hall", "ACCEPTED"));
    people.ask("dan", &put).await.is(204);
    assert!(line_of(&people.copy("ann", "ball.ics").await, "hall").contains("PARTSTAT=ACCEPTED"));
}
