//! What may be set of an inbox: where what comes goes to, and when its owner is there (RFC 6638 9.2, RFC 7953 7.2.4).

use dav::name::HREF;
use dav::{Instruction, Precondition, Property, Refused, SetProperty};
use service::{Actor, CalendarId, Error, Receiving, Refusal};

use super::Call;
use super::error::Fault;
use super::place::Place;
use super::proppatch::Setting;
use super::resource::InHome;

/// What is to become of an inbox by an instruction. Of what else is known of calendars nothing may be set there.
pub(crate) fn setting(
    call: &Call<'_>,
    within: &InHome,
    instruction: &Instruction,
) -> Result<Setting, Refused> {
    match (instruction.name().known(), instruction) {
        (Some(Property::ScheduleDefaultCalendarUrl), Instruction::Set(property)) => {
            calendar(call, within, property).map(Setting::DefaultCalendar)
        }
        (Some(Property::ScheduleDefaultCalendarUrl), Instruction::Remove(_)) => {
            Ok(Setting::DefaultCalendar(None))
        }
        (Some(Property::CalendarAvailability), Instruction::Set(property)) => {
            availability(call.actor, property).map(|text| Setting::Availability(Some(text)))
        }
        (Some(Property::CalendarAvailability), Instruction::Remove(_)) => Ok(Setting::Availability(None)),
        (_, Instruction::Set(property)) => kept(Setting::read(property)?),
        (_, Instruction::Remove(name)) => kept(Setting::remove(name)?),
    }
}

fn kept(setting: Setting) -> Result<Setting, Refused> {
    match setting {
        Setting::Kept(_) => Ok(setting),
        _ => Err(Refused::FORBIDDEN),
    }
}

/// The calendar that a value names; without a reference none, so that it is the first again.
fn calendar(call: &Call<'_>, within: &InHome, property: &SetProperty) -> Result<Option<CalendarId>, Refused> {
    let mut references = property.elements.iter().filter(|inside| inside.is(HREF));
    let reference = match (references.next(), references.next()) {
        (None, _) => return Ok(None),
        (Some(one), None) => one,
        (Some(_), Some(_)) => return Err(Precondition::ValidScheduleDefaultCalendarUrl.into()),
    };
    let found = || {
        let href = call.site.read(&reference.text).ok()?;
        let Place::Calendar { home, segment } = Place::of(&href)? else { return None };
        let found = InHome::find(call.actor, &home, &segment).ok()??;
        let fits = found.home.id == within.home.id && call.actor.can_receive(&found.calendar);
        fits.then_some(found.calendar.id)
    };
    found().map(Some).ok_or_else(|| Precondition::ValidScheduleDefaultCalendarUrl.into())
}

/// The text of an availability.
fn availability(actor: Actor<'_>, property: &SetProperty) -> Result<String, Refused> {
    let text = property.text.trim_start();
    match actor.check_availability(text) {
        Ok(()) => Ok(text.to_owned()),
        // It is told of this property, beside the others (RFC 4918 9.2.1).
        Err(error) => Err(Fault::from(error).refused()),
    }
}

/// What instructions make of how things are received.
pub(crate) fn receiving<'s>(settings: impl Iterator<Item = &'s Setting>) -> Receiving {
    let mut receiving = Receiving::default();
    for setting in settings {
        match setting {
            Setting::DefaultCalendar(calendar) => receiving.calendar = Some(*calendar),
            Setting::Availability(text) => receiving.availability = Some(text.clone()),
            _ => {}
        }
    }
    receiving
}

/// When the owner of an inbox is there, for whoever may know.
pub(crate) fn availability_of(actor: Actor<'_>, within: &InHome) -> Result<Option<String>, Fault> {
    match actor.reception(within.home.id) {
        Ok(reception) => Ok(reception.availability),
        Err(Error::Refused(Refusal::NoRight)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
