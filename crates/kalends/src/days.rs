//! Occurrences as a person looks at them: by day, in one zone.

use std::collections::BTreeMap;

use ical::ComponentKind;
use ical::civil::{Date, DateTime, Time, Timestamp};
use ical::recurrence::Range;
use ical::value::DateOrTime;

use crate::config;
use crate::exit::{Exit, Failure};
use crate::home::Home;
use crate::occurrence::Shown;
use crate::spoken;
use crate::table::{self, Group, Row};
use crate::terminal::{self, Terminal};

/// So many lines a table may have.
const MOST_LINES: usize = 100_000;

/// What of a day an occurrence takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hours {
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
pub(crate) enum Standing {
    Plain,
    Tentative,
    Cancelled,
}

/// A line of a day.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) hours: Hours,
    /// The first and the last of its days that are in the range.
    pub(crate) days: (Date, Date),
    /// Its times in another zone: its own where that is not home, or the one that was asked for beside.
    pub(crate) elsewhere: Option<Elsewhere>,
    pub(crate) summary: String,
    pub(crate) location: Option<String>,
    pub(crate) standing: Standing,
    pub(crate) recurs: bool,
    /// For a to-do: is it done?
    pub(crate) todo: Option<bool>,
    pub(crate) handle: Option<String>,
}

/// The times of an entry in another zone: `10:00`, `10:45`, `New York`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    start: DateTime,
    end: DateTime,
    zone: String,
    /// Does it start on another day there?
    is_other_day: bool,
}

/// All days on which something is.
pub(crate) struct Days {
    home: Home,
    /// The zone whose times are shown beside those at home.
    beside: Option<Home>,
    range: Range,
    terminal: Terminal,
    clock: config::Hours,
    days: BTreeMap<Date, Vec<Entry>>,
    lines: usize,
}

impl Days {
    pub(crate) fn new(home: Home, range: Range, terminal: Terminal) -> Self {
        Self {
            home,
            beside: None,
            range,
            terminal,
            clock: config::Hours::default(),
            days: BTreeMap::new(),
            lines: 0,
        }
    }

    /// The same, with times in a second zone beside those at home.
    pub(crate) fn beside(self, beside: Option<Home>) -> Self {
        Self { beside, ..self }
    }

    /// The same, with times shown so.
    pub(crate) fn with_clock(self, clock: config::Hours) -> Self {
        Self { clock, ..self }
    }

    /// What an entry takes of its day, as its times are shown here: `08:00–12:00`.
    pub(crate) fn hours_of(&self, entry: &Entry) -> String {
        entry.hours.shown(self.terminal, self.clock)
    }

    /// In which zone its times are: `Times in Europe/Vienna`.
    pub(crate) fn caption(&self) -> String {
        let home = &self.home.name;
        match &self.beside {
            Some(beside) => format!("Times in {home}, beside them in {}", beside.name),
            None => format!("Times in {home}"),
        }
    }

    /// The days in order; what takes all of a day first, then by time.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (Date, Vec<&Entry>)> {
        self.days.iter().map(|(date, entries)| {
            let mut entries: Vec<&Entry> = entries.iter().collect();
            entries.sort_by_key(|entry| entry.hours.order());
            (*date, entries)
        })
    }

    /// The days as groups of a table. The one that is today is called so.
    pub(crate) fn groups(&self, today: Option<Date>) -> Vec<Group> {
        let group = |(date, entries): (Date, Vec<&Entry>)| Group {
            heading: table::day(date, today, self.terminal.width),
            rows: entries.into_iter().map(|entry| entry.row(self.terminal, self.clock)).collect(),
        };
        self.in_order().map(group).collect()
    }

    fn add(&mut self, date: Date, entry: Entry) -> Result<(), Failure> {
        self.lines += 1;
        if self.lines > MOST_LINES {
            let words = format!(
                "more than {MOST_LINES} lines (the limit on occurrences in an answer); \
                 ask for less time, or for --json"
            );
            return Err(Failure::new(Exit::Refused, words));
        }
        self.days.entry(date).or_default().push(entry);
        Ok(())
    }

    /// The first day of the range, and the last that has a second of it.
    fn bounds(&self) -> (Date, Date) {
        let day = |at: Timestamp| self.home.zone.to_wall(at).map(|wall| wall.date);
        let last = Timestamp(self.range.to.0.saturating_sub(1));
        (day(self.range.from).unwrap_or(Date::MIN), day(last).unwrap_or(Date::MAX))
    }

    fn elsewhere(&self, shown: &Shown, here: (DateTime, DateTime)) -> Option<Elsewhere> {
        let (there, zone) = match (&self.beside, &shown.start) {
            (Some(beside), _) if shown.is_instant => (shown.walls(beside)?, city(&beside.name)),
            (None, DateOrTime::Zoned(_, tzid)) => {
                let there = (shown.start.wall(), shown.end.wall());
                (there, terminal::beginning(&city(tzid), self.terminal))
            }
            _ => return None,
        };
        let (start, end) = there;
        (there != here).then(|| Elsewhere { start, end, zone, is_other_day: start.date != here.0.date })
    }

    /// What the lines of an occurrence share.
    fn entry(&self, shown: &Shown, walls: (DateTime, DateTime)) -> Entry {
        let text = |text: &Option<String>| {
            let text = text.as_deref().map(|text| terminal::beginning(text, self.terminal));
            text.filter(|text| !text.is_empty())
        };
        let status = shown.status.as_deref().unwrap_or_default().trim().to_ascii_uppercase();
        Entry {
            hours: Hours::All,
            days: (walls.0.date, walls.0.date),
            elsewhere: self.elsewhere(shown, walls),
            summary: text(&shown.summary).unwrap_or_else(|| nameless(shown.kind).to_owned()),
            location: text(&shown.location),
            standing: match status.as_str() {
                "CANCELLED" => Standing::Cancelled,
                "TENTATIVE" => Standing::Tentative,
                _ => Standing::Plain,
            },
            recurs: shown.recurrence_id.is_some(),
            todo: (shown.kind == ComponentKind::Todo).then(|| status == "COMPLETED"),
            handle: shown.handle.clone(),
        }
    }

    /// Puts an occurrence on each of its days in the range.
    ///
    /// # Errors
    /// There are more lines than the limit.
    pub(crate) fn put(&mut self, shown: &Shown) -> Result<(), Failure> {
        let Some((start, end)) = shown.walls(&self.home) else { return Ok(()) };
        let is_date = shown.start.is_date();
        let (earliest, latest) = self.bounds();
        let first = start.date.max(earliest);
        // What ends at midnight has nothing of the day that begins then.
        let ends = if end.time == Time::MIDNIGHT && end > start { end.date.plus_days(-1) } else { None };
        let last = ends.unwrap_or(end.date).clamp(first, latest.max(first));
        let entry = Entry { days: (first, last), ..self.entry(shown, (start, end)) };
        let mut date = first;
        loop {
            let hours = match hours(date, start, end, is_date) {
                Hours::At(time) if shown.is_due => Hours::Due(time),
                hours => hours,
            };
            self.add(date, Entry { hours, ..entry.clone() })?;
            match date.plus_days(1) {
                Some(next) if next <= last => date = next,
                _ => return Ok(()),
            }
        }
    }
}

impl Entry {
    /// Its line in a table.
    fn row(&self, terminal: Terminal, clock: config::Hours) -> Row {
        let (before, after) = self.marks(terminal);
        Row {
            when: self.hours.shown(terminal, clock),
            is_struck: self.standing == Standing::Cancelled,
            before: before.to_owned(),
            summary: self.summary.clone(),
            after,
            location: self.location.clone(),
            elsewhere: self.elsewhere.as_ref().map(|elsewhere| elsewhere.shown(terminal, clock)),
            handle: self.handle.clone(),
            ..Row::default()
        }
    }

    /// What stands before and after its summary.
    pub(crate) fn marks(&self, terminal: Terminal) -> (&'static str, String) {
        let before = match self.todo {
            Some(true) => terminal.sign("☑ ", "[x] "),
            Some(false) => terminal.sign("☐ ", "[ ] "),
            None => "",
        };
        let mut after = String::new();
        match self.standing {
            Standing::Plain => {}
            Standing::Tentative => after.push_str(" (tentative)"),
            Standing::Cancelled => after.push_str(" (cancelled)"),
        }
        if self.recurs {
            after.push_str(terminal.sign(" ↻", " (r)"));
        }
        (before, after)
    }
}

impl Hours {
    /// `08:00–12:00`
    fn shown(self, terminal: Terminal, hours: config::Hours) -> String {
        let dash = terminal.sign("–", "-");
        let clock = |time| spoken::clock(time, hours);
        match self {
            Self::All => "all day".to_owned(),
            Self::Until(end) => format!("{}{dash}{}", " ".repeat(clock(end).len()), clock(end)),
            Self::From(start) => format!("{}{dash}", clock(start)),
            Self::At(start) => clock(start),
            Self::Due(due) => format!("due {}", clock(due)),
            Self::Between(start, end) => format!("{}{dash}{}", clock(start), clock(end)),
        }
    }
}

impl Elsewhere {
    /// `10:00–10:45 New York`
    fn shown(&self, terminal: Terminal, hours: config::Hours) -> String {
        let day = match self.is_other_day {
            true => format!("{} ", &spoken::weekday(self.start.date.weekday())[..3]),
            false => String::new(),
        };
        let (start, end) = (spoken::clock(self.start.time, hours), spoken::clock(self.end.time, hours));
        let until = if start == end { String::new() } else { terminal.sign("–", "-").to_owned() + &end };
        format!("{day}{start}{until} {}", self.zone)
    }
}

/// `America/New_York` is `New York`.
fn city(tzid: &str) -> String {
    let last = tzid.rsplit('/').next().unwrap_or(tzid);
    last.replace('_', " ")
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
pub(crate) const fn nameless(kind: ComponentKind) -> &'static str {
    match kind {
        ComponentKind::Freebusy => "busy time",
        ComponentKind::Availability | ComponentKind::Available => "available",
        _ => "no summary",
    }
}
