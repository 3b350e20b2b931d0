//! Bounds on what is read, so that no input of any size or shape makes it work without bound.

use std::fmt;

/// How much is read. Each bound is named in the problem or error of what goes past it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a text that is read whole; never more than 4 GiB less one.
    pub file: usize,
    /// Bytes of an object: a component that the splitter hands over, or all components of one UID.
    pub object: usize,
    /// Bytes of a line, its folds included.
    pub line: usize,
    /// Components within components.
    pub nesting: usize,
    /// Components of one object, inner ones included.
    pub components: usize,
    /// Properties of one component.
    pub properties: usize,
    /// Parameters of one property.
    pub parameters: usize,
    /// Attendees of one component.
    pub attendees: usize,
    /// Overrides of one object.
    pub overrides: usize,
    /// Values of RDATE and EXDATE in one component.
    pub dates: usize,
    /// Rules of one component: RRULE and EXRULE.
    pub rules: usize,
    /// Values of a jCal text, elements and attributes of an xCal one: what they take in memory while they are read.
    pub elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 256 << 20,
            object: 10 << 20,
            line: 16 << 20,
            nesting: 16,
            components: 20_000,
            properties: 10_000,
            parameters: 200,
            attendees: 10_000,
            overrides: 10_000,
            dates: 100_000,
            rules: 100,
            elements: 8_000_000,
        }
    }
}

/// A text longer than [`Limits::file`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The text's length in bytes.
    pub size: usize,
    /// The limit.
    pub limit: usize,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the file has {} bytes; the limit on a file read whole (`file`) is {}",
            self.size, self.limit
        )
    }
}

impl std::error::Error for TooLarge {}
