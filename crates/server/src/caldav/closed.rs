//! A store that was restored without what came since: what is missing is told to nobody until it is reopened, for a client that
//! misses an object deletes its own. What is there is read and written by its URL.

use dav::Propfind;
use dav::header::Depth;
use http::StatusCode;
use service::Actor;

use super::Call;
use super::answer::Answer;
use super::error::Fault;
use super::place::Place;

/// Seconds after which a client asks again.
const LATER: u32 = 600;

fn later() -> Fault {
    let words = "these calendars were restored without what came since, and are not listed until whoever keeps them says \
                 `kalends admin reopen`";
    Fault::later(words, LATER)
}

/// Refuses a request that lists what is in a calendar, a home or a collection of files.
pub(super) fn unlisted(call: &Call<'_>) -> Result<(), Fault> {
    if is_listing(call)? && call.actor.is_closed()? { Err(later()) } else { Ok(()) }
}

fn is_listing(call: &Call<'_>) -> Result<bool, Fault> {
    let Some(place) = Place::of(&call.href) else { return Ok(false) };
    Ok(match (call.method, place) {
        (
            _,
            Place::Root
            | Place::Principals
            | Place::Principal(_)
            | Place::Proxy { .. }
            | Place::FreeBusy(_)
            | Place::Object { .. },
        ) => false,
        ("PROPFIND", _) => Propfind::depth(call.header("depth")?.as_deref())? != Depth::Zero,
        // A calendar as one stream.
        ("GET" | "HEAD", Place::Calendar { .. }) => true,
        _ => false,
    })
}

/// Says that it is not known what an answer is built on that names what is missing.
pub(super) fn known(actor: Actor<'_>) -> Result<(), Fault> {
    if actor.is_closed()? { Err(later()) } else { Ok(()) }
}

/// Does a refusal tell that something is not there, or is another than a client has?
const fn tells_of_loss(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED
    )
}

/// An answer, or that it may be asked later.
pub(super) fn held(call: &Call<'_>, answered: Result<Answer, Fault>) -> Result<Answer, Fault> {
    match answered {
        Err(fault) if tells_of_loss(fault.status) && call.actor.is_closed()? => Err(later()),
        answered => answered,
    }
}
