//! What a database must do: statements with numbered parameters, and rows.
//!
//! SQL is written once, in what SQLite and PostgreSQL share: `$1` and so on in ascending order of first use, upserts,
//! RETURNING, plain types. How transactions begin and end, and who waits for whom, is each engine's own.
//!
//! RETURNING is not for what is written often: SQLite keeps a journal of its own for each such statement, and writes the words
//! that wait in memory out before it. A third of an import was that; a key is asked for afterwards instead.
//!
//! # What both take
//!
//! PostgreSQL is the second engine (`postgres/`), and the store's tests run on both. What that asks of statements:
//!
//! - a condition is a comparison (`is_removed = 0`), since a number is no truth value there;
//! - an upsert names the table of a column that both rows have, or is `DO NOTHING`;
//! - a column that has an index and is better not found by it stands with a plus (`+home = $2`), which is nothing there;
//! - an order is whole, down to the key, and says `NULLS FIRST` where there may be any: ties and nulls differ;
//! - ids are in no order of commits and have gaps; the order of a calendar is its sequence, counted in its row;
//! - one type for a parameter, wherever it stands: so a value that stands twice is handed over twice.
//!
//! Its schema is this one with other words: BYTEA, BIGINT, identities, and `TEXT COLLATE "C"`, since ranges of handles are
//! of bytes (in a database with Czech order, `handle >= 'c'` found nothing). A table of `tsvector` with GIN stands for the
//! index of words ([`Words`]).
//!
//! The traits do not wait for answers by `async`. Of the same statements sixteen threads with a connection each did as many
//! as sixteen tasks did, or more; what helps is not to wait for each answer: sent together they were two thirds to half as
//! fast again. A set of one object is eighteen statements, so an engine behind a wire wants many of them sent together:
//! [`Connection::execute_all`] is the first such place.

use std::borrow::Cow;

use crate::change_set::{ChangeSet, Outcome};
use crate::error::Error;

/// A value of a statement's parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(is_so: bool) -> Self {
        Self::Integer(is_so.into())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of an answer; columns are counted from 0.
pub(crate) trait Row {
    fn integer(&self, column: usize) -> Result<i64, Error>;
    fn maybe_integer(&self, column: usize) -> Result<Option<i64>, Error>;
    fn text(&self, column: usize) -> Result<String, Error>;
    fn maybe_text(&self, column: usize) -> Result<Option<String>, Error>;
    fn bytes(&self, column: usize) -> Result<Vec<u8>, Error>;
    fn maybe_bytes(&self, column: usize) -> Result<Option<Vec<u8>>, Error>;
}

/// How an engine keeps the words of texts: each has an index for them that is its own, so these alone are not plain SQL.
#[derive(Debug)]
pub(crate) struct Words {
    /// Writes those of a text that has none: `$1` is its id, `$2` the words as [`Words::written`] has them.
    pub(crate) write: &'static str,
    /// Words in normal form as the index wants them.
    pub(crate) written: for<'w> fn(&'w str) -> Cow<'w, str>,
    /// Forgets those of a text: `$1` is its id.
    pub(crate) forget: &'static str,
    /// Finds the objects of the calendars of the home `$2` that are there whose texts have what `$1` asks for, in the order
    /// of their starts, `$3` at most, in the columns of [`objects`](crate::objects).
    pub(crate) find: &'static str,
    /// Finds the objects of all homes that are planned with others, whose texts have what `$1` asks for, behind the one of the id `$2` and
    /// not over at `$3`, in the order of their ids, `$4` at most, in the same columns.
    pub(crate) planned: &'static str,
    /// The texts from `$2` to `$3` that have what `$1` asks for.
    pub(crate) between: &'static str,
    /// All these phrases as a question in the engine's language; the last word of each may go on.
    pub(crate) beginning: fn(&[String]) -> String,
    /// One word as such a question.
    pub(crate) whole: fn(&str) -> String,
}

/// A connection inside a transaction: a snapshot that is read, or the turn of a writer.
pub(crate) trait Connection {
    /// The statements of its index of words.
    fn words(&self) -> &'static Words;

    /// Runs a statement; the number of rows it changed.
    fn execute(&self, sql: &'static str, parameters: &[Value<'_>]) -> Result<usize, Error>;

    /// Runs a statement once for each row of parameters; an engine behind a wire sends them without waiting for each answer.
    fn execute_all<'v>(
        &self,
        sql: &'static str,
        rows: &mut dyn Iterator<Item = &'v [Value<'v>]>,
    ) -> Result<(), Error>;

    /// Asks a question, and hands over each row until one says that it is enough.
    fn each(
        &self,
        sql: &'static str,
        parameters: &[Value<'_>],
        take: &mut dyn FnMut(&dyn Row) -> Result<Next, Error>,
    ) -> Result<(), Error>;
}

/// The turns of a writer: sets in, one transaction, answers out.
pub(crate) trait Turns: Send {
    /// Applies sets in one transaction and commits it: what each was answered, applied or refused by itself. An error is one of
    /// the transaction: nothing was done.
    fn apply(&mut self, sets: &[&ChangeSet]) -> Result<Vec<Result<Outcome, Error>>, Error>;
}

/// Whether to go on with the next row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Go,
    Stop,
}

/// All rows of an answer, each made into something.
pub(crate) fn all<T>(
    connection: &dyn Connection,
    sql: &'static str,
    parameters: &[Value<'_>],
    mut make: impl FnMut(&dyn Row) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let mut rows = Vec::new();
    connection.each(sql, parameters, &mut |row| {
        rows.push(make(row)?);
        Ok(Next::Go)
    })?;
    Ok(rows)
}

/// The first row of an answer, if there is one.
pub(crate) fn first<T>(
    connection: &dyn Connection,
    sql: &'static str,
    parameters: &[Value<'_>],
    mut make: impl FnMut(&dyn Row) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let mut found = None;
    connection.each(sql, parameters, &mut |row| {
        found = Some(make(row)?);
        Ok(Next::Stop)
    })?;
    Ok(found)
}
