//! What else could be booked, where a room is taken.

use ical::civil::Timestamp;
use ical::recurrence::Range;
use store::{Mode, PrincipalKind};

use super::exchange::Exchange;
use super::person::Person;
use super::rooms::Wall;
use crate::actor::{Actor, Standing};
use crate::error::Error;

/// So many rooms are looked at, and so many offered.
const LOOKED_AT: u32 = 50;
const OFFERED: usize = 3;
/// So many seconds ahead a later time is looked for.
const AHEAD: i64 = 7 * 86_400;

impl Exchange<'_> {
    /// Other rooms that are free in a range, and when this one is next for as long, but for what is asked for: a sentence for
    /// whoever asked, or nothing.
    pub(super) fn alternatives(
        &mut self,
        (to, from): (&Person, &Person),
        range: Range,
        uid: &str,
        wall: &Wall,
    ) -> Result<String, Error> {
        let mut words = String::new();
        // Nobody is offered somebody else's time.
        let is_room = matches!(to.kind, PrincipalKind::Room | PrincipalKind::Resource);
        let free = if is_room { self.free_rooms((to, from), range)? } else { Vec::new() };
        if !free.is_empty() {
            words.push_str(&format!(". Free then: {}", free.join(", ")));
        }
        let asking = Actor { principal: from.id, standing: Standing::Principal, ..self.actor };
        if asking.may_ask_when_busy(self.snapshot, to.id)?
            && let Some(next) = self.next_free(to, range, uid)?
        {
            words.push_str(&format!(". Free again: {}", wall.of(next)));
        }
        Ok(words)
    }

    /// Rooms of the same kind that are free in a range, of those of which whoever asks may know that, and which they may book.
    fn free_rooms(&mut self, (to, from): (&Person, &Person), range: Range) -> Result<Vec<String>, Error> {
        let asking = Actor { principal: from.id, standing: Standing::Principal, ..self.actor };
        let mut free = Vec::new();
        for other in self.snapshot.principals_of(to.kind, LOOKED_AT)? {
            let Some(person) = self.person(other.id)?.filter(|person| person.id != to.id) else { continue };
            let is_open = person.booking.mode == Some(Mode::IfFree)
                && self.may_book(&person.booking, from.id)?
                && asking.may_ask_when_busy(self.snapshot, person.id)?;
            if !is_open {
                continue;
            }
            let had = match self.had(&person, range, "") {
                // What cannot be found out of one is no matter of another's.
                Err(Error::Refused(_) | Error::Invalid(_)) => continue,
                had => had?,
            };
            if !had.is_full(range, person.booking.capacity) {
                let address = person.addresses.first();
                let name = other.profile.display.or(other.profile.name);
                let address = address.email().map_or_else(|| address.as_str().to_owned(), Into::into);
                free.push(name.map_or_else(|| address.clone(), |name| format!("{name} ({address})")));
            }
            if free.len() >= OFFERED {
                break;
            }
        }
        Ok(free)
    }

    /// When it is free next for as long as a range is, but for what is asked for.
    fn next_free(&mut self, to: &Person, range: Range, uid: &str) -> Result<Option<Timestamp>, Error> {
        let length = range.to.0.saturating_sub(range.from.0);
        let within = Range { from: range.from, to: Timestamp(range.to.0.saturating_add(AHEAD)) };
        let had = match self.had(to, within, uid) {
            Err(Error::Refused(_) | Error::Invalid(_)) => return Ok(None),
            had => had?,
        };
        let is_free = |from: &Timestamp| {
            let wanted = Range { from: *from, to: Timestamp(from.0.saturating_add(length)) };
            wanted.to <= within.to && !had.is_full(wanted, to.booking.capacity)
        };
        Ok(had.ends_after(range.from).into_iter().find(is_free))
    }
}
