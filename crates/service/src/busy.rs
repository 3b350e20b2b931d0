//! What tells when somebody is busy, for who may know that alone.

use std::ops::ControlFlow;

use ical::ComponentKind;
use ical::recurrence::Range;
use store::{Calendar, CalendarId, PrincipalId};

use crate::access::{Want, gone};
use crate::actor::Actor;
use crate::error::Error;

/// So many objects at once.
const PAGE: u32 = 256;

impl Actor<'_> {
    /// The calendar of a segment in somebody's home, for one who may ask when they are busy; the rest of it
    /// they may not see.
    ///
    /// # Errors
    /// There is none, or the store cannot be read.
    pub fn calendar_for_busy(self, home: PrincipalId, segment: &str) -> Result<Calendar, Error> {
        let snapshot = self.snapshot()?.ok_or_else(gone)?;
        let calendar = snapshot.calendar_of(home, segment)?.ok_or_else(gone)?;
        self.ask_for(&snapshot, calendar.id, Want::FreeBusy)
    }

    /// Hands over the texts of a calendar that may make busy in a range, until one is enough: of what the
    /// Actor does not see whole what stands in for it.
    ///
    /// # Errors
    /// There is no such calendar for them, or the store cannot be read.
    pub fn busy_texts(
        self,
        calendar: CalendarId,
        range: Range,
        mut take: impl FnMut(Vec<u8>) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let view = self.view(calendar, Want::FreeBusy)?;
        let mut found = view.snapshot.in_range(calendar, range)?;
        found.retain(|stored| stored.kind == ComponentKind::Event);
        // What a VFREEBUSY tells stands in no index.
        let mut after = None;
        loop {
            let (page, last) = view.snapshot.of_kind(calendar, ComponentKind::Freebusy, after, PAGE)?;
            found.extend(page);
            after = last;
            if after.is_none() {
                break;
            }
        }
        for stored in found {
            let Some(text) = view.text(&stored)? else { continue };
            if take(text).is_break() {
                break;
            }
        }
        Ok(())
    }
}
