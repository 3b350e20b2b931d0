//! Groups that are invited (RFC 3283 5.1): in the organizer's object each member has a line of their own beside the group's, which
//! names the group by MEMBER (RFC 5545 3.2.11), so that there is a place for their answer. Members are as the group is when its
//! organizer writes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use ical::component::CalendarUser;
use ical::value::{CalAddress, Cutype, ScheduleAgent};
use ical::{Component, ComponentId, ContentLine, Document, Limits, ParameterKind, PropertyId, PropertyKind};
use store::{Address, Expect, Principal, PrincipalId, PrincipalKind, Snapshot, State};

use super::exchange::Delivered;
use super::person::Person;
use crate::error::{Error, Refusal};
use crate::put::may_be_written;

/// No line that invites a member is shorter.
const SHORTEST: usize = 64;

/// Completes what an organizer writes by a line for each member of each group that is invited, and takes out the lines of those who
/// are no longer in one. Whoever is invited by themselves stays as they are. Groups have to stay as they are until it is written.
///
/// # Errors
/// They are more than an object may list, or the store cannot be read.
pub(super) fn complete(
    (snapshot, owner, limits): (&Snapshot, &Person, &Limits),
    old: Option<&Document>,
    mut new: Document,
    expects: &mut Vec<Expect>,
) -> Result<Document, Error> {
    let objects = new.objects();
    let components: Vec<ComponentId> =
        objects.iter().flat_map(|object| object.components()).map(|component| component.id()).collect();
    let is_theirs = |id: &ComponentId| {
        let organizer = new.component(*id).organizer();
        organizer.is_some_and(|organizer| owner.addresses.name(&organizer))
    };
    if !components.iter().all(is_theirs) {
        return Ok(new);
    }
    let mut groups =
        Groups { snapshot, owner, most: limits.attendees, at: HashMap::new(), members: HashMap::new() };
    let mut added = 0_usize;
    let parts = old.map(parts).unwrap_or_default();
    for id in components {
        let before = parts.get(&instance(new.component(id))).or_else(|| parts.get(&None)).copied();
        let lines = groups.lines(new.component(id), before)?;
        added += lines.iter().filter(|line| matches!(line, Line::New(_) | Line::Comes(..))).count();
        // Many overrides of many members end here, and not when all are written.
        if added.saturating_mul(SHORTEST) > limits.object {
            return Err(Refusal::TooMany { what: "bytes of an object", most: limits.object }.into());
        }
        lines.into_iter().for_each(|line| line.write(&mut new, id, old));
    }
    if groups.at.values().any(Option::is_some) {
        expects.push(Expect::Directory(snapshot.directory()?));
    }
    if added > 0 {
        may_be_written(&new, limits)?;
        if new.to_bytes().len() > limits.object {
            return Err(Refusal::TooMany { what: "bytes of an object", most: limits.object }.into());
        }
    }
    Ok(new)
}

/// What becomes of a message to a group: its members are told themselves, so it is there, unless there is nobody to tell.
pub(super) fn delivered(snapshot: &Snapshot, group: PrincipalId) -> Result<Delivered, Error> {
    let is_anybody = !snapshot.members_of(group)?.is_empty();
    Ok(if is_anybody { Delivered::Here } else { Delivered::NoCalendar })
}

/// Which instance a component is, as it is written; `None` of a series.
fn instance(component: Component<'_>) -> Option<Vec<u8>> {
    component.property(PropertyKind::RecurrenceId).map(|property| property.content().to_vec())
}

/// The components of a text by their instances. One that has no component of its own is as the series.
fn parts(document: &Document) -> HashMap<Option<Vec<u8>>, Component<'_>> {
    let objects = document.objects();
    let components = objects.iter().flat_map(|object| object.components().to_vec());
    let mut parts = HashMap::new();
    for component in components {
        parts.entry(instance(component)).or_insert(component);
    }
    parts
}

/// What becomes of a line of an organizer's text.
enum Line {
    /// That of a group says so, and asks for no answer: its members give theirs.
    Group(PropertyId, Vec<(ParameterKind, &'static str)>),
    /// A member is invited, as a line of the text before says, through these groups.
    Comes(PropertyId, Vec<String>),
    /// A member is invited by a new one.
    New(Box<ContentLine>),
    /// A member is invited through these groups.
    Through(PropertyId, Vec<String>),
    /// They are not in it any more.
    Goes(PropertyId),
}

impl Line {
    fn write(self, document: &mut Document, component: ComponentId, old: Option<&Document>) {
        match self {
            Self::Group(line, parameters) => {
                for (kind, value) in parameters {
                    document.set_parameter(line, kind, &[value]);
                }
            }
            Self::Comes(line, groups) => {
                if let Some(old) = old {
                    let line = document.copy(component, &old.property(line));
                    Self::Through(line, groups).write(document, component, None);
                }
            }
            Self::New(line) => drop(document.add(component, &line)),
            Self::Through(line, groups) => {
                let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
                document.set_parameter(line, ParameterKind::Member, &groups);
            }
            Self::Goes(line) => document.remove(line),
        }
    }
}

/// Groups that are asked for, and who is in them.
struct Groups<'g> {
    snapshot: &'g Snapshot,
    owner: &'g Person,
    /// So many are invited at most.
    most: usize,
    /// The group of an address, where it is one.
    at: HashMap<Address, Option<PrincipalId>>,
    members: HashMap<PrincipalId, Rc<[Rc<Principal>]>>,
}

/// Who is invited through groups: each with the addresses of these, and the group's line that came first.
type Members<'l> = BTreeMap<PrincipalId, (Rc<Principal>, Vec<String>, CalendarUser<'l>)>;

impl Groups<'_> {
    /// What becomes of the lines of a component; `before` is what was there.
    fn lines(&mut self, new: Component<'_>, before: Option<Component<'_>>) -> Result<Vec<Line>, Error> {
        let mut lines = Vec::new();
        let mut listed: BTreeMap<Address, CalendarUser<'_>> = BTreeMap::new();
        let mut members = Members::new();
        // What was a group's, and what is: by their addresses.
        let (was, mut is) = (self.groups_of(before)?, BTreeSet::new());
        for user in new.attendees() {
            let Ok(address) = user.address().map(|address| Address::new(&address)) else { continue };
            if let Some(group) = self.group_at(&address, &user)? {
                lines.extend(as_group(&user));
                // A group that is listed twice is one.
                let members_of =
                    if is.insert(address.clone()) { self.members_of(group)? } else { Rc::default() };
                for member in members_of.iter() {
                    let entry = (Rc::clone(member), Vec::new(), user.clone());
                    members.entry(member.id).or_insert(entry).1.push(address.to_string());
                }
                at_most(members.len(), self.most)?;
            }
            listed.entry(address).or_insert(user);
        }
        if is.is_empty() && was.is_empty() {
            return Ok(lines);
        }
        let known = by_address(before);
        let mut stay = BTreeSet::new();
        for (member, groups, of) in members.into_values() {
            let own = || member.profile.addresses.iter().map(|(address, _)| address);
            stay.extend(own().cloned());
            let there = own().find_map(|address| listed.get(address));
            let known = own().find_map(|address| known.get(address));
            match (there, known) {
                (Some(there), known) => lines.extend(through(there, known, &groups, &was)),
                (None, Some(known)) if is_through(known, &was) => {
                    lines.push(Line::Comes(known.property().id(), groups));
                }
                (None, known) => lines.extend(new_line((&member, known), &groups, &of).map(Line::New)),
            }
        }
        for (address, user) in listed.iter().filter(|(address, _)| !stay.contains(*address)) {
            let was_through = known.get(address).is_some_and(|known| is_through(known, &was));
            if was_through && is_through(user, &was) {
                let others = named_beside(user, &was);
                let line = user.property().id();
                lines.push(if others.is_empty() { Line::Goes(line) } else { Line::Through(line, others) });
            }
        }
        Ok(lines)
    }

    /// The addresses of the groups that a component lists.
    fn groups_of(&mut self, component: Option<Component<'_>>) -> Result<BTreeSet<Address>, Error> {
        let mut found = BTreeSet::new();
        for user in component.into_iter().flat_map(Component::attendees) {
            // Each was said to be one when it was written.
            if user.cutype() == Cutype::Group
                && let Ok(address) = user.address().map(|address| Address::new(&address))
                && self.group_at(&address, &user)?.is_some()
            {
                found.insert(address);
            }
        }
        Ok(found)
    }

    /// The group here that a line invites, where the service is to tell it.
    fn group_at(&mut self, address: &Address, user: &CalendarUser<'_>) -> Result<Option<PrincipalId>, Error> {
        if user.schedule_agent() != ScheduleAgent::Server || self.owner.addresses.name(user) {
            return Ok(None);
        }
        if let Some(known) = self.at.get(address) {
            return Ok(*known);
        }
        let found = self.snapshot.principal_at(address)?.filter(|found| {
            found.profile.kind == PrincipalKind::Group && found.profile.state != State::Removed
        });
        let found = found.map(|found| found.id);
        self.at.insert(address.clone(), found);
        Ok(found)
    }

    /// All who are in a group, or in one that is in it, each once: those who can be written to, but for the organizer.
    fn members_of(&mut self, group: PrincipalId) -> Result<Rc<[Rc<Principal>]>, Error> {
        if let Some(known) = self.members.get(&group) {
            return Ok(Rc::clone(known));
        }
        let (mut found, mut left) = (Vec::new(), vec![group]);
        let mut seen = BTreeSet::from([group, self.owner.id]);
        while let Some(group) = left.pop() {
            for id in self.snapshot.members_of(group)? {
                if !seen.insert(id) {
                    continue;
                }
                let Some(member) = self.snapshot.principal(id)? else { continue };
                match member.profile.kind {
                    _ if member.profile.state == State::Removed => {}
                    PrincipalKind::Group => left.push(id),
                    _ if member.profile.addresses.is_empty() => {}
                    _ => found.push(Rc::new(member)),
                }
                at_most(found.len(), self.most)?;
            }
        }
        let found: Rc<[_]> = found.into();
        self.members.insert(group, Rc::clone(&found));
        Ok(found)
    }
}

fn at_most(attendees: usize, most: usize) -> Result<(), Error> {
    if attendees > most {
        return Err(Refusal::TooMany { what: "attendees", most }.into());
    }
    Ok(())
}

/// Those whom a component lists, by their addresses.
fn by_address(component: Option<Component<'_>>) -> BTreeMap<Address, CalendarUser<'_>> {
    let users = component.into_iter().flat_map(Component::attendees);
    users.filter_map(|user| Some((Address::new(&user.address().ok()?), user))).collect()
}

/// What is to be said on a group's line that is not: that it is one, and that it is asked for no answer.
fn as_group(user: &CalendarUser<'_>) -> Option<Line> {
    let is_group = user.cutype() == Cutype::Group;
    let is_asked = user.property().parameter(ParameterKind::Rsvp).is_none();
    let mut parameters = Vec::new();
    parameters.extend((!is_group).then_some((ParameterKind::Cutype, "GROUP")));
    parameters.extend(is_asked.then_some((ParameterKind::Rsvp, "FALSE")));
    (!parameters.is_empty()).then(|| Line::Group(user.property().id(), parameters))
}

/// Is somebody invited through one of these groups?
fn is_through(user: &CalendarUser<'_>, groups: &BTreeSet<Address>) -> bool {
    user.member().iter().any(|group| groups.contains(&Address::new(group)))
}

/// What is to be said otherwise of the groups through which somebody is invited: nothing, where they are invited by themselves. A
/// client that drops MEMBER does not make them one of these.
fn through(
    user: &CalendarUser<'_>,
    known: Option<&CalendarUser<'_>>,
    groups: &[String],
    was: &BTreeSet<Address>,
) -> Option<Line> {
    let named: Vec<CalAddress<'_>> = user.member();
    let is_named = |group: &String| named.iter().any(|one| Address::new(one).as_str() == group);
    let is_member = groups.iter().any(is_named)
        || is_through(user, was)
        || known.is_some_and(|known| is_through(known, was));
    if !is_member || (groups.iter().all(is_named) && groups.len() == named.len()) {
        return None;
    }
    let others = named_beside(user, was).into_iter().filter(|one| !groups.contains(one));
    let all: Vec<String> = groups.iter().cloned().chain(others).collect();
    Some(Line::Through(user.property().id(), all))
}

/// The groups that others keep, through which somebody is invited, too: these stay named.
fn named_beside(user: &CalendarUser<'_>, groups: &BTreeSet<Address>) -> Vec<String> {
    let named = user.member().into_iter().filter(|one| !groups.contains(&Address::new(one)));
    named.map(|one| one.as_str().to_owned()).collect()
}

/// The line that invites a member of groups, as the line of the first says whether they need to come.
fn new_line(
    (member, known): (&Principal, Option<&CalendarUser<'_>>),
    groups: &[String],
    of: &CalendarUser<'_>,
) -> Option<Box<ContentLine>> {
    // Whoever was invited by themselves before stays so under the same address.
    let known = known.and_then(|known| Some(known.address().ok()?.as_str().to_owned()));
    let address = known.or_else(|| Some(member.profile.addresses.first()?.0.to_string()))?;
    let cutype = match member.profile.kind {
        PrincipalKind::Room => "ROOM",
        PrincipalKind::Resource => "RESOURCE",
        PrincipalKind::Individual | PrincipalKind::Group => "INDIVIDUAL",
    };
    let mut line = ContentLine::new(PropertyKind::Attendee);
    if let Some(name) = &member.profile.display {
        line = line.with(ParameterKind::Cn, [name]);
    }
    line = line.with(ParameterKind::Cutype, [cutype]).with(ParameterKind::Member, groups);
    if let Some(role) = of.property().parameter(ParameterKind::Role) {
        line = line.with(ParameterKind::Role, [role.value()]);
    }
    Some(Box::new(line.raw(&address)))
}
