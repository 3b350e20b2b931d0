//! Into which calendar invitations come (RFC 6638 4.3, 9.2).

use super::{People, meeting};
use crate::scene::Answer;

const SPACES: &str = "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"";

impl People {
    /// Sets properties of Bob's inbox, or takes them away.
    pub(super) async fn patch_inbox(&self, act: &str, properties: &str) -> Answer {
        let body = format!(
            "<D:propertyupdate {SPACES}><D:{act}><D:prop>{properties}</D:prop></D:{act}></D:propertyupdate>"
        );
        self.ask("bob", &format!("PROPPATCH /calendars/bob/inbox/\n\n{body}")).await
    }

    /// What Bob's inbox says of a property.
    pub(super) async fn inbox_says(&self, property: &str) -> Answer {
        let body = format!("<D:propfind {SPACES}><D:prop><C:{property}/></D:prop></D:propfind>");
        self.ask("bob", &format!("PROPFIND /calendars/bob/inbox/\nDepth: 0\n\n{body}")).await.is(207)
    }

    /// Says into which calendar what Bob is invited to comes.
    async fn receive_into(&self, reference: &str) -> Answer {
        let property = format!(
            "<C:schedule-default-calendar-URL><D:href>{reference}</D:href></C:schedule-default-calendar-URL>"
        );
        self.patch_inbox("set", &property).await
    }
}

const DEFAULT: &str = "schedule-default-calendar-URL";

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_goes_into_the_calendar_that_is_named() {
    let people = People::open().await;
    people.inbox_says(DEFAULT).await.says("<D:href>/calendars/bob/personal/</D:href>");
    people.ask("bob", "MKCALENDAR /calendars/bob/other/\n").await.is(201);
    people.receive_into("/calendars/bob/other/").await.is(207).says("200 OK").says_not("HTTP/1.1 4");
    people.inbox_says(DEFAULT).await.says("<D:href>/calendars/bob/other/</D:href>");
    people.put("ann", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    people.ask("bob", "GET /calendars/bob/other/tea.ics\n").await.is(200).says("SUMMARY:Tea");
    assert_eq!(people.copy("bob", "tea.ics").await, "");

    // What is named stays, until another is (RFC 6638 4.3).
    people.ask("bob", "DELETE /calendars/bob/other/\n").await.is(403).says("<C:default-calendar-needed");
    people.patch_inbox("remove", "<C:schedule-default-calendar-URL/>").await.is(207).says("200 OK");
    people.inbox_says(DEFAULT).await.says("<D:href>/calendars/bob/personal/</D:href>");
    people.put("ann", "cake.ics", &meeting("cake", &["bob"], "")).await.is(201);
    assert!(people.copy("bob", "cake.ics").await.contains("UID:cake"));
    people.ask("bob", "DELETE /calendars/bob/other/\n").await.is(204);

    // Where nobody named one the next takes its place, but the last stays.
    people.ask("bob", "MKCALENDAR /calendars/bob/next/\n").await.is(201);
    people.ask("bob", "DELETE /calendars/bob/personal/\n").await.is(204);
    people.inbox_says(DEFAULT).await.says("<D:href>/calendars/bob/next/</D:href>");
    people.ask("bob", "DELETE /calendars/bob/next/\n").await.is(403).says("<C:default-calendar-needed");
    people
        .patch_inbox("set", "<C:schedule-default-calendar-URL/>")
        .await
        .is(207)
        .says("200 OK")
        .says_not("HTTP/1.1 4");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_else_is_named() {
    let people = People::open().await;
    let todos = "<C:mkcalendar xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:set><D:prop>\
        <C:supported-calendar-component-set><C:comp name=\"VTODO\"/></C:supported-calendar-component-set>\
        </D:prop></D:set></C:mkcalendar>";
    people.ask("bob", &format!("MKCALENDAR /calendars/bob/todos/\n\n{todos}")).await.is(201);
    for reference in [
        "/calendars/bob/none/",
        "/calendars/bob/inbox/",
        "/calendars/bob/todos/",
        "/calendars/ann/personal/",
        "/calendars/bob/",
        "/principals/bob/",
        "http://elsewhere.example/calendars/bob/personal/",
        "no path",
    ] {
        let answer = people.receive_into(reference).await.is(207).says("403 Forbidden");
        answer.says("<C:valid-schedule-default-calendar-URL");
    }
    let two = "<C:schedule-default-calendar-URL><D:href>/calendars/bob/personal/</D:href>\
               <D:href>/calendars/bob/personal/</D:href></C:schedule-default-calendar-URL>";
    people.patch_inbox("set", two).await.is(207).says("<C:valid-schedule-default-calendar-URL");
    people.inbox_says(DEFAULT).await.says("<D:href>/calendars/bob/personal/</D:href>");

    // All is changed or nothing; what means nothing here is kept beside it.
    let both = "<C:schedule-default-calendar-URL/><D:displayname>Post</D:displayname>\
         <X:odd xmlns:X=\"http://example.com/\">1</X:odd>";
    let answer = people.patch_inbox("set", both).await.is(207);
    answer.says("403 Forbidden").says("424 Failed Dependency");
    let both = both.replace("<D:displayname>Post</D:displayname>", "");
    people.patch_inbox("set", &both).await.is(207).says("200 OK").says_not("HTTP/1.1 4");
    let odd =
        "<D:propfind xmlns:D=\"DAV:\"><D:prop><X:odd xmlns:X=\"http://example.com/\"/></D:prop></D:propfind>";
    people
        .ask("bob", &format!("PROPFIND /calendars/bob/inbox/\nDepth: 0\n\n{odd}"))
        .await
        .is(207)
        .says("200 OK");
    let of_ann = "<D:propertyupdate xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:remove><D:prop>\
        <C:schedule-default-calendar-URL/></D:prop></D:remove></D:propertyupdate>";
    people.ask("bob", &format!("PROPPATCH /calendars/ann/inbox/\n\n{of_ann}")).await.is(404);
    people.ask("bob", &format!("PROPPATCH /calendars/bob/personal/\n\n{of_ann}")).await.is(207);
}
