//! `CALDAV:time-range`: from an instant to another (RFC 4791 9.9).

use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::value::DateOrTime;
use xml::Element;

use crate::error::Error;
use crate::precondition::Precondition;

/// A range of time that is open at one end, or at none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    range: Range,
}

impl TimeRange {
    /// From `start` to before `end`; `None` where it is not after the start.
    pub fn new(start: Timestamp, end: Timestamp) -> Option<Self> {
        (start < end).then_some(Self { range: Range { from: start, to: end } })
    }

    /// Reads `start` and `end`, of which one may be missing.
    pub(crate) fn read(element: Element<'_>) -> Result<Self, Error> {
        let (start, end) = (element.attribute("start"), element.attribute("end"));
        if start.is_none() && end.is_none() {
            return Err(Precondition::ValidFilter.into());
        }
        let from = start.map(instant).transpose()?.unwrap_or(Range::ALL.from);
        let to = end.map(instant).transpose()?.unwrap_or(Range::ALL.to);
        Ok(Self::new(from, to).ok_or(Precondition::ValidFilter)?)
    }

    /// The same, where both ends must be told: of `expand` and its kin.
    pub(crate) fn read_closed(element: Element<'_>) -> Result<Self, Error> {
        match (element.attribute("start"), element.attribute("end")) {
            (Some(_), Some(_)) => Self::read(element),
            _ => Err(Error::wanted("start and end", element)),
        }
    }

    /// As a range of instants; an open end goes on for ever.
    pub const fn range(self) -> Range {
        self.range
    }
}

/// A time in UTC, as RFC 4791 9.9 wants it.
fn instant(text: &str) -> Result<Timestamp, Precondition> {
    match DateOrTime::parse(text.trim().as_bytes()) {
        Ok(DateOrTime::Utc(wall)) => Ok(Timestamp::from_utc(wall)),
        _ => Err(Precondition::ValidFilter),
    }
}
