//! What one recipient is told: the parts that list them, and nothing that is somebody's own (RFC 6638 3.2.6).

use std::collections::{BTreeMap, BTreeSet};

use ical::civil::Timestamp;
use ical::component::CalendarUser;
use ical::value::{CalAddress, DateOrTime, ScheduleAgent};
use ical::{Component, ComponentId, ComponentKind, ContentLine, Document, ParameterKind, PropertyKind};

use crate::changes::is_private;
use crate::method::Method;
use crate::object::{Part, SchedulingObject, calendar, ids, keep_only, scheduled};
use crate::party::Party;
use crate::user::{Addresses, normal};

/// Somebody who is invited, and the parts that list them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Guest {
    /// As the first part writes it.
    pub(crate) address: CalAddress<'static>,
    pub(crate) parts: BTreeSet<Part>,
}

/// All who are invited and whom the service is to tell, by their addresses in normal form; the organizer is not. An override
/// that lists nobody is everybody's who is invited to the series.
pub(crate) fn guests(object: &SchedulingObject<'_>, own: &Addresses) -> BTreeMap<String, Guest> {
    let mut guests: BTreeMap<String, Guest> = BTreeMap::new();
    for (part, component) in object.parts() {
        for user in listed(object, component) {
            // RFC 6638 7.1: what is not known is as NONE.
            let is_ours = user.schedule_agent() == ScheduleAgent::Server && !own.name(&user);
            let (Some(name), Ok(address), true) = (normal(&user), user.address(), is_ours) else { continue };
            let guest = guests
                .entry(name)
                .or_insert_with(|| Guest { address: address.into_owned(), parts: BTreeSet::new() });
            guest.parts.insert(part);
        }
    }
    guests
}

/// Those whom a component lists; where it lists nobody, whom the master does.
fn listed<'a>(object: &SchedulingObject<'a>, component: Component<'a>) -> Vec<CalendarUser<'a>> {
    let own: Vec<_> = component.attendees().collect();
    match object.part(Part::Series) {
        Some(master) if own.is_empty() => master.attendees().collect(),
        _ => own,
    }
}

/// The text that tells of some parts, ready but for METHOD and DTSTAMP: of the series, instances whose override is not shown are
/// taken out.
pub(crate) fn of_parts(object: &SchedulingObject<'_>, shown: &BTreeSet<Part>) -> Document {
    let mut view = object.document().clone();
    let shown_ids: Vec<ComponentId> = object
        .parts()
        .filter(|(part, _)| shown.contains(part))
        .map(|(_, component)| component.id())
        .collect();
    keep_only(&mut view, &shown_ids);
    if let Some(master) = object.part(Part::Series) {
        // An override that lists nobody is everybody's of the series, and says so.
        let silent =
            object.parts().filter(|(part, one)| shown.contains(part) && one.attendees().next().is_none());
        for (_, component) in silent {
            for attendee in master.properties_of(PropertyKind::Attendee) {
                view.copy(component.id(), &attendee);
            }
        }
    }
    if let Some(master) = object.part(Part::Series).filter(|_| shown.contains(&Part::Series)) {
        let excluded = object.excluded();
        let hidden = object.parts().map(|(part, _)| part);
        let hidden = hidden.filter(|part| !shown.contains(part) && !excluded.contains(part));
        for original in hidden.filter_map(|part| object.times(part)) {
            view.add(master.id(), &ContentLine::new(PropertyKind::Exdate).date_or_time(&original.original));
        }
    }
    view
}

/// Makes a message of a text: METHOD and DTSTAMP are set, and what is the sender's own goes.
pub(crate) fn make_message(view: &mut Document, method: Method, stamp: Timestamp, party: &Party<'_>) {
    if let Some(root) = calendar(view) {
        const KEPT: [PropertyKind; 2] = [PropertyKind::Version, PropertyKind::Calscale];
        let others: Vec<_> = view
            .component(root)
            .properties()
            .filter(|property| !KEPT.contains(&property.kind()))
            .map(|property| property.id())
            .collect();
        for other in others {
            view.remove(other);
        }
        view.add(root, &ContentLine::new(PropertyKind::Prodid).raw(&party.options.product));
        view.add(root, &ContentLine::new(PropertyKind::Method).raw(method.as_str()));
    }
    // RFC 5546 3.2.2: in a message each zone is defined, also where clients and service know it by name (RFC 7809).
    view.define_zones(party.zones);
    for part in scheduled(view) {
        strip(view, part, method);
        fill(view, part, method);
        sign(view, part, party);
        if let Some(stamp) = stamp.to_utc() {
            view.set(part, &ContentLine::new(PropertyKind::Dtstamp).date_or_time(&DateOrTime::Utc(stamp)));
        }
    }
}

/// Says what a message has to say, and an object need not: nothing is said by it (RFC 5546 3.2.2, 3.4.2).
fn fill(view: &mut Document, part: ComponentId, method: Method) {
    if !matches!(method, Method::Publish | Method::Request | Method::Add | Method::Counter) {
        return;
    }
    let component = view.component(part);
    let lacks_summary = component.property(PropertyKind::Summary).is_none();
    let lacks_priority =
        component.kind() == ComponentKind::Todo && component.property(PropertyKind::Priority).is_none();
    if lacks_summary {
        view.add(part, &ContentLine::new(PropertyKind::Summary).raw(""));
    }
    if lacks_priority {
        view.add(part, &ContentLine::new(PropertyKind::Priority).raw("0"));
    }
}

/// Says who acts for whoever sends: as the organizer, else as the attendee who they are (RFC 5546 2.1.3). Whoever sends themselves
/// is not sent for, whatever an edit before this one said.
fn sign(view: &mut Document, part: ComponentId, party: &Party<'_>) {
    let component = view.component(part);
    let organizer = component.organizer().filter(|user| party.addresses.name(user));
    let attendee = || component.attendees().find(|user| party.addresses.name(user));
    let Some(user) = organizer.or_else(attendee) else { return };
    let line = user.property();
    let is_signed = line.parameters().any(|parameter| parameter.kind() == ParameterKind::SentBy);
    if party.sent_by.is_some() || is_signed {
        let by: Vec<&str> = party.sent_by.iter().map(CalAddress::as_str).collect();
        let line = line.id();
        view.set_parameter(line, ParameterKind::SentBy, &by);
    }
}

/// Takes out of a component what is its owner's own: alarms, notes of clients, how the service delivers.
fn strip(view: &mut Document, part: ComponentId, method: Method) {
    let alarms: Vec<_> = view.component(part).children_of(ComponentKind::Alarm).map(|one| one.id()).collect();
    for alarm in alarms {
        view.remove_component(alarm);
    }
    let is_own = |property: &ical::Property<'_>| {
        (property.kind() == PropertyKind::RequestStatus && method != Method::Reply)
            || is_private(&property.name())
    };
    let own: Vec<_> =
        view.component(part).properties().filter(is_own).map(|property| property.id()).collect();
    for property in own {
        view.remove(property);
    }
    for kind in [PropertyKind::Organizer, PropertyKind::Attendee] {
        for property in ids(view, part, kind) {
            clear(view, property);
        }
    }
}

/// Takes out of an ORGANIZER or ATTENDEE what concerns the service alone (RFC 6638 7).
pub(crate) fn clear(view: &mut Document, property: ical::PropertyId) {
    for kind in
        [ParameterKind::ScheduleAgent, ParameterKind::ScheduleForceSend, ParameterKind::ScheduleStatus]
    {
        if view.property(property).parameter(kind).is_some() {
            view.set_parameter(property, kind, &[]);
        }
    }
}

/// An ATTENDEE as another wrote it, with no more than who it is and what they answer.
pub(crate) fn introduced(user: &CalendarUser<'_>) -> Option<ContentLine> {
    let address = user.address().ok()?;
    let mut line = ContentLine::new(PropertyKind::Attendee);
    for kind in [ParameterKind::Cn, ParameterKind::Cutype, ParameterKind::Member, ParameterKind::Partstat] {
        if let Some(parameter) = user.property().parameter(kind) {
            let values: Vec<String> = parameter.values().map(|value| value.into_owned()).collect();
            line = line.with(kind, values);
        }
    }
    Some(line.raw(address.as_str()))
}
