//! The body of a request, as XML.

use xml::{Document, Element, Name};

use crate::error::Error;
use crate::limits::Limits;

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
