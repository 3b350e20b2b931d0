//! When the owner of a calendar may be busy, as the index knows it: no text is read.

use ical::civil::Timestamp;
use ical::recurrence::Range;
use sha2::{Digest, Sha256};

use crate::Snapshot;
use crate::change_set::{CalendarId, ObjectId};
use crate::engine::{Connection, Value, all, first};
use crate::error::Error;
use crate::index::{Flags, Row};
use crate::objects::{FLOATING, LENGTHS, Stored, beyond, era, select, stored};
use crate::season::{Days, Side};

impl Snapshot {
    /// Occurrences that may make the owner of a calendar busy in a range, as the index knows them, and the objects of which it does
    /// not know all there; no text is read.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn busy(&self, calendar: CalendarId, range: Range) -> Result<(Vec<BusyRow>, Vec<Stored>), Error> {
        busy(&self.transaction(), calendar, range)
    }

    /// What makes the owner of a calendar busy in some ranges, to be held against what does when something is written:
    /// [`Expect::Range`](crate::Expect::Range).
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn seen(&self, calendar: CalendarId, ranges: &[Range]) -> Result<Seen, Error> {
        seen(&self.transaction(), calendar, ranges)
    }
}

/// What makes somebody busy in some ranges, by a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen([u8; 32]);

pub(crate) fn seen(
    connection: &dyn Connection,
    calendar: CalendarId,
    ranges: &[Range],
) -> Result<Seen, Error> {
    let mut hash = Sha256::new();
    for range in ranges {
        let (rows, partial) = busy(connection, calendar, *range)?;
        let rows =
            rows.into_iter().map(|BusyRow { object, row }| (object.0, row.start.0, row.end.0, row.flags.0));
        let mut rows: Vec<_> = rows.collect();
        rows.sort_unstable();
        for (object, start, end, flags) in rows {
            for number in [object, start, end, flags] {
                hash.update(number.to_be_bytes());
            }
        }
        hash.update(b"and");
        // What the index does not reach is another when its object is.
        for stored in partial {
            hash.update(stored.id.0.to_be_bytes());
            hash.update(stored.version.0.to_be_bytes());
        }
        hash.update(b"then");
    }
    Ok(Seen(hash.finalize().into()))
}

/// An occurrence of an event that may make somebody busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusyRow {
    /// Of which object.
    pub object: ObjectId,
    /// What the index knows of it.
    pub row: Row,
}

/// Occurrences of a range that may make busy, and the objects whose rows do not reach over all of it. Transparent and cancelled
/// ones are left out, and those that the owner declined; so are to-dos, which make nobody busy.
pub(crate) fn busy(
    connection: &dyn Connection,
    calendar: CalendarId,
    range: Range,
) -> Result<(Vec<BusyRow>, Vec<Stored>), Error> {
    let from = range.from.0.saturating_sub(FLOATING);
    let to = range.to.0.saturating_add(FLOATING);
    let sql = "SELECT object, start, finish, flags FROM occurrence WHERE calendar = $1 AND era = $2 AND length = $3 \
               AND start >= $4 AND start <= $5 AND finish >= $6 AND flags & $7 = 0 \
               AND (flags & $8 <> 0 OR (start <= $9 AND finish >= $10))";
    let idle = Flags::TRANSPARENT.0 | Flags::CANCELLED.0 | Flags::DECLINED.0;
    let floating = Flags::FLOATING.0;
    let mut found = Vec::new();
    for era in 0..=era(connection, calendar)? {
        for (class, longest) in (0_i64..).zip(LENGTHS.into_iter().map(Some).chain([None])) {
            let earliest = longest.map_or(i64::MIN, |longest| from.saturating_sub(longest));
            let parameters =
                [calendar.0, era, class, earliest, to, from, idle, floating, range.to.0, range.from.0]
                    .map(Value::from);
            found.extend(all(connection, sql, &parameters, |row| {
                let (start, end) = (Timestamp(row.integer(1)?), Timestamp(row.integer(2)?));
                let row_of = Row { start, end, flags: Flags(row.integer(3)?) };
                Ok(BusyRow { object: ObjectId(row.integer(0)?), row: row_of })
            })?);
        }
    }
    let days = Days::of(range);
    let mut partial = Vec::new();
    for side in [Side::Before, Side::After] {
        partial.extend(beyond(connection, calendar, side, (from, to), days.as_ref())?);
    }
    partial.sort_unstable();
    partial.dedup();
    let mut objects = Vec::new();
    for id in partial {
        objects.extend(first(connection, select!("WHERE object.id = $1"), &[id.into()], stored)?);
    }
    Ok((found, objects))
}
