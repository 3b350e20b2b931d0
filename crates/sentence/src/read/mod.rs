//! Reading: tokens to clauses, by recursive descent over the grammar of `docs/guide/add.md`.
//!
//! A function of the grammar gives what it read, or `None` and stands where it stood. It gives an error only
//! where the words are plainly of its kind and yet cannot be right (`25:00`, `3/4`): those are never part of
//! a summary.

mod clause;
mod day;
mod length;
mod loose;
mod rule;
mod text;
mod time;
mod when;

use std::ops::Range;

use crate::context::Context;
use crate::misunderstood::{Fault, Misunderstood};
use crate::said::Clause;
use crate::token::{Place, Text, Token, TokenKind};

pub(crate) use length::WANTED as LENGTH;
pub(crate) use when::{After, WANTED as POINT};

/// What a reminder is.
pub(crate) const REMINDER: &str = "a reminder as 10 min before, or at 08:00";

/// What a repetition is.
pub(crate) const REPETITION: &str = "a repetition as every 2 weeks on monday";

/// What a function of the grammar gives.
pub(crate) type Read<T> = Result<Option<T>, Misunderstood>;

/// A place among the tokens of a text.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) text: &'a Text,
    context: &'a Context,
    at: usize,
    /// The furthest token that did not fit, and what was possible there.
    furthest: usize,
    wanted: Vec<&'static str>,
    /// Was a repetition read? Its count and exceptions may follow then.
    has_rule: bool,
}

/// A sentence, read.
#[derive(Debug)]
pub(crate) struct Clauses {
    pub(crate) summary: String,
    pub(crate) clauses: Vec<(Clause, Place)>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a Text, context: &'a Context) -> Self {
        Self { text, context, at: 0, furthest: 0, wanted: Vec::new(), has_rule: false }
    }

    /// `sentence = summary { clause }`
    pub(crate) fn sentence(mut self) -> Result<Clauses, Misunderstood> {
        while !self.is_at_end() && !self.is_clause()? {
            self.skip_word();
        }
        self.check_name(0)?;
        let summary = self.free_text(0..self.at);
        let clauses = self.clauses()?;
        Ok(Clauses { summary, clauses })
    }

    /// `{ clause }`, to the end of the text.
    pub(crate) fn clauses(&mut self) -> Result<Vec<(Clause, Place)>, Misunderstood> {
        let mut clauses = Vec::new();
        self.skip_separators();
        while !self.is_at_end() {
            let start = self.at;
            let Some(clause) = self.clause()? else { return Err(self.no_clause()) };
            self.has_rule |= matches!(clause, Clause::Rule(_));
            clauses.push((clause, self.place_from(start)));
            self.skip_separators();
        }
        Ok(clauses)
    }

    /// One thing alone, to the end of the text.
    pub(crate) fn alone<T>(
        mut self,
        wanted: &'static str,
        read: impl FnOnce(&mut Self) -> Read<T>,
    ) -> Result<T, Misunderstood> {
        self.skip_separators();
        let found = read(&mut self)?;
        self.skip_separators();
        match found {
            Some(found) if self.is_at_end() => Ok(found),
            Some(_) => Err(self.not_understood("the end")),
            None => Err(self.not_understood(wanted)),
        }
    }

    /// The whole text as it is, for what may be any words.
    pub(crate) fn whole(self) -> Result<String, Misunderstood> {
        match self.text.words(0..self.text.tokens.len()) {
            words if words.is_empty() => Err(self.not_understood("a text")),
            words => Ok(words),
        }
    }

    fn token(&self, at: usize) -> Option<&'a Token> {
        self.text.tokens.get(at)
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.text.tokens.len()
    }

    /// Notes what would have been possible here.
    fn want<T>(&mut self, wanted: &'static str) -> Read<T> {
        if self.at > self.furthest {
            self.furthest = self.at;
            self.wanted.clear();
        }
        if self.at == self.furthest && !self.wanted.contains(&wanted) {
            self.wanted.push(wanted);
        }
        Ok(None)
    }

    /// Reads, and goes back where it does not fit.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        let start = self.at;
        let read = read(self);
        if !matches!(read, Ok(Some(_))) {
            self.at = start;
        }
        read
    }

    /// Looks whether it fits, and stays here.
    fn looks<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Result<bool, Misunderstood> {
        let start = self.at;
        let read = read(self)?;
        self.at = start;
        Ok(read.is_some())
    }

    /// The letters of the token here, in small ones.
    fn letters(&self) -> Option<&'a str> {
        self.letters_at(self.at)
    }

    fn letters_at(&self, at: usize) -> Option<&'a str> {
        match &self.token(at)?.kind {
            TokenKind::Letters(letters) => Some(letters),
            _ => None,
        }
    }

    /// The digits of the token here.
    fn digits(&self) -> Option<&'a str> {
        self.digits_at(self.at)
    }

    fn digits_at(&self, at: usize) -> Option<&'a str> {
        let token = self.token(at)?;
        matches!(token.kind, TokenKind::Number).then(|| self.text.text.get(token.place.clone()))?
    }

    fn is_sign(&self, at: usize, sign: char) -> bool {
        self.token(at).is_some_and(|token| token.kind == TokenKind::Sign(sign))
    }

    fn is_glued(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.is_glued)
    }

    /// Does a word end before this token?
    fn is_word_end(&self, at: usize) -> bool {
        if !self.is_glued(at) {
            return true;
        }
        [',', ';', ')'].iter().any(|sign| self.is_sign(at, *sign)) || self.is_stop(at)
    }

    /// A full stop at the end of a word; a comma may follow.
    fn is_stop(&self, at: usize) -> bool {
        self.is_sign(at, '.') && (!self.is_glued(at + 1) || self.is_sign(at + 1, ','))
    }

    /// Takes this word, whole.
    fn eat(&mut self, word: &str) -> bool {
        let is_here = self.letters() == Some(word) && self.is_word_end(self.at + 1);
        self.at += usize::from(is_here);
        is_here
    }

    /// Takes these words.
    fn eat_all(&mut self, words: &str) -> bool {
        let start = self.at;
        let are_here = words.split(' ').all(|word| self.eat(word));
        if !are_here {
            self.at = start;
        }
        are_here
    }

    /// Takes the full stop of a shortened name.
    fn eat_stop(&mut self) {
        if self.is_glued(self.at) && self.is_stop(self.at) {
            self.at += 1;
        }
    }

    fn eat_comma(&mut self) -> bool {
        let is_here = self.is_sign(self.at, ',');
        self.at += usize::from(is_here);
        is_here
    }

    /// Between the members of a list: a comma, `and` (`or`), or both.
    fn eat_and(&mut self) -> bool {
        let has_comma = self.eat_comma();
        self.eat("and") || self.eat("or") || has_comma
    }

    /// Takes what may stand between clauses: a comma, a semicolon, a middle dot, and a full stop at the end.
    fn skip_separators(&mut self) {
        while [',', ';', '\u{b7}'].iter().any(|sign| self.is_sign(self.at, *sign))
            || (self.is_sign(self.at, '.') && self.at + 1 == self.text.tokens.len())
        {
            self.at += 1;
        }
    }

    /// Goes to the next word.
    fn skip_word(&mut self) {
        self.at += 1;
        while self.is_glued(self.at) {
            self.at += 1;
        }
    }

    /// The bytes of these tokens.
    fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        let end = self.text.text.len();
        let first = self.token(tokens.start).map_or(end, |token| token.place.start);
        let last = tokens.end.checked_sub(1).filter(|last| *last >= tokens.start);
        first..last.and_then(|last| self.token(last)).map_or(first, |token| token.place.end)
    }

    fn place_from(&self, start: usize) -> Place {
        Place { source: self.text.source, range: self.bytes(start..self.at) }
    }

    /// A fault of what was read from a token to here.
    fn fault_from(&self, start: usize, fault: Fault, message: impl Into<String>) -> Misunderstood {
        self.text.fault(fault, self.bytes(start..self.at), message)
    }

    /// The words from a token to here, as they are written.
    fn words_from(&self, start: usize) -> String {
        self.text.words(start..self.at)
    }

    /// What stands where a clause is wanted.
    fn no_clause(&mut self) -> Misunderstood {
        if self.digits().is_none_or(|digits| digits.len() > 4) {
            return self.not_understood(clause::WANTED);
        }
        let start = self.at;
        self.skip_word();
        let words = self.words_from(start);
        let message = format!(
            "\"{words}\" is not understood here; a time is written as 14:00, 2pm or at 14, and what has a \
             number in its name stands in quotes"
        );
        self.fault_from(start, Fault::Unknown, message)
    }

    /// The furthest word that did not fit, and what was possible there; `here` is what is possible here.
    pub(crate) fn not_understood(&self, here: &'static str) -> Misunderstood {
        let at = self.furthest.max(self.at);
        let mut end = at + 1;
        while !self.is_word_end(end) {
            end += 1;
        }
        let wanted = match self.wanted.as_slice() {
            [] => here.to_owned(),
            _ if self.furthest <= self.at => here.to_owned(),
            wanted => crate::words::listed(wanted, "or"),
        };
        if at >= self.text.tokens.len() {
            let end = self.text.text.len();
            return self.text.fault(Fault::Missing, end..end, format!("something is missing here: {wanted}"));
        }
        let words = self.text.words(at..end);
        let message = format!("\"{words}\" is not understood here; possible is {wanted}");
        self.text.fault(Fault::Unknown, self.bytes(at..end), message)
    }
}
