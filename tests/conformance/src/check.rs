//! Validation over all files: at least one problem where another reader refuses the file, and for each file
//! the kinds of problem that `problems.tsv` lists, no more and no fewer.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use ical::{Document, Profile};
use serde::Deserialize;

use crate::collection::{Collection, File};
use crate::suite::Suite;

/// A line of `verdicts.jsonl`.
#[derive(Debug, Deserialize)]
struct Verdict {
    hash: String,
    icalendar: String,
    icalendar_why: Vec<String>,
    libical: String,
    libical_why: Vec<String>,
}

impl Verdict {
    /// Why it was refused, in the refusing readers' words; none where both accept it.
    fn refusals(&self) -> Vec<&String> {
        let icalendar = self.icalendar_why.iter().filter(|_| self.icalendar != "accepts");
        let libical = self.libical_why.iter().filter(|_| self.libical != "accepts");
        icalendar.chain(libical).collect()
    }

    fn is_refused(&self) -> bool {
        self.icalendar != "accepts" || self.libical != "accepts"
    }

    /// Is one of these kinds what it was refused for? How lines end and how long they are matters to nobody
    /// but those who find no component then.
    fn is_met(&self, kinds: &BTreeMap<&'static str, usize>) -> bool {
        let is_form = |kind: &&str| ["blank-line", "byte-order-mark", "line-end", "long-line"].contains(kind);
        let finds_nothing = self.refusals().iter().any(|why| why.as_str() == "no component");
        kinds.keys().any(|kind| !is_form(kind)) || (finds_nothing && kinds.contains_key("line-end"))
    }
}

const TABLE: &str = "tests/conformance/problems.tsv";

/// Validates all files.
pub(crate) fn suite(collection: &Collection, root: &Path, update: bool) -> Result<Suite> {
    let mut suite = Suite::new("check");
    let verdicts: Vec<Verdict> = collection.table("verdicts.jsonl", collection.files.len())?;
    let verdicts: BTreeMap<&str, &Verdict> =
        verdicts.iter().map(|verdict| (verdict.hash.as_str(), verdict)).collect();
    let (mut rows, mut by_kind, mut faultless) = (String::new(), BTreeMap::new(), 0);
    for file in &collection.files {
        let kinds = kinds(file)?;
        for kind in kinds.keys() {
            *by_kind.entry(*kind).or_insert(0) += 1;
        }
        faultless += usize::from(kinds.is_empty());
        let verdict =
            verdicts.get(file.hash.as_str()).with_context(|| format!("no verdict on {}", file.path))?;
        if verdict.is_refused() {
            suite.check(if verdict.is_met(&kinds) {
                Ok(())
            } else {
                Err(format!("{}: refused for {:?}, found {kinds:?}", file.path, verdict.refusals()))
            });
        }
        rows += &row(file, &kinds);
    }
    compare(&rows, &root.join(TABLE), update, &mut suite)?;
    let refused = verdicts.values().filter(|verdict| verdict.is_refused()).count();
    println!(
        "check: {} files, {faultless} without any problem; {refused} refused by another reader",
        collection.files.len()
    );
    let mut by_kind: Vec<(&str, usize)> = by_kind.into_iter().collect();
    by_kind.sort_by_key(|(kind, count)| (std::cmp::Reverse(*count), *kind));
    let by_kind: Vec<String> = by_kind.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    println!("check: files by kind of problem: {}", by_kind.join(", "));
    Ok(suite.tell())
}

fn kinds(file: &File) -> Result<BTreeMap<&'static str, usize>> {
    let text = fs::read(&file.place).with_context(|| format!("{} is missing", file.path))?;
    let mut kinds = BTreeMap::new();
    for problem in Document::read(text)?.validate(&Profile::Rfc5545) {
        *kinds.entry(problem.kind.name()).or_insert(0) += 1;
    }
    Ok(kinds)
}

fn row(file: &File, kinds: &BTreeMap<&'static str, usize>) -> String {
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind}={count}")).collect();
    let kinds = if kinds.is_empty() { "-".to_owned() } else { kinds.join(" ") };
    format!("{}\t{kinds}\t{}\n", file.hash, file.path)
}

/// Holds the table against what was found, a file at a time; or writes it anew.
fn compare(found: &str, path: &Path, update: bool, suite: &mut Suite) -> Result<()> {
    if update {
        fs::write(path, found)?;
    }
    let listed = fs::read_to_string(path).with_context(|| format!("{TABLE} is missing"))?;
    let hash = |row: &'_ str| row.split('\t').next().map(str::to_owned);
    let mut rows: BTreeMap<_, &str> = listed.lines().map(|row| (hash(row), row)).collect();
    for row in found.lines() {
        match rows.remove(&hash(row)) {
            Some(listed) if listed == row => suite.pass(1),
            Some(listed) => suite.fail(format!("expected {listed}, found {row}")),
            None => suite.fail(format!("not in {TABLE}: {row}")),
        }
    }
    for row in rows.values() {
        suite.fail(format!("in {TABLE}, but in no collection: {row}"));
    }
    Ok(())
}
