//! One object: named by handle, UID or words, and its text byte for byte.

use crate::{Store, event};

#[test]
fn its_text_byte_for_byte() {
    let text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\nBEGIN:VEVENT\nUID:odd\nX-Odd;A=\"b\":  kept \n\
                DTSTART:20260325T1200\n 00Z\nSUMMARY:folded\nEND:VEVENT\nEND:VCALENDAR\n";
    let store = Store::new();
    let file = store.folder.path().join("odd.ics");
    std::fs::write(&file, text).unwrap();
    store.run(&["import", file.to_str().unwrap()]);
    let shown = store.run(&["show", "--ics", "odd"]).done();
    let event = &text[text.find("BEGIN:VEVENT").unwrap()..text.find("END:VCALENDAR").unwrap()];
    assert!(shown.contains(event), "{shown}");
    assert_eq!(shown, store.run(&["show", "--ics", "folded"]).done());
}

#[test]
fn by_handle_by_uid_by_words() {
    let store = Store::of_the_doctor();
    let by_uid = store.run(&["show", "review"]).done();
    let handle = store.run(&["show", "--json", "review"]).json()[0]["handle"].as_str().unwrap().to_owned();
    for name in [&[handle.as_str()][..], &["design review"], &["design", "review"]] {
        assert_eq!(store.run(&[&["show"], name].concat()).done(), by_uid, "{name:?}");
    }
}

#[test]
fn of_several_each_is_told_with_its_handle() {
    let store = Store::of_the_doctor();
    let run = store.run(&["show", "ordinat"]);
    assert_eq!((run.code, run.out.as_str()), (3, ""));
    let lines: Vec<&str> = run.err.lines().collect();
    assert_eq!(lines.len(), 3, "{}", run.err);
    assert!(lines[2].contains("may be any of these 2: name it by its handle"));
    for line in &lines[..2] {
        let handle = line.split_whitespace().nth(1).unwrap();
        assert_eq!(store.run(&["show", handle]).code, 0, "{line}");
    }
}

#[test]
fn an_occurrence_is_named_by_the_day_on_which_it_takes_place() {
    let store = Store::of(
        &[
            event("s", "DTSTART:20260302T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Series"),
            event(
                "s",
                "RECURRENCE-ID:20260309T090000Z\r\nDTSTART:20260311T150000Z\r\nDURATION:PT2H\r\nSUMMARY:Moved",
            ),
            event(
                "s",
                "RECURRENCE-ID;RANGE=THISANDFUTURE:20260323T090000Z\r\nDTSTART:20260323T100000Z\r\nDURATION:PT1H\r\n\
                 SUMMARY:Later\r\nDESCRIPTION:an hour later",
            ),
        ]
        .concat(),
    );
    for (day, start, summary, description) in [
        ("20260302", "20260302T090000Z", "Series", None),
        ("20260311", "20260311T150000Z", "Moved", None),
        ("20260406", "20260406T100000Z", "Later", Some("an hour later")),
    ] {
        let shown = store.run(&["show", "--json", &format!("s@{day}")]).json();
        assert_eq!((&shown[0]["start"], &shown[0]["summary"]), (&start.into(), &summary.into()), "{day}");
        assert_eq!(shown[0]["description"].as_str(), description, "{day}");
    }
    for day in ["20260303", "20260309"] {
        let absent = store.run(&["show", &format!("s@{day}")]);
        assert_eq!((absent.code, absent.out.as_str()), (3, ""), "{day}");
        assert!(absent.err.contains("Series does not take place on"), "{}", absent.err);
    }
}
