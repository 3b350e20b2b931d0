//! Secrets: what a person chose is hashed so that guessing is dear; what was made by chance nobody guesses, so a plain hash
//! does. Neither is kept, logged or shown, but what is made is shown once.

use std::fmt;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};
use store::Verifier;
use zeroize::Zeroizing;

use crate::error::Error;

/// A password, or what stands for one. It is wiped when it is let go.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

/// So many bytes may a password have.
const LONGEST: usize = 1_024;
/// So many letters has a secret that was made: five bits each, 128 in all.
const LETTERS: usize = 26;
/// Digits and letters of which none is taken for another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// So many letters stand together, for people who type them.
const GROUP: usize = 5;

impl Secret {
    /// What somebody wrote.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Its letters, to be shown once.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Can it be a password? Whether it is a good one is for people to say.
    pub(crate) fn is_password(&self) -> bool {
        !self.0.trim().is_empty() && self.0.len() <= LONGEST
    }

    /// One that nobody can guess: 128 bits, in groups of letters.
    ///
    /// # Errors
    /// The system has no random numbers to give.
    pub fn by_chance() -> Result<Self, Error> {
        let mut bits = Zeroizing::new([0; 16]);
        getrandom::fill(&mut *bits).map_err(|error| {
            store::Error::Database(format!("the system has no random numbers to give: {error}"))
        })?;
        let mut number = u128::from_le_bytes(*bits);
        let mut text = Zeroizing::new(String::with_capacity(LETTERS + LETTERS / GROUP));
        for place in 0..LETTERS {
            if place > 0 && place.is_multiple_of(GROUP) {
                text.push('-');
            }
            let letter = usize::try_from(number & 31).unwrap_or_default();
            text.push(ALPHABET.get(letter).map_or('0', |letter| char::from(*letter)));
            number >>= 5;
        }
        Ok(Self(text))
    }

    /// By what one that was made by chance is known again, however it is grouped; `None` for what cannot be one. It is
    /// looked up by an index: whoever could tell from the time how much of a hash is right would still not know what has it.
    pub(crate) fn made(&self) -> Option<Verifier> {
        let bare = self.0.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'-');
        let mut letters = Zeroizing::new(Vec::with_capacity(LETTERS));
        letters.extend(bare.take(LETTERS + 1).map(|byte| byte.to_ascii_lowercase()));
        let is_one = letters.len() == LETTERS && letters.iter().all(|letter| ALPHABET.contains(letter));
        is_one.then(|| Verifier::new(Sha256::digest(letters.as_slice()).as_slice()))
    }

    /// By what a password is known again (Argon2id, RFC 9106). It takes a while, and some 20 MB.
    pub(crate) fn hash(&self) -> Result<Verifier, Error> {
        let hash = Argon2::default().hash_password(self.0.as_bytes());
        let hash =
            hash.map_err(|error| store::Error::Database(format!("no password can be hashed: {error}")))?;
        Ok(Verifier::new(hash.to_string()))
    }

    /// Is it the password that is known so? It takes as long as [`Secret::hash`], whether it is or not.
    pub(crate) fn is_known_by(&self, verifier: &Verifier) -> bool {
        let hash = std::str::from_utf8(verifier.bytes()).ok().and_then(|hash| PasswordHash::new(hash).ok());
        hash.is_some_and(|hash| Argon2::default().verify_password(self.0.as_bytes(), &hash).is_ok())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_known_however_it_is_typed() {
        let made = Secret::by_chance().unwrap();
        assert_eq!(made.as_str().split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 5, 5, 5, 1]);
        let verifier = made.made().unwrap();
        for typed in [made.as_str().replace('-', ""), made.as_str().replace('-', " ").to_uppercase()] {
            assert_eq!(Secret::new(typed).made(), Some(verifier.clone()));
        }
        assert_ne!(Secret::by_chance().unwrap().made(), Some(verifier));
        assert_eq!(Secret::new("correct horse").made(), None);
        assert_eq!(Secret::new("0".repeat(27)).made(), None);
    }

    #[test]
    fn a_password_is_known_by_its_hash_and_never_shown() {
        let secret = Secret::new("pa55 wörd");
        let verifier = secret.hash().unwrap();
        assert!(verifier.bytes().starts_with(b"$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(secret.is_known_by(&verifier));
        assert!(!Secret::new("pa55 word").is_known_by(&verifier));
        assert!(!secret.is_known_by(&Verifier::new("no PHC string")));
        assert_ne!(secret.hash().unwrap(), verifier, "each has a salt of its own");
        assert_eq!(format!("{secret:?} {verifier:?}"), "Secret(..) Verifier(..)");
    }
}
