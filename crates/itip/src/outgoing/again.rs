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
    let told = &mut state.answers.entry((name.to_owned(), Part::Series)).or_default().told;
    if is_just_now(*told, party.now) {
        return None;
    }
    *told = Some(party.now);
    let forced = BTreeSet::from([name.to_owned()]);
    Some(owed(Some(object), Some(object), &forced, state, party))
}
