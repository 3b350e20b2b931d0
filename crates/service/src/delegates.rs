//! Delegates: who acts for somebody. They are who has certain rules in a home, and for messages at its inbox and outbox, for rules of a
//! home say nothing of these.

use std::collections::BTreeSet;

use rights::{Asker, Effect as Given, Judge, Permission, Rule, Scope, Who};
use store::{
    CalendarId, Collection, Container, Effect, Expect, Principal, PrincipalId, Snapshot, Standing, State,
};

use crate::access::{gone, may_set_rules, require};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::rights::Right;

/// What somebody may do for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Delegation {
    /// To see all of their calendars.
    Read,
    /// To change them, too, to see what comes to them, and to send in their name.
    Write,
}

/// The name of the VCAR that these rules are in.
const CARID: &str = "DELEGATE";

/// To write something, whatever it is.
const WRITING: [Permission; 3] = [Permission::Create, Permission::Modify, Permission::Delete];

/// What a delegate sees of each calendar: all but what is private, of which they see when it is.
const SEEN: [Scope; 4] = [Scope::Public, Scope::Times, Scope::FreeBusy, Scope::Settings];

/// Rules, each with where it stands.
type Placed = Vec<(Container, Rule<PrincipalId>)>;

/// Where the rules of a delegate stand: in a home, and at its collections of messages.
struct Places {
    home: PrincipalId,
    inbox: Option<CalendarId>,
    outbox: Option<CalendarId>,
}

impl Delegation {
    /// Both of them.
    pub const EACH: [Self; 2] = [Self::Read, Self::Write];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// The rules that give it to somebody, each with its place. Who writes may write what they do not see: what they see in part only
    /// is kept from them by that alone, and clients ask what may be written at all.
    fn rules(self, who: PrincipalId, places: &Places) -> Placed {
        let grant = |permissions: &[Permission], scopes: &[Scope]| {
            let (permissions, scopes) = (permissions.iter().copied(), scopes.iter().copied());
            Rule::grant(CARID, Who::Principal(who), permissions, scopes)
        };
        let home = Container::Home(places.home);
        let mut rules = vec![(home, grant(&[Permission::Search], &SEEN))];
        if self == Self::Write {
            rules.push((home, grant(&WRITING, &[Scope::Objects])));
            let messages = [(places.inbox, Permission::Delete), (places.outbox, Permission::Create)];
            for (place, permission) in messages {
                let Some(place) = place.map(Container::Calendar) else { continue };
                rules.push((place, grant(&[Permission::Search], &[Scope::Public, Scope::Settings])));
                rules.push((place, grant(&[permission], &[Scope::Objects])));
            }
        }
        rules
    }

    /// What rules of a home are that all name one and the same, where they were made to give this.
    pub fn of(home: PrincipalId, rules: &[&Rule<PrincipalId>]) -> Option<Self> {
        let Who::Principal(who) = rules.first()?.who else { return None };
        let places = Places { home, inbox: None, outbox: None };
        Self::EACH.into_iter().find(|one| {
            let wanted = one.rules(who, &places);
            wanted.len() == rules.len() && wanted.iter().all(|(_, rule)| rules.contains(&rule))
        })
    }
}

/// The rules of a home and of its collections of messages.
struct Rules {
    places: Places,
    all: Vec<Standing>,
}

impl Rules {
    fn of(snapshot: &Snapshot, home: PrincipalId) -> Result<Self, Error> {
        let collection = |which| snapshot.collection_of_messages(home, which);
        let inbox = collection(Collection::Inbox)?.map(|inbox| inbox.id);
        let outbox = collection(Collection::Outbox)?.map(|outbox| outbox.id);
        let mut all = snapshot.rules(Container::Home(home))?;
        for place in [inbox, outbox].into_iter().flatten() {
            all.extend(snapshot.rules(Container::Calendar(place))?);
        }
        Ok(Self { places: Places { home, inbox, outbox }, all })
    }

    /// Those who are named in the home, each once, in the order in which they came.
    fn named(&self) -> Vec<PrincipalId> {
        let mut named = Vec::new();
        for standing in self.all.iter().filter(|one| matches!(one.container, Container::Home(_))) {
            match standing.rule.who {
                Who::Principal(who) if !named.contains(&who) => named.push(who),
                _ => {}
            }
        }
        named
    }

    /// What somebody may do for the owner, who is in these groups. What whoever has signed in may do makes nobody a delegate.
    fn delegation(&self, who: PrincipalId, groups: &[PrincipalId]) -> Option<Delegation> {
        let asker = Asker { principal: Some(who), groups, is_owner: false };
        let judge = |place: Container| {
            let there = self.all.iter().filter(|one| one.container == place).map(|one| &one.rule);
            let there = there.filter(|rule| matches!(rule.who, Who::Principal(_)));
            Judge::new(there.cloned(), &asker)
        };
        let home = judge(Container::Home(self.places.home));
        let sees = SEEN.into_iter().all(|scope| home.may(Permission::Search, scope));
        let writes = WRITING.into_iter().all(|permission| home.may(permission, Scope::Objects));
        let outbox = self.places.outbox.map(Container::Calendar).map(judge);
        let sends = outbox.is_some_and(|outbox| outbox.may(Permission::Create, Scope::Objects));
        sees.then_some(if writes && sends { Delegation::Write } else { Delegation::Read })
    }
}

impl Actor<'_> {
    /// Those who act for somebody, each with what they may, in the order in which they were named.
    ///
    /// # Errors
    /// The Actor may not see the rules of the home, nobody has it, or the store cannot be read.
    pub fn delegates(self, home: PrincipalId) -> Result<Vec<(Principal, Delegation)>, Error> {
        let snapshot = self.snapshot()?.ok_or_else(gone)?;
        let (_, judge) = self.judge_at(&snapshot, Container::Home(home))?;
        require(judge.may(Permission::Search, Scope::Rules), &judge)?;
        let rules = Rules::of(&snapshot, home)?;
        let mut found = Vec::new();
        for who in rules.named() {
            let Some(delegation) = rules.delegation(who, &[]) else { continue };
            let principal = snapshot.principal(who)?.filter(|one| self.sees(one));
            found.extend(principal.map(|principal| (principal, delegation)));
        }
        Ok(found)
    }

    /// For whom the Actor's principal may act, themselves or as a member of groups, each with what they may.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn acts_for(self) -> Result<Vec<(Principal, Delegation)>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let groups = snapshot.groups_around(self.principal)?;
        let mut homes = BTreeSet::new();
        for named in groups.iter().copied().chain([self.principal]) {
            homes.extend(snapshot.homes_naming(named)?);
        }
        homes.remove(&self.principal);
        let mut found = Vec::new();
        for home in homes {
            // What was given by one who was removed is good for nothing until they are back.
            let owner = snapshot.principal(home)?.filter(|one| one.profile.state != State::Removed);
            let Some(owner) = owner.filter(|owner| owner.profile.name.is_some()) else { continue };
            let delegation = Rules::of(&snapshot, home)?.delegation(self.principal, &groups);
            found.extend(delegation.map(|delegation| (owner, delegation)));
        }
        Ok(found)
    }

    /// May the Actor say who acts for somebody?
    ///
    /// # Errors
    /// Nobody has this home, or the store cannot be read.
    pub fn may_set_delegates(self, home: PrincipalId) -> Result<bool, Error> {
        let snapshot = self.snapshot()?.ok_or_else(gone)?;
        Ok(may_set_rules(&self.judge_at(&snapshot, Container::Home(home))?.1))
    }

    /// Lets these and no others act for somebody in one way; who is named and did so in the other changes to this one.
    ///
    /// # Errors
    /// The Actor may not set rules there, there are too many, or the store cannot be written.
    pub fn set_delegates(
        self,
        home: PrincipalId,
        delegation: Delegation,
        members: &[PrincipalId],
        line: &str,
    ) -> Result<(), Error> {
        self.give(home, line, |rules| {
            let has = |who: PrincipalId| rules.delegation(who, &[]) == Some(delegation);
            let out = rules.named().into_iter().filter(|who| has(*who) && !members.contains(who));
            let new = members.iter().filter(|who| !has(**who));
            let new = new.map(|who| (*who, delegation.rules(*who, &rules.places)));
            out.map(|who| (who, Vec::new())).chain(new).collect()
        })
    }

    /// Lets somebody act for another, in the place of all that they were granted in the home.
    ///
    /// # Errors
    /// The Actor may not set rules there, there are too many, or the store cannot be written.
    pub fn delegate(
        self,
        home: PrincipalId,
        who: PrincipalId,
        delegation: Delegation,
        line: &str,
    ) -> Result<(), Error> {
        self.give(home, line, |rules| vec![(who, delegation.rules(who, &rules.places))])
    }

    /// Gives somebody a right to all calendars of a home, in the place of all that was given to them there: who acted for its owner
    /// does not any more.
    pub(crate) fn share_home(
        self,
        home: PrincipalId,
        who: PrincipalId,
        right: Option<Right>,
        line: &str,
    ) -> Result<(), Error> {
        let rules = right.map(|right| right.rules(Who::Principal(who))).unwrap_or_default();
        let rules = || rules.iter().map(|rule| (Container::Home(home), rule.clone()));
        self.give(home, line, |there| {
            // What they have by an entry of an access control list where messages are is another matter.
            let is_other =
                |one: &&Standing| one.container != Container::Home(home) && one.rule.carid != CARID;
            let others = there.all.iter().filter(is_other).filter(|one| one.rule.who == Who::Principal(who));
            vec![(who, rules().chain(others.map(|one| (one.container, one.rule.clone()))).collect())]
        })
    }

    /// Asks whether the Actor may send in somebody's name: for others their outbox says so (RFC 6638 6.2). What has to stay so until
    /// it is sent.
    pub(crate) fn must_send_for(
        self,
        snapshot: &Snapshot,
        home: PrincipalId,
    ) -> Result<Option<Expect>, Error> {
        if self.owns(home) {
            return Ok(None);
        }
        let outbox = snapshot.collection_of_messages(home, Collection::Outbox)?.ok_or(Refusal::NoRight)?;
        match self.judge_of(snapshot, &outbox)?.may(Permission::Create, Scope::Objects) {
            true => Ok(Some(Expect::Rights { calendar: outbox.id, version: outbox.rights_version })),
            false => Err(Refusal::NoRight.into()),
        }
    }

    /// Puts rules in the place of those that grant something to some, in a home and where its messages are.
    fn give(
        self,
        home: PrincipalId,
        line: &str,
        decide: impl Fn(&Rules) -> Vec<(PrincipalId, Placed)>,
    ) -> Result<(), Error> {
        let command = self.command("grant", line);
        self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(gone)?;
            let (_, judge) = self.judge_at(snapshot, Container::Home(home))?;
            if !may_set_rules(&judge) {
                return Err(Refusal::NoRight.into());
            }
            let rules = Rules::of(snapshot, home)?;
            let mut changes = Vec::new();
            let named = rules.named();
            let mut members: BTreeSet<PrincipalId> = named.iter().copied().collect();
            // Who owns it all can be given nothing.
            for (who, wanted) in decide(&rules).into_iter().filter(|(who, _)| *who != home) {
                match wanted.is_empty() {
                    false => members.insert(who),
                    true => members.remove(&who),
                };
                changes.extend(rules.change(who, &wanted));
            }
            let most = self.options().group_members;
            if members.len() > most.max(named.len()) {
                return Err(Refusal::TooMany { what: "members of a group", most }.into());
            }
            let mut expects = Vec::new();
            for id in [rules.places.inbox, rules.places.outbox].into_iter().flatten() {
                let place = snapshot.calendar(id)?.ok_or_else(gone)?;
                // Rules of a home say nothing of messages, so who may set the one may not set the other.
                if changes.iter().any(|(container, _)| *container == Container::Calendar(id)) {
                    let judge = self.judge_of(snapshot, &place)?;
                    require(may_set_rules(&judge), &judge)?;
                }
                // Each rule that changes in the home counts there, too.
                expects.push(Expect::Rights { calendar: id, version: place.rights_version });
            }
            let mut effects: Vec<Effect> = changes.into_iter().map(|(_, effect)| effect).collect();
            if !effects.is_empty() {
                effects.extend(self.noted(Some(home)));
            }
            Ok((expects, effects, ()))
        })?;
        Ok(())
    }
}

impl Rules {
    /// What leaves somebody with what is wanted alone, each with its place.
    fn change(
        &self,
        who: PrincipalId,
        wanted: &[(Container, Rule<PrincipalId>)],
    ) -> Vec<(Container, Effect)> {
        let is_replaced = |rule: &Rule<PrincipalId>| {
            rule.effect == Given::Grant && rule.who == Who::Principal(who) && !rule.is_decreed
        };
        let replaced: Vec<&Standing> = self.all.iter().filter(|one| is_replaced(&one.rule)).collect();
        let is_there = |(container, rule): &(Container, Rule<PrincipalId>)| {
            replaced.iter().any(|one| one.container == *container && one.rule == *rule)
        };
        let is_wanted = |one: &&&Standing| {
            wanted.iter().any(|(container, rule)| one.container == *container && one.rule == *rule)
        };
        let out = replaced.iter().filter(|one| !is_wanted(one));
        let out = out.map(|one| (one.container, Effect::RemoveRule(one.id)));
        let new = wanted.iter().filter(|new| !is_there(new)).cloned();
        out.chain(new.map(|(container, rule)| (container, Effect::AddRule { container, rule }))).collect()
    }
}
