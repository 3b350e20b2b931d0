//! An object's index rows, derived of its text by one pure function: span, occurrences, next alarm, words.
//!
//! Rows are candidates. Whoever asks a question reads the texts of those that may answer it, and the core decides; so an
//! index may be coarse, but must never miss. What an index is derived with besides the text is its basis; when that
//! changes, all rows are derived anew.

use ical::civil::Timestamp;
use ical::component::{Event, Todo};
use ical::recurrence::{Occurrence, Policies, Range, RecurrenceSet};
use ical::value::{Class, Status, Transp};
use ical::zone::Zones;
use ical::{Component, ComponentKind, Object};

use crate::alarms::NextAlarm;
use crate::season::{self, Season};
use crate::words;

/// What index rows are derived with, beside the text: the rules below, which have a number, and the zone data that came with
/// this version.
pub(crate) const BASIS: &str = concat!("rules 3 of ", env!("CARGO_PKG_VERSION"));

/// What the store knows of an object without reading its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// What kind of components.
    pub kind: ComponentKind,
    /// From the first start to the last end, `None` for the last of what has none; nothing where nothing occurs.
    pub span: Option<(Timestamp, Option<Timestamp>)>,
    /// Occurrences, ascending.
    pub occurrences: Vec<Row>,
    /// Before this, occurrences may be missing above.
    pub expanded_from: Option<Timestamp>,
    /// From this on, occurrences may be missing above.
    pub expanded_until: Option<Timestamp>,
    /// On which days there may be some from then on.
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

    /// Are all these bits set?
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    const fn with(self, other: Self, is_set: bool) -> Self {
        Self(if is_set { self.0 | other.0 } else { self.0 })
    }
}

/// Occurrences are kept up to so long after now …
pub(crate) const AHEAD: i64 = 2 * YEAR;
/// … or so many of them, where that is more: a birthday's for as many years.
const FEWEST_AHEAD: usize = 36;
/// Where all of the past are too many, those of so long before now are kept.
const BACK: i64 = YEAR;
/// So many of one object at most.
const MOST: usize = 3_000;
const YEAR: i64 = 366 * 86_400;

impl Index {
    /// What the index has of an object, with a window around `now`.
    pub fn derive(object: &Object<'_>, zones: &Zones<'_>, now: Timestamp) -> Self {
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
        index.expand(&set, now);
        let end = index.span.and_then(|(_, end)| end);
        let seasons = |since| season::seasons(object, &set, since, end);
        index.seasons = index.expanded_until.map_or(Vec::new(), seasons);
        index
    }

    fn expand(&mut self, set: &RecurrenceSet<'_>, now: Timestamp) {
        // One place is left for the first of all.
        let after = |from| Range { from, to: Range::ALL.to };
        let mut middle = Timestamp(now.0.saturating_sub(BACK));
        let Some(mut ahead) = self.walk(set, after(middle), now, MOST - 1) else { return };
        if ahead.is_some_and(|ahead| ahead <= now) {
            // So dense that a year is not over before there are too many: what is coming is asked for more often.
            middle = now;
            self.occurrences.clear();
            let Some(again) = self.walk(set, after(middle), now, MOST - 1) else { return };
            ahead = again;
        }
        let before = Range { from: Range::ALL.from, to: middle };
        let later = std::mem::take(&mut self.occurrences);
        let start = match self.walk(set, before, middle, MOST.saturating_sub(later.len())) {
            None => return,
            Some(None) => self.occurrences.first().map(|first| first.start),
            Some(Some(_)) => {
                // Too many: only the first start of all is known of those before.
                self.expanded_from = Some(middle);
                self.occurrences.drain(..).next().map(|first| first.start)
            }
        };
        self.occurrences.extend(later);
        self.occurrences.sort_unstable();
        self.occurrences.dedup();
        self.expanded_until = ahead;
        let start = start.or_else(|| self.occurrences.first().map(|first| first.start));
        let last = self.occurrences.iter().map(|row| row.end).max();
        let end = match ahead {
            Some(ahead) => season::last_end(set, ahead).map(|end| last.map_or(end, |last| last.max(end))),
            None if set.is_endless() => None,
            None => last,
        };
        self.span = start.map(|start| (start, end));
    }

    /// A question about any range reads the text of what cannot be expanded whole.
    fn exhaust(&mut self, message: String) {
        self.is_exhausted = true;
        self.faults.push(message);
        self.expanded_from = Some(Range::ALL.to);
        self.expanded_until = Some(Range::ALL.from);
        self.span = self.occurrences.first().map(|first| (first.start, None));
        self.occurrences.clear();
    }

    /// Notes the occurrences of a range: all that start before now and two years, or a few more. When there are others,
    /// the start of the first that was left out; `None` when the budget was spent.
    #[expect(clippy::option_option, reason = "spent, all there, or cut at")]
    fn walk(
        &mut self,
        set: &RecurrenceSet<'_>,
        range: Range,
        now: Timestamp,
        most: usize,
    ) -> Option<Option<Timestamp>> {
        let until = Timestamp(now.0.saturating_add(AHEAD));
        let mut coming = 0;
        for occurrence in set.occurrences(range) {
            let occurrence = match occurrence {
                Ok(occurrence) => occurrence,
                Err(exhausted) => {
                    self.exhaust(exhausted.to_string());
                    return None;
                }
            };
            let start = occurrence.start_at();
            coming += usize::from(start > now);
            if self.occurrences.len() >= most || (start > until && coming > FEWEST_AHEAD) {
                return Some(Some(start));
            }
            self.occurrences.push(row(&occurrence));
        }
        Some(None)
    }
}

fn row(occurrence: &Occurrence<'_, '_>) -> Row {
    let component = occurrence.component();
    let status = component.status();
    let is_transparent = Event::of(component).is_none_or(|event| event.transparency() == Transp::Transparent);
    let flags = Flags::default()
        .with(Flags::TRANSPARENT, is_transparent)
        .with(Flags::TENTATIVE, status == Some(Status::Tentative))
        .with(Flags::CANCELLED, status == Some(Status::Cancelled))
        .with(Flags::PRIVATE, component.class() != Class::Public)
        .with(Flags::FLOATING, !occurrence.is_instant())
        .with(Flags::DATE, occurrence.start().is_date());
    Row { start: occurrence.start_at(), end: occurrence.end_at(), flags }
}

fn is_open(component: Component<'_>) -> bool {
    let is_over = |todo: Todo<'_>| {
        matches!(todo.status(), Some(Status::Completed | Status::Cancelled))
            || matches!(todo.completed(), Ok(Some(_)))
    };
    Todo::of(component).is_some_and(|todo| !is_over(todo))
}
