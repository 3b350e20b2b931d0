//! Delegation: somebody sends another in their place (RFC 5546 2.1.2, 3.2.2.3).

use std::collections::BTreeSet;

use ical::component::CalendarUser;
use ical::value::{CalAddress, Partstat};
use ical::{Component, ComponentId, ContentLine, Document, ParameterKind, PropertyKind};

use crate::outgoing::organizer::attendee;
use crate::user::normal;

/// So many may stand between who was invited and who comes.
const LONGEST: usize = 5;

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

/// May somebody send another in their place: not the organizer, nobody who is invited by themselves, in no ring, and not as the
/// last of a long chain?
pub(crate) fn may_send(component: Component<'_>, name: &str, to: &str) -> bool {
    let is_organizer = component.organizer().and_then(|user| normal(&user)).as_deref() == Some(to);
    let comes_already = attendee(component, to).is_some_and(|user| !senders_of(&user).contains(name));
    let mut before = BTreeSet::from([name.to_owned()]);
    let mut next = vec![name.to_owned()];
    while let Some(one) = next.pop() {
        let senders = attendee(component, &one).map(|user| senders_of(&user)).unwrap_or_default();
        next.extend(senders.into_iter().filter(|sender| before.insert(sender.clone())));
    }
    !is_organizer && !comes_already && !before.contains(to) && before.len() < LONGEST
}

/// Lists those whom somebody sends in their place, each asked for an answer, in the role that was the sender's. `said` is what a
/// message tells of them; `answers` what they are known to have said.
pub(crate) fn list(
    document: &mut Document,
    component: ComponentId,
    name: &str,
    said: Option<Component<'_>>,
    answers: impl Fn(&str) -> Option<String>,
) {
    let Some(sender) = attendee(document.component(component), name) else { return };
    let (role, by) = (sender.role().as_str().to_owned(), sender.address().map(CalAddress::into_owned));
    let to: Vec<CalAddress<'static>> =
        sender.delegated_to().into_iter().map(CalAddress::into_owned).collect();
    drop(sender);
    let Ok(by) = by else { return };
    for to in to {
        let known = attendee(document.component(component), &to.normal());
        let known = known.map(|user| (user.property().id(), senders_of(&user).contains(name)));
        match known {
            Some((_, true)) => {}
            Some((line, false)) => document.set_parameter(line, ParameterKind::DelegatedFrom, &[by.as_str()]),
            None => {
                let told = said.and_then(|said| attendee(said, &to.normal()));
                let common_name = told.as_ref().and_then(CalendarUser::common_name);
                let answer = answers(&to.normal()).unwrap_or_else(|| "NEEDS-ACTION".to_owned());
                let mut line = ContentLine::new(PropertyKind::Attendee);
                if let Some(common_name) = &common_name {
                    line = line.with(ParameterKind::Cn, [common_name.as_ref()]);
                }
                line = line.with(ParameterKind::Partstat, [answer.as_str()]);
                if answer == "NEEDS-ACTION" {
                    line = line.with(ParameterKind::Rsvp, ["TRUE"]);
                }
                if role != "REQ-PARTICIPANT" {
                    line = line.with(ParameterKind::Role, [role.as_str()]);
                }
                line = line.with(ParameterKind::DelegatedFrom, [by.as_str()]);
                document.add(component, &line.raw(to.as_str()));
            }
        }
    }
}

/// Takes those out whom somebody sends no more, and whom these sent. How many went.
pub(crate) fn take_back(document: &mut Document, component: ComponentId, name: &str) -> usize {
    let part = document.component(component);
    let sends = attendee(part, name).map(|user| sent_by(&user)).unwrap_or_default();
    let mut gone = BTreeSet::from([name.to_owned()]);
    let mut lines = BTreeSet::new();
    // Each round takes out whom those sent that went before; there are no more rounds than lines.
    loop {
        let follows = |user: &CalendarUser<'_>| {
            let senders = senders_of(user);
            let is_sent = normal(user).is_some_and(|one| sends.contains(&one));
            !senders.is_empty() && !is_sent && senders.is_subset(&gone)
        };
        let found = part.attendees().filter(follows).filter(|user| !lines.contains(&user.property().id()));
        let found: Vec<_> = found.map(|user| (user.property().id(), normal(&user))).collect();
        if found.is_empty() {
            break;
        }
        for (line, name) in found {
            lines.insert(line);
            gone.extend(name);
        }
    }
    if let Some(user) = attendee(part, name).filter(|user| user.partstat() != Partstat::Delegated)
        && user.property().parameter(ParameterKind::DelegatedTo).is_some()
    {
        let line = user.property().id();
        document.set_parameter(line, ParameterKind::DelegatedTo, &[]);
    }
    lines.iter().for_each(|line| document.remove(*line));
    lines.len()
}
