//! `free-busy-query`: when somebody is busy (RFC 4791 7.10).

use xml::Element;

use crate::body;
use crate::error::Error;
use crate::filter::TimeRange;
use crate::name::caldav;

/// What is asked. The answer is no multistatus but iCalendar: see [`free_busy`](crate::free_busy).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreeBusyQuery {
    /// When.
    pub time_range: TimeRange,
}

impl FreeBusyQuery {
    pub(super) fn read(root: Element<'_>) -> Result<Self, Error> {
        Ok(Self { time_range: TimeRange::read_closed(body::child(root, caldav("time-range"))?)? })
    }
}
