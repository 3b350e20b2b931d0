//! What went wrong in the store, and what to do about it.

use std::path::PathBuf;

use crate::change_set::Clash;

/// Why the store did not answer, or did not take a change set. Nothing is half done in any case.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What a change set expected no longer holds; read again and decide again.
    #[error("{0}")]
    Conflict(Clash),
    /// Another process holds the store, and waiting did not help.
    #[error("the store is held by another process; try again when it is done")]
    Busy,
    /// The database is not there, or was lost. What was on its way is there whole or not at all.
    #[error("{place} does not answer ({reason}): try again when it does; nothing is half done")]
    Unreachable {
        /// The database, without a password.
        place: String,
        /// Why.
        reason: String,
    },
    /// The disk has no room. What was there is untouched.
    #[error("the disk is full, or a quota used up: free some space and try again; nothing was changed")]
    Full,
    /// The folder or its files cannot be written.
    #[error("{path} cannot be written: check its rights; nothing was changed", path = path.display())]
    ReadOnly {
        /// The store's file.
        path: PathBuf,
    },
    /// The file was made by a later version.
    #[error(
        "{path} was written by a newer Kalends (schema {found}; this one knows up to {known}): use that one, or, \
         with `kalends admin restore --exact`, a backup of before",
        path = path.display()
    )]
    Newer {
        /// The store's file.
        path: PathBuf,
        /// The schema found there.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The file is no store, or pages of it are damaged.
    #[error(
        "{path} is damaged ({reason}): `kalends admin check` tells what is, `kalends admin restore` brings a backup back",
        path = path.display()
    )]
    Damaged {
        /// The store's file.
        path: PathBuf,
        /// What the database says.
        reason: String,
    },
    /// What was named as a backup cannot be restored.
    #[error("{path} cannot be restored ({reason}): name another backup; nothing was changed", path = path.display())]
    Unfit {
        /// What was named.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A folder cannot take the journal of this store.
    #[error("{path} cannot take the journal of this store ({reason}); nothing in it was changed", path = path.display())]
    NotFollowed {
        /// The folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The folder or a file could not be opened, read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A change set larger than the store takes at once.
    #[error("a change set of {found} {what}, {most} at most")]
    TooLarge {
        /// Objects or bytes.
        what: &'static str,
        /// How many it has.
        found: usize,
        /// How many it may have.
        most: usize,
    },
    /// A UID or a name that the database cannot have in an index: PostgreSQL takes some 2,600 bytes.
    #[error(
        "a UID or a name is longer than the database can keep ({reason}): make it shorter; nothing was changed"
    )]
    TooLong {
        /// What the database says.
        reason: String,
    },
    /// What the database says beyond these.
    #[error("the store's database: {0}")]
    Database(String),
}
