//! COPY and MOVE of an object (RFC 4918 9.8, 9.9).

use dav::header::{destination, overwrite};
use dav::{BadHref, Href};
use http::StatusCode;
use service::{Keep, Target};

use super::Call;
use super::answer::Answer;
use super::error::{Fault, found, refused};
use super::guard::{Change, Guard};
use super::options::allowed;
use super::place::Place;
use super::resource::{InHome, Resource};

pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    let resource = call.resource()?;
    let to = read_destination(call)?;
    let overwrite = overwrite(call.header("overwrite")?.as_deref())?;
    let Resource::Object(from, object) = &resource else {
        return Err(Fault::not_allowed(allowed(&call.place()?)));
    };
    if to.is_same(&call.href) {
        return Err(Fault::new(StatusCode::FORBIDDEN, "it is there already"));
    }
    let Some(Place::Object { home, segment, name }) = Place::of(&to) else {
        return Err(Fault::new(StatusCode::FORBIDDEN, "an object goes into a calendar"));
    };
    let within = InHome::find(call.actor, &home, &segment)?.ok_or_else(super::put::no_calendar)?;
    let is_move = call.method == "MOVE";
    let guard = Guard::read(call)?;
    if is_move {
        guard.unlocked(&call.href, Change::Membership)?;
    }
    let is_there = found(call.actor.resource(within.calendar.id, &name))?.is_some();
    guard.unlocked(&to, if is_there { Change::Itself } else { Change::Membership })?;
    let keep = if is_move { Keep::Target } else { Keep::Both };
    let target = Target { calendar: within.calendar.id, name: &name, overwrite };
    let done =
        call.actor.transfer(from.calendar.id, &object.name, target, keep, |tag| guard.holds(Some(tag)));
    let is_new = done.map_err(|error| refused(error, &within))?;
    if is_move {
        call.scope.locks.clear(&call.href);
    }
    Ok(Answer::new(if is_new { StatusCode::CREATED } else { StatusCode::NO_CONTENT }))
}

fn read_destination(call: &Call<'_>) -> Result<Href, Fault> {
    let header = call.header("destination")?;
    let header =
        header.ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, "wanted the header Destination"))?;
    destination(&header, &call.site).map_err(|bad| match bad {
        BadHref::OtherHost => Fault::new(StatusCode::BAD_GATEWAY, "nothing goes to another host"),
        bad => bad.into(),
    })
}
