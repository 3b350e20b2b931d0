//! iCalendar: objects read, understood, expanded and written (RFC 5545 and its kin).
//!
//! A text is read into a [`Document`], whatever it is: every byte is kept, and what is amiss is told, not refused. Its
//! [`Component`]s and [`Property`]s are views that decode what they are asked for. A change is an overlay: the line that
//! changed is new, every other is written as it came.
//!
//! # A tour
//!
//! ```
//! use ical::civil::{Date, Timestamp};
//! use ical::recurrence::{Policies, Range, RecurrenceSet};
//! use ical::zone::Zones;
//! use ical::{ContentLine, Document, PropertyKind};
//!
//! let text = "BEGIN:VCALENDAR\r\n\
//!             BEGIN:VEVENT\r\n\
//!             UID:1@example.com\r\n\
//!             DTSTART;TZID=Europe/Vienna:20060302T090000\r\n\
//!             DURATION:PT30M\r\n\
//!             RRULE:FREQ=WEEKLY;BYDAY=TH\r\n\
//!             SUMMARY:Ward round\r\n\
//!             X-OF-SOMEBODY-ELSE;X-A=\"1\":kept as it is\r\n\
//!             END:VEVENT\r\n\
//!             END:VCALENDAR\r\n";
//!
//! // Read it and ask it something.
//! let mut document = Document::read(text)?;
//! let objects = document.objects();
//! let object = objects.first().ok_or("no object")?;
//! assert_eq!(object.uid(), Some("1@example.com"));
//!
//! // When does it take place, twenty years on? The cost is the week's, not that of the years before it.
//! let zones = Zones::new(&document);
//! let set = RecurrenceSet::new(object, &zones, &Policies::default());
//! let monday = Timestamp::from_utc(Date::new(2026, 3, 2).ok_or("no such day")?.midnight());
//! let week = Range { from: monday, to: Timestamp(monday.0 + 7 * 86_400) };
//! let mut occurrences = set.occurrences(week);
//! let ward_round = occurrences.next().ok_or("none in that week")??;
//! assert_eq!(ward_round.start().to_string(), "20260305T090000");
//! assert!(occurrences.next().is_none());
//!
//! // Change it and write it back: one line differs.
//! let event = ward_round.component().id();
//! document.set(event, &ContentLine::new(PropertyKind::Summary).text("Ward round, second floor"));
//! let written = String::from_utf8(document.to_bytes().into_owned())?;
//! assert_eq!(written, text.replace("Ward round", "Ward round\\, second floor"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The rooms
//!
//! | layer | modules |
//! | --- | --- |
//! | lines and components | [`Document`] and what edits it; [`split`] for texts of any size; [`ContentLine`] for new lines |
//! | what they mean | [`property`], [`parameter`], [`component`]: tables of names and typed views; [`value`]: values by type |
//! | what is amiss | [`Document::validate`] by [`Profile`], [`Problem`], [`Document::repair`] by [`Repair`] |
//! | other formats | [`jcal`]: JSON; [`xcal`]: XML; both ways, and nothing lost |
//! | what recurs | [`rule`]: one rule, in [`civil`] time; [`recurrence`]: the whole set, in its [`zone`] |
//!
//! Nothing here reads a clock, a file or an environment, and no input makes it panic or work without bound: sizes have
//! [`Limits`], the expansion of each object has a [`Budget`](rule::Budget).

pub mod civil;
pub mod component;
pub mod diff;
mod document;
mod edit;
mod index;
pub mod jcal;
mod limits;
mod line;
mod names;
mod object;
pub mod parameter;
mod problem;
mod projection;
pub mod property;
pub mod recurrence;
mod repair;
pub mod rule;
pub mod split;
mod validate;
pub mod value;
mod write;
pub mod xcal;
pub mod zone;

pub use component::ComponentKind;
pub use document::{Children, Component, ComponentId, Descendants, Document, PropertyId};
pub use limits::{Limits, TooLarge};
pub use object::Object;
pub use parameter::{Parameter, ParameterKind};
pub use problem::{Problem, ProblemKind, Severity};
pub use projection::{Obstacle, Unread, Unsayable};
pub use property::{Property, PropertyKind};
pub use repair::{Given, Mended, Repair};
pub use validate::Profile;
pub use write::ContentLine;
