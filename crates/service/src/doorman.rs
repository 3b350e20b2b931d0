//! What a door remembers of sign-ins, in memory and within bounds: who failed how often in the last minute, which passwords
//! were right a moment ago, from where somebody came in before; and how many hashes are worked out at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use ical::civil::Timestamp;
use sha2::{Digest, Sha256};
use store::{PrincipalId, Verifier};

use crate::secret::Secret;

/// So many of each are remembered.
const MOST: usize = 10_000;
/// A minute, in which failures are counted.
const MINUTE: i64 = 60;
/// A password that was right is known for so many seconds.
const RIGHT: i64 = 300;
/// Somebody who came in is known there for so many seconds.
const CAME_IN: i64 = 30 * 86_400;
/// So many wait at most until their password can be hashed.
const WAITING: usize = 64;

/// Whose failures are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Principal(PrincipalId),
    /// A name that is nobody's, as a hash: it is slowed as a principal is, so that nobody learns which names there are.
    Nobody([u8; 32]),
    Network(Network),
}

/// Where somebody comes from: an IPv4 address, or the /64 of an IPv6 address, which one machine may have whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Network(IpAddr);

impl Network {
    pub(crate) fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
            v4 => v4,
        })
    }
}

/// What is remembered until some time; what is over, then what would be first, makes room.
#[derive(Debug)]
struct Remembered<K, V>(Mutex<HashMap<K, (Timestamp, V)>>);

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Remembered<K, V> {
    fn get(&self, key: &K, now: Timestamp) -> Option<(Timestamp, V)> {
        lock(&self.0).get(key).filter(|(until, _)| now < *until).cloned()
    }

    /// Makes something of what is remembered now, and remembers that.
    fn set(&self, key: K, now: Timestamp, make: impl FnOnce(Option<(Timestamp, V)>) -> (Timestamp, V)) {
        let mut entries = lock(&self.0);
        if entries.len() >= MOST && !entries.contains_key(&key) {
            entries.retain(|_, (until, _)| now < *until);
            if entries.len() >= MOST {
                let first = entries.iter().min_by_key(|(_, (until, _))| *until).map(|(key, _)| key.clone());
                first.map(|first| entries.remove(&first));
            }
        }
        let before = entries.get(&key).filter(|(until, _)| now < *until).cloned();
        entries.insert(key, make(before));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is remembered of sign-ins.
#[derive(Debug)]
pub(crate) struct Doorman {
    failures: Remembered<Who, u32>,
    /// Passwords by a hash under a key of this process, with what each is known by: another password is another entry.
    right: Remembered<[u8; 32], ()>,
    /// What was wrong in this minute, and is therefore no news.
    wrong: Remembered<[u8; 32], ()>,
    came_in: Remembered<(PrincipalId, Network), ()>,
    key: [u8; 32],
    turns: Turns,
}

impl Doorman {
    pub(crate) fn new() -> Self {
        let mut key = [0; 32];
        // Where the system has no random numbers to give, nothing is remembered under a key that can be known.
        let has_key = getrandom::fill(&mut key).is_ok();
        let most = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        let turns = Turns { most: if has_key { most } else { 0 }, ..Turns::default() };
        Self {
            failures: Remembered::default(),
            right: Remembered::default(),
            wrong: Remembered::default(),
            came_in: Remembered::default(),
            key,
            turns,
        }
    }

    /// So many failures in this minute are too many: so many seconds are left of it.
    pub(crate) fn is_slowed(&self, who: &Who, most: u32, now: Timestamp) -> Option<u32> {
        let (until, count) = self.failures.get(who, now)?;
        (count >= most).then(|| u32::try_from(until.0.saturating_sub(now.0)).unwrap_or(u32::MAX))
    }

    /// Has anybody failed from there, or for them, in this minute?
    pub(crate) fn has_failed(&self, who: &Who, now: Timestamp) -> bool {
        self.failures.get(who, now).is_some()
    }

    pub(crate) fn note_failure(&self, who: Who, now: Timestamp) {
        self.failures.set(who, now, |before| match before {
            Some((until, count)) => (until, count.saturating_add(1)),
            None => (Timestamp(now.0.saturating_add(MINUTE)), 1),
        });
    }

    /// What somebody shows, under the key, while the directory is as it is.
    pub(crate) fn shown(&self, login: Option<&str>, secret: &Secret, directory: i64) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.key);
        hash.update(directory.to_le_bytes());
        hash.update(Sha256::digest(login.unwrap_or_default()));
        hash.update([u8::from(login.is_some())]);
        hash.update(secret.as_str());
        hash.finalize().into()
    }

    /// Was this wrong a moment ago? A program that goes on with an old password is no one who guesses.
    pub(crate) fn was_wrong(&self, shown: &[u8; 32], now: Timestamp) -> bool {
        self.wrong.get(shown, now).is_some()
    }

    pub(crate) fn note_wrong(&self, shown: [u8; 32], now: Timestamp) {
        self.wrong.set(shown, now, |_| (Timestamp(now.0.saturating_add(MINUTE)), ()));
    }

    fn entry(&self, secret: &Secret, verifier: &Verifier) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.key);
        hash.update(Sha256::digest(verifier.bytes()));
        hash.update(secret.as_str());
        hash.finalize().into()
    }

    /// Was this the right password a moment ago?
    pub(crate) fn was_right(&self, secret: &Secret, verifier: &Verifier, now: Timestamp) -> bool {
        self.right.get(&self.entry(secret, verifier), now).is_some()
    }

    pub(crate) fn note_right(&self, secret: &Secret, verifier: &Verifier, now: Timestamp) {
        let until = Timestamp(now.0.saturating_add(RIGHT));
        self.right.set(self.entry(secret, verifier), now, |_| (until, ()));
    }

    /// Did they come in from there before?
    pub(crate) fn has_come_in(&self, principal: PrincipalId, from: Network, now: Timestamp) -> bool {
        self.came_in.get(&(principal, from), now).is_some()
    }

    pub(crate) fn note_came_in(&self, principal: PrincipalId, from: Network, now: Timestamp) {
        let until = Timestamp(now.0.saturating_add(CAME_IN));
        self.came_in.set((principal, from), now, |_| (until, ()));
    }

    /// How many hash at once.
    #[cfg(test)]
    pub(crate) const fn at_once(&self) -> usize {
        self.turns.most
    }

    /// How many wait for a turn.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        lock(&self.turns.taken).1
    }

    /// Waits for a turn to hash a password; `None` where too many wait already.
    pub(crate) fn turn(&self) -> Option<Turn<'_>> {
        self.turns.take()
    }
}

/// How many hash at once, and how many wait for that.
#[derive(Debug, Default)]
struct Turns {
    most: usize,
    /// At work, and waiting.
    taken: Mutex<(usize, usize)>,
    freed: Condvar,
}

/// One of the turns; the next one's when it is let go.
pub(crate) struct Turn<'t>(&'t Turns);

/// So much less than others does who hashes want of the processor: a tenth of what they would have beside one who wants all of it.
const NICE: i32 = 10;

impl Turn<'_> {
    /// Hashes, on a thread that gives way to all others: so many guesses take the processor from nobody who is in already.
    pub(crate) fn hash<T: Send>(&self, hash: impl Fn() -> T + Sync) -> T {
        std::thread::scope(|scope| {
            let giving_way = || {
                give_way();
                hash()
            };
            match std::thread::Builder::new().name("hash".to_owned()).spawn_scoped(scope, giving_way) {
                Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                Err(_) => hash(),
            }
        })
    }
}

/// Whoever else wants the processor comes before this thread.
fn give_way() {
    // Elsewhere this is of the whole process (POSIX.1-2017, nice()).
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(NICE);
}

impl Turns {
    fn take(&self) -> Option<Turn<'_>> {
        let mut taken = lock(&self.taken);
        if self.most == 0 || taken.1 >= WAITING {
            return None;
        }
        taken.1 += 1;
        while taken.0 >= self.most {
            taken = self.freed.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        taken.1 -= 1;
        taken.0 += 1;
        Some(Turn(self))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        lock(&self.0.taken).0 -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000);

    fn after(seconds: i64) -> Timestamp {
        Timestamp(NOW.0 + seconds)
    }

    #[test]
    fn failures_are_of_a_minute() {
        let doorman = Doorman::new();
        let ann = Who::Principal(PrincipalId::OWNER);
        for _ in 0..3 {
            assert_eq!(doorman.is_slowed(&ann, 3, NOW), None);
            doorman.note_failure(ann.clone(), NOW);
        }
        assert_eq!(doorman.is_slowed(&ann, 3, after(20)), Some(40));
        assert_eq!(doorman.is_slowed(&ann, 3, after(60)), None);
        assert_eq!(doorman.is_slowed(&Who::Nobody([0; 32]), 3, NOW), None);
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let doorman = Doorman::new();
        let of = |number: usize| {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&number.to_le_bytes());
            Who::Nobody(hash)
        };
        let first = Who::Principal(PrincipalId::OWNER);
        doorman.note_failure(first.clone(), NOW);
        for number in 0..MOST {
            doorman.note_failure(of(number), after(1));
        }
        assert_eq!(lock(&doorman.failures.0).len(), MOST);
        assert!(!doorman.has_failed(&first, after(1)), "what would be over first makes room");
        assert!(doorman.has_failed(&of(0), after(1)));
    }

    #[test]
    fn a_right_password_is_known_for_minutes_and_under_its_verifier_alone() {
        let doorman = Doorman::new();
        let (secret, verifier) = (Secret::new("right"), Verifier::new("of then"));
        doorman.note_right(&secret, &verifier, NOW);
        assert!(doorman.was_right(&secret, &verifier, after(RIGHT - 1)));
        assert!(!doorman.was_right(&secret, &verifier, after(RIGHT)));
        assert!(!doorman.was_right(&secret, &Verifier::new("of now"), NOW));
        assert!(!doorman.was_right(&Secret::new("wrong"), &verifier, NOW));
    }

    #[test]
    fn a_machine_is_one_network() {
        let network = |text: &str| Network::of(text.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:0:0:2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn who_hashes_gives_way_and_nobody_else_does() {
        let mine = || rustix::process::getpriority_process(None).unwrap();
        let before = mine();
        let turns = Turns { most: 1, ..Turns::default() };
        assert_eq!(turns.take().unwrap().hash(mine), (before + NICE).min(19));
        assert_eq!(mine(), before);
    }

    #[test]
    fn so_many_hash_at_once_and_a_turn_goes_on_to_the_next() {
        let turns = Turns { most: 2, ..Turns::default() };
        let most_seen = Mutex::new(0);
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    let _turn = turns.take().unwrap();
                    let at_work = lock(&turns.taken).0;
                    let mut seen = lock(&most_seen);
                    *seen = at_work.max(*seen);
                });
            }
        });
        assert!((1..=2).contains(&*lock(&most_seen)));
        assert_eq!(*lock(&turns.taken), (0, 0));
    }
}
