//! What jCal and xCal have in common: a document as components and properties whose values are typed, and the
//! way back.
//!
//! Nothing is lost on the way, by construction: a property is written by its type only where reading that
//! gives a line that says the same (as [`diff`](crate::diff) compares it). Where it does not (a DTSTART that
//! is no date, a text in base64, a VALUE that is the wrong one) the value is written as it stands, with the
//! type `unknown`, and `VALUE` stays among the parameters. RFC 7265 3.5.1 and RFC 6321 3.5.1 have no VALUE
//! there, but they say nothing of lines that are wrong, and other programs make the same line of it. What
//! cannot be said even so is refused, with its place.

mod build;
mod from_line;
mod shape;
mod to_line;

use std::fmt;
use std::ops::Range;

pub(crate) use build::Builder;
pub(crate) use from_line::{component_name, project};

/// A property as the other formats have it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Projected {
    /// In small letters.
    pub(crate) name: String,
    /// By name in small letters, decoded.
    pub(crate) parameters: Vec<(String, Vec<String>)>,
    /// In small letters; `unknown` where the values stand as iCalendar writes them.
    pub(crate) value_type: String,
    /// One, or the members of a list.
    pub(crate) values: Vec<Item>,
}

/// The type of a value that is not looked into (RFC 7265 5, RFC 6321 5).
pub(crate) const UNKNOWN: &str = "unknown";

/// A value, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    /// Text, and all that is written as text: dates with hyphens, times with colons, addresses.
    Text(String),
    /// GEO, REQUEST-STATUS, and the two ends of a period.
    Fields(Vec<Self>),
    /// The parts of a rule, by name in small letters, in the order of the schema (RFC 6321 A 3.3.10).
    Recur(Vec<(String, Vec<Self>)>),
}

/// Why a document cannot be said in another format, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsayable {
    /// The bytes of the text that hold the line.
    pub place: Range<usize>,
    /// What is in the way.
    pub obstacle: Obstacle,
}

/// What cannot be said in another format.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// Bytes that are no UTF-8: both formats are made of characters.
    NoUtf8,
    /// A carriage return within a line: iCalendar has no escape for it.
    CarriageReturn,
    /// A character that has no place there: XML has no control characters (XML 1.0 2.2), nor have parameters
    /// (RFC 5545 3.1).
    Character(char),
    /// A name that is none there.
    Name(String),
    /// A parameter that stands there twice: there it can stand only once.
    Twice(String),
    /// Read back it would say something else.
    Meaning,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoUtf8 => f.write_str("bytes that are no UTF-8 cannot be converted"),
            Self::CarriageReturn => f.write_str("a carriage return within a line cannot be converted"),
            Self::Character(letter) => {
                write!(f, "the character U+{:04X} cannot be converted", u32::from(*letter))
            }
            Self::Name(name) => write!(f, "the name {name:?} cannot be converted"),
            Self::Twice(name) => {
                write!(
                    f,
                    "the parameter {} stands there twice; converted, it can stand once",
                    name.to_uppercase()
                )
            }
            Self::Meaning => f.write_str("converted and read back it would say something else"),
        }
    }
}

impl fmt::Display for Unsayable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.obstacle.fmt(f)
    }
}

impl std::error::Error for Unsayable {}

/// Why a text in another format was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Where: a line, or the way there by names.
    pub place: String,
    /// What was wanted, or what is past a limit.
    pub wanted: String,
}

impl Unread {
    pub(crate) fn new(place: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self { place: place.into(), wanted: wanted.into() }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            return f.write_str(&self.wanted);
        }
        write!(f, "{}: {}", self.place, self.wanted)
    }
}

impl std::error::Error for Unread {}

/// What keeps a part from being a line.
pub(crate) type Fault = String;

#[cfg(test)]
mod tests;
