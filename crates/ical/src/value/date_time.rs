//! DATE, DATE-TIME and TIME: floating, UTC, or in a zone (RFC 5545 3.3.4, 3.3.5, 3.3.12).

use std::borrow::Cow;
use std::fmt;

use super::Malformed;
use crate::civil::{Date, DateTime, Time};

/// When something starts, ends or is due, as it is written.
///
/// Four variants, so that a date never meets a zone and a floating time is never taken for an instant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DateOrTime<'a> {
    /// `VALUE=DATE`: a whole day, wherever one is.
    Date(Date),
    /// Local time without a zone: the same wall time everywhere.
    Floating(DateTime),
    /// Ends in `Z`. `TZID` beside it is ignored (RFC 5545 3.2.19).
    Utc(DateTime),
    /// Local time in the zone that `TZID` names; the name is as written.
    Zoned(DateTime, Cow<'a, str>),
}

impl DateOrTime<'static> {
    /// Reads a date or a time that no `TZID` stands beside.
    ///
    /// ```
    /// use ical::value::DateOrTime;
    ///
    /// assert!(matches!(DateOrTime::parse(b"20260302T090000Z"), Ok(DateOrTime::Utc(_))));
    /// assert!(DateOrTime::parse(b"2026-03-02").is_err());
    /// ```
    ///
    /// # Errors
    /// What was wanted, and where.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        parse_date_or_time(text, None)
    }
}

impl DateOrTime<'_> {
    /// What the wall shows; a date at its midnight.
    pub fn wall(&self) -> DateTime {
        match self {
            Self::Date(date) => date.midnight(),
            Self::Floating(wall) | Self::Utc(wall) | Self::Zoned(wall, _) => *wall,
        }
    }

    /// The same, with the zone's name owned.
    pub fn into_owned(self) -> DateOrTime<'static> {
        match self {
            Self::Date(date) => DateOrTime::Date(date),
            Self::Floating(wall) => DateOrTime::Floating(wall),
            Self::Utc(wall) => DateOrTime::Utc(wall),
            Self::Zoned(wall, tzid) => DateOrTime::Zoned(wall, Cow::Owned(tzid.into_owned())),
        }
    }

    /// The same kind of value (and zone) with another wall time; a date takes its day.
    #[must_use]
    pub fn with_wall(&self, wall: DateTime) -> Self {
        match self {
            Self::Date(_) => Self::Date(wall.date),
            Self::Floating(_) => Self::Floating(wall),
            Self::Utc(_) => Self::Utc(wall),
            Self::Zoned(_, tzid) => Self::Zoned(wall, tzid.clone()),
        }
    }

    /// The value of the `TZID` parameter that belongs beside it.
    pub fn tzid(&self) -> Option<&str> {
        match self {
            Self::Zoned(_, tzid) => Some(tzid),
            _ => None,
        }
    }

    /// Is it a `DATE`?
    pub const fn is_date(&self) -> bool {
        matches!(self, Self::Date(_))
    }
}

/// The value's text, without the parameters that belong to it: `20260302T090000`.
impl fmt::Display for DateOrTime<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => write_date(f, *date),
            Self::Floating(wall) | Self::Zoned(wall, _) => write_date_time(f, *wall),
            Self::Utc(wall) => {
                write_date_time(f, *wall)?;
                f.write_str("Z")
            }
        }
    }
}

/// A DATE, a DATE-TIME or a DATE-TIME in UTC, before its parameters are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Date(Date),
    Local(DateTime),
    Utc(DateTime),
}

/// Reads `YYYYMMDD`, `YYYYMMDDTHHMMSS` or `YYYYMMDDTHHMMSSZ`.
pub(crate) fn parse_written(text: &[u8]) -> Result<Written, Malformed> {
    let Some((day, rest)) = text.split_first_chunk::<8>() else {
        return Err(Malformed::new("a date as YYYYMMDD", text.len()));
    };
    let date = parse_day(day)?;
    match rest {
        [] => Ok(Written::Date(date)),
        [b'T' | b't', time @ ..] => {
            let (time, utc) = parse_time(time).map_err(|fault| fault.shifted(9))?;
            let wall = date.at(time);
            Ok(if utc { Written::Utc(wall) } else { Written::Local(wall) })
        }
        _ => Err(Malformed::new("a date as YYYYMMDD or a date-time as YYYYMMDDTHHMMSS", 8)),
    }
}

/// Reads a DATE or a DATE-TIME; `tzid` is what the `TZID` parameter says. `Z` wins over it.
pub(crate) fn parse_date_or_time<'a>(
    text: &[u8],
    tzid: Option<Cow<'a, str>>,
) -> Result<DateOrTime<'a>, Malformed> {
    Ok(match (parse_written(text.trim_ascii())?, tzid) {
        (Written::Date(date), _) => DateOrTime::Date(date),
        (Written::Utc(wall), _) => DateOrTime::Utc(wall),
        (Written::Local(wall), Some(tzid)) => DateOrTime::Zoned(wall, tzid),
        (Written::Local(wall), None) => DateOrTime::Floating(wall),
    })
}

fn parse_day(text: &[u8; 8]) -> Result<Date, Malformed> {
    let mut digits = [0u8; 8];
    for (at, byte) in text.iter().enumerate() {
        if !byte.is_ascii_digit() {
            return Err(Malformed::new("a date as YYYYMMDD", at));
        }
        digits[at] = byte - b'0';
    }
    let [a, b, c, d, e, f, g, h] = digits;
    let year = i16::from(a) * 1000 + i16::from(b) * 100 + i16::from(c) * 10 + i16::from(d);
    Date::new(year, e * 10 + f, g * 10 + h).ok_or(Malformed::new("a day that exists", 0))
}

/// Reads a TIME: `HHMMSS` and whether `Z` follows. Second 60 is read as 59 (RFC 5545 3.3.12).
pub(crate) fn parse_time(text: &[u8]) -> Result<(Time, bool), Malformed> {
    const WANTED: &str = "a time as HHMMSS";
    let Some((digits, rest)) = text.split_first_chunk::<6>() else {
        return Err(Malformed::new(WANTED, text.len()));
    };
    if let Some(at) = digits.iter().position(|byte| !byte.is_ascii_digit()) {
        return Err(Malformed::new(WANTED, at));
    }
    let two = |at: usize| (digits[at] - b'0') * 10 + digits[at + 1] - b'0';
    let second = if two(4) == 60 { 59 } else { two(4) };
    let time = Time::new(two(0), two(2), second).ok_or(Malformed::new("a time that exists", 0))?;
    match rest {
        [] => Ok((time, false)),
        [b'Z' | b'z'] => Ok((time, true)),
        _ => Err(Malformed::new("nothing after the time but Z", 6)),
    }
}

pub(crate) fn write_date(f: &mut impl fmt::Write, date: Date) -> fmt::Result {
    write!(f, "{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

pub(crate) fn write_time(f: &mut impl fmt::Write, time: Time) -> fmt::Result {
    write!(f, "{:02}{:02}{:02}", time.hour(), time.minute(), time.second())
}

pub(crate) fn write_date_time(f: &mut impl fmt::Write, wall: DateTime) -> fmt::Result {
    write_date(f, wall.date)?;
    f.write_char('T')?;
    write_time(f, wall.time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(year: i16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> DateTime {
        Date::new(year, month, day).unwrap().at(Time::new(hour, minute, second).unwrap())
    }

    #[test]
    fn examples_of_rfc_5545_3_3_4_and_3_3_5() {
        assert_eq!(parse_written(b"19970714"), Ok(Written::Date(Date::new(1997, 7, 14).unwrap())));
        assert_eq!(parse_written(b"19980118T230000"), Ok(Written::Local(wall(1998, 1, 18, 23, 0, 0))));
        assert_eq!(parse_written(b"19980119T070000Z"), Ok(Written::Utc(wall(1998, 1, 19, 7, 0, 0))));
        assert_eq!(parse_written(b"19970630T235960Z"), Ok(Written::Utc(wall(1997, 6, 30, 23, 59, 59))));
        // "The following represents an invalid DATE-TIME value": a UTC offset.
        assert_eq!(parse_written(b"19980119T230000-0800").unwrap_err().offset, 15);
    }

    #[test]
    fn faults_have_their_place() {
        assert_eq!(parse_written(b"1997071").unwrap_err().offset, 7);
        assert_eq!(parse_written(b"1997x714").unwrap_err().offset, 4);
        assert_eq!(parse_written(b"19970230").unwrap_err().wanted, "a day that exists");
        assert_eq!(parse_written(b"19970714T2400").unwrap_err().offset, 13);
        assert_eq!(parse_written(b"19970714 120000").unwrap_err().offset, 8);
    }

    #[test]
    fn written_as_read() {
        for text in ["19970714", "19980118T230000", "19980119T070000Z", "00010101T000000"] {
            let value = match parse_written(text.as_bytes()).unwrap() {
                Written::Date(date) => DateOrTime::Date(date),
                Written::Local(wall) => DateOrTime::Zoned(wall, "Europe/Vienna".into()),
                Written::Utc(wall) => DateOrTime::Utc(wall),
            };
            assert_eq!(value.to_string(), text);
        }
    }
}
