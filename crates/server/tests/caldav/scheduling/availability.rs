//! When somebody is there at all (RFC 7953): said of an inbox and in calendars, and folded in where it is asked when they are busy.

use super::{People, meeting};
use crate::scene::event;

/// A VAVAILABILITY or another component in a text of its own.
fn calendar(components: &str) -> String {
    let components = components.trim().replace("\r\n", "\n").replace('\n', "\r\n");
    format!(
        "BEGIN:VCALENDAR\r\nCALSCALE:GREGORIAN\r\nPRODID:-//example.com//iCalendar 2.0//EN\r\nVERSION:2.0\r\n\
         {components}\r\nEND:VCALENDAR\r\n"
    )
}

/// A VAVAILABILITY with one AVAILABLE.
fn hours(uid: &str, more: &str, available: &str) -> String {
    calendar(&format!(
        "BEGIN:VAVAILABILITY\nUID:{uid}\nDTSTAMP:20111005T133225Z\n{more}BEGIN:AVAILABLE\nUID:{uid}-1\n\
         DTSTAMP:20111005T133225Z\n{available}END:AVAILABLE\nEND:VAVAILABILITY"
    ))
}

/// A day in slots of two hours, a letter each, as RFC 7953 5.1 draws them: of a text with FREEBUSY lines, from an instant on.
fn table(text: &str, from: &str) -> String {
    let hour = |time: &str| {
        let number = |at: std::ops::Range<usize>| time[at].parse::<usize>().unwrap();
        number(6..8) * 24 + number(9..11)
    };
    let mut slots = ["F"; 12];
    for line in text.lines().filter_map(|line| line.trim_end().strip_prefix("FREEBUSY;FBTYPE=")) {
        let (word, period) = line.split_once(':').unwrap();
        let (start, end) = period.split_once('/').unwrap();
        let letter = match word {
            "BUSY" => "B",
            "BUSY-UNAVAILABLE" => "U",
            "BUSY-TENTATIVE" => "T",
            other => panic!("{other}"),
        };
        let slot = |time: &str| (hour(time) - hour(from)) / 2;
        slots[slot(start)..slot(end)].fill(letter);
    }
    slots.concat()
}

impl People {
    /// A day of Bob's as Ann is told of it, and by a report on his calendar, which have to say the same.
    async fn day_of_bob(&self, from: &str, to: &str) -> String {
        let asked = self.asked_day_of_bob(from, to).await;
        let query = format!(
            "<C:free-busy-query xmlns:C='urn:ietf:params:xml:ns:caldav'><C:time-range start='{from}' end='{to}'/>\
             </C:free-busy-query>"
        );
        let query = format!("REPORT /calendars/bob/personal/\nDepth: 1\n\n{query}");
        let told = self.ask("bob", &query).await.is(200).body;
        assert_eq!(table(&told, from), asked, "{told}");
        asked
    }

    async fn asked_day_of_bob(&self, from: &str, to: &str) -> String {
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Client//EN\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\n\
             UID:asked\r\nDTSTAMP:20260201T000000Z\r\nDTSTART:{from}\r\nDTEND:{to}\r\n\
             ORGANIZER:mailto:ann@example.com\r\nATTENDEE:mailto:bob@example.com\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"
        );
        let post = format!("POST /calendars/ann/outbox/\nContent-Type: text/calendar\n\n{text}");
        let told = self.ask("ann", &post).await.is(200).says("2.0;Success").body.replace("&#13;", "");
        assert!(!told.contains("SUMMARY") && !told.contains("LOCATION"), "{told}");
        table(&told, from)
    }

    /// Says when Bob is there, of his inbox.
    async fn is_there(&self, text: &str) -> crate::scene::Answer {
        self.patch_inbox("set", &format!("<C:calendar-availability>{text}</C:calendar-availability>")).await
    }
}

/// RFC 7953 appendix A. Its 6th of November is a Sunday, so that the table of 5.1.1 is that of the 7th.
const MEETING_A: &str = "
BEGIN:VEVENT
DTSTAMP:20111113T044111Z
DTSTART;TZID=America/Montreal:20111107T120000
DURATION:PT2H
SUMMARY:Meeting
UID:768CB0C2-8642-43F7-A6C4-F8BB04B829B4
END:VEVENT";
const HOURS_A: &str = "
BEGIN:VAVAILABILITY
UID:452DFCA7-3203-4A3D-9A9A-99753A383B41
DTSTAMP:20111005T133225Z
DTSTART;TZID=America/Montreal:20111002T000000
BEGIN:AVAILABLE
UID:466D5C68-5C4A-4078-AF5D-9C55EA9145D7
SUMMARY:Monday to Friday from 8:00 to 18:00
DTSTART;TZID=America/Montreal:20111002T080000
DTEND;TZID=America/Montreal:20111002T180000
RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
END:AVAILABLE
END:VAVAILABILITY";
/// Appendix B. Its meeting is on the 6th of November there, and on the 24th of October in the table of 5.1.2.
const MEETING_B: &str = "
BEGIN:VEVENT
DTSTAMP:20111113T044111Z
DTSTART;TZID=America/Denver:20111024T120000
DURATION:PT2H
SUMMARY:Lunch meeting in Denver
UID:2346C09A-42BF-439E-916C-FC83AF869171
END:VEVENT";
const BASE_B: &str = "
BEGIN:VAVAILABILITY
ORGANIZER:mailto:bernard@example.com
UID:627A87FA-E5F1-43C0-B3B1-567DA10F2A83
DTSTAMP:20111005T133225Z
DTSTART;TZID=America/Montreal:20111002T000000
BEGIN:AVAILABLE
UID:A833E850-892B-43F6-98B6-C15A6BFC5D27
SUMMARY:Monday to Friday from 9:00 to 17:00
DTSTART;TZID=America/Montreal:20111002T080000
DTEND;TZID=America/Montreal:20111002T180000
RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
LOCATION:Montreal
END:AVAILABLE
END:VAVAILABILITY";
const DENVER_B: &str = "
BEGIN:VAVAILABILITY
ORGANIZER:mailto:bernard@example.com
UID:F01411E3-38B8-4490-8A1F-0CCEC57A0943
DTSTAMP:20111005T133225Z
DTSTART;TZID=America/Denver:20111023T000000
DTEND;TZID=America/Denver:20111030T000000
PRIORITY:1
BEGIN:AVAILABLE
UID:A35AA091-3846-48ED-96F6-881E8A0D0A93
SUMMARY:Monday to Friday from 9:00 to 17:00
DTSTART;TZID=America/Denver:20111023T080000
DTEND;TZID=America/Denver:20111023T180000
RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
LOCATION:Denver
END:AVAILABLE
END:VAVAILABILITY";

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_rfc_7953_5_1() {
    // 5.1.1: midnight to midnight in Montreal, where summer time has just ended.
    let people = People::open().await;
    people.put("bob", "hours.ics", &calendar(HOURS_A)).await.is(201);
    people.put("bob", "meeting.ics", &calendar(MEETING_A)).await.is(201);
    assert_eq!(people.day_of_bob("20111107T050000Z", "20111108T050000Z").await, "UUUUFFBFFUUU");
    // As it is printed: a Sunday.
    assert_eq!(people.day_of_bob("20111106T060000Z", "20111107T060000Z").await, "UUUUUUUUUUUU");

    // 5.1.2, the traveller's week in Denver.
    let people = People::open().await;
    for (name, text) in [("base.ics", BASE_B), ("denver.ics", DENVER_B), ("meeting.ics", MEETING_B)] {
        people.put("bob", name, &calendar(text)).await.is(201);
    }
    assert_eq!(people.day_of_bob("20111024T040000Z", "20111025T040000Z").await, "UUUUUFFBFFUU");
    // The week before they are at home.
    assert_eq!(people.day_of_bob("20111017T040000Z", "20111018T040000Z").await, "UUUUFFFFFUUU");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_says_when_its_owner_is_there() {
    let people = People::open().await;
    let told = people.ask("bob", "OPTIONS /calendars/bob/\n").await.is(204);
    assert!(told.header("dav").split(", ").any(|class| class == "calendar-availability"));
    people.inbox_says("calendar-availability").await.says("404 Not Found");
    let text = calendar(HOURS_A);
    // As it is escaped, and as CDATA; a client's line ends may be lost on the way through XML.
    people.is_there(&text).await.is(207).says("200 OK").says_not("HTTP/1.1 4");
    people.put("bob", "meeting.ics", &calendar(MEETING_A)).await.is(201);
    let monday = ("20111107T050000Z", "20111108T050000Z");
    assert_eq!(people.asked_day_of_bob(monday.0, monday.1).await, "UUUUFFBFFUUU");
    let cdata =
        format!("<![CDATA[{}]]>", text.replace("T180000", "T160000").replace("18:00", "16:00 & later"));
    people.is_there(&cdata).await.is(207).says("200 OK").says_not("HTTP/1.1 4");
    assert_eq!(people.asked_day_of_bob(monday.0, monday.1).await, "UUUUFFBFUUUU");
    let told = people.inbox_says("calendar-availability").await;
    told.says("BEGIN:VAVAILABILITY").says("to 16:00 &amp; later").says("200 OK");
    // `allprop` does not tell it (RFC 7953 7.2.4).
    let all = "PROPFIND /calendars/bob/inbox/\nDepth: 0\n\n<propfind xmlns='DAV:'><allprop/></propfind>";
    people.ask("bob", all).await.is(207).says_not("VAVAILABILITY");

    // A calendar is asked for its own objects alone; what is refused changes nothing.
    people.patch_inbox("remove", "<C:calendar-availability/>").await.is(207).says("200 OK");
    people.inbox_says("calendar-availability").await.says("404 Not Found");
    assert_eq!(people.asked_day_of_bob(monday.0, monday.1).await, "FFFFFFBFFFFF");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_takes_one_availability_and_nothing_else() {
    let people = People::open().await;
    let dense = hours("v", "", "DTSTART:20260302T090000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY\n");
    for (text, precondition) in [
        ("no calendar".to_owned(), "valid-calendar-data"),
        (String::new(), "valid-calendar-data"),
        (calendar(MEETING_A), "supported-calendar-component"),
        (calendar(&format!("{HOURS_A}{MEETING_A}")), "supported-calendar-component"),
        (calendar(&format!("{BASE_B}{DENVER_B}")), "valid-calendar-object-resource"),
        (calendar("METHOD:PUBLISH").replace("\r\n\r\n", "\r\n"), "valid-calendar-object-resource"),
        (format!("{}{}", calendar(HOURS_A), calendar(HOURS_A)), "valid-calendar-object-resource"),
        (hours("v", "DTSTART:tomorrow\n", ""), "valid-calendar-data"),
        (dense, "max-instances"),
    ] {
        let answer = people.is_there(&text).await.is(207).says("403 Forbidden");
        assert!(
            answer.body.contains(&format!("<C:{precondition}")),
            "{precondition}, {text}: {}",
            answer.body
        );
    }
    people.inbox_says("calendar-availability").await.says("404 Not Found");
    let dense = hours("v", "", "DTSTART:20260302T090000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY\n");
    people.put("bob", "dense.ics", &dense).await.is(403).says("max-instances");
    let zone = "BEGIN:VTIMEZONE\nTZID:Montreal\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-0500\n\
                TZOFFSETTO:-0500\nEND:STANDARD\nEND:VTIMEZONE\n";
    people.is_there(&calendar(&format!("{zone}{}", HOURS_A.trim()))).await.is(207).says("200 OK");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_weighs_more_outweighs_and_says_how_busy() {
    let day = ("20260302T000000Z", "20260303T000000Z");
    let people = People::open().await;
    let put = |name: &'static str, more: &'static str, available: &'static str| {
        let people = &people;
        async move {
            people.put("bob", &format!("{name}.ics"), &hours(name, more, available)).await.is(201);
        }
    };
    // All day long, without PRIORITY: the least.
    put("base", "", "DTSTART:20260302T080000Z\nDTEND:20260302T180000Z\n").await;
    assert_eq!(people.day_of_bob(day.0, day.1).await, "UUUUFFFFFUUU");
    put(
        "some",
        "PRIORITY:5\nDTSTART:20260302T120000Z\nDTEND:20260302T220000Z\nBUSYTYPE:BUSY-TENTATIVE\n",
        "DTSTART:20260302T200000Z\nDTEND:20260303T020000Z\n",
    )
    .await;
    assert_eq!(people.day_of_bob(day.0, day.1).await, "UUUUFFTTTTFU");
    put(
        "more",
        "PRIORITY:1\nDTSTART:20260302T100000Z\nDURATION:PT4H\nBUSYTYPE:BUSY\n",
        "DTSTART:20260302T120000Z\nDTEND:20260302T140000Z\n",
    )
    .await;
    assert_eq!(people.day_of_bob(day.0, day.1).await, "UUUUFBFTTTFU");
    // 9 is more than none, and less than 5; of equals the busier counts.
    put(
        "less",
        "PRIORITY:9\nDTSTART:20260302T080000Z\nDTEND:20260303T000000Z\nBUSYTYPE:BUSY\n",
        "DTSTART:20260302T080000Z\nDTEND:20260302T100000Z\n",
    )
    .await;
    assert_eq!(people.day_of_bob(day.0, day.1).await, "UUUUFBFTTTFB");
    put(
        "same",
        "PRIORITY:5\nDTSTART:20260302T160000Z\nDTEND:20260302T180000Z\nBUSYTYPE:BUSY\n",
        "DTSTART:20260305T000000Z\nDTEND:20260305T010000Z\n",
    )
    .await;
    assert_eq!(people.day_of_bob(day.0, day.1).await, "UUUUFBFTBTFB");
    // Whenever one of equals says that they are there, they are.
    put(
        "open",
        "PRIORITY:5\nDTSTART:20260302T140000Z\nDTEND:20260302T180000Z\nBUSYTYPE:BUSY-TENTATIVE\n",
        "DTSTART:20260302T160000Z\nDTEND:20260302T180000Z\n",
    )
    .await;
    assert_eq!(people.day_of_bob(day.0, day.1).await, "UUUUFBFTFTFB");
    // What they do is laid over it, and is busier than that they are not there.
    people.put("bob", "a.ics", &event("a", "20260302T000000Z", "").replace("PT30M", "PT2H")).await.is(201);
    people
        .put(
            "ann",
            "tea.ics",
            &meeting("tea", &["bob"], "").replace("T160000Z", "T080000Z").replace("PT1H", "PT2H"),
        )
        .await
        .is(201);
    assert_eq!(people.day_of_bob(day.0, day.1).await, "BUUUTBFTFTFB");
    // A calendar that makes nobody busy does not say when they are there, either.
    let transparent = "<D:propertyupdate xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop>\
        <C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp></D:prop></D:set></D:propertyupdate>";
    people.ask("bob", &format!("PROPPATCH /calendars/bob/personal/\n\n{transparent}")).await.is(207);
    assert_eq!(people.asked_day_of_bob(day.0, day.1).await, "FFFFFFFFFFFF");
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_that_recur_stay_by_the_clock_where_summer_time_begins() {
    let people = People::open().await;
    let zoned = hours(
        "v",
        "DTSTART;TZID=Europe/Vienna:20260101T000000\n",
        "DTSTART;TZID=Europe/Vienna:20260101T090000\nDTEND;TZID=Europe/Vienna:20260101T170000\nRRULE:FREQ=DAILY\n",
    );
    people.is_there(&zoned).await.is(207).says("200 OK");
    // Midnight to midnight in Vienna moved by an hour, so that slots begin on the hour: Saturday, and Monday after the change.
    assert_eq!(people.asked_day_of_bob("20260328T000000Z", "20260329T000000Z").await, "UUUUFFFFUUUU");
    assert_eq!(people.asked_day_of_bob("20260329T230000Z", "20260330T230000Z").await, "UUUUFFFFUUUU");

    // Without a zone they are on the clock of their calendar.
    people.patch_inbox("remove", "<C:calendar-availability/>").await.is(207);
    let floating = hours(
        "v",
        "",
        "DTSTART:20260101T090000\nDTEND:20260101T170000\nRRULE:FREQ=DAILY\nEXDATE:20260331T090000\n",
    );
    people.put("bob", "hours.ics", &floating).await.is(201);
    let zone = "<propertyupdate xmlns='DAV:'><set><prop>\
        <C:calendar-timezone-id xmlns:C='urn:ietf:params:xml:ns:caldav'>Europe/Vienna</C:calendar-timezone-id>\
        </prop></set></propertyupdate>";
    people.ask("bob", &format!("PROPPATCH /calendars/bob/personal/\n\n{zone}")).await.is(207);
    assert_eq!(people.day_of_bob("20260328T000000Z", "20260329T000000Z").await, "UUUUFFFFUUUU");
    assert_eq!(people.day_of_bob("20260329T230000Z", "20260330T230000Z").await, "UUUUFFFFUUUU");
    assert_eq!(people.day_of_bob("20260330T230000Z", "20260331T230000Z").await, "UUUUUUUUUUUU");
}
