//! Files, folders and standard input, good and bad.

use std::fs::File;

use crate::{calendar, faulty, fed, folder, ics, path, text};

#[test]
fn a_file_that_is_not_there_does_not_stop_the_others() {
    let folder = folder(&[("a.ics", calendar("").as_bytes()), ("bad.ics", faulty().as_bytes())]);
    let run = ics(&["check", "--json", &path(&folder, "none.ics"), &path(&folder, "bad.ics")]);
    assert_eq!(run.code, 5);
    assert!(run.err.contains("none.ics: there is no such file"), "{}", run.err);
    assert_eq!(run.json()[0]["kind"], "line-without-colon");
    for command in [&["fmt"][..], &["expand"], &["diff", &path(&folder, "a.ics")]] {
        let run = ics(&[command, &[&path(&folder, "none.ics")]].concat());
        assert_eq!(run.code, 5, "{command:?}");
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
}

#[test]
fn folders_are_searched_in_order_for_calendars_only() {
    let bad = faulty();
    let bad = bad.as_bytes();
    let folder = folder(&[
        ("b.ICS", bad),
        ("a.ics", bad),
        ("inner/c.ifb", bad),
        ("inner/d.vcs", bad),
        ("e.txt", bad),
        ("none/x.md", bad),
    ]);
    let run = ics(&["check", "--json", &text(folder.path())]);
    let files: Vec<String> =
        run.json().iter().map(|line| line["file"].as_str().unwrap().to_owned()).collect();
    let expected: Vec<String> =
        ["a.ics", "b.ICS", "inner/c.ifb", "inner/d.vcs"].iter().map(|name| path(&folder, name)).collect();
    assert_eq!((run.code, files), (1, expected));
    let run = ics(&["check", &path(&folder, "none")]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("no calendars in this folder"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn links_to_folders_are_not_followed() {
    let folder = folder(&[("inner/a.ics", faulty().as_bytes())]);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("inner/again")).unwrap();
    assert_eq!(ics(&["check", "--json", &text(folder.path())]).json().len(), 1);
}

/// Where the rights of files hold nothing back, as for root, there is nothing to test.
#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read_does_not_stop_the_others() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("a/x.ics", faulty().as_bytes()), ("b/y.ics", faulty().as_bytes())]);
    let closed = folder.path().join("a");
    std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o000)).unwrap();
    let is_held_back = std::fs::read_dir(&closed).is_err();
    let run = ics(&["check", "--json", &text(folder.path())]);
    std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o700)).unwrap();
    assert_eq!(run.code, if is_held_back { 5 } else { 1 });
    assert_eq!(run.json().len(), if is_held_back { 1 } else { 2 });
}

#[test]
fn a_file_over_the_limit_is_refused_by_its_name() {
    let folder = folder(&[]);
    let huge = path(&folder, "huge.ics");
    File::create(&huge).unwrap().set_len(300 << 20).unwrap();
    for command in [&["check", &huge][..], &["fmt", &huge], &["expand", &huge], &["diff", &huge, &huge]] {
        let run = ics(command);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{command:?}");
        assert!(run.err.contains("314572800") && run.err.contains("(`file`)"), "{}", run.err);
    }
}

#[test]
fn junk_is_told_and_nothing_breaks() {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let junk: Vec<u8> = std::iter::repeat_with(&mut next).take(100_000).collect();
    let run = fed(&["check", "-"], &junk);
    assert_eq!(run.code, 1);
    assert!(run.out.starts_with("-:1:1: error:"), "{}", &run.out[..80]);
    assert!(!run.out.contains('\u{1b}'));
    assert_eq!(fed(&["fmt", "-"], &junk).code, 4);
    assert_eq!(fed(&["expand", "-"], &junk).out, "Nothing in this range.\n");
}

#[test]
fn a_line_of_twenty_megabytes_is_told_by_the_limits_name() {
    let long = calendar(&format!("DTSTART:20260101T000000Z\r\nDESCRIPTION:{}\r\n", "x".repeat(20 << 20)));
    let run = fed(&["check", "--json", "-"], long.as_bytes());
    let mut lines = run.json();
    lines.retain(|line| line["kind"] != "long-line");
    assert_eq!((run.code, &lines[0]["kind"], &lines[0]["line"]), (1, &"line-too-long".into(), &8.into()));
    assert!(lines[0]["message"].as_str().unwrap().contains("(`line`)"));
    let run = fed(&["check", "-"], long.as_bytes());
    assert!(run.out.len() < 2_000, "{}", run.out.len());
}

#[test]
fn standard_input_is_read_once() {
    let run = fed(&["check", "-"], calendar("DTSTART:20260101T000000Z\r\n").as_bytes());
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", "kalends: 1 file, no problems\n"));
    assert_eq!(fed(&["check", "-", "-"], calendar("DTSTART:20260101T000000Z\r\n").as_bytes()).code, 2);
}
