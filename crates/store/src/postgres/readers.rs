//! The connections that read a store in a database.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::connection::{Connection, Transaction};
use super::database::Database;
use super::schema::{ASK, is_begun, is_of_today};
use crate::error::Error;
use crate::pool::{Lent, Pool};
use crate::waiting::Waiting;

/// A row as text.
type Answer = Vec<Option<String>>;

/// The connections of a store that read.
#[derive(Debug)]
pub(crate) struct Readers {
    database: Database,
    pool: Arc<Pool<Connection>>,
}

/// A connection inside a transaction that reads; when it is dropped, another may use it.
#[derive(Debug)]
pub(crate) struct Reader {
    /// There until it is dropped.
    connection: Option<Connection>,
    lent: Lent<Connection>,
}

impl Readers {
    pub(crate) fn new(database: &Database, waiting: Waiting, most: NonZeroUsize) -> Self {
        Self { database: database.clone(), pool: Pool::new(waiting, most) }
    }

    /// The database that they read, without a password.
    pub(crate) fn name(&self) -> &str {
        self.database.name()
    }

    /// Begins to read what is there now; `None` where there is no store, or none of today's schema.
    pub(crate) fn begin(&self) -> Result<Option<Reader>, Error> {
        let (lent, idle) = self.pool.lend()?;
        let (connection, answer) = match idle.map(|idle| (begin(&idle), idle)) {
            Some((Ok(answer), idle)) => (idle, answer),
            // The others were lost with it, it may be.
            Some((Err(Error::Unreachable { .. }), _)) => {
                self.pool.forget();
                match self.open()? {
                    Some(opened) => opened,
                    None => return Ok(None),
                }
            }
            Some((Err(failed), _)) => return Err(failed),
            None => match self.open()? {
                Some(opened) => opened,
                None => return Ok(None),
            },
        };
        let reader = Reader { connection: Some(connection), lent };
        Ok(is_of_today(self.name(), &answer)?.then_some(reader))
    }

    /// A new connection that has begun to read, and of what schema all is.
    fn open(&self) -> Result<Option<(Connection, Answer)>, Error> {
        let connection = self.database.connect()?;
        match begin(&connection) {
            Ok(answer) => Ok(Some((connection, answer))),
            Err(failed) => {
                if is_begun(&self.database)? {
                    Err(failed)
                } else {
                    Ok(None)
                }
            }
        }
    }
}

/// The snapshot is taken at once, not at the first question.
fn begin(connection: &Connection) -> Result<Answer, Error> {
    connection.begin(&format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {ASK}"))
}

impl Reader {
    pub(crate) fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("it is taken when this is dropped, and never before")
    }

    pub(crate) fn transaction(&self) -> Transaction<'_> {
        Transaction::of(self.connection())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take().filter(Connection::roll_back) {
            self.lent.keep(connection);
        }
    }
}
