//! Bytes to lines and components, in one pass that decodes nothing and never fails.

use std::borrow::Cow;

use crate::component::ComponentKind;
use crate::document::{Document, FOLDED, Line, NONE, Node, OPAQUE};
use crate::limits::Limits;
use crate::line::{self, Breaks};
use crate::problem::{Problem, ProblemKind};
use crate::property::PropertyKind;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// So many problems of structure are told of one text; the rest would only repeat them.
const MAX_PROBLEMS: usize = 10_000;

/// Reads a text whose size is within [`Limits::file`].
pub(crate) fn index(bytes: Vec<u8>, limits: &Limits) -> Document {
    let original = bytes.len();
    let breaks = Breaks::of(&bytes);
    let mut indexer = Indexer::new(&bytes, breaks, limits, Vec::new(), Vec::new());
    indexer.run(0);
    let Indexer { lines, nodes, problems, first_root, .. } = indexer;
    Document { bytes, original, breaks, lines, nodes, first_root, next: Vec::new(), problems }
}

/// The one content line that begins at `start` and ends with the text.
pub(crate) fn content_line(bytes: &[u8], start: usize, breaks: Breaks) -> Line {
    let text = &bytes[start..];
    let first = breaks.physical_end(text, 0);
    let flags = if first == text.len() { 0 } else { FOLDED };
    let (kind, value) = match line::split_first(&text[..first], flags & FOLDED != 0) {
        Some(head) => (PropertyKind::from_name(&text[..head.name]), head.value),
        None => {
            let content = line::unfold(text, breaks);
            (
                line::split(&content)
                    .map_or(PropertyKind::Other, |head| PropertyKind::from_name(&content[..head.name])),
                0,
            )
        }
    };
    new_line(start, bytes.len(), value, kind.to_index(), flags)
}

fn new_line(start: usize, end: usize, value: usize, kind: u8, flags: u8) -> Line {
    Line {
        start: start as u32,
        len: (end - start) as u32,
        value: u16::try_from(value).unwrap_or(0),
        kind,
        flags,
    }
}

/// An open component while its inside is read.
struct Open {
    node: u32,
    kind: ComponentKind,
    last_child: u32,
}

pub(crate) struct Indexer<'a> {
    bytes: &'a [u8],
    breaks: Breaks,
    limits: &'a Limits,
    pub(crate) lines: Vec<Line>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) first_root: u32,
    last_root: u32,
    open: Vec<Open>,
    /// How many components are open beyond the limit on nesting.
    too_deep: usize,
}

impl<'a> Indexer<'a> {
    /// An indexer that adds to these lines and components.
    pub(crate) fn new(
        bytes: &'a [u8],
        breaks: Breaks,
        limits: &'a Limits,
        mut lines: Vec<Line>,
        nodes: Vec<Node>,
    ) -> Self {
        // A line of real calendars has some forty octets or more; memory is returned at the end.
        lines.reserve(bytes.len() / 48);
        Self {
            bytes,
            breaks,
            limits,
            lines,
            nodes,
            problems: Vec::new(),
            first_root: NONE,
            last_root: NONE,
            open: Vec::new(),
            too_deep: 0,
        }
    }

    /// Indexes the bytes from `at` to the end.
    pub(crate) fn run(&mut self, mut at: usize) {
        if at == 0 && self.bytes.starts_with(BOM) {
            self.push(0, BOM.len(), 0, 0, OPAQUE);
            at = BOM.len();
        }
        while at < self.bytes.len() {
            let first = self.breaks.physical_end(self.bytes, at);
            let end = self.logical_end(at, first);
            self.line(at, first, end);
            at = end;
        }
        while let Some(open) = self.open.pop() {
            self.tell_missing_end(open.node);
        }
        self.lines.shrink_to_fit();
        self.nodes.shrink_to_fit();
    }

    /// Where the folds end of the line at `at`, whose first physical line ends at `first`. Blank lines before a line that
    /// begins with a blank are taken for a part of the fold, for nothing else could be meant.
    #[inline]
    fn logical_end(&self, at: usize, first: usize) -> usize {
        let mut end = first;
        loop {
            match self.bytes.get(end) {
                Some(b' ' | b'\t') => end = self.breaks.physical_end(self.bytes, end),
                Some(b'\r' | b'\n') if end > first || !line::trim_end(&self.bytes[at..first]).is_empty() => {
                    let blanks =
                        self.bytes[end..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                    match self.bytes.get(end + blanks) {
                        Some(b' ' | b'\t') => end += blanks,
                        _ => return end,
                    }
                }
                _ => return end,
            }
        }
    }

    /// A logical line from `start` to `end`, whose first physical line ends at `first`.
    #[inline]
    fn line(&mut self, start: usize, first: usize, end: usize) {
        let flags = if first == end { 0 } else { FOLDED };
        if end - start > self.limits.line {
            self.tell(ProblemKind::LineTooLong, start, first, || {
                format!("a line of {} bytes; the limit (`line`) is {}", end - start, self.limits.line)
            });
            self.push(start, end, 0, 0, flags | OPAQUE);
            return;
        }
        let head = line::split_first(&self.bytes[start..first], flags & FOLDED != 0);
        let (kind, value) = match head {
            Some(head) => (PropertyKind::from_name(&self.bytes[start..start + head.name]), head.value),
            None if flags & FOLDED != 0 => {
                let content = line::unfold(&self.bytes[start..end], self.breaks);
                match line::split(&content) {
                    Some(head) => (PropertyKind::from_name(&content[..head.name]), 0),
                    None => return self.no_content(start, end, flags),
                }
            }
            None => return self.no_content(start, end, flags),
        };
        match kind {
            PropertyKind::Begin => self.begin(start, end, value, flags),
            PropertyKind::End => self.end(start, end, value, flags),
            _ => self.property(start, end, kind, value, flags),
        }
    }

    #[inline]
    fn property(&mut self, start: usize, end: usize, kind: PropertyKind, value: usize, flags: u8) {
        if self.open.is_empty() {
            self.tell(ProblemKind::PropertyOutsideComponent, start, end, || {
                "a property outside any component".to_owned()
            });
        }
        let flags = if self.open.is_empty() || self.too_deep > 0 { flags | OPAQUE } else { flags };
        self.push(start, end, value, kind.to_index(), flags);
    }

    fn no_content(&mut self, start: usize, end: usize, flags: u8) {
        if !self.bytes[start..end].iter().all(u8::is_ascii_whitespace) {
            self.tell(ProblemKind::LineWithoutColon, start, end, || {
                "a line without a colon after a name".to_owned()
            });
        }
        self.push(start, end, 0, 0, flags | OPAQUE);
    }

    fn begin(&mut self, start: usize, end: usize, value: usize, flags: u8) {
        let begin = self.push(start, end, value, PropertyKind::Begin.to_index(), flags);
        let kind = ComponentKind::from_name(&self.value_of(begin, value));
        if let Some(depth) = self.open.iter().position(|open| kind.cannot_stand_inside(open.kind)) {
            self.close(depth, begin);
        }
        if self.open.len() >= self.limits.nesting || self.too_deep > 0 {
            if self.too_deep == 0 {
                self.tell(ProblemKind::TooDeep, start, end, || {
                    format!("components nested deeper than the limit (`nesting`) of {}", self.limits.nesting)
                });
            }
            self.too_deep += 1;
            return self.strike(begin);
        }
        let node = self.nodes.len() as u32;
        let parent = self.open.last().map_or(NONE, |open| open.node);
        let elder = match self.open.last_mut() {
            Some(open) => std::mem::replace(&mut open.last_child, node),
            None => std::mem::replace(&mut self.last_root, node),
        };
        if let Some(elder) = self.nodes.get_mut(elder as usize) {
            elder.next_sibling = node;
        } else if let Some(parent) = self.nodes.get_mut(parent as usize) {
            parent.first_child = node;
        } else {
            self.first_root = node;
        }
        self.nodes.push(Node {
            begin,
            end: NONE,
            parent,
            first_child: NONE,
            next_sibling: NONE,
            kind: kind.to_index(),
            has_end: false,
        });
        self.open.push(Open { node, kind, last_child: NONE });
    }

    fn end(&mut self, start: usize, end: usize, value: usize, flags: u8) {
        let line = self.push(start, end, value, PropertyKind::End.to_index(), flags);
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return self.strike(line);
        }
        let name = self.value_of(line, value);
        let kind = ComponentKind::from_name(&name);
        let named = |open: &Open| match kind {
            ComponentKind::Other => self.value_of(self.begin_of(open.node), 0).eq_ignore_ascii_case(&name),
            kind => open.kind == kind,
        };
        let Some(depth) = self.open.iter().rposition(named) else {
            self.tell(ProblemKind::UnexpectedEnd, start, end, || "END without its BEGIN".to_owned());
            return self.strike(line);
        };
        self.close(depth + 1, line);
        if let Some(open) = self.open.pop() {
            let node = &mut self.nodes[open.node as usize];
            node.end = line;
            node.has_end = true;
        }
    }

    /// Closes the components from `depth` inwards, whose END is missing before `line`.
    fn close(&mut self, depth: usize, line: u32) {
        self.too_deep = 0;
        while self.open.len() > depth {
            if let Some(open) = self.open.pop() {
                self.nodes[open.node as usize].end = line;
                self.tell_missing_end(open.node);
            }
        }
    }

    /// A line that turned out to be no content line.
    fn strike(&mut self, line: u32) {
        self.lines[line as usize].flags |= OPAQUE;
    }

    fn begin_of(&self, node: u32) -> u32 {
        self.nodes[node as usize].begin
    }

    /// The value of BEGIN or END, without blanks around it.
    fn value_of(&self, line: u32, value: usize) -> Cow<'a, [u8]> {
        let line = self.lines[line as usize];
        let raw = &self.bytes[line.start as usize..line.start as usize + line.len as usize];
        if line.flags & FOLDED == 0 {
            let value = if value == 0 { usize::from(line.value) } else { value };
            return line::trim_end(raw).get(value..).unwrap_or_default().trim_ascii().into();
        }
        let content = line::unfold(raw, self.breaks);
        let value = line::split(&content).map_or(content.len(), |head| head.value);
        content[value..].trim_ascii().to_vec().into()
    }

    #[inline]
    fn push(&mut self, start: usize, end: usize, value: usize, kind: u8, flags: u8) -> u32 {
        let line = self.lines.len() as u32;
        self.lines.push(new_line(start, end, value, kind, flags));
        line
    }

    fn tell_missing_end(&mut self, node: u32) {
        let begin = self.lines[self.begin_of(node) as usize];
        let (start, end) = (begin.start as usize, begin.start as usize + begin.len as usize);
        self.tell(ProblemKind::MissingEnd, start, end, || "BEGIN without its END".to_owned());
    }

    #[cold]
    fn tell(&mut self, kind: ProblemKind, start: usize, end: usize, message: impl FnOnce() -> String) {
        if self.problems.len() < MAX_PROBLEMS {
            let place = start..start + line::trim_end(&self.bytes[start..end]).len();
            self.problems.push(Problem::new(kind, place, message()));
        }
    }
}
