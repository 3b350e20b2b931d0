//! A REQUEST from somebody who sends the owner in their place (RFC 5546 3.2.2.3).

use ical::value::Partstat;

use super::{Hold, Ignore, Incoming, Outcome};
use crate::delegation::{senders_of, sent_by};
use crate::object::SchedulingObject;
use crate::outgoing::attendee::{own, own_answer};
use crate::outgoing::organizer::attendee;
use crate::party::Party;
use crate::user::normal;

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
        let is_named = normal(&own).is_some_and(|name| sent_by(&by).contains(&name));
        Some(is_named && senders_of(&own).contains(&sender))
    };
    if !said.parts().any(|(_, component)| is_sent(component) == Some(true)) {
        return None;
    }
    // Who declined may be sent after all.
    let comes = |component| own_answer(component, party).is_some_and(|said| said != Partstat::Declined);
    let is_invited = kept.is_some_and(|kept| kept.parts().any(|(_, component)| comes(component)));
    let by = |object: &SchedulingObject<'_>| object.organizer().and_then(|user| normal(&user));
    match kept.map(|kept| by(kept) == by(said)) {
        // Theirs, or somebody else's, has the UID.
        Some(false) => Some(Outcome::Ignore(Ignore::OwnObject)),
        Some(true) if is_invited => Some(Outcome::Ignore(Ignore::Duplicate)),
        _ => message.waits_for(Hold::Delegated).then_some(Outcome::Hold(Hold::Delegated)),
    }
}
