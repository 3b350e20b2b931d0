//! When somebody is busy: by the index, without reading what they do. The texts that are read are of what the index does not reach,
//! and of busy times that were published as such.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ical::civil::{DateTime, Timestamp};
use ical::component::{CalendarUser, Event, Freebusy};
use ical::recurrence::Range;
use ical::value::{CalAddress, DateOrTime, Fbtype, Partstat, PeriodEnd, Status, Transp};
use ical::zone::{Zone, Zones};
use ical::{Component, ComponentKind, Document, PropertyKind};
use store::{Address, BusyRow, Calendar, CalendarId, Flags, ObjectId, PrincipalId, Snapshot, Stored};

use crate::access::{Want, gone};
use crate::actor::Actor;
use crate::booked::{self, Booked};
use crate::error::{Error, Refusal};
use crate::scheduling::default_calendar;

/// How busy. The order is that in which one hides another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Busy {
    /// They may be: it is tentative, or they have not said whether they come.
    Tentative,
    /// They are not there for anybody.
    Unavailable,
    /// They are.
    Busy,
}

/// A time in which somebody is busy: from an instant to before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusyTime {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub to: Timestamp,
    /// How busy.
    pub busy: Busy,
}

impl BusyTime {
    /// The same times in their order, none of them twice: of those that meet, the one that hides the other.
    pub fn merged(times: &[Self]) -> Vec<Self> {
        let mut edges: Vec<(Timestamp, Busy, bool)> = times
            .iter()
            .flat_map(|time| [(time.from, time.busy, true), (time.to, time.busy, false)])
            .collect();
        edges.sort();
        let mut open: BTreeMap<Busy, usize> = BTreeMap::new();
        let mut merged: Vec<Self> = Vec::new();
        for pair in edges.windows(2) {
            let &[(from, busy, is_start), (to, ..)] = pair else { continue };
            let count = open.entry(busy).or_default();
            *count = if is_start { *count + 1 } else { count.saturating_sub(1) };
            let hides = open.iter().rev().find(|(_, count)| **count > 0).map(|(busy, _)| *busy);
            let Some(busy) = hides.filter(|_| from < to) else { continue };
            match merged.last_mut() {
                Some(last) if last.to == from && last.busy == busy => last.to = to,
                _ => merged.push(Self { from, to, busy }),
            }
        }
        merged
    }
}

/// What is left out of when somebody is busy.
#[derive(Clone, Copy)]
pub(crate) struct Without<'w> {
    /// What has these UIDs.
    pub(crate) uids: &'w [&'w str],
    /// What they have not said yes to yet.
    pub(crate) undecided: bool,
}

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

    /// When a calendar makes its owner busy in a range, cut off at its ends, in no order.
    ///
    /// # Errors
    /// There is no such calendar for the Actor; there are more times than an answer has, or it would cost too much to find them.
    pub fn busy_in(self, calendar: CalendarId, range: Range) -> Result<Vec<BusyTime>, Error> {
        let snapshot = self.snapshot()?.ok_or_else(gone)?;
        let calendar = self.ask_for(&snapshot, calendar, Want::FreeBusy)?;
        let mut busy = self.finding(&snapshot, calendar.home, range)?;
        busy.look_at(&calendar, &BTreeSet::new())?;
        busy.told()
    }

    /// When somebody is busy in a range, by all of their calendars that make busy; but for one thing, which is being planned
    /// anew. `None` where the Actor may not ask.
    ///
    /// # Errors
    /// There are more times than an answer has, it would cost too much to find them, or the store cannot be read.
    pub fn busy_of(
        self,
        principal: PrincipalId,
        range: Range,
        but: Option<&str>,
    ) -> Result<Option<Vec<BusyTime>>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(None) };
        self.busy_at(&snapshot, principal, range, Without { uids: but.as_slice(), undecided: false })
    }

    /// May the Actor ask when somebody is busy by any of the calendars that make them so?
    pub(crate) fn may_ask_when_busy(
        self,
        snapshot: &Snapshot,
        principal: PrincipalId,
    ) -> Result<bool, Error> {
        let mut calendars = snapshot.calendars(principal)?;
        calendars.retain(|calendar| !calendar.settings.is_removed && !calendar.settings.is_transparent);
        for calendar in calendars {
            match self.ask(snapshot, Want::FreeBusy, &calendar) {
                Ok(_) => {}
                Err(Error::NotFound(_) | Error::Refused(Refusal::NoRight)) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// The same, as it was at one moment, without some things.
    pub(crate) fn busy_at(
        self,
        snapshot: &Snapshot,
        principal: PrincipalId,
        range: Range,
        without: Without<'_>,
    ) -> Result<Option<Vec<BusyTime>>, Error> {
        let mut busy = self.finding(snapshot, principal, range)?;
        let mut but: BTreeSet<ObjectId> = BTreeSet::new();
        busy.is_without_undecided = without.undecided;
        for uid in without.uids {
            but.extend(snapshot.objects_with_uid(principal, uid)?.into_iter().map(|stored| stored.id));
        }
        let mut is_told = false;
        for calendar in snapshot.calendars(principal)? {
            if calendar.settings.is_removed {
                continue;
            }
            match self.ask(snapshot, Want::FreeBusy, &calendar) {
                // Of whom all calendars make nobody busy is told as well: that they are free.
                Ok(_) if calendar.settings.is_transparent => {}
                Ok(_) => busy.look_at(&calendar, &but)?,
                Err(Error::NotFound(_) | Error::Refused(Refusal::NoRight)) => continue,
                Err(error) => return Err(error),
            }
            is_told = true;
        }
        if !is_told {
            return Ok(None);
        }
        if let Some(text) = snapshot.reception(principal)?.availability {
            let calendar = default_calendar(snapshot, principal, ComponentKind::Event)?;
            let zone = calendar.as_ref().map_or_else(Zone::utc, |calendar| self.zone_in(calendar));
            busy.availabilities.push((booked::document(text.into_bytes())?, zone));
        }
        busy.told().map(Some)
    }

    /// The zone in which times of a calendar that have none are.
    pub(crate) fn zone_in(self, calendar: &Calendar) -> Zone {
        let named = Zones::named(Arc::clone(&self.service.cache));
        let zone = calendar.settings.zone.as_deref().and_then(|name| named.resolve(name.trim()).zone);
        zone.unwrap_or_else(Zone::utc)
    }

    fn finding<'f>(
        self,
        snapshot: &'f Snapshot,
        home: PrincipalId,
        range: Range,
    ) -> Result<Finding<'f>, Error>
    where
        Self: 'f,
    {
        let own = snapshot.addresses(home)?;
        let (found, availabilities) = (Vec::new(), Vec::new());
        Ok(Finding { actor: self, snapshot, range, own, found, availabilities, is_without_undecided: false })
    }
}

/// What is found of somebody's busy times.
struct Finding<'f> {
    actor: Actor<'f>,
    snapshot: &'f Snapshot,
    range: Range,
    /// The addresses of whoever it is about.
    own: Vec<Address>,
    found: Vec<BusyTime>,
    /// What says when they are there at all (RFC 7953), each with the zone of its floating times.
    availabilities: Vec<(Document, Zone)>,
    /// Is what they have not decided left out?
    is_without_undecided: bool,
}

impl Finding<'_> {
    /// All that was found, and when they are not there.
    fn told(mut self) -> Result<Vec<BusyTime>, Error> {
        if !self.availabilities.is_empty() {
            let away = self.actor.unavailable(&self.availabilities, self.range)?;
            away.into_iter().try_for_each(|time| self.add(time.from, time.to, time.busy))?;
        }
        Ok(self.found)
    }

    fn look_at(&mut self, calendar: &Calendar, but: &BTreeSet<ObjectId>) -> Result<(), Error> {
        let zone = self.actor.zone_in(calendar);
        let (rows, partial) = self.snapshot.busy(calendar.id, self.range)?;
        let whole: BTreeSet<ObjectId> = partial.iter().map(|stored| stored.id).collect();
        for BusyRow { object, row } in rows {
            let is_out = self.is_without_undecided && row.flags.has(Flags::UNDECIDED);
            if is_out || but.contains(&object) || whole.contains(&object) {
                continue;
            }
            let busy = match row.flags.has(Flags::TENTATIVE) || row.flags.has(Flags::UNDECIDED) {
                true => Busy::Tentative,
                false => Busy::Busy,
            };
            let at = |at: Timestamp| match row.flags.has(Flags::FLOATING) {
                true => zone.to_timestamp(DateTime::from_seconds(at.0).unwrap_or(DateTime::MAX)),
                false => at,
            };
            self.add(at(row.start), at(row.end), busy)?;
        }
        for stored in partial.into_iter().filter(|stored| !but.contains(&stored.id)) {
            self.read(stored, &zone)?;
        }
        let mut after = None;
        loop {
            // What a VFREEBUSY tells stands in no index.
            let (page, last) = self.snapshot.of_kind(calendar.id, ComponentKind::Freebusy, after, PAGE)?;
            page.into_iter().try_for_each(|stored| self.read_published(stored, &zone))?;
            after = last;
            if after.is_none() {
                break;
            }
        }
        loop {
            let (page, last) =
                self.snapshot.of_kind(calendar.id, ComponentKind::Availability, after, PAGE)?;
            for stored in page {
                self.availabilities.push((Booked::read(self.snapshot, stored)?.document, zone.clone()));
            }
            after = last;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    fn add(&mut self, from: Timestamp, to: Timestamp, busy: Busy) -> Result<(), Error> {
        let (from, to) = (from.max(self.range.from), to.min(self.range.to));
        if from < to {
            self.found.push(BusyTime { from, to, busy });
        }
        let most = self.actor.service.options.occurrences;
        match self.found.len() > most {
            true => Err(Refusal::TooMany { what: "occurrences in an answer", most }.into()),
            false => Ok(()),
        }
    }

    /// Looks at what the index does not reach.
    fn read(&mut self, stored: Stored, zone: &Zone) -> Result<(), Error> {
        let booked = Booked::read(self.snapshot, stored)?;
        let Some(object) = booked.object() else { return Ok(()) };
        let zones = booked::zones(&booked.document, &self.actor.service.cache);
        let set = self.actor.recurrence(&object, &zones, zone);
        for occurrence in set.occurrences(self.range) {
            // What is not known may make busy: that is told, not left out.
            let occurrence = occurrence.map_err(|exhausted| Refusal::OverBudget(exhausted.to_string()))?;
            if let Some(busy) = self.busy(occurrence.component()) {
                self.add(occurrence.start_at(), occurrence.end_at(), busy)?;
            }
        }
        Ok(())
    }

    /// The table of RFC 4791 7.10, and what its owner answered.
    fn busy(&self, component: Component<'_>) -> Option<Busy> {
        let event = Event::of(component)?;
        let is_own = |address: &CalAddress<'_>| self.own.contains(&Address::new(address));
        let mine = component.attendees().find(|user| user.address().is_ok_and(|address| is_own(&address)));
        let said = mine.as_ref().map(CalendarUser::partstat);
        match (event.transparency(), event.status(), said) {
            (Transp::Transparent, ..)
            | (_, Some(Status::Cancelled), _)
            | (.., Some(Partstat::Declined | Partstat::Delegated)) => None,
            (.., Some(Partstat::NeedsAction | Partstat::Tentative)) if self.is_without_undecided => None,
            (_, Some(Status::Tentative), _) | (.., Some(Partstat::NeedsAction | Partstat::Tentative)) => {
                Some(Busy::Tentative)
            }
            _ => Some(Busy::Busy),
        }
    }

    /// Looks at busy times that were published: of their owner's, or of nobody's.
    fn read_published(&mut self, stored: Stored, zone: &Zone) -> Result<(), Error> {
        let booked = Booked::read(self.snapshot, stored)?;
        for published in published(&booked.document, zone) {
            let is_own = |of: &CalAddress<'_>| self.own.contains(&Address::new(of));
            if published.of.as_ref().is_none_or(is_own) {
                published.times.into_iter().try_for_each(|time| self.add(time.from, time.to, time.busy))?;
            }
        }
        Ok(())
    }
}

/// Busy times that somebody published (RFC 5546 3.3.1).
pub(crate) struct Published {
    /// Whose, where that is said.
    pub(crate) of: Option<CalAddress<'static>>,
    /// About which range, where that is said: what is not told of it is free.
    pub(crate) range: Option<Range>,
    /// When it was.
    pub(crate) stamp: Option<Timestamp>,
    pub(crate) times: Vec<BusyTime>,
}

/// What a text publishes. Its times are in UTC (RFC 5545 3.8.2.6); others are read on the wall of a zone.
pub(crate) fn published(document: &Document, zone: &Zone) -> Vec<Published> {
    let at = |time: &DateOrTime<'_>| match time {
        DateOrTime::Utc(wall) => Timestamp::from_utc(*wall),
        other => zone.to_timestamp(other.wall()),
    };
    let components = document.components(ComponentKind::Freebusy);
    let published = components.filter_map(|component| Some((component, Freebusy::of(component)?)));
    let read = |(component, freebusy): (Component<'_>, Freebusy<'_>)| {
        let times = freebusy.busy_times().into_iter().flatten().filter_map(|time| {
            let busy = match time.fbtype {
                Fbtype::Free => return None,
                Fbtype::BusyTentative => Busy::Tentative,
                Fbtype::BusyUnavailable => Busy::Unavailable,
                _ => Busy::Busy,
            };
            let from = at(&time.period.start);
            let to = match &time.period.end {
                PeriodEnd::Time(end) => at(end),
                PeriodEnd::Duration(duration) => Timestamp(from.0.saturating_add(duration.to_seconds())),
            };
            Some(BusyTime { from, to, busy })
        });
        let time = |kind| component.property(kind)?.date_or_time().ok().map(|time| at(&time));
        let range = time(PropertyKind::Dtstart).zip(time(PropertyKind::Dtend));
        Published {
            of: component.organizer().and_then(|user| user.address().ok().map(CalAddress::into_owned)),
            range: range.map(|(from, to)| Range { from, to }),
            stamp: time(PropertyKind::Dtstamp),
            times: times.collect(),
        }
    };
    published.map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_times_that_meet_the_busier_is_told() {
        let time = |from, to, busy| BusyTime { from: Timestamp(from), to: Timestamp(to), busy };
        let (maybe, away, busy) = (Busy::Tentative, Busy::Unavailable, Busy::Busy);
        for (times, merged) in [
            (vec![], vec![]),
            (vec![time(1, 3, busy), time(2, 5, busy)], vec![time(1, 5, busy)]),
            (vec![time(3, 5, busy), time(1, 3, busy)], vec![time(1, 5, busy)]),
            (
                vec![time(1, 9, maybe), time(3, 5, busy)],
                vec![time(1, 3, maybe), time(3, 5, busy), time(5, 9, maybe)],
            ),
            (vec![time(1, 3, away), time(1, 4, maybe)], vec![time(1, 3, away), time(3, 4, maybe)]),
            (vec![time(1, 2, busy), time(4, 5, maybe)], vec![time(1, 2, busy), time(4, 5, maybe)]),
        ] {
            assert_eq!(BusyTime::merged(&times), merged, "{times:?}");
        }
    }
}
