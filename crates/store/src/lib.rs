//! The calendar store: every read is of a snapshot, every write is a change set.
//!
//! A [`Store`] is a folder. What is in it is read from a [`Snapshot`], which stays as it is while others write. What is to
//! change is one [`ChangeSet`]: an act, what it expects to be still so, and all its effects. It is applied whole, or refused
//! with the [`Error`] that says why; a set that lost a race (`Error::Conflict`) is decided anew from fresh reads.
//!
//! ```
//! use ical::civil::Timestamp;
//! use store::{Act, ChangeSet, Command, Effect, Key, PrincipalId, Settings, Store, Waiting};
//!
//! let folder = tempfile::tempdir()?;
//! let store = Store::new(folder.path(), Waiting::never());
//! let settings = Settings::new("work", "Work");
//! let command = Command { key: Key([1; 16]), verb: "calendar", line: "Work was made".to_owned(), undoes: None };
//! let home = PrincipalId::OWNER;
//! let act = Act { key: Key([2; 16]), command, principal: home, at: Timestamp(0), versions: 100 };
//! let effects = vec![Effect::MakeCalendar { home, settings }];
//! let made = store.apply(ChangeSet { act: Some(act), expects: vec![], effects })?;
//!
//! let snapshot = store.snapshot()?.ok_or("a store that was written is there")?;
//! let calendars = snapshot.calendars(home)?;
//! assert_eq!(calendars.iter().map(|calendar| calendar.id).collect::<Vec<_>>(), made.made);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Rows beside the texts are derived ([`Index`]) and can be derived again; the texts are kept byte for byte, each once.

mod alarms;
mod apply;
mod audit;
mod backup;
mod calendars;
mod change_set;
mod changes;
mod counts;
mod credentials;
mod directory;
mod engine;
mod error;
mod files;
mod groups;
pub mod handle;
mod history;
mod index;
mod journal;
mod listing;
mod objects;
mod principals;
mod properties;
mod purge;
mod rules;
mod season;
mod snapshot;
mod sqlite;
mod texts;
mod trash;
mod verify;
pub mod words;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

pub use alarms::{NextAlarm, Rung};
pub use audit::Audited;
pub use backup::Backup;
pub use calendars::Calendar;
pub use change_set::{
    Act, CalendarId, ChangeSet, Clash, Command, Effect, Expect, Key, MOST_BYTES, MOST_OBJECTS, ObjectId,
    Outcome, Put, Removed, Settings, TrashId, Version,
};
pub use changes::{Change, Changes, NoToken, Token};
pub use credentials::{Credential, CredentialId, CredentialKind, Verifier};
pub use error::Error;
pub use files::{Area, Contents, File, FileChange, FileId, Tree};
pub use history::{CalendarChange, Done, ObjectChange, TextId};
pub use index::{Flags, Index, Row};
pub use journal::{Ended, Followed, Follower, whole_steps};
pub use listing::Listed;
pub use objects::{Place, Stored};
pub use principals::{Address, Principal, PrincipalId, PrincipalKind, Profile, State};
pub use properties::{Kept, Owner, PropertyName};
pub use rules::{Container, RuleId, Standing};
pub use season::{Season, Side};
pub use snapshot::Snapshot;
pub use sqlite::{Pending, SCHEMA, Waiting};
pub use texts::{Tag, Text};
pub use trash::Trashed;
pub use verify::{Amiss, Finding, Verified};

/// A store in a folder. The folder and what is in it are made, for their owner alone, by the first change.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    waiting: Waiting,
    // Dropped before the writer, who then is the last and puts all in one file.
    readers: Arc<sqlite::Readers>,
    writer: OnceLock<sqlite::Writer>,
}

/// So many snapshots are read at once, unless more are asked for.
const READERS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);

impl Store {
    /// The store of a folder; nothing is opened yet.
    pub fn new(folder: &Path, waiting: Waiting) -> Self {
        let readers = sqlite::Readers::new(folder, waiting, READERS);
        Self { folder: folder.to_owned(), waiting, readers, writer: OnceLock::new() }
    }

    /// The same with so many snapshots at once at most. Who wants one more waits as for another process, and is told
    /// [`Error::Busy`] in the end.
    #[must_use]
    pub fn with_readers(self, most: NonZeroUsize) -> Self {
        Self { readers: sqlite::Readers::new(&self.folder, self.waiting, most), ..self }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is in it now, for reading; `None` where nothing was ever written.
    ///
    /// # Errors
    /// It cannot be read, or a newer version wrote it.
    pub fn snapshot(&self) -> Result<Option<Snapshot>, Error> {
        let mut reader = self.readers.begin()?;
        if reader.is_none() && self.folder.join(sqlite::NAME).exists() {
            // An older one, or one whose making was cut off: the writer brings it up to date.
            self.writer()?;
            reader = self.readers.begin()?;
        }
        let is_noted = self.writer.get().is_some();
        Ok(reader.map(|reader| Snapshot::new(self.folder.join(sqlite::NAME), reader, is_noted)))
    }

    /// Applies a set and waits until it is on disk.
    ///
    /// # Errors
    /// What stood against it. Nothing of it was done.
    pub fn apply(&self, set: ChangeSet) -> Result<Outcome, Error> {
        self.submit(set)?.wait()
    }

    /// Hands a set to the writer, who commits many at once, and goes on. Sets are applied in the order in which they came.
    ///
    /// # Errors
    /// The store cannot be opened.
    pub fn submit(&self, set: ChangeSet) -> Result<Pending, Error> {
        Ok(self.writer()?.submit(set))
    }

    fn writer(&self) -> Result<&sqlite::Writer, Error> {
        if let Some(writer) = self.writer.get() {
            return Ok(writer);
        }
        let (path, connection) = sqlite::open_to_write(&self.folder, self.waiting)?;
        let writer = sqlite::Writer::start(path, connection, self.waiting)?;
        Ok(self.writer.get_or_init(|| writer))
    }

    /// What SQLite finds amiss in the file: damaged pages, indexes that disagree with their tables. `progress` hears how many
    /// tables were looked at, of how many.
    ///
    /// # Errors
    /// The file cannot be read at all.
    pub fn check(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<String>, Error> {
        match sqlite::open_to_read(&self.folder, self.waiting)? {
            Some(opened) => {
                sqlite::check_pages(&self.folder.join(sqlite::NAME), &opened.connection, progress)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Holds all rows against the texts, and texts against their hashes; tells what is amiss as it is found, and after each
    /// page how much was looked at. Others may write meanwhile.
    ///
    /// # Errors
    /// The store cannot be read, or not to the end: then [`Store::check`] tells more.
    pub fn verify(
        &self,
        tell: &mut dyn FnMut(Finding),
        progress: &mut dyn FnMut(Verified),
    ) -> Result<Verified, Error> {
        let mut verified = Verified::default();
        let mut place = Some(verify::Place::START);
        while let Some(here) = place {
            let Some(snapshot) = self.snapshot()? else { break };
            place = verify::page(&snapshot.transaction(), here, &mut verified, tell)?;
            progress(verified);
        }
        Ok(verified)
    }

    /// Copies the store, as it is at one moment, to a file; it may be written meanwhile. `progress` hears how many pages
    /// are left, of how many.
    ///
    /// # Errors
    /// One of the two cannot be read or written.
    pub fn backup(&self, to: &Path, progress: &mut dyn FnMut(u32, u32)) -> Result<(), Error> {
        sqlite::backup(&self.folder, self.waiting, to, progress)
    }

    /// Takes a backup, the store of another folder or a journal, to restore this one from; nothing here changes by that. `progress`
    /// hears how many pages are left, of how many.
    ///
    /// # Errors
    /// It is no backup, a newer version wrote it, or it cannot be read; or another restores here just now.
    pub fn open_backup(&self, from: &Path, progress: &mut dyn FnMut(u32, u32)) -> Result<Backup, Error> {
        Backup::open(from, &self.folder, self.waiting, progress)
    }
}
