//! REPORT: which one (RFC 3253 3.6).

mod calendar_multiget;
mod calendar_query;
mod expand_property;
mod free_busy_query;
pub(crate) use free_busy_query::periods;
mod principals;
mod sync_collection;

pub(crate) use sync_collection::token_uri;

use std::ops::ControlFlow;
use std::sync::Arc;

use dav::filter::Context;
use dav::{CalendarData, Found, Precondition, Property, Propfind, Refused, Report, Value, timezone};
use http::StatusCode;
use ical::rule::Budget;
use ical::zone::{Zone, ZoneCache};
use service::Actor;

use super::answer::Answer;
use super::error::Fault;
use super::properties;
use super::resource::{InHome, Resource};
use super::{Call, Scope, format};

pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    let document = call.xml()?;
    let document =
        document.ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, "wanted a body that names a report"))?;
    let report = Report::read(&document, &call.site, &call.scope.limits)?;
    let depth = report.depth(call.header("depth")?.as_deref())?;
    if let Report::FreeBusyQuery(query) = report {
        return free_busy_query::answer(call, depth, query);
    }
    let resource = call.resource()?;
    // What a resource does not answer it has not, whoever asks (RFC 3253 3.6).
    if !properties::reports(&resource).contains(&document.root().name()) {
        return Err(Precondition::SupportedReport.into());
    }
    match report {
        Report::CalendarQuery(query) => calendar_query::answer(call, resource, depth, *query),
        Report::CalendarMultiget(multiget) => calendar_multiget::answer(call, multiget),
        Report::FreeBusyQuery(query) => free_busy_query::answer(call, depth, query),
        Report::SyncCollection(sync) => sync_collection::answer(call, resource, depth, &sync),
        Report::ExpandProperty(expand) => expand_property::answer(call, resource, expand),
        Report::AclPrincipalPropSet(set) => principals::of_acl(call, &resource, set),
        Report::PrincipalMatch(wanted) => principals::matching(call, wanted),
        Report::PrincipalPropertySearch(search) => principals::search(call, search),
        Report::PrincipalSearchPropertySet => principals::search_property_set(),
    }
}

/// How objects are answered: which properties, and which part of their texts.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) properties: Propfind,
    pub(crate) calendar_data: Option<CalendarData>,
}

impl Wanted {
    /// Is the text wanted?
    pub(crate) fn wants_text(&self) -> bool {
        self.properties.asks(Property::CalendarData) && !matches!(self.properties, Propfind::Propname)
    }

    /// What is answered of an object; `text` is its text, where that is wanted.
    pub(crate) fn found(
        &self,
        actor: Actor<'_>,
        scope: &Scope,
        resource: &Resource,
        text: Option<Vec<u8>>,
        context: &Context,
    ) -> Result<Vec<Found>, Fault> {
        let mut found = properties::found(actor, scope, resource, &self.properties)?;
        let Some(text) = text else { return Ok(found) };
        let value = self.data(text, context)?;
        match found.iter_mut().find(|one| one.name.known() == Some(Property::CalendarData)) {
            Some(one) => one.value = value,
            None => found.push(Found { name: Property::CalendarData.into(), value }),
        }
        Ok(found)
    }

    fn data(&self, text: Vec<u8>, context: &Context) -> Result<Result<Value, Refused>, Fault> {
        let wanted = self.calendar_data.clone().unwrap_or_default();
        if wanted.is_whole() {
            return Ok(Ok(Value::CalendarData(String::from_utf8_lossy(&text).into_owned())));
        }
        let part = wanted.apply(&format::document(text)?, context);
        let too_many = |_| Refused::from(Precondition::NumberOfMatchesWithinLimits);
        Ok(part.map(Value::CalendarData).map_err(too_many))
    }
}

/// What made an answer that is iCalendar: PRODID.
pub(crate) const PRODUCT: &str = "-//Kalends//Kalends//EN";

/// So many octets of texts are read at one step.
const ENOUGH: usize = 256 << 10;
/// So many objects.
const MOST: usize = 256;

/// An object, and its text where that was wanted; `None` where there is none of the name.
pub(crate) type Read = Option<(service::Resource, Option<Vec<u8>>)>;

/// Reads objects of a calendar by their names, the first of them, as many as are enough for one step.
pub(crate) fn read<'n>(
    actor: Actor<'_>,
    within: &InHome,
    names: impl IntoIterator<Item = &'n str>,
    with_text: bool,
) -> Result<Vec<Read>, Fault> {
    let mut octets = 0;
    let mut all = Vec::new();
    actor.resources(within.calendar.id, names, |_, member| {
        let read = member.map(|member| {
            let text = with_text.then(|| member.text()).transpose()?;
            Ok::<_, service::Error>((member.resource, text))
        });
        let read = read.transpose()?;
        octets += read.as_ref().and_then(|(_, text)| text.as_ref()).map_or(0, Vec::len);
        all.push(read);
        let is_enough = octets >= ENOUGH || all.len() >= MOST;
        Ok(if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(all)
}

/// What objects of a calendar are looked at with: floating times are in its zone, in UTC where it has none (RFC 4791 5.2.2).
pub(crate) fn context(actor: Actor<'_>, within: &InHome, zone: Option<Zone>) -> Context {
    let zones: Arc<ZoneCache> = Arc::default();
    let own = || timezone::of_name(within.calendar.settings.zone.as_deref()?, &zones).ok();
    let mut context = Context::new(zone.or_else(own).unwrap_or_else(Zone::utc));
    let options = actor.options();
    let instances = u64::try_from(options.occurrences).unwrap_or(u64::MAX);
    context.policies.budget = Budget::new(options.periods, instances);
    Context { zones, ..context }
}
