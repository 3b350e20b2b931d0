//! The days that a rule selects. The days of a month are the bits of one word, and each BY part is a mask on it: two
//! look-ups, by the month's length and by the weekday of its first day, are all that most rules need.

use crate::civil::{Date, Weekday, days_in_month};
use crate::value::WeekdayNum;

use super::budget::{Budget, Exhausted};
use super::year::{Months, Parts};

/// Days of one month: bit 1 is the first. Bit 0 is not used.
pub(super) type Bits = u32;

/// All days of a month of so many.
pub(super) const fn all(len: u8) -> Bits {
    !(Bits::MAX << len) << 1
}

/// The days of a month from this one on.
pub(super) const fn from(day: u8) -> Bits {
    Bits::MAX << day
}

/// A month, by its number since January of the year 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Month {
    pub(super) first: Date,
    pub(super) len: u8,
}

impl Month {
    /// The number of the month that has this day.
    pub(super) const fn number_of(date: Date) -> i32 {
        date.year() as i32 * 12 + date.month() as i32 - 1
    }

    /// The month of this number, in the years 0 to 9999.
    pub(super) fn numbered(number: i32) -> Option<Self> {
        let first = Date::new(i16::try_from(number.div_euclid(12)).ok()?, month_of_year(number), 1)?;
        Some(Self { first, len: days_in_month(first.year(), first.month()) })
    }
}

const fn month_of_year(number: i32) -> u8 {
    number.rem_euclid(12) as u8 + 1
}

/// Which periods INTERVAL leaves.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Each one.
    Every,
    /// Every nth month, from the month of this number.
    Months { first: i32, interval: i64 },
    /// Every nth year, from this one.
    Years { first: i32, interval: i64 },
    /// Days or weeks.
    Days(Stride),
}

/// Runs of days that return: a day every n days, or a week every n weeks.
#[derive(Clone, Debug)]
pub(super) struct Stride {
    /// The first day of one run, in days since 1970.
    first: i32,
    /// The days of a run: 1 or 7.
    run: i64,
    /// The days from one run's first to the next one's.
    cycle: i64,
    /// The runs that begin within 64 days; the first begins at bit 0.
    pattern: u64,
}

impl Stride {
    pub(super) fn new(first: i32, run: u32, interval: u32) -> Self {
        let cycle = i64::from(run) * i64::from(interval);
        let pattern = (0..64).filter(|day| day % cycle < i64::from(run)).fold(0, |bits, day| bits | 1 << day);
        Self { first, run: i64::from(run), cycle, pattern }
    }

    /// How many days into its cycle this day is.
    fn phase(&self, day: i32) -> i64 {
        (i64::from(day) - i64::from(self.first)).rem_euclid(self.cycle)
    }

    /// The days of the month that begins on this day.
    fn month(&self, first: i32) -> Bits {
        let phase = self.phase(first);
        let running = if phase < 64 { self.pattern >> phase } else { 0 };
        let coming = self.cycle - phase;
        let coming = if coming < 32 { self.pattern << coming } else { 0 };
        ((running | coming) << 1) as Bits
    }

    /// The first day of a run that is not before this one.
    fn next(&self, day: i32) -> i64 {
        let phase = self.phase(day);
        i64::from(day) + if phase < self.run { 0 } else { self.cycle - phase }
    }
}

/// What the rule says about days, less BYSETPOS.
#[derive(Clone, Debug)]
pub(super) struct Days {
    pub(super) step: Step,
    /// Bit 1 is January.
    pub(super) by_month: u16,
    /// BYMONTHDAY in a month of 28, 29, 30 and 31 days.
    pub(super) by_month_day: [Bits; 4],
    /// Does a month of 28, 29, 30, 31 days lack a day of BYMONTHDAY that SKIP=FORWARD takes to the next month's first?
    pub(super) overflow: [bool; 4],
    /// BYDAY, by the weekday of the month's first day and its length.
    pub(super) by_day: [[Bits; 4]; 7],
    /// What numbers through the year.
    pub(super) year: Parts,
}

/// The days of the year last asked for, for rules with parts that number through the year.
#[derive(Clone, Debug, Default)]
pub(super) struct YearDays(Option<(i16, Months)>);

impl Days {
    /// Does the rule select every day there is?
    pub(super) fn is_every_day(&self) -> bool {
        matches!(self.step, Step::Every)
            && self.by_month & 0x1FFE == 0x1FFE
            && (28..=31).zip(self.by_month_day).all(|(len, days)| days & all(len) == all(len))
            && self.by_day == [[Bits::MAX; 4]; 7]
            && self.year.is_empty()
    }

    /// The selected days of a month, whichever period they are from.
    pub(super) fn of_month(&self, number: i32, year: &mut YearDays) -> Bits {
        self.own(number, year) | self.overflow_of(number - 1, year)
    }

    /// The days of a month that its own period selects.
    pub(super) fn own(&self, number: i32, year: &mut YearDays) -> Bits {
        match Month::numbered(number) {
            Some(month) if self.is_active(number) => {
                self.limit(month, self.by_month_day[length(month.len)] & all(month.len), year)
            }
            _ => 0,
        }
    }

    /// The first of the next month, if SKIP=FORWARD takes a day there that this month lacks.
    pub(super) fn overflow_of(&self, number: i32, year: &mut YearDays) -> Bits {
        if self.overflow == [false; 4] {
            return 0;
        }
        match (Month::numbered(number), Month::numbered(number + 1)) {
            (Some(month), Some(next)) if self.is_active(number) && self.overflow[length(month.len)] => {
                self.limit(next, 1 << 1, year)
            }
            _ => 0,
        }
    }

    /// What of these days is left by the parts that come after BYMONTHDAY and SKIP, and by those that need no order.
    fn limit(&self, month: Month, days: Bits, year: &mut YearDays) -> Bits {
        if days == 0 {
            return 0;
        }
        let first = month.first.to_days();
        let mut days = days & self.by_day[weekday(first) as usize][length(month.len)];
        if !self.year.is_empty() {
            days &= year.months(&self.year, month.first.year())[usize::from(month.first.month() - 1)];
        }
        if let Step::Days(stride) = &self.step {
            days &= stride.month(first);
        }
        days
    }

    /// Does a period of the rule have this month, and does BYMONTH?
    fn is_active(&self, number: i32) -> bool {
        self.by_month >> month_of_year(number) & 1 == 1
            && match self.step {
                Step::Every | Step::Days(_) => true,
                Step::Months { first, interval } => i64::from(number - first) % interval == 0,
                Step::Years { first, interval } => i64::from(number.div_euclid(12) - first) % interval == 0,
            }
    }

    /// The first month, not before this one, that can have selected days: whole months and years that cannot are passed
    /// over by arithmetic. `None` when there is none up to `last`.
    pub(super) fn next_month(
        &self,
        mut number: i32,
        last: i32,
        budget: &mut Budget,
    ) -> Result<Option<i32>, Exhausted> {
        while number <= last {
            budget.take_period()?;
            let next = self.skip(number);
            if next == i64::from(number) {
                return Ok(Some(number));
            }
            match i32::try_from(next) {
                Ok(next) => number = next,
                Err(_) => return Ok(None),
            }
        }
        Ok(None)
    }

    fn skip(&self, number: i32) -> i64 {
        let here = i64::from(number);
        if self.overflow != [false; 4] {
            return here;
        }
        let next = match &self.step {
            Step::Every => here,
            Step::Months { first, interval } => {
                round_up(i64::from(number - first), *interval) + i64::from(*first)
            }
            Step::Years { first, interval } => {
                let year = number.div_euclid(12);
                let next = round_up(i64::from(year - first), *interval) + i64::from(*first);
                if next == i64::from(year) { here } else { next * 12 }
            }
            Step::Days(stride) => match Month::numbered(number) {
                Some(month) => {
                    let next =
                        i32::try_from(stride.next(month.first.to_days())).ok().and_then(Date::from_days);
                    next.map_or(i64::MAX, |date| i64::from(Month::number_of(date)))
                }
                None => here,
            },
        };
        if next != here || self.by_month >> month_of_year(number) & 1 == 1 {
            return next;
        }
        let of_year = month_of_year(number);
        match self.by_month & (u16::MAX << of_year) {
            0 => here - i64::from(of_year) + 13,
            later => here - i64::from(of_year) + i64::from(later.trailing_zeros()),
        }
    }
}

impl YearDays {
    fn months(&mut self, parts: &Parts, year: i16) -> &Months {
        if self.0.is_none_or(|(known, _)| known != year) {
            self.0 = None;
        }
        &self.0.get_or_insert_with(|| (year, parts.of_year(year))).1
    }
}

/// The first multiple of `step` that is not below `number`, which is not negative.
const fn round_up(number: i64, step: i64) -> i64 {
    match number % step {
        0 => number,
        over => number + (step - over),
    }
}

/// Where a month's length stands in a table of four.
const fn length(len: u8) -> usize {
    (len as usize).saturating_sub(28) & 3
}

/// The weekday of a day since 1970, which was a Thursday's.
const fn weekday(day: i32) -> u32 {
    (day + 4).rem_euclid(7) as u32
}

/// BYMONTHDAY as masks for months of 28 to 31 days.
pub(super) fn month_days(list: &[i8]) -> [Bits; 4] {
    [28, 29, 30, 31].map(|len| {
        let mut days = 0;
        for &nth in list {
            let day = if nth > 0 { i32::from(nth) } else { i32::from(len) + 1 + i32::from(nth) };
            if (1..=i32::from(len)).contains(&day) {
                days |= 1 << day;
            }
        }
        days
    })
}

/// BYDAY as masks, by the weekday of a month's first day and its length; numbers count within the month.
pub(super) fn weekdays(list: &[WeekdayNum]) -> [[Bits; 4]; 7] {
    Weekday::ALL.map(|first| {
        [28, 29, 30, 31].map(|len| {
            let mut days = 0;
            for day in list {
                let earliest = 1 + day.weekday.days_since(first) as i32;
                let latest = earliest + (len - earliest) / 7 * 7;
                days |= match day.nth.map(i32::from) {
                    None => 0x1020_4081 << earliest,
                    Some(nth @ 1..=5) => bit(earliest + 7 * (nth - 1), len),
                    Some(nth @ -5..=-1) => bit(latest + 7 * (nth + 1), len),
                    Some(_) => 0,
                };
            }
            days
        })
    })
}

fn bit(day: i32, len: i32) -> Bits {
    if (1..=len).contains(&day) { 1 << day } else { 0 }
}
