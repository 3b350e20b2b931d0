//! The kind of time that a set runs in, and its moments.

use crate::civil::{Date, DateTime, Timestamp};
use crate::value::DateOrTime;
use crate::zone::{Cursor, Reading, Zone, Zones};

/// A time of an occurrence, on the wall of its zone and as an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What the wall shows; midnight for a DATE.
    pub wall: DateTime,
    /// The instant; of a floating time or a date, the one in [`Policies::floating`](super::Policies).
    pub at: Timestamp,
}

/// The kind of time: DTSTART's.
#[derive(Clone, Debug)]
pub(super) enum Frame {
    Date,
    Floating,
    Utc,
    Zoned(Zone),
}

/// What an exception names in a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// One instance.
    Moment(Moment),
    /// All instances of a day.
    Day(Date),
}

impl Frame {
    /// The frame of a start. A zone that cannot be resolved makes it floating (the resolver tells the problem).
    pub(super) fn of(start: &DateOrTime<'_>, zones: &Zones<'_>) -> Self {
        match start {
            DateOrTime::Date(_) => Self::Date,
            DateOrTime::Floating(_) => Self::Floating,
            DateOrTime::Utc(_) => Self::Utc,
            DateOrTime::Zoned(_, tzid) => zones.resolve(tzid).zone.map_or(Self::Floating, Self::Zoned),
        }
    }

    /// Do two frames tell the same time?
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Date, Self::Date) | (Self::Floating, Self::Floating) | (Self::Utc, Self::Utc) => true,
            (Self::Zoned(zone), Self::Zoned(other)) => zone == other,
            _ => false,
        }
    }

    /// What this frame's wall shows at a moment of another: dates and floating times are the same on every wall.
    pub(super) fn wall_of(&self, moment: Moment, other: &Self, is_same: bool, clock: &mut Clock) -> DateTime {
        let is_instant = |frame: &Self| matches!(frame, Self::Utc | Self::Zoned(_));
        if is_same || !is_instant(self) || !is_instant(other) {
            return moment.wall;
        }
        clock.moment_at(moment.at).map_or(moment.wall, |moment| moment.wall)
    }

    /// A clock that tells this frame's time.
    pub(super) fn clock(&self, floating: &Zone) -> Clock {
        match self {
            Self::Date | Self::Floating => Clock(Some(floating.cursor())),
            Self::Utc => Clock(None),
            Self::Zoned(zone) => Clock(Some(zone.cursor())),
        }
    }

    /// Where a date or time, in whatever form it is written, stands in this frame.
    pub(super) fn key(&self, value: &DateOrTime<'_>, zones: &Zones<'_>, clock: &mut Clock) -> Key {
        let wall = match (self, value) {
            (Self::Date, value) => value.wall().date.midnight(),
            (_, DateOrTime::Date(date)) => return Key::Day(*date),
            (Self::Floating, value) => value.wall(),
            (Self::Utc | Self::Zoned(_), DateOrTime::Floating(wall)) => *wall,
            (Self::Utc, DateOrTime::Utc(wall)) => *wall,
            // Its own zone's times stay as they are written, also those that a gap makes another.
            (Self::Zoned(zone), DateOrTime::Zoned(wall, tzid))
                if zones.resolve(tzid).zone.as_ref() == Some(zone) =>
            {
                *wall
            }
            (_, value) => {
                let at = timestamp(value, zones);
                match at.and_then(|at| clock.moment_at(at)) {
                    Some(moment) => return Key::Moment(moment),
                    None => value.wall(),
                }
            }
        };
        Key::Moment(clock.moment(wall))
    }
}

/// The instant that a time names by itself; `None` for floating times and dates.
fn timestamp(value: &DateOrTime<'_>, zones: &Zones<'_>) -> Option<Timestamp> {
    match value {
        DateOrTime::Utc(wall) => Some(Timestamp::from_utc(*wall)),
        DateOrTime::Zoned(wall, tzid) => Some(zones.resolve(tzid).zone?.to_timestamp(*wall)),
        DateOrTime::Date(_) | DateOrTime::Floating(_) => None,
    }
}

/// Tells the time of a frame; UTC when there is no cursor.
#[derive(Clone, Debug)]
pub(super) struct Clock(Option<Cursor>);

impl Clock {
    /// The moment when this wall shows that.
    #[inline]
    pub(super) fn moment(&mut self, wall: DateTime) -> Moment {
        let at = match &mut self.0 {
            Some(cursor) => cursor.to_timestamp(wall),
            None => Timestamp::from_utc(wall),
        };
        Moment { wall, at }
    }

    /// The same, and whether that wall ever shows it.
    #[inline]
    pub(super) fn read(&mut self, wall: DateTime) -> (Moment, bool) {
        let reading = match &mut self.0 {
            Some(cursor) => cursor.read(wall),
            None => Reading::Unique(Timestamp::from_utc(wall)),
        };
        (Moment { wall, at: reading.timestamp() }, reading.is_gap())
    }

    /// What the wall shows then; `None` outside the years 0 to 9999.
    #[inline]
    pub(super) fn moment_at(&mut self, at: Timestamp) -> Option<Moment> {
        let wall = match &mut self.0 {
            Some(cursor) => cursor.to_wall(at),
            None => at.to_utc(),
        };
        wall.map(|wall| Moment { wall, at })
    }

    /// A wall time before which no instance is at `at` or later, however the clock was set in the day before.
    pub(super) fn lower_bound(&mut self, at: Timestamp) -> DateTime {
        const DAY: i64 = crate::civil::SECONDS_PER_DAY;
        let offset = match &mut self.0 {
            Some(cursor) => {
                let day_before = cursor.offset_at(Timestamp(at.0.saturating_sub(DAY)));
                i64::from(cursor.offset_at(at).min(day_before))
            }
            None => 0,
        };
        let seconds = at.0.saturating_add(offset);
        DateTime::from_seconds(seconds).unwrap_or(if seconds < 0 { DateTime::MIN } else { DateTime::MAX })
    }
}
