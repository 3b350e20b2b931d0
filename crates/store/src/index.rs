//! An object's index rows, derived of its text by one pure function: span, occurrences, next alarm, words.
//!
//! Rows are candidates. Whoever asks a question reads the texts of those that may answer it, and the core decides; so an
//! index may be coarse, but must never miss. What an index is derived with besides the text is its basis; when that
//! changes, all rows are derived anew.

use ical::civil::Timestamp;
use ical::component::{Event, Todo};
use ical::recurrence::{Occurrence, Policies, Range, RecurrenceSet};
use ical::rule::Exhausted;
use ical::value::{Class, Partstat, Status, Transp};
use ical::zone::Zones;
use ical::{Component, ComponentId, ComponentKind, Object};

use crate::alarms::NextAlarm;
use crate::principals::Address;
use crate::season::{self, Season};
use crate::words;

/// What index rows are derived with, beside the text: the rules below, which have a number, and the zone data that came with
/// this version.
pub(crate) const BASIS: &str = concat!("rules 6 of ", env!("CARGO_PKG_VERSION"));

/// What the store knows of an object without reading its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// What kind of components.
    pub kind: ComponentKind,
    /// From the first start to the last end, `None` for the last of what has none; nothing where nothing occurs.
    pub span: Option<(Timestamp, Option<Timestamp>)>,
    /// Occurrences, ascending: all of the window, and of those before it what stands by itself.
    pub occurrences: Vec<Row>,
    /// Before this, occurrences may be missing above.
    pub expanded_from: Option<Timestamp>,
    /// From this on, occurrences may be missing above.
    pub expanded_until: Option<Timestamp>,
    /// On which days there may be some before the one, and from the other on.
    pub seasons: Vec<Season>,
    /// The now that the window was laid around.
    pub derived: Timestamp,
    /// A to-do that is neither completed nor cancelled.
    pub is_open: bool,
    /// When it may ring next; `None` where it has no alarm that rings by time.
    pub alarm: Option<NextAlarm>,
    /// The words of its text in normal form.
    pub words: String,
    /// What could not be expanded, in sentences.
    pub faults: Vec<String>,
    /// Did the work of expanding go past the budget? A person's new object is refused for it.
    pub is_exhausted: bool,
}

/// An occurrence in the index. Floating times and dates stand as if they were in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// When it starts.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// What free/busy needs to know of it.
    pub flags: Flags,
}

/// What free/busy needs to know of an occurrence, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flags(pub(crate) i64);

impl Flags {
    /// TRANSP:TRANSPARENT: it makes nobody busy.
    pub const TRANSPARENT: Self = Self(1);
    /// STATUS:TENTATIVE.
    pub const TENTATIVE: Self = Self(2);
    /// STATUS:CANCELLED.
    pub const CANCELLED: Self = Self(4);
    /// CLASS is not PUBLIC.
    pub const PRIVATE: Self = Self(8);
    /// A floating time or a date: it stands as if it were in UTC.
    pub const FLOATING: Self = Self(16);
    /// A date, not a time.
    pub const DATE: Self = Self(32);
    /// Its owner is invited, and does not come: they declined, or somebody else comes for them.
    pub const DECLINED: Self = Self(64);
    /// Its owner is invited, and has not said whether they come.
    pub const UNDECIDED: Self = Self(128);

    /// Are all these bits set?
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    const fn with(self, other: Self, is_set: bool) -> Self {
        Self(if is_set { self.0 | other.0 } else { self.0 })
    }
}

/// What the owner of a calendar answered, by the components of an object.
struct Answers(Vec<(ComponentId, Flags)>);

impl Answers {
    fn of(object: &Object<'_>, own: &[Address]) -> Self {
        let answer = |component: &Component<'_>| {
            let mine = component
                .attendees()
                .find(|user| user.address().is_ok_and(|address| own.contains(&Address::new(&address))))?;
            let flags = match mine.partstat() {
                Partstat::Declined | Partstat::Delegated => Flags::DECLINED,
                Partstat::NeedsAction | Partstat::Tentative => Flags::UNDECIDED,
                _ => Flags::default(),
            };
            Some((component.id(), flags))
        };
        Self(if own.is_empty() {
            Vec::new()
        } else {
            object.components().iter().filter_map(answer).collect()
        })
    }

    /// The index row of an occurrence.
    fn row(&self, occurrence: &Occurrence<'_, '_>) -> Row {
        let component = occurrence.component();
        let status = component.status();
        let is_transparent =
            Event::of(component).is_none_or(|event| event.transparency() == Transp::Transparent);
        let answer = self.0.iter().find(|(id, _)| *id == component.id());
        let flags = answer
            .map_or(Flags::default(), |(_, flags)| *flags)
            .with(Flags::TRANSPARENT, is_transparent)
            .with(Flags::TENTATIVE, status == Some(Status::Tentative))
            .with(Flags::CANCELLED, status == Some(Status::Cancelled))
            .with(Flags::PRIVATE, component.class() != Class::Public)
            .with(Flags::FLOATING, !occurrence.is_instant())
            .with(Flags::DATE, occurrence.start().is_date());
        Row { start: occurrence.start_at(), end: occurrence.end_at(), flags }
    }
}

/// The window: occurrences are kept from so long before now …
const BACK: i64 = YEAR;
/// … up to so long after it.
pub(crate) const AHEAD: i64 = 2 * YEAR;
/// Where there are no more than so many before the window, they are kept too.
const FEW: usize = 16;
/// So many of one object at most.
const MOST: usize = 3_000;
/// So many of them in its window: the others stand by themselves.
const MOST_IN_WINDOW: usize = MOST - season::MOST_ALONE;
const YEAR: i64 = 366 * 86_400;

/// How far a walk through occurrences came.
enum Walked {
    Whole,
    /// The start of the first that was left out.
    CutAt(Timestamp),
}

impl Index {
    /// What the index has of an object, with a window around `now`; `own` are the addresses of whoever has it in their calendar.
    pub fn derive(object: &Object<'_>, zones: &Zones<'_>, now: Timestamp, own: &[Address]) -> Self {
        let answers = Answers::of(object, own);
        let set = RecurrenceSet::new(object, zones, &Policies::default());
        let mut index = Self {
            kind: object.kind(),
            span: None,
            occurrences: Vec::new(),
            expanded_from: None,
            expanded_until: None,
            seasons: Vec::new(),
            derived: now,
            is_open: object.components().iter().any(|component| is_open(*component)),
            alarm: NextAlarm::of(object, &set, now),
            words: words::of_components(object.components()),
            faults: set.faults().iter().map(|fault| fault.message.clone()).collect(),
            is_exhausted: false,
        };
        if let Err(exhausted) = index.expand(object, &set, now, &answers) {
            index.exhaust(exhausted.to_string());
        }
        index
    }

    fn expand(
        &mut self,
        object: &Object<'_>,
        set: &RecurrenceSet<'_>,
        now: Timestamp,
        answers: &Answers,
    ) -> Result<(), Exhausted> {
        let after = |from| Range { from, to: Range::ALL.to };
        let until = Timestamp(now.0.saturating_add(AHEAD));
        let mut since = Timestamp(now.0.saturating_sub(BACK));
        let mut ahead = self.walk(set, after(since), (until, MOST_IN_WINDOW), answers)?;
        if matches!(ahead, Walked::CutAt(at) if at <= now) {
            // So dense that a year is not over before there are too many: what is coming is asked for more often.
            since = now;
            self.occurrences.clear();
            ahead = self.walk(set, after(since), (until, MOST_IN_WINDOW), answers)?;
        }
        let last = self.occurrences.iter().map(|row| row.end).max();
        let end = match (&ahead, last) {
            (Walked::CutAt(at), _) => {
                season::last_end(set, *at).map(|end| last.map_or(end, |last| last.max(end)))
            }
            (Walked::Whole, Some(last)) => Some(last),
            // All is over; when, is not counted to the last where that is long.
            (Walked::Whole, None) => Some(season::last_end(set, Range::ALL.from).unwrap_or(since)),
        };
        let start = self.look_back(object, set, (since, end), answers)?;
        if let Walked::CutAt(at) = ahead {
            self.expanded_until = Some(at);
            self.seasons.extend(season::after(object, set, at, end));
        }
        self.span = start.map(|start| (start, end));
        Ok(())
    }

    /// Adds what was before the window: all, if it is little, or if it cannot be said on which days it was. When all begins.
    fn look_back(
        &mut self,
        object: &Object<'_>,
        set: &RecurrenceSet<'_>,
        (since, end): (Timestamp, Option<Timestamp>),
        answers: &Answers,
    ) -> Result<Option<Timestamp>, Exhausted> {
        let before = Range { from: Range::ALL.from, to: since };
        let later = std::mem::take(&mut self.occurrences);
        let is_whole = matches!(self.walk(set, before, (since, FEW), answers)?, Walked::Whole);
        let first = self.occurrences.iter().chain(&later).map(|row| row.start).min();
        if let Some(start) = first.filter(|_| !is_whole) {
            let until = end.map_or(since, |end| end.min(since));
            self.occurrences.clear();
            if let Some((seasons, alone)) = season::before(object, set, start, until) {
                self.expanded_from = Some(since);
                self.seasons = seasons;
                self.occurrences.extend(alone.iter().map(|alone| answers.row(alone)));
            } else if let Walked::CutAt(_) =
                self.walk(set, before, (since, MOST.saturating_sub(later.len())), answers)?
            {
                self.occurrences.clear();
                self.expanded_from = Some(since);
                self.seasons = vec![Season::any_before(start, until)];
            }
        }
        self.occurrences.extend(later);
        self.occurrences.sort_unstable();
        self.occurrences.dedup();
        Ok(first)
    }

    /// Notes the occurrences of a range that do not start after `until`, so many at most; the first in any case.
    fn walk(
        &mut self,
        set: &RecurrenceSet<'_>,
        range: Range,
        (until, most): (Timestamp, usize),
        answers: &Answers,
    ) -> Result<Walked, Exhausted> {
        for occurrence in set.occurrences(range) {
            let occurrence = occurrence?;
            let start = occurrence.start_at();
            if self.occurrences.len() >= most || (start > until && !self.occurrences.is_empty()) {
                return Ok(Walked::CutAt(start));
            }
            self.occurrences.push(answers.row(&occurrence));
        }
        Ok(Walked::Whole)
    }

    /// A question about any range reads the text of what cannot be expanded whole.
    fn exhaust(&mut self, message: String) {
        self.is_exhausted = true;
        self.faults.push(message);
        self.expanded_from = Some(Range::ALL.to);
        self.expanded_until = Some(Range::ALL.from);
        self.span = self.occurrences.first().map(|first| (first.start, None));
        self.occurrences.clear();
        self.seasons = vec![Season::any_after(Range::ALL.from, Range::ALL.to)];
    }
}

fn is_open(component: Component<'_>) -> bool {
    let is_over = |todo: Todo<'_>| {
        matches!(todo.status(), Some(Status::Completed | Status::Cancelled))
            || matches!(todo.completed(), Ok(Some(_)))
    };
    Todo::of(component).is_some_and(|todo| !is_over(todo))
}
