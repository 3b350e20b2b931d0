//! A text read into a document. The tokens are quick-xml's; what it forgives, and what could do harm, is refused here.

use std::collections::{HashMap, HashSet};

use quick_xml::escape::{self, EscapeError};
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, QName, ResolveResult};
use quick_xml::reader::NsReader;

use crate::character;
use crate::document::{Document, Inside, Kept, Node, Stored};
use crate::error::{Error, Fault};
use crate::name::XMLNS;

/// How much is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// So many elements inside of each other.
    pub depth: usize,
    /// So many elements and attributes in all.
    pub elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 64, elements: 100_000 }
    }
}

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Error> {
    let Some(text) = character::decode(bytes) else { return Err(Error { fault: Fault::Encoding, line: 1 }) };
    if let Some((at, letter)) = text.char_indices().find(|(_, letter)| !character::is_allowed(*letter)) {
        let line = 1 + lines(text.get(..at).unwrap_or_default());
        return Err(Error { fault: Fault::Character(letter), line });
    }
    let mut reader = NsReader::from_str(&text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_comments = true;
    let mut reading = Reading::new(*limits);
    let mut seen = 0;
    loop {
        let begin = seen;
        let event = reader.read_event();
        seen = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).clamp(begin, text.len());
        let token = text.get(begin..seen).unwrap_or_default();
        let event = event.map_err(|error| reading.error(Fault::Malformed(error.to_string())))?;
        if matches!(event, Event::Eof) {
            break;
        }
        let taken = reading.take(event, token, begin == 0, reader.resolver());
        taken.map_err(|fault| reading.error(fault))?;
        reading.line += lines(token);
    }
    let line = reading.line;
    reading.finish().map_err(|fault| Error { fault, line })
}

fn lines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

/// A document in the making.
struct Reading {
    limits: Limits,
    line: u32,
    document: Document,
    namespaces: HashMap<String, u32>,
    /// The elements that are open, each with the last node inside it; 0 for none.
    open: Vec<(u32, u32)>,
    /// Text that may go on: references and comments divide what is one text.
    text: String,
}

impl Reading {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            line: 1,
            document: Document { nodes: Vec::new(), attributes: Vec::new(), namespaces: Vec::new() },
            namespaces: HashMap::new(),
            open: Vec::new(),
            text: String::new(),
        }
    }

    const fn error(&self, fault: Fault) -> Error {
        Error { fault, line: self.line }
    }

    fn take(
        &mut self,
        event: Event<'_>,
        token: &str,
        is_first: bool,
        resolver: &NamespaceResolver,
    ) -> Result<(), Fault> {
        match event {
            Event::Start(start) => self.start(&start, token, resolver),
            Event::End(_) => {
                self.end();
                Ok(())
            }
            Event::Text(text) if text.contains("]]>") => Err(malformed("]]> stands in a text")),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(_) if self.open.is_empty() => Err(Fault::Root),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => self.reference(&reference),
            Event::Decl(declaration) if is_first => declared(&declaration, token),
            Event::Decl(_) => Err(malformed("an XML declaration stands where none may be")),
            Event::PI(instruction) => instructed(instruction.target()),
            Event::DocType(_) => Err(Fault::Doctype),
            Event::Comment(_) | Event::Empty(_) | Event::Eof => Ok(()),
        }
    }

    fn start(
        &mut self,
        start: &BytesStart<'_>,
        token: &str,
        resolver: &NamespaceResolver,
    ) -> Result<(), Fault> {
        if self.open.is_empty() && !self.document.nodes.is_empty() {
            return Err(Fault::Root);
        }
        if self.open.len() >= self.limits.depth {
            return Err(Fault::Depth(self.limits.depth));
        }
        if self.document.nodes.len() + self.document.attributes.len() >= self.limits.elements {
            return Err(Fault::Elements(self.limits.elements));
        }
        self.close_text();
        let namespace = resolved(resolver.resolve_element(start.name()).0)?;
        let name = self.kept(start.name(), namespace)?;
        let first = self.document.attributes.len();
        self.attributes(start, token, resolver)?;
        let attributes = number(first)..number(self.document.attributes.len());
        let parent = self.open.last().map_or(0, |(parent, _)| *parent);
        let node = self.push(Inside::Element { name, parent, first: 0, attributes, line: self.line });
        self.open.push((node, 0));
        Ok(())
    }

    fn attributes(
        &mut self,
        start: &BytesStart<'_>,
        token: &str,
        resolver: &NamespaceResolver,
    ) -> Result<(), Fault> {
        let mut names = HashSet::new();
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| malformed(&error.to_string()))?;
            if self.document.attributes.len() + names.len() >= self.limits.elements {
                return Err(Fault::Elements(self.limits.elements));
            }
            let key = attribute.key;
            let value = value(&attribute.value)?;
            let namespace = if key.as_namespace_binding().is_some() {
                declares(key, &value)?;
                XMLNS.to_owned()
            } else {
                resolved(resolver.resolve_attribute(key).0)?
            };
            let is_declaration = namespace == XMLNS;
            let name = self.kept(key, namespace)?;
            if !names.insert((name.namespace, name.local.clone())) {
                return Err(Fault::Twice(key.as_ref().to_owned()));
            }
            if !is_declaration {
                self.document.attributes.push(Stored { name, value: value.into() });
            }
        }
        if is_crowded(token) { Err(malformed("wanted a blank between attributes")) } else { Ok(()) }
    }

    fn end(&mut self) {
        self.close_text();
        self.open.pop();
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        if self.open.is_empty() {
            return if text.chars().all(character::is_blank) { Ok(()) } else { Err(Fault::Root) };
        }
        self.text.push_str(text);
        Ok(())
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Fault> {
        let unknown = || Fault::Reference((**reference).to_owned());
        if self.open.is_empty() {
            return Err(Fault::Root);
        }
        if let Some(letter) = reference.resolve_char_ref().map_err(|_| unknown())? {
            if !character::is_allowed(letter) {
                return Err(Fault::Character(letter));
            }
            self.text.push(letter);
            return Ok(());
        }
        self.text.push_str(escape::resolve_predefined_entity(reference).ok_or_else(unknown)?);
        Ok(())
    }

    fn close_text(&mut self) {
        if !self.text.is_empty() && !self.open.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.push(Inside::Text(text.into()));
        }
    }

    /// Puts a node behind the last one inside the element that is open.
    fn push(&mut self, inside: Inside) -> u32 {
        let node = number(self.document.nodes.len());
        self.document.nodes.push(Node { next: 0, inside });
        if let Some((parent, last)) = self.open.last_mut() {
            let before = std::mem::replace(last, node);
            let at = if before == 0 { *parent } else { before };
            match self.document.nodes.get_mut(at as usize) {
                Some(Node { next, .. }) if before != 0 => *next = node,
                Some(Node { inside: Inside::Element { first, .. }, .. }) => *first = node,
                _ => {}
            }
        }
        node
    }

    fn kept(&mut self, name: QName<'_>, namespace: String) -> Result<Kept, Fault> {
        let (local, prefix) = name.decompose();
        let (local, prefix) = (local.into_inner(), prefix.map(quick_xml::name::Prefix::into_inner));
        if !character::is_name(local) || prefix.is_some_and(|prefix| !character::is_name(prefix)) {
            return Err(Fault::Name(name.as_ref().to_owned()));
        }
        let known = number(self.namespaces.len());
        let namespaces = &mut self.document.namespaces;
        let namespace = *self.namespaces.entry(namespace).or_insert_with_key(|uri| {
            namespaces.push(uri.as_str().into());
            known
        });
        Ok(Kept { namespace, local: local.into(), prefix: prefix.unwrap_or_default().into() })
    }

    fn finish(self) -> Result<Document, Fault> {
        match self.open.last() {
            Some(_) => Err(malformed("it ends before its elements do")),
            None if self.document.nodes.is_empty() => Err(Fault::Root),
            None => Ok(self.document),
        }
    }
}

/// Numbers of nodes and attributes; there are no more than the limit of elements and texts between them allows.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn malformed(how: &str) -> Fault {
    Fault::Malformed(how.to_owned())
}

/// The namespace that a name was found in.
fn resolved(found: ResolveResult<'_>) -> Result<String, Fault> {
    match found {
        ResolveResult::Unbound => Ok(String::new()),
        ResolveResult::Bound(Namespace(uri)) => value(uri),
        ResolveResult::Unknown(prefix) => Err(Fault::Prefix(prefix)),
    }
}

/// What a declaration may not do: take a prefix's namespace away, or give the reserved ones to others (Namespaces in XML 1.0
/// 2.2, 3).
fn declares(key: QName<'_>, uri: &str) -> Result<(), Fault> {
    let prefix = key.prefix().map(|_| key.local_name().into_inner());
    let is_xml = uri == crate::name::XML;
    match prefix {
        Some(prefix) if uri.is_empty() || (is_xml && prefix != "xml") || uri == XMLNS => {
            Err(Fault::Prefix(prefix.to_owned()))
        }
        None if is_xml || uri == XMLNS => Err(Fault::Prefix(String::new())),
        _ => Ok(()),
    }
}

/// An attribute's value with its references resolved. Blanks become spaces before, for those that are written as references
/// stay (XML 1.0 3.3.3).
fn value(raw: &str) -> Result<String, Fault> {
    if raw.contains('<') {
        return Err(malformed("< stands in an attribute"));
    }
    let letters = raw.replace("\r\n", "\n");
    let spaced: String =
        letters.chars().map(|letter| if character::is_blank(letter) { ' ' } else { letter }).collect();
    let value = escape::unescape(&spaced).map_err(|error| match error {
        EscapeError::UnrecognizedEntity(_, name) => Fault::Reference(name),
        other => malformed(&other.to_string()),
    })?;
    match value.chars().find(|letter| !character::is_allowed(*letter)) {
        Some(letter) => Err(Fault::Character(letter)),
        None => Ok(value.into_owned()),
    }
}

/// Does an attribute begin right behind the value of another (XML 1.0 3.1)? A `?` ends a declaration, and begins no name.
fn is_crowded(tag: &str) -> bool {
    let mut quote = None;
    let mut letters = tag.chars().peekable();
    while let Some(letter) = letters.next() {
        match quote {
            Some(open) if letter == open => {
                quote = None;
                if letters
                    .peek()
                    .is_some_and(|next| !character::is_blank(*next) && !matches!(next, '/' | '>' | '?'))
                {
                    return true;
                }
            }
            None if matches!(letter, '"' | '\'') => quote = Some(letter),
            _ => {}
        }
    }
    false
}

/// What the XML declaration says must be so (XML 1.0 2.8).
fn declared(declaration: &BytesDecl<'_>, token: &str) -> Result<(), Fault> {
    let wrong = || malformed(&format!("{token} is no XML declaration"));
    let version = declaration.version().map_err(|_| wrong())?;
    let digits = version.strip_prefix("1.").unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || is_crowded(token) {
        return Err(wrong());
    }
    let encoding = declaration.encoding().transpose().map_err(|_| wrong())?;
    let known = ["utf-8", "us-ascii", "utf-16"];
    let is_known = |name: &str| known.iter().any(|known| name.eq_ignore_ascii_case(known));
    if encoding.is_some_and(|encoding| !is_known(&encoding)) { Err(Fault::Encoding) } else { Ok(()) }
}

/// Instructions are for others, but they have names (XML 1.0 2.6).
fn instructed(target: &str) -> Result<(), Fault> {
    if target.eq_ignore_ascii_case("xml") {
        Err(malformed("an XML declaration stands where none may be"))
    } else if character::is_name(target) {
        Ok(())
    } else {
        Err(Fault::Name(target.to_owned()))
    }
}
