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

#[test]
fn people_who_plan_have_what_was_acknowledged_each_message_once() {
    let count = variable("CRASH_DOOR").unwrap_or(4);
    let findings = door::kills_of_planning(&Program::build(), seed(), count);
    findings.assert_whole();
    findings.assert_spread(count);
}

#[test]
fn a_message_that_is_lost_or_there_twice_is_found() {
    let last = "WHERE id = (SELECT max(id) FROM message)";
    let columns = "inbox, uid, kind, text, version, method, sender, standing, why, created, modified";
    let twice =
        format!("INSERT INTO message (name, {columns}) SELECT 'again.ics', {columns} FROM message {last}");
    for sql in [format!("DELETE FROM message {last}"), twice] {
        let found = door::tampering(&Program::build(), seed(), &sql).unwrap_err();
        assert!(found.contains("messages of") || found.contains("answers to"), "{sql}: {found}");
    }
}
