//! The folder and its file: rights, other processes, newer and damaged ones, copies.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use store::{Effect, Error, PrincipalId, Store, Waiting};

use crate::scene::{Scene, settings};

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_the_owner_reads_what_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("new/deeper/store");
    let store = Store::new(&deep, Waiting::never());
    assert!(store.snapshot().unwrap().is_none());
    assert!(!folder.path().join("new").exists());
    let scene = Scene { store, ..Scene::new() };
    scene.apply(vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("a") }]).unwrap();
    let _reading = scene.snapshot();
    assert_eq!(mode(&deep), 0o700);
    for name in ["kalends.db", "kalends.db-wal", "kalends.db-shm"] {
        assert_eq!(mode(&deep.join(name)), 0o600, "{name}");
    }
}

#[test]
fn a_file_that_others_may_read_is_restricted() {
    let scene = Scene::new();
    let folder = scene.store.folder().to_owned();
    let file = folder.join("kalends.db");
    let left = scene.raw();
    left.execute_batch("CREATE TABLE other (x)").unwrap();
    for name in ["kalends.db", "kalends.db-wal", "kalends.db-shm"] {
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o644)).unwrap();
    }
    let again = Store::new(&folder, Waiting::never());
    again.apply(scene.set(vec![], vec![scene.event("a", "x")])).unwrap();
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(&folder.join("kalends.db-wal")), 0o600);
    assert_eq!(mode(&folder.join("kalends.db-shm")), 0o600);
}

#[test]
fn a_store_whose_making_was_cut_off_is_made_whole() {
    // Killed after the empty file was there, after its journal was chosen, and after the tables were.
    let scene = Scene::new();
    drop(scene.raw());
    let folder = scene.store.folder().to_owned();
    let set = scene
        .set(vec![], vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("home") }]);
    drop(scene.store);
    let cut: [&dyn Fn(&std::path::Path); 3] = [
        &|to| fs::write(to, "").unwrap(),
        &|to| {
            let raw = rusqlite::Connection::open(to).unwrap();
            raw.pragma_update(None, "journal_mode", "WAL").unwrap();
        },
        &|to| {
            fs::copy(folder.join("kalends.db"), to).unwrap();
            let raw = rusqlite::Connection::open(to).unwrap();
            raw.execute_batch("DELETE FROM calendar_history; DELETE FROM act; DELETE FROM command;").unwrap();
            raw.execute_batch("DELETE FROM calendar; DELETE FROM store; PRAGMA user_version = 0").unwrap();
        },
    ];
    for make in cut {
        let place = tempfile::tempdir().unwrap();
        make(&place.path().join("kalends.db"));
        let store = Store::new(place.path(), Waiting::never());
        assert!(store.snapshot().unwrap().unwrap().calendars(PrincipalId::OWNER).unwrap().is_empty());
        store.apply(set.clone()).unwrap();
        assert_eq!(store.snapshot().unwrap().unwrap().calendars(PrincipalId::OWNER).unwrap().len(), 1);
        assert_eq!(store.check(&mut |_, _| ()).unwrap(), [""; 0]);
    }
}

#[test]
fn many_make_one_store() {
    let folder = tempfile::tempdir().unwrap();
    let scene = Scene::new();
    let waiting = Waiting { most: Duration::from_secs(60), tell: || () };
    let sets: Vec<_> = (0..8)
        .map(|n| {
            scene.set(
                vec![],
                vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings(&format!("{n}")) }],
            )
        })
        .collect();
    std::thread::scope(|scope| {
        for set in sets {
            let place = folder.path();
            scope.spawn(move || Store::new(place, waiting).apply(set).unwrap());
        }
    });
    let store = Store::new(folder.path(), Waiting::never());
    assert_eq!(store.snapshot().unwrap().unwrap().calendars(PrincipalId::OWNER).unwrap().len(), 8);
}

#[test]
fn a_newer_schema_is_refused_with_words() {
    let scene = Scene::new();
    scene.raw().pragma_update(None, "user_version", 99).unwrap();
    let folder = scene.store.folder();
    let again = Store::new(folder, Waiting::never());
    let refused = again.snapshot().map(|_| ()).unwrap_err();
    assert!(matches!(refused, Error::Newer { found: 99, .. }));
    assert!(refused.to_string().contains("newer Kalends (schema 99; this one knows up to 9)"));
    assert!(matches!(again.apply(scene.set(vec![], vec![])), Err(Error::Newer { .. })));
    assert!(matches!(again.check(&mut |_, _| ()), Err(Error::Newer { .. })));
    let copy = scene.folder.path().join("copy.db");
    assert!(matches!(again.backup(&copy, &mut |_, _| ()), Err(Error::Newer { .. })));
    assert!(!copy.exists());
}

#[test]
fn a_folder_that_cannot_be_written() {
    let scene = Scene::new();
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o500)).unwrap();
    // Rights do not bind root; nobody may make a folder there.
    let is_bound = fs::write(place.path().join("probe"), "").is_err();
    let folder = if is_bound { place.path().join("store") } else { "/sys/kalends".into() };
    let store = Store::new(&folder, Waiting::never());
    let refused = store.apply(scene.set(vec![], vec![])).unwrap_err();
    assert!(matches!(&refused, Error::ReadOnly { path } if *path == folder), "{refused:?}");
    assert!(store.snapshot().unwrap().is_none());
    let refused = scene.store.backup(&folder.join("copy.db"), &mut |_, _| ()).unwrap_err();
    assert!(matches!(refused, Error::ReadOnly { .. } | Error::File { .. }), "{refused:?}");
}

#[test]
fn what_is_no_store_is_said_to_be_damaged() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("kalends.db"), "BEGIN:VCALENDAR\n".repeat(999)).unwrap();
    let store = Store::new(place.path(), Waiting::never());
    assert!(matches!(store.snapshot(), Err(Error::Damaged { .. })));
    let set = Scene::new().set(vec![], vec![]);
    assert!(matches!(store.apply(set), Err(Error::Damaged { .. })));
}

#[test]
fn a_page_that_was_overwritten_is_found() {
    let scene = Scene::new();
    let effects = (0..500).map(|number| scene.event(&format!("{number}"), &"words ".repeat(30))).collect();
    scene.apply(effects).unwrap();
    assert_eq!(scene.store.check(&mut |_, _| ()).unwrap(), [""; 0]);
    let raw = scene.raw();
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    raw.query_row(checkpoint, [], |_| Ok(())).unwrap();
    let root: i64 = raw
        .query_row("SELECT rootpage FROM sqlite_master WHERE name = 'object'", [], |row| row.get(0))
        .unwrap();
    let size: i64 = raw.query_row("PRAGMA page_size", [], |row| row.get(0)).unwrap();
    let folder = scene.store.folder().to_owned();
    drop(raw);
    let set = scene.set(vec![], vec![scene.event("7", "changed")]);
    drop(scene.store);
    let mut file = fs::OpenOptions::new().write(true).open(folder.join("kalends.db")).unwrap();
    file.seek(SeekFrom::Start(u64::try_from((root - 1) * size).unwrap())).unwrap();
    file.write_all(&[0xaa; 512]).unwrap();
    drop(file);

    let damaged = Store::new(&folder, Waiting::never());
    assert!(
        damaged
            .check(&mut |_, _| ())
            .map_or_else(|error| matches!(error, Error::Damaged { .. }), |found| !found.is_empty())
    );
    assert!(matches!(damaged.apply(set), Err(Error::Damaged { .. })));
    let snapshot = damaged.snapshot().unwrap().unwrap();
    let read =
        snapshot.calendars(PrincipalId::OWNER).and_then(|calendars| snapshot.page(calendars[0].id, None, 9));
    assert!(matches!(read, Err(Error::Damaged { .. })));
}

#[test]
fn the_store_is_held_by_another_and_waiting_did_not_help() {
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    let scene = Scene::new();
    let other = scene.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let tell = || {
        TOLD.fetch_add(1, Ordering::SeqCst);
    };
    // So long that whoever waits comes to tell of it, however slowly the machine goes on.
    let waiting = Waiting { most: Duration::from_secs(3), tell };
    let patient = Store::new(scene.store.folder(), waiting);
    let set = scene.set(vec![], vec![scene.event("a", "x")]);
    assert!(matches!(patient.apply(set.clone()), Err(Error::Busy)));
    assert_eq!(TOLD.load(Ordering::SeqCst), 1);
    assert!(matches!(scene.store.apply(set.clone()), Err(Error::Busy)));
    // Readers are never held up.
    assert_eq!(patient.snapshot().unwrap().unwrap().calendars(PrincipalId::OWNER).unwrap().len(), 1);
    other.execute_batch("ROLLBACK").unwrap();
    patient.apply(set).unwrap();
}

#[test]
fn a_writer_waits_for_the_other_and_says_so_once() {
    static TOLD: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());
    let scene = Scene::new();
    let other = scene.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let tell = || {
        *TOLD.0.lock().unwrap() += 1;
        TOLD.1.notify_all();
    };
    let waiting = Waiting { most: Duration::from_secs(60), tell };
    let patient = Store::new(scene.store.folder(), waiting);
    let pending = patient.submit(scene.set(vec![], vec![scene.event("a", "x")])).unwrap();
    drop(TOLD.1.wait_while(TOLD.0.lock().unwrap(), |told| *told == 0).unwrap());
    other.execute_batch("COMMIT").unwrap();
    pending.wait().unwrap();
    assert_eq!(*TOLD.0.lock().unwrap(), 1);
    assert!(scene.text("a").is_some());
}

#[test]
fn two_stores_write_into_one_folder() {
    let scene = Scene::new();
    let waiting = Waiting { most: Duration::from_secs(60), tell: || () };
    let sets: Vec<Vec<_>> = ["a", "b"]
        .map(|name| {
            (0..50).map(|n| scene.set(vec![], vec![scene.event(&format!("{name}{n}"), "x")])).collect()
        })
        .into();
    std::thread::scope(|scope| {
        for sets in sets {
            let folder = scene.store.folder();
            scope.spawn(move || {
                let store = Store::new(folder, waiting);
                sets.into_iter().for_each(|set| drop(store.apply(set).unwrap()));
            });
        }
    });
    assert_eq!(scene.snapshot().count(scene.work).unwrap(), 100);
    assert_eq!(scene.number("SELECT sequence FROM calendar"), 100);
}

#[test]
fn a_backup_is_made_while_others_write() {
    let scene = Scene::new();
    let effects = (0..900).map(|number| scene.event(&format!("{number}"), &"text ".repeat(200))).collect();
    scene.apply(effects).unwrap();
    let sets: Vec<_> = (0..300)
        .map(|number| scene.set(vec![], vec![scene.event(&format!("later {number}"), "x")]))
        .collect();
    let copy = scene.folder.path().join("copy/kalends.db");
    fs::create_dir(copy.parent().unwrap()).unwrap();
    let mut reports = Vec::new();
    std::thread::scope(|scope| {
        let store = &scene.store;
        let writer = scope.spawn(move || sets.into_iter().for_each(|set| drop(store.apply(set).unwrap())));
        store.backup(&copy, &mut |left, all| reports.push((left, all))).unwrap();
        writer.join().unwrap();
    });
    assert!(reports.windows(2).all(|two| two[1].0 < two[0].0 && two[1].1 == two[0].1));
    assert_eq!(reports.last().unwrap().0, 0);
    assert_eq!(mode(&copy), 0o600);
    let names: Vec<_> = fs::read_dir(copy.parent().unwrap()).unwrap().collect();
    assert_eq!(names.len(), 1);

    let restored = Store::new(copy.parent().unwrap(), Waiting::never());
    assert_eq!(restored.check(&mut |_, _| ()).unwrap(), [""; 0]);
    let snapshot = restored.snapshot().unwrap().unwrap();
    let count = snapshot.count(scene.work).unwrap();
    assert!((900..=1_200).contains(&count));
    // A moment: as many objects as its calendar has changes.
    let version = snapshot.calendars(PrincipalId::OWNER).unwrap()[0].version;
    assert_eq!(format!("{version:?}"), format!("Version({})", count - 899));
    restored.apply(scene.set(vec![], vec![scene.event("new", "x")])).unwrap();
}

#[test]
fn a_backup_of_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(&folder.path().join("none"), Waiting::never());
    let copy = folder.path().join("copy.db");
    assert!(matches!(store.backup(&copy, &mut |_, _| ()), Err(Error::File { .. })));
    assert!(!copy.exists() && store.check(&mut |_, _| ()).unwrap().is_empty());
}
