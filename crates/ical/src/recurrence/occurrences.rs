//! Occurrences: a set walked over a range, in order.

use std::collections::VecDeque;
use std::iter::FusedIterator;

use crate::civil::{DateTime, SECONDS_PER_DAY, Timestamp};
use crate::document::Component;
use crate::rule::{Budget, Exhausted};
use crate::value::DateOrTime;

use super::Range;
use super::frame::{Clock, Frame, Moment};
use super::keys::{Instance, Keys};
use super::set::{Override, Part, RecurrenceSet, Segment};

/// One occurrence of a component.
#[derive(Clone, Copy, Debug)]
pub struct Occurrence<'s, 'a> {
    set: &'s RecurrenceSet<'a>,
    part: &'s Part<'a>,
    original: Moment,
    start: Moment,
    end: Timestamp,
}

impl<'s, 'a> Occurrence<'s, 'a> {
    /// The component that describes it: the master, or an override.
    pub const fn component(&self) -> Component<'a> {
        self.part.component
    }

    /// When it starts, in the component's form and zone.
    pub fn start(&self) -> DateOrTime<'s> {
        written(self.part, self.start.wall)
    }

    /// When it ends (the first time after it), in the form and zone of its start.
    pub fn end(&self) -> DateOrTime<'s> {
        let mut clock = self.part.frame.clock(&self.set.policies.floating);
        written(self.part, clock.moment_at(self.end).map_or(DateTime::MAX, |end| end.wall))
    }

    /// The original start, in the master's form and zone; `None` when the object does not recur.
    pub fn recurrence_id(&self) -> Option<DateOrTime<'s>> {
        if !self.set.is_recurring() {
            return None;
        }
        // In the master's form; without a master an override's own id is as it is written.
        match (&self.set.series, self.set.parts.first()) {
            (Some(_), Some(master)) => Some(written(master, self.original.wall)),
            _ => self.part.id.as_ref().map(|id| id.with_wall(id.wall())),
        }
    }

    /// When it starts, as an instant; a floating time or a date where [`Policies::floating`](super::Policies) has it.
    pub const fn start_at(&self) -> Timestamp {
        self.start.at
    }

    /// When it ends, as an instant; see [`Occurrence::start_at`].
    pub const fn end_at(&self) -> Timestamp {
        self.end
    }

    /// Does it name instants by itself: is it neither floating nor a date, nor in a zone that nobody knows?
    pub const fn is_instant(&self) -> bool {
        matches!(self.part.frame, Frame::Utc | Frame::Zoned(_))
    }

    /// The one that an override describes.
    pub(super) fn of_override(set: &'s RecurrenceSet<'a>, item: &Override) -> Option<Self> {
        let part = set.parts.get(item.part)?;
        let mut clock = part.frame.clock(&set.policies.floating);
        let start = clock.moment(part.start.wall());
        let end = part.length.end(start, &mut clock);
        Some(Self { set, part, original: item.original, start, end })
    }

    /// The one of an instance of a segment.
    pub(super) fn of_segment(
        set: &'s RecurrenceSet<'a>,
        segment: Segment,
        instance: Instance,
    ) -> Option<Self> {
        let (master, part) = (set.parts.first()?, set.parts.get(segment.part)?);
        let mut clock = part.frame.clock(&set.policies.floating);
        let start = match segment.is_moved() {
            true => moved(segment, part, master, instance.moment, &mut clock),
            false => instance.moment,
        };
        let end = instance.length.unwrap_or(part.length).end(start, &mut clock);
        Some(Self { set, part, original: instance.moment, start, end })
    }

    /// A clock that tells the time of its start.
    pub(super) fn clock(&self) -> Clock {
        self.part.frame.clock(&self.set.policies.floating)
    }
}

fn written<'s>(part: &'s Part<'_>, wall: DateTime) -> DateOrTime<'s> {
    match &part.start {
        DateOrTime::Date(_) => DateOrTime::Date(wall.date),
        DateOrTime::Floating(_) => DateOrTime::Floating(wall),
        DateOrTime::Utc(_) => DateOrTime::Utc(wall),
        DateOrTime::Zoned(_, tzid) => DateOrTime::Zoned(wall, tzid.as_ref().into()),
    }
}

/// The occurrences of a set that overlap a range, by start; [`RecurrenceSet::occurrences`] makes it.
#[derive(Debug)]
pub struct Occurrences<'s, 'a> {
    set: &'s RecurrenceSet<'a>,
    range: Range,
    budget: Budget,
    /// Segments whose walk has not begun, the last to begin first.
    upcoming: Vec<Segment>,
    walks: Vec<Walk<'s, 'a>>,
    /// Overrides in the range, the last to come first.
    overrides: Vec<Occurrence<'s, 'a>>,
    is_over: bool,
}

impl<'s, 'a> Occurrences<'s, 'a> {
    pub(super) fn new(set: &'s RecurrenceSet<'a>, range: Range) -> Self {
        Self::of_parts(set, range, |_| true)
    }

    /// Those alone that wanted parts describe.
    pub(super) fn of_parts(
        set: &'s RecurrenceSet<'a>,
        range: Range,
        is_wanted: impl Fn(&Part<'a>) -> bool,
    ) -> Self {
        let is_wanted = |part: usize| set.parts.get(part).is_some_and(&is_wanted);
        let segments = set.series.iter().flat_map(|series| &series.segments);
        let segments = segments.filter(|segment| is_wanted(segment.part));
        let mut upcoming: Vec<Segment> =
            segments.filter(|item| earliest_start(item) <= range.to).copied().collect();
        upcoming.sort_by_key(|segment| std::cmp::Reverse(earliest_start(segment)));
        let (budget, overrides) = (set.policies.budget, overrides(set, range, &is_wanted));
        Self { set, range, budget, upcoming, walks: Vec::new(), overrides, is_over: false }
    }

    #[inline]
    fn earliest(&mut self) -> Result<Option<Occurrence<'s, 'a>>, Exhausted> {
        match &mut self.walks[..] {
            [only] if self.overrides.is_empty() && self.upcoming.is_empty() => {
                only.next(self.range, &mut self.budget)
            }
            _ => self.merged(),
        }
    }

    fn merged(&mut self) -> Result<Option<Occurrence<'s, 'a>>, Exhausted> {
        let mut earliest: Option<(Timestamp, usize)> = None;
        let mut index = 0;
        loop {
            // A walk begins when no earlier start can be found without it.
            let is_due = |segment: &Segment| earliest.is_none_or(|(at, _)| earliest_start(segment) <= at);
            if index == self.walks.len() {
                let Some(segment) = self.upcoming.pop_if(|segment| is_due(segment)) else { break };
                self.walks.extend(Walk::new(self.set, segment, self.range, &mut self.budget)?);
                continue;
            }
            match self.walks[index].head(self.range, &mut self.budget)? {
                Some(head) => {
                    if earliest.is_none_or(|(at, _)| head.start.at < at) {
                        earliest = Some((head.start.at, index));
                    }
                    index += 1;
                }
                None => drop(self.walks.remove(index)),
            }
        }
        let by_override =
            self.overrides.last().is_some_and(|item| earliest.is_none_or(|(at, _)| item.start.at < at));
        Ok(match earliest {
            _ if by_override => self.overrides.pop(),
            Some((_, index)) => self.walks.get_mut(index).and_then(|walk| walk.head.take()),
            None => None,
        })
    }
}

impl Part<'_> {
    /// Does an occurrence overlap a range? A to-do that is only due does up to and with the range's end, and not at its
    /// start (RFC 4791 9.9).
    #[inline]
    fn overlaps(&self, range: Range, start: Timestamp, end: Timestamp) -> bool {
        if self.is_due { range.from < start && start <= range.to } else { range.overlaps(start, end) }
    }

    /// Is a start past a range, so that none that follows overlaps it?
    #[inline]
    fn is_past(&self, range: Range, start: Timestamp) -> bool {
        if self.is_due { start > range.to } else { start >= range.to }
    }
}

/// No occurrence of a segment starts before this.
fn earliest_start(segment: &Segment) -> Timestamp {
    let moved = if segment.is_moved() { segment.shift.saturating_sub(SLACK) } else { 0 };
    Timestamp(segment.after.0.saturating_add(moved))
}

impl<'s, 'a> Iterator for Occurrences<'s, 'a> {
    type Item = Result<Occurrence<'s, 'a>, Exhausted>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        match self.earliest() {
            Ok(Some(occurrence)) => Some(Ok(occurrence)),
            Ok(None) => {
                self.is_over = true;
                None
            }
            Err(error) => {
                self.is_over = true;
                Some(Err(error))
            }
        }
    }
}

impl FusedIterator for Occurrences<'_, '_> {}

/// The overrides that overlap a range, the last first.
fn overrides<'s, 'a>(
    set: &'s RecurrenceSet<'a>,
    range: Range,
    is_wanted: &impl Fn(usize) -> bool,
) -> Vec<Occurrence<'s, 'a>> {
    let mut found: Vec<Occurrence<'s, 'a>> = Vec::new();
    for item in set.overrides.iter().filter(|item| is_wanted(item.part)) {
        let occurrence = Occurrence::of_override(set, item);
        found.extend(occurrence.filter(|one| one.part.overlaps(range, one.start.at, one.end)));
    }
    found.sort_by_key(|item| std::cmp::Reverse((item.start.at, item.original.at)));
    found
}

/// A segment of the series on its walk through the range.
#[derive(Debug)]
struct Walk<'s, 'a> {
    set: &'s RecurrenceSet<'a>,
    keys: Keys<'s>,
    segment: Segment,
    part: &'s Part<'a>,
    master: &'s Part<'a>,
    clock: Clock,
    /// Moved occurrences, ascending, before which another may still come.
    waiting: VecDeque<Occurrence<'s, 'a>>,
    are_all_waiting: bool,
    head: Option<Occurrence<'s, 'a>>,
    is_over: bool,
}

/// By so much may a moved instance differ from the shift on the wall, in seconds: by the offsets of two zones.
const SLACK: i64 = 2 * SECONDS_PER_DAY;

impl<'s, 'a> Walk<'s, 'a> {
    fn new(
        set: &'s RecurrenceSet<'a>,
        segment: Segment,
        range: Range,
        budget: &mut Budget,
    ) -> Result<Option<Self>, Exhausted> {
        let (Some(series), Some(master), Some(part)) =
            (&set.series, set.parts.first(), set.parts.get(segment.part))
        else {
            return Ok(None);
        };
        let moved = if segment.is_moved() { segment.shift.saturating_add(SLACK) } else { 0 };
        let before = |length: i64| Timestamp(range.from.0.saturating_sub(length).saturating_sub(moved));
        let length = part.length.upper_bound();
        let from = (before(length), before(length.max(series.longest_period)));
        Ok(Some(Self {
            set,
            keys: Keys::new(series, segment, from, &master.frame, &set.policies, budget)?,
            segment,
            part,
            master,
            clock: part.frame.clock(&set.policies.floating),
            waiting: VecDeque::new(),
            are_all_waiting: false,
            head: None,
            is_over: false,
        }))
    }

    fn head(&mut self, range: Range, budget: &mut Budget) -> Result<Option<&Occurrence<'s, 'a>>, Exhausted> {
        if self.head.is_none() && !self.is_over {
            self.head = self.next(range, budget)?;
            self.is_over = self.head.is_none();
        }
        Ok(self.head.as_ref())
    }

    /// Takes the next one in the range.
    #[inline]
    fn next(&mut self, range: Range, budget: &mut Budget) -> Result<Option<Occurrence<'s, 'a>>, Exhausted> {
        if let Some(head) = self.head.take() {
            return Ok(Some(head));
        }
        while let Some(next) = self.pull(range, budget)? {
            if next.part.overlaps(range, next.start.at, next.end) {
                return Ok(Some(next));
            }
        }
        Ok(None)
    }

    /// The next occurrence, in the range or before it; `None` when none in the range can follow.
    #[inline]
    fn pull(&mut self, range: Range, budget: &mut Budget) -> Result<Option<Occurrence<'s, 'a>>, Exhausted> {
        if self.segment.is_moved() {
            return self.pull_moved(range, budget);
        }
        let Some(instance) = self.keys.next(budget)? else { return Ok(None) };
        let start = instance.moment;
        Ok((!self.part.is_past(range, start.at)).then(|| self.occurrence(instance, start)))
    }

    /// Instances that are moved keep their order, but for those that the move brings over a change of the clock. So each
    /// waits until one has come that is a day later: no clock is changed by more.
    fn pull_moved(
        &mut self,
        range: Range,
        budget: &mut Budget,
    ) -> Result<Option<Occurrence<'s, 'a>>, Exhausted> {
        while !self.are_all_waiting {
            let latest = self.waiting.back().map_or(i64::MIN, |last| last.start.at.0);
            if self
                .waiting
                .front()
                .is_some_and(|first| first.start.at.0.saturating_add(SECONDS_PER_DAY) <= latest)
            {
                break;
            }
            let Some(instance) = self.keys.next(budget)? else {
                self.are_all_waiting = true;
                break;
            };
            let start = moved(self.segment, self.part, self.master, instance.moment, &mut self.clock);
            if self.part.is_past(range, start.at) {
                self.are_all_waiting = start.at.0.saturating_sub(SECONDS_PER_DAY) >= range.to.0;
                continue;
            }
            let next = self.occurrence(instance, start);
            let place = self.waiting.partition_point(|waiting| waiting.start.at <= start.at);
            self.waiting.insert(place, next);
        }
        Ok(self.waiting.pop_front())
    }

    #[inline]
    fn occurrence(&mut self, instance: Instance, start: Moment) -> Occurrence<'s, 'a> {
        let end = instance.length.unwrap_or(self.part.length).end(start, &mut self.clock);
        Occurrence { set: self.set, part: self.part, original: instance.moment, start, end }
    }
}

/// An original start as a segment moves it.
fn moved(
    segment: Segment,
    part: &Part<'_>,
    master: &Part<'_>,
    original: Moment,
    clock: &mut Clock,
) -> Moment {
    let wall = part.frame.wall_of(original, &master.frame, segment.is_same_frame, clock);
    let wall = wall.plus_seconds(segment.shift).unwrap_or(wall);
    let wall = if matches!(part.frame, Frame::Date) { wall.date.midnight() } else { wall };
    clock.moment(wall)
}
