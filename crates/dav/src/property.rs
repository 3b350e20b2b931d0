//! The live properties: their names, where they are defined, what may be done with them.

use std::fmt;

use xml::Name;

use crate::name::{APPLE, CALDAV, CALENDAR_SERVER, DAV};

/// What the table says of a property.
#[derive(Clone, Copy, Debug)]
struct Row {
    name: Name<'static>,
    source: &'static str,
    is_in_allprop: bool,
    is_protected: bool,
}

macro_rules! properties {
    ($($variant:ident $namespace:ident $local:literal $source:literal $($allprop:ident)? / $($protected:ident)?;)+) => {
        /// A property that this house knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Property {
            $(#[doc = concat!("`", $local, "`, ", $source)] $variant,)+
        }

        impl Property {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            const fn row(self) -> Row {
                match self {
                    $(Self::$variant => Row {
                        name: Name::new($namespace, $local),
                        source: $source,
                        is_in_allprop: properties!(@is $($allprop)?),
                        is_protected: properties!(@is $($protected)?),
                    },)+
                }
            }
        }
    };
    (@is) => { false };
    (@is $word:ident) => { true };
}

// Name, source, `allprop` where `allprop` answers it, `protected` where PROPPATCH may not change it. RFC 4791
// and those after it keep theirs out of `allprop`.
properties! {
    CreationDate DAV "creationdate" "RFC 4918 15.1" allprop / protected;
    DisplayName DAV "displayname" "RFC 4918 15.2" allprop /;
    GetContentLanguage DAV "getcontentlanguage" "RFC 4918 15.3" allprop / protected;
    GetContentLength DAV "getcontentlength" "RFC 4918 15.4" allprop / protected;
    GetContentType DAV "getcontenttype" "RFC 4918 15.5" allprop / protected;
    GetEtag DAV "getetag" "RFC 4918 15.6" allprop / protected;
    GetLastModified DAV "getlastmodified" "RFC 4918 15.7" allprop / protected;
    LockDiscovery DAV "lockdiscovery" "RFC 4918 15.8" allprop / protected;
    ResourceType DAV "resourcetype" "RFC 4918 15.9" allprop / protected;
    SupportedLock DAV "supportedlock" "RFC 4918 15.10" allprop / protected;
    SupportedReportSet DAV "supported-report-set" "RFC 3253 3.1.5" / protected;
    QuotaAvailableBytes DAV "quota-available-bytes" "RFC 4331 3" / protected;
    QuotaUsedBytes DAV "quota-used-bytes" "RFC 4331 4" / protected;
    AlternateUriSet DAV "alternate-URI-set" "RFC 3744 4.1" / protected;
    PrincipalUrl DAV "principal-URL" "RFC 3744 4.2" / protected;
    GroupMemberSet DAV "group-member-set" "RFC 3744 4.3" /;
    GroupMembership DAV "group-membership" "RFC 3744 4.4" / protected;
    Owner DAV "owner" "RFC 3744 5.1" / protected;
    Group DAV "group" "RFC 3744 5.2" / protected;
    SupportedPrivilegeSet DAV "supported-privilege-set" "RFC 3744 5.3" / protected;
    CurrentUserPrivilegeSet DAV "current-user-privilege-set" "RFC 3744 5.4" / protected;
    Acl DAV "acl" "RFC 3744 5.5" / protected;
    AclRestrictions DAV "acl-restrictions" "RFC 3744 5.6" / protected;
    InheritedAclSet DAV "inherited-acl-set" "RFC 3744 5.7" / protected;
    PrincipalCollectionSet DAV "principal-collection-set" "RFC 3744 5.8" / protected;
    CurrentUserPrincipal DAV "current-user-principal" "RFC 5397 3" / protected;
    AddMember DAV "add-member" "RFC 5995 3.2.1" / protected;
    SyncToken DAV "sync-token" "RFC 6578 4" / protected;
    CalendarDescription CALDAV "calendar-description" "RFC 4791 5.2.1" /;
    CalendarTimezone CALDAV "calendar-timezone" "RFC 4791 5.2.2" /;
    SupportedCalendarComponentSet CALDAV "supported-calendar-component-set" "RFC 4791 5.2.3" / protected;
    SupportedCalendarData CALDAV "supported-calendar-data" "RFC 4791 5.2.4" / protected;
    MaxResourceSize CALDAV "max-resource-size" "RFC 4791 5.2.5" / protected;
    MinDateTime CALDAV "min-date-time" "RFC 4791 5.2.6" / protected;
    MaxDateTime CALDAV "max-date-time" "RFC 4791 5.2.7" / protected;
    MaxInstances CALDAV "max-instances" "RFC 4791 5.2.8" / protected;
    MaxAttendeesPerInstance CALDAV "max-attendees-per-instance" "RFC 4791 5.2.9" / protected;
    CalendarHomeSet CALDAV "calendar-home-set" "RFC 4791 6.2.1" / protected;
    SupportedCollationSet CALDAV "supported-collation-set" "RFC 4791 7.5.1" / protected;
    CalendarData CALDAV "calendar-data" "RFC 4791 9.6" / protected;
    ScheduleOutboxUrl CALDAV "schedule-outbox-URL" "RFC 6638 2.1.1" / protected;
    ScheduleInboxUrl CALDAV "schedule-inbox-URL" "RFC 6638 2.2.1" / protected;
    CalendarUserAddressSet CALDAV "calendar-user-address-set" "RFC 6638 2.4.1" / protected;
    CalendarUserType CALDAV "calendar-user-type" "RFC 6638 2.4.2" / protected;
    ScheduleCalendarTransp CALDAV "schedule-calendar-transp" "RFC 6638 9.1" /;
    ScheduleDefaultCalendarUrl CALDAV "schedule-default-calendar-URL" "RFC 6638 9.2" /;
    ScheduleTag CALDAV "schedule-tag" "RFC 6638 9.3" / protected;
    TimezoneServiceSet CALDAV "timezone-service-set" "RFC 7809 5.1" / protected;
    CalendarTimezoneId CALDAV "calendar-timezone-id" "RFC 7809 5.2" /;
    CalendarAvailability CALDAV "calendar-availability" "RFC 7953 7.2.4" /;
    GetCtag CALENDAR_SERVER "getctag" "caldav-ctag" / protected;
    EmailAddressSet CALENDAR_SERVER "email-address-set" "Calendar Server" / protected;
    CalendarProxyReadFor CALENDAR_SERVER "calendar-proxy-read-for" "caldav-proxy" / protected;
    CalendarProxyWriteFor CALENDAR_SERVER "calendar-proxy-write-for" "caldav-proxy" / protected;
    CalendarColor APPLE "calendar-color" "Apple" /;
    CalendarOrder APPLE "calendar-order" "Apple" /;
}

impl Property {
    /// The property of a name.
    pub fn from_name(name: Name<'_>) -> Option<Self> {
        Self::ALL.iter().copied().find(|property| property.name() == name)
    }

    /// Its name.
    pub const fn name(self) -> Name<'static> {
        self.row().name
    }

    /// Where it is defined.
    pub const fn source(self) -> &'static str {
        self.row().source
    }

    /// Does `allprop` answer it (RFC 4918 9.1, RFC 4791 5.2)?
    pub const fn is_in_allprop(self) -> bool {
        self.row().is_in_allprop
    }

    /// Is it the server's, so that PROPPATCH may not change it? MKCALENDAR and MKCOL may set `resourcetype`
    /// and `supported-calendar-component-set` all the same (RFC 5689 3, RFC 4791 5.2.3).
    pub const fn is_protected(self) -> bool {
        self.row().is_protected
    }
}

/// The name of any property: one of the table, or one that somebody has given (a dead one, as a rule).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PropertyName {
    /// In the table.
    Known(Property),
    /// In no table.
    Other(OtherName),
}

/// A name that is in no table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OtherName {
    namespace: String,
    local: String,
}

impl PropertyName {
    /// The property of a name.
    pub fn of(name: Name<'_>) -> Self {
        Property::from_name(name).map_or_else(
            || {
                let Name { namespace, local } = name;
                Self::Other(OtherName { namespace: namespace.to_owned(), local: local.to_owned() })
            },
            Self::Known,
        )
    }

    /// The name.
    pub fn name(&self) -> Name<'_> {
        match self {
            Self::Known(property) => property.name(),
            Self::Other(OtherName { namespace, local }) => Name::new(namespace, local),
        }
    }

    /// The property of the table.
    pub const fn known(&self) -> Option<Property> {
        match self {
            Self::Known(property) => Some(*property),
            Self::Other(_) => None,
        }
    }
}

impl From<Property> for PropertyName {
    fn from(property: Property) -> Self {
        Self::Known(property)
    }
}

impl fmt::Display for PropertyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_one_property() {
        for property in Property::ALL {
            assert_eq!(Property::from_name(property.name()), Some(*property));
            assert_eq!(PropertyName::of(property.name()), PropertyName::Known(*property));
            assert!(!property.source().is_empty());
        }
        let other = PropertyName::of(Name::new("http://example.com/", "getetag"));
        assert_eq!(other.known(), None);
        assert_eq!(other.to_string(), "{http://example.com/}getetag");
    }

    #[test]
    fn allprop_is_of_rfc_4918_alone() {
        let all: Vec<_> = Property::ALL.iter().filter(|property| property.is_in_allprop()).collect();
        assert_eq!(all.len(), 10);
        assert!(all.iter().all(|property| property.source().starts_with("RFC 4918")));
    }
}
