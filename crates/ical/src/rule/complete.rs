//! A rule with what it leaves to DTSTART filled in, and from there its masks (RFC 5545 3.3.10, RFC 8984
//! 4.3.3.1).

use std::borrow::Cow;

use crate::civil::{DateTime, SECONDS_PER_DAY};
use crate::value::{Frequency, Month, Recur, Skip, WeekdayNum};

use super::days::{self, Bits, Days, Step, Stride};
use super::positions::{Period, Positions};
use super::ticks::Ticks;
use super::times::{Product, Times};
use super::{Expansion, Start, year};

const HOURS: u64 = (1 << 24) - 1;
const MINUTES: u64 = (1 << 60) - 1;
const SECONDS: u64 = MINUTES;

/// What the numbers of BYDAY count in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    Month,
    Year,
    /// They may not be there, and are ignored.
    Nothing,
}

pub(super) struct Complete<'a> {
    recur: Cow<'a, Recur>,
    start: DateTime,
    is_date: bool,
    numbers: Numbers,
}

impl<'a> Complete<'a> {
    pub(super) fn new(recur: &'a Recur, start: Start) -> Self {
        let numbers = match recur.freq {
            Frequency::Monthly => Numbers::Month,
            Frequency::Yearly if !recur.by_week_no.is_empty() => Numbers::Nothing,
            Frequency::Yearly if !recur.by_month.is_empty() => Numbers::Month,
            Frequency::Yearly => Numbers::Year,
            _ => Numbers::Nothing,
        };
        let is_date = matches!(start, Start::Date(_));
        let mut complete = Self { recur: Cow::Borrowed(recur), start: start.wall(), is_date, numbers };
        complete.add_implied_days();
        complete
    }

    /// The implicit parts of RFC 8984 4.3.3.1, as far as they are about days.
    fn add_implied_days(&mut self) {
        let Recur { freq, by_day, by_month_day, by_year_day, by_week_no, by_month, .. } = &*self.recur;
        let no_days = by_day.is_empty() && by_month_day.is_empty();
        let is_yearly = *freq == Frequency::Yearly && by_year_day.is_empty();
        let weekday = (*freq == Frequency::Weekly && by_day.is_empty())
            || (is_yearly && !by_week_no.is_empty() && no_days);
        let month_day = no_days && (*freq == Frequency::Monthly || (is_yearly && by_week_no.is_empty()));
        let month = is_yearly
            && by_month.is_empty()
            && by_week_no.is_empty()
            && (!by_month_day.is_empty() || by_day.is_empty());
        let date = self.start.date;
        if weekday {
            self.recur.to_mut().by_day = vec![WeekdayNum { nth: None, weekday: date.weekday() }];
        }
        if month_day {
            self.recur.to_mut().by_month_day = vec![date.day() as i8];
        }
        if month {
            self.recur.to_mut().by_month = vec![Month { number: date.month(), is_leap: false }];
        }
    }

    pub(super) fn days(&self) -> Days {
        let recur = &*self.recur;
        let (by_month_day, overflow) = self.month_days();
        let has_numbers = recur.by_day.iter().any(|day| day.nth.is_some());
        let year_numbers = has_numbers && self.numbers == Numbers::Year;
        let year = year::Parts {
            by_year_day: distinct(&recur.by_year_day, |nth| *nth),
            by_day: distinct(&recur.by_day, |day| (day.nth, day.weekday)).filter(|_| year_numbers),
            by_week_no: distinct(&recur.by_week_no, |nth| *nth),
            week_start: recur.week_start(),
        };
        let has_year_parts = year_numbers || year.by_year_day.is_some() || year.by_week_no.is_some();
        Days {
            first: match recur.freq {
                Frequency::Yearly => i32::from(self.start.date.year()) * 12,
                _ => days::Month::number_of(self.start.date),
            },
            step: self.step(),
            by_month: if recur.by_month.is_empty() { !0 } else { months(&recur.by_month) },
            by_month_day,
            overflow,
            by_day: match self.numbers {
                _ if recur.by_day.is_empty() || year_numbers => days::ANY_WEEKDAY,
                Numbers::Month => days::weekdays(&recur.by_day),
                Numbers::Year | Numbers::Nothing => days::weekdays(&without_numbers(&recur.by_day)),
            },
            numbers_in_month: has_numbers && self.numbers == Numbers::Month,
            year: has_year_parts.then_some(year),
        }
    }

    /// BYMONTHDAY with SKIP: the days of months of 28 to 31 days, and which of them reach into the next
    /// month.
    fn month_days(&self) -> ([Bits; 4], Option<[bool; 4]>) {
        let recur = &*self.recur;
        if recur.by_month_day.is_empty() {
            return ([Bits::MAX; 4], None);
        }
        let mut listed = days::month_days(&recur.by_month_day);
        // Candidates that do not exist are there in these rules only, and BYYEARDAY and BYWEEKNO remove them.
        let can_skip = matches!(recur.freq, Frequency::Monthly | Frequency::Yearly)
            && recur.by_year_day.is_empty()
            && recur.by_week_no.is_empty();
        let lacks = [28, 29, 30, 31].map(|len| can_skip && recur.by_month_day.iter().any(|day| *day > len));
        match recur.skip {
            Skip::Omit => (listed, None),
            Skip::Forward => (listed, Some(lacks).filter(|lacks| lacks.contains(&true))),
            Skip::Backward => {
                for ((days, len), lacks) in listed.iter_mut().zip(28..).zip(lacks) {
                    *days |= Bits::from(lacks) << len;
                }
                (listed, None)
            }
        }
    }

    fn step(&self) -> Step {
        let interval = self.recur.interval.get();
        let (freq, date) = (self.recur.freq, self.start.date);
        match freq {
            _ if interval == 1 || freq < Frequency::Daily => Step::Every,
            Frequency::Yearly => Step::Years { first: i32::from(date.year()), interval },
            Frequency::Monthly => Step::Months { first: days::Month::number_of(date), interval },
            Frequency::Weekly => Step::Days(Stride::new(self.week(), 7, interval)),
            _ => Step::Days(Stride::new(date.to_days(), 1, interval)),
        }
    }

    /// The first day of DTSTART's week, in days since 1970.
    fn week(&self) -> i32 {
        let date = self.start.date;
        date.to_days() - date.weekday().days_since(self.recur.week_start()) as i32
    }

    pub(super) fn expansion(&self) -> Expansion {
        let recur = &*self.recur;
        let times = self.times();
        let expansion = match recur.freq {
            Frequency::Secondly | Frequency::Minutely | Frequency::Hourly => self.ticks(times),
            Frequency::Daily => Expansion::Times(Times::Product(times).at_positions(&recur.by_set_pos)),
            _ if recur.by_set_pos.is_empty() => Expansion::Times(Times::Product(times)),
            _ => Expansion::Positions(Positions {
                positions: distinct(&recur.by_set_pos, |position| *position).unwrap_or_default(),
                times: Times::Product(times),
                period: match recur.freq {
                    Frequency::Weekly => Period::Week(self.week()),
                    Frequency::Monthly => Period::Month(days::Month::number_of(self.start.date)),
                    _ => Period::Year(i32::from(self.start.date.year())),
                },
                interval: i64::from(recur.interval.get()),
            }),
        };
        match expansion {
            Expansion::Times(times) if times.len() == 0 => Expansion::Start,
            Expansion::Ticks(ticks) if ticks.within.len() == 0 => Expansion::Start,
            expansion => expansion,
        }
    }

    /// BYHOUR, BYMINUTE and BYSECOND, or what stands instead: DTSTART's, or every one in a FREQ that is as
    /// short.
    fn times(&self) -> Product {
        let recur = &*self.recur;
        let of = |list: &[u8], shortest, start: u8, every: u64| match list {
            _ if self.is_date && recur.freq >= shortest => 1,
            _ if self.is_date => every,
            [] if recur.freq >= shortest => 1 << start,
            [] => every,
            // A second of 60 is the 59th (RFC 5545 3.3.12).
            list => list.iter().fold(0, |bits, &n| bits | 1u64 << n.min(59)) & every,
        };
        let time = self.start.time;
        Product {
            hours: of(&recur.by_hour, Frequency::Daily, time.hour(), HOURS),
            minutes: of(&recur.by_minute, Frequency::Hourly, time.minute(), MINUTES),
            seconds: of(&recur.by_second, Frequency::Minutely, time.second(), SECONDS),
        }
    }

    /// A FREQ shorter than a day. Where its interval divides the next longer unit, each day has the same
    /// times, which are lists again: `FREQ=MINUTELY;INTERVAL=20` is `BYMINUTE=0,20,40` on every day.
    fn ticks(&self, times: Product) -> Expansion {
        let (interval, time) = (self.recur.interval.get(), self.start.time);
        let every = |start: u8, of: u32, list: u64| {
            match of % interval {
                0 => Some((0..of).filter(|n| n % interval == u32::from(start) % interval)),
                _ => None,
            }
            .map(|numbers| list & numbers.fold(0, |bits, n| bits | 1 << n))
        };
        let (unit, within, fitting) = match self.recur.freq {
            Frequency::Hourly => (
                3600,
                Product { hours: 1, ..times },
                every(time.hour(), 24, times.hours).map(|hours| Product { hours, ..times }),
            ),
            Frequency::Minutely => (
                60,
                Product { hours: 1, minutes: 1, ..times },
                every(time.minute(), 60, times.minutes).map(|minutes| Product { minutes, ..times }),
            ),
            _ => (
                1,
                Product { hours: 1, minutes: 1, seconds: 1 },
                every(time.second(), 60, times.seconds).map(|seconds| Product { seconds, ..times }),
            ),
        };
        if let Some(product) = fitting
            && self.recur.by_set_pos.is_empty()
            && !self.is_date
        {
            return Expansion::Times(Times::Product(product));
        }
        let day = i64::from(self.start.date.to_days()) * SECONDS_PER_DAY;
        let second = i64::from(time.to_seconds());
        Expansion::Ticks(Ticks {
            unit,
            interval: i64::from(interval),
            first: day + second - second % unit,
            limits: Product {
                hours: times.hours,
                minutes: if unit <= 60 { times.minutes } else { MINUTES },
                seconds: if unit == 1 { times.seconds } else { SECONDS },
            },
            within: Times::Product(within).at_positions(&self.recur.by_set_pos),
        })
    }
}

/// BYMONTH as a mask; months that no Gregorian year has are left out.
fn months(list: &[Month]) -> u16 {
    let numbers = list.iter().filter(|month| !month.is_leap && month.number <= 12).map(|month| month.number);
    numbers.fold(0, |bits, number| bits | 1 << number) & !1
}

fn without_numbers(list: &[WeekdayNum]) -> Vec<WeekdayNum> {
    list.iter().map(|day| WeekdayNum { nth: None, ..*day }).collect()
}

/// The list's members, each once; `None` if there are none.
fn distinct<T: Clone + PartialEq, K: Ord>(list: &[T], key: impl Fn(&T) -> K) -> Option<Vec<T>> {
    let mut list = list.to_vec();
    list.sort_unstable_by_key(key);
    list.dedup();
    Some(list).filter(|list| !list.is_empty())
}
