//! Reports that are read, that are none, and that are past a limit.

use ical::zone::ZoneCache;
use std::sync::Arc;

use super::*;
use crate::PropertyName;
use http::StatusCode;

const NAMESPACES: &str = "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"";
const FILTER: &str = "<C:filter><C:comp-filter name=\"VCALENDAR\"/></C:filter>";

fn read_within(body: &str, limits: &Limits) -> Result<Report, Error> {
    let body = body.replacen('>', &format!(" {NAMESPACES}>"), 1);
    let document = crate::body::read(body.as_bytes(), None, limits)?.unwrap();
    Report::read(&document, &Site::default(), limits)
}

fn read(body: &str) -> Result<Report, Error> {
    read_within(body, &Limits::default())
}

#[test]
fn what_is_none_of_the_reports_is_told_so() {
    for body in
        ["<D:version-tree></D:version-tree>", "<D:propfind></D:propfind>", "<C:calendar></C:calendar>"]
    {
        assert_eq!(read(body), Err(Precondition::SupportedReport.into()), "{body}");
    }
    for body in [
        "<C:calendar-multiget></C:calendar-multiget>",
        "<C:free-busy-query></C:free-busy-query>",
        "<C:free-busy-query><C:time-range start=\"20260101T000000Z\"/></C:free-busy-query>",
        "<D:sync-collection><D:sync-level>2</D:sync-level></D:sync-collection>",
        "<D:sync-collection><D:limit><D:nresults>0</D:nresults></D:limit></D:sync-collection>",
        "<D:principal-match></D:principal-match>",
        "<D:principal-property-search><D:property-search/></D:principal-property-search>",
        "<D:expand-property><D:property/></D:expand-property>",
    ] {
        assert_eq!(read(body).unwrap_err().status(), StatusCode::BAD_REQUEST, "{body}");
    }
    assert_eq!(read("<C:calendar-query></C:calendar-query>"), Err(Precondition::ValidFilter.into()));
}

#[test]
fn limits_are_told_in_the_words_of_the_protocol() {
    let limits = Limits { hrefs: 3, ..Limits::default() };
    let multiget = |count: usize| {
        let hrefs: String = (0..count).map(|at| format!("<D:href>/{at}.ics</D:href>")).collect();
        read_within(&format!("<C:calendar-multiget>{hrefs}</C:calendar-multiget>"), &limits)
    };
    assert!(multiget(3).is_ok());
    assert_eq!(multiget(4), Err(Precondition::NumberOfMatchesWithinLimits.into()));
    let limits = Limits { xml: xml::Limits { depth: 4, elements: 6 }, ..Limits::default() };
    let deep = "<D:a><D:b><D:c><D:d><D:e/></D:d></D:c></D:b></D:a>";
    assert_eq!(read_within(deep, &limits).unwrap_err().status(), StatusCode::PAYLOAD_TOO_LARGE);
    let wide = "<D:a><D:b/><D:b/><D:b/><D:b/><D:b/><D:b/><D:b/></D:a>";
    assert_eq!(read_within(wide, &limits).unwrap_err().status(), StatusCode::PAYLOAD_TOO_LARGE);
    let expand = |count: usize| {
        let properties = "<D:property name=\"owner\"/>".repeat(count);
        read(&format!("<D:expand-property>{properties}</D:expand-property>"))
    };
    assert!(expand(1_000).is_ok());
    assert_eq!(expand(1_001), Err(Error::TooMany("properties", 1_000)));
    let search =
        "<D:property-search><D:prop><D:displayname/></D:prop><D:match>a</D:match></D:property-search>";
    let searches =
        format!("<D:principal-property-search>{}</D:principal-property-search>", search.repeat(101));
    assert_eq!(read(&searches), Err(Precondition::NumberOfMatchesWithinLimits.into()));
}

#[test]
fn references_that_name_nothing_are_kept_to_be_told() {
    let hrefs = "<D:href>/a.ics</D:href><D:href>\n/a.ics</D:href><D:href>/../b</D:href><D:href>http://other.example/a</D:href>";
    let report = read(&format!("<C:calendar-multiget>{hrefs}</C:calendar-multiget>"));
    let Ok(Report::CalendarMultiget(multiget)) = report else { panic!("{report:?}") };
    let unknown = |reference: &str| Reference::Unknown(reference.to_owned());
    let known = Reference::Href(crate::Href::parse("/a.ics").unwrap());
    assert_eq!(multiget.references, [known, unknown("/../b"), unknown("http://other.example/a")]);
}

#[test]
fn without_a_depth_a_calendar_report_means_what_is_inside() {
    let query = read(&format!("<C:calendar-query>{FILTER}</C:calendar-query>")).unwrap();
    assert_eq!(query.depth(None), Ok(Depth::One));
    assert_eq!(query.depth(Some("0")), Ok(Depth::Zero));
    let search_set = read("<D:principal-search-property-set></D:principal-search-property-set>").unwrap();
    assert_eq!(search_set.depth(None), Ok(Depth::Zero));
    let level = |level: &str| {
        let report =
            read(&format!("<D:sync-collection><D:sync-level>{level}</D:sync-level></D:sync-collection>"));
        report.unwrap().depth(Some("0"))
    };
    assert_eq!(level("1"), Ok(Depth::One));
    assert_eq!(level("infinite"), Ok(Depth::Infinity));
    assert_eq!(read("<D:sync-collection></D:sync-collection>").unwrap().depth(Some("0")), Ok(Depth::One));
}

#[test]
fn a_query_may_name_its_zone_or_tell_it() {
    let cache: Arc<ZoneCache> = Arc::default();
    let zone = |inside: &str| {
        let report = read(&format!("<C:calendar-query>{FILTER}{inside}</C:calendar-query>"));
        let Ok(Report::CalendarQuery(query)) = report else { panic!("{report:?}") };
        query.timezone.map(|timezone| timezone.zone(&cache).map(|zone| zone.iana_name().map(str::to_owned)))
    };
    assert_eq!(zone(""), None);
    assert_eq!(
        zone("<C:timezone-id>Europe/Vienna</C:timezone-id>"),
        Some(Ok(Some("Europe/Vienna".to_owned())))
    );
    assert_eq!(zone("<C:timezone-id>Nowhere</C:timezone-id>"), Some(Err(Precondition::ValidTimezone)));
    let text = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Mine\nBEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:+0200\n\
                TZOFFSETTO:+0200\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR\n";
    assert_eq!(zone(&format!("<C:timezone>{text}</C:timezone>")), Some(Ok(None)));
    for bad in ["", "Europe/Vienna", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", &text.repeat(2)] {
        let found = zone(&format!("<C:timezone>{bad}</C:timezone>"));
        assert_eq!(found, Some(Err(Precondition::ValidCalendarData)), "{bad}");
    }
    let both = format!(
        "<C:calendar-query>{FILTER}<C:timezone>{text}</C:timezone><C:timezone-id>UTC</C:timezone-id></C:calendar-query>"
    );
    assert!(read(&both).is_err());
}

#[test]
fn principals_are_found_by_where_a_text_is() {
    let search = |test: &str, match_type: &str| {
        let one = |property: &str, text: &str| {
            format!(
                "<D:property-search><D:prop><D:{property}/></D:prop><D:match{match_type}>{text}</D:match></D:property-search>"
            )
        };
        let body = format!(
            "<D:principal-property-search{test}>{}{}</D:principal-property-search>",
            one("displayname", "ann"),
            one("owner", "bob")
        );
        match read(&body) {
            Ok(Report::PrincipalPropertySearch(search)) => search,
            other => panic!("{other:?}"),
        }
    };
    let ann = |name: &PropertyName| match name.known() {
        Some(crate::Property::DisplayName) => vec!["Joanna".to_owned()],
        _ => vec![],
    };
    assert!(!search("", "").matches(ann));
    assert!(search(" test=\"anyof\"", "").matches(ann));
    assert!(!search(" test=\"anyof\"", " match-type=\"starts-with\"").matches(ann));
    assert!(!search(" test=\"anyof\"", " match-type=\"equals\"").matches(ann));
    let both = "<D:principal-property-search test=\"TEST\"><D:property-search><D:prop><D:displayname/><D:owner/></D:prop>\
                <D:match>ann</D:match></D:property-search></D:principal-property-search>";
    for (test, is_found) in [("allof", false), ("anyof", true)] {
        let Ok(Report::PrincipalPropertySearch(search)) = read(&both.replace("TEST", test)) else {
            panic!("{both}")
        };
        assert_eq!(search.matches(ann), is_found, "{test}");
    }
    let told = [SearchProperty { name: crate::Property::DisplayName.into(), description: "Name".to_owned() }];
    assert!(
        principal_search_property_set(&told).contains("<D:description xml:lang=\"en\">Name</D:description>")
    );
}

#[test]
fn all_principals_are_found_by_a_search_for_nothing() {
    let read_search = |inside: &str| match read(&format!(
        "<D:principal-property-search>{inside}</D:principal-property-search>"
    )) {
        Ok(Report::PrincipalPropertySearch(search)) => search,
        other => panic!("{other:?}"),
    };
    assert!(read_search("").matches(|_| Vec::new()));
    // As PyPI `caldav` asks: what it wants stands behind DAV:prop.
    let beside = read_search("<D:prop/><C:calendar-home-set/><D:displayname/>");
    assert_eq!(
        beside.properties,
        [crate::Property::CalendarHomeSet.into(), crate::Property::DisplayName.into()]
    );
    let inside = read_search("<D:prop><D:displayname/></D:prop><D:owner/>");
    assert_eq!(inside.properties, [crate::Property::DisplayName.into()]);
    assert_eq!(read_search("<D:apply-to-principal-collection-set/><D:owner/>").properties, []);
}
