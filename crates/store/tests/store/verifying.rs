//! Each kind of thing overwritten, and found.

use ical::civil::Timestamp;
use store::{Amiss, Effect, Finding, Removed, Verified};

use crate::scene::{DAY, NOW, Scene, all_before, event};

fn verify(scene: &Scene) -> (Vec<Finding>, Verified) {
    let mut found = Vec::new();
    let verified = scene.store.verify(&mut |finding| found.push(finding), &mut |_| ()).unwrap();
    (found, verified)
}

/// A store with a bit of everything, around whose objects the window moved.
fn full() -> Scene {
    let scene = Scene::new();
    let weekly = "DTSTART;TZID=Europe/Vienna:20260302T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nSUMMARY:Zahnärztin 會議\n\
                  BEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM";
    scene.apply(vec![scene.put("weekly", &event("weekly", weekly)), scene.event("once", "lunch")]).unwrap();
    scene.now.set(Timestamp(NOW.0 + 400 * DAY));
    let hostile = "DTSTART:20200101T090000Z\nRRULE:FREQ=MINUTELY\nSUMMARY:dense";
    scene.apply(vec![scene.put("dense", &event("dense", hostile)), scene.event("gone", "soon")]).unwrap();
    scene.apply(vec![scene.remove("gone", Removed::Trash)]).unwrap();
    scene.keep_up(vec![Effect::Purge(all_before(NOW))]).unwrap();
    scene
}

#[test]
fn a_sound_store_has_nothing_to_tell() {
    let scene = full();
    let (found, verified) = verify(&scene);
    assert_eq!(found, []);
    assert_eq!((verified.objects, verified.outdated, verified.texts), (3, 0, 4));
    let mut pages = 0;
    scene.store.verify(&mut |_| (), &mut |_| pages += 1).unwrap();
    assert!(pages >= 3);
}

#[test]
fn what_was_overwritten_is_found() {
    let weekly = "(SELECT id FROM object WHERE uid = 'weekly')";
    let text = "(SELECT text FROM object WHERE uid = 'weekly')";
    let row = |what| vec![Amiss::Row(what)];
    for (sql, amiss) in [
        ("UPDATE object SET handle = 'bbbbbbbbbbbb'", row("handle")),
        ("UPDATE object SET kind = 2", row("kind")),
        ("UPDATE object SET span_start = span_start + 1", row("span")),
        ("UPDATE object SET span_end = 7", row("span")),
        ("UPDATE object SET expanded_until = expanded_until + 1", row("window")),
        ("UPDATE object SET expanded_from = 7", row("window")),
        ("UPDATE object SET is_open = 1", row("openness")),
        ("UPDATE object SET next_alarm = next_alarm + 1", row("next alarm")),
        ("UPDATE object SET next_alarm = NULL", row("next alarm")),
        ("UPDATE object SET alarm_from = NULL, next_alarm = NULL", row("next alarm")),
        ("UPDATE object SET alarm_from = alarm_from + 7 * 86400", row("next alarm")),
        ("UPDATE object SET text = 999", vec![Amiss::NoText]),
        ("UPDATE object SET uid = 'weakly'", vec![Amiss::Row("handle"), Amiss::Unreadable]),
    ] {
        check(&format!("{sql} WHERE uid = 'weekly'"), &amiss);
    }
    let (other, broken) = (engines::bytes(&[0; 32]), engines::bytes(b"B"));
    let longer = engines::replaced("raw", "PT1H", "PT1H ");
    let lost = |missing, surplus| vec![Amiss::Occurrences { missing, surplus }];
    for (sql, amiss) in [
        (format!("DELETE FROM occurrence WHERE object = {weekly} AND start < 1773000000"), lost(1, 0)),
        (
            format!("UPDATE occurrence SET flags = 63 WHERE object = {weekly} AND start < 1773000000"),
            lost(1, 1),
        ),
        (
            format!("UPDATE occurrence SET length = 3 WHERE object = {weekly} AND start < 1773000000"),
            lost(1, 1),
        ),
        (
            format!(
                "INSERT INTO occurrence SELECT calendar, 0, 0, 5, id, 6, 0 FROM object WHERE id = {weekly}"
            ),
            lost(0, 1),
        ),
        (format!("DELETE FROM words WHERE rowid = {text}"), vec![Amiss::Words]),
        (
            format!(
                "DELETE FROM words WHERE rowid = {text}; INSERT INTO words (rowid, body) VALUES ({text}, 'zahnarztin')"
            ),
            vec![Amiss::Words],
        ),
        (format!("UPDATE text SET hash = {other} WHERE id = {text}"), vec![Amiss::Changed]),
        (format!("UPDATE text SET raw = {longer} WHERE id = {text}"), vec![Amiss::Changed]),
        (
            format!("UPDATE text SET raw = {broken} WHERE id = {text}"),
            vec![Amiss::Unreadable, Amiss::Changed],
        ),
    ] {
        check(&sql, &amiss);
    }
}

fn check(sql: &str, amiss: &[Amiss]) {
    let scene = full();
    scene.run(sql);
    let (found, _) = verify(&scene);
    let of_objects: Vec<_> = found.iter().filter(|finding| finding.uid.is_some()).collect();
    assert_eq!(of_objects.iter().map(|finding| finding.amiss.clone()).collect::<Vec<_>>(), amiss, "{sql}");
    assert!(of_objects.iter().all(|finding| finding.calendar.as_deref() == Some("work")), "{sql}");
    let uids = ["weekly", "weakly"];
    assert!(of_objects.iter().all(|finding| uids.contains(&finding.uid.as_deref().unwrap())), "{sql}");
}

#[test]
fn texts_of_trash_and_history_are_looked_at_too() {
    let scene = full();
    scene.book("once", "dinner");
    let broken = engines::bytes(b"B");
    scene.run(&format!("UPDATE text SET raw = {broken} WHERE id NOT IN (SELECT text FROM object)"));
    let (found, _) = verify(&scene);
    let uids: Vec<_> =
        found.iter().map(|finding| (finding.uid.as_deref().unwrap(), finding.amiss.clone())).collect();
    assert_eq!(uids, [("once", Amiss::Changed), ("gone", Amiss::Changed)]);
}

#[test]
fn rows_that_refer_to_nothing_are_counted() {
    for (sql, of, to, rows) in [
        ("DELETE FROM act", "calendar_history", "act", 1),
        ("DELETE FROM command", "act", "command", 4),
        ("DELETE FROM text WHERE id IN (SELECT text FROM trash)", "trash", "text", 1),
        ("DELETE FROM text WHERE id IN (SELECT text FROM trash)", "words", "text", 1),
        ("DELETE FROM text WHERE id IN (SELECT text FROM trash)", "history", "text", 2),
        ("DELETE FROM calendar", "object", "calendar", 3),
        ("DELETE FROM object WHERE uid = 'once'", "occurrence", "object", 1),
        ("UPDATE tombstone SET calendar = 9", "tombstone", "calendar", 1),
        ("INSERT INTO loose VALUES (99)", "loose", "text", 1),
        ("UPDATE command SET undoes = 99 WHERE id = 2", "command", "command", 1),
    ] {
        let scene = full();
        scene.run(sql);
        let (found, _) = verify(&scene);
        let dangling = Amiss::Dangling { of, to, rows };
        assert!(found.iter().any(|finding| finding.amiss == dangling), "{sql} {found:?}");
    }
}

#[test]
fn an_index_of_another_basis_is_not_compared() {
    let scene = full();
    scene.run("UPDATE store SET basis = 'rules 0 of 0.0.1'; DELETE FROM occurrence");
    let mut found = Vec::new();
    // A reader that has not written yet.
    let reader = scene.again(store::Waiting::never());
    let verified = reader.verify(&mut |finding| found.push(finding), &mut |_| ()).unwrap();
    assert_eq!((found, verified.outdated), (vec![], 3));
}

#[test]
fn a_store_of_many_is_read_in_pages() {
    let scene = Scene::new();
    for hundred in 0..6 {
        let events =
            (0..100).map(|number| scene.event(&format!("{hundred} {number}"), &format!("text {number}")));
        scene.apply(events.collect()).unwrap();
    }
    scene.run("UPDATE object SET span_end = 0 WHERE id % 100 = 7");
    let (found, verified) = verify(&scene);
    assert_eq!((found.len(), verified.objects, verified.texts), (6, 600, 600));
}
