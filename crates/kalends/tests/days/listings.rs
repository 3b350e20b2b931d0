//! Listings for people: at every width, in colour and without, in ASCII, with letters of any script.

use insta::assert_snapshot;

use crate::{Store, event};

fn at(store: &Store, columns: &str, locale: &str, arguments: &[&str]) -> String {
    let mut command = store.command(arguments);
    let run = crate::Run::from(command.envs([("COLUMNS", columns), ("LANG", locale)]).output().unwrap());
    run.done()
}

/// Every listing at 40, 80 and 120 columns.
macro_rules! at_every_width {
    ($($name:ident: $($argument:expr),+;)+) => {
        $(#[test]
        fn $name() {
            let store = Store::of_the_doctor();
            let arguments = [$($argument),+];
            for columns in ["40", "80", "120"] {
                let name = format!("{}_{columns}", stringify!($name));
                assert_snapshot!(name, at(&store, columns, "C.UTF-8", &arguments));
            }
        })+
    };
}

at_every_width! {
    agenda: "agenda";
    agenda_beside_another_zone: "agenda", "--days", "2", "--zone", "Asia/Tokyo";
    month: "month";
    todo: "todo", "--all";
    journal: "journal";
    search: "search", "ord";
    show: "show", "review";
    show_a_series: "show", "ordination@berger.example";
    free: "free", "--days", "5";
}

#[test]
fn in_an_ascii_locale() {
    let store = Store::of_the_doctor();
    for (name, arguments) in [
        ("agenda_ascii", &["agenda", "--days", "3"][..]),
        ("month_ascii", &["month"]),
        ("todo_ascii", &["todo"]),
        ("free_ascii", &["free", "--days", "2"]),
        ("next_ascii", &["next"]),
    ] {
        let out = at(&store, "80", "C", arguments);
        let ours = ["–", "…", "↻", "☐", "☑", "•", "\u{200e}"];
        assert!(ours.iter().all(|sign| !out.contains(sign)), "{out}");
        assert_snapshot!(name, out);
    }
}

/// Only the sixteen colours of the terminal's own palette and effects, so that light and dark are the
/// terminal's.
#[test]
fn in_colour() {
    let store = Store::of_the_doctor();
    for (name, arguments) in [
        ("agenda_colour", &["agenda", "--days", "2"][..]),
        ("month_colour", &["month"]),
        ("todo_colour", &["todo", "--all"]),
        ("show_colour", &["show", "review"]),
        ("next_colour", &["next"]),
    ] {
        let output = store.command(arguments).env("CLICOLOR_FORCE", "1").output().unwrap();
        let out = crate::Run::from(output).done();
        for code in out.split("\u{1b}[").skip(1).map(|rest| rest.split('m').next().unwrap()) {
            assert!(code.parse::<u8>().is_ok_and(|code| code <= 37 || (90..=97).contains(&code)), "{code}");
        }
        assert_snapshot!(name, out.replace('\u{1b}', "␛"));
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let store = Store::of_the_doctor();
    for arguments in [
        &["agenda", "--zone", "America/New_York"][..],
        &["month"],
        &["todo", "--all"],
        &["journal"],
        &["search", "o"],
        &["show", "review"],
        &["free"],
        &["next"],
    ] {
        for columns in [40, 41, 60, 71, 72, 73, 80, 99, 100, 120, 200] {
            for line in at(&store, &columns.to_string(), "C.UTF-8", arguments).lines() {
                let width = unicode_width::UnicodeWidthStr::width(line);
                assert!(width <= columns, "{arguments:?} at {columns}: {line}");
            }
        }
    }
}

/// Letters from the right would carry the next column along: a mark of direction stands before it.
#[test]
fn columns_stay_where_letters_run_from_the_right() {
    let store = Store::of_the_doctor();
    let out = at(&store, "80", "C.UTF-8", &["agenda", "--from", "2026-03-27", "--days", "1"]);
    let line = out.lines().find(|line| line.contains("פגישה")).unwrap();
    let place = |text: &str| line.find(text).unwrap();
    let between = &line[place("הצוות")..place("חדר")];
    assert!(between.contains('\u{200e}'), "{between:?}");
    assert!(place("09:00") < place("פגישה") && place("פגישה") < place("חדר"));
    let out = at(&store, "80", "C.UTF-8", &["agenda", "--days", "1"]);
    assert!(!out.contains('\u{200e}'));
}

#[test]
fn what_a_terminal_must_not_get_is_not_given() {
    let store = Store::of(&event(
        "x",
        "DTSTART:20260325T120000Z\r\nDURATION:PT1H\r\nSUMMARY:a\u{1b}[31mb\u{202e}c\r\n\
         LOCATION:\u{7}\r\nDESCRIPTION:d\u{1b}e\r\nCATEGORIES:\u{1b}f",
    ));
    for arguments in [&["agenda"][..], &["month"], &["next"], &["search", "a"], &["show", "x"]] {
        let out = store.run(arguments).done();
        assert!(!out.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{arguments:?}: {out:?}");
        assert!(out.contains("<1B>"), "{arguments:?}: {out:?}");
    }
}

#[test]
fn filters_hold_on_every_listing() {
    let store = Store::of_the_doctor();
    for (arguments, there, not_there) in [
        (&["agenda", "--category", "design"][..], "Design review", "Ordination"),
        (&["month", "--category", "Work"], "Design review", "Ordination"),
        (&["todo", "--category", "OFFICE"], "Send the report", "plants"),
        (&["todo", "--to", "2026-03-21"], "Send the report", "plants"),
        (&["todo", "--from", "2026-03-21"], "plants", "Send the report"),
        (&["journal", "--category", "office"], "Kick-off", "thought"),
        (&["journal", "--to", "2026-01-01"], "thought", "Kick-off"),
        (&["search", "ord", "--from", "2026-03-30", "--to", "2026-03-31"], "Ordination ↻", "Vereinbarung"),
        (&["search", "ro", "--category", "Design"], "Design review", "Ordination"),
        (&["agenda", "--calendar", "personal"], "Design review", "nothing of the kind"),
    ] {
        let out = store.run(arguments).done();
        assert!(out.contains(there) && !out.contains(not_there), "{arguments:?}: {out}");
    }
}

#[test]
fn words_phrases_and_the_beginnings_of_words() {
    let store = Store::of_the_doctor();
    for (words, found) in [
        (&["design"][..], 1),
        (&["DESIGN", "widg"], 1),
        (&["follow up"], 1),
        (&["up follow"], 0),
        (&["up", "follow"], 1),
        (&["\"follow up\" widgets"], 1),
        (&["zahnarzt"], 1),
        (&["simic"], 1),
        (&["bob"], 1),
        (&["会議"], 1),
        (&["nothing of this"], 0),
    ] {
        let run = store.run(&[&["search", "--json"], words].concat());
        assert_eq!(run.json().len(), found, "{words:?}");
        assert_eq!(run.code, i32::from(found == 0), "{words:?}");
    }
}

#[test]
fn a_week_begins_at_my_midnight_and_is_as_long_as_its_days() {
    // The clocks go forward on the 29th: the week is an hour short.
    let on =
        |uid: &str, start: &str| event(uid, &format!("DTSTART:{start}\r\nDURATION:PT1M\r\nSUMMARY:{uid}"));
    let store = Store::of(
        &[
            on("before", "20260324T225859Z"),
            on("first", "20260324T230000Z"),
            on("last", "20260331T215900Z"),
            on("after", "20260331T220000Z"),
        ]
        .concat(),
    );
    let uids: Vec<_> = store
        .run(&["agenda", "--json"])
        .json()
        .iter()
        .map(|line| line["uid"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(uids, ["first", "last"]);
}

#[test]
fn an_occurrence_is_named_by_its_day_and_where_a_day_has_several_by_its_time() {
    let store = Store::of(
        &[
            event("one", "DTSTART:20260325T120000Z\r\nSUMMARY:one"),
            event("daily", "DTSTART:20260320T120000Z\r\nRRULE:FREQ=DAILY\r\nSUMMARY:daily"),
            event("often", "DTSTART:20260325T120000Z\r\nRRULE:FREQ=HOURLY;COUNT=2\r\nSUMMARY:often"),
        ]
        .concat(),
    );
    let lines = store.run(&["agenda", "--json", "--days", "1"]).json();
    let ends: Vec<String> = lines
        .iter()
        .map(|line| {
            let handle = line["handle"].as_str().unwrap();
            let end = handle.find('@').map_or("", |at| &handle[at..]);
            format!("{}{end}", line["uid"].as_str().unwrap())
        })
        .collect();
    assert_eq!(ends, ["daily@20260325", "often@20260325T1300", "one", "often@20260325T1400"]);
    for line in &lines {
        let handle = line["handle"].as_str().unwrap();
        let shown = store.run(&["show", "--json", handle]).json();
        assert_eq!((&shown[0]["start"], &shown[0]["uid"]), (&line["start"], &line["uid"]), "{handle}");
    }
}

#[test]
fn a_month_begins_its_weeks_as_the_settings_say() {
    let store = Store::of_the_doctor();
    let mut command = store.command(&["month"]);
    let run = crate::Run::from(command.env("KALENDS_WEEK_START", "sunday").output().unwrap());
    let out = run.done();
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[1].starts_with(" Su   Mo   Tu   We   Th   Fr   Sa "), "{out}");
    assert!(lines[2].starts_with("  1    2 •"), "{out}");
}

#[test]
fn times_of_day_are_shown_as_the_settings_say() {
    let store = Store::of_the_doctor();
    for (arguments, there) in [
        (&["agenda", "--zone", "Asia/Tokyo"][..], &["12:00pm–1:00pm", "10:30pm–", "8:00pm–9:00pm Tokyo"][..]),
        (&["month"], &["12:00pm–1:00pm"]),
        (&["next"], &["in 30 min (12:00pm)"]),
        (&["todo"], &["Fri 20 Mar 12:00pm"]),
        (&["journal"], &["9:00pm"]),
        (&["search", "webinar"], &["today 12:00pm"]),
        (&["show", "review"], &["7:00pm–8:00pm (Europe/Vienna)"]),
        (&["free", "--between", "00:00-24:00"], &["11:30am–3:00pm", "8:00pm–10:30pm"]),
    ] {
        let output = store.command(arguments).envs([("KALENDS_HOURS", "12"), ("COLUMNS", "120")]).output();
        let out = crate::Run::from(output.unwrap()).done();
        assert!(there.iter().all(|there| out.contains(there)), "{arguments:?}: {out}");
    }
}

#[test]
fn a_search_that_finds_more_than_a_thousand_says_so() {
    let events: String = (0..1_001).map(|number| event(&number.to_string(), "SUMMARY:tea")).collect();
    let store = Store::of(&events);
    let run = store.run(&["search", "--json", "tea"]);
    assert_eq!((run.code, run.json().len()), (0, 1_000));
    assert!(run.err.contains("the first 1000 are shown"), "{}", run.err);
}

#[test]
fn a_month_is_named_by_itself_or_by_a_day_of_it() {
    let store = Store::new();
    for (named, title) in
        [("2026-02", "February 2026"), ("2024-02-29", "February 2024"), ("20261231T235959", "December 2026")]
    {
        assert!(store.run(&["month", named]).done().trim_start().starts_with(title), "{named}");
    }
    let february = store.run(&["month", "2026-02"]).done();
    assert_eq!(february.lines().last().unwrap().trim_end(), " 23   24   25   26   27   28");
}
