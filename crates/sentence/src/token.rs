//! Text to tokens: numbers, letters, signs and phrases in quotes, each with its place.

use std::ops::Range;

use crate::misunderstood::{Fault, Misunderstood, Part};

/// The most characters that a sentence, or a flag's text, may have.
pub const MOST_CHARACTERS: usize = 2_000;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Digits.
    Number,
    /// Letters, in small ones.
    Letters(String),
    /// Any other character; each kind of dash is `-`, each kind of apostrophe is `'`.
    Sign(char),
    /// A literal phrase: what stands in it is not looked into.
    Phrase(String),
}

/// A token and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Bytes of the text, quotes included.
    pub(crate) place: Range<usize>,
    /// Does it stand in the same word as the token before it?
    pub(crate) is_glued: bool,
}

/// Where something stands: bytes of one of the texts that were read together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) source: usize,
    pub(crate) range: Range<usize>,
}

/// A text and its tokens.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// Its number among the texts that are read together.
    pub(crate) source: usize,
    pub(crate) part: Option<Part>,
    pub(crate) text: String,
    pub(crate) tokens: Vec<Token>,
}

impl Text {
    /// The text of a sentence. One argument is all of it, and double quotes make phrases in it; of several
    /// each that has blanks is a phrase, since it was in quotes for the shell.
    pub(crate) fn of_arguments(arguments: &[&str]) -> Result<Self, Misunderstood> {
        if let [whole] = arguments {
            return Self::of_text(None, 0, whole);
        }
        let mut made = Self { source: 0, part: None, text: String::new(), tokens: Vec::new() };
        for argument in arguments {
            if !made.text.is_empty() {
                made.text.push(' ');
            }
            let start = made.text.len();
            // A no-break space does not end a word in a shell, so it shows no quotes.
            if argument.contains([' ', '\t', '\n', '\r']) {
                made.text.push('"');
                made.text.push_str(argument);
                made.text.push('"');
                let phrase = TokenKind::Phrase(joined(argument));
                made.tokens.push(Token { kind: phrase, place: start..made.text.len(), is_glued: false });
            } else {
                made.text.push_str(argument);
                Lexer { text: &made.text, at: start, has_quotes: false, tokens: &mut made.tokens }
                    .run()
                    .map_err(|(place, message)| made.fault(Fault::Unknown, place, message))?;
            }
        }
        made.checked()
    }

    /// A whole text, in which double quotes make phrases.
    pub(crate) fn of_text(part: Option<Part>, source: usize, text: &str) -> Result<Self, Misunderstood> {
        Self::whole(part, source, text, true)
    }

    /// A name: quotes are a part of it.
    pub(crate) fn of_name(part: Part, source: usize, text: &str) -> Result<Self, Misunderstood> {
        Self::whole(Some(part), source, text, false)
    }

    fn whole(part: Option<Part>, source: usize, text: &str, has_quotes: bool) -> Result<Self, Misunderstood> {
        let mut made = Self { source, part, text: text.to_owned(), tokens: Vec::new() };
        Lexer { text: &made.text, at: 0, has_quotes, tokens: &mut made.tokens }
            .run()
            .map_err(|(place, message)| made.fault(Fault::Unknown, place, message))?;
        made.checked()
    }

    fn checked(self) -> Result<Self, Misunderstood> {
        let number = self.text.chars().count();
        if number > MOST_CHARACTERS {
            let start = self.text.char_indices().nth(MOST_CHARACTERS).map_or(0, |(at, _)| at);
            let message = format!("this has {number} characters; at most {MOST_CHARACTERS} are read");
            return Err(self.fault(Fault::TooMuch, start..self.text.len(), message));
        }
        if let Some((at, control)) =
            self.text.char_indices().find(|(_, one)| one.is_control() && !is_blank(*one))
        {
            let message = format!("a control character ({}) cannot stand in words", control.escape_unicode());
            return Err(self.fault(Fault::Unknown, at..at + control.len_utf8(), message));
        }
        Ok(self)
    }

    pub(crate) fn fault(
        &self,
        fault: Fault,
        place: Range<usize>,
        message: impl Into<String>,
    ) -> Misunderstood {
        Misunderstood { fault, part: self.part, text: self.text.clone(), place, message: message.into() }
    }

    /// The text from one token to before another, as it is written but for blanks.
    pub(crate) fn words(&self, tokens: Range<usize>) -> String {
        let mut words = String::new();
        let mut end = 0;
        let tokens = self.tokens.get(tokens).unwrap_or_default().iter();
        for token in tokens.filter(|token| token.kind != TokenKind::Phrase(String::new())) {
            if !words.is_empty() && token.place.start > end {
                words.push(' ');
            }
            match &token.kind {
                TokenKind::Phrase(phrase) => words.push_str(phrase),
                _ => words.push_str(self.text.get(token.place.clone()).unwrap_or_default()),
            }
            end = token.place.end;
        }
        words
    }
}

/// The words of a phrase, with one blank between them.
fn joined(phrase: &str) -> String {
    phrase.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// White space, no-break space among it, and what takes no room at all.
fn is_blank(one: char) -> bool {
    one.is_whitespace() || matches!(one, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    has_quotes: bool,
    tokens: &'a mut Vec<Token>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn run(mut self) -> Result<(), (Range<usize>, String)> {
        let mut is_glued = false;
        while let Some(first) = self.rest().chars().next() {
            let start = self.at;
            if is_blank(first) {
                self.at += first.len_utf8();
                is_glued = false;
                continue;
            }
            let kind = match first {
                '"' | '\u{201c}' if self.has_quotes && !is_glued => TokenKind::Phrase(self.phrase(first)?),
                _ if first.is_ascii_digit() => {
                    self.take(|one| one.is_ascii_digit());
                    TokenKind::Number
                }
                _ if is_letter(first) => TokenKind::Letters(self.take(is_letter).to_lowercase()),
                _ => {
                    self.at += first.len_utf8();
                    TokenKind::Sign(plain(first))
                }
            };
            let is_phrase = matches!(kind, TokenKind::Phrase(_));
            // A comma ends a word (`mon,wed`), but not a number (`1,5`).
            let ends_word = matches!(kind, TokenKind::Sign(',' | ';'))
                && !(is_glued && self.rest().starts_with(|one: char| one.is_ascii_digit()));
            self.tokens.push(Token { kind, place: start..self.at, is_glued });
            is_glued = !is_phrase && !ends_word;
        }
        Ok(())
    }

    fn take(&mut self, is_part: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let end = rest.find(|one| !is_part(one)).unwrap_or(rest.len());
        let taken = rest.get(..end).unwrap_or_default().to_owned();
        self.at += end;
        taken
    }

    /// A phrase in quotes; two of them one after another are one that stands in it.
    fn phrase(&mut self, open: char) -> Result<String, (Range<usize>, String)> {
        let start = self.at;
        self.at += open.len_utf8();
        let close = if open == '"' { '"' } else { '\u{201d}' };
        let mut phrase = String::new();
        while let Some(one) = self.rest().chars().next() {
            self.at += one.len_utf8();
            if one != close {
                phrase.push(one);
            } else if self.rest().starts_with(close) {
                phrase.push(close);
                self.at += close.len_utf8();
            } else {
                return Ok(joined(&phrase));
            }
        }
        Err((start..start + open.len_utf8(), "the quotation that begins here has no end".to_owned()))
    }
}

fn is_letter(one: char) -> bool {
    one.is_alphanumeric() && !one.is_ascii_digit()
}

/// One dash for all of them, and one apostrophe.
fn plain(sign: char) -> char {
    match sign {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2019}' | '\u{02bc}' => '\'',
        sign => sign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &Text) -> String {
        let tokens = text.tokens.iter().map(|token| {
            let glue = if token.is_glued { "~" } else { " " };
            let word = match &token.kind {
                TokenKind::Number => text.text[token.place.clone()].to_owned(),
                TokenKind::Letters(letters) => letters.clone(),
                TokenKind::Sign(sign) => sign.to_string(),
                TokenKind::Phrase(phrase) => format!("<{phrase}>"),
            };
            format!("{glue}{word}")
        });
        tokens.collect()
    }

    #[test]
    fn words_are_cut_into_tokens() {
        for (text, tokens) in [
            ("Dentist 14:00", " dentist 14~:~00"),
            ("9\u{2013}10:30", " 9~-~10~:~30"),
            ("2\u{a0}p.m.", " 2 p~.~m~."),
            ("mon,wed, fri", " mon~, wed~, fri"),
            ("1,5 Hours", " 1~,~5 hours"),
            ("o\u{2019}clock Caf\u{e9}", " o~'~clock café"),
            ("say \"at noon\" 5\" x", " say <at noon> 5~\" x"),
            ("\"a \"\"b\"\"  c\" \u{201c}d e\u{201d}", " <a \"b\" c> <d e>"),
            ("\"\"", " <>"),
        ] {
            assert_eq!(shown(&Text::of_text(None, 0, text).unwrap()), tokens, "{text}");
        }
    }

    #[test]
    fn an_argument_with_blanks_is_a_phrase() {
        let text = Text::of_arguments(&["Lunch at noon", "\"x", "2\u{a0}pm", ""]).unwrap();
        assert_eq!(shown(&text), " <Lunch at noon> \"~x 2 pm");
        assert_eq!(text.text, "\"Lunch at noon\" \"x 2\u{a0}pm ");
        assert_eq!(text.words(0..3), "Lunch at noon \"x");
        let empty = Text::of_text(None, 0, "a \"\" b \" \"").unwrap();
        assert_eq!(empty.words(0..4), "a b");
    }

    #[test]
    fn what_cannot_be_cut_is_refused() {
        let fault = Text::of_text(None, 0, "a \"b c").unwrap_err();
        assert_eq!((fault.fault, fault.words()), (Fault::Unknown, "\""));
        let fault = Text::of_arguments(&["bell", "\u{7}"]).unwrap_err();
        assert_eq!((fault.fault, fault.place), (Fault::Unknown, 5..6));
        assert!(Text::of_text(None, 0, &"é".repeat(MOST_CHARACTERS)).is_ok());
        let fault = Text::of_text(None, 0, &"é".repeat(MOST_CHARACTERS + 1)).unwrap_err();
        assert_eq!((fault.fault, fault.words()), (Fault::TooMuch, "é"));
    }
}
