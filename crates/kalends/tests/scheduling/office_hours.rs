//! `kalends office-hours`.

use serde_json::json;

use super::Place;

const OPEN: [&str; 11] = [
    "office-hours",
    "open",
    "every tuesday 14:00 to 15:00",
    "--seats",
    "1",
    "--slot",
    "20m",
    "--notice",
    "2h",
    "--per-person",
    "1",
];

fn book<'a>(who: &'a str, when: &'a str) -> [&'a str; 6] {
    ["--as", who, "office-hours", "book", "ann", when]
}

#[test]
fn a_teacher_and_students() {
    let place = Place::new();
    insta::assert_snapshot!(place.session(&[
        &["office-hours"],
        &OPEN,
        &["--as", "ben", "office-hours", "of", "ann", "--days", "3"],
        &book("ben", "tomorrow 14:20"),
        &["--as", "carol", "office-hours", "book", "ann", "tomorrow 14:40", "--summary", "My thesis"],
        &["add", "Dentist 31 march 14:15 for 10 min"],
        &["office-hours", "--days", "10"],
        &["--as", "ben", "office-hours", "of", "ann", "--days", "10"],
        &["inbox"],
        &["--as", "ben", "rm", "office", "--yes"],
        &book("carol", "tomorrow 14:20"),
        &["office-hours", "close", "office hours"],
        &["office-hours"],
        &["--as", "ben", "office-hours", "of", "ann"],
        &["--as", "carol", "agenda"],
        &["undo"],
        &["office-hours", "--days", "3"],
    ]));
}

#[test]
fn what_cannot_be_is_refused_with_words() {
    let place = Place::new();
    let open = |words, flags: &[&'static str]| {
        let all: Vec<&str> =
            ["office-hours", "open", words].into_iter().chain(flags.iter().copied()).collect();
        place.said(&all)
    };
    let opened = [
        open("friday 9:00 to 10:00", &["--seats", "0"]),
        open("friday 9:00 to 10:00", &[]),
        open("friday 9:00 to 10:00", &["--seats", "2", "--slot", "2h"]),
        open("friday 9:00 to 10:00", &["--seats", "2", "--slot", "0m"]),
        open("friday 9:00 to 10:00", &["--seats", "2", "--per-person", "0"]),
        open("friday", &["--seats", "2"]),
        open("someday", &["--seats", "2"]),
        open("today 7:00 to 8:00", &["--seats", "2"]),
    ];
    let nobody = place.said(&[&["--as", "dora"], &OPEN[..]].concat());
    assert_eq!(nobody.lines().next(), Some("4"), "nobody can ask who has no address: {nobody}");
    place.done(&OPEN);
    place.done(&[
        "office-hours",
        "open",
        "today 9:00 to 10:00",
        "--seats",
        "1",
        "--slot",
        "20m",
        "--notice",
        "1h",
    ]);
    place.done(&book("ben", "tomorrow 14:20"));
    let taken = place.session(&[
        &book("carol", "tomorrow 14:20"),
        &book("carol", "tomorrow 14:30"),
        &book("carol", "tomorrow 15:00"),
        &book("carol", "today 9:00"),
        &book("carol", "yesterday 14:00"),
        &book("carol", "tomorrow"),
        &book("ben", "31 march 14:00"),
        &book("ann", "tomorrow 14:00"),
        &book("dora", "tomorrow 14:00"),
        &["office-hours", "book", "ben", "tomorrow 14:00"],
        &["office-hours", "book", "eve", "tomorrow 14:00"],
        &["--as", "ben", "office-hours", "close", "office"],
        &["office-hours", "close", "eve"],
        &["--as", "carol", "agenda"],
    ]);
    insta::assert_snapshot!(format!("{}\n{taken}", opened.join("\n")));
}

#[test]
fn programs_are_told_it_by_schemas() {
    let place = Place::new();
    let opened = place.done(&[&OPEN[..], &["--json"]].concat()).json_by("office-hours");
    assert_eq!((&opened[0]["slot"], &opened[0]["is_open"]), (&json!("PT20M"), &json!(true)));
    let taken = place.done(&[&book("ben", "tomorrow 14:20")[..], &["--json"]].concat());
    assert_eq!(taken.json_by("office-hours-slot")[0]["left"], json!(0));
    let own = place.done(&["office-hours", "--json", "--days", "2"]).json_by("office-hours-slot");
    assert_eq!(own[1]["taken_by"], json!(["ben@example.com"]));
    let asked = ["--as", "carol", "office-hours", "of", "ann", "--json", "--days", "2"];
    let free = place.done(&asked).json_by("office-hours-slot");
    assert_eq!((free.len(), &free[1]["start"]), (2, &json!("20260324T144000")));
    assert_eq!(free[0]["taken_by"], json!(null));
    let handle = opened[0]["handle"].as_str().unwrap();
    let closed = place.done(&["office-hours", "close", handle, "--json"]).json_by("office-hours");
    assert_eq!((&closed[0]["is_open"], &closed[0]["per_person"]), (&json!(false), &json!(1)));
}

#[test]
fn hours_are_not_moved_by_what_says_how_long_they_hold() {
    let place = Place::new();
    let opened = place.done(&[&OPEN[..], &["--json"]].concat()).json_by("office-hours");
    let handle = opened[0]["handle"].as_str().unwrap();
    let run = place.run(&["edit", handle, "--start", "16:00"]);
    assert_eq!((run.code, run.err.contains("its times are inside of it")), (4, true), "{}", run.err);
    place.done(&["edit", handle, "--summary", "Thesis hours"]);
    let asked = place.done(&["office-hours", "--json", "--days", "2"]).json_by("office-hours-slot");
    assert_eq!(asked[0]["start"], json!("20260324T140000"));
}

/// The hour that the clock shows twice is two slots.
#[test]
fn a_slot_when_the_clock_is_put_back() {
    let place = Place::new();
    let opened =
        place.said(&["office-hours", "open", "25 october 2:00 for 2 hours", "--seats", "1", "--slot", "1h"]);
    assert!(opened.starts_with('0'), "{opened}");
    for (who, when) in [("ben", "25 october 2:00"), ("carol", "25 october 1:00 UTC")] {
        place.done(&book(who, when));
    }
    let asked = ["office-hours", "--from", "2026-10-25", "--days", "1", "--json"];
    let slots = place.done(&asked).json_by("office-hours-slot");
    let by: Vec<_> = slots.iter().map(|slot| (&slot["start_utc"], &slot["taken_by"][0])).collect();
    let (first, second) = (json!("20261025T000000Z"), json!("20261025T010000Z"));
    assert_eq!(by, [(&first, &json!("ben@example.com")), (&second, &json!("carol@example.com"))]);
}

#[test]
fn of_whom_one_may_not_know() {
    let place = Place::new();
    place.done(&OPEN);
    place.done(&["admin", "grant", "ann", "--to", "signed-in", "--revoke"]);
    for arguments in [&["--as", "ben", "office-hours", "of", "ann"][..], &book("ben", "tomorrow 14:20")] {
        let run = place.run(arguments);
        assert_eq!((run.code, &*run.err), (4, "kalends: you may not know when Ann Lee is busy\n"));
    }
}
