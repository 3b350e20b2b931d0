//! Occurrences as a person looks at them: by day, in one zone.

use std::collections::BTreeMap;

use ical::civil::{Date, DateTime, Time, Timestamp};
use ical::recurrence::{Occurrence, Range};
use ical::value::DateOrTime;
use ical::{Component, ComponentKind, PropertyKind};

use super::Sink;
use crate::exit::{Exit, Failure};
use crate::home::Home;
use crate::terminal::{self, Terminal};

/// So many lines a table may have.
const MOST_LINES: usize = 100_000;

/// So many characters of a text are shown: each line of the table has its own copy, and a word that has no
/// blank is broken in a time that grows with the square of its length.
const MOST_CHARACTERS: usize = 300;

/// What of a day an occurrence takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hours {
    /// All of it.
    All,
    /// It began before this day, and ends then.
    Until(Time),
    /// From the first time on, and into another day.
    From(Time),
    /// At a time: it has no length.
    At(Time),
    /// A to-do that is only due.
    Due(Time),
    /// From the first to the second.
    Between(Time, Time),
}

impl Hours {
    fn order(self) -> (bool, Time) {
        match self {
            Self::All => (false, Time::MIDNIGHT),
            Self::Until(_) => (true, Time::MIDNIGHT),
            Self::From(start) | Self::At(start) | Self::Due(start) | Self::Between(start, _) => (true, start),
        }
    }
}

/// How certain it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Plain,
    Tentative,
    Cancelled,
}

/// A line of a day.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) hours: Hours,
    /// Its own times and zone, where that is another than home: `10:00`, `10:45`, `New York`.
    pub(super) elsewhere: Option<(Time, Time, String)>,
    pub(super) summary: String,
    pub(super) location: Option<String>,
    pub(super) standing: Standing,
    pub(super) recurs: bool,
    /// For a to-do: is it done?
    pub(super) todo: Option<bool>,
}

/// All days on which something is.
pub(super) struct Days {
    pub(super) home: Home,
    range: Range,
    /// What stands for the rest of a text.
    ellipsis: &'static str,
    days: BTreeMap<Date, Vec<Entry>>,
    lines: usize,
}

impl Days {
    pub(super) fn new(home: Home, range: Range) -> Self {
        let ellipsis = Terminal::detect().sign("…", "...");
        Self { home, range, ellipsis, days: BTreeMap::new(), lines: 0 }
    }

    /// The days in order; what takes all of a day first, then by time.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (Date, Vec<&Entry>)> {
        self.days.iter().map(|(date, entries)| {
            let mut entries: Vec<&Entry> = entries.iter().collect();
            entries.sort_by_key(|entry| entry.hours.order());
            (*date, entries)
        })
    }

    fn add(&mut self, date: Date, entry: Entry) -> Result<(), Failure> {
        self.lines += 1;
        if self.lines > MOST_LINES {
            let words = format!(
                "more than {MOST_LINES} lines (the limit on occurrences in an answer); \
                 give --to or --limit, or --json"
            );
            return Err(Failure::new(Exit::Refused, words));
        }
        self.days.entry(date).or_default().push(entry);
        Ok(())
    }

    /// Start and end on the wall at home; dates and floating times are where they are.
    fn walls(&self, occurrence: &Occurrence<'_, '_>) -> Option<(DateTime, DateTime)> {
        let (start, end) = (occurrence.start(), occurrence.end());
        if !occurrence.is_instant() {
            return Some((start.wall(), end.wall()));
        }
        Some((self.home.zone.to_wall(occurrence.start_at())?, self.home.zone.to_wall(occurrence.end_at())?))
    }

    /// The first day of the range, and the last that has a second of it.
    fn bounds(&self) -> (Date, Date) {
        let day = |at: Timestamp| self.home.zone.to_wall(at).map(|wall| wall.date);
        let last = Timestamp(self.range.to.0.saturating_sub(1));
        (day(self.range.from).unwrap_or(Date::MIN), day(last).unwrap_or(Date::MAX))
    }

    fn elsewhere(&self, occurrence: &Occurrence<'_, '_>) -> Option<(Time, Time, String)> {
        let (start, end) = (occurrence.start(), occurrence.end());
        let name = match &start {
            DateOrTime::Date(_) | DateOrTime::Floating(_) | DateOrTime::Utc(_) => return None,
            DateOrTime::Zoned(_, tzid) => self.short(&city(tzid)),
        };
        let is_same = self.walls(occurrence) == Some((start.wall(), end.wall()));
        (!is_same).then(|| (start.wall().time, end.wall().time, name))
    }

    /// The beginning of a text, in one line.
    fn short(&self, text: &str) -> String {
        match text.char_indices().nth(MOST_CHARACTERS) {
            Some((end, _)) => terminal::one_line(&text[..end]) + self.ellipsis,
            None => terminal::one_line(text),
        }
    }

    /// What the lines of an occurrence share.
    fn entry(&self, occurrence: &Occurrence<'_, '_>) -> Entry {
        let component = occurrence.component();
        let text = |kind: PropertyKind| {
            let text = component.property(kind).map(|property| self.short(property.text().trim()));
            text.filter(|text| !text.is_empty())
        };
        let status = text(PropertyKind::Status).unwrap_or_default().to_ascii_uppercase();
        Entry {
            hours: Hours::All,
            elsewhere: self.elsewhere(occurrence),
            summary: text(PropertyKind::Summary).unwrap_or_else(|| nameless(component).to_owned()),
            location: text(PropertyKind::Location),
            standing: match status.as_str() {
                "CANCELLED" => Standing::Cancelled,
                "TENTATIVE" => Standing::Tentative,
                _ => Standing::Plain,
            },
            recurs: occurrence.recurrence_id().is_some(),
            todo: (component.kind() == ComponentKind::Todo).then(|| status == "COMPLETED"),
        }
    }
}

/// `America/New_York` is `New York`.
fn city(tzid: &str) -> String {
    let last = tzid.rsplit('/').next().unwrap_or(tzid);
    last.replace('_', " ")
}

impl Sink for Days {
    fn occurrence(&mut self, _: Option<&str>, occurrence: &Occurrence<'_, '_>) -> Result<(), Failure> {
        let Some((start, end)) = self.walls(occurrence) else { return Ok(()) };
        let is_date = occurrence.start().is_date();
        let component = occurrence.component();
        let is_due =
            component.kind() == ComponentKind::Todo && component.property(PropertyKind::Dtstart).is_none();
        let entry = self.entry(occurrence);
        let (first, last) = self.bounds();
        let mut date = start.date.max(first);
        loop {
            let hours = match hours(date, start, end, is_date) {
                Hours::At(time) if is_due => Hours::Due(time),
                hours => hours,
            };
            self.add(date, Entry { hours, ..entry.clone() })?;
            match date.plus_days(1) {
                Some(next) if next <= last && next.midnight() < end => date = next,
                _ => return Ok(()),
            }
        }
    }

    /// Standard error has told it.
    fn unexpanded(&mut self, _: Option<&str>, _: &str) -> Result<(), Failure> {
        Ok(())
    }
}

/// What of a day is between start and end.
fn hours(date: Date, start: DateTime, end: DateTime, is_date: bool) -> Hours {
    let begins = start.date == date;
    let ends = end.date == date || date.plus_days(1).is_some_and(|next| end <= next.midnight());
    match (begins, ends) {
        _ if is_date => Hours::All,
        (true, true) if end <= start => Hours::At(start.time),
        (true, true) => Hours::Between(start.time, end.time),
        (true, false) => Hours::From(start.time),
        (false, true) => Hours::Until(end.time),
        (false, false) => Hours::All,
    }
}

/// What stands for a summary that is not there.
fn nameless(component: Component<'_>) -> &'static str {
    match component.kind() {
        ComponentKind::Freebusy => "busy time",
        ComponentKind::Availability | ComponentKind::Available => "available",
        _ => "no summary",
    }
}
