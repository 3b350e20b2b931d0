//! What one person does with a store of their own, end to end: objects booked, edited, removed, taken back.

use std::io;

use ical::civil::{Date, Timestamp};
use ical::recurrence::Range;
use ical::value::{DateOrTime, Duration};
use ical::zone::Zone;
use ical::{ContentLine, PropertyKind};
use service::{
    Actor, Booked, Bounds, Edit, Entry, Error, Import, Known, Length, Names, Options, Question, Refusal,
    Scope, Service, Source,
};
use store::Waiting;

/// 2 March 2026, a Monday, 08:00 in UTC.
const NOW: Timestamp = Timestamp(1_772_438_400);
const DAY: i64 = 86_400;

fn service(folder: &tempfile::TempDir, options: Options) -> Service {
    let store = engines::store(folder.path(), Waiting::never());
    Service::new(store, || NOW, Names::told("test"), options)
}

/// An object of these lines, in a calendar with a zone.
fn text(lines: &str) -> Vec<u8> {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nDTSTAMP:20260301T000000Z\r\n{}END:VEVENT\r\n\
         END:VCALENDAR\r\n",
        lines.replace('\n', "\r\n")
    )
    .into_bytes()
}

/// A file that is imported.
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

const WEEKLY: &str =
    "UID:weekly\nDTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=10\nSUMMARY:Choir\n";

fn put(owner: Actor<'_>, lines: &str) -> Booked {
    let calendar = owner.default_calendar().expect("it is in order");
    owner.put(&calendar, &text(lines), "add", "added").expect("it is in order")
}

/// What is on in these days from now on: when, and what.
fn agenda(owner: Actor<'_>, days: i64) -> Vec<(String, String)> {
    let range = Range { from: Timestamp(NOW.0 - 8 * 3600), to: Timestamp(NOW.0 + days * DAY) };
    let entries = owner.agenda(&Question::of(range, Zone::utc())).expect("it is in order").entries;
    entries.into_iter().map(|entry| (entry.start.to_string(), entry.summary.unwrap_or_default())).collect()
}

fn entry(owner: Actor<'_>, booked: &Booked, month: u8, day: u8) -> Entry {
    let date = Date::new(2026, month, day).expect("it is in order");
    owner.occurrence(booked, (date, None), &Zone::utc()).expect("it is in order")
}

fn on(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(start, summary)| ((*start).to_owned(), (*summary).to_owned())).collect()
}

#[test]
fn what_is_put_is_found_by_handle_uid_and_words() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    let owner = service.owner();
    let tea = put(owner, "UID:tea@example.com\nDTSTART:20260303T090000Z\nSUMMARY:Tea at Zoë's\n");
    put(owner, "UID:coffee@example.com\nDTSTART:20260303T100000Z\nSUMMARY:Coffee\n");
    let handle = owner.handles([&tea.stored]).unwrap().remove(0);
    for name in [
        handle.as_str(),
        &handle.to_uppercase(),
        "tea@example.com",
        "zoe",
        "TEA AT",
        "tea@example.com@20260303",
    ] {
        assert_eq!(owner.find(name).unwrap().booked.stored.uid, "tea@example.com", "{name}");
    }
    assert!(matches!(owner.find("nothing of that"), Err(Error::NotFound(_))));
    assert!(matches!(owner.find("example"), Err(Error::NotFound(_))), "a UID is found whole");
    assert_eq!(
        tea.document.to_bytes(),
        text("UID:tea@example.com\nDTSTART:20260303T090000Z\nSUMMARY:Tea at Zoë's\n")
    );
}

#[test]
fn undo_and_redo_walk_to_and_fro() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    let owner = service.owner();
    owner.default_calendar().unwrap();
    let one = put(owner, "UID:1\nDTSTART:20260303T090000Z\nSUMMARY:One\n");
    put(owner, "UID:2\nDTSTART:20260303T100000Z\nSUMMARY:Two\n");
    owner.delete(std::slice::from_ref(&one.stored), "One").unwrap();
    let names = || agenda(owner, 7).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
    assert_eq!(names(), ["Two"]);
    owner.undo().unwrap();
    assert_eq!(names(), ["One", "Two"]);
    assert!(owner.trash().unwrap().is_empty(), "what came back is not in the trash as well");
    owner.undo().unwrap();
    assert_eq!(names(), ["One"]);
    owner.undo().unwrap();
    assert_eq!(names(), Vec::<String>::new());
    owner.redo().unwrap();
    owner.redo().unwrap();
    assert_eq!(names(), ["One", "Two"]);
    owner.redo().unwrap();
    assert_eq!(names(), ["Two"]);
    assert!(matches!(owner.redo(), Err(Error::Refused(Refusal::NothingUndone))));
    owner.undo().unwrap();
    put(owner, "UID:3\nDTSTART:20260303T110000Z\nSUMMARY:Three\n");
    assert!(
        matches!(owner.redo(), Err(Error::Refused(Refusal::NothingUndone))),
        "something else was done since"
    );
    assert_eq!(names(), ["One", "Two", "Three"]);
}

#[test]
fn one_occurrence_is_taken_out_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    let owner = service.owner();
    let choir = put(owner, WEEKLY);
    let second = entry(owner, &choir, 3, 9);
    owner.exclude(&choir, &second).unwrap();
    assert_eq!(agenda(owner, 15), on(&[("20260302T090000Z", "Choir"), ("20260316T090000Z", "Choir")]));
    owner.undo().unwrap();
    assert_eq!(agenda(owner, 8), on(&[("20260302T090000Z", "Choir"), ("20260309T090000Z", "Choir")]));
}

#[test]
fn an_edit_of_one_all_or_those_that_follow() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    let owner = service.owner();
    let choir = put(owner, WEEKLY);
    let summary = |name: &str| vec![ContentLine::new(PropertyKind::Summary).text(name)];
    let at = |day: u8, hour: u8| {
        let time = ical::civil::Time::new(hour, 0, 0).unwrap();
        DateOrTime::Utc(Date::new(2026, 3, day).unwrap().at(time))
    };
    let edit = Edit { start: Some(at(10, 18)), lines: summary("Late"), ..Edit::default() };
    owner.edit(&choir.stored, &Scope::One(entry(owner, &choir, 3, 9)), &edit, "one").unwrap();
    let edit = Edit {
        start: Some(at(2, 10)),
        length: Some(Length::For(Duration::from_seconds(1800))),
        ..Edit::default()
    };
    owner.edit(&choir.stored, &Scope::All, &edit, "all").unwrap();
    let expected =
        [("20260302T100000Z", "Choir"), ("20260310T180000Z", "Late"), ("20260316T100000Z", "Choir")];
    assert_eq!(agenda(owner, 15), on(&expected), "the override stays with its instance");
    let choir = owner.read(&choir.stored).unwrap();
    let edit = Edit { lines: summary("Orchestra"), ..Edit::default() };
    let cut = entry(owner, &choir, 3, 23);
    let uids = owner.edit(&choir.stored, &Scope::Future(cut), &edit, "future").unwrap();
    assert_eq!(uids.len(), 2);
    let all = agenda(owner, 400);
    assert_eq!(all.len(), 10, "as many as COUNT said");
    let names: Vec<&str> = all.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, [["Choir", "Late", "Choir"].as_slice(), &["Orchestra"; 7]].concat());
    let later = owner.find(&uids[1]).unwrap().booked;
    let related = later.main().unwrap().relations();
    assert_eq!(related.len(), 1);
    assert_eq!(related[0].target, "weekly");
    owner.undo().unwrap();
    assert!(agenda(owner, 400).iter().all(|(_, name)| name != "Orchestra"), "both come back in one");
}

#[test]
fn two_at_the_same_time_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    let owner = service.owner();
    put(owner, WEEKLY);
    put(owner, "UID:free\nDTSTART:20260309T090000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT\nSUMMARY:Free\n");
    put(owner, "UID:off\nDTSTART:20260309T090000Z\nDURATION:PT1H\nSTATUS:CANCELLED\nSUMMARY:Off\n");
    let tea = put(owner, "UID:tea\nDTSTART:20260309T093000Z\nDURATION:PT1H\nSUMMARY:Tea\n");
    let clashes = owner.clashes(&tea, &Zone::utc()).unwrap();
    let names: Vec<_> = clashes.iter().filter_map(|entry| entry.summary.as_deref()).collect();
    assert_eq!(names, ["Choir"]);
    let after = put(owner, "UID:after\nDTSTART:20260309T103000Z\nDURATION:PT1H\nSUMMARY:After\n");
    assert_eq!(owner.clashes(&after, &Zone::utc()).unwrap(), [], "one ends as the other begins");
}

#[test]
fn the_trash_gives_back_and_calendars_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    let owner = service.owner();
    let tea = put(owner, "UID:tea\nDTSTART:20260303T090000Z\nSUMMARY:Tea\n");
    owner.delete(std::slice::from_ref(&tea.stored), "Tea").unwrap();
    let (trashed, title) = owner.trash().unwrap().remove(0);
    assert_eq!(title, "Tea");
    owner.restore(&trashed, "Tea").unwrap();
    assert_eq!(agenda(owner, 7).len(), 1);
    assert!(matches!(owner.restore(&trashed, "Tea"), Err(Error::NotFound(_))));
    let calendar = owner.default_calendar().unwrap();
    let remove = |settings: &mut store::Settings| settings.is_removed = true;
    let last = owner.set_calendar(calendar.id, "removed", remove);
    assert!(matches!(last, Err(Error::Refused(Refusal::LastCalendar))));
    owner.make_calendar("Work").unwrap();
    owner.set_calendar(calendar.id, "removed", remove).unwrap();
    assert_eq!(agenda(owner, 7), []);
    assert!(matches!(owner.find("tea"), Err(Error::NotFound(_))));
    owner.undo().unwrap();
    assert_eq!(agenda(owner, 7).len(), 1);
}

#[test]
fn the_trash_is_forgotten_after_thirty_days_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    let owner = service.owner();
    let tea = put(owner, "UID:tea\nDTSTART:20260303T090000Z\nSUMMARY:Tea\n");
    owner.delete(std::slice::from_ref(&tea.stored), "Tea").unwrap();
    assert!(!owner.forget().unwrap());
    assert_eq!(owner.trash().unwrap().len(), 1);
    let later = |clock: fn() -> Timestamp| {
        let store = engines::store(folder.path(), Waiting::never());
        Service::new(store, clock, Names::told("later"), Options::default())
    };
    let month = later(|| Timestamp(NOW.0 + 31 * DAY));
    assert!(!month.owner().forget().unwrap(), "one step is enough");
    assert!(month.owner().trash().unwrap().is_empty());
    assert!(!month.owner().history(9).unwrap().is_empty(), "what was done is remembered longer");
    let years = later(|| Timestamp(NOW.0 + 401 * DAY));
    while years.owner().forget().unwrap() {}
    assert!(years.owner().history(9).unwrap().is_empty());
}

#[test]
fn what_came_with_its_calendar_goes_and_comes_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(&folder, Options::default());
    let owner = service.owner();
    let source = File(text("UID:tea\nDTSTART:20260303T090000Z\nSUMMARY:Tea\n"));
    let import = Import { calendar: None, known: Known::Newer, is_dry: false, bounds: Bounds::default() };
    owner.import(&[&source], &import, &mut ()).unwrap();
    assert_eq!(agenda(owner, 7).len(), 1);
    owner.undo().unwrap();
    assert!(owner.calendars().unwrap().is_empty());
    owner.redo().unwrap();
    assert_eq!(agenda(owner, 7).len(), 1);
}
