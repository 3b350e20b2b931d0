//! VTIMEZONE, compiled.

use ical::civil::Timestamp;
use ical::zone::{Origin, Zone, Zones};
use ical::{ComponentKind, PropertyKind};

use crate::{read, zone};

/// A text with VTIMEZONEs. The zones that they make have bounded offsets and changes in order; at each change and beside
/// it wall times and instants agree.
pub fn vtimezone(data: &[u8]) {
    let document = read(data);
    let zones = Zones::new(&document);
    for timezone in document.components(ComponentKind::Timezone).take(3) {
        let Some(tzid) = timezone.property(PropertyKind::Tzid) else { continue };
        let resolved = zones.resolve(&tzid.text());
        assert_eq!(zones.resolve(&tzid.text()), resolved, "the same each time");
        assert_eq!(resolved.zone.is_none(), resolved.origin == Origin::Unknown);
        if let Some(zone) = resolved.zone {
            compiled(&zone);
        }
    }
}

/// Years 1 to 9998: a day from either end, no wall time is past it.
const FIRST: Timestamp = Timestamp(-62_135_596_800);
const LAST: Timestamp = Timestamp(253_370_764_800);
const YEAR: i64 = 31_556_952;

fn compiled(zone: &Zone) {
    for range in [FIRST..LAST, Timestamp(0)..LAST, Timestamp(4_000 * YEAR)..LAST] {
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
