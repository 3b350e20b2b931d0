//! A message and what is kept of its UID: what becomes of it (RFC 5546 3, RFC 6638 4)?

mod cancel;
mod reply;
mod request;

use ical::value::CalAddress;
use ical::{ComponentId, ComponentKind, Document, PropertyKind};

use crate::message::{Class, Message};
use crate::method::Method;
use crate::object::SchedulingObject;
use crate::party::Party;
use crate::state::State;
use crate::view::clear;

/// A message that came in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// What it is for.
    pub method: Method,
    /// Who is known to have sent it, or for whom they act.
    pub sender: CalAddress<'static>,
    /// The iCalendar object.
    pub document: Document,
}

/// What becomes of a message.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The object is to be kept so.
    Keep {
        /// The text.
        document: Document,
        /// What of it matters to the owner; of what does not, they need not be told.
        class: Class,
    },
    /// Somebody has to decide.
    Hold(Hold),
    /// Nothing.
    Ignore(Ignore),
}

/// Why a message waits for somebody's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It comes in an organizer's name from somebody else.
    NotTheOrganizer,
    /// It names another organizer than what is kept.
    OrganizerChanged,
    /// The owner is not among those invited.
    NotInvited,
    /// It answers in somebody's name from somebody else.
    NotTheAttendee,
    /// Whoever answers was not invited.
    PartyCrasher,
}

impl Hold {
    /// A word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotTheOrganizer => "not-the-organizer",
            Self::OrganizerChanged => "organizer-changed",
            Self::NotInvited => "not-invited",
            Self::NotTheAttendee => "not-the-attendee",
            Self::PartyCrasher => "party-crasher",
        }
    }
}

/// Why nothing becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignore {
    /// Something newer is known (RFC 5546 2.1.5).
    Stale,
    /// The same is known already.
    Duplicate,
    /// The owner organizes it, and nobody tells them what it is.
    OwnObject,
    /// Nothing is kept of its UID, nor can be for this.
    Unknown,
    /// It came before what it is about; that is remembered.
    Early,
    /// It is about an instance that there is not.
    NoInstance,
    /// It has no object, or none that can be read.
    Unreadable,
    /// Its method does nothing here.
    Unsupported,
}

impl Ignore {
    /// A word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Duplicate => "duplicate",
            Self::OwnObject => "own-object",
            Self::Unknown => "unknown",
            Self::Early => "early",
            Self::NoInstance => "no-instance",
            Self::Unreadable => "unreadable",
            Self::Unsupported => "unsupported",
        }
    }
}

/// What a message does: what becomes of it, and what is owed for that.
#[derive(Clone, Debug)]
pub struct Applied {
    /// What becomes of it.
    pub outcome: Outcome,
    /// What is owed to others.
    pub owed: Vec<Message>,
}

impl From<Outcome> for Applied {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, owed: Vec::new() }
    }
}

/// Takes a message in for whoever owns the calendar: `kept` is what they have of its UID. The state is brought up to it.
pub fn incoming(
    kept: Option<&Document>,
    message: &Incoming,
    state: &mut State,
    party: &Party<'_>,
) -> Applied {
    let Some(said) = SchedulingObject::read(&message.document, party.zones) else {
        return Outcome::Ignore(Ignore::Unreadable).into();
    };
    let kept = kept.and_then(|kept| SchedulingObject::read(kept, party.zones));
    let said = said.placed_in(kept.as_ref());
    if said.parts().next().is_none() {
        return Outcome::Ignore(Ignore::Unreadable).into();
    }
    match message.method {
        Method::Request => request::take(kept.as_ref(), &said, message, state, party),
        Method::Cancel => cancel::take(kept.as_ref(), &said, message, state, party).into(),
        Method::Reply => reply::take(kept.as_ref(), &said, message, state, party),
        Method::Publish | Method::Add | Method::Refresh | Method::Counter | Method::DeclineCounter => {
            Outcome::Ignore(Ignore::Unsupported).into()
        }
    }
}

/// What becomes of a message in the organizer's name that may not change what is kept (RFC 5546 6.1.1); `None` where it may.
fn not_by_organizer(
    kept: Option<&SchedulingObject<'_>>,
    said: &SchedulingObject<'_>,
    message: &Incoming,
    party: &Party<'_>,
) -> Option<Outcome> {
    let address = |object: &SchedulingObject<'_>| {
        object.organizer().and_then(|user| user.address().ok().map(CalAddress::into_owned))
    };
    let named = address(said);
    if named.as_ref() != Some(&message.sender) {
        return Some(Outcome::Hold(Hold::NotTheOrganizer));
    }
    match address(kept?) {
        // What nobody organizes is the owner's alone.
        None => Some(Outcome::Ignore(Ignore::OwnObject)),
        Some(known) if party.addresses.has(&known) => Some(Outcome::Ignore(Ignore::OwnObject)),
        known => (known != named).then_some(Outcome::Hold(Hold::OrganizerChanged)),
    }
}

/// The text of a message as it is kept: without METHOD (RFC 4791 4.1), without the sender's alarms, and without what is the
/// recipient's service's to say (RFC 6638 7).
fn to_keep(said: &SchedulingObject<'_>) -> Document {
    let mut document = said.document().clone();
    for component in said.parts().map(|(_, component)| component.id()) {
        clean(&mut document, component);
    }
    let roots: Vec<_> = document.roots().map(|root| root.id()).collect();
    for root in roots {
        for property in crate::object::ids(&document, root, PropertyKind::Method) {
            document.remove(property);
        }
    }
    document
}

/// Takes out of a component of a message what its sender may not say.
fn clean(document: &mut Document, component: ComponentId) {
    let alarms: Vec<_> =
        document.component(component).children_of(ComponentKind::Alarm).map(|alarm| alarm.id()).collect();
    for alarm in alarms {
        document.remove_component(alarm);
    }
    for kind in [PropertyKind::Organizer, PropertyKind::Attendee] {
        for property in crate::object::ids(document, component, kind) {
            clear(document, property);
        }
    }
}
