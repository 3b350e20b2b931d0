//! `kalends ics`, run as people and scripts run it.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod check;
mod convert;
mod diff;
mod expand;
mod fmt;
mod input;
mod repair;
#[path = "../run/mod.rs"]
mod run;

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use run::Run;
use tempfile::TempDir;

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
    if let Err(error) = child.stdin.take().unwrap().write_all(input) {
        // What refuses to read it may have ended before.
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    }
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

#[test]
fn for_programs_by_the_schemas() {
    let folder =
        folder(&[("faulty.ics", faulty().as_bytes()), ("whole.ics", calendar("SUMMARY:a\r\n").as_bytes())]);
    let (faulty, whole) = (path(&folder, "faulty.ics"), path(&folder, "whole.ics"));
    let bare = text(&folder.path().join("bare.ics"));
    std::fs::write(&bare, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\nEND:VCALENDAR\n").unwrap();
    ics(&["check", "--json", &faulty, &bare]).json_by("check");
    ics(&["diff", "--json", &faulty, &whole]).json_by("diff");
    ics(&["diff", "--json", &bare, &whole]).json_by("diff");
    let would = ics(&["repair", "--dry-run", "--json", &bare]);
    assert_eq!(would.code, 1);
    let would = would.json_by("repair");
    let mended = ics(&["repair", "--json", &bare]);
    assert_eq!((mended.code, mended.json_by("repair")), (0, would));
    let checked = ics(&["fmt", "--check", "--json", &whole, &bare]).json_by("fmt");
    assert_eq!(checked[0]["is_changed"], false);
    ics(&["fmt", "--json", &bare]).json_by("fmt");
    assert_eq!(ics(&["fmt", "--check", "--json", &bare]).json_by("fmt")[0]["is_changed"], false);
    for command in ["fmt", "repair"] {
        let run = fed(&[command, "--json", "-"], calendar("").as_bytes());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{command}");
    }
}
