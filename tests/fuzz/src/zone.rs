//! What holds in any zone.

use ical::civil::{DateTime, Timestamp};
use ical::zone::{Reading, Zone};

/// A wall time's instants show it again, a gap's show another; a cursor says the same as the zone.
pub(crate) fn reading(zone: &Zone, wall: DateTime) {
    let reading = zone.read(wall);
    let seconds = wall.to_seconds();
    match reading {
        Reading::Unique(at) => shows(zone, at, wall),
        Reading::Fold { first, second } => {
            assert!(first < second, "{zone:?} {wall}: the first comes first");
            shows(zone, first, wall);
            shows(zone, second, wall);
        }
        Reading::Gap { before, after } => {
            assert!(after < before, "{zone:?} {wall}: the offset after a gap is the greater");
            for at in [before, after] {
                assert_ne!(at.0 + i64::from(zone.offset_at(at)), seconds, "{zone:?} {wall} is in a gap");
            }
        }
    }
    cursor(zone, wall);
}

fn cursor(zone: &Zone, wall: DateTime) {
    let reading = zone.read(wall);
    assert_eq!(zone.to_timestamp(wall), reading.timestamp());
    let mut cursor = zone.cursor();
    assert_eq!(cursor.read(wall), reading);
    assert_eq!(cursor.read(wall), reading, "read a second time");
    assert_eq!(cursor.to_timestamp(wall), reading.timestamp());
    let at = reading.timestamp();
    assert_eq!(cursor.offset_at(at), zone.offset_at(at));
    assert_eq!(cursor.to_wall(at), zone.to_wall(at));
}

fn shows(zone: &Zone, at: Timestamp, wall: DateTime) {
    assert_eq!(zone.to_wall(at), Some(wall), "{zone:?} at {at:?}");
}

/// An offset is less than a day; an instant's wall time means this instant, or another that shows the same.
/// Among changes that are nearer to each other than their offsets a wall may go to and fro; which instant is
/// meant there is open.
pub(crate) fn instant(zone: &Zone, at: Timestamp) {
    assert!(zone.offset_at(at).unsigned_abs() < 86_400, "{zone:?} at {at:?}");
    let Some(wall) = zone.to_wall(at) else { return };
    assert_eq!(wall.to_seconds() - i64::from(zone.offset_at(at)), at.0);
    let near = Timestamp(at.0 - 4 * 86_400)..Timestamp(at.0 + 4 * 86_400);
    if zone.transitions(near).nth(1).is_some() {
        return cursor(zone, wall);
    }
    reading(zone, wall);
    assert!(!zone.read(wall).is_gap(), "{zone:?}: {wall} is shown");
}
