//! When somebody is there at all (RFC 7953).

use ical::civil::Timestamp;
use ical::component::{Availability, ComponentKind, Extent};
use ical::recurrence::Range;
use ical::value::{Busytype, DateOrTime};
use ical::zone::{Zone, Zones};
use ical::{Component, Document, Object};

use crate::actor::Actor;
use crate::booked;
use crate::busy::{Busy, BusyTime};
use crate::error::{Error, Refusal};
use crate::office_hours::OfficeHours;
use crate::put;
use crate::write::one_object;

/// A VAVAILABILITY, with what it says of a range.
struct Said {
    /// PRIORITY, as it outweighs others: 0 is the least, 1 the most.
    weight: i32,
    range: Range,
    busy: Busy,
    available: Vec<Range>,
}

impl Actor<'_> {
    /// Is a text one that says when somebody is there: with one VAVAILABILITY, and nothing else but time zones (RFC 7953 7.2.4)?
    ///
    /// # Errors
    /// It is not, or it is past a limit.
    pub fn check_availability(self, text: &str) -> Result<(), Error> {
        let options = &self.service.options;
        let document = put::read(text.as_bytes().to_vec(), &options.limits)?;
        one_object(&document, &options.limits, &self.service.cache)?;
        let objects = document.objects();
        let is_part = |object: &Object<'_>| {
            matches!(object.kind(), ComponentKind::Availability | ComponentKind::Available)
        };
        if !objects.iter().all(is_part) {
            return Err(Refusal::NoAvailability.into());
        }
        match document.components(ComponentKind::Availability).count() {
            1 => {}
            count => return Err(Refusal::NotOneObject(count).into()),
        }
        // What cannot be read would say something else: an unknown start is no start, and so for ever.
        for object in objects.iter().flat_map(|object| object.components().to_vec()) {
            let start = object.start().map(|_| ());
            let extent = Availability::of(object).map_or(Ok(()), |one| one.extent().map(|_| ()));
            start.and(extent).map_err(|problem| Error::Invalid(vec![problem]))?;
        }
        put::may_be_written(&document, &options.limits)?;
        Ok(self.judge_available(&document)?)
    }

    /// When VAVAILABILITYs say that somebody is not there, in a range (RFC 7953 4). Floating times of each are in the zone beside it.
    ///
    /// # Errors
    /// It would cost too much to find out.
    pub(crate) fn unavailable(
        self,
        documents: &[(Document, Zone)],
        range: Range,
    ) -> Result<Vec<BusyTime>, Error> {
        let mut said = Vec::new();
        let mut left = self.service.options.occurrences;
        for (document, zone) in documents {
            let zones = booked::zones(document, &self.service.cache);
            for component in document.components(ComponentKind::Availability) {
                let read = self.read_availability((document, component), range, (&zones, zone), &mut left)?;
                said.extend(read);
            }
        }
        // Of equal weights the busier counts: it comes later. Whenever any of them is there, they are.
        said.sort_by_key(|one| (one.weight, one.busy));
        let mut times = Line(vec![(range, None)]);
        for equal in said.chunk_by_mut(|one, other| one.weight == other.weight) {
            equal.iter().for_each(|one| times.mark(one.range, one.busy));
            times.free(equal.iter_mut().flat_map(|one| std::mem::take(&mut one.available)).collect());
        }
        let times = times.0.into_iter();
        Ok(times
            .filter_map(|(range, busy)| Some(BusyTime { from: range.from, to: range.to, busy: busy? }))
            .collect())
    }

    fn read_availability(
        self,
        (document, component): (&Document, Component<'_>),
        range: Range,
        (zones, zone): (&Zones<'_>, &Zone),
        left: &mut usize,
    ) -> Result<Option<Said>, Error> {
        let Some(availability) = Availability::of(component) else { return Ok(None) };
        // That others may book some hours says nothing of the others.
        if OfficeHours::are_said_by(component) {
            return Ok(None);
        }
        let extent = extent(availability, component, (zones, zone));
        let range = Range { from: extent.from.max(range.from), to: extent.to.min(range.to) };
        if range.from >= range.to {
            return Ok(None);
        }
        let mut available = self.available((document, component), range, (zones, zone), left)?;
        for one in &mut available {
            *one = Range { from: one.from.max(range.from), to: one.to.min(range.to) };
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
        Ok(Some(Said { weight, range, busy, available }))
    }

    /// The times inside a VAVAILABILITY that meet a range: its AVAILABLEs as they recur, cut off where it ends.
    pub(crate) fn available(
        self,
        (document, component): (&Document, Component<'_>),
        range: Range,
        (zones, zone): (&Zones<'_>, &Zone),
        left: &mut usize,
    ) -> Result<Vec<Range>, Error> {
        let mut available = Vec::new();
        let Some(availability) = Availability::of(component) else { return Ok(available) };
        let extent = extent(availability, component, (zones, zone));
        let range = Range { from: range.from.max(extent.from), to: range.to.min(extent.to) };
        let inside = |one: &Component<'_>| one.parent().is_some_and(|parent| parent.id() == component.id());
        for object in document.objects() {
            if object.kind() != ComponentKind::Available || !object.components().first().is_some_and(inside) {
                continue;
            }
            let set = self.recurrence(&object, zones, zone);
            for occurrence in set.occurrences(range) {
                let occurrence =
                    occurrence.map_err(|exhausted| Refusal::OverBudget(exhausted.to_string()))?;
                // So that nobody is looked at without end (RFC 7953 8).
                *left = left.checked_sub(1).ok_or(Refusal::TooMany {
                    what: "occurrences in an answer",
                    most: self.service.options.occurrences,
                })?;
                let (from, to) = (occurrence.start_at().max(extent.from), occurrence.end_at().min(extent.to));
                available.push(Range { from, to });
            }
        }
        Ok(available)
    }
}

/// From when to when a VAVAILABILITY says anything (RFC 7953 3.1).
fn extent(
    availability: Availability<'_>,
    component: Component<'_>,
    (zones, zone): (&Zones<'_>, &Zone),
) -> Range {
    let at = |time: &DateOrTime<'_>| match time {
        DateOrTime::Utc(wall) => Timestamp::from_utc(*wall),
        DateOrTime::Zoned(wall, tzid) => {
            zones.resolve(tzid).zone.map_or_else(|| zone.to_timestamp(*wall), |zone| zone.to_timestamp(*wall))
        }
        other => zone.to_timestamp(other.wall()),
    };
    let start = component.start().ok().flatten();
    let end = |extent: &Extent| start.as_ref().and_then(|start| extent.end(start, zones));
    let end = availability.extent().ok().flatten().as_ref().and_then(end);
    Range { from: start.as_ref().map_or(Timestamp::MIN, at), to: end.as_ref().map_or(Timestamp::MAX, at) }
}

/// A range in pieces, each with how busy somebody is there.
struct Line(Vec<(Range, Option<Busy>)>);

impl Line {
    /// Says how busy they are in a part of it.
    fn mark(&mut self, part: Range, busy: Busy) {
        if part.from >= part.to {
            return;
        }
        let mut pieces = Vec::with_capacity(self.0.len() + 2);
        self.0.iter().for_each(|(range, was)| push(&mut pieces, range.from, range.to.min(part.from), *was));
        push(&mut pieces, part.from, part.to, Some(busy));
        self.0.iter().for_each(|(range, was)| push(&mut pieces, range.from.max(part.to), range.to, *was));
        self.0 = pieces;
    }

    /// Says when they are there.
    fn free(&mut self, mut free: Vec<Range>) {
        free.sort_unstable_by_key(|range| (range.from, range.to));
        let mut pieces = Vec::with_capacity(self.0.len() + 2 * free.len());
        let mut next = 0;
        for (range, was) in &self.0 {
            let mut reached = range.from;
            while let Some(one) = free.get(next).filter(|one| one.from < range.to) {
                let (from, to) = (one.from.max(reached), one.to.min(range.to));
                if from < to {
                    push(&mut pieces, reached, from, *was);
                    push(&mut pieces, from, to, None);
                    reached = to;
                }
                if one.to > range.to {
                    break;
                }
                next += 1;
            }
            push(&mut pieces, reached, range.to, *was);
        }
        self.0 = pieces;
    }
}

/// Adds a piece, if it is one: to what it goes on with.
fn push(pieces: &mut Vec<(Range, Option<Busy>)>, from: Timestamp, to: Timestamp, busy: Option<Busy>) {
    match pieces.last_mut() {
        _ if from >= to => {}
        Some((last, before)) if last.to == from && *before == busy => last.to = to,
        _ => pieces.push((Range { from, to }, busy)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A part that is set: from, to, how busy, and when they are there.
    type Part<'p> = (i64, i64, Busy, &'p [(i64, i64)]);

    fn line(parts: &[Part<'_>]) -> Vec<(i64, i64, Option<Busy>)> {
        let range = |from, to| Range { from: Timestamp(from), to: Timestamp(to) };
        let mut line = Line(vec![(range(0, 100), None)]);
        for (from, to, busy, free) in parts {
            line.mark(range(*from, *to), *busy);
            line.free(free.iter().map(|(from, to)| range(*from, *to)).collect());
        }
        line.0.into_iter().map(|(range, busy)| (range.from.0, range.to.0, busy)).collect()
    }

    #[test]
    fn what_is_said_later_outweighs() {
        let (busy, away) = (Some(Busy::Busy), Some(Busy::Unavailable));
        let set = |from, to, busy| (from, to, busy, &[] as &[_]);
        assert_eq!(line(&[]), [(0, 100, None)]);
        assert_eq!(line(&[set(20, 40, Busy::Busy)]), [(0, 20, None), (20, 40, busy), (40, 100, None)]);
        assert_eq!(
            line(&[(0, 100, Busy::Unavailable, &[(20, 40)]), set(30, 60, Busy::Busy)]),
            [(0, 20, away), (20, 30, None), (30, 60, busy), (60, 100, away)]
        );
        assert_eq!(
            line(&[
                set(10, 20, Busy::Busy),
                set(20, 30, Busy::Unavailable),
                (15, 25, Busy::Busy, &[(15, 25)])
            ]),
            [(0, 10, None), (10, 15, busy), (15, 25, None), (25, 30, away), (30, 100, None)]
        );
        assert_eq!(line(&[set(50, 50, Busy::Busy)]), [(0, 100, None)]);
    }

    #[test]
    fn when_they_are_there_is_taken_in_any_order() {
        let away = Some(Busy::Unavailable);
        assert_eq!(
            line(&[(10, 90, Busy::Unavailable, &[(60, 90), (10, 20), (15, 30), (16, 18), (40, 40)])]),
            [(0, 30, None), (30, 60, away), (60, 100, None)]
        );
    }
}
