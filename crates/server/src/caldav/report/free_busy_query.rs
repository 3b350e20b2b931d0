//! `free-busy-query`: when a calendar's owner is busy, by what is in it (RFC 4791 7.10).

use std::ops::ControlFlow;

use dav::Precondition;
use dav::free_busy::{BusyPeriod, Head, periods, text};
use dav::header::Depth;
use dav::report::FreeBusyQuery;
use http::StatusCode;
use ical::recurrence::Range;

use super::context;
use crate::caldav::answer::{Answer, CALENDAR};
use crate::caldav::error::Fault;
use crate::caldav::place::Place;
use crate::caldav::resource::{InHome, named};
use crate::caldav::{Call, format};

pub(crate) fn answer(call: &Call<'_>, depth: Depth, query: FreeBusyQuery) -> Result<Answer, Fault> {
    // Who may ask this may not see the calendar by that (RFC 4791 6.1.1).
    let Place::Calendar { home, segment } = call.place()? else {
        return Err(Precondition::SupportedReport.into());
    };
    let home = named(call.actor, &home)?.ok_or_else(Fault::not_found)?;
    let calendar = call.actor.calendar_for_busy(home.id, &segment)?;
    let within = InHome { home, calendar };
    let range = query.time_range.range();
    let busy = if depth == Depth::Zero { Vec::new() } else { busy(call, &within, range)? };
    let uid = call.actor.new_uid();
    let head = Head {
        product: "-//Kalends//Kalends//EN",
        stamp: call.actor.now(),
        uid: &uid,
        users: &[],
        method: None,
    };
    Ok(Answer::with_body(StatusCode::OK, CALENDAR, text(&busy, range, &head)))
}

fn busy(call: &Call<'_>, within: &InHome, range: Range) -> Result<Vec<BusyPeriod>, Fault> {
    let context = context(call.actor, within, None);
    let most = call.actor.options().occurrences;
    let mut all = Vec::new();
    let mut fault = None;
    call.actor.busy_texts(within.calendar.id, range, |text| {
        // An object whose rules cost too much would hide when somebody is busy: that is told, not left out.
        let too_many = |_| Fault::from(Precondition::NumberOfMatchesWithinLimits);
        let found =
            format::document(text).and_then(|object| periods(&object, range, &context).map_err(too_many));
        match found {
            Ok(found) => all.extend(found),
            Err(found) => fault = Some(found),
        }
        if fault.is_none() && all.len() <= most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    match fault {
        Some(fault) => Err(fault),
        None if all.len() > most => Err(Precondition::NumberOfMatchesWithinLimits.into()),
        None => Ok(all),
    }
}
