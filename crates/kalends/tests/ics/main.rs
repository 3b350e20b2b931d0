//! `kalends ics`, run as people and scripts run it.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod check;
mod diff;
mod expand;
mod fmt;
mod input;
mod repair;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// What a run printed, and its exit code.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// Standard output, read as one JSON value a line.
    fn json(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// `kalends ics …`, in an environment that says nothing but that signs may be Unicode.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kalends"));
    for name in
        ["COLUMNS", "LC_ALL", "LC_CTYPE", "TZ", "NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "KALENDS_NOW"]
    {
        command.env_remove(name);
    }
    command.env("LANG", "C.UTF-8").arg("ics").args(arguments).stdin(Stdio::null());
    command
}

fn ics(arguments: &[&str]) -> Run {
    command(arguments).output().unwrap().into()
}

/// A run that reads `input`.
fn fed(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap().into()
}

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

fn path(folder: &TempDir, name: &str) -> String {
    text(&folder.path().join(name))
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// The doctor's calendar.
fn doctor() -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    text(&root.join("../../docs/samples/doctor.ics").canonicalize().unwrap())
}

/// A calendar without problems, of one event with these lines.
fn calendar(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kalends//Test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n\
         DTSTAMP:20260101T000000Z\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// A calendar with one problem, `line-without-colon`.
fn faulty() -> String {
    calendar("DTSTART:20260101T000000Z\r\nno colon\r\n")
}

#[test]
fn every_command_has_help_with_examples() {
    for command in ["check", "fmt", "repair", "expand", "diff"] {
        let run = ics(&[command, "--help"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{command}");
        assert!(
            run.out.contains("Examples:") && run.out.contains(&format!("kalends ics {command}")),
            "{command}"
        );
    }
    let top = Command::new(env!("CARGO_BIN_EXE_kalends")).arg("--help").output().unwrap();
    assert!(Run::from(top).out.contains("Exit codes"));
}

#[test]
fn version_and_wrong_use() {
    let version = Command::new(env!("CARGO_BIN_EXE_kalends")).arg("--version").output().unwrap();
    assert_eq!(Run::from(version).out, format!("kalends {}\n", env!("CARGO_PKG_VERSION")));
    for wrong in [
        &["check"][..],
        &["nonsense"],
        &["expand", "--from", "yesterday", "x"],
        &["diff", "a"],
        &["diff", "-", "-"],
    ] {
        let run = ics(wrong);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{wrong:?}");
        assert!(!run.err.is_empty());
    }
}

/// `kalends … | head -1`
#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = folder(&[("junk.ics", "no calendar line\n".repeat(9_000).as_bytes())]);
    let junk = path(&folder, "junk.ics");
    for arguments in [
        &["check", &junk][..],
        &["check", "--json", &junk],
        &["expand", "--json", "--limit", "9999", &doctor()],
    ] {
        let mut child = command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
        drop(child.stdout.take());
        let run = Run::from(child.wait_with_output().unwrap());
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{arguments:?}");
    }
}
