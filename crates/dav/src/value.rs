//! What a property says, and how it is written.

use http::StatusCode;
use xml::{Name, Writer};

use crate::acl::Ace;
use crate::collation::Collation;
use crate::href::{Href, Site};
use crate::lock::{ActiveLock, LockScope};
use crate::multistatus::{Found, write_propstats, write_status};
use crate::name::{CALENDAR_DATA, COMP, HREF, caldav, dav};
use crate::privilege::Privilege;
use crate::property::PropertyName;

/// The media type of calendar data, and its version.
pub const CALENDAR_MEDIA: (&str, &str) = ("text/calendar", "2.0");

/// What a property says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing: its name alone is told.
    Empty,
    /// A text, a number, a time, a tag, iCalendar.
    Text(String),
    /// Resources.
    Hrefs(Vec<Href>),
    /// Resources, each with its properties, as `expand-property` answers them; without, where it is not there.
    Resources(Vec<(Href, Option<Vec<Found>>)>),
    /// Addresses that are elsewhere: `mailto:`.
    Addresses(Vec<String>),
    /// Elements without anything inside: types, words.
    Names(Vec<Name<'static>>),
    /// A dead property, or a live one kept as it came: the whole element, its name included.
    Whole(String),
    /// `supportedlock`: exclusive and shared write locks.
    SupportedLock,
    /// `lockdiscovery`
    Locks(Vec<ActiveLock>),
    /// `supported-report-set`
    Reports(Vec<Name<'static>>),
    /// `current-user-privilege-set`
    Privileges(Vec<Privilege>),
    /// `supported-privilege-set`: these, in their tree.
    PrivilegeTree(Vec<Privilege>),
    /// `acl`
    Acl(Vec<Ace>),
    /// `supported-calendar-component-set`
    Components(Vec<String>),
    /// `calendar-data` in a report: iCalendar.
    CalendarData(String),
    /// `supported-calendar-data`: iCalendar 2.0.
    SupportedCalendarData,
    /// `supported-collation-set`: those of RFC 4790 and 5051 that a filter may name.
    SupportedCollations,
}

impl Value {
    /// Writes the property's element.
    pub(crate) fn write(&self, name: &PropertyName, writer: &mut Writer, site: &Site) {
        if let Self::Whole(element) = self {
            writer.whole(element);
            return;
        }
        writer.start(name.name());
        match self {
            Self::Empty | Self::Whole(_) => {}
            Self::Text(text) | Self::CalendarData(text) if text.is_empty() => {}
            Self::Text(text) | Self::CalendarData(text) => writer.text(text),
            Self::Hrefs(hrefs) => hrefs.iter().for_each(|href| writer.leaf(HREF, &site.write(href))),
            Self::Resources(resources) => resources.iter().for_each(|(href, found)| {
                writer.start(dav("response"));
                writer.leaf(HREF, &site.write(href));
                match found {
                    Some(found) => write_propstats(writer, found, site, false),
                    None => write_status(writer, StatusCode::NOT_FOUND),
                }
                writer.end();
            }),
            Self::Addresses(addresses) => addresses.iter().for_each(|address| writer.leaf(HREF, address)),
            Self::Names(names) => names.iter().for_each(|name| writer.empty(*name)),
            Self::SupportedLock => [LockScope::Exclusive, LockScope::Shared].into_iter().for_each(|scope| {
                writer.start(dav("lockentry"));
                scope.write(writer);
                writer.end();
            }),
            Self::Locks(locks) => locks.iter().for_each(|lock| lock.write(writer, site)),
            Self::Reports(reports) => reports.iter().for_each(|report| {
                writer.start(dav("supported-report"));
                writer.start(dav("report"));
                writer.empty(*report);
                writer.end();
                writer.end();
            }),
            Self::Privileges(privileges) => privileges.iter().for_each(|one| one.write(writer)),
            Self::PrivilegeTree(supported) => Privilege::All.write_supported(writer, supported),
            Self::Acl(aces) => aces.iter().for_each(|ace| ace.write(writer, site)),
            Self::Components(names) => names.iter().for_each(|name| {
                writer.start(COMP);
                writer.attribute(Name::new("", "name"), name);
                writer.end();
            }),
            Self::SupportedCalendarData => write_calendar_media(writer),
            Self::SupportedCollations => {
                for collation in Collation::ALL {
                    writer.leaf(caldav("supported-collation"), collation.name());
                }
            }
        }
        writer.end();
    }
}

/// Writes `CALDAV:calendar-data` with the one media type that objects have.
pub(crate) fn write_calendar_media(writer: &mut Writer) {
    let (media, version) = CALENDAR_MEDIA;
    writer.start(CALENDAR_DATA);
    writer.attribute(Name::new("", "content-type"), media);
    writer.attribute(Name::new("", "version"), version);
    writer.end();
}
