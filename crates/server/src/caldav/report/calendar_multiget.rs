//! `calendar-multiget`: these objects (RFC 4791 7.9).

use std::collections::VecDeque;
use std::sync::Arc;

use dav::report::{CalendarMultiget, Reference};
use http::StatusCode;

use super::{Wanted, context, read};
use crate::caldav::Call;
use crate::caldav::answer::{Answer, Step, multistatus};
use crate::caldav::closed;
use crate::caldav::error::Fault;
use crate::caldav::place::Place;
use crate::caldav::resource::{InHome, Resource};

pub(crate) fn answer(call: &Call<'_>, multiget: CalendarMultiget) -> Result<Answer, Fault> {
    let wanted = Wanted { properties: multiget.properties, calendar_data: multiget.calendar_data };
    let mut left: VecDeque<Reference> = multiget.references.into();
    let scope = Arc::clone(&call.scope);
    multistatus(call, move |actor, writing| {
        let Some(first) = left.front() else { return Ok(Step::Done(None)) };
        let (home, segment) = match first {
            Reference::Href(href) => match Place::of(href) {
                Some(Place::Object { home, segment, .. }) => (home, segment),
                _ => {
                    closed::known(actor)?;
                    writing.status(href, StatusCode::NOT_FOUND, None);
                    left.pop_front();
                    return Ok(Step::More);
                }
            },
            Reference::Unknown(reference) => {
                closed::known(actor)?;
                writing.unknown(reference);
                left.pop_front();
                return Ok(Step::More);
            }
        };
        let Some(within) = InHome::find(actor, &home, &segment)? else {
            closed::known(actor)?;
            if let Some(Reference::Href(href)) = left.pop_front() {
                writing.status(&href, StatusCode::NOT_FOUND, None);
            }
            return Ok(Step::More);
        };
        // Those that follow in the same calendar are read from the same snapshot.
        let hrefs: Vec<_> = left
            .iter()
            .map_while(|reference| match reference {
                Reference::Href(href) => Some((href, Place::of(href)?)),
                Reference::Unknown(_) => None,
            })
            .map_while(|(href, place)| match place {
                Place::Object { home: of, segment: at, name } => {
                    ((&of, &at) == (&home, &segment)).then_some((href, name))
                }
                _ => None,
            })
            .collect();
        let context = context(actor, &within, None);
        let names = hrefs.iter().map(|(_, name)| name.as_str());
        let all = read(actor, &within, names, wanted.wants_text())?;
        let told = all.len();
        for ((href, _), read) in hrefs.iter().zip(all) {
            match read {
                None => {
                    closed::known(actor)?;
                    writing.status(href, StatusCode::NOT_FOUND, None);
                }
                Some((object, text)) => {
                    let resource = Resource::Object(within.clone(), object);
                    writing.resource(href, &wanted.found(actor, &scope, &resource, text, &context)?);
                }
            }
        }
        left.drain(..told);
        Ok(Step::More)
    })
}
