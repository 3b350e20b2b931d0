//! Many objects at once: streamed, told apart by UID, in sets that are on disk one after another. Nothing is ever sent.
//!
//! A first pass finds what there is: UIDs and how many components each has, zones, faults; what is refused writes nothing.
//! The second makes whole objects and hands them over in sets, each with the new position of the import, and each only
//! behind the one before: what is stopped goes on there when the same import is begun again.

mod assemble;
mod decide;
mod run;
mod spill;
mod survey;
#[cfg(test)]
mod tests;

use std::io::{self, Read};
use std::ops::ControlFlow;

use ical::split::{Piece, Splitter};
use store::{Calendar, Command};

use crate::access::Want;
use crate::actor::Actor;
use crate::error::Error;

pub(crate) use decide::newest;
use run::Run;

/// Something to be imported; it is read twice.
pub trait Source {
    /// Its name, for reports.
    fn name(&self) -> String;

    /// Hands its bytes, from the beginning, to who reads them.
    ///
    /// # Errors
    /// It cannot be opened. What fails while it is read, the reader tells.
    fn read(&self, take: &mut dyn FnMut(&mut dyn Read)) -> io::Result<()>;
}

/// What becomes of an object whose UID is in the calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// The newer stands (SEQUENCE, then LAST-MODIFIED or DTSTAMP: RFC 5546 2.1.5).
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
    /// Into which calendar; the first where none is named. It is made with the first set where there is none.
    pub calendar: Option<Calendar>,
    /// What of objects that are there.
    pub known: Known,
    /// Look only, and write nothing.
    pub is_dry: bool,
    /// How much is held at once.
    pub bounds: Bounds,
}

/// Bounds on what an import holds in memory, whatever its sources are. Past the last, components are left out; past the
/// others the import is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Components of all sources, and calendars.
    pub components: usize,
    /// Bytes of time zones and of calendars' own lines, each once.
    pub zones: usize,
    /// Components that wait for others of their UID.
    pub waiting: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { components: 5_000_000, zones: 32 << 20, waiting: 500_000 }
    }
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Sources are looked at; nothing is written.
    Survey,
    /// Objects are booked.
    Booking,
}

/// Who watches an import.
pub trait Watch {
    /// So many bytes of all sources were read in this stage, and so many objects dealt with.
    fn at(&mut self, _stage: Stage, _bytes: u64, _objects: u64) {}

    /// A set is on disk: so far the import has come.
    fn committed(&mut self, _report: &Report) {}

    /// Is it to stop? What is on its way to the disk gets there.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Nobody.
impl Watch for () {}

/// How far an import has come, and what it found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Objects of all sources.
    pub objects: u64,
    /// Objects that are done and on disk; with those of an import that was stopped before.
    pub committed: u64,
    /// Objects that an import stopped before had done.
    pub resumed: u64,
    /// Was it stopped before its end? The same import goes on there.
    pub is_stopped: bool,
    /// New objects.
    pub added: u64,
    /// Objects in place of older ones, or with parts added.
    pub updated: u64,
    /// Objects that were there, the same.
    pub unchanged: u64,
    /// Objects that were there and were kept.
    pub kept: u64,
    /// How many were there, newer.
    pub older_count: u64,
    /// Objects that were there, newer: what they are called, the first few.
    pub older: Vec<String>,
    /// How much was left out: components, objects, sources.
    pub passed_count: u64,
    /// What was left out, the first few.
    pub passed: Vec<Passed>,
    /// How many objects were taken in with something amiss.
    pub problem_count: u64,
    /// What is amiss with objects that were taken in, the first few.
    pub problems: Vec<Passed>,
}

/// A place in a source, and what is to be said of it.
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
/// So much of a source is read at once.
const CHUNK: usize = 64 << 10;

impl Report {
    fn pass(&mut self, passed: Passed) {
        self.passed_count += 1;
        if self.passed.len() < TOLD {
            self.passed.push(passed);
        }
    }
}

impl Actor<'_> {
    /// Imports sources. Nothing is sent to anybody, whatever stands in them.
    ///
    /// # Errors
    /// A source cannot be read or none holds a calendar: then nothing was written. Or the store cannot be written: then
    /// what was told as committed is there, and the same import begun again goes on behind it.
    pub fn import(
        self,
        sources: &[&dyn Source],
        import: &Import,
        watch: &mut dyn Watch,
    ) -> Result<Report, Error> {
        let calendar = match &import.calendar {
            Some(calendar) => Some(self.view(calendar.id, Want::Import)?.calendar),
            None => self.calendars()?.into_iter().next(),
        };
        let name = calendar.as_ref().map_or(NEW, |calendar| &*calendar.settings.name).to_owned();
        let mut reading = Reading { watch, bytes: 0, objects: 0 };
        let limits = &self.service.options.limits;
        let survey = match survey::survey(sources, import, &name, limits, &mut reading)? {
            ControlFlow::Continue(survey) => survey,
            ControlFlow::Break(()) => return Ok(Report { is_stopped: true, ..Report::default() }),
        };
        let mut report = Report { objects: survey.objects, ..Report::default() };
        for (source, contents) in sources.iter().zip(&survey.sources) {
            if let Some(why) = contents.refused {
                report.pass(survey::refused(&source.name(), why));
            }
        }
        if let (Some(first), true) =
            (report.passed.first(), report.passed_count == sources.len() as u64 && !sources.is_empty())
        {
            let error = io::Error::new(io::ErrorKind::InvalidData, first.why.clone());
            return Err(Error::Source { name: first.source.clone(), error });
        }
        let resumed = match self.snapshot()? {
            Some(snapshot) if !import.is_dry => snapshot.import_position(&survey.digest)?,
            _ => None,
        };
        let line = match sources {
            [one] => format!("{} into {name}", one.name()),
            many => format!("{} files into {name}", many.len()),
        };
        let key = resumed.map_or_else(|| self.key(), |(key, _)| key);
        let command = Command { key, ..self.command("import", line) };
        let position = resumed.map(|(_, position)| position);
        report.resumed = position.unwrap_or_default();
        report.committed = report.resumed;
        reading.bytes = 0;
        Run::new(self, import, calendar, &survey, command, report, position, reading).all(sources)
    }
}

/// What the calendar is called that is made where there is none.
const NEW: &str = "Personal";

/// Who watches, and how much was read.
struct Reading<'w> {
    watch: &'w mut dyn Watch,
    bytes: u64,
    objects: u64,
}

impl Reading<'_> {
    fn read(&mut self, stage: Stage, bytes: usize) -> ControlFlow<()> {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        self.watch.at(stage, self.bytes, self.objects);
        if self.watch.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Hands the pieces of a source over, one after another, until it ends or somebody breaks off.
fn pieces(
    source: &dyn Source,
    limits: &ical::Limits,
    mut see: impl FnMut(&[u8]) -> ControlFlow<()>,
    mut take: impl FnMut(Piece) -> Result<ControlFlow<()>, Error>,
) -> Result<ControlFlow<()>, Error> {
    let failed = |error: io::Error| Error::Source { name: source.name(), error };
    let mut splitter = Splitter::new(limits);
    let mut chunk = vec![0; CHUNK];
    let mut all = |reader: &mut dyn Read| -> Result<ControlFlow<()>, Error> {
        loop {
            let read = match reader.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => read,
                Err(again) if again.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(error)),
            };
            let bytes = chunk.get(..read).unwrap_or_default();
            if see(bytes).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            splitter.feed(bytes);
            while let Some(piece) = splitter.piece() {
                if take(piece)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        splitter.finish();
        while let Some(piece) = splitter.piece() {
            if take(piece)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    };
    let mut outcome = Ok(ControlFlow::Continue(()));
    source.read(&mut |reader| outcome = all(reader)).map_err(failed)?;
    outcome
}
