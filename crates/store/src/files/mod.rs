//! Files: for each principal an area of collections and documents, of any bytes and media type (RFC 4918).
//!
//! An area is a tree. A document's bytes are kept once by their hash, in chunks, and go with the last document that has them:
//! what is removed here is gone, for history and trash are of calendars.

pub(crate) mod blobs;
pub(crate) mod verify;
pub(crate) mod write;

use ical::civil::Timestamp;

use crate::Snapshot;
use crate::change_set::Version;
use crate::engine::{Connection, Row, all, first};
use crate::error::Error;
use crate::principals::PrincipalId;
use crate::texts::Tag;

pub use blobs::{Blob, CHUNK, Chunk};

/// A collection or a document of this store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(crate) i64);

impl FileId {
    /// What the same set made last: for the properties that it gets at once. It is nothing beyond the set.
    pub const MADE: Self = Self(-1);
}

/// The files of a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Whose.
    pub home: PrincipalId,
    /// The collection that all others are in.
    pub root: FileId,
    /// Its sequence number: that of the last change inside.
    pub version: Version,
    /// So many collections and documents are in it.
    pub files: u64,
    /// So many bytes do its documents have, each counted as often as it is there.
    pub bytes: u64,
}

/// A collection or a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What names it in this store.
    pub id: FileId,
    /// Whose it is.
    pub home: PrincipalId,
    /// The collection that it is in; `None` for the one that all others are in.
    pub parent: Option<FileId>,
    /// Its name there.
    pub name: String,
    /// What a document holds; `None` for a collection.
    pub contents: Option<Contents>,
    /// The area's sequence number when it last changed.
    pub version: Version,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

/// What is known of a document's bytes without reading them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Their media type as it came, if somebody said.
    pub media: Option<String>,
    /// What tells them from others.
    pub tag: Tag,
    /// How many they are.
    pub size: u64,
    pub(crate) blob: i64,
}

impl Contents {
    /// What names the bytes.
    pub const fn blob(&self) -> Blob {
        Blob::new(self.tag, self.size)
    }
}

fn no_id() -> Error {
    Error::Database("a row that was written has no id".to_owned())
}

/// What a file is with all that is inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// So many collections and documents, it among them.
    pub files: u64,
    /// So many bytes.
    pub bytes: u64,
    /// So many steps down to the lowest; 0 where nothing is inside.
    pub height: u64,
}

/// What becomes of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// An empty collection is made.
    MakeCollection {
        /// In which one.
        collection: FileId,
        /// Its name there, which nothing has.
        name: String,
    },
    /// A document is written: a new one, or in place of the one that has the name, which keeps its properties.
    Put {
        /// In which collection.
        collection: FileId,
        /// Its name there.
        name: String,
        /// What it holds: bytes that are there, by sets before this one or earlier in it.
        blob: Blob,
        /// Its media type, if somebody said.
        media: Option<String>,
    },
    /// It goes for good, with all that is inside.
    Remove(FileId),
    /// It is copied, with its properties.
    Copy {
        /// Which one.
        file: FileId,
        /// Into which collection.
        collection: FileId,
        /// Its name there, which nothing has.
        name: String,
        /// With all that is inside?
        is_deep: bool,
    },
    /// It moves within its area.
    Move {
        /// Which one.
        file: FileId,
        /// Into which collection, which is not inside of it.
        collection: FileId,
        /// Its name there, which nothing has.
        name: String,
    },
}

impl FileChange {
    /// The files that are there and that it is about.
    pub const fn files(&self) -> [Option<FileId>; 2] {
        match self {
            Self::MakeCollection { collection, .. } | Self::Put { collection, .. } => {
                [Some(*collection), None]
            }
            Self::Remove(file) => [Some(*file), None],
            Self::Copy { file, collection, .. } | Self::Move { file, collection, .. } => {
                [Some(*file), Some(*collection)]
            }
        }
    }
}

/// A question for files with what is known of their bytes, from its WHERE on.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT file.id, file.home, file.parent, file.name, file.blob, file.media, file.version, file.created, \
             file.modified, blob.hash, blob.size FROM file LEFT JOIN blob ON blob.id = file.blob ",
            $rest
        )
    };
}

fn file(row: &dyn Row) -> Result<File, Error> {
    let contents = match (row.maybe_integer(4)?, row.maybe_bytes(9)?) {
        (Some(blob), Some(hash)) => Some(Contents {
            media: row.maybe_text(5)?,
            tag: Tag::read(&hash)?,
            size: row.integer(10)?.unsigned_abs(),
            blob,
        }),
        (None, _) => None,
        (Some(blob), None) => return Err(Error::Database(format!("the blob {blob} is missing"))),
    };
    Ok(File {
        id: FileId(row.integer(0)?),
        home: PrincipalId(row.integer(1)?),
        parent: row.maybe_integer(2)?.map(FileId),
        name: row.text(3)?,
        contents,
        version: Version(row.integer(6)?),
        created: Timestamp(row.integer(7)?),
        modified: Timestamp(row.integer(8)?),
    })
}

pub(crate) fn area(connection: &dyn Connection, home: PrincipalId) -> Result<Option<Area>, Error> {
    let sql = "SELECT root, sequence, files, bytes FROM area WHERE home = $1";
    first(connection, sql, &[home.0.into()], |row| {
        Ok(Area {
            home,
            root: FileId(row.integer(0)?),
            version: Version(row.integer(1)?),
            files: row.integer(2)?.unsigned_abs(),
            bytes: row.integer(3)?.unsigned_abs(),
        })
    })
}

pub(crate) fn by_id(connection: &dyn Connection, id: FileId) -> Result<Option<File>, Error> {
    first(connection, select!("WHERE file.id = $1"), &[id.0.into()], file)
}

/// What has a name in a collection.
pub(crate) fn at(connection: &dyn Connection, parent: FileId, name: &str) -> Result<Option<File>, Error> {
    let sql = select!("WHERE file.parent = $1 AND file.name = $2");
    first(connection, sql, &[parent.0.into(), name.into()], file)
}

/// What is in a collection after a name, by names; so many at most.
pub(crate) fn page(
    connection: &dyn Connection,
    parent: FileId,
    after: &str,
    most: i64,
) -> Result<Vec<File>, Error> {
    // No name is empty.
    let sql = select!("WHERE file.parent = $1 AND file.name > $2 ORDER BY file.name LIMIT $3");
    all(connection, sql, &[parent.0.into(), after.into(), most.into()], file)
}

/// How many a collection has inside, not counting what those have.
pub(crate) fn members(connection: &dyn Connection, parent: FileId) -> Result<u64, Error> {
    let sql = "SELECT count(*) FROM file WHERE parent = $1";
    Ok(first(connection, sql, &[parent.0.into()], |row| row.integer(0))?.unwrap_or(0).unsigned_abs())
}

/// A question about a file and all inside of it, each with how far down it is. Trees are not that deep: the bound is for one
/// whose rows were damaged.
macro_rules! inside {
    ($rest:literal) => {
        concat!(
            "WITH RECURSIVE inside (id, parent, name, blob, media, depth) AS \
             (SELECT id, parent, name, blob, media, CAST(0 AS BIGINT) FROM file WHERE id = $1 \
             UNION ALL SELECT file.id, file.parent, file.name, file.blob, file.media, inside.depth + 1 \
             FROM inside JOIN file ON file.parent = inside.id WHERE inside.depth < 1000) ",
            $rest
        )
    };
}
use inside;

pub(crate) fn tree(connection: &dyn Connection, id: FileId) -> Result<Tree, Error> {
    let sql = inside!(
        "SELECT count(*), CAST(coalesce(sum(blob.size), 0) AS BIGINT), max(inside.depth) FROM inside \
         LEFT JOIN blob ON blob.id = inside.blob"
    );
    let found = first(connection, sql, &[id.0.into()], |row| {
        Ok(Tree {
            files: row.integer(0)?.unsigned_abs(),
            bytes: row.integer(1)?.unsigned_abs(),
            height: row.maybe_integer(2)?.unwrap_or(0).unsigned_abs(),
        })
    })?;
    Ok(found.unwrap_or_default())
}

impl Snapshot {
    /// The files of a principal; `None` where nobody is.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn area(&self, home: PrincipalId) -> Result<Option<Area>, Error> {
        area(&self.transaction(), home)
    }

    /// A file by its id.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn file(&self, id: FileId) -> Result<Option<File>, Error> {
        by_id(&self.transaction(), id)
    }

    /// What has a name in a collection.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn file_at(&self, collection: FileId, name: &str) -> Result<Option<File>, Error> {
        at(&self.transaction(), collection, name)
    }

    /// What is in a collection after a name, by names; so many at most.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn files(&self, collection: FileId, after: Option<&str>, most: u32) -> Result<Vec<File>, Error> {
        page(&self.transaction(), collection, after.unwrap_or_default(), most.into())
    }

    /// How many a collection has inside, not counting what those have.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn members(&self, collection: FileId) -> Result<u64, Error> {
        members(&self.transaction(), collection)
    }

    /// What a file is with all that is inside.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn tree(&self, file: FileId) -> Result<Tree, Error> {
        tree(&self.transaction(), file)
    }
}
