//! What is kept beside an object: what its text cannot tell (RFC 5546 2.1.5).

use std::collections::{BTreeMap, BTreeSet};

use ical::civil::Timestamp;

use crate::object::Part;
use crate::sequence::Revision;

/// The state of a UID with one calendar user. It outlives the object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Of attendees, by their addresses in normal form, and parts: the organizer's notes.
    pub answers: BTreeMap<(String, Part), Answered>,
    /// The revision of each part that was last taken in: an attendee's note. Their client may write other numbers.
    pub received: BTreeMap<Part, Revision>,
    /// The SEQUENCE of each part that was last answered: an attendee's note.
    pub replied: BTreeMap<Part, u32>,
    /// What was called off before it was told of, by the organizer's address in normal form: CANCEL overtook REQUEST.
    pub called_off: BTreeMap<(String, Part), Revision>,
    /// The instances that an attendee took out of their copy.
    pub left_out: BTreeSet<Part>,
    /// The parts for which an attendee proposed something else, with the SEQUENCE that this was about.
    pub proposed: BTreeMap<Part, u32>,
    /// What an attendee said beside their answers: theirs, whatever the organizer says.
    pub remarks: BTreeSet<String>,
    /// The SEQUENCE of each part of what an attendee took out of their calendar: the same told again does not bring it back.
    pub removed: BTreeMap<Part, u32>,
    /// When an attendee last asked to be told again.
    pub asked: Option<Timestamp>,
    /// The highest SEQUENCE that went out: what is made anew under the UID goes on from there.
    pub sequence: Option<u32>,
    /// DTSTAMP of the last message that went out: the next one's is later, so that no two of one SEQUENCE tie.
    pub stamp: Option<Timestamp>,
}

/// What is known of an attendee's answers for a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The revision of the last answer that was taken: earlier ones that come later are no news.
    pub last: Option<Revision>,
    /// That answer, where the object may not show it: that of an instance that says what its series does.
    pub said: Option<String>,
    /// An answer to an earlier SEQUENCE than this is about another time.
    pub since: u32,
    /// What they said beside it, for the organizer alone.
    pub comment: Option<String>,
    /// How much of a to-do they have done, of a hundred.
    pub percent: Option<u8>,
    /// Did they say it before whoever sends them had said that they do?
    pub is_early: bool,
    /// When they were last told again because they asked for it.
    pub told: Option<Timestamp>,
}

/// So long, in seconds, nobody asks to be told again twice, nor is told so.
const PAUSE: i64 = 600;

/// Was that just now?
pub(crate) fn is_just_now(at: Option<Timestamp>, now: Timestamp) -> bool {
    at.is_some_and(|at| now.0.saturating_sub(at.0) < PAUSE)
}

impl State {
    /// The DTSTAMP of what goes out now: the time, or just after the last one.
    pub fn stamped(&mut self, now: Timestamp) -> Timestamp {
        let stamp = self.stamp.map_or(now, |last| now.max(Timestamp(last.0.saturating_add(1))));
        self.stamp = Some(stamp);
        stamp
    }
}
