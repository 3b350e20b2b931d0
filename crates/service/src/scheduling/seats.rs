//! Seats in office hours: who asks for a slot of somebody's is answered in the act that asks, and no seat is given twice
//! (RFC 3283 2.1 d).

use std::collections::BTreeSet;
use std::fmt;

use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::value::{CalAddress, Partstat};
use ical::zone::Zone;
use ical::{ComponentKind, Document, PropertyKind};
use itip::{Addresses, Method, Party, Verdict, asked, book, had, is_accepted, unclaimed};
use store::{BusyRow, Calendar, CalendarId, Expect, Flags, ObjectId, PrincipalId, Stored};

use super::case::Case;
use super::exchange::Exchange;
use super::had::{Had, MOST, span};
use super::person::Person;
use super::rooms::{Ruling, Wall};
use crate::actor::{Actor, Standing};
use crate::booked::{self, Booked};
use crate::busy::Without;
use crate::error::{Error, Refusal};
use crate::office_hours::OfficeHours;

/// So many texts that may be office hours are read at once, and of one person.
const DESKS: u32 = 64;
const DESKS_READ: u32 = 256;
/// So many slots one request may ask for: a term of weeks, and more.
const AT_ONCE: usize = 60;
/// So many of somebody's bookings are read for an answer.
const READ: usize = 2_000;
/// So many slots are offered to whoever is refused, of so many seconds ahead.
const OFFERED: usize = 3;
const AHEAD: i64 = 14 * 86_400;

/// A slot of office hours.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The office hours that have it.
    pub hours: Stored,
    /// What they are called: SUMMARY.
    pub summary: Option<String>,
    /// Where they are: LOCATION.
    pub location: Option<String>,
    /// When it is.
    pub range: Range,
    /// So many seats it has …
    pub seats: u32,
    /// … and so many are left.
    pub left: u32,
    /// Is it over, or too late to take it?
    pub is_too_late: bool,
    /// Who has one: for whose hours these are alone.
    pub by: Vec<CalAddress<'static>>,
}

impl Slot {
    /// Can somebody take it?
    pub const fn is_free(&self) -> bool {
        self.left > 0 && !self.is_too_late
    }
}

/// Office hours as they stand in a calendar.
struct Desk {
    stored: Stored,
    document: Document,
    /// Where its floating times are.
    zone: Zone,
    hours: OfficeHours,
}

impl Desk {
    /// What the hours are called, and where they are: as their times say it, or they themselves.
    fn called(&self) -> (Option<String>, Option<String>) {
        let kinds = [ComponentKind::Available, ComponentKind::Availability];
        let said = |kind| {
            let mut components = kinds.into_iter().flat_map(|of| self.document.components(of));
            components.find_map(|component| Some(component.property(kind)?.text().into_owned()))
        };
        (said(PropertyKind::Summary), said(PropertyKind::Location))
    }

    /// When the hours are, in a range.
    fn open(&self, actor: Actor<'_>, range: Range) -> Result<Vec<Range>, Error> {
        self.open_of(actor, range, actor.service.options.occurrences)
    }

    /// The same, so many at most.
    fn open_of(&self, actor: Actor<'_>, range: Range, most: usize) -> Result<Vec<Range>, Error> {
        let zones = booked::zones(&self.document, &actor.service.cache);
        let mut left = most;
        let component = self.document.components(ComponentKind::Availability).next();
        component.map_or(Ok(Vec::new()), |component| {
            actor.available((&self.document, component), range, (&zones, &self.zone), &mut left)
        })
    }

    /// Is any of them after a moment?
    fn is_open_since(&self, actor: Actor<'_>, since: Timestamp) -> Result<bool, Error> {
        match self.open_of(actor, Range { from: since, to: Timestamp::MAX }, 1) {
            // There are more than the one that was asked for.
            Err(Error::Refused(_)) => Ok(true),
            open => Ok(!open?.is_empty()),
        }
    }

    /// Which of some times are slots of these hours.
    fn has(&self, actor: Actor<'_>, times: &[Range]) -> Result<Vec<bool>, Error> {
        let mut are = Vec::with_capacity(times.len());
        for time in times {
            // Each by itself: hours without an end are looked at where a time is, however far that is from another.
            let may_be = self.hours.may_last(time.to.0.saturating_sub(time.from.0));
            let open = if may_be { self.open(actor, *time)? } else { Vec::new() };
            are.push(open.iter().any(|open| self.hours.has(*open, *time)));
        }
        Ok(are)
    }
}

/// Why a slot is not to be had.
enum No {
    /// Others have its seats, or whoever opened the hours is busy.
    Full,
    /// It has begun, or is about to.
    TooLate,
    /// Whoever asks would have more than so many.
    TooMany(u32),
}

impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("No seat is left in this slot"),
            Self::TooLate => f.write_str("It is too late for this slot"),
            Self::TooMany(1) => f.write_str("One person may have one slot ahead, and you would have more"),
            Self::TooMany(most) => {
                write!(f, "One person may have {most} slots ahead, and you would have more")
            }
        }
    }
}

/// What somebody has of another's office hours.
struct Taken {
    uid: String,
    by: CalAddress<'static>,
    slots: Vec<Range>,
    /// When else they have whoever opened the hours by the same.
    others: Vec<Range>,
}

/// Who has which seats of somebody's, and when nobody has one.
struct Seats {
    taken: Vec<Taken>,
    had: Had,
}

impl Exchange<'_> {
    /// What office hours of whoever got a message say to it. What is not for them is answered by whoever opened them.
    pub(super) fn seat(
        &mut self,
        (to, from): (&Person, &Person),
        method: Method,
        case: &mut Case,
        document: &Document,
        party: &Party<'_>,
    ) -> Result<Ruling, Error> {
        if method != Method::Request {
            return Ok(Ruling::None);
        }
        let kept = case.document(self.snapshot)?;
        let had_seat =
            kept.is_some_and(|kept| asked_alone(kept, &to.addresses).is_some() && is_accepted(kept, party));
        let is_alone = asked_alone(document, &to.addresses).is_some();
        if !is_alone && !had_seat {
            return Ok(Ruling::None);
        }
        let desks = self.desks(to.id, self.actor.now())?;
        if desks.is_empty() {
            return Ok(Ruling::None);
        }
        if !is_alone {
            return self.not_alone((to, &desks), case, document, party);
        }
        // Who says that it is accepted already has no seat by that.
        let document = unclaimed(document, case.document(self.snapshot)?, party);
        match self.seat_at((to, from), &desks, case, &document, party) {
            Ok(Some(ruling)) => Ok(ruling),
            // What costs too much to find out is no slot.
            Ok(None) | Err(Error::Refused(_) | Error::Invalid(_)) => Ok(Ruling::Unanswered(document)),
            Err(error) => Err(error),
        }
    }

    /// Whoever has a seat by asking alone, and then asks others too, has it no more: each asks for theirs.
    fn not_alone(
        &mut self,
        (to, desks): (&Person, &[Desk]),
        case: &mut Case,
        document: &Document,
        party: &Party<'_>,
    ) -> Result<Ruling, Error> {
        let Some(kept) = case.document(self.snapshot)?.cloned() else { return Ok(Ruling::None) };
        let ahead = Range { from: self.actor.now(), to: Timestamp::MAX };
        let zone = self.zone_of(to)?;
        if self.taken_by((to, &zone), desks, ahead, (case.uid.clone(), &kept))?.is_none() {
            return Ok(Ruling::None);
        }
        let asking = unclaimed(document, None, party);
        let verdict = verdict(Some("A slot is for one: whoever else comes asks for their own".to_owned()));
        let (_, message) = book(&asking, &verdict, &mut case.state, party);
        Ok(Ruling::Answered(None, message.into_iter().collect()))
    }

    /// The same where somebody has office hours; `None` where they are not asked for slots alone.
    fn seat_at(
        &mut self,
        (to, from): (&Person, &Person),
        desks: &[Desk],
        case: &mut Case,
        document: &Document,
        party: &Party<'_>,
    ) -> Result<Option<Ruling>, Error> {
        let asked = asked(document, Timestamp::MAX, AT_ONCE, &self.zone_of(to)?, party);
        let asked = asked.filter(|asked| !asked.is_too_much && !asked.times.is_empty());
        let Some(asked) = asked else { return Ok(None) };
        let times: Vec<Range> = asked.times.iter().map(|(_, range)| *range).collect();
        let mut found = None;
        for desk in desks {
            if desk.has(self.actor, &times)?.into_iter().all(|is_slot| is_slot) {
                found = Some(desk);
                break;
            }
        }
        let Some(desk) = found else { return Ok(None) };
        let no = self.not_had((to, from), (desks, desk), &times, &case.uid)?;
        let verdict = match &no {
            Some(no) => {
                let wall = Wall::of_object(document, &self.actor.service.cache);
                let offer = match no {
                    No::Full | No::TooLate => self.offer((to, from), desks, &case.uid, &wall)?,
                    No::TooMany(_) => String::new(),
                };
                verdict(Some(format!("{no}{offer}")))
            }
            None => {
                self.watch_seats(to, desk, times)?;
                verdict(None)
            }
        };
        let (booked, message) = book(document, &verdict, &mut case.state, party);
        // Of what was refused nothing is kept; what was accepted before stays so.
        let is_kept = verdict.says == Partstat::Accepted || is_accepted(&booked, party);
        Ok(Some(Ruling::Answered(is_kept.then_some(booked), message.into_iter().collect())))
    }

    /// Why slots are not to be had; `None` where they are.
    fn not_had(
        &mut self,
        (to, from): (&Person, &Person),
        (desks, desk): (&[Desk], &Desk),
        times: &[Range],
        uid: &str,
    ) -> Result<Option<No>, Error> {
        let now = self.actor.now();
        let Some(span) = span(times) else { return Ok(None) };
        if times.iter().any(|time| desk.hours.is_too_late(*time, now)) {
            return Ok(Some(No::TooLate));
        }
        if let Some(most) = desk.hours.per_person {
            let ahead = Range { from: now, to: Timestamp::MAX };
            let taken = self.taken(to, desks, ahead, uid)?;
            let theirs = taken.iter().filter(|taken| from.addresses.has(&taken.by));
            let theirs: Vec<Range> = theirs.flat_map(|taken| taken.slots.clone()).collect();
            let has = desk.has(self.actor, &theirs)?.into_iter().zip(&theirs);
            let has = has.filter(|(is_slot, slot)| *is_slot && slot.from >= now).count();
            if has + times.len() > usize::try_from(most).unwrap_or(usize::MAX) {
                return Ok(Some(No::TooMany(most)));
            }
        }
        let mut had = self.seats(to, desks, span, uid)?.had;
        for time in times {
            if had.is_full(*time, desk.hours.seats) {
                return Ok(Some(No::Full));
            }
            // Who asks for one slot twice takes two of its seats.
            had.times.push(*time);
        }
        Ok(None)
    }

    /// The next slots that are free, but for what is asked for: a sentence for whoever is refused, if they may know that.
    fn offer(
        &mut self,
        (to, from): (&Person, &Person),
        desks: &[Desk],
        but: &str,
        wall: &Wall,
    ) -> Result<String, Error> {
        let asking = Actor { principal: from.id, standing: Standing::Principal, ..self.actor };
        if !asking.may_ask_when_busy(self.snapshot, to.id)? {
            return Ok(String::new());
        }
        let now = self.actor.now();
        let ahead = Range { from: now, to: Timestamp(now.0.saturating_add(AHEAD)) };
        let free = match self.slots(to, desks, ahead, but) {
            Err(Error::Refused(_) | Error::Invalid(_)) => return Ok(String::new()),
            slots => slots?.into_iter().filter(Slot::is_free),
        };
        let free: Vec<String> = free.take(OFFERED).map(|slot| wall.of(slot.range.from)).collect();
        Ok(if free.is_empty() { String::new() } else { format!(". Free: {}", free.join(", ")) })
    }

    /// The office hours of somebody that are not over by then.
    fn desks(&self, of: PrincipalId, since: Timestamp) -> Result<Vec<Desk>, Error> {
        let mut read = 0;
        let mut desks = Vec::new();
        for calendar in self.snapshot.calendars(of)? {
            if calendar.settings.is_removed {
                continue;
            }
            let mut after = None;
            loop {
                let (page, last) =
                    self.snapshot.of_kind(calendar.id, ComponentKind::Availability, after, DESKS)?;
                for stored in page {
                    read += 1;
                    let desk = self.desk(&calendar, stored)?;
                    let desk = desk
                        .map(|desk| Ok::<_, Error>(desk.is_open_since(self.actor, since)?.then_some(desk)));
                    desks.extend(desk.transpose()?.flatten());
                }
                after = last;
                if after.is_none() || read >= DESKS_READ {
                    break;
                }
            }
        }
        Ok(desks)
    }

    fn desk(&self, calendar: &Calendar, stored: Stored) -> Result<Option<Desk>, Error> {
        let Booked { stored, document } = Booked::read(self.snapshot, stored)?;
        let hours = document.components(ComponentKind::Availability).next().map(OfficeHours::of);
        // What a program wrote that cannot be read opens nothing.
        let Some(Ok(Some(hours))) = hours else { return Ok(None) };
        Ok(Some(Desk { stored, document, zone: self.actor.zone_in(calendar), hours }))
    }

    /// All slots of office hours in a range, in their order.
    fn slots(&mut self, to: &Person, desks: &[Desk], range: Range, but: &str) -> Result<Vec<Slot>, Error> {
        let most = self.actor.service.options.occurrences;
        let (now, mut cut) = (self.actor.now(), Vec::new());
        for desk in desks {
            for open in desk.open(self.actor, range)? {
                let slots = desk.hours.slots(open, range).filter(|slot| slot.to > range.from);
                cut.extend(slots.map(|slot| (slot, desk)).take(most + 1));
                if cut.len() > most {
                    return Err(Refusal::TooMany { what: "occurrences in an answer", most }.into());
                }
            }
        }
        cut.sort_by_key(|(slot, _)| (slot.from, slot.to));
        let ranges: Vec<Range> = cut.iter().map(|(slot, _)| *slot).collect();
        let Some(span) = span(&ranges) else { return Ok(Vec::new()) };
        let Seats { taken, had } = self.seats(to, desks, span, but)?;
        let slot = |(range, desk): (Range, &Desk)| {
            let meets = |time: &Range| time.from < range.to && time.to > range.from;
            let by = taken.iter().filter(|taken| taken.slots.iter().any(meets));
            let (summary, location) = desk.called();
            Slot {
                hours: desk.stored.clone(),
                summary,
                location,
                range,
                seats: desk.hours.seats,
                left: had.left(range, desk.hours.seats),
                is_too_late: desk.hours.is_too_late(range, now),
                by: by.map(|taken| taken.by.clone()).collect(),
            }
        };
        Ok(cut.into_iter().map(slot).collect())
    }

    /// Who has seats in a range, but for one thing. Whatever else makes whoever opened the hours busy shuts them; what they have not
    /// decided does not, or anybody could shut them by asking.
    fn seats(&mut self, to: &Person, desks: &[Desk], range: Range, but: &str) -> Result<Seats, Error> {
        let taken = self.taken(to, desks, range, but)?;
        let uids: Vec<&str> = taken.iter().map(|one| one.uid.as_str()).chain([but]).collect();
        let of = Actor { principal: to.id, standing: Standing::Principal, ..self.actor };
        let busy = of.busy_at(self.snapshot, to.id, range, Without { uids: &uids, undecided: true })?;
        let busy = busy.unwrap_or_default();
        let shut = busy.into_iter().map(|time| Range { from: time.from, to: time.to });
        let shut = shut.chain(taken.iter().flat_map(|one| one.others.clone())).collect();
        let times = taken.iter().flat_map(|one| one.slots.clone()).collect();
        Ok(Seats { taken, had: Had { times, shut } })
    }

    /// What others have of somebody's slots in a range, but for one thing: by what is kept, and what is gathered to be written.
    fn taken(&mut self, to: &Person, desks: &[Desk], range: Range, but: &str) -> Result<Vec<Taken>, Error> {
        let mut taken = Vec::new();
        let mut looked_at = BTreeSet::from([but.to_owned()]);
        let zone = self.zone_of(to)?;
        let mut gathered = Vec::new();
        for ((_, uid), case) in
            self.cases.range_mut((to.id, String::new())..).take_while(|((of, _), _)| *of == to.id)
        {
            if case.is_changed() && looked_at.insert(uid.clone()) {
                gathered
                    .extend(case.document(self.snapshot)?.cloned().map(|document| (uid.clone(), document)));
            }
        }
        for (uid, document) in gathered {
            taken.extend(self.taken_by((to, &zone), desks, range, (uid, &document))?);
        }
        let mut read = 0;
        for calendar in self.snapshot.calendars(to.id)?.into_iter().filter(|one| !one.settings.is_removed) {
            for object in self.maybe_taken(calendar.id, desks, range)? {
                let Some(stored) = self.snapshot.object_by_id(object)? else { continue };
                if !looked_at.insert(stored.uid.clone()) {
                    continue;
                }
                read += 1;
                if read > READ {
                    return Err(Refusal::TooMany { what: "bookings in office hours", most: READ }.into());
                }
                let Booked { stored, document } = Booked::read(self.snapshot, stored)?;
                taken.extend(self.taken_by((to, &zone), desks, range, (stored.uid, &document))?);
            }
        }
        Ok(taken)
    }

    /// The objects of a calendar that may be bookings, as far as the index knows: those that are when a slot is.
    fn maybe_taken(
        &self,
        calendar: CalendarId,
        desks: &[Desk],
        range: Range,
    ) -> Result<BTreeSet<ObjectId>, Error> {
        let (rows, partial) = self.snapshot.busy(calendar, range)?;
        let mut objects: BTreeSet<_> = partial.into_iter().map(|stored| stored.id).collect();
        // What nobody has accepted is no booking, nor is what no slot is as long as: neither is looked at.
        let may_be = |row: &BusyRow| {
            let seconds = row.row.end.0.saturating_sub(row.row.start.0);
            !row.row.flags.has(Flags::UNDECIDED) && desks.iter().any(|desk| desk.hours.may_last(seconds))
        };
        let (floating, fixed): (Vec<_>, Vec<_>) =
            rows.into_iter().filter(may_be).partition(|row| row.row.flags.has(Flags::FLOATING));
        objects.extend(floating.into_iter().map(|row| row.object));
        let times: Vec<Range> =
            fixed.iter().map(|row| Range { from: row.row.start, to: row.row.end }).collect();
        for desk in desks {
            let found = fixed.iter().zip(desk.has(self.actor, &times)?);
            objects.extend(found.filter(|(_, is_slot)| *is_slot).map(|(row, _)| row.object));
        }
        Ok(objects)
    }

    /// What somebody's object has of their slots in a range; `None` where it is no booking of another's.
    fn taken_by(
        &self,
        (to, zone): (&Person, &Zone),
        desks: &[Desk],
        range: Range,
        (uid, document): (String, &Document),
    ) -> Result<Option<Taken>, Error> {
        let Some(by) = asked_alone(document, &to.addresses) else { return Ok(None) };
        let party = to.party(&self.actor.service.cache, &self.options, (None, self.actor.now()));
        // Whoever only asks has nothing yet: else what nobody answers would take seats.
        if !is_accepted(document, &party) {
            return Ok(None);
        }
        let slots = had(document, range, MOST, zone, &party);
        let mut are_slots = vec![false; slots.len()];
        for desk in desks {
            let has = desk.has(self.actor, &slots)?;
            are_slots.iter_mut().zip(has).for_each(|(is_slot, has)| *is_slot |= has);
        }
        let (slots, others): (Vec<_>, Vec<_>) =
            slots.into_iter().zip(are_slots).partition(|(_, is_slot)| *is_slot);
        let times = |of: Vec<(Range, bool)>| of.into_iter().map(|(time, _)| time).collect::<Vec<_>>();
        Ok((!slots.is_empty()).then(|| Taken { uid, by, slots: times(slots), others: times(others) }))
    }

    /// Notes what a booking rests on: the hours as they are, and that nobody else has these seats when it is written.
    fn watch_seats(&mut self, to: &Person, desk: &Desk, times: Vec<Range>) -> Result<(), Error> {
        let Stored { calendar, uid, version, .. } = &desk.stored;
        self.expects.push(Expect::Object { calendar: *calendar, uid: uid.clone(), version: Some(*version) });
        let ranges = match desk.hours.per_person {
            // How many somebody has is decided by all that is to be.
            Some(_) => vec![Range { from: self.actor.now(), to: Timestamp::MAX }],
            None => times,
        };
        self.watch_ranges(to, ranges)
    }

    /// The slots of somebody's office hours in a range; who has them is told to themselves alone.
    pub(super) fn slots_of(&mut self, of: &Person, range: Range) -> Result<Vec<Slot>, Error> {
        let desks = self.desks(of.id, range.from)?;
        let mut slots = self.slots(of, &desks, range, "")?;
        if !self.actor.owns(of.id) {
            slots.iter_mut().for_each(|slot| slot.by.clear());
        }
        Ok(slots)
    }
}

/// Who organizes something that asks, beside themselves, one person alone; `None` where it asks others, too.
fn asked_alone(document: &Document, one: &Addresses) -> Option<CalAddress<'static>> {
    let objects = document.objects();
    let mut by: Option<CalAddress<'static>> = None;
    for component in objects.iter().flat_map(|object| object.components().iter()) {
        let organizer = component.organizer()?.address().ok()?.into_owned();
        let is_asked = |address: &CalAddress<'_>| one.has(address);
        let mut attendees = Vec::new();
        for attendee in component.attendees().take(3) {
            attendees.push(attendee.address().ok()?.into_owned());
        }
        let is_alone = attendees.len() <= 2
            && attendees.iter().any(is_asked)
            && attendees.iter().all(|address| is_asked(address) || *address == organizer);
        if one.has(&organizer) || !is_alone {
            return None;
        }
        by = Some(organizer);
    }
    by
}

/// What is answered to all that was asked, and why where that is no.
fn verdict(no: Option<String>) -> Verdict {
    Verdict {
        says: if no.is_some() { Partstat::Declined } else { Partstat::Accepted },
        but: BTreeSet::new(),
        accepted: None,
        declined: no.is_some().then(|| "4.0;Event conflict".to_owned()),
        comment: no,
    }
}
