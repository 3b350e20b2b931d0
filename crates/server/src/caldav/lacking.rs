//! Which privileges a request lacks (RFC 3744 7.1.1).

use dav::header::destination;
use dav::{Href, Precondition, Privilege};

use super::Call;
use super::acl;
use super::error::Fault;
use super::place::Place;
use super::resource::{InHome, Resource};

/// A refusal for want of rights, with what is lacking; any other as it is.
pub(crate) fn told(call: &Call<'_>, fault: Fault) -> Fault {
    match &fault.precondition {
        Some(Precondition::NeedPrivileges(named)) if named.is_empty() => {}
        _ => return fault,
    }
    let wanted = wanted(call);
    let lacking: Vec<_> =
        wanted.iter().filter(|(href, privilege)| !is_held(call, href, *privilege)).collect();
    // Rules may tell objects apart where privileges do not.
    let lacking = if lacking.is_empty() { wanted } else { lacking.into_iter().cloned().collect() };
    Precondition::NeedPrivileges(lacking).into()
}

/// What a method asks for, and of which resource (RFC 3744 appendix B).
fn wanted(call: &Call<'_>) -> Vec<(Href, Privilege)> {
    let here = || call.href.clone();
    let around = |href: &Href| href.parent().unwrap_or_else(Href::root);
    let is_there = |href: &Href| {
        let found = Place::of(href).map(|place| Resource::find(call.actor, &place));
        matches!(found, Some(Ok(Some(_))))
    };
    let put = |href: &Href| {
        if is_there(href) { (href.clone(), Privilege::WriteContent) } else { (around(href), Privilege::Bind) }
    };
    let to = || {
        let header = call.header("destination").ok().flatten();
        header.and_then(|header| destination(&header, &call.site).ok()).map(|to| put(&to))
    };
    match call.method {
        "PUT" => vec![put(&call.href)],
        "POST" => vec![(here(), Privilege::Bind)],
        "MKCALENDAR" | "MKCOL" => vec![(around(&call.href), Privilege::Bind)],
        "DELETE" => vec![(around(&call.href), Privilege::Unbind)],
        "PROPPATCH" => vec![(here(), Privilege::WriteProperties)],
        "LOCK" => vec![(here(), Privilege::WriteContent)],
        "ACL" => vec![(here(), Privilege::WriteAcl)],
        "COPY" => [(here(), Privilege::Read)].into_iter().chain(to()).collect(),
        "MOVE" => [(around(&call.href), Privilege::Unbind)].into_iter().chain(to()).collect(),
        _ => vec![(here(), Privilege::Read)],
    }
}

fn is_held(call: &Call<'_>, href: &Href, privilege: Privilege) -> bool {
    let (home, segment) = match Place::of(href) {
        Some(Place::Calendar { home, segment } | Place::Object { home, segment, .. }) => (home, segment),
        _ => return false,
    };
    let Ok(Some(within)) = InHome::find(call.actor, &home, &segment) else { return false };
    let judge = call.actor.rights(within.calendar.id);
    judge.is_ok_and(|judge| acl::privileges(&judge).contains(&privilege))
}
