//! Somebody who is invited is told once more, as it is now (RFC 5546 3.2.6).

use std::collections::BTreeSet;

use super::owed::owed;
use crate::message::Message;
use crate::object::{Part, SchedulingObject};
use crate::party::Party;
use crate::state::{State, is_just_now};

/// The REQUEST for one of those who are invited; `None` where they were told so just now.
pub(crate) fn again(
    object: &SchedulingObject<'_>,
    name: &str,
    state: &mut State,
    party: &Party<'_>,
) -> Option<Vec<Message>> {
    let key = (name.to_owned(), Part::Series);
    if is_just_now(state.answers.get(&key).and_then(|known| known.told), party.now) {
        return None;
    }
    let forced = BTreeSet::from([name.to_owned()]);
    let owed = owed(Some(object), Some(object), &forced, state, party);
    if !owed.is_empty() {
        state.answers.entry(key).or_default().told = Some(party.now);
    }
    Some(owed)
}
