//! Each effect, each expectation, each clash; sets whole or not at all.

use ical::ComponentKind;
use store::{
    Clash, Command, Effect, Error, Expect, Key, MOST_BYTES, MOST_OBJECTS, Owed, PrincipalId, Put, Removed,
    Settings, Text, Version,
};

use crate::scene::{NOW, Scene, all_before, event, put, settings};

fn clash(answer: Result<store::Outcome, Error>) -> Clash {
    match answer {
        Err(Error::Conflict(clash)) => clash,
        other => panic!("no conflict: {other:?}"),
    }
}

#[test]
fn an_object_is_booked_changed_and_renamed() {
    let scene = Scene::new();
    let first = scene.book("a", "one").changed[0].1;
    let second = scene.book("a", "two").changed[0].1;
    assert!(second > first);
    assert!(scene.text("a").unwrap().contains("two"));
    let object = scene.snapshot().object(scene.work, "a").unwrap().unwrap();
    assert_eq!((object.name.as_str(), object.version), ("a.ics", second));

    let Effect::Put(changed) = scene.event("a", "three") else { unreachable!() };
    scene.apply(vec![Effect::Put(Put { name: "other.ics".to_owned(), ..changed })]).unwrap();
    let renamed = scene.snapshot().object(scene.work, "a").unwrap().unwrap();
    assert_eq!((renamed.id, renamed.name.as_str()), (object.id, "other.ics"));
    // Who synchronises hears that nothing has the old name any more, until something has.
    assert_eq!(scene.number("SELECT count(*) FROM tombstone WHERE name = 'a.ics'"), 1);
    let Effect::Put(another) = scene.event("b", "four") else { unreachable!() };
    scene.apply(vec![Effect::Put(Put { name: "a.ics".to_owned(), ..another })]).unwrap();
    assert_eq!(scene.number("SELECT count(*) FROM tombstone"), 0);
}

#[test]
fn what_is_removed_is_in_the_trash_or_only_in_history() {
    let scene = Scene::new();
    scene.book("a", "one");
    scene.book("b", "two");
    scene.apply(vec![scene.remove("a", Removed::Trash), scene.remove("b", Removed::Gone)]).unwrap();
    let snapshot = scene.snapshot();
    assert_eq!(snapshot.count(scene.work).unwrap(), 0);
    assert_eq!(scene.number("SELECT count(*) FROM occurrence"), 0);
    assert_eq!(scene.number("SELECT count(*) FROM tombstone"), 2);
    let trash = snapshot.trash(PrincipalId::OWNER, None, 9).unwrap();
    assert_eq!(trash.iter().map(|item| item.uid.as_str()).collect::<Vec<_>>(), ["a"]);
    for (uid, summary) in [("a", "one"), ("b", "two")] {
        let versions = snapshot.versions(scene.work, uid, 9).unwrap();
        assert_eq!(versions.len(), 2);
        assert_eq!(versions[0].1, None);
        let text = snapshot.text_of(versions[1].1.unwrap()).unwrap();
        assert!(String::from_utf8(text).unwrap().contains(summary));
    }
    scene.apply(vec![Effect::Discard(trash[0].id)]).unwrap();
    assert_eq!(scene.snapshot().trash(PrincipalId::OWNER, None, 9).unwrap(), []);
    assert_eq!(clash(scene.apply(vec![Effect::Discard(trash[0].id)])), Clash::Trash);
    let gone = clash(scene.apply(vec![scene.remove("a", Removed::Trash)]));
    assert_eq!(gone, Clash::Object("a".to_owned()));
}

#[test]
fn calendars_are_made_and_set() {
    let scene = Scene::new();
    let home = scene
        .apply(vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("home") }])
        .unwrap()
        .made[0];
    let all = Settings {
        color: Some("#102030".to_owned()),
        description: Some("two\nlines\\n".to_owned()),
        zone: Some("Europe/Vienna".to_owned()),
        kinds: Some(vec![ComponentKind::Event, ComponentKind::Todo]),
        is_transparent: true,
        is_removed: true,
        ..settings("casa")
    };
    scene.apply(vec![Effect::SetCalendar { calendar: home, settings: all.clone() }]).unwrap();
    let snapshot = scene.snapshot();
    let calendars = snapshot.calendars(PrincipalId::OWNER).unwrap();
    assert_eq!(calendars.iter().map(|calendar| calendar.id).collect::<Vec<_>>(), [scene.work, home]);
    assert_eq!((&calendars[1].settings, calendars[1].settings_version), (&all, 2));
    let done = snapshot.history(PrincipalId::OWNER, 1).unwrap().remove(0);
    let changes = snapshot.calendar_changes(&done).unwrap();
    assert_eq!((changes[0].before.as_ref(), &changes[0].after), (Some(&settings("home")), &all));

    let taken = Clash::Segment("work".to_owned());
    assert_eq!(
        clash(
            scene.apply(vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("work") }])
        ),
        taken
    );
    let set = Effect::SetCalendar { calendar: home, settings: settings("work") };
    assert_eq!(clash(scene.apply(vec![set])), taken);
}

#[test]
fn each_expectation_holds_or_is_named() {
    let scene = Scene::new();
    let version = scene.book("a", "one").changed[0].1;
    let object = |uid: &str, version| Expect::Object { calendar: scene.work, uid: uid.to_owned(), version };
    let settings = |version| Expect::Settings { calendar: scene.work, version };
    let done = scene.snapshot().history(PrincipalId::OWNER, 1).unwrap().remove(0);
    let command = |key, is_undone| Expect::Command { key, is_undone };

    for holds in [object("a", Some(version)), object("b", None), settings(1), command(done.key, false)] {
        scene.expecting(holds, vec![]).unwrap();
    }
    for (fails, clash_of_it) in [
        (object("a", None), Clash::Object("a".to_owned())),
        (object("b", Some(version)), Clash::Object("b".to_owned())),
        (settings(2), Clash::Calendar(scene.work)),
        (command(done.key, true), Clash::Command),
        (command(scene.key(), false), Clash::Command),
    ] {
        assert_eq!(clash(scene.expecting(fails, vec![scene.event("c", "never")])), clash_of_it);
    }
    assert_eq!(scene.text("c"), None);

    scene.book("a", "two");
    let lost = scene.expecting(object("a", Some(version)), vec![scene.event("a", "three")]);
    assert_eq!(clash(lost), Clash::Object("a".to_owned()));
    scene.apply(vec![Effect::Undone { key: done.key, is_undone: true }]).unwrap();
    scene.expecting(command(done.key, true), vec![]).unwrap();
    let nobody = Effect::Undone { key: scene.key(), is_undone: true };
    assert_eq!(clash(scene.apply(vec![nobody])), Clash::Command);
}

#[test]
fn a_name_is_of_one_object_in_its_calendar() {
    let scene = Scene::new();
    scene.book("a", "one");
    let home = scene
        .apply(vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("home") }])
        .unwrap()
        .made[0];
    let named_a = |calendar, uid: &str| {
        let text = event(uid, "DTSTART:20260302T090000Z");
        Effect::Put(Put { name: "a.ics".to_owned(), ..put(calendar, uid, &text, NOW) })
    };
    assert_eq!(clash(scene.apply(vec![named_a(scene.work, "b")])), Clash::Name("a.ics".to_owned()));
    scene.apply(vec![named_a(home, "b"), named_a(home, "b")]).unwrap();
    scene.book("c", "three");
    assert_eq!(clash(scene.apply(vec![named_a(scene.work, "c")])), Clash::Name("a.ics".to_owned()));
    assert_eq!(scene.snapshot().objects_with_uid(PrincipalId::OWNER, "b").unwrap().len(), 1);
}

#[test]
fn a_calendar_that_is_not_there() {
    let (scene, other) = (Scene::new(), Scene::new());
    let absent = other
        .apply(vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("home") }])
        .unwrap()
        .made[0];
    let text = event("a", "DTSTART:20260302T090000Z");
    let expected = Clash::Calendar(absent);
    assert_eq!(clash(scene.apply(vec![Effect::Put(put(absent, "a", &text, NOW))])), expected);
    let set = Effect::SetCalendar { calendar: absent, settings: settings("x") };
    assert_eq!(clash(scene.apply(vec![set])), expected);
    assert_eq!(clash(scene.expecting(Expect::Settings { calendar: absent, version: 1 }, vec![])), expected);
}

#[test]
fn a_set_whose_last_effect_fails_leaves_nothing() {
    let scene = Scene::new();
    scene.book("kept", "as it was");
    let dump = || -> Vec<i64> {
        [
            "act",
            "command",
            "text",
            "object",
            "occurrence",
            "tombstone",
            "trash",
            "history",
            "words",
            "calendar",
        ]
        .iter()
        .map(|table| scene.number(&format!("SELECT count(*) FROM {table}")))
        .chain([scene.number("SELECT sum(sequence) FROM calendar")])
        .collect()
    };
    let before = dump();
    let effects = vec![
        scene.event("a", "new"),
        scene.event("kept", "changed"),
        scene.remove("kept", Removed::Trash),
        Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("home") },
        scene.remove("nobody", Removed::Trash),
    ];
    assert_eq!(clash(scene.apply(effects)), Clash::Object("nobody".to_owned()));
    assert_eq!(dump(), before);
    assert!(scene.text("kept").unwrap().contains("as it was"));
}

#[test]
fn an_act_that_is_sent_again_answers_as_before() {
    let scene = Scene::new();
    let set = scene.set(
        vec![Expect::Object { calendar: scene.work, uid: "a".to_owned(), version: None }],
        vec![
            scene.event("a", "one"),
            Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("home") },
        ],
    );
    let first = scene.store.apply(set.clone()).unwrap();
    assert_eq!((first.made.len(), first.changed.len()), (1, 1));
    scene.book("a", "two");
    assert_eq!(scene.store.apply(set).unwrap(), first);
    assert!(scene.text("a").unwrap().contains("two"));
}

#[test]
fn acts_of_one_command_belong_together() {
    let scene = Scene::new();
    let command = Command { key: scene.key(), verb: "import", line: "two".to_owned(), undoes: None };
    for uid in ["a", "b"] {
        let mut set = scene.set(vec![], vec![scene.event(uid, uid)]);
        set.act.as_mut().unwrap().command = command.clone();
        scene.store.apply(set).unwrap();
    }
    let snapshot = scene.snapshot();
    let done = snapshot.history(PrincipalId::OWNER, 1).unwrap().remove(0);
    assert_eq!((done.key, done.verb.as_str()), (command.key, "import"));
    let changes = snapshot.object_changes(&done, 0, 9).unwrap();
    assert_eq!(changes.iter().map(|(_, change)| change.uid.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let rest = snapshot.object_changes(&done, changes[0].0, 9).unwrap();
    assert_eq!(rest, changes[1..]);
    assert!(changes.iter().all(|(_, change)| change.before.is_none() && change.after.is_some()));
}

#[test]
fn of_many_sets_one_is_refused_by_itself() {
    let scene = Scene::new();
    let pending: Vec<_> = (0..200)
        .map(|number| {
            let effect = match number {
                77 => scene.remove("nobody", Removed::Trash),
                _ => scene.event(&format!("{number}"), "one of many"),
            };
            scene.store.submit(scene.set(vec![], vec![effect])).unwrap()
        })
        .collect();
    for (number, pending) in pending.into_iter().enumerate() {
        match (number, pending.wait()) {
            (77, answer) => assert_eq!(clash(answer), Clash::Object("nobody".to_owned())),
            (_, answer) => assert_eq!(answer.unwrap().changed.len(), 1),
        }
    }
    assert_eq!(scene.snapshot().count(scene.work).unwrap(), 199);
}

#[test]
fn writers_of_many_threads_count_one_sequence() {
    let scene = Scene::new();
    let sets: Vec<_> = (0..8)
        .map(|thread| {
            let set = |number| scene.set(vec![], vec![scene.event(&format!("{thread}-{number}"), "x")]);
            (0..20).map(set).collect::<Vec<_>>()
        })
        .collect();
    let mut versions: Vec<Version> = std::thread::scope(|scope| {
        let store = &scene.store;
        let threads: Vec<_> = sets
            .into_iter()
            .map(|sets| {
                scope.spawn(move || {
                    sets.into_iter().map(|set| store.apply(set).unwrap().changed[0].1).collect()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| -> Vec<Version> { thread.join().unwrap() }).collect()
    });
    versions.sort_unstable();
    versions.dedup();
    assert_eq!(versions.len(), 160);
    assert_eq!(scene.snapshot().calendars(PrincipalId::OWNER).unwrap()[0].version, versions[159]);
}

#[test]
fn a_set_has_a_size() {
    let scene = Scene::new();
    let most = vec![scene.remove("a", Removed::Gone); MOST_OBJECTS];
    assert_eq!(clash(scene.apply(most.clone())), Clash::Object("a".to_owned()));
    let over = scene.apply([most, vec![scene.remove("a", Removed::Gone)]].concat());
    assert!(matches!(over, Err(Error::TooLarge { what: "objects", .. })));

    let large = |uid: &str, bytes| {
        scene.put(uid, &event(uid, &format!("DTSTART:20260302T090000Z\nX-BIG:{}", "x".repeat(bytes))))
    };
    let two = scene.apply(vec![large("a", MOST_BYTES), large("b", MOST_BYTES)]);
    assert!(matches!(two, Err(Error::TooLarge { what: "bytes of text", .. })));
    // One cannot be cut, whatever goes with it.
    scene.apply(vec![large("a", MOST_BYTES), large("b", 1)]).unwrap();
}

#[test]
fn an_import_says_how_far_it_has_come() {
    let scene = Scene::new();
    let source = [7; 32];
    // It belongs to the command that came last: one that was taken back is begun anew by another.
    for objects in [64, 128] {
        let set = scene.set(vec![], vec![Effect::Position { source, objects: Some(objects) }]);
        let Key(key) = set.act.as_ref().unwrap().command.key;
        scene.store.apply(set).unwrap();
        assert_eq!(scene.snapshot().import_position(&source).unwrap(), Some((Key(key), objects)));
    }
    assert_eq!(scene.snapshot().import_position(&[8; 32]).unwrap(), None);
    scene.apply(vec![Effect::Position { source, objects: None }]).unwrap();
    assert_eq!(scene.snapshot().import_position(&source).unwrap(), None);
}

#[test]
fn upkeep_changes_nothing_that_is_seen() {
    let scene = Scene::new();
    scene.book("a", "one");
    let before = scene.snapshot().history(PrincipalId::OWNER, 9).unwrap();
    scene.keep_up(vec![Effect::Purge(all_before(NOW))]).unwrap();
    assert_eq!(scene.snapshot().history(PrincipalId::OWNER, 9).unwrap(), before);
    for effect in [
        scene.event("b", "x"),
        scene.remove("a", Removed::Gone),
        Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("c") },
    ] {
        let purge = Effect::Purge(all_before(NOW));
        assert!(matches!(scene.keep_up(vec![purge, effect]), Err(Error::Database(_))));
    }
}

#[test]
fn a_snapshot_stays_as_it_is() {
    let scene = Scene::new();
    scene.book("a", "one");
    let snapshot = scene.snapshot();
    scene.book("b", "two");
    scene.apply(vec![scene.remove("a", Removed::Gone)]).unwrap();
    // Nothing was asked of it before.
    assert_eq!(snapshot.count(scene.work).unwrap(), 1);
    assert!(snapshot.object(scene.work, "a").unwrap().is_some());
    assert!(scene.snapshot().object(scene.work, "a").unwrap().is_none());
}

#[test]
fn what_has_the_id_of_what_was_delivered_is_not_taken_for_it() {
    let scene = Scene::new();
    let owe = |text: &str| {
        Effect::Owe(Owed {
            outbox: scene.work,
            uid: "tea".to_owned(),
            text: Text::new(text.as_bytes().to_vec()),
            method: "REQUEST".to_owned(),
            class: "new".to_owned(),
            sender: "mailto:ann@example.com".to_owned(),
            recipients: vec!["mailto:ben@example.com".to_owned()],
        })
    };
    let next = || scene.store.snapshot().unwrap().unwrap().owed(None, None, 1).unwrap().pop().unwrap();
    scene.store.apply(scene.set(vec![], vec![owe("first")])).unwrap();
    let (id, first) = next();
    let paid = || vec![Effect::Paid { id, owed: first.clone() }];
    scene.store.apply(scene.set(vec![], paid())).unwrap();

    // Where nothing is owed, SQLite begins with the same id again; who delivered the first, too, pays it once more.
    scene.store.apply(scene.set(vec![], vec![owe("second")])).unwrap();
    let refused = scene.store.apply(scene.set(vec![], paid()));
    assert!(matches!(refused, Err(Error::Conflict(Clash::Delivery))), "{refused:?}");
    assert_eq!(next().1.text, Text::new(b"second".to_vec()));
}
