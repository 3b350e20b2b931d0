//! Backups merged: what is newer stays, whatever the order in which things were done.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use std::sync::atomic::{AtomicI64, Ordering};

use ical::civil::Timestamp;
use service::{Delegation, Fate, Fated, Names, Newcomer, Options, Restore, Restored, Service, Witness};
use store::{Backup, Mode, PrincipalId, PrincipalKind, State, Store, Waiting};

/// A clock that this file's tests move on; it never goes back, so they may run beside each other.
static CLOCK: AtomicI64 = AtomicI64::new(1_772_438_400);

fn now() -> Timestamp {
    Timestamp(CLOCK.fetch_add(1, Ordering::Relaxed))
}

fn service(store: Store) -> Service {
    Service::new(store, now, Names::by_chance(), Options::default()).kept_by("root".to_owned())
}

fn put(service: &Service, uid: &str, lines: &str) {
    let owner = service.owner();
    let calendar = owner.default_calendar().unwrap();
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20260301T000000Z\r\nDTSTART:20260303T090000Z\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    owner.put(&calendar, text.as_bytes(), "add", uid).unwrap();
}

fn text(service: &Service, uid: &str) -> Option<String> {
    let snapshot = service.store().snapshot().unwrap()?;
    let found = snapshot.objects_with_uid(PrincipalId::OWNER, uid).unwrap().pop()?;
    Some(String::from_utf8(snapshot.text(&found).unwrap()).unwrap())
}

/// Notes what it hears, and stops after so many pages.
#[derive(Default)]
struct Notes {
    fates: Vec<(String, Fate)>,
    pages: usize,
    most: Option<usize>,
}

impl Witness for Notes {
    fn fate(&mut self, object: &Fated) {
        self.fates.push((object.uid.clone().unwrap_or_default(), object.fate.clone()));
    }

    fn at(&mut self, _done: u64, _all: u64) {
        self.pages += 1;
    }

    fn is_stopped(&self) -> bool {
        self.most.is_some_and(|most| self.pages >= most)
    }
}

struct Scene {
    folder: tempfile::TempDir,
    here: Service,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let here = service(engines::store(&folder.path().join("here"), Waiting::never()));
        Self { folder, here }
    }

    /// A service on a copy of what is here, which is a file: what went on without us.
    fn fork(&self, name: &str) -> Service {
        let folder = self.folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        self.here.store().backup(&folder.join("kalends.db"), &mut |_, _| ()).unwrap();
        service(Store::new(&folder, Waiting::never()))
    }

    fn backup_of(&self, other: &Service) -> Backup {
        self.here.store().open_backup(&engines::backup(other.store()), &mut |_, _| ()).unwrap()
    }

    fn merge(&self, other: &Service) -> (Restored, Vec<(String, Fate)>) {
        let backup = self.backup_of(other);
        let restore = Restore { backup: backup.store(), name: "backup", with_deleted: false, is_dry: false };
        let mut notes = Notes::default();
        let restored = self.here.keeper().merge(&restore, &mut notes).unwrap();
        (restored, notes.fates)
    }
}

fn fates(fates: &[(&str, Fate)]) -> Vec<(String, Fate)> {
    fates.iter().map(|(uid, fate)| ((*uid).to_owned(), fate.clone())).collect()
}

#[test]
fn the_side_that_went_on_from_the_other_is_newer() {
    let scene = Scene::new();
    for uid in ["here", "there", "apart", "same"] {
        put(&scene.here, uid, "SUMMARY:1");
    }
    let there = scene.fork("there");
    // A clock that was wrong, or a SEQUENCE that somebody set back, says otherwise.
    put(&scene.here, "here", "SUMMARY:2\r\nSEQUENCE:-1");
    put(&there, "there", "SUMMARY:2\r\nSEQUENCE:-1");
    put(&scene.here, "apart", "SUMMARY:here\r\nSEQUENCE:2");
    put(&there, "apart", "SUMMARY:there\r\nSEQUENCE:3");
    put(&there, "new", "SUMMARY:1");
    let (restored, told) = scene.merge(&there);
    let wanted = [("here", Fate::Older), ("there", Fate::Newer), ("apart", Fate::Newer), ("new", Fate::Back)];
    assert_eq!(told, fates(&wanted));
    assert_eq!((restored.back, restored.newer, restored.older, restored.same), (1, 2, 1, 1));
    assert!(text(&scene.here, "here").unwrap().contains("SUMMARY:2"));
    assert!(text(&scene.here, "apart").unwrap().contains("SUMMARY:there"));
    // Nothing is left to do.
    let (again, _) = scene.merge(&there);
    assert!(!again.is_anything() && again.older == 1, "{again:?}");
}

#[test]
fn a_uid_that_the_database_cannot_have_is_left_out_and_the_others_come_back() {
    let scene = Scene::new();
    put(&scene.here, "here", "SUMMARY:1");
    let there = scene.fork("there");
    let long = "l".repeat(2_601);
    put(&there, &long, "SUMMARY:1");
    put(&there, "short", "SUMMARY:1");
    let (restored, told) = scene.merge(&there);
    if engines::is_postgres() {
        assert!(
            matches!(&told[..], [(uid, Fate::LeftOut(why)), _] if *uid == long && why.contains("longer"))
        );
        assert_eq!((restored.left_out, restored.back), (1, 1));
    } else {
        assert_eq!((restored.left_out, restored.back), (0, 2));
    }
    assert!(text(&scene.here, "short").is_some());
}

#[test]
fn what_was_deleted_stays_so_unless_it_was_written_after_that() {
    let scene = Scene::new();
    for uid in ["gone", "revived"] {
        put(&scene.here, uid, "SUMMARY:1");
    }
    let there = scene.fork("there");
    for uid in ["gone", "revived"] {
        let found = scene.here.owner().find(uid).unwrap().booked.stored;
        scene.here.owner().delete(&[found], uid).unwrap();
    }
    put(&there, "revived", "SUMMARY:2");
    let (restored, told) = scene.merge(&there);
    assert_eq!(told, fates(&[("gone", Fate::Deleted), ("revived", Fate::Back)]));
    assert_eq!((restored.deleted, restored.back), (1, 1));
    assert_eq!(text(&scene.here, "gone"), None);
}

#[test]
fn settings_that_changed_more_often_stand_and_no_calendar_goes() {
    let scene = Scene::new();
    put(&scene.here, "a", "SUMMARY:1");
    let there = scene.fork("there");
    let work = there.owner().make_calendar("Work").unwrap();
    let personal = there.owner().calendar("Personal").unwrap();
    there
        .owner()
        .set_calendar(personal.id, "", |settings| settings.color = Some("#3366cc".to_owned()))
        .unwrap();
    there.owner().set_calendar(work.id, "", |settings| settings.is_removed = true).unwrap();
    let (restored, _) = scene.merge(&there);
    assert_eq!(restored.calendars, 1, "one was removed there");
    assert_eq!(scene.here.owner().calendar("Personal").unwrap().settings.color.as_deref(), Some("#3366cc"));
    let others = Scene::new();
    assert_eq!(others.merge(&there).0.calendars, 1);
    scene.here.owner().undo().unwrap();
    assert_eq!(scene.here.owner().calendar("Personal").unwrap().settings.color, None);
}

#[test]
fn what_was_stopped_goes_on_and_is_taken_back_whole() {
    let there = Scene::new();
    let count = 150;
    for number in 0..count {
        put(&there.here, &format!("u{number}"), "SUMMARY:1");
    }
    let scene = Scene::new();
    put(&scene.here, "mine", "SUMMARY:mine");
    let backup = scene.backup_of(&there.here);
    let restore = Restore { backup: backup.store(), name: "backup", with_deleted: false, is_dry: false };
    let epoch = || scene.here.store().snapshot().unwrap().unwrap().epoch().unwrap();
    let before = epoch();
    let mut notes = Notes { most: Some(1), ..Notes::default() };
    let stopped = scene.here.keeper().merge(&restore, &mut notes).unwrap();
    assert!(stopped.is_stopped && (1..count).contains(&(stopped.back as usize)), "{stopped:?}");
    let middle = epoch();
    assert_ne!(before, middle, "the first set begins an epoch");
    let gone_on = scene.here.keeper().merge(&restore, &mut ()).unwrap();
    assert_eq!(gone_on.same, stopped.back);
    assert_eq!((gone_on.same + gone_on.back, gone_on.only_here), (count as u64, 1));
    let restores = scene.here.owner().history(99).unwrap();
    assert_eq!(restores.iter().filter(|done| done.verb == "restore").count(), 1, "it is one command");
    assert_eq!(scene.here.owner().undo().unwrap().objects, count);
    assert_eq!(text(&scene.here, "u0"), None);
    assert!(text(&scene.here, "mine").is_some());
    // As if nothing had been: what was taken back was deleted since.
    let again = scene.here.keeper().merge(&restore, &mut ()).unwrap();
    assert_eq!(again.deleted, count as u64);
}

#[test]
fn a_dry_run_writes_nothing() {
    let there = Scene::new();
    put(&there.here, "a", "SUMMARY:1");
    let scene = Scene::new();
    put(&scene.here, "mine", "SUMMARY:mine");
    let history = scene.here.owner().history(9).unwrap();
    let backup = scene.backup_of(&there.here);
    let restore = Restore { backup: backup.store(), name: "backup", with_deleted: false, is_dry: true };
    let restored = scene.here.keeper().merge(&restore, &mut ()).unwrap();
    assert_eq!((restored.back, restored.only_here), (1, 1));
    assert_eq!(scene.here.keeper().compare(backup.store(), &mut ()).unwrap().gone, 1);
    assert_eq!(scene.here.owner().history(9).unwrap(), history);
    assert_eq!(text(&scene.here, "a"), None);
}

#[test]
fn whoever_comes_back_is_booked_and_acted_for_as_before() {
    let scene = Scene::new();
    put(&scene.here, "tea", "SUMMARY:Tea");
    let away = scene.fork("away");
    let make = |name: &str, kind| {
        let addresses = [format!("{name}@example.com")];
        let newcomer = Newcomer { kind, name, display: None, addresses: &addresses, password: None };
        away.keeper().make_principal(&newcomer).unwrap().id
    };
    make("ann", PrincipalKind::Individual);
    let ben = make("ben", PrincipalKind::Individual);
    let staff = make("staff", PrincipalKind::Group);
    let hall = make("hall", PrincipalKind::Room);
    make("den", PrincipalKind::Room);
    let rule = |room: &str, bookers| {
        let set = away.keeper().set_booking(room, |booking| {
            booking.mode = Some(Mode::Ask);
            (booking.capacity, booking.moderator, booking.bookers) = (3, Some(ben), Some(bookers));
        });
        set.unwrap();
    };
    rule("hall", staff);
    // Whoever is gone by then may book nothing, nor does anybody else in their place.
    let gone = make("gone", PrincipalKind::Individual);
    rule("den", gone);
    away.keeper().set_state("gone", State::Removed).unwrap();
    away.keeper().delegate(hall, ben, Delegation::Write, "ben acts for the hall").unwrap();
    let (restored, _) = scene.merge(&away);
    assert_eq!(restored.people, 5);
    let here = scene.here.store().snapshot().unwrap().unwrap();
    let named = |name: &str| here.principal_named(name).unwrap().unwrap().id;
    let booking = here.reception(named("hall")).unwrap().booking;
    assert_eq!((booking.mode, booking.capacity), (Some(Mode::Ask), 3));
    assert_eq!((booking.moderator, booking.bookers), (Some(named("ben")), Some(named("staff"))));
    let booking = here.reception(named("den")).unwrap().booking;
    assert_eq!((booking.mode, booking.bookers), (Some(Mode::Never), None));
    let acting = scene.here.keeper().delegates(named("hall")).unwrap();
    let acting: Vec<_> = acting.iter().map(|(who, delegation)| (who.id, *delegation)).collect();
    assert_eq!(acting, [(named("ben"), Delegation::Write)]);
}
