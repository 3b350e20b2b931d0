//! When others are busy: asked of an outbox (RFC 6638 5), told by the index.

use super::{People, meeting};
use crate::scene::{Answer, event};

impl People {
    /// Ann asks of the second of March when these are busy.
    pub(super) async fn ask_busy(&self, guests: &[&str], more: &str) -> Answer {
        let guests: String =
            guests.iter().map(|guest| format!("ATTENDEE:mailto:{guest}@example.com\r\n")).collect();
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Client//EN\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\n\
             UID:asked\r\nDTSTAMP:20260201T000000Z\r\nDTSTART:20260302T000000Z\r\nDTEND:20260303T000000Z\r\n\
             ORGANIZER:mailto:ann@example.com\r\n{guests}{more}END:VFREEBUSY\r\nEND:VCALENDAR\r\n"
        );
        self.ask("ann", &format!("POST /calendars/ann/outbox/\nContent-Type: text/calendar\n\n{text}")).await
    }

    /// When Bob is busy then, as Ann is told: the lines of FREEBUSY.
    async fn busy_of_bob(&self) -> Vec<String> {
        let body = self.ask_busy(&["bob"], "").await.is(200).says("2.0;Success").body.replace("&#13;", "");
        body.lines().filter_map(|line| line.strip_prefix("FREEBUSY;FBTYPE=")).map(str::to_owned).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_who_is_asked_is_answered_for() {
    let people = People::open().await;
    people.put("bob", "a.ics", &event("a", "20260302T100000Z", "SUMMARY:Secret\r\n")).await.is(201);
    let told = people.ask_busy(&["bob", "cat", "nobody"], "").await.is(200);
    for wanted in [
        "<D:href>mailto:bob@example.com</D:href>",
        "<C:request-status>2.0;Success</C:request-status>",
        "<C:request-status>3.7;Invalid calendar user</C:request-status>",
        "METHOD:REPLY",
        "ATTENDEE:mailto:cat@example.com",
        "FREEBUSY;FBTYPE=BUSY:20260302T100000Z/20260302T103000Z",
    ] {
        assert!(told.body.contains(wanted), "{wanted} in {}", told.body);
    }
    told.says_not("Secret");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_busy_is_told_by_what_they_said_and_what_it_is() {
    let people = People::open().await;
    people.put("ann", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    assert_eq!(people.busy_of_bob().await, ["BUSY-TENTATIVE:20260302T160000Z/20260302T170000Z"]);
    people.answer("bob", "tea.ics", "ACCEPTED").await;
    assert_eq!(people.busy_of_bob().await, ["BUSY:20260302T160000Z/20260302T170000Z"]);
    let told = people.ask_busy(&["bob"], "X-CALENDARSERVER-MASK-UID:tea\r\n").await.is(200);
    told.says_not("FREEBUSY;");
    people.answer("bob", "tea.ics", "DECLINED").await;
    assert_eq!(people.busy_of_bob().await, [""; 0]);

    let put = |name: &'static str, start: &'static str, more: &'static str| {
        let people = &people;
        async move {
            people.put("bob", &format!("{name}.ics"), &event(name, start, more)).await.is(201);
        }
    };
    put("sure", "20260302T080000Z", "STATUS:CONFIRMED\r\n").await;
    put("maybe", "20260302T090000Z", "STATUS:TENTATIVE\r\n").await;
    put("off", "20260302T100000Z", "STATUS:CANCELLED\r\n").await;
    put("idle", "20260302T110000Z", "TRANSP:TRANSPARENT\r\n").await;
    put("often", "20260302T120000Z", "RRULE:FREQ=DAILY;COUNT=3\r\n").await;
    put("before", "20260301T234500Z", "").await;
    let published = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VFREEBUSY\r\nUID:published\r\n\
        DTSTAMP:20260201T000000Z\r\nFREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260302T200000Z/PT2H\r\n\
        FREEBUSY;FBTYPE=FREE:20260302T180000Z/PT1H\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n";
    people.put("bob", "published.ics", published).await.is(201);
    let todo = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VTODO\r\nUID:todo\r\n\
        DTSTAMP:20260201T000000Z\r\nDTSTART:20260302T140000Z\r\nDURATION:PT1H\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
    people.put("bob", "todo.ics", todo).await.is(201);
    let wanted = [
        "BUSY:20260302T000000Z/20260302T001500Z",
        "BUSY:20260302T080000Z/20260302T083000Z",
        "BUSY-TENTATIVE:20260302T090000Z/20260302T093000Z",
        "BUSY:20260302T120000Z/20260302T123000Z",
        "BUSY-UNAVAILABLE:20260302T200000Z/20260302T220000Z",
    ];
    assert_eq!(people.busy_of_bob().await, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn floating_times_and_days_are_in_the_zone_of_their_calendar() {
    let people = People::open().await;
    let zone = "<propertyupdate xmlns='DAV:'><set><prop>\
        <C:calendar-timezone-id xmlns:C='urn:ietf:params:xml:ns:caldav'>America/New_York</C:calendar-timezone-id>\
        </prop></set></propertyupdate>";
    people.ask("bob", &format!("PROPPATCH /calendars/bob/personal/\n\n{zone}")).await.is(207);
    people.put("bob", "a.ics", &event("a", "20260302T100000", "")).await.is(201);
    assert_eq!(people.busy_of_bob().await, ["BUSY:20260302T150000Z/20260302T153000Z"]);
    let day = event("b", "20260302", "").replace("DTSTART:", "DTSTART;VALUE=DATE:").replace("PT30M", "P1D");
    people.put("bob", "b.ics", &day).await.is(201);
    assert_eq!(people.busy_of_bob().await, ["BUSY:20260302T050000Z/20260303T000000Z"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_question_is_refused() {
    let people = People::open().await;
    let post = |who: &str, media: &str, text: &str| {
        let request = format!("POST /calendars/{who}/outbox/\nContent-Type: {media}\n\n{text}");
        let (people, who) = (&people, who.to_owned());
        async move { people.ask(&who, &request).await }
    };
    let asked = meeting("tea", &["bob"], "").replace("VERSION:2.0\r\n", "VERSION:2.0\r\nMETHOD:REQUEST\r\n");
    post("ann", "text/calendar", &asked).await.is(403).says("valid-scheduling-message");
    post("ann", "text/plain", &asked).await.is(403).says("supported-calendar-data");
    post("ann", "text/calendar", "BEGIN:VCALENDAR\r\n").await.is(403).says("valid-scheduling-message");
    let of_bob = "ORGANIZER:mailto:bob@example.com\r\n";
    let text = format!(
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\nUID:1\r\nDTSTART:20260302T000000Z\r\n\
         DTEND:20260303T000000Z\r\n{of_bob}ATTENDEE:mailto:cat@example.com\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    );
    post("ann", "text/calendar", &text).await.is(403).says("valid-organizer");
    people
        .ask("cat", &format!("POST /calendars/bob/outbox/\nContent-Type: text/calendar\n\n{text}"))
        .await
        .is(404);
    post("bob", "text/calendar", &text).await.is(200);
    let long = text.replace("DTEND:2026", "DTEND:2028");
    post("bob", "text/calendar", &long).await.is(403);
    let many: String = (0..101).map(|number| format!("ATTENDEE:mailto:{number}@example.com\r\n")).collect();
    post("bob", "text/calendar", &text.replace(of_bob, &format!("{of_bob}{many}"))).await.is(403);
}

/// Busy times of the second of March that somebody elsewhere published.
fn published(uid: &str, stamp: &str, days: (&str, &str), busy: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VFREEBUSY\r\nUID:{uid}\r\nDTSTAMP:{stamp}\r\n\
         DTSTART:{}\r\nDTEND:{}\r\nORGANIZER:mailto:zoe@example.net\r\nFREEBUSY:{busy}\r\nEND:VFREEBUSY\r\n\
         END:VCALENDAR\r\n",
        days.0, days.1
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_published_is_known_of_them_and_makes_nobody_else_busy_163() {
    let people = People::open().await;
    let month = ("20260301T000000Z", "20260401T000000Z");
    let asked = "ATTENDEE:mailto:zoe@example.net\r\n";
    people.ask_busy(&["ann"], asked).await.is(200).says("3.7;Invalid calendar user");
    let old = published("1", "20260201T000000Z", month, "20260302T080000Z/PT1H");
    people.put("ann", "old.ics", &old).await.is(201);
    let new = published("2", "20260205T000000Z", month, "20260301T230000Z/PT2H,20260302T120000Z/PT1H");
    people.put("ann", "new.ics", &new).await.is(201);
    // What tells of a part of the day tells nothing of the day.
    let part = published("3", "20260206T000000Z", (month.0, "20260302T120000Z"), "20260302T100000Z/PT1H");
    people.put("ann", "part.ics", &part).await.is(201);
    let told = people.ask_busy(&["ann"], asked).await.is(200);
    let told = told.says_not("3.7;").says("FREEBUSY;FBTYPE=BUSY:20260302T000000Z/20260302T010000Z");
    let told = told
        .says("20260302T120000Z/20260302T130000Z")
        .says_not("20260302T080000Z")
        .says_not("20260302T100000Z");
    assert_eq!(told.body.matches("BEGIN:VFREEBUSY").count(), 2);
    let ann = told.body.split("BEGIN:VFREEBUSY").find(|one| one.contains("ATTENDEE:mailto:ann@")).unwrap();
    assert!(!ann.contains("FREEBUSY;"), "{ann}");
    // Whoever has not heard of it does not know.
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\nUID:1\r\n\
        DTSTAMP:20260201T000000Z\r\nDTSTART:20260302T000000Z\r\nDTEND:20260303T000000Z\r\n\
        ORGANIZER:mailto:bob@example.com\r\nATTENDEE:mailto:zoe@example.net\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n";
    let post = format!("POST /calendars/bob/outbox/\nContent-Type: text/calendar\n\n{text}");
    people.ask("bob", &post).await.is(200).says("3.7;");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_somebody_is_busy_has_an_address() {
    let people = People::open().await;
    people.put("bob", "a.ics", &event("a", "20260302T100000Z", "SUMMARY:Secret\r\n")).await.is(201);
    let get = |who: &'static str, rest: &'static str| {
        let people = &people;
        async move { people.ask(who, &format!("GET /principals/{rest}\n")).await }
    };
    let told = get("ann", "bob/freebusy?start=2026-03-01&period=P7D").await.is(200);
    assert_eq!(told.header("content-type"), "text/calendar; charset=utf-8");
    let told = told.says("METHOD:PUBLISH").says("ORGANIZER:mailto:bob@example.com").says_not("Secret");
    told.says("DTSTART:20260301T000000Z").says("FREEBUSY;FBTYPE=BUSY:20260302T100000Z/20260302T103000Z");
    get("ann", "bob/freebusy?start=2026-03-03&end=2026-03-04").await.is(200).says_not("FREEBUSY;");
    get("ann", "bob/freebusy").await.is(200).says("BEGIN:VFREEBUSY");
    get("ann", "bob/freebusy?start=whenever").await.is(400).says("2026-03-02T09:00:00Z");
    get("ann", "bob/freebusy?period=P9999D").await.is(403);
    get("ann", "nobody/freebusy").await.is(404);
    let put = people.ask("ann", "PUT /principals/bob/freebusy\n\nx").await.is(405);
    assert_eq!(put.header("allow"), "OPTIONS, GET, HEAD");
    people.0.ask_as("bob:wrong", "GET /principals/bob/freebusy\n").await.is(401);
}
