//! Validation and repair of any text.

use ical::civil::Timestamp;
use ical::value::Method;
use ical::{Document, Given, Profile, Repair};

use crate::{has_bare_cr, read, seen};

/// Any bytes under a profile, which their number chooses. Problems have their places in the text; a repair
/// done again changes nothing, and what is written is read as what was repaired.
pub fn validate(data: &[u8]) {
    let document = read(data);
    let profile = match data.len() % 5 {
        0 => Profile::CalDav,
        1 => Profile::Itip(Method::Request),
        2 => Profile::Itip(Method::Reply),
        _ => Profile::Rfc5545,
    };
    for problem in document.validate(&profile) {
        assert!(problem.place.start <= problem.place.end && problem.place.end <= data.len());
        assert!(!problem.message.is_empty() && !problem.kind.name().is_empty());
    }
    repair(&document, &profile);
}

fn repair(document: &Document, profile: &Profile) {
    let given = Given {
        stamp: Timestamp(1_767_225_600),
        uid: "given".to_owned(),
        prodid: "-//Kalends//Fuzz//EN".to_owned(),
    };
    let mut repaired = document.clone();
    assert_eq!(repaired.repair(profile, &[], &given), []);
    assert_eq!(repaired.to_bytes(), document.to_bytes(), "without repairs nothing changes");
    let mended = repaired.repair(profile, Repair::ALL, &given);
    if mended.is_empty() {
        assert_eq!(repaired.to_bytes(), document.to_bytes(), "where nothing is mended nothing changes");
    }
    let written = repaired.to_bytes().into_owned();
    let mut again = read(&written);
    if has_bare_cr(&written) {
        return;
    }
    assert_eq!(seen(&again), seen(&repaired), "what is written is what was repaired");
    let more = again.repair(profile, Repair::ALL, &given);
    assert_eq!(more, [], "done again it changes nothing");
}
