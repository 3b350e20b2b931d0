//! Laws of recurrence sets: sorted, each instance once, the same from wherever a walk begins, and as their parts say.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use std::fmt::Write;

use ical::Document;
use ical::civil::{Date, DateTime, Timestamp};
use ical::recurrence::{Policies, Range, RecurrenceSet};
use ical::rule::{Budget, Rule, Start};
use ical::value::Recur;
use ical::zone::{Zone, Zones};
use proptest::prelude::*;

const DAY: i64 = 86_400;

/// A made-up event: what its lines say, before they are written.
#[derive(Clone, Debug)]
struct Made {
    tzid: Option<&'static str>,
    start: DateTime,
    rule: String,
    length: i64,
    /// Places in the list of the rule's instances.
    exdates: Vec<usize>,
    /// Seconds after the start.
    rdates: Vec<i64>,
    /// Places in the list, by how much each is moved, and whether all later ones are, too.
    overrides: Vec<(usize, i64, bool)>,
}

fn made() -> impl Strategy<Value = Made> {
    let zones = vec![
        None,
        Some("Europe/Vienna"),
        Some("America/New_York"),
        Some("Pacific/Apia"),
        Some("Australia/Lord_Howe"),
    ];
    let rules = vec![
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO,WE,SU",
        "FREQ=HOURLY;INTERVAL=5",
        "FREQ=MONTHLY;BYDAY=-1SU",
        "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU,1SU",
        "FREQ=MINUTELY;INTERVAL=45",
        "FREQ=DAILY;BYHOUR=0,2,3;BYMINUTE=0,30",
    ];
    let days = Date::new(2010, 1, 1).unwrap().to_days()..Date::new(2013, 1, 1).unwrap().to_days();
    let start = (days, 0..96i64).prop_map(|(day, quarter)| {
        Date::from_days(day).unwrap().midnight().plus_seconds(quarter * 900).unwrap()
    });
    let ending = prop_oneof![
        (1..60u32).prop_map(|count| format!(";COUNT={count}")),
        (0..400i32).prop_map(|days| format!(
            ";UNTIL={}",
            day_text(Date::new(2011, 6, 1).unwrap().plus_days(days).unwrap())
        )),
    ];
    (
        prop::sample::select(zones),
        start,
        (prop::sample::select(rules), ending).prop_map(|(rule, ending)| format!("{rule}{ending}")),
        prop_oneof![Just(0), 60..3 * DAY],
        prop::collection::vec(0..20usize, 0..4),
        prop::collection::vec(-2 * DAY..30 * DAY, 0..3),
        prop::collection::vec((0..12usize, -3 * DAY..3 * DAY, prop::bool::weighted(0.3)), 0..3),
    )
        .prop_map(|(tzid, start, rule, length, exdates, rdates, overrides)| Made {
            tzid,
            start,
            rule,
            length,
            exdates,
            rdates,
            overrides,
        })
}

fn day_text(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

fn time_text(wall: DateTime) -> String {
    let time = wall.time;
    format!("{}T{:02}{:02}{:02}", day_text(wall.date), time.hour(), time.minute(), time.second())
}

impl Made {
    fn zone(&self) -> Zone {
        self.tzid.map_or_else(Zone::utc, |name| Zone::iana(name).unwrap())
    }

    /// The rule's instances on the wall.
    fn instances(&self) -> Vec<DateTime> {
        let recur = Recur::parse(&self.rule).unwrap();
        let until = recur.until.map(|until| match until {
            ical::value::Until::Date(date) => date.midnight().plus_seconds(DAY - 1).unwrap(),
            _ => DateTime::MAX,
        });
        let rule = Rule::new(&recur, Start::DateTime(self.start), until).unwrap();
        let mut budget = Budget::default();
        let mut instances = rule.instances();
        std::iter::from_fn(|| instances.next(&mut budget).unwrap()).collect()
    }

    fn text(&self, instances: &[DateTime]) -> String {
        let parameter = self.tzid.map_or_else(String::new, |tzid| format!(";TZID={tzid}"));
        let mut text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART{parameter}:{}\nDURATION:PT{}S\nRRULE:{}\n",
            time_text(self.start),
            self.length,
            self.rule
        );
        for at in self.exdates.iter().filter_map(|place| instances.get(*place)) {
            writeln!(text, "EXDATE{parameter}:{}", time_text(*at)).unwrap();
        }
        for seconds in &self.rdates {
            writeln!(text, "RDATE{parameter}:{}", time_text(self.start.plus_seconds(*seconds).unwrap()))
                .unwrap();
        }
        text.push_str("END:VEVENT\n");
        for (place, shift, is_this_and_future) in &self.overrides {
            let Some(at) = instances.get(*place) else { continue };
            let range = if *is_this_and_future { ";RANGE=THISANDFUTURE" } else { "" };
            let start = time_text(at.plus_seconds(*shift).unwrap());
            writeln!(
                text,
                "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID{range}{parameter}:{}\nDTSTART{parameter}:{start}\nDURATION:PT1H\nEND:VEVENT",
                time_text(*at)
            )
            .unwrap();
        }
        text.push_str("END:VCALENDAR\n");
        text
    }

    /// What the parts say, one by one, for sets without overrides: the slow and literal way.
    fn expected(&self, instances: &[DateTime]) -> Vec<(Timestamp, DateTime)> {
        let zone = self.zone();
        let excluded: Vec<Timestamp> = self
            .exdates
            .iter()
            .filter_map(|place| instances.get(*place))
            .map(|at| zone.to_timestamp(*at))
            .collect();
        let dates = self.rdates.iter().map(|seconds| self.start.plus_seconds(*seconds).unwrap());
        let mut all: Vec<_> = instances
            .iter()
            .copied()
            .chain(dates)
            .map(|wall| (zone.to_timestamp(wall), wall))
            .filter(|(at, _)| !excluded.contains(at))
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Each occurrence: start, end, original start.
fn walk(text: &str, range: Range) -> Vec<(Timestamp, Timestamp, String)> {
    let document = Document::read(text).unwrap();
    let zones = Zones::new(&document);
    let objects = document.objects();
    let set = RecurrenceSet::new(&objects[0], &zones, &Policies::default());
    assert_eq!(set.faults(), []);
    let row = |item: ical::recurrence::Occurrence<'_, '_>| {
        (item.start_at(), item.end_at(), item.recurrence_id().unwrap().to_string())
    };
    set.occurrences(range).map(|item| row(item.unwrap())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_set_is_what_its_parts_say(made in made()) {
        let made = Made { overrides: Vec::new(), ..made };
        let instances = made.instances();
        let found = walk(&made.text(&instances), Range::ALL);
        let expected = made.expected(&instances);
        prop_assert_eq!(found.len(), expected.len());
        for ((start, end, id), (at, wall)) in found.iter().zip(&expected) {
            prop_assert_eq!(start, at);
            prop_assert_eq!(end.0, at.0 + made.length);
            prop_assert_eq!(id, &time_text(*wall));
        }
    }

    #[test]
    fn a_set_is_sorted_and_has_each_instance_once(made in made()) {
        let instances = made.instances();
        let found = walk(&made.text(&instances), Range::ALL);
        prop_assert!(found.is_sorted_by_key(|(start, _, _)| *start));
        let mut ids: Vec<_> = found.iter().map(|(_, _, id)| id).collect();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), found.len());
    }

    #[test]
    fn a_range_has_what_of_all_overlaps_it(made in made(), day in 0..1100i64, length in 1..60 * DAY) {
        let instances = made.instances();
        let text = made.text(&instances);
        let from = Timestamp(Date::new(2010, 1, 1).unwrap().midnight().to_seconds() + day * DAY + length % DAY);
        let range = Range { from, to: Timestamp(from.0 + length) };
        let mut expected = walk(&text, Range::ALL);
        expected.retain(|(start, end, _)| range.overlaps(*start, *end));
        prop_assert_eq!(walk(&text, range), expected);
    }
}
