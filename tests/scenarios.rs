//! Each numbered scenario of scheduling is a test: data of the crate `itip`, or named in docs/scenarios.md.

use std::collections::BTreeSet;

use kalends_tests::{code, files, read, table};

const DOCUMENT: &str = "docs/scenarios.md";
/// What is left to a later issue says for what it waits, or that it is open.
const LATER: [&str; 2] = ["waits for ", "open: "];

/// The titles of scenarios that are data, without their marks.
fn titles() -> Vec<String> {
    let scenarios = files("crates/itip/tests/scenarios", ".txt");
    let titles = scenarios.iter().flat_map(|path| {
        let text = read(path);
        text.lines().filter_map(|line| line.strip_prefix("== ")).map(str::to_owned).collect::<Vec<_>>()
    });
    titles.collect()
}

/// The numbers that a title or a cell begins with: `7`, `73, 75`, `85 to 99`, `45, Q1`.
fn numbers(text: &str) -> Vec<String> {
    let number = |word: &str| word.trim_start_matches('Q').parse::<u32>().ok();
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.take_while(|word| *word == "to" || number(word).is_some()).collect();
    let mut found: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let is_last = words.get(at.wrapping_sub(1)) == Some(&"to");
        let from = found.last().filter(|_| is_last).and_then(|before| number(before));
        let mark = if word.starts_with('Q') { "Q" } else { "" };
        if let Some(to) = number(word) {
            found.extend((from.map_or(to, |from| from + 1)..=to).map(|one| format!("{mark}{one}")));
        }
    }
    found
}

/// What is the matter with where a row says that something is; `None` where it is there.
fn missing(place: &str, known: &BTreeSet<String>) -> Option<String> {
    if LATER.iter().any(|later| place.starts_with(later)) {
        return None;
    }
    if let Some(rest) = place.strip_prefix("scenario") {
        let meant = rest.trim_start_matches('s').trim();
        let meant = meant.split(", ").map(str::to_owned).collect::<Vec<_>>();
        return meant.into_iter().find(|number| !known.contains(number));
    }
    let mut words = code(place);
    let (Some(file), Some(test)) = (words.next(), words.next()) else { return Some(place.to_owned()) };
    let head = format!("fn {}", test.trim_end_matches(')'));
    (!read(file).contains(&head)).then(|| format!("{test} in {file}"))
}

#[test]
fn each_is_a_test_or_says_for_what_it_waits() {
    let document = read(DOCUMENT);
    let rows: Vec<Vec<&str>> = ["Scenarios", "Habits of other programs"]
        .into_iter()
        .flat_map(|heading| table(&document, heading))
        .collect();
    let mut known: BTreeSet<String> = titles().iter().flat_map(|title| numbers(title)).collect();
    known.extend(rows.iter().flat_map(|row| numbers(row[0])));
    let wanted =
        (1..=163).map(|number| number.to_string()).chain((1..=56).map(|number| format!("Q{number}")));
    let lost: Vec<String> = wanted.filter(|number| !known.contains(number)).collect();
    assert!(lost.is_empty(), "no test, and not in {DOCUMENT}: {lost:?}");
    let wrong: Vec<String> = rows.iter().filter_map(|row| missing(row[2], &known)).collect();
    assert!(wrong.is_empty(), "{DOCUMENT} names what is not there: {wrong:?}");
}

#[test]
fn numbers_are_read() {
    assert_eq!(numbers("73, 75 a proposal, declined"), ["73", "75"]);
    assert_eq!(numbers("45, Q1 an answer"), ["45", "Q1"]);
    assert_eq!(numbers("Q2 to Q4"), ["Q2", "Q3", "Q4"]);
    assert_eq!(numbers("85 to 87"), ["85", "86", "87"]);
    assert_eq!(numbers("7 another summary"), ["7"]);
    assert_eq!(numbers("all called off"), [""; 0]);
}
