//! VALARM, seen through its properties' meaning (RFC 5545 3.6.6, RFC 9074).

use super::view;
use crate::civil::DateTime;
use crate::document::Component;
use crate::parameter::ParameterKind;
use crate::problem::Problem;
use crate::property::PropertyKind;
use crate::value::{Action, Duration, Malformed, Proximity, Related, Value};

view! {
    /// A VALARM.
    Alarm
}

/// When an alarm goes off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// So long after the start of what it is for; before it, if negative.
    Start(Duration),
    /// So long after its end, or due; before it, if negative.
    End(Duration),
    /// At this time, in UTC.
    At(DateTime),
}

/// How often an alarm goes off again, and after how long each time (RFC 5545 3.8.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// Times after the first.
    pub count: i32,
    /// From one to the next.
    pub interval: Duration,
}

impl<'a> Alarm<'a> {
    /// ACTION
    pub fn action(self) -> Option<Action<'a>> {
        self.text(PropertyKind::Action).map(Action::new)
    }

    /// TRIGGER
    ///
    /// # Errors
    /// It is neither a duration nor a date-time.
    pub fn trigger(self) -> Result<Option<Trigger>, Problem> {
        self.read(PropertyKind::Trigger, |property| {
            let raw = property.raw_value().trim_ascii();
            // Some write a time without VALUE=DATE-TIME; it cannot be taken for a duration.
            if raw.first().is_some_and(u8::is_ascii_digit) {
                return property.date_or_time().map(|time| Trigger::At(time.wall()));
            }
            let duration = match property.value()? {
                Value::Duration(duration) => duration,
                _ => return Err(Malformed::new("a duration as -PT15M or a date-time in UTC", 0)),
            };
            let related = property.parameter(ParameterKind::Related);
            Ok(match related.map(|related| Related::new(related.value())) {
                Some(Related::End) => Trigger::End(duration),
                _ => Trigger::Start(duration),
            })
        })
    }

    /// REPEAT and DURATION; `None` when either is missing, or REPEAT is 0.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub fn repeat(self) -> Result<Option<Repeat>, Problem> {
        let count = self.integer(PropertyKind::Repeat)?;
        let interval =
            self.read(PropertyKind::Duration, |property| Duration::parse(property.raw_value().trim_ascii()))?;
        Ok(match (count, interval) {
            (Some(count), Some(interval)) if count > 0 => Some(Repeat { count, interval }),
            _ => None,
        })
    }

    /// ACKNOWLEDGED, in UTC: until then it was seen (RFC 9074 6).
    ///
    /// # Errors
    /// It is no date-time.
    pub fn acknowledged(self) -> Result<Option<DateTime>, Problem> {
        self.instant(PropertyKind::Acknowledged)
    }

    /// PROXIMITY: it waits for a place, not for a time (RFC 9074 8).
    pub fn proximity(self) -> Option<Proximity<'a>> {
        self.text(PropertyKind::Proximity).map(Proximity::new)
    }
}
