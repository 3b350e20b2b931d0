//! What was not understood, and where.

use std::fmt;
use std::ops::Range;

/// A part of what is said, as a flag gives it alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A place: any text.
    At,
    /// One of my calendars.
    Calendar,
    /// When a to-do is due.
    Due,
    /// When it ends.
    End,
    /// How long it is.
    For,
    /// A reminder.
    Remind,
    /// How it repeats.
    Repeat,
    /// When it starts.
    Start,
}

/// Why words were not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// They can mean two things.
    Ambiguous,
    /// They say two things that cannot both be.
    Contradiction,
    /// Something has to be said that is not.
    Missing,
    /// They name a day or a time that does not exist.
    Nonexistent,
    /// They say the same thing twice.
    Repeated,
    /// There are too many of them, or a number is too large.
    TooMuch,
    /// They have no meaning there.
    Unknown,
}

/// Words that were not understood: which, where, why, and what was possible there.
///
/// Its display is one sentence without a full stop. A program can show [`text`](Self::text) and underline
/// [`place`](Self::place).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misunderstood {
    /// Why.
    pub fault: Fault,
    /// The flag whose text it is; `None` for the sentence.
    pub part: Option<Part>,
    /// The text: of the flag, or of the sentence, its arguments with a blank between them, and in quotes
    /// where they have blanks.
    pub text: String,
    /// The bytes of the text that were not understood; none, where something is missing.
    pub place: Range<usize>,
    /// Why, and what was possible there.
    pub message: String,
}

impl Misunderstood {
    /// The words that were not understood; empty, where something is missing.
    pub fn words(&self) -> &str {
        self.text.get(self.place.clone()).unwrap_or_default()
    }
}

impl fmt::Display for Misunderstood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Misunderstood {}
