//! Clauses: each begins with a word that no other begins with, or with a date or a time.

use std::num::NonZeroU32;

use super::time::Hours;
use super::when::{self, After};
use super::{Read, Reader, length};
use crate::misunderstood::Misunderstood;
use crate::said::{Clause, SaidDay, SaidReminder};

/// What can stand after the first clause.
pub(super) const WANTED: &str = "a date, a time, a time zone as Europe/Vienna, for, until, at, every, \
                                 remind, in calendar, in category, priority or due (what it is called stands first)";

/// What RFC 5545 3.8.1.9 calls the three levels of priority.
const PRIORITIES: [(&str, u8); 3] = [("high", 1), ("low", 9), ("medium", 5)];

impl Reader<'_> {
    /// `clause = when | until | ...`
    pub(super) fn clause(&mut self) -> Read<Clause> {
        match self.attempt(Self::clause_but_location)? {
            Some(clause) => Ok(Some(clause)),
            None => Ok(self.attempt(Self::location)?.map(Clause::Location)),
        }
    }

    /// Does a clause begin here? What a place is need not be known for that.
    pub(super) fn is_clause(&mut self) -> Result<bool, Misunderstood> {
        if self.looks(Self::clause_but_location)? {
            // An adverb beside other words is one of them: `Weekly review`.
            return Ok(!self.looks(Self::adverb_alone)? || self.looks(Self::adverb_before_clause)?);
        }
        let start = self.at;
        let is_place = self.eat("at") && !self.is_at_end() && self.digits().is_none();
        self.at = start;
        Ok(is_place)
    }

    /// A repetition of one word.
    fn adverb_alone(&mut self) -> Read<()> {
        let start = self.at;
        let is_every = matches!(self.letters(), Some("each" | "every"));
        Ok((!is_every && self.rule()?.is_some() && self.at == start + 1).then_some(()))
    }

    fn adverb_before_clause(&mut self) -> Read<()> {
        self.at += 1;
        self.skip_separators();
        Ok((self.is_at_end() || self.is_clause()?).then_some(()))
    }

    fn clause_but_location(&mut self) -> Read<Clause> {
        if let Some(rule) = self.attempt(Self::rule)? {
            return Ok(Some(Clause::Rule(Box::new(rule))));
        }
        if let Some(clause) = self.attempt(Self::named_clause)? {
            return Ok(Some(clause));
        }
        if let Some(when) = self.attempt(Self::when)? {
            return Ok(Some(Clause::When(Box::new(when))));
        }
        if let Some(calendar) = self.attempt(Self::calendar)? {
            return Ok(Some(Clause::Calendar(calendar)));
        }
        if let Some(categories) = self.attempt(Self::categories)? {
            return Ok(Some(Clause::Categories(categories)));
        }
        self.attempt(Self::zone_clause)
    }

    /// `zone-clause = [ "in" ] zone`
    fn zone_clause(&mut self) -> Read<Clause> {
        let has_in = self.eat("in");
        // `UTC` alone may be part of a name.
        if !has_in && self.letters() == Some("utc") {
            return Ok(None);
        }
        match self.zone()? {
            Some(zone) => Ok(self.is_word_end(self.at).then_some(Clause::Zone(zone))),
            None if has_in => self.want("calendar, category, a time zone as Europe/Vienna, or 3 days"),
            None => Ok(None),
        }
    }

    /// What begins with a word of its own.
    fn named_clause(&mut self) -> Read<Clause> {
        let Some(word) = self.letters() else { return self.count() };
        match word {
            "for" => self.length_clause(),
            "all" => {
                let is_here = self.eat_all("all day") || self.all_day();
                Ok(is_here.then_some(Clause::AllDay))
            }
            "until" | "till" => {
                self.at += 1;
                match self.point(After::Word)? {
                    Some(point) => Ok(self.is_word_end(self.at).then(|| Clause::Until(Box::new(point)))),
                    None => self.want(when::WANTED),
                }
            }
            "due" | "by" => self.due(),
            "remind" => Ok(self.reminders()?.map(Clause::Remind)),
            "no" => {
                let is_here = self.eat_all("no reminder") || self.eat_all("no reminders");
                Ok(is_here.then(|| Clause::Remind(Vec::new())))
            }
            "priority" => self.priority(),
            "except" => self.exceptions(),
            _ => self.count(),
        }
    }

    /// `all-day`
    fn all_day(&mut self) -> bool {
        let is_here = self.is_sign(self.at + 1, '-')
            && self.letters_at(self.at + 2) == Some("day")
            && (1..3).all(|next| self.is_glued(self.at + next))
            && self.is_word_end(self.at + 3);
        self.at += if is_here { 3 } else { 0 };
        is_here
    }

    /// `"for" length | "for" number "times"`
    fn length_clause(&mut self) -> Read<Clause> {
        if !self.eat("for") {
            return Ok(None);
        }
        if let Some(count) = self.attempt(Self::count)? {
            return Ok(Some(count));
        }
        match self.extent()? {
            Some(extent) => Ok(Some(Clause::Length(extent))),
            None => self.want(length::WANTED),
        }
    }

    /// `count = number ( "times" | "time" )`, after a repetition.
    fn count(&mut self) -> Read<Clause> {
        if !self.has_rule {
            return Ok(None);
        }
        let Some(number) = self.number().and_then(NonZeroU32::new) else { return Ok(None) };
        let is_here = self.eat("times") || self.eat("time");
        Ok(is_here.then_some(Clause::Count(number)))
    }

    /// `exceptions = "except" [ "on" ] day { and [ "on" ] day }`, after a repetition.
    fn exceptions(&mut self) -> Read<Clause> {
        if !self.has_rule || !self.eat("except") {
            return Ok(None);
        }
        let mut days: Vec<SaidDay> = Vec::new();
        while let Some(day) = self.attempt(|reader| {
            let goes_on = days.is_empty() || reader.eat_and();
            if !goes_on {
                return Ok(None);
            }
            reader.eat("on");
            Ok(reader.day(true)?.filter(|_| reader.is_word_end(reader.at)))
        })? {
            days.push(day);
        }
        if days.is_empty() { self.want("a date") } else { Ok(Some(Clause::Except(days))) }
    }

    /// `due = ( "due" [ "by" ] | "by" ) point`
    fn due(&mut self) -> Read<Clause> {
        if self.eat("due") {
            let _ = self.eat("by");
        } else if !self.eat("by") {
            return Ok(None);
        }
        match self.point(After::Due)? {
            Some(point) => Ok(self.is_word_end(self.at).then(|| Clause::Due(Box::new(point)))),
            None => self.want(when::WANTED),
        }
    }

    /// `priority = "priority" ( "1" ... "9" | "high" | "medium" | "low" )`
    fn priority(&mut self) -> Read<Clause> {
        if !self.eat("priority") {
            return Ok(None);
        }
        if let Some((_, priority)) = PRIORITIES.into_iter().find(|(word, _)| self.eat(word)) {
            return Ok(Some(Clause::Priority(priority)));
        }
        let number = self.digits().filter(|digits| digits.len() == 1 && self.is_word_end(self.at + 1));
        let priority =
            number.and_then(|digits| digits.parse().ok()).filter(|number| (1..=9).contains(number));
        match priority {
            Some(priority) => {
                self.at += 1;
                Ok(Some(Clause::Priority(priority)))
            }
            None => self.want("1 (first) to 9, high, medium or low"),
        }
    }

    /// `reminders = "remind" [ "me" ] reminder { and reminder }`
    fn reminders(&mut self) -> Read<Vec<SaidReminder>> {
        if !self.eat("remind") {
            return Ok(None);
        }
        let _ = self.eat("me");
        self.reminder_list()
    }

    /// `reminder { and reminder }`
    fn reminder_list(&mut self) -> Read<Vec<SaidReminder>> {
        let mut reminders = Vec::new();
        while let Some(reminder) = self.attempt(|reader| {
            let goes_on = reminders.is_empty() || reader.eat_and();
            if goes_on { reader.reminder() } else { Ok(None) }
        })? {
            reminders.push(reminder);
        }
        Ok((!reminders.is_empty()).then_some(reminders))
    }

    /// Reminders as a flag gives them: also without `remind`, and a length without `before`.
    pub(crate) fn reminder_flag(&mut self) -> Read<Vec<SaidReminder>> {
        if self.eat("none") || self.eat_all("no reminder") || self.eat_all("no reminders") {
            return Ok(Some(Vec::new()));
        }
        let start = self.at;
        if let Some(before) = self.attempt(Self::extent)?
            && self.is_at_end()
        {
            return Ok(Some(vec![SaidReminder {
                before: Some(before),
                time: None,
                place: self.place_from(start),
            }]));
        }
        self.at = start;
        let _ = self.eat("remind") && self.eat("me");
        self.reminder_list()
    }

    /// `reminder = length "before" [ "at" time ] | "at" time`
    pub(crate) fn reminder(&mut self) -> Read<SaidReminder> {
        let start = self.at;
        let before = self.attempt(Self::extent)?;
        if before.is_some() && !self.eat("before") {
            return self.want("before");
        }
        let time =
            self.attempt(|reader| if reader.eat("at") { reader.time(Hours::Alone) } else { Ok(None) })?;
        if before.is_none() && time.is_none() {
            return self.want("a length and before, or at and a time");
        }
        if !self.is_word_end(self.at) {
            return Ok(None);
        }
        Ok(Some(SaidReminder { before, time, place: self.place_from(start) }))
    }
}
