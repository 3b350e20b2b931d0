//! CAL-ADDRESS: a calendar user's URI, and when two of them are one (RFC 5545 3.3.3, RFC 6638, RFC 6068).

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The address of a calendar user, as it is written.
///
/// Two addresses are equal when they name one user: schemes in any case; mail addresses in any case,
/// percent-encoded or not, without blanks and angle brackets around them, and without the `?` part of a
/// `mailto:` URI. What has an `@` and no scheme is a mail address, as writers leave `mailto:` out. Other URIs
/// are equal when all after the scheme is.
///
/// ```
/// use ical::value::CalAddress;
///
/// let address = CalAddress::new("MAILTO:Jane%2EDoe@Example.com");
/// assert_eq!(address, CalAddress::new("jane.doe@example.com"));
/// assert_eq!(address.email().as_deref(), Some("Jane.Doe@Example.com"));
/// ```
#[derive(Clone, Debug)]
pub struct CalAddress<'a>(Cow<'a, str>);

impl<'a> CalAddress<'a> {
    /// An address; any text is one.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self(text.into())
    }

    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The mail address, decoded: what stands after `mailto:`, or the whole when it has an `@` and no scheme.
    pub fn email(&self) -> Option<Cow<'_, str>> {
        let address = match self.parts() {
            (Some(scheme), rest) if scheme.eq_ignore_ascii_case("mailto") => rest,
            (None, rest) if rest.contains('@') => rest,
            _ => return None,
        };
        let address = address.split_once('?').map_or(address, |(address, _)| address);
        let address = address.trim();
        let bare = address.strip_prefix('<').and_then(|inner| inner.strip_suffix('>'));
        Some(percent_decode(bare.unwrap_or(address)))
    }

    /// The form in which all addresses of one user are the same: `mailto:jane.doe@example.com`.
    pub fn normal(&self) -> String {
        let (scheme, rest) = self.key();
        if scheme.is_empty() { rest.into_owned() } else { format!("{scheme}:{rest}") }
    }

    /// The same, owned.
    pub fn into_owned(self) -> CalAddress<'static> {
        CalAddress(Cow::Owned(self.0.into_owned()))
    }

    /// Does it begin with a URI's scheme, as the RFC asks?
    pub fn has_scheme(&self) -> bool {
        self.parts().0.is_some()
    }

    fn parts(&self) -> (Option<&str>, &str) {
        let text = self.0.trim();
        match text.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            _ => (None, text),
        }
    }

    /// What two addresses of one user have in common.
    pub(crate) fn key(&self) -> (Cow<'_, str>, Cow<'_, str>) {
        if let Some(email) = self.email() {
            return ("mailto".into(), lower(email));
        }
        let (scheme, rest) = self.parts();
        (lower(scheme.unwrap_or_default().into()), rest.into())
    }
}

/// RFC 3986 3.1
pub(crate) fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn lower(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.chars().any(char::is_uppercase) { Cow::Owned(text.to_lowercase()) } else { text }
}

/// `%41` is `A`; a percent sign without two hex digits stands for itself, bytes that are no UTF-8 become
/// U+FFFD.
fn percent_decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let hex = |digit: u8| char::from(digit).to_digit(16);
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match after {
            [high, low, after @ ..] if *first == b'%' => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    decoded.push((high * 16 + low) as u8);
                    rest = after;
                }
                _ => decoded.push(b'%'),
            },
            _ => decoded.push(*first),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

impl PartialEq for CalAddress<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.key() == other.key()
    }
}

impl Eq for CalAddress<'_> {}

impl Hash for CalAddress<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// As it was written.
impl fmt::Display for CalAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::DefaultHasher;

    fn hash_of(address: &CalAddress<'_>) -> u64 {
        let mut hasher = DefaultHasher::new();
        address.hash(&mut hasher);
        hasher.finish()
    }

    #[test]
    fn one_user_however_written() {
        let user = CalAddress::new("mailto:jane.doe@example.com");
        for written in [
            "MAILTO:Jane.Doe@EXAMPLE.com",
            "jane.doe@example.com",
            " mailto: jane.doe@example.com",
            "mailto:<jane.doe@example.com>",
            "mailto:jane%2Edoe%40example.com",
            "mailto:jane.doe@example.com?subject=Tea",
        ] {
            let address = CalAddress::new(written);
            assert_eq!(address, user);
            assert_eq!(hash_of(&address), hash_of(&user));
            assert_eq!(address.normal(), user.as_str());
        }
    }

    #[test]
    fn others_are_others() {
        let urn = CalAddress::new("urn:uuid:4f1e");
        assert_eq!(urn, CalAddress::new("URN:uuid:4f1e"));
        assert_ne!(urn, CalAddress::new("urn:uuid:4F1E"));
        assert_eq!(urn.email(), None);
        assert_eq!(CalAddress::new("URN:uuid:4F1E").normal(), "urn:uuid:4F1E");
        assert_ne!(CalAddress::new("mailto:a@example.com"), CalAddress::new("mailto:b@example.com"));
        assert_eq!(CalAddress::new("iCloud").email(), None);
        assert_eq!(CalAddress::new("mailto:100%@example.com").email().as_deref(), Some("100%@example.com"));
    }
}
