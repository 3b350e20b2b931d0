//! What was deleted, and its way back.

use ical::ComponentKind;
use ical::civil::Timestamp;

use crate::change_set::{CalendarId, TrashId};
use crate::engine::{Connection, Row, all, first};
use crate::error::Error;
use crate::history::TextId;
use crate::objects;
use crate::principals::PrincipalId;

/// Something in the trash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trashed {
    /// What names it there.
    pub id: TrashId,
    /// Where it was.
    pub calendar: CalendarId,
    /// Its name there.
    pub name: String,
    /// Its UID.
    pub uid: String,
    /// What kind of components.
    pub kind: ComponentKind,
    /// Its text.
    pub text: TextId,
    /// When it was deleted.
    pub deleted: Timestamp,
}

/// A question for what is in the trash, from its WHERE on.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT trash.id, trash.calendar, trash.name, trash.uid, trash.kind, trash.text, trash.deleted FROM trash ",
            $rest
        )
    };
}

fn trashed(row: &dyn Row) -> Result<Trashed, Error> {
    Ok(Trashed {
        id: TrashId(row.integer(0)?),
        calendar: CalendarId(row.integer(1)?),
        name: row.text(2)?,
        uid: row.text(3)?,
        kind: objects::kind_of_number(row.integer(4)?),
        text: TextId(row.integer(5)?),
        deleted: Timestamp(row.integer(6)?),
    })
}

/// What is in the trash of a home's calendars, the newest first, behind one that is; so many at most.
pub(crate) fn page(
    connection: &dyn Connection,
    home: PrincipalId,
    after: Option<&Trashed>,
    most: i64,
) -> Result<Vec<Trashed>, Error> {
    let (deleted, id) = after.map_or((i64::MAX, i64::MAX), |after| (after.deleted.0, after.id.0));
    let sql = select!(
        "JOIN calendar ON calendar.id = trash.calendar WHERE (deleted, trash.id) < ($1, $2) AND +home = $3 \
         ORDER BY deleted DESC, trash.id DESC LIMIT $4"
    );
    all(connection, sql, &[deleted.into(), id.into(), home.0.into(), most.into()], trashed)
}

/// Something in the trash by its id.
pub(crate) fn by_id(connection: &dyn Connection, id: TrashId) -> Result<Option<Trashed>, Error> {
    first(connection, select!("WHERE id = $1"), &[id.0.into()], trashed)
}

/// What is in the trash of a UID in a calendar, the newest first.
pub(crate) fn with_uid(
    connection: &dyn Connection,
    calendar: CalendarId,
    uid: &str,
) -> Result<Vec<Trashed>, Error> {
    let sql = select!("WHERE calendar = $1 AND uid = $2 ORDER BY id DESC");
    all(connection, sql, &[calendar.0.into(), uid.into()], trashed)
}
