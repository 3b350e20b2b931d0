//! REFRESH: the owner wants to be told again (RFC 5546 3.2.6, 3.4.6).

use ical::value::CalAddress;
use ical::{ComponentKind, ContentLine, Document, PropertyKind};

use super::attendee::own;
use crate::message::{Class, Message};
use crate::method::Method;
use crate::object::{SchedulingObject, keep_only};
use crate::party::Party;
use crate::state::{State, is_just_now};
use crate::view::make_message;

/// Asks the organizer of an object, of which this is what the owner knows, to be told of it again. `None` where nobody organizes
/// it, or they were asked just now.
pub fn refresh(known: &Document, state: &mut State, party: &Party<'_>) -> Option<Message> {
    if is_just_now(state.asked, party.now) {
        return None;
    }
    let object = SchedulingObject::read(known, party.zones)?;
    let organizer = object.organizer()?.address().ok()?.into_owned();
    let (_, component) = object.parts().next().filter(|(_, one)| Method::Refresh.is_of(one.kind()))?;
    let listed =
        object.parts().find_map(|(_, one)| own(one, party)?.address().ok().map(CalAddress::into_owned));
    let sender = listed.unwrap_or_else(|| party.addresses.first().clone());
    let mut view = known.clone();
    let id = component.id();
    keep_only(&mut view, &[id]);
    let inside: Vec<_> = view.component(id).children().map(|child| child.id()).collect();
    inside.into_iter().for_each(|child| view.remove_component(child));
    // RFC 5546 3.4.6: of a to-do not even that is said.
    let says = |kind: PropertyKind| {
        kind == PropertyKind::Uid
            || (kind == PropertyKind::Organizer && component.kind() != ComponentKind::Todo)
    };
    let others = component.properties().filter(|property| !says(property.kind()));
    let others: Vec<_> = others.map(|property| property.id()).collect();
    others.into_iter().for_each(|property| view.remove(property));
    view.add(id, &ContentLine::new(PropertyKind::Attendee).raw(sender.as_str()));
    state.asked = Some(party.now);
    make_message(&mut view, Method::Refresh, state.stamped(party.now), party);
    let text = view.to_bytes().into_owned();
    let recipients = vec![organizer];
    Some(Message { method: Method::Refresh, class: Class::Refresh, sender, recipients, text })
}
