//! Headers: what those of WebDAV and CalDAV say, and whether their conditions hold.

mod condition;
mod entity_tag;
mod lock;
mod prefer;
mod range;

pub use condition::{Condition, If, Resource, State, Test};
pub use entity_tag::{EntityTag, Matching, Outcome, Preconditions, Tags};
pub use lock::{Timeout, lock_token};
pub use prefer::{Prefer, Return};
pub use range::Part;

use std::borrow::Cow;
use std::fmt;

use http::HeaderMap;

use crate::href::{BadHref, Href, Site};

/// A header that does not say what it should: 400.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadHeader {
    /// Its name.
    pub header: &'static str,
    /// What was wanted of it.
    pub wanted: &'static str,
}

impl BadHeader {
    pub(crate) const fn new(header: &'static str, wanted: &'static str) -> Self {
        Self { header, wanted }
    }
}

impl fmt::Display for BadHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: wanted {}", self.header, self.wanted)
    }
}

impl std::error::Error for BadHeader {}

/// The value of a header, the lines of one that is there more than once joined by commas (RFC 9110 5.3). So
/// what may be there only once (Depth, Destination) and is there twice says nothing that can be read.
///
/// # Errors
/// It has letters that are none of ASCII's.
pub fn joined<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<Option<Cow<'h, str>>, BadHeader> {
    let bad = |_| BadHeader::new(name, "letters of ASCII");
    let mut values = headers.get_all(name).iter().map(|value| value.to_str().map_err(bad));
    let Some(first) = values.next().transpose()? else { return Ok(None) };
    values
        .try_fold(Cow::Borrowed(first), |joined, next| Ok(Cow::Owned(format!("{joined}, {}", next?))))
        .map(Some)
}

/// How deep a request goes (RFC 4918 10.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// The resource alone.
    Zero,
    /// It, and what is directly inside.
    One,
    /// It, and all that is inside.
    Infinity,
}

impl Depth {
    /// Reads the header; `default` is what holds without one, which each method has for itself: infinity for
    /// PROPFIND, COPY, MOVE, DELETE and LOCK (RFC 4918), 0 for most reports (RFC 3253 3.6). Calendar reports
    /// are asked without it by programs in use, and mean 1.
    ///
    /// # Errors
    /// It is none of the three.
    pub fn read(header: Option<&str>, default: Self) -> Result<Self, BadHeader> {
        match header.map(str::trim) {
            None => Ok(default),
            Some("0") => Ok(Self::Zero),
            Some("1") => Ok(Self::One),
            Some(text) if text.eq_ignore_ascii_case("infinity") => Ok(Self::Infinity),
            Some(_) => Err(BadHeader::new("Depth", "0, 1 or infinity")),
        }
    }
}

impl fmt::Display for Depth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zero => "0",
            Self::One => "1",
            Self::Infinity => "infinity",
        })
    }
}

/// Reads Destination (RFC 4918 10.3). What is on another host is told as [`BadHref::OtherHost`]: 502 (9.8.5).
///
/// # Errors
/// It names nothing that can be here.
pub fn destination(header: &str, site: &Site) -> Result<Href, BadHref> {
    site.read(header)
}

/// Reads Overwrite: may something that is there be overwritten? It may, without the header (RFC 4918 10.6).
///
/// # Errors
/// It is neither `T` nor `F`.
pub fn overwrite(header: Option<&str>) -> Result<bool, BadHeader> {
    match header.map(str::trim) {
        None | Some("T" | "t") => Ok(true),
        Some("F" | "f") => Ok(false),
        Some(_) => Err(BadHeader::new("Overwrite", "T or F")),
    }
}

#[cfg(test)]
mod tests;
