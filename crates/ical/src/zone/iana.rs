//! Zones of the IANA database, as `jiff` brings it along.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase, TimeZoneTransition};

use crate::civil::DateTime;

use super::table::{Change, READY_UNTIL, State, Table, start_of};
use super::yearly::{Anniversary, Yearly};

/// Years after which weekdays and leap days come again.
const LEAP_CYCLE: i16 = 28;

/// The names of all zones.
pub(super) fn names() -> Vec<String> {
    TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_owned()).collect()
}

/// The zone of a name in any case: the name as the database has it, and its changes.
pub(super) fn get(name: &str) -> Option<(Box<str>, Table)> {
    let zone = TimeZoneDatabase::bundled().get(name).ok()?;
    let canonical = zone.iana_name()?.into();
    Some((canonical, table(&zone)))
}

/// The changes of a zone. What goes on after [`READY_UNTIL`] is found again as yearly rules, since the
/// database's own rules (the footer of a TZif file) are not shown to us.
fn table(zone: &TimeZone) -> Table {
    let mut reader = Reader::default();
    let info = zone.to_offset_info(Timestamp::MIN);
    let first = reader.state(info.offset().seconds(), info.abbreviation(), info.dst().is_dst());
    let ready_until = start_of(READY_UNTIL);
    let mut following = zone.following(Timestamp::MIN);
    let mut after = None;
    for transition in following.by_ref() {
        if transition.timestamp().as_second() >= ready_until {
            after = Some(transition);
            break;
        }
        reader.push(&transition);
    }
    let Some(after) = after else {
        return Table::new(reader.names.into(), first, reader.changes, Vec::new());
    };
    let rules = rules(&reader.changes);
    if rules.is_empty() {
        reader.push(&after);
        following.for_each(|transition| reader.push(&transition));
    }
    Table::new(reader.names.into(), first, reader.changes, rules)
}

/// The yearly rules by which the changes of the last leap cycle came; none if they came otherwise.
fn rules(changes: &[Change]) -> Vec<Yearly> {
    let from = start_of(READY_UNTIL - LEAP_CYCLE);
    let mut groups: Vec<(i32, State, Vec<i64>)> = Vec::new();
    for pair in changes.windows(2) {
        let [before, change] = pair else { continue };
        if change.at < from {
            continue;
        }
        let key = (before.state.offset, change.state);
        match groups.iter_mut().find(|group| (group.0, group.1) == key) {
            Some(group) => group.2.push(change.at),
            None => groups.push((key.0, key.1, vec![change.at])),
        }
    }
    let rule = |(offset_from, state, instants): &(i32, State, Vec<i64>)| {
        if instants.len() != usize::from(LEAP_CYCLE.unsigned_abs()) {
            return None;
        }
        let wall = |at: &i64| DateTime::from_seconds(at + i64::from(*offset_from));
        let walls = instants.iter().map(wall).collect::<Option<Vec<_>>>()?;
        let anniversary = Anniversary::fit(&walls)?;
        let from = *instants.first()?;
        Some(Yearly { anniversary, offset_from: *offset_from, state: *state, from, until: i64::MAX })
    };
    groups.iter().map(rule).collect::<Option<Vec<_>>>().unwrap_or_default()
}

#[derive(Default)]
struct Reader {
    names: Vec<Box<str>>,
    changes: Vec<Change>,
}

impl Reader {
    fn push(&mut self, transition: &TimeZoneTransition<'_>) {
        let offset = transition.offset().seconds();
        let state = self.state(offset, transition.abbreviation(), transition.dst().is_dst());
        self.changes.push(Change { at: transition.timestamp().as_second(), state });
    }

    fn state(&mut self, offset: i32, name: &str, is_daylight: bool) -> State {
        State { offset, name: intern(&mut self.names, name), is_daylight }
    }
}

/// The place of a name in a list, to which it is added if it is new. No zone has so many names that a place
/// is lost.
pub(super) fn intern(names: &mut Vec<Box<str>>, name: &str) -> u16 {
    let place = names.iter().position(|known| **known == *name).unwrap_or_else(|| {
        names.push(name.into());
        names.len() - 1
    });
    u16::try_from(place).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_that_goes_on_does_so_by_yearly_rules() {
        let mut open = 0;
        for name in names() {
            let (canonical, table) = get(&name).unwrap();
            assert_eq!(*canonical, *name);
            let last = table.changes.last().map_or(i64::MIN, |change| change.at);
            assert!(last < start_of(READY_UNTIL), "{name}: {} rules", table.rules.len());
            assert!(matches!(table.rules.len(), 0 | 2), "{name}");
            open += usize::from(!table.rules.is_empty());
        }
        assert!(open > 100, "{open}");
    }
}
