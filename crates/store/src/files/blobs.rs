//! The bytes of documents: each kept once by their hash, and in chunks, so that none has to be in memory whole.
//!
//! Chunks come before the set that names them, or with it. What nobody names goes after a while; who wanted to name it then
//! brings it again.

use std::io::{self, Read};

use bytes::Bytes;
use ical::civil::Timestamp;
use sha2::{Digest, Sha256};

use super::Contents;
use crate::change_set::Clash;
use crate::engine::{Connection, all, first};
use crate::error::Error;
use crate::snapshot::Snapshot;
use crate::texts::Tag;

/// So many bytes has each chunk of a document but the last.
pub const CHUNK: u64 = 256 << 10;

/// What names the bytes of a document: their hash, and how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blob {
    tag: Tag,
    size: u64,
}

/// Some of the bytes of a document on their way into the store.
#[derive(Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Of which document.
    pub blob: Blob,
    /// From which byte on: a multiple of [`CHUNK`].
    pub from: u64,
    /// So many as that says; fewer at the end. A document without bytes has one chunk that has none.
    pub bytes: Bytes,
    /// When they come: what no document has long after that goes.
    pub at: Timestamp,
}

impl Blob {
    /// Names bytes, which are read to their end.
    ///
    /// # Errors
    /// They cannot be read.
    ///
    /// ```
    /// let blob = store::Blob::of(&mut b"abc".as_slice()).unwrap();
    /// assert_eq!((blob.size(), blob.tag()), (3, store::Tag::of(b"abc")));
    /// ```
    pub fn of(bytes: &mut impl Read) -> io::Result<Self> {
        let mut hash = Hashed::default();
        let size = io::copy(bytes, &mut hash)?;
        Ok(Self { tag: Tag::told(hash.0), size })
    }

    pub(crate) const fn new(tag: Tag, size: u64) -> Self {
        Self { tag, size }
    }

    /// What tells them from others.
    pub const fn tag(&self) -> Tag {
        self.tag
    }

    /// How many they are.
    pub const fn size(&self) -> u64 {
        self.size
    }
}

/// What is written there is hashed.
#[derive(Default)]
struct Hashed(Sha256);

impl io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is private stays out of logs.
impl std::fmt::Debug for Chunk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Chunk({} bytes from {} on)", self.bytes.len(), self.from)
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn row(connection: &dyn Connection, blob: &Blob) -> Result<Option<i64>, Error> {
    let hash = blob.tag.hash().as_slice();
    first(connection, "SELECT id FROM blob WHERE hash = $1", &[hash.into()], |row| row.integer(0))
}

/// Takes in a chunk; one that is there stays.
pub(crate) fn keep(connection: &dyn Connection, chunk: &Chunk) -> Result<(), Error> {
    let Chunk { blob, from, bytes, at } = chunk;
    let wanted = blob.size.saturating_sub(*from).min(CHUNK);
    let is_whole = u64::try_from(bytes.len()) == Ok(wanted) && from % CHUNK == 0 && *from <= blob.size;
    if !is_whole {
        return Err(Error::Database(format!("no chunk of {} bytes begins at byte {from}", bytes.len())));
    }
    let id = match row(connection, blob)? {
        Some(id) => id,
        None => begin(connection, blob, *at)?,
    };
    if !bytes.is_empty() {
        let sql = "INSERT INTO chunk (blob, number, raw) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let parameters = [id.into(), signed(from / CHUNK).into(), bytes.as_ref().into()];
        connection.execute(sql, &parameters)?;
    }
    Ok(())
}

fn begin(connection: &dyn Connection, blob: &Blob, at: Timestamp) -> Result<i64, Error> {
    let hash = blob.tag.hash().as_slice();
    let sql = "INSERT INTO blob (hash, size) VALUES ($1, $2)";
    connection.execute(sql, &[hash.into(), signed(blob.size).into()])?;
    let id = row(connection, blob)?.ok_or_else(super::no_id)?;
    connection.execute("INSERT INTO incoming (blob, begun) VALUES ($1, $2)", &[id.into(), at.0.into()])?;
    Ok(id)
}

/// The row of bytes that are all there.
fn whole(connection: &dyn Connection, blob: &Blob) -> Result<Option<i64>, Error> {
    let Some(id) = row(connection, blob)? else { return Ok(None) };
    let sql = "SELECT CAST(coalesce(sum(length(raw)), 0) AS BIGINT) FROM chunk WHERE blob = $1";
    let there = first(connection, sql, &[id.into()], |row| row.integer(0))?;
    Ok((there == Some(signed(blob.size))).then_some(id))
}

/// The row of bytes that a document is to have.
pub(crate) fn name(connection: &dyn Connection, blob: &Blob) -> Result<i64, Error> {
    let id = whole(connection, blob)?.ok_or(Error::Conflict(Clash::Blob))?;
    connection.execute("DELETE FROM incoming WHERE blob = $1", &[id.into()])?;
    Ok(id)
}

/// Forgets bytes that a document had, if none has them any more.
pub(crate) fn release(connection: &dyn Connection, blob: i64) -> Result<(), Error> {
    let named = "SELECT id FROM file WHERE blob = $1 LIMIT 1";
    if first(connection, named, &[blob.into()], |row| row.integer(0))?.is_none() {
        forget(connection, blob)?;
    }
    Ok(())
}

fn forget(connection: &dyn Connection, blob: i64) -> Result<(), Error> {
    for sql in [
        "DELETE FROM incoming WHERE blob = $1",
        "DELETE FROM chunk WHERE blob = $1",
        "DELETE FROM blob WHERE id = $1",
    ] {
        connection.execute(sql, &[blob.into()])?;
    }
    Ok(())
}

/// Forgets bytes that came, if none has named them since.
pub(crate) fn give_up(connection: &dyn Connection, blob: &Blob) -> Result<(), Error> {
    let Some(id) = row(connection, blob)? else { return Ok(()) };
    let sql = "SELECT blob FROM incoming WHERE blob = $1";
    match first(connection, sql, &[id.into()], |row| row.integer(0))? {
        Some(id) => forget(connection, id),
        None => Ok(()),
    }
}

/// Forgets some of what came before an instant and was never named.
pub(crate) fn forget_unnamed(connection: &dyn Connection, before: Timestamp, most: i64) -> Result<(), Error> {
    let sql = "SELECT blob FROM incoming WHERE begun < $1 ORDER BY begun, blob LIMIT $2";
    for blob in all(connection, sql, &[before.0.into(), most.into()], |row| row.integer(0))? {
        forget(connection, blob)?;
    }
    Ok(())
}

/// Is there anything that [`forget_unnamed`] would forget?
pub(crate) fn has_unnamed(connection: &dyn Connection, before: Timestamp) -> Result<bool, Error> {
    let sql = "SELECT blob FROM incoming WHERE begun < $1 ORDER BY begun LIMIT 1";
    Ok(first(connection, sql, &[before.0.into()], |row| row.integer(0))?.is_some())
}

/// Bytes from one on, to the end of their chunk; none behind the last.
pub(crate) fn read(connection: &dyn Connection, contents: &Contents, from: u64) -> Result<Vec<u8>, Error> {
    if from >= contents.size {
        return Ok(Vec::new());
    }
    // By their hash: the id of what went may be another's by now.
    let sql = "SELECT chunk.raw FROM blob JOIN chunk ON chunk.blob = blob.id \
               WHERE blob.hash = $1 AND chunk.number = $2";
    let parameters = [contents.tag.hash().as_slice().into(), signed(from / CHUNK).into()];
    let raw = first(connection, sql, &parameters, |row| row.bytes(0))?;
    let mut raw = raw.unwrap_or_default();
    let before = usize::try_from(from % CHUNK).unwrap_or(usize::MAX);
    if raw.len() <= before {
        return Err(Error::Conflict(Clash::Blob));
    }
    raw.drain(..before);
    Ok(raw)
}

impl Snapshot {
    /// Bytes of a document from one on, to the end of their [chunk](CHUNK); none behind the last.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`]; or they are gone, for the document was another one when it was found
    /// ([`Clash::Blob`]).
    pub fn bytes(&self, contents: &Contents, from: u64) -> Result<Vec<u8>, Error> {
        read(&self.transaction(), contents, from)
    }

    /// Are these bytes here, all of them?
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn has(&self, blob: &Blob) -> Result<bool, Error> {
        Ok(whole(&self.transaction(), blob)?.is_some())
    }
}
