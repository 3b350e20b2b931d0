//! BYSETPOS in WEEKLY, MONTHLY and YEARLY rules (RFC 5545 3.3.10).

use crate::civil::{Date, DateTime, Time};

use super::budget::{Budget, Exhausted};
use super::days::{Bits, Days, Month, YearDays, all};
use super::times::{self, Times};

/// A rule's sets of instances, one for each period, and which of each set are kept.
///
/// A set is numbered whole, with what it has before DTSTART. It is not made: a place in it is a day and a
/// time by division, so that dense lists of times cost nothing.
#[derive(Clone, Debug)]
pub(super) struct Positions {
    pub(super) positions: Vec<i32>,
    pub(super) times: Times,
    pub(super) period: Period,
    pub(super) interval: i64,
}

/// The first period of the rule: the one that has DTSTART.
#[derive(Clone, Copy, Debug)]
pub(super) enum Period {
    /// The week that begins on this day, in days since 1970.
    Week(i32),
    /// The month of this number.
    Month(i32),
    /// The year.
    Year(i32),
}

impl Period {
    /// The period, `nth` further on, and the day it begins on, if that is within the years 0 to 9999. A week
    /// that begins before them begins with them.
    fn plus(self, nth: i64) -> Option<(Self, Date)> {
        let add = |first: i32, times: i64| i32::try_from(nth.checked_mul(times)? + i64::from(first)).ok();
        match self {
            Self::Week(first) => {
                let day = add(first, 7)?;
                Some((Self::Week(day), Date::from_days(day.max(Date::MIN.to_days()))?))
            }
            Self::Month(first) => {
                let number = add(first, 1)?;
                Some((Self::Month(number), Month::numbered(number)?.first))
            }
            Self::Year(first) => {
                let year = add(first, 1)?;
                Some((Self::Year(year), Date::new(i16::try_from(year).ok()?, 1, 1)?))
            }
        }
    }

    /// How many periods later this date is.
    fn distance(self, date: Date) -> i64 {
        match self {
            Self::Week(first) => i64::from(date.to_days() - first).div_euclid(7),
            Self::Month(first) => i64::from(Month::number_of(date) - first),
            Self::Year(first) => i64::from(i32::from(date.year()) - first),
        }
    }
}

/// The days of a period: those of up to twelve months, from the month of this number on.
struct Set {
    month: i32,
    days: [Bits; 12],
}

impl Set {
    fn new(period: Period, begins: Date, days: &Days, year: &mut YearDays) -> Self {
        let month = Month::of(begins);
        let mut set = Self { month: month.number, days: [0; 12] };
        match period {
            Period::Week(first) => {
                let week = (first + 7 - begins.to_days()) as u8;
                let before = begins.day() - 1;
                let end = before + week;
                set.days[0] = days.of_month(month, year) & all(end.min(month.len)) & !all(before);
                if let Some(next) = month.next().filter(|_| end > month.len) {
                    set.days[1] = days.of_month(next, year) & all(end - month.len);
                }
            }
            Period::Month(_) => {
                set.days[0] = days.own(month, year);
                set.days[1] = days.overflow_of(month, year);
            }
            Period::Year(_) => {
                let months = std::iter::successors(Some(month), |month| month.next());
                for (month, of_month) in months.zip(&mut set.days) {
                    *of_month = days.of_month(month, year);
                }
            }
        }
        set
    }

    fn len(&self) -> u64 {
        self.days.iter().map(|days| u64::from(days.count_ones())).sum()
    }

    fn nth(&self, mut place: u64) -> Option<Date> {
        for (number, &days) in (self.month..).zip(&self.days) {
            let count = u64::from(days.count_ones());
            if place < count {
                let day = times::select(u64::from(days), place)?;
                return Some(Month::numbered(number)?.first.with_day(day));
            }
            place -= count;
        }
        None
    }
}

/// A place among the instances of a rule with BYSETPOS.
#[derive(Clone, Debug, Default)]
pub(super) struct Walk {
    /// How many periods of the rule were read.
    read: i64,
    /// No instance before this one.
    from: Option<DateTime>,
    /// Kept instances that were not given yet, the next one last.
    kept: Vec<DateTime>,
    places: Vec<u64>,
    year: YearDays,
}

impl Walk {
    /// The place before the first instance that is not earlier than this.
    pub(super) fn place(&mut self, wall: DateTime, sets: &Positions, days: &Days) {
        // The month before may reach into this one (SKIP=FORWARD).
        let reach = i64::from(days.overflow.is_some());
        self.read = (sets.period.distance(wall.date) / sets.interval - reach).max(0);
        self.from = Some(wall);
        self.kept.clear();
    }

    pub(super) fn next(
        &mut self,
        sets: &Positions,
        days: &Days,
        last: DateTime,
        budget: &mut Budget,
    ) -> Result<Option<DateTime>, Exhausted> {
        loop {
            let step = sets.period.plus(self.read.saturating_mul(sets.interval));
            let begins = step.map_or(DateTime::MAX, |(_, date)| date.midnight());
            if let Some(&instance) = self.kept.last()
                && (instance < begins || step.is_none())
            {
                self.kept.pop();
                return Ok(Some(instance));
            }
            let Some((period, date)) = step.filter(|_| begins <= last) else {
                return Ok(self.kept.pop());
            };
            // A period, and the work of as many for long lists.
            for _ in 0..=sets.positions.len() / 64 {
                budget.take_period()?;
            }
            self.read += 1;
            let set = Set::new(period, date, days, &mut self.year);
            self.keep(&set, sets);
        }
    }

    fn keep(&mut self, set: &Set, sets: &Positions) {
        let times = sets.times.len();
        times::places_of(&sets.positions, set.len() * times, &mut self.places);
        for &place in &self.places {
            let time: Option<Time> = sets.times.nth(place % times);
            if let (Some(date), Some(time)) = (set.nth(place / times), time) {
                self.kept
                    .extend(Some(date.at(time)).filter(|wall| self.from.is_none_or(|from| *wall >= from)));
            }
        }
        self.kept.sort_unstable_by(|one, other| other.cmp(one));
        self.kept.dedup();
    }
}
