//! What was read: elements in one arena, and views of them.

use std::borrow::Cow;
use std::ops::Range;

use crate::name::Name;
use crate::read::Limits;
use crate::{Error, Writer, read};

/// A text that was read whole.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) nodes: Vec<Node>,
    pub(crate) attributes: Vec<Stored>,
    pub(crate) namespaces: Vec<Box<str>>,
}

/// A node of the arena; the root is the first.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The next one of the same parent; 0 for none.
    pub(crate) next: u32,
    pub(crate) inside: Inside,
}

#[derive(Clone, Debug)]
pub(crate) enum Inside {
    Element {
        name: Kept,
        parent: u32,
        /// 0 for none.
        first: u32,
        attributes: Range<u32>,
        line: u32,
    },
    Text(Box<str>),
}

/// A name, its namespace by number, and the prefix that it was written with.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) namespace: u32,
    pub(crate) local: Box<str>,
    pub(crate) prefix: Box<str>,
}

#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) name: Kept,
    pub(crate) value: Box<str>,
}

/// An element of a document.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    document: &'a Document,
    node: u32,
}

/// An attribute of an element; declarations of namespaces are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Its name; without a prefix it is in no namespace.
    pub name: Name<'a>,
    /// The prefix that it was written with.
    pub prefix: &'a str,
    /// Its value.
    pub value: &'a str,
}

/// What stands inside of an element.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// Another element.
    Element(Element<'a>),
    /// Text, references resolved, as long as no element stands between; comments are left out.
    Text(&'a str),
}

impl Document {
    /// Reads a text.
    ///
    /// # Errors
    /// It is no XML 1.0 with names, is past a limit, or has a document type.
    pub fn read(text: &[u8], limits: &Limits) -> Result<Self, Error> {
        read::read(text, limits)
    }

    /// The element that holds all.
    pub const fn root(&self) -> Element<'_> {
        Element { document: self, node: 0 }
    }

    fn name<'a>(&'a self, kept: &'a Kept) -> Name<'a> {
        let namespace = self.namespaces.get(kept.namespace as usize).map_or("", |uri| uri);
        Name { namespace, local: &kept.local }
    }

    fn node(&self, node: u32) -> Option<&Node> {
        self.nodes.get(node as usize)
    }
}

impl<'a> Element<'a> {
    /// Its name.
    pub fn name(self) -> Name<'a> {
        self.kept().map_or(Name::new("", ""), |kept| self.document.name(kept))
    }

    /// The prefix that it was written with; empty where it had none.
    pub fn prefix(self) -> &'a str {
        self.kept().map_or("", |kept| &kept.prefix)
    }

    /// Has it this name?
    pub fn is(self, name: Name<'_>) -> bool {
        self.name() == name
    }

    /// The line that it begins on, counted from 1.
    pub fn line(self) -> u32 {
        match self.inside() {
            Some(Inside::Element { line, .. }) => *line,
            _ => 0,
        }
    }

    /// What stands directly inside, in order.
    pub fn content(self) -> impl Iterator<Item = Content<'a>> + use<'a> {
        let document = self.document;
        let mut next = match self.inside() {
            Some(Inside::Element { first, .. }) => *first,
            _ => 0,
        };
        std::iter::from_fn(move || {
            let at = next;
            let node = document.node(at).filter(|_| at != 0)?;
            next = node.next;
            Some(match &node.inside {
                Inside::Element { .. } => Content::Element(Element { document, node: at }),
                Inside::Text(text) => Content::Text(text),
            })
        })
    }

    /// The elements directly inside, in order.
    pub fn children(self) -> impl Iterator<Item = Self> + use<'a> {
        self.content().filter_map(|content| match content {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    /// The elements of a name directly inside, in order.
    pub fn children_of<'n>(self, name: Name<'n>) -> impl Iterator<Item = Self> + use<'a, 'n> {
        self.children().filter(move |child| child.is(name))
    }

    /// The first element of a name directly inside.
    pub fn child(self, name: Name<'_>) -> Option<Self> {
        self.children().find(|child| child.is(name))
    }

    /// The text directly inside, what stands inside of other elements left out.
    pub fn text(self) -> Cow<'a, str> {
        let mut texts = self.content().filter_map(|content| match content {
            Content::Text(text) => Some(text),
            Content::Element(_) => None,
        });
        let Some(first) = texts.next() else { return Cow::Borrowed("") };
        match texts.next() {
            None => Cow::Borrowed(first),
            Some(second) => Cow::Owned([first, second].into_iter().chain(texts).collect()),
        }
    }

    /// Its attributes, in order.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let document = self.document;
        let range = match self.inside() {
            Some(Inside::Element { attributes, .. }) => attributes.start as usize..attributes.end as usize,
            _ => 0..0,
        };
        let stored = document.attributes.get(range).unwrap_or_default();
        stored.iter().map(|Stored { name, value }| Attribute {
            name: document.name(name),
            prefix: &name.prefix,
            value,
        })
    }

    /// The value of an attribute that is in no namespace, as most are.
    pub fn attribute(self, local: &str) -> Option<&'a str> {
        self.attribute_named(Name::new("", local))
    }

    /// The value of an attribute.
    pub fn attribute_named(self, name: Name<'_>) -> Option<&'a str> {
        self.attributes().find(|attribute| attribute.name == name).map(|attribute| attribute.value)
    }

    /// The language of what is inside: the nearest `xml:lang`, its own or that of an element around it.
    pub fn language(self) -> Option<&'a str> {
        let mut element = self;
        loop {
            if let Some(language) = element.attribute_named(Name::LANG) {
                return Some(language).filter(|language| !language.is_empty());
            }
            match element.inside() {
                Some(Inside::Element { parent, .. }) if element.node != 0 => element.node = *parent,
                _ => return None,
            }
        }
    }

    /// The element by itself, with its prefixes declared and its language said: what can be kept, and read again.
    pub fn to_xml(self) -> String {
        let mut writer = Writer::default();
        writer.copy(self);
        writer.take()
    }

    fn inside(self) -> Option<&'a Inside> {
        self.document.node(self.node).map(|node| &node.inside)
    }

    fn kept(self) -> Option<&'a Kept> {
        match self.inside()? {
            Inside::Element { name, .. } => Some(name),
            Inside::Text(_) => None,
        }
    }
}

impl std::fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_xml())
    }
}
