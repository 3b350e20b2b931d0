//! Objects that have words.

use crate::actor::Actor;
use crate::booked::Booked;
use crate::error::Error;

impl Actor<'_> {
    /// The objects of the Actor's home that have all these phrases; case and accents do not count, and the last word of a phrase may be the
    /// beginning of one. By their first starts, so many as the limit allows.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn search(self, phrases: &[String]) -> Result<Vec<Booked>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let found = snapshot.search(self.principal, phrases, self.service.options.found)?;
        found.into_iter().map(|stored| Booked::read(&snapshot, stored)).collect()
    }
}
