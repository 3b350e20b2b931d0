//! A state as text, as a store keeps it: JSON, in which what is empty is not written.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use ical::civil::Timestamp;

use crate::object::Part;
use crate::sequence::Revision;
use crate::state::{Answered, State};

/// A text that is no state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadState {
    /// Why not.
    pub reason: String,
}

impl std::fmt::Display for BadState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no state of scheduling: {}", self.reason)
    }
}

impl std::error::Error for BadState {}

/// A part: the second of its original start, nothing for the series.
type Place = Option<i64>;
/// SEQUENCE and the second of DTSTAMP.
type Stamp = (u32, Option<i64>);

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    answers: Vec<(String, Place, KeptAnswer)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    received: Vec<(Place, Stamp)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replied: Vec<(Place, u32)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    called_off: Vec<(String, Place, Stamp)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    proposed: Vec<(Place, u32)>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    remarks: BTreeSet<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    removed: Vec<(Place, u32)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stamp: Option<i64>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct KeptAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<String>,
    #[serde(skip_serializing_if = "is_zero")]
    since: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u8>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_early: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<i64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "so serde asks")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

const fn place(part: Part) -> Place {
    match part {
        Part::Series => None,
        Part::Instance(at) => Some(at.0),
    }
}

fn part(place: Place) -> Part {
    place.map_or(Part::Series, |at| Part::Instance(Timestamp(at)))
}

fn stamp(revision: Revision) -> Stamp {
    (revision.sequence, revision.stamp.map(|at| at.0))
}

fn revision((sequence, stamp): Stamp) -> Revision {
    Revision { sequence, stamp: stamp.map(Timestamp) }
}

impl State {
    /// The state as text.
    pub fn to_json(&self) -> String {
        let answer = |answered: &Answered| KeptAnswer {
            last: answered.last.map(stamp),
            said: answered.said.clone(),
            since: answered.since,
            comment: answered.comment.clone(),
            percent: answered.percent,
            is_early: answered.is_early,
            told: answered.told.map(|at| at.0),
        };
        let kept = Kept {
            answers: self
                .answers
                .iter()
                .map(|((name, part), answered)| (name.clone(), place(*part), answer(answered)))
                .collect(),
            received: self.received.iter().map(|(part, known)| (place(*part), stamp(*known))).collect(),
            replied: self.replied.iter().map(|(part, number)| (place(*part), *number)).collect(),
            called_off: self
                .called_off
                .iter()
                .map(|((name, part), known)| (name.clone(), place(*part), stamp(*known)))
                .collect(),
            left_out: self.left_out.iter().copied().map(place).collect(),
            proposed: self.proposed.iter().map(|(part, number)| (place(*part), *number)).collect(),
            remarks: self.remarks.clone(),
            removed: self.removed.iter().map(|(part, number)| (place(*part), *number)).collect(),
            asked: self.asked.map(|at| at.0),
            sequence: self.sequence,
            stamp: self.stamp.map(|at| at.0),
        };
        // Strings, numbers and lists can always be written.
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// The state of a text that [`State::to_json`] wrote.
    ///
    /// # Errors
    /// The text is none.
    pub fn from_json(text: &str) -> Result<Self, BadState> {
        let kept: Kept =
            serde_json::from_str(text).map_err(|error| BadState { reason: error.to_string() })?;
        let answered = |answer: KeptAnswer| Answered {
            last: answer.last.map(revision),
            said: answer.said,
            since: answer.since,
            comment: answer.comment,
            percent: answer.percent,
            is_early: answer.is_early,
            told: answer.told.map(Timestamp),
        };
        Ok(Self {
            answers: kept
                .answers
                .into_iter()
                .map(|(name, place, answer)| ((name, part(place)), answered(answer)))
                .collect(),
            received: kept
                .received
                .into_iter()
                .map(|(place, known)| (part(place), revision(known)))
                .collect(),
            replied: kept.replied.into_iter().map(|(place, number)| (part(place), number)).collect(),
            called_off: kept
                .called_off
                .into_iter()
                .map(|(name, place, known)| ((name, part(place)), revision(known)))
                .collect(),
            left_out: kept.left_out.into_iter().map(part).collect(),
            proposed: kept.proposed.into_iter().map(|(place, number)| (part(place), number)).collect(),
            remarks: kept.remarks,
            removed: kept.removed.into_iter().map(|(place, number)| (part(place), number)).collect(),
            asked: kept.asked.map(Timestamp),
            sequence: kept.sequence,
            stamp: kept.stamp.map(Timestamp),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts() -> impl Strategy<Value = Part> {
        prop_oneof![Just(Part::Series), any::<i64>().prop_map(|at| Part::Instance(Timestamp(at)))]
    }

    fn revisions() -> impl Strategy<Value = Revision> {
        (any::<u32>(), any::<Option<i64>>()).prop_map(revision)
    }

    fn answers() -> impl Strategy<Value = Answered> {
        let words = (any::<Option<String>>(), any::<Option<String>>());
        let rest = (any::<u32>(), any::<Option<u8>>(), any::<bool>(), any::<Option<i64>>());
        (proptest::option::of(revisions()), words, rest).prop_map(|(last, (said, comment), rest)| {
            let (since, percent, is_early, told) = rest;
            Answered { last, said, since, comment, percent, is_early, told: told.map(Timestamp) }
        })
    }

    proptest! {
        #[test]
        fn a_state_comes_back_as_it_was(
            answers in proptest::collection::btree_map((any::<String>(), parts()), answers(), 0..4),
            received in proptest::collection::btree_map(parts(), revisions(), 0..4),
            replied in proptest::collection::btree_map(parts(), any::<u32>(), 0..4),
            called_off in proptest::collection::btree_map((any::<String>(), parts()), revisions(), 0..4),
            left_out in proptest::collection::btree_set(parts(), 0..4),
            proposed in proptest::collection::btree_map(parts(), any::<u32>(), 0..4),
            remarks in proptest::collection::btree_set(any::<String>(), 0..4),
            removed in proptest::collection::btree_map(parts(), any::<u32>(), 0..4),
            sequence in any::<Option<u32>>(),
            (asked, stamp) in any::<(Option<i64>, Option<i64>)>(),
        ) {
            let (asked, stamp) = (asked.map(Timestamp), stamp.map(Timestamp));
            let state = State {
                answers, received, replied, called_off, left_out, proposed, remarks, removed, asked, sequence,
                stamp,
            };
            prop_assert_eq!(State::from_json(&state.to_json()), Ok(state));
        }

        #[test]
        fn whatever_comes_is_read_or_refused(text in "\\PC{0,60}") {
            drop(State::from_json(&text));
        }
    }

    #[test]
    fn of_nothing_known_nothing_is_written() {
        assert_eq!(State::default().to_json(), "{}");
        assert_eq!(State::from_json("{}"), Ok(State::default()));
        assert!(State::from_json("7").is_err());
    }
}
