//! Delegation: somebody sends another in their place (RFC 5546 2.1.2, 3.2.2.3).

use std::collections::BTreeSet;

use ical::component::CalendarUser;
use ical::value::{CalAddress, Partstat};
use ical::{Component, ComponentId, ContentLine, Document, ParameterKind, PropertyKind};

use crate::outgoing::organizer::{attendee, by_name};
use crate::user::normal;

/// So many may stand between who was invited and who comes, and so many may be sent by one.
const MOST: usize = 5;

/// Those whom somebody sends in their place, in normal form.
pub(crate) fn sent_by(user: &CalendarUser<'_>) -> BTreeSet<String> {
    match user.partstat() {
        Partstat::Delegated => user.delegated_to().iter().map(CalAddress::normal).collect(),
        _ => BTreeSet::new(),
    }
}

/// Those in whose place somebody comes, in normal form.
pub(crate) fn senders_of(user: &CalendarUser<'_>) -> BTreeSet<String> {
    user.delegated_from().iter().map(CalAddress::normal).collect()
}

/// May somebody send these in their place: few, not the organizer, nobody who is invited by themselves, in no ring, and not as
/// the last of a long chain?
pub(crate) fn may_send(component: Component<'_>, name: &str, to: &BTreeSet<String>) -> bool {
    if to.is_empty() {
        return true;
    }
    let mut before = BTreeSet::from([name.to_owned()]);
    let mut next = vec![name.to_owned()];
    while let Some(one) = next.pop().filter(|_| before.len() < MOST) {
        let senders = attendee(component, &one).map(|user| senders_of(&user)).unwrap_or_default();
        next.extend(senders.into_iter().take(MOST).filter(|sender| before.insert(sender.clone())));
    }
    let organizer = component.organizer().and_then(|user| normal(&user));
    let may_come = |to: &String| {
        let comes_already = attendee(component, to).is_some_and(|user| !senders_of(&user).contains(name));
        organizer.as_ref() != Some(to) && !comes_already && !before.contains(to)
    };
    to.len() <= MOST && before.len() < MOST && to.iter().all(may_come)
}

/// Whoever comes because somebody sent these: those, and whom they sent in their turn.
pub(crate) fn followers(component: Component<'_>, name: &str, sent: &BTreeSet<String>) -> BTreeSet<String> {
    let sent_ones: Vec<(String, BTreeSet<String>)> = component
        .attendees()
        .filter_map(|user| Some((normal(&user)?, senders_of(&user))))
        .filter(|(_, senders)| !senders.is_empty())
        .collect();
    let is_sent = |(one, senders): &&(String, BTreeSet<String>)| sent.contains(one) && senders.contains(name);
    let mut found: BTreeSet<String> = sent_ones.iter().filter(is_sent).map(|(one, _)| one.clone()).collect();
    // No chain is longer.
    for _ in 0..MOST {
        let follows = |(_, senders): &&(String, BTreeSet<String>)| senders.is_subset(&found);
        let more: Vec<String> = sent_ones.iter().filter(follows).map(|(one, _)| one.clone()).collect();
        found.extend(more);
    }
    found
}

/// Brings those who come in somebody's place in line with whom they send now, where they sent others before. Whoever is sent anew
/// is listed and asked, in the role that is the sender's; `said` is what a message tells of them, `early` what they answered
/// already. Whoever is sent no more goes, with those whom they sent. How many went.
pub(crate) fn stand_in(
    document: &mut Document,
    component: ComponentId,
    (name, before): (&str, &BTreeSet<String>),
    said: Option<Component<'_>>,
    early: impl Fn(&str) -> Option<String>,
) -> usize {
    let Some(sender) = attendee(document.component(component), name) else { return 0 };
    let now = sent_by(&sender);
    let to: Vec<_> = sender.delegated_to().into_iter().map(CalAddress::into_owned).collect();
    let (role, by) = (sender.role().as_str().to_owned(), sender.address().map(CalAddress::into_owned));
    let line = sender.property().id();
    let is_done = now.is_empty() && sender.property().parameter(ParameterKind::DelegatedTo).is_some();
    drop(sender);
    if is_done {
        document.set_parameter(line, ParameterKind::DelegatedTo, &[]);
    }
    let gone: BTreeSet<String> = before.difference(&now).cloned().collect();
    let went = take_out(document, component, name, &gone);
    let Ok(by) = by else { return went };
    for to in to.iter().filter(|to| now.contains(&to.normal())) {
        let is_new = !before.contains(&to.normal());
        let answer = early(&to.normal()).unwrap_or_else(|| "NEEDS-ACTION".to_owned());
        let known = attendee(document.component(component), &to.normal());
        let known = known.map(|user| {
            (
                user.property().id(),
                user.delegated_from().into_iter().map(CalAddress::into_owned).collect::<Vec<_>>(),
            )
        });
        match known {
            Some((line, mut senders)) => {
                if !senders.contains(&by) {
                    senders.push(by.clone());
                    let senders: Vec<&str> = senders.iter().map(CalAddress::as_str).collect();
                    document.set_parameter(line, ParameterKind::DelegatedFrom, &senders);
                }
                if is_new {
                    document.set_parameter(line, ParameterKind::Partstat, &[&answer]);
                    document.set_parameter(line, ParameterKind::Rsvp, &["TRUE"]);
                }
            }
            None => {
                let common_name =
                    said.and_then(|said| Some(attendee(said, &to.normal())?.common_name()?.into_owned()));
                document.add(component, &delegate(to, &by, (&role, &answer), common_name.as_deref()));
            }
        }
    }
    went
}

/// The line of whoever is sent.
fn delegate(
    to: &CalAddress<'_>,
    by: &CalAddress<'_>,
    (role, answer): (&str, &str),
    common_name: Option<&str>,
) -> ContentLine {
    let mut line = ContentLine::new(PropertyKind::Attendee);
    if let Some(common_name) = common_name {
        line = line.with(ParameterKind::Cn, [common_name]);
    }
    line = line.with(ParameterKind::Partstat, [answer]);
    if answer == "NEEDS-ACTION" {
        line = line.with(ParameterKind::Rsvp, ["TRUE"]);
    }
    if role != "REQ-PARTICIPANT" {
        line = line.with(ParameterKind::Role, [role]);
    }
    line.with(ParameterKind::DelegatedFrom, [by.as_str()]).raw(to.as_str())
}

/// Takes those out whom somebody sends no more, and whom these sent; but who is sent by another too stays in that one's place.
fn take_out(document: &mut Document, component: ComponentId, name: &str, gone: &BTreeSet<String>) -> usize {
    if gone.is_empty() {
        return 0;
    }
    let part = document.component(component);
    let all = followers(part, name, gone);
    let mut lines = Vec::new();
    let mut shared = Vec::new();
    for (one, user) in by_name(part).into_iter().filter(|(one, _)| all.contains(one)) {
        let senders = user.delegated_from().into_iter().map(CalAddress::into_owned);
        let others: Vec<_> =
            senders.filter(|sender| sender.normal() != name && !all.contains(&sender.normal())).collect();
        match others.is_empty() {
            true => lines.push(user.property().id()),
            false if gone.contains(&one) => shared.push((user.property().id(), others)),
            false => {}
        }
    }
    for (line, others) in shared {
        let others: Vec<&str> = others.iter().map(CalAddress::as_str).collect();
        document.set_parameter(line, ParameterKind::DelegatedFrom, &others);
    }
    lines.iter().for_each(|line| document.remove(*line));
    lines.len()
}
