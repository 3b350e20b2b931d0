//! When somebody is busy is told by the index: of what that reaches no text is read.

use std::collections::BTreeSet;

use ical::civil::Timestamp;
use ical::recurrence::Range;
use service::{BusyAnswer, BusyTime, Names, Newcomer, Options, Service};
use store::{PrincipalId, PrincipalKind, Waiting};

/// 1 March 2026, 00:00 in UTC.
const NOW: Timestamp = Timestamp(1_772_323_200);
const DAY: i64 = 86_400;

/// Events of the year around: some once, some that recur, for ever or not, in a zone, floating, of a day, with and without
/// others in them.
fn texts() -> Vec<String> {
    let day = |number: usize| format!("2026{:02}{:02}", 1 + number / 28 % 12, 1 + number % 28);
    let event = |number: usize| {
        let (day, hour) = (day(number), number % 24);
        let lines = match number % 8 {
            0 => format!("DTSTART;TZID=Europe/Vienna:{day}T{hour:02}0000\r\nDURATION:PT45M\r\n"),
            1 => format!("DTSTART:{day}T{hour:02}0000\r\nDURATION:PT45M\r\n"),
            2 => format!("DTSTART;VALUE=DATE:{day}\r\nTRANSP:TRANSPARENT\r\n"),
            3 => format!("DTSTART:{day}T{hour:02}0000Z\r\nDURATION:PT10M\r\nRRULE:FREQ=WEEKLY;COUNT=9\r\n"),
            4 => {
                format!("DTSTART:2025{}T{hour:02}1000Z\r\nDURATION:PT5M\r\nRRULE:FREQ=MONTHLY\r\n", &day[4..])
            }
            5 => format!("DTSTART:{day}T{hour:02}0000Z\r\nDURATION:PT20M\r\nSTATUS:TENTATIVE\r\n"),
            _ => format!("DTSTART:{day}T{hour:02}3000Z\r\nDURATION:PT30M\r\nSUMMARY:Number {number}\r\n"),
        };
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:{number}@example.com\r\n\
             DTSTAMP:20260301T000000Z\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    };
    (0..400).map(event).collect()
}

#[test]
fn no_text_is_read_for_when_somebody_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let store = engines::store(folder.path(), Waiting::never());
    let service = Service::new(store, || NOW, Names::told("busy"), Options::default());
    let owner = service.owner();
    let calendar = owner.default_calendar().unwrap();
    for text in texts() {
        owner.put(&calendar, text.as_bytes(), "add", "added").unwrap();
    }
    let months = [0, 31, 61, 200]
        .map(|day| Range { from: Timestamp(NOW.0 + day * DAY), to: Timestamp(NOW.0 + (day + 31) * DAY) });
    let ask = || -> Vec<BTreeSet<BusyTime>> {
        let busy = |range| owner.busy_of(PrincipalId::OWNER, range, None).unwrap().unwrap();
        months.iter().map(|range| busy(*range).into_iter().collect()).collect()
    };
    let before = ask();
    assert!(before.iter().all(|month| month.len() > 30), "{before:?}");

    // From now on no text can be read.
    let broken = engines::bytes(b"no calendar");
    engines::run(service.store(), &format!("UPDATE text SET raw = {broken}"));
    let read = owner.text(calendar.id, "0@example.com.ics");
    assert!(!read.is_ok_and(|(_, text)| text.starts_with(b"BEGIN")), "a text is as it was");
    assert_eq!(ask(), before);
}

#[test]
fn who_is_too_busy_to_tell_is_nobody_elses_matter() {
    let folder = tempfile::tempdir().unwrap();
    let store = engines::store(folder.path(), Waiting::never());
    let options = Options { occurrences: 30, ..Options::default() };
    let service = Service::new(store, || NOW, Names::told("busy"), options).kept_by("root".to_owned());
    let owner = service.owner();
    let calendar = owner.default_calendar().unwrap();
    for text in texts() {
        owner.put(&calendar, text.as_bytes(), "add", "added").unwrap();
    }
    let people = ["ann", "ben"].map(|name| {
        let addresses = [format!("{name}@example.com")];
        let kind = PrincipalKind::Individual;
        let newcomer = Newcomer { kind, name, display: None, addresses: &addresses, password: None };
        service.keeper().make_principal(&newcomer).unwrap().id
    });
    assert_eq!(people[0], PrincipalId::OWNER);
    let range = Range { from: NOW, to: Timestamp(NOW.0 + 31 * DAY) };
    let told = owner.busy_of_each(&people, range).unwrap();
    assert_eq!(told[0], BusyAnswer::TooMuch);
    assert!(!matches!(told[1], BusyAnswer::TooMuch), "{told:?}");
}
