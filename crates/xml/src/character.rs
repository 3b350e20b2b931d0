//! Characters: what XML may hold, what a name is made of, how bytes become letters.

use std::borrow::Cow;

/// May it stand in a text (XML 1.0 2.2)?
pub const fn is_allowed(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// Blank (XML 1.0 2.3).
pub(crate) const fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n')
}

/// A name without a colon (Namespaces in XML 1.0 3, NCName).
pub(crate) fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(begins_name) && letters.all(continues_name)
}

const fn begins_name(letter: char) -> bool {
    matches!(letter, 'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

const fn continues_name(letter: char) -> bool {
    begins_name(letter)
        || matches!(letter, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// The letters of a text in UTF-8 or, by its byte order mark, in UTF-16 (XML 1.0 4.3.3); the mark is left out.
pub(crate) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let letters = char::decode_utf16(pairs.iter().copied().map(unit)).collect::<Result<String, _>>();
        letters.ok().filter(|_| rest.is_empty()).map(Cow::Owned)
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] | rest => std::str::from_utf8(rest).ok().map(Cow::Borrowed),
    }
}

/// Writes a text so that reading gives it back: a bare CR would be read as LF (XML 1.0 2.11), and what XML cannot hold at all
/// becomes U+FFFD.
pub(crate) fn escape_text(text: &str, out: &mut String) {
    escape(text, out, |letter| match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\r' => Some("&#13;"),
        _ => None,
    });
}

/// Writes an attribute's value, to stand between double quotes; tabs and line ends would be read as blanks (XML 1.0 3.3.3).
pub(crate) fn escape_value(text: &str, out: &mut String) {
    escape(text, out, |letter| match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\r' => Some("&#13;"),
        '\n' => Some("&#10;"),
        '\t' => Some("&#9;"),
        _ => None,
    });
}

fn escape(text: &str, out: &mut String, written: impl Fn(char) -> Option<&'static str>) {
    let mut rest = text;
    let special = |letter: char| written(letter).or((!is_allowed(letter)).then_some("\u{FFFD}"));
    while let Some((at, letter, instead)) =
        rest.char_indices().find_map(|(at, letter)| Some((at, letter, special(letter)?)))
    {
        out.push_str(&rest[..at]);
        out.push_str(instead);
        rest = &rest[at + letter.len_utf8()..];
    }
    out.push_str(rest);
}
