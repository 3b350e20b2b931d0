//! Stores that earlier versions wrote, opened with the program of today: `tests/stores/` tells how they were made.

use std::fs;
use std::path::{Path, PathBuf};

use ical::ComponentKind;
use ical::civil::Timestamp;
use ical::value::CalAddress;
use rights::{Restriction, Who, predefined};
use sha2::{Digest, Sha256};
use store::{
    Act, Address, Before, CHUNK, ChangeSet, Command, Container, CredentialKind, Expect, Key, Owner,
    PrincipalId, Snapshot, State, Store, Waiting,
};
use tempfile::TempDir;

use crate::scene::{NOW, all_before, event, put};

/// A copy of the store of a schema.
fn older(schema: i64) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(file(schema), folder.path().join("kalends.db")).unwrap();
    let store = Store::new(folder.path(), Waiting::never());
    (folder, store)
}

fn file(schema: i64) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/stores/v{schema}/kalends.db"))
}

/// All texts of a file, with their ids.
fn texts(file: &Path) -> Vec<(i64, Vec<u8>)> {
    let raw = rusqlite::Connection::open(file).unwrap();
    let mut statement = raw.prepare("SELECT id, raw FROM text ORDER BY id").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn is_sound(store: &Store) {
    assert_eq!(store.check(&mut |_, _| ()).unwrap(), [""; 0]);
    let mut found = Vec::new();
    let verified = store.verify(&mut |finding| found.push(finding), &mut |_| ()).unwrap();
    assert_eq!((found, verified.objects > 0), (vec![], true));
    let raw = rusqlite::Connection::open(store.folder().join("kalends.db")).unwrap();
    let mut dangling = raw.prepare("PRAGMA foreign_key_check").unwrap();
    assert!(dangling.query([]).unwrap().next().unwrap().is_none(), "what refers to nothing");
}

fn uids(snapshot: &Snapshot) -> Vec<String> {
    let calendars = snapshot.calendars(PrincipalId::OWNER).unwrap();
    let objects = calendars.iter().flat_map(|calendar| snapshot.page(calendar.id, None, 99).unwrap());
    objects.map(|object| object.uid).collect()
}

#[test]
fn there_is_one_of_each_schema() {
    let scene = crate::scene::Scene::in_file();
    let today = scene.number("PRAGMA user_version");
    // Schema 2 never stood by itself: it came together with 3.
    for schema in (1..=today).filter(|schema| *schema != 2) {
        let raw =
            rusqlite::Connection::open_with_flags(file(schema), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY);
        let found: i64 = raw.unwrap().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(found, schema);
    }
}

#[test]
fn calendars_and_acts_of_before_there_were_people_are_the_owners() {
    let (_folder, store) = older(3);
    let snapshot = store.snapshot().unwrap().unwrap();
    let calendars = snapshot.all_calendars().unwrap();
    assert!(calendars.len() > 1 && calendars.iter().all(|one| one.home == PrincipalId::OWNER));
    assert_eq!(snapshot.calendars(PrincipalId::OWNER).unwrap(), calendars);
    let people = snapshot.principals().unwrap();
    assert_eq!(people.iter().map(|one| one.profile.name.clone()).collect::<Vec<_>>(), [None]);
    assert!(snapshot.history(PrincipalId::OWNER, 99).unwrap().len() > 6);
}

#[test]
fn people_of_schema_4_are_there_with_what_they_have() {
    let (_folder, store) = older(4);
    let snapshot = store.snapshot().unwrap().unwrap();
    let ann = snapshot.principal_named("ann").unwrap().unwrap();
    assert_eq!(ann.id, PrincipalId::OWNER);
    let ben = Address::new(&CalAddress::new("mailto:ben@v4.example"));
    let ben = snapshot.principal_at(&ben).unwrap().unwrap();
    assert_eq!((ben.profile.name.as_deref(), ben.profile.state), (Some("ben"), State::Disabled));
    let credentials = snapshot.credentials(ben.id).unwrap();
    assert_eq!((credentials.len(), credentials[0].kind), (1, CredentialKind::App));
    let segments = |home| {
        let calendars = snapshot.calendars(home).unwrap().into_iter();
        calendars.map(|one| one.settings.segment).collect::<Vec<_>>()
    };
    assert_eq!(segments(ben.id), ["house"]);
    assert!(segments(ann.id).contains(&"house".to_owned()));
    assert!(snapshot.to_undo(ann.id).unwrap().is_some_and(|last| last.line == "Trips was made"));
    is_sound(&store);
}

#[test]
fn free_busy_is_for_who_has_signed_in_since_schema_5_and_rules_of_it_stand() {
    for schema in [3, 4, 5] {
        let (_folder, store) = older(schema);
        let snapshot = store.snapshot().unwrap().unwrap();
        for principal in snapshot.principals().unwrap() {
            let rules = snapshot.rules(Container::Home(principal.id)).unwrap();
            assert_eq!(rules.first().map(|one| one.rule.clone()), Some(predefined::read_busy_time_info()));
        }
    }
    let (_folder, store) = older(5);
    let snapshot = store.snapshot().unwrap().unwrap();
    let ben = snapshot.principal_named("ben").unwrap().unwrap();
    let names: Vec<String> =
        snapshot.calendars_naming(ben.id).unwrap().into_iter().map(|one| one.settings.name).collect();
    assert_eq!(names, ["House", "Club"]);
    let club = snapshot.calendar_of(PrincipalId::OWNER, "club").unwrap().unwrap();
    let rules = snapshot.rules_for(&club).unwrap();
    assert_eq!((rules.len(), club.rights_version), (3, 3));
    assert!(rules.iter().skip(1).all(|one| one.rule.who == Who::Principal(ben.id)));
    let requests = snapshot.rules(Container::Home(ben.id)).unwrap().pop().unwrap().rule;
    assert_eq!(requests.restrictions, [Restriction::Method(ical::value::Method::Request)]);
    is_sound(&store);
}

#[test]
fn what_programs_gave_calendars_and_objects_of_schema_6_is_there() {
    let (_folder, store) = older(6);
    let snapshot = store.snapshot().unwrap().unwrap();
    let calendars = snapshot.calendars(PrincipalId::OWNER).unwrap();
    let (garden, rest) = calendars.split_last().unwrap();
    assert_eq!(garden.settings.kinds, Some(vec![ComponentKind::Todo, ComponentKind::Journal]));
    assert!(garden.settings.is_transparent && rest.iter().all(|one| !one.settings.is_transparent));
    assert!(rest.iter().all(|one| one.settings.kinds.is_none()));
    let names = |of| {
        let kept = snapshot.properties(&of).unwrap().into_iter();
        kept.map(|kept| kept.name.local).collect::<Vec<_>>()
    };
    assert_eq!(names(Owner::Calendar(garden.id)), ["calendar-order"]);
    let mut found = snapshot.search(PrincipalId::OWNER, &["ride".to_owned()], 9).unwrap();
    let ride = found.remove(0);
    assert_eq!(names(Owner::Object { calendar: ride.calendar, uid: ride.uid }), ["odd"]);
    is_sound(&store);
}

#[test]
fn a_week_long_ago_is_found_in_schema_7() {
    let (_folder, store) = older(7);
    let snapshot = store.snapshot().unwrap().unwrap();
    let personal = snapshot.calendars(PrincipalId::OWNER).unwrap()[0].id;
    let week = |from| ical::recurrence::Range { from: Timestamp(from), to: Timestamp(from + 7 * 86_400) };
    let count = |from| snapshot.in_range(personal, week(from)).unwrap().len();
    let (may_2015, may_2016, may_2018) = (1_430_690_400, 1_462_140_000, 1_525_212_000);
    assert_eq!((count(may_2015), count(may_2016), count(may_2018)), (1, 2, 1), "rowing, both, the choir");
    is_sound(&store);
}

#[test]
fn everybody_has_an_area_since_schema_8_and_its_files_are_there() {
    let (_folder, store) = older(4);
    let snapshot = store.snapshot().unwrap().unwrap();
    for principal in snapshot.principals().unwrap() {
        assert_eq!(snapshot.area(principal.id).unwrap().unwrap().files, 0);
    }
    let (_folder, store) = older(8);
    let snapshot = store.snapshot().unwrap().unwrap();
    let area = snapshot.area(PrincipalId::OWNER).unwrap().unwrap();
    assert_eq!((area.files, area.bytes), (4, 18));
    let top = snapshot.files(area.root, None, 9).unwrap();
    assert_eq!(top.iter().map(|file| &*file.name).collect::<Vec<_>>(), ["Lied.txt", "Noten"]);
    assert_eq!(snapshot.properties(&Owner::File(top[1].id)).unwrap()[0].name.local, "odd");
    let odd = snapshot.file_at(top[1].id, "a/b 🍵").unwrap().unwrap().contents.unwrap();
    assert_eq!(
        (snapshot.bytes(&odd, 0).unwrap(), odd.media.as_deref()),
        (b"\0\xff".to_vec(), Some("text/plain"))
    );
    is_sound(&store);
}

#[test]
fn long_documents_of_schema_8_are_cut_into_chunks() {
    for size in [0, 1, CHUNK, CHUNK + 1, CHUNK * 5 / 2] {
        let (folder, store) = older(8);
        let bytes: Vec<u8> = (0..size).map(|at| u8::try_from((at / 777 + at) % 253).unwrap()).collect();
        let raw = rusqlite::Connection::open(folder.path().join("kalends.db")).unwrap();
        let sql =
            "UPDATE blob SET raw = $1, hash = $2 WHERE id = (SELECT blob FROM file WHERE name = 'Lied.txt')";
        let hash: [u8; 32] = Sha256::digest(&bytes).into();
        assert_eq!(raw.execute(sql, (&bytes, hash)).unwrap(), 1);
        let sql = "UPDATE area SET bytes = (SELECT sum(length(raw)) FROM file JOIN blob ON blob.id = file.blob \
                   WHERE file.home = area.home) WHERE bytes > 0";
        assert_eq!(raw.execute(sql, []).unwrap(), 1);
        drop(raw);

        let snapshot = store.snapshot().unwrap().unwrap();
        let root = snapshot.area(PrincipalId::OWNER).unwrap().unwrap().root;
        let song = snapshot.file_at(root, "Lied.txt").unwrap().unwrap().contents.unwrap();
        let mut read = Vec::new();
        while read.len() < bytes.len() {
            read.extend(snapshot.bytes(&song, u64::try_from(read.len()).unwrap()).unwrap());
        }
        assert!((read == bytes) && song.size == size);
        is_sound(&store);
    }
}

#[test]
fn groups_of_schema_9_have_their_members_and_what_was_done_is_known() {
    let (_folder, store) = older(9);
    let snapshot = store.snapshot().unwrap().unwrap();
    let named = |name| snapshot.principal_named(name).unwrap().unwrap().id;
    let [ben, team, all] = ["ben", "team", "all"].map(named);
    assert_eq!(snapshot.members_of(all).unwrap(), [team]);
    assert_eq!(snapshot.groups_around(ben).unwrap(), [team, all]);
    let audit: Vec<_> = snapshot.audit(None, 9).unwrap().into_iter().map(|one| one.whom).collect();
    assert_eq!(audit, [Some(PrincipalId::OWNER), Some(all), Some(team), Some(all), Some(team)]);
    is_sound(&store);
}

#[test]
fn documents_of_schema_10_are_in_chunks_and_what_was_still_coming_goes() {
    let (_folder, store) = older(10);
    let snapshot = store.snapshot().unwrap().unwrap();
    let root = snapshot.area(PrincipalId::OWNER).unwrap().unwrap().root;
    let notes = snapshot.file_at(root, "Noten").unwrap().unwrap();
    let sketch = snapshot.file_at(notes.id, "Skizze.txt").unwrap().unwrap().contents.unwrap();
    let read = |from| snapshot.bytes(&sketch, from).unwrap();
    assert_eq!([read(0), read(CHUNK)].concat(), b"Kalends ".repeat(37_500));
    // An upload of 2 April 2026, 10:02 in UTC.
    let later = |seconds| all_before(Timestamp(1_775_124_120_i64 + seconds));
    assert!(!snapshot.has_expired(&Before { trash: NOW, history: NOW, ..later(0) }).unwrap());
    assert!(snapshot.has_expired(&Before { trash: NOW, history: NOW, ..later(1) }).unwrap());
    is_sound(&store);
}

#[test]
fn what_rang_and_what_is_to_ring_are_known_of_schema_3() {
    let (folder, store) = older(3);
    let snapshot = store.snapshot().unwrap().unwrap();
    assert_eq!(uids(&snapshot).len(), 8);
    assert!(snapshot.rung_until().unwrap().is_some());
    assert_eq!(snapshot.rung().unwrap().len(), 2);
    assert!(
        snapshot
            .to_undo(PrincipalId::OWNER)
            .unwrap()
            .is_some_and(|last| last.line == "Home renamed to House")
    );
    drop(snapshot);
    assert_eq!(texts(&folder.path().join("kalends.db")), texts(&file(3)));
    is_sound(&store);
}

#[test]
fn schema_1_is_brought_up_to_date_and_nothing_is_lost() {
    let (folder, store) = older(1);
    let snapshot = store.snapshot().unwrap().unwrap();
    assert_eq!(uids(&snapshot).len(), 6);
    assert_eq!(snapshot.trash(PrincipalId::OWNER, None, 9).unwrap().len(), 1);
    assert_eq!(snapshot.import_position(&[0; 32]).unwrap(), Some((Key([0; 16]), 64)));
    let verbs: Vec<_> =
        snapshot.history(PrincipalId::OWNER, 99).unwrap().into_iter().map(|done| done.verb).collect();
    assert_eq!(verbs, ["undo", "edit", "add", "calendar", "rm", "import"]);
    assert!(snapshot.to_redo(PrincipalId::OWNER).unwrap().is_some());
    let work = snapshot.calendars(PrincipalId::OWNER).unwrap()[0].id;
    let series = snapshot.object(work, "series@v1.example").unwrap().unwrap();
    let text = String::from_utf8(snapshot.text(&series).unwrap()).unwrap();
    assert!(text.contains("SUMMARY:Team Grüße\n") && text.contains("RECURRENCE-ID"), "{text}");
    drop(snapshot);
    assert_eq!(texts(&folder.path().join("kalends.db")), texts(&file(1)));
    is_sound(&store);
}

#[test]
fn schema_1_is_written_to() {
    let (_folder, store) = older(1);
    let snapshot = store.snapshot().unwrap().unwrap();
    let work = snapshot.calendars(PrincipalId::OWNER).unwrap()[0].id;
    let tea = snapshot.object(work, "plain@v1.example").unwrap().unwrap();
    drop(snapshot);
    let expect = |version| Expect::Object { calendar: work, uid: "plain@v1.example".to_owned(), version };
    let effects = |summary: &str| {
        let text = event("plain@v1.example", &format!("DTSTART:20260326T120000Z\nSUMMARY:{summary}"));
        vec![store::Effect::Put(put(work, "plain@v1.example", &text, NOW))]
    };
    let set = |key: u8, version, summary: &str| {
        let command = Command { key: Key([key; 16]), verb: "do", line: String::new(), undoes: None };
        let act =
            Some(Act { key: Key([key; 16]), command, principal: PrincipalId::OWNER, at: NOW, versions: 100 });
        ChangeSet { act, expects: vec![expect(version)], effects: effects(summary) }
    };
    assert!(store.apply(set(200, None, "nothing")).is_err());
    store.apply(set(201, Some(tea.version), "Coffee")).unwrap();
    let snapshot = store.snapshot().unwrap().unwrap();
    assert_eq!(snapshot.search(PrincipalId::OWNER, &["coffee".to_owned()], 9).unwrap().len(), 1);
    assert_eq!(snapshot.search(PrincipalId::OWNER, &["garden".to_owned()], 9).unwrap().len(), 0);
    drop(snapshot);
    is_sound(&store);
}
