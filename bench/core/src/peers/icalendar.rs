//! The crate `icalendar`, by its parser's own tree: its `Calendar` takes longer and loses the order of
//! properties.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Result, anyhow};
use chrono::Datelike;
use icalendar::DatePerhapsTime;
use icalendar::parser::{Calendar, Component, read_calendar, unfold};

use crate::allocation::{self, Allocated};
use crate::contest::{Check, Sample};

/// The properties that it reads as dates; it has every other value as text.
const DATES: [&str; 8] =
    ["DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "CREATED", "LAST-MODIFIED", "DTSTAMP", "COMPLETED"];

pub(crate) fn index(text: &str) -> Result<Sample> {
    let begin = Instant::now();
    let unfolded = unfold(text);
    let calendar = parse(&unfolded)?;
    let sample = Sample::since(begin, 1);
    let count = 1 + calendar.components.iter().map(count_components).sum::<i64>();
    Ok(Sample { check: Some(Check { count, sum: 0 }), ..sample })
}

pub(crate) fn typed(text: &str) -> Result<Sample> {
    let begin = Instant::now();
    let unfolded = unfold(text);
    let calendar = parse(&unfolded)?;
    let mut check = Check { count: 1, sum: 0 };
    for component in &calendar.components {
        read_values(component, &mut check);
    }
    Ok(Sample { check: Some(check), ..Sample::since(begin, 1) })
}

pub(crate) fn write(text: &str) -> Result<Sample> {
    let begin = Instant::now();
    let unfolded = unfold(text);
    let calendar = parse(&unfolded)?;
    let written = calendar.to_string();
    let sample = Sample::since(begin, 1);
    Ok(Sample { check: Some(Check::components_written(written.as_bytes())), ..sample })
}

/// Of the tree and the unfolded text, which the tree borrows from.
pub(crate) fn memory(text: &str) -> Result<Allocated> {
    let (unfolded, before) = allocation::measure(|| unfold(text));
    let (calendar, then) = allocation::measure(|| parse(&unfolded));
    calendar?;
    Ok(Allocated { peak: before.peak.max(before.kept + then.peak), kept: before.kept + then.kept })
}

fn parse(unfolded: &str) -> Result<Calendar<'_>> {
    read_calendar(unfolded).map_err(|error| anyhow!("not a calendar: {error}"))
}

fn count_components(component: &Component<'_>) -> i64 {
    1 + component.components.iter().map(count_components).sum::<i64>()
}

fn read_values(component: &Component<'_>, check: &mut Check) {
    check.count += 1;
    for property in &component.properties {
        let name = property.name.as_str();
        if DATES.contains(&name) {
            let date = DatePerhapsTime::try_from(property).ok().map(|date| date.date_naive());
            if let Some(date) = date.filter(|_| name == "DTSTART") {
                check.sum += i64::from(date.year()) * 10_000 + i64::from(date.month() * 100 + date.day());
            }
            black_box(date);
        } else {
            black_box(property.val.as_str());
        }
    }
    for inner in &component.components {
        read_values(inner, check);
    }
}
