//! Zones: are the TZIDs of a text known, and does what it says of them hold (RFC 5545 3.6.5)?

use std::collections::BTreeMap;
use std::ops;
use std::sync::Arc;

use super::Check;
use crate::civil::{DateTime, SECONDS_PER_DAY, Timestamp};
use crate::component::ComponentKind;
use crate::document::{Component, PropertyId};
use crate::problem::ProblemKind;
use crate::property::PropertyKind;
use crate::rule::{Budget, Rule, Start};
use crate::value::{DateOrTime, Recur, Until};
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
    pub(super) fn zones(&mut self, cache: &Arc<ZoneCache>) {
        for root in self.document.roots() {
            let zones = Zones::within(root, Arc::clone(cache));
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
        let mut rules = None;
        for property in component.properties() {
            let Some(parameter) = super::tzid_of(&property) else { continue };
            let is_start = property.kind() == PropertyKind::Dtstart;
            for time in property.dates_or_times().filter_map(Result::ok) {
                let DateOrTime::Zoned(wall, tzid) = &time else { continue };
                let last = if is_start {
                    rules.get_or_insert_with(|| Extent::of_rules(component, *wall)).last(*wall)
                } else {
                    *wall
                };
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

/// To when the rules of a component go, whatever its start.
#[derive(Default)]
struct Extent {
    /// The last UNTIL, or the last instance of a COUNT.
    until: Option<DateTime>,
    /// Does a rule go on without one?
    goes_on: bool,
}

/// A rule of COUNT is followed for so many periods.
const PERIODS: u64 = 10_000;

/// What goes on is looked at for so many years: a zone that is out of date says the wrong time on one day of them.
const YEARS: i64 = 10;

impl Extent {
    fn of_rules(component: Component<'_>, start: DateTime) -> Self {
        let mut extent = Self::default();
        for rule in component.properties_of(PropertyKind::Rrule).filter_map(|property| property.recur().ok())
        {
            let until = match rule.until {
                Some(Until::Date(date)) => Some(date.midnight()),
                Some(Until::Local(wall) | Until::Utc(wall)) => Some(wall),
                None => last_counted(&rule, start),
            };
            extent.goes_on |= until.is_none();
            extent.until = extent.until.max(until);
        }
        extent
    }

    /// To when a component that starts then needs its zone: to UNTIL, and for some years where it goes on.
    fn last(&self, start: DateTime) -> DateTime {
        let years = start.plus_seconds(YEARS * 366 * SECONDS_PER_DAY).filter(|_| self.goes_on);
        start.max(years.unwrap_or(start)).max(self.until.unwrap_or(start))
    }
}

/// The last instance of a rule with COUNT, if it can be found soon.
fn last_counted(rule: &Recur, start: DateTime) -> Option<DateTime> {
    rule.count?;
    let rule = Rule::new(rule, Start::DateTime(start), None).ok()?;
    let mut budget = Budget::new(PERIODS, PERIODS);
    let mut instances = rule.instances();
    let mut last = None;
    while let Some(wall) = instances.next(&mut budget).ok()? {
        last = Some(wall);
    }
    last
}
