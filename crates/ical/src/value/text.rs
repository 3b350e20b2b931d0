//! TEXT and its escapes (RFC 5545 3.3.11).

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// TEXT as it is meant: `\\n` and `\\N` are line feeds, a backslash before anything else is taken away.
///
/// The RFC knows `\\\\`, `\\;`, `\\,` and `\\n`; writers also escape colons and quotes, which is unambiguous. A backslash at the
/// end stands for itself.
pub fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'\\', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut next = Some(first);
    while let Some(at) = next {
        plain.push_str(&rest[..at]);
        let mut after = rest[at + 1..].chars();
        match after.next() {
            Some('n' | 'N') => plain.push('\n'),
            Some(other) => plain.push(other),
            None => plain.push('\\'),
        }
        rest = after.as_str();
        next = memchr(b'\\', rest.as_bytes());
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// A text as TEXT is written: backslash, semicolon, comma and line feed escaped; CRLF and CR are line feeds.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', ';', ',', '\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' => escaped.push_str("\\n"),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// The members of a list of TEXT, between commas that no backslash precedes, decoded.
pub(crate) fn split_texts(list: &[u8]) -> impl Iterator<Item = Cow<'_, str>> {
    pieces(list, b',').map(decode)
}

/// The fields of a value, between semicolons that no backslash precedes, as written.
pub(crate) fn fields(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    pieces(value, b';')
}

fn pieces(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (piece, after) = first_piece(rest?, separator);
        rest = after;
        Some(piece)
    })
}

/// What stands before the first separator that no backslash precedes, and what stands after it.
pub(crate) fn first_piece(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let mut at = 0;
    while let Some(found) = memchr2(separator, b'\\', &text[at.min(text.len())..]) {
        at += found;
        if text[at] == separator {
            return (&text[..at], Some(&text[at + 1..]));
        }
        at += 2;
    }
    (text, None)
}

/// Bytes of TEXT, decoded; those that are no UTF-8 become U+FFFD.
pub(crate) fn decode(text: &[u8]) -> Cow<'_, str> {
    match lossy(text) {
        Cow::Borrowed(text) => unescape(text),
        Cow::Owned(text) => Cow::Owned(unescape(&text).into_owned()),
    }
}

/// Bytes as text; those that are no UTF-8 become U+FFFD. Nearly all are, and that is found out fastest at once.
#[inline]
pub(crate) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_of_rfc_5545_3_3_11() {
        let written = r"Project XYZ Final Review\nConference Room - 3B\nCome Prepared.";
        let meant = "Project XYZ Final Review\nConference Room - 3B\nCome Prepared.";
        assert_eq!(unescape(written), meant);
        assert_eq!(escape(meant), written);
    }

    #[test]
    fn escapes_beyond_the_rfc() {
        assert_eq!(unescape(r#"a\:b\"c\\d\Ne\"#), "a:b\"c\\d\ne\\");
        assert_eq!(escape("a;b,c\\d\r\ne\rf"), r"a\;b\,c\\d\ne\nf");
    }

    #[test]
    fn lists_of_text() {
        let list = |text: &'static str| split_texts(text.as_bytes()).collect::<Vec<_>>();
        assert_eq!(list("APPOINTMENT,EDUCATION"), ["APPOINTMENT", "EDUCATION"]);
        assert_eq!(list(r"a\,b,,c\"), ["a,b", "", "c\\"]);
    }
}
