//! Credentials to an Actor.
//!
//! A name or an address goes with a password or an app password; a token goes alone. Whatever is wrong, the answer is one and
//! takes the same time: nobody learns which names there are. Failures are counted by the minute, for a principal and for the
//! network they come from; what was wrong a moment ago is so again and counts once, for a program that goes on with an old
//! password learns nothing. What was made by chance nobody guesses, so app passwords and tokens are good also while their
//! principal is slowed: a stranger who guesses locks nobody's devices out. A password is then good only from where somebody
//! came in with it before and nobody failed since.

use std::fmt;
use std::net::IpAddr;

use ical::civil::Timestamp;
use ical::value::CalAddress;
use sha2::{Digest, Sha256};
use store::{
    Address, ChangeSet, Credential, CredentialKind, Effect, Principal, PrincipalId, PrincipalKind, Snapshot,
    State,
};

use crate::Service;
use crate::actor::{Actor, Standing};
use crate::doorman::{Network, Who};
use crate::secret::Secret;

/// What somebody shows to be let in.
#[derive(Clone, Copy)]
pub enum Credentials<'c> {
    /// A name or an address, and a password or an app password (RFC 7617).
    Password {
        /// The name, or one of the addresses.
        login: &'c str,
        /// The password.
        secret: &'c Secret,
    },
    /// A token (RFC 6750).
    Token(&'c Secret),
}

/// Without what is secret.
impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password { login, .. } => write!(f, "Password({login:?})"),
            Self::Token(_) => f.write_str("Token(..)"),
        }
    }
}

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum SignIn {
    /// Nobody is called so, or what they show is wrong, is over, or was taken back.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many failures.
    #[error("too many sign-ins have failed: try again in {seconds} seconds")]
    Slowed {
        /// So long at least.
        seconds: u32,
    },
    /// The store did not answer.
    #[error(transparent)]
    Unavailable(#[from] store::Error),
}

/// When a credential was used is noted to this many seconds.
const HOUR: i64 = 3_600;
/// So many seconds, where nobody knows how many.
const SOON: u32 = 1;

impl Service {
    /// Lets somebody in. It may take a while, and wait: no place for it is where others wait for their turn.
    ///
    /// # Errors
    /// They are not let in.
    pub fn sign_in(&self, credentials: &Credentials<'_>, from: Option<IpAddr>) -> Result<Actor<'_>, SignIn> {
        let credential = self.credential(credentials, from)?;
        Ok(Actor::new(self, credential.principal, Standing::Principal))
    }

    /// Lets somebody in for whom a certificate stands that the door believes: by those of its addresses that are theirs, and were
    /// verified. Who guesses has none, so nothing is slowed.
    ///
    /// # Errors
    /// The addresses are nobody's, or several people's, or those of one who is not active, or of a group.
    pub fn sign_in_by_certificate(&self, addresses: &[String]) -> Result<Actor<'_>, SignIn> {
        let found = self.certified(addresses);
        count(&found);
        Ok(Actor::new(self, found?, Standing::Principal))
    }

    /// For whom addresses in a certificate stand.
    fn certified(&self, addresses: &[String]) -> Result<PrincipalId, SignIn> {
        let snapshot = self.store.snapshot()?.ok_or(SignIn::Wrong)?;
        let mut found: Option<Principal> = None;
        for address in addresses.iter().filter(|address| is_mailbox(address)) {
            let Some(principal) = at(&snapshot, address)? else { continue };
            if found.as_ref().is_some_and(|found| found.id != principal.id) {
                return Err(SignIn::Wrong);
            }
            found = Some(principal);
        }
        let may =
            |one: &Principal| one.profile.state == State::Active && one.profile.kind != PrincipalKind::Group;
        Ok(found.filter(may).ok_or(SignIn::Wrong)?.id)
    }

    /// What somebody is let in by, for a door that remembers them: [`Service::resume`].
    ///
    /// # Errors
    /// They are not let in.
    pub fn credential(
        &self,
        credentials: &Credentials<'_>,
        from: Option<IpAddr>,
    ) -> Result<Credential, SignIn> {
        let found = self.recognised(credentials, from);
        count(&found);
        found
    }

    fn recognised(&self, credentials: &Credentials<'_>, from: Option<IpAddr>) -> Result<Credential, SignIn> {
        let now = self.now();
        let from = from.map(Network::of);
        if let Some(from) = from {
            let most = self.options.failed_sign_ins_from;
            self.must_not_be_slowed(&Who::Network(from), most, now)?;
        }
        let snapshot = self.store.snapshot()?;
        let directory = snapshot.as_ref().map(Snapshot::directory).transpose()?.unwrap_or_default();
        let shown = match credentials {
            Credentials::Password { login, secret } => self.doorman.shown(Some(login), secret, directory),
            Credentials::Token(secret) => self.doorman.shown(None, secret, directory),
        };
        if self.doorman.was_wrong(&shown, now) {
            return Err(SignIn::Wrong);
        }
        let found = match credentials {
            Credentials::Password { login, secret } => self.password(snapshot, login, secret, from, now)?,
            Credentials::Token(secret) => token(snapshot.as_ref(), secret, now)?,
        };
        let Some(credential) = found else {
            self.doorman.note_wrong(shown, now);
            if let Some(from) = from {
                self.doorman.note_failure(Who::Network(from), now);
            }
            return Err(SignIn::Wrong);
        };
        self.note_use(&credential, now);
        Ok(credential)
    }

    /// The Actor who was let in by a credential before, as long as it is good: neither changed nor taken back, and its
    /// principal active.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn resume(&self, credential: &Credential) -> Result<Option<Actor<'_>>, crate::Error> {
        let Some(snapshot) = self.store.snapshot()? else { return Ok(None) };
        let now = self.now();
        let same = |one: &Credential| one.id == credential.id && one.verifier == credential.verifier;
        let is_good = |one: &Credential| same(one) && one.expires.is_none_or(|at| now < at);
        let is_there = snapshot.credentials(credential.principal)?.iter().any(is_good)
            && is_active(&snapshot, credential.principal)?;
        Ok(is_there.then(|| Actor::new(self, credential.principal, Standing::Principal)))
    }

    /// Whose password or app password it is, if anybody's.
    fn password(
        &self,
        snapshot: Option<Snapshot>,
        login: &str,
        secret: &Secret,
        from: Option<Network>,
        now: Timestamp,
    ) -> Result<Option<Credential>, SignIn> {
        let principal = snapshot.as_ref().map(|snapshot| called(snapshot, login)).transpose()?.flatten();
        let mut credentials = match (&snapshot, &principal) {
            (Some(snapshot), Some(principal)) => snapshot.credentials(principal.id)?,
            _ => Vec::new(),
        };
        // Hashing takes long, and waits for its turn: there are only so many snapshots, and others read by them.
        drop(snapshot);
        credentials.retain(|credential| credential.expires.is_none_or(|at| now < at));
        let made = secret.made();
        let is_app = |one: &&Credential| {
            one.kind == CredentialKind::App && made.as_ref().is_some_and(|made| *made == one.verifier)
        };
        if let Some(app) = credentials.iter().find(is_app) {
            return Ok(Some(app.clone()));
        }
        let password = credentials.into_iter().find(|one| one.kind == CredentialKind::Password);
        let who = principal.as_ref().map_or_else(|| nobody(login), |found| Who::Principal(found.id));
        let is_known = self.is_known(principal.as_ref(), from, now);
        let may_try = || match is_known {
            true => Ok(()),
            false => self.must_not_be_slowed(&who, self.options.failed_sign_ins, now),
        };
        may_try()?;
        let was_right =
            || password.as_ref().is_some_and(|known| self.doorman.was_right(secret, &known.verifier, now));
        if !was_right() {
            // One after the other: so guesses that are made at once are counted, and who is right is hashed once.
            let Some(turn) = self.doorman.turn() else { return Err(SignIn::Slowed { seconds: SOON }) };
            may_try()?;
            let is_right = secret.is_password()
                && match &password {
                    Some(known) => was_right() || turn.hash(|| secret.is_known_by(&known.verifier)),
                    None => {
                        // It takes as long as if there were one.
                        let _ = turn.hash(|| secret.hash());
                        false
                    }
                };
            if !is_right {
                self.doorman.note_failure(who, now);
                return Ok(None);
            }
        }
        if let Some(known) = &password {
            self.doorman.note_right(secret, &known.verifier, now);
            from.inspect(|from| self.doorman.note_came_in(known.principal, *from, now));
        }
        Ok(password)
    }

    /// Did this principal come in from there before, and has nobody failed there since?
    fn is_known(&self, principal: Option<&Principal>, from: Option<Network>, now: Timestamp) -> bool {
        let (Some(principal), Some(from)) = (principal, from) else { return false };
        self.doorman.has_come_in(principal.id, from, now)
            && !self.doorman.has_failed(&Who::Network(from), now)
    }

    fn must_not_be_slowed(&self, who: &Who, most: u32, now: Timestamp) -> Result<(), SignIn> {
        self.doorman.is_slowed(who, most, now).map_or(Ok(()), |seconds| Err(SignIn::Slowed { seconds }))
    }

    /// Notes that a credential was used, once an hour, and waits for nothing: whoever signs in need not know.
    fn note_use(&self, credential: &Credential, now: Timestamp) {
        let is_noted = credential.last_used.is_some_and(|last| now.0.saturating_sub(last.0) < HOUR);
        if !is_noted {
            let effects = vec![Effect::Used { credential: credential.id, at: now }];
            drop(self.store.submit(ChangeSet { act: None, expects: Vec::new(), effects }));
        }
    }
}

/// Who may sign in by a name, or by an address that was verified.
fn called(snapshot: &Snapshot, login: &str) -> Result<Option<Principal>, store::Error> {
    let mut found = snapshot.principal_named(login)?;
    if found.is_none() {
        found = at(snapshot, login)?;
    }
    Ok(found.filter(|principal| principal.profile.state == State::Active))
}

/// Whose address it is, where that was verified.
fn at(snapshot: &Snapshot, address: &str) -> Result<Option<Principal>, store::Error> {
    let address = Address::new(&CalAddress::new(address));
    let is_verified = |one: &(Address, bool)| one.0 == address && one.1;
    Ok(snapshot.principal_at(&address)?.filter(|found| found.profile.addresses.iter().any(is_verified)))
}

/// Is it a mailbox as it is written, in any case? Of a URI more would be read than is there (RFC 6068 2: `%61` is `a`, what stands
/// behind `?` is none of it), and nobody has vouched for that.
fn is_mailbox(text: &str) -> bool {
    let address = Address::new(&CalAddress::new(text));
    address.as_str().strip_prefix("mailto:").is_some_and(|mailbox| mailbox.eq_ignore_ascii_case(text))
}

/// Counts who was let in, and who was not.
fn count<T>(found: &Result<T, SignIn>) {
    let outcome = match found {
        Ok(_) => "ok",
        Err(SignIn::Wrong) => "refused",
        Err(SignIn::Slowed { .. }) => "slowed",
        Err(SignIn::Unavailable(_)) => "failed",
    };
    metrics::counter!("kalends_sign_ins_total", "outcome" => outcome).increment(1);
}

/// Whose token it is.
fn token(
    snapshot: Option<&Snapshot>,
    secret: &Secret,
    now: Timestamp,
) -> Result<Option<Credential>, store::Error> {
    let (Some(snapshot), Some(made)) = (snapshot, secret.made()) else { return Ok(None) };
    let Some(found) = snapshot.credential(CredentialKind::Token, &made)? else { return Ok(None) };
    let is_good = found.expires.is_none_or(|at| now < at) && is_active(snapshot, found.principal)?;
    Ok(is_good.then_some(found))
}

fn is_active(snapshot: &Snapshot, principal: PrincipalId) -> Result<bool, store::Error> {
    let principal = snapshot.principal(principal)?;
    Ok(principal.is_some_and(|one| one.profile.state == State::Active))
}

fn nobody(login: &str) -> Who {
    Who::Nobody(Sha256::digest(Address::new(&CalAddress::new(login.to_lowercase())).as_str()).into())
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use store::Waiting;

    use super::*;
    use crate::{Names, Newcomer, Options};

    #[test]
    fn who_waits_to_be_let_in_keeps_nobody_from_reading() {
        let folder = tempfile::tempdir().unwrap();
        let store = engines::store(folder.path(), Waiting::never()).with_readers(NonZeroUsize::MIN);
        let service =
            Service::new(store, || Timestamp(1_772_438_400), Names::told("test"), Options::default());
        let kind = PrincipalKind::Individual;
        let newcomer = Newcomer { kind, name: "ann", display: None, addresses: &[], password: None };
        service.keeper().make_principal(&newcomer).unwrap();
        let turns: Vec<_> = (0..service.doorman.at_once()).map(|_| service.doorman.turn().unwrap()).collect();
        std::thread::scope(|scope| {
            let guess = scope.spawn(|| {
                let secret = Secret::new("a guess");
                service.sign_in(&Credentials::Password { login: "ann", secret: &secret }, None).map(drop)
            });
            while service.doorman.waiting() == 0 {
                std::thread::yield_now();
            }
            service.keeper().principals().unwrap();
            drop(turns);
            assert!(matches!(guess.join().unwrap(), Err(SignIn::Wrong)));
        });
    }
}
