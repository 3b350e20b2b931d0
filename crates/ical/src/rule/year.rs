//! The parts that number through a year: BYYEARDAY, BYWEEKNO, and BYDAY's numbers in a YEARLY rule without
//! BYMONTH.

use crate::civil::{self, Date, Weekday, days_in_month};
use crate::value::WeekdayNum;

use super::days::{Bits, all};

/// The days of a year's twelve months.
pub(super) type Months = [Bits; 12];

/// What the rule says about days of the year. A list that is not there selects every day.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) by_year_day: Option<Vec<i16>>,
    /// Only if at least one has a number, and it numbers within the year.
    pub(super) by_day: Option<Vec<WeekdayNum>>,
    pub(super) by_week_no: Option<Vec<i8>>,
    pub(super) week_start: Weekday,
}

impl Parts {
    /// The days of a year that all these parts select.
    pub(super) fn of_year(&self, year: i16) -> Months {
        let year = Year::new(year);
        let mut months = [Bits::MAX; 12];
        let lists = [
            self.by_year_day.as_deref().map(|list| year.year_days(list)),
            self.by_week_no.as_deref().map(|list| year.weeks(list, self.week_start)),
            self.by_day.as_deref().map(|list| year.weekdays(list)),
        ];
        for days in lists.into_iter().flatten() {
            let mut before = 0;
            for (month, number) in months.iter_mut().zip(1..) {
                let len = days_in_month(year.number, number);
                *month &= days.month(before, len);
                before += u32::from(len);
            }
        }
        months
    }
}

/// Days of one year; bit 0 is 1 January. One word more than needed, so that every month is part of two.
struct Days([u64; 7]);

impl Days {
    /// The days of the month that begins so many days into the year.
    fn month(&self, before: u32, len: u8) -> Bits {
        let word = before as usize / 64;
        let two = u128::from(self.0[word]) | u128::from(self.0[word + 1]) << 64;
        ((two >> (before % 64) << 1) as Bits) & all(len)
    }

    /// Adds a day, if it is within this year of so many days.
    fn insert(&mut self, day: i32, len: i32) {
        if (0..len).contains(&day) {
            self.0[day as usize / 64] |= 1 << (day % 64);
        }
    }
}

struct Year {
    number: i16,
    len: i32,
    /// The weekday of 1 January.
    first: Weekday,
}

impl Year {
    fn new(number: i16) -> Self {
        let first = Date::new(number, 1, 1).unwrap_or(Date::MIN).weekday();
        Self { number, len: days_in(number), first }
    }

    fn year_days(&self, list: &[i16]) -> Days {
        let mut days = Days([0; 7]);
        for &nth in list {
            let nth = i32::from(nth);
            days.insert(if nth > 0 { nth - 1 } else { self.len + nth }, self.len);
        }
        days
    }

    fn weekdays(&self, list: &[WeekdayNum]) -> Days {
        let mut days = Days([0; 7]);
        for day in list {
            let earliest = day.weekday.days_since(self.first) as i32;
            let latest = earliest + (self.len - 1 - earliest) / 7 * 7;
            match day.nth.map(i32::from) {
                None => (earliest..self.len).step_by(7).for_each(|day| days.insert(day, self.len)),
                Some(nth) if nth > 0 => days.insert(earliest + 7 * (nth - 1), self.len),
                Some(nth) => days.insert(latest + 7 * (nth + 1), self.len),
            }
        }
        days
    }

    /// Weeks as ISO 8601 numbers them, but from any weekday on. A day that belongs to the last week of the
    /// year before, or to the first of the year after, has its number there, and is still a day of this year.
    fn weeks(&self, list: &[i8], week_start: Weekday) -> Days {
        let lead = self.first.days_since(week_start) as i32;
        let before = days_in(self.number - 1);
        let weeks = weeks_in(lead, self.len);
        let weeks_before = weeks_in((lead - before).rem_euclid(7), before);
        let weeks_after = weeks_in((lead + self.len) % 7, days_in(self.number + 1));
        let first = first_week(lead);
        let mut days = Days([0; 7]);
        let mut insert = |from: i32| (from..from + 7).for_each(|day| days.insert(day, self.len));
        for &nth in list {
            let nth = i32::from(nth);
            if nth != 0 && nth.abs() <= weeks {
                insert(first + 7 * if nth > 0 { nth - 1 } else { weeks + nth });
            }
            if nth == -1 || nth == weeks_before {
                insert(first - 7);
            }
            if nth == 1 || nth == -weeks_after {
                insert(first + 7 * weeks);
            }
        }
        days
    }
}

const fn days_in(year: i16) -> i32 {
    if civil::is_leap_year(year) { 366 } else { 365 }
}

/// Where week 1 begins, in days from 1 January, which is `lead` days after its week's first day (RFC 5545
/// 3.3.10: "the first week that contains at least four (4) days in that calendar year").
const fn first_week(lead: i32) -> i32 {
    if lead <= 3 { -lead } else { 7 - lead }
}

/// How many weeks a year of so many days has: 52 or 53.
const fn weeks_in(lead: i32, len: i32) -> i32 {
    (len + first_week((lead + len) % 7) - first_week(lead)) / 7
}
