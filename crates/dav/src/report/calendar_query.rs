//! `calendar-query`: objects that answer a filter (RFC 4791 7.8, RFC 7809 5.2).

use std::sync::Arc;

use ical::zone::{Zone, ZoneCache};
use xml::Element;

use crate::body;
use crate::calendar_data::CalendarData;
use crate::error::Error;
use crate::filter::Filter;
use crate::limits::Limits;
use crate::name::caldav;
use crate::precondition::Precondition;
use crate::propfind::{self, Propfind};
use crate::timezone;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarQuery {
    /// Which properties of each object.
    pub properties: Propfind,
    /// How the object itself is wanted, where it is.
    pub calendar_data: Option<CalendarData>,
    /// Which objects.
    pub filter: Filter,
    /// The zone of floating times; without one that of the calendar.
    pub timezone: Option<Timezone>,
}

/// A zone, as a query tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timezone {
    /// iCalendar with a VTIMEZONE.
    Text(String),
    /// A name.
    Name(String),
}

impl Timezone {
    /// The zone.
    ///
    /// # Errors
    /// `CALDAV:valid-calendar-data` or `CALDAV:valid-timezone`.
    pub fn zone(&self, cache: &Arc<ZoneCache>) -> Result<Zone, Precondition> {
        match self {
            Self::Text(text) => timezone::of_text(text, cache),
            Self::Name(name) => timezone::of_name(name, cache),
        }
    }
}

impl CalendarQuery {
    pub(super) fn read(root: Element<'_>, limits: &Limits) -> Result<Self, Error> {
        let filter = root.child(caldav("filter")).ok_or(Precondition::ValidFilter)?;
        let text = root.child(caldav("timezone")).map(|text| Timezone::Text(text.text().into_owned()));
        let name = root.child(caldav("timezone-id")).map(|name| Timezone::Name(body::text(name)));
        if text.is_some() && name.is_some() {
            return Err(Error::wanted("one of CALDAV:timezone and CALDAV:timezone-id", root));
        }
        Ok(Self {
            properties: Propfind::read_in(root, limits)?,
            calendar_data: propfind::calendar_data(root)?,
            filter: Filter::read(filter, limits)?,
            timezone: text.or(name),
        })
    }
}
