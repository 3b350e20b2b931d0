//! Trash and history end; texts go when nothing refers to them, and not before.

use ical::civil::Timestamp;
use store::{Before, Effect, PrincipalId, Removed};

use crate::scene::{DAY, HOUR, NOW, Scene, all_before, event};

fn later(days: i64) -> Timestamp {
    Timestamp(NOW.0 + days * DAY)
}

/// Forgets what is older than an instant, to the end.
fn purge(scene: &Scene, trash: Timestamp, history: Timestamp) {
    let before = Before { trash, history, incoming: NOW };
    while scene.snapshot().has_expired(&before).unwrap() {
        scene.keep_up(vec![Effect::Purge(before)]).unwrap();
    }
}

#[test]
fn what_nothing_refers_to_is_forgotten_with_its_words() {
    let scene = Scene::new();
    scene.book("a", "first");
    scene.book("kept", "stays");
    scene.now.set(later(1));
    scene.book("a", "second");
    scene.apply(vec![scene.remove("a", Removed::Trash)]).unwrap();
    let texts = || scene.number("SELECT count(*) FROM text");
    let words = || scene.number("SELECT count(*) FROM words");
    assert_eq!((texts(), words()), (3, 3));

    scene.now.set(later(40));
    // The trash has the second, and history both.
    purge(&scene, later(0), later(0));
    assert_eq!((texts(), scene.snapshot().trash(PrincipalId::OWNER, None, 9).unwrap().len()), (3, 1));
    purge(&scene, later(2), later(0));
    assert_eq!((texts(), scene.snapshot().trash(PrincipalId::OWNER, None, 9).unwrap().len()), (3, 0));
    purge(&scene, later(2), later(2));
    assert_eq!((texts(), words()), (1, 1));
    let snapshot = scene.snapshot();
    assert_eq!(snapshot.versions(scene.work, "a", 9).unwrap(), []);
    assert!(scene.text("kept").unwrap().contains("stays"));
    assert_eq!(snapshot.history(PrincipalId::OWNER, 99).unwrap(), []);
    assert_eq!(snapshot.to_undo(PrincipalId::OWNER).unwrap(), None);
}

#[test]
fn tombstones_end_with_history_and_the_calendar_says_so() {
    let scene = Scene::new();
    scene.book("a", "one");
    let gone = scene.apply(vec![scene.remove("a", Removed::Gone)]).unwrap().changed[0].1;
    scene.now.set(later(9));
    purge(&scene, later(1), later(1));
    assert_eq!(scene.number("SELECT count(*) FROM tombstone"), 0);
    let version = scene.snapshot().calendars(PrincipalId::OWNER).unwrap()[0].version;
    assert_eq!(version, gone);
    assert_eq!(scene.number("SELECT min_sequence - sequence FROM calendar"), 0);
}

#[test]
fn a_command_stays_while_one_that_took_it_back_does() {
    let scene = Scene::new();
    scene.book("a", "one");
    scene.now.set(later(5));
    let done = scene.snapshot().to_undo(PrincipalId::OWNER).unwrap().unwrap();
    scene.take_back(&done);
    scene.now.set(later(20));
    purge(&scene, later(1), later(1));
    let undo = |scene: &Scene| {
        scene
            .snapshot()
            .history(PrincipalId::OWNER, 99)
            .unwrap()
            .into_iter()
            .find(|done| done.undoes.is_some())
    };
    assert_eq!(undo(&scene).unwrap().undoes, Some(done.key));
    purge(&scene, later(6), later(6));
    assert_eq!(undo(&scene), None);
    assert_eq!(scene.number("SELECT count(*) FROM command WHERE at < 1773000000"), 0);
}

#[test]
fn history_has_a_hundred_versions_of_an_object() {
    let scene = Scene::new();
    let pending: Vec<_> = (0..130)
        .map(|number| {
            scene.store.submit(scene.set(vec![], vec![scene.event("a", &format!("{number}"))])).unwrap()
        })
        .collect();
    for pending in pending {
        pending.wait().unwrap();
    }
    scene.book("b", "another");
    let snapshot = scene.snapshot();
    let versions = snapshot.versions(scene.work, "a", 999).unwrap();
    assert_eq!(versions.len(), 100);
    let oldest = snapshot.text_of(versions[99].1.unwrap()).unwrap();
    assert!(String::from_utf8(oldest).unwrap().contains("SUMMARY:30\n"));
    // The oldest row says what was before it, so one text more is kept.
    purge(&scene, later(-9), later(-9));
    assert_eq!(scene.number("SELECT count(*) FROM text"), 102);
}

#[test]
fn purging_goes_step_by_step() {
    let scene = Scene::new();
    let effects =
        |effect: &dyn Fn(String) -> Effect| (0..300).map(|number| effect(format!("{number}"))).collect();
    scene.apply(effects(&|uid| scene.event(&uid, &uid))).unwrap();
    scene.apply(effects(&|uid| scene.remove(&uid, Removed::Trash))).unwrap();
    scene.now.set(later(1));
    let expired = |scene: &Scene| scene.snapshot().has_expired(&all_before(later(1))).unwrap();
    let mut steps = 0;
    while expired(&scene) {
        let before = scene.number("SELECT count(*) FROM trash");
        scene.keep_up(vec![Effect::Purge(all_before(later(1)))]).unwrap();
        assert!(before - scene.number("SELECT count(*) FROM trash") <= 64);
        steps += 1;
        assert!(steps < 20);
    }
    assert!(steps >= 5);
    assert_eq!(scene.number("SELECT (SELECT count(*) FROM text) + (SELECT count(*) FROM history)"), 0);
}

#[test]
fn a_text_that_comes_back_is_not_collected() {
    let scene = Scene::new();
    let text = event("a", "DTSTART:20260302T090000Z");
    scene.apply(vec![scene.put("a", &text)]).unwrap();
    scene.apply(vec![scene.remove("a", Removed::Trash)]).unwrap();
    let trashed = scene.snapshot().trash(PrincipalId::OWNER, None, 9).unwrap().remove(0);
    scene.apply(vec![Effect::Discard(trashed.id)]).unwrap();
    scene.now.set(Timestamp(NOW.0 + HOUR));
    scene.apply(vec![scene.put("a", &text)]).unwrap();
    purge(&scene, later(1), scene.now.get());
    assert_eq!(scene.text("a").as_deref(), Some(text.as_str()));
}
