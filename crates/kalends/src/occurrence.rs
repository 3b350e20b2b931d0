//! An occurrence as commands show it, wherever it comes from: for people on its days, for programs as a line.

use ical::civil::{DateTime, Timestamp};
use ical::recurrence::Occurrence;
use ical::value::DateOrTime;
use ical::{ComponentKind, PropertyKind};
use serde::Serialize;
use service::Entry;

use crate::home::Home;

/// What is shown of an occurrence.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) kind: ComponentKind,
    /// Its original start, where the object recurs.
    pub(crate) recurrence_id: Option<DateOrTime<'static>>,
    pub(crate) start: DateOrTime<'static>,
    pub(crate) end: DateOrTime<'static>,
    pub(crate) start_at: Timestamp,
    pub(crate) end_at: Timestamp,
    /// Does it name instants by itself?
    pub(crate) is_instant: bool,
    /// A to-do that is due, and starts at no time of its own?
    pub(crate) is_due: bool,
    pub(crate) summary: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) status: Option<String>,
    /// How people name it to a command, where it is kept in a store.
    pub(crate) handle: Option<String>,
    /// The name of the calendar that it is kept in.
    pub(crate) calendar: Option<String>,
}

impl Shown {
    /// Of a text that is in no store.
    pub(crate) fn of(occurrence: &Occurrence<'_, '_>) -> Self {
        let component = occurrence.component();
        let text = |kind: PropertyKind| component.property(kind).map(|property| property.text().into_owned());
        let is_todo = component.kind() == ComponentKind::Todo;
        Self {
            kind: component.kind(),
            recurrence_id: occurrence.recurrence_id().map(DateOrTime::into_owned),
            start: occurrence.start().into_owned(),
            end: occurrence.end().into_owned(),
            start_at: occurrence.start_at(),
            end_at: occurrence.end_at(),
            is_instant: occurrence.is_instant(),
            is_due: is_todo && component.property(PropertyKind::Dtstart).is_none(),
            summary: text(PropertyKind::Summary),
            location: text(PropertyKind::Location),
            status: text(PropertyKind::Status),
            handle: None,
            calendar: None,
        }
    }

    /// Of a store.
    pub(crate) fn kept(entry: &Entry, handle: String, calendar: &str) -> Self {
        Self {
            kind: entry.object.kind,
            recurrence_id: entry.recurrence_id.clone(),
            start: entry.start.clone(),
            end: entry.end.clone(),
            start_at: entry.start_at,
            end_at: entry.end_at,
            is_instant: entry.is_instant,
            is_due: entry.is_due,
            summary: entry.summary.clone(),
            location: entry.location.clone(),
            status: entry.status.clone(),
            handle: Some(handle),
            calendar: Some(calendar.to_owned()),
        }
    }

    /// Start and end on the wall in a zone; dates and floating times are where they are.
    pub(crate) fn walls(&self, home: &Home) -> Option<(DateTime, DateTime)> {
        if !self.is_instant {
            return Some((self.start.wall(), self.end.wall()));
        }
        Some((home.zone.to_wall(self.start_at)?, home.zone.to_wall(self.end_at)?))
    }

    /// Its line for programs.
    pub(crate) fn line<'a>(&'a self, uid: Option<&'a str>) -> Line<'a> {
        let utc = |at: Timestamp| utc(at).filter(|_| self.is_instant);
        Line {
            uid,
            recurrence_id: self.recurrence_id.as_ref().map(ToString::to_string),
            start: Some(self.start.to_string()),
            tzid: tzid(&self.start),
            start_utc: utc(self.start_at),
            end: Some(self.end.to_string()),
            end_utc: utc(self.end_at),
            summary: self.summary.as_deref(),
            status: self.status.as_deref(),
        }
    }
}

/// The zone's name as it is written, `UTC` for a time with Z; none for dates and floating times.
pub(crate) fn tzid<'a>(time: &'a DateOrTime<'_>) -> Option<&'a str> {
    if matches!(time, DateOrTime::Utc(_)) { Some("UTC") } else { time.tzid() }
}

/// An instant in iCalendar's basic form, with Z.
pub(crate) fn utc(at: Timestamp) -> Option<String> {
    at.to_utc().map(|wall| DateOrTime::Utc(wall).to_string())
}

/// An occurrence for programs. The names are a contract: `docs/schemas/` has it in writing.
#[derive(Serialize)]
pub(crate) struct Line<'a> {
    uid: Option<&'a str>,
    recurrence_id: Option<String>,
    start: Option<String>,
    tzid: Option<&'a str>,
    start_utc: Option<String>,
    end: Option<String>,
    end_utc: Option<String>,
    summary: Option<&'a str>,
    status: Option<&'a str>,
}

impl<'a> Line<'a> {
    /// Of what occurs at no time.
    pub(crate) const fn undated(uid: &'a str, summary: Option<&'a str>, status: Option<&'a str>) -> Self {
        Self {
            uid: Some(uid),
            recurrence_id: None,
            start: None,
            tzid: None,
            start_utc: None,
            end: None,
            end_utc: None,
            summary,
            status,
        }
    }
}

/// An occurrence of a store for programs: the same, and what only a store knows.
#[derive(Serialize)]
pub(crate) struct KeptLine<'a> {
    #[serde(flatten)]
    line: Line<'a>,
    component: &'static str,
    location: Option<&'a str>,
    categories: &'a [String],
    transp: Option<&'static str>,
    calendar: Option<&'a str>,
    handle: Option<&'a str>,
}

impl<'a> KeptLine<'a> {
    /// Of an entry, with what is shown of it.
    pub(crate) fn new(entry: &'a Entry, shown: &'a Shown) -> Self {
        Self {
            line: shown.line(Some(&entry.object.uid)),
            component: entry.object.kind.name().unwrap_or(""),
            location: shown.location.as_deref(),
            categories: &entry.categories,
            transp: Some(if entry.is_transparent { "TRANSPARENT" } else { "OPAQUE" }),
            calendar: shown.calendar.as_deref(),
            handle: shown.handle.as_deref(),
        }
    }

    /// Of what occurs at no time: a to-do or a note without a date.
    pub(crate) fn undated(of: &'a Undated) -> Self {
        let line = Line::undated(&of.uid, of.summary.as_deref(), of.status.as_deref());
        Self {
            line,
            component: of.kind.name().unwrap_or(""),
            location: of.location.as_deref(),
            categories: &of.categories,
            transp: None,
            calendar: Some(&of.calendar),
            handle: Some(&of.handle),
        }
    }
}

/// What is known of an object beside its times.
#[derive(Clone, Debug)]
pub(crate) struct Undated {
    pub(crate) uid: String,
    pub(crate) kind: ComponentKind,
    pub(crate) summary: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) calendar: String,
    pub(crate) handle: String,
}
