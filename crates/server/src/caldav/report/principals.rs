//! Reports about principals (RFC 3744 9.2 to 9.5).

use std::sync::Arc;

use dav::acl::Principal as Whom;
use dav::report::{
    AclPrincipalPropSet, MatchBy, PrincipalMatch, PrincipalPropertySearch, SearchProperty,
    principal_search_property_set,
};
use dav::{Precondition, Property, PropertyName, Propfind, Value};
use http::StatusCode;

use crate::caldav::acl;
use crate::caldav::answer::{Answer, Step, XML, multistatus};
use crate::caldav::error::Fault;
use crate::caldav::resource::Resource;
use crate::caldav::{Call, delegates, properties};

/// By what principals are found, and what it is in English.
const SEARCHED: [(Property, &str); 3] = [
    (Property::DisplayName, "Name"),
    (Property::CalendarUserAddressSet, "Address"),
    (Property::CalendarUserType, "Kind: individual, group, room or resource"),
];

/// `acl-principal-prop-set`: of the owner, and of those whom the entries name, for who may see them.
pub(crate) fn of_acl(
    call: &Call<'_>,
    resource: &Resource,
    set: AclPrincipalPropSet,
) -> Result<Answer, Fault> {
    let within = match resource {
        Resource::Home(owner) => return told(call, vec![Resource::Principal(owner.clone())], set.properties),
        Resource::Calendar(within) | Resource::Object(within, _) => within,
        _ => return told(call, Vec::new(), set.properties),
    };
    let mut named = vec![within.home.clone()];
    for entry in acl::of_calendar(call.actor, within, false)?.unwrap_or_default() {
        if let Whom::Href(href) = &entry.principal {
            let found = acl::of_href(call.actor, href)?;
            named.extend(found.filter(|found| named.iter().all(|one| one.id != found.id)));
        }
    }
    told(call, named.into_iter().map(Resource::Principal).collect(), set.properties)
}

/// `principal-match`: who asks, the groups that they are in, and those who may act for others, among whom they are.
pub(crate) fn matching(call: &Call<'_>, wanted: PrincipalMatch) -> Result<Answer, Fault> {
    let me = call.actor.me()?;
    let found = match wanted.by {
        MatchBy::Itself => {
            let groups = call.actor.groups_around(me.id)?;
            let found = [me].into_iter().chain(groups).map(Resource::Principal);
            found.chain(delegates::around(call.actor)?).collect()
        }
        MatchBy::Property(name) if matches!(name.known(), Some(Property::Owner | Property::PrincipalUrl)) => {
            vec![Resource::Principal(me)]
        }
        MatchBy::Property(_) => Vec::new(),
    };
    told(call, found, wanted.properties)
}

/// `principal-property-search`: principals whose properties have these texts.
pub(crate) fn search(call: &Call<'_>, search: PrincipalPropertySearch) -> Result<Answer, Fault> {
    let mut found = Vec::new();
    for principal in call.actor.principals()? {
        let resource = Resource::Principal(principal);
        let says = |name: &PropertyName| {
            let asked = Propfind::Prop(vec![name.clone()]);
            let said = properties::found(call.actor, &call.scope, &resource, &asked).unwrap_or_default();
            said.into_iter().filter_map(|one| one.value.ok()).flat_map(texts).collect()
        };
        if search.matches(says) {
            found.push(resource);
        }
    }
    if found.len() > call.scope.limits.hrefs {
        return Err(Precondition::NumberOfMatchesWithinLimits.into());
    }
    told(call, found, search.properties)
}

/// `principal-search-property-set`
pub(crate) fn search_property_set() -> Result<Answer, Fault> {
    let all = SEARCHED.map(|(property, description)| SearchProperty {
        name: property.into(),
        description: description.to_owned(),
    });
    Ok(Answer::with_body(StatusCode::OK, XML, principal_search_property_set(&all)))
}

/// The texts of a value.
fn texts(value: Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text],
        Value::Addresses(addresses) => addresses,
        Value::Hrefs(hrefs) => hrefs.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn told(call: &Call<'_>, principals: Vec<Resource>, names: Vec<PropertyName>) -> Result<Answer, Fault> {
    let asked = Propfind::Prop(names);
    let scope = Arc::clone(&call.scope);
    let mut left = principals.into_iter();
    multistatus(call, move |actor, writing| {
        let Some(resource) = left.next() else { return Ok(Step::Done(None)) };
        writing.resource(&resource.href()?, &properties::found(actor, &scope, &resource, &asked)?);
        Ok(Step::More)
    })
}
