//! An object removed, into the trash.

use store::{Effect, Expect, Removed, Stored};

use crate::access::Want;
use crate::actor::Actor;
use crate::error::Error;

impl Actor<'_> {
    /// Puts objects into the trash, all or none.
    ///
    /// # Errors
    /// One of them is gone.
    pub fn delete(self, objects: &[Stored], line: &str) -> Result<(), Error> {
        let command = self.command("rm", line);
        self.decide(&command, |snapshot| {
            let mut expects = Vec::new();
            let mut effects = Vec::new();
            for object in objects {
                let gone = || Error::NotFound(format!("{} is gone", object.uid));
                let snapshot = snapshot.ok_or_else(gone)?;
                self.ask_for(snapshot, object.calendar, Want::Write)?;
                let found = snapshot.object(object.calendar, &object.uid)?.ok_or_else(gone)?;
                let (calendar, uid) = (found.calendar, found.uid);
                expects.push(Expect::Object { calendar, uid: uid.clone(), version: Some(found.version) });
                effects.push(Effect::Remove { calendar, uid, to: Removed::Trash });
            }
            Ok((expects, effects, ()))
        })?;
        Ok(())
    }
}
