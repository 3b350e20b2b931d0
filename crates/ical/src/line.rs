//! Content lines: found, unfolded, split and folded (RFC 5545 3.1).

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3};

/// How a text ends its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breaks {
    /// CRLF, or LF alone; a bare CR is part of the line.
    Lf,
    /// The first line ends in a bare CR, so each CR, LF and CRLF ends one.
    Cr,
}

impl Breaks {
    /// Judged by the first line end of the text.
    pub(crate) fn of(text: &[u8]) -> Self {
        match memchr2(b'\r', b'\n', text) {
            Some(at) if text[at] == b'\r' => {
                let after = text[at..].iter().find(|byte| **byte != b'\r');
                if after == Some(&b'\n') { Self::Lf } else { Self::Cr }
            }
            _ => Self::Lf,
        }
    }

    /// The line end of a line, if it has one.
    pub(crate) fn line_end(self, line: &[u8]) -> Option<&'static [u8]> {
        match line {
            [.., b'\r', b'\n'] => Some(b"\r\n"),
            [.., b'\n'] => Some(b"\n"),
            [.., b'\r'] if self == Self::Cr => Some(b"\r"),
            _ => None,
        }
    }

    /// Where the physical line that begins at `from` ends, its line end included.
    #[inline]
    pub(crate) fn physical_end(self, text: &[u8], from: usize) -> usize {
        match self {
            Self::Lf => memchr(b'\n', &text[from..]).map_or(text.len(), |at| from + at + 1),
            Self::Cr => match memchr2(b'\r', b'\n', &text[from..]) {
                Some(at) if text[from + at..].starts_with(b"\r\n") => from + at + 2,
                Some(at) => from + at + 1,
                None => text.len(),
            },
        }
    }
}

/// A line's text without its line end. CRs before the LF belong to the line end, however many there are.
pub(crate) fn trim_end(line: &[u8]) -> &[u8] {
    let mut end = line.len();
    if end > 0 && line[end - 1] == b'\n' {
        end -= 1;
    }
    while end > 0 && line[end - 1] == b'\r' {
        end -= 1;
    }
    &line[..end]
}

/// A logical line with its folds and line end taken out: as bytes, for a fold may stand inside a character.
pub(crate) fn unfold(line: &[u8], breaks: Breaks) -> Cow<'_, [u8]> {
    let first = breaks.physical_end(line, 0);
    if first == line.len() {
        return Cow::Borrowed(trim_end(line));
    }
    let mut text = Vec::with_capacity(line.len());
    text.extend_from_slice(trim_end(&line[..first]));
    let mut from = first;
    while from < line.len() {
        let to = breaks.physical_end(line, from);
        let rest = trim_end(&line[from..to]);
        text.extend_from_slice(rest.get(1..).unwrap_or_default());
        from = to;
    }
    Cow::Owned(text)
}

/// Where a byte of the unfolded line stands in the line as it is written.
pub(crate) fn raw_offset(line: &[u8], breaks: Breaks, offset: usize) -> usize {
    let mut from = 0;
    let mut unfolded = 0;
    while from < line.len() {
        let to = breaks.physical_end(line, from);
        // What is left of a physical line: without its line end, and further ones without their blank.
        let start = if from == 0 { 0 } else { (from + 1).min(to) };
        let len = trim_end(&line[from..to]).len().saturating_sub(start - from);
        if offset < unfolded + len || to >= line.len() {
            return (start + offset - unfolded).min(line.len());
        }
        unfolded += len;
        from = to;
    }
    from
}

/// Where an unfolded line's name ends and its value begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// The length of the name.
    pub(crate) name: usize,
    /// The offset of the value, after the colon.
    pub(crate) value: usize,
}

/// Splits a line into name, parameters and value; `None` when there is no colon, or no name before it.
#[inline]
pub(crate) fn split(line: &[u8]) -> Option<Head> {
    let name = memchr2(b':', b';', line)?;
    if name == 0 {
        return None;
    }
    if line[name] == b':' {
        return Some(Head { name, value: name + 1 });
    }
    let mut at = name;
    while let Some(found) = memchr3(b':', b'"', b'\n', &line[at..]) {
        at += found;
        match line[at] {
            b':' => return Some(Head { name, value: at + 1 }),
            // A quote that is never closed quotes nothing.
            b'"' => at += 1 + memchr(b'"', &line[at + 1..]).map_or(0, |closing| closing + 1),
            _ => return None,
        }
    }
    None
}

/// [`split`] of a line's first physical line. `None` also when more follow and a quote is open at the fold:
/// it may be closed after it, and only the unfolded line tells.
#[inline]
pub(crate) fn split_first(first: &[u8], is_folded: bool) -> Option<Head> {
    let head = split(first)?;
    if is_folded && memchr(b'"', &first[..head.value]).is_some() {
        let quotes = first[head.name..].iter().filter(|byte| **byte == b'"').count();
        return (quotes % 2 == 0).then_some(head);
    }
    Some(head)
}

/// The longest a physical line should be, in octets, its line end left out (RFC 5545 3.1).
pub(crate) const FOLD_AT: usize = 75;

/// Writes a line folded at 75 octets, on the borders of characters, with this line end.
pub(crate) fn fold_into(out: &mut Vec<u8>, line: &[u8], line_end: &[u8]) {
    let mut rest = line;
    let mut room = FOLD_AT;
    while rest.len() > room {
        let (now, later) = rest.split_at(fold_point(rest, room));
        out.extend_from_slice(now);
        out.extend_from_slice(line_end);
        out.push(b' ');
        rest = later;
        room = FOLD_AT - 1;
    }
    out.extend_from_slice(rest);
    out.extend_from_slice(line_end);
}

/// The last border of a character at or before `room`; any place where the bytes are no UTF-8. Never
/// after a CR, which would be lost in the line end: where there are many of them, before the first, else
/// behind the last.
fn fold_point(text: &[u8], room: usize) -> usize {
    let is_kept = |at: &usize| text[*at - 1] != b'\r';
    let is_border = |at: &usize| text[*at] & 0xc0 != 0x80 && is_kept(at);
    let near = (room - 3..=room).rev().find(is_border);
    let before = || (1..=room).rev().find(is_kept);
    near.or_else(before).or_else(|| (room..text.len()).find(is_kept)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfolds_any_line_end() {
        for (line, breaks) in [
            (
                &b"DESCRIPTION:This is a lo\r\n ng description\r\n  that exists on a long line.\r\n"[..],
                Breaks::Lf,
            ),
            (b"DESCRIPTION:This is a lo\n ng description\n  that exists on a long line.\n", Breaks::Lf),
            (b"DESCRIPTION:This is a lo\r\r\n\tng description\r\n  that exists on a long line.", Breaks::Lf),
            (b"DESCRIPTION:This is a lo\r ng description\r\n  that exists on a long line.\r", Breaks::Cr),
        ] {
            assert_eq!(Breaks::of(line), breaks);
            assert_eq!(
                unfold(line, breaks).as_ref(),
                b"DESCRIPTION:This is a long description that exists on a long line."
            );
        }
    }

    #[test]
    fn splits_at_the_first_colon_outside_quotes() {
        let split_text = |line: &str| {
            split(line.as_bytes()).map(|head| (line[..head.name].to_owned(), line[head.value..].to_owned()))
        };
        let both = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(split_text("SUMMARY:a:b"), both("SUMMARY", "a:b"));
        assert_eq!(split_text("ATTENDEE;CN=\"a:b\";X=1:mailto:c"), both("ATTENDEE", "mailto:c"));
        assert_eq!(split_text("ATTENDEE;CN=\"a:mailto:c"), both("ATTENDEE", "mailto:c"));
        assert_eq!(split_text("no colon"), None);
        assert_eq!(split_text(":no name"), None);
        assert_eq!(split_text(""), None);
    }

    #[test]
    fn pitfall_32_folds_on_character_borders() {
        for text in ["x".repeat(300), "é".repeat(150), "🎉".repeat(80), format!("a{}", "山".repeat(99))] {
            let mut out = Vec::new();
            fold_into(&mut out, text.as_bytes(), b"\r\n");
            for line in out.split(|byte| *byte == b'\n') {
                assert!(line.len() <= FOLD_AT + 1);
                assert!(std::str::from_utf8(line).is_ok());
            }
            assert_eq!(unfold(&out, Breaks::Lf).as_ref(), text.as_bytes());
        }
    }

    #[test]
    fn folds_lose_no_carriage_return() {
        for (before, many) in [(70, 10), (0, 100), (60, 200), (1, 75), (75, 1)] {
            let text = format!("{}{}x", "x".repeat(before), "\r".repeat(many));
            let mut out = Vec::new();
            fold_into(&mut out, text.as_bytes(), b"\r\n");
            assert_eq!(unfold(&out, Breaks::Lf).as_ref(), text.as_bytes(), "{before}, {many}");
        }
    }
}
