//! Connections that read: shared, bounded, and never of what was there before.

use std::fs;
use std::num::NonZeroUsize;
use std::time::Duration;

use store::{Effect, Error, PrincipalId, Store, Waiting};

use crate::scene::{Scene, settings};

const ONE: NonZeroUsize = NonZeroUsize::MIN;

fn names(store: &Store) -> Vec<String> {
    let calendars = store.snapshot().unwrap().unwrap().calendars(PrincipalId::OWNER).unwrap();
    calendars.into_iter().map(|calendar| calendar.settings.segment).collect()
}

#[test]
fn there_are_no_more_than_so_many_at_once() {
    let scene = Scene::new();
    let reading = scene.again(Waiting::never()).with_readers(ONE);
    let held = reading.snapshot().unwrap();
    assert!(matches!(reading.snapshot(), Err(Error::Busy)));
    drop(held);
    assert!(reading.snapshot().unwrap().is_some());

    // Where nothing can be read, none is lent for ever.
    let nothing = engines::store(&scene.folder.path().join("nothing"), Waiting::never()).with_readers(ONE);
    assert!(nothing.snapshot().unwrap().is_none() && nothing.snapshot().unwrap().is_none());
}

#[test]
fn who_wants_one_more_waits_for_it() {
    let scene = Scene::new();
    let patient = Waiting { most: Duration::from_secs(60), tell: || () };
    let reading = scene.again(patient).with_readers(ONE);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..8).map(|_| scope.spawn(|| names(&reading))).collect();
        for reader in readers {
            assert_eq!(reader.join().unwrap(), ["work"]);
        }
    });
}

#[test]
fn another_file_in_the_place_is_read_from_then_on() {
    let (scene, other) = (Scene::in_file(), Scene::in_file());
    let (home, settings) = (PrincipalId::OWNER, settings("other"));
    other.apply(vec![Effect::MakeCalendar { home, settings }]).unwrap();
    let reading = scene.again(Waiting::never());
    let held = reading.snapshot().unwrap().unwrap();
    assert_eq!(names(&reading), ["work"]);
    let copy = scene.folder.path().join("copy");
    other.store.backup(&copy, &mut |_, _| ()).unwrap();
    let path = scene.store.folder().join("kalends.db");
    for side in ["-wal", "-shm"] {
        fs::remove_file(scene.store.folder().join(format!("kalends.db{side}"))).unwrap();
    }
    fs::rename(&copy, &path).unwrap();
    assert_eq!(names(&reading), ["work", "other"]);
    assert_eq!(held.calendars(PrincipalId::OWNER).unwrap().len(), 1, "who reads goes on with what was");
    drop(held);
    assert_eq!(names(&reading), ["work", "other"]);
    fs::remove_file(&path).unwrap();
    assert!(reading.snapshot().unwrap().is_none());
}

#[test]
fn what_a_newer_version_made_of_it_is_not_read() {
    let scene = Scene::new();
    assert_eq!(names(&scene.store), ["work"]);
    engines::set_schema(&scene.store, 99);
    assert!(matches!(scene.store.snapshot(), Err(Error::Newer { found: 99, .. })));
}
