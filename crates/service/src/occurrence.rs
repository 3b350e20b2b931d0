//! One occurrence of a series: found by its day, taken out of it.

use std::sync::Arc;

use ical::civil::{Date, DateTime, Timestamp};
use ical::recurrence::Range;
use ical::zone::{Zone, ZoneCache};
use ical::{ContentLine, PropertyKind};

use crate::actor::Actor;
use crate::agenda::{Entry, Question};
use crate::booked::{self, Booked};
use crate::error::Error;

impl Actor<'_> {
    /// The occurrence of an object on a day, or at a time of it, on the wall of `zone`.
    ///
    /// # Errors
    /// There is none on that day, or there are several.
    pub fn occurrence(
        self,
        booked: &Booked,
        (date, time): (Date, Option<DateTime>),
        zone: &Zone,
    ) -> Result<Entry, Error> {
        let from = zone.to_timestamp(date.midnight());
        let next = date.plus_days(1).unwrap_or(date);
        let range = Range { from, to: zone.to_timestamp(next.midnight()) };
        let question = Question { kinds: vec![booked.stored.kind], ..Question::of(range, zone.clone()) };
        let most = self.service.options.occurrences;
        let mut entries = self.part(booked, &question, most, &Arc::new(ZoneCache::default())).entries;
        entries.retain(|entry| range.from <= entry.start_at && entry.start_at < range.to);
        if let Some(time) = time {
            let is_then = |at: Timestamp| {
                zone.to_wall(at).is_some_and(|wall| wall.to_seconds() / 60 == time.to_seconds() / 60)
            };
            entries.retain(|entry| is_then(entry.start_at));
        }
        match &entries[..] {
            [one] => Ok(one.clone()),
            [] => Err(Error::NotFound(format!("{} does not take place on {date}", booked.title()))),
            several => {
                let times = several.iter().filter_map(|entry| zone.to_wall(entry.start_at));
                let times: Vec<String> = times.map(|wall| format!("@{}", &wall.to_string()[..13])).collect();
                let title = booked.title();
                Err(Error::NotFound(format!("{title} takes place more than once then: {}", times.join(", "))))
            }
        }
    }

    /// Takes one occurrence out of its series (EXDATE, RFC 5545 3.8.5.1), with the override that described it; what does
    /// not recur goes into the trash.
    ///
    /// # Errors
    /// The object changed meanwhile, or is gone.
    pub fn exclude(self, booked: &Booked, entry: &Entry) -> Result<(), Error> {
        let title = booked.title();
        let line = format!("{title} on {}", entry.start);
        let is_last = booked.object().is_some_and(|object| {
            let is_override =
                object.components().iter().all(|one| one.property(PropertyKind::RecurrenceId).is_some());
            is_override && object.components().len() == 1
        });
        let Some(original) = entry.recurrence_id.as_ref().filter(|_| !is_last) else {
            return self.delete(std::slice::from_ref(&booked.stored), &line);
        };
        self.change(&booked.stored, "rm", &line, |document| {
            let overrides: Vec<_> = document
                .objects()
                .iter()
                .flat_map(ical::Object::components)
                .filter(|component| {
                    let id = component.recurrence_id().ok().flatten();
                    id.is_some_and(|id| id.range.is_none() && id.start == *original)
                })
                .map(|component| component.id())
                .collect();
            let master =
                booked::main(document).filter(|main| main.property(PropertyKind::RecurrenceId).is_none());
            let master = master.map(|master| master.id());
            for id in overrides {
                document.remove_component(id);
            }
            if let Some(master) = master {
                document.add(master, &ContentLine::new(PropertyKind::Exdate).date_or_time(original));
            }
            Ok(())
        })
    }
}
