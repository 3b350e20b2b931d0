//! What we want to reach, as ratios, and what a run reached.

use std::fmt;

use crate::report::Report;
use crate::{OURS, Work};

/// A bound that a ratio is held to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// Not less.
    AtLeast(f64),
    /// Not more.
    AtMost(f64),
}

/// A target, and the ratio that a run came to.
#[derive(Clone, Debug)]
pub struct Goal {
    /// Of what.
    pub what: String,
    /// The bound.
    pub wanted: Wanted,
    /// The ratio; nothing where an answer was wrong.
    pub reached: Option<f64>,
}

impl Goal {
    /// Is it met?
    pub fn is_met(&self) -> bool {
        self.reached.is_some_and(|reached| match self.wanted {
            Wanted::AtLeast(bound) => reached >= bound,
            Wanted::AtMost(bound) => reached <= bound,
        })
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted = match self.wanted {
            Wanted::AtLeast(bound) => format!("at least {bound}"),
            Wanted::AtMost(bound) => format!("at most {bound}"),
        };
        let reached = self.reached.map_or_else(|| "–".to_owned(), |reached| format!("{reached:.2}"));
        let word = if self.is_met() { "met" } else { "missed" };
        write!(f, "| {} | {wanted} | {reached} | {word} |", self.what)
    }
}

/// The peer that the targets name, and how many objects and connections they are for.
const PEER: (&str, usize, usize) = ("cyrus", 10_000, 4);

/// How many times less each request is to cost than at that peer.
const fn less(work: Work) -> f64 {
    match work {
        Work::Get | Work::Multiget => 6.0,
        Work::Put | Work::Delete | Work::Sync => 8.0,
        Work::Propfind => 15.0,
        Work::Week | Work::WeekExpanded => 40.0,
        Work::FreeBusy => 30.0,
    }
}

/// A large calendar, a small one, and how many times what a request costs in the small one it may in the large one.
const GROWTH: (usize, usize, f64) = (100_000, 1_000, cost::Mix::Served.target());

/// The targets of what was measured.
pub(crate) fn reached(report: &Report) -> Vec<Goal> {
    let mut goals = Vec::new();
    for work in Work::ALL {
        let name = work.name();
        let (large, small, most) = GROWTH;
        if let (Some(large), Some(small)) =
            (report.standing(OURS, large, work), report.standing(OURS, small, work))
        {
            // What is as long as the calendar costs so much for each object.
            let longer = work.share(large.objects) as f64 / work.share(small.objects) as f64;
            let reached = large.ratio(small).map(|ratio| ratio / longer);
            let what = format!("{name}: {} objects beside {}", large.objects, small.objects);
            goals.push(Goal { what, wanted: Wanted::AtMost(most), reached });
        }
        let (peer, objects, connections) = PEER;
        if report.connections == connections
            && let (Some(ours), Some(other)) =
                (report.standing(OURS, objects, work), report.standing(peer, objects, work))
        {
            let what = format!("{name}: times less than {peer}, {objects} objects");
            goals.push(Goal { what, wanted: Wanted::AtLeast(less(work)), reached: other.ratio(ours) });
        }
    }
    goals
}

#[cfg(test)]
mod tests {
    use super::reached;
    use crate::report::{Report, Standing};
    use crate::{OURS, Work};

    fn standing(peer: &str, objects: usize, work: Work, cost: f64) -> Standing {
        let costs = vec![cost, cost];
        Standing {
            peer: peer.to_owned(),
            objects,
            work,
            costs,
            times: Vec::new(),
            wrong: None,
            left_out: None,
        }
    }

    fn told(standings: Vec<Standing>) -> Vec<(String, Option<f64>, bool)> {
        let report = Report { peers: Vec::new(), connections: 4, rounds: 2, standings };
        let told = |goal: &super::Goal| (goal.what.clone(), goal.reached, goal.is_met());
        reached(&report).iter().map(told).collect()
    }

    #[test]
    fn a_peer_that_costs_enough_more_is_a_target_met() {
        let told = told(vec![
            standing(OURS, 10_000, Work::Get, 1.0),
            standing("cyrus", 10_000, Work::Get, 6.0),
            standing(OURS, 10_000, Work::Put, 1.0),
            standing("cyrus", 10_000, Work::Put, 6.0),
            standing("radicale", 10_000, Work::Put, 1.0),
        ]);
        let met: Vec<(Option<f64>, bool)> =
            told.iter().map(|(_, reached, is_met)| (*reached, *is_met)).collect();
        assert_eq!(met, [(Some(6.0), false), (Some(6.0), true)], "PUT, then GET: {told:?}");
    }

    #[test]
    fn an_answer_as_long_as_the_calendar_costs_by_the_object() {
        let told = told(vec![
            standing(OURS, 1_000, Work::Propfind, 1.0),
            standing(OURS, 100_000, Work::Propfind, 120.0),
            standing(OURS, 1_000, Work::Get, 1.0),
            standing(OURS, 100_000, Work::Get, 1.6),
        ]);
        let met: Vec<bool> = told.iter().map(|(_, _, is_met)| *is_met).collect();
        assert_eq!(met, [false, true], "GET, then PROPFIND: {told:?}");
    }

    #[test]
    fn a_wrong_answer_meets_no_target() {
        let mut wrong = standing("cyrus", 10_000, Work::Get, 60.0);
        wrong.wrong = Some("an answer of another".to_owned());
        let told = told(vec![standing(OURS, 10_000, Work::Get, 1.0), wrong]);
        assert_eq!(
            told.iter().map(|(_, reached, is_met)| (*reached, *is_met)).collect::<Vec<_>>(),
            [(None, false)]
        );
    }
}
