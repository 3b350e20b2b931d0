//! OPTIONS: what is spoken here, and what can be done with a resource (RFC 4918 10.1, RFC 4791 5.1).

use http::header::ALLOW;
use http::{HeaderName, StatusCode};

use super::Call;
use super::answer::Answer;
use super::error::Fault;
use super::place::Place;

/// What is spoken: WebDAV with locks, ACL, extended MKCOL, CalDAV, scheduling, availability (RFC 7953 7.2.1), delegates.
const DAV: &str = "1, 2, 3, access-control, extended-mkcol, calendar-access, calendar-auto-schedule, \
     calendar-availability, calendar-proxy";

pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    Ok(Answer::new(StatusCode::NO_CONTENT).with(ALLOW, allowed(&call.place()?)))
}

/// An answer that tells what is spoken: each to OPTIONS does, those too that refuse (RFC 4918 10.1), for clients look for a
/// service before they sign in.
pub(crate) fn with_dav(answer: Answer) -> Answer {
    answer.with(HeaderName::from_static("dav"), DAV)
}

/// The methods of files.
pub(crate) const FILES: &str =
    "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT, MKCOL, COPY, MOVE, LOCK, UNLOCK";

/// The methods of a place.
pub(crate) const fn allowed(place: &Place) -> &'static str {
    match place {
        Place::Root
        | Place::Principals
        | Place::Principal(_)
        | Place::Proxy { .. }
        | Place::Homes
        | Place::Home(_)
        | Place::Areas => "OPTIONS, GET, HEAD, PROPFIND, PROPPATCH, REPORT",
        Place::FreeBusy(_) => "OPTIONS, GET, HEAD",
        Place::File { .. } => FILES,
        Place::Calendar { .. } => {
            "OPTIONS, GET, HEAD, POST, DELETE, PROPFIND, PROPPATCH, REPORT, MKCALENDAR, MKCOL, COPY, MOVE, LOCK, UNLOCK, ACL"
        }
        Place::Object { .. } => {
            "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT, COPY, MOVE, LOCK, UNLOCK"
        }
    }
}
