//! ACL: access control lists, which are another way to say rules, both ways (RFC 3744 5.5, 8.1). Neither
//! `dav` nor `rights` knows of the other: what is said alike stands in one table here.

use dav::acl::{self, Ace, Principal as Whom};
use dav::{BadHref, Href, Precondition, Privilege, Property, PropertyName};
use http::StatusCode;
use rights::{Effect, Judge, Permission, Rule, Scope, Who};
use service::{Actor, Collection, Container, Principal, PrincipalId};

use super::Call;
use super::answer::Answer;
use super::error::Fault;
use super::guard::{Change, Guard};
use super::options::allowed;
use super::place::Place;
use super::resource::{InHome, Resource, home_href, named, principal_href};

/// Which rule says the same as a privilege. What is not here no rule says by itself: locks, and what one may
/// do oneself; what is of inboxes and outboxes is nothing of a calendar.
const SAYS: [(Privilege, &[Permission], &[Scope]); 10] = {
    use Permission::{Create, Delete, Modify, Search};
    use Scope::{All, FreeBusy, Objects, Rules, Settings};
    [
        (Privilege::All, &Permission::ALL, &[All]),
        (Privilege::Read, &[Search], &[Objects, FreeBusy, Settings]),
        (Privilege::ReadFreeBusy, &[Search], &[FreeBusy]),
        (Privilege::ReadAcl, &[Search], &[Rules]),
        (Privilege::Write, &[Create, Delete, Modify], &[Objects, Settings]),
        (Privilege::WriteProperties, &[Modify], &[Settings]),
        (Privilege::WriteContent, &[Modify], &[Objects]),
        (Privilege::Bind, &[Create], &[Objects]),
        (Privilege::Unbind, &[Delete], &[Objects]),
        (Privilege::WriteAcl, &[Create, Delete, Modify], &[Rules]),
    ]
};

/// What there is to be allowed in a calendar.
pub(crate) const SUPPORTED: [Privilege; 12] = [
    Privilege::All,
    Privilege::Read,
    Privilege::ReadFreeBusy,
    Privilege::ReadAcl,
    Privilege::ReadCurrentUserPrivilegeSet,
    Privilege::Write,
    Privilege::WriteProperties,
    Privilege::WriteContent,
    Privilege::Bind,
    Privilege::Unbind,
    Privilege::Unlock,
    Privilege::WriteAcl,
];

/// The same of what stands among calendars: for messages there is more (RFC 6638 6), which their owners have, and give by what
/// else there is: who may bind in an outbox may send in its owner's name.
pub(crate) fn supported(collection: Collection) -> Vec<Privilege> {
    let more: &[Privilege] = match collection {
        Collection::Calendar => &[],
        Collection::Inbox => &[
            Privilege::ScheduleDeliver,
            Privilege::ScheduleDeliverInvite,
            Privilege::ScheduleDeliverReply,
            Privilege::ScheduleQueryFreebusy,
        ],
        Collection::Outbox => &[
            Privilege::ScheduleSend,
            Privilege::ScheduleSendInvite,
            Privilege::ScheduleSendReply,
            Privilege::ScheduleSendFreebusy,
        ],
    };
    SUPPORTED.iter().chain(more).copied().collect()
}

/// What begins the CARID of rules that were entries; the number of the entry follows.
const CARID: &str = "dav:";

/// Was a rule an entry? An ACL request replaces those alone.
pub(crate) fn is_entry<P>(rule: &Rule<P>) -> bool {
    rule.carid.starts_with(CARID)
}

/// Puts entries in the place of those of a calendar.
pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    let Resource::Calendar(within) = call.resource()? else {
        return Err(Fault::not_allowed(allowed(&call.place()?)));
    };
    let document = call.xml()?;
    let document =
        document.ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, "wanted a body with entries"))?;
    let entries = acl::read(&document, &call.site, &call.scope.limits)?;
    Guard::read(call)?.ask(&within.place().href()?, Change::Itself)?;
    let mut unread = None;
    let principal = |href: &Href| match of_href(call.actor, href) {
        Ok(found) => found.map(|found| found.id),
        Err(fault) => {
            unread = Some(fault);
            None
        }
    };
    let rules = rules(&entries, &principal_href(&within.home)?, principal);
    if let Some(fault) = unread {
        return Err(fault);
    }
    let line = format!("{}: rights were set", within.calendar.settings.name);
    let container = Container::Calendar(within.calendar.id);
    call.actor.set_rules(container, is_entry, &rules?, &line)?;
    Ok(Answer::new(StatusCode::OK))
}

/// The principal of a path.
pub(crate) fn of_href(actor: Actor<'_>, href: &Href) -> Result<Option<Principal>, Fault> {
    match Place::of(href) {
        Some(Place::Principal(name)) => named(actor, &name),
        _ => Ok(None),
    }
}

/// `DAV:acl` of a calendar, and of an object in it, which has its calendar's; `None` for who may not see it.
pub(crate) fn of_calendar(
    actor: Actor<'_>,
    within: &InHome,
    is_object: bool,
) -> Result<Option<Vec<Ace>>, Fault> {
    let standing = match actor.rules_for(within.calendar.id) {
        Err(service::Error::Refused(service::Refusal::NoRight)) => return Ok(None),
        standing => standing?,
    };
    let (calendar, home) = (within.place().href()?, home_href(&within.home)?);
    let from = |container: Container| match container {
        Container::Home(_) => Some(home.clone()),
        Container::Calendar(_) => is_object.then(|| calendar.clone()),
    };
    let mut rules: Vec<_> =
        standing.into_iter().map(|standing| (from(standing.container), standing.rule)).collect();
    // Those that come from elsewhere stand last.
    rules.sort_by_key(|(from, _)| from.is_some());
    let href = |id| principal_href(&actor.principal_of(id).ok()?).ok();
    let mut entries = entries(&principal_href(&within.home)?, &rules, href);
    if within.calendar.collection == Collection::Outbox {
        // Whoever may bind there may send (RFC 6638 6.2). What a client may set is told as it is set.
        let sending = |entry: &&mut Ace| entry.is_protected && entry.privileges.contains(&Privilege::Bind);
        entries.iter_mut().filter(sending).for_each(|entry| entry.privileges.push(Privilege::ScheduleSend));
    }
    Ok(Some(entries))
}

/// `DAV:acl` of a home: who owns it and, for whoever may see that, what is granted in all of its calendars.
pub(crate) fn of_home(actor: Actor<'_>, home: &Principal) -> Result<Vec<Ace>, Fault> {
    let rules = match actor.rules(Container::Home(home.id)) {
        Err(service::Error::Refused(service::Refusal::NoRight) | service::Error::NotFound(_)) => {
            return Ok(of_owner_alone(home)?);
        }
        rules => rules?,
    };
    let rules: Vec<_> = rules.into_iter().map(|standing| (None, standing.rule)).collect();
    let href = |id| principal_href(&actor.principal_of(id).ok()?).ok();
    Ok(entries(&principal_href(home)?, &rules, href))
}

/// `DAV:acl` of what its owner alone has.
pub(crate) fn of_owner_alone(home: &Principal) -> Result<Vec<Ace>, BadHref> {
    Ok(entries::<PrincipalId>(&principal_href(home)?, &[], |_| None))
}

/// The rules that say what entries say; `principal` knows principals by their paths.
///
/// # Errors
/// Which precondition of RFC 3744 8.1.1 does not hold: no rule says the same, or a denial stands behind a
/// grant.
pub(crate) fn rules<P: Copy>(
    entries: &[Ace],
    owner: &Href,
    mut principal: impl FnMut(&Href) -> Option<P>,
) -> Result<Vec<Rule<P>>, Precondition> {
    let first_grant = entries.iter().position(|entry| !entry.is_denied).unwrap_or(entries.len());
    if entries.iter().skip(first_grant).any(|entry| entry.is_denied) {
        return Err(Precondition::DenyBeforeGrant);
    }
    let mut rules = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        if entry.is_inverted {
            return Err(Precondition::NoInvert);
        }
        let is_owner = entry.principal == Whom::Href(owner.clone()) || entry.principal == of_owner();
        if entry.is_denied && is_owner {
            // The owner has all, and nobody changes that.
            return Err(Precondition::NoProtectedAceConflict);
        }
        let who = who(&entry.principal, &mut principal)?;
        for privilege in &entry.privileges {
            let (_, permissions, scopes) =
                SAYS.into_iter().find(|(known, ..)| known == privilege).ok_or_else(|| unsaid(*privilege))?;
            let carid = format!("{CARID}{number}");
            let (permissions, scopes) = (permissions.iter().copied(), scopes.iter().copied());
            rules.push(match entry.is_denied {
                true => Rule::deny(carid, who, permissions, scopes),
                false => Rule::grant(carid, who, permissions, scopes),
            });
        }
    }
    Ok(rules)
}

/// Why a privilege is no rule.
fn unsaid(privilege: Privilege) -> Precondition {
    if SUPPORTED.contains(&privilege) {
        Precondition::NoAbstract
    } else {
        Precondition::NotSupportedPrivilege
    }
}

fn of_owner() -> Whom {
    Whom::Property(PropertyName::Known(Property::Owner))
}

fn who<P>(principal: &Whom, mut known: impl FnMut(&Href) -> Option<P>) -> Result<Who<P>, Precondition> {
    Ok(match principal {
        Whom::Href(href) => Who::Principal(known(href).ok_or(Precondition::RecognizedPrincipal)?),
        Whom::All => Who::Anyone,
        Whom::Authenticated => Who::SignedIn,
        Whom::Unauthenticated => Who::Unauthenticated,
        owner if *owner == of_owner() => Who::Owner,
        // Another property of a calendar names nobody, and a calendar is nobody itself.
        Whom::Property(_) | Whom::Itself => return Err(Precondition::AllowedPrincipal),
    })
}

/// The entries that say what rules say, each with where it comes from if not from the resource itself, behind
/// the owner's own. A rule that is no entry's is told as far as an entry can, and nobody changes it here; one
/// of whom `href` does not know is not told.
fn entries<P: Copy + PartialEq>(
    owner: &Href,
    rules: &[(Option<Href>, Rule<P>)],
    href: impl Fn(P) -> Option<Href>,
) -> Vec<Ace> {
    let entry = |principal, is_denied, privileges, inherited| Ace {
        principal,
        is_inverted: false,
        is_denied,
        privileges,
        is_protected: true,
        inherited,
    };
    let mut entries = vec![entry(Whom::Href(owner.clone()), false, vec![Privilege::All], None)];
    let mut last: Option<&str> = None;
    for (from, rule) in rules {
        let Some(principal) = principal(rule.who, &href) else { continue };
        let is_denied = rule.effect == Effect::Deny;
        let own = said(rule).filter(|_| is_entry(rule) && from.is_none());
        match (own, entries.last_mut()) {
            (Some(privilege), Some(same)) if last == Some(&rule.carid) => same.privileges.push(privilege),
            (Some(privilege), _) => {
                let own = entry(principal, is_denied, vec![privilege], None);
                entries.push(Ace { is_protected: false, ..own });
            }
            (None, _) => {
                entries.extend(told(rule).map(|told| entry(principal, is_denied, told, from.clone())));
            }
        }
        last = own.map(|_| rule.carid.as_str());
    }
    entries
}

fn principal<P>(who: Who<P>, href: impl Fn(P) -> Option<Href>) -> Option<Whom> {
    Some(match who {
        Who::Owner => of_owner(),
        Who::Principal(named) => Whom::Href(href(named)?),
        Who::SignedIn => Whom::Authenticated,
        Who::Unauthenticated => Whom::Unauthenticated,
        Who::Anyone => Whom::All,
    })
}

/// The privilege that says the same as a rule.
fn said<P>(rule: &Rule<P>) -> Option<Privilege> {
    let is_same = |permissions: &[Permission], scopes: &[Scope]| {
        rule.permissions.iter().eq(permissions) && rule.scopes.iter().eq(scopes)
    };
    let found = SAYS.into_iter().find(|(_, permissions, scopes)| is_same(permissions, scopes));
    found.map(|(privilege, ..)| privilege).filter(|_| rule.restrictions.is_empty() && !rule.is_decreed)
}

/// The privileges that are held by a rule alone, if there are any: of those that contain one another the
/// widest.
fn told<P: Copy + PartialEq>(rule: &Rule<P>) -> Option<Vec<Privilege>> {
    let alone = Rule { effect: Effect::Grant, who: Who::Anyone, ..rule.clone() };
    let asker = rights::Asker { principal: None, groups: &[], is_owner: false };
    let judge = Judge::new([alone], &asker);
    // What is private is kept from readers by its CLASS (RFC 5545 3.8.1.3), which no entry says.
    let reads =
        [Scope::Public, Scope::Settings].into_iter().all(|scope| judge.may(Permission::Search, scope));
    let is_told = |says: &(Privilege, &[Permission], &[Scope])| {
        is_held(&judge, says) || (says.0 == Privilege::Read && reads)
    };
    let held: Vec<Privilege> = SAYS.into_iter().filter(is_told).map(|says| says.0).collect();
    let is_widest = |one: &Privilege| !held.iter().any(|other| other != one && other.contains(*one));
    let told: Vec<Privilege> = held.iter().copied().filter(is_widest).collect();
    (!told.is_empty()).then_some(told)
}

/// Is a privilege held: by what it says itself, or piece by piece, as one that is the sum of others may be (RFC 3744 3.12)?
fn is_held<P>(judge: &Judge<P>, says: &(Privilege, &[Permission], &[Scope])) -> bool {
    let (privilege, permissions, scopes) = says;
    if permissions.iter().all(|permission| scopes.iter().all(|scope| judge.may(*permission, *scope))) {
        return true;
    }
    // Reading is more than to read who is busy.
    let is_sum = matches!(privilege, Privilege::All | Privilege::Write);
    let is_piece = |other: &Privilege| other != privilege && privilege.contains(*other);
    is_sum && SAYS.iter().filter(|piece| is_piece(&piece.0)).all(|piece| is_held(judge, piece))
}

/// What somebody may do, of whom a judge knows: `current-user-privilege-set` (RFC 3744 5.4). Whoever knows of
/// a calendar reads it and its objects as they see them, and is told what they may.
pub(crate) fn privileges<P>(judge: &Judge<P>) -> Vec<Privilege> {
    if judge.may(Permission::Search, Scope::All) && is_held(judge, &SAYS[0]) {
        return SUPPORTED.to_vec();
    }
    let is_seen = |privilege: &Privilege| {
        judge.knows() && matches!(privilege, Privilege::Read | Privilege::ReadCurrentUserPrivilegeSet)
    };
    let is_said =
        |privilege: &Privilege| SAYS.iter().any(|says| says.0 == *privilege && is_held(judge, says));
    SUPPORTED.into_iter().filter(|privilege| is_seen(privilege) || is_said(privilege)).collect()
}

/// The same of what stands among calendars: whoever may bind in an outbox may send, too.
pub(crate) fn privileges_in<P>(judge: &Judge<P>, collection: Collection) -> Vec<Privilege> {
    let mut held = privileges(judge);
    if collection == Collection::Outbox && held.contains(&Privilege::Bind) {
        held.extend(supported(collection).into_iter().skip(SUPPORTED.len()));
    }
    held
}

#[cfg(test)]
mod tests;
