//! New names: of objects, commands and acts.

use std::sync::Mutex;

use ical::civil::Timestamp;
use sha2::{Digest, Sha256};
use store::Key;
use uuid::{Builder, Uuid};

/// Where new names come from.
#[derive(Debug)]
pub struct Names(Source);

#[derive(Debug)]
enum Source {
    Chance,
    /// What the names are made of, and how many were made.
    Told(String, Mutex<u64>),
}

impl Names {
    /// Names that nobody can guess and that are never made twice (UUID version 7).
    pub const fn by_chance() -> Self {
        Self(Source::Chance)
    }

    /// The same names each time for the same words: for tests and scripts that set the clock.
    pub fn told(of: &str) -> Self {
        Self(Source::Told(of.to_owned(), Mutex::new(0)))
    }

    fn uuid(&self, now: Timestamp) -> Uuid {
        match &self.0 {
            Source::Chance => by_chance(now),
            Source::Told(of, made) => {
                let mut made = made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                *made += 1;
                let hash = Sha256::digest(format!("{of} {} {made}", now.0));
                let mut bytes = [0; 16];
                bytes.copy_from_slice(&hash[..16]);
                Builder::from_custom_bytes(bytes).into_uuid()
            }
        }
    }

    /// A key for an act: by chance, whatever was told. Nobody sees it, and an act whose key is known is taken as done; so
    /// what was stopped and is run again, by a clock that stands still, must not name its acts as it did before.
    pub(crate) fn act_key(now: Timestamp) -> Key {
        Key(*by_chance(now).as_bytes())
    }

    /// A name for a message in an inbox: by chance, whatever was told, for whoever starts again by the same words and the same clock
    /// would give it to two.
    pub(crate) fn message(now: Timestamp) -> String {
        format!("{}.ics", by_chance(now).hyphenated())
    }

    /// A key for a command.
    pub(crate) fn key(&self, now: Timestamp) -> Key {
        Key(*self.uuid(now).as_bytes())
    }

    /// A UID for an object (RFC 7986 5.3 has UUIDs, and nothing that tells of a person or a machine).
    pub(crate) fn uid(&self, now: Timestamp) -> String {
        self.uuid(now).hyphenated().to_string()
    }
}

fn by_chance(now: Timestamp) -> Uuid {
    let mut random = [0; 10];
    random.copy_from_slice(&Uuid::new_v4().as_bytes()[6..]);
    Builder::from_unix_timestamp_millis(now.0.unsigned_abs() * 1_000, &random).into_uuid()
}
