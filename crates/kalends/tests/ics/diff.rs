//! Differences by meaning, for people and for programs.

use insta::assert_snapshot;

use crate::{calendar, command, doctor, folder, ics, path};

#[test]
fn the_same_in_other_words() {
    let one = calendar("SUMMARY;LANGUAGE=en:Tea\\, at five\r\nDURATION:PT60M\r\n");
    let other =
        calendar("duration:PT1H\nsummary;language=en:Tea\\,\n  at five\n").replace("UID:1\r\n", "uid:1\n");
    let folder = folder(&[("a.ics", one.as_bytes()), ("b.ics", other.as_bytes())]);
    for options in [&[][..], &["--json"]] {
        let run = ics(&[&["diff"], options, &[&path(&folder, "a.ics"), &path(&folder, "b.ics")]].concat());
        assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
    }
}

#[test]
fn each_difference_is_told() {
    let before = std::fs::read_to_string(doctor()).unwrap();
    let after = before
        .replace("SUMMARY;LANGUAGE=de:Chorprobe", "SUMMARY;LANGUAGE=de:Chor\u{1b}")
        .replace("EXDATE;TZID=Europe/Vienna:20260326T080000\r\n", "")
        .replace("PARTSTAT=ACCEPTED:mailto:anna", "PARTSTAT=TENTATIVE:mailto:anna")
        .replace("TRIGGER:-PT30M", "TRIGGER:-PT45M")
        .replace("UID:brunch@", "UID:breakfast@")
        .replace("TZNAME:EDT\r\n", "");
    let folder = folder(&[("before.ics", before.as_bytes()), ("after.ics", after.as_bytes())]);
    let run = |options: &[&str]| {
        let arguments = [&["diff"], options, &["before.ics", "after.ics"]].concat();
        crate::Run::from(command(&arguments).current_dir(folder.path()).output().unwrap())
    };
    let people = run(&[]);
    assert_eq!((people.code, people.err.as_str()), (1, ""));
    assert_snapshot!(people.out);
    let programs = run(&["--json"]);
    assert_eq!(programs.code, 1);
    let lines = programs.json();
    assert_eq!(lines.len(), 7);
    let alarm = lines.iter().find(|line| line["property"] == "TRIGGER").unwrap();
    assert_eq!(
        alarm.to_string(),
        r#"{"after":"TRIGGER:-PT45M","before":"TRIGGER:-PT30M","change":"changed","component":"VEVENT","#
            .to_owned()
            + r#""parts":["value"],"path":["VEVENT","VALARM"],"property":"TRIGGER","#
            + r#""recurrence_id":null,"uid":"hausbesuche@berger.example"}"#
    );
    let added = lines.iter().find(|line| line["change"] == "added").unwrap();
    assert_eq!((&added["uid"], added["property"].is_null()), (&"breakfast@berger.example".into(), true));
    assert!(added["after"].as_str().unwrap().starts_with("BEGIN:VEVENT\nUID:breakfast@"));
}
