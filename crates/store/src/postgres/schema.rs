//! The tables of a store in a database: made, and brought to today's schema.

use std::path::PathBuf;

use super::connection::Connection;
use super::database::Database;
use crate::error::Error;
use crate::index::BASIS;
use crate::sqlite::SCHEMA;
use crate::waiting::{MOMENT, Waiting};

mod migrations {
    refinery::embed_migrations!("postgres");
}

/// So often another may make the same tables first.
const TRIES: u32 = 5;

/// What the schema is, and whether the store has begun.
pub(super) const ASK: &str =
    "SELECT (SELECT max(version) FROM refinery_schema_history), (SELECT count(*) FROM store)";

/// Is what [`ASK`] was answered a store of today's schema? An older one, or one whose making was cut off, is none yet.
pub(super) fn is_of_today(name: &str, answer: &[Option<String>]) -> Result<bool, Error> {
    let number = |column: usize| answer.get(column)?.as_deref()?.parse::<i64>().ok();
    let found = number(0).unwrap_or(0);
    if found > SCHEMA {
        return Err(Error::Newer { path: PathBuf::from(name), found, known: SCHEMA });
    }
    Ok(found == SCHEMA && number(1) == Some(1))
}

const HAS_STORE: &str = "SELECT to_regclass('store') IS NOT NULL";

fn has_store(answer: &[Option<String>]) -> bool {
    answer.first().is_some_and(|is_there| is_there.as_deref() == Some("t"))
}

/// Was a store begun there, of whatever schema?
pub(crate) fn is_begun(database: &Database) -> Result<bool, Error> {
    Ok(has_store(&database.connect()?.run(HAS_STORE)?))
}

/// Opens the store of a database for its writer; makes it where there is none.
pub(crate) fn open_to_write(database: &Database, waiting: Waiting) -> Result<Connection, Error> {
    let mut connection = database.connect()?;
    let encoding = connection.run("SHOW server_encoding")?.into_iter().next().flatten();
    if encoding.as_deref() != Some("UTF8") {
        let words = format!("{}: its encoding is not UTF8: make it with ENCODING 'UTF8'", database.name());
        return Err(Error::Database(words));
    }
    let mut tries = TRIES;
    loop {
        match migrate(&mut connection) {
            Err(Error::Database(_)) if tries > 0 => tries -= 1,
            made => break made?,
        }
    }
    // What is committed is on disk when it is answered. A lock that another has is waited for a moment, and then again.
    let moment = waiting.most.min(MOMENT).as_millis().max(1);
    connection.run(&format!(
        "SET lock_timeout = {moment}; SELECT set_config('synchronous_commit', 'on', false) \
         WHERE current_setting('synchronous_commit') = 'off'"
    ))?;
    Ok(connection)
}

/// Brings the database to today's schema; all steps are whole or not at all.
fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let name = connection.name().to_owned();
    let has_store = has_store(&connection.begin(HAS_STORE)?);
    if has_store && is_of_today(&name, &connection.run(ASK)?)? {
        return note_basis(connection);
    }
    let (runtime, client) = connection.client_mut();
    let run = runtime.block_on(migrations::migrations::runner().set_grouped(true).run_async(&mut *client));
    if let Err(failed) = run {
        return Err(match client.is_closed() {
            true => Error::Unreachable { place: name, reason: failed.to_string() },
            false => Error::Database(format!("{name}: {failed}")),
        });
    }
    note_basis(connection)
}

/// A new store gets its epoch; where index rows are derived with another basis since, all are to be derived again.
fn note_basis(connection: &Connection) -> Result<(), Error> {
    let found = connection.run("SELECT basis FROM store")?;
    if found.first().is_some_and(|basis| basis.as_deref() == Some(BASIS)) {
        return Ok(());
    }
    let sql = "INSERT INTO store (one, epoch, basis, generation) \
               VALUES (1, decode(replace(gen_random_uuid()::text, '-', ''), 'hex'), $1, 1) \
               ON CONFLICT (one) DO UPDATE SET basis = excluded.basis, generation = store.generation + 1 \
               WHERE store.basis <> excluded.basis";
    connection.ask(sql, &[BASIS.into()]).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_are_of_one_schema() {
        let newest = migrations::migrations::runner()
            .get_migrations()
            .iter()
            .map(|step| i64::from(step.version()))
            .max();
        assert_eq!(
            newest,
            Some(SCHEMA),
            "a migration is written for both engines: see crates/store/postgres"
        );
    }
}
