//! What an organizer wrote, put right: answers are those that were given, revisions go up, and whoever must answer anew is asked
//! (RFC 6638 3.2.1, 3.2.8; RFC 5546 2.1.4).

use std::collections::{BTreeMap, BTreeSet};

use ical::component::CalendarUser;
use ical::value::{Partstat, Recur, ScheduleAgent, ScheduleForceSend};
use ical::{Component, ComponentId, ContentLine, Document, ParameterKind, PropertyId, PropertyKind};

use super::{Written, aligned, owed};
use crate::changes::{Changes, Recurrence, rules};
use crate::object::{Part, SchedulingObject, is_cancelled};
use crate::party::Party;
use crate::sequence::sequence;
use crate::state::State;
use crate::user::normal;

/// What is kept of an organizer's text, and what is owed for it; without a new text all is called off.
pub(crate) fn write(
    old: Option<&SchedulingObject<'_>>,
    new: Option<Document>,
    state: &mut State,
    party: &Party<'_>,
) -> Written {
    let Some(mut new) = new else {
        let owed = owed::owed(old, None, &BTreeSet::new(), state, party);
        return (None, owed);
    };
    let fresh = old.map(|old| reshape(old, &mut new, party)).unwrap_or_default();
    let original = old;
    let old = old.map(|old| aligned(old, &new, party));
    let old = old.as_ref().and_then(|old| SchedulingObject::read(old, party.zones));
    let (mends, forced) = match SchedulingObject::read(&new, party.zones) {
        Some(object) => {
            let mended = amend(old.as_ref(), &object, &fresh, state, party);
            inherit(original, &object, state);
            mended
        }
        None => Default::default(),
    };
    mends.into_iter().for_each(|mend| mend.apply(&mut new));
    let object = SchedulingObject::read(&new, party.zones);
    let owed = owed::owed(old.as_ref(), object.as_ref(), &forced, state, party);
    drop(object);
    (Some(new), owed)
}

/// Brings the overrides of a series in line with what recurs now. Those of instances that its rules no longer have go. Instances
/// that come in addition, or are given back, get overrides, so that only they are to be answered anew; these are returned. Of
/// too many none are.
fn reshape(old: &SchedulingObject<'_>, new: &mut Document, party: &Party<'_>) -> BTreeSet<Part> {
    let Some(object) = SchedulingObject::read(new, party.zones) else { return BTreeSet::new() };
    let (Some(before), Some(after)) = (old.part(Part::Series), object.part(Part::Series)) else {
        return BTreeSet::new();
    };
    let changes = Changes::between((old, before), (&object, after));
    let (was, is) = (Recurrence::of(old, before), Recurrence::of(&object, after));
    if changes.times || was.rules != is.rules {
        let gone = off_rule(old, &object, party);
        gone.into_iter().for_each(|id| new.remove_component(id));
        return BTreeSet::new();
    }
    let added = is.dates.iter().filter(|part| !was.dates.contains(part));
    let returned = was.exceptions.iter().filter(|part| !is.exceptions.contains(part));
    let fresh = added.chain(returned).filter(|part| object.part(**part).is_none());
    let times: Vec<_> = fresh.filter_map(|part| Some((*part, object.times(*part)?))).collect();
    if times.len() > party.options.instances_asked_alone {
        return BTreeSet::new();
    }
    let master = after.id();
    drop(object);
    let mut fresh = BTreeSet::new();
    for (part, times) in times {
        if new.add_override(master, &times).is_some() {
            fresh.insert(part);
        }
    }
    fresh
}

/// The overrides of instances that the series had, and has no longer.
fn off_rule(old: &SchedulingObject<'_>, new: &SchedulingObject<'_>, party: &Party<'_>) -> Vec<ComponentId> {
    let overrides = |object: &SchedulingObject<'_>| -> Vec<(Part, ComponentId)> {
        let instances = object.parts().filter(|(part, _)| *part != Part::Series);
        instances.map(|(part, component)| (part, component.id())).collect()
    };
    let plain = |object: &SchedulingObject<'_>| {
        let mut document = object.document().clone();
        overrides(object).into_iter().for_each(|(_, id)| document.remove_component(id));
        document
    };
    let (was, is) = (plain(old), plain(new));
    let (was, is) = (SchedulingObject::read(&was, party.zones), SchedulingObject::read(&is, party.zones));
    let has =
        |object: &Option<SchedulingObject<'_>>, part| object.as_ref().is_some_and(|object| object.has(part));
    let gone = overrides(new).into_iter().filter(|(part, _)| has(&was, *part) && !has(&is, *part));
    gone.map(|(_, id)| id).collect()
}

/// A change to what was written.
enum Mend {
    /// A parameter of an ATTENDEE or ORGANIZER, or none of it.
    Parameter(PropertyId, ParameterKind, Vec<String>),
    /// SEQUENCE
    Sequence(ComponentId, u32),
}

impl Mend {
    fn apply(self, document: &mut Document) {
        match self {
            Self::Parameter(property, kind, values) => {
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                document.set_parameter(property, kind, &values);
            }
            Self::Sequence(component, number) => {
                document.set(component, &ContentLine::new(PropertyKind::Sequence).raw(&number.to_string()));
            }
        }
    }
}

/// What is to be put right in each part, and who is to be told in any case (RFC 6638 7.2).
fn amend(
    old: Option<&SchedulingObject<'_>>,
    new: &SchedulingObject<'_>,
    fresh: &BTreeSet<Part>,
    state: &mut State,
    party: &Party<'_>,
) -> (Vec<Mend>, BTreeSet<String>) {
    let mut mends = Vec::new();
    let mut forced = BTreeSet::new();
    // Who is in some instances only from now on hears that the series is off, and is asked for these by a revision that is no older.
    let left: BTreeSet<String> = old.map(|old| left(old, new, Part::Series)).unwrap_or_default();
    let mut of_series = 0;
    for (part, component) in new.parts() {
        let before = old.and_then(|old| Some((old, old.part(part)?)));
        let changes = before.map(|before| Changes::between(before, (new, component)));
        let is_reset = fresh.contains(&part)
            || changes.is_some_and(|changes| asks_anew(before, (new, part), changes, &BTreeSet::new()));
        let number = match old {
            // A part that is there anew may have been there before.
            Some(old) if before.is_none() => {
                revision(old, (new, part, component), changes).max(state.sequence.unwrap_or(0))
            }
            Some(old) => revision(old, (new, part, component), changes),
            None => sequence(component).max(state.sequence.map_or(0, |last| last.saturating_add(1))),
        };
        let stays = |user: CalendarUser<'_>| normal(&user).is_some_and(|name| left.contains(&name));
        let number = if component.attendees().any(stays) { number.max(of_series) } else { number };
        // Who is in the series no more hears so by one revision for all that they had of it.
        let numbers = old.into_iter().flat_map(|old| old.parts()).map(|(_, before)| sequence(before));
        let number = match numbers.max().filter(|_| part == Part::Series && !left.is_empty()) {
            Some(last) => number.max(last.saturating_add(1)).min(MOST),
            None => number,
        };
        if part == Part::Series {
            of_series = number;
        }
        if number != component.sequence().ok().and_then(|written| u32::try_from(written).ok()).unwrap_or(0) {
            mends.push(Mend::Sequence(component.id(), number));
        }
        let mut known_by_name = before.map(|(_, before)| by_name(before)).unwrap_or_default();
        for user in component.attendees() {
            let (Some(name), false) = (normal(&user), party.addresses.name(&user)) else { continue };
            let known = known_by_name.remove(&name);
            let is_ours = user.schedule_agent() == ScheduleAgent::Server;
            mends.extend(status(&user, known.as_ref()));
            if let Some(force) = user.schedule_force_send() {
                mends.push(parameter(&user, ParameterKind::ScheduleForceSend, None));
                match force {
                    ScheduleForceSend::Request if is_ours => drop(forced.insert(name.clone())),
                    // RFC 6638 7.2: what is not known is ignored; the code says so.
                    _ => mends.push(parameter(&user, ParameterKind::ScheduleStatus, Some("2.3"))),
                }
            }
            if is_ours {
                mends.extend(answer(&user, known.as_ref(), is_reset));
            }
            if is_reset || known.is_none() {
                // Whoever is asked now is not answered for by what they said of something else.
                state.answers.entry((name, part)).or_default().since = number;
            }
        }
    }
    (mends, forced)
}

/// An instance that has a component of its own from now on was last asked for with its series.
pub(crate) fn inherit(old: Option<&SchedulingObject<'_>>, new: &SchedulingObject<'_>, state: &mut State) {
    let is_new = |part: Part| old.is_none_or(|old| old.part(part).is_none());
    for (part, component) in new.parts().filter(|(part, _)| is_new(*part)) {
        for name in component.attendees().filter_map(|user| normal(&user)) {
            let of_series = state.answers.get(&(name.clone(), Part::Series)).map_or(0, |known| known.since);
            let since = &mut state.answers.entry((name, part)).or_default().since;
            *since = of_series.max(*since);
        }
    }
}

fn parameter(user: &CalendarUser<'_>, kind: ParameterKind, value: Option<&str>) -> Mend {
    Mend::Parameter(user.property().id(), kind, value.map(str::to_owned).into_iter().collect())
}

/// The attendees of a component by their addresses; of two of one address the first.
pub(crate) fn by_name(component: Component<'_>) -> BTreeMap<String, CalendarUser<'_>> {
    let mut all = BTreeMap::new();
    for user in component.attendees() {
        if let Some(name) = normal(&user) {
            all.entry(name).or_insert(user);
        }
    }
    all
}

/// An attendee of a component, by address.
pub(crate) fn attendee<'a>(component: Component<'a>, name: &str) -> Option<CalendarUser<'a>> {
    component.attendees().find(|user| normal(user).as_deref() == Some(name))
}

/// How the last message went is the service's to say: what it said stays (RFC 6638 7.3).
fn status(user: &CalendarUser<'_>, known: Option<&CalendarUser<'_>>) -> Option<Mend> {
    let codes = |user: &CalendarUser<'_>| -> Vec<String> {
        user.schedule_status().iter().map(ToString::to_string).collect()
    };
    let said = known.map(codes).unwrap_or_default();
    let codes_differ = codes(user) != said;
    let said = (!said.is_empty()).then(|| said.join(","));
    codes_differ.then(|| parameter(user, ParameterKind::ScheduleStatus, said.as_deref()))
}

/// An attendee's answer is what they said, or none yet; whoever has none is asked for one, unless it is said that none is wanted.
fn answer(user: &CalendarUser<'_>, known: Option<&CalendarUser<'_>>, is_reset: bool) -> Vec<Mend> {
    let said = known.map_or(Partstat::NeedsAction, |known| known.partstat().into_owned());
    // Whoever sent somebody else stays out of it: that one is asked.
    let answer = if is_reset && said != Partstat::Delegated { Partstat::NeedsAction } else { said };
    let mut mends = Vec::new();
    if user.partstat() != answer {
        mends.push(parameter(user, ParameterKind::Partstat, Some(answer.as_str())));
    }
    let is_asked = answer == Partstat::NeedsAction && (known.is_none() || is_reset);
    if is_asked && user.property().parameter(ParameterKind::Rsvp).is_none() {
        mends.push(parameter(user, ParameterKind::Rsvp, Some("TRUE")));
    }
    mends
}

/// Do all who are invited to a part have to answer anew (RFC 6638 3.2.8)? Instances that an attendee left out of their copy by
/// themselves do not come back by being in the other.
pub(crate) fn asks_anew(
    before: Option<(&SchedulingObject<'_>, Component<'_>)>,
    (new, part): (&SchedulingObject<'_>, Part),
    changes: Changes,
    left_out: &BTreeSet<Part>,
) -> bool {
    let (Some((old, before)), Some(after)) = (before, new.part(part)) else { return false };
    // Whoever said yes to what was called off since has not said yes to it again.
    let is_back = is_cancelled(before) && !is_cancelled(after);
    if changes.times || is_back || !changes.recurrence {
        return changes.times || is_back;
    }
    let (was, is) = (Recurrence::of(old, before), Recurrence::of(new, after));
    if was.rules != is.rules || was.periods != is.periods {
        return !is_truncated((old, before), (new, after));
    }
    // What came in addition, or back, and has no override that is asked for by itself.
    let added = is.dates.iter().filter(|part| !was.dates.contains(part));
    let returned =
        was.exceptions.iter().filter(|part| !is.exceptions.contains(part) && !left_out.contains(part));
    added.chain(returned).any(|part| new.part(*part).is_none() && new.has(*part))
}

/// Does a series only end earlier?
fn is_truncated(
    old: (&SchedulingObject<'_>, Component<'_>),
    new: (&SchedulingObject<'_>, Component<'_>),
) -> bool {
    let endless = |rule: Recur| Recur { until: None, count: None, ..rule };
    let all = |component| rules(component).into_iter().map(endless).collect::<Vec<_>>();
    // A rule that excepts no more gives back (RFC 2445 4.8.5.2).
    let excepting = |component: Component<'_>| {
        let lines = component.properties_of(PropertyKind::Exrule);
        lines.map(|line| line.raw_value().to_vec()).collect::<Vec<_>>()
    };
    if all(old.1) != all(new.1) || excepting(old.1) != excepting(new.1) {
        return false;
    }
    let counts = |component| rules(component).into_iter().map(|rule| rule.count).collect::<Vec<_>>();
    if let ([Some(was)], [Some(is)]) = (counts(old.1).as_slice(), counts(new.1).as_slice()) {
        return is <= was;
    }
    let end = |object: &SchedulingObject<'_>| {
        object.set().span().ok().flatten().map(|span| span.end.map_or(i64::MAX, |end| end.0))
    };
    matches!((end(old.0), end(new.0)), (Some(was), Some(is)) if is <= was)
}

/// No INTEGER is higher (RFC 5545 3.3.8).
const MOST: u32 = i32::MAX.unsigned_abs();

/// SEQUENCE of a part: never lower than it was, and higher when what it says of time, recurrence or state is another, or somebody
/// is no longer invited (RFC 5546 2.1.4).
fn revision(
    old: &SchedulingObject<'_>,
    (new, part, component): (&SchedulingObject<'_>, Part, Component<'_>),
    changes: Option<Changes>,
) -> u32 {
    let written = sequence(component);
    let Some(before) = old.part(part) else { return written };
    // An override that is there no more: its instance is as the series has it again.
    let is_undone =
        part == Part::Series && old.parts().any(|(part, _)| new.part(part).is_none() && new.has(part));
    let goes_up =
        changes.is_some_and(Changes::are_significant) || !left(old, new, part).is_empty() || is_undone;
    let last = sequence(before);
    // A client that has raised it already has raised it for this.
    if goes_up { written.max(last.saturating_add(1)).min(MOST) } else { written.max(last) }
}

/// Those whom the service told of a part, and is not to tell of it any more.
fn left(old: &SchedulingObject<'_>, new: &SchedulingObject<'_>, part: Part) -> BTreeSet<String> {
    let served = |object: &SchedulingObject<'_>| -> BTreeSet<String> {
        let attendees = object.part(part).into_iter().flat_map(Component::attendees);
        let served = attendees.filter(|user| user.schedule_agent() == ScheduleAgent::Server);
        served.filter_map(|user| normal(&user)).collect()
    };
    let now = served(new);
    served(old).into_iter().filter(|name| !now.contains(name)).collect()
}
