//! `kalends freebusy` and `find-time`.

use serde_json::json;

use super::Place;

fn place() -> Place {
    let place = Place::new();
    for arguments in [
        &["add", "Dentist tomorrow 9:00 for 45 min"][..],
        &["--as", "ben", "add", "Visit tomorrow 11:00 for 90 min"],
        &["--as", "carol", "add", "Yoga every day 13:00 for 1 hour"],
        &["--as", "carol", "add", "Party saturday 20:00 for 6 hours"],
        &["--as", "carol", "add", "Review tomorrow 14:00 for 1 hour"],
        &["--as", "carol", "invite", "review", "ben"],
    ] {
        place.done(arguments);
    }
    place
}

#[test]
fn drawn_for_people() {
    let place = place();
    for width in ["40", "80", "120"] {
        let drawn = |arguments: &[&str]| {
            let output = place.command(arguments).env("COLUMNS", width).output().unwrap();
            let out = String::from_utf8(output.stdout).unwrap();
            let columns = width.parse::<usize>().unwrap();
            assert!(out.lines().all(|line| line.chars().count() <= columns), "{width}: {out}");
            out
        };
        let week = drawn(&["freebusy", "ann", "ben", "carol", "--from", "2026-03-24"]);
        let days = drawn(&["freebusy", "carol", "--from", "2026-03-28", "--days", "2", "--hours", "0-24"]);
        insta::assert_snapshot!(format!("freebusy_{width}"), format!("{week}\n{days}"));
    }
    let ascii =
        place.command(&["freebusy", "ben", "carol", "--from", "2026-03-24"]).env("LC_ALL", "C").output();
    insta::assert_snapshot!("freebusy_ascii", String::from_utf8(ascii.unwrap().stdout).unwrap());
    let colour =
        place.command(&["freebusy", "ben", "--from", "2026-03-24"]).env("CLICOLOR_FORCE", "1").output();
    assert!(String::from_utf8(colour.unwrap().stdout).unwrap().contains("\x1b[36m"));
    let plain = place
        .command(&["freebusy", "ben", "--from", "2026-03-24"])
        .envs([("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")])
        .output();
    assert!(!String::from_utf8(plain.unwrap().stdout).unwrap().contains("\x1b[36m"));
}

#[test]
fn when_all_are_free() {
    let place = place();
    insta::assert_snapshot!(place.session(&[
        &["find-time", "ben", "carol", "--for", "1h30m", "--days", "3"],
        &["find-time", "ben", "--for", "45m", "--from", "2026-03-24", "--days", "1", "--hours", "8-12"],
        &["find-time", "ben", "--for", "9h"],
        &["find-time", "ben", "--for", "1h", "--from", "2026-03-28", "--days", "2"],
        &["config", "working_days", "saturday"],
        &["config", "working_hours", "19:00-23:00"],
        &["find-time", "carol", "--for", "2h", "--days", "7"],
        &["find-time", "carol", "--for", "1h", "--days", "7"],
        &["free", "--days", "1"],
        &["config", "working_days", "someday"],
        &["config", "working_hours", "late"],
        &["find-time", "eve", "--for", "1h"],
    ]));
}

#[test]
fn programs_are_told_it_by_schemas() {
    let place = place();
    let asked = ["freebusy", "ben", "carol@example.com", "--from", "2026-03-24", "--json"];
    let told = place.done(&asked).json_by("freebusy");
    let visit = json!({"start_utc": "20260324T100000Z", "end_utc": "20260324T113000Z", "busy": "busy"});
    let review = json!({"start_utc": "20260324T130000Z", "end_utc": "20260324T140000Z", "busy": "tentative"});
    assert_eq!(told[0]["busy"], json!([visit, review]));
    assert_eq!(told[1]["address"], json!("carol@example.com"));
    let found = place.done(&["find-time", "ben", "--for", "1h", "--json"]).json_by("find-time");
    assert_eq!(found[0]["start"], json!("20260323T090000"));
}

/// Who may not ask is told no times, and nothing is found for them.
#[test]
fn of_whom_one_may_not_know() {
    let place = place();
    place.done(&["admin", "grant", "carol", "--to", "signed-in", "--revoke"]);
    let told = place.run(&["freebusy", "ben", "carol", "--from", "2026-03-24", "--json"]);
    assert_eq!((told.code, &told.json_by("freebusy")[1]["busy"]), (1, &json!(null)));
    assert_eq!(place.run(&["freebusy", "carol"]).err, "kalends: you may not know when Carol is busy\n");
    let found = place.run(&["find-time", "carol", "--for", "1h"]);
    assert_eq!((found.code, &*found.err), (4, "kalends: you may not know when Carol is busy\n"));
    assert_eq!(
        place.run(&["--as", "carol", "find-time", "ben", "--for", "1h"]).code,
        0,
        "she knows of herself"
    );
    let many = place.command(&["freebusy", "ben", "ann"]).env("KALENDS_LIMIT_BUSY_ASKED", "1").output();
    assert_eq!(many.unwrap().status.code(), Some(4));
}
