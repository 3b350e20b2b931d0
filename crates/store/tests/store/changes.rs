//! What changed since a token: whoever follows the changes, in pages of any size, has what is there.

use std::collections::BTreeMap;

use ical::civil::Timestamp;
use proptest::prelude::*;
use store::{Change, Changes, Effect, PrincipalId, Put, Removed, Tag, Token};

use crate::scene::{DAY, NOW, Scene, all_before, event, put, settings};

fn since(scene: &Scene, token: Option<&Token>, most: u32) -> Changes {
    scene.snapshot().changes(scene.work, token, most).unwrap().unwrap()
}

/// The names of changes; those that are gone with a minus.
fn told(changes: &Changes) -> Vec<String> {
    let told = |change: &Change| match change {
        Change::Listed(listed) => listed.stored.name.clone(),
        Change::Removed(name) => format!("-{name}"),
    };
    changes.changes.iter().map(told).collect()
}

#[test]
fn an_object_is_listed_with_the_tag_and_size_of_its_text() {
    let scene = Scene::new();
    scene.book("a", "one");
    scene.book("b", "two");
    let snapshot = scene.snapshot();
    let text = scene.text("a").unwrap();
    let named = snapshot.named(scene.work, "a.ics").unwrap().unwrap();
    assert_eq!((named.tag, named.size), (Tag::of(text.as_bytes()), text.len() as u64));
    assert_eq!(Some(&named.stored), snapshot.object(scene.work, "a").unwrap().as_ref());
    assert_eq!(named.tag.to_string().len(), 32);
    assert_eq!(snapshot.named(scene.work, "c.ics").unwrap(), None);

    let first = snapshot.listing(scene.work, None, 1).unwrap();
    assert_eq!(first, [named]);
    let rest = snapshot.listing(scene.work, Some(first[0].stored.id), 9).unwrap();
    assert_eq!(rest.iter().map(|listed| listed.stored.uid.as_str()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(snapshot.calendar(scene.work).unwrap(), snapshot.calendars(PrincipalId::OWNER).unwrap().pop());
}

#[test]
fn a_page_may_end_in_the_midst_of_a_set() {
    let scene = Scene::new();
    let names = ["a", "b", "c", "d"];
    scene.apply(names.map(|uid| scene.event(uid, uid)).to_vec()).unwrap();
    let first = since(&scene, None, 3);
    assert_eq!((told(&first), first.has_more), (vec!["a.ics".into(), "b.ics".into(), "c.ics".into()], true));
    // One that was told changes, one is removed, and one that was not told is removed.
    scene.apply(vec![scene.event("a", "again"), scene.remove("b", Removed::Trash)]).unwrap();
    scene.apply(vec![scene.remove("d", Removed::Gone)]).unwrap();
    let second = since(&scene, Some(&first.token), 2);
    assert_eq!((told(&second), second.has_more), (vec!["a.ics".into(), "-b.ics".into()], true));
    let third = since(&scene, Some(&second.token), 2);
    assert_eq!((told(&third), third.has_more), (vec!["-d.ics".into()], false));
    assert_eq!(Some(&third.token), scene.snapshot().token(scene.work).unwrap().as_ref());
    assert_eq!(told(&since(&scene, Some(&third.token), 2)), Vec::<String>::new());
}

#[test]
fn who_lists_for_the_first_time_hears_of_nothing_that_was_gone_before() {
    let scene = Scene::new();
    for uid in ["a", "b", "c", "d"] {
        scene.book(uid, uid);
    }
    scene.apply(vec![scene.remove("b", Removed::Trash)]).unwrap();
    let first = since(&scene, None, 1);
    scene.apply(vec![scene.remove("c", Removed::Trash)]).unwrap();
    let second = since(&scene, Some(&first.token), 9);
    assert_eq!((told(&first), told(&second)), (vec!["a.ics".into()], vec!["d.ics".into(), "-c.ics".into()]));
}

#[test]
fn a_token_that_cannot_be_answered_is_refused() {
    let scene = Scene::new();
    scene.book("a", "one");
    scene.book("b", "two");
    let old = since(&scene, None, 9).token;
    let answers = |token: &Token| scene.snapshot().changes(scene.work, Some(token), 9).unwrap().is_some();
    assert!(answers(&old));

    let home = scene
        .apply(vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("home") }])
        .unwrap()
        .made[0];
    assert_eq!(scene.snapshot().changes(home, Some(&old), 9).unwrap(), None, "another calendar's");
    let (head, sequence) =
        old.to_string().rsplit_once('-').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let later: Token = format!("{head}-{}", sequence.parse::<i64>().unwrap() + 1).parse().unwrap();
    assert!(!answers(&later), "of what is yet to come");

    // The tombstone is forgotten; a first listing that has begun since goes on all the same.
    scene.apply(vec![scene.remove("a", Removed::Gone)]).unwrap();
    scene.book("c", "three");
    let begun = since(&scene, None, 1);
    assert!(begun.has_more);
    let later = Timestamp(NOW.0 + DAY);
    scene.keep_up(vec![Effect::Purge(all_before(later))]).unwrap();
    assert!(!answers(&old), "what was removed since is forgotten");
    assert_eq!(told(&since(&scene, Some(&begun.token), 9)), ["c.ics"]);

    let new = since(&scene, None, 9).token;
    scene.apply(vec![Effect::Epoch([7; 16])]).unwrap();
    assert!(!answers(&new), "of another epoch");
}

/// What somebody does to a calendar of a few names and UIDs.
#[derive(Clone, Debug)]
enum Step {
    Put {
        uid: u8,
        name: u8,
    },
    Remove {
        uid: u8,
    },
    /// A follower asks for a page.
    Page {
        most: u32,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..6_u8, 0..6_u8).prop_map(|(uid, name)| Step::Put { uid, name }),
        2 => (0..6_u8).prop_map(|uid| Step::Remove { uid }),
        3 => (1..4_u32).prop_map(|most| Step::Page { most }),
    ]
}

/// Applies a page of so many changes to a copy; was there more?
fn follow(scene: &Scene, copy: &mut BTreeMap<String, Tag>, token: &mut Option<Token>, most: u32) -> bool {
    let page = since(scene, token.as_ref(), most);
    for change in page.changes {
        match change {
            Change::Listed(listed) => copy.insert(listed.stored.name.clone(), listed.tag),
            Change::Removed(name) => copy.remove(&name),
        };
    }
    *token = Some(page.token);
    page.has_more
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whoever_follows_has_what_is_there(sets in prop::collection::vec(prop::collection::vec(step(), 1..5), 1..12)) {
        let scene = Scene::new();
        let (mut copy, mut token) = (BTreeMap::new(), None);
        for (number, set) in sets.into_iter().enumerate() {
            let mut effects = Vec::new();
            for step in set {
                match step {
                    Step::Put { uid, name } => {
                        let text = event(&format!("u{uid}"), &format!("DTSTART:20260302T090000Z\nSUMMARY:{number}"));
                        let put = put(scene.work, &format!("u{uid}"), &text, NOW);
                        effects.push(Effect::Put(Put { name: format!("{name}.ics"), ..put }));
                    }
                    Step::Remove { uid } => effects.push(scene.remove(&format!("u{uid}"), Removed::Trash)),
                    Step::Page { most } => {
                        follow(&scene, &mut copy, &mut token, most);
                    }
                }
            }
            // A set of which a part cannot be done leaves nothing.
            let _ = scene.apply(effects);
        }
        while follow(&scene, &mut copy, &mut token, 2) {}
        let there = scene.snapshot().listing(scene.work, None, 99).unwrap();
        let there: BTreeMap<_, _> = there.into_iter().map(|listed| (listed.stored.name, listed.tag)).collect();
        prop_assert_eq!(copy, there);
    }
}
