//! How letters are compared (RFC 4790, RFC 5051, RFC 4791 7.5).

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// A collation that a filter may name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Collation {
    /// `i;ascii-casemap`: A to Z are a to z (RFC 4790 9.2).
    #[default]
    AsciiCasemap,
    /// `i;octet`: each letter is itself (RFC 4790 9.3).
    Octet,
    /// `i;unicode-casemap`: no letter has a case, each is what it is made of (RFC 5051).
    UnicodeCasemap,
}

impl Collation {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::AsciiCasemap, Self::Octet, Self::UnicodeCasemap];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsciiCasemap => "i;ascii-casemap",
            Self::Octet => "i;octet",
            Self::UnicodeCasemap => "i;unicode-casemap",
        }
    }

    /// The collation of a name; `default` is the first one (RFC 4791 7.5).
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "default" {
            return Some(Self::default());
        }
        Self::ALL.into_iter().find(|collation| collation.name() == name)
    }

    /// A text in the form in which texts that are the same are the same letters.
    pub fn fold(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Octet => Cow::Borrowed(text),
            Self::AsciiCasemap if text.bytes().any(|octet| octet.is_ascii_uppercase()) => {
                Cow::Owned(text.to_ascii_lowercase())
            }
            Self::AsciiCasemap => Cow::Borrowed(text),
            Self::UnicodeCasemap if text.is_ascii() => Cow::Owned(text.to_ascii_uppercase()),
            // RFC 5051 2: a letter becomes its capital where that is one letter, and then what it is made of.
            Self::UnicodeCasemap => Cow::Owned(text.chars().map(capital).nfkd().map(capital).collect()),
        }
    }
}

/// The capital of a letter, where it is one letter.
fn capital(letter: char) -> char {
    let mut capitals = letter.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_collation_knows_its_letters_alike() {
        let is_same = |collation: Collation, a: &str, b: &str| collation.fold(a) == collation.fold(b);
        for (a, b, ascii, octet, unicode) in [
            ("Bastille", "bAsTille", true, false, true),
            ("CAFÉ", "café", false, false, true),
            ("café", "cafe\u{301}", false, false, true),
            ("ﬁ", "FI", false, false, true),
            ("ΣΑΣ", "σας", false, false, true),
            ("a", "b", false, false, false),
            ("ß", "SS", false, false, false),
        ] {
            assert_eq!(is_same(Collation::AsciiCasemap, a, b), ascii, "{a} {b}");
            assert_eq!(is_same(Collation::Octet, a, b), octet, "{a} {b}");
            assert_eq!(is_same(Collation::UnicodeCasemap, a, b), unicode, "{a} {b}");
        }
        for collation in Collation::ALL {
            assert_eq!(Collation::from_name(collation.name()), Some(collation));
        }
        assert_eq!(Collation::from_name("i;basic"), None);
    }
}
