//! Zones: are the TZIDs of a text known, and does what it says of them hold (RFC 5545 3.6.5)?

use std::collections::BTreeMap;
use std::ops;

use super::Check;
use crate::civil::{DateTime, SECONDS_PER_DAY, Timestamp};
use crate::component::ComponentKind;
use crate::document::{Component, PropertyId};
use crate::problem::ProblemKind;
use crate::property::PropertyKind;
use crate::value::{DateOrTime, Until};
use crate::zone::{ZoneCache, Zones};

/// Where a TZID is first used, and from when to when.
struct Use {
    place: ops::Range<usize>,
    property: PropertyId,
    first: DateTime,
    last: DateTime,
}

impl<'d> Check<'d> {
    /// Each calendar of a text has its own zones.
    pub(super) fn zones(&mut self) {
        let cache = std::sync::Arc::<ZoneCache>::default();
        for root in self.document.roots() {
            let zones = Zones::within(root, std::sync::Arc::clone(&cache));
            for problem in
                zones.problems().into_iter().filter(|problem| problem.kind == ProblemKind::BrokenZone)
            {
                self.push(problem, None, None);
            }
            for (tzid, used) in uses(root) {
                let unknown = zones.resolve(&tzid).problem(&tzid, used.place);
                let range = Timestamp(used.first.to_seconds() - SECONDS_PER_DAY)
                    ..Timestamp(used.last.to_seconds() + SECONDS_PER_DAY);
                for problem in unknown.into_iter().chain(zones.disagreement_problem(&tzid, range)) {
                    self.push(problem, None, Some(used.property));
                }
            }
        }
    }
}

/// The TZIDs of a calendar's times, VTIMEZONEs left out.
fn uses(root: Component<'_>) -> BTreeMap<String, Use> {
    let mut uses: BTreeMap<String, Use> = BTreeMap::new();
    let is_zone = |component: &Component<'_>| {
        use ComponentKind::{Daylight, Standard, Timezone};
        matches!(component.kind(), Timezone | Standard | Daylight)
    };
    for component in root.descendants().filter(|component| !is_zone(component)) {
        for property in component.properties() {
            let Some(parameter) = super::tzid_of(&property) else { continue };
            let is_start = property.kind() == PropertyKind::Dtstart;
            for time in property.dates_or_times().filter_map(Result::ok) {
                let DateOrTime::Zoned(wall, tzid) = &time else { continue };
                let last = if is_start { last_of_rules(component, *wall) } else { *wall };
                let used = uses.entry(tzid.to_string()).or_insert_with(|| Use {
                    place: property.parameter_place(&parameter),
                    property: property.id(),
                    first: *wall,
                    last,
                });
                used.first = used.first.min(*wall);
                used.last = used.last.max(last);
            }
        }
    }
    uses
}

/// To when a component that starts then needs its zone: to UNTIL, and for a year where it goes on.
fn last_of_rules(component: Component<'_>, start: DateTime) -> DateTime {
    let rules = component.properties_of(PropertyKind::Rrule).filter_map(|property| property.recur().ok());
    let last = |until| match until {
        Some(Until::Date(date)) => date.midnight(),
        Some(Until::Local(wall) | Until::Utc(wall)) => wall,
        None => start.plus_seconds(366 * SECONDS_PER_DAY).unwrap_or(start),
    };
    rules.map(|rule| last(rule.until)).fold(start, DateTime::max)
}
