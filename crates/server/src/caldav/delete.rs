//! DELETE: an object or a calendar taken away, which can be had back; a file, which cannot (RFC 4918 9.6).

use dav::Precondition;
use dav::header::Depth;
use http::StatusCode;

use super::Call;
use super::answer::Answer;
use super::error::{Fault, refused};
use super::format::Format;
use super::guard::{Change, Guard, held_up};
use super::options::allowed;
use super::resource::Resource;

pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    let resource = call.resource()?;
    let depth = Depth::read(call.header("depth")?.as_deref(), Depth::Infinity)?;
    if depth != Depth::Infinity && resource.is_collection() {
        return Err(Fault::new(
            StatusCode::BAD_REQUEST,
            "a collection goes with all that is in it: Depth: infinity",
        ));
    }
    if let Err(fault) = take_away(call, &resource) {
        return held_up(call, fault, &[&call.href]);
    }
    call.scope.locks.clear(&call.href);
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

fn take_away(call: &Call<'_>, resource: &Resource) -> Result<(), Fault> {
    let guard = Guard::read(call)?;
    match resource {
        Resource::Object(within, object) => {
            guard.unlocked(&call.href, Change::Membership)?;
            let actor = call.actor.telling(super::put::telling(call)?);
            let erased = actor.erase(within.calendar.id, &object.name, |tags| {
                guard.holds_in(Format::ICalendar, Some(tags))
            });
            erased.map_err(|error| refused(call.actor, error, within))?;
        }
        Resource::Calendar(within) => {
            guard.ask(&call.href, Change::Membership)?;
            // Where nobody chose, the next one takes its place (RFC 6638 4.3).
            if call.actor.is_named_to_receive(&within.calendar)? {
                return Err(Precondition::DefaultCalendarNeeded.into());
            }
            let line = format!("{} was removed", within.calendar.settings.name);
            let removed =
                call.actor.set_calendar(within.calendar.id, &line, |settings| settings.is_removed = true);
            removed.map_err(|error| refused(call.actor, error, within))?;
        }
        Resource::File(within) => super::files::delete(call, within)?,
        _ => return Err(Fault::not_allowed(allowed(&call.place()?))),
    }
    Ok(())
}
