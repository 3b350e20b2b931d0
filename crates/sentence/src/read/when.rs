//! Points in time, and from one to another: `tomorrow 14:00`, `monday to friday`, `from 3 to 7 March`.

use ical::civil::Date;

use super::time::Hours;
use super::{Read, Reader};
use crate::misunderstood::Fault;
use crate::said::{Day, Point, SaidDay, SaidTime, When};
use crate::words;

/// What stands before a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// Nothing that says that a point is here.
    Nothing,
    /// `by` or `due`: a day may be `the 15th`.
    Due,
    /// `from`, `to` or `until`: a time may also be an hour alone.
    Word,
}

/// What a point is.
pub(crate) const WANTED: &str = "a date or a time";

impl Reader<'_> {
    /// `when = ( point | ( "from" | "starting" ) point ) [ to point ]`
    pub(super) fn when(&mut self) -> Read<When> {
        let is_bound = self.eat("from") || self.eat("starting");
        if let Some(days) = self.attempt(|reader| reader.days_of_month(is_bound))? {
            return Ok(Some(days));
        }
        let after = if is_bound { After::Word } else { After::Nothing };
        let Some(start) = self.point(after)? else {
            return if is_bound { self.want(WANTED) } else { Ok(None) };
        };
        let end = self.attempt(|reader| reader.end_point(&start))?;
        if !self.is_word_end(self.at) {
            return Ok(None);
        }
        let is_bound = is_bound && end.is_none();
        Ok(Some(When { start, end, is_bound }))
    }

    /// `to point`
    fn end_point(&mut self, start: &Point) -> Read<Point> {
        if !self.to() {
            return Ok(None);
        }
        // `March 3 to 7`
        if let (Some(SaidDay { day: Day::OfYear(month, _), .. }), None) = (&start.day, &start.time) {
            let month = *month;
            if let Some(end) = self.attempt(|reader| reader.day_of(month))? {
                return Ok(Some(end));
            }
        }
        match self.point(After::Word)? {
            Some(end) => Ok(Some(end)),
            None => self.want(WANTED),
        }
    }

    /// A day of a month that is known.
    fn day_of(&mut self, month: u8) -> Read<Point> {
        let start = self.at;
        let Some(day) = self.day_number() else { return Ok(None) };
        let is_time = matches!(self.letters(), Some("am" | "pm" | "a" | "p" | "o"));
        if is_time || !self.is_word_end(self.at) || self.month().is_some() {
            return Ok(None);
        }
        let day = self.with_year(start, month, day)?;
        Ok(Some(self.day_point(start, day)))
    }

    fn day_point(&self, start: usize, day: Day) -> Point {
        let place = self.place_from(start);
        Point { day: Some(SaidDay { day, weekday: None, place: place.clone() }), time: None, place }
    }

    /// `to = "to" | "-"`; a dash may be glued.
    fn to(&mut self) -> bool {
        let is_dash = self.is_sign(self.at, '-');
        self.at += usize::from(is_dash);
        is_dash || self.eat("to")
    }

    /// `days-of-month = day to day month [ year ]`: `3-7 March`.
    fn days_of_month(&mut self, is_bound: bool) -> Read<When> {
        let start = self.at;
        if !is_bound {
            self.eat("on");
        }
        let first_at = self.at;
        let Some(first) = self.day_number() else { return Ok(None) };
        let first_end = self.at;
        if !self.to() {
            return Ok(None);
        }
        let last_at = self.at;
        let Some(last) = self.day_number() else { return Ok(None) };
        self.eat("of");
        let Some(month) = self.month() else { return Ok(None) };
        let last_day = self.with_year(last_at, month, last)?;
        let end = self.at;
        let first_day = match last_day {
            Day::On(date) => Date::new(date.year(), month, first).map(Day::On),
            _ => Some(Day::OfYear(month, first)),
        };
        let Some(first_day) = first_day.filter(|_| first <= last) else {
            let message = format!("{} has no days from {first} to {last}", words::month_name(month));
            return Err(self.fault_from(start, Fault::Contradiction, message));
        };
        if !self.is_word_end(end) {
            return Ok(None);
        }
        let last = self.day_point(last_at, last_day);
        self.at = first_end;
        let first = self.day_point(first_at, first_day);
        self.at = end;
        Ok(Some(When { start: first, end: Some(last), is_bound: false }))
    }

    /// `point = [ "on" ] day [ [ "at" ] time ] | [ "at" ] time`
    pub(crate) fn point(&mut self, after: After) -> Read<Point> {
        self.attempt(|reader| reader.any_point(after))
    }

    fn any_point(&mut self, after: After) -> Read<Point> {
        let start = self.at;
        let has_on = self.eat("on");
        let day = self.day(after != After::Nothing || has_on)?;
        let time = match &day {
            Some(_) => match self.iso_time()? {
                Some(time) => Some(time),
                None => self.attempt(|reader| {
                    reader.eat_comma();
                    reader.time_of_day(false)
                })?,
            },
            None if has_on => return self.want("a date"),
            None => self.time_of_day(after == After::Word)?,
        };
        if day.is_none() && time.is_none() {
            return Ok(None);
        }
        Ok(Some(Point { day, time, place: self.place_from(start) }))
    }

    /// `[ "at" ] time`
    fn time_of_day(&mut self, is_after_word: bool) -> Read<SaidTime> {
        let has_at = self.eat("at");
        let is_alone = has_at || is_after_word || self.looks(Self::hour_of_range)?;
        let number_at = self.at;
        let time = self.time(if is_alone { Hours::Alone } else { Hours::Marked })?;
        if time.is_none() && has_at && self.digits().is_some() {
            self.skip_word();
            let message =
                "a time is written as 14:00, 2pm or noon; a place that begins with a number stands in quotes";
            return Err(self.fault_from(number_at, Fault::Unknown, message));
        }
        Ok(time)
    }

    /// An hour alone is one where what it goes to is plainly a time: `9-10:30`, `2 to 3pm`.
    fn hour_of_range(&mut self) -> Read<()> {
        if self.digits().is_none_or(|digits| digits.len() > 2) {
            return Ok(None);
        }
        self.at += 1;
        if !self.to() {
            return Ok(None);
        }
        let end = self.time(Hours::Marked)?;
        Ok(end.map(|_| ()))
    }
}
