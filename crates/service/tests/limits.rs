//! Past each limit: what a person writes is refused by the limit's name, what is imported is kept or left out and told, and
//! what is in the store takes no answer away.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use std::io;

use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::zone::Zone;
use service::{
    Actor, Answer, Bounds, Error, Import, Known, LIMITS, Names, Options, Question, Refusal, Report, Service,
    Settings, Source, Why,
};
use store::Waiting;

/// 2 March 2026, a Monday, 08:00 in UTC.
const NOW: Timestamp = Timestamp(1_772_438_400);
const DAY: i64 = 86_400;

fn service(folder: &tempfile::TempDir, options: Options) -> Service {
    Service::new(engines::store(folder.path(), Waiting::never()), || NOW, Names::told("test"), options)
}

/// The options of which one, by its key, is so much.
fn with(key: &str, number: u64) -> Options {
    let mut options = Options::default();
    let limit = LIMITS.iter().find(|limit| limit.key == key).unwrap();
    (limit.set)(&mut options, number);
    assert_eq!((limit.get)(&options), number);
    options
}

/// A calendar of events of these lines.
fn text(events: &[&str]) -> Vec<u8> {
    let event = |lines: &&str| format!("BEGIN:VEVENT\nDTSTAMP:20260301T000000Z\n{lines}END:VEVENT\n");
    let events: String = events.iter().map(event).collect();
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\n{events}END:VCALENDAR\n");
    text.replace('\n', "\r\n").into_bytes()
}

struct File(Vec<u8>);

impl Source for File {
    fn name(&self) -> String {
        "file".to_owned()
    }

    fn read(&self, take: &mut dyn FnMut(&mut dyn io::Read)) -> io::Result<()> {
        take(&mut self.0.as_slice());
        Ok(())
    }
}

fn import(owner: Actor<'_>, events: &[&str]) -> Report {
    let how = Import { calendar: None, known: Known::Newer, is_dry: false, bounds: Bounds::default() };
    owner.import(&[&File(text(events))], &how, &mut ()).unwrap()
}

fn put(owner: Actor<'_>, lines: &str) -> Result<service::Booked, Error> {
    let calendar = owner.default_calendar().unwrap();
    owner.put(&calendar, &text(&[lines]), "add", "added")
}

/// Why an event of these lines is refused with these options.
fn refused(options: Options, lines: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, options);
    let owner = service.owner();
    let error = put(owner, lines).expect_err(lines);
    assert!(matches!(error, Error::Refused(_) | Error::Invalid(_)), "{error:?}");
    assert_eq!(owner.objects().unwrap(), 0, "nothing was written");
    error.to_string()
}

fn days(owner: Actor<'_>, days: i64) -> Answer {
    let range = Range { from: NOW, to: Timestamp(NOW.0 + days * DAY) };
    owner.agenda(&Question::of(range, Zone::utc())).unwrap()
}

const TEA: &str = "UID:tea\nDTSTART:20260303T090000Z\nDURATION:PT1H\nSUMMARY:Tea\n";
const SECONDLY: &str =
    "UID:dense\nDTSTART:20260301T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY\nSUMMARY:Tick\n";

#[test]
fn past_each_limit_a_new_object_is_refused_by_its_name() {
    let attendees = "UID:1\nATTENDEE:mailto:a@example.com\nATTENDEE:mailto:b@example.com\n";
    let long = format!("UID:1\nDESCRIPTION:{}\n", "x".repeat(900));
    let inner = "UID:1\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT5M\nBEGIN:X-DEEP\nEND:X-DEEP\nEND:VALARM\n";
    let series = "UID:1\nDTSTART:20260302T090000Z\nRRULE:FREQ=DAILY\n";
    let overrides = [5, 6].map(|day| {
        format!("END:VEVENT\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID:2026030{day}T090000Z\nDTSTART:2026030{day}T100000Z\n")
    });
    let overridden = format!("{series}{}", overrides.concat());
    let daily = format!("{series}RRULE:FREQ=WEEKLY\n");
    for (key, most, lines, words) in [
        ("limit_object", 800, long.as_str(), "more than 800 bytes of an object: `limit_object` is 800"),
        ("limit_line", 600, &long, "`line`"),
        ("limit_nesting", 2, inner, "components nested deeper than the limit (`nesting`) of 2"),
        ("limit_nesting", 3, inner, "components nested deeper than the limit (`nesting`) of 3"),
        ("limit_components", 2, inner, "more than 2 components of an object: `limit_components` is 2"),
        ("limit_properties", 2, series, "more than 2 properties of a component: `limit_properties` is 2"),
        (
            "limit_parameters",
            1,
            "UID;X-A=1;X-B=2:1\n",
            "more than 1 parameters of a property: `limit_parameters` is 1",
        ),
        ("limit_attendees", 1, attendees, "more than 1 attendees: `limit_attendees` is 1"),
        ("limit_overrides", 1, &overridden, "more than 1 overrides: `limit_overrides` is 1"),
        (
            "limit_dates",
            2,
            "UID:1\nEXDATE:20260302,20260303,20260304\n",
            "more than 2 values of RDATE and EXDATE: `limit_dates` is 2",
        ),
        ("limit_rules", 1, &daily, "more than 1 rules of a component: `limit_rules` is 1"),
        (
            "limit_periods",
            9,
            "UID:1\nDTSTART:20260302T090000Z\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO\n",
            "costs too much",
        ),
        ("limit_occurrences_of_one", 30, series, "more than 30 times in a month"),
        (
            "limit_occurrences_of_one",
            30,
            "UID:1\nDTSTART:20260302T090000Z\nRRULE:FREQ=HOURLY;COUNT=31\n",
            "`limit_occurrences_of_one` is 30",
        ),
    ] {
        let found = refused(with(key, most), lines);
        assert!(found.contains(words), "{key}: {found}");
        assert!(!found.contains('\n'), "{found}");
    }
    let found = refused(Options::default(), SECONDLY);
    assert!(
        found.starts_with("it occurs more than 10000 times in a month: give its rule a longer INTERVAL"),
        "{found}"
    );
    let minutely = SECONDLY.replace("SECONDLY", "MINUTELY");
    assert!(refused(Options::default(), &minutely).contains("more than 10000 times"));
    let hostile = "UID:1\nDTSTART:20260302T090000Z\nRRULE:FREQ=SECONDLY\nEXRULE:FREQ=SECONDLY\n";
    assert!(refused(Options::default(), hostile).contains("costs too much"));
}

#[test]
fn at_each_limit_an_object_is_taken() {
    let hourly = "UID:1\nDTSTART:20260302T090000Z\nRRULE:FREQ=HOURLY;COUNT=30\n";
    let weekly = "UID:2\nDTSTART:20260302T090000Z\nRRULE:FREQ=WEEKLY\n";
    let alarm = "UID:3\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT5M\nEND:VALARM\n";
    // RFC 5545 3.8.5.3: every 20 minutes of a working day.
    let often =
        "UID:4\nDTSTART:20260302T090000Z\nRRULE:FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40\n";
    for (options, lines) in [
        (with("limit_occurrences_of_one", 30), hourly),
        (with("limit_occurrences_of_one", 5), weekly),
        (with("limit_nesting", 3), alarm),
        (Options::default(), often),
        (Options::default(), "UID:5\nDTSTART:20260302T090000Z\nRRULE:FREQ=MINUTELY;INTERVAL=5\n"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let service = service(&folder, options);
        put(service.owner(), lines).expect(lines);
    }
}

#[test]
fn what_is_no_object_changes_nothing() {
    let none = Options::default;
    assert_eq!(refused(none(), "DTSTART:20260302T090000Z\n"), Refusal::NoUid.to_string());
    assert_eq!(
        refused(none(), "UID:1\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\n"),
        Refusal::NotOneObject(2).to_string()
    );
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, with("limit_calendars", 2));
    let owner = service.owner();
    owner.make_calendar("Work").unwrap();
    owner.make_calendar("Second").unwrap();
    let third = owner.make_calendar("Third");
    assert!(matches!(third, Err(Error::Refused(Refusal::TooMany { what: "calendars", most: 2 }))));
    assert!(matches!(owner.make_calendar("work"), Err(Error::Refused(_))));
    // A client that makes and removes calendars all day comes to no end of its own making.
    for _ in 0..3 {
        let second = owner.calendar("Second").unwrap();
        owner.set_calendar(second.id, "removed", |settings| settings.is_removed = true).unwrap();
        owner.make_calendar_at("second", &Settings::new("second", "Second"), &[]).unwrap();
    }
    let third = owner.make_calendar_at("third", &Settings::new("third", "Third"), &[]);
    assert!(matches!(third, Err(Error::Refused(Refusal::TooMany { what: "calendars", most: 2 }))));
}

#[test]
fn a_dense_object_is_imported_told_and_takes_no_answer_away() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    let owner = service.owner();
    let report = import(owner, &[SECONDLY, TEA]);
    assert_eq!((report.added, report.problem_count), (2, 1));
    assert!(report.problems[0].why.contains("more than 10000 times in a month"), "{:?}", report.problems);

    let week = days(owner, 7);
    assert_eq!(week.entries.iter().filter(|entry| entry.summary.as_deref() == Some("Tea")).count(), 1);
    assert_eq!(week.entries.len(), 10_001);
    let [cut] = &week.cut[..] else { panic!("{:?}", week.cut) };
    assert_eq!(
        (cut.title.as_str(), cut.from, &cut.why),
        ("Tick", Timestamp(NOW.0 + 10_000), &Why::Dense(10_000))
    );
    assert!(days(owner, 0).cut.is_empty());

    // It goes and comes back as it is.
    let dense = owner.find("dense").unwrap().booked;
    owner.delete(std::slice::from_ref(&dense.stored), "Tick").unwrap();
    assert!(days(owner, 7).cut.is_empty());
    owner.undo().unwrap();
    assert_eq!(days(owner, 7).cut.len(), 1);
    let dense = owner.find("dense").unwrap().booked;
    owner.delete(std::slice::from_ref(&dense.stored), "Tick").unwrap();
    let (trashed, title) = owner.trash().unwrap().remove(0);
    owner.restore(&trashed, &title).unwrap();
    assert_eq!(days(owner, 7).cut.len(), 1);
    owner.undo().unwrap();
    owner.redo().unwrap();
    assert_eq!(days(owner, 7).entries.len(), 10_001);
}

#[test]
fn many_dense_objects_share_an_answer_and_the_others_keep_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { occurrences: 100, occurrences_of_one: 60, ..Options::default() };
    let service = service(&folder, options);
    let owner = service.owner();
    let dense: Vec<String> =
        (0..4).map(|n| SECONDLY.replace("UID:dense", &format!("UID:dense{n}"))).collect();
    let mut events: Vec<&str> = dense.iter().map(String::as_str).collect();
    events.push(TEA);
    import(owner, &events);
    let week = days(owner, 7);
    assert_eq!((week.entries.len(), week.cut.len()), (4 * 24 + 1, 4));
    assert!(week.cut.iter().all(|cut| cut.why == Why::Dense(24) && cut.from == Timestamp(NOW.0 + 24)));
}

#[test]
fn an_answer_that_has_not_even_room_for_one_of_each_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, with("limit_occurrences", 2));
    let owner = service.owner();
    let events: Vec<String> = (0..3).map(|n| TEA.replace("UID:tea", &format!("UID:{n}"))).collect();
    import(owner, &events.iter().map(String::as_str).collect::<Vec<_>>());
    let range = Range { from: NOW, to: Timestamp(NOW.0 + 7 * DAY) };
    let refused = owner.agenda(&Question::of(range, Zone::utc())).unwrap_err();
    assert_eq!(refused.to_string(), "more than 2 occurrences in an answer: `limit_occurrences` is 2");
}

#[test]
fn what_costs_more_than_the_budget_is_told_beside_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let hostile =
        "UID:1\nDTSTART:20200101T090000Z\nRRULE:FREQ=SECONDLY\nEXRULE:FREQ=SECONDLY\nSUMMARY:Never\n";
    let service = service(&folder, Options::default());
    let owner = service.owner();
    let report = import(owner, &[hostile, TEA]);
    assert_eq!((report.added, report.problem_count), (2, 1));
    let week = days(owner, 7);
    assert_eq!(week.entries.len(), 1);
    let [cut] = &week.cut[..] else { panic!("{:?}", week.cut) };
    assert!(matches!(cut.why, Why::Work(_)) && cut.is_busy);
}

#[test]
fn what_is_found_by_words_has_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, with("limit_found", 1));
    let owner = service.owner();
    import(owner, &[TEA, &TEA.replace("UID:tea", "UID:other")]);
    assert_eq!(owner.search(&["tea".to_owned()]).unwrap().len(), 1);
}

#[test]
fn what_was_within_the_limits_once_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let before = service(&folder, Options::default());
    let tea = put(before.owner(), TEA).unwrap();
    before.owner().delete(std::slice::from_ref(&tea.stored), "Tea").unwrap();
    drop(before);
    let after = service(&folder, with("limit_properties", 1));
    assert!(put(after.owner(), TEA).is_err());
    after.owner().undo().unwrap();
    assert_eq!(days(after.owner(), 7).entries.len(), 1);
}

#[test]
fn so_many_versions_are_remembered_and_the_last_can_be_taken_back() {
    for (number, kept) in [(3, 3), (0, 1)] {
        let folder = tempfile::tempdir().unwrap();
        let service = service(&folder, with("limit_history_versions", number));
        let owner = service.owner();
        for title in ["one", "two", "three", "four", "five"] {
            put(owner, &format!("UID:1\nDTSTART:20260303T090000Z\nSUMMARY:{title}\n")).unwrap();
        }
        let calendar = owner.default_calendar().unwrap();
        let snapshot = service.store().snapshot().unwrap().unwrap();
        assert_eq!(snapshot.versions(calendar.id, "1", 99).unwrap().len(), kept);
        owner.undo().unwrap();
        assert_eq!(owner.search(&["four".to_owned()]).unwrap().len(), 1);
    }
}
