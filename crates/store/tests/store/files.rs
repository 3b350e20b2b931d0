//! The folder and its file: rights, other processes, newer and damaged ones, copies.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;

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
    let scene = Scene { store, ..Scene::in_file() };
    scene.apply(vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("a") }]).unwrap();
    let _reading = scene.snapshot();
    assert_eq!(mode(&deep), 0o700);
    for name in ["kalends.db", "kalends.db-wal", "kalends.db-shm"] {
        assert_eq!(mode(&deep.join(name)), 0o600, "{name}");
    }
}

#[test]
fn a_file_that_others_may_read_is_restricted() {
    let scene = Scene::in_file();
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
    let scene = Scene::in_file();
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
fn a_folder_that_cannot_be_written() {
    let scene = Scene::in_file();
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
    let set = Scene::in_file().set(vec![], vec![]);
    assert!(matches!(store.apply(set), Err(Error::Damaged { .. })));
}

#[test]
fn a_page_that_was_overwritten_is_found() {
    let scene = Scene::in_file();
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
