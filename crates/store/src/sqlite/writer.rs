//! The one who writes: a thread that takes change sets as they come, applies each by itself, and commits many at once.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

use rusqlite::Connection;

use super::{Transaction, Waiting};
use crate::apply;
use crate::change_set::{ChangeSet, Outcome};
use crate::counts;
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

/// Applies sets, each whole or not at all, commits those that were applied, then answers. What fails them all together, as
/// one that fills the disk does, is not the fault of all: then each is tried by itself.
fn commit(path: &Path, connection: &Connection, waiting: Waiting, jobs: Vec<Job>) {
    let began = Instant::now();
    match apply_all(path, connection, waiting, &jobs) {
        Ok(answers) => {
            counts::committed(&answers, began.elapsed());
            for ((_, answer), applied) in jobs.iter().zip(answers) {
                // Nobody may be waiting any more.
                let _ = answer.send(applied);
            }
        }
        Err(Error::Busy) => refuse_all(&jobs, &Error::Busy),
        Err(error) if jobs.len() == 1 => refuse_all(&jobs, &error),
        Err(_) => {
            for job in jobs {
                commit(path, connection, waiting, vec![job]);
            }
        }
    }
}

/// What a set was answered: applied, or refused by itself. An error is one of the whole transaction.
type Answered = Result<Result<Outcome, Error>, Error>;

/// Applies sets in one transaction and commits it. An error is one of the transaction: nothing was done.
///
/// Nearly always each can be applied. So they are applied as if they were one; only if one is refused, all are taken back, and
/// applied again each in a savepoint: to be able to take a set back alone costs more than a third of what it does.
fn apply_all(
    path: &Path,
    connection: &Connection,
    waiting: Waiting,
    jobs: &[Job],
) -> Result<Vec<Result<Outcome, Error>>, Error> {
    let run = |sql: &str| connection.execute_batch(sql).map_err(|error| super::file::error(path, &error));
    let transaction = |apply: &dyn Fn(&ChangeSet) -> Answered| {
        if !connection.is_autocommit() {
            // The one before could not be rolled back.
            run("ROLLBACK")?;
        }
        waiting.retry(|| run("BEGIN IMMEDIATE"))?;
        let committed = jobs
            .iter()
            .map(|(set, _)| apply(set))
            .collect::<Result<Vec<_>, Error>>()
            .and_then(|answers| waiting.retry(|| run("COMMIT")).map(|()| answers));
        if committed.is_err() && !connection.is_autocommit() {
            let _ = run("ROLLBACK");
        }
        committed
    };
    let together = transaction(&|set| apply::apply(&Transaction::of(connection, path), set).map(Ok));
    match together {
        // One that is alone is refused by itself.
        Err(refused) if jobs.len() == 1 => Ok(vec![Err(refused)]),
        Err(Error::Busy) => Err(Error::Busy),
        Err(_) => transaction(&|set| {
            run("SAVEPOINT act")?;
            let applied = apply::apply(&Transaction::of(connection, path), set);
            if connection.is_autocommit() {
                // A full disk or a failing one ended the whole transaction, and the savepoint with it.
                return Err(applied
                    .err()
                    .unwrap_or_else(|| Error::Database("a transaction was lost".to_owned())));
            }
            run(if applied.is_ok() { "RELEASE act" } else { "ROLLBACK TO act; RELEASE act" })?;
            Ok(applied)
        }),
        applied => applied,
    }
}

fn refuse_all(jobs: &[Job], error: &Error) {
    counts::failed(jobs.len());
    for (_, answer) in jobs {
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

#[cfg(test)]
mod tests;
