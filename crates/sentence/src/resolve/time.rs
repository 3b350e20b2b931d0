//! Which time of day is meant, by its half of the day.

use ical::civil::Time;

use super::Resolver;
use crate::context::Clock;
use crate::misunderstood::{Fault, Misunderstood};
use crate::said::{Form, Half, SaidTime};

/// A time of day, or the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exact {
    pub(super) time: Time,
    /// `24:00`: midnight of the day after.
    pub(super) is_next_day: bool,
}

/// Hours that are of the evening where the words say `tonight`.
const EVENING: std::ops::RangeInclusive<u8> = 5..=11;

impl Resolver<'_> {
    /// The time; `half` is the half of the day that other words lend to it, if it can take one.
    pub(super) fn exact(&self, said: &SaidTime, half: Option<Half>) -> Result<Exact, Misunderstood> {
        let is_plain = takes_half(said);
        if is_plain && half.is_none() && self.context.clock == Clock::Twelve {
            let (hour, minute) = (said.hour, said.minute);
            let message = format!(
                "is that in the morning or in the afternoon? Write {hour}:{minute:02} am, \
                 {hour}:{minute:02} pm, or {hour:02}:{minute:02} on the 24-hour clock"
            );
            return Err(self.fault(&said.place, Fault::Ambiguous, message));
        }
        let half = said.half.or(half.filter(|_| is_plain));
        let hour = match half {
            Some(half) => hour_in(said.hour, half),
            None => said.hour,
        };
        let time = Time::new(hour % 24, said.minute, said.second);
        let time = time.ok_or_else(|| self.fault(&said.place, Fault::Nonexistent, "no clock shows that"))?;
        Ok(Exact { time, is_next_day: hour == 24 })
    }

    /// A start and an end that lend each other their half of the day: `2-3pm`, `9am to 10`.
    pub(super) fn pair(&self, start: &SaidTime, end: &SaidTime) -> Result<[Option<Half>; 2], Misunderstood> {
        let order = |hour: u8, said: &SaidTime| (hour, said.minute, said.second);
        let refuse = |said: &SaidTime| {
            let hour = said.hour;
            let message = format!("is that {hour} am or {hour} pm?");
            Err(self.fault(&said.place, Fault::Ambiguous, message))
        };
        match (start.half, end.half) {
            (None, Some(half)) if takes_half(start) => {
                let (first, last) = (hour_in(start.hour, half), hour_in(end.hour, half));
                if order(first, start) < order(last, end) { Ok([Some(half), None]) } else { refuse(start) }
            }
            (Some(half), None) if takes_half(end) => {
                let (first, last) = (hour_in(start.hour, half), hour_in(end.hour, half));
                if order(first, start) < order(last, end) { Ok([None, Some(half)]) } else { refuse(end) }
            }
            _ => Ok([None, None]),
        }
    }
}

/// Does it leave open which half of the day it is in?
const fn takes_half(said: &SaidTime) -> bool {
    matches!(said.form, Form::Plain) && said.half.is_none()
}

/// The half that `tonight` lends to a time.
pub(super) fn evening(said: &SaidTime) -> Option<Half> {
    (takes_half(said) && EVENING.contains(&said.hour)).then_some(Half::Pm)
}

const fn hour_in(hour: u8, half: Half) -> u8 {
    hour % 12
        + match half {
            Half::Am => 0,
            Half::Pm => 12,
        }
}
