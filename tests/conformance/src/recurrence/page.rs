//! `docs/recurrence-differences.md`: written from what was found, and held against it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Difference;
use super::reason::{REASONS, Reason};
use crate::suite::Suite;

const OPENING: &str = "# Where recurrence differs from other programs

The conform tier expands the recurrence cases of python-dateutil, libical and kcalcore and compares them
instance by instance. These differ, each for a reason that the tier checks: read in the other program's
way, the case gives what the other program gave (`tests/conformance/src/recurrence/reason.rs`). A
difference that does not stand here fails, and so does a row that is true no more. `tests/conformance/run
--update` writes the page.

`Theirs` and `ours` are the number of instances and, after the colon, those that the other has not. Cases
of one rule and one outcome share a row.
";

/// Rows by reason; a row's cases.
#[derive(Debug, Default)]
pub(super) struct Page {
    rows: BTreeMap<&'static str, BTreeMap<String, BTreeSet<String>>>,
}

/// What is shown of a case beside its names.
fn outcome(difference: &Difference) -> String {
    let Difference { case, ours, .. } = difference;
    let mut rules = vec![case.dtstart.clone()];
    rules.extend(case.tzid.iter().filter(|_| !case.dtstart.ends_with('Z')).cloned());
    rules.extend(case.rrules.iter().map(|rule| format!("RRULE {rule}")));
    rules.extend(case.exrules.iter().map(|rule| format!("EXRULE {rule}")));
    rules.extend(case.rdate.iter().map(|value| format!("RDATE {value}")));
    rules.extend(case.exdate.iter().map(|value| format!("EXDATE {value}")));
    let (theirs, ours) = (case.theirs().told(ours), case.theirs().told_of_ours(ours));
    format!("`{}` | {theirs} | {ours} |", rules.join(" "))
}

/// A difference without a reason, for the runner's output.
pub(super) fn sentence(difference: &Difference) -> String {
    format!("{}: differs, for no known reason: {}", difference.case.id, outcome(difference))
}

impl Page {
    pub(super) fn add(&mut self, reason: &Reason, difference: &Difference) {
        let rows = self.rows.entry(reason.name).or_default();
        rows.entry(outcome(difference)).or_default().insert(difference.case.id.clone());
    }

    fn write(&self) -> Result<String> {
        let mut text = OPENING.to_owned();
        let with_rows = |reason: &&Reason| self.rows.contains_key(reason.name);
        for reason in REASONS.iter().filter(with_rows) {
            let rows = &self.rows[reason.name];
            let cases: usize = rows.values().map(BTreeSet::len).sum();
            write!(
                text,
                "\n## {}\n\n{}\n\nDecided by {}. Cases: {cases}.\n",
                reason.name, reason.words, reason.section
            )?;
            text += "\n| cases | DTSTART and rules | theirs | ours |\n| --- | --- | --- | --- |\n";
            let by_case: BTreeMap<&BTreeSet<String>, &String> =
                rows.iter().map(|(outcome, cases)| (cases, outcome)).collect();
            for (cases, outcome) in by_case {
                let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
                writeln!(text, "| {} | {outcome}", cases.join(", "))?;
            }
        }
        Ok(text)
    }

    /// Holds the page against what was found, a row at a time; or writes it anew.
    pub(super) fn compare(&self, path: &Path, update: bool, suite: &mut Suite) -> Result<()> {
        let found = self.write()?;
        if update {
            fs::create_dir_all(path.parent().context("no folder")?)?;
            fs::write(path, &found)?;
        }
        let listed = fs::read_to_string(path).with_context(|| format!("{} is missing", path.display()))?;
        let is_row = |line: &&str| line.starts_with("| ") && line.contains('`');
        let lines: BTreeSet<&str> = listed.lines().filter(is_row).collect();
        let rows: BTreeSet<&str> = found.lines().filter(is_row).collect();
        for row in &rows {
            let cases = row.split(" | ").next().map_or(0, |cases| cases.split(", ").count());
            if lines.contains(row) {
                suite.pass(cases);
            } else {
                suite.fail(format!("differs, and docs/recurrence-differences.md does not say so: {row}"));
            }
        }
        for line in lines.difference(&rows) {
            suite.fail(format!("docs/recurrence-differences.md says what is true no more: {line}"));
        }
        suite.check(if listed == found {
            Ok(())
        } else {
            Err("docs/recurrence-differences.md is not as `tests/conformance/run --update` writes it"
                .to_owned())
        });
        Ok(())
    }
}
