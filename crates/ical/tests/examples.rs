//! The RFCs' own examples (`examples.txt`).

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::civil::{Date, DateTime, Time};
use ical::rule::{Budget, Rule, Start};
use ical::value::{Recur, Until};

fn number<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.trim().parse().unwrap()
}

fn date(text: &str) -> Date {
    Date::new(number(&text[..4]), number(&text[4..6]), number(&text[6..8])).unwrap()
}

fn start(text: &str) -> Start {
    match text.split_once('T') {
        None => Start::Date(date(text)),
        Some((day, time)) => Start::DateTime(date(day).at(clock(time))),
    }
}

fn clock(text: &str) -> Time {
    Time::new(number(&text[..2]), number(&text[2..4]), 0).unwrap()
}

/// `1997-09 2-4,9; 1997-10 1 at 0900,1200`
fn instances(text: &str, usual: Time) -> Vec<DateTime> {
    let mut instances = Vec::new();
    for group in text.split(';') {
        let (days, times) = group.split_once(" at ").unwrap_or((group, ""));
        let times: Vec<Time> =
            if times.is_empty() { vec![usual] } else { times.split(',').map(clock).collect() };
        let (month, days) = days.trim().split_once(' ').unwrap();
        let (year, month) = month.split_once('-').unwrap();
        for days in days.split(',') {
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            for day in number::<u8>(first)..=number(last) {
                let date = Date::new(number(year), number(month), day).unwrap();
                instances.extend(times.iter().map(|time| date.at(*time)));
            }
        }
    }
    instances
}

fn check(name: &str, case: &str, expected: &str) {
    let (dtstart, recur) = case.split_once(' ').unwrap();
    let (start, recur) = (start(dtstart), Recur::parse(recur).unwrap());
    let until = recur.until.map(|until| match until {
        Until::Local(wall) => wall,
        other => panic!("{name}: UNTIL is {other:?}, not on the wall"),
    });
    let (expected, is_cut) = match expected.strip_suffix("...") {
        Some(expected) => (expected.trim(), true),
        None => (expected, false),
    };
    let expected = instances(expected, start.wall().time);
    let rule = Rule::new(&recur, start, until).unwrap();
    let (mut found, mut instances, mut budget) = (Vec::new(), rule.instances(), Budget::default());
    while found.len() < expected.len() + 1
        && let Some(instance) = instances.next(&mut budget).unwrap()
    {
        found.push(instance);
    }
    assert_eq!(found.len() > expected.len(), is_cut, "{name}: {recur} goes on or ends");
    found.truncate(expected.len());
    assert_eq!(found, expected, "{name}: {recur}");
}

#[test]
fn examples_of_the_rfcs() {
    let text = include_str!("examples.txt");
    let mut rules = 0;
    for paragraph in text.split("\n\n").skip(1) {
        let mut lines = paragraph.lines();
        let name = lines.next().unwrap();
        let (cases, expected): (Vec<&str>, Vec<&str>) = lines.partition(|line| !line.starts_with("= "));
        for case in cases {
            check(name, case, &expected[0][2..]);
            rules += 1;
        }
    }
    assert_eq!(rules, 52);
}
