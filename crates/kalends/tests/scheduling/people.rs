//! `--as`: as whom a store is used.

use super::Place;

#[test]
fn each_has_a_home_of_their_own() {
    let place = Place::new();
    assert!(place.said(&["--as", "ben", "add", "Yoga tomorrow 18:00"]).starts_with("0\n"));
    assert!(place.run(&["agenda"]).out.contains("Nothing"), "it is not the owner's");
    for as_ben in ["ben", "ben@example.com", "BEN"] {
        for command in [&["agenda"][..], &["search", "yoga"], &["show", "yoga"], &["export"], &["history"]] {
            let out = place.done(&[&["--as", as_ben], command].concat()).out;
            assert!(out.contains("Yoga"), "{as_ben}: {command:?}: {out}");
        }
    }
    let by_environment = place.command(&["agenda"]).env("KALENDS_AS", "ben").output().unwrap();
    assert!(String::from_utf8(by_environment.stdout).unwrap().contains("Yoga"));
    place.done(&["--as", "ben", "rm", "yoga", "--yes"]);
    assert!(place.done(&["--as", "ben", "trash"]).out.contains("Yoga"));
    let undone = place.run(&["undo"]);
    assert!(!undone.err.contains("Yoga"), "what Ben did, Ben takes back: {}", undone.err);
    assert!(place.done(&["--as", "ben", "undo"]).err.contains("Yoga"));
    assert!(place.done(&["--as", "ben", "agenda"]).out.contains("Yoga"));
}

#[test]
fn whoever_keeps_the_store_is_noted() {
    let place = Place::new();
    place.done(&["add", "Tea tomorrow 16:00"]);
    place.done(&["--as", "ann", "add", "Lunch tomorrow 12:00"]);
    place.done(&["--as", "ben", "add", "Yoga tomorrow 18:00"]);
    let audit = place.done(&["admin", "audit"]).out;
    assert!(audit.lines().any(|line| line.contains("add  ben  Yoga")), "{audit}");
    assert!(!audit.contains("Tea") && !audit.contains("Lunch"), "the owner is at home: {audit}");
}

#[test]
fn nobody_is_told_what_to_do() {
    let place = Place::new();
    insta::assert_snapshot!(place.session(&[
        &["--as", "nobody", "agenda"],
        &["--as", "nobody@example.com", "add", "Tea tomorrow 16:00"],
        &["--as", "ben", "remind", "--once"],
    ]));
    // Whoever keeps a store is nobody in it.
    let list = place.command(&["admin", "user", "list"]).env("KALENDS_AS", "nobody").output().unwrap();
    assert!(list.status.success());
    place.done(&["admin", "user", "remove", "ben", "--yes"]);
    assert_eq!(place.run(&["--as", "ben", "agenda"]).code, 4);
}

#[test]
fn whoever_has_no_address_hears_how_to_get_one() {
    let place = Place::bare();
    insta::assert_snapshot!(place.session(&[
        &["add", "Tea tomorrow 16:00"],
        &["invite", "tea", "ben@example.com"],
        &["inbox"],
        &["accept", "tea"],
        &["admin", "user", "add", "ann"],
        &["invite", "tea", "ben@example.com"],
        &["admin", "user", "set", "ann", "--address", "ann@example.com"],
        &["admin", "user", "add", "ben", "--address", "ben@example.com"],
        &["invite", "tea", "ben@example.com"],
    ]));
}
