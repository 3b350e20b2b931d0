//! Every example of RFC 5546 4, text in, text out: `rfc5546/SECTION.txt`.
//!
//! A scene opens with `==` and what it is about. Steps follow, one a line, with indented lines that belong to them; lines that
//! open with `>` are what came of it. `UPDATE=1` writes these anew: the difference is read before it is kept. Lines that open
//! with `#` tell why; `# Open:` where what comes of it is not yet what the RFC says.
//!
//! | step | what is done |
//! | --- | --- |
//! | `after SECTION[: SCENE]` | all that is done in a scene of another file, its first where none is named, was done |
//! | `at TIME` | the time from here on |
//! | `a@example.com writes` | a text is put into a calendar |
//! | `a@example.com edits [INSTANCE]` | the series, or an instance, is changed: `= LINE` in place of those of its name, `+ LINE` beside them, `- TEXT` takes lines out that have it |
//! | `a@example.com answers WORD [INSTANCE]` | their PARTSTAT is written |
//! | `a@example.com deletes` | the object goes |
//! | `a@example.com proposes [INSTANCE]` | another time and the like are proposed, by changes as of `edits` |
//! | `a@example.com agrees`, `refuses` | what was held last is taken in; what was proposed is declined, with `+ COMMENT:TEXT` |
//! | `a@example.com asks` | they want to be told again |
//! | `message from a@example.com to b@example.com, c@example.com` | the RFC's message comes to them. Lines of `-` are what the RFC prints, those of `+` what is meant there. What is amiss in it is told, and in what it differs from a message that was made here for what was written before |
//! | `also from a@example.com to b@example.com` | the same of a message that the section does not print |
//! | `what is owed arrives` | messages that were made here come to those for whom they are |
//!
//! The texts are those of RFC 5546, copyright (c) 2009 IETF Trust and the persons identified as its authors; page breaks are
//! taken out.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test's failure is a panic, and its conversations are files"
)]

mod conversation;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use conversation::{Conversation, Text};

/// The sections that have an iCalendar object, and how many; and the one of forwarding, which has a walk but no object.
const SECTIONS: [(&str, usize); 40] = [
    ("4.1.1", 1),
    ("4.1.2", 1),
    ("4.1.3", 1),
    ("4.1.4", 1),
    ("4.1.5", 1),
    ("4.2.1", 1),
    ("4.2.2", 1),
    ("4.2.3", 1),
    ("4.2.4", 4),
    ("4.2.5", 2),
    ("4.2.6", 1),
    ("4.2.7", 2),
    ("4.2.8", 0),
    ("4.2.9", 1),
    ("4.2.10", 2),
    ("4.2.11", 1),
    ("4.3.1", 1),
    ("4.3.2", 1),
    ("4.3.3", 1),
    ("4.4.1", 1),
    ("4.4.2", 2),
    ("4.4.3", 1),
    ("4.4.4", 1),
    ("4.4.5", 1),
    ("4.4.6", 1),
    ("4.4.7", 2),
    ("4.4.8", 4),
    ("4.4.9", 1),
    ("4.4.10", 2),
    ("4.5.1", 1),
    ("4.5.2", 1),
    ("4.5.3", 1),
    ("4.5.4", 1),
    ("4.5.5", 1),
    ("4.5.6", 1),
    ("4.5.7.1", 1),
    ("4.5.7.2", 1),
    ("4.6", 1),
    ("4.7.1", 1),
    ("4.7.2", 2),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rfc5546")
}

fn conversations(section: &str) -> String {
    let path = folder().join(format!("{section}.txt"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

const fn is_text(line: &str) -> bool {
    matches!(line.as_bytes(), [b' ' | b'-' | b'+', b' ', ..])
}

/// Plays the lines of a scene, from its title on, and hands over each line and what came of it.
fn play(lines: &[&str], conversation: &mut Conversation, tell: &mut dyn FnMut(&str)) {
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        tell(line);
        at += 1;
        let is_step = !line.is_empty() && !line.starts_with('#') && !line.starts_with("==");
        if !is_step {
            continue;
        }
        // A remark inside a text belongs to it; one behind it to the next step.
        let rest = lines.get(at..).unwrap_or_default();
        let is_inside = |line: &&str| is_text(line) || line.starts_with('#');
        let more = rest.iter().take_while(|line| is_inside(line)).count();
        let more = rest[..more].iter().rposition(|line| is_text(line)).map_or(0, |last| last + 1);
        rest[..more].iter().for_each(|line| tell(line));
        at += more;
        let inside: Vec<&str> = rest[..more].iter().copied().filter(|line| is_text(line)).collect();
        match line.strip_prefix("after ") {
            Some(before) => play_before(before, conversation),
            None => {
                let told = conversation.step(line, &Text::of(&inside));
                told.iter().for_each(|line| tell(&format!("> {line}")));
            }
        }
    }
}

/// Plays a scene of another file.
fn play_before(before: &str, conversation: &mut Conversation) {
    let (section, scene) = before.split_once(": ").unwrap_or((before, ""));
    let text = conversations(section);
    let mut scenes = text.split("\n== ").skip(1);
    let found = scenes.find(|text| scene.is_empty() || text.lines().next() == Some(scene));
    let found = found.unwrap_or_else(|| panic!("no such scene: {before}"));
    let lines: Vec<&str> = found.lines().skip(1).filter(|line| !line.starts_with('>')).collect();
    play(&lines, conversation, &mut |_| {});
}

/// Plays all scenes of a section; `None` where the file says what comes of them.
fn checked(section: &str) -> Option<String> {
    let text = conversations(section);
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('>')).collect();
    let first = lines.iter().position(|line| line.starts_with("== ")).unwrap();
    let mut told = String::new();
    let mut tell = |line: &str| writeln!(told, "{line}").unwrap();
    lines[..first].iter().for_each(|line| tell(line));
    for scene in lines[first..].chunk_by(|_, next| !next.starts_with("== ")) {
        play(scene, &mut Conversation::new(), &mut tell);
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(folder().join(format!("{section}.txt")), &told).unwrap();
    }
    let differs = text.lines().zip(told.lines()).find(|(old, new)| old != new);
    (text != told).then(|| format!("{section}: {differs:?}\n{told}"))
}

#[test]
fn all_sections_are_there() {
    let mut found: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap().trim_end_matches(".txt").to_owned())
        .collect();
    found.sort();
    let mut wanted: Vec<&str> = SECTIONS.iter().map(|(section, _)| *section).collect();
    wanted.sort_unstable();
    assert_eq!(found, wanted);
    for (section, examples) in SECTIONS {
        let text = conversations(section);
        let there = text.lines().filter(|line| line.starts_with("message from ")).count();
        assert_eq!(there, examples, "{section}");
    }
    assert_eq!(SECTIONS.iter().map(|(_, examples)| examples).sum::<usize>(), 52);
}

/// All sections whose number begins so.
fn check(chapter: &str) {
    let sections = SECTIONS.iter().filter(|(section, _)| section.starts_with(chapter));
    let wrong: Vec<String> = sections.filter_map(|(section, _)| checked(section)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn published_events() {
    check("4.1");
}

#[test]
fn group_events() {
    check("4.2");
}

#[test]
fn busy_time() {
    check("4.3");
}

#[test]
fn what_recurs() {
    check("4.4");
}

#[test]
fn to_dos() {
    check("4.5");
}

#[test]
fn journals() {
    check("4.6");
}

#[test]
fn others() {
    check("4.7");
}
