//! Resolving: from what is said to the days and instants that are meant.

mod day;
mod end;
mod rule;
mod start;
mod time;

use ical::civil::{Date, DateTime};
use ical::value::Duration;
use ical::zone::{Reading, Zone};

use crate::context::{Context, Kind};
use crate::describe;
use crate::misunderstood::{Fault, Misunderstood, Part};
use crate::said::{Point, Said, SaidReminder};
use crate::token::Place;
use crate::understood::{Moment, Note, Reminder, Understood, When, Zoned};

pub(crate) use start::Start;

/// What is known while words are resolved.
#[derive(Debug)]
pub(crate) struct Resolver<'a> {
    said: &'a Said,
    texts: &'a [(Option<Part>, String)],
    context: &'a Context,
    notes: Vec<Note>,
}

/// A zone and its name.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    zone: Zone,
    name: String,
}

impl Home {
    fn at(&self, wall: DateTime) -> Zoned {
        Zoned { wall, zone: self.zone.clone(), name: self.name.clone() }
    }
}

/// What a sentence and its flags mean, said now.
pub(crate) fn understand(
    said: &Said,
    texts: &[(Option<Part>, String)],
    context: &Context,
) -> Result<Understood, Misunderstood> {
    let mut resolver = Resolver { said, texts, context, notes: Vec::new() };
    if said.summary.is_empty() {
        return Err(resolver.fault(
            &resolver.beginning(),
            Fault::Missing,
            "what is it called? That stands first",
        ));
    }
    let is_todo = context.kind == Kind::Todo || said.due.is_some();
    let home = resolver.home()?;
    let start = resolver.start(&home)?;
    let (when, rule) = if is_todo { resolver.todo(start, &home)? } else { resolver.event(start, &home)? };
    let (recur, except) = match rule {
        Some(rule) => (Some(rule.recur), rule.except),
        None => (None, Vec::new()),
    };
    let reminders = said.reminders.as_ref().map(|reminders| {
        reminders.iter().map(|reminder| resolver.reminder(reminder, &when)).collect::<Result<Vec<_>, _>>()
    });
    Ok(Understood {
        summary: said.summary.clone(),
        location: said.location.clone(),
        recur,
        except,
        reminders: reminders.transpose()?,
        calendar: said.calendar.clone(),
        categories: said.categories.clone(),
        priority: said.priority,
        notes: resolver.notes,
        clock: context.clock,
        when,
    })
}

/// A point alone, as a flag gives it. A time without a day belongs to `on`, if that is known.
pub(crate) fn moment(
    point: &Point,
    on: Option<Date>,
    texts: &[(Option<Part>, String)],
    context: &Context,
) -> Result<Moment, Misunderstood> {
    let said = Said { day: point.day.clone(), time: point.time.clone(), ..Said::default() };
    let mut resolver = Resolver { said: &said, texts, context, notes: Vec::new() };
    let home = resolver.home()?;
    if let (Some(date), None, Some(time)) = (on, &point.day, &point.time) {
        let exact = resolver.exact(time, None)?;
        let date = if exact.is_next_day { date.plus_days(1) } else { Some(date) };
        let date = date.ok_or_else(|| resolver.too_far(&point.place))?;
        return resolver.zoned(date.at(exact.time), &home, &point.place).map(Moment::Time);
    }
    match resolver.start(&home)? {
        Start::Day { date, .. } => Ok(Moment::Day(date)),
        Start::Time { wall, place, .. } => resolver.zoned(wall, &home, &place).map(Moment::Time),
        Start::None => Err(resolver.fault(&point.place, Fault::Missing, "a date or a time is wanted")),
    }
}

/// The end of what starts at a moment, as a flag gives it: the first such day or time from there on.
pub(crate) fn end(
    point: &Point,
    start: &Moment,
    texts: &[(Option<Part>, String)],
    context: &Context,
) -> Result<Moment, Misunderstood> {
    let said = Said::default();
    let mut resolver = Resolver { said: &said, texts, context, notes: Vec::new() };
    let own = point.time.as_ref().and_then(|time| time.zone.as_ref());
    let home = match (own, start) {
        (Some(zone), _) => Home { zone: zone.zone.clone(), name: zone.name.clone() },
        (None, Moment::Time(time)) => Home { zone: time.zone.clone(), name: time.name.clone() },
        (None, Moment::Day(_)) => Home { zone: context.zone.clone(), name: context.zone_name.clone() },
    };
    if point.time.is_none() {
        return resolver.last_day(point, start.wall().date).map(Moment::Day);
    }
    let from = start.to_timestamp(&context.zone);
    resolver.end_time(point, None, from, &home).map(Moment::Time)
}

/// A reminder alone, as a flag gives it.
pub(crate) fn reminder(
    said: &SaidReminder,
    texts: &[(Option<Part>, String)],
    context: &Context,
) -> Result<Reminder, Misunderstood> {
    let nothing = Said::default();
    Resolver { said: &nothing, texts, context, notes: Vec::new() }.reminder_of(said)
}

impl Resolver<'_> {
    fn fault(&self, place: &Place, fault: Fault, message: impl Into<String>) -> Misunderstood {
        let (part, text) = self.texts.get(place.source).cloned().unwrap_or_default();
        Misunderstood { fault, part, text, place: place.range.clone(), message: message.into() }
    }

    fn too_far(&self, place: &Place) -> Misunderstood {
        self.fault(place, Fault::TooMuch, "that is past the year 9999 or before the year 0")
    }

    fn beginning(&self) -> Place {
        Place { source: 0, range: 0..0 }
    }

    /// The end of the sentence, where something is missing.
    fn ending(&self) -> Place {
        let end = self.texts.first().map_or(0, |(_, text)| text.len());
        Place { source: 0, range: end..end }
    }

    /// The zone in which it starts.
    fn home(&self) -> Result<Home, Misunderstood> {
        let of_start = self.said.time.as_ref().and_then(|time| time.zone.as_ref());
        let end = self.said.end.as_ref().or(self.said.until.as_ref());
        let of_end = end.and_then(|end| end.time.as_ref()).and_then(|time| time.zone.as_ref());
        let of_due =
            self.said.due.as_ref().and_then(|due| due.time.as_ref()).and_then(|time| time.zone.as_ref());
        if let (Some(zone), Some(_)) = (&self.said.zone, of_start.or(of_end)) {
            return Err(self.fault(&zone.place, Fault::Repeated, "this is a second time zone"));
        }
        let named = self.said.zone.as_ref().or(of_start).or(of_end).or(of_due);
        Ok(match named {
            Some(zone) => Home { zone: zone.zone.clone(), name: zone.name.clone() },
            None => Home { zone: self.context.zone.clone(), name: self.context.zone_name.clone() },
        })
    }

    /// Today, where I am: what days are counted from, whatever the zone of a time.
    fn today(&self) -> Result<Date, Misunderstood> {
        let now = self.context.zone.to_wall(self.context.now);
        now.map(|now| now.date).ok_or_else(|| self.too_far(&self.beginning()))
    }

    /// Now, on the wall of a zone.
    fn now(&self, home: &Home) -> Result<DateTime, Misunderstood> {
        home.zone.to_wall(self.context.now).ok_or_else(|| self.too_far(&self.beginning()))
    }

    /// A time of a zone, which must exist; of two the first is taken, and told.
    fn zoned(&mut self, wall: DateTime, home: &Home, place: &Place) -> Result<Zoned, Misunderstood> {
        let zoned = home.at(wall);
        match home.zone.read(wall) {
            Reading::Unique(_) => {}
            Reading::Fold { .. } => self.notes.push(Note::Fold(zoned.clone())),
            Reading::Gap { before, .. } => {
                let after = home.zone.to_wall(before).map_or(wall, |shown| shown);
                let message = format!(
                    "there is no {} on {} in {}: the clock is set forward then, and shows {} instead",
                    describe::time(wall.time, self.context.clock),
                    describe::date(wall.date),
                    home.name,
                    describe::time(after.time, self.context.clock)
                );
                return Err(self.fault(place, Fault::Nonexistent, message));
            }
        }
        Ok(zoned)
    }

    /// A to-do: its start and when it is due, either of which may be missing.
    fn todo(&mut self, start: Start, home: &Home) -> Result<(When, Option<rule::Repeats>), Misunderstood> {
        let said = self.said;
        if let Some((_, place)) = &said.length {
            let message = "a to-do has no length; say by when it is due";
            return Err(self.fault(place, Fault::Contradiction, message));
        }
        let is_of_rule = said.rule.is_some() && said.until.as_ref().is_some_and(|until| until.time.is_none());
        let until = said.until.as_ref().filter(|_| !is_of_rule);
        if let Some(end) = said.end.as_ref().or(until) {
            let message = "a to-do has no end; say by when it is due";
            return Err(self.fault(&end.place, Fault::Contradiction, message));
        }
        let has_start = !matches!(start, Start::None);
        let due = said.due.as_ref();
        let anchor = match due {
            Some(due) if !has_start => {
                self.start_of(due.day.as_ref(), due.time.as_ref(), &due.place, home)?
            }
            _ => start,
        };
        let (anchor, rule) = self.repeats(anchor, home)?;
        let anchor = self.moment_of(anchor, home)?;
        let due = match due {
            Some(_) if !has_start => anchor.clone(),
            Some(due) => Some(self.due_after(due, anchor.as_ref(), home)?),
            None => None,
        };
        let is_start = has_start || self.said.due.is_none();
        Ok((When::Todo { start: anchor.filter(|_| is_start), due }, rule))
    }

    /// When a to-do is due that has a start.
    fn due_after(
        &mut self,
        due: &Point,
        start: Option<&Moment>,
        home: &Home,
    ) -> Result<Moment, Misunderstood> {
        let zone = due.time.as_ref().and_then(|time| time.zone.as_ref());
        let home = zone
            .map_or_else(|| home.clone(), |zone| Home { zone: zone.zone.clone(), name: zone.name.clone() });
        match (start, &due.time) {
            (Some(Moment::Day(first)), None) => match self.last_day(due, *first)? {
                // RFC 5545 3.8.2.3: later than the start.
                day if day == *first => {
                    Err(self.fault(&due.place, Fault::Contradiction, "that is not after the start"))
                }
                day => Ok(Moment::Day(day)),
            },
            (Some(Moment::Time(start)), Some(_)) => {
                self.end_time(due, None, start.to_timestamp(), &home).map(Moment::Time)
            }
            // RFC 5545 3.8.2.3: both are days, or both are times.
            _ => {
                let message = "the start and when it is due are both days, or both have a time";
                Err(self.fault(&due.place, Fault::Contradiction, message))
            }
        }
    }

    fn moment_of(&mut self, start: Start, home: &Home) -> Result<Option<Moment>, Misunderstood> {
        let moment = match (start, &self.said.zone) {
            (Start::None | Start::Day { .. }, Some(zone)) => {
                let message = "a whole day is in no time zone; at which time is it?";
                return Err(self.fault(&zone.place, Fault::Missing, message));
            }
            (Start::None, None) => return Ok(None),
            (Start::Day { date, .. }, None) => Moment::Day(date),
            (Start::Time { wall, place, .. }, _) => Moment::Time(self.zoned(wall, home, &place)?),
        };
        let has_passed = match &moment {
            Moment::Day(date) => *date < self.today()?,
            Moment::Time(time) => time.to_timestamp() < self.context.now,
        };
        if has_passed {
            self.notes.push(Note::Passed);
        }
        Ok(Some(moment))
    }

    fn reminder(&self, said: &SaidReminder, when: &When) -> Result<Reminder, Misunderstood> {
        let reminder = self.reminder_of(said)?;
        let start = when.anchor();
        let Some(start) = start else {
            let message = "a reminder is counted from a start, and there is none";
            return Err(self.fault(&said.place, Fault::Missing, message));
        };
        let is_late = matches!(start, Moment::Time(_)) && reminder.trigger(&start).to_seconds() > 0;
        if is_late {
            let message = "that is after the start";
            return Err(self.fault(&said.place, Fault::Contradiction, message));
        }
        Ok(reminder)
    }

    fn reminder_of(&self, said: &SaidReminder) -> Result<Reminder, Misunderstood> {
        match (said.before, &said.time) {
            (before, None) => {
                let before = before.filter(|before| !before.is_negative());
                let before =
                    before.ok_or_else(|| self.fault(&said.place, Fault::Unknown, "a length is wanted"))?;
                Ok(Reminder::Before(before))
            }
            (before, Some(time)) => {
                let days = before.filter(|before| before.seconds() == 0).map_or(0, Duration::days);
                let is_whole = before.is_none_or(|before| before.seconds() == 0);
                let days = u16::try_from(days).ok().filter(|_| is_whole).ok_or_else(|| {
                    self.fault(&said.place, Fault::Contradiction, "before a time of day stand whole days")
                })?;
                let exact = self.exact(time, None)?;
                if exact.is_next_day || time.zone.is_some() {
                    let message = "a reminder's time is of the day itself, on the clock of its start";
                    return Err(self.fault(&said.place, Fault::Unknown, message));
                }
                Ok(Reminder::At { days, time: exact.time })
            }
        }
    }
}
