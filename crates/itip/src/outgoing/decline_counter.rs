//! DECLINECOUNTER: what somebody proposed will not be (RFC 5546 3.2.8, 3.4.8).

use ical::{ContentLine, Document, PropertyKind};

use super::cancel::list_only;
use crate::incoming::Incoming;
use crate::message::{Class, Message};
use crate::method::Method;
use crate::object::scheduled;
use crate::party::Party;
use crate::sequence::sequence;
use crate::state::State;
use crate::user::normal;
use crate::view::make_message;

/// What is said of a proposal, beside who is meant.
const SAID: [PropertyKind; 11] = [
    PropertyKind::Uid,
    PropertyKind::Dtstamp,
    PropertyKind::Organizer,
    PropertyKind::Attendee,
    PropertyKind::Sequence,
    PropertyKind::Summary,
    PropertyKind::Dtstart,
    PropertyKind::Dtend,
    PropertyKind::Due,
    PropertyKind::Duration,
    PropertyKind::RecurrenceId,
];

/// Tells whoever sent a COUNTER that it will not be; `None` where the message is none, or is to another organizer.
pub fn decline_counter(
    proposal: &Incoming,
    comment: Option<&str>,
    state: &mut State,
    party: &Party<'_>,
) -> Option<Message> {
    if proposal.method != Method::Counter {
        return None;
    }
    let mut view: Document = proposal.document.clone();
    let parts = scheduled(&view);
    let organizer = view.component(*parts.first()?).organizer()?;
    let sender = party.addresses.name(&organizer).then(|| organizer.address().ok())??.into_owned();
    let to = proposal.sender.clone();
    for id in parts {
        let inside: Vec<_> = view.component(id).children().map(|child| child.id()).collect();
        inside.into_iter().for_each(|child| view.remove_component(child));
        let others = view.component(id).properties().filter(|property| !SAID.contains(&property.kind()));
        let others: Vec<_> = others.map(|property| property.id()).collect();
        others.into_iter().for_each(|property| view.remove(property));
        let number = sequence(view.component(id));
        view.set(id, &ContentLine::new(PropertyKind::Sequence).raw(&number.to_string()));
        if let Some(comment) = comment {
            view.add(id, &ContentLine::new(PropertyKind::Comment).text(comment));
        }
        let is_theirs = view.component(id).attendees().any(|user| normal(&user) == Some(to.normal()));
        if !is_theirs {
            view.add(id, &ContentLine::new(PropertyKind::Attendee).raw(to.as_str()));
        }
    }
    list_only(&mut view, |user| normal(user) == Some(to.normal()));
    let (method, class) = (Method::DeclineCounter, Class::DeclineCounter);
    make_message(&mut view, method, state.stamped(party.now), party);
    let text = view.to_bytes().into_owned();
    Some(Message { method, class, sender, recipients: vec![to], text })
}
