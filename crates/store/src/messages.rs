//! Messages that came in, by the inboxes that they are in (RFC 6638 2.2). To whoever lists an inbox a message is as an object in a
//! calendar; an inbox has no objects, and a calendar no messages.

use crate::change_set::{CalendarId, Clash, MessageStanding, ObjectId, Received, Version};
use crate::engine::{Connection, Row, all, first};
use crate::error::Error;
use crate::listing::{Listed, listed};
use crate::objects::kind_number;
use crate::texts;
use ical::civil::Timestamp;

/// A message as it is kept, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What is known of it as of an object in a calendar.
    pub listed: Listed,
    /// METHOD
    pub method: String,
    /// In whose name it came: a calendar user address.
    pub sender: String,
    /// What became of it.
    pub standing: MessageStanding,
    /// What was decided, in a word that never changes.
    pub why: String,
}

/// Standings are kept as these numbers, for ever.
const STANDINGS: [(i64, MessageStanding); 4] = [
    (1, MessageStanding::Waiting),
    (2, MessageStanding::Held),
    (3, MessageStanding::Applied),
    (4, MessageStanding::Refused),
];

/// A question for messages by the columns of a listing, from its WHERE on.
macro_rules! select {
    ($columns:literal, $rest:literal) => {
        concat!(
            "SELECT message.id, message.inbox, message.name, message.uid, '', message.kind, message.text, message.version, \
             message.created, message.modified, CAST(NULL AS BIGINT), text.hash, length(text.raw)",
            $columns,
            " FROM message JOIN text ON text.id = message.text ",
            $rest
        )
    };
}

fn message(row: &dyn Row) -> Result<Message, Error> {
    let number = row.integer(15)?;
    let standing = STANDINGS.iter().find(|(of, _)| *of == number).map(|(_, standing)| *standing);
    Ok(Message {
        listed: listed(row)?,
        method: row.text(13)?,
        sender: row.text(14)?,
        // What no program of this schema writes is done with.
        standing: standing.unwrap_or(MessageStanding::Refused),
        why: row.text(16)?,
    })
}

/// The message of a name in an inbox that CalDAV shows: one that was applied.
pub(crate) fn named(
    connection: &dyn Connection,
    inbox: CalendarId,
    name: &str,
) -> Result<Option<Listed>, Error> {
    let sql = select!("", "WHERE message.inbox = $1 AND message.name = $2 AND message.standing = 3");
    first(connection, sql, &[inbox.0.into(), name.into()], listed)
}

/// Those of an inbox after one of them, in the order in which they came; so many at most.
pub(crate) fn page(
    connection: &dyn Connection,
    inbox: CalendarId,
    after: Option<ObjectId>,
    most: i64,
) -> Result<Vec<Listed>, Error> {
    let sql = select!(
        "",
        "WHERE message.inbox = $1 AND message.id > $2 AND message.standing = 3 ORDER BY message.id LIMIT $3"
    );
    all(connection, sql, &[inbox.0.into(), after.map_or(0, |id| id.0).into(), most.into()], listed)
}

/// Those that changed after a name's change at a sequence number, in the order of their changes; so many at most.
pub(crate) fn changed(
    connection: &dyn Connection,
    inbox: CalendarId,
    (version, name): (Version, &str),
    most: i64,
) -> Result<Vec<Listed>, Error> {
    let sql = select!(
        "",
        "WHERE message.inbox = $1 AND (message.version, message.name) > ($2, $3) AND message.standing = 3 \
         ORDER BY message.version, message.name LIMIT $4"
    );
    all(connection, sql, &[inbox.0.into(), version.0.into(), name.into(), most.into()], listed)
}

/// All messages of an inbox, whatever became of them, the newest first; so many at most.
pub(crate) fn newest(
    connection: &dyn Connection,
    inbox: CalendarId,
    most: i64,
) -> Result<Vec<Message>, Error> {
    let sql = select!(
        ", message.method, message.sender, message.standing, message.why",
        "WHERE message.inbox = $1 ORDER BY message.id DESC LIMIT $2"
    );
    all(connection, sql, &[inbox.0.into(), most.into()], message)
}

/// Those of an inbox that wait for somebody's decision, the newest first; so many at most.
pub(crate) fn held(connection: &dyn Connection, inbox: CalendarId, most: i64) -> Result<Vec<Message>, Error> {
    let sql = select!(
        ", message.method, message.sender, message.standing, message.why",
        "WHERE message.inbox = $1 AND message.standing = 2 ORDER BY message.id DESC LIMIT $2"
    );
    all(connection, sql, &[inbox.0.into(), most.into()], message)
}

/// The message of a name in an inbox, whatever became of it.
pub(crate) fn by_name(
    connection: &dyn Connection,
    inbox: CalendarId,
    name: &str,
) -> Result<Option<Message>, Error> {
    let sql = select!(
        ", message.method, message.sender, message.standing, message.why",
        "WHERE message.inbox = $1 AND message.name = $2"
    );
    first(connection, sql, &[inbox.0.into(), name.into()], message)
}

/// Takes a message in, by the number that the inbox has come to.
pub(crate) fn insert(
    connection: &dyn Connection,
    received: &Received,
    version: Version,
    at: Timestamp,
) -> Result<(), Error> {
    let sql = "SELECT id FROM message WHERE inbox = $1 AND name = $2";
    let there = [received.inbox.0.into(), received.name.as_str().into()];
    if first(connection, sql, &there, |row| row.integer(0))?.is_some() {
        return Err(Error::Conflict(Clash::Message(received.name.clone())));
    }
    let text = texts::keep(connection, &received.text, "")?;
    let standing = STANDINGS.iter().find(|(_, standing)| *standing == received.standing);
    let sql = "INSERT INTO message (inbox, name, uid, kind, text, version, method, sender, standing, why, created, \
               modified) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let parameters = [
        received.inbox.0.into(),
        received.name.as_str().into(),
        received.uid.as_str().into(),
        kind_number(received.kind).into(),
        text.into(),
        version.0.into(),
        received.method.as_str().into(),
        received.sender.as_str().into(),
        standing.map_or(0, |(number, _)| *number).into(),
        received.why.as_str().into(),
        at.0.into(),
        at.0.into(),
    ];
    connection.execute(sql, &parameters).map(|_| ())
}

/// Messages that are older than these, the oldest first, by their inboxes and names: of those that did nothing, and of all.
pub(crate) fn expired(
    connection: &dyn Connection,
    (refused, any): (Timestamp, Timestamp),
    most: i64,
) -> Result<Vec<(CalendarId, String)>, Error> {
    let sql = "SELECT inbox, name FROM message WHERE created < $1 AND (standing = 4 OR created < $2) \
               ORDER BY created, id LIMIT $3";
    all(connection, sql, &[refused.0.into(), any.0.into(), most.into()], |row| {
        Ok((CalendarId(row.integer(0)?), row.text(1)?))
    })
}

/// Takes a message out of an inbox; its text may have been the last of it.
pub(crate) fn remove(connection: &dyn Connection, inbox: CalendarId, name: &str) -> Result<i64, Error> {
    let sql = "DELETE FROM message WHERE inbox = $1 AND name = $2 RETURNING text";
    let text = first(connection, sql, &[inbox.0.into(), name.into()], |row| row.integer(0))?;
    text.ok_or_else(|| Error::Conflict(Clash::Message(name.to_owned())))
}
