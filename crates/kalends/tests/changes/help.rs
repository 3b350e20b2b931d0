//! `--help` of all commands there are, found by walking through it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Place;

/// Commands by the words that name them, with what their `--help` says.
fn all() -> Vec<(String, String)> {
    let place = Place::bare();
    let mut found = Vec::new();
    let mut left = vec![Vec::<String>::new()];
    while let Some(words) = left.pop() {
        let arguments: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let said = place.said(&arguments);
        let help =
            said.strip_prefix("0\n").unwrap_or_else(|| panic!("{words:?}: {said}")).trim_end().to_owned();
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        for line in listed.take_while(|line| !line.is_empty()) {
            // Further lines of a description stand further in.
            let name = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '));
            let name = name.and_then(|rest| rest.split_whitespace().next());
            if let Some(name) = name.filter(|name| *name != "help") {
                left.push([&words[..], &[name.to_owned()]].concat());
            }
        }
        found.push((words.join(" "), help));
    }
    found
}

#[test]
fn it_fits_a_screen_and_ends_with_an_example() {
    let all = all();
    assert!(all.len() > 40, "{} commands", all.len());
    for (words, help) in &all {
        let lines: Vec<&str> = help.lines().collect();
        // These pages list many commands.
        assert!(
            lines.len() <= 24 || ["", "admin"].contains(&words.as_str()),
            "{words}: {} lines\n{help}",
            lines.len()
        );
        assert!(
            lines.iter().all(|line| line.chars().count() <= 80),
            "{words}: wider than 80 columns\n{help}"
        );
        let heading = lines.iter().rposition(|line| line.starts_with("Example"));
        let examples =
            lines[heading.unwrap_or_else(|| panic!("{words} shows no example\n{help}"))..].join(" ");
        assert!(!examples.contains("Exit codes"), "{words} does not end with its example\n{help}");
        assert!(examples.contains(&format!("kalends {words}")), "{words}: not of this command: {examples}");
    }
}

/// What prints no answer of its own: groups, what makes files for shells and manuals, what prints a calendar in the format that
/// is asked for, and what serves others.
const WITHOUT: [&str; 7] = ["", "completions", "demo", "ics", "ics convert", "manual", "serve"];

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas")
}

#[test]
fn each_has_json_and_names_the_schema_of_it() {
    let mut named = BTreeSet::new();
    let there = std::fs::read_dir(schemas()).unwrap();
    let there: BTreeSet<String> =
        there.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    for (words, help) in all() {
        assert_eq!(help.contains("--json "), !WITHOUT.contains(&&*words), "{words}\n{help}");
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some((_, about)) = help.split_once("(docs/schemas/") else {
            assert!(WITHOUT.contains(&&*words), "{words} names no schema");
            continue;
        };
        for name in about.split_once(')').unwrap().0.split(", ") {
            let (start, end) = name.split_once('*').unwrap_or((name, ""));
            let found = there.iter().filter(|file| file.starts_with(start) && file.ends_with(end));
            let found: Vec<&String> = found.collect();
            assert!(!found.is_empty(), "{words}: there is no {name}");
            named.extend(found);
        }
    }
    // What the others share is named in them.
    let shared = ["times.json".to_owned()];
    let nameless: Vec<&String> = there.iter().filter(|name| !named.contains(name)).collect();
    assert_eq!(nameless, shared.iter().collect::<Vec<_>>(), "schemas that no command names");
}
