//! What is amiss in a text, and where. Reading forgives; each thing forgiven has a name here.

use std::fmt;
use std::ops::Range;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The RFC advises otherwise, or the text is unusual; its meaning is plain.
    Warning,
    /// The RFC forbids it; what is meant could still be read, or was left out.
    Error,
}

/// A kind of problem: its name for programs, how bad it is, and the words for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A line without a colon, or without a name before it.
    LineWithoutColon,
    /// A property outside any component.
    PropertyOutsideComponent,
    /// END without its BEGIN.
    UnexpectedEnd,
    /// BEGIN without its END.
    MissingEnd,
    /// Components nested deeper than the limit.
    TooDeep,
    /// A line longer than the limit.
    LineTooLong,
}

impl ProblemKind {
    /// The name that programs see: `missing-end`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LineWithoutColon => "line-without-colon",
            Self::PropertyOutsideComponent => "property-outside-component",
            Self::UnexpectedEnd => "unexpected-end",
            Self::MissingEnd => "missing-end",
            Self::TooDeep => "too-deep",
            Self::LineTooLong => "line-too-long",
        }
    }
}

/// Something amiss in a text, and its place there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of thing.
    pub kind: ProblemKind,
    /// How bad it is.
    pub severity: Severity,
    /// The bytes of the text that it is about.
    pub place: Range<usize>,
    /// What was wanted and what was found, in a sentence without a full stop.
    pub message: String,
}

impl Problem {
    /// A problem that forbids.
    pub(crate) fn error(kind: ProblemKind, place: Range<usize>, message: impl Into<String>) -> Self {
        Self { kind, severity: Severity::Error, place, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
