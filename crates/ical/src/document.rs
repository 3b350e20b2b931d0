//! A text as lines and components: layers 0 and 1. Every byte is kept; nothing is decoded until it is asked for.
//!
//! Lines stand in one vector, components in one arena. A change is an overlay (`edit.rs`): new lines are appended to
//! the same vector and linked in, old ones are struck out, and every other line is written as it came.

use std::borrow::Cow;
use std::ops::Range;

use crate::component::ComponentKind;
use crate::index;
use crate::limits::{Limits, TooLarge};
use crate::line::{self, Breaks};
use crate::problem::Problem;
use crate::property::{Property, PropertyKind};

/// No line, no component.
pub(crate) const NONE: u32 = u32::MAX;

/// A logical line: its bytes, folds and line end included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) start: u32,
    pub(crate) len: u32,
    /// The value's offset from `start`; 0 when it must be looked for in the unfolded line.
    pub(crate) value: u16,
    /// The property's kind, as [`PropertyKind::to_index`] has it.
    pub(crate) kind: u8,
    pub(crate) flags: u8,
}

/// More than one physical line.
pub(crate) const FOLDED: u8 = 1;
/// No content line: blank, without a colon, too long or nested too deep. Kept and written, never read.
pub(crate) const OPAQUE: u8 = 2;
/// Taken out by an edit.
pub(crate) const REMOVED: u8 = 4;

/// A component's place in the arena.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    /// The line of BEGIN.
    pub(crate) begin: u32,
    /// The first line that is not inside: END's own, or whatever came in its place.
    pub(crate) end: u32,
    pub(crate) parent: u32,
    pub(crate) first_child: u32,
    pub(crate) next_sibling: u32,
    pub(crate) kind: u8,
    /// Does `end` name an END line of this component?
    pub(crate) has_end: bool,
}

/// A text that was read: any bytes, understood as iCalendar as far as they are.
///
/// Reading never fails but for size; what is amiss is told by [`Document::problems`] and, in full, by validation.
///
/// ```
/// use ical::{ComponentKind, Document, PropertyKind};
///
/// let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Tea\\, at five\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// let document = Document::read(text)?;
/// let event = document.components(ComponentKind::Event).next().ok_or("no event")?;
/// let summary = event.property(PropertyKind::Summary).ok_or("no summary")?;
/// assert_eq!(summary.text(), "Tea, at five");
/// assert_eq!(document.to_bytes(), text.as_bytes());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Document {
    /// The text as it was read, and after it what edits have added.
    pub(crate) bytes: Vec<u8>,
    /// How much of `bytes` was read.
    pub(crate) original: usize,
    pub(crate) breaks: Breaks,
    pub(crate) lines: Vec<Line>,
    pub(crate) nodes: Vec<Node>,
    /// The first component outside all others; its siblings follow.
    pub(crate) first_root: u32,
    /// Which line follows each; empty until the first edit, when each is followed by its neighbour.
    pub(crate) next: Vec<u32>,
    pub(crate) problems: Vec<Problem>,
}

/// A component of a [`Document`]; it stays the same through edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentId(pub(crate) u32);

/// A property of a [`Document`]; it stays the same through edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PropertyId(pub(crate) u32);

impl Document {
    /// Reads a text with the default [`Limits`].
    ///
    /// # Errors
    /// The text is longer than [`Limits::file`]. Nothing else fails: problems are told by [`Document::problems`].
    pub fn read(text: impl Into<Vec<u8>>) -> Result<Self, TooLarge> {
        Self::read_within(text, &Limits::default())
    }

    /// Reads a text within these limits.
    ///
    /// # Errors
    /// The text is longer than [`Limits::file`], or than 4 GiB.
    pub fn read_within(text: impl Into<Vec<u8>>, limits: &Limits) -> Result<Self, TooLarge> {
        let bytes = text.into();
        let limit = limits.file.min(NONE as usize - 1);
        if bytes.len() > limit {
            return Err(TooLarge { size: bytes.len(), limit });
        }
        Ok(index::index(bytes, limits))
    }

    /// What reading had to forgive in the text's structure, in the order of the text.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The text as it was read, before any edit.
    pub fn original(&self) -> &[u8] {
        &self.bytes[..self.original]
    }

    /// The physical lines of the text as it was read, folds not joined: the bytes of each, its line end included.
    pub fn physical_lines(&self) -> impl Iterator<Item = Range<usize>> {
        let text = self.original();
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = at;
            at = if start < text.len() { self.breaks.physical_end(text, start) } else { start };
            (start < at).then_some(start..at)
        })
    }

    /// Components that stand in no other: VCALENDAR, as a rule.
    pub fn roots(&self) -> Children<'_> {
        Children { document: self, next: self.first_root }
    }

    /// All components of a kind, wherever they stand, in the order of the text.
    pub fn components(&self, kind: ComponentKind) -> impl Iterator<Item = Component<'_>> {
        self.all_components().filter(move |component| component.kind() == kind)
    }

    /// All components, outer ones before inner ones, in the order of the text.
    pub fn all_components(&self) -> Descendants<'_> {
        Descendants { document: self, next: self.first_root, top: NONE }
    }

    /// A component by its id.
    pub fn component(&self, id: ComponentId) -> Component<'_> {
        Component { document: self, node: id.0 }
    }

    /// A property by its id.
    pub fn property(&self, id: PropertyId) -> Property<'_> {
        Property::at(self, id.0)
    }

    /// The line after this one, [`NONE`] after the last.
    #[inline]
    pub(crate) fn line_after(&self, line: u32) -> u32 {
        if !self.next.is_empty() {
            return self.next.get(line as usize).copied().unwrap_or(NONE);
        }
        if (line as usize) + 1 < self.lines.len() { line + 1 } else { NONE }
    }

    /// A line's bytes as they are written, folds and line end included.
    pub(crate) fn line_bytes(&self, line: u32) -> &[u8] {
        let line = &self.lines[line as usize];
        &self.bytes[line.start as usize..line.start as usize + line.len as usize]
    }

    /// A line without folds and line end.
    pub(crate) fn content(&self, line: u32) -> Cow<'_, [u8]> {
        let raw = self.line_bytes(line);
        if self.lines[line as usize].flags & FOLDED == 0 {
            return Cow::Borrowed(line::trim_end(raw));
        }
        line::unfold(raw, self.breaks)
    }
}

/// A component, seen in its document.
#[derive(Clone, Copy, Debug)]
pub struct Component<'a> {
    document: &'a Document,
    node: u32,
}

impl<'a> Component<'a> {
    fn node(self) -> &'a Node {
        &self.document.nodes[self.node as usize]
    }

    /// The document in which it stands.
    pub const fn document(self) -> &'a Document {
        self.document
    }

    /// Its id, which edits leave as it is.
    pub const fn id(self) -> ComponentId {
        ComponentId(self.node)
    }

    /// What kind of component.
    pub fn kind(self) -> ComponentKind {
        ComponentKind::from_index(self.node().kind)
    }

    /// Its name as written after BEGIN, without blanks around it.
    pub fn name(self) -> Cow<'a, str> {
        match Property::at(self.document, self.node().begin).into_value_lossy() {
            Cow::Borrowed(name) => Cow::Borrowed(name.trim()),
            Cow::Owned(name) => Cow::Owned(name.trim().to_owned()),
        }
    }

    /// Its lines of BEGIN and, where it has one, END.
    pub(crate) fn delimiters(self) -> impl Iterator<Item = Property<'a>> {
        let node = self.node();
        let end = node.has_end.then_some(node.end);
        std::iter::once(node.begin).chain(end).map(|line| Property::at(self.document, line))
    }

    /// The component in which it stands.
    pub fn parent(self) -> Option<Self> {
        let parent = self.node().parent;
        (parent != NONE).then_some(Self { document: self.document, node: parent })
    }

    /// The outermost component around it: its VCALENDAR, as a rule; itself, when it stands in no other.
    pub fn root(self) -> Self {
        let mut root = self;
        while let Some(parent) = root.parent() {
            root = parent;
        }
        root
    }

    /// The components directly inside, in order.
    pub fn children(self) -> Children<'a> {
        Children { document: self.document, next: self.node().first_child }
    }

    /// The components directly inside of one kind, in order.
    pub fn children_of(self, kind: ComponentKind) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.kind() == kind)
    }

    /// It and all components inside, outer ones before inner ones.
    pub fn descendants(self) -> Descendants<'a> {
        Descendants { document: self.document, next: self.node, top: self.node }
    }

    /// Its own properties, in order.
    pub fn properties(self) -> impl Iterator<Item = Property<'a>> {
        let document = self.document;
        self.own_lines().map(move |line| Property::at(document, line))
    }

    /// Its own properties of a kind, in order.
    pub fn properties_of(self, kind: PropertyKind) -> impl Iterator<Item = Property<'a>> {
        let document = self.document;
        let index = kind.to_index();
        self.own_lines()
            .filter(move |line| document.lines[*line as usize].kind == index)
            .map(move |line| Property::at(document, line))
    }

    /// The first of its own properties of a kind.
    pub fn property(self, kind: PropertyKind) -> Option<Property<'a>> {
        self.properties_of(kind).next()
    }

    /// Its own properties of a name, in any case: for names that are in no table.
    pub fn properties_named(self, name: &str) -> impl Iterator<Item = Property<'a>> {
        let kind = PropertyKind::from_name(name.as_bytes());
        self.properties_of(kind)
            .filter(move |property| kind != PropertyKind::Other || property.name().eq_ignore_ascii_case(name))
    }

    /// The bytes of the original text that its BEGIN line holds; for problems.
    pub fn place(self) -> Range<usize> {
        Property::at(self.document, self.node().begin).place()
    }

    /// Its line of BEGIN, and the line after its last.
    pub(crate) fn line_range(self) -> (u32, u32) {
        let node = self.node();
        (node.begin, if node.has_end { self.document.line_after(node.end) } else { node.end })
    }

    /// Its own content lines, those of inner components left out.
    pub(crate) fn own_lines(self) -> OwnLines<'a> {
        let node = self.node();
        OwnLines {
            document: self.document,
            line: self.document.line_after(node.begin),
            end: node.end,
            child: node.first_child,
        }
    }
}

/// Walks the lines of one component.
pub(crate) struct OwnLines<'a> {
    document: &'a Document,
    line: u32,
    end: u32,
    child: u32,
}

impl Iterator for OwnLines<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        while self.line != self.end && self.line != NONE {
            let line = self.line;
            if let Some(child) = self.document.nodes.get(self.child as usize)
                && child.begin == line
            {
                self.child = child.next_sibling;
                self.line = if child.has_end { self.document.line_after(child.end) } else { child.end };
                continue;
            }
            self.line = self.document.line_after(line);
            if self.document.lines[line as usize].flags & (OPAQUE | REMOVED) == 0 {
                return Some(line);
            }
        }
        None
    }
}

/// Sibling components, in order.
#[derive(Clone, Debug)]
pub struct Children<'a> {
    document: &'a Document,
    next: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = Component<'a>;

    fn next(&mut self) -> Option<Component<'a>> {
        let node = self.document.nodes.get(self.next as usize)?;
        let component = Component { document: self.document, node: self.next };
        self.next = node.next_sibling;
        Some(component)
    }
}

/// Components and those inside them, outer ones first.
#[derive(Clone, Debug)]
pub struct Descendants<'a> {
    document: &'a Document,
    next: u32,
    top: u32,
}

impl<'a> Iterator for Descendants<'a> {
    type Item = Component<'a>;

    fn next(&mut self) -> Option<Component<'a>> {
        let nodes = &self.document.nodes;
        let mut node = nodes.get(self.next as usize)?;
        let component = Component { document: self.document, node: self.next };
        let mut at = self.next;
        self.next = node.first_child;
        while self.next == NONE && at != self.top && at != NONE {
            self.next = node.next_sibling;
            at = node.parent;
            match nodes.get(at as usize) {
                Some(parent) => node = parent,
                None => break,
            }
        }
        Some(component)
    }
}
