//! Texts, each kept once by its hash.

use std::fmt;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::engine::{Connection, Value, first};
use crate::error::Error;

/// A text byte for byte, and its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    hash: [u8; 32],
    bytes: Bytes,
}

impl Text {
    /// A text of these bytes, which are not copied.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self { hash: Sha256::digest(&bytes).into(), bytes }
    }

    /// SHA-256 of the bytes.
    pub const fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// What tells it from others.
    pub const fn tag(&self) -> Tag {
        Tag(self.hash)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// What is private stays out of logs.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.bytes.len())
    }
}

/// What tells the texts of a name apart without reading them: SHA-256 of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tag([u8; 32]);

impl Tag {
    /// The tag of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    pub(crate) fn told(hash: Sha256) -> Self {
        Self(hash.finalize().into())
    }

    pub(crate) const fn hash(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn read(hash: &[u8]) -> Result<Self, Error> {
        let hash = hash.try_into();
        hash.map(Self).map_err(|_| Error::Database("a hash is not of 32 bytes".to_owned()))
    }
}

/// The first half in hexadecimal digits: more than enough among the texts of one name.
impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(16).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The row of a text, made where there is none, with its words.
pub(crate) fn keep(connection: &dyn Connection, text: &Text, words: &str) -> Result<i64, Error> {
    let hash: Value<'_> = text.hash().as_slice().into();
    let find = || first(connection, "SELECT id FROM text WHERE hash = $1", &[hash], |row| row.integer(0));
    if let Some(id) = find()? {
        return Ok(id);
    }
    // Its id is asked for afterwards: see `engine.rs`.
    let sql = "INSERT INTO text (hash, raw) VALUES ($1, $2)";
    connection.execute(sql, &[hash, text.bytes().into()])?;
    let id = find()?.ok_or_else(|| Error::Database("a row that was written has no id".to_owned()))?;
    write_words(connection, id, words)?;
    Ok(id)
}

/// Writes the words of a text anew.
pub(crate) fn index(connection: &dyn Connection, text: i64, words: &str) -> Result<(), Error> {
    connection.execute(connection.words().forget, &[text.into()])?;
    write_words(connection, text, words)
}

fn write_words(connection: &dyn Connection, text: i64, words: &str) -> Result<(), Error> {
    let index = connection.words();
    let words = (index.written)(words);
    connection.execute(index.write, &[text.into(), words.as_ref().into()]).map(|_| ())
}

/// The bytes of a text.
pub(crate) fn read(connection: &dyn Connection, text: i64) -> Result<Option<Vec<u8>>, Error> {
    first(connection, "SELECT raw FROM text WHERE id = $1", &[text.into()], |row| row.bytes(0))
}
