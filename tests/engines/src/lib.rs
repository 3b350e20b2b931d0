//! On which engine the stores of tests are: SQLite, or PostgreSQL where `KALENDS_TEST_POSTGRES` names a database.
//!
//! A test has a folder of its own. On PostgreSQL its store is in a schema of its own, which is named by the folder; so whoever
//! opens the store of a folder again finds the same.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use store::{Location, Store, Waiting};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// Names the database in which tests may make schemas.
const VARIABLE: &str = "KALENDS_TEST_POSTGRES";

/// Are stores of tests in a database of PostgreSQL?
pub fn is_postgres() -> bool {
    env::var_os(VARIABLE).is_some()
}

/// The store of a folder.
pub fn store(folder: &Path, waiting: Waiting) -> Store {
    Store::at(location(folder), waiting)
}

/// Where the store of a folder is.
pub fn location(folder: &Path) -> Location {
    match url(folder) {
        None => Location::folder(folder),
        Some((url, schema)) => {
            Session::open(&url).ask(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"));
            Location::read(url.as_ref(), None, folder).unwrap()
        }
    }
}

/// The database of the tests, seen from the schema of a folder; and that schema.
fn url(folder: &Path) -> Option<(String, String)> {
    let url = env::var(VARIABLE).ok()?;
    let mut schema = "t".to_owned();
    for byte in Sha256::digest(folder.as_os_str().as_encoded_bytes()).iter().take(10) {
        write!(schema, "{byte:02x}").unwrap();
    }
    let joint = if url.contains('?') { '&' } else { '?' };
    Some((format!("{url}{joint}application_name={schema}&options=-csearch_path%3D{schema}"), schema))
}

/// What a store is restored from: its folder, or a backup of its database.
pub fn backup(store: &Store) -> PathBuf {
    if url_of(store).is_none() {
        return store.folder().to_owned();
    }
    fs::create_dir_all(store.folder()).unwrap();
    let path = store.folder().join("of.backup");
    store.backup(&path, &mut |_, _| ()).unwrap();
    path
}

/// Runs statements on the tables of a store, as nobody should do: what refers to something is not held to it.
pub fn run(store: &Store, sql: &str) {
    match url_of(store) {
        None => file(store).execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap(),
        Some(url) => drop(Session::open(&url).ask(&format!("SET session_replication_role = replica; {sql}"))),
    }
}

/// The number that a question is answered with.
pub fn number(store: &Store, sql: &str) -> i64 {
    match url_of(store) {
        None => file(store).query_row(sql, [], |row| row.get(0)).unwrap(),
        Some(url) => Session::open(&url).ask(sql).unwrap().parse().unwrap(),
    }
}

/// So many cases of a property are tried, each with a store of its own: one of PostgreSQL takes longer to make.
pub fn cases(of_sqlite: u32) -> u32 {
    if is_postgres() { of_sqlite.div_ceil(16) } else { of_sqlite }
}

/// Bytes as they stand in a statement.
pub fn bytes(bytes: &[u8]) -> String {
    let mut digits = String::new();
    bytes.iter().for_each(|byte| write!(digits, "{byte:02x}").unwrap());
    if is_postgres() { format!("'\\x{digits}'::bytea") } else { format!("x'{digits}'") }
}

/// A column of bytes with something else in the place of a word, as it stands in a statement.
pub fn replaced(column: &str, word: &str, by: &str) -> String {
    if is_postgres() {
        format!("convert_to(replace(convert_from({column}, 'UTF8'), '{word}', '{by}'), 'UTF8')")
    } else {
        format!("CAST(replace(CAST({column} AS TEXT), '{word}', '{by}') AS BLOB)")
    }
}

/// Says that a store is of another schema.
pub fn set_schema(store: &Store, schema: i64) {
    match url_of(store) {
        None => run(store, &format!("PRAGMA user_version = {schema}")),
        Some(_) => run(store, &format!("INSERT INTO refinery_schema_history (version) VALUES ({schema})")),
    }
}

/// Another who writes; until it is dropped nobody else can.
pub struct Held {
    _held: Engine,
}

enum Engine {
    Sqlite { _file: rusqlite::Connection },
    Postgres { _session: Session },
}

/// Holds a store as one who writes does.
pub fn hold(store: &Store) -> Held {
    Held {
        _held: match url_of(store) {
            None => {
                let file = file(store);
                file.execute_batch("BEGIN IMMEDIATE").unwrap();
                Engine::Sqlite { _file: file }
            }
            Some(url) => {
                let session = Session::open(&url);
                session.ask("BEGIN; SELECT one FROM store FOR UPDATE");
                Engine::Postgres { _session: session }
            }
        },
    }
}

/// Another service on the database of a store that is about to commit what it wrote to a calendar.
pub fn write_beside(store: &Store) -> Held {
    let session = Session::open(&url_of(store).unwrap());
    session.ask("BEGIN; SELECT one FROM store FOR KEY SHARE; SELECT id FROM calendar FOR NO KEY UPDATE");
    Held { _held: Engine::Postgres { _session: session } }
}

/// Ends all connections to the database of a store as one who restarts the database does.
pub fn end_others(store: &Store) {
    let schema = url(store.folder()).unwrap().1;
    let session = Session::open(&url_of(store).unwrap());
    session.ask(&format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
         WHERE application_name = '{schema}' AND pid <> pg_backend_pid()"
    ));
}

/// The tables of a store, each with its columns; without what an engine has for itself.
pub fn columns(store: &Store) -> Vec<String> {
    let is_own = |line: &String| !line.starts_with("words") && !line.starts_with("refinery");
    let mut lines: Vec<String> = match url_of(store) {
        None => {
            let sql = "SELECT t.name || '.' || c.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c \
                       WHERE t.type = 'table'";
            let file = file(store);
            let mut statement = file.prepare(sql).unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        }
        Some(url) => {
            let sql = "SELECT string_agg(table_name || '.' || column_name, ' ') FROM information_schema.columns \
                       WHERE table_schema = current_schema()";
            Session::open(&url).ask(sql).unwrap().split(' ').map(str::to_owned).collect()
        }
    };
    lines.retain(is_own);
    lines.sort_unstable();
    lines
}

/// The database of a store that is in one.
fn url_of(store: &Store) -> Option<String> {
    let is_postgres = store.location().to_string().starts_with("postgres://");
    url(store.folder()).map(|(url, _)| url).filter(|_| is_postgres)
}

fn file(store: &Store) -> rusqlite::Connection {
    rusqlite::Connection::open(store.folder().join("kalends.db")).unwrap()
}

/// A connection to a database.
pub struct Session {
    runtime: Runtime,
    client: Client,
}

impl Session {
    /// Connects to the database of a URL.
    pub fn open(url: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
            tokio::spawn(connection);
            client
        });
        Self { runtime, client }
    }

    /// Runs statements; what the last that answers with a row says first.
    pub fn ask(&self, sql: &str) -> Option<String> {
        let answers = self.runtime.block_on(self.client.simple_query(sql)).unwrap();
        answers.iter().rev().find_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
    }
}
