//! `kalends admin calendar`, `room`, `resource`, `import` and `export`: the homes of others.

use std::process::Command;

use serde_json::{Value, json};

use super::{Place, calendar, event};

fn place() -> Place {
    let place = Place::new();
    for name in ["ann", "ben"] {
        assert_eq!(
            place.run(&["admin", "user", "add", name, "--address", &format!("{name}@example.com")]).code,
            0
        );
    }
    place
}

/// What was said for people.
fn session(place: &Place, runs: &[&[&str]]) -> String {
    let mut session = String::new();
    for arguments in runs {
        let run = place.run(arguments);
        let told = arguments.iter().map(|argument| argument.rsplit('/').next().unwrap_or(argument));
        session.push_str(&format!("$ kalends {}\n{}\n", told.collect::<Vec<_>>().join(" "), run.code));
        let err = run.err.lines().map(|line| format!("! {line}"));
        for line in run.out.lines().map(str::to_owned).chain(err) {
            session.push_str(&line);
            session.push('\n');
        }
        session.push('\n');
    }
    session.replace(&place.0.path().display().to_string(), "")
}

#[test]
fn calendars_of_others_are_kept() {
    let place = place();
    let file = place.file("club.ics", calendar(&event("a", "SUMMARY:Match\r\n")));
    let out = place.path("out.ics").display().to_string();
    insta::assert_snapshot!(session(
        &place,
        &[
            &["admin", "calendar", "list", "ben"],
            &["admin", "calendar", "make", "ben@example.com", "Club"],
            &["admin", "calendar", "make", "ben", "Club"],
            &["admin", "calendar", "make", "nobody", "Club"],
            &["admin", "calendar", "rename", "ben", "Club", "The Club"],
            &["admin", "calendar", "color", "ben", "the club", "#3366CC"],
            &["admin", "calendar", "describe", "ben", "the club", "Where we play"],
            &["admin", "import", "ben", &file, "--calendar", "Club"],
            &["admin", "import", "ben", &file, "--calendar", "the club"],
            &["admin", "calendar", "list", "ben"],
            &["calendar"],
            &["search", "match"],
            &["admin", "export", "ben", "match", "-o", &out],
            &["admin", "export", "ann", "match"],
            &["admin", "export", "ben", "--calendar", "the club", "--format", "csv"],
            &["admin", "calendar", "remove", "ben", "the club", "--yes"],
            &["admin", "calendar", "remove", "ben", "personal", "--yes"],
            &["undo"],
            &["admin", "calendar", "list", "ben"],
        ],
    ));
    assert_eq!(std::fs::read_to_string(&out).unwrap().matches("UID:a").count(), 1);
}

#[test]
fn rooms_and_things_have_a_calendar_and_no_password() {
    let place = place();
    insta::assert_snapshot!(session(
        &place,
        &[
            &["admin", "room", "list"],
            &["admin", "room", "add", "r1", "--display", "Room 1", "--address", "r1@example.com"],
            &["admin", "room", "add", "ben"],
            &["admin", "resource", "list"],
            &["admin", "resource", "add", "van"],
            &["admin", "room", "list"],
            &["admin", "resource", "list"],
            &["admin", "user", "show", "r1@example.com"],
            &["admin", "grant", "r1", "--to", "ann", "--right", "write"],
            &["admin", "calendar", "list", "r1"],
        ],
    ));
}

#[test]
fn how_a_room_is_booked_is_said_and_told() {
    let place = place();
    insta::assert_snapshot!(session(
        &place,
        &[
            &["admin", "room", "add", "r1"],
            &["admin", "group", "add", "staff"],
            &["admin", "room", "set", "r1"],
            &["admin", "room", "set", "r1", "--mode", "ask"],
            &["admin", "room", "set", "r1", "--moderator", "ann", "--bookers", "staff", "--horizon", "90"],
            &["admin", "room", "set", "r1", "--mode", "if-free", "--capacity", "3", "--bookers", ""],
            &["admin", "room", "set", "r1", "--mode", "never"],
            &["admin", "room", "set", "r1", "--horizon", "549"],
            &["admin", "room", "set", "r1", "--capacity", "0"],
            &["admin", "room", "set", "r1", "--mode", "perhaps"],
            &["admin", "room", "set", "r1", "--bookers", "nobody"],
            &["admin", "room", "set", "r1", "--moderator", "staff"],
            &["admin", "room", "set", "ben", "--mode", "never"],
            &["admin", "resource", "set", "r1", "--mode", "never"],
            &["admin", "room", "set", "r2"],
            &["admin", "room", "set", "r1"],
        ],
    ));
}

#[test]
fn groups_have_members_and_what_was_done_is_told() {
    let place = place();
    let user = Command::new("id").arg("-un").output().unwrap().stdout;
    let user = String::from_utf8(user).unwrap();
    let said = session(
        &place,
        &[
            &["admin", "group", "list"],
            &["admin", "group", "add", "team", "--display", "The team"],
            &["admin", "group", "members", "team", "--add", "ann", "ben@example.com"],
            &["admin", "group", "add", "all"],
            &["admin", "group", "members", "all", "--add", "team"],
            &["admin", "group", "members", "team", "--add", "all"],
            &["admin", "group", "members", "ben", "--add", "ann"],
            &["admin", "group", "members", "team", "--remove", "ann"],
            &["admin", "group", "members", "team"],
            &["admin", "group", "list"],
            &["admin", "grant", "ann", "--to", "all", "--right", "read"],
            &["admin", "export", "ben", "--format", "csv"],
            &["admin", "audit"],
            &["admin", "audit", "--of", "ben"],
            &["admin", "audit", "--limit", "1"],
            &["admin", "audit", "--of", "nobody"],
        ],
    );
    insta::assert_snapshot!(said.replace(&format!("  {}  ", user.trim()), "  USER  "));
}

#[test]
fn programs_are_told_it_by_schemas() {
    let place = place();
    let json = |arguments: &[&str], schema: &str| -> Value {
        let run = place.run(&[arguments, &["--json"]].concat());
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
        run.json_by(schema).pop().unwrap()
    };
    let room = json(&["admin", "room", "add", "r1"], "admin-user");
    assert_eq!((&room["kind"], &room["calendars"]), (&json!("room"), &json!(["personal"])));
    assert_eq!(json(&["admin", "room", "list"], "admin-user")["name"], "r1");
    assert_eq!(json(&["admin", "resource", "add", "van"], "admin-user")["kind"], "resource");
    let set = ["admin", "resource", "set", "van", "--capacity", "2", "--mode", "always", "--bookers", "ben"];
    let van = json(&set, "admin-room");
    assert_eq!(
        (&van["mode"], &van["capacity"], &van["bookers"]),
        (&json!("always"), &json!(2), &json!("ben"))
    );
    assert_eq!(json(&["admin", "resource", "set", "van"], "admin-room"), van);
    assert_eq!(json(&["admin", "calendar", "make", "ben", "Club"], "admin-calendar")["segment"], "club");
    assert_eq!(
        json(&["admin", "calendar", "color", "ben", "club", "#000000"], "admin-calendar")["color"],
        "#000000"
    );
    let file = place.file("a.ics", calendar(&event("a", "SUMMARY:Tea\r\n")));
    assert_eq!(json(&["admin", "import", "ben", &file, "--calendar", "club"], "import")["new"], 1);
    assert_eq!(
        json(&["admin", "calendar", "remove", "ben", "club", "--yes"], "admin-calendar")["objects"],
        1
    );
    assert_eq!(json(&["admin", "group", "add", "team"], "admin-user")["kind"], "group");
    let team = json(&["admin", "group", "members", "team", "--add", "ben", "r1"], "admin-group");
    let expected = json!([{ "name": "ben", "kind": "person" }, { "name": "r1", "kind": "room" }]);
    assert_eq!(team["members"], expected);
    assert_eq!(json(&["admin", "group", "list"], "admin-group"), team);
    let audit = json(&["admin", "audit", "--of", "team", "--limit", "1"], "admin-audit");
    assert_eq!((&audit["verb"], &audit["whom"]), (&json!("group"), &json!("team")));
    assert_eq!((&audit["at"], &audit["line"]), (&json!("2026-03-01T12:00:00Z"), &json!("team: +ben +r1")));
    let out = place.path("out.ics").display().to_string();
    assert_eq!(json(&["admin", "export", "ben", "-o", &out], "export")["entries"], 0);
}

#[test]
fn an_import_for_somebody_without_a_calendar_makes_one_of_theirs() {
    let place = place();
    let file = place.file("a.ics", calendar(&event("a", "SUMMARY:Tea\r\n")));
    let file = file.as_str();
    // Also where whoever keeps the store has a calendar for what is new: that is theirs alone.
    assert_eq!(place.run(&["config", "calendar", "personal"]).code, 0);
    assert_eq!(place.run(&["admin", "import", "ben", file]).code, 0);
    let listed = place.run(&["admin", "calendar", "list", "ben", "--json"]).json_by("admin-calendar");
    let objects: Vec<(&Value, &Value)> =
        listed.iter().map(|one| (&one["segment"], &one["objects"])).collect();
    assert_eq!(objects, [(&json!("personal"), &json!(1))]);
    assert_eq!(place.run(&["calendar", "--json"]).json_by("calendar")[0]["objects"], 0);
}
