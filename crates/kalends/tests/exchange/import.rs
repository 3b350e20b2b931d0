//! `kalends import`.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::json;

use super::{Place, calendar, event, many};

#[test]
fn files_folders_and_standard_input_are_one_command() {
    let place = Place::new();
    place.file("folder/a.ics", calendar(&event("a", "SUMMARY:A\r\n")));
    place.file("folder/deep/b.ICS", calendar(&event("b", "SUMMARY:B\r\n")));
    place.file("folder/letter.txt", "no calendar");
    let folder = place.path("folder").display().to_string();
    let run = place.fed(&["import", &folder, "-"], calendar(&event("c", "SUMMARY:C\r\n")).as_bytes());
    assert_eq!((run.code, &*run.out), (0, "3 new\n"), "{run:?}");
    assert_eq!(run.err, "kalends: committed 3 objects\n");
    let left: Vec<_> =
        std::fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().starts_with("kalends.db")), "{left:?}");
    assert_eq!(place.run(&["undo"]).code, 0);
    assert_eq!(
        place.run(&["calendar", "--json"]).out,
        "",
        "the calendar came with the import and goes with it"
    );
    assert_eq!(place.run(&["import", &folder]).out, "2 new\n");
    assert_eq!(place.run(&["import", &folder]).out, "0 new, 2 the same\n");
}

#[test]
fn the_report_is_one_json_value_behind_a_line_for_each_set() {
    let place = Place::new();
    let file = place.file("many.ics", many(130));
    let run = place.run(&["import", "--json", &file]);
    assert_eq!((run.code, &*run.err), (0, ""));
    let lines = run.json_by("import");
    assert_eq!(lines[..3], [json!({"committed": 64}), json!({"committed": 128}), json!({"committed": 130})]);
    assert_eq!(
        lines[3],
        json!({
            "objects": 130, "committed": 130, "resumed": 0, "stopped": false, "dry_run": false, "new": 130,
            "newer": 0, "same": 0, "kept": 0, "older": 0, "older_names": [], "left_out": 0,
            "left_out_places": [], "problems": 0, "problem_places": [],
        })
    );
}

#[test]
fn looking_alone_makes_no_store() {
    let place = Place::new();
    let file = place.file("a.ics", calendar(&event("a", "")));
    for run in [
        place.run(&["import", "--dry-run", &file]),
        place.fed(&["import", "--dry-run", "-"], many(1).as_bytes()),
    ] {
        assert_eq!((run.code, &*run.out), (0, "would be 1 new\n"), "{run:?}");
    }
    assert!(!place.data().exists());
}

#[test]
fn what_is_left_out_is_told_and_has_exit_code_1() {
    let place = Place::new();
    let file = place.file("a.ics", calendar(&format!("{}BEGIN:VALARM\r\nEND:VALARM\r\n", event("a", ""))));
    let run = place.run(&["import", &file]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("1 new, 1 left out"), "{}", run.out);
    assert!(run.out.contains(":10: VALARM cannot stand in a calendar by itself"), "{}", run.out);
    let old = place
        .file("old.vcs", "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    let run = place.run(&["import", &old]);
    assert_eq!(run.code, 5);
    assert!(run.err.contains("vCalendar 1.0"), "{}", run.err);
}

#[test]
fn an_unknown_calendar_is_an_error_that_says_how_to_make_it() {
    let place = Place::new();
    let file = place.file("a.ics", calendar(&event("a", "")));
    let run = place.run(&["import", "--calendar", "Work", &file]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("kalends calendar make \"Work\""), "{}", run.err);
    assert_eq!(place.run(&["calendar", "make", "Work"]).code, 0);
    assert_eq!(place.run(&["import", "--calendar", "work", &file]).out, "1 new\n");
}

pub(crate) fn archive(place: &Place, entries: &[(&str, &[u8])]) -> String {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = zip::ZipWriter::new(&mut bytes);
    for (name, text) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text).unwrap();
    }
    writer.finish().unwrap();
    place.file("calendars.zip", bytes.into_inner())
}

#[test]
fn an_archive_is_all_calendars_in_it() {
    let place = Place::new();
    let (a, b) = (calendar(&event("a", "")), calendar(&event("b", "")));
    let file =
        archive(&place, &[("me@example.com/a.ics", a.as_bytes()), ("b.ics", b.as_bytes()), ("c.txt", b"x")]);
    assert_eq!(place.run(&["import", &file]).out, "2 new\n");
    let none = archive(&place, &[("c.txt", b"x")]);
    let run = place.run(&["import", &none]);
    assert_eq!(run.code, 3, "{run:?}");
    let broken = place.file("broken.zip", b"PK\x03\x04 and then nothing");
    assert_eq!(place.run(&["import", &broken]).code, 5);
}

#[test]
fn interrupted_it_stops_behind_a_set_and_goes_on() {
    let place = Place::new();
    let file = place.file("many.ics", many(20_000));
    let mut child = place
        .command_in(&place.data(), &["import", "--json", &file])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("{\"committed\":"));
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(75));
    let report: serde_json::Value = serde_json::from_str(rest.last().unwrap()).unwrap();
    let committed = report["committed"].as_u64().unwrap();
    assert!(report["stopped"].as_bool().unwrap() && committed < 20_000, "{report}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("the same command goes on from there"));
    let run = place.run(&["import", "--json", &file]);
    assert_eq!(run.code, 0);
    assert!(run.err.contains(&format!("goes on behind {committed} objects")), "{}", run.err);
    assert_eq!(run.json_by("import").last().unwrap()["new"].as_u64().unwrap(), 20_000 - committed);
}
