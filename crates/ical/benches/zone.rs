//! What zones cost: a conversion, a name, a VTIMEZONE.

#![allow(clippy::unwrap_used, reason = "a bench's failure is a panic")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use ical::civil::{Date, DateTime, Time, Timestamp};
use ical::zone::{TimezoneOptions, Zone, ZoneCache, Zones};
use ical::{ComponentKind, Document};

/// Nine o'clock on each day of 27 years.
fn mornings() -> Vec<DateTime> {
    let first = Date::new(2000, 1, 1).unwrap().to_days();
    let nine = Time::new(9, 0, 0).unwrap();
    (first..first + 10_000).filter_map(Date::from_days).map(|day| day.at(nine)).collect()
}

fn conversions(criterion: &mut Criterion) {
    let zone = Zone::iana("Europe/Vienna").unwrap();
    let walls = mornings();
    let instants: Vec<Timestamp> = walls.iter().map(|wall| zone.to_timestamp(*wall)).collect();
    let mut group = criterion.benchmark_group("zone/10000");
    group.bench_function("cursor.to_timestamp", |bencher| {
        bencher.iter(|| {
            let mut cursor = zone.cursor();
            walls.iter().map(|wall| cursor.to_timestamp(black_box(*wall)).0).fold(0, i64::wrapping_add)
        });
    });
    group.bench_function("cursor.offset_at", |bencher| {
        bencher.iter(|| {
            let mut cursor = zone.cursor();
            instants.iter().map(|at| cursor.offset_at(black_box(*at))).fold(0, i32::wrapping_add)
        });
    });
    group.bench_function("cursor.to_wall", |bencher| {
        bencher.iter(|| {
            let mut cursor = zone.cursor();
            instants.iter().filter_map(|at| cursor.to_wall(black_box(*at))).map(|wall| wall.time.hour()).max()
        });
    });
    group.bench_function("zone.to_timestamp", |bencher| {
        bencher.iter(|| {
            walls.iter().map(|wall| zone.to_timestamp(black_box(*wall)).0).fold(0, i64::wrapping_add)
        });
    });
    group.finish();
}

fn makings(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("zone");
    group.bench_function("iana", |bencher| bencher.iter(|| Zone::iana(black_box("Europe/Vienna"))));
    let zone = Zone::iana("Europe/Vienna").unwrap();
    let options =
        TimezoneOptions { tzid: "Own", from: Timestamp(1_000_000_000), until: None, location: None };
    group.bench_function("generate", |bencher| bencher.iter(|| zone.to_timezone(black_box(&options))));
    let document = Document::read(zone.to_timezone(&options)).unwrap();
    let timezone = document.components(ComponentKind::Timezone).next().unwrap();
    group.bench_function("compile", |bencher| bencher.iter(|| Zone::from_timezone(black_box(timezone))));
    let cache = Arc::new(ZoneCache::default());
    for (name, tzid) in [("iana", "Europe/Vienna"), ("windows", "Eastern Standard Time 1"), ("own", "Own")] {
        group.bench_function(format!("resolve first/{name}"), |bencher| {
            bencher.iter(|| Zones::with_cache(&document, cache.clone()).resolve(black_box(tzid)));
        });
    }
    let zones = Zones::with_cache(&document, cache);
    group.bench_function("resolve again", |bencher| bencher.iter(|| zones.resolve(black_box("Own"))));
    group.finish();
}

criterion_group!(benches, conversions, makings);
criterion_main!(benches);
