//! BOOLEAN, INTEGER, FLOAT, and GEO made of two of them (RFC 5545 3.3.2, 3.3.7, 3.3.8, 3.8.1.6).

use std::fmt;

use super::{Forgiven, Malformed};

/// Reads `TRUE` or `FALSE`, in any case.
pub(crate) fn parse_boolean(text: &[u8]) -> Result<bool, Malformed> {
    match text {
        text if text.eq_ignore_ascii_case(b"TRUE") => Ok(true),
        text if text.eq_ignore_ascii_case(b"FALSE") => Ok(false),
        _ => Err(Malformed::new("TRUE or FALSE", 0)),
    }
}

/// Reads a whole number of 32 bits.
pub(crate) fn parse_integer(text: &[u8]) -> Result<i32, Malformed> {
    const WANTED: &str = "a whole number";
    let digits = match text {
        [b'+' | b'-', digits @ ..] => digits,
        digits => digits,
    };
    let sign = text.len() - digits.len();
    if let Some(at) = digits.iter().position(|byte| !byte.is_ascii_digit()) {
        return Err(Malformed::new(WANTED, sign + at));
    }
    if digits.is_empty() {
        return Err(Malformed::new(WANTED, sign));
    }
    let is_negative = text.first() == Some(&b'-');
    let number = digits.iter().try_fold(0_i32, |number, digit| {
        let digit = i32::from(digit - b'0');
        number.checked_mul(10)?.checked_add(if is_negative { -digit } else { digit })
    });
    number.ok_or(Malformed::new("a number from -2147483648 to 2147483647", 0))
}

/// Reads a number with or without a fraction. Beyond the RFC, `.5`, `5.`, blanks around it and an exponent
/// are accepted; never `NaN` or infinity.
pub(crate) fn read_float(text: &[u8], forgiven: &mut Forgiven) -> Result<f64, Malformed> {
    const WANTED: &str = "a number as -1.25";
    let trimmed = text.trim_ascii();
    let digits = match trimmed {
        [b'+' | b'-', digits @ ..] => digits,
        digits => digits,
    };
    if let Some(byte) = digits.iter().find(|byte| !b"0123456789.eE+-".contains(byte)) {
        return Err(Malformed::new(WANTED, text.iter().position(|other| other == byte).unwrap_or(0)));
    }
    let is_plain = trimmed.len() == text.len()
        && digits.first().is_some_and(u8::is_ascii_digit)
        && digits.last().is_some_and(u8::is_ascii_digit)
        && digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let number: Option<f64> = std::str::from_utf8(trimmed).ok().and_then(|text| text.parse().ok());
    let number = number.filter(|number| number.is_finite()).ok_or(Malformed::new(WANTED, 0))?;
    if !is_plain {
        forgiven.note(WANTED, 0);
    }
    Ok(number)
}

/// A place on Earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geo {
    /// North of the equator, -90 to 90.
    pub latitude: f64,
    /// East of Greenwich, -180 to 180.
    pub longitude: f64,
}

impl Geo {
    /// Reads `LATITUDE;LONGITUDE`. Beyond the RFC a comma, or a semicolon with a backslash, between them is
    /// accepted.
    ///
    /// # Errors
    /// What was wanted, and where.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        Self::read(text, &mut Forgiven::default())
    }

    pub(crate) fn read(text: &[u8], forgiven: &mut Forgiven) -> Result<Self, Malformed> {
        const WANTED: &str = "a latitude and a longitude as 37.386013;-122.082932";
        let Some(split) = memchr::memchr2(b';', b',', text) else {
            return Err(Malformed::new(WANTED, text.len()));
        };
        let mut end = split;
        if text[split] == b',' || text[..split].ends_with(b"\\") {
            forgiven.note("a semicolon between latitude and longitude", split);
            end -= usize::from(text[..split].ends_with(b"\\"));
        }
        let latitude = read_float(&text[..end], forgiven)?;
        let mut inner = Forgiven::default();
        let longitude =
            read_float(&text[split + 1..], &mut inner).map_err(|fault| fault.shifted(split + 1))?;
        forgiven.note_shifted(&inner, split + 1);
        if latitude.abs() > 90.0 {
            return Err(Malformed::new("a latitude from -90 to 90", 0));
        }
        if longitude.abs() > 180.0 {
            return Err(Malformed::new("a longitude from -180 to 180", split + 1));
        }
        Ok(Self { latitude, longitude })
    }
}

impl fmt::Display for Geo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};{}", self.latitude, self.longitude)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        // RFC 5545 3.3.8 and 3.3.7.
        for (text, number) in
            [("1234567890", 1_234_567_890), ("-1234567890", -1_234_567_890), ("+1234567890", 1_234_567_890)]
        {
            assert_eq!(parse_integer(text.as_bytes()), Ok(number));
        }
        let float = |text: &str| read_float(text.as_bytes(), &mut Forgiven::default());
        assert_eq!(float("1000000.0000001"), Ok(1_000_000.000_000_1));
        assert_eq!(float("1.333"), Ok(1.333));
        assert_eq!(float("-3.25"), Ok(-3.25));
        assert_eq!(parse_integer(b"-2147483648"), Ok(i32::MIN));
        for text in ["2147483648", "", "-", "1.5", "x", "٣"] {
            assert!(parse_integer(text.as_bytes()).is_err(), "{text}");
        }
        for text in ["NaN", "inf", "", "-", "1e999", "1,5"] {
            assert!(float(text).is_err(), "{text}");
        }
    }

    #[test]
    fn places() {
        assert_eq!(Geo::parse(b"37.386013;-122.082932").unwrap().to_string(), "37.386013;-122.082932");
        for text in ["37.5,-122", r"37.5\;-122", "37.5; -122"] {
            let mut forgiven = Forgiven::default();
            let place = Geo::read(text.as_bytes(), &mut forgiven).unwrap();
            assert_eq!(place, Geo { latitude: 37.5, longitude: -122.0 });
            assert!(forgiven.first().is_some());
        }
        for (text, offset) in [("37.5", 4), ("91;0", 0), ("0;181", 2), ("0;x", 2)] {
            assert_eq!(Geo::parse(text.as_bytes()).unwrap_err().offset, offset, "{text}");
        }
    }
}
