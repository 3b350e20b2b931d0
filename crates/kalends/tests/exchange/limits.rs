//! Past each limit that a person may meet: one line with the limit's name, and the exit code that the contract has.

use crate::run::Run;
use crate::{Place, calendar, event};

/// A run with a limit, by its key, of so much.
fn run(place: &Place, key: &str, most: &str, arguments: &[&str]) -> Run {
    let mut command = place.command_in(&place.data(), arguments);
    command.env(format!("KALENDS_{}", key.to_uppercase()), most).output().unwrap().into()
}

#[test]
fn what_is_refused_says_the_limits_name() {
    let place = Place::new();
    let day = ["add", "Tea", "--start", "2026-03-02 15:00", "--for", "1h"];
    let daily = [&day[..], &["--repeat", "every day"]].concat();
    let leap = [&day[..], &["--repeat", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2;BYDAY=MO"]].concat();
    assert_eq!(place.run(&["calendar", "make", "Work"]).code, 0);
    for (key, most, arguments, words) in [
        ("limit_object", "100", &day[..], "more than 100 bytes of an object: `limit_object` is 100"),
        ("limit_line", "10", &day, "(`line`) is 10"),
        ("limit_nesting", "1", &day, "(`nesting`) of 1"),
        ("limit_properties", "3", &day, "`limit_properties` is 3"),
        ("limit_rules", "1", &daily, ""),
        ("limit_occurrences_of_one", "20", &daily, "`limit_occurrences_of_one` is 20"),
        ("limit_periods", "3", &leap, "costs too much"),
        ("limit_calendars", "1", &["calendar", "make", "More"], "`limit_calendars` is 1"),
    ] {
        let run = run(&place, key, most, arguments);
        if words.is_empty() {
            assert_eq!(run.code, 0, "{key}: {}", run.err);
            continue;
        }
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{key}: {}", run.err);
        assert!(run.err.contains(words) && run.err.lines().count() == 1, "{key}: {}", run.err);
    }
}

#[test]
fn what_is_imported_past_a_limit_is_left_out_and_told() {
    let attendees = "ATTENDEE:mailto:a@example.com\r\nATTENDEE:mailto:b@example.com\r\n";
    let deep = "BEGIN:X-A\r\nBEGIN:X-B\r\nEND:X-B\r\nEND:X-A\r\n";
    let wide = "BEGIN:X-A\r\nEND:X-A\r\nBEGIN:X-A\r\nEND:X-A\r\nBEGIN:X-A\r\nEND:X-A\r\n";
    for (key, most, more, words) in [
        ("limit_attendees", "1", attendees, "`limit_attendees` is 1"),
        ("limit_components", "3", wide, "`limit_components` is 3"),
        ("limit_nesting", "3", deep, "(`nesting`) of 3"),
        ("limit_dates", "1", "EXDATE:20260303T090000Z,20260304T090000Z\r\n", "`limit_dates` is 1"),
        ("limit_rules", "1", "RRULE:FREQ=DAILY\r\nRRULE:FREQ=WEEKLY\r\n", "`limit_rules` is 1"),
        ("limit_parameters", "1", "COMMENT;X-A=1;X-B=2:x\r\n", "`limit_parameters` is 1"),
    ] {
        let place = Place::new();
        let file = place.file("a.ics", calendar(&(event("a", more) + &event("b", ""))));
        let run = run(&place, key, most, &["import", &file]);
        assert_eq!(run.code, 1, "{key}: {}{}", run.out, run.err);
        assert!(run.out.contains("1 new") && run.out.contains(words), "{key}: {}{}", run.out, run.err);
    }
}

#[test]
fn an_archive_has_limits() {
    let place = Place::new();
    let a = calendar(&event("a", ""));
    let file = super::import::archive(&place, &[("a.ics", a.as_bytes()), ("b.txt", b"x")]);
    for (key, most) in [("limit_entries", "1"), ("limit_archive", "99")] {
        let run = run(&place, key, most, &["import", &file]);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{key}");
        assert!(run.err.contains(&format!("(`{key}`)")), "{}", run.err);
    }
    assert_eq!(run(&place, "limit_entries", "2", &["import", &file]).code, 0);
}

#[test]
fn a_search_shows_so_many_and_tells() {
    let place = Place::new();
    let tea = "SUMMARY:Tea\r\n";
    let file = place.file("a.ics", calendar(&(event("a", tea) + &event("b", tea))));
    assert_eq!(place.run(&["import", &file]).code, 0);
    let run = run(&place, "limit_found", "1", &["search", "tea", "--json"]);
    assert_eq!(run.out.lines().count(), 1);
    assert!(run.err.contains("the first 1 are shown"), "{}", run.err);
}

#[test]
fn the_trash_is_kept_as_long_as_it_is_said() {
    let place = Place::new();
    let file = place.file("a.ics", calendar(&event("a", "SUMMARY:Tea\r\n")));
    assert_eq!(place.run(&["import", &file]).code, 0);
    assert_eq!(place.run(&["rm", "--yes", "a"]).code, 0);
    let later = |days: &str| {
        let mut command = place.command_in(&place.data(), &["agenda"]);
        command.env("KALENDS_NOW", "2026-03-04T12:00:00Z").env("KALENDS_LIMIT_TRASH_DAYS", days);
        assert!(command.output().unwrap().status.success());
        place.run(&["trash", "--json"]).out.lines().count()
    };
    assert_eq!((later("9"), later("1")), (1, 0));
}

#[test]
fn a_limit_is_a_number() {
    let place = Place::new();
    for most in ["none", "-1", "0", "1.5"] {
        let run = run(&place, "limit_found", most, &["agenda"]);
        assert_eq!(run.code, 2);
        assert_eq!(
            run.err,
            format!("kalends: KALENDS_LIMIT_FOUND={most}: limit_found wants a number from 1 on\n")
        );
    }
    assert_eq!(run(&place, "limit_object", "18446744073709551615", &["agenda"]).code, 0);
}
