//! DECLINECOUNTER: what was proposed will not be (RFC 5546 3.2.8, 3.4.8).

use super::{Ignore, Incoming, Outcome, not_by_organizer};
use crate::message::Class;
use crate::object::SchedulingObject;
use crate::party::Party;
use crate::state::State;

/// Takes note that the owner's proposals are declined.
pub(super) fn take(
    kept: Option<&SchedulingObject<'_>>,
    said: &SchedulingObject<'_>,
    message: &Incoming,
    state: &mut State,
    party: &Party<'_>,
) -> Outcome {
    if let Some(outcome) = not_by_organizer(kept, said, message, party) {
        return outcome;
    }
    let proposed = said.parts().filter(|(part, _)| state.proposed.remove(part).is_some()).count();
    match proposed {
        0 => Outcome::Ignore(Ignore::Unknown),
        _ => Outcome::Note(Class::DeclineCounter),
    }
}
