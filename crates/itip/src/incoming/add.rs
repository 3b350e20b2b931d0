//! ADD: further instances (RFC 5546 3.2.4, 3.4.4, 3.5.2).

use std::cmp::Ordering;

use ical::value::DateOrTime;
use ical::{Component, ComponentId, ContentLine, Document, ParameterKind, PropertyKind};

use super::{Applied, Hold, Ignore, Incoming, Outcome, clean, not_by_organizer, request};
use crate::object::{Part, SchedulingObject, calendar};
use crate::outgoing::attendee::own;
use crate::outgoing::refresh;
use crate::party::Party;
use crate::sequence::Revision;
use crate::state::State;

/// Takes in an instance more. Of what is not here the organizer is asked.
pub(super) fn take(
    kept: Option<&SchedulingObject<'_>>,
    said: &SchedulingObject<'_>,
    message: &Incoming,
    state: &mut State,
    party: &Party<'_>,
) -> Applied {
    if let Some(outcome) = not_by_organizer(kept, said, message, party) {
        return outcome.into();
    }
    let Some(kept) = kept else {
        let owed = refresh(&message.document, state, party);
        return Applied { outcome: Outcome::Hold(Hold::UnknownSeries), owed: owed.into_iter().collect() };
    };
    let instance = said.part(Part::Series).and_then(|component| {
        let start = component.start().ok().flatten()?;
        Some((component, kept.instance(&start, said.zones()), start))
    });
    let Some((component, part, start)) = instance else {
        return Outcome::Ignore(Ignore::NoInstance).into();
    };
    let is_guest = kept.parts().any(|(_, component)| own(component, party).is_some());
    let is_for_others = component.attendees().next().is_some() && own(component, party).is_none();
    if is_guest && is_for_others && message.waits_for(Hold::NotInvited) {
        return Outcome::Hold(Hold::NotInvited).into();
    }
    let by = Revision::of(component);
    match request::compare(by, Some(kept), part, state) {
        Some(Ordering::Less) => return Outcome::Ignore(Ignore::Stale).into(),
        Some(Ordering::Equal) => return Outcome::Ignore(Ignore::Duplicate).into(),
        Some(Ordering::Greater) | None => {}
    }
    let document = added(kept, said, (part, &start, component), party);
    state.received.insert(part, by);
    let class = request::class(kept, &document, party);
    Outcome::Keep { document, class }.into()
}

/// What is kept, with the instance: a date of the series, and an override that says what it is.
fn added(
    kept: &SchedulingObject<'_>,
    said: &SchedulingObject<'_>,
    (part, start, component): (Part, &DateOrTime<'static>, Component<'_>),
    party: &Party<'_>,
) -> Document {
    let mut document = kept.document().clone();
    request::add_zones(&mut document, said.document());
    request::include(&mut document, kept, part);
    let is_left_out = kept.excluded().contains(&part);
    if let Some(master) = kept.part(Part::Series).filter(|_| kept.times(part).is_none() && !is_left_out) {
        document.add(master.id(), &ContentLine::new(PropertyKind::Rdate).date_or_time(start));
    }
    if let Some(before) = kept.part(part) {
        document.remove_component(before.id());
    }
    let root = calendar(&document);
    let Some(one) = document.add_component(root, &component.to_bytes()) else { return document };
    document.set(one, &ContentLine::new(PropertyKind::RecurrenceId).date_or_time(start));
    clean(&mut document, one);
    if component.attendees().next().is_none() {
        ask(&mut document, one, kept, party);
    }
    document
}

/// An instance that lists nobody is for all who are invited to the series; of its owner nobody knows yet whether they come.
fn ask(document: &mut Document, one: ComponentId, kept: &SchedulingObject<'_>, party: &Party<'_>) {
    let listing = kept.parts().map(|(_, component)| component).find(|one| one.attendees().next().is_some());
    for user in listing.into_iter().flat_map(|component| component.attendees().collect::<Vec<_>>()) {
        document.copy(one, user.property());
    }
    if let Some(user) = own(document.component(one), party).map(|user| user.property().id()) {
        document.set_parameter(user, ParameterKind::Partstat, &["NEEDS-ACTION"]);
        document.set_parameter(user, ParameterKind::Rsvp, &["TRUE"]);
    }
}
