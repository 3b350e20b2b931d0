//! xCal: the examples of RFC 6321 and RFC 7529 both ways, what is foreign, what is refused, and what is amiss in a text.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::{Document, Limits, Obstacle, diff, xcal};

const HEAD: &str =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<icalendar xmlns=\"urn:ietf:params:xml:ns:icalendar-2.0\">";

fn read(text: &str) -> Document {
    Document::read(text).unwrap()
}

/// A component with this line alone.
fn event(line: &str) -> Document {
    read(&format!("BEGIN:VEVENT\r\n{line}\r\nEND:VEVENT\r\n"))
}

fn around(property: &str) -> String {
    format!("{HEAD}\n <vevent>\n  <properties>\n   {property}\n  </properties>\n </vevent>\n</icalendar>\n")
}

/// The line that a property in xCal is read as.
fn line(property: &str) -> String {
    let document = xcal::read(around(property).as_bytes(), &Limits::default()).unwrap();
    let event = document.roots().next().unwrap();
    let property = event.properties().next().unwrap();
    String::from_utf8(property.content().to_vec()).unwrap()
}

/// Section, line, property: each is made of the other.
#[rustfmt::skip]
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("3.4.1.1", "CATEGORIES:a,b", "<categories><text>a</text><text>b</text></categories>"),
    ("3.4.1.1", "EXDATE:20110517T120000,20110518T120000", "<exdate><date-time>2011-05-17T12:00:00</date-time><date-time>2011-05-18T12:00:00</date-time></exdate>"),
    ("3.4.1.2", "GEO:37.386013;-122.082932", "<geo><latitude>37.386013</latitude><longitude>-122.082932</longitude></geo>"),
    ("3.4.1.3", "REQUEST-STATUS:2.0;Success", "<request-status><code>2.0</code><description>Success</description></request-status>"),
    ("3.4.1.3", "REQUEST-STATUS:3.1;Wrong;X:1\\;2", "<request-status><code>3.1</code><description>Wrong</description><data>X:1;2</data></request-status>"),
    ("3.5", "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:a@example.com", "<attendee><parameters><partstat><text>NEEDS-ACTION</text></partstat></parameters><cal-address>mailto:a@example.com</cal-address></attendee>"),
    ("A 3.2", "ATTENDEE;RSVP=TRUE;MEMBER=\"mailto:b@c\",\"mailto:d@e\";DIR=\"http://x\":mailto:a@example.com", "<attendee><parameters><rsvp><boolean>true</boolean></rsvp><member><cal-address>mailto:b@c</cal-address><cal-address>mailto:d@e</cal-address></member><dir><uri>http://x</uri></dir></parameters><cal-address>mailto:a@example.com</cal-address></attendee>"),
    ("3.6.1", "ATTACH;ENCODING=BASE64;VALUE=BINARY:SGVsbG8gV29ybGQh", "<attach><parameters><encoding><text>BASE64</text></encoding></parameters><binary>SGVsbG8gV29ybGQh</binary></attach>"),
    ("3.6.2", "X-A;VALUE=BOOLEAN:TRUE", "<x-a><boolean>true</boolean></x-a>"),
    ("3.6.3", "ORGANIZER:mailto:cyrus@example.com", "<organizer><cal-address>mailto:cyrus@example.com</cal-address></organizer>"),
    ("3.6.4", "DTSTART;VALUE=DATE:20110517", "<dtstart><date>2011-05-17</date></dtstart>"),
    ("3.6.5", "DTSTART:20110517T120000", "<dtstart><date-time>2011-05-17T12:00:00</date-time></dtstart>"),
    ("3.6.6", "DURATION:P1D", "<duration><duration>P1D</duration></duration>"),
    ("3.6.7", "X-A;VALUE=FLOAT:0.5", "<x-a><float>0.5</float></x-a>"),
    ("3.6.8", "X-A;VALUE=INTEGER:-100", "<x-a><integer>-100</integer></x-a>"),
    ("3.6.9", "FREEBUSY:20110517T120000/PT1H", "<freebusy><period><start>2011-05-17T12:00:00</start><duration>PT1H</duration></period></freebusy>"),
    ("3.6.9", "FREEBUSY:20110517T120000Z/20110517T130000Z", "<freebusy><period><start>2011-05-17T12:00:00Z</start><end>2011-05-17T13:00:00Z</end></period></freebusy>"),
    ("3.6.10", "RRULE:FREQ=YEARLY;COUNT=5;BYDAY=-1SU,2MO;BYMONTH=10", "<rrule><recur><freq>YEARLY</freq><count>5</count><byday>-1SU</byday><byday>2MO</byday><bymonth>10</bymonth></recur></rrule>"),
    ("3.6.11", "SUMMARY:Hello World!", "<summary><text>Hello World!</text></summary>"),
    ("3.6.11", r"DESCRIPTION: a\, b\n<&>", "<description><text> a, b\n&lt;&amp;&gt;</text></description>"),
    ("3.6.12", "X-A;VALUE=TIME:120000", "<x-a><time>12:00:00</time></x-a>"),
    ("3.6.13", "URL:http://calendar.example.com", "<url><uri>http://calendar.example.com</uri></url>"),
    ("3.6.14", "TZOFFSETFROM:-0500", "<tzoffsetfrom><utc-offset>-05:00</utc-offset></tzoffsetfrom>"),
    ("5", "X-PROPERTY:20110512T120000Z", "<x-property><unknown>20110512T120000Z</unknown></x-property>"),
    ("5", "DTSTART;X-PARAM=PT30M:20110512T130000Z", "<dtstart><parameters><x-param><unknown>PT30M</unknown></x-param></parameters><date-time>2011-05-12T13:00:00Z</date-time></dtstart>"),
    ("RFC 7529 8", "RRULE:RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD", "<rrule><recur><rscale>GREGORIAN</rscale><freq>YEARLY</freq><skip>FORWARD</skip></recur></rrule>"),
    ("what is wrong stands as it is", "DTSTART;VALUE=DATE:2011-05-17", "<dtstart><parameters><value><text>DATE</text></value></parameters><unknown>2011-05-17</unknown></dtstart>"),
    ("what is wrong stands as it is", "GEO:1", "<geo><unknown>1</unknown></geo>"),
];

#[test]
fn examples_both_ways() {
    for (section, text, property) in EXAMPLES {
        assert_eq!(xcal::write([&event(text)]).unwrap(), around(property), "{section}: {text}");
        assert_eq!(line(property), *text, "{section}: {property}");
    }
}

#[test]
fn what_readers_must_understand_too() {
    for (section, property, text) in [
        (
            "3.6.1",
            "<attach><binary>SGVs\n bG8g V29ybGQh</binary></attach>",
            "ATTACH;ENCODING=BASE64;VALUE=BINARY:SGVsbG8gV29ybGQh",
        ),
        ("B.2", "<tzid>US/Eastern</tzid>", "TZID:US/Eastern"),
        ("XML Schema", "<x-a><boolean> 1 </boolean></x-a>", "X-A;VALUE=BOOLEAN:TRUE"),
        (
            "XML Schema",
            "<attendee><parameters><rsvp><boolean>0</boolean></rsvp></parameters><cal-address>a:b</cal-address></attendee>",
            "ATTENDEE;RSVP=FALSE:a:b",
        ),
        ("blanks", "<dtstart>\n <date>\n 2011-05-17 </date>\n</dtstart>", "DTSTART;VALUE=DATE:20110517"),
        (
            "prefixes",
            "<i:summary xmlns:i=\"urn:ietf:params:xml:ns:icalendar-2.0\"><i:text>a</i:text></i:summary>",
            "SUMMARY:a",
        ),
        ("what is foreign inside", "<summary><a xmlns=\"urn:b\"/><text>a</text></summary>", "SUMMARY:a"),
    ] {
        assert_eq!(line(property), text, "{section}");
    }
}

#[test]
fn whole_examples() {
    let same = |ics: &str, text: &str| {
        let (document, again) = (read(ics), xcal::read(text.as_bytes(), &Limits::default()).unwrap());
        assert_eq!(diff::diff(&document, &again).len(), 0, "{}", String::from_utf8_lossy(&again.to_bytes()));
        let written = xcal::write([&document]).unwrap();
        assert_eq!(elements(&written), elements(text));
    };
    same(include_str!("data/rfc6321/b1.ics"), include_str!("data/rfc6321/b1.xml"));
    same(
        include_str!("data/rfc6321/b2.ics"),
        &include_str!("data/rfc6321/b2.xml")
            .replace("<tzid>US/Eastern</tzid>", "<tzid><text>US/Eastern</text></tzid>"),
    );
}

/// Each element with nothing inside but text, and the way to it, in order of the ways.
fn elements(text: &str) -> Vec<String> {
    fn walk(element: xml::Element<'_>, way: &str, found: &mut Vec<String>) {
        let way = format!("{way}/{}", element.name().local);
        if element.children().next().is_none() {
            found.push(format!("{way}: {}", element.text()));
        }
        element.children().for_each(|child| walk(child, &way, found));
    }
    let document = xml::Document::read(text.as_bytes(), &xml::Limits::default()).unwrap();
    let mut found = Vec::new();
    walk(document.root(), "", &mut found);
    found.sort();
    found
}

/// RFC 6321 4.2: elements of other namespaces are properties of the name XML, and come back as elements.
#[test]
fn foreign_elements_are_kept() {
    let kml = "<k:kml xmlns:k=\"http://www.opengis.net/kml/2.2\">\n <k:Document><k:name a=\"1\">KML &amp; Sample</k:name></k:Document>\n</k:kml>";
    let text = line(kml);
    assert!(
        text.starts_with("XML:<k:kml xmlns:k=\"http://www.opengis.net/kml/2.2\">\\n <k:Document>"),
        "{text}"
    );
    assert_eq!(xcal::write([&event(&text)]).unwrap(), around(kml));
    // What a program wrote otherwise stays as it wrote it.
    let other = r#"XML:<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>"#;
    let written = xcal::write([&event(other)]).unwrap();
    assert!(written.contains("<xml><text>&lt;kml xmlns="), "{written}");
    let again = xcal::read(written.as_bytes(), &Limits::default()).unwrap();
    assert!(diff::diff(&event(other), &again).is_empty());
}

#[test]
fn several_documents_are_one_icalendar() {
    let one = read(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nBEGIN:VTODO\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
    );
    let inside = "\n <vcalendar>\n  <components>\n   <vevent>\n    <properties>\n     <uid><text>1</text></uid>\n    \
         </properties>\n   </vevent>\n   <vtodo>\n   </vtodo>\n  </components>\n </vcalendar>";
    let written = xcal::write([&one, &one]).unwrap();
    assert_eq!(written, format!("{HEAD}{inside}{inside}\n</icalendar>\n"));
    let again = xcal::read(written.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(again.to_bytes(), [one.to_bytes(), one.to_bytes()].concat());
    assert_eq!(xcal::write([]).unwrap(), format!("{HEAD}\n</icalendar>\n"));
}

#[test]
fn what_cannot_be_said_is_refused_with_its_place() {
    let refused = |text: &[u8]| {
        let text = [b"BEGIN:VEVENT\r\nUID:1\r\n", text, b"\r\nEND:VEVENT\r\n"].concat();
        let mut writer = xcal::Writer::default();
        let unsayable = writer.add(&Document::read(text).unwrap()).unwrap_err();
        assert_eq!(writer.finish(), format!("{HEAD}\n</icalendar>\n"));
        (unsayable.place.start, unsayable.obstacle)
    };
    assert_eq!(refused(b"SUMMARY:\xff"), (21, Obstacle::NoUtf8));
    assert_eq!(refused(b"SUMMARY:a\x01"), (21, Obstacle::Character('\u{1}')));
    assert_eq!(refused(b"X-A:\x0c"), (21, Obstacle::Character('\u{c}')));
    assert_eq!(refused("SUMMARY;X-A=\u{ffff}:a".as_bytes()), (21, Obstacle::Character('\u{ffff}')));
    assert_eq!(refused(b"2X:a"), (21, Obstacle::Name("2x".to_owned())));
    assert_eq!(refused(b"X-A;:a"), (21, Obstacle::Name(String::new())));
    assert_eq!(refused(b"BEGIN:A B\r\nEND:A B"), (21, Obstacle::Name("a b".to_owned())));
}

#[test]
fn what_is_amiss_is_told_with_its_place() {
    let limits = Limits { nesting: 1, elements: 10, file: 600, ..Limits::default() };
    for (text, told) in [
        ("", "line 1: wanted one element with all inside it"),
        ("<a/>", "line 1: wanted {urn:ietf:params:xml:ns:icalendar-2.0}icalendar, found a"),
        (
            &around("<summary><text>a</text><uri>b</uri></summary>"),
            "line 5 (vevent): summary: wanted values of one type, found text and uri",
        ),
        (
            &around("<begin><text>vevent</text></begin>"),
            "line 5: vevent: begin: wanted the name of a property or parameter, found \"begin\"",
        ),
        (
            &around("<x-a><unknown>a&#10;b</unknown></x-a>"),
            "line 5: vevent: x-a: wanted a value without a line break",
        ),
        (
            &format!("{HEAD}<a><components><b/></components></a></icalendar>"),
            "line 2: a: components nested deeper than the limit (`nesting`) of 1",
        ),
        (&around(&"<a/>".repeat(10)), "line 5: more than 10 elements and attributes"),
        (&" ".repeat(601), "longer than the limit (`file`) of 600 bytes"),
    ] {
        assert_eq!(xcal::read(text.as_bytes(), &limits).unwrap_err().to_string(), told, "{text}");
    }
}
