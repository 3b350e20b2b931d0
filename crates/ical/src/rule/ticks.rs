//! SECONDLY, MINUTELY and HOURLY rules whose interval does not fit the clock: every 90 minutes, every 7
//! seconds.

use crate::civil::{SECONDS_PER_DAY, Time};

use super::budget::{Budget, Exhausted};
use super::times::{Product, Times, has, next};

/// Periods of a second, a minute or an hour, of which every nth counts, wherever in the day it falls.
#[derive(Clone, Debug)]
pub(super) struct Ticks {
    /// Seconds in a period: 1, 60 or 3,600.
    pub(super) unit: i64,
    pub(super) interval: i64,
    /// When the period of DTSTART begins, in seconds since 1970.
    pub(super) first: i64,
    /// BYHOUR, BYMINUTE and BYSECOND as far as they limit periods; else every one.
    pub(super) limits: Product,
    /// The times within a period.
    pub(super) within: Times,
}

/// Where the next time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tick {
    /// On this day.
    At(Time),
    /// On a later day, not before this second since 1970.
    Later(i64),
}

impl Ticks {
    /// Seconds from the beginning of one period that counts to the next.
    fn cycle(&self) -> i64 {
        self.unit * self.interval
    }

    /// Does nothing but the interval say when? Then all times are equally far apart.
    pub(super) fn is_plain(&self) -> bool {
        let Product { hours, minutes, seconds } = self.limits;
        self.within.len() == 1
            && hours.count_ones() == 24
            && minutes.count_ones() == 60
            && seconds.count_ones() == 60
    }

    /// How many times of a plain rule, from DTSTART's period on, are before this second.
    pub(super) fn count_before(&self, second: i64) -> u64 {
        let offset = self.within.nth(0).map_or(0, |time| i64::from(time.to_seconds()));
        let distance = (second - self.first - offset).max(0);
        (distance / self.cycle() + i64::from(distance % self.cycle() != 0)).unsigned_abs()
    }

    /// The first time on a day (in days since 1970) that is not before `from`.
    ///
    /// # Errors
    /// Each try counts as a period.
    pub(super) fn at_or_after(&self, day: i32, from: Time, budget: &mut Budget) -> Result<Tick, Exhausted> {
        let midnight = i64::from(day) * SECONDS_PER_DAY;
        let mut second = i64::from(from.to_seconds());
        while second < SECONDS_PER_DAY {
            budget.take_period()?;
            let phase = (midnight + second - self.first).rem_euclid(self.cycle());
            if phase >= self.unit {
                second += self.cycle() - phase;
                if second >= SECONDS_PER_DAY {
                    return Ok(Tick::Later(midnight + second));
                }
            }
            let offset = second % self.unit;
            let period = second - offset;
            if let Some(later) = self.after_limit(period) {
                second = later;
            } else if let Some(time) = self.within.at_or_after(clock(offset)) {
                return Ok(Tick::At(clock(period + i64::from(time.to_seconds()))));
            } else {
                second = period + self.unit;
            }
        }
        Ok(Tick::Later(midnight + SECONDS_PER_DAY))
    }

    /// If a limit excludes the period that begins here: the first second that this limit lets pass.
    fn after_limit(&self, period: i64) -> Option<i64> {
        let time = clock(period);
        let (hour, minute) = (i64::from(time.hour()) * 3600, i64::from(time.minute()) * 60);
        let Product { hours, minutes, seconds } = self.limits;
        if !has(hours, time.hour()) {
            return Some(next(hours, time.hour()).map_or(SECONDS_PER_DAY, |hour| i64::from(hour) * 3600));
        }
        if !has(minutes, time.minute()) {
            return Some(hour + next(minutes, time.minute()).map_or(3600, |minute| i64::from(minute) * 60));
        }
        if !has(seconds, time.second()) {
            return Some(hour + minute + next(seconds, time.second()).map_or(60, i64::from));
        }
        None
    }
}

/// The time so many seconds after midnight, on the same day.
fn clock(second: i64) -> Time {
    Time::from_seconds(second.rem_euclid(SECONDS_PER_DAY) as u32)
}
