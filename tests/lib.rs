//! The house as a whole, under test: its floors, its rooms, its documents. Here is what the tests beside this file
//! share: the repository's files, the program, and what stands in a Markdown text.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders that hold nothing of ours.
const FOREIGN: [&str; 5] = [".git", "target", "corpus", "artifacts", "node_modules"];

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in a folder of the repository")
}

/// A file's text, by its path from the root.
///
/// # Panics
///
/// When there is no such file, or it is no UTF-8.
pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files in a folder and the folders inside, by their paths from the root, sorted.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for path in entries.map(|entry| entry.expect("a folder that can be opened can be read").path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                if !FOREIGN.contains(&&*name) {
                    folders.push(path);
                }
            } else if name.ends_with(ending) {
                found.push(path.strip_prefix(root()).expect("it was found below the root").to_owned());
            }
        }
    }
    found.sort();
    found
}

/// The program as it is built for tests, in the folder where cargo leaves it.
///
/// # Panics
///
/// When it cannot be built.
pub fn program() -> PathBuf {
    // With the features that tests of the whole workspace build it with, so that it is there, and nothing is built again or put
    // in its place while tests beside this one run it.
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--locked",
            "--offline",
            "--workspace",
            "--bin",
            "kalends",
            "--test",
            "documents",
        ])
        .current_dir(root())
        .status()
        .expect("cargo, which runs this test, runs again");
    assert!(built.success(), "the program is built");
    let here = env::current_exe().expect("a test knows where it is");
    let folder = here.parent().and_then(Path::parent).expect("tests lie in target/*/deps");
    let program = folder.join("kalends");
    assert!(program.is_file(), "{} is there", program.display());
    program
}

/// A part of a Markdown text.
#[derive(Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// A line of text and its number, counted from 1.
    Line(usize, &'a str),
    /// A fenced block: the word behind the fence, and the lines.
    Fenced(&'a str, Vec<&'a str>),
}

/// The parts of a Markdown text.
pub fn parts(markdown: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut lines = markdown.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        match line.trim_start().strip_prefix("```") {
            Some(word) => {
                let inside = lines.by_ref().map(|(_, line)| line);
                parts.push(Part::Fenced(word, inside.take_while(|line| line.trim() != "```").collect()));
            }
            None => parts.push(Part::Line(number + 1, line)),
        }
    }
    parts
}

/// What a line of Markdown has in backticks.
pub fn code(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The cells of each row of the table under a heading, title row and rule left out.
pub fn table<'a>(markdown: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let lines = parts(markdown).into_iter().filter_map(|part| match part {
        Part::Line(_, line) => Some(line),
        Part::Fenced(..) => None,
    });
    let under = lines.skip_while(|line| line.trim_start_matches('#').trim() != heading).skip(1);
    let rows = under.take_while(|line| !line.starts_with('#')).filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}
