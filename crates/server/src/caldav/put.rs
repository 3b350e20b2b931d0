//! PUT: an object written at a name; its octets are kept as they came (RFC 4791 5.3.2).

use dav::Precondition;
use http::StatusCode;
use http::header::{CONTENT_RANGE, CONTENT_TYPE, ETAG, LOCATION};
use service::Telling;

use super::Call;
use super::answer::{Answer, CALENDAR, Content};
use super::error::{Fault, refused};
use super::format::Format;
use super::guard::{Change, Guard};
use super::place::Place;
use super::resource::{InHome, schedule_tag};

/// RFC 6638 8.2
pub(crate) const SCHEDULE_TAG: http::HeaderName = http::HeaderName::from_static("schedule-tag");

/// How far others hear of a request's change: a client may ask that they do not (RFC 6638 8.1).
pub(crate) fn telling(call: &Call<'_>) -> Result<Telling, Fault> {
    let is_false = |name| -> Result<bool, Fault> {
        Ok(call.header(name)?.is_some_and(|value| value.trim().eq_ignore_ascii_case("f")))
    };
    Ok(match (is_false("scheduling-enabled")?, is_false("schedule-reply")?) {
        (true, _) => Telling::Nobody,
        (false, true) if call.method == "DELETE" => Telling::NoReply,
        (false, _) => Telling::All,
    })
}

pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    let place = call.place()?;
    // A part put into a whole (RFC 9110 14.4) would be taken for the whole.
    if call.headers.contains_key(CONTENT_RANGE) {
        return Err(Fault::new(StatusCode::BAD_REQUEST, "wanted the whole of it, without Content-Range"));
    }
    let Place::Object { home, segment, name } = &place else {
        return super::files::put(call, &place);
    };
    let within = InHome::find(call.actor, home, segment)?.ok_or_else(no_calendar)?;
    write(call, &within, name)
}

/// There is no collection for it (RFC 4918 9.7.1).
pub(crate) fn no_calendar() -> Fault {
    Fault::new(StatusCode::CONFLICT, "there is no calendar for it: make it first")
}

/// Writes the body at a name in a calendar.
pub(crate) fn write(call: &Call<'_>, within: &InHome, name: &str) -> Result<Answer, Fault> {
    let media = call.header("content-type")?;
    let format = match media.as_deref() {
        Some(media) if !dav::body::is_calendar(Some(media)) => Format::of(media)
            .filter(|format| *format != Format::ICalendar)
            .ok_or(Precondition::SupportedCalendarData)?,
        _ => Format::ICalendar,
    };
    let guard = Guard::read(call)?;
    let href = within.member(name).href()?;
    let is_there = super::error::found(call.actor.resource(within.calendar.id, name))?.is_some();
    guard.unlocked(&href, if is_there { Change::Itself } else { Change::Membership })?;
    let text = format.read(call.octets()?, &call.actor.options().limits)?;
    let written = call
        .actor
        .telling(telling(call)?)
        .write(within.calendar.id, name, text, |tags| guard.holds_in(format, tags))
        .map_err(|error| refused(call.actor, error, within))?;
    let status = if written.is_new { StatusCode::CREATED } else { StatusCode::NO_CONTENT };
    let mut answer = Answer::new(status);
    // The tag of octets that the client does not have would tell it that it had them (RFC 4791 5.3.4).
    if format == Format::ICalendar && written.is_as_it_came {
        answer = answer.with(ETAG, &format.tag(&written.tag).to_string());
    }
    if let Some(tag) = written.schedule_tag {
        answer = answer.with(SCHEDULE_TAG, &schedule_tag(tag).to_string());
    }
    if call.method == "POST" {
        answer = answer.with(LOCATION, &call.site.write(&href));
    }
    if call.prefer.is_representation() && format == Format::ICalendar && written.is_as_it_came {
        answer.status = if written.is_new { StatusCode::CREATED } else { StatusCode::OK };
        answer.content = Content::Whole(call.octets()?.clone());
        answer = answer
            .with(CONTENT_TYPE, CALENDAR)
            .with(http::HeaderName::from_static("preference-applied"), "return=representation")
            .with(http::header::CONTENT_LOCATION, &call.site.write(&href));
    }
    Ok(answer)
}
