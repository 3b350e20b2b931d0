//! Alarms that rang, dismissed (RFC 9074 6).

use std::sync::Arc;

use ical::civil::Timestamp;
use ical::component::{Alarm, Trigger};
use ical::recurrence::Alarms;
use ical::value::{DateOrTime, Reltype};
use ical::zone::{Zone, ZoneCache};
use ical::{ComponentId, ContentLine, Document, PropertyKind};

use crate::actor::Actor;
use crate::agenda::Entry;
use crate::booked::{self, Booked};
use crate::error::{Error, Refusal};
use crate::remind::{BACK, range};

/// An alarm that rang and waits for an answer.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) alarm: ComponentId,
    /// The component that it is in.
    pub(crate) outer: ComponentId,
    /// When it was due.
    pub(crate) at: Timestamp,
}

impl Actor<'_> {
    /// Dismisses what rang of an object, or of one occurrence of it: each alarm is acknowledged now, and the one that it
    /// snoozes with it; a snooze that did not ring yet is taken away. How many alarms rang or were to.
    ///
    /// An alarm of a series is one for all its occurrences, and ACKNOWLEDGED one instant: what rang for those before is
    /// dismissed with it.
    ///
    /// # Errors
    /// Nothing rang that is not dismissed, or the object changed meanwhile or is gone.
    pub fn dismiss(self, booked: &Booked, occurrence: Option<&Entry>, zone: &Zone) -> Result<usize, Error> {
        let now = self.now();
        let title = booked.title();
        let count = self.waiting(&booked.document, occurrence, zone).len()
            + snoozes(&booked.document, now, occurrence.is_none()).len();
        if count == 0 {
            return Err(Refusal::NothingRang(title).into());
        }
        self.change(&booked.stored, "dismiss", &title, |document| {
            let waiting = self.waiting(document, occurrence, zone);
            let snoozes = snoozes(document, now, occurrence.is_none());
            for Waiting { alarm, outer, .. } in &waiting {
                acknowledge(document, *alarm, now);
                if let Some(original) = snoozed(document, *outer, *alarm) {
                    acknowledge(document, original, now);
                }
            }
            for snooze in snoozes {
                document.remove_component(snooze);
            }
            Ok(())
        })?;
        Ok(count)
    }

    /// The objects that rang last and wait for an answer.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn rang_last(self, zone: &Zone) -> Result<Vec<Booked>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let calendars = self.calendars_of(&snapshot)?;
        let rung = snapshot.rung()?;
        let last = rung.last().map(|(run, _)| *run);
        let mut found: Vec<Booked> = Vec::new();
        for (_, rung) in rung.into_iter().filter(|(run, _)| Some(*run) == last) {
            let is_known =
                |booked: &Booked| booked.stored.uid == rung.uid && booked.stored.calendar == rung.calendar;
            if found.iter().any(is_known) || !calendars.iter().any(|one| one.id == rung.calendar) {
                continue;
            }
            let Some(stored) = snapshot.object(rung.calendar, &rung.uid)? else { continue };
            let booked = Booked::read(&snapshot, stored)?;
            if !self.waiting(&booked.document, None, zone).is_empty() {
                found.push(booked);
            }
        }
        Ok(found)
    }

    /// The alarms of an object, or of one occurrence, that rang and wait for an answer, in the order of time.
    pub(crate) fn waiting(
        self,
        document: &Document,
        occurrence: Option<&Entry>,
        zone: &Zone,
    ) -> Vec<Waiting> {
        let now = self.now();
        let objects = document.objects();
        let Some(object) = objects.first() else { return Vec::new() };
        let zones = booked::zones(document, &Arc::new(ZoneCache::default()));
        let set = self.recurrence(object, &zones, zone);
        let after = Timestamp(now.0.saturating_sub(BACK));
        /// So many are looked at: the last.
        const MOST: usize = 1_000;
        let rings = Alarms::new(object, &set).within(range(after, now), MOST).unwrap_or_default();
        let is_of_it =
            |start: Option<Timestamp>| occurrence.is_none_or(|occurrence| start == Some(occurrence.start_at));
        let rings = rings.iter().filter(|ring| is_of_it(ring.occurrence.map(|one| one.start_at())));
        rings
            .map(|ring| Waiting { alarm: ring.alarm.id(), outer: ring.component.id(), at: ring.at })
            .collect()
    }
}

/// Says that an alarm was seen (RFC 9074 6.1).
pub(crate) fn acknowledge(document: &mut Document, alarm: ComponentId, now: Timestamp) {
    if let Some(now) = now.to_utc().map(DateOrTime::Utc) {
        document.set(alarm, &ContentLine::new(PropertyKind::Acknowledged).date_or_time(&now));
    }
}

/// The UID of the alarm that an alarm snoozes (RFC 9074 7.1).
pub(crate) fn snoozes_uid(alarm: Alarm<'_>) -> Option<String> {
    alarm
        .relations()
        .into_iter()
        .find(|relation| relation.reltype == Reltype::Snooze)
        .map(|relation| relation.target)
}

/// The alarm beside another that this one snoozes.
pub(crate) fn snoozed(document: &Document, outer: ComponentId, alarm: ComponentId) -> Option<ComponentId> {
    let uid = snoozes_uid(Alarm::of(document.component(alarm))?)?;
    let mut beside = document.component(outer).alarms();
    beside.find(|other| other.uid().is_some_and(|other| other.as_str() == uid)).map(|other| other.id())
}

/// The snoozes of an object that did not ring yet, where they are wanted.
fn snoozes(document: &Document, now: Timestamp, is_wanted: bool) -> Vec<ComponentId> {
    let objects = document.objects();
    let components = objects.iter().flat_map(ical::Object::components).filter(|_| is_wanted);
    let is_ahead = |alarm: &Alarm<'_>| {
        let is_snooze = snoozes_uid(*alarm).is_some();
        is_snooze && matches!(alarm.trigger(), Ok(Some(Trigger::At(at))) if Timestamp::from_utc(at) > now)
    };
    components.flat_map(|component| component.alarms()).filter(is_ahead).map(|alarm| alarm.id()).collect()
}
