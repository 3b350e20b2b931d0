//! The second pass: components that belong together made into the text of one object.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;

use ical::split::Piece;
use ical::zone::ZoneCache;
use ical::{ComponentKind, ContentLine, Document, PropertyKind};
use sha2::{Digest, Sha256};

use super::Bounds;
use super::spill::{Aside, Spill};
use super::survey::{Contents, Survey, VCALENDAR, identity};
use crate::stream::{self, Timezones};

/// The text of an object, whole.
pub(super) struct Whole {
    /// Where its first component begins.
    pub(super) line: u64,
    pub(super) text: Vec<u8>,
}

/// A component and what stands around it.
struct Part<T> {
    environment: u32,
    text: T,
}

/// Components that wait for the others of their object.
struct Waiting {
    line: u64,
    size: usize,
    seen: u32,
    parts: Vec<Part<Aside>>,
}

/// Makes objects of the pieces of one source.
pub(super) struct Assembly<'s> {
    survey: &'s Survey,
    contents: &'s Contents,
    bounds: &'s Bounds,
    /// Bytes of an object.
    largest: usize,
    cache: &'s Arc<ZoneCache>,
    waiting: HashMap<u64, Waiting>,
    /// How many components wait.
    parts: usize,
    /// Objects that found no room to wait.
    given_up: HashSet<u64>,
    spill: Spill,
}

/// Why a piece is left out: its line, and a reason.
pub(super) type LeftOut = (u64, String);

/// What became of a piece.
pub(super) type Taken = Result<Option<Whole>, LeftOut>;

impl<'s> Assembly<'s> {
    pub(super) fn new(
        survey: &'s Survey,
        contents: &'s Contents,
        bounds: &'s Bounds,
        largest: usize,
        cache: &'s Arc<ZoneCache>,
    ) -> Self {
        Self {
            survey,
            contents,
            bounds,
            largest,
            cache,
            waiting: HashMap::new(),
            parts: 0,
            given_up: HashSet::new(),
            spill: Spill::default(),
        }
    }

    /// Takes a piece; an object, if it is whole with it.
    ///
    /// # Errors
    /// What waits cannot be put aside.
    pub(super) fn take(&mut self, piece: Piece) -> io::Result<Taken> {
        Ok(match piece {
            Piece::Component { kind, calendar, line, bytes } if stream::is_bookable(kind) => {
                return self.component(calendar, line, bytes);
            }
            Piece::Component { kind: ComponentKind::Timezone, .. } | Piece::Lines { .. } => Ok(None),
            Piece::Component { kind, line, .. } => {
                let name = kind.name().unwrap_or("a component of another name");
                Err((line, format!("{name} cannot stand in a calendar by itself")))
            }
            Piece::TooLarge { line, size, limit, .. } => {
                Err((line, format!("{size} bytes are past the limit `{limit}`")))
            }
        })
    }

    fn component(&mut self, calendar: u64, line: u64, bytes: Vec<u8>) -> io::Result<Taken> {
        let environment = self.contents.environment(calendar);
        if self.survey.environment(environment).is_some_and(|around| around.is_vcalendar) {
            return Ok(Err((line, VCALENDAR.to_owned())));
        }
        let document = match Document::read(bytes) {
            Ok(document) => document,
            Err(error) => return Ok(Err((line, error.to_string()))),
        };
        let Some(identity) = identity(&document) else {
            let document = Document::read(with_uid(document));
            let text = document.map(|document| self.alone(environment, &document));
            return Ok(text
                .map(|text| Some(Whole { line, text }))
                .map_err(|error| (line, error.to_string())));
        };
        match self.contents.count(identity) {
            1 => Ok(Ok(Some(Whole { line, text: self.alone(environment, &document) }))),
            wanted => self.wait(identity, wanted, line, environment, document.original().to_vec()),
        }
    }

    fn wait(
        &mut self,
        identity: u64,
        wanted: u32,
        line: u64,
        environment: u32,
        text: Vec<u8>,
    ) -> io::Result<Taken> {
        let is_full = self.parts >= self.bounds.waiting && !self.waiting.contains_key(&identity);
        if is_full || self.given_up.contains(&identity) {
            self.given_up.insert(identity);
            let most = self.bounds.waiting;
            return Ok(Err((
                line,
                format!(
                    "more than {most} components wait for others of their UID (the limit `waiting`): sort them by UID"
                ),
            )));
        }
        let new = || Waiting { line, size: 0, seen: 0, parts: Vec::new() };
        let waiting = self.waiting.entry(identity).or_insert_with(new);
        waiting.seen = waiting.seen.saturating_add(1);
        waiting.size = waiting.size.saturating_add(text.len());
        if waiting.size <= self.largest {
            self.parts += 1;
            waiting.parts.push(Part { environment, text: self.spill.put(text)? });
        }
        if waiting.seen < wanted {
            return Ok(Ok(None));
        }
        let Some(whole) = self.waiting.remove(&identity) else { return Ok(Ok(None)) };
        self.parts = self.parts.saturating_sub(whole.parts.len());
        let mut parts = Vec::with_capacity(whole.parts.len());
        for Part { environment, text } in whole.parts {
            parts.push(Part { environment, text: self.spill.take(text)? });
        }
        if whole.size > self.largest {
            return Ok(Err((whole.line, format!("{} bytes are past the limit `object`", whole.size))));
        }
        Ok(Ok(Some(Whole { line: whole.line, text: self.together(&parts) })))
    }

    /// What waits for others that did not come: the source has changed since it was surveyed.
    pub(super) fn finish(self) -> impl Iterator<Item = LeftOut> {
        let why = "its other components did not come: the source has changed while it was read";
        self.waiting.into_values().map(move |waiting| (waiting.line, why.to_owned()))
    }

    /// An object of one component.
    fn alone(&self, environment: u32, component: &Document) -> Vec<u8> {
        let mut text = Vec::with_capacity(component.original().len() + 1_024);
        text.extend_from_slice(stream::BEGIN);
        if let Some(around) = self.survey.environment(environment) {
            text.extend_from_slice(&around.head);
            let named = stream::named(component);
            for zone in self.survey.zones(around).filter(|zone| named.contains(&zone.tzid)) {
                stream::write(&mut text, &zone.text);
            }
        }
        stream::write(&mut text, component.original());
        text.extend_from_slice(stream::END);
        text
    }

    /// An object of several; they may be of several calendars, each with zones of its own.
    fn together(&self, parts: &[Part<Vec<u8>>]) -> Vec<u8> {
        let mut text = stream::BEGIN.to_vec();
        let first = parts.first().and_then(|part| self.survey.environment(part.environment));
        text.extend_from_slice(first.map_or(stream::PRODID, |around| &around.head));
        let mut timezones = Timezones::new(self.cache);
        let mut components = Vec::new();
        let mut named = HashSet::new();
        for part in parts {
            let Ok(component) = Document::read(&*part.text) else { continue };
            let wanted = stream::named(&component);
            let mut zones = Vec::new();
            if let Some(around) = self.survey.environment(part.environment) {
                for zone in self.survey.zones(around).filter(|zone| wanted.contains(&zone.tzid)) {
                    stream::write(&mut zones, &zone.text);
                }
            }
            let renamed = Document::read(zones).map(|zones| timezones.take(&zones)).unwrap_or_default();
            let new_name = |tzid: String| {
                let found = renamed.iter().find(|(was, _)| *was == tzid);
                found.map(|(_, name)| name.clone()).unwrap_or(tzid)
            };
            named.extend(wanted.into_iter().map(new_name));
            components.push(stream::renamed(component.original(), &renamed));
        }
        timezones.write(&mut text, |tzid| named.contains(tzid));
        for component in components {
            stream::write(&mut text, &component);
        }
        text.extend_from_slice(stream::END);
        text
    }
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
