//! Where a store is: in a folder, or in a PostgreSQL database.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::postgres::Database;

/// Where a store is.
#[derive(Clone, Debug)]
pub struct Location(pub(crate) Site);

/// The engine of a store, and where its data is.
#[derive(Clone, Debug)]
pub(crate) enum Site {
    /// SQLite, in a folder of its own.
    Folder(PathBuf),
    /// PostgreSQL; with the folder in which files of this machine go that belong to the store.
    Database { database: Database, beside: PathBuf },
}

impl Location {
    /// A folder.
    pub fn folder(folder: impl Into<PathBuf>) -> Self {
        Self(Site::Folder(folder.into()))
    }

    /// What somebody names: a folder, or a database as `postgres://USER@HOST/NAME`. A password may stand in the URL or by
    /// itself; it is shown nowhere. What is kept on this machine of a store in a database goes into the folder `beside`.
    ///
    /// # Errors
    /// It begins as a URL of a database and is none.
    pub fn read(named: &OsStr, password: Option<&str>, beside: &Path) -> Result<Self, BadLocation> {
        let url = named.to_str().and_then(|named| {
            let (scheme, rest) = named.split_once("://")?;
            let schemes = ["postgres", "postgresql"];
            schemes.iter().any(|one| scheme.eq_ignore_ascii_case(one)).then(|| format!("postgres://{rest}"))
        });
        Ok(Self(match url {
            None => Site::Folder(named.into()),
            Some(url) => {
                let database = Database::read(&url, password).map_err(BadLocation)?;
                Site::Database { database, beside: beside.to_owned() }
            }
        }))
    }

    /// The store's folder; of a store in a database the one for what belongs to it on this machine.
    pub fn path(&self) -> &Path {
        match &self.0 {
            Site::Folder(folder) => folder,
            Site::Database { beside, .. } => beside,
        }
    }
}

/// As people read it, without a password.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Site::Folder(folder) => folder.display().fmt(f),
            Site::Database { database, .. } => f.write_str(database.name()),
        }
    }
}

/// What begins as a URL of a database and is none: why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("wanted a folder, or a database as postgres://USER@HOST/NAME: {0}")]
pub struct BadLocation(String);
