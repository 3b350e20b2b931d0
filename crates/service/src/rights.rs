//! Rights given and taken: the rules that stand for a home or a calendar.

use rights::{Effect as Given, Judge, Permission, Rule, Scope, Who};
use store::{CalendarId, Container, Effect, Expect, PrincipalId, Snapshot, Standing};

use crate::access::{Want, gone, may_set_rules, require};
use crate::actor::Actor;
use crate::error::{Error, Refusal};

/// What people give one another, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// To ask when the owner is busy; the calendar is not seen.
    FreeBusy,
    /// To see when there is something, without what it is.
    Busy,
    /// To see all that is there.
    Read,
    /// To change it, too.
    Write,
    /// To do all that the owner may, but to remove the calendar: to change its settings, and who may do what.
    All,
}

/// The name of the VCAR that these rules are in.
const CARID: &str = "SHARED";

impl Right {
    /// All of them, each behind those that it contains.
    pub const EACH: [Self; 5] = [Self::FreeBusy, Self::Busy, Self::Read, Self::Write, Self::All];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::FreeBusy => "free-busy",
            Self::Busy => "busy",
            Self::Read => "read",
            Self::Write => "write",
            Self::All => "all",
        }
    }

    /// The rules that give it to somebody.
    pub fn rules<P: Copy>(self, who: Who<P>) -> Vec<Rule<P>> {
        let grant = |permissions: &[Permission], scopes: &[Scope]| {
            Rule::grant(CARID, who, permissions.iter().copied(), scopes.iter().copied())
        };
        let read = || grant(&[Permission::Search], &[Scope::Objects, Scope::FreeBusy, Scope::Settings]);
        match self {
            Self::FreeBusy => vec![grant(&[Permission::Search], &[Scope::FreeBusy])],
            Self::Busy => {
                vec![grant(&[Permission::Search], &[Scope::Times, Scope::FreeBusy, Scope::Settings])]
            }
            Self::Read => vec![read()],
            Self::Write => {
                let write = [Permission::Create, Permission::Delete, Permission::Modify];
                vec![read(), grant(&write, &[Scope::Objects])]
            }
            Self::All => vec![grant(&Permission::ALL, &[Scope::All])],
        }
    }

    /// The right that rules are, all of which name one and the same.
    pub fn of<P: Copy + PartialEq>(rules: &[&Rule<P>]) -> Option<Self> {
        let who = rules.first()?.who;
        Self::EACH.into_iter().find(|right| {
            let wanted = right.rules(who);
            let is_there = |wanted: &Rule<P>| {
                rules.iter().any(|rule| Rule { carid: CARID.to_owned(), ..(*rule).clone() } == *wanted)
            };
            wanted.len() == rules.len() && wanted.iter().all(is_there)
        })
    }
}

impl Actor<'_> {
    /// What the Actor may do in a calendar.
    ///
    /// # Errors
    /// There is no such calendar, or the store cannot be read.
    pub fn rights(self, calendar: CalendarId) -> Result<Judge<PrincipalId>, Error> {
        Ok(self.reading(calendar)?.judge)
    }

    /// The rules that stand for a calendar: its own, and those of its home.
    ///
    /// # Errors
    /// The Actor may not see them, there is no such calendar, or the store cannot be read.
    pub fn rules_for(self, calendar: CalendarId) -> Result<Vec<Standing>, Error> {
        let view = self.view(calendar, Want::Rules)?;
        Ok(view.snapshot.rules_for(&view.calendar)?)
    }

    /// The rules that stand at one place.
    ///
    /// # Errors
    /// The Actor may not see them, there is no such place, or the store cannot be read.
    pub fn rules(self, container: Container) -> Result<Vec<Standing>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Err(gone()) };
        let (_, judge) = self.judge_at(&snapshot, container)?;
        require(judge.may(Permission::Search, Scope::Rules), &judge)?;
        Ok(snapshot.rules(container)?)
    }

    /// Gives somebody a right at a place, in the place of all that was given to them there; `None`: nothing.
    ///
    /// # Errors
    /// The Actor may not do that, there is no such place, or the store cannot be written.
    pub fn share(
        self,
        container: Container,
        who: Who<PrincipalId>,
        right: Option<Right>,
        line: &str,
    ) -> Result<(), Error> {
        if let (Container::Home(home), Who::Principal(who)) = (container, who) {
            return self.share_home(home, who, right, line);
        }
        let rules = right.map(|right| right.rules(who)).unwrap_or_default();
        let is_replaced = |rule: &Rule<PrincipalId>| rule.effect == Given::Grant && rule.who == who;
        self.set_rules(container, is_replaced, &rules, line)
    }

    /// Puts rules in the place of some that stand there. What is decreed stays as it is.
    ///
    /// # Errors
    /// The Actor may not do that, there is no such place, or the store cannot be written.
    pub fn set_rules(
        self,
        container: Container,
        is_replaced: impl Fn(&Rule<PrincipalId>) -> bool,
        rules: &[Rule<PrincipalId>],
        line: &str,
    ) -> Result<(), Error> {
        let command = self.command("grant", line);
        self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(gone)?;
            let (home, judge) = self.judge_at(snapshot, container)?;
            require(may_set_rules(&judge), &judge)?;
            if rules.iter().any(|rule| rule.is_decreed) {
                return Err(Refusal::NoRight.into());
            }
            let mut expects = Vec::new();
            if let Container::Calendar(calendar) = container {
                let version = snapshot.calendar(calendar)?.ok_or_else(gone)?.rights_version;
                expects.push(Expect::Rights { calendar, version });
            }
            let mut replaced = snapshot.rules(container)?;
            replaced.retain(|standing| !standing.rule.is_decreed && is_replaced(&standing.rule));
            let mut effects = Vec::new();
            if !replaced.iter().map(|standing| &standing.rule).eq(rules) {
                effects.extend(replaced.iter().map(|standing| Effect::RemoveRule(standing.id)));
                effects.extend(rules.iter().map(|rule| Effect::AddRule { container, rule: rule.clone() }));
                effects.extend(self.noted(Some(home)));
            }
            Ok((expects, effects, ()))
        })?;
        Ok(())
    }

    /// Whose home it is, and the judge of what the Actor may do there.
    pub(crate) fn judge_at(
        self,
        snapshot: &Snapshot,
        container: Container,
    ) -> Result<(PrincipalId, Judge<PrincipalId>), Error> {
        match container {
            Container::Home(home) => {
                let nobody = || Error::NotFound("nobody has this home".to_owned());
                snapshot.principal(home)?.ok_or_else(nobody)?;
                Ok((home, self.judge_of_home(snapshot, home)?))
            }
            Container::Calendar(calendar) => {
                let calendar = snapshot.calendar(calendar)?.ok_or_else(gone)?;
                Ok((calendar.home, self.judge_of(snapshot, &calendar)?))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rights::{Asker, Facts, Sight};

    use super::*;

    #[test]
    fn each_right_contains_those_before_it() {
        let event = Facts { kind: ical::ComponentKind::Event, is_public: false, method: None };
        let bob = Asker { principal: Some("bob"), groups: &[], is_owner: false };
        let answers = Right::EACH.map(|right| {
            let judge = Judge::new(right.rules(Who::Principal("bob")), &bob);
            let may = [
                judge.may(Permission::Search, Scope::FreeBusy),
                judge.may(Permission::Search, Scope::Settings),
                judge.may_create(&event),
                judge.may_modify(&event, &event),
                judge.may_delete(&event),
                may_set(&judge),
            ];
            (judge.sight(&event), may)
        });
        let [f, t] = [false, true];
        assert_eq!(
            answers,
            [
                (Sight::Nothing, [t, f, f, f, f, f]),
                (Sight::Busy, [t, t, f, f, f, f]),
                (Sight::Whole, [t, t, f, f, f, f]),
                (Sight::Whole, [t, t, t, t, t, f]),
                (Sight::Whole, [t, t, t, t, t, t]),
            ]
        );
    }

    fn may_set(judge: &Judge<&str>) -> bool {
        judge.may(Permission::Modify, Scope::Rules)
    }

    #[test]
    fn a_right_is_known_by_its_rules() {
        for right in Right::EACH {
            let rules = right.rules(Who::Principal(1));
            assert_eq!(Right::of(&rules.iter().collect::<Vec<_>>()), Some(right));
            assert_eq!(Right::of(&rules.iter().skip(1).collect::<Vec<_>>()), None);
        }
    }
}
