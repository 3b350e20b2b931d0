//! REPLY: an attendee's answer (RFC 5546 3.2.3, RFC 6638 4.2).

use ical::component::CalendarUser;
use ical::value::Partstat;
use ical::{Component, ComponentId, Document, ParameterKind};

use super::{Applied, Hold, Ignore, Incoming, Outcome};
use crate::message::{Class, Message};
use crate::object::{Part, SchedulingObject, is_cancelled};
use crate::outgoing::organizer::{attendee, inherit};
use crate::outgoing::owed::owed;
use crate::party::Party;
use crate::role::Role;
use crate::sequence::Revision;
use crate::state::State;

/// What an answer of one part is.
struct Answer {
    partstat: Partstat<'static>,
    /// REQUEST-STATUS, or success where none is written.
    status: Vec<String>,
    by: Revision,
    comment: Option<String>,
}

impl Answer {
    /// What somebody says of a part that is kept so. A number that never was sent, as clients write that raise it themselves, is
    /// the last that was.
    fn of(
        component: Component<'_>,
        user: &CalendarUser<'_>,
        kept: Option<Component<'_>>,
        state: &State,
    ) -> Self {
        let mut by = Revision::of(component);
        by.sequence = by.sequence.min(state.sequence.unwrap_or(by.sequence));
        let known: Vec<_> = kept.into_iter().flat_map(Component::comments).collect();
        let comment = component.comments().find(|comment| !known.contains(comment));
        let codes: Vec<String> =
            component.request_statuses().iter().map(|status| status.code.to_string()).collect();
        Self {
            partstat: user.partstat().into_owned(),
            status: if codes.is_empty() { vec!["2.0".to_owned()] } else { codes },
            by,
            comment: comment.map(|comment| comment.into_owned()),
        }
    }
}

/// Takes a REPLY in for the organizer, and tells the others who are invited.
pub(super) fn take(
    kept: Option<&SchedulingObject<'_>>,
    said: &SchedulingObject<'_>,
    message: &Incoming,
    state: &mut State,
    party: &Party<'_>,
) -> Applied {
    let Some(kept) = kept.filter(|kept| Role::of(kept, party.addresses) == Role::Organizer) else {
        return Outcome::Ignore(Ignore::Unknown).into();
    };
    let name = message.sender.normal();
    if !said.parts().all(|(_, component)| attendee(component, &name).is_some()) {
        return Outcome::Hold(Hold::NotTheAttendee).into();
    }
    if !kept.parts().any(|(_, component)| attendee(component, &name).is_some()) {
        return Outcome::Hold(Hold::PartyCrasher).into();
    }
    let mut document = kept.document().clone();
    let mut taken = 0;
    let mut why = Ignore::Stale;
    for (part, component) in said.parts() {
        let Some(user) = attendee(component, &name) else { continue };
        let answer = Answer::of(component, &user, kept.describing(part), state);
        if !state.is_later(&name, part, answer.by) {
            continue;
        }
        let is_current = state.is_current(&name, part, kept.part(part).is_some(), answer.by);
        if part == Part::Series {
            taken += answer_instances(&mut document, (kept, said), (&name, &answer), state);
        }
        if is_current {
            match place(&mut document, kept, part, (&name, &answer)) {
                Ok(()) => taken += 1,
                Err(reason) => {
                    why = reason;
                    continue;
                }
            }
            if part == Part::Series {
                keep_instances(&mut document, kept, (&name, &answer), state);
            }
        }
        let known = state.answers.entry((name.clone(), part)).or_default();
        known.last = Some(answer.by);
        if is_current {
            known.said = Some(answer.partstat.as_str().to_owned());
            known.comment = answer.comment.or_else(|| known.comment.take());
        }
    }
    if taken == 0 {
        return Outcome::Ignore(why).into();
    }
    if let Some(new) = SchedulingObject::read(&document, party.zones) {
        inherit(Some(kept), &new, state);
    }
    let owed = tell_others(kept, &document, &name, state, party);
    Applied { outcome: Outcome::Keep { document, class: Class::Reply }, owed }
}

impl State {
    /// Is an answer later than the last one?
    fn is_later(&self, name: &str, part: Part, by: Revision) -> bool {
        let known = self.answers.get(&(name.to_owned(), part));
        known.and_then(|known| known.last).is_none_or(|last| last < by)
    }

    /// Is it about what has not been changed since? An instance that has no component of its own was changed with its series.
    fn is_current(&self, name: &str, part: Part, has_own: bool, by: Revision) -> bool {
        let since = |part| self.answers.get(&(name.to_owned(), part)).map_or(0, |known| known.since);
        let of_series = if has_own { 0 } else { since(Part::Series) };
        by.sequence >= since(part).max(of_series)
    }
}

/// Whoever answers for the series answers for all of it that is open, or that they did not answer by itself. How many instances
/// that were.
fn answer_instances(
    document: &mut Document,
    (kept, said): (&SchedulingObject<'_>, &SchedulingObject<'_>),
    (name, answer): (&str, &Answer),
    state: &State,
) -> usize {
    let is_answered = |part: Part, component: Component<'_>| {
        let known = state.answers.get(&(name.to_owned(), part));
        let is_by_itself = known.is_some_and(|known| known.last.is_some());
        let user = attendee(component, name);
        let is_open = user.as_ref().is_some_and(|user| user.partstat() == Partstat::NeedsAction);
        user.is_some()
            && (is_open || !is_by_itself)
            && state.is_later(name, part, answer.by)
            && state.is_current(name, part, true, answer.by)
    };
    let others = kept.parts().filter(|(part, _)| *part != Part::Series && said.part(*part).is_none());
    let answered = others.filter(|(part, component)| is_answered(*part, *component));
    answered.map(|(_, component)| set(document, component.id(), name, answer)).count()
}

/// Writes an answer where it belongs.
fn place(
    document: &mut Document,
    kept: &SchedulingObject<'_>,
    part: Part,
    (name, answer): (&str, &Answer),
) -> Result<(), Ignore> {
    if let Some(component) = kept.part(part) {
        if part != Part::Series && is_cancelled(component) {
            return Err(Ignore::NoInstance);
        }
        set(document, component.id(), name, answer);
        return Ok(());
    }
    match (kept.part(Part::Series), kept.times(part)) {
        (Some(master), Some(times)) => {
            let by_series = attendee(document.component(master.id()), name);
            let by_series = by_series.map(|user| user.partstat().into_owned());
            // What the series says already needs no override.
            if by_series.as_ref() != Some(&answer.partstat)
                && let Some(one) = document.add_override(master.id(), &times)
            {
                set(document, one, name, answer);
            }
            Ok(())
        }
        // They answer for the series, and are in some of it only: those were answered.
        (None, _) if part == Part::Series => Ok(()),
        _ => Err(Ignore::NoInstance),
    }
}

/// Instances that were answered later than their series, and as it then was, keep that answer: by overrides from now on.
fn keep_instances(
    document: &mut Document,
    kept: &SchedulingObject<'_>,
    (name, answer): (&str, &Answer),
    state: &State,
) {
    let Some(master) = kept.part(Part::Series) else { return };
    for ((_, part), known) in state.answers.iter().filter(|((of, _), _)| of == name) {
        let Some(said) = known.said.as_deref().filter(|said| *said != answer.partstat.as_str()) else {
            continue;
        };
        let is_later = known.last > Some(answer.by);
        let times = kept.times(*part).filter(|_| is_later && kept.part(*part).is_none());
        if let Some(one) = times.and_then(|times| document.add_override(master.id(), &times)) {
            let partstat = Partstat::new(said.to_owned());
            set(
                document,
                one,
                name,
                &Answer { partstat, status: answer.status.clone(), by: answer.by, comment: None },
            );
        }
    }
}

/// Writes an answer into a component: PARTSTAT, how the request was met; that one is wanted is done with.
fn set(document: &mut Document, component: ComponentId, name: &str, answer: &Answer) {
    let Some(user) = attendee(document.component(component), name).map(|user| user.property().id()) else {
        return;
    };
    let codes = answer.status.join(",");
    document.set_parameter(user, ParameterKind::Partstat, &[answer.partstat.as_str()]);
    document.set_parameter(user, ParameterKind::ScheduleStatus, &[&codes]);
    if document.property(user).parameter(ParameterKind::Rsvp).is_some() {
        document.set_parameter(user, ParameterKind::Rsvp, &[]);
    }
}

/// How somebody answered is told to those who are invited (RFC 6638 4.2), but for one.
fn tell_others(
    kept: &SchedulingObject<'_>,
    document: &Document,
    except: &str,
    state: &mut State,
    party: &Party<'_>,
) -> Vec<Message> {
    let old = crate::outgoing::aligned(kept, document, party);
    let old = SchedulingObject::read(&old, party.zones);
    let new = SchedulingObject::read(document, party.zones);
    let mut owed = owed(old.as_ref(), new.as_ref(), &Default::default(), state, party);
    for message in &mut owed {
        message.recipients.retain(|recipient| recipient.normal() != except);
    }
    owed.retain(|message| !message.recipients.is_empty());
    owed
}
