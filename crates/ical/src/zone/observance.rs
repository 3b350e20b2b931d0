//! VTIMEZONE's observances as offset changes (RFC 5545 3.6.5).
//!
//! An observance of the common make (every year, a weekday of a month) becomes a yearly rule, which is
//! arithmetic for any year. All others are expanded, up to the year 9999, within a budget.

use std::fmt;

use crate::civil::{DateTime, Time, Timestamp};
use crate::component::ComponentKind;
use crate::document::Component;
use crate::property::{Property, PropertyKind};
use crate::rule::{Budget, Exhausted, Rule, Start};
use crate::value::{DateOrTime, Malformed, Recur, Until, UtcOffset, parse_date_or_time, split_list};

use super::iana::intern;
use super::table::{Change, State, Table};
use super::yearly::{Anniversary, Yearly};

/// Periods looked at for all rules of one VTIMEZONE that are of no common make …
const PERIODS: u64 = 400_000;
/// … and their instances: two a year up to 9999 are within it.
const INSTANCES: u64 = 20_000;
/// Observances, yearly rules, and dates of one VTIMEZONE: each more than ten times what any zone has needed
/// yet.
const OBSERVANCES: usize = 1_000;
const RULES: usize = 256;
const CHANGES: usize = 100_000;

/// Why a VTIMEZONE could not be compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It has no STANDARD and no DAYLIGHT with DTSTART and TZOFFSETTO.
    NoObservance,
    /// Its rules take too long to expand, or have too many instances.
    Exhausted(Exhausted),
    /// It has too many observances, rules or dates.
    TooLarge,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoObservance => f.write_str("it has no observance with DTSTART and TZOFFSETTO"),
            Self::Exhausted(exhausted) => exhausted.fmt(f),
            Self::TooLarge => f.write_str("it has too many observances, rules or dates"),
        }
    }
}

impl std::error::Error for Fault {}

/// An observance that has what it must have.
struct Observance<'a> {
    component: Component<'a>,
    start: DateTime,
    offset_from: i32,
    state: State,
}

/// The changes of a VTIMEZONE. Properties that cannot be read are left out; validation tells of them.
pub(super) fn compile(timezone: Component<'_>) -> Result<Table, Fault> {
    if timezone.children().nth(OBSERVANCES).is_some() {
        return Err(Fault::TooLarge);
    }
    let mut names = Vec::new();
    let observances = observances(timezone, &mut names);
    let earliest = observances.iter().min_by_key(|observance| observance.instant(observance.start));
    let earliest = earliest.ok_or(Fault::NoObservance)?;
    // Before the first change its TZOFFSETFROM holds: by the name of whichever observance has that offset.
    let alike = observances.iter().map(|observance| observance.state);
    let alike =
        alike.filter(|state| state.offset == earliest.offset_from).min_by_key(|state| state.is_daylight);
    let first = alike.unwrap_or_else(|| State {
        offset: earliest.offset_from,
        name: intern(&mut names, ""),
        is_daylight: false,
    });
    let mut changes = Vec::new();
    let mut rules = Vec::new();
    let mut budget = Budget::new(PERIODS, INSTANCES);
    for observance in &observances {
        observance.expand(&mut changes, &mut rules, &mut budget).map_err(Fault::Exhausted)?;
        if rules.len() > RULES || changes.len() > CHANGES {
            return Err(Fault::TooLarge);
        }
    }
    Ok(Table::new(names.into(), first, changes, rules))
}

/// The offset that a VTIMEZONE names for standard time: a guess where it cannot be compiled.
pub(super) fn standard_offset(timezone: Component<'_>) -> Option<i32> {
    let standard = timezone.children_of(ComponentKind::Standard);
    let daylight = timezone.children_of(ComponentKind::Daylight);
    standard.chain(daylight).find_map(|observance| offset(observance, PropertyKind::Tzoffsetto))
}

fn observances<'a>(timezone: Component<'a>, names: &mut Vec<Box<str>>) -> Vec<Observance<'a>> {
    let is_observance =
        |child: &Component<'_>| matches!(child.kind(), ComponentKind::Standard | ComponentKind::Daylight);
    let children: Vec<_> = timezone.children().filter(is_observance).collect();
    let read = |component: &Component<'a>| {
        let start = component.property(PropertyKind::Dtstart)?.date_or_time().ok()?.wall();
        let to = offset(*component, PropertyKind::Tzoffsetto)?;
        // Where TZOFFSETFROM is missing, the offset of the other kind of observance went before.
        let other = || {
            let others = children.iter().filter(|other| other.kind() != component.kind());
            others.filter_map(|other| offset(*other, PropertyKind::Tzoffsetto)).next()
        };
        let offset_from = offset(*component, PropertyKind::Tzoffsetfrom).or_else(other).unwrap_or(to);
        let name = component.property(PropertyKind::Tzname);
        let name = intern(names, &name.as_ref().map(Property::text).unwrap_or_default());
        let is_daylight = component.kind() == ComponentKind::Daylight;
        let state = State { offset: to, name, is_daylight };
        Some(Observance { component: *component, start, offset_from, state })
    };
    children.iter().filter_map(read).collect()
}

impl Observance<'_> {
    /// The instant of a wall time before the change.
    fn instant(&self, wall: DateTime) -> i64 {
        wall.to_seconds() - i64::from(self.offset_from)
    }

    /// The instant of a time as it is written here: local, as it must be, or in UTC.
    fn instant_of(&self, value: &DateOrTime<'_>) -> i64 {
        match value {
            DateOrTime::Utc(wall) => Timestamp::from_utc(*wall).0,
            _ => self.instant(value.wall()),
        }
    }

    fn expand(
        &self,
        changes: &mut Vec<Change>,
        rules: &mut Vec<Yearly>,
        budget: &mut Budget,
    ) -> Result<(), Exhausted> {
        let exceptions = self.exceptions(budget)?;
        let mut instants = vec![self.instant(self.start)];
        for recur in self.recurs(PropertyKind::Rrule) {
            match Anniversary::from_recur(&recur, self.start).filter(|_| exceptions.is_empty()) {
                Some(anniversary) => rules.push(Yearly {
                    anniversary,
                    offset_from: self.offset_from,
                    state: self.state,
                    from: self.instant(self.start),
                    until: self.until(&recur).unwrap_or(i64::MAX),
                }),
                None => self.instances(&recur, &mut instants, budget)?,
            }
        }
        instants.extend(self.dates(PropertyKind::Rdate));
        instants.retain(|at| exceptions.binary_search(at).is_err());
        changes.extend(instants.into_iter().map(|at| Change { at, state: self.state }));
        Ok(())
    }

    /// The instants that EXDATE and EXRULE take out, ascending.
    fn exceptions(&self, budget: &mut Budget) -> Result<Vec<i64>, Exhausted> {
        let mut exceptions: Vec<i64> = self.dates(PropertyKind::Exdate).collect();
        for recur in self.recurs(PropertyKind::Exrule) {
            self.instances(&recur, &mut exceptions, budget)?;
        }
        exceptions.sort_unstable();
        Ok(exceptions)
    }

    fn recurs(&self, kind: PropertyKind) -> impl Iterator<Item = Recur> {
        self.component.properties_of(kind).filter_map(|property| property.recur().ok())
    }

    /// UNTIL: in UTC, as RFC 5545 3.6.5 wants it; a local one is read by TZOFFSETFROM, as DTSTART is; a date
    /// is that day.
    fn until(&self, recur: &Recur) -> Option<i64> {
        Some(match recur.until? {
            Until::Utc(wall) => Timestamp::from_utc(wall).0,
            Until::Local(wall) => self.instant(wall),
            Until::Date(date) => self.instant(date.at(Time::from_seconds(86_399))),
        })
    }

    fn instances(&self, recur: &Recur, out: &mut Vec<i64>, budget: &mut Budget) -> Result<(), Exhausted> {
        let until = self.until(recur).map(|until| {
            // What is before or after all years on this wall is before or after all instances.
            let seconds = until + i64::from(self.offset_from);
            let nearest = if seconds < 0 { DateTime::MIN } else { DateTime::MAX };
            DateTime::from_seconds(seconds).unwrap_or(nearest)
        });
        // A rule in another calendar than ours says nothing; DTSTART stands.
        let Ok(rule) = Rule::new(recur, Start::DateTime(self.start), until) else { return Ok(()) };
        let mut instances = rule.instances();
        while let Some(wall) = instances.next(budget)? {
            out.push(self.instant(wall));
        }
        Ok(())
    }

    /// The instants of RDATE or EXDATE; of a PERIOD its start.
    fn dates(&self, kind: PropertyKind) -> impl Iterator<Item = i64> {
        self.component.properties_of(kind).flat_map(|property| {
            let value = property.raw_value();
            split_list(value).filter_map(|(_, text)| self.date(text).ok()).collect::<Vec<_>>()
        })
    }

    fn date(&self, text: &[u8]) -> Result<i64, Malformed> {
        let start = text.split(|byte| *byte == b'/').next().unwrap_or_default();
        parse_date_or_time(start, None).map(|value| self.instant_of(&value))
    }
}

/// The value of TZOFFSETFROM or TZOFFSETTO, in seconds.
fn offset(observance: Component<'_>, kind: PropertyKind) -> Option<i32> {
    let read = |property: Property<'_>| UtcOffset::parse(property.raw_value().trim_ascii()).ok();
    observance.properties_of(kind).find_map(read).map(UtcOffset::seconds)
}

#[cfg(test)]
mod tests;
