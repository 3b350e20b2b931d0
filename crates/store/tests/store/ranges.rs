//! The index never misses: whatever has an occurrence in a range is a candidate, wherever the window lies.

use ical::Document;
use ical::civil::{DateTime, Timestamp};
use ical::recurrence::{Policies, Range, RecurrenceSet};
use ical::zone::{Zone, Zones};
use proptest::prelude::*;
use store::{Effect, Index, PrincipalId};

use crate::scene::{DAY, HOUR, NOW, Scene, event, index};

pub(crate) const YEAR: i64 = 366 * DAY;

/// Where floating times are asked for: at the ends of the world, and where a clock is changed.
pub(crate) const PLACES: [&str; 5] =
    ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Vienna", "Asia/Manila"];

/// A start in one of the forms: parameters, and how the wall time is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    Utc,
    Vienna,
    Kiritimati,
    Floating,
    Date,
}

impl Form {
    pub(crate) fn property(self, name: &str, wall: DateTime) -> String {
        let date = wall.date.to_string().replace('-', "");
        let time = wall.time.to_string().replace(':', "");
        match self {
            Self::Utc => format!("{name}:{date}T{time}Z"),
            Self::Vienna => format!("{name};TZID=Europe/Vienna:{date}T{time}"),
            Self::Kiritimati => format!("{name};TZID=Pacific/Kiritimati:{date}T{time}"),
            Self::Floating => format!("{name}:{date}T{time}"),
            Self::Date => format!("{name};VALUE=DATE:{date}"),
        }
    }
}

pub(crate) fn form() -> impl Strategy<Value = Form> {
    prop_oneof![
        Just(Form::Utc),
        Just(Form::Vienna),
        Just(Form::Kiritimati),
        Just(Form::Floating),
        Just(Form::Date)
    ]
}

pub(crate) fn wall() -> impl Strategy<Value = DateTime> {
    // Two hundred years, those of our own more often.
    let seconds = prop_oneof![NOW.0 - 200 * YEAR..NOW.0 + 10 * YEAR, NOW.0 - 4 * YEAR..NOW.0 + 4 * YEAR];
    seconds.prop_map(|seconds| DateTime::from_seconds(seconds).unwrap())
}

fn rule() -> impl Strategy<Value = Option<String>> {
    let frequency = prop_oneof![
        4 => Just("YEARLY"), 4 => Just("MONTHLY"), 4 => Just("WEEKLY"), 4 => Just("DAILY"), 1 => Just("HOURLY"),
        1 => Just("MINUTELY"),
    ];
    let end = prop_oneof![
        2 => Just(String::new()),
        1 => (1_u32..5_000).prop_map(|count| format!(";COUNT={count}")),
        1 => wall().prop_map(|wall| format!(";UNTIL={}T000000Z", wall.date.to_string().replace('-', ""))),
    ];
    let rule = (frequency, 1_u32..90, end)
        .prop_map(|(frequency, interval, end)| format!("RRULE:FREQ={frequency};INTERVAL={interval}{end}\n"));
    proptest::option::weighted(0.7, rule)
}

/// The text of an object: an event or a to-do, with a length, a rule, and instances that are moved.
fn object() -> impl Strategy<Value = String> {
    let length = prop_oneof![
        2 => Just(0_i64), 4 => 1..30 * HOUR, 1 => DAY..9 * DAY, 1 => 30 * DAY..40 * DAY, 1 => 300 * DAY..900 * DAY,
    ];
    let moved = proptest::option::weighted(0.3, (0_i64..40, -60 * DAY..60 * DAY, any::<bool>(), 0..3 * DAY));
    let extra = proptest::option::weighted(0.3, wall());
    (form(), wall(), length, rule(), moved, extra, 0..10).prop_map(
        |(form, start, length, rule, moved, extra, kind)| {
            let rule = rule.unwrap_or_default();
            if kind == 0 {
                let due = form.property("DUE", start);
                return format!(
                    "BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:a\n{due}\n{rule}END:VTODO\nEND:VCALENDAR\n"
                );
            }
            let whole = if matches!(form, Form::Date) { length - length % DAY } else { length };
            let lasts = |length: i64| match form {
                Form::Date => format!("DURATION:P{}D\n", (length / DAY).max(1)),
                _ => format!("DURATION:PT{length}S\n"),
            };
            let mut lines = format!("{}\n{}{rule}", form.property("DTSTART", start), lasts(whole));
            if let Some(extra) = extra {
                lines.push_str(&form.property("RDATE", extra));
                lines.push('\n');
            }
            if let Some((days, by, is_following, length)) = moved {
                let day = |by: i64| start.plus_seconds(by).unwrap();
                let range = if is_following { "RECURRENCE-ID;RANGE=THISANDFUTURE" } else { "RECURRENCE-ID" };
                lines.push_str("END:VEVENT\nBEGIN:VEVENT\nUID:a\n");
                lines.push_str(&format!(
                    "{}\n{}\n{}",
                    form.property(range, day(days * DAY)),
                    form.property("DTSTART", day(days * DAY + by)),
                    lasts(length)
                ));
            }
            event("a", lines.trim_end())
        },
    )
}

fn range() -> impl Strategy<Value = Range> {
    let from = prop_oneof![
        2 => NOW.0 - 3 * YEAR..NOW.0 + 4 * YEAR, 1 => NOW.0 - 220 * YEAR..NOW.0 + 300 * YEAR,
    ];
    let length = prop_oneof![Just(0_i64), Just(1), 1..DAY, DAY..60 * DAY, YEAR..30 * YEAR];
    (from, length).prop_map(|(from, length)| Range { from: Timestamp(from), to: Timestamp(from + length) })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_occurs_in_a_range_is_a_candidate(
        texts in proptest::collection::vec(object(), 1..40),
        now in prop_oneof![Just(NOW.0), NOW.0 - 220 * YEAR..NOW.0 + 220 * YEAR],
        ranges in proptest::collection::vec(range(), 30),
        place in proptest::sample::select(&PLACES[..]),
    ) {
        let scene = Scene::new();
        scene.now.set(Timestamp(now));
        let effects = texts.iter().enumerate().map(|(n, text)| {
            let Effect::Put(put) = scene.put(&n.to_string(), text) else { unreachable!() };
            Effect::Put(put)
        });
        scene.apply(effects.collect()).unwrap();
        let snapshot = scene.snapshot();
        let policies = Policies { floating: Zone::iana(place).unwrap(), ..Policies::default() };
        let documents: Vec<_> = texts.iter().map(|text| Document::read(text.as_bytes()).unwrap()).collect();
        let sets: Vec<_> = documents
            .iter()
            .map(|document| RecurrenceSet::new(&document.objects()[0], &Zones::new(document), &policies))
            .collect();
        for range in ranges {
            let found = snapshot.in_range(scene.work, range).unwrap();
            for (n, set) in sets.iter().enumerate() {
                if let Some(Ok(_)) = set.occurrences(range).next() {
                    let is_found = found.iter().any(|object| object.uid == n.to_string());
                    prop_assert!(is_found, "{} in {range:?} at {place}\n{:?}", texts[n], index(&texts[n], Timestamp(now)).span);
                }
            }
        }
    }

    #[test]
    fn an_index_has_all_rows_of_its_window(text in object(), now in NOW.0 - 50 * YEAR..NOW.0 + 50 * YEAR) {
        let now = Timestamp(now);
        let index = index(&text, now);
        let document = Document::read(text.as_bytes()).unwrap();
        let objects = document.objects();
        let zones = Zones::new(&document);
        let set = RecurrenceSet::new(&objects[0], &zones, &Policies::default());
        prop_assert!(index.occurrences.len() <= 3_000);
        prop_assert!(index.occurrences.is_sorted());
        let window = Range {
            from: index.expanded_from.unwrap_or(Range::ALL.from),
            to: index.expanded_until.unwrap_or(Range::ALL.to),
        };
        prop_assert!(window.from <= now);
        if window.from < window.to {
            // A scan of all that overlaps the window, to its end.
            let mut literal: Vec<_> = set
                .occurrences(window)
                .map(|item| item.unwrap())
                .take_while(|item| item.start_at() < window.to)
                .map(|item| (item.start_at(), item.end_at()))
                .collect();
            literal.sort_unstable();
            literal.dedup();
            let mut rows: Vec<_> = index.occurrences.iter().map(|row| (row.start, row.end)).collect();
            rows.dedup();
            // What stands by itself before the window is of overrides.
            rows.retain(|(start, end)| window.overlaps(*start, *end));
            if window.to == Range::ALL.to || index.expanded_until.is_some() {
                prop_assert_eq!(&rows, &literal);
            }
        }
        if let (Some((first, end)), Some(row)) = (index.span, index.occurrences.first()) {
            prop_assert!(first <= row.start);
            prop_assert!(end.is_none_or(|end| index.occurrences.iter().all(|row| row.end <= end)));
        }
    }
}

fn derived(lines: &str) -> Index {
    index(&event("a", &format!("DTSTART:20200101T090000Z\nDURATION:PT1H\n{lines}")), NOW)
}

#[test]
fn a_window_is_as_wide_as_it_says() {
    let yearly = derived("RRULE:FREQ=YEARLY");
    assert_eq!((yearly.occurrences.len(), yearly.expanded_from), (7 + 2, None));
    let last = yearly.occurrences.last().unwrap().start;
    assert!(yearly.expanded_until.unwrap().0 > last.0 && yearly.span.unwrap().1.is_none());

    let daily = derived("RRULE:FREQ=DAILY");
    assert_eq!(daily.expanded_from, Some(Timestamp(NOW.0 - YEAR)));
    assert_eq!(daily.occurrences.len(), 1 + 3 * 366, "the first of all, and the window");
    assert_eq!(daily.span.unwrap(), (Timestamp(1_577_869_200), None));
    assert!(daily.expanded_until.unwrap().0 > NOW.0 + 2 * YEAR);

    let hourly = derived("RRULE:FREQ=HOURLY");
    let minutely = derived("RRULE:FREQ=MINUTELY");
    for dense in [&hourly, &minutely] {
        // More than fit in a year: those that are coming, and the first of all.
        assert_eq!(dense.expanded_from, Some(NOW));
        assert!((2_936..=2_937).contains(&dense.occurrences.len()));
        assert_eq!(dense.span.unwrap().0, Timestamp(1_577_869_200));
    }

    let counted = derived("RRULE:FREQ=WEEKLY;COUNT=10");
    assert_eq!((counted.occurrences.len(), counted.expanded_from, counted.expanded_until), (10, None, None));
    assert_eq!(counted.span.unwrap().1, counted.occurrences.last().map(|row| row.end));

    let nothing = index(&event("a", "SUMMARY:no start"), NOW);
    assert_eq!((nothing.span, nothing.occurrences.len(), nothing.is_exhausted), (None, 0, false));
}

#[test]
fn what_cannot_be_expanded_is_always_a_candidate() {
    let scene = Scene::new();
    // What its rule names its exceptions take away.
    let text = event("hostile", "DTSTART:20200101T090000Z\nRRULE:FREQ=SECONDLY\nEXRULE:FREQ=SECONDLY");
    let index = index(&text, NOW);
    assert!(index.is_exhausted);
    assert!(index.occurrences.is_empty() && !index.faults.is_empty());
    scene.apply(vec![scene.put("hostile", &text)]).unwrap();
    let snapshot = scene.snapshot();
    for from in [NOW.0 - 100 * YEAR, NOW.0, NOW.0 + 100 * YEAR] {
        let range = Range { from: Timestamp(from), to: Timestamp(from + DAY) };
        assert_eq!(snapshot.in_range(scene.work, range).unwrap().len(), 1);
    }
    // Deriving it again brings nothing, so it is not asked for before the window has moved.
    assert_eq!(snapshot.outdated(Timestamp(NOW.0 + 2 * YEAR), 9).unwrap(), []);
    assert_eq!(snapshot.outdated(Timestamp(NOW.0 + 2 * YEAR + 1), 9).unwrap().len(), 1);
}

#[test]
fn candidates_are_few() {
    let scene = Scene::new();
    for (uid, lines) in [
        ("monday", "DTSTART:20260302T090000Z\nDURATION:PT1H"),
        ("friday", "DTSTART:20260306T090000Z\nDURATION:PT1H"),
        ("weekly", "DTSTART:20260304T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"),
        ("ended", "DTSTART:20260101T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"),
        ("long", "DTSTART:20250101T090000Z\nDURATION:P600D"),
        ("stands", "DTSTART:20260309T050000Z\nDURATION:PT1H"),
        ("floats", "DTSTART:20260309T050000\nDURATION:PT1H"),
    ] {
        scene.apply(vec![scene.put(uid, &event(uid, lines))]).unwrap();
    }
    let snapshot = scene.snapshot();
    let at = |from: i64, to: i64| {
        let range = Range { from: Timestamp(NOW.0 + from), to: Timestamp(NOW.0 + to) };
        let found = snapshot.in_range(scene.work, range).unwrap();
        found.into_iter().map(|object| object.uid).collect::<Vec<_>>()
    };
    assert_eq!(at(0, DAY), ["monday", "long"]);
    assert_eq!(at(2 * DAY, 3 * DAY), ["weekly", "long"]);
    assert_eq!(at(4 * DAY, 5 * DAY), ["friday", "long"]);
    // The next morning may be this evening somewhere, where it floats.
    assert_eq!(at(6 * DAY, 7 * DAY), ["long", "floats"]);
    assert_eq!(at(-5 * YEAR, -4 * YEAR), [""; 0]);
    assert_eq!(at(30 * YEAR, 31 * YEAR), ["weekly"]);
    assert_eq!(at(-200 * DAY, -199 * DAY), ["long"]);
}

#[test]
fn no_zone_is_further_from_utc_than_a_question_is_widened() {
    for name in Zone::iana_names() {
        let zone = Zone::iana(&name).unwrap();
        for year in (1800..2100).step_by(3) {
            let at = DateTime { date: ical::civil::Date::new(year, 1, 1).unwrap(), ..DateTime::MIN };
            let offset = zone.offset_at(Timestamp::from_utc(at));
            assert!(offset.abs() <= 16 * 3_600, "{name} {offset}");
        }
    }
}

#[test]
fn an_index_is_written_anew() {
    let scene = Scene::new();
    let text = event("a", "DTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY");
    scene.apply(vec![scene.put("a", &text), scene.event("once", "x")]).unwrap();
    let later = Timestamp(NOW.0 + 3 * YEAR);
    let outdated = |until: i64| scene.snapshot().outdated(Timestamp(until), 9).unwrap();
    assert_eq!(outdated(NOW.0 + 2 * YEAR), []);
    let object = outdated(later.0 + 2 * YEAR).pop().unwrap();
    assert_eq!(object.uid, "a");
    let reindex = |version| Effect::Reindex { object: object.id, version, index: index(&text, later) };
    let version = scene.snapshot().calendars(PrincipalId::OWNER).unwrap()[0].version;
    scene.apply(vec![reindex(object.version)]).unwrap();
    assert_eq!(outdated(later.0 + 2 * YEAR), []);
    assert_eq!(scene.snapshot().calendars(PrincipalId::OWNER).unwrap()[0].version, version);
    let far = Range { from: Timestamp(later.0 + YEAR), to: Timestamp(later.0 + YEAR + 7 * DAY) };
    assert_eq!(scene.snapshot().in_range(scene.work, far).unwrap().len(), 1);

    // One that was derived of another version changes nothing.
    scene.now.set(NOW);
    scene.apply(vec![scene.event("a", "no rule any more")]).unwrap();
    scene.apply(vec![reindex(object.version)]).unwrap();
    assert_eq!(scene.number("SELECT count(*) FROM occurrence"), 2);
    assert_eq!(scene.snapshot().in_range(scene.work, far).unwrap(), []);
}

#[test]
fn another_basis_wants_all_derived_again() {
    let scene = Scene::new();
    scene.book("a", "one");
    scene.book("b", "two");
    // As an older version would have left it.
    scene.run("UPDATE store SET basis = 'rules 0 of 0.0.1'");
    let again = scene.again(store::Waiting::never());
    let outdated = |store: &store::Store| store.snapshot().unwrap().unwrap().outdated(NOW, 9).unwrap();
    assert_eq!(outdated(&again).len(), 2);
    for uid in ["a", "b"] {
        let object = again.snapshot().unwrap().unwrap().object(scene.work, uid).unwrap().unwrap();
        let index = index(&scene.text(uid).unwrap(), NOW);
        let effects = vec![Effect::Reindex { object: object.id, version: object.version, index }];
        again.apply(scene.set(vec![], effects)).unwrap();
    }
    assert_eq!(outdated(&again), []);

    // A process of the older version goes on beside it: what it writes is derived again, by the newer one alone.
    scene.run("UPDATE store SET basis = 'rules 9 of 9.9.9', generation = generation + 1");
    scene.book("c", "three");
    assert_eq!(scene.number("SELECT generation FROM object WHERE uid = 'c'"), 0);
    assert_eq!(outdated(&scene.store), []);
}
