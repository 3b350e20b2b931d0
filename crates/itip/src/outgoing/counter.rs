//! COUNTER: the owner, who is invited, proposes something else (RFC 5546 3.2.7, 3.4.7).

use ical::{Component, ComponentId, ContentLine, Document, PropertyKind};

use super::aligned;
use super::attendee::{THEIRS, own, strip_own};
use crate::changes::{Changes, Recurrence, added_details};
use crate::message::{Class, Message};
use crate::method::Method;
use crate::object::{SchedulingObject, keep_only};
use crate::party::Party;
use crate::role::Role;
use crate::sequence::sequence;
use crate::state::State;
use crate::view::make_message;

/// Why nothing is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCounter {
    /// The owner is not invited.
    NotInvited,
    /// The organizer wants no proposals.
    Refused,
    /// It is what is already.
    Nothing,
}

/// Does the organizer want no other proposals? Exchange says so, and whoever reads it.
pub(crate) fn is_refused(object: &SchedulingObject<'_>) -> bool {
    let says = |component: Component<'_>| {
        component
            .properties_named("X-MICROSOFT-DISALLOW-COUNTER")
            .any(|property| property.value_lossy().trim().eq_ignore_ascii_case("TRUE"))
    };
    object.parts().any(|(_, component)| says(component))
}

/// What is proposed to the organizer, by a text of how it is to be: a message for each part that is not as in what is kept, with
/// what is said beside it by a COMMENT.
///
/// # Errors
/// Nothing of it may be proposed; nothing is owed, and the state is as it was.
pub fn counter(
    kept: &Document,
    proposal: &Document,
    state: &mut State,
    party: &Party<'_>,
) -> Result<Vec<Message>, NoCounter> {
    let (Some(old), Some(new)) =
        (SchedulingObject::read(kept, party.zones), SchedulingObject::read(proposal, party.zones))
    else {
        return Err(NoCounter::NotInvited);
    };
    if Role::of(&old, party.addresses) != Role::Attendee {
        return Err(NoCounter::NotInvited);
    }
    if is_refused(&old) {
        return Err(NoCounter::Refused);
    }
    let aligned = aligned(&old, proposal, party);
    let old = SchedulingObject::read(&aligned, party.zones).unwrap_or(old);
    let mut owed = Vec::new();
    for (part, component) in new.parts() {
        let Some(before) = old.part(part).filter(|before| is_other((&old, *before), (&new, component)))
        else {
            continue;
        };
        let Some(message) = proposed(&new, component, before, state, party) else { continue };
        state.proposed.insert(part, sequence(before));
        owed.push(message);
    }
    match owed.is_empty() {
        true => Err(NoCounter::Nothing),
        false => Ok(owed),
    }
}

/// Is it another thing that is to be? What is left out of a series is no proposal, nor is what is everybody's own.
pub(crate) fn is_other(
    old: (&SchedulingObject<'_>, Component<'_>),
    new: (&SchedulingObject<'_>, Component<'_>),
) -> bool {
    let changes = Changes::between(old, new);
    let recurs_otherwise = Recurrence::of(new.0, new.1).has_other_rules(&Recurrence::of(old.0, old.1));
    let says_more = added_details(old.1, new.1).iter().any(|name| !THEIRS.contains(&name.as_str()));
    changes.times || recurs_otherwise || changes.guests || says_more
}

/// The message that proposes one component.
fn proposed(
    new: &SchedulingObject<'_>,
    component: Component<'_>,
    before: Component<'_>,
    state: &mut State,
    party: &Party<'_>,
) -> Option<Message> {
    let organizer = component.organizer()?.address().ok()?.into_owned();
    let sender = own(component, party)?.address().ok()?.into_owned();
    let mut view = new.document().clone();
    let id: ComponentId = component.id();
    keep_only(&mut view, &[id]);
    let known: Vec<_> = before.comments().collect();
    let old = component.properties_of(PropertyKind::Comment).filter(|line| known.contains(&line.text()));
    let old: Vec<_> = old.map(|line| line.id()).collect();
    old.into_iter().for_each(|line| view.remove(line));
    strip_own(&mut view, id, &state.remarks);
    // RFC 5546 3.2.7: it says of which revision it is another.
    let number = sequence(before).to_string();
    view.set(id, &ContentLine::new(PropertyKind::Sequence).raw(&number));
    make_message(&mut view, Method::Counter, state.stamped(party.now), party);
    let text = view.to_bytes().into_owned();
    Some(Message {
        method: Method::Counter,
        class: Class::Counter,
        sender,
        recipients: vec![organizer],
        text,
    })
}
