//! A set made of an object: RRULE, RDATE, EXDATE, EXRULE and overrides, read from its properties.

use std::num::NonZeroU32;

use crate::civil::{Date, DateTime, Time, Timestamp};
use crate::component::ComponentKind;
use crate::document::Component;
use crate::object::Object;
use crate::parameter::ParameterKind;
use crate::property::{Property, PropertyKind};
use crate::rule::{Rule, Start};
use crate::value::{DateOrTime, Period, PeriodEnd, Until, Value, ValueType};
use crate::zone::Zones;

use super::extent::{self, Length};
use super::frame::{Clock, Frame, Key, Moment};
use super::set::{Extra, Fault, LimitedRule, Override, Part, RecurrenceSet, Segment, Series};
use super::{Gap, Policies, Range};

/// SEQUENCE, then DTSTAMP: which of two versions of one instance is the newer. The later in the text wins a tie.
fn version(component: Component<'_>) -> (i64, Option<DateTime>) {
    let number = |property: Property<'_>| property.value_lossy().trim().parse().ok();
    let sequence = component.property(PropertyKind::Sequence).and_then(number).unwrap_or(0);
    let stamp = component
        .property(PropertyKind::Dtstamp)
        .and_then(|stamp| stamp.date_or_time().ok().map(|at| at.wall()));
    (sequence, stamp)
}

/// Reads the properties of an object, and remembers what cannot be read.
pub(super) struct Maker<'a, 'z, 'm> {
    zones_of: &'m dyn Fn(Component<'a>) -> &'z Zones<'z>,
    policies: &'m Policies,
    faults: Vec<Fault>,
    parts: Vec<Part<'a>>,
    /// How many more values of RDATE and EXDATE the limit allows.
    dates_left: usize,
}

impl<'a, 'z, 'm> Maker<'a, 'z, 'm> {
    pub(super) fn new(zones_of: &'m dyn Fn(Component<'a>) -> &'z Zones<'z>, policies: &'m Policies) -> Self {
        let dates_left = policies.limits.dates;
        Self { zones_of, policies, faults: Vec::new(), parts: Vec::new(), dates_left }
    }

    pub(super) fn make(mut self, object: &Object<'a>) -> RecurrenceSet<'a> {
        let (masters, overrides): (Vec<_>, Vec<_>) = object
            .components()
            .iter()
            .partition(|component| component.property(PropertyKind::RecurrenceId).is_none());
        // One that has no start is no version of anything, however new.
        let has_start = |component: &Component<'a>| extent::start(*component).is_some();
        let newest = masters.iter().copied().filter(has_start).max_by_key(|component| version(*component));
        let master = newest.or_else(|| masters.first().copied());
        let has_master = master.is_some_and(|master| self.part(master).is_some());
        let mut overrides = self.overrides(overrides, has_master);
        let series = if has_master { self.series(&overrides) } else { None };
        if let Some(series) = &series {
            overrides.retain(|item| !series.excludes(item.original));
        }
        RecurrenceSet {
            policies: self.policies.clone(),
            parts: self.parts,
            series,
            overrides,
            faults: self.faults,
        }
    }

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
