//! `kalends invite`, `accept`, `decline`, `tentative` and `delegate`.

use serde_json::json;

use super::Place;

#[test]
fn invited_and_answered() {
    insta::assert_snapshot!(Place::new().session(&[
        &["add", "Tea tomorrow 16:00"],
        &["invite", "tea", "ben", "carol@example.com", "nobody@example.com", "x@elsewhere.example"],
        &["invite", "tea", "ben", "--optional"],
        &["invite", "tea", "ann"],
        &["invite", "tea", "dora"],
        &["invite", "tea", "--remove", "eve@example.com"],
        &["--as", "ben", "accept", "tea", "--comment", "a bit late"],
        &["--as", "carol", "tentative", "tea"],
        &["--as", "carol", "invite", "tea", "eve@example.com"],
        &["--as", "dora", "accept", "tea"],
        &["accept", "tea"],
        &["show", "tea"],
        &["--as", "ben", "decline", "tea"],
        &["--as", "ben", "undo"],
        &["show", "tea"],
        &["invite", "tea", "--remove", "carol"],
        &["--as", "carol", "agenda"],
    ]));
}

#[test]
fn of_a_series_one_those_that_follow_and_all() {
    insta::assert_snapshot!(Place::new().session(&[
        &["add", "Standup every weekday 9:30 for 15 min"],
        &["invite", "standup@20260325", "carol"],
        &["--as", "carol", "agenda"],
        &["invite", "standup", "ben"],
        &["--as", "ben", "decline", "standup@20260324", "--comment", "at the dentist"],
        &["--as", "ben", "accept", "standup"],
        &["show", "standup"],
        &["show", "standup@20260324"],
        &["show", "standup@20260325"],
        &["invite", "standup@20260330", "carol", "--future"],
        &["--as", "carol", "agenda", "--days", "9"],
        &["invite", "standup", "--one", "carol"],
    ]));
}

#[test]
fn somebody_else_is_sent() {
    let place = Place::new();
    place.done(&["add", "Board tomorrow 10:00"]);
    place.done(&["invite", "board", "ben"]);
    insta::assert_snapshot!(place.session(&[
        &["--as", "ben", "delegate", "board", "ben"],
        &["--as", "ben", "delegate", "board", "ann"],
        &["delegate", "board", "carol"],
        &["--as", "ben", "delegate", "board", "carol", "--comment", "She knows more"],
        &["--as", "carol", "inbox"],
        &["--as", "carol", "accept", "board"],
        &["--as", "carol", "inbox"],
        &["inbox"],
        &["show", "board"],
        &["--as", "ben", "delegate", "board", "carol"],
        &["--as", "ben", "accept", "board"],
        &["show", "board"],
    ]));
    let told = place.run(&["--as", "ben", "delegate", "board", "nobody@example.com", "--json"]);
    assert_eq!(told.code, 1);
    let told = told.json_by("answer");
    assert_eq!(
        (&told[0]["partstat"], &told[0]["delegate_status"], &told[0]["status"]),
        (&json!("DELEGATED"), &json!("3.7"), &json!("1.2"))
    );
    let text = place.done(&["--as", "ben", "show", "board", "--ics"]).out.replace("\r\n ", "");
    assert!(text.contains("DELEGATED-TO=\"mailto:nobody@example.com\""), "{text}");
    assert!(text.contains("DELEGATED-FROM=\"mailto:ben@example.com\""), "{text}");
}

#[test]
fn what_others_are_not_invited_to_is_refused() {
    let place = Place::new();
    place.done(&["journal", "add", "A note"]);
    assert_eq!(place.run(&["invite", "note", "ben"]).code, 4);
    place.done(&["todo", "add", "Tax return by friday"]);
    assert_eq!(place.done(&["invite", "tax", "ben"]).code, 0);
    assert!(place.done(&["--as", "ben", "todo"]).out.contains("Tax return"));
    place.done(&["--as", "ben", "accept", "tax"]);
    assert_eq!(place.run(&["invite", "nothing", "ben"]).code, 3);
    assert_eq!(place.run(&["invite", "tax"]).code, 2);
    assert_eq!(place.run(&["invite", "tax", "somebody"]).code, 3);
    assert_eq!(place.run(&["invite", "tax", "@"]).code, 4);
}

#[test]
fn programs_are_told_it_by_schemas() {
    let place = Place::new();
    place.done(&["add", "Tea tomorrow 16:00"]);
    let run = place.run(&["invite", "tea", "ben", "carol", "nobody@example.com", "--json"]);
    assert_eq!(run.code, 1);
    let told = run.json_by("invite");
    let reached: Vec<_> = told.iter().map(|one| (&one["status"], &one["is_reached"])).collect();
    let (here, nobody) = ((&json!("1.2"), &json!(true)), (&json!("3.7"), &json!(false)));
    assert_eq!(reached, [here, here, nobody]);
    let gone = place.done(&["invite", "tea", "--remove", "carol", "--json"]).json_by("invite");
    assert_eq!(gone[0]["is_invited"], json!(false));
    let answer = place.done(&["--as", "ben", "accept", "tea", "--json"]).json_by("answer");
    assert_eq!((&answer[0]["organizer"], &answer[0]["status"]), (&json!("ann@example.com"), &json!("1.2")));
}
