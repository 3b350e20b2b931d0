//! DURATION and the values that are made of it.

use ical::civil::DateTime;
use ical::value::{Duration, Period, PeriodEnd, UtcOffset};

/// A duration, or what else begins with a sign: what is written is read as the same, and adding it never
/// overflows.
pub fn duration(data: &[u8]) {
    if let Ok(duration) = Duration::parse(data) {
        check(duration);
    }
    if let Ok(offset) = UtcOffset::parse(data) {
        assert_eq!(UtcOffset::parse(offset.to_string().as_bytes()), Ok(offset));
        assert!(offset.seconds().unsigned_abs() < 100 * 3_600);
        assert_eq!(UtcOffset::from_seconds(offset.seconds()), Some(offset));
    }
    if let Ok(period) = Period::parse(data, None) {
        assert_eq!(Period::parse(period.to_string().as_bytes(), None), Ok(period.clone()));
        if let PeriodEnd::Duration(duration) = period.end {
            check(duration);
        }
    }
}

fn check(duration: Duration) {
    let written = duration.to_string();
    assert_eq!(Duration::parse(written.as_bytes()), Ok(duration), "{written}");
    assert_eq!(Duration::new(duration.days(), duration.seconds()), Some(duration), "one sign");
    assert_eq!(duration.is_zero(), duration.to_seconds() == 0);
    assert_eq!(duration.is_negative(), duration.to_seconds() < 0);
    for wall in [DateTime::MIN, DateTime::MAX] {
        if let Some(after) = duration.after(wall) {
            assert_eq!(after.to_seconds() - wall.to_seconds(), duration.to_seconds());
        }
    }
}
