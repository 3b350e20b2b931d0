//! Why a text was not read.

use std::fmt;

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What it is.
    pub fault: Fault,
    /// The line, counted from 1.
    pub line: u32,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes are no letters, or of an encoding that is not read.
    Encoding,
    /// A character that XML cannot hold.
    Character(char),
    /// A document type: it could name other texts, and grow without bound.
    Doctype,
    /// A reference to something that is no character.
    Reference(String),
    /// A prefix that stands for no namespace.
    Prefix(String),
    /// A name that is none.
    Name(String),
    /// An attribute that is there twice.
    Twice(String),
    /// Something beside the one root, or no root at all.
    Root,
    /// Elements inside of each other past the limit.
    Depth(usize),
    /// More elements and attributes than the limit.
    Elements(usize),
    /// Not well-formed: how.
    Malformed(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => f.write_str("wanted UTF-8 or UTF-16, found something else"),
            Self::Character(letter) => {
                write!(f, "the character U+{:04X} cannot stand in XML", u32::from(*letter))
            }
            Self::Doctype => f.write_str("a document type is not read"),
            Self::Reference(name) => write!(f, "&{name}; stands for nothing"),
            Self::Prefix(prefix) => write!(f, "the prefix {prefix:?} stands for no namespace"),
            Self::Name(name) => write!(f, "{name:?} is no name"),
            Self::Twice(name) => write!(f, "the attribute {name} is there twice"),
            Self::Root => f.write_str("wanted one element with all inside it"),
            Self::Depth(most) => write!(f, "elements inside of each other past the limit of {most}"),
            Self::Elements(most) => write!(f, "more than {most} elements and attributes"),
            Self::Malformed(how) => f.write_str(how),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.fault)
    }
}

impl std::error::Error for Error {}
