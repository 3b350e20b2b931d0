//! Alarms: when an object may ring next, which ones may ring by a time, up to when all rang, and what it was.
//!
//! How far was rung is the store's, not the objects': to ring edits nothing. An object's row has a time before which none of
//! its alarms rings, counted from another one, `from`: what the row says of times before that is nothing. So an object may
//! ring in a range when its next alarm is not after the range, or its row was derived inside or after it. Rows that are
//! behind cost a look at the text, and miss nothing.

use ical::Object;
use ical::civil::Timestamp;
use ical::recurrence::{Alarms, Policies, RecurrenceSet};
use ical::zone::Zones;

use crate::change_set::{CalendarId, ObjectId, Version};
use crate::engine::{Connection, all, first};
use crate::error::Error;
use crate::objects::{self, FLOATING, Stored};

/// When an object may ring next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextAlarm {
    /// After then …
    pub from: Timestamp,
    /// … none of its alarms rings before; none at all, where there is no time.
    pub at: Option<Timestamp>,
}

impl NextAlarm {
    /// When an object may ring after a time; `None` where it has no alarm that rings by time.
    pub fn derive(object: &Object<'_>, zones: &Zones<'_>, from: Timestamp) -> Option<Self> {
        Self::of(object, &RecurrenceSet::new(object, zones, &Policies::default()), from)
    }

    /// What cannot be worked out within its budget does not ring: it was told when the object came.
    pub(crate) fn of(object: &Object<'_>, set: &RecurrenceSet<'_>, from: Timestamp) -> Option<Self> {
        let alarms = Alarms::new(object, set);
        let after = Timestamp(from.0.saturating_add(1));
        let at = || alarms.next(after, FLOATING).ok().flatten();
        (!alarms.is_empty()).then(|| Self { from, at: at() })
    }

    /// What the row of an object has of it.
    pub(crate) fn columns(alarm: Option<Self>) -> (Option<i64>, Option<i64>) {
        (alarm.map(|alarm| alarm.from.0), alarm.and_then(|alarm| alarm.at).map(|at| at.0))
    }
}

/// An alarm that rang.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Where its object was.
    pub calendar: CalendarId,
    /// Of which object.
    pub uid: String,
    /// When it was due.
    pub at: Timestamp,
}

/// So many of those that rang are remembered.
const REMEMBERED: usize = 1_000;

/// Up to when all rang that was due.
pub(crate) fn until(connection: &dyn Connection) -> Result<Option<Timestamp>, Error> {
    first(connection, "SELECT until FROM ringing", &[], |row| Ok(Timestamp(row.integer(0)?)))
}

/// What rang: all that is remembered, with when it did; what rang last is at the end.
pub(crate) fn rung(connection: &dyn Connection) -> Result<Vec<(Timestamp, Rung)>, Error> {
    let sql = "SELECT run, calendar, uid, at FROM rung ORDER BY run, calendar, uid, at";
    all(connection, sql, &[], |row| {
        let rung =
            Rung { calendar: CalendarId(row.integer(1)?), uid: row.text(2)?, at: Timestamp(row.integer(3)?) };
        Ok((Timestamp(row.integer(0)?), rung))
    })
}

/// The objects that may have an alarm after one time and up to another.
pub(crate) fn may_ring(
    connection: &dyn Connection,
    after: Timestamp,
    until: Timestamp,
) -> Result<Vec<Stored>, Error> {
    let sql =
        objects::select!("WHERE next_alarm IS NOT NULL AND next_alarm <= $1 ORDER BY next_alarm, object.id");
    let mut found = all(connection, sql, &[until.0.into()], objects::stored)?;
    let sql =
        objects::select!("WHERE alarm_from IS NOT NULL AND alarm_from > $1 ORDER BY alarm_from, object.id");
    found.extend(all(connection, sql, &[after.0.into()], objects::stored)?);
    found.sort_by_key(|stored| stored.id);
    found.dedup_by_key(|stored| stored.id);
    Ok(found)
}

/// The objects whose rows are behind, or ahead of, the time up to which all rang; so many at most. What is derived from that
/// time on is not among them.
pub(crate) fn to_move(
    connection: &dyn Connection,
    until: Timestamp,
    most: i64,
) -> Result<Vec<Stored>, Error> {
    let sql = objects::select!(
        "WHERE next_alarm IS NOT NULL AND next_alarm <= $1 AND alarm_from < $2 ORDER BY next_alarm, object.id LIMIT $3"
    );
    let mut found = all(connection, sql, &[until.0.into(), until.0.into(), most.into()], objects::stored)?;
    let sql = objects::select!(
        "WHERE alarm_from IS NOT NULL AND alarm_from > $1 ORDER BY alarm_from, object.id LIMIT $2"
    );
    found.extend(all(connection, sql, &[until.0.into(), most.into()], objects::stored)?);
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found)
}

/// Says up to when all rang, and what; forgets what was due before `forgotten`, unless it rang last.
pub(crate) fn ring(
    connection: &dyn Connection,
    until: Timestamp,
    forgotten: Timestamp,
    alarms: &[Rung],
) -> Result<(), Error> {
    let sql = "INSERT INTO ringing (one, until) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET until = excluded.until";
    connection.execute(sql, &[until.0.into()])?;
    if alarms.is_empty() {
        return Ok(());
    }
    connection.execute("DELETE FROM rung WHERE at < $1", &[forgotten.0.into()])?;
    let sql = "INSERT INTO rung (run, calendar, uid, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    for rung in alarms.iter().rev().take(REMEMBERED) {
        let parameters = [until.0.into(), rung.calendar.0.into(), rung.uid.as_str().into(), rung.at.0.into()];
        connection.execute(sql, &parameters)?;
    }
    Ok(())
}

/// Writes when an object may ring next, if it is as it was.
pub(crate) fn set(
    connection: &dyn Connection,
    object: ObjectId,
    version: Version,
    alarm: Option<NextAlarm>,
) -> Result<(), Error> {
    let (from, at) = NextAlarm::columns(alarm);
    let sql = "UPDATE object SET alarm_from = $1, next_alarm = $2 WHERE id = $3 AND version = $4";
    connection.execute(sql, &[from.into(), at.into(), object.0.into(), version.0.into()])?;
    Ok(())
}
