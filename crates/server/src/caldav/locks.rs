//! Locks: who has one, on what, until when (RFC 4918 6, 7). They are kept in memory, and gone when the program ends: a lock is
//! no promise beyond its timeout, and each write is held against the tag of what it replaces all the same.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use dav::header::{Depth, Timeout};
use dav::lock::{ActiveLock, LockScope};
use dav::{Href, Precondition};
use ical::civil::Timestamp;

/// No lock lasts longer than this without being refreshed, in seconds.
const LONGEST: u32 = 3_600;

/// All locks.
#[derive(Debug)]
pub(crate) struct Locks {
    /// So many of one user.
    most: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// By the path that was locked, as its segments.
    by_path: HashMap<Vec<String>, Vec<Lock>>,
}

/// A lock.
#[derive(Clone, Debug)]
pub(crate) struct Lock {
    pub(crate) token: String,
    /// Who made it: the name they signed in by.
    pub(crate) holder: String,
    scope: LockScope,
    depth: Depth,
    owner: Option<String>,
    /// What was locked.
    pub(crate) root: Href,
    until: Timestamp,
}

/// A lock that is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) root: Href,
    pub(crate) depth: Depth,
    pub(crate) scope: LockScope,
    pub(crate) owner: Option<String>,
    pub(crate) timeout: Option<Timeout>,
}

/// Why there is no lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoLock {
    /// Other locks stand against it.
    Precondition(Precondition),
    /// The user has so many.
    TooMany(usize),
}

impl Held {
    fn forget(&mut self, now: Timestamp) {
        self.by_path.retain(|_, locks| {
            locks.retain(|lock| lock.until > now);
            !locks.is_empty()
        });
    }

    fn on<'h>(&'h self, href: &'h Href, now: Timestamp) -> impl Iterator<Item = &'h Lock> {
        let around = (0..=href.segments().len()).filter_map(|length| href.segments().get(..length));
        let locks = around.filter_map(|path| self.by_path.get(path)).flatten();
        locks.filter(move |lock| lock.until > now && lock.covers(href))
    }

    fn within(&self, href: &Href, now: Timestamp) -> Vec<Lock> {
        let inside = self.by_path.values().flatten();
        let inside = inside.filter(|lock| lock.until > now && lock.root.is_within(href));
        inside.chain(self.on(href, now).filter(|lock| !lock.root.is_within(href))).cloned().collect()
    }
}

impl Lock {
    /// As a client is told it; the token is for its holder alone, since who knows it can use it.
    pub(crate) fn told(&self, to: &str, now: Timestamp) -> ActiveLock {
        let left = u32::try_from(self.until.0.saturating_sub(now.0)).unwrap_or(0);
        ActiveLock {
            scope: self.scope,
            depth: self.depth,
            owner: self.owner.clone(),
            timeout: Timeout::Seconds(left),
            token: (self.holder == to).then(|| self.token.clone()),
            root: self.root.clone(),
        }
    }

    /// Does it hold for this resource?
    fn covers(&self, href: &Href) -> bool {
        match self.depth {
            Depth::Infinity => href.is_within(&self.root),
            Depth::Zero | Depth::One => href.is_same(&self.root),
        }
    }
}

impl Locks {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The locks that hold for a resource: its own, and those around it that go all the way down.
    pub(crate) fn on(&self, href: &Href, now: Timestamp) -> Vec<Lock> {
        self.held().on(href, now).cloned().collect()
    }

    /// The locks that hold for a resource, and those on what is inside.
    pub(crate) fn within(&self, href: &Href, now: Timestamp) -> Vec<Lock> {
        self.held().within(href, now)
    }

    /// Makes a lock of this token, if none stands against it.
    pub(crate) fn make(
        &self,
        wanted: Wanted,
        holder: &str,
        token: String,
        now: Timestamp,
    ) -> Result<Lock, NoLock> {
        let mut held = self.held();
        held.forget(now);
        let mut against = match wanted.depth {
            Depth::Infinity => held.within(&wanted.root, now),
            Depth::Zero | Depth::One => held.on(&wanted.root, now).cloned().collect(),
        };
        against.retain(|other| wanted.scope == LockScope::Exclusive || other.scope == LockScope::Exclusive);
        if !against.is_empty() {
            let roots = against.into_iter().map(|lock| lock.root).collect();
            return Err(NoLock::Precondition(Precondition::NoConflictingLock(roots)));
        }
        if held.by_path.values().flatten().filter(|lock| lock.holder == holder).count() >= self.most {
            return Err(NoLock::TooMany(self.most));
        }
        let Wanted { root, depth, scope, owner, timeout } = wanted;
        let until = until(timeout, now);
        let lock = Lock { token, holder: holder.to_owned(), scope, depth, owner, root, until };
        held.by_path.entry(lock.root.segments().to_vec()).or_default().push(lock.clone());
        Ok(lock)
    }

    /// Lets a lock last from now on (RFC 4918 9.10.2); those that it has of these tokens.
    pub(crate) fn refresh(
        &self,
        href: &Href,
        tokens: &[&str],
        holder: &str,
        timeout: Option<Timeout>,
        now: Timestamp,
    ) -> Vec<Lock> {
        let mut held = self.held();
        let mut refreshed = Vec::new();
        for lock in held.by_path.values_mut().flatten() {
            if lock.until > now
                && lock.covers(href)
                && lock.holder == holder
                && tokens.contains(&&*lock.token)
            {
                lock.until = until(timeout, now);
                refreshed.push(lock.clone());
            }
        }
        refreshed
    }

    /// Takes a lock away; was it there?
    pub(crate) fn remove(&self, href: &Href, token: &str, now: Timestamp) -> bool {
        let mut held = self.held();
        let mut is_removed = false;
        for locks in held.by_path.values_mut() {
            locks.retain(|lock| {
                let is_it = lock.until > now && lock.token == token && lock.covers(href);
                is_removed |= is_it;
                !is_it
            });
        }
        is_removed
    }

    /// Takes away all locks on what is gone, and inside of it (RFC 4918 9.6, 9.9).
    pub(crate) fn clear(&self, href: &Href) {
        self.held().by_path.retain(|path, _| !path.starts_with(href.segments()));
    }
}

fn until(timeout: Option<Timeout>, now: Timestamp) -> Timestamp {
    let seconds = match timeout {
        Some(Timeout::Seconds(seconds)) => seconds.min(LONGEST),
        Some(Timeout::Infinite) | None => LONGEST,
    };
    Timestamp(now.0.saturating_add(seconds.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000);

    fn href(path: &str) -> Href {
        Href::parse(path).unwrap()
    }

    fn wanted(path: &str, depth: Depth, scope: LockScope) -> Wanted {
        Wanted { root: href(path), depth, scope, owner: None, timeout: Some(Timeout::Seconds(60)) }
    }

    fn make(locks: &Locks, path: &str, depth: Depth, scope: LockScope, token: &str) -> Result<Lock, NoLock> {
        locks.make(wanted(path, depth, scope), "ann", token.to_owned(), NOW)
    }

    #[test]
    fn a_lock_holds_for_what_it_covers_until_its_time_is_over() {
        let locks = Locks::new(9);
        make(&locks, "/a/", Depth::Infinity, LockScope::Exclusive, "deep").unwrap();
        make(&locks, "/b/", Depth::Zero, LockScope::Exclusive, "flat").unwrap();
        let on = |path: &str, now| {
            locks.on(&href(path), now).into_iter().map(|lock| lock.token).collect::<Vec<_>>()
        };
        assert_eq!(on("/a/b/c.ics", NOW), ["deep"]);
        assert_eq!(on("/a", NOW), ["deep"]);
        assert_eq!(on("/b/", NOW), ["flat"]);
        assert!(on("/b/c.ics", NOW).is_empty());
        assert!(on("/ab/", NOW).is_empty());
        assert_eq!(on("/a/", Timestamp(1_059)), ["deep"]);
        assert!(on("/a/", Timestamp(1_060)).is_empty());
    }

    #[test]
    fn exclusive_locks_stand_alone() {
        let locks = Locks::new(9);
        make(&locks, "/a/b.ics", Depth::Zero, LockScope::Shared, "1").unwrap();
        make(&locks, "/a/b.ics", Depth::Zero, LockScope::Shared, "2").unwrap();
        let against = |path: &str, depth| make(&locks, path, depth, LockScope::Exclusive, "3").unwrap_err();
        let conflict =
            NoLock::Precondition(Precondition::NoConflictingLock(vec![href("/a/b.ics"), href("/a/b.ics")]));
        assert_eq!(against("/a/b.ics", Depth::Zero), conflict);
        assert_eq!(against("/", Depth::Infinity), conflict);
        make(&locks, "/a/", Depth::Zero, LockScope::Exclusive, "4").unwrap();
    }

    #[test]
    fn there_are_so_many_of_one_user() {
        let locks = Locks::new(1);
        make(&locks, "/a", Depth::Zero, LockScope::Shared, "1").unwrap();
        assert_eq!(make(&locks, "/b", Depth::Zero, LockScope::Shared, "2").unwrap_err(), NoLock::TooMany(1));
        assert!(locks.remove(&href("/a"), "1", NOW));
        assert!(!locks.remove(&href("/a"), "1", NOW));
        make(&locks, "/b", Depth::Zero, LockScope::Shared, "2").unwrap();
    }

    #[test]
    fn a_lock_is_refreshed_by_its_holder_and_goes_with_what_it_is_on() {
        let locks = Locks::new(9);
        make(&locks, "/a/b", Depth::Zero, LockScope::Exclusive, "1").unwrap();
        let later = Timestamp(1_050);
        assert!(locks.refresh(&href("/a/b"), &["1"], "bob", None, later).is_empty());
        let refreshed = locks.refresh(&href("/a/b"), &["1"], "ann", Some(Timeout::Infinite), later);
        assert_eq!(refreshed[0].told("ann", later).timeout, Timeout::Seconds(LONGEST));
        assert_eq!(refreshed[0].told("bob", later).token, None);
        locks.clear(&href("/a/"));
        assert!(locks.on(&href("/a/b"), later).is_empty());
    }
}
