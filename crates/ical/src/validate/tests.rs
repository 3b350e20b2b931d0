use super::*;
use crate::problem::Severity;

mod limits;
mod reading;

/// A calendar around these lines, which is in order but for them.
fn calendar(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{}END:VCALENDAR\r\n",
        lines.replace('\n', "\r\n")
    )
}

/// An event around these lines.
fn event(lines: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\n{lines}END:VEVENT\n"))
}

/// The names of the problems, and the text at the places of each.
fn problems_of(text: &str, profile: &Profile) -> Vec<(&'static str, String)> {
    let document = Document::read(text).unwrap();
    let show = |problem: Problem| (problem.kind.name(), text[problem.place].to_owned());
    document.validate(profile).into_iter().map(show).collect()
}

fn problems(text: &str) -> Vec<(&'static str, String)> {
    problems_of(text, &Profile::Rfc5545)
}

/// The problems of an event that starts in UTC and has these lines.
fn of_event(lines: &str) -> Vec<(&'static str, String)> {
    problems(&event(&format!("DTSTART:20260301T090000Z\n{lines}")))
}

fn one(name: &'static str, place: &str) -> Vec<(&'static str, String)> {
    vec![(name, place.to_owned())]
}

#[test]
fn nothing_amiss() {
    assert_eq!(of_event("DTEND:20260301T100000Z\nSUMMARY:Tea\n"), []);
    assert_eq!(
        problems(&calendar(
            "BEGIN:VTIMEZONE\nTZID:Europe/Vienna\nBEGIN:STANDARD\nDTSTART:19701025T030000\n\
             TZOFFSETFROM:+0200\n\
             TZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20301027T010000Z\n\
             END:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:19700329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n\
             RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nDTSTART;TZID=Europe/Vienna:20260301T090000\n\
             RRULE:FREQ=DAILY;UNTIL=20260401T000000Z\nEXDATE;TZID=Europe/Vienna:20260302T090000\n\
             ATTENDEE;CN=\"Doe, Jane\";MEMBER=\"mailto:x@example.com\"\n :mailto:jane@example.com\n\
             BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Tea\nTRIGGER:-PT5M\nEND:VALARM\nEND:VEVENT\n"
        )),
        []
    );
}

#[test]
fn pitfall_30_end_before_or_at_the_start_negative_duration() {
    assert_eq!(of_event("DTEND:20260301T080000Z\n"), one("end-before-start", "20260301T080000Z"));
    assert_eq!(of_event("DTEND:20260301T090000Z\n"), one("end-at-start", "20260301T090000Z"));
    assert_eq!(of_event("DURATION:-PT1H\n"), one("negative-duration", "-PT1H"));
    assert_eq!(
        problems(&event("DTSTART;VALUE=DATE:20260301\nDTEND:20260301T100000Z\n")),
        one("end-mismatch", "20260301T100000Z")
    );
    assert_eq!(
        problems(&event("DTSTART;VALUE=DATE:20260301\nDURATION:PT1H\n")),
        one("time-in-date-duration", "PT1H")
    );
}

#[test]
fn pitfall_31_end_and_duration() {
    assert_eq!(
        of_event("DTEND:20260301T100000Z\nDURATION:PT1H\n"),
        one("exclusive-properties", "DURATION:PT1H")
    );
}

#[test]
fn pitfall_33_line_ends_blank_lines_and_marks() {
    let text = event("DTSTART:20260301T090000Z\n");
    let bare = text.replace("\r\n", "\n");
    assert_eq!(problems(&bare), one("line-end", ""));
    assert_eq!(problems(&format!("\u{feff}{text}")), one("byte-order-mark", "\u{feff}"));
    assert_eq!(problems(&text.replace("UID:a", "UID:a\r\n")), one("blank-line", ""));
    let (outside, rest) = (text.clone() + "junk\r\n", one("line-without-colon", "junk"));
    assert_eq!(problems(&outside), rest);
}

#[test]
fn pitfall_34_parameters_and_their_quotes() {
    assert_eq!(
        of_event("ATTENDEE;CN=Doe, Jane:mailto:jane@example.com\n"),
        one("misquoted-parameter", "CN=Doe, Jane")
    );
    assert_eq!(
        of_event("ATTENDEE;CN=Jane \"Jo\" Doe:mailto:jane@example.com\n"),
        one("misquoted-parameter", "CN=Jane \"Jo\" Doe")
    );
    assert_eq!(of_event("SUMMARY;LANGUAGE=de;LANGUAGE=en:Tee\n"), one("repeated-parameter", "LANGUAGE=en"));
    assert_eq!(of_event("SUMMARY;PARTSTAT=ACCEPTED:Tea\n"), one("misplaced-parameter", "PARTSTAT=ACCEPTED"));
    assert_eq!(of_event("SUMMARY;BASE64:Tea\n"), one("bare-parameter", "BASE64"));
    assert_eq!(of_event("SUMMARY;COLOUR=red:Tea\n"), one("unknown-parameter", "COLOUR=red"));
    assert_eq!(of_event("ATTENDEE;RSVP=YES:mailto:a@x\n"), one("malformed-parameter", "RSVP=YES"));
    assert_eq!(
        of_event("ATTENDEE;DELEGATED-TO=\"b@x\":mailto:a@x\n"),
        one("missing-scheme", "DELEGATED-TO=\"b@x\"")
    );
    assert_eq!(of_event("SUMMARY;ALTREP=\"x\":Tea\n"), one("missing-scheme", "ALTREP=\"x\""));
    assert_eq!(of_event("ATTENDEE;ROLE=CLOWN;CUTYPE=X-BOT:mailto:a@x\n"), one("unknown-word", "ROLE=CLOWN"));
}

#[test]
fn pitfall_35_a_bad_part_of_a_rule_and_a_fold_before_the_value() {
    assert_eq!(of_event("RRULE:FREQ=DAILY;BYHOUR=9,24;COUNT=2\n"), one("malformed-value", "24;COUNT=2"));
    let problems = of_event("RRULE:FREQ=DAI\n LY;BYHOUR=9,2\n 4\n");
    assert_eq!(problems, one("malformed-value", "2\r\n 4"));
    assert_eq!(of_event("ATTACH;ENCODING=BASE64;VALUE=BINARY:Zm9v?\n"), one("malformed-value", "?"));
}

#[test]
fn pitfall_36_missing_and_repeated_uids() {
    let text = event("DTSTART:20260301T090000Z\n");
    assert_eq!(problems(&text.replace("UID:a\r\n", "")), one("missing-uid", "BEGIN:VEVENT"));
    assert_eq!(problems(&text.replace("UID:a", "UID:")), one("malformed-value", ""));
    let event = "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nDTSTART:20260301T090000Z\nEND:VEVENT\n";
    assert_eq!(problems(&calendar(&event.repeat(2))), one("repeated-instance", "BEGIN:VEVENT"));
    let other = event.replace("UID:a", "UID:b");
    let several = calendar(&(event.to_owned() + &other));
    assert_eq!(problems_of(&several, &Profile::CalDav), one("several-objects", "BEGIN:VEVENT"));
    assert_eq!(problems(&several), []);
}

#[test]
fn pitfall_37_missing_dtstamp() {
    let text = event("DTSTART:20260301T090000Z\n").replace("DTSTAMP:20260101T000000Z\r\n", "");
    assert_eq!(problems(&text), one("missing-dtstamp", "BEGIN:VEVENT"));
    assert_eq!(
        problems(&event("DTSTART:20260301T090000Z\n").replace("00Z\r\nDTSTART", "00\r\nDTSTART")),
        one("not-utc", "20260101T000000")
    );
}

#[test]
fn pitfall_38_vcalendar_is_told_once() {
    let text = event("DTSTART:20260301T090000Z\n").replace("VERSION:2.0", "VERSION:1.0");
    assert_eq!(problems(&text), one("vcalendar-1", "1.0"));
}

#[test]
fn pitfall_39_until_and_count() {
    assert_eq!(
        of_event("RRULE:FREQ=DAILY;COUNT=3;UNTIL=20260401T000000Z\n"),
        one("until-and-count", "FREQ=DAILY;COUNT=3;UNTIL=20260401T000000Z")
    );
}

#[test]
fn pitfall_1_until_of_another_kind() {
    assert_eq!(
        of_event("RRULE:FREQ=DAILY;UNTIL=20260401\n"),
        one("until-mismatch", "FREQ=DAILY;UNTIL=20260401")
    );
    let of_date = |rule: &str| problems(&event(&format!("DTSTART;VALUE=DATE:20260301\n{rule}\n")));
    assert_eq!(of_date("RRULE:FREQ=DAILY;UNTIL=20260401"), []);
    assert_eq!(of_date("RRULE:FREQ=DAILY;UNTIL=20260401T000000Z")[0].0, "until-mismatch");
    assert_eq!(of_date("RRULE:FREQ=DAILY;BYHOUR=9")[0].0, "rule-part");
}

#[test]
fn pitfall_14_15_16_overrides_and_exceptions() {
    let master = "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nDTSTART:20260301T090000\n\
    RRULE:FREQ=DAILY\nEND:VEVENT\n";
    let over = "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nDTSTART:20260302T100000\n\
    RECURRENCE-ID:20260302T090000\n\
                END:VEVENT\n";
    assert_eq!(problems(&calendar(&(master.to_owned() + over))), []);
    assert_eq!(problems(&calendar(over)), one("override-without-master", "BEGIN:VEVENT"));
    assert_eq!(
        problems(&calendar(&(master.to_owned() + over + over))),
        one("repeated-instance", "BEGIN:VEVENT")
    );
    let with_rule = over.replace("END", "RRULE:FREQ=DAILY\nEND");
    assert_eq!(
        problems(&calendar(&(master.to_owned() + &with_rule))),
        one("rule-in-override", "RRULE:FREQ=DAILY")
    );
    let by_date = over.replace("ID:20260302T090000", "ID;VALUE=DATE:20260302");
    assert_eq!(
        problems(&calendar(&(master.to_owned() + &by_date))),
        one("recurrence-id-mismatch", "20260302")
    );
    let in_utc = over.replace("ID:20260302T090000", "ID:20260302T090000Z");
    assert_eq!(
        problems(&calendar(&(master.to_owned() + &in_utc))),
        one("recurrence-id-mismatch", "20260302T090000Z")
    );
    assert_eq!(of_event("EXDATE;VALUE=DATE:20260302\n"), one("exdate-mismatch", "20260302"));
    let floating =
        problems(&event("DTSTART:20260301T090000\nEXDATE:20260302T080000Z\nRDATE;VALUE=DATE:20260305\n"));
    assert_eq!(
        floating,
        [("exdate-in-utc", "20260302T080000Z".to_owned()), ("rdate-mismatch", "20260305".to_owned())]
    );
}

#[test]
fn pitfall_24_27_zones() {
    let at = |start: &str| problems(&event(&format!("{start}\n")));
    assert_eq!(at("DTSTART;TZID=Europe/Vienna:20260301T090000"), one("undefined-tzid", "TZID=Europe/Vienna"));
    let found = ["undefined-tzid", "unknown-zone"].map(|kind| (kind, "TZID=Nowhere".to_owned()));
    assert_eq!(at("DTSTART;TZID=Nowhere:20260301T090000"), found);
    assert_eq!(
        at("DTSTART;TZID=Europe/Vienna:20260301T090000Z"),
        one("tzid-beside-utc", "TZID=Europe/Vienna")
    );
    assert_eq!(
        at("DTSTART;VALUE=DATE;TZID=Europe/Vienna:20260301"),
        one("tzid-beside-date", "TZID=Europe/Vienna")
    );
    let zone = "BEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0000\n\
    TZOFFSETTO:+0000\n\
                END:STANDARD\nEND:VTIMEZONE\n";
    assert_eq!(problems(&calendar(&zone.repeat(2))), one("repeated-tzid", "a"));
    assert_eq!(problems(&calendar(&zone.replace("TZID:a", "TZID:"))), one("malformed-value", ""));
    assert_eq!(
        problems(&calendar("BEGIN:VTIMEZONE\nTZID:a\nEND:VTIMEZONE\n")),
        ["missing-component", "broken-zone"].map(|kind| (kind, "BEGIN:VTIMEZONE".to_owned()))
    );
}

/// If each start read all rules anew, this would take minutes. The VTIMEZONE differs from its name only
/// years later, which the last of the rules reaches.
#[test]
fn rules_are_read_once_for_all_starts() {
    let zone = "BEGIN:VTIMEZONE\nTZID:Asia/Tokyo\nBEGIN:STANDARD\nDTSTART:19700101T000000\n\
        TZOFFSETFROM:+0900\nTZOFFSETTO:+0900\nEND:STANDARD\nBEGIN:STANDARD\nDTSTART:20400101T000000\n\
        TZOFFSETFROM:+0900\nTZOFFSETTO:+0800\nEND:STANDARD\nEND:VTIMEZONE\n";
    let disagrees = |last: &str| {
        let starts = "DTSTART;TZID=Asia/Tokyo:20260301T090000\n".repeat(3_000);
        let rules = "RRULE:FREQ=DAILY;UNTIL=20260401T000000Z\n".repeat(3_000);
        let event =
            format!("{zone}BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\n{starts}{rules}{last}END:VEVENT\n");
        problems(&calendar(&event)).iter().any(|problem| problem.0 == "zone-disagrees")
    };
    assert!(!disagrees(""));
    assert!(!disagrees("RRULE:FREQ=DAILY\n"));
    assert!(disagrees("RRULE:FREQ=DAILY;UNTIL=20410401T000000Z\n"));
}

#[test]
fn calendars_of_one_text_are_complete_in_themselves() {
    let zone = "BEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0000\n\
                TZOFFSETTO:+0000\nEND:STANDARD\nEND:VTIMEZONE\n";
    let event = "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nDTSTART;TZID=a:20260301T090000\nEND:VEVENT\n";
    let whole = calendar(&(zone.to_owned() + event));
    assert_eq!(problems(&whole.repeat(2)), []);
    let without = problems(&(whole + &calendar(event)));
    assert_eq!(without, [("undefined-tzid", "TZID=a".to_owned()), ("unknown-zone", "TZID=a".to_owned())]);
    // What stands in no calendar belongs together.
    let loose = (zone.to_owned() + event).replace('\n', "\r\n");
    assert!(problems(&loose).iter().all(|(kind, _)| *kind != "undefined-tzid"));
}

#[test]
fn a_message_may_tell_of_one_instance() {
    let over = "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nDTSTART:20260302T100000\n\
                RECURRENCE-ID:20260302T090000\nEND:VEVENT\n";
    assert_eq!(problems(&calendar(&format!("METHOD:REQUEST\n{over}"))), []);
    let published = calendar(&format!("METHOD:PUBLISH\n{over}"));
    assert_eq!(problems(&published), one("override-without-master", "BEGIN:VEVENT"));
}

/// If each event walked the lines around it anew, this would take minutes. Events elsewhere stand between
/// them, and each has its own METHOD or none.
#[test]
fn the_method_is_looked_for_once() {
    let pair = "BEGIN:VEVENT\nEND:VEVENT\nBEGIN:X-A\nBEGIN:VEVENT\nEND:VEVENT\nEND:X-A\n";
    let text = calendar(&("X-B:1\n".repeat(100_000) + &pair.repeat(20_000) + "METHOD:REQUEST\n"));
    let told = problems(&text);
    assert!(told.iter().any(|problem| problem.0 == "missing-dtstart"));
    let message = "UID:a\nDTSTAMP:20260101T000000Z\nRECURRENCE-ID:20260301T090000Z\n";
    let message = (0..20_000).fold(String::new(), |text, n| {
        text + "BEGIN:VEVENT\nUID:" + &n.to_string() + &message[5..] + "END:VEVENT\n"
    });
    let text = calendar(&("X-B:1\n".repeat(100_000) + "METHOD:REQUEST\n" + &message));
    assert_eq!(problems(&text), one("over-limit", "BEGIN:VCALENDAR"));
}

#[test]
fn times_on_the_wall_and_in_utc() {
    let zone = |lines: &str| {
        problems(&calendar(&format!(
            "BEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0000\n{lines}\
             END:STANDARD\nEND:VTIMEZONE\n"
        )))
    };
    assert_eq!(zone("DTSTART:19700101T000000\nRDATE:19710101T000000\n"), []);
    assert_eq!(zone("DTSTART:19700101T000000Z\n"), one("not-local", "19700101T000000Z"));
    assert_eq!(zone("DTSTART;TZID=a:19700101T000000\n"), one("not-local", "19700101T000000"));
    assert_eq!(zone("DTSTART:19700101T000000\nRDATE;VALUE=DATE:19710101\n"), one("not-local", "19710101"));
    let period = "19710101T000000/PT1H";
    let with_period = format!("DTSTART:19700101T000000\nRDATE;VALUE=PERIOD:{period}\n");
    assert_eq!(zone(&with_period), one("not-local", period));
    let busy = |lines: &str| {
        problems(&calendar(&format!(
            "BEGIN:VFREEBUSY\nUID:a\nDTSTAMP:20260101T000000Z\n{lines}END:VFREEBUSY\n"
        )))
    };
    assert_eq!(busy("DTSTART:20260301T000000Z\nFREEBUSY:20260301T090000Z/PT1H\n"), []);
    assert_eq!(busy("DTSTART:20260301T000000\n"), one("not-utc", "20260301T000000"));
    let local = "20260301T090000/20260301T100000";
    assert_eq!(busy(&format!("FREEBUSY:{local},20260301T090000Z/PT1H\n")), one("not-utc", local));
    let half = "20260301T090000Z/20260301T100000";
    assert_eq!(busy(&format!("FREEBUSY:{half}\n")), one("not-utc", half));
    for back in ["20260301T090000Z/20260301T090000Z", "20260301T090000Z/-PT1H"] {
        assert_eq!(busy(&format!("FREEBUSY:{back}\n")), one("malformed-value", back));
    }
}

#[test]
fn texts_and_their_escapes() {
    assert_eq!(of_event("SUMMARY:a\\, b\\; c\\\\d\\n\\N\nCATEGORIES:a,b\nX-A:a,b;\\c\n"), []);
    assert_eq!(of_event("SUMMARY:a\\\\, b\n"), one("unusual-value", ", b"));
    assert_eq!(of_event("CATEGORIES:a,b;c\n"), one("unusual-value", ";c"));
    assert_eq!(of_event("DESCRIPTION:a \\\"b\\\"\n"), one("unusual-value", "\\\"b\\\""));
    assert_eq!(of_event("COMMENT:a\\\n"), one("unusual-value", "\\"));
    assert_eq!(of_event("ATTENDEE:mailto:Room 1@x\n"), one("unusual-value", " 1@x"));
    assert_eq!(of_event("REQUEST-STATUS:2.0\n"), one("unusual-value", "2.0"));
    assert_eq!(of_event("REQUEST-STATUS:2.0;Success\n"), []);
}

#[test]
fn a_trigger_counts_from_something() {
    let todo = |lines: &str, trigger: &str| {
        problems(&calendar(&format!(
            "BEGIN:VTODO\nUID:a\nDTSTAMP:20260101T000000Z\n{lines}\
             BEGIN:VALARM\nACTION:AUDIO\n{trigger}\nEND:VALARM\nEND:VTODO\n"
        )))
    };
    let due = "DUE:20260301T090000Z\n";
    assert_eq!(todo(due, "TRIGGER:-PT1H"), one("missing-companion", "TRIGGER:-PT1H"));
    assert_eq!(todo(due, "TRIGGER;RELATED=END:-PT1H"), []);
    assert_eq!(todo(due, "TRIGGER;VALUE=DATE-TIME:20260301T090000Z"), []);
    let end = "TRIGGER;RELATED=END:-PT1H";
    assert_eq!(todo("DTSTART:20260301T090000Z\n", end), one("missing-companion", end));
    assert_eq!(todo("DTSTART:20260301T090000Z\nDURATION:PT1H\n", end), []);
}

/// If each alarm walked the lines around it anew, this would take minutes.
#[test]
fn what_triggers_count_from_is_looked_for_once() {
    let alarms = "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT5M\nEND:VALARM\n".repeat(20_000);
    let told = |last: &str| {
        let lines = "X-B:1\n".repeat(100_000) + &alarms + last;
        problems(&event(&lines)).iter().filter(|problem| problem.0 == "missing-companion").count()
    };
    assert_eq!(told("DTSTART:20260301T090000Z\n"), 0);
    assert!(told("") > 9_000);
}

#[test]
fn values_and_their_types() {
    assert_eq!(problems(&event("DTSTART:20260301\n")), one("value-mismatch", "20260301"));
    assert_eq!(problems(&event("DTSTART;VALUE=DATE:20260301T090000\n")), one("value-mismatch", "VALUE=DATE"));
    assert_eq!(of_event("SUMMARY;VALUE=INTEGER:5\n"), one("wrong-value-type", "VALUE=INTEGER"));
    assert_eq!(of_event("SUMMARY;VALUE=STRING:5\n"), one("unknown-value-type", "VALUE=STRING"));
    assert_eq!(of_event("IMAGE:http://example.com/a.png\n"), one("value-mismatch", "IMAGE"));
    assert_eq!(of_event("PRIORITY:10\n"), one("out-of-range", "10"));
    assert_eq!(of_event("PRIORITY:high\n"), one("malformed-value", "high"));
    assert_eq!(of_event("DURATION:P1W2D\n"), one("unusual-value", "P1W2D"));
    assert_eq!(of_event("STATUS:DRAFT\n"), one("misplaced-word", "DRAFT"));
    assert_eq!(of_event("STATUS:MAYBE\nCLASS:X-MINE\n"), one("unknown-word", "MAYBE"));
    assert_eq!(of_event("URL:www.example.com\n"), one("missing-scheme", "www.example.com"));
    assert_eq!(of_event("ATTENDEE:jane@example.com\n"), one("unusual-value", "jane@example.com"));
    assert_eq!(of_event("RDATE:20260302T090000Z,2026x\n"), one("malformed-value", "2026x"));
}

#[test]
fn rules_of_rules() {
    for rule in [
        "FREQ=MONTHLY;BYWEEKNO=3",
        "FREQ=DAILY;BYYEARDAY=3",
        "FREQ=WEEKLY;BYMONTHDAY=3",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=YEARLY;BYWEEKNO=3;BYDAY=1MO",
        "FREQ=YEARLY;BYSETPOS=1",
    ] {
        assert_eq!(of_event(&format!("RRULE:{rule}\n")), one("rule-part", rule));
    }
    assert_eq!(of_event("RRULE:FREQ=DAILY;X-A=1\n"), one("experimental-rule-part", "FREQ=DAILY;X-A=1"));
    assert_eq!(of_event("RRULE:COUNT=2;FREQ=DAILY\n"), one("unusual-value", "COUNT=2;FREQ=DAILY"));
    for form in ["FREQ=DAILY;COUNT=2;", "FREQ=WEEKLY;BYDAY=SU, MO"] {
        assert_eq!(of_event(&format!("RRULE:{form}\n")), one("unusual-value", form));
    }
    assert_eq!(of_event("RRULE:RSCALE=GREGORIAN;FREQ=DAILY\n"), []);
    assert_eq!(of_event("EXRULE:FREQ=DAILY\n"), one("exrule", "EXRULE"));
    assert_eq!(of_event("RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY\n"), one("repeated-rule", "RRULE"));
    let todo = calendar("BEGIN:VTODO\nUID:a\nDTSTAMP:20260101T000000Z\nRRULE:FREQ=DAILY\nEND:VTODO\n");
    assert_eq!(problems(&todo), one("rule-without-start", "RRULE:FREQ=DAILY"));
}

#[test]
fn pitfall_07_a_start_that_its_rule_does_not_name() {
    let rule = "FREQ=WEEKLY;BYDAY=MO";
    assert_eq!(of_event(&format!("RRULE:{rule}\n")), one("start-outside-rule", rule));
    assert_eq!(of_event("RRULE:FREQ=WEEKLY;BYDAY=MO,SU\n"), []);
}

#[test]
fn notes_are_told_once_for_a_name() {
    let lines = "COLOR:red\nREFID:a\nREFID:b\nDESCRIPTION:\nX-A: \nX-B:\n";
    assert_eq!(
        of_event(lines),
        [("later-name", "REFID"), ("empty-value", "DESCRIPTION:"), ("empty-value", "X-A: ")]
            .map(|(kind, place)| (kind, place.to_owned()))
    );
}

#[test]
fn components_and_properties_in_their_place() {
    assert_eq!(of_event("SUMMARY:a\nSUMMARY:b\n"), one("repeated-property", "SUMMARY"));
    assert_eq!(of_event("FREEBUSY:20260301T090000Z/PT1H\n"), one("misplaced-property", "FREEBUSY"));
    assert_eq!(of_event("COLOUR:red\nX-COLOUR:red\n"), one("unknown-property", "COLOUR"));
    let alarm = "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:PT0S\nEND:VALARM\n";
    assert_eq!(problems(&calendar(alarm)), one("misplaced-component", "BEGIN:VALARM"));
    assert_eq!(of_event("BEGIN:VNOTE\nEND:VNOTE\nBEGIN:X-NOTE\nEND:X-NOTE\n")[0].0, "unknown-component");
    assert_eq!(
        of_event(
            "BEGIN:VALARM\nACTION:EMAIL\nTRIGGER:PT0S\nREPEAT:2\nDESCRIPTION:x\nATTENDEE:mailto:a@x\n\
             END:VALARM\n"
        ),
        [("missing-property", "BEGIN:VALARM".to_owned()), ("missing-companion", "REPEAT:2".to_owned())]
    );
    assert_eq!(problems(&calendar("")), one("missing-component", "BEGIN:VCALENDAR"));
    assert_eq!(problems("BEGIN:VCALENDAR\r\nBEGIN:X-A\r\nEND:X-A\r\nEND:VCALENDAR\r\n").len(), 2);
    assert_eq!(problems(""), one("missing-calendar", ""));
    let no_start = event("");
    assert_eq!(problems(&no_start), one("missing-dtstart", "BEGIN:VEVENT"));
    assert_eq!(problems(&no_start.replace("PRODID", "METHOD:CANCEL\r\nPRODID")), []);
}

#[test]
fn bytes() {
    let text = event("DTSTART:20260301T090000Z\nSUMMARY:a\u{7}b\n");
    assert_eq!(problems(&text), one("control-character", "\u{7}"));
    let mut text = event("DTSTART:20260301T090000Z\nSUMMARY:ab\n").into_bytes();
    let at = text.windows(2).position(|pair| pair == b"ab").unwrap();
    text[at] = 0xff;
    let problems = Document::read(text).unwrap().validate(&Profile::Rfc5545);
    assert_eq!((problems[0].kind, problems[0].place.clone()), (ProblemKind::InvalidUtf8, at..at + 1));
    let long = of_event(&format!("SUMMARY:{}\n", "x".repeat(80)));
    assert_eq!(long, one("long-line", ""));
    // A fold inside a character is no fault of the bytes.
    let folded = "SUMMARY:é".as_bytes();
    let line = [&folded[..9], b"\r\n ", &folded[9..]].concat();
    let text = event("DTSTART:20260301T090000Z\nX\n").into_bytes();
    let at = text.windows(3).position(|three| three == b"X\r\n").unwrap();
    let text = [&text[..at], &line, &text[at + 1..]].concat();
    assert_eq!(Document::read(text).unwrap().validate(&Profile::Rfc5545), []);
}

#[test]
fn profiles() {
    let text = event("DTSTART:20260301T090000Z\n").replace("PRODID", "METHOD:REQUEST\r\nPRODID");
    assert_eq!(problems_of(&text, &Profile::CalDav), one("method-in-store", "METHOD:REQUEST"));
    let names = |method: &'static str| -> Vec<&str> {
        problems_of(&text, &Profile::Itip(Method::new(method))).into_iter().map(|problem| problem.0).collect()
    };
    assert_eq!(names("REQUEST"), ["missing-property"; 3]);
    assert_eq!(names("CANCEL"), ["method-mismatch", "missing-property", "missing-property"]);
    assert_eq!(names("REFRESH").last(), Some(&"forbidden-by-method"));
}

#[test]
fn names_are_stable_words() {
    let mut names: Vec<&str> = ProblemKind::ALL.iter().map(|kind| kind.name()).collect();
    assert!(
        names
            .iter()
            .all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
    );
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ProblemKind::ALL.len());
}
