//! `kill -9` of the service while clients write: what was answered is there, with its tag; what was refused is not; what was not
//! answered is there whole or not at all; and tokens of before tell what changed.

use kalends_crash::{Program, door, seed, variable};

#[test]
fn a_service_that_is_killed_has_what_it_acknowledged() {
    let count = variable("CRASH_DOOR").unwrap_or(4);
    let findings = door::kills(&Program::build(), seed(), count);
    findings.assert_whole();
    findings.assert_spread(count);
}

#[test]
fn a_disk_that_has_forgotten_is_found() {
    let found = door::forgetting(&Program::build(), seed()).unwrap_err();
    assert!(found.contains("acknowledged"), "{found}");
}
