//! Connections that read: as many as are wanted at once, up to a bound, and kept for who reads next. To open one costs more than
//! most questions do.

use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rusqlite::Connection;

use super::file::{NAME, Opened, Waiting, begin_to_read, file_error, is_of_today, open_to_read};
use crate::counts;
use crate::error::Error;

/// The connections of a store that read.
#[derive(Debug)]
pub(crate) struct Readers {
    folder: PathBuf,
    waiting: Waiting,
    most: NonZeroUsize,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Those that nobody uses, each with the file that it has open.
    idle: Vec<(Connection, FileId)>,
    /// How many are lent out.
    lent: usize,
}

/// Which file it is, whatever it is called: device and number.
type FileId = (u64, u64);

/// A connection inside a transaction that reads; when it is dropped, another may use it.
#[derive(Debug)]
pub(crate) struct Reader {
    /// There until it is dropped.
    connection: Option<Connection>,
    file: FileId,
    /// May another use it after this?
    is_kept: bool,
    lent: Lent,
}

/// One of so many that are lent out.
#[derive(Debug)]
struct Lent(Arc<Readers>);

impl Readers {
    pub(crate) fn new(folder: &Path, waiting: Waiting, most: NonZeroUsize) -> Arc<Self> {
        let (state, returned) = (Mutex::default(), Condvar::new());
        Arc::new(Self { folder: folder.to_owned(), waiting, most, state, returned })
    }

    /// Begins to read what is there now; `None` where there is no store, or none of today's schema.
    pub(crate) fn begin(self: &Arc<Self>) -> Result<Option<Reader>, Error> {
        let (lent, idle) = self.lend()?;
        let path = self.folder.join(NAME);
        let Some(file) = file_of(&path)? else { return Ok(None) };
        // What stands at the path may be another file than the one that was opened, or of another schema.
        let is_current = |(connection, opened): &(Connection, FileId)| {
            *opened == file && begin_to_read(&path, connection).is_ok() && is_of_today(connection)
        };
        if let Some((connection, file)) = idle.filter(is_current) {
            return Ok(Some(Reader { connection: Some(connection), file, is_kept: true, lent }));
        }
        let Some(Opened { connection, is_at_rest, .. }) = open_to_read(&self.folder, self.waiting)? else {
            return Ok(None);
        };
        begin_to_read(&path, &connection)?;
        Ok(Some(Reader { connection: Some(connection), file, is_kept: !is_at_rest, lent }))
    }

    /// Counts one more as lent, and waits until that may be; with one that nobody uses, if there is any.
    fn lend(self: &Arc<Self>) -> Result<(Lent, Option<(Connection, FileId)>), Error> {
        let since = Instant::now();
        let mut state = self.state();
        while state.lent >= self.most.get() {
            let left = self.waiting.most.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(Error::Busy);
            }
            let waited = self.returned.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.lent += 1;
        counts::lent();
        Ok((Lent(Arc::clone(self)), state.idle.pop()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    pub(crate) fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("it is taken when this is dropped, and never before")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let is_ended = |connection: &Connection| {
            connection.execute_batch("ROLLBACK").is_ok() && connection.is_autocommit()
        };
        let connection = self.connection.take().filter(|connection| self.is_kept && is_ended(connection));
        self.lent.0.state().idle.extend(connection.map(|connection| (connection, self.file)));
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.0.state().lent -= 1;
        counts::returned();
        self.0.returned.notify_one();
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
        let count = || {
            let state = readers.state();
            (state.lent, state.idle.len())
        };
        for _ in 0..3 {
            let reader = readers.begin().unwrap().unwrap();
            assert_eq!(count(), (1, 0));
            drop(reader);
            assert_eq!(count(), (0, 1));
        }
        let two = [readers.begin().unwrap().unwrap(), readers.begin().unwrap().unwrap()];
        assert_eq!(count(), (2, 0));
        assert!(matches!(readers.begin(), Err(Error::Busy)));
        drop(two);
        assert_eq!(count(), (0, 2));
        assert!(readers.state().idle.iter().all(|(idle, _)| idle.is_autocommit()), "no old snapshot is held");
    }
}
