//! Alarms that ring: what fell due since the last time, each once.
//!
//! The store remembers up to when all rang. What rings is what was due after that and up to now; that the store moves on is
//! on disk before anybody hears of it, so nothing rings twice, and no object changes. The rest follows from four questions.
//!
//! - **Where does it begin?** With the first time that somebody asks: what is past then does not ring.
//! - **What of an object that came later than its alarm was due?** It rings if it came after the last time, what it is for is
//!   still ahead, and it is an hour late at most: who adds at 13:55 what begins at 14:00 with a reminder of a quarter of an
//!   hour hears it at once. What is imported of the past is silent.
//! - **What of an object that was on its way to the store then?** What came less than a minute before the last time may not
//!   have been there: of it rings what is not known to have rung.
//! - **What if the clock is set back?** By a day or less: all rang already, and nothing does until the clock is there again.
//!   By more: the clock was wrong then, and all begins again from now.

use std::collections::HashSet;
use std::sync::Arc;

use ical::civil::{SECONDS_PER_DAY, Timestamp};
use ical::recurrence::{Alarms, Range, Ring};
use ical::zone::{Zone, ZoneCache};
use ical::{Component, PropertyKind};
use store::{ChangeSet, Clash, Effect, Expect, Rung, Snapshot, Stored};

use crate::actor::{Actor, TRIES};
use crate::agenda::Entry;
use crate::booked::{self, Booked};
use crate::error::Error;

/// What was due longer ago does not ring.
pub(crate) const BACK: i64 = 31 * SECONDS_PER_DAY;
/// What came later than its alarm was due rings if it is no later than this.
const LATE: i64 = 3_600;
/// So long a writer may have waited for the store, in seconds.
const SLOW: i64 = 60;
/// Of one object so many ring at once: the last.
const MOST: usize = 100;

/// An alarm that rings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ringing {
    /// Of which object.
    pub object: Stored,
    /// What it is for; none where that has no time.
    pub entry: Option<Entry>,
    /// When it was due.
    pub at: Timestamp,
    /// ACTION, in capitals.
    pub action: Option<String>,
    /// What the alarm says.
    pub description: Option<String>,
    /// SUMMARY of what it is for.
    pub summary: Option<String>,
    /// LOCATION
    pub location: Option<String>,
    /// STATUS, in capitals.
    pub status: Option<String>,
    /// CATEGORIES
    pub categories: Vec<String>,
}

/// Since when alarms rang, when that is not the last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// The last time.
    Last,
    /// It is the first time: nothing rings that is past.
    First,
    /// The last time is too long ago: only what was due since then.
    Shortened(Timestamp),
    /// The last time was then, later than now by more than a day: all begins again.
    Again(Timestamp),
}

/// What rang.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rang {
    /// Since when.
    pub since: Since,
    /// The alarms, in the order of time.
    pub alarms: Vec<Ringing>,
}

impl Actor<'_> {
    /// Rings what fell due since the last time: it is handed over once, to whoever asks first. Floating times and dates are
    /// in `zone`. Where many objects must be indexed anew first, after an update of the program, `tell` hears it once.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn ring(self, zone: &Zone, tell: fn()) -> Result<Rang, Error> {
        self.catch_up(tell)?;
        for _ in 0..TRIES {
            let Some(snapshot) = self.snapshot()? else {
                return Ok(Rang { since: Since::First, alarms: Vec::new() });
            };
            let now = self.now();
            let until = snapshot.rung_until()?;
            let (since, after) = since(until, now);
            let alarms = match since {
                Since::First => Vec::new(),
                _ => self.due(&snapshot, after, now, zone)?,
            };
            drop(snapshot);
            if alarms.is_empty() && until == Some(after) && after >= now {
                return Ok(Rang { since, alarms });
            }
            let rung = alarms.iter().map(|ringing| Rung {
                calendar: ringing.object.calendar,
                uid: ringing.object.uid.clone(),
                at: ringing.at,
            });
            let forgotten = Timestamp(now.0.saturating_sub(LATE + SLOW));
            let effects = vec![Effect::Ring { until: now.max(after), forgotten, alarms: rung.collect() }];
            let set = ChangeSet { act: None, expects: vec![Expect::Rung(until)], effects };
            match self.service.store.apply(set) {
                Ok(_) => return Ok(Rang { since, alarms }),
                Err(store::Error::Conflict(Clash::Ringing)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(store::Error::Busy.into())
    }

    /// When the next alarm is due, from now on and within so many seconds; one that is due already is due now.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn next_alarm(self, zone: &Zone, within: i64) -> Result<Option<Timestamp>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(None) };
        let now = self.now();
        let Some(until) = snapshot.rung_until()? else { return Ok(Some(now)) };
        let (_, after) = since(Some(until), now);
        let due = self.due(&snapshot, after, Timestamp(now.0.saturating_add(within)), zone)?;
        Ok(due.first().map(|ringing| ringing.at.max(now)))
    }

    /// What is due after a time and up to another.
    fn due(
        self,
        snapshot: &Snapshot,
        after: Timestamp,
        until: Timestamp,
        zone: &Zone,
    ) -> Result<Vec<Ringing>, Error> {
        let calendars = self.calendars_of(snapshot)?;
        let rung: HashSet<(String, Timestamp)> =
            snapshot.rung()?.into_iter().map(|(_, rung)| (rung.uid, rung.at)).collect();
        let cache = Arc::new(ZoneCache::default());
        let mut due = Vec::new();
        let slow = Timestamp(after.0.saturating_sub(SLOW));
        for stored in snapshot.may_ring(slow, until)? {
            if !calendars.iter().any(|calendar| calendar.id == stored.calendar) {
                continue;
            }
            let booked = Booked::read(snapshot, stored)?;
            // One that came later than now was written by a clock that was wrong.
            let created = Some(booked.stored.created).filter(|created| slow < *created && *created <= until);
            let late = created.map(|created| Timestamp(created.0.saturating_sub(LATE)));
            let from = late.map_or(after, |late| late.min(after));
            let is_wanted = |ring: &Ring<'_, '_>| {
                let Some(created) = created else { return true };
                let is_ahead = || ring.occurrence.is_some_and(|occurrence| occurrence.start_at() > until);
                (ring.at > created || is_ahead()) && !rung.contains(&(booked.stored.uid.clone(), ring.at))
            };
            let mut found = rings(self, &booked, from, until, zone, &cache, is_wanted);
            found.dedup_by(|one, other| one.at == other.at && one.entry == other.entry);
            due.append(&mut found);
        }
        due.sort_by(|one, other| (one.at, &one.summary).cmp(&(other.at, &other.summary)));
        Ok(due)
    }
}

/// Since when alarms ring, and after which time.
fn since(until: Option<Timestamp>, now: Timestamp) -> (Since, Timestamp) {
    let back = Timestamp(now.0.saturating_sub(BACK));
    match until {
        None => (Since::First, now),
        Some(until) if until.0 > now.0.saturating_add(SECONDS_PER_DAY) => (Since::Again(until), now),
        Some(until) if until < back => (Since::Shortened(back), back),
        Some(until) => (Since::Last, until),
    }
}

/// The alarms of an object that ring after a time and up to another. What its budget does not reach is left out.
fn rings(
    actor: Actor<'_>,
    booked: &Booked,
    after: Timestamp,
    until: Timestamp,
    zone: &Zone,
    cache: &Arc<ZoneCache>,
    is_wanted: impl Fn(&Ring<'_, '_>) -> bool,
) -> Vec<Ringing> {
    let Some(object) = booked.object() else { return Vec::new() };
    let zones = booked::zones(&booked.document, cache);
    let set = actor.recurrence(&object, &zones, zone);
    let found = Alarms::new(&object, &set).within(range(after, until), MOST).unwrap_or_default();
    let found = found.into_iter().filter(is_wanted);
    found.map(|ring| ringing(booked, &ring)).collect()
}

/// After a time and up to another.
pub(crate) const fn range(after: Timestamp, until: Timestamp) -> Range {
    Range { from: Timestamp(after.0.saturating_add(1)), to: Timestamp(until.0.saturating_add(1)) }
}

fn ringing(booked: &Booked, ring: &Ring<'_, '_>) -> Ringing {
    let text = |of: Component<'_>, kind| of.property(kind).map(|property| property.text().into_owned());
    let (alarm, component) = (*ring.alarm, ring.component);
    Ringing {
        object: booked.stored.clone(),
        entry: ring.occurrence.as_ref().map(|occurrence| Entry::of(&booked.stored, occurrence)),
        at: ring.at,
        action: text(alarm, PropertyKind::Action).map(|action| action.to_uppercase()),
        description: text(alarm, PropertyKind::Description),
        summary: text(component, PropertyKind::Summary),
        location: text(component, PropertyKind::Location),
        status: text(component, PropertyKind::Status).map(|status| status.to_uppercase()),
        categories: component.categories(),
    }
}
