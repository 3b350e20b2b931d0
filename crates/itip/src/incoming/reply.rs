//! REPLY: an attendee's answer (RFC 5546 3.2.3, RFC 6638 4.2).

use ical::component::{CalendarUser, Todo};
use ical::value::{CalAddress, Partstat};
use ical::{Component, ComponentId, ContentLine, Document, ParameterKind, PropertyKind};

use super::{Applied, Hold, Ignore, Incoming, Outcome, crasher};
use crate::delegation::{may_send, senders_of, sent_by, stand_in};
use crate::message::{Class, Message};
use crate::object::{Part, SchedulingObject, is_cancelled};
use crate::outgoing::again;
use crate::outgoing::attendee::own;
use crate::outgoing::organizer::{attendee, by_name, inherit};
use crate::outgoing::owed::owed;
use crate::party::Party;
use crate::role::Role;
use crate::sequence::{Revision, sequence};
use crate::state::State;
use crate::user::normal;

/// What an answer of one part is.
struct Answer {
    partstat: Partstat<'static>,
    /// REQUEST-STATUS, or success where none is written.
    status: Vec<String>,
    by: Revision,
    comment: Option<String>,
    /// How much of a to-do is done.
    percent: Option<u8>,
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
        let known: Vec<_> = kept.into_iter().flat_map(Component::comments).collect();
        let comment = component.comments().find(|comment| !known.contains(comment));
        // Whoever tells only how they were asked answers as before (RFC 5546 4.4.10).
        let is_said = user.property().parameter(ParameterKind::Partstat).is_some();
        let before = kept.filter(|_| !is_said);
        let before = before.and_then(|kept| attendee(kept, &normal(user)?));
        let partstat = before.as_ref().map_or_else(|| user.partstat(), CalendarUser::partstat);
        let codes: Vec<String> =
            component.request_statuses().iter().map(|status| status.code.to_string()).collect();
        Self {
            partstat: partstat.into_owned(),
            status: if codes.is_empty() { vec!["2.0".to_owned()] } else { codes },
            by: clamped(component, state),
            comment: comment.map(|comment| shortened(&comment)),
            percent: percent(component),
        }
    }
}

/// The revision that an answer is about. A number that never was sent, as clients write that raise it themselves, is the last that
/// was.
pub(super) fn clamped(component: Component<'_>, state: &State) -> Revision {
    let by = Revision::of(component);
    Revision { sequence: by.sequence.min(state.sequence.unwrap_or(by.sequence)), ..by }
}

/// What is said beside an answer, as much of it as is kept.
fn shortened(comment: &str) -> String {
    /// So many bytes.
    const MOST: usize = 4_096;
    let mut end = comment.len().min(MOST);
    while !comment.is_char_boundary(end) {
        end -= 1;
    }
    comment[..end].to_owned()
}

/// How much of a to-do is done, of a hundred.
fn percent(component: Component<'_>) -> Option<u8> {
    let written = Todo::of(component)?.percent_complete().ok()??;
    u8::try_from(written).ok().filter(|percent| *percent <= 100)
}

/// Takes a REPLY in for the organizer, and tells the others who are invited.
pub(super) fn take(
    kept: Option<&SchedulingObject<'_>>,
    said: &SchedulingObject<'_>,
    message: &Incoming,
    state: &mut State,
    party: &Party<'_>,
) -> Applied {
    let name = message.sender.normal();
    let kept = match kept.map(|kept| (kept, Role::of(kept, party.addresses))) {
        Some((kept, Role::Organizer)) => kept,
        Some((kept, Role::Attendee)) => return of_delegate(kept, said, &name, state, party).into(),
        _ => return Outcome::Ignore(Ignore::Unknown).into(),
    };
    let is_listed = said.parts().all(|(_, component)| attendee(component, &name).is_some());
    let is_theirs = said.parts().all(|(_, component)| is_theirs(component, &name));
    if !is_listed || (!is_theirs && message.waits_for(Hold::NotTheAttendee)) {
        return Outcome::Hold(Hold::NotTheAttendee).into();
    }
    if !kept.parts().any(|(_, component)| attendee(component, &name).is_some()) {
        return uninvited(kept, said, message, state, party);
    }
    let mut taking =
        Taking { kept, said, name: &name, document: kept.document().clone(), taken: 0, why: Ignore::Stale };
    let mut is_outdated = false;
    for (part, component) in said.parts() {
        let Some(user) = attendee(component, &name) else { continue };
        let answer = Answer::of(component, &user, kept.describing(part), state);
        is_outdated |= !taking.answer((part, component), &user, answer, state);
    }
    if taking.taken == 0 {
        // Whoever answers an earlier revision has not heard of this one (RFC 5546 5.2.2).
        let is_unheard = is_outdated || taking.why == Ignore::NoDelegate;
        let owed = is_unheard.then(|| again(kept, &name, state, party)).flatten();
        return Applied { outcome: Outcome::Ignore(taking.why), owed: owed.unwrap_or_default() };
    }
    let document = taking.document;
    if let Some(new) = SchedulingObject::read(&document, party.zones) {
        inherit(Some(kept), &new, state);
    }
    let owed = tell_others(kept, &document, Some(&name), state, party);
    Applied { outcome: Outcome::Keep { document, class: Class::Reply }, owed }
}

/// Does a component say how somebody answers, and of others only whom they send in their place, or who sends them?
fn is_theirs(component: Component<'_>, name: &str) -> bool {
    let Some(user) = attendee(component, name) else { return false };
    let (sends, senders) = (sent_by(&user), senders_of(&user));
    let mut others = component.attendees().filter_map(|user| normal(&user)).filter(|other| other != name);
    others.all(|other| sends.contains(&other) || senders.contains(&other))
}

/// What becomes of an answer by somebody who was not invited: who is sent by somebody who was may be early.
fn uninvited(
    kept: &SchedulingObject<'_>,
    said: &SchedulingObject<'_>,
    message: &Incoming,
    state: &mut State,
    party: &Party<'_>,
) -> Applied {
    /// So many answers are remembered of people whom nobody has listed yet.
    const MOST: usize = 1_000;
    let name = message.sender.normal();
    let mut is_sent = false;
    for (part, component) in said.parts() {
        let Some((user, invited)) = attendee(component, &name).zip(kept.describing(part)) else { continue };
        let invited = by_name(invited);
        if !senders_of(&user).iter().any(|sender| invited.contains_key(sender)) {
            continue;
        }
        is_sent = true;
        let by = clamped(component, state);
        if state.answers.len() < MOST && state.is_later(&name, part, by) {
            let known = state.answers.entry((name.clone(), part)).or_default();
            known.last = Some(by);
            known.said = Some(user.partstat().as_str().to_owned());
            known.is_early = true;
        }
    }
    // Whether somebody is in a group that is invited its members know, and whoever looks after it: the organizer decides.
    let hold = if is_sent { Hold::UnknownDelegate } else { Hold::PartyCrasher };
    match message.waits_for(hold) {
        true => Outcome::Hold(hold).into(),
        false => crasher::admit(kept, said, &name, state, party),
    }
}

/// How whomever the owner sent in their place answers, which they tell the owner too.
fn of_delegate(
    kept: &SchedulingObject<'_>,
    said: &SchedulingObject<'_>,
    name: &str,
    state: &mut State,
    party: &Party<'_>,
) -> Outcome {
    let mut document = kept.document().clone();
    let mut is_told = false;
    for (part, component) in said.parts() {
        let (Some(user), Some(known)) = (attendee(component, name), kept.part(part)) else { continue };
        let by = Revision::of(component);
        if !state.is_later(name, part, by) {
            continue;
        }
        let is_sent = own(known, party).is_some_and(|own| sent_by(&own).contains(name));
        if let Some(line) = attendee(known, name).filter(|_| is_sent) {
            is_told = true;
            let line = line.property().id();
            let to: Vec<_> = user.delegated_to().into_iter().map(CalAddress::into_owned).collect();
            let to: Vec<&str> = to.iter().map(CalAddress::as_str).collect();
            document.set_parameter(line, ParameterKind::Partstat, &[user.partstat().as_str()]);
            document.set_parameter(line, ParameterKind::DelegatedTo, &to);
            state.answers.entry((name.to_owned(), part)).or_default().last = Some(by);
        }
    }
    match is_told {
        true => Outcome::Keep { document, class: Class::Reply },
        false => Outcome::Ignore(Ignore::Unknown),
    }
}

/// An organizer's object, while answers are written into it.
struct Taking<'t, 'a> {
    kept: &'t SchedulingObject<'a>,
    said: &'t SchedulingObject<'a>,
    name: &'t str,
    document: Document,
    taken: usize,
    why: Ignore,
}

impl Taking<'_, '_> {
    /// Takes the answer for one part. Is it about what is?
    fn answer(
        &mut self,
        (part, component): (Part, Component<'_>),
        user: &CalendarUser<'_>,
        answer: Answer,
        state: &mut State,
    ) -> bool {
        let (kept, name) = (self.kept, self.name);
        if !state.is_later(name, part, answer.by) {
            return true;
        }
        let sends = sent_by(user);
        if !sends.is_empty() && !kept.describing(part).is_some_and(|known| may_send(known, name, &sends)) {
            self.why = Ignore::NoDelegate;
            return true;
        }
        let is_current = state.is_current(name, part, kept.part(part).is_some(), answer.by);
        if part == Part::Series {
            let answered = answer_instances(&mut self.document, (kept, self.said), (name, &answer), state);
            self.taken += answered.len();
            for (part, one) in answered {
                self.stand_in(one, (part, component), user, state);
            }
        }
        if is_current {
            match place(&mut self.document, kept, part, (name, &answer)) {
                Ok(one) => {
                    self.taken += 1;
                    if let Some(one) = one {
                        self.stand_in(one, (part, component), user, state);
                    }
                }
                Err(reason) => {
                    self.why = reason;
                    return true;
                }
            }
            if part == Part::Series {
                keep_instances(&mut self.document, kept, (name, &answer), state);
            }
        }
        let known = state.answers.entry((name.to_owned(), part)).or_default();
        known.last = Some(answer.by);
        if is_current {
            known.said = Some(answer.partstat.as_str().to_owned());
            known.comment = answer.comment.or_else(|| known.comment.take());
            known.percent = answer.percent.or(known.percent);
            known.is_early = false;
        }
        is_current
    }

    /// Who comes in somebody's place is listed; who was sent, and is no longer, goes. Of whoever is sent and does not come the
    /// sender hears, and is asked again (RFC 5546 4.2.7).
    fn stand_in(
        &mut self,
        one: ComponentId,
        (part, component): (Part, Component<'_>),
        user: &CalendarUser<'_>,
        state: &mut State,
    ) {
        let before = self.kept.describing(part).and_then(|known| attendee(known, self.name));
        let before = before.map(|user| sent_by(&user)).unwrap_or_default();
        let document = &mut self.document;
        let line = attendee(document.component(one), self.name).map(|user| user.property().id());
        if let Some(line) = line.filter(|_| user.partstat() == Partstat::Delegated) {
            let to: Vec<_> = user.delegated_to().into_iter().map(CalAddress::into_owned).collect();
            let to: Vec<&str> = to.iter().map(CalAddress::as_str).collect();
            document.set_parameter(line, ParameterKind::DelegatedTo, &to);
            if user.property().parameter(ParameterKind::Role).is_some() {
                document.set_parameter(line, ParameterKind::Role, &[user.role().as_str()]);
            }
        }
        let number = sequence(document.component(one));
        // Whoever was faster than their sender has answered already, if it was for this.
        let early = |name: &str| {
            let known = state.answers.get(&(name.to_owned(), part))?;
            let is_current = known.last.is_some_and(|last| last.sequence >= number);
            known.said.clone().filter(|_| known.is_early && is_current)
        };
        let went = stand_in(document, one, (self.name, &before), Some(component), early);
        for name in sent_by(user) {
            if let Some(known) = state.answers.get_mut(&(name, part)) {
                known.is_early = false;
            }
        }
        if went > 0 {
            // They are told by a revision of its own: with it they may be invited again.
            let number = number.saturating_add(1).to_string();
            document.set(one, &ContentLine::new(PropertyKind::Sequence).raw(&number));
        }
        if user.partstat() == Partstat::Declined {
            self.ask_senders(one, user);
        }
    }

    /// Nobody comes in somebody's place: they are asked again.
    fn ask_senders(&mut self, one: ComponentId, user: &CalendarUser<'_>) {
        let part = self.document.component(one);
        let all = by_name(part);
        let mut asked = Vec::new();
        let mut fewer = Vec::new();
        for sender in senders_of(user) {
            let Some(line) = all.get(&sender).filter(|line| sent_by(line).contains(self.name)) else {
                continue;
            };
            let declines = |to: &&CalAddress<'_>| {
                all.get(&to.normal()).is_none_or(|user| user.partstat() == Partstat::Declined)
            };
            let left: Vec<_> = line.delegated_to();
            let left: Vec<_> =
                left.iter().filter(|to| !declines(to)).map(|to| to.as_str().to_owned()).collect();
            match left.is_empty() {
                true => asked.push(line.property().id()),
                false => fewer.push((line.property().id(), left)),
            }
        }
        for line in asked {
            self.document.set_parameter(line, ParameterKind::Partstat, &["NEEDS-ACTION"]);
            self.document.set_parameter(line, ParameterKind::Rsvp, &["TRUE"]);
            self.document.set_parameter(line, ParameterKind::DelegatedTo, &[]);
        }
        for (line, left) in fewer {
            let left: Vec<&str> = left.iter().map(String::as_str).collect();
            self.document.set_parameter(line, ParameterKind::DelegatedTo, &left);
        }
    }
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

/// Whoever answers for the series answers for all of it that is open, or that they did not answer by itself: these.
fn answer_instances(
    document: &mut Document,
    (kept, said): (&SchedulingObject<'_>, &SchedulingObject<'_>),
    (name, answer): (&str, &Answer),
    state: &State,
) -> Vec<(Part, ComponentId)> {
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
    let answered: Vec<_> = answered.map(|(part, component)| (part, component.id())).collect();
    answered.iter().for_each(|(_, one)| set(document, *one, name, answer));
    answered
}

/// Writes an answer where it belongs, and tells where that is, if it has a place of its own.
fn place(
    document: &mut Document,
    kept: &SchedulingObject<'_>,
    part: Part,
    (name, answer): (&str, &Answer),
) -> Result<Option<ComponentId>, Ignore> {
    if let Some(component) = kept.part(part) {
        if part != Part::Series && is_cancelled(component) {
            return Err(Ignore::NoInstance);
        }
        set(document, component.id(), name, answer);
        return Ok(Some(component.id()));
    }
    match (kept.part(Part::Series), kept.times(part)) {
        (Some(master), Some(times)) => {
            let by_series = attendee(document.component(master.id()), name);
            let by_series = by_series.map(|user| user.partstat().into_owned());
            // What the series says already needs no override.
            if by_series.as_ref() == Some(&answer.partstat) && answer.partstat != Partstat::Delegated {
                return Ok(None);
            }
            let one = document.add_override(master.id(), &times);
            Ok(one.inspect(|one| set(document, *one, name, answer)))
        }
        // They answer for the series, and are in some of it only: those were answered.
        (None, _) if part == Part::Series => Ok(None),
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
                &Answer {
                    partstat,
                    status: answer.status.clone(),
                    by: answer.by,
                    comment: None,
                    percent: None,
                },
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
    let is_open = answer.partstat == Partstat::NeedsAction;
    if !is_open && document.property(user).parameter(ParameterKind::Rsvp).is_some() {
        document.set_parameter(user, ParameterKind::Rsvp, &[]);
    }
}

/// How somebody answered is told to those who are invited (RFC 6638 4.2), but for one.
pub(super) fn tell_others(
    kept: &SchedulingObject<'_>,
    document: &Document,
    except: Option<&str>,
    state: &mut State,
    party: &Party<'_>,
) -> Vec<Message> {
    let old = crate::outgoing::aligned(kept, document, party);
    let old = SchedulingObject::read(&old, party.zones);
    let new = SchedulingObject::read(document, party.zones);
    let mut owed = owed(old.as_ref(), new.as_ref(), &Default::default(), state, party);
    for message in &mut owed {
        message.recipients.retain(|recipient| Some(recipient.normal().as_str()) != except);
    }
    owed.retain(|message| !message.recipients.is_empty());
    owed
}
