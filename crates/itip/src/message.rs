//! A scheduling message: method, sender, recipients, object (RFC 5546 1.4).

use ical::value::CalAddress;

use crate::method::Method;
use crate::words::words;

/// A message that is owed to calendar users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is for.
    pub method: Method,
    /// What of it matters to people.
    pub class: Class,
    /// In whose name it goes out.
    pub sender: CalAddress<'static>,
    /// Whom it is for: all to whom the same is to be told.
    pub recipients: Vec<CalAddress<'static>>,
    /// The iCalendar object, with METHOD.
    pub text: Vec<u8>,
}

/// What of a message matters to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Somebody is invited who was not.
    New,
    /// What it is about takes place at another time.
    Reschedule,
    /// Something else of it is changed.
    Update,
    /// Only how others answered.
    Status,
    /// It is called off.
    Cancel,
    /// Somebody answers.
    Reply,
    /// Somebody proposes something else.
    Counter,
    /// What was proposed will not be.
    DeclineCounter,
    /// Somebody wants to be told again.
    Refresh,
}

words!(Class {
    New "new",
    Reschedule "reschedule",
    Update "update",
    Status "status",
    Cancel "cancel",
    Reply "reply",
    Counter "counter",
    DeclineCounter "decline-counter",
    Refresh "refresh",
});
