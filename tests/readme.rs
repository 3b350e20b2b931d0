//! README.md: its commands work, and its picture shows what the program says.

mod picture;

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use kalends_tests::{Part, parts, program, read, root};

/// The service to try, as README.md runs it. The tests run the same, on the program as it is built for them.
const DEMO: &str = "cargo run --release --locked --quiet -p kalends -- demo";
/// The terminal to try.
const TRY: &str = "./try";

const PICTURE: &str = "docs/week.svg";

/// Wide enough for places in one line.
const COLUMNS: &str = "96";

fn commands() -> Vec<String> {
    let readme = read("README.md");
    let lines = parts(&readme).into_iter().filter_map(|part| match part {
        Part::Fenced("sh", lines) => Some(lines),
        _ => None,
    });
    lines.flatten().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// What the first command shows: each command line that it runs, and what that says.
fn shown() -> Vec<String> {
    let output = Command::new(root().join(TRY))
        .envs([("COLUMNS", COLUMNS), ("CLICOLOR_FORCE", "1"), ("LC_ALL", "C.UTF-8")])
        .env("KALENDS", program())
        .env_remove("NO_COLOR")
        .output()
        .expect("a shell runs");
    assert!(output.status.success(), "{TRY}: {}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("the program writes UTF-8");
    said.split("$ ").skip(1).map(|said| format!("$ {said}")).collect()
}

fn said<'a>(shown: &'a [String], command: &str) -> &'a str {
    let found = shown.iter().find(|said| said.starts_with(&format!("$ kalends {command}")));
    found.unwrap_or_else(|| panic!("{TRY} does not run `kalends {command}`"))
}

#[test]
fn its_commands_do_what_it_says() {
    // The last is this very run, and what is run by `.ci/run readme` alone.
    assert_eq!(commands(), [DEMO, TRY, "cargo test --workspace"]);
    let shown = shown();
    assert!(said(&shown, "import").contains("13 new"), "the sample is imported: {shown:?}");
    assert!(said(&shown, "add").contains("Dentist"), "what was added is told: {shown:?}");
    assert!(said(&shown, "month").contains("March 2026"), "the month is shown: {shown:?}");
    assert!(said(&shown, "agenda").contains("Dentist"), "the week has what was added: {shown:?}");
}

#[test]
fn the_service_to_try_ends_with_its_input_and_leaves_nothing() {
    let output = Command::new(program()).arg("demo").stdin(Stdio::null()).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("the program writes UTF-8");
    assert!(said.starts_with("http://127.0.0.1:") && said.contains("Ann Lindqvist"), "{said}");
    let (_, folder) = said.split_once("--data ").expect("it says where its store is");
    let folder = Path::new(folder.split_whitespace().next().expect("it names it"));
    assert!(folder.is_absolute() && !folder.exists(), "{} is gone", folder.display());
}

#[test]
fn its_picture_is_what_the_program_says() {
    let shown = shown();
    let said = format!("{}{}", said(&shown, "add"), said(&shown, "agenda"));
    let drawn = picture::draw("An appointment added in words, and the week, in a terminal", said.trim_end());
    if env::var_os("UPDATE").is_some() {
        fs::write(root().join(PICTURE), &drawn).expect("the picture can be written");
    }
    assert_eq!(read(PICTURE), drawn, "{PICTURE} is old: `just picture` draws it again");
}
