//! 500 recurrence rules on which independent engines agree (`data/recurrence.jsonl`).
//!
//! Each line is a rule, DTSTART, EXDATE and RDATE in iCalendar's basic form, and the instances before
//! `horizon` in DTSTART's wall time; `truncated` lists end after 25.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use std::collections::BTreeSet;

use ical::civil::{Date, DateTime, Time};
use ical::rule::{Budget, Rule, Start};
use ical::value::{Recur, Until};
use serde_json::Value;

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn wall(text: &str) -> DateTime {
    let number = |from: usize, to: usize| text[from..to].parse::<u16>().unwrap();
    let date = Date::new(number(0, 4) as i16, number(4, 6) as u8, number(6, 8) as u8).unwrap();
    if text.len() == 8 {
        return date.midnight();
    }
    date.at(Time::new(number(9, 11) as u8, number(11, 13) as u8, number(13, 15) as u8).unwrap())
}

fn walls(list: &Value) -> Vec<DateTime> {
    list.as_array().unwrap().iter().map(|value| wall(text(value))).collect()
}

/// UNTIL on DTSTART's wall. None of these is near a gap or a fold, where the wall shows an instant twice or
/// never.
fn until(recur: &Recur, tzid: Option<&str>) -> Option<DateTime> {
    match (recur.until?, tzid) {
        (Until::Date(date), _) => Some(date.at(Time::new(23, 59, 59).unwrap())),
        (Until::Local(wall), _) => Some(wall),
        (Until::Utc(utc), Some(tzid)) => {
            let zone = jiff::tz::TimeZone::get(tzid).unwrap();
            let offset = zone.to_offset(jiff::Timestamp::from_second(utc.to_seconds()).unwrap());
            utc.plus_seconds(i64::from(offset.seconds()))
        }
        (Until::Utc(utc), None) => Some(utc),
    }
}

fn mismatch(case: &Value) -> Option<String> {
    let start = match text(&case["dtstart"]) {
        date if date.len() == 8 => Start::Date(wall(date).date),
        time => Start::DateTime(wall(time)),
    };
    let recur = Recur::parse(text(&case["rrule"])).unwrap();
    let rule = Rule::new(&recur, start, until(&recur, case["tzid"].as_str())).unwrap();
    let expected = walls(&case["expected"]);
    let excluded = walls(&case["exdate"]);
    let horizon = wall(text(&case["horizon"]));
    let last = if case["truncated"] == true { *expected.last().unwrap() } else { horizon };
    let is_within = |wall: &DateTime| *wall < horizon && *wall <= last;

    let mut found: BTreeSet<DateTime> = walls(&case["rdate"]).into_iter().filter(is_within).collect();
    let (mut instances, mut budget) = (rule.instances(), Budget::default());
    while let Some(instance) = instances.next(&mut budget).unwrap().filter(is_within) {
        found.insert(instance);
    }
    found.retain(|wall| !excluded.contains(wall));
    let found: Vec<DateTime> = found.into_iter().collect();
    (found != expected)
        .then(|| format!("{} {start:?} {recur}\n  found {found:?}\n  not   {expected:?}", case["id"]))
}

#[test]
fn independent_engines_agree() {
    let cases = include_str!("data/recurrence.jsonl").lines();
    let cases: Vec<Value> = cases.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(cases.len(), 500);
    let mismatches: Vec<String> = cases.iter().filter_map(mismatch).collect();
    assert!(mismatches.is_empty(), "{}\n{} cases", mismatches.join("\n"), mismatches.len());
}
