//! Bodies of requests that are not as they should be, and past each limit; errors in the words of the
//! protocol.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use dav::lock::{LockInfo, LockScope};
use dav::mkcol::Mkcol;
use dav::{
    BadHref, Error, Found, Href, Instruction, Limits, Multistatus, Precondition, Privilege, Property,
    Propfind, Proppatch, Refused, Site, Value, acl, header::Prefer,
};
use http::StatusCode;

/// A body of WebDAV, its namespaces in the first element.
fn document(body: &str) -> xml::Document {
    let namespaces = " xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:X=\"urn:x\">";
    let body = body.replacen('>', namespaces, 1);
    dav::body::read(body.as_bytes(), None, &Limits::default()).unwrap().unwrap()
}

fn precondition<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result.unwrap_err() {
        Error::Precondition(precondition) => precondition.name().local,
        other => panic!("{other}"),
    }
}

fn status<T: std::fmt::Debug>(result: Result<T, Error>) -> u16 {
    result.unwrap_err().status().as_u16()
}

#[test]
fn a_body_is_xml_whatever_it_is_called() {
    let read = |body: &[u8], content_type| dav::body::read(body, content_type, &Limits::default());
    let plain = b"<a/>";
    for content_type in [
        None,
        Some("text/xml"),
        Some("application/xml; charset=utf-8"),
        Some("Application/DAV+XML"),
        Some(""),
    ] {
        assert!(read(plain, content_type).unwrap().is_some(), "{content_type:?}");
    }
    assert_eq!(status(read(plain, Some("text/calendar"))), 415);
    assert!(read(b"", Some("text/calendar")).unwrap().is_none());
    assert!(read(b" \r\n", None).unwrap().is_none());
    assert_eq!(status(read(b"<a>", None)), 400);
    assert_eq!(status(read(b"<D:a/>", None)), 400);
    let entities = b"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>";
    assert_eq!(precondition(read(entities, None)), "no-external-entities");
    let deep = "<a>".repeat(65) + &"</a>".repeat(65);
    assert_eq!(status(read(deep.as_bytes(), None)), 413);
    assert!(read(("<a>".repeat(64) + &"</a>".repeat(64)).as_bytes(), None).is_ok());
    let wide = format!("<a>{}</a>", "<b/>".repeat(100_000));
    assert_eq!(status(read(wide.as_bytes(), None)), 413);
}

#[test]
fn a_calendar_object_is_told_by_its_content_type() {
    for (content_type, expected) in [
        (None, true),
        (Some("text/calendar"), true),
        (Some("Text/Calendar; charset=\"UTF-8\"; component=vevent"), true),
        (Some("text/calendar;version=2.0"), true),
        (Some("text/calendar;version=1.0"), false),
        (Some("text/calendar; charset=iso-8859-1"), false),
        (Some("text/plain"), false),
        (Some(""), false),
    ] {
        assert_eq!(dav::body::is_calendar(content_type), expected, "{content_type:?}");
    }
}

#[test]
fn propfind_asks_in_one_way() {
    let read = |body: &str| Propfind::read(Some(&document(body)), &Limits::default());
    for body in [
        "<D:propfind></D:propfind>",
        "<D:prop></D:prop>",
        "<X:propfind><D:allprop/></X:propfind>",
        "<D:propfind><D:prop/><D:allprop/></D:propfind>",
        "<D:propfind><X:prop/></D:propfind>",
    ] {
        assert_eq!(status(read(body)), 400, "{body}");
    }
    let asked = read("<D:propfind><D:prop><D:getetag/><X:a/><D:getetag/></D:prop></D:propfind>").unwrap();
    assert_eq!(asked.names().len(), 2, "each once");
    assert!(asked.asks(Property::GetEtag) && !asked.asks(Property::DisplayName) && !asked.asks_all());
    let asked =
        read("<D:propfind><D:allprop/><D:include><D:acl/></D:include><X:other/></D:propfind>").unwrap();
    assert!(asked.asks(Property::Acl) && asked.asks(Property::DisplayName) && !asked.asks(Property::Owner));
    assert!(asked.asks_all());
    assert!(read("<D:propfind><D:propname/></D:propfind>").unwrap().asks(Property::Owner));
    let asks = |count: usize| {
        let names: String = (0..count).map(|at| format!("<X:p{at}/>")).collect();
        read(&format!("<D:propfind><D:prop>{names}</D:prop></D:propfind>"))
    };
    assert!(asks(1_000).is_ok());
    assert_eq!(status(asks(1_001)), 413);
    assert_eq!(precondition(Propfind::depth(None)), "propfind-finite-depth");
    assert_eq!(precondition(Propfind::depth(Some("Infinity"))), "propfind-finite-depth");
    assert_eq!(Propfind::depth(Some("1")).unwrap(), dav::header::Depth::One);
    assert_eq!(status(Propfind::depth(Some("2"))), 400);
}

#[test]
fn proppatch_keeps_order_and_language() {
    let limits = Limits { properties: 4, property: 300, ..Limits::default() };
    let read = |body| Proppatch::read(&document(body), &limits);
    let patch = read(
        "<D:propertyupdate xml:lang=\"de\"><D:remove><D:prop><X:a/></D:prop></D:remove><D:set><D:prop><X:a>Tee<X:b i=\"1\"/>\
         </X:a><D:displayname>Tee &amp; Kuchen</D:displayname></D:prop></D:set><D:remove><D:prop><X:c/></D:prop></D:remove>\
         </D:propertyupdate>",
    )
    .unwrap();
    let kinds: Vec<_> = patch.instructions.iter().map(|one| matches!(one, Instruction::Set(_))).collect();
    assert_eq!(kinds, [false, true, true, false]);
    assert_eq!(patch.names().len(), 3);
    let Instruction::Set(dead) = &patch.instructions[1] else { panic!() };
    let kept = dav::body::read(dead.xml.as_bytes(), None, &Limits::default()).unwrap().unwrap();
    assert_eq!(kept.root().language(), Some("de"));
    assert_eq!(kept.root().name(), xml::Name::new("urn:x", "a"));
    let Instruction::Set(live) = &patch.instructions[2] else { panic!() };
    assert_eq!((live.name.known(), &*live.text), (Some(Property::DisplayName), "Tee & Kuchen"));
    // What is kept is answered as it came.
    let (site, mut sent) = (Site::default(), String::new());
    let mut answer = Multistatus::new(&site, Prefer::default());
    answer.resource(
        &Href::root(),
        &[Found { name: dead.name.clone(), value: Ok(Value::Whole(dead.xml.clone())) }],
    );
    sent += &answer.finish(None);
    assert!(sent.contains(&dead.xml), "{sent}");

    assert_eq!(status(read("<D:propertyupdate></D:propertyupdate>")), 400);
    assert_eq!(status(read("<D:propertyupdate><D:set/></D:propertyupdate>")), 400);
    let many = format!(
        "<D:propertyupdate><D:set><D:prop>{}</D:prop></D:set></D:propertyupdate>",
        "<X:a/>".repeat(5)
    );
    assert_eq!(read(&many), Err(Error::TooMany("properties", 4)));
    let long = format!(
        "<D:propertyupdate><D:set><D:prop><X:a>{}</X:a></D:prop></D:set></D:propertyupdate>",
        "a".repeat(300)
    );
    assert_eq!(status(read(&long)), 413);
}

#[test]
fn a_collection_is_made_of_types_that_are_known() {
    let limits = Limits::default();
    let with = |kinds: &str| {
        let body = format!(
            "<D:mkcol><D:set><D:prop><D:resourcetype>{kinds}</D:resourcetype><D:displayname>A</D:displayname></D:prop>\
             </D:set></D:mkcol>"
        );
        Mkcol::read(Some(&document(&body)), &limits)
    };
    let plain = with("<D:collection/>").unwrap();
    assert_eq!((plain.is_calendar, plain.set.len()), (false, 1));
    assert!(with("<D:collection/><C:calendar/>").unwrap().is_calendar);
    assert_eq!(precondition(with("<C:calendar/>")), "valid-resourcetype");
    assert_eq!(precondition(with("<D:collection/><X:box/>")), "valid-resourcetype");
    assert!(!Mkcol::read(None, &limits).unwrap().is_calendar);
    assert!(Mkcol::read_mkcalendar(None, &limits).unwrap().is_calendar);
    assert_eq!(status(Mkcol::read(Some(&document("<C:mkcalendar></C:mkcalendar>")), &limits)), 400);
    let removes = "<C:mkcalendar><D:remove><D:prop><D:displayname/></D:prop></D:remove></C:mkcalendar>";
    assert_eq!(status(Mkcol::read_mkcalendar(Some(&document(removes)), &limits)), 400);
}

#[test]
fn a_lock_is_exclusive_or_shared() {
    let limits = Limits { property: 200, ..Limits::default() };
    let with =
        |inside: &str| LockInfo::read(&document(&format!("<D:lockinfo>{inside}</D:lockinfo>")), &limits);
    let (write, shared) = ("<D:locktype><D:write/></D:locktype>", "<D:lockscope><D:shared/></D:lockscope>");
    assert_eq!(with(&format!("{write}{shared}")).unwrap().scope, LockScope::Shared);
    assert_eq!(status(with(shared)), 400);
    assert_eq!(status(with(write)), 400);
    assert_eq!(status(with(&format!("{write}<D:lockscope/>"))), 400);
    let owner = "a".repeat(200);
    assert_eq!(status(with(&format!("{write}{shared}<D:owner>{owner}</D:owner>"))), 413);
}

#[test]
fn entries_are_refused_by_the_names_of_rfc_3744() {
    let (site, limits) = (Site::default(), Limits { aces: 2, ..Limits::default() });
    let with = |inside: &str| acl::read(&document(&format!("<D:acl>{inside}</D:acl>")), &site, &limits);
    let all = "<D:principal><D:all/></D:principal>";
    let read = "<D:grant><D:privilege><D:read/></D:privilege></D:grant>";
    assert_eq!(with("").unwrap(), []);
    let entries =
        with(&format!("<D:ace><D:invert>{all}</D:invert>{}</D:ace>", read.replace("grant", "deny"))).unwrap();
    assert!(entries[0].is_inverted && entries[0].is_denied && entries[0].privileges == [Privilege::Read]);
    for (inside, name) in [
        (format!("<D:ace>{all}{read}<D:protected/></D:ace>"), "no-protected-ace-conflict"),
        (
            format!("<D:ace>{all}{read}<D:inherited><D:href>/</D:href></D:inherited></D:ace>"),
            "no-inherited-ace-conflict",
        ),
        (
            format!("<D:ace>{all}<D:grant><D:privilege><X:fly/></D:privilege></D:grant></D:ace>"),
            "not-supported-privilege",
        ),
        (format!("<D:ace><D:principal><X:a/></D:principal>{read}</D:ace>"), "recognized-principal"),
        (
            format!(
                "<D:ace><D:principal><D:href>http://other.example/a</D:href></D:principal>{read}</D:ace>"
            ),
            "recognized-principal",
        ),
        (format!("<D:ace>{all}{read}</D:ace>").repeat(3), "limited-number-of-aces"),
    ] {
        assert_eq!(precondition(with(&inside)), name, "{inside}");
    }
    assert_eq!(status(with(&format!("<D:ace>{all}</D:ace>"))), 400);
    assert_eq!(status(with(&format!("<D:ace>{read}</D:ace>"))), 400);
    // Written and read again they are the same.
    let mut answer = Multistatus::new(&site, Prefer::default());
    let told = with(&format!(
        "<D:ace>{all}{read}</D:ace><D:ace><D:principal><D:href>/ann/</D:href></D:principal>{read}</D:ace>"
    ));
    let told = told.unwrap();
    answer.resource(
        &Href::root(),
        &[Found { name: Property::Acl.into(), value: Ok(Value::Acl(told.clone())) }],
    );
    let written = answer.finish(None);
    let (from, to) = (written.find("<D:ace>").unwrap(), written.rfind("</D:ace>").unwrap());
    assert_eq!(with(&written[from..to + 8]).unwrap(), told);
}

#[test]
fn conditions_are_told_with_what_belongs_to_them() {
    let site = Site::new("/dav/", []).unwrap();
    let href = Href::parse("/ann/work/").unwrap();
    for (condition, code, inside) in [
        (
            Precondition::NeedPrivileges(vec![(href.clone(), Privilege::ReadFreeBusy)]),
            403,
            "<D:need-privileges><D:resource><D:href>/dav/ann/work/</D:href><D:privilege><C:read-free-busy/></D:privilege>\
             </D:resource></D:need-privileges>",
        ),
        (
            Precondition::NoUidConflict(href.clone()),
            403,
            "<C:no-uid-conflict><D:href>/dav/ann/work/</D:href></C:no-uid-conflict>",
        ),
        (Precondition::MaxResourceSize(7), 403, "<C:max-resource-size>7</C:max-resource-size>"),
        (
            Precondition::MinDateTime("19000101T000000Z".to_owned()),
            403,
            "<C:min-date-time>19000101T000000Z</C:min-date-time>",
        ),
        (
            Precondition::SupportedCalendarData,
            403,
            "<C:supported-calendar-data><C:calendar-data content-type=\"text/calendar\" version=\"2.0\"/>",
        ),
        (Precondition::NoConflictingLock(Vec::new()), 423, "<D:no-conflicting-lock/>"),
        (Precondition::PropfindFiniteDepth, 403, "<D:propfind-finite-depth/>"),
        (Precondition::QuotaNotExceeded, 507, "<D:quota-not-exceeded/>"),
        (Precondition::LockTokenMatchesRequestUri, 409, "<D:lock-token-matches-request-uri/>"),
    ] {
        assert_eq!(condition.status().as_u16(), code);
        let body = condition.to_body(&site);
        assert!(body.contains(inside) && body.ends_with("</D:error>"), "{body}");
        assert!(dav::body::read(body.as_bytes(), None, &Limits::default()).is_ok());
    }
}

#[test]
fn an_answer_is_taken_off_piece_by_piece() {
    let site = Site::default();
    let mut answer = Multistatus::new(&site, Prefer::default());
    let mut sent = String::new();
    for at in 0..3 {
        let href = Href::new(["ann", &format!("{at} & 1.ics")], false).unwrap();
        let value = match at {
            0 => Ok(Value::Names(vec![dav::name::COLLECTION, dav::name::CALENDAR])),
            1 => Err(Refused::NOT_FOUND),
            _ => Err(Precondition::CannotModifyProtectedProperty.into()),
        };
        answer.resource(&href, &[Found { name: Property::ResourceType.into(), value }]);
        let piece = answer.take();
        assert!(piece.ends_with("</D:response>"), "{piece}");
        sent += &piece;
    }
    answer.status(&Href::root(), StatusCode::NOT_FOUND, None);
    answer.unknown("/../<b>");
    answer.truncated(&Href::root());
    sent += &answer.finish(Some("urn:token:1"));
    let read = dav::body::read(sent.as_bytes(), None, &Limits::default()).unwrap().unwrap();
    assert_eq!(read.root().children().count(), 7);
    assert!(sent.contains("/ann/0%20%26%201.ics") && sent.contains("HTTP/1.1 507 Insufficient Storage"));
    assert!(sent.contains("<D:cannot-modify-protected-property/>"));
}

#[test]
fn errors_have_a_status_and_a_sentence() {
    for (error, code, sentence) in [
        (Error::ContentType, 415, "wanted a body of XML"),
        (BadHref::Dot.into(), 400, "a path has no segments . and .."),
        (BadHref::TooLong.into(), 414, "wanted a path of at most 8192 octets"),
        (Error::TooMany("properties", 3), 413, "more than 3 properties"),
        (Precondition::ValidSyncToken.into(), 403, "{DAV:}valid-sync-token does not hold"),
    ] {
        assert_eq!((error.status().as_u16(), &*error.to_string()), (code, sentence));
    }
}
