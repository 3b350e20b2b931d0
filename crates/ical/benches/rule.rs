//! What the expansion of a rule costs: an instance of each common kind of rule, and a week twenty years after
//! DTSTART.

#![allow(clippy::unwrap_used, reason = "a bench's failure is a panic")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ical::civil::{Date, DateTime, Time};
use ical::rule::{Budget, Rule, Start};
use ical::value::Recur;

const INSTANCES: u64 = 1_000;

const RULES: [(&str, &str); 14] = [
    ("daily", "FREQ=DAILY"),
    ("every other day", "FREQ=DAILY;INTERVAL=2"),
    ("daily, ten times a day", "FREQ=DAILY;BYHOUR=8,9,10,11,12;BYMINUTE=0,30"),
    ("workdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("every other Tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
    ("last Friday", "FREQ=MONTHLY;BYDAY=-1FR"),
    ("the 15th", "FREQ=MONTHLY;BYMONTHDAY=15"),
    ("last workday", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    ("birthday", "FREQ=YEARLY"),
    ("fourth Thursday in November", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
    ("Monday of week 20", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"),
    ("20 minutes", "FREQ=MINUTELY;INTERVAL=20"),
    ("90 minutes", "FREQ=MINUTELY;INTERVAL=90"),
    ("seconds", "FREQ=SECONDLY"),
];

fn start() -> DateTime {
    Date::new(2004, 1, 1).unwrap().at(Time::new(9, 30, 0).unwrap())
}

fn rule(recur: &Recur) -> Rule {
    Rule::new(recur, Start::DateTime(start()), None).unwrap()
}

fn expand(c: &mut Criterion) {
    let mut group = c.benchmark_group("expand");
    group.throughput(Throughput::Elements(INSTANCES));
    for (name, text) in RULES {
        let rule = rule(&Recur::parse(text).unwrap());
        group.bench_with_input(BenchmarkId::from_parameter(name), &rule, |b, rule| {
            b.iter(|| {
                let mut budget = Budget::default();
                let mut instances = rule.instances();
                for _ in 0..INSTANCES {
                    black_box(instances.next(&mut budget).unwrap());
                }
            });
        });
    }
    group.finish();
}

/// The instances from a day to seven days after it; at most a thousand.
fn week(rule: &Rule, from: DateTime) -> usize {
    let mut budget = Budget::default();
    let mut instances = rule.instances();
    instances.seek(from, &mut budget).unwrap();
    let end = from.plus_seconds(7 * 86_400).unwrap();
    let mut count = 0;
    while count < 1_000 && instances.next(&mut budget).unwrap().is_some_and(|instance| instance < end) {
        count += 1;
    }
    count
}

fn seek(c: &mut Criterion) {
    let mut group = c.benchmark_group("week after 20 years");
    let late = Date::new(2024, 3, 4).unwrap().midnight();
    for (name, text) in RULES {
        for (name, text) in
            [(name.to_owned(), text.to_owned()), (format!("{name}, COUNT"), format!("{text};COUNT=9999"))]
        {
            let rule = rule(&Recur::parse(&text).unwrap());
            group.bench_with_input(BenchmarkId::from_parameter(name), &rule, |b, rule| {
                b.iter(|| week(rule, black_box(late)));
            });
        }
    }
    group.finish();
}

fn make(c: &mut Criterion) {
    let mut group = c.benchmark_group("make ready");
    for (name, text) in RULES {
        let recur = Recur::parse(text).unwrap();
        group.bench_with_input(BenchmarkId::from_parameter(name), &recur, |b, recur| {
            b.iter(|| rule(black_box(recur)));
        });
    }
    group.finish();
}

criterion_group!(benches, expand, seek, make);
criterion_main!(benches);
