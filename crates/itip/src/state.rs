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
}

impl State {
    /// The DTSTAMP of what goes out now: the time, or just after the last one.
    pub fn stamped(&mut self, now: Timestamp) -> Timestamp {
        let stamp = self.stamp.map_or(now, |last| now.max(Timestamp(last.0.saturating_add(1))));
        self.stamp = Some(stamp);
        stamp
    }
}
