//! To whom an organizer owes what: views before and after, per attendee (RFC 6638 3.2.1.2).

use std::collections::{BTreeMap, BTreeSet};

use ical::Document;
use ical::civil::Timestamp;
use ical::component::CalendarUser;
use ical::value::CalAddress;

use super::cancel;
use crate::changes::{Changes, Recurrence};
use crate::delegation::{senders_of, sent_by};
use crate::message::{Class, Message};
use crate::method::Method;
use crate::object::{Part, SchedulingObject, is_cancelled};
use crate::party::Party;
use crate::sequence::sequence;
use crate::state::State;
use crate::view::{Guest, guests, make_message, of_parts};

/// Those to whom the same is to be told: who were listed by the same parts, and are now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    had: BTreeSet<Part>,
    has: BTreeSet<Part>,
    is_forced: bool,
    /// Whoever is told by themselves, where attendees are hidden from each other.
    alone: Option<String>,
}

/// What is owed for a change, by attendee; `old` has an override for each that `new` has, where it has the instance.
pub(crate) fn owed(
    old: Option<&SchedulingObject<'_>>,
    new: Option<&SchedulingObject<'_>>,
    forced: &BTreeSet<String>,
    state: &mut State,
    party: &Party<'_>,
) -> Vec<Message> {
    let invited = |object: Option<&SchedulingObject<'_>>| {
        object.map(|object| guests(object, party.addresses)).unwrap_or_default()
    };
    let (before, after) = (invited(old), invited(new));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut groups: BTreeMap<Group, Vec<CalAddress<'static>>> = BTreeMap::new();
    for name in names {
        let parts = |guests: &BTreeMap<String, Guest>| {
            guests.get(name).map(|guest| guest.parts.clone()).unwrap_or_default()
        };
        let group = Group {
            had: parts(&before),
            has: parts(&after),
            is_forced: forced.contains(name),
            alone: party.options.hides_attendees.then(|| name.clone()),
        };
        let Some(guest) = after.get(name).or_else(|| before.get(name)) else { continue };
        groups.entry(group).or_default().push(guest.address.clone());
    }
    let mut telling =
        Telling { old, new, state, party, stamps: [None; 2], has_cancelled: false, owed: Vec::new() };
    for (group, recipients) in groups {
        telling.has_cancelled = false;
        telling.tell(&group, &recipients);
    }
    telling.owed
}

struct Telling<'t, 'a> {
    old: Option<&'t SchedulingObject<'a>>,
    new: Option<&'t SchedulingObject<'a>>,
    state: &'t mut State,
    party: &'t Party<'t>,
    /// DTSTAMP of what goes out for this change, and of what goes to somebody after a CANCEL: if the two overtake each other, the
    /// later still counts.
    stamps: [Option<Timestamp>; 2],
    has_cancelled: bool,
    owed: Vec<Message>,
}

impl Telling<'_, '_> {
    fn tell(&mut self, group: &Group, to: &[CalAddress<'static>]) {
        let is_listed = |had: bool| if had { self.old } else { self.new };
        let all_cancelled = |parts: &BTreeSet<Part>, object: Option<&SchedulingObject<'_>>| {
            object.is_some_and(|object| parts.iter().filter_map(|part| object.part(*part)).all(is_cancelled))
        };
        let was_cancelled = all_cancelled(&group.had, is_listed(true));
        let is_cancelled = all_cancelled(&group.has, is_listed(false));
        match (group.had.is_empty(), group.has.is_empty()) {
            (true, true) => {}
            (true, false) if is_cancelled => {}
            (true, false) => self.request(group, Class::New, to),
            (false, true) if was_cancelled => {}
            (false, true) => {
                let is_left = |part: &Part| self.new.is_some_and(|new| new.has(*part));
                self.cancel(&group.had, !group.had.iter().any(is_left), to);
            }
            (false, false) if is_cancelled => {
                if !was_cancelled || group.is_forced {
                    self.cancel(&group.had, true, to);
                }
            }
            // What was called off goes on: they are invited again.
            (false, false) if was_cancelled => self.request(group, Class::New, to),
            (false, false) if group.had.contains(&Part::Series) && !group.has.contains(&Part::Series) => {
                self.cancel(&group.had, false, to);
                self.request(group, Class::New, to);
            }
            (false, false) => self.change(group, to),
        }
    }

    /// Those who stay invited hear what is called off, and what is changed.
    fn change(&mut self, group: &Group, to: &[CalAddress<'static>]) {
        let (Some(old), Some(new)) = (self.old, self.new) else { return };
        let gone = gone(group, old, new);
        let called_off: BTreeSet<Part> =
            gone.iter().filter(|(_, is_off)| **is_off).map(|(part, _)| *part).collect();
        let left: BTreeSet<Part> =
            gone.iter().filter(|(_, is_off)| !**is_off).map(|(part, _)| *part).collect();
        for (parts, is_off) in [(called_off, true), (left, false)] {
            if !parts.is_empty() {
                self.cancel(&parts, is_off, to);
            }
        }
        let changes = told(group, &gone, old, new);
        let class = match changes {
            Some(changes) if changes.times || changes.recurrence => Class::Reschedule,
            Some(changes) if changes.are_answers_only() => Class::Status,
            Some(_) => Class::Update,
            None if group.is_forced => Class::Update,
            None => return,
        };
        self.request(group, class, to);
    }

    fn request(&mut self, group: &Group, class: Class, to: &[CalAddress<'static>]) {
        let Some(new) = self.new else { return };
        let mut view = of_parts(new, &group.has);
        if let Some(alone) = &group.alone {
            // Whom they send, and who sends them, they know.
            let knows =
                |user: &CalendarUser<'_>| sent_by(user).contains(alone) || senders_of(user).contains(alone);
            cancel::list_only(&mut view, |user| {
                let is_theirs = crate::user::normal(user).as_ref() == Some(alone) || knows(user);
                self.party.addresses.name(user) || is_theirs
            });
        }
        let stamp = self.stamp();
        make_message(&mut view, Method::Request, stamp, self.party);
        self.push(Method::Request, class, to, &view);
    }

    /// Calls parts off for somebody: the matter itself, or only their part in it.
    fn cancel(&mut self, parts: &BTreeSet<Part>, is_off: bool, to: &[CalAddress<'static>]) {
        let Some(old) = self.old else { return };
        let stamp = self.stamp();
        self.has_cancelled = true;
        let mut view = cancel::of_parts(old, self.new, parts, is_off, to);
        make_message(&mut view, Method::Cancel, stamp, self.party);
        self.push(Method::Cancel, Class::Cancel, to, &view);
    }

    fn stamp(&mut self) -> Timestamp {
        let [first, after] = &mut self.stamps;
        let first = *first.get_or_insert_with(|| self.state.stamped(self.party.now));
        match self.has_cancelled {
            true => *after.get_or_insert_with(|| self.state.stamped(Timestamp(first.0.saturating_add(1)))),
            false => first,
        }
    }

    /// The organizer, as the object names them.
    fn sender(&self) -> CalAddress<'static> {
        let organizer = [self.new, self.old].into_iter().flatten().find_map(SchedulingObject::organizer);
        let address = organizer.and_then(|user| user.address().ok().map(CalAddress::into_owned));
        address.unwrap_or_else(|| self.party.addresses.first().clone())
    }

    fn push(&mut self, method: Method, class: Class, to: &[CalAddress<'static>], view: &Document) {
        let objects = view.objects();
        let numbers = objects.iter().flat_map(ical::Object::components).map(|component| sequence(*component));
        self.state.sequence = self.state.sequence.max(numbers.max());
        self.owed.push(Message {
            method,
            class,
            sender: self.sender(),
            recipients: to.to_vec(),
            text: view.to_bytes().into_owned(),
        });
    }
}

/// The instances that are no longer theirs, each with whether it is called off for all: exceptions of the series, overrides that
/// are cancelled, and those of a guest who is in no more.
fn gone(group: &Group, old: &SchedulingObject<'_>, new: &SchedulingObject<'_>) -> BTreeMap<Part, bool> {
    let mut gone = BTreeMap::new();
    let excluded = new.excluded();
    let was_excluded = old.excluded();
    let is_listed = |part: &Part| match old.part(*part) {
        Some(_) => group.had.contains(part),
        None => group.had.contains(&Part::Series),
    };
    for part in excluded.iter().filter(|part| !was_excluded.contains(part) && is_listed(part)) {
        let was = old.describing(*part);
        if was.is_some_and(|was| !is_cancelled(was)) {
            gone.insert(*part, true);
        }
    }
    for part in group.had.iter().filter(|part| **part != Part::Series) {
        let was_off = old.part(*part).is_some_and(is_cancelled);
        let is_off = new.part(*part).is_some_and(is_cancelled);
        let is_theirs = group.has.contains(part);
        let is_by_series = group.has.contains(&Part::Series) && new.has(*part);
        if is_off && !was_off && is_theirs {
            gone.insert(*part, true);
        } else if !is_theirs && !is_by_series && !was_off {
            gone.entry(*part).or_insert(!new.has(*part));
        }
    }
    gone
}

/// What of all that they see differs, but for what a CANCEL has told; `None` where nothing does.
fn told(
    group: &Group,
    gone: &BTreeMap<Part, bool>,
    old: &SchedulingObject<'_>,
    new: &SchedulingObject<'_>,
) -> Option<Changes> {
    let mut all: Option<Changes> = None;
    let mut add = |changes: Changes| {
        let sum = all.unwrap_or_default();
        if changes.is_any() {
            all = Some(sum.and(changes));
        }
    };
    for part in group.has.iter().filter(|part| !gone.contains_key(part)) {
        let Some(component) = new.part(*part) else { continue };
        let Some(before) = old.part(*part).filter(|_| group.had.contains(part)) else {
            add(Changes { times: true, ..Changes::default() });
            continue;
        };
        let mut changes = Changes::between((old, before), (new, component));
        if *part == Part::Series && changes.recurrence {
            let (was, is) = (Recurrence::of(old, before), Recurrence::of(new, component));
            changes.recurrence = is.differs(&was, |part| gone.contains_key(part));
        }
        add(changes);
    }
    // Instances that only others have, and those that are theirs by the series again: their view of the series is another.
    let hidden = |object: &SchedulingObject<'_>, theirs: &BTreeSet<Part>| -> BTreeSet<Part> {
        let parts = object.parts().map(|(part, _)| part);
        parts.filter(|part| !theirs.contains(part) && !gone.contains_key(part)).collect()
    };
    let back = group.had.iter().any(|part| !group.has.contains(part) && !gone.contains_key(part));
    if back || (group.has.contains(&Part::Series) && hidden(old, &group.had) != hidden(new, &group.has)) {
        add(Changes { recurrence: true, ..Changes::default() });
    }
    all
}
