//! Rooms, and whoever else lets rules answer for them: each answers in the act that asks them.

use std::collections::BTreeSet;
use std::sync::Arc;

use ical::Document;
use ical::civil::{DateTime, Timestamp};
use ical::recurrence::Range;
use ical::value::Partstat;
use ical::zone::{Zone, ZoneCache, Zones};
use itip::{Asked, Message, Method, Part, Party, Verdict, asked, book, is_off};
use store::{Booking, Expect, Mode, PrincipalId};

use super::case::Case;
use super::exchange::Exchange;
use super::person::Person;
use crate::actor::{Actor, Standing};
use crate::booked::Booked;
use crate::busy::BusyTime;
use crate::error::Error;

/// So many times are looked at of what is asked for.
const MOST: usize = 1_000;
/// Who asks for more than so many taken times, or for more than a fifth, is told no to all.
const MOST_TAKEN: usize = 10;

/// What rules say to a request.
#[derive(Debug)]
pub(super) enum Ruling {
    /// Nothing: whoever it is answers themselves.
    None,
    /// A moderator is asked.
    Moderated(Option<PrincipalId>),
    /// The object as it is kept then, or that none is; and the answer.
    Answered(Option<Document>, Vec<Message>),
}

/// A booking that an exchange makes, and that no index knows yet.
#[derive(Debug)]
pub(super) struct Made {
    of: PrincipalId,
    uid: String,
    ranges: Vec<Range>,
}

/// Why a room says no (RFC 5546 3.6).
enum No {
    /// It is taken then.
    Taken(BTreeSet<Part>),
    /// Who asks may not book it.
    Never,
    /// It is too long, too early, or too late for its rules.
    Rule(&'static str),
}

impl Exchange<'_> {
    /// What the rules of whoever got a message say to it. What is asked for is as `document` has it.
    pub(super) fn rule(
        &mut self,
        (to, from): (&Person, &Person),
        method: Method,
        case: &mut Case,
        document: &Document,
        party: &Party<'_>,
    ) -> Result<Ruling, Error> {
        let Some(mode) = to.booking.mode else { return Ok(Ruling::None) };
        if method == Method::Cancel {
            // What is called off holds the room no longer.
            return Ok(match is_off(document, party) {
                true => Ruling::Answered(None, Vec::new()),
                false => Ruling::None,
            });
        }
        let until = Timestamp(party.now.0.saturating_add(to.booking.horizon));
        let Some(asked) = asked(document, until, MOST, party) else { return Ok(Ruling::None) };
        let no = match mode {
            Mode::Never => Some(No::Never),
            Mode::Ask | Mode::IfFree | Mode::Always if !self.may_book(&to.booking, from.id)? => {
                Some(No::Never)
            }
            Mode::Ask => return Ok(Ruling::Moderated(to.booking.moderator)),
            Mode::Always => None,
            Mode::IfFree => self.taken((to, from), case, &asked, party)?,
        };
        let is_taken = matches!(no, Some(No::Taken(_)));
        let wall = Wall::of_object(document, &self.actor.service.cache);
        let mut verdict = verdict(no, &asked, &wall);
        if let (Some(comment), [(_, time)], true) = (&mut verdict.comment, asked.times.as_slice(), is_taken) {
            comment.push_str(&self.alternatives((to, from), *time, &wall)?);
        }
        if verdict.says == Partstat::Declined && verdict.but.is_empty() {
            let (_, message) = book(document, &verdict, &mut case.state, party);
            return Ok(Ruling::Answered(None, message.into_iter().collect()));
        }
        if mode == Mode::IfFree {
            self.hold(to, case, &asked, &verdict)?;
        }
        let (booked, message) = book(document, &verdict, &mut case.state, party);
        Ok(Ruling::Answered(Some(booked), message.into_iter().collect()))
    }

    /// May somebody book?
    pub(super) fn may_book(&self, booking: &Booking, who: PrincipalId) -> Result<bool, Error> {
        Ok(match booking.bookers {
            None => true,
            Some(bookers) => bookers == who || self.snapshot.groups_around(who)?.contains(&bookers),
        })
    }

    /// Why a room that is had by whoever is first says no; `None` where it is free.
    fn taken(
        &self,
        (to, from): (&Person, &Person),
        case: &Case,
        asked: &Asked,
        party: &Party<'_>,
    ) -> Result<Option<No>, Error> {
        let Booking { capacity, notice, longest, share, .. } = to.booking;
        let (Some((_, first)), Some((_, last))) = (asked.times.first(), asked.times.last()) else {
            // Nothing of it is to be within the time for which bookings are taken.
            return Ok(asked.goes_on.then_some(No::Rule("it is too far ahead")));
        };
        let is_too_long = |range: &Range| longest.is_some_and(|longest| range.to.0 - range.from.0 > longest);
        if asked.times.iter().any(|(_, range)| is_too_long(range)) {
            return Ok(Some(No::Rule("it is longer than it may be")));
        }
        if first.from.0 < party.now.0.saturating_add(notice) && notice > 0 {
            return Ok(Some(No::Rule("it begins too soon")));
        }
        if let Some(share) = share
            && self.share_of(to, from, case, party)? >= share
        {
            return Ok(Some(No::Rule("who asks has as many as they may")));
        }
        let ends = asked.times.iter().map(|(_, range)| range.to).max().unwrap_or(last.to);
        let span = Range { from: first.from, to: ends };
        let times = self.times(to.id, span, Some(&case.uid))?;
        let is_taken = |(_, range): &&(Part, Range)| most_at_once(&times, *range) >= capacity;
        let taken: BTreeSet<Part> = asked.times.iter().filter(is_taken).map(|(part, _)| *part).collect();
        Ok((!taken.is_empty()).then_some(No::Taken(taken)))
    }

    /// When a room is had within a range, but for one thing.
    pub(super) fn times(
        &self,
        room: PrincipalId,
        range: Range,
        but: Option<&str>,
    ) -> Result<Vec<Range>, Error> {
        let of = Actor { principal: room, standing: Standing::Principal, ..self.actor };
        let busy = of.busy_at(self.snapshot, room, range, but)?.unwrap_or_default();
        let mut times: Vec<Range> =
            busy.iter().map(|BusyTime { from, to, .. }| Range { from: *from, to: *to }).collect();
        let others = self.booked.iter().filter(|made| made.of == room && Some(made.uid.as_str()) != but);
        times.extend(others.flat_map(|made| made.ranges.iter().copied()));
        Ok(times)
    }

    /// So many of somebody's bookings are still to be.
    fn share_of(&self, to: &Person, from: &Person, case: &Case, party: &Party<'_>) -> Result<u32, Error> {
        let mut count: u32 = 0;
        let ahead = Range { from: party.now, to: Timestamp::MAX };
        for calendar in self.snapshot.calendars(to.id)? {
            let (rows, partial) = self.snapshot.busy(calendar.id, ahead)?;
            let mut objects: BTreeSet<_> = rows.into_iter().map(|row| row.object).collect();
            objects.extend(partial.into_iter().map(|stored| stored.id));
            for object in objects {
                let Some(stored) = self.snapshot.object_by_id(object)? else { continue };
                if stored.uid == case.uid {
                    continue;
                }
                let booked = Booked::read(self.snapshot, stored)?;
                let organizer = booked.main().and_then(|main| main.organizer());
                count += u32::from(organizer.is_some_and(|organizer| from.addresses.name(&organizer)));
            }
        }
        Ok(count)
    }

    /// Notes what is booked: that nobody else books it meanwhile.
    fn hold(&mut self, to: &Person, case: &Case, asked: &Asked, verdict: &Verdict) -> Result<(), Error> {
        let is_booked = |(part, _): &&(Part, Range)| !verdict.but.contains(part);
        let mut ranges: Vec<Range> = asked.times.iter().filter(is_booked).map(|(_, range)| *range).collect();
        if to.booking.share.is_some() {
            // How many somebody has is decided by all that is to be.
            ranges = vec![Range { from: self.actor.now(), to: Timestamp::MAX }];
        }
        for calendar in self.snapshot.calendars(to.id)? {
            let seen = self.snapshot.seen(calendar.id, &ranges)?;
            self.expects.push(Expect::Range { calendar: calendar.id, ranges: ranges.clone(), seen });
        }
        self.booked.push(Made { of: to.id, uid: case.uid.clone(), ranges });
        Ok(())
    }
}

/// So many of these go on at one moment of a range at most.
pub(super) fn most_at_once(times: &[Range], within: Range) -> u32 {
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

/// What is answered.
fn verdict(no: Option<No>, asked: &Asked, wall: &Wall) -> Verdict {
    let yes = Verdict {
        says: Partstat::Accepted,
        but: BTreeSet::new(),
        // Whether it is free after that nobody looked.
        accepted: asked.goes_on.then(|| "2.11;Success\\, as far ahead as bookings are taken".to_owned()),
        declined: None,
        comment: None,
    };
    let no_at_all = |code: &str, comment: &str| Verdict {
        says: Partstat::Declined,
        declined: Some(code.to_owned()),
        accepted: None,
        comment: Some(comment.to_owned()),
        but: BTreeSet::new(),
    };
    match no {
        None => yes,
        Some(No::Never) => no_at_all("3.8;No authority", "You may not book this"),
        Some(No::Rule(why)) => no_at_all("4.0;Event conflict", why),
        Some(No::Taken(taken)) => {
            let words = words(&taken, asked, wall);
            let is_all = taken.len() > MOST_TAKEN || taken.len() * 5 > asked.times.len();
            match is_all {
                true => no_at_all("4.0;Event conflict", &words),
                false => Verdict {
                    but: taken,
                    declined: Some("4.0;Event conflict".to_owned()),
                    comment: Some(words),
                    ..yes
                },
            }
        }
    }
}

/// When it is taken, in words.
fn words(taken: &BTreeSet<Part>, asked: &Asked, wall: &Wall) -> String {
    let times = asked.times.iter().filter(|(part, _)| taken.contains(part));
    let told: Vec<String> = times.take(5).map(|(_, range)| wall.of(range.from)).collect();
    let more = taken.len().saturating_sub(told.len());
    match more {
        0 => format!("Taken {}", told.join(", ")),
        more => format!("Taken {}, and {more} times more", told.join(", ")),
    }
}

/// The clock by which times are told to whoever asked.
pub(super) struct Wall(Zone);

impl Wall {
    /// That of whoever wrote an object.
    fn of_object(document: &Document, zones: &Arc<ZoneCache>) -> Self {
        let zones = Zones::with_cache(document, Arc::clone(zones));
        let components = document.objects().into_iter().flat_map(|object| object.components().to_vec());
        let starts = components.filter_map(|component| component.start().ok().flatten());
        let zone = starts.filter_map(|start| zones.resolve(start.tzid()?).zone).next();
        Self(zone.unwrap_or_else(Zone::utc))
    }

    /// A time, as it is read on it.
    pub(super) fn of(&self, at: Timestamp) -> String {
        let Some(DateTime { date, time }) = self.0.to_wall(at) else { return String::new() };
        let zone = if self.0 == Zone::utc() { " UTC" } else { "" };
        let (year, month, day) = (date.year(), date.month(), date.day());
        format!("{year}-{month:02}-{day:02} {:02}:{:02}{zone}", time.hour(), time.minute())
    }
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
}
