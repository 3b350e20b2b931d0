//! Texts that PostgreSQL cannot hold as they are, and words as its index has them.
//!
//! A text there has no U+0000. So U+0000 and U+0001 are each written as two characters, of which the first is U+0001: no two
//! texts become the same, and their order stays.

use std::borrow::Cow;

/// A text as it is kept.
pub(super) fn kept(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte < 2) {
        return text.into();
    }
    text.replace('\u{1}', "\u{1}\u{2}").replace('\0', "\u{1}\u{1}").into()
}

/// A text as it was.
pub(super) fn as_it_was(kept: String) -> String {
    if kept.contains('\u{1}') {
        kept.replace("\u{1}\u{1}", "\0").replace("\u{1}\u{2}", "\u{1}")
    } else {
        kept
    }
}

/// So many bytes of a UID or a name are in an index, whatever else is in a row of it: such a row has 2,704 bytes at most.
const INDEXED: usize = 2_600;

/// Can this be in an index?
pub(crate) fn can_keep(name: &str) -> bool {
    kept(name).len() <= INDEXED
}

/// So many bytes of one word are told apart.
const LONGEST: usize = 1_024;

fn cut(word: &str) -> &str {
    word.get(..word.floor_char_boundary(LONGEST)).unwrap_or(word)
}

/// Words in normal form as a `tsvector`, each with its place: `'team':1 'meeting':2`.
pub(super) fn vector(words: &str) -> Cow<'_, str> {
    let lexeme = |(place, word): (usize, &str)| format!("'{}':{place}", cut(word));
    (1..).zip(words.split_whitespace()).map(lexeme).collect::<Vec<_>>().join(" ").into()
}

/// Phrases in normal form as a `tsquery`, all of which must be there; the last word of each may go on.
pub(super) fn beginning(phrases: &[String]) -> String {
    let phrase = |phrase: &String| {
        let words: Vec<String> = phrase.split_whitespace().map(|word| format!("'{}'", cut(word))).collect();
        format!("({}:*)", words.join(" <-> "))
    };
    phrases.iter().map(phrase).collect::<Vec<_>>().join(" & ")
}

/// One word as a `tsquery`.
pub(super) fn whole(word: &str) -> String {
    format!("'{}'", cut(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_text_comes_back_and_stands_where_it_stood(a in "[\0-\u{3}a]{0,8}", b in "[\0-\u{3}a]{0,8}") {
            prop_assert!(!kept(&a).contains('\0'));
            prop_assert_eq!(as_it_was(kept(&a).into_owned()), a.clone());
            prop_assert_eq!(kept(&a).cmp(&kept(&b)), a.cmp(&b));
        }
    }

    #[test]
    fn words_have_places() {
        assert_eq!(vector("team meeting team"), "'team':1 'meeting':2 'team':3");
        assert_eq!(
            beginning(&["team meet".to_owned(), "rome".to_owned()]),
            "('team' <-> 'meet':*) & ('rome':*)"
        );
    }
}
