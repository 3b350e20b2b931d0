//! A booked object with its text, read.

use std::sync::Arc;

use ical::civil::Timestamp;
use ical::recurrence::{Policies, RecurrenceSet};
use ical::rule::Budget;
use ical::value::DateOrTime;
use ical::zone::{Zone, ZoneCache, Zones};
use ical::{Component, ContentLine, Document, Limits, Object, PropertyKind};
use store::{Snapshot, Stored};

use crate::actor::Actor;
use crate::error::Error;

/// An object of the store and its text.
#[derive(Debug)]
pub struct Booked {
    /// As the store has it.
    pub stored: Stored,
    /// Its text, read.
    pub document: Document,
}

impl Booked {
    pub(crate) fn read(snapshot: &Snapshot, stored: Stored) -> Result<Self, Error> {
        let text = snapshot.text(&stored)?;
        let document = document(text)?;
        Ok(Self { stored, document })
    }

    /// Its components.
    pub fn object(&self) -> Option<Object<'_>> {
        self.document.objects().into_iter().next()
    }

    /// The component that people mean by it: its master, or where there is none its first.
    pub fn main(&self) -> Option<Component<'_>> {
        main(&self.document)
    }

    /// What it is called: its summary, or its UID.
    pub fn title(&self) -> String {
        title(&self.document, &self.stored.uid)
    }
}

/// The component that people mean by a document.
pub(crate) fn main(document: &Document) -> Option<Component<'_>> {
    let object = document.objects().into_iter().next()?;
    let master =
        object.components().iter().find(|component| component.property(PropertyKind::RecurrenceId).is_none());
    master.or_else(|| object.components().first()).copied()
}

/// What people call it: its summary, or its UID.
pub(crate) fn title(document: &Document, uid: &str) -> String {
    let summary =
        main(document).and_then(|component| component.summary().map(|summary| summary.into_owned()));
    summary.filter(|summary| !summary.trim().is_empty()).unwrap_or_else(|| uid.to_owned())
}

/// A text of the store, read. It was within the limits when it came.
pub(crate) fn document(text: Vec<u8>) -> Result<Document, Error> {
    let limits = Limits { file: Limits::default().file.max(text.len()), ..Limits::default() };
    let size = text.len();
    Document::read_within(text, &limits).map_err(|_| {
        Error::Unavailable(store::Error::TooLarge { what: "bytes of text", found: size, most: limits.file })
    })
}

impl Actor<'_> {
    /// What recurs of an object; floating times are in `zone`.
    pub(crate) fn recurrence<'a>(
        self,
        object: &Object<'a>,
        zones: &Zones<'_>,
        zone: &Zone,
    ) -> RecurrenceSet<'a> {
        let options = &self.service.options;
        let instances = u64::try_from(options.occurrences).unwrap_or(u64::MAX);
        let budget = Budget::new(options.periods, instances);
        RecurrenceSet::new(object, zones, &Policies { floating: zone.clone(), budget, ..Policies::default() })
    }
}

/// The zones of a text.
pub(crate) fn zones<'d>(document: &'d Document, cache: &Arc<ZoneCache>) -> Zones<'d> {
    Zones::with_cache(document, Arc::clone(cache))
}

/// Says in a changed object when it was changed (RFC 5545 3.8.7.2, 3.8.7.3).
pub(crate) fn stamp(document: &mut Document, now: Timestamp) {
    let Some(now) = now.to_utc().map(DateOrTime::Utc) else { return };
    let Some(id) = main(document).map(|main| main.id()) else { return };
    for kind in [PropertyKind::Dtstamp, PropertyKind::LastModified] {
        document.set(id, &ContentLine::new(kind).date_or_time(&now));
    }
}
