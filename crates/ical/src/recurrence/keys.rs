//! The original starts of a stretch of a series: rules and dates merged, exceptions taken out.

use std::collections::VecDeque;

use crate::civil::{DateTime, Timestamp};
use crate::rule::{Budget, Exhausted, Instances};

use super::extent::Length;
use super::frame::{Clock, Frame, Moment};
use super::set::{Extra, LimitedRule, Segment, Series};
use super::{Gap, Policies};

/// An original start, and the length that a PERIOD gives it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instance {
    pub(super) moment: Moment,
    pub(super) length: Option<Length>,
}

/// Ascending, each once. Two may be at one instant: a time in a gap and the one after the gap that it is read as; each has
/// its own RECURRENCE-ID.
#[derive(Debug)]
pub(super) struct Keys<'s> {
    segment: Segment,
    rules: Vec<Stream<'s>>,
    exceptions: Vec<Stream<'s>>,
    dates: &'s [Extra],
    exdates: &'s [Timestamp],
    series: &'s Series,
    last: Option<Moment>,
    /// Is there one rule, and nothing to merge with it or to take out of it?
    is_plain: bool,
}

impl<'s> Keys<'s> {
    /// The instances of a segment that are at `from` or later, and dates from `dates_from` on.
    pub(super) fn new(
        series: &'s Series,
        segment: Segment,
        (from, dates_from): (Timestamp, Timestamp),
        frame: &Frame,
        policies: &Policies,
        budget: &mut Budget,
    ) -> Result<Self, Exhausted> {
        let (from, dates_from) = (from.max(segment.after), dates_from.max(segment.after));
        let clock = frame.clock(&policies.floating);
        let mut streams = |rules: &'s [LimitedRule], from| -> Result<Vec<_>, Exhausted> {
            let wall = clock.clone().lower_bound(from);
            rules.iter().map(|rule| Stream::new(rule, clock.clone(), wall, policies.gap, budget)).collect()
        };
        Ok(Self {
            segment,
            rules: streams(&series.rules, from)?,
            exceptions: streams(&series.exceptions, dates_from)?,
            dates: &series.dates[series.dates.partition_point(|extra| extra.moment.at < dates_from)..],
            exdates: &series.exdates[series.exdates.partition_point(|at| *at < dates_from)..],
            series,
            last: None,
            is_plain: series.is_plain() && segment.after == Timestamp(i64::MIN),
        })
    }

    #[inline]
    pub(super) fn next(&mut self, budget: &mut Budget) -> Result<Option<Instance>, Exhausted> {
        match &mut self.rules[..] {
            // One rule and nothing beside it, as most series are: no merging.
            [only] if self.is_plain => {
                let Some(moment) = only.next(budget)? else { return Ok(None) };
                Ok((moment.at < self.segment.before).then_some(Instance { moment, length: None }))
            }
            _ => self.merged(budget),
        }
    }

    fn merged(&mut self, budget: &mut Budget) -> Result<Option<Instance>, Exhausted> {
        loop {
            let Some(instance) = self.earliest(budget)? else { return Ok(None) };
            let at = instance.moment.at;
            if at >= self.segment.before {
                return Ok(None);
            }
            self.pass(instance.moment);
            if self.last.replace(instance.moment) == Some(instance.moment) {
                continue;
            }
            if at > self.segment.after && !self.is_exception(instance.moment, budget)? {
                return Ok(Some(instance));
            }
        }
    }

    fn earliest(&mut self, budget: &mut Budget) -> Result<Option<Instance>, Exhausted> {
        let mut earliest: Option<Instance> = None;
        for stream in &mut self.rules {
            let Some(moment) = stream.head(budget)? else { continue };
            if earliest.is_none_or(|earliest| moment.at < earliest.moment.at) {
                earliest = Some(Instance { moment, length: None });
            }
        }
        let Some(Extra { moment, length }) = self.dates.first().copied() else { return Ok(earliest) };
        Ok(match earliest {
            // A date that names a rule's instance, by whatever wall, adds nothing but its PERIOD's length.
            Some(rule) if rule.moment.at == moment.at => Some(Instance { length, ..rule }),
            Some(rule) if rule.moment.at < moment.at => Some(rule),
            _ => Some(Instance { moment, length }),
        })
    }

    /// Passes over this moment wherever it stands first, and over a date of its instant.
    fn pass(&mut self, moment: Moment) {
        if let Some((first, rest)) = self.dates.split_first()
            && first.moment.at <= moment.at
        {
            self.dates = rest;
        }
        for stream in &mut self.rules {
            stream.head.take_if(|head| *head == moment);
        }
    }

    fn is_exception(&mut self, moment: Moment, budget: &mut Budget) -> Result<bool, Exhausted> {
        while let Some((first, rest)) = self.exdates.split_first()
            && *first < moment.at
        {
            self.exdates = rest;
        }
        let series = self.series;
        if self.exdates.first() == Some(&moment.at)
            || (!series.taken.is_empty() && series.taken.binary_search(&moment.at).is_ok())
            || (!series.exdays.is_empty() && series.exdays.binary_search(&moment.wall.date).is_ok())
        {
            return Ok(true);
        }
        for stream in &mut self.exceptions {
            while let Some(head) = stream.head(budget)?
                && head.at <= moment.at
            {
                if head.at == moment.at {
                    return Ok(true);
                }
                stream.head = None;
            }
        }
        Ok(false)
    }
}

/// The instances of one rule as moments, ascending.
#[derive(Debug)]
struct Stream<'s> {
    rule: &'s LimitedRule,
    instances: Instances<'s>,
    clock: Clock,
    gap: Gap,
    /// How many more COUNT allows, where it is counted here.
    left: u32,
    order: Order,
    head: Option<Moment>,
    is_over: bool,
}

impl<'s> Stream<'s> {
    fn new(
        rule: &'s LimitedRule,
        clock: Clock,
        from: DateTime,
        gap: Gap,
        budget: &mut Budget,
    ) -> Result<Self, Exhausted> {
        let mut instances = rule.rule.instances();
        if rule.count.is_none() {
            instances.seek(from, budget)?;
        }
        let left = rule.count.unwrap_or(u32::MAX);
        Ok(Self { rule, instances, clock, gap, left, order: Order::default(), head: None, is_over: false })
    }

    #[inline]
    fn head(&mut self, budget: &mut Budget) -> Result<Option<Moment>, Exhausted> {
        if self.head.is_none() && !self.is_over {
            self.head = self.pull(budget)?;
            self.is_over = self.head.is_none();
        }
        Ok(self.head)
    }

    /// Takes the next one.
    #[inline]
    fn next(&mut self, budget: &mut Budget) -> Result<Option<Moment>, Exhausted> {
        match self.head.take() {
            Some(head) => Ok(Some(head)),
            None => self.pull(budget),
        }
    }

    #[inline]
    fn pull(&mut self, budget: &mut Budget) -> Result<Option<Moment>, Exhausted> {
        loop {
            if let Some(moment) = self.order.ready() {
                return Ok(Some(moment));
            }
            let wall = if self.left == 0 { None } else { self.instances.next(budget)? };
            let Some(wall) = wall else { return Ok(self.order.last()) };
            let (moment, is_gap) = self.clock.read(wall);
            if is_gap && self.gap == Gap::Omit {
                continue;
            }
            if self.rule.count.is_some() {
                self.left -= 1;
            }
            if moment.at > self.rule.until || self.rule.unnamed_start == Some(wall) {
                continue;
            }
            if let Some(moment) = self.order.offer(moment, is_gap) {
                return Ok(Some(moment));
            }
        }
    }
}

/// Puts what ascends on the wall in the order of instants.
///
/// The two differ in one place: a time in a gap is read with the offset before it, and so may be later than times after the
/// gap. Such times wait here until one after the gap has passed them.
#[derive(Debug, Default)]
struct Order {
    /// Times in a gap, ascending.
    waiting: VecDeque<Moment>,
    /// One after the gap.
    after: Option<Moment>,
}

impl Order {
    /// Takes the next on the wall; gives it back when nothing can come before it.
    #[inline]
    fn offer(&mut self, item: Moment, is_gap: bool) -> Option<Moment> {
        if is_gap {
            self.waiting.push_back(item);
            return None;
        }
        if self.waiting.is_empty() {
            return Some(item);
        }
        self.after = Some(item);
        self.ready()
    }

    /// What can come before nothing else now.
    #[inline]
    fn ready(&mut self) -> Option<Moment> {
        let after = self.after?;
        match self.waiting.front() {
            Some(first) if first.at <= after.at => self.waiting.pop_front(),
            _ => self.after.take(),
        }
    }

    /// What is left when no more comes.
    fn last(&mut self) -> Option<Moment> {
        self.waiting.pop_front()
    }
}
