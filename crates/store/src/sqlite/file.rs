//! The store's folder and file: made for its owner alone, opened, brought to today's schema.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use crate::error::Error;
use crate::index::BASIS;

mod migrations {
    refinery::embed_migrations!("migrations");
}

/// The schema that this program writes.
const SCHEMA: i64 = 1;

/// What is done while another process holds the store.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// So long at most.
    pub most: Duration,
    /// Called once, when it has taken a moment: somebody may want to know.
    pub tell: fn(),
}

/// So long passes before somebody is told that another process is waited for.
const MOMENT: Duration = Duration::from_millis(300);

impl Waiting {
    /// Not at all.
    pub const fn never() -> Self {
        Self { most: Duration::ZERO, tell: || () }
    }

    /// Tries `act` again while the store is held by another process.
    pub(crate) fn retry<T>(self, mut act: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
        let start = Instant::now();
        let mut is_told = false;
        let mut pause = Duration::from_millis(1);
        loop {
            match act() {
                Err(Error::Busy) if start.elapsed() < self.most => {}
                answer => return answer,
            }
            if !is_told && start.elapsed() > MOMENT {
                is_told = true;
                (self.tell)();
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}

/// What a failure of SQLite means.
pub(crate) fn error(path: &Path, error: &rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(failure, message) = error else {
        return Error::Database(error.to_string());
    };
    let reason = || message.clone().unwrap_or_else(|| failure.to_string());
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Busy,
        ErrorCode::DiskFull => Error::Full,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => {
            Error::ReadOnly { path: path.to_owned() }
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
            Error::Damaged { path: path.to_owned(), reason: reason() }
        }
        ErrorCode::SystemIoFailure => {
            let source = io::Error::other(reason());
            Error::File { path: path.to_owned(), source }
        }
        _ => Error::Database(reason()),
    }
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| match source.kind() {
        io::ErrorKind::StorageFull => Error::Full,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Error::ReadOnly { path },
        _ => Error::File { path, source },
    }
}

/// Makes the folder (0700) and an empty file (0600) where there is none, durably. Files that others may read are
/// restricted: SQLite gives its side files the mode that it finds.
fn make(folder: &Path, file: &Path) -> Result<(), Error> {
    make_folder(folder)?;
    let made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    match made {
        Ok(_) => sync_folder(folder),
        Err(exists) if exists.kind() == io::ErrorKind::AlreadyExists => {
            SIDES.iter().try_for_each(|side| restrict(&folder.join(format!("{NAME}{side}"))))
        }
        Err(error) => Err(file_error(file)(error)),
    }
}

fn make_folder(folder: &Path) -> Result<(), Error> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().unwrap_or(Path::new("/"));
    make_folder(parent)?;
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(exists) if exists.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made.map_err(file_error(folder)),
    }?;
    sync_folder(parent)
}

fn sync_folder(folder: &Path) -> Result<(), Error> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    fs::File::open(folder).and_then(|opened| opened.sync_all()).map_err(file_error(folder))
}

/// Opens the store of a folder for its writer; makes it where there is none.
pub(crate) fn open_to_write(folder: &Path, waiting: Waiting) -> Result<(PathBuf, Connection), Error> {
    let path = folder.join(NAME);
    make(folder, &path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(&path, flags).map_err(|e| error(&path, &e))?;
    waiting.retry(|| {
        prepare_to_write(&connection).map_err(|e| error(&path, &e))?;
        migrate(&path, folder, &mut connection)?;
        note_basis(&connection).map_err(|e| error(&path, &e))
    })?;
    Ok((path, connection))
}

/// The store's file in its folder.
pub(crate) const NAME: &str = "kalends.db";

/// What SQLite appends to the file's name for itself and for the files beside it.
const SIDES: [&str; 3] = ["", "-wal", "-shm"];

fn restrict(path: &Path) -> Result<(), Error> {
    let mode = match fs::metadata(path) {
        Ok(found) => found.permissions().mode(),
        Err(absent) if absent.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(file_error(path)(error)),
    };
    if mode & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(file_error(path))?;
    }
    Ok(())
}

/// Opens the store of a folder to read; `None` where there is none, or none of today's schema.
pub(crate) fn open_to_read(folder: &Path, waiting: Waiting) -> Result<Option<Connection>, Error> {
    let path = folder.join(NAME);
    match fs::metadata(&path) {
        Ok(_) => {}
        Err(absent) if absent.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(file_error(&path)(error)),
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(|e| error(&path, &e))?;
    let found = waiting.retry(|| match prepare(&connection).and_then(|()| schema(&connection)) {
        Err(failed) if is_cut_off(&failed) => Ok(0),
        found => found.map_err(|e| error(&path, &e)),
    })?;
    if found > SCHEMA {
        return Err(Error::Newer { path, found, known: SCHEMA });
    }
    Ok((found == SCHEMA).then_some(connection))
}

/// Was the making of the store cut off before it had its write-ahead log? Only a writer may roll that back.
fn is_cut_off(failed: &rusqlite::Error) -> bool {
    let code = failed.sqlite_error().map(|failure| failure.extended_code);
    code == Some(rusqlite::ffi::SQLITE_READONLY_ROLLBACK)
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(128);
    connection.busy_timeout(Duration::ZERO)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -8_192)
}

fn prepare_to_write(connection: &Connection) -> rusqlite::Result<()> {
    prepare(connection)?;
    // What a savepoint may have to take back is a list when it is in memory, and each statement inside walks it to its end:
    // with sets of 500 objects that was more than half of the writer's time.
    connection.pragma_update(None, "temp_store", "FILE")?;
    // Who writes much writes all over the indexes: their pages stay at hand, and go home less often.
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "wal_autocheckpoint", 8_192)
}

fn schema(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Begins to read what is there now: the snapshot is taken at once, not at the first question.
pub(crate) fn begin_to_read(path: &Path, connection: &Connection) -> Result<(), Error> {
    let begin = || {
        connection.execute_batch("BEGIN")?;
        connection.query_row("SELECT one FROM store", [], |row| row.get::<_, i64>(0))
    };
    begin().map(|_| ()).map_err(|e| error(path, &e))
}

/// Brings the database to today's schema; each step is whole or not at all.
fn migrate(path: &Path, folder: &Path, connection: &mut Connection) -> Result<(), Error> {
    let find = |connection: &Connection| match schema(connection) {
        Ok(found) if found > SCHEMA => Err(Error::Newer { path: path.to_owned(), found, known: SCHEMA }),
        found => found.map_err(|e| error(path, &e)),
    };
    if find(connection)? == SCHEMA {
        return set_journal(connection).map_err(|e| error(path, &e));
    }
    // One process at a time; the system takes the lock back from one that was killed. The folder is locked, not the file:
    // to close that would take SQLite's own locks away.
    let lock = fs::File::open(folder).map_err(file_error(folder))?;
    lock.try_lock().map_err(|held| match held {
        fs::TryLockError::WouldBlock => Error::Busy,
        fs::TryLockError::Error(failed) => file_error(folder)(failed),
    })?;
    set_journal(connection).map_err(|e| error(path, &e))?;
    if find(connection)? == SCHEMA {
        return Ok(());
    }
    // A step and the note that it was taken are one transaction: between two a kill would leave a store that never opens.
    let run = migrations::migrations::runner().set_grouped(true).run(connection);
    if let Err(failed) = run {
        return Err(match failed.kind() {
            refinery::error::Kind::Connection(message, cause) => {
                match cause.downcast_ref::<rusqlite::Error>() {
                    Some(failure) => error(path, failure),
                    _ => Error::Database(format!("{message}: {cause}")),
                }
            }
            _ => Error::Database(failed.to_string()),
        });
    }
    note_basis(connection)
        .and_then(|()| connection.pragma_update(None, "user_version", SCHEMA))
        .map_err(|e| error(path, &e))
}

/// What is committed is on disk when it is answered, and readers see the state before meanwhile.
fn set_journal(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")
}

/// A new store gets its epoch; where index rows are derived with another basis since, all are to be derived again.
fn note_basis(connection: &Connection) -> rusqlite::Result<()> {
    let found =
        connection.query_row("SELECT basis FROM store", [], |row| row.get::<_, String>(0)).optional()?;
    if found.as_deref() != Some(BASIS) {
        connection.execute(
            "INSERT INTO store (one, epoch, basis, generation) VALUES (1, randomblob(16), $1, 1) \
             ON CONFLICT (one) DO UPDATE SET basis = excluded.basis, generation = store.generation + 1 \
             WHERE store.basis <> excluded.basis",
            [BASIS],
        )?;
    }
    Ok(())
}

/// What SQLite finds amiss in its own pages and indexes; empty where all is well.
pub(crate) fn check_pages(path: &Path, connection: &Connection) -> Result<Vec<String>, Error> {
    let ask = |sql: &str| -> rusqlite::Result<Vec<String>> {
        connection.prepare(sql)?.query_map([], |row| row.get::<_, String>(0))?.collect()
    };
    let mut found = ask("PRAGMA integrity_check").map_err(|e| error(path, &e))?;
    found.retain(|line| line != "ok");
    Ok(found)
}

/// Copies the store as it is at one moment to another file, which is there whole or not at all.
pub(crate) fn backup(
    folder: &Path,
    waiting: Waiting,
    to: &Path,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<(), Error> {
    let Some(source) = open_to_read(folder, waiting)? else {
        let path = folder.join(NAME);
        return Err(Error::File { path, source: io::Error::from(io::ErrorKind::NotFound) });
    };
    let place = to.parent().unwrap_or(Path::new("/"));
    // What is copied stays as it is while others write; else the copying would begin again with each of their commits.
    begin_to_read(&folder.join(NAME), &source)?;
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let _ = fs::remove_file(&part);
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).map_err(file_error(&part))?;
    let mut copy = || -> rusqlite::Result<()> {
        let mut target = Connection::open(&part)?;
        let run = rusqlite::backup::Backup::new(&source, &mut target)?;
        loop {
            let step = run.step(PAGES)?;
            let left = run.progress();
            progress(left.remaining.unsigned_abs(), left.pagecount.unsigned_abs());
            match step {
                rusqlite::backup::StepResult::Done => return Ok(()),
                rusqlite::backup::StepResult::More => {}
                _ => {
                    let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
                    return Err(rusqlite::Error::SqliteFailure(busy, None));
                }
            }
        }
    };
    let copied = copy().map_err(|e| error(&part, &e)).and_then(|()| {
        let synced = fs::File::open(&part).and_then(|file| file.sync_all());
        synced.and_then(|()| fs::rename(&part, to)).map_err(file_error(to))?;
        sync_folder(place)
    });
    if copied.is_err() {
        let _ = fs::remove_file(&part);
    }
    copied
}

/// So many pages are copied between two reports.
const PAGES: i32 = 1_024;
