//! Mends: applied in the file's place, each told with its place.

use std::fs;

use crate::{calendar, command, fed, folder, ics, path};

const BROKEN: &[u8] =
    b"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nDTSTART:20260101T090000Z\nX-OWN:\xff\nEND:VEVENT\n";

#[test]
fn each_mend_is_told_and_what_was_mended_has_no_problems() {
    let folder = folder(&[("a.ics", BROKEN)]);
    let file = path(&folder, "a.ics");
    let dry = ics(&["repair", "--dry-run", &file]);
    assert_eq!((dry.code, dry.out.as_str()), (1, ""));
    assert_eq!(fs::read(&file).unwrap(), BROKEN);

    let run = command(&["repair", "a.ics"])
        .current_dir(folder.path())
        .env("KALENDS_NOW", "2026-03-02T09:00Z")
        .output()
        .unwrap();
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!((run.status.code(), run.stdout.len()), (Some(0), 0));
    for line in
        ["a.ics:3:1: add-uid:", "a.ics:3:1: add-dtstamp:", "a.ics:1:1: add-end:", "a.ics:1:1: add-prodid:"]
    {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let mended = fs::read(&file).unwrap();
    let text = String::from_utf8_lossy(&mended);
    assert!(text.contains("DTSTAMP:20260302T090000Z\r\n") && text.contains("PRODID:-//Kalends//"), "{text}");
    assert!(mended.windows(7).any(|bytes| bytes == b"X-OWN:\xff"));
    let left: Vec<_> =
        ics(&["check", "--json", &file]).json().iter().map(|line| line["kind"].clone()).collect();
    assert_eq!(left, ["invalid-utf-8"]);
    assert_eq!(ics(&["repair", "--dry-run", &file]).err, "");
}

#[test]
fn the_same_text_gets_the_same_uid() {
    let uid = |input: &[u8]| {
        let mended = fed(&["repair", "--only", "add-uid", "-"], input).out;
        mended.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned()
    };
    let broken = calendar("DTSTART:20260101T090000Z\r\n").replace("UID:1\r\n", "");
    assert_eq!(uid(broken.as_bytes()), uid(broken.as_bytes()));
    assert_ne!(uid(broken.as_bytes()), uid(broken.replace("0101T09", "0101T10").as_bytes()));
    assert_eq!(uid(broken.as_bytes()).len(), "UID:xxxxxxxx-xxxx-8xxx-8xxx-xxxxxxxxxxxx".len());
}

#[test]
fn only_what_is_asked_for_is_mended() {
    let broken = calendar("").replace("DTSTAMP:20260101T000000Z\r\nEND", "END").replace("UID:1\r\n", "");
    let run = fed(&["repair", "--only", "add-uid", "-"], broken.as_bytes());
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    assert_eq!(ics(&["repair", "--only", "nonsense", "x.ics"]).code, 2);
    let run = command(&["repair", "x.ics"]).env("KALENDS_NOW", "soon").output().unwrap();
    assert_eq!(run.status.code(), Some(2));
}

#[test]
fn what_is_no_calendar_is_left_alone() {
    let photo = b"\xff\xd8\xff\xe0 JFIF\n\n";
    let folder = folder(&[("photo.ics", photo)]);
    let run = ics(&["repair", &path(&folder, "photo.ics")]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert_eq!(fs::read(folder.path().join("photo.ics")).unwrap(), photo);
}
