//! A cursor over a zone: conversions in a row, without a search for each.

use crate::civil::{DateTime, Timestamp};

use super::table::Span;
use super::{Reading, Zone};

/// Converts wall times to instants and back, one after another.
///
/// It keeps the span of constant offset in which it was last, so that the next conversion is two comparisons
/// and an addition as long as it stays there, and a search when it does not. Any order gives right answers; a
/// sorted one is fast.
///
/// ```
/// use ical::civil::{Date, Time};
/// use ical::zone::Zone;
///
/// let zone = Zone::iana("Europe/Vienna").ok_or("no such zone")?;
/// let mut cursor = zone.cursor();
/// let nine = Time::new(9, 0, 0).ok_or("no such time")?;
/// let mut day = Date::new(2026, 3, 27).ok_or("no such day")?;
/// let mut hours = Vec::new();
/// for _ in 0..4 {
///     hours.push(cursor.to_timestamp(day.at(nine)).0 / 3600 % 24);
///     day = day.plus_days(1).ok_or("no next day")?;
/// }
/// // Summer time begins on 29 March.
/// assert_eq!(hours, [8, 8, 7, 7]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cursor {
    zone: Zone,
    span: Span,
    /// Wall times from here …
    unique_from: i64,
    /// … to before here are in this span and in no other.
    unique_until: i64,
}

impl Cursor {
    pub(super) fn new(zone: Zone) -> Self {
        let span = zone.table().span_at(i64::MIN);
        // An empty range: the first conversion searches.
        Self { zone, span, unique_from: i64::MAX, unique_until: i64::MIN }
    }

    /// The zone.
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// As [`Zone::to_timestamp`].
    #[inline]
    pub fn to_timestamp(&mut self, wall: DateTime) -> Timestamp {
        let seconds = wall.to_seconds();
        if self.unique_from <= seconds && seconds < self.unique_until {
            return Timestamp(seconds - i64::from(self.span.state.offset));
        }
        self.search(wall).timestamp()
    }

    /// As [`Zone::read`].
    #[inline]
    pub fn read(&mut self, wall: DateTime) -> Reading {
        let seconds = wall.to_seconds();
        if self.unique_from <= seconds && seconds < self.unique_until {
            return Reading::Unique(Timestamp(seconds - i64::from(self.span.state.offset)));
        }
        self.search(wall)
    }

    /// As [`Zone::to_wall`].
    #[inline]
    pub fn to_wall(&mut self, timestamp: Timestamp) -> Option<DateTime> {
        DateTime::from_seconds(timestamp.0.checked_add(i64::from(self.offset_at(timestamp)))?)
    }

    /// As [`Zone::offset_at`].
    #[inline]
    pub fn offset_at(&mut self, timestamp: Timestamp) -> i32 {
        if timestamp.0 < self.span.start || timestamp.0 >= self.span.end {
            self.enter(self.zone.table().span_at(timestamp.0));
        }
        self.span.state.offset
    }

    #[cold]
    fn search(&mut self, wall: DateTime) -> Reading {
        let reading = self.zone.read(wall);
        self.enter(self.zone.table().span_at(reading.timestamp().0));
        reading
    }

    fn enter(&mut self, span: Span) {
        let table = self.zone.table();
        // What the wall showed before this span and shows after it may be shown within it, too.
        let before = table.previous(&span).map_or(i64::MIN, |previous| previous.wall_end());
        let after = table.next(&span).map_or(i64::MAX, |next| next.wall_start());
        self.unique_from = span.wall_start().max(before);
        self.unique_until = span.wall_end().min(after);
        self.span = span;
    }
}
