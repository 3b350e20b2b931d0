//! Who acts: who signed in, for whom they act, with what scope. Every use case hangs on one.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use ical::civil::Timestamp;
use store::{Act, ChangeSet, Clash, Command, Effect, Expect, Key, Outcome, PrincipalId, Snapshot};

use crate::Service;
use crate::error::Error;
use crate::names::Names;
use crate::options::Options;
use crate::principals::nobody_is;
use crate::scheduling::{Telling, owing_of};

/// Who acts in one request.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'s> {
    pub(crate) service: &'s Service,
    pub(crate) principal: PrincipalId,
    pub(crate) standing: Standing,
    pub(crate) telling: Telling,
}

/// What an Actor leaves with whoever asks on in its name: between two pages of a long answer.
#[derive(Clone, Copy, Debug)]
pub struct Badge {
    pub(crate) principal: PrincipalId,
    pub(crate) standing: Standing,
}

/// What an Actor is to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Somebody who has a home there.
    Principal,
    /// Whoever can open the folder, in the place of somebody: with their rights, and what is done is noted.
    InPlace,
    /// Whoever can open the folder, and keeps what is in it.
    Keeper,
}

/// So often a use case decides again when it lost a race.
pub(crate) const TRIES: usize = 5;
/// Whoever lost so many races writes alone.
const PATIENT: usize = 2;

impl<'s> Actor<'s> {
    pub(crate) const fn new(service: &'s Service, principal: PrincipalId, standing: Standing) -> Self {
        Self { service, principal, standing, telling: Telling::All }
    }

    /// The same, with others hearing of what it does no more than so.
    #[must_use]
    pub const fn telling(self, telling: Telling) -> Self {
        Self { telling, ..self }
    }

    /// Whoever keeps the store, in the home of another: what is made there is made in that home, the acts stay the owner's.
    ///
    /// # Errors
    /// The Actor does not keep the store.
    pub fn in_home_of(self, home: PrincipalId) -> Result<Self, Error> {
        self.must_keep()?;
        Ok(Self { principal: home, ..self })
    }

    /// Whoever keeps the store, in the place of who has a name or an address: what is done is done by them, as their rights allow,
    /// and noted. In the owner's place they are at home.
    ///
    /// # Errors
    /// There is nobody of the name, they were removed, or the Actor does not keep the store.
    pub fn in_place_of(self, name: &str) -> Result<Self, Error> {
        self.must_keep()?;
        let snapshot = self.snapshot()?.ok_or_else(|| nobody_is(name))?;
        let principal = self.is_here(&snapshot, name)?.id;
        let standing = if principal == PrincipalId::OWNER { Standing::Principal } else { Standing::InPlace };
        Ok(Self { principal, standing, ..self })
    }

    /// Whose home is meant.
    pub const fn principal_id(self) -> PrincipalId {
        self.principal
    }

    /// What is in the store now; `None` where nothing was ever written.
    pub(crate) fn snapshot(self) -> Result<Option<Snapshot>, Error> {
        Ok(self.service.store.snapshot()?)
    }

    /// What the clock of the service says.
    pub fn now(self) -> Timestamp {
        self.service.now()
    }

    /// Limits and terms of the service.
    pub const fn options(self) -> &'s Options {
        &self.service.options
    }

    /// What [`Service::actor`] knows it by.
    pub const fn badge(self) -> Badge {
        Badge { principal: self.principal, standing: self.standing }
    }

    /// A command that begins now.
    pub(crate) fn command(self, verb: &'static str, line: impl Into<String>) -> Command {
        Command { key: self.key(), verb, line: line.into(), undoes: None }
    }

    pub(crate) fn key(self) -> Key {
        self.service.names.key(self.now())
    }

    /// A set of an act within a command.
    pub(crate) fn change_set(
        self,
        command: &Command,
        expects: Vec<Expect>,
        mut effects: Vec<Effect>,
    ) -> ChangeSet {
        let is_noted = effects.iter().any(|effect| matches!(effect, Effect::Audit { .. }));
        if !is_noted {
            effects.extend(self.noted(Some(self.principal)));
        }
        let act = Act {
            key: Names::act_key(self.now()),
            command: command.clone(),
            principal: match self.standing {
                Standing::Keeper => PrincipalId::OWNER,
                Standing::Principal | Standing::InPlace => self.principal,
            },
            at: self.now(),
            versions: self.service.options.history_versions,
        };
        ChangeSet { act: Some(act), expects, effects }
    }

    /// Decides from a fresh snapshot and hands the set over, and decides again where another was faster; then delivers what is owed
    /// for it. Where nothing is to be done, nothing is written.
    pub(crate) fn decide<T>(
        self,
        command: &Command,
        mut decide: impl FnMut(Option<&Snapshot>) -> Result<(Vec<Expect>, Vec<Effect>, T), Error>,
    ) -> Result<(Outcome, T), Error> {
        let mut owing = BTreeSet::new();
        let settled = self.settle(command, |snapshot| {
            let decided = decide(snapshot)?;
            owing = owing_of(&decided.1);
            Ok(decided)
        })?;
        self.deliver(owing);
        Ok(settled)
    }

    /// The same, and what is owed stays so.
    pub(crate) fn settle<T>(
        self,
        command: &Command,
        mut decide: impl FnMut(Option<&Snapshot>) -> Result<(Vec<Expect>, Vec<Effect>, T), Error>,
    ) -> Result<(Outcome, T), Error> {
        for attempt in 0..TRIES {
            // Who lost a race waits for their turn, so that those who lose do not hold up each other; and who lost again and again has
            // one alone, before newcomers.
            let _turn =
                (attempt > 0).then(|| self.service.turn.lock().unwrap_or_else(PoisonError::into_inner));
            let is_alone = attempt > PATIENT;
            let _alone = is_alone.then(|| self.service.alone.write().unwrap_or_else(PoisonError::into_inner));
            let _beside =
                (!is_alone).then(|| self.service.alone.read().unwrap_or_else(PoisonError::into_inner));
            let snapshot = self.snapshot()?;
            let (mut expects, effects, decided) = decide(snapshot.as_ref())?;
            self.permit(snapshot.as_ref(), &effects, &mut expects)?;
            drop(snapshot);
            if effects.is_empty() {
                return Ok((Outcome::default(), decided));
            }
            match self.service.store.apply(self.change_set(command, expects, effects)) {
                Ok(outcome) => return Ok((outcome, decided)),
                Err(store::Error::Conflict(
                    Clash::Object(_)
                    | Clash::Calendar(_)
                    | Clash::Command
                    | Clash::Name(_)
                    | Clash::Trash
                    | Clash::Rights(_)
                    | Clash::Rule
                    | Clash::Directory
                    | Clash::File(_)
                    | Clash::Room
                    | Clash::Scheduling(_)
                    | Clash::Message(_)
                    | Clash::Delivery,
                )) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(store::Error::Busy.into())
    }
}
