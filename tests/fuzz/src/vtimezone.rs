//! VTIMEZONE, compiled, written and read back.

use ical::civil::Timestamp;
use ical::zone::{Fault, Origin, TimezoneOptions, Zone, Zones};
use ical::{ComponentKind, PropertyKind};

use crate::{read, zone};

/// A text with VTIMEZONEs. The zones that they make have bounded offsets and changes in order; at each change
/// and beside it wall times and instants agree; written as VTIMEZONEs they are read as the same.
pub fn vtimezone(data: &[u8]) {
    let document = read(data);
    let zones = Zones::new(&document);
    for timezone in document.components(ComponentKind::Timezone).take(3) {
        match Zone::from_timezone(timezone) {
            Ok(zone) => {
                compiled(&zone);
                read_back(&zone);
            }
            Err(fault) => assert!(!fault.to_string().is_empty()),
        }
        let Some(tzid) = timezone.property(PropertyKind::Tzid) else { continue };
        let resolved = zones.resolve(&tzid.text());
        assert_eq!(zones.resolve(&tzid.text()), resolved, "the same each time");
        assert_eq!(resolved.zone.is_none(), resolved.origin == Origin::Unknown);
    }
    assert_eq!(zones.problems(), zones.problems());
}

/// Years 1 to 9998: a day from either end, no wall time is past it.
const FIRST: Timestamp = Timestamp(-62_135_596_800);
const LAST: Timestamp = Timestamp(253_370_764_800);
const YEAR: i64 = 31_556_952;
/// Far beyond the years whose changes are kept ready; a walk to the last year would take the time of many inputs.
const LONG: Timestamp = Timestamp(1_000 * YEAR);

fn compiled(zone: &Zone) {
    for range in [FIRST..LONG, Timestamp(0)..LONG, Timestamp(LAST.0 - 100 * YEAR)..LAST] {
        let mut before = None;
        for change in zone.transitions(range.clone()).take(24) {
            assert!(range.contains(&change.at));
            assert!(before.is_none_or(|before| before < change.at), "changes are in order");
            before = Some(change.at);
            assert_ne!(change.offset_from, change.offset_to);
            assert_eq!(zone.offset_at(change.at), change.offset_to);
            assert_eq!(zone.offset_at(Timestamp(change.at.0 - 1)), change.offset_from);
            assert_eq!(zone.abbreviation_at(change.at), change.abbreviation);
            for by in [-86_400, -3_600, -1, 0, 1, 1_800, 3_600, 86_400] {
                zone::instant(zone, Timestamp(change.at.0 + by));
            }
        }
    }
    for year in [0, 30, 130, 1_000] {
        zone::instant(zone, Timestamp(year * YEAR));
    }
}

/// A zone with more changes than this within a span is not written: each would be a date.
const MOST: usize = 100;

fn read_back(zone: &Zone) {
    let changes: Vec<_> = zone.transitions(FIRST..LONG).take(MOST).map(|change| change.at).collect();
    let first = changes.first().copied().unwrap_or(Timestamp(0));
    let middle = changes.get(changes.len() / 2).copied().unwrap_or(first);
    let spans = [
        (Timestamp(first.0 - YEAR), Some(Timestamp(first.0 + 30 * YEAR))),
        (middle, Some(Timestamp(middle.0 + 1))),
        (Timestamp(middle.0 + 1), Some(Timestamp(middle.0 + 10 * YEAR))),
        (Timestamp(0), None),
    ];
    for (from, until) in spans {
        let end = until.unwrap_or(Timestamp(200 * YEAR));
        if from < FIRST || end > LAST || zone.transitions(from..end).nth(MOST).is_some() {
            continue;
        }
        let text =
            zone.to_timezone(&TimezoneOptions { tzid: "Zone/of;the,test", from, until, location: None });
        let document = read(text.as_bytes());
        assert_eq!(document.problems(), [], "{text}");
        let timezone = document.components(ComponentKind::Timezone).next().expect("a VTIMEZONE was written");
        let again = match Zone::from_timezone(timezone) {
            Ok(again) => again,
            // Changes of name alone are not counted above, and may be too many to be read.
            Err(Fault::TooLarge | Fault::Exhausted(_)) => continue,
            Err(fault) => panic!("{fault}: {text}"),
        };
        assert_eq!(zone.disagreements(&again, from..end), [], "from {from:?} until {until:?}: {text}");
    }
}
