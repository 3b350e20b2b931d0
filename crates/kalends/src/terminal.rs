//! What a terminal shows: how wide it is, which signs it has, and what stands for characters that it must not
//! get.

use std::env;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The terminal, or what stands in for one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// Columns.
    pub(crate) width: usize,
    /// May our own signs go beyond ASCII? What files contain is shown as it is.
    pub(crate) is_unicode: bool,
}

impl Terminal {
    /// As `COLUMNS` or the terminal says; 80 columns where neither does. The locale is read as POSIX says.
    pub(crate) fn detect() -> Self {
        let told = env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
        let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = told.or_else(seen).unwrap_or(80).clamp(20, 1_000);
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .filter_map(|name| env::var(name).ok())
            .find(|value| !value.is_empty())
            .unwrap_or_default()
            .to_ascii_lowercase();
        Self { width, is_unicode: locale.contains("utf-8") || locale.contains("utf8") }
    }

    /// The first where signs beyond ASCII can be shown, else the second.
    pub(crate) const fn sign(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.is_unicode { unicode } else { ascii }
    }
}

/// What is shown for a character, and how many columns it takes.
///
/// Controls, marks of direction and blanks that nobody sees could move the cursor or turn the line around:
/// `<1B>`.
pub(crate) fn shown(character: char) -> (String, usize) {
    match character {
        '\t' => (" ".to_owned(), 1),
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' => {
            hex(character.into())
        }
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' => {
            hex(character.into())
        }
        control if control.is_control() => hex(control.into()),
        other => (other.to_string(), other.width().unwrap_or(0)),
    }
}

/// Is it a letter that runs from the right: Hebrew, Arabic and their kin?
pub(crate) const fn is_from_the_right(character: char) -> bool {
    matches!(character,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// So many characters of a text are shown in a listing: each line has its own copy, and a word that has no
/// blank is broken in a time that grows with the square of its length.
const MOST_CHARACTERS: usize = 300;

/// The beginning of a text, in one line.
pub(crate) fn beginning(text: &str, terminal: Terminal) -> String {
    let text = text.trim();
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => one_line(&text[..end]) + terminal.sign("…", "..."),
        None => one_line(text),
    }
}

/// A text cut to so many columns, with `…` for the rest.
pub(crate) fn cut(text: &str, columns: usize, terminal: Terminal) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let ellipsis = terminal.sign("…", "...");
    let room = columns.saturating_sub(ellipsis.width());
    let mut kept = String::new();
    let mut width = 0;
    for character in text.chars() {
        width += character.width().unwrap_or(0);
        if width > room {
            break;
        }
        kept.push(character);
    }
    kept.trim_end().to_owned() + ellipsis
}

/// What is shown for a byte that is no UTF-8.
pub(crate) fn shown_byte(byte: u8) -> (String, usize) {
    hex(byte.into())
}

fn hex(number: u32) -> (String, usize) {
    let text = format!("<{number:02X}>");
    let width = text.len();
    (text, width)
}

/// A text in one line, as it may be shown: line feeds are blanks.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => line.push(' '),
            other => line.push_str(&shown(other).0),
        }
    }
    line
}

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}
