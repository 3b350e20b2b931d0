//! What `undo` and `redo` would take back, after any number of them.

use store::{Effect, PrincipalId, Removed};

use crate::scene::{DAY, HOUR, NOW, Scene, all_before, index, settings};
use ical::civil::Timestamp;

/// Books `c1`, `c2` ... as commands; their keys are found again by what they changed.
fn three(scene: &Scene) {
    for uid in ["c1", "c2", "c3"] {
        scene.book(uid, uid);
    }
}

/// Of which object is the command that `undo` would take back?
fn next_undo(scene: &Scene) -> Option<String> {
    let snapshot = scene.snapshot();
    let done = snapshot.to_undo(PrincipalId::OWNER).unwrap()?;
    snapshot.object_changes(&done, 0, 1).unwrap().pop().map(|(_, change)| change.uid)
}

/// Of which object is the command that `redo` would put back?
fn next_redo(scene: &Scene) -> Option<String> {
    let snapshot = scene.snapshot();
    let undo = snapshot.to_redo(PrincipalId::OWNER).unwrap()?;
    assert!(!undo.is_undone);
    let all = snapshot.history(PrincipalId::OWNER, 100).unwrap();
    let undone = all.into_iter().find(|done| Some(done.key) == undo.undoes).unwrap();
    assert!(undone.is_undone);
    snapshot.object_changes(&undone, 0, 1).unwrap().pop().map(|(_, change)| change.uid)
}

fn undo(scene: &Scene) {
    let done = scene.snapshot().to_undo(PrincipalId::OWNER).unwrap().unwrap();
    scene.take_back(&done);
}

fn redo(scene: &Scene) {
    let done = scene.snapshot().to_redo(PrincipalId::OWNER).unwrap().unwrap();
    scene.take_back(&done);
}

fn check(scene: &Scene, undo: &str, redo: &str) {
    let word = |found: Option<String>| found.unwrap_or_else(|| "-".to_owned());
    assert_eq!((word(next_undo(scene)), word(next_redo(scene))), (undo.to_owned(), redo.to_owned()));
}

#[test]
fn undo_undo_redo_redo() {
    let scene = Scene::new();
    three(&scene);
    check(&scene, "c3", "-");
    undo(&scene);
    check(&scene, "c2", "c3");
    undo(&scene);
    check(&scene, "c1", "c2");
    redo(&scene);
    check(&scene, "c2", "c3");
    redo(&scene);
    check(&scene, "c3", "-");
    undo(&scene);
    undo(&scene);
    redo(&scene);
    undo(&scene);
    check(&scene, "c1", "c2");
    redo(&scene);
    redo(&scene);
    check(&scene, "c3", "-");
}

#[test]
fn a_new_command_ends_redo() {
    let scene = Scene::new();
    three(&scene);
    undo(&scene);
    undo(&scene);
    scene.book("c4", "new");
    check(&scene, "c4", "-");
    undo(&scene);
    check(&scene, "c1", "c4");
    redo(&scene);
    check(&scene, "c4", "-");
    undo(&scene);
    undo(&scene);
    check(&scene, "-", "c1");
}

#[test]
fn upkeep_is_no_command_to_take_back() {
    let scene = Scene::new();
    three(&scene);
    undo(&scene);
    let object = scene.snapshot().object(scene.work, "c1").unwrap().unwrap();
    let index = index(&scene.text("c1").unwrap(), Timestamp(NOW.0 + DAY));
    let reindex = Effect::Reindex { object: object.id, version: object.version, index };
    let purge = Effect::Purge(all_before(Timestamp(NOW.0 - HOUR)));
    scene.keep_up(vec![reindex]).unwrap();
    scene.keep_up(vec![purge]).unwrap();
    // A command that only moved marks has nothing to take back.
    scene.apply(vec![]).unwrap();
    check(&scene, "c2", "c3");
}

#[test]
fn a_calendars_settings_are_taken_back_too() {
    let scene = Scene::new();
    let set = Effect::SetCalendar { calendar: scene.work, settings: settings("job") };
    scene.apply(vec![set]).unwrap();
    let snapshot = scene.snapshot();
    let done = snapshot.to_undo(PrincipalId::OWNER).unwrap().unwrap();
    let changes = snapshot.calendar_changes(&done).unwrap();
    assert_eq!(changes[0].before, Some(settings("work")));
    assert_eq!((changes[0].after.clone(), changes[0].version), (settings("job"), 2));
}

#[test]
fn versions_of_an_object_each_with_its_command() {
    let scene = Scene::new();
    scene.book("a", "one");
    scene.book("a", "two");
    scene.apply(vec![scene.remove("a", Removed::Trash)]).unwrap();
    let snapshot = scene.snapshot();
    let done = snapshot.history(PrincipalId::OWNER, 3).unwrap();
    let versions = snapshot.versions(scene.work, "a", 9).unwrap();
    assert_eq!(versions.iter().map(|(done, _)| done.clone()).collect::<Vec<_>>(), done);
    let text =
        |place: usize| String::from_utf8(snapshot.text_of(versions[place].1.unwrap()).unwrap()).unwrap();
    assert!(versions[0].1.is_none() && text(1).contains("two") && text(2).contains("one"));
    assert_eq!(snapshot.versions(scene.work, "a", 1).unwrap().len(), 1);
}
