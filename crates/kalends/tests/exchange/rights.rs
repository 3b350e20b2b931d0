//! `kalends admin grant`.

use serde_json::json;

use super::Place;
use crate::run::Run;

fn run(place: &Place, arguments: &[&str]) -> Run {
    place.command_in(&place.data(), arguments).output().unwrap().into()
}

/// With Ann, who has another calendar too, and Ben.
fn two() -> Place {
    let place = Place::new();
    for arguments in [
        &["admin", "user", "add", "ann", "--address", "ann@example.com"][..],
        &["admin", "user", "add", "ben", "--address", "ben@example.com"],
        &["calendar", "make", "Work"],
    ] {
        assert_eq!(run(&place, arguments).code, 0);
    }
    place
}

fn session(place: &Place, runs: &[&[&str]]) -> String {
    let mut session = String::new();
    for arguments in runs {
        let run = run(place, arguments);
        session.push_str(&format!("$ kalends {}\n{}\n{}", arguments.join(" "), run.code, run.out));
        run.err.lines().for_each(|line| session.push_str(&format!("! {line}\n")));
        session.push('\n');
    }
    session
}

#[test]
fn rights_are_given_listed_and_taken() {
    let grant = |more: &[&'static str]| [&["admin", "grant"], more].concat();
    let runs = [
        grant(&["ann"]),
        grant(&["ann/work"]),
        grant(&["ann/work", "--to", "ben@example.com", "--right", "busy"]),
        grant(&["ann/Work", "--to", "ben", "--right", "write"]),
        grant(&["ann", "--to", "ben", "--right", "read"]),
        grant(&["work", "--to", "anyone", "--right", "all"]),
        grant(&["ann/work"]),
        grant(&["ann/work", "--to", "ben", "--revoke"]),
        grant(&["ann/work", "--to", "anyone", "--revoke"]),
        grant(&["ann", "--to", "signed-in", "--revoke"]),
        grant(&["ann/"]),
        grant(&["ann", "--to", "signed-in", "--right", "free-busy"]),
        grant(&["ann"]),
        grant(&["carol"]),
        grant(&["ann/nowhere"]),
        grant(&["ann", "--to", "carol", "--right", "read"]),
        grant(&["ann", "--to", "ben"]),
        grant(&["ann", "--right", "read"]),
        grant(&["ann", "--to", "ben", "--right", "everything"]),
    ];
    let place = two();
    insta::assert_snapshot!(session(&place, &runs.iter().map(Vec::as_slice).collect::<Vec<_>>()));
}

#[test]
fn who_acts_for_somebody_is_said_for_all_of_their_home() {
    let grant = |more: &[&'static str]| [&["admin", "grant"], more].concat();
    let runs = [
        grant(&["ann", "--to", "ben", "--right", "delegate-write"]),
        grant(&["ann"]),
        grant(&["ann", "--to", "ben", "--right", "delegate-read"]),
        grant(&["ann", "--to", "ben", "--right", "read"]),
        grant(&["ann", "--to", "ben", "--right", "delegate-read"]),
        grant(&["ann", "--to", "ben", "--revoke"]),
        grant(&["ann/work", "--to", "ben", "--right", "delegate-read"]),
        grant(&["ann", "--to", "signed-in", "--right", "delegate-read"]),
    ];
    let place = two();
    insta::assert_snapshot!(session(&place, &runs.iter().map(Vec::as_slice).collect::<Vec<_>>()));
    let arguments = ["admin", "grant", "ann", "--to", "ben", "--right", "delegate-write", "--json"];
    let lines = run(&place, &arguments).json_by("admin-grant");
    assert_eq!(lines[1]["right"], "delegate-write");
}

#[test]
fn programs_are_told_rights_by_the_schema() {
    let place = two();
    let arguments = ["admin", "grant", "ann/work", "--to", "ben", "--right", "read", "--json"];
    let lines = run(&place, &arguments).json_by("admin-grant");
    let rule = |scopes: &[&str]| {
        json!([{
            "effect": "grant", "permissions": ["SEARCH"], "scopes": scopes, "restrictions": [], "decreed": false,
        }])
    };
    let expected = [
        json!({
            "home": "ann", "calendar": null, "to": "signed-in", "right": "free-busy", "rules": rule(&["free-busy"]),
        }),
        json!({
            "home": "ann", "calendar": "work", "to": "ben", "right": "read",
            "rules": rule(&["objects", "free-busy", "settings"]),
        }),
    ];
    assert_eq!(lines, expected);
    assert_eq!(run(&place, &["admin", "grant", "ann/work", "--json"]).json_by("admin-grant"), expected);
}
