//! README.md: its commands work, and its picture shows what the program says.

mod picture;

use std::env;
use std::fs;
use std::process::{Command, Output};

use kalends_tests::{Part, parts, read, root};

/// How README.md runs the program. The tests run the same, built as they are.
const KALENDS: &str = "cargo run --release -p kalends -- ";

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

fn kalends(arguments: &str) -> Output {
    Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "--offline", "-p", "kalends", "--"])
        .args(arguments.split_whitespace())
        .current_dir(root())
        .envs([("COLUMNS", COLUMNS), ("CLICOLOR_FORCE", "1"), ("LC_ALL", "C.UTF-8")])
        .env_remove("NO_COLOR")
        .output()
        .expect("cargo, which runs this test, runs again")
}

#[test]
fn its_commands_do_what_it_says() {
    let commands = commands();
    let (ours, others): (Vec<_>, Vec<_>) = commands.iter().partition(|command| command.starts_with(KALENDS));
    assert!(!ours.is_empty(), "README.md does not run `{KALENDS}...`");
    for command in ours {
        let output = kalends(&command[KALENDS.len()..]);
        assert!(output.status.success(), "`{command}`: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!output.stdout.is_empty(), "`{command}` says nothing");
    }
    // This very run, and what is run by `.ci/run readme` alone.
    assert_eq!(others, ["cargo test --workspace"]);
}

#[test]
fn its_picture_is_what_the_program_says() {
    let week = commands().into_iter().find(|command| command.contains("ics expand"));
    let week = week.expect("README.md shows a week");
    let arguments = &week[KALENDS.len()..];
    let output = kalends(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("the program writes UTF-8");
    let drawn = picture::draw(
        "A week of a doctor's calendar in a terminal",
        &format!("$ kalends {arguments}\n\n{said}"),
    );
    if env::var_os("UPDATE").is_some() {
        fs::write(root().join(PICTURE), &drawn).expect("the picture can be written");
    }
    assert_eq!(read(PICTURE), drawn, "{PICTURE} is old: `just picture` draws it again");
}
