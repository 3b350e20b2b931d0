//! What changed in a calendar since a client last asked (RFC 6578).

use store::{CalendarId, Change, Token};

use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::resource::Resource;

/// What became of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// There is an object, which is new or was changed.
    Resource(Resource),
    /// There is none any more.
    Removed(String),
}

/// A page of what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The changes in order, no name twice.
    pub changes: Vec<Changed>,
    /// The moment up to which these are all: letters, digits and hyphens.
    pub token: String,
    /// Is there more behind it?
    pub has_more: bool,
}

impl Actor<'_> {
    /// The present moment of a calendar, as [`Actor::changes`] takes it.
    ///
    /// # Errors
    /// There is no such calendar, or the store cannot be read.
    pub fn token(self, calendar: CalendarId) -> Result<String, Error> {
        let token = self.reading(calendar)?.token(calendar)?;
        token.map(|token| token.to_string()).ok_or_else(|| Error::NotFound("the calendar is gone".to_owned()))
    }

    /// What changed in a calendar since a token, all that is there where there is none; so many at most.
    ///
    /// # Errors
    /// The token names no moment from which that can be told ([`Refusal::TokenUnknown`]), or there is no such calendar.
    pub fn changes(self, calendar: CalendarId, since: Option<&str>, most: u32) -> Result<Changes, Error> {
        let snapshot = self.reading(calendar)?;
        let since = since.map(str::parse::<Token>).transpose().map_err(|_| Refusal::TokenUnknown)?;
        let found = snapshot.changes(calendar, since.as_ref(), most)?.ok_or(Refusal::TokenUnknown)?;
        let changed = |change| match change {
            Change::Listed(listed) => Changed::Resource(Resource::from(&listed)),
            Change::Removed(name) => Changed::Removed(name),
        };
        Ok(Changes {
            changes: found.changes.into_iter().map(changed).collect(),
            token: found.token.to_string(),
            has_more: found.has_more,
        })
    }
}
