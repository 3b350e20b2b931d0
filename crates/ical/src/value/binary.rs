//! BINARY: bytes in base64 (RFC 5545 3.3.1, RFC 4648 4).

use std::fmt;

use super::{Forgiven, Malformed};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// No digit of base64.
const NONE: u8 = 0xff;

/// Each byte's value as a digit.
static DIGITS: [u8; 256] = {
    let mut digits = [NONE; 256];
    let mut digit = 0;
    while digit < ALPHABET.len() {
        digits[ALPHABET[digit] as usize] = digit as u8;
        digit += 1;
    }
    digits
};

/// Base64 that was looked through and can be decoded.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Binary<'a>(&'a [u8]);

impl<'a> Binary<'a> {
    /// Reads base64 as far as to know that it can be decoded. Beyond the RFC, blanks between digits and an
    /// end without its `=` are accepted.
    ///
    /// # Errors
    /// What was wanted, and where.
    pub fn parse(text: &'a [u8]) -> Result<Self, Malformed> {
        Self::read(text, &mut Forgiven::default())
    }

    pub(crate) fn read(text: &'a [u8], forgiven: &mut Forgiven) -> Result<Self, Malformed> {
        let end = text.iter().position(|byte| *byte == b'=').unwrap_or(text.len());
        let mut count = 0_usize;
        for (at, byte) in text[..end].iter().enumerate() {
            match DIGITS[usize::from(*byte)] {
                NONE if byte.is_ascii_whitespace() => forgiven.note("no blank", at),
                NONE => return Err(Malformed::new("a digit of base64", at)),
                _ => count += 1,
            }
        }
        let mut padding = 0;
        for (at, byte) in text[end..].iter().enumerate() {
            match byte {
                b'=' => padding += 1,
                blank if blank.is_ascii_whitespace() => forgiven.note("no blank", end + at),
                _ => return Err(Malformed::new("nothing after the =", end + at)),
            }
        }
        match count % 4 {
            1 => return Err(Malformed::new("another digit of base64", end)),
            remaining if padding != (4 - remaining) % 4 => forgiven.note("= up to a multiple of four", end),
            _ => {}
        }
        Ok(Self(text))
    }

    /// The base64 as written.
    pub const fn as_base64(self) -> &'a [u8] {
        self.0
    }

    /// The bytes it stands for.
    pub fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() / 4 * 3 + 2);
        let (mut bits, mut count) = (0_u32, 0);
        for digit in self.0.iter().map(|byte| DIGITS[usize::from(*byte)]).filter(|digit| *digit != NONE) {
            bits = bits << 6 | u32::from(digit);
            count += 6;
            if count >= 8 {
                count -= 8;
                bytes.push((bits >> count) as u8);
            }
        }
        bytes
    }

    /// Bytes as base64, with `=` to a multiple of four.
    pub fn encode(bytes: &[u8]) -> String {
        let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
        for chunk in bytes.chunks(3) {
            let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
            let bits = at(0) << 16 | at(1) << 8 | at(2);
            for digit in 0..4 {
                let value = (bits >> (18 - 6 * digit) & 0x3f) as usize;
                text.push(if digit <= chunk.len() { char::from(ALPHABET[value]) } else { '=' });
            }
        }
        text
    }
}

impl fmt::Debug for Binary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Binary").field(&String::from_utf8_lossy(self.0)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn test_vectors_of_rfc_4648_10() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(Binary::encode(plain.as_bytes()), encoded);
            assert_eq!(Binary::parse(encoded.as_bytes()).unwrap().to_bytes(), plain.as_bytes());
        }
    }

    #[test]
    fn pitfall_35_base64_is_never_dropped() {
        for (text, bytes) in [("Zm9v YmFy", "foobar"), ("Zm8", "fo"), ("Zg=", "f")] {
            let mut forgiven = Forgiven::default();
            assert_eq!(Binary::read(text.as_bytes(), &mut forgiven).unwrap().to_bytes(), bytes.as_bytes());
            assert!(forgiven.first().is_some());
        }
        for (text, offset) in [("Zm9?", 3), ("Zm9vY", 5), ("Zg==Zg", 4)] {
            assert_eq!(Binary::parse(text.as_bytes()).unwrap_err().offset, offset);
        }
    }

    proptest! {
        #[test]
        fn decoded_as_encoded(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let encoded = Binary::encode(&bytes);
            prop_assert_eq!(Binary::parse(encoded.as_bytes()).unwrap().to_bytes(), bytes);
        }
    }
}
