//! A journal: whatever is done to a store and whoever follows is stopped, what comes back is the store page by page.

use std::fs;
use std::path::{Path, PathBuf};

use ical::civil::Timestamp;
use proptest::prelude::*;
use store::{
    Effect, Ended, Error, Followed, Follower, Owner, PrincipalId, PrincipalKind, Profile, PropertyName,
    Removed, State, Store, Waiting,
};

use crate::scene::{HOUR, NOW, Scene, all_before, document, settings};

/// What is done to a store, or to whoever follows it.
#[derive(Clone, Debug)]
enum Step {
    Book(u8, u8),
    Remove(u8, bool),
    Calendar(u8),
    Property(u8, bool),
    File(u8, u16),
    Person(u8),
    Epoch(u8),
    Forget,
    /// Another program opens the store and closes it.
    Visit,
    Look,
    /// Whoever follows ends, or is cut off in the midst of a step, and begins again.
    Again,
    Cut(u16),
    /// All programs close the store, and it is followed again.
    Close,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..12_u8, any::<u8>()).prop_map(|(uid, text)| Step::Book(uid, text)),
        2 => (0..12_u8, any::<bool>()).prop_map(|(uid, is_kept)| Step::Remove(uid, is_kept)),
        1 => any::<u8>().prop_map(Step::Calendar),
        1 => (any::<u8>(), any::<bool>()).prop_map(|(value, is_there)| Step::Property(value, is_there)),
        1 => (0..4_u8, any::<u16>()).prop_map(|(name, size)| Step::File(name, size)),
        1 => any::<u8>().prop_map(Step::Person),
        1 => any::<u8>().prop_map(Step::Epoch),
        1 => Just(Step::Forget),
        1 => Just(Step::Visit),
        4 => Just(Step::Look),
        2 => Just(Step::Again),
        2 => any::<u16>().prop_map(Step::Cut),
        1 => Just(Step::Close),
    ]
}

/// What a step does to the store.
fn effects(scene: &Scene, step: &Step) -> Vec<Effect> {
    match step {
        Step::Book(uid, text) => vec![scene.event(&format!("u{uid}"), &format!("Text {text}"))],
        Step::Remove(uid, is_kept) => {
            let to = if *is_kept { Removed::Trash } else { Removed::Gone };
            vec![scene.remove(&format!("u{uid}"), to)]
        }
        Step::Calendar(name) => {
            vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings(&format!("c{name}")) }]
        }
        Step::Property(value, is_there) => {
            let name = PropertyName { namespace: "urn:x".to_owned(), local: "p".to_owned() };
            let xml = is_there.then(|| format!("<p xmlns='urn:x'>{value}</p>"));
            vec![Effect::SetProperty { of: Owner::Calendar(scene.work), name, xml }]
        }
        Step::File(name, size) => {
            let root = scene.snapshot().area(PrincipalId::OWNER).unwrap().unwrap().root;
            document(root, &format!("f{name}"), &vec![*name; usize::from(*size)])
        }
        Step::Person(name) => {
            let name = format!("p{name}");
            vec![Effect::MakePrincipal(Profile {
                kind: PrincipalKind::Individual,
                name: Some(name),
                display: None,
                state: State::Active,
                addresses: Vec::new(),
            })]
        }
        Step::Epoch(epoch) => vec![Effect::Epoch([*epoch; 16])],
        _ => Vec::new(),
    }
}

fn journal(scene: &Scene) -> PathBuf {
    scene.folder.path().join("journal")
}

fn follow<'s>(store: &'s Store, journal: &Path) -> Result<(Follower<'s>, Followed), Error> {
    store.follow(journal, NOW, &mut |_, _| ())
}

fn look(follower: &mut Follower<'_>) -> Followed {
    follower.look(NOW, &mut |_, _| ()).unwrap()
}

/// A store of its own for who follows.
fn beside(scene: &Scene) -> Store {
    Store::new(scene.store.folder(), Waiting::never())
}

/// The segments of a journal.
fn segments(journal: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(journal).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|end| end == "journal")).collect();
    found.sort();
    found
}

/// The pages of a store as a journal brings them back, and those of a backup that is made now. The first 100 bytes count
/// changes and differ in each copy.
fn pages(scene: &Scene) -> (Vec<u8>, Vec<u8>, Ended) {
    let of = scene.folder.path().join("of.backup");
    let _ = fs::remove_file(&of);
    scene.store.backup(&of, &mut |_, _| ()).unwrap();
    let back = scene.store.open_backup(&journal(scene), &mut |_, _| ()).unwrap();
    let restored = fs::read(back.store().folder().join("kalends.db")).unwrap();
    assert_eq!(back.store().check(&mut |_, _| ()).unwrap(), [""; 0]);
    (restored[100..].to_vec(), fs::read(of).unwrap()[100..].to_vec(), back.ended().unwrap())
}

fn assert_same(scene: &Scene) {
    let (restored, now, ended) = pages(scene);
    assert!(restored == now, "what comes back is another store");
    assert_eq!(ended, Ended { at: NOW, is_torn: false });
}

/// Does steps while the store is followed, up to one that ends that: which one.
fn life<'s>(scene: &Scene, steps: &mut impl Iterator<Item = &'s Step>) -> Option<&'s Step> {
    let store = beside(scene);
    let (mut follower, _) = follow(&store, &journal(scene)).unwrap_or_else(|refused| {
        // An epoch that began when nobody followed is that of another store.
        assert!(matches!(refused, Error::NotFollowed { .. }), "{refused}");
        fs::remove_dir_all(journal(scene)).unwrap();
        follow(&store, &journal(scene)).unwrap()
    });
    for step in steps {
        match step {
            Step::Again | Step::Cut(_) | Step::Close => return Some(step),
            Step::Look => {
                look(&mut follower);
            }
            Step::Visit => {
                let visit = scene.set(vec![], vec![scene.event("visitor", "Of another")]);
                beside(scene).apply(visit).unwrap();
            }
            Step::Forget => {
                let later = Timestamp(NOW.0 + HOUR);
                scene.keep_up(vec![Effect::Purge(all_before(later))]).unwrap();
            }
            step => {
                // What is refused (an object is not there, somebody has the name) changes nothing.
                let _ = scene.apply(effects(scene, step));
            }
        }
    }
    look(&mut follower);
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_change_sets_comes_back(steps in prop::collection::vec(step(), 1..40)) {
        let mut scene = Scene::in_file();
        let mut steps = steps.iter();
        while let Some(end) = life(&scene, &mut steps) {
            match end {
                // A step that was being written and that nobody was told of.
                Step::Cut(torn) => {
                    let last = segments(&journal(&scene)).pop().unwrap();
                    let mut bytes = fs::read(&last).unwrap();
                    bytes.extend(vec![0xa5; usize::from(*torn) % 700]);
                    fs::write(&last, bytes).unwrap();
                }
                Step::Close => scene.store = beside(&scene),
                _ => {}
            }
        }
        // What was cut off last stands behind the last step until there is another.
        let (restored, now, _) = pages(&scene);
        prop_assert!(restored == now, "what comes back is another store");
    }
}

#[test]
fn a_look_brings_what_was_committed_since_and_nothing_twice() {
    let scene = Scene::in_file();
    let store = beside(&scene);
    let (mut follower, first) = follow(&store, &journal(&scene)).unwrap();
    assert!(first.is_anew);
    assert_eq!(look(&mut follower), Followed::default());
    scene.book("one", "One");
    scene.book("two", "Two");
    let found = look(&mut follower);
    assert_eq!((found.commits, found.is_anew), (2, false));
    assert_eq!(look(&mut follower), Followed::default());
    assert_same(&scene);
    // Whoever follows again goes on there, and what came meanwhile is found.
    drop(follower);
    scene.book("three", "Three");
    let (follower, again) = follow(&store, &journal(&scene)).unwrap();
    assert_eq!((again.commits, again.is_anew), (1, false));
    assert_same(&scene);
    drop(follower);
    // When all have closed the store its log is gone: a new copy is made.
    let mut scene = scene;
    drop(store);
    scene.store = beside(&scene);
    scene.store = beside(&scene);
    scene.book("four", "Four");
    let store = beside(&scene);
    let (_follower, anew) = follow(&store, &journal(&scene)).unwrap();
    assert!(anew.is_anew);
    assert_same(&scene);
    assert_eq!(segments(&journal(&scene)).len(), 1, "those of before are gone");
}

#[test]
fn one_follows_into_a_folder_and_not_into_the_stores_own() {
    let scene = Scene::in_file();
    let _first = follow(&scene.store, &journal(&scene)).unwrap();
    let other = beside(&scene);
    let refused = |folder: &Path| follow(&other, folder).unwrap_err().to_string();
    assert!(refused(&journal(&scene)).contains("another follows into it just now"));
    assert!(refused(&scene.store.folder().join("journal")).contains("in the store's own folder"));
    assert!(refused(scene.store.folder()).contains("in the store's own folder"));
}

#[test]
fn a_journal_of_another_store_is_left_alone() {
    let (scene, other) = (Scene::in_file(), Scene::in_file());
    drop(follow(&scene.store, &journal(&scene)).unwrap());
    let before = segments(&journal(&scene));
    let refused = follow(&other.store, &journal(&scene)).unwrap_err().to_string();
    assert!(refused.contains("the journal of another store"), "{refused}");
    assert_eq!(segments(&journal(&scene)), before);
    // The store was put back, by a copy of its file, to what it was before the journal ended.
    let copy = other.folder.path().join("kalends.db");
    scene.store.backup(&copy, &mut |_, _| ()).unwrap();
    scene.book("since", "Since");
    drop(follow(&scene.store, &journal(&scene)).unwrap());
    let older = Store::new(other.folder.path(), Waiting::never());
    let refused = follow(&older, &journal(&scene)).unwrap_err().to_string();
    assert!(refused.contains("changes that the store lacks: restore it first"), "{refused}");
    assert_same(&scene);
}

#[test]
fn an_epoch_that_begins_while_it_is_followed_is_its_own() {
    let scene = Scene::in_file();
    let store = beside(&scene);
    let (mut follower, _) = follow(&store, &journal(&scene)).unwrap();
    scene.apply(vec![Effect::Epoch([9; 16])]).unwrap();
    look(&mut follower);
    drop(follower);
    assert!(!follow(&store, &journal(&scene)).unwrap().1.is_anew);
    assert_same(&scene);
}

#[test]
fn what_was_cut_off_is_told_and_what_is_damaged_is_refused() {
    let scene = Scene::in_file();
    let store = beside(&scene);
    let (mut follower, _) = follow(&store, &journal(&scene)).unwrap();
    for uid in ["one", "two", "three"] {
        scene.book(uid, uid);
        look(&mut follower);
    }
    drop(follower);
    let [segment] = segments(&journal(&scene)).try_into().unwrap();
    let whole = fs::read(&segment).unwrap();
    let open = || scene.store.open_backup(&journal(&scene), &mut |_, _| ());

    // The last step is not whole: the one before stands.
    fs::write(&segment, &whole[..whole.len() - 1]).unwrap();
    let back = open().unwrap();
    assert!(back.ended().unwrap().is_torn);
    let uids = |store: &Store| {
        let page = store.snapshot().unwrap().unwrap().page(scene.work, None, 9).unwrap();
        page.into_iter().map(|object| object.uid).collect::<Vec<_>>()
    };
    assert_eq!(uids(back.store()), ["one", "two"]);
    drop(back);

    // A bit of an earlier step has turned.
    let mut turned = whole.clone();
    turned[200] ^= 1;
    fs::write(&segment, &turned).unwrap();
    let refused = open().unwrap_err().to_string();
    assert!(refused.contains("00000001-00000001.journal: it is damaged"), "{refused}");
    assert!(refused.contains("00000001.backup in it is a whole backup of before"), "{refused}");

    // A segment is missing.
    fs::write(&segment, &whole).unwrap();
    drop(follow(&store, &journal(&scene)).unwrap());
    scene.book("four", "Four");
    drop(follow(&store, &journal(&scene)).unwrap());
    scene.book("five", "Five");
    drop(follow(&store, &journal(&scene)).unwrap());
    assert_same(&scene);
    let found = segments(&journal(&scene));
    assert_eq!(found.len(), 3, "who goes on begins a segment when there is something to write");
    fs::remove_file(&found[1]).unwrap();
    assert!(open().unwrap_err().to_string().contains("00000001-00000002.journal is missing"));

    // The copy is another one.
    let copy = journal(&scene).join("00000001.backup");
    let mut bytes = fs::read(&copy).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&copy, bytes).unwrap();
    assert!(open().unwrap_err().to_string().contains("it does not go on where what is before it ends"));
}
