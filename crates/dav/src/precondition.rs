//! The named conditions that a request may fail, as `DAV:error` tells them (RFC 4918 16).

use http::StatusCode;
use xml::{Name, Writer};

use crate::href::{Href, Site};
use crate::name::{CALDAV, DAV, ERROR, HREF};
use crate::privilege::Privilege;
use crate::value::write_calendar_media;

macro_rules! preconditions {
    ($($variant:ident $(($content:ty))? $namespace:ident $local:literal $status:ident $source:literal;)+) => {
        /// A condition that does not hold.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Precondition {
            $(#[doc = concat!("`", $local, "`, ", $source)] $variant $(($content))?,)+
        }

        impl Precondition {
            /// The name of its element.
            pub const fn name(&self) -> Name<'static> {
                match self {
                    $(Self::$variant { .. } => Name::new($namespace, $local),)+
                }
            }

            /// The status that it is told with.
            pub const fn status(&self) -> StatusCode {
                match self {
                    $(Self::$variant { .. } => StatusCode::$status,)+
                }
            }
        }
    };
}

// What the request could do about by trying again is a conflict, all else is forbidden (RFC 4791 1.3).
preconditions! {
    LockTokenMatchesRequestUri DAV "lock-token-matches-request-uri" CONFLICT "RFC 4918 16";
    LockTokenSubmitted(Vec<Href>) DAV "lock-token-submitted" LOCKED "RFC 4918 16: what is locked";
    NoConflictingLock(Vec<Href>) DAV "no-conflicting-lock" LOCKED "RFC 4918 16: where the locks are";
    NoExternalEntities DAV "no-external-entities" FORBIDDEN "RFC 4918 16";
    PreservedLiveProperties DAV "preserved-live-properties" CONFLICT "RFC 4918 16";
    PropfindFiniteDepth DAV "propfind-finite-depth" FORBIDDEN "RFC 4918 16";
    CannotModifyProtectedProperty DAV "cannot-modify-protected-property" FORBIDDEN "RFC 4918 16";
    SupportedReport DAV "supported-report" FORBIDDEN "RFC 3253 3.6";
    ResourceMustBeNull DAV "resource-must-be-null" FORBIDDEN "RFC 4791 5.3.1.1";
    QuotaNotExceeded DAV "quota-not-exceeded" INSUFFICIENT_STORAGE "RFC 4331 6";
    SufficientDiskSpace DAV "sufficient-disk-space" INSUFFICIENT_STORAGE "RFC 4331 6";
    NeedPrivileges(Vec<(Href, Privilege)>) DAV "need-privileges" FORBIDDEN "RFC 3744 7.1.1: which are missing, where";
    NoAceConflict DAV "no-ace-conflict" FORBIDDEN "RFC 3744 8.1.1";
    NoProtectedAceConflict DAV "no-protected-ace-conflict" FORBIDDEN "RFC 3744 8.1.1";
    NoInheritedAceConflict DAV "no-inherited-ace-conflict" FORBIDDEN "RFC 3744 8.1.1";
    LimitedNumberOfAces DAV "limited-number-of-aces" FORBIDDEN "RFC 3744 8.1.1";
    DenyBeforeGrant DAV "deny-before-grant" FORBIDDEN "RFC 3744 8.1.1";
    GrantOnly DAV "grant-only" FORBIDDEN "RFC 3744 8.1.1";
    NoInvert DAV "no-invert" FORBIDDEN "RFC 3744 8.1.1";
    NoAbstract DAV "no-abstract" FORBIDDEN "RFC 3744 8.1.1";
    NotSupportedPrivilege DAV "not-supported-privilege" FORBIDDEN "RFC 3744 8.1.1";
    MissingRequiredPrincipal DAV "missing-required-principal" FORBIDDEN "RFC 3744 8.1.1";
    RecognizedPrincipal DAV "recognized-principal" FORBIDDEN "RFC 3744 8.1.1";
    AllowedPrincipal DAV "allowed-principal" FORBIDDEN "RFC 3744 8.1.1";
    NumberOfMatchesWithinLimits DAV "number-of-matches-within-limits" FORBIDDEN "RFC 3744 9.2";
    ValidSyncToken DAV "valid-sync-token" FORBIDDEN "RFC 6578 3.2";
    SyncTraversalSupported DAV "sync-traversal-supported" FORBIDDEN "RFC 6578 3.3";
    ValidResourcetype DAV "valid-resourcetype" FORBIDDEN "RFC 5689 3.3";
    AllowClientDefinedUri DAV "allow-client-defined-uri" FORBIDDEN "RFC 5995 3.3.1";
    CalendarCollectionLocationOk CALDAV "calendar-collection-location-ok" FORBIDDEN "RFC 4791 5.3.1.1";
    InitializeCalendarCollection CALDAV "initialize-calendar-collection" FORBIDDEN "RFC 4791 5.3.1.1";
    SupportedCalendarData CALDAV "supported-calendar-data" FORBIDDEN "RFC 4791 5.3.2.1";
    ValidCalendarData CALDAV "valid-calendar-data" FORBIDDEN "RFC 4791 5.3.2.1";
    ValidCalendarObjectResource CALDAV "valid-calendar-object-resource" FORBIDDEN "RFC 4791 5.3.2.1";
    SupportedCalendarComponent CALDAV "supported-calendar-component" FORBIDDEN "RFC 4791 5.3.2.1";
    NoUidConflict(Href) CALDAV "no-uid-conflict" FORBIDDEN "RFC 4791 5.3.2.1: who has the UID";
    MaxResourceSize(u64) CALDAV "max-resource-size" FORBIDDEN "RFC 4791 5.3.2.1: octets at most";
    MinDateTime(String) CALDAV "min-date-time" FORBIDDEN "RFC 4791 5.3.2.1: the earliest, in UTC";
    MaxDateTime(String) CALDAV "max-date-time" FORBIDDEN "RFC 4791 5.3.2.1: the latest, in UTC";
    MaxInstances(u64) CALDAV "max-instances" FORBIDDEN "RFC 4791 5.3.2.1: at most";
    MaxAttendeesPerInstance(u64) CALDAV "max-attendees-per-instance" FORBIDDEN "RFC 4791 5.3.2.1: at most";
    ValidFilter CALDAV "valid-filter" FORBIDDEN "RFC 4791 7.8";
    SupportedFilter(String) CALDAV "supported-filter" FORBIDDEN "RFC 4791 7.8: which one, as an element";
    SupportedCollation CALDAV "supported-collation" FORBIDDEN "RFC 4791 7.8";
    ValidTimezone CALDAV "valid-timezone" FORBIDDEN "RFC 7809 5.2";
    UniqueSchedulingObjectResource(Href) CALDAV "unique-scheduling-object-resource" FORBIDDEN "RFC 6638 3.2.4.1: the other one";
    SameOrganizerInAllComponents CALDAV "same-organizer-in-all-components" FORBIDDEN "RFC 6638 3.2.4.2";
    AllowedOrganizerSchedulingObjectChange CALDAV "allowed-organizer-scheduling-object-change" FORBIDDEN "RFC 6638 3.2.4.3";
    AllowedAttendeeSchedulingObjectChange CALDAV "allowed-attendee-scheduling-object-change" FORBIDDEN "RFC 6638 3.2.4.4";
    DefaultCalendarNeeded CALDAV "default-calendar-needed" FORBIDDEN "RFC 6638 4.3";
    ValidScheduleDefaultCalendarUrl CALDAV "valid-schedule-default-calendar-URL" FORBIDDEN "RFC 6638 9.2";
    ValidSchedulingMessage CALDAV "valid-scheduling-message" FORBIDDEN "RFC 6638 5.1";
    ValidOrganizer CALDAV "valid-organizer" FORBIDDEN "RFC 6638 5.1";
}

impl Precondition {
    /// The body that tells it: `DAV:error` with its element.
    pub fn to_body(&self, site: &Site) -> String {
        let mut writer = Writer::new(&crate::name::PREFIXES);
        self.write_error(&mut writer, site);
        writer.take()
    }

    /// Writes `DAV:error`.
    pub(crate) fn write_error(&self, writer: &mut Writer, site: &Site) {
        writer.start(ERROR);
        writer.start(self.name());
        match self {
            Self::LockTokenSubmitted(hrefs) | Self::NoConflictingLock(hrefs) => {
                hrefs.iter().for_each(|href| writer.leaf(HREF, &site.write(href)));
            }
            Self::NeedPrivileges(needed) => {
                for (href, privilege) in needed {
                    writer.start(crate::name::dav("resource"));
                    writer.leaf(HREF, &site.write(href));
                    privilege.write(writer);
                    writer.end();
                }
            }
            Self::NoUidConflict(href) | Self::UniqueSchedulingObjectResource(href) => {
                writer.leaf(HREF, &site.write(href));
            }
            Self::MaxResourceSize(most) | Self::MaxInstances(most) | Self::MaxAttendeesPerInstance(most) => {
                writer.text(&most.to_string());
            }
            Self::MinDateTime(time) | Self::MaxDateTime(time) => writer.text(time),
            Self::SupportedFilter(element) => writer.whole(element),
            Self::SupportedCalendarData => write_calendar_media(writer),
            _ => {}
        }
        writer.end();
        writer.end();
    }
}
