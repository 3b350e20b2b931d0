//! What is at a name taken away, into the trash.

use store::{CalendarId, Effect, Expect, Removed, Stored, Tag};

use crate::access::Want;
use crate::actor::Actor;
use crate::booked::Booked;
use crate::error::{Error, Refusal};
use crate::resource::nothing_at;

impl Actor<'_> {
    /// Puts the object of a name into the trash. `when` is asked of its tag as [`Actor::write`] asks it.
    ///
    /// # Errors
    /// There is none, or no such calendar; or `when` does not hold ([`Refusal::TagMismatch`]).
    pub fn erase(self, calendar: CalendarId, name: &str, when: impl Fn(&Tag) -> bool) -> Result<(), Error> {
        let title = {
            let view = self.view(calendar, Want::Write)?;
            let listed = view.snapshot.named(calendar, name)?.ok_or_else(|| nothing_at(name))?;
            Booked::read(&view.snapshot, listed.stored)?.title()
        };
        let command = self.command("rm", title);
        self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(|| nothing_at(name))?;
            self.ask_for(snapshot, calendar, Want::Write)?;
            let found = snapshot.named(calendar, name)?.ok_or_else(|| nothing_at(name))?;
            if !when(&found.tag) {
                return Err(Refusal::TagMismatch.into());
            }
            let Stored { uid, version, .. } = found.stored;
            let expect = Expect::Object { calendar, uid: uid.clone(), version: Some(version) };
            Ok((vec![expect], vec![Effect::Remove { calendar, uid, to: Removed::Trash }], ()))
        })?;
        Ok(())
    }
}
