//! `kalends inbox`.

use serde_json::json;

use super::Place;

#[test]
fn what_came_and_why() {
    let place = Place::new();
    for arguments in [
        &["add", "Tea tomorrow 16:00"][..],
        &["add", "Standup every weekday 9:30 for 15 min"],
        &["add", "Lunch friday 12:00"],
        &["invite", "tea", "ben", "carol"],
        &["invite", "standup", "ben"],
        &["invite", "lunch", "ben"],
        &["--as", "ben", "decline", "lunch", "--comment", "Travelling"],
        &["--as", "carol", "tentative", "tea"],
        &["--as", "ben", "decline", "standup@20260325"],
        &["edit", "tea", "--start", "17:00"],
    ] {
        place.done(arguments);
    }
    insta::assert_snapshot!(place.session(&[
        &["--as", "ben", "inbox"],
        &["--as", "ben", "inbox", "--why"],
        &["inbox", "--why"],
        &["--as", "ben", "inbox", "--limit", "1"],
        &["--as", "ben", "inbox", "--clear"],
        &["--as", "ben", "inbox"],
        &["--as", "ben", "accept", "tea"],
        &["--as", "ben", "inbox", "--clear"],
        &["--as", "ben", "inbox"],
        &["rm", "standup", "--yes"],
        &["--as", "ben", "inbox"],
        &["--as", "dora", "inbox"],
    ]));
}

#[test]
fn programs_are_told_it_by_the_schema() {
    let place = Place::new();
    place.done(&["add", "Tea tomorrow 16:00"]);
    place.done(&["todo", "add", "Tax return"]);
    place.done(&["invite", "tea", "ben"]);
    place.done(&["invite", "tax", "ben"]);
    let came = place.done(&["--as", "ben", "inbox", "--json"]).json_by("inbox");
    assert_eq!(came.iter().map(|one| &one["is_open"]).collect::<Vec<_>>(), [&json!(true); 2]);
    assert_eq!((&came[0]["start"], &came[1]["start_utc"]), (&json!(null), &json!("20260324T150000Z")));
    place.done(&["--as", "ben", "accept", "tea", "--comment", "yes"]);
    let came = place.done(&["inbox", "--json"]).json_by("inbox");
    let told = (&came[0]["partstat"], &came[0]["comment"], &came[0]["why"]);
    assert_eq!(told, (&json!("ACCEPTED"), &json!("yes"), &json!("reply")));
    let cleared = place.done(&["--as", "ben", "inbox", "--clear", "--json"]).json_by("inbox");
    assert_eq!(cleared, [json!({"cleared": 1})]);
}

#[test]
fn what_is_over_waits_for_no_answer() {
    let place = Place::new();
    place.done(&["add", "Tea tomorrow 16:00"]);
    place.done(&["invite", "tea", "ben"]);
    let is_open = |now: &str| {
        let output = place.command(&["--as", "ben", "inbox"]).env("KALENDS_NOW", now).output().unwrap();
        String::from_utf8(output.stdout).unwrap().contains("To be answered")
    };
    assert!(is_open("2026-03-24T15:59Z"));
    assert!(!is_open("2026-03-24T16:00Z"));
}

#[test]
fn another_time_is_proposed_and_taken_or_not() {
    let place = Place::new();
    place.done(&["add", "Board", "tomorrow", "10:00", "for", "1", "hour"]);
    place.done(&["invite", "board", "ben", "carol"]);
    let message = |text: &str| {
        let line = text.lines().find(|line| line.contains("proposes")).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    place.done(&["--as", "ben", "counter", "board", "--start", "14:00", "--comment", "Dentist"]);
    let first = message(&place.done(&["inbox"]).out);
    let said = [
        place.said(&["inbox", "--refuse", &first, "--comment", "Carol cannot"]),
        place.session(&[&["--as", "ben", "inbox"]]),
        place.session(&[&["--as", "ben", "counter", "board", "--start", "11:00", "--json"]]),
    ];
    let second = message(&place.done(&["inbox"]).out);
    let then = [
        place.said(&["inbox", "--agree", &second]),
        place.session(&[
            &["--as", "carol", "show", "board"],
            &["counter", "board", "--start", "12:00"],
            &["--as", "carol", "counter", "board"],
            &["inbox", "--agree", "zzzz"],
        ]),
    ];
    let all = said.join("") + &then.join("");
    let uid = all.split("\"uid\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    insta::assert_snapshot!("counter", all.replace(&uid, "UID"));
}
