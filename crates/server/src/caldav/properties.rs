//! What the live properties of each kind of resource say.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use dav::{Found, Href, Privilege, Property, PropertyName, Propfind, Refused, Report, Value};
use httpdate::fmt_http_date;
use ical::ComponentKind;
use ical::civil::Timestamp;
use service::{Actor, Collection, Delegation, Principal, PrincipalId, PrincipalKind};

use super::Scope;
use super::acl::{self, SUPPORTED};
use super::answer::CALENDAR;
use super::delegates;
use super::error::Fault;
use super::files::InArea;
use super::place::Place;
use super::resource::{InHome, Resource, home_href, principal_href};

/// The kinds of objects that a calendar keeps.
pub(crate) const KINDS: [&str; 5] = ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY"];

/// What is answered of a resource to one who asks for these.
pub(crate) fn found(
    actor: Actor<'_>,
    scope: &Scope,
    resource: &Resource,
    asked: &Propfind,
) -> Result<Vec<Found>, Fault> {
    let mut all = Vec::new();
    match asked {
        Propfind::Prop(names) => {
            let kept = if names.iter().any(|name| is_kept(resource, name)) {
                kept(actor, resource)?
            } else {
                Vec::new()
            };
            let kept = |name: &PropertyName| kept.iter().find(|(kept, _)| kept == name).cloned();
            for name in names {
                let value = match kept(name) {
                    Some((_, xml)) => Some(Value::Whole(xml)),
                    None => value(actor, scope, resource, name)?,
                };
                all.push(Found { name: name.clone(), value: value.ok_or(Refused::NOT_FOUND) });
            }
        }
        Propfind::Allprop(_) | Propfind::Propname => {
            for property in Property::ALL.iter().copied().filter(|property| asked.asks(*property)) {
                let name = PropertyName::Known(property);
                if let Some(value) = value(actor, scope, resource, &name)? {
                    let value = if asked.asks_all() { value } else { Value::Empty };
                    all.push(Found { name, value: Ok(value) });
                }
            }
            for (name, xml) in kept(actor, resource)? {
                // A live one is told where it is asked for by name (RFC 4791 5.2.2).
                if name.known().is_none_or(|name| name.is_in_allprop() || *asked == Propfind::Propname) {
                    let value = if asked.asks_all() { Value::Whole(xml) } else { Value::Empty };
                    all.push(Found { name, value: Ok(value) });
                }
            }
        }
    }
    Ok(all)
}

/// Is a property kept as it came?
fn is_kept(resource: &Resource, name: &PropertyName) -> bool {
    if let Resource::File(_) = resource {
        return name.known().is_none_or(|property| !property.is_protected());
    }
    matches!(name.known(), None | Some(Property::CalendarOrder | Property::CalendarTimezone))
}

/// The properties of a resource that are kept as they came: their names and elements.
fn kept(actor: Actor<'_>, resource: &Resource) -> Result<Vec<(PropertyName, String)>, Fault> {
    let named = |kept: service::Kept| {
        let name = xml::Name::new(&kept.name.namespace, &kept.name.local);
        (PropertyName::of(name), kept.xml)
    };
    let (within, name) = match resource {
        Resource::File(within) => {
            let kept = super::error::found(actor.file_properties(&within.file))?.unwrap_or_default();
            return Ok(kept.into_iter().map(named).collect());
        }
        Resource::Calendar(within) => (within, None),
        Resource::Object(within, object) => (within, Some(object.name.as_str())),
        _ => return Ok(Vec::new()),
    };
    // It may have gone since it was found.
    let kept = super::error::found(actor.properties(within.calendar.id, name))?.unwrap_or_default();
    Ok(kept.into_iter().map(named).collect())
}

/// What a property of a resource says; `None` where it has none.
fn value(
    actor: Actor<'_>,
    scope: &Scope,
    resource: &Resource,
    name: &PropertyName,
) -> Result<Option<Value>, Fault> {
    let Some(property) = name.known() else { return Ok(None) };
    if let Some(value) = of_all(actor, scope, resource, property)? {
        return Ok(Some(value));
    }
    match resource {
        Resource::Root | Resource::Principals | Resource::Homes | Resource::Areas => Ok(None),
        Resource::File(within) => of_file(actor, within, property),
        Resource::Principal(principal) => of_principal(actor, scope, principal, property),
        Resource::Proxy(principal, delegation) => delegates::value(actor, (principal, *delegation), property),
        Resource::Home(principal) => of_home(actor, principal, property),
        Resource::Calendar(within) => of_calendar(actor, scope, within, property),
        Resource::Object(within, object) => of_object(actor, within, object, property),
    }
}

/// What every resource has.
fn of_all(
    actor: Actor<'_>,
    scope: &Scope,
    resource: &Resource,
    property: Property,
) -> Result<Option<Value>, Fault> {
    Ok(Some(match property {
        Property::ResourceType => Value::Names(types(resource)),
        Property::CurrentUserPrincipal => Value::Hrefs(vec![scope.me.clone()]),
        Property::PrincipalCollectionSet => Value::Hrefs(vec![Place::Principals.href()?]),
        Property::SupportedReportSet => Value::Reports(reports(resource)),
        Property::CurrentUserPrivilegeSet => Value::Privileges(privileges(actor, resource)?),
        Property::SupportedPrivilegeSet => Value::PrivilegeTree(match resource {
            Resource::Calendar(within) => acl::supported(within.calendar.collection),
            _ => SUPPORTED.to_vec(),
        }),
        Property::AclRestrictions => Value::Names(vec![dav::name::dav("deny-before-grant")]),
        Property::SupportedLock => Value::SupportedLock,
        Property::LockDiscovery => {
            let now = actor.now();
            let locks = scope.locks.on(&resource.href()?, now);
            Value::Locks(locks.iter().map(|lock| lock.told(&scope.name, now)).collect())
        }
        _ => return Ok(None),
    }))
}

/// `resourcetype`
pub(crate) fn types(resource: &Resource) -> Vec<xml::Name<'static>> {
    match resource {
        Resource::Root | Resource::Principals | Resource::Homes | Resource::Home(_) | Resource::Areas => {
            vec![dav::name::COLLECTION]
        }
        Resource::File(within) if within.is_collection() => vec![dav::name::COLLECTION],
        Resource::Principal(_) => vec![dav::name::COLLECTION, dav::name::dav("principal")],
        Resource::Proxy(_, delegation) => {
            let word = xml::Name::new(dav::name::CALENDAR_SERVER, delegates::word(*delegation));
            vec![dav::name::COLLECTION, dav::name::dav("principal"), word]
        }
        Resource::Calendar(within) => {
            let kind = match within.calendar.collection {
                Collection::Calendar => dav::name::CALENDAR,
                Collection::Inbox => dav::name::caldav("schedule-inbox"),
                Collection::Outbox => dav::name::caldav("schedule-outbox"),
            };
            vec![dav::name::COLLECTION, kind]
        }
        Resource::Object(..) | Resource::File(_) => Vec::new(),
    }
}

/// Which reports a resource answers.
pub(crate) fn reports(resource: &Resource) -> Vec<xml::Name<'static>> {
    let [query, multiget, free_busy, sync, expand, acl, principal, search, search_set] = Report::NAMES;
    match resource {
        Resource::Calendar(within) if within.calendar.collection == Collection::Outbox => vec![expand, acl],
        Resource::Calendar(within) if within.calendar.collection == Collection::Inbox => {
            vec![query, multiget, sync, expand, acl]
        }
        Resource::Calendar(_) => vec![query, multiget, free_busy, sync, expand, acl],
        Resource::Object(..) => vec![query, multiget, expand, acl],
        Resource::Home(_) => vec![multiget, expand, acl],
        Resource::Principals | Resource::Root => vec![expand, principal, search, search_set],
        Resource::Principal(_)
        | Resource::Proxy(..)
        | Resource::Homes
        | Resource::Areas
        | Resource::File(_) => vec![expand],
    }
}

/// What who asks may do.
fn privileges(actor: Actor<'_>, resource: &Resource) -> Result<Vec<Privilege>, Fault> {
    match resource {
        Resource::Home(home) if home.id == actor.principal_id() => Ok(SUPPORTED.to_vec()),
        Resource::File(_) => Ok(SUPPORTED.to_vec()),
        Resource::Calendar(InHome { home, calendar }) if home.id == actor.principal_id() => {
            Ok(acl::supported(calendar.collection))
        }
        Resource::Object(InHome { home, .. }, _) if home.id == actor.principal_id() => Ok(SUPPORTED.to_vec()),
        Resource::Calendar(InHome { calendar, .. }) => {
            Ok(acl::privileges_in(&actor.rights(calendar.id)?, calendar.collection))
        }
        Resource::Object(within, _) => Ok(acl::privileges(&actor.rights(within.calendar.id)?)),
        Resource::Proxy(principal, _) if actor.may_set_delegates(principal.id)? => {
            Ok(vec![Privilege::Read, Privilege::ReadCurrentUserPrivilegeSet, Privilege::WriteProperties])
        }
        _ => Ok(vec![Privilege::Read, Privilege::ReadCurrentUserPrivilegeSet]),
    }
}

fn of_principal(
    actor: Actor<'_>,
    scope: &Scope,
    principal: &Principal,
    property: Property,
) -> Result<Option<Value>, Fault> {
    let profile = &principal.profile;
    let name = profile.name.as_deref().unwrap_or_default();
    let addresses = || profile.addresses.iter().map(|(address, _)| address.to_string());
    Ok(Some(match property {
        Property::DisplayName => Value::Text(profile.display.as_deref().unwrap_or(name).to_owned()),
        Property::PrincipalUrl | Property::Owner => Value::Hrefs(vec![principal_href(principal)?]),
        Property::AlternateUriSet => Value::Addresses(addresses().collect()),
        Property::GroupMembership => Value::Hrefs(memberships(actor, principal)?),
        // It is nobody else's matter for whom somebody acts.
        Property::CalendarProxyReadFor if principal.id == actor.principal_id() => {
            delegates::acts_for(actor, Delegation::Read)?
        }
        Property::CalendarProxyWriteFor if principal.id == actor.principal_id() => {
            delegates::acts_for(actor, Delegation::Write)?
        }
        Property::GroupMemberSet if profile.kind == PrincipalKind::Group => {
            hrefs(&actor.members(principal.id)?)?
        }
        Property::CalendarHomeSet => Value::Hrefs(homes(actor, principal)?),
        Property::ScheduleInboxUrl => Value::Hrefs(vec![messages_href(principal, "inbox")?]),
        Property::ScheduleOutboxUrl => Value::Hrefs(vec![messages_href(principal, "outbox")?]),
        // Whoever has no address is told of by their path alone: they are invited by nobody.
        Property::CalendarUserAddressSet if profile.addresses.is_empty() => {
            Value::Addresses(vec![scope.site.write(&principal_href(principal)?)])
        }
        Property::CalendarUserAddressSet => Value::Addresses(addresses().collect()),
        Property::CalendarUserType => Value::Text(
            match profile.kind {
                PrincipalKind::Individual => "INDIVIDUAL",
                PrincipalKind::Group => "GROUP",
                PrincipalKind::Room => "ROOM",
                PrincipalKind::Resource => "RESOURCE",
            }
            .to_owned(),
        ),
        _ => return Ok(None),
    }))
}

/// The path of the collection of a principal's messages that has this segment.
fn messages_href(principal: &Principal, segment: &str) -> Result<Href, Fault> {
    let home = principal.profile.name.clone().unwrap_or_default();
    Ok(Place::Calendar { home, segment: segment.to_owned() }.href()?)
}

/// What a principal is a member of: groups; for themselves also those who may act for others, among whom they are.
fn memberships(actor: Actor<'_>, principal: &Principal) -> Result<Vec<Href>, Fault> {
    let mut all: Vec<Resource> =
        actor.groups_of(principal.id)?.into_iter().map(Resource::Principal).collect();
    if principal.id == actor.principal_id() {
        all.extend(delegates::around(actor)?);
    }
    Ok(all.iter().map(Resource::href).collect::<Result<_, _>>()?)
}

/// The paths of principals.
fn hrefs(principals: &[Principal]) -> Result<Value, Fault> {
    Ok(Value::Hrefs(principals.iter().map(principal_href).collect::<Result<_, _>>()?))
}

/// Where a principal's calendars are; for themselves those of others that name them, too, behind their own.
fn homes(actor: Actor<'_>, principal: &Principal) -> Result<Vec<Href>, Fault> {
    let mut homes = vec![home_href(principal)?];
    if principal.id == actor.principal_id() {
        let owners: BTreeSet<PrincipalId> = actor.shared()?.iter().map(|calendar| calendar.home).collect();
        for owner in owners {
            homes.push(home_href(&actor.principal_of(owner)?)?);
        }
    }
    Ok(homes)
}

fn of_home(actor: Actor<'_>, home: &Principal, property: Property) -> Result<Option<Value>, Fault> {
    Ok(Some(match property {
        Property::DisplayName => {
            let name = home.profile.display.as_deref().or(home.profile.name.as_deref());
            Value::Text(name.unwrap_or_default().to_owned())
        }
        Property::Owner => Value::Hrefs(vec![principal_href(home)?]),
        Property::Acl => Value::Acl(acl::of_home(actor, home)?),
        Property::SupportedCalendarComponentSet => components(),
        _ => return Ok(None),
    }))
}

fn of_calendar(
    actor: Actor<'_>,
    scope: &Scope,
    within: &InHome,
    property: Property,
) -> Result<Option<Value>, Fault> {
    let InHome { home, calendar } = within;
    let settings = &calendar.settings;
    let limits = &actor.options().limits;
    let number = |number: usize| Value::Text(number.to_string());
    if !within.is_calendar() {
        return of_messages(actor, within, property);
    }
    Ok(Some(match property {
        Property::DisplayName => Value::Text(settings.name.clone()),
        Property::Owner => Value::Hrefs(vec![principal_href(home)?]),
        Property::Acl => return Ok(acl::of_calendar(actor, within, false)?.map(Value::Acl)),
        Property::GetCtag => Value::Text(format!("\"{}\"", actor.token(calendar.id)?)),
        Property::SyncToken => Value::Text(super::report::token_uri(&actor.token(calendar.id)?)),
        Property::SupportedCalendarComponentSet => match &settings.kinds {
            Some(kinds) => {
                let names = kinds.iter().filter_map(|kind| kind.name());
                Value::Components(names.map(str::to_owned).collect())
            }
            None => components(),
        },
        Property::ScheduleCalendarTransp => {
            let word = if settings.is_transparent { "transparent" } else { "opaque" };
            Value::Names(vec![dav::name::caldav(word)])
        }
        Property::SupportedCalendarData => Value::SupportedCalendarData,
        Property::SupportedCollationSet => Value::SupportedCollations,
        Property::MaxResourceSize => number(limits.object.min(scope.body)),
        Property::MaxAttendeesPerInstance => number(limits.attendees),
        Property::MinDateTime => Value::Text("00000101T000000Z".to_owned()),
        Property::MaxDateTime => Value::Text("99991231T235959Z".to_owned()),
        Property::CalendarColor => match &settings.color {
            Some(color) => Value::Text(color.clone()),
            None => return Ok(None),
        },
        Property::CalendarDescription => match &settings.description {
            Some(description) => Value::Text(description.clone()),
            None => return Ok(None),
        },
        Property::CalendarTimezoneId => match &settings.zone {
            Some(zone) => Value::Text(zone.clone()),
            None => return Ok(None),
        },
        Property::AddMember => Value::Hrefs(vec![within.place().href()?]),
        _ => return Ok(None),
    }))
}

/// What an inbox or an outbox says of itself (RFC 6638 2).
fn of_messages(actor: Actor<'_>, within: &InHome, property: Property) -> Result<Option<Value>, Fault> {
    let InHome { home, calendar } = within;
    let is_inbox = calendar.collection == Collection::Inbox;
    Ok(Some(match property {
        Property::DisplayName => Value::Text(calendar.settings.name.clone()),
        Property::Owner => Value::Hrefs(vec![principal_href(home)?]),
        Property::Acl => return Ok(acl::of_calendar(actor, within, false)?.map(Value::Acl)),
        Property::SupportedCalendarComponentSet => components(),
        Property::SupportedCalendarData => Value::SupportedCalendarData,
        Property::SupportedCollationSet => Value::SupportedCollations,
        Property::GetCtag if is_inbox => Value::Text(format!("\"{}\"", actor.token(calendar.id)?)),
        Property::SyncToken if is_inbox => Value::Text(super::report::token_uri(&actor.token(calendar.id)?)),
        Property::ScheduleDefaultCalendarUrl if is_inbox => {
            let first = actor.default_calendar_of(home.id)?;
            let first = first.map(|calendar| InHome { home: home.clone(), calendar }.place().href());
            Value::Hrefs(first.transpose()?.into_iter().collect())
        }
        Property::CalendarAvailability if is_inbox => {
            return Ok(super::inbox::availability_of(actor, within)?.map(Value::Text));
        }
        _ => return Ok(None),
    }))
}

fn of_file(actor: Actor<'_>, within: &InArea, property: Property) -> Result<Option<Value>, Fault> {
    let file = &within.file;
    let contents = file.contents.as_ref();
    let text = |text: Option<String>| text.map(Value::Text);
    let room = |of: fn(&service::Room) -> u64| -> Result<Option<Value>, Fault> {
        let is_asked = within.is_collection();
        let room = is_asked.then(|| actor.room(file.home)).transpose()?;
        Ok(room.map(|room| Value::Text(of(&room).to_string())))
    };
    Ok(match property {
        Property::GetEtag => text(contents.map(|contents| super::resource::tag(&contents.tag).to_string())),
        Property::GetContentType => text(within.media().map(str::to_owned)),
        Property::GetContentLength => text(contents.map(|contents| contents.size.to_string())),
        // An area is there as long as its owner is.
        Property::GetLastModified if !within.names.is_empty() => text(Some(http_date(file.modified))),
        Property::CreationDate if !within.names.is_empty() => text(rfc_3339(file.created)),
        Property::QuotaUsedBytes => room(|room| room.used)?,
        Property::QuotaAvailableBytes => room(|room| room.available)?,
        Property::Owner => Some(Value::Hrefs(vec![principal_href(&within.home)?])),
        Property::Acl => Some(Value::Acl(acl::of_owner_alone(&within.home)?)),
        _ => None,
    })
}

fn of_object(
    actor: Actor<'_>,
    within: &InHome,
    object: &service::Resource,
    property: Property,
) -> Result<Option<Value>, Fault> {
    Ok(Some(match property {
        Property::GetEtag => Value::Text(super::resource::tag(&object.tag).to_string()),
        Property::GetContentType => Value::Text(media(object.kind)),
        Property::GetContentLength => Value::Text(object.size.to_string()),
        Property::GetLastModified => Value::Text(http_date(object.modified)),
        Property::ScheduleTag => match object.schedule_tag {
            Some(tag) => Value::Text(super::resource::schedule_tag(tag).to_string()),
            None => return Ok(None),
        },
        Property::CreationDate => match rfc_3339(object.created) {
            Some(date) => Value::Text(date),
            None => return Ok(None),
        },
        Property::Owner => Value::Hrefs(vec![principal_href(&within.home)?]),
        Property::Acl => return Ok(acl::of_calendar(actor, within, true)?.map(Value::Acl)),
        _ => return Ok(None),
    }))
}

fn components() -> Value {
    Value::Components(KINDS.iter().map(|kind| (*kind).to_owned()).collect())
}

/// The media type of an object, with the kind of its components, as clients like to know it before they ask for more.
pub(crate) fn media(kind: ComponentKind) -> String {
    match kind.name() {
        Some(name) => format!("{CALENDAR}; component={}", name.to_lowercase()),
        None => CALENDAR.to_owned(),
    }
}

/// A time as HTTP has it (RFC 9110 5.6.7).
pub(crate) fn http_date(at: Timestamp) -> String {
    let seconds = u64::try_from(at.0).unwrap_or(0);
    fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.min(253_402_300_799)))
}

/// A time as `creationdate` has it (RFC 4918 15.1).
fn rfc_3339(at: Timestamp) -> Option<String> {
    let wall = at.to_utc()?;
    let (date, time) = (wall.date, wall.time);
    Some(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    ))
}
