//! On which days of a year a series may occur beyond its window, before it and after it: so that a question about a far week
//! reads the texts of those series alone that may have something in it.
//!
//! Of the rule only what can be said of single days is looked at, and what is not understood is said of all days; so a
//! season may be too wide, and is never too narrow. Days are those on the wall of the series.

use std::collections::BTreeSet;

use ical::civil::{Date, DateTime, SECONDS_PER_DAY, Timestamp, Weekday};
use ical::recurrence::{Occurrence, Range, RecurrenceSet};
use ical::value::{DateOrTime, Frequency, Recur, Skip, Until};
use ical::{Component, Object, ParameterKind, PropertyKind};

/// Days on which a series may occur, on one side of its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Season {
    /// On which side.
    pub side: Side,
    /// 1 to 12; 0 is any.
    pub month: u8,
    /// The day of the month, 1 to 31; 0 is any.
    pub day: u8,
    /// The days come in turns of so many …
    pub turn: i64,
    /// … which begin on this one, counted from one long before 1970, and on those a whole number of turns from it …
    pub phase: i64,
    /// … and of each turn it is so many from its beginning.
    pub width: i64,
    /// Towards the window: nothing starts earlier after it, nothing ends later before it.
    pub edge: Timestamp,
    /// Away from the window: nothing ends later after it, nothing starts earlier before it. The largest where it is not known.
    pub far: Timestamp,
}

/// A side of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Before it.
    Before,
    /// After it.
    After,
}

impl Side {
    /// As it is kept, for ever.
    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::Before => 0,
            Self::After => 1,
        }
    }
}

/// Days are counted from so many before 1970, so that none is negative.
pub(crate) const EPOCH: i64 = 1_000_000;

/// So many of one series at most after its window …
const MOST: usize = 48;
/// … and before it, where less is asked.
const MOST_BEFORE: usize = 4;
/// So many occurrences before the window stand by themselves at most.
pub(crate) const MOST_ALONE: usize = 64;

/// By so much an end may be moved on a wall where clocks change.
const SLACK: i64 = 3 * 3_600;

/// What goes on longer is asked on any day.
const LONGEST: i64 = 7 * SECONDS_PER_DAY;

/// An end that is not known.
const NEVER: Timestamp = Timestamp(i64::MAX);

impl Season {
    /// Any day after a window.
    pub(crate) const fn any_after(edge: Timestamp, far: Timestamp) -> Self {
        Self { side: Side::After, month: 0, day: 0, turn: 1, phase: 0, width: 1, edge, far }
    }

    /// Any day before a window.
    pub(crate) const fn any_before(far: Timestamp, edge: Timestamp) -> Self {
        Self { side: Side::Before, month: 0, day: 0, turn: 1, phase: 0, width: 1, edge, far }
    }

    /// Side, month, day, edge, far, turn, phase and width as they are kept.
    pub(crate) fn columns(self) -> [i64; 8] {
        let Self { side, month, day, turn, phase, width, edge, far } = self;
        [side.number(), month.into(), day.into(), edge.0, far.0, turn, phase, width]
    }
}

/// The days on which an object may occur after its window, which ends at `since`; all is over at `end`, where that is known.
pub(crate) fn after(
    object: &Object<'_>,
    set: &RecurrenceSet<'_>,
    since: Timestamp,
    end: Option<Timestamp>,
) -> Vec<Season> {
    let known = || {
        let (plain, overrides) = Plain::of(object)?;
        let is_begun = lies_before(plain.start, since);
        if !is_begun || !overrides.into_iter().all(|one| is_before(one, since)) {
            return None;
        }
        let next = set.occurrences(Range { from: since, to: Range::ALL.to }).next()?.ok()?;
        let any = Season::any_after(since, end.unwrap_or(NEVER));
        plain.seasons(&next, any, MOST)
    };
    known().unwrap_or_else(|| vec![Season::any_after(since, end.unwrap_or(NEVER))])
}

/// The days on which an object may occur before its window, between two instants, and what may be on other days: its first
/// occurrence, which DTSTART names and no rule may name, and the overrides of then. `None` where it may be on any day.
pub(crate) fn before<'s, 'a>(
    object: &Object<'a>,
    set: &'s RecurrenceSet<'a>,
    start: Timestamp,
    until: Timestamp,
) -> Option<(Vec<Season>, Vec<Occurrence<'s, 'a>>)> {
    let (plain, mut overrides) = Plain::of(object)?;
    if !overrides.iter().all(|one| is_alone(*one)) {
        return None;
    }
    overrides.retain(|one| !is_after(*one, until));
    if overrides.len() >= MOST_ALONE || (!overrides.is_empty() && plain.rule.freq < Frequency::Daily) {
        return None;
    }
    let mut alone: Vec<_> = overrides.into_iter().filter_map(|one| occurrence_of(one, set)).collect();
    let is_of_rule = |occurrence: &Occurrence<'_, '_>| !is_override(occurrence.component());
    let first = set.occurrences(Range { from: start, to: Range::ALL.to });
    let first = first.map_while(Result::ok).take(MOST_ALONE).find(is_of_rule)?;
    let seasons = plain.seasons(&first, Season::any_before(start, until), MOST_BEFORE)?;
    alone.push(first);
    Some((seasons, alone))
}

/// When the last of what a set has from an instant on ends; `None` where that is far away, or never.
pub(crate) fn last_end(set: &RecurrenceSet<'_>, from: Timestamp) -> Option<Timestamp> {
    /// So many occurrences are walked through for it.
    const MOST: usize = 1_000;
    if set.is_endless() {
        return None;
    }
    let mut last = None;
    for (number, occurrence) in set.occurrences(Range { from, to: Range::ALL.to }).enumerate() {
        if number == MOST {
            return None;
        }
        last = last.max(Some(occurrence.ok()?.end_at()));
    }
    last
}

/// A series of one rule, of which it can be said on which days it may be.
struct Plain {
    rule: Recur,
    start: DateTime,
}

impl Plain {
    /// That of an object, and its overrides.
    fn of<'a>(object: &Object<'a>) -> Option<(Self, Vec<Component<'a>>)> {
        let (overrides, masters): (Vec<_>, Vec<_>) =
            object.components().iter().copied().partition(|component| is_override(*component));
        let [master] = masters[..] else { return None };
        let mut rules = master.properties().filter(|property| property.kind() == PropertyKind::Rrule);
        let (rule, None) = (rules.next()?.recur().ok()?, rules.next()) else { return None };
        let is_plain =
            rule.skip == Skip::Omit && rule.rscale.as_deref().is_none_or(|scale| scale == "GREGORIAN");
        if !is_plain || master.property(PropertyKind::Rdate).is_some() {
            return None;
        }
        Some((Self { rule, start: start(master)?.wall() }, overrides))
    }

    /// The days on which such occurrences may be, so many at most; of what they have in common, `any` is an example.
    fn seasons(&self, example: &Occurrence<'_, '_>, any: Season, most: usize) -> Option<Vec<Season>> {
        let Self { rule, start } = self;
        let lasts = example.end_at().0.saturating_sub(example.start_at().0);
        if lasts > LONGEST {
            return None;
        }
        let more = further_days(rule, *start, lasts);
        let (turn, phase, width) = turn(rule, start.date);
        let any = Season { turn, phase, width: width + more, ..any };
        let any = match (any.side, end_of(rule, more)) {
            (Side::After, Some(end)) if any.far == NEVER => Season { far: end, ..any },
            (Side::Before, Some(end)) => Season { edge: any.edge.min(end), ..any },
            _ => any,
        };
        let days = days(rule, start.date, more, most);
        Some(days.into_iter().map(|(month, day)| Season { month, day, ..any }).collect())
    }
}

/// A little after what UNTIL says, since a clock may be anywhere.
fn end_of(rule: &Recur, more: i64) -> Option<Timestamp> {
    let wall = match rule.until? {
        Until::Date(date) => date.midnight(),
        Until::Local(wall) | Until::Utc(wall) => wall,
    };
    Some(Timestamp(Timestamp::from_utc(wall).0.saturating_add((3 + more) * SECONDS_PER_DAY)))
}

fn is_override(component: Component<'_>) -> bool {
    component.property(PropertyKind::RecurrenceId).is_some()
}

/// Is an override one of a single occurrence, whose start can be read?
fn is_alone(component: Component<'_>) -> bool {
    let id = component.property(PropertyKind::RecurrenceId);
    id.is_some_and(|id| id.parameter(ParameterKind::Range).is_none()) && start(component).is_some()
}

/// Does a wall time lie before an instant, wherever its clock is?
fn lies_before(wall: DateTime, instant: Timestamp) -> bool {
    Timestamp::from_utc(wall).0.saturating_add(2 * SECONDS_PER_DAY) < instant.0
}

/// Does an override stand by itself, and before an instant?
fn is_before(component: Component<'_>, since: Timestamp) -> bool {
    is_alone(component) && start(component).is_some_and(|start| lies_before(start.wall(), since))
}

/// Does an override start after an instant, wherever its clock is?
fn is_after(component: Component<'_>, until: Timestamp) -> bool {
    let starts = start(component).map(|start| Timestamp::from_utc(start.wall()));
    starts.is_some_and(|starts| starts.0.saturating_sub(2 * SECONDS_PER_DAY) > until.0)
}

/// The occurrence that an override describes, if it takes place.
fn occurrence_of<'s, 'a>(component: Component<'a>, set: &'s RecurrenceSet<'a>) -> Option<Occurrence<'s, 'a>> {
    let wall = Timestamp::from_utc(start(component)?.wall());
    let range = Range {
        from: Timestamp(wall.0.saturating_sub(FARTHEST)),
        to: Timestamp(wall.0.saturating_add(FARTHEST + 1)),
    };
    set.occurrences(range).map_while(Result::ok).find(|found| found.component().id() == component.id())
}

fn start(component: Component<'_>) -> Option<DateOrTime<'static>> {
    let property = component.property(PropertyKind::Dtstart)?;
    Some(property.date_or_time().ok()?.into_owned())
}

/// On how many days after the one on which it starts an occurrence may go on; one more where there are any, since a zone may
/// skip a day.
fn further_days(rule: &Recur, start: DateTime, lasts: i64) -> i64 {
    let is_at_start =
        matches!(rule.freq, Frequency::Yearly | Frequency::Monthly | Frequency::Weekly | Frequency::Daily)
            && rule.by_hour.is_empty()
            && rule.by_minute.is_empty()
            && rule.by_second.is_empty();
    let latest = if is_at_start { i64::from(start.time.to_seconds()) } else { SECONDS_PER_DAY };
    match (latest + lasts + SLACK) / SECONDS_PER_DAY {
        0 => 0,
        days => days + 1,
    }
}

/// Turns of one day, all of which may have something.
const EACH_DAY: (i64, i64, i64) = (1, 0, 1);

/// Of how many days the rule's turns are, when one begins, and how many days of it may have something.
fn turn(rule: &Recur, start: Date) -> (i64, i64, i64) {
    let interval = i64::from(rule.interval.get());
    let number = |date: Date| i64::from(date.to_days()) + EPOCH;
    let of = |days: i64, first: i64, width: i64| match interval {
        1 => EACH_DAY,
        _ => (days * interval, first.rem_euclid(days * interval), width),
    };
    match rule.freq {
        Frequency::Daily => of(1, number(start), 1),
        Frequency::Weekly if rule.by_day.is_empty() => of(7, number(start), 1),
        Frequency::Weekly => {
            let first = rule.wkst.unwrap_or(Weekday::Monday);
            of(7, number(start) - i64::from(start.weekday().days_since(first)), 7)
        }
        _ => EACH_DAY,
    }
}

/// The days of months that a rule may name, and so many more after each; coarser ones where they are too many.
fn days(rule: &Recur, start: Date, more: i64, most: usize) -> BTreeSet<(u8, u8)> {
    let (months, days) = if rule.by_week_no.is_empty() && rule.by_year_day.is_empty() {
        (months(rule, start), days_of_month(rule, start))
    } else {
        (BTreeSet::from([0]), BTreeSet::from([0]))
    };
    let cross = |days: &BTreeSet<u8>| -> BTreeSet<(u8, u8)> {
        months.iter().flat_map(|month| days.iter().map(|day| (*month, *day))).collect()
    };
    let mut all = cross(&days);
    let is_too_many = |cells: &BTreeSet<(u8, u8)>| {
        cells.len().saturating_mul(usize::try_from(more + 1).unwrap_or(usize::MAX)) > most
    };
    if is_too_many(&all) {
        all = cross(&BTreeSet::from([0]));
    }
    if is_too_many(&all) {
        return BTreeSet::from([(0, 0)]);
    }
    for _ in 0..more {
        let next: Vec<_> = all.iter().flat_map(|cell| days_after(*cell)).collect();
        all.extend(next);
    }
    all
}

/// The days of months that may follow one.
fn days_after((month, day): (u8, u8)) -> impl Iterator<Item = (u8, u8)> {
    let next = if month == 0 { 0 } else { month % 12 + 1 };
    let in_month = (day > 0 && day < 31).then_some((month, day + 1));
    let in_next = match day {
        0 => Some((next, 0)),
        28.. => Some((next, 1)),
        _ => None,
    };
    in_month.into_iter().chain(in_next)
}

/// 1 to 12, or 0 alone for all.
fn months(rule: &Recur, start: Date) -> BTreeSet<u8> {
    let any = || BTreeSet::from([0]);
    if !rule.by_month.is_empty() {
        let is_leap = rule.by_month.iter().any(|month| month.is_leap);
        return if is_leap { any() } else { rule.by_month.iter().map(|month| month.number).collect() };
    }
    match rule.freq {
        Frequency::Yearly if rule.by_day.is_empty() && rule.by_month_day.is_empty() => {
            BTreeSet::from([start.month()])
        }
        Frequency::Monthly if rule.interval.get().is_multiple_of(12) => BTreeSet::from([start.month()]),
        Frequency::Monthly if rule.interval.get().is_multiple_of(6) => every(start.month(), 6),
        Frequency::Monthly if rule.interval.get().is_multiple_of(4) => every(start.month(), 4),
        Frequency::Monthly if rule.interval.get().is_multiple_of(3) => every(start.month(), 3),
        Frequency::Monthly if rule.interval.get().is_multiple_of(2) => every(start.month(), 2),
        _ => any(),
    }
}

/// Each so manieth month, with one of them.
fn every(month: u8, step: u8) -> BTreeSet<u8> {
    (1..=12).filter(|other| other % step == month % step).collect()
}

/// 1 to 31, or 0 alone for all.
fn days_of_month(rule: &Recur, start: Date) -> BTreeSet<u8> {
    let any = || BTreeSet::from([0]);
    let is_of_month = matches!(rule.freq, Frequency::Monthly)
        || matches!(rule.freq, Frequency::Yearly) && !rule.by_month.is_empty();
    if !rule.by_month_day.is_empty() && rule.freq != Frequency::Weekly {
        return rule.by_month_day.iter().flat_map(|day| from_end(*day, 1)).collect();
    }
    if rule.by_day.is_empty() {
        let is_of_start = matches!(rule.freq, Frequency::Monthly | Frequency::Yearly);
        return if is_of_start { BTreeSet::from([start.day()]) } else { any() };
    }
    let nths: Option<Vec<i8>> = rule.by_day.iter().map(|day| day.nth).collect();
    match nths.filter(|_| is_of_month) {
        Some(nths) => nths.into_iter().flat_map(|nth| from_end(nth, 7)).collect(),
        None => any(),
    }
}

/// The days of the nth stretch of a month; from the end of a month of any length, where it is negative.
fn from_end(nth: i8, stretch: i8) -> impl Iterator<Item = u8> {
    let (nth, stretch) = (i16::from(nth), i16::from(stretch));
    let lengths = if nth > 0 { 31..=31 } else { 28..=31 };
    let days = lengths.flat_map(move |length| {
        let last = if nth > 0 { nth * stretch } else { length + (nth + 1) * stretch };
        last - stretch + 1..=last
    });
    days.filter_map(|day| u8::try_from(day).ok()).filter(|day| (1..=31).contains(day))
}

/// The days that a range asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    /// Cells of [`Season::month`] and [`Season::day`].
    pub(crate) cells: BTreeSet<(u8, u8)>,
    /// The last day, as it is counted for [`Season::phase`].
    pub(crate) last: i64,
    /// So many days from the first to the last.
    pub(crate) span: i64,
}

/// No clock on any wall is farther from UTC: Manila was 15:56 before 1844.
const FARTHEST: i64 = 16 * 3_600;

impl Days {
    /// The days that a range meets on any wall; `None` where they are too many to be asked for one by one.
    pub(crate) fn of(range: Range) -> Option<Self> {
        const MOST: i64 = 45;
        let first = range.from.0.saturating_sub(FARTHEST).div_euclid(SECONDS_PER_DAY);
        let last = range.to.0.saturating_add(FARTHEST).div_euclid(SECONDS_PER_DAY);
        let span = last.checked_sub(first).filter(|span| (0..MOST).contains(span))?;
        let mut cells = BTreeSet::from([(0, 0)]);
        for day in first..=last {
            let Some(date) = i32::try_from(day).ok().and_then(Date::from_days) else { continue };
            cells.extend([(0, date.day()), (date.month(), 0), (date.month(), date.day())]);
        }
        Some(Self { cells, last: last + EPOCH, span })
    }
}
