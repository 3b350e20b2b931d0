//! Calendars taken in and handed out, and stores kept, run as people and scripts run it.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod admin;
mod export;
mod homes;
mod import;
mod limits;
mod people;
mod rights;
#[path = "../run/mod.rs"]
mod run;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use run::Run;
use tempfile::TempDir;

/// A folder with files and a store.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn data(&self) -> PathBuf {
        self.path("data")
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    fn command_in(&self, data: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kalends"));
        command.env_clear().env("HOME", self.0.path()).env("LANG", "C.UTF-8").env("TZ", "Europe/Vienna");
        command.env("KALENDS_NOW", "2026-03-01T12:00:00Z").arg("--data").arg(data).args(arguments);
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.command_in(&self.data(), arguments).output().unwrap().into()
    }

    fn run_in(&self, data: &str, arguments: &[&str]) -> Run {
        self.command_in(&self.path(data), arguments).output().unwrap().into()
    }

    /// A run that reads `input`.
    fn fed(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = self
            .command_in(&self.data(), arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap().into()
    }
}

fn calendar(body: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{body}END:VCALENDAR\r\n")
}

fn event(uid: &str, more: &str) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260302T090000Z\r\n\
         DTEND:20260302T100000Z\r\n{more}END:VEVENT\r\n"
    )
}

fn many(objects: usize) -> String {
    calendar(
        &(0..objects).map(|n| event(&format!("u{n}"), &format!("SUMMARY:event {n}\r\n"))).collect::<String>(),
    )
}
