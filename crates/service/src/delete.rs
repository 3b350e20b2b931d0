//! An object removed, into the trash.

use store::{Removed, Stored};

use crate::access::Want;
use crate::actor::Actor;
use crate::error::Error;
use crate::scheduling::{After, Edit};

impl Actor<'_> {
    /// Puts objects into the trash, all or none.
    ///
    /// # Errors
    /// One of them is gone.
    pub fn delete(self, objects: &[Stored], line: &str) -> Result<(), Error> {
        let command = self.command("rm", line);
        self.decide(&command, |snapshot| {
            let mut found = Vec::new();
            for object in objects {
                let gone = || Error::NotFound(format!("{} is gone", object.uid));
                let snapshot = snapshot.ok_or_else(gone)?;
                let calendar = self.ask_for(snapshot, object.calendar, Want::Write)?;
                found.push((calendar, snapshot.object(object.calendar, &object.uid)?.ok_or_else(gone)?));
            }
            let edits = found.iter().map(|(calendar, stored)| Edit {
                calendar,
                before: Some(stored.clone()),
                after: After::Gone(Removed::Trash),
            });
            let Some(snapshot) = snapshot else { return Ok((Vec::new(), Vec::new(), ())) };
            let planned = self.plan(snapshot, edits)?;
            Ok((planned.expects, planned.effects, ()))
        })?;
        Ok(())
    }
}
