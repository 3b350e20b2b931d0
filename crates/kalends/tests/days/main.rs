//! The days of one user: listings of a store, run as people and scripts run them.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod dense;
mod free;
mod listings;
mod next;
mod programs;
mod reminders;
#[path = "../run/mod.rs"]
mod run;
mod show;
mod upkeep;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use run::Run;
use tempfile::TempDir;

/// When most of these tests are run: a Wednesday, 11:30 in Vienna.
const NOW: &str = "2026-03-25T10:30Z";

impl Run {
    /// Standard output of a run that has nothing to complain of.
    fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""));
        self.out
    }
}

/// A person's store.
struct Store {
    folder: TempDir,
}

impl Store {
    /// An empty one.
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// One with the doctor's calendar and what lies on her desk.
    fn of_the_doctor() -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let store = Self::new();
        for file in ["../../docs/samples/doctor.ics", "tests/days/desk.ics"] {
            let file = root.join(file).to_str().unwrap().to_owned();
            assert_eq!(store.run(&["import", &file]).code, 0);
        }
        store
    }

    /// One with an event of these lines.
    fn of(objects: &str) -> Self {
        let store = Self::new();
        let file = store.folder.path().join("in.ics");
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kalends//Test//EN\r\n{objects}END:VCALENDAR\r\n"
        );
        std::fs::write(&file, text).unwrap();
        assert_eq!(store.run(&["import", file.to_str().unwrap()]).code, 0);
        store
    }

    /// Another with the same in it.
    fn copy(&self) -> Self {
        let copy = Self::new();
        std::fs::create_dir(copy.data()).unwrap();
        for file in std::fs::read_dir(self.data()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), copy.data().join(file.file_name())).unwrap();
        }
        copy
    }

    /// Where its data is.
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// `kalends …` on it, in Vienna on a wide terminal whose signs may be Unicode.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kalends"));
        for name in ["LC_ALL", "LC_CTYPE", "NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "KALENDS_CONFIG"] {
            command.env_remove(name);
        }
        for name in ["ZONE", "WEEK_START", "HOURS", "CALENDAR", "LENGTH", "REMINDER"] {
            command.env_remove(format!("KALENDS_{name}"));
        }
        command
            .envs([("LANG", "C.UTF-8"), ("TZ", "Europe/Vienna"), ("KALENDS_NOW", NOW), ("COLUMNS", "80")])
            .env("KALENDS_DATA", self.data())
            .env("XDG_CONFIG_HOME", self.folder.path())
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.command(arguments).output().unwrap().into()
    }

    fn run_at(&self, now: &str, arguments: &[&str]) -> Run {
        self.command(arguments).env("KALENDS_NOW", now).output().unwrap().into()
    }
}

/// An event of these lines.
fn event(uid: &str, lines: &str) -> String {
    format!("BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n{lines}\r\nEND:VEVENT\r\n")
}

#[test]
fn where_nothing_was_ever_kept_there_is_nothing_to_list_and_nothing_is_made() {
    let store = Store::new();
    for (arguments, code) in [
        (&["agenda"][..], 0),
        (&["next"], 1),
        (&["month"], 0),
        (&["todo"], 0),
        (&["journal"], 0),
        (&["search", "tea"], 1),
        (&["free"], 0),
    ] {
        let run = store.run(arguments);
        assert_eq!((run.code, run.err.as_str()), (code, ""), "{arguments:?}");
        let lines = store.run(&[arguments, &["--json"]].concat());
        assert_eq!((lines.code, lines.out.is_empty()), (code, arguments != ["free"]), "{arguments:?}");
    }
    assert_eq!(store.run(&["show", "tea"]).code, 3);
    assert!(!store.data().exists());
}

#[test]
fn wrong_use_and_what_is_not_there() {
    let store = Store::of_the_doctor();
    for (arguments, code, words) in [
        (&["agenda", "--days", "0"][..], 2, "1.."),
        (&["agenda", "--zone", "Nowhere"], 2, "--zone Nowhere: there is no such zone"),
        (&["agenda", "--calendar", "Nowhere"], 3, "there is no calendar named Nowhere (Personal)"),
        (&["free", "--between", "9"], 2, "hours are written as 09:00-17:00"),
        (&["free", "--for", "long"], 2, "a length is written as 45m"),
        (&["month", "march"], 2, "a time is written as"),
        (&["show", "nothing of this"], 3, "`kalends search` finds by words"),
        (&["show", "--ics", "--json", "review"], 2, "cannot be used with"),
    ] {
        let run = store.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{arguments:?}");
        assert!(run.err.contains(words), "{arguments:?}: {}", run.err);
    }
}
