//! Zones: every VTIMEZONE of the collections compiled and held against a reading of it by the letter, and
//! ours for every IANA zone, held against PyPI `icalendar`.

mod generated;
mod literal;

use std::fs;

use anyhow::{Context, Result};
use ical::civil::{Date, Timestamp};
use ical::zone::{Origin, Zone, Zones};
use ical::{Component, ComponentKind, Document, PropertyKind};

use crate::collection::Collection;
use crate::suite::Suite;

use literal::Onset;

/// What the VTIMEZONEs of the collections come to.
#[derive(Debug, Default)]
struct Statistics {
    read: usize,
    /// They have no observance that could be compiled.
    refused: usize,
    /// Instants compared with the literal reading.
    compared: usize,
    /// Onsets at one instant with another.
    doubtful: usize,
    /// Those whose TZID names an IANA zone, and those that have its offsets from their first change on.
    named: usize,
    equal: usize,
}

/// Compiles all VTIMEZONEs, and generates our own.
pub(crate) fn suite(collection: &Collection) -> Result<Suite> {
    let mut suite = Suite::new("zones");
    let mut statistics = Statistics::default();
    for file in &collection.files {
        let text = fs::read(&file.place).with_context(|| format!("{} is missing", file.path))?;
        let document = Document::read(text)?;
        for timezone in document.components(ComponentKind::Timezone) {
            let outcome = compile(timezone, &mut statistics);
            suite.check(outcome.map_err(|failure| format!("{}: {failure}", file.path)));
        }
    }
    let Statistics { read, refused, compared, doubtful, named, equal } = statistics;
    println!(
        "zones: {read} VTIMEZONEs, {refused} without an observance; {compared} offsets compared with a literal \
         reading, {doubtful} onsets at the instant of another left out; {named} named as an IANA zone is, {equal} \
         of them with its offsets in all their years to 2037"
    );
    generated::check(collection, &mut suite)?;
    Ok(suite.tell())
}

/// From here on offsets are compared, and to there.
fn years() -> std::ops::Range<Timestamp> {
    let begin =
        |year| Date::new(year, 1, 1).map_or(Timestamp::MIN, |date| Timestamp::from_utc(date.midnight()));
    begin(1900)..begin(2038)
}

fn compile(timezone: Component<'_>, statistics: &mut Statistics) -> Result<(), String> {
    statistics.read += 1;
    let tzid = timezone.property(PropertyKind::Tzid).map(|tzid| tzid.text().into_owned()).unwrap_or_default();
    let onsets = literal::onsets(timezone, years().end.0)?;
    let zone = match (Zone::from_timezone(timezone), onsets.first()) {
        (Ok(zone), Some(_)) => zone,
        (Err(_), None) => {
            statistics.refused += 1;
            return Ok(());
        }
        (Err(fault), Some(_)) => return Err(format!("VTIMEZONE {tzid:?}: {fault}")),
        (Ok(_), None) => return Err(format!("VTIMEZONE {tzid:?}: compiled without an observance")),
    };
    for (index, onset) in onsets.iter().enumerate() {
        // Where two observances begin at one instant, RFC 5545 does not say which counts.
        let is_double = |other: Option<&Onset>| other.is_some_and(|other| other.at == onset.at);
        if is_double(onsets.get(index + 1))
            || is_double(index.checked_sub(1).and_then(|before| onsets.get(before)))
        {
            statistics.doubtful += 1;
            continue;
        }
        let next = onsets.get(index + 1).map_or(years().end.0, |next| next.at);
        for instant in [onset.at, onset.at.midpoint(next), next - 1].map(Timestamp) {
            if !years().contains(&instant) {
                continue;
            }
            statistics.compared += 1;
            let (found, expected) = (zone.offset_at(instant), onset.offset);
            if found != expected {
                let at = instant.to_utc().map(|wall| wall.to_string()).unwrap_or_default();
                return Err(format!(
                    "VTIMEZONE {tzid:?} at {at}Z: expected the offset {expected}, found {found}"
                ));
            }
        }
    }
    compare_with_name(&tzid, &zone, onsets.first().map_or(0, |first| first.at), statistics);
    Ok(())
}

/// Whether it says the same as the zone of its name: a figure, for calendars are full of old and cut-off
/// definitions.
fn compare_with_name(tzid: &str, zone: &Zone, from: i64, statistics: &mut Statistics) {
    let named = Zones::named(std::sync::Arc::default()).resolve(tzid);
    if let (Some(named), Origin::Iana | Origin::Prefixed | Origin::Windows) = (named.zone, named.origin) {
        statistics.named += 1;
        let range = Timestamp(from).max(years().start)..years().end;
        statistics.equal += usize::from(zone.disagreements(&named, range).is_empty());
    }
}
