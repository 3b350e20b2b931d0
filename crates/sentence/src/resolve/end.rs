//! When an event ends: a length, a time, or its last day.

use ical::civil::{Date, Timestamp};

use super::day::From;
use super::rule::Repeats;
use super::time::evening;
use super::{Home, Resolver, Start};
use crate::misunderstood::{Fault, Misunderstood};
use crate::said::{Day, Form, Half, Point};
use crate::understood::{End, Moment, Span, When, Zoned};

impl<'a> Resolver<'a> {
    /// An event, from its start and what is said of its end.
    pub(super) fn event(
        &mut self,
        start: Start,
        home: &Home,
    ) -> Result<(When, Option<Repeats>), Misunderstood> {
        let said = self.said;
        if let (Some(place), Start::Time { .. }) = (&said.all_day, &start) {
            let message = "all day is without a time, and there is one";
            return Err(self.fault(place, Fault::Contradiction, message));
        }
        let (start, repeats) = self.repeats(start, home)?;
        let Some(start) = self.moment_of(start, home)? else { return Err(self.no_start()) };
        let end = self.said_end()?;
        if let (Some(end), Some((_, place))) = (end, &said.length) {
            let message = format!("there is a length, and {} is an end", self.words(end));
            return Err(self.fault(place, Fault::Repeated, message));
        }
        let span = match start {
            Moment::Day(first) => Span::Days { first, last: self.last(first, end)? },
            Moment::Time(start) => {
                let end = self.end(&start, end, home)?;
                Span::Times { start, end }
            }
        };
        if let Some(repeats) = &repeats {
            self.check_overlap(&span, repeats)?;
        }
        Ok((When::Event(span), repeats))
    }

    /// The end of the event: what `to` says, or `until`, where that is not the repetition's.
    fn said_end(&self) -> Result<Option<&'a Point>, Misunderstood> {
        let said = self.said;
        let until = said.until.as_ref().filter(|until| said.rule.is_none() || until.time.is_some());
        if let (Some(until), Some(_)) = (until, &said.rule) {
            let message =
                "is that the end of each, or of the repetition? A repetition ends on a day, without a time";
            return Err(self.fault(&until.place, Fault::Ambiguous, message));
        }
        match (&said.end, until) {
            (Some(_), Some(until)) => Err(self.fault(&until.place, Fault::Repeated, "this is a second end")),
            (end, until) => Ok(end.as_ref().or(until)),
        }
    }

    fn words(&self, point: &Point) -> String {
        let text = self.texts.get(point.place.source).map_or("", |(_, text)| text);
        text.get(point.place.range.clone()).unwrap_or_default().to_owned()
    }

    /// The last of whole days.
    fn last(&self, first: Date, end: Option<&Point>) -> Result<Date, Misunderstood> {
        if let Some((length, place)) = &self.said.length {
            if length.seconds() != 0 || length.days() <= 0 {
                let message = "without a time of day a length is in days; from which time on is it?";
                return Err(self.fault(place, Fault::Missing, message));
            }
            return first.plus_days(length.days() - 1).ok_or_else(|| self.too_far(place));
        }
        match end {
            Some(end) if end.time.is_some() => {
                let message = "it ends at a time; from which time on is it?";
                Err(self.fault(&end.place, Fault::Missing, message))
            }
            Some(end) => self.last_day(end, first),
            None => Ok(first),
        }
    }

    /// The first such day from a day on.
    pub(super) fn last_day(&self, end: &Point, first: Date) -> Result<Date, Misunderstood> {
        let Some(day) = &end.day else {
            return Err(self.fault(&end.place, Fault::Missing, "a day is wanted"));
        };
        let from = From { today: self.today()?, earliest: first.midnight() };
        let last = self.date(day, None, from)?;
        if last < first {
            return Err(self.fault(&end.place, Fault::Contradiction, "that is before the start"));
        }
        Ok(last)
    }

    /// The end of what starts at a time.
    fn end(&mut self, start: &Zoned, end: Option<&Point>, home: &Home) -> Result<End, Misunderstood> {
        let (length, place) = match (&self.said.length, end) {
            (Some((length, place)), _) => (*length, place.clone()),
            (None, None) => (self.context.length, self.ending()),
            (None, Some(point)) => {
                let zone = point.time.as_ref().and_then(|time| time.zone.as_ref());
                // One zone that is said with the end is meant for both.
                let home = zone.map_or_else(
                    || home.clone(),
                    |zone| Home { zone: zone.zone.clone(), name: zone.name.clone() },
                );
                let lent = self.half_of_end(point)?;
                return self.end_time(point, lent, start.to_timestamp(), &home).map(End::At);
            }
        };
        if length.is_negative() || length.is_zero() {
            return Err(self.fault(&place, Fault::Contradiction, "an event is longer than nothing"));
        }
        let end = start.after(length).ok_or_else(|| self.too_far(&place))?;
        // Days end at the same time on the wall, which the clock may skip on that day.
        if length.seconds() == 0 {
            self.zoned(end.wall, home, &place)?;
        }
        Ok(End::After(length))
    }

    /// The half of the day that the start lends to the end.
    fn half_of_end(&self, end: &Point) -> Result<Option<Half>, Misunderstood> {
        let (Some(start), Some(time)) = (&self.said.time, &end.time) else { return Ok(None) };
        if let Some(lent) = self.pair(start, time)?[1] {
            return Ok(Some(lent));
        }
        let day = self.said.day.as_ref().filter(|day| day.day == Day::Tonight && end.day.is_none());
        let (Some(_), Some(half)) = (day, evening(time)) else { return Ok(None) };
        // A night that began after that hour of the evening ends in the morning: `tonight 22:00 to 6:00`.
        let (begun, evening) = (self.start_time(start, day)?, self.exact(time, Some(half))?);
        Ok(Some(half).filter(|_| begun.time < evening.time))
    }

    /// The first such time after an instant.
    pub(super) fn end_time(
        &mut self,
        end: &Point,
        half: Option<Half>,
        start: Timestamp,
        home: &Home,
    ) -> Result<Zoned, Misunderstood> {
        let Some(time) = &end.time else {
            let message = "at which time does it end on that day?";
            return Err(self.fault(&end.place, Fault::Missing, message));
        };
        if let (Form::Midnight, Some(_)) = (time.form, &end.day) {
            let message = "midnight can begin that day or end it: write 0:00 or 24:00";
            return Err(self.fault(&time.place, Fault::Ambiguous, message));
        }
        let exact = self.exact(time, half)?;
        let too_far = || self.too_far(&end.place);
        let earliest = home.zone.to_wall(start).ok_or_else(too_far)?;
        let date = match &end.day {
            Some(day) => {
                let today = self.today()?;
                let earliest = earliest.plus_seconds(1).ok_or_else(too_far)?;
                let date = self.date(
                    day,
                    Some(exact.time).filter(|_| !exact.is_next_day),
                    From { today, earliest },
                )?;
                date.plus_days(i32::from(exact.is_next_day))
            }
            None => {
                let is_later = earliest.date.at(exact.time) <= earliest;
                earliest.date.plus_days(i32::from(exact.is_next_day || is_later))
            }
        };
        let date = date.ok_or_else(too_far)?;
        let zoned = self.zoned(date.at(exact.time), home, &end.place)?;
        if zoned.to_timestamp() <= start {
            return Err(self.fault(&end.place, Fault::Contradiction, "that is not after the start"));
        }
        Ok(zoned)
    }
}
