//! A change that comes every year by one rule, as most zones have two of.

use crate::civil::{Date, DateTime, SECONDS_PER_DAY, Weekday, days_in_month};

use super::table::State;

/// Which day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// This one.
    Fixed(u8),
    /// The first such weekday on or after this day; it may fall into the next month.
    OnOrAfter(u8, Weekday),
    /// The last such weekday of the month.
    Last(Weekday),
}

impl Day {
    /// The day in a month of a year, if there is such a day.
    pub(super) fn in_month(self, year: i16, month: u8) -> Option<Date> {
        let on_or_after = |day: u8, weekday: Weekday| {
            let first = Date::new(year, month, day)?;
            first.plus_days(weekday.days_since(first.weekday()).try_into().ok()?)
        };
        match self {
            Self::Fixed(day) => Date::new(year, month, day),
            Self::OnOrAfter(day, weekday) => on_or_after(day, weekday),
            Self::Last(weekday) => on_or_after(days_in_month(year, month) - 6, weekday),
        }
    }
}

/// A day of the year and a time on the wall of that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Anniversary {
    /// 1 to 12.
    pub(super) month: u8,
    pub(super) day: Day,
    /// Seconds after midnight, less than a day.
    pub(super) seconds: u32,
}

impl Anniversary {
    /// The wall time of a year, in seconds.
    pub(super) fn in_year(self, year: i16) -> Option<i64> {
        Some(self.day.in_month(year, self.month)?.midnight().to_seconds() + i64::from(self.seconds))
    }

    /// The rule of which these wall times, one a year and each year, are the instances. All of a leap cycle (28 years) are
    /// needed to tell.
    pub(super) fn fit(walls: &[DateTime]) -> Option<Self> {
        let first = walls.first()?;
        let (month, weekday) = (first.date.month(), first.date.weekday());
        let earliest = walls.iter().map(|wall| (wall.date.month(), wall.date.day())).min()?;
        let seconds = first.time.to_seconds();
        let candidates = [
            Self { month, day: Day::Fixed(first.date.day()), seconds },
            Self { month, day: Day::Last(weekday), seconds },
            Self { month: earliest.0, day: Day::OnOrAfter(earliest.1, weekday), seconds },
        ];
        let fits =
            |rule: &Self| walls.iter().all(|wall| rule.in_year(wall.date.year()) == Some(wall.to_seconds()));
        candidates.into_iter().find(fits)
    }
}

/// A yearly change at work: the instants from `from` to `until`, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Yearly {
    pub(super) anniversary: Anniversary,
    /// The offset of the wall on which the anniversary is reckoned: the one before the change.
    pub(super) offset_from: i32,
    pub(super) state: State,
    pub(super) from: i64,
    pub(super) until: i64,
}

impl Yearly {
    /// The instant in a year of its wall, if the rule holds then.
    pub(super) fn in_year(&self, year: i16) -> Option<i64> {
        let at = self.anniversary.in_year(year)? - i64::from(self.offset_from);
        (self.from <= at && at <= self.until).then_some(at)
    }

    /// Its last instant that is not after `at`.
    pub(super) fn at_or_before(&self, at: i64) -> Option<i64> {
        let year = year_of(at.min(self.until));
        // 29 February may be eight years away.
        (year - 9..=year + 1).rev().filter_map(|year| self.in_year(year)).find(|found| *found <= at)
    }

    /// Its first instant after `at`.
    pub(super) fn after(&self, at: i64) -> Option<i64> {
        let year = year_of(at.max(self.from));
        (year - 1..=year + 9).filter_map(|year| self.in_year(year)).find(|found| *found > at)
    }
}

/// The year of an instant in UTC; the nearest there is.
fn year_of(at: i64) -> i16 {
    let seconds = at.clamp(DateTime::MIN.to_seconds(), DateTime::MAX.to_seconds());
    let days = i32::try_from(seconds.div_euclid(SECONDS_PER_DAY)).ok();
    days.and_then(Date::from_days).map_or(0, Date::year)
}
