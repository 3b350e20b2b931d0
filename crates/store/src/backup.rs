//! A backup or a journal on its way back: a copy of it beside the store, of today's schema, from which is restored.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::journal::{self, Ended};
use crate::location::Site;
use crate::{Store, Waiting, postgres, sqlite};

/// A copy of a backup, in a folder beside the store that goes with it. The backup itself is only read, and may stand where
/// nothing can be written.
#[derive(Debug)]
pub struct Backup {
    store: Store,
    folder: PathBuf,
    ended: Option<Ended>,
    /// Held for as long as the folder is there: one restores at a time.
    _lock: fs::File,
}

/// The folder of the copy, in the store's.
const NAME: &str = "restoring";

impl Backup {
    /// Copies a backup, or the store of a folder, to beside a store. `progress` hears how many pages are left, of how many.
    pub(crate) fn open(
        from: &Path,
        store: &Path,
        waiting: Waiting,
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<Self, Error> {
        sqlite::make_folder(store)?;
        let folder = store.join(NAME);
        let lock = lock(&folder)?;
        let mut backup = Self { store: Store::new(&folder, waiting), folder, ended: None, _lock: lock };
        let file = backup.folder.join(sqlite::NAME);
        // What a restore left behind that was killed.
        for side in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(sqlite::beside(&file, side));
        }
        if journal::is_in(from)? {
            backup.ended = Some(journal::replay(from, &file, progress)?);
        } else {
            sqlite::take(from, &file, waiting, progress)?;
        }
        Ok(backup)
    }

    /// Where it ends, if it is a journal.
    pub const fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// What is in it; what is written there is only in the copy.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Puts it in a store's place, whole or not at all; also when that is no store any more. The store as it was is put aside:
    /// where, if there was one.
    ///
    /// # Errors
    /// One of the two cannot be read or written. The store is as it was.
    pub fn put_in_place(
        self,
        store: &Store,
        aside: &str,
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<Option<PathBuf>, Error> {
        let numbered = |number: u32| match number {
            1 => store.folder().join(aside),
            number => store.folder().join(format!("{aside}-{number}")),
        };
        let free = (1..u32::MAX).map(numbered).find(|path| !path.exists());
        let aside = free.unwrap_or_else(|| numbered(u32::MAX));
        let with = self.folder.join(sqlite::NAME);
        let is_kept = match &store.location.0 {
            Site::Folder(folder) => sqlite::replace(folder, &with, &aside, store.waiting, progress)?,
            Site::Database { database, .. } => {
                postgres::replace(database, &with, &aside, store.waiting, progress)?
            }
        };
        Ok(is_kept.then_some(aside))
    }
}

impl Drop for Backup {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
        // Where there was no store, no folder is left either.
        let _ = self.folder.parent().map(fs::remove_dir);
    }
}

/// Makes a folder and locks it; the lock goes with the process, however that ends.
pub(crate) fn lock(folder: &Path) -> Result<fs::File, Error> {
    let path = folder.join("lock");
    loop {
        sqlite::make_folder(folder)?;
        let made = fs::OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        let file = made.map_err(sqlite::file_error(&path))?;
        file.try_lock().map_err(|held| match held {
            fs::TryLockError::WouldBlock => Error::Busy,
            fs::TryLockError::Error(failed) => sqlite::file_error(&path)(failed),
        })?;
        // Another who ended just now may have taken the folder away.
        let ours = file.metadata().map_err(sqlite::file_error(&path))?.ino();
        if fs::metadata(&path).is_ok_and(|there| there.ino() == ours) {
            return Ok(file);
        }
    }
}
