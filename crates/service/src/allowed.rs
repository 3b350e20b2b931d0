//! What somebody may do in a calendar, in a few words: what doors tell those who ask.

use rights::{Permission, Scope};
use store::CalendarId;

use crate::access::may_set_rules;
use crate::actor::Actor;
use crate::error::Error;

/// What an Actor may do in a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// See what is in it, some of it at least.
    pub read: bool,
    /// Write what is in it, some of it at least.
    pub write: bool,
    /// Change its settings.
    pub settings: bool,
    /// See its rules.
    pub read_rules: bool,
    /// Say who may do what.
    pub write_rules: bool,
}

impl Actor<'_> {
    /// What the Actor may do in a calendar. What is written is judged again, by what it is.
    ///
    /// # Errors
    /// There is no such calendar, or the store cannot be read.
    pub fn allowed(self, calendar: CalendarId) -> Result<Allowed, Error> {
        let judge = self.rights(calendar)?;
        let writing = [Permission::Create, Permission::Modify, Permission::Delete];
        Ok(Allowed {
            read: judge.may_ever(Permission::Search, Scope::Objects),
            write: writing.into_iter().any(|permission| judge.may_ever(permission, Scope::Objects)),
            settings: judge.may(Permission::Modify, Scope::Settings),
            read_rules: judge.may(Permission::Search, Scope::Rules),
            write_rules: may_set_rules(&judge),
        })
    }
}
