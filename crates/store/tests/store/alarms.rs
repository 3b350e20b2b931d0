//! When objects may ring, how far was rung, and what it was.

use ical::civil::Timestamp;
use store::{Clash, Effect, Error, Expect, NextAlarm, PrincipalId, Removed, Rung};

use crate::scene::{DAY, HOUR, NOW, Scene, event, index};

/// The text of an event of these lines that rings a quarter of an hour before.
fn ringing(uid: &str, lines: &str) -> String {
    event(uid, &format!("{lines}\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nEND:VALARM"))
}

const WEEKLY: &str = "DTSTART:20260302T090000Z\nRRULE:FREQ=WEEKLY";

fn after(seconds: i64) -> Timestamp {
    Timestamp(NOW.0 + seconds)
}

/// Who may ring after one time and up to another, both after now.
fn may_ring(scene: &Scene, from: i64, to: i64) -> Vec<String> {
    let found = scene.snapshot().may_ring(after(from), after(to)).unwrap();
    found.into_iter().map(|object| object.uid).collect()
}

fn ring(until: Timestamp, alarms: &[(&Scene, &str, Timestamp)]) -> Effect {
    let rung = |(scene, uid, at): &(&Scene, &str, Timestamp)| Rung {
        calendar: scene.work,
        uid: (*uid).to_owned(),
        at: *at,
    };
    Effect::Ring { until, forgotten: until, alarms: alarms.iter().map(rung).collect() }
}

#[test]
fn only_what_may_ring_is_found() {
    let scene = Scene::new();
    let silent = (0..300).map(|number| scene.event(&format!("{number}"), "x")).collect();
    scene.apply(silent).unwrap();
    let put = |uid: &str, lines: &str| scene.put(uid, &ringing(uid, lines));
    scene
        .apply(vec![
            put("weekly", WEEKLY),
            put("past", "DTSTART:20200302T090000Z"),
            put("far", "DTSTART:20360302T090000Z"),
            put("off", "DTSTART:20260302T090000Z\nSTATUS:CANCELLED"),
            put("day", "DTSTART;VALUE=DATE:20260304"),
        ])
        .unwrap();
    assert_eq!(may_ring(&scene, 0, 8 * HOUR), [""; 0]);
    assert_eq!(may_ring(&scene, 0, 9 * HOUR), ["weekly"]);
    // A date begins up to 16 hours before it does in UTC: where, the store does not know.
    assert_eq!(may_ring(&scene, 0, 31 * HOUR), ["weekly"]);
    assert_eq!(may_ring(&scene, 0, 32 * HOUR), ["weekly", "day"]);
    assert_eq!(may_ring(&scene, 0, 3_700 * DAY), ["weekly", "far", "day"]);
    // Of times before it was written a row says nothing.
    assert_eq!(may_ring(&scene, -1, -1), ["weekly", "past", "far", "day"]);
}

#[test]
fn what_rang_moves_on_and_what_is_ahead_moves_back() {
    let scene = Scene::new();
    scene.apply(vec![scene.put("weekly", &ringing("weekly", WEEKLY)), scene.event("other", "x")]).unwrap();
    let to_move = |until: i64| scene.snapshot().alarms_to_move(after(until), 9).unwrap();
    assert_eq!(to_move(HOUR), []);
    for until in [9 * HOUR, 7 * DAY + 9 * HOUR, DAY] {
        let found = to_move(until);
        assert_eq!(found.iter().map(|object| &*object.uid).collect::<Vec<_>>(), ["weekly"], "{until}");
        let alarm = index(&ringing("weekly", WEEKLY), after(until)).alarm;
        let (object, version) = (found[0].id, found[0].version);
        scene.keep_up(vec![Effect::MoveAlarm { object, version, alarm }]).unwrap();
        assert_eq!(to_move(until), [], "{until}");
    }
    assert_eq!(may_ring(&scene, DAY, 7 * DAY), [""; 0]);
    assert_eq!(may_ring(&scene, DAY, 7 * DAY + 9 * HOUR), ["weekly"]);
    // What changed meanwhile has a row of its own.
    let found = to_move(8 * DAY).remove(0);
    scene.now.set(after(10 * DAY));
    scene.apply(vec![scene.put("weekly", &ringing("weekly", WEEKLY))]).unwrap();
    let alarm = Some(NextAlarm { from: after(8 * DAY), at: None });
    scene.keep_up(vec![Effect::MoveAlarm { object: found.id, version: found.version, alarm }]).unwrap();
    assert_eq!(may_ring(&scene, 10 * DAY, 15 * DAY), ["weekly"]);
    let mut amiss = Vec::new();
    scene.store.verify(&mut |finding| amiss.push(finding), &mut |_| ()).unwrap();
    assert_eq!(amiss, []);
}

#[test]
fn how_far_was_rung_is_expected_and_said_once() {
    let scene = Scene::new();
    scene.book("a", "x");
    let until = || scene.snapshot().rung_until().unwrap();
    assert_eq!((until(), scene.snapshot().rung().unwrap()), (None, vec![]));
    let history = scene.snapshot().history(PrincipalId::OWNER, 99).unwrap().len();
    let set = |expected, effect| store::ChangeSet {
        act: None,
        expects: vec![Expect::Rung(expected)],
        effects: vec![effect],
    };
    scene.store.apply(set(None, ring(NOW, &[(&scene, "a", NOW)]))).unwrap();
    let late = scene.store.apply(set(None, ring(NOW, &[(&scene, "a", NOW)])));
    assert!(matches!(late, Err(Error::Conflict(Clash::Ringing))));
    assert_eq!((until(), scene.snapshot().rung().unwrap().len()), (Some(NOW), 1));
    // Nothing that rings changes no memory.
    scene.store.apply(set(Some(NOW), ring(after(9), &[]))).unwrap();
    assert_eq!((until(), scene.snapshot().rung().unwrap().len()), (Some(after(9)), 1));
    let rung = [(&scene, "a", after(9)), (&scene, "b", after(10)), (&scene, "b", after(10))];
    scene.store.apply(set(Some(after(9)), ring(after(10), &rung))).unwrap();
    let rung = scene.snapshot().rung().unwrap();
    assert_eq!(
        rung.iter().map(|(run, rung)| (*run, rung.at)).collect::<Vec<_>>(),
        [(after(10), after(9)), (after(10), after(10))]
    );
    // It is no act: nothing to take back; and what rang may go.
    assert_eq!(scene.snapshot().history(PrincipalId::OWNER, 99).unwrap().len(), history);
    scene.apply(vec![scene.remove("a", Removed::Trash)]).unwrap();
    assert_eq!(scene.snapshot().rung().unwrap().len(), 2);
}
