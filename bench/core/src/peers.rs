//! Those we measure against, each at its fastest public way of doing a work.

pub(crate) mod calcard;
pub(crate) mod icalendar;
pub(crate) mod libical;
pub(crate) mod lines;
pub(crate) mod rrule;
