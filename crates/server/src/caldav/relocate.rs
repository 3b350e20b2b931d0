//! COPY and MOVE of an object, a calendar, a file (RFC 4918 9.8, 9.9).

use dav::header::{Depth, destination, overwrite};
use dav::{BadHref, Href, Precondition};
use http::StatusCode;
use service::{CalendarTarget, Keep, Target};

use super::Call;
use super::answer::Answer;
use super::error::{Fault, found, refused};
use super::format::Format;
use super::guard::{Change, Guard, held_up};
use super::options::allowed;
use super::place::Place;
use super::put::SCHEDULE_TAG;
use super::resource::{InHome, Resource, named, schedule_tag};

/// Where something goes.
pub(crate) struct To {
    pub(crate) href: Href,
    /// May it take the place of what is there?
    pub(crate) overwrite: bool,
    /// Does a collection go with all that is inside?
    pub(crate) is_deep: bool,
    /// What stays.
    pub(crate) keep: Keep,
}

pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    let resource = call.resource()?;
    let to = To::read(call, &resource)?;
    let done = match &resource {
        Resource::Object(from, object) => self::object(call, from, object, &to),
        Resource::Calendar(from) => calendar(call, from, &to).map(|is_new| (is_new, None)),
        Resource::File(from) => super::files::relocate(call, from, &to).map(|is_new| (is_new, None)),
        _ => return Err(Fault::not_allowed(allowed(&call.place()?))),
    };
    let (is_new, tag) = match done {
        Ok(done) => done,
        Err(fault) => return held_up(call, fault, &[&call.href, &to.href]),
    };
    if to.is_move() {
        call.scope.locks.clear(&call.href);
    }
    let answer = Answer::new(if is_new { StatusCode::CREATED } else { StatusCode::NO_CONTENT });
    Ok(match tag {
        Some(tag) => answer.with(SCHEDULE_TAG, &schedule_tag(tag).to_string()),
        None => answer,
    })
}

impl To {
    fn read(call: &Call<'_>, resource: &Resource) -> Result<Self, Fault> {
        let href = read_destination(call)?;
        if href.is_same(&call.href) {
            return Err(Fault::new(StatusCode::FORBIDDEN, "it is there already"));
        }
        let keep = if call.method == "MOVE" { Keep::Target } else { Keep::Both };
        let depth = Depth::read(call.header("depth")?.as_deref(), Depth::Infinity)?;
        let is_wrong = depth == Depth::One || (keep == Keep::Target && depth == Depth::Zero);
        if is_wrong && resource.is_collection() {
            let words = "a collection goes as a whole, Depth: infinity; a copy may be of it alone, Depth: 0";
            return Err(Fault::new(StatusCode::BAD_REQUEST, words));
        }
        let overwrite = overwrite(call.header("overwrite")?.as_deref())?;
        Ok(Self { href, overwrite, is_deep: depth == Depth::Infinity, keep })
    }

    pub(crate) fn is_move(&self) -> bool {
        self.keep == Keep::Target
    }
}

/// Was nothing there, and what tells what is there now from others, for whoever plans with it?
type Done = (bool, Option<service::ScheduleTag>);

fn object(call: &Call<'_>, from: &InHome, object: &service::Resource, to: &To) -> Result<Done, Fault> {
    let Some(Place::Object { home, segment, name }) = Place::of(&to.href) else {
        return Err(Fault::new(StatusCode::FORBIDDEN, "an object goes into a calendar"));
    };
    let within = InHome::find(call.actor, &home, &segment)?.ok_or_else(super::put::no_calendar)?;
    let guard = Guard::read(call)?;
    if to.is_move() {
        guard.unlocked(&call.href, Change::Membership)?;
    }
    let is_there = found(call.actor.resource(within.calendar.id, &name))?.is_some();
    guard.unlocked(&to.href, if is_there { Change::Itself } else { Change::Membership })?;
    let target = Target { calendar: within.calendar.id, name: &name, overwrite: to.overwrite };
    let done = call.actor.telling(super::put::telling(call)?).transfer(
        from.calendar.id,
        &object.name,
        target,
        to.keep,
        |tags| guard.holds_in(Format::ICalendar, Some(tags)),
    );
    let written = done.map_err(|error| refused(call.actor, error, &within))?;
    Ok((written.is_new, written.schedule_tag))
}

fn calendar(call: &Call<'_>, from: &InHome, to: &To) -> Result<bool, Fault> {
    let nowhere = || Fault::from(Precondition::CalendarCollectionLocationOk);
    let Some(Place::Calendar { home, segment }) = Place::of(&to.href) else { return Err(nowhere()) };
    let home = named(call.actor, &home)?.ok_or_else(super::put::no_calendar)?;
    let guard = Guard::read(call)?;
    if to.is_move() {
        guard.unlocked(&call.href, Change::Membership)?;
    }
    guard.unlocked(&to.href, Change::Membership)?;
    guard.met(&call.href)?;
    let target =
        CalendarTarget { home: home.id, segment: &segment, overwrite: to.overwrite, is_deep: to.is_deep };
    Ok(call.actor.transfer_calendar(from.calendar.id, target, to.keep)?)
}

fn read_destination(call: &Call<'_>) -> Result<Href, Fault> {
    let header = call.header("destination")?;
    let header =
        header.ok_or_else(|| Fault::new(StatusCode::BAD_REQUEST, "wanted the header Destination"))?;
    destination(&header, &call.site).map_err(|bad| match bad {
        BadHref::OtherHost | BadHref::Outside => Fault::new(
            StatusCode::BAD_GATEWAY,
            "nothing goes to another host, nor out of what is served here",
        ),
        bad => bad.into(),
    })
}
