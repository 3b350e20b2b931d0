//! Lengths: `45 min`, `1h30`, `1.5 hours`, `3 days`.

use ical::value::Duration;

use super::{Read, Reader};
use crate::misunderstood::{Fault, Misunderstood};
use crate::words::{self, Unit};

/// What a length is.
pub(crate) const WANTED: &str = "a length as 45 min, 1h30 or 3 days";

/// A thousand years.
const MOST_SECONDS: i64 = 1_000 * 366 * 86_400;

const UNITS: &str = "minutes, hours, days or weeks";

impl Reader<'_> {
    /// `length = part { [ "and" ] part } | "half an hour" | duration`
    pub(crate) fn extent(&mut self) -> Read<Duration> {
        let start = self.at;
        if self.eat_all("half an hour") {
            return Ok(Some(Duration::from_seconds(1800)));
        }
        if let Some(duration) = self.duration() {
            return self.bounded(start, duration);
        }
        let mut length = Length::default();
        while let Some(()) = self.attempt(|reader| reader.part(&mut length, start))? {}
        if length.smallest.is_none() {
            return Ok(None);
        }
        match Duration::new(length.days, length.seconds) {
            Some(duration) => self.bounded(start, duration),
            None => Err(self.too_long(start)),
        }
    }

    fn bounded(&self, start: usize, duration: Duration) -> Read<Duration> {
        if duration.to_seconds() > MOST_SECONDS { Err(self.too_long(start)) } else { Ok(Some(duration)) }
    }

    /// The RFC's own form: `PT45M`.
    fn duration(&mut self) -> Option<Duration> {
        let start = self.at;
        self.letters().filter(|letters| letters.starts_with('p'))?;
        let mut end = start + 1;
        while !self.is_word_end(end) {
            end += 1;
        }
        let duration = Duration::parse(self.text.words(start..end).as_bytes()).ok()?;
        self.at = end;
        Some(duration)
    }

    /// `part = number unit`, the longest unit first and each once.
    fn part(&mut self, length: &mut Length, start: usize) -> Read<()> {
        let is_first = length.smallest.is_none();
        let has_and = !is_first && self.eat("and");
        if has_and && length.smallest == Some(Unit::Hour) && self.eat_all("a half") {
            return length.add(Unit::Minute, 30, 0).map(Some).ok_or_else(|| self.too_long(start));
        }
        let number_at = self.at;
        let fraction_at = self.at + 2;
        let Some(whole) = self.number() else {
            return if has_and { self.want("a number") } else { Ok(None) };
        };
        let mut thousandths = 0;
        if self.is_sign(self.at, '.') && self.is_glued(self.at) && self.is_glued(fraction_at) {
            let digits = self.digits_at(fraction_at).filter(|digits| digits.len() <= 3);
            let Some(fraction) = digits.and_then(|digits| format!("{digits:0<3}").parse().ok()) else {
                return Ok(None);
            };
            thousandths = fraction;
            self.at = fraction_at + 1;
        }
        let named = self.letters().and_then(words::unit);
        let is_after_hours = length.smallest == Some(Unit::Hour) && self.is_glued(number_at);
        let Some(unit) = named.or((is_after_hours && self.is_word_end(self.at)).then_some(Unit::Minute))
        else {
            return self.want(UNITS);
        };
        self.at += usize::from(named.is_some());
        // `1h30`: minutes may be glued to the hours.
        let is_glued_number = unit == Unit::Hour && self.is_glued(self.at) && self.digits().is_some();
        if !self.is_word_end(self.at) && !is_glued_number {
            self.at = number_at + 1;
            return self.want(UNITS);
        }
        if unit >= Unit::Month {
            self.at -= 1;
            return self.want(UNITS);
        }
        if length.smallest.is_some_and(|smallest| unit >= smallest) {
            return Ok(None);
        }
        if thousandths > 0 && !matches!(unit, Unit::Hour | Unit::Minute) {
            self.at = number_at;
            return self.want("a whole number");
        }
        length.add(unit, whole, thousandths).map(Some).ok_or_else(|| self.too_long(start))
    }

    fn too_long(&self, start: usize) -> Misunderstood {
        self.fault_from(start, Fault::TooMuch, "that is too long a time")
    }
}

#[derive(Debug, Default)]
struct Length {
    days: i32,
    seconds: i64,
    smallest: Option<Unit>,
}

impl Length {
    fn add(&mut self, unit: Unit, whole: u32, thousandths: i64) -> Option<()> {
        let seconds = match unit {
            Unit::Second => 1,
            Unit::Minute => 60,
            _ => 3600,
        };
        match unit {
            Unit::Week | Unit::Day => {
                let days = i32::try_from(whole).ok()?.checked_mul(if unit == Unit::Week { 7 } else { 1 })?;
                self.days = self.days.checked_add(days)?;
            }
            _ => {
                // A part of a second is more exact than anyone meant.
                let exact = (i64::from(whole) * 1000 + thousandths) * seconds / 1000;
                self.seconds = self.seconds.checked_add(exact)?;
            }
        }
        self.smallest = Some(unit);
        Some(())
    }
}
