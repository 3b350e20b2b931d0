//! Lock-Token and Timeout (RFC 4918 10.5, 10.7).

use std::fmt;

use super::BadHeader;
use super::condition::bracketed;

/// Reads Lock-Token: the token, without its brackets.
///
/// # Errors
/// It is no address in angle brackets.
pub fn lock_token(header: &str) -> Result<&str, BadHeader> {
    match bracketed(header.trim(), '<', '>') {
        Some((token, "")) => Ok(token),
        _ => Err(BadHeader::new("Lock-Token", "one address in angle brackets")),
    }
}

/// How long a lock is wanted, or lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeout {
    /// So many seconds.
    Seconds(u32),
    /// Without end.
    Infinite,
}

impl Timeout {
    /// Reads the header: the first of its wishes that is understood, none where there is none (RFC 4918 10.7:
    /// they are only wishes). More seconds than can be counted are as many as can.
    pub fn read(header: &str) -> Option<Self> {
        header.split(',').find_map(|wish| {
            let wish = wish.trim();
            if wish.eq_ignore_ascii_case("infinite") {
                return Some(Self::Infinite);
            }
            let (word, digits) = wish.split_once('-')?;
            let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
            (word.eq_ignore_ascii_case("second") && is_number)
                .then(|| Self::Seconds(digits.parse().unwrap_or(u32::MAX)))
        })
    }
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(seconds) => write!(f, "Second-{seconds}"),
            Self::Infinite => f.write_str("Infinite"),
        }
    }
}
