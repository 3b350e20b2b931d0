//! The one who writes: a thread that takes change sets as they come, applies each by itself, and commits many at once.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::change_set::{ChangeSet, Outcome};
use crate::counts;
use crate::engine::Turns;
use crate::error::Error;

/// So many sets wait for the writer; whoever brings one more waits himself.
const WAITING: usize = 64;
/// So many sets are committed at once.
const TOGETHER: usize = 64;

/// A set, and where its answer goes.
pub(crate) struct Job {
    set: Box<ChangeSet>,
    answer: SyncSender<Result<Outcome, Error>>,
}

impl Job {
    pub(crate) fn new(set: ChangeSet) -> (Self, Pending) {
        let (answer, pending) = sync_channel(1);
        (Self { set: Box::new(set), answer }, Pending(pending))
    }
}

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
    pub(crate) fn start(mut turns: Box<dyn Turns>) -> Result<Self, Error> {
        let (jobs, received) = sync_channel::<Job>(WAITING);
        let work = move || {
            while let Ok(first) = received.recv() {
                let mut taken = vec![first];
                taken.extend(received.try_iter().take(TOGETHER - 1));
                commit(&mut *turns, taken);
            }
        };
        let thread = std::thread::Builder::new().name("store-writer".to_owned()).spawn(work);
        let thread = thread.map_err(|error| Error::Database(format!("no thread can write: {error}")))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    pub(crate) fn submit(&self, set: ChangeSet) -> Pending {
        let (job, pending) = Job::new(set);
        if let Some(jobs) = &self.jobs {
            // A writer that is gone drops the job, and `wait` tells so.
            let _ = jobs.send(job);
        }
        pending
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

/// Applies sets, each whole or not at all, commits those that were applied, then answers. What fails them all together, as
/// one that fills the disk does, is not the fault of all: then each is tried by itself.
pub(crate) fn commit(turns: &mut dyn Turns, jobs: Vec<Job>) {
    let began = Instant::now();
    let sets: Vec<&ChangeSet> = jobs.iter().map(|job| &*job.set).collect();
    match turns.apply(&sets) {
        Ok(answers) => {
            counts::committed(&answers, began.elapsed());
            for (job, applied) in jobs.iter().zip(answers) {
                // Nobody may be waiting any more.
                let _ = job.answer.send(applied);
            }
        }
        Err(error @ (Error::Busy | Error::Unreachable { .. })) => refuse_all(&jobs, &error),
        Err(error) if jobs.len() == 1 => refuse_all(&jobs, &error),
        Err(_) => {
            for job in jobs {
                commit(turns, vec![job]);
            }
        }
    }
}

fn refuse_all(jobs: &[Job], error: &Error) {
    counts::failed(jobs.len());
    for job in jobs {
        let _ = job.answer.send(Err(again(error)));
    }
}

/// One failure, told to each whose set it hit.
fn again(error: &Error) -> Error {
    match error {
        Error::Busy => Error::Busy,
        Error::Full => Error::Full,
        Error::ReadOnly { path } => Error::ReadOnly { path: path.clone() },
        Error::Damaged { path, reason } => Error::Damaged { path: path.clone(), reason: reason.clone() },
        Error::Newer { path, found, known } => {
            Error::Newer { path: path.clone(), found: *found, known: *known }
        }
        Error::Unreachable { place, reason } => {
            Error::Unreachable { place: place.clone(), reason: reason.clone() }
        }
        Error::File { path, source } => {
            Error::File { path: path.clone(), source: std::io::Error::other(source.to_string()) }
        }
        other => Error::Database(other.to_string()),
    }
}
