//! URI, and UID and XML-REFERENCE that stand beside it (RFC 5545 3.3.13, RFC 9253 7).

use std::borrow::Cow;
use std::fmt;

use super::cal_address::is_scheme;
use super::{Forgiven, Malformed, text};

/// A URI, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Uri<'a>(Cow<'a, str>);

impl<'a> Uri<'a> {
    /// Reads a URI. Beyond the RFC, one without a scheme (`www.example.com`) and blanks inside are accepted.
    ///
    /// # Errors
    /// It is empty.
    pub fn parse(text: &'a [u8]) -> Result<Self, Malformed> {
        Self::read(text, &mut Forgiven::default())
    }

    pub(crate) fn read(text: &'a [u8], forgiven: &mut Forgiven) -> Result<Self, Malformed> {
        if text.is_empty() {
            return Err(Malformed::new("a URI", 0));
        }
        let uri = Self(text::lossy(text));
        if let Some(at) = text.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'"') {
            forgiven.note("no blank and no quote in a URI", at);
        }
        Ok(uri)
    }

    /// A parameter's value as a URI; any text is one.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self(text.into())
    }

    /// The URI as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The scheme before the colon, as written.
    pub fn scheme(&self) -> Option<&str> {
        let (scheme, _) = self.0.split_once(':')?;
        is_scheme(scheme).then_some(scheme)
    }

    /// The same, owned.
    pub fn into_owned(self) -> Uri<'static> {
        Uri(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Display for Uri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The persistent, globally unique name of an object or component (RFC 5545 3.8.4.7). Compared letter by
/// letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid<'a>(Cow<'a, str>);

impl<'a> Uid<'a> {
    /// Reads a UID, which is TEXT.
    ///
    /// # Errors
    /// It is empty.
    pub fn parse(text: &'a [u8]) -> Result<Self, Malformed> {
        if text.trim_ascii().is_empty() {
            return Err(Malformed::new("a UID", 0));
        }
        Ok(Self(text::decode(text)))
    }

    /// The UID, decoded.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, owned.
    pub fn into_owned(self) -> Uid<'static> {
        Uid(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Display for Uid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::escape(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris() {
        // RFC 5545 3.3.13
        let uri = Uri::parse(b"http://example.com/my-report.txt").unwrap();
        assert_eq!(uri.scheme(), Some("http"));
        for text in ["www.example.com", "12:30"] {
            assert_eq!(Uri::parse(text.as_bytes()).unwrap().scheme(), None);
        }
        let mut forgiven = Forgiven::default();
        assert!(Uri::read(b"http://example.com/a b", &mut forgiven).is_ok());
        assert_eq!(forgiven.first().map(|fault| fault.offset), Some(20));
        assert!(Uri::parse(b"").is_err());
    }

    #[test]
    fn uids() {
        assert_eq!(Uid::parse(br"a\,b").unwrap().as_str(), "a,b");
        assert_ne!(Uid::parse(b"a"), Uid::parse(b"A"));
        assert!(Uid::parse(b" ").is_err());
    }
}
