//! Words in a name that may be about time: they are refused right before a date or a time, since they may
//! belong to it (`Meeting each | monday`, `Meeting 1000 | friday`), and would else be lost in the name
//! without a word.

use std::ops::Range;

use super::Reader;
use crate::misunderstood::{Fault, Misunderstood};
use crate::token::TokenKind;
use crate::words;

/// Words that belong to what follows.
const BINDING: [&str; 11] =
    ["after", "and", "before", "between", "each", "every", "last", "next", "or", "past", "this"];

/// Words before a unit that say which one.
const WHICH: [&str; 5] = ["each", "every", "last", "next", "this"];

/// Words that begin a date or a time without another one before them.
const BARE: [&str; 12] = [
    "a",
    "an",
    "day",
    "midnight",
    "next",
    "noon",
    "the",
    "this",
    "today",
    "tomorrow",
    "tonight",
    "yesterday",
];

impl Reader<'_> {
    /// Holds a name that goes from a token to here, where a clause begins, or the text ends.
    pub(super) fn check_name(&self, start: usize) -> Result<(), Misunderstood> {
        let Some(last) = self.word_before(start, self.at) else { return Ok(()) };
        let before = self.word_before(start, last.start);
        let letters = self.letters_of(&last);
        let which = before.as_ref().and_then(|before| self.letters_of(before));
        let is_unit = letters.is_some_and(|word| words::unit(word).is_some() || word == "weekend");
        if is_unit && which.is_some_and(|which| WHICH.contains(&which)) {
            let from = before.map_or(last.start, |before| before.start);
            let hint = "write a day, as monday next week, or a repetition, as every week";
            return Err(self.loose(from..last.end, hint));
        }
        let is_plural = letters
            .and_then(|word| word.strip_suffix('s'))
            .is_some_and(|word| words::weekday(word).is_some_and(|(_, is_short)| !is_short));
        if is_plural {
            return Err(self.loose(last, "a repetition is written as every monday"));
        }
        let is_ordinal = self.is_ordinal(&last);
        if is_ordinal && which == Some("the") {
            return Err(self.loose(last, "a date is written as on the 5th"));
        }
        if self.is_at_end() || !self.is_bare() {
            return Ok(());
        }
        let is_binding = letters.is_some_and(|word| BINDING.contains(&word)) || self.is_sign(last.start, '@');
        let is_month = letters.is_some_and(|word| words::month(word).is_some());
        if is_binding || is_month || is_ordinal || self.is_number(&last) {
            let words = self.text.words(last.clone());
            let message = format!(
                "\"{words}\" may belong to what follows, and is not understood so; write on or at between \
                 them, or put the name in quotes"
            );
            return Err(self.text.fault(Fault::Unknown, self.bytes(last), message));
        }
        Ok(())
    }

    fn loose(&self, tokens: Range<usize>, hint: &str) -> Misunderstood {
        let words = self.text.words(tokens.clone());
        let message = format!(
            "\"{words}\" may be about time, and is not understood so; {hint}; a name stands in quotes"
        );
        self.text.fault(Fault::Unknown, self.bytes(tokens), message)
    }

    /// The word before a token, without the signs at its end; `None` for a phrase.
    fn word_before(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let is_mark =
            |at: usize| [',', ';', ':', '-', '\u{b7}', '.'].iter().any(|sign| self.is_sign(at, *sign));
        let mut end = end;
        while end > start && is_mark(end - 1) {
            end -= 1;
        }
        let mut first = end.checked_sub(1).filter(|first| *first >= start)?;
        while first > start && self.is_glued(first) {
            first -= 1;
        }
        let is_phrase = matches!(self.token(first)?.kind, TokenKind::Phrase(_));
        (!is_phrase).then_some(first..end)
    }

    /// The letters of a word that has nothing else.
    fn letters_of(&self, word: &Range<usize>) -> Option<&str> {
        if word.len() == 1 { self.letters_at(word.start) } else { None }
    }

    /// `5th`, `first`
    fn is_ordinal(&self, word: &Range<usize>) -> bool {
        if self.letters_of(word).is_some_and(|letters| words::ordinal(letters).is_some()) {
            return true;
        }
        let ending = self.letters_at(word.start + 1);
        word.len() == 2
            && self.digits_at(word.start).is_some()
            && matches!(ending, Some("st" | "nd" | "rd" | "th"))
    }

    /// What may be a day or an hour (`5`, `10h`), or a time without its colon (`1430`).
    fn is_number(&self, word: &Range<usize>) -> bool {
        let Some(digits) = self.digits_at(word.start) else { return false };
        let is_hours = word.len() <= 3 && self.letters_at(word.start + 1) == Some("h");
        match word.len() {
            1 if digits.len() == 4 => {
                let (hours, minutes) = digits.split_at(2);
                hours < "24" && minutes < "60"
            }
            1 => digits.len() <= 2,
            _ => is_hours,
        }
    }

    /// Does a clause begin here with its date or time, and with no word that says so?
    fn is_bare(&self) -> bool {
        let Some(word) = self.letters() else { return self.digits().is_some() };
        BARE.contains(&word)
            || words::weekday(word).is_some()
            || words::month(word).is_some()
            || words::number(word).is_some()
    }
}
