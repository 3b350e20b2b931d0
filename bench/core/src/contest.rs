//! A contest: the same work, done by several in turn, round after round.

use std::time::Instant;

use anyhow::{Context, Result};

/// What was found or made, so that nobody wins by doing nothing. What the numbers count is the work's to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Check {
    pub(crate) count: i64,
    pub(crate) sum: i64,
}

impl Check {
    /// The components in a text that somebody wrote.
    pub(crate) fn components_written(text: &[u8]) -> Self {
        let count = text.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"BEGIN:")).count();
        Self { count: count as i64, sum: 0 }
    }
}

/// One run: the work was done `times` times in `nanos` nanoseconds, and each time gave `check`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) nanos: u64,
    pub(crate) times: u32,
    /// `None` for a contender that does other work: the line scan.
    pub(crate) check: Option<Check>,
}

impl Sample {
    /// Times a work done once. `check` looks at the result, and the result is freed, after the clock is
    /// stopped.
    pub(crate) fn of<T>(work: impl FnOnce() -> Result<T>, check: impl FnOnce(&T) -> Check) -> Result<Self> {
        let begin = Instant::now();
        let result = work();
        let sample = Self::since(begin, 1);
        Ok(Self { check: Some(check(&result?)), ..sample })
    }

    /// A work done `times` times since then, its result not told yet.
    pub(crate) fn since(begin: Instant, times: u32) -> Self {
        let nanos = u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        Self { nanos, times, check: None }
    }

    /// Nanoseconds for the work done once.
    fn each(&self) -> f64 {
        self.nanos as f64 / f64::from(self.times)
    }
}

/// What the speed of a work is told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Of text.
    Bytes,
    /// Of a recurrence set.
    Instances,
    /// For the instances of one week.
    Questions,
}

type Run<'a> = Box<dyn FnMut() -> Result<Sample> + 'a>;

struct Contender<'a> {
    name: &'static str,
    case: &'static str,
    run: Run<'a>,
}

/// A work and who does it.
pub(crate) struct Contest<'a> {
    pub(crate) work: String,
    /// How many units doing the work once is.
    amount: u64,
    unit: Unit,
    contenders: Vec<Contender<'a>>,
}

impl<'a> Contest<'a> {
    pub(crate) fn new(work: impl Into<String>, amount: u64, unit: Unit) -> Self {
        Self { work: work.into(), amount, unit, contenders: Vec::new() }
    }

    /// Adds a contender. Those of one contest must come to the same [`Check`].
    pub(crate) fn with(self, name: &'static str, run: impl FnMut() -> Result<Sample> + 'a) -> Self {
        self.with_case(name, "", run)
    }

    /// Adds a contender to one of several cases that take turns. Those of one case must come to the same
    /// [`Check`].
    pub(crate) fn with_case(
        mut self,
        name: &'static str,
        case: &'static str,
        run: impl FnMut() -> Result<Sample> + 'a,
    ) -> Self {
        self.contenders.push(Contender { name, case, run: Box::new(run) });
        self
    }

    /// Lets each do the work once in each round, after one round that is not counted.
    pub(crate) fn run(mut self, rounds: usize) -> Result<Outcome> {
        let mut results: Vec<Standing> = self.contenders.iter().map(Standing::new).collect();
        for round in 0..=rounds {
            for (contender, standing) in self.contenders.iter_mut().zip(&mut results) {
                let sample =
                    (contender.run)().with_context(|| format!("{}, {}", self.work, contender.name))?;
                if round > 0 {
                    standing.nanos.push(sample.each());
                }
                standing.check = sample.check;
            }
        }
        Ok(Outcome { work: self.work, amount: self.amount, unit: self.unit, standings: results })
    }
}

/// How one contender did.
pub(crate) struct Standing {
    pub(crate) name: &'static str,
    /// Which case, empty where there is one only.
    pub(crate) case: &'static str,
    /// For the work done once, a figure for each round.
    pub(crate) nanos: Vec<f64>,
    pub(crate) check: Option<Check>,
}

impl Standing {
    fn new(contender: &Contender<'_>) -> Self {
        Self { name: contender.name, case: contender.case, nanos: Vec::new(), check: None }
    }

    pub(crate) fn is(&self, name: &str, case: &str) -> bool {
        self.name == name && self.case == case
    }
}

/// How all did.
pub(crate) struct Outcome {
    pub(crate) work: String,
    pub(crate) amount: u64,
    pub(crate) unit: Unit,
    pub(crate) standings: Vec<Standing>,
}

impl Outcome {
    pub(crate) fn standing(&self, name: &str, case: &str) -> Option<&Standing> {
        self.standings.iter().find(|standing| standing.is(name, case))
    }

    /// Contenders that came to something else than the first of their case: nobody, if all did the same work.
    pub(crate) fn disagreements(&self) -> Vec<Disagreement<'_>> {
        let mut found = Vec::new();
        for standing in &self.standings {
            let first =
                self.standings.iter().find(|first| first.case == standing.case && first.check.is_some());
            if let (Some(check), Some(first)) = (standing.check, first)
                && first.check != Some(check)
            {
                found.push(Disagreement { work: &self.work, one: first, other: standing });
            }
        }
        found
    }
}

/// Two who came to different results.
pub(crate) struct Disagreement<'a> {
    pub(crate) work: &'a str,
    pub(crate) one: &'a Standing,
    pub(crate) other: &'a Standing,
}

/// The least, the middle and the greatest of some figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) min: f64,
    pub(crate) median: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// Of at least one figure.
    pub(crate) fn of(figures: &[f64]) -> Self {
        let mut sorted = figures.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let median = match sorted.len() % 2 {
            1 => sorted[middle],
            _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
        };
        Self { min: sorted[0], median, max: sorted[sorted.len() - 1] }
    }

    /// How many times longer `slow` took than `fast`, by pairs of the same round: a machine that slows down
    /// in the middle slows both of a pair.
    pub(crate) fn of_ratio(slow: &Standing, fast: &Standing) -> Self {
        let ratios: Vec<f64> = slow.nanos.iter().zip(&fast.nanos).map(|(slow, fast)| slow / fast).collect();
        Self::of(&ratios)
    }
}

#[cfg(test)]
mod tests {
    use super::{Check, Contest, Sample, Spread, Unit};

    fn sample(nanos: u64, count: i64) -> Sample {
        Sample { nanos, times: 2, check: Some(Check { count, sum: 0 }) }
    }

    #[test]
    fn figures_are_for_the_work_done_once() -> anyhow::Result<()> {
        let mut nanos = 0;
        let contest = Contest::new("count", 1, Unit::Instances).with("one", || {
            nanos += 10;
            Ok(sample(nanos, 1))
        });
        let outcome = contest.run(3)?;
        assert_eq!(outcome.standings[0].nanos, [10.0, 15.0, 20.0], "the first round is not counted");
        Ok(())
    }

    #[test]
    fn ratios_are_taken_by_round() -> anyhow::Result<()> {
        let (mut slow, mut fast) = (1000, 100);
        let contest = Contest::new("count", 1, Unit::Instances)
            .with("slow", || {
                slow *= 2;
                Ok(sample(slow, 1))
            })
            .with("fast", || {
                fast *= 2;
                Ok(sample(fast, 1))
            });
        let outcome = contest.run(4)?;
        let ratio = Spread::of_ratio(&outcome.standings[0], &outcome.standings[1]);
        assert_eq!(ratio, Spread { min: 10.0, median: 10.0, max: 10.0 });
        Ok(())
    }

    #[test]
    fn who_does_nothing_is_told() -> anyhow::Result<()> {
        let contest = Contest::new("count", 1, Unit::Instances)
            .with("worker", || Ok(sample(10, 7)))
            .with_case("worker", "other case", || Ok(sample(10, 8)))
            .with("idler", || Ok(sample(1, 0)));
        let outcome = contest.run(1)?;
        let names: Vec<_> = outcome.disagreements().iter().map(|each| each.other.name).collect();
        assert_eq!(names, ["idler"]);
        Ok(())
    }
}
