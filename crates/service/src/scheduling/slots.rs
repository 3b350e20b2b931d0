//! Slots of office hours: which there are, and one taken.

use ical::Document;
use ical::recurrence::Range;
use ical::value::{CalAddress, Partstat};
use store::{Calendar, Effect, PrincipalId};

use super::exchange::Exchange;
use super::seats::Slot;
use super::{After, Edit, Planned};
use crate::access::{Want, gone};
use crate::actor::Actor;
use crate::booked::{self, Booked};
use crate::error::{Error, Refusal};
use crate::put;

impl Actor<'_> {
    /// The slots of somebody's office hours that meet a range, in their order; `None` where the Actor may not know when they are busy.
    /// Who has them is told to themselves alone.
    ///
    /// # Errors
    /// There are more than an answer has, it would cost too much to find them, or the store cannot be read.
    pub fn slots(self, of: PrincipalId, range: Range) -> Result<Option<Vec<Slot>>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(None) };
        if !self.may_ask_when_busy(&snapshot, of)? {
            return Ok(None);
        }
        let mut exchange = Exchange::new(self, &snapshot);
        let of = exchange.person(of)?;
        of.map_or_else(|| Ok(Some(Vec::new())), |of| exchange.slots_of(&of, range).map(Some))
    }

    /// Takes a slot of somebody's office hours: puts an event that invites them into a calendar, if they have a seat for it.
    ///
    /// # Errors
    /// They have none ([`Refusal::NoSeat`]), or it cannot be booked.
    pub fn take_slot(
        self,
        calendar: &Calendar,
        text: &[u8],
        with: &CalAddress<'_>,
        line: &str,
    ) -> Result<Booked, Error> {
        let document = put::read(text.to_vec(), &self.service.options.limits)?;
        let put = self.derive_written(calendar.id, &document)?;
        let uid = put.uid.clone();
        let command = self.command("office-hours", line);
        self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(gone)?;
            let calendar = &self.ask_for(snapshot, calendar.id, Want::Write)?;
            let before = snapshot.object(calendar.id, &uid)?;
            let after = After::Put(Box::new(put.clone()), &document);
            let planned = self.plan(snapshot, [Edit { calendar, before, after }])?;
            must_have_seat(&planned, &uid, with)?;
            Ok((planned.expects, planned.effects, ()))
        })?;
        let gone = || Error::NotFound(format!("{uid} was removed meanwhile"));
        let snapshot = self.snapshot()?.ok_or_else(gone)?;
        let stored = snapshot.object(calendar.id, &uid)?.ok_or_else(gone)?;
        Booked::read(&snapshot, stored)
    }
}

/// Was a seat given by what is about to be written?
fn must_have_seat(planned: &Planned, uid: &str, with: &CalAddress<'_>) -> Result<(), Error> {
    let mut answers = Vec::new();
    let mut why = None;
    for effect in &planned.effects {
        match effect {
            Effect::Put(put) if put.uid == uid => {
                answers.extend(answer_of(&booked::document(put.text.bytes().to_vec())?, with));
            }
            Effect::Receive(received) if received.uid == uid && received.method == "REPLY" => {
                let reply = booked::document(received.text.bytes().to_vec())?;
                let comment =
                    booked::main(&reply).and_then(|main| main.property(ical::PropertyKind::Comment));
                why = comment.map(|comment| comment.text().into_owned()).or(why);
            }
            _ => {}
        }
    }
    if answers.contains(&Partstat::Accepted) {
        return Ok(());
    }
    let nothing = || "They have no slot then".to_owned();
    Err(Refusal::NoSeat(why.unwrap_or_else(nothing)).into())
}

/// What somebody is said to answer.
fn answer_of(document: &Document, who: &CalAddress<'_>) -> Option<Partstat<'static>> {
    let main = booked::main(document)?;
    let user = main.attendees().find(|user| user.address().is_ok_and(|address| address == *who))?;
    Some(user.partstat().into_owned())
}
