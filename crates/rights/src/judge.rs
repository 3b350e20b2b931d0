//! May they do this here? Denial first, except over a decreed grant; what nobody grants is denied.

use ical::ComponentKind;

use crate::facts::Facts;
use crate::rule::{Effect, Permission, Rule};
use crate::scope::{Part, Scope};
use crate::who::Asker;

/// Knows of one calendar what one asker may do there.
///
/// It is given all rules that stand there: those of the calendar, those of its home, and what is decreed.
#[derive(Clone, Debug)]
pub struct Judge<P> {
    /// Those that name the asker.
    rules: Vec<Rule<P>>,
}

/// How much of an object somebody sees. A door that shows objects as wholes shows no more parts than these: a
/// client would write gaps back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sight {
    /// Nothing: to them it is not there.
    Nothing,
    /// When it takes place, and whether it makes busy.
    Busy,
    /// All of it.
    Whole,
}

impl<P: PartialEq> Judge<P> {
    /// The judge of an asker among rules.
    pub fn new(rules: impl IntoIterator<Item = Rule<P>>, asker: &Asker<'_, P>) -> Self {
        Self { rules: rules.into_iter().filter(|rule| asker.is_named(&rule.who)).collect() }
    }
}

impl<P> Judge<P> {
    /// How much do they see of an object?
    pub fn sight(&self, object: &Facts) -> Sight {
        self.sight_of(Part::of(object.kind, object.is_public))
    }

    /// How much do they see of every object of a kind, if it is alike? Then none need be read for it.
    pub fn sight_of_kind(&self, kind: ComponentKind) -> Option<Sight> {
        let public = self.sight_of(Part::of(kind, true));
        (public == self.sight_of(Part::of(kind, false))).then_some(public)
    }

    fn sight_of(&self, parts: [Part; 2]) -> Sight {
        match parts.map(|part| self.holds(Permission::Search, part, Written::Nothing)) {
            [true, true] => Sight::Whole,
            [true, false] => Sight::Busy,
            // What is said without its time could not be shown.
            [false, _] => Sight::Nothing,
        }
    }

    /// May they put this there?
    pub fn may_create(&self, object: &Facts) -> bool {
        self.holds_all(Permission::Create, object, Written::This(object))
    }

    /// May they make one of the other?
    pub fn may_modify(&self, before: &Facts, after: &Facts) -> bool {
        [before, after].iter().all(|object| self.holds_all(Permission::Modify, object, Written::This(after)))
    }

    /// May they take this away?
    pub fn may_delete(&self, object: &Facts) -> bool {
        self.holds_all(Permission::Delete, object, Written::Nothing)
    }

    /// May they do this with all that a scope covers, whatever it is?
    pub fn may(&self, permission: Permission, scope: Scope) -> bool {
        parts(scope).all(|part| self.holds(permission, part, Written::Anything))
    }

    /// May they do this with some of what a scope covers, if what they write fits? Where they may not, the
    /// answer is no before anything is looked at.
    pub fn may_ever(&self, permission: Permission, scope: Scope) -> bool {
        parts(scope).any(|part| self.holds(permission, part, Written::SomethingThatFits))
    }

    /// Do they know that the calendar is there? They do if they see more of it than who is busy when, or may
    /// write there what they like.
    pub fn knows(&self) -> bool {
        let is_granted = |permission: Permission, part| {
            let is_free_busy = permission == Permission::Search && part == Part::FreeBusy;
            !is_free_busy && self.holds(permission, part, Written::Anything)
        };
        Permission::ALL.into_iter().any(|permission| Part::all().any(|part| is_granted(permission, part)))
    }

    fn holds_all(&self, permission: Permission, object: &Facts, written: Written<'_>) -> bool {
        Part::of(object.kind, object.is_public).iter().all(|part| self.holds(permission, *part, written))
    }

    fn holds(&self, permission: Permission, part: Part, written: Written<'_>) -> bool {
        let is_said = |effect: Effect, is_decreed: bool| {
            self.rules.iter().any(|rule| {
                rule.effect == effect
                    && rule.is_decreed == is_decreed
                    && rule.permissions.contains(&permission)
                    && rule.scopes.iter().any(|scope| scope.covers(part))
                    && written.is_met_by(permission, rule)
            })
        };
        if is_said(Effect::Deny, true) {
            return false;
        }
        is_said(Effect::Grant, true) || (!is_said(Effect::Deny, false) && is_said(Effect::Grant, false))
    }
}

fn parts(scope: Scope) -> impl Iterator<Item = Part> {
    Part::all().filter(move |part| scope.covers(*part))
}

/// What will be there when the command is done: restrictions speak of it.
#[derive(Clone, Copy)]
enum Written<'w> {
    /// Nothing is written.
    Nothing,
    /// This is.
    This(&'w Facts),
    /// It may be anything: a grant holds only if it has no restriction, a denial in any case.
    Anything,
    /// It is what would be granted: the other way about.
    SomethingThatFits,
}

impl Written<'_> {
    fn is_met_by<P>(self, permission: Permission, rule: &Rule<P>) -> bool {
        let is_free =
            rule.restrictions.is_empty() || !matches!(permission, Permission::Create | Permission::Modify);
        match self {
            Self::Nothing => true,
            Self::This(facts) => is_free || rule.fits(facts),
            Self::Anything => is_free || rule.effect == Effect::Deny,
            Self::SomethingThatFits => is_free || rule.effect == Effect::Grant,
        }
    }
}
