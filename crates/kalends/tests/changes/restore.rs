//! `kalends admin restore`: backups brought back, merged or whole.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::Place;

fn calendar(events: &[(&str, u32, &str)]) -> String {
    let event = |(uid, sequence, summary): &(&str, u32, &str)| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260324T090000Z\r\n\
             DURATION:PT1H\r\nSEQUENCE:{sequence}\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\n"
        )
    };
    let events: String = events.iter().map(event).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{events}END:VCALENDAR\r\n")
}

impl Place {
    /// With three events, and a backup of them.
    fn backed_up() -> Self {
        let place = Self::bare();
        place.file("three.ics", calendar(&[("a", 0, "Apple"), ("b", 1, "Bread"), ("c", 0, "Cheese")]));
        for command in [&["import", "three.ics"][..], &["admin", "backup", "then.backup"]] {
            assert!(place.said(command).starts_with("0\n"));
        }
        place
    }

    fn epoch(&self) -> Vec<u8> {
        let connection = rusqlite::Connection::open(self.path("store/kalends.db")).unwrap();
        connection.query_row("SELECT epoch FROM store", [], |row| row.get(0)).unwrap()
    }
}

#[test]
fn what_is_newer_here_stays_and_what_was_deleted_since() {
    let place = Place::backed_up();
    let before = place.epoch();
    let session = place.session(&[
        &["rm", "apple", "--yes"],
        &["edit", "bread", "--summary", "Brown bread"],
        &["add", "Dates", "tomorrow", "11:00"],
        &["admin", "restore", "then.backup"],
        &["admin", "restore", "then.backup", "--yes"],
        &["admin", "restore", "then.backup", "--deleted", "--dry-run"],
        &["admin", "restore", "then.backup", "--deleted", "--yes"],
        &["agenda", "--days", "2"],
        &["undo"],
        &["agenda", "--days", "2"],
        &["history"],
    ]);
    insta::assert_snapshot!(session);
    assert_ne!(place.epoch(), before, "a restore begins a new epoch");
    assert!(!place.path("store/restoring").exists(), "the copy of the backup is left behind");
}

#[test]
fn into_a_store_that_was_begun_anew() {
    let place = Place::backed_up();
    fs::rename(place.path("store"), place.path("lost")).unwrap();
    place.file("two.ics", calendar(&[("b", 0, "Bread as it was long ago"), ("c", 2, "Cheese of goats")]));
    let session = place.session(&[
        &["import", "two.ics"],
        &["calendar", "color", "Personal", "#3366cc"],
        &["admin", "restore", "then.backup", "--yes"],
        &["agenda", "--days", "2"],
        &["calendar"],
        &["undo"],
        &["agenda", "--days", "2"],
        &["redo"],
        &["admin", "restore", "lost", "--dry-run"],
        &["admin", "check"],
    ]);
    insta::assert_snapshot!(session);
}

#[test]
fn a_calendar_that_was_renamed_since_is_the_same() {
    let place = Place::backed_up();
    let session = place.session(&[
        &["calendar", "rename", "Personal", "Kitchen"],
        &["calendar", "make", "Personal"],
        &["admin", "restore", "then.backup", "--yes"],
        &["calendar"],
        &["calendar", "remove", "Kitchen", "--yes"],
        &["admin", "restore", "then.backup", "--yes"],
        &["calendar"],
    ]);
    insta::assert_snapshot!(session);
}

#[test]
fn exactly_as_it_was_and_the_other_is_kept() {
    let place = Place::backed_up();
    let before = place.epoch();
    let session = place.session(&[
        &["edit", "bread", "--summary", "Brown bread"],
        &["rm", "apple", "--yes"],
        &["add", "Dates", "tomorrow", "11:00"],
        &["admin", "restore", "then.backup", "--exact", "--dry-run"],
        &["admin", "restore", "then.backup", "--exact"],
        &["search", "dates"],
        &["admin", "restore", "then.backup", "--exact", "--yes"],
        &["agenda", "--days", "2"],
        &["admin", "check"],
        &["admin", "restore", "store/replaced-20260323T073000Z.backup", "--yes"],
        &["agenda", "--days", "2"],
    ]);
    insta::assert_snapshot!(session);
    assert_ne!(place.epoch(), before);
    assert_eq!(
        fs::metadata(place.path("store/replaced-20260323T073000Z.backup")).unwrap().mode() & 0o777,
        0o600
    );
}

#[test]
fn where_there_is_none_all_comes_back_its_history_too() {
    let place = Place::backed_up();
    place.said(&["rm", "apple", "--yes"]);
    let history = place.said(&["history"]);
    place.said(&["admin", "backup", "now.backup"]);
    fs::remove_dir_all(place.path("store")).unwrap();
    let dry = place.said(&["admin", "restore", "now.backup", "--dry-run"]);
    assert!(dry.contains("2 back"), "{dry}");
    assert!(!place.path("store").exists(), "a dry run makes nothing");
    let said = place.said(&["admin", "restore", "now.backup"]);
    let told: Vec<&str> = said.lines().rev().take(2).collect();
    assert_eq!(told[1], "! kalends: restored now.backup");
    assert!(told[0].contains("until `kalends admin reopen`"), "{said}");
    assert!(place.said(&["trash"]).contains("Apple"));
    let lines: Vec<String> = place.said(&["history"]).lines().skip(2).map(str::to_owned).collect();
    assert_eq!(
        lines,
        history.lines().skip(1).collect::<Vec<_>>(),
        "one line more, and the others as they were"
    );
}

#[test]
fn a_store_that_is_none_any_more_is_put_aside() {
    let place = Place::backed_up();
    let path = place.path("store/kalends.db");
    let mut broken = fs::read(&path).unwrap();
    broken[..4_096].fill(0x5a);
    fs::write(&path, &broken).unwrap();
    let merged = place.said(&["admin", "restore", "then.backup", "--yes"]);
    assert!(
        merged.starts_with("5\n") && merged.contains("`kalends admin restore --exact then.backup`"),
        "{merged}"
    );
    assert_eq!(fs::read(&path).unwrap(), broken);
    let session = place.session(&[
        &["admin", "restore", "then.backup", "--exact", "--yes"],
        &["admin", "check"],
        &["search", "apple"],
    ]);
    insta::assert_snapshot!(session);
    assert_eq!(fs::read(place.path("store/replaced-20260323T073000Z.backup")).unwrap(), broken);
}

/// Pages in the middle are damaged: the store opens, and what is put aside is as damaged as it was.
#[test]
fn a_store_with_damaged_pages_is_put_aside_too() {
    let place = Place::backed_up();
    let path = place.path("store/kalends.db");
    let mut broken = fs::read(&path).unwrap();
    let pages = broken.len() / 4_096;
    for page in 1..pages {
        broken[page * 4_096..][..4_096].fill(0x5a);
    }
    fs::write(&path, &broken).unwrap();
    let said = place.said(&["admin", "restore", "then.backup", "--yes"]);
    assert!(said.starts_with("5\n"), "{said}");
    let said = place.said(&["admin", "restore", "then.backup", "--exact", "--yes"]);
    assert!(said.starts_with("0\n"), "{said}");
    assert!(place.said(&["admin", "check"]).contains("is sound: 3 objects"));
    assert!(place.path("store/replaced-20260323T073000Z.backup").exists());
}

/// What a newer version made of a store can be given up for a backup of before.
#[test]
fn the_store_of_a_newer_version_is_put_aside() {
    let place = Place::backed_up();
    let connection = rusqlite::Connection::open(place.path("store/kalends.db")).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let merged = place.said(&["admin", "restore", "then.backup", "--yes"]);
    assert!(merged.starts_with("5\n") && merged.contains("newer Kalends"), "{merged}");
    let said = place.said(&["admin", "restore", "then.backup", "--exact", "--yes"]);
    assert!(said.starts_with("0\n"), "{said}");
    assert!(place.said(&["admin", "check"]).contains("is sound: 3 objects"));
}

/// Only history knows: the clock stands, and the texts say the same of their age.
#[test]
fn what_was_undone_since_stays_undone() {
    let place = Place::backed_up();
    fs::create_dir(place.path("old")).unwrap();
    place.said(&["admin", "backup", "old/kalends.db"]);
    place.said(&["edit", "bread", "--summary", "Brown bread"]);
    place.said(&["admin", "backup", "later.backup"]);
    place.said(&["undo"]);
    let here = place.said(&["admin", "restore", "later.backup", "--yes"]);
    assert!(here.contains("1 newer here"), "{here}");
    let there = place.said(&["--data", "old", "admin", "restore", "later.backup", "--yes"]);
    assert!(there.contains("1 newer in the backup"), "{there}");
    assert!(place.said(&["--data", "old", "search", "brown"]).starts_with("0\n"));
}

#[test]
fn what_is_no_whole_backup_is_refused() {
    let place = Place::backed_up();
    let whole = fs::read(place.path("then.backup")).unwrap();
    let mut torn = whole.clone();
    let end = torn.len() - 3 * 4_096;
    torn[end..end + 2 * 4_096].fill(0x5a);
    place.file("torn.backup", &torn);
    place.file("words.backup", "These are no calendars, and not a database either.");
    place.file("empty.backup", "");
    for (name, sql) in [
        ("newer.backup", "PRAGMA user_version = 99"),
        (
            "changed.backup",
            "UPDATE text SET raw = CAST(replace(CAST(raw AS TEXT), 'Bread', 'Break') AS BLOB)",
        ),
        ("other.backup", "DROP TABLE store"),
    ] {
        place.file(name, &whole);
        let connection = rusqlite::Connection::open(place.path(name)).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute_batch(sql).unwrap();
    }
    let before = place.said(&["history"]);
    let session = place.session(&[
        &["admin", "restore", "words.backup", "--yes"],
        &["admin", "restore", "empty.backup", "--exact", "--yes"],
        &["admin", "restore", "changed.backup", "--yes"],
        &["admin", "restore", "other.backup", "--exact", "--yes"],
        &["admin", "restore", "nowhere.backup", "--yes"],
    ]);
    insta::assert_snapshot!(session);
    let newer = place.said(&["admin", "restore", "newer.backup", "--yes"]);
    assert!(newer.starts_with("5\n") && newer.contains("newer Kalends (schema 99"), "{newer}");
    let torn = place.said(&["admin", "restore", "torn.backup", "--exact", "--yes"]);
    assert!(torn.starts_with("5\n") && torn.contains("cannot be restored"), "{torn}");
    assert_eq!(place.said(&["history"]), before, "nothing was done");
}

#[test]
fn for_programs_by_the_schema() {
    let place = Place::backed_up();
    place.said(&["rm", "apple", "--yes"]);
    let lines = place.json(&["admin", "restore", "then.backup", "--yes", "--json"], "admin-restore");
    assert_eq!(lines[0]["fate"], "deleted");
    assert_eq!((&lines[1]["same"], &lines[1]["done"]), (&2.into(), &false.into()));
    let lines =
        place.json(&["admin", "restore", "then.backup", "--deleted", "--yes", "--json"], "admin-restore");
    assert_eq!((&lines[1]["back"], &lines[1]["done"]), (&1.into(), &true.into()));
    let lines =
        place.json(&["admin", "restore", "then.backup", "--exact", "--yes", "--json"], "admin-restore");
    assert!(lines.last().unwrap()["aside"].is_string());
}

/// Many objects are several sets, and one command.
#[test]
fn more_than_one_set_is_one_command() {
    let place = Place::bare();
    let uids: Vec<String> = (0..300).map(|number| format!("u{number}")).collect();
    let events: Vec<_> = uids.iter().map(|uid| (uid.as_str(), 0, "Tea")).collect();
    place.file("many.ics", calendar(&events));
    place.said(&["import", "many.ics"]);
    place.said(&["admin", "backup", "then.backup"]);
    place.said(&["undo"]);
    let removed = place.said(&["admin", "restore", "then.backup", "--dry-run"]);
    assert!(removed.contains("all 300 objects of the calendar"), "{removed}");
    place.said(&["admin", "restore", "then.backup", "--deleted", "--yes"]);
    let back = place.said(&["export"]);
    assert_eq!(back.matches("BEGIN:VEVENT").count(), 300);
    let all: Vec<&str> = uids.iter().map(String::as_str).collect();
    assert!(place.said(&[&["rm", "--yes"], &all[..]].concat()).starts_with("0\n"));
    let deleted = place.said(&["admin", "restore", "then.backup", "--dry-run"]);
    assert!(deleted.contains("300 deleted since"), "{deleted}");
    assert!(deleted.contains("and 200 more"), "{deleted}");
    assert!(place.said(&["admin", "restore", "then.backup", "--deleted", "--yes"]).contains("300 back"));
    assert_eq!(place.said(&["export"]).matches("BEGIN:VEVENT").count(), 300);
    assert!(place.said(&["undo"]).starts_with("0\n"));
    assert_eq!(place.said(&["export"]).matches("BEGIN:VEVENT").count(), 0);
}

/// Runs on what can only be read, as on a disk that was made so: as somebody who may write nothing there.
fn read_only(place: &Place, arguments: &[&str]) -> String {
    let mut command = place.command(arguments);
    if fs::metadata(place.0.path()).unwrap().uid() == 0 {
        // To root rights mean nothing.
        let program = place.path("kalends");
        if !program.exists() {
            // By another process: a program that was written in this one may still be open in what a test beside this
            // one starts, and does not run then.
            let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_kalends")).arg(&program).status();
            assert!(copied.unwrap().success());
            allow(&program, 0o755);
        }
        let mut other = Command::new(program);
        other.args(arguments).current_dir(place.0.path()).env_clear().uid(65_534).gid(65_534);
        other.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command = other;
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_store_that_can_only_be_read_is_read() {
    let place = Place::backed_up();
    let asked: [&[&str]; 4] =
        [&["agenda", "--days", "2"], &["search", "bread"], &["show", "apple", "--ics"], &["export"]];
    let before = asked.map(|arguments| place.said(arguments));
    // Who reads only leaves an empty log behind; who writes takes it away.
    place.said(&["calendar", "describe", "Personal", "Food"]);
    allow(place.0.path(), 0o755);
    allow(&place.path("store/kalends.db"), 0o444);
    allow(&place.path("store"), 0o555);
    for (arguments, before) in asked.iter().zip(&before) {
        assert_eq!(format!("0\n{}", read_only(&place, arguments)), *before, "{arguments:?}");
    }
    read_only(&place, &["admin", "check"]);
    // A backup of it, and a store restored from it, elsewhere.
    let open = place.path("open");
    fs::create_dir(&open).unwrap();
    allow(&open, 0o777);
    read_only(&place, &["admin", "backup", "open/copy.backup"]);
    read_only(&place, &["--data", "open/store", "admin", "restore", "store"]);
    assert_eq!(format!("0\n{}", read_only(&place, &["--data", "open/store", "export"])), before[3]);
    assert_eq!(fs::read_dir(place.path("store")).unwrap().count(), 1, "nothing was made beside it");
    allow(&place.path("store"), 0o755);
}
