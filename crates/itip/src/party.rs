//! For whom something is decided, and by which choices.

use std::sync::Arc;

use ical::civil::Timestamp;
use ical::value::CalAddress;
use ical::zone::ZoneCache;

use crate::user::Addresses;

/// The calendar user whose object it is, and when it is decided. Whoever acts for them, their role is the owner's.
#[derive(Clone, Debug)]
pub struct Party<'p> {
    /// Their addresses.
    pub addresses: &'p Addresses,
    /// Who acts for them, as SENT-BY says it (RFC 5546 3.2.2.5).
    pub sent_by: Option<CalAddress<'static>>,
    /// The choices that hold there.
    pub options: &'p Options,
    /// Zones that were read already.
    pub zones: &'p Arc<ZoneCache>,
    /// The time now.
    pub now: Timestamp,
}

/// Choices that the RFCs leave open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What made a message: PRODID.
    pub product: String,
    /// Does each attendee hear of no other (RFC 5546 6.3)?
    pub hides_attendees: bool,
    /// So many instances that are added to a series, or given back to it, ask for new answers each by itself; of more the whole
    /// series does.
    pub instances_asked_alone: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            product: "-//Kalends//Kalends//EN".to_owned(),
            hides_attendees: false,
            instances_asked_alone: 10,
        }
    }
}
