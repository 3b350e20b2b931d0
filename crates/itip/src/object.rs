//! A scheduling object, read: its master, and its overrides by the original starts that they stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use ical::civil::Timestamp;
use ical::component::CalendarUser;
use ical::recurrence::{Detached, Policies, RecurrenceSet};
use ical::value::{DateOrTime, Status};
use ical::zone::{ZoneCache, Zones};
use ical::{Component, ComponentId, ComponentKind, Document, PropertyKind};

/// Which component of an object: RFC 5546's key beside the UID. Instances are told apart by the instant of their original
/// start, never by how RECURRENCE-ID is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The master: all that no override describes.
    Series,
    /// The instance of this original start; a floating time and a date stand as if in UTC.
    Instance(Timestamp),
}

/// A text's object, ready to be asked for its parts.
#[derive(Debug)]
pub struct SchedulingObject<'a> {
    document: &'a Document,
    zones: Zones<'a>,
    set: RecurrenceSet<'a>,
    parts: BTreeMap<Part, Component<'a>>,
}

impl<'a> SchedulingObject<'a> {
    /// The object of a text; the first, where there are several. `None` where there is none.
    pub fn read(document: &'a Document, cache: &Arc<ZoneCache>) -> Option<Self> {
        let zones = Zones::with_cache(document, Arc::clone(cache));
        let object = document.objects().into_iter().next()?;
        let set = RecurrenceSet::new(&object, &zones, &Policies::default());
        let mut parts = BTreeMap::new();
        for component in object.components() {
            let id = component.recurrence_id().ok().flatten();
            let part = id.map_or(Part::Series, |id| Part::Instance(set.original(&id.start, &zones).at));
            // Of two versions the later in the text counts, but for a master, whose overrides are read by the first.
            match part {
                Part::Series => drop(parts.entry(part).or_insert(*component)),
                Part::Instance(_) => drop(parts.insert(part, *component)),
            }
        }
        Some(Self { document, zones, set, parts })
    }

    /// The text.
    pub const fn document(&self) -> &'a Document {
        self.document
    }

    /// The zones of the text.
    pub const fn zones(&self) -> &Zones<'a> {
        &self.zones
    }

    /// What kind of components it has.
    pub fn kind(&self) -> ComponentKind {
        self.first().map_or(ComponentKind::Other, Component::kind)
    }

    /// Its UID; empty where none is written.
    pub fn uid(&self) -> String {
        self.first().and_then(Component::uid).map(|uid| uid.to_string()).unwrap_or_default()
    }

    fn first(&self) -> Option<Component<'a>> {
        self.parts.values().next().copied()
    }

    /// Its parts, the master first.
    pub fn parts(&self) -> impl Iterator<Item = (Part, Component<'a>)> {
        self.parts.iter().map(|(part, component)| (*part, *component))
    }

    /// A part that has a component of its own.
    pub fn part(&self, part: Part) -> Option<Component<'a>> {
        self.parts.get(&part).copied()
    }

    /// The component that describes a part: its own, or the master's where the series has that instance.
    pub fn describing(&self, part: Part) -> Option<Component<'a>> {
        self.part(part).or_else(|| self.part(Part::Series).filter(|_| self.has(part)))
    }

    /// Does a part exist: the master, an override, or an instance of the series?
    pub fn has(&self, part: Part) -> bool {
        match part {
            Part::Series => self.part(part).is_some(),
            Part::Instance(_) => self.part(part).is_some() || self.times(part).is_some(),
        }
    }

    /// Which part a RECURRENCE-ID names, written in a text of these zones.
    pub fn instance(&self, id: &DateOrTime<'_>, zones: &Zones<'_>) -> Part {
        Part::Instance(self.set.original(id, zones).at)
    }

    /// The times of an instance; `None` where the object has none such.
    pub fn times(&self, part: Part) -> Option<Detached> {
        let Part::Instance(at) = part else { return None };
        self.set.occurrence_of(at).ok().flatten()?.detach()
    }

    /// The originals that EXDATE of the master names, as parts.
    pub fn excluded(&self) -> Vec<Part> {
        let Some(master) = self.part(Part::Series) else { return Vec::new() };
        let exdates = master.exdates().into_iter().filter_map(Result::ok);
        exdates.map(|exdate| self.instance(&exdate, &self.zones)).collect()
    }

    /// What recurs of it.
    pub const fn set(&self) -> &RecurrenceSet<'a> {
        &self.set
    }

    /// The ORGANIZER, of the first part that has one.
    pub fn organizer(&self) -> Option<CalendarUser<'a>> {
        self.parts.values().find_map(|component| component.organizer())
    }

    /// Is it called off as a whole?
    pub fn is_cancelled(&self) -> bool {
        self.parts.values().all(|component| is_cancelled(*component))
    }
}

/// Is a component called off?
pub(crate) fn is_cancelled(component: Component<'_>) -> bool {
    component.status() == Some(Status::Cancelled)
}

/// All properties of a kind, by their ids: to be changed.
pub(crate) fn ids(document: &Document, of: ComponentId, kind: PropertyKind) -> Vec<ical::PropertyId> {
    document.component(of).properties_of(kind).map(|property| property.id()).collect()
}
