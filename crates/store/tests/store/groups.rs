//! Groups and who is in them, and what is noted of whoever keeps the store.

use ical::civil::Timestamp;
use store::{Before, Effect, PrincipalId, PrincipalKind, Profile, State};

use crate::scene::{DAY, NOW, Scene};

fn profile(name: &str, kind: PrincipalKind) -> Profile {
    let name = Some(name.to_owned());
    Profile { kind, name, display: None, addresses: Vec::new(), state: State::Active }
}

fn make(scene: &Scene, name: &str) -> PrincipalId {
    scene.apply(vec![Effect::MakePrincipal(profile(name, PrincipalKind::Group))]).unwrap().principals[0]
}

fn set(scene: &Scene, group: PrincipalId, member: PrincipalId, is_in: bool) {
    scene.apply(vec![Effect::SetMember { group, member, is_in }]).unwrap();
}

#[test]
fn groups_around_somebody_are_all_that_contain_them_and_a_ring_comes_to_an_end() {
    let scene = Scene::new();
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| make(&scene, name));
    for (group, member) in [(a, b), (b, c), (c, d), (a, d)] {
        set(&scene, group, member, true);
    }
    let snapshot = scene.snapshot();
    assert_eq!(snapshot.members_of(a).unwrap(), [b, d]);
    assert_eq!(snapshot.groups_of(d).unwrap(), [a, c]);
    assert_eq!(snapshot.groups_around(d).unwrap(), [a, b, c]);
    // None is made by the service.
    set(&scene, d, a, true);
    assert_eq!(scene.snapshot().groups_around(d).unwrap(), [a, b, c, d]);
    set(&scene, d, a, false);
    let removed = Profile { state: State::Removed, ..profile("b", PrincipalKind::Group) };
    scene.apply(vec![Effect::SetPrincipal { principal: b, profile: removed }]).unwrap();
    set(&scene, a, d, false);
    assert_eq!(
        scene.snapshot().groups_around(d).unwrap(),
        [c],
        "b is gone, and so is what was seen through it"
    );
}

#[test]
fn each_change_of_members_is_one_of_the_directory() {
    let scene = Scene::new();
    let [a, b] = ["a", "b"].map(|name| make(&scene, name));
    let before = scene.snapshot().directory().unwrap();
    set(&scene, a, b, true);
    assert_eq!(scene.snapshot().directory().unwrap(), before + 1);
}

#[test]
fn what_the_keeper_did_is_noted_once_for_a_command_and_forgotten_in_time() {
    let scene = Scene::new();
    let ann = make(&scene, "ann");
    let noted = || Effect::Audit { keeper: "root".to_owned(), whom: Some(ann) };
    let set = scene.set(vec![], vec![noted(), scene.event("1", "Tea")]);
    let mut again = scene.set(vec![], vec![noted(), scene.event("2", "Tea")]);
    again.act.as_mut().unwrap().command = set.act.as_ref().unwrap().command.clone();
    scene.store.apply(set).unwrap();
    scene.store.apply(again).unwrap();
    scene.now.set(Timestamp(NOW.0 + DAY));
    scene.apply(vec![Effect::Audit { keeper: "ann".to_owned(), whom: None }]).unwrap();
    let audit = |whom| {
        let found = scene.snapshot().audit(whom, 9).unwrap().into_iter();
        found.map(|one| (one.keeper, one.at, one.whom)).collect::<Vec<_>>()
    };
    let (first, second) = (("root".to_owned(), NOW, Some(ann)), ("ann".to_owned(), scene.now.get(), None));
    assert_eq!(audit(None), [second.clone(), first.clone()]);
    assert_eq!(audit(Some(ann)), [first]);
    let before = Before { trash: NOW, history: Timestamp(NOW.0 + 1), incoming: NOW };
    assert!(scene.snapshot().has_expired(&before).unwrap());
    while scene.snapshot().has_expired(&before).unwrap() {
        scene.keep_up(vec![Effect::Purge(before)]).unwrap();
    }
    assert_eq!(audit(None), [second]);
}
