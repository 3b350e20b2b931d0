//! MKCALENDAR and MKCOL: calendars, and collections of files (RFC 4791 5.3.1, RFC 4918 9.3, RFC 5689).

use dav::mkcol::{Made, Mkcol, response};
use dav::{Precondition, Refused, all_or_none};
use http::StatusCode;
use http::header::CACHE_CONTROL;

use super::Call;
use super::answer::{Answer, XML};
use super::error::Fault;
use super::guard::{Change, Guard};
use super::place::Place;
use super::proppatch::{Setting, blank};
use super::resource::Resource;

pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    let is_mkcol = call.method == "MKCOL";
    let document = call.xml()?;
    let limits = &call.scope.limits;
    let wanted = match is_mkcol {
        true => Mkcol::read(document.as_ref(), limits)?,
        false => Mkcol::read_mkcalendar(document.as_ref(), limits)?,
    };
    let place = call.place().map_err(|_| Fault::from(Precondition::CalendarCollectionLocationOk))?;
    if Resource::find(call.actor, &place)?.is_some() {
        return Err(match is_mkcol {
            true => Fault::not_allowed(super::options::allowed(&place)),
            false => Precondition::ResourceMustBeNull.into(),
        });
    }
    if is_mkcol
        && !wanted.is_calendar
        && let Place::File { home, names, .. } = &place
    {
        return super::files::make(call, home, names, &wanted);
    }
    let Place::Calendar { home, segment } = &place else {
        return Err(Precondition::CalendarCollectionLocationOk.into());
    };
    let owner = super::resource::named(call.actor, home)?.ok_or_else(super::put::no_calendar)?;
    if owner.id != call.actor.principal_id() {
        return Err(Fault::new(StatusCode::FORBIDDEN, "this is another's home"));
    }
    // Nothing but calendars is kept in a home.
    if !wanted.is_calendar {
        return Err(Precondition::ValidResourcetype.into());
    }
    Guard::read(call)?.ask(&call.href, Change::Membership)?;
    let settings = wanted.set.iter().map(Setting::read_new).collect::<Vec<_>>();
    if let Some(refused) = refused(call, &wanted, &settings) {
        return Ok(refused);
    }
    let mut made = blank(segment);
    let kept: Vec<_> = settings.iter().flatten().filter_map(Setting::kept).collect();
    settings.into_iter().flatten().for_each(|setting| setting.apply(&mut made));
    call.actor.make_calendar_at(segment, &made, &kept)?;
    Ok(Answer::new(StatusCode::CREATED).with(CACHE_CONTROL, "no-cache"))
}

/// What is answered where a property cannot be set: then nothing is made (RFC 5689 3.1, RFC 4791 5.3.1).
pub(crate) fn refused(
    call: &Call<'_>,
    wanted: &Mkcol,
    settings: &[Result<Setting, Refused>],
) -> Option<Answer> {
    settings.iter().find(|setting| setting.is_err())?;
    let refused = |name: &_| {
        let at = wanted.set.iter().position(|property| property.name == *name)?;
        settings.get(at)?.as_ref().err().cloned()
    };
    let names = wanted.set.iter().map(|property| &property.name);
    let made = if call.method == "MKCOL" { Made::Mkcol } else { Made::Mkcalendar };
    let body = response(made, &all_or_none(names, refused), &call.site);
    Some(Answer::with_body(StatusCode::FORBIDDEN, XML, body))
}
