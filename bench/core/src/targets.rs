//! What we want to reach, as ratios, and what a run reached.

use std::fmt;

use crate::contest::{Outcome, Spread};
use crate::report::{LIMIT, OURS, Report};
use crate::series::Age;

/// A bound that a ratio is held to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(bound) => write!(f, "at least {bound}"),
            Self::AtMost(bound) => write!(f, "at most {bound}"),
        }
    }
}

/// A target, and the ratio that a run came to.
pub(crate) struct Goal {
    pub(crate) what: String,
    pub(crate) wanted: Wanted,
    pub(crate) reached: f64,
}

impl Goal {
    pub(crate) fn is_met(&self) -> bool {
        match self.wanted {
            Wanted::AtLeast(bound) => self.reached >= bound,
            Wanted::AtMost(bound) => self.reached <= bound,
        }
    }
}

/// How many times faster than the best peer each work is to be.
const FASTER: [(&str, f64); 4] =
    [("index", 8.0), ("read typed", 2.5), ("read and write", 5.0), ("expand DAILY", 2.0)];

/// How many times faster than libical with its own seek each rule's week is to be, 20 years after DTSTART.
const WEEK_FASTER: f64 = 5.0;
/// How many times the same week in the first year that week may take.
const WEEK_LATER: f64 = 3.0;
/// How many bytes the index may keep for a byte of the file.
const INDEX_KEEPS: f64 = 1.3;

/// The targets whose works were measured, ours among them.
pub(crate) fn reached(report: &Report) -> Vec<Goal> {
    let mut goals = Vec::new();
    for outcome in &report.speeds {
        let wanted = FASTER.iter().find(|(work, _)| *work == outcome.work);
        if let (Some((work, factor)), Some((peer, reached))) = (wanted, against_best_peer(outcome)) {
            let what = format!("{work}: times faster than {peer}");
            goals.push(Goal { what, wanted: Wanted::AtLeast(*factor), reached });
        }
    }
    let (later, first) = (Age::TwentyYears.name(), Age::FirstYear.name());
    if let Some((rule, reached)) = worst(report, ("libical", later), (OURS, later), f64::lt) {
        let what = format!("a week {later}: times faster than libical, worst rule ({rule})");
        goals.push(Goal { what, wanted: Wanted::AtLeast(WEEK_FASTER), reached });
    }
    if let Some((rule, reached)) = worst(report, (OURS, later), (OURS, first), f64::gt) {
        let what = format!("a week {later}: times the {first}'s, worst rule ({rule})");
        goals.push(Goal { what, wanted: Wanted::AtMost(WEEK_LATER), reached });
    }
    if let Some(memory) = report.memory.iter().find(|memory| memory.name == OURS) {
        let what = "memory of the index, for a byte of the file".into();
        let reached = memory.kept as f64 / report.bytes as f64;
        goals.push(Goal { what, wanted: Wanted::AtMost(INDEX_KEEPS), reached });
    }
    goals
}

/// The peer that took the least time, and how many times longer that was than ours.
fn against_best_peer(outcome: &Outcome) -> Option<(&'static str, f64)> {
    let ours = outcome.standing(OURS, "")?;
    outcome
        .standings
        .iter()
        .filter(|standing| standing.name != OURS && standing.name != LIMIT)
        .map(|peer| (peer.name, Spread::of_ratio(peer, ours).median))
        .min_by(|one, other| one.1.total_cmp(&other.1))
}

/// The rule for which the ratio of two contenders is worst.
fn worst<'a>(
    report: &'a Report,
    slow: (&str, &str),
    fast: (&str, &str),
    is_worse: fn(&f64, &f64) -> bool,
) -> Option<(&'a str, f64)> {
    let mut worst = None;
    for outcome in &report.windows {
        let slow = outcome.standing(slow.0, slow.1)?;
        let fast = outcome.standing(fast.0, fast.1)?;
        let ratio = Spread::of_ratio(slow, fast).median;
        if worst.is_none_or(|(_, so_far)| is_worse(&ratio, &so_far)) {
            worst = Some((outcome.work.as_str(), ratio));
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::reached;
    use crate::contest::{Contest, Outcome, Sample, Unit};
    use crate::report::{LIMIT, Memory, OURS, Report};
    use crate::series::Age;

    fn took(nanos: u64) -> impl FnMut() -> anyhow::Result<Sample> {
        move || Ok(Sample { nanos, times: 1, check: None })
    }

    fn week(rule: &str, libical: u64, later: u64, first: u64) -> anyhow::Result<Outcome> {
        Contest::new(rule, 1, Unit::Questions)
            .with_case(OURS, Age::TwentyYears.name(), took(later))
            .with_case(OURS, Age::FirstYear.name(), took(first))
            .with_case("libical", Age::TwentyYears.name(), took(libical))
            .run(1)
    }

    #[test]
    fn the_best_peer_and_the_worst_rule_count() -> anyhow::Result<()> {
        let index = Contest::new("index", 1, Unit::Bytes)
            .with(OURS, took(10))
            .with("slow", took(200))
            .with("fast", took(70))
            .with(LIMIT, took(1));
        let report = Report {
            bytes: 100,
            rounds: 1,
            speeds: vec![index.run(1)?],
            windows: vec![week("easy", 100, 10, 10)?, week("hard", 80, 20, 5)?],
            memory: vec![Memory { name: OURS, kept: 120, peak: None }],
        };
        let told: Vec<_> = reached(&report)
            .iter()
            .map(|goal| format!("{} {} {}", goal.what, goal.reached, goal.is_met()))
            .collect();
        assert_eq!(
            told,
            [
                "index: times faster than fast 7 false",
                "a week 20 years on: times faster than libical, worst rule (hard) 4 false",
                "a week 20 years on: times the first year's, worst rule (hard) 4 false",
                "memory of the index, for a byte of the file 1.2 true",
            ]
        );
        Ok(())
    }

    #[test]
    fn without_ours_nothing_is_reached() -> anyhow::Result<()> {
        let speeds = vec![Contest::new("index", 1, Unit::Bytes).with("fast", took(70)).run(1)?];
        let report = Report { bytes: 1, rounds: 1, speeds, windows: Vec::new(), memory: Vec::new() };
        assert!(reached(&report).is_empty());
        Ok(())
    }
}
