//! Repetitions: `every 2 weeks on monday`, `every month on the last friday`, `daily`.

use std::num::NonZeroU32;

use ical::civil::Weekday;
use ical::value::{Frequency, Month, Recur, WeekdayNum};

use super::{Read, Reader};
use crate::misunderstood::{Fault, Misunderstood};
use crate::said::Day;
use crate::words::{self, Unit, WORKDAYS, each, month_name, nth_name, weekday_name};

/// What stands after `every`.
const PERIOD: &str = "a weekday, or a number and days, weeks, months or years";

/// Words that are a repetition alone.
const ADVERBS: [(&str, Frequency, NonZeroU32); 7] = [
    ("annually", Frequency::Yearly, NonZeroU32::MIN),
    ("daily", Frequency::Daily, NonZeroU32::MIN),
    ("fortnightly", Frequency::Weekly, TWO),
    ("hourly", Frequency::Hourly, NonZeroU32::MIN),
    ("monthly", Frequency::Monthly, NonZeroU32::MIN),
    ("weekly", Frequency::Weekly, NonZeroU32::MIN),
    ("yearly", Frequency::Yearly, NonZeroU32::MIN),
];

/// Words that some say of twice in a period, and some of every second one.
const TWOFOLD: [(&str, &str); 3] = [
    ("biannually", "every 6 months or every 2 years"),
    ("bimonthly", "every 2 months, or every month on the 1st and 15th"),
    ("biweekly", "every 2 weeks, or every monday and thursday"),
];

const TWO: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);

/// What the words of a rule's days have said so far.
#[derive(Debug, Default)]
struct Limits {
    of_year: bool,
    weekdays_only: Vec<i32>,
}

impl Reader<'_> {
    /// `rule = ( ( "every" | "each" ) period | adverb ) { limit } | raw`
    pub(crate) fn rule(&mut self) -> Read<Recur> {
        let start = self.at;
        if let Some(raw) = self.raw_rule()? {
            return Ok(Some(raw));
        }
        let has_every = self.eat("every") || self.eat("each");
        let period = if has_every { self.period()? } else { self.adverb()? };
        let Some(mut rule) = period else { return Ok(None) };
        if !self.is_word_end(self.at) {
            return Ok(None);
        }
        let mut limits = Limits::default();
        while let Some(()) = self.attempt(|reader| reader.limit(&mut rule, &mut limits))? {}
        self.check(start, &mut rule, &limits)?;
        Ok(Some(rule))
    }

    /// The RFC's own form: `FREQ=WEEKLY;BYDAY=MO`.
    fn raw_rule(&mut self) -> Read<Recur> {
        let start = self.at;
        let has_name = self.letters() == Some("rrule") && self.is_sign(start + 1, ':');
        let first = start + if has_name { 2 } else { 0 };
        if self.letters_at(first) != Some("freq") || !self.is_sign(first + 1, '=') {
            return Ok(None);
        }
        // A comma or a semicolon ends other words, but not this one: it goes on to the next blank.
        let bytes = self.bytes(first..self.text.tokens.len());
        let rest = self.text.text.get(bytes.clone()).unwrap_or_default();
        let raw = rest.split_whitespace().next().unwrap_or_default();
        let end = bytes.start + raw.len();
        while self.token(self.at).is_some_and(|token| token.place.start < end) {
            self.at += 1;
        }
        // What stands between clauses is no part of it.
        let raw = raw.trim_end_matches([',', ';']);
        Recur::parse(raw).map(Some).map_err(|malformed| {
            let at = (bytes.start + malformed.offset).min(bytes.start + raw.len());
            let at = if self.text.text.is_char_boundary(at) { at } else { bytes.start };
            let message = format!("the rule {raw} cannot be read: wanted is {}", malformed.wanted);
            self.text.fault(Fault::Unknown, at..bytes.start + raw.len(), message)
        })
    }

    fn adverb(&mut self) -> Read<Recur> {
        let start = self.at;
        if let Some((_, frequency, interval)) = ADVERBS.into_iter().find(|(word, ..)| self.eat(word)) {
            return Ok(Some(Recur { interval, ..Recur::new(frequency) }));
        }
        match TWOFOLD.into_iter().find(|(word, _)| self.eat(word)) {
            // `Biweekly sync` is a name.
            Some(_) if !self.is_at_end() && !self.is_clause()? => Ok(None),
            Some((word, meanings)) => {
                let message = format!("{word} is said of two things: write {meanings}");
                Err(self.fault_from(start, Fault::Ambiguous, message))
            }
            None => Ok(None),
        }
    }

    /// `period = [ number | "other" | ordinal ] unit | [ "other" ] weekdays | "weekday"`
    fn period(&mut self) -> Read<Recur> {
        let start = self.at;
        if self.eat("weekday") {
            return Ok(Some(Recur { by_day: each(&WORKDAYS), ..Recur::new(Frequency::Weekly) }));
        }
        let is_article = matches!(self.letters(), Some("a" | "an"));
        let (interval, is_nth) = if self.eat("other") {
            (Some(2), false)
        } else if let Some(nth) = self.ordinal() {
            (Some(nth), true)
        } else {
            (if is_article { None } else { self.number() }, false)
        };
        let Some(interval) = NonZeroU32::new(interval.unwrap_or(1)) else {
            self.at = start;
            return self.want(PERIOD);
        };
        let unit = self.letters().filter(|letters| letters.len() > 1).and_then(words::unit);
        if let Some(unit) = unit.filter(|unit| *unit != Unit::Second || interval > NonZeroU32::MIN) {
            self.at += 1;
            return Ok(Some(Recur { interval, ..Recur::new(frequency(unit)) }));
        }
        let number_at = self.at;
        let Some(weekdays) = self.weekdays()? else {
            // `every second counts` is a name, `every 15th` is none.
            if is_nth && self.digits_at(start).is_some() {
                let nth = self.words_from(start);
                let message = format!("every {nth} what? Write every month on the {nth}");
                return Err(self.fault_from(start, Fault::Ambiguous, message));
            }
            return self.want(PERIOD);
        };
        if is_nth {
            let (nth, weekday) = (self.text.words(start..number_at), weekdays.first().copied());
            let weekday = weekday.map_or("", weekday_name);
            let of_month = format!("every month on the {nth} {weekday}");
            let message = match interval.get() {
                1 => format!("write {of_month}"),
                interval => format!(
                    "every {nth} {weekday} is said of two things: write every {interval} weeks on {weekday}, \
                     or {of_month}"
                ),
            };
            return Err(self.fault_from(start, Fault::Ambiguous, message));
        }
        if interval > TWO || (interval == TWO && self.text.words(start..number_at) != "other") {
            self.at = number_at;
            return self.want("days, weeks, months or years");
        }
        Ok(Some(Recur { interval, by_day: each(&weekdays), ..Recur::new(Frequency::Weekly) }))
    }

    /// `weekdays = weekday { and weekday }`
    fn weekdays(&mut self) -> Read<Vec<Weekday>> {
        let mut weekdays = Vec::new();
        let start = self.at;
        while let Some(weekday) = self.attempt(|reader| {
            let goes_on = weekdays.is_empty() || reader.eat_and();
            Ok(if goes_on { reader.weekday().filter(|_| reader.is_word_end(reader.at)) } else { None })
        })? {
            if weekdays.contains(&weekday) {
                return Err(self.twice(start, weekday_name(weekday)));
            }
            weekdays.push(weekday);
        }
        Ok((!weekdays.is_empty()).then_some(weekdays))
    }

    fn twice(&self, start: usize, what: &str) -> Misunderstood {
        self.fault_from(start, Fault::Repeated, format!("{what} is said twice"))
    }

    /// `limit = "on" days | ( "in" | "of" ) months | "if it is" weekdays | "only" ... | "with weeks from"
    /// weekday`
    fn limit(&mut self, rule: &mut Recur, limits: &mut Limits) -> Read<()> {
        let start = self.at;
        self.eat_comma();
        let is_long = rule.freq >= Frequency::Monthly;
        if self.eat_all("of the year") {
            let is_new = rule.freq == Frequency::Yearly && !limits.of_year && !rule.by_day.is_empty();
            limits.of_year |= is_new;
            return Ok(is_new.then_some(()));
        }
        if (self.eat("in") || self.eat("of")) && rule.by_month.is_empty() {
            return self.months_of_rule(rule);
        }
        let has_days = !rule.by_day.is_empty() || !rule.by_month_day.is_empty();
        if self.eat_all("if it is") {
            let is_filter = rule.freq <= Frequency::Daily || !rule.by_month_day.is_empty();
            if !is_filter || !rule.by_day.is_empty() {
                return Ok(None);
            }
            let _ = self.eat("a");
            let Some(weekdays) = self.weekdays()? else { return self.want("a weekday") };
            rule.by_day = each(&weekdays);
            return Ok(Some(()));
        }
        if has_days && rule.by_set_pos.is_empty() && limits.weekdays_only.is_empty() && self.eat("only") {
            let Some(positions) = self.attempt(Self::positions)? else {
                return self.want("the first of them");
            };
            rule.by_set_pos = positions;
            return Ok(Some(()));
        }
        if rule.freq == Frequency::Weekly && rule.wkst.is_none() && self.eat_all("with weeks from") {
            rule.wkst = self.weekday().filter(|_| self.is_word_end(self.at));
            return Ok(rule.wkst.map(|_| ()));
        }
        if has_days || !self.eat("on") {
            return Ok(None);
        }
        match rule.freq {
            Frequency::Weekly => {
                let Some(weekdays) = self.weekdays()? else { return Ok(None) };
                rule.by_day = each(&weekdays);
                Ok(Some(()))
            }
            _ if is_long => self.days_of_rule(start, rule, limits),
            _ => Ok(None),
        }
    }

    /// `months = month { and month }`
    fn months_of_rule(&mut self, rule: &mut Recur) -> Read<()> {
        let start = self.at;
        while let Some(number) = self.attempt(|reader| {
            let goes_on = rule.by_month.is_empty() || reader.eat_and();
            Ok(if goes_on { reader.month().filter(|_| reader.is_word_end(reader.at)) } else { None })
        })? {
            if rule.by_month.iter().any(|known| known.number == number) {
                return Err(self.twice(start, month_name(number)));
            }
            rule.by_month.push(Month { number, is_leap: false });
        }
        Ok((!rule.by_month.is_empty()).then_some(()))
    }

    /// `the` ordinals `of them`
    fn positions(&mut self) -> Read<Vec<i32>> {
        let start = self.at;
        let Some(positions) = self.ordinals()? else { return Ok(None) };
        if let Some(position) = positions.iter().enumerate().find(|(at, one)| positions[..*at].contains(one))
        {
            return Err(self.twice(start, &nth_name(*position.1)));
        }
        Ok(self.eat_all("of them").then_some(positions))
    }

    /// `ordinals = "the" nth { and [ "the" ] nth }`, `nth = ordinal [ "last" ] | "last"`; the last is -1.
    fn ordinals(&mut self) -> Read<Vec<i32>> {
        let mut ordinals = Vec::new();
        if !self.eat("the") {
            return Ok(None);
        }
        while let Some(ordinal) = self.attempt(|reader| {
            if !ordinals.is_empty() {
                if !reader.eat_and() {
                    return Ok(None);
                }
                reader.eat("the");
            }
            if reader.eat("last") {
                return Ok(Some(-1));
            }
            let Some(nth) = reader.ordinal().and_then(|nth| i32::try_from(nth).ok()) else { return Ok(None) };
            let is_last = reader.eat("last") || reader.eat_all("to last");
            Ok(Some(if is_last { -nth } else { nth }))
        })? {
            ordinals.push(ordinal);
        }
        Ok((!ordinals.is_empty()).then_some(ordinals))
    }

    /// `days = element { and element } | day month`, in a month or a year.
    fn days_of_rule(&mut self, start: usize, rule: &mut Recur, limits: &mut Limits) -> Read<()> {
        let day_at = self.at;
        if let Some(said) = self.day(true)? {
            match said.day {
                // `on 3 March`; a date with its year is where it starts.
                Day::OfYear(month, day) if rule.freq == Frequency::Yearly && said.weekday.is_none() => {
                    rule.by_month = vec![Month { number: month, is_leap: false }];
                    rule.by_month_day = i8::try_from(day).into_iter().collect();
                    return Ok((self.is_word_end(self.at)).then_some(()));
                }
                Day::Weekday(weekday, _) => {
                    let name = weekday_name(weekday);
                    let message = format!("which {name}? Write on the first {name}, or on every {name}");
                    return Err(self.fault_from(start, Fault::Ambiguous, message));
                }
                Day::OfMonth(_) => self.at = day_at,
                _ => return Ok(None),
            }
        }
        while let Some(()) = self.attempt(|reader| {
            let is_first = rule.by_day.is_empty() && rule.by_month_day.is_empty();
            if !is_first && !reader.eat_and() {
                return Ok(None);
            }
            reader.element(start, rule, limits)
        })? {}
        Ok((!rule.by_day.is_empty() || !rule.by_month_day.is_empty()).then_some(()))
    }

    /// `element = ordinals [ "day" | weekday | "weekday" ] | "every" weekday`
    fn element(&mut self, start: usize, rule: &mut Recur, limits: &mut Limits) -> Read<()> {
        if self.eat("every") {
            let Some(weekday) = self.weekday().filter(|_| self.is_word_end(self.at)) else {
                return self.want("a weekday");
            };
            let added = vec![WeekdayNum { nth: None, weekday }];
            return self.add_weekdays(start, rule, limits, added).map(Some);
        }
        let Some(ordinals) = self.ordinals()? else { return Ok(None) };
        if self.eat("weekday") {
            if !rule.by_month_day.is_empty() || (!rule.by_day.is_empty() && limits.weekdays_only.is_empty()) {
                return Err(self.mixed(start));
            }
            rule.by_day = each(&WORKDAYS);
            limits.weekdays_only.extend(ordinals);
            rule.by_set_pos.clone_from(&limits.weekdays_only);
            return Ok(Some(()));
        }
        if let Some(weekday) = self.weekday() {
            let nth = |nth: &i32| i8::try_from(*nth).ok().filter(|nth| nth.unsigned_abs() <= 53);
            let added = ordinals.iter().map(|one| Some(WeekdayNum { nth: Some(nth(one)?), weekday }));
            let Some(added) = added.collect::<Option<Vec<_>>>() else {
                return Err(self.no_such(start, &ordinals, weekday_name(weekday)));
            };
            return self.add_weekdays(start, rule, limits, added).map(Some);
        }
        // `the last` alone could be anything.
        if !self.eat("day") && ordinals.iter().any(|nth| *nth < 0) {
            return self.want("day, weekday or the name of a weekday");
        }
        if !rule.by_day.is_empty() {
            return Err(self.mixed(start));
        }
        let days = ordinals.iter().map(|nth| i8::try_from(*nth).ok().filter(|nth| nth.unsigned_abs() <= 31));
        let Some(days) = days.collect::<Option<Vec<_>>>() else {
            return Err(self.no_such(start, &ordinals, "day"));
        };
        for day in days {
            if rule.by_month_day.contains(&day) {
                return Err(self.twice(start, &nth_name(i32::from(day))));
            }
            rule.by_month_day.push(day);
        }
        Ok(Some(()))
    }

    fn add_weekdays(
        &self,
        start: usize,
        rule: &mut Recur,
        limits: &Limits,
        added: Vec<WeekdayNum>,
    ) -> Result<(), Misunderstood> {
        if !rule.by_month_day.is_empty() || !limits.weekdays_only.is_empty() {
            return Err(self.mixed(start));
        }
        for one in added {
            if rule.by_day.contains(&one) {
                return Err(self.twice(start, weekday_name(one.weekday)));
            }
            rule.by_day.push(one);
        }
        Ok(())
    }

    fn mixed(&self, start: usize) -> Misunderstood {
        let message = "one repetition has days of the month, days of the week, or weekdays, not two of these";
        self.fault_from(start, Fault::Contradiction, message)
    }

    /// The most of these is too much.
    fn no_such(&self, start: usize, nths: &[i32], what: &str) -> Misunderstood {
        let most =
            nths.iter().max_by_key(|nth| nth.unsigned_abs()).map_or(String::new(), |nth| nth_name(*nth));
        self.fault_from(start, Fault::Nonexistent, format!("there is no {most} {what}"))
    }

    /// What can be held against the rule as a whole.
    fn check(&mut self, start: usize, rule: &mut Recur, limits: &Limits) -> Result<(), Misunderstood> {
        let is_yearly = rule.freq == Frequency::Yearly;
        let has_nth = rule.by_day.iter().any(|day| day.nth.is_some());
        let counts_days = has_nth || !rule.by_month_day.is_empty() || !limits.weekdays_only.is_empty();
        if is_yearly && rule.by_month.is_empty() && !limits.of_year && counts_days {
            let message = "of which month? Write every year on 15 march, or on the last friday in march";
            return Err(self.fault_from(start, Fault::Ambiguous, message));
        }
        let most = if is_yearly && rule.by_month.is_empty() { 53 } else { 5 };
        let nths = rule.by_day.iter().filter_map(|day| Some((day.nth?, day.weekday)));
        if let Some((nth, weekday)) = nths.into_iter().find(|(nth, _)| nth.unsigned_abs() > most) {
            return Err(self.no_such(start, &[i32::from(nth)], weekday_name(weekday)));
        }
        let positions = &limits.weekdays_only;
        if let Some((_, nth)) = positions.iter().enumerate().find(|(at, nth)| positions[..*at].contains(nth))
        {
            return Err(self.twice(start, &nth_name(*nth)));
        }
        // Only then does it matter on which day weeks begin (RFC 5545 3.3.10).
        let counts_weeks =
            rule.freq == Frequency::Weekly && rule.interval > NonZeroU32::MIN && rule.by_day.len() > 1;
        let week_start = if counts_weeks { Some(self.context.week_start) } else { None };
        rule.wkst = rule.wkst.or(week_start).filter(|weekday| *weekday != Weekday::Monday);
        Ok(())
    }
}

const fn frequency(unit: Unit) -> Frequency {
    match unit {
        Unit::Second => Frequency::Secondly,
        Unit::Minute => Frequency::Minutely,
        Unit::Hour => Frequency::Hourly,
        Unit::Day => Frequency::Daily,
        Unit::Week => Frequency::Weekly,
        Unit::Month => Frequency::Monthly,
        Unit::Year => Frequency::Yearly,
    }
}
