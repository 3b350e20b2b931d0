//! What can be set of the service, and what it is without that.

use ical::Limits;

/// Limits and terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Sizes and counts of one object.
    pub limits: Limits,
    /// Calendars of one user.
    pub calendars: usize,
    /// Occurrences in one answer.
    pub occurrences: usize,
    /// Objects in one answer of a search.
    pub found: u32,
    /// What was deleted is kept so many days.
    pub trash_days: u32,
    /// What was done is remembered so many days.
    pub history_days: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            calendars: 250,
            occurrences: 100_000,
            found: 1_000,
            trash_days: 30,
            history_days: 400,
        }
    }
}
