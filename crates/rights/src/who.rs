//! Whom a rule names, and who asks (RFC 4324 4.3, 6.1.3; RFC 3744 5.5.1).

/// Whom a rule names. Principals are known by a name or number `P` of the asker's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who<P> {
    /// The owner of what the rule stands for: `CAL-OWNERS()`, the property `DAV:owner`.
    Owner,
    /// A principal, or whoever is in it where it is a group.
    Principal(P),
    /// Whoever has signed in: `*@*`, `DAV:authenticated`.
    SignedIn,
    /// Whoever has not: `@`, `DAV:unauthenticated`.
    Unauthenticated,
    /// Everybody: `*`, `DAV:all`.
    Anyone,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker<'a, P> {
    /// Who signed in, or for whom they act; `None` for who has not.
    pub principal: Option<P>,
    /// The groups that they are in, those that contain these too.
    pub groups: &'a [P],
    /// Do they own what is judged?
    pub is_owner: bool,
}

impl<P: PartialEq> Asker<'_, P> {
    /// Does a rule name them?
    pub fn is_named(&self, who: &Who<P>) -> bool {
        match who {
            Who::Owner => self.is_owner,
            Who::Principal(named) => self.principal.as_ref() == Some(named) || self.groups.contains(named),
            Who::SignedIn => self.principal.is_some(),
            Who::Unauthenticated => self.principal.is_none(),
            Who::Anyone => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of which RFC 4324 6.1.3 speaks, as far as they name no realm.
    #[test]
    fn who_is_named() {
        let owner = Asker { principal: Some("alice"), groups: &[], is_owner: true };
        let member = Asker { principal: Some("bob"), groups: &["staff"], is_owner: false };
        let nobody = Asker { principal: None, groups: &[], is_owner: false };
        for (who, expected) in [
            (Who::Owner, [true, false, false]),
            (Who::Principal("alice"), [true, false, false]),
            (Who::Principal("staff"), [false, true, false]),
            (Who::SignedIn, [true, true, false]),
            (Who::Unauthenticated, [false, false, true]),
            (Who::Anyone, [true, true, true]),
        ] {
            assert_eq!([owner, member, nobody].map(|asker| asker.is_named(&who)), expected, "{who:?}");
        }
    }
}
