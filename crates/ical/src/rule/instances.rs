//! The instances of a rule, one after another, from any place.

use crate::civil::{Date, DateTime, Time};

use super::budget::{Budget, Exhausted};
use super::days::{self, Bits, Month, YearDays};
use super::positions;
use super::ticks::{Tick, Ticks};
use super::times::Times;
use super::{Expansion, Rule};

/// The instances of a [`Rule`], ascending and each once. [`Rule::instances`] makes it.
#[derive(Clone, Debug)]
pub struct Instances<'r> {
    rule: &'r Rule,
    place: Place,
    /// How many more COUNT allows.
    left: u64,
    /// Among days and their times.
    walk: Walk,
    /// Among sets, for BYSETPOS.
    sets: positions::Walk,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// Before DTSTART.
    Start,
    /// Before the first instance that is not earlier than this.
    Before(DateTime),
    /// Where the walk is.
    Walk,
    /// After the last.
    End,
}

impl<'r> Instances<'r> {
    pub(super) fn new(rule: &'r Rule) -> Self {
        Self {
            rule,
            place: Place::Start,
            left: rule.count.map_or(u64::MAX, |count| u64::from(count.get())),
            walk: Walk::new(rule.start.date),
            sets: positions::Walk::default(),
        }
    }

    /// The next instance; `None` after the last, and after the year 9999.
    ///
    /// # Errors
    /// The budget came to its end. Nothing is lost: with another budget the next call goes on.
    #[inline]
    pub fn next(&mut self, budget: &mut Budget) -> Result<Option<DateTime>, Exhausted> {
        if self.left == 0 {
            return Ok(None);
        }
        budget.has_instance()?;
        // Days of an open month are left only after the walk has been there, so this is where it goes on.
        let instance = match self.rule.only_time {
            Some(time) if self.walk.days != 0 => self.walk.take_day().at(time),
            _ => match self.advance(budget)? {
                Some(instance) => instance,
                None => return Ok(None),
            },
        };
        self.left -= 1;
        budget.take_instance()?;
        Ok(Some(instance))
    }

    /// Goes to the place before the first instance that is not earlier than `wall`, onward or back.
    ///
    /// Without COUNT this costs the same wherever it is. With COUNT the instances before it are counted: by
    /// arithmetic where days return in cycles, else by whole months at some nanoseconds each, so no index of
    /// them is kept. Only BYSETPOS, and times that do not fit into a day, are counted one by one.
    ///
    /// # Errors
    /// The budget came to its end while instances were counted; the place is then as it was.
    pub fn seek(&mut self, wall: DateTime, budget: &mut Budget) -> Result<(), Exhausted> {
        if wall <= self.rule.start {
            *self = Self::new(self.rule);
            return Ok(());
        }
        if let Some(count) = self.rule.count {
            let count = u64::from(count.get());
            self.left = count.saturating_sub(count_before(self.rule, wall, count, budget)?);
        }
        self.place = Place::Before(wall);
        self.walk.days = 0;
        Ok(())
    }

    /// Is the first instance that the rule itself names DTSTART? For instances at their beginning.
    pub(super) fn begins_with_start(mut self) -> bool {
        self.place = Place::Before(self.rule.start);
        self.advance(&mut Budget::default()) == Ok(Some(self.rule.start))
    }

    fn advance(&mut self, budget: &mut Budget) -> Result<Option<DateTime>, Exhausted> {
        let rule = self.rule;
        match self.place {
            Place::Walk => {}
            Place::Start => {
                self.place = rule.start.plus_seconds(1).map_or(Place::End, Place::Before);
                return Ok(Some(rule.start));
            }
            Place::Before(wall) => {
                match &rule.expansion {
                    Expansion::Start => {}
                    Expansion::Times(_) | Expansion::Ticks(_) => self.walk.place(wall, rule, budget)?,
                    Expansion::Positions(sets) => self.sets.place(wall, sets, &rule.days),
                }
                self.place = Place::Walk;
            }
            Place::End => return Ok(None),
        }
        let instance = match &rule.expansion {
            Expansion::Start => None,
            Expansion::Times(times) => self.walk.next(times, rule, budget)?,
            Expansion::Ticks(ticks) => self.walk.next_tick(ticks, rule, budget)?,
            Expansion::Positions(sets) => self.sets.next(sets, &rule.days, rule.last, budget)?,
        };
        let instance = instance.filter(|instance| *instance <= rule.last);
        if instance.is_none() {
            self.place = Place::End;
        }
        Ok(instance)
    }
}

/// How many instances are earlier than `wall`, which is after DTSTART; at least `most`, if there are more.
fn count_before(rule: &Rule, wall: DateTime, most: u64, budget: &mut Budget) -> Result<u64, Exhausted> {
    match &rule.expansion {
        Expansion::Start => Ok(1),
        Expansion::Times(times) => count_days(rule, times, wall, most, budget),
        Expansion::Ticks(ticks) if ticks.is_plain() && rule.days.cycle() == Some((7, 7)) && !rule.is_date => {
            let passed = ticks.count_before(rule.start.to_seconds() + 1);
            Ok(1 + ticks.count_before(wall.to_seconds()) - passed)
        }
        Expansion::Ticks(_) | Expansion::Positions(_) => {
            let mut instances = Instances::new(rule);
            let mut count = 0;
            while count < most && instances.advance(budget)?.is_some_and(|instance| instance < wall) {
                count += 1;
            }
            Ok(count)
        }
    }
}

/// The same for days that have fixed times: by whole cycles, then by whole months, then by parts of months.
fn count_days(
    rule: &Rule,
    times: &Times,
    wall: DateTime,
    most: u64,
    budget: &mut Budget,
) -> Result<u64, Exhausted> {
    let Some(mut start) = rule.start.plus_seconds(1) else { return Ok(1) };
    let mut count = 1;
    if let Some((length, days)) = rule.days.cycle() {
        let cycles = (wall.date.to_days() - start.date.to_days()) / length;
        start.date = start.date.plus_days(cycles * length).unwrap_or(start.date);
        count += u64::from(cycles.unsigned_abs()) * u64::from(days) * times.len();
    }
    let mut year = YearDays::default();
    let mut before = |wall: DateTime| {
        let days = rule.days.of_month(Month::of(wall.date), &mut year);
        let on_day = if days >> wall.date.day() & 1 == 1 { times.rank(wall.time) } else { 0 };
        u64::from((days & !days::from(wall.date.day())).count_ones()) * times.len() + on_day
    };
    let (passed, partial) = (before(start), before(wall));
    let end = Month::number_of(wall.date);
    let mut month = Some(Month::of(start.date));
    while let Some(here) = month
        && let Some(open) = rule.days.open(here, end - 1, budget)?
        && count < most.saturating_add(passed)
    {
        count += u64::from(rule.days.of_month(open, &mut year).count_ones()) * times.len();
        month = open.next();
    }
    Ok(count + partial - passed)
}

/// A place among days and their times.
#[derive(Clone, Debug)]
struct Walk {
    month: Month,
    /// The month's days that were not given yet.
    days: Bits,
    /// The day that was given last.
    date: Date,
    /// From which time on that day still has to be given, if it has.
    time: Option<Time>,
    year: YearDays,
}

impl Walk {
    fn new(start: Date) -> Self {
        Self { month: Month::of(start), days: 0, date: start, time: None, year: YearDays::default() }
    }

    /// The place before this time.
    fn place(&mut self, wall: DateTime, rule: &Rule, budget: &mut Budget) -> Result<(), Exhausted> {
        self.time = None;
        self.days = 0;
        let month = Month::of(wall.date);
        self.month = month;
        self.open_month(month, rule, budget)?;
        if self.month.number != month.number {
            return Ok(());
        }
        self.days &= days::from(wall.date.day());
        if self.days >> wall.date.day() & 1 == 1 {
            match &rule.expansion {
                Expansion::Times(times) if times.len() > 1 => {
                    self.date = self.take_day();
                    self.time = times.at_or_after(wall.time);
                }
                Expansion::Ticks(_) if !rule.is_date => {
                    self.date = self.take_day();
                    self.time = Some(wall.time);
                }
                _ if rule.only_time.unwrap_or(Time::MIDNIGHT) < wall.time => {
                    self.take_day();
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Opens the first month, not before this one, that can have days; `false` when the rule ends before.
    fn open_month(&mut self, month: Month, rule: &Rule, budget: &mut Budget) -> Result<bool, Exhausted> {
        let last = Month::number_of(rule.last.date);
        let Some(month) = rule.days.open(month, last, budget)? else { return Ok(false) };
        self.month = month;
        self.days = rule.days.of_month(month, &mut self.year);
        if month.number == last {
            self.days &= days::all(rule.last.date.day());
            if rule.only_time.is_some_and(|time| time > rule.last.time) {
                self.days &= !days::from(rule.last.date.day());
            }
        }
        Ok(true)
    }

    fn take_day(&mut self) -> Date {
        let day = self.days.trailing_zeros() as u8;
        self.days &= self.days.wrapping_sub(1);
        self.month.first.with_day(day)
    }

    fn next_day(&mut self, rule: &Rule, budget: &mut Budget) -> Result<Option<Date>, Exhausted> {
        while self.days == 0 {
            match self.month.next() {
                Some(month) if self.open_month(month, rule, budget)? => {}
                _ => return Ok(None),
            }
        }
        Ok(Some(self.take_day()))
    }

    fn next(
        &mut self,
        times: &Times,
        rule: &Rule,
        budget: &mut Budget,
    ) -> Result<Option<DateTime>, Exhausted> {
        if self.time.is_none() {
            let Some(date) = self.next_day(rule, budget)? else { return Ok(None) };
            self.date = date;
            self.time = rule.only_time.or_else(|| times.nth(0));
        }
        let Some(time) = self.time else { return Ok(None) };
        self.time = times.after(time);
        Ok(Some(self.date.at(time)))
    }

    fn next_tick(
        &mut self,
        ticks: &Ticks,
        rule: &Rule,
        budget: &mut Budget,
    ) -> Result<Option<DateTime>, Exhausted> {
        loop {
            if let Some(from) = self.time {
                match ticks.at_or_after(self.date.to_days(), from, budget)? {
                    Tick::At(_) if rule.is_date => {
                        self.time = None;
                        return Ok(Some(self.date.midnight()));
                    }
                    Tick::At(time) => {
                        let after = self.date.at(time).plus_seconds(1);
                        self.time = after.filter(|after| after.date == self.date).map(|after| after.time);
                        return Ok(Some(self.date.at(time)));
                    }
                    Tick::Later(second) => {
                        self.time = None;
                        let Some(wall) = DateTime::from_seconds(second) else { return Ok(None) };
                        self.skip_to(wall.date);
                    }
                }
            }
            let Some(date) = self.next_day(rule, budget)? else { return Ok(None) };
            self.date = date;
            self.time = Some(Time::MIDNIGHT);
        }
    }

    /// Leaves out the days before this one.
    fn skip_to(&mut self, date: Date) {
        let number = Month::number_of(date);
        if number > self.month.number {
            self.days = 0;
            if let Some(before) = Month::numbered(number - 1) {
                self.month = before;
            }
        } else {
            self.days &= days::from(date.day());
        }
    }
}
