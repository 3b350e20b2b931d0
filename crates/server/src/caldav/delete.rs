//! DELETE: an object or a calendar taken away; both can be had back (RFC 4918 9.6).

use dav::header::Depth;
use http::StatusCode;

use super::Call;
use super::answer::Answer;
use super::error::{Fault, refused};
use super::guard::{Change, Guard};
use super::options::allowed;
use super::resource::Resource;

pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    let resource = call.resource()?;
    let guard = Guard::read(call)?;
    match &resource {
        Resource::Object(within, object) => {
            guard.unlocked(&call.href, Change::Membership)?;
            let erased = call.actor.erase(within.calendar.id, &object.name, |tag| guard.holds(Some(tag)));
            erased.map_err(|error| refused(error, within))?;
        }
        Resource::Calendar(within) => {
            if Depth::read(call.header("depth")?.as_deref(), Depth::Infinity)? != Depth::Infinity {
                return Err(Fault::new(
                    StatusCode::BAD_REQUEST,
                    "a calendar goes with all that is in it: Depth: infinity",
                ));
            }
            guard.ask(&call.href, Change::Membership)?;
            let line = format!("{} was removed", within.calendar.settings.name);
            let removed =
                call.actor.set_calendar(within.calendar.id, &line, |settings| settings.is_removed = true);
            removed.map_err(|error| refused(error, within))?;
        }
        _ => return Err(Fault::not_allowed(allowed(&call.place()?))),
    }
    call.scope.locks.clear(&call.href);
    Ok(Answer::new(StatusCode::NO_CONTENT))
}
