//! What a store counts for whoever watches over it: sets, commits, snapshots. Where nobody gathers it, it costs nothing.

use std::time::Duration;

use crate::change_set::Outcome;
use crate::error::Error;

/// Sets were committed at once, each applied or refused by itself.
pub(crate) fn committed(answers: &[Result<Outcome, Error>], took: Duration) {
    let applied = answers.iter().filter(|answer| answer.is_ok()).count();
    answered("applied", applied);
    answered("refused", answers.len() - applied);
    if applied > 0 {
        metrics::histogram!("kalends_store_commit_seconds").record(took);
        metrics::histogram!("kalends_store_commit_sets")
            .record(f64::from(u32::try_from(applied).unwrap_or(u32::MAX)));
    }
}

/// Sets were not applied, for the store could not write.
pub(crate) fn failed(sets: usize) {
    answered("failed", sets);
}

fn answered(outcome: &'static str, sets: usize) {
    if sets > 0 {
        let sets = u64::try_from(sets).unwrap_or(u64::MAX);
        metrics::counter!("kalends_store_sets_total", "outcome" => outcome).increment(sets);
    }
}

/// A snapshot is read from now on.
pub(crate) fn lent() {
    metrics::gauge!("kalends_store_snapshots").increment(1.0);
}

/// A snapshot is not read any more.
pub(crate) fn returned() {
    metrics::gauge!("kalends_store_snapshots").decrement(1.0);
}
