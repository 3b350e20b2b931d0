//! A store that was restored without what came since: its calendars are not listed until whoever keeps it says so.
//!
//! A client that misses an object where it lists a calendar, or under a URL that it knows, deletes its own copy. So where a
//! backup takes the place of a store that cannot be read, and no journal tells what came since, nobody is told what is missing.
//!
//! It stands among the positions of imports and restores, as what they left to be done.

use store::{Command, Effect, Expect, Snapshot};

use crate::actor::Actor;
use crate::error::Error;
use crate::names::Names;

/// What names the position: nothing that is imported has this hash.
const SOURCE: [u8; 32] = *b"restored, and not yet reopened  ";

/// That calendars are not listed from now on.
pub(crate) const CLOSED: Effect = Effect::Position { source: SOURCE, objects: Some(0) };

fn is_closed(snapshot: &Snapshot) -> Result<bool, Error> {
    Ok(snapshot.import_position(&SOURCE)?.is_some())
}

impl Actor<'_> {
    /// Was the store restored without what came since, and not reopened?
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn is_closed(self) -> Result<bool, Error> {
        self.snapshot()?.as_ref().map_or(Ok(false), is_closed)
    }

    /// Has calendars listed again, in a new epoch: whoever had listed them before lists them anew. Was it closed?
    ///
    /// # Errors
    /// The Actor does not keep the store, or it cannot be read or written.
    pub fn reopen(self) -> Result<bool, Error> {
        self.must_keep()?;
        let command: Command = self.command("reopen", "calendars are listed again");
        let epoch = Names::act_key(self.now()).0;
        let (_, was_closed) = self.decide(&command, |snapshot| {
            if !snapshot.map_or(Ok(false), is_closed)? {
                return Ok((Vec::new(), Vec::new(), false));
            }
            let expects = vec![Expect::Position { source: SOURCE, objects: Some(0) }];
            let mut effects = vec![Effect::Position { source: SOURCE, objects: None }, Effect::Epoch(epoch)];
            effects.extend(self.noted(None));
            Ok((expects, effects, true))
        })?;
        Ok(was_closed)
    }
}
