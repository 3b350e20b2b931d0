//! Others invited to an object (RFC 6638 3.2.1): an edit, which tells them.

use ical::value::CalAddress;
use store::Stored;

use crate::access::gone;
use crate::actor::Actor;
use crate::edit::{Edit, Guest, Guests, Scope};
use crate::error::{Error, Refusal};

impl Actor<'_> {
    /// Invites others to an object, or to a part of its series, and takes some off the list; where nobody organizes it yet, whose
    /// calendar it is does. The UIDs of what was written: a series that is cut has two.
    ///
    /// # Errors
    /// Whose it is has no address, another organizes it, or it is gone.
    pub fn invite(
        self,
        stored: &Stored,
        scope: &Scope,
        guests: Guests,
        line: &str,
    ) -> Result<Vec<String>, Error> {
        let organizer = match guests.organizer {
            Some(organizer) => organizer,
            None => self.host(stored)?,
        };
        let edit = Edit { guests: Guests { organizer: Some(organizer), ..guests }, ..Edit::default() };
        self.edit(stored, scope, &edit, line)
    }

    /// Whose calendar an object is in, by the name and the address that others know.
    fn host(self, stored: &Stored) -> Result<Guest, Error> {
        let snapshot = self.snapshot()?.ok_or_else(gone)?;
        let home = snapshot.calendar(stored.calendar)?.ok_or_else(gone)?.home;
        let profile = snapshot.principal(home)?.ok_or_else(gone)?.profile;
        let first = profile.addresses.first().map(|(first, _)| CalAddress::new(first.as_str()).into_owned());
        let address = first.ok_or(Refusal::NoAddress(profile.name))?;
        Ok(Guest { address, name: profile.display, is_optional: false })
    }
}
