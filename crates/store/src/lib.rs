//! The calendar store: every read is of a snapshot, every write is a change set.
//!
//! A [`Store`] is a folder, or a database of PostgreSQL that several programs share. What is in it is read from a [`Snapshot`],
//! which stays as it is while others write. What is to change is one [`ChangeSet`]: an act, what it expects to be still so, and
//! all its effects. It is applied whole, or refused with the [`Error`] that says why; a set that lost a race (`Error::Conflict`)
//! is decided anew from fresh reads.
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
mod busy;
mod calendars;
mod change_set;
mod changes;
mod clash;
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
mod location;
mod messages;
mod objects;
mod pool;
mod postgres;
mod principals;
mod properties;
mod purge;
mod reception;
mod rules;
mod scheduling;
mod season;
mod snapshot;
mod sqlite;
mod texts;
mod trash;
mod verify;
mod waiting;
pub mod words;
mod writer;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub use alarms::{NextAlarm, Rung};
pub use audit::Audited;
pub use backup::Backup;
pub use busy::{BusyRow, Seen};
pub use calendars::{Calendar, Collection};
pub use change_set::{
    Act, Before, CalendarId, ChangeSet, Clash, Command, Effect, Expect, Key, MOST_BYTES, MOST_OBJECTS,
    MessageStanding, ObjectId, Outcome, Owed, OwedId, Put, Received, Removed, Scheduled, Settings, TrashId,
    Version,
};
pub use changes::{Change, Changes, NoToken, Token};
pub use credentials::{Credential, CredentialId, CredentialKind, Verifier};
pub use error::Error;
pub use files::{Area, Blob, CHUNK, Chunk, Contents, File, FileChange, FileId, Tree};
pub use history::{CalendarChange, Done, ObjectChange, TextId};
pub use index::{Flags, Index, Row};
pub use journal::{Ended, Followed, Follower, whole_steps};
pub use listing::Listed;
pub use location::{BadLocation, Location};
pub use messages::Message;
pub use objects::{Place, Stored};
pub use principals::{Address, Principal, PrincipalId, PrincipalKind, Profile, State};
pub use properties::{Kept, Owner, PropertyName};
pub use reception::{Booking, Mode, Reception};
pub use rules::{Container, RuleId, Standing};
pub use scheduling::Known;
pub use season::{Season, Side};
pub use snapshot::Snapshot;
pub use sqlite::SCHEMA;
pub use texts::{Tag, Text};
pub use trash::Trashed;
pub use verify::{Amiss, Finding, Verified};
pub use waiting::Waiting;
pub use writer::Pending;

use location::Site;
use snapshot::Reader;
use writer::Writer;

/// A store in a folder or a database. The folder and what is in it are made, for their owner alone, by the first change; so are
/// the tables of a database.
#[derive(Debug)]
pub struct Store {
    location: Location,
    waiting: Waiting,
    // Dropped before the writer, who then is the last and puts all in one file.
    readers: Readers,
    writer: OnceLock<Writer>,
}

/// The connections that read, of either engine.
#[derive(Debug)]
enum Readers {
    Sqlite(sqlite::Readers),
    Postgres(postgres::Readers),
}

impl Readers {
    fn new(location: &Location, waiting: Waiting, most: NonZeroUsize) -> Self {
        match &location.0 {
            Site::Folder(folder) => Self::Sqlite(sqlite::Readers::new(folder, waiting, most)),
            Site::Database { database, .. } => {
                Self::Postgres(postgres::Readers::new(database, waiting, most))
            }
        }
    }

    fn begin(&self) -> Result<Option<Reader>, Error> {
        Ok(match self {
            Self::Sqlite(readers) => readers.begin()?.map(Reader::Sqlite),
            Self::Postgres(readers) => readers.begin()?.map(Reader::Postgres),
        })
    }
}

/// So many snapshots are read at once, unless more are asked for.
const READERS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);

impl Store {
    /// The store of a folder; nothing is opened yet.
    pub fn new(folder: &Path, waiting: Waiting) -> Self {
        Self::at(Location::folder(folder), waiting)
    }

    /// The store at a place; nothing is opened yet.
    pub fn at(location: Location, waiting: Waiting) -> Self {
        let readers = Readers::new(&location, waiting, READERS);
        Self { location, waiting, readers, writer: OnceLock::new() }
    }

    /// The same with so many snapshots at once at most. Who wants one more waits as for another process, and is told
    /// [`Error::Busy`] in the end.
    #[must_use]
    pub fn with_readers(self, most: NonZeroUsize) -> Self {
        Self { readers: Readers::new(&self.location, self.waiting, most), ..self }
    }

    /// Where it is.
    pub const fn location(&self) -> &Location {
        &self.location
    }

    /// Its folder; of a store in a database the one for what belongs to it on this machine.
    pub fn folder(&self) -> &Path {
        self.location.path()
    }

    /// Can an object have this UID, or this name, here? In a file any; in a database so many bytes as an index of it has.
    pub fn can_keep(&self, name: &str) -> bool {
        match &self.location.0 {
            Site::Folder(_) => true,
            Site::Database { .. } => postgres::can_keep(name),
        }
    }

    /// What is in it now, for reading; `None` where nothing was ever written.
    ///
    /// # Errors
    /// It cannot be read, or a newer version wrote it.
    pub fn snapshot(&self) -> Result<Option<Snapshot>, Error> {
        let mut reader = self.readers.begin()?;
        if reader.is_none() && self.is_begun()? {
            // An older one, or one whose making was cut off: the writer brings it up to date.
            self.writer()?;
            reader = self.readers.begin()?;
        }
        let is_noted = self.writer.get().is_some();
        Ok(reader.map(|reader| Snapshot::new(self.file(), reader, is_noted)))
    }

    /// Is there a store, of whatever schema?
    fn is_begun(&self) -> Result<bool, Error> {
        match &self.location.0 {
            Site::Folder(folder) => Ok(folder.join(sqlite::NAME).exists()),
            Site::Database { database, .. } => postgres::is_begun(database),
        }
    }

    /// What errors name.
    fn file(&self) -> PathBuf {
        match &self.location.0 {
            Site::Folder(folder) => folder.join(sqlite::NAME),
            Site::Database { database, .. } => database.name().into(),
        }
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

    fn writer(&self) -> Result<&Writer, Error> {
        if let Some(writer) = self.writer.get() {
            return Ok(writer);
        }
        let turns: Box<dyn engine::Turns> = match &self.location.0 {
            Site::Folder(folder) => {
                let (path, connection) = sqlite::open_to_write(folder, self.waiting)?;
                Box::new(sqlite::Turns::new(path, connection, self.waiting))
            }
            Site::Database { database, .. } => {
                let connection = postgres::open_to_write(database, self.waiting)?;
                Box::new(postgres::Turns::new(database.clone(), connection, self.waiting))
            }
        };
        let writer = Writer::start(turns)?;
        Ok(self.writer.get_or_init(|| writer))
    }

    /// What the database finds amiss by itself: damaged pages, and of a file indexes that disagree with their tables. `progress`
    /// hears how many tables were looked at, of how many.
    ///
    /// # Errors
    /// The file cannot be read at all.
    pub fn check(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<String>, Error> {
        if let Readers::Postgres(readers) = &self.readers {
            return postgres::check(readers, progress);
        }
        match sqlite::open_to_read(self.folder(), self.waiting)? {
            Some(opened) => sqlite::check_pages(&self.file(), &opened.connection, progress),
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
            snapshot.be_patient();
            place = verify::page(&snapshot.transaction(), here, &mut verified, tell)?;
            progress(verified);
        }
        Ok(verified)
    }

    /// Copies the store, as it is at one moment, to a file; it may be written meanwhile. The file is the same whatever engine it
    /// is of. `progress` hears how many pages or rows are left, of how many.
    ///
    /// # Errors
    /// One of the two cannot be read or written.
    pub fn backup(&self, to: &Path, progress: &mut dyn FnMut(u32, u32)) -> Result<(), Error> {
        match &self.readers {
            Readers::Sqlite(_) => sqlite::backup(self.folder(), self.waiting, to, progress),
            Readers::Postgres(readers) => postgres::backup(readers, to, progress),
        }
    }

    /// Takes a backup, the store of another folder or a journal, to restore this one from; nothing here changes by that. `progress`
    /// hears how many pages are left, of how many.
    ///
    /// # Errors
    /// It is no backup, a newer version wrote it, or it cannot be read; or another restores here just now.
    pub fn open_backup(&self, from: &Path, progress: &mut dyn FnMut(u32, u32)) -> Result<Backup, Error> {
        Backup::open(from, self.folder(), self.waiting, progress)
    }
}
