//! Bodies by the grammar: XML of each method, iCalendar, jCal and xCal.

use super::requests::{Seen, path};
use crate::model::draw::Chance;

const SPACES: &str = "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:A=\"http://apple.com/ns/ical/\" \
                      xmlns:S=\"http://calendarserver.org/ns/\" xmlns:X=\"urn:x\"";

/// The body of a method.
pub(super) fn of(chance: &mut Chance, seen: &Seen, method: &str) -> Vec<u8> {
    match (method, chance.below(12)) {
        (_, 0) => Vec::new(),
        (_, 1) => any_xml(chance, seen).into_bytes(),
        ("PUT" | "POST", _) => object(chance).into_bytes(),
        ("PROPFIND", _) => propfind(chance).into_bytes(),
        ("PROPPATCH", _) => update(chance, "D:propertyupdate").into_bytes(),
        ("MKCALENDAR", _) => update(chance, "C:mkcalendar").into_bytes(),
        ("MKCOL", _) => update(chance, "D:mkcol").into_bytes(),
        ("REPORT", _) => report(chance, seen).into_bytes(),
        ("LOCK", _) => lock(chance).into_bytes(),
        ("ACL", _) => acl(chance).into_bytes(),
        _ => Vec::new(),
    }
}

fn any_xml(chance: &mut Chance, seen: &Seen) -> String {
    match chance.below(6) {
        0 => propfind(chance),
        1 => update(chance, "D:propertyupdate"),
        2 => report(chance, seen),
        3 => lock(chance),
        4 => acl(chance),
        _ => format!("{}x{}", "<a>".repeat(chance.below(80)), "</a>".repeat(chance.below(80))),
    }
}

fn root(name: &str, inside: &str) -> String {
    format!("<?xml version=\"1.0\"?><{name} {SPACES}>{inside}</{name}>")
}

const PROPERTIES: [&str; 42] = [
    "D:getetag",
    "D:displayname",
    "D:resourcetype",
    "D:getcontenttype",
    "D:getcontentlength",
    "D:getlastmodified",
    "D:creationdate",
    "D:sync-token",
    "D:supportedlock",
    "D:lockdiscovery",
    "D:acl",
    "D:owner",
    "D:group",
    "D:current-user-principal",
    "D:current-user-privilege-set",
    "D:supported-privilege-set",
    "D:supported-report-set",
    "D:principal-URL",
    "D:principal-collection-set",
    "D:alternate-URI-set",
    "D:group-membership",
    "D:group-member-set",
    "S:calendar-proxy-write-for",
    "D:acl-restrictions",
    "D:quota-used-bytes",
    "D:quota-available-bytes",
    "C:calendar-home-set",
    "C:calendar-description",
    "C:calendar-timezone",
    "C:calendar-timezone-id",
    "C:supported-calendar-component-set",
    "C:supported-calendar-data",
    "C:max-resource-size",
    "C:min-date-time",
    "C:max-instances",
    "C:calendar-data",
    "C:calendar-user-address-set",
    "C:schedule-calendar-transp",
    "A:calendar-color",
    "A:calendar-order",
    "S:getctag",
    "X:note",
];

fn prop(chance: &mut Chance) -> String {
    let names: String = (0..chance.below(6))
        .map(|_| match chance.below(8) {
            0 => calendar_data(chance),
            _ => format!("<{}/>", chance.word(&PROPERTIES)),
        })
        .collect();
    format!("<D:prop>{names}</D:prop>")
}

fn propfind(chance: &mut Chance) -> String {
    let inside = match chance.below(8) {
        0 => "<D:propname/>".to_owned(),
        1 => "<D:allprop/>".to_owned(),
        2 => format!("<D:allprop/>{}", prop(chance).replace("D:prop>", "D:include>")),
        _ => prop(chance),
    };
    root("D:propfind", &inside)
}

/// Properties set and removed.
fn update(chance: &mut Chance, name: &str) -> String {
    let mut inside = String::new();
    for _ in 0..=chance.below(3) {
        let property = chance.word(&PROPERTIES);
        let value = match chance.below(10) {
            0 => "<C:comp name=\"VEVENT\"/><C:comp name=\"VTODO\"/>".to_owned(),
            1 => "<C:transparent/>".to_owned(),
            2 => "<D:collection/><C:calendar/>".to_owned(),
            3 => "#FF0000FF".to_owned(),
            4 => "Europe/Vienna".to_owned(),
            5 => format!("<![CDATA[{}]]>", calendar(chance, "VTIMEZONE")),
            8 => format!("<D:href>{}</D:href>", chance.word(&["/principals/bob/", "/principals/none/", "x"])),
            6 => "<X:a X:b=\"c\">&amp;<!-- d --><X:e/></X:a>".to_owned(),
            7 => String::new(),
            _ => format!("Name {}", chance.below(50)),
        };
        let sense = if chance.below(4) == 0 { "remove" } else { "set" };
        inside.push_str(&format!("<D:{sense}><D:prop><{property}>{value}</{property}></D:prop></D:{sense}>"));
    }
    root(name, &inside)
}

fn report(chance: &mut Chance, seen: &Seen) -> String {
    match chance.below(10) {
        0..=3 => {
            let inside = format!("{}{}{}", prop(chance), filter(chance), timezone(chance));
            root("C:calendar-query", &inside)
        }
        4 | 5 => {
            let hrefs: String =
                (0..chance.below(6)).map(|_| format!("<D:href>{}</D:href>", path(chance))).collect();
            root("C:calendar-multiget", &format!("{}{hrefs}", prop(chance)))
        }
        6 => root("C:free-busy-query", &range(chance)),
        7 | 8 => {
            let token = chance.word(&["", "", "data:,x", "data:,00-1-1", "http://x/", "data:,-1--1"]);
            let token = seen.token(chance, token);
            let level = chance.word(&["1", "1", "infinite", "0"]);
            let limit = chance.word(&[
                "",
                "",
                "<D:limit><D:nresults>1</D:nresults></D:limit>",
                "<D:limit><D:nresults>0</D:nresults></D:limit>",
                "<D:limit><D:nresults>-1</D:nresults></D:limit>",
            ]);
            let inside = format!(
                "<D:sync-token>{token}</D:sync-token><D:sync-level>{level}</D:sync-level>{limit}{}",
                prop(chance)
            );
            root("D:sync-collection", &inside)
        }
        _ => other_report(chance),
    }
}

fn other_report(chance: &mut Chance) -> String {
    let name = chance.word(&PROPERTIES);
    let name = name.split(':').next_back().unwrap_or_default();
    match chance.below(5) {
        0 => root(
            "D:expand-property",
            &format!("<D:property name=\"{name}\"><D:property name=\"owner\"/></D:property>"),
        ),
        1 => root(
            "D:principal-property-search",
            &format!(
                "<D:property-search><D:prop><D:{name}/></D:prop><D:match>a</D:match></D:property-search>{}",
                prop(chance)
            ),
        ),
        2 => root("D:principal-search-property-set", ""),
        3 => root("D:acl-principal-prop-set", &prop(chance)),
        _ => root("D:principal-match", &format!("<D:self/>{}", prop(chance))),
    }
}

const TIMES: [&str; 12] = [
    "20260302T000000Z",
    "20260309T000000Z",
    "20260101T000000Z",
    "20270101T000000Z",
    "00010101T000000Z",
    "99991231T235959Z",
    "20260302",
    "20260329T013000",
    "",
    "x",
    "20261332T250000Z",
    "20260302T090000Z",
];

fn range(chance: &mut Chance) -> String {
    let [start, end] = [0; 2].map(|_| chance.word(&TIMES));
    match chance.below(8) {
        0 => format!("<C:time-range start=\"{start}\"/>"),
        1 => format!("<C:time-range end=\"{end}\"/>"),
        2 => "<C:time-range/>".to_owned(),
        _ => format!("<C:time-range start=\"{start}\" end=\"{end}\"/>"),
    }
}

fn calendar_data(chance: &mut Chance) -> String {
    let inside = match chance.below(6) {
        0 | 1 => range(chance).replace("C:time-range", "C:expand"),
        2 => range(chance).replace("C:time-range", "C:limit-recurrence-set"),
        3 => "<C:comp name=\"VCALENDAR\"><C:prop name=\"VERSION\"/><C:comp name=\"VEVENT\"><C:prop name=\"UID\" novalue=\"yes\"/></C:comp></C:comp>".to_owned(),
        4 => range(chance).replace("C:time-range", "C:limit-freebusy-set"),
        _ => String::new(),
    };
    let media = chance.word(&[
        "",
        "",
        " content-type=\"application/calendar+json\"",
        " content-type=\"text/x\" version=\"3.0\"",
    ]);
    format!("<C:calendar-data{media}>{inside}</C:calendar-data>")
}

fn timezone(chance: &mut Chance) -> String {
    match chance.below(8) {
        0 => "<C:timezone-id>Europe/Vienna</C:timezone-id>".to_owned(),
        1 => format!("<C:timezone><![CDATA[{}]]></C:timezone>", calendar(chance, "VTIMEZONE")),
        2 => "<C:timezone-id>Mars/Olympus</C:timezone-id>".to_owned(),
        _ => String::new(),
    }
}

fn filter(chance: &mut Chance) -> String {
    let inside = component(chance, 0);
    match chance.below(8) {
        0 => format!("<C:filter>{inside}</C:filter>"),
        _ => format!("<C:filter><C:comp-filter name=\"VCALENDAR\">{inside}</C:comp-filter></C:filter>"),
    }
}

fn component(chance: &mut Chance, depth: usize) -> String {
    let name = chance.word(&[
        "VEVENT",
        "VEVENT",
        "VTODO",
        "VJOURNAL",
        "VALARM",
        "VTIMEZONE",
        "VFREEBUSY",
        "X-A",
        "vevent",
    ]);
    let mut inside = String::new();
    for _ in 0..chance.below(3) {
        inside.push_str(&match chance.below(6) {
            0 => "<C:is-not-defined/>".to_owned(),
            1 if depth < 4 => component(chance, depth + 1),
            2 => property(chance),
            _ => range(chance),
        });
    }
    let test = chance.word(&["", "", " test=\"anyof\"", " test=\"allof\""]);
    format!("<C:comp-filter name=\"{name}\"{test}>{inside}</C:comp-filter>")
}

fn property(chance: &mut Chance) -> String {
    let name = chance.word(&[
        "SUMMARY",
        "UID",
        "ATTENDEE",
        "DTSTART",
        "RRULE",
        "CATEGORIES",
        "X-B",
        "COMPLETED",
        "",
    ]);
    let collation = chance.word(&[
        "",
        "",
        " collation=\"i;octet\"",
        " collation=\"i;unicode-casemap\"",
        " collation=\"x\"",
    ]);
    let negate = chance.word(&["", "", " negate-condition=\"yes\""]);
    let text = chance.word(&["tea", "", "É", "ß", "\u{1F375}", "x"]);
    let text = format!("<C:text-match{collation}{negate}>{text}</C:text-match>");
    let inside = match chance.below(6) {
        0 => "<C:is-not-defined/>".to_owned(),
        1 => range(chance),
        2 => format!("<C:param-filter name=\"PARTSTAT\">{text}</C:param-filter>"),
        3 => String::new(),
        _ => text,
    };
    format!("<C:prop-filter name=\"{name}\">{inside}</C:prop-filter>")
}

fn lock(chance: &mut Chance) -> String {
    let scope = chance.word(&["exclusive", "shared", "x"]);
    let kind = chance.word(&["write", "write", "read"]);
    let owner = chance.word(&[
        "",
        "<D:owner>Ann</D:owner>",
        "<D:owner><D:href>mailto:ann@example.com</D:href></D:owner>",
    ]);
    let inside =
        format!("<D:lockscope><D:{scope}/></D:lockscope><D:locktype><D:{kind}/></D:locktype>{owner}");
    root("D:lockinfo", &inside)
}

fn acl(chance: &mut Chance) -> String {
    let mut inside = String::new();
    for _ in 0..chance.below(4) {
        let principal = chance.word(&[
            "<D:href>/principals/bob/</D:href>",
            "<D:href>/principals/none/</D:href>",
            "<D:all/>",
            "<D:authenticated/>",
            "<D:unauthenticated/>",
            "<D:self/>",
            "<D:property><D:owner/></D:property>",
            "<D:href>x</D:href>",
        ]);
        let privilege = chance.word(&[
            "D:read",
            "D:write",
            "D:all",
            "D:bind",
            "D:unbind",
            "D:write-content",
            "C:read-free-busy",
            "D:unlock",
            "X:a",
        ]);
        let sense = chance.word(&["grant", "grant", "grant", "deny"]);
        inside.push_str(&format!("<D:ace><D:principal>{principal}</D:principal><D:{sense}><D:privilege><{privilege}/></D:privilege></D:{sense}></D:ace>"));
    }
    root("D:acl", &inside)
}

/// An object in one of its formats.
fn object(chance: &mut Chance) -> String {
    match chance.below(14) {
        0 => r#"["vcalendar",[["version",{},"text","2.0"],["prodid",{},"text","x"]],[["vevent",[["uid",{},"text","j"],["dtstamp",{},"date-time","2026-02-01T00:00:00Z"],["dtstart",{},"date","2026-03-02"]],[]]]]"#.to_owned(),
        1 => "<icalendar xmlns=\"urn:ietf:params:xml:ns:icalendar-2.0\"><vcalendar><properties><version><text>2.0</text></version><prodid><text>x</text></prodid></properties><components><vevent><properties><uid><text>x</text></uid><dtstamp><date-time>2026-02-01T00:00:00Z</date-time></dtstamp><dtstart><date>2026-03-02</date></dtstart></properties></vevent></components></vcalendar></icalendar>".to_owned(),
        2 => calendar(chance, "VTODO"),
        3 => calendar(chance, "VJOURNAL"),
        4 => calendar(chance, "VFREEBUSY"),
        5 => calendar(chance, "VTIMEZONE"),
        _ => calendar(chance, "VEVENT"),
    }
}

const RULES: [&str; 14] = [
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=9",
    "FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20281231",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=SECONDLY",
    "FREQ=MINUTELY;INTERVAL=7",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU",
    "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=NEVER",
    "FREQ=HOURLY;BYMINUTE=0,15,30,45;BYSECOND=59,60",
    "RSCALE=CHINESE;FREQ=YEARLY;SKIP=FORWARD",
];

const LINES: [&str; 22] = [
    "SUMMARY:Tea",
    "SUMMARY;LANGUAGE=de:Tee\\, heiß",
    "DESCRIPTION:A\\nB",
    "CLASS:PRIVATE",
    "TRANSP:TRANSPARENT",
    "STATUS:CANCELLED",
    "SEQUENCE:3",
    "EXDATE:20260309T090000Z",
    "RDATE;VALUE=PERIOD:20260310T090000Z/PT1H",
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.com",
    "ORGANIZER:mailto:ann@example.com",
    "RECURRENCE-ID:20260309T090000Z",
    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260309T090000Z",
    "DURATION:PT1H",
    "DURATION:-PT1H",
    "DTEND:20260302T080000Z",
    "DTEND;TZID=Europe/Vienna:20260302T110000",
    "X-A;B=\"c\":d",
    "CATEGORIES:A,B",
    "GEO:48.2;16.3",
    "COMPLETED:20260302T090000Z",
    "METHOD:REQUEST",
];

fn calendar(chance: &mut Chance, kind: &str) -> String {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Grammar//EN\r\n".to_owned();
    let uid = chance.below(8);
    for _ in 0..=chance.below(8) / 7 {
        text.push_str(&format!("BEGIN:{kind}\r\n"));
        if kind == "VTIMEZONE" {
            text.push_str("TZID:Here\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:STANDARD\r\n");
        } else {
            text.push_str(&format!("UID:{uid}\r\nDTSTAMP:20260201T000000Z\r\n"));
            text.push_str(chance.word(&[
                "DTSTART:20260302T090000Z\r\n",
                "DTSTART;TZID=Europe/Vienna:20260302T090000\r\n",
                "DTSTART;TZID=Here:20260302T090000\r\n",
                "DTSTART;VALUE=DATE:20260302\r\n",
                "DTSTART:20260329T023000\r\n",
                "DTSTART:00000101T000000Z\r\n",
                "",
            ]));
        }
        if chance.below(2) == 0 {
            text.push_str(&format!("RRULE:{}\r\n", chance.word(&RULES)));
        }
        for _ in 0..chance.below(4) {
            text.push_str(&format!("{}\r\n", chance.word(&LINES)));
        }
        if chance.below(5) == 0 {
            text.push_str("BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nREPEAT:4\r\nDURATION:PT5M\r\nEND:VALARM\r\n");
        }
        text.push_str(&format!("END:{kind}\r\n"));
    }
    text + "END:VCALENDAR\r\n"
}

/// Breaks a body somewhere.
pub(super) fn mutate(chance: &mut Chance, body: &mut Vec<u8>) {
    for _ in 0..=chance.below(3) {
        let at = chance.below(body.len() + 1);
        let to = (at + chance.below(40)).min(body.len());
        match chance.below(6) {
            0 => drop(body.drain(at..to)),
            1 => {
                let piece = body[at..to].to_vec();
                let again = chance.below(body.len() + 1);
                drop(body.splice(again..again, piece));
            }
            2 => body.truncate(at),
            3 => body.insert(at, u8::try_from(chance.below(256)).unwrap_or_default()),
            4 => drop(
                body.splice(
                    at..to,
                    chance
                        .pick(&[
                            &b"&lt;"[..],
                            b"\0",
                            b"<",
                            b"\xff\xfe",
                            b"&x;",
                            b"99999999999999999999",
                            b"\r\n ",
                        ])
                        .to_vec(),
                ),
            ),
            _ => {
                if let Some(octet) = body.get_mut(at) {
                    *octet ^= 1 << chance.below(8);
                }
            }
        }
    }
}
