//! Properties: the table of names and value types (RFC 5545 3.7 and 3.8, and the RFCs that add to it).

use crate::names;
use crate::value::ValueType;

/// How many values stand in one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One.
    Single,
    /// One or more, separated by commas.
    List,
    /// Fields of their own kinds, separated by semicolons: GEO, REQUEST-STATUS.
    Fields,
}

/// What the RFCs say of a property: a row of the table.
#[derive(Clone, Copy, Debug)]
pub struct PropertyRow {
    /// The name, in capitals.
    pub name: &'static str,
    /// The types that `VALUE` may name. The first is the default.
    pub types: &'static [ValueType],
    /// Must `VALUE` be written even for the first type (RFC 7986 5.7)?
    pub needs_value_parameter: bool,
    /// How many values stand in one line.
    pub shape: Shape,
    /// Where it is defined.
    pub source: &'static str,
}

macro_rules! properties {
    (@needs) => { false };
    (@needs explicit) => { true };
    ($($variant:ident $name:literal [$($type:ident)+] $shape:ident $($explicit:ident)? $source:literal;)+) => {
        /// A property known by name. The order is the table's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum PropertyKind {
            /// A name that is not in the table: `X-`, or registered later.
            Other,
            $(#[doc = concat!("`", $name, "`, ", $source)] $variant,)+
        }

        impl PropertyKind {
            /// All kinds; `Other` first.
            pub const ALL: &'static [Self] = &[Self::Other, $(Self::$variant,)+];

            /// The table's row; `None` for [`PropertyKind::Other`].
            pub const fn row(self) -> Option<&'static PropertyRow> {
                const ROWS: &[PropertyRow] = &[$(PropertyRow {
                    name: $name,
                    types: &[$(ValueType::$type,)+],
                    needs_value_parameter: properties!(@needs $($explicit)?),
                    shape: Shape::$shape,
                    source: $source,
                },)+];
                match self {
                    Self::Other => None,
                    kind => Some(&ROWS[kind as usize - 1]),
                }
            }
        }

        const NAMES: &[&str] = &[$($name,)+];
    };
}

properties! {
    // The lines that make components.
    Begin "BEGIN" [Text] Single "RFC 5545 3.6";
    End "END" [Text] Single "RFC 5545 3.6";
    // Calendar properties.
    Calscale "CALSCALE" [Text] Single "RFC 5545 3.7.1";
    Method "METHOD" [Text] Single "RFC 5545 3.7.2";
    Prodid "PRODID" [Text] Single "RFC 5545 3.7.3";
    Version "VERSION" [Text] Single "RFC 5545 3.7.4";
    // Descriptive.
    Attach "ATTACH" [Uri Binary] Single "RFC 5545 3.8.1.1";
    Categories "CATEGORIES" [Text] List "RFC 5545 3.8.1.2";
    Class "CLASS" [Text] Single "RFC 5545 3.8.1.3";
    Comment "COMMENT" [Text] Single "RFC 5545 3.8.1.4";
    Description "DESCRIPTION" [Text] Single "RFC 5545 3.8.1.5";
    Geo "GEO" [Float] Fields "RFC 5545 3.8.1.6";
    Location "LOCATION" [Text] Single "RFC 5545 3.8.1.7";
    PercentComplete "PERCENT-COMPLETE" [Integer] Single "RFC 5545 3.8.1.8";
    Priority "PRIORITY" [Integer] Single "RFC 5545 3.8.1.9";
    Resources "RESOURCES" [Text] List "RFC 5545 3.8.1.10";
    Status "STATUS" [Text] Single "RFC 5545 3.8.1.11";
    Summary "SUMMARY" [Text] Single "RFC 5545 3.8.1.12";
    // Date and time.
    Completed "COMPLETED" [DateTime] Single "RFC 5545 3.8.2.1";
    Dtend "DTEND" [DateTime Date] Single "RFC 5545 3.8.2.2";
    Due "DUE" [DateTime Date] Single "RFC 5545 3.8.2.3";
    Dtstart "DTSTART" [DateTime Date] Single "RFC 5545 3.8.2.4";
    Duration "DURATION" [Duration] Single "RFC 5545 3.8.2.5";
    Freebusy "FREEBUSY" [Period] List "RFC 5545 3.8.2.6";
    Transp "TRANSP" [Text] Single "RFC 5545 3.8.2.7";
    // Time zone.
    Tzid "TZID" [Text] Single "RFC 5545 3.8.3.1";
    Tzname "TZNAME" [Text] Single "RFC 5545 3.8.3.2";
    Tzoffsetfrom "TZOFFSETFROM" [UtcOffset] Single "RFC 5545 3.8.3.3";
    Tzoffsetto "TZOFFSETTO" [UtcOffset] Single "RFC 5545 3.8.3.4";
    Tzurl "TZURL" [Uri] Single "RFC 5545 3.8.3.5";
    TzidAliasOf "TZID-ALIAS-OF" [Text] Single "RFC 7808 7.2";
    Tzuntil "TZUNTIL" [DateTime] Single "RFC 7808 7.1";
    // Relationship.
    Attendee "ATTENDEE" [CalAddress] Single "RFC 5545 3.8.4.1";
    Contact "CONTACT" [Text] Single "RFC 5545 3.8.4.2";
    Organizer "ORGANIZER" [CalAddress] Single "RFC 5545 3.8.4.3";
    RecurrenceId "RECURRENCE-ID" [DateTime Date] Single "RFC 5545 3.8.4.4";
    RelatedTo "RELATED-TO" [Text Uid Uri] Single "RFC 5545 3.8.4.5, RFC 9253 9.1";
    Url "URL" [Uri] Single "RFC 5545 3.8.4.6";
    Uid "UID" [Text] Single "RFC 5545 3.8.4.7";
    // Recurrence.
    Exdate "EXDATE" [DateTime Date] List "RFC 5545 3.8.5.1";
    Exrule "EXRULE" [Recur] Single "RFC 2445 4.8.5.2";
    Rdate "RDATE" [DateTime Date Period] List "RFC 5545 3.8.5.2";
    Rrule "RRULE" [Recur] Single "RFC 5545 3.8.5.3";
    // Alarm.
    Acknowledged "ACKNOWLEDGED" [DateTime] Single "RFC 9074 6.1";
    Action "ACTION" [Text] Single "RFC 5545 3.8.6.1";
    Proximity "PROXIMITY" [Text] Single "RFC 9074 8.1";
    Repeat "REPEAT" [Integer] Single "RFC 5545 3.8.6.2";
    Trigger "TRIGGER" [Duration DateTime] Single "RFC 5545 3.8.6.3";
    // Change management.
    Created "CREATED" [DateTime] Single "RFC 5545 3.8.7.1";
    Dtstamp "DTSTAMP" [DateTime] Single "RFC 5545 3.8.7.2";
    LastModified "LAST-MODIFIED" [DateTime] Single "RFC 5545 3.8.7.3";
    Sequence "SEQUENCE" [Integer] Single "RFC 5545 3.8.7.4";
    // Miscellaneous.
    RequestStatus "REQUEST-STATUS" [Text] Fields "RFC 5545 3.8.8.3";
    Xml "XML" [Text Binary] Single "RFC 6321 4.2";
    // New properties for iCalendar.
    Color "COLOR" [Text] Single "RFC 7986 5.9";
    Conference "CONFERENCE" [Uri] Single explicit "RFC 7986 5.11";
    Image "IMAGE" [Uri Binary] Single explicit "RFC 7986 5.10";
    Name "NAME" [Text] Single "RFC 7986 5.1";
    RefreshInterval "REFRESH-INTERVAL" [Duration] Single explicit "RFC 7986 5.7";
    Source "SOURCE" [Uri] Single "RFC 7986 5.8";
    // Availability.
    Busytype "BUSYTYPE" [Text] Single "RFC 7953 3.2";
    // Event publishing.
    CalendarAddress "CALENDAR-ADDRESS" [CalAddress] Single "RFC 9073 6.4";
    LocationType "LOCATION-TYPE" [Text] List "RFC 9073 6.1";
    ParticipantType "PARTICIPANT-TYPE" [Text] Single "RFC 9073 6.2";
    ResourceType "RESOURCE-TYPE" [Text] Single "RFC 9073 6.3";
    StructuredData "STRUCTURED-DATA" [Text Binary Uri] Single explicit "RFC 9073 6.6";
    StyledDescription "STYLED-DESCRIPTION" [Text Uri] Single explicit "RFC 9073 6.5";
    // Relationships.
    Concept "CONCEPT" [Uri] Single "RFC 9253 8.1";
    Link "LINK" [Uri Uid XmlReference] Single explicit "RFC 9253 8.2";
    Refid "REFID" [Text] Single "RFC 9253 8.3";
}

impl PropertyKind {
    /// The kind of a name, in any case; [`PropertyKind::Other`] when it is not in the table.
    pub fn from_name(name: &[u8]) -> Self {
        names::find(name, NAMES, &SLOTS).map_or(Self::Other, |row| Self::ALL[row + 1])
    }

    pub(crate) const fn to_index(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_index(index: u8) -> Self {
        Self::ALL.get(usize::from(index)).copied().unwrap_or(Self::Other)
    }

    /// The name in capitals; `None` for [`PropertyKind::Other`].
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|row| row.name)
    }
}

static SLOTS: [u8; 256] = names::slots(NAMES);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_any_case() {
        for kind in &PropertyKind::ALL[1..] {
            let name = kind.name().unwrap();
            assert_eq!(PropertyKind::from_name(name.as_bytes()), *kind);
            assert_eq!(PropertyKind::from_name(name.to_ascii_lowercase().as_bytes()), *kind);
            assert_eq!(PropertyKind::from_index(kind.to_index()), *kind);
            assert_eq!(PropertyKind::from_name(format!("{name}X").as_bytes()), PropertyKind::Other);
        }
        assert_eq!(PropertyKind::from_name(b""), PropertyKind::Other);
    }
}
