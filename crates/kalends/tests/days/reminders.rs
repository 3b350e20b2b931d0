//! Alarms: each rings once, is put off and answered; the clock is where the test says.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use crate::run::{Run, holds};
use crate::{Store, event};

const ALARM: &str = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM";

/// `remind --once`: what it prints, with nothing to complain of.
fn rung(store: &Store, now: &str) -> String {
    store.run_at(now, &["remind", "--once"]).done()
}

/// One of these objects, whose alarms ring from this time on.
fn from(now: &str, objects: &str) -> Store {
    let store = Store::new();
    let file = store.folder.path().join("in.ics");
    std::fs::write(&file, format!("BEGIN:VCALENDAR\r\n{objects}END:VCALENDAR\r\n")).unwrap();
    assert_eq!(store.run_at(now, &["import", file.to_str().unwrap()]).code, 0);
    let first = store.run_at(now, &["remind", "--once"]);
    assert_eq!((first.code, first.out.as_str()), (0, ""));
    assert_eq!(first.err, "kalends: alarms ring from now on; what was due before is silent\n");
    store
}

fn is_sound(store: &Store) {
    let run = store.run(&["admin", "check"]);
    assert_eq!(run.code, 0, "{}", run.err);
}

fn with_alarm(uid: &str, lines: &str, alarm: &str) -> String {
    event(uid, &format!("{lines}\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\n{alarm}\r\nEND:VALARM"))
}

#[test]
fn each_rings_once_when_it_is_due() {
    let todo = |uid: &str, lines: &str, alarm: &str| with_alarm(uid, lines, alarm).replace("VEVENT", "VTODO");
    let store = from(
        "2026-03-25T08:00Z",
        &[
            with_alarm(
                "tea",
                "DTSTART:20260325T120000Z\r\nDURATION:PT1H\r\nSUMMARY:Tea\r\nLOCATION:Garden",
                "TRIGGER:-PT15M",
            ),
            with_alarm(
                "off",
                "DTSTART:20260325T120000Z\r\nSTATUS:CANCELLED\r\nSUMMARY:Off",
                "TRIGGER:-PT15M",
            ),
            with_alarm("fair", "DTSTART;VALUE=DATE:20260326\r\nSUMMARY:Fair", "TRIGGER:-PT6H"),
            with_alarm(
                "here",
                "DTSTART:20260325T150000\r\nSUMMARY:Here",
                "TRIGGER;RELATED=END:PT0S\r\nREPEAT:1\r\nDURATION:PT5M",
            ),
            with_alarm(
                "place",
                "DTSTART:20260325T120000Z\r\nSUMMARY:Place",
                "TRIGGER:-PT15M\r\nPROXIMITY:ARRIVE",
            ),
            todo("tax", "DUE:20260325T160000Z\r\nSUMMARY:Tax", "TRIGGER;RELATED=END:-PT1H"),
            todo(
                "done",
                "DUE:20260325T160000Z\r\nSTATUS:COMPLETED\r\nSUMMARY:Done",
                "TRIGGER;RELATED=END:-PT1H",
            ),
            todo("some day", "SUMMARY:Some day", "TRIGGER;VALUE=DATE-TIME:20260325T093000Z"),
            with_alarm(
                "old",
                "DTSTART:20200325T120000Z\r\nRRULE:FREQ=YEARLY;COUNT=3\r\nSUMMARY:Old",
                "TRIGGER:-PT15M",
            ),
        ]
        .concat(),
    );
    for (now, lines) in [
        ("09:00", ""),
        ("09:30", "10:30  Some day  nvt\n"),
        ("11:44:59", ""),
        ("11:45", "12:45  Tea in 15 min (13:00), Garden  jrd\n"),
        ("11:46", ""),
        ("14:02", "15:00  Here was 15:00  cgr\n"),
        ("14:06", "15:05  Here was 15:00  cgr\n"),
        ("15:30", "16:00  Tax due in 30 min (17:00)  pvb\n"),
        ("18:00", "18:00  Fair tomorrow  njg\n"),
        ("23:00", ""),
    ] {
        let found = rung(&store, &format!("2026-03-25T{now}Z"));
        let without_handles = |lines: &str| -> Vec<String> {
            lines.lines().map(|line| line.rsplit_once("  ").unwrap().0.to_owned()).collect()
        };
        assert_eq!(without_handles(&found), without_handles(lines), "{now}");
    }
    is_sound(&store);
}

#[test]
fn a_series_rings_on_both_sides_of_a_change_of_the_clocks_and_ten_years_on() {
    let weekly =
        "DTSTART;TZID=Europe/Vienna:20260302T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Team";
    let moved = "RECURRENCE-ID;TZID=Europe/Vienna:20260406T090000\r\nDTSTART;TZID=Europe/Vienna:20260406T140000\r\n\
                 SUMMARY:Team later";
    let store = from(
        "2026-03-20T08:00Z",
        &[with_alarm("team", weekly, "TRIGGER:-PT15M"), with_alarm("team", moved, "TRIGGER:-PT30M")].concat(),
    );
    for (now, lines) in [
        ("2026-03-23T07:44Z", ""),
        ("2026-03-23T07:45Z", "08:45  Team in 15 min (09:00)  #@20260323\n"),
        // In Vienna it is summer now.
        ("2026-03-30T06:44Z", ""),
        ("2026-03-30T06:45Z", "08:45  Team in 15 min (09:00)  #@20260330\n"),
        ("2026-04-06T06:45Z", ""),
        ("2026-04-06T11:30Z", "13:30  Team later in 30 min (14:00)  #@20260406\n"),
        (
            "2026-04-20T12:00Z",
            "Mon 13 Apr 08:45  Team was Mon 13 Apr 09:00  #@20260413\n08:45  Team was 09:00  #@20260420\n",
        ),
    ] {
        let handle =
            store.run(&["search", "team", "--json"]).json()[0]["handle"].as_str().unwrap().to_owned();
        assert_eq!(rung(&store, now), lines.replace('#', &handle), "{now}");
        assert_eq!(rung(&store, now), "", "{now}");
    }
    let later = store.run_at("2036-04-21T12:00Z", &["remind", "--once"]);
    assert_eq!(
        later.err,
        "kalends: it was not run for long: what was due before Fri 21 Mar 13:00 is left out\n"
    );
    let days: Vec<&str> = later.out.lines().map(|line| line.split("  ").next().unwrap()).collect();
    assert_eq!(
        days,
        ["Mon 24 Mar 08:45", "Mon 31 Mar 08:45", "Mon 7 Apr 08:45", "Mon 14 Apr 08:45", "08:45"]
    );
    assert_eq!(rung(&store, "2036-04-28T06:44Z"), "");
    assert!(rung(&store, "2036-04-28T06:45Z").starts_with("08:45  Team in 15 min"));
    is_sound(&store);
}

#[test]
fn what_comes_late_rings_at_once_if_it_is_still_ahead() {
    let store = from("2026-03-25T12:00Z", &event("other", "DTSTART:20260325T120000Z\r\nSUMMARY:Other"));
    let add = |now: &str, words: &[&str]| {
        assert_eq!(store.run_at(now, &[&["add"], words].concat()).code, 0);
    };
    assert_eq!(rung(&store, "2026-03-25T12:54Z"), "");
    add("2026-03-25T12:55Z", &["Tea 14:00", "--remind", "15 min before"]);
    assert!(rung(&store, "2026-03-25T12:56Z").starts_with("13:45  Tea in 4 min (14:00)"));
    assert_eq!(rung(&store, "2026-03-25T12:57Z"), "");
    // It may go to the trash and come back: it rang.
    assert_eq!(store.run_at("2026-03-25T12:57Z", &["rm", "tea", "--yes"]).code, 0);
    assert_eq!(rung(&store, "2026-03-25T12:57Z"), "");
    assert_eq!(store.run_at("2026-03-25T12:58Z", &["undo"]).code, 0);
    assert_eq!(rung(&store, "2026-03-25T12:59Z"), "");
    // Also in one second.
    add("2026-03-25T12:59Z", &["Milk 14:02", "--remind", "10 min before"]);
    assert!(rung(&store, "2026-03-25T12:59Z").starts_with("13:52  Milk in 3 min (14:02)"));
    assert_eq!(rung(&store, "2026-03-25T12:59Z"), "");
    // What was due days ago is no news, and what is over neither.
    add("2026-03-25T13:10Z", &["Trip tomorrow 14:00", "--remind", "2 days before"]);
    let file = store.folder.path().join("late.ics");
    let text = with_alarm("late", "DTSTART:20260325T130500Z\r\nSUMMARY:Late", "TRIGGER:-PT15M");
    std::fs::write(&file, format!("BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n")).unwrap();
    assert_eq!(store.run_at("2026-03-25T13:10Z", &["import", file.to_str().unwrap()]).code, 0);
    assert_eq!(rung(&store, "2026-03-25T13:11Z"), "");
    is_sound(&store);
}

#[test]
fn what_waited_for_the_store_while_others_rang() {
    let store = from("2026-03-25T12:00:00Z", &event("other", "DTSTART:20260325T120000Z\r\nSUMMARY:Other"));
    assert_eq!(rung(&store, "2026-03-25T12:00:20Z"), "");
    let file = store.folder.path().join("slow.ics");
    let text = with_alarm("slow", "DTSTART:20260325T121510Z\r\nSUMMARY:Slow", "TRIGGER:-PT15M");
    std::fs::write(&file, format!("BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n")).unwrap();
    assert_eq!(store.run_at("2026-03-25T12:00:05Z", &["import", file.to_str().unwrap()]).code, 0);
    assert!(rung(&store, "2026-03-25T12:00:30Z").starts_with("13:00  Slow in 15 min"));
    assert_eq!(rung(&store, "2026-03-25T12:00:40Z"), "");
    assert_eq!(rung(&store, "2026-03-25T12:02:00Z"), "");
}

#[test]
fn a_clock_that_is_set_back() {
    let store = from(
        "2026-03-25T08:00Z",
        &event("daily", &format!("DTSTART:20260325T120000Z\r\nRRULE:FREQ=DAILY\r\nSUMMARY:Tea\r\n{ALARM}")),
    );
    assert!(rung(&store, "2026-03-25T11:50Z").contains("Tea"));
    // By some hours: it rang already, and does not again.
    assert_eq!(rung(&store, "2026-03-25T08:00Z"), "");
    assert_eq!(rung(&store, "2026-03-25T11:49Z"), "");
    assert_eq!(rung(&store, "2026-03-25T12:00Z"), "");
    // By years: it was wrong then, and so is what was written then.
    assert_eq!(
        store
            .run_at("2046-03-25T11:00Z", &["add", "Talk 2026-03-26 13:00", "--remind", "15 min before"])
            .code,
        0
    );
    assert!(store.run_at("2046-03-25T12:00Z", &["remind", "--once"]).out.contains("Tea"));
    let again = store.run_at("2026-03-26T09:00Z", &["remind", "--once"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""));
    assert!(again.err.contains("alarms ring from now on"), "{}", again.err);
    let rung = rung(&store, "2026-03-26T11:45Z");
    assert!(
        rung.starts_with("12:45  Talk in 15 min (13:00)") && rung.contains("\n12:45  Tea in 15 min"),
        "{rung}"
    );
    is_sound(&store);
}

#[test]
fn what_is_hidden_or_seen_elsewhere_is_silent() {
    let tea = |more: &str| {
        event("tea", &format!("DTSTART:20260325T120000Z\r\nLAST-MODIFIED:20260325T1145{more}\r\nEND:VALARM"))
    };
    let alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M";
    let store = from(
        "2026-03-25T08:00Z",
        &[
            tea(&format!("00Z\r\nSUMMARY:Tea\r\n{alarm}")),
            event("gone", &format!("DTSTART:20260325T120000Z\r\nSUMMARY:Gone\r\n{ALARM}")),
        ]
        .concat(),
    );
    let at =
        |now: &str, arguments: &[&str]| assert_eq!(store.run_at(now, arguments).code, 0, "{arguments:?}");
    at("2026-03-25T08:01Z", &["rm", "gone", "--yes"]);
    at("2026-03-25T08:02Z", &["calendar", "make", "Home"]);
    at("2026-03-25T08:03Z", &["add", "Yoga 13:00", "--calendar", "Home", "--remind", "15 min before"]);
    at("2026-03-25T08:04Z", &["calendar", "remove", "Home", "--yes"]);
    // Another device has shown it, and says so.
    let file = store.folder.path().join("seen.ics");
    let seen = tea(&format!("30Z\r\nSUMMARY:Tea\r\n{alarm}\r\nACKNOWLEDGED:20260325T114530Z"));
    std::fs::write(&file, format!("BEGIN:VCALENDAR\r\n{seen}END:VCALENDAR\r\n")).unwrap();
    at("2026-03-25T11:46Z", &["import", file.to_str().unwrap()]);
    assert_eq!(rung(&store, "2026-03-25T11:50Z"), "");
    is_sound(&store);
}

#[test]
fn put_off_put_off_again_and_answered() {
    let meeting = "CREATED:20210302T151004Z\r\nDTSTART;TZID=America/New_York:20210302T103000\r\n\
                   DTEND;TZID=America/New_York:20210302T113000\r\nSUMMARY:Meeting\r\nBEGIN:VALARM\r\n\
                   UID:8297C37D-BA2D-4476-91AE-C1EAA364F8E1\r\nTRIGGER:-PT15M\r\nDESCRIPTION:Event reminder\r\n\
                   ACTION:DISPLAY\r\nEND:VALARM";
    let store = from("2021-03-02T15:00Z", &event("AC67C078-CED3-4BF5-9726-832C3749F627", meeting));
    let mut session = String::new();
    let mut at = |now: &str, arguments: &[&str]| {
        let Run { code, out, err } = store.run_at(&format!("2021-03-02T{now}Z"), arguments);
        session.push_str(&format!("$ {} [{now}] {code}\n{out}{err}", arguments.join(" ")));
    };
    // The times of RFC 9074 7.2.
    at("15:10:00", &["snooze", "meeting"]);
    at("15:15:00", &["remind", "--once"]);
    at("15:15:14", &["snooze", "--for", "5 min"]);
    at("15:15:20", &["show", "meeting", "--ics"]);
    at("15:20:00", &["remind", "--once"]);
    at("15:20:24", &["snooze", "meeting", "--for", "5 min"]);
    at("15:25:00", &["remind", "--once"]);
    at("15:25:07", &["dismiss"]);
    at("15:25:07", &["show", "meeting", "--ics"]);
    at("15:26:00", &["dismiss"]);
    at("15:26:00", &["dismiss", "meeting"]);
    at("15:27:00", &["undo"]);
    at("15:28:00", &["remind", "--once"]);
    at("15:28:00", &["snooze", "--until", "tomorrow 9:00"]);
    at("15:29:00", &["dismiss", "meeting"]);
    at("15:29:00", &["snooze", "meeting", "--until", "2021-03-02"]);
    at("15:29:00", &["snooze", "meeting", "--for", "long"]);
    insta::assert_snapshot!(session);
    is_sound(&store);
}

#[test]
fn of_several_that_rang_last_one_is_named() {
    let store = from(
        "2026-03-25T08:00Z",
        &["Tea", "Talk"]
            .map(|name| event(name, &format!("DTSTART:20260325T120000Z\r\nSUMMARY:{name}\r\n{ALARM}")))
            .concat(),
    );
    assert_eq!(rung(&store, "2026-03-25T11:50Z").lines().count(), 2);
    let which = store.run_at("2026-03-25T11:51Z", &["dismiss"]);
    assert_eq!((which.code, which.out.as_str()), (3, ""));
    assert!(which.err.ends_with("kalends: these 2 rang last: name the one you mean\n"), "{}", which.err);
    assert_eq!(store.run_at("2026-03-25T11:51Z", &["dismiss", "talk"]).code, 0);
    assert_eq!(store.run_at("2026-03-25T11:52Z", &["snooze"]).err, "kalends: Tea rings again today 13:02\n");
}

#[test]
fn one_answer_for_a_series() {
    let daily = format!("DTSTART:20260324T120000Z\r\nRRULE:FREQ=DAILY\r\nSUMMARY:Tea\r\n{ALARM}");
    let store = from("2026-03-24T08:00Z", &event("daily", &daily));
    assert_eq!(rung(&store, "2026-03-25T11:45Z").lines().count(), 2);
    let early = store.run_at("2026-03-25T11:46Z", &["dismiss", "tea@20260326"]);
    assert_eq!(
        (early.code, early.err.as_str()),
        (4, "kalends: no alarm of Tea has rung that waits for an answer\n")
    );
    assert_eq!(store.run_at("2026-03-25T11:46Z", &["snooze", "tea@20260325"]).code, 0);
    assert_eq!(store.run_at("2026-03-25T11:47Z", &["dismiss", "tea@20260324"]).code, 4);
    // The snooze, and the next day's.
    assert!(rung(&store, "2026-03-25T11:56Z").starts_with("12:56  Tea in 4 min (13:00)"));
    assert!(rung(&store, "2026-03-26T11:45Z").starts_with("12:45  Tea in 15 min (13:00)"));
    is_sound(&store);
}

#[test]
fn lines_for_programs() {
    let no_time =
        "SUMMARY:Some day\r\nBEGIN:VALARM\r\nTRIGGER;VALUE=DATE-TIME:20260325T093000Z\r\nEND:VALARM";
    let store = from(
        "2026-03-25T08:00Z",
        &[
            event("tea", &format!("DTSTART:20260325T120000Z\r\nSUMMARY:Tea\r\n{ALARM}")),
            event("some day", no_time).replace("VEVENT", "VTODO"),
        ]
        .concat(),
    );
    let rang = store.run_at("2026-03-25T11:50Z", &["remind", "--once", "--json"]);
    assert_eq!((rang.code, rang.err.as_str(), rang.json().len()), (0, "", 2));
    assert!(rang.json().iter().all(|line| holds(line, "remind")));
    assert_eq!(rang.json()[0]["start"], serde_json::Value::Null);
    assert_eq!(rang.json()[1]["alarm_utc"], "20260325T114500Z");
    let snoozed = store.run_at("2026-03-25T11:51Z", &["snooze", "tea", "--json"]);
    assert!(snoozed.json().iter().all(|line| holds(line, "snooze")));
    assert_eq!(snoozed.json()[0]["alarm_utc"], "20260325T120100Z");
    let dismissed = store.run_at("2026-03-25T11:52Z", &["dismiss", "tea", "--json"]);
    assert!(dismissed.json().iter().all(|line| holds(line, "changed")));
    assert_eq!((snoozed.code, dismissed.code), (0, 0));
    assert_eq!(rung(&store, "2026-03-25T12:30Z"), "");
}

#[test]
fn many_who_ask_at_once_hear_it_once() {
    let objects = (0..40).map(|number| {
        event(&format!("{number}"), &format!("DTSTART:20260325T120000Z\r\nSUMMARY:{number}\r\n{ALARM}"))
    });
    let store = from("2026-03-25T08:00Z", &objects.collect::<String>());
    let ask = || {
        let mut command = store.command(&["remind", "--once"]);
        command.env("KALENDS_NOW", "2026-03-25T11:50Z").stdout(Stdio::piped()).spawn().unwrap()
    };
    let asking: Vec<_> = (0..4).map(|_| ask()).collect();
    let heard =
        asking.into_iter().map(|one| String::from_utf8(one.wait_with_output().unwrap().stdout).unwrap());
    assert_eq!(heard.map(|out| out.lines().count()).sum::<usize>(), 40);
    is_sound(&store);
}

#[test]
fn it_rings_until_it_is_stopped() {
    let store = from(
        "2026-03-25T08:00Z",
        &event("tea", &format!("DTSTART:20260325T120000Z\r\nSUMMARY:Tea\r\n{ALARM}")),
    );
    let mut command = store.command(&["remind"]);
    let mut running = command.env("KALENDS_NOW", "2026-03-25T11:45Z").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(running.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("12:45  Tea in 15 min (13:00)"), "{line}");
    let stopped =
        std::process::Command::new("kill").args(["-TERM", &running.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    assert_eq!(running.wait().unwrap().code(), Some(0));
    assert_eq!(rung(&store, "2026-03-25T11:46Z"), "");
}

#[test]
fn in_a_store_of_schema_1_none_is_missed() {
    let store = Store::new();
    std::fs::create_dir(store.data()).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(root.join("../store/tests/stores/v1/kalends.db"), store.data().join("kalends.db")).unwrap();
    assert!(store.run_at("2026-03-25T11:00Z", &["remind", "--once"]).err.contains("from now on"));
    assert!(rung(&store, "2026-03-27T12:01Z").starts_with("13:00  Dentist in 59 min (14:00)"));
    assert!(rung(&store, "2026-03-27T12:30Z").starts_with("13:30  Dentist in 30 min (14:00)"));
    assert!(rung(&store, "2026-03-27T16:50Z").starts_with("17:50  Yoga in 10 min (18:00)"));
    is_sound(&store);
}

#[test]
fn rows_of_an_older_version_are_brought_up_to_date_first() {
    let line = |number: usize| format!("DTSTART:20260325T120000Z\r\nSUMMARY:{number}\r\n{ALARM}");
    let objects = (0..600).map(|number| event(&format!("{number}"), &line(number)));
    let store = from("2026-03-25T08:00Z", &objects.collect::<String>());
    let raw = rusqlite::Connection::open(store.data().join("kalends.db")).unwrap();
    raw.execute_batch(
        "UPDATE store SET basis = 'older', generation = generation + 1; \
         UPDATE object SET alarm_from = NULL, next_alarm = NULL",
    )
    .unwrap();
    drop(raw);
    let rang = store.run_at("2026-03-25T11:50Z", &["remind", "--once"]);
    assert_eq!((rang.code, rang.out.lines().count()), (0, 600));
    let told = "kalends: what is indexed is of an older version: it is brought up to date first\n";
    assert_eq!(rang.err, told);
    assert_eq!(rung(&store, "2026-03-25T11:51Z"), "");
    is_sound(&store);
}

#[test]
fn what_rang_since_a_backup_does_not_ring_again_after_it() {
    let store = from(
        "2026-03-25T08:00Z",
        &event("tea", &format!("DTSTART:20260325T120000Z\r\nSUMMARY:Tea\r\n{ALARM}")),
    );
    let backup = store.folder.path().join("calendars.backup");
    let backup = backup.to_str().unwrap();
    assert_eq!(store.run_at("2026-03-25T09:00Z", &["admin", "backup", backup]).code, 0);
    assert!(rung(&store, "2026-03-25T11:50Z").contains("Tea"));
    let restored = store.run_at("2026-03-25T11:51Z", &["admin", "restore", backup, "--exact", "--yes"]);
    assert_eq!(restored.code, 0, "{}", restored.err);
    assert_eq!(rung(&store, "2026-03-25T11:52Z"), "");
    is_sound(&store);
}
