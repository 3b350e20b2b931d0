//! What recurs, and when: the recurrence set of an object (RFC 5545 3.8.5).
//!
//! A [`RecurrenceSet`] is made of an object and the zones of its text; [`RecurrenceSet::occurrences`] walks what of it
//! overlaps a range, in order, from wherever the range begins.
//!
//! ```
//! use ical::Document;
//! use ical::recurrence::{Policies, Range, RecurrenceSet};
//! use ical::zone::Zones;
//!
//! let document = Document::read(
//!     "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Vienna:20260302T090000\r\nDURATION:PT1H\r\n\
//!      RRULE:FREQ=WEEKLY\r\nEXDATE;TZID=Europe/Vienna:20260309T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
//! )?;
//! let zones = Zones::new(&document);
//! let objects = document.objects();
//! let object = objects.first().ok_or("no object")?;
//! let set = RecurrenceSet::new(object, &zones, &Policies::default());
//! let mut starts = Vec::new();
//! for occurrence in set.occurrences(Range::ALL).take(3) {
//!     starts.push(occurrence?.start().to_string());
//! }
//! assert_eq!(starts, ["20260302T090000", "20260316T090000", "20260323T090000"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What belongs to a set
//!
//! - **Instances** are DTSTART, what RRULE and RDATE name, less what EXDATE and EXRULE (RFC 2445 4.8.5.2) name.
//! - **Exceptions match by instant**, whatever zone or form they are written in. A DATE beside a timed start matches the
//!   whole day; a DATE-TIME beside a DATE matches by its local date.
//! - **An override** stands in its instance's place. One whose RECURRENCE-ID is no instance is shown by itself; one whose
//!   instance EXDATE names is gone. Of two for one instance the higher SEQUENCE, then the later DTSTAMP counts.
//! - **RANGE=THISANDFUTURE** moves all later instances by as much as its own, up to the next such override, and gives them
//!   its duration and properties.
//! - **RRULE beside RECURRENCE-ID** means nothing (RFC 5545 3.8.4.4: an override is one instance).
//! - **A UID that stands twice without RECURRENCE-ID** is one series in two versions: the newer counts.

mod alarms;
mod cut;
mod extent;
mod frame;
mod keys;
mod make;
mod occurrences;
mod original;
mod set;
mod span;

pub use alarms::{Alarms, Ring};
pub use frame::Moment;
pub use occurrences::{Occurrence, Occurrences};
pub use original::Detached;
pub use set::RecurrenceSet;
pub use span::Span;

use crate::civil::Timestamp;
use crate::limits::Limits;
use crate::rule::Budget;
use crate::zone::Zone;

/// Choices that the RFCs leave open, or make in two ways.
#[derive(Clone, Debug)]
pub struct Policies {
    /// What becomes of an instance of a rule that no wall shows.
    pub gap: Gap,
    /// The work that one walk over a set may cost.
    pub budget: Budget,
    /// How many overrides, and values of RDATE and EXDATE, are read; what goes past them is told as a fault.
    pub limits: Limits,
    /// Where floating times and dates are taken to be when they are compared with instants.
    pub floating: Zone,
}

impl Default for Policies {
    fn default() -> Self {
        Self { gap: Gap::Shift, budget: Budget::default(), limits: Limits::default(), floating: Zone::utc() }
    }
}

/// What becomes of an instance that falls into a gap, where a clock was set forward over it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gap {
    /// It is read with the offset before the gap: as RFC 5545 3.3.5 reads any such time, and RFC 8984 4.3.3.
    #[default]
    Shift,
    /// It is left out: as RFC 5545 3.3.10 says of "nonexistent local time".
    Omit,
}

/// A half-open range of instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first instant in it.
    pub from: Timestamp,
    /// The first instant after it.
    pub to: Timestamp,
}

impl Range {
    /// All of time.
    pub const ALL: Self = Self { from: Timestamp(i64::MIN), to: Timestamp(i64::MAX) };

    /// Does it overlap what lasts from `start` to before `end` (RFC 4791 9.9)? What has no length is at its start.
    pub const fn overlaps(self, start: Timestamp, end: Timestamp) -> bool {
        start.0 < self.to.0 && (end.0 > self.from.0 || start.0 >= self.from.0)
    }
}
