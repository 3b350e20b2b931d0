//! Names of elements and attributes (Namespaces in XML 1.0).

use std::fmt;

use crate::character;

/// A name: its namespace, empty where it is in none, and what it is called there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name<'a> {
    /// The namespace's URI, compared letter by letter.
    pub namespace: &'a str,
    /// The name inside.
    pub local: &'a str,
}

/// The namespace of `xml:lang` and `xml:space`, bound to `xml` for ever.
pub(crate) const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of declarations, bound to `xmlns` for ever.
pub(crate) const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

impl<'a> Name<'a> {
    /// The language of what is inside (XML 1.0 2.12).
    pub const LANG: Name<'static> = Name::new(XML, "lang");

    /// A name in a namespace.
    pub const fn new(namespace: &'a str, local: &'a str) -> Self {
        Self { namespace, local }
    }

    /// Can it be written: is what it is called there a name without a colon (Namespaces in XML 1.0 3)?
    pub fn is_well_formed(self) -> bool {
        character::is_name(self.local)
    }
}

/// As Clark writes it: `{DAV:}href`.
impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(self.local)
        } else {
            write!(f, "{{{}}}{}", self.namespace, self.local)
        }
    }
}
