//! Loss of power at any moment: what was acknowledged is there, whatever of the rest the disk has kept.

use kalends_crash::power::{Run, Unsynced};
use kalends_crash::{Program, seed, variable};

/// So many edits are recorded.
fn edits() -> usize {
    variable("CRASH_EDITS").unwrap_or(500)
}

/// So many disks are rebuilt of them.
fn disks() -> usize {
    variable("CRASH_DISKS").unwrap_or(1_000)
}

#[test]
fn acknowledged_edits_are_on_the_disk() {
    let run = Run::of_edits(&Program::build(), seed(), edits(), false);
    let findings = run.lose_power(seed(), disks(), Unsynced::Nothing);
    findings.assert_whole();
    findings.assert_spread(disks());
}

#[test]
fn the_making_of_a_store_is_there_or_not() {
    let run = Run::of_edits(&Program::build(), seed(), 1, false);
    run.lose_power(seed(), disks() / 5, Unsynced::Nothing).assert_whole();
}

#[test]
fn what_a_large_import_acknowledged_is_on_the_disk() {
    let run = Run::of_large_import(&Program::build(), seed(), 1_000);
    run.lose_power(seed(), disks() / 20, Unsynced::Nothing).assert_whole();
}

#[test]
fn a_backup_that_was_restored_is_on_the_disk() {
    let run = Run::of_restores(&Program::build(), seed(), 300);
    run.lose_power(seed(), disks() / 10, Unsynced::Nothing).assert_whole();
}

#[test]
fn a_program_whose_syncs_are_swallowed_is_found() {
    let run = Run::of_edits(&Program::build(), seed(), 20, true);
    let findings = run.lose_power(seed(), 40, Unsynced::Nothing);
    assert!(findings.broken.len() * 2 >= findings.crashes, "only {:?}", findings.broken);
}

/// Each sort of sync is needed, and each is missed when it is not made.
#[test]
fn a_sync_that_is_missing_is_found() {
    let run = Run::of_edits(&Program::build(), seed(), 40, false);
    for unsynced in [Unsynced::Folders, Unsynced::Log, Unsynced::Database] {
        let findings = run.lose_power(seed(), 100, unsynced);
        assert!(findings.broken.len() > 5, "{unsynced:?}: only {:?}", findings.broken);
    }
    run.lose_power(seed(), 100, Unsynced::Nothing).assert_whole();
}
