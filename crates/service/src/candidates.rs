//! Objects of a calendar that may answer a question, as far as the index knows: whoever asks looks at each.

use ical::ComponentKind;
use ical::recurrence::Range;
use store::{CalendarId, Collection, ObjectId, Stored};

use crate::actor::Actor;
use crate::error::Error;

/// What the index can know of a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Of this kind alone.
    pub kind: Option<ComponentKind>,
    /// What may take place then; all, where there is none.
    pub range: Option<Range>,
    /// What takes place at no time, too: to-dos without dates.
    pub with_undated: bool,
}

/// So many objects at once.
const PAGE: u32 = 256;

impl Actor<'_> {
    /// The names of the objects that may answer, in the order in which they came; of those whose UIDs `is_wanted` likes. All
    /// that answer are among them, and some that the Actor may not see: [`Actor::resources`] leaves them out.
    ///
    /// # Errors
    /// There is no such calendar, or the store cannot be read.
    pub fn candidates(
        self,
        calendar: CalendarId,
        candidates: &Candidates,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, Error> {
        let view = self.reading(calendar)?;
        let snapshot = &view.snapshot;
        let mut names: Vec<(ObjectId, String)> = Vec::new();
        let mut take = |found: Vec<Stored>| {
            let is_kind = |stored: &Stored| candidates.kind.is_none_or(|kind| kind == stored.kind);
            let wanted = found.into_iter().filter(|stored| is_kind(stored) && is_wanted(&stored.uid));
            names.extend(wanted.map(|stored| (stored.id, stored.name)));
        };
        // Of messages there is no index: each that is of the kind may answer.
        if view.calendar.collection == Collection::Inbox {
            let mut after = None;
            loop {
                let page = snapshot.listing(calendar, after, PAGE)?;
                let Some(last) = page.last() else { break };
                after = Some(last.stored.id);
                take(page.into_iter().map(|listed| listed.stored).collect());
            }
        }
        match (candidates.range, candidates.kind) {
            (Some(range), _) if !candidates.with_undated => take(snapshot.in_range(calendar, range)?),
            (_, Some(kind)) => {
                let mut after = None;
                loop {
                    let (page, last) = snapshot.of_kind(calendar, kind, after, PAGE)?;
                    take(page);
                    after = last;
                    if after.is_none() {
                        break;
                    }
                }
            }
            (_, None) => {
                let mut after = None;
                loop {
                    let page = snapshot.page(calendar, after, PAGE)?;
                    let Some(last) = page.last() else { break };
                    after = Some(last.id);
                    take(page);
                }
            }
        }
        names.sort_unstable_by_key(|(id, _)| *id);
        Ok(names.into_iter().map(|(_, name)| name).collect())
    }
}
