//! When somebody is there at all (RFC 7953).

use ical::civil::Timestamp;
use ical::component::{Availability, ComponentKind, Extent};
use ical::recurrence::Range;
use ical::value::{Busytype, DateOrTime};
use ical::zone::{Zone, Zones};
use ical::{Component, Document};

use crate::actor::Actor;
use crate::booked;
use crate::busy::{Busy, BusyTime};
use crate::error::{Error, Refusal};

/// A VAVAILABILITY, with what it says of a range.
struct Said {
    /// PRIORITY, as it outweighs others: 0 is the least, 1 the most.
    weight: i32,
    range: Range,
    busy: Busy,
    available: Vec<Range>,
}

impl Actor<'_> {
    /// When VAVAILABILITYs say that somebody is not there, in a range (RFC 7953 4). Floating times are in `zone`.
    ///
    /// # Errors
    /// It would cost too much to find out.
    pub(crate) fn unavailable(
        self,
        documents: &[Document],
        range: Range,
        zone: &Zone,
    ) -> Result<Vec<BusyTime>, Error> {
        let mut said = Vec::new();
        for document in documents {
            let zones = booked::zones(document, &self.service.cache);
            for component in document.components(ComponentKind::Availability) {
                said.extend(self.read_availability(document, component, range, (&zones, zone))?);
            }
        }
        // Of equal weights the busier counts: it comes later.
        said.sort_by_key(|one| (one.weight, one.busy));
        let mut times = Line(vec![(range, None)]);
        for one in said {
            times.set(one.range, Some(one.busy));
            one.available.into_iter().for_each(|available| times.set(available, None));
        }
        let times = times.0.into_iter();
        Ok(times
            .filter_map(|(range, busy)| Some(BusyTime { from: range.from, to: range.to, busy: busy? }))
            .collect())
    }

    fn read_availability(
        self,
        document: &Document,
        component: Component<'_>,
        range: Range,
        (zones, zone): (&Zones<'_>, &Zone),
    ) -> Result<Option<Said>, Error> {
        let Some(availability) = Availability::of(component) else { return Ok(None) };
        let at = |time: &DateOrTime<'_>| match time {
            DateOrTime::Utc(wall) => Timestamp::from_utc(*wall),
            DateOrTime::Zoned(wall, tzid) => zones
                .resolve(tzid)
                .zone
                .map_or_else(|| zone.to_timestamp(*wall), |zone| zone.to_timestamp(*wall)),
            other => zone.to_timestamp(other.wall()),
        };
        let start = component.start().ok().flatten();
        let end = |extent: &Extent| start.as_ref().and_then(|start| extent.end(start, zones));
        let end = availability.extent().ok().flatten().as_ref().and_then(end);
        let from = start.as_ref().map_or(Timestamp::MIN, at).max(range.from);
        let to = end.as_ref().map_or(Timestamp::MAX, at).min(range.to);
        if from >= to {
            return Ok(None);
        }
        let mut available = Vec::new();
        let inside = |one: &Component<'_>| one.parent().is_some_and(|parent| parent.id() == component.id());
        for object in document.objects() {
            if object.kind() != ComponentKind::Available || !object.components().first().is_some_and(inside) {
                continue;
            }
            let set = self.recurrence(&object, zones, zone);
            for occurrence in set.occurrences(Range { from, to }) {
                let occurrence =
                    occurrence.map_err(|exhausted| Refusal::OverBudget(exhausted.to_string()))?;
                available
                    .push(Range { from: occurrence.start_at().max(from), to: occurrence.end_at().min(to) });
            }
        }
        let busy = match availability.busytype() {
            Busytype::Busy => Busy::Busy,
            Busytype::BusyTentative => Busy::Tentative,
            _ => Busy::Unavailable,
        };
        let weight = match component.priority().unwrap_or(0) {
            priority @ 1..=9 => 10 - priority,
            _ => 0,
        };
        Ok(Some(Said { weight, range: Range { from, to }, busy, available }))
    }
}

/// A range in pieces, each with how busy somebody is there.
struct Line(Vec<(Range, Option<Busy>)>);

impl Line {
    /// Says how busy they are in a part of it.
    fn set(&mut self, part: Range, busy: Option<Busy>) {
        if part.from >= part.to {
            return;
        }
        let mut pieces = Vec::with_capacity(self.0.len() + 2);
        let mut is_placed = false;
        for (range, was) in self.0.drain(..) {
            let before = Range { from: range.from, to: range.to.min(part.from) };
            let after = Range { from: range.from.max(part.to), to: range.to };
            if before.from < before.to {
                pieces.push((before, was));
            }
            if !is_placed && range.to > part.from {
                pieces.push((part, busy));
                is_placed = true;
            }
            if after.from < after.to {
                pieces.push((after, was));
            }
        }
        self.0 = pieces;
    }
}

/// The text of an availability, read.
///
/// # Errors
/// It cannot be read.
pub(crate) fn document(text: &str) -> Result<Document, Error> {
    booked::document(text.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(parts: &[(i64, i64, Option<Busy>)]) -> Vec<(i64, i64, Option<Busy>)> {
        let range = |from, to| Range { from: Timestamp(from), to: Timestamp(to) };
        let mut line = Line(vec![(range(0, 100), None)]);
        for (from, to, busy) in parts {
            line.set(range(*from, *to), *busy);
        }
        line.0.into_iter().map(|(range, busy)| (range.from.0, range.to.0, busy)).collect()
    }

    #[test]
    fn what_is_said_later_outweighs() {
        let (busy, away) = (Some(Busy::Busy), Some(Busy::Unavailable));
        assert_eq!(line(&[]), [(0, 100, None)]);
        assert_eq!(line(&[(20, 40, busy)]), [(0, 20, None), (20, 40, busy), (40, 100, None)]);
        assert_eq!(
            line(&[(0, 100, away), (20, 40, None), (30, 60, busy)]),
            [(0, 20, away), (20, 30, None), (30, 60, busy), (60, 100, away)]
        );
        assert_eq!(
            line(&[(10, 20, busy), (20, 30, away), (15, 25, None)]),
            [(0, 10, None), (10, 15, busy), (15, 25, None), (25, 30, away), (30, 100, None)]
        );
        assert_eq!(line(&[(50, 50, busy)]), [(0, 100, None)]);
    }
}
