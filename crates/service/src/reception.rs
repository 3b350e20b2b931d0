//! How what comes to a principal is received: into which calendar, when they are there at all, and how a room answers.

use ical::ComponentKind;
use store::{
    Booking, Calendar, CalendarId, Collection, Effect, Expect, Owner, PrincipalId, Reception, Snapshot,
};

use crate::access::{Want, gone};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::properties::{PropertyChange, changed};

/// What is to become of how somebody receives what comes; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receiving {
    /// The calendar into which it comes; inside, `None`: the first that takes it.
    pub calendar: Option<Option<CalendarId>>,
    /// When they are there at all; inside, `None`: always.
    pub availability: Option<Option<String>>,
}

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
            receives(snapshot, home, calendar)?;
            reception.calendar = calendar;
            Ok(())
        })
    }

    /// Can what somebody is invited to come into a calendar?
    pub fn can_receive(self, calendar: &Calendar) -> bool {
        keeps_events(calendar)
    }

    /// Did whoever has a calendar say that what they are invited to comes into it?
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn is_named_to_receive(self, calendar: &Calendar) -> Result<bool, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(false) };
        Ok(snapshot.reception(calendar.home)?.calendar == Some(calendar.id))
    }

    /// Says when somebody is there at all: an iCalendar text with a VAVAILABILITY (RFC 7953 7.2.4); `None`: always.
    ///
    /// # Errors
    /// It is no such text, it is over a limit, or it is another's to say.
    pub fn set_availability(self, home: PrincipalId, text: Option<&str>) -> Result<(), Error> {
        text.map_or(Ok(()), |text| self.check_availability(text))?;
        self.set_reception(home, "availability", |_, reception| {
            reception.availability = text.map(str::to_owned);
            Ok(())
        })
    }

    /// Changes an inbox: how what comes into it is received, and properties that are kept as they came; all of it or nothing.
    ///
    /// # Errors
    /// What is to be received so may not be, there are too many properties, or it is not the Actor's to say.
    pub fn set_inbox(
        self,
        inbox: CalendarId,
        receiving: &Receiving,
        properties: &[PropertyChange],
    ) -> Result<(), Error> {
        if let Some(Some(text)) = &receiving.availability {
            self.check_availability(text)?;
        }
        let command = self.command("reception", "an inbox was changed");
        self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(gone)?;
            let there = self.ask_for(snapshot, inbox, Want::Settings)?;
            let home = there.home;
            let of = Owner::Calendar(inbox);
            let mut effects = changed(&of, snapshot.properties(&of)?, properties)?;
            let before = snapshot.reception(home)?;
            let mut reception = before.clone();
            if let Some(calendar) = receiving.calendar {
                receives(snapshot, home, calendar)?;
                reception.calendar = calendar;
            }
            if let Some(availability) = &receiving.availability {
                reception.availability.clone_from(availability);
            }
            if reception != before {
                // Who may invite for somebody does not say when they are there.
                if !self.owns(home) {
                    return Err(Refusal::NoRight.into());
                }
                effects.push(Effect::SetReception { principal: home, reception: Box::new(reception) });
            }
            let directory = Expect::Directory(snapshot.directory()?);
            Ok((
                vec![Expect::Settings { calendar: inbox, version: there.settings_version }, directory],
                effects,
                (),
            ))
        })?;
        Ok(())
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

/// Can what somebody is invited to come into this calendar of theirs?
fn receives(snapshot: &Snapshot, home: PrincipalId, calendar: Option<CalendarId>) -> Result<(), Error> {
    let Some(id) = calendar else { return Ok(()) };
    let found = snapshot.calendar(id)?.filter(|found| found.home == home && keeps_events(found));
    found.map(|_| ()).ok_or_else(|| Refusal::NoDefaultCalendar.into())
}

fn keeps_events(calendar: &Calendar) -> bool {
    let is_calendar = calendar.collection == Collection::Calendar && !calendar.settings.is_removed;
    is_calendar && calendar.settings.keeps(ComponentKind::Event)
}
