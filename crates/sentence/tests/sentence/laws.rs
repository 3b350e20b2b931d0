//! Laws that hold for any words.

use ical::civil::{Timestamp, Weekday};
use ical::rule::{Rule, Start};
use ical::value::DateOrTime;
use ical::zone::Zone;
use ical::{Document, Profile, Severity};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sentence::{Clock, Context, End, Kind, Moment, Note, Span, Understood, When, understand};

use crate::{context, wall};

/// Words that mean something somewhere, and some that do not.
const WORDS: &[&str] = &[
    "today",
    "tomorrow",
    "yesterday",
    "tonight",
    "day",
    "after",
    "the",
    "monday",
    "tue",
    "Friday",
    "sun.",
    "next",
    "this",
    "week",
    "on",
    "in",
    "at",
    "from",
    "to",
    "-",
    "–",
    "until",
    "till",
    "for",
    "by",
    "due",
    "starting",
    "3 March",
    "march 3rd",
    "2026-03-29",
    "20261025",
    "2026-03-29T02:30",
    "20260302T093000Z",
    "31 january",
    "29 feb",
    "3/4",
    "3.4.",
    "1st",
    "15th",
    "the 31st",
    "2027",
    "1999",
    "9",
    "9:00",
    "14:00",
    "2pm",
    "12:30 a.m.",
    "2:30",
    "23:59",
    "noon",
    "midnight",
    "24:00",
    "25:00",
    "o'clock",
    "9-10:30",
    "2-3pm",
    "from 9 to 10",
    "22:00-2:00",
    "monday to friday",
    "3-7 march",
    "Europe/Vienna",
    "America/New_York",
    "New York time",
    "UTC",
    "(Asia/Tokyo)",
    "in Europe/London",
    "45",
    "min",
    "1h30",
    "1.5 hours",
    "3 days",
    "2 weeks",
    "half an hour",
    "PT45M",
    "a month",
    "all day",
    "ago",
    "and",
    "or",
    ",",
    ".",
    "every",
    "other",
    "daily",
    "weekly",
    "monthly",
    "weekday",
    "year",
    "years",
    "last",
    "of",
    "if it is",
    "only",
    "of them",
    "with weeks from sunday",
    "10 times",
    "until 3 june",
    "except",
    "every 2 weeks on monday and sunday",
    "every month on the last friday",
    "every year on 15 march",
    "FREQ=WEEKLY;BYDAY=MO,TU",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;UNTIL=20300101T000000Z",
    "FREQ=DAILY;BYHOUR=9,17",
    "FREQ=YEARLY;WKST=SU;INTERVAL=2",
    "remind",
    "me",
    "before",
    "remind 10 min before",
    "remind at 08:00",
    "remind 1 day before at 18:00",
    "no reminder",
    "in calendar Work",
    "#Work",
    "#Home Office",
    "#12",
    "in category",
    "Health",
    "priority",
    "high",
    "5",
    "Main St",
    "\"at noon\"",
    "\"a \"\"b\"\" c\"",
    "\"",
    "é",
    "tomorow",
    "🎉",
];

fn sentences() -> impl Strategy<Value = String> {
    let word = prop::sample::select(WORDS);
    let blank = prop::sample::select(&[" ", " ", " ", " ", "\u{a0}", "", ", "][..]);
    let words = prop::collection::vec((word, blank), 1..9);
    words.prop_map(|words| {
        let words = words.into_iter().flat_map(|(word, blank)| [word, blank]);
        format!("Tea {}", words.collect::<String>())
    })
}

fn contexts() -> impl Strategy<Value = Context> {
    let nows = prop::sample::select(vec![
        wall((2026, 3, 2), (10, 0)),
        wall((2026, 3, 28), (23, 30)),
        wall((2026, 10, 24), (12, 0)),
        wall((2024, 2, 29), (0, 0)),
        wall((2026, 12, 31), (23, 59)),
    ]);
    let zones = ["Europe/Vienna", "America/New_York", "Asia/Kathmandu", "UTC"];
    let zones = prop::sample::select(zones.map(|name| (name, Zone::iana(name).unwrap())).to_vec());
    let clocks = prop::sample::select(vec![Clock::Twelve, Clock::TwentyFour, Clock::TwentyFour]);
    let kinds = prop::sample::select(vec![Kind::Event, Kind::Event, Kind::Todo]);
    let weeks = prop::sample::select(vec![Weekday::Monday, Weekday::Sunday, Weekday::Saturday]);
    (nows, zones, clocks, kinds, weeks).prop_map(|(now, (name, zone), clock, kind, week_start)| Context {
        now: zone.to_timestamp(now),
        zone,
        zone_name: name.to_owned(),
        clock,
        kind,
        week_start,
        ..context()
    })
}

/// Words that fix a day, so that it may have passed.
fn fixes_day(sentence: &str) -> bool {
    let words = ["today", "yesterday", "tonight", "ago", "this", "20", "1999"];
    words.iter().any(|word| sentence.contains(word))
}

/// The component that is written for it.
fn written(understood: &Understood) -> String {
    let line = |name: &str, value: &DateOrTime<'_>| match value {
        DateOrTime::Date(_) => format!("{name};VALUE=DATE:{value}\r\n"),
        DateOrTime::Zoned(_, tzid) => format!("{name};TZID={tzid}:{value}\r\n"),
        DateOrTime::Floating(_) | DateOrTime::Utc(_) => format!("{name}:{value}\r\n"),
    };
    let (kind, mut lines) = match &understood.when {
        When::Event(span) => {
            let end = match span {
                Span::Times { end: End::After(length), .. } => format!("DURATION:{length}\r\n"),
                span => line("DTEND", &span.end().unwrap().to_value()),
            };
            ("VEVENT", line("DTSTART", &span.start().to_value()) + &end)
        }
        When::Todo { start, due } => {
            let start = start.as_ref().map(|start| line("DTSTART", &start.to_value()));
            let due = due.as_ref().map(|due| line("DUE", &due.to_value()));
            ("VTODO", start.unwrap_or_default() + &due.unwrap_or_default())
        }
    };
    if let Some(recur) = &understood.recur {
        lines.push_str(&format!("RRULE:{recur}\r\n"));
    }
    understood.excepted().iter().for_each(|date| lines.push_str(&line("EXDATE", date)));
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:{kind}\r\nUID:1\r\n\
         DTSTAMP:20260302T090000Z\r\nSUMMARY:Tea\r\n{lines}END:{kind}\r\nEND:VCALENDAR\r\n"
    )
}

/// What is wrong with it by RFC 5545, but for the VTIMEZONE that whoever writes it adds, and for what a rule
/// of the RFC's own form brings along.
fn faults(text: &str) -> Vec<String> {
    let document = Document::read(text).unwrap();
    let problems = document.validate(&Profile::Rfc5545).into_iter();
    let problems = problems.filter(|problem| problem.severity == Severity::Error);
    problems.map(|problem| problem.message.to_string()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6_000, ..ProptestConfig::default() })]

    /// Whatever is said: a refusal has its place; what is understood lies ahead unless its words fix the day,
    /// begins with the first instance of its rule, and is the same when it is said again in its own words.
    #[test]
    fn any_words(sentence in sentences(), context in contexts()) {
        let understood = match understand(&[&sentence], &context) {
            Ok(understood) => understood,
            Err(error) => {
                prop_assert_eq!(&error.text, &sentence);
                prop_assert!(error.text.get(error.place.clone()).is_some(), "{:?}", error);
                prop_assert!(!error.message.is_empty() && !error.message.contains('\n'));
                return Ok(());
            }
        };
        prop_assert!(!understood.to_string().contains('\n'));
        let words = understood.words(&context);
        let again = understand(&[&words], &context);
        prop_assert_eq!(again.as_ref(), Ok(&understood), "{}", words);
        let anchor = understood.when.anchor();
        if let Some(anchor) = &anchor {
            let has_passed = match anchor {
                Moment::Day(date) => *date < context.zone.to_wall(context.now).unwrap().date,
                Moment::Time(time) => time.to_timestamp() < context.now,
            };
            prop_assert_eq!(understood.notes.contains(&Note::Passed), has_passed);
            prop_assert!(!has_passed || fixes_day(&sentence), "{} has passed", understood);
        }
        if let When::Event(span) = &understood.when {
            let end = span.end().map(|end| end.to_timestamp(&context.zone));
            let start = span.start().to_timestamp(&context.zone);
            prop_assert!(end.is_none_or(|end| end > start), "{} ends before it begins", understood);
        }
        if let (Some(recur), Some(anchor)) = (&understood.recur, &anchor) {
            let start = match anchor {
                Moment::Day(date) => Start::Date(*date),
                Moment::Time(time) => Start::DateTime(time.wall),
            };
            prop_assert!(Rule::new(recur, start, None).unwrap().names_start(), "{}", understood);
        }
    }

    /// What is written for it is right by RFC 5545.
    #[test]
    fn what_is_written_is_right(sentence in sentences(), context in contexts()) {
        let Ok(understood) = understand(&[&sentence], &context) else { return Ok(()) };
        // A to-do that repeats has to have a start, which only whoever writes it can choose.
        let has_start = !matches!(understood.when, When::Todo { start: None, .. });
        if sentence.contains("FREQ=") || !has_start {
            return Ok(());
        }
        prop_assert_eq!(faults(&written(&understood)), Vec::<String>::new(), "{}", understood);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Any text at all, as a sentence, as arguments and as each part.
    #[test]
    fn any_text(text in ".{0,60}", more in any::<String>(), now in any::<i64>()) {
        let mut context = context();
        for now in [context.now, Timestamp(now)] {
            context.now = now;
            let _ = understand(&[&text], &context);
            let _ = understand(&["x", &text, &more], &context);
            let _ = sentence::moment(&text, &context);
            let _ = sentence::length(&text, &context);
            let _ = sentence::days(&text, &context);
            let _ = sentence::repetition(&text, &context);
            let _ = sentence::reminder(&text, &context);
        }
    }
}

/// The laws would say little if nearly nothing were understood.
#[test]
fn words_are_understood_often_enough() {
    let mut runner = TestRunner::deterministic();
    let strategy = (sentences(), contexts());
    let is_understood = |_: &u32| {
        let (sentence, context) = strategy.new_tree(&mut runner).unwrap().current();
        understand(&[&sentence], &context).is_ok()
    };
    let understood = (0..1_000).filter(is_understood).count();
    assert!(understood > 150, "only {understood} of 1,000 sentences were understood");
}
