//! CANCEL: what is called off, and for whom (RFC 5546 3.2.5).

use std::collections::BTreeSet;

use ical::component::CalendarUser;
use ical::value::CalAddress;
use ical::{ComponentId, ContentLine, Document, PropertyKind};

use crate::object::{Part, SchedulingObject, keep_only, scheduled};
use crate::sequence::sequence;

/// What a CANCEL says of a component, beside who is meant.
const SAID: [PropertyKind; 11] = [
    PropertyKind::Uid,
    PropertyKind::Dtstamp,
    PropertyKind::Organizer,
    PropertyKind::Attendee,
    PropertyKind::Summary,
    PropertyKind::Dtstart,
    PropertyKind::Dtend,
    PropertyKind::Due,
    PropertyKind::Duration,
    PropertyKind::Location,
    PropertyKind::RecurrenceId,
];

/// The text that calls parts off, or says that somebody is no longer in them. The series stands for all its instances.
pub(super) fn of_parts(
    old: &SchedulingObject<'_>,
    new: Option<&SchedulingObject<'_>>,
    parts: &BTreeSet<Part>,
    is_off: bool,
    to: &[CalAddress<'static>],
) -> Document {
    let series = BTreeSet::from([Part::Series]);
    let parts = if parts.contains(&Part::Series) { &series } else { parts };
    let mut view = old.document().clone();
    let mut kept: Vec<ComponentId> = Vec::new();
    for part in parts {
        let number = after(old, new, *part);
        let id = match (old.part(*part), old.part(Part::Series), old.times(*part)) {
            (Some(component), ..) => Some(component.id()),
            (None, Some(master), Some(times)) => view.add_override(master.id(), &times),
            _ => None,
        };
        let Some(id) = id else { continue };
        say_only(&mut view, id);
        if is_off {
            view.add(id, &ContentLine::new(PropertyKind::Status).raw("CANCELLED"));
        }
        view.add(id, &ContentLine::new(PropertyKind::Sequence).raw(&number.to_string()));
        // Why, if the organizer has said so with it.
        let words = new.and_then(|new| new.part(*part)).into_iter();
        let words = words.flat_map(|now| now.properties_of(PropertyKind::Comment).collect::<Vec<_>>());
        for line in words {
            view.copy(id, &line);
        }
        kept.push(id);
    }
    keep_only(&mut view, &kept);
    list_only(&mut view, |user| user.address().is_ok_and(|address| to.contains(&address.into_owned())));
    view
}

/// The revision after the last that a part had (RFC 5546 2.1.4).
fn after(old: &SchedulingObject<'_>, new: Option<&SchedulingObject<'_>>, part: Part) -> u32 {
    // With the series all that it has is called off.
    let parts = old.parts().filter(|(other, _)| part == Part::Series || *other == part);
    let numbers = parts.map(|(_, component)| component).chain(old.describing(part)).map(sequence);
    let last = numbers.max().unwrap_or(0);
    let now = new.and_then(|new| new.part(part).or_else(|| new.part(Part::Series))).map_or(0, sequence);
    now.max(last.saturating_add(1))
}

/// Takes all out of a component but what a CANCEL says.
fn say_only(view: &mut Document, id: ComponentId) {
    let inside: Vec<_> = view.component(id).children().map(|child| child.id()).collect();
    inside.into_iter().for_each(|child| view.remove_component(child));
    let others: Vec<_> = view
        .component(id)
        .properties()
        .filter(|property| !SAID.contains(&property.kind()))
        .map(|property| property.id())
        .collect();
    others.into_iter().for_each(|property| view.remove(property));
}

/// Takes out all attendees but those.
pub(super) fn list_only(view: &mut Document, is_listed: impl Fn(&CalendarUser<'_>) -> bool) {
    let attendees = scheduled(view).into_iter().flat_map(|id| view.component(id).attendees());
    let others = attendees.filter(|user| !is_listed(user)).map(|user| user.property().id());
    let others: Vec<_> = others.collect();
    others.into_iter().for_each(|property| view.remove(property));
}
