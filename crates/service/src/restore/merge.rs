//! A backup merged: its objects page by page, each page decided upon and written as one set.

use std::collections::VecDeque;

use store::{
    Calendar, CalendarId, Clash, Command, Effect, Expect, Outcome, PrincipalId, Put, Scheduled, Settings,
    Snapshot, Stored, Text, Version,
};

use super::{BYTES, Fate, Fated, OBJECTS, Restore, Restored, Witness, digest, objects, present, title};
use crate::actor::Actor;
use crate::booked;
use crate::error::Error;
use crate::import::newest;
use crate::names::Names;
use crate::put::own_addresses;

/// So often the same objects are decided again when another was faster.
pub(super) const TRIES: usize = 5;

/// A merge at work.
pub(super) struct Merge<'r> {
    pub(super) actor: Actor<'r>,
    pub(super) restore: &'r Restore<'r>,
    pub(super) there: Snapshot,
    witness: &'r mut dyn Witness,
    command: Command,
    /// What names the backup, for one that goes on.
    source: [u8; 32],
    /// How far it has come, as the store knows.
    position: Option<u64>,
    /// Was anything written by this run?
    is_begun: bool,
    /// Who somebody of the backup is here.
    pub(super) homes: Vec<(PrincipalId, Home)>,
    pub(super) restored: Restored,
    /// Objects that were looked at, of all.
    pub(super) done: u64,
    all: u64,
}

/// Where the objects of a calendar go.
#[derive(Clone, Copy)]
enum Target {
    Here(CalendarId),
    /// It is only looked at, and the calendar would be made.
    Nowhere,
    /// The calendar was removed since.
    Removed,
}

/// Whose calendars those of somebody of the backup are here.
#[derive(Clone, Copy)]
pub(super) enum Home {
    Here(PrincipalId),
    /// It is only looked at, and they would be made.
    Nowhere,
    /// They were removed since.
    Removed,
}

/// What is written at once, and what that makes of objects.
#[derive(Default)]
struct Set {
    expects: Vec<Expect>,
    effects: Vec<Effect>,
    bytes: usize,
    fates: Vec<Fated>,
}

impl<'r> Merge<'r> {
    pub(super) fn new(
        actor: Actor<'r>,
        restore: &'r Restore<'r>,
        there: Snapshot,
        witness: &'r mut dyn Witness,
    ) -> Result<Self, Error> {
        let source = digest(&there)?;
        let begun = actor.snapshot()?.map(|here| here.import_position(&source)).transpose()?.flatten();
        let key = begun.map_or_else(|| actor.key(), |(key, _)| key);
        let command = Command { key, ..actor.command("restore", restore.name) };
        Ok(Self {
            actor,
            restore,
            all: objects(&there)?,
            there,
            witness,
            command,
            source,
            position: begun.map(|(_, position)| position),
            is_begun: false,
            homes: Vec::new(),
            restored: Restored::default(),
            done: 0,
        })
    }

    pub(super) fn run(mut self) -> Result<Restored, Error> {
        let before = self.actor.snapshot()?.as_ref().map(objects).transpose()?.unwrap_or(0);
        self.people()?;
        for calendar in present(&self.there)? {
            self.calendar(&calendar)?;
            if self.restored.is_stopped {
                return Ok(self.restored);
            }
        }
        self.files()?;
        if self.restored.is_stopped {
            return Ok(self.restored);
        }
        let Restored { newer, older, same, .. } = self.restored;
        self.restored.only_here = before.saturating_sub(newer + older + same);
        if self.position.is_some() && !self.restore.is_dry {
            self.hand_over(Vec::new(), Vec::new(), None)?;
        }
        Ok(self.restored)
    }

    fn calendar(&mut self, theirs: &Calendar) -> Result<(), Error> {
        let target = self.target(theirs)?;
        if let Target::Removed = target {
            let objects = self.there.count(theirs.id)?;
            self.restored.deleted += objects;
            self.done += objects;
            let title = format!("all {objects} objects of the calendar");
            let calendar = theirs.settings.name.clone();
            self.witness.fate(&Fated { calendar, uid: None, title, fate: Fate::Deleted });
            return Ok(());
        }
        let mut after = None;
        loop {
            let page = self.there.page(theirs.id, after, OBJECTS)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            let mut queue = VecDeque::from(page);
            while !queue.is_empty() {
                self.set(theirs, target, &mut queue)?;
                self.witness.at(self.done, self.all);
                if self.is_stopped() {
                    return Ok(());
                }
            }
        }
    }

    /// Is it to stop?
    pub(super) fn is_stopped(&mut self) -> bool {
        self.restored.is_stopped = self.witness.is_stopped();
        self.restored.is_stopped
    }

    /// Whose a calendar of the backup is here.
    fn home_of(&self, theirs: &Calendar) -> Option<PrincipalId> {
        let home = self.homes.iter().find(|(there, _)| *there == theirs.home).map(|(_, home)| *home);
        match home {
            Some(Home::Here(home)) => Some(home),
            Some(Home::Nowhere | Home::Removed) | None => None,
        }
    }

    /// Where a calendar's objects go: it is made where there is none, and has the newer settings.
    fn target(&mut self, theirs: &Calendar) -> Result<Target, Error> {
        let home = self.homes.iter().find(|(there, _)| *there == theirs.home).map(|(_, home)| *home);
        let home = match home {
            Some(Home::Here(home)) => home,
            Some(Home::Nowhere) => {
                self.restored.calendars += 1;
                return Ok(Target::Nowhere);
            }
            Some(Home::Removed) | None => return Ok(Target::Removed),
        };
        for _ in 0..TRIES {
            let calendars = self.actor.snapshot()?.map(|here| here.calendars(home)).transpose()?;
            let calendars = calendars.unwrap_or_default();
            let found = self.namesake(&calendars, home, theirs)?;
            let is_newer = |ours: &Calendar| {
                theirs.settings_version > ours.settings_version && theirs.settings != ours.settings
            };
            let is_back = |ours: &Calendar| ours.settings.is_removed && self.restore.with_deleted;
            let mut settings = theirs.settings.clone();
            let (expects, effects) = match &found {
                None => (Vec::new(), self.made(theirs, home, settings)?),
                Some(ours) if is_newer(ours) || is_back(ours) => {
                    let is_taken = |other: &&Calendar| other.settings.segment == settings.segment;
                    if !is_newer(ours) {
                        settings = Settings { is_removed: false, ..ours.settings.clone() };
                    } else if calendars.iter().filter(is_taken).any(|other| other.id != ours.id) {
                        let Settings { segment, name, .. } = ours.settings.clone();
                        settings = Settings { segment, name, ..settings };
                    }
                    let (calendar, version) = (ours.id, ours.settings_version);
                    let expect = Expect::Settings { calendar, version };
                    (vec![expect], vec![Effect::SetCalendar { calendar, settings }])
                }
                Some(ours) if ours.settings.is_removed => return Ok(Target::Removed),
                Some(ours) => return Ok(Target::Here(ours.id)),
            };
            match self.hand_over(expects, effects, Some(self.done)) {
                Err(Error::Unavailable(store::Error::Conflict(Clash::Calendar(_) | Clash::Segment(_)))) => {}
                handed_over => {
                    let made = handed_over?.made.first().copied();
                    self.restored.calendars += 1;
                    let here = made.or(found.map(|ours| ours.id));
                    return Ok(here.map_or(Target::Nowhere, Target::Here));
                }
            }
        }
        Err(store::Error::Busy.into())
    }

    /// The calendar that a calendar of the backup is here: the one of its segment, or, where that was renamed since, the one
    /// that had it. A calendar of the same id that has or had the segment is the same, whoever has its segment now.
    fn namesake(
        &self,
        calendars: &[Calendar],
        home: PrincipalId,
        theirs: &Calendar,
    ) -> Result<Option<Calendar>, Error> {
        let segment = &theirs.settings.segment;
        let now = calendars.iter().find(|ours| ours.settings.segment == *segment).map(|ours| ours.id);
        let once = self.actor.snapshot()?.map(|here| here.calendars_once(home, segment)).transpose()?;
        let once = once.unwrap_or_default();
        let same = now.iter().chain(&once).find(|id| **id == theirs.id).copied();
        let found = same.or(now).or(once.first().copied());
        Ok(calendars.iter().find(|ours| Some(ours.id) == found).cloned())
    }

    /// Decides on the first objects of a queue, and writes what comes of that, again where another was faster.
    fn set(&mut self, theirs: &Calendar, target: Target, queue: &mut VecDeque<Stored>) -> Result<(), Error> {
        let mut is_name_taken = false;
        for _ in 0..TRIES {
            let mut set = Set::default();
            let here = self.actor.snapshot()?;
            for stored in queue.iter() {
                self.decide(here.as_ref(), theirs, target, stored, is_name_taken, &mut set)?;
                if set.bytes >= BYTES {
                    break;
                }
            }
            drop(here);
            let Set { expects, effects, fates, .. } = set;
            let done = self.done + fates.len() as u64;
            match self.hand_over(expects, effects, Some(done)) {
                Ok(_) => {
                    queue.drain(..fates.len());
                    self.done = done;
                    for fated in fates {
                        self.restored.count(&fated.fate);
                        if fated.fate != Fate::Same {
                            self.witness.fate(&fated);
                        }
                    }
                    return Ok(());
                }
                Err(Error::Unavailable(store::Error::Conflict(Clash::Name(_)))) => is_name_taken = true,
                Err(Error::Unavailable(store::Error::Conflict(Clash::Object(_)))) => {}
                Err(error) => return Err(error),
            }
        }
        Err(store::Error::Busy.into())
    }

    /// What becomes of one object of the backup, and what is to be written for that.
    fn decide(
        &self,
        here: Option<&Snapshot>,
        theirs: &Calendar,
        target: Target,
        stored: &Stored,
        is_name_taken: bool,
        set: &mut Set,
    ) -> Result<(), Error> {
        let text = self.there.text(stored)?;
        let mut fated = Fated {
            calendar: theirs.settings.name.clone(),
            uid: Some(stored.uid.clone()),
            title: String::new(),
            fate: Fate::Same,
        };
        let ours = match (here, target) {
            (Some(here), Target::Here(calendar)) => Some((here, calendar)),
            _ => None,
        };
        let found = match ours {
            Some((here, calendar)) => here.object(calendar, &stored.uid)?,
            None => None,
        };
        fated.fate = match (&found, ours) {
            (Some(found), Some((here, _))) => {
                let before = here.text(found)?;
                if before == text {
                    set.fates.push(fated);
                    return Ok(());
                }
                if self.is_newer((stored, &text), here, (found, &before))? {
                    Fate::Newer
                } else {
                    Fate::Older
                }
            }
            (None, Some((here, calendar))) if !self.restore.with_deleted => {
                let removed = here.removed_at(calendar, &stored.uid, &stored.name)?;
                if removed.is_some_and(|at| at >= stored.modified) { Fate::Deleted } else { Fate::Back }
            }
            _ => Fate::Back,
        };
        fated.title = title(text.clone(), &stored.uid);
        if matches!(fated.fate, Fate::Back | Fate::Newer) {
            let calendar = ours.map_or(CalendarId::MADE, |(_, calendar)| calendar);
            match self.put(
                (here, self.home_of(theirs)),
                calendar,
                text,
                stored,
                found.as_ref(),
                is_name_taken,
            ) {
                Ok((expect, put)) => {
                    set.bytes += put.text.bytes().len() + put.index.words.len();
                    set.expects.push(expect);
                    set.effects.push(Effect::Put(put));
                }
                Err(Error::Unavailable(error)) => return Err(error.into()),
                Err(refused) => fated.fate = Fate::LeftOut(refused.to_string()),
            }
        }
        set.fates.push(fated);
        Ok(())
    }

    /// Is what the backup has of an object newer than what is here?
    fn is_newer(
        &self,
        theirs: (&Stored, &[u8]),
        here: &Snapshot,
        ours: (&Stored, &[u8]),
    ) -> Result<bool, Error> {
        let had = |snapshot: &Snapshot, of: &Stored, text: &[u8]| {
            snapshot.has_had(of.calendar, &of.uid, &Text::new(text.to_vec()))
        };
        let is_ours_later = had(here, ours.0, theirs.1)?;
        let is_theirs_later = had(&self.there, theirs.0, ours.1)?;
        let written = theirs.0.modified > ours.0.modified;
        Ok(match (is_ours_later, is_theirs_later) {
            (true, true) => written,
            (false, false) => {
                let age = |text: &[u8]| Ok::<_, Error>(newest(&booked::document(text.to_vec())?));
                let (theirs, ours) = (age(theirs.1)?, age(ours.1)?);
                theirs > ours || (theirs == ours && written)
            }
            (_, is_theirs_later) => is_theirs_later,
        })
    }

    fn put(
        &self,
        (here, home): (Option<&Snapshot>, Option<PrincipalId>),
        calendar: CalendarId,
        text: Vec<u8>,
        stored: &Stored,
        found: Option<&Stored>,
        is_name_taken: bool,
    ) -> Result<(Expect, Put), Error> {
        let document = booked::document(text)?;
        let own = match (here, home) {
            (Some(here), Some(home)) => own_addresses(here, home, &document)?,
            _ => Vec::new(),
        };
        let put = self.actor.derive(calendar, &document, &own)?;
        let name = match found {
            Some(found) => found.name.clone(),
            None if is_name_taken || !self.actor.service.store.can_keep(&stored.name) => {
                format!("{}.ics", self.actor.new_uid())
            }
            None => stored.name.clone(),
        };
        let version: Option<Version> = found.map(|found| found.version);
        Ok((
            Expect::Object { calendar, uid: put.uid.clone(), version },
            Put { name, scheduled: Scheduled::AsBefore, ..put },
        ))
    }

    /// Writes a set, if there is anything to write, with how far the merge has come; `None` when it is at its end. The first
    /// one begins a new epoch.
    pub(super) fn hand_over(
        &mut self,
        mut expects: Vec<Expect>,
        mut effects: Vec<Effect>,
        position: Option<u64>,
    ) -> Result<Outcome, Error> {
        if self.restore.is_dry || (effects.is_empty() && position.is_some()) {
            return Ok(Outcome::default());
        }
        let source = self.source;
        expects.push(Expect::Position { source, objects: self.position });
        effects.push(Effect::Position { source, objects: position });
        effects.extend(self.actor.noted(None));
        if !self.is_begun {
            effects.push(Effect::Epoch(Names::act_key(self.actor.now()).0));
        }
        let outcome =
            self.actor.service.store.apply(self.actor.change_set(&self.command, expects, effects))?;
        self.position = position;
        self.is_begun = true;
        Ok(outcome)
    }
}
