//! People: made by whoever keeps the store, let in by what they show, each in a home of their own.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use std::cell::Cell;
use std::net::IpAddr;

use ical::civil::Timestamp;
use rights::Who;
use service::{
    Actor, Credentials, Error, Names, Newcomer, Options, Refusal, Restore, Right, Secret, Service, SignIn,
};
use store::{Container, CredentialKind, Principal, PrincipalId, PrincipalKind, State, Waiting};

thread_local! {
    /// Each test has a clock of its own.
    static NOW: Cell<i64> = const { Cell::new(1_772_438_400) };
}

fn now() -> Timestamp {
    Timestamp(NOW.get())
}

fn wait(seconds: i64) {
    NOW.set(NOW.get() + seconds);
}

fn service(folder: &tempfile::TempDir) -> Service {
    with(folder, Options::default())
}

fn with(folder: &tempfile::TempDir, options: Options) -> Service {
    Service::new(engines::store(folder.path(), Waiting::never()), now, Names::by_chance(), options)
}

const PASSWORD: &str = "correct horse";

fn add(service: &Service, name: &str) -> Principal {
    let addresses = [format!("{name}@example.com")];
    let password = Secret::new(PASSWORD);
    let newcomer = Newcomer {
        kind: PrincipalKind::Individual,
        name,
        display: None,
        addresses: &addresses,
        password: Some(&password),
    };
    service.keeper().make_principal(&newcomer).unwrap()
}

fn sign_in<'s>(
    service: &'s Service,
    login: &str,
    secret: &str,
    from: Option<&str>,
) -> Result<Actor<'s>, SignIn> {
    let secret = Secret::new(secret);
    let credentials = Credentials::Password { login, secret: &secret };
    service.sign_in(&credentials, from.map(|from| from.parse::<IpAddr>().unwrap()))
}

fn is_wrong(answer: &Result<Actor<'_>, SignIn>) -> bool {
    matches!(answer, Err(SignIn::Wrong))
}

fn is_slowed(answer: &Result<Actor<'_>, SignIn>) -> bool {
    matches!(answer, Err(SignIn::Slowed { seconds: 1..=60 }))
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn event(uid: &str, summary: &str) -> Vec<u8> {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20260301T000000Z\r\nDTSTART:20260303T090000Z\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    .into_bytes()
}

#[test]
fn the_first_person_is_the_owner_and_goes_on_with_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    let owner = service.owner();
    let work = owner.make_calendar("Work").unwrap();
    let ann = add(&service, "ann");
    assert_eq!(ann.id, PrincipalId::OWNER);
    let signed_in = sign_in(&service, "ann", PASSWORD, None).unwrap();
    assert_eq!(signed_in.calendars().unwrap(), [work]);
    let ben = add(&service, "ben");
    assert_ne!(ben.id, PrincipalId::OWNER);
    let names = |actor: Actor<'_>| -> Vec<String> {
        actor.calendars().unwrap().into_iter().map(|one| one.settings.name).collect()
    };
    assert_eq!(names(sign_in(&service, "ben", PASSWORD, None).unwrap()), ["Personal"]);
}

#[test]
fn in_an_empty_store_too_terminal_and_telephone_are_one() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    let ann = add(&service, "ann");
    assert_eq!(ann.id, PrincipalId::OWNER);
    assert_eq!(service.owner().calendars().unwrap().len(), 1);
    assert_eq!(service.owner().me().unwrap(), ann);
}

#[test]
fn one_signs_in_by_name_or_address_in_any_case() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    let ann = add(&service, "ann");
    for login in ["ann", "Ann", "ann@example.com", "mailto:Ann@Example.com"] {
        assert_eq!(sign_in(&service, login, PASSWORD, None).unwrap().principal_id(), ann.id, "{login}");
    }
    for (login, secret) in [("ann", "wrong"), ("ann", ""), ("ben", PASSWORD), ("", ""), ("@", PASSWORD)] {
        assert!(is_wrong(&sign_in(&service, login, secret, None)), "{login}");
    }
    let empty = tempfile::tempdir().unwrap();
    assert!(is_wrong(&sign_in(&self::service(&empty), "ann", PASSWORD, None)), "nothing was ever written");
}

#[test]
fn nobody_finds_what_is_anothers() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    add(&service, "ann");
    add(&service, "ben");
    let ann = sign_in(&service, "ann", PASSWORD, None).unwrap();
    let ben = sign_in(&service, "ben", PASSWORD, None).unwrap();
    let hers = ann.calendar("Personal").unwrap();
    let his = ben.calendar("personal").unwrap();
    assert_ne!(hers.id, his.id, "both are called so");
    ann.put(&hers, &event("a", "tea"), "add", "tea was added").unwrap();
    let booked = ann.find("tea").unwrap().booked.stored;
    assert!(matches!(ben.put(&hers, &event("b", "x"), "add", "x"), Err(Error::NotFound(_))));
    assert!(matches!(ben.find("tea"), Err(Error::NotFound(_))));
    assert!(matches!(ben.read(&booked), Err(Error::NotFound(_))));
    assert!(matches!(ben.versions(&booked, 9), Err(Error::NotFound(_))));
    assert!(matches!(ben.calendar_in(ann.principal_id(), "personal"), Err(Error::NotFound(_))));
    assert!(matches!(ben.set_calendar(hers.id, "x", |_| ()), Err(Error::NotFound(_))));
    assert!(matches!(ben.count(&hers), Err(Error::NotFound(_))));
    assert_eq!(ben.calendars_in(ann.principal_id()).unwrap(), []);
    assert_eq!(ann.calendar_in(ann.principal_id(), "personal").unwrap().id, hers.id);
    assert!(ben.search(&["tea".to_owned()]).unwrap().is_empty());
    assert_eq!(refusal(ben.undo()), Refusal::NothingDone);
    ann.delete(std::slice::from_ref(&booked), "tea was removed").unwrap();
    assert_eq!((ann.trash().unwrap().len(), ben.trash().unwrap().len()), (1, 0));
    assert_eq!(ben.history(9).unwrap(), []);
}

#[test]
fn who_signed_in_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    add(&service, "ann");
    let ben = add(&service, "ben");
    let signed_in = sign_in(&service, "ann", PASSWORD, None).unwrap();
    let secret = Secret::new("other");
    assert_eq!(refusal(signed_in.set_password("ben", &secret)), Refusal::NotKeeper);
    assert_eq!(refusal(signed_in.set_state("ben", State::Disabled)), Refusal::NotKeeper);
    assert_eq!(refusal(signed_in.credentials("ben")), Refusal::NotKeeper);
    assert_eq!(refusal(signed_in.revoke("ben", "x")), Refusal::NotKeeper);
    let made = signed_in.make_credential("ben", CredentialKind::App, "x", None);
    assert_eq!(refusal(made), Refusal::NotKeeper);
    assert_eq!(signed_in.principal("ben").unwrap(), ben);
    assert_eq!(signed_in.credentials("ann").unwrap().len(), 1);
}

#[test]
fn names_and_addresses_are_taken_once_and_must_be_such() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    add(&service, "ann");
    let make = |name: &str, addresses: &[&str], password: &str| {
        let addresses: Vec<String> = addresses.iter().map(|one| (*one).to_owned()).collect();
        let password = Secret::new(password);
        let newcomer = Newcomer {
            kind: PrincipalKind::Individual,
            name,
            display: Some("B"),
            addresses: &addresses,
            password: Some(&password),
        };
        refusal(service.keeper().make_principal(&newcomer))
    };
    assert_eq!(make("Ann", &[], "x"), Refusal::PrincipalTaken("ann".to_owned()));
    let taken = Refusal::PrincipalTaken("mailto:ann@example.com".to_owned());
    assert_eq!(make("ben", &["MAILTO:Ann@example.com"], "x"), taken);
    for name in ["", ".ben", "b/n", "b n", "bén", "ben@example.com", &"b".repeat(65)] {
        assert_eq!(make(name, &[], "x"), Refusal::BadPrincipal(name.to_owned()));
    }
    for address in ["ben", "@example.com", "ben@", "ben @example.com", "mailto:", ""] {
        assert_eq!(make("ben", &[address], "x"), Refusal::BadAddress(address.to_owned()));
    }
    for password in ["", "  ", &"x".repeat(1_025)] {
        assert_eq!(make("ben", &[], password), Refusal::BadPassword);
    }
    assert_eq!(service.keeper().principals().unwrap().len(), 1);
}

#[test]
fn another_password_ends_the_one_before_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    add(&service, "ann");
    sign_in(&service, "ann", PASSWORD, None).unwrap();
    service.keeper().set_password("ann", &Secret::new("battery staple")).unwrap();
    assert!(is_wrong(&sign_in(&service, "ann", PASSWORD, None)), "it was right a moment ago");
    sign_in(&service, "ann@example.com", "battery staple", None).unwrap();
}

#[test]
fn app_passwords_and_tokens_are_shown_once_and_can_be_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    add(&service, "ann");
    add(&service, "ben");
    let keeper = service.keeper();
    let app = keeper.make_credential("ann", CredentialKind::App, " phone ", None).unwrap();
    let token = keeper.make_credential("ann", CredentialKind::Token, "script", None).unwrap();
    let taken = refusal(keeper.make_credential("ann", CredentialKind::App, "phone", None));
    assert_eq!(taken, Refusal::LabelTaken("phone".to_owned()));
    assert_eq!(
        refusal(keeper.make_credential("ann", CredentialKind::App, " ", None)),
        Refusal::BadLabel(String::new())
    );
    let ann = sign_in(&service, "ann", &app.as_str().replace('-', " "), None).unwrap();
    assert_eq!(ann.me().unwrap().profile.name.as_deref(), Some("ann"));
    assert_eq!(
        service.sign_in(&Credentials::Token(&token), None).unwrap().principal_id(),
        ann.principal_id()
    );
    assert!(is_wrong(&sign_in(&service, "ben", app.as_str(), None)), "it is another's");
    assert!(is_wrong(&sign_in(&service, "ann", token.as_str(), None)), "a token is no password");
    assert!(is_wrong(&service.sign_in(&Credentials::Token(&app), None)), "a password is no token");
    keeper.revoke("ann", "phone").unwrap();
    keeper.revoke("ann", "script").unwrap();
    assert!(is_wrong(&sign_in(&service, "ann", app.as_str(), None)));
    assert!(is_wrong(&service.sign_in(&Credentials::Token(&token), None)));
    assert!(matches!(keeper.revoke("ann", "phone"), Err(Error::NotFound(_))));
    sign_in(&service, "ann", PASSWORD, None).unwrap();
}

#[test]
fn people_make_app_passwords_of_their_own_and_take_them_back() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    add(&service, "ann");
    add(&service, "ben");
    let ann = sign_in(&service, "ann", PASSWORD, None).unwrap();
    let made = ann.make_credential("ann", CredentialKind::App, "phone", None).unwrap();
    assert!(sign_in(&service, "ann", made.as_str(), None).is_ok());
    let token = ann.make_credential("ann", CredentialKind::Token, "script", None);
    assert_eq!(refusal(token), Refusal::NotKeeper);
    let ben = sign_in(&service, "ben", PASSWORD, None).unwrap();
    assert_eq!(refusal(ben.revoke("ann", "phone")), Refusal::NotKeeper);
    ann.revoke("ann", "phone").unwrap();
    assert!(is_wrong(&sign_in(&service, "ann", made.as_str(), None)));
}

#[test]
fn what_expires_is_good_until_then() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    add(&service, "ann");
    let until = Some(Timestamp(now().0 + 60));
    let app = service.keeper().make_credential("ann", CredentialKind::App, "phone", until).unwrap();
    let token = service.keeper().make_credential("ann", CredentialKind::Token, "script", until).unwrap();
    sign_in(&service, "ann", app.as_str(), None).unwrap();
    service.sign_in(&Credentials::Token(&token), None).unwrap();
    wait(60);
    assert!(is_wrong(&sign_in(&service, "ann", app.as_str(), None)));
    assert!(is_wrong(&service.sign_in(&Credentials::Token(&token), None)));
}

#[test]
fn the_last_use_is_noted_to_the_hour() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    add(&service, "ann");
    let used = || {
        // What was handed to the writer before this is written before it.
        service.keeper().set_principal("ann", Some("Ann"), None).unwrap();
        service.keeper().credentials("ann").unwrap()[0].last_used
    };
    assert_eq!(used(), None);
    let first = now();
    sign_in(&service, "ann", PASSWORD, None).unwrap();
    assert_eq!(used(), Some(first));
    wait(3_599);
    sign_in(&service, "ann", PASSWORD, None).unwrap();
    assert_eq!(used(), Some(first));
    wait(1);
    sign_in(&service, "ann", PASSWORD, None).unwrap();
    assert_eq!(used(), Some(now()));
}

#[test]
fn who_is_disabled_does_not_come_in_and_who_is_removed_keeps_their_name() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    add(&service, "ann");
    let ben = add(&service, "ben");
    let keeper = service.keeper();
    let app = keeper.make_credential("ben", CredentialKind::App, "phone", None).unwrap();
    let token = keeper.make_credential("ben", CredentialKind::Token, "script", None).unwrap();
    let is_out = || {
        is_wrong(&sign_in(&service, "ben", PASSWORD, None))
            && is_wrong(&sign_in(&service, "ben", app.as_str(), None))
            && is_wrong(&service.sign_in(&Credentials::Token(&token), None))
    };
    sign_in(&service, "ben", PASSWORD, None).unwrap();
    keeper.set_state("ben", State::Disabled).unwrap();
    assert!(is_out());
    assert_eq!(service.owner().principal("ben").unwrap().id, ben.id, "for others they are there");
    keeper.set_state("ben", State::Active).unwrap();
    sign_in(&service, "ben", app.as_str(), None).unwrap();

    keeper.set_state("ben", State::Removed).unwrap();
    assert!(is_out());
    assert!(matches!(service.owner().principal("ben"), Err(Error::NotFound(_))));
    assert_eq!(keeper.principal("ben").unwrap().profile.state, State::Removed);
    assert_eq!(keeper.credentials("ben").unwrap(), []);
    let newcomer =
        Newcomer { kind: PrincipalKind::Room, name: "ben", display: None, addresses: &[], password: None };
    assert_eq!(refusal(keeper.make_principal(&newcomer)), Refusal::WasRemoved("ben".to_owned()));
    let secret = Secret::new("x");
    assert_eq!(refusal(keeper.set_password("ben", &secret)), Refusal::WasRemoved("ben".to_owned()));
    keeper.set_state("ben", State::Active).unwrap();
    assert!(is_out(), "what they signed in with is gone");
    keeper.set_password("ben", &secret).unwrap();
    assert_eq!(sign_in(&service, "ben", "x", None).unwrap().calendars().unwrap().len(), 1);
    assert_eq!(refusal(keeper.set_state("ann", State::Removed)), Refusal::OwnerStays);
}

#[test]
fn failures_of_a_principal_are_slowed_for_a_minute() {
    let folder = tempfile::tempdir().unwrap();
    let service = with(&folder, Options { failed_sign_ins: 3, ..Options::default() });
    add(&service, "ann");
    let app = service.keeper().make_credential("ann", CredentialKind::App, "phone", None).unwrap();
    let token = service.keeper().make_credential("ann", CredentialKind::Token, "script", None).unwrap();
    sign_in(&service, "ann", PASSWORD, Some("192.0.2.7")).unwrap();
    for from in ["198.51.100.1", "198.51.100.2", "198.51.100.3"] {
        assert!(is_wrong(&sign_in(&service, "ann", &format!("guess {from}"), Some(from))));
    }
    assert!(is_slowed(&sign_in(&service, "ann", PASSWORD, Some("198.51.100.4"))), "right, but slowed");
    assert!(is_slowed(&sign_in(&service, "ann@example.com", PASSWORD, None)), "by whatever name");
    sign_in(&service, "ann", PASSWORD, Some("192.0.2.7")).unwrap();
    sign_in(&service, "ann", app.as_str(), Some("198.51.100.4")).unwrap();
    service.sign_in(&Credentials::Token(&token), Some("198.51.100.4".parse().unwrap())).unwrap();
    assert!(is_wrong(&sign_in(&service, "ann", "guess", Some("192.0.2.7"))));
    assert!(is_slowed(&sign_in(&service, "ann", PASSWORD, Some("192.0.2.7"))), "somebody guesses there, too");
    wait(60);
    sign_in(&service, "ann", PASSWORD, Some("198.51.100.4")).unwrap();
}

#[test]
fn a_name_that_is_nobodys_is_slowed_alike() {
    let folder = tempfile::tempdir().unwrap();
    let service = with(&folder, Options { failed_sign_ins: 2, ..Options::default() });
    add(&service, "ann");
    for login in ["nobody", "Nobody"] {
        assert!(is_wrong(&sign_in(&service, login, "guess", None)));
    }
    assert!(is_slowed(&sign_in(&service, "nobody", "another", None)));
    sign_in(&service, "ann", PASSWORD, None).unwrap();
}

#[test]
fn failures_from_an_address_are_slowed_whoever_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let service = with(&folder, Options { failed_sign_ins_from: 3, ..Options::default() });
    add(&service, "ann");
    let token = Secret::new("no token");
    assert!(is_wrong(&service.sign_in(&Credentials::Token(&token), Some("2001:db8::1".parse().unwrap()))));
    for login in ["one", "two"] {
        assert!(is_wrong(&sign_in(&service, login, "guess", Some("2001:db8::2"))));
    }
    assert!(is_slowed(&sign_in(&service, "ann", PASSWORD, Some("2001:db8::3"))), "it is the same network");
    sign_in(&service, "ann", PASSWORD, Some("2001:db8:1::1")).unwrap();
    wait(60);
    sign_in(&service, "ann", PASSWORD, Some("2001:db8::3")).unwrap();
}

#[test]
fn a_program_that_goes_on_with_an_old_password_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let service =
        with(&folder, Options { failed_sign_ins: 2, failed_sign_ins_from: 2, ..Options::default() });
    add(&service, "ann");
    service.keeper().set_password("ann", &Secret::new("battery staple")).unwrap();
    let here = Some("192.0.2.7");
    let token = Secret::new("of yesterday");
    for _ in 0..9 {
        assert!(is_wrong(&sign_in(&service, "ann", PASSWORD, here)));
    }
    sign_in(&service, "ann", "battery staple", here).unwrap();
    for _ in 0..9 {
        let token = Credentials::Token(&token);
        assert!(is_wrong(&service.sign_in(&token, Some("192.0.2.8".parse().unwrap()))));
    }
    sign_in(&service, "ann", "battery staple", Some("192.0.2.8")).unwrap();
    service.keeper().set_password("ann", &Secret::new(PASSWORD)).unwrap();
    sign_in(&service, "ann", PASSWORD, here).unwrap();
}

#[test]
fn guesses_made_at_once_are_counted_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let service = with(&folder, Options { failed_sign_ins: 4, ..Options::default() });
    add(&service, "ann");
    let tried = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for number in 0..24 {
            let (service, tried) = (&service, &tried);
            scope.spawn(move || {
                if is_wrong(&sign_in(service, "ann", &format!("guess {number}"), None)) {
                    tried.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                }
            });
        }
    });
    // As many as are worked out at once may begin before the last is counted.
    assert!(tried.into_inner() < 4 + 4);
}

#[test]
fn secrets_are_in_no_debug_output_and_in_no_history() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    add(&service, "ann");
    let token = service.keeper().make_credential("ann", CredentialKind::Token, "script", None).unwrap();
    let secret = Secret::new(PASSWORD);
    let shown = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        Credentials::Password { login: "ann", secret: &secret },
        Credentials::Token(&token),
        service.keeper().credentials("ann").unwrap(),
        service.keeper().history(99).unwrap(),
        service,
    );
    assert!(
        !shown.contains(PASSWORD) && !shown.contains(token.as_str()) && !shown.contains("argon2"),
        "{shown}"
    );
    let lines: Vec<String> = service.keeper().history(9).unwrap().into_iter().map(|done| done.line).collect();
    assert_eq!(lines, ["ann got script", "ann was added"]);
}

#[test]
fn a_merge_brings_people_back_with_what_is_theirs() {
    let (lost, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let there = service(&lost);
    add(&there, "ann");
    add(&there, "ben");
    add(&there, "carol");
    there.keeper().set_state("carol", State::Removed).unwrap();
    let ben = sign_in(&there, "ben", PASSWORD, None).unwrap();
    let his = ben.calendar("Personal").unwrap();
    ben.put(&his, &event("b", "tea"), "add", "tea").unwrap();
    let ann = Who::Principal(PrincipalId::OWNER);
    ben.share(Container::Calendar(his.id), ann, Some(Right::Read), "shared").unwrap();
    ben.share(Container::Home(ben.principal_id()), Who::SignedIn, None, "nobody asks when he is busy")
        .unwrap();

    let here = service(&new);
    let merge = |is_dry| {
        let backup = here.store().open_backup(&engines::backup(there.store()), &mut |_, _| ()).unwrap();
        let restore = Restore { backup: backup.store(), name: "backup", with_deleted: false, is_dry };
        here.keeper().merge(&restore, &mut ()).unwrap()
    };
    let (dry, restored) = (merge(true), merge(false));
    assert_eq!((dry.people, dry.back, dry.calendars), (2, 1, 2));
    assert_eq!((restored.people, restored.back, restored.calendars), (2, 1, 2));
    let ben = sign_in(&here, "ben@example.com", PASSWORD, None).unwrap();
    assert_eq!(ben.search(&["tea".to_owned()]).unwrap().len(), 1);
    assert_eq!(here.owner().me().unwrap().profile.name.as_deref(), Some("ann"));
    assert!(here.owner().search(&["tea".to_owned()]).unwrap().is_empty());
    assert!(is_wrong(&sign_in(&here, "carol", PASSWORD, None)));
    let shared = here.owner().shared().unwrap();
    assert_eq!(shared.iter().map(|one| one.home).collect::<Vec<_>>(), [ben.principal_id()]);
    assert_eq!(ben.rules(Container::Home(ben.principal_id())).unwrap(), []);
    assert_eq!(here.owner().rules(Container::Home(PrincipalId::OWNER)).unwrap().len(), 1);
    assert!(!merge(false).is_anything());

    here.keeper().set_state("ben", State::Removed).unwrap();
    let again = merge(false);
    assert_eq!((again.people, again.deleted, again.back), (0, 1, 0), "who was removed since stays so");
}

#[test]
fn in_the_place_of_somebody_one_may_what_they_may() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    let (ann, ben) = (add(&service, "ann"), add(&service, "ben"));
    let in_place = |name: &str| service.keeper().in_place_of(name);
    let as_ben = in_place("ben@example.com").unwrap();
    assert_eq!(as_ben.me().unwrap().id, ben.id);
    assert!(matches!(as_ben.make_calendar("Work"), Ok(calendar) if calendar.home == ben.id));
    assert!(as_ben.calendars_in(ann.id).unwrap().is_empty(), "nothing of hers is granted to him");
    for refused in [as_ben.set_state("ann", State::Disabled).map(drop), as_ben.in_place_of("ann").map(drop)] {
        assert!(matches!(refused, Err(Error::Refused(Refusal::NotKeeper))));
    }
    let audit = service.keeper().audit(Some(ben.id), 1).unwrap();
    assert_eq!(audit[0].line, "Work was made");
    in_place("ann").unwrap().make_calendar("Home").unwrap();
    assert_eq!(service.keeper().audit(None, 1).unwrap()[0].line, "Work was made", "the owner is at home");
    assert!(matches!(in_place("eve"), Err(Error::NotFound(_))));
    service.keeper().set_state("ben", State::Removed).unwrap();
    assert!(matches!(in_place("ben"), Err(Error::Refused(Refusal::WasRemoved(_)))));
}
