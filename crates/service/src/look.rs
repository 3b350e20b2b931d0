//! What there is at one moment: all that one answer wants to know, asked of one snapshot.

use std::ops::ControlFlow;
use std::sync::Arc;

use ical::ComponentKind;
use ical::recurrence::{Occurrence, Range};
use ical::zone::{Zone, ZoneCache};
use store::{Calendar, CalendarId, Snapshot, Stored};

use crate::actor::Actor;
use crate::agenda::{Answer, Question};
use crate::booked::{self, Booked};
use crate::calendars::named;
use crate::error::Error;
use crate::which;

/// The calendars of an [`Actor`] as they are at one moment. Keep it for as long as one answer takes.
#[derive(Debug)]
pub struct Look<'s> {
    actor: Actor<'s>,
    snapshot: Option<Snapshot>,
    calendars: Vec<Calendar>,
    cache: Arc<ZoneCache>,
}

/// Which objects are asked for, beside a range and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objects<'q> {
    /// To-dos that are neither completed nor cancelled.
    OpenTodos,
    /// All of a kind.
    Kind(ComponentKind),
    /// Those that have all these phrases; the last word of a phrase may be the beginning of one.
    Words(&'q [String]),
}

/// So many objects of a kind are asked for at once.
const PAGE: u32 = 256;

impl<'s> Actor<'s> {
    /// What there is now.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn look(self) -> Result<Look<'s>, Error> {
        let snapshot = self.snapshot()?;
        let calendars = snapshot.as_ref().map(|snapshot| self.calendars_of(snapshot)).transpose()?;
        let calendars = calendars.unwrap_or_default();
        Ok(Look { actor: self, snapshot, calendars, cache: Arc::new(ZoneCache::default()) })
    }
}

impl Look<'_> {
    /// The calendars that are there, in the order in which they were made.
    pub fn calendars(&self) -> &[Calendar] {
        &self.calendars
    }

    /// The calendar of a name, as [`Actor::calendar`] has it.
    ///
    /// # Errors
    /// There is none.
    pub fn calendar(&self, name: &str) -> Result<Calendar, Error> {
        named(&self.calendars, name)
    }

    /// The occurrences that answer a question, as [`Actor::agenda`] has them.
    ///
    /// # Errors
    /// More objects than the limit has occurrences, or the store cannot be read.
    pub fn agenda(&self, question: &Question) -> Result<Answer, Error> {
        self.snapshot
            .as_ref()
            .map_or(Ok(Answer::default()), |snapshot| self.actor.agenda_of(snapshot, question))
    }

    /// Objects of some calendars, of all where none is named, without their texts.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn objects(&self, wanted: &Objects<'_>, calendars: &[CalendarId]) -> Result<Vec<Stored>, Error> {
        let Some(snapshot) = &self.snapshot else { return Ok(Vec::new()) };
        let is_wanted = |id: CalendarId| calendars.is_empty() || calendars.contains(&id);
        let ids = self.calendars.iter().map(|calendar| calendar.id).filter(|id| is_wanted(*id));
        let mut found = Vec::new();
        match wanted {
            Objects::OpenTodos => {
                for id in ids {
                    found.extend(snapshot.open_todos(id)?);
                }
            }
            Objects::Kind(kind) => {
                for id in ids {
                    let mut after = None;
                    loop {
                        let (page, last) = snapshot.of_kind(id, *kind, after, PAGE)?;
                        found.extend(page);
                        after = last;
                        if after.is_none() {
                            break;
                        }
                    }
                }
            }
            Objects::Words(phrases) => {
                found = snapshot.search(self.actor.principal, phrases, u32::MAX)?;
                found.retain(|stored| is_wanted(stored.calendar));
            }
        }
        Ok(found)
    }

    /// An object with its text.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn read(&self, stored: Stored) -> Result<Booked, Error> {
        match &self.snapshot {
            Some(snapshot) => Booked::read(snapshot, stored),
            None => Err(Error::NotFound(format!("{} is gone", stored.uid))),
        }
    }

    /// The shortest beginning of an object's handle that names it, as [`Actor::handles`] has it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn handle(&self, object: &Stored) -> Result<String, Error> {
        match &self.snapshot {
            Some(snapshot) => which::handle(snapshot, &self.calendars, object),
            None => Ok(object.handle.clone()),
        }
    }

    /// Hands over the occurrences of an object in a range, by their starts, until one is enough or its budget
    /// is spent. Floating times and dates are in `zone`.
    pub fn occurrences(
        &self,
        booked: &Booked,
        range: Range,
        zone: &Zone,
        take: &mut dyn FnMut(&Occurrence<'_, '_>) -> ControlFlow<()>,
    ) {
        let Some(object) = booked.object() else { return };
        let zones = booked::zones(&booked.document, &self.cache);
        let set = self.actor.recurrence(&object, &zones, zone);
        for occurrence in set.occurrences(range).map_while(Result::ok) {
            if take(&occurrence).is_break() {
                return;
            }
        }
    }
}
