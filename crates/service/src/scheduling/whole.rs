//! What is planned with others in a calendar that is removed, or comes back (RFC 6638 3.2.3.2).

use store::{Calendar, CalendarId, Collection, Command, Snapshot, Stored};

use super::Planned;
use super::case::{Body, Case, Place};
use super::exchange::Exchange;
use crate::access::gone;
use crate::actor::Actor;
use crate::booked;
use crate::error::Error;

/// So many objects are dealt with at once.
const PAGE: u32 = 16;

/// What becomes of a calendar, to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whole {
    /// It goes: what is organized there is called off, and what its owner is invited to is declined.
    Goes,
    /// It is back: others are told again of what was called off so.
    Comes,
}

impl Actor<'_> {
    /// Tells others what becomes of a calendar, object by object; all of it stays as it is. Where it goes, this comes before it
    /// is hidden: who is stopped on their way finds it there, and goes on.
    pub(crate) fn tell_of_whole(
        self,
        command: &Command,
        calendar: CalendarId,
        whole: Whole,
    ) -> Result<(), Error> {
        let mut place = None;
        loop {
            let Some(snapshot) = self.snapshot()? else { return Ok(()) };
            let within = snapshot.calendar(calendar)?.ok_or_else(gone)?;
            let page = match whole {
                Whole::Goes => snapshot.scheduled(calendar, place, PAGE)?,
                // What was imported nobody ever heard of, nor do they now.
                Whole::Comes => match snapshot.collection_of_messages(within.home, Collection::Inbox)? {
                    Some(inbox) => snapshot.once_scheduled((calendar, inbox.id), place, PAGE)?,
                    None => return Ok(()),
                },
            };
            let Some(last) = page.last() else { return Ok(()) };
            place = Some(last.id);
            drop(snapshot);
            self.decide(command, |snapshot| {
                let snapshot = snapshot.ok_or_else(gone)?;
                let within = snapshot.calendar(calendar)?.ok_or_else(gone)?;
                let planned = self.plan_whole(snapshot, &within, &page, whole)?;
                Ok((planned.expects, planned.effects, ()))
            })?;
        }
    }

    fn plan_whole(
        self,
        snapshot: &Snapshot,
        within: &Calendar,
        page: &[Stored],
        whole: Whole,
    ) -> Result<Planned, Error> {
        let mut exchange = Exchange::new(self, snapshot);
        let owner = exchange.person(within.home)?;
        if let Some(owner) = owner {
            for stored in page {
                // It may be another since, or gone.
                let Some(stored) = snapshot.object(within.id, &stored.uid)? else { continue };
                if stored.schedule_tag.is_some() != (whole == Whole::Goes) {
                    continue;
                }
                let document = booked::document(snapshot.text(&stored)?)?;
                let place = Place::of(&stored);
                match whole {
                    Whole::Goes => {
                        let body = Body::Read(document.clone());
                        let mut case = Case::at(snapshot, &owner, stored.uid, place, body)?;
                        case.hidden = Some(document);
                        exchange.edit(&owner, case, None)?;
                    }
                    Whole::Comes => {
                        let case = Case::at(snapshot, &owner, stored.uid, place, Body::None)?;
                        exchange.edit(&owner, case, Some(document))?;
                    }
                }
            }
        }
        exchange.deliver()?;
        let (expects, effects) = exchange.finish()?;
        Ok(Planned { expects, effects })
    }
}
