//! When a component starts, and how long it lasts.

use crate::civil::{Date, DateTime, SECONDS_PER_DAY, Timestamp};
use crate::component::{ComponentKind, End};
use crate::document::Component;
use crate::property::PropertyKind;
use crate::value::{DateOrTime, Duration};
use crate::zone::Zones;

use super::frame::{Clock, Frame, Key, Moment};

/// How long each instance lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// Days on the wall, then seconds on the clock: a DURATION, or the days of DATEs.
    Nominal(Duration),
    /// Seconds on the clock: DTEND fixes an "exact duration" for all instances (RFC 5545 3.8.5.3).
    Exact(i64),
}

impl Length {
    /// A duration in a frame. Beside a DATE only days count (RFC 5545 3.8.2.5): a part of one is the whole of it.
    pub(super) fn of(duration: Duration, frame: &Frame) -> Self {
        match frame {
            Frame::Date if duration.seconds() != 0 => {
                let days = duration.to_seconds().saturating_add(SECONDS_PER_DAY - 1) / SECONDS_PER_DAY;
                Self::Nominal(Duration::from_days(i32::try_from(days).unwrap_or(i32::MAX)))
            }
            _ => Self::Nominal(duration),
        }
    }

    /// When what starts then ends; no later than the year 9999.
    #[inline]
    pub(super) fn end(self, start: Moment, clock: &mut Clock) -> Timestamp {
        let (at, seconds) = match self {
            Self::Exact(seconds) => (start.at, seconds),
            Self::Nominal(duration) if duration.days() == 0 => (start.at, duration.seconds()),
            Self::Nominal(duration) => {
                let date = start.wall.date.plus_days(duration.days()).unwrap_or(Date::MAX);
                (clock.moment(date.at(start.wall.time)).at, duration.seconds())
            }
        };
        Timestamp(at.0.saturating_add(seconds)).min(Timestamp::MAX)
    }

    /// No instance lasts longer, in seconds: a nominal day has up to 48 hours where a zone skips a day.
    pub(super) fn upper_bound(self) -> i64 {
        match self {
            Self::Exact(seconds) => seconds,
            Self::Nominal(duration) if duration.days() == 0 => duration.seconds(),
            Self::Nominal(duration) => duration.to_seconds().saturating_add(SECONDS_PER_DAY),
        }
    }
}

/// The start of a component: DTSTART, or the DUE of a to-do that has no DTSTART. An override without either stays where
/// its instance was.
pub(super) fn start<'a>(component: Component<'a>) -> Option<DateOrTime<'a>> {
    let of = |kind| component.property(kind).and_then(|property| property.into_date_or_time().ok());
    of(PropertyKind::Dtstart)
        .or_else(|| {
            let is_todo = component.kind() == ComponentKind::Todo;
            if is_todo { of(PropertyKind::Due) } else { None }
        })
        .or_else(|| of(PropertyKind::RecurrenceId))
}

/// How long a component lasts that starts then: by its DTEND or DUE, its DURATION, or what RFC 5545 3.6.1 says without.
///
/// An end that is not after its start is read as if there were none: so do the clients that write them.
pub(super) fn length(
    component: Component<'_>,
    start: &DateOrTime<'_>,
    frame: &Frame,
    zones: &Zones<'_>,
    clock: &mut Clock,
) -> Length {
    let end_kind = match component.kind() {
        ComponentKind::Todo => PropertyKind::Due,
        _ => PropertyKind::Dtend,
    };
    let default = match frame {
        Frame::Date => Length::Nominal(Duration::from_days(1)),
        _ => Length::Exact(0),
    };
    match component.written_extent(end_kind) {
        Ok((Some(End::At(end)), _)) => length_until(&end, start, frame, zones, clock).unwrap_or(default),
        Ok((Some(End::After(duration)), _)) if !duration.is_zero() => Length::Nominal(duration),
        _ => default,
    }
}

/// The length from a start to an end, if the end is later.
pub(super) fn length_until(
    end: &DateOrTime<'_>,
    start: &DateOrTime<'_>,
    frame: &Frame,
    zones: &Zones<'_>,
    clock: &mut Clock,
) -> Option<Length> {
    if matches!(frame, Frame::Date) {
        let days = end.wall().date.to_days() - start.wall().date.to_days();
        return (days > 0).then_some(Length::Nominal(Duration::from_days(days)));
    }
    let start = moment(start, frame, zones, clock);
    let end = moment(end, frame, zones, clock);
    let seconds = end.at.0 - start.at.0;
    (seconds > 0).then_some(Length::Exact(seconds))
}

/// A date or time as a moment of the frame; a DATE at its midnight.
pub(super) fn moment(value: &DateOrTime<'_>, frame: &Frame, zones: &Zones<'_>, clock: &mut Clock) -> Moment {
    match frame.key(value, zones, clock) {
        Key::Moment(moment) => moment,
        Key::Day(date) => clock.moment(date.midnight()),
    }
}

/// Seconds from one wall time to another.
pub(super) const fn wall_difference(from: DateTime, to: DateTime) -> i64 {
    to.to_seconds() - from.to_seconds()
}
