//! When components take place: the tables of RFC 4791 9.9.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use ical::civil::{Date, SECONDS_PER_DAY, Timestamp};
use ical::component::{Alarm, Availability, Freebusy, Journal, Todo, Trigger};
use ical::recurrence::{Occurrence, Range, RecurrenceSet};
use ical::rule::Exhausted;
use ical::value::{DateOrTime, Duration, PeriodEnd};
use ical::zone::{Zone, Zones};
use ical::{Component, ComponentId, ComponentKind, Document, PropertyKind};

use super::Context;

/// Is there a table of this component?
pub(super) fn is_known(name: &str) -> bool {
    use ComponentKind::{Alarm, Availability, Event, Freebusy, Journal, Todo};
    let kind = ComponentKind::from_name(name.as_bytes());
    matches!(kind, Event | Todo | Journal | Freebusy | Alarm | Availability)
}

/// When the components of a text take place.
pub(crate) struct Times<'d> {
    document: &'d Document,
    context: &'d Context,
    zones: Zones<'d>,
    sets: OnceCell<Vec<RecurrenceSet<'d>>>,
}

impl<'d> Times<'d> {
    pub(crate) fn new(document: &'d Document, context: &'d Context) -> Self {
        let zones = Zones::with_cache(document, context.zones.clone());
        Self { document, context, zones, sets: OnceCell::new() }
    }

    /// The recurrence sets of the text's objects.
    pub(crate) fn sets(&self) -> &[RecurrenceSet<'d>] {
        self.sets.get_or_init(|| {
            let objects = self.document.objects();
            let set = |object| RecurrenceSet::new(object, &self.zones, &self.context.policies);
            objects.iter().map(set).collect()
        })
    }

    /// The zones of the text.
    pub(crate) const fn zones(&self) -> &Zones<'d> {
        &self.zones
    }

    /// The zone that a time is read in.
    fn zone(&self, time: &DateOrTime<'_>) -> Zone {
        let zone = match time {
            DateOrTime::Utc(_) => Some(Zone::utc()),
            DateOrTime::Zoned(_, tzid) => self.zones.resolve(tzid).zone,
            DateOrTime::Date(_) | DateOrTime::Floating(_) => None,
        };
        zone.unwrap_or_else(|| self.context.policies.floating.clone())
    }

    /// Which instant a date or time is; a date at its midnight.
    pub(crate) fn instant(&self, time: &DateOrTime<'_>) -> Timestamp {
        self.zone(time).to_timestamp(time.wall())
    }

    /// From the beginning of a day to its end.
    pub(super) fn day(&self, date: Date) -> (Timestamp, Timestamp) {
        let at = |date| self.instant(&DateOrTime::Date(date));
        (at(date), date.plus_days(1).map_or(Timestamp::MAX, at))
    }

    /// The instant so long after a time, which is at an instant: days on the wall, seconds on the clock.
    pub(crate) fn after(&self, time: &DateOrTime<'_>, at: Timestamp, duration: Duration) -> Timestamp {
        let days_later = match duration.days() {
            0 => at,
            days => {
                let wall = time.wall();
                let later =
                    wall.date.plus_days(days).map(|date| self.instant(&time.with_wall(date.at(wall.time))));
                later.unwrap_or(if days < 0 { Timestamp::MIN } else { Timestamp::MAX })
            }
        };
        Timestamp(days_later.0.saturating_add(duration.seconds()))
    }

    /// Does any of these components, all of one name, take place in the range?
    pub(super) fn any_overlaps(&self, components: &[Component<'_>], range: Range) -> Result<bool, Exhausted> {
        if components.iter().any(|component| self.overlaps_undated(*component, range)) {
            return Ok(true);
        }
        let alarms: Vec<_> = components.iter().copied().filter_map(Alarm::of).collect();
        if !alarms.is_empty() {
            return self.any_goes_off(&alarms, range);
        }
        let recurring = components.iter().filter(|component| component.kind().may_recur());
        let asked: HashSet<ComponentId> = recurring.map(|component| component.id()).collect();
        if asked.is_empty() {
            return Ok(false);
        }
        // A to-do also takes place where it only touches the range, so the walk begins and ends a second
        // beside it.
        self.any_occurrence(widened(range, 1), |occurrence| {
            Ok(asked.contains(&occurrence.component().id()) && overlaps(occurrence, range))
        })
    }

    /// Is there an occurrence in the range of which this is so?
    fn any_occurrence(
        &self,
        range: Range,
        mut is_so: impl FnMut(&Occurrence<'_, '_>) -> Result<bool, Exhausted>,
    ) -> Result<bool, Exhausted> {
        for set in self.sets() {
            for occurrence in set.occurrences(range) {
                if is_so(&occurrence?)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Of components that take place without a start of their own: by what else they say.
    fn overlaps_undated(&self, component: Component<'_>, range: Range) -> bool {
        if let Some(todo) = Todo::of(component) {
            let is_dated = [PropertyKind::Dtstart, PropertyKind::Due, PropertyKind::RecurrenceId]
                .into_iter()
                .any(|kind| todo.property(kind).is_some());
            return !is_dated && undated_todo(todo, range);
        }
        if let Some(freebusy) = Freebusy::of(component) {
            return self.freebusy_overlaps(freebusy, range);
        }
        Availability::of(component)
            .is_some_and(|availability| self.availability_overlaps(availability, range))
    }

    /// DTSTART and DTEND, or else the periods of FREEBUSY.
    fn freebusy_overlaps(&self, freebusy: Freebusy<'_>, range: Range) -> bool {
        if let (Ok(Some(start)), Ok(Some(end))) = (freebusy.start(), freebusy.end()) {
            return range.from <= self.instant(&end) && range.to > self.instant(&start);
        }
        freebusy.busy_times().into_iter().flatten().any(|busy| {
            let start = self.instant(&busy.period.start);
            let end = match &busy.period.end {
                PeriodEnd::Time(end) => self.instant(end),
                PeriodEnd::Duration(duration) => self.after(&busy.period.start, start, *duration),
            };
            range.from < end && range.to > start
        })
    }

    /// From DTSTART or ever to DTEND or for ever (RFC 7953 3.1).
    fn availability_overlaps(&self, availability: Availability<'_>, range: Range) -> bool {
        let start = availability.start().ok().flatten();
        let from = start.as_ref().map_or(Timestamp::MIN, |start| self.instant(start));
        let end = availability
            .extent()
            .ok()
            .flatten()
            .and_then(|extent| start.as_ref().and_then(|start| extent.end(start, &self.zones)));
        let to = end.map_or(Timestamp::MAX, |end| self.instant(&end));
        range.from < to && range.to > from
    }

    /// Does any of these go off in the range: at its time, or beside an occurrence of the component that it
    /// is in, and again? All are asked in one walk.
    fn any_goes_off(&self, alarms: &[Alarm<'_>], range: Range) -> Result<bool, Exhausted> {
        let mut beside: HashMap<ComponentId, Vec<Beside>> = HashMap::new();
        let mut near: Option<Range> = None;
        for alarm in alarms {
            let (Ok(Some(trigger)), Some(parent)) = (alarm.trigger(), alarm.parent()) else { continue };
            let one = Beside::new(*alarm, &trigger);
            if let Trigger::At(wall) = trigger {
                if one.is_in(Timestamp::from_utc(wall), range) {
                    return Ok(true);
                }
                continue;
            }
            let more = one.near(range);
            let known = near.unwrap_or(more);
            near = Some(Range { from: known.from.min(more.from), to: known.to.max(more.to) });
            beside.entry(parent.id()).or_default().push(one);
        }
        let Some(near) = near else { return Ok(false) };
        let mut left = QUESTIONS;
        self.any_occurrence(near, |occurrence| {
            let asked = beside.get(&occurrence.component().id()).map(Vec::as_slice).unwrap_or_default();
            left = left.checked_sub(asked.len()).ok_or(Exhausted::Instances)?;
            Ok(asked.iter().any(|one| one.is_in(self.first(one, occurrence), range)))
        })
    }

    /// When an alarm goes off first beside an occurrence.
    fn first(&self, alarm: &Beside, occurrence: &Occurrence<'_, '_>) -> Timestamp {
        if alarm.is_end {
            self.after(&occurrence.end(), occurrence.end_at(), alarm.duration)
        } else {
            self.after(&occurrence.start(), occurrence.start_at(), alarm.duration)
        }
    }
}

/// So many times it is asked, of one object, whether an alarm goes off beside an occurrence.
const QUESTIONS: usize = 1_000_000;

/// An alarm that goes off so long after the start or the end of something, and again.
struct Beside {
    duration: Duration,
    is_end: bool,
    times: i64,
    interval: i64,
}

impl Beside {
    fn new(alarm: Alarm<'_>, trigger: &Trigger) -> Self {
        let (duration, is_end) = match trigger {
            Trigger::Start(duration) => (*duration, false),
            Trigger::End(duration) => (*duration, true),
            Trigger::At(_) => (Duration::ZERO, false),
        };
        let repeat = alarm.repeat().ok().flatten();
        let (times, interval) =
            repeat.map_or((0, 0), |repeat| (i64::from(repeat.count), repeat.interval.to_seconds().max(0)));
        Self { duration, is_end, times, interval }
    }

    /// Where what it goes off beside starts or ends, if it goes off in the range; a day's length differs by
    /// less than a day.
    fn near(&self, range: Range) -> Range {
        let first = self.duration.to_seconds();
        let last = first.saturating_add(self.times.saturating_mul(self.interval));
        let from = Timestamp(range.from.0.saturating_sub(last));
        let to = Timestamp(range.to.0.saturating_sub(first));
        widened(Range { from, to }, if self.duration.days() == 0 { 1 } else { SECONDS_PER_DAY })
    }

    /// Is it in the range once, if it goes off first then?
    fn is_in(&self, first: Timestamp, range: Range) -> bool {
        is_any_in(first, self.times, self.interval, range)
    }
}

/// Is an alarm that goes off first then, and so many times again, in the range once?
fn is_any_in(first: Timestamp, times: i64, interval: i64, range: Range) -> bool {
    if first >= range.to {
        return false;
    }
    if first >= range.from {
        return true;
    }
    if times == 0 || interval == 0 {
        return false;
    }
    // The first time that is not before the range.
    let missing = i128::from(range.from.0) - i128::from(first.0);
    let steps = (missing + i128::from(interval) - 1) / i128::from(interval);
    steps <= i128::from(times) && i128::from(first.0) + steps * i128::from(interval) < i128::from(range.to.0)
}

fn widened(range: Range, seconds: i64) -> Range {
    Range {
        from: Timestamp(range.from.0.saturating_sub(seconds)),
        to: Timestamp(range.to.0.saturating_add(seconds)),
    }
}

/// The rows of the tables that have a start.
fn overlaps(occurrence: &Occurrence<'_, '_>, range: Range) -> bool {
    let (start, end) = (occurrence.start_at(), occurrence.end_at());
    let component = occurrence.component();
    let Some(todo) = Todo::of(component) else {
        let is_instant = Journal::of(component).is_some() && !occurrence.start().is_date();
        return range.overlaps(start, if is_instant { start } else { end });
    };
    let has = |kind| todo.property(kind).is_some();
    if !has(PropertyKind::Dtstart) && has(PropertyKind::Due) {
        range.from < start && range.to >= start
    } else if has(PropertyKind::Due) {
        (range.from < end || range.from <= start) && (range.to > start || range.to >= end)
    } else if has(PropertyKind::Duration) {
        range.from <= end && (range.to > start || range.to >= end)
    } else {
        range.from <= start && range.to > start
    }
}

/// The rows of a to-do with neither DTSTART nor DUE.
fn undated_todo(todo: Todo<'_>, range: Range) -> bool {
    let completed = todo.completed().ok().flatten().map(Timestamp::from_utc);
    let created = todo.created().ok().flatten().map(Timestamp::from_utc);
    match (completed, created) {
        (Some(completed), Some(created)) => {
            (range.from <= created || range.from <= completed)
                && (range.to >= created || range.to >= completed)
        }
        (Some(completed), None) => range.from <= completed && range.to >= completed,
        (None, Some(created)) => range.to > created,
        (None, None) => true,
    }
}
