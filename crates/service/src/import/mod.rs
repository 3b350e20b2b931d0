//! Many objects at once: streamed, told apart by UID, in sets that are on disk one after another. Nothing is ever sent.
//!
//! A first pass finds what there is: UIDs and how many components each has, zones, faults; a source that is refused writes
//! nothing. The second makes whole objects and hands them over in sets, each with the new position of the import: what is
//! stopped goes on there when the same import is begun again.

mod assemble;
mod survey;

use std::collections::{HashSet, VecDeque};
use std::io::{self, Read};

use ical::split::{Piece, Splitter};
use ical::{Document, PropertyKind};
use store::{Calendar, Command, Effect, Expect, Pending, Put, Snapshot};

use crate::access::Want;
use crate::actor::Actor;
use crate::booked;
use crate::error::Error;
use crate::put;

use assemble::Assembly;
use survey::Survey;

/// Something to be imported; it is read twice.
pub trait Source {
    /// Its name, for reports.
    fn name(&self) -> String;

    /// Its bytes from the beginning.
    ///
    /// # Errors
    /// It cannot be read.
    fn open(&self) -> io::Result<Box<dyn Read + '_>>;
}

/// What becomes of an object whose UID is in the calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// The newer stands (SEQUENCE, then DTSTAMP: RFC 5546 2.1.5).
    #[default]
    Newer,
    /// The imported one stands.
    Replace,
    /// The one that is there stands.
    Keep,
    /// Both stand, the imported one under a new UID.
    Copy,
}

/// How to import.
#[derive(Clone, Debug)]
pub struct Import {
    /// Into which calendar.
    pub calendar: Calendar,
    /// What of objects that are there.
    pub known: Known,
    /// Look only, and write nothing.
    pub is_dry: bool,
}

/// How far an import has come, and what it found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Objects of all sources.
    pub objects: u64,
    /// Objects that are done and on disk; with those of an import that was stopped before.
    pub committed: u64,
    /// Objects that an import stopped before had done.
    pub resumed: u64,
    /// New objects.
    pub added: u64,
    /// Objects in place of older ones.
    pub updated: u64,
    /// Objects that were there, the same.
    pub unchanged: u64,
    /// Objects that were there, newer: what they are called, the first few.
    pub older: Vec<String>,
    /// Objects that were there and were kept.
    pub kept: u64,
    /// What was left out, the first few.
    pub passed: Vec<Passed>,
    /// How many were older.
    pub older_count: u64,
    /// How many were left out.
    pub passed_count: u64,
}

/// What was left out of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// In which source.
    pub source: String,
    /// On which line it begins.
    pub line: u64,
    /// Why.
    pub why: String,
}

/// So many of each kind are told by name.
const TOLD: usize = 100;
/// So many objects are one set …
const OBJECTS: usize = 64;
/// … or so many bytes.
const BYTES: usize = 1 << 20;
/// So many sets are on their way at once.
const IN_FLIGHT: usize = 16;
/// So much of a source is read at once.
const CHUNK: usize = 64 << 10;

impl Report {
    fn pass(&mut self, source: &str, line: u64, why: String) {
        self.passed_count += 1;
        if self.passed.len() < TOLD {
            self.passed.push(Passed { source: source.to_owned(), line, why });
        }
    }
}

impl Actor<'_> {
    /// Imports sources. `progress` hears of each set that is on disk. Nothing is sent to anybody, whatever stands in them.
    ///
    /// # Errors
    /// A source cannot be read or holds no calendar: then nothing was written. Or the store cannot be written: then what
    /// was told to `progress` is there, and the same import begun again goes on behind it.
    pub fn import(
        self,
        sources: &[&dyn Source],
        import: &Import,
        progress: &mut dyn FnMut(&Report),
    ) -> Result<Report, Error> {
        self.ask(Want::Write, &import.calendar)?;
        let survey = survey::survey(sources, import, &self.service.options.limits)?;
        let snapshot = self.snapshot()?;
        let resumed =
            snapshot.as_ref().map(|snapshot| snapshot.import_position(&survey.digest)).transpose()?;
        let (key, done) = resumed.flatten().unwrap_or_else(|| (self.key(), 0));
        drop(snapshot);
        let line = match sources {
            [one] => format!("{} into {}", one.name(), import.calendar.settings.name),
            many => format!("{} files into {}", many.len(), import.calendar.settings.name),
        };
        let command = Command { key, ..self.command("import", line) };
        let report = Report { objects: survey.objects, resumed: done, committed: done, ..Report::default() };
        let mut run = Run {
            actor: self,
            import,
            survey: &survey,
            command,
            report,
            snapshot: None,
            taken: HashSet::new(),
            set: Set::default(),
            in_flight: VecDeque::new(),
            position: 0,
            progress,
        };
        for (number, source) in sources.iter().enumerate() {
            run.source(number, *source)?;
        }
        run.finish()
    }
}

/// Hands the pieces of a source over, one after another.
fn pieces(
    source: &dyn Source,
    limits: &ical::Limits,
    mut see: impl FnMut(&[u8]),
    mut take: impl FnMut(Piece) -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |error: io::Error| Error::Source { name: source.name(), error };
    let mut reader = source.open().map_err(failed)?;
    let mut splitter = Splitter::new(limits);
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(again) if again.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        };
        let bytes = chunk.get(..read).unwrap_or_default();
        see(bytes);
        splitter.feed(bytes);
        while let Some(piece) = splitter.piece() {
            take(piece)?;
        }
    }
    splitter.finish();
    while let Some(piece) = splitter.piece() {
        take(piece)?;
    }
    Ok(())
}

/// Objects that are handed over together.
#[derive(Default)]
struct Set {
    expects: Vec<Expect>,
    effects: Vec<Effect>,
    bytes: usize,
}

/// A set on its way, and where the import stands when it is on disk.
struct Flight {
    pending: Pending,
    position: u64,
}

struct Run<'r, 's> {
    actor: Actor<'s>,
    import: &'r Import,
    survey: &'r Survey,
    command: Command,
    report: Report,
    /// What the calendar had when it was last looked at; the objects of `taken` may have changed since.
    snapshot: Option<Snapshot>,
    taken: HashSet<u64>,
    set: Set,
    in_flight: VecDeque<Flight>,
    /// Objects that were dealt with, those of an earlier run included.
    position: u64,
    progress: &'r mut dyn FnMut(&Report),
}

impl Run<'_, '_> {
    fn source(&mut self, number: usize, source: &dyn Source) -> Result<(), Error> {
        let (survey, limits) = (self.survey, &self.actor.service.options.limits);
        let mut assembly = Assembly::new(survey, number);
        let name = source.name();
        pieces(
            source,
            limits,
            |_| (),
            |piece| match assembly.take(piece) {
                Ok(Some(object)) => self.object(&name, object.line, object.text),
                Ok(None) => Ok(()),
                Err((line, why)) => {
                    self.report.pass(&name, line, why);
                    Ok(())
                }
            },
        )
    }

    /// Deals with the object behind `position`. What is handed over before it is decided stands before it.
    fn object(&mut self, source: &str, line: u64, text: Vec<u8>) -> Result<(), Error> {
        if self.position >= self.report.resumed {
            let limits = &self.actor.service.options.limits;
            match put::derive(&self.import.calendar, text, limits, self.actor.now()) {
                Ok(put) => self.decide(put)?,
                Err(Error::Unavailable(error)) => return Err(Error::Unavailable(error)),
                Err(error) => self.report.pass(source, line, error.to_string()),
            }
        }
        self.position += 1;
        if self.set.effects.len() >= OBJECTS || self.set.bytes >= BYTES {
            self.hand_over()?;
        }
        Ok(())
    }

    /// Is it new, newer, the same or older than what is there?
    fn decide(&mut self, mut put: Put) -> Result<(), Error> {
        let taken = survey::hash(&put.uid);
        if !self.taken.insert(taken) {
            // A second one of this UID: what the first made of it has to be seen.
            self.hand_over()?;
            self.land(0)?;
            self.snapshot = None;
        }
        if self.snapshot.is_none() {
            self.snapshot = self.actor.snapshot()?;
        }
        let calendar = self.import.calendar.id;
        let found = match &self.snapshot {
            Some(snapshot) => snapshot.object(calendar, &put.uid)?.map(|found| (snapshot, found)),
            None => None,
        };
        let mut version = None;
        match found {
            None => self.report.added += 1,
            Some((snapshot, found)) => {
                let before = snapshot.text(&found)?;
                if is_same(&before, &put)? {
                    self.report.unchanged += 1;
                    return Ok(());
                }
                match self.import.known {
                    Known::Keep => {
                        self.report.kept += 1;
                        return Ok(());
                    }
                    Known::Copy => {
                        put = renamed(self.actor, &self.import.calendar, &put)?;
                        self.report.added += 1;
                    }
                    Known::Newer if !is_newer(&put, &before)? => {
                        self.report.older_count += 1;
                        if self.report.older.len() < TOLD {
                            let document = booked::document(before)?;
                            self.report.older.push(booked::title(&document, &put.uid));
                        }
                        return Ok(());
                    }
                    Known::Newer | Known::Replace => {
                        put.name = found.name;
                        version = Some(found.version);
                        self.report.updated += 1;
                    }
                }
            }
        }
        self.set.bytes += put.text.bytes().len();
        self.set.expects.push(Expect::Object { calendar, uid: put.uid.clone(), version });
        self.set.effects.push(Effect::Put(put));
        Ok(())
    }

    /// Hands the set over, with the position behind it.
    fn hand_over(&mut self) -> Result<(), Error> {
        let Set { expects, mut effects, .. } = std::mem::take(&mut self.set);
        if effects.is_empty() || self.import.is_dry {
            return Ok(());
        }
        effects.push(Effect::Position { source: self.survey.digest, objects: Some(self.position) });
        let set = self.actor.change_set(&self.command, expects, effects);
        let pending = self.actor.service.store.submit(set)?;
        self.in_flight.push_back(Flight { pending, position: self.position });
        // A snapshot that is kept for long keeps the log of what is written from being folded into the store.
        self.snapshot = None;
        self.land(IN_FLIGHT)
    }

    /// Waits until no more than so many sets are on their way.
    fn land(&mut self, most: usize) -> Result<(), Error> {
        while self.in_flight.len() > most {
            let Some(flight) = self.in_flight.pop_front() else { break };
            flight.pending.wait()?;
            self.report.committed = flight.position;
            (self.progress)(&self.report);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Report, Error> {
        self.hand_over()?;
        self.land(0)?;
        if !self.import.is_dry {
            let is_there = match self.actor.snapshot()? {
                Some(snapshot) => snapshot.import_position(&self.survey.digest)?.is_some(),
                None => false,
            };
            if is_there {
                let last = Effect::Position { source: self.survey.digest, objects: None };
                let set = self.actor.change_set(&self.command, Vec::new(), vec![last]);
                self.actor.service.store.apply(set)?;
            }
            self.report.committed = self.position;
        }
        Ok(self.report)
    }
}

/// Are they the same, but for the time at which they were written out (DTSTAMP)?
fn is_same(before: &[u8], put: &Put) -> Result<bool, Error> {
    if before == put.text.bytes() {
        return Ok(true);
    }
    let (before, after) = (booked::document(before.to_vec())?, booked::document(put.text.bytes().to_vec())?);
    Ok(contents(&before).eq(contents(&after)))
}

/// The contents of all properties of a text's object.
fn contents(document: &Document) -> impl Iterator<Item = Vec<u8>> + '_ {
    let components =
        document.all_components().filter(|component| component.kind() != ical::ComponentKind::Calendar);
    components.flat_map(|component| {
        let properties = component.properties().filter(|property| property.kind() != PropertyKind::Dtstamp);
        let begin = std::iter::once(component.name().into_owned().into_bytes());
        begin.chain(properties.map(|property| property.content().to_vec())).collect::<Vec<_>>()
    })
}

/// Is what comes newer than what is there (RFC 5546 2.1.5)? What is equally new comes later, and stands.
fn is_newer(put: &Put, before: &[u8]) -> Result<bool, Error> {
    let age = |document: &Document| {
        let newest = |component: ical::Component<'_>| {
            let stamp = component.stamp().ok().flatten();
            (component.sequence().unwrap_or(0), component.last_modified().ok().flatten().or(stamp))
        };
        document.objects().iter().flat_map(ical::Object::components).map(|one| newest(*one)).max()
    };
    let (before, after) = (booked::document(before.to_vec())?, booked::document(put.text.bytes().to_vec())?);
    Ok(age(&after) >= age(&before))
}

/// The same object under a new UID.
fn renamed(actor: Actor<'_>, calendar: &Calendar, put: &Put) -> Result<Put, Error> {
    let mut document = booked::document(put.text.bytes().to_vec())?;
    let uid = actor.new_uid();
    let ids: Vec<_> = document
        .objects()
        .iter()
        .flat_map(ical::Object::components)
        .map(|component| component.id())
        .collect();
    for id in ids {
        document.set(id, &ical::ContentLine::new(PropertyKind::Uid).text(&uid));
    }
    put::derive_of(calendar, &document, &actor.service.options.limits, actor.now())
}
