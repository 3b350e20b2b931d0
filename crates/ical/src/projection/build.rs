//! Components and properties of the other formats become a text, and it a document.

use super::{Projected, Unread};
use crate::component::ComponentKind;
use crate::document::Document;
use crate::limits::Limits;
use crate::line;

/// A text in the making.
pub(crate) struct Builder<'l> {
    limits: &'l Limits,
    out: Vec<u8>,
    open: Vec<Open>,
}

/// A component whose inside is built.
struct Open {
    name: String,
    properties: usize,
    /// How many components are inside so far.
    inner: usize,
    /// Which of the components inside of the one around it, counted from 1; 0 for the outermost.
    number: usize,
}

impl<'l> Builder<'l> {
    pub(crate) const fn new(limits: &'l Limits) -> Self {
        Self { limits, out: Vec::new(), open: Vec::new() }
    }

    /// Where one is: `vcalendar > vevent 3`, the third component inside.
    pub(crate) fn place(&self) -> String {
        let name = |open: &Open| match open.number {
            0 => open.name.clone(),
            number => format!("{} {number}", open.name),
        };
        self.open.iter().map(name).collect::<Vec<_>>().join(" > ")
    }

    /// A fault where one is.
    pub(crate) fn unread(&self, wanted: impl Into<String>) -> Unread {
        Unread::new(self.place(), wanted)
    }

    pub(crate) fn begin(&mut self, name: &str) -> Result<(), Unread> {
        let kind = ComponentKind::from_name(name.as_bytes());
        if !is_component_name(name) {
            return Err(self.unread(format!("wanted the name of a component, found {name:?}")));
        }
        if self.open.len() >= self.limits.nesting {
            let limit = self.limits.nesting;
            return Err(
                self.unread(format!("components nested deeper than the limit (`nesting`) of {limit}"))
            );
        }
        let is_refused = |outer: &&Open| {
            let outer = ComponentKind::from_name(outer.name.as_bytes());
            kind.cannot_stand_inside(outer)
        };
        // As for who reads the text: its BEGIN would end the other.
        if let Some(outer) = self.open.iter().find(is_refused) {
            return Err(self.unread(format!("{name} cannot stand inside of {}", outer.name)));
        }
        let number = self.open.last_mut().map_or(0, |outer| {
            outer.inner += 1;
            outer.inner
        });
        self.line(&format!("BEGIN:{}", name.to_ascii_uppercase()));
        self.open.push(Open { name: name.to_ascii_lowercase(), properties: 0, inner: 0, number });
        Ok(())
    }

    pub(crate) fn property(&mut self, property: &Projected) -> Result<(), Unread> {
        let limits = self.limits;
        let line = property.to_line().map_err(|fault| self.unread(format!("{}: {fault}", property.name)))?;
        let count = self.open.last_mut().map_or(0, |open| {
            open.properties += 1;
            open.properties
        });
        for (what, name, count, limit) in [
            ("properties of one component", "properties", count, limits.properties),
            ("parameters of one property", "parameters", property.parameters.len(), limits.parameters),
            ("bytes of one line", "line", line.len() + line.len() / 16, limits.line),
        ] {
            if count > limit {
                return Err(self.unread(format!("more {what} than the limit (`{name}`) of {limit}")));
            }
        }
        self.line(&line);
        Ok(())
    }

    pub(crate) fn end(&mut self) {
        if let Some(open) = self.open.pop() {
            self.line(&format!("END:{}", open.name.to_ascii_uppercase()));
        }
    }

    /// The document that the text is read into.
    pub(crate) fn finish(self) -> Result<Document, Unread> {
        Document::read_within(self.out, self.limits).map_err(|error| Unread::new("", error.to_string()))
    }

    fn line(&mut self, line: &str) {
        line::fold_into(&mut self.out, line.as_bytes(), b"\r\n");
    }
}

/// Would a BEGIN with it name a component so?
pub(super) fn is_component_name(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && !name.contains(char::is_control)
}
