//! `kill -9` at any moment: what was acknowledged is there, no object is there by half, and what is begun again comes through.

use kalends_crash::{Program, following, kills, seed, variable};

/// So many kills in all: 20, or `CRASH_KILLS`.
fn share(of_ten: usize) -> usize {
    (variable("CRASH_KILLS").unwrap_or(20) * of_ten / 10).max(2)
}

/// So many objects are imported: more than one change set of `undo` takes back.
fn objects() -> usize {
    variable("CRASH_OBJECTS").unwrap_or(1_200)
}

#[test]
fn an_import_that_is_killed_goes_on() {
    let findings = kills::imports(&Program::build(), seed(), objects(), share(5), 0);
    findings.assert_whole();
    findings.assert_spread(share(5));
}

#[test]
fn undo_and_redo_of_a_large_import_that_are_killed_go_on() {
    let findings = kills::taking_back(&Program::build(), seed(), objects(), share(2));
    findings.assert_whole();
    findings.assert_spread(share(2));
}

#[test]
fn the_restoring_of_a_backup_that_is_killed_goes_on() {
    for is_exact in [false, true] {
        let findings = kills::restoring(&Program::build(), seed(), objects(), share(3), is_exact);
        findings.assert_whole();
        findings.assert_spread(share(3));
    }
}

#[test]
fn a_small_edit_that_is_killed_is_there_or_not() {
    let findings = kills::edits(&Program::build(), seed(), share(3));
    findings.assert_whole();
    findings.assert_spread(share(3));
}

#[test]
fn who_follows_and_is_killed_goes_on_and_nothing_that_was_told_is_lost() {
    let findings = following::following(&Program::build(), seed(), share(2));
    findings.assert_whole();
    findings.assert_spread(share(2));
}

#[test]
fn the_making_of_a_store_that_is_killed_goes_on() {
    let findings = kills::making(&Program::build(), seed(), share(20));
    findings.assert_whole();
    findings.assert_spread(share(20));
}

#[test]
fn an_acknowledgement_before_its_time_is_found() {
    let findings = kills::imports(&Program::build(), seed(), 1_200, 8, 1_200);
    let is_found = |broken: &&String| broken.contains("acknowledged changes are lost");
    // The writer commits many sets together: between such an acknowledgement and its commit lie few of a run's calls, and not
    // all kills strike there.
    assert!(
        findings.broken.iter().any(|broken| is_found(&broken)),
        "of {}: {:?}",
        findings.crashes,
        findings.broken
    );
}
