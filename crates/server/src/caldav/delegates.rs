//! Delegates as clients of Apple's know them: each principal has two more inside, whose members may read for it, and write for it
//! (Apple's `caldav-proxy`).

use dav::{Href, Instruction, Precondition, Property, Refused, SetProperty, Value};
use service::{Actor, Delegation, Principal, PrincipalId, PrincipalKind};

use super::Call;
use super::acl;
use super::error::Fault;
use super::place::Place;
use super::proppatch::Setting;
use super::resource::{Resource, name, principal_href};

/// What the element of a resource type, and the last segment of a path, are called.
pub(crate) const fn word(delegation: Delegation) -> &'static str {
    match delegation {
        Delegation::Read => "calendar-proxy-read",
        Delegation::Write => "calendar-proxy-write",
    }
}

/// What a segment inside of a principal means.
pub(crate) fn of_word(segment: &str) -> Option<Delegation> {
    Delegation::EACH.into_iter().find(|delegation| word(*delegation) == segment)
}

/// Can anybody act for a principal? A group has no calendars.
pub(crate) fn has(principal: &Principal) -> bool {
    principal.profile.kind != PrincipalKind::Group
}

/// Both that are inside of a principal.
pub(crate) fn inside(principal: &Principal) -> Vec<Resource> {
    let each = Delegation::EACH.into_iter().filter(|_| has(principal));
    each.map(|delegation| Resource::Proxy(principal.clone(), delegation)).collect()
}

/// Those that who asks is in.
pub(crate) fn around(actor: Actor<'_>) -> Result<Vec<Resource>, Fault> {
    let proxies = actor.acts_for()?.into_iter();
    Ok(proxies.map(|(principal, delegation)| Resource::Proxy(principal, delegation)).collect())
}

/// The paths of those for whom who asks may act in this way.
pub(crate) fn acts_for(actor: Actor<'_>, delegation: Delegation) -> Result<Value, Fault> {
    let of = actor.acts_for()?.into_iter().filter(|(_, found)| *found == delegation);
    Ok(Value::Hrefs(of.map(|(principal, _)| principal_href(&principal)).collect::<Result<_, _>>()?))
}

/// The path of one of the two.
pub(crate) fn href(principal: &Principal, delegation: Delegation) -> Result<Href, Fault> {
    Ok(Place::Proxy { principal: name(principal).to_owned(), delegation }.href()?)
}

/// What one of the two says.
pub(crate) fn value(
    actor: Actor<'_>,
    (principal, delegation): (&Principal, Delegation),
    property: Property,
) -> Result<Option<Value>, Fault> {
    Ok(Some(match property {
        Property::DisplayName => Value::Text(word(delegation).to_owned()),
        Property::PrincipalUrl => Value::Hrefs(vec![href(principal, delegation)?]),
        Property::Owner => Value::Hrefs(vec![principal_href(principal)?]),
        Property::AlternateUriSet => Value::Addresses(Vec::new()),
        Property::GroupMembership => Value::Hrefs(Vec::new()),
        Property::GroupMemberSet => {
            let delegates = match actor.delegates(principal.id) {
                // Whoever may not see who may do what in a home may not see it here either.
                Err(service::Error::Refused(service::Refusal::NoRight) | service::Error::NotFound(_)) => {
                    return Ok(None);
                }
                delegates => delegates?,
            };
            let of = delegates.iter().filter(|(_, found)| *found == delegation);
            Value::Hrefs(of.map(|(member, _)| principal_href(member)).collect::<Result<_, _>>()?)
        }
        _ => return Ok(None),
    }))
}

/// What an instruction makes of the members of one of the two.
pub(crate) fn setting(
    call: &Call<'_>,
    of: &Principal,
    instruction: &Instruction,
) -> Result<Result<Setting, Refused>, Fault> {
    match (instruction.name().known(), instruction) {
        (Some(Property::GroupMemberSet), Instruction::Set(property)) => {
            Ok(members(call, of, property)?.map(Setting::Members).map_err(Refused::from))
        }
        (Some(Property::GroupMemberSet), Instruction::Remove(_)) => Ok(Ok(Setting::Members(Vec::new()))),
        (Some(property), _) if property.is_protected() => {
            Ok(Err(Precondition::CannotModifyProtectedProperty.into()))
        }
        _ => Ok(Err(Refused::FORBIDDEN)),
    }
}

/// Those whom a value names. What is refused of them is refused as in an entry of an access control list (RFC 3744 8.1.1), which
/// their being members is.
fn members(
    call: &Call<'_>,
    of: &Principal,
    property: &SetProperty,
) -> Result<Result<Vec<PrincipalId>, Precondition>, Fault> {
    let mut members: Vec<PrincipalId> = Vec::new();
    for inside in property.elements.iter().filter(|inside| inside.is(dav::name::HREF)) {
        let Ok(href) = call.site.read(&inside.text) else {
            return Ok(Err(Precondition::RecognizedPrincipal));
        };
        match acl::of_href(call.actor, &href)? {
            None => return Ok(Err(Precondition::RecognizedPrincipal)),
            // The owner has all, and cannot be given any of it.
            Some(member) if member.id == of.id => return Ok(Err(Precondition::AllowedPrincipal)),
            Some(member) if members.contains(&member.id) => {}
            Some(member) => members.push(member.id),
        }
    }
    Ok(Ok(members))
}

/// Lets those whom settings name last, and no others, act for a principal in one way.
pub(crate) fn set<'s>(
    call: &Call<'_>,
    (principal, delegation): (&Principal, Delegation),
    settings: impl DoubleEndedIterator<Item = &'s Setting>,
) -> Result<(), Fault> {
    let named = settings.rev().find_map(|setting| match setting {
        Setting::Members(members) => Some(members),
        _ => None,
    });
    let Some(members) = named else { return Ok(()) };
    let line = format!("{}: who may {} for them was set", name(principal), delegation.word());
    Ok(call.actor.set_delegates(principal.id, delegation, members, &line)?)
}
