//! Where a resource is: a path of decoded segments, and the site that it is on.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// No reference is longer, in octets.
pub const LONGEST: usize = 8_192;

/// All but RFC 3986's unreserved letters, `@` and `:`, which programs leave as they are.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b':');

/// The path of a resource: its segments, decoded once.
///
/// A slash inside a segment (`%2F`) stays in the segment, and `%252F` is the three letters `%2F`: neither is
/// ever taken for the other, and both are written as they came.
///
/// ```
/// use dav::Href;
///
/// let href = Href::parse("/ann/a%2Fb/")?;
/// assert_eq!(href.segments(), ["ann", "a/b"]);
/// assert!(href.is_collection());
/// assert_eq!(href.to_string(), "/ann/a%2Fb/");
/// assert!(Href::parse("/ann/../bob/").is_err());
/// # Ok::<(), dav::BadHref>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Href {
    segments: Vec<String>,
    is_collection: bool,
}

/// Why a reference names no resource here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHref {
    /// It is longer than [`LONGEST`].
    TooLong,
    /// It is neither an absolute path nor an `http` address with one.
    NotAbsolute,
    /// A `%` without two hexadecimal digits.
    Encoding,
    /// Octets that are no UTF-8.
    Utf8,
    /// NUL, another control character, or a blank.
    Control,
    /// A segment without letters.
    Empty,
    /// `.` or `..`
    Dot,
    /// A `?` or `#`: it names no resource, but a question to one or a part of it.
    Query,
    /// An address on another host.
    OtherHost,
    /// A path outside of what is served here.
    Outside,
}

impl fmt::Display for BadHref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::TooLong => return write!(f, "wanted a path of at most {LONGEST} octets"),
            Self::NotAbsolute => "wanted a path that begins with /, or an http address",
            Self::Encoding => "wanted two hexadecimal digits behind %",
            Self::Utf8 => "wanted a path in UTF-8",
            Self::Control => "a path has no control characters and no blanks",
            Self::Empty => "a path has no empty segments",
            Self::Dot => "a path has no segments . and ..",
            Self::Query => "wanted a path without ? and #",
            Self::OtherHost => "wanted an address on this host",
            Self::Outside => "wanted a path below the one that is served here",
        };
        f.write_str(what)
    }
}

impl std::error::Error for BadHref {}

impl Href {
    /// The path with nothing above it.
    pub const fn root() -> Self {
        Self { segments: Vec::new(), is_collection: true }
    }

    /// A path of these segments, decoded.
    ///
    /// # Errors
    /// One of them cannot be a segment.
    pub fn new<S: Into<String>>(
        segments: impl IntoIterator<Item = S>,
        is_collection: bool,
    ) -> Result<Self, BadHref> {
        let segments: Vec<String> = segments.into_iter().map(Into::into).collect();
        segments.iter().try_for_each(|segment| check(segment))?;
        Ok(Self { is_collection: is_collection || segments.is_empty(), segments })
    }

    /// Reads a path as a request or a reference has it, percent-encoded.
    ///
    /// # Errors
    /// It is no absolute path, or one that nothing here can have.
    pub fn parse(path: &str) -> Result<Self, BadHref> {
        if path.len() > LONGEST {
            return Err(BadHref::TooLong);
        }
        if path.contains(['?', '#']) {
            return Err(BadHref::Query);
        }
        let inside = path.strip_prefix('/').ok_or(BadHref::NotAbsolute)?;
        if inside.is_empty() {
            return Ok(Self::root());
        }
        let (inside, is_collection) = match inside.strip_suffix('/') {
            Some(inside) => (inside, true),
            None => (inside, false),
        };
        let segments = inside.split('/').map(decode).collect::<Result<_, _>>()?;
        Ok(Self { segments, is_collection })
    }

    /// The segments, decoded.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// Does it end with a slash, as the path of a collection?
    pub const fn is_collection(&self) -> bool {
        self.is_collection
    }

    /// The last segment; `None` for the root.
    pub fn name(&self) -> Option<&str> {
        self.segments.last().map(String::as_str)
    }

    /// The collection that it is in; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, segments) = self.segments.split_last()?;
        Some(Self { segments: segments.to_vec(), is_collection: true })
    }

    /// A resource inside of it.
    ///
    /// # Errors
    /// The name cannot be a segment.
    pub fn join(&self, name: &str, is_collection: bool) -> Result<Self, BadHref> {
        check(name)?;
        let mut segments = self.segments.clone();
        segments.push(name.to_owned());
        Ok(Self { segments, is_collection })
    }

    /// Is it the same resource, or one inside? A slash at the end makes no difference.
    pub fn is_within(&self, outer: &Self) -> bool {
        self.segments.starts_with(&outer.segments)
    }

    /// Is it the same resource? A slash at the end makes no difference (RFC 4918 5.2).
    pub fn is_same(&self, other: &Self) -> bool {
        self.segments == other.segments
    }
}

/// Percent-encoded, so that it is read back as the same.
impl fmt::Display for Href {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            write!(f, "/{}", utf8_percent_encode(segment, ENCODED))?;
        }
        if self.is_collection { f.write_str("/") } else { Ok(()) }
    }
}

fn decode(segment: &str) -> Result<String, BadHref> {
    let octets = segment.as_bytes();
    let is_digit = |at: usize| octets.get(at).is_some_and(u8::is_ascii_hexdigit);
    let is_broken = |at: &usize| octets.get(*at) == Some(&b'%') && !(is_digit(at + 1) && is_digit(at + 2));
    if (0..octets.len()).any(|at| is_broken(&at)) {
        return Err(BadHref::Encoding);
    }
    // A blank or a control character that is not encoded is in no reference (RFC 3986 2).
    if octets.iter().any(|octet| octet.is_ascii_control() || *octet == b' ') {
        return Err(BadHref::Control);
    }
    let decoded = percent_decode_str(segment).decode_utf8().map_err(|_| BadHref::Utf8)?;
    check(&decoded)?;
    Ok(decoded.into_owned())
}

/// Can it be a segment?
fn check(segment: &str) -> Result<(), BadHref> {
    match segment {
        "" => Err(BadHref::Empty),
        "." | ".." => Err(BadHref::Dot),
        _ if segment.len() > LONGEST => Err(BadHref::TooLong),
        _ if segment.chars().any(char::is_control) => Err(BadHref::Control),
        _ => Ok(()),
    }
}

/// Where paths begin, and by which hosts they are known: what a proxy in front adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    prefix: Vec<String>,
    hosts: Vec<String>,
}

impl Site {
    /// A site whose paths begin with `prefix` (`/` for none), known as these hosts, each with its port where
    /// it has one.
    ///
    /// # Errors
    /// The prefix is no path.
    pub fn new<'h>(prefix: &str, hosts: impl IntoIterator<Item = &'h str>) -> Result<Self, BadHref> {
        let Href { segments, .. } = Href::parse(prefix)?;
        Ok(Self { prefix: segments, hosts: hosts.into_iter().map(normal_host).collect() })
    }

    /// Reads a reference as a header or an element has it: an absolute path, or an address on this host.
    ///
    /// # Errors
    /// It names nothing that can be here.
    pub fn read(&self, reference: &str) -> Result<Href, BadHref> {
        let reference = reference.trim_matches([' ', '\t', '\r', '\n']);
        if reference.len() > LONGEST {
            return Err(BadHref::TooLong);
        }
        let Href { mut segments, is_collection } = Href::parse(self.path(reference)?)?;
        if !segments.starts_with(&self.prefix) {
            return Err(BadHref::Outside);
        }
        segments.drain(..self.prefix.len());
        Ok(Href { is_collection: is_collection || segments.is_empty(), segments })
    }

    /// The path of a resource as clients know it, percent-encoded.
    pub fn write(&self, href: &Href) -> String {
        let mut out = String::new();
        for segment in &self.prefix {
            out.push('/');
            out.extend(utf8_percent_encode(segment, ENCODED));
        }
        out.push_str(&href.to_string());
        out
    }

    /// The path of a reference, without scheme and host.
    fn path<'r>(&self, reference: &'r str) -> Result<&'r str, BadHref> {
        if reference.starts_with('/') {
            return Ok(reference);
        }
        let (scheme, rest) = reference.split_once("://").ok_or(BadHref::NotAbsolute)?;
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return Err(BadHref::OtherHost);
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        if !self.hosts.contains(&normal_host(host)) {
            return Err(BadHref::OtherHost);
        }
        Ok(if path.is_empty() { "/" } else { path })
    }
}

/// In small letters, without the port that the scheme has anyway.
fn normal_host(host: &str) -> String {
    let host: Cow<'_, str> = host.to_ascii_lowercase().into();
    let bare = host.strip_suffix(":80").or_else(|| host.strip_suffix(":443"));
    bare.unwrap_or(&host).to_owned()
}

#[cfg(test)]
mod tests;
