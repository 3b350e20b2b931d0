//! Occurrences in a range, in order, across calendars.

use std::sync::Arc;

use ical::civil::Timestamp;
use ical::recurrence::{Occurrence, Range};
use ical::value::DateOrTime;
use ical::zone::{Zone, ZoneCache};
use ical::{ComponentKind, PropertyKind};
use store::{CalendarId, Snapshot, Stored};

use crate::actor::Actor;
use crate::booked::{self, Booked};
use crate::error::{Error, Refusal};

/// What is asked of the calendars.
#[derive(Clone, Debug)]
pub struct Question {
    /// When.
    pub range: Range,
    /// Where floating times and dates are.
    pub zone: Zone,
    /// These calendars; all where none is named.
    pub calendars: Vec<CalendarId>,
    /// With one of these categories, in any case; any where none is named.
    pub categories: Vec<String>,
    /// Of these kinds.
    pub kinds: Vec<ComponentKind>,
}

impl Question {
    /// What there is of events and to-dos in a range.
    pub fn of(range: Range, zone: Zone) -> Self {
        let kinds = vec![ComponentKind::Event, ComponentKind::Todo];
        Self { range, zone, calendars: Vec::new(), categories: Vec::new(), kinds }
    }
}

/// One occurrence in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Of which object.
    pub object: Stored,
    /// Its original start, where the object recurs.
    pub recurrence_id: Option<DateOrTime<'static>>,
    /// When it starts, as it is written.
    pub start: DateOrTime<'static>,
    /// When it ends, as it is written.
    pub end: DateOrTime<'static>,
    /// When it starts, as an instant.
    pub start_at: Timestamp,
    /// When it ends, as an instant.
    pub end_at: Timestamp,
    /// Does it name instants by itself: is it neither floating nor a date, nor in a zone that nobody knows?
    pub is_instant: bool,
    /// A to-do that is due, and starts at no time of its own?
    pub is_due: bool,
    /// SUMMARY.
    pub summary: Option<String>,
    /// LOCATION.
    pub location: Option<String>,
    /// STATUS, in capitals.
    pub status: Option<String>,
    /// CATEGORIES.
    pub categories: Vec<String>,
    /// Does it make nobody busy?
    pub is_transparent: bool,
}

impl Actor<'_> {
    /// The occurrences that answer a question, by their starts.
    ///
    /// # Errors
    /// More than the limit, or the store cannot be read.
    pub fn agenda(self, question: &Question) -> Result<Vec<Entry>, Error> {
        match self.snapshot()? {
            Some(snapshot) => self.agenda_of(&snapshot, question),
            None => Ok(Vec::new()),
        }
    }

    /// The objects that take place next, within half a year, and the to-dos that are open; so many at most.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn upcoming(self, most: usize) -> Result<Vec<Booked>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let now = self.now();
        let range = Range { from: now, to: Timestamp(now.0.saturating_add(183 * 86_400)) };
        let mut found = Vec::new();
        for calendar in self.calendars_of(&snapshot)? {
            found.extend(snapshot.in_range(calendar.id, range)?);
            found.extend(snapshot.open_todos(calendar.id)?);
        }
        found.sort_by_key(|stored| stored.id);
        found.dedup_by_key(|stored| stored.id);
        found.into_iter().take(most).map(|stored| Booked::read(&snapshot, stored)).collect()
    }

    pub(crate) fn agenda_of(self, snapshot: &Snapshot, question: &Question) -> Result<Vec<Entry>, Error> {
        let cache = Arc::new(ZoneCache::default());
        let mut entries = Vec::new();
        for calendar in self.calendars_of(snapshot)? {
            if !question.calendars.is_empty() && !question.calendars.contains(&calendar.id) {
                continue;
            }
            for stored in snapshot.in_range(calendar.id, question.range)? {
                if question.kinds.contains(&stored.kind) {
                    let booked = Booked::read(snapshot, stored)?;
                    entries_of(&booked, question, &cache, &mut entries);
                }
                let most = self.service.options.occurrences;
                if entries.len() > most {
                    return Err(Refusal::TooMany { what: "occurrences", most }.into());
                }
            }
        }
        entries.sort_by(|one, other| {
            (one.start_at, one.end_at, &one.summary).cmp(&(other.start_at, other.end_at, &other.summary))
        });
        Ok(entries)
    }
}

/// Notes the occurrences of one object that answer a question. What its budget does not reach is left out: it was told when
/// the object came.
pub(crate) fn entries_of(
    booked: &Booked,
    question: &Question,
    cache: &Arc<ZoneCache>,
    entries: &mut Vec<Entry>,
) {
    let Some(object) = booked.object() else { return };
    let zones = booked::zones(&booked.document, cache);
    let set = booked::recurrence(&object, &zones, &question.zone);
    // RFC 4791 9.9 has what is only due in the range that it ends. For people it is on the day on which it is due.
    let Range { from, to } = question.range;
    let wider = Range { from: Timestamp(from.0.saturating_sub(1)), to };
    for occurrence in set.occurrences(wider).map_while(Result::ok) {
        let component = occurrence.component();
        let categories = component.categories();
        if has_category(&question.categories, &categories) {
            let entry = entry(&booked.stored, &occurrence, categories);
            let is_in = match entry.is_due {
                true => from <= entry.start_at && entry.start_at < to,
                false => question.range.overlaps(entry.start_at, entry.end_at),
            };
            entries.extend(is_in.then_some(entry));
        }
    }
}

/// Is one of these categories among those that are wanted, in any case? Any is, where none is named.
pub fn has_category(wanted: &[String], categories: &[String]) -> bool {
    let is_wanted =
        |category: &String| wanted.iter().any(|one| one.to_lowercase() == category.to_lowercase());
    wanted.is_empty() || categories.iter().any(is_wanted)
}

impl Entry {
    /// One occurrence of an object.
    pub fn of(stored: &Stored, occurrence: &Occurrence<'_, '_>) -> Self {
        entry(stored, occurrence, occurrence.component().categories())
    }
}

fn entry(stored: &Stored, occurrence: &Occurrence<'_, '_>, categories: Vec<String>) -> Entry {
    let component = occurrence.component();
    let text = |kind: PropertyKind| component.property(kind).map(|property| property.text().into_owned());
    let is_todo = component.kind() == ComponentKind::Todo;
    Entry {
        object: stored.clone(),
        recurrence_id: occurrence.recurrence_id().map(DateOrTime::into_owned),
        start: occurrence.start().into_owned(),
        end: occurrence.end().into_owned(),
        start_at: occurrence.start_at(),
        end_at: occurrence.end_at(),
        is_instant: occurrence.is_instant(),
        is_due: is_todo && component.property(PropertyKind::Dtstart).is_none(),
        summary: text(PropertyKind::Summary),
        location: text(PropertyKind::Location),
        status: text(PropertyKind::Status).map(|status| status.to_uppercase()),
        categories,
        is_transparent: text(PropertyKind::Transp)
            .is_some_and(|transp| transp.eq_ignore_ascii_case("TRANSPARENT")),
    }
}
