//! `sync-collection`: what changed in a calendar since a token (RFC 6578 3).

use std::sync::Arc;

use dav::filter::Context;
use dav::header::Depth;
use dav::report::SyncCollection;
use dav::{Precondition, Property};
use http::StatusCode;
use service::Changed;

use super::{Wanted, context};
use crate::caldav::Call;
use crate::caldav::answer::{Answer, Step, multistatus};
use crate::caldav::closed;
use crate::caldav::error::{Fault, found};
use crate::caldav::resource::Resource;

/// What a token begins with: tokens are URIs (RFC 6578 6.2), and this one says what it is.
const SCHEME: &str = "data:,";

/// So many changes at one step.
const PAGE: u32 = 256;

/// A calendar's token as a client gets it.
pub(crate) fn token_uri(token: &str) -> String {
    format!("{SCHEME}{token}")
}

pub(crate) fn answer(
    call: &Call<'_>,
    resource: Resource,
    depth: Depth,
    sync: &SyncCollection,
) -> Result<Answer, Fault> {
    if depth != Depth::One {
        return Err(Precondition::SyncTraversalSupported.into());
    }
    let Resource::Calendar(within) = resource else { return Err(Precondition::SupportedReport.into()) };
    closed::known(call.actor)?;
    let mut since = match &sync.token {
        None => None,
        Some(token) => Some(token.strip_prefix(SCHEME).ok_or(Precondition::ValidSyncToken)?.to_owned()),
    };
    let wanted = Wanted { properties: sync.asked(), calendar_data: None };
    let wants_text = wanted.properties.asks(Property::CalendarData);
    let context: Context = context(call.actor, &within, None);
    let mut left = sync.limit;
    let root = within.place().href()?;
    let scope = Arc::clone(&call.scope);
    multistatus(call, move |actor, writing| {
        let page = left.unwrap_or(PAGE).min(PAGE);
        let changes = actor.changes(within.calendar.id, since.as_deref(), page)?;
        let told = u32::try_from(changes.changes.len()).unwrap_or(u32::MAX);
        for changed in changes.changes {
            match changed {
                Changed::Removed(name) => {
                    writing.status(&within.member(&name).href()?, StatusCode::NOT_FOUND, None);
                }
                Changed::Resource(object) => {
                    let href = within.member(&object.name).href()?;
                    let text = match wants_text {
                        true => found(actor.text(within.calendar.id, &object.name))?.map(|(_, text)| text),
                        false => None,
                    };
                    let resource = Resource::Object(within.clone(), object);
                    writing.resource(&href, &wanted.found(actor, &scope, &resource, text, &context)?);
                }
            }
        }
        left = left.map(|left| left.saturating_sub(told));
        let token = token_uri(&changes.token);
        since = Some(changes.token);
        if !changes.has_more {
            return Ok(Step::Done(Some(token)));
        }
        if left == Some(0) {
            writing.truncated(&root);
            return Ok(Step::Done(Some(token)));
        }
        Ok(Step::More)
    })
}
