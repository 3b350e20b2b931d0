//! REFRESH: somebody wants to be told again (RFC 5546 3.2.6, 3.4.6).

use super::{Applied, Hold, Ignore, Incoming, Outcome};
use crate::message::Class;
use crate::object::SchedulingObject;
use crate::outgoing::again;
use crate::outgoing::organizer::attendee;
use crate::party::Party;
use crate::role::Role;
use crate::state::State;

/// Tells whoever asks again, if they are invited, as it is now.
pub(super) fn take(
    kept: Option<&SchedulingObject<'_>>,
    said: &SchedulingObject<'_>,
    message: &Incoming,
    state: &mut State,
    party: &Party<'_>,
) -> Applied {
    let Some(kept) = kept.filter(|kept| Role::of(kept, party.addresses) == Role::Organizer) else {
        return Outcome::Ignore(Ignore::Unknown).into();
    };
    let name = message.sender.normal();
    if !said.parts().all(|(_, component)| attendee(component, &name).is_some()) {
        return Outcome::Hold(Hold::NotTheAttendee).into();
    }
    if !kept.parts().any(|(_, component)| attendee(component, &name).is_some()) {
        return Outcome::Ignore(Ignore::Stranger).into();
    }
    match again(kept, &name, state, party) {
        Some(owed) => Applied { outcome: Outcome::Note(Class::Refresh), owed },
        None => Outcome::Ignore(Ignore::JustTold).into(),
    }
}
