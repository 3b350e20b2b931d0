//! The one who writes: a thread that takes change sets as they come, applies each by itself, and commits many at once.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::{Transaction, Waiting};
use crate::apply;
use crate::change_set::{ChangeSet, Outcome};
use crate::error::Error;

/// So many sets wait for the writer; whoever brings one more waits himself.
const WAITING: usize = 64;
/// So many sets are committed at once.
const TOGETHER: usize = 64;

/// A set, and where its answer goes.
type Job = (Box<ChangeSet>, SyncSender<Result<Outcome, Error>>);

/// The writer's thread; it ends when this is dropped, after what was handed over is done.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

/// A set on its way to the disk.
#[derive(Debug)]
#[must_use = "a set is done only when its answer is there"]
pub struct Pending(Receiver<Result<Outcome, Error>>);

impl Pending {
    /// Waits until the set is on disk, or refused.
    ///
    /// # Errors
    /// What stood against it. Nothing of it was done.
    pub fn wait(self) -> Result<Outcome, Error> {
        self.0.recv().unwrap_or_else(|_| Err(Error::Database("the writer has ended".to_owned())))
    }
}

impl Writer {
    pub(crate) fn start(path: PathBuf, connection: Connection, waiting: Waiting) -> Result<Self, Error> {
        let (jobs, received) = sync_channel::<Job>(WAITING);
        let source = path.clone();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || work(&path, &connection, waiting, &received))
            .map_err(|error| Error::File { path: source, source: error })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    pub(crate) fn submit(&self, set: ChangeSet) -> Pending {
        let (answer, pending) = sync_channel(1);
        if let Some(jobs) = &self.jobs {
            // A writer that is gone drops the answer's sender, and `wait` tells so.
            let _ = jobs.send((Box::new(set), answer));
        }
        Pending(pending)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(path: &Path, connection: &Connection, waiting: Waiting, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let mut taken = vec![first];
        taken.extend(jobs.try_iter().take(TOGETHER - 1));
        commit(path, connection, waiting, taken);
    }
}

/// Applies sets, each whole or not at all, and commits those that were applied; then answers.
fn commit(path: &Path, connection: &Connection, waiting: Waiting, jobs: Vec<Job>) {
    let run = |sql: &str| connection.execute_batch(sql).map_err(|error| super::file::error(path, &error));
    if let Err(error) = waiting.retry(|| run("BEGIN IMMEDIATE")) {
        return refuse_all(jobs.into_iter().map(|(_, answer)| answer), &error);
    }
    let mut answers = Vec::with_capacity(jobs.len());
    let mut lost = None;
    for (set, answer) in jobs {
        if lost.is_none() {
            let applied = run("SAVEPOINT act").and_then(|()| {
                let applied = apply::apply(&Transaction::of(connection, path), &set);
                run(if applied.is_ok() { "RELEASE act" } else { "ROLLBACK TO act; RELEASE act" })?;
                applied
            });
            // A full disk or a failing one ends the whole transaction, not the savepoint alone.
            lost = match &applied {
                Err(error) if connection.is_autocommit() => Some(again(error)),
                _ => None,
            };
            answers.push((answer, Some(applied)));
        } else {
            answers.push((answer, None));
        }
    }
    let committed = match lost {
        Some(error) => Err(error),
        None => waiting.retry(|| run("COMMIT")),
    };
    if let Err(error) = &committed {
        if !connection.is_autocommit() {
            // Should this fail, SQLite rolls back when the file is closed: nothing was committed.
            let _ = run("ROLLBACK");
        }
        return refuse_all(answers.into_iter().map(|(answer, _)| answer), error);
    }
    for (answer, applied) in answers {
        // Nobody may be waiting any more.
        let _ = applied.map(|applied| answer.send(applied));
    }
}

fn refuse_all(answers: impl Iterator<Item = SyncSender<Result<Outcome, Error>>>, error: &Error) {
    for answer in answers {
        let _ = answer.send(Err(again(error)));
    }
}

/// One failure of the disk, told to each whose set it hit.
fn again(error: &Error) -> Error {
    match error {
        Error::Busy => Error::Busy,
        Error::Full => Error::Full,
        Error::ReadOnly { path } => Error::ReadOnly { path: path.clone() },
        Error::Damaged { path, reason } => Error::Damaged { path: path.clone(), reason: reason.clone() },
        Error::File { path, source } => {
            Error::File { path: path.clone(), source: std::io::Error::other(source.to_string()) }
        }
        other => Error::Database(other.to_string()),
    }
}
