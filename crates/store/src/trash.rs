//! What was deleted, and its way back.

use ical::ComponentKind;
use ical::civil::Timestamp;

use crate::change_set::{CalendarId, TrashId};
use crate::engine::{Connection, all};
use crate::error::Error;
use crate::history::TextId;
use crate::objects;

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

/// What is in the trash, the newest first.
pub(crate) fn list(connection: &dyn Connection) -> Result<Vec<Trashed>, Error> {
    let sql = "SELECT id, calendar, name, uid, kind, text, deleted FROM trash ORDER BY deleted DESC, id DESC";
    all(connection, sql, &[], |row| {
        Ok(Trashed {
            id: TrashId(row.integer(0)?),
            calendar: CalendarId(row.integer(1)?),
            name: row.text(2)?,
            uid: row.text(3)?,
            kind: objects::kind_of_number(row.integer(4)?),
            text: TextId(row.integer(5)?),
            deleted: Timestamp(row.integer(6)?),
        })
    })
}
