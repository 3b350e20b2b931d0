//! Days: `tomorrow`, `friday`, `3 March 2027`, `in two weeks`.

use ical::civil::{Date, SECONDS_PER_DAY, Weekday, days_in_month};
use ical::value::Duration;

use super::{Read, Reader};
use crate::misunderstood::{Fault, Misunderstood};
use crate::said::{Day, SaidDay, Week};
use crate::token::TokenKind;
use crate::words::{self, Unit, month_name};

/// Years that can stand beside a day and a month. What is outside is rather a time without its colon; years
/// of the ISO form are not bounded so.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// A leap year, for days of a month whose year is not known.
const LEAP_YEAR: i16 = 2000;

impl Reader<'_> {
    /// `day = relative | weekday ... | [ weekday ] date`; `the 15th` only where `on` or the like was read.
    pub(super) fn day(&mut self, is_after_word: bool) -> Read<SaidDay> {
        let start = self.at;
        let day = self.attempt(|reader| reader.any_day(is_after_word))?;
        Ok(day.map(|(day, weekday)| SaidDay { day, weekday, place: self.place_from(start) }))
    }

    fn any_day(&mut self, is_after_word: bool) -> Read<(Day, Option<Weekday>)> {
        for (words, days) in [
            ("today", 0),
            ("tomorrow", 1),
            ("tmrw", 1),
            ("yesterday", -1),
            ("the day after tomorrow", 2),
            ("day after tomorrow", 2),
        ] {
            if self.eat_all(words) {
                return Ok(Some((Day::FromToday(days), None)));
            }
        }
        if self.eat("tonight") {
            return Ok(Some((Day::Tonight, None)));
        }
        if let Some(day) = self.attempt(Self::counted_day)? {
            return Ok(Some((day, None)));
        }
        if let Some(weekday) = self.attempt(Self::weekday_of_week)? {
            return Ok(Some((weekday, None)));
        }
        let weekday = self.weekday();
        if weekday.is_some() {
            self.eat_comma();
        }
        let date_at = self.at;
        let has_the = is_after_word || weekday.is_some();
        if let Some(date) = self.attempt(|reader| reader.date(has_the))? {
            return Ok(Some((date, weekday)));
        }
        let Some(weekday) = weekday else { return Ok(None) };
        // The comma belongs to what follows.
        self.at = if self.is_sign(date_at.wrapping_sub(1), ',') { date_at - 1 } else { date_at };
        let week = self.week();
        Ok(Some((Day::Weekday(weekday, week.unwrap_or(Week::Any)), None)))
    }

    /// `( "this" | "next" ) [ "week" [ "on" ] ] weekday`
    fn weekday_of_week(&mut self) -> Read<Day> {
        if let Some(week) = self.week() {
            self.eat("on");
            return Ok(self.weekday().map(|weekday| Day::Weekday(weekday, week)));
        }
        let week = match self.letters() {
            Some("this") if self.eat("this") => Week::This,
            Some("next") if self.eat("next") => Week::Next,
            _ => return Ok(None),
        };
        match self.weekday() {
            Some(weekday) => Ok(Some(Day::Weekday(weekday, week))),
            None => self.want("a weekday"),
        }
    }

    /// `( "this" | "next" ) "week"`
    fn week(&mut self) -> Option<Week> {
        if self.eat_all("this week") {
            Some(Week::This)
        } else {
            self.eat_all("next week").then_some(Week::Following)
        }
    }

    /// A weekday's name; part of a word, too, since a dash may follow (`mon-fri`).
    pub(super) fn weekday(&mut self) -> Option<Weekday> {
        let (weekday, is_short) = words::weekday(self.letters()?)?;
        self.at += 1;
        if is_short {
            self.eat_stop();
        }
        Some(weekday)
    }

    /// A month's name.
    pub(super) fn month(&mut self) -> Option<u8> {
        let (month, is_short) = words::month(self.letters()?)?;
        self.at += 1;
        if is_short {
            self.eat_stop();
        }
        Some(month)
    }

    /// `"in" length | length "ago"`, also in months and years.
    fn counted_day(&mut self) -> Read<Day> {
        let start = self.at;
        let is_ahead = self.eat("in");
        let day = match self.attempt(Self::months)? {
            Some(months) => i32::try_from(months).ok().map(Day::Months),
            None => match self.extent()? {
                Some(extent) => from_now(extent),
                None => return Ok(None),
            },
        };
        if !is_ahead && !self.eat("ago") {
            return Ok(None);
        }
        let day = match day {
            Some(Day::FromToday(days)) if !is_ahead => Some(Day::FromToday(-days)),
            Some(Day::Months(months)) if !is_ahead => Some(Day::Months(-months)),
            Some(Day::FromNow(seconds)) if !is_ahead => Some(Day::FromNow(-seconds)),
            day => day,
        };
        day.map(Some).ok_or_else(|| self.fault_from(start, Fault::TooMuch, "that is too far from today"))
    }

    fn months(&mut self) -> Read<u32> {
        let Some(number) = self.number() else { return Ok(None) };
        let months = match self.letters().and_then(words::unit) {
            Some(Unit::Month) => number,
            Some(Unit::Year) => number.saturating_mul(12),
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(self.is_word_end(self.at).then_some(months))
    }

    /// `date = iso | day month [ year ] | month day [ year ] | "the" day`
    fn date(&mut self, is_after_word: bool) -> Read<Day> {
        if let Some(date) = self.iso()? {
            return Ok(Some(Day::On(date)));
        }
        self.refuse_numbers()?;
        self.refuse_glued()?;
        if let Some(day) = self.attempt(|reader| reader.day_and_month())? {
            return Ok(Some(day));
        }
        if let Some(day) = self.attempt(|reader| reader.month_and_day())? {
            return Ok(Some(day));
        }
        if is_after_word { self.attempt(Self::of_month) } else { Ok(None) }
    }

    /// `2026-03-02`, `2026/03/02`, `20260302`; a `T` and a time may be glued to it.
    pub(super) fn iso(&mut self) -> Read<Date> {
        let start = self.at;
        let two = |text: &str| if text.len() == 2 { text.parse::<u8>().ok() } else { None };
        let (year, month, day) = match self.digits() {
            Some(digits) if digits.len() == 8 => {
                let parts = (digits.get(..4), digits.get(4..6), digits.get(6..));
                let (Some(year), Some(month), Some(day)) = parts else { return Ok(None) };
                self.at += 1;
                (year, two(month), two(day))
            }
            Some(digits) if digits.len() == 4 => {
                let sign = if self.is_sign(self.at + 1, '/') { '/' } else { '-' };
                let is_dated = (1..5).all(|next| self.is_glued(self.at + next))
                    && self.is_sign(self.at + 1, sign)
                    && self.is_sign(self.at + 3, sign);
                let (month, day) = (self.digits_at(self.at + 2), self.digits_at(self.at + 4));
                let (true, Some(month), Some(day)) = (is_dated, month, day) else { return Ok(None) };
                self.at += 5;
                (digits, two(month), two(day))
            }
            _ => return Ok(None),
        };
        let has_time = self.is_glued(self.at) && self.letters() == Some("t");
        let date = year.parse().ok().zip(month).zip(day);
        let date = date.and_then(|((year, month), day)| Date::new(year, month, day));
        // Eight digits can be anything (a ticket's number).
        let is_plainly_date = has_time || self.at > start + 1;
        match date {
            Some(date) if is_plainly_date || YEARS.contains(&date.year()) => Ok(Some(date)),
            None if is_plainly_date => {
                let message =
                    format!("there is no day {}; a date is written as 2026-03-02", self.words_from(start));
                Err(self.fault_from(start, Fault::Nonexistent, message))
            }
            _ => {
                self.at = start;
                Ok(None)
            }
        }
    }

    /// `3/4` and `3.4.`, which some read as a day and a month, some the other way round.
    fn refuse_numbers(&mut self) -> Result<(), Misunderstood> {
        let start = self.at;
        let number = |at: usize| self.digits_at(at).filter(|digits| digits.len() <= 2)?.parse::<u8>().ok();
        let sign = if self.is_sign(start + 1, '.') { '.' } else { '/' };
        let is_pair = (1..3).all(|next| self.is_glued(start + next)) && self.is_sign(start + 1, sign);
        let (true, Some(one), Some(two)) = (is_pair, number(start), number(start + 2)) else { return Ok(()) };
        let has_more = self.is_glued(start + 3) && self.is_sign(start + 3, sign);
        let year = if has_more && self.is_glued(start + 4) { self.digits_at(start + 4) } else { None };
        let year = year.filter(|year| matches!(year.len(), 2 | 4));
        let end = start + 3 + usize::from(has_more) + usize::from(year.is_some());
        let is_whole = self.is_word_end(end) && (sign == '/' || has_more);
        let is_date = |month: u8, day: u8| Date::new(LEAP_YEAR, month, day).is_some();
        if !is_whole || !(is_date(two, one) || is_date(one, two)) {
            return Ok(());
        }
        self.at = end;
        let readings = [(one, two), (two, one)].into_iter().filter(|(day, month)| is_date(*month, *day));
        let year = year.filter(|year| year.len() == 4).map_or(String::new(), |year| format!(" {year}"));
        let mut readings: Vec<String> =
            readings.map(|(day, month)| format!("{day} {}{year}", month_name(month))).collect();
        readings.dedup();
        let words = self.words_from(start);
        let message = format!(
            "{words} is read in two ways, the day first or the month first: write {}",
            words::listed(&readings, "or")
        );
        Err(self.fault_from(start, Fault::Ambiguous, message))
    }

    /// `5-3-2026`, `26-03-05`, `5mar`, `5-mar-2026`, `mar-5`: dates in a word that are of no form here.
    fn refuse_glued(&self) -> Result<(), Misunderstood> {
        let start = self.at;
        let number = |at: usize| self.digits_at(at).is_some_and(|digits| digits.len() <= 2);
        let month = |at: usize| self.letters_at(at).is_some_and(|letters| words::month(letters).is_some());
        let mut end = start + 1;
        while !self.is_word_end(end) {
            end += 1;
        }
        // Without the signs between them.
        let is_sign = |at: usize| ['-', '/', '.'].iter().any(|sign| self.is_sign(at, *sign));
        let parts: Vec<usize> = (start..end).filter(|at| !is_sign(*at)).collect();
        let is_date = match parts[..] {
            [day, name] | [day, name, _] if number(day) && month(name) => true,
            [name, day] | [name, day, _] if month(name) && number(day) => true,
            [one, two, year] if number(one) && number(two) => {
                self.is_sign(start + 1, '-')
                    && end == start + 5
                    && self.digits_at(year).is_some_and(|digits| matches!(digits.len(), 2 | 4))
            }
            _ => false,
        };
        if !is_date {
            return Ok(());
        }
        let message = "a date is written as 5 march 2026 or 2026-03-05";
        Err(self.text.fault(Fault::Unknown, self.bytes(start..end), message))
    }

    /// `3 March`, `3rd of March 2027`, `the 3rd of March`
    fn day_and_month(&mut self) -> Read<Day> {
        let start = self.at;
        self.eat("the");
        let Some(day) = self.day_number() else { return Ok(None) };
        if !self.is_word_end(self.at) {
            return Ok(None);
        }
        self.eat("of");
        let Some(month) = self.month() else { return Ok(None) };
        self.with_year(start, month, day).map(Some)
    }

    /// `March 3`, `March 3rd, 2027`
    fn month_and_day(&mut self) -> Read<Day> {
        let start = self.at;
        let Some(month) = self.month() else { return Ok(None) };
        self.eat("the");
        if self.is_glued(self.at) {
            return Ok(None);
        }
        let Some(day) = self.day_number() else { return Ok(None) };
        // `March 9:00` and `May 2pm` are no dates.
        if !self.is_word_end(self.at) && !self.is_sign(self.at, '-') {
            return Ok(None);
        }
        self.with_year(start, month, day).map(Some)
    }

    /// `the 15th`
    fn of_month(&mut self) -> Read<Day> {
        if !self.eat("the") {
            return Ok(None);
        }
        let Some(day) = self.ordinal() else { return self.want("a day of the month as 15th") };
        Ok(u8::try_from(day).ok().filter(|day| (1..=31).contains(day)).map(Day::OfMonth))
    }

    /// A day of a month, in the year that follows, if one does.
    pub(super) fn with_year(&mut self, start: usize, month: u8, day: u8) -> Result<Day, Misunderstood> {
        let year = self.year();
        let exists = match year {
            Some(year) => Date::new(year, month, day).map(Day::On),
            None => (day <= days_in_month(LEAP_YEAR, month)).then_some(Day::OfYear(month, day)),
        };
        exists.ok_or_else(|| {
            let days = days_in_month(year.unwrap_or(LEAP_YEAR), month);
            let of_year = year.map_or(String::new(), |year| format!(" {year}"));
            let message = format!("{}{of_year} has {days} days", month_name(month));
            self.fault_from(start, Fault::Nonexistent, message)
        })
    }

    /// Four digits that are no time.
    fn year(&mut self) -> Option<i16> {
        let at = self.at + usize::from(self.is_sign(self.at, ','));
        let digits = self.digits_at(at).filter(|digits| digits.len() == 4)?;
        let year = digits.parse::<i16>().ok().filter(|year| YEARS.contains(year))?;
        let ends = self.is_word_end(at + 1) || self.is_sign(at + 1, '-');
        // A date of the ISO form is another one.
        let is_iso = self.is_sign(at + 1, '-') && self.is_glued(at + 2) && self.digits_at(at + 2).is_some();
        if self.is_glued(at) || !ends || is_iso {
            return None;
        }
        self.at = at + 1;
        Some(year)
    }

    /// 1 to 31, in digits or as an ordinal.
    pub(super) fn day_number(&mut self) -> Option<u8> {
        let start = self.at;
        let number = match self.ordinal() {
            Some(number) => Some(number),
            None => {
                let digits = self.digits().filter(|digits| digits.len() <= 2);
                self.at += usize::from(digits.is_some());
                digits.and_then(|digits| digits.parse().ok())
            }
        };
        let day = number.and_then(|number| u8::try_from(number).ok()).filter(|day| (1..=31).contains(day));
        if day.is_none() {
            self.at = start;
        }
        day
    }

    /// `1st`, `second`: a number with its own ending, or in letters.
    pub(super) fn ordinal(&mut self) -> Option<u32> {
        if let Some(letters) = self.letters() {
            let ordinal = words::ordinal(letters).filter(|_| self.is_word_end(self.at + 1));
            self.at += usize::from(ordinal.is_some());
            return ordinal;
        }
        let number: u32 = self.digits().filter(|digits| digits.len() <= 4)?.parse().ok()?;
        let is_ordinal = self.is_glued(self.at + 1)
            && self.letters_at(self.at + 1) == Some(words::suffix(number))
            && self.is_word_end(self.at + 2);
        if number == 0 || !is_ordinal {
            return None;
        }
        self.at += 2;
        Some(number)
    }

    /// A number in digits or in letters.
    pub(super) fn number(&mut self) -> Option<u32> {
        let number = match &self.token(self.at)?.kind {
            TokenKind::Number => self.digits().filter(|digits| digits.len() <= 9)?.parse().ok()?,
            TokenKind::Letters(letters) if self.is_word_end(self.at + 1) => words::number(letters)?,
            _ => return None,
        };
        self.at += 1;
        Some(number)
    }
}

/// Days are counted on the calendar, and what has hours from now.
fn from_now(extent: Duration) -> Option<Day> {
    match (extent.days(), extent.seconds()) {
        (days, 0) => Some(Day::FromToday(days)),
        (days, seconds) => {
            i64::from(days).checked_mul(SECONDS_PER_DAY)?.checked_add(seconds).map(Day::FromNow)
        }
    }
}
