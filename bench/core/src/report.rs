//! What was measured, as Markdown and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::contest::{Disagreement, Outcome, Spread, Standing, Unit};
use crate::series::Age;
use crate::targets;

/// The name that our side takes part under.
pub(crate) const OURS: &str = "ours";

/// The name of what no index can be faster than.
pub(crate) const LIMIT: &str = "line scan (limit)";

const VERSIONS: [(&str, &str); 4] = [
    ("calcard", env!("CALCARD_VERSION")),
    ("icalendar", env!("ICALENDAR_VERSION")),
    ("rrule", env!("RRULE_VERSION")),
    ("libical", env!("LIBICAL_VERSION")),
];

/// The bytes that an indexed or parsed file takes.
pub(crate) struct Memory {
    pub(crate) name: &'static str,
    pub(crate) kept: i64,
    pub(crate) peak: Option<i64>,
}

/// All that one run measured. A work that was not asked for is not there.
pub(crate) struct Report {
    /// The size of the file.
    pub(crate) bytes: usize,
    pub(crate) rounds: usize,
    pub(crate) speeds: Vec<Outcome>,
    pub(crate) windows: Vec<Outcome>,
    pub(crate) memory: Vec<Memory>,
}

impl Report {
    pub(crate) fn disagreements(&self) -> impl Iterator<Item = Disagreement<'_>> {
        self.speeds.iter().chain(&self.windows).flat_map(Outcome::disagreements)
    }

    pub(crate) fn to_markdown(&self) -> String {
        let mut out = String::new();
        let peers: Vec<String> = VERSIONS.iter().map(|(name, version)| format!("{name} {version}")).collect();
        line(&mut out, format_args!("A file of {:.1} MB, {} rounds.", self.bytes as f64 / 1e6, self.rounds));
        line(&mut out, format_args!("Peers: {}.", peers.join(", ")));
        if !self.speeds.is_empty() {
            self.write_speeds(&mut out);
        }
        if !self.windows.is_empty() {
            self.write_windows(&mut out);
        }
        if !self.memory.is_empty() {
            self.write_memory(&mut out);
        }
        self.write_targets(&mut out);
        for each in self.disagreements() {
            line(&mut out, format_args!("\nDisagreement: {}", each.to_text()));
        }
        out
    }

    fn write_speeds(&self, out: &mut String) {
        line(out, format_args!("\n## Speed\n"));
        line(out, format_args!("| work | who | min ms | median ms | max ms | speed | ours is faster by |"));
        line(out, format_args!("| --- | --- | ---: | ---: | ---: | ---: | ---: |"));
        for outcome in &self.speeds {
            for standing in &outcome.standings {
                let Spread { min, median, max } = Spread::of(&standing.nanos);
                line(
                    out,
                    format_args!(
                        "| {} | {} | {:.1} | {:.1} | {:.1} | {} | {} |",
                        outcome.work,
                        standing.name,
                        min / 1e6,
                        median / 1e6,
                        max / 1e6,
                        speed(outcome, median),
                        ratio(
                            Some(standing).filter(|_| standing.name != OURS),
                            outcome.standing(OURS, standing.case)
                        ),
                    ),
                );
            }
        }
    }

    fn write_windows(&self, out: &mut String) {
        let (later, first) = (Age::TwentyYears.name(), Age::FirstYear.name());
        line(out, format_args!("\n## One week of a rule that never ends: time for a question, median\n"));
        let mut head = String::from("| rule |");
        let mut rule = String::from("| --- |");
        // All rules have the same contenders.
        for standing in &self.windows[0].standings {
            head.push_str(&format!(" {}, {} |", standing.name, standing.case));
            rule.push_str(" ---: |");
        }
        line(out, format_args!("{head} libical / ours, {later} | ours, {later} / {first} |"));
        line(out, format_args!("{rule} ---: | ---: |"));
        for outcome in &self.windows {
            let mut row = format!("| {} |", outcome.work);
            for standing in &outcome.standings {
                row.push_str(&format!(" {} |", speed(outcome, Spread::of(&standing.nanos).median)));
            }
            let ours = outcome.standing(OURS, later);
            let against_libical = ratio(outcome.standing("libical", later), ours);
            let against_first = ratio(ours, outcome.standing(OURS, first));
            line(out, format_args!("{row} {against_libical} | {against_first} |"));
        }
    }

    fn write_memory(&self, out: &mut String) {
        line(out, format_args!("\n## Memory: bytes for each byte of the file\n"));
        line(out, format_args!("| who | kept | peak |"));
        line(out, format_args!("| --- | ---: | ---: |"));
        let relative = |bytes: i64| format!("{:.2}", bytes as f64 / self.bytes as f64);
        for memory in &self.memory {
            let peak = memory.peak.map_or_else(|| "not known".into(), relative);
            line(out, format_args!("| {} | {} | {peak} |", memory.name, relative(memory.kept)));
        }
    }

    fn write_targets(&self, out: &mut String) {
        let goals = targets::reached(self);
        if goals.is_empty() {
            return;
        }
        line(out, format_args!("\n## Targets\n"));
        line(out, format_args!("| what | wanted | reached | |"));
        line(out, format_args!("| --- | ---: | ---: | --- |"));
        for goal in goals {
            let word = if goal.is_met() { "met" } else { "missed" };
            line(out, format_args!("| {} | {} | {:.2} | {word} |", goal.what, goal.wanted, goal.reached));
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let memory = self.memory.iter().map(
            |memory| json!({ "who": memory.name, "kept_bytes": memory.kept, "peak_bytes": memory.peak }),
        );
        let targets = targets::reached(self).into_iter().map(|goal| {
            let wanted = goal.wanted.to_string();
            json!({ "what": goal.what, "wanted": wanted, "reached": goal.reached, "is_met": goal.is_met() })
        });
        json!({
            "file_bytes": self.bytes,
            "rounds": self.rounds,
            "peers": VERSIONS.into_iter().collect::<BTreeMap<_, _>>(),
            "speeds": self.speeds.iter().map(outcome_json).collect::<Value>(),
            "windows": self.windows.iter().map(outcome_json).collect::<Value>(),
            "memory": memory.collect::<Value>(),
            "targets": targets.collect::<Value>(),
            "disagreements": self.disagreements().map(|each| each.to_text()).collect::<Value>(),
        })
    }
}

impl Disagreement<'_> {
    fn to_text(&self) -> String {
        let told = |standing: &Standing| match standing.check {
            Some(check) => format!("{} comes to {}, sum {}", standing.name, check.count, check.sum),
            None => standing.name.into(),
        };
        let case = if self.other.case.is_empty() { String::new() } else { format!(", {}", self.other.case) };
        format!("{}{case}: {}; {}", self.work, told(self.one), told(self.other))
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a String takes all that is written");
}

/// How fast doing the work in so many nanoseconds is.
fn speed(outcome: &Outcome, nanos: f64) -> String {
    let amount = outcome.amount as f64;
    match outcome.unit {
        Unit::Bytes => format!("{:.1} MB/s", amount * 1e3 / nanos),
        Unit::Instances => format!("{:.2} M/s", amount * 1e3 / nanos),
        Unit::Questions => format!("{:.2} µs", nanos / amount / 1e3),
    }
}

/// How many times longer one took than the other: the median, and the extremes; a dash where one took no
/// part.
fn ratio(slow: Option<&Standing>, fast: Option<&Standing>) -> String {
    let (Some(slow), Some(fast)) = (slow, fast) else { return "–".into() };
    let Spread { min, median, max } = Spread::of_ratio(slow, fast);
    format!("{median:.2} ({min:.2} to {max:.2})")
}

fn outcome_json(outcome: &Outcome) -> Value {
    let standings = outcome.standings.iter().map(|standing| {
        let ours = outcome.standing(OURS, standing.case);
        json!({
            "who": standing.name,
            "case": standing.case,
            "nanoseconds": standing.nanos,
            "median_nanoseconds": Spread::of(&standing.nanos).median,
            "ours_is_faster_by": ours.map(|ours| Spread::of_ratio(standing, ours).median),
            "count": standing.check.map(|check| check.count),
            "sum": standing.check.map(|check| check.sum),
        })
    });
    json!({ "work": outcome.work, "amount": outcome.amount, "standings": standings.collect::<Value>() })
}
