//! What stood against a change set.

use std::fmt;

use crate::change_set::CalendarId;

/// Which expectation, or which name, stood against a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clash {
    /// An object of this UID is not as it was.
    Object(String),
    /// A calendar's settings are not as they were, or it is gone.
    Calendar(CalendarId),
    /// A command was taken back, or put back, meanwhile.
    Command,
    /// An import has come to another place: somebody else goes on with it.
    Position,
    /// A calendar of this segment is there.
    Segment(String),
    /// Another object has this name in the calendar.
    Name(String),
    /// The rules that stand for a calendar are not as they were.
    Rights(CalendarId),
    /// A rule is there no longer.
    Rule,
    /// Principals, addresses or credentials are not as they were.
    Directory,
    /// Another principal has this name, or this address.
    Principal(String),
    /// What was in the trash is there no longer.
    Trash,
    /// What is known of a scheduled UID is not what it was.
    Scheduling(String),
    /// A message is there no longer, or another has its name.
    Message(String),
    /// Somebody else delivered what was owed.
    Delivery,
    /// Somebody else rang what was due.
    Ringing,
    /// What has this name among files is not what it was.
    File(String),
    /// A principal's files are more than they were.
    Room,
    /// Bytes of a document are not there, or not all of them.
    Blob,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(uid) => write!(f, "the object {uid} was changed meanwhile"),
            Self::Calendar(_) => f.write_str("the calendar was changed meanwhile"),
            Self::Command => f.write_str("it was taken back or put back meanwhile"),
            Self::Position => f.write_str("the same import is running elsewhere"),
            Self::Segment(segment) => write!(f, "a calendar named {segment} is there already"),
            Self::Name(name) => write!(f, "another object is named {name}"),
            Self::Rights(_) => f.write_str("who may do what was changed meanwhile"),
            Self::Rule => f.write_str("the rule is there no longer"),
            Self::Directory => f.write_str("people or their credentials were changed meanwhile"),
            Self::Principal(name) => write!(f, "{name} is another's already"),
            Self::Scheduling(uid) => write!(f, "what is known of {uid} was changed meanwhile"),
            Self::Message(name) => write!(f, "the message {name} was removed meanwhile"),
            Self::Delivery => f.write_str("another kalends delivered it meanwhile"),
            Self::Ringing => f.write_str("another kalends rang meanwhile"),
            Self::Trash => f.write_str("it is no longer in the trash"),
            Self::File(name) => write!(f, "the file {name} was changed meanwhile"),
            Self::Room => f.write_str("more files came meanwhile"),
            Self::Blob => f.write_str("the bytes of the file went meanwhile"),
        }
    }
}
