//! A store that several use at once: who makes it, who waits for whom, and copies of it while others write.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use store::{Effect, Error, PrincipalId, Store, Waiting};

use crate::scene::{Scene, settings};

#[test]
fn many_make_one_store() {
    let folder = tempfile::tempdir().unwrap();
    let location = engines::location(folder.path());
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
            let location = location.clone();
            scope.spawn(move || Store::at(location, waiting).apply(set).unwrap());
        }
    });
    let store = engines::store(folder.path(), Waiting::never());
    assert_eq!(store.snapshot().unwrap().unwrap().calendars(PrincipalId::OWNER).unwrap().len(), 8);
}

#[test]
fn a_newer_schema_is_refused_with_words() {
    let scene = Scene::new();
    engines::set_schema(&scene.store, 99);
    let again = scene.again(Waiting::never());
    let refused = again.snapshot().map(|_| ()).unwrap_err();
    assert!(matches!(refused, Error::Newer { found: 99, .. }));
    assert!(refused.to_string().contains("newer Kalends (schema 99; this one knows up to 12)"));
    assert!(matches!(again.apply(scene.set(vec![], vec![])), Err(Error::Newer { .. })));
    assert!(matches!(again.check(&mut |_, _| ()), Err(Error::Newer { .. })));
    let copy = scene.folder.path().join("copy.db");
    assert!(matches!(again.backup(&copy, &mut |_, _| ()), Err(Error::Newer { .. })));
    assert!(!copy.exists());
}

#[test]
fn the_store_is_held_by_another_and_waiting_did_not_help() {
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    let scene = Scene::new();
    let other = engines::hold(&scene.store);
    let tell = || {
        TOLD.fetch_add(1, Ordering::SeqCst);
    };
    // So long that whoever waits comes to tell of it, however slowly the machine goes on.
    let waiting = Waiting { most: Duration::from_secs(3), tell };
    let patient = scene.again(waiting);
    let set = scene.set(vec![], vec![scene.event("a", "x")]);
    assert!(matches!(patient.apply(set.clone()), Err(Error::Busy)));
    assert_eq!(TOLD.load(Ordering::SeqCst), 1);
    assert!(matches!(scene.store.apply(set.clone()), Err(Error::Busy)));
    // Readers are never held up.
    assert_eq!(patient.snapshot().unwrap().unwrap().calendars(PrincipalId::OWNER).unwrap().len(), 1);
    drop(other);
    patient.apply(set).unwrap();
}

#[test]
fn a_writer_waits_for_the_other_and_says_so_once() {
    static TOLD: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());
    let scene = Scene::new();
    let other = engines::hold(&scene.store);
    let tell = || {
        *TOLD.0.lock().unwrap() += 1;
        TOLD.1.notify_all();
    };
    let waiting = Waiting { most: Duration::from_secs(60), tell };
    let patient = scene.again(waiting);
    let pending = patient.submit(scene.set(vec![], vec![scene.event("a", "x")])).unwrap();
    drop(TOLD.1.wait_while(TOLD.0.lock().unwrap(), |told| *told == 0).unwrap());
    drop(other);
    pending.wait().unwrap();
    assert_eq!(*TOLD.0.lock().unwrap(), 1);
    assert!(scene.text("a").is_some());
}

#[test]
fn two_stores_write_into_one_place() {
    let scene = Scene::new();
    let waiting = Waiting { most: Duration::from_secs(60), tell: || () };
    let sets: Vec<Vec<_>> = ["a", "b"]
        .map(|name| {
            (0..50).map(|n| scene.set(vec![], vec![scene.event(&format!("{name}{n}"), "x")])).collect()
        })
        .into();
    std::thread::scope(|scope| {
        for sets in sets {
            let store = scene.again(waiting);
            scope.spawn(move || {
                sets.into_iter().for_each(|set| drop(store.apply(set).unwrap()));
            });
        }
    });
    assert_eq!(scene.snapshot().count(scene.work).unwrap(), 100);
    assert_eq!(scene.number("SELECT sequence FROM calendar WHERE collection = 0"), 100);
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
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
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
    let store = engines::store(&folder.path().join("none"), Waiting::never());
    let copy = folder.path().join("copy.db");
    assert!(matches!(store.backup(&copy, &mut |_, _| ()), Err(Error::File { .. })));
    assert!(!copy.exists() && store.check(&mut |_, _| ()).unwrap().is_empty());
}

/// What a text of the database cannot hold everywhere is kept as it is all the same.
#[test]
fn names_are_of_any_characters() {
    let scene = Scene::new();
    let names = ["nul\0", "nul\0\0", "nul\u{1}", "nul\u{1}\0", "nul", "nul\u{2}", "\u{10ffff}", "İ’ß", "NUL"];
    let put = |name: &&str| {
        let text = crate::scene::event("any", "DTSTART:20260302T090000Z");
        let put = crate::scene::put(scene.work, name, &text, scene.now.get());
        Effect::Put(store::Put { name: format!("{name}.ics"), ..put })
    };
    scene.apply(names.iter().map(put).collect()).unwrap();
    let snapshot = scene.snapshot();
    for name in names {
        let found = snapshot.object(scene.work, name).unwrap().unwrap();
        assert_eq!((found.uid.as_str(), found.name), (name, format!("{name}.ics")));
        assert_eq!(snapshot.named(scene.work, &format!("{name}.ics")).unwrap().unwrap().stored.uid, name);
    }
    let listed = snapshot.changes(scene.work, None, 99).unwrap().unwrap().changes;
    let name = |change| match change {
        store::Change::Listed(listed) => listed.stored.name,
        store::Change::Removed(name) => name,
    };
    let listed: Vec<String> = listed.into_iter().map(name).collect();
    let mut sorted = names.map(|name| format!("{name}.ics"));
    sorted.sort_unstable();
    assert_eq!(listed, sorted, "the order is that of the bytes");
    assert!(snapshot.object(scene.work, "nul\0\0\0").unwrap().is_none());
}
