//! Objects by their names: written, read, listed, erased, followed; each rule that stands against it.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use std::cell::Cell;
use std::ops::ControlFlow;

use ical::civil::Timestamp;
use service::{
    Actor, Changed, Error, Names, Options, PropertyChange, PropertyName, Refusal, Service, Tags, Written,
};
use store::{CalendarId, Tag, Waiting};

/// 2 March 2026, a Monday, 08:00 in UTC.
const NOW: Timestamp = Timestamp(1_772_438_400);

fn service(folder: &tempfile::TempDir) -> Service {
    Service::new(
        engines::store(folder.path(), Waiting::never()),
        || NOW,
        Names::told("test"),
        Options::default(),
    )
}

fn calendar(inside: &str) -> Vec<u8> {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\n{inside}END:VCALENDAR\n");
    text.replace('\n', "\r\n").into_bytes()
}

/// An event of a UID with these lines.
fn event(uid: &str, lines: &str) -> Vec<u8> {
    calendar(&format!(
        "BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20260301T000000Z\nDTSTART:20260303T090000Z\n{lines}END:VEVENT\n"
    ))
}

fn write(actor: Actor<'_>, to: CalendarId, name: &str, text: &[u8]) -> Result<Written, Error> {
    actor.write(to, name, text.to_vec(), |_| true)
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn the_bytes_that_were_written_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    let owner = service.owner();
    let work = owner.default_calendar().unwrap().id;
    // Line ends, an unknown property, folds, case: all as it came.
    let text = b"begin:vcalendar\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260301T000000Z\n\
        dtstart:20260303T090000Z\nX-MINE;A=b:c\n d\nEND:VEVENT\nEND:VCALENDAR"
        .to_vec();
    let written = write(owner, work, "Tea%20time", &text).unwrap();
    assert_eq!(
        written,
        Written { is_new: true, tag: Tag::of(&text), is_as_it_came: true, schedule_tag: None }
    );
    let (resource, read) = owner.text(work, "Tea%20time").unwrap();
    assert_eq!((read, resource.size, resource.tag), (text.clone(), text.len() as u64, written.tag));
    assert_eq!(owner.resource(work, "Tea%20time").unwrap(), resource);
    assert!(matches!(owner.resource(work, "tea%20time"), Err(Error::NotFound(_))));

    let token = owner.token(work).unwrap();
    assert!(!write(owner, work, "Tea%20time", &text).unwrap().is_new);
    assert_eq!(owner.token(work).unwrap(), token, "the same again changes nothing");
    assert!(!write(owner, work, "Tea%20time", &event("1", "SUMMARY:Tea\n")).unwrap().is_new);
    assert_eq!(owner.find("tea").unwrap().booked.stored.uid, "1");
    owner.undo().unwrap();
    assert_eq!(owner.text(work, "Tea%20time").unwrap().1, text);
}

#[test]
fn a_condition_is_asked_of_what_is_there_at_the_moment_of_writing() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    let owner = service.owner();
    let work = owner.default_calendar().unwrap().id;
    let first = write(owner, work, "1.ics", &event("1", "")).unwrap().tag;
    let none = |tag: Option<&Tags>| tag.is_none();
    assert_eq!(refusal(owner.write(work, "1.ics", event("1", "SUMMARY:2\n"), none)), Refusal::TagMismatch);
    assert_eq!(owner.resource(work, "1.ics").unwrap().tag, first);

    // Another writes between the question and the commit: so it is asked again, and says no.
    let asked = Cell::new(0);
    let is_first = |tag: Option<&Tags>| {
        asked.set(asked.get() + 1);
        if asked.get() == 1 {
            write(owner, work, "1.ics", &event("1", "SUMMARY:Other\n")).unwrap();
        }
        tag.map(|tags| tags.tag) == Some(first)
    };
    let late = owner.write(work, "1.ics", event("1", "SUMMARY:Late\n"), is_first);
    assert_eq!((refusal(late), asked.get()), (Refusal::TagMismatch, 2));
    assert_eq!(refusal(owner.erase(work, "1.ics", |tags| tags.tag == first)), Refusal::TagMismatch);

    // Two make the same name at once, with different UIDs: one of them is too late.
    let asked = Cell::new(0);
    let is_free = |tag: Option<&Tags>| {
        asked.set(asked.get() + 1);
        if asked.get() == 1 {
            write(owner, work, "new.ics", &event("new", "")).unwrap();
        }
        tag.is_none()
    };
    assert_eq!(refusal(owner.write(work, "new.ics", event("late", ""), is_free)), Refusal::TagMismatch);
    assert_eq!(asked.get(), 2);
}

#[test]
fn a_uid_has_one_name_and_a_name_one_uid() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    let owner = service.owner();
    let work = owner.default_calendar().unwrap().id;
    let home = owner.make_calendar("Home").unwrap().id;
    write(owner, work, "1.ics", &event("1", "")).unwrap();
    let conflict = Refusal::UidConflict { name: "1.ics".to_owned() };
    assert_eq!(refusal(write(owner, work, "2.ics", &event("1", ""))), conflict);
    assert_eq!(refusal(write(owner, work, "1.ics", &event("2", ""))), conflict);
    write(owner, home, "2.ics", &event("1", "")).unwrap();
    owner.erase(work, "1.ics", |_| true).unwrap();
    write(owner, work, "2.ics", &event("1", "")).unwrap();
    write(owner, work, "1.ics", &event("2", "")).unwrap();
}

#[test]
fn what_no_calendar_keeps_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    let owner = service.owner();
    let work = owner.default_calendar().unwrap().id;
    let one = "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260301T000000Z\nDTSTART:20260303T090000Z\nEND:VEVENT\n";
    let todo = one.replace("VEVENT", "VTODO");
    let other = one.replace("UID:1", "UID:2");
    let without = one.replace("UID:1\n", "");
    for (inside, wanted) in [
        (format!("METHOD:REQUEST\n{one}"), Refusal::Method),
        (format!("{one}{other}"), Refusal::NotOneObject(2)),
        (format!("{one}{todo}"), Refusal::NotOneObject(2)),
        (String::new(), Refusal::NotOneObject(0)),
        (without, Refusal::NoUid),
    ] {
        assert_eq!(refusal(write(owner, work, "1.ics", &calendar(&inside))), wanted, "{inside}");
    }
    let two = [calendar(one), calendar(one)].concat();
    assert_eq!(refusal(write(owner, work, "1.ics", &two)), Refusal::NotOneCalendar(2));
    let cut = calendar(one).split_last_chunk::<20>().unwrap().0.to_vec();
    for text in [
        b"".to_vec(),
        b"Tea at nine".to_vec(),
        one.as_bytes().to_vec(),
        cut,
        calendar(&one.replace("DTSTART", "X-START")),
        calendar(&one.replace("END:VEVENT", "DTEND:20260303T080000Z\nEND:VEVENT")),
        [&calendar(one)[..], b"\xff"].concat(),
    ] {
        let answer = write(owner, work, "1.ics", &text);
        assert!(matches!(answer, Err(Error::Invalid(_))), "{answer:?} of {}", String::from_utf8_lossy(&text));
    }
    for name in ["", ".", "..", "a\nb", &"x".repeat(256)] {
        let wanted = Refusal::BadSegment(name.to_owned());
        assert_eq!(refusal(write(owner, work, name, &calendar(one))), wanted);
    }
    assert!(owner.page(work, None, 9).unwrap().is_empty(), "nothing of it was written");
    assert_eq!(owner.history(9).unwrap().len(), 1, "nor of what was refused");

    // An override alone is what an attendee of one instance has (RFC 4791 4.1).
    let alone = one.replace("UID:1", "UID:1\nRECURRENCE-ID:20260303T090000Z");
    write(owner, work, "1.ics", &calendar(&alone)).unwrap();
}

#[test]
fn many_are_read_by_name_and_page_by_page() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    let owner = service.owner();
    let work = owner.default_calendar().unwrap().id;
    for uid in ["c", "a", "b"] {
        write(owner, work, uid, &event(uid, "")).unwrap();
    }
    let first = owner.page(work, None, 2).unwrap();
    let rest = owner.page(work, Some(first[1].id), 2).unwrap();
    let names = |page: &[service::Resource]| page.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!((names(&first), names(&rest)), (vec!["c".into(), "a".into()], vec!["b".into()]));

    let mut told = Vec::new();
    let ask = ["b", "nothing", "c", "a"];
    owner
        .resources(work, ask, |name, member| {
            let text = member.map(|member| member.text()).transpose()?;
            told.push((name, text));
            Ok(if told.len() == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })
        .unwrap();
    assert_eq!(told, [("b", Some(event("b", ""))), ("nothing", None), ("c", Some(event("c", "")))]);
}

#[test]
fn what_is_erased_is_in_the_trash_and_told_to_who_follows() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    let owner = service.owner();
    let work = owner.default_calendar().unwrap().id;
    write(owner, work, "1.ics", &event("1", "SUMMARY:Tea\n")).unwrap();
    let before = owner.changes(work, None, 9).unwrap();
    assert!(matches!(&before.changes[..], [Changed::Resource(one)] if one.name == "1.ics"));
    owner.erase(work, "1.ics", |_| true).unwrap();
    assert!(matches!(owner.erase(work, "1.ics", |_| true), Err(Error::NotFound(_))));
    let after = owner.changes(work, Some(&before.token), 9).unwrap();
    assert_eq!(after.changes, [Changed::Removed("1.ics".to_owned())]);
    assert_eq!(owner.trash().unwrap()[0].1, "Tea");
    owner.undo().unwrap();
    assert_eq!(owner.text(work, "1.ics").unwrap().1, event("1", "SUMMARY:Tea\n"));
    for token in ["", "what", "0-1-2", &format!("{}9", before.token)] {
        assert_eq!(refusal(owner.changes(work, Some(token), 9)), Refusal::TokenUnknown, "{token}");
    }
}

#[test]
fn properties_have_bounds_and_leave_the_object_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder);
    let owner = service.owner();
    let work = owner.default_calendar().unwrap().id;
    write(owner, work, "1.ics", &event("1", "")).unwrap();
    let (token, resource) = (owner.token(work).unwrap(), owner.resource(work, "1.ics").unwrap());
    let change = |number: usize, xml: Option<String>| {
        let name = PropertyName { namespace: "http://example.com/".to_owned(), local: format!("p{number}") };
        PropertyChange { name, xml }
    };
    let many =
        |count: usize| (0..count).map(|number| change(number, Some("<p/>".to_owned()))).collect::<Vec<_>>();
    let set = |changes: &[PropertyChange]| owner.set_properties(work, "1.ics", changes);
    set(&many(1_000)).unwrap();
    let most = Refusal::TooMany { what: "properties of a resource", most: 1_000 };
    assert_eq!(refusal(set(&[change(1_000, Some("<p/>".to_owned()))])), most);
    // One goes, so another may come; in place of one there is room too.
    set(&[change(0, None), change(1_000, Some("<p/>".to_owned())), change(1, Some("<q/>".to_owned()))])
        .unwrap();
    let kept = owner.properties(work, Some("1.ics")).unwrap();
    assert_eq!((kept.len(), kept.iter().filter(|kept| kept.xml == "<q/>").count()), (1_000, 1));
    let large = refusal(set(&[change(1, Some("x".repeat(65_536)))]));
    assert!(matches!(large, Refusal::TooMany { what: "bytes of properties of a resource", .. }));
    assert!(owner.properties(work, None).unwrap().is_empty());
    assert_eq!((owner.token(work).unwrap(), owner.resource(work, "1.ics").unwrap()), (token, resource));
    assert!(matches!(owner.properties(work, Some("2.ics")), Err(Error::NotFound(_))));
    assert!(matches!(owner.set_properties(work, "2.ics", &[]), Err(Error::NotFound(_))));
}
