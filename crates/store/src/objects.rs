//! Calendar objects, booked: found by name, by UID, by handle, by range, by words.

use ical::ComponentKind;
use ical::civil::Timestamp;
use ical::recurrence::Range;

use crate::alarms::NextAlarm;
use crate::change_set::{CalendarId, Clash, ObjectId, Put, Version};
use crate::engine::{Connection, Row, Value, all, first};
use crate::error::Error;
use crate::handle;
use crate::history::TextId;
use crate::index::{self, BASIS, Index};
use crate::principals::PrincipalId;
use crate::properties;
use crate::season::{Days, Season, Side};

/// A booked object, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What names it in this store.
    pub id: ObjectId,
    /// Where it is.
    pub calendar: CalendarId,
    /// Its name in the calendar.
    pub name: String,
    /// Its UID.
    pub uid: String,
    /// Letters made of its UID; people name it by the first of them.
    pub handle: String,
    /// What kind of components.
    pub kind: ComponentKind,
    pub(crate) text: i64,
    /// The calendar's sequence number when it last changed.
    pub version: Version,
    /// When it came into the calendar.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// The calendar's sequence number when it last changed for whoever plans with it (RFC 6638 3.2.10); `None` for what is not
    /// scheduled.
    pub schedule_tag: Option<Version>,
}

impl Stored {
    /// Its text.
    pub const fn text(&self) -> TextId {
        TextId(self.text)
    }
}

/// A question for objects, from its JOIN or WHERE on.
macro_rules! select {
    ($($rest:literal)+) => {
        concat!(
            "SELECT object.id, object.calendar, object.name, object.uid, object.handle, object.kind, object.text, \
             object.version, object.created, object.modified, object.schedule_tag FROM object ",
            $($rest),+
        )
    };
}

/// The objects of a home's calendars that are there with texts that an engine's own question for words finds.
macro_rules! select_with_words {
    ($texts:literal) => {
        $crate::objects::select!(
            "JOIN calendar ON calendar.id = object.calendar WHERE object.text IN (" $texts ") \
             AND +home = $2 AND is_removed = 0 ORDER BY span_start NULLS FIRST, object.id LIMIT $3"
        )
    };
}

/// The objects that are planned with others, behind one and not over at an instant, with texts that an engine's own question for
/// words finds; whoever has them.
macro_rules! select_planned_with_words {
    ($texts:literal) => {
        $crate::objects::select!(
            "JOIN calendar ON calendar.id = object.calendar WHERE object.text IN (" $texts ") \
             AND is_removed = 0 AND schedule_tag IS NOT NULL AND object.id > $2 \
             AND (span_end IS NULL OR span_end >= $3 OR is_open = 1) ORDER BY object.id LIMIT $4"
        )
    };
}

/// The columns of [`select`], and where the object starts.
macro_rules! select_placed {
    ($($rest:literal)+) => {
        concat!(
            "SELECT object.id, object.calendar, object.name, object.uid, object.handle, object.kind, object.text, \
             object.version, object.created, object.modified, object.schedule_tag, span_start FROM object ",
            $($rest),+
        )
    };
}

pub(crate) use {select, select_planned_with_words, select_with_words};

pub(crate) fn stored(row: &dyn Row) -> Result<Stored, Error> {
    Ok(Stored {
        id: ObjectId(row.integer(0)?),
        calendar: CalendarId(row.integer(1)?),
        name: row.text(2)?,
        uid: row.text(3)?,
        handle: row.text(4)?,
        kind: kind_of_number(row.integer(5)?),
        text: row.integer(6)?,
        version: Version(row.integer(7)?),
        created: Timestamp(row.integer(8)?),
        modified: Timestamp(row.integer(9)?),
        schedule_tag: row.maybe_integer(10)?.map(Version),
    })
}

/// Kinds are kept as these numbers, for ever; what is in no row cannot be booked.
const KINDS: [(i64, ComponentKind); 5] = [
    (1, ComponentKind::Event),
    (2, ComponentKind::Todo),
    (3, ComponentKind::Journal),
    (4, ComponentKind::Freebusy),
    (5, ComponentKind::Availability),
];

pub(crate) fn kind_number(kind: ComponentKind) -> i64 {
    KINDS.iter().find(|(_, of)| *of == kind).map_or(0, |(number, _)| *number)
}

pub(crate) fn kind_of_number(number: i64) -> ComponentKind {
    KINDS.iter().find(|(of, _)| *of == number).map_or(ComponentKind::Other, |(_, kind)| *kind)
}

pub(crate) fn by_id(connection: &dyn Connection, id: ObjectId) -> Result<Option<Stored>, Error> {
    first(connection, select!("WHERE object.id = $1"), &[id.0.into()], stored)
}

pub(crate) fn by_uid(
    connection: &dyn Connection,
    calendar: CalendarId,
    uid: &str,
) -> Result<Option<Stored>, Error> {
    let sql = select!("WHERE calendar = $1 AND uid = $2");
    first(connection, sql, &[calendar.0.into(), uid.into()], stored)
}

/// The objects of a UID in all calendars of a home that are there.
pub(crate) fn with_uid(
    connection: &dyn Connection,
    home: PrincipalId,
    uid: &str,
) -> Result<Vec<Stored>, Error> {
    let sql = select!(
        "JOIN calendar ON calendar.id = object.calendar WHERE handle = $1 AND uid = $2 AND +home = $3 \
         AND is_removed = 0 ORDER BY object.id"
    );
    let handle = handle::of_uid(uid);
    all(connection, sql, &[handle.as_str().into(), uid.into(), home.0.into()], stored)
}

/// The objects whose handles begin so, in all calendars of a home that are there; `most` of them.
pub(crate) fn with_handle(
    connection: &dyn Connection,
    home: PrincipalId,
    prefix: &str,
    most: i64,
) -> Result<Vec<Stored>, Error> {
    let sql = select!(
        "JOIN calendar ON calendar.id = object.calendar WHERE handle >= $1 AND handle < $2 \
         AND +home = $3 AND is_removed = 0 ORDER BY handle, object.id LIMIT $4"
    );
    // No handle has a letter after z.
    let end = format!("{prefix}{{");
    all(connection, sql, &[prefix.into(), end.as_str().into(), home.0.into(), most.into()], stored)
}

/// The shortest prefix of a handle, three letters or more, that no other object's handle begins with.
pub(crate) fn shortest_handle(connection: &dyn Connection, of: &str) -> Result<String, Error> {
    let before = "SELECT handle FROM object WHERE handle < $1 ORDER BY handle DESC LIMIT 1";
    let after = "SELECT handle FROM object WHERE handle > $1 ORDER BY handle LIMIT 1";
    let mut length = handle::SHORTEST;
    for sql in [before, after] {
        if let Some(other) = first(connection, sql, &[of.into()], |row| row.text(0))? {
            let shared = of.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
            length = length.max(shared + 1);
        }
    }
    Ok(of.chars().take(length).collect())
}

/// All objects of a calendar, of a kind if one is asked for, after an object, in the order of their ids.
pub(crate) fn page(
    connection: &dyn Connection,
    calendar: CalendarId,
    after: Option<ObjectId>,
    most: i64,
) -> Result<Vec<Stored>, Error> {
    let sql = select!("WHERE calendar = $1 AND object.id > $2 ORDER BY object.id LIMIT $3");
    all(connection, sql, &[calendar.0.into(), after.map_or(0, |id| id.0).into(), most.into()], stored)
}

/// How many objects a calendar has.
pub(crate) fn count(connection: &dyn Connection, calendar: CalendarId) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM object WHERE calendar = $1";
    Ok(first(connection, sql, &[calendar.0.into()], |row| row.integer(0))?.unwrap_or(0))
}

/// The to-dos of a calendar that are neither completed nor cancelled.
pub(crate) fn open_todos(connection: &dyn Connection, calendar: CalendarId) -> Result<Vec<Stored>, Error> {
    let sql = select!("WHERE calendar = $1 AND is_open = 1 ORDER BY object.id");
    all(connection, sql, &[calendar.0.into()], stored)
}

/// A place among the objects of a kind: behind one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    start: Option<i64>,
    id: i64,
}

/// The objects of one kind in a calendar behind a place, by their starts, first those of which nothing occurs; with the
/// place behind them, if there may be more.
pub(crate) fn of_kind(
    connection: &dyn Connection,
    calendar: CalendarId,
    kind: ComponentKind,
    after: Option<Place>,
    most: i64,
) -> Result<(Vec<Stored>, Option<Place>), Error> {
    let placed = |row: &dyn Row| {
        let place = Place { start: row.maybe_integer(11)?, id: row.integer(0)? };
        Ok((stored(row)?, place))
    };
    let of = [calendar.0, kind_number(kind)];
    let mut found = Vec::new();
    let after = after.unwrap_or(Place { start: None, id: 0 });
    if after.start.is_none() {
        let sql = select_placed!(
            "WHERE calendar = $1 AND kind = $2 AND span_start IS NULL AND object.id > $3 ORDER BY object.id LIMIT $4"
        );
        let parameters = [of[0], of[1], after.id, most].map(Value::from);
        found = all(connection, sql, &parameters, placed)?;
    }
    let left = most.saturating_sub(i64::try_from(found.len()).unwrap_or(i64::MAX));
    if left > 0 {
        let Place { start, id } = after;
        let (start, id) = start.map_or((i64::MIN, 0), |start| (start, id));
        let sql = select_placed!(
            "WHERE calendar = $1 AND kind = $2 AND (span_start, object.id) > ($3, $4) \
             ORDER BY span_start, object.id LIMIT $5"
        );
        let parameters = [of[0], of[1], start, id, left].map(Value::from);
        found.extend(all(connection, sql, &parameters, placed)?);
    }
    let is_full = i64::try_from(found.len()).is_ok_and(|count| count >= most);
    let last = found.last().map(|(_, place)| *place).filter(|_| is_full);
    Ok((found.into_iter().map(|(stored, _)| stored).collect(), last))
}

/// An occurrence's class by its length: so a range looks back by no more than it must. Seconds of the longest.
pub(crate) const LENGTHS: [i64; 3] = [86_400, 7 * 86_400, 32 * 86_400];

/// In which class an occurrence is.
pub(crate) fn length_class(row: &crate::Row) -> i64 {
    let length = row.end.0.saturating_sub(row.start.0);
    LENGTHS.iter().map(|longest| i64::from(*longest < length)).sum()
}

/// Floating times stand as if in UTC, and a zone is at most so far from it: Manila was 15:56 before 1844.
pub(crate) const FLOATING: i64 = 16 * 3_600;

/// So many occurrences are written in one era: few enough for their pages to stay at hand while many are written.
const ERA: i64 = 1 << 17;

/// The era in which is written what is written now into a calendar.
pub(crate) fn era(connection: &dyn Connection, calendar: CalendarId) -> Result<i64, Error> {
    let sql = "SELECT written FROM calendar WHERE id = $1";
    Ok(first(connection, sql, &[calendar.0.into()], |row| row.integer(0))?.unwrap_or(0) / ERA)
}

/// The objects of a calendar that may have an occurrence in a range: those whose rows meet it, widened for rows that float by
/// what these may differ, and those whose rows do not reach so far.
pub(crate) fn in_range(
    connection: &dyn Connection,
    calendar: CalendarId,
    range: Range,
) -> Result<Vec<Stored>, Error> {
    let from = range.from.0.saturating_sub(FLOATING);
    let to = range.to.0.saturating_add(FLOATING);
    let mut ids = Vec::new();
    let sql = "SELECT DISTINCT object FROM occurrence WHERE calendar = $1 AND era = $2 AND length = $3 AND start >= $4 \
               AND start <= $5 AND finish >= $6 AND (flags & $7 <> 0 OR (start <= $8 AND finish >= $9))";
    let floating = index::Flags::FLOATING.0;
    for era in 0..=era(connection, calendar)? {
        for (class, longest) in (0_i64..).zip(LENGTHS.into_iter().map(Some).chain([None])) {
            let earliest = longest.map_or(i64::MIN, |longest| from.saturating_sub(longest));
            let parameters = [calendar.0, era, class, earliest, to, from, floating, range.to.0, range.from.0]
                .map(Value::from);
            ids.extend(all(connection, sql, &parameters, |row| row.integer(0))?);
        }
    }
    let days = Days::of(range);
    for side in [Side::Before, Side::After] {
        ids.extend(beyond(connection, calendar, side, (from, to), days.as_ref())?);
    }
    ids.sort_unstable();
    ids.dedup();
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(first(connection, select!("WHERE object.id = $1"), &[id.into()], stored)?);
    }
    Ok(found)
}

/// The objects whose rows do not reach into a range on a side of their windows, and that may occur in it; on these days, if
/// they are few.
pub(crate) fn beyond(
    connection: &dyn Connection,
    calendar: CalendarId,
    side: Side,
    (from, to): (i64, i64),
    days: Option<&Days>,
) -> Result<Vec<i64>, Error> {
    let most = if days.is_some() { 1 } else { i64::MAX };
    let (sql, parameters) = match side {
        Side::Before => (
            "SELECT id FROM object WHERE expanded_from IS NOT NULL AND expanded_from >= $1 AND calendar = $2 \
             AND span_start <= $3 LIMIT $4",
            [from, calendar.0, to, most],
        ),
        Side::After => (
            "SELECT id FROM object WHERE expanded_until IS NOT NULL AND expanded_until <= $1 AND calendar = $2 \
             AND (span_end IS NULL OR span_end >= $3) LIMIT $4",
            [to, calendar.0, from, most],
        ),
    };
    let found = all(connection, sql, &parameters.map(Value::from), |row| row.integer(0))?;
    let Some(days) = days.filter(|_| !found.is_empty()) else { return Ok(found) };
    let (sql, edge, far) = match side {
        Side::Before => (
            "SELECT object FROM season WHERE calendar = $1 AND side = 0 AND month = $2 AND day = $3 AND edge >= $4 \
             AND far <= $5 AND ($6 - phase) % turn < $7 + width",
            from,
            to,
        ),
        Side::After => (
            "SELECT object FROM season WHERE calendar = $1 AND side = 1 AND month = $2 AND day = $3 AND edge <= $4 \
             AND far >= $5 AND ($6 - phase) % turn < $7 + width",
            to,
            from,
        ),
    };
    let mut ids = Vec::new();
    for (month, day) in &days.cells {
        let (month, day) = (i64::from(*month), i64::from(*day));
        let cell = [calendar.0, month, day, edge, far, days.last, days.span].map(Value::from);
        ids.extend(all(connection, sql, &cell, |row| row.integer(0))?);
    }
    Ok(ids)
}

/// The objects of a home's calendars that are there whose texts have these phrases, in the order of their starts.
pub(crate) fn with_words(
    connection: &dyn Connection,
    home: PrincipalId,
    phrases: &[String],
    most: i64,
) -> Result<Vec<Stored>, Error> {
    let words = connection.words();
    let question = (words.beginning)(phrases);
    all(connection, words.find, &[question.as_str().into(), home.0.into(), most.into()], stored)
}

/// The objects of all homes that are planned with others, behind one and not over at an instant, whose texts have a phrase, in the
/// order of their ids.
pub(crate) fn planned_with_words(
    connection: &dyn Connection,
    phrase: String,
    after: Option<ObjectId>,
    now: Timestamp,
    most: i64,
) -> Result<Vec<Stored>, Error> {
    let words = connection.words();
    let question = (words.beginning)(&[phrase]);
    let after = after.map_or(0, |after| after.0);
    let parameters = [question.as_str().into(), after.into(), now.0.into(), most.into()];
    all(connection, words.planned, &parameters, stored)
}

/// Objects whose index was derived with another basis than that of a generation, or those with occurrences beyond their
/// window that was laid before an instant, the oldest first. What is derived again leaves both lists, whatever it is.
pub(crate) fn outdated(
    connection: &dyn Connection,
    generation: i64,
    laid_before: Timestamp,
    most: i64,
) -> Result<Vec<Stored>, Error> {
    let mut found = all(
        connection,
        select!("WHERE generation < $1 ORDER BY generation, object.id LIMIT $2"),
        &[generation.into(), most.into()],
        stored,
    )?;
    if found.is_empty() {
        let sql =
            select!("WHERE expanded_until IS NOT NULL AND derived < $1 ORDER BY derived, object.id LIMIT $2");
        found = all(connection, sql, &[laid_before.0.into(), most.into()], stored)?;
    }
    Ok(found)
}

pub(crate) fn insert(
    connection: &dyn Connection,
    put: &Put,
    text: i64,
    version: Version,
    at: Timestamp,
) -> Result<ObjectId, Error> {
    is_name_free(connection, put, 0)?;
    let (start, end) = span(&put.index);
    let handle = handle::of_uid(&put.uid);
    let sql = "INSERT INTO object (calendar, name, uid, handle, kind, text, version, span_start, span_end, expanded_from, \
               expanded_until, is_open, alarm_from, next_alarm, derived, generation, created, modified, schedule_tag) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
               COALESCE((SELECT generation FROM store WHERE basis = $16), 0), $17, $18, $19)";
    let (alarm_from, next_alarm) = NextAlarm::columns(put.index.alarm);
    let parameters = [
        put.calendar.0.into(),
        put.name.as_str().into(),
        put.uid.as_str().into(),
        handle.as_str().into(),
        kind_number(put.index.kind).into(),
        text.into(),
        version.0.into(),
        start.into(),
        end.into(),
        put.index.expanded_from.map(|at| at.0).into(),
        put.index.expanded_until.map(|at| at.0).into(),
        put.index.is_open.into(),
        alarm_from.into(),
        next_alarm.into(),
        put.index.derived.0.into(),
        BASIS.into(),
        at.0.into(),
        at.0.into(),
        put.scheduled.tag(None, version).map(|tag| tag.0).into(),
    ];
    // Its id is asked for afterwards: see `engine.rs`.
    connection.execute(sql, &parameters)?;
    let sql = "SELECT id FROM object WHERE calendar = $1 AND uid = $2";
    let id = first(connection, sql, &[put.calendar.0.into(), put.uid.as_str().into()], |row| row.integer(0))?;
    id.map(ObjectId).ok_or_else(|| Error::Database("a row that was written has no id".to_owned()))
}

/// Gives a booked object another text and, it may be, another name.
pub(crate) fn replace(
    connection: &dyn Connection,
    before: &Stored,
    put: &Put,
    text: i64,
    version: Version,
    at: Timestamp,
) -> Result<(), Error> {
    let object = before.id;
    is_name_free(connection, put, object.0)?;
    let sql = "UPDATE object SET name = $1, kind = $2, text = $3, version = $4, modified = $5, schedule_tag = $6 WHERE id = $7";
    let parameters = [
        put.name.as_str().into(),
        kind_number(put.index.kind).into(),
        text.into(),
        version.0.into(),
        at.0.into(),
        put.scheduled.tag(before.schedule_tag, version).map(|tag| tag.0).into(),
        object.0.into(),
    ];
    connection.execute(sql, &parameters)?;
    set_index(connection, object, &put.index)
}

fn is_name_free(connection: &dyn Connection, put: &Put, but_of: i64) -> Result<(), Error> {
    let sql = "SELECT id FROM object WHERE calendar = $1 AND name = $2 AND id <> $3";
    let parameters = [put.calendar.0.into(), put.name.as_str().into(), but_of.into()];
    match first(connection, sql, &parameters, |row| row.integer(0))? {
        Some(_) => Err(Error::Conflict(Clash::Name(put.name.clone()))),
        None => Ok(()),
    }
}

/// What the row of an object has of its span.
pub(crate) fn span(index: &Index) -> (Option<i64>, Option<i64>) {
    let start = index.span.map(|(start, _)| start.0);
    let end = index.span.and_then(|(_, end)| end).map(|end| end.0);
    (start, end)
}

/// Writes what the row of an object has of its index.
pub(crate) fn set_index(connection: &dyn Connection, object: ObjectId, index: &Index) -> Result<(), Error> {
    let (start, end) = span(index);
    let sql = "UPDATE object SET span_start = $1, span_end = $2, expanded_from = $3, expanded_until = $4, is_open = $5, \
               alarm_from = $6, next_alarm = $7, derived = $8, \
               generation = COALESCE((SELECT generation FROM store WHERE basis = $9), 0) WHERE id = $10";
    let (alarm_from, next_alarm) = NextAlarm::columns(index.alarm);
    let parameters = [
        start.into(),
        end.into(),
        index.expanded_from.map(|at| at.0).into(),
        index.expanded_until.map(|at| at.0).into(),
        index.is_open.into(),
        alarm_from.into(),
        next_alarm.into(),
        index.derived.0.into(),
        BASIS.into(),
        object.0.into(),
    ];
    connection.execute(sql, &parameters)?;
    Ok(())
}

/// Writes an object's occurrences in place of those that were there.
pub(crate) fn write_occurrences(
    connection: &dyn Connection,
    object: ObjectId,
    calendar: CalendarId,
    index: &Index,
) -> Result<(), Error> {
    connection.execute("DELETE FROM occurrence WHERE object = $1", &[object.0.into()])?;
    let era = era(connection, calendar)?;
    let sql = "INSERT INTO occurrence (calendar, era, length, start, object, finish, flags) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    let rows = index.occurrences.iter().map(|row| {
        let row = [calendar.0, era, length_class(row), row.start.0, object.0, row.end.0, row.flags.0];
        row.map(Value::from)
    });
    let rows: Vec<[Value<'_>; 7]> = rows.collect();
    connection.execute_all(sql, &mut rows.iter().map(<[Value<'_>; 7]>::as_slice))?;
    let written = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let sql = "UPDATE calendar SET written = written + $1 WHERE id = $2";
    connection.execute(sql, &[written.into(), calendar.0.into()])?;
    write_seasons(connection, object, calendar, index)
}

fn write_seasons(
    connection: &dyn Connection,
    object: ObjectId,
    calendar: CalendarId,
    index: &Index,
) -> Result<(), Error> {
    connection.execute("DELETE FROM season WHERE object = $1", &[object.0.into()])?;
    let sql = "INSERT INTO season (calendar, side, month, day, edge, object, far, turn, phase, width) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let row = |season: &Season| {
        let [side, month, day, edge, far, turn, phase, width] = season.columns();
        [calendar.0, side, month, day, edge, object.0, far, turn, phase, width].map(Value::from)
    };
    let rows: Vec<[Value<'_>; 10]> = index.seasons.iter().map(row).collect();
    connection.execute_all(sql, &mut rows.iter().map(<[Value<'_>; 10]>::as_slice))
}

pub(crate) fn delete(connection: &dyn Connection, object: ObjectId) -> Result<(), Error> {
    connection.execute("DELETE FROM occurrence WHERE object = $1", &[object.0.into()])?;
    connection.execute("DELETE FROM season WHERE object = $1", &[object.0.into()])?;
    properties::forget_of(connection, object)?;
    connection.execute("DELETE FROM object WHERE id = $1", &[object.0.into()])?;
    Ok(())
}
