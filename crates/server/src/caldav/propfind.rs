//! PROPFIND: what properties say, of a resource and of what is directly inside (RFC 4918 9.1).

use std::sync::Arc;

use dav::Propfind;
use dav::header::Depth;

use super::Call;
use super::answer::{Answer, Step, multistatus};
use super::error::Fault;
use super::listings::Walk;
use super::properties;
use super::resource::Members;

pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    let asked = Propfind::read(call.xml()?.as_ref(), &call.scope.limits)?;
    let depth = Propfind::depth(call.header("depth")?.as_deref())?;
    let resource = call.resource()?;
    let scope = Arc::clone(&call.scope);
    let mut root = (!call.prefer.is_depth_noroot || depth == Depth::Zero).then(|| resource.clone());
    let mut walk = Walk::of(call, &resource, &asked)?;
    let mut members = Members::of(resource);
    multistatus(call, move |actor, writing| {
        if let Some(root) = root.take() {
            writing.resource(&root.href()?, &properties::found(actor, &scope, &root, &asked)?);
            return Ok(if depth == Depth::Zero { Step::Done(None) } else { Step::More });
        }
        if let Some(walk) = &mut walk {
            return walk.step(actor, writing);
        }
        let page = members.next(actor)?;
        if page.is_empty() {
            return Ok(Step::Done(None));
        }
        for member in page {
            writing.resource(&member.href()?, &properties::found(actor, &scope, &member, &asked)?);
        }
        Ok(Step::More)
    })
}
