//! Rules in words: all parts of RFC 5545 3.3.10 and RFC 7529, and those that words can say as words say them.

use std::num::NonZeroU32;

use ical::civil::{Date, DateTime, Time, Timestamp, Weekday, days_in_month};
use ical::value::{Frequency, Recur, Skip, Until, WeekdayNum};
use ical::zone::Zone;

use super::{plain_date, time};
use crate::context::Clock;
use crate::words::{Unit, WORKDAYS, counted, each, listed, month_name, nth_name, weekday_name};

/// A rule in plain English: `every 2 weeks on Monday and Thursday until 3 June 2026`.
///
/// All parts are told. A rule that words can say is told so that [`repetition`](crate::repetition) reads it
/// as the same rule; what is told of another one is never read as any rule.
///
/// ```
/// use ical::value::Recur;
///
/// let rule = Recur::parse("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8")?;
/// assert_eq!(
///     sentence::describe(&rule),
///     "every 4 years on the 2nd, 3rd, 4th, 5th, 6th, 7th and 8th if it is Tuesday in November"
/// );
/// # Ok::<(), ical::value::Malformed>(())
/// ```
pub fn describe(rule: &Recur) -> String {
    told(rule, None)
}

/// The same where the zone of its start is known: an UNTIL in UTC that is the last second of a day there is
/// that day.
pub fn describe_in(rule: &Recur, zone: &Zone) -> String {
    told(rule, Some(zone))
}

/// The day that UNTIL is the end of, in a zone.
pub(crate) fn last_day(until: Until, zone: Option<&Zone>) -> Option<Date> {
    let is_last = |wall: &DateTime| wall.time == Time::from_seconds(86_399);
    match (until, zone) {
        (Until::Date(date), _) => Some(date),
        (Until::Utc(wall), Some(zone)) => {
            zone.to_wall(Timestamp::from_utc(wall)).filter(is_last).map(|wall| wall.date)
        }
        _ => None,
    }
}

fn told(rule: &Recur, zone: Option<&Zone>) -> String {
    let days = Days::of(rule);
    let mut told = days.period(rule);
    told.push_str(&days.said);
    if !rule.by_year_day.is_empty() {
        let names = rule.by_year_day.iter().map(|day| nth_name(i32::from(*day))).collect::<Vec<_>>();
        told.push_str(&format!(" on the {} day of the year", listed(&names, "and")));
    }
    if !rule.by_week_no.is_empty() {
        let names = rule.by_week_no.iter().map(|week| match week {
            ..0 => format!("the {} week", nth_name(i32::from(*week))),
            _ => format!("week {week}"),
        });
        told.push_str(&format!(" in {}", listed(&names.collect::<Vec<_>>(), "and")));
    }
    if !rule.by_month.is_empty() && !days.has_month {
        let names = rule.by_month.iter().map(|month| {
            let name = match month.number {
                13 => "the 13th month",
                number => month_name(number),
            };
            format!("{name}{}", if month.is_leap { " (leap)" } else { "" })
        });
        told.push_str(&format!(" in {}", listed(&names.collect::<Vec<_>>(), "and")));
    }
    told.push_str(&times(rule));
    if !rule.by_set_pos.is_empty() && !days.has_positions {
        let names: Vec<String> = rule.by_set_pos.iter().map(|position| nth_name(*position)).collect();
        told.push_str(&format!(", only the {} of them", listed(&names, "and")));
    }
    told.push_str(&rest(rule, zone));
    told
}

/// Which days a rule names, and what is said by that.
struct Days {
    said: String,
    /// Is the rule weekly by its weekdays: `every Monday`?
    is_weekdays: bool,
    has_month: bool,
    has_positions: bool,
}

impl Days {
    fn of(rule: &Recur) -> Self {
        let is_plain = rule.by_day.iter().all(|day| day.nth.is_none());
        let has_other = !(rule.by_year_day.is_empty() && rule.by_week_no.is_empty());
        let mut days =
            Self { said: String::new(), is_weekdays: false, has_month: false, has_positions: false };
        let (by_day, by_month_day) = (&rule.by_day, &rule.by_month_day);
        days.said = match rule.freq {
            _ if by_day.is_empty() && by_month_day.is_empty() => String::new(),
            Frequency::Weekly if by_month_day.is_empty() && is_plain => {
                days.is_weekdays = rule.interval == NonZeroU32::MIN && !has_other;
                if days.is_weekdays { String::new() } else { format!(" on {}", weekdays(by_day, "and")) }
            }
            Frequency::Yearly if let Some(date) = day_and_month(rule) => {
                days.has_month = true;
                format!(" on {date}")
            }
            Frequency::Monthly | Frequency::Yearly
                if by_month_day.is_empty() && !rule.by_set_pos.is_empty() && *by_day == each(&WORKDAYS) =>
            {
                days.has_positions = true;
                let names: Vec<String> = rule.by_set_pos.iter().map(|position| nth_name(*position)).collect();
                format!(" on the {} weekday", listed(&names, "and"))
            }
            Frequency::Monthly | Frequency::Yearly if by_month_day.is_empty() => {
                let is_of_year = rule.freq == Frequency::Yearly && rule.by_month.is_empty() && !is_plain;
                let of_year = if is_of_year { " of the year" } else { "" };
                format!(" on {}{of_year}", elements(by_day))
            }
            Frequency::Monthly | Frequency::Yearly if is_plain => {
                let only = if by_day.is_empty() { String::new() } else { if_it_is(by_day) };
                format!("{}{only}", month_days(by_month_day))
            }
            _ if by_month_day.is_empty() && is_plain => if_it_is(by_day),
            _ => {
                let of_month = if by_month_day.is_empty() { String::new() } else { month_days(by_month_day) };
                let only =
                    if by_day.is_empty() { String::new() } else { format!(" if it is {}", elements(by_day)) };
                format!("{of_month}{only}")
            }
        };
        if days.has_positions && rule.freq == Frequency::Yearly && rule.by_month.is_empty() {
            days.said.push_str(" of the year");
        }
        days
    }

    /// `every 2 weeks`, `every Monday and Thursday`, `every weekday`
    fn period(&self, rule: &Recur) -> String {
        if self.is_weekdays {
            let is_workdays = rule.by_day == each(&WORKDAYS);
            let weekdays = if is_workdays { "weekday".to_owned() } else { weekdays(&rule.by_day, "and") };
            return format!("every {weekdays}");
        }
        let unit = match rule.freq {
            Frequency::Secondly => Unit::Second,
            Frequency::Minutely => Unit::Minute,
            Frequency::Hourly => Unit::Hour,
            Frequency::Daily => Unit::Day,
            Frequency::Weekly => Unit::Week,
            Frequency::Monthly => Unit::Month,
            Frequency::Yearly => Unit::Year,
        };
        match rule.interval.get() {
            1 => format!("every {}", unit.names().0),
            interval => format!("every {}", counted(u64::from(interval), unit)),
        }
    }
}

fn weekdays(days: &[WeekdayNum], and: &str) -> String {
    listed(&days.iter().map(|day| weekday_name(day.weekday)).collect::<Vec<_>>(), and)
}

fn if_it_is(days: &[WeekdayNum]) -> String {
    format!(" if it is {}", weekdays(days, "or"))
}

/// `the 1st Monday and the last Friday`, `every Monday`
fn elements(days: &[WeekdayNum]) -> String {
    let elements = days.iter().map(|day| {
        let weekday = weekday_name(day.weekday);
        match day.nth {
            Some(nth) => format!("the {} {weekday}", nth_name(i32::from(nth))),
            None => format!("every {weekday}"),
        }
    });
    listed(&elements.collect::<Vec<_>>(), "and")
}

/// ` on the 1st and 15th`, ` on the 1st and last day`
fn month_days(days: &[i8]) -> String {
    let names: Vec<String> = days.iter().map(|day| nth_name(i32::from(*day))).collect();
    let day = if days.iter().any(|day| *day < 0) { " day" } else { "" };
    format!(" on the {}{day}", listed(&names, "and"))
}

/// `15 March`, where a year has but this day.
fn day_and_month(rule: &Recur) -> Option<String> {
    let ([day], [month], []) = (&*rule.by_month_day, &*rule.by_month, &*rule.by_day) else { return None };
    let day = u8::try_from(*day).ok()?;
    let exists = !month.is_leap && month.number <= 12 && day <= days_in_month(2000, month.number);
    exists.then(|| format!("{day} {}", month_name(month.number)))
}

/// BYHOUR, BYMINUTE and BYSECOND.
fn times(rule: &Recur) -> String {
    let (hours, minutes, seconds) = (&rule.by_hour, &rule.by_minute, &rule.by_second);
    if let (false, [minute], []) = (hours.is_empty(), &**minutes, &**seconds) {
        let times = hours.iter().filter_map(|hour| Time::new(*hour, *minute, 0));
        let times: Vec<String> = times.map(|at| time(at, Clock::TwentyFour)).collect();
        return format!(" at {}", listed(&times, "and"));
    }
    let mut told = String::new();
    for (values, name) in [(hours, "hour"), (minutes, "minute"), (seconds, "second")] {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(u8::to_string).collect();
            told.push_str(&format!(" at {name} {}", listed(&values, "and")));
        }
    }
    told
}

/// WKST, SKIP, RSCALE, COUNT and UNTIL.
fn rest(rule: &Recur, zone: Option<&Zone>) -> String {
    let mut told = String::new();
    let counts_weeks = rule.freq == Frequency::Weekly && rule.interval > NonZeroU32::MIN;
    if let Some(wkst) = rule.wkst.filter(|wkst| *wkst != Weekday::Monday)
        && (counts_weeks || !rule.by_week_no.is_empty())
    {
        told.push_str(&format!(", with weeks from {}", weekday_name(wkst)));
    }
    match rule.skip {
        Skip::Omit => {}
        Skip::Backward => told.push_str(", the day before where there is none"),
        Skip::Forward => told.push_str(", the day after where there is none"),
    }
    if let Some(rscale) = &rule.rscale {
        told.push_str(&format!(", in the calendar {rscale}"));
    }
    if let Some(count) = rule.count {
        told.push_str(&format!(" {} time{}", count, if count == NonZeroU32::MIN { "" } else { "s" }));
    }
    if let Some(until) = rule.until {
        told.push_str(&match (last_day(until, zone), until, zone) {
            (Some(date), ..) => format!(" until {}", plain_date(date)),
            (None, Until::Utc(wall), None) => {
                format!(" until {} {} (UTC)", plain_date(wall.date), time(wall.time, Clock::TwentyFour))
            }
            (None, until, zone) => {
                let wall = match (until, zone) {
                    (Until::Utc(wall), Some(zone)) => zone.to_wall(Timestamp::from_utc(wall)).unwrap_or(wall),
                    (Until::Utc(wall) | Until::Local(wall), _) => wall,
                    (Until::Date(date), _) => date.midnight(),
                };
                format!(" until {} {}", plain_date(wall.date), time(wall.time, Clock::TwentyFour))
            }
        });
    }
    told
}
