//! The guide: its examples are understood as it says, and each rule of its grammar has one.

use std::collections::BTreeSet;

use sentence::{days, length, moment, reminder, repetition, understand};

use crate::{context, shown};

const GUIDE: &str = include_str!("../../../../docs/guide/add.md");

/// The rows of all tables that have these titles, the cells without backticks.
fn rows(titles: &str) -> Vec<Vec<&'static str>> {
    let mut lines = GUIDE.lines();
    let mut rows = Vec::new();
    while lines.by_ref().any(|line| line == titles) {
        let table = lines.by_ref().skip(1).take_while(|line| line.starts_with('|'));
        rows.extend(table.map(|row| {
            let cells = row.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().trim_matches('`')).collect::<Vec<_>>()
        }));
    }
    rows
}

#[test]
fn what_can_be_said() {
    let rows = rows("| say | understood |");
    assert!(rows.len() > 80, "only {} examples were found", rows.len());
    for row in rows {
        let [say, understood] = row[..] else { panic!("two cells: {row:?}") };
        assert_eq!(shown(say), understood, "{say}");
    }
}

#[test]
fn what_is_refused() {
    let rows = rows("| say | the words | why |");
    assert!(rows.len() > 20, "only {} examples were found", rows.len());
    for row in rows {
        let [say, words, why] = row[..] else { panic!("three cells: {row:?}") };
        let error = understand(&[say], &context()).expect_err(say);
        assert_eq!((error.words(), &*format!("{:?}", error.fault)), (words, why), "{say}: {error}");
    }
}

#[test]
fn parts_alone() {
    let context = context();
    let rows = rows("| part | say | understood |");
    assert!(rows.len() > 8, "only {} examples were found", rows.len());
    for row in rows {
        let [part, say, understood] = row[..] else { panic!("three cells: {row:?}") };
        let found = match part {
            "moment" => moment(say, &context).unwrap().to_string(),
            "length" => length(say, &context).unwrap().to_string(),
            "days" => days(say, &context).unwrap().to_string(),
            "repetition" => repetition(say, &context).unwrap().to_string(),
            "reminder" => {
                let midnight = moment("2026-03-06", &context).unwrap();
                reminder(say, &context).unwrap().trigger(&midnight).to_string()
            }
            part => panic!("there is no part {part}"),
        };
        assert_eq!(found, understood, "{part}: {say}");
    }
}

fn grammar() -> &'static str {
    GUIDE.split("```ebnf").nth(1).and_then(|rest| rest.split("```").next()).unwrap()
}

/// The names on the left of the grammar's rules.
fn rules(grammar: &str) -> BTreeSet<&str> {
    let lines = grammar.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
    lines.map(|line| line.split('=').next().unwrap().trim()).collect()
}

#[test]
fn each_rule_of_the_grammar_has_an_example() {
    let rules = rules(grammar());
    assert!(rules.len() > 30, "only {rules:?} were found");
    let mut with_example = BTreeSet::new();
    for row in rows("| rule | say | understood |") {
        let [names, say, understood] = row[..] else { panic!("three cells: {row:?}") };
        assert_eq!(shown(say), understood, "{say}");
        with_example.extend(names.split(", "));
    }
    assert_eq!(with_example, rules, "left the rules that have an example, right those of the grammar");
}

/// What the page leaves to its tables and to plain English.
const PLAIN: [&str; 15] = [
    "characters",
    "city",
    "day-number",
    "digits",
    "hour",
    "iana-name",
    "iso-duration",
    "iso-rule",
    "minute",
    "month",
    "month-number",
    "second",
    "unit",
    "weekday",
    "word",
];

#[test]
fn the_grammar_names_nothing_that_it_does_not_say() {
    let grammar = grammar();
    // What stands in quotes are words themselves.
    let grammar_of_words = grammar.replace("'\"'", "");
    let outside = grammar_of_words.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let names = outside.split(|letter: char| !(letter.is_ascii_lowercase() || letter == '-'));
    let names: BTreeSet<&str> = names.filter(|name| !name.is_empty()).collect();
    let mut known = rules(grammar);
    known.extend(PLAIN);
    known.insert("year");
    assert_eq!(names, known, "left the names that the grammar uses, right those that it says");
}
