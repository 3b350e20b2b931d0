//! The first pass: what there is, before anything is written.

use std::collections::HashMap;
use std::ops::ControlFlow;

use ical::split::Piece;
use ical::{ComponentKind, Document, Limits, PropertyKind};
use sha2::{Digest, Sha256};

use super::{Bounds, Import, Passed, Reading, Source, Stage, pieces};
use crate::error::{Error, Refusal};
use crate::stream;

/// What the sources hold.
#[derive(Default)]
pub(super) struct Survey {
    /// Names this import: what is read, and how it is imported.
    pub(super) digest: [u8; 32],
    /// How many objects there are.
    pub(super) objects: u64,
    pub(super) sources: Vec<Contents>,
    /// What stands around components, each once however many calendars share it.
    environments: Vec<Environment>,
    by_hash: HashMap<[u8; 32], u32>,
    zones: Vec<Timezone>,
    zones_by_hash: HashMap<[u8; 32], u32>,
    /// Bytes of environments and zones.
    size: usize,
    components: usize,
    calendars: usize,
}

/// What one source holds.
#[derive(Default)]
pub(super) struct Contents {
    /// How many components each object has that has several, in order; by the hash of kind and UID.
    several: Vec<(u64, u32)>,
    /// Of each VCALENDAR, by its number, what stands around its components.
    calendars: Vec<u32>,
    /// Why nothing of it is imported.
    pub(super) refused: Option<&'static str>,
}

/// What stands around components.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Environment {
    /// The lines that its objects keep.
    pub(super) head: Vec<u8>,
    /// Is it of vCalendar 1.0?
    pub(super) is_vcalendar: bool,
    zones: Vec<u32>,
}

/// A VTIMEZONE.
#[derive(Debug)]
pub(super) struct Timezone {
    pub(super) tzid: String,
    pub(super) text: Vec<u8>,
}

impl Contents {
    /// How many components the object of an identity has.
    pub(super) fn count(&self, identity: u64) -> u32 {
        match self.several.binary_search_by_key(&identity, |(hash, _)| *hash) {
            Ok(at) => self.several.get(at).map_or(1, |(_, count)| *count),
            Err(_) => 1,
        }
    }

    /// What stands around the components of a calendar.
    pub(super) fn environment(&self, calendar: u64) -> u32 {
        let at = usize::try_from(calendar).unwrap_or(usize::MAX);
        self.calendars.get(at).copied().unwrap_or_default()
    }
}

impl Survey {
    pub(super) fn environment(&self, number: u32) -> Option<&Environment> {
        self.environments.get(number as usize)
    }

    pub(super) fn zones(&self, environment: &Environment) -> impl Iterator<Item = &Timezone> {
        environment.zones.iter().filter_map(|zone| self.zones.get(*zone as usize))
    }

    fn grow(&mut self, bytes: usize, bounds: &Bounds) -> Result<(), Error> {
        self.size = self.size.saturating_add(bytes);
        if self.size > bounds.zones {
            return Err(Refusal::TooMany { what: "bytes of time zones", most: bounds.zones }.into());
        }
        Ok(())
    }

    fn zone(&mut self, bytes: Vec<u8>, bounds: &Bounds) -> Result<Option<u32>, Error> {
        let hash: [u8; 32] = Sha256::digest(&bytes).into();
        if let Some(known) = self.zones_by_hash.get(&hash) {
            return Ok(Some(*known));
        }
        let Ok(document) = Document::read(bytes) else { return Ok(None) };
        let Some(tzid) = document.roots().next().and_then(stream::tzid) else { return Ok(None) };
        self.grow(document.original().len(), bounds)?;
        let number = u32::try_from(self.zones.len()).unwrap_or(u32::MAX);
        self.zones.push(Timezone { tzid, text: document.original().to_vec() });
        self.zones_by_hash.insert(hash, number);
        Ok(Some(number))
    }

    fn intern(&mut self, environment: Environment, bounds: &Bounds) -> Result<u32, Error> {
        let mut hash = Sha256::new();
        hash.update(&environment.head);
        hash.update([u8::from(environment.is_vcalendar)]);
        for zone in &environment.zones {
            hash.update(zone.to_le_bytes());
        }
        let hash = hash.finalize().into();
        if let Some(known) = self.by_hash.get(&hash) {
            return Ok(*known);
        }
        self.grow(environment.head.len() + environment.zones.len() * 4 + 64, bounds)?;
        let number = u32::try_from(self.environments.len()).unwrap_or(u32::MAX);
        self.environments.push(environment);
        self.by_hash.insert(hash, number);
        Ok(number)
    }
}

/// What an object is told apart by.
pub(super) fn hash(text: &str) -> u64 {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Kind and UID as one hash; `None` where there is no UID.
pub(super) fn identity(document: &Document) -> Option<u64> {
    let root = document.roots().next()?;
    let uid = root.property(PropertyKind::Uid)?;
    let uid = uid.text();
    (!uid.is_empty()).then(|| hash(&format!("{:?} {uid}", root.kind())))
}

/// Reads all sources once; nothing where it was stopped.
pub(super) fn survey(
    sources: &[&dyn Source],
    import: &Import,
    calendar: &str,
    limits: &Limits,
    reading: &mut Reading<'_>,
) -> Result<ControlFlow<(), Survey>, Error> {
    let mut digest = Sha256::new();
    digest.update(format!("{calendar} {:?} {}", import.known, sources.len()));
    let mut survey = Survey::default();
    for source in sources {
        let mut one = Looking::of(&mut survey, &import.bounds);
        let read = pieces(
            *source,
            limits,
            |bytes| {
                digest.update(bytes);
                reading.read(Stage::Survey, bytes.len())
            },
            |piece| one.piece(piece),
        )?;
        if read.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        one.finish()?;
    }
    survey.digest = digest.finalize().into();
    survey.by_hash = HashMap::new();
    survey.zones_by_hash = HashMap::new();
    Ok(ControlFlow::Continue(survey))
}

/// What is known of the source that is being read.
struct Looking<'s> {
    survey: &'s mut Survey,
    bounds: &'s Bounds,
    contents: Contents,
    identities: Vec<u64>,
    without_uid: u64,
    found: u64,
    calendar: u64,
    around: Environment,
    is_vcalendar_alone: bool,
}

impl<'s> Looking<'s> {
    fn of(survey: &'s mut Survey, bounds: &'s Bounds) -> Self {
        Self {
            survey,
            bounds,
            contents: Contents::default(),
            identities: Vec::new(),
            without_uid: 0,
            found: 0,
            calendar: 0,
            around: Environment::default(),
            is_vcalendar_alone: true,
        }
    }

    fn piece(&mut self, piece: Piece) -> Result<ControlFlow<()>, Error> {
        match piece {
            Piece::Component { kind: ComponentKind::Timezone, calendar, bytes, .. } => {
                self.turn_to(calendar)?;
                if let Some(zone) = self.survey.zone(bytes, self.bounds)? {
                    let tzid = |zone: u32| self.survey.zones.get(zone as usize).map(|zone| &zone.tzid);
                    if self.around.zones.iter().all(|known| tzid(*known) != tzid(zone)) {
                        self.around.zones.push(zone);
                    }
                }
            }
            Piece::Component { kind, calendar, bytes, .. } if stream::is_bookable(kind) => {
                self.turn_to(calendar)?;
                self.found += 1;
                self.is_vcalendar_alone &= self.around.is_vcalendar;
                self.survey.components += 1;
                if self.survey.components > self.bounds.components {
                    let most = self.bounds.components;
                    return Err(Refusal::TooMany { what: "components of an import", most }.into());
                }
                match Document::read(bytes).ok().as_ref().and_then(identity) {
                    Some(identity) => self.identities.push(identity),
                    None => self.without_uid += 1,
                }
            }
            Piece::Lines { calendar, bytes, .. } => {
                self.turn_to(calendar)?;
                self.lines(&bytes);
            }
            Piece::Component { .. } | Piece::TooLarge { .. } => {
                self.found += 1;
                self.is_vcalendar_alone = false;
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Keeps of a calendar's own lines what each of its objects needs to be read alone.
    fn lines(&mut self, bytes: &[u8]) {
        let Ok(document) = Document::read(bytes) else { return };
        let Some(root) = document.roots().filter(|root| root.kind() == ComponentKind::Calendar).last() else {
            return;
        };
        self.around.head = stream::head(Some(root));
        self.around.is_vcalendar =
            root.property(PropertyKind::Version).is_some_and(|version| version.text().trim() == "1.0");
    }

    /// Is the calendar another one now? What stood around the last is known whole then.
    fn turn_to(&mut self, calendar: u64) -> Result<(), Error> {
        if calendar != self.calendar {
            self.turn()?;
            self.survey.calendars = self.survey.calendars.saturating_add(1);
            if self.survey.calendars > self.bounds.components {
                let most = self.bounds.components;
                return Err(Refusal::TooMany { what: "calendars of an import", most }.into());
            }
            self.calendar = calendar;
        }
        Ok(())
    }

    fn turn(&mut self) -> Result<(), Error> {
        let around = std::mem::take(&mut self.around);
        let head = if around.head.is_empty() { stream::PRODID.to_vec() } else { around.head };
        let number = self.survey.intern(Environment { head, ..around }, self.bounds)?;
        let at = usize::try_from(self.calendar).unwrap_or(usize::MAX);
        if at >= self.bounds.components {
            let most = self.bounds.components;
            return Err(Refusal::TooMany { what: "calendars of an import", most }.into());
        }
        self.contents.calendars.resize(at + 1, number);
        Ok(())
    }

    fn finish(mut self) -> Result<(), Error> {
        let is_bare = self.found == 0 && self.calendar == 0 && self.around.zones.is_empty();
        self.contents.refused = match self.found {
            _ if is_bare => Some(NO_CALENDAR),
            1.. if self.is_vcalendar_alone => Some(VCALENDAR),
            _ => None,
        };
        self.turn()?;
        self.identities.sort_unstable();
        let mut objects = self.without_uid;
        for equal in self.identities.chunk_by(|one, other| one == other) {
            objects += 1;
            if let [identity, _, ..] = equal {
                self.contents.several.push((*identity, u32::try_from(equal.len()).unwrap_or(u32::MAX)));
            }
        }
        if self.contents.refused.is_none() {
            self.survey.objects += objects;
        }
        self.contents.several.shrink_to_fit();
        self.survey.sources.push(self.contents);
        Ok(())
    }
}

pub(super) const NO_CALENDAR: &str = "there is no calendar in it: wanted iCalendar";
pub(super) const VCALENDAR: &str =
    "it is vCalendar 1.0 (VERSION:1.0), which is not read: have the program that wrote it export iCalendar";

/// What is said of a source that is left out.
pub(super) fn refused(source: &str, why: &str) -> Passed {
    Passed { source: source.to_owned(), line: 1, why: why.to_owned() }
}
