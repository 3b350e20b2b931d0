//! Principals, their addresses and credentials; homes and what each has of its own.

use ical::civil::Timestamp;
use ical::value::CalAddress;
use store::{
    Address, Clash, Credential, CredentialKind, Effect, Error, Expect, Outcome, PrincipalId, PrincipalKind,
    Profile, State, Verifier,
};

use crate::scene::{NOW, Scene, event, put, settings};

fn profile(name: &str) -> Profile {
    Profile {
        kind: PrincipalKind::Individual,
        name: Some(name.to_owned()),
        display: None,
        addresses: vec![(address(&format!("{name}@example.com")), true)],
        state: State::Active,
    }
}

fn address(text: &str) -> Address {
    Address::new(&CalAddress::new(text))
}

fn make(scene: &Scene, name: &str) -> PrincipalId {
    scene.apply(vec![Effect::MakePrincipal(profile(name))]).unwrap().principals[0]
}

fn clash(answer: Result<Outcome, Error>) -> Clash {
    match answer {
        Err(Error::Conflict(clash)) => clash,
        other => panic!("no conflict: {other:?}"),
    }
}

fn credential(principal: PrincipalId, kind: CredentialKind, label: &str, secret: &str) -> Effect {
    let verifier = Verifier::new(secret.as_bytes());
    Effect::SetCredential { principal, kind, label: label.to_owned(), verifier, expires: None }
}

#[test]
fn a_store_has_an_owner_whom_nobody_named() {
    let scene = Scene::new();
    let snapshot = scene.snapshot();
    let all = snapshot.principals().unwrap();
    assert_eq!(
        all.iter().map(|one| (one.id, one.profile.name.clone())).collect::<Vec<_>>(),
        [(PrincipalId::OWNER, None)]
    );
    assert_eq!(snapshot.calendar(scene.work).unwrap().unwrap().home, PrincipalId::OWNER);
}

#[test]
fn one_is_found_by_name_and_by_each_address() {
    let scene = Scene::new();
    let addresses = vec![(address("ann@example.com"), true), (address("mailto:a.lee@example.com"), false)];
    let profile = Profile { addresses, display: Some("Ann Lee".to_owned()), ..profile("ann") };
    let ann = scene.apply(vec![Effect::MakePrincipal(profile.clone())]).unwrap().principals[0];
    let snapshot = scene.snapshot();
    let found = snapshot.principal(ann).unwrap().unwrap();
    assert_eq!((found.id, &found.profile), (ann, &profile));
    assert_eq!(snapshot.principal_named("Ann").unwrap(), Some(found.clone()));
    for written in ["MAILTO:Ann@Example.com", "a.lee@example.com"] {
        assert_eq!(snapshot.principal_at(&address(written)).unwrap(), Some(found.clone()), "{written}");
    }
    assert_eq!(snapshot.principal_named("ben").unwrap(), None);
    assert_eq!(snapshot.principal_at(&address("ben@example.com")).unwrap(), None);
}

#[test]
fn names_and_addresses_are_of_one_alone_also_of_one_who_was_removed() {
    let scene = Scene::new();
    let ann = make(&scene, "ann");
    let removed = Profile { state: State::Removed, ..profile("ann") };
    scene.apply(vec![Effect::SetPrincipal { principal: ann, profile: removed }]).unwrap();
    let taken = Clash::Principal("ann".to_owned());
    assert_eq!(clash(scene.apply(vec![Effect::MakePrincipal(profile("ann"))])), taken);
    let hers = Profile { addresses: profile("ann").addresses, ..profile("ben") };
    let taken = Clash::Principal("mailto:ann@example.com".to_owned());
    assert_eq!(clash(scene.apply(vec![Effect::MakePrincipal(hers.clone())])), taken);
    let ben = make(&scene, "ben");
    assert_eq!(clash(scene.apply(vec![Effect::SetPrincipal { principal: ben, profile: hers }])), taken);
    assert_eq!(scene.snapshot().principal(ben).unwrap().unwrap().profile, profile("ben"));
}

#[test]
fn the_directory_is_expected_as_it_was_read() {
    let scene = Scene::new();
    let before = scene.snapshot().directory().unwrap();
    scene.expecting(Expect::Directory(before), vec![Effect::MakePrincipal(profile("ann"))]).unwrap();
    let late = scene.expecting(Expect::Directory(before), vec![Effect::MakePrincipal(profile("ben"))]);
    assert_eq!(clash(late), Clash::Directory);
    let since = scene.snapshot().directory().unwrap();
    scene.book("a", "one");
    assert_eq!(scene.snapshot().directory().unwrap(), since, "an object is not of the directory");
}

#[test]
fn who_is_made_has_a_calendar_and_a_password_by_the_same_set() {
    let scene = Scene::new();
    let made = PrincipalId::MADE;
    let outcome = scene
        .apply(vec![
            Effect::MakePrincipal(profile("ann")),
            credential(made, CredentialKind::Password, "", "x"),
            Effect::MakeCalendar { home: made, settings: settings("work") },
        ])
        .unwrap();
    let ann = outcome.principals[0];
    let snapshot = scene.snapshot();
    let calendars = snapshot.calendars(ann).unwrap();
    assert_eq!(calendars.iter().map(|one| (one.id, one.home)).collect::<Vec<_>>(), [(outcome.made[0], ann)]);
    assert_eq!(snapshot.credentials(ann).unwrap().len(), 1);
    // The owner's calendar of the same segment is another.
    let segment = |home| snapshot.calendar_of(home, "work").unwrap().unwrap().id;
    assert_eq!((segment(ann), segment(PrincipalId::OWNER)), (outcome.made[0], scene.work));
    assert_eq!(snapshot.all_calendars().unwrap().len(), 2);
    assert_eq!(
        snapshot.to_undo(PrincipalId::OWNER).unwrap().map(|done| done.line),
        Some("work was made".to_owned())
    );
    let nobody = Effect::MakeCalendar { home: made, settings: settings("x") };
    assert_eq!(clash(scene.apply(vec![nobody])), Clash::Directory);
}

#[test]
fn a_credential_is_replaced_by_its_label_noted_and_taken_away() {
    let scene = Scene::new();
    let ann = make(&scene, "ann");
    let app = |secret| credential(ann, CredentialKind::App, "phone", secret);
    scene.apply(vec![app("one"), credential(ann, CredentialKind::Token, "phone", "token")]).unwrap();
    let find = |kind, secret: &str| {
        scene.snapshot().credential(kind, &Verifier::new(secret.as_bytes())).unwrap().map(|found| found.label)
    };
    assert_eq!(find(CredentialKind::App, "one").as_deref(), Some("phone"));
    assert_eq!(find(CredentialKind::Token, "one"), None, "it is of another kind");
    scene.apply(vec![app("two")]).unwrap();
    assert_eq!(find(CredentialKind::App, "one"), None);
    let only = |scene: &Scene| -> Credential { scene.snapshot().credentials(ann).unwrap().remove(0) };
    let phone = only(&scene);
    assert_eq!((phone.kind, phone.created, phone.last_used), (CredentialKind::App, NOW, None));
    let directory = scene.snapshot().directory().unwrap();
    let at = Timestamp(NOW.0 + 60);
    scene.keep_up(vec![Effect::Used { credential: phone.id, at }]).unwrap();
    assert_eq!(only(&scene).last_used, Some(at));
    assert_eq!(scene.snapshot().directory().unwrap(), directory, "that it was used changes nothing");
    scene.apply(vec![Effect::RemoveCredential(phone.id)]).unwrap();
    assert_eq!(only(&scene).kind, CredentialKind::Token);
    assert_eq!(clash(scene.apply(vec![Effect::RemoveCredential(phone.id)])), Clash::Directory);
    assert!(!format!("{phone:?}").contains("two"), "a verifier is shown");
}

#[test]
fn each_home_is_searched_and_taken_back_by_itself() {
    let scene = Scene::new();
    let ann = make(&scene, "ann");
    scene.book("a", "tea");
    let calendar =
        scene.apply(vec![Effect::MakeCalendar { home: ann, settings: settings("work") }]).unwrap().made[0];
    let text = event("b", "DTSTART:20260302T090000Z\nSUMMARY:tea");
    let mut set = scene.set(vec![], vec![Effect::Put(put(calendar, "b", &text, NOW))]);
    if let Some(act) = &mut set.act {
        act.principal = ann;
    }
    scene.store.apply(set).unwrap();
    let snapshot = scene.snapshot();
    for (home, uid) in [(PrincipalId::OWNER, "a"), (ann, "b")] {
        let words = snapshot.search(home, &["tea".to_owned()], 9).unwrap();
        assert_eq!(words.iter().map(|one| one.uid.as_str()).collect::<Vec<_>>(), [uid]);
        assert_eq!(snapshot.objects_with_uid(home, uid).unwrap().len(), 1);
        let handle = store::handle::of_uid(uid);
        assert_eq!(snapshot.objects_with_handle(home, &handle, 9).unwrap().len(), 1);
        let other = if uid == "a" { "b" } else { "a" };
        assert_eq!(snapshot.objects_with_uid(home, other).unwrap(), []);
        assert_eq!(snapshot.objects_with_handle(home, &store::handle::of_uid(other), 9).unwrap(), []);
        let done = snapshot.to_undo(home).unwrap().unwrap();
        let changed = snapshot.object_changes(&done, 0, 9).unwrap();
        assert!(changed.iter().all(|(_, change)| change.uid == uid));
        assert!(snapshot.history(home, 9).unwrap().contains(&done));
    }
    let removed = Effect::Remove { calendar, uid: "b".to_owned(), to: store::Removed::Trash };
    scene.apply(vec![removed]).unwrap();
    let snapshot = scene.snapshot();
    let trash = |home| snapshot.trash(home, None, 9).unwrap().len();
    assert_eq!((trash(PrincipalId::OWNER), trash(ann)), (0, 1));
}
