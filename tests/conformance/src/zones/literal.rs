//! A VTIMEZONE read by the letter of RFC 5545 3.6.5: every observance begins at its DTSTART, its RDATEs and
//! what its RRULE names, on the wall of TZOFFSETFROM; the one that began last holds.

use ical::civil::DateTime;
use ical::rule::{Budget, Rule, Start};
use ical::value::{DateOrTime, Until, Value};
use ical::{Component, ComponentKind, PropertyKind};

/// When an observance begins, and the offset that holds from then on, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Onset {
    pub(super) at: i64,
    pub(super) offset: i32,
}

/// All onsets before an instant, in order.
pub(super) fn onsets(timezone: Component<'_>, end: i64) -> Result<Vec<Onset>, String> {
    let mut onsets = Vec::new();
    for observance in timezone.children() {
        if matches!(observance.kind(), ComponentKind::Standard | ComponentKind::Daylight) {
            onsets.extend(of_observance(observance, end)?);
        }
    }
    onsets.retain(|onset| onset.at < end);
    onsets.sort();
    onsets.dedup();
    Ok(onsets)
}

fn of_observance(observance: Component<'_>, end: i64) -> Result<Vec<Onset>, String> {
    let offset = |kind| match observance.property(kind)?.value().ok()? {
        Value::UtcOffset(offset) => Some(offset.seconds()),
        _ => None,
    };
    let start =
        observance.property(PropertyKind::Dtstart).and_then(|start| Some(start.date_or_time().ok()?.wall()));
    let (Some(start), Some(to)) = (start, offset(PropertyKind::Tzoffsetto)) else { return Ok(Vec::new()) };
    let from = offset(PropertyKind::Tzoffsetfrom).unwrap_or(to);
    let onset = |wall: DateTime| Onset { at: wall.to_seconds() - i64::from(from), offset: to };
    let mut onsets = vec![onset(start)];
    for property in observance.properties_of(PropertyKind::Rdate) {
        for date in property.dates_or_times().filter_map(Result::ok) {
            onsets.push(match date {
                DateOrTime::Utc(wall) => Onset { at: wall.to_seconds(), offset: to },
                other => onset(other.wall()),
            });
        }
    }
    for property in observance.properties_of(PropertyKind::Rrule) {
        let Ok(mut recur) = property.recur() else { continue };
        let until = recur.until.take();
        let rule = Rule::new(&recur, Start::DateTime(start), None).map_err(|error| error.to_string())?;
        let (mut instances, mut budget) = (rule.instances(), Budget::default());
        while let Some(wall) = instances.next(&mut budget).map_err(|error| error.to_string())? {
            let is_past = match until {
                None => false,
                Some(Until::Utc(last)) => onset(wall).at > last.to_seconds(),
                Some(Until::Local(last)) => wall > last,
                Some(Until::Date(last)) => wall.date > last,
            };
            if is_past || onset(wall).at >= end {
                break;
            }
            onsets.push(onset(wall));
        }
    }
    Ok(onsets)
}
