//! A scheduling object, read: its master, and its overrides by the original starts that they stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use ical::civil::Timestamp;
use ical::component::CalendarUser;
use ical::recurrence::{Detached, Policies, RecurrenceSet};
use ical::value::{DateOrTime, Status};
use ical::zone::{ZoneCache, Zones};
use ical::{Component, ComponentId, ComponentKind, Document, PropertyKind};

use crate::sequence::Revision;

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
            // One whose RECURRENCE-ID cannot be read is for nobody knows what.
            let Ok(id) = component.recurrence_id() else { continue };
            let part = id.map_or(Part::Series, |id| Part::Instance(set.original(&id.start, &zones).at));
            add(&mut parts, part, *component);
        }
        Some(Self { document, zones, set, parts })
    }

    /// The same with its instances told apart as those of what is kept: without a master RECURRENCE-ID says by itself less than
    /// beside one.
    #[must_use]
    pub fn placed_in(mut self, kept: Option<&SchedulingObject<'_>>) -> Self {
        let Some(kept) = kept.filter(|kept| kept.part(Part::Series).is_some()) else { return self };
        if self.part(Part::Series).is_some() {
            return self;
        }
        let mut parts = BTreeMap::new();
        for component in self.parts.into_values() {
            if let Ok(Some(id)) = component.recurrence_id() {
                add(&mut parts, kept.instance(&id.start, &self.zones), component);
            }
        }
        self.parts = parts;
        self
    }

    /// The text.
    pub const fn document(&self) -> &'a Document {
        self.document
    }

    /// The zones of the text.
    pub const fn zones(&self) -> &Zones<'a> {
        &self.zones
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

    /// An original start as the master would write it; `None` where there is no master, or its zone is not known.
    pub(crate) fn written(&self, at: Timestamp) -> Option<DateOrTime<'static>> {
        let start = self.part(Part::Series)?.start().ok()??;
        let as_utc = at.to_utc()?;
        Some(match start {
            DateOrTime::Date(_) => DateOrTime::Date(as_utc.date),
            DateOrTime::Floating(_) => DateOrTime::Floating(as_utc),
            DateOrTime::Utc(_) => DateOrTime::Utc(as_utc),
            DateOrTime::Zoned(_, tzid) => match self.zones.resolve(&tzid).zone {
                Some(zone) => DateOrTime::Zoned(zone.to_wall(at)?, tzid),
                // As if in UTC, as all of it is read then.
                None => DateOrTime::Zoned(as_utc, tzid),
            },
        })
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
}

/// Adds a part; of two versions the newer counts, and of equal ones the later in the text.
fn add<'a>(parts: &mut BTreeMap<Part, Component<'a>>, part: Part, component: Component<'a>) {
    let known = parts.entry(part).or_insert(component);
    if Revision::of(component) >= Revision::of(*known) {
        *known = component;
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

/// All components of a text that are scheduled.
pub(crate) fn scheduled(document: &Document) -> Vec<ComponentId> {
    let objects = document.objects();
    objects.iter().flat_map(ical::Object::components).map(|component| component.id()).collect()
}

/// Takes all of them out but these.
pub(crate) fn keep_only(document: &mut Document, kept: &[ComponentId]) {
    for other in scheduled(document).into_iter().filter(|id| !kept.contains(id)) {
        document.remove_component(other);
    }
}

/// The VCALENDAR of a text.
pub(crate) fn calendar(document: &Document) -> Option<ComponentId> {
    document.roots().find(|root| root.kind() == ComponentKind::Calendar).map(|root| root.id())
}
