//! Does an object answer a filter (RFC 4791 9.7)?

use std::sync::Arc;

use ical::recurrence::Policies;
use ical::rule::Exhausted;
use ical::value::{PeriodEnd, Value};
use ical::zone::{Zone, ZoneCache};
use ical::{Component, Document, Property};

use super::overlap::Times;
use super::{CompFilter, CompTest, Filter, ParamFilter, PropFilter, PropTest, TimeRange, ValueTest};

/// What an object is read with.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Where floating times are, and how much work one walk over a recurrence set may cost.
    pub policies: Policies,
    /// Zones that were read, to be shared between objects.
    pub zones: Arc<ZoneCache>,
}

impl Context {
    /// With floating times and dates in this zone: that of the query, or of the calendar, or UTC (RFC 4791
    /// 7.3).
    pub fn new(floating: Zone) -> Self {
        Self { policies: Policies { floating, ..Policies::default() }, zones: Arc::default() }
    }
}

impl Filter {
    /// Does the object, which is a whole text, answer the filter?
    ///
    /// # Errors
    /// Its rules cost more than the budget before it was known. To answer the object all the same is the
    /// better way: a client looks again at what it gets, and never sees what it does not.
    pub fn matches(&self, object: &Document, context: &Context) -> Result<bool, Exhausted> {
        let times = Times::new(object, context);
        let calendars: Vec<_> = object.roots().collect();
        self.calendar.holds(&calendars, &times)
    }
}

impl CompFilter {
    /// Does it hold of components that stand beside each other?
    fn holds(&self, beside: &[Component<'_>], times: &Times<'_>) -> Result<bool, Exhausted> {
        let mut named = beside.iter().filter(|component| component.name().eq_ignore_ascii_case(&self.name));
        let Some(has) = &self.has else { return Ok(named.next().is_none()) };
        let mut fitting = Vec::new();
        for component in named {
            if has.holds_but_for_time(*component, times)? {
                fitting.push(*component);
            }
        }
        match has.time_range {
            Some(range) if !fitting.is_empty() => times.any_overlaps(&fitting, range.range()),
            _ => Ok(!fitting.is_empty()),
        }
    }
}

impl CompTest {
    fn holds_but_for_time(&self, component: Component<'_>, times: &Times<'_>) -> Result<bool, Exhausted> {
        if !self.properties.iter().all(|property| property.holds(component, times)) {
            return Ok(false);
        }
        let inside: Vec<_> = component.children().collect();
        for filter in &self.components {
            if !filter.holds(&inside, times)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl PropFilter {
    fn holds(&self, component: Component<'_>, times: &Times<'_>) -> bool {
        let mut named = component.properties_named(&self.name);
        match &self.has {
            None => named.next().is_none(),
            Some(has) => named.any(|property| has.holds(&property, times)),
        }
    }
}

impl PropTest {
    fn holds(&self, property: &Property<'_>, times: &Times<'_>) -> bool {
        let is_value = match &self.value {
            None => true,
            Some(ValueTest::TextMatch(wanted)) => wanted.matches(&property.text()),
            Some(ValueTest::TimeRange(range)) => is_in(property, *range, times),
        };
        is_value && self.parameters.iter().all(|parameter| parameter.holds(property))
    }
}

impl ParamFilter {
    fn holds(&self, property: &Property<'_>) -> bool {
        let mut named =
            property.parameters().filter(|parameter| parameter.name().eq_ignore_ascii_case(&self.name));
        match &self.has {
            None => named.next().is_none(),
            Some(has) => named.any(|parameter| {
                let value = || parameter.values().collect::<Vec<_>>().join(",");
                has.text_match.as_ref().is_none_or(|wanted| wanted.matches(&value()))
            }),
        }
    }
}

/// Is any time that a property says in the range (RFC 4791 9.9)?
fn is_in(property: &Property<'_>, range: TimeRange, times: &Times<'_>) -> bool {
    let range = range.range();
    property.values().any(|value| match value {
        Ok(Value::Date(date)) => {
            let (start, end) = times.day(date);
            range.overlaps(start, end)
        }
        Ok(Value::DateTime(time)) => {
            let at = times.instant(&time);
            range.overlaps(at, at)
        }
        Ok(Value::Period(period)) => {
            let start = times.instant(&period.start);
            let end = match &period.end {
                PeriodEnd::Time(end) => times.instant(end),
                PeriodEnd::Duration(duration) => times.after(&period.start, start, *duration),
            };
            range.overlaps(start, end)
        }
        _ => false,
    })
}
