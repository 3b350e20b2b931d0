//! `CALDAV:calendar-data`: an object whole or in part, its recurrences expanded or limited (RFC 4791 9.6).

mod recurrences;
mod select;

pub use select::{Comp, Components, Prop, Properties};

use ical::Document;
use ical::rule::Exhausted;
use xml::Element;

use crate::error::Error;
use crate::filter::{Context, TimeRange};
use crate::name::{COMP, caldav};
use crate::precondition::Precondition;
use crate::value::CALENDAR_MEDIA;

/// How an object is wanted.
///
/// ```
/// use dav::CalendarData;
/// use dav::filter::Context;
/// use ical::zone::Zone;
///
/// let body = br#"<C:calendar-data xmlns:C="urn:ietf:params:xml:ns:caldav"><C:comp name="VCALENDAR">
///     <C:comp name="VEVENT"><C:prop name="UID"/></C:comp></C:comp></C:calendar-data>"#;
/// let document = xml::Document::read(body, &xml::Limits::default())?;
/// let wanted = CalendarData::read(document.root())?;
/// let object = ical::Document::read(
///     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Tea\r\n\
///      END:VEVENT\r\nEND:VCALENDAR\r\n",
/// )?;
/// let part = wanted.apply(&object, &Context::new(Zone::utc()))?;
/// assert_eq!(part, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarData {
    /// Which part; all of it without.
    pub comp: Option<Comp>,
    /// What becomes of its recurrences.
    pub recurrences: Option<Recurrences>,
    /// `limit-freebusy-set`: of VFREEBUSY only the periods in this range.
    pub freebusy: Option<TimeRange>,
}

/// What becomes of recurrences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recurrences {
    /// `expand`: each occurrence in the range by itself, in UTC.
    Expand(TimeRange),
    /// `limit-recurrence-set`: the master, and the overrides that matter in the range.
    Limit(TimeRange),
}

impl CalendarData {
    /// Reads `CALDAV:calendar-data`, as a report asks for it.
    ///
    /// # Errors
    /// It is of a media type that nobody has here (`CALDAV:supported-calendar-data`), or its parts are none.
    pub fn read(element: Element<'_>) -> Result<Self, Error> {
        let (media, version) = CALENDAR_MEDIA;
        let is_media =
            element.attribute("content-type").is_none_or(|wanted| wanted.eq_ignore_ascii_case(media));
        if !is_media || element.attribute("version").is_some_and(|wanted| wanted != version) {
            return Err(Precondition::SupportedCalendarData.into());
        }
        let comp = element.child(COMP).map(Comp::read).transpose()?;
        if comp.as_ref().is_some_and(|comp| comp.name != "VCALENDAR") {
            return Err(Error::wanted("VCALENDAR as the outer CALDAV:comp", element));
        }
        let range = |local| element.child(caldav(local)).map(TimeRange::read_closed).transpose();
        let recurrences = match (range("expand")?, range("limit-recurrence-set")?) {
            (Some(_), Some(_)) => {
                return Err(Error::wanted("one of CALDAV:expand and CALDAV:limit-recurrence-set", element));
            }
            (expand, limit) => expand.map(Recurrences::Expand).or(limit.map(Recurrences::Limit)),
        };
        Ok(Self { comp, recurrences, freebusy: range("limit-freebusy-set")? })
    }

    /// Is the whole object wanted, as it is?
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// What is wanted of an object.
    ///
    /// # Errors
    /// It has too many occurrences in the range to be expanded: as an answer,
    /// [`Precondition::NumberOfMatchesWithinLimits`](crate::Precondition::NumberOfMatchesWithinLimits).
    pub fn apply(&self, object: &Document, context: &Context) -> Result<String, Exhausted> {
        let mut document = match self.recurrences {
            Some(Recurrences::Expand(range)) => recurrences::expanded(object, range.range(), context)?,
            Some(Recurrences::Limit(range)) => recurrences::limited(object, range.range(), context),
            None => object.clone(),
        };
        if let Some(range) = self.freebusy {
            recurrences::limit_freebusy(&mut document, range.range(), context);
        }
        if let Some(comp) = &self.comp {
            comp.select(&mut document);
        }
        Ok(String::from_utf8_lossy(&document.to_bytes()).into_owned())
    }
}

#[cfg(test)]
mod tests;
