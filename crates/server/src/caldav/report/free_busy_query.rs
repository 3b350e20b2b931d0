//! `free-busy-query`: when a calendar's owner is busy, by what is in it (RFC 4791 7.10).

use dav::Precondition;
use dav::free_busy::{BusyPeriod, Head, periods, text};
use dav::header::Depth;
use dav::report::FreeBusyQuery;
use http::StatusCode;
use ical::ComponentKind;
use ical::recurrence::Range;
use service::Candidates;

use super::{context, read};
use crate::caldav::answer::{Answer, CALENDAR};
use crate::caldav::error::Fault;
use crate::caldav::resource::{InHome, Resource};
use crate::caldav::{Call, format};

pub(crate) fn answer(
    call: &Call<'_>,
    resource: &Resource,
    depth: Depth,
    query: FreeBusyQuery,
) -> Result<Answer, Fault> {
    let Resource::Calendar(within) = resource else { return Err(Precondition::SupportedReport.into()) };
    let range = query.time_range.range();
    let busy = if depth == Depth::Zero { Vec::new() } else { busy(call, within, range)? };
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
    // What a VFREEBUSY tells stands in no index.
    for (kind, by_index) in [(ComponentKind::Event, Some(range)), (ComponentKind::Freebusy, None)] {
        let candidates = Candidates { kind: Some(kind), range: by_index, with_undated: false };
        let names = call.actor.candidates(within.calendar.id, &candidates, |_| true)?;
        let mut names: &[String] = &names;
        while !names.is_empty() {
            let page = read(call.actor, within, names.iter().map(String::as_str), true)?;
            names = names.get(page.len()..).unwrap_or_default();
            for (_, text) in page.into_iter().flatten() {
                let object = format::document(text.unwrap_or_default())?;
                // An object whose rules cost too much would hide when somebody is busy: that is told, not left out.
                let found = periods(&object, range, &context);
                all.extend(found.map_err(|_| Precondition::NumberOfMatchesWithinLimits)?);
                if all.len() > most {
                    return Err(Precondition::NumberOfMatchesWithinLimits.into());
                }
            }
        }
    }
    Ok(all)
}
