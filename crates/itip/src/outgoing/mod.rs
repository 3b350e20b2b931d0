//! An edit, before and after: what does it owe to whom (RFC 6638 3.2)?

mod again;
pub(crate) mod attendee;
mod cancel;
mod counter;
mod decline_counter;
pub(crate) mod organizer;
pub(crate) mod owed;
mod progress;
mod refresh;

use ical::{ComponentKind, Document};

use crate::message::Message;
use crate::object::{Part, SchedulingObject};
use crate::party::Party;
use crate::role::Role;
use crate::state::State;
use crate::user::normal;
pub(crate) use again::again;
pub use counter::{NoCounter, counter};
pub(crate) use counter::{is_other, is_refused};
pub use decline_counter::decline_counter;
pub use refresh::refresh;

/// An edit as it may be kept.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The text to be kept: what was written, with what is not its writer's to say put right. `None` where it is deleted.
    pub document: Option<Document>,
    /// What its owner is in it from now on.
    pub role: Role,
    /// What is owed, in the order in which it is to arrive.
    pub owed: Vec<Message>,
}

/// The text of an edit, and what is owed for it.
type Written = (Option<Document>, Vec<Message>);

/// Why an edit may not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Two components name two organizers (RFC 6638 3.2.4.2).
    SeveralOrganizers,
    /// An organizer gives an object to another as it stands (RFC 6638 3.2.4.3).
    OrganizerChange,
    /// An attendee changes what is the organizer's: what, by the names of properties (RFC 6638 3.2.4.4).
    AttendeeChange(Vec<String>),
}

/// What becomes of an edit by whoever owns the calendar, or acts for them: `old` is what is kept, `new` what was written; one of
/// them may be missing. The state is brought up to it.
///
/// # Errors
/// The edit may not be; nothing is owed, and the state is as it was.
pub fn outgoing(
    old: Option<&Document>,
    new: Option<Document>,
    state: &mut State,
    party: &Party<'_>,
) -> Result<Edit, Denied> {
    let before = old.and_then(|old| SchedulingObject::read(old, party.zones));
    let after = new.as_ref().and_then(|new| SchedulingObject::read(new, party.zones));
    if let Some(after) = &after {
        must_have_one_organizer(after)?;
    }
    let role = |object: &Option<SchedulingObject<'_>>| {
        object.as_ref().map_or(Role::None, |object| Role::of(object, party.addresses))
    };
    let (was, is) = (role(&before), role(&after));
    let is_scheduled = was != Role::None || is != Role::None;
    let is_past =
        is_scheduled && [&before, &after].into_iter().flatten().all(|object| is_past(object, party));
    let organizer = after.as_ref().and_then(SchedulingObject::organizer);
    let is_taken = organizer.as_ref().is_some_and(|user| !party.addresses.name(user));
    let is_nobodys = organizer.is_none();
    drop((organizer, after));
    let (document, mut owed): Written = match (was, is) {
        (Role::None, Role::None) => (new, Vec::new()),
        (Role::None, Role::Organizer) => organizer::write(None, new, state, party),
        (Role::Organizer, Role::None | Role::Attendee) if new.is_some() && is_taken => {
            return Err(Denied::OrganizerChange);
        }
        // RFC 6638 3.2.3.1: what is not scheduled any more is called off.
        (Role::Organizer, Role::None) if new.is_some() && is_nobodys => {
            let (_, owed) = organizer::write(before.as_ref(), None, state, party);
            (new, owed)
        }
        // Where nobody is left, all are told so.
        (Role::Organizer, _) => organizer::write(before.as_ref(), new, state, party),
        (Role::None, Role::Attendee) => attendee::write(None, new, state, party)?,
        (Role::Attendee, Role::Organizer) => {
            return Err(Denied::AttendeeChange(vec!["ORGANIZER".to_owned()]));
        }
        (Role::Attendee, Role::Attendee) => attendee::write(before.as_ref(), new, state, party)?,
        (Role::Attendee, Role::None) => match new {
            Some(_) => return Err(Denied::AttendeeChange(vec!["ATTENDEE".to_owned()])),
            None => attendee::write(before.as_ref(), None, state, party)?,
        },
    };
    if is_past {
        owed.clear();
    }
    Ok(Edit { document, role: is, owed })
}

/// RFC 6638 3.2.4.2
fn must_have_one_organizer(object: &SchedulingObject<'_>) -> Result<(), Denied> {
    let mut names = object.parts().filter_map(|(_, component)| normal(&component.organizer()?));
    let first = names.next();
    match names.all(|name| Some(&name) == first.as_ref()) {
        true => Ok(()),
        false => Err(Denied::SeveralOrganizers),
    }
}

/// What is over for so long, in seconds, concerns nobody any more: also where its day ends last.
const PAST: i64 = 86_400;

/// Has all of an object taken place, so that nobody is told of it any more?
pub fn is_over(document: &Document, party: &Party<'_>) -> bool {
    SchedulingObject::read(document, party.zones).is_some_and(|object| is_past(&object, party))
}

/// Has all of it taken place? A to-do is over when it is done.
fn is_past(object: &SchedulingObject<'_>, party: &Party<'_>) -> bool {
    let is_todo = object.parts().any(|(_, component)| component.kind() == ComponentKind::Todo);
    !is_todo
        && object
            .set()
            .span()
            .ok()
            .flatten()
            .and_then(|span| span.end)
            .is_some_and(|end| end.0.saturating_add(PAST) < party.now.0)
}

/// The old text, with an override of its own for each instance that has one in the new: so the two are compared part by part.
pub(crate) fn aligned(old: &SchedulingObject<'_>, new: &Document, party: &Party<'_>) -> Document {
    let mut aligned = old.document().clone();
    let (Some(master), Some(new)) = (old.part(Part::Series), SchedulingObject::read(new, party.zones)) else {
        return aligned;
    };
    for (part, _) in new.parts().filter(|(part, _)| old.part(*part).is_none()) {
        if let Some(times) = old.times(part) {
            aligned.add_override(master.id(), &times);
        }
    }
    aligned
}
