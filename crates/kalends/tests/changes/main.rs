//! What one user changes: added, edited, removed, taken back; run as people and scripts run it.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod help;
mod journal;
mod restore;
#[path = "../run/mod.rs"]
mod run;

use std::path::PathBuf;
use std::process::Command;

use run::Run;
use tempfile::TempDir;

/// Monday, 23 March 2026, 08:30 in Vienna.
const NOW: &str = "2026-03-23T07:30Z";

/// A person's folder, with a store and settings.
struct Place(TempDir);

impl Place {
    /// A folder without a store.
    fn bare() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// With the doctor's calendar.
    fn new() -> Self {
        let place = Self(TempDir::new().unwrap());
        let sample = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/samples/doctor.ics");
        std::fs::copy(sample, place.0.path().join("doctor.ics")).unwrap();
        assert!(place.said(&["import", "doctor.ics"]).starts_with("0\n"));
        place
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kalends"));
        command.args(arguments).env_clear().current_dir(self.0.path()).envs([
            ("KALENDS_DATA", "store"),
            ("KALENDS_NOW", NOW),
            ("HOME", "home"),
            ("TZ", "Europe/Vienna"),
            ("COLUMNS", "80"),
            ("LC_ALL", "C.UTF-8"),
        ]);
        command
    }

    /// The exit code, what went to standard output, and behind `! ` to standard error.
    fn said(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        let mut said =
            format!("{}\n{}", output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap());
        for line in String::from_utf8(output.stderr).unwrap().lines() {
            said.push_str(&format!("! {line}\n"));
        }
        said
    }

    /// A session: each command, and what it said.
    fn session(&self, commands: &[&[&str]]) -> String {
        let line =
            |arguments: &&[&str]| format!("$ kalends {}\n{}", arguments.join(" "), self.said(arguments));
        commands.iter().map(line).collect()
    }

    /// The lines of JSON that a command prints, each held against `docs/schemas/NAME.json`.
    fn json(&self, arguments: &[&str], name: &str) -> Vec<serde_json::Value> {
        let run = Run::from(self.command(arguments).output().unwrap());
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
        run.json_by(name)
    }
}

#[test]
fn added_in_words_and_by_flags() {
    let session = Place::new().session(&[
        &["add", "Dentist", "tomorrow", "14:00", "for", "45", "min", "at", "Main St", "every", "6", "months"],
        &["add", "Tea with Bob", "--start", "thursday 16:00", "--end", "17:30", "--remind", "10 min before"],
        &["add", "Holiday from 3 to 7 April"],
        &["add", "Dentist", "on", "the", "31st", "of", "february"],
        &["add", "Dentist", "at", "14:00", "tomorow"],
        &["add", "Tea", "tomorrow", "--calendar", "Nowhere"],
        &["add", "Tea"],
        &["agenda", "--from", "2026-03-24", "--days", "3"],
    ]);
    insta::assert_snapshot!(session);
}

#[test]
fn the_last_day_of_a_series_is_told_as_a_day() {
    let place = Place::new();
    assert!(place.said(&["add", "Standup every weekday 9:30 until 2026-05-01"]).starts_with("0\n"));
    let said = place.said(&["show", "standup"]);
    assert!(said.contains("every weekday until 1 May 2026\n"), "{said}");
    let said = place.said(&["redo"]);
    assert!(said.starts_with("4\n") && said.contains("nothing was taken back last"), "{said}");
}

#[test]
fn edited_one_those_that_follow_and_all() {
    let session = Place::new().session(&[
        &["add", "Yoga every monday 18:00 10 times"],
        &["edit", "yoga@20260330", "--start", "19:00"],
        &["edit", "yoga@20260413", "--future", "--at", "Hall 2"],
        &["agenda", "--from", "2026-03-23", "--days", "29", "--calendar", "Personal"],
        &["edit", "nothing"],
        &["edit", "yoga", "--one", "--at", "Hall"],
        &["undo"],
        &["undo"],
        &["search", "yoga"],
    ]);
    insta::assert_snapshot!(session);
}

#[test]
fn edited_in_an_editor() {
    let place = Place::new();
    place.said(&["add", "Tea tomorrow 16:00 at Home"]);
    let edit = |editor: &str| {
        let output =
            place.command(&["edit", "tea"]).env("EDITOR", editor).env("PATH", env!("PATH")).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(edit("sed -i s/^at:.*/at:/"), (0, String::new()));
    assert_eq!(edit("true"), (0, "kalends: nothing was changed\n".to_owned()));
    assert_eq!(edit("false").0, 4);
    assert_eq!(edit("sed -i s/^start:.*/start:nonsense/").0, 2);
    assert_eq!(edit("sed -i s/^start/begin/").0, 2);
    insta::assert_snapshot!(place.said(&["show", "tea", "--ics"]));
}

#[test]
fn removed_and_brought_back() {
    let session = Place::new().session(&[
        &["rm", "Hausbesuche"],
        &["rm", "Hausbesuche", "--yes"],
        &["rm", "Chorprobe@20260324", "--yes"],
        &["rm", "Chorprobe@20260325", "--yes"],
        &["rm", "Ordination nach", "--yes"],
        &["trash"],
        &["trash", "restore", "9"],
        &["trash", "restore", "haus"],
        &["trash"],
        &["undo"],
        &["undo"],
        &["redo"],
        &["history"],
    ]);
    insta::assert_snapshot!(session);
}

#[test]
fn to_other_calendars() {
    let session = Place::new().session(&[
        &["calendar", "make", "Work"],
        &["calendar", "make", "work"],
        &["move", "Hausbesuche", "--to", "Work"],
        &["copy", "Zahnarzt", "--to", "work"],
        &["copy", "personal/Zahnarzt", "--to", "work"],
        &["rm", "Zahnarzt", "--yes"],
        &["calendar", "color", "Work", "#3366CC"],
        &["calendar", "color", "Work", "blue"],
        &["calendar", "describe", "Work", "Visits"],
        &["calendar", "rename", "Work", "Praxis"],
        &["calendar"],
        &["calendar", "remove", "Praxis", "--yes"],
        &["calendar", "remove", "Personal", "--yes"],
        &["calendar"],
        &["undo"],
        &["calendar"],
    ]);
    insta::assert_snapshot!(session);
}

#[test]
fn to_dos_added_and_done() {
    let session = Place::new().session(&[
        &["todo", "add", "Tax return by friday 17:00"],
        &["todo", "add", "Water the plants", "--due", "tomorrow", "--repeat", "every 3 days"],
        &["todo"],
        &["todo", "done", "tax"],
        &["todo", "done", "plants"],
        &["todo", "done", "plants@20260324"],
        &["todo", "done", "Hausbesuche"],
        &["todo"],
    ]);
    insta::assert_snapshot!(session);
}

#[test]
fn settings_with_their_source() {
    let session = Place::new().session(&[
        &["config"],
        &["config", "hours", "12"],
        &["config", "length", "half an hour"],
        &["config", "zone", "Europe/Nowhere"],
        &["config", "colour", "red"],
        &["config"],
        &["next"],
    ]);
    insta::assert_snapshot!(session);
}

#[test]
fn for_programs_as_the_schemas_have_it() {
    let place = Place::new();
    let added = place.json(&["add", "Tea tomorrow 15:00", "--json"], "add");
    assert_eq!(added[0]["clashes"].as_array().map(Vec::len), Some(1));
    place.json(&["todo", "add", "Tax return", "--due", "friday", "--json"], "add");
    place.json(&["todo", "done", "tax", "--json"], "changed");
    let removed = place.json(&["rm", "tea", "Chorprobe@20260324", "--yes", "--json"], "changed");
    assert_eq!(removed.len(), 2);
    place.json(&["trash", "--json"], "trash");
    place.json(&["undo", "--json"], "undo");
    place.json(&["redo", "--json"], "undo");
    place.json(&["history", "--json"], "history");
    place.json(&["config", "--json"], "config");
    let set = place.json(&["config", "hours", "12", "--json"], "config");
    assert_eq!((set.len(), &set[0]["value"]), (1, &"12".into()));
}

#[test]
fn changes_of_objects_and_calendars_for_programs() {
    let place = Place::new();
    place.said(&["add", "Tea tomorrow 15:00"]);
    let edited = place.json(&["edit", "tea", "--summary", "Green tea", "--json"], "edit");
    assert_eq!(edited[0]["summary"], "Green tea");
    assert_eq!(edited[0]["clashes"].as_array().map(Vec::len), Some(1));
    place.said(&["add", "Yoga every monday 18:00 10 times"]);
    let cut = place.json(&["edit", "yoga@20260413", "--future", "--at", "Hall 2", "--json"], "edit");
    assert_eq!(cut.len(), 2, "a series that was cut is two objects");
    let calendar = |arguments: &[&str]| {
        let told = place.json(&[&["calendar"], arguments, &["--json"]].concat(), "calendar");
        assert_eq!(told.len(), 1);
        told[0].clone()
    };
    assert_eq!(calendar(&["make", "Work"])["segment"], "work");
    let copied = place.json(&["copy", "green tea", "--to", "Work", "--json"], "changed");
    assert_eq!(copied[0]["summary"], "Green tea");
    place.json(&["move", "Hausbesuche", "--to", "Work", "--json"], "changed");
    assert_eq!(calendar(&["color", "Work", "#3366cc"])["color"], "#3366cc");
    assert_eq!(calendar(&["describe", "Work", "Visits"])["description"], "Visits");
    assert_eq!(calendar(&["rename", "Work", "Praxis"])["name"], "Praxis");
    assert_eq!(calendar(&["remove", "Praxis", "--yes"])["objects"], 2);
    assert_eq!(place.json(&["calendar", "--json"], "calendar").len(), 1);
    place.said(&["rm", "Chorprobe", "--yes"]);
    let back = place.json(&["trash", "restore", "1", "--json"], "changed");
    assert_eq!(back[0]["summary"], "Chorprobe");
}

/// What the keeper of a store sees, and who takes calendars in and hands them out.
#[test]
fn kept_taken_in_and_handed_out() {
    let place = Place::new();
    let odd = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:odd\r\nDTSTART:soon\r\nSUMMARY:Odd\r\nEND:VEVENT\r\n\
               BEGIN:VALARM\r\nEND:VALARM\r\nEND:VCALENDAR";
    std::fs::write(place.0.path().join("odd.ics"), odd).unwrap();
    let session = place.session(&[
        &["import", "doctor.ics"],
        &["import", "odd.ics", "--dry-run"],
        &["import", "odd.ics"],
        &["export", "--format", "csv", "--from", "2026-03-23", "--to", "2026-03-25"],
        &["export", "--format", "html", "--from", "2026-03-23", "--to", "2026-03-24"],
        &["export", "--format", "markdown", "--from", "2026-03-23", "--to", "2026-03-24"],
        &["export", "odd"],
        &["admin", "check"],
        &["admin", "backup", "calendars.backup"],
        &["admin", "reindex"],
        &["ics", "repair", "odd.ics"],
        &["ics", "fmt", "odd.ics"],
        &["manual", "pages"],
    ]);
    insta::assert_snapshot!(session);
}

/// What a shell is to read is a program's words, and so held whole.
#[test]
fn completions_of_a_shell() {
    insta::assert_snapshot!(Place::new().said(&["completions", "bash"]));
}

#[test]
fn manual_pages_and_completions() {
    let place = Place::new();
    assert!(place.said(&["manual", "pages"]).starts_with("0\n"));
    let pages = std::fs::read_dir(place.0.path().join("pages")).unwrap().count();
    assert!(pages > 25, "{pages} pages");
    assert!(place.said(&["completions", "bash"]).contains("COMPLETE"));
    let complete = |words: &[&str]| {
        let mut command = place.command(&[&["--", "kalends"], words].concat());
        let output = command
            .env("COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
            .env("_CLAP_IFS", "\n")
            .env("_CLAP_COMPLETE_COMP_TYPE", "9")
            .env("_CLAP_COMPLETE_SPACE", "true")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let calendars = complete(&["copy", "x", "--to", ""]);
    assert!(calendars.lines().any(|line| line == "personal"), "{calendars}");
    let handles = complete(&["rm", ""]);
    assert!(handles.lines().any(|line| line.len() == 3), "{handles}");
}
