//! CANCEL: the whole, instances, or for somebody (RFC 5546 3.2.5).

use std::cmp::Ordering;
use std::collections::BTreeSet;

use ical::value::Range;
use ical::{Component, ComponentId, ContentLine, Document, PropertyKind};

use super::{Ignore, Incoming, Outcome, not_by_organizer, request};
use crate::message::Class;
use crate::object::{Part, SchedulingObject, is_cancelled};
use crate::outgoing::attendee::own;
use crate::party::Party;
use crate::sequence::{Revision, sequence};
use crate::state::State;
use crate::user::normal;

/// Takes a CANCEL in for an attendee. What is called off is kept, and says so.
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
    let Some(kept) = kept else {
        // Whoever took it out, and is invited again after that, is invited.
        state.removed.clear();
        for (part, component) in said.parts() {
            remember(message, part, Revision::of(component), state);
        }
        return Outcome::Ignore(Ignore::Early);
    };
    if let Some(outcome) = others_only(kept, said, state, party) {
        return outcome;
    }
    let mut document: Option<Document> = None;
    let mut why = Ignore::Duplicate;
    for (part, component) in said.parts() {
        let by = Revision::of(component);
        let now = document.as_ref().and_then(|document| SchedulingObject::read(document, party.zones));
        let now = now.as_ref().unwrap_or(kept);
        if request::compare(by, Some(now), part, state).is_some_and(Ordering::is_lt) {
            why = Ignore::Stale;
        } else if ends_with(component) {
            if state.received.get(&part).is_some_and(|known| *known >= by) {
                continue;
            }
            let ended = ended(now, part, by, state).map(|ended| with_words(ended, (part, component), party));
            document = ended.or(document);
        } else if now.has(part) || part == Part::Series {
            let is_off = now.part(part).is_some_and(is_cancelled);
            let called_off = called_off(now, part, by, state).filter(|_| !is_off);
            document =
                called_off.map(|called_off| with_words(called_off, (part, component), party)).or(document);
        } else if state.received.get(&part).is_none_or(|known| *known < by) {
            // The instance may come with a REQUEST that is on its way.
            remember(message, part, by, state);
            why = Ignore::Early;
        }
    }
    match document {
        Some(document) => Outcome::Keep { document, class: Class::Cancel },
        None => Outcome::Ignore(why),
    }
}

/// The text with what is said of why it is off.
fn with_words(mut document: Document, (part, said): (Part, Component<'_>), party: &Party<'_>) -> Document {
    let Some(object) = SchedulingObject::read(&document, party.zones) else { return document };
    let Some(kept) = object.part(part) else { return document };
    let known: Vec<_> = kept.comments().collect();
    let is_new = |line: &ical::Property<'_>| !known.contains(&line.text());
    let new: Vec<_> = said.properties_of(PropertyKind::Comment).filter(is_new).collect();
    let id = kept.id();
    drop(known);
    drop(object);
    for line in new {
        document.copy(id, &line);
    }
    document
}

/// Does it speak of all that follows an instance, too (RFC 5545 3.2.13)?
fn ends_with(component: Component<'_>) -> bool {
    let range = component.recurrence_id().ok().flatten().and_then(|id| id.range);
    range == Some(Range::ThisAndFuture)
}

/// The text in which all from an instance on is called off, whether there is that one or not.
fn ended(kept: &SchedulingObject<'_>, part: Part, by: Revision, state: &mut State) -> Option<Document> {
    let Part::Instance(at) = part else { return None };
    let is_first = kept.set().span().ok().flatten().is_some_and(|span| span.start >= at);
    if kept.part(Part::Series).is_none() || is_first {
        let all = if kept.part(Part::Series).is_some() { Part::Series } else { part };
        let mut document = called_off(kept, all, by, state);
        let text = document.get_or_insert_with(|| kept.document().clone());
        call_off_later(kept, text, part);
        return document;
    }
    let master = kept.part(Part::Series)?;
    let mut document = kept.document().clone();
    document.end_series_before(master.id(), &kept.written(at)?);
    call_off_later(kept, &mut document, part);
    let number = by.sequence.max(sequence(master));
    document.set(master.id(), &ContentLine::new(PropertyKind::Sequence).raw(&number.to_string()));
    for known in [Part::Series, part] {
        let known = state.received.entry(known).or_insert(by);
        *known = by.max(*known);
    }
    Some(document)
}

fn call_off_later(kept: &SchedulingObject<'_>, document: &mut Document, part: Part) {
    let instances = kept.parts().filter(|(other, _)| *other != Part::Series && *other >= part);
    for (_, later) in instances {
        document.set(later.id(), &ContentLine::new(PropertyKind::Status).raw("CANCELLED"));
    }
}

/// So many CANCELs that came too early are remembered of a UID.
const MOST_EARLY: usize = 100;

/// Remembers what is called off before it is told of.
fn remember(message: &Incoming, part: Part, by: Revision, state: &mut State) {
    let key = (message.sender.normal(), part);
    if state.called_off.len() < MOST_EARLY || state.called_off.contains_key(&key) {
        let known = state.called_off.entry(key).or_insert(by);
        *known = by.max(*known);
    }
}

/// A CANCEL that says of nothing that it is off, and does not list the owner, tells of others who are invited no more.
fn others_only(
    kept: &SchedulingObject<'_>,
    said: &SchedulingObject<'_>,
    state: &State,
    party: &Party<'_>,
) -> Option<Outcome> {
    let is_for_others = said.parts().all(|(_, component)| {
        !is_cancelled(component) && component.attendees().next().is_some() && own(component, party).is_none()
    });
    if !is_for_others {
        return None;
    }
    let mut document = kept.document().clone();
    for (part, component) in said.parts() {
        if request::compare(Revision::of(component), Some(kept), part, state).is_some_and(Ordering::is_lt) {
            return Some(Outcome::Ignore(Ignore::Stale));
        }
        let gone: BTreeSet<String> = component.attendees().filter_map(|user| normal(&user)).collect();
        let Some(component) = kept.part(part) else { continue };
        for user in component.attendees().filter(|user| normal(user).is_some_and(|name| gone.contains(&name)))
        {
            document.remove(user.property().id());
        }
    }
    Some(Outcome::Keep { document, class: Class::Status })
}

/// The text in which a part is called off by a revision, an instance by an override of its own; the series with all of it but
/// what is known to go on since. `None` where there is none such.
pub(super) fn called_off(
    kept: &SchedulingObject<'_>,
    part: Part,
    by: Revision,
    state: &mut State,
) -> Option<Document> {
    let mut document = kept.document().clone();
    let mut off: Vec<ComponentId> = Vec::new();
    // Numbers of an instance and of its series tell nothing of each other: stamps do.
    let is_older = |other: Part| state.received.get(&other).is_none_or(|known| known.stamp <= by.stamp);
    let theirs =
        kept.parts().filter(|(other, _)| *other == part || (part == Part::Series && is_older(*other)));
    off.extend(theirs.map(|(_, component)| component.id()));
    if off.is_empty()
        && let (Some(master), Some(times)) = (kept.part(Part::Series), kept.times(part))
    {
        off.extend(document.add_override(master.id(), &times));
    }
    for id in &off {
        document.set(*id, &ContentLine::new(PropertyKind::Status).raw("CANCELLED"));
        let number = by.sequence.max(sequence(document.component(*id)));
        document.set(*id, &ContentLine::new(PropertyKind::Sequence).raw(&number.to_string()));
    }
    state.received.insert(part, by);
    (!off.is_empty()).then_some(document)
}
