//! VAVAILABILITY and AVAILABLE, seen through its properties' meaning (RFC 7953 3.1).

use super::{ComponentKind, Extent, view};
use crate::document::Component;
use crate::problem::Problem;
use crate::property::PropertyKind;
use crate::value::Busytype;

view! {
    /// A VAVAILABILITY: when one is available, and how one is busy else.
    Availability
}

view! {
    /// An AVAILABLE: a time when one is available; it may recur.
    Available
}

impl<'a> Availability<'a> {
    /// To DTEND or for DURATION; `None` has no end.
    ///
    /// # Errors
    /// DTSTART, DTEND or DURATION cannot be read.
    pub fn extent(self) -> Result<Option<Extent>, Problem> {
        let (end, doubt) = self.written_extent(PropertyKind::Dtend)?;
        Ok(end.map(|end| Extent { end, doubt }))
    }

    /// BUSYTYPE: how one is busy outside of what is available; BUSY-UNAVAILABLE when it is not written.
    pub fn busytype(self) -> Busytype<'a> {
        self.text(PropertyKind::Busytype).map_or(Busytype::BusyUnavailable, Busytype::new)
    }

    /// The times when one is available.
    pub fn available(self) -> impl Iterator<Item = Available<'a>> {
        self.children_of(ComponentKind::Available).filter_map(Available::of)
    }
}

impl Available<'_> {
    /// To DTEND or for DURATION; `None` has no end.
    ///
    /// # Errors
    /// DTSTART, DTEND or DURATION cannot be read.
    pub fn extent(self) -> Result<Option<Extent>, Problem> {
        let (end, doubt) = self.written_extent(PropertyKind::Dtend)?;
        Ok(end.map(|end| Extent { end, doubt }))
    }
}
