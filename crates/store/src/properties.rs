//! Properties that clients give calendars, objects and files, and that mean nothing here: kept as they came (RFC 4918 4).

use crate::change_set::{CalendarId, Clash, ObjectId};
use crate::engine::{Connection, Row, all};
use crate::error::Error;
use crate::files::{self, FileId};
use crate::objects;

/// What has properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A calendar.
    Calendar(CalendarId),
    /// The object of a UID in a calendar.
    Object {
        /// Where.
        calendar: CalendarId,
        /// Of which UID.
        uid: String,
    },
    /// A collection or a document of a principal's area.
    File(FileId),
}

/// The name of an element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PropertyName {
    /// Its namespace; empty where it is in none.
    pub namespace: String,
    /// Its name there.
    pub local: String,
}

/// A property as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: PropertyName,
    /// The whole element.
    pub xml: String,
}

fn kept(row: &dyn Row) -> Result<Kept, Error> {
    let name = PropertyName { namespace: row.text(0)?, local: row.text(1)? };
    Ok(Kept { name, xml: row.text(2)? })
}

/// By which column the properties of something are found, and its id there; `None` where it is not.
enum Found {
    Calendar(i64),
    Object(i64),
    File(i64),
}

fn find(connection: &dyn Connection, of: &Owner) -> Result<Option<Found>, Error> {
    Ok(match of {
        Owner::Calendar(calendar) => Some(Found::Calendar(calendar.0)),
        Owner::Object { calendar, uid } => {
            objects::by_uid(connection, *calendar, uid)?.map(|object| Found::Object(object.id.0))
        }
        Owner::File(file) => files::by_id(connection, *file)?.map(|file| Found::File(file.id.0)),
    })
}

/// The properties of something, by their names; none where it is not there.
pub(crate) fn all_of(connection: &dyn Connection, of: &Owner) -> Result<Vec<Kept>, Error> {
    let (sql, id) = match find(connection, of)? {
        None => return Ok(Vec::new()),
        Some(Found::Calendar(id)) => {
            ("SELECT namespace, name, xml FROM property WHERE calendar = $1 ORDER BY namespace, name", id)
        }
        Some(Found::Object(id)) => {
            ("SELECT namespace, name, xml FROM property WHERE object = $1 ORDER BY namespace, name", id)
        }
        Some(Found::File(id)) => {
            ("SELECT namespace, name, xml FROM property WHERE file = $1 ORDER BY namespace, name", id)
        }
    };
    all(connection, sql, &[id.into()], kept)
}

/// Gives something a property in place of the one that has the name, or takes it away.
pub(crate) fn set(
    connection: &dyn Connection,
    of: &Owner,
    name: &PropertyName,
    xml: Option<&str>,
) -> Result<(), Error> {
    let (delete, insert, id) = match (find(connection, of)?, of) {
        (Some(Found::Calendar(id)), _) => (
            "DELETE FROM property WHERE calendar = $1 AND namespace = $2 AND name = $3",
            "INSERT INTO property (calendar, namespace, name, xml) VALUES ($1, $2, $3, $4)",
            id,
        ),
        (Some(Found::Object(id)), _) => (
            "DELETE FROM property WHERE object = $1 AND namespace = $2 AND name = $3",
            "INSERT INTO property (object, namespace, name, xml) VALUES ($1, $2, $3, $4)",
            id,
        ),
        (Some(Found::File(id)), _) => (
            "DELETE FROM property WHERE file = $1 AND namespace = $2 AND name = $3",
            "INSERT INTO property (file, namespace, name, xml) VALUES ($1, $2, $3, $4)",
            id,
        ),
        (None, Owner::Object { uid, .. }) => return Err(Error::Conflict(Clash::Object(uid.clone()))),
        (None, Owner::Calendar(calendar)) => return Err(Error::Conflict(Clash::Calendar(*calendar))),
        (None, Owner::File(_)) => return Err(Error::Conflict(Clash::File(String::new()))),
    };
    let (namespace, local) = (name.namespace.as_str().into(), name.local.as_str().into());
    connection.execute(delete, &[id.into(), namespace, local])?;
    if let Some(xml) = xml {
        connection.execute(insert, &[id.into(), namespace, local, xml.into()])?;
    }
    Ok(())
}

/// Forgets those of an object that goes.
pub(crate) fn forget_of(connection: &dyn Connection, object: ObjectId) -> Result<(), Error> {
    connection.execute("DELETE FROM property WHERE object = $1", &[object.0.into()]).map(|_| ())
}

/// Forgets those of a file that goes.
pub(crate) fn forget_of_file(connection: &dyn Connection, file: FileId) -> Result<(), Error> {
    connection.execute("DELETE FROM property WHERE file = $1", &[file.0.into()]).map(|_| ())
}

/// Gives a file those of another.
pub(crate) fn copy_of_file(connection: &dyn Connection, from: FileId, to: FileId) -> Result<(), Error> {
    let sql = "INSERT INTO property (file, namespace, name, xml) \
               SELECT CAST($1 AS BIGINT), namespace, name, xml FROM property WHERE file = $2";
    connection.execute(sql, &[to.0.into(), from.0.into()]).map(|_| ())
}
