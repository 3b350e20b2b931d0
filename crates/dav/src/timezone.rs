//! The zone that floating times of a query or a calendar are in (RFC 4791 5.2.2, 9.8; RFC 7809).

use std::sync::Arc;

use ical::zone::{Zone, ZoneCache, Zones};
use ical::{ComponentKind, Document, PropertyKind};

use crate::precondition::Precondition;

/// Reads `CALDAV:timezone` or `CALDAV:calendar-timezone`: iCalendar with one VTIMEZONE. IANA's zone of that
/// name stands before what the VTIMEZONE says.
///
/// # Errors
/// `CALDAV:valid-calendar-data`: it is no such iCalendar.
pub fn of_text(text: &str, cache: &Arc<ZoneCache>) -> Result<Zone, Precondition> {
    let document = Document::read(text).map_err(|_| Precondition::ValidCalendarData)?;
    let mut timezones = document.components(ComponentKind::Timezone);
    let (Some(timezone), None) = (timezones.next(), timezones.next()) else {
        return Err(Precondition::ValidCalendarData);
    };
    let is_whole = timezone.parent().is_some_and(|parent| parent.kind() == ComponentKind::Calendar);
    let tzid = timezone.property(PropertyKind::Tzid).filter(|_| is_whole);
    let zone =
        tzid.and_then(|tzid| Zones::with_cache(&document, Arc::clone(cache)).resolve(&tzid.text()).zone);
    zone.ok_or(Precondition::ValidCalendarData)
}

/// Reads `CALDAV:timezone-id` or `CALDAV:calendar-timezone-id`: a name.
///
/// # Errors
/// `CALDAV:valid-timezone`: nobody here knows a zone of that name.
pub fn of_name(name: &str, cache: &Arc<ZoneCache>) -> Result<Zone, Precondition> {
    Zones::named(Arc::clone(cache)).resolve(name.trim()).zone.ok_or(Precondition::ValidTimezone)
}
