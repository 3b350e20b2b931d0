//! A store copied into a file, and a copy put in a store's place: whole or not at all.

use std::fs;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::file::{
    NAME, Opened, begin_to_read, beside, error, file_error, must_be_known, open_at_rest, open_readable,
    open_to_read, open_to_write, prepare_to_write, set_journal, sync_folder,
};
use crate::error::Error;
use crate::waiting::Waiting;

/// Hears how many pages are left, of how many.
type Progress<'p> = &'p mut dyn FnMut(u32, u32);

/// So many pages are copied between two reports.
const PAGES: i32 = 1_024;

/// Copies the store as it is at one moment to another file, which is there whole or not at all.
pub(crate) fn backup(
    folder: &Path,
    waiting: Waiting,
    to: &Path,
    progress: Progress<'_>,
) -> Result<(), Error> {
    let Some(source) = open_to_read(folder, waiting)? else {
        let path = folder.join(NAME);
        return Err(Error::File { path, source: io::Error::from(io::ErrorKind::NotFound) });
    };
    // What is copied stays as it is while others write; else the copying would begin again with each of their commits.
    begin_to_read(&folder.join(NAME), &source.connection)?;
    copy(&source.connection, to, progress)
}

/// Copies a backup, or the store in a folder, to a file. A backup is only read, and nothing is made beside it.
pub(crate) fn take(from: &Path, to: &Path, waiting: Waiting, progress: Progress<'_>) -> Result<(), Error> {
    let is_folder = fs::metadata(from).map_err(file_error(from))?.is_dir();
    let path = if is_folder { from.join(NAME) } else { from.to_owned() };
    fs::File::open(&path).map_err(file_error(&path))?;
    let may_be_open = path.ends_with(NAME) || beside(&path, "-wal").exists();
    let opened = if may_be_open { open_readable(&path, waiting) } else { open_at_rest(&path) };
    let unfit = |reason: String| Error::Unfit { path: from.to_owned(), reason };
    let Opened { connection: source, schema, .. } = opened.map_err(|failed| match failed {
        Error::Damaged { reason, .. } => unfit(reason),
        other => other,
    })?;
    must_be_known(&path, schema)?;
    // Also takes care that it stays as it is while it is copied.
    let begun = begin_to_read(&path, &source);
    if schema == 0 || begun.is_err() {
        return Err(unfit(match begun {
            Err(Error::Damaged { reason, .. }) => reason,
            _ => "it is no store of Kalends".to_owned(),
        }));
    }
    copy(&source, to, progress)
}

/// Copies what a connection reads to a file, which is there whole or not at all.
fn copy(source: &Connection, to: &Path, progress: Progress<'_>) -> Result<(), Error> {
    let part = beside(to, ".part");
    let _ = fs::remove_file(&part);
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).map_err(file_error(&part))?;
    let mut pages = || {
        let mut target = Connection::open(&part)?;
        let run = Backup::new(source, &mut target)?;
        step_to_the_end(&run, progress)
    };
    let copied = pages().map_err(|e| error(&part, &e)).and_then(|()| {
        let synced = fs::File::open(&part).and_then(|file| file.sync_all());
        synced.and_then(|()| fs::rename(&part, to)).map_err(file_error(to))?;
        sync_folder(to.parent().unwrap_or(Path::new("/")))
    });
    if copied.is_err() {
        let _ = fs::remove_file(&part);
    }
    copied
}

fn step_to_the_end(run: &Backup<'_, '_>, progress: Progress<'_>) -> rusqlite::Result<()> {
    loop {
        let step = run.step(PAGES)?;
        let left = run.progress();
        progress(left.remaining.unsigned_abs(), left.pagecount.unsigned_abs());
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => return Err(busy()),
        }
    }
}

fn busy() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY), None)
}

/// Puts what is in a file in the place of a store, and the store as it was into the file `aside`; was there one?
///
/// It is one transaction of the store's own file: whoever reads goes on with what was, whoever writes waits, a kill or a loss of
/// power leaves all as it was, and no log of one file ever meets another. The copy put aside is made when nobody else can write
/// any more, so that it has all that was ever acknowledged.
pub(crate) fn replace(
    folder: &Path,
    with: &Path,
    aside: &Path,
    waiting: Waiting,
    progress: Progress<'_>,
) -> Result<bool, Error> {
    let path = folder.join(NAME);
    let is_there = path.exists();
    if !is_there {
        open_to_write(folder, waiting)?;
    }
    let failed = |e: rusqlite::Error| error(&path, &e);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(with, flags).map_err(|e| error(with, &e))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target = Connection::open_with_flags(&path, flags).map_err(failed)?;
    let ready =
        waiting.retry(|| prepare_to_write(&target).and_then(|()| set_journal(&target)).map_err(failed));
    if let Err(Error::Damaged { .. }) = ready {
        drop(target);
        return put_aside(folder, &path, &source, aside, progress).map(|()| true);
    }
    ready?;
    let reader = open_readable(&path, waiting)?.connection;
    {
        let run = Backup::new(&source, &mut target).map_err(failed)?;
        // No page yet, but from here on nobody else writes.
        waiting.retry(|| match run.step(0) {
            Ok(StepResult::Done | StepResult::More) => Ok(()),
            Ok(_) => Err(Error::Busy),
            Err(e) => Err(failed(e)),
        })?;
        if is_there {
            copy(&reader, aside, &mut |_, _| ())?;
        }
        if let Err(stopped) = step_to_the_end(&run, progress) {
            let _ = fs::remove_file(aside);
            return Err(failed(stopped));
        }
    }
    Ok(is_there)
}

/// A file that is no database any more: nobody can open it, so names are enough. Its log goes first, that it meets no other
/// file; then the whole file comes in the place of the broken one, which has its second name by then.
fn put_aside(
    folder: &Path,
    path: &Path,
    source: &Connection,
    aside: &Path,
    progress: Progress<'_>,
) -> Result<(), Error> {
    let new = beside(path, ".new");
    copy(source, &new, progress)?;
    for side in ["-wal", "-shm"] {
        match fs::rename(beside(path, side), beside(aside, side)) {
            Err(absent) if absent.kind() == io::ErrorKind::NotFound => {}
            moved => moved.map_err(file_error(path))?,
        }
    }
    // Some file systems have no second names.
    fs::hard_link(path, aside).or_else(|_| fs::rename(path, aside)).map_err(file_error(path))?;
    sync_folder(folder)?;
    fs::rename(&new, path).map_err(file_error(path))?;
    sync_folder(folder)
}
