//! What whoever keeps the store did is noted with it, in one set: who, when, what, to whom.

use store::{Audited, Effect, PrincipalId};

use crate::actor::{Actor, Standing};
use crate::error::Error;

impl Actor<'_> {
    /// What notes an act of whoever keeps the store, done to somebody or in their place; nothing of who does not.
    pub(crate) fn noted(self, whom: Option<PrincipalId>) -> Option<Effect> {
        let whom = match self.standing {
            Standing::Keeper => whom,
            Standing::InPlace => Some(self.principal),
            Standing::Principal => return None,
        };
        Some(Effect::Audit { keeper: self.service.keeper.clone(), whom })
    }

    /// Notes what whoever keeps the store did that changed nothing in it: handed calendars of somebody out, copied it.
    /// Where there is no store yet, there is nothing to note.
    ///
    /// # Errors
    /// The Actor does not keep the store, or it cannot be written.
    pub fn note(self, verb: &'static str, line: &str, whom: Option<PrincipalId>) -> Result<(), Error> {
        self.must_keep()?;
        if self.snapshot()?.is_some() {
            let effects = self.noted(whom).into_iter().collect();
            self.service.store.apply(self.change_set(&self.command(verb, line), Vec::new(), effects))?;
        }
        Ok(())
    }

    /// What was done by whoever keeps the store, the newest first: to somebody, or to all.
    ///
    /// # Errors
    /// The Actor does not keep the store, or it cannot be read.
    pub fn audit(self, whom: Option<PrincipalId>, most: u32) -> Result<Vec<Audited>, Error> {
        self.must_keep()?;
        Ok(self.snapshot()?.map(|snapshot| snapshot.audit(whom, most)).transpose()?.unwrap_or_default())
    }
}
