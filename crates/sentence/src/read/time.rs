//! Times of day and zones: `14:00`, `2pm`, `noon`, `9:00 New York time`.

use std::ops::Range;

use ical::zone::Zone;

use super::{Read, Reader};
use crate::misunderstood::{Fault, Misunderstood};
use crate::said::{Form, Half, SaidTime, SaidZone};

/// May a time be an hour alone?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hours {
    /// After `at`, `from` or `to`.
    Alone,
    /// Only with minutes, am, pm or `o'clock`, which show that it is one.
    Marked,
}

/// Words of a city's name, at most.
const CITY_WORDS: usize = 4;

impl Reader<'_> {
    /// `time = clock [ zone-of-time ]`
    pub(super) fn time(&mut self, hours: Hours) -> Read<SaidTime> {
        let start = self.at;
        let Some(mut time) = self.attempt(|reader| reader.clock(hours))? else { return Ok(None) };
        time.zone = self.zone_of_time()?;
        time.place = self.place_from(start);
        Ok(Some(time))
    }

    /// `clock = "noon" | "midnight" | hour [ ":" minute [ ":" second ] ] [ half | "o'clock" ]`
    fn clock(&mut self, hours: Hours) -> Read<SaidTime> {
        for (word, hour, form) in [("noon", 12, Form::Exact), ("midnight", 0, Form::Midnight)] {
            if self.eat(word) {
                return self.said(hour, [0, 0], None, form).map(Some);
            }
        }
        let start = self.at;
        let Some(digits) = self.digits().filter(|digits| digits.len() <= 2) else { return Ok(None) };
        let Ok(hour) = digits.parse::<u8>() else { return Ok(None) };
        let form = if digits.starts_with('0') || hour == 0 || hour > 12 { Form::Exact } else { Form::Plain };
        self.at += 1;
        let (minute, second) = (self.minutes(':'), self.minutes(':'));
        let has_minutes = minute.is_some();
        // `2.30pm`, but only with its half: `2.30` may be any number.
        let after_hour = self.at;
        let dotted = if has_minutes { None } else { self.minutes('.') };
        let half = self.half();
        if dotted.is_some() && half.is_none() {
            self.at = after_hour;
        }
        let minute = minute.or(dotted.filter(|_| half.is_some()));
        let is_marked = has_minutes || half.is_some() || self.oclock();
        let is_glued = !self.is_word_end(self.at) && !self.is_sign(self.at, '-') && !self.is_zulu();
        if has_minutes && is_glued {
            self.at = start;
            self.skip_word();
            let message = format!("{} is no time; a time is written as 14:00 or 2pm", self.words_from(start));
            return Err(self.fault_from(start, Fault::Unknown, message));
        }
        if is_glued || !(is_marked || hours == Hours::Alone) {
            return Ok(None);
        }
        let (minute, second) = (minute.unwrap_or(0), second.unwrap_or(0));
        let is_hour = match half {
            Some(_) => (1..=12).contains(&hour),
            None => hour < 24 || (hour, minute, second) == (24, 0, 0),
        };
        if !is_hour || minute > 59 || second > 59 {
            let message = format!("no clock shows {}", self.words_from(start));
            return Err(self.fault_from(start, Fault::Nonexistent, message));
        }
        self.said(hour, [minute, second], half, form).map(Some)
    }

    fn said(
        &self,
        hour: u8,
        [minute, second]: [u8; 2],
        half: Option<Half>,
        form: Form,
    ) -> Result<SaidTime, Misunderstood> {
        Ok(SaidTime { hour, minute, second, half, form, zone: None, place: self.place_from(self.at) })
    }

    /// A colon and two digits, glued.
    fn minutes(&mut self, sign: char) -> Option<u8> {
        let is_here = self.is_glued(self.at) && self.is_sign(self.at, sign) && self.is_glued(self.at + 1);
        let digits = self.digits_at(self.at + 1).filter(|digits| is_here && digits.len() == 2)?;
        self.at += 2;
        digits.parse().ok()
    }

    /// `am`, `p.m.`
    fn half(&mut self) -> Option<Half> {
        let (half, tokens) = match self.letters()? {
            "am" => (Half::Am, 1),
            "pm" => (Half::Pm, 1),
            letters @ ("a" | "p") => {
                let has_m = self.is_sign(self.at + 1, '.') && self.letters_at(self.at + 2) == Some("m");
                let is_word = has_m && (1..3).all(|next| self.is_glued(self.at + next));
                if !is_word {
                    return None;
                }
                (if letters == "a" { Half::Am } else { Half::Pm }, 3)
            }
            _ => return None,
        };
        let end = self.at + tokens;
        let has_stop = tokens == 3 && self.is_glued(end) && self.is_sign(end, '.');
        let end = end + usize::from(has_stop);
        if !self.is_word_end(end) && !self.is_sign(end, '-') {
            return None;
        }
        self.at = end;
        Some(half)
    }

    /// `o'clock`
    fn oclock(&mut self) -> bool {
        let is_here = self.letters() == Some("o")
            && self.is_sign(self.at + 1, '\'')
            && self.letters_at(self.at + 2) == Some("clock")
            && (1..3).all(|next| self.is_glued(self.at + next));
        self.at += if is_here { 3 } else { 0 };
        is_here
    }

    /// A `Z` that is glued to a time.
    fn is_zulu(&self) -> bool {
        self.is_glued(self.at)
            && self.letters() == Some("z")
            && (self.is_word_end(self.at + 1) || self.is_sign(self.at + 1, '-'))
    }

    /// `T0900`, `T09:00:00`, `T090000Z`: what is glued to a date of the ISO form.
    pub(super) fn iso_time(&mut self) -> Read<SaidTime> {
        let start = self.at;
        if !(self.is_glued(start) && self.letters() == Some("t") && self.is_glued(start + 1)) {
            return Ok(None);
        }
        self.at += 1;
        let digits = self.digits().unwrap_or_default();
        let two = |from: usize| digits.get(from..from + 2).and_then(|two| two.parse::<u8>().ok());
        let (hour, rest) = match digits.len() {
            2 => (two(0), None),
            4 => (two(0), Some([two(2), Some(0)])),
            6 => (two(0), Some([two(2), two(4)])),
            _ => (None, None),
        };
        self.at += 1;
        let rest = rest.or_else(|| Some([Some(self.minutes(':')?), Some(self.minutes(':').unwrap_or(0))]));
        let found = hour.zip(rest).and_then(|(hour, [minute, second])| Some((hour, minute?, second?)));
        let ends = self.is_word_end(self.at) || self.is_zulu() || self.is_sign(self.at, '-');
        let exists =
            found.filter(|(hour, minute, second)| ends && *hour < 24 && *minute < 60 && *second < 60);
        let Some((hour, minute, second)) = exists else {
            self.at = start;
            while !self.is_word_end(self.at) {
                self.at += 1;
            }
            let message = "after a date and T a time is written as 09:00, 0900 or 090000";
            return Err(self.fault_from(start, Fault::Unknown, message));
        };
        let mut time = self.said(hour, [minute, second], None, Form::Exact)?;
        time.zone = self.zone_of_time()?;
        time.place = self.place_from(start);
        Ok(Some(time))
    }

    /// `zone-of-time = "Z" | "UTC" | zone | city "time"`
    fn zone_of_time(&mut self) -> Read<SaidZone> {
        let start = self.at;
        if self.is_zulu() {
            self.at += 1;
            return Ok(Some(self.utc(start)));
        }
        match self.zone()? {
            Some(zone) => Ok(Some(zone)),
            None => self.attempt(Self::city),
        }
    }

    fn utc(&self, start: usize) -> SaidZone {
        SaidZone { zone: Zone::utc(), name: "UTC".to_owned(), place: self.place_from(start) }
    }

    /// `zone = "UTC" | name | "(" name ")"`, where the name is of the IANA database, or my zone's.
    pub(super) fn zone(&mut self) -> Read<SaidZone> {
        let start = self.at;
        if self.eat("utc") {
            return Ok(Some(self.utc(start)));
        }
        if self.is_sign(start, '(') && !self.is_glued(start) {
            let close = (start..self.text.tokens.len()).find(|at| self.is_sign(*at, ')'));
            let Some(close) = close.filter(|close| *close > start + 1) else { return Ok(None) };
            let zone = self.named_zone(start + 1..close);
            self.at = close + 1;
            return match zone {
                Some((zone, name)) => Ok(Some(SaidZone { zone, name, place: self.place_from(start) })),
                None => {
                    self.at = start;
                    Ok(None)
                }
            };
        }
        // Only names with a slash: `EST` is an hour apart from what it is elsewhere, and `Turkey` is a bird.
        let mut end = start;
        while end == start || !self.is_word_end(end) {
            end += 1;
        }
        let has_slash = (start + 1..end).any(|at| self.is_sign(at, '/'));
        if !has_slash || self.letters().is_none() {
            return Ok(None);
        }
        let Some((zone, name)) = self.named_zone(start..end) else {
            return self.want("a time zone as Europe/Vienna");
        };
        self.at = end;
        Ok(Some(SaidZone { zone, name, place: self.place_from(start) }))
    }

    fn named_zone(&self, tokens: Range<usize>) -> Option<(Zone, String)> {
        let name = self.text.words(tokens);
        if name.eq_ignore_ascii_case(&self.context.zone_name) {
            return Some((self.context.zone.clone(), self.context.zone_name.clone()));
        }
        let zone = Zone::iana(&name)?;
        let name = zone.iana_name().unwrap_or(&name).to_owned();
        Some((zone, name))
    }

    /// `city "time"`: the last part of a zone's name, where all zones that end so are one.
    fn city(&mut self) -> Read<SaidZone> {
        let start = self.at;
        let is_time = |at: usize| self.letters_at(at) == Some("time") && self.is_word_end(at + 1);
        let Some(end) = (start + 1..=start + 2 * CITY_WORDS).find(|at| is_time(*at)) else { return Ok(None) };
        let city = self.text.words(start..end).to_lowercase();
        if self.is_glued(start) || self.is_glued(end) {
            return Ok(None);
        }
        let mut found: Option<(Zone, String)> = None;
        for name in Zone::iana_names() {
            let last = name.rsplit('/').next().unwrap_or_default().replace('_', " ");
            if !name.contains('/') || last.to_lowercase() != city {
                continue;
            }
            let Some(zone) = Zone::iana(&name) else { continue };
            match &found {
                Some((other, _)) if *other != zone => {
                    self.at = end + 1;
                    let message =
                        format!("there is more than one zone of {city}: a zone is named as Europe/Vienna");
                    return Err(self.fault_from(start, Fault::Ambiguous, message));
                }
                // The longer name is the present one (America/Argentina/Buenos_Aires).
                Some((_, known)) if known.len() >= name.len() => {}
                _ => found = Some((zone, name)),
            }
        }
        let Some((zone, name)) = found else { return Ok(None) };
        self.at = end + 1;
        Ok(Some(SaidZone { zone, name, place: self.place_from(start) }))
    }
}
