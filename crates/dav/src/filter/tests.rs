//! Filters row by row of RFC 4791 9.9, text by text, and those that are none.

use ical::ComponentKind;
use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::value::DateOrTime;
use ical::zone::Zone;

use super::*;

fn read(inside: &str) -> Result<Filter, Error> {
    let xml = format!(
        "<C:filter xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><C:comp-filter name=\"VCALENDAR\">{inside}</C:comp-filter></C:filter>"
    );
    let document = xml::Document::read(xml.as_bytes(), &xml::Limits::default()).unwrap();
    Filter::read(document.root(), &Limits::default())
}

fn filter(inside: &str) -> Filter {
    read(inside).unwrap_or_else(|error| panic!("{inside}: {error}"))
}

fn object(lines: &str) -> ical::Document {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{}\nEND:VCALENDAR\n", lines.replace(' ', "\n"));
    ical::Document::read(text).unwrap()
}

/// Does an object answer a filter, floating times being an hour ahead of UTC?
fn matches(inside: &str, lines: &str) -> bool {
    filter(inside).matches(&object(lines), &Context::new(Zone::fixed(3_600).unwrap())).unwrap()
}

/// Does a component of these lines take place from 10 to 12 o'clock in UTC on 10 March?
#[track_caller]
fn takes_place(name: &str, lines: &str, expected: bool) {
    let inside = format!(
        "<C:comp-filter name=\"{name}\"><C:time-range start=\"20260310T100000Z\" end=\"20260310T120000Z\"/></C:comp-filter>"
    );
    let component = format!("BEGIN:{name} UID:1 {lines} END:{name}");
    assert_eq!(matches(&inside, &component), expected, "{lines}");
}

/// The same of an hour, `09` to `13`, of that day: does it take place if it is then?
#[track_caller]
fn at_hours(name: &str, lines: &str, expected: [bool; 5]) {
    for (hour, expected) in ["09", "10", "11", "12", "13"].into_iter().zip(expected) {
        takes_place(name, &lines.replace("HH", &format!("20260310T{hour}0000Z")), expected);
    }
}

#[test]
fn events_by_the_rows_of_their_table() {
    takes_place("VEVENT", "DTSTART:20260310T080000Z DTEND:20260310T100000Z", false);
    takes_place("VEVENT", "DTSTART:20260310T080000Z DTEND:20260310T100001Z", true);
    takes_place("VEVENT", "DTSTART:20260310T120000Z DTEND:20260310T130000Z", false);
    takes_place("VEVENT", "DTSTART:20260310T080000Z DTEND:20260310T130000Z", true);
    takes_place("VEVENT", "DTSTART:20260310T090000Z DURATION:PT1H", false);
    takes_place("VEVENT", "DTSTART:20260310T090000Z DURATION:PT61M", true);
    at_hours("VEVENT", "DTSTART:HH DURATION:PT0S", [false, true, true, false, false]);
    at_hours("VEVENT", "DTSTART:HH", [false, true, true, false, false]);
    takes_place("VEVENT", "DTSTART;VALUE=DATE:20260310", true);
    takes_place("VEVENT", "DTSTART;VALUE=DATE:20260309", false);
    takes_place("VEVENT", "DTSTART;VALUE=DATE:20260309 DTEND;VALUE=DATE:20260311", true);
    takes_place("VEVENT", "DTSTART;VALUE=DATE:20260309 DURATION:P2D", true);
    // Floating: an hour ahead.
    takes_place("VEVENT", "DTSTART:20260310T123000", true);
    takes_place("VEVENT", "DTSTART:20260310T103000", false);
    takes_place("VEVENT", "DTSTART;TZID=Europe/Vienna:20260310T120000", true);
    takes_place("VEVENT", "DTSTART;TZID=Europe/Vienna:20260310T100000", false);
    takes_place("VEVENT", "SUMMARY:without", false);
}

#[test]
fn to_dos_by_the_rows_of_their_table() {
    // DTSTART and DURATION, both ends included at the start.
    takes_place("VTODO", "DTSTART:20260310T090000Z DURATION:PT1H", true);
    takes_place("VTODO", "DTSTART:20260310T090000Z DURATION:PT59M", false);
    takes_place("VTODO", "DTSTART:20260310T120000Z DURATION:PT1H", false);
    takes_place("VTODO", "DTSTART:20260310T115959Z DURATION:PT1H", true);
    // DTSTART and DUE.
    takes_place("VTODO", "DTSTART:20260310T090000Z DUE:20260310T100000Z", false);
    takes_place("VTODO", "DTSTART:20260310T090000Z DUE:20260310T100001Z", true);
    takes_place("VTODO", "DTSTART:20260310T120000Z DUE:20260310T130000Z", false);
    // DTSTART, DUE, COMPLETED, CREATED alone; COMPLETED and CREATED; none.
    at_hours("VTODO", "DTSTART:HH", [false, true, true, false, false]);
    at_hours("VTODO", "DUE:HH", [false, false, true, true, false]);
    at_hours("VTODO", "COMPLETED:HH", [false, true, true, true, false]);
    at_hours("VTODO", "CREATED:HH", [true, true, true, false, false]);
    at_hours("VTODO", "CREATED:20260310T110000Z COMPLETED:HH", [true; 5]);
    takes_place("VTODO", "CREATED:20260310T080000Z COMPLETED:20260310T090000Z", false);
    takes_place("VTODO", "CREATED:20260310T080000Z COMPLETED:20260310T130000Z", true);
    takes_place("VTODO", "CREATED:20260310T130000Z COMPLETED:20260310T140000Z", false);
    takes_place("VTODO", "SUMMARY:without", true);
    // What recurs, and stands at a boundary.
    takes_place("VTODO", "DTSTART:20260301T090000Z DURATION:PT1H RRULE:FREQ=DAILY", true);
    takes_place("VTODO", "DUE:20260301T100000Z RRULE:FREQ=DAILY", false);
    takes_place("VTODO", "DUE:20260301T120000Z RRULE:FREQ=DAILY", true);
}

#[test]
fn journals_and_free_busy_by_the_rows_of_their_tables() {
    at_hours("VJOURNAL", "DTSTART:HH", [false, true, true, false, false]);
    takes_place("VJOURNAL", "DTSTART;VALUE=DATE:20260310", true);
    takes_place("VJOURNAL", "DTSTART;VALUE=DATE:20260311", false);
    takes_place("VJOURNAL", "SUMMARY:without", false);
    takes_place("VFREEBUSY", "DTSTART:20260310T080000Z DTEND:20260310T100000Z", true);
    takes_place("VFREEBUSY", "DTSTART:20260310T080000Z DTEND:20260310T095959Z", false);
    takes_place("VFREEBUSY", "DTSTART:20260310T120000Z DTEND:20260310T130000Z", false);
    takes_place("VFREEBUSY", "FREEBUSY:20260310T080000Z/PT1H,20260310T110000Z/PT1H", true);
    takes_place("VFREEBUSY", "FREEBUSY:20260310T080000Z/PT2H,20260310T120000Z/20260310T130000Z", false);
    takes_place("VFREEBUSY", "SUMMARY:without", false);
    takes_place("VAVAILABILITY", "DTSTART:20260310T120000Z", false);
    takes_place("VAVAILABILITY", "DTSTART:20260301T120000Z", true);
    takes_place("VAVAILABILITY", "SUMMARY:without", true);
}

#[test]
fn alarms_by_the_rows_of_their_table() {
    let inside = "<C:comp-filter name=\"VEVENT\"><C:comp-filter name=\"VALARM\">\
                  <C:time-range start=\"20260310T100000Z\" end=\"20260310T120000Z\"/></C:comp-filter></C:comp-filter>";
    for (event, alarm, expected) in [
        ("DTSTART:20260310T103000Z", "TRIGGER:-PT30M", true),
        ("DTSTART:20260310T103000Z", "TRIGGER:-PT31M", false),
        ("DTSTART:20260310T120000Z", "TRIGGER:PT0S", false),
        ("DTSTART:20260310T120000Z", "TRIGGER:-PT1S", true),
        ("DTSTART:20260310T080000Z DURATION:PT2H", "TRIGGER;RELATED=END:PT0S", true),
        ("DTSTART:20260310T080000Z DURATION:PT1H", "TRIGGER;RELATED=END:PT0S", false),
        ("DTSTART:20260310T080000Z", "TRIGGER:PT0S REPEAT:2 DURATION:PT1H", true),
        ("DTSTART:20260310T080000Z", "TRIGGER:PT0S REPEAT:1 DURATION:PT1H", false),
        ("DTSTART:20260310T090000Z", "TRIGGER:PT0S REPEAT:1 DURATION:PT4H", false),
        ("DTSTART:20200310T110000Z", "TRIGGER;VALUE=DATE-TIME:20260310T110000Z", true),
        ("DTSTART:20200310T110000Z", "TRIGGER;VALUE=DATE-TIME:20260310T120000Z", false),
        ("DTSTART:20200310T110000Z RRULE:FREQ=DAILY", "TRIGGER:-PT30M", true),
        ("DTSTART:20200310T110000Z RRULE:FREQ=DAILY", "TRIGGER:-P30DT30M", true),
        ("DTSTART:20200310T130000Z RRULE:FREQ=DAILY", "TRIGGER:-PT30M", false),
        // Clocks go forward between: a day before is the same hour on the wall.
        ("DTSTART;TZID=Europe/Vienna:20260330T100000", "TRIGGER:-P20D", false),
        ("DTSTART;TZID=Europe/Vienna:20260330T110000", "TRIGGER:-P20D", true),
        ("DTSTART:20260310T103000Z", "ACTION:DISPLAY", false),
    ] {
        let lines = format!("BEGIN:VEVENT UID:1 {event} BEGIN:VALARM {alarm} END:VALARM END:VEVENT");
        assert_eq!(matches(inside, &lines), expected, "{event} {alarm}");
    }
}

#[test]
fn each_condition_is_of_one_component() {
    let series = "BEGIN:VEVENT UID:1 DTSTART:20260301T103000Z RRULE:FREQ=DAILY SUMMARY:Tea END:VEVENT \
                  BEGIN:VEVENT UID:1 RECURRENCE-ID:20260310T103000Z DTSTART:20260310T103000Z SUMMARY:Coffee END:VEVENT";
    let with = |text: &str, day: &str| {
        format!(
            "<C:comp-filter name=\"VEVENT\"><C:time-range start=\"202603{day}T100000Z\" end=\"202603{day}T120000Z\"/>\
             <C:prop-filter name=\"SUMMARY\"><C:text-match>{text}</C:text-match></C:prop-filter></C:comp-filter>"
        )
    };
    assert!(matches(&with("tea", "09"), series));
    assert!(!matches(&with("tea", "10"), series), "the override is then, and is no tea");
    assert!(matches(&with("coffee", "10"), series));
    assert!(!matches(&with("coffee", "09"), series));
}

#[test]
fn properties_and_parameters_are_asked_by_name_text_and_time() {
    let event = "BEGIN:VEVENT UID:abc-1 SUMMARY:Grüße\\,Tea ATTENDEE;PARTSTAT=NEEDS-ACTION;CN=Ann:mailto:ann@example.com \
                 ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.com DTSTAMP:20260310T110000Z X-NOTE:1 END:VEVENT";
    let asked =
        |inside: &str| matches(&format!("<C:comp-filter name=\"vevent\">{inside}</C:comp-filter>"), event);
    for (inside, expected) in [
        ("", true),
        ("<C:is-not-defined/>", false),
        ("<C:prop-filter name=\"summary\"/>", true),
        ("<C:prop-filter name=\"X-NOTE\"/>", true),
        ("<C:prop-filter name=\"X-OTHER\"/>", false),
        ("<C:prop-filter name=\"X-OTHER\"><C:is-not-defined/></C:prop-filter>", true),
        ("<C:prop-filter name=\"SUMMARY\"><C:is-not-defined/></C:prop-filter>", false),
        ("<C:prop-filter name=\"SUMMARY\"><C:text-match>, tea</C:text-match></C:prop-filter>", false),
        ("<C:prop-filter name=\"SUMMARY\"><C:text-match>,tea</C:text-match></C:prop-filter>", true),
        (
            "<C:prop-filter name=\"SUMMARY\"><C:text-match collation=\"i;octet\">tea</C:text-match></C:prop-filter>",
            false,
        ),
        (
            "<C:prop-filter name=\"SUMMARY\"><C:text-match negate-condition=\"yes\">tea</C:text-match></C:prop-filter>",
            false,
        ),
        (
            "<C:prop-filter name=\"SUMMARY\"><C:text-match collation=\"i;unicode-casemap\">GRÜSSE</C:text-match></C:prop-filter>",
            false,
        ),
        (
            "<C:prop-filter name=\"SUMMARY\"><C:text-match collation=\"i;unicode-casemap\">GRÜ</C:text-match></C:prop-filter>",
            true,
        ),
        (
            "<C:prop-filter name=\"ATTENDEE\"><C:text-match>ann@</C:text-match><C:param-filter name=\"partstat\">\
             <C:text-match>needs</C:text-match></C:param-filter></C:prop-filter>",
            true,
        ),
        (
            "<C:prop-filter name=\"ATTENDEE\"><C:text-match>bob@</C:text-match><C:param-filter name=\"PARTSTAT\">\
             <C:text-match>needs</C:text-match></C:param-filter></C:prop-filter>",
            false,
        ),
        (
            "<C:prop-filter name=\"ATTENDEE\"><C:text-match>bob@</C:text-match><C:param-filter name=\"CN\">\
             <C:is-not-defined/></C:param-filter></C:prop-filter>",
            true,
        ),
        ("<C:prop-filter name=\"ATTENDEE\"><C:param-filter name=\"CN\"/></C:prop-filter>", true),
        ("<C:prop-filter name=\"DTSTAMP\"><C:time-range start=\"20260310T110000Z\"/></C:prop-filter>", true),
        ("<C:prop-filter name=\"DTSTAMP\"><C:time-range end=\"20260310T110000Z\"/></C:prop-filter>", false),
        ("<C:comp-filter name=\"VALARM\"><C:is-not-defined/></C:comp-filter>", true),
        ("<C:comp-filter name=\"VALARM\"/>", false),
    ] {
        assert_eq!(asked(inside), expected, "{inside}");
    }
    assert!(matches("<C:comp-filter name=\"VTODO\"><C:is-not-defined/></C:comp-filter>", event));
}

#[test]
fn what_is_no_filter_is_told_by_its_name() {
    let many = "<C:comp-filter name=\"VEVENT\"/>".repeat(Limits::default().filters);
    for (inside, precondition) in [
        ("<C:comp-filter/>", "valid-filter"),
        (
            "<C:comp-filter name=\"VEVENT\"><C:is-not-defined/><C:comp-filter name=\"VALARM\"/></C:comp-filter>",
            "valid-filter",
        ),
        ("<C:comp-filter name=\"VEVENT\"><C:time-range/></C:comp-filter>", "valid-filter"),
        ("<C:comp-filter name=\"VEVENT\"><C:time-range start=\"20260310\"/></C:comp-filter>", "valid-filter"),
        (
            "<C:comp-filter name=\"VEVENT\"><C:time-range start=\"20260310T100000\"/></C:comp-filter>",
            "valid-filter",
        ),
        (
            "<C:comp-filter name=\"VEVENT\"><C:time-range start=\"20260310T100000Z\" end=\"20260310T100000Z\"/></C:comp-filter>",
            "valid-filter",
        ),
        ("<C:time-range start=\"20260310T100000Z\"/>", "supported-filter"),
        (
            "<C:comp-filter name=\"VTIMEZONE\"><C:time-range start=\"20260310T100000Z\"/></C:comp-filter>",
            "supported-filter",
        ),
        ("<C:comp-filter name=\"VEVENT\"><X xmlns=\"urn:x\"/></C:comp-filter>", "supported-filter"),
        (
            "<C:comp-filter name=\"VEVENT\"><C:prop-filter name=\"UID\"><C:text-match collation=\"i;basic\">1</C:text-match>\
             </C:prop-filter></C:comp-filter>",
            "supported-collation",
        ),
        (&many, "supported-filter"),
    ] {
        match read(inside) {
            Err(Error::Precondition(found)) => assert_eq!(found.name().local, precondition, "{inside}"),
            other => panic!("{inside}: {other:?}"),
        }
    }
    let most = "<C:comp-filter name=\"VEVENT\"/>".repeat(Limits::default().filters - 1);
    assert!(read(&most).is_ok());
}

#[test]
fn a_rule_without_end_costs_its_budget_and_no_more() {
    let inside = "<C:comp-filter name=\"VEVENT\"><C:time-range start=\"20260310T100000Z\"/>\
                  <C:prop-filter name=\"RECURRENCE-ID\"/></C:comp-filter>";
    let lines = "BEGIN:VEVENT UID:1 DTSTART:20260301T000000Z RRULE:FREQ=SECONDLY END:VEVENT \
                 BEGIN:VEVENT UID:1 RECURRENCE-ID:20200101T000000Z DTSTART:20200101T000000Z END:VEVENT";
    assert!(filter(inside).matches(&object(lines), &Context::new(Zone::utc())).is_err());
    let plain = "<C:comp-filter name=\"VEVENT\"><C:time-range start=\"20990310T100000Z\"/></C:comp-filter>";
    assert!(matches(plain, lines), "one is found at once, however many there are");
}

#[test]
fn alarms_without_number_are_asked_so_often_and_no_more() {
    let inside = "<C:comp-filter name=\"VEVENT\"><C:comp-filter name=\"VALARM\">\
                  <C:time-range start=\"20260310T100000Z\" end=\"20260310T100001Z\"/></C:comp-filter></C:comp-filter>";
    let alarms = |count: usize| "BEGIN:VALARM TRIGGER:P1DT30S END:VALARM ".repeat(count);
    let event = |count| {
        format!("BEGIN:VEVENT UID:1 DTSTART:20260301T000000Z RRULE:FREQ=MINUTELY {}END:VEVENT", alarms(count))
    };
    let asked = |count| filter(inside).matches(&object(&event(count)), &Context::new(Zone::utc()));
    assert_eq!(asked(100), Ok(false));
    assert!(asked(1_000).is_err());
    // What has only alarms asked walks no dense series for nothing.
    let dense = "BEGIN:VEVENT UID:1 DTSTART:20260301T000000Z RRULE:FREQ=SECONDLY BEGIN:VALARM \
                 TRIGGER;VALUE=DATE-TIME:20200101T000000Z END:VALARM END:VEVENT";
    let wide = inside.replace("end=\"20260310T100001Z\"", "");
    assert!(!matches(&wide, dense));
}

#[test]
fn an_index_learns_kind_range_and_uid() {
    let at = |text: &str| match DateOrTime::parse(text.as_bytes()) {
        Ok(DateOrTime::Utc(wall)) => Timestamp::from_utc(wall),
        other => panic!("{other:?}"),
    };
    let time = "<C:time-range start=\"20260310T100000Z\" end=\"20260310T120000Z\"/>";
    let (from, to) = (at("20260310T100000Z"), at("20260310T120000Z"));
    let bounds = |inside: &str| filter(inside).bounds();
    let event = bounds(&format!("<C:comp-filter name=\"VEVENT\">{time}</C:comp-filter>"));
    assert_eq!(event.kind, Some(ComponentKind::Event));
    assert_eq!((event.range, event.with_undated), (Some(Range { from, to }), false));
    let todo = bounds(&format!("<C:comp-filter name=\"VTODO\">{time}</C:comp-filter>"));
    assert_eq!(todo.range, Some(Range { from: Timestamp(from.0 - 1), to: Timestamp(to.0 + 1) }));
    assert!(todo.with_undated);
    let busy = bounds(&format!("<C:comp-filter name=\"VFREEBUSY\">{time}</C:comp-filter>"));
    assert_eq!((busy.kind, busy.range), (Some(ComponentKind::Freebusy), None));
    let uid = "<C:comp-filter name=\"VEVENT\"><C:prop-filter name=\"UID\"><C:text-match>ABC</C:text-match></C:prop-filter>\
               </C:comp-filter>";
    assert!(bounds(uid).uid.is_some_and(|uid| uid.matches("abcd") && !uid.matches("ab")));
    let not = uid.replace("<C:text-match>", "<C:text-match negate-condition=\"yes\">");
    assert_eq!(bounds(&not).uid, None);
    assert!(bounds("<C:comp-filter name=\"VEVENT\"/><C:comp-filter name=\"VTODO\"/>").is_empty);
    assert_eq!(
        bounds("<C:comp-filter name=\"VTODO\"><C:is-not-defined/></C:comp-filter>"),
        Bounds::default()
    );
    assert_eq!(bounds(""), Bounds::default());
    assert!(bounds("<C:is-not-defined/>").is_empty);
}
