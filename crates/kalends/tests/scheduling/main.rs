//! People of one store who plan with each other from a terminal, run as people and scripts run it.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod inbox;
mod invitations;
mod office_hours;
mod people;
#[path = "../run/mod.rs"]
mod run;
mod times;

use std::process::Command;

use run::Run;
use tempfile::TempDir;

/// A folder with the store of Ann, Ben, Carol and Dora, who has no address.
struct Place(TempDir);

impl Place {
    /// Without anybody.
    fn bare() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn new() -> Self {
        let place = Self::bare();
        for (name, display) in [("ann", "Ann Lee"), ("ben", "Ben Berg"), ("carol", "Carol")] {
            let address = format!("{name}@example.com");
            place.done(&["admin", "user", "add", name, "--address", &address, "--display", display]);
        }
        place.done(&["admin", "user", "add", "dora"]);
        place
    }

    /// Monday, 23 March 2026, 08:30 in Vienna.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kalends"));
        command.args(arguments).env_clear().current_dir(self.0.path()).envs([
            ("KALENDS_DATA", "store"),
            ("KALENDS_NOW", "2026-03-23T07:30Z"),
            ("HOME", "home"),
            ("TZ", "Europe/Vienna"),
            ("COLUMNS", "80"),
            ("LC_ALL", "C.UTF-8"),
        ]);
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.command(arguments).output().unwrap().into()
    }

    fn done(&self, arguments: &[&str]) -> Run {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
        run
    }

    /// The exit code, what went to standard output, and behind `! ` to standard error.
    fn said(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        let err: String = run.err.lines().map(|line| format!("! {line}\n")).collect();
        format!("{}\n{}{err}", run.code, run.out)
    }

    /// A session: each command, and what it said.
    fn session(&self, commands: &[&[&str]]) -> String {
        let line =
            |arguments: &&[&str]| format!("$ kalends {}\n{}", arguments.join(" "), self.said(arguments));
        commands.iter().map(line).collect()
    }
}
