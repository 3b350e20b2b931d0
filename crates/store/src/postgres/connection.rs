//! A PostgreSQL connection inside a transaction, as the rest of the store sees it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;
use tokio::runtime::Runtime;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, SimpleQueryMessage, Statement};

use super::database::message;
use super::text;
use crate::engine::{self, Next, Value, Words};
use crate::error::Error;
use crate::objects::{select_planned_with_words, select_with_words};

/// A connection. What a statement is asked of it is answered while it is waited for.
pub(crate) struct Connection {
    /// There until it is dropped.
    runtime: Option<Runtime>,
    client: Client,
    statements: RefCell<HashMap<&'static str, Statement>>,
    name: Arc<str>,
    trouble: Cell<Trouble>,
    /// So long is waited for each answer; `None`: as long as it takes.
    patience: Cell<Option<Duration>>,
}

/// So long is waited for an answer to what a request or a change set asks: of a server that hangs none comes.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a connection has met since the last transaction began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trouble {
    None,
    /// A statement failed: the transaction can only be rolled back.
    Failed,
    /// Another transaction was in the way: the same again may go well.
    Race,
    /// The connection is no more.
    Lost,
}

/// So many statements are on their way at once.
const TOGETHER: usize = 512;

impl Connection {
    pub(super) fn new(runtime: Runtime, client: Client, name: Arc<str>) -> Self {
        let (statements, trouble) = (RefCell::default(), Cell::new(Trouble::None));
        Self {
            runtime: Some(runtime),
            client,
            statements,
            name,
            trouble,
            patience: Cell::new(Some(PATIENCE)),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn trouble(&self) -> Trouble {
        self.trouble.get()
    }

    pub(super) fn client_mut(&mut self) -> (&Runtime, &mut Client) {
        (self.runtime.as_ref().expect(KEPT), &mut self.client)
    }

    /// What is asked up to the end of the transaction may take as long as it takes, as whole tables do.
    pub(crate) fn be_patient(&self) {
        self.patience.set(None);
    }

    fn wait<T>(&self, answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, Error> {
        let runtime = self.runtime.as_ref().expect(KEPT);
        let answer = match self.patience.get() {
            None => runtime.block_on(answer),
            Some(most) => runtime.block_on(async { timeout(most, answer).await }).map_err(|_| {
                self.trouble.set(Trouble::Lost);
                silent(&self.name, most)
            })?,
        };
        answer.map_err(|failed| {
            self.trouble.set(trouble(&failed));
            error(&self.name, &failed)
        })
    }

    /// Runs statements without parameters, one after another, as one message; what the last that answers with a row says.
    pub(super) fn run(&self, sql: &str) -> Result<Vec<Option<String>>, Error> {
        let answers = self.wait(self.client.simple_query(sql))?;
        let row = answers.into_iter().rev().find_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let columns = |row: tokio_postgres::SimpleQueryRow| {
            (0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect()
        };
        Ok(row.map(columns).unwrap_or_default())
    }

    /// Begins a transaction: these statements are its first.
    pub(super) fn begin(&self, sql: &str) -> Result<Vec<Option<String>>, Error> {
        self.trouble.set(Trouble::None);
        self.patience.set(Some(PATIENCE));
        self.run(sql)
    }

    /// Ends the transaction as if nothing was done; `false` where the connection is of no more use.
    pub(super) fn roll_back(&self) -> bool {
        self.trouble() != Trouble::Lost && self.run("ROLLBACK").is_ok()
    }

    /// What failed was taken back: the transaction goes on.
    pub(super) fn forgive(&self) {
        self.trouble.set(Trouble::None);
    }

    /// The statement of a text that is always the same: it is prepared once.
    fn prepared(&self, sql: &'static str) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.wait(self.client.prepare(sql))?;
        self.statements.borrow_mut().insert(sql, statement.clone());
        Ok(statement)
    }

    /// Asks a question that is made for once.
    pub(super) fn ask(&self, sql: &str, parameters: &[Value<'_>]) -> Result<Vec<tokio_postgres::Row>, Error> {
        self.wait(self.client.query(sql, &references(parameters)))
    }

    /// The number that a question is answered with.
    pub(super) fn number(&self, sql: &str) -> Result<i64, Error> {
        let number = self.ask(sql, &[])?.first().map(|row| row.try_get(0)).transpose();
        number.map(Option::unwrap_or_default).map_err(|failed| Error::Database(message(&failed)))
    }

    /// Runs a statement that is made for once, with each row of parameters.
    pub(super) fn execute_each(&self, sql: &str, rows: &[Vec<Value<'_>>]) -> Result<(), Error> {
        let statement = self.wait(self.client.prepare(sql))?;
        self.all_of(&statement, rows.iter().map(Vec::as_slice))
    }

    /// Sends many of a statement without waiting for each answer.
    fn all_of<'v>(
        &self,
        statement: &Statement,
        rows: impl Iterator<Item = &'v [Value<'v>]>,
    ) -> Result<(), Error> {
        let rows: Vec<Vec<&(dyn ToSql + Sync)>> = rows.map(references).collect();
        for some in rows.chunks(TOGETHER) {
            let sent = some.iter().map(|row| self.client.execute(statement, row));
            self.wait(try_join_all(sent))?;
        }
        Ok(())
    }
}

const KEPT: &str = "it is taken when this is dropped, and never before";

impl Drop for Connection {
    fn drop(&mut self) {
        // Whoever drops it may be a task, which must not wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("name", &self.name).finish_non_exhaustive()
    }
}

fn references<'v>(parameters: &'v [Value<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    parameters.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) => number.to_sql_checked(ty, out),
            Self::Text(told) => text::kept(told).as_ref().to_sql_checked(ty, out),
            Self::Bytes(bytes) => bytes.to_sql_checked(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        // Each kind of value looks for itself.
        true
    }

    to_sql_checked!();
}

fn trouble(failed: &tokio_postgres::Error) -> Trouble {
    match failed.code() {
        _ if is_lost(failed) => Trouble::Lost,
        Some(code)
            if [
                SqlState::T_R_SERIALIZATION_FAILURE,
                SqlState::T_R_DEADLOCK_DETECTED,
                SqlState::UNIQUE_VIOLATION,
                SqlState::FOREIGN_KEY_VIOLATION,
            ]
            .contains(code) =>
        {
            Trouble::Race
        }
        _ => Trouble::Failed,
    }
}

/// Is the connection no more, or the server not ready for one?
fn is_lost(failed: &tokio_postgres::Error) -> bool {
    match failed.code() {
        None => {
            failed.is_closed()
                || std::error::Error::source(failed).is_some_and(|cause| cause.is::<std::io::Error>())
        }
        // Connections that broke; a server that is ended, or begins; one that takes no more.
        Some(code) => {
            code.code().starts_with("08")
                || [
                    SqlState::ADMIN_SHUTDOWN,
                    SqlState::CRASH_SHUTDOWN,
                    SqlState::CANNOT_CONNECT_NOW,
                    SqlState::TOO_MANY_CONNECTIONS,
                ]
                .contains(code)
        }
    }
}

/// A server that says nothing for so long.
pub(super) fn silent(name: &str, most: Duration) -> Error {
    Error::Unreachable { place: name.to_owned(), reason: format!("it says nothing for {} s", most.as_secs()) }
}

/// What a failure of PostgreSQL means.
pub(super) fn error(name: &str, failed: &tokio_postgres::Error) -> Error {
    let reason = message(failed);
    if is_lost(failed) {
        return Error::Unreachable { place: name.to_owned(), reason };
    }
    let Some(code) = failed.code() else { return Error::Database(reason) };
    let path = || PathBuf::from(name);
    if *code == SqlState::LOCK_NOT_AVAILABLE {
        Error::Busy
    } else if *code == SqlState::DISK_FULL {
        Error::Full
    } else if [SqlState::INSUFFICIENT_PRIVILEGE, SqlState::READ_ONLY_SQL_TRANSACTION].contains(code) {
        Error::ReadOnly { path: path() }
    } else if [SqlState::DATA_CORRUPTED, SqlState::INDEX_CORRUPTED].contains(code) {
        Error::Damaged { path: path(), reason }
    } else if *code == SqlState::PROGRAM_LIMIT_EXCEEDED {
        // Of all that such limits are about, only rows of indexes come from outside: words and numbers of columns are bounded.
        Error::TooLong { reason }
    } else {
        Error::Database(reason)
    }
}

/// A connection that is inside a transaction.
pub(crate) struct Transaction<'c>(&'c Connection);

impl<'c> Transaction<'c> {
    pub(super) const fn of(connection: &'c Connection) -> Self {
        Self(connection)
    }
}

/// Vectors of words with their places: the words of a phrase stand one behind another.
static WORDS: Words = Words {
    write: "INSERT INTO words (rowid, body) VALUES ($1, $2::text::tsvector)",
    written: text::vector,
    forget: "DELETE FROM words WHERE rowid = $1",
    find: select_with_words!("SELECT rowid FROM words WHERE body @@ $1::text::tsquery"),
    planned: select_planned_with_words!("SELECT rowid FROM words WHERE body @@ $1::text::tsquery"),
    between: "SELECT rowid FROM words WHERE body @@ $1::text::tsquery AND rowid >= $2 AND rowid <= $3",
    whole: text::whole,
    beginning: text::beginning,
};

impl engine::Connection for Transaction<'_> {
    fn words(&self) -> &'static Words {
        &WORDS
    }

    fn execute(&self, sql: &'static str, parameters: &[Value<'_>]) -> Result<usize, Error> {
        let statement = self.0.prepared(sql)?;
        let changed = self.0.wait(self.0.client.execute(&statement, &references(parameters)))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    fn execute_all<'v>(
        &self,
        sql: &'static str,
        rows: &mut dyn Iterator<Item = &'v [Value<'v>]>,
    ) -> Result<(), Error> {
        self.0.all_of(&self.0.prepared(sql)?, rows)
    }

    fn each(
        &self,
        sql: &'static str,
        parameters: &[Value<'_>],
        take: &mut dyn FnMut(&dyn engine::Row) -> Result<Next, Error>,
    ) -> Result<(), Error> {
        let statement = self.0.prepared(sql)?;
        // All are here before the first is taken: who takes one may ask for more over the same wire.
        for row in self.0.wait(self.0.client.query(&statement, &references(parameters)))? {
            if take(&Row(&row))? == Next::Stop {
                break;
            }
        }
        Ok(())
    }
}

/// A number of whatever size: what a function answers, as `length` does, is smaller than a column's.
struct Number(i64);

impl<'r> FromSql<'r> for Number {
    fn from_sql(ty: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        match *ty {
            Type::INT4 => i32::from_sql(ty, raw).map(|number| Self(number.into())),
            _ => i64::from_sql(ty, raw).map(Self),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT4 | Type::INT8)
    }
}

struct Row<'r>(&'r tokio_postgres::Row);

impl Row<'_> {
    fn get<'r, T: FromSql<'r>>(&'r self, column: usize) -> Result<T, Error> {
        self.0.try_get(column).map_err(|failed| Error::Database(message(&failed)))
    }
}

impl engine::Row for Row<'_> {
    fn integer(&self, column: usize) -> Result<i64, Error> {
        self.get(column).map(|Number(number)| number)
    }

    fn maybe_integer(&self, column: usize) -> Result<Option<i64>, Error> {
        Ok(self.get::<Option<Number>>(column)?.map(|Number(number)| number))
    }

    fn text(&self, column: usize) -> Result<String, Error> {
        self.get(column).map(text::as_it_was)
    }

    fn maybe_text(&self, column: usize) -> Result<Option<String>, Error> {
        Ok(self.get::<Option<String>>(column)?.map(text::as_it_was))
    }

    fn bytes(&self, column: usize) -> Result<Vec<u8>, Error> {
        self.get(column)
    }

    fn maybe_bytes(&self, column: usize) -> Result<Option<Vec<u8>>, Error> {
        self.get(column)
    }
}
