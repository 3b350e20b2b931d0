use super::*;
use proptest::prelude::*;

fn given() -> Given {
    Given { stamp: Timestamp(1_767_225_600), uid: "given".to_owned(), prodid: "-//given//EN".to_owned() }
}

fn calendar(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{}END:VCALENDAR\r\n",
        lines.replace('\n', "\r\n")
    )
}

fn event(lines: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\n{lines}END:VEVENT\n"))
}

/// The text after all repairs, and their names.
fn repaired(text: &str) -> (String, Vec<&'static str>) {
    let mut document = Document::read(text).unwrap();
    let mended = document.repair(&Profile::Rfc5545, Repair::ALL, &given());
    let names = mended.iter().map(|mended| mended.repair.name()).collect();
    (String::from_utf8(document.to_bytes().into_owned()).unwrap(), names)
}

/// An event with `lines` becomes the event with `after` by this repair alone; all other lines stay.
fn mends(name: &'static str, lines: &str, after: &str) {
    assert_eq!(repaired(&event(lines)), (event(after), vec![name]));
}

#[test]
fn a_text_in_order_stays() {
    let text = event("DTSTART:20260301T090000Z\nSUMMARY:Tea\n");
    assert_eq!(repaired(&text), (text.clone(), vec![]));
}

#[test]
fn pitfall_30_31_ends_and_durations() {
    let start = "DTSTART:20260301T090000Z\n";
    let with = |lines: &str| format!("{start}{lines}");
    mends("remove-end-time", &with("DTEND:20260301T080000Z\n"), start);
    mends("remove-duration", &with("DURATION:-PT1H\n"), start);
    mends(
        "remove-duration",
        &with("DTEND:20260301T100000Z\nDURATION:PT1H\n"),
        &with("DTEND:20260301T100000Z\n"),
    );
}

#[test]
fn pitfall_36_37_missing_uid_and_dtstamp() {
    let events = "BEGIN:VEVENT\nDTSTART:20260301T090000Z\nEND:VEVENT\n".repeat(2);
    let (text, names) = repaired(&calendar(&events));
    assert_eq!(names, ["add-dtstamp", "add-uid", "add-dtstamp", "add-uid"]);
    for line in ["UID:given\r\n", "UID:given-2\r\n", "DTSTAMP:20260101T000000Z\r\n"] {
        assert!(text.contains(line), "{line} in {text}");
    }
    let (text, names) = repaired("BEGIN:VCALENDAR\r\nBEGIN:X-A\r\nEND:X-A\r\nEND:VCALENDAR\r\n");
    assert_eq!(names, ["add-prodid", "add-version"]);
    assert!(text.contains("PRODID:-//given//EN\r\nVERSION:2.0\r\n"));
}

#[test]
fn pitfall_1_until() {
    let rule =
        |start: &str, until: &str| format!("{start}\nRRULE:FREQ=DAILY;X-A=1;UNTIL={until};INTERVAL=2\n");
    for (start, until, mended) in [
        ("DTSTART:20260301T090000Z", "20260401", "20260401T235959Z"),
        ("DTSTART;VALUE=DATE:20260301", "20260401T235959Z", "20260401"),
        ("DTSTART:20260301T090000", "20260401T100000Z", "20260401T100000"),
        ("DTSTART;TZID=Europe/Vienna:20260301T090000", "20260401", "20260401T215959Z"),
        ("DTSTART;TZID=Europe/Vienna:20260301T090000", "20260401T090000", "20260401T070000Z"),
    ] {
        mends("mend-until", &rule(start, until), &rule(start, mended));
    }
    let unknown = event(&rule("DTSTART;TZID=Nowhere:20260301T090000", "20260401"));
    assert_eq!(repaired(&unknown), (unknown.clone(), vec![]));
}

#[test]
fn pitfall_17_exdate_with_the_zone_of_the_start() {
    let start = "DTSTART;TZID=Europe/Vienna:20260301T090000\nRRULE:FREQ=DAILY\n";
    let with = |lines: &str| format!("{start}{lines}");
    mends(
        "mend-exdate",
        &with("EXDATE;VALUE=DATE:20260302,20260303\n"),
        &with("EXDATE;TZID=Europe/Vienna:20260302T090000,20260303T090000\n"),
    );
    mends(
        "mend-exdate",
        &with("EXDATE:20260302T090000\n"),
        &with("EXDATE;TZID=Europe/Vienna:20260302T090000\n"),
    );
    mends(
        "mend-exdate",
        "DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=DAILY\nEXDATE:20260302T000000\n",
        "DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20260302\n",
    );
    let several = event(
        &start.replace("DAILY", "DAILY;BYHOUR=9,10").replace("RRULE", "EXDATE;VALUE=DATE:20260302\nRRULE"),
    );
    assert_eq!(repaired(&several), (several.clone(), vec![]));
}

#[test]
fn values_and_parameters() {
    let start = "DTSTART:20260301T090000Z\n";
    for (name, line, mended) in [
        ("remove-repeated", "SUMMARY:Tea\nSUMMARY:Cake\n", "SUMMARY:Tea\n"),
        ("rewrite-value", "DURATION:P1W2D\n", "DURATION:P9D\n"),
        ("rewrite-value", "ATTENDEE;CN=J:jane@example.com\n", "ATTENDEE;CN=J:mailto:jane@example.com\n"),
        ("rewrite-value", "GEO:48.2,16.4\n", "GEO:48.2;16.4\n"),
        ("rewrite-value", "URL:http://example.com/a b\n", "URL:http://example.com/a%20b\n"),
        ("set-value", "IMAGE:http://example.com/a.png\n", "IMAGE;VALUE=URI:http://example.com/a.png\n"),
        ("set-value", "RDATE;VALUE=DATE:20260302T090000Z\n", "RDATE:20260302T090000Z\n"),
        ("quote-parameter", "CONTACT;X-A=1;CN=D, \"J\":x\n", "CONTACT;X-A=1;CN=\"D, J\":x\n"),
        ("remove-repeated-parameter", "COMMENT;X-A=1;X-B=2;x-a=3:x\n", "COMMENT;X-A=1;X-B=2:x\n"),
        ("remove-tzid", "RDATE;TZID=UTC:20260302T090000Z\n", "RDATE:20260302T090000Z\n"),
    ] {
        mends(name, &format!("{start}{line}"), &format!("{start}{mended}"));
    }
    let date = event("DTSTART:20260301\n");
    assert_eq!(repaired(&date).0, event("DTSTART;VALUE=DATE:20260301\n"));
}

#[test]
fn pitfall_33_the_text_itself() {
    let text = event("DTSTART:20260301T090000Z\nSUMMARY:Tea\n");
    for (name, broken) in [
        ("normalize-line-ends", text.replace("\r\n", "\n")),
        ("normalize-line-ends", text.replace("\r\n", "\r")),
        ("remove-blank-lines", text.replace("UID", "\r\n\r\nUID")),
        ("remove-byte-order-mark", format!("\u{feff}{text}")),
        ("remove-control-characters", text.replace("Tea", "T\u{7}ea")),
        ("add-end", text.replace("END:VCALENDAR\r\n", "")),
        ("remove-stray-end", format!("{text}END:VCALENDAR\r\n")),
    ] {
        assert_eq!(repaired(&broken), (text.clone(), vec![name]));
    }
    let long = "x".repeat(100);
    let (folded, names) = repaired(&text.replace("Tea", &long));
    assert_eq!(names, ["fold-lines"]);
    assert_eq!(folded, text.replace("Tea", &format!("{}\r\n {}", &long[..67], &long[67..])));
}

#[test]
fn places_are_those_of_the_text_that_was_given() {
    let text = "BEGIN:VCALENDAR\n\n\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:a\x07\n\
                DTSTART:20260301T090000Z\nDURATION:-PT1H\n";
    let mended = Document::read(text).unwrap().repair(&Profile::Rfc5545, Repair::ALL, &given());
    let place = |name: &str| {
        let mended = mended.iter().find(|mended| mended.repair.name() == name).unwrap();
        &text[mended.place.clone()]
    };
    assert_eq!(place("add-dtstamp"), "BEGIN:VEVENT");
    assert_eq!(place("remove-duration"), "-PT1H");
    assert_eq!(place("remove-control-characters"), "\x07");
}

#[test]
fn only_what_is_asked_for() {
    let text = event("DTSTART:20260301T090000Z\nDURATION:P1W2D\nSUMMARY:a\nSUMMARY:b\n");
    let mut document = Document::read(text.clone()).unwrap();
    let mended = document.repair(&Profile::Rfc5545, &[Repair::RewriteValue], &given());
    assert_eq!(mended.len(), 1);
    assert_eq!(document.to_bytes(), text.replace("P1W2D", "P9D").as_bytes());
    let stored = text.replace("PRODID", "METHOD:REQUEST\r\nPRODID");
    let mut document = Document::read(stored).unwrap();
    document.repair(&Profile::CalDav, &[Repair::RemoveMethod], &given());
    assert_eq!(document.to_bytes(), text.as_bytes());
}

#[test]
fn names() {
    for repair in Repair::ALL {
        assert_eq!(Repair::from_name(repair.name()), Some(*repair));
        let is_used = ProblemKind::ALL.iter().any(|kind| kind.repair() == Some(*repair));
        assert!(is_used, "{} mends nothing", repair.name());
    }
    assert_eq!(Repair::from_name("none"), None);
}

/// Lines in and out of order, of every kind that has a repair.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let line = prop::sample::select(vec![
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VEVENT",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VTODO",
        "END:VTODO",
        "BEGIN:VALARM",
        "END:VALARM",
        "UID:a",
        "UID:b",
        "DTSTAMP:20260101T000000Z",
        "VERSION:2.0",
        "METHOD:REQUEST",
        "DTSTART:20260301T090000Z",
        "DTSTART:20260301",
        "DTSTART;TZID=Europe/Vienna:20260301T090000",
        "DTSTART:20260301T090000",
        "DTEND:20260301T080000Z",
        "DTEND:20260301T090000",
        "DTEND;TZID=X:20260301T100000Z",
        "DUE:20260301T090000",
        "DURATION:-PT1H",
        "DURATION:P1W2D",
        "DURATION:PT",
        "SUMMARY:Tea",
        "SUMMARY;X=1;X=2:Tea",
        "RRULE:FREQ=DAILY;UNTIL=20260401",
        "RRULE:FREQ=DAILY;UNTIL=20260401T000000Z;COUNT=2",
        "RRULE:FREQ=DAILY;UNTIL=20260401T000000",
        "EXDATE;VALUE=DATE:20260302",
        "EXDATE:20260302T090000",
        "EXDATE:20260302T090000Z,20260303T090000Z",
        "EXDATE;VALUE=DATE:20260302T090000",
        "RDATE;VALUE=DATE:20260305",
        "ATTENDEE;CN=Doe, Jane:jane@example.com",
        "ATTENDEE;CN=\"a\"b:mailto:a@x",
        "IMAGE:http://example.com/a b.png",
        "GEO:1,2",
        "TRIGGER:PT5M ",
        "REPEAT:2",
        "ACTION:AUDIO",
        "RECURRENCE-ID:20260302",
        "X-A;TZID=A:20260101T000000Z",
        "junk",
        "",
        " ",
        "a\u{7}:b\u{0}",
        "DESCRIPTION:é🎉 a text that is so long that it has to be folded, as the RFC wants it",
        "ATTACH;ENCODING=BASE64;VALUE=BINARY:Zm 9v",
        "SUMMARY:fol\r\n ded",
        "SUMMARY:fol\r\n \r\n ded",
    ]);
    let line_end = prop::sample::select(vec!["\r\n", "\r\n", "\r\n", "\n", "\r\r\n", ""]);
    let lines = prop::collection::vec((line, line_end), 0..30);
    lines.prop_map(|lines| {
        lines.into_iter().flat_map(|(line, end)| [line.as_bytes(), end.as_bytes()].concat()).collect()
    })
}

/// These are left where nobody can tell what was meant: values that cannot be read, dates of several kinds in
/// one line, zones that are not known, dates that take out several instances.
const MAY_STAY: &[ProblemKind] =
    &[ProblemKind::ValueMismatch, ProblemKind::UntilMismatch, ProblemKind::ExdateMismatch];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn what_was_repaired_is_in_order_and_stays(text in texts()) {
        let mut document = Document::read(text).unwrap();
        document.repair(&Profile::CalDav, Repair::ALL, &given());
        let once = document.to_bytes().into_owned();
        let mut again = Document::read(once.clone()).unwrap();
        for problem in again.validate(&Profile::CalDav) {
            let kind = problem.kind;
            let may_stay = kind.repair().is_none() || MAY_STAY.contains(&kind);
            prop_assert!(may_stay, "{kind:?}: {problem} in {}", String::from_utf8_lossy(&once));
        }
        again.repair(&Profile::CalDav, Repair::ALL, &given());
        let twice = again.to_bytes().into_owned();
        prop_assert_eq!(String::from_utf8_lossy(&twice), String::from_utf8_lossy(&once));
    }
}
