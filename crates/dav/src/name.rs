//! Namespaces, and the names of elements that requests and answers share.

use xml::Name;

/// WebDAV (RFC 4918 14).
pub const DAV: &str = "DAV:";
/// CalDAV (RFC 4791 9).
pub const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
/// Extensions that Apple's Calendar Server began, and that others read.
pub const CALENDAR_SERVER: &str = "http://calendarserver.org/ns/";
/// Properties of Apple's calendar program.
pub const APPLE: &str = "http://apple.com/ns/ical/";

/// The prefixes that answers are written with.
pub const PREFIXES: [(&str, &str); 4] = [("D", DAV), ("C", CALDAV), ("CS", CALENDAR_SERVER), ("A", APPLE)];

/// A name of WebDAV.
pub const fn dav(local: &str) -> Name<'_> {
    Name::new(DAV, local)
}

/// A name of CalDAV.
pub const fn caldav(local: &str) -> Name<'_> {
    Name::new(CALDAV, local)
}

/// `DAV:prop`
pub const PROP: Name<'static> = dav("prop");
/// `DAV:href`
pub const HREF: Name<'static> = dav("href");
/// `DAV:set`
pub const SET: Name<'static> = dav("set");
/// `DAV:error`
pub const ERROR: Name<'static> = dav("error");
/// `DAV:collection`
pub const COLLECTION: Name<'static> = dav("collection");
/// `CALDAV:calendar`
pub const CALENDAR: Name<'static> = caldav("calendar");
/// `CALDAV:calendar-data`
pub const CALENDAR_DATA: Name<'static> = caldav("calendar-data");
/// `CALDAV:comp`
pub const COMP: Name<'static> = caldav("comp");
