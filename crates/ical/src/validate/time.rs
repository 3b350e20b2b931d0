//! Start and end: of one kind, in their order (RFC 5545 3.6 and 3.8.2).

use super::Check;
use super::recurrence::is_observance;
use super::table::component_row;
use crate::civil::SECONDS_PER_DAY;
use crate::component::ComponentKind;
use crate::document::Component;
use crate::problem::ProblemKind;
use crate::property::{Property, PropertyKind};
use crate::value::{DateOrTime, Duration, ValueType};

impl<'d> Check<'d> {
    pub(super) fn times(&mut self, component: Component<'d>) {
        let Some(row) = component_row(component.kind()) else { return };
        if is_observance(component.kind()) {
            return self.onsets(component);
        }
        let start = component.property(PropertyKind::Dtstart);
        let start = start.as_ref().and_then(|start| start.date_or_time().ok());
        let end =
            if component.kind() == ComponentKind::Freebusy { Some(PropertyKind::Dtend) } else { row.end };
        let end = end.and_then(|end| component.property(end));
        // Of VFREEBUSY both must be in UTC; one that is not is told as that.
        let is_told = |time: &DateOrTime<'_>| {
            component.kind() == ComponentKind::Freebusy && !matches!(time, DateOrTime::Utc(_))
        };
        if let (Some(start), Some(end)) = (&start, &end)
            && let Ok(time) = end.date_or_time()
            && !is_told(start)
            && !is_told(&time)
        {
            self.order(start, end, &time);
        }
        let duration = component.property(PropertyKind::Duration);
        let is_trigger = component.kind() == ComponentKind::Alarm;
        if let (Some(duration), false) = (duration, is_trigger) {
            self.duration(start.as_ref(), &duration);
        }
    }

    /// When an observance begins is told by the wall (RFC 5545 3.6.5, 3.8.2.4).
    fn onsets(&mut self, component: Component<'d>) {
        let is_onset =
            |property: &Property<'_>| matches!(property.kind(), PropertyKind::Dtstart | PropertyKind::Rdate);
        for property in component.properties().filter(is_onset) {
            let found = if property.value_type() == Some(ValueType::Period) {
                "a period"
            } else {
                let other = property.dates_or_times().filter_map(Result::ok).find(|time| !is_floating(time));
                let Some(time) = other else { continue };
                described(&time)
            };
            let message = format!(
                "wanted {} as local time without a zone in {}, found {found}",
                property.name(),
                component.name()
            );
            self.tell_property(&property, property.value_place(), ProblemKind::NotLocal, message);
        }
    }

    fn order(&mut self, start: &DateOrTime<'_>, end: &Property<'_>, time: &DateOrTime<'_>) {
        let name = end.name().into_owned();
        if start.is_date() != time.is_date() || is_floating(start) != is_floating(time) {
            let message =
                format!("wanted {name} as {}, as DTSTART is, found {}", described(start), described(time));
            return self.tell_property(end, end.value_place(), ProblemKind::EndMismatch, message);
        }
        // Walls of different zones are at most so far from each other: what is nearer is left to who knows the zones.
        let apart = match (start, time) {
            (DateOrTime::Zoned(_, one), DateOrTime::Zoned(_, other)) if one == other => 0,
            (DateOrTime::Zoned(..), _) | (_, DateOrTime::Zoned(..)) => 2 * SECONDS_PER_DAY,
            _ => 0,
        };
        let length = time.wall().to_seconds() - start.wall().to_seconds();
        let (kind, relation) = match length + apart {
            0 if apart == 0 => (ProblemKind::EndAtStart, "at it"),
            ..0 => (ProblemKind::EndBeforeStart, "before it"),
            _ => return,
        };
        let message = format!("wanted {name} after DTSTART:{start}, found {time}, {relation}");
        self.tell_property(end, end.value_place(), kind, message);
    }

    fn duration(&mut self, start: Option<&DateOrTime<'_>>, property: &Property<'_>) {
        let Ok(duration) = Duration::parse(property.raw_value().trim_ascii()) else { return };
        if duration.is_negative() {
            let message = format!("wanted a duration that is not negative, found {duration}");
            self.tell_property(property, property.value_place(), ProblemKind::NegativeDuration, message);
        } else if duration.is_zero() {
            let message = format!("wanted a duration of some time, found {}", property.value_lossy().trim());
            self.tell_property(property, property.value_place(), ProblemKind::EndAtStart, message);
        } else if start.is_some_and(DateOrTime::is_date) && duration.seconds() != 0 {
            let message = format!(
                "wanted days or weeks, as DTSTART is a date, found {}",
                property.value_lossy().trim()
            );
            self.tell_property(property, property.value_place(), ProblemKind::TimeInDateDuration, message);
        }
    }
}

pub(super) const fn is_floating(time: &DateOrTime<'_>) -> bool {
    matches!(time, DateOrTime::Floating(_))
}

/// The kind of a time, in words.
pub(super) const fn described(time: &DateOrTime<'_>) -> &'static str {
    match time {
        DateOrTime::Date(_) => "a date",
        DateOrTime::Floating(_) => "local time without a zone",
        DateOrTime::Utc(_) => "a time in UTC",
        DateOrTime::Zoned(..) => "a time in a zone",
    }
}
