//! What occurs every second, and what costs too much to work out: refused of a person, kept of an import, and shown so that
//! nothing else is lost.

use crate::run::{Run, holds};
use crate::{Store, event};

const EVERY_SECOND: &str = "DTSTART:20260325T120000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY\r\nSUMMARY:Tick";
const TEA: &str = "DTSTART:20260327T130000Z\r\nDURATION:PT1H\r\nSUMMARY:Tea";
const NEVER: &str =
    "DTSTART:20200101T090000Z\r\nRRULE:FREQ=SECONDLY\r\nEXRULE:FREQ=SECONDLY\r\nSUMMARY:Never";

/// A store in which something occurs every second from noon on, and tea is two days later.
fn store(dense: &str) -> Store {
    Store::of(&(event("dense", dense) + &event("tea", TEA)))
}

#[test]
fn a_person_is_refused_and_told_what_to_do() {
    let store = Store::new();
    for rule in ["FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=SECONDLY;COUNT=20000"] {
        let run = store.run(&["add", "Tick", "--start", "tomorrow 12:00", "--for", "PT1S", "--repeat", rule]);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{rule}");
        assert_eq!(
            run.err,
            "kalends: it occurs more than 10000 times in a month: give its rule a longer INTERVAL, or an end \
             (`limit_occurrences_of_one` is 10000)\n"
        );
    }
    let hourly = ["add", "Tick", "--start", "tomorrow 12:00", "--for", "PT1S", "--repeat", "FREQ=HOURLY"];
    assert_eq!(store.run(&hourly).code, 0);
    let run = store.run(&["edit", "tick", "--all", "--repeat", "FREQ=SECONDLY"]);
    assert_eq!(run.code, 4, "{}", run.err);
}

#[test]
fn a_person_may_set_the_limit() {
    let store = Store::new();
    let add = ["add", "Tick", "--start", "tomorrow 12:00", "--repeat", "FREQ=DAILY"];
    assert_eq!(store.run(&["config", "limit_occurrences_of_one", "30"]).code, 0);
    assert_eq!(store.run(&add).code, 4);
    assert_eq!(store.run(&["config", "limit_occurrences_of_one", "0"]).code, 2);
    assert_eq!(store.run(&["config", "limit_occurrences_of_one", "40"]).code, 0);
    assert_eq!(store.run(&add).code, 0);
}

#[test]
fn an_import_keeps_it_and_tells() {
    let store = Store::new();
    let file = store.folder.path().join("in.ics");
    let text = format!("BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n", event("dense", EVERY_SECOND));
    std::fs::write(&file, text).unwrap();
    let run = store.run(&["import", file.to_str().unwrap()]);
    assert!(run.out.contains("it occurs more than 10000 times in a month"), "{}", run.out);
    assert!(store.run(&["show", "--ics", "dense"]).out.contains("FREQ=SECONDLY"));
}

#[test]
fn the_others_are_listed_and_it_is_told_that_there_is_more() {
    let store = store(EVERY_SECOND);
    for arguments in [&["agenda"][..], &["month"]] {
        let run = store.run(arguments);
        assert_eq!(run.code, 1, "{}", run.err);
        assert!(run.out.contains("Tea"));
        assert_eq!(
            run.err,
            "kalends: Tick: it occurs more than 10000 times in this range; the rest is not shown from today 15:46 on: ask \
             for fewer days\n"
        );
        let run = store.run(&[arguments, &["--json"]].concat());
        let lines = run.json();
        let (first, last) = (&lines[0], &lines[lines.len() - 1]);
        assert!(holds(first, "occurrence") && holds(last, "occurrence"));
        assert_eq!((last["uid"].as_str(), lines.len()), (Some("dense"), 10_002));
        assert_eq!(last["error"].as_str(), Some("it occurs more than 10000 times in this range"));
    }
    assert_eq!(store.run(&["agenda", "--from", "2026-03-24", "--days", "1"]).code, 0);
    let csv = store.run(&["export", "--format", "csv"]);
    assert_eq!(csv.code, 1, "{}", csv.err);
    assert!(csv.out.contains("Tea") && csv.err.contains("the rest is not handed out"));
    assert!(store.run(&["next"]).out.starts_with("Tick"));
}

/// What is on for many days takes a line on each.
#[test]
fn what_is_dense_and_long_takes_nothing_away_either() {
    let long = EVERY_SECOND.replace("PT1S", "P30D");
    let store = store(&long);
    for arguments in [&["agenda", "--days", "60"][..], &["month"]] {
        let run = store.run(arguments);
        assert_eq!(run.code, 1, "{}", run.err);
        assert!(run.out.contains("Tea") && run.err.contains("Tick: it occurs more than"), "{}", run.err);
    }
}

#[test]
fn an_answer_has_a_limit_of_its_own() {
    let store = store(EVERY_SECOND);
    let mut command = store.command(&["agenda"]);
    let run = Run::from(command.env("KALENDS_LIMIT_OCCURRENCES", "1").output().unwrap());
    assert_eq!((run.code, run.out.as_str()), (4, ""));
    assert_eq!(run.err, "kalends: more than 1 occurrences in an answer: `limit_occurrences` is 1\n");
}

#[test]
fn what_is_not_known_to_be_free_is_not_told_as_free() {
    let free = ["free", "--between", "00:00-24:00", "--days", "3"];
    for (dense, from) in [(EVERY_SECOND, "15:46"), (NEVER, "11:30")] {
        let store = store(dense);
        let run = store.run(&free);
        assert_eq!(run.code, 1);
        assert!(run.err.contains(&format!("nothing is told as free from today {from} on")), "{}", run.err);
        assert!(!run.out.contains("Thu"), "{}", run.out);
        let run = store.run(&[&free[..], &["--json"]].concat());
        assert_eq!(run.json_by("free").pop().unwrap()["uid"].as_str(), Some("dense"));
    }
    // What makes nobody busy takes nothing.
    let store = store(&format!("{EVERY_SECOND}\r\nTRANSP:TRANSPARENT"));
    let run = store.run(&free);
    assert!(run.out.contains("Thu") && run.err.contains("Tick"), "{}{}", run.out, run.err);
}

#[test]
fn the_budget_is_told_beside_the_others() {
    let store = store(NEVER);
    let run = store.run(&["agenda"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("Tea"));
    assert!(run.err.starts_with("kalends: Never: the recurrence rule "), "{}", run.err);
}
