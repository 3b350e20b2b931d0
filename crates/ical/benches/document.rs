//! Documents: indexed, written back, edited, and the occurrences of their objects.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use ical::civil::{Date, Timestamp};
use ical::recurrence::{Policies, Range, RecurrenceSet};
use ical::zone::Zones;
use ical::{ComponentKind, ContentLine, Document, PropertyKind};

/// A doctor's calendar, often enough to be a large one.
fn calendar() -> String {
    let sample = include_str!("../../../docs/samples/doctor.ics");
    let inner = sample.replace("BEGIN:VCALENDAR\r\n", "").replace("END:VCALENDAR\r\n", "");
    format!("BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n", inner.repeat(100))
}

fn read(text: &str) -> Document {
    Document::read(text).unwrap_or_else(|error| panic!("{error}"))
}

fn documents(criterion: &mut Criterion) {
    let text = calendar();
    let mut group = criterion.benchmark_group("document");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("index", |bencher| bencher.iter(|| read(black_box(&text))));
    let document = read(&text);
    group.bench_function("canonical", |bencher| bencher.iter(|| black_box(&document).to_canonical()));
    let mut edited = document.clone();
    let event = document.components(ComponentKind::Event).next().map(|event| event.id());
    let summary = ContentLine::new(PropertyKind::Summary).text("Changed");
    if let Some(event) = event {
        edited.set(event, &summary);
        let edit = |mut document: Document| document.set(event, black_box(&summary));
        group.bench_function("edit", |bencher| {
            bencher.iter_batched(|| document.clone(), edit, BatchSize::LargeInput);
        });
    }
    group.bench_function("write edited", |bencher| bencher.iter(|| black_box(&edited).to_bytes().len()));
    group.bench_function("objects", |bencher| bencher.iter(|| black_box(&document).objects().len()));
    group.finish();
}

fn occurrences(criterion: &mut Criterion) {
    let document = read(include_str!("../../../docs/samples/doctor.ics"));
    let zones = Zones::new(&document);
    let policies = Policies::default();
    let objects = document.objects();
    let sets: Vec<_> = objects.iter().map(|object| RecurrenceSet::new(object, &zones, &policies)).collect();
    let week_of = |year| {
        let monday =
            Date::new(year, 3, 2).map_or(Timestamp::MIN, |date| Timestamp::from_utc(date.midnight()));
        Range { from: monday, to: Timestamp(monday.0 + 7 * 86_400) }
    };
    let count = |range| sets.iter().map(|set| set.occurrences(range).count()).sum::<usize>();
    let mut group = criterion.benchmark_group("recurrence set");
    group.bench_function("make all", |bencher| {
        bencher.iter(|| {
            objects
                .iter()
                .filter(|object| RecurrenceSet::new(object, &zones, &policies).is_recurring())
                .count()
        });
    });
    group
        .bench_function("week of the first year", |bencher| bencher.iter(|| count(black_box(week_of(2026)))));
    group.bench_function("week 20 years on", |bencher| bencher.iter(|| count(black_box(week_of(2046)))));
    group.finish();
}

criterion_group!(benches, documents, occurrences);
criterion_main!(benches);
