//! REPORT: which one, and what it asks (RFC 3253 3.6).

mod calendar_multiget;
mod calendar_query;
mod expand_property;
mod free_busy_query;
mod principals;
mod sync_collection;

pub use calendar_multiget::{CalendarMultiget, Reference};
pub use calendar_query::{CalendarQuery, Timezone};
pub use expand_property::ExpandProperty;
pub use free_busy_query::FreeBusyQuery;
pub use principals::{
    AclPrincipalPropSet, MatchBy, Place, PrincipalMatch, PrincipalPropertySearch, PropertySearch,
    SearchProperty, principal_search_property_set,
};
pub use sync_collection::{SyncCollection, SyncLevel};

use xml::{Document, Name};

use crate::error::Error;
use crate::header::{BadHeader, Depth};
use crate::href::Site;
use crate::limits::Limits;
use crate::name::{caldav, dav};
use crate::precondition::Precondition;

/// A report, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// `CALDAV:calendar-query`
    CalendarQuery(Box<CalendarQuery>),
    /// `CALDAV:calendar-multiget`
    CalendarMultiget(CalendarMultiget),
    /// `CALDAV:free-busy-query`
    FreeBusyQuery(FreeBusyQuery),
    /// `DAV:sync-collection`
    SyncCollection(SyncCollection),
    /// `DAV:expand-property`
    ExpandProperty(ExpandProperty),
    /// `DAV:acl-principal-prop-set`
    AclPrincipalPropSet(AclPrincipalPropSet),
    /// `DAV:principal-match`
    PrincipalMatch(PrincipalMatch),
    /// `DAV:principal-property-search`
    PrincipalPropertySearch(PrincipalPropertySearch),
    /// `DAV:principal-search-property-set`
    PrincipalSearchPropertySet,
}

impl Report {
    /// The names of all reports that are read, for `supported-report-set`. `version-tree` is none of them:
    /// nothing here has versions (RFC 3253 3.7).
    pub const NAMES: [Name<'static>; 9] = [
        caldav("calendar-query"),
        caldav("calendar-multiget"),
        caldav("free-busy-query"),
        dav("sync-collection"),
        dav("expand-property"),
        dav("acl-principal-prop-set"),
        dav("principal-match"),
        dav("principal-property-search"),
        dav("principal-search-property-set"),
    ];

    /// Reads the body of a REPORT.
    ///
    /// # Errors
    /// It is none of the reports (`DAV:supported-report`), says not what is asked, or is past a limit.
    pub fn read(document: &Document, site: &Site, limits: &Limits) -> Result<Self, Error> {
        let root = document.root();
        let is = |name| root.name() == name;
        let [query, multiget, free_busy, sync, expand, acl, principal, search, search_set] = Self::NAMES;
        Ok(if is(query) {
            Self::CalendarQuery(Box::new(CalendarQuery::read(root, limits)?))
        } else if is(multiget) {
            Self::CalendarMultiget(CalendarMultiget::read(root, site, limits)?)
        } else if is(free_busy) {
            Self::FreeBusyQuery(FreeBusyQuery::read(root)?)
        } else if is(sync) {
            Self::SyncCollection(SyncCollection::read(root, limits)?)
        } else if is(expand) {
            Self::ExpandProperty(ExpandProperty::read(root, limits)?)
        } else if is(acl) {
            Self::AclPrincipalPropSet(AclPrincipalPropSet::read(root, limits)?)
        } else if is(principal) {
            Self::PrincipalMatch(PrincipalMatch::read(root, limits)?)
        } else if is(search) {
            Self::PrincipalPropertySearch(PrincipalPropertySearch::read(root, limits)?)
        } else if is(search_set) {
            Self::PrincipalSearchPropertySet
        } else {
            return Err(Precondition::SupportedReport.into());
        })
    }

    /// How deep it goes. Without the header a calendar report means what is in the calendar, as programs in
    /// use mean it; all others the resource alone (RFC 3253 3.6). A `sync-collection` says it by its level
    /// (RFC 6578 3.2).
    ///
    /// # Errors
    /// The header is none of the three depths.
    pub fn depth(&self, header: Option<&str>) -> Result<Depth, BadHeader> {
        match self {
            Self::SyncCollection(sync) => sync.depth(header),
            Self::CalendarQuery(_) | Self::CalendarMultiget(_) | Self::FreeBusyQuery(_) => {
                Depth::read(header, Depth::One)
            }
            _ => Depth::read(header, Depth::Zero),
        }
    }
}

#[cfg(test)]
mod tests;
