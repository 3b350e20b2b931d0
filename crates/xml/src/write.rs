//! Elements written one after another.

use std::borrow::Cow;

use crate::character::{escape_text, escape_value};
use crate::document::{Attribute, Content, Element};
use crate::name::{Name, XML};

/// Writes XML. What is written so far can be taken off at any time, and sent.
///
/// Prefixes that are told at the beginning are declared by the first element, an empty one as the namespace of names without a
/// prefix; a namespace that has none gets one where it is first used. Whatever is written is well-formed as long as each element that is started is ended.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    scope: Vec<Declared>,
    /// The names of the elements that are open, one behind the other, and where each begins.
    names: String,
    open: Vec<usize>,
    /// Is the last tag without its `>`?
    is_tag_open: bool,
    /// How many prefixes were made.
    made: usize,
}

/// A prefix in scope.
#[derive(Debug)]
struct Declared {
    prefix: Cow<'static, str>,
    namespace: String,
    /// How many elements were open where it was declared, that one included.
    depth: usize,
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

impl Writer {
    /// A text with these prefixes, each with its namespace.
    pub fn new(prefixes: &[(&'static str, &str)]) -> Self {
        let declared = |&(prefix, namespace): &(&'static str, &str)| Declared {
            prefix: Cow::Borrowed(prefix),
            namespace: namespace.to_owned(),
            depth: 1,
        };
        let scope = prefixes.iter().map(declared).collect();
        Self { out: DECLARATION.to_owned(), scope, ..Self::default() }
    }

    /// Begins an element.
    pub fn start(&mut self, name: Name<'_>) {
        self.start_as(name, "");
    }

    /// Adds an attribute to the element that was begun last, before anything stands inside it.
    pub fn attribute(&mut self, name: Name<'_>, value: &str) {
        self.attribute_as(name, "", value);
    }

    /// Writes text.
    pub fn text(&mut self, text: &str) {
        self.close_tag();
        escape_text(text, &mut self.out);
    }

    /// Ends the element that was begun last.
    pub fn end(&mut self) {
        let Some(at) = self.open.pop() else { return };
        if std::mem::take(&mut self.is_tag_open) {
            self.out.push_str("/>");
        } else {
            self.out.push_str("</");
            self.out.push_str(self.names.get(at..).unwrap_or_default());
            self.out.push('>');
        }
        self.names.truncate(at);
        let depth = self.open.len();
        self.scope.retain(|declared| declared.depth <= depth);
    }

    /// Writes an element with nothing inside.
    pub fn empty(&mut self, name: Name<'_>) {
        self.start(name);
        self.end();
    }

    /// Writes an element with text alone inside.
    pub fn leaf(&mut self, name: Name<'_>, text: &str) {
        self.start(name);
        if !text.is_empty() {
            self.text(text);
        }
        self.end();
    }

    /// Writes an element that was read, all that is in it, and the language that is said around it.
    pub fn copy(&mut self, element: Element<'_>) {
        self.open_copy(element);
        if let Some(language) = element.language().filter(|_| element.attribute_named(Name::LANG).is_none()) {
            self.attribute(Name::LANG, language);
        }
        // No recursion: depth is the reader's to bound, and the stack is not its measure.
        let mut stack: Vec<Box<dyn Iterator<Item = Content<'_>> + '_>> = vec![Box::new(element.content())];
        while let Some(inside) = stack.last_mut() {
            match inside.next() {
                Some(Content::Text(text)) => self.text(text),
                Some(Content::Element(inner)) => {
                    self.open_copy(inner);
                    stack.push(Box::new(inner.content()));
                }
                None => {
                    self.end();
                    stack.pop();
                }
            }
        }
    }

    /// Writes an element that [`Element::to_xml`] gave; not where names without a prefix are in a namespace, for there
    /// they are in none.
    pub fn whole(&mut self, element: &str) {
        self.close_tag();
        self.out.push_str(element);
    }

    /// Takes off what is written so far.
    pub fn take(&mut self) -> String {
        if !self.open.is_empty() {
            self.close_tag();
        }
        std::mem::take(&mut self.out)
    }

    fn open_copy(&mut self, element: Element<'_>) {
        self.start_as(element.name(), element.prefix());
        for Attribute { name, prefix, value } in element.attributes() {
            self.attribute_as(name, prefix, value);
        }
    }

    /// Begins an element, with this prefix where one is wanted and it is free.
    fn start_as(&mut self, name: Name<'_>, wanted: &str) {
        self.close_tag();
        let is_first = self.names.is_empty();
        let at = self.names.len();
        self.open.push(at);
        let known = self.scope.len();
        let prefix = self.prefix_of_element(name.namespace, wanted);
        push_name(&mut self.names, &prefix, name.local);
        self.out.push('<');
        self.out.push_str(self.names.get(at..).unwrap_or_default());
        self.is_tag_open = true;
        self.declare(if is_first { 0 } else { known });
    }

    fn attribute_as(&mut self, name: Name<'_>, wanted: &str, value: &str) {
        let known = self.scope.len();
        let prefix = self.prefix(name.namespace, wanted);
        self.declare(known);
        self.out.push(' ');
        push_name(&mut self.out, &prefix, name.local);
        self.out.push_str("=\"");
        escape_value(value, &mut self.out);
        self.out.push('"');
    }

    /// The prefix of an element's namespace: none, where that is what names without a prefix are in.
    fn prefix_of_element(&mut self, namespace: &str, wanted: &str) -> Cow<'static, str> {
        let without = self.scope.iter().rfind(|declared| declared.prefix.is_empty());
        match without.map_or("", |declared| &declared.namespace) {
            without if without == namespace => Cow::Borrowed(""),
            _ if namespace.is_empty() => {
                let (prefix, namespace, depth) = (Cow::Borrowed(""), String::new(), self.open.len());
                self.scope.push(Declared { prefix, namespace, depth });
                Cow::Borrowed("")
            }
            _ => self.prefix(namespace, wanted),
        }
    }

    /// The prefix of a namespace, never an empty one; it is put in scope where it is new.
    fn prefix(&mut self, namespace: &str, wanted: &str) -> Cow<'static, str> {
        match namespace {
            "" => return Cow::Borrowed(""),
            XML => return Cow::Borrowed("xml"),
            _ => {}
        }
        let is_it = |declared: &&Declared| !declared.prefix.is_empty() && declared.namespace == namespace;
        if let Some(declared) = self.scope.iter().find(is_it) {
            return declared.prefix.clone();
        }
        let is_free = |prefix: &str| self.scope.iter().all(|declared| declared.prefix != prefix);
        let mut prefix: Cow<'static, str> = Cow::Owned(wanted.to_owned());
        while prefix.is_empty() || matches!(&*prefix, "xml" | "xmlns") || !is_free(&prefix) {
            prefix = Cow::Owned(format!("n{}", self.made));
            self.made += 1;
        }
        let (namespace, depth) = (namespace.to_owned(), self.open.len());
        self.scope.push(Declared { prefix: prefix.clone(), namespace, depth });
        prefix
    }

    /// Declares what came into scope since there were so many.
    fn declare(&mut self, known: usize) {
        for Declared { prefix, namespace, .. } in self.scope.get(known..).unwrap_or_default() {
            self.out.push(' ');
            let (prefix, local) = if prefix.is_empty() { ("", "xmlns") } else { ("xmlns", &**prefix) };
            push_name(&mut self.out, prefix, local);
            self.out.push_str("=\"");
            escape_value(namespace, &mut self.out);
            self.out.push('"');
        }
    }

    fn close_tag(&mut self) {
        if std::mem::take(&mut self.is_tag_open) {
            self.out.push('>');
        }
    }
}

fn push_name(out: &mut String, prefix: &str, local: &str) {
    if !prefix.is_empty() {
        out.push_str(prefix);
        out.push(':');
    }
    out.push_str(local);
}
