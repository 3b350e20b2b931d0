//! The words of texts, for search: without case and accents, the same for every engine.

use std::collections::BTreeSet;

use ical::value::Cutype;
use ical::{Component, Document, PropertyKind};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::principals::Address;

/// The properties whose words are found.
const SEARCHED: [PropertyKind; 7] = [
    PropertyKind::Summary,
    PropertyKind::Location,
    PropertyKind::Description,
    PropertyKind::Comment,
    PropertyKind::Categories,
    PropertyKind::Organizer,
    PropertyKind::Attendee,
];

/// So many bytes of words are kept of one object: the rest of a novel in a description is not found.
const MOST: usize = 64 << 10;

/// The words of an object's components in normal form, one blank between two. Groups that are invited come first: what is planned
/// with one is found, however much else is written there.
pub(crate) fn of_components(components: &[Component<'_>]) -> String {
    let mut words = String::new();
    let groups = components.iter().flat_map(|component| component.attendees());
    let groups = groups.filter(|user| user.cutype() == Cutype::Group);
    let groups: BTreeSet<Address> =
        groups.filter_map(|user| Some(Address::new(&user.address().ok()?))).collect();
    groups.iter().for_each(|group| normalize_into(&mut words, group.as_str()));
    for component in components {
        for property in component.properties().filter(|property| SEARCHED.contains(&property.kind())) {
            if let Some(name) = property.parameter(ical::ParameterKind::Cn) {
                normalize_into(&mut words, &name.value());
            }
            normalize_into(&mut words, &property.text());
            if words.len() > MOST {
                // The last word may be cut off, too.
                words.truncate(words.floor_char_boundary(MOST));
                words.truncate(words.trim_end().len());
                return words;
            }
        }
    }
    words
}

/// The words of the object of a text, which has one; of several, those of all.
pub(crate) fn of_text(raw: &[u8]) -> String {
    let Ok(document) = Document::read(raw) else { return String::new() };
    let words =
        document.objects().iter().map(|object| of_components(object.components())).collect::<Vec<_>>();
    words.join(" ")
}

/// A text as the index has it: compatible forms made one, accents dropped, small letters; each character of a script
/// without spaces is a word of its own, so that any part of a sentence is found.
pub fn normalize(text: &str) -> String {
    let mut words = String::new();
    normalize_into(&mut words, text);
    words
}

fn normalize_into(words: &mut String, text: &str) {
    let blank = |words: &mut String| {
        if !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
    };
    blank(words);
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        for c in c.to_lowercase() {
            match c {
                'ß' => words.push_str("ss"),
                'ø' => words.push('o'),
                'ł' => words.push('l'),
                'đ' => words.push('d'),
                'æ' => words.push_str("ae"),
                'œ' => words.push_str("oe"),
                c if is_unspaced(c) => {
                    blank(words);
                    words.push(c);
                    words.push(' ');
                }
                // Letters in circles and squares are signs to the index of words.
                c if c.is_alphanumeric() && !matches!(c, '\u{1f100}'..='\u{1f1ff}') => words.push(c),
                _ => blank(words),
            }
        }
    }
    words.truncate(words.trim_end().len());
}

/// Is it of a script that puts no blanks between words: Han, kana, Thai, Lao, Khmer, Myanmar?
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_and_accents_are_gone() {
        for (text, words) in [
            ("Zahnärztin  Dr. Müller", "zahnarztin dr muller"),
            ("CAFÉ, Straße 5a", "cafe strasse 5a"),
            ("Łódź–Đakovo", "lodz dakovo"),
            ("會議室", "會 議 室"),
            ("Tokyo東京1", "tokyo 東 京 1"),
            ("ﬁn Ⅳ", "fin iv"),
            ("mailto:ann@example.com", "mailto ann example com"),
            ("!?", ""),
        ] {
            assert_eq!(normalize(text), words);
        }
    }

    proptest! {
        #[test]
        fn normal_words_stay(text in "\\PC{0,40}") {
            let words = normalize(&text);
            prop_assert_eq!(normalize(&words), words);
        }
    }
}
