//! The instances of a rule, one after another, from any place.

use crate::civil::{Date, DateTime, SECONDS_PER_DAY, Time};

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
    walk: Walk,
    by_position: positions::Walk,
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
        let left = rule.count.map_or(u64::MAX, |count| u64::from(count.get()));
        let (walk, by_position) = Default::default();
        Self { rule, place: Place::Start, left, walk, by_position }
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
        let instance = self.advance(budget)?;
        if instance.is_some() {
            budget.take_instance()?;
            self.left -= 1;
        }
        Ok(instance)
    }

    /// Goes to the place before the first instance that is not earlier than `wall`, onward or back.
    ///
    /// Without COUNT this costs the same wherever it is. With COUNT the instances before it are counted, whole months at
    /// a time: some nanoseconds for each, so no index of them is kept.
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
        Ok(())
    }

    /// Is the first instance that the rule itself names DTSTART? For instances at their beginning.
    pub(super) fn begins_with_start(mut self) -> bool {
        // One period after DTSTART's own is enough: if DTSTART is named, it is in the first.
        self.place = Place::Before(self.rule.start);
        let first = self.advance(&mut Budget::new(2, 1));
        first == Ok(Some(self.rule.start))
    }

    fn advance(&mut self, budget: &mut Budget) -> Result<Option<DateTime>, Exhausted> {
        match self.place {
            Place::Walk => {}
            Place::Start => {
                let second = self.rule.start.plus_seconds(1);
                self.place = second.map_or(Place::End, Place::Before);
                return Ok(Some(self.rule.start));
            }
            Place::Before(wall) => {
                match &self.rule.expansion {
                    Expansion::Start => {}
                    Expansion::Times(times) => self.walk.place(wall, self.rule, Some(times), budget)?,
                    Expansion::Ticks(_) => self.walk.place(wall, self.rule, None, budget)?,
                    Expansion::Positions(sets) => self.by_position.place(wall, sets, &self.rule.days),
                }
                self.place = Place::Walk;
            }
            Place::End => return Ok(None),
        }
        let rule = self.rule;
        let instance = match &rule.expansion {
            Expansion::Start => None,
            Expansion::Times(times) => self.walk.next(times, rule, budget)?,
            Expansion::Ticks(ticks) => self.walk.next_tick(ticks, rule, budget)?,
            Expansion::Positions(sets) => self.by_position.next(sets, &rule.days, rule.last, budget)?,
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
        Expansion::Ticks(ticks) if ticks.is_plain() && rule.days.is_every_day() && !rule.is_date => {
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

fn count_days(
    rule: &Rule,
    times: &Times,
    wall: DateTime,
    most: u64,
    budget: &mut Budget,
) -> Result<u64, Exhausted> {
    let Some(second) = rule.start.plus_seconds(1) else { return Ok(1) };
    let mut year = YearDays::default();
    let mut before = |wall: DateTime| {
        let days = rule.days.of_month(Month::number_of(wall.date), &mut year);
        let on_day = if days >> wall.date.day() & 1 == 1 { times.rank(wall.time) } else { 0 };
        u64::from((days & !days::from(wall.date.day())).count_ones()) * times.len() + on_day
    };
    let (passed, partial) = (before(second), before(wall));
    let end = Month::number_of(wall.date);
    let mut count = 1;
    let mut number = Month::number_of(second.date);
    while let Some(next) = rule.days.next_month(number, end - 1, budget)?
        && count < most.saturating_add(passed)
    {
        count += u64::from(rule.days.of_month(next, &mut year).count_ones()) * times.len();
        number = next + 1;
    }
    Ok(count + partial - passed)
}

/// A place among days and their times.
#[derive(Clone, Debug)]
struct Walk {
    /// The number of the month.
    number: i32,
    /// The month's first day.
    month: Date,
    /// Its days that were not given yet.
    days: Bits,
    /// The day that was given last.
    date: Date,
    /// From which time on that day still has to be given.
    time: Option<Time>,
    year: YearDays,
}

impl Default for Walk {
    fn default() -> Self {
        let (date, year) = (Date::MIN, YearDays::default());
        Self { number: 0, month: date, days: 0, date, time: None, year }
    }
}

impl Walk {
    /// The place before this time. Where days have fixed times, the next one is looked up.
    fn place(
        &mut self,
        wall: DateTime,
        rule: &Rule,
        times: Option<&Times>,
        budget: &mut Budget,
    ) -> Result<(), Exhausted> {
        self.time = None;
        self.days = 0;
        self.number = Month::number_of(wall.date);
        if self.open_month(self.number, rule, budget)? && self.month <= wall.date {
            self.days &= days::from(wall.date.day());
            if self.days >> wall.date.day() & 1 == 1 {
                self.date = self.take_day();
                self.time = match times {
                    Some(times) => times.at_or_after(wall.time),
                    None if rule.is_date && wall.time > Time::MIDNIGHT => None,
                    None => Some(wall.time),
                };
            }
        }
        Ok(())
    }

    /// Opens the first month, not before this one, that can have days; `false` when the rule ends before.
    fn open_month(&mut self, number: i32, rule: &Rule, budget: &mut Budget) -> Result<bool, Exhausted> {
        let last = Month::number_of(rule.last.date);
        let next = rule.days.next_month(number, last, budget)?;
        let Some((number, month)) = next.and_then(|next| Month::numbered(next).map(|month| (next, month)))
        else {
            return Ok(false);
        };
        self.number = number;
        self.month = month.first;
        self.days = rule.days.of_month(number, &mut self.year);
        if number == last {
            self.days &= days::all(rule.last.date.day());
        }
        Ok(true)
    }

    fn take_day(&mut self) -> Date {
        let day = self.days.trailing_zeros() as u8;
        self.days &= self.days - 1;
        self.month.with_day(day)
    }

    fn next_day(&mut self, rule: &Rule, budget: &mut Budget) -> Result<Option<Date>, Exhausted> {
        while self.days == 0 {
            if !self.open_month(self.number + 1, rule, budget)? {
                return Ok(None);
            }
        }
        Ok(Some(self.take_day()))
    }

    #[inline]
    fn next(
        &mut self,
        times: &Times,
        rule: &Rule,
        budget: &mut Budget,
    ) -> Result<Option<DateTime>, Exhausted> {
        if let Some(time) = self.time {
            self.time = times.after(time);
            return Ok(Some(self.date.at(time)));
        }
        let Some(date) = self.next_day(rule, budget)? else { return Ok(None) };
        if let Some(time) = rule.only_time {
            return Ok(Some(date.at(time)));
        }
        let Some(time) = times.nth(0) else { return Ok(None) };
        self.date = date;
        self.time = times.after(time);
        Ok(Some(date.at(time)))
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
                        self.time = Some(time.to_seconds() + 1)
                            .filter(|second| i64::from(*second) < SECONDS_PER_DAY)
                            .map(Time::from_seconds);
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
        if number == self.number {
            self.days &= days::from(date.day());
        } else {
            self.days = 0;
            self.number = number - 1;
        }
    }
}
