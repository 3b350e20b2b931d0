//! Which day is meant: the next one, where its words leave that open.

use ical::civil::{Date, DateTime, Time, Weekday, days_in_month};

use super::Resolver;
use crate::describe;
use crate::misunderstood::{Fault, Misunderstood};
use crate::said::{Day, SaidDay, Week};
use crate::words::{month_name, weekday_name};

/// What a day is looked for from.
#[derive(Clone, Copy, Debug)]
pub(super) struct From {
    /// Today, from which days are counted.
    pub(super) today: Date,
    /// What is before this has passed.
    pub(super) earliest: DateTime,
}

/// A leap day comes again within eight years.
const LEAP_YEARS: i16 = 8;

impl Resolver<'_> {
    /// The day that is meant: with a time, the first on which that time has not passed.
    pub(super) fn date(&self, said: &SaidDay, time: Option<Time>, from: From) -> Result<Date, Misunderstood> {
        let has_passed = |date: &Date| match time {
            Some(time) => date.at(time) < from.earliest,
            None => *date < from.earliest.date,
        };
        let date = match said.day {
            Day::On(date) => Some(date),
            Day::FromToday(days) => from.today.plus_days(days),
            Day::Tonight => Some(from.today),
            Day::Months(months) => self.months_from(said, from.today, months)?,
            Day::FromNow(_) => {
                return Err(self.fault(&said.place, Fault::Unknown, "a day is wanted here, not a time"));
            }
            Day::Weekday(weekday, Week::Any) => {
                let first = weekday_from(from.earliest.date, weekday);
                let is_past = first.as_ref().is_some_and(has_passed);
                first.and_then(|first| first.plus_days(if is_past { 7 } else { 0 }))
            }
            Day::Weekday(weekday, week) => Some(self.in_week(said, weekday, week, from.today)?),
            Day::OfYear(month, day) => {
                let first = from.earliest.date.year();
                let years = first..=first.saturating_add(LEAP_YEARS);
                years.filter_map(|year| Date::new(year, month, day)).find(|date| !has_passed(date))
            }
            Day::OfMonth(day) => {
                let first = from.earliest.date;
                let months = (0..=12).filter_map(|months| month_after(first, months));
                months.filter_map(|(year, month)| Date::new(year, month, day)).find(|date| !has_passed(date))
            }
        };
        let date = date.ok_or_else(|| self.too_far(&said.place))?;
        match said.weekday {
            Some(weekday) if weekday != date.weekday() => {
                let message = format!(
                    "{} is a {}, not a {}",
                    describe::plain_date(date),
                    weekday_name(date.weekday()),
                    weekday_name(weekday)
                );
                Err(self.fault(&said.place, Fault::Contradiction, message))
            }
            _ => Ok(date),
        }
    }

    /// The same day of another month, which must have it.
    fn months_from(&self, said: &SaidDay, today: Date, months: i32) -> Result<Option<Date>, Misunderstood> {
        let Some((year, month)) = month_after(today, months) else { return Ok(None) };
        if today.day() > days_in_month(year, month) {
            let message = format!("{} {year} has no day {}", month_name(month), today.day());
            return Err(self.fault(&said.place, Fault::Nonexistent, message));
        }
        Ok(Date::new(year, month, today.day()))
    }

    /// A weekday of this week or the following one.
    fn in_week(
        &self,
        said: &SaidDay,
        weekday: Weekday,
        week: Week,
        today: Date,
    ) -> Result<Date, Misunderstood> {
        let start = self.context.week_start;
        let this = i32::try_from(weekday.days_since(start)).ok();
        let passed = i32::try_from(today.weekday().days_since(start)).ok();
        let this = this.zip(passed).and_then(|(this, passed)| today.plus_days(this - passed));
        let following = this.and_then(|this| this.plus_days(7));
        let next = today.plus_days(1).and_then(|tomorrow| weekday_from(tomorrow, weekday));
        let (Some(this), Some(following), Some(next)) = (this, following, next) else {
            return Err(self.too_far(&said.place));
        };
        let name = weekday_name(weekday);
        match week {
            Week::This if this < today => {
                let message = format!("the {name} of this week was {}", describe::date(this));
                Err(self.fault(&said.place, Fault::Contradiction, message))
            }
            Week::This => Ok(this),
            Week::Next if next != following => {
                let message = format!(
                    "next {name} is said of {} and of {}: write {name}, or {name} next week",
                    describe::date(next),
                    describe::date(following)
                );
                Err(self.fault(&said.place, Fault::Ambiguous, message))
            }
            _ => Ok(following),
        }
    }
}

/// The first such weekday on a day or after it.
fn weekday_from(date: Date, weekday: Weekday) -> Option<Date> {
    date.plus_days(i32::try_from(weekday.days_since(date.weekday())).ok()?)
}

/// The month so many months after a date's: year and month.
fn month_after(date: Date, months: i32) -> Option<(i16, u8)> {
    let number = (i32::from(date.year()) * 12 + i32::from(date.month()) - 1).checked_add(months)?;
    let year = i16::try_from(number.div_euclid(12)).ok().filter(|year| (0..=9999).contains(year))?;
    Some((year, u8::try_from(number.rem_euclid(12)).ok()? + 1))
}
