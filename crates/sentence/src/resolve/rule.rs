//! The repetition: its first instance, its end, its exceptions.

use std::num::NonZeroU32;

use ical::civil::{Date, DateTime, SECONDS_PER_DAY, Time};
use ical::rule::{Budget, Rule, Start as RuleStart};
use ical::value::{Frequency, Recur, Until};

use super::day::From;
use super::{Home, Resolver, Start};
use crate::describe::{self, describe};
use crate::misunderstood::{Fault, Misunderstood};
use crate::said::Point;
use crate::token::Place;
use crate::understood::Span;

/// A repetition, held against its start.
#[derive(Clone, Debug)]
pub(super) struct Repeats {
    pub(super) recur: Recur,
    pub(super) except: Vec<Date>,
    start: RuleStart,
    last: Option<DateTime>,
    place: Place,
}

/// The last second of a day.
const LAST_SECOND: u32 = SECONDS_PER_DAY as u32 - 1;

/// Instances that are looked at to see whether one lasts into the next.
const LOOKED_AT: usize = 8;

impl Resolver<'_> {
    /// The start, moved to the first instance where no words fix it, and the rule that is written beside it.
    pub(super) fn repeats(
        &self,
        start: Start,
        home: &Home,
    ) -> Result<(Start, Option<Repeats>), Misunderstood> {
        let said = self.said;
        let Some((recur, place)) = &said.rule else { return Ok((start, None)) };
        let start = self.first(start, recur, place)?;
        let (date, rule_start) = match &start {
            Start::Day { date, .. } => (*date, RuleStart::Date(*date)),
            Start::Time { wall, .. } => (wall.date, RuleStart::DateTime(*wall)),
            Start::None => return Err(self.no_start()),
        };
        if matches!(start, Start::Day { .. }) && recur.freq < Frequency::Daily {
            let message = "what repeats within a day has a time; from which time on is it?";
            return Err(self.fault(place, Fault::Missing, message));
        }
        let mut recur = recur.clone();
        let until = said.until.as_ref().filter(|until| until.time.is_none());
        if let (Some((_, place)), true) = (&said.count, until.is_some() || recur.until.is_some()) {
            let message = "a repetition ends after a number of times or on a day, not both";
            return Err(self.fault(place, Fault::Repeated, message));
        }
        if let Some((count, place)) = &said.count {
            if recur.count.is_some() {
                return Err(self.fault(place, Fault::Repeated, "the rule has a COUNT of its own"));
            }
            recur.count = Some(*count);
        }
        let last = match until {
            Some(until) if recur.until.is_some() || recur.count.is_some() => {
                return Err(self.fault(&until.place, Fault::Repeated, "the rule has an end of its own"));
            }
            Some(until) => Some(self.last_of_rule(until, date)?),
            None => self.until_of_raw(&recur, &start, place, home)?,
        };
        recur.until = last.map(|last| match start {
            Start::Time { .. } => {
                home.zone.to_timestamp(last).to_utc().map_or(Until::Local(last), Until::Utc)
            }
            _ => Until::Date(last.date),
        });
        let mut repeats =
            Repeats { recur, except: Vec::new(), start: rule_start, last, place: place.clone() };
        self.exceptions(&mut repeats, date)?;
        Ok((start, Some(repeats)))
    }

    /// The first instance: the start, if the rule names it.
    fn first(&self, start: Start, recur: &Recur, place: &Place) -> Result<Start, Misunderstood> {
        let endless = Recur { until: None, count: None, ..recur.clone() };
        let start = match start {
            Start::None => Start::Day { date: self.today()?, is_fixed: false, place: place.clone() },
            start => start,
        };
        let (rule_start, is_fixed, start_place) = match &start {
            Start::Day { date, is_fixed, place } => (RuleStart::Date(*date), *is_fixed, place.clone()),
            Start::Time { wall, is_fixed, place } => (RuleStart::DateTime(*wall), *is_fixed, place.clone()),
            Start::None => return Err(self.no_start()),
        };
        let rule = |recur: &Recur| {
            let rule = Rule::new(recur, rule_start, None);
            rule.map_err(|unsupported| self.fault(place, Fault::Unknown, unsupported.to_string()))
        };
        if rule(&endless)?.names_start() {
            return Ok(start);
        }
        if is_fixed {
            let message =
                format!("{} is no day of {}", describe::date(rule_start.wall().date), describe(recur));
            return Err(self.fault(&start_place, Fault::Contradiction, message));
        }
        let has_days = [recur.by_day.len(), recur.by_month_day.len(), recur.by_year_day.len()] != [0; 3];
        if recur.freq >= Frequency::Weekly && !has_days {
            return Err(self.fault(place, Fault::Missing, "on which day? Say a date, or on the 1st"));
        }
        // Which of every second week it is, the first instance says.
        let each = Recur { interval: NonZeroU32::MIN, ..endless };
        let (each, mut budget) = (rule(&each)?, Budget::default());
        let mut instances = each.instances();
        let found = instances.next(&mut budget).and_then(|_| instances.next(&mut budget));
        let found = found.map_err(|exhausted| self.fault(place, Fault::TooMuch, exhausted.to_string()))?;
        let Some(wall) = found else {
            return Err(self.fault(place, Fault::Nonexistent, "there is no such day"));
        };
        Ok(match start {
            Start::Time { place, .. } => Start::Time { wall, is_fixed, place },
            _ => Start::Day { date: wall.date, is_fixed, place: start_place },
        })
    }

    /// The end of the day on which a repetition ends, on the start's wall.
    fn last_of_rule(&self, until: &Point, first: Date) -> Result<DateTime, Misunderstood> {
        self.last_day(until, first).map(|last| last.at(Time::from_seconds(LAST_SECOND)))
    }

    /// What UNTIL of a rule in the RFC's form says on the start's wall.
    fn until_of_raw(
        &self,
        recur: &Recur,
        start: &Start,
        place: &Place,
        home: &Home,
    ) -> Result<Option<DateTime>, Misunderstood> {
        let is_time = matches!(start, Start::Time { .. });
        Ok(match recur.until {
            None => None,
            Some(Until::Date(date)) => Some(date.at(Time::from_seconds(LAST_SECOND))),
            Some(Until::Local(_) | Until::Utc(_)) if !is_time => {
                let message = "UNTIL is a time, and the start is a day";
                return Err(self.fault(place, Fault::Contradiction, message));
            }
            Some(Until::Local(wall)) => Some(wall),
            Some(Until::Utc(wall)) => home.zone.to_wall(ical::civil::Timestamp::from_utc(wall)),
        })
    }

    /// The excepted days, each of which it would take place on.
    fn exceptions(&self, repeats: &mut Repeats, first: Date) -> Result<(), Misunderstood> {
        let from = From { today: self.today()?, earliest: first.midnight() };
        for said in &self.said.except {
            let date = self.date(said, None, from)?;
            let takes_place = repeats.takes_place(date, self)?;
            if !takes_place {
                let message = format!("it does not take place on {} anyway", describe::date(date));
                return Err(self.fault(&said.place, Fault::Contradiction, message));
            }
            if repeats.except.contains(&date) {
                return Err(self.fault(&said.place, Fault::Repeated, "this day is excepted twice"));
            }
            repeats.except.push(date);
        }
        Ok(())
    }

    /// An event that lasts into its own next instance was meant otherwise: `every day for 10 days`.
    pub(super) fn check_overlap(&self, span: &Span, repeats: &Repeats) -> Result<(), Misunderstood> {
        let Some(end) = span.end() else { return Ok(()) };
        let length = end.wall().to_seconds() - span.start().wall().to_seconds();
        let rule = repeats.rule(self)?;
        let (mut instances, mut budget) = (rule.instances(), Budget::default());
        let mut before: Option<DateTime> = None;
        for _ in 0..LOOKED_AT {
            let next = instances.next(&mut budget);
            let next =
                next.map_err(|exhausted| self.fault(&repeats.place, Fault::TooMuch, exhausted.to_string()))?;
            let Some(next) = next else { break };
            if before.is_some_and(|before| next.to_seconds() - before.to_seconds() < length) {
                let place = self.said.length.as_ref().map_or(&repeats.place, |(_, place)| place);
                let message = "each would last longer than until the next; a repetition ends after 10 times, \
                               or until a day";
                return Err(self.fault(place, Fault::Ambiguous, message));
            }
            before = Some(next);
        }
        Ok(())
    }
}

impl Repeats {
    fn rule(&self, resolver: &Resolver<'_>) -> Result<Rule, Misunderstood> {
        Rule::new(&self.recur, self.start, self.last)
            .map_err(|unsupported| resolver.fault(&self.place, Fault::Unknown, unsupported.to_string()))
    }

    /// Is there an instance on a day?
    fn takes_place(&self, date: Date, resolver: &Resolver<'_>) -> Result<bool, Misunderstood> {
        let rule = self.rule(resolver)?;
        let (mut instances, mut budget) = (rule.instances(), Budget::default());
        let found = instances.seek(date.midnight(), &mut budget).and_then(|()| instances.next(&mut budget));
        let found =
            found.map_err(|exhausted| resolver.fault(&self.place, Fault::TooMuch, exhausted.to_string()))?;
        Ok(found.is_some_and(|instance| instance.date == date))
    }
}
