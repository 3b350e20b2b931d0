//! When it starts: the next time that the words can mean.

use ical::civil::{Date, DateTime, Timestamp};

use super::day::From;
use super::time::{Exact, evening};
use super::{Home, Resolver};
use crate::describe;
use crate::misunderstood::{Fault, Misunderstood};
use crate::said::{Day, Form, SaidDay, SaidTime};
use crate::token::Place;

/// The earliest hour of an evening.
const EVENING: u8 = 17;

/// A start, before it is held against the zone and the repetition.
#[derive(Clone, Debug)]
pub(crate) enum Start {
    /// Nothing is said of it.
    None,
    /// A day.
    Day { date: Date, is_fixed: bool, place: Place },
    /// A time.
    Time { wall: DateTime, is_fixed: bool, place: Place },
}

impl Resolver<'_> {
    /// The start of the sentence.
    pub(super) fn start(&self, home: &Home) -> Result<Start, Misunderstood> {
        let with_year = self.said.day.as_ref().map(|day| self.with_year_of_end(day)).transpose()?;
        let (day, time) = (with_year.as_ref(), self.said.time.as_ref());
        let place = match (day, time) {
            (Some(day), Some(time)) if day.place.source == time.place.source => Place {
                source: day.place.source,
                range: day.place.range.start.min(time.place.range.start)
                    ..day.place.range.end.max(time.place.range.end),
            },
            (Some(day), _) => day.place.clone(),
            (None, Some(time)) => time.place.clone(),
            (None, None) => self.ending(),
        };
        self.start_of(day, time, &place, home)
    }

    /// A day without its year before an end that has one is the last such day before it: `20 december to 5
    /// january 2027`.
    fn with_year_of_end(&self, day: &SaidDay) -> Result<SaidDay, Misunderstood> {
        let until = self.said.until.as_ref().filter(|_| self.said.rule.is_none());
        let end = self.said.end.as_ref().or(until).and_then(|end| end.day.as_ref());
        let (Day::OfYear(month, number), Some(Day::On(end))) = (day.day, end.map(|end| end.day)) else {
            return Ok(day.clone());
        };
        let is_year_before = (month, number) > (end.month(), end.day());
        let start = Date::new(end.year() - i16::from(is_year_before), month, number);
        let start = start.ok_or_else(|| {
            let message = format!("there is no such day before {}", describe::date(end));
            self.fault(&day.place, Fault::Nonexistent, message)
        })?;
        Ok(SaidDay { day: Day::On(start), ..day.clone() })
    }

    /// The start that a day and a time say: the next one.
    pub(super) fn start_of(
        &self,
        day: Option<&SaidDay>,
        time: Option<&SaidTime>,
        place: &Place,
        home: &Home,
    ) -> Result<Start, Misunderstood> {
        let place = place.clone();
        // A whole day is the same wherever one is.
        let mine = Home { zone: self.context.zone.clone(), name: self.context.zone_name.clone() };
        let now = self.now(if time.is_some() { home } else { &mine })?;
        let from = From { today: self.today()?, earliest: now };
        let is_fixed = day.is_some() && !(self.said.is_bound && self.said.rule.is_some());
        if let Some(SaidDay { day: Day::FromNow(seconds), place: day_place, .. }) = day {
            if time.is_some() {
                return Err(self.fault(day_place, Fault::Repeated, "this says a time, and there is another"));
            }
            let wall = self.seconds_from_now(*seconds, home).ok_or_else(|| self.too_far(day_place))?;
            return Ok(Start::Time { wall, is_fixed, place });
        }
        let Some(said_time) = time else {
            return match day {
                Some(SaidDay { day: Day::Tonight, place, .. }) => {
                    Err(self.fault(place, Fault::Missing, "tonight at which hour? Write tonight at 20:00"))
                }
                Some(day) => Ok(Start::Day { date: self.date(day, None, from)?, is_fixed, place }),
                None => Ok(Start::None),
            };
        };
        let exact = self.start_time(said_time, day)?;
        let date = match day {
            Some(day) => self.date(day, Some(exact.time), from)?,
            None => {
                let has_passed = now.date.at(exact.time) < now;
                now.date.plus_days(i32::from(has_passed)).ok_or_else(|| self.too_far(&place))?
            }
        };
        let is_evening = exact.time.hour() >= EVENING;
        if let Some(SaidDay { day: Day::Tonight, place, .. }) = day
            && !is_evening
        {
            let message = format!("tonight is from {EVENING}:00 on");
            return Err(self.fault(place, Fault::Contradiction, message));
        }
        Ok(Start::Time { wall: date.at(exact.time), is_fixed, place })
    }

    /// The time of day at which it starts.
    pub(super) fn start_time(&self, said: &SaidTime, day: Option<&SaidDay>) -> Result<Exact, Misunderstood> {
        let is_tonight = day.is_some_and(|day| day.day == Day::Tonight);
        if said.form == Form::Midnight && day.is_some() {
            let message = "midnight can begin that day or end it: write 0:00 of the day or of the day after";
            return Err(self.fault(&said.place, Fault::Ambiguous, message));
        }
        let end = self.said.end.as_ref().and_then(|end| end.time.as_ref());
        let lent = match end {
            Some(end) => self.pair(said, end)?[0],
            None => None,
        };
        let exact = self.exact(said, lent.or(evening(said).filter(|_| is_tonight)))?;
        if exact.is_next_day {
            let message = "24:00 is an end; a day begins at 0:00";
            return Err(self.fault(&said.place, Fault::Nonexistent, message));
        }
        Ok(exact)
    }

    /// The wall so many seconds from now, at a whole minute that is not before.
    fn seconds_from_now(&self, seconds: i64, home: &Home) -> Option<DateTime> {
        let instant = self.context.now.0.checked_add(seconds)?;
        let minute = instant.checked_add(59)?.div_euclid(60).checked_mul(60)?;
        home.zone.to_wall(Timestamp(minute))
    }

    /// What is missing where nothing says when it is.
    pub(super) fn no_start(&self) -> Misunderstood {
        let message = "when is it? Say a date or a time, as tomorrow or 14:00";
        self.fault(&self.ending(), Fault::Missing, message)
    }
}
