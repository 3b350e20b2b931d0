//! What may occur beyond a window, on either side, is found by the days that its rule may name, and no day is left out.

use ical::Document;
use ical::civil::Timestamp;
use ical::recurrence::{Policies, Range, RecurrenceSet};
use ical::zone::{Zone, Zones};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::ranges::{PLACES, YEAR, form, wall};
use crate::scene::{DAY, HOUR, NOW, Scene, event, index};

/// A part of a rule with one to three of these members, or nothing.
fn part(name: &'static str, often: f64, members: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let part = vec(members, 1..4).prop_map(move |members| format!(";{name}={}", members.join(",")));
    proptest::option::weighted(often, part).prop_map(Option::unwrap_or_default)
}

fn number(range: std::ops::Range<i32>) -> BoxedStrategy<String> {
    range.prop_map(|number| number.to_string()).boxed()
}

fn weekday() -> impl Strategy<Value = &'static str> {
    select(&["MO", "TU", "WE", "TH", "FR", "SA", "SU"][..])
}

/// A rule that goes on for long, with parts that choose days.
fn rule() -> impl Strategy<Value = String> {
    let nth = prop_oneof![2 => Just(String::new()), 1 => number(1..6), 1 => number(-5..0)];
    let by_day = (nth, weekday()).prop_map(|(nth, day)| format!("{nth}{day}")).boxed();
    let day = prop_oneof![number(1..32), number(-31..0)].boxed();
    let parts = (
        part("BYMONTH", 0.4, number(1..13)),
        part("BYMONTHDAY", 0.3, day),
        part("BYDAY", 0.4, by_day),
        part("BYYEARDAY", 0.05, number(1..367)),
        part("BYWEEKNO", 0.05, number(1..54)),
        part("BYSETPOS", 0.05, number(1..3)),
        part("BYHOUR", 0.1, number(0..24)),
    );
    let frequency = select(&["YEARLY", "MONTHLY", "MONTHLY", "WEEKLY", "WEEKLY", "DAILY", "HOURLY"][..]);
    let end = prop_oneof![2 => Just(""), 1 => Just(";UNTIL=20910315T000000Z"), 1 => Just(";COUNT=4000")];
    let skip = select(&["", "", "", "", ";RSCALE=GREGORIAN;SKIP=FORWARD"][..]);
    (frequency, 1..15, parts, weekday(), end, skip).prop_map(
        |(frequency, interval, parts, wkst, end, skip)| {
            let (months, days, weekdays, year_days, weeks, positions, hours) = parts;
            let parts = [months, days, weekdays, year_days, weeks, positions, hours].concat();
            format!("RRULE:FREQ={frequency};INTERVAL={interval}{parts};WKST={wkst}{end}{skip}")
        },
    )
}

/// How long an event lasts, and in which form that is written.
const LENGTHS: [&str; 7] = [
    "DURATION:PT1H",
    "DURATION:PT9H",
    "DURATION:PT30H",
    "DURATION:P1D",
    "DURATION:P3D",
    "DURATION:P9D",
    "COMMENT:none",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: engines::cases(256), ..ProptestConfig::default() })]

    #[test]
    fn a_season_leaves_nothing_out(
        (form, start, length, rule) in (form(), wall(), select(&LENGTHS[..]), rule()),
        place in select(&PLACES[..]),
        moved in proptest::option::weighted(0.2, (0_i64..9_000, -40_i64..400)),
        beyond in vec((any::<bool>(), 0..120 * YEAR, -9 * DAY..9 * DAY, 0..20 * DAY), 24),
    ) {
        let mut lines = format!("{}\n{length}\n{rule}", form.property("DTSTART", start));
        if let Some((days, by)) = moved {
            let day = |days: i64| start.plus_seconds(days * DAY).unwrap();
            let (id, to) = (form.property("RECURRENCE-ID", day(days)), form.property("DTSTART", day(days + by)));
            lines.push_str(&format!("\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\n{id}\n{to}"));
        }
        let text = event("a", &lines);
        let index = index(&text, NOW);
        let sides = [index.expanded_from.map(|from| (from, -1)), index.expanded_until.map(|until| (until, 1))];
        if index.is_exhausted || sides == [None, None] {
            return Ok(());
        }
        let scene = Scene::new();
        scene.apply(vec![scene.put("a", &text)]).unwrap();
        let snapshot = scene.snapshot();
        let document = Document::read(text.as_bytes()).unwrap();
        let policies = Policies { floating: Zone::iana(place).unwrap(), ..Policies::default() };
        let set = RecurrenceSet::new(&document.objects()[0], &Zones::new(&document), &policies);
        for (is_before, far, by, length) in beyond {
            // A range near one that is there.
            let Some((edge, sign)) = sides[usize::from(!is_before)] else { continue };
            let near = Timestamp(edge.0 + sign * far);
            let next = set.occurrences(Range { from: near, to: Range::ALL.to }).next();
            let from = next.and_then(Result::ok).map_or(near, |next| next.start_at());
            let range = Range { from: Timestamp(from.0 + by), to: Timestamp(from.0 + by + length) };
            if let Some(Ok(found)) = set.occurrences(range).next() {
                let objects = snapshot.in_range(scene.work, range).unwrap();
                let (start, seasons) = (found.start(), &index.seasons);
                prop_assert!(!objects.is_empty(), "{text}{range:?} at {place} has {start:?}\n{seasons:?}");
            }
        }
    }
}

fn seasons(rule: &str) -> Vec<store::Season> {
    let lines = format!("DTSTART:20200101T090000Z\nDURATION:PT1H\nRRULE:{rule}");
    let seasons = index(&event("a", &lines), NOW).seasons.into_iter();
    seasons.filter(|season| season.side == store::Side::After).collect()
}

#[test]
fn a_season_is_as_narrow_as_its_rule() {
    let days = |month: u8, days: std::ops::RangeInclusive<u8>| days.map(move |day| (month, day));
    for (rule, wanted) in [
        ("FREQ=YEARLY", vec![(1, 1)]),
        ("FREQ=YEARLY;BYMONTH=3,4;BYMONTHDAY=15", vec![(3, 15), (4, 15)]),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", days(11, 22..=28).collect()),
        ("FREQ=YEARLY;BYMONTH=6;BYDAY=MO", vec![(6, 0)]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", days(0, 28..=31).collect()),
        ("FREQ=MONTHLY;INTERVAL=6", vec![(1, 1), (7, 1)]),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", days(0, 1..=7).chain(days(0, 15..=21)).collect()),
        ("FREQ=WEEKLY", vec![(0, 0)]),
        ("FREQ=WEEKLY;COUNT=10", vec![]),
        ("FREQ=YEARLY;BYYEARDAY=100", vec![(0, 0)]),
    ] {
        let found: Vec<(u8, u8)> = seasons(rule).iter().map(|season| (season.month, season.day)).collect();
        assert_eq!(found, wanted, "{rule}");
    }
    let weekly = &seasons("FREQ=WEEKLY;INTERVAL=4;BYDAY=MO,FR")[0];
    assert_eq!((weekly.turn, weekly.width), (28, 7));
    let daily = &seasons("FREQ=DAILY;UNTIL=20400101T000000Z")[0];
    assert_eq!(daily.far, Timestamp(2_208_988_800 + 3 * DAY), "a little after UNTIL");
    let counted = &seasons("FREQ=WEEKLY;COUNT=500")[0];
    assert_eq!(counted.far, Timestamp(1_577_869_200 + 499 * 7 * DAY + 3_600), "the end of the last");
}

#[test]
fn before_a_window_a_season_is_from_the_first_to_the_last() {
    let before = |lines: &str| {
        let lines = format!("DTSTART:20100101T090000Z\nDURATION:PT1H\n{lines}");
        let index = index(&event("a", &lines), NOW);
        let is_before = |season: &store::Season| season.side == store::Side::Before;
        (index.seasons.into_iter().filter(is_before).collect::<Vec<_>>(), index.occurrences.len())
    };
    let first = Timestamp(1_262_336_400);
    let (weekly, _) = before("RRULE:FREQ=WEEKLY");
    assert_eq!(weekly, [store::Season { edge: Timestamp(NOW.0 - YEAR), far: first, ..weekly[0] }]);
    let (over, rows) = before("RRULE:FREQ=WEEKLY;COUNT=40");
    assert_eq!((over[0].edge, rows), (Timestamp(first.0 + 39 * 7 * DAY + HOUR), 1), "the end of the last");
    assert_eq!(before("RRULE:FREQ=WEEKLY;COUNT=16"), (vec![], 16), "few are kept");
    let moved = "RRULE:FREQ=WEEKLY;COUNT=40\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20100108T090000Z\n\
                 DTSTART:20100117T200000Z\nDURATION:PT1H";
    assert_eq!(before(moved).1, 2, "what was moved stands by itself, as the first does");
    let (coarse, _) = before("RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=40");
    assert_eq!(coarse.iter().map(|season| (season.month, season.day)).collect::<Vec<_>>(), [(0, 0)]);
    let dates: Vec<String> = (10..40).map(|day| format!("RDATE:20{day}0101T090000Z")).collect();
    assert_eq!(before(&dates.join("\n")).0, [], "dates that no rule names are kept");
}
