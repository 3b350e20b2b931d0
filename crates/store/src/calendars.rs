//! Calendars and their settings.

use crate::change_set::{CalendarId, Clash, Settings, Version};
use crate::engine::{Connection, Row, Value, all, first};
use crate::error::Error;
use crate::principals::PrincipalId;

/// A calendar as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// What names it in this store.
    pub id: CalendarId,
    /// Whose it is: in their home its segment is unique.
    pub home: PrincipalId,
    /// What a person chose of it.
    pub settings: Settings,
    /// Counts the changes of its settings.
    pub settings_version: i64,
    /// Counts the changes of the rules that stand for it.
    pub rights_version: i64,
    /// Its sequence number: that of the last change inside.
    pub version: Version,
    /// What is in it.
    pub collection: Collection,
}

/// What is in what stands among calendars (RFC 4791 4.2, RFC 6638 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Collection {
    /// Objects: a calendar.
    Calendar,
    /// Messages that came in.
    Inbox,
    /// Nothing: messages go out of it.
    Outbox,
}

/// Collections are kept as these numbers, for ever.
const COLLECTIONS: [(i64, Collection); 3] =
    [(0, Collection::Calendar), (1, Collection::Inbox), (2, Collection::Outbox)];

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, segment, name, color, description, zone, is_removed, settings_version, sequence, home, rights_version, \
             kinds, is_transparent, collection FROM calendar ",
            $rest
        )
    };
}

/// All calendars in the order in which they were made, removed ones too.
pub(crate) fn list(connection: &dyn Connection) -> Result<Vec<Calendar>, Error> {
    all(connection, select!("WHERE collection = 0 ORDER BY id"), &[], calendar)
}

/// Those of a home in the order in which they were made, removed ones too.
pub(crate) fn of_home(connection: &dyn Connection, home: PrincipalId) -> Result<Vec<Calendar>, Error> {
    all(connection, select!("WHERE home = $1 AND collection = 0 ORDER BY id"), &[home.0.into()], calendar)
}

/// The inbox or the outbox of a home.
pub(crate) fn of_messages(
    connection: &dyn Connection,
    home: PrincipalId,
    which: Collection,
) -> Result<Option<Calendar>, Error> {
    let number =
        COLLECTIONS.iter().find(|(_, collection)| *collection == which).map_or(0, |(number, _)| *number);
    let sql = select!("WHERE home = $1 AND collection = $2");
    first(connection, sql, &[home.0.into(), number.into()], calendar)
}

/// The one of a segment in a home, inbox and outbox too.
pub(crate) fn by_segment(
    connection: &dyn Connection,
    home: PrincipalId,
    segment: &str,
) -> Result<Option<Calendar>, Error> {
    first(connection, select!("WHERE home = $1 AND segment = $2"), &[home.0.into(), segment.into()], calendar)
}

pub(crate) fn by_id(connection: &dyn Connection, id: CalendarId) -> Result<Option<Calendar>, Error> {
    first(connection, select!("WHERE id = $1"), &[id.0.into()], calendar)
}

fn calendar(row: &dyn Row) -> Result<Calendar, Error> {
    let settings = Settings {
        segment: row.text(1)?,
        name: row.text(2)?,
        color: row.maybe_text(3)?,
        description: row.maybe_text(4)?,
        zone: row.maybe_text(5)?,
        kinds: Settings::read_kinds(row.maybe_text(11)?),
        is_transparent: row.integer(12)? != 0,
        is_removed: row.integer(6)? != 0,
    };
    let found = row.integer(13)?;
    Ok(Calendar {
        id: CalendarId(row.integer(0)?),
        home: PrincipalId(row.integer(9)?),
        settings,
        settings_version: row.integer(7)?,
        rights_version: row.integer(10)?,
        version: Version(row.integer(8)?),
        collection: COLLECTIONS
            .iter()
            .find(|(number, _)| *number == found)
            .map_or(Collection::Outbox, |(_, collection)| *collection),
    })
}

pub(crate) fn settings_version(
    connection: &dyn Connection,
    calendar: CalendarId,
) -> Result<Option<i64>, Error> {
    let sql = "SELECT settings_version FROM calendar WHERE id = $1";
    first(connection, sql, &[calendar.0.into()], |row| row.integer(0))
}

/// Counts a calendar's sequence number up.
pub(crate) fn next_version(connection: &dyn Connection, calendar: CalendarId) -> Result<Version, Error> {
    let sql = "UPDATE calendar SET sequence = sequence + 1 WHERE id = $1 RETURNING sequence";
    let version = first(connection, sql, &[calendar.0.into()], |row| Ok(Version(row.integer(0)?)))?;
    version.ok_or(Error::Conflict(Clash::Calendar(calendar)))
}

/// Is the segment another calendar's of the home?
fn is_taken(
    connection: &dyn Connection,
    home: PrincipalId,
    segment: &str,
    by_other_than: i64,
) -> Result<bool, Error> {
    let sql = "SELECT id FROM calendar WHERE home = $1 AND segment = $2 AND id <> $3";
    let parameters = [home.0.into(), segment.into(), by_other_than.into()];
    Ok(first(connection, sql, &parameters, |row| row.integer(0))?.is_some())
}

pub(crate) fn make(
    connection: &dyn Connection,
    home: PrincipalId,
    settings: &Settings,
) -> Result<CalendarId, Error> {
    if is_taken(connection, home, &settings.segment, 0)? {
        return Err(Error::Conflict(Clash::Segment(settings.segment.clone())));
    }
    let sql = "INSERT INTO calendar (segment, name, color, description, zone, is_removed, kinds, is_transparent, home, \
               settings_version, sequence, min_sequence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, 0, 0) RETURNING id";
    let kinds = settings.write_kinds();
    let mut parameters = parameters(settings, kinds.as_deref()).to_vec();
    parameters.push(home.0.into());
    let id = first(connection, sql, &parameters, |row| row.integer(0))?;
    id.map(CalendarId).ok_or_else(|| Error::Database("a row that was written has no id".to_owned()))
}

/// Makes the collections of messages of a principal who is new.
pub(crate) fn make_boxes(connection: &dyn Connection, home: PrincipalId) -> Result<(), Error> {
    for (number, segment, name) in [(1_i64, "inbox", "Inbox"), (2, "outbox", "Outbox")] {
        let sql = "INSERT INTO calendar (home, segment, name, is_removed, settings_version, sequence, min_sequence, \
                   collection) VALUES ($1, $2, $3, 0, 1, 0, 0, $4)";
        connection.execute(sql, &[home.0.into(), segment.into(), name.into(), number.into()])?;
    }
    Ok(())
}

/// Gives a calendar other settings; those before.
pub(crate) fn set(
    connection: &dyn Connection,
    calendar: CalendarId,
    settings: &Settings,
) -> Result<Settings, Error> {
    let before = by_id(connection, calendar)?.ok_or(Error::Conflict(Clash::Calendar(calendar)))?;
    if is_taken(connection, before.home, &settings.segment, calendar.0)? {
        return Err(Error::Conflict(Clash::Segment(settings.segment.clone())));
    }
    let sql = "UPDATE calendar SET segment = $1, name = $2, color = $3, description = $4, zone = $5, is_removed = $6, \
               kinds = $7, is_transparent = $8, settings_version = settings_version + 1 WHERE id = $9";
    let kinds = settings.write_kinds();
    let mut parameters = parameters(settings, kinds.as_deref()).to_vec();
    parameters.push(calendar.0.into());
    connection.execute(sql, &parameters)?;
    Ok(before.settings)
}

fn parameters<'s>(settings: &'s Settings, kinds: Option<&'s str>) -> [Value<'s>; 8] {
    [
        settings.segment.as_str().into(),
        settings.name.as_str().into(),
        settings.color.as_deref().into(),
        settings.description.as_deref().into(),
        settings.zone.as_deref().into(),
        settings.is_removed.into(),
        kinds.into(),
        settings.is_transparent.into(),
    ]
}
