//! A store in a database copied into a file, which is one of SQLite, and such a file put in a store's place. So a backup is the
//! same whatever engine it is of, and comes back into either.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::types::Value as Cell;

use super::connection::Connection;
use super::database::Database;
use super::readers::Readers;
use super::schema::open_to_write;
use super::text;
use crate::engine::Value;
use crate::error::Error;
use crate::sqlite::{self, beside};
use crate::waiting::Waiting;
use crate::words;

/// Hears how many rows are left, of how many.
type Progress<'p> = &'p mut dyn FnMut(u32, u32);

/// So many rows are read or written at once; of bytes of documents, which are long, so many.
const ROWS: usize = 1_000;
const CHUNKS: usize = 16;

/// A table of the store, by its name and the names of its columns. The words of texts are derived again.
struct Table {
    name: String,
    columns: Vec<String>,
    /// Are its rows counted by their ids?
    has_id: bool,
}

/// The tables of a file.
fn tables(file: &rusqlite::Connection) -> rusqlite::Result<Vec<Table>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'words%' \
               AND name NOT LIKE 'sqlite%' AND name <> 'refinery_schema_history' ORDER BY name";
    let names: Vec<String> = file.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let table = |name: String| {
        let mut statement = file.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
        let columns: Vec<String> =
            statement.query_map([&name], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let has_id = columns.iter().any(|column| column == "id");
        Ok(Table { name, columns, has_id })
    };
    names.into_iter().map(table).collect()
}

impl Table {
    /// So many rows are in memory at once.
    fn at_once(&self) -> usize {
        if self.name == "chunk" { CHUNKS } else { ROWS }
    }

    fn insert(&self) -> String {
        let places: Vec<String> = (1..=self.columns.len()).map(|number| format!("${number}")).collect();
        format!("INSERT INTO {} ({}) VALUES ({})", self.name, self.columns.join(", "), places.join(", "))
    }

    /// Writes the one row of the store itself, which stays where it is: who waits for it waits for this very row.
    fn update(&self) -> String {
        let sets: Vec<String> =
            (1..).zip(&self.columns).map(|(number, column)| format!("{column} = ${number}")).collect();
        format!("UPDATE {} SET {}", self.name, sets.join(", "))
    }

    fn is_store(&self) -> bool {
        self.name == "store"
    }

    fn select(&self) -> String {
        format!("SELECT {} FROM {}", self.columns.join(", "), self.name)
    }
}

/// How far a copy has come.
struct Done<'p> {
    rows: u32,
    all: u32,
    progress: Progress<'p>,
}

impl<'p> Done<'p> {
    fn new(all: i64, progress: Progress<'p>) -> Self {
        Self { rows: 0, all: u32::try_from(all).unwrap_or(u32::MAX), progress }
    }

    fn count(&mut self, rows: usize) {
        if rows == 0 {
            return;
        }
        self.rows = self.rows.saturating_add(u32::try_from(rows).unwrap_or(u32::MAX)).min(self.all);
        (self.progress)(self.all - self.rows, self.all);
    }
}

/// Copies the store as it is at one moment to a file, which is there whole or not at all.
pub(crate) fn backup(readers: &Readers, to: &Path, progress: Progress<'_>) -> Result<(), Error> {
    let Some(reader) = readers.begin()? else {
        let source = io::Error::from(io::ErrorKind::NotFound);
        return Err(Error::File { path: readers.name().into(), source });
    };
    write_file(reader.connection(), to, progress)
}

/// Writes what a transaction sees to a file.
fn write_file(source: &Connection, to: &Path, progress: Progress<'_>) -> Result<(), Error> {
    source.be_patient();
    let folder = Made::new(beside(to, ".copying"))?;
    let (path, file) = sqlite::open_to_write(&folder.0, Waiting::never())?;
    let failed = |error: rusqlite::Error| sqlite::error(&path, &error);
    file.execute_batch("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE").map_err(failed)?;
    let tables = tables(&file).map_err(failed)?;
    let mut all = 0;
    for Table { name, .. } in &tables {
        file.execute(&format!("DELETE FROM {name}"), []).map_err(failed)?;
        all += source.number(&format!("SELECT count(*) FROM {name}"))?;
    }
    let mut done = Done::new(all, progress);
    for table in &tables {
        let mut insert = file.prepare(&table.insert()).map_err(failed)?;
        let mut index = file.prepare("INSERT INTO words (rowid, body) VALUES ($1, $2)").map_err(failed)?;
        source.run(&format!("DECLARE rows NO SCROLL CURSOR FOR {}", table.select()))?;
        loop {
            let rows = source.ask(&format!("FETCH {} FROM rows", table.at_once()), &[])?;
            for row in &rows {
                let row = cells(row)?;
                insert.execute(rusqlite::params_from_iter(&row)).map_err(failed)?;
                if let ("text", [Cell::Integer(id), _, Cell::Blob(raw)]) =
                    (table.name.as_str(), row.as_slice())
                {
                    index.execute((id, words::of_text(raw))).map_err(failed)?;
                }
            }
            done.count(rows.len());
            if rows.len() < table.at_once() {
                break;
            }
        }
        source.run("CLOSE rows")?;
    }
    file.execute_batch("COMMIT").map_err(failed)?;
    drop(file);
    sqlite::backup(&folder.0, Waiting::never(), to, &mut |_, _| ())
}

/// The cells of a row.
fn cells(row: &tokio_postgres::Row) -> Result<Vec<Cell>, Error> {
    let cell = |(number, column): (usize, &tokio_postgres::Column)| {
        Ok(match column.type_().name() {
            "int8" => row.try_get::<_, Option<i64>>(number)?.map_or(Cell::Null, Cell::Integer),
            "bytea" => row.try_get::<_, Option<Vec<u8>>>(number)?.map_or(Cell::Null, Cell::Blob),
            _ => {
                let kept: Option<String> = row.try_get(number)?;
                kept.map_or(Cell::Null, |kept| Cell::Text(text::as_it_was(kept)))
            }
        })
    };
    let cells: Result<_, tokio_postgres::Error> = row.columns().iter().enumerate().map(cell).collect();
    cells.map_err(|failed| Error::Database(failed.to_string()))
}

/// Puts what is in a file in the place of the store, and the store as it was into the file `aside`; was there one?
///
/// It is one transaction, in which nobody else writes: whoever reads goes on with what was.
pub(crate) fn replace(
    database: &Database,
    with: &Path,
    aside: &Path,
    waiting: Waiting,
    progress: Progress<'_>,
) -> Result<bool, Error> {
    let is_there = super::is_begun(database)?;
    let connection = open_to_write(database, waiting)?;
    let failed = |error: rusqlite::Error| sqlite::error(with, &error);
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let file = rusqlite::Connection::open_with_flags(with, flags).map_err(failed)?;
    let tables = tables(&file).map_err(failed)?;
    waiting.retry(|| {
        let sql = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT one FROM store FOR UPDATE; SET CONSTRAINTS ALL DEFERRED";
        let begun = connection.begin(sql);
        if begun.is_err() {
            connection.roll_back();
        }
        begun.map(|_| ())
    })?;
    connection.be_patient();
    let mut put = || {
        if is_there {
            write_file(&connection, aside, &mut |_, _| ())?;
        }
        fill(&connection, &file, &tables, progress, &failed)
    };
    if let Err(failed) = put() {
        connection.roll_back();
        let _ = fs::remove_file(aside);
        return Err(failed);
    }
    // Where the answer to this is lost it may be done: what was there stays aside.
    connection.run("COMMIT").map(|_| is_there)
}

fn fill(
    connection: &Connection,
    file: &rusqlite::Connection,
    tables: &[Table],
    progress: Progress<'_>,
    failed: &dyn Fn(rusqlite::Error) -> Error,
) -> Result<(), Error> {
    let count = |name: &str| {
        file.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get::<_, i64>(0))
            .map_err(failed)
    };
    let all: i64 = tables.iter().map(|table| count(&table.name)).sum::<Result<_, _>>()?;
    let mut done = Done::new(all, progress);
    connection.run("DELETE FROM words")?;
    for table in tables.iter().filter(|table| !table.is_store()) {
        connection.run(&format!("DELETE FROM {}", table.name))?;
    }
    for table in tables {
        let mut select = file.prepare(&table.select()).map_err(failed)?;
        let mut rows = select.query([]).map_err(failed)?;
        let at_once = table.at_once();
        loop {
            let mut some: Vec<Vec<Cell>> = Vec::new();
            while let Some(row) = if some.len() < at_once { rows.next().map_err(failed)? } else { None } {
                let cells = (0..table.columns.len()).map(|column| row.get(column));
                some.push(cells.collect::<Result<_, _>>().map_err(failed)?);
            }
            let values = some.iter().map(|row| row.iter().map(value).collect::<Result<_, _>>());
            let write = if table.is_store() { table.update() } else { table.insert() };
            connection.execute_each(&write, &values.collect::<Result<Vec<_>, _>>()?)?;
            if table.name == "text" {
                write_words(connection, &some)?;
            }
            done.count(some.len());
            if some.len() < at_once {
                break;
            }
        }
        if table.has_id {
            // What is written next is behind all that is there, and behind all that was: a sequence stays where it is when the
            // transaction is taken back.
            let name = &table.name;
            connection.run(&format!(
                "SELECT setval(id, GREATEST(nextval(id), (SELECT COALESCE(max(id), 0) + 1 FROM {name})), false) \
                 FROM pg_get_serial_sequence('{name}', 'id') AS id"
            ))?;
        }
    }
    Ok(())
}

fn write_words(connection: &Connection, texts: &[Vec<Cell>]) -> Result<(), Error> {
    let words: Vec<(i64, String)> = texts
        .iter()
        .filter_map(|row| match row.as_slice() {
            [Cell::Integer(id), _, Cell::Blob(raw)] => {
                Some((*id, text::vector(&words::of_text(raw)).into_owned()))
            }
            _ => None,
        })
        .collect();
    let rows: Vec<Vec<Value<'_>>> =
        words.iter().map(|(id, words)| vec![(*id).into(), words.as_str().into()]).collect();
    connection.execute_each("INSERT INTO words (rowid, body) VALUES ($1, $2::text::tsvector)", &rows)
}

fn value(cell: &Cell) -> Result<Value<'_>, Error> {
    match cell {
        Cell::Null => Ok(Value::Null),
        Cell::Integer(number) => Ok(Value::Integer(*number)),
        Cell::Text(text) => Ok(Value::Text(text)),
        Cell::Blob(bytes) => Ok(Value::Bytes(bytes)),
        Cell::Real(_) => Err(Error::Database("a number that is not whole".to_owned())),
    }
}

/// Reads all rows of all tables: what PostgreSQL finds amiss of its pages it says then. `progress` hears how many tables are
/// done, of how many.
pub(crate) fn check(readers: &Readers, progress: &mut dyn FnMut(u64, u64)) -> Result<Vec<String>, Error> {
    let Some(reader) = readers.begin()? else { return Ok(Vec::new()) };
    let connection = reader.connection();
    connection.be_patient();
    let names = connection.ask(
        "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
        &[],
    )?;
    let mut found = Vec::new();
    for (done, row) in (1..).zip(&names) {
        let name: String = row.try_get(0).map_err(|failed| Error::Database(failed.to_string()))?;
        match connection.ask(&format!("SELECT count(md5(\"{name}\"::text)) FROM \"{name}\""), &[]) {
            Err(Error::Damaged { reason, .. }) => {
                found.push(format!("{name}: {reason}"));
                break;
            }
            read => read.map(drop)?,
        }
        progress(done, names.len() as u64);
    }
    Ok(found)
}

/// A folder that goes when it is not wanted any more.
struct Made(PathBuf);

impl Made {
    fn new(folder: PathBuf) -> Result<Self, Error> {
        let _ = fs::remove_dir_all(&folder);
        sqlite::make_folder(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
