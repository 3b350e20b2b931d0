//! jCal: the examples of RFC 7265 and RFC 7529 both ways, what is refused, and what is amiss in a text.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::{Document, Limits, Obstacle, diff, jcal};
use serde_json::Value;

fn read(text: &str) -> Document {
    Document::read(text).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A component with this line alone.
fn event(line: &str) -> Document {
    read(&format!("BEGIN:VEVENT\r\n{line}\r\nEND:VEVENT\r\n"))
}

/// The property of such a component, in jCal.
fn written(line: &str) -> Value {
    json(&jcal::write([&event(line)]).unwrap())[1][0].take()
}

/// The line that a property in jCal is read as.
fn line(property: &str) -> String {
    let text = format!("[\"vevent\",[{property}],[]]");
    let document = jcal::read(text.as_bytes(), &Limits::default()).unwrap();
    let event = document.roots().next().unwrap();
    let property = event.properties().next().unwrap();
    String::from_utf8(property.content().to_vec()).unwrap()
}

/// Section, line, property: each is made of the other.
#[rustfmt::skip]
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("3.4", "SUMMARY:Meeting with Fred", r#"["summary", {}, "text", "Meeting with Fred"]"#),
    ("3.4", "CATEGORIES:Meetings,Work", r#"["categories", {}, "text", "Meetings", "Work"]"#),
    ("3.4.1.1", "GEO:37.386013;-122.082932", r#"["geo", {}, "float", [ 37.386013, -122.082932 ] ]"#),
    ("3.4.1.2", "REQUEST-STATUS:2.0;Success", r#"["request-status", {}, "text", ["2.0", "Success"] ]"#),
    ("3.4.1.2", "REQUEST-STATUS:3.7;Invalid calendar user;ATTENDEE:mailto:jsmith@example.org", r#"["request-status", {}, "text", ["3.7", "Invalid calendar user", "ATTENDEE:mailto:jsmith@example.org"]]"#),
    ("3.5", "ATTENDEE;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:jsmith@example.org", r#"["attendee", {"partstat": "ACCEPTED", "rsvp": "TRUE", "role": "REQ-PARTICIPANT"}, "cal-address", "mailto:jsmith@example.org"]"#),
    ("3.5.2", "ATTENDEE;DELEGATED-TO=\"mailto:jdoe@example.org\",\"mailto:jqpublic@example.org\":mailto:jsmith@example.org", r#"["attendee", {"delegated-to": ["mailto:jdoe@example.org", "mailto:jqpublic@example.org"]}, "cal-address", "mailto:jsmith@example.org"]"#),
    ("3.5.2", "ATTENDEE;DELEGATED-TO=\"mailto:jdoe@example.org\":mailto:jsmith@example.org", r#"["attendee", {"delegated-to": "mailto:jdoe@example.org"}, "cal-address", "mailto:jsmith@example.org"]"#),
    ("3.6.2", "X-NON-SMOKING;VALUE=BOOLEAN:TRUE", r#"["x-non-smoking", {}, "boolean", true]"#),
    ("3.6.3", "ATTENDEE:mailto:kewisch@example.com", r#"["attendee", {}, "cal-address", "mailto:kewisch@example.com"]"#),
    ("3.6.4", "DTSTART;VALUE=DATE:20110517", r#"["dtstart", {}, "date", "2011-05-17"]"#),
    ("3.6.5", "DTSTART:20121017T120000", r#"["dtstart", {}, "date-time", "2012-10-17T12:00:00"]"#),
    ("3.6.5", "DTSTAMP:20121017T120000Z", r#"["dtstamp", {}, "date-time", "2012-10-17T12:00:00Z"]"#),
    ("3.6.5", "DTEND;TZID=Europe/Berlin:20111017T130000", r#"["dtend", { "tzid": "Europe/Berlin" }, "date-time", "2011-10-17T13:00:00"]"#),
    ("3.6.6", "DURATION:P1D", r#"["duration", {}, "duration", "P1D"]"#),
    ("3.6.7", "X-GRADE;VALUE=FLOAT:1.3", r#"["x-grade", {}, "float", 1.3]"#),
    ("3.6.8", "PERCENT-COMPLETE:42", r#"["percent-complete", {}, "integer", 42]"#),
    ("3.6.9", "FREEBUSY;FBTYPE=FREE:19970308T160000Z/P1D", r#"["freebusy", { "fbtype": "FREE" }, "period", ["1997-03-08T16:00:00Z", "P1D"]]"#),
    ("3.6.10", "RRULE:FREQ=YEARLY;COUNT=5;BYDAY=-1SU,2MO;BYMONTH=10", r#"["rrule", {}, "recur", {"freq": "YEARLY", "count": 5, "byday": [ "-1SU", "2MO" ], "bymonth": 10}]"#),
    ("3.6.10", "RRULE:FREQ=MONTHLY;UNTIL=20131001;INTERVAL=2;BYMONTHDAY=1,15,-1", r#"["rrule", {}, "recur", {"freq": "MONTHLY", "interval": 2, "bymonthday": [ 1, 15, -1 ], "until": "2013-10-01"}]"#),
    ("3.6.11", r"COMMENT:hello\, world", r#"["comment", {}, "text", "hello, world"]"#),
    ("3.6.12", "X-TIME-LOCAL;VALUE=TIME:123000", r#"["x-time-local", {}, "time", "12:30:00"]"#),
    ("3.6.12", "X-TIME-UTC;VALUE=TIME:123000Z", r#"["x-time-utc", {}, "time", "12:30:00Z"]"#),
    ("3.6.12", "X-TIME-OFFSET;TZID=Europe/Berlin;VALUE=TIME:123000", r#"["x-time-offset", { "tzid": "Europe/Berlin" }, "time", "12:30:00"]"#),
    ("3.6.13", "TZURL:http://example.org/tz/Europe-Berlin.ics", r#"["tzurl", {}, "uri", "http://example.org/tz/Europe-Berlin.ics"]"#),
    ("3.6.14", "TZOFFSETFROM:-0500", r#"["tzoffsetfrom", {}, "utc-offset", "-05:00"]"#),
    ("3.6.14", "TZOFFSETTO:+1245", r#"["tzoffsetto", {}, "utc-offset", "+12:45"]"#),
    ("5.3", "X-COMPLAINT-DEADLINE:20110512T120000Z", r#"["x-complaint-deadline", {}, "unknown", "20110512T120000Z"]"#),
    ("5.3", r"X-COFFEE-DATA:Stenophylla;Guinea\,Africa", r#"["x-coffee-data", {}, "unknown", "Stenophylla;Guinea\\,Africa"]"#),
    ("5.3", "PERCENT-COMPLETE:95", r#"["percent-complete", {}, "integer", 95]"#),
    ("5.3", "DTSTART;X-SLACK=30.3;VALUE=DATE:20110512", r#"["dtstart", { "x-slack": "30.3" }, "date", "2011-05-12"]"#),
    ("RFC 7529 9", "RRULE:RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD", r#"["rrule", {}, "recur", {"rscale": "GREGORIAN", "freq": "YEARLY", "skip": "FORWARD"}]"#),
    ("RFC 7529 4.2", "RRULE:RSCALE=HEBREW;FREQ=YEARLY;BYMONTHDAY=8;BYMONTH=5L;SKIP=FORWARD", r#"["rrule", {}, "recur", {"rscale": "HEBREW", "freq": "YEARLY", "bymonth": "5L", "bymonthday": 8, "skip": "FORWARD"}]"#),
    ("RFC 7986 5.7", "REFRESH-INTERVAL;VALUE=DURATION:P1W", r#"["refresh-interval", {}, "duration", "P1W"]"#),
    ("RFC 9253 8.2", "LINK;LINKREL=SOURCE;VALUE=XML-REFERENCE:https://example.com/a.xml#b", r#"["link", {"linkrel": "SOURCE"}, "xml-reference", "https://example.com/a.xml#b"]"#),
];

#[test]
fn examples_both_ways() {
    for (section, text, property) in EXAMPLES {
        assert_eq!(written(text), json(property), "{section}: {text}");
        assert_eq!(line(property), *text, "{section}: {property}");
    }
}

#[test]
fn what_readers_must_understand_too() {
    for (section, property, text) in [
        (
            "3.6.1",
            r#"["attach", {}, "binary", "SGVsbG8gV29ybGQh"]"#,
            "ATTACH;ENCODING=BASE64;VALUE=BINARY:SGVsbG8gV29ybGQh",
        ),
        (
            "3.5.2",
            r#"["attendee", {"delegated-to": ["mailto:a@b"]}, "cal-address", "mailto:c@d"]"#,
            "ATTENDEE;DELEGATED-TO=\"mailto:a@b\":mailto:c@d",
        ),
        (
            "3.6.10",
            r#"["rrule", {}, "recur", {"byday": ["MO"], "bymonth": [1], "freq": "YEARLY"}]"#,
            "RRULE:FREQ=YEARLY;BYDAY=MO;BYMONTH=1",
        ),
        (
            "B.2",
            r#"["rdate", {}, "period", "2006-01-02T15:00:00/PT2H"]"#,
            "RDATE;VALUE=PERIOD:20060102T150000/PT2H",
        ),
        ("3.6.8", r#"["sequence", {}, "integer", 2.0]"#, "SEQUENCE:2"),
        (
            "3.4",
            r#"["DTSTART", {"TZID": "Europe/Berlin"}, "DATE-TIME", "2012-10-17T12:00:00"]"#,
            "DTSTART;TZID=Europe/Berlin:20121017T120000",
        ),
        (
            "a value that is none, for checks to tell",
            r#"["dtstart", {}, "date-time", "soon"]"#,
            "DTSTART:soon",
        ),
    ] {
        assert_eq!(line(property), text, "{section}");
    }
    assert_eq!(
        written("ATTACH;VALUE=BINARY;ENCODING=BASE64:SGVs bG8="),
        json(r#"["attach", {"encoding": "BASE64"}, "binary", "SGVsbG8="]"#)
    );
}

/// What has no form there stands as it is, with its VALUE, and comes back.
#[test]
fn what_is_wrong_stands_as_it_is() {
    for (text, property) in [
        ("DTSTART:20110517", r#"["dtstart", {}, "unknown", "20110517"]"#),
        ("DTSTART;VALUE=DATE:2011-05-17", r#"["dtstart", {"value": "DATE"}, "unknown", "2011-05-17"]"#),
        (
            "DTSTART;VALUE=DATE:20110517T000000",
            r#"["dtstart", {"value": "DATE"}, "unknown", "20110517T000000"]"#,
        ),
        ("EXDATE:20110517T000000,never", r#"["exdate", {}, "unknown", "20110517T000000,never"]"#),
        ("SUMMARY;ENCODING=BASE64:SGVsbG8=", r#"["summary", {"encoding": "BASE64"}, "text", "SGVsbG8="]"#),
        ("ATTACH;ENCODING=BASE64:SGVsbG8=", r#"["attach", {"encoding": "BASE64"}, "unknown", "SGVsbG8="]"#),
        ("ATTACH;VALUE=BINARY:SGVsbG8=", r#"["attach", {"value": "BINARY"}, "unknown", "SGVsbG8="]"#),
        ("X-A;VALUE=X-Odd:a;b", r#"["x-a", {"value": "X-Odd"}, "unknown", "a;b"]"#),
        ("X-A;VALUE=X-ODD:a;b", r#"["x-a", {}, "x-odd", "a;b"]"#),
        ("X-A;VALUE=UNKNOWN:a;b", r#"["x-a", {"value": "UNKNOWN"}, "unknown", "a;b"]"#),
        ("STATUS:a,b", r#"["status", {}, "unknown", "a,b"]"#),
        ("RRULE:FREQ=YEARLY;FREQ=DAILY", r#"["rrule", {}, "unknown", "FREQ=YEARLY;FREQ=DAILY"]"#),
        ("SEQUENCE:99999999999", r#"["sequence", {}, "unknown", "99999999999"]"#),
    ] {
        assert_eq!(written(text), json(property), "{text}");
        assert_eq!(line(property), text, "{property}");
    }
}

#[test]
fn whole_examples() {
    let same = |ics: &str, text: &str| {
        let (document, again) = (read(ics), jcal::read(text.as_bytes(), &Limits::default()).unwrap());
        assert_eq!(diff::diff(&document, &again).len(), 0, "{}", String::from_utf8_lossy(&again.to_bytes()));
        // Which property comes first is nobody's matter.
        assert_eq!(sorted(json(&jcal::write([&document]).unwrap())), sorted(json(text)));
    };
    same(include_str!("data/rfc7265/b1.ics"), include_str!("data/rfc7265/b1.json"));
    same(include_str!("data/rfc7265/b2.ics"), include_str!("data/rfc7265/b2.json"));
}

/// A component with its properties in order of name.
fn sorted(mut component: Value) -> Value {
    component[1].as_array_mut().unwrap().sort_by_key(ToString::to_string);
    let inside = component[2].take().as_array().unwrap().iter().cloned().map(sorted).collect();
    component[2] = Value::Array(inside);
    component
}

#[test]
fn one_component_several_and_none() {
    let one = read("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    let two = read("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nBEGIN:X-ONE\r\nX-A:\r\nEND:X-ONE\r\n");
    let written = |documents: &[&Document]| json(&jcal::write(documents.iter().copied()).unwrap());
    assert_eq!(written(&[&one]), json(r#"["vcalendar", [], []]"#));
    let several = r#"[["vcalendar", [], []], ["x-one", [["x-a", {}, "unknown", ""]], []]]"#;
    assert_eq!(written(&[&two]), json(several));
    assert_eq!(written(&[&one, &one]), json(r#"[["vcalendar", [], []], ["vcalendar", [], []]]"#));
    assert_eq!(written(&[]), json("[]"));
    let again = jcal::read(several.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(again.to_bytes(), two.to_bytes());
}

/// A document that cannot be said leaves nothing of itself.
#[test]
fn what_cannot_be_said_is_refused_with_its_place() {
    let refused = |text: &[u8]| {
        let text = [b"BEGIN:VEVENT\r\nUID:1\r\n", text, b"\r\nEND:VEVENT\r\n"].concat();
        let document = Document::read(text).unwrap();
        let mut writer = jcal::Writer::default();
        writer.add(&event("UID:0")).unwrap();
        let unsayable = writer.add(&document).unwrap_err();
        assert_eq!(json(&writer.finish()), json(r#"["vevent", [["uid", {}, "text", "0"]], []]"#));
        (unsayable.place.start, unsayable.obstacle)
    };
    assert_eq!(refused(b"SUMMARY:\xff"), (21, Obstacle::NoUtf8));
    assert_eq!(refused(b"SUMMARY:a\rb"), (21, Obstacle::CarriageReturn));
    assert_eq!(refused(b"SUMMARY;X-A=1;x-a=2:a"), (21, Obstacle::Twice("x-a".to_owned())));
    assert_eq!(refused(b"SUMMARY;X\"A=1:a"), (21, Obstacle::Name("x\"a".to_owned())));
    assert_eq!(refused(b"SUMMARY;X-A=\x01:a"), (21, Obstacle::Character('\u{1}')));
    assert_eq!(refused(b"BEGIN:\x01\r\nEND:\x01"), (21, Obstacle::Name("\u{1}".to_owned())));
}

#[test]
fn what_is_amiss_is_told_with_its_place() {
    let limits = Limits {
        nesting: 2,
        properties: 2,
        parameters: 1,
        line: 100,
        elements: 60,
        file: 400,
        ..Limits::default()
    };
    let deep = r#"["vcalendar",[],[["vevent",[],[["valarm",[],[]]]]]]"#;
    let many = r#"["vevent",[["x-a",{},"text","1"],["x-a",{},"text","2"],["x-a",{},"text","3"]],[]]"#;
    for (text, told) in [
        ("", "line 1, column 0: EOF while parsing a value"),
        ("[\"vevent\",", "line 1, column 10: EOF while parsing a value"),
        ("{}", "wanted a component as [\"vevent\", [properties], [components]], found an object of 0"),
        ("[]", "wanted a component as [\"vevent\", [properties], [components]], found an array of 0"),
        (
            "[\"vevent\",[]]",
            "wanted a component as [\"vevent\", [properties], [components]], found an array of 2",
        ),
        (
            r#"["vcalendar",[],[["vevent",[],[]],["vevent",[["summary",{},"text"]],[]]]]"#,
            "vcalendar > vevent 2: wanted a property as [\"summary\", {parameters}, \"text\", value], found an array of 3",
        ),
        (
            r#"["vevent",[["summary",{"a":1},"text","b"]],[]]"#,
            "vevent: summary: wanted a text or texts, found 1",
        ),
        (
            r#"["vevent",[["summary",{},"text",null]],[]]"#,
            "vevent: summary: wanted a text, a number, true or false, found null",
        ),
        (
            r#"["vevent",[["a:b",{},"text",""]],[]]"#,
            "vevent: a:b: wanted the name of a property or parameter, found \"a:b\"",
        ),
        (
            r#"["vevent",[["end",{},"text","vevent"]],[]]"#,
            "vevent: end: wanted the name of a property or parameter, found \"end\"",
        ),
        (
            r#"["vevent",[["a",{"b=c":""},"text",""]],[]]"#,
            "vevent: a: wanted the name of a property or parameter, found \"b=c\"",
        ),
        (r#"["vevent",[["a",{},"unknown","b\r\nc"]],[]]"#, "vevent: a: wanted a value without a line break"),
        (r#"["a\nb",[],[]]"#, "wanted the name of a component, found \"a\\nb\""),
        (r#"["vevent",[],[["vevent",[],[]]]]"#, "vevent: vevent cannot stand inside of vevent"),
        (deep, "vcalendar > vevent 1: components nested deeper than the limit (`nesting`) of 2"),
        (many, "vevent: more properties of one component than the limit (`properties`) of 2"),
        (
            r#"["vevent",[["x-a",{"a":"","b":""},"text","1"]],[]]"#,
            "vevent: more parameters of one property than the limit (`parameters`) of 1",
        ),
        (
            &format!("[\"vevent\",[[\"x-a\",{{}},\"text\",\"{}\"]],[]]", "a".repeat(100)),
            "vevent: more bytes of one line than the limit (`line`) of 100",
        ),
        (&"[".repeat(60), "more values than the limit (`elements`) of 60"),
        (&" ".repeat(401), "longer than the limit (`file`) of 400 bytes"),
    ] {
        let unread = jcal::read(text.as_bytes(), &limits).unwrap_err();
        assert_eq!(unread.to_string(), told, "{text}");
    }
    let deep = "[".repeat(100_000);
    assert!(jcal::read(deep.as_bytes(), &Limits::default()).is_err());
}
