//! `calendar-query`: objects that answer a filter (RFC 4791 7.8).

use std::collections::VecDeque;
use std::sync::Arc;

use dav::filter::{Context, Filter};
use dav::header::Depth;
use dav::report::CalendarQuery;
use ical::zone::ZoneCache;
use service::{Actor, Candidates};

use super::{Wanted, context, read};
use crate::caldav::answer::{Answer, Step, multistatus};
use crate::caldav::error::Fault;
use crate::caldav::resource::{InHome, Members, Resource};
use crate::caldav::{Call, closed, format};

pub(crate) fn answer(
    call: &Call<'_>,
    resource: Resource,
    depth: Depth,
    query: CalendarQuery,
) -> Result<Answer, Fault> {
    closed::known(call.actor)?;
    let cache: Arc<ZoneCache> = Arc::default();
    let zone = query.timezone.as_ref().map(|timezone| timezone.zone(&cache)).transpose()?;
    let wanted = Wanted { properties: query.properties, calendar_data: query.calendar_data };
    let filter = query.filter;
    let scope = Arc::clone(&call.scope);
    let mut looked_at = start(call.actor, resource, depth, &filter)?;
    multistatus(call, move |actor, writing| {
        let Some((within, names)) = looked_at.front_mut() else { return Ok(Step::Done(None)) };
        let context = context(actor, within, zone.clone());
        // The text is read in any case: the filter looks at it.
        let all = read(actor, within, names.iter().map(String::as_str), true)?;
        names.drain(..all.len());
        for (object, text) in all.into_iter().flatten() {
            let text = text.unwrap_or_default();
            if !matches(&filter, &text, &context)? {
                continue;
            }
            let href = within.member(&object.name).href()?;
            let resource = Resource::Object(within.clone(), object);
            let text = wanted.wants_text().then_some(text);
            writing.resource(&href, &wanted.found(actor, &scope, &resource, text, &context)?);
        }
        if names.is_empty() {
            looked_at.pop_front();
        }
        Ok(Step::More)
    })
}

/// Names of objects to look at, by calendar.
type LookedAt = VecDeque<(InHome, VecDeque<String>)>;

/// Which objects may answer, as far as an index can know.
fn start(actor: Actor<'_>, resource: Resource, depth: Depth, filter: &Filter) -> Result<LookedAt, Fault> {
    let mut calendars = Vec::new();
    match resource {
        Resource::Object(within, object) => return Ok([(within, [object.name].into())].into()),
        Resource::Calendar(within) if depth > Depth::Zero => calendars.push(within),
        home @ Resource::Home(_) if depth == Depth::Infinity => {
            for member in Members::of(home).next(actor)? {
                calendars.extend(match member {
                    Resource::Calendar(within) => Some(within),
                    _ => None,
                });
            }
        }
        _ => {}
    }
    let bounds = filter.bounds();
    let mut looked_at = LookedAt::new();
    for within in calendars.into_iter().filter(|_| !bounds.is_empty) {
        let candidates =
            Candidates { kind: bounds.kind, range: bounds.range, with_undated: bounds.with_undated };
        let is_wanted = |uid: &str| bounds.uid.as_ref().is_none_or(|wanted| wanted.matches(uid));
        let names = actor.candidates(within.calendar.id, &candidates, is_wanted)?;
        if !names.is_empty() {
            looked_at.push_back((within, names.into()));
        }
    }
    Ok(looked_at)
}

/// Does an object answer? One whose rules cost too much is answered: a client looks again at what it gets, and never sees what
/// it does not.
fn matches(filter: &Filter, text: &[u8], context: &Context) -> Result<bool, Fault> {
    Ok(filter.matches(&format::document(text.to_vec())?, context).unwrap_or(true))
}
