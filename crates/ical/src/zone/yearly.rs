//! A change that comes every year by one rule, as most zones have two of.

use std::num::NonZeroU32;

use crate::civil::{Date, DateTime, SECONDS_PER_DAY, Weekday, days_in_month};
use crate::value::{Frequency, Month, Recur, Skip, WeekdayNum};

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

    /// The rule of which these wall times, one a year and each year, are the instances. All of a leap cycle
    /// (28 years) are needed to tell.
    pub(super) fn fit(walls: &[DateTime]) -> Option<Self> {
        let first = walls.first()?;
        let (month, weekday) = (first.date.month(), first.date.weekday());
        let earliest = walls.iter().map(|wall| (wall.date.month(), wall.date.day())).min()?;
        let seconds = first.time.to_seconds();
        let nth = 7 * ((earliest.1 - 1) / 7) + 1;
        let candidates = [
            Self { month, day: Day::Last(weekday), seconds },
            Self { month, day: Day::OnOrAfter(nth.min(22), weekday), seconds },
            Self { month, day: Day::Fixed(first.date.day()), seconds },
            Self { month: earliest.0, day: Day::OnOrAfter(earliest.1, weekday), seconds },
        ];
        let fits =
            |rule: &Self| walls.iter().all(|wall| rule.in_year(wall.date.year()) == Some(wall.to_seconds()));
        candidates.into_iter().find(fits)
    }

    /// The anniversary that a rule names whose DTSTART is this wall time; `None` if the rule is of another
    /// make.
    pub(super) fn from_recur(recur: &Recur, start: DateTime) -> Option<Self> {
        let is_plain = recur.rscale.is_none()
            && recur.freq == Frequency::Yearly
            && recur.interval == NonZeroU32::MIN
            && recur.count.is_none()
            && recur.skip == Skip::Omit;
        let has_others = !recur.by_second.is_empty()
            || !recur.by_minute.is_empty()
            || !recur.by_hour.is_empty()
            || !recur.by_week_no.is_empty()
            || !recur.by_set_pos.is_empty();
        if !is_plain || has_others {
            return None;
        }
        let (month, day) = match (&*recur.by_year_day, &*recur.by_month) {
            ([], []) if recur.by_day.is_empty() && recur.by_month_day.is_empty() => {
                (start.date.month(), Day::Fixed(start.date.day()))
            }
            ([], [month]) if !month.is_leap && (1..=12).contains(&month.number) => {
                (month.number, day_of_month(recur, month.number, start)?)
            }
            (days, []) if recur.by_month_day.is_empty() => day_of_year(days, &recur.by_day)?,
            _ => return None,
        };
        Some(Self { month, day, seconds: start.time.to_seconds() })
    }

    /// The rule that names it, as RFC 5545 has it; DTSTART tells the time of day. `None` where no rule does.
    pub(super) fn to_recur(self) -> Option<Recur> {
        let mut recur = Recur::new(Frequency::Yearly);
        recur.by_month = vec![Month { number: self.month, is_leap: false }];
        let weekday = |nth, weekday| vec![WeekdayNum { nth, weekday }];
        let length = shortest_month(self.month);
        match self.day {
            Day::Fixed(day) => recur.by_month_day = vec![i8::try_from(day).ok()?],
            Day::Last(last) => recur.by_day = weekday(Some(-1), last),
            Day::OnOrAfter(day, first) if day % 7 == 1 && day <= 22 => {
                recur.by_day = weekday(i8::try_from(day / 7 + 1).ok(), first);
            }
            Day::OnOrAfter(day, first) if day + 6 == length && self.month != 2 => {
                recur.by_day = weekday(Some(-1), first);
            }
            Day::OnOrAfter(day, first) if day + 6 <= length => {
                recur.by_day = weekday(None, first);
                recur.by_month_day = (day..day + 7).filter_map(|day| i8::try_from(day).ok()).collect();
            }
            // Into the next month: counted from the end of the year, days after February keep their numbers.
            Day::OnOrAfter(day, first) if (3..12).contains(&self.month) => {
                let last = Date::new(COMMON_YEAR, 12, 31)?.to_days() + 1;
                let number = i16::try_from(Date::new(COMMON_YEAR, self.month, day)?.to_days() - last).ok()?;
                recur.by_month.clear();
                recur.by_day = weekday(None, first);
                recur.by_year_day = (number..number + 7).collect();
            }
            Day::OnOrAfter(..) => return None,
        }
        Some(recur)
    }
}

/// A year without a leap day.
const COMMON_YEAR: i16 = 2001;

const fn shortest_month(month: u8) -> u8 {
    days_in_month(COMMON_YEAR, month)
}

/// The day that BYDAY and BYMONTHDAY name in the one month of BYMONTH.
fn day_of_month(recur: &Recur, month: u8, start: DateTime) -> Option<Day> {
    let is_week = |first: i8| recur.by_month_day.iter().copied().eq(first..first + 7);
    match (&*recur.by_day, &*recur.by_month_day) {
        ([], []) => Some(Day::Fixed(start.date.day())),
        ([], [day]) => u8::try_from(*day).ok().map(Day::Fixed),
        ([WeekdayNum { nth: Some(-1), weekday }], []) => Some(Day::Last(*weekday)),
        ([WeekdayNum { nth: Some(nth @ 1..=4), weekday }], []) => {
            Some(Day::OnOrAfter(nth.unsigned_abs() * 7 - 6, *weekday))
        }
        ([WeekdayNum { nth: None, weekday }], [first, ..]) if (1..=24).contains(first) && is_week(*first) => {
            let first = first.unsigned_abs();
            (first + 6 <= shortest_month(month)).then_some(Day::OnOrAfter(first, *weekday))
        }
        ([WeekdayNum { nth: None, weekday }], [-7, ..]) if is_week(-7) => Some(Day::Last(*weekday)),
        _ => None,
    }
}

/// The weekday in seven days on end that BYYEARDAY counts from the end of the year, all after February.
fn day_of_year(days: &[i16], by_day: &[WeekdayNum]) -> Option<(u8, Day)> {
    let ([first @ -306..=-7, ..], [WeekdayNum { nth: None, weekday }]) = (days, by_day) else { return None };
    if !days.iter().copied().eq(*first..first + 7) {
        return None;
    }
    let date = Date::new(COMMON_YEAR, 12, 31)?.plus_days(i32::from(*first) + 1)?;
    Some((date.month(), Day::OnOrAfter(date.day(), *weekday)))
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

    /// Does it go on for ever?
    pub(super) const fn is_open(&self) -> bool {
        self.until == i64::MAX
    }
}

/// The year of an instant in UTC; the nearest there is.
fn year_of(at: i64) -> i16 {
    let seconds = at.clamp(DateTime::MIN.to_seconds(), DateTime::MAX.to_seconds());
    let days = i32::try_from(seconds.div_euclid(SECONDS_PER_DAY)).ok();
    days.and_then(Date::from_days).map_or(0, Date::year)
}
