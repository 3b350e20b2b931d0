//! A SQLite connection inside a transaction, as the rest of the store sees it.

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

use crate::engine::{self, Next, Value, Words};
use crate::error::Error;
use crate::objects::{select_planned_with_words, select_with_words};

/// A connection that is inside a transaction.
pub(crate) struct Transaction<'c> {
    connection: &'c rusqlite::Connection,
    path: &'c std::path::Path,
}

impl<'c> Transaction<'c> {
    pub(crate) const fn of(connection: &'c rusqlite::Connection, path: &'c std::path::Path) -> Self {
        Self { connection, path }
    }

    fn error(&self, error: &rusqlite::Error) -> Error {
        super::file::error(self.path, error)
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// FTS5: phrases in quotes, all of which must be there; an asterisk lets the last word of one go on.
static WORDS: Words = Words {
    write: "INSERT INTO words (rowid, body) VALUES ($1, $2)",
    written: |words| words.into(),
    forget: "DELETE FROM words WHERE rowid = $1",
    find: select_with_words!("SELECT rowid FROM words WHERE words MATCH $1"),
    planned: select_planned_with_words!("SELECT rowid FROM words WHERE words MATCH $1"),
    between: "SELECT rowid FROM words WHERE words MATCH $1 AND rowid >= $2 AND rowid <= $3",
    whole: |word| format!("\"{word}\""),
    beginning: |phrases| phrases.iter().map(|phrase| format!("\"{phrase}\"*")).collect::<Vec<_>>().join(" "),
};

impl engine::Connection for Transaction<'_> {
    fn words(&self) -> &'static Words {
        &WORDS
    }

    fn execute(&self, sql: &'static str, parameters: &[Value<'_>]) -> Result<usize, Error> {
        let run = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.execute(rusqlite::params_from_iter(parameters))
        };
        run().map_err(|error| self.error(&error))
    }

    fn execute_all<'v>(
        &self,
        sql: &'static str,
        rows: &mut dyn Iterator<Item = &'v [Value<'v>]>,
    ) -> Result<(), Error> {
        let mut run = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            for row in &mut *rows {
                statement.execute(rusqlite::params_from_iter(row))?;
            }
            Ok(())
        };
        run().map_err(|error| self.error(&error))
    }

    fn each(
        &self,
        sql: &'static str,
        parameters: &[Value<'_>],
        take: &mut dyn FnMut(&dyn engine::Row) -> Result<Next, Error>,
    ) -> Result<(), Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(|error| self.error(&error))?;
        let mut rows =
            statement.query(rusqlite::params_from_iter(parameters)).map_err(|error| self.error(&error))?;
        while let Some(row) = rows.next().map_err(|error| self.error(&error))? {
            if take(&Row { row, path: self.path })? == Next::Stop {
                break;
            }
        }
        Ok(())
    }
}

struct Row<'r> {
    row: &'r rusqlite::Row<'r>,
    path: &'r std::path::Path,
}

impl Row<'_> {
    fn get<T: rusqlite::types::FromSql>(&self, column: usize) -> Result<T, Error> {
        self.row.get(column).map_err(|error| super::file::error(self.path, &error))
    }
}

impl engine::Row for Row<'_> {
    fn integer(&self, column: usize) -> Result<i64, Error> {
        self.get(column)
    }

    fn maybe_integer(&self, column: usize) -> Result<Option<i64>, Error> {
        self.get(column)
    }

    fn text(&self, column: usize) -> Result<String, Error> {
        self.get(column)
    }

    fn maybe_text(&self, column: usize) -> Result<Option<String>, Error> {
        self.get(column)
    }

    fn bytes(&self, column: usize) -> Result<Vec<u8>, Error> {
        self.get(column)
    }

    fn maybe_bytes(&self, column: usize) -> Result<Option<Vec<u8>>, Error> {
        self.get(column)
    }
}

#[cfg(test)]
mod tests;
