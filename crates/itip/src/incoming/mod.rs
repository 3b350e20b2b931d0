//! A message and what is kept of its UID: what becomes of it (RFC 5546 3, RFC 6638 4)?

mod add;
mod cancel;
mod counter;
mod crasher;
mod decline_counter;
mod delegated;
mod publish;
mod refresh;
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
use crate::words::words;

/// A message that came in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// What it is for.
    pub method: Method,
    /// Who is known to have sent it, or for whom they act.
    pub sender: CalAddress<'static>,
    /// The iCalendar object.
    pub document: Document,
    /// What its recipient has agreed to: if it is held for one of these, it is taken in.
    pub agreed: Vec<Hold>,
}

impl Incoming {
    /// A message that nobody has looked at yet.
    pub const fn new(method: Method, sender: CalAddress<'static>, document: Document) -> Self {
        Self { method, sender, document, agreed: Vec::new() }
    }

    /// Is it to be held for this?
    fn waits_for(&self, why: Hold) -> bool {
        !self.agreed.contains(&why)
    }
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
    /// What is kept stays as it is; the owner is told.
    Note(Class),
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
    /// Whoever answers says that somebody sends them, who has not said so yet.
    UnknownDelegate,
    /// Somebody who is invited sends the owner in their place; the organizer has not said so yet.
    Delegated,
    /// It is told to whoever wants to know; does the owner?
    Published,
    /// It adds to something that is not here.
    UnknownSeries,
    /// It proposes something else.
    Counter,
    /// It proposes something else than what has been changed since.
    OldCounter,
    /// It proposes nothing, or what is wanted by nobody: what is said beside it is for the owner to read.
    Remark,
}

words!(Hold {
    NotTheOrganizer "not-the-organizer",
    OrganizerChanged "organizer-changed",
    NotInvited "not-invited",
    NotTheAttendee "not-the-attendee",
    PartyCrasher "party-crasher",
    UnknownDelegate "unknown-delegate",
    Delegated "delegated",
    Published "published",
    UnknownSeries "unknown-series",
    Counter "counter",
    OldCounter "old-counter",
    Remark "remark",
});

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
    /// Its method says nothing of such an object.
    Unsupported,
    /// It is published, and the owner is invited to it already.
    Invited,
    /// The owner took it out of their calendar, and it is not changed since.
    Removed,
    /// Whoever wants something is not invited.
    Stranger,
    /// They were told just now.
    JustTold,
    /// Somebody sends another in their place who may not come.
    NoDelegate,
}

words!(Ignore {
    Stale "stale",
    Duplicate "duplicate",
    OwnObject "own-object",
    Unknown "unknown",
    Early "early",
    NoInstance "no-instance",
    Unreadable "unreadable",
    Unsupported "unsupported",
    Invited "invited",
    Removed "removed",
    Stranger "stranger",
    JustTold "just-told",
    NoDelegate "no-delegate",
});

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
    let kind = said.parts().next().map(|(_, component)| component.kind());
    // When somebody is busy is asked and answered elsewhere: `BusyQuestion`.
    let is_question = kind == Some(ComponentKind::Freebusy) && message.method != Method::Publish;
    if is_question || !kind.is_some_and(|kind| message.method.is_of(kind)) {
        return Outcome::Ignore(Ignore::Unsupported).into();
    }
    let kept = kept.as_ref();
    match message.method {
        Method::Publish => publish::take(kept, &said, message, state, party).into(),
        Method::Request => request::take(kept, &said, message, state, party),
        Method::Reply => reply::take(kept, &said, message, state, party),
        Method::Add => add::take(kept, &said, message, state, party),
        Method::Cancel => cancel::take(kept, &said, message, state, party).into(),
        Method::Refresh => refresh::take(kept, &said, message, state, party),
        Method::Counter => counter::take(kept, &said, message, state, party),
        Method::DeclineCounter => decline_counter::take(kept, &said, message, state, party).into(),
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
    let is_agreed = !message.waits_for(Hold::NotTheOrganizer) || !message.waits_for(Hold::Delegated);
    if named.as_ref() != Some(&message.sender) && !is_agreed {
        return Some(Outcome::Hold(Hold::NotTheOrganizer));
    }
    match address(kept?) {
        // What nobody organizes is the owner's alone.
        None => Some(Outcome::Ignore(Ignore::OwnObject)),
        Some(known) if party.addresses.has(&known) => Some(Outcome::Ignore(Ignore::OwnObject)),
        known => (known != named && message.waits_for(Hold::OrganizerChanged))
            .then_some(Outcome::Hold(Hold::OrganizerChanged)),
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
    if document.component(component).property(PropertyKind::RecurrenceId).is_some() {
        // Some say of one instance how the series recurs.
        for kind in [PropertyKind::Rrule, PropertyKind::Rdate, PropertyKind::Exdate, PropertyKind::Exrule] {
            for property in crate::object::ids(document, component, kind) {
                document.remove(property);
            }
        }
    }
}
