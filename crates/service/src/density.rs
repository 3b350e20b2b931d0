//! How often an object may occur, and what its rules may cost: judged when a person writes it. What comes in many, or comes
//! back, is kept as it is, and told.

use ical::civil::Timestamp;
use ical::recurrence::{Range, RecurrenceSet};
use ical::zone::Zone;
use ical::{ComponentKind, Document};
use store::Index;

use crate::actor::Actor;
use crate::booked;
use crate::error::Refusal;

/// What listings are asked for at most, as a rule: 31 days, in seconds.
const MONTH: i64 = 31 * 86_400;

impl Actor<'_> {
    /// Would an object spoil ordinary answers? It is looked at where it begins, and from now on.
    pub(crate) fn judge(self, document: &Document, index: &Index) -> Result<(), Refusal> {
        self.judge_available(document)?;
        if index.is_exhausted {
            return Err(Refusal::OverBudget(index.faults.join("; ")));
        }
        let most = self.service.options.occurrences_of_one;
        let too_dense = Err(Refusal::TooDense { most });
        let rows = &index.occurrences;
        let is_full = |(first, last): (&store::Row, &store::Row)| last.start.0 - first.start.0 < MONTH;
        if rows.iter().zip(rows.iter().skip(most)).any(is_full) {
            return too_dense;
        }
        if index.expanded_from.is_none() && index.expanded_until.is_none() {
            return Ok(());
        }
        let Some(object) = document.objects().into_iter().next() else { return Ok(()) };
        let zones = booked::zones(document, &self.service.cache);
        self.judge_set(&self.recurrence(&object, &zones, &Zone::utc()))
    }

    /// Would the times inside an availability cost too much to look at (RFC 7953 8)? They stand in no index.
    pub(crate) fn judge_available(self, document: &Document) -> Result<(), Refusal> {
        let zones = booked::zones(document, &self.service.cache);
        let objects = document.objects();
        let mut available = objects.iter().filter(|object| object.kind() == ComponentKind::Available);
        available.try_for_each(|object| self.judge_set(&self.recurrence(object, &zones, &Zone::utc())))
    }

    fn judge_set(self, set: &RecurrenceSet<'_>) -> Result<(), Refusal> {
        let most = self.service.options.occurrences_of_one;
        for from in [Range::ALL.from, self.now()] {
            if is_dense(set, from, most)? {
                return Err(Refusal::TooDense { most });
            }
        }
        Ok(())
    }
}

/// Does a set occur more than so often in the month of its first occurrence that is not over at an instant?
fn is_dense(set: &RecurrenceSet<'_>, from: Timestamp, most: usize) -> Result<bool, Refusal> {
    let mut end = None;
    let mut count = 0;
    for occurrence in set.occurrences(Range { from, to: Range::ALL.to }) {
        let start = occurrence.map_err(|exhausted| Refusal::OverBudget(exhausted.to_string()))?.start_at();
        if start >= *end.get_or_insert(Timestamp(start.0.saturating_add(MONTH))) {
            return Ok(false);
        }
        count += 1;
        if count > most {
            return Ok(true);
        }
    }
    Ok(false)
}
