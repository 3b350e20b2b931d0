//! Time zones: from a TZID to a zone, and between the wall and instants (RFC 5545 3.2.19, 3.3.5, 3.6.5).
//!
//! One type serves all: a [`Zone`] of the IANA database, of an offset, or compiled from a VTIMEZONE. It
//! answers for the years 0 to 9999 exactly: changes at fixed times are a sorted list, and what goes on every
//! year is kept as yearly rules.

mod alias;
mod cache;
mod cursor;
mod define;
mod generate;
mod iana;
mod observance;
mod resolver;
mod table;
mod tzif;
mod yearly;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::civil::{DateTime, Timestamp};

pub use cache::ZoneCache;
pub use cursor::Cursor;
pub use generate::TimezoneOptions;
pub use observance::Fault;
pub use resolver::{Origin, Resolved, Zones};

use table::Table;

/// A time zone: the offset from UTC at any instant. Cheap to clone; may be shared between threads.
#[derive(Clone)]
pub struct Zone {
    table: Arc<Table>,
    iana_name: Option<Arc<str>>,
}

/// Which instants a wall time can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// One.
    Unique(Timestamp),
    /// None: the clock was set forward over it.
    Gap {
        /// Read with the offset before the gap: what RFC 5545 3.3.5 wants.
        before: Timestamp,
        /// Read with the offset after it: earlier by the length of the gap.
        after: Timestamp,
    },
    /// Two: the clock was set back over it.
    Fold {
        /// The first of them: what RFC 5545 3.3.5 wants.
        first: Timestamp,
        /// The second.
        second: Timestamp,
    },
}

impl Reading {
    /// The instant by RFC 5545 3.3.5: in a gap by the offset before it, in a fold the first.
    #[inline]
    pub const fn timestamp(self) -> Timestamp {
        match self {
            Self::Unique(timestamp) => timestamp,
            Self::Gap { before, .. } => before,
            Self::Fold { first, .. } => first,
        }
    }

    /// Is there no such time on that day's wall?
    pub const fn is_gap(self) -> bool {
        matches!(self, Self::Gap { .. })
    }
}

/// A change of a zone's offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition<'z> {
    /// The first instant at which the new offset holds.
    pub at: Timestamp,
    /// The offset before, in seconds east of UTC.
    pub offset_from: i32,
    /// The offset from then on, in seconds east of UTC.
    pub offset_to: i32,
    /// Does daylight saving time begin? In Dublin it is the winter's that is called so.
    pub is_daylight: bool,
    /// The abbreviation that holds from then on: `CEST`.
    pub abbreviation: &'z str,
}

/// A stretch of time in which two zones have other offsets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// From the first instant to before the last.
    pub range: Range<Timestamp>,
    /// The offset of the one zone, in seconds east of UTC.
    pub offset: i32,
    /// The offset of the other.
    pub other: i32,
}

impl Zone {
    fn new(table: Table, iana_name: Option<&str>) -> Self {
        Self { table: Arc::new(table), iana_name: iana_name.map(Arc::from) }
    }

    /// UTC.
    pub fn utc() -> Self {
        Self::new(Table::fixed(0, "UTC"), Some("UTC"))
    }

    /// A zone of the IANA database, by its name in any case.
    ///
    /// It is made anew each time, which takes some tens of microseconds; a [`ZoneCache`] keeps what was made.
    pub fn iana(name: &str) -> Option<Self> {
        let (name, table) = iana::get(name)?;
        Some(Self::new(table, Some(&name)))
    }

    /// A zone that is always so many seconds east of UTC; less than a day, either way.
    pub fn fixed(offset: i32) -> Option<Self> {
        if offset.unsigned_abs() >= 86_400 {
            return None;
        }
        Some(if offset == 0 { Self::utc() } else { Self::new(Table::fixed(offset, ""), None) })
    }

    /// The names of all zones in the IANA database.
    pub fn iana_names() -> Vec<String> {
        iana::names()
    }

    /// Its name in the IANA database, if it is from there: as the database writes it.
    pub fn iana_name(&self) -> Option<&str> {
        self.iana_name.as_deref()
    }

    fn table(&self) -> &Table {
        &self.table
    }

    /// The instant of a wall time by RFC 5545 3.3.5: in a gap by the offset before it, in a fold the first.
    pub fn to_timestamp(&self, wall: DateTime) -> Timestamp {
        let seconds = wall.to_seconds();
        let span = self.table.span_of_wall(seconds);
        let before = if seconds < span.wall_start() { self.table.previous(&span) } else { None };
        Timestamp(seconds - i64::from(before.unwrap_or(span).state.offset))
    }

    /// The instants that a wall time can mean.
    pub fn read(&self, wall: DateTime) -> Reading {
        let seconds = wall.to_seconds();
        let by = |offset: i32| Timestamp(seconds - i64::from(offset));
        let span = self.table.span_of_wall(seconds);
        let instant = by(span.state.offset);
        if seconds < span.wall_start() {
            let before = self.table.previous(&span).map_or(instant, |previous| by(previous.state.offset));
            return Reading::Gap { before, after: instant };
        }
        // Offsets are shorter than a day, so a fold is near.
        let is_near = seconds >= span.end.saturating_sub(86_400);
        match is_near.then(|| self.table.next(&span)).flatten() {
            Some(next) if (next.wall_start()..next.wall_end()).contains(&seconds) => {
                Reading::Fold { first: instant, second: by(next.state.offset) }
            }
            _ => Reading::Unique(instant),
        }
    }

    /// What the wall shows at an instant, if the year is 0 to 9999.
    pub fn to_wall(&self, timestamp: Timestamp) -> Option<DateTime> {
        DateTime::from_seconds(timestamp.0.checked_add(i64::from(self.offset_at(timestamp)))?)
    }

    /// The offset at an instant, in seconds east of UTC.
    pub fn offset_at(&self, timestamp: Timestamp) -> i32 {
        self.table.span_at(timestamp.0).state.offset
    }

    /// The abbreviation at an instant (`CEST`); empty when the zone has none.
    pub fn abbreviation_at(&self, timestamp: Timestamp) -> &str {
        self.table.name(self.table.span_at(timestamp.0).state)
    }

    /// The changes of offset at or after `range.start` and before `range.end`, in order.
    pub fn transitions(&self, range: Range<Timestamp>) -> impl Iterator<Item = Transition<'_>> {
        self.changes(range).filter(|transition| transition.offset_from != transition.offset_to)
    }

    /// The changes of offset, or of abbreviation only.
    fn changes(&self, range: Range<Timestamp>) -> impl Iterator<Item = Transition<'_>> {
        let mut before = self.table.span_at(range.start.0.saturating_sub(1));
        std::iter::from_fn(move || {
            let span = self.table.next(&before)?;
            let offset_from = before.state.offset;
            before = span;
            (span.start < range.end.0).then(|| Transition {
                at: Timestamp(span.start),
                offset_from,
                offset_to: span.state.offset,
                is_daylight: span.state.is_daylight,
                abbreviation: self.table.name(span.state),
            })
        })
    }

    /// Where, within a range, another zone has other offsets.
    pub fn disagreements(&self, other: &Self, range: Range<Timestamp>) -> Vec<Disagreement> {
        let mut found: Vec<Disagreement> = Vec::new();
        if Arc::ptr_eq(&self.table, &other.table) {
            return found;
        }
        let mut at = range.start.0;
        while at < range.end.0 {
            let (mine, theirs) = (self.table.span_at(at), other.table.span_at(at));
            let end = mine.end.min(theirs.end).min(range.end.0);
            let (offset, other) = (mine.state.offset, theirs.state.offset);
            match found.last_mut() {
                Some(last) if (last.range.end.0, last.offset, last.other) == (at, offset, other) => {
                    last.range.end = Timestamp(end);
                }
                _ if offset != other => {
                    found.push(Disagreement { range: Timestamp(at)..Timestamp(end), offset, other });
                }
                _ => {}
            }
            at = end;
        }
        found
    }

    /// A cursor, for many conversions in a row.
    pub fn cursor(&self) -> Cursor {
        Cursor::new(self.clone())
    }
}

/// Zones are equal that have the same changes by the same names, whatever they are called.
impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.table, &other.table)
            || (self.iana_name.is_some() && self.iana_name == other.iana_name)
            || self.table == other.table
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.iana_name {
            Some(name) => write!(f, "Zone({name})"),
            None => write!(f, "Zone({} changes)", self.table.changes.len()),
        }
    }
}

#[cfg(test)]
mod tests;
