//! Bodies of WebDAV and CalDAV.

use dav::header::Prefer;
use dav::lock::LockInfo;
use dav::mkcol::Mkcol;
use dav::{
    Error, Found, Href, Instruction, Limits, Multistatus, Property, Propfind, Proppatch, Report, Site, Value,
    acl,
};

/// A body, read as each request. What is refused has a status and a sentence, and its condition is written as
/// XML; a dead property and an access control list are read again as they are written; an answer with them is
/// XML.
pub fn dav_body(data: &[u8]) {
    let (site, limits) = (Site::default(), Limits::default());
    let document = match dav::body::read(data, None, &limits) {
        Ok(Some(document)) => document,
        Ok(None) => return,
        Err(error) => return refused(&error),
    };
    told(Propfind::read(Some(&document), &limits));
    told(Mkcol::read(Some(&document), &limits));
    told(Mkcol::read_mkcalendar(Some(&document), &limits));
    told(LockInfo::read(&document, &limits));
    told(Report::read(&document, &site, &limits));
    let mut found = Vec::new();
    if let Some(patch) = told(Proppatch::read(&document, &limits)) {
        for instruction in &patch.instructions {
            let Instruction::Set(set) = instruction else { continue };
            // By itself it lies less deep than the body that it came in.
            let kept = xml::Document::read(set.xml.as_bytes(), &limits.xml).expect("what is kept is XML");
            assert_eq!(kept.root().to_xml(), set.xml);
            assert_eq!(kept.root().name(), set.name.name());
            found.push(Found { name: set.name.clone(), value: Ok(Value::Whole(set.xml.clone())) });
        }
    }
    if let Some(aces) = told(acl::read(&document, &site, &limits)) {
        let written =
            answer(&site, &[Found { name: Property::Acl.into(), value: Ok(Value::Acl(aces.clone())) }]);
        let (from, to) = (written.find("<D:ace>"), written.rfind("</D:ace>"));
        let inside =
            from.zip(to).and_then(|(from, to)| written.get(from..to + "</D:ace>".len())).unwrap_or_default();
        let again = format!("<D:acl xmlns:D=\"DAV:\" xmlns:C=\"{}\">{inside}</D:acl>", dav::name::CALDAV);
        if let Ok(Some(again)) = dav::body::read(again.as_bytes(), None, &limits) {
            assert_eq!(acl::read(&again, &site, &limits), Ok(aces));
        }
    }
    // The answer is three elements deeper than what it holds.
    let deep = xml::Limits { depth: limits.xml.depth + 4, elements: usize::MAX };
    let written = answer(&site, &found);
    assert!(xml::Document::read(written.as_bytes(), &deep).is_ok(), "{written}");
}

fn answer(site: &Site, found: &[Found]) -> String {
    let mut answer = Multistatus::new(site, Prefer::default());
    answer.resource(&Href::root(), found);
    let first = answer.take();
    first + &answer.finish(Some("1"))
}

fn told<T>(read: Result<T, Error>) -> Option<T> {
    read.map_err(|error| refused(&error)).ok()
}

fn refused(error: &Error) {
    assert!(error.status().is_client_error() || error.status().as_u16() == 507, "{error:?}");
    assert!(!error.to_string().is_empty());
    if let Error::Precondition(precondition) = error {
        let body = precondition.to_body(&Site::default());
        let deep = xml::Limits { depth: 80, elements: usize::MAX };
        assert!(xml::Document::read(body.as_bytes(), &deep).is_ok(), "{body}");
    }
}
