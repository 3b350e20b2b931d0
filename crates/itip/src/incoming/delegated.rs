//! A REQUEST from somebody who sends the owner in their place (RFC 5546 3.2.2.3).

use super::{Hold, Ignore, Incoming, Outcome};
use crate::delegation::{senders_of, sent_by};
use crate::object::SchedulingObject;
use crate::outgoing::attendee::own;
use crate::outgoing::organizer::attendee;
use crate::party::Party;

/// What becomes of it; `None` where it is no such message, or the owner has agreed. In the organizer's name others say nothing
/// that counts by itself: whoever is sent hears of it from the organizer too.
pub(super) fn waits(
    kept: Option<&SchedulingObject<'_>>,
    said: &SchedulingObject<'_>,
    message: &Incoming,
    party: &Party<'_>,
) -> Option<Outcome> {
    let sender = message.sender.normal();
    let is_sent = |component| {
        let (own, by) = (own(component, party)?, attendee(component, &sender)?);
        let is_named = sent_by(&by).iter().any(|name| crate::user::normal(&own).as_ref() == Some(name));
        Some(is_named && senders_of(&own).contains(&sender))
    };
    if !said.parts().any(|(_, component)| is_sent(component) == Some(true)) {
        return None;
    }
    let is_invited =
        kept.is_some_and(|kept| kept.parts().any(|(_, component)| own(component, party).is_some()));
    match is_invited {
        true => Some(Outcome::Ignore(Ignore::Duplicate)),
        false => message.waits_for(Hold::Delegated).then_some(Outcome::Hold(Hold::Delegated)),
    }
}
