//! Parts of objects, and recurrences expanded and limited.

use ical::zone::Zone;

use super::*;
use crate::Limits;

fn wanted(inside: &str) -> Result<CalendarData, Error> {
    let xml = format!("<C:calendar-data xmlns:C=\"urn:ietf:params:xml:ns:caldav\"{inside}</C:calendar-data>");
    let document = xml::Document::read(xml.as_bytes(), &Limits::default().xml).unwrap();
    CalendarData::read(document.root())
}

fn apply(inside: &str, text: &str) -> String {
    let object = Document::read(text).unwrap();
    wanted(inside).unwrap().apply(&object, &Context::new(Zone::utc())).unwrap()
}

const SERIES: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Tea\r\n\
    DTSTART;TZID=Europe/Vienna:20260326T090000\r\nDTEND;TZID=Europe/Vienna:20260326T100000\r\nRRULE:FREQ=DAILY;COUNT=6\r\n\
    EXDATE;TZID=Europe/Vienna:20260327T090000\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Late\r\n\
    RECURRENCE-ID;TZID=Europe/Vienna:20260330T090000\r\nDTSTART;TZID=Europe/Vienna:20260405T090000\r\n\
    DURATION:PT2H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// The values of a property, in order.
fn values(text: &str, name: &str) -> Vec<String> {
    let document = Document::read(text).unwrap();
    let properties: Vec<_> = document.all_components().flat_map(|one| one.properties()).collect();
    let named = properties.iter().filter(|property| property.name() == name);
    named.map(|property| property.value_lossy().into_owned()).collect()
}

#[test]
fn an_object_is_answered_as_it_is_where_nothing_is_asked() {
    assert!(wanted(">").unwrap().is_whole());
    assert_eq!(apply(">", SERIES), SERIES);
    assert_eq!(apply("><C:comp name=\"VCALENDAR\"><C:allprop/><C:allcomp/></C:comp>", SERIES), SERIES);
}

#[test]
fn occurrences_are_expanded_across_a_change_of_the_clock() {
    let expand = "><C:expand start=\"20260328T000000Z\" end=\"20260401T000000Z\"/>";
    let text = apply(expand, SERIES);
    assert_eq!(values(&text, "DTSTART"), ["20260328T080000Z", "20260329T070000Z", "20260331T070000Z"]);
    assert_eq!(values(&text, "DTEND"), ["20260328T090000Z", "20260329T080000Z", "20260331T080000Z"]);
    assert_eq!(values(&text, "RECURRENCE-ID"), values(&text, "DTSTART"));
    assert!(values(&text, "RRULE").is_empty() && values(&text, "EXDATE").is_empty());
    let moved = apply("><C:expand start=\"20260405T000000Z\" end=\"20260406T000000Z\"/>", SERIES);
    assert_eq!(values(&moved, "DTSTART"), ["20260405T070000Z"]);
    assert_eq!(values(&moved, "DURATION"), ["PT2H"]);
    assert_eq!(values(&moved, "RECURRENCE-ID"), ["20260330T070000Z"]);
    let odd = SERIES.replace("END:VCALENDAR", "END;X-A=1:VCALENDAR");
    assert_eq!(apply(expand, &odd), text, "however its end is written");
    let none = apply("><C:expand start=\"20270405T000000Z\" end=\"20270406T000000Z\"/>", SERIES);
    assert_eq!(none, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n");
}

#[test]
fn days_and_floating_times_stay_what_they_are() {
    let expand = "><C:expand start=\"20260328T000000Z\" end=\"20260330T000000Z\"/>";
    let days = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20260301\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n";
    assert_eq!(values(&apply(expand, days), "DTSTART"), ["20260328", "20260329"]);
    assert!(apply(expand, days).contains("RECURRENCE-ID;VALUE=DATE:20260328\r\n"));
    let floating = days.replace(";VALUE=DATE:20260301", ":20260301T120000");
    assert_eq!(values(&apply(expand, &floating), "DTSTART"), ["20260328T120000", "20260329T120000"]);
    let due = "BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:1\nDUE;TZID=Europe/Vienna:20260301T120000\nRRULE:FREQ=DAILY\nEND:VTODO\nEND:VCALENDAR\n";
    assert_eq!(values(&apply(expand, due), "DUE"), ["20260328T110000Z", "20260329T100000Z"]);
    assert!(values(&apply(expand, due), "DTSTART").is_empty());
    // A nominal day that is an hour short in UTC.
    let night = days.replace(";VALUE=DATE:20260301", ";TZID=Europe/Vienna:20260328T120000\nDURATION:P1D");
    let night = apply(expand, &night);
    assert!(
        values(&night, "DURATION").contains(&"P1D".to_owned())
            && values(&night, "DTEND") == ["20260329T100000Z"],
        "{night}"
    );
    let once = SERIES.replace("RRULE:FREQ=DAILY;COUNT=6\r\n", "").replace("Z:20260405", "Z:20260328");
    let once =
        once.split("BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Late").next().unwrap().to_owned() + "END:VCALENDAR\r\n";
    let once = apply("><C:expand start=\"20260326T000000Z\" end=\"20260330T000000Z\"/>", &once);
    assert!(values(&once, "RECURRENCE-ID").is_empty(), "what does not recur has none: {once}");
}

#[test]
fn overrides_are_limited_to_those_that_matter() {
    let limit = |from: &str, to: &str| {
        apply(
            &format!("><C:limit-recurrence-set start=\"2026{from}T000000Z\" end=\"2026{to}T000000Z\"/>"),
            SERIES,
        )
    };
    assert_eq!(limit("0405", "0406"), SERIES, "it is there");
    assert_eq!(limit("0330", "0331"), SERIES, "it was there");
    let idle = limit("0401", "0403");
    assert_eq!(values(&idle, "SUMMARY"), ["Tea"]);
    assert!(idle.contains("RRULE"));
    let odd = SERIES.replacen("VERSION:2.0", "RECURRENCE-ID:20200101T000000Z", 1);
    let limit_odd = "><C:limit-recurrence-set start=\"20260405T000000Z\" end=\"20260406T000000Z\"/>";
    assert_eq!(apply(limit_odd, &odd), odd, "a calendar is no override, whatever it says");
    let following = SERIES.replace("RECURRENCE-ID;", "RECURRENCE-ID;RANGE=THISANDFUTURE;");
    let limit = "><C:limit-recurrence-set start=\"20260410T000000Z\" end=\"20260411T000000Z\"/>";
    assert_eq!(apply(limit, &following), following, "it moves what follows");
}

#[test]
fn free_busy_is_limited_to_its_periods() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VFREEBUSY\nUID:1\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20260310T100000Z/PT1H,20260311T100000Z/PT1H\n\
                FREEBUSY:20260312T100000Z/PT1H\nEND:VFREEBUSY\nEND:VCALENDAR\n";
    let limit = "><C:limit-freebusy-set start=\"20260311T000000Z\" end=\"20260312T000000Z\"/>";
    let limited = apply(limit, text);
    assert!(limited.contains("FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260311T100000Z/PT1H\n"), "{limited}");
    assert_eq!(values(&limited, "FREEBUSY").len(), 1);
}

#[test]
fn parts_are_told_without_values_where_that_is_asked() {
    let part = "><C:comp name=\"VCALENDAR\"><C:comp name=\"VEVENT\"><C:prop name=\"uid\"/>\
                <C:prop name=\"DTSTART\" novalue=\"yes\"/></C:comp></C:comp>";
    let text = apply(part, SERIES);
    assert!(
        text.starts_with(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Vienna:\r\nEND:VEVENT\r\n"
        ),
        "{text}"
    );
}

#[test]
fn what_is_no_calendar_data_is_refused() {
    for (inside, precondition) in [
        (" content-type=\"text/vcard\">", true),
        (" version=\"1.0\">", true),
        ("><C:comp name=\"VEVENT\"/>", false),
        ("><C:comp/>", false),
        ("><C:expand start=\"20260310T100000Z\"/>", false),
        (
            "><C:expand start=\"20260310T100000Z\" end=\"20260311T100000Z\"/>\
             <C:limit-recurrence-set start=\"20260310T100000Z\" end=\"20260311T100000Z\"/>",
            false,
        ),
    ] {
        let found = wanted(inside).unwrap_err();
        assert_eq!(found == Precondition::SupportedCalendarData.into(), precondition, "{inside}: {found}");
    }
    assert!(wanted(" content-type=\"text/calendar\" version=\"2.0\">").is_ok());
    let dense = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20260301T000000Z\nRRULE:FREQ=SECONDLY\nEND:VEVENT\nEND:VCALENDAR\n";
    let expand = wanted("><C:expand start=\"20260310T100000Z\" end=\"20360311T100000Z\"/>").unwrap();
    let large =
        dense.replace("SECONDLY", "DAILY").replace("UID:1", &format!("UID:1\nX-A:{}", "a".repeat(1 << 20)));
    assert!(expand.apply(&Document::read(large).unwrap(), &Context::new(Zone::utc())).is_err());
    assert!(expand.apply(&Document::read(dense).unwrap(), &Context::new(Zone::utc())).is_err());
}
