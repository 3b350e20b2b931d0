//! A property's value, by its value type (RFC 5545 3.3).
//!
//! Small values are read from text with `parse` and written with [`Display`](std::fmt::Display); for each pair,
//! reading what was written gives the same value.

mod date_time;
mod recur;

pub use date_time::DateOrTime;
pub use recur::{Frequency, Month, Recur, Skip, Until, WeekdayNum};

use std::fmt;

/// A value that is not of its type: what was wanted, and where the text leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What was wanted there, in words: `a date as YYYYMMDD`.
    pub wanted: &'static str,
    /// The offset of the first byte, within the value as it was given, that does not fit.
    pub offset: usize,
}

impl Malformed {
    pub(crate) const fn new(wanted: &'static str, offset: usize) -> Self {
        Self { wanted, offset }
    }

    /// The same fault, of a value that begins `offset` bytes into a longer one.
    pub(crate) const fn shifted(self, offset: usize) -> Self {
        Self { wanted: self.wanted, offset: self.offset + offset }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wanted {}", self.wanted)
    }
}

impl std::error::Error for Malformed {}
