//! What was changed, for programs: one line of JSON an object (docs/schemas/changed.json).

use ical::value::DateOrTime;
use serde::Serialize;

use crate::exit::Failure;
use crate::output::Programs;

/// An object, or one occurrence of it, that was removed, brought back, moved or completed.
#[derive(Serialize)]
pub(crate) struct Changed {
    uid: String,
    recurrence_id: Option<String>,
    summary: String,
}

impl Changed {
    /// A whole object.
    pub(crate) fn whole(uid: &str, summary: &str) -> Self {
        Self::new(uid, None, summary)
    }

    /// An object, or the occurrence of an original start.
    pub(crate) fn new(uid: &str, recurrence_id: Option<&DateOrTime<'_>>, summary: &str) -> Self {
        let recurrence_id = recurrence_id.map(ToString::to_string);
        Self { uid: uid.to_owned(), recurrence_id, summary: summary.to_owned() }
    }
}

/// Tells programs what was changed.
pub(crate) fn tell(changed: &[Changed]) -> Result<(), Failure> {
    let mut programs = Programs::new();
    changed.iter().try_for_each(|one| programs.line(one))?;
    Ok(programs.finish()?)
}
