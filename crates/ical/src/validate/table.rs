//! Which property, how often, where: the RFCs' tables, laid out like them.

use crate::component::ComponentKind;
use crate::parameter::ParameterKind;
use crate::property::PropertyKind;

/// What the RFCs say of a component's properties.
pub(super) struct ComponentRow {
    pub(super) kind: ComponentKind,
    /// The components in which it may stand; none: it stands in no other.
    pub(super) inside: &'static [ComponentKind],
    /// Exactly once.
    pub(super) required: &'static [PropertyKind],
    /// At most once.
    pub(super) once: &'static [PropertyKind],
    /// Any number.
    pub(super) many: &'static [PropertyKind],
    /// Two that may not stand together: the end, and DURATION.
    pub(super) end: Option<PropertyKind>,
}

macro_rules! components {
    ($($kind:ident in [$($inside:ident)*] required [$($required:ident)*] once [$($once:ident)*] many
        [$($many:ident)*]
        $(either $end:ident or Duration)?;)+) => {
        &[$(ComponentRow {
            kind: ComponentKind::$kind,
            inside: &[$(ComponentKind::$inside,)*],
            required: &[$(PropertyKind::$required,)*],
            once: &[$(PropertyKind::$once,)*],
            many: &[$(PropertyKind::$many,)*],
            end: [$(Some(PropertyKind::$end),)? None][0],
        },)+]
    };
}

/// RFC 5545 3.6, with what RFC 7953, 7986, 9073 and 9074 add. DTSTART of an event is a matter of METHOD.
pub(super) const COMPONENTS: &[ComponentRow] = components! {
    // RFC 5545 3.6, RFC 7986 4
    Calendar in []
        required [Prodid Version]
        once [Calscale Method Uid LastModified Url RefreshInterval Source Color]
        many [Name Description Categories Image];
    // RFC 5545 3.6.1, RFC 7986 4, RFC 9073 4
    Event in [Calendar]
        required [Dtstamp Uid]
        once [Dtstart Class Created Description Geo LastModified Location Organizer Priority Sequence Status
            Summary Transp
            Url RecurrenceId Color Dtend Duration]
        many [Rrule Exrule Attach Attendee Categories Comment Contact Exdate RequestStatus Resources Rdate
            Image Conference
            StyledDescription StructuredData]
        either Dtend or Duration;
    // RFC 5545 3.6.2
    Todo in [Calendar]
        required [Dtstamp Uid]
        once [Class Completed Created Description Dtstart Geo LastModified Location Organizer PercentComplete
            Priority
            RecurrenceId Sequence Status Summary Url Color Due Duration]
        many [Rrule Exrule Attach Attendee Categories Comment Contact Exdate RequestStatus Resources Rdate
            Image Conference
            StyledDescription StructuredData]
        either Due or Duration;
    // RFC 5545 3.6.3
    Journal in [Calendar]
        required [Dtstamp Uid]
        once [Class Created Dtstart LastModified Organizer RecurrenceId Sequence Status Summary Url Color]
        many [Rrule Exrule Attach Attendee Categories Comment Contact Description Exdate Rdate RequestStatus
            Image
            StyledDescription StructuredData];
    // RFC 5545 3.6.4
    Freebusy in [Calendar]
        required [Dtstamp Uid]
        once [Contact Dtstart Dtend Organizer Url]
        many [Attendee Comment Freebusy RequestStatus StyledDescription StructuredData];
    // RFC 5545 3.6.5, RFC 7808 7
    Timezone in [Calendar]
        required [Tzid]
        once [LastModified Tzurl Tzuntil]
        many [TzidAliasOf];
    Standard in [Timezone]
        required [Dtstart Tzoffsetto Tzoffsetfrom]
        once []
        many [Rrule Comment Rdate Tzname];
    Daylight in [Timezone]
        required [Dtstart Tzoffsetto Tzoffsetfrom]
        once []
        many [Rrule Comment Rdate Tzname];
    // RFC 5545 3.6.6, RFC 9074 3 to 8
    Alarm in [Event Todo]
        required [Action Trigger]
        once [Uid Acknowledged Proximity Duration Repeat Description Summary]
        many [Attach Attendee StyledDescription StructuredData];
    // RFC 7953 3.1
    Availability in [Calendar]
        required [Dtstamp Uid]
        once [Busytype Class Created Description Dtstart LastModified Location Organizer Priority Sequence
            Summary Url Dtend
            Duration]
        many [Categories Comment Contact]
        either Dtend or Duration;
    Available in [Availability]
        required [Dtstamp Dtstart Uid]
        once [Created Description LastModified Location RecurrenceId Rrule Summary Dtend Duration]
        many [Categories Comment Contact Exdate Rdate]
        either Dtend or Duration;
    // RFC 9073 7.1
    Participant in [Event Todo Journal Freebusy]
        required [ParticipantType Uid]
        once [CalendarAddress Created Description Dtstamp Geo LastModified Priority Sequence Status Summary
            Url]
        many [Attach Categories Comment Contact Location RequestStatus Resources StyledDescription
            StructuredData];
    // RFC 9073 7.2, RFC 9074 8.1
    Location in [Event Todo Journal Freebusy Participant Alarm]
        required [Uid]
        once [Description Geo LocationType Name Url]
        many [StructuredData];
    // RFC 9073 7.3
    Resource in [Event Todo Journal Freebusy Participant]
        required [Uid]
        once [Description Geo Name ResourceType]
        many [StructuredData];
};

/// Those that may stand in any component, any number of times (RFC 6321 4.2, RFC 9253 8 and 9.1).
pub(super) const ANYWHERE: &[PropertyKind] = &[
    PropertyKind::Concept,
    PropertyKind::Link,
    PropertyKind::Refid,
    PropertyKind::RelatedTo,
    PropertyKind::Xml,
];

/// The row of a component; `None` for unknown ones, in which anything may stand.
pub(super) fn component_row(kind: ComponentKind) -> Option<&'static ComponentRow> {
    COMPONENTS.iter().find(|row| row.kind == kind)
}

macro_rules! places {
    ($($parameter:ident [$($property:ident)+];)+) => {
        &[$((ParameterKind::$parameter, &[$(PropertyKind::$property,)+]),)+]
    };
}

/// The properties of which a parameter says something; those that are not here may stand at any property.
const PARAMETER_PLACES: &[(ParameterKind, &[PropertyKind])] = places! {
    Altrep [Comment Contact Description Location Resources Summary Name Image StyledDescription];
    Cn [Attendee Organizer];
    Cutype [Attendee Organizer];
    DelegatedFrom [Attendee Organizer];
    DelegatedTo [Attendee Organizer];
    Dir [Attendee Organizer];
    Encoding [Attach Image StructuredData Xml];
    Fmttype [Attach Image StructuredData StyledDescription Link Source];
    Fbtype [Freebusy];
    Language [Attendee Organizer Categories Comment Contact Description Location Resources Summary Tzname
        RequestStatus Name
        Conference Link StyledDescription LocationType ParticipantType ResourceType];
    Member [Attendee Organizer];
    Partstat [Attendee Organizer];
    Range [RecurrenceId];
    Related [Trigger];
    Reltype [RelatedTo];
    Role [Attendee Organizer];
    Rsvp [Attendee Organizer];
    SentBy [Attendee Organizer];
    Tzid [Dtstart Dtend Due Exdate Rdate RecurrenceId];
    Display [Image];
    Email [Attendee Organizer];
    Feature [Conference];
    Label [Conference Link];
    Schema [StructuredData];
    Linkrel [Link];
    Gap [RelatedTo];
    ScheduleAgent [Attendee Organizer];
    ScheduleForceSend [Attendee Organizer];
    ScheduleStatus [Attendee Organizer];
};

/// Does a parameter say something of a property?
pub(super) fn parameter_fits(parameter: ParameterKind, property: PropertyKind) -> bool {
    let place = PARAMETER_PLACES.iter().find(|(kind, _)| *kind == parameter);
    property == PropertyKind::Other || place.is_none_or(|(_, properties)| properties.contains(&property))
}

/// Numbers that have a range: RFC 5545 3.8.1.8, 3.8.1.9, 3.8.6.2, 3.8.7.4.
pub(super) fn number_range(kind: PropertyKind) -> Option<(i32, i32)> {
    match kind {
        PropertyKind::PercentComplete => Some((0, 100)),
        PropertyKind::Priority => Some((0, 9)),
        PropertyKind::Repeat | PropertyKind::Sequence => Some((0, i32::MAX)),
        _ => None,
    }
}

/// Times that must be in UTC: RFC 5545 3.8.2.1, 3.8.2.6, 3.8.6.3, 3.8.7, RFC 9074 6.1, RFC 7808 7.1; of
/// VFREEBUSY also its start and end (RFC 5545 3.8.2.2, 3.8.2.4).
pub(super) const fn must_be_utc(component: ComponentKind, kind: PropertyKind) -> bool {
    let is_span = matches!(kind, PropertyKind::Dtstart | PropertyKind::Dtend);
    is_span && matches!(component, ComponentKind::Freebusy)
        || matches!(
            kind,
            PropertyKind::Completed
                | PropertyKind::Trigger
                | PropertyKind::Created
                | PropertyKind::Dtstamp
                | PropertyKind::LastModified
                | PropertyKind::Acknowledged
                | PropertyKind::Tzuntil
                | PropertyKind::Freebusy
        )
}

/// The words of STATUS that a component may have (RFC 5545 3.8.1.11).
pub(super) const fn statuses(kind: ComponentKind) -> Option<&'static [&'static str]> {
    match kind {
        ComponentKind::Event => Some(&["TENTATIVE", "CONFIRMED", "CANCELLED"]),
        ComponentKind::Todo => Some(&["NEEDS-ACTION", "COMPLETED", "IN-PROCESS", "CANCELLED"]),
        ComponentKind::Journal => Some(&["DRAFT", "FINAL", "CANCELLED"]),
        _ => None,
    }
}

/// What iTIP says of a component under a method: what must stand there, and what may not (RFC 5546 3.2 to
/// 3.5).
pub(super) struct MethodRow {
    pub(super) method: &'static str,
    pub(super) kind: ComponentKind,
    pub(super) required: &'static [PropertyKind],
    pub(super) forbidden: &'static [PropertyKind],
}

macro_rules! methods {
    ($($kind:ident $method:literal required [$($required:ident)*] forbidden [$($forbidden:ident)*];)+) => {
        &[$(MethodRow {
            method: $method,
            kind: ComponentKind::$kind,
            required: &[$(PropertyKind::$required,)*],
            forbidden: &[$(PropertyKind::$forbidden,)*],
        },)+]
    };
}

/// RFC 5546 3.2 (VEVENT), 3.3 (VFREEBUSY), 3.4 (VTODO), 3.5 (VJOURNAL). UID and DTSTAMP are RFC 5545's
/// already.
pub(super) const METHODS: &[MethodRow] = methods! {
    Event "PUBLISH" required [Dtstart Organizer Summary] forbidden [Attendee RequestStatus];
    Event "REQUEST" required [Attendee Dtstart Organizer Summary] forbidden [RequestStatus];
    Event "REPLY" required [Attendee Organizer] forbidden [];
    Event "ADD" required [Dtstart Organizer Sequence Summary]
        forbidden [Exdate RecurrenceId RequestStatus Rdate Rrule];
    Event "CANCEL" required [Organizer Sequence] forbidden [RequestStatus];
    Event "REFRESH" required [Attendee Organizer]
        forbidden [Attach Categories Class Contact Created Description Dtend Dtstart Duration Exdate Geo
            LastModified Location Priority Rdate RelatedTo RequestStatus Resources Rrule Sequence
            Status Summary Transp Url];
    Event "COUNTER" required [Dtstart Organizer Sequence Summary] forbidden [];
    Event "DECLINECOUNTER" required [Attendee Organizer Sequence] forbidden [];
    Freebusy "PUBLISH" required [Dtstart Dtend Organizer] forbidden [Attendee Duration RequestStatus];
    Freebusy "REQUEST" required [Attendee Dtend Dtstart Organizer]
        forbidden [Freebusy Duration RequestStatus Url];
    Freebusy "REPLY" required [Attendee Dtend Dtstart Organizer] forbidden [Duration Sequence];
    Todo "PUBLISH" required [Dtstart Organizer Priority Summary] forbidden [Attendee RequestStatus];
    Todo "REQUEST" required [Attendee Dtstart Organizer Priority Summary] forbidden [RequestStatus];
    Todo "REPLY" required [Attendee Organizer] forbidden [];
    Todo "ADD" required [Organizer Priority Sequence Summary]
        forbidden [Exdate RecurrenceId RequestStatus Rdate Rrule];
    Todo "CANCEL" required [Organizer Sequence] forbidden [RequestStatus];
    Todo "REFRESH" required [Attendee]
        forbidden [Attach Categories Class Comment Completed Contact Created Description Dtstart Due Duration
            Exdate Geo LastModified Location Organizer PercentComplete Priority Rdate RelatedTo
            RequestStatus Resources Rrule Sequence Status Url];
    Todo "COUNTER" required [Attendee Organizer Priority Summary] forbidden [];
    Todo "DECLINECOUNTER" required [Attendee Organizer Sequence] forbidden [];
    Journal "PUBLISH" required [Description Dtstart Organizer] forbidden [Attendee RequestStatus];
    Journal "ADD" required [Description Dtstart Organizer Sequence]
        forbidden [Attendee Exdate RecurrenceId RequestStatus Rdate Rrule];
    Journal "CANCEL" required [Organizer Sequence] forbidden [Attendee RequestStatus];
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_component_and_property_has_its_place() {
        for kind in &ComponentKind::ALL[1..] {
            assert!(component_row(*kind).is_some(), "{kind:?} has no row");
        }
        for kind in PropertyKind::ALL[1..]
            .iter()
            .filter(|kind| !matches!(kind, PropertyKind::Begin | PropertyKind::End))
        {
            let stands = |row: &&ComponentRow| {
                [row.required, row.once, row.many].iter().any(|list| list.contains(kind))
            };
            assert!(
                ANYWHERE.contains(kind) || COMPONENTS.iter().find(stands).is_some(),
                "{kind:?} stands nowhere"
            );
        }
    }

    #[test]
    fn no_property_twice_in_a_row() {
        for row in COMPONENTS {
            let all: Vec<_> = [row.required, row.once, row.many, ANYWHERE].concat();
            for kind in &all {
                assert_eq!(
                    all.iter().filter(|other| *other == kind).count(),
                    1,
                    "{:?} of {:?}",
                    kind,
                    row.kind
                );
            }
        }
        for row in METHODS {
            assert!(
                row.required.iter().all(|kind| !row.forbidden.contains(kind)),
                "{:?} {}",
                row.kind,
                row.method
            );
        }
    }
}
