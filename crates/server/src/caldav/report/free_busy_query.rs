//! `free-busy-query`: when a calendar's owner is busy, by what is in it (RFC 4791 7.10).

use dav::Precondition;
use dav::free_busy::{Busy, BusyPeriod, Head, text};
use dav::header::Depth;
use dav::report::FreeBusyQuery;
use http::StatusCode;
use service::{BusyTime, Collection, Error, Refusal};

use super::PRODUCT;
use crate::caldav::Call;
use crate::caldav::answer::{Answer, CALENDAR};
use crate::caldav::error::Fault;
use crate::caldav::place::Place;
use crate::caldav::resource::named;

pub(crate) fn answer(call: &Call<'_>, depth: Depth, query: FreeBusyQuery) -> Result<Answer, Fault> {
    // Who may ask this may not see the calendar by that (RFC 4791 6.1.1).
    let Place::Calendar { home, segment } = call.place()? else {
        return Err(Precondition::SupportedReport.into());
    };
    let home = named(call.actor, &home)?.ok_or_else(Fault::not_found)?;
    let calendar = call.actor.calendar_for_busy(home.id, &segment)?;
    if calendar.collection != Collection::Calendar {
        return Err(Precondition::SupportedReport.into());
    }
    let range = query.time_range.range();
    // An object whose rules cost too much would hide when somebody is busy: that is told, not left out.
    let too_many = |error| match error {
        Error::Refused(Refusal::OverBudget(_)) => Precondition::NumberOfMatchesWithinLimits.into(),
        error => Fault::from(error),
    };
    let busy = match depth {
        Depth::Zero => Vec::new(),
        _ => call.actor.busy_in(calendar.id, range).map_err(too_many)?,
    };
    let uid = call.actor.new_uid();
    let head = Head { product: PRODUCT, stamp: call.actor.now(), uid: &uid, users: &[], method: None };
    Ok(Answer::with_body(StatusCode::OK, CALENDAR, text(&periods(&busy), range, &head)))
}

/// The same times in the words of CalDAV.
pub(crate) fn periods(busy: &[BusyTime]) -> Vec<BusyPeriod> {
    let period = |time: &BusyTime| BusyPeriod {
        from: time.from,
        to: time.to,
        busy: match time.busy {
            service::Busy::Tentative => Busy::Tentative,
            service::Busy::Unavailable => Busy::Unavailable,
            service::Busy::Busy => Busy::Busy,
        },
    };
    busy.iter().map(period).collect()
}
