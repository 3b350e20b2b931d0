//! LOCK and UNLOCK (RFC 4918 9.10, 9.11).

use dav::Precondition;
use dav::header::{Depth, If, Timeout, lock_token};
use dav::lock::{LockInfo, response};
use http::{HeaderName, StatusCode};
use rights::{Permission, Scope};

use super::Call;
use super::answer::{Answer, XML};
use super::error::Fault;
use super::guard::{Change, Guard};
use super::locks::{NoLock, Wanted};
use super::options::allowed;
use super::place::Place;
use super::resource::{InHome, Resource};

pub(crate) fn lock(call: &Call<'_>) -> Result<Answer, Fault> {
    let place = call.place()?;
    let is_there = match (&place, Resource::find(call.actor, &place)?) {
        (Place::Calendar { .. } | Place::Object { .. } | Place::File { .. }, Some(_)) => true,
        // To all others an area is not there.
        (Place::File { home, .. }, None) if *home == call.scope.name => false,
        (Place::File { .. }, None) => return Err(Fault::not_found()),
        // A name that nobody has can be kept for what will be put there.
        (Place::Object { home, segment, .. }, None) => {
            InHome::find(call.actor, home, segment)?.ok_or_else(super::put::no_calendar)?;
            false
        }
        (Place::Calendar { .. }, None) => return Err(Fault::not_found()),
        _ => return Err(Fault::not_allowed(allowed(&place))),
    };
    must_write(call, &place)?;
    let timeout = call.header("timeout")?.and_then(|timeout| Timeout::read(&timeout));
    let Some(document) = call.xml()? else { return refresh(call, timeout) };
    let info = LockInfo::read(&document, &call.scope.limits)?;
    let depth = match Depth::read(call.header("depth")?.as_deref(), Depth::Infinity)? {
        Depth::One => return Err(Fault::new(StatusCode::BAD_REQUEST, "a lock goes 0 or infinity deep")),
        depth => depth,
    };
    if !is_there {
        Guard::read(call)?.unlocked(&call.href, Change::Membership)?;
    }
    let root = Resource::find(call.actor, &place)?.map_or_else(|| place.href(), |found| found.href())?;
    let wanted = Wanted { root, depth, scope: info.scope, owner: info.owner, timeout };
    let token = format!("urn:uuid:{}", call.actor.new_uid());
    let now = call.actor.now();
    let made = call.scope.locks.make(wanted, &call.scope.name, token, now);
    let made = made.map_err(|no| match no {
        NoLock::Precondition(precondition) => Fault::from(precondition),
        NoLock::TooMany(most) => {
            let words = format!("you have {most} locks, and may have no more (`limit_locks`)");
            Fault::new(StatusCode::INSUFFICIENT_STORAGE, words)
        }
    })?;
    // A name of files has an empty document from then on; a calendar can have none, and keeps the name.
    if let (Place::File { home, names, .. }, false) = (&place, is_there)
        && let Err(fault) = super::files::put_empty(call, home, names)
    {
        call.scope.locks.remove(&call.href, &made.token, now);
        return Err(fault);
    }
    let status = if is_there { StatusCode::OK } else { StatusCode::CREATED };
    let body = response(&[made.told(&call.scope.name, now)], &call.site);
    let token = format!("<{}>", made.token);
    Ok(Answer::with_body(status, XML, body).with(HeaderName::from_static("lock-token"), &token))
}

/// Who only reads would keep others from writing by a lock.
fn must_write(call: &Call<'_>, place: &Place) -> Result<(), Fault> {
    let (Place::Calendar { home, segment } | Place::Object { home, segment, .. }) = place else {
        return Ok(());
    };
    let within = InHome::find(call.actor, home, segment)?.ok_or_else(Fault::not_found)?;
    let judge = call.actor.rights(within.calendar.id)?;
    let writing = [Permission::Create, Permission::Modify, Permission::Delete];
    match writing.into_iter().any(|permission| judge.may_ever(permission, Scope::Objects)) {
        true => Ok(()),
        false => Err(Precondition::NeedPrivileges(Vec::new()).into()),
    }
}

/// A LOCK without a body lets a lock last (RFC 4918 9.10.2).
fn refresh(call: &Call<'_>, timeout: Option<Timeout>) -> Result<Answer, Fault> {
    let header = call.header("if")?;
    let header = header
        .ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, "wanted a body, or the lock's token in If"))?;
    let named = If::read(&header, &call.site, call.scope.limits.conditions)?;
    let tokens: Vec<&str> = named.tokens().collect();
    let now = call.actor.now();
    let locks = call.scope.locks.refresh(&call.href, &tokens, &call.scope.name, timeout, now);
    if locks.is_empty() {
        return Err(Fault::failed_by(Precondition::LockTokenMatchesRequestUri));
    }
    let told: Vec<_> = locks.iter().map(|lock| lock.told(&call.scope.name, now)).collect();
    Ok(Answer::with_body(StatusCode::OK, XML, response(&told, &call.site)))
}

pub(crate) fn unlock(call: &Call<'_>) -> Result<Answer, Fault> {
    let header = call.header("lock-token")?;
    let header = header.ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, "wanted the header Lock-Token"))?;
    let token = lock_token(&header)?;
    let now = call.actor.now();
    let on = call.scope.locks.on(&call.href, now);
    match on.iter().find(|lock| lock.token == token) {
        None => Err(Precondition::LockTokenMatchesRequestUri.into()),
        Some(lock) if lock.holder != call.scope.name => {
            Err(Fault::new(StatusCode::FORBIDDEN, "it is another's lock"))
        }
        Some(_) => {
            call.scope.locks.remove(&call.href, token, now);
            Ok(Answer::new(StatusCode::NO_CONTENT))
        }
    }
}
