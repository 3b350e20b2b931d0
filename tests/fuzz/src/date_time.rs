//! DATE and DATE-TIME, on the wall and in zones.

use std::sync::OnceLock;

use ical::civil::{Date, DateTime};
use ical::zone::Zone;
use ical::{ComponentKind, PropertyKind};

use crate::{read, zone};

/// The value of DTSTART. What is written is read as the same; days and seconds count to and fro; in zones
/// with gaps and folds of every make its instants show it again.
pub fn date_time(data: &[u8]) {
    let Some(wall) = wall(data) else { return };
    assert_eq!(DateTime::from_seconds(wall.to_seconds()), Some(wall));
    assert_eq!(Date::from_days(wall.date.to_days()), Some(wall.date));
    assert_eq!(Date::new(wall.date.year(), wall.date.month(), wall.date.day()), Some(wall.date));
    let tomorrow = wall.date.plus_days(1);
    assert_eq!(tomorrow, wall.plus_seconds(86_400).map(|later| later.date));
    if let Some(tomorrow) = tomorrow {
        assert_eq!(tomorrow.weekday().days_since(wall.date.weekday()), 1);
        assert!(tomorrow.day_of_year() == wall.date.day_of_year() + 1 || tomorrow.day_of_year() == 1);
    }
    for zone in zones() {
        zone::reading(zone, wall);
    }
}

fn wall(data: &[u8]) -> Option<DateTime> {
    let mut text = b"BEGIN:VEVENT\r\nDTSTART:".to_vec();
    text.extend(data.iter().filter(|byte| !matches!(byte, b'\r' | b'\n')));
    text.extend_from_slice(b"\r\nEND:VEVENT\r\n");
    let document = read(&text);
    let event = document.components(ComponentKind::Event).next()?;
    let start = event.property(PropertyKind::Dtstart)?;
    let value = start.date_or_time().ok()?;
    let again = format!("BEGIN:VEVENT\r\nDTSTART:{value}\r\nEND:VEVENT\r\n");
    let again = read(again.as_bytes());
    let again = again.components(ComponentKind::Event).next()?;
    let again = again.property(PropertyKind::Dtstart)?;
    assert_eq!(again.date_or_time().as_ref(), Ok(&value), "{value}");
    assert_eq!(value.is_date(), value.to_string().len() == 8);
    Some(value.wall())
}

/// Gaps and folds of an hour, of half an hour, of a day, in winter, at midnight, and none.
fn zones() -> &'static [Zone] {
    static ZONES: OnceLock<Vec<Zone>> = OnceLock::new();
    ZONES.get_or_init(|| {
        let names = [
            "UTC",
            "Europe/Vienna",
            "Europe/Dublin",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Africa/Casablanca",
            "America/Nuuk",
            "America/Sao_Paulo",
            "Asia/Manila",
            "Antarctica/Troll",
        ];
        names.into_iter().filter_map(Zone::iana).collect()
    })
}
