//! Recurrence sets of any text.

use ical::civil::Timestamp;
use ical::recurrence::{Gap, Policies, Range, RecurrenceSet};
use ical::rule::Budget;
use ical::zone::Zones;
use ical::{Component, ComponentKind, Object, PropertyKind};

use crate::read;

/// A text whose objects are expanded: in order, none that ends before it starts, the same from any range, and
/// ended by a budget.
pub fn recurrence_set(data: &[u8]) {
    let document = read(data);
    let zones = Zones::new(&document);
    for object in document.objects().iter().take(4) {
        for gap in [Gap::Shift, Gap::Omit] {
            let policies = Policies { gap, budget: Budget::new(2_000, 200), ..Policies::default() };
            expand(object, &zones, &policies);
        }
    }
}

/// An occurrence as it is compared: start, end, the component's number, the original start.
type Seen = (Timestamp, Timestamp, usize, Option<String>);

/// So many of a set are looked at.
const MOST: usize = 30;

/// Occurrences that overlap a range, and whether that is all of them.
fn walk(set: &RecurrenceSet<'_>, object: &Object<'_>, range: Range) -> (Vec<Seen>, bool) {
    let mut seen = Vec::new();
    for item in set.occurrences(range).take(MOST) {
        let Ok(item) = item else { return (seen, false) };
        let ids = object.components().iter().map(|component| component.id());
        let component = ids.take_while(|id| *id != item.component().id()).count();
        assert!(component < object.components().len(), "of this object");
        let id = item.recurrence_id().map(|id| id.to_string());
        assert!(overlaps(object, range, component, item.start_at(), item.end_at()), "within the range");
        assert!(item.start_at() <= item.end_at(), "no end before its start");
        assert_eq!(item.start().is_date(), item.end().is_date());
        seen.push((item.start_at(), item.end_at(), component, id));
    }
    let is_all = seen.len() < MOST;
    (seen, is_all)
}

/// A to-do that is only due overlaps a range that it is in, the end included and the beginning not (RFC 4791 9.9).
fn overlaps(object: &Object<'_>, range: Range, at: usize, start: Timestamp, end: Timestamp) -> bool {
    let is_due = |component: &Component<'_>| {
        component.kind() == ComponentKind::Todo && component.property(PropertyKind::Dtstart).is_none()
    };
    match object.components().get(at) {
        Some(component) if is_due(component) => range.from < start && start <= range.to,
        _ => range.overlaps(start, end),
    }
}

fn expand(object: &Object<'_>, zones: &Zones<'_>, policies: &Policies) {
    let set = RecurrenceSet::new(object, zones, policies);
    for fault in set.faults() {
        assert!(!fault.message.is_empty());
    }
    let (all, is_all) = walk(&set, object, Range::ALL);
    assert!(all.is_sorted_by_key(|(start, ..)| *start), "by start");
    let Some((last, ..)) = all.last() else { return };
    for at in [all.len() / 2, all.len() - 1] {
        let Some((start, end, ..)) = all.get(at) else { continue };
        for (from, to) in [(start.0, end.0), (start.0 + 1, last.0), (end.0, i64::MAX), (i64::MIN, start.0)] {
            let to = if is_all { to } else { to.min(last.0) };
            if from >= to {
                continue;
            }
            let range = Range { from: Timestamp(from), to: Timestamp(to) };
            let is_in = |item: &&Seen| matches!(item, (start, end, at, _) if overlaps(object, range, *at, *start, *end));
            let expected: Vec<_> = all.iter().filter(is_in).cloned().collect();
            let (found, is_whole) = walk(&set, object, range);
            if is_whole {
                assert_eq!(found, expected, "{range:?}");
            }
        }
    }
    if let Ok(Some(span)) = set.span() {
        assert_eq!(Some(span.start), all.first().map(|(start, ..)| *start));
        if is_all && let Some(end) = span.end {
            assert_eq!(Some(end), all.iter().map(|(_, end, ..)| *end).max());
        }
    }
}
