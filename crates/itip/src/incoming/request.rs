//! REQUEST: new, changed, or told again (RFC 5546 3.2.2).

use std::cmp::Ordering;
use std::collections::BTreeSet;

use ical::value::{CalAddress, Partstat};
use ical::{Component, ComponentId, ComponentKind, ContentLine, Document, ParameterKind, PropertyKind};

use super::{Applied, Hold, Ignore, Incoming, Outcome, cancel, clean, delegated, not_by_organizer, to_keep};
use crate::changes::{Changes, Recurrence, is_private};
use crate::delegation::{sent_by, stand_in};
use crate::message::{Class, Message};
use crate::object::{Part, SchedulingObject, calendar, ids, is_cancelled};
use crate::outgoing::attendee::{answer, own, own_answer, reply};
use crate::outgoing::organizer::{asks_anew, attendee};
use crate::outgoing::{aligned, refresh};
use crate::party::Party;
use crate::sequence::{Revision, sequence};
use crate::state::State;
use crate::user::normal;

/// Takes a REQUEST in for an attendee.
pub(super) fn take(
    kept: Option<&SchedulingObject<'_>>,
    said: &SchedulingObject<'_>,
    message: &Incoming,
    state: &mut State,
    party: &Party<'_>,
) -> Applied {
    if let Some(outcome) = delegated::waits(kept, said, message, party) {
        return outcome.into();
    }
    if let Some(outcome) = not_by_organizer(kept, said, message, party) {
        return outcome.into();
    }
    if !said.parts().any(|(_, component)| own(component, party).is_some())
        && message.waits_for(Hold::NotInvited)
    {
        return Outcome::Hold(Hold::NotInvited).into();
    }
    let is_removed =
        |(part, component): (Part, Component<'_>)| state.removed.get(&part) >= Some(&sequence(component));
    if kept.is_none() && message.agreed.is_empty() && said.parts().all(is_removed) {
        return Outcome::Ignore(Ignore::Removed).into();
    }
    let is_from_another = kept.is_some() && !message.waits_for(Hold::OrganizerChanged);
    if is_from_another {
        // Revisions of one organizer tell nothing of another's.
        state.received.clear();
        state.replied.clear();
    }
    let (document, class) = match merge(kept, said, is_from_another, state, party) {
        Ok(merged) => merged,
        Err(why) => return Outcome::Ignore(why).into(),
    };
    let answered = match is_from_another {
        true => answer_all(&document, state, party),
        false => answer_again(said, &document, state, party),
    };
    let mut owed: Vec<Message> = answered.into_iter().collect();
    if kept.is_some_and(|kept| is_unknown(kept, said)) {
        owed.extend(refresh(&document, state, party));
    }
    Applied { outcome: Outcome::Keep { document, class }, owed }
}

/// What is kept, brought up to what a message tells of it, and what of that matters to the owner.
pub(super) fn merge(
    kept: Option<&SchedulingObject<'_>>,
    said: &SchedulingObject<'_>,
    is_from_another: bool,
    state: &mut State,
    party: &Party<'_>,
) -> Result<(Document, Class), Ignore> {
    let news = match is_from_another {
        true => said.parts().map(|(part, _)| part).collect(),
        false => news(kept, said, state),
    };
    if news.is_empty() {
        let is_known =
            said.parts().all(|(part, component)| state.received.get(&part) == Some(&Revision::of(component)));
        return Err(if is_known { Ignore::Duplicate } else { Ignore::Stale });
    }
    let mut document = match (kept, said.part(Part::Series)) {
        // What is told of the whole takes the place of all that is not newer.
        (Some(kept), Some(_)) if news.contains(&Part::Series) => whole(kept, said, &news, state, party),
        (Some(kept), _) => instances(kept, said, &news, state, party),
        (None, _) => to_keep(said),
    };
    if let Some(series) = said.part(Part::Series).filter(|_| news.contains(&Part::Series)) {
        // Of what it does not tell by itself nothing older is known any more.
        let stamp = Revision::of(series).stamp;
        state.received.retain(|_, known| known.stamp > stamp);
    }
    for (part, component) in said.parts().filter(|(part, _)| news.contains(part)) {
        state.received.insert(part, Revision::of(component));
        state.proposed.remove(&part);
    }
    state.removed.clear();
    call_off(&mut document, state, party);
    let class = match kept {
        None => Class::New,
        // Nothing is new, but an answer is wanted once more.
        Some(kept) if asks_again(kept, said, party) => Class::Update,
        Some(kept) => class(kept, &document, party),
    };
    Ok((document, class))
}

/// Does a message tell of an instance that the series does not have: is it another series by now (RFC 5546 4.7.2)?
fn is_unknown(kept: &SchedulingObject<'_>, said: &SchedulingObject<'_>) -> bool {
    let has_series = |object: &SchedulingObject<'_>| object.part(Part::Series).is_some();
    has_series(kept) && !has_series(said) && said.parts().any(|(part, _)| !kept.has(part))
}

/// Does a message tell nothing but that the owner's answer, which the organizer has, is asked for (RFC 5546 3.2.2.7)?
fn asks_again(kept: &SchedulingObject<'_>, said: &SchedulingObject<'_>, party: &Party<'_>) -> bool {
    let is_asked = |component: Component<'_>| {
        own(component, party).is_some_and(|own| own.rsvp() && own.partstat() != Partstat::NeedsAction)
    };
    let is_same = |(part, component): (Part, Component<'_>)| {
        let changes = kept.part(part).map(|before| Changes::between((kept, before), (said, component)));
        changes.is_some_and(|changes| changes == Changes { asks: changes.asks, ..Changes::default() })
    };
    said.parts().any(|(_, component)| is_asked(component)) && said.parts().all(is_same)
}

/// The owner's answers, to an organizer who has none of them.
fn answer_all(document: &Document, state: &mut State, party: &Party<'_>) -> Option<Message> {
    let object = SchedulingObject::read(document, party.zones)?;
    let is_answered = |component: &Component<'_>| {
        own_answer(*component, party).is_some_and(|said| said != Partstat::NeedsAction)
    };
    let answered = object.parts().map(|(_, component)| component).filter(is_answered);
    let parts: Vec<ComponentId> = answered.map(|component| component.id()).collect();
    reply(document.clone(), &parts, state, party)
}

/// An answer that stays, and that the organizer does not know of for this revision, is sent again: to them one for an earlier
/// revision may be about another time.
fn answer_again(
    said: &SchedulingObject<'_>,
    document: &Document,
    state: &mut State,
    party: &Party<'_>,
) -> Option<Message> {
    let object = SchedulingObject::read(document, party.zones)?;
    let says = |component: Component<'_>| own_answer(component, party);
    let is_owed = |part: Part, component: Component<'_>| {
        // Of an instance that the organizer does not tell of by itself they know no answer.
        let is_asked = said.part(part).is_none_or(|told| says(told) == Some(Partstat::NeedsAction));
        let is_answered = says(component).is_some_and(|answer| answer != Partstat::NeedsAction);
        let replied = state.replied.get(&part).or_else(|| state.replied.get(&Part::Series));
        is_asked && is_answered && replied.is_some_and(|replied| *replied < sequence(component))
    };
    if !object.parts().any(|(part, component)| is_owed(part, component)) {
        return None;
    }
    // All are named: an answer for the series would be one for instances that are still open.
    let theirs =
        object.parts().filter(|(_, component)| says(*component).is_some() && !is_cancelled(*component));
    let parts: Vec<ComponentId> = theirs.map(|(_, component)| component.id()).collect();
    reply(document.clone(), &parts, state, party)
}

/// The parts of which a message says something newer than is known (RFC 5546 2.1.5).
fn news(kept: Option<&SchedulingObject<'_>>, said: &SchedulingObject<'_>, state: &State) -> BTreeSet<Part> {
    let is_news = |part: Part, component: Component<'_>| {
        compare(Revision::of(component), kept, part, state).is_none_or(Ordering::is_gt)
    };
    said.parts().filter(|(part, component)| is_news(*part, *component)).map(|(part, _)| part).collect()
}

/// How a revision of a part stands to that which is known; `None` where none is. What is known was taken in, or is what is kept
/// says of itself. An instance of which nothing is known by itself was told of with its series: numbers of the two tell nothing
/// of each other, but whatever an organizer sends later has a later stamp.
pub(super) fn compare(
    by: Revision,
    kept: Option<&SchedulingObject<'_>>,
    part: Part,
    state: &State,
) -> Option<Ordering> {
    // What was never told of by a message has what is written, which is a client's to change.
    let known = |part| match state.received.is_empty() {
        true => kept?.part(part).map(Revision::of),
        false => state.received.get(&part).copied(),
    };
    match known(part) {
        Some(known) => Some(by.cmp(&known)),
        None => known(Part::Series)
            .map(|series| by.stamp.cmp(&series.stamp).then(by.sequence.cmp(&series.sequence))),
    }
}

/// The object as the message says it, with what of the old is the owner's, or is newer.
fn whole(
    kept: &SchedulingObject<'_>,
    said: &SchedulingObject<'_>,
    news: &BTreeSet<Part>,
    state: &State,
    party: &Party<'_>,
) -> Document {
    let mut document = to_keep(said);
    // What is known is told apart by instances that the old copy may have of its series alone.
    let old = aligned(kept, said.document(), party);
    let Some(old) = SchedulingObject::read(&old, party.zones) else { return document };
    let is_asked_anew = old.part(Part::Series).zip(said.part(Part::Series)).is_some_and(|(before, after)| {
        let changes = Changes::between((&old, before), (said, after));
        asks_anew(Some((&old, before)), (said, Part::Series), changes, &state.left_out)
    });
    for (part, component) in said.parts() {
        let Some(before) = old.part(part) else { continue };
        if part != Part::Series && !news.contains(&part) {
            replace(&mut document, component.id(), before);
        } else {
            carry(&mut document, (said, part, component), (&old, before), state, party);
        }
    }
    let series = said.part(Part::Series).map(Revision::of);
    for (part, before) in kept.parts().filter(|(part, _)| said.part(*part).is_none()) {
        let known = state.received.get(&part).or_else(|| state.received.get(&Part::Series));
        let is_newer = known.zip(series).is_some_and(|(known, series)| known.stamp > series.stamp);
        if is_newer {
            add(&mut document, before);
        } else if let Some(times) =
            said.times(part).filter(|_| !is_asked_anew && is_only_an_answer(kept, part, party))
        {
            keep_answer(&mut document, (said, &times), before, state, party);
        }
    }
    keep_out(&mut document, kept, said, (is_asked_anew, state), party);
    document
}

/// What is kept, with the instances that a message tells of.
fn instances(
    kept: &SchedulingObject<'_>,
    said: &SchedulingObject<'_>,
    news: &BTreeSet<Part>,
    state: &State,
    party: &Party<'_>,
) -> Document {
    let mut document = kept.document().clone();
    let old = aligned(kept, said.document(), party);
    let old = SchedulingObject::read(&old, party.zones);
    let root = calendar(&document);
    add_zones(&mut document, said.document());
    let is_out = |part: Part, component: Component<'_>| {
        own_answer(component, party) == Some(Partstat::Declined) && state.left_out.contains(&part)
    };
    let told = said.parts().filter(|(part, component)| news.contains(part) && !is_out(*part, *component));
    for (part, component) in told {
        let Some(added) = document.add_component(root, &component.to_bytes()) else { continue };
        clean(&mut document, added);
        if let Some(before) = old.as_ref().and_then(|old| old.part(part)) {
            let is_moved =
                old.as_ref().is_some_and(|old| Changes::between((old, before), (said, component)).times);
            carry_own(&mut document, added, before, (is_moved, state));
            keep_own_answer(&mut document, added, before, is_moved, party);
        }
        if let Some(before) = kept.part(part) {
            document.remove_component(before.id());
        }
        include(&mut document, kept, part);
    }
    document
}

/// Adds the VTIMEZONEs of another text that one lacks.
pub(super) fn add_zones(document: &mut Document, of: &Document) {
    let name = |zone: Component<'_>| zone.property(PropertyKind::Tzid).map(|tzid| tzid.text().into_owned());
    let known: BTreeSet<_> = document.components(ComponentKind::Timezone).filter_map(name).collect();
    let missing = |zone: &Component<'_>| name(*zone).is_some_and(|name| !known.contains(&name));
    let zones: Vec<_> =
        of.components(ComponentKind::Timezone).filter(missing).map(Component::to_bytes).collect();
    let root = calendar(document);
    for zone in zones {
        document.add_component(root, &zone);
    }
}

/// Takes EXDATE of an instance out of the series.
pub(super) fn include(document: &mut Document, kept: &SchedulingObject<'_>, part: Part) {
    let Some(master) = kept.part(Part::Series) else { return };
    for id in ids(document, master.id(), PropertyKind::Exdate) {
        let times: Vec<_> = document
            .property(id)
            .dates_or_times()
            .filter_map(Result::ok)
            .map(ical::value::DateOrTime::into_owned)
            .collect();
        let left: Vec<_> =
            times.iter().filter(|time| kept.instance(time, kept.zones()) != part).cloned().collect();
        match left.len() {
            0 => document.remove(id),
            count if count < times.len() => {
                document.replace(id, &ContentLine::new(PropertyKind::Exdate).dates_or_times(&left));
            }
            _ => {}
        }
    }
}

/// Puts a component of another text in the place of one.
fn replace(document: &mut Document, component: ComponentId, with: Component<'_>) {
    document.remove_component(component);
    add(document, with);
}

fn add(document: &mut Document, component: Component<'_>) {
    document.add_component(calendar(document), &component.to_bytes());
}

/// Carries what is the owner's over to a new version of a part.
fn carry(
    document: &mut Document,
    (said, part, component): (&SchedulingObject<'_>, Part, Component<'_>),
    (old, before): (&SchedulingObject<'_>, Component<'_>),
    state: &State,
    party: &Party<'_>,
) {
    let changes = Changes::between((old, before), (said, component));
    let is_asked = asks_anew(Some((old, before)), (said, part), changes, &state.left_out);
    carry_own(document, component.id(), before, (is_asked, state));
    let said = own_answer(component, party);
    // An organizer who has another answer than theirs has not heard of it yet, if they sent one.
    if said == Some(Partstat::NeedsAction) || state.stamp.is_some() {
        keep_own_answer(document, component.id(), before, is_asked, party);
    }
}

/// Properties that are each owner's own, whatever an organizer says of them.
const OWN: [PropertyKind; 4] =
    [PropertyKind::Transp, PropertyKind::Categories, PropertyKind::Class, PropertyKind::Color];
/// And of a to-do how far its owner is with it.
const PROGRESS: [PropertyKind; 3] =
    [PropertyKind::Completed, PropertyKind::PercentComplete, PropertyKind::Status];

/// Alarms, properties that are each owner's own, and notes of clients, as they were before.
fn carry_own(
    document: &mut Document,
    to: ComponentId,
    before: Component<'_>,
    (is_asked, state): (bool, &State),
) {
    let alarms: Vec<_> =
        document.component(to).children_of(ComponentKind::Alarm).map(|one| one.id()).collect();
    for alarm in alarms {
        document.remove_component(alarm);
    }
    for alarm in before.children_of(ComponentKind::Alarm) {
        document.add_component(Some(to), &alarm.to_bytes());
    }
    let is_todo = before.kind() == ComponentKind::Todo;
    let goes_on = !is_asked && !is_cancelled(before) && !is_cancelled(document.component(to));
    let progress = PROGRESS.iter().filter(|_| is_todo && goes_on);
    for kind in OWN.iter().chain(progress).copied() {
        for property in ids(document, to, kind) {
            document.remove(property);
        }
        for property in before.properties_of(kind) {
            document.copy(to, &property);
        }
    }
    let known: Vec<_> = document.component(to).comments().map(|known| known.into_owned()).collect();
    let is_theirs = |line: &ical::Property<'_>| {
        let said = line.text();
        state.remarks.contains(said.as_ref()) && !known.iter().any(|known| *known == said)
    };
    for remark in before.properties_of(PropertyKind::Comment).filter(is_theirs) {
        document.copy(to, &remark);
    }
    let of_others = document.component(to).properties().filter(|property| is_private(&property.name()));
    let of_others: Vec<_> = of_others.map(|property| property.id()).collect();
    for property in of_others {
        document.remove(property);
    }
    for property in before.properties().filter(|property| is_private(&property.name())) {
        document.copy(to, &property);
    }
    keep_agent(document, to, before);
}

/// Whoever schedules for the owner stays the same (RFC 6638 7.1).
fn keep_agent(document: &mut Document, to: ComponentId, before: Component<'_>) {
    let Some(organizer) = document.component(to).organizer().map(|user| user.property().id()) else { return };
    let agent = before.organizer().map(|user| user.schedule_agent().as_str().to_owned());
    if let Some(agent) = agent.filter(|agent| agent != "SERVER") {
        document.set_parameter(organizer, ParameterKind::ScheduleAgent, &[&agent]);
    }
}

/// The owner's answer stays, unless it is asked for anew.
fn keep_own_answer(
    document: &mut Document,
    to: ComponentId,
    before: Component<'_>,
    is_asked: bool,
    party: &Party<'_>,
) {
    let said = own_answer(before, party);
    let is_asked = is_asked || comes_nobody(before, document.component(to), party);
    let Some(said) = said.filter(|said| !is_asked && *said != Partstat::NeedsAction) else { return };
    let is_known = own_answer(document.component(to), party).as_ref() == Some(&said);
    answer(document, to, &said, party);
    let Some(user) = own(document.component(to), party).map(|user| user.property().id()) else { return };
    if document.property(user).parameter(ParameterKind::Rsvp).is_some() {
        document.set_parameter(user, ParameterKind::Rsvp, &[]);
    }
    // Whom they send the organizer says, once they know that they do.
    let Some(sender) = own(before, party).filter(|_| said == Partstat::Delegated && !is_known) else {
        return;
    };
    let Some(name) = normal(&sender) else { return };
    let to_whom: Vec<_> = sender.delegated_to().into_iter().map(CalAddress::into_owned).collect();
    let to_whom: Vec<&str> = to_whom.iter().map(CalAddress::as_str).collect();
    document.set_parameter(user, ParameterKind::DelegatedTo, &to_whom);
    stand_in(document, to, (&name, &BTreeSet::new()), Some(before), |_| None);
}

/// Does nobody come of those whom the owner sent in their place, as the organizer has it?
fn comes_nobody(before: Component<'_>, now: Component<'_>, party: &Party<'_>) -> bool {
    let sends = own(before, party).map(|user| sent_by(&user)).unwrap_or_default();
    let is_asked = own_answer(now, party) == Some(Partstat::NeedsAction);
    let declines =
        |name: &String| attendee(now, name).is_some_and(|user| user.partstat() == Partstat::Declined);
    is_asked && !sends.is_empty() && sends.iter().all(declines)
}

/// Does an override differ from its series by the owner's answer alone?
fn is_only_an_answer(kept: &SchedulingObject<'_>, part: Part, party: &Party<'_>) -> bool {
    let (Some(component), Some(_)) = (kept.part(part), kept.part(Part::Series)) else { return false };
    let mut plain = kept.document().clone();
    plain.remove_component(component.id());
    let Some(series) = SchedulingObject::read(&plain, party.zones) else { return false };
    let derived = aligned(&series, kept.document(), party);
    let Some(derived) = SchedulingObject::read(&derived, party.zones) else { return false };
    let Some(by_series) = derived.part(part) else { return false };
    let changes = Changes::between((&derived, by_series), (kept, component));
    changes.are_answers_only() || !changes.is_any()
}

/// An override anew on the series as it is now, for the owner's answer to one instance.
fn keep_answer(
    document: &mut Document,
    (said, times): (&SchedulingObject<'_>, &ical::recurrence::Detached),
    before: Component<'_>,
    state: &State,
    party: &Party<'_>,
) {
    let Some(master) = said.part(Part::Series) else { return };
    if own_answer(before, party) == own_answer(document.component(master.id()), party) {
        return;
    }
    if let Some(one) = document.add_override(master.id(), times) {
        carry_own(document, one, before, (false, state));
        keep_own_answer(document, one, before, false, party);
    }
}

/// Instances that the owner took out of their copy stay out: while the organizer has them as declined, or has not heard of it
/// yet.
fn keep_out(
    document: &mut Document,
    kept: &SchedulingObject<'_>,
    said: &SchedulingObject<'_>,
    (is_asked_anew, state): (bool, &State),
    party: &Party<'_>,
) {
    let Some(master) = said.part(Part::Series) else { return };
    for part in kept.excluded().into_iter().filter(|part| state.left_out.contains(part)) {
        let told = said.part(part);
        let is_declined = |component: Component<'_>| own_answer(component, party) == Some(Partstat::Declined);
        let stays = told.map_or(!is_asked_anew, is_declined);
        let Some(times) = said.times(part).filter(|_| stays) else { continue };
        if let Some(component) = told {
            document.remove_component(component.id());
        }
        document.add(master.id(), &ContentLine::new(PropertyKind::Exdate).date_or_time(&times.original));
    }
}

/// What was called off before it was told of is born so.
fn call_off(document: &mut Document, state: &mut State, party: &Party<'_>) {
    for ((organizer, part), by) in std::mem::take(&mut state.called_off) {
        let Some(object) = SchedulingObject::read(document, party.zones) else { return };
        let is_theirs = object.organizer().and_then(|user| normal(&user)).as_ref() == Some(&organizer);
        let is_older = compare(by, Some(&object), part, state).is_none_or(Ordering::is_gt);
        let called_off = match object.has(part) {
            true if is_theirs && is_older => cancel::called_off(&object, part, by, state),
            false if is_theirs => {
                // Its REQUEST is still on its way.
                state.called_off.insert((organizer, part), by);
                None
            }
            _ => None,
        };
        drop(object);
        if let Some(called_off) = called_off {
            *document = called_off;
        }
    }
}

/// What of a change matters to the owner.
pub(super) fn class(kept: &SchedulingObject<'_>, document: &Document, party: &Party<'_>) -> Class {
    let Some(new) = SchedulingObject::read(document, party.zones) else { return Class::Update };
    let old = aligned(kept, document, party);
    let Some(old) = SchedulingObject::read(&old, party.zones) else { return Class::Update };
    let mut sum = Changes::default();
    let mut is_new = false;
    // What was called off, and is not there any more, is no news.
    let was_off = |part: &Part| old.part(*part).is_some_and(is_cancelled);
    for (part, component) in new.parts() {
        let Some(before) = old.part(part) else {
            sum.times = true;
            continue;
        };
        is_new |= is_cancelled(before) && !is_cancelled(component);
        let mut changes = Changes::between((&old, before), (&new, component));
        let (was, is) = (Recurrence::of(&old, before), Recurrence::of(&new, component));
        changes.recurrence = is.differs(&was, was_off);
        sum = sum.and(changes);
    }
    let has_lost = old.parts().any(|(part, _)| new.part(part).is_none() && !was_off(&part));
    match sum {
        _ if is_new => Class::New,
        sum if sum.times || sum.recurrence || has_lost => Class::Reschedule,
        sum if sum.are_answers_only() || !sum.is_any() => Class::Status,
        _ => Class::Update,
    }
}
