//! Conversations between an organizer and those who are invited, as data: `scenarios/*.txt`.
//!
//! A scenario opens with `==`, its number and what it is about. Steps follow, one a line, with indented lines that belong to
//! them; lines that open with `>` are what came of it. `UPDATE=1` writes these anew: the difference is read before it is kept.
//!
//! | step | what is done |
//! | --- | --- |
//! | `o puts` | a text is written; `---` begins another component, `<a>` is the address of `a` |
//! | `o edits [ORIGINAL]` | the series, or an instance, is changed: `= LINE` in place of those of its name, `+ LINE` beside them, `- TEXT` takes lines out that have it, `alarm` adds one, `cut` takes the whole component out |
//! | `a answers WORD [ORIGINAL]` | their PARTSTAT is written |
//! | `o deletes` | the object goes |
//! | `a delegates d [ORIGINAL]` | they send another in their place |
//! | `a counters [ORIGINAL]` | something else is proposed, by changes as of `edits` |
//! | `o agrees`, `o refuses` | what was held last is taken in; what was proposed is declined, with `+ COMMENT:TEXT` |
//! | `a asks` | they want to be told again |
//! | `o sends METHOD a ...` | a message as another program writes it, in lines as of `puts` |
//! | `by s`, `by themselves` | from here on somebody acts for whoever does something |
//! | `wait MINUTES` | time passes |
//! | `hide` | from here on attendees do not hear of each other |
//! | `deliver [N ...]` | messages on their way arrive, in order; or those of these numbers, in that order |
//! | `again` | what was delivered last arrives once more |
//! | `lose` | what is on its way never arrives |

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test's failure is a panic, and its scenarios are files"
)]

mod world;

use std::fmt::Write;
use std::path::Path;

use world::World;

/// One scenario with what came of its steps.
fn played(scenario: &str) -> String {
    let mut lines = scenario.lines().filter(|line| !line.starts_with('>')).peekable();
    let mut world = World::new();
    let mut told = String::new();
    let title = lines.next().unwrap_or_default();
    writeln!(told, "{title}").unwrap();
    while let Some(step) = lines.next() {
        if step.trim().is_empty() {
            continue;
        }
        writeln!(told, "{step}").unwrap();
        let mut inside = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("  ")) {
            writeln!(told, "{line}").unwrap();
            inside.push(line.trim().to_owned());
        }
        for line in world.step(step, &inside) {
            writeln!(told, "> {line}").unwrap();
        }
    }
    told
}

fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, scenarios) = text.split_once("== ").unwrap();
    let mut told = head.to_owned();
    for (at, scenario) in scenarios.split("\n== ").enumerate() {
        if at > 0 {
            told.push('\n');
        }
        told.push_str(&played(&format!("== {}", scenario.trim_end())));
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &told).unwrap();
    }
    let differs = text.lines().zip(told.lines()).find(|(old, new)| old != new);
    assert!(text == told, "{name}: {differs:?}\n{told}");
}

#[test]
fn an_organizer_edits() {
    check("organizer.txt");
}

#[test]
fn an_attendee_is_told() {
    check("attendee.txt");
}

#[test]
fn an_attendee_answers() {
    check("replies.txt");
}

#[test]
fn what_is_proposed_asked_and_added() {
    check("proposals.txt");
}

#[test]
fn nobody_does_what_is_anothers_to_do() {
    check("trust.txt");
}

#[test]
fn somebody_is_sent() {
    check("delegation.txt");
}

#[test]
fn to_dos_and_journals() {
    check("todos.txt");
}

#[test]
fn what_recurs() {
    check("recurrence.txt");
}
