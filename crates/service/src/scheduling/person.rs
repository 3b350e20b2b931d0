//! Somebody here, as scheduling knows them: by their addresses, with the collections of their messages.

use std::sync::Arc;

use ical::civil::Timestamp;
use ical::value::CalAddress;
use ical::zone::ZoneCache;
use itip::{Addresses, Options, Party};
use store::{
    Address, Booking, CalendarId, Collection, Mode, Principal, PrincipalId, PrincipalKind, Snapshot, State,
};

use crate::error::Error;

/// A principal who can be invited.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: PrincipalId,
    pub(super) kind: PrincipalKind,
    pub(super) addresses: Addresses,
    /// The same in normal form.
    pub(super) own: Arc<[Address]>,
    pub(super) inbox: CalendarId,
    pub(super) outbox: CalendarId,
    /// Who answers for them.
    pub(super) booking: Booking,
}

impl Person {
    /// The principal of an id; `None` where nobody can write to them: they have no address, or were removed.
    pub(super) fn find(snapshot: &Snapshot, id: PrincipalId) -> Result<Option<Self>, Error> {
        match snapshot.principal(id)? {
            Some(principal) => Self::of(snapshot, &principal),
            None => Ok(None),
        }
    }

    /// The same of a principal that is known.
    pub(super) fn of(snapshot: &Snapshot, principal: &Principal) -> Result<Option<Self>, Error> {
        let mut addresses =
            principal.profile.addresses.iter().map(|(address, _)| CalAddress::new(address.as_str()));
        let (Some(first), true) = (addresses.next(), principal.profile.state != State::Removed) else {
            return Ok(None);
        };
        let addresses = Addresses::new(first, addresses);
        let own = principal.profile.addresses.iter().map(|(address, _)| address.clone()).collect();
        let mut booking = snapshot.reception(principal.id)?.booking;
        if let PrincipalKind::Room | PrincipalKind::Resource = principal.profile.kind {
            booking.mode = booking.mode.or(Some(Mode::IfFree));
        }
        let collection = |which| snapshot.collection_of_messages(principal.id, which);
        let (inbox, outbox) = (collection(Collection::Inbox)?, collection(Collection::Outbox)?);
        let boxes = inbox.zip(outbox);
        Ok(boxes.map(|(inbox, outbox)| Self {
            id: principal.id,
            kind: principal.profile.kind,
            addresses,
            own,
            inbox: inbox.id,
            outbox: outbox.id,
            booking,
        }))
    }

    /// The same, as the engine asks for whoever it decides for: who acts for them, and when.
    pub(super) fn party<'p>(
        &'p self,
        zones: &'p Arc<ZoneCache>,
        options: &'p Options,
        (sent_by, now): (Option<CalAddress<'static>>, Timestamp),
    ) -> Party<'p> {
        Party { addresses: &self.addresses, sent_by, options, zones, now }
    }

    /// Is it an address as theirs: of a domain of their own?
    pub(super) fn is_neighbour(&self, address: &CalAddress<'_>) -> bool {
        let domain = |address: &CalAddress<'_>| {
            let email = address.email()?;
            email.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase())
        };
        domain(address).is_some_and(|of| domain(self.addresses.first()) == Some(of))
    }
}
