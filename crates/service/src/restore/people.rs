//! The people of a backup: who they are here. Those who are not come back, with their addresses, credentials, rules, and how they
//! are booked.

use rights::{Rule, Who};
use store::{
    Calendar, CalendarId, Clash, Collection, Container, Effect, Expect, Mode, Principal, PrincipalId,
    Profile, Reception, Settings, Snapshot, State,
};

use super::merge::{Home, Merge, TRIES};
use crate::error::Error;
use crate::groups::is_within;

impl Merge<'_> {
    /// Finds who each is here, and makes who is missing.
    pub(super) fn people(&mut self) -> Result<(), Error> {
        let mut back = Vec::new();
        for theirs in self.there.principals()? {
            let before = self.restored.people;
            let home =
                if theirs.profile.state == State::Removed { Home::Removed } else { self.home(&theirs)? };
            self.homes.push((theirs.id, home));
            if let (true, Home::Here(here)) = (self.restored.people > before, home) {
                back.push((theirs.id, here));
            }
        }
        // A rule names others, and so does a group: all have to be there.
        self.members(&back)?;
        for (theirs, here) in back {
            self.rules_of(Container::Home(theirs), Container::Home(here))?;
            self.messages_of(theirs, here)?;
            self.reception_of(theirs, here)?;
        }
        Ok(())
    }

    /// Who may act for whoever came back is said where their messages are, too.
    fn messages_of(&mut self, theirs: PrincipalId, here: PrincipalId) -> Result<(), Error> {
        for which in [Collection::Inbox, Collection::Outbox] {
            let Some(there) = self.there.collection_of_messages(theirs, which)? else { continue };
            let now = self.actor.snapshot()?;
            let ours = now.map(|now| now.collection_of_messages(here, which)).transpose()?.flatten();
            let Some(ours) = ours else { continue };
            self.rules_of(Container::Calendar(there.id), Container::Calendar(ours.id))?;
        }
        Ok(())
    }

    /// How whoever came back is booked, and when they are there at all. Into which calendar what they are invited to comes is theirs
    /// to say again: calendars come back after people.
    fn reception_of(&mut self, theirs: PrincipalId, here: PrincipalId) -> Result<(), Error> {
        let mut reception = Reception { calendar: None, ..self.there.reception(theirs)? };
        let booking = &mut reception.booking;
        // Where nobody is left who may book, nobody may: it is not opened to all by that.
        if let Some(bookers) = booking.bookers {
            booking.bookers = self.here(bookers);
            booking.mode = booking.bookers.map_or(Some(Mode::Never), |_| booking.mode);
        }
        booking.moderator = booking.moderator.and_then(|moderator| self.here(moderator));
        let is_said = reception != Reception::default();
        let effect = Effect::SetReception { principal: here, reception: Box::new(reception) };
        self.hand_over(Vec::new(), is_said.then_some(effect).into_iter().collect(), Some(self.done)).map(drop)
    }

    /// Who somebody of the backup is here.
    fn here(&self, theirs: PrincipalId) -> Option<PrincipalId> {
        let home = self.homes.iter().find(|(there, _)| *there == theirs)?;
        match home.1 {
            Home::Here(here) => Some(here),
            Home::Nowhere | Home::Removed => None,
        }
    }

    /// Who came back is in the groups again that they were in; a group that came back has its members.
    fn members(&mut self, back: &[(PrincipalId, PrincipalId)]) -> Result<(), Error> {
        let is_back = |theirs: PrincipalId| back.iter().any(|(there, _)| *there == theirs);
        for (theirs, _) in &self.homes.clone() {
            for member in self.there.members_of(*theirs)? {
                let (Some(group), Some(ours)) = (self.here(*theirs), self.here(member)) else { continue };
                let Some(now) = self.actor.snapshot()?.filter(|_| is_back(*theirs) || is_back(member)) else {
                    continue;
                };
                if !now.members_of(group)?.contains(&ours) && !is_within(&now, group, ours)? {
                    let expects = vec![Expect::Directory(now.directory()?)];
                    let effect = Effect::SetMember { group, member: ours, is_in: true };
                    self.hand_over(expects, vec![effect], Some(self.done))?;
                }
            }
        }
        Ok(())
    }

    /// Gives a place of who came back the rules that it had, and no others.
    fn rules_of(&mut self, theirs: Container, container: Container) -> Result<(), Error> {
        let wanted = self.rules(theirs)?;
        let ours = self.actor.snapshot()?.map(|snapshot| snapshot.rules(container)).transpose()?;
        let ours = ours.unwrap_or_default();
        let lacking = wanted.iter().filter(|rule| ours.iter().all(|one| one.rule != **rule));
        let mut effects: Vec<_> =
            lacking.map(|rule| Effect::AddRule { container, rule: rule.clone() }).collect();
        let more = ours.iter().filter(|one| !wanted.contains(&one.rule));
        effects.extend(more.map(|one| Effect::RemoveRule(one.id)));
        self.hand_over(Vec::new(), effects, Some(self.done)).map(drop)
    }

    /// A calendar that comes back, with the rules that it had.
    pub(super) fn made(
        &self,
        theirs: &Calendar,
        home: PrincipalId,
        settings: Settings,
    ) -> Result<Vec<Effect>, Error> {
        let container = Container::Calendar(CalendarId::MADE);
        let rules = self.rules(Container::Calendar(theirs.id))?.into_iter();
        let made = [Effect::MakeCalendar { home, settings }];
        Ok(made.into_iter().chain(rules.map(|rule| Effect::AddRule { container, rule })).collect())
    }

    /// The rules of a place of the backup, as they name people here. What is said of who is not here is left out.
    fn rules(&self, there: Container) -> Result<Vec<Rule<PrincipalId>>, Error> {
        let rules = self.there.rules(there)?.into_iter().map(|standing| standing.rule);
        let here = |rule: Rule<PrincipalId>| {
            let who = match rule.who {
                Who::Principal(theirs) => Who::Principal(self.here(theirs)?),
                other => other,
            };
            Some(Rule { who, ..rule })
        };
        Ok(rules.filter_map(here).collect())
    }

    fn home(&mut self, theirs: &Principal) -> Result<Home, Error> {
        for _ in 0..TRIES {
            let here = self.actor.snapshot()?;
            let found = here.as_ref().map(|here| namesake(here, theirs)).transpose()?.flatten();
            let is_named = theirs.profile.name.is_some();
            match &found {
                Some(ours) if ours.profile.state == State::Removed => return Ok(Home::Removed),
                Some(ours) if ours.profile.name.is_some() || !is_named => return Ok(Home::Here(ours.id)),
                None if theirs.id == PrincipalId::OWNER && !is_named => return Ok(Home::Here(theirs.id)),
                _ => {}
            }
            self.restored.people += 1;
            if self.restore.is_dry {
                return Ok(found.map_or(Home::Nowhere, |ours| Home::Here(ours.id)));
            }
            // Where there is no store yet, its owner is there as soon as it is.
            let ours = found.map(|ours| ours.id).or((theirs.id == PrincipalId::OWNER).then_some(theirs.id));
            let effects = self.back(here.as_ref(), theirs, ours)?;
            let expects = here.map(|here| here.directory().map(Expect::Directory)).transpose()?;
            match self.hand_over(expects.into_iter().collect(), effects, Some(self.done)) {
                Err(Error::Unavailable(store::Error::Conflict(Clash::Directory))) => {
                    self.restored.people -= 1;
                }
                handed_over => {
                    let made = handed_over?.principals.first().copied();
                    return Ok(made.or(ours).map_or(Home::Nowhere, Home::Here));
                }
            }
        }
        Err(store::Error::Busy.into())
    }

    /// What brings somebody back: as much of it as nobody else has by now.
    fn back(
        &self,
        here: Option<&Snapshot>,
        theirs: &Principal,
        ours: Option<PrincipalId>,
    ) -> Result<Vec<Effect>, Error> {
        let mut addresses = Vec::new();
        for (address, is_verified) in &theirs.profile.addresses {
            let taken = here.map(|here| here.principal_at(address)).transpose()?.flatten();
            if taken.is_none_or(|taken| Some(taken.id) == ours) {
                addresses.push((address.clone(), *is_verified));
            }
        }
        let profile = Profile { addresses, ..theirs.profile.clone() };
        let mut effects = vec![match ours {
            Some(principal) => Effect::SetPrincipal { principal, profile },
            None => Effect::MakePrincipal(profile),
        }];
        let principal = ours.unwrap_or(PrincipalId::MADE);
        for credential in self.there.credentials(theirs.id)? {
            let store::Credential { kind, label, verifier, expires, .. } = credential;
            let known = here.map(|here| here.credential(kind, &verifier)).transpose()?.flatten();
            if known.is_none() {
                effects.push(Effect::SetCredential { principal, kind, label, verifier, expires });
            }
        }
        Ok(effects)
    }
}

/// Who somebody of the backup is here: the owner the owner, everybody else who has their name.
fn namesake(here: &Snapshot, theirs: &Principal) -> Result<Option<Principal>, Error> {
    Ok(match &theirs.profile.name {
        _ if theirs.id == PrincipalId::OWNER => here.principal(PrincipalId::OWNER)?,
        Some(name) => here.principal_named(name)?,
        None => None,
    })
}
