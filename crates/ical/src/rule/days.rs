//! The days that a rule selects. The days of a month are the bits of one word, and each BY part is a mask on
//! it: two look-ups, by the month's length and by the weekday of its first day, are all that most rules need.

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

/// A month, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Month {
    /// Months since January of the year 0.
    pub(super) number: i32,
    pub(super) first: Date,
    /// The first day, in days since 1970.
    pub(super) day: i32,
    /// How many days it has.
    pub(super) len: u8,
}

impl Month {
    /// The number of the month that has this day.
    pub(super) const fn number_of(date: Date) -> i32 {
        date.year() as i32 * 12 + date.month() as i32 - 1
    }

    /// The month that has this day.
    pub(super) const fn of(date: Date) -> Self {
        let first = date.with_day(1);
        let len = days_in_month(date.year(), date.month());
        Self { number: Self::number_of(date), first, day: first.to_days(), len }
    }

    /// The month of this number, in the years 0 to 9999.
    pub(super) fn numbered(number: i32) -> Option<Self> {
        let year = i16::try_from(number.div_euclid(12)).ok()?;
        Date::new(year, number.rem_euclid(12) as u8 + 1, 1).map(Self::of)
    }

    /// The month after it.
    pub(super) fn next(self) -> Option<Self> {
        let first = match (self.first.year(), self.first.month()) {
            (year, 12) => Date::new(year + 1, 1, 1)?,
            (year, month) => Date::new(year, month + 1, 1)?,
        };
        let len = days_in_month(first.year(), first.month());
        Some(Self { number: self.number + 1, first, day: self.day + i32::from(self.len), len })
    }

    /// Where its length stands in a table of four.
    const fn length(self) -> usize {
        (self.len as usize).saturating_sub(28) & 3
    }

    /// The weekday of its first day. 1 January 1970 was a Thursday.
    const fn weekday(self) -> usize {
        (self.day + 4).rem_euclid(7) as usize
    }
}

/// Which periods INTERVAL leaves.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Each one.
    Every,
    /// Every nth month, from the month of this number.
    Months { first: i32, interval: u32 },
    /// Every nth year, from this one.
    Years { first: i32, interval: u32 },
    /// Days or weeks.
    Days(Stride),
}

/// Runs of days that return: a day every n days, or a week every n weeks.
#[derive(Clone, Debug)]
pub(super) struct Stride {
    /// The first day of one run, in days since 1970.
    first: i32,
    /// The days of a run: 1 or 7.
    run: i32,
    /// The days from one run's first to the next one's.
    cycle: i32,
    /// The runs that begin within 64 days; the first begins at bit 0.
    pattern: u64,
}

impl Stride {
    pub(super) fn new(first: i32, run: i32, interval: u32) -> Self {
        // A longer interval than all the years there are is as good as one of their length.
        const LONGEST: i32 = 10_000 * 366;
        let cycle = run * i32::try_from(interval).map_or(LONGEST, |interval| interval.min(LONGEST));
        let pattern = (0..64).filter(|day| day % cycle < run).fold(0, |bits, day| bits | 1 << day);
        Self { first, run, cycle, pattern }
    }

    /// How many days into its cycle this day is.
    const fn phase(&self, day: i32) -> i32 {
        (day - self.first).rem_euclid(self.cycle)
    }

    /// The days of the month that begins on this day.
    const fn month(&self, first: i32) -> Bits {
        let phase = self.phase(first);
        let running = if phase < 64 { self.pattern >> phase } else { 0 };
        let coming = self.cycle - phase;
        let coming = if coming < 32 { self.pattern << coming } else { 0 };
        ((running | coming) << 1) as Bits
    }

    /// The first day of a run that is not before this one.
    const fn next(&self, day: i32) -> i32 {
        let phase = self.phase(day);
        if phase < self.run { day } else { day + (self.cycle - phase) }
    }
}

/// What the rule says about days, less BYSETPOS.
#[derive(Clone, Debug)]
pub(super) struct Days {
    /// The number of the first month of DTSTART's period.
    pub(super) first: i32,
    pub(super) step: Step,
    /// Bit 1 is January.
    pub(super) by_month: u16,
    /// BYMONTHDAY in a month of 28, 29, 30 and 31 days.
    pub(super) by_month_day: [Bits; 4],
    /// Does a month of 28, 29, 30, 31 days lack a day of BYMONTHDAY that SKIP=FORWARD takes to the next
    /// month's first?
    pub(super) overflow: Option<[bool; 4]>,
    /// BYDAY, by the weekday of the month's first day and its length.
    pub(super) by_day: [[Bits; 4]; 7],
    /// Do numbers in BYDAY count within the month?
    pub(super) numbers_in_month: bool,
    /// What numbers through the year.
    pub(super) year: Option<Parts>,
}

/// The days of the year last asked for, for rules with parts that number through the year.
#[derive(Clone, Debug, Default)]
pub(super) struct YearDays(Option<(i16, Months)>);

/// BYDAY when it is not there.
pub(super) const ANY_WEEKDAY: [[Bits; 4]; 7] = [[Bits::MAX; 4]; 7];

impl Days {
    /// If only INTERVAL and weekdays say which days: after how many days the same come again, and how many
    /// these are.
    pub(super) fn cycle(&self) -> Option<(i32, u32)> {
        let is_free = self.by_month & 0x1FFE == 0x1FFE && self.by_month_day == [Bits::MAX; 4];
        if !is_free || self.numbers_in_month || self.year.is_some() || self.overflow.is_some() {
            return None;
        }
        let weekdays = self.by_day[Weekday::Sunday as usize][0] & all(7);
        match &self.step {
            Step::Every => Some((7, weekdays.count_ones())),
            Step::Days(stride) if stride.run == 7 => Some((stride.cycle, weekdays.count_ones())),
            Step::Days(stride) if weekdays == all(7) => Some((stride.cycle, 1)),
            Step::Days(_) | Step::Months { .. } | Step::Years { .. } => None,
        }
    }

    /// The selected days of a month, whichever period they are from.
    #[inline]
    pub(super) fn of_month(&self, month: Month, year: &mut YearDays) -> Bits {
        match self.overflow {
            None => self.own(month, year),
            Some(_) => {
                let before = Month::numbered(month.number - 1);
                self.own(month, year) | before.map_or(0, |before| self.overflow_of(before, year))
            }
        }
    }

    /// The days of a month that its own period selects.
    #[inline]
    pub(super) fn own(&self, month: Month, year: &mut YearDays) -> Bits {
        if !self.is_active(month) {
            return 0;
        }
        self.limit(month, self.by_month_day[month.length()] & all(month.len), year)
    }

    /// The first of the next month, if SKIP=FORWARD takes a day there that this month lacks. What is before
    /// DTSTART's period is in none.
    pub(super) fn overflow_of(&self, month: Month, year: &mut YearDays) -> Bits {
        let overflows = self.overflow.is_some_and(|overflow| overflow[month.length()]);
        match month.next() {
            Some(next) if overflows && month.number >= self.first && self.is_active(month) => {
                self.limit(next, 1 << 1, year)
            }
            _ => 0,
        }
    }

    /// What of these days is left by the parts that come after BYMONTHDAY and SKIP, and by those that need no
    /// order.
    #[inline]
    fn limit(&self, month: Month, days: Bits, year: &mut YearDays) -> Bits {
        let mut days = days & self.by_day[month.weekday()][month.length()];
        if let Some(parts) = &self.year {
            days &= year.months(parts, month.first.year())[usize::from(month.first.month() - 1)];
        }
        if let Step::Days(stride) = &self.step {
            days &= stride.month(month.day);
        }
        days
    }

    /// Does a period of the rule have this month, and does BYMONTH?
    fn is_active(&self, month: Month) -> bool {
        self.by_month >> month.first.month() & 1 == 1
            && match self.step {
                Step::Every | Step::Days(_) => true,
                Step::Months { first, interval } => {
                    (month.number - first).unsigned_abs().is_multiple_of(interval)
                }
                Step::Years { first, interval } => {
                    (i32::from(month.first.year()) - first).unsigned_abs().is_multiple_of(interval)
                }
            }
    }

    /// The first month, not before this one, that can have selected days: whole months and years that cannot
    /// are passed over by arithmetic. `None` when there is none up to the month numbered `last`.
    pub(super) fn open(
        &self,
        mut month: Month,
        last: i32,
        budget: &mut Budget,
    ) -> Result<Option<Month>, Exhausted> {
        while month.number <= last {
            budget.take_period()?;
            let Some(later) = self.later(month) else { return Ok(Some(month)) };
            match i32::try_from(later).ok().and_then(Month::numbered) {
                Some(later) => month = later,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// If this month cannot have selected days, the number of a later one before which none can.
    fn later(&self, month: Month) -> Option<i64> {
        if self.overflow.is_some() {
            return None;
        }
        let of_year = month.first.month();
        match &self.step {
            Step::Months { first, interval } => {
                let over = (month.number - first).unsigned_abs() % interval;
                if over > 0 {
                    return Some(i64::from(month.number) + i64::from(interval - over));
                }
            }
            Step::Years { first, interval } => {
                let over = (i32::from(month.first.year()) - first).unsigned_abs() % interval;
                if over > 0 {
                    return Some(
                        i64::from(month.number) - i64::from(of_year) + 1 + i64::from(interval - over) * 12,
                    );
                }
            }
            Step::Days(stride) if stride.cycle > 31 => {
                let Some(next) = Date::from_days(stride.next(month.day)) else { return Some(i64::MAX) };
                let next = Month::number_of(next);
                if next > month.number {
                    return Some(i64::from(next));
                }
            }
            Step::Every | Step::Days(_) => {}
        }
        if self.by_month >> of_year & 1 == 1 {
            return None;
        }
        let number = match self.by_month & (u16::MAX << of_year) {
            0 => 13,
            later => later.trailing_zeros(),
        };
        Some(i64::from(month.number) - i64::from(of_year) + i64::from(number))
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

/// BYMONTHDAY as masks for months of 28 to 31 days.
pub(super) fn month_days(list: &[i8]) -> [Bits; 4] {
    [28, 29, 30, 31].map(|len| {
        let mut days = 0;
        for &nth in list {
            let day = if nth > 0 { i32::from(nth) } else { len + 1 + i32::from(nth) };
            if (1..=len).contains(&day) {
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
