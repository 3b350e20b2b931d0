//! VEVENT, seen through its properties' meaning (RFC 5545 3.6.1).

use super::{End, Extent, view};
use crate::document::Component;
use crate::problem::Problem;
use crate::property::PropertyKind;
use crate::value::{DateOrTime, Duration, Transp};
use crate::zone::Zones;

view! {
    /// A VEVENT. What components of every kind answer, it answers as a [`Component`].
    ///
    /// ```
    /// use ical::component::Event;
    /// use ical::{ComponentKind, Document};
    ///
    /// let text = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260301\r\nSUMMARY:Tea\r\nEND:VEVENT\r\n";
    /// let document = Document::read(text)?;
    /// let event = document.roots().next().and_then(Event::of).ok_or("no event")?;
    /// assert_eq!(event.summary().as_deref(), Some("Tea"));
    /// let end = event.end(&ical::zone::Zones::new(&document))?;
    /// assert_eq!(end.map(|end| end.to_string()).as_deref(), Some("20260302"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Event
}

impl<'a> Event<'a> {
    /// How long it lasts: to DTEND, for DURATION, or without them a day if DTSTART is a date, else no time at
    /// all.
    ///
    /// # Errors
    /// DTSTART, DTEND or DURATION cannot be read.
    pub fn extent(self) -> Result<Extent, Problem> {
        let (end, doubt) = self.written_extent(PropertyKind::Dtend)?;
        let is_date = self.start()?.is_some_and(|start| start.is_date());
        let default = End::After(if is_date { Duration::from_days(1) } else { Duration::ZERO });
        Ok(Extent { end: end.unwrap_or(default), doubt })
    }

    /// When it ends; `None` without DTSTART and DTEND.
    ///
    /// # Errors
    /// DTSTART, DTEND or DURATION cannot be read.
    pub fn end(self, zones: &Zones<'_>) -> Result<Option<DateOrTime<'static>>, Problem> {
        let extent = self.extent()?;
        match (self.start()?, extent) {
            (Some(start), extent) => Ok(extent.end(&start, zones)),
            (None, Extent { end: End::At(end), .. }) => Ok(Some(end)),
            (None, _) => Ok(None),
        }
    }

    /// TRANSP; OPAQUE when it is not written.
    pub fn transparency(self) -> Transp<'a> {
        self.text(PropertyKind::Transp).map_or(Transp::Opaque, Transp::new)
    }
}
