//! The text's lines: how they end, how long they are, and what bytes are in them (RFC 5545 3.1).

use super::{Check, shown};
use crate::document::REMOVED;
use crate::line;
use crate::problem::ProblemKind;
use crate::repair::is_blank;

/// How often something was met, and where first.
#[derive(Default)]
struct Tally {
    count: usize,
    first: usize,
}

impl Tally {
    fn add(&mut self, at: usize) {
        if self.count == 0 {
            self.first = at;
        }
        self.count += 1;
    }
}

/// Is it a control character that no content line may have (RFC 5545 3.1)?
pub(crate) const fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && byte != b'\t'
}

impl Check<'_> {
    /// What is met on nearly every line of some texts is told once, with its number.
    pub(super) fn text(&mut self) {
        let document = self.document;
        let (mut ends, mut blanks, mut long) = (Tally::default(), Tally::default(), Tally::default());
        let mut next = if document.lines.is_empty() { crate::document::NONE } else { 0 };
        while next != crate::document::NONE {
            let at = next;
            next = document.line_after(at);
            let line = document.lines[at as usize];
            if line.flags & REMOVED != 0 {
                continue;
            }
            let raw = document.line_bytes(at);
            let start = (line.start as usize).min(document.original);
            if at == 0 && raw == b"\xef\xbb\xbf" {
                self.tell(ProblemKind::ByteOrderMark, 0..3, "a byte order mark before the text");
                continue;
            }
            let mut from = 0;
            while from < raw.len() {
                let to = document.breaks.physical_end(raw, from);
                let physical = line::trim_end(&raw[from..to]);
                if &raw[from + physical.len()..to] != b"\r\n" {
                    ends.add(start + from + physical.len());
                }
                if is_blank(physical, from == 0) {
                    blanks.add(start + from);
                }
                if physical.len() > line::FOLD_AT {
                    long.add(start + from);
                }
                from = to;
            }
            self.bytes(raw, start);
        }
        if ends.count > 0 {
            let message = format!(
                "wanted CRLF at the end of lines, found another end, or none, on {}",
                lines(ends.count)
            );
            self.tell(ProblemKind::LineEnd, ends.first..ends.first, message);
        }
        if blanks.count > 0 {
            let message = format!("wanted no blank line, found {}", blanks.count);
            self.tell(ProblemKind::BlankLine, blanks.first..blanks.first, message);
        }
        if long.count > 0 {
            let message = format!("wanted folds after 75 octets, found {} without", lines(long.count));
            self.tell(ProblemKind::LongLine, long.first..long.first, message);
        }
    }

    fn bytes(&mut self, raw: &[u8], start: usize) {
        let text = line::trim_end(raw);
        let breaks = self.document.breaks;
        // Line ends within a fold are no part of the text.
        let is_stray = |at: usize, byte: u8| match byte {
            b'\n' => false,
            b'\r' => {
                breaks == line::Breaks::Lf
                    && !text[at..].starts_with(b"\r\n")
                    && !text[at..].starts_with(b"\r\r")
            }
            other => is_control(other),
        };
        if let Some((at, byte)) =
            text.iter().enumerate().find(|(at, byte)| is_stray(*at, **byte)).map(|(at, byte)| (at, *byte))
        {
            let message = format!("wanted no control character but the tab, found 0x{byte:02X}");
            self.tell(ProblemKind::ControlCharacter, start + at..start + at + 1, message);
        }
        if std::str::from_utf8(text).is_err() {
            // A fold may stand inside a character.
            let content = line::unfold(raw, breaks);
            if let Err(fault) = std::str::from_utf8(&content) {
                let at = start + line::raw_offset(raw, breaks, fault.valid_up_to());
                let rest = content.get(fault.valid_up_to()..).unwrap_or_default();
                let message = format!("wanted UTF-8, found {}", shown(rest));
                self.tell(ProblemKind::InvalidUtf8, at..at + 1, message);
            }
        }
    }
}

fn lines(count: usize) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{count} lines") }
}
