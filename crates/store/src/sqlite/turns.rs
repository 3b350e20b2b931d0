//! The turns of the writer: many sets applied and committed as one transaction of the file.

use std::path::PathBuf;

use rusqlite::Connection;

use super::Transaction;
use crate::apply;
use crate::change_set::{ChangeSet, Outcome};
use crate::engine;
use crate::error::Error;
use crate::waiting::Waiting;

/// The connection that writes.
pub(crate) struct Turns {
    path: PathBuf,
    connection: Connection,
    waiting: Waiting,
}

impl Turns {
    pub(crate) const fn new(path: PathBuf, connection: Connection, waiting: Waiting) -> Self {
        Self { path, connection, waiting }
    }

    fn run(&self, sql: &str) -> Result<(), Error> {
        super::file::run(&self.connection, sql).map_err(|error| super::file::error(&self.path, &error))
    }

    fn set(&self, set: &ChangeSet) -> Result<Outcome, Error> {
        apply::apply(&Transaction::of(&self.connection, &self.path), set)
    }

    fn transaction(&self, sets: &[&ChangeSet], apply: &dyn Fn(&ChangeSet) -> Answered) -> Answers {
        if !self.connection.is_autocommit() {
            // The one before could not be rolled back.
            self.run("ROLLBACK")?;
        }
        self.waiting.retry(|| self.run("BEGIN IMMEDIATE"))?;
        let committed = sets
            .iter()
            .map(|set| apply(set))
            .collect::<Answers>()
            .and_then(|answers| self.waiting.retry(|| self.run("COMMIT")).map(|()| answers));
        if committed.is_err() && !self.connection.is_autocommit() {
            let _ = self.run("ROLLBACK");
        }
        committed
    }

    /// Applies a set in a savepoint, so that it can be taken back alone.
    fn alone(&self, set: &ChangeSet) -> Answered {
        self.run("SAVEPOINT act")?;
        let applied = self.set(set);
        if self.connection.is_autocommit() {
            // A full disk or a failing one ended the whole transaction, and the savepoint with it.
            return Err(applied
                .err()
                .unwrap_or_else(|| Error::Database("a transaction was lost".to_owned())));
        }
        if applied.is_err() {
            self.run("ROLLBACK TO act")?;
        }
        self.run("RELEASE act")?;
        Ok(applied)
    }
}

/// What a set was answered: applied, or refused by itself. An error is one of the whole transaction.
type Answered = Result<Result<Outcome, Error>, Error>;
/// The same of many.
type Answers = Result<Vec<Result<Outcome, Error>>, Error>;

impl engine::Turns for Turns {
    /// Nearly always each can be applied. So they are applied as if they were one; only if one is refused, all are taken back,
    /// and applied again each in a savepoint: to be able to take a set back alone costs more than a third of what it does.
    fn apply(&mut self, sets: &[&ChangeSet]) -> Answers {
        match self.transaction(sets, &|set| self.set(set).map(Ok)) {
            // One that is alone is refused by itself.
            Err(refused) if sets.len() == 1 => Ok(vec![Err(refused)]),
            Err(Error::Busy) => Err(Error::Busy),
            Err(_) => self.transaction(sets, &|set| self.alone(set)),
            applied => applied,
        }
    }
}

#[cfg(test)]
mod tests;
