//! The second pass at work: objects decided upon, handed over in sets, and decided again where another was faster.

use std::collections::{HashSet, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;

use ical::Document;
use store::{
    Address, Calendar, CalendarId, Clash, Command, Effect, Expect, Pending, Put, Scheduled, Settings,
    Snapshot,
};

use super::assemble::Assembly;
use super::decide::{self, Decision};
use super::survey::{self, Survey};
use super::{Import, NEW, Passed, Reading, Report, Source, Stage, TOLD, pieces};
use crate::actor::Actor;
use crate::calendars::free_segment;
use crate::error::{Error, Refusal};
use crate::put;
use crate::put::own_addresses;

/// So many objects are one set …
const OBJECTS: usize = 64;
/// … or so many bytes, those of the index included.
const BYTES: usize = 1 << 20;
/// So many sets are on their way at once: the writer commits them together, which saves most of what it writes …
const IN_FLIGHT: usize = 48;
/// … and so many bytes.
const BYTES_IN_FLIGHT: usize = 24 << 20;
/// So often the same objects are decided again when another was faster.
const TRIES: usize = 5;

/// An object, and where it comes from.
#[derive(Clone)]
struct Candidate {
    source: Arc<str>,
    line: u64,
    /// The how manieth it is of all.
    position: u64,
    text: Arc<[u8]>,
    /// Is its name in the calendar another object's? Then it gets one of chance.
    is_name_taken: bool,
}

/// Objects that are handed over together.
#[derive(Default)]
struct Set {
    candidates: Vec<Candidate>,
    uids: HashSet<u64>,
    expects: Vec<Expect>,
    effects: Vec<Effect>,
    bytes: usize,
    tally: Tally,
}

/// What a set is going to be counted as when it is on disk.
#[derive(Clone, Copy, Default)]
struct Tally {
    added: u64,
    updated: u64,
}

/// A set on its way, and where the import stands when it is on disk.
struct Flight {
    pending: Pending,
    position: u64,
    candidates: Vec<Candidate>,
    uids: HashSet<u64>,
    bytes: usize,
    tally: Tally,
}

pub(super) struct Run<'r, 's> {
    actor: Actor<'s>,
    import: &'r Import,
    /// `None` until it is made.
    calendar: Option<Calendar>,
    survey: &'r Survey,
    command: Command,
    report: Report,
    /// The position that the store has, or will have when all that is on its way is there.
    handed_over: Option<u64>,
    /// What the calendar had after what has landed; objects on their way may have changed since.
    snapshot: Option<Snapshot>,
    /// The objects of what was not written, for it was only looked at.
    seen: HashSet<u64>,
    set: Set,
    in_flight: VecDeque<Flight>,
    /// Objects that were dealt with, those of an earlier run included.
    position: u64,
    reading: Reading<'r>,
}

impl<'r, 's> Run<'r, 's> {
    #[expect(clippy::too_many_arguments, reason = "all that an import is begun with")]
    pub(super) fn new(
        actor: Actor<'s>,
        import: &'r Import,
        calendar: Option<Calendar>,
        survey: &'r Survey,
        command: Command,
        report: Report,
        handed_over: Option<u64>,
        reading: Reading<'r>,
    ) -> Self {
        Self {
            actor,
            import,
            calendar,
            survey,
            command,
            report,
            handed_over,
            snapshot: None,
            seen: HashSet::new(),
            set: Set::default(),
            in_flight: VecDeque::new(),
            position: 0,
            reading,
        }
    }

    /// Imports all sources.
    pub(super) fn all(mut self, sources: &[&dyn Source]) -> Result<Report, Error> {
        for (number, source) in sources.iter().enumerate() {
            if self.source(number, *source)?.is_break() {
                self.land(0)?;
                self.report.is_stopped = true;
                return Ok(self.report);
            }
        }
        self.finish()
    }

    fn source(&mut self, number: usize, source: &dyn Source) -> Result<ControlFlow<()>, Error> {
        let survey = self.survey;
        let Some(contents) = survey.sources.get(number).filter(|contents| contents.refused.is_none()) else {
            return Ok(ControlFlow::Continue(()));
        };
        let limits = &self.actor.service.options.limits;
        let cache = &self.actor.service.cache;
        let mut assembly = Assembly::new(survey, contents, &self.import.bounds, limits.object, cache);
        let name: Arc<str> = source.name().into();
        let read = pieces(
            source,
            limits,
            // What is read is counted with the pieces: one closure alone can hold the run.
            |_| ControlFlow::Continue(()),
            |piece| {
                let size = size(&piece);
                let taken =
                    assembly.take(piece).map_err(|error| Error::Source { name: name.to_string(), error })?;
                match taken {
                    Ok(Some(whole)) => self.object(&name, whole.line, whole.text)?,
                    Ok(None) => {}
                    Err((line, why)) => self.report.pass(Passed { source: name.to_string(), line, why }),
                }
                self.reading.objects = self.position;
                Ok(self.reading.read(Stage::Booking, size))
            },
        )?;
        if read.is_continue() {
            for (line, why) in assembly.finish() {
                self.report.pass(Passed { source: name.to_string(), line, why });
            }
        }
        Ok(read)
    }

    /// Deals with one object: the `position`th of all.
    fn object(&mut self, source: &Arc<str>, line: u64, text: Vec<u8>) -> Result<(), Error> {
        self.position += 1;
        if self.position <= self.report.resumed {
            return Ok(());
        }
        let (source, position) = (Arc::clone(source), self.position);
        self.candidate(Candidate { source, line, position, text: text.into(), is_name_taken: false })?;
        if self.set.effects.len() >= OBJECTS || self.set.bytes >= BYTES {
            self.hand_over(Some(self.position))?;
        }
        Ok(())
    }

    /// The calendar that is made where there is none; one of its name may have been removed.
    fn new_calendar(&self) -> Result<Effect, Error> {
        let home = self.actor.principal;
        let calendars = self.actor.snapshot()?.map(|snapshot| snapshot.calendars(home)).transpose()?;
        let segment = free_segment(NEW, &calendars.unwrap_or_default(), None)?;
        Ok(Effect::MakeCalendar { home, settings: Settings::new(segment, NEW) })
    }

    /// What has to stay so in a calendar of another's: what the Actor was found to be allowed.
    fn rights(&self) -> Option<Expect> {
        let calendar = self.calendar.as_ref().filter(|calendar| !self.actor.owns(calendar.home))?;
        Some(Expect::Rights { calendar: calendar.id, version: calendar.rights_version })
    }

    /// Where objects go; [`CalendarId::MADE`] until the calendar is there.
    fn target(&self) -> CalendarId {
        self.calendar.as_ref().map_or(CalendarId::MADE, |calendar| calendar.id)
    }

    fn candidate(&mut self, candidate: Candidate) -> Result<(), Error> {
        let passed = |why: String| Passed { source: candidate.source.to_string(), line: candidate.line, why };
        let limits = &self.actor.service.options.limits;
        let document = match put::read(candidate.text.to_vec(), limits) {
            Ok(document) => document,
            Err(error) => {
                self.report.pass(passed(error.to_string()));
                return Ok(());
            }
        };
        match self.decide(&candidate, &document) {
            Err(Error::Unavailable(error)) => return Err(Error::Unavailable(error)),
            Err(error) => self.report.pass(passed(error.to_string())),
            Ok(None) => {}
            Ok(Some(put)) => {
                if let Some(fault) = put.index.faults.first() {
                    self.report.problem_count += 1;
                    if self.report.problems.len() < TOLD {
                        self.report.problems.push(passed(fault.clone()));
                    }
                }
                let rows = put.index.occurrences.len().saturating_mul(size_of::<store::Row>());
                self.set.bytes += put.text.bytes().len() + rows + put.index.words.len();
                self.set.effects.push(Effect::Put(put));
                self.set.candidates.push(candidate);
            }
        }
        Ok(())
    }

    /// Is it new, newer, the same or older than what is there? What is to be booked of it, if anything.
    fn decide(&mut self, candidate: &Candidate, document: &Document) -> Result<Option<Put>, Error> {
        let uid = document.objects().first().and_then(ical::Object::uid).map(str::to_owned);
        let uid = uid.ok_or(Refusal::NoUid)?;
        let hash = survey::hash(&uid);
        if self.import.is_dry && self.seen.contains(&hash) {
            // Whether it adds anything to the first would be known if that were booked.
            self.report.updated += 1;
            return Ok(None);
        }
        if self.set.uids.contains(&hash) || self.in_flight.iter().any(|flight| flight.uids.contains(&hash)) {
            // A second one of this UID: what the first made of it has to be seen.
            self.hand_over(Some(candidate.position.saturating_sub(1)))?;
            self.land(0)?;
        }
        if self.snapshot.is_none() {
            self.snapshot = self.actor.snapshot()?;
        }
        let found = match (&self.snapshot, &self.calendar) {
            (Some(snapshot), Some(calendar)) => {
                snapshot.object(calendar.id, &uid)?.map(|found| (snapshot, found))
            }
            _ => None,
        };
        let Some((snapshot, found)) = found else {
            let put = self.derive(document)?;
            self.set.tally.added += 1;
            return Ok(Some(self.expecting(candidate, hash, put, None)));
        };
        let kind = document.objects().first().map(ical::Object::kind);
        if kind != Some(found.kind) && self.import.known != super::Known::Copy {
            let name = found.kind.name().unwrap_or("component");
            return Err(Refusal::OtherKind(name).into());
        }
        let before = snapshot.text(&found)?;
        let limits = &self.actor.service.options.limits;
        let new_uid = || self.actor.new_uid();
        match decide::decide(before, document, self.import.known, new_uid, &self.actor.service.cache)? {
            Decision::Unchanged => self.report.unchanged += 1,
            Decision::Kept => self.report.kept += 1,
            Decision::Older(title) => {
                self.report.older_count += 1;
                if self.report.older.len() < TOLD {
                    self.report.older.push(title);
                }
            }
            Decision::Replace(text) => {
                let put = self.derive(&put::read(text, limits)?)?;
                self.set.tally.updated += 1;
                let put = Put { name: found.name, ..put };
                return Ok(Some(self.expecting(candidate, hash, put, Some(found.version))));
            }
            Decision::Beside(text) => {
                let put = self.derive(&put::read(text, limits)?)?;
                self.set.tally.added += 1;
                return Ok(Some(self.expecting(candidate, hash, put, None)));
            }
        }
        Ok(None)
    }

    /// The addresses of whose calendar it is, where they matter.
    fn own(&self, document: &Document) -> Result<Vec<Address>, Error> {
        let home = self.calendar.as_ref().map_or(self.actor.principal, |calendar| calendar.home);
        match &self.snapshot {
            Some(snapshot) => own_addresses(snapshot, home, document),
            None => match self.actor.snapshot()? {
                Some(snapshot) => own_addresses(&snapshot, home, document),
                None => Ok(Vec::new()),
            },
        }
    }

    /// What is to be booked of an object. What a person may not write is kept, and told.
    fn derive(&self, document: &Document) -> Result<Put, Error> {
        let mut put = self.actor.derive_within(self.target(), document, &self.own(document)?)?;
        // Nobody hears of an import; what was planned with others stays so.
        put.scheduled = Scheduled::AsBefore;
        match self.actor.judge(document, &put.index) {
            Err(refusal) if !put.index.is_exhausted => put.index.faults.insert(0, refusal.to_string()),
            _ => {}
        }
        Ok(put)
    }

    /// Notes what is expected of the object that a set writes.
    fn expecting(
        &mut self,
        candidate: &Candidate,
        hash: u64,
        mut put: Put,
        version: Option<store::Version>,
    ) -> Put {
        if candidate.is_name_taken && version.is_none() {
            put.name = format!("{}.ics", self.actor.new_uid());
        }
        self.set.uids.insert(hash);
        let (calendar, uid) = (put.calendar, put.uid.clone());
        if calendar != CalendarId::MADE {
            self.set.expects.push(Expect::Object { calendar, uid, version });
        }
        put
    }

    /// Hands the set over, with the position behind it; `None` when it is the last.
    fn hand_over(&mut self, position: Option<u64>) -> Result<(), Error> {
        let Set { candidates, uids, mut expects, mut effects, bytes, tally } = std::mem::take(&mut self.set);
        if self.import.is_dry {
            self.seen.extend(uids);
            self.count(tally);
            return Ok(());
        }
        if effects.is_empty() && (position.is_some() || self.handed_over.is_none()) {
            return Ok(());
        }
        let source = self.survey.digest;
        expects.push(Expect::Position { source, objects: self.handed_over });
        expects.extend(self.rights());
        let is_first = self.calendar.is_none() && !effects.is_empty();
        if is_first {
            effects.insert(0, self.new_calendar()?);
        }
        effects.push(Effect::Position { source, objects: position });
        let pending =
            self.actor.service.store.submit(self.actor.change_set(&self.command, expects, effects))?;
        self.handed_over = position;
        let position = position.unwrap_or(self.position);
        self.in_flight.push_back(Flight { pending, position, candidates, uids, bytes, tally });
        // A snapshot that is kept for long keeps the log of what is written from being folded into the store.
        self.snapshot = None;
        self.land(if is_first { 0 } else { IN_FLIGHT })
    }

    fn count(&mut self, tally: Tally) {
        self.report.added += tally.added;
        self.report.updated += tally.updated;
    }

    /// Waits until no more than so many sets are on their way.
    fn land(&mut self, most: usize) -> Result<(), Error> {
        let bytes = |flights: &VecDeque<Flight>| flights.iter().map(|flight| flight.bytes).sum::<usize>();
        while self.in_flight.len() > most || bytes(&self.in_flight) > BYTES_IN_FLIGHT {
            let Some(Flight { pending, position, candidates, tally, .. }) = self.in_flight.pop_front() else {
                break;
            };
            self.snapshot = None;
            match pending.wait() {
                Ok(outcome) => {
                    if let (None, Some(made)) = (&self.calendar, outcome.made.first()) {
                        self.calendar = self.actor.calendars()?.into_iter().find(|one| one.id == *made);
                    }
                    self.count(tally);
                    self.report.committed = position;
                    self.reading.watch.committed(&self.report);
                }
                Err(store::Error::Conflict(
                    clash @ (Clash::Object(_) | Clash::Name(_) | Clash::Segment(_)),
                )) => {
                    self.again(candidates, &clash)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Another was faster. Nothing that was handed over since is done either, for each set expects the one before it: all is
    /// decided again, one set after another.
    fn again(&mut self, mut candidates: Vec<Candidate>, clash: &Clash) -> Result<(), Error> {
        while let Some(flight) = self.in_flight.pop_front() {
            match flight.pending.wait() {
                Err(store::Error::Conflict(_)) => candidates.extend(flight.candidates),
                Err(error) => return Err(error.into()),
                Ok(_) => return Err(store::Error::Conflict(Clash::Position).into()),
            }
        }
        candidates.extend(std::mem::take(&mut self.set).candidates);
        let last = candidates.last().map_or(self.position, |candidate| candidate.position);
        let mut clash = clash.clone();
        let mut queue: VecDeque<Candidate> = candidates.into();
        while !queue.is_empty() {
            let batch: Vec<Candidate> = queue.drain(..queue.len().min(OBJECTS)).collect();
            let position = batch.last().map_or(last, |candidate| candidate.position);
            self.insist(&batch, position, &mut clash)?;
        }
        Ok(())
    }

    /// Decides on these objects and waits for them, until they are on disk.
    fn insist(&mut self, batch: &[Candidate], position: u64, clash: &mut Clash) -> Result<(), Error> {
        for _ in 0..TRIES {
            self.snapshot = None;
            if self.calendar.is_none() {
                self.calendar = self.actor.calendars()?.into_iter().next();
            }
            let committed =
                self.actor.snapshot()?.map(|snapshot| snapshot.import_position(&self.survey.digest));
            self.handed_over = committed.transpose()?.flatten().map(|(_, position)| position);
            for mut candidate in batch.iter().cloned() {
                candidate.is_name_taken |= matches!(clash, Clash::Name(_));
                self.candidate(candidate)?;
            }
            let Set { expects, effects, tally, .. } = std::mem::take(&mut self.set);
            match self.submit_alone(expects, effects, position) {
                Ok(()) => {
                    self.count(tally);
                    self.report.committed = position;
                    self.reading.watch.committed(&self.report);
                    return Ok(());
                }
                Err(Error::Unavailable(store::Error::Conflict(
                    again @ (Clash::Object(_) | Clash::Name(_) | Clash::Segment(_)),
                ))) => *clash = again,
                Err(error) => return Err(error),
            }
        }
        Err(store::Error::Busy.into())
    }

    fn submit_alone(
        &mut self,
        mut expects: Vec<Expect>,
        mut effects: Vec<Effect>,
        position: u64,
    ) -> Result<(), Error> {
        let source = self.survey.digest;
        expects.push(Expect::Position { source, objects: self.handed_over });
        expects.extend(self.rights());
        if self.calendar.is_none() && !effects.is_empty() {
            effects.insert(0, self.new_calendar()?);
        }
        effects.push(Effect::Position { source, objects: Some(position) });
        self.actor.service.store.apply(self.actor.change_set(&self.command, expects, effects))?;
        self.handed_over = Some(position);
        self.snapshot = None;
        if self.calendar.is_none() {
            self.calendar = self.actor.calendars()?.into_iter().next();
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Report, Error> {
        self.hand_over(None)?;
        self.land(0)?;
        if self.handed_over.is_some() {
            // The last set had to be decided again: the import's row goes by itself.
            self.hand_over(None)?;
            self.land(0)?;
        }
        self.report.committed = if self.import.is_dry { 0 } else { self.position };
        Ok(self.report)
    }
}

fn size(piece: &ical::split::Piece) -> usize {
    use ical::split::Piece::{Component, Lines, TooLarge};
    match piece {
        Component { bytes, .. } | Lines { bytes, .. } => bytes.len(),
        TooLarge { size, .. } => usize::try_from(*size).unwrap_or(usize::MAX),
    }
}
