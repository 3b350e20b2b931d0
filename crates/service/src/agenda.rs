//! Occurrences in a range, in order, across calendars.

use std::fmt;
use std::sync::Arc;

use ical::civil::Timestamp;
use ical::recurrence::{Occurrence, Range};
use ical::value::DateOrTime;
use ical::zone::{Zone, ZoneCache};
use ical::{ComponentKind, PropertyKind};
use store::{CalendarId, ObjectId, Snapshot, Stored};

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

/// The occurrences that answer a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// By their starts.
    pub entries: Vec<Entry>,
    /// Objects that have more in the range than are told, by their UIDs.
    pub cut: Vec<Cut>,
}

/// An object of which an answer has not all occurrences: the limits of an answer stand for each by itself, so that one
/// takes nothing from the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The object.
    pub object: Stored,
    /// What it is called.
    pub title: String,
    /// From this start on its occurrences are left out.
    pub from: Timestamp,
    /// Why.
    pub why: Why,
    /// Do those that are told make busy, or is none told?
    pub is_busy: bool,
}

/// Why an answer has not all occurrences of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// There are more than so many in the range.
    Dense(usize),
    /// To work them out costs more than the budget.
    Work(String),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dense(most) => write!(f, "it occurs more than {most} times in this range"),
            Self::Work(why) => write!(f, "{why}"),
        }
    }
}

impl Actor<'_> {
    /// The occurrences that answer a question.
    ///
    /// # Errors
    /// More objects than the limit has occurrences, or the store cannot be read.
    pub fn agenda(self, question: &Question) -> Result<Answer, Error> {
        match self.snapshot()? {
            Some(snapshot) => self.agenda_of(&snapshot, question),
            None => Ok(Answer::default()),
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

    pub(crate) fn agenda_of(self, snapshot: &Snapshot, question: &Question) -> Result<Answer, Error> {
        self.agenda_within(snapshot, question, self.service.options.occurrences_of_one, None)
    }

    /// The same, with so many of one object at most, and nothing of one object.
    pub(crate) fn agenda_within(
        self,
        snapshot: &Snapshot,
        question: &Question,
        of_one: usize,
        but: Option<ObjectId>,
    ) -> Result<Answer, Error> {
        let cache = Arc::new(ZoneCache::default());
        let most = self.service.options.occurrences;
        let (mut parts, mut count) = (Vec::new(), 0_usize);
        for calendar in self.calendars_of(snapshot)? {
            if !question.calendars.is_empty() && !question.calendars.contains(&calendar.id) {
                continue;
            }
            for stored in snapshot.in_range(calendar.id, question.range)? {
                if question.kinds.contains(&stored.kind) && but != Some(stored.id) {
                    let booked = Booked::read(snapshot, stored)?;
                    let part = self.part(&booked, question, of_one, &cache);
                    count = count.saturating_add(part.lines);
                    let is_empty = part.entries.is_empty() && part.cut.is_none();
                    parts.extend((!is_empty).then_some(part));
                }
                if count / 2 > most {
                    count = share(&mut parts, most, question.range)?;
                }
            }
        }
        share(&mut parts, most, question.range)?;
        let mut answer = Answer::default();
        for part in parts {
            answer.entries.extend(part.entries);
            answer.cut.extend(part.cut);
        }
        answer.entries.sort_by(|one, other| {
            (one.start_at, one.end_at, &one.summary).cmp(&(other.start_at, other.end_at, &other.summary))
        });
        answer.cut.sort_by(|one, other| one.object.uid.cmp(&other.object.uid));
        Ok(answer)
    }

    /// The occurrences of one object that answer a question, so many at most.
    pub(crate) fn part(
        self,
        booked: &Booked,
        question: &Question,
        most: usize,
        cache: &Arc<ZoneCache>,
    ) -> Part {
        let mut part = Part { stored: booked.stored.clone(), entries: Vec::new(), lines: 0, cut: None };
        let Some(object) = booked.object() else { return part };
        let zones = booked::zones(&booked.document, cache);
        let set = self.recurrence(&object, &zones, &question.zone);
        // RFC 4791 9.9 has what is only due in the range that it ends. For people it is on the day on which it is due.
        let Range { from, to } = question.range;
        let wider = Range { from: Timestamp(from.0.saturating_sub(1)), to };
        for occurrence in set.occurrences(wider) {
            let occurrence = match occurrence {
                Ok(occurrence) => occurrence,
                Err(exhausted) => {
                    let last = part.entries.last().map_or(from, |last| last.start_at);
                    part.cut_at(last, Why::Work(exhausted.to_string()), booked.title());
                    break;
                }
            };
            let categories = occurrence.component().categories();
            if has_category(&question.categories, &categories) {
                let entry = entry(&booked.stored, &occurrence, categories);
                let is_in = match entry.is_due {
                    true => from <= entry.start_at && entry.start_at < to,
                    false => question.range.overlaps(entry.start_at, entry.end_at),
                };
                if !is_in {
                    continue;
                }
                let lines = lines(&entry, question.range);
                if part.lines.saturating_add(lines) > most && !part.entries.is_empty() {
                    part.cut_at(entry.start_at, Why::Dense(part.entries.len()), booked.title());
                    break;
                }
                part.lines = part.lines.saturating_add(lines);
                part.entries.push(entry);
            }
        }
        part
    }
}

/// What one object has of an answer.
pub(crate) struct Part {
    stored: Stored,
    pub(crate) entries: Vec<Entry>,
    /// What they take of an answer.
    lines: usize,
    cut: Option<Cut>,
}

/// What an occurrence takes of an answer: a line on each of its days in the range.
fn lines(entry: &Entry, range: Range) -> usize {
    let seconds = entry.end_at.min(range.to).0.saturating_sub(entry.start_at.max(range.from).0);
    usize::try_from(seconds / 86_400).unwrap_or(0).saturating_add(1)
}

impl Part {
    fn cut_at(&mut self, from: Timestamp, why: Why, title: String) {
        let object = self.stored.clone();
        let is_busy = self.entries.is_empty() || self.entries.iter().any(Entry::is_busy);
        self.cut = Some(Cut { object, title, from, why, is_busy });
    }

    /// Leaves so many lines at most, and one occurrence in any case.
    fn shorten(&mut self, most: usize, range: Range) {
        let mut left = most;
        let fits = self.entries.iter().take_while(|entry| {
            let lines = lines(entry, range);
            let is_room = lines <= left;
            left = left.saturating_sub(lines);
            is_room
        });
        let count = fits.count().max(1);
        if let Some(first) = self.entries.get(count).map(|first| first.start_at) {
            let title = self.entries.iter().find_map(|entry| entry.summary.clone());
            self.entries.truncate(count);
            self.cut_at(first, Why::Dense(count), title.unwrap_or_else(|| self.stored.uid.clone()));
        }
        self.lines = self.entries.iter().map(|entry| lines(entry, range)).sum();
    }
}

/// Leaves each object so many lines that all have room in an answer: those that have few keep them, and the others
/// have alike. How many are left.
fn share(parts: &mut [Part], most: usize, range: Range) -> Result<usize, Error> {
    let mut counts: Vec<usize> = parts.iter().map(|part| part.lines).collect();
    let all: usize = counts.iter().sum();
    if all <= most {
        return Ok(all);
    }
    counts.sort_unstable();
    let (mut room, mut left) = (most, counts.len());
    for count in counts {
        let each = room / left.max(1);
        if count > each {
            if each == 0 {
                break;
            }
            parts.iter_mut().filter(|part| part.lines > each).for_each(|part| part.shorten(each, range));
            return Ok(parts.iter().map(|part| part.lines).sum());
        }
        (room, left) = (room - count, left - 1);
    }
    Err(Refusal::TooMany { what: "occurrences in an answer", most }.into())
}

/// Is one of these categories among those that are wanted, in any case? Any is, where none is named.
pub fn has_category(wanted: &[String], categories: &[String]) -> bool {
    let is_wanted =
        |category: &String| wanted.iter().any(|one| one.to_lowercase() == category.to_lowercase());
    wanted.is_empty() || categories.iter().any(is_wanted)
}

impl Entry {
    /// Does it make busy: is it neither cancelled nor transparent?
    pub fn is_busy(&self) -> bool {
        !self.is_transparent && self.status.as_deref() != Some("CANCELLED")
    }

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
