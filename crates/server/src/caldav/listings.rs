//! Listings that are asked for again and again: what PROPFIND answers of the objects of a calendar, kept, and brought up to
//! date by what changed since. So one that is asked again costs what changed and what is sent.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dav::{Multistatus, Property, PropertyName, Propfind};
use service::{Actor, CalendarId, Changed, Error, Refusal};

use super::answer::{Step, Writing};
use super::error::Fault;
use super::properties;
use super::resource::{InHome, Members, Resource};
use super::{Call, Scope};

/// All listings that are kept; those that were not asked for the longest go first.
#[derive(Debug)]
pub(crate) struct Listings {
    /// Octets of all of them.
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    by_key: HashMap<Key, Slot>,
    octets: usize,
    /// Counts the questions.
    now: u64,
}

#[derive(Debug)]
struct Slot {
    listing: Arc<Mutex<Listing>>,
    octets: usize,
    /// The question that asked for it last.
    asked: u64,
}

/// Which listing. A calendar that moves has another path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    calendar: CalendarId,
    path: String,
    asked: Vec<Property>,
}

/// The responses of a calendar's objects by their names, as they were at a moment.
#[derive(Debug)]
struct Listing {
    /// The moment, as [`Actor::changes`] takes it.
    token: String,
    responses: BTreeMap<String, Box<str>>,
    octets: usize,
}

/// So many changes, or responses, at once.
const PAGE: u32 = 256;
/// What a response takes up in memory beside its name and itself.
const BESIDE: usize = 64;

/// The properties that every object has, and that change with it alone.
const OF_OBJECTS: [Property; 5] = [
    Property::GetEtag,
    Property::ResourceType,
    Property::GetContentType,
    Property::GetContentLength,
    Property::GetLastModified,
];

impl Listings {
    /// None yet; so many octets at most.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, kept: Mutex::default() }
    }

    /// The listing of a key as its calendar is now; `None` where it is not kept.
    fn find(&self, key: &Key, actor: Actor<'_>, pen: &mut Pen) -> Result<Option<Arc<Mutex<Listing>>>, Fault> {
        let listing = {
            let mut kept = locked(&self.kept);
            kept.now += 1;
            let now = kept.now;
            let Some(slot) = kept.by_key.get_mut(key) else { return Ok(None) };
            slot.asked = now;
            Arc::clone(&slot.listing)
        };
        let octets = locked(&listing).catch_up(key.calendar, actor, pen)?;
        let mut kept = locked(&self.kept);
        match octets {
            Some(octets) => kept.settle(key, octets, self.most),
            None => kept.remove(key),
        }
        Ok(octets.is_some().then_some(listing))
    }

    fn keep(&self, key: &Key, listing: Listing) {
        let mut kept = locked(&self.kept);
        kept.now += 1;
        let (asked, octets) = (kept.now, listing.octets);
        kept.remove(key);
        let slot = Slot { listing: Arc::new(Mutex::new(listing)), octets: 0, asked };
        kept.by_key.insert(key.clone(), slot);
        kept.settle(key, octets, self.most);
    }
}

impl Kept {
    /// A listing takes up so much now; others go where that is more than there is room for.
    fn settle(&mut self, key: &Key, octets: usize, most: usize) {
        let Some(slot) = self.by_key.get_mut(key) else { return };
        self.octets = self.octets - slot.octets + octets;
        slot.octets = octets;
        while self.octets > most {
            let oldest = self.by_key.iter().min_by_key(|(_, slot)| slot.asked).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { return };
            self.remove(&oldest);
        }
    }

    fn remove(&mut self, key: &Key) {
        if let Some(slot) = self.by_key.remove(key) {
            self.octets -= slot.octets;
        }
    }
}

impl Listing {
    /// Brings it to what is there now, and tells how many octets it takes up; `None` where that cannot be told.
    fn catch_up(
        &mut self,
        calendar: CalendarId,
        actor: Actor<'_>,
        pen: &mut Pen,
    ) -> Result<Option<usize>, Fault> {
        loop {
            let changes = match actor.changes(calendar, Some(&self.token), PAGE) {
                Err(Error::Refused(Refusal::TokenUnknown)) => return Ok(None),
                changes => changes?,
            };
            for changed in changes.changes {
                match changed {
                    Changed::Removed(name) => self.remove(&name),
                    Changed::Resource(object) => {
                        let name = object.name.clone();
                        let response = pen.response(actor, object)?;
                        self.insert(name, response);
                    }
                }
            }
            self.token = changes.token;
            if !changes.has_more {
                return Ok(Some(self.octets));
            }
        }
    }

    fn insert(&mut self, name: String, response: String) {
        self.remove(&name);
        self.octets += name.len() + response.len() + BESIDE;
        self.responses.insert(name, response.into());
    }

    fn remove(&mut self, name: &str) {
        if let Some(response) = self.responses.remove(name) {
            self.octets -= name.len() + response.len() + BESIDE;
        }
    }

    /// Writes some responses behind a name, and tells the last that it wrote; `None` where there are no more.
    fn write_behind(&self, name: &str, writing: &mut Writing) -> Option<String> {
        let behind = (Bound::Excluded(name), Bound::Unbounded);
        let mut last = None;
        for (name, response) in self.responses.range::<str, _>(behind).take(PAGE as usize) {
            writing.written(response);
            last = Some(name);
        }
        last.cloned()
    }
}

/// Writes the responses of a calendar's objects one at a time.
struct Pen {
    within: InHome,
    asked: Propfind,
    scope: Arc<Scope>,
    writing: Writing,
}

impl Pen {
    fn response(&mut self, actor: Actor<'_>, object: service::Resource) -> Result<String, Fault> {
        let resource = Resource::Object(self.within.clone(), object);
        let found = properties::found(actor, &self.scope, &resource, &self.asked)?;
        self.writing.resource(&resource.href()?, &found);
        Ok(self.writing.take())
    }
}

/// A way through the objects of a calendar, by a listing that is kept, or is made on the way.
pub(crate) struct Walk {
    key: Key,
    pen: Pen,
    reached: Reached,
}

enum Reached {
    Start,
    /// Behind a name of a listing that is kept.
    Behind(Arc<Mutex<Listing>>, String),
    Making(Box<Making>),
}

/// A listing that is made on the way.
struct Making {
    members: Members,
    /// What it is so far, as long as there is room for it.
    listing: Option<Listing>,
}

impl Walk {
    /// The way that answers a question about what is directly inside a resource; `None` where no listing can: the resource
    /// is no calendar of who asks, or more is asked than what changes with its objects alone. Others may see less.
    pub(crate) fn of(call: &Call<'_>, resource: &Resource, asked: &Propfind) -> Result<Option<Self>, Fault> {
        let (Resource::Calendar(within), Propfind::Prop(names)) = (resource, asked) else { return Ok(None) };
        let known = |name: &PropertyName| name.known().filter(|property| OF_OBJECTS.contains(property));
        let Some(properties) = names.iter().map(known).collect() else { return Ok(None) };
        if within.home.id != call.actor.principal_id() {
            return Ok(None);
        }
        let path = call.site.write(&within.place().href()?);
        let key = Key { calendar: within.calendar.id, path, asked: properties };
        let mut writing = Multistatus::new(Arc::clone(&call.site), call.prefer);
        // The beginning of a multistatus is not a response's.
        writing.take();
        let (within, asked, scope) = (within.clone(), asked.clone(), Arc::clone(&call.scope));
        let pen = Pen { within, asked, scope, writing };
        Ok(Some(Self { key, pen, reached: Reached::Start }))
    }

    /// Writes some responses more.
    pub(crate) fn step(&mut self, actor: Actor<'_>, writing: &mut Writing) -> Result<Step, Fault> {
        let listings = Arc::clone(&self.pen.scope.listings);
        if matches!(self.reached, Reached::Start) {
            self.reached = match listings.find(&self.key, actor, &mut self.pen)? {
                Some(listing) => Reached::Behind(listing, String::new()),
                None => self.make(actor)?,
            };
        }
        match &mut self.reached {
            Reached::Start => Ok(Step::Done(None)),
            Reached::Behind(listing, name) => match locked(listing).write_behind(name, writing) {
                Some(last) => {
                    *name = last;
                    Ok(Step::More)
                }
                None => Ok(Step::Done(None)),
            },
            Reached::Making(making) => {
                let page = making.members.next(actor)?;
                if page.is_empty() {
                    if let Some(listing) = making.listing.take() {
                        listings.keep(&self.key, listing);
                    }
                    return Ok(Step::Done(None));
                }
                for member in page {
                    let Resource::Object(_, object) = member else { continue };
                    let name = object.name.clone();
                    let response = self.pen.response(actor, object)?;
                    writing.written(&response);
                    if let Some(listing) = &mut making.listing {
                        listing.insert(name, response);
                    }
                }
                if making.listing.as_ref().is_some_and(|listing| listing.octets > listings.most) {
                    making.listing = None;
                }
                Ok(Step::More)
            }
        }
    }

    /// Begins a listing. What changes from here on is caught up with when it is asked for again.
    fn make(&self, actor: Actor<'_>) -> Result<Reached, Fault> {
        let token = actor.token(self.key.calendar)?;
        let members = Members::of(Resource::Calendar(self.pen.within.clone()));
        let listing = Some(Listing { token, responses: BTreeMap::new(), octets: 0 });
        Ok(Reached::Making(Box::new(Making { members, listing })))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
