//! Components by kind (RFC 5545 3.6, RFC 7953 3.1, RFC 9073 7).

mod alarm;
mod availability;
mod calendar_user;
mod event;
mod extent;
mod freebusy;
mod journal;
mod participant;
mod questions;
mod todo;

pub use alarm::{Alarm, Repeat, Trigger};
pub use availability::{Availability, Available};
pub use calendar_user::CalendarUser;
pub use event::Event;
pub use extent::{End, Extent};
pub use freebusy::{BusyTime, Freebusy};
pub use journal::Journal;
pub use participant::{Location, Participant, Resource};
pub use questions::{Rdate, RecurrenceId, Relation};
pub use todo::Todo;

/// Makes the view of a kind of component: a name for a [`Component`](crate::Component) that is one.
macro_rules! view {
    ($(#[$doc:meta])+ $name:ident) => {
        $(#[$doc])+
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a>(Component<'a>);

        impl<'a> $name<'a> {
            /// The view of a component, if it is of this kind.
            pub fn of(component: Component<'a>) -> Option<Self> {
                (component.kind() == $crate::ComponentKind::$name).then_some(Self(component))
            }
        }

        impl<'a> std::ops::Deref for $name<'a> {
            type Target = Component<'a>;

            fn deref(&self) -> &Component<'a> {
                &self.0
            }
        }
    };
}
use view;

macro_rules! components {
    ($($variant:ident $name:literal $source:literal;)+) => {
        /// A component known by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum ComponentKind {
            /// A name that is not in the table: `X-`, or registered later.
            Other,
            $(#[doc = concat!("`", $name, "`, ", $source)] $variant,)+
        }

        impl ComponentKind {
            /// All kinds; `Other` first.
            pub const ALL: &'static [Self] = &[Self::Other, $(Self::$variant,)+];

            /// The name in capitals; `None` for [`ComponentKind::Other`].
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    Self::Other => None,
                    $(Self::$variant => Some($name),)+
                }
            }

            /// The kind of a name, in any case.
            pub fn from_name(name: &[u8]) -> Self {
                $(if name.eq_ignore_ascii_case($name.as_bytes()) { return Self::$variant; })+
                Self::Other
            }
        }
    };
}

components! {
    Event "VEVENT" "RFC 5545 3.6.1";
    Alarm "VALARM" "RFC 5545 3.6.6, RFC 9074";
    Todo "VTODO" "RFC 5545 3.6.2";
    Journal "VJOURNAL" "RFC 5545 3.6.3";
    Freebusy "VFREEBUSY" "RFC 5545 3.6.4";
    Timezone "VTIMEZONE" "RFC 5545 3.6.5";
    Standard "STANDARD" "RFC 5545 3.6.5";
    Daylight "DAYLIGHT" "RFC 5545 3.6.5";
    Calendar "VCALENDAR" "RFC 5545 3.4";
    Availability "VAVAILABILITY" "RFC 7953 3.1";
    Available "AVAILABLE" "RFC 7953 3.1";
    Participant "PARTICIPANT" "RFC 9073 7.1";
    Location "VLOCATION" "RFC 9073 7.2";
    Resource "VRESOURCE" "RFC 9073 7.3";
}

impl ComponentKind {
    pub(crate) const fn to_index(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_index(index: u8) -> Self {
        Self::ALL.get(usize::from(index)).copied().unwrap_or(Self::Other)
    }

    /// Is it one that no RFC ever puts inside `outer`, so that its BEGIN shows that END is missing there?
    pub(crate) const fn cannot_stand_inside(self, outer: Self) -> bool {
        match self {
            Self::Calendar => true,
            Self::Event
            | Self::Todo
            | Self::Journal
            | Self::Freebusy
            | Self::Timezone
            | Self::Availability => !matches!(outer, Self::Calendar | Self::Other),
            _ => false,
        }
    }

    /// May it recur (RFC 5545 3.8.5.3, RFC 7953 3.1)? Observances of zones are left to `zone`.
    pub const fn may_recur(self) -> bool {
        matches!(self, Self::Event | Self::Todo | Self::Journal | Self::Available)
    }
}

#[cfg(test)]
mod tests;
