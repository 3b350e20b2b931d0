//! How what comes to a principal is received: into which calendar, when they are there at all, and how a room answers.

use ical::ComponentKind;
use store::{Booking, CalendarId, Effect, Expect, PrincipalId, Reception, Snapshot};

use crate::access::gone;
use crate::actor::Actor;
use crate::availability;
use crate::error::{Error, Refusal};

impl Actor<'_> {
    /// How what comes to a principal is received, for whoever it is and for who keeps the store.
    ///
    /// # Errors
    /// It is another's, or the store cannot be read.
    pub fn reception(self, principal: PrincipalId) -> Result<Reception, Error> {
        if !self.owns(principal) {
            return Err(Refusal::NoRight.into());
        }
        let Some(snapshot) = self.snapshot()? else { return Ok(Reception::default()) };
        Ok(snapshot.reception(principal)?)
    }

    /// Says who answers for a principal, and by which rules. What was booked stays so.
    ///
    /// # Errors
    /// There is nobody of the name, or the Actor does not keep the store.
    pub fn set_booking(self, name: &str, change: impl Fn(&mut Booking)) -> Result<Booking, Error> {
        let command = self.command("booking", format!("who may book {name} was changed"));
        let (_, booking) = self.directory(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(gone)?;
            let principal = self.is_here(snapshot, name)?.id;
            let before = snapshot.reception(principal)?;
            let mut reception = before.clone();
            change(&mut reception.booking);
            let booking = reception.booking.clone();
            let is_new = reception != before;
            let set = is_new.then(|| Effect::SetReception { principal, reception: Box::new(reception) });
            Ok((set.into_iter().collect(), principal, booking))
        })?;
        Ok(booking)
    }

    /// Says into which calendar of a home comes what its owner is invited to (RFC 6638 9.2); `None`: into the first that takes it.
    ///
    /// # Errors
    /// It is no calendar of that home that keeps events, or the home is another's.
    pub fn receive_into(self, home: PrincipalId, calendar: Option<CalendarId>) -> Result<(), Error> {
        self.set_reception(home, "default calendar", |snapshot, reception| {
            if let Some(id) = calendar {
                let found = snapshot.calendar(id)?.filter(|found| found.home == home);
                let fits = |found: &store::Calendar| {
                    !found.settings.is_removed && found.settings.keeps(ComponentKind::Event)
                };
                if !found.is_some_and(|found| fits(&found)) {
                    return Err(Refusal::NoDefaultCalendar.into());
                }
            }
            reception.calendar = calendar;
            Ok(())
        })
    }

    /// Says when somebody is there at all: an iCalendar text with VAVAILABILITY (RFC 7953 7.2.4); `None`: always.
    ///
    /// # Errors
    /// It is no such text, it is over a limit, or it is another's to say.
    pub fn set_availability(self, home: PrincipalId, text: Option<&str>) -> Result<(), Error> {
        let most = self.service.options.limits.object;
        if let Some(text) = text {
            if text.len() > most {
                return Err(Refusal::TooMany { what: "bytes of an object", most }.into());
            }
            let document = availability::document(text)?;
            let mut kinds = document.objects().iter().map(ical::Object::kind).collect::<Vec<_>>();
            kinds.retain(|kind| *kind != ComponentKind::Available);
            if kinds.is_empty() || kinds.iter().any(|kind| *kind != ComponentKind::Availability) {
                return Err(Refusal::NoAvailability.into());
            }
        }
        self.set_reception(home, "availability", |_, reception| {
            reception.availability = text.map(str::to_owned);
            Ok(())
        })
    }

    fn set_reception(
        self,
        home: PrincipalId,
        what: &str,
        change: impl Fn(&Snapshot, &mut Reception) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if !self.owns(home) {
            return Err(Refusal::NoRight.into());
        }
        let command = self.command("reception", format!("the {what} was changed"));
        self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(gone)?;
            let directory = snapshot.directory()?;
            let before = snapshot.reception(home)?;
            let mut reception = before.clone();
            change(snapshot, &mut reception)?;
            let is_new = reception != before;
            let set =
                is_new.then(|| Effect::SetReception { principal: home, reception: Box::new(reception) });
            Ok((vec![Expect::Directory(directory)], set.into_iter().collect(), ()))
        })?;
        Ok(())
    }
}
