//! Output for programs: each line holds to its written schema.

use std::path::PathBuf;

use crate::Store;
use crate::run::{Run, holds};

#[test]
fn every_line_holds_to_its_schema() {
    let store = Store::of_the_doctor();
    for (name, arguments, at_least) in [
        ("occurrence", &["agenda", "--days", "60"][..], 30),
        ("occurrence", &["month"], 30),
        ("next", &["next"], 1),
        ("todo", &["todo", "--all"], 7),
        ("journal", &["journal"], 3),
        ("search", &["search", "o"], 8),
        ("search", &["search", "rfc"], 1),
        ("show", &["show", "review"], 1),
        ("show", &["show", "ordination@berger.example"], 1),
        ("show", &["show", "idle"], 1),
        ("free", &["free", "--days", "14"], 10),
    ] {
        let run = store.run(&[arguments, &["--json"]].concat());
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{arguments:?}");
        let lines = run.json_by(name).len();
        assert!(lines >= at_least, "{arguments:?}: {lines} lines");
    }
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/days/desk.ics");
    let run = store.run(&["ics", "expand", "--json", "--limit", "2", file.to_str().unwrap()]);
    assert!(run.json_by("expand").len() > 10);
}

/// A schema that takes anything would hold whatever is said.
#[test]
fn a_line_with_a_name_too_many_or_too_few_does_not_hold() {
    let store = Store::of_the_doctor();
    for (name, arguments) in [
        ("occurrence", &["agenda"][..]),
        ("next", &["next"]),
        ("todo", &["todo"]),
        ("journal", &["journal"]),
        ("search", &["search", "o"]),
        ("show", &["show", "review"]),
        ("free", &["free"]),
    ] {
        let line = store.run(&[arguments, &["--json"]].concat()).json().remove(0);
        let mut more = line.clone();
        more["surprise"] = true.into();
        assert!(!holds(&more, name), "{name}");
        for key in line.as_object().unwrap().keys() {
            let mut fewer = line.clone();
            fewer.as_object_mut().unwrap().remove(key);
            assert!(!holds(&fewer, name), "{name} without {key}");
        }
    }
}

/// The names that `ics expand --json` has mean the same in every listing.
#[test]
fn an_occurrence_of_a_store_is_told_as_that_of_its_file() {
    let store = Store::of_the_doctor();
    let range = ["--from", "2026-03-23", "--to", "2026-05-23", "--zone", "Europe/Vienna"];
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let files = ["../../docs/samples/doctor.ics", "tests/days/desk.ics"].map(|file| root.join(file));
    let files = files.each_ref().map(|file| file.to_str().unwrap());
    let expanded = store.run(&[&["ics", "expand", "--json"], &range[..], &files[..]].concat());
    let kept = store.run(&["agenda", "--json", "--from", "2026-03-23", "--days", "61"]);
    let lines = |run: &Run, names: &[String]| {
        let mut lines: Vec<String> = run
            .json()
            .iter()
            .filter(|line| !line["uid"].as_str().is_some_and(|uid| ["kickoff"].contains(&uid)))
            .map(|line| names.iter().map(|name| format!("{name}={} ", line[name])).collect())
            .collect();
        lines.sort();
        lines
    };
    let names: Vec<String> = expanded.json()[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(lines(&expanded, &names), lines(&kept, &names));
}
