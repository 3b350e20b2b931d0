//! A place in a text: its line and column, and the line itself with the place underlined.

use std::ops::Range;

use ical::Document;

use crate::terminal::{self, Terminal};

/// Finds places of a text, best in their order.
pub(crate) struct Places<'d> {
    text: &'d [u8],
    /// Where the physical lines begin. No text is longer than 4 GiB.
    starts: Vec<u32>,
    /// The place that was found last and its column, so that many in one long line cost no more than one.
    last: Option<(usize, usize)>,
}

/// A place, as a person looks for it.
pub(crate) struct Place {
    /// The physical line, counted from 1.
    pub(crate) line: usize,
    /// The character of that line, counted from 1; each byte that is no UTF-8 is one.
    pub(crate) column: usize,
    /// The line's bytes, line end left out.
    bytes: Range<usize>,
    /// What of these the place holds.
    fault: Range<usize>,
}

impl<'d> Places<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        let mut starts = Vec::with_capacity(document.physical_lines().count());
        starts.extend(document.physical_lines().map(|line| line.start as u32));
        Self { text: document.original(), starts, last: None }
    }

    /// Where the bytes are. What goes on in further lines is cut off at the end of the first.
    pub(crate) fn find(&mut self, place: &Range<usize>) -> Place {
        let at = place.start.min(self.text.len());
        let line = self.starts.partition_point(|start| *start as usize <= at).max(1);
        let start_of = |line: usize| self.starts.get(line).map(|start| *start as usize);
        let start = start_of(line - 1).unwrap_or(0);
        let end = start_of(line).unwrap_or(self.text.len());
        let end = start + self.text[start..end].trim_ascii_end().len().max(at.min(end) - start);
        let (from, before) = self.last.filter(|(last, _)| (start..=at).contains(last)).unwrap_or((start, 1));
        let column = before + count(&self.text[from..at]);
        self.last = Some((at, column));
        Place { line, column, bytes: start..end, fault: at..place.end.clamp(at, end.max(at)) }
    }

    /// The line, and below it the underline, within the terminal's width; each with the columns that both
    /// leave free.
    pub(crate) fn excerpt(&self, place: &Place, room: usize, terminal: Terminal) -> Excerpt {
        // A character takes at most four bytes; one that takes no column is worth no more of them.
        let reach = room * 8;
        let from =
            start_of_character(self.text, place.fault.start.saturating_sub(reach).max(place.bytes.start));
        let to = place.bytes.end.min(place.fault.start + reach);
        let units = units(&self.text[from..to], from);
        let is_whole = (from, to) == (place.bytes.start, place.bytes.end);
        Excerpt::fit(&units, &place.fault, is_whole, room, terminal)
    }
}

/// How many characters bytes are.
fn count(bytes: &[u8]) -> usize {
    bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

fn start_of_character(text: &[u8], at: usize) -> usize {
    let is_inside = |at: &usize| text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (at.saturating_sub(3)..=at).rev().find(|at| !is_inside(at)).unwrap_or(at)
}

/// A character as it is shown.
struct Unit {
    at: usize,
    shown: String,
    width: usize,
}

fn units(bytes: &[u8], offset: usize) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut at = offset;
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let (shown, width) = terminal::shown(character);
            units.push(Unit { at, shown, width });
            at += character.len_utf8();
        }
        for byte in chunk.invalid() {
            let (shown, width) = terminal::shown_byte(*byte);
            units.push(Unit { at, shown, width });
            at += 1;
        }
    }
    units
}

/// A line and its underline.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    pub(crate) line: String,
    /// Columns before the underline.
    pub(crate) indent: usize,
    /// Columns of the underline.
    pub(crate) length: usize,
}

impl Excerpt {
    /// Shortens around the fault what is wider than `room`.
    fn fit(units: &[Unit], fault: &Range<usize>, is_whole: bool, room: usize, terminal: Terminal) -> Self {
        let width = |units: &[Unit]| units.iter().map(|unit| unit.width).sum::<usize>();
        let first = units.iter().position(|unit| unit.at >= fault.start).unwrap_or(units.len());
        let is_short = is_whole && width(units) <= room;
        let (mut from, mut to) = (0, units.len());
        if !is_short {
            // A third of the line for what precedes the fault, a column on each side for what is left out.
            let mut before = 0;
            let precedes = |unit: &&Unit| {
                before += unit.width;
                before <= room / 3
            };
            from = first - units[..first].iter().rev().take_while(precedes).count();
            // A mark that belongs to a character which is left out is left out too.
            from += units[from..first].iter().take_while(|unit| from > 0 && unit.width == 0).count();
            let mut left = room.saturating_sub(2);
            let fits = |unit: &Unit| {
                let fits = unit.width <= left;
                left = left.saturating_sub(unit.width);
                fits
            };
            to = from + units[from..].iter().map(fits).take_while(|fits| *fits).count();
        }
        let more = terminal.sign("…", "~");
        let before = if is_short || from == 0 { "" } else { more };
        let after = if is_short || (to == units.len() && is_whole) { "" } else { more };
        let shown: String = units[from..to].iter().map(|unit| unit.shown.as_str()).collect();
        let indent = usize::from(!before.is_empty()) + width(&units[from..first.min(to).max(from)]);
        let inside: Vec<_> = units[from..to].iter().filter(|unit| fault.contains(&unit.at)).collect();
        let length = inside.iter().map(|unit| unit.width).sum::<usize>().max(1);
        Self { line: format!("{before}{shown}{after}"), indent, length }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &[u8], place: Range<usize>, room: usize) -> (usize, usize, String, String) {
        let document = Document::read(text).unwrap();
        let mut places = Places::new(&document);
        let place = places.find(&place);
        let Excerpt { line, indent, length } =
            places.excerpt(&place, room, Terminal { width: room, is_unicode: true });
        (place.line, place.column, line, format!("{}{}", " ".repeat(indent), "^".repeat(length)))
    }

    #[test]
    fn the_underline_is_below_the_fault() {
        let text = "A:b\r\nSUMMARY:山田 e\u{301} x\r\n".as_bytes();
        let at = text.iter().position(|byte| *byte == b'x').unwrap();
        assert_eq!(
            excerpt(text, at..at + 1, 40),
            (2, 15, "SUMMARY:山田 e\u{301} x".to_owned(), "               ^".to_owned())
        );
        assert_eq!(excerpt(b"A\xff\x1b:b\n", 3..5, 40), (1, 4, "A<FF><1B>:b".into(), "         ^^".into()));
        assert_eq!(
            excerpt(b"BEGIN:VEVENT", 12..12, 40),
            (1, 13, "BEGIN:VEVENT".into(), "            ^".into())
        );
        assert_eq!(excerpt(b"", 0..0, 40), (1, 1, String::new(), "^".into()));
    }

    #[test]
    fn long_lines_are_shortened_around_the_fault() {
        let text = [&b"SUMMARY:"[..], &[b'a'; 100], b"!", &[b'b'; 100], b"\n"].concat();
        let at = 108;
        let (line, column, shown, underline) = excerpt(&text, at..at + 1, 20);
        assert_eq!((line, column), (1, 109));
        assert_eq!(shown, "…aaaaaa!bbbbbbbbbbb…");
        assert_eq!(underline, "       ^");
        let whole = excerpt(&text, 0..text.len(), 20);
        assert_eq!((whole.2.as_str(), whole.3.as_str()), ("SUMMARY:aaaaaaaaaa…", "^^^^^^^^^^^^^^^^^^"));
    }

    #[test]
    fn many_places_of_one_line_cost_no_more_than_one() {
        let text = vec![b'a'; 1 << 20];
        let document = Document::read(text).unwrap();
        let mut places = Places::new(&document);
        for at in (0..1 << 20).step_by(64) {
            assert_eq!(places.find(&(at..at + 1)).column, at + 1);
        }
    }
}
