//! What only a database that several programs share can meet: writers at once, connections that are lost, backups that go from
//! one engine to the other.
//!
//! Where there is no PostgreSQL they say so, and that is all: the conform tier has one, and counts the stores that were made in it.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use ical::Document;
use ical::civil::Timestamp;
use ical::zone::Zones;
use sha2::{Digest, Sha256};
use store::{
    Act, Blob, CHUNK, CalendarId, ChangeSet, Chunk, Command, Effect, Error, Expect, FileChange, Index, Key,
    Location, PrincipalId, Put, Removed, Scheduled, Settings, Store, Tag, Text, Waiting,
};

const NOW: Timestamp = Timestamp(1_772_409_600);
const PATIENT: Waiting = Waiting { most: Duration::from_secs(120), tell: || () };

fn set(key: u128, expects: Vec<Expect>, effects: Vec<Effect>) -> ChangeSet {
    let command =
        Command { key: Key(key.to_be_bytes()), verb: "do", line: "something".to_owned(), undoes: None };
    let act = Act { key: command.key, command, principal: PrincipalId::OWNER, at: NOW, versions: 100 };
    ChangeSet { act: Some(act), expects, effects }
}

fn put(calendar: CalendarId, uid: &str, summary: &str) -> Effect {
    let text = format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:{uid}\nDTSTART:20260302T090000Z\nRRULE:FREQ=WEEKLY\n\
         SUMMARY:{summary}\nEND:VEVENT\nEND:VCALENDAR\n"
    );
    let document = Document::read(text.as_bytes()).unwrap();
    let index = Index::derive(&document.objects()[0], &Zones::new(&document), NOW, &[]);
    let text = Text::new(text.into_bytes());
    Effect::Put(Put {
        calendar,
        name: format!("{uid}.ics"),
        uid: uid.to_owned(),
        text,
        index,
        scheduled: Scheduled::No,
    })
}

fn make(store: &Store, key: u128, segment: &str) -> CalendarId {
    let settings = Settings::new(segment, segment);
    let effects = vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings }];
    store.apply(set(key, vec![], effects)).unwrap().made[0]
}

/// Nothing is amiss of a store.
fn is_sound(store: &Store) {
    let mut found = Vec::new();
    store.verify(&mut |finding| found.push(finding), &mut |_| ()).unwrap();
    assert_eq!(found, []);
    assert_eq!(store.check(&mut |_, _| ()).unwrap(), [""; 0]);
}

fn uids(store: &Store, calendar: CalendarId) -> BTreeSet<String> {
    let page = store.snapshot().unwrap().unwrap().page(calendar, None, 999).unwrap();
    page.into_iter().map(|object| object.uid).collect()
}

/// A store in PostgreSQL, if there is one.
#[expect(clippy::print_stderr, reason = "whoever runs a test hears what it wants")]
fn place() -> Option<(tempfile::TempDir, Store)> {
    if !engines::is_postgres() {
        eprintln!("this wants PostgreSQL: see tests/conformance/postgres/run");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let store = engines::store(folder.path(), PATIENT);
    Some((folder, store))
}

#[test]
fn many_write_at_once_and_each_calendar_counts_its_own() {
    let Some((folder, store)) = place() else { return };
    let calendars = [make(&store, 1, "a"), make(&store, 2, "b")];
    std::thread::scope(|scope| {
        for writer in 0..6_u32 {
            let place = folder.path();
            scope.spawn(move || {
                let store = engines::store(place, PATIENT);
                for number in 0..20_u32 {
                    // The same texts from all of them, into both calendars, in both orders.
                    let mut both = calendars;
                    if writer % 2 == 1 {
                        both.reverse();
                    }
                    let uid = format!("{writer} {number}");
                    let effects =
                        both.map(|calendar| put(calendar, &uid, &format!("text {number}"))).to_vec();
                    let key = u128::from(writer) << 32 | u128::from(number) | 1 << 64;
                    store.apply(set(key, vec![], effects)).unwrap();
                    let read = store.snapshot().unwrap().unwrap();
                    assert!(read.object(both[0], &uid).unwrap().is_some(), "what was answered is there");
                }
            });
        }
    });
    for calendar in calendars {
        assert_eq!(uids(&store, calendar).len(), 120);
        let kept = store.snapshot().unwrap().unwrap().calendar(calendar).unwrap().unwrap();
        assert_eq!(format!("{:?}", kept.version), "Version(120)");
    }
    is_sound(&store);
}

#[test]
fn of_two_who_expect_the_same_one_is_first() {
    let Some((folder, store)) = place() else { return };
    let calendar = make(&store, 1, "a");
    for round in 0..20_u128 {
        let uid = format!("{round}");
        let (uid, place) = (uid.as_str(), folder.path());
        let done: Vec<bool> = std::thread::scope(|scope| {
            let writers = [1_u128, 2].map(|writer| {
                scope.spawn(move || {
                    let expects = vec![Expect::Object { calendar, uid: uid.to_owned(), version: None }];
                    let effects = vec![put(calendar, uid, &format!("of {writer}"))];
                    match engines::store(place, PATIENT).apply(set(
                        round << 8 | writer | 1 << 64,
                        expects,
                        effects,
                    )) {
                        Ok(_) => true,
                        Err(Error::Conflict(_)) => false,
                        Err(other) => panic!("{other}"),
                    }
                })
            });
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });
        assert_eq!(done.iter().filter(|is_done| **is_done).count(), 1, "round {round}");
    }
}

#[test]
fn to_try_whether_it_can_write_hinders_nobody_who_writes() {
    let Some((folder, store)) = place() else { return };
    make(&store, 1, "a");
    let impatient = engines::store(folder.path(), Waiting::never());
    let probe = || impatient.apply(ChangeSet { act: None, expects: vec![], effects: vec![Effect::Probe] });
    let beside = engines::write_beside(&store);
    probe().unwrap();
    drop(beside);
    let _held = engines::hold(&store);
    assert!(matches!(probe(), Err(Error::Busy)));
}

#[test]
fn one_act_through_many_is_done_once() {
    let Some((folder, store)) = place() else { return };
    let calendar = make(&store, 1, "a");
    let before = store.snapshot().unwrap().unwrap().history(PrincipalId::OWNER, 99).unwrap().len();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let place: &Path = folder.path();
        let same = || {
            scope.spawn(move || {
                engines::store(place, PATIENT).apply(set(7, vec![], vec![put(calendar, "u", "x")]))
            })
        };
        let threads: Vec<_> = (0..6).map(|_| same()).collect();
        threads.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect()
    });
    assert!(outcomes.windows(2).all(|two| two[0] == two[1]));
    let snapshot = store.snapshot().unwrap().unwrap();
    assert_eq!(snapshot.history(PrincipalId::OWNER, 99).unwrap().len(), before + 1);
}

#[test]
fn connections_that_are_lost_are_made_anew() {
    let Some((folder, store)) = place() else { return };
    let calendar = make(&store, 1, "a");
    let other = engines::store(folder.path(), PATIENT);
    for number in 0..10_u32 {
        assert_eq!(uids(&store, calendar).len(), usize::try_from(number).unwrap());
        engines::end_others(&store);
        let key = u128::from(number) | 1 << 64;
        other.apply(set(key, vec![], vec![put(calendar, &format!("{number}"), "x")])).unwrap();
        engines::end_others(&store);
    }
    // In the midst of what is written: each is done whole, and once.
    std::thread::scope(|scope| {
        let ending = scope.spawn(|| (0..20).for_each(|_| engines::end_others(&store)));
        let mut number = 100_u32;
        while !ending.is_finished() {
            let key = u128::from(number) | 1 << 64;
            let effects: Vec<_> =
                (0..3).map(|part| put(calendar, &format!("{number} {part}"), "x")).collect();
            // Twice in a row may be too often: then it is sent again.
            while let Err(lost) = other.apply(set(key, vec![], effects.clone())) {
                assert!(matches!(lost, Error::Unreachable { .. }), "{lost}");
            }
            number += 1;
        }
    });
    let found = uids(&store, calendar);
    assert_eq!(found.iter().filter(|uid| uid.contains(' ')).count() % 3, 0);
    is_sound(&store);
}

#[test]
fn a_database_that_is_not_there_is_unreachable() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere =
        format!("postgres://ann:secret@{}/none", folder.path().display().to_string().replace('/', "%2F"));
    let store = Store::at(Location::read(nowhere.as_ref(), None, folder.path()).unwrap(), PATIENT);
    for refused in [store.snapshot().map(drop), store.apply(set(1, vec![], vec![])).map(drop)] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, Error::Unreachable { .. }), "{refused:?}");
        assert!(!refused.to_string().contains("secret"), "{refused}");
    }
}

#[test]
fn a_backup_goes_from_one_engine_to_the_other_and_back() {
    let Some((folder, database)) = place() else { return };
    let calendar = make(&database, 1, "a");
    let names = ["one", "two\0", "zahnärztin 會議"];
    let effects = names.map(|name| put(calendar, name, name)).to_vec();
    database.apply(set(2, vec![], effects)).unwrap();
    let path = folder.path().join("of.backup");
    database.backup(&path, &mut |_, _| ()).unwrap();

    let place = tempfile::tempdir().unwrap();
    let file = Store::new(place.path(), Waiting::never());
    let backup = file.open_backup(&path, &mut |_, _| ()).unwrap();
    assert_eq!(backup.put_in_place(&file, "was", &mut |_, _| ()).unwrap(), None);
    is_sound(&file);
    assert_eq!(uids(&file, calendar), uids(&database, calendar));
    let found = |store: &Store, word: &str| {
        store.snapshot().unwrap().unwrap().search(PrincipalId::OWNER, &[word.to_owned()], 9).unwrap().len()
    };
    assert_eq!([found(&file, "zahnarz"), found(&database, "zahnarz")], [1, 1]);
    file.apply(set(3, vec![], vec![put(calendar, "since", "since")])).unwrap();
    let second = folder.path().join("second.backup");
    file.backup(&second, &mut |_, _| ()).unwrap();

    let reading = database.snapshot().unwrap().unwrap();
    let backup = database.open_backup(&second, &mut |_, _| ()).unwrap();
    let aside = backup.put_in_place(&database, "was", &mut |_, _| ()).unwrap().unwrap();
    assert_eq!(reading.count(calendar).unwrap(), 3, "a snapshot is of its moment");
    drop(reading);
    is_sound(&database);
    assert_eq!(uids(&database, calendar).len(), 4);
    assert_eq!(found(&database, "sin"), 1);
    // What comes after has names of its own.
    make(&database, 4, "later");
    database.apply(set(5, vec![], vec![put(calendar, "last", "last")])).unwrap();
    is_sound(&database);
    let again = database.open_backup(&aside, &mut |_, _| ()).unwrap();
    assert_eq!(uids(again.store(), calendar).len(), 3);
}

#[test]
fn a_uid_that_no_index_can_have_is_refused_and_what_comes_with_it_is_not() {
    let Some((_folder, store)) = place() else { return };
    let calendar = make(&store, 1, "a");
    // Digits of hashes, which cannot be kept in less room.
    let long: String = (0..200_u32).map(|number| format!("{}", Tag::of(&number.to_be_bytes()))).collect();
    let refused = store.apply(set(2, vec![], vec![put(calendar, &long, "long")])).unwrap_err();
    assert!(matches!(refused, Error::TooLong { .. }), "{refused:?}");
    // Handed over together, each is answered for itself.
    let others: Vec<_> = (0..8_u128)
        .map(|number| {
            let uid = if number % 4 == 1 { long.clone() } else { number.to_string() };
            store.submit(set(number | 1 << 64, vec![], vec![put(calendar, &uid, "x")])).unwrap()
        })
        .collect();
    let answers: Vec<bool> = others.into_iter().map(|pending| pending.wait().is_ok()).collect();
    assert_eq!(answers, [true, false, true, true, true, false, true, true]);
    assert_eq!(uids(&store, calendar).len(), 6);
    is_sound(&store);
}

#[test]
fn the_longest_name_that_it_says_it_keeps_is_kept_wherever_it_goes() {
    let Some((_folder, store)) = place() else { return };
    let calendar = make(&store, 1, "a");
    let digits: String = (0..200_u32).map(|number| format!("{}", Tag::of(&number.to_be_bytes()))).collect();
    let longest = &digits[..2_600];
    assert!(store.can_keep(longest) && !store.can_keep(&digits[..2_601]));
    assert!(!store.can_keep(&"\0".repeat(1_301)), "what is written as two counts as two");
    for (key, to) in [(2, Removed::Trash), (4, Removed::Gone)] {
        let mut booked = put(calendar, longest, "long");
        if let Effect::Put(put) = &mut booked {
            put.name = longest.to_owned();
        }
        store.apply(set(key, vec![], vec![booked])).unwrap();
        store
            .apply(set(key + 1, vec![], vec![Effect::Remove { calendar, uid: longest.to_owned(), to }]))
            .unwrap();
    }
    is_sound(&store);
}

#[test]
fn its_log_is_followed_by_its_own_programs_and_a_journal_comes_back_into_it() {
    let Some((folder, database)) = place() else { return };
    let calendar = make(&database, 1, "a");
    let journal = folder.path().join("journal");
    let refused = database.follow(&journal, NOW, &mut |_, _| ()).unwrap_err().to_string();
    assert!(refused.contains("archive_command"), "{refused}");
    assert!(!journal.exists(), "nothing is left behind");

    // A journal of a file, which was followed, and whose machine is lost.
    let place = tempfile::tempdir().unwrap();
    let file = Store::new(place.path(), Waiting::never());
    let there = make(&file, 1, "a");
    file.apply(set(2, vec![], vec![put(there, "copied", "copied")])).unwrap();
    let (mut follower, _) = file.follow(&journal, NOW, &mut |_, _| ()).unwrap();
    file.apply(set(3, vec![], vec![put(there, "since", "since")])).unwrap();
    assert_eq!(follower.look(NOW, &mut |_, _| ()).unwrap().commits, 1);
    drop(follower);
    let backup = database.open_backup(&journal, &mut |_, _| ()).unwrap();
    assert_eq!(uids(backup.store(), there).len(), 2);
    backup.put_in_place(&database, "was", &mut |_, _| ()).unwrap();
    assert_eq!(uids(&database, calendar), uids(&file, there));
    is_sound(&database);
}

/// A name that no index row of a database can hold, however it is pressed together.
fn long_name() -> String {
    (0..100_u32)
        .flat_map(|number| Sha256::digest(number.to_le_bytes()))
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Bytes of so many chunks and a half.
fn bytes(chunks: u64) -> Vec<u8> {
    (0..CHUNK * chunks + CHUNK / 2).map(|at| u8::try_from((at / 777 + at) % 253).unwrap()).collect()
}

/// Brings bytes as whoever has a large document does, a set for each chunk, and then names them.
fn bring(store: &Store, key: u128, name: &str, bytes: &[u8]) {
    let blob = Blob::of(&mut &*bytes).unwrap();
    for (from, some) in (0..).step_by(usize::try_from(CHUNK).unwrap()).zip(bytes.chunks(1 << 18)) {
        let chunk = Chunk { blob, from, bytes: some.to_vec().into(), at: NOW };
        store.apply(ChangeSet { act: None, expects: vec![], effects: vec![Effect::Chunk(chunk)] }).unwrap();
    }
    let collection = store.snapshot().unwrap().unwrap().area(PrincipalId::OWNER).unwrap().unwrap().root;
    let put = FileChange::Put { collection, name: name.to_owned(), blob, media: None };
    store.apply(set(key, vec![], vec![Effect::File(put)])).unwrap();
}

/// The bytes of a document.
fn document(store: &Store, name: &str) -> Vec<u8> {
    let snapshot = store.snapshot().unwrap().unwrap();
    let root = snapshot.area(PrincipalId::OWNER).unwrap().unwrap().root;
    let contents = snapshot.file_at(root, name).unwrap().unwrap().contents.unwrap();
    let mut all = Vec::new();
    while all.len() < usize::try_from(contents.size).unwrap() {
        all.extend(snapshot.bytes(&contents, u64::try_from(all.len()).unwrap()).unwrap());
    }
    all
}

#[test]
fn what_is_restored_exactly_or_not_at_all_leaves_a_database_that_can_be_written() {
    let Some((folder, database)) = place() else { return };
    let calendar = make(&database, 1, "a");
    for number in 2..40 {
        database.apply(set(number, vec![], vec![put(calendar, &number.to_string(), "kept")])).unwrap();
    }
    // An older one, which has what the database cannot have.
    let place = tempfile::tempdir().unwrap();
    let file = Store::new(place.path(), Waiting::never());
    let there = make(&file, 1, "a");
    file.apply(set(2, vec![], vec![put(there, &long_name(), "older")])).unwrap();
    let path = folder.path().join("of.backup");
    file.backup(&path, &mut |_, _| ()).unwrap();
    let backup = database.open_backup(&path, &mut |_, _| ()).unwrap();
    let refused = backup.put_in_place(&database, "was", &mut |_, _| ()).unwrap_err();
    assert!(matches!(refused, Error::TooLong { .. }), "{refused:?}");
    assert_eq!(uids(&database, calendar).len(), 38);
    let another = make(&database, 50, "b");
    database.apply(set(51, vec![], vec![put(another, "new", "new")])).unwrap();
    is_sound(&database);
}

#[test]
fn many_bring_the_same_document_at_once() {
    let Some((folder, store)) = place() else { return };
    make(&store, 1, "a");
    let (bytes, place) = (&bytes(3), folder.path());
    std::thread::scope(|scope| {
        for writer in 2..6_u128 {
            scope.spawn(move || bring(&engines::store(place, PATIENT), writer, &writer.to_string(), bytes));
        }
    });
    assert!((2..6).all(|writer| document(&store, &writer.to_string()) == *bytes));
    assert_eq!(engines::number(&store, "SELECT count(*) FROM chunk"), 4, "they are there once");
    is_sound(&store);
}

#[test]
fn documents_that_were_there_whole_are_cut_into_chunks() {
    let Some((folder, store)) = place() else { return };
    make(&store, 1, "a");
    let (long, exact, none) = (bytes(2), &bytes(1)[..1 << 18], []);
    for (key, name, bytes) in [(2, "long", long.as_slice()), (3, "exact", exact), (4, "none", &none)] {
        if bytes.is_empty() {
            let chunk = Chunk {
                blob: Blob::of(&mut &*bytes).unwrap(),
                from: 0,
                bytes: [].as_slice().into(),
                at: NOW,
            };
            store
                .apply(ChangeSet { act: None, expects: vec![], effects: vec![Effect::Chunk(chunk)] })
                .unwrap();
        }
        bring(&store, key, name, bytes);
    }
    drop(store);
    let store = engines::store(folder.path(), PATIENT);
    // As schema 9 had them.
    engines::run(
        &store,
        "ALTER TABLE blob ADD COLUMN raw BYTEA NOT NULL DEFAULT ''; \
         UPDATE blob SET raw = parts.raw FROM (SELECT blob, string_agg(raw, ''::bytea ORDER BY number) AS raw \
         FROM chunk GROUP BY blob) AS parts WHERE parts.blob = blob.id; \
         DROP TABLE chunk, incoming; ALTER TABLE blob DROP COLUMN size; \
         DROP TABLE scheduling, message, delivery, reception; DROP INDEX principal_by_kind; DELETE FROM calendar WHERE collection <> 0; \
         ALTER TABLE calendar DROP COLUMN collection; ALTER TABLE object DROP COLUMN schedule_tag; \
         DELETE FROM refinery_schema_history WHERE version >= 10",
    );
    make(&store, 5, "b");
    assert!(document(&store, "long") == long && document(&store, "exact") == exact);
    assert!(document(&store, "none").is_empty());
    assert_eq!(engines::number(&store, "SELECT count(*) FROM chunk"), 4);
    is_sound(&store);
}

#[test]
fn both_engines_have_the_same_columns() {
    let Some((_folder, store)) = place() else { return };
    make(&store, 1, "a");
    let place = tempfile::tempdir().unwrap();
    let file = Store::new(place.path(), Waiting::never());
    make(&file, 1, "a");
    let columns = engines::columns(&file);
    assert!(columns.len() > 100, "{columns:?}");
    assert_eq!(columns, engines::columns(&store));
}
