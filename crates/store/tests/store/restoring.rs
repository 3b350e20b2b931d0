//! A backup in the place of a store that others have open.

use std::fs;

use store::{Effect, Error, PrincipalId, Store, Waiting};

use crate::scene::Scene;

/// A store with one object, a backup of it, and one object more since.
fn with_backup() -> (Scene, std::path::PathBuf) {
    let scene = Scene::new();
    scene.book("then", "Then");
    let path = scene.folder.path().join("of.backup");
    scene.store.backup(&path, &mut |_, _| ()).unwrap();
    scene.book("since", "Since");
    (scene, path)
}

fn uids(store: &Store) -> Vec<String> {
    let snapshot = store.snapshot().unwrap().unwrap();
    let calendars = snapshot.calendars(PrincipalId::OWNER).unwrap();
    let pages = calendars.iter().map(|calendar| snapshot.page(calendar.id, None, 9).unwrap());
    pages.flatten().map(|object| object.uid).collect()
}

#[test]
fn who_reads_goes_on_with_what_was_and_who_writes_writes_to_what_is() {
    let (scene, path) = with_backup();
    let other = scene.again(Waiting::never());
    other.apply(scene.set(vec![], vec![scene.event("others", "Of another")])).unwrap();
    let before = other.snapshot().unwrap().unwrap();
    let mut reports = Vec::new();
    let backup = scene.store.open_backup(&path, &mut |left, all| reports.push((left, all))).unwrap();
    assert_eq!(reports.last().unwrap().0, 0);
    let epoch = scene.snapshot().epoch().unwrap();
    backup.store().apply(scene.set(vec![], vec![Effect::Epoch([7; 16])])).unwrap();
    let aside = backup.put_in_place(&scene.store, "was", &mut |_, _| ()).unwrap().unwrap();
    assert_eq!(before.count(scene.work).unwrap(), 3, "a snapshot is of its moment");
    assert_eq!((before.epoch().unwrap(), scene.snapshot().epoch().unwrap()), (epoch, vec![7; 16]));
    drop(before);
    for store in [&scene.store, &other] {
        assert_eq!(uids(store), ["then"]);
    }
    other.apply(scene.set(vec![], vec![scene.event("later", "Later")])).unwrap();
    assert_eq!(uids(&scene.store), ["then", "later"]);
    assert_eq!(scene.store.check(&mut |_, _| ()).unwrap(), [""; 0]);
    // What was put aside has all that was acknowledged, and is a backup itself.
    let again = scene.store.open_backup(&aside, &mut |_, _| ()).unwrap();
    assert_eq!(uids(again.store()), ["then", "since", "others"]);
    assert!(matches!(scene.store.open_backup(&aside, &mut |_, _| ()), Err(Error::Busy)), "one at a time");
    let second = again.put_in_place(&scene.store, "was", &mut |_, _| ()).unwrap().unwrap();
    assert!(second != aside && second.exists() && aside.exists(), "no file is written over");
    assert!(!scene.store.folder().join("restoring").exists());
}

#[test]
fn while_another_writes_nothing_is_replaced() {
    let (scene, path) = with_backup();
    let writing = engines::hold(&scene.store);
    let backup = scene.store.open_backup(&path, &mut |_, _| ()).unwrap();
    let refused = backup.put_in_place(&scene.store, "was", &mut |_, _| ());
    assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
    drop(writing);
    assert_eq!(uids(&scene.store), ["then", "since"]);
    assert!(!scene.store.folder().join("was").exists());
}

#[test]
fn a_backup_stays_as_it_is_and_alone() {
    let (scene, path) = with_backup();
    let place = scene.folder.path().join("of 100% #1?");
    fs::create_dir(&place).unwrap();
    let kept = place.join("of.backup");
    fs::rename(&path, &kept).unwrap();
    let before = fs::read(&kept).unwrap();
    let backup = scene.store.open_backup(&kept, &mut |_, _| ()).unwrap();
    assert_eq!(uids(backup.store()), ["then"]);
    drop(backup);
    assert_eq!(fs::read(&kept).unwrap(), before);
    assert_eq!(fs::read_dir(&place).unwrap().count(), 1);
    // What a killed one left is taken away.
    let left = scene.store.folder().join("restoring");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("kalends.db"), "half").unwrap();
    fs::write(left.join("kalends.db-wal"), "half").unwrap();
    assert_eq!(uids(scene.store.open_backup(&kept, &mut |_, _| ()).unwrap().store()), ["then"]);
    assert!(!left.exists());
}

#[test]
fn what_history_tells_of_calendars_and_objects() {
    let (scene, _) = with_backup();
    let snapshot = scene.snapshot();
    let text = |uid: &str| store::Text::new(scene.text(uid).unwrap().into_bytes());
    assert!(snapshot.has_had(scene.work, "then", &text("then")).unwrap());
    assert!(!snapshot.has_had(scene.work, "then", &text("since")).unwrap());
    assert_eq!(snapshot.removed_at(scene.work, "then", "then.ics").unwrap(), None);
    assert_eq!(snapshot.calendars_once(PrincipalId::OWNER, "work").unwrap(), []);
    scene.apply(vec![scene.remove("then", store::Removed::Gone)]).unwrap();
    let settings = crate::scene::settings("praxis");
    scene.apply(vec![Effect::SetCalendar { calendar: scene.work, settings }]).unwrap();
    let snapshot = scene.snapshot();
    assert_eq!(snapshot.removed_at(scene.work, "then", "then.ics").unwrap(), Some(scene.now.get()));
    assert_eq!(snapshot.calendars_once(PrincipalId::OWNER, "work").unwrap(), [scene.work]);
}
