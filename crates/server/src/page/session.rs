//! Who is signed in on the page: a cookie names a session, a token in each form shows that the form came from here.
//!
//! Sessions are kept in memory, by a hash of what the cookie says: so nothing that is written down lets anybody in, and a
//! service that begins anew asks for passwords anew. A session ends after [`LIFE`], when nobody used it for [`IDLE`], when it
//! is signed out, when what it was let in by is changed or taken back, and when there are too many: the one that was used
//! longest ago goes first.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ical::civil::Timestamp;
use service::Credential;
use sha2::{Digest, Sha256};

/// So many seconds a session lasts at most.
const LIFE: i64 = 12 * 3_600;
/// So many seconds it may rest.
const IDLE: i64 = 3_600;

/// What a cookie says: nobody guesses it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Id(String);

/// So many letters has one, and so has a token.
const LETTERS: usize = 43;

impl Id {
    /// A new one; `None` where the system has no random numbers to give.
    pub(crate) fn by_chance() -> Option<Self> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits).ok()?;
        Some(Self(URL_SAFE_NO_PAD.encode(bits)))
    }

    /// One that a cookie says.
    pub(crate) fn told(text: &str) -> Option<Self> {
        let is_one = text.len() == LETTERS && URL_SAFE_NO_PAD.decode(text).is_ok();
        is_one.then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug)]
struct Session {
    credential: Credential,
    began: Timestamp,
    used: Timestamp,
}

impl Session {
    fn is_over(&self, now: Timestamp) -> bool {
        let since = |then: Timestamp| now.0.saturating_sub(then.0);
        since(self.began) >= LIFE || since(self.used) >= IDLE
    }
}

/// The sessions there are, within bounds.
#[derive(Debug)]
pub(crate) struct Sessions {
    /// By a hash of the id.
    open: Mutex<HashMap<[u8; 32], Session>>,
    most: usize,
    most_of_one: usize,
    /// What tokens are made with; none where the system has no random numbers to give.
    key: Option<[u8; 32]>,
}

impl Sessions {
    /// So many at most, and so many of one person.
    pub(crate) fn new(most: usize, most_of_one: usize) -> Self {
        let mut key = [0; 32];
        let key = getrandom::fill(&mut key).is_ok().then_some(key);
        Self { open: Mutex::default(), most, most_of_one, key }
    }

    /// Begins one for whoever was let in by a credential; what names it.
    pub(crate) fn begin(&self, credential: Credential, now: Timestamp) -> Option<Id> {
        let id = Id::by_chance()?;
        let mut open = self.lock();
        open.retain(|_, session| !session.is_over(now));
        let principal = credential.principal;
        forget_oldest(&mut open, self.most_of_one, |session| session.credential.principal == principal);
        forget_oldest(&mut open, self.most, |_| true);
        open.insert(hash(&[id.as_str()]), Session { credential, began: now, used: now });
        Some(id)
    }

    /// What the session of an id was let in by, which is thereby used.
    pub(crate) fn find(&self, id: &Id, now: Timestamp) -> Option<Credential> {
        let mut open = self.lock();
        let session = open.get_mut(&hash(&[id.as_str()]))?;
        if session.is_over(now) {
            return None;
        }
        session.used = now;
        Some(session.credential.clone())
    }

    /// Ends one.
    pub(crate) fn end(&self, id: &Id) {
        self.lock().remove(&hash(&[id.as_str()]));
    }

    /// The token of forms that go to whoever has an id.
    pub(crate) fn token(&self, id: &Id) -> Option<String> {
        let key = URL_SAFE_NO_PAD.encode(self.key?);
        Some(URL_SAFE_NO_PAD.encode(hash(&[&key, id.as_str()])))
    }

    /// Is it the token of whoever has the id? Hashes are compared: how much of one is alike tells nothing.
    pub(crate) fn is_token(&self, id: &Id, told: &str) -> bool {
        self.token(id).is_some_and(|token| hash(&[&token]) == hash(&[told]))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leaves room for one among so many.
fn forget_oldest(
    open: &mut HashMap<[u8; 32], Session>,
    most: usize,
    is_one: impl Fn(&Session) -> bool + Copy,
) {
    while open.values().filter(|session| is_one(session)).count() >= most.max(1) {
        let those = open.iter().filter(|(_, session)| is_one(session));
        let Some(oldest) = those.min_by_key(|(_, session)| session.used).map(|(id, _)| *id) else { return };
        open.remove(&oldest);
    }
}

fn hash(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use service::{Credentials, Names, Newcomer, PrincipalKind, Secret, Service};
    use store::Waiting;

    use super::*;

    const NOW: Timestamp = Timestamp(1_772_000_000);

    fn after(seconds: i64) -> Timestamp {
        Timestamp(NOW.0 + seconds)
    }

    /// What Ann and Bob are let in by.
    fn credentials() -> [Credential; 2] {
        let folder = tempfile::tempdir().unwrap();
        let store = engines::store(folder.path(), Waiting::never());
        let service = Service::new(store, || NOW, Names::told("sessions"), service::Options::default());
        ["ann", "bob"].map(|name| {
            let secret = Secret::new(name);
            let kind = PrincipalKind::Individual;
            let newcomer = Newcomer { kind, name, display: None, addresses: &[], password: Some(&secret) };
            service.keeper().make_principal(&newcomer).unwrap();
            service.credential(&Credentials::Password { login: name, secret: &secret }, None).unwrap()
        })
    }

    #[test]
    fn a_session_ends_when_it_rests_and_when_it_is_old() {
        let [ann, _] = credentials();
        let sessions = Sessions::new(10, 10);
        let id = sessions.begin(ann.clone(), NOW).unwrap();
        assert_eq!(sessions.find(&id, after(IDLE - 1)), Some(ann));
        assert!(sessions.find(&id, after(2 * IDLE - 2)).is_some(), "it was used meanwhile");
        for half in 4..24 {
            assert!(sessions.find(&id, after(half * IDLE / 2)).is_some(), "{half}");
        }
        assert!(sessions.find(&id, after(LIFE - 1)).is_some());
        assert_eq!(sessions.find(&id, after(LIFE)), None);
        let other = sessions.begin(credentials()[0].clone(), NOW).unwrap();
        assert_eq!(sessions.find(&other, after(IDLE)), None);
    }

    #[test]
    fn there_are_so_many_and_the_one_that_rested_longest_goes() {
        let [ann, bob] = credentials();
        let sessions = Sessions::new(3, 2);
        let first = sessions.begin(ann.clone(), NOW).unwrap();
        let second = sessions.begin(ann.clone(), after(1)).unwrap();
        assert!(sessions.find(&first, after(2)).is_some());
        let third = sessions.begin(ann.clone(), after(3)).unwrap();
        assert!(sessions.find(&second, after(4)).is_none(), "two of one person");
        let fourth = sessions.begin(bob.clone(), after(5)).unwrap();
        let fifth = sessions.begin(bob, after(6)).unwrap();
        assert!(sessions.find(&first, after(7)).is_none(), "three in all");
        for id in [third, fourth, fifth] {
            assert!(sessions.find(&id, after(8)).is_some());
        }
    }

    #[test]
    fn a_token_is_of_one_session_and_an_id_is_well_formed() {
        let (one, other) = (Id::by_chance().unwrap(), Id::by_chance().unwrap());
        let sessions = Sessions::new(3, 2);
        let token = sessions.token(&one).unwrap();
        assert!(sessions.is_token(&one, &token));
        assert!(!sessions.is_token(&other, &token));
        assert!(!sessions.is_token(&one, ""));
        assert!(!Sessions::new(3, 2).is_token(&one, &token), "each service has a key of its own");
        assert!(Id::told(one.as_str()).is_some_and(|told| told == one));
        for none in ["", "short", &"!".repeat(LETTERS), &"a".repeat(LETTERS + 1)] {
            assert!(Id::told(none).is_none(), "{none}");
        }
    }
}
