//! Series: one occurrence made a component of its own, a series cut in two, one moved with its exceptions.

use std::num::NonZeroU32;

use ical::civil::SECONDS_PER_DAY;
use ical::recurrence::{Detached, Policies, Range, RecurrenceSet};
use ical::value::DateOrTime;
use ical::zone::Zones;
use ical::{Component, ComponentId, ContentLine, Document, ParameterKind, PropertyKind};

use super::{Edit, remove, time};
use crate::agenda::Entry;
use crate::booked;
use crate::error::Error;

/// The override of an occurrence, made of the master where there is none (RFC 5545 3.8.4.4); `None` for what does not
/// recur.
pub(crate) fn override_of(
    document: &mut Document,
    master: ComponentId,
    entry: &Entry,
) -> Option<ComponentId> {
    let original = entry.recurrence_id.as_ref()?;
    if let Some(known) = overrides(document).into_iter().find(|(_, id)| id == original) {
        return Some(known.0);
    }
    let times = Detached { original: original.clone(), start: entry.start.clone(), end: entry.end.clone() };
    document.add_override(master, &times)
}

/// The overrides with what they are for.
fn overrides(document: &Document) -> Vec<(ComponentId, DateOrTime<'static>)> {
    let of = |component: &Component<'_>| Some((component.id(), component.recurrence_id().ok()??.start));
    document.objects().iter().flat_map(ical::Object::components).filter_map(of).collect()
}

/// Ends a series before an occurrence, and begins another with it; the other's text and master. `None` where the
/// occurrence is the first of all: the whole series is meant then.
pub(super) fn cut(
    document: &mut Document,
    master: ComponentId,
    entry: &Entry,
    new_uid: &str,
) -> Result<Option<(Document, ComponentId)>, Error> {
    let Some(original) = entry.recurrence_id.clone() else { return Ok(None) };
    let before = count_before(document, &original);
    if before == 0 {
        return Ok(None);
    }
    let mut later = booked::document(document.to_bytes().into_owned())?;
    let Some(later_master) = booked::main(&later).map(|main| main.id()) else { return Ok(None) };
    let old_uid = document.component(master).uid().map(|uid| uid.to_string()).unwrap_or_default();
    end_before(document, master, &original);
    begin_with(&mut later, later_master, &original, before);
    let ids: Vec<ComponentId> =
        later.objects().iter().flat_map(ical::Object::components).map(|component| component.id()).collect();
    for id in ids {
        later.set(id, &ContentLine::new(PropertyKind::Uid).text(new_uid));
    }
    // RFC 5545 3.8.4.5: what it goes on from.
    let related =
        ContentLine::new(PropertyKind::RelatedTo).with(ParameterKind::Reltype, ["SIBLING"]).text(&old_uid);
    later.add(later_master, &related);
    Ok(Some((later, later_master)))
}

/// How many instances a series has before one of them, its exceptions counted: so COUNT counts (RFC 5545 3.3.10).
fn count_before(document: &Document, original: &DateOrTime<'_>) -> u32 {
    let mut plain = document.clone();
    let Some(master) = booked::main(&plain).map(|main| main.id()) else { return 0 };
    for (id, _) in overrides(&plain) {
        plain.remove_component(id);
    }
    for kind in [PropertyKind::Exdate, PropertyKind::Exrule, PropertyKind::Rdate] {
        remove(&mut plain, master, kind);
    }
    let objects = plain.objects();
    let Some(object) = objects.first() else { return 0 };
    let zones = Zones::new(&plain);
    let set = RecurrenceSet::new(object, &zones, &Policies::default());
    let is_before = |start: &DateOrTime<'_>| start.wall() < original.wall();
    let starts = set.occurrences(Range::ALL).map_while(Result::ok);
    u32::try_from(starts.take_while(|one| is_before(&one.start())).count()).unwrap_or(u32::MAX)
}

/// The series goes on to just before an instance.
fn end_before(document: &mut Document, master: ComponentId, original: &DateOrTime<'static>) {
    document.end_series_before(master, original);
    for (id, original_of) in overrides(document) {
        if original_of.wall() >= original.wall() {
            document.remove_component(id);
        }
    }
}

/// The series begins with an instance that had so many before it.
fn begin_with(document: &mut Document, master: ComponentId, original: &DateOrTime<'static>, before: u32) {
    let start = time(document, master, PropertyKind::Dtstart);
    document.set(master, &ContentLine::new(PropertyKind::Dtstart).date_or_time(original));
    for kind in [PropertyKind::Dtend, PropertyKind::Due] {
        if let (Some(start), Some(end)) = (&start, time(document, master, kind)) {
            let by = original.wall().to_seconds() - start.wall().to_seconds();
            if let Some(wall) = end.wall().plus_seconds(by) {
                document.set(master, &ContentLine::new(kind).date_or_time(&end.with_wall(wall)));
            }
        }
    }
    let rules: Vec<_> = document
        .component(master)
        .properties_of(PropertyKind::Rrule)
        .filter_map(|property| Some((property.id(), property.recur().ok()?)))
        .collect();
    for (id, mut rule) in rules {
        if let Some(count) = rule.count {
            rule.count = NonZeroU32::new(count.get().saturating_sub(before)).or(Some(NonZeroU32::MIN));
            document.replace(id, &ContentLine::new(PropertyKind::Rrule).raw(&rule.to_string()));
        }
    }
    for kind in [PropertyKind::Exdate, PropertyKind::Rdate] {
        document.change_dates(master, kind, |time| (time.wall() >= original.wall()).then_some(time));
    }
    for (id, original_of) in overrides(document) {
        if original_of.wall() < original.wall() {
            document.remove_component(id);
        }
    }
}

/// When a whole series gets another start, its exceptions and overrides stay with their instances.
pub(super) fn shift(document: &mut Document, master: ComponentId, edit: &Edit) {
    let (Some(start), Some(before)) = (&edit.start, time(document, master, PropertyKind::Dtstart)) else {
        return;
    };
    if start.is_date() != before.is_date() {
        return;
    }
    let by = start.wall().to_seconds() - before.wall().to_seconds();
    if by == 0 || (start.is_date() && by % SECONDS_PER_DAY != 0) {
        return;
    }
    let moved = |time: DateOrTime<'static>| match time.wall().plus_seconds(by) {
        Some(wall) if time.is_date() == start.is_date() => Some(time.with_wall(wall)),
        _ => Some(time),
    };
    for kind in [PropertyKind::Exdate, PropertyKind::Rdate] {
        document.change_dates(master, kind, moved);
    }
    for (id, original) in overrides(document) {
        if let Some(original) = moved(original) {
            let line = ContentLine::new(PropertyKind::RecurrenceId).date_or_time(&original);
            let property =
                document.component(id).property(PropertyKind::RecurrenceId).map(|property| property.id());
            if let Some(property) = property {
                document.replace(property, &line);
            }
        }
    }
}
