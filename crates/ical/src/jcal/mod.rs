//! jCal: iCalendar in JSON (RFC 7265, and RFC 7529 9 of rules).
//!
//! | iCalendar | jCal |
//! | --- | --- |
//! | one component outside of all others | the component: `["vcalendar", [properties], [components]]` |
//! | several | an array of them (RFC 7265 3.2) |
//! | a property | `["dtstart", {parameters}, "date", value]`, and the further values of a list |
//! | GEO, REQUEST-STATUS, a period | an array: `[37.386013, -122.082932]` |
//! | a rule | an object of its parts |
//! | a property in no table, without VALUE | its value as it stands, of the type `unknown` |
//! | a value that is not of its type | the same; VALUE stays among the parameters |
//!
//! There and back is a text for which [`diff`](crate::diff::diff) finds nothing. Lines that are no content
//! lines, and properties outside of any component, say nothing and are left out. What JSON cannot hold
//! without harm is [refused](crate::Obstacle): bytes that are no UTF-8, a carriage return within a line, a
//! parameter that stands there twice.
//!
//! ```
//! use ical::{Document, Limits, diff, jcal};
//!
//! let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n\
//!             DTSTART;VALUE=DATE:20081006\r\nX-A:1\\,2\r\n\
//!             END:VEVENT\r\nEND:VCALENDAR\r\n";
//! let document = Document::read(text)?;
//! let written = jcal::write([&document])?;
//! assert!(written.contains(r#"["dtstart",{},"date","2008-10-06"]"#));
//! assert!(written.contains(r#"["x-a",{},"unknown","1\\,2"]"#));
//! let again = jcal::read(written.as_bytes(), &Limits::default())?;
//! assert!(diff::diff(&document, &again).is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod read;
mod write;

pub use read::read;
pub use write::{Writer, write};
