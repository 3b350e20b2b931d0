//! WebDAV and CalDAV: what requests mean, and how answers are written (RFC 4918, 4791 and their kin).
//!
//! There is no socket here, no store and no clock. A server hands in headers and bodies and gets values; it
//! hands in values and gets bodies. Whatever is wrong with a request is an [`Error`] with its status and,
//! where the RFCs have one, its [`Precondition`].
//!
//! # A tour
//!
//! ```
//! use dav::filter::Context;
//! use dav::header::Prefer;
//! use dav::{Found, Href, Limits, Multistatus, Property, Report, Site, Value};
//! use ical::zone::Zone;
//!
//! let (site, limits) = (Site::default(), Limits::default());
//! let body = br#"<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
//!     <D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
//!     <C:time-range start="20260302T000000Z" end="20260303T000000Z"/>
//!     </C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"#;
//!
//! // What is asked? How much of it can an index know?
//! let document = dav::body::read(body, Some("application/xml"), &limits)?.ok_or("no body")?;
//! let report = Report::read(&document, &site, &limits)?;
//! let Report::CalendarQuery(query) = report else { return Err("another report".into()) };
//! assert_eq!(query.filter.bounds().kind, Some(ical::ComponentKind::Event));
//!
//! // Does an object answer it?
//! let object = ical::Document::read(
//!     "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260302T090000Z\r\n\
//!      END:VEVENT\r\nEND:VCALENDAR\r\n",
//! )?;
//! assert!(query.filter.matches(&object, &Context::new(Zone::utc()))?);
//!
//! // The answer, piece by piece.
//! let mut answer = Multistatus::new(&site, Prefer::default());
//! let etag = Found { name: Property::GetEtag.into(), value: Ok(Value::Text("\"1\"".into())) };
//! answer.resource(&Href::parse("/ann/work/1.ics")?, &[etag]);
//! assert!(answer.finish(None).contains("<D:href>/ann/work/1.ics</D:href>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The rooms
//!
//! | what | where |
//! | --- | --- |
//! | the request line and headers | [`Href`], [`Site`]; [`header`]: If, If-Match, Depth, Prefer and kin |
//! | bodies | [`body`], then [`Propfind`], [`Proppatch`], [`mkcol`], [`lock`], [`acl`], [`Report`] |
//! | questions to objects | [`filter`], [`CalendarData`], [`free_busy`], [`timezone`] |
//! | answers | [`Multistatus`] of [`Value`]s, [`Precondition`], [`lock::response`], [`mkcol::response`] |
//!
//! No input makes it panic or work without bound: how much is read has [`Limits`], and an object's rules have
//! the budget of [`filter::Context`].

pub mod acl;
pub mod body;
mod calendar_data;
mod collation;
mod error;
pub mod filter;
pub mod free_busy;
pub mod header;
mod href;
mod limits;
pub mod lock;
pub mod mkcol;
mod multistatus;
pub mod name;
mod precondition;
mod privilege;
mod property;
mod propfind;
mod proppatch;
pub mod report;
mod schedule_response;
pub mod timezone;
mod value;

pub use calendar_data::{CalendarData, Comp, Components, Prop, Properties, Recurrences};
pub use collation::Collation;
pub use error::{BadBody, Error};
pub use href::{BadHref, Href, LONGEST, Site};
pub use limits::Limits;
pub use multistatus::{Found, Multistatus, Refused, all_or_none};
pub use precondition::Precondition;
pub use privilege::Privilege;
pub use property::{OtherName, Property, PropertyName};
pub use propfind::Propfind;
pub use proppatch::{Inside, Instruction, Proppatch, SetProperty};
pub use report::Report;
pub use schedule_response::{Recipient, schedule_response};
pub use value::{CALENDAR_MEDIA, Value};
