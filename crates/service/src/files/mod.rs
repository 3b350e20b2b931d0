//! Files of a principal, as URLs name them: found, listed and read (RFC 4918); what is done to them is beside.
//!
//! An area is its owner's alone: nobody else knows what is there.

mod document;
mod relocate;
mod write;

use store::{Area, File, FileId, Kept, Owner, PrincipalId, Snapshot};

use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::resource::nothing_at;

pub use document::Document;
pub(crate) use document::is_small;
pub use relocate::FileTarget;

/// Where a file is, or may come: whose, and by which names from the top; without one it is the area itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePath {
    /// Whose.
    pub home: PrincipalId,
    /// The names of the collections around it, and its own.
    pub names: Vec<String>,
}

impl FilePath {
    fn nothing(&self) -> Error {
        nothing_at(self.names.last().map_or("files", String::as_str))
    }

    /// Is it inside of another, or that one itself?
    pub fn is_within(&self, outer: &Self) -> bool {
        self.home == outer.home && self.names.starts_with(&outer.names)
    }
}

/// How much an area has, and how much may still come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes of its documents.
    pub used: u64,
    /// So many more may come.
    pub available: u64,
}

/// A path followed as far as it goes.
struct Place {
    area: Area,
    /// The collection that the last name is in.
    around: File,
    /// The last name.
    name: String,
    /// What has it.
    found: Option<File>,
}

impl Actor<'_> {
    /// The collection or document at a path.
    ///
    /// # Errors
    /// There is none, or it is another's.
    pub fn file(self, path: &FilePath) -> Result<File, Error> {
        let snapshot = self.snapshot()?.ok_or_else(|| path.nothing())?;
        self.file_in(&snapshot, path)
    }

    /// Bytes of a document from one on: some at least, as long as there are any. `None` where it was taken away or written anew
    /// since it was found.
    ///
    /// # Errors
    /// It is a collection, or another's.
    pub fn bytes(self, file: &File, from: u64) -> Result<Option<Vec<u8>>, Error> {
        let nothing = || nothing_at(&file.name);
        let snapshot = self.snapshot()?.ok_or_else(nothing)?;
        self.ask_area(&snapshot, file.home)?;
        match snapshot.bytes(file.contents.as_ref().ok_or_else(nothing)?, from) {
            Err(store::Error::Conflict(_)) => Ok(None),
            read => Ok(Some(read?)),
        }
    }

    /// What is in a collection after a name, by names; so many at most.
    ///
    /// # Errors
    /// It is gone, or another's.
    pub fn files(self, collection: &File, after: Option<&str>, most: u32) -> Result<Vec<File>, Error> {
        let snapshot = self.snapshot()?.ok_or_else(|| nothing_at(&collection.name))?;
        self.ask_area(&snapshot, collection.home)?;
        Ok(snapshot.files(collection.id, after, most)?)
    }

    /// The properties that clients gave a file, by their names.
    ///
    /// # Errors
    /// It is another's, or the store cannot be read.
    pub fn file_properties(self, file: &File) -> Result<Vec<Kept>, Error> {
        let snapshot = self.snapshot()?.ok_or_else(|| nothing_at(&file.name))?;
        self.ask_area(&snapshot, file.home)?;
        Ok(snapshot.properties(&Owner::File(file.id))?)
    }

    /// How much room there is for somebody's files (RFC 4331).
    ///
    /// # Errors
    /// They are another's, or the store cannot be read.
    pub fn room(self, home: PrincipalId) -> Result<Room, Error> {
        let snapshot = self.snapshot()?.ok_or_else(|| nothing_at("files"))?;
        let used = self.ask_area(&snapshot, home)?.bytes;
        Ok(Room { used, available: self.service.options.quota.saturating_sub(used) })
    }

    fn file_in(self, snapshot: &Snapshot, path: &FilePath) -> Result<File, Error> {
        let area = self.ask_area(snapshot, path.home)?;
        found(snapshot, area.root, &path.names)?.ok_or_else(|| path.nothing())
    }

    /// Follows a path to where something is to come, or to change; the area itself does neither.
    fn place(self, snapshot: Option<&Snapshot>, path: &FilePath) -> Result<Place, Error> {
        let snapshot = snapshot.ok_or_else(|| path.nothing())?;
        let area = self.ask_area(snapshot, path.home)?;
        let (name, around) = path.names.split_last().ok_or(Refusal::Taken)?;
        let around = found(snapshot, area.root, around)?.filter(|around| around.contents.is_none());
        let around = around.ok_or(Refusal::NoCollection)?;
        let found = snapshot.file_at(around.id, name)?;
        Ok(Place { area, around, name: name.clone(), found })
    }
}

fn found(snapshot: &Snapshot, root: FileId, names: &[String]) -> Result<Option<File>, Error> {
    let mut file = snapshot.file(root)?;
    for name in names {
        let Some(around) = file else { return Ok(None) };
        file = snapshot.file_at(around.id, name)?;
    }
    Ok(file)
}
