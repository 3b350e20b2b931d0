//! What is done rarely, at bounds that a test can meet.

use super::*;
use crate::Waiting;
use crate::change_set::{Act, ChangeSet, Command, Effect, Settings};
use crate::principals::PrincipalId;

const SMALL: Bounds = Bounds { log: 40, slack: 256 << 10, segments: 20, segment: 64 << 10, part: 16 << 10 };

fn change(store: &Store, number: u32) {
    let mut key = [0; 16];
    key[..4].copy_from_slice(&number.to_be_bytes());
    let command = Command { key: Key(key), verb: "do", line: "something".to_owned(), undoes: None };
    let home = PrincipalId::OWNER;
    let act = Act { key: Key(key), command, principal: home, at: Timestamp(0), versions: 1 };
    let settings =
        Settings { description: Some("x".repeat(9_000)), ..Settings::new(format!("c{number}"), "C") };
    let effects = vec![Effect::MakeCalendar { home, settings }];
    store.apply(ChangeSet { act: Some(act), expects: vec![], effects }).unwrap();
}

fn log_size(store: &Store) -> u64 {
    fs::metadata(store.folder().join("kalends.db-wal")).map_or(0, |found| found.len())
}

/// Everything but what counts changes.
fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap().split_off(100)
}

#[test]
fn the_log_goes_home_segments_are_bounded_and_a_new_generation_begins() {
    let folder = tempfile::tempdir().unwrap();
    let [place, journal, now] = ["store", "journal", "now.backup"].map(|name| folder.path().join(name));
    let store = Store::new(&place, Waiting::never());
    change(&store, 0);
    let beside = Store::new(&place, Waiting::never());
    let (mut follower, _) = beside.follow(&journal, Timestamp(0), &mut |_, _| ()).unwrap();
    follower.bounds = SMALL;
    let (mut anew, mut most) = (0, 0);
    for number in 1..=120 {
        change(&store, number);
        if number % 3 == 0 {
            anew += u32::from(follower.look(Timestamp(i64::from(number)), &mut |_, _| ()).unwrap().is_anew);
        }
        most = most.max(log_size(&store));
        let sizes = fs::read_dir(&journal).unwrap().map(|entry| entry.unwrap());
        let segments = sizes.filter(|entry| entry.path().extension().is_some_and(|end| end == "journal"));
        for segment in segments {
            // A part and a page more than is bounded.
            assert!(segment.metadata().unwrap().len() < (64 + 16 + 4 + 1) << 10, "{segment:?}");
        }
    }
    assert!(anew > 0, "it never began anew");
    // It would have thousands of frames.
    assert!(most < 400 * 4_120, "the log grew to {most} bytes");
    let to = folder.path().join("restored.db");
    let ended = crate::journal::replay(&journal, &to, &mut |_, _| ()).unwrap();
    assert_eq!((ended.at, ended.is_torn), (Timestamp(120), false));
    store.backup(&now, &mut |_, _| ()).unwrap();
    assert!(bytes(&to) == bytes(&now), "what comes back is another store");
}
