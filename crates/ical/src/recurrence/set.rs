//! The recurrence set: what `make` read of an object, ready to be walked.

use crate::civil::{Date, DateTime, Timestamp};
use crate::document::{Component, PropertyId};
use crate::object::Object;
use crate::rule::Rule;
use crate::value::DateOrTime;
use crate::zone::Zones;

use super::extent::Length;
use super::frame::{Frame, Moment};
use super::make::Maker;
use super::{Occurrences, Policies, Range};

/// All occurrences of an object: made once, walked as often as one likes.
#[derive(Debug)]
pub struct RecurrenceSet<'a> {
    pub(super) policies: Policies,
    /// The master's part is the first, where there is a master.
    pub(super) parts: Vec<Part<'a>>,
    pub(super) series: Option<Series>,
    pub(super) overrides: Vec<Override>,
    pub(super) faults: Vec<Fault>,
}

/// What could not be read of a set. The instances that would follow from it are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The property.
    pub property: PropertyId,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
}

/// A component and what its occurrences share.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) component: Component<'a>,
    pub(super) start: DateOrTime<'a>,
    pub(super) frame: Frame,
    pub(super) length: Length,
    /// RECURRENCE-ID, of an override.
    pub(super) id: Option<DateOrTime<'a>>,
    /// Is its start the DUE of a to-do that has no DTSTART?
    pub(super) is_due: bool,
}

/// A master and what recurs of it.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) rules: Vec<LimitedRule>,
    pub(super) exceptions: Vec<LimitedRule>,
    /// RDATE, and DTSTART where no rule begins with it; ascending, each once.
    pub(super) dates: Vec<Extra>,
    /// No PERIOD lasts longer, in seconds.
    pub(super) longest_period: i64,
    /// EXDATE, ascending.
    pub(super) exdates: Vec<Timestamp>,
    /// EXDATE that names whole days, ascending.
    pub(super) exdays: Vec<Date>,
    /// Instances that have an override, ascending.
    pub(super) taken: Vec<Timestamp>,
    /// Stretches of the series, ascending; the first is the master's own.
    pub(super) segments: Vec<Segment>,
    pub(super) is_recurring: bool,
}

/// A rule, and the instant after which it names nothing more.
#[derive(Debug)]
pub(super) struct LimitedRule {
    pub(super) rule: Rule,
    pub(super) until: Timestamp,
    /// COUNT, where instances in a gap are left out and so not counted (RFC 5545 3.3.10): the rule itself is without it.
    pub(super) count: Option<u32>,
    /// The start that an EXRULE does not name, though every rule begins with it.
    pub(super) unnamed_start: Option<DateTime>,
}

/// An instance that RDATE names; `length` is that of its PERIOD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extra {
    pub(super) moment: Moment,
    pub(super) length: Option<Length>,
}

/// The instances from one THISANDFUTURE override to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// Instances after this …
    pub(super) after: Timestamp,
    /// … and before that.
    pub(super) before: Timestamp,
    /// Whose duration and properties they take, as an index of `parts`.
    pub(super) part: usize,
    /// By how many seconds on the wall they are moved.
    pub(super) shift: i64,
    /// Are the part's times of the same frame as the master's?
    pub(super) is_same_frame: bool,
}

impl Series {
    /// Does EXDATE name this original start? It removes an override, too, whatever its SEQUENCE.
    pub(super) fn excludes(&self, original: Moment) -> bool {
        self.exdates.binary_search(&original.at).is_ok()
            || self.exdays.binary_search(&original.wall.date).is_ok()
    }

    /// Is there one rule, and nothing beside it?
    pub(super) fn is_plain(&self) -> bool {
        self.rules.len() == 1
            && self.exceptions.is_empty()
            && self.dates.is_empty()
            && self.exdates.is_empty()
            && self.exdays.is_empty()
            && self.taken.is_empty()
    }
}

impl Segment {
    /// Do its instances take another time or form than the master gives them?
    pub(super) const fn is_moved(&self) -> bool {
        self.shift != 0 || !self.is_same_frame
    }
}

/// One instance that a component of its own describes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Override {
    pub(super) part: usize,
    /// The original start, in the master's frame where there is a master.
    pub(super) original: Moment,
    pub(super) is_this_and_future: bool,
}

impl<'a> RecurrenceSet<'a> {
    /// The set of an object. What cannot be read of it is told by [`RecurrenceSet::faults`].
    pub fn new(object: &Object<'a>, zones: &Zones<'_>, policies: &Policies) -> Self {
        Self::with_zones_of(object, &|_| zones, policies)
    }

    /// The same, where the components may stand in several calendars, each with zones of its own: `zones_of` tells those
    /// of a component.
    pub fn with_zones_of<'z>(
        object: &Object<'a>,
        zones_of: &dyn Fn(Component<'a>) -> &'z Zones<'z>,
        policies: &Policies,
    ) -> Self {
        Maker::new(zones_of, policies).make(object)
    }

    /// What of the object could not be read.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Does it recur: by a rule, by dates, or by having overrides?
    pub fn is_recurring(&self) -> bool {
        !self.overrides.is_empty() || self.series.as_ref().is_some_and(|series| series.is_recurring)
    }

    /// Does it go on without end: a rule without COUNT and UNTIL?
    pub fn is_endless(&self) -> bool {
        let endless = |rule: &LimitedRule| rule.count.is_none() && rule.rule.is_endless();
        self.series.as_ref().is_some_and(|series| series.rules.iter().any(endless))
    }

    /// The occurrences that overlap a range, by start.
    ///
    /// Each item may be [`Exhausted`](crate::rule::Exhausted), which ends the walk: the budget of the [`Policies`] is spent.
    pub fn occurrences(&self, range: Range) -> Occurrences<'_, 'a> {
        Occurrences::new(self, range)
    }
}
