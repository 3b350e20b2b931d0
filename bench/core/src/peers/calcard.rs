//! The crate `calcard`. It types every value as it parses.

use std::hint::black_box;

use anyhow::{Result, anyhow};
use calcard::icalendar::{ICalendar, ICalendarProperty, ICalendarValue};

use crate::allocation::{self, Allocated};
use crate::contest::{Check, Sample};

pub(crate) fn index(text: &str) -> Result<Sample> {
    Sample::of(|| parse(text), components)
}

pub(crate) fn typed(text: &str) -> Result<Sample> {
    let work = || {
        let calendar = parse(text)?;
        Ok((read_values(&calendar), calendar))
    };
    Sample::of(work, |(check, _)| *check)
}

pub(crate) fn write(text: &str) -> Result<Sample> {
    let work = || {
        let calendar = parse(text)?;
        Ok((calendar.to_string(), calendar))
    };
    Sample::of(work, |(written, _)| Check::components_written(written.as_bytes()))
}

pub(crate) fn memory(text: &str) -> Result<Allocated> {
    let (calendar, allocated) = allocation::measure(|| parse(text));
    calendar.map(|_| allocated)
}

fn parse(text: &str) -> Result<ICalendar> {
    ICalendar::parse(text).map_err(|entry| anyhow!("not a calendar: {entry:?}"))
}

fn components(calendar: &ICalendar) -> Check {
    Check { count: calendar.components.len() as i64, sum: 0 }
}

fn read_values(calendar: &ICalendar) -> Check {
    let mut check = components(calendar);
    for entry in calendar.components.iter().flat_map(|component| &component.entries) {
        for value in &entry.values {
            if entry.name == ICalendarProperty::Dtstart
                && let ICalendarValue::PartialDateTime(start) = value
            {
                check.sum += i64::from(start.year.unwrap_or(0)) * 10_000
                    + i64::from(start.month.unwrap_or(0)) * 100
                    + i64::from(start.day.unwrap_or(0));
            }
            black_box(value);
        }
    }
    check
}
