//! What was done by whoever keeps the store: who, when, what, and to whom it was done. Nothing that is secret is in it.

use ical::civil::Timestamp;

use crate::change_set::Act;
use crate::engine::{Connection, Row, Value, all, first};
use crate::error::Error;
use crate::principals::PrincipalId;

/// Something that was done by whoever keeps the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// Counts them.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who it was, as the machine knows them.
    pub keeper: String,
    /// What, in a word.
    pub verb: String,
    /// To whom it was done, or to whose calendars; `None`: to nobody in particular.
    pub whom: Option<PrincipalId>,
    /// What, in a line for people.
    pub line: String,
}

/// Notes the command of an act; once, however many acts it has.
pub(crate) fn note(
    connection: &dyn Connection,
    act: &Act,
    keeper: &str,
    whom: Option<PrincipalId>,
) -> Result<(), Error> {
    let sql = "INSERT INTO audit (command, at, keeper, verb, whom, line) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT DO NOTHING";
    let parameters: [Value<'_>; 6] = [
        act.command.key.0.as_slice().into(),
        act.at.0.into(),
        keeper.into(),
        act.command.verb.into(),
        whom.map(|whom| whom.0).into(),
        act.command.line.as_str().into(),
    ];
    connection.execute(sql, &parameters).map(|_| ())
}

/// What was done, the newest first: to somebody, or to all.
pub(crate) fn list(
    connection: &dyn Connection,
    whom: Option<PrincipalId>,
    most: i64,
) -> Result<Vec<Audited>, Error> {
    match whom {
        Some(whom) => {
            let sql = "SELECT id, at, keeper, verb, whom, line FROM audit WHERE whom = $1 ORDER BY id DESC LIMIT $2";
            all(connection, sql, &[whom.0.into(), most.into()], audited)
        }
        None => {
            // Numbers begin at 1: so it is an index that is gone through, from its end.
            let sql =
                "SELECT id, at, keeper, verb, whom, line FROM audit WHERE id > 0 ORDER BY id DESC LIMIT $1";
            all(connection, sql, &[most.into()], audited)
        }
    }
}

fn audited(row: &dyn Row) -> Result<Audited, Error> {
    Ok(Audited {
        number: row.integer(0)?,
        at: Timestamp(row.integer(1)?),
        keeper: row.text(2)?,
        verb: row.text(3)?,
        whom: row.maybe_integer(4)?.map(PrincipalId),
        line: row.text(5)?,
    })
}

/// Forgets some of what was done before an instant.
pub(crate) fn forget(connection: &dyn Connection, before: Timestamp, most: i64) -> Result<(), Error> {
    let sql = "SELECT id FROM audit WHERE at < $1 ORDER BY at, id LIMIT $2";
    for id in all(connection, sql, &[before.0.into(), most.into()], |row| row.integer(0))? {
        connection.execute("DELETE FROM audit WHERE id = $1", &[id.into()])?;
    }
    Ok(())
}

/// Is there anything that [`forget`] would forget?
pub(crate) fn has_expired(connection: &dyn Connection, before: Timestamp) -> Result<bool, Error> {
    let sql = "SELECT id FROM audit WHERE at < $1 ORDER BY at LIMIT 1";
    Ok(first(connection, sql, &[before.0.into()], |row| row.integer(0))?.is_some())
}
