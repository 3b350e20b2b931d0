//! Files of a principal: past each limit, in whose hands, and back from a backup.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use std::io::Write;

use ical::civil::Timestamp;
use service::{
    Actor, CalendarTarget, Document, Error, FilePath, FileTarget, Keep, LIMITS, Names, Newcomer, Options,
    PrincipalId, PrincipalKind, Refusal, Restore, Restored, Service,
};
use store::{Blob, CHUNK, Store, Tag, Waiting};
use tempfile::TempDir;

/// 2 March 2026, a Monday, 08:00 in UTC.
const NOW: Timestamp = Timestamp(1_772_438_400);

fn service(folder: &std::path::Path, now: fn() -> Timestamp, options: Options) -> Service {
    Service::new(engines::store(folder, Waiting::never()), now, Names::told("files"), options)
}

fn scene(limits: &[(&str, u64)]) -> (TempDir, Service) {
    let mut options = Options::default();
    for (key, number) in limits {
        let limit = LIMITS.iter().find(|limit| limit.key == *key).unwrap();
        (limit.set)(&mut options, *number);
    }
    let folder = tempfile::tempdir().unwrap();
    let service = service(folder.path(), || NOW, options);
    for name in ["ann", "bob"] {
        let kind = PrincipalKind::Individual;
        let newcomer = Newcomer { kind, name, display: None, addresses: &[], password: None };
        service.keeper().make_principal(&newcomer).unwrap();
    }
    (folder, service)
}

fn path(home: PrincipalId, path: &str) -> FilePath {
    FilePath { home, names: path.split('/').map(str::to_owned).collect() }
}

fn own(actor: Actor<'_>, to: &str) -> FilePath {
    path(actor.principal_id(), to)
}

fn put(actor: Actor<'_>, to: &str, bytes: &[u8]) -> Result<(), Error> {
    actor.put_file(&own(actor, to), &bytes.to_vec().into(), None, |_| true).map(drop)
}

fn read_at(actor: Actor<'_>, path: &FilePath) -> Result<Vec<u8>, Error> {
    let (file, mut bytes) = (actor.file(path)?, Vec::new());
    loop {
        let more = actor.bytes(&file, u64::try_from(bytes.len()).unwrap())?.unwrap();
        if more.is_empty() {
            return Ok(bytes);
        }
        bytes.extend(more);
    }
}

fn make(actor: Actor<'_>, to: &str) -> Result<(), Error> {
    actor.make_collection(&own(actor, to), &[])
}

fn transfer(actor: Actor<'_>, from: &str, to: &str, keep: Keep) -> Result<bool, Error> {
    let to = own(actor, to);
    let to = FileTarget { path: &to, overwrite: true, is_deep: true };
    actor.transfer_file(&own(actor, from), to, keep, |_| true)
}

fn read(actor: Actor<'_>, from: &str) -> Option<Vec<u8>> {
    read_at(actor, &own(actor, from)).ok()
}

/// The words of a refusal.
fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Err(Error::Refused(refusal)) => refusal.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn past_each_limit_nothing_comes_and_its_name_is_told() {
    let limits = [
        ("limit_file", 10),
        ("limit_files", 4),
        ("limit_members", 3),
        ("limit_levels", 3),
        ("limit_quota", 25),
    ];
    let (_folder, service) = scene(&limits);
    let ann = service.owner();
    let says = |answer: Result<(), Error>, words: &str| {
        let found = refused(answer);
        assert!(found.contains(words), "{found}");
    };
    says(put(ann, "a", &[0; 11]), "more than 10 bytes of a file: `limit_file` is 10");
    make(ann, "a").unwrap();
    make(ann, "a/b").unwrap();
    put(ann, "a/b/c", &[0; 10]).unwrap();
    says(make(ann, "a/b/c/d"), "more than 3 collections within collections: `limit_levels` is 3");
    says(put(ann, "a/b/c/d", b""), "`limit_levels` is 3");
    says(make(ann, "none/d"), "there is no collection");
    says(put(ann, "none/d", b""), "there is no collection");
    says(transfer(ann, "a", "a/x", Keep::Both).map(drop), "nothing goes into itself");
    put(ann, "d", &[0; 10]).unwrap();
    says(put(ann, "e", b""), "more than 4 files of a user: `limit_files` is 4");
    says(make(ann, "e"), "`limit_files` is 4");
    says(transfer(ann, "d", "e", Keep::Both).map(drop), "`limit_files` is 4");
    ann.remove_file(&own(ann, "d"), |_| true).unwrap();
    says(transfer(ann, "a", "d", Keep::Both).map(drop), "`limit_files` is 4");
    // What takes the place of another needs no more room.
    put(ann, "a/b/c", &[0; 4]).unwrap();
    transfer(ann, "a/b/c", "d", Keep::Both).unwrap();
    transfer(ann, "a/b/c", "d", Keep::Both).unwrap();
    transfer(ann, "a/b/c", "a/d", Keep::Target).unwrap();
    ann.remove_file(&own(ann, "a/b"), |_| true).unwrap();
    put(ann, "e", &[0; 10]).unwrap();
    assert_eq!(ann.room(ann.principal_id()).unwrap().available, 7);
    ann.remove_file(&own(ann, "d"), |_| true).unwrap();
    put(ann, "a/d", &[0; 10]).unwrap();
    says(put(ann, "f", &[0; 6]), "more than 25 bytes of files of a user: `limit_quota` is 25");
    says(transfer(ann, "e", "f", Keep::Both).map(drop), "`limit_quota` is 25");
    make(ann, "f").unwrap();
    says(make(ann, "g"), "more than 3 members of a collection: `limit_members` is 3");
    says(put(ann, "a/\0", b""), "nothing can be named");
    says(put(ann, "..", b""), "nothing can be named");
}

#[test]
fn an_area_is_its_owners_alone() {
    let (_folder, service) = scene(&[]);
    let ann = service.owner();
    put(ann, "a", b"mine").unwrap();
    let bob = service.keeper().principal("bob").unwrap().id;
    let to = path(bob, "a");
    let target = FileTarget { path: &to, overwrite: true, is_deep: true };
    let answers = [
        ann.put_file(&to, &b"x".to_vec().into(), None, |_| true).map(drop),
        ann.make_collection(&to, &[]),
        ann.file(&to).map(drop),
        ann.room(bob).map(drop),
        ann.transfer_file(&own(ann, "a"), target, Keep::Both, |_| true).map(drop),
        ann.transfer_file(&own(ann, "a"), target, Keep::Target, |_| true).map(drop),
    ];
    for answer in answers {
        assert!(matches!(answer, Err(Error::NotFound(_))), "{answer:?}");
    }
    // Who keeps the store reaches all, and from one area to another what moves is copied.
    service.keeper().transfer_file(&own(ann, "a"), target, Keep::Target, |_| true).unwrap();
    assert_eq!(read_at(service.keeper(), &to).unwrap(), b"mine");
    assert_eq!(read(ann, "a"), None);
    assert_eq!(ann.room(ann.principal_id()).unwrap().used, 0);
}

#[test]
fn uploads_beside_each_other_all_come_and_stay_within_the_quota() {
    let (_folder, service) = scene(&[("limit_quota", 100)]);
    let store = service.store().folder().to_owned();
    let options = Options { quota: 100, ..Options::default() };
    let done = std::thread::scope(|scope| {
        let uploads: Vec<_> = (0..8)
            .map(|number| {
                let (store, options) = (store.clone(), options.clone());
                scope.spawn(move || {
                    let waiting = Waiting { most: std::time::Duration::from_secs(60), tell: || () };
                    let names = Names::by_chance();
                    let service = Service::new(engines::store(&store, waiting), || NOW, names, options);
                    let upload = |at| put(service.owner(), &format!("{number}-{at}"), &[0; 5]);
                    (0..4).map(upload).filter(Result::is_ok).count()
                })
            })
            .collect();
        uploads.into_iter().map(|upload| upload.join().unwrap()).sum::<usize>()
    });
    let used = service.owner().room(service.owner().principal_id()).unwrap().used;
    assert_eq!((done, used), (20, 100), "as many as there is room for, and no more");
}

fn merge(here: &Service, there: &Service) -> Restored {
    let backup = here.store().open_backup(&engines::backup(there.store()), &mut |_, _| ()).unwrap();
    let restore = |is_dry| Restore { backup: backup.store(), name: "backup", with_deleted: false, is_dry };
    let planned = here.keeper().merge(&restore(true), &mut ()).unwrap();
    let restored = here.keeper().merge(&restore(false), &mut ()).unwrap();
    assert_eq!(planned.files, restored.files, "what was planned is done");
    assert!(!here.keeper().merge(&restore(false), &mut ()).unwrap().is_anything(), "nothing is left to do");
    restored
}

#[test]
fn files_come_back_from_a_backup_and_the_newer_stands() {
    let (folder, first) = scene(&[]);
    let ann = first.owner();
    make(ann, "a").unwrap();
    for name in ["a/lost", "a/older", "a/newer", "same"] {
        put(ann, name, b"as it was").unwrap();
    }
    let copy = folder.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    first.store().backup(&copy.join("kalends.db"), &mut |_, _| ()).unwrap();
    let later = || Timestamp(NOW.0 + 60);
    let store = Store::new(&copy, Waiting::never());
    let there = Service::new(store, later, Names::told("files"), Options::default());
    put(there.owner(), "a/newer", b"newer there").unwrap();
    make(there.owner(), "made").unwrap();
    put(there.owner(), "made/inside", b"of the backup").unwrap();
    let here = service(folder.path(), later, Options::default());
    put(here.owner(), "a/older", b"newer here").unwrap();
    put(here.owner(), "only here", b"stays").unwrap();
    here.owner().remove_file(&own(here.owner(), "a/lost"), |_| true).unwrap();

    assert_eq!(merge(&here, &there).files, 4);
    for (name, bytes) in [
        ("a/lost", "as it was"),
        ("a/older", "newer here"),
        ("a/newer", "newer there"),
        ("same", "as it was"),
        ("made/inside", "of the backup"),
        ("only here", "stays"),
    ] {
        assert_eq!(read(here.owner(), name).unwrap(), bytes.as_bytes(), "{name}");
    }
    // What a store in the place of all would change is told before.
    let backup = here.store().open_backup(&engines::backup(there.store()), &mut |_, _| ()).unwrap();
    assert_eq!(here.keeper().compare(backup.store(), &mut ()).unwrap().files, 2);
}

#[test]
fn who_comes_back_has_their_files_again() {
    let (_folder, there) = scene(&[]);
    let bob = there.keeper().principal("bob").unwrap().id;
    there
        .keeper()
        .put_file(&path(bob, "song"), &b"la".to_vec().into(), Some("text/plain"), |_| true)
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let here = service(folder.path(), || NOW, Options::default());
    here.owner().default_calendar().unwrap();
    assert_eq!(merge(&here, &there).files, 1);
    let bob = here.keeper().principal("bob").unwrap().id;
    let song = path(bob, "song");
    let (file, bytes) = (here.keeper().file(&song).unwrap(), read_at(here.keeper(), &song).unwrap());
    assert_eq!((bytes, file.contents.unwrap().media.as_deref()), (b"la".to_vec(), Some("text/plain")));
}

#[test]
fn a_calendar_goes_to_another_home_where_rules_let_it() {
    let (_folder, service) = scene(&[]);
    let ann = service.owner();
    let text = |uid: usize| {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
             DTSTAMP:20260301T000000Z\r\nDTSTART:20260303T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    };
    let club = ann.make_calendar("Club").unwrap();
    for uid in 0..150 {
        ann.write(club.id, &format!("{uid}.ics"), text(uid).into_bytes(), |_| true).unwrap();
    }
    let bob = service.keeper().principal("bob").unwrap().id;
    let target = |home| CalendarTarget { home, segment: "club", overwrite: false, is_deep: true };
    let refusal = ann.transfer_calendar(club.id, target(bob), Keep::Both);
    assert!(matches!(refusal, Err(Error::Refused(Refusal::NoRight) | Error::NotFound(_))), "{refusal:?}");
    assert!(service.keeper().calendars_in(bob).unwrap().iter().all(|one| one.settings.segment != "club"));

    // Whoever keeps the store may; the calendar of the same segment in each home is its own.
    assert!(service.keeper().transfer_calendar(club.id, target(bob), Keep::Target).unwrap());
    let moved = service.keeper().calendar_in(bob, "club").unwrap();
    assert_eq!(service.keeper().count(&moved).unwrap(), 150);
    assert!(ann.calendar_in(ann.principal_id(), "club").is_err());
    // One command takes all of it back.
    service.keeper().undo().unwrap();
    assert!(service.keeper().calendar_in(bob, "club").is_err());
    assert_eq!(ann.count(&ann.calendar("Club").unwrap()).unwrap(), 150);
}

#[test]
fn a_large_document_comes_out_of_a_file_and_nothing_of_it_where_it_may_not() {
    let (folder, service) = scene(&[("limit_quota", 3 * CHUNK)]);
    let store = engines::store(folder.path(), Waiting::never());
    let ann = service.owner();
    let bytes: Vec<u8> = (0..CHUNK * 5 / 2).map(|at| u8::try_from((at / 777 + at) % 253).unwrap()).collect();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    let (document, blob) = (Document::Aside(file), Blob::of(&mut bytes.as_slice()).unwrap());
    let has = || store.snapshot().unwrap().unwrap().has(&blob).unwrap();
    let write = |to: &str, may: bool| ann.put_file(&own(ann, to), &document, None, |_| may);

    assert!(matches!(write("a", false), Err(Error::Refused(Refusal::TagMismatch))));
    assert!(refused(write("none/a", true)).contains("no collection"));
    put(ann, "small", &[7; 200_000]).unwrap();
    assert!(refused(write("a", true)).contains("`limit_quota`"));
    assert!(!has(), "none of its bytes came");
    ann.remove_file(&own(ann, "small"), |_| true).unwrap();
    assert_eq!(write("a", true).unwrap().tag, Tag::of(&bytes));
    assert!(read(ann, "a").unwrap() == bytes);

    // What came, and must not be there after all, takes up no room.
    let asked = std::cell::Cell::new(0);
    let once = |_: Option<&Tag>| asked.replace(asked.get() + 1) == 0;
    ann.remove_file(&own(ann, "a"), |_| true).unwrap();
    let refused_late = ann.put_file(&own(ann, "a"), &document, None, once);
    assert!(matches!(refused_late, Err(Error::Refused(Refusal::TagMismatch))));
    assert_eq!((asked.get(), engines::number(&store, "SELECT count(*) FROM chunk")), (2, 0));
    write("a", true).unwrap();

    // Who reads it while it is written anew is told, and is not given parts of both.
    let before = ann.file(&own(ann, "a")).unwrap();
    put(ann, "a", b"other").unwrap();
    assert_eq!(ann.bytes(&before, CHUNK).unwrap(), None);
    assert!(!has());

    // Nor those of one that came when it had gone, and may stand in its place.
    let before = ann.file(&own(ann, "a")).unwrap();
    ann.remove_file(&own(ann, "a"), |_| true).unwrap();
    write("b", true).unwrap();
    assert_eq!(ann.bytes(&before, 0).unwrap(), None);
}
