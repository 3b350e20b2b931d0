//! Formatting: in the file's place, whole or not at all.

use std::fs;

use crate::{calendar, fed, folder, ics, path};

/// Another writer's form: LF, a mark, blank lines, a long line, bytes that are no UTF-8.
fn foreign() -> Vec<u8> {
    let text =
        calendar(&format!("DESCRIPTION:{}\r\nX-BYTES:?\r\n", "lang é ".repeat(30))).replace("\r\n", "\n");
    let mut bytes = [b"\xef\xbb\xbf", text.replace("END:VEVENT", "\nEND:VEVENT").as_bytes()].concat();
    let at = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[at] = 0xff;
    bytes
}

#[test]
fn in_its_place_and_only_once() {
    let folder = folder(&[("a.ics", &foreign())]);
    let file = path(&folder, "a.ics");
    let check = ics(&["fmt", "--check", &file]);
    assert_eq!((check.code, check.out.as_str()), (1, ""));
    assert_eq!(fs::read(&file).unwrap(), foreign());

    let run = ics(&["fmt", &file]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
    let formatted = fs::read(&file).unwrap();
    assert!(formatted.starts_with(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
    assert!(formatted.windows(9).any(|bytes| bytes == b"X-BYTES:\xff"));
    assert!(formatted.split(|byte| *byte == b'\n').all(|line| line.len() <= 76));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(ics(&["fmt", "--check", &file]).code, 0);
    assert_eq!(ics(&["diff", &file, &file]).code, 0);

    let piped = fed(&["fmt", "-"], &calendar("SUMMARY:a\r\n b\r\n").into_bytes());
    assert_eq!((piped.code, piped.out), (0, calendar("SUMMARY:ab\r\n")));
}

#[test]
fn what_is_in_form_is_not_touched() {
    let folder = folder(&[("a.ics", calendar("SUMMARY:Tea\r\n").as_bytes())]);
    let before = fs::metadata(folder.path().join("a.ics")).unwrap();
    assert_eq!(ics(&["fmt", &path(&folder, "a.ics")]).code, 0);
    let after = fs::metadata(folder.path().join("a.ics")).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
}

#[cfg(unix)]
#[test]
fn rights_and_symbolic_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&[("deep/a.ics", &foreign())]);
    let target = folder.path().join("deep/a.ics");
    fs::set_permissions(&target, PermissionsExt::from_mode(0o640)).unwrap();
    let link = folder.path().join("link.ics");
    symlink("deep/a.ics", &link).unwrap();
    let hard = folder.path().join("hard.ics");
    fs::hard_link(&target, &hard).unwrap();
    assert_eq!(ics(&["fmt", &path(&folder, "link.ics")]).code, 0);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::read(&target).unwrap().starts_with(b"BEGIN:VCALENDAR\r\n"));
    assert_eq!(fs::read(&hard).unwrap(), foreign(), "another name of the old file keeps the old text");
    assert_eq!(fs::read_dir(folder.path().join("deep")).unwrap().count(), 1);
}

#[test]
fn what_is_no_calendar_or_would_say_something_else_is_left_alone() {
    // Without the blank first line the bare CR would be the text's line end, and what follows it another
    // line.
    let texts: [(&str, &[u8], &str); 2] = [
        ("photo.jpg", b"\xff\xd8\xff\xe0 JFIF\n\n", "no calendar in it"),
        ("bare.ics", b"\nX-A:a\rBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\n", "say something else"),
    ];
    for (name, before, words) in texts {
        let folder = folder(&[(name, before)]);
        let run = ics(&["fmt", &path(&folder, name)]);
        assert_eq!(run.code, 4, "{}", run.err);
        assert!(run.err.contains(words), "{}", run.err);
        assert_eq!(fs::read(folder.path().join(name)).unwrap(), before);
    }
}
