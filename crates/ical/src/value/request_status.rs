//! REQUEST-STATUS: a code, its words, and what it is about (RFC 5545 3.8.8.3).

use std::borrow::Cow;
use std::fmt;

use super::{Malformed, text};

/// How a scheduling request was met.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestStatus<'a> {
    /// Two or three numbers: `2.0`, `3.1.4`.
    pub code: StatusCode,
    /// Words for people.
    pub description: Cow<'a, str>,
    /// The property or value that it is about, as a line.
    pub data: Option<Cow<'a, str>>,
}

/// The code of a [`RequestStatus`]: a class and what it says more exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusCode {
    /// 1 is under way, 2 success, 3 the client's fault, 4 a scheduling error, 5 the service's.
    pub class: u16,
    /// The second number.
    pub detail: u16,
    /// The third number, if it is written.
    pub extension: Option<u16>,
}

impl StatusCode {
    /// Reads `2.0` or `3.1.4`.
    ///
    /// # Errors
    /// What was wanted, and where.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        const WANTED: &str = "a status code as 2.0";
        let mut numbers = [None; 3];
        let mut at = 0;
        for (index, digits) in text.split(|byte| *byte == b'.').enumerate() {
            let is_number = (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
            let (Some(number), true) = (numbers.get_mut(index), is_number) else {
                return Err(Malformed::new(WANTED, at));
            };
            *number = Some(digits.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0')));
            at += digits.len() + 1;
        }
        match numbers {
            [Some(class), Some(detail), extension] => Ok(Self { class, detail, extension }),
            _ => Err(Malformed::new(WANTED, text.len())),
        }
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.class, self.detail)?;
        self.extension.map_or(Ok(()), |extension| write!(f, ".{extension}"))
    }
}

impl<'a> RequestStatus<'a> {
    /// Reads `CODE;DESCRIPTION` or `CODE;DESCRIPTION;DATA`. A code alone is accepted: its words are empty.
    ///
    /// # Errors
    /// The code is none: what was wanted, and where.
    pub fn parse(value: &'a [u8]) -> Result<Self, Malformed> {
        let mut fields = text::fields(value);
        let code = StatusCode::parse(fields.next().unwrap_or_default())?;
        let description = text::decode(fields.next().unwrap_or_default());
        Ok(Self { code, description, data: fields.next().map(text::decode) })
    }

    /// The same, owned.
    pub fn into_owned(self) -> RequestStatus<'static> {
        RequestStatus {
            code: self.code,
            description: Cow::Owned(self.description.into_owned()),
            data: self.data.map(|data| Cow::Owned(data.into_owned())),
        }
    }
}

impl fmt::Display for RequestStatus<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};{}", self.code, text::escape(&self.description))?;
        match &self.data {
            Some(data) => write!(f, ";{}", text::escape(data)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_rfc_5545_3_8_8_3() {
        for text in [
            "2.0;Success",
            "3.1;Invalid property value;DTSTART:96-Apr-01",
            r"2.8;Success\, repeating event ignored. Scheduled as a single event.;RRULE:FREQ=WEEKLY\;INTERVAL=2",
            "3.7;Invalid calendar user;ATTENDEE:mailto:jsmith@example.com",
        ] {
            assert_eq!(RequestStatus::parse(text.as_bytes()).unwrap().to_string(), text);
        }
        let status = RequestStatus::parse(br"2.8;Success\, repeating;RRULE:FREQ=WEEKLY\;INTERVAL=2").unwrap();
        assert_eq!(status.description, "Success, repeating");
        assert_eq!(status.data.as_deref(), Some("RRULE:FREQ=WEEKLY;INTERVAL=2"));
    }

    #[test]
    fn codes() {
        assert_eq!(StatusCode::parse(b"3.1.4").unwrap().extension, Some(4));
        for (text, offset) in [("", 0), ("2", 1), ("2.x", 2), ("2.0.1.3", 6), ("2.12345", 2), ("2..1", 2)] {
            assert_eq!(StatusCode::parse(text.as_bytes()).unwrap_err().offset, offset, "{text}");
        }
    }
}
