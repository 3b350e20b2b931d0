//! `expand-property`: properties of the resources that properties name (RFC 3253 3.8).

use std::sync::Arc;

use dav::report::ExpandProperty;
use dav::{Found, Href, Precondition, Propfind, Value};
use service::Actor;

use crate::caldav::answer::{Answer, Step, multistatus};
use crate::caldav::error::Fault;
use crate::caldav::place::Place;
use crate::caldav::resource::Resource;
use crate::caldav::{Call, Scope, properties};

pub(crate) fn answer(call: &Call<'_>, resource: Resource, expand: ExpandProperty) -> Result<Answer, Fault> {
    let scope = Arc::clone(&call.scope);
    multistatus(call, move |actor, writing| {
        let mut left = scope.limits.hrefs;
        let found = expanded(actor, &scope, &resource, &expand, &mut left)?;
        writing.resource(&resource.href()?, &found);
        Ok(Step::Done(None))
    })
}

/// What a resource is asked, and what each resource is that it names. The depth is that of the request's body; `left` is how
/// many resources may still be looked at, for what names several at each step names very many at the end.
fn expanded(
    actor: Actor<'_>,
    scope: &Scope,
    resource: &Resource,
    expand: &ExpandProperty,
    left: &mut usize,
) -> Result<Vec<Found>, Fault> {
    *left = left.checked_sub(1).ok_or(Precondition::NumberOfMatchesWithinLimits)?;
    let names = expand.properties.iter().map(|(name, _)| name.clone()).collect();
    let mut found = properties::found(actor, scope, resource, &Propfind::Prop(names))?;
    for (one, (_, inside)) in found.iter_mut().zip(&expand.properties) {
        if inside.properties.is_empty() {
            continue;
        }
        let Ok(Value::Hrefs(hrefs)) = &one.value else { continue };
        let mut named: Vec<(Href, Option<Vec<Found>>)> = Vec::new();
        for href in hrefs {
            let there = Place::of(href).map(|place| Resource::find(actor, &place)).transpose()?.flatten();
            let said = there.map(|there| expanded(actor, scope, &there, inside, left)).transpose()?;
            named.push((href.clone(), said));
        }
        one.value = Ok(Value::Resources(named));
    }
    Ok(found)
}
