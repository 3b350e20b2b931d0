//! Questions that components of every kind answer: typed views of their properties, read when they are asked.

use std::borrow::Cow;

use super::{Alarm, CalendarUser, ComponentKind, Location, Participant, Resource};
use crate::civil::DateTime;
use crate::document::Component;
use crate::parameter::ParameterKind;
use crate::problem::{Problem, ProblemKind};
use crate::property::{Property, PropertyKind};
use crate::value::{
    Class, DateOrTime, Geo, Malformed, Period, Range, Recur, Reltype, RequestStatus, Status, Uid, Value,
};

/// What RECURRENCE-ID says: which instance an override is for, and whether those after it, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurrenceId {
    /// The instance's original start.
    pub start: DateOrTime<'static>,
    /// RANGE, if it is written.
    pub range: Option<Range<'static>>,
}

/// A date that RDATE adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rdate {
    /// A start; it lasts as long as the component.
    Start(DateOrTime<'static>),
    /// A start and an end of its own.
    Period(Period<'static>),
}

/// Another component that RELATED-TO names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// What the other is to this one.
    pub reltype: Reltype<'static>,
    /// Its UID, or a URI.
    pub target: String,
}

impl<'a> Component<'a> {
    /// Reads the first property of a kind, if there is one.
    pub(super) fn read<T>(
        self,
        kind: PropertyKind,
        read: impl FnOnce(&Property<'a>) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Problem> {
        let Some(property) = self.property(kind) else { return Ok(None) };
        match read(&property) {
            Ok(value) => Ok(Some(value)),
            Err(fault) => Err(malformed(&property, fault)),
        }
    }

    /// The first property of a kind as text.
    pub(super) fn text(self, kind: PropertyKind) -> Option<Cow<'a, str>> {
        self.property(kind).map(Property::into_text)
    }

    /// A time that the RFC wants in UTC. One without `Z` is read as if it had it, as its writers mean it.
    pub(super) fn instant(self, kind: PropertyKind) -> Result<Option<DateTime>, Problem> {
        self.read(kind, |property| property.date_or_time().map(|time| time.wall()))
    }

    /// A whole number.
    pub(super) fn integer(self, kind: PropertyKind) -> Result<Option<i32>, Problem> {
        self.read(kind, |property| match property.value()? {
            Value::Integer(number) => Ok(number),
            _ => Err(Malformed::new("a whole number", 0)),
        })
    }

    /// UID, if it is there and not empty.
    pub fn uid(self) -> Option<Uid<'static>> {
        let uid = self.property(PropertyKind::Uid)?;
        Uid::parse(uid.raw_value()).ok().map(Uid::into_owned)
    }

    /// DTSTAMP, in UTC.
    ///
    /// # Errors
    /// It is no date-time.
    pub fn stamp(self) -> Result<Option<DateTime>, Problem> {
        self.instant(PropertyKind::Dtstamp)
    }

    /// CREATED, in UTC.
    ///
    /// # Errors
    /// It is no date-time.
    pub fn created(self) -> Result<Option<DateTime>, Problem> {
        self.instant(PropertyKind::Created)
    }

    /// LAST-MODIFIED, in UTC.
    ///
    /// # Errors
    /// It is no date-time.
    pub fn last_modified(self) -> Result<Option<DateTime>, Problem> {
        self.instant(PropertyKind::LastModified)
    }

    /// SEQUENCE; 0 when it is not written (RFC 5545 3.8.7.4).
    ///
    /// # Errors
    /// It is no whole number.
    pub fn sequence(self) -> Result<i32, Problem> {
        self.integer(PropertyKind::Sequence).map(Option::unwrap_or_default)
    }

    /// PRIORITY: 1 is the highest, 9 the lowest, 0 none (RFC 5545 3.8.1.9).
    ///
    /// # Errors
    /// It is no whole number.
    pub fn priority(self) -> Result<i32, Problem> {
        self.integer(PropertyKind::Priority).map(Option::unwrap_or_default)
    }

    /// DTSTART.
    ///
    /// # Errors
    /// It is neither a date nor a date-time.
    pub fn start(self) -> Result<Option<DateOrTime<'static>>, Problem> {
        self.read(PropertyKind::Dtstart, |property| property.date_or_time().map(DateOrTime::into_owned))
    }

    /// SUMMARY
    pub fn summary(self) -> Option<Cow<'a, str>> {
        self.text(PropertyKind::Summary)
    }

    /// DESCRIPTION, the first.
    pub fn description(self) -> Option<Cow<'a, str>> {
        self.text(PropertyKind::Description)
    }

    /// LOCATION
    pub fn location(self) -> Option<Cow<'a, str>> {
        self.text(PropertyKind::Location)
    }

    /// URL
    pub fn url(self) -> Option<Cow<'a, str>> {
        self.property(PropertyKind::Url).map(Property::into_value_lossy)
    }

    /// COLOR: a name of CSS3 (RFC 7986 5.9).
    pub fn color(self) -> Option<Cow<'a, str>> {
        self.text(PropertyKind::Color)
    }

    /// GEO
    ///
    /// # Errors
    /// It is no place.
    pub fn geo(self) -> Result<Option<Geo>, Problem> {
        self.read(PropertyKind::Geo, |property| Geo::parse(property.raw_value().trim_ascii()))
    }

    /// STATUS
    pub fn status(self) -> Option<Status<'a>> {
        self.text(PropertyKind::Status).map(Status::new)
    }

    /// CLASS; PUBLIC when it is not written. A word that is not known is to be taken for PRIVATE (RFC 5545
    /// 3.8.1.3).
    pub fn class(self) -> Class<'a> {
        self.text(PropertyKind::Class).map_or(Class::Public, Class::new)
    }

    /// CATEGORIES, of all lines.
    pub fn categories(self) -> Vec<String> {
        self.words(PropertyKind::Categories)
    }

    /// RESOURCES, of all lines.
    pub fn resources(self) -> Vec<String> {
        self.words(PropertyKind::Resources)
    }

    fn words(self, kind: PropertyKind) -> Vec<String> {
        let words = |property: Property<'a>| property.texts().map(Cow::into_owned).collect::<Vec<_>>();
        self.properties_of(kind).flat_map(words).collect()
    }

    /// COMMENTs
    pub fn comments(self) -> impl Iterator<Item = Cow<'a, str>> {
        self.properties_of(PropertyKind::Comment).map(Property::into_text)
    }

    /// ORGANIZER
    pub fn organizer(self) -> Option<CalendarUser<'a>> {
        self.property(PropertyKind::Organizer).map(CalendarUser::new)
    }

    /// ATTENDEEs
    pub fn attendees(self) -> impl Iterator<Item = CalendarUser<'a>> {
        self.properties_of(PropertyKind::Attendee).map(CalendarUser::new)
    }

    /// REQUEST-STATUS, of all lines that can be read.
    pub fn request_statuses(self) -> Vec<RequestStatus<'static>> {
        let read = |property: Property<'a>| {
            RequestStatus::parse(property.raw_value()).ok().map(RequestStatus::into_owned)
        };
        self.properties_of(PropertyKind::RequestStatus).filter_map(read).collect()
    }

    /// RELATED-TO
    pub fn relations(self) -> Vec<Relation> {
        let read = |property: Property<'a>| {
            let reltype = property.parameter(ParameterKind::Reltype);
            let reltype =
                reltype.map_or(Reltype::Parent, |reltype| Reltype::new(reltype.value()).into_owned());
            Relation { reltype, target: property.text().into_owned() }
        };
        self.properties_of(PropertyKind::RelatedTo).map(read).collect()
    }

    /// RECURRENCE-ID, which makes it an override.
    ///
    /// # Errors
    /// It is neither a date nor a date-time.
    pub fn recurrence_id(self) -> Result<Option<RecurrenceId>, Problem> {
        self.read(PropertyKind::RecurrenceId, |property| {
            let range = property.parameter(ParameterKind::Range);
            let range = range.map(|range| Range::new(range.value()).into_owned());
            Ok(RecurrenceId { start: property.date_or_time()?.into_owned(), range })
        })
    }

    /// RRULEs, each by itself.
    pub fn rules(self) -> impl Iterator<Item = Result<Recur, Problem>> {
        self.properties_of(PropertyKind::Rrule)
            .map(|property| property.recur().map_err(|fault| malformed(&property, fault)))
    }

    /// What RDATE adds, of all lines, each by itself.
    pub fn rdates(self) -> Vec<Result<Rdate, Problem>> {
        self.each(PropertyKind::Rdate, |value| match value {
            Value::Date(date) => Some(Rdate::Start(DateOrTime::Date(date))),
            Value::DateTime(time) => Some(Rdate::Start(time.into_owned())),
            Value::Period(period) => Some(Rdate::Period(period.into_owned())),
            _ => None,
        })
    }

    /// What EXDATE takes out, of all lines, each by itself.
    pub fn exdates(self) -> Vec<Result<DateOrTime<'static>, Problem>> {
        self.each(PropertyKind::Exdate, |value| match value {
            Value::Date(date) => Some(DateOrTime::Date(date)),
            Value::DateTime(time) => Some(time.into_owned()),
            _ => None,
        })
    }

    /// Each value of all properties of a kind; `None` leaves one out.
    pub(super) fn each<T>(
        self,
        kind: PropertyKind,
        mut read: impl FnMut(Value<'_>) -> Option<T>,
    ) -> Vec<Result<T, Problem>> {
        let mut all = Vec::new();
        for property in self.properties_of(kind) {
            for value in property.values() {
                match value {
                    Ok(value) => all.extend(read(value).map(Ok)),
                    Err(fault) => all.push(Err(malformed(&property, fault))),
                }
            }
        }
        all
    }

    /// VALARMs
    pub fn alarms(self) -> impl Iterator<Item = Alarm<'a>> {
        self.children_of(ComponentKind::Alarm).filter_map(Alarm::of)
    }

    /// PARTICIPANTs (RFC 9073 7.1).
    pub fn participants(self) -> impl Iterator<Item = Participant<'a>> {
        self.children_of(ComponentKind::Participant).filter_map(Participant::of)
    }

    /// VLOCATIONs (RFC 9073 7.2).
    pub fn locations(self) -> impl Iterator<Item = Location<'a>> {
        self.children_of(ComponentKind::Location).filter_map(Location::of)
    }

    /// VRESOURCEs (RFC 9073 7.3).
    pub fn structured_resources(self) -> impl Iterator<Item = Resource<'a>> {
        self.children_of(ComponentKind::Resource).filter_map(Resource::of)
    }
}

/// A value that cannot be read, as a problem with its place.
pub(super) fn malformed(property: &Property<'_>, fault: Malformed) -> Problem {
    let end = property.raw_value().len();
    let place = property.value_place_of(fault.offset.min(end)..end);
    let message =
        format!("wanted {} in {}, found \"{}\"", fault.wanted, property.name(), property.value_lossy());
    Problem::new(ProblemKind::MalformedValue, place, message)
}
