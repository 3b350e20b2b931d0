//! VTODO, seen through its properties' meaning (RFC 5545 3.6.2).

use super::{Extent, view};
use crate::civil::DateTime;
use crate::document::Component;
use crate::problem::Problem;
use crate::property::PropertyKind;
use crate::value::DateOrTime;
use crate::zone::Zones;

view! {
    /// A VTODO.
    Todo
}

impl Todo<'_> {
    /// From DTSTART to DUE, or for DURATION; `None` when it is due at no time.
    ///
    /// # Errors
    /// DTSTART, DUE or DURATION cannot be read.
    pub fn extent(self) -> Result<Option<Extent>, Problem> {
        let (end, doubt) = self.written_extent(PropertyKind::Due)?;
        Ok(end.map(|end| Extent { end, doubt }))
    }

    /// When it is due: DUE, or DTSTART and DURATION.
    ///
    /// # Errors
    /// DTSTART, DUE or DURATION cannot be read.
    pub fn due(self, zones: &Zones<'_>) -> Result<Option<DateOrTime<'static>>, Problem> {
        let Some(extent) = self.extent()? else { return Ok(None) };
        match (self.start()?, &extent.end) {
            (Some(start), _) => Ok(extent.end(&start, zones)),
            (None, super::End::At(due)) => Ok(Some(due.clone())),
            (None, super::End::After(_)) => Ok(None),
        }
    }

    /// COMPLETED, in UTC.
    ///
    /// # Errors
    /// It is no date-time.
    pub fn completed(self) -> Result<Option<DateTime>, Problem> {
        self.instant(PropertyKind::Completed)
    }

    /// PERCENT-COMPLETE, 0 to 100 as a rule.
    ///
    /// # Errors
    /// It is no whole number.
    pub fn percent_complete(self) -> Result<Option<i32>, Problem> {
        self.integer(PropertyKind::PercentComplete)
    }
}
