//! A `calendar-query` and an object.

use dav::filter::Context;
use dav::{Limits, Recurrences, Report, Site, body};
use ical::civil::Timestamp;
use ical::recurrence::{Policies, Range, RecurrenceSet};
use ical::rule::Budget;
use ical::zone::{Zone, Zones};
use ical::{ComponentKind, PropertyKind};

/// The body of a query, two line feeds, an object. Whatever answers the query is within its bounds; what is
/// told of the object is read again as whole components, and, expanded, has no rules.
pub fn caldav_query(data: &[u8]) {
    let end = data.windows(2).position(|pair| pair == b"\n\n").unwrap_or(data.len());
    let (query, object) = data.split_at(end);
    let limits = Limits::default();
    let Ok(Some(document)) = body::read(query, None, &limits) else { return };
    let Ok(Report::CalendarQuery(query)) = Report::read(&document, &Site::default(), &limits) else { return };
    let object = super::read(object);
    let policies = Policies { budget: Budget::new(10_000, 1_000), ..Policies::default() };
    let floating = query.timezone.as_ref().and_then(|timezone| timezone.zone(&Default::default()).ok());
    let floating = floating.unwrap_or_else(Zone::utc);
    let context = Context { policies: Policies { floating, ..policies }, ..Context::default() };
    let bounds = query.filter.bounds();
    if query.filter.matches(&object, &context) == Ok(true) && object.roots().count() == 1 {
        assert!(!bounds.is_empty || object.objects().len() > 1, "nothing answers {:?}", query.filter);
        if let Some(kind) = bounds.kind {
            assert!(
                object.components(kind).next().is_some(),
                "an object of that kind answers {:?}",
                query.filter
            );
        }
        if let Some(Range { from, to }) = bounds.range.filter(|_| !bounds.with_undated) {
            let zones = Zones::new(&object);
            let near =
                Range { from: Timestamp(from.0.saturating_sub(1)), to: Timestamp(to.0.saturating_add(1)) };
            let is_then = object.objects().iter().any(|one| {
                RecurrenceSet::new(one, &zones, &context.policies).occurrences(near).next().is_some()
            });
            assert!(is_then, "an object of that time answers {:?}", query.filter);
        }
        if let Some(uid) = &bounds.uid {
            let mut uids = object.all_components().flat_map(|one| one.properties_of(PropertyKind::Uid));
            assert!(
                uids.any(|one| uid.matches(&one.text())),
                "an object of that UID answers {:?}",
                query.filter
            );
        }
    }
    let Some(wanted) = &query.calendar_data else { return };
    let Ok(told) = wanted.apply(&object, &context) else { return };
    let told = super::read(told.as_bytes());
    let is_whole =
        object.problems().is_empty() && object.roots().all(|root| root.kind() == ComponentKind::Calendar);
    if !is_whole || object.roots().count() != 1 {
        return;
    }
    assert_eq!(told.roots().count(), 1, "{}", String::from_utf8_lossy(&told.to_bytes()));
    if matches!(wanted.recurrences, Some(Recurrences::Expand(_))) {
        let has_rule = told
            .all_components()
            .any(|one| one.kind().may_recur() && one.property(PropertyKind::Rrule).is_some());
        assert!(!has_rule, "{}", String::from_utf8_lossy(&told.to_bytes()));
    }
}
