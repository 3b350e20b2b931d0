//! What differs between two versions of a component, as scheduling sees it (RFC 5546 2.1.4, RFC 6638 3.2.8).

use std::collections::BTreeMap;

use ical::civil::{Date, DateTime, Timestamp};
use ical::component::{CalendarUser, Event, Todo};
use ical::diff::{of_property, statements};
use ical::value::{DateOrTime, Recur};
use ical::zone::{Zone, Zones};
use ical::{Component, ComponentKind, PropertyKind};

use crate::object::{Part, SchedulingObject};
use crate::user::normal;

/// What differs; all false where the two say the same to whoever takes part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// When it starts or ends: DTSTART, DTEND, DURATION or DUE.
    pub times: bool,
    /// RRULE, RDATE or EXDATE.
    pub recurrence: bool,
    /// STATUS
    pub status: bool,
    /// Who is invited.
    pub guests: bool,
    /// How those who are invited answered.
    pub answers: bool,
    /// Somebody is asked for an answer who was not: RSVP (RFC 5546 3.2.2.7).
    pub asks: bool,
    /// Anything else that is told to those who are invited.
    pub details: bool,
}

impl Changes {
    /// What differs between two versions of a part.
    pub fn between(
        old: (&SchedulingObject<'_>, Component<'_>),
        new: (&SchedulingObject<'_>, Component<'_>),
    ) -> Self {
        let (old_people, new_people) = (people(old.1), people(new.1));
        let same_people = |differ: &dyn Fn(&Person, &Person) -> bool| {
            let both = old_people.iter().filter_map(|(address, old)| Some((old, new_people.get(address)?)));
            both.into_iter().any(|(old, new)| differ(old, new))
        };
        Self {
            times: Times::of(old.0, old.1) != Times::of(new.0, new.1),
            recurrence: Recurrence::of(old.0, old.1) != Recurrence::of(new.0, new.1),
            status: old.1.status() != new.1.status(),
            guests: !old_people.keys().eq(new_people.keys()),
            answers: same_people(&|old, new| old.answer != new.answer),
            asks: same_people(&|old, new| !old.is_asked && new.is_asked),
            details: same_people(&|old, new| old.details != new.details) || details(old.1) != details(new.1),
        }
    }

    /// When a version of a part ends, or starts where it has no end; `None` where it has neither, or as long as no zone says
    /// when that is.
    pub(crate) fn end(of: (&SchedulingObject<'_>, Component<'_>)) -> Option<Timestamp> {
        let times = Times::of(of.0, of.1);
        match times.end.or(times.start)? {
            When::At(at) => Some(at),
            When::Date(date) => Some(Timestamp::from_utc(date.plus_days(1)?.midnight())),
            When::Floating(wall) => Some(Timestamp::from_utc(wall)),
        }
    }

    /// What differs by one or the other.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            times: self.times || other.times,
            recurrence: self.recurrence || other.recurrence,
            status: self.status || other.status,
            guests: self.guests || other.guests,
            answers: self.answers || other.answers,
            asks: self.asks || other.asks,
            details: self.details || other.details,
        }
    }

    /// Must SEQUENCE go up (RFC 5546 2.1.4)?
    pub const fn are_significant(self) -> bool {
        self.times || self.recurrence || self.status
    }

    /// Is there anything to tell?
    pub fn is_any(self) -> bool {
        self != Self::default()
    }

    /// Is there nothing to tell but how others answered?
    pub fn are_answers_only(self) -> bool {
        self == Self { answers: true, ..Self::default() }
    }
}

/// A time by what it means, not by how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Date(Date),
    Floating(DateTime),
    At(Timestamp),
}

impl When {
    fn of(time: &DateOrTime<'_>, zones: &Zones<'_>) -> Self {
        match time {
            DateOrTime::Date(date) => Self::Date(*date),
            DateOrTime::Floating(wall) => Self::Floating(*wall),
            DateOrTime::Utc(wall) => Self::At(Timestamp::from_utc(*wall)),
            DateOrTime::Zoned(wall, tzid) => match zones.resolve(tzid).zone {
                Some(zone) => Self::At(zone.to_timestamp(*wall)),
                None => Self::Floating(*wall),
            },
        }
    }
}

/// When a component takes place. DURATION is the end that it leads to; of a series the zone tells where its instances are.
#[derive(Debug, PartialEq, Eq)]
struct Times {
    start: Option<When>,
    end: Option<When>,
    zone: Option<Zone>,
}

impl Times {
    fn of(object: &SchedulingObject<'_>, component: Component<'_>) -> Self {
        let zones = object.zones();
        let start = component.start().ok().flatten();
        let end = match component.kind() {
            ComponentKind::Event => Event::of(component).and_then(|event| event.end(zones).ok().flatten()),
            _ => Todo::of(component).and_then(|todo| todo.due(zones).ok().flatten()),
        };
        let is_series = component.property(PropertyKind::Rrule).is_some();
        let tzid = start.as_ref().filter(|_| is_series).and_then(|start| start.tzid());
        Self {
            start: start.as_ref().map(|start| When::of(start, zones)),
            end: end.map(|end| When::of(&end, zones)),
            zone: tzid.and_then(|tzid| zones.resolve(tzid).zone),
        }
    }
}

/// What recurs, by what it means: rules in normal form, dates as parts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Recurrence {
    pub(crate) rules: Vec<Vec<u8>>,
    pub(crate) dates: Vec<Part>,
    pub(crate) periods: Vec<Vec<u8>>,
    pub(crate) exceptions: Vec<Part>,
}

impl Recurrence {
    pub(crate) fn of(object: &SchedulingObject<'_>, component: Component<'_>) -> Self {
        let meanings = |kinds: &[PropertyKind]| {
            let wanted = statements(component).filter(|one| kinds.contains(&one.property().kind()));
            sorted(wanted.map(|one| one.value().to_vec()).collect())
        };
        let parts = |times: Vec<DateOrTime<'_>>| {
            sorted(times.iter().map(|time| object.instance(time, object.zones())).collect())
        };
        let mut starts = Vec::new();
        let mut periods = Vec::new();
        for rdate in component.rdates().into_iter().flatten() {
            match rdate {
                ical::component::Rdate::Start(start) => starts.push(start),
                ical::component::Rdate::Period(period) => periods.push(period.to_string().into_bytes()),
            }
        }
        Self {
            rules: meanings(&[PropertyKind::Rrule, PropertyKind::Exrule]),
            dates: parts(starts),
            periods: sorted(periods),
            exceptions: parts(component.exdates().into_iter().flatten().collect()),
        }
    }
}

impl Recurrence {
    /// Is it another series, whatever is left out of it?
    pub(crate) fn has_other_rules(&self, was: &Self) -> bool {
        self.rules != was.rules || self.dates != was.dates || self.periods != was.periods
    }

    /// Is it another series, but for exceptions that are known of already?
    pub(crate) fn differs(&self, was: &Self, is_known: impl Fn(&Part) -> bool) -> bool {
        let same = !self.has_other_rules(was);
        let known = |part: &Part| was.exceptions.contains(part) || is_known(part);
        !same
            || !was.exceptions.iter().all(|part| self.exceptions.contains(part))
            || !self.exceptions.iter().all(known)
    }
}

/// RRULEs that can be read.
pub(crate) fn rules(component: Component<'_>) -> Vec<Recur> {
    component.rules().filter_map(Result::ok).collect()
}

fn sorted<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort_unstable();
    all.dedup();
    all
}

/// Parameters as they are compared: names, and values in normal form.
type Parameters = Vec<(String, Vec<u8>)>;

/// What an ATTENDEE says of somebody.
#[derive(Debug, PartialEq, Eq)]
struct Person {
    answer: String,
    is_asked: bool,
    details: Parameters,
}

/// Those invited, by their addresses.
fn people(component: Component<'_>) -> BTreeMap<String, Person> {
    let person = |user: CalendarUser<'_>| {
        let answer = user.partstat().as_str().to_ascii_uppercase();
        Some((normal(&user)?, Person { answer, is_asked: user.rsvp(), details: parameters(&user) }))
    };
    component.attendees().filter_map(person).collect()
}

/// The parameters of a calendar user that others are told: not the answer, not what concerns the service alone (RFC 6638 7),
/// and not what says only what holds without it.
fn parameters(user: &CalendarUser<'_>) -> Parameters {
    const APART: [&str; 5] = ["PARTSTAT", "RSVP", "SCHEDULE-AGENT", "SCHEDULE-FORCE-SEND", "SCHEDULE-STATUS"];
    const DEFAULTS: [(&str, &[u8]); 2] = [("CUTYPE", b"INDIVIDUAL"), ("ROLE", b"REQ-PARTICIPANT")];
    let Some(statement) = of_property(user.property().clone()).into_iter().next() else { return Vec::new() };
    let is_told = |(name, value): &&(String, Vec<u8>)| {
        !APART.contains(&name.as_str())
            && !DEFAULTS.iter().any(|(known, default)| name == known && value.as_slice() == *default)
    };
    statement.parameters().iter().filter(is_told).cloned().collect()
}

/// Properties that are compared by what they mean together, or that tell nothing of the matter itself.
const APART: [PropertyKind; 16] = [
    PropertyKind::Attendee,
    PropertyKind::Created,
    PropertyKind::Dtend,
    PropertyKind::Dtstamp,
    PropertyKind::Dtstart,
    PropertyKind::Due,
    PropertyKind::Duration,
    PropertyKind::Exdate,
    PropertyKind::Exrule,
    PropertyKind::LastModified,
    PropertyKind::Rdate,
    PropertyKind::RecurrenceId,
    PropertyKind::RequestStatus,
    PropertyKind::Rrule,
    PropertyKind::Sequence,
    PropertyKind::Status,
];

/// One thing that is said: the component's name, the property's, its parameters and its value.
type Detail = (String, String, Parameters, Vec<u8>);

/// All else that is said, inner components included but for alarms, which are everybody's own.
fn details(component: Component<'_>) -> Vec<Detail> {
    let mut found = Vec::new();
    let mut inside = vec![component];
    while let Some(part) = inside.pop() {
        inside.extend(part.children().filter(|child| child.kind() != ComponentKind::Alarm));
        let is_outermost = part.id() == component.id();
        for statement in statements(part) {
            let property = statement.property();
            if (is_outermost && APART.contains(&property.kind())) || is_private(&property.name()) {
                continue;
            }
            let parameters = match property.kind() {
                PropertyKind::Organizer => {
                    component.organizer().map(|organizer| parameters(&organizer)).unwrap_or_default()
                }
                _ => statement.parameters().to_vec(),
            };
            let name = property.name().to_ascii_uppercase();
            found.push((part.name().to_ascii_uppercase(), name, parameters, statement.value().to_vec()));
        }
    }
    sorted(found)
}

/// The names of properties that say something in the new version that they did not say in the old, in capitals.
pub(crate) fn added_details(old: Component<'_>, new: Component<'_>) -> Vec<String> {
    let known = details(old);
    let added = details(new).into_iter().filter(|detail| known.binary_search(detail).is_err());
    let mut names: Vec<String> = added.map(|(_, name, ..)| name).collect();
    names.dedup();
    names
}

/// Is a property one in which a client notes something for itself? Of names that no RFC knows only these few are known to be
/// meant for others: who travels from where is nobody's business.
pub(crate) fn is_private(name: &str) -> bool {
    const TOLD: [&str; 5] = [
        "X-ALT-DESC",
        "X-APPLE-STRUCTURED-LOCATION",
        "X-GOOGLE-CONFERENCE",
        "X-MICROSOFT-DISALLOW-COUNTER",
        "X-MICROSOFT-ONLINEMEETINGCONFLINK",
    ];
    let is_free = name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("X-"));
    is_free && !TOLD.iter().any(|told| told.eq_ignore_ascii_case(name))
}
