//! Handles: letters made of a UID, short enough to type.

use sha2::{Digest, Sha256};

/// A handle has so many letters when it is shown, or more where others begin alike.
pub(crate) const SHORTEST: usize = 3;

/// Consonants that are told apart in any font, so that a handle is never a word.
const LETTERS: &[u8; 16] = b"bcdfghjkmnpqrstv";

/// The whole handle of a UID: twelve letters. People use the first of them that are unique.
pub fn of_uid(uid: &str) -> String {
    let hash = Sha256::digest(uid.as_bytes());
    let letter = |half: u8| char::from(LETTERS[usize::from(half & 15)]);
    hash.iter().take(6).flat_map(|byte| [letter(byte >> 4), letter(*byte)]).collect()
}

/// May a word be the beginning of a handle?
pub fn may_begin(word: &str) -> bool {
    (SHORTEST..=12).contains(&word.len())
        && word.bytes().all(|byte| LETTERS.contains(&byte.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_letters_of_any_uid() {
        for uid in ["", "1@example.com", "ü"] {
            let handle = of_uid(uid);
            assert_eq!(handle.len(), 12);
            assert!(may_begin(&handle) && may_begin(&handle[..3]) && !may_begin(&handle[..2]));
        }
        assert_ne!(of_uid("a"), of_uid("b"));
        assert!(!may_begin("dentist"));
    }
}
