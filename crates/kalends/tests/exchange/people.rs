//! `kalends admin user`, `password` and `token`.

use serde_json::{Value, json};

use super::{Place, calendar, event};
use crate::run::Run;

const PASSWORD: &[u8] = b"correct horse battery\n";

fn added(place: &Place, name: &str, more: &[&str]) -> Run {
    let address = format!("{name}@example.com");
    let arguments = ["admin", "user", "add", name, "--address", &address, "--password-stdin"];
    place.fed(&[&arguments[..], more].concat(), PASSWORD)
}

/// What was said for people, secrets made plain.
fn session(place: &Place, runs: &[&[&str]]) -> String {
    let mut session = String::new();
    for arguments in runs {
        // Not all read it.
        let password = std::fs::File::open(place.file("password", PASSWORD)).unwrap();
        let run: Run = place.command_in(&place.data(), arguments).stdin(password).output().unwrap().into();
        let out: Vec<String> = run.out.lines().map(plain).collect();
        session.push_str(&format!("$ kalends {}\n{}\n", arguments.join(" "), run.code));
        for line in out.into_iter().chain(run.err.lines().map(|line| format!("! {line}"))) {
            session.push_str(&line);
            session.push('\n');
        }
        session.push('\n');
    }
    session
}

fn plain(line: &str) -> String {
    let is_secret = line.len() == 31 && line.split('-').count() == 6;
    if is_secret { "SECRET".to_owned() } else { line.to_owned() }
}

#[test]
fn people_are_told_what_was_done() {
    let place = Place::new();
    insta::assert_snapshot!(session(
        &place,
        &[
            &["admin", "user", "list"],
            &[
                "admin",
                "user",
                "add",
                "Ann",
                "--address",
                "ann@example.com",
                "a.lee@example.com",
                "--password-stdin"
            ],
            &["admin", "user", "add", "ben", "--display", "Ben B", "--password-stdin"],
            &["admin", "user", "add", "r1", "--kind", "room", "--display", "Room 1"],
            &["admin", "user", "add", "ann"],
            &["admin", "user", "add", "an n"],
            &["admin", "user", "add", "carol", "--address", "nowhere"],
            &["admin", "token", "add", "ann@example.com", "phone", "--app", "--days", "90"],
            &["admin", "token", "add", "ann", "script"],
            &["admin", "token", "add", "ann", "script"],
            &["admin", "token", "list", "ann"],
            &["admin", "token", "revoke", "ann", "phone"],
            &["admin", "token", "revoke", "ann", "phone"],
            &["admin", "token", "list", "r1"],
            &["admin", "password", "ben", "--password-stdin"],
            &["admin", "password", "ben"],
            &["admin", "password", "nobody", "--password-stdin"],
            &["admin", "user", "set", "ann", "--display", "Ann Lee"],
            &["admin", "user", "show", "a.lee@example.com"],
            &["admin", "user", "disable", "ben"],
            &["admin", "user", "remove", "ben"],
            &["admin", "user", "remove", "ben", "--yes"],
            &["admin", "user", "remove", "ann", "--yes"],
            &["admin", "user", "add", "ben", "--password-stdin"],
            &["admin", "user", "list"],
            &["admin", "user", "enable", "ben"],
            &["admin", "user", "show", "ben"],
            &["history"],
            &["undo"],
        ],
    ));
}

#[test]
fn programs_are_told_it_by_schemas() {
    let place = Place::new();
    let ann = added(&place, "ann", &["--display", "Ann", "--json"]).json_by("admin-user").remove(0);
    let credential = json!({
        "name": "ann", "kind": "password", "label": "", "created": "2026-03-01T12:00:00Z", "last_used": null, "expires": null,
        "secret": null,
    });
    let expected = json!({
        "name": "ann", "kind": "person", "state": "active", "owner": true, "display": "Ann",
        "addresses": ["mailto:ann@example.com"], "calendars": ["personal"], "credentials": [credential],
    });
    assert_eq!(ann, expected);
    added(&place, "ben", &[]);
    let json = |arguments: &[&str], schema: &str| -> Vec<Value> {
        let arguments = [&["admin"], arguments, &["--json"]].concat();
        let password = std::fs::File::open(place.file("password", PASSWORD)).unwrap();
        let run: Run = place.command_in(&place.data(), &arguments).stdin(password).output().unwrap().into();
        assert_eq!((run.code, &*run.err), (0, ""), "{arguments:?}");
        run.json_by(schema)
    };
    let names: Vec<Value> =
        json(&["user", "list"], "admin-user").iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["ann", "ben"]);
    assert_eq!(json(&["user", "show", "ann"], "admin-user"), [expected]);
    let set = json(&["user", "set", "ben", "--address", "b@example.com", "ben@example.com"], "admin-user");
    assert_eq!(set[0]["addresses"], json!(["mailto:b@example.com", "mailto:ben@example.com"]));
    for (verb, state) in [("disable", "disabled"), ("enable", "active")] {
        assert_eq!(json(&["user", verb, "ben"], "admin-user")[0]["state"], state);
    }
    assert_eq!(json(&["password", "ben", "--password-stdin"], "admin-password"), [json!({"name": "ben"})]);
    let made = json(&["token", "add", "ben", "phone", "--app", "--days", "1"], "admin-token").remove(0);
    assert_eq!((&made["kind"], &made["expires"]), (&json!("app"), &json!("2026-03-02T12:00:00Z")));
    assert_eq!(plain(made["secret"].as_str().unwrap()), "SECRET");
    let listed = json(&["token", "list", "ben"], "admin-token");
    assert_eq!(listed.iter().map(|one| &one["kind"]).collect::<Vec<_>>(), ["password", "app"]);
    assert!(listed.iter().all(|one| one["secret"].is_null()), "it is shown once");
    assert_eq!(json(&["token", "revoke", "ben", "phone"], "admin-token")[0]["label"], "phone");
    let removed = json(&["user", "remove", "ben", "--yes"], "admin-user").remove(0);
    assert_eq!((&removed["state"], &removed["credentials"]), (&json!("removed"), &json!([])));
}

#[test]
fn the_owner_goes_on_with_the_calendars_that_were_there() {
    let place = Place::new();
    let file = place.file("a.ics", calendar(&event("a", "SUMMARY:Tea\r\n")));
    place.run(&["import", &file]);
    assert!(added(&place, "ann", &[]).err.contains("the store's owner"));
    added(&place, "ben", &[]);
    let calendars: Vec<Value> = place.run(&["calendar", "--json"]).json_by("calendar");
    assert_eq!(calendars.iter().map(|one| &one["objects"]).collect::<Vec<_>>(), [1], "ben's is not hers");
    let undone = place.run(&["undo"]);
    assert!(undone.err.contains("a.ics"), "an import is taken back, nobody's coming: {}", undone.err);
}

#[test]
fn a_weak_password_is_taken_and_told_and_none_is_not() {
    let place = Place::new();
    let add = |name: &str, password: &[u8]| {
        place.fed(&["admin", "user", "add", name, "--password-stdin"], password)
    };
    let weak = add("ann", b"secret\r\nsecond line\n");
    assert_eq!(weak.code, 0);
    assert!(weak.err.contains("the password is weak: it has fewer than 12 letters\n"), "{}", weak.err);
    for none in [&b""[..], b"\n", b"  \nsecret\n", &[b'x'; 5_000]] {
        assert_eq!(add("ben", none).code, 4);
    }
    assert_eq!(add("ben", b"\xff\xfe\n").code, 5);
    assert!(!add("carol", PASSWORD).err.contains("weak"));
}

#[test]
fn a_backup_brings_people_back() {
    let place = Place::new();
    added(&place, "ann", &[]);
    added(&place, "ben", &[]);
    let backup = place.path("people.backup").display().to_string();
    assert_eq!(place.run(&["admin", "backup", &backup]).code, 0);
    place.run_in("new", &["calendar", "make", "Personal"]);
    let run = place.run_in("new", &["admin", "restore", &backup, "--yes", "--json"]);
    let told = run.json_by("admin-restore").pop().unwrap();
    assert_eq!((&told["people"], &told["calendars"]), (&json!(2), &json!(1)));
    let list = |run: Run| -> Vec<Value> {
        run.json_by("admin-user").iter().map(|one| one["name"].clone()).collect()
    };
    assert_eq!(list(place.run_in("new", &["admin", "user", "list", "--json"])), ["ann", "ben"]);
    assert_eq!(place.run_in("new", &["admin", "check"]).code, 0);
}
