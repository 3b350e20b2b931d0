//! What was deleted, and its way back.

use store::{Effect, Trashed};

use crate::access::Want;
use crate::actor::Actor;
use crate::booked;
use crate::error::{Error, Refusal};
use crate::scheduling::{After, Edit};

/// So many are read at once.
const PAGE: u32 = 256;

impl Actor<'_> {
    /// What is in the trash of the Actor's home, the newest first, each with what it is called.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn trash(self) -> Result<Vec<(Trashed, String)>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let mut found: Vec<(Trashed, String)> = Vec::new();
        loop {
            let page = snapshot.trash(self.principal, found.last().map(|(last, _)| last), PAGE)?;
            if page.is_empty() {
                return Ok(found);
            }
            for trashed in page {
                let document = booked::document(snapshot.text_of(trashed.text)?)?;
                let title = booked::title(&document, &trashed.uid);
                found.push((trashed, title));
            }
        }
    }

    /// Takes something out of the trash, to where it was.
    ///
    /// # Errors
    /// Another object has its UID there, its calendar is gone, or it is no longer in the trash.
    pub fn restore(self, trashed: &Trashed, line: &str) -> Result<(), Error> {
        let command = self.command("trash", line);
        self.decide(&command, |snapshot| {
            let gone = || Error::NotFound("it is no longer in the trash".to_owned());
            let snapshot = snapshot.ok_or_else(gone)?;
            let found = snapshot.trashed(trashed.id)?.ok_or_else(gone)?;
            let calendar = self.ask_for(snapshot, found.calendar, Want::Write)?;
            if snapshot.object(found.calendar, &found.uid)?.is_some() {
                return Err(Refusal::UidTaken(calendar.settings.name).into());
            }
            let document = booked::document(snapshot.text_of(found.text)?)?;
            let mut put = self.derive(calendar.id, &document, &[])?;
            put.name = found.name;
            let after = After::Put(Box::new(put), &document);
            let edit = Edit { calendar: &calendar, before: None, after };
            let mut planned = self.plan(snapshot, [edit])?;
            planned.effects.push(Effect::Discard(found.id));
            Ok((planned.expects, planned.effects, ()))
        })?;
        Ok(())
    }
}
