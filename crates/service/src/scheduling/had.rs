//! When a room is had: by what it keeps, by what is gathered to be written, and by when it is open at all.

use std::sync::Arc;

use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::value::CalAddress;
use ical::zone::Zone;
use ical::{ComponentKind, Document};
use itip::{Asked, Part, Verdict, had};
use store::{Expect, Mode};

use super::case::default_calendar;
use super::exchange::Exchange;
use super::person::Person;
use crate::actor::{Actor, Standing};
use crate::booked::{self, Booked};
use crate::busy::{Busy, BusyTime, Without};
use crate::error::Error;

/// So many times of one thing are looked at.
pub(super) const MOST: usize = 1_000;
/// Of more ranges than these it is watched what lies between them, too.
const WATCHED: usize = 32;

/// When a room is had.
#[derive(Debug, Default)]
pub(super) struct Had {
    /// Each takes one of its places.
    pub(super) times: Vec<Range>,
    /// It is open for nobody.
    pub(super) shut: Vec<Range>,
}

impl Had {
    /// Is there no place left at some moment of a range, of so many?
    pub(super) fn is_full(&self, range: Range, capacity: u32) -> bool {
        self.left(range, capacity) == 0
    }

    /// How many places are left through all of a range, of so many?
    pub(super) fn left(&self, range: Range, capacity: u32) -> u32 {
        let meets = |time: &Range| time.from < range.to && time.to > range.from;
        let had = if self.shut.iter().any(meets) { capacity } else { most_at_once(&self.times, range) };
        capacity.saturating_sub(had)
    }

    /// When something of it ends after a moment, in order.
    pub(super) fn ends_after(&self, moment: Timestamp) -> Vec<Timestamp> {
        let all = self.times.iter().chain(&self.shut).map(|time| time.to);
        let mut ends: Vec<Timestamp> = all.filter(|end| *end > moment).collect();
        ends.sort_unstable();
        ends.dedup();
        ends
    }
}

/// What is gathered of a room's, and no index knows yet.
struct Gathered {
    uid: String,
    organizer: Option<CalAddress<'static>>,
    times: Vec<Range>,
}

impl Exchange<'_> {
    /// When a room is had within a range, but for one thing.
    pub(super) fn had(&mut self, room: &Person, range: Range, but: &str) -> Result<Had, Error> {
        let gathered = self.gathered(room, range)?;
        let but: Vec<&str> = gathered.iter().map(|one| one.uid.as_str()).chain([but]).collect();
        let of = Actor { principal: room.id, standing: Standing::Principal, ..self.actor };
        // What others ask somebody for as well who decides is not theirs until it is decided.
        let undecided = room.booking.mode == Some(Mode::Ask);
        let without = Without { uids: &but, undecided };
        let busy = of.busy_at(self.snapshot, room.id, range, without)?.unwrap_or_default();
        let mut found = Had::default();
        for BusyTime { from, to, busy } in busy {
            let times = if busy == Busy::Unavailable { &mut found.shut } else { &mut found.times };
            times.push(Range { from, to });
        }
        found.times.extend(gathered.into_iter().flat_map(|one| one.times));
        Ok(found)
    }

    /// What an exchange changed of a room's, with the times of a range.
    fn gathered(&mut self, room: &Person, range: Range) -> Result<Vec<Gathered>, Error> {
        let zone = self.zone_of(room)?;
        let options = Arc::clone(&self.options);
        let party = room.party(&self.actor.service.cache, &options, (None, self.actor.now()));
        let mut gathered = Vec::new();
        let cases = self.cases.range_mut((room.id, String::new())..);
        for ((_, uid), case) in cases.take_while(|((of, _), _)| *of == room.id) {
            if !case.is_changed() {
                continue;
            }
            let document = case.document(self.snapshot)?;
            gathered.push(Gathered {
                uid: uid.clone(),
                organizer: document.and_then(organizer),
                times: document.map(|document| had(document, range, MOST, &zone, &party)).unwrap_or_default(),
            });
        }
        Ok(gathered)
    }

    /// The zone in which a room is: that of the calendar into which its bookings come.
    pub(super) fn zone_of(&self, room: &Person) -> Result<Zone, Error> {
        let calendar = default_calendar(self.snapshot, room.id, ComponentKind::Event)?;
        let name = calendar.and_then(|calendar| calendar.settings.zone);
        Ok(name.and_then(|name| Zone::iana(name.trim())).unwrap_or_else(Zone::utc))
    }

    /// Are so many of somebody's bookings still to be, beside one?
    pub(super) fn has_share(
        &mut self,
        (room, from): (&Person, &Person),
        but: &str,
        share: u32,
    ) -> Result<bool, Error> {
        let ahead = Range { from: self.actor.now(), to: Timestamp::MAX };
        let is_theirs = |organizer: &Option<CalAddress<'_>>| {
            organizer.as_ref().is_some_and(|one| from.addresses.has(one))
        };
        let gathered = self.gathered(room, ahead)?;
        let fresh = gathered.iter().filter(|one| is_theirs(&one.organizer) && !one.times.is_empty());
        let mut left = usize::try_from(share).unwrap_or(usize::MAX).saturating_sub(fresh.count());
        for calendar in self.snapshot.calendars(room.id)? {
            let (rows, partial) = self.snapshot.busy(calendar.id, ahead)?;
            let mut objects: Vec<_> = rows.into_iter().map(|row| row.object).collect();
            objects.extend(partial.into_iter().map(|stored| stored.id));
            objects.sort_unstable();
            objects.dedup();
            for object in objects {
                if left == 0 {
                    return Ok(true);
                }
                let Some(stored) = self.snapshot.object_by_id(object)? else { continue };
                if stored.uid == but || gathered.iter().any(|one| one.uid == stored.uid) {
                    continue;
                }
                let booked = Booked::read(self.snapshot, stored)?;
                left -= usize::from(is_theirs(&organizer(&booked.document)));
            }
        }
        Ok(left == 0)
    }

    /// Notes what a booking rests on: that nobody else has those times when it is written.
    pub(super) fn watch(&mut self, room: &Person, asked: &Asked, verdict: &Verdict) -> Result<(), Error> {
        let is_booked = |(part, _): &&(Part, Range)| !verdict.but.contains(part);
        let mut ranges: Vec<Range> = asked.times.iter().filter(is_booked).map(|(_, range)| *range).collect();
        if room.booking.share.is_some() {
            // How many somebody has is decided by all that is to be.
            ranges = vec![Range { from: self.actor.now(), to: Timestamp::MAX }];
        }
        self.watch_ranges(room, ranges)
    }

    /// Notes that nothing else is to be in some ranges of somebody's when it is written.
    pub(super) fn watch_ranges(&mut self, room: &Person, mut ranges: Vec<Range>) -> Result<(), Error> {
        if ranges.len() > WATCHED {
            ranges = span(&ranges).into_iter().collect();
        }
        for calendar in self.snapshot.calendars(room.id)? {
            let seen = self.snapshot.seen(calendar.id, &ranges)?;
            self.expects.push(Expect::Range { calendar: calendar.id, ranges: ranges.clone(), seen });
        }
        Ok(())
    }
}

/// From where the first begins to where the last ends.
pub(super) fn span(ranges: &[Range]) -> Option<Range> {
    let from = ranges.iter().map(|range| range.from).min()?;
    let to = ranges.iter().map(|range| range.to).max()?;
    Some(Range { from, to })
}

/// Who is said to organize what a text is about.
fn organizer(document: &Document) -> Option<CalAddress<'static>> {
    let user = booked::main(document)?.organizer()?;
    user.address().ok().map(CalAddress::into_owned)
}

/// So many of these go on at one moment of a range at most.
fn most_at_once(times: &[Range], within: Range) -> u32 {
    if within.from >= within.to {
        return 0;
    }
    let mut turns: Vec<(Timestamp, i64)> = Vec::new();
    for time in times.iter().filter(|time| time.from < within.to && time.to > within.from) {
        turns.push((time.from, 1));
        turns.push((time.to, -1));
    }
    // Where one ends as another begins, it ends first.
    turns.sort_unstable();
    let (mut now, mut most) = (0_i64, 0_i64);
    for (_, turn) in turns {
        now += turn;
        most = most.max(now);
    }
    u32::try_from(most).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: i64, to: i64) -> Range {
        Range { from: Timestamp(from), to: Timestamp(to) }
    }

    #[test]
    fn what_ends_when_another_begins_is_not_beside_it() {
        let times = [range(0, 10), range(10, 20), range(15, 30)];
        assert_eq!(most_at_once(&times, range(0, 10)), 1);
        assert_eq!(most_at_once(&times, range(10, 15)), 1);
        assert_eq!(most_at_once(&times, range(5, 16)), 2);
        assert_eq!(most_at_once(&times, range(30, 40)), 0);
        assert_eq!(most_at_once(&times, range(20, 20)), 0);
    }

    #[test]
    fn what_is_shut_is_full_whatever_its_places() {
        let had = Had { times: vec![range(0, 10)], shut: vec![range(20, 30)] };
        assert!(had.is_full(range(5, 6), 1) && !had.is_full(range(5, 6), 2));
        assert!(had.is_full(range(25, 26), 100) && !had.is_full(range(10, 20), 1));
        assert_eq!(had.ends_after(Timestamp(10)), [Timestamp(30)]);
    }
}
