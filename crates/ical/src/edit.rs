//! Edits as an overlay: a changed line is new, every other is written as it came.
//!
//! New text goes to the end of the document's bytes, its lines and components to the end of their vectors; `next`
//! links them in. So ids stay what they were, and one way of reading serves old and new alike.

use crate::document::{ComponentId, Document, Line, NONE, Node, OPAQUE, PropertyId, REMOVED};
use crate::index::{self, Indexer};
use crate::limits::Limits;
use crate::line;
use crate::parameter::ParameterKind;
use crate::property::Property;
use crate::write::ContentLine;

impl Document {
    /// Adds a property: after the component's last of that name, else after its last before the first inner component.
    pub fn add(&mut self, component: ComponentId, new: &ContentLine) -> PropertyId {
        let anchor = self.anchor(component, new.name());
        let mut text = Vec::new();
        new.write(&mut text, self.line_end_of(anchor));
        let anchor = self.end_line(anchor);
        let line = self.lines.len() as u32;
        let new = self.append(&text);
        self.lines.push(new);
        self.link_after(anchor, line);
        PropertyId(line)
    }

    /// Adds a property of another text, as it is written there.
    pub fn copy(&mut self, component: ComponentId, property: &Property<'_>) -> PropertyId {
        let added = self.add(component, &ContentLine::named(&property.name()));
        self.set_content(added, property.content());
        added
    }

    /// Sets a property: the first of its name is replaced where it stands, further ones go; without any it is added.
    pub fn set(&mut self, component: ComponentId, new: &ContentLine) -> PropertyId {
        let named = self.component(component).properties_named(new.name()).map(|property| property.id());
        let ids: Vec<PropertyId> = named.collect();
        let Some((first, others)) = ids.split_first() else { return self.add(component, new) };
        for other in others {
            self.remove(*other);
        }
        self.replace(*first, new);
        *first
    }

    /// Puts a new line in a property's place.
    pub fn replace(&mut self, property: PropertyId, new: &ContentLine) {
        let mut text = Vec::new();
        new.write(&mut text, self.line_end_of(property.0));
        self.put(property, &text);
    }

    /// Puts another line in a property's place, given unfolded; it is folded anew.
    pub(crate) fn set_content(&mut self, property: PropertyId, content: &[u8]) {
        let mut text = Vec::new();
        line::fold_into(&mut text, content, self.line_end_of(property.0));
        self.put(property, &text);
    }

    /// Takes a property out.
    pub fn remove(&mut self, property: PropertyId) {
        self.link(self.lines.len());
        self.lines[property.0 as usize].flags |= REMOVED;
    }

    /// Sets one parameter of a property, or takes it out when there are no values; all else in the line stays.
    pub fn set_parameter(&mut self, property: PropertyId, kind: ParameterKind, values: &[&str]) {
        let old = self.property(property);
        let place = old
            .parameters()
            .find(|parameter| parameter.kind() == kind)
            .map_or(old.name..old.name, |parameter| parameter.at - 1..parameter.at + parameter.len());
        let new = match values {
            [] => String::new(),
            values => ContentLine::named("").with(kind, values).head().to_owned(),
        };
        let (name, mut content) = (old.name, old.content.into_owned());
        // A quote that is never closed quotes nothing; behind it, a quote of ours would close it.
        let is_behind_quote = content[..place.start].iter().filter(|byte| **byte == b'"').count() % 2 == 1;
        let at = if is_behind_quote { name } else { place.start };
        content.drain(place);
        content.splice(at..at, new.into_bytes());
        self.set_content(property, &content);
    }

    /// Adds a component, given as text from BEGIN to END, as the last one inside another, or at the document's end.
    ///
    /// Returns its id; `None`, and nothing is added, when the text is not exactly one component, whole.
    pub fn add_component(&mut self, parent: Option<ComponentId>, text: &[u8]) -> Option<ComponentId> {
        if !self.is_one_component(text) {
            return None;
        }
        let anchor = self.last_line_inside(parent);
        let anchor = self.end_line(anchor);
        let (first_line, first_node) = (self.lines.len() as u32, self.nodes.len() as u32);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(text);
        if !text.ends_with(b"\n") {
            self.bytes.extend_from_slice(b"\r\n");
        }
        let limits = Limits::default();
        let (lines, nodes) = (std::mem::take(&mut self.lines), std::mem::take(&mut self.nodes));
        let mut indexer = Indexer::new(&self.bytes, self.breaks, &limits, lines, nodes);
        indexer.run(start);
        (self.lines, self.nodes) = (indexer.lines, indexer.nodes);
        self.link_after(anchor, first_line);
        self.adopt(parent, first_node);
        Some(ComponentId(first_node))
    }

    /// Is a text one component, whole, as this document would read it: from BEGIN's first byte to END's last?
    fn is_one_component(&self, text: &[u8]) -> bool {
        let limits = Limits::default();
        let mut alone = Indexer::new(text, self.breaks, &limits, Vec::new(), Vec::new());
        alone.run(0);
        let last = alone.lines.len() as u32;
        let is_whole = |node: &Node| {
            node.begin == 0 && node.has_end && node.end + 1 == last && node.next_sibling == NONE
        };
        text.first().is_some_and(u8::is_ascii_alphabetic)
            && alone.problems.is_empty()
            && alone.nodes.first().is_some_and(is_whole)
    }

    /// Takes a component out, and all that is inside.
    pub fn remove_component(&mut self, component: ComponentId) {
        self.link(self.lines.len());
        let (mut line, end) = self.component(component).line_range();
        while line != end && line != NONE {
            self.lines[line as usize].flags |= REMOVED;
            line = self.line_after(line);
        }
        let node = self.nodes[component.0 as usize];
        let siblings = self.siblings_of(node.parent);
        let elder =
            siblings.iter().position(|sibling| *sibling == component.0).and_then(|at| at.checked_sub(1));
        match elder {
            Some(elder) => self.nodes[siblings[elder] as usize].next_sibling = node.next_sibling,
            None => *self.first_child_of(node.parent) = node.next_sibling,
        }
    }

    /// The line after which a new property of this name belongs.
    fn anchor(&self, component: ComponentId, name: &str) -> u32 {
        if let Some(namesake) = self.component(component).properties_named(name).last() {
            return namesake.id().0;
        }
        let node = &self.nodes[component.0 as usize];
        let stop = self.nodes.get(node.first_child as usize).map_or(node.end, |child| child.begin);
        let mut anchor = node.begin;
        let mut line = self.line_after(anchor);
        while line != stop && line != NONE {
            if self.lines[line as usize].flags & OPAQUE == 0 {
                anchor = line;
            }
            line = self.line_after(line);
        }
        anchor
    }

    /// The last line inside a component, or of the document.
    fn last_line_inside(&self, component: Option<ComponentId>) -> u32 {
        let (from, stop, children) = match component {
            Some(component) => {
                let node = &self.nodes[component.0 as usize];
                (node.begin, node.end, node.first_child)
            }
            None => (if self.lines.is_empty() { NONE } else { 0 }, NONE, self.first_root),
        };
        let mut last = from;
        let mut child = self.nodes.get(children as usize);
        while let Some(node) = child {
            last = if node.has_end { node.end } else { node.begin };
            child = self.nodes.get(node.next_sibling as usize);
        }
        while last != NONE && self.line_after(last) != stop && self.line_after(last) != NONE {
            last = self.line_after(last);
        }
        last
    }

    /// The line end that the line has, else the document's first, else CRLF.
    fn line_end_of(&self, line: u32) -> &'static [u8] {
        let exists = |line: &u32| (*line as usize) < self.lines.len();
        [line, 0]
            .into_iter()
            .filter(exists)
            .find_map(|line| self.breaks.line_end(self.line_bytes(line)))
            .unwrap_or(b"\r\n")
    }

    /// Makes `next` say what follows each of the first `count` lines.
    fn link(&mut self, count: usize) {
        if self.next.is_empty() {
            self.next = (1..=count as u32).collect();
            if let Some(last) = self.next.last_mut() {
                *last = NONE;
            }
        }
    }

    /// Links all lines from `first` on, which are new, in after `anchor`.
    fn link_after(&mut self, anchor: u32, first: u32) {
        self.link(first as usize);
        self.next.extend(first + 1..=self.lines.len() as u32);
        let after = match self.next.get_mut(anchor as usize) {
            Some(after) => std::mem::replace(after, first),
            None => NONE,
        };
        if let Some(last) = self.next.last_mut() {
            *last = after;
        }
    }

    /// A line that the text's end cut off gets a line end of its own; the line after which new ones may stand.
    fn end_line(&mut self, anchor: u32) -> u32 {
        if anchor == NONE || self.breaks.line_end(self.line_bytes(anchor)).is_some() {
            return anchor;
        }
        let line_end = self.line_end_of(anchor);
        let line = self.lines.len() as u32;
        let mut new = self.append(line_end);
        new.flags |= OPAQUE;
        self.lines.push(new);
        self.link_after(anchor, line);
        line
    }

    /// Appends the text of a line.
    fn append(&mut self, text: &[u8]) -> Line {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(text);
        index::content_line(&self.bytes, start, self.breaks)
    }

    /// Puts a new text in a line's place.
    fn put(&mut self, property: PropertyId, text: &[u8]) {
        self.link(self.lines.len());
        self.lines[property.0 as usize] = self.append(text);
    }

    /// Makes new components, from `first` on, the last children of `parent`.
    fn adopt(&mut self, parent: Option<ComponentId>, first: u32) {
        let parent = parent.map_or(NONE, |parent| parent.0);
        self.nodes[first as usize].parent = parent;
        match self.siblings_of(parent).last() {
            Some(elder) => self.nodes[*elder as usize].next_sibling = first,
            None => *self.first_child_of(parent) = first,
        }
    }

    fn siblings_of(&self, parent: u32) -> Vec<u32> {
        let first = self.nodes.get(parent as usize).map_or(self.first_root, |parent| parent.first_child);
        let mut siblings = Vec::new();
        let mut next = first;
        while let Some(node) = self.nodes.get(next as usize) {
            siblings.push(next);
            next = node.next_sibling;
        }
        siblings
    }

    fn first_child_of(&mut self, parent: u32) -> &mut u32 {
        match self.nodes.get_mut(parent as usize) {
            Some(parent) => &mut parent.first_child,
            None => &mut self.first_root,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PropertyKind;

    #[test]
    fn a_parameter_behind_an_open_quote_does_not_close_it() {
        let text =
            b"BEGIN:VEVENT\r\nATTENDEE;X-A=\"open;CN=Ann;X-B=1:mailto:ann@example.com\r\nEND:VEVENT\r\n";
        let mut document = Document::read(text.as_slice()).unwrap();
        let id = document.all_components().next().map(|event| event.id()).unwrap();
        let attendee = document.component(id).property(PropertyKind::Attendee).unwrap().id();
        document.set_parameter(attendee, ParameterKind::Cn, &["Ann; B"]);
        let property = document.property(attendee);
        assert_eq!(
            property.content(),
            b"ATTENDEE;CN=\"Ann; B\";X-A=\"open;X-B=1:mailto:ann@example.com".as_slice()
        );
        assert_eq!(property.parameter(ParameterKind::Cn).unwrap().value(), "Ann; B");
    }
}
