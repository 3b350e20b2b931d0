//! Imports into stores of their own.

use std::cell::RefCell;
use std::io::{self, Cursor, Read};

use ical::civil::Timestamp;
use store::{PrincipalId, Waiting};
use tempfile::TempDir;

use super::*;
use crate::{Names, Options, Service};

struct Text(&'static str, Vec<u8>);

impl Source for Text {
    fn name(&self) -> String {
        self.0.to_owned()
    }

    fn read(&self, take: &mut dyn FnMut(&mut dyn Read)) -> io::Result<()> {
        take(&mut Cursor::new(&self.1));
        Ok(())
    }
}

fn service(folder: &TempDir, limits: ical::Limits) -> Service {
    let store = engines::store(folder.path(), Waiting::never());
    let options = Options { limits, ..Options::default() };
    Service::new(store, || Timestamp(1_770_000_000), Names::by_chance(), options)
}

fn how(known: Known) -> Import {
    Import { calendar: None, known, is_dry: false, bounds: Bounds::default() }
}

/// Imports texts one after another in one import.
fn import_as(service: &Service, texts: &[&str], how: &Import) -> Result<Report, Error> {
    let texts: Vec<Text> = texts.iter().map(|text| Text("test", text.as_bytes().to_vec())).collect();
    let sources: Vec<&dyn Source> = texts.iter().map(|text| text as &dyn Source).collect();
    service.owner().import(&sources, how, &mut ())
}

fn import(service: &Service, texts: &[&str]) -> Report {
    import_as(service, texts, &how(Known::Newer)).unwrap()
}

/// All texts of the store, in the order in which they came.
fn texts(service: &Service) -> Vec<String> {
    let Some(snapshot) = service.owner().snapshot().unwrap() else { return Vec::new() };
    let mut found = Vec::new();
    for calendar in snapshot.calendars(PrincipalId::OWNER).unwrap() {
        for stored in snapshot.page(calendar.id, None, 10_000).unwrap() {
            found.push(String::from_utf8(snapshot.text(&stored).unwrap()).unwrap());
        }
    }
    found
}

fn calendar(body: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nMETHOD:REQUEST\r\n{body}END:VCALENDAR\r\n")
}

fn event(uid: &str, more: &str) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260302T090000Z\r\n{more}END:VEVENT\r\n"
    )
}

const OVERRIDE: &str = "RECURRENCE-ID:20260309T090000Z\r\nSUMMARY:moved\r\n";

#[test]
fn components_are_kept_byte_for_byte_and_the_method_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, ical::Limits::default());
    let odd = "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260302T090000Z\nX-Odd;a=b:\u{e4}\n \u{f6}\r\r\nsummary:x\nEND:VEVENT\n";
    let report = import(&service, &[&format!("\u{feff}{}", calendar(odd))]);
    assert_eq!((report.added, report.passed_count), (1, 0));
    let expected = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{odd}END:VCALENDAR\r\n");
    assert_eq!(texts(&service), [expected]);
}

#[test]
fn a_uid_that_the_database_cannot_have_is_left_out_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, ical::Limits::default());
    let mut uids: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    for at in [3, 70] {
        uids[at] = format!("{at}").repeat(2_601);
    }
    let file = calendar(&uids.iter().map(|uid| event(uid, "")).collect::<String>());
    let report = import(&service, &[&file]);
    let left_out = if engines::is_postgres() { 2 } else { 0 };
    assert_eq!((report.added, report.passed_count), (100 - left_out, left_out), "{report:?}");
    assert!(report.passed.iter().all(|passed| passed.why.contains("longer")), "{report:?}");
    assert_eq!(texts(&service).len() as u64, 100 - left_out);
}

#[test]
fn each_calendar_of_a_file_has_its_own_zones_also_behind_their_use() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, ical::Limits::default());
    let zone = |offset: &str| {
        format!(
            "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
        )
    };
    let zoned =
        |uid: &str| event(uid, "").replace("DTSTART:20260302T090000Z", "DTSTART;TZID=Own:20260302T090000");
    let one = calendar(&format!("{}{}", zoned("1"), zone("+0100")));
    let two = calendar(&format!("{}{}{}", zone("+0500"), zoned("2"), event("3", "")));
    import(&service, &[&format!("{one}{two}")]);
    let texts = texts(&service);
    assert!(texts[0].contains("TZOFFSETTO:+0100") && !texts[0].contains("+0500"), "{}", texts[0]);
    assert!(texts[1].contains("TZOFFSETTO:+0500") && !texts[1].contains("+0100"), "{}", texts[1]);
    assert!(!texts[2].contains("VTIMEZONE"), "{}", texts[2]);
}

#[test]
fn zones_of_one_name_that_differ_are_told_apart_inside_one_object() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, ical::Limits::default());
    let part = |offset: &str, more: &str| {
        calendar(&format!(
            "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n{}",
            event("1", more).replace("DTSTART:20260302T090000Z", "DTSTART;TZID=Own:20260302T090000")
        ))
    };
    let file = format!("{}{}", part("+0100", "RRULE:FREQ=WEEKLY\r\n"), part("+0500", OVERRIDE));
    import(&service, &[&file]);
    let text = texts(&service).remove(0);
    assert!(text.contains("TZID:Own\r\n") && text.contains("TZID:Own 2\r\n"), "{text}");
    assert!(text.contains("DTSTART;TZID=Own 2:20260302T090000"), "{text}");
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 2, "{text}");
}

#[test]
fn parts_of_an_object_meet_in_whatever_order_and_file_they_come() {
    let master = calendar(&event("1", "RRULE:FREQ=WEEKLY;COUNT=5\r\n"));
    let moved = calendar(&event("1", OVERRIDE));
    for files in [[&*master, &*moved], [&*moved, &*master]] {
        let folder = tempfile::tempdir().unwrap();
        let service = service(&folder, ical::Limits::default());
        let report = import(&service, &files);
        assert_eq!((report.added, report.updated), (1, 1), "{report:?}");
        let all = texts(&service);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].matches("BEGIN:VEVENT").count(), 2, "{}", all[0]);
        assert!(all[0].find("RRULE") < all[0].find("RECURRENCE-ID"), "{}", all[0]);
        // In another import, too, and again: nothing changes.
        let report = import(&service, &files);
        assert_eq!((report.added, report.updated, report.unchanged), (0, 0, 2));
        assert_eq!(texts(&service), all);
    }
}

#[test]
fn of_what_is_there_the_newer_stands_or_what_was_asked_for() {
    let old = calendar(&event("1", "SEQUENCE:1\r\nSUMMARY:old\r\n"));
    let new = calendar(&event("1", "SEQUENCE:2\r\nSUMMARY:new\r\n"));
    for (known, first, second, expected) in [
        (Known::Newer, &old, &new, vec!["new"]),
        (Known::Newer, &new, &old, vec!["new"]),
        (Known::Replace, &new, &old, vec!["old"]),
        (Known::Keep, &old, &new, vec!["old"]),
        (Known::Copy, &old, &new, vec!["old", "new"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let service = service(&folder, ical::Limits::default());
        import(&service, &[first]);
        let report = import_as(&service, &[second], &how(known)).unwrap();
        let all = texts(&service);
        let told = (report.added, report.updated, report.kept, report.older_count);
        assert_eq!(all.len(), expected.len(), "{known:?}: {told:?}");
        for (text, summary) in all.iter().zip(expected) {
            assert!(text.contains(&format!("SUMMARY:{summary}")), "{known:?}: {text}");
        }
        assert_eq!(told.0 + told.1 + told.2 + told.3, 1, "{known:?}: {told:?}");
    }
}

#[test]
fn what_is_no_icalendar_is_refused_with_words_and_writes_nothing() {
    for (text, words) in [
        ("hello", "there is no calendar in it"),
        (
            "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "vCalendar 1.0",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let service = service(&folder, ical::Limits::default());
        let error = import_as(&service, &[text], &how(Known::Newer)).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        // Among others it is left out.
        let report = import(&service, &[text, &calendar(&event("1", ""))]);
        assert_eq!((report.added, report.passed_count), (1, 1));
    }
}

#[test]
fn an_object_without_uid_gets_the_same_one_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, ical::Limits::default());
    let text = calendar(&event("1", "").replace("UID:1\r\n", ""));
    assert_eq!(import(&service, &[&text]).added, 1);
    assert_eq!(import(&service, &[&text]).unchanged, 1);
    assert!(texts(&service)[0].contains("UID:"));
}

#[test]
fn a_rule_over_its_budget_is_kept_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, ical::Limits::default());
    let hostile = event("1", "RRULE:FREQ=SECONDLY\r\nEXRULE:FREQ=SECONDLY\r\n");
    let report = import(&service, &[&calendar(&hostile)]);
    assert_eq!((report.added, report.problem_count), (1, 1), "{report:?}");
    assert!(texts(&service)[0].contains("FREQ=SECONDLY"));
}

#[test]
fn past_each_limit_an_object_is_left_out_with_the_limits_name() {
    let small = ical::Limits {
        object: 2_000,
        line: 500,
        nesting: 4,
        components: 6,
        properties: 20,
        parameters: 5,
        attendees: 5,
        overrides: 4,
        dates: 4,
        ..ical::Limits::default()
    };
    let attendees: String = (0..6).map(|n| format!("ATTENDEE:mailto:{n}@example.com\r\n")).collect();
    let alarms = "BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:PT0S\r\nEND:VALARM\r\n".repeat(7);
    let overrides: String =
        (10..16).map(|day| event("1", &format!("RECURRENCE-ID:202603{day}T090000Z\r\n"))).collect();
    let parameters: String = (0..7).map(|n| format!(";X-{n}=1")).collect();
    for (limit, body) in [
        ("object", event("1", &"COMMENT:x\r\n".repeat(300))),
        ("line", event("1", &format!("COMMENT:{}\r\n", "x".repeat(600)))),
        ("nesting", event("1", &"BEGIN:X-A\r\n".repeat(8))),
        ("components", event("1", &alarms)),
        ("properties", event("1", &"X-A:1\r\n".repeat(30))),
        ("parameters", event("1", &format!("X-A{parameters}:1\r\n"))),
        ("attendees", event("1", &attendees)),
        ("overrides", overrides),
        (
            "dates",
            event(
                "1",
                "RDATE:20260401T000000Z,20260402T000000Z,20260403T000000Z,20260404T000000Z,20260405T000000Z\r\n",
            ),
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let service = service(&folder, small.clone());
        let report = import(&service, &[&calendar(&format!("{body}{}", event("2", "")))]);
        assert_eq!(report.passed_count, 1, "{limit}: {report:?}");
        assert!(report.passed[0].why.contains(limit), "{limit}: {}", report.passed[0].why);
        assert_eq!(report.added, 1, "{limit}: what is beside it is in");
    }
}

#[test]
fn what_waits_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, ical::Limits::default());
    let body: String = (0..6)
        .map(|n| event(&n.to_string(), ""))
        .chain((0..6).map(|n| event(&n.to_string(), OVERRIDE)))
        .collect();
    let bounded = |bounds| Import { bounds, ..how(Known::Newer) };
    let waiting = bounded(Bounds { waiting: 4, ..Bounds::default() });
    let report = import_as(&service, &[&calendar(&body)], &waiting).unwrap();
    assert_eq!((report.added, report.passed_count), (4, 4));
    assert!(report.passed[0].why.contains("the limit `waiting`"), "{}", report.passed[0].why);
    for bounds in [Bounds { components: 11, ..Bounds::default() }, Bounds { zones: 10, ..Bounds::default() }]
    {
        let refused = import_as(&service, &[&calendar(&body)], &bounded(bounds)).unwrap_err();
        assert!(refused.to_string().contains("the limit `"), "{refused}");
    }
}

/// Interrupts after so many sets, and may do something else to the store in between.
struct Meddler<'m> {
    sets: usize,
    stop_after: usize,
    meddle: &'m dyn Fn(usize),
    committed: RefCell<Vec<u64>>,
}

impl Watch for Meddler<'_> {
    fn committed(&mut self, report: &Report) {
        self.sets += 1;
        self.committed.borrow_mut().push(report.committed);
        (self.meddle)(self.sets);
    }

    fn is_stopped(&self) -> bool {
        self.sets >= self.stop_after
    }
}

fn many(objects: usize) -> String {
    calendar(&(0..objects).map(|n| event(&format!("u{n}"), "")).collect::<String>())
}

#[test]
fn what_was_stopped_goes_on_and_is_taken_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, ical::Limits::default());
    let source = Text("many", many(3_500).into_bytes());
    let mut meddler = Meddler { sets: 0, stop_after: 3, meddle: &|_| (), committed: RefCell::default() };
    let first = service.owner().import(&[&source], &how(Known::Newer), &mut meddler).unwrap();
    assert!(first.is_stopped && first.committed >= 192 && first.committed < 3_500, "{first:?}");
    assert_eq!(texts(&service).len() as u64, first.committed);
    let second = service.owner().import(&[&source], &how(Known::Newer), &mut ()).unwrap();
    assert_eq!((second.resumed, second.added), (first.committed, 3_500 - first.committed));
    assert_eq!(texts(&service).len(), 3_500);
    // One command: objects and the calendar, too.
    service.owner().undo().unwrap();
    assert!(service.owner().calendars().unwrap().is_empty());
    assert!(texts(&service).is_empty());
    // Taken back, it begins anew.
    let third = service.owner().import(&[&source], &how(Known::Newer), &mut ()).unwrap();
    assert_eq!((third.resumed, third.added), (0, 3_500));
}

#[test]
fn another_writers_changes_meanwhile_are_seen_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, ical::Limits::default());
    let other = tests::service(&folder, ical::Limits::default());
    let source = Text("many", many(4_000).into_bytes());
    let theirs = calendar(&event("u3999", "SEQUENCE:7\r\nSUMMARY:theirs\r\n"));
    let meddle = |sets: usize| {
        if sets == 1 {
            let owner = other.owner();
            for n in (600..4_000).step_by(50) {
                let text = theirs.replace("u3999", &format!("u{n}"));
                let calendar = owner.calendars().unwrap().remove(0);
                owner.put(&calendar, text.as_bytes(), "add", "theirs").unwrap();
            }
        }
    };
    let mut meddler =
        Meddler { sets: 0, stop_after: usize::MAX, meddle: &meddle, committed: RefCell::default() };
    let report = service.owner().import(&[&source], &how(Known::Newer), &mut meddler).unwrap();
    let all = texts(&service);
    assert_eq!(all.len(), 4_000);
    assert_eq!(all.iter().filter(|text| text.contains("SUMMARY:theirs")).count(), 68);
    assert_eq!((report.added + report.older_count, report.committed), (4_000, 4_000), "{report:?}");
    assert!(meddler.committed.borrow().is_sorted());
}

#[test]
fn looking_alone_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, ical::Limits::default());
    let dry = Import { is_dry: true, ..how(Known::Newer) };
    let report = import_as(&service, &[&many(200)], &dry).unwrap();
    assert_eq!((report.added, report.committed), (200, 0));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
