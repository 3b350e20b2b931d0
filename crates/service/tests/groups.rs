//! Groups: what is granted to one its members have, and what whoever keeps the store did is noted.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::civil::Timestamp;
use rights::Who;
use service::{
    Actor, Credentials, Error, Names, Newcomer, Options, Refusal, Restore, Right, Secret, Service,
};
use store::{Container, CredentialKind, PrincipalId, PrincipalKind, State, Waiting};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp(1_772_438_400);

fn service(folder: &TempDir, options: Options) -> Service {
    let store = engines::store(folder.path(), Waiting::never());
    Service::new(store, || NOW, Names::by_chance(), options).kept_by("root".to_owned())
}

fn add(service: &Service, name: &str, kind: PrincipalKind) -> PrincipalId {
    let password = Secret::new(format!("secret of {name}"));
    let newcomer = Newcomer { kind, name, display: None, addresses: &[], password: Some(&password) };
    service.keeper().make_principal(&newcomer).unwrap().id
}

/// Ann, Ben and Carol, and the groups staff and team.
fn people(service: &Service) {
    for name in ["ann", "ben", "carol"] {
        add(service, name, PrincipalKind::Individual);
    }
    for name in ["staff", "team"] {
        add(service, name, PrincipalKind::Group);
    }
}

fn sign_in<'s>(service: &'s Service, name: &str) -> Actor<'s> {
    sign_in_with(service, name, &format!("secret of {name}"))
}

fn sign_in_with<'s>(service: &'s Service, name: &str, secret: &str) -> Actor<'s> {
    let secret = Secret::new(secret);
    service.sign_in(&Credentials::Password { login: name, secret: &secret }, None).unwrap()
}

fn members(service: &Service, group: &str, in_: &[&str], out: &[&str]) -> Result<(), Error> {
    let [in_, out] = [in_, out].map(|names| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    service.keeper().set_members(group, &in_, &out).map(drop)
}

fn named(service: &Service, name: &str) -> PrincipalId {
    service.keeper().principal(name).unwrap().id
}

#[test]
fn what_is_granted_to_a_group_its_members_have_also_those_of_a_group_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    people(&service);
    let calendar = service.owner().calendar("personal").unwrap().id;
    let staff = Who::Principal(named(&service, "staff"));
    service.keeper().share(Container::Calendar(calendar), staff, Some(Right::Write), "shared").unwrap();
    let reads = |name: &str| {
        let actor = sign_in(&service, name);
        let is_read = actor.rights(calendar).is_ok();
        let shared: Vec<_> = actor.shared().unwrap().iter().map(|calendar| calendar.id).collect();
        assert_eq!(shared == [calendar], is_read, "{name}: what they see is found");
        is_read
    };
    assert!(!reads("ben"));
    members(&service, "staff", &["team"], &[]).unwrap();
    members(&service, "team", &["ben", "carol"], &[]).unwrap();
    assert!(reads("ben") && reads("carol"));
    members(&service, "team", &[], &["carol"]).unwrap();
    assert!(reads("ben") && !reads("carol"));
    // A group that is gone gives nothing, and does again when it is back; a denial for a group is one for its members.
    service.keeper().set_state("team", State::Removed).unwrap();
    assert!(!reads("ben"));
    service.keeper().set_state("team", State::Active).unwrap();
    assert!(reads("ben"));
    members(&service, "staff", &[], &["team"]).unwrap();
    assert!(!reads("ben"));
}

/// Who is taken out of a group while they write has written before, or not at all.
#[test]
fn who_is_taken_out_of_a_group_meanwhile_does_not_write() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    people(&service);
    let calendar = service.owner().calendar("personal").unwrap();
    let staff = Who::Principal(named(&service, "staff"));
    service.keeper().share(Container::Calendar(calendar.id), staff, Some(Right::Write), "shared").unwrap();
    members(&service, "staff", &["team"], &[]).unwrap();
    let version = || {
        service.store().snapshot().unwrap().unwrap().calendar(calendar.id).unwrap().unwrap().rights_version
    };
    let before = version();
    members(&service, "team", &["ben"], &[]).unwrap();
    assert_eq!(version(), before + 1, "also of a group within the one that is named");
    members(&service, "team", &["ben"], &[]).unwrap();
    assert_eq!(version(), before + 1, "nothing changed");
    service.keeper().set_state("team", State::Removed).unwrap();
    assert!(version() > before + 1);
}

#[test]
fn a_group_is_never_in_itself() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    people(&service);
    add(&service, "board", PrincipalKind::Group);
    members(&service, "staff", &["team"], &[]).unwrap();
    members(&service, "team", &["board"], &[]).unwrap();
    for (group, member) in [("staff", "staff"), ("team", "staff"), ("board", "staff")] {
        let refused = members(&service, group, &[member], &[]);
        assert!(matches!(refused, Err(Error::Refused(Refusal::GroupInItself { .. }))), "{group} {member}");
    }
    // A ring through one that was removed would be one again when it is back.
    service.keeper().set_state("team", State::Removed).unwrap();
    assert!(matches!(
        members(&service, "board", &["staff"], &[]),
        Err(Error::Refused(Refusal::GroupInItself { .. }))
    ));
    members(&service, "board", &["ben"], &[]).unwrap();
    assert!(matches!(members(&service, "ben", &["ann"], &[]), Err(Error::Refused(Refusal::NotGroup(_)))));
    assert!(matches!(members(&service, "board", &["nobody"], &[]), Err(Error::NotFound(_))));
    let ben = sign_in(&service, "ben").set_members("board", &["carol".to_owned()], &[]);
    assert!(matches!(ben, Err(Error::Refused(Refusal::NotKeeper))));
}

#[test]
fn more_members_than_a_group_may_have_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options { group_members: 2, ..Options::default() });
    people(&service);
    members(&service, "staff", &["ann", "ben"], &[]).unwrap();
    let refused = members(&service, "staff", &["carol"], &[]).unwrap_err();
    assert!(refused.to_string().contains("`limit_group_members` is 2"), "{refused}");
    members(&service, "staff", &["carol"], &["ann"]).unwrap();
    let names = |found: Vec<store::Principal>| -> Vec<String> {
        found.into_iter().filter_map(|one| one.profile.name).collect()
    };
    let keeper = service.keeper();
    assert_eq!(names(keeper.members(named(&service, "staff")).unwrap()), ["ben", "carol"]);
    assert_eq!(names(keeper.groups_of(named(&service, "carol")).unwrap()), ["staff"]);
}

#[test]
fn a_group_of_a_backup_comes_back_with_its_members_and_their_rights() {
    let [there, here] = [(), ()].map(|()| tempfile::tempdir().unwrap());
    let old = service(&there, Options::default());
    people(&old);
    members(&old, "staff", &["team"], &[]).unwrap();
    members(&old, "team", &["ben", "carol"], &[]).unwrap();
    let calendar = old.owner().calendar("personal").unwrap().id;
    let staff = Who::Principal(named(&old, "staff"));
    old.keeper().share(Container::Calendar(calendar), staff, Some(Right::Read), "shared").unwrap();
    let file = there.path().join("backup");
    old.store().backup(&file, &mut |_, _| ()).unwrap();

    let new = service(&here, Options::default());
    // Carol is here already: she is in what came back.
    add(&new, "ann", PrincipalKind::Individual);
    add(&new, "carol", PrincipalKind::Individual);
    let backup = new.store().open_backup(&file, &mut |_, _| ()).unwrap();
    let restore = Restore { backup: backup.store(), name: "backup", with_deleted: false, is_dry: false };
    new.keeper().merge(&restore, &mut ()).unwrap();
    let names = |group: &str| -> Vec<String> {
        let members = new.keeper().members(named(&new, group)).unwrap().into_iter();
        members.filter_map(|one| one.profile.name).collect()
    };
    assert_eq!(names("staff"), ["team"]);
    assert_eq!(names("team"), ["carol", "ben"]);
}

#[test]
fn what_the_keeper_did_is_noted_and_no_secret_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    people(&service);
    let keeper = service.keeper();
    let secret = Secret::new("a new password of ben");
    keeper.set_password("ben", &secret).unwrap();
    let token = keeper.make_credential("ben", CredentialKind::Token, "script", None).unwrap();
    keeper.revoke("ben", "script").unwrap();
    members(&service, "team", &["ben"], &[]).unwrap();
    let ben = named(&service, "ben");
    let home = keeper.in_home_of(ben).unwrap();
    let club = home.make_calendar("Club").unwrap();
    keeper
        .share(
            Container::Calendar(club.id),
            Who::Principal(named(&service, "ann")),
            Some(Right::Read),
            "club: read",
        )
        .unwrap();
    keeper.note("export", "calendars of ben were handed out", Some(ben)).unwrap();
    // What people do in their own home is nobody's business.
    sign_in_with(&service, "ben", "a new password of ben").make_calendar("Diary").unwrap();

    let audit = keeper.audit(None, 99).unwrap();
    assert!(audit.iter().all(|one| (&*one.keeper, one.at) == ("root", NOW)), "{audit:?}");
    let said: Vec<(&str, Option<PrincipalId>)> =
        audit.iter().map(|one| (&*one.line, one.whom)).take(7).collect();
    let team = Some(named(&service, "team"));
    let of_ben = [
        "calendars of ben were handed out",
        "club: read",
        "Club was made",
        "team: +ben",
        "script of ben was revoked",
        "ben got script",
        "secret",
    ];
    let expected = of_ben.map(|line| match line {
        "team: +ben" => (line, team),
        "secret" => ("ben got a password", Some(ben)),
        line => (line, Some(ben)),
    });
    assert_eq!(said, expected);
    assert_eq!(keeper.audit(team, 99).unwrap().len(), 2, "made, and its member");
    assert_eq!(keeper.audit(None, 3).unwrap().len(), 3);
    let all = format!("{audit:?}");
    assert!(!all.contains("a new password") && !all.contains(token.as_str()), "{all}");
    let refused = sign_in_with(&service, "ben", "a new password of ben").audit(None, 1);
    assert!(matches!(refused, Err(Error::Refused(Refusal::NotKeeper))));
}
