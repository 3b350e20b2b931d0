//! From a set's first start to its last end, for an index.

use crate::civil::Timestamp;
use crate::rule::Exhausted;

use super::{Range, RecurrenceSet};

/// From the first start to the last end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When the first occurrence starts.
    pub start: Timestamp,
    /// When the last one ends; `None` when there is no last.
    pub end: Option<Timestamp>,
}

impl RecurrenceSet<'_> {
    /// The span of the set; `None` when nothing of it occurs.
    ///
    /// # Errors
    /// The budget was spent before the last occurrence was found.
    pub fn span(&self) -> Result<Option<Span>, Exhausted> {
        let mut span: Option<Span> = None;
        for occurrence in self.occurrences(Range::ALL) {
            let occurrence = occurrence?;
            let (start, end) = (occurrence.start_at(), occurrence.end_at());
            let known = span.get_or_insert(Span { start, end: Some(end) });
            if self.is_endless() {
                known.end = None;
                break;
            }
            known.end = known.end.max(Some(end));
        }
        Ok(span)
    }
}
