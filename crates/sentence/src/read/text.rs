//! Texts and names: what it is called, where it is, its calendar and categories.

use std::ops::Range;

use super::{Read, Reader};
use crate::misunderstood::{Fault, Misunderstood};
use crate::token::TokenKind;
use crate::words;

/// Words that end a place even where the clause that they begin is not understood.
const RESERVED: [&str; 7] = ["each", "every", "except", "for", "remind", "till", "until"];

impl Reader<'_> {
    /// Words as they are written, without what separates them from the next clause.
    pub(super) fn free_text(&self, mut tokens: Range<usize>) -> String {
        let is_separator = |at: usize| match self.token(at).map(|token| &token.kind) {
            Some(TokenKind::Sign(',' | ';' | ':' | '\u{b7}')) => true,
            Some(TokenKind::Sign('-')) => !self.is_glued(at),
            _ => false,
        };
        while tokens.end > tokens.start && is_separator(tokens.end - 1) {
            tokens.end -= 1;
        }
        self.text.words(tokens)
    }

    /// `location = "at" ( phrase | word { word } )`, up to the next clause; the first word begins with no
    /// digit.
    pub(super) fn location(&mut self) -> Read<String> {
        if !self.eat("at") {
            return Ok(None);
        }
        let start = self.at;
        if self.digits().is_some() || self.is_at_end() {
            return self.want("a time or a place");
        }
        if let Some(TokenKind::Phrase(phrase)) = self.token(start).map(|token| &token.kind) {
            self.at += 1;
            return Ok((!phrase.is_empty()).then(|| phrase.clone()));
        }
        while !self.is_at_end() {
            let is_reserved = self.letters().is_some_and(|word| RESERVED.contains(&word));
            if (is_reserved && self.is_word_end(self.at + 1))
                || self.is_sign(self.at, '\u{b7}')
                || self.is_clause()?
            {
                break;
            }
            self.skip_word();
        }
        self.check_name(start)?;
        let place = self.free_text(start..self.at);
        if place.is_empty() { self.want("a time or a place") } else { Ok(Some(place)) }
    }

    /// `calendar = "in calendar" name | "#" name`
    pub(super) fn calendar(&mut self) -> Read<String> {
        let start = self.at;
        let is_sign =
            self.is_sign(start, '#') && self.is_glued(start + 1) && self.digits_at(start + 1).is_none();
        if is_sign {
            self.at += 1;
        } else if !self.eat_all("in calendar") {
            return Ok(None);
        }
        if self.is_at_end() {
            return self.want("the name of a calendar");
        }
        self.known_calendar(start).map(Some)
    }

    /// The name of a calendar, as a flag gives it.
    pub(crate) fn calendar_name(&mut self) -> Read<String> {
        if self.is_at_end() { Ok(None) } else { self.known_calendar(self.at).map(Some) }
    }

    /// The calendar whose name stands here, the longest that does.
    fn known_calendar(&mut self, start: usize) -> Result<String, Misunderstood> {
        let name_at = self.at;
        let is_end = |end: &usize| self.is_word_end(*end);
        let ends = (name_at + 1..=self.text.tokens.len()).filter(is_end).rev();
        let known = |end: usize| {
            let name = self.text.words(name_at..end).to_lowercase();
            let calendar = self.context.calendars.iter().find(|known| known.to_lowercase() == name)?;
            Some((end, calendar.clone()))
        };
        let longest = self.context.calendars.iter().map(|name| 2 * name.len()).max().unwrap_or(0);
        let found = ends.filter(|end| end - name_at <= longest.max(1)).find_map(known);
        if let Some((end, calendar)) = found {
            self.at = end;
            return Ok(calendar);
        }
        self.skip_word();
        let name = self.free_text(name_at..self.at);
        let names: Vec<&str> = self.context.calendars.iter().map(String::as_str).collect();
        let message = match names.as_slice() {
            [] => format!("there is no calendar {name}"),
            [one] => format!("there is no calendar {name}, only {one}"),
            names => format!("there is no calendar {name}; there are {}", words::listed(names, "and")),
        };
        Err(self.fault_from(start, Fault::Unknown, message))
    }

    /// `categories = ( "in category" | "in categories" ) name { and name }`
    pub(super) fn categories(&mut self) -> Read<Vec<String>> {
        if !(self.eat_all("in category") || self.eat_all("in categories")) {
            return Ok(None);
        }
        let mut categories: Vec<String> = Vec::new();
        while let Some(name) = self.attempt(|reader| {
            let goes_on = categories.is_empty() || reader.eat_and();
            if !goes_on || reader.is_at_end() || reader.is_clause()? {
                return Ok(None);
            }
            let start = reader.at;
            // One word: commas stand between names.
            while reader.at == start || !reader.is_word_end(reader.at) {
                reader.at += 1;
            }
            let name = reader.free_text(start..reader.at);
            Ok((!name.is_empty()).then_some(name))
        })? {
            categories.push(name);
        }
        if categories.is_empty() { self.want("the name of a category") } else { Ok(Some(categories)) }
    }
}
