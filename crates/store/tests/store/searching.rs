//! Words and handles.

use store::{Effect, PrincipalId, Removed, Settings, handle};

use crate::scene::{Scene, event, settings};

fn found(scene: &Scene, phrases: &[&str]) -> Vec<String> {
    let phrases: Vec<String> = phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
    scene
        .snapshot()
        .search(PrincipalId::OWNER, &phrases, 9)
        .unwrap()
        .into_iter()
        .map(|object| object.uid)
        .collect()
}

#[test]
fn words_are_found_without_case_and_accents() {
    let scene = Scene::new();
    for (uid, lines) in [
        ("dentist", "DTSTART:20260302T090000Z\nSUMMARY:Zahnärztin Dr. Müller\nLOCATION:Straße 5"),
        ("room", "DTSTART:20260301T090000Z\nSUMMARY:會議室\nDESCRIPTION:quarterly \"review\" of O'Neill"),
        ("plain", "DTSTART:20260228T090000Z\nSUMMARY:Review\nATTENDEE;CN=Ann Lee:mailto:ann@example.com"),
    ] {
        scene.apply(vec![scene.put(uid, &event(uid, lines))]).unwrap();
    }
    for (phrases, uids) in [
        (&["zahnarztin"][..], &["dentist"][..]),
        (&["ZAHNÄRZ"], &["dentist"]),
        (&["strasse 5"], &["dentist"]),
        (&["5 strasse"], &[]),
        (&["dr", "mull"], &["dentist"]),
        (&["議"], &["room"]),
        (&["review"], &["plain", "room"]),
        (&["\"review\" of"], &["room"]),
        (&["review", "ann"], &["plain"]),
        (&["ann@example.com"], &["plain"]),
        (&["o'neill"], &["room"]),
        (&["NOT review OR (", "review*"], &[]),
        (&["rev* AND"], &[]),
        (&["- \" *"], &[]),
        (&[], &[]),
        // Letters that the index of words does not know as such.
        (&["\u{1f150}"], &[]),
        (&["\u{1e900}"], &[]),
    ] {
        assert_eq!(found(&scene, phrases), uids, "{phrases:?}");
    }
    assert_eq!(scene.snapshot().search(PrincipalId::OWNER, &["review".to_owned()], 1).unwrap().len(), 1);
}

#[test]
fn only_what_is_booked_in_calendars_that_are_there() {
    let scene = Scene::new();
    scene.book("a", "needle");
    scene.book("b", "needle");
    scene.book("b", "thread");
    assert_eq!(found(&scene, &["needle"]), ["a"]);
    scene.apply(vec![scene.remove("a", Removed::Trash)]).unwrap();
    assert_eq!(found(&scene, &["needle"]), [""; 0]);
    assert_eq!(found(&scene, &["thread"]), ["b"]);
    let removed = Settings { is_removed: true, ..settings("work") };
    scene.apply(vec![Effect::SetCalendar { calendar: scene.work, settings: removed }]).unwrap();
    assert_eq!(found(&scene, &["thread"]), [""; 0]);
    assert_eq!(scene.snapshot().objects_with_uid(PrincipalId::OWNER, "b").unwrap(), []);
    assert_eq!(
        scene.snapshot().objects_with_handle(PrincipalId::OWNER, &handle::of_uid("b"), 9).unwrap(),
        []
    );
}

#[test]
fn a_handle_is_as_short_as_it_can_be() {
    let scene = Scene::new();
    let uids: Vec<String> = (0..900).map(|number| format!("{number}@example.com")).collect();
    let effects = uids.iter().map(|uid| scene.event(uid, "x")).collect();
    scene.apply(effects).unwrap();
    let snapshot = scene.snapshot();
    let mut longest = 0;
    for uid in &uids {
        let whole = handle::of_uid(uid);
        let short = snapshot.shortest_handle(&whole).unwrap();
        let named = snapshot.objects_with_handle(PrincipalId::OWNER, &short.to_uppercase(), 9).unwrap();
        assert_eq!(named.iter().map(|object| &object.uid).collect::<Vec<_>>(), [uid]);
        if short.len() > 3 {
            let shorter =
                snapshot.objects_with_handle(PrincipalId::OWNER, &short[..short.len() - 1], 9).unwrap();
            assert!(shorter.len() > 1, "{short}");
        }
        longest = longest.max(short.len());
    }
    assert!(longest > 3);
    // The first and the last letter of all.
    for (prefix, handles) in [("v", true), ("b", true), ("a", false), ("%", false), ("", true)] {
        assert_eq!(
            !snapshot.objects_with_handle(PrincipalId::OWNER, prefix, 1).unwrap().is_empty(),
            handles,
            "{prefix}"
        );
    }
}

#[test]
fn lists_of_a_calendar() {
    let scene = Scene::new();
    let todo = |uid: &str, lines: &str| {
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:{uid}\n{lines}\nEND:VTODO\nEND:VCALENDAR\n");
        scene.put(uid, &text)
    };
    scene
        .apply(vec![
            scene.event("event", "x"),
            todo("open", "SUMMARY:x"),
            todo("cancelled", "STATUS:CANCELLED"),
            todo("done", "COMPLETED:20260301T000000Z"),
        ])
        .unwrap();
    let snapshot = scene.snapshot();
    let open = snapshot.open_todos(scene.work).unwrap();
    assert_eq!(open.iter().map(|object| object.uid.as_str()).collect::<Vec<_>>(), ["open"]);
    let (todos, more) = snapshot.of_kind(scene.work, ical::ComponentKind::Todo, None, 99).unwrap();
    assert_eq!(more, None);
    assert_eq!(todos.len(), 3);
    let first = snapshot.page(scene.work, None, 3).unwrap();
    let second = snapshot.page(scene.work, Some(first[2].id), 3).unwrap();
    assert_eq!((first.len(), second.len(), second[0].uid.as_str()), (3, 1, "done"));
}

/// Pages of a kind and of the trash, one after another, are all there is, in order.
#[test]
fn pages_leave_nothing_out() {
    let scene = Scene::new();
    let starts = ["", "DTSTART:20260305T090000Z", "DTSTART:20260303T090000Z", "", "DTSTART:20260303T090000Z"];
    for (n, start) in starts.iter().enumerate() {
        let uid = n.to_string();
        scene.apply(vec![scene.put(&uid, &event(&uid, &format!("{start}\nSUMMARY:x")))]).unwrap();
    }
    let snapshot = scene.snapshot();
    for most in 1..7 {
        let (mut uids, mut after) = (Vec::new(), None);
        loop {
            let (page, last) = snapshot.of_kind(scene.work, ical::ComponentKind::Event, after, most).unwrap();
            assert!(page.len() <= most as usize);
            uids.extend(page.into_iter().map(|object| object.uid));
            after = last;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(uids, ["0", "3", "2", "4", "1"], "by {most}");
    }
    drop(snapshot);
    for n in 0..5 {
        scene.apply(vec![scene.remove(&n.to_string(), Removed::Trash)]).unwrap();
    }
    let snapshot = scene.snapshot();
    let mut found: Vec<store::Trashed> = Vec::new();
    loop {
        let page = snapshot.trash(PrincipalId::OWNER, found.last(), 2).unwrap();
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    let uids: Vec<&str> = found.iter().map(|trashed| trashed.uid.as_str()).collect();
    assert_eq!(uids, ["4", "3", "2", "1", "0"]);
    assert_eq!(snapshot.trashed(found[1].id).unwrap().as_ref(), Some(&found[1]));
    assert_eq!(snapshot.trashed_with_uid(scene.work, "3").unwrap(), [found[1].clone()]);
}
