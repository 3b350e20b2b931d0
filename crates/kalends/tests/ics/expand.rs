//! Occurrences: for programs by contract, for people by day.

use insta::assert_snapshot;

use crate::{Run, calendar, command, doctor, fed, folder, ics, path};

const WEEK: [&str; 6] = ["--from", "2026-03-23", "--to", "2026-03-30", "--zone", "Europe/Vienna"];

fn table(columns: &str, locale: &str) -> String {
    let doctor = doctor();
    let arguments = [&["expand"], &WEEK[..], &[&doctor]].concat();
    let output = command(&arguments).envs([("COLUMNS", columns), ("LANG", locale)]).output().unwrap();
    let run = Run::from(output);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    run.out
}

#[test]
fn the_doctors_week_at_every_width() {
    assert_snapshot!("week_40", table("40", "C.UTF-8"));
    assert_snapshot!("week_80", table("80", "C.UTF-8"));
    assert_snapshot!("week_120", table("120", "C.UTF-8"));
    assert_snapshot!("week_80_ascii", table("80", "C"));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for columns in [20, 33, 40, 71, 72, 80, 99, 100, 120, 200] {
        for line in table(&columns.to_string(), "C.UTF-8").lines() {
            assert!(line.chars().count() <= columns.max(26), "{columns}: {line}");
        }
    }
}

#[test]
fn for_programs_exactly_these_lines() {
    let run = ics(&[&["expand", "--json"], &WEEK[..], &[&doctor()]].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_snapshot!(run.out);
}

#[test]
fn dates_floating_times_and_unknown_zones_name_no_instant() {
    let events: String = [
        "DTSTART;VALUE=DATE:20260102",
        "DTSTART:20260102T090000\r\nDURATION:PT90M",
        "DTSTART;TZID=Nowhere:20260102T090000",
        "DTSTART:20260102T090000Z\r\nSUMMARY:a\\, b\r\nSTATUS:CANCELLED",
        "SUMMARY:never",
    ]
    .iter()
    .enumerate()
    .map(|(uid, lines)| format!("BEGIN:VEVENT\r\nUID:{uid}\r\n{lines}\r\nEND:VEVENT\r\n"))
    .collect();
    let run = fed(&["expand", "--json", "-"], events.as_bytes());
    assert_snapshot!(run.out);
}

#[test]
fn the_range_is_half_open_and_the_limit_is_for_each_object() {
    let event = |uid: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:20260101T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n\
             END:VEVENT\r\n"
        )
    };
    let text = [event("a"), event("b")].concat();
    let starts = |options: &[&str]| {
        let run = fed(&[&["expand", "--json"], options, &["-"]].concat(), text.as_bytes());
        assert_eq!(run.code, 0, "{}", run.err);
        run.json()
            .iter()
            .map(|line| format!("{} {}", line["uid"].as_str().unwrap(), line["start"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        starts(&["--from", "20260102T100000Z", "--to", "2026-01-04T09:00"]),
        ["a 20260103T090000Z", "b 20260103T090000Z"]
    );
    assert_eq!(
        starts(&["--from", "20260102T095959Z", "--limit", "1"]),
        ["a 20260102T090000Z", "b 20260102T090000Z"]
    );
    assert_eq!(
        starts(&["--from", "2026-01-02T01:00", "--to", "2026-01-02T04:30", "--zone", "America/New_York"])
            .len(),
        2
    );
}

#[test]
fn what_recurs_for_ever_needs_an_end() {
    let endless = calendar("DTSTART:20260101T000000Z\r\nRRULE:FREQ=DAILY\r\n");
    let run = fed(&["expand", "--json", "-"], endless.as_bytes());
    assert_eq!(run.code, 4);
    assert_eq!(run.out, "{\"uid\":\"1\",\"error\":\"it recurs for ever; give --to or --limit\"}\n");
    assert!(run.err.contains("give --to or --limit"));
}

#[test]
fn a_hostile_rule_ends_and_the_others_are_answered() {
    let event = |uid: &str, rule: &str| {
        format!("BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:20260101T090000Z\r\n{rule}END:VEVENT\r\n")
    };
    let text = [
        event("void", "RRULE:FREQ=SECONDLY;COUNT=2000000000\r\nEXRULE:FREQ=SECONDLY\r\n"),
        event("never", "RRULE:FREQ=YEARLY;BYDAY=TH;BYMONTHDAY=30;BYMONTH=2\r\n"),
        event("bomb", "RRULE:FREQ=SECONDLY;COUNT=2000000000\r\n"),
        event("plain", ""),
    ]
    .concat();
    let run = fed(&["expand", "--json", "--limit", "2", "-"], text.as_bytes());
    assert_eq!(run.code, 1);
    assert_snapshot!(run.out);
    assert!(run.err.contains("void: the recurrence rule"), "{}", run.err);
}

#[test]
fn the_tables_zone_is_the_one_asked_for_else_the_environments_else_the_calendars() {
    let folder = folder(&[("a.ics", calendar("DTSTART;TZID=Europe/Vienna:20260102T090000\r\n").as_bytes())]);
    let file = path(&folder, "a.ics");
    assert!(ics(&["expand", &file]).out.starts_with("Times in Europe/Vienna\n"));
    let run = command(&["expand", &file]).env("TZ", "Asia/Tokyo").output().unwrap();
    assert!(Run::from(run).out.starts_with("Times in Asia/Tokyo\n\nFriday, 2 January 2026\n  17:00"));
    let run = command(&["expand", "--zone", "UTC", &file]).env("TZ", "Asia/Tokyo").output().unwrap();
    assert!(Run::from(run).out.contains("08:00"));
    assert_eq!(ics(&["expand", "--zone", "Nowhere", &file]).code, 2);
}

#[test]
fn pitfall_19_a_zone_of_its_own_in_each_calendar() {
    let of = |offset: &str| {
        format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\nBEGIN:STANDARD\r\n\
             DTSTART:16010101T000000\r\nTZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\nEND:STANDARD\r\n\
             END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:in {offset}\r\n\
             DTSTART;TZID=Customized Time Zone:20260302T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    };
    let run = fed(&["expand", "--json", "-"], (of("+0300") + &of("-0500")).as_bytes());
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let starts: Vec<_> =
        run.out.lines().map(|line| line.split("\"start_utc\":\"").nth(1).unwrap()[..16].to_owned()).collect();
    assert_eq!(starts, ["20260302T060000Z", "20260302T140000Z"]);
}

#[test]
fn of_a_long_text_the_table_shows_the_beginning() {
    let tail = format!("{}the end", "x".repeat(25_000));
    let text = calendar(&format!(
        "DTSTART:20260101T090000Z\r\nRRULE:FREQ=DAILY;COUNT=30\r\nSUMMARY:review {tail}\r\n\
         LOCATION:hall {tail}\r\n"
    ));
    let folder = folder(&[("a.ics", text.as_bytes())]);
    for (columns, locale, ellipsis) in [("40", "C.UTF-8", "…"), ("120", "C.UTF-8", "…"), ("120", "C", "...")]
    {
        let mut command = command(&["expand", "--zone", "UTC", &path(&folder, "a.ics")]);
        let run = Run::from(command.envs([("COLUMNS", columns), ("LANG", locale)]).output().unwrap());
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert_eq!(run.out.matches("review").count(), 30);
        assert_eq!(run.out.matches("hall").count(), 30);
        assert_eq!(run.out.matches(ellipsis).count(), 60);
        assert!(!run.out.contains("the end"));
        assert!(run.out.matches('x').count() < 300 * 60, "{columns}");
    }
    let run = ics(&["expand", "--json", "--limit", "1", &path(&folder, "a.ics")]);
    assert!(run.out.contains("xthe end"));
}

#[test]
fn all_that_is_amiss_with_an_object_is_one_line() {
    let faulty =
        calendar("DTSTART:20260101T000000Z\r\nRRULE:FREQ=DAILY\r\nRDATE:nonsense\r\nEXDATE:nonsense\r\n");
    let run = fed(&["expand", "--json", "--limit", "1", "-"], faulty.as_bytes());
    assert_eq!((run.code, run.err.lines().count()), (1, 1), "{}", run.err);
    let lines = run.json();
    let error = lines.last().unwrap()["error"].as_str().unwrap();
    assert_eq!((lines.len(), error.matches("; ").count()), (2, 1), "{error}");

    let run = fed(&["expand", "--json", "-"], faulty.as_bytes());
    assert_eq!((run.code, run.err.lines().count(), run.json().len()), (4, 1, 1), "{}", run.err);
    assert!(run.out.ends_with("; it recurs for ever; give --to or --limit\"}\n"), "{}", run.out);
}

#[test]
fn an_unknown_or_guessed_zone_is_told_once_for_each_file() {
    let event = |uid: &str, tzid: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART;TZID=\"{tzid}\":20260302T090000\r\n\
             RRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT\r\n"
        )
    };
    let text = [
        event("a", "Nowhere/X"),
        event("b", "Nowhere/X"),
        event("c", "Europe/Vienna"),
        event("d", "W. Europe Standard Time"),
        event("e", "(UTC+05:00) Somewhere"),
    ]
    .concat();
    let folder = folder(&[("a.ics", text.as_bytes()), ("b.ics", text.as_bytes())]);
    let files = [path(&folder, "a.ics"), path(&folder, "b.ics")];
    let told: String = files
        .iter()
        .map(|file| {
            format!(
                "kalends: {file}: unknown time zone \"Nowhere/X\": its times are read as floating\n\
                 kalends: {file}: time zone \"(UTC+05:00) Somewhere\" is guessed to have one offset \
                 all the time\n"
            )
        })
        .collect();
    for output in [&["--json"][..], &["--zone", "UTC"]] {
        let run = ics(&[&["expand"], output, &[&files[0], &files[1]]].concat());
        assert_eq!((run.code, run.err), (1, told.clone()));
    }
    // What the range does not hold is not asked for its zone.
    let run = ics(&["expand", "--json", "--to", "2026-03-01", &files[0]]);
    assert_eq!((run.code, run.err.as_str(), run.out.as_str()), (0, "", ""));
}

#[test]
fn what_stands_in_no_calendar_knows_the_zones_beside_it() {
    let zone = "BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n\
                TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    let event =
        "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Customized Time Zone:20260302T090000\r\nEND:VEVENT\r\n";
    for text in [[zone, event].concat(), [event, zone].concat()] {
        let run = fed(&["expand", "--json", "-"], text.as_bytes());
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert_eq!(run.json()[0]["start_utc"], "20260302T060000Z");
    }
}

#[test]
fn an_object_over_a_limit_is_told_and_expanded_as_far_as_it_goes() {
    let dates = vec!["20260101T000000Z"; 100_001].join(",\r\n ");
    let dates = calendar(&format!("DTSTART:20260101T000000Z\r\nRDATE:{dates}\r\n"));
    let overrides: String = (0..10_001)
        .map(|minutes| {
            let at =
                format!("202601{:02}T{:02}{:02}00Z", minutes / 1440 + 1, minutes / 60 % 24, minutes % 60);
            format!("BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID:{at}\r\nDTSTART:{at}\r\nEND:VEVENT\r\n")
        })
        .collect();
    for (limit, text) in [("(`dates`)", dates), ("(`overrides`)", overrides)] {
        let run = fed(&["expand", "--json", "-"], text.as_bytes());
        assert_eq!(run.code, 1, "{}", run.err);
        assert!(run.err.contains(limit), "{}", run.err);
        assert!(run.out.starts_with("{\"uid\":\"1\",\"recurrence_id\":\"20260101T000000Z\""), "{limit}");
    }
    let help = ics(&["expand", "--help"]).out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        help.contains(
            "1 an object could not be expanded whole (more dates or overrides than the limit, too)"
        )
    );
}
