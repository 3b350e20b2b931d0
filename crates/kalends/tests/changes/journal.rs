//! `kalends journal add`, and what else is done with a note.

use std::io::Write;
use std::process::Stdio;

use super::Place;

/// What a run says that reads `input`.
fn fed(place: &Place, arguments: &[&str], input: &str) -> String {
    let mut command = place.command(arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {err}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn added_edited_removed_and_brought_back() {
    let place = Place::bare();
    place.file("minutes.txt", "We spoke of tea.\r\n\r\nAnd of biscuits.\r\n");
    let session = place.session(&[
        &["journal", "add", "Met", "Ann", "--on", "yesterday", "--category", "Work", "--category", "Tea"],
        &["journal", "add", "Minutes", "--text", "minutes.txt", "--on", "today 14:00"],
        &["journal", "add", "Bought tea\nThree pounds of it; green."],
        &["journal"],
        &["journal", "add"],
        &["journal", "add", "Nonsense", "--on", "the 31st of february"],
        &["edit", "minutes", "--start", "friday", "--summary", "Minutes of the meeting"],
        &["edit", "minutes", "--for", "1 hour"],
        &["show", "minutes", "--ics"],
        &["undo"],
        &["rm", "met ann", "--yes"],
        &["journal"],
        &["undo"],
        &["show", "met ann", "--ics"],
        &["admin", "check"],
    ]);
    insta::assert_snapshot!(session);
    let checked = place.said(&["export", "-o", "all.ics"]);
    assert!(checked.starts_with("0\n"), "{checked}");
    assert!(place.said(&["ics", "check", "all.ics"]).starts_with("0\n"));
}

#[test]
fn out_of_standard_input_and_for_programs() {
    let place = Place::bare();
    fed(&place, &["journal", "add", "--text", "-"], "\nA day at sea\n\nWind, and rain.\n");
    assert!(place.said(&["show", "sea", "--ics"]).contains("DESCRIPTION:Wind\\, and rain.\r\n"));
    let lines = place.json(&["journal", "add", "Home again", "--json"], "add");
    assert_eq!(lines[0]["understood"], "Home again · Monday, 23 March 2026");
    place.json(&["journal", "--json"], "journal");
    let refused = place.said(&["journal", "add", "--text", "nowhere.txt"]);
    assert!(refused.starts_with("5\n"), "{refused}");
}

#[test]
fn its_text_in_an_editor() {
    let place = Place::bare();
    place.said(&["journal", "add", "Bought tea\nThree pounds of it."]);
    let edit = |editor: &str| {
        let mut command = place.command(&["edit", "tea"]);
        let output = command.env("EDITOR", editor).env("PATH", env!("PATH")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        place.said(&["show", "tea", "--ics"])
    };
    assert!(edit("sed -i s/Three/Four/").contains("DESCRIPTION:Four pounds of it.\r\n"));
    assert!(edit("sed -i $aGreen.").contains("DESCRIPTION:Four pounds of it.\\nGreen.\r\n"));
    assert!(!edit("sed -i /^text:/q").contains("DESCRIPTION"));
}
