//! Who a calendar user is in an object (RFC 6638 3.1).

use crate::method::Method;
use crate::object::SchedulingObject;
use crate::user::Addresses;

/// What somebody is in an object. Who is both organizer and attendee is its organizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is theirs, and others are invited.
    Organizer,
    /// They are invited.
    Attendee,
    /// Nothing is scheduled with them: it is as any object in a calendar.
    None,
}

impl Role {
    /// The role of whoever has these addresses.
    pub fn of(object: &SchedulingObject<'_>, own: &Addresses) -> Self {
        // RFC 5546 3.3, 3.5: nobody is invited to a busy time or a journal.
        let is_for_guests =
            |(_, component): (_, ical::Component<'_>)| Method::Refresh.is_of(component.kind());
        if !object.parts().next().is_some_and(is_for_guests) {
            return Self::None;
        }
        let Some(organizer) = object.organizer() else { return Self::None };
        let mut attendees = object.parts().flat_map(|(_, component)| component.attendees());
        match own.name(&organizer) {
            true if attendees.next().is_some() => Self::Organizer,
            false if attendees.any(|attendee| own.name(&attendee)) => Self::Attendee,
            _ => Self::None,
        }
    }
}
