//! What is in a calendar or an inbox, as it is listed: names, tags, sizes; no text is read.

use crate::change_set::CalendarId;
use crate::engine::{Connection, Row, all, first};
use crate::error::Error;
use crate::messages;
use crate::objects::{Stored, stored};
use crate::texts::Tag;
use crate::{ObjectId, Version};

/// A booked object, and what is known of its text without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The object.
    pub stored: Stored,
    /// What tells its text from others.
    pub tag: Tag,
    /// How many bytes its text has.
    pub size: u64,
}

/// A question for objects with their texts' hashes and sizes, from its WHERE on. The size of a blob is known without reading
/// it.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT object.id, object.calendar, object.name, object.uid, object.handle, object.kind, object.text, \
             object.version, object.created, object.modified, object.schedule_tag, text.hash, length(text.raw) \
             FROM object JOIN text ON text.id = object.text ",
            $rest
        )
    };
}

pub(crate) fn listed(row: &dyn Row) -> Result<Listed, Error> {
    Ok(Listed {
        stored: stored(row)?,
        tag: Tag::read(&row.bytes(11)?)?,
        size: row.integer(12)?.unsigned_abs(),
    })
}

/// The object of a name in a calendar.
pub(crate) fn named(
    connection: &dyn Connection,
    calendar: CalendarId,
    name: &str,
) -> Result<Option<Listed>, Error> {
    let sql = select!("WHERE object.calendar = $1 AND object.name = $2");
    match first(connection, sql, &[calendar.0.into(), name.into()], listed)? {
        None => messages::named(connection, calendar, name),
        found => Ok(found),
    }
}

/// The objects of a calendar after one of them, in the order in which they came; so many at most.
pub(crate) fn page(
    connection: &dyn Connection,
    calendar: CalendarId,
    after: Option<ObjectId>,
    most: i64,
) -> Result<Vec<Listed>, Error> {
    let sql = select!("WHERE object.calendar = $1 AND object.id > $2 ORDER BY object.id LIMIT $3");
    let found =
        all(connection, sql, &[calendar.0.into(), after.map_or(0, |id| id.0).into(), most.into()], listed)?;
    if found.is_empty() { messages::page(connection, calendar, after, most) } else { Ok(found) }
}

/// The objects that changed after a name's change at a sequence number, in the order of their changes; so many at most.
pub(crate) fn changed(
    connection: &dyn Connection,
    calendar: CalendarId,
    (version, name): (Version, &str),
    most: i64,
) -> Result<Vec<Listed>, Error> {
    let sql = select!(
        "WHERE object.calendar = $1 AND (object.version, object.name) > ($2, $3) \
         ORDER BY object.version, object.name LIMIT $4"
    );
    let parameters = [calendar.0.into(), version.0.into(), name.into(), most.into()];
    let found = all(connection, sql, &parameters, listed)?;
    if found.is_empty() { messages::changed(connection, calendar, (version, name), most) } else { Ok(found) }
}
