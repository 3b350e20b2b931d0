//! What reading other people's calendars showed: faults that are told, and what is none.

use super::*;

#[test]
fn a_fold_that_holds_nothing_is_no_blank_line() {
    assert_eq!(of_event("SUMMARY:Tea\n \n\t\nLOCATION:Here\n"), []);
    assert_eq!(of_event("SUMMARY:Tea\n\nLOCATION:Here\n"), one("blank-line", ""));
}

#[test]
fn a_last_line_without_end_is_one_of_those_that_end_otherwise() {
    let text = event("DTSTART:20260301T090000Z\n");
    let document = Document::read(text.trim_end()).unwrap();
    let [problem] = &document.validate(&Profile::Rfc5545)[..] else { panic!("one problem") };
    assert_eq!(problem.message, "wanted CRLF at the end of lines, found another end, or none, on 1 line");
}

#[test]
fn a_blank_beside_the_name_of_a_component() {
    let text =
        calendar("BEGIN:VEVENT \nUID:a\nDTSTAMP:20260101T000000Z\nDTSTART:20260301T090000Z\nEND: VEVENT\n");
    assert_eq!(
        problems(&text),
        [("unusual-value", "VEVENT ".to_owned()), ("unusual-value", " VEVENT".to_owned())]
    );
    let document = Document::read(text).unwrap();
    assert_eq!(document.components(ComponentKind::Event).next().unwrap().name(), "VEVENT");
}

#[test]
fn a_start_after_the_until_of_its_rule() {
    let until = |until: &str| of_event(&format!("RRULE:FREQ=DAILY;UNTIL={until}\n"));
    assert_eq!(until("20260301T090000Z"), []);
    let rule = "FREQ=DAILY;UNTIL=20260228T090000Z";
    assert_eq!(until("20260228T090000Z"), one("start-outside-rule", rule));
}

#[test]
fn times_that_are_days_apart_are_compared_whatever_their_zones() {
    let zone = "BEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0000\n\
                TZOFFSETTO:+0000\nEND:STANDARD\nEND:VTIMEZONE\n";
    let of = |end: &str| {
        let event = "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nDTSTART;TZID=a:20260301T090000\n";
        problems(&calendar(&format!("{zone}{event}DTEND:{end}\nEND:VEVENT\n")))
    };
    assert_eq!(of("20260226T090000Z"), one("end-before-start", "20260226T090000Z"));
    assert_eq!(of("20260301T000000Z"), [], "it may be after the start: who knows the zone tells");
}

#[test]
fn a_length_of_nothing() {
    assert_eq!(of_event("DURATION:PT0S\n"), one("end-at-start", "PT0S"));
}

#[test]
fn what_is_misplaced_is_told_as_that_alone() {
    let text = calendar("").replace("END:", "RRULE:FREQ=DAILY\r\nRDATE:20260301T090000\r\nEND:");
    let found = problems(&text);
    assert!(
        found.iter().all(|(kind, _)| matches!(*kind, "misplaced-property" | "missing-component")),
        "{found:?}"
    );
    let twice = of_event("SUMMARY;RSVP=TRUE;RSVP=TRUE:Tea\n");
    assert_eq!(twice.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), ["misplaced-parameter"; 2]);
    assert_eq!(of_event("CREATED;TZID=a:20260301T090000Z\n"), one("tzid-beside-utc", "TZID=a"));
    let local = of_event("CREATED;TZID=a:20260301T090000\n");
    assert_eq!(
        local.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(),
        ["misplaced-parameter", "unknown-zone", "not-utc"]
    );
}

#[test]
fn an_organizer_is_a_calendar_user_too() {
    assert_eq!(
        of_event("ORGANIZER;ROLE=CHAIR;PARTSTAT=ACCEPTED;CUTYPE=ROOM:mailto:ann@example.com\n"),
        [],
        "RFC 5545 3.2.3, 3.2.12, 3.2.16: at any property of that type"
    );
}

#[test]
fn a_name_with_a_slash_wants_its_vtimezone_too() {
    let text = event("DTSTART;TZID=/example.org/Europe/Vienna:20260301T090000\n");
    assert_eq!(problems(&text), one("undefined-tzid", "TZID=/example.org/Europe/Vienna"));
}

#[test]
fn right_and_yet_refused_is_a_note() {
    for (lines, kind) in [
        ("RRULE:FREQ=DAILY\nRECURRENCE-ID:20260301T090000Z\n", "override-without-master"),
        ("RECURRENCE-ID:20260301T090000Z\n", "override-without-master"),
    ] {
        let document = Document::read(event(&format!("DTSTART:20260301T090000Z\n{lines}"))).unwrap();
        let found = document.validate(&Profile::Rfc5545);
        let note = found.iter().find(|problem| problem.kind.name() == kind).unwrap();
        assert_eq!(note.severity, Severity::Note);
    }
}

#[test]
fn an_action_that_was_taken_away() {
    let alarm = "BEGIN:VALARM\nACTION:PROCEDURE\nATTACH:ftp://example.com/x\nTRIGGER:-PT5M\nEND:VALARM\n";
    assert_eq!(of_event(alarm), one("unknown-word", "PROCEDURE"));
}

#[test]
fn an_observance_ends_by_until() {
    let zone = "BEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0200\n\
                TZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;COUNT=16\nEND:STANDARD\nEND:VTIMEZONE\n";
    let event = "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nDTSTART:20260301T090000Z\nEND:VEVENT\n";
    let rule = "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;COUNT=16";
    assert_eq!(problems(&calendar(&format!("{zone}{event}"))), one("rule-part", rule));
}

#[test]
fn found_texts_are_shown_as_they_are() {
    let document = Document::read(event("DTSTART:20260301T090000Z\nSUMMARY:Ann's, isn\\'t it\n")).unwrap();
    let found = document.validate(&Profile::Rfc5545);
    assert!(
        found.iter().any(|problem| problem.message.contains(r#""Ann's, isn\'t it""#)
            || problem.message.contains(r#"", isn\'t it""#)),
        "{found:?}"
    );
}

#[test]
fn a_zone_is_looked_at_as_far_as_a_count_goes() {
    let zone = "BEGIN:VTIMEZONE\nTZID:Asia/Tokyo\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0900\n\
                TZOFFSETTO:+0900\nEND:STANDARD\nBEGIN:STANDARD\nDTSTART:20300101T000000\nTZOFFSETFROM:+0900\n\
                TZOFFSETTO:+0800\nEND:STANDARD\nEND:VTIMEZONE\n";
    let of = |rule: &str| {
        let event =
            "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nDTSTART;TZID=Asia/Tokyo:20260301T090000\n";
        let found = problems(&calendar(&format!("{zone}{event}RRULE:{rule}\nEND:VEVENT\n")));
        found.iter().any(|(kind, _)| *kind == "zone-disagrees")
    };
    assert!(!of("FREQ=YEARLY;COUNT=3"));
    assert!(of("FREQ=YEARLY;COUNT=6"));
    assert!(of("FREQ=DAILY"));
}
