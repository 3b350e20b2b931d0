//! Copy and move.

use store::{Calendar, Effect, Expect, Put, Removed, Scheduled, Snapshot, Stored};

use crate::access::Want;
use crate::actor::Actor;
use crate::booked::Booked;
use crate::error::{Error, Refusal};
use crate::put::own_addresses;
use crate::scheduling::{After, Edit, Planned};

impl Actor<'_> {
    /// Moves an object to another calendar, or copies it there under the same UID.
    ///
    /// # Errors
    /// The other calendar has an object of this UID, or this one is gone.
    pub fn relocate(self, object: &Stored, to: &Calendar, keep: Keep, line: &str) -> Result<(), Error> {
        let verb = match keep {
            Keep::Both => "copy",
            Keep::Target => "move",
        };
        let command = self.command(verb, line);
        self.decide(&command, |snapshot| {
            let gone = || Error::NotFound(format!("{} is gone", object.uid));
            let snapshot = snapshot.ok_or_else(gone)?;
            let found = snapshot.object(object.calendar, &object.uid)?.ok_or_else(gone)?;
            self.ask_for(snapshot, to.id, Want::Write)?;
            if snapshot.object(to.id, &object.uid)?.is_some() {
                return Err(Refusal::UidTaken(to.settings.name.clone()).into());
            }
            let booked = self.read_whole(snapshot, found)?;
            let own = own_addresses(snapshot, to.home, &booked.document)?;
            let put = self.derive(to.id, &booked.document, &own)?;
            let from = snapshot.calendar(object.calendar)?.ok_or_else(gone)?;
            let going = Going { from: &from, to, before: None, put, keep };
            let planned = self.plan_going(snapshot, &booked, going)?;
            Ok((planned.expects, planned.effects, ()))
        })?;
        Ok(())
    }
}

/// An object on its way to another calendar.
pub(crate) struct Going<'g> {
    pub(crate) from: &'g Calendar,
    pub(crate) to: &'g Calendar,
    /// What of its UID is there, and is replaced.
    pub(crate) before: Option<Stored>,
    /// What is to be there.
    pub(crate) put: Put,
    pub(crate) keep: Keep,
}

impl Actor<'_> {
    /// What it does that an object goes to another calendar. Within a home it stays what it was to whoever plans with it; from
    /// one home to another it is taken out of the one, and put into the other (RFC 6638 3.2.3).
    pub(crate) fn plan_going(
        self,
        snapshot: &Snapshot,
        booked: &Booked,
        going: Going<'_>,
    ) -> Result<Planned, Error> {
        let Going { from, to, before, put, keep } = going;
        let stored = &booked.stored;
        let is_scheduled = stored.schedule_tag.is_some();
        if keep == Keep::Both && is_scheduled && from.home == to.home {
            let (calendar, name) = (stored.calendar, stored.name.clone());
            return Err(Refusal::ScheduledElsewhere { calendar, name }.into());
        }
        let edit = |calendar, before, after| Edit { calendar, before, after };
        let away = edit(from, Some(stored.clone()), After::Gone(Removed::Gone));
        let is_planned = before.as_ref().is_some_and(|before| before.schedule_tag.is_some());
        // From one home to another a copy is of nobody's planning (RFC 6638 3.2.3.3).
        if keep == Keep::Both && from.home != to.home && !is_planned {
            let version = before.map(|before| before.version);
            let expect = Expect::Object { calendar: to.id, uid: put.uid.clone(), version };
            return Ok(Planned { expects: vec![expect], effects: vec![Effect::Put(put)] });
        }
        if from.home != to.home || is_planned {
            let there = edit(to, before, After::Put(Box::new(put), &booked.document));
            let away = (keep == Keep::Target).then_some(away);
            return self.plan(snapshot, away.into_iter().chain([there]));
        }
        let uid = || put.uid.clone();
        let version = before.map(|before| before.version);
        let mut expects = vec![
            Expect::Object { calendar: from.id, uid: uid(), version: Some(stored.version) },
            Expect::Object { calendar: to.id, uid: uid(), version },
        ];
        // Within one calendar it has another name from then on, and that is all.
        if from.id == to.id {
            expects.truncate(1);
        }
        let mut effects = Vec::new();
        if keep == Keep::Target && from.id != to.id {
            effects.push(Effect::Remove { calendar: from.id, uid: uid(), to: Removed::Gone });
        }
        let scheduled = if is_scheduled { Scheduled::Anew } else { Scheduled::No };
        effects.push(Effect::Put(Put { scheduled, ..put }));
        Ok(Planned { expects, effects })
    }
}

/// What is left after an object went to another calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Both: it was copied.
    Both,
    /// The one in the target: it was moved.
    Target,
}
