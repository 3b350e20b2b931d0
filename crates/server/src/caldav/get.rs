//! GET and HEAD: an object byte for byte, a calendar as one iCalendar stream.

use std::io::{Read, Seek, SeekFrom};

use bytes::Bytes;
use dav::header::{Outcome, Preconditions, Tags};
use http::header::{ETAG, LAST_MODIFIED, VARY};
use http::{HeaderValue, StatusCode};
use service::Export;
use tempfile::SpooledTempFile;

use super::Call;
use super::answer::{Answer, CALENDAR, Page, TEXT, paged};
use super::error::Fault;
use super::files;
use super::format::Format;
use super::free_busy_url;
use super::place::Place;
use super::properties::{http_date, media};
use super::put::SCHEDULE_TAG;
use super::resource::{InHome, Resource, schedule_tag};

/// So much of a calendar's stream is kept in memory; what is longer goes to a file without a name.
const IN_MEMORY: usize = 256 << 10;
/// So many octets are sent at once.
const PAGE: usize = 64 << 10;

/// What is said where there is nothing for calendar programs to get.
const HERE: &str = "Kalends keeps calendars here, and files. Give this address to a calendar program that speaks CalDAV, or to a \
     program that opens folders by WebDAV.\n";

pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    if let Place::FreeBusy(name) = call.place()? {
        return free_busy_url::answer(call, &name);
    }
    match call.resource()? {
        Resource::Object(within, _) => object(call, &within),
        Resource::Calendar(within) if within.is_calendar() => calendar(call, &within),
        Resource::File(within) if !within.is_collection() => files::get(call, within),
        Resource::Root
        | Resource::Principals
        | Resource::Principal(_)
        | Resource::Proxy(..)
        | Resource::Homes
        | Resource::Home(_)
        | Resource::Calendar(_)
        | Resource::Areas
        | Resource::File(_) => Ok(Answer::with_body(StatusCode::OK, TEXT, HERE)),
    }
}

fn object(call: &Call<'_>, within: &InHome) -> Result<Answer, Fault> {
    let name = call.href.name().unwrap_or_default();
    let (object, text) = call.actor.text(within.calendar.id, name)?;
    let format = Format::accepted(call.header("accept")?.as_deref());
    let entity = format.tag(&object.tag);
    let schedule = object.schedule_tag.map(schedule_tag);
    let modified = http_date(object.modified);
    let mut answer = match conditions(call)?
        .check(Some(&Tags { entity: Some(entity.clone()), schedule: schedule.clone() }), true)
    {
        Outcome::Failed => return Err(Fault::failed()),
        Outcome::NotModified => Answer::new(StatusCode::NOT_MODIFIED),
        Outcome::Proceed if is_known(call, &modified) => Answer::new(StatusCode::NOT_MODIFIED),
        Outcome::Proceed => {
            let answer = Answer::with_body(StatusCode::OK, CALENDAR, format.write(text)?);
            answer.with(http::header::CONTENT_TYPE, &format.media(&media(object.kind)))
        }
    };
    answer.headers.insert(VARY, HeaderValue::from_static("Accept"));
    if let Some(schedule) = schedule {
        answer = answer.with(SCHEDULE_TAG, &schedule.to_string());
    }
    Ok(answer.with(ETAG, &entity.to_string()).with(LAST_MODIFIED, &modified))
}

/// The conditions on tags that the request has.
pub(crate) fn conditions(call: &Call<'_>) -> Result<Preconditions, Fault> {
    let if_match = call.header("if-match")?;
    let if_none_match = call.header("if-none-match")?;
    let schedule = call.header("if-schedule-tag-match")?;
    Ok(Preconditions::read(if_match.as_deref(), if_none_match.as_deref(), schedule.as_deref())?)
}

/// Did it not change since then? The date counts only where no tag is told (RFC 9110 13.1.3); it is one that we gave.
pub(crate) fn is_known(call: &Call<'_>, modified: &str) -> bool {
    let since = call.headers.get(http::header::IF_MODIFIED_SINCE);
    !call.headers.contains_key(http::header::IF_NONE_MATCH) && since.is_some_and(|since| since == modified)
}

/// A calendar as one stream. It is written aside first, so that no snapshot is open while it is taken in.
fn calendar(call: &Call<'_>, within: &InHome) -> Result<Answer, Fault> {
    let mut stream = SpooledTempFile::new(IN_MEMORY);
    let export = Export { calendars: vec![within.calendar.id], ..Export::default() };
    call.actor.export(&export, &mut stream)?;
    let unreadable = |error: std::io::Error| Fault::from(service::Error::Output(error));
    let mut left = stream.stream_position().map_err(unreadable)?;
    stream.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    paged(call, CALENDAR, move |_| {
        let mut octets = Vec::new();
        let page = u64::try_from(PAGE).unwrap_or(u64::MAX);
        (&mut stream).take(page).read_to_end(&mut octets).map_err(unreadable)?;
        left = left.saturating_sub(u64::try_from(octets.len()).unwrap_or(u64::MAX));
        Ok(Page { is_last: left == 0 || octets.is_empty(), octets: Bytes::from(octets) })
    })
}
