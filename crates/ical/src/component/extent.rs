//! From a start to an end: DTEND or DUE, DURATION, or what holds without (RFC 5545 3.6.1).

use super::questions::malformed;
use crate::document::Component;
use crate::problem::{Problem, ProblemKind};
use crate::property::PropertyKind;
use crate::value::{DateOrTime, Duration};
use crate::zone::Zones;

/// When something ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// At this time; on this day, which is no longer part of it, if it is a date.
    At(DateOrTime<'static>),
    /// So long after its start: days on the wall, then seconds on the clock.
    After(Duration),
}

/// When something ends, and what had to be overlooked for that answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// When it ends.
    pub end: End,
    /// What was overlooked: an end that is not after the start, a negative duration, or DURATION beside the
    /// end.
    pub doubt: Option<ProblemKind>,
}

impl Extent {
    /// The end as a time of the start's kind; `None` past year 9999.
    pub fn end(&self, start: &DateOrTime<'_>, zones: &Zones<'_>) -> Option<DateOrTime<'static>> {
        let duration = match &self.end {
            End::At(end) => return Some(end.clone()),
            End::After(duration) => *duration,
        };
        let wall = start.wall();
        let after_days = wall.date.plus_days(duration.days())?.at(wall.time);
        let end = match start.tzid().and_then(|tzid| zones.resolve(tzid).zone) {
            // Hours are exact: through a change of the clock they move the wall otherwise than they seem.
            Some(zone) if duration.seconds() != 0 => {
                let instant = zone.to_timestamp(after_days).0.checked_add(duration.seconds())?;
                zone.to_wall(crate::civil::Timestamp(instant))?
            }
            _ => after_days.plus_seconds(duration.seconds())?,
        };
        Some(start.with_wall(end).into_owned())
    }
}

impl<'a> Component<'a> {
    /// What DTEND (or DUE) and DURATION say together. An end that is not after the start, and a negative
    /// duration, are overlooked; the end is believed before DURATION. `None` when nothing is left.
    ///
    /// # Errors
    /// The end or the duration cannot be read.
    pub(crate) fn written_extent(
        self,
        end: PropertyKind,
    ) -> Result<(Option<End>, Option<ProblemKind>), Problem> {
        let start = self.start()?;
        let end = self.read(end, |property| property.date_or_time().map(DateOrTime::into_owned))?;
        let duration = self.property(PropertyKind::Duration);
        let mut doubt = None;
        if let Some(end) = end {
            doubt = start.as_ref().and_then(|start| end_doubt(start, &end));
            if doubt.is_none() {
                let is_both = duration.is_some();
                return Ok((Some(End::At(end)), is_both.then_some(ProblemKind::ExclusiveProperties)));
            }
        }
        let Some(property) = duration else { return Ok((None, doubt)) };
        let duration = Duration::parse(property.raw_value().trim_ascii())
            .map_err(|fault| malformed(&property, fault))?;
        if duration.is_negative() {
            return Ok((None, Some(ProblemKind::NegativeDuration)));
        }
        let is_date = start.is_some_and(|start| start.is_date());
        if is_date && duration.seconds() != 0 {
            // RFC 5545 3.6.1 has days and weeks beside a date; a part of a day is the whole of it.
            let days = duration.to_seconds().saturating_add(86_399) / 86_400;
            let days = Duration::from_days(i32::try_from(days).unwrap_or(i32::MAX));
            return Ok((Some(End::After(days)), Some(ProblemKind::TimeInDateDuration)));
        }
        Ok((Some(End::After(duration)), doubt))
    }
}

/// Is the end one that cannot be believed? Times in different zones are not compared here.
fn end_doubt(start: &DateOrTime<'_>, end: &DateOrTime<'_>) -> Option<ProblemKind> {
    if start.is_date() != end.is_date() {
        // Between a date and a time of the same day nothing can be told but whether days lie between.
        return (end.wall().date <= start.wall().date).then_some(ProblemKind::EndMismatch);
    }
    let is_comparable = start.tzid() == end.tzid()
        && matches!(start, DateOrTime::Utc(_)) == matches!(end, DateOrTime::Utc(_));
    match end.wall().cmp(&start.wall()) {
        _ if !is_comparable => None,
        std::cmp::Ordering::Less => Some(ProblemKind::EndBeforeStart),
        std::cmp::Ordering::Equal => Some(ProblemKind::EndAtStart),
        std::cmp::Ordering::Greater => None,
    }
}
