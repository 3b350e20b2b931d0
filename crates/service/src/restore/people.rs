//! The people of a backup: who they are here. Those who are not come back, with their addresses and credentials.

use store::{Clash, Effect, Expect, Principal, PrincipalId, Profile, Snapshot, State};

use super::merge::{Home, Merge, TRIES};
use crate::error::Error;

impl Merge<'_> {
    /// Finds who each is here, and makes who is missing.
    pub(super) fn people(&mut self) -> Result<(), Error> {
        for theirs in self.there.principals()? {
            let home =
                if theirs.profile.state == State::Removed { Home::Removed } else { self.home(&theirs)? };
            self.homes.push((theirs.id, home));
        }
        Ok(())
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
