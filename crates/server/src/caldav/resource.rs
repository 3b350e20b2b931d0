//! A resource that is there, as far as who asks may know of it.

use dav::header::EntityTag;
use dav::{BadHref, Href};
use service::{Actor, Calendar, Collection, Delegation, ObjectId, Principal, Tag};

use super::delegates;
use super::error::{Fault, found};
use super::files::InArea;
use super::place::Place;

/// A resource that is there.
#[derive(Clone, Debug)]
pub(crate) enum Resource {
    /// The root.
    Root,
    /// All principals.
    Principals,
    /// A principal.
    Principal(Principal),
    /// Those who may act for a principal in one way.
    Proxy(Principal, Delegation),
    /// All homes.
    Homes,
    /// The calendars of a principal.
    Home(Principal),
    /// A calendar.
    Calendar(InHome),
    /// An object in its calendar.
    Object(InHome, service::Resource),
    /// All areas.
    Areas,
    /// A collection or a document of files.
    File(InArea),
}

/// A calendar, in whose home.
#[derive(Clone, Debug)]
pub(crate) struct InHome {
    pub(crate) home: Principal,
    pub(crate) calendar: Calendar,
}

impl Resource {
    /// What is at a place; `None` where nothing is, or nothing that the Actor may know of.
    pub(crate) fn find(actor: Actor<'_>, place: &Place) -> Result<Option<Self>, Fault> {
        Ok(match place {
            Place::Root => Some(Self::Root),
            Place::Principals => Some(Self::Principals),
            Place::Homes => Some(Self::Homes),
            Place::Principal(name) => named(actor, name)?.map(Self::Principal),
            Place::Proxy { principal, delegation } => {
                let principal = named(actor, principal)?.filter(delegates::has);
                principal.map(|principal| Self::Proxy(principal, *delegation))
            }
            // It is told, and is nothing that is kept.
            Place::FreeBusy(_) => None,
            Place::Home(name) => named(actor, name)?.map(Self::Home),
            Place::Calendar { home, segment } => InHome::find(actor, home, segment)?.map(Self::Calendar),
            Place::Object { home, segment, name } => {
                let Some(within) = InHome::find(actor, home, segment)? else { return Ok(None) };
                let object = found(actor.resource(within.calendar.id, name))?;
                object.map(|object| Self::Object(within, object))
            }
            Place::Areas => Some(Self::Areas),
            // A document has nothing inside, so its path has no slash at its end.
            Place::File { home, names, is_collection } => InArea::find(actor, home, names)?
                .filter(|within| within.is_collection() || !is_collection)
                .map(Self::File),
        })
    }

    /// Its path.
    pub(crate) fn href(&self) -> Result<Href, BadHref> {
        let place = match self {
            Self::Root => Place::Root,
            Self::Principals => Place::Principals,
            Self::Principal(principal) => Place::Principal(name(principal).to_owned()),
            Self::Proxy(principal, delegation) => {
                Place::Proxy { principal: name(principal).to_owned(), delegation: *delegation }
            }
            Self::Homes => Place::Homes,
            Self::Home(principal) => Place::Home(name(principal).to_owned()),
            Self::Calendar(within) => within.place(),
            Self::Object(within, object) => within.member(&object.name),
            Self::Areas => Place::Areas,
            Self::File(within) => within.place(),
        };
        place.href()
    }

    /// Has it members?
    pub(crate) const fn is_collection(&self) -> bool {
        match self {
            Self::Object(..) => false,
            Self::File(within) => within.is_collection(),
            _ => true,
        }
    }

    /// Its entity tag; a collection has none.
    pub(crate) fn tag(&self) -> Option<EntityTag> {
        match self {
            Self::Object(_, object) => Some(tag(&object.tag)),
            Self::File(within) => within.file.contents.as_ref().map(|contents| tag(&contents.tag)),
            _ => None,
        }
    }
}

impl Resource {
    /// Its schedule tag, where it is scheduled.
    pub(crate) fn schedule_tag(&self) -> Option<EntityTag> {
        match self {
            Self::Object(_, object) => object.schedule_tag.map(schedule_tag),
            _ => None,
        }
    }
}

impl InHome {
    pub(crate) fn find(actor: Actor<'_>, home: &str, segment: &str) -> Result<Option<Self>, Fault> {
        let Some(home) = named(actor, home)? else { return Ok(None) };
        let calendar = found(actor.calendar_in(home.id, segment))?;
        Ok(calendar.map(|calendar| Self { home, calendar }))
    }

    /// Is it a calendar, and nothing for messages?
    pub(crate) fn is_calendar(&self) -> bool {
        self.calendar.collection == Collection::Calendar
    }

    /// Where the calendar is.
    pub(crate) fn place(&self) -> Place {
        Place::Calendar { home: name(&self.home).to_owned(), segment: self.calendar.settings.segment.clone() }
    }

    /// Where an object in it is.
    pub(crate) fn member(&self, object: &str) -> Place {
        Place::Object {
            home: name(&self.home).to_owned(),
            segment: self.calendar.settings.segment.clone(),
            name: object.to_owned(),
        }
    }
}

/// The principal of a segment. An address names them, too, but not here: what has two paths is two things to a client.
pub(crate) fn named(actor: Actor<'_>, segment: &str) -> Result<Option<Principal>, Fault> {
    let principal = found(actor.principal(segment))?;
    Ok(principal.filter(|principal| name(principal) == segment))
}

/// The segment of a principal. An owner whom nobody has named has none, and signs in nowhere.
pub(crate) fn name(principal: &Principal) -> &str {
    principal.profile.name.as_deref().unwrap_or_default()
}

/// The entity tag of a text.
pub(crate) fn tag(tag: &Tag) -> EntityTag {
    EntityTag::strong(&tag.to_string())
}

/// A schedule tag as headers have it (RFC 6638 3.2.10).
pub(crate) fn schedule_tag(tag: service::ScheduleTag) -> EntityTag {
    EntityTag::strong(&tag.to_string())
}

/// The path of a principal.
pub(crate) fn principal_href(principal: &Principal) -> Result<Href, BadHref> {
    Place::Principal(name(principal).to_owned()).href()
}

/// The path of a principal's calendars.
pub(crate) fn home_href(principal: &Principal) -> Result<Href, BadHref> {
    Place::Home(name(principal).to_owned()).href()
}

/// What is directly inside of a collection, a page at a time.
pub(crate) struct Members {
    of: Resource,
    reached: Reached,
}

enum Reached {
    Start,
    /// Behind this object of a calendar.
    Behind(ObjectId),
    /// Behind this name of a collection.
    BehindName(String),
    End,
}

/// So many objects at once.
const PAGE: u32 = 256;

impl Members {
    pub(crate) const fn of(resource: Resource) -> Self {
        Self { of: resource, reached: Reached::Start }
    }

    /// The next of them; none after the last.
    pub(crate) fn next(&mut self, actor: Actor<'_>) -> Result<Vec<Resource>, Fault> {
        let (after, after_name) = match std::mem::replace(&mut self.reached, Reached::End) {
            Reached::Start => (None, None),
            Reached::Behind(object) => (Some(object), None),
            Reached::BehindName(name) => (None, Some(name)),
            Reached::End => return Ok(Vec::new()),
        };
        Ok(match &self.of {
            Resource::Root => vec![Resource::Principals, Resource::Homes, Resource::Areas],
            Resource::Principals => actor.principals()?.into_iter().map(Resource::Principal).collect(),
            Resource::Homes => actor.principals()?.into_iter().map(Resource::Home).collect(),
            Resource::Home(home) => {
                let messages = actor.collections_of_messages(home.id)?;
                let calendars = actor.calendars_in(home.id)?.into_iter().chain(messages);
                calendars
                    .map(|calendar| Resource::Calendar(InHome { home: home.clone(), calendar }))
                    .collect()
            }
            Resource::Calendar(within) => {
                let page = actor.page(within.calendar.id, after, PAGE)?;
                if let Some(last) = page.last() {
                    self.reached = Reached::Behind(last.id);
                }
                page.into_iter().map(|object| Resource::Object(within.clone(), object)).collect()
            }
            // Those of others are not there.
            Resource::Areas => InArea::of(actor, actor.me()?)?.into_iter().map(Resource::File).collect(),
            Resource::File(within) if within.is_collection() => {
                let page = actor.files(&within.file, after_name.as_deref(), PAGE)?;
                if let Some(last) = page.last() {
                    self.reached = Reached::BehindName(last.name.clone());
                }
                page.into_iter().map(|file| Resource::File(within.member(file))).collect()
            }
            Resource::Principal(principal) => delegates::inside(principal),
            Resource::Proxy(..) | Resource::Object(..) | Resource::File(_) => Vec::new(),
        })
    }
}
