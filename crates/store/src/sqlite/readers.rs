//! The connections that read a store's file.

use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::Transaction;
use super::file::{NAME, Opened, begin_to_read, file_error, is_of_today, open_to_read, run};
use crate::error::Error;
use crate::pool::{Lent, Pool};
use crate::waiting::Waiting;

/// A connection, and the file that it has open.
type Kept = (Connection, FileId);

/// Which file it is, whatever it is called: device and number.
type FileId = (u64, u64);

/// The connections of a store that read.
#[derive(Debug)]
pub(crate) struct Readers {
    folder: PathBuf,
    waiting: Waiting,
    pool: Arc<Pool<Kept>>,
}

/// A connection inside a transaction that reads; when it is dropped, another may use it.
#[derive(Debug)]
pub(crate) struct Reader {
    /// There until it is dropped.
    connection: Option<Connection>,
    path: PathBuf,
    file: FileId,
    /// May another use it after this?
    is_kept: bool,
    lent: Lent<Kept>,
}

impl Readers {
    pub(crate) fn new(folder: &Path, waiting: Waiting, most: NonZeroUsize) -> Self {
        Self { folder: folder.to_owned(), waiting, pool: Pool::new(waiting, most) }
    }

    /// Begins to read what is there now; `None` where there is no store, or none of today's schema.
    pub(crate) fn begin(&self) -> Result<Option<Reader>, Error> {
        let (lent, idle) = self.pool.lend()?;
        let path = self.folder.join(NAME);
        let Some(file) = file_of(&path)? else { return Ok(None) };
        // What stands at the path may be another file than the one that was opened, or of another schema.
        let is_current = |(connection, opened): &Kept| {
            *opened == file && begin_to_read(&path, connection).is_ok() && is_of_today(connection)
        };
        if let Some((connection, file)) = idle.filter(is_current) {
            return Ok(Some(Reader { connection: Some(connection), path, file, is_kept: true, lent }));
        }
        let Some(Opened { connection, is_at_rest, .. }) = open_to_read(&self.folder, self.waiting)? else {
            return Ok(None);
        };
        begin_to_read(&path, &connection)?;
        Ok(Some(Reader { connection: Some(connection), path, file, is_kept: !is_at_rest, lent }))
    }
}

impl Reader {
    pub(crate) fn transaction(&self) -> Transaction<'_> {
        let connection =
            self.connection.as_ref().expect("it is taken when this is dropped, and never before");
        Transaction::of(connection, &self.path)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let is_ended =
            |connection: &Connection| run(connection, "ROLLBACK").is_ok() && connection.is_autocommit();
        if let Some(connection) =
            self.connection.take().filter(|connection| self.is_kept && is_ended(connection))
        {
            self.lent.keep((connection, self.file));
        }
    }
}

fn file_of(path: &Path) -> Result<Option<FileId>, Error> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some((found.dev(), found.ino()))),
        Err(absent) if absent.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(file_error(path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::open_to_write;
    use super::*;

    #[test]
    fn one_after_another_uses_the_same_and_two_at_once_use_two() {
        let folder = tempfile::tempdir().unwrap();
        let readers = Readers::new(folder.path(), Waiting::never(), NonZeroUsize::MIN.saturating_add(1));
        assert!(readers.begin().unwrap().is_none());
        open_to_write(folder.path(), Waiting::never()).unwrap();
        for _ in 0..3 {
            let reader = readers.begin().unwrap().unwrap();
            assert_eq!(readers.pool.count(), (1, 0));
            drop(reader);
            assert_eq!(readers.pool.count(), (0, 1));
        }
        let two = [readers.begin().unwrap().unwrap(), readers.begin().unwrap().unwrap()];
        assert_eq!(readers.pool.count(), (2, 0));
        assert!(matches!(readers.begin(), Err(Error::Busy)));
        drop(two);
        assert_eq!(readers.pool.count(), (0, 2));
        for _ in 0..2 {
            let (_lent, idle) = readers.pool.lend().unwrap();
            assert!(idle.unwrap().0.is_autocommit(), "no old snapshot is held");
        }
    }
}
