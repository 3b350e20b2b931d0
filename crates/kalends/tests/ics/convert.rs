//! Converting: each format into each, what is refused, what is left out.

use std::fs;

use insta::assert_snapshot;

use crate::{Run, calendar, doctor, faulty, fed, folder, ics, path};

fn sample() -> String {
    calendar(
        "DTSTART;TZID=Europe/Vienna:20260302T090000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TH\r\n\
         SUMMARY;LANGUAGE=en:Tea\\, at five\r\nCATEGORIES:one,two\r\nX-OWN:1\\,2\r\nGEO:48.2;16.37\r\n\
         BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nACTION:AUDIO\r\nEND:VALARM\r\n",
    )
}

#[test]
fn as_json_and_as_xml() {
    for format in ["jcal", "xcal"] {
        let run = fed(&["convert", "--to", format, "-"], sample().as_bytes());
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert_snapshot!(format, run.out);
    }
}

#[test]
fn the_help_fits_a_screen() {
    let run = ics(&["convert", "--help"]);
    assert!(run.out.lines().count() <= 40, "{} lines", run.out.lines().count());
}

/// The doctor's calendar through both formats, and what it is then says the same.
#[test]
fn there_and_back_says_the_same() {
    let to = |format: &str, run: Run| {
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        fed(&["convert", "--to", format, "-"], run.out.as_bytes())
    };
    let jcal = ics(&["convert", "--to", "jcal", &doctor()]);
    let back = to("icalendar", to("xcal", to("icalendar", jcal)));
    assert_eq!((back.code, back.err.as_str()), (0, ""));
    assert!(back.out.starts_with("BEGIN:VCALENDAR\r\n"));
    let difference = fed(&["diff", &doctor(), "-"], back.out.as_bytes());
    assert_eq!((difference.code, difference.out.as_str()), (0, ""));
}

#[test]
fn several_files_become_one_text() {
    let one = calendar("SUMMARY:1\r\n");
    let folder = folder(&[
        ("a/a.ics", one.as_bytes()),
        ("a/b.ics", calendar("SUMMARY:2\r\n").replace("\r\n", "\n").as_bytes()),
    ]);
    let files = path(&folder, "a");
    let jcal = ics(&["convert", "--to", "jcal", &files]);
    let value: serde_json::Value = serde_json::from_str(&jcal.out).unwrap();
    assert_eq!(value.as_array().unwrap().len(), 2);
    assert_eq!(value[1][0], "vcalendar");
    let xcal = ics(&["convert", "--to", "xcal", &files]);
    assert_eq!(xcal.out.matches("<vcalendar>").count(), 2);
    fs::write(folder.path().join("a.xml"), &xcal.out).unwrap();
    fs::write(folder.path().join("a.json"), &jcal.out).unwrap();
    let both = ics(&["convert", "--to", "icalendar", &path(&folder, "a.xml"), &path(&folder, "a.json")]);
    assert_eq!(both.out, format!("{one}{}", calendar("SUMMARY:2\r\n")).repeat(2));
    fs::write(folder.path().join("open.ics"), "BEGIN:VEVENT\r\nUID:1\r\n").unwrap();
    let open = path(&folder, "open.ics");
    assert_eq!(ics(&["convert", "--to", "icalendar", &open]).out, "BEGIN:VEVENT\r\nUID:1\r\n");
    let refused = ics(&["convert", "--to", "icalendar", &open, &path(&folder, "a.json")]);
    assert_eq!(refused.code, 4);
    assert!(refused.err.contains("BEGIN without its END"), "{}", refused.err);
    assert!(refused.out.starts_with("BEGIN:VCALENDAR"));
}

#[test]
fn what_the_format_has_no_room_for_is_refused_with_its_place() {
    let text =
        |line: &[u8]| [calendar("").replace("END:VEVENT\r\nEND:VCALENDAR\r\n", "").as_bytes(), line].concat();
    for (format, line, told) in [
        (
            "jcal",
            &b"X-A:1\r\nX-BYTES:\xff"[..],
            "kalends: -:8:1: bytes that are no UTF-8 cannot be converted\n",
        ),
        ("xcal", b"SUMMARY:\x01", "kalends: -:7:1: the character U+0001 cannot be converted\n"),
        ("xcal", b"2:a", "kalends: -:7:1: the name \"2\" cannot be converted\n"),
        (
            "jcal",
            b"X-A;B=1;B=2:",
            "kalends: -:7:1: the parameter B stands there twice; converted, it can stand once\n",
        ),
    ] {
        let run = fed(&["convert", "--to", format, "-"], &text(line));
        assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (4, "", told));
    }
}

#[test]
fn lines_that_say_nothing_are_left_out_and_told() {
    let run = fed(&["convert", "--to", "xcal", "-"], faulty().as_bytes());
    let told = "kalends: -: 1 line left out: no property of any component (see `kalends ics check`)\n";
    assert_eq!((run.code, run.err.as_str()), (1, told));
    assert!(run.out.contains("<dtstart><date-time>2026-01-01T00:00:00Z</date-time></dtstart>"));
    assert_eq!(fed(&["convert", "--to", "icalendar", "-"], faulty().as_bytes()).out, faulty());
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    for (text, told) in [
        (
            "[\"vevent\", [[\"uid\"]], []]",
            "-: vevent: wanted a property as [\"summary\", {parameters}, \"text\", value], found an array of 1",
        ),
        (
            "{\"a\": 1}",
            "-: wanted a component as [\"vevent\", [properties], [components]], found an object of 1",
        ),
        ("[\n1", "-: line 2, column 1: EOF while parsing a list"),
        ("<html/>", "-: line 1: wanted {urn:ietf:params:xml:ns:icalendar-2.0}icalendar, found html"),
        ("<a>\n", "-: line 2: it ends before its elements do"),
        ("A photo", "-: there is no calendar in it; it stays as it is"),
    ] {
        let run = fed(&["convert", "--to", "icalendar", "-"], text.as_bytes());
        assert_eq!((run.code, run.out.as_str(), run.err), (4, "", format!("kalends: {told}\n")));
    }
    assert_eq!(ics(&["convert", "--to", "jcal", "none.ics"]).code, 5);
    assert_eq!(ics(&["convert", "a.ics"]).code, 2);
}
