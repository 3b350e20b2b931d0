use super::*;

fn read(text: &str) -> Document {
    Document::read(text).unwrap()
}

fn event(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// The differences as a person would see them.
fn told(before: &str, after: &str) -> Vec<String> {
    let (before, after) = (read(before), read(after));
    let tell = |difference: &Difference<'_>| {
        let line = |statement: &Statement<'_>| String::from_utf8(statement.to_line()).unwrap();
        let name = difference.component.name().into_owned();
        match &difference.change {
            Change::ComponentAdded => format!("{name} added"),
            Change::ComponentRemoved => format!("{name} removed"),
            Change::PropertyAdded(new) => format!("{name} + {}", line(new)),
            Change::PropertyRemoved(old) => format!("{name} - {}", line(old)),
            Change::PropertyChanged { before, after, parts } => {
                format!("{name} {} > {} {parts:?}", line(before), line(after))
            }
        }
    };
    diff(&before, &after).iter().map(tell).collect()
}

#[test]
fn writing_alone_makes_no_difference() {
    for (one, other) in [
        ("SUMMARY:Tea\\, at five\r\n", "summary:Tea\\, at\r\n  five\n"),
        ("ATTENDEE;CN=A;RSVP=TRUE:mailto:A@x.org\r\n", "ATTENDEE;RSVP=true;CN=\"A\":MAILTO:a@x.org\r\n"),
        ("DTSTART;VALUE=DATE-TIME:20260101T000000Z\r\n", "DTSTART:20260101t000000z\r\n"),
        ("RRULE:FREQ=MONTHLY;BYDAY=2MO,TU;INTERVAL=1\r\n", "RRULE:BYDAY=TU,+02mo;FREQ=monthly;WKST=MO\r\n"),
        ("CATEGORIES:a\\,b,c\r\n", "CATEGORIES:c\r\nCATEGORIES:a\\,b\r\n"),
        (
            "EXDATE:20260101T000000Z,20260102T000000Z\r\n",
            "EXDATE:20260102T000000Z\r\nEXDATE:20260101T000000Z\r\n",
        ),
        ("TRIGGER:-PT60M\r\nDURATION:P1W\r\n", "TRIGGER:-PT1H\r\nDURATION:P7D\r\n"),
        ("GEO:48.20;16.370\r\nPRIORITY:01\r\n", "GEO:48.2;16.37\r\nPRIORITY:1\r\n"),
        ("TZOFFSETTO:+010000\r\n", "TZOFFSETTO:+0100\r\n"),
        ("STATUS:CONFIRMED\r\nCLASS:PUBLIC\r\n", "CLASS:public\r\nSTATUS:Confirmed\r\n"),
        (
            "ATTENDEE;MEMBER=\"mailto:a@x\",\"mailto:b@x\":mailto:c@x\r\n",
            "ATTENDEE;MEMBER=\"mailto:b@x\",\"mailto:a@x\":mailto:c@x\r\n",
        ),
    ] {
        assert_eq!(told(&event(one), &event(other)), Vec::<String>::new(), "{one}");
    }
}

#[test]
fn what_is_said_makes_one() {
    let one = |before: &str, after: &str| {
        let mut told = told(&event(before), &event(after));
        assert_eq!(told.len(), 1, "{told:?}");
        told.remove(0)
    };
    assert_eq!(one("SUMMARY:Tea\r\n", "SUMMARY:tea\r\n"), "VEVENT SUMMARY:Tea > SUMMARY:tea [Value]");
    assert_eq!(one("", "SUMMARY:Tea\r\n"), "VEVENT + SUMMARY:Tea");
    assert_eq!(one("SUMMARY:Tea\r\n", ""), "VEVENT - SUMMARY:Tea");
    assert_eq!(
        one("ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@x\r\n", "ATTENDEE;PARTSTAT=DECLINED;X-A=1:mailto:a@x\r\n"),
        "VEVENT ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@x > ATTENDEE;PARTSTAT=DECLINED;X-A=1:mailto:a@x \
         [Parameter(\"PARTSTAT\"), Parameter(\"X-A\")]"
    );
    assert_eq!(
        one("EXDATE:20260101T000000Z,20260102T000000Z\r\n", "EXDATE:20260102T000000Z\r\n"),
        "VEVENT - EXDATE:20260101T000000Z"
    );
    assert_eq!(one("X-A:b\r\nX-A:b\r\n", "X-A:b\r\n"), "VEVENT - X-A:b");
    assert_eq!(
        one("RRULE:FREQ=DAILY;X-P=1\r\n", "RRULE:FREQ=DAILY;X-P=2\r\n"),
        "VEVENT RRULE:FREQ=DAILY;X-P=1 > RRULE:FREQ=DAILY;X-P=2 [Value]"
    );
    assert_eq!(
        one(
            "DTSTART;TZID=Europe/Vienna:20260302T090000\r\n",
            "DTSTART;TZID=Europe/Berlin:20260302T090000\r\n"
        ),
        "VEVENT DTSTART;TZID=Europe/Vienna:20260302T090000 > DTSTART;TZID=Europe/Berlin:20260302T090000 \
         [Parameter(\"TZID\")]"
    );
}

#[test]
fn objects_meet_by_uid_and_recurrence_id() {
    let event = |lines: &str| format!("BEGIN:VEVENT\n{lines}END:VEVENT\n");
    let calendar = |objects: &str| format!("BEGIN:VCALENDAR\n{objects}END:VCALENDAR\n");
    let master = event("UID:a\nSUMMARY:x\n");
    let before = [master.clone(), event("UID:a\nRECURRENCE-ID:20260101\n"), event("UID:b\n")].concat();
    let others = [event("UID:c\n"), event("UID:a\nRECURRENCE-ID:20260101\nSUMMARY:y\n")].concat();
    let after = [calendar(&others), calendar(&master)].concat();
    assert_eq!(
        told(&before, &after),
        ["VCALENDAR added", "VCALENDAR added", "VEVENT + SUMMARY:y", "VEVENT removed", "VEVENT added"]
    );
}

#[test]
fn inner_components_without_a_name_meet_by_what_they_say() {
    let alarm =
        |trigger: &str| format!("BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:{trigger}\r\nEND:VALARM\r\n");
    let before = event(&[alarm("-PT5M"), alarm("-PT10M"), alarm("-P1D")].concat());
    let after = event(&[alarm("-P1D"), alarm("-PT15M"), alarm("-PT5M")].concat());
    assert_eq!(told(&before, &after), ["VALARM TRIGGER:-PT10M > TRIGGER:-PT15M [Value]"]);
    let fewer = event(&alarm("-PT10M"));
    assert_eq!(told(&before, &fewer), ["VALARM removed", "VALARM removed"]);
}

#[test]
fn zones_meet_by_name() {
    let zone = |offset: &str| {
        format!(
            "BEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\n\
             TZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\n"
        )
    };
    assert_eq!(
        told(&zone("+0100"), &zone("+0200")),
        ["STANDARD TZOFFSETTO:+0100 > TZOFFSETTO:+0200 [Value]"]
    );
    let renamed = zone("+0100").replace("Own", "Other");
    assert_eq!(told(&zone("+0100"), &renamed), ["VTIMEZONE removed", "VTIMEZONE added"]);
}

#[test]
fn bytes_that_are_no_text_are_compared_as_bytes() {
    let text = |byte: u8| [&b"BEGIN:VEVENT\nSUMMARY:"[..], &[byte], b"\nEND:VEVENT\n"].concat();
    let (before, after) = (Document::read(text(0xfe)).unwrap(), Document::read(text(0xff)).unwrap());
    assert_eq!(diff(&before, &after).len(), 1);
    assert!(diff(&before, &before).is_empty());
}
