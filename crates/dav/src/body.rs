//! The body of a request, as XML.

use xml::{Document, Element, Name};

use crate::error::Error;
use crate::limits::Limits;
use crate::value::CALENDAR_MEDIA;

/// Reads a body; `None` where there is none. Without a content type it is taken for XML.
///
/// # Errors
/// It is of another type, no XML, past a limit, or has a document type (`DAV:no-external-entities`).
pub fn read(body: &[u8], content_type: Option<&str>, limits: &Limits) -> Result<Option<Document>, Error> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    if content_type.is_some_and(|content_type| !is_xml(content_type)) {
        return Err(Error::ContentType);
    }
    Ok(Some(Document::read(body, &limits.xml)?))
}

/// `text/xml`, `application/xml` and what ends in `+xml` (RFC 7303); nothing at all is XML, too.
fn is_xml(content_type: &str) -> bool {
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(media.as_str(), "" | "text/xml" | "application/xml") || media.ends_with("+xml")
}

/// Is this the content type of a calendar object: `text/calendar` in UTF-8, of version 2.0 where it says one?
/// Nothing said is, too; anything else is answered by `CALDAV:supported-calendar-data`.
pub fn is_calendar(content_type: Option<&str>) -> bool {
    let (media, version) = CALENDAR_MEDIA;
    let mut parts = content_type.unwrap_or(media).split(';').map(str::trim);
    parts.next().is_some_and(|first| first.eq_ignore_ascii_case(media))
        && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            match name {
                _ if name.eq_ignore_ascii_case("charset") => {
                    value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("us-ascii")
                }
                _ if name.eq_ignore_ascii_case("version") => value == version,
                _ => true,
            }
        })
}

/// The root, which must have this name.
pub(crate) fn root<'d>(document: &'d Document, name: Name<'_>) -> Result<Element<'d>, Error> {
    let root = document.root();
    if root.is(name) { Ok(root) } else { Err(Error::wanted(name.to_string(), root)) }
}

/// The first element of a name inside another, which must have it.
pub(crate) fn child<'d>(element: Element<'d>, name: Name<'_>) -> Result<Element<'d>, Error> {
    element.child(name).ok_or_else(|| Error::missing(name, element))
}

/// The text of an element, without blanks around it.
pub(crate) fn text(element: Element<'_>) -> String {
    element.text().trim().to_owned()
}
