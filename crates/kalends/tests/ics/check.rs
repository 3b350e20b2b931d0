//! Problems: told with their place, for people and for programs.

use insta::assert_snapshot;

use crate::{calendar, command, doctor, fed, ics};

/// Wide characters, a combining mark, and what a terminal must not get.
fn faults() -> String {
    calendar(
        "DTSTART:20260301T100000Z\r\nDTEND:20260301T090000Z\r\n\
              SUMMARY 山田 e\u{301} \u{202e}\u{200b} no colon\r\n",
    )
}

#[test]
fn the_doctor_has_no_problems() {
    let run = ics(&["check", &doctor()]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.out);
}

#[test]
fn for_programs_exactly_these_keys() {
    let run = fed(&["check", "--json", "-"], faults().as_bytes());
    assert_eq!(run.code, 1);
    let last = run.out.lines().last().unwrap();
    assert_eq!(
        last,
        r#"{"file":"-","line":9,"column":1,"kind":"line-without-colon","severity":"error","message":"a line without a colon after a name","repair":null}"#
    );
    for line in run.json() {
        let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 7, "{keys:?}");
    }
}

#[test]
fn for_people_the_line_is_shown_and_underlined() {
    let run = fed(&["check", "-"], faults().as_bytes());
    assert_snapshot!(run.out);
    assert_eq!(run.err, "kalends: 2 errors and 0 warnings in 1 of 1 file\n");
}

#[test]
fn narrow_without_unicode_and_in_colour() {
    let long = format!("BEGIN:VEVENT\n{}\nEND:VEVENT\n", "no colon here ".repeat(20));
    let folder = crate::folder(&[("a.ics", long.as_bytes())]);
    let run = command(&["check", "a.ics"])
        .current_dir(folder.path())
        .envs([("LANG", "C"), ("COLUMNS", "40"), ("CLICOLOR_FORCE", "1")])
        .output()
        .unwrap();
    let out = String::from_utf8(run.stdout).unwrap();
    assert_snapshot!(out.lines().take(3).collect::<Vec<_>>().join("\n").replace('\u{1b}', "ESC"));
    let plain = command(&["check", "a.ics"])
        .current_dir(folder.path())
        .envs([("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")])
        .output()
        .unwrap();
    assert!(!String::from_utf8(plain.stdout).unwrap().contains('\u{1b}'));
}

#[test]
fn profiles_have_their_own_rules() {
    let text = calendar("DTSTART:20260101T000000Z\r\n").replace("VERSION", "METHOD:REQUEST\r\nVERSION");
    let kinds = |profile: &str| {
        let run = fed(&["check", "--json", "--profile", profile, "-"], text.as_bytes());
        run.json().iter().map(|line| line["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds("rfc5545"), Vec::<String>::new());
    assert_eq!(kinds("caldav"), ["method-in-store"]);
    assert!(kinds("itip").contains(&"missing-property".to_owned()), "{:?}", kinds("itip"));
    let line = &fed(&["check", "--json", "--profile", "caldav", "-"], text.as_bytes()).json()[0];
    assert_eq!((&line["line"], &line["repair"]), (&2.into(), &"remove-method".into()));
    assert_eq!(ics(&["check", "--profile", "nonsense", "x.ics"]).code, 2);
}
