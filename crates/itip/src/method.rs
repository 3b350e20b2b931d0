//! The eight methods (RFC 5546 1.4).

use std::fmt;

use ical::ComponentKind;

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// An object told to whoever wants to know; nobody answers.
    Publish,
    /// An organizer's invitation, or a change to one.
    Request,
    /// An attendee's answer.
    Reply,
    /// An organizer's further instances.
    Add,
    /// An organizer's calling off, of the whole, of instances, or for somebody.
    Cancel,
    /// An attendee's wish to be told again.
    Refresh,
    /// An attendee's proposal of something else.
    Counter,
    /// An organizer's no to that.
    DeclineCounter,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Publish,
        Self::Request,
        Self::Reply,
        Self::Add,
        Self::Cancel,
        Self::Refresh,
        Self::Counter,
        Self::DeclineCounter,
    ];

    /// The word of METHOD.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Reply => "REPLY",
            Self::Add => "ADD",
            Self::Cancel => "CANCEL",
            Self::Refresh => "REFRESH",
            Self::Counter => "COUNTER",
            Self::DeclineCounter => "DECLINECOUNTER",
        }
    }

    /// Does it say anything of components of a kind (RFC 5546 1.4)?
    pub const fn is_of(self, kind: ComponentKind) -> bool {
        use ComponentKind::{Event, Freebusy, Journal, Todo};
        match self {
            Self::Publish => matches!(kind, Event | Todo | Journal | Freebusy),
            Self::Request | Self::Reply => matches!(kind, Event | Todo | Freebusy),
            Self::Add | Self::Cancel => matches!(kind, Event | Todo | Journal),
            Self::Refresh | Self::Counter | Self::DeclineCounter => matches!(kind, Event | Todo),
        }
    }

    /// The method of a word, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(name.trim()))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
