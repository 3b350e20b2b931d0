//! The recurrence set: RRULE, RDATE, EXDATE, EXRULE and overrides, made ready to be walked.

use std::num::NonZeroU32;

use crate::civil::{Date, DateTime, Time, Timestamp};
use crate::component::ComponentKind;
use crate::document::{Component, PropertyId};
use crate::object::Object;
use crate::parameter::ParameterKind;
use crate::property::{Property, PropertyKind};
use crate::rule::{Rule, Start};
use crate::value::{DateOrTime, Period, PeriodEnd, Until, Value, ValueType};
use crate::zone::Zones;

use super::extent::{self, Length};
use super::frame::{Clock, Frame, Key, Moment};
use super::{Gap, Occurrences, Policies, Range};

/// All occurrences of an object: made once, walked as often as one likes.
#[derive(Debug)]
pub struct RecurrenceSet<'a> {
    pub(super) policies: Policies,
    /// The master's part is the first, where there is a master.
    pub(super) parts: Vec<Part<'a>>,
    pub(super) series: Option<Series>,
    pub(super) overrides: Vec<Override>,
    faults: Vec<Fault>,
}

/// What could not be read of a set. The instances that would follow from it are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The property.
    pub property: PropertyId,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
}

/// A component and what its occurrences share.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) component: Component<'a>,
    pub(super) start: DateOrTime<'a>,
    pub(super) frame: Frame,
    pub(super) length: Length,
    /// RECURRENCE-ID, of an override.
    pub(super) id: Option<DateOrTime<'a>>,
    /// Is its start the DUE of a to-do that has no DTSTART?
    pub(super) is_due: bool,
}

/// A master and what recurs of it.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) rules: Vec<LimitedRule>,
    pub(super) exceptions: Vec<LimitedRule>,
    /// RDATE, and DTSTART where no rule begins with it; ascending, each once.
    pub(super) dates: Vec<Extra>,
    /// No PERIOD lasts longer, in seconds.
    pub(super) longest_period: i64,
    /// EXDATE, ascending.
    pub(super) exdates: Vec<Timestamp>,
    /// EXDATE that names whole days, ascending.
    pub(super) exdays: Vec<Date>,
    /// Instances that have an override, ascending.
    pub(super) taken: Vec<Timestamp>,
    /// Stretches of the series, ascending; the first is the master's own.
    pub(super) segments: Vec<Segment>,
    pub(super) is_recurring: bool,
}

/// A rule, and the instant after which it names nothing more.
#[derive(Debug)]
pub(super) struct LimitedRule {
    pub(super) rule: Rule,
    pub(super) until: Timestamp,
    /// COUNT, where instances in a gap are left out and so not counted (RFC 5545 3.3.10): the rule itself is without it.
    pub(super) count: Option<u32>,
    /// The start that an EXRULE does not name, though every rule begins with it.
    pub(super) unnamed_start: Option<DateTime>,
}

/// An instance that RDATE names; `length` is that of its PERIOD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extra {
    pub(super) moment: Moment,
    pub(super) length: Option<Length>,
}

/// The instances from one THISANDFUTURE override to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// Instances after this …
    pub(super) after: Timestamp,
    /// … and before that.
    pub(super) before: Timestamp,
    /// Whose duration and properties they take, as an index of `parts`.
    pub(super) part: usize,
    /// By how many seconds on the wall they are moved.
    pub(super) shift: i64,
    /// Are the part's times of the same frame as the master's?
    pub(super) is_same_frame: bool,
}

impl Series {
    /// Is there one rule, and nothing beside it?
    pub(super) fn is_plain(&self) -> bool {
        self.rules.len() == 1
            && self.exceptions.is_empty()
            && self.dates.is_empty()
            && self.exdates.is_empty()
            && self.exdays.is_empty()
            && self.taken.is_empty()
    }
}

impl Segment {
    /// Do its instances take another time or form than the master gives them?
    pub(super) const fn is_moved(&self) -> bool {
        self.shift != 0 || !self.is_same_frame
    }
}

/// One instance that a component of its own describes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Override {
    pub(super) part: usize,
    /// The original start, in the master's frame where there is a master.
    pub(super) original: Moment,
    pub(super) is_this_and_future: bool,
}

impl<'a> RecurrenceSet<'a> {
    /// The set of an object. What cannot be read of it is told by [`RecurrenceSet::faults`].
    pub fn new(object: &Object<'a>, zones: &Zones<'_>, policies: &Policies) -> Self {
        Self::with_zones_of(object, &|_| zones, policies)
    }

    /// The same, where the components may stand in several calendars, each with zones of its own: `zones_of` tells those
    /// of a component.
    pub fn with_zones_of<'z>(
        object: &Object<'a>,
        zones_of: &dyn Fn(Component<'a>) -> &'z Zones<'z>,
        policies: &Policies,
    ) -> Self {
        let dates_left = policies.limits.dates;
        let mut maker = Maker { zones_of, policies, faults: Vec::new(), parts: Vec::new(), dates_left };
        let (masters, overrides): (Vec<_>, Vec<_>) = object
            .components()
            .iter()
            .partition(|component| component.property(PropertyKind::RecurrenceId).is_none());
        // One that has no start is no version of anything, however new.
        let has_start = |component: &Component<'a>| extent::start(*component).is_some();
        let newest = masters.iter().copied().filter(has_start).max_by_key(|component| version(*component));
        let master = newest.or_else(|| masters.first().copied());
        let has_master = master.is_some_and(|master| maker.part(master).is_some());
        let overrides = maker.overrides(overrides, has_master);
        let series = if has_master { maker.series(&overrides) } else { None };
        let Maker { faults, parts, .. } = maker;
        let mut set = Self { policies: policies.clone(), parts, series, overrides, faults };
        set.drop_excluded_overrides();
        set
    }

    /// What of the object could not be read.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Does it recur: by a rule, by dates, or by having overrides?
    pub fn is_recurring(&self) -> bool {
        !self.overrides.is_empty() || self.series.as_ref().is_some_and(|series| series.is_recurring)
    }

    /// Does it go on without end: a rule without COUNT and UNTIL?
    pub fn is_endless(&self) -> bool {
        let endless = |rule: &LimitedRule| rule.count.is_none() && rule.rule.is_endless();
        self.series.as_ref().is_some_and(|series| series.rules.iter().any(endless))
    }

    /// The occurrences that overlap a range, by start.
    ///
    /// Each item may be [`Exhausted`](crate::rule::Exhausted), which ends the walk: the budget of the [`Policies`] is spent.
    pub fn occurrences(&self, range: Range) -> Occurrences<'_, 'a> {
        Occurrences::new(self, range)
    }

    /// EXDATE removes an override, too, whatever its SEQUENCE.
    fn drop_excluded_overrides(&mut self) {
        if let Some(series) = &self.series {
            self.overrides.retain(|item| {
                let is_excluded = series.exdates.binary_search(&item.original.at).is_ok()
                    || series.exdays.binary_search(&item.original.wall.date).is_ok();
                !is_excluded
            });
        }
    }
}

/// SEQUENCE, then DTSTAMP: which of two versions of one instance is the newer. The later in the text wins a tie.
fn version(component: Component<'_>) -> (i64, Option<DateTime>) {
    let number = |property: Property<'_>| property.value_lossy().trim().parse().ok();
    let sequence = component.property(PropertyKind::Sequence).and_then(number).unwrap_or(0);
    let stamp = component
        .property(PropertyKind::Dtstamp)
        .and_then(|stamp| stamp.date_or_time().ok().map(|at| at.wall()));
    (sequence, stamp)
}

struct Maker<'a, 'z, 'm> {
    zones_of: &'m dyn Fn(Component<'a>) -> &'z Zones<'z>,
    policies: &'m Policies,
    faults: Vec<Fault>,
    parts: Vec<Part<'a>>,
    /// How many more values of RDATE and EXDATE the limit allows.
    dates_left: usize,
}

impl<'a, 'z> Maker<'a, 'z, '_> {
    fn zones(&self, component: Component<'a>) -> &'z Zones<'z> {
        (self.zones_of)(component)
    }

    /// Makes a component a part; its index. `None` when it has no start that can be read.
    fn part(&mut self, component: Component<'a>) -> Option<usize> {
        let start = match extent::start(component) {
            Some(start) => start,
            None => {
                if let Some(property) = component.property(PropertyKind::Dtstart) {
                    self.fault(&property, "DTSTART is neither a date nor a time");
                }
                return None;
            }
        };
        let zones = self.zones(component);
        let frame = Frame::of(&start, zones);
        let mut clock = frame.clock(&self.policies.floating);
        let length = extent::length(component, &start, &frame, zones, &mut clock);
        let id = component.property(PropertyKind::RecurrenceId).and_then(|id| id.into_date_or_time().ok());
        let is_due =
            component.kind() == ComponentKind::Todo && component.property(PropertyKind::Dtstart).is_none();
        self.parts.push(Part { component, start, frame, length, id, is_due });
        Some(self.parts.len() - 1)
    }

    fn fault(&mut self, property: &Property<'_>, message: impl Into<String>) {
        self.faults.push(Fault { property: property.id(), message: message.into() });
    }

    /// The overrides, by original start; of several versions of one, the newest.
    fn overrides(&mut self, components: Vec<Component<'a>>, has_master: bool) -> Vec<Override> {
        let mut found: Vec<(Override, (i64, Option<DateTime>))> = Vec::new();
        let limit = self.policies.limits.overrides;
        for (count, component) in components.into_iter().enumerate() {
            let Some(property) = component.property(PropertyKind::RecurrenceId) else { continue };
            if count >= limit {
                self.fault(&property, format!("more overrides than the limit (`overrides`) of {limit}"));
                break;
            }
            let Some(part) = self.part(component) else { continue };
            let Ok(id) = property.date_or_time() else {
                self.fault(&property, "RECURRENCE-ID is neither a date nor a time");
                continue;
            };
            let original = self.original(component, &id, has_master, part);
            let range = property.parameter(ParameterKind::Range);
            let is_this_and_future =
                range.is_some_and(|range| range.value().eq_ignore_ascii_case("THISANDFUTURE"));
            found.push((Override { part, original, is_this_and_future }, version(component)));
        }
        found.sort_by(|(a, a_version), (b, b_version)| {
            (a.original.at, a_version).cmp(&(b.original.at, b_version))
        });
        let mut overrides: Vec<Override> = Vec::new();
        for (item, _) in found {
            match overrides.last_mut() {
                Some(last) if last.original.at == item.original.at => *last = item,
                _ => overrides.push(item),
            }
        }
        overrides
    }

    /// Where RECURRENCE-ID stands in the master's frame, or in its own. A DATE beside a timed start is that day's instance.
    fn original(
        &self,
        component: Component<'a>,
        id: &DateOrTime<'_>,
        has_master: bool,
        part: usize,
    ) -> Moment {
        let zones = self.zones(component);
        let own = Frame::of(id, zones);
        let (frame, time) = match self.parts.first() {
            Some(master) if has_master => (&master.frame, master.start.wall().time),
            _ => (&own, self.parts.get(part).map_or(Time::MIDNIGHT, |part| part.start.wall().time)),
        };
        let mut clock = frame.clock(&self.policies.floating);
        match frame.key(id, zones, &mut clock) {
            Key::Moment(moment) => moment,
            Key::Day(date) => clock.moment(date.at(time)),
        }
    }

    fn series(&mut self, overrides: &[Override]) -> Option<Series> {
        let master = self.parts.first()?.clone();
        let mut clock = master.frame.clock(&self.policies.floating);
        let component = master.component;
        // RFC 5545 3.8.4.4: an override is one instance, whatever rule it carries.
        let rules = self.rules(&master, &mut clock, PropertyKind::Rrule);
        let exceptions = self.rules(&master, &mut clock, PropertyKind::Exrule);
        let mut dates = self.dates(&master, &mut clock);
        let has_dates = !dates.is_empty();
        if rules.is_empty() {
            let start =
                extent::moment(&master.start, &master.frame, self.zones(master.component), &mut clock);
            dates.push(Extra { moment: start, length: None });
        }
        // Of a date that is named twice, the one with a PERIOD says more.
        dates.sort_by_key(|extra| (extra.moment.at, extra.length.is_none()));
        dates.dedup_by_key(|extra| extra.moment.at);
        let (exdates, exdays) = self.exdates(&master, &mut clock);
        let is_recurring =
            !rules.is_empty() || has_dates || component.property(PropertyKind::Rrule).is_some();
        let taken = overrides.iter().map(|item| item.original.at).collect();
        let segments = self.segments(&master, overrides);
        let periods = dates.iter().filter_map(|extra| extra.length).map(Length::upper_bound);
        let longest_period = periods.max().unwrap_or(0);
        Some(Series {
            rules,
            exceptions,
            dates,
            longest_period,
            exdates,
            exdays,
            taken,
            segments,
            is_recurring,
        })
    }

    /// Counts a value of RDATE or EXDATE; false, and a fault, when there were as many as the limit allows.
    fn may_have_date(&mut self, property: &Property<'_>) -> bool {
        if self.dates_left == 0 {
            let limit = self.policies.limits.dates;
            let message = format!("more RDATE and EXDATE values than the limit (`dates`) of {limit}");
            if self.faults.last().is_none_or(|fault| fault.message != message) {
                self.fault(property, message);
            }
            return false;
        }
        self.dates_left -= 1;
        true
    }

    fn rules(&mut self, master: &Part<'a>, clock: &mut Clock, kind: PropertyKind) -> Vec<LimitedRule> {
        let start = match &master.start {
            DateOrTime::Date(date) => Start::Date(*date),
            other => Start::DateTime(other.wall()),
        };
        let mut rules = Vec::new();
        let limit = self.policies.limits.rules;
        for (count, property) in master.component.properties_of(kind).enumerate() {
            if count >= limit {
                let name = kind.name().unwrap_or_default();
                self.fault(&property, format!("more {name} properties than the limit (`rules`) of {limit}"));
                break;
            }
            let mut recur = match property.recur() {
                Ok(recur) => recur,
                Err(fault) => {
                    let name = kind.name().unwrap_or_default();
                    self.fault(&property, format!("{name} cannot be read: {fault}"));
                    continue;
                }
            };
            let count = match self.policies.gap {
                Gap::Omit => recur.count.take().map(NonZeroU32::get),
                Gap::Shift => None,
            };
            let (wall, until) = limits(recur.until, &master.frame, clock);
            match Rule::new(&recur, start, wall) {
                Ok(rule) => {
                    // DTSTART is an instance of its rule, also where UNTIL is before it; not of an EXRULE.
                    let is_rrule = kind == PropertyKind::Rrule;
                    let until = if is_rrule { until.max(clock.moment(start.wall()).at) } else { until };
                    let unnamed_start =
                        if is_rrule || rule.names_start() { None } else { Some(start.wall()) };
                    rules.push(LimitedRule { rule, until, count, unnamed_start });
                }
                Err(unsupported) => self.fault(&property, unsupported.to_string()),
            }
        }
        rules
    }

    fn dates(&mut self, master: &Part<'a>, clock: &mut Clock) -> Vec<Extra> {
        let mut dates = Vec::new();
        for property in master.component.properties_of(PropertyKind::Rdate) {
            if property.value_type() == Some(ValueType::Period) {
                self.periods(master, &property, clock, &mut dates);
                continue;
            }
            for value in property.dates_or_times() {
                if !self.may_have_date(&property) {
                    return dates;
                }
                match value {
                    Ok(value) => {
                        let moment = match master.frame.key(&value, self.zones(master.component), clock) {
                            Key::Moment(moment) => moment,
                            // A DATE beside a timed start: that day, at DTSTART's time.
                            Key::Day(date) => clock.moment(date.at(master.start.wall().time)),
                        };
                        dates.push(Extra { moment, length: None });
                    }
                    Err(fault) => self.fault(&property, format!("RDATE cannot be read: {fault}")),
                }
            }
        }
        dates
    }

    fn periods(
        &mut self,
        master: &Part<'a>,
        property: &Property<'_>,
        clock: &mut Clock,
        dates: &mut Vec<Extra>,
    ) {
        for value in property.values() {
            if !self.may_have_date(property) {
                return;
            }
            let Period { start, end } = match value {
                Ok(Value::Period(period)) => period,
                Ok(_) => continue,
                Err(fault) => {
                    self.fault(property, format!("RDATE cannot be read: {fault}"));
                    continue;
                }
            };
            let moment = extent::moment(&start, &master.frame, self.zones(master.component), clock);
            let length = match end {
                PeriodEnd::Time(end) => {
                    extent::length_until(&end, &start, &master.frame, self.zones(master.component), clock)
                }
                PeriodEnd::Duration(duration) if duration.is_negative() || duration.is_zero() => None,
                PeriodEnd::Duration(duration) => Some(Length::of(duration, &master.frame)),
            };
            dates.push(Extra { moment, length });
        }
    }

    fn exdates(&mut self, master: &Part<'a>, clock: &mut Clock) -> (Vec<Timestamp>, Vec<Date>) {
        let (mut exdates, mut exdays) = (Vec::new(), Vec::new());
        for property in master.component.properties_of(PropertyKind::Exdate) {
            for value in property.dates_or_times() {
                if !self.may_have_date(&property) {
                    break;
                }
                match value.map(|value| master.frame.key(&value, self.zones(master.component), clock)) {
                    Ok(Key::Moment(moment)) => exdates.push(moment.at),
                    Ok(Key::Day(date)) => exdays.push(date),
                    Err(fault) => self.fault(&property, format!("EXDATE cannot be read: {fault}")),
                }
            }
        }
        exdates.sort_unstable();
        exdays.sort_unstable();
        (exdates, exdays)
    }

    fn segments(&self, master: &Part<'a>, overrides: &[Override]) -> Vec<Segment> {
        let all = Range::ALL;
        let own = Segment { after: all.from, before: all.to, part: 0, shift: 0, is_same_frame: true };
        let mut segments = vec![own];
        for item in overrides.iter().filter(|item| item.is_this_and_future) {
            let Some(part) = self.parts.get(item.part) else { continue };
            let is_same_frame = master.frame.is_same(&part.frame);
            let mut clock = part.frame.clock(&self.policies.floating);
            let original = part.frame.wall_of(item.original, &master.frame, is_same_frame, &mut clock);
            let shift = extent::wall_difference(original, part.start.wall());
            if let Some(last) = segments.last_mut() {
                last.before = item.original.at;
            }
            segments.push(Segment {
                after: item.original.at,
                before: all.to,
                part: item.part,
                shift,
                is_same_frame,
            });
        }
        segments
    }
}

/// UNTIL by DTSTART's kind: the last wall time that the rule may name, and the last instant.
///
/// A DATE is through that day on DTSTART's wall; a local time is on it; UTC beside a zone is compared by instant, so the
/// wall's limit is a day later, for the clock may be set back in between (RFC 5545 3.3.10).
fn limits(until: Option<Until>, frame: &Frame, clock: &mut Clock) -> (Option<DateTime>, Timestamp) {
    const DAY: i64 = crate::civil::SECONDS_PER_DAY;
    let end_of = |date: Date| date.midnight().plus_seconds(DAY - 1);
    let none = Timestamp(i64::MAX);
    match (until, frame) {
        (None, _) => (None, none),
        (Some(Until::Date(date)), _) => (end_of(date), none),
        (Some(Until::Local(wall) | Until::Utc(wall)), Frame::Date) => (end_of(wall.date), none),
        (Some(Until::Utc(wall)), Frame::Zoned(_)) => {
            let at = Timestamp::from_utc(wall);
            let limit = clock.moment_at(at).and_then(|moment| moment.wall.plus_seconds(DAY));
            (limit.or(Some(DateTime::MAX)), at)
        }
        (Some(Until::Local(wall) | Until::Utc(wall)), _) => (Some(wall), none),
    }
}
