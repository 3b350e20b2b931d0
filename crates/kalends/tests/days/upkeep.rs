//! The window of occurrences moves on after listings: answers are right before and after, and nobody waits
//! for it.

use std::time::Duration;

use ical::civil::{Date, Timestamp};
use store::{Store as Kept, Waiting};

use crate::{Run, Store, event};

/// Ten years on.
const LATER: &str = "2036-03-24T10:30Z";

/// So many weekly series that one step is not enough.
const SERIES: usize = 150;

/// A store of so many weekly series.
fn series(count: usize) -> Store {
    let series = (0..count).map(|number| {
        let minute = number % 60;
        event(
            &format!("series {number}"),
            &format!(
                "DTSTART;TZID=Europe/Vienna:20260105T08{minute:02}00\r\nDURATION:PT5M\r\nRRULE:FREQ=WEEKLY\r\n\
                 SUMMARY:{number}"
            ),
        )
    });
    Store::of(&series.collect::<String>())
}

/// How many objects have a window that ends too soon.
fn outdated(store: &Store) -> usize {
    let at = Timestamp::from_utc(Date::new(2037, 3, 1).unwrap().midnight());
    let kept = Kept::new(&store.data(), Waiting::never());
    kept.snapshot().unwrap().unwrap().outdated(at, 1_000).unwrap().len()
}

#[test]
fn ten_years_on_answers_are_right_before_and_after_the_steps() {
    let store = series(SERIES);
    assert_eq!(outdated(&store), SERIES);
    let file = store.folder.path().join("in.ics");
    let range = ["--from", "2036-03-24", "--to", "2036-03-31", "--zone", "Europe/Vienna"];
    let expanded = store.run(&[&["ics", "expand", "--json"], &range[..], &[file.to_str().unwrap()]].concat());
    let names = ["uid", "start", "end", "recurrence_id"];
    let told = |run: &Run| {
        let lines = run.json();
        let mut lines: Vec<String> =
            lines.iter().map(|line| names.map(|name| line[name].to_string()).join(" ")).collect();
        lines.sort();
        lines
    };
    let wanted = told(&expanded);
    assert_eq!(wanted.len(), SERIES);
    let mut left = vec![outdated(&store)];
    for _ in 0..4 {
        let run = store.run_at(LATER, &["agenda", "--json"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert_eq!(told(&run), wanted, "{left:?}");
        left.push(outdated(&store));
    }
    assert_eq!(left, [150, 86, 22, 0, 0]);
    // What is past is still there.
    assert_eq!(store.run_at(LATER, &["agenda", "--json", "--from", "2026-03-23"]).json().len(), SERIES);
}

#[test]
fn every_listing_takes_a_step() {
    let kept = series(66);
    for arguments in [
        &["agenda"][..],
        &["month"],
        &["todo"],
        &["journal"],
        &["search", "1"],
        &["free"],
        &["agenda", "--json"],
    ] {
        let store = kept.copy();
        store.run_at(LATER, arguments);
        assert_eq!(outdated(&store), 2, "{arguments:?}");
    }
}

/// What is so dense that no window reaches far is done once in a while like the rest, and keeps nothing from
/// its turn.
#[test]
fn hostile_series_keep_nobody_waiting() {
    let hostile = (0..3).map(|number| {
        let rule = if number == 0 { "SECONDLY;COUNT=2000000000\r\nEXRULE:FREQ=SECONDLY" } else { "MINUTELY" };
        event(
            &format!("hostile {number}"),
            &format!("DTSTART:20260105T080000Z\r\nRRULE:FREQ={rule}\r\nTRANSP:TRANSPARENT\r\nSUMMARY:h"),
        )
    });
    let weekly = event("weekly", "DTSTART:20260105T080000Z\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:weekly");
    let store = Store::of(&hostile.chain([weekly]).collect::<String>());
    assert_eq!(outdated(&store), 4);
    let found = store.run_at(LATER, &["search", "--json", "weekly"]);
    assert_eq!(found.json()[0]["start"], "20360331T080000Z");
    assert_eq!(outdated(&store), 0);
}

#[test]
fn where_all_is_in_time_nothing_is_written() {
    let store = series(SERIES);
    let changes = |store: &Store| {
        let connection = rusqlite::Connection::open(store.data().join("kalends.db")).unwrap();
        connection.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let watch = rusqlite::Connection::open(store.data().join("kalends.db")).unwrap();
    let version = || watch.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)).unwrap();
    let before = version();
    store.run(&["agenda"]);
    assert_eq!(version(), before);
    store.run_at(LATER, &["agenda"]);
    assert_ne!(version(), before);
    assert!(changes(&store) > 0);
}

/// Whoever waits for a store that is held says so after a moment; a listing says nothing, and answers.
#[test]
fn a_store_that_another_process_holds_is_listed_and_not_waited_for() {
    let store = series(SERIES);
    let holder = rusqlite::Connection::open(store.data().join("kalends.db")).unwrap();
    holder.busy_timeout(Duration::ZERO).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let run = store.run_at(LATER, &["agenda", "--json"]);
    assert_eq!((run.code, run.err.as_str(), run.json().len()), (0, "", SERIES));
    holder.execute_batch("ROLLBACK").unwrap();
    assert_eq!(outdated(&store), SERIES);
}
