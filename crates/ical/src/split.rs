//! A large file, one component at a time, within bounds: for texts of any size.
//!
//! Fed with bytes as they come, a [`Splitter`] hands over each component that stands directly in a VCALENDAR, and the
//! calendar's own lines. It holds at most one component of [`Limits::object`] and one line of [`Limits::line`].

use crate::component::ComponentKind;
use crate::limits::Limits;
use crate::line::{self, Breaks};

/// A piece of a stream, in the order of the text. The pieces' bytes, joined, are the text, but for what was
/// [`Piece::TooLarge`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A component that stands directly in a VCALENDAR or outside any, from BEGIN to END, as it came.
    Component {
        /// What kind of component.
        kind: ComponentKind,
        /// How many VCALENDARs have begun; 0 before the first.
        calendar: u64,
        /// The line of BEGIN, counted from 1.
        line: u64,
        /// The text.
        bytes: Vec<u8>,
    },
    /// Lines between components: BEGIN:VCALENDAR, its properties, its END.
    Lines {
        /// How many VCALENDARs have begun, those of these lines included.
        calendar: u64,
        /// The number of the first line, counted from 1.
        line: u64,
        /// The text.
        bytes: Vec<u8>,
    },
    /// A component, or lines, left out because they go past a limit.
    TooLarge {
        /// What kind of component; `None` for lines between components.
        kind: Option<ComponentKind>,
        /// The number of the first line, counted from 1.
        line: u64,
        /// How many bytes were left out.
        size: u64,
        /// The limit's name: `object`, `line` or `nesting`.
        limit: &'static str,
    },
}

/// Splits a stream; see the module's text.
///
/// ```
/// use ical::{ComponentKind, Limits};
/// use ical::split::{Piece, Splitter};
///
/// let mut splitter = Splitter::new(&Limits::default());
/// splitter.feed(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VE");
/// splitter.feed(b"VENT\r\nEND:VCALENDAR\r\n");
/// splitter.finish();
/// let events = std::iter::from_fn(|| splitter.piece())
///     .filter(|piece| matches!(piece, Piece::Component { kind: ComponentKind::Event, .. }));
/// assert_eq!(events.count(), 1);
/// ```
#[derive(Debug)]
pub struct Splitter {
    limits: Limits,
    /// Judged once the first line end is there.
    breaks: Option<Breaks>,
    /// What was fed and belongs to no complete line yet, from `at` on.
    buffer: Vec<u8>,
    at: usize,
    /// The start of the last part of the line at `at` that is known to be folded: what is before it is not looked at
    /// again when more of a long line comes.
    folded: usize,
    is_finished: bool,
    /// A line over the limit is being passed over.
    in_long_line: bool,
    line: u64,
    calendar: u64,
    piece: Growing,
    ready: Option<Piece>,
}

/// The piece under way.
#[derive(Debug, Default)]
struct Growing {
    /// What kind of component it is; `None` for lines.
    kind: Option<ComponentKind>,
    /// The open components, outermost first.
    open: Vec<(ComponentKind, Vec<u8>)>,
    line: u64,
    bytes: Vec<u8>,
    size: u64,
    too_large: Option<&'static str>,
}

impl Splitter {
    /// A splitter of one stream.
    pub fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            breaks: None,
            buffer: Vec::new(),
            at: 0,
            folded: 0,
            is_finished: false,
            in_long_line: false,
            line: 1,
            calendar: 0,
            piece: Growing { line: 1, ..Growing::default() },
            ready: None,
        }
    }

    /// Takes the stream's next bytes. Ask for all pieces before feeding more, or they are held in memory.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.at);
        self.folded = self.folded.saturating_sub(self.at);
        self.at = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The stream has ended: what is left becomes the last pieces.
    pub fn finish(&mut self) {
        self.is_finished = true;
    }

    /// The next piece; `None` when more bytes are needed, or, after [`Splitter::finish`], at the end.
    pub fn piece(&mut self) -> Option<Piece> {
        loop {
            if let Some(piece) = self.ready.take() {
                return Some(piece);
            }
            let Some(end) = self.logical_end() else {
                return if self.is_finished && self.at == self.buffer.len() { self.take() } else { None };
            };
            self.logical_line(end);
        }
    }

    /// Where the logical line at `at` ends; `None` when that cannot be known yet, or there is none.
    fn logical_end(&mut self) -> Option<usize> {
        let breaks = self.breaks()?;
        let first = breaks.physical_end(&self.buffer, self.at);
        let is_blank = !self.in_long_line && line::trim_end(&self.buffer[self.at..first]).is_empty();
        let mut end = self.at.max(self.folded);
        while end < self.buffer.len() {
            end = breaks.physical_end(&self.buffer, end);
            match self.buffer.get(end) {
                Some(b' ' | b'\t') => self.folded = end,
                // As reading whole does: blank lines before a line that begins with a blank are a part of the fold.
                Some(b'\r' | b'\n') if end > first || !is_blank => {
                    let rest = self.buffer[end..].iter();
                    let blanks = rest.take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                    match self.buffer.get(end + blanks) {
                        _ if blanks > self.limits.line => return Some(end),
                        Some(b' ' | b'\t') => end += blanks,
                        Some(_) => return Some(end),
                        None => break,
                    }
                }
                Some(_) => return Some(end),
                None => break,
            }
        }
        if self.is_finished {
            return (self.at < end).then_some(end);
        }
        if end - self.at > self.limits.line {
            self.pass_over(breaks);
        }
        None
    }

    fn breaks(&mut self) -> Option<Breaks> {
        if self.breaks.is_none() {
            // CRs at the very end may be the first part of a line end that an LF closes.
            let first = memchr::memchr2(b'\r', b'\n', &self.buffer);
            let is_sure = first.is_some_and(|at| self.buffer[at..].iter().any(|byte| *byte != b'\r'));
            if is_sure || self.is_finished || self.buffer.len() > self.limits.line {
                self.breaks = Some(Breaks::of(&self.buffer));
            }
        }
        self.breaks
    }

    /// Drops what is there of a line over the limit, so that no line fills the memory. The last byte stays: it may be a
    /// line end whose fold is still to come.
    fn pass_over(&mut self, breaks: Breaks) {
        let last = self.buffer.len() - 1;
        let passed = &self.buffer[self.at..last];
        self.line += line_ends(passed, breaks);
        self.piece.size += passed.len() as u64;
        self.piece.bytes = Vec::new();
        self.piece.too_large = Some("line");
        self.in_long_line = true;
        self.at = last;
    }

    /// Takes the line that ends at `end` into the piece under way, or begins another with it.
    fn logical_line(&mut self, end: usize) {
        let buffer = std::mem::take(&mut self.buffer);
        let line = &buffer[self.at..end];
        let breaks = self.breaks.unwrap_or(Breaks::Lf);
        let number = self.line;
        self.line += line_ends(line, breaks);
        if std::mem::take(&mut self.in_long_line) || line.len() > self.limits.line {
            self.piece.too_large = Some("line");
            self.grow(line);
        } else {
            match delimiter(line, breaks) {
                Some((true, name)) => self.begin(line, number, name),
                Some((false, name)) => self.end(line, number, &name),
                None => self.grow(line),
            }
        }
        self.buffer = buffer;
        self.at = end;
    }

    fn begin(&mut self, line: &[u8], number: u64, name: Vec<u8>) {
        let kind = ComponentKind::from_name(&name);
        let is_cut = self.piece.kind.is_some_and(|outer| kind.cannot_stand_inside(outer));
        if self.piece.kind.is_none() || is_cut {
            self.hand_over(number);
        }
        if kind == ComponentKind::Calendar {
            self.calendar += 1;
        } else {
            self.piece.kind.get_or_insert(kind);
            self.piece.open.push((kind, name));
        }
        self.grow(line);
    }

    fn end(&mut self, line: &[u8], number: u64, name: &[u8]) {
        let is_open = |(_, open): &(ComponentKind, Vec<u8>)| open.eq_ignore_ascii_case(name);
        if let Some(depth) = self.piece.open.iter().rposition(is_open) {
            self.piece.open.truncate(depth);
            self.grow(line);
            if depth == 0 {
                self.hand_over(self.line);
            }
            return;
        }
        if ComponentKind::from_name(name) == ComponentKind::Calendar && self.piece.kind.is_some() {
            self.hand_over(number);
        }
        self.grow(line);
    }

    fn grow(&mut self, line: &[u8]) {
        self.piece.size += line.len() as u64;
        if self.piece.size > self.limits.object as u64 && self.piece.too_large.is_none() {
            self.piece.too_large = Some("object");
        }
        if self.piece.open.len() > self.limits.components {
            self.piece.open.truncate(self.limits.nesting);
            self.piece.too_large = Some("nesting");
        }
        match self.piece.too_large {
            Some(_) => self.piece.bytes = Vec::new(),
            None => self.piece.bytes.extend_from_slice(line),
        }
    }

    /// The piece under way is whole; another begins on line `line`.
    fn hand_over(&mut self, line: u64) {
        self.ready = self.take();
        self.piece.line = line;
    }

    fn take(&mut self) -> Option<Piece> {
        let Growing { kind, line, bytes, size, too_large, .. } = std::mem::take(&mut self.piece);
        let calendar = self.calendar;
        if size == 0 {
            return None;
        }
        Some(match (too_large, kind) {
            (Some(limit), kind) => Piece::TooLarge { kind, line, size, limit },
            (None, Some(kind)) => Piece::Component { kind, calendar, line, bytes },
            (None, None) => Piece::Lines { calendar, line, bytes },
        })
    }
}

/// Names of components are told apart by so many bytes, so that hostile ones take no room.
const LONGEST_NAME: usize = 255;

/// The name after BEGIN (true) or END (false), if the line is one of these.
fn delimiter(line: &[u8], breaks: Breaks) -> Option<(bool, Vec<u8>)> {
    // A name may be folded anywhere, so a first letter is all that can be told without unfolding.
    let first = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    if !matches!(first.first()?, b'B' | b'b' | b'E' | b'e') {
        return None;
    }
    let content = line::unfold(first, breaks);
    let head = line::split(&content)?;
    let name = content[head.value..].trim_ascii();
    let name = name[..name.len().min(LONGEST_NAME)].to_vec();
    match &content[..head.name] {
        begin if begin.eq_ignore_ascii_case(b"BEGIN") => Some((true, name)),
        end if end.eq_ignore_ascii_case(b"END") => Some((false, name)),
        _ => None,
    }
}

fn line_ends(text: &[u8], breaks: Breaks) -> u64 {
    let mut count = 0;
    let mut at = 0;
    while at < text.len() {
        at = breaks.physical_end(text, at);
        count += u64::from(breaks.line_end(&text[..at]).is_some());
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &[u8], chunk: usize, limits: &Limits) -> Vec<Piece> {
        let mut splitter = Splitter::new(limits);
        let mut pieces = Vec::new();
        for chunk in text.chunks(chunk) {
            splitter.feed(chunk);
            pieces.extend(std::iter::from_fn(|| splitter.piece()));
        }
        splitter.finish();
        pieces.extend(std::iter::from_fn(|| splitter.piece()));
        pieces
    }

    const TEXT: &[u8] = b"BEGIN:VCALENDAR\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nBEGIN:VALARM\r\nEND:VALARM\r\nEND:VEV\r\n \
ENT\r\nX-LAST:1\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:2\r\nBEGIN:VTODO\r\nUID:3\r\nEND:VCALENDAR\r\n";

    #[test]
    fn the_same_pieces_however_they_are_fed() {
        let whole = pieces(TEXT, TEXT.len(), &Limits::default());
        for chunk in 1..40 {
            assert_eq!(pieces(TEXT, chunk, &Limits::default()), whole);
        }
        let shape: Vec<_> = whole
            .iter()
            .map(|piece| match piece {
                Piece::Component { kind, calendar, line, .. } => (Some(*kind), *calendar, *line),
                Piece::Lines { calendar, line, .. } => (None, *calendar, *line),
                Piece::TooLarge { .. } => (None, 0, 0),
            })
            .collect();
        assert_eq!(
            shape,
            [
                (None, 1, 1),
                (Some(ComponentKind::Event), 1, 3),
                (None, 1, 9),
                (None, 2, 11),
                (Some(ComponentKind::Todo), 2, 12),
                (Some(ComponentKind::Todo), 2, 14),
                (None, 2, 16),
            ]
        );
        let joined: Vec<u8> = whole
            .into_iter()
            .flat_map(|piece| match piece {
                Piece::Component { bytes, .. } | Piece::Lines { bytes, .. } => bytes,
                Piece::TooLarge { .. } => Vec::new(),
            })
            .collect();
        assert_eq!(joined, TEXT);
    }

    #[test]
    fn the_first_line_end_is_judged_when_it_is_whole() {
        let text = b"BEGIN:VEVENT\r\r\r\nUID:1\r\r\r\nEND:VEVENT\r\r\r\n";
        for chunk in 1..20 {
            let found = pieces(text, chunk, &Limits::default());
            assert!(
                matches!(&found[..], [Piece::Component { line: 1, .. }]),
                "in chunks of {chunk}: {found:?}"
            );
        }
    }

    #[test]
    fn past_the_limits_the_rest_goes_on() {
        let limits = Limits { line: 100, object: 300, ..Limits::default() };
        let long = "x".repeat(1_000);
        let many = "COMMENT:y\n".repeat(50);
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:{long}\n  {long}\nEND:VEVENT\nBEGIN:VEVENT\n{many}END:VEVENT\nBEGIN:VEVENT\n\
             UID:1\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        for chunk in [1, 7, 64, 4096] {
            let told: Vec<_> = pieces(text.as_bytes(), chunk, &limits)
                .into_iter()
                .filter_map(|piece| match piece {
                    Piece::TooLarge { line, size, limit, .. } => Some((line, size, limit)),
                    Piece::Component { line, bytes, .. } => Some((line, bytes.len() as u64, "")),
                    Piece::Lines { .. } => None,
                })
                .collect();
            assert_eq!(told, [(2, 2036, "line"), (6, 524, "object"), (58, 30, "")], "in chunks of {chunk}");
        }
    }

    #[test]
    fn a_line_without_end_takes_bounded_memory() {
        let limits = Limits { line: 1_000, ..Limits::default() };
        let mut splitter = Splitter::new(&limits);
        for _ in 0..1_000 {
            splitter.feed(&[b'x'; 500]);
            assert_eq!(splitter.piece(), None);
            assert!(splitter.buffer.capacity() < 10_000);
        }
        splitter.finish();
        let piece = splitter.piece();
        assert_eq!(piece, Some(Piece::TooLarge { kind: None, line: 1, size: 500_000, limit: "line" }));
        assert_eq!(splitter.piece(), None);
    }
}
