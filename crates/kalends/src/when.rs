//! Times as people type them on a command line.

use std::str::FromStr;

use ical::civil::{Date, DateTime, Time, Timestamp};
use ical::value::Duration;
use ical::zone::Zone;

/// A day, a time on the wall, or a time in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Day(Date),
    Local(DateTime),
    Utc(DateTime),
}

/// How a time is typed, for `--help` and errors.
pub(crate) const FORMS: &str =
    "2026-03-02, 20260302, 2026-03-02T09:00, 20260302T090000, either with Z for UTC";

impl When {
    /// The instant; a day is its midnight. What is not in UTC is read in `zone`.
    pub(crate) fn at(self, zone: &Zone) -> Timestamp {
        match self {
            Self::Day(date) => zone.to_timestamp(date.midnight()),
            Self::Local(wall) => zone.to_timestamp(wall),
            Self::Utc(wall) => Timestamp::from_utc(wall),
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || format!("a time is written as {FORMS}");
        let (day, time) = match text.split_once(['T', 't', ' ']) {
            Some((day, time)) => (day, Some(time)),
            None => (text, None),
        };
        let date = match digits(day, '-', &[4, 2, 2]).as_deref() {
            Some(&[year, month, day]) => {
                i16::try_from(year).ok().and_then(|year| Date::new(year, small(month), small(day)))
            }
            _ => None,
        };
        let date = date.ok_or_else(wanted)?;
        let Some(time) = time else { return Ok(Self::Day(date)) };
        let (time, is_utc) = match time.strip_suffix(['Z', 'z']) {
            Some(time) => (time, true),
            None => (time, false),
        };
        let parts = digits(time, ':', &[2, 2, 2]).or_else(|| digits(time, ':', &[2, 2]));
        let time = parts.and_then(|parts| {
            Time::new(
                small(*parts.first()?),
                small(*parts.get(1)?),
                small(parts.get(2).copied().unwrap_or(0)),
            )
        });
        let wall = date.at(time.ok_or_else(wanted)?);
        Ok(if is_utc { Self::Utc(wall) } else { Self::Local(wall) })
    }
}

/// A length of time as it is typed: `45m`, `1h30m`, `2d`, or as iCalendar has it: `PT45M`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Length {
    pub(crate) seconds: i64,
}

impl FromStr for Length {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || "a length is written as 45m, 1h30m, 2d or PT45M".to_owned();
        let text = text.to_ascii_uppercase();
        let written = match (text.starts_with('P'), text.split_once('D')) {
            (true, _) => text,
            (false, Some((days, ""))) => format!("P{days}D"),
            (false, Some((days, rest))) => format!("P{days}DT{rest}"),
            (false, None) => format!("PT{text}"),
        };
        let length = Duration::parse(written.as_bytes()).map_err(|_| wanted())?;
        if length.is_negative() || length.is_zero() {
            Err(wanted())
        } else {
            Ok(Self { seconds: length.to_seconds() })
        }
    }
}

/// Two digits always fit.
fn small(number: u16) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

/// Numbers of so many digits, with the separator between all of them or between none.
fn digits(text: &str, separator: char, lengths: &[usize]) -> Option<Vec<u16>> {
    let plain: String = match text.contains(separator) {
        true => {
            let parts: Vec<&str> = text.split(separator).collect();
            let fits = parts.iter().map(|part| part.len()).eq(lengths.iter().copied());
            fits.then(|| parts.concat())?
        }
        false => text.to_owned(),
    };
    let is_number =
        plain.len() == lengths.iter().sum::<usize>() && plain.bytes().all(|byte| byte.is_ascii_digit());
    let mut rest = is_number.then_some(plain.as_str())?;
    let mut numbers = Vec::new();
    for length in lengths {
        let (number, after) = rest.split_at(*length);
        numbers.push(number.parse().ok()?);
        rest = after;
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms() {
        let date = Date::new(2026, 3, 2).unwrap();
        let wall = |hour, minute| date.at(Time::new(hour, minute, 0).unwrap());
        for (text, when) in [
            ("2026-03-02", When::Day(date)),
            ("20260302", When::Day(date)),
            ("20260302T090000", When::Local(wall(9, 0))),
            ("2026-03-02T09:30", When::Local(wall(9, 30))),
            ("2026-03-02 09:30:00", When::Local(wall(9, 30))),
            ("20260302T0930", When::Local(wall(9, 30))),
            ("2026-03-02T09:00Z", When::Utc(wall(9, 0))),
            ("20260302T090000Z", When::Utc(wall(9, 0))),
        ] {
            assert_eq!(text.parse(), Ok(when), "{text}");
        }
    }

    #[test]
    fn lengths() {
        for (text, seconds) in [
            ("45m", Some(2_700)),
            ("1h30m", Some(5_400)),
            ("2h", Some(7_200)),
            ("1d", Some(86_400)),
            ("1d2h", Some(93_600)),
            ("PT45M", Some(2_700)),
            ("-PT45M", None),
            ("45", None),
            ("", None),
            ("h", None),
        ] {
            assert_eq!(text.parse::<Length>().ok().map(|length| length.seconds), seconds, "{text}");
        }
    }

    #[test]
    fn no_other_forms() {
        for text in [
            "",
            "2026",
            "2026-3-2",
            "20260230",
            "2026-0302",
            "20260302T",
            "20260302T25",
            "20260302T2500",
            "é",
            "20260302T09:0000",
            "+2026-03-02",
            "2026-03-02T09:00+01:00",
            "９０２６0302",
        ] {
            assert!(text.parse::<When>().is_err(), "{text}");
        }
    }
}
