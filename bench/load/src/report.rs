//! What was measured, as tables.

use std::fmt;
use std::time::Duration;

use crate::burst::Burst;
use crate::peer::Peer;
use crate::work::Work;
use crate::{OURS, targets};

/// How one peer did one work in one calendar.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Who.
    pub peer: String,
    /// How many objects the calendar has.
    pub objects: usize,
    /// What was asked.
    pub work: Work,
    /// For each round the seconds of each request, as the server had them to itself.
    pub costs: Vec<f64>,
    /// How long each request took for who asked, shortest first.
    pub times: Vec<Duration>,
    /// The first answer that was not right.
    pub wrong: Option<String>,
    /// It is measured no more, for one request took so long.
    pub left_out: Option<Duration>,
}

impl Standing {
    pub(crate) fn new(peer: &Peer, objects: usize, work: Work) -> Self {
        let (costs, times) = (Vec::new(), Vec::new());
        Self { peer: peer.name.clone(), objects, work, costs, times, wrong: None, left_out: None }
    }

    /// Sees what was done first: whether it is right, and can be waited for.
    pub(crate) fn begin(&mut self, burst: Burst, patience: Duration) {
        self.left_out = (burst.elapsed > patience).then_some(burst.elapsed);
        self.wrong = burst.wrong;
    }

    /// Takes in what was done in a round.
    pub(crate) fn take(&mut self, burst: Burst) {
        self.costs.push(burst.cost());
        self.times.extend(burst.times);
        self.times.sort_unstable();
        self.wrong = self.wrong.take().or(burst.wrong);
    }

    /// The time that so many of a hundred requests keep.
    pub fn percentile(&self, hundredths: usize) -> Duration {
        let place = self.times.len().saturating_mul(hundredths) / 100;
        self.times.get(place).or(self.times.last()).copied().unwrap_or_default()
    }

    /// How many requests were answered in a second: the median of the rounds.
    pub fn rate(&self) -> f64 {
        median(self.costs.iter().map(|cost| 1.0 / cost))
    }

    /// How many times what another costs this one does: the median of the rounds. Nothing where one of them has a wrong
    /// answer, or no figures.
    pub fn ratio(&self, other: &Self) -> Option<f64> {
        let has_figures = |one: &Self| one.wrong.is_none() && !one.costs.is_empty();
        (has_figures(self) && has_figures(other))
            .then(|| median(self.costs.iter().zip(&other.costs).map(|(one, other)| one / other)))
    }
}

/// All that one run measured.
#[derive(Clone, Debug)]
pub struct Report {
    /// Who took part.
    pub peers: Vec<Peer>,
    /// On so many connections each.
    pub connections: usize,
    /// In so many rounds.
    pub rounds: usize,
    /// How each did, by peer, size and work.
    pub standings: Vec<Standing>,
}

impl Report {
    /// How somebody did.
    pub fn standing(&self, peer: &str, objects: usize, work: Work) -> Option<&Standing> {
        let is_meant = |one: &&Standing| one.peer == peer && one.objects == objects && one.work == work;
        self.standings.iter().find(is_meant)
    }

    /// Did we answer all, and rightly, and were all targets met of what was measured?
    pub fn holds(&self) -> bool {
        let is_right = |one: &Standing| one.peer != OURS || (one.wrong.is_none() && one.left_out.is_none());
        self.standings.iter().all(is_right) && targets::reached(self).iter().all(targets::Goal::is_met)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} connections, {} rounds", self.connections, self.rounds)?;
        for Peer { name, version, durability, .. } in &self.peers {
            writeln!(f, "{name} {version}: {durability}")?;
        }
        writeln!(f, "\n| work | who | objects | median ms | p99 ms | requests/s | times ours |")?;
        writeln!(f, "| --- | --- | ---: | ---: | ---: | ---: | ---: |")?;
        for work in Work::ALL {
            for one in self.standings.iter().filter(|one| one.work == work) {
                self.row(f, one)?;
            }
        }
        let goals = targets::reached(self);
        if goals.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n| target | wanted | reached | |\n| --- | ---: | ---: | --- |")?;
        for goal in &goals {
            writeln!(f, "{goal}")?;
        }
        Ok(())
    }
}

impl Report {
    fn row(&self, f: &mut fmt::Formatter<'_>, one: &Standing) -> fmt::Result {
        let (work, who, objects) = (one.work.name(), &one.peer, one.objects);
        write!(f, "| {work} | {who} | {objects} |")?;
        match one.left_out {
            Some(time) => write!(f, " one: {:.0} | – | – | – |", time.as_secs_f64() * 1e3)?,
            None => {
                let milliseconds = |hundredths| one.percentile(hundredths).as_secs_f64() * 1e3;
                let ours = self.standing(OURS, one.objects, one.work).filter(|_| one.peer != OURS);
                let ratio = ours.and_then(|ours| one.ratio(ours));
                let ratio = ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.1}"));
                let (half, most, rate) = (milliseconds(50), milliseconds(99), one.rate());
                write!(f, " {half:.2} | {most:.2} | {rate:.1} | {ratio} |")?;
            }
        }
        let wrong = one.wrong.as_ref().map_or_else(String::new, |words| format!(" wrong: {words}"));
        writeln!(f, "{wrong}")
    }
}

/// The one in the middle; nothing is 0.
pub(crate) fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = figures.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
