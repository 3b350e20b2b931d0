//! A rule: grant or deny, who, permissions, scopes, restrictions (RFC 4324 9.3, 9.4).

use std::collections::BTreeSet;

use ical::value::Method;

use crate::facts::Facts;
use crate::scope::Scope;
use crate::who::Who;

/// Grants or denies somebody something: a VRIGHT, with what its VCAR says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule<P> {
    /// CARID: the name of the VCAR, which several rules may share where they stand.
    pub carid: String,
    /// Is it given or taken?
    pub effect: Effect,
    /// To or from whom.
    pub who: Who<P>,
    /// What they may do.
    pub permissions: BTreeSet<Permission>,
    /// With what.
    pub scopes: BTreeSet<Scope>,
    /// What is written must fit one of these, where there are any.
    pub restrictions: Vec<Restriction>,
    /// Did whoever keeps the store decree it? Nobody else changes it, and no ordinary denial outweighs it.
    pub is_decreed: bool,
}

/// Given or taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// GRANT
    Grant,
    /// DENY
    Deny,
}

/// What somebody may do: PERMISSION (RFC 4324 8.25).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// To see it.
    Search,
    /// To put something new there.
    Create,
    /// To take it away.
    Delete,
    /// To change it.
    Modify,
}

/// What is created or changed must be so: RESTRICTION (RFC 4324 8.32). It narrows the rule that it stands in,
/// a grant or a denial.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Restriction {
    /// It is a message with this METHOD.
    Method(Method<'static>),
}

impl Permission {
    /// All of them: `*`.
    pub const ALL: [Self; 4] = [Self::Search, Self::Create, Self::Delete, Self::Modify];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Search => "SEARCH",
            Self::Create => "CREATE",
            Self::Delete => "DELETE",
            Self::Modify => "MODIFY",
        }
    }

    /// The permission of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.word() == word)
    }
}

impl Restriction {
    /// How it is kept.
    pub fn word(&self) -> String {
        match self {
            Self::Method(method) => format!("METHOD={method}"),
        }
    }

    /// The restriction of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        let method = word.strip_prefix("METHOD=").filter(|method| !method.is_empty())?;
        Some(Self::Method(Method::new(method.to_owned())))
    }

    fn fits(&self, facts: &Facts) -> bool {
        match self {
            Self::Method(method) => facts.method.as_ref() == Some(method),
        }
    }
}

impl<P> Rule<P> {
    /// A rule that gives.
    pub fn grant(
        carid: impl Into<String>,
        who: Who<P>,
        permissions: impl IntoIterator<Item = Permission>,
        scopes: impl IntoIterator<Item = Scope>,
    ) -> Self {
        Self {
            carid: carid.into(),
            effect: Effect::Grant,
            who,
            permissions: permissions.into_iter().collect(),
            scopes: scopes.into_iter().collect(),
            restrictions: Vec::new(),
            is_decreed: false,
        }
    }

    /// A rule that takes.
    pub fn deny(
        carid: impl Into<String>,
        who: Who<P>,
        permissions: impl IntoIterator<Item = Permission>,
        scopes: impl IntoIterator<Item = Scope>,
    ) -> Self {
        Self { effect: Effect::Deny, ..Self::grant(carid, who, permissions, scopes) }
    }

    /// Does what will be there fit?
    pub(crate) fn fits(&self, written: &Facts) -> bool {
        self.restrictions.is_empty() || self.restrictions.iter().any(|restriction| restriction.fits(written))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        for permission in Permission::ALL {
            assert_eq!(Permission::of_word(permission.word()), Some(permission));
        }
        let request = Restriction::Method(Method::Request);
        assert_eq!(Restriction::of_word(&request.word()), Some(request));
        assert_eq!(Permission::of_word("search"), None);
        assert_eq!(Restriction::of_word("METHOD="), None);
        assert_eq!(Restriction::of_word("REQUEST"), None);
    }
}
