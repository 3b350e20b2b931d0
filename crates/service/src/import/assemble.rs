//! The second pass: components that belong together made into the text of one object.

use std::collections::{HashMap, HashSet};

use ical::split::Piece;
use ical::{ComponentKind, ContentLine, Document, ParameterKind, PropertyKind};
use sha2::{Digest, Sha256};

use super::survey::{Contents, Survey, identity, is_bookable};

/// The text of an object, whole.
pub(super) struct Whole {
    /// Where its first component begins.
    pub(super) line: u64,
    pub(super) text: Vec<u8>,
}

/// Components that wait for the others of their object.
#[derive(Default)]
struct Waiting {
    line: u64,
    calendar: u64,
    components: Vec<Vec<u8>>,
}

/// Makes objects of the pieces of one source.
pub(super) struct Assembly<'s> {
    contents: Option<&'s Contents>,
    waiting: HashMap<u64, Waiting>,
}

/// Why a piece is left out: its line, and a reason.
type LeftOut = (u64, String);

impl<'s> Assembly<'s> {
    pub(super) fn new(survey: &'s Survey, source: usize) -> Self {
        Self { contents: survey.sources.get(source), waiting: HashMap::new() }
    }

    /// Takes a piece; an object, if it is whole with it.
    pub(super) fn take(&mut self, piece: Piece) -> Result<Option<Whole>, LeftOut> {
        match piece {
            Piece::Component { kind, calendar, line, bytes } if is_bookable(kind) => {
                self.component(calendar, line, bytes)
            }
            Piece::Component { kind: ComponentKind::Timezone, .. } | Piece::Lines { .. } => Ok(None),
            Piece::Component { kind, line, .. } => {
                let name = kind.name().unwrap_or("a component of another name");
                Err((line, format!("{name} cannot stand in a calendar by itself")))
            }
            Piece::TooLarge { line, size, limit, .. } => {
                Err((line, format!("{size} bytes are past the limit `{limit}`")))
            }
        }
    }

    fn component(&mut self, calendar: u64, line: u64, bytes: Vec<u8>) -> Result<Option<Whole>, LeftOut> {
        let document = Document::read(bytes).map_err(|error| (line, error.to_string()))?;
        let Some(identity) = identity(&document) else {
            return Ok(Some(Whole { line, text: self.text(calendar, &[with_uid(document)]) }));
        };
        let bytes = document.to_bytes().into_owned();
        let Some(wanted) = self.contents.and_then(|contents| contents.several.get(&identity)).copied() else {
            return Ok(Some(Whole { line, text: self.text(calendar, &[bytes]) }));
        };
        let new = || Waiting { line, calendar, components: Vec::new() };
        let waiting = self.waiting.entry(identity).or_insert_with(new);
        waiting.components.push(bytes);
        if waiting.components.len() < wanted as usize {
            return Ok(None);
        }
        let whole = self.waiting.remove(&identity).unwrap_or_default();
        Ok(Some(Whole { line: whole.line, text: self.text(whole.calendar, &whole.components) }))
    }

    /// A calendar with these components, and the zones that they name.
    fn text(&self, calendar: u64, components: &[Vec<u8>]) -> Vec<u8> {
        let mut text = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n".to_vec();
        let head = self.contents.and_then(|contents| contents.heads.get(&calendar));
        let head = head.map(Vec::as_slice).unwrap_or_default();
        if !head.get(..6).is_some_and(|name| name.eq_ignore_ascii_case(b"PRODID"))
            && !head.windows(8).any(|name| name.eq_ignore_ascii_case(b"\r\nPRODID"))
        {
            text.extend_from_slice(PRODID);
        }
        text.extend_from_slice(head);
        let zones = self.contents.and_then(|contents| contents.zones.get(&calendar));
        if let Some(zones) = zones {
            let named: HashSet<String> = components.iter().flat_map(|component| tzids(component)).collect();
            for (_, zone) in zones.iter().filter(|(tzid, _)| named.contains(tzid)) {
                line_ended(&mut text, zone);
            }
        }
        for component in components {
            line_ended(&mut text, component);
        }
        text.extend_from_slice(b"END:VCALENDAR\r\n");
        text
    }
}

/// Who wrote it, where the source does not say.
const PRODID: &[u8] = b"PRODID:-//Kalends//Kalends//EN\r\n";

/// A text with a line end at its end; one whose lines end in CR alone gets the RFC's, for it stands among others now.
fn line_ended(text: &mut Vec<u8>, component: &[u8]) {
    if component.contains(&b'\n') {
        text.extend_from_slice(component);
        if !component.ends_with(b"\n") {
            text.extend_from_slice(b"\r\n");
        }
    } else {
        for byte in component {
            match byte {
                b'\r' => text.extend_from_slice(b"\r\n"),
                byte => text.push(*byte),
            }
        }
    }
}

/// The zones that a component names.
fn tzids(component: &[u8]) -> HashSet<String> {
    let mut found = HashSet::new();
    if let Ok(document) = Document::read(component) {
        for property in document.all_components().flat_map(ical::Component::properties) {
            found.extend(property.parameter(ParameterKind::Tzid).map(|tzid| tzid.value().into_owned()));
        }
    }
    found
}

/// A component that has no UID gets one that is made of its text, so that it is the same when it is imported again.
fn with_uid(mut document: Document) -> Vec<u8> {
    let hash = Sha256::digest(document.original());
    let uid: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    if let Some(id) = document.roots().next().map(|root| root.id()) {
        document.set(id, &ContentLine::new(PropertyKind::Uid).text(&uid));
    }
    document.to_bytes().into_owned()
}
