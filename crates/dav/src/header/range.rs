//! Range: a part of what a GET answers (RFC 9110 14).

use std::ops::Range as Octets;

/// What is asked for of something that has so many octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// These, from the first up to before the last.
    Octets(Octets<u64>),
    /// Such as it has not: 416.
    Unsatisfiable,
}

impl Part {
    /// Reads the header. Who asks for several parts, in other units, or in words that say nothing, gets all: a server may
    /// always do so (RFC 9110 14.2).
    ///
    /// ```
    /// use dav::header::Part;
    ///
    /// assert_eq!(Part::read(Some("bytes=0-4"), 10), Part::Octets(0..5));
    /// assert_eq!(Part::read(Some("bytes=-4"), 10), Part::Octets(6..10));
    /// assert_eq!(Part::read(Some("bytes=10-"), 10), Part::Unsatisfiable);
    /// ```
    pub fn read(header: Option<&str>, size: u64) -> Self {
        Self::one(header.unwrap_or_default(), size).unwrap_or(Self::Whole)
    }

    fn one(header: &str, size: u64) -> Option<Self> {
        let (unit, set) = header.split_once('=')?;
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return None;
        }
        let (first, last) = set.trim().split_once('-')?;
        let octets = match (number(first), number(last)) {
            (Some(first), None) if last.is_empty() => first..size,
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
            (None, Some(suffix)) if first.is_empty() => size.saturating_sub(suffix)..size,
            _ => return None,
        };
        Some(if octets.is_empty() { Self::Unsatisfiable } else { Self::Octets(octets) })
    }
}

/// Digits alone; more than can be counted are as many as can.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_is_given_and_what_says_nothing_is_all() {
        for (header, part) in [
            ("bytes=0-0", Part::Octets(0..1)),
            ("BYTES = 2-5", Part::Octets(2..6)),
            ("bytes=2-99999999999999999999999", Part::Octets(2..10)),
            ("bytes=9-", Part::Octets(9..10)),
            ("bytes=-99", Part::Octets(0..10)),
            ("bytes=-0", Part::Unsatisfiable),
            ("bytes=10-12", Part::Unsatisfiable),
            ("bytes=5-2", Part::Whole),
            ("bytes=0-1,4-5", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes", Part::Whole),
            ("lines=1-2", Part::Whole),
            ("", Part::Whole),
        ] {
            assert_eq!(Part::read(Some(header), 10), part, "{header}");
        }
        assert_eq!(Part::read(None, 10), Part::Whole);
        assert_eq!(Part::read(Some("bytes=0-"), 0), Part::Unsatisfiable);
    }
}
