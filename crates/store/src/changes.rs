//! What changed in a calendar since a moment that a token names (RFC 6578 3).
//!
//! An object's version is its calendar's sequence number when it last changed; a removal leaves a tombstone with its own. In
//! the order of sequence and name both are one list, and a token is a place in it. What came and went between two tokens is
//! a tombstone at most, which RFC 6578 3.5.2 allows.
//!
//! One set may change many objects under one number, so a place may be in the midst of them: behind a name.

use std::fmt;
use std::str::FromStr;

use crate::change_set::{CalendarId, Version};
use crate::engine::{Connection, all, first};
use crate::error::Error;
use crate::listing::{self, Listed};

/// A moment in the life of a calendar, for one who will ask what changed since. As text it is letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The store's: nothing is known of what was before a restore.
    epoch: String,
    calendar: i64,
    /// All is known of what was before this number …
    sequence: i64,
    /// … and of its own changes those up to a name; all where none stands here.
    name: Option<String>,
    /// Who lists a calendar for the first time knows of nothing that was removed before this number.
    listed_at: i64,
}

/// What became of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// There is an object, which is new or was changed.
    Listed(Listed),
    /// There is none any more.
    Removed(String),
}

/// A page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The changes in order, no name twice.
    pub changes: Vec<Change>,
    /// The moment up to which these are all.
    pub token: Token,
    /// Is there more behind it?
    pub has_more: bool,
}

impl Token {
    /// Before all: who has this has nothing, and hears of nothing that is gone.
    fn start(now: &Self) -> Self {
        Self { sequence: 0, listed_at: now.sequence, ..now.clone() }
    }

    /// The last number of which every removal is known.
    fn known(&self) -> i64 {
        let whole = if self.name.is_some() { self.sequence.saturating_sub(1) } else { self.sequence };
        whole.max(self.listed_at)
    }

    /// Behind which number and name it is. No name is empty, so that the next number's are all behind it.
    fn place(&self) -> (Version, &str) {
        match &self.name {
            Some(name) => (Version(self.sequence), name),
            None => (Version(self.sequence.saturating_add(1)), ""),
        }
    }
}

/// The present moment of a calendar, if it is there; and up to which number its removals are forgotten.
fn now(connection: &dyn Connection, calendar: CalendarId) -> Result<Option<(Token, i64)>, Error> {
    let sql = "SELECT epoch, sequence, min_sequence FROM store, calendar WHERE calendar.id = $1";
    first(connection, sql, &[calendar.0.into()], |row| {
        let epoch = hexadecimal(&row.bytes(0)?);
        let token =
            Token { epoch, calendar: calendar.0, sequence: row.integer(1)?, name: None, listed_at: 0 };
        Ok((token, row.integer(2)?))
    })
}

/// The present moment of a calendar, if it is there.
pub(crate) fn token(connection: &dyn Connection, calendar: CalendarId) -> Result<Option<Token>, Error> {
    Ok(now(connection, calendar)?.map(|(now, _)| now))
}

/// What changed in a calendar since a token, all that is there where there is none; so many at most. `None` where that cannot
/// be told: the token is of another calendar or epoch, of what is yet to come, or of so long ago that removals are forgotten.
pub(crate) fn since(
    connection: &dyn Connection,
    calendar: CalendarId,
    token: Option<&Token>,
    most: u32,
) -> Result<Option<Changes>, Error> {
    let Some((now, forgotten)) = now(connection, calendar)? else { return Ok(None) };
    let start = Token::start(&now);
    let token = token.unwrap_or(&start);
    let is_ours = (&token.epoch, token.calendar) == (&now.epoch, now.calendar);
    if !is_ours || token.known() < forgotten || token.sequence.max(token.listed_at) > now.sequence {
        return Ok(None);
    }
    let most = most.max(1);
    let mut found = removed(connection, calendar, removed_after(token), i64::from(most) + 1)?;
    for listed in listing::changed(connection, calendar, token.place(), i64::from(most) + 1)? {
        found.push((listed.stored.version, listed.stored.name.clone(), Change::Listed(listed)));
    }
    found.sort_unstable_by(|(a, x, _), (b, y, _)| (a, x).cmp(&(b, y)));
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let has_more = found.len() > most;
    found.truncate(most);
    let token = match found.last() {
        Some((version, name, _)) if has_more => Token {
            sequence: version.0,
            name: Some(name.clone()),
            listed_at: if version.0 > token.listed_at { 0 } else { token.listed_at },
            ..now.clone()
        },
        _ => now,
    };
    Ok(Some(Changes { changes: found.into_iter().map(|(_, _, change)| change).collect(), token, has_more }))
}

/// Behind which number and name removals matter to one who has a token.
fn removed_after(token: &Token) -> (Version, &str) {
    if token.listed_at >= token.sequence && token.listed_at > 0 {
        return (Version(token.listed_at.saturating_add(1)), "");
    }
    token.place()
}

fn removed(
    connection: &dyn Connection,
    calendar: CalendarId,
    (version, name): (Version, &str),
    most: i64,
) -> Result<Vec<(Version, String, Change)>, Error> {
    let sql = "SELECT sequence, name FROM tombstone WHERE calendar = $1 AND (sequence, name) > ($2, $3) \
               ORDER BY sequence, name LIMIT $4";
    let parameters = [calendar.0.into(), version.0.into(), name.into(), most.into()];
    all(connection, sql, &parameters, |row| {
        let name = row.text(1)?;
        Ok((Version(row.integer(0)?), name.clone(), Change::Removed(name)))
    })
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epoch, calendar, sequence, name, listed_at } = self;
        write!(f, "{epoch}-{calendar}-{sequence}")?;
        if name.is_some() || *listed_at > 0 {
            write!(f, "-{listed_at}")?;
        }
        name.iter().try_for_each(|name| write!(f, "-{}", hexadecimal(name.as_bytes())))
    }
}

/// A text that is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no token of a calendar's changes")]
pub struct NoToken;

impl FromStr for Token {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let mut parts = text.split('-');
        let mut next = || parts.next();
        let number = |part: Option<&str>| {
            let number = part.and_then(|part| part.parse::<i64>().ok());
            number.filter(|number| *number >= 0).ok_or(NoToken)
        };
        let epoch = next().filter(|epoch| !epoch.is_empty()).ok_or(NoToken)?.to_owned();
        let (calendar, sequence) = (number(next())?, number(next())?);
        let listed_at = next().map_or(Ok(0), |part| number(Some(part)))?;
        let name = next().map(|name| from_hexadecimal(name).ok_or(NoToken)).transpose()?;
        let token = Self { epoch, calendar, sequence, name, listed_at };
        if next().is_some() || token.to_string() != text { Err(NoToken) } else { Ok(token) }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hexadecimal(digits: &str) -> Option<String> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = digits.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_token_is_read_as_it_was_written(
            epoch in "[0-9a-f]{32}", calendar in 0..i64::MAX, sequence in 0..i64::MAX,
            name in proptest::option::of("\\PC{1,20}"), listed_at in 0..i64::MAX,
        ) {
            let token = Token { epoch, calendar, sequence, name, listed_at };
            let text = token.to_string();
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
            prop_assert_eq!(text.parse(), Ok(token));
        }

        #[test]
        fn whatever_comes_as_a_token_is_read_or_refused(text in "[0-9a-f-]{0,60}|\\PC{0,20}") {
            if let Ok(token) = text.parse::<Token>() {
                prop_assert_eq!(token.to_string(), text);
            }
        }
    }
}
