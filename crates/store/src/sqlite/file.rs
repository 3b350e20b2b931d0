//! The store's folder and file: made for its owner alone, opened, brought to today's schema.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use crate::error::Error;
use crate::index::BASIS;
use crate::waiting::Waiting;

mod migrations {
    refinery::embed_migrations!("migrations");
}

/// The schema that this program writes; older stores are brought to it when they are opened.
pub const SCHEMA: i64 = 12;

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
        ErrorCode::SystemIoFailure if is_full(path) => Error::Full,
        ErrorCode::SystemIoFailure => {
            let source = io::Error::other(reason());
            Error::File { path: path.to_owned(), source }
        }
        _ => Error::Database(reason()),
    }
}

/// Does the disk take no more? SQLite knows that of a full disk; that a quota is used up (EDQUOT) is to it a failure like any
/// other. So the disk is asked itself, with more than SQLite writes at once.
fn is_full(path: &Path) -> bool {
    let probe = beside(path, "-probe");
    let write = || {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&probe)?;
        file.write_all(&vec![0; PROBE])?;
        file.sync_all()
    };
    let is_full = write().is_err_and(|refused| matches!(file_error(path)(refused), Error::Full));
    let _ = fs::remove_file(&probe);
    is_full
}

/// So many bytes does the disk have to take.
const PROBE: usize = 1 << 20;

pub(crate) fn file_error(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full,
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

pub(crate) fn make_folder(folder: &Path) -> Result<(), Error> {
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

pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
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
pub(crate) fn open_to_read(folder: &Path, waiting: Waiting) -> Result<Option<Opened>, Error> {
    let path = folder.join(NAME);
    match fs::metadata(&path) {
        Ok(_) => {}
        Err(absent) if absent.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(file_error(&path)(error)),
    }
    let opened = open_readable(&path, waiting)?;
    must_be_known(&path, opened.schema)?;
    Ok((opened.schema == SCHEMA).then_some(opened))
}

/// A file that was opened to be read.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) schema: i64,
    /// Is it read as a file that nobody writes? Then it would not be seen if somebody did.
    pub(crate) is_at_rest: bool,
}

/// Is what a connection reads of today's schema?
pub(crate) fn is_of_today(connection: &Connection) -> bool {
    schema(connection).is_ok_and(|found| found == SCHEMA)
}

/// Refuses what a newer version wrote.
pub(super) fn must_be_known(path: &Path, found: i64) -> Result<(), Error> {
    if found > SCHEMA {
        return Err(Error::Newer { path: path.to_owned(), found, known: SCHEMA });
    }
    Ok(())
}

/// Opens a file to read; its schema with it. Readers share memory in a file beside it: where none can be made, as on a disk
/// that is only read, and nobody writes, it is read as it is.
pub(crate) fn open_readable(path: &Path, waiting: Waiting) -> Result<Opened, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|e| error(path, &e))?;
    let found = waiting.retry(|| match prepare(&connection).and_then(|()| schema(&connection)) {
        Err(failed) if is_cut_off(&failed) => Ok(0),
        found => found.map_err(|e| error(path, &e)),
    });
    match found {
        Err(Error::ReadOnly { .. }) if is_at_rest(path) => open_at_rest(path),
        found => Ok(Opened { connection, schema: found?, is_at_rest: false }),
    }
}

/// Opens a file that nobody writes: without a lock, and with nothing made beside it.
pub(crate) fn open_at_rest(path: &Path) -> Result<Opened, Error> {
    let path = fs::canonicalize(path).map_err(file_error(path))?;
    let mut uri = b"file:".to_vec();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'%' | b'?' | b'#' => uri.extend_from_slice(format!("%{byte:02x}").as_bytes()),
            other => uri.push(*other),
        }
    }
    uri.extend_from_slice(b"?mode=ro&immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let flags = flags | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(OsStr::from_bytes(&uri), flags)?;
        prepare(&connection)?;
        let schema = schema(&connection)?;
        Ok(Opened { connection, schema, is_at_rest: true })
    };
    open().map_err(|e| error(&path, &e))
}

/// Does nobody write to a file whose readers can make nothing beside it?
fn is_at_rest(path: &Path) -> bool {
    let log = match fs::metadata(beside(path, "-wal")) {
        Ok(found) => Some(found.len()),
        Err(absent) if absent.kind() == io::ErrorKind::NotFound => None,
        Err(_) => return false,
    };
    let refused = fs::OpenOptions::new().write(true).open(path).err();
    can_be_at_rest(log, refused.map(|refused| refused.kind()))
}

/// Whoever writes has a log beside the file, of so many bytes; on a disk that is only read one that is empty was left there.
fn can_be_at_rest(log: Option<u64>, refused: Option<io::ErrorKind>) -> bool {
    log.is_none() || (log == Some(0) && refused == Some(io::ErrorKind::ReadOnlyFilesystem))
}

/// The file that SQLite keeps beside another, by what it appends to the name.
pub(crate) fn beside(path: &Path, side: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(side);
    PathBuf::from(name)
}

/// Was the making of the store cut off before it had its write-ahead log? Only a writer may roll that back.
fn is_cut_off(failed: &rusqlite::Error) -> bool {
    let code = failed.sqlite_error().map(|failure| failure.extended_code);
    code == Some(rusqlite::ffi::SQLITE_READONLY_ROLLBACK)
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(128);
    connection.busy_timeout(Duration::ZERO)?;
    // A plan is made once, not anew for each value: that was a sixth of a check's time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    set_foreign_keys(connection, true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -8_192)
}

/// Is what refers to something held to it?
fn set_foreign_keys(connection: &Connection, are_held: bool) -> rusqlite::Result<()> {
    connection.pragma_update(None, "foreign_keys", are_held)
}

pub(super) fn prepare_to_write(connection: &Connection) -> rusqlite::Result<()> {
    prepare(connection)?;
    // What a savepoint may have to take back is a list when it is in memory, and each statement inside walks it to its end:
    // with sets of 500 objects that was more than half of the writer's time.
    connection.pragma_update(None, "temp_store", "FILE")?;
    // Who writes much writes all over the indexes: their pages stay at hand, and go home less often: all of them once in
    // 128 MiB of the log.
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "wal_autocheckpoint", 32_768)
}

fn schema(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("PRAGMA user_version")?.query_row([], |row| row.get(0))
}

/// Begins or ends a transaction, by a statement that stays prepared: every snapshot needs it.
pub(crate) fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

/// Begins to read what is there now: the snapshot is taken at once, not at the first question.
pub(crate) fn begin_to_read(path: &Path, connection: &Connection) -> Result<(), Error> {
    let begin = || {
        run(connection, "BEGIN")?;
        connection.prepare_cached("SELECT one FROM store")?.query_row([], |row| row.get::<_, i64>(0))
    };
    begin().map(|_| ()).map_err(|e| error(path, &e))
}

/// Brings the database to today's schema; each step is whole or not at all.
fn migrate(path: &Path, folder: &Path, connection: &mut Connection) -> Result<(), Error> {
    let find = |connection: &Connection| {
        let found = schema(connection).map_err(|e| error(path, &e))?;
        must_be_known(path, found).map(|()| found)
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
    // A table that is made anew is dropped first, while others refer to it.
    set_foreign_keys(connection, false).map_err(|e| error(path, &e))?;
    // A step and the note that it was taken are one transaction: between two a kill would leave a store that never opens.
    let run = migrations::migrations::runner().set_grouped(true).run(connection);
    set_foreign_keys(connection, true).map_err(|e| error(path, &e))?;
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
pub(super) fn set_journal(connection: &Connection) -> rusqlite::Result<()> {
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

/// What SQLite finds amiss in its own pages and indexes; empty where all is well. `progress` hears how many tables are done, of
/// how many.
pub(crate) fn check_pages(
    path: &Path,
    connection: &Connection,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<String>, Error> {
    let check = |of: &str| -> rusqlite::Result<Vec<String>> {
        let (sql, told) = match of {
            // All pages, and those that belong to nothing; then each table against its indexes.
            "" => ("PRAGMA quick_check".to_owned(), None),
            table => (format!("PRAGMA integrity_check(\"{table}\")"), Some(table)),
        };
        let rows: Vec<String> = connection
            .prepare(&sql)?
            .query_map([], |row| row.get::<_, String>(0))?
            .collect::<Result<_, _>>()?;
        let of = |line: String| told.map_or(line.clone(), |table| format!("{table}: {line}"));
        Ok(rows.into_iter().filter(|line| line != "ok").map(of).collect())
    };
    let mut run = || -> rusqlite::Result<Vec<String>> {
        // An index is held against its table row by row, all over the file.
        connection.pragma_update(None, "cache_size", -131_072)?;
        let mut found = check("")?;
        if !found.is_empty() {
            return Ok(found);
        }
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
        let tables: Vec<String> =
            connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for (done, table) in (1..).zip(&tables) {
            found.extend(check(table)?);
            progress(done, tables.len() as u64);
        }
        Ok(found)
    };
    run().map_err(|e| error(path, &e))
}

#[cfg(test)]
mod tests {
    use ical::civil::Timestamp;
    use ical::recurrence::Range;

    use super::*;

    #[test]
    fn a_quota_that_is_used_up_is_a_full_disk() {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            assert!(matches!(file_error(Path::new("x"))(io::Error::from(kind)), Error::Full));
        }
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_full(&folder.path().join(NAME)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "the probe is left behind");
    }

    #[test]
    fn at_rest_is_what_nobody_writes() {
        let (refused, read_only) = (io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem);
        assert!(can_be_at_rest(None, Some(refused)), "nobody has it open");
        assert!(can_be_at_rest(None, None), "its folder alone cannot be written");
        assert!(!can_be_at_rest(Some(0), Some(refused)), "another user may have it open");
        assert!(can_be_at_rest(Some(0), Some(read_only)), "copied from one that was open");
        assert!(!can_be_at_rest(Some(4_152), Some(read_only)), "what is in the log would be lost");
    }

    /// A store of the first schema, in which something goes on beyond its window.
    #[test]
    fn what_was_there_before_seasons_may_occur_on_any_day() {
        let folder = tempfile::tempdir().unwrap();
        let mut old = Connection::open(folder.path().join(NAME)).unwrap();
        migrations::migrations::runner()
            .set_target(refinery::Target::Version(1))
            .set_grouped(true)
            .run(&mut old)
            .unwrap();
        old.execute_batch(
            "INSERT INTO store VALUES (1, x'00', 'of old', 1);
             INSERT INTO calendar VALUES (1, 'work', 'Work', NULL, NULL, NULL, 0, 1, 1, 0);
             INSERT INTO text VALUES (1, x'00', x'00');
             INSERT INTO object VALUES (1, 1, 'a', 'a', 'bcd', 1, 1, 1, 0, NULL, NULL, 900, 0, 0, 1, 0, 0);
             INSERT INTO object VALUES (2, 1, 'b', 'b', 'bcf', 1, 1, 1, 0, 500, NULL, NULL, 0, 0, 1, 0, 0);
             INSERT INTO object VALUES (3, 1, 'c', 'c', 'bcg', 1, 1, 1, -9000000, 500, 400, NULL, 0, 0, 1, 0, 0);
             PRAGMA user_version = 1;",
        )
        .unwrap();
        drop(old);
        let (_, connection) = open_to_write(folder.path(), Waiting::never()).unwrap();
        let transaction = super::super::Transaction::of(&connection, Path::new(NAME));
        let found = |days: i64| {
            let range = Range { from: Timestamp(days * 86_400), to: Timestamp(days * 86_400) };
            let found = crate::objects::in_range(&transaction, crate::CalendarId(1), range).unwrap();
            found.into_iter().map(|object| object.uid).collect::<Vec<_>>()
        };
        assert_eq!(found(40 * 366), ["a"], "what goes on after its window");
        assert_eq!(found(-40), ["c"], "what was before its window");
    }
}
