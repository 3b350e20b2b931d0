//! What an attendee wrote: their own part of it is theirs to say, and the organizer hears their answers (RFC 6638 3.2.2).

use std::collections::{BTreeMap, BTreeSet};

use ical::component::CalendarUser;
use ical::value::{CalAddress, Partstat, ScheduleAgent, ScheduleForceSend};
use ical::{Component, ComponentId, ComponentKind, ContentLine, Document, ParameterKind, PropertyKind};

use super::organizer::by_name;
use super::progress::{Progress, progress};
use super::{Denied, Written, aligned};
use crate::changes::{Changes, Recurrence, added_details};
use crate::delegation::{followers, may_send, senders_of, sent_by, stand_in};
use crate::message::{Class, Message};
use crate::method::Method;
use crate::object::{Part, SchedulingObject, is_cancelled, keep_only, scheduled};
use crate::party::Party;
use crate::sequence::sequence;
use crate::state::State;
use crate::user::normal;
use crate::view::{make_message, of_parts};

/// What is kept of an attendee's text, and the answer that is owed for it; without a new text they decline.
pub(super) fn write(
    old: Option<&SchedulingObject<'_>>,
    new: Option<Document>,
    state: &mut State,
    party: &Party<'_>,
) -> Result<Written, Denied> {
    let Some(mut new) = new else {
        let owed = old.and_then(|old| decline(old, state, party));
        let live = old.into_iter().flat_map(SchedulingObject::parts).filter(|(_, one)| !is_cancelled(*one));
        state.removed = live.map(|(part, component)| (part, sequence(component))).collect();
        return Ok((None, owed.into_iter().collect()));
    };
    state.removed.clear();
    if SchedulingObject::read(&new, party.zones).is_some_and(|object| !is_served(&object)) {
        // RFC 6638 3.2.2.3: whoever does it themselves may do as they like.
        return Ok((Some(new), Vec::new()));
    }
    let old = old.map(|old| aligned(old, &new, party));
    let old = old.as_ref().and_then(|old| SchedulingObject::read(old, party.zones));
    if let (Some(old), Some(object)) = (&old, SchedulingObject::read(&new, party.zones)) {
        must_be_theirs(old, &object, party)?;
    } else if let Some(object) = SchedulingObject::read(&new, party.zones)
        && !object.parts().all(|(_, component)| may_send_theirs(component, component, party))
    {
        return Err(Denied::AttendeeChange(vec!["ATTENDEE".to_owned()]));
    }
    let is_forced = put_right(old.as_ref(), &mut new, party);
    progress(old.as_ref(), &mut new, party);
    answer_open(old.as_ref(), &mut new, party);
    send(old.as_ref(), &mut new, party);
    let Some(object) = SchedulingObject::read(&new, party.zones) else {
        return Ok((Some(new), Vec::new()));
    };
    let mut answered = answered(old.as_ref(), &object, is_forced, party);
    let left = old.as_ref().map(|old| left_out(old, &object)).unwrap_or_default();
    answered.retain(|part| !left.contains(part));
    let mut view = object.document().clone();
    let root = object.part(Part::Series).and_then(Component::parent).map(|root| root.id());
    let mut parts = Vec::new();
    for part in &answered {
        parts.extend(object.part(*part).map(|component| component.id()));
    }
    if let (Some(master), Some(old)) = (object.part(Part::Series), &old) {
        for part in &left {
            // As the organizer told of it, which is what is declined.
            let declined = match (old.part(*part), old.times(*part)) {
                (Some(component), _) => view.add_component(root, &component.to_bytes()),
                (None, Some(times)) => view.add_override(master.id(), &times),
                (None, None) => None,
            };
            parts.extend(declined.inspect(|id| answer(&mut view, *id, &Partstat::Declined, party)));
        }
    }
    state.left_out.extend(left);
    let remarks = state.remarks.clone();
    remember(old.as_ref(), &object, state);
    let mut owed: Vec<Message> = reply(view, &parts, state, party).into_iter().collect();
    owed.extend(delegating(old.as_ref(), &object, &remarks, state, party));
    drop(object);
    Ok((Some(new), owed))
}

/// Notes what the owner says beside their answers, as far as the object still says it.
fn remember(old: Option<&SchedulingObject<'_>>, new: &SchedulingObject<'_>, state: &mut State) {
    /// So many different things.
    const MOST: usize = 100;
    let all = |object: &SchedulingObject<'_>| -> BTreeSet<String> {
        let said = object.parts().flat_map(|(_, component)| component.comments().collect::<Vec<_>>());
        said.map(|comment| comment.into_owned()).collect()
    };
    let now = all(new);
    state.remarks.retain(|remark| now.contains(remark));
    // What there was from the start may be anybody's.
    let Some(before) = old.map(all) else { return };
    let left = MOST.saturating_sub(state.remarks.len());
    state.remarks.extend(now.difference(&before).take(left).cloned());
}

/// Is it for the service to answer (RFC 6638 3.2.2.2)?
fn is_served(object: &SchedulingObject<'_>) -> bool {
    object.organizer().is_some_and(|organizer| organizer.schedule_agent() == ScheduleAgent::Server)
}

/// Whoever takes an object out of their calendar declines all of it that they had not declined, and that still was to be.
fn decline(old: &SchedulingObject<'_>, state: &mut State, party: &Party<'_>) -> Option<Message> {
    if !is_served(old) {
        return None;
    }
    let mut view = old.document().clone();
    let is_open = |component: &Component<'_>| {
        let is_declined = own(*component, party).is_none_or(|user| user.partstat() == Partstat::Declined);
        !is_declined && !is_cancelled(*component)
    };
    let parts: Vec<ComponentId> =
        old.parts().map(|(_, component)| component).filter(is_open).map(|component| component.id()).collect();
    for part in &parts {
        answer(&mut view, *part, &Partstat::Declined, party);
    }
    reply(view, &parts, state, party)
}

/// The attendee in a component who is the calendar's owner.
pub(crate) fn own<'a>(component: Component<'a>, party: &Party<'_>) -> Option<CalendarUser<'a>> {
    component.attendees().find(|user| party.addresses.name(user))
}

/// What the owner answers in a component, where they are in it.
pub(crate) fn own_answer(component: Component<'_>, party: &Party<'_>) -> Option<Partstat<'static>> {
    own(component, party).map(|user| user.partstat().into_owned())
}

/// Writes the owner's answer into a component.
pub(crate) fn answer(
    document: &mut Document,
    component: ComponentId,
    answer: &Partstat<'_>,
    party: &Party<'_>,
) {
    let user = own(document.component(component), party).map(|user| user.property().id());
    if let Some(user) = user {
        document.set_parameter(user, ParameterKind::Partstat, &[answer.as_str()]);
    }
}

/// Refuses what an attendee may not change (RFC 6638 3.2.2.1). Their copy may lack what the organizer said, and have what is
/// theirs; it may not say anything else.
fn must_be_theirs(
    old: &SchedulingObject<'_>,
    new: &SchedulingObject<'_>,
    party: &Party<'_>,
) -> Result<(), Denied> {
    let mut wrong: BTreeSet<String> = BTreeSet::new();
    let mut tell = |is_wrong: bool, name: &str| {
        if is_wrong {
            wrong.insert(name.to_owned());
        }
    };
    for (part, component) in new.parts() {
        let Some(before) = old.part(part) else {
            tell(true, "RECURRENCE-ID");
            continue;
        };
        let changes = Changes::between((old, before), (new, component));
        let is_todo = component.kind() == ComponentKind::Todo;
        tell(changes.times, if is_todo { "DUE" } else { "DTSTART" });
        tell(changes.status && !is_todo, "STATUS");
        tell(changes.recurrence && !only_excludes(old, before, new, component), "RRULE");
        tell(!sends_only(before, component, party), "ATTENDEE");
        let organizer = |component: Component<'_>| component.organizer().and_then(|user| normal(&user));
        tell(organizer(component) != organizer(before), "ORGANIZER");
        for name in added_details(before, component).into_iter().filter(|name| name != "ORGANIZER") {
            tell(!THEIRS.contains(&name.as_str()) && !name.starts_with("X-"), &name);
        }
    }
    let excluded = new.excluded();
    for (part, _) in old.parts().filter(|(part, _)| new.part(*part).is_none()) {
        // One that only had their answer may go back to what the series says.
        let has_reason = excluded.contains(&part) || new.has(part);
        tell(!has_reason, "RECURRENCE-ID");
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Denied::AttendeeChange(wrong.into_iter().collect())),
    }
}

/// Are there but those more or less whom the owner sends in their place, or sends no more?
fn sends_only(before: Component<'_>, after: Component<'_>, party: &Party<'_>) -> bool {
    let Some(now) = own(after, party) else { return false };
    let (Some(name), sends) = (normal(&now), sent_by(&now)) else { return false };
    let sent = own(before, party).map(|user| sent_by(&user)).unwrap_or_default();
    let gone = followers(before, &name, &sent.difference(&sends).cloned().collect());
    let (was, is) = (by_name(before), by_name(after));
    is.keys().all(|to| was.contains_key(to) || sends.contains(to))
        && was.keys().all(|to| is.contains_key(to) || gone.contains(to))
        && may_send_theirs(before, after, party)
}

/// May the owner send those whom they send, where it was so before?
fn may_send_theirs(before: Component<'_>, after: Component<'_>, party: &Party<'_>) -> bool {
    let sends = own(after, party).and_then(|user| Some((normal(&user)?, sent_by(&user))));
    sends.is_none_or(|(name, sends)| may_send(before, &name, &sends))
}

/// What an attendee may say as they like, beside alarms, their answer, and properties that no RFC knows.
pub(crate) const THEIRS: [&str; 7] =
    ["CATEGORIES", "CLASS", "COLOR", "COMMENT", "COMPLETED", "PERCENT-COMPLETE", "TRANSP"];

/// Are there but further exceptions?
fn only_excludes(
    old: &SchedulingObject<'_>,
    before: Component<'_>,
    new: &SchedulingObject<'_>,
    after: Component<'_>,
) -> bool {
    let (was, is) = (Recurrence::of(old, before), Recurrence::of(new, after));
    was.exceptions.iter().all(|part| is.exceptions.contains(part))
        && (was.rules, was.dates, was.periods) == (is.rules, is.dates, is.periods)
}

/// Puts back what is not an attendee's to say, and may differ only because their client had not heard of it: SEQUENCE, answers
/// of others, how the last message went. Is an answer to be sent in any case (RFC 6638 7.2)?
fn put_right(old: Option<&SchedulingObject<'_>>, new: &mut Document, party: &Party<'_>) -> bool {
    let Some(object) = SchedulingObject::read(new, party.zones) else { return false };
    let mut parameters = Vec::new();
    let mut numbers = Vec::new();
    let mut others = Vec::new();
    let mut is_forced = false;
    for (part, component) in object.parts() {
        let before = old.and_then(|old| old.part(part));
        if let Some(organizer) = component.organizer() {
            let property = organizer.property().id();
            let codes = |user: CalendarUser<'_>| {
                user.schedule_status().iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
            };
            is_forced |= organizer.schedule_force_send() == Some(ScheduleForceSend::Reply);
            parameters.push((property, ParameterKind::ScheduleForceSend, String::new()));
            let said = before.and_then(|before| before.organizer()).map(codes).unwrap_or_default();
            parameters.push((property, ParameterKind::ScheduleStatus, said));
        }
        let Some(before) = before else { continue };
        if sequence(before) != sequence(component) {
            numbers.push((component.id(), sequence(before)));
        }
        let mut known_by_name = by_name(before);
        for user in component.attendees().filter(|user| !party.addresses.name(user)) {
            let known = normal(&user).and_then(|name| known_by_name.remove(&name));
            if let Some(known) = known.filter(|known| known.property().content() != user.property().content())
            {
                // What is said of others is the organizer's to say.
                others.push((component.id(), user.property().id(), known.property().clone()));
            }
        }
    }
    drop(object);
    for (property, kind, value) in parameters {
        if value.is_empty() && new.property(property).parameter(kind).is_none() {
            continue;
        }
        let values: Vec<&str> = Some(value.as_str()).filter(|value| !value.is_empty()).into_iter().collect();
        new.set_parameter(property, kind, &values);
    }
    for (component, line, known) in others {
        new.remove(line);
        new.copy(component, &known);
    }
    for (component, number) in numbers {
        new.set(component, &ContentLine::new(PropertyKind::Sequence).raw(&number.to_string()));
    }
    is_forced
}

/// Whom the owner sends in their place is listed and asked, also where their client does not say so; whom they send no more is
/// not (RFC 5546 3.2.2.3).
fn send(old: Option<&SchedulingObject<'_>>, new: &mut Document, party: &Party<'_>) {
    let Some(object) = SchedulingObject::read(new, party.zones) else { return };
    let sent = |part| old.and_then(|old| own(old.part(part)?, party)).map(|user| sent_by(&user));
    let parts: Vec<_> =
        object.parts().map(|(part, one)| (one.id(), sent(part).unwrap_or_default())).collect();
    drop(object);
    for (one, before) in parts {
        let Some(own) = own(new.component(one), party) else { continue };
        let (Some(name), is_sending) = (normal(&own), !sent_by(&own).is_empty()) else { continue };
        let line = own.property().id();
        drop(own);
        if is_sending && new.property(line).parameter(ParameterKind::Rsvp).is_some() {
            new.set_parameter(line, ParameterKind::Rsvp, &[]);
        }
        stand_in(new, one, (&name, &before), None, |_| None);
    }
}

/// Takes out of a message what is its sender's own, and not for its recipient.
pub(crate) fn strip_own(view: &mut Document, component: ComponentId, remarks: &BTreeSet<String>) {
    const OWN: [PropertyKind; 4] = [
        PropertyKind::Categories,
        PropertyKind::Color,
        PropertyKind::Completed,
        PropertyKind::PercentComplete,
    ];
    let is_own = |property: &ical::Property<'_>| {
        OWN.contains(&property.kind())
            || (property.kind() == PropertyKind::Comment && remarks.contains(property.text().as_ref()))
    };
    let properties = view.component(component).properties().filter(is_own);
    let own: Vec<_> = properties.map(|property| property.id()).collect();
    own.into_iter().for_each(|property| view.remove(property));
}

/// The REQUESTs that go to those whom the owner sends in their place from now on: what the owner knows of it, at its revision.
fn delegating(
    old: Option<&SchedulingObject<'_>>,
    new: &SchedulingObject<'_>,
    remarks: &BTreeSet<String>,
    state: &mut State,
    party: &Party<'_>,
) -> Vec<Message> {
    let mut sent: BTreeMap<String, (CalAddress<'static>, CalAddress<'static>, BTreeSet<Part>)> =
        BTreeMap::new();
    for (part, component) in new.parts().filter(|(_, component)| !is_cancelled(*component)) {
        let Some(own) = own(component, party) else { continue };
        let Ok(sender) = own.address().map(CalAddress::into_owned) else { continue };
        let before = old.and_then(|old| self::own(old.part(part)?, party));
        let before = before.map(|user| sent_by(&user)).unwrap_or_default();
        for to in own.delegated_to().into_iter().filter(|_| own.partstat() == Partstat::Delegated) {
            if !before.contains(&to.normal()) {
                let known = (sender.clone(), to.clone().into_owned(), BTreeSet::new());
                sent.entry(to.normal()).or_insert(known).2.insert(part);
            }
        }
    }
    let mut owed = Vec::new();
    for (sender, to, parts) in sent.into_values() {
        let mut view = of_parts(new, &parts);
        scheduled(&view).into_iter().for_each(|one| strip_own(&mut view, one, remarks));
        make_message(&mut view, Method::Request, state.stamped(party.now), party);
        let text = view.to_bytes().into_owned();
        owed.push(Message { method: Method::Request, class: Class::New, sender, recipients: vec![to], text });
    }
    owed
}

/// Whoever answers for the series answers for all of it that is still open.
fn answer_open(old: Option<&SchedulingObject<'_>>, new: &mut Document, party: &Party<'_>) {
    let Some(object) = SchedulingObject::read(new, party.zones) else { return };
    let said = |component: Component<'_>| own_answer(component, party);
    let before = old.and_then(|old| said(old.part(Part::Series)?));
    let Some(now) = object.part(Part::Series).and_then(said).filter(|now| before.as_ref() != Some(now))
    else {
        return;
    };
    if now == Partstat::NeedsAction {
        return;
    }
    let sends: Vec<String> = object
        .part(Part::Series)
        .and_then(|series| own(series, party))
        .map_or_else(Vec::new, |user| user.delegated_to().iter().map(|to| to.as_str().to_owned()).collect());
    let is_open = |component: &Component<'_>| said(*component) == Some(Partstat::NeedsAction);
    let open: Vec<ComponentId> = object
        .parts()
        .map(|(_, component)| component)
        .filter(is_open)
        .map(|component| component.id())
        .collect();
    drop(object);
    for component in open {
        answer(new, component, &now, party);
        let line = own(new.component(component), party).map(|user| user.property().id());
        if let Some(line) = line.filter(|_| now == Partstat::Delegated) {
            let sends: Vec<&str> = sends.iter().map(String::as_str).collect();
            new.set_parameter(line, ParameterKind::DelegatedTo, &sends);
        }
    }
}

/// The parts that are answered. With the series go all that are answered otherwise: whatever answers came before, these hold.
fn answered(
    old: Option<&SchedulingObject<'_>>,
    new: &SchedulingObject<'_>,
    is_forced: bool,
    party: &Party<'_>,
) -> BTreeSet<Part> {
    let is_told = |part: Part, component: Component<'_>| {
        let before = old.and_then(|old| old.part(part));
        is_answered(before, component, party) || (is_forced && before.is_some())
    };
    let told = new.parts().filter(|(part, component)| is_told(*part, *component));
    let mut answered: BTreeSet<Part> = told.map(|(part, _)| part).collect();
    let said = |component: Component<'_>| own_answer(component, party);
    if let Some(series) = new.part(Part::Series).filter(|_| answered.contains(&Part::Series)) {
        let by_series = said(series);
        let differs = |component: Component<'_>| {
            let said = said(component);
            said.is_some() && said != by_series && said != Some(Partstat::NeedsAction)
        };
        let others = new.parts().filter(|(_, component)| differs(*component) && !is_cancelled(*component));
        answered.extend(others.map(|(part, _)| part));
    }
    answered
}

/// Does a component answer what it did not answer before, or with other words?
fn is_answered(before: Option<Component<'_>>, now: Component<'_>, party: &Party<'_>) -> bool {
    let said = |component: Component<'_>| own_answer(component, party);
    let comments = |component: Component<'_>| {
        let mut all: Vec<String> = component.comments().map(|comment| comment.into_owned()).collect();
        all.sort();
        all
    };
    match before {
        None => said(now).is_some_and(|said| said != Partstat::NeedsAction),
        Some(before) => {
            let has_new_words = comments(now).iter().any(|comment| !comments(before).contains(comment));
            let sends = |component: Component<'_>| own(component, party).map(|user| sent_by(&user));
            said(before) != said(now)
                || sends(before) != sends(now)
                || Progress::of(before) != Progress::of(now)
                || has_new_words
        }
    }
}

/// The instances that an attendee took out of their copy.
fn left_out(old: &SchedulingObject<'_>, new: &SchedulingObject<'_>) -> Vec<Part> {
    let was = old.excluded();
    let is_open = |part: &Part| old.describing(*part).is_some_and(|component| !is_cancelled(component));
    new.excluded().into_iter().filter(|part| !was.contains(part) && is_open(part)).collect()
}

/// Those who sent the owner in their place, as they say themselves.
fn senders(component: Component<'_>, party: &Party<'_>) -> Vec<CalAddress<'static>> {
    let Some(own) = own(component, party) else { return Vec::new() };
    let (Some(name), senders) = (normal(&own), senders_of(&own)) else { return Vec::new() };
    if senders.is_empty() {
        return Vec::new();
    }
    let all = by_name(component);
    let sent =
        senders.iter().filter_map(|sender| all.get(sender)).filter(|user| sent_by(user).contains(&name));
    sent.filter_map(|user| user.address().ok().map(CalAddress::into_owned)).collect()
}

/// What a REPLY says of a component.
const SAID: [PropertyKind; 14] = [
    PropertyKind::RequestStatus,
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
    PropertyKind::Comment,
    PropertyKind::PercentComplete,
];

/// The REPLY of these components (RFC 5546 3.2.3); `None` where there are none.
pub(crate) fn reply(
    mut view: Document,
    parts: &[ComponentId],
    state: &mut State,
    party: &Party<'_>,
) -> Option<Message> {
    let first = parts.first()?;
    if let Some(object) = SchedulingObject::read(&view, party.zones) {
        let answered = object.parts().filter(|(_, component)| parts.contains(&component.id()));
        state.replied.extend(answered.map(|(part, component)| (part, sequence(component))));
    }
    let organizer = view.component(*first).organizer()?.address().ok()?.into_owned();
    let user = own(view.component(*first), party)?;
    let sender = user.address().ok()?.into_owned();
    // RFC 5546 4.2.6: whoever sent the owner hears it too.
    let mut recipients = vec![organizer];
    drop(user);
    for id in parts {
        recipients.extend(senders(view.component(*id), party));
    }
    let mut told = BTreeSet::new();
    recipients.retain(|recipient| told.insert(recipient.normal()));
    keep_only(&mut view, parts);
    for id in parts.iter().copied() {
        let inside: Vec<_> = view.component(id).children().map(|child| child.id()).collect();
        inside.into_iter().for_each(|child| view.remove_component(child));
        let is_todo = view.component(id).kind() == ComponentKind::Todo;
        let is_said = |kind: PropertyKind| {
            SAID.contains(&kind)
                || (is_todo && [PropertyKind::Completed, PropertyKind::Status].contains(&kind))
        };
        let component = view.component(id);
        let others = component.properties().filter(|property| !is_said(property.kind()));
        let mut gone: Vec<_> = others.map(|property| property.id()).collect();
        let sends = own(component, party).map(|user| sent_by(&user)).unwrap_or_default();
        let is_sent = |user: &CalendarUser<'_>| normal(user).is_some_and(|name| sends.contains(&name));
        let users = component.attendees().filter(|user| !party.addresses.name(user) && !is_sent(user));
        gone.extend(users.map(|user| user.property().id()));
        gone.into_iter().for_each(|property| view.remove(property));
        let line = own(view.component(id), party).map(|user| user.property().id());
        if let Some(line) = line.filter(|line| view.property(*line).parameter(ParameterKind::Rsvp).is_some())
        {
            view.set_parameter(line, ParameterKind::Rsvp, &[]);
        }
    }
    make_message(&mut view, Method::Reply, state.stamped(party.now), party);
    let text = view.to_bytes().into_owned();
    Some(Message { method: Method::Reply, class: Class::Reply, sender, recipients, text })
}
