//! What is forgotten in time: trash, history, tombstones, texts that nothing refers to any more, bytes that no document got.
//!
//! Each call does a bounded part of it; [`has_expired`] tells whether there is more. Nothing is searched for: by indexes of
//! time the oldest rows are found, and a text is looked at only when a row was forgotten that referred to it.

use ical::civil::Timestamp;

use crate::audit;
use crate::calendars;
use crate::change_set::{Before, CalendarId, Version};
use crate::engine::{Connection, all, first};
use crate::error::Error;
use crate::files::blobs;
use crate::messages;

/// So many things in the trash, acts, tombstones and texts are forgotten at once.
const AT_ONCE: i64 = 64;

/// Forgets the oldest part of what is older than these instants; then texts.
pub(crate) fn purge(connection: &dyn Connection, before: &Before) -> Result<(), Error> {
    let Before { trash, history, incoming } = *before;
    let sql = "SELECT id FROM trash WHERE deleted < $1 ORDER BY deleted, id LIMIT $2";
    for id in all(connection, sql, &[trash.0.into(), AT_ONCE.into()], |row| row.integer(0))? {
        discard(connection, id)?;
    }
    let sql = "SELECT id, command FROM act WHERE at < $1 ORDER BY at, id LIMIT $2";
    let acts = all(connection, sql, &[history.0.into(), AT_ONCE.into()], |row| {
        Ok((row.integer(0)?, row.integer(1)?))
    })?;
    for (act, command) in acts {
        forget_act(connection, act)?;
        forget_commands(connection, command)?;
    }
    for (inbox, name) in messages::expired(connection, (trash, history), AT_ONCE)? {
        forget_message(connection, inbox, &name, incoming)?;
    }
    audit::forget(connection, history, AT_ONCE)?;
    blobs::forget_unnamed(connection, incoming, AT_ONCE)?;
    forget_tombstones(connection, history)?;
    collect(connection)
}

/// Is there anything that [`purge`] would forget?
pub(crate) fn has_expired(connection: &dyn Connection, before: &Before) -> Result<bool, Error> {
    let Before { trash, history, incoming } = *before;
    let is_any = |sql, before: Timestamp| first(connection, sql, &[before.0.into()], |row| row.integer(0));
    Ok(is_any("SELECT id FROM trash WHERE deleted < $1 ORDER BY deleted LIMIT 1", trash)?.is_some()
        || is_any("SELECT id FROM act WHERE at < $1 ORDER BY at LIMIT 1", history)?.is_some()
        || !messages::expired(connection, (trash, history), 1)?.is_empty()
        || audit::has_expired(connection, history)?
        || blobs::has_unnamed(connection, incoming)?
        || is_any("SELECT calendar FROM tombstone WHERE at < $1 ORDER BY at LIMIT 1", history)?.is_some()
        || first(connection, "SELECT text FROM loose LIMIT 1", &[], |row| row.integer(0))?.is_some())
}

/// Takes something out of the trash; is it there?
pub(crate) fn discard(connection: &dyn Connection, trash: i64) -> Result<bool, Error> {
    let sql = "DELETE FROM trash WHERE id = $1 RETURNING text";
    let text = first(connection, sql, &[trash.into()], |row| row.integer(0))?;
    loosen(connection, text)?;
    Ok(text.is_some())
}

/// Forgets one row of an object's history.
pub(crate) fn forget(connection: &dyn Connection, history: i64) -> Result<(), Error> {
    let sql = "DELETE FROM history WHERE id = $1 RETURNING before, after";
    let texts =
        first(connection, sql, &[history.into()], |row| Ok([row.maybe_integer(0)?, row.maybe_integer(1)?]))?;
    texts.into_iter().flatten().try_for_each(|text| loosen(connection, text))
}

fn forget_act(connection: &dyn Connection, act: i64) -> Result<(), Error> {
    let sql = "SELECT id FROM history WHERE act = $1 ORDER BY id";
    for row in all(connection, sql, &[act.into()], |row| row.integer(0))? {
        forget(connection, row)?;
    }
    connection.execute("DELETE FROM calendar_history WHERE act = $1", &[act.into()])?;
    connection.execute("DELETE FROM act WHERE id = $1", &[act.into()])?;
    Ok(())
}

/// Forgets a command that has no act left and is not spoken of by another; then, it may be, the one that it undid.
fn forget_commands(connection: &dyn Connection, command: i64) -> Result<(), Error> {
    let sql = "DELETE FROM command WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM act WHERE act.command = command.id) \
               AND NOT EXISTS (SELECT 1 FROM command AS later WHERE later.undoes = command.id) RETURNING undoes";
    let mut next = Some(command);
    while let Some(command) = next {
        next = first(connection, sql, &[command.into()], |row| row.maybe_integer(0))?.flatten();
    }
    Ok(())
}

/// Whoever follows the inbox is told.
fn forget_message(
    connection: &dyn Connection,
    inbox: CalendarId,
    name: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let version = calendars::next_version(connection, inbox)?;
    let text = messages::remove(connection, inbox, name)?;
    bury(connection, inbox, name, (version, at))?;
    loosen(connection, Some(text))
}

/// Notes that nothing in a calendar has a name any more.
pub(crate) fn bury(
    connection: &dyn Connection,
    calendar: CalendarId,
    name: &str,
    (version, at): (Version, Timestamp),
) -> Result<(), Error> {
    connection.execute(
        "INSERT INTO tombstone (calendar, name, sequence, at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (calendar, name) DO UPDATE SET sequence = excluded.sequence, at = excluded.at",
        &[calendar.0.into(), name.into(), version.0.into(), at.0.into()],
    )?;
    Ok(())
}

/// A sync token older than a forgotten tombstone can no longer be answered: the calendar says from where on it can.
fn forget_tombstones(connection: &dyn Connection, before: Timestamp) -> Result<(), Error> {
    let sql =
        "SELECT calendar, name, sequence FROM tombstone WHERE at < $1 ORDER BY at, calendar, name LIMIT $2";
    let found = all(connection, sql, &[before.0.into(), AT_ONCE.into()], |row| {
        Ok((row.integer(0)?, row.text(1)?, row.integer(2)?))
    })?;
    for (calendar, name, sequence) in found {
        let sql = "DELETE FROM tombstone WHERE calendar = $1 AND name = $2";
        connection.execute(sql, &[calendar.into(), name.as_str().into()])?;
        let sql = "UPDATE calendar SET min_sequence = $1 WHERE id = $2 AND min_sequence < $3";
        connection.execute(sql, &[sequence.into(), calendar.into(), sequence.into()])?;
    }
    Ok(())
}

/// Notes that a text lost a reference.
pub(crate) fn loosen(connection: &dyn Connection, text: Option<i64>) -> Result<(), Error> {
    let sql = "INSERT INTO loose (text) VALUES ($1) ON CONFLICT DO NOTHING";
    text.map_or(Ok(()), |text| connection.execute(sql, &[text.into()]).map(|_| ()))
}

/// Forgets texts that lost a reference and have none left.
fn collect(connection: &dyn Connection) -> Result<(), Error> {
    let sql = "DELETE FROM text WHERE id = $1 \
               AND NOT EXISTS (SELECT 1 FROM object WHERE object.text = text.id) \
               AND NOT EXISTS (SELECT 1 FROM trash WHERE trash.text = text.id) \
               AND NOT EXISTS (SELECT 1 FROM history WHERE history.before = text.id) \
               AND NOT EXISTS (SELECT 1 FROM history WHERE history.after = text.id) \
               AND NOT EXISTS (SELECT 1 FROM message WHERE message.text = text.id) \
               AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.text = text.id)";
    let loose = "SELECT text FROM loose ORDER BY text LIMIT $1";
    for text in all(connection, loose, &[AT_ONCE.into()], |row| row.integer(0))? {
        connection.execute("DELETE FROM loose WHERE text = $1", &[text.into()])?;
        if connection.execute(sql, &[text.into()])? > 0 {
            connection.execute(connection.words().forget, &[text.into()])?;
        }
    }
    Ok(())
}
