//! A slow expander that does what RFC 8984 4.3.3.1 says, step by step: it makes every candidate of a period
//! and removes those that a part does not list. It shares nothing with the real one but the types of values.

use std::collections::BTreeSet;

use ical::civil::Weekday;
use ical::value::{Frequency, Recur, Skip};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

/// A day that a period may have. Under SKIP it need not exist.
#[derive(Clone, Copy)]
struct Candidate {
    year: i16,
    month: i8,
    day: i8,
}

impl Candidate {
    fn date(self) -> Option<Date> {
        Date::new(self.year, self.month, self.day).ok()
    }

    fn of(date: Date) -> Self {
        Self { year: date.year(), month: date.month(), day: date.day() }
    }
}

/// The instances of a rule that come from its first periods, and where the period after them begins. All
/// instances before that are there.
pub(crate) fn expand(
    recur: &Recur,
    start: DateTime,
    is_date: bool,
    periods: u32,
) -> (Vec<DateTime>, DateTime) {
    let numbers_in_month = recur.freq == Frequency::Monthly || !recur.by_month.is_empty();
    let recur = &with_implied(recur, start, is_date);
    let first = period_start(recur, start);
    let mut instances = BTreeSet::from([start]);
    let mut begins = first;
    for number in 1..=periods {
        let mut set: Vec<DateTime> = Vec::new();
        for date in days(recur, begins, numbers_in_month) {
            set.extend(times(recur, begins).map(|time| date.to_datetime(time)));
        }
        let chosen = recur.by_set_pos.iter().filter_map(|&position| {
            let place = i64::from(position) + if position > 0 { -1 } else { set.len() as i64 };
            usize::try_from(place).ok().and_then(|place| set.get(place))
        });
        let kept: Vec<DateTime> =
            if recur.by_set_pos.is_empty() { set.clone() } else { chosen.copied().collect() };
        instances.extend(kept.into_iter().filter(|instance| *instance >= start));
        begins = nth_period(recur, first, i64::from(number) * i64::from(recur.interval.get()));
    }
    if is_date {
        begins = begins.date().to_datetime(Time::midnight());
        instances =
            instances.into_iter().map(|instance| instance.date().to_datetime(Time::midnight())).collect();
    }
    let count = recur.count.map_or(usize::MAX, |count| count.get() as usize);
    (
        instances
            .into_iter()
            .filter(|instance| *instance < begins || *instance == start)
            .take(count)
            .collect(),
        begins,
    )
}

/// "The following properties MUST be implicitly added to the rule under the given conditions".
fn with_implied(recur: &Recur, start: DateTime, is_date: bool) -> Recur {
    let mut rule = recur.clone();
    if is_date {
        (rule.by_hour, rule.by_minute, rule.by_second) = (vec![], vec![], vec![]);
    }
    let freq = rule.freq;
    if freq > Frequency::Secondly && rule.by_second.is_empty() {
        rule.by_second = vec![start.second() as u8];
    }
    if freq > Frequency::Minutely && rule.by_minute.is_empty() {
        rule.by_minute = vec![start.minute() as u8];
    }
    if freq > Frequency::Hourly && rule.by_hour.is_empty() {
        rule.by_hour = vec![start.hour() as u8];
    }
    let weekday = Recur::parse(&format!("FREQ=DAILY;BYDAY={}", weekday(start.date()).code())).unwrap().by_day;
    let month = Recur::parse(&format!("FREQ=DAILY;BYMONTH={}", start.month())).unwrap().by_month;
    if freq == Frequency::Weekly && rule.by_day.is_empty() {
        rule.by_day = weekday;
    } else if freq == Frequency::Monthly && rule.by_day.is_empty() && rule.by_month_day.is_empty() {
        rule.by_month_day = vec![start.day()];
    } else if freq == Frequency::Yearly && rule.by_year_day.is_empty() {
        let (days, weekdays) = (!rule.by_month_day.is_empty(), !rule.by_day.is_empty());
        let weeks = !rule.by_week_no.is_empty();
        if rule.by_month.is_empty() && !weeks && (days || !weekdays) {
            rule.by_month = month;
        }
        if !days && !weeks && !weekdays {
            rule.by_month_day = vec![start.day()];
        }
        if weeks && !days && !weekdays {
            rule.by_day = weekday;
        }
    }
    rule
}

fn weekday(date: Date) -> Weekday {
    Weekday::ALL[date.weekday().to_sunday_zero_offset() as usize]
}

fn period_start(recur: &Recur, at: DateTime) -> DateTime {
    let midnight = at.date().to_datetime(Time::midnight());
    match recur.freq {
        Frequency::Secondly => at,
        Frequency::Minutely => at - i64::from(at.second()).seconds(),
        Frequency::Hourly => midnight + i64::from(at.hour()).hours(),
        Frequency::Daily => midnight,
        Frequency::Weekly => week_start(at.date(), recur.week_start()).to_datetime(Time::midnight()),
        Frequency::Monthly => at.date().first_of_month().to_datetime(Time::midnight()),
        Frequency::Yearly => at.date().first_of_year().to_datetime(Time::midnight()),
    }
}

fn nth_period(recur: &Recur, first: DateTime, nth: i64) -> DateTime {
    match recur.freq {
        Frequency::Secondly => first + nth.seconds(),
        Frequency::Minutely => first + nth.minutes(),
        Frequency::Hourly => first + nth.hours(),
        Frequency::Daily => first + nth.days(),
        Frequency::Weekly => first + nth.weeks(),
        Frequency::Monthly => first + nth.months(),
        Frequency::Yearly => first + nth.years(),
    }
}

fn week_start(mut date: Date, first: Weekday) -> Date {
    while weekday(date) != first {
        date = date.yesterday().unwrap();
    }
    date
}

/// The days of a period that no part removes, ascending.
fn days(recur: &Recur, begins: DateTime, numbers_in_month: bool) -> Vec<Date> {
    let skips = recur.skip != Skip::Omit && !recur.by_month_day.is_empty();
    let (from, mut candidates) = (begins.date(), Vec::new());
    match recur.freq {
        Frequency::Yearly | Frequency::Monthly => {
            let months = if recur.freq == Frequency::Yearly { 1..=12 } else { from.month()..=from.month() };
            for month in months {
                candidates.extend((1..=31).map(|day| Candidate { year: from.year(), month, day }));
            }
            candidates.retain(|day| skips || day.date().is_some());
        }
        Frequency::Weekly => candidates.extend((0..7).map(|day| Candidate::of(from + day.days()))),
        _ => candidates.push(Candidate::of(from)),
    }
    candidates.retain(|day| {
        recur.by_month.is_empty() || recur.by_month.iter().any(|month| month.number == day.month as u8)
    });
    candidates
        .retain(|day| recur.by_week_no.is_empty() || day.date().is_some_and(|date| in_weeks(date, recur)));
    candidates.retain(|day| {
        recur.by_year_day.is_empty() || day.date().is_some_and(|date| in_year_days(date, &recur.by_year_day))
    });
    candidates.retain(|day| recur.by_month_day.is_empty() || in_month_days(*day, &recur.by_month_day));
    let mut dates: BTreeSet<Date> = candidates.into_iter().map(|day| existing(day, recur.skip)).collect();
    dates.retain(|date| recur.by_day.is_empty() || in_weekdays(*date, recur, numbers_in_month));
    dates.into_iter().collect()
}

/// "change the date to the first day of the next month (if skip is "forward") or the last day of the current
/// month".
fn existing(day: Candidate, skip: Skip) -> Date {
    let first = Date::new(day.year, day.month, 1).unwrap();
    match (day.date(), skip) {
        (Some(date), _) => date,
        (None, Skip::Forward) => first.last_of_month().tomorrow().unwrap(),
        (None, _) => first.last_of_month(),
    }
}

fn in_month_days(day: Candidate, list: &[i8]) -> bool {
    let len = Date::new(day.year, day.month, 1).unwrap().days_in_month();
    list.iter().any(|&nth| if nth > 0 { day.day == nth } else { day.day - len - 1 == nth })
}

fn in_year_days(date: Date, list: &[i16]) -> bool {
    list.iter().any(|&nth| nth == date.day_of_year() || nth == date.day_of_year() - date.days_in_year() - 1)
}

/// The number of the date's week, from the first and from the last, of the year that has four of its days or
/// more.
fn in_weeks(date: Date, recur: &Recur) -> bool {
    let week = week_start(date, recur.week_start());
    let year_of = |week: Date| (week + 3.days()).year();
    let weeks_until = |step: i64| {
        let mut number = 1;
        while year_of(week + (number * step).weeks()) == year_of(week) {
            number += 1;
        }
        number
    };
    let numbers = [weeks_until(-1), -weeks_until(1)];
    recur.by_week_no.iter().any(|&nth| numbers.contains(&i64::from(nth)))
}

fn in_weekdays(date: Date, recur: &Recur, numbers_in_month: bool) -> bool {
    let has_numbers = match recur.freq {
        Frequency::Monthly => true,
        Frequency::Yearly => recur.by_week_no.is_empty(),
        _ => false,
    };
    let is_within =
        |other: Date| other.year() == date.year() && (!numbers_in_month || other.month() == date.month());
    let nth = |step: i64| {
        let mut number = 1;
        while is_within(date + (number * step).weeks()) {
            number += 1;
        }
        number
    };
    recur.by_day.iter().any(|day| {
        day.weekday == weekday(date)
            && match day.nth.map(i64::from) {
                Some(number) if has_numbers => number == nth(-1) || number == -nth(1),
                _ => true,
            }
    })
}

/// The times of day of a period that no part removes, ascending.
fn times(recur: &Recur, begins: DateTime) -> impl Iterator<Item = Time> {
    let listed = |list: &[u8], n: i8| list.is_empty() || list.iter().any(|&of| of.min(59) == n as u8);
    let (freq, at) = (recur.freq, begins.time());
    let hours: Vec<i8> = if freq >= Frequency::Daily { (0..24).collect() } else { vec![at.hour()] };
    let minutes: Vec<i8> = if freq >= Frequency::Hourly { (0..60).collect() } else { vec![at.minute()] };
    let seconds: Vec<i8> = if freq >= Frequency::Minutely { (0..60).collect() } else { vec![at.second()] };
    let mut times = Vec::new();
    for hour in hours.into_iter().filter(|&hour| listed(&recur.by_hour, hour)) {
        for &minute in minutes.iter().filter(|&&minute| listed(&recur.by_minute, minute)) {
            for &second in seconds.iter().filter(|&&second| listed(&recur.by_second, second)) {
                times.push(Time::constant(hour, minute, second, 0));
            }
        }
    }
    times.into_iter()
}
