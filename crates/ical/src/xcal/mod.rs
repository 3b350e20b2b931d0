//! xCal: iCalendar in XML (RFC 6321, and RFC 7529 8 of rules).
//!
//! All components stand in one `icalendar`, each property by its name, its values by their type. A property
//! in no table and without VALUE, and a value that is not of its type, stand as they are in an `unknown`; of
//! the latter VALUE stays among the parameters. Elements of other namespaces are properties of the name XML
//! (RFC 6321 4.2), and those come back as elements where that gives the same text, else as text.
//!
//! There and back is a text for which [`diff`](crate::diff::diff) finds nothing. Lines that are no content
//! lines, and properties outside of any component, say nothing and are left out. What XML cannot hold is
//! [refused](crate::Obstacle): bytes that are no UTF-8, control characters, a carriage return within a line,
//! names of other letters than XML has for them, a parameter that stands there twice.
//!
//! ```
//! use ical::{Document, Limits, diff, xcal};
//!
//! let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n\
//!             DTSTART;VALUE=DATE:20081006\r\nX-A:1\\,2\r\n\
//!             END:VEVENT\r\nEND:VCALENDAR\r\n";
//! let document = Document::read(text)?;
//! let written = xcal::write([&document])?;
//! assert!(written.contains("<dtstart><date>2008-10-06</date></dtstart>"));
//! assert!(written.contains(r"<x-a><unknown>1\,2</unknown></x-a>"));
//! let again = xcal::read(written.as_bytes(), &Limits::default())?;
//! assert!(diff::diff(&document, &again).is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod read;
mod write;

use xml::Name;

use crate::property::PropertyKind;

pub use read::read;
pub use write::{Writer, write};

/// The namespace of all names (RFC 6321 7.1).
const NAMESPACE: &str = "urn:ietf:params:xml:ns:icalendar-2.0";

const ICALENDAR: Name<'_> = name("icalendar");
const PROPERTIES: Name<'_> = name("properties");
const COMPONENTS: Name<'_> = name("components");
const PARAMETERS: Name<'_> = name("parameters");

const fn name(local: &str) -> Name<'_> {
    Name::new(NAMESPACE, local)
}

/// The names of the fields of a property that has its own (RFC 6321 3.4.1.2, 3.4.1.3), in order.
fn fields(kind: PropertyKind) -> Option<&'static [&'static str]> {
    match kind {
        PropertyKind::Geo => Some(&["latitude", "longitude"]),
        PropertyKind::RequestStatus => Some(&["code", "description", "data"]),
        _ => None,
    }
}
