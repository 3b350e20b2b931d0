//! PUBLISH: told to whoever wants to know (RFC 5546 3.2.1, 3.3.1, 3.4.1, 3.5.1).

use super::{Hold, Ignore, Incoming, Outcome, not_by_organizer, request};
use crate::object::SchedulingObject;
use crate::party::Party;
use crate::role::Role;
use crate::state::State;

/// Takes in what is published, if its owner wants it.
pub(super) fn take(
    kept: Option<&SchedulingObject<'_>>,
    said: &SchedulingObject<'_>,
    message: &Incoming,
    state: &mut State,
    party: &Party<'_>,
) -> Outcome {
    if kept.is_some_and(|kept| Role::of(kept, party.addresses) == Role::Attendee) {
        return Outcome::Ignore(Ignore::Invited);
    }
    if let Some(outcome) = not_by_organizer(kept, said, message, party) {
        return outcome;
    }
    if kept.is_none() && message.waits_for(Hold::Published) {
        return Outcome::Hold(Hold::Published);
    }
    match request::merge(kept, said, false, state, party) {
        Ok((document, class)) => Outcome::Keep { document, class },
        Err(why) => Outcome::Ignore(why),
    }
}
