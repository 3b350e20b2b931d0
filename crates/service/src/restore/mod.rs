//! A backup brought back: merged into what is there, or put in its place.
//!
//! A merge takes nothing away. What the backup has and the store lacks comes back, unless it was deleted since; of what both
//! have the newer stands. Which one that is, history knows best: if one of the two once had the text of the other, it went on
//! from there, whatever was undone since. Where both had it, what was written last is newer. Where neither did, as in a store
//! that was begun anew, the texts say themselves what is newer, as they do when they are imported (RFC 5546 2.1.5), and where
//! they say the same, the time at which they were written.
//!
//! People meet by name, and the two owners are one. Calendars of a home meet by segment, also by one that a calendar had
//! before it was renamed. Who comes back, and a calendar that does, have their rules again; what is here keeps its own. What is in
//! the trash of the backup, and its history, stay there.

mod files;
mod merge;
mod people;

use std::path::PathBuf;

use sha2::{Digest, Sha256};
use store::{Backup, Calendar, Command, Effect, Key, PrincipalId, Snapshot, State, Store};

use crate::actor::Actor;
use crate::booked;
use crate::error::{Error, Refusal};
use crate::names::Names;
use crate::reopen::CLOSED;
use merge::Merge;

/// So many objects are looked at, and written, at once …
const OBJECTS: u32 = 64;
/// … or so many bytes of text.
const BYTES: usize = 1 << 20;

/// What is merged, and how.
#[derive(Debug)]
pub struct Restore<'r> {
    /// What is in the backup.
    pub backup: &'r Store,
    /// What history calls it.
    pub name: &'r str,
    /// Bring back also what was deleted since?
    pub with_deleted: bool,
    /// Look only, and write nothing.
    pub is_dry: bool,
}

/// What becomes of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is not here: it comes back.
    Back,
    /// The backup has a newer one, which stands.
    Newer,
    /// The one that is here is newer, and stays.
    Older,
    /// It was deleted since, and stays so.
    Deleted,
    /// It cannot be kept here: why.
    LeftOut(String),
    /// The backup lacks it: it goes, for the backup takes the place of all.
    Gone,
    /// It becomes what the backup has.
    Changed,
    /// It is the same on both sides.
    Same,
}

/// An object, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fated {
    /// The name of its calendar.
    pub calendar: String,
    /// Its UID; `None` for all objects of a calendar.
    pub uid: Option<String>,
    /// What it is called.
    pub title: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// Who watches.
pub trait Witness {
    /// What becomes of an object that is not the same on both sides; when it is written, after that.
    fn fate(&mut self, _object: &Fated) {}

    /// So many objects were looked at, of how many.
    fn at(&mut self, _done: u64, _all: u64) {}

    /// Is it to stop? What was written stays, and the same again goes on there.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Nobody.
impl Witness for () {}

/// How many objects met which fate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// [`Fate::Back`].
    pub back: u64,
    /// [`Fate::Newer`].
    pub newer: u64,
    /// [`Fate::Older`].
    pub older: u64,
    /// [`Fate::Deleted`], those of a calendar that was removed since with them.
    pub deleted: u64,
    /// [`Fate::LeftOut`].
    pub left_out: u64,
    /// [`Fate::Gone`].
    pub gone: u64,
    /// [`Fate::Changed`].
    pub changed: u64,
    /// [`Fate::Same`].
    pub same: u64,
    /// Objects that are here only, and stay.
    pub only_here: u64,
    /// Principals that come back.
    pub people: u64,
    /// Calendars that come back, or whose settings do.
    pub calendars: u64,
    /// Files that come back, or of which the backup has a newer one; in the place of all: those that differ.
    pub files: u64,
    /// Was it stopped before its end?
    pub is_stopped: bool,
}

impl Restored {
    /// Does anything change by it?
    pub const fn is_anything(&self) -> bool {
        self.back + self.newer + self.gone + self.changed + self.people + self.calendars + self.files > 0
    }

    fn count(&mut self, fate: &Fate) {
        let count = match fate {
            Fate::Back => &mut self.back,
            Fate::Newer => &mut self.newer,
            Fate::Older => &mut self.older,
            Fate::Deleted => &mut self.deleted,
            Fate::LeftOut(_) => &mut self.left_out,
            Fate::Gone => &mut self.gone,
            Fate::Changed => &mut self.changed,
            Fate::Same => &mut self.same,
        };
        *count += 1;
    }
}

impl Actor<'_> {
    /// Merges a backup into the store, in sets that are on disk one after another, all of one command: `undo` takes it back.
    /// Stopped and begun again it goes on under that command.
    ///
    /// # Errors
    /// One of the two cannot be read, or this store not be written.
    pub fn merge(self, restore: &Restore<'_>, witness: &mut dyn Witness) -> Result<Restored, Error> {
        self.must_keep()?;
        let there = restore.backup.snapshot()?.ok_or(Refusal::NothingDone)?;
        Merge::new(self, restore, there, witness)?.run()
    }

    /// What would become of objects if a backup took the place of the store; nothing is written.
    ///
    /// # Errors
    /// One of the two cannot be read.
    pub fn compare(self, backup: &Store, witness: &mut dyn Witness) -> Result<Restored, Error> {
        self.must_keep()?;
        let there = backup.snapshot()?.ok_or(Refusal::NothingDone)?;
        let mut restored = Restored::default();
        let Some(here) = self.snapshot()? else {
            restored.back = objects(&there)?;
            return Ok(restored);
        };
        restored.files = files::differing(&here, &there, true)? + files::differing(&there, &here, false)?;
        let all = objects(&here)?;
        let mut done = 0;
        let (ours, theirs) = (present(&here)?, present(&there)?);
        let sides = [(&here, &ours, &there, &theirs, true), (&there, &theirs, &here, &ours, false)];
        for (one, calendars, other, others, is_ours) in sides {
            for calendar in calendars {
                let is_namesake = |other: &&Calendar| {
                    other.home == calendar.home && other.settings.segment == calendar.settings.segment
                };
                let namesake = others.iter().find(is_namesake);
                restored.calendars += u64::from(namesake.is_none());
                let mut after = None;
                loop {
                    let page = one.page(calendar.id, after, OBJECTS)?;
                    let Some(last) = page.last() else { break };
                    after = Some(last.id);
                    for stored in page {
                        let found = namesake.map(|namesake| other.object(namesake.id, &stored.uid));
                        let found = found.transpose()?.flatten();
                        let fate = match (found, is_ours) {
                            (Some(_), false) => continue,
                            (None, true) => Fate::Gone,
                            (None, false) => Fate::Back,
                            (Some(found), true) if one.text(&stored)? == other.text(&found)? => Fate::Same,
                            (Some(_), true) => Fate::Changed,
                        };
                        restored.count(&fate);
                        done += u64::from(is_ours);
                        witness.at(done, all);
                        if fate != Fate::Same {
                            let title = title(one.text(&stored)?, &stored.uid);
                            let calendar = calendar.settings.name.clone();
                            witness.fate(&Fated { calendar, uid: Some(stored.uid), title, fate });
                        }
                    }
                    if witness.is_stopped() {
                        restored.is_stopped = true;
                        return Ok(restored);
                    }
                }
            }
        }
        Ok(restored)
    }

    /// Puts a backup in the place of the store, whole or not at all, with an epoch of its own. Where the store as it was is put
    /// aside, if there was one: under the name `aside`, in its folder. `is_closed`: nobody knows what came since, so nothing is
    /// listed until [`Actor::reopen`].
    ///
    /// # Errors
    /// One of the two cannot be read or written; the store is as it was.
    pub fn replace(
        self,
        backup: Backup,
        name: &str,
        aside: &str,
        is_closed: bool,
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<Option<PathBuf>, Error> {
        self.must_keep()?;
        // The backup may know the name that would be made here.
        let command = Command { key: Names::act_key(self.now()), ..self.command("restore", name) };
        let mut effects = vec![Effect::Epoch(Names::act_key(self.now()).0)];
        effects.extend(self.rung_since(backup.store())?);
        effects.extend(self.noted(None));
        effects.extend(is_closed.then_some(CLOSED));
        backup.store().apply(self.change_set(&command, Vec::new(), effects))?;
        Ok(backup.put_in_place(&self.service.store, aside, progress)?)
    }
}

impl Actor<'_> {
    /// What rang here since a backup was made does not ring again after it. Of a store that cannot be read nobody knows.
    fn rung_since(self, backup: &Store) -> Result<Option<Effect>, Error> {
        let there = backup.snapshot()?.map(|there| there.rung_until()).transpose()?.flatten();
        let here = self.snapshot().ok().flatten().and_then(|here| here.rung_until().ok()).flatten();
        let until = here.filter(|until| there.is_none_or(|there| there < *until));
        Ok(until.map(|until| Effect::Ring { until, forgotten: until, alarms: Vec::new() }))
    }
}

/// The calendars that are there.
fn present(snapshot: &Snapshot) -> Result<Vec<Calendar>, Error> {
    let removed = snapshot.principals()?.into_iter().filter(|one| one.profile.state == State::Removed);
    let removed: Vec<PrincipalId> = removed.map(|one| one.id).collect();
    let mut calendars = snapshot.all_calendars()?;
    calendars.retain(|calendar| !calendar.settings.is_removed && !removed.contains(&calendar.home));
    Ok(calendars)
}

/// How many objects are in the calendars that are there.
fn objects(snapshot: &Snapshot) -> Result<u64, Error> {
    let counts = present(snapshot)?.into_iter().map(|calendar| snapshot.count(calendar.id));
    Ok(counts.sum::<Result<u64, _>>()?)
}

fn title(text: Vec<u8>, uid: &str) -> String {
    booked::document(text).map_or_else(|_| uid.to_owned(), |document| booked::title(&document, uid))
}

/// What names a backup by what is in it: for one that goes on.
fn digest(snapshot: &Snapshot) -> Result<[u8; 32], Error> {
    let last = snapshot.last_command()?;
    let mut hash = Sha256::new();
    hash.update(b"restore");
    hash.update(snapshot.epoch()?);
    hash.update(last.map_or([0; 16], |Key(last)| last));
    hash.update(objects(snapshot)?.to_le_bytes());
    Ok(hash.finalize().into())
}
