//! PERIOD, by end or by duration (RFC 5545 3.3.9).

use std::borrow::Cow;
use std::fmt;

use super::date_time::parse_date_or_time;
use super::{DateOrTime, Duration, Forgiven, Malformed};

/// A precise span of time. Its start is never a DATE.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Period<'a> {
    /// When it begins.
    pub start: DateOrTime<'a>,
    /// When, or after how long, it ends.
    pub end: PeriodEnd<'a>,
}

/// The end of a [`Period`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PeriodEnd<'a> {
    /// At this time, of the start's kind; validation tells when it is not after the start.
    Time(DateOrTime<'a>),
    /// So long after the start.
    Duration(Duration),
}

impl<'a> Period<'a> {
    /// Reads a period; `tzid` is what the `TZID` parameter says.
    ///
    /// # Errors
    /// What was wanted, and where.
    pub fn parse(text: &[u8], tzid: Option<Cow<'a, str>>) -> Result<Self, Malformed> {
        Self::read(text, tzid, &mut Forgiven::default())
    }

    pub(crate) fn read(
        text: &[u8],
        tzid: Option<Cow<'a, str>>,
        forgiven: &mut Forgiven,
    ) -> Result<Self, Malformed> {
        let Some(slash) = memchr::memchr(b'/', text) else {
            return Err(Malformed::new("a period as START/END or START/DURATION", text.len()));
        };
        let (start, end) = (&text[..slash], &text[slash + 1..]);
        let at = slash + 1;
        let start = parse_date_or_time(start, tzid.clone())?;
        if start.is_date() {
            return Err(Malformed::new("a date-time as YYYYMMDDTHHMMSS", 0));
        }
        let end = match end.first() {
            Some(b'P' | b'p' | b'+' | b'-') => {
                let mut inner = Forgiven::default();
                let duration = Duration::read(end, &mut inner).map_err(|fault| fault.shifted(at))?;
                forgiven.note_shifted(&inner, at);
                PeriodEnd::Duration(duration)
            }
            _ => {
                let time = parse_date_or_time(end, tzid).map_err(|fault| fault.shifted(at))?;
                if time.is_date() {
                    return Err(Malformed::new("a date-time as YYYYMMDDTHHMMSS", at));
                }
                PeriodEnd::Time(time)
            }
        };
        Ok(Self { start, end })
    }

    /// The same, with the zone's name owned.
    pub fn into_owned(self) -> Period<'static> {
        let end = match self.end {
            PeriodEnd::Time(time) => PeriodEnd::Time(time.into_owned()),
            PeriodEnd::Duration(duration) => PeriodEnd::Duration(duration),
        };
        Period { start: self.start.into_owned(), end }
    }
}

/// The value's text, without the parameters that belong to it.
impl fmt::Display for Period<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.end {
            PeriodEnd::Time(end) => write!(f, "{}/{end}", self.start),
            PeriodEnd::Duration(duration) => write!(f, "{}/{duration}", self.start),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_rfc_5545_3_3_9() {
        for text in ["19970101T180000Z/19970102T070000Z", "19970101T180000Z/PT5H30M"] {
            assert_eq!(Period::parse(text.as_bytes(), None).unwrap().to_string(), text);
        }
        let period = Period::parse(b"19970101T180000Z/PT5H30M", None).unwrap();
        assert_eq!(period.end, PeriodEnd::Duration(Duration::from_seconds(19_800)));
    }

    #[test]
    fn a_zone_is_both_ends_zone() {
        let period = Period::parse(b"19970101T180000/19970101T190000", Some("Europe/Vienna".into())).unwrap();
        assert_eq!(period.start.tzid(), Some("Europe/Vienna"));
        assert!(matches!(period.end, PeriodEnd::Time(end) if end.tzid() == Some("Europe/Vienna")));
    }

    #[test]
    fn faults_have_their_place() {
        for (text, offset) in [
            ("19970101T180000Z", 16),
            ("19970101/P1D", 0),
            ("19970101T180000Z/", 17),
            ("19970101T180000Z/PX", 18),
            ("19970101T180000Z/19970102", 17),
        ] {
            assert_eq!(Period::parse(text.as_bytes(), None).unwrap_err().offset, offset, "{text}");
        }
    }
}
