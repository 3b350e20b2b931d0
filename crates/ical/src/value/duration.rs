//! DURATION: nominal days and weeks, exact time (RFC 5545 3.3.6).

use std::fmt;

use super::{Forgiven, Malformed};
use crate::civil::{DateTime, SECONDS_PER_DAY};

/// A length of time: days, which are nominal (a day may have 23 or 25 hours), and after them seconds, which
/// are exact.
///
/// Both have one sign, so no duration is half forward and half back. A week is seven days.
///
/// ```
/// use ical::value::Duration;
///
/// let duration = Duration::parse(b"-P1DT2H30M")?;
/// assert_eq!((duration.days(), duration.seconds()), (-1, -9_000));
/// assert_eq!(duration.to_string(), "-P1DT2H30M");
/// # Ok::<(), ical::value::Malformed>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Duration {
    days: i32,
    seconds: i64,
}

const WANTED: &str = "a duration as P1W, P1D or PT1H30M";
const SHORTER: &str = "a shorter duration";

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self { days: 0, seconds: 0 };

    /// Days on the wall and then seconds on the clock; `None` when their signs differ.
    pub const fn new(days: i32, seconds: i64) -> Option<Self> {
        if (days > 0 && seconds < 0) || (days < 0 && seconds > 0) {
            return None;
        }
        Some(Self { days, seconds })
    }

    /// Days, nominal.
    pub const fn from_days(days: i32) -> Self {
        Self { days, seconds: 0 }
    }

    /// Seconds, exact.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self { days: 0, seconds }
    }

    /// The nominal part: weeks and days, to be added on the wall; negative in a negative duration.
    pub const fn days(self) -> i32 {
        self.days
    }

    /// The exact part: hours, minutes and seconds, to be added on the clock; negative in a negative duration.
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Does it go back in time?
    pub const fn is_negative(self) -> bool {
        self.days < 0 || self.seconds < 0
    }

    /// Does it have no length?
    pub const fn is_zero(self) -> bool {
        self.days == 0 && self.seconds == 0
    }

    /// Its length in seconds where every day has 24 hours: in UTC, and for floating time.
    pub const fn to_seconds(self) -> i64 {
        (self.days as i64 * SECONDS_PER_DAY).saturating_add(self.seconds)
    }

    /// The wall time after it, on a clock that never changes; `None` past year 9999 or before year 0.
    pub const fn after(self, wall: DateTime) -> Option<DateTime> {
        wall.plus_seconds(self.to_seconds())
    }

    /// Reads a duration. Beyond the RFC, what is plain is accepted: weeks beside days and time (`P1W2D`),
    /// hours and seconds without minutes, small letters, and `PT` and `P1DT` with no time after the `T`.
    ///
    /// # Errors
    /// What was wanted, and where.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        Self::read(text, &mut Forgiven::default())
    }

    pub(crate) fn read(text: &[u8], forgiven: &mut Forgiven) -> Result<Self, Malformed> {
        let (is_negative, sign) = match text.first() {
            Some(b'-') => (true, 1),
            Some(b'+') => (false, 1),
            _ => (false, 0),
        };
        if !matches!(text.get(sign), Some(b'P' | b'p')) {
            return Err(Malformed::new(WANTED, sign));
        }
        let mut parts = Parts::default();
        let mut at = sign + 1;
        while at < text.len() {
            at = parts.read(text, at, sign)?;
        }
        parts.finish(text, sign, forgiven)?;
        let days = i32::try_from(parts.days).map_err(|_| Malformed::new(SHORTER, sign))?;
        let sign = if is_negative { -1 } else { 1 };
        Ok(Self { days: days * sign as i32, seconds: parts.seconds * sign })
    }
}

/// What of a duration was read so far.
#[derive(Default)]
struct Parts {
    days: i64,
    seconds: i64,
    /// The units met, as bits: W, D, T, H, M, S from the highest.
    units: u8,
}

const WEEK: u8 = 1 << 5;
const DAY: u8 = 1 << 4;
const TIME: u8 = 1 << 3;
const HOUR: u8 = 1 << 2;
const MINUTE: u8 = 1 << 1;
const SECOND: u8 = 1;

impl Parts {
    /// Reads `T`, or a number and its unit; where the next part begins.
    fn read(&mut self, text: &[u8], start: usize, sign: usize) -> Result<usize, Malformed> {
        let mut at = start;
        let mut number: i64 = 0;
        let too_long = || Malformed::new(SHORTER, sign);
        while let Some(digit) = text.get(at).filter(|byte| byte.is_ascii_digit()) {
            let tenfold = number.checked_mul(10).ok_or_else(too_long)?;
            number = tenfold.checked_add(i64::from(digit - b'0')).ok_or_else(too_long)?;
            at += 1;
        }
        let unit = match text.get(at).map(u8::to_ascii_uppercase) {
            Some(b'T') if at == start => TIME,
            Some(_) | None if at == start => return Err(Malformed::new(WANTED, at)),
            Some(b'W') => WEEK,
            Some(b'D') => DAY,
            Some(b'H') if self.units & TIME != 0 => HOUR,
            Some(b'M') if self.units & TIME != 0 => MINUTE,
            Some(b'S') if self.units & TIME != 0 => SECOND,
            _ => return Err(Malformed::new("W or D, and after T H, M or S", at)),
        };
        // Each unit once, the longest first.
        if self.units & (unit | (unit - 1)) != 0 {
            return Err(Malformed::new("each unit once, the longest first", start));
        }
        self.units |= unit;
        let (sum, length) = match unit {
            WEEK => (&mut self.days, 7),
            DAY => (&mut self.days, 1),
            HOUR => (&mut self.seconds, 3600),
            MINUTE => (&mut self.seconds, 60),
            _ => (&mut self.seconds, 1),
        };
        let more = number.checked_mul(length).and_then(|more| sum.checked_add(more));
        *sum = more.ok_or_else(too_long)?;
        Ok(at + 1)
    }

    fn finish(&self, text: &[u8], sign: usize, forgiven: &mut Forgiven) -> Result<(), Malformed> {
        let units = self.units;
        if units == 0 {
            return Err(Malformed::new(WANTED, sign + 1));
        }
        if units & WEEK != 0 && units != WEEK {
            forgiven.note("weeks alone, or days and time", sign);
        } else if units & TIME != 0 && units & (HOUR | MINUTE | SECOND) == 0 {
            forgiven.note("a time after T", text.len());
        } else if units & (HOUR | MINUTE | SECOND) == HOUR | SECOND {
            forgiven.note("minutes between hours and seconds", sign);
        } else if text.iter().any(u8::is_ascii_lowercase) {
            forgiven.note("capital letters", sign);
        }
        Ok(())
    }
}

/// Whole weeks as weeks; else days, and after `T` hours, minutes and seconds as far as they are needed.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, seconds) = (self.days.unsigned_abs(), self.seconds.unsigned_abs());
        f.write_str(if self.is_negative() { "-P" } else { "P" })?;
        if seconds == 0 && days > 0 && days % 7 == 0 {
            return write!(f, "{}W", days / 7);
        }
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if days > 0 && seconds == 0 {
            return Ok(());
        }
        f.write_str("T")?;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        // RFC 5545's grammar lets no unit between two others be left out.
        if minutes > 0 || (hours > 0 && seconds > 0) {
            write!(f, "{minutes}M")?;
        }
        if seconds > 0 || (hours == 0 && minutes == 0) {
            write!(f, "{seconds}S")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> (i32, i64) {
        let duration = Duration::parse(text.as_bytes()).unwrap();
        (duration.days(), duration.seconds())
    }

    #[test]
    fn examples_of_rfc_5545_3_3_6() {
        assert_eq!(read("P15DT5H0M20S"), (15, 18_020));
        assert_eq!(read("P7W"), (49, 0));
    }

    #[test]
    fn beyond_the_rfc_what_is_plain() {
        for (text, read_as) in [
            ("P1W2D", (9, 0)),
            ("P1WT1H", (7, 3600)),
            ("PT", (0, 0)),
            ("P1DT", (1, 0)),
            ("PT1H30S", (0, 3630)),
            ("pt15m", (0, 900)),
        ] {
            let mut forgiven = Forgiven::default();
            let duration = Duration::read(text.as_bytes(), &mut forgiven).unwrap();
            assert_eq!((duration.days(), duration.seconds()), read_as, "{text}");
            assert!(forgiven.first().is_some(), "{text}");
        }
        for text in ["-P0D", "+PT5M", "P0W", "PT0S", "-PT15M", "PT1H0M5S"] {
            let mut forgiven = Forgiven::default();
            assert!(Duration::read(text.as_bytes(), &mut forgiven).is_ok());
            assert_eq!(forgiven.first(), None, "{text}");
        }
        assert_eq!(Duration::parse(b"-P0D"), Ok(Duration::ZERO));
    }

    #[test]
    fn faults_have_their_place() {
        for (text, offset) in [
            ("", 0),
            ("P", 1),
            ("-", 1),
            ("15M", 0),
            ("P15M", 3),
            ("PT5", 3),
            ("PT5M3H", 4),
            ("P1D1D", 3),
            ("PT1D", 2),
            ("P1.5D", 2),
            ("P99999999999999999999W", 0),
            ("PT9999999999999999H", 0),
            ("PT1H9223372036854775807S", 0),
            ("P4294967295D", 0),
            ("PTT", 2),
        ] {
            assert_eq!(Duration::parse(text.as_bytes()).unwrap_err().offset, offset, "{text}");
        }
    }

    #[test]
    fn the_longest_is_written_so_that_it_is_read() {
        let duration = Duration::parse(b"PT4294967295H4294967295S").unwrap();
        assert_eq!(duration.to_string(), "PT4296160341H28M15S");
        let longest = Duration::new(i32::MAX, i64::MAX).unwrap();
        for duration in [duration, longest] {
            assert_eq!(Duration::parse(duration.to_string().as_bytes()), Ok(duration));
        }
    }

    proptest! {
        #[test]
        fn read_as_written(days in -1_000_000..1_000_000i32, seconds in 0..10_000_000i64) {
            let seconds = if days < 0 { -seconds } else { seconds };
            let duration = Duration::new(days, seconds).unwrap();
            let mut forgiven = Forgiven::default();
            prop_assert_eq!(Duration::read(duration.to_string().as_bytes(), &mut forgiven), Ok(duration));
            prop_assert_eq!(forgiven.first(), None);
        }
    }
}
