//! What else could be booked, where a room is taken.

use ical::civil::Timestamp;
use ical::recurrence::Range;
use store::Mode;

use super::exchange::Exchange;
use super::person::Person;
use super::rooms::{Wall, most_at_once};
use crate::error::Error;

/// So many rooms are looked at, and so many offered.
const LOOKED_AT: u32 = 50;
const OFFERED: usize = 3;
/// So many seconds ahead a later time is looked for.
const AHEAD: i64 = 7 * 86_400;

impl Exchange<'_> {
    /// Other rooms that are free in a range, and when this one is next for as long: a sentence for whoever asked, or nothing.
    pub(super) fn alternatives(
        &mut self,
        (to, from): (&Person, &Person),
        range: Range,
        wall: &Wall,
    ) -> Result<String, Error> {
        let mut words = String::new();
        let mut free = Vec::new();
        for other in self.snapshot.principals_of(to.kind, LOOKED_AT)? {
            let Some(person) = self.person(other.id)?.filter(|person| person.id != to.id) else { continue };
            let is_open =
                person.booking.mode == Some(Mode::IfFree) && self.may_book(&person.booking, from.id)?;
            if !is_open {
                continue;
            }
            let times = self.times(person.id, range, None)?;
            if most_at_once(&times, range) < person.booking.capacity {
                let address = person.addresses.first();
                let name = other.profile.display.or(other.profile.name);
                let address = address.email().map_or_else(|| address.as_str().to_owned(), Into::into);
                free.push(name.map_or_else(|| address.clone(), |name| format!("{name} ({address})")));
            }
            if free.len() >= OFFERED {
                break;
            }
        }
        if !free.is_empty() {
            words.push_str(&format!(". Free then: {}", free.join(", ")));
        }
        if let Some(next) = self.next_free(to, range)? {
            words.push_str(&format!(". Free again: {}", wall.of(next)));
        }
        Ok(words)
    }

    /// When it is free next for as long as a range is.
    fn next_free(&self, to: &Person, range: Range) -> Result<Option<Timestamp>, Error> {
        let length = range.to.0.saturating_sub(range.from.0);
        let within = Range { from: range.from, to: Timestamp(range.to.0.saturating_add(AHEAD)) };
        let times = self.times(to.id, within, None)?;
        let mut ends: Vec<Timestamp> =
            times.iter().map(|time| time.to).filter(|to| *to > range.from).collect();
        ends.sort_unstable();
        ends.dedup();
        let is_free = |from: &Timestamp| {
            let wanted = Range { from: *from, to: Timestamp(from.0.saturating_add(length)) };
            wanted.to <= within.to && most_at_once(&times, wanted) < to.booking.capacity
        };
        Ok(ends.into_iter().find(is_free))
    }
}
