//! Scheduling: an edit or a message, and all that follows from it here (RFC 6638 3, 4).
//!
//! What is decided is decided by the crate `itip`. Here it is found out for whom: an [`exchange`] takes an edit, hands what it
//! owes to whoever has the addresses, takes in what they owe for that, and so on until nobody owes anything; then all of it is
//! one set. What is too much for one is kept as owed, and delivered by sets of its own.

mod alternatives;
mod case;
mod deliver;
mod exchange;
mod groups;
mod had;
mod held;
mod members;
mod person;
mod rooms;
mod seats;
mod slots;
mod whole;

use std::sync::Arc;

use ical::{Document, PropertyKind};
use itip::outgoing::NoCounter;
use store::{Calendar, Effect, Expect, Put, Removed, Snapshot, Stored};

use crate::access::Want;
use crate::actor::Actor;
use crate::booked::Booked;
use crate::error::{Error, Refusal};
use crate::put::own_addresses;
pub(crate) use case::default_calendar;
use case::{Body, Case, Place};
use exchange::Exchange;
use person::Person;

pub(crate) use deliver::owing_of;
pub(crate) use held::ASKS_MODERATOR;
pub use held::Choice;
pub use seats::Slot;
pub(crate) use whole::Whole;

/// An edit of one object in a calendar.
pub(crate) struct Edit<'e> {
    pub(crate) calendar: &'e Calendar,
    /// What is there.
    pub(crate) before: Option<Stored>,
    pub(crate) after: After<'e>,
}

/// Who hears of an edit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Telling {
    /// All who are owed that.
    #[default]
    All,
    /// The organizer hears of no answer (RFC 6638 8.1).
    NoReply,
    /// Nobody: to others nothing happened.
    Nobody,
}

/// What is to be there.
pub(crate) enum After<'e> {
    /// This.
    Put(Box<Put>, &'e Document),
    /// Nothing.
    Gone(Removed),
}

/// What an edit does: what has to stay so until it is written, and what is written.
#[derive(Debug, Default)]
pub(crate) struct Planned {
    pub(crate) expects: Vec<Expect>,
    pub(crate) effects: Vec<Effect>,
}

impl Actor<'_> {
    /// What edits do, with all that others are owed for them.
    ///
    /// # Errors
    /// One may not be, as scheduling goes: [`Refusal::Scheduling`], [`Refusal::ScheduledElsewhere`].
    pub(crate) fn plan<'e>(
        self,
        snapshot: &Snapshot,
        edits: impl IntoIterator<Item = Edit<'e>>,
    ) -> Result<Planned, Error> {
        let mut exchange = Exchange::new(self, snapshot);
        let mut planned = Planned { expects: Vec::new(), effects: Vec::new() };
        for edit in edits {
            self.plan_one(snapshot, edit, &mut exchange, &mut planned)?;
        }
        exchange.deliver()?;
        let (expects, effects) = exchange.finish()?;
        planned.expects.extend(expects);
        planned.effects.extend(effects);
        Ok(planned)
    }

    fn plan_one(
        self,
        snapshot: &Snapshot,
        edit: Edit<'_>,
        exchange: &mut Exchange<'_>,
        planned: &mut Planned,
    ) -> Result<(), Error> {
        let Edit { calendar, before, after } = edit;
        let uid = match (&after, &before) {
            (After::Put(put, _), _) => put.uid.clone(),
            (After::Gone(_), Some(before)) => before.uid.clone(),
            (After::Gone(_), None) => return Ok(()),
        };
        let version = before.as_ref().map(|before| before.version);
        planned.expects.push(Expect::Object { calendar: calendar.id, uid: uid.clone(), version });
        let is_scheduled = before.as_ref().is_some_and(|before| before.schedule_tag.is_some())
            || matches!(&after, After::Put(_, document) if has_organizer(document));
        let owner = if is_scheduled { exchange.person(calendar.home)? } else { None };
        // What they may do there is asked first: a refusal by what others plan would tell of what they may not see.
        if owner.is_some() && !self.owns(calendar.home) {
            let effect = match &after {
                After::Put(put, _) => Effect::Put(Put::clone(put)),
                After::Gone(to) => Effect::Remove { calendar: calendar.id, uid: uid.clone(), to: *to },
            };
            self.permit(Some(snapshot), &[effect], &mut planned.expects)?;
        }
        let Some(owner) = owner else {
            planned.effects.push(match after {
                After::Put(put, document) => {
                    let own = own_addresses(snapshot, calendar.home, document)?;
                    let is_anybody_asked = !own.is_empty();
                    let name = put.name.clone();
                    Effect::Put(match is_anybody_asked {
                        true => Put { name, ..self.derive(calendar.id, document, &own)? },
                        false => *put,
                    })
                }
                After::Gone(to) => Effect::Remove { calendar: calendar.id, uid, to },
            });
            return Ok(());
        };
        let name = match (&after, &before) {
            (After::Put(put, _), _) => put.name.clone(),
            (After::Gone(_), before) => before.as_ref().map(|before| before.name.clone()).unwrap_or_default(),
        };
        let tag = before.as_ref().and_then(|before| before.schedule_tag);
        let body = match before {
            Some(before) => Body::Read(Booked::read(snapshot, before)?.document),
            None => Body::None,
        };
        let place = Place { calendar: calendar.id, name, version, tag };
        let mut case = Case::at(snapshot, &owner, uid, place, body)?;
        let new = match after {
            After::Put(_, document) => {
                must_be_alone(snapshot, calendar, &case)?;
                Some(document.clone())
            }
            After::Gone(to) => {
                case.removed_to = to;
                None
            }
        };
        exchange.edit(&owner, case, new)
    }
}

/// An object as it is there, its case, whose it is, and an exchange for what they send.
type Own<'e> = (Booked, Case, Arc<Person>, Exchange<'e>);

impl<'e> Actor<'e> {
    /// An object that its owner sends something about.
    fn own_case(self, snapshot: &'e Snapshot, stored: &Stored) -> Result<Own<'e>, Error> {
        let gone = || Error::NotFound(format!("{} is gone", stored.uid));
        let calendar = self.ask_for(snapshot, stored.calendar, Want::Write)?;
        let found = snapshot.object(stored.calendar, &stored.uid)?.ok_or_else(gone)?;
        let mut exchange = Exchange::new(self, snapshot);
        let owner = exchange.person(calendar.home)?;
        let owner = owner.ok_or(Refusal::NoCounter(NoCounter::NotInvited))?;
        let (uid, place, body) = (found.uid.clone(), Place::of(&found), Body::Kept(found.text()));
        let case = Case::at(snapshot, &owner, uid, place, body)?;
        Ok((self.read_whole(snapshot, found)?, case, owner, exchange))
    }
}

/// Is anybody said to organize it?
fn has_organizer(document: &Document) -> bool {
    let objects = document.objects();
    let mut components = objects.iter().flat_map(|object| object.components().iter());
    components.any(|component| component.property(PropertyKind::Organizer).is_some())
}

/// A person has what is scheduled in one of their calendars alone (RFC 6638 3.2.4.1).
fn must_be_alone(snapshot: &Snapshot, calendar: &Calendar, case: &Case) -> Result<(), Error> {
    let others = snapshot.objects_with_uid(calendar.home, &case.uid)?.into_iter();
    match others.into_iter().find(|other| other.calendar != calendar.id && other.schedule_tag.is_some()) {
        Some(other) => Err(Refusal::ScheduledElsewhere { calendar: other.calendar, name: other.name }.into()),
        None => Ok(()),
    }
}
