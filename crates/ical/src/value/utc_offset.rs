//! UTC-OFFSET (RFC 5545 3.3.14).

use std::fmt;

use super::{Forgiven, Malformed};

/// How far local time is ahead of UTC (behind, if negative), less than a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcOffset(i32);

const WANTED: &str = "an offset from UTC as +HHMM or -HHMMSS";

impl UtcOffset {
    /// Local time is UTC.
    pub const ZERO: Self = Self(0);

    /// An offset of so many seconds, if it is less than a day.
    pub const fn from_seconds(seconds: i32) -> Option<Self> {
        if seconds.unsigned_abs() < 86_400 { Some(Self(seconds)) } else { None }
    }

    /// Seconds that local time is ahead of UTC.
    pub const fn seconds(self) -> i32 {
        self.0
    }

    /// Reads an offset. Beyond the RFC, what is plain is accepted: no sign (east), colons (`+01:00`), hours
    /// alone (`+01`) and `-0000`, which RFC 5545 forbids.
    ///
    /// # Errors
    /// What was wanted, and where.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        Self::read(text, &mut Forgiven::default())
    }

    pub(crate) fn read(text: &[u8], forgiven: &mut Forgiven) -> Result<Self, Malformed> {
        let (is_negative, mut at) = match text.first() {
            Some(b'-') => (true, 1),
            Some(b'+') => (false, 1),
            _ => {
                forgiven.note("a sign", 0);
                (false, 0)
            }
        };
        let mut parts = [0; 3];
        let mut count = 0;
        while at < text.len() {
            if count > 0 && text[at] == b':' {
                forgiven.note("no colon", at);
                at += 1;
            }
            let (Some(part), Some([tens @ b'0'..=b'9', ones @ b'0'..=b'9'])) =
                (parts.get_mut(count), text.get(at..at + 2))
            else {
                return Err(Malformed::new(WANTED, at));
            };
            *part = i32::from(tens - b'0') * 10 + i32::from(ones - b'0');
            if *part > if count == 0 { 23 } else { 59 } {
                return Err(Malformed::new("an offset of less than a day", at));
            }
            count += 1;
            at += 2;
        }
        match count {
            0 => return Err(Malformed::new(WANTED, at)),
            1 => forgiven.note("minutes after the hours", at),
            _ => {}
        }
        let [hours, minutes, seconds] = parts;
        let seconds = hours * 3600 + minutes * 60 + seconds;
        if is_negative && seconds == 0 {
            forgiven.note("+0000", 0);
        }
        Ok(Self(if is_negative { -seconds } else { seconds }))
    }
}

impl fmt::Display for UtcOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.unsigned_abs();
        let sign = if self.0 < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}{:02}", seconds / 3600, seconds / 60 % 60)?;
        if !seconds.is_multiple_of(60) {
            write!(f, "{:02}", seconds % 60)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_rfc_5545_3_3_14() {
        assert_eq!(UtcOffset::parse(b"-0500").unwrap().seconds(), -18_000);
        assert_eq!(UtcOffset::parse(b"+0100").unwrap().seconds(), 3_600);
        assert_eq!(UtcOffset::parse(b"-001444").unwrap().seconds(), -884);
    }

    #[test]
    fn beyond_the_rfc_what_is_plain() {
        for (text, seconds) in
            [("+01:00", 3_600), ("0530", 19_800), ("-08", -28_800), ("-0000", 0), ("+00:19:32", 1_172)]
        {
            let mut forgiven = Forgiven::default();
            assert_eq!(UtcOffset::read(text.as_bytes(), &mut forgiven).unwrap().seconds(), seconds, "{text}");
            assert!(forgiven.first().is_some(), "{text}");
        }
    }

    #[test]
    fn faults_have_their_place() {
        for (text, offset) in
            [("", 0), ("+", 1), ("+1", 1), ("+2400", 1), ("+0160", 3), ("+01000000", 7), ("Z", 0)]
        {
            assert_eq!(UtcOffset::parse(text.as_bytes()).unwrap_err().offset, offset, "{text}");
        }
    }

    #[test]
    fn read_as_written() {
        for seconds in (-86_399..86_400).step_by(7) {
            let offset = UtcOffset::from_seconds(seconds).unwrap();
            assert_eq!(UtcOffset::parse(offset.to_string().as_bytes()), Ok(offset));
        }
        assert_eq!(UtcOffset::from_seconds(-86_400), None);
    }
}
