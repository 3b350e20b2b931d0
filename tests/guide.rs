//! The guide's pages: each command that they show is run, and says what they say.
//!
//! A block ```` ```console ```` is a session: lines after `$ ` are run by a shell, in order, in one empty folder a page, with
//! the program on its path; what follows is what the person sees. `UPDATE=1` writes what is said now into the page; it is
//! read before it is kept.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use kalends_tests::{files, program, read, root};

/// What a person sees who types a line.
fn run(line: &str, folder: &Path, program: &Path) -> String {
    let path = format!("{}:{}", program.parent().expect("it is in a folder").display(), env!("PATH"));
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{line}")])
        .current_dir(folder)
        .env_clear()
        .envs([
            ("PATH", path.as_str()),
            ("HOME", folder.to_str().expect("temporary folders have plain names")),
            ("KALENDS_DATA", "store"),
            ("KALENDS_NOW", "2026-03-23T07:30:00Z"),
            ("TZ", "Europe/Vienna"),
            ("COLUMNS", "80"),
            ("LC_ALL", "C.UTF-8"),
            ("NO_COLOR", "1"),
        ])
        .output()
        .expect("a shell runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The page with what each of its commands says now.
fn told(page: &str, folder: &Path, program: &Path) -> String {
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        writeln!(out, "{line}").expect("a string takes all");
        if line != "```console" {
            continue;
        }
        for line in lines.by_ref().take_while(|line| *line != "```") {
            let Some(command) = line.strip_prefix("$ ") else { continue };
            writeln!(out, "{line}").expect("a string takes all");
            let said = run(command, folder, program);
            out.push_str(&said);
            if !said.is_empty() && !said.ends_with('\n') {
                out.push('\n');
            }
        }
        out.push_str("```\n");
    }
    out
}

#[test]
fn its_commands_say_what_it_says() {
    let program = program();
    let pages = files("docs/guide", ".md").into_iter().filter(|page| read(page).contains("```console"));
    let mut found = 0;
    for page in pages {
        found += 1;
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let samples = root().join("docs/samples");
        for sample in fs::read_dir(samples).expect("the samples are there").flatten() {
            fs::copy(sample.path(), folder.path().join(sample.file_name())).expect("a sample can be copied");
        }
        let before = read(&page);
        let now = told(&before, folder.path(), &program);
        if env::var_os("UPDATE").is_some() {
            fs::write(root().join(&page), &now).expect("a page can be written");
        }
        assert_eq!(read(&page), now, "{}: left is the page, right what is said now", page.display());
    }
    assert!(found > 0, "no page of the guide shows a command");
}
