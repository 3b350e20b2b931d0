//! Is an object new, newer, the same or older than what is there? And what becomes of parts that belong to it.

use std::collections::HashSet;
use std::sync::Arc;

use ical::civil::DateTime;
use ical::zone::ZoneCache;
use ical::{Component, ComponentId, ContentLine, Document, PropertyKind};

use super::Known;
use crate::booked;
use crate::error::Error;
use crate::stream::{self, Timezones};

/// What is done with an object whose UID is there.
pub(super) enum Decision {
    /// It is there, and the same.
    Unchanged,
    /// What is there is newer: what it is called.
    Older(String),
    /// What is there stays, for it was asked so.
    Kept,
    /// This takes its place.
    Replace(Vec<u8>),
    /// This stands beside it, under the new UID that was given.
    Beside(Vec<u8>),
}

/// Decides between what is there and what comes.
pub(super) fn decide(
    before: Vec<u8>,
    coming: &Document,
    known: Known,
    new_uid: impl FnOnce() -> String,
    cache: &Arc<ZoneCache>,
) -> Result<Decision, Error> {
    if before == coming.original() {
        return Ok(Decision::Unchanged);
    }
    let before = booked::document(before)?;
    let is_all_there = is_within(coming, &before);
    if is_all_there && (known != Known::Replace || is_within(&before, coming)) {
        return Ok(Decision::Unchanged);
    }
    if !(has_master(&before) && has_master(coming)) {
        return Ok(merge(&before, coming, known, cache));
    }
    Ok(match known {
        Known::Keep => Decision::Kept,
        Known::Copy => Decision::Beside(renamed(coming, &new_uid())),
        Known::Newer if is_older(coming, &before) => Decision::Older(booked::title(
            &before,
            coming.objects().first().and_then(ical::Object::uid).unwrap_or_default(),
        )),
        Known::Newer | Known::Replace => Decision::Replace(coming.original().to_vec()),
    })
}

/// What a component says, and all inside it, but for the time at which it was written out (DTSTAMP).
fn says(component: Component<'_>) -> Vec<Vec<u8>> {
    let all = component.descendants().flat_map(|component| {
        let properties = component.properties().filter(|property| property.kind() != PropertyKind::Dtstamp);
        let begin = std::iter::once(component.name().into_owned().into_bytes());
        begin.chain(properties.map(|property| property.content().to_vec())).collect::<Vec<_>>()
    });
    all.collect()
}

/// The components of an object, each with its original start.
fn components(document: &Document) -> Vec<(Option<Vec<u8>>, ComponentId)> {
    stream::booked(document).map(|component| (recurrence_id(component), component.id())).collect()
}

/// Does one say nothing that the other does not?
fn is_within(coming: &Document, before: &Document) -> bool {
    let there: HashSet<_> =
        components(before).into_iter().map(|(_, id)| says(before.component(id))).collect();
    components(coming).into_iter().all(|(_, id)| there.contains(&says(coming.component(id))))
}

/// The original start that a component overrides, as it is written; `None` for a master.
fn recurrence_id(component: Component<'_>) -> Option<Vec<u8>> {
    component.property(PropertyKind::RecurrenceId).map(|property| property.content().to_vec())
}

fn has_master(document: &Document) -> bool {
    components(document).iter().any(|(start, _)| start.is_none())
}

/// Is what comes older than what is there (RFC 5546 2.1.5)? What is equally new comes later, and stands.
fn is_older(coming: &Document, before: &Document) -> bool {
    newest(coming) < newest(before)
}

/// How new an object is: as its newest component.
pub(crate) fn newest(document: &Document) -> Option<Age> {
    components(document).into_iter().map(|(_, id)| age(document.component(id))).max()
}

/// SEQUENCE, then LAST-MODIFIED or DTSTAMP.
pub(crate) type Age = (i32, Option<DateTime>);

fn age(component: Component<'_>) -> Age {
    let stamp = component.stamp().ok().flatten();
    (component.sequence().unwrap_or(0), component.last_modified().ok().flatten().or(stamp))
}

/// Parts of one object, one of which has no master: overrides in another file, or of an object that is there. Of each
/// original start one component stands; what is there alone stays, and what comes alone is added.
fn merge(before: &Document, coming: &Document, known: Known, cache: &Arc<ZoneCache>) -> Decision {
    let (there, mut new) = (components(before), components(coming));
    let mut chosen = Vec::new();
    let mut is_changed = false;
    for (start, id) in there {
        let namesake = new.iter().position(|(other, _)| *other == start).map(|at| new.remove(at).1);
        let replacement = namesake.filter(|new| {
            let (old, new) = (before.component(id), coming.component(*new));
            match known {
                Known::Replace => true,
                Known::Keep | Known::Copy => false,
                Known::Newer => age(new) >= age(old) && says(new) != says(old),
            }
        });
        is_changed |= replacement.is_some();
        chosen.push(match replacement {
            Some(new) => (coming, new),
            None => (before, id),
        });
    }
    is_changed |= !new.is_empty();
    // A master stands first.
    let (masters, others): (Vec<_>, Vec<_>) = new.into_iter().partition(|(start, _)| start.is_none());
    chosen.splice(0..0, masters.into_iter().map(|(_, id)| (coming, id)));
    chosen.extend(others.into_iter().map(|(_, id)| (coming, id)));
    if !is_changed {
        return match known {
            Known::Keep | Known::Copy => Decision::Kept,
            Known::Newer | Known::Replace => Decision::Unchanged,
        };
    }
    let mut timezones = Timezones::new(cache);
    let _ = timezones.take(before);
    let renamed = timezones.take(coming);
    let mut text = stream::BEGIN.to_vec();
    text.extend_from_slice(&stream::head(before.roots().next()));
    let mut body = Vec::new();
    for (of, id) in chosen {
        let component = of.component(id).to_bytes();
        if std::ptr::eq(of, coming) {
            stream::write(&mut body, &stream::renamed(&component, &renamed));
        } else {
            stream::write(&mut body, &component);
        }
    }
    let named = Document::read(&*body).map(|body| stream::named(&body)).unwrap_or_default();
    timezones.write(&mut text, |tzid| named.contains(tzid));
    text.extend_from_slice(&body);
    text.extend_from_slice(stream::END);
    Decision::Replace(text)
}

/// The same object under a new UID.
fn renamed(coming: &Document, uid: &str) -> Vec<u8> {
    let mut document = coming.clone();
    for component in stream::booked(coming) {
        document.set(component.id(), &ContentLine::new(PropertyKind::Uid).text(uid));
    }
    document.to_bytes().into_owned()
}
