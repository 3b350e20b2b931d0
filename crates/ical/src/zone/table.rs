//! A zone as data: offset changes in order, and the yearly rules that go on after them.

use std::ops::Range;

use crate::civil::{Date, DateTime};

use super::yearly::Yearly;

/// Changes of yearly rules are kept ready from here …
pub(super) const READY_FROM: i16 = 1900;
/// … to before this year. Outside they are reckoned when asked for. The 28 years before it are a whole cycle
/// of weekdays and leap days, and no zone has announced changes beside its yearly rules for them (Gaza's go
/// on until 2086).
pub(super) const READY_UNTIL: i16 = 2129;

/// What holds between two changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct State {
    /// Seconds east of UTC.
    pub(super) offset: i32,
    /// The place of the abbreviation in [`Table::names`].
    pub(super) name: u16,
    pub(super) is_daylight: bool,
}

/// From an instant on, another state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    pub(super) at: i64,
    pub(super) state: State,
}

/// A stretch of time with one state: from `start` to before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// `i64::MIN` before the first change.
    pub(super) start: i64,
    /// `i64::MAX` after the last change.
    pub(super) end: i64,
    pub(super) state: State,
}

impl Span {
    /// The wall time, in seconds, at which it begins.
    pub(super) fn wall_start(&self) -> i64 {
        add(self.start, self.state.offset)
    }

    /// The wall time, in seconds, before which it ends.
    pub(super) fn wall_end(&self) -> i64 {
        add(self.end, self.state.offset)
    }
}

/// A bound with an offset; the two that stand for no bound stay.
fn add(bound: i64, offset: i32) -> i64 {
    match bound {
        i64::MIN | i64::MAX => bound,
        bound => bound.saturating_add(i64::from(offset)),
    }
}

/// A zone's offset changes.
///
/// All changes at fixed times are in `changes`, and with them those of the yearly rules from [`READY_FROM`]
/// to [`READY_UNTIL`]; before and after, a rule's changes are reckoned when asked for. So any year is
/// answered exactly, and the years that people ask for by one binary search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) names: Box<[Box<str>]>,
    pub(super) first: State,
    pub(super) changes: Box<[Change]>,
    /// For each change the wall time at which the span before it ends, or the latest such time so far: so it
    /// ascends, and the first member beyond a wall time belongs to the first span that has not ended by then.
    wall_ends: Box<[i64]>,
    /// Between these instants `changes` has every change.
    ready: Range<i64>,
    pub(super) rules: Box<[Yearly]>,
}

impl Table {
    /// A zone that keeps one offset.
    pub(super) fn fixed(offset: i32, name: &str) -> Self {
        let first = State { offset, name: 0, is_daylight: false };
        Self::new([name.into()].into(), first, Vec::new(), Vec::new())
    }

    /// A table of these changes at fixed times, in any order, and these rules.
    pub(super) fn new(
        names: Box<[Box<str>]>,
        first: State,
        mut changes: Vec<Change>,
        mut rules: Vec<Yearly>,
    ) -> Self {
        let mut ready = start_of(READY_FROM)..start_of(READY_UNTIL);
        for rule in &rules {
            let years = READY_FROM - 1..=READY_UNTIL;
            let instants = years.filter_map(|year| rule.in_year(year)).filter(|at| ready.contains(at));
            changes.extend(instants.map(|at| Change { at, state: rule.state }));
        }
        rules.retain(|rule| rule.from < ready.start || rule.until >= ready.end);
        if rules.is_empty() {
            ready = i64::MIN..i64::MAX;
        }
        // Of several changes at one instant the last stands. A stable sort keeps their order.
        changes.sort_by_key(|change| change.at);
        let mut distinct: Vec<Change> = Vec::with_capacity(changes.len());
        for change in changes {
            match distinct.last_mut() {
                Some(last) if last.at == change.at => *last = change,
                _ => distinct.push(change),
            }
        }
        let mut before = first;
        let mut latest = i64::MIN;
        let wall_end = |change: &Change| {
            latest = latest.max(add(change.at, before.offset));
            before = change.state;
            latest
        };
        let wall_ends = distinct.iter().map(wall_end).collect();
        Self { names, first, changes: distinct.into(), wall_ends, ready, rules: rules.into() }
    }

    /// The span in which an instant is.
    pub(super) fn span_at(&self, at: i64) -> Span {
        self.span(self.changes.partition_point(|change| change.at <= at), at)
    }

    /// The span before the change of this index, which has the instant `at` in it.
    fn span(&self, index: usize, at: i64) -> Span {
        let before = index.checked_sub(1).and_then(|index| self.changes.get(index)).copied();
        let mut start = before.unwrap_or(Change { at: i64::MIN, state: self.first });
        let mut end = self.changes.get(index).map_or(i64::MAX, |change| change.at);
        if start.at < self.ready.start || at >= self.ready.end {
            for rule in &self.rules {
                if let Some(last) = rule.at_or_before(at).filter(|last| *last > start.at) {
                    start = Change { at: last, state: rule.state };
                }
            }
        }
        if end >= self.ready.end || at < self.ready.start {
            for rule in &self.rules {
                end = end.min(rule.after(at).unwrap_or(i64::MAX));
            }
        }
        Span { start: start.at, end, state: start.state }
    }

    /// The first span that has not ended when its wall shows `wall`, in seconds. If it has not begun by then,
    /// `wall` is in the gap before it.
    pub(super) fn span_of_wall(&self, wall: i64) -> Span {
        // No offset is a day long.
        const DAY: i64 = 86_400;
        let (from, until) = (self.ready.start.saturating_add(DAY), self.ready.end.saturating_sub(DAY));
        if (from..until).contains(&wall) {
            let index = self.wall_ends.partition_point(|end| *end <= wall);
            if let Some(change) = self.changes.get(index) {
                return self.span(index, change.at - 1);
            }
        }
        let mut span = self.span_at(wall.saturating_sub(DAY));
        while span.wall_end() <= wall && span.end != i64::MAX {
            span = self.span_at(span.end);
        }
        span
    }

    /// The span before one that has a beginning.
    pub(super) fn previous(&self, span: &Span) -> Option<Span> {
        (span.start != i64::MIN).then(|| self.span_at(span.start - 1))
    }

    /// The span after one that has an end.
    pub(super) fn next(&self, span: &Span) -> Option<Span> {
        (span.end != i64::MAX).then(|| self.span_at(span.end))
    }

    /// The abbreviation of a state.
    pub(super) fn name(&self, state: State) -> &str {
        self.names.get(usize::from(state.name)).map_or("", |name| name)
    }
}

/// The first instant of a year in UTC; the years that have none are before or after all.
pub(super) fn start_of(year: i16) -> i64 {
    match Date::new(year, 1, 1) {
        Some(date) => date.midnight().to_seconds(),
        None if year < 0 => DateTime::MIN.to_seconds(),
        None => DateTime::MAX.to_seconds(),
    }
}
