//! When others are in a group: what it is invited to is kept in step.

use store::{Address, PrincipalId, Snapshot, Stored};

use super::case::{Body, Case, Place};
use super::exchange::Exchange;
use super::{Planned, groups};
use crate::actor::{Actor, Standing};
use crate::booked;
use crate::error::Error;

/// So many objects are looked at once.
const PAGE: u32 = 64;

impl Actor<'_> {
    /// Invites whoever is in a group now to what it, or one around it, is invited to and is not over, and calls off who is not any
    /// more: each organizer's object is changed by an act of theirs, and all else follows as of any edit. Whoever is stopped on their
    /// way begins again, and finds done what was.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub(crate) fn tell_members(self, group: PrincipalId) -> Result<(), Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(()) };
        let mut addresses = snapshot.addresses(group)?;
        for around in snapshot.groups_around(group)? {
            addresses.extend(snapshot.addresses(around)?);
        }
        drop(snapshot);
        addresses.iter().try_for_each(|address| self.tell_members_at(address))
    }

    fn tell_members_at(self, address: &Address) -> Result<(), Error> {
        let mut after = None;
        loop {
            let Some(snapshot) = self.snapshot()? else { return Ok(()) };
            let page = snapshot.planned_with(address, after, self.now(), PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            let homes =
                page.iter().map(|stored| Ok(snapshot.calendar(stored.calendar)?.map(|found| found.home)));
            let homes = homes.collect::<Result<Vec<_>, Error>>()?;
            drop(snapshot);
            for (home, stored) in homes.into_iter().zip(&page) {
                let Some(home) = home else { continue };
                match (Self { principal: home, standing: Standing::Principal, ..self }).keep_in_step(stored) {
                    // A meeting that cannot be is nobody else's matter: its organizer hears why when they write.
                    Err(Error::Refused(_) | Error::Invalid(_)) => {}
                    kept => kept?,
                }
            }
        }
    }

    /// Brings an object of the Actor's in step with the groups that it lists. Of what they are invited to nothing comes.
    fn keep_in_step(self, stored: &Stored) -> Result<(), Error> {
        let command = self.command("group", "others are in a group that is invited");
        self.decide(&command, |snapshot| {
            let planned = snapshot.map(|snapshot| self.in_step(snapshot, stored)).transpose()?;
            let Planned { expects, effects } = planned.unwrap_or_default();
            Ok((expects, effects, ()))
        })?;
        Ok(())
    }

    fn in_step(self, snapshot: &Snapshot, stored: &Stored) -> Result<Planned, Error> {
        let mut exchange = Exchange::new(self, snapshot);
        let owner = exchange.person(self.principal)?;
        let stored = snapshot.object(stored.calendar, &stored.uid)?;
        // They were removed meanwhile, or it was.
        let (Some(owner), Some(stored)) = (owner, stored) else { return Ok(Planned::default()) };
        let document = booked::document(snapshot.text(&stored)?)?;
        let of = (snapshot, &*owner, &self.service.options.limits);
        let completed = groups::complete(of, Some(&document), document.clone(), &mut Vec::new())?;
        if completed.to_bytes() == document.to_bytes() {
            return Ok(Planned::default());
        }
        let (uid, place) = (stored.uid.clone(), Place::of(&stored));
        let case = Case::at(snapshot, &owner, uid, place, Body::Read(document))?;
        exchange.edit(&owner, case, Some(completed))?;
        exchange.deliver()?;
        let (expects, effects) = exchange.finish()?;
        Ok(Planned { expects, effects })
    }
}
