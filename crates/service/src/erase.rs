//! What is at a name taken away, into the trash.

use store::{CalendarId, Collection, Effect, Removed};

use crate::access::Want;
use crate::actor::Actor;
use crate::booked::Booked;
use crate::error::{Error, Refusal};
use crate::resource::{Tags, nothing_at};
use crate::scheduling::{After, Edit};

impl Actor<'_> {
    /// Puts the object of a name into the trash. `when` is asked of its tags as [`Actor::write`] asks it.
    ///
    /// # Errors
    /// There is none, or no such calendar; or `when` does not hold ([`Refusal::TagMismatch`]).
    pub fn erase(self, calendar: CalendarId, name: &str, when: impl Fn(&Tags) -> bool) -> Result<(), Error> {
        let title = {
            let view = self.view(calendar, Want::Remove)?;
            let listed = view.snapshot.named(calendar, name)?.ok_or_else(|| nothing_at(name))?;
            Booked::read(&view.snapshot, listed.stored)?.title()
        };
        let command = self.command("rm", title);
        self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(|| nothing_at(name))?;
            let within = self.ask_for(snapshot, calendar, Want::Remove)?;
            let found = snapshot.named(calendar, name)?.ok_or_else(|| nothing_at(name))?;
            if !when(&Tags::of(&found)) {
                return Err(Refusal::TagMismatch.into());
            }
            if within.collection == Collection::Inbox {
                let name = found.stored.name;
                return Ok((Vec::new(), vec![Effect::RemoveMessage { inbox: calendar, name }], ()));
            }
            let after = After::Gone(Removed::Trash);
            let edit = Edit { calendar: &within, before: Some(found.stored), after };
            let planned = self.plan(snapshot, [edit])?;
            Ok((planned.expects, planned.effects, ()))
        })?;
        Ok(())
    }
}
