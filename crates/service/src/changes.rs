//! What changed in a calendar since a client last asked (RFC 6578).

use store::{CalendarId, Change, Token};

use crate::access::gone;
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::resource::Resource;
use crate::view::View;

/// Stands before the version of the rights in a token. Numbers in hexadecimal digits have no such letter.
const RIGHTS: &str = "-r";

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
        let view = self.reading(calendar)?;
        let token = view.snapshot.token(calendar)?.ok_or_else(gone)?;
        Ok(self.told(&view, &token))
    }

    /// What changed in a calendar since a token, all that is there where there is none; so many at most.
    ///
    /// # Errors
    /// The token names no moment from which that can be told ([`Refusal::TokenUnknown`]), or there is no such
    /// calendar.
    pub fn changes(self, calendar: CalendarId, since: Option<&str>, most: u32) -> Result<Changes, Error> {
        let view = self.reading(calendar)?;
        let since = since.map(|since| self.heard(&view, since)).transpose()?;
        let found = view.snapshot.changes(calendar, since.as_ref(), most)?.ok_or(Refusal::TokenUnknown)?;
        let mut changes = Vec::new();
        for change in found.changes {
            match change {
                Change::Removed(name) => changes.push(Changed::Removed(name)),
                Change::Listed(listed) => {
                    let is_gone = since.is_some() && view.may_vanish(&listed);
                    let gone = is_gone.then(|| Changed::Removed(listed.stored.name.clone()));
                    let seen = view.see(listed)?.map(|seen| Changed::Resource(Resource::from(&seen.listed)));
                    changes.extend(seen.or(gone));
                }
            }
        }
        Ok(Changes { changes, token: self.told(&view, &found.token), has_more: found.has_more })
    }

    /// A token as it is told: to whom is not the owner with the version of the rights, since all may look
    /// otherwise by others.
    fn told(self, view: &View, token: &Token) -> String {
        if self.owns(view.calendar.home) {
            token.to_string()
        } else {
            format!("{token}{RIGHTS}{}", view.calendar.rights_version)
        }
    }

    fn heard(self, view: &View, text: &str) -> Result<Token, Refusal> {
        let text = match text.rsplit_once(RIGHTS) {
            None if self.owns(view.calendar.home) => text,
            Some((text, version)) if version == view.calendar.rights_version.to_string() => text,
            _ => return Err(Refusal::TokenUnknown),
        };
        text.parse().map_err(|_| Refusal::TokenUnknown)
    }
}
