//! When the alarms of a set ring: at their triggers, and again as they repeat (RFC 5545 3.6.6, RFC 9074).
//!
//! - An alarm rings for each occurrence of the component that it is in: an override has alarms of its own. It does not for
//!   what is cancelled or completed.
//! - A trigger is so long from the start or end: days on the wall, then seconds on the clock. One that names a time rings
//!   once, whatever recurs.
//! - What was ACKNOWLEDGED at or after a trigger does not ring for it (RFC 9074 6.1), nor does it repeat.
//! - One with PROXIMITY waits for a place, and one whose ACTION is NONE for nothing: these never ring.

use crate::civil::{Date, SECONDS_PER_DAY, Timestamp};
use crate::component::{Alarm, ComponentKind, Todo, Trigger};
use crate::document::{Component, ComponentId};
use crate::object::Object;
use crate::rule::Exhausted;
use crate::value::{Duration, Status};

use super::set::{Part, RecurrenceSet};
use super::{Occurrence, Occurrences, Range};

/// An alarm that rings at a time.
#[derive(Clone, Copy, Debug)]
pub struct Ring<'s, 'a> {
    /// When.
    pub at: Timestamp,
    /// Which alarm.
    pub alarm: Alarm<'a>,
    /// The component that it is in.
    pub component: Component<'a>,
    /// What it is for. Of an alarm that names its time: what is on then, or comes next; none where nothing has a time.
    pub occurrence: Option<Occurrence<'s, 'a>>,
}

/// The alarms of a set that ring by time.
///
/// ```
/// use ical::Document;
/// use ical::recurrence::{Alarms, Policies, Range, RecurrenceSet};
/// use ical::zone::Zones;
///
/// let document = Document::read(
///     "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260302T090000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\n\
///      BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\n",
/// )?;
/// let (zones, objects) = (Zones::new(&document), document.objects());
/// let object = objects.first().ok_or("no object")?;
/// let set = RecurrenceSet::new(object, &zones, &Policies::default());
/// let alarms = Alarms::new(object, &set);
/// let times: Vec<_> = alarms.within(Range::ALL, 9)?.iter().filter_map(|ring| ring.at.to_utc()).collect();
/// assert_eq!(times.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-03-02T08:45:00", "2026-03-03T08:45:00"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Alarms<'s, 'a> {
    set: &'s RecurrenceSet<'a>,
    /// By their components.
    relative: Vec<Relative<'a>>,
    absolute: Vec<Absolute<'a>>,
    /// Seconds from a start or end to the earliest trigger of all, and to the last repetition.
    reach: (i64, i64),
    /// By so much may a trigger that counts days differ from where the clock has it, in seconds.
    slack: i64,
}

/// How an alarm repeats after its trigger.
#[derive(Clone, Copy, Debug)]
struct Times {
    count: i64,
    seconds: i64,
    /// What was triggered no later than this was seen, and does not repeat.
    seen: i64,
}

#[derive(Clone, Copy, Debug)]
struct Relative<'a> {
    alarm: Alarm<'a>,
    component: Component<'a>,
    is_from_end: bool,
    offset: Duration,
    times: Times,
}

#[derive(Clone, Copy, Debug)]
struct Absolute<'a> {
    alarm: Alarm<'a>,
    component: Component<'a>,
    at: Timestamp,
    times: Times,
}

/// So many alarms of one component ring at most; what goes past that is overlooked.
const MOST_ALARMS: usize = 100;
/// So often an alarm repeats at most; what goes past that is overlooked.
const MOST_REPEATS: i64 = 1_000;
/// So many times are worked out for one question at most.
const MOST_TIMES: usize = 1_000_000;
/// By so much may days on the wall differ from days on the clock.
const SLACK: i64 = 2 * SECONDS_PER_DAY;

impl Times {
    fn of(alarm: Alarm<'_>) -> Self {
        let seen = alarm.acknowledged().ok().flatten().map_or(i64::MIN, |at| Timestamp::from_utc(at).0);
        match alarm.repeat() {
            Ok(Some(repeat)) if repeat.interval.to_seconds() > 0 => {
                let count = i64::from(repeat.count).min(MOST_REPEATS);
                Self { count, seconds: repeat.interval.to_seconds(), seen }
            }
            _ => Self { count: 0, seconds: 1, seen },
        }
    }

    /// From the trigger to the last repetition.
    const fn span(self) -> i64 {
        self.count.saturating_mul(self.seconds)
    }

    /// The times of a trigger in a range that were not seen.
    fn within(self, trigger: Timestamp, range: Range) -> impl Iterator<Item = Timestamp> {
        let behind = range.from.0.saturating_sub(trigger.0).max(0);
        let first = behind / self.seconds + i64::from(behind % self.seconds != 0);
        let last = if trigger.0 > self.seen { self.count } else { -1 };
        (first..=last)
            .map(move |time| Timestamp(trigger.0.saturating_add(time.saturating_mul(self.seconds))))
            .take_while(move |at| *at < range.to)
    }
}

impl<'s, 'a> Alarms<'s, 'a> {
    /// The alarms of an object and its set.
    pub fn new(object: &Object<'a>, set: &'s RecurrenceSet<'a>) -> Self {
        let mut alarms = Self { set, relative: Vec::new(), absolute: Vec::new(), reach: (0, 0), slack: 0 };
        let used = used(set);
        let is_used =
            |component: &Component<'a>| set.parts.is_empty() || used.binary_search(&component.id()).is_ok();
        for component in object.components().iter().filter(|component| is_used(component)) {
            if is_over(*component) {
                continue;
            }
            for alarm in component.alarms().filter(|alarm| is_timed(*alarm)).take(MOST_ALARMS) {
                alarms.take(*component, alarm);
            }
        }
        alarms.relative.sort_by_key(|relative| relative.component.id());
        let (mut least, mut most) = (i64::MAX, i64::MIN);
        for alarm in &alarms.relative {
            least = least.min(alarm.offset.to_seconds());
            most = most.max(alarm.offset.to_seconds().saturating_add(alarm.times.span()));
            alarms.slack = if alarm.offset.days() == 0 { alarms.slack } else { SLACK };
        }
        alarms.reach = (least, most);
        alarms
    }

    fn take(&mut self, component: Component<'a>, alarm: Alarm<'a>) {
        let times = Times::of(alarm);
        match alarm.trigger() {
            Ok(Some(Trigger::At(at))) => {
                self.absolute.push(Absolute { alarm, component, at: Timestamp::from_utc(at), times });
            }
            Ok(Some(Trigger::Start(offset))) => {
                self.relative.push(Relative { alarm, component, is_from_end: false, offset, times });
            }
            Ok(Some(Trigger::End(offset))) => {
                self.relative.push(Relative { alarm, component, is_from_end: true, offset, times });
            }
            Ok(None) | Err(_) => {}
        }
    }

    /// Is there none that could ring at any time?
    pub fn is_empty(&self) -> bool {
        self.relative.is_empty() && self.absolute.is_empty()
    }

    /// What rings in a range, in the order of time; of more than `most` the latest.
    ///
    /// # Errors
    /// The budget of the set's policies is spent, or alarms that repeat densely ring more than a million times.
    pub fn within(&self, range: Range, most: usize) -> Result<Vec<Ring<'s, 'a>>, Exhausted> {
        let mut found: Vec<Ring<'s, 'a>> = Vec::new();
        let mut left = MOST_TIMES;
        if !self.relative.is_empty() {
            let (least, reach) = self.reach;
            let range_of_starts = Range {
                from: Timestamp(range.from.0.saturating_sub(reach).saturating_sub(self.slack)),
                to: Timestamp(range.to.0.saturating_sub(least).saturating_add(self.slack)),
            };
            for occurrence in self.occurrences(range_of_starts) {
                let occurrence = occurrence?;
                for (alarm, trigger) in self.triggers(&occurrence) {
                    let before = found.len();
                    let times = alarm.times.within(trigger, range);
                    let Relative { alarm, component, .. } = *alarm;
                    found.extend(times.map(|at| Ring { at, alarm, component, occurrence: Some(occurrence) }));
                    left = left.checked_sub(found.len() - before).ok_or(Exhausted::Instances)?;
                }
                if found.len() > most.saturating_mul(2) {
                    found.sort_by_key(|ring| ring.at);
                    found.drain(..found.len().saturating_sub(most));
                }
            }
        }
        for absolute in &self.absolute {
            let Absolute { alarm, component, at, times } = *absolute;
            let mut times = times.within(at, range).peekable();
            let occurrence = times.peek().and_then(|_| self.nearest(component, at));
            found.extend(times.map(|at| Ring { at, alarm, component, occurrence }));
        }
        found.sort_by_key(|ring| ring.at);
        found.drain(..found.len().saturating_sub(most));
        Ok(found)
    }

    /// A time, from `from` on, before which none rings; none when none will ring any more. Where floating times and dates
    /// are may not be known: then they ring by up to `doubt` seconds earlier or later than the set has it, and the answer
    /// may be before `from` by twice that.
    ///
    /// # Errors
    /// The budget of the set's policies is spent.
    pub fn next(&self, from: Timestamp, doubt: i64) -> Result<Option<Timestamp>, Exhausted> {
        let onwards = |from: i64| Range { from: Timestamp(from), to: Range::ALL.to };
        let first = |absolute: &Absolute<'_>| absolute.times.within(absolute.at, onwards(from.0)).next();
        let mut next = self.absolute.iter().filter_map(first).min().map(|at| at.0);
        let Some(seen) = self.relative.iter().map(|relative| relative.times.seen).min() else {
            return Ok(next.map(Timestamp));
        };
        let (least, most) = self.reach;
        let start = from.0.max(seen).saturating_sub(doubt);
        for occurrence in self.occurrences(onwards(start.saturating_sub(most).saturating_sub(self.slack))) {
            let occurrence = occurrence?;
            let earliest = occurrence.start_at().0.saturating_add(least).saturating_sub(self.slack + doubt);
            if next.is_some_and(|next| earliest > next) {
                break;
            }
            let doubt = if occurrence.is_instant() { 0 } else { doubt };
            for (relative, trigger) in self.triggers(&occurrence) {
                let seen = relative.times.seen.saturating_sub(doubt);
                let times = Times { seen, ..relative.times };
                if let Some(at) = times.within(trigger, onwards(from.0.saturating_sub(doubt))).next() {
                    let at = at.0.saturating_sub(doubt);
                    next = Some(next.map_or(at, |next| next.min(at)));
                }
            }
        }
        Ok(next.map(Timestamp))
    }

    /// The triggers of an occurrence.
    fn triggers<'r>(
        &'r self,
        occurrence: &Occurrence<'s, 'a>,
    ) -> impl Iterator<Item = (&'r Relative<'a>, Timestamp)> {
        let occurrence = *occurrence;
        self.of(occurrence.component())
            .iter()
            .map(move |relative| (relative, occurrence.moved_by(relative.is_from_end, relative.offset)))
    }

    /// The occurrences of components that have an alarm by their times; of an endless series that has none, only the
    /// overrides are looked at.
    fn occurrences(&self, range: Range) -> Occurrences<'s, 'a> {
        Occurrences::of_parts(self.set, range, |part| !self.of(part.component).is_empty())
    }

    /// The alarms of a component that ring by its times.
    fn of(&self, component: Component<'a>) -> &[Relative<'a>] {
        let id = component.id();
        let from = self.relative.partition_point(|relative| relative.component.id() < id);
        let rest = self.relative.get(from..).unwrap_or_default();
        let count = rest.partition_point(|relative| relative.component.id() == id);
        rest.get(..count).unwrap_or_default()
    }

    /// What a component has on at a time, or next; else its last within a year, or its first.
    fn nearest(&self, component: Component<'a>, at: Timestamp) -> Option<Occurrence<'s, 'a>> {
        let within = |from: i64, to: i64| {
            let is_it = |part: &Part<'a>| part.component.id() == component.id();
            let range = Range { from: Timestamp(from), to: Timestamp(to) };
            Occurrences::of_parts(self.set, range, is_it).map_while(Result::ok)
        };
        within(at.0, i64::MAX)
            .next()
            .or_else(|| within(at.0.saturating_sub(366 * SECONDS_PER_DAY), at.0).last())
            .or_else(|| within(i64::MIN, i64::MAX).next())
    }
}

/// Is it cancelled or done, or of a kind that has no alarms?
fn is_over(component: Component<'_>) -> bool {
    let is_todo = component.kind() == ComponentKind::Todo;
    match component.status() {
        Some(Status::Cancelled) => true,
        Some(Status::Completed) => is_todo,
        _ if is_todo => Todo::of(component).is_some_and(|todo| matches!(todo.completed(), Ok(Some(_)))),
        _ => component.kind() != ComponentKind::Event,
    }
}

/// The components that describe something, ascending: an older version of one stands in the text and does not, nor does an
/// override of an instance that EXDATE names.
fn used(set: &RecurrenceSet<'_>) -> Vec<ComponentId> {
    let segments = set.series.iter().flat_map(|series| &series.segments).map(|segment| segment.part);
    let parts = segments.chain(set.overrides.iter().map(|item| item.part));
    let mut used: Vec<_> = parts.filter_map(|part| Some(set.parts.get(part)?.component.id())).collect();
    used.sort_unstable();
    used
}

/// Does it ring at a time?
fn is_timed(alarm: Alarm<'_>) -> bool {
    alarm.proximity().is_none()
        && alarm.action().is_none_or(|action| !action.as_str().eq_ignore_ascii_case("NONE"))
}

impl Occurrence<'_, '_> {
    /// So long after its start or end: days on the wall, then seconds on the clock.
    fn moved_by(&self, is_from_end: bool, offset: Duration) -> Timestamp {
        let at = if is_from_end { self.end_at() } else { self.start_at() };
        let mut clock = self.clock();
        let moved = match clock.moment_at(at) {
            Some(moment) if offset.days() != 0 => {
                let date = moment.wall.date.plus_days(offset.days()).unwrap_or(Date::MAX);
                clock.moment(date.at(moment.wall.time)).at
            }
            _ => at,
        };
        Timestamp(moved.0.saturating_add(offset.seconds())).min(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests;
