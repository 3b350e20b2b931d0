//! Copy and move.

use store::{Calendar, Effect, Expect, Removed, Stored};

use crate::access::Want;
use crate::actor::Actor;
use crate::error::{Error, Refusal};

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
            let put = self.derive(to.id, &booked.document)?;
            let (calendar, uid) = (object.calendar, object.uid.clone());
            let version = Some(booked.stored.version);
            let expects = vec![
                Expect::Object { calendar, uid: uid.clone(), version },
                Expect::Object { calendar: to.id, uid: uid.clone(), version: None },
            ];
            let mut effects = Vec::new();
            if keep == Keep::Target {
                effects.push(Effect::Remove { calendar, uid, to: Removed::Gone });
            }
            effects.push(Effect::Put(put));
            Ok((expects, effects, ()))
        })?;
        Ok(())
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
