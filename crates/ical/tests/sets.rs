//! Recurrence sets, as real calendars have them. `pitfall_NN` tests are what others met before us.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::Document;
use ical::civil::{DateTime, Timestamp};
use ical::recurrence::{Gap, Occurrence, Policies, Range, RecurrenceSet};
use ical::rule::{Budget, Exhausted};
use ical::zone::{Zone, Zones};

/// Events of one UID, each given by its lines.
fn events(components: &[&str]) -> String {
    let events = components.iter().map(|lines| format!("BEGIN:VEVENT\nUID:1\n{lines}\nEND:VEVENT\n"));
    format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", events.collect::<String>())
}

fn walk(
    text: &str,
    range: Range,
    policies: &Policies,
    show: impl Fn(&Occurrence<'_, '_>) -> String,
) -> Vec<String> {
    let document = Document::read(text).unwrap();
    let zones = Zones::new(&document);
    let objects = document.objects();
    let set = RecurrenceSet::new(&objects[0], &zones, policies);
    set.occurrences(range)
        .take(30)
        .map(|item| item.map_or_else(|error| error.to_string(), |item| show(&item)))
        .collect()
}

fn utc(text: &str) -> Timestamp {
    let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
    let date = ical::civil::Date::new(number(0..4) as i16, number(4..6) as u8, number(6..8) as u8).unwrap();
    let seconds =
        if text.len() > 8 { number(9..11) * 3600 + number(11..13) * 60 + number(13..15) } else { 0 };
    Timestamp::from_utc(date.midnight().plus_seconds(seconds).unwrap())
}

fn between(from: &str, to: &str) -> Range {
    Range { from: utc(from), to: utc(to) }
}

/// Starts and ends: `20260302T090000-20260302T100000`.
fn spans(components: &[&str]) -> Vec<String> {
    walk(&events(components), Range::ALL, &Policies::default(), |item| {
        format!("{}-{}", item.start(), item.end())
    })
}

fn starts(components: &[&str]) -> Vec<String> {
    walk(&events(components), Range::ALL, &Policies::default(), |item| item.start().to_string())
}

/// Starts in UTC.
fn instants(components: &[&str]) -> Vec<String> {
    let show =
        |item: &Occurrence<'_, '_>| item.start_at().to_utc().as_ref().map(DateTime::to_string).unwrap();
    walk(&events(components), Range::ALL, &Policies::default(), show)
}

#[test]
fn pitfall_01_until_of_another_type() {
    // A DATE is through that day on DTSTART's wall, a local time is on it.
    for until in ["20260304", "20260304T090000", "20260304T080000Z", "20260305T075959Z"] {
        let rule = format!("DTSTART;TZID=Europe/Vienna:20260302T090000\nRRULE:FREQ=DAILY;UNTIL={until}");
        assert_eq!(starts(&[&rule]), ["20260302T090000", "20260303T090000", "20260304T090000"], "{until}");
    }
    for until in ["20260304", "20260304T000000", "20260304T235959Z"] {
        let rule = format!("DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;UNTIL={until}");
        assert_eq!(starts(&[&rule]), ["20260302", "20260303", "20260304"], "{until}");
    }
}

#[test]
fn pitfall_03_utc_until_is_compared_by_instant() {
    // 09:00 in Tokyo is 00:00 UTC: an UNTIL at that instant takes it in, one second earlier does not.
    let rule =
        |until: &str| format!("DTSTART;TZID=Asia/Tokyo:20260302T090000\nRRULE:FREQ=DAILY;UNTIL={until}");
    assert_eq!(starts(&[&rule("20260304T000000Z")]).len(), 3);
    assert_eq!(starts(&[&rule("20260303T235959Z")]).len(), 2);
    // 02:30 happens twice on 25 October in Vienna; the first, at 00:30 UTC, is meant.
    let rule =
        |until: &str| format!("DTSTART;TZID=Europe/Vienna:20261024T023000\nRRULE:FREQ=DAILY;UNTIL={until}");
    assert_eq!(starts(&[&rule("20261025T003000Z")]).len(), 2);
    assert_eq!(starts(&[&rule("20261025T002959Z")]).len(), 1);
}

#[test]
fn until_before_the_start_leaves_the_start() {
    for until in ["19970601", "19970601T000000", "19970601T000000Z"] {
        for start in ["DTSTART;TZID=Europe/Vienna:19971215T010000", "DTSTART:19971215T010000Z"] {
            let rule = format!("RRULE:FREQ=DAILY;UNTIL={until}");
            assert_eq!(starts(&[&format!("{start}\n{rule}")]).len(), 1, "{start} {rule}");
            // An EXRULE that has ended excludes nothing.
            let exrule = format!("RRULE:FREQ=DAILY;COUNT=3\nEXRULE:FREQ=DAILY;UNTIL={until}");
            assert_eq!(starts(&[&format!("{start}\n{exrule}")]).len(), 3, "{start} {exrule}");
        }
    }
}

#[test]
fn pitfall_04_an_instance_in_a_gap() {
    let rule = "DTSTART;TZID=Europe/Vienna:20260328T023000\nRRULE:FREQ=DAILY;COUNT=3";
    // By the offset before the gap: 02:30+01:00 (RFC 5545 3.3.5).
    assert_eq!(instants(&[rule]), ["2026-03-28T01:30:00", "2026-03-29T01:30:00", "2026-03-30T00:30:00"]);
    let omit = Policies { gap: Gap::Omit, ..Policies::default() };
    let left = walk(&events(&[rule]), Range::ALL, &omit, |item| item.start().to_string());
    // What is left out is not counted (RFC 5545 3.3.10).
    assert_eq!(left, ["20260328T023000", "20260330T023000", "20260331T023000"]);
}

#[test]
fn pitfall_05_a_fold_is_read_as_the_first() {
    let rule = "DTSTART;TZID=Europe/Vienna:20261024T023000\nRRULE:FREQ=DAILY;COUNT=3";
    assert_eq!(instants(&[rule]), ["2026-10-24T00:30:00", "2026-10-25T00:30:00", "2026-10-26T01:30:00"]);
}

#[test]
fn pitfall_06_no_duplicates_and_no_holes_at_a_change() {
    let rule = "DTSTART;TZID=Europe/Vienna:20260329T010000\nRRULE:FREQ=MINUTELY;INTERVAL=30;COUNT=8";
    // The rule steps on the wall. 02:00 and 02:30 are in the gap, read as the instants of 03:00 and 03:30, which are
    // instances, too: each has a RECURRENCE-ID of its own, and all are in the order of time.
    let show = |item: &Occurrence<'_, '_>| format!("{} {}", item.start(), item.start_at().0 / 60 % 1440);
    assert_eq!(
        walk(&events(&[rule]), Range::ALL, &Policies::default(), show),
        [
            "20260329T010000 0",
            "20260329T013000 30",
            "20260329T020000 60",
            "20260329T030000 60",
            "20260329T023000 90",
            "20260329T033000 90",
            "20260329T040000 120",
            "20260329T043000 150",
        ]
    );
}

#[test]
fn pitfall_13_this_and_future_moves_start_duration_and_properties() {
    let master =
        "DTSTART;TZID=Europe/Vienna:20260302T090000\nDURATION:PT1H\nSUMMARY:old\nRRULE:FREQ=DAILY;COUNT=5";
    let later = "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Vienna:20260304T090000\n\
                 DTSTART;TZID=Europe/Vienna:20260304T103000\nDURATION:PT30M\nSUMMARY:new";
    let lone = "RECURRENCE-ID;TZID=Europe/Vienna:20260305T090000\nDTSTART;TZID=Europe/Vienna:20260307T080000\nSUMMARY:lone";
    let show = |item: &Occurrence<'_, '_>| {
        let summary = item.component().property(ical::PropertyKind::Summary).unwrap();
        format!("{} {}-{} {}", item.recurrence_id().unwrap(), item.start(), item.end(), summary.text())
    };
    let found = walk(&events(&[master, later, lone]), Range::ALL, &Policies::default(), show);
    assert_eq!(
        found,
        [
            "20260302T090000 20260302T090000-20260302T100000 old",
            "20260303T090000 20260303T090000-20260303T100000 old",
            "20260304T090000 20260304T103000-20260304T110000 new",
            "20260306T090000 20260306T103000-20260306T110000 new",
            "20260305T090000 20260307T080000-20260307T080000 lone",
        ]
    );
}

#[test]
fn this_and_future_into_another_zone_and_day() {
    let master = "DTSTART;TZID=Europe/Vienna:20260302T090000\nDTEND;TZID=Europe/Vienna:20260302T100000\nRRULE:FREQ=WEEKLY;COUNT=5";
    // From 16 March on the day before, at 20:00 in New York, whose clocks change on other days than Vienna's.
    let later = "RECURRENCE-ID;RANGE=THISANDFUTURE:20260316T080000Z\nDTSTART;TZID=America/New_York:20260315T200000\n\
                 DTEND;TZID=America/New_York:20260315T210000";
    assert_eq!(
        spans(&[master, later]),
        [
            "20260302T090000-20260302T100000",
            "20260309T090000-20260309T100000",
            "20260315T200000-20260315T210000",
            "20260322T200000-20260322T210000",
            // Vienna's summer time has begun: 09:00 there is an hour earlier in New York.
            "20260329T190000-20260329T200000",
        ]
    );
}

#[test]
fn pitfall_14_recurrence_id_beside_rrule() {
    let master = "DTSTART:20260302T090000Z\nRRULE:FREQ=DAILY;COUNT=3";
    let both = "RECURRENCE-ID:20260303T090000Z\nDTSTART:20260303T120000Z\nRRULE:FREQ=DAILY;COUNT=30";
    assert_eq!(starts(&[master, both]), ["20260302T090000Z", "20260303T120000Z", "20260304T090000Z"]);
}

#[test]
fn pitfall_15_an_override_by_itself() {
    let lone = "RECURRENCE-ID:20260303T090000Z\nDTSTART:20260303T120000Z";
    assert_eq!(starts(&[lone]), ["20260303T120000Z"]);
    let master = "DTSTART:20260302T090000Z\nRRULE:FREQ=DAILY;COUNT=2";
    let stray = "RECURRENCE-ID:20260303T100000Z\nDTSTART:20260301T120000Z";
    assert_eq!(starts(&[master, stray]), ["20260301T120000Z", "20260302T090000Z", "20260303T090000Z"]);
}

#[test]
fn pitfall_16_exceptions_in_any_form() {
    let timed = "DTSTART;TZID=Europe/Vienna:20260302T090000\nRRULE:FREQ=DAILY;COUNT=3";
    for exdate in [
        "EXDATE;TZID=Europe/Vienna:20260303T090000",
        "EXDATE:20260303T080000Z",
        "EXDATE;TZID=America/New_York:20260303T030000",
        "EXDATE;TZID=W. Europe Standard Time:20260303T090000",
        "EXDATE:20260303T090000",
        "EXDATE;VALUE=DATE:20260303",
        "EXDATE:20260303",
    ] {
        let lines = format!("{timed}\n{exdate}");
        assert_eq!(starts(&[&lines]), ["20260302T090000", "20260304T090000"], "{exdate}");
    }
    let days = "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;COUNT=3";
    for exdate in
        ["EXDATE;VALUE=DATE:20260303", "EXDATE:20260303T000000", "EXDATE;TZID=Europe/Vienna:20260303T090000"]
    {
        let lines = format!("{days}\n{exdate}");
        assert_eq!(starts(&[&lines]), ["20260302", "20260304"], "{exdate}");
    }
}

#[test]
fn pitfall_18_an_exception_removes_an_override() {
    let master = "DTSTART:20260302T090000Z\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260303T090000Z";
    let newer = "RECURRENCE-ID:20260303T090000Z\nSEQUENCE:7\nDTSTART:20260303T120000Z";
    assert_eq!(starts(&[master, newer]), ["20260302T090000Z", "20260304T090000Z"]);
}

#[test]
fn of_two_versions_of_an_instance_the_newer_counts() {
    let master = "DTSTART:20260302T090000Z\nRRULE:FREQ=DAILY;COUNT=2";
    let of = |sequence: u8, stamp: &str, start: &str| {
        format!("RECURRENCE-ID:20260303T090000Z\nSEQUENCE:{sequence}\nDTSTAMP:{stamp}\nDTSTART:{start}")
    };
    let newer = of(2, "20260101T000000Z", "20260303T140000Z");
    let older = of(1, "20260201T000000Z", "20260303T130000Z");
    assert_eq!(starts(&[master, &newer, &older]), ["20260302T090000Z", "20260303T140000Z"]);
    let later_stamp = of(2, "20260102T000000Z", "20260303T150000Z");
    assert_eq!(starts(&[master, &later_stamp, &newer]), ["20260302T090000Z", "20260303T150000Z"]);
}

#[test]
fn pitfall_27_z_wins_over_tzid() {
    assert_eq!(instants(&["DTSTART;TZID=America/New_York:20260302T090000Z"]), ["2026-03-02T09:00:00"]);
}

#[test]
fn pitfall_29_a_date_never_meets_a_zone() {
    let line = "DTSTART;VALUE=DATE;TZID=Pacific/Kiritimati:20260302\nRRULE:FREQ=DAILY;COUNT=2";
    assert_eq!(spans(&[line]), ["20260302-20260303", "20260303-20260304"]);
}

#[test]
fn pitfall_30_an_end_that_is_not_after_its_start() {
    for end in [
        "DTEND:20260302T090000Z",
        "DTEND:20260301T090000Z",
        "DURATION:-PT1H",
        "DURATION:PT0S",
        "DTEND:nonsense",
    ] {
        let lines = format!("DTSTART:20260302T090000Z\n{end}");
        assert_eq!(spans(&[&lines]), ["20260302T090000Z-20260302T090000Z"], "{end}");
    }
    for end in ["DTEND;VALUE=DATE:20260302", "DTEND;VALUE=DATE:20260220", "DURATION:-P1D"] {
        let lines = format!("DTSTART;VALUE=DATE:20260302\n{end}");
        assert_eq!(spans(&[&lines]), ["20260302-20260303"], "{end}");
    }
}

#[test]
fn pitfall_31_an_end_and_a_duration() {
    let lines = "DTSTART:20260302T090000Z\nDURATION:PT3H\nDTEND:20260302T100000Z";
    assert_eq!(spans(&[lines]), ["20260302T090000Z-20260302T100000Z"]);
}

#[test]
fn pitfall_39_until_and_count_end_at_the_earlier() {
    let rule = |end: &str| format!("DTSTART:20260302T090000Z\nRRULE:FREQ=DAILY;{end}");
    assert_eq!(starts(&[&rule("COUNT=2;UNTIL=20260310T090000Z")]).len(), 2);
    assert_eq!(starts(&[&rule("COUNT=20;UNTIL=20260304T090000Z")]).len(), 3);
}

#[test]
fn durations_are_nominal_and_ends_exact() {
    // A day on the wall over the change of 29 March, and the 24 hours that DTEND fixed in winter.
    let nominal = "DTSTART;TZID=Europe/Vienna:20260327T120000\nDURATION:P1D\nRRULE:FREQ=DAILY;COUNT=2";
    assert_eq!(spans(&[nominal]), ["20260327T120000-20260328T120000", "20260328T120000-20260329T120000"]);
    let exact = "DTSTART;TZID=Europe/Vienna:20260327T120000\nDTEND;TZID=Europe/Vienna:20260328T120000\nRRULE:FREQ=DAILY;COUNT=2";
    assert_eq!(spans(&[exact]), ["20260327T120000-20260328T120000", "20260328T120000-20260329T130000"]);
}

#[test]
fn dates_with_periods_and_several_rules() {
    // RFC 5545 3.8.5.2: RDATE;VALUE=PERIOD.
    let lines = "DTSTART:19960403T020000Z\nDTEND:19960403T030000Z\n\
                 RDATE;VALUE=PERIOD:19960403T020000Z/19960403T040000Z,19960404T010000Z/PT3H";
    assert_eq!(spans(&[lines]), ["19960403T020000Z-19960403T040000Z", "19960404T010000Z-19960404T040000Z"]);
    let rules = "DTSTART:20260302T090000Z\nRRULE:FREQ=DAILY;COUNT=3\nRRULE:FREQ=DAILY;INTERVAL=2;COUNT=3\nEXRULE:FREQ=DAILY;INTERVAL=3";
    assert_eq!(starts(&[rules]), ["20260303T090000Z", "20260304T090000Z", "20260306T090000Z"]);
    let unnamed = "DTSTART:20260302T090000Z\nRRULE:FREQ=DAILY;COUNT=3\nEXRULE:FREQ=WEEKLY;BYDAY=TU";
    assert_eq!(starts(&[unnamed]), ["20260302T090000Z", "20260304T090000Z"]);
}

#[test]
fn a_range_takes_what_overlaps_it() {
    let text = events(&["DTSTART:20260302T090000Z\nDTEND:20260302T110000Z\nRRULE:FREQ=DAILY"]);
    let show = |item: &Occurrence<'_, '_>| item.start().to_string();
    let inside = |from, to| walk(&text, between(from, to), &Policies::default(), show);
    assert_eq!(inside("20260310T103000", "20260311T090000"), ["20260310T090000Z"]);
    assert_eq!(inside("20260310T110000", "20260311T090001"), ["20260311T090000Z"]);
    assert_eq!(inside("20260310T110000", "20260311T090000"), [] as [&str; 0]);
    assert_eq!(inside("20460310T110000", "20460312T000000"), ["20460311T090000Z"]);
}

#[test]
fn floating_times_are_where_the_policy_has_them() {
    let text = events(&["DTSTART;VALUE=DATE:20260302"]);
    let vienna = Policies { floating: Zone::iana("Europe/Vienna").unwrap(), ..Policies::default() };
    let range = between("20260302T230000", "20260303T000000");
    let show = |item: &Occurrence<'_, '_>| item.start().to_string();
    assert_eq!(walk(&text, range, &Policies::default(), show), ["20260302"]);
    assert_eq!(walk(&text, range, &vienna, show), [] as [&str; 0]);
}

#[test]
fn pitfall_11_a_rule_that_its_exceptions_cancel() {
    let text = events(&["DTSTART:20260302T090000Z\nRRULE:FREQ=SECONDLY\nEXRULE:FREQ=SECONDLY"]);
    let document = Document::read(text).unwrap();
    let zones = Zones::new(&document);
    let objects = document.objects();
    let policies = Policies { budget: Budget::new(10_000, 10_000), ..Policies::default() };
    let set = RecurrenceSet::new(&objects[0], &zones, &policies);
    let found: Vec<_> = set.occurrences(Range::ALL).collect();
    assert!(matches!(found[..], [Err(Exhausted::Instances | Exhausted::Periods)]), "{found:?}");
}

#[test]
fn to_dos_journals_and_free_busy() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:1\nDUE;TZID=Europe/Vienna:20260302T090000\nRRULE:FREQ=WEEKLY;COUNT=2\nEND:VTODO\n\
                END:VCALENDAR\n";
    let show = |item: &Occurrence<'_, '_>| format!("{}-{}", item.start(), item.end());
    let found = walk(text, Range::ALL, &Policies::default(), show);
    assert_eq!(found, ["20260302T090000-20260302T090000", "20260309T090000-20260309T090000"]);
    let text = "BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:1\nDTSTART:20260302T090000Z\nDUE:20260302T170000Z\nEND:VTODO\nEND:VCALENDAR\n";
    assert_eq!(walk(text, Range::ALL, &Policies::default(), show), ["20260302T090000Z-20260302T170000Z"]);
    let text =
        "BEGIN:VCALENDAR\nBEGIN:VJOURNAL\nUID:1\nDTSTART;VALUE=DATE:20260302\nEND:VJOURNAL\nEND:VCALENDAR\n";
    assert_eq!(walk(text, Range::ALL, &Policies::default(), show), ["20260302-20260303"]);
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_stands() {
    let text = events(&[
        "DTSTART:20260302T090000Z\nRRULE:FREQ=NEVER\nRRULE:RSCALE=CHINESE;FREQ=YEARLY\nRDATE:x,20260305T090000Z",
    ]);
    let document = Document::read(text).unwrap();
    let zones = Zones::new(&document);
    let objects = document.objects();
    let set = RecurrenceSet::new(&objects[0], &zones, &Policies::default());
    let messages: Vec<_> = set.faults().iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "RRULE cannot be read: wanted SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY",
            "RSCALE=CHINESE: recurrence is known in the GREGORIAN calendar only",
            "RDATE cannot be read: wanted a date as YYYYMMDD",
        ]
    );
    let found: Vec<_> = set.occurrences(Range::ALL).map(|item| item.unwrap().start().to_string()).collect();
    assert_eq!(found, ["20260302T090000Z", "20260305T090000Z"]);
}

#[test]
fn expansion_ends_quietly_at_the_year_9999() {
    let found = starts(&["DTSTART:99991230T090000Z\nDURATION:P1D\nRRULE:FREQ=DAILY"]);
    assert_eq!(found, ["99991230T090000Z", "99991231T090000Z"]);
}

/// Rules that meet a gap or a fold of their zone, with both readings of RFC 5545 (`data/README.md`).
#[test]
fn rules_that_meet_a_gap_or_a_fold() {
    let cases = include_str!("data/recurrence-dst.jsonl");
    let mut count = 0;
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| case[name].as_str().unwrap();
        let text =
            events(&[&format!("DTSTART;TZID={}:{}\nRRULE:{}", text("tzid"), text("dtstart"), text("rrule"))]);
        for (name, gap) in [("utc_335", Gap::Shift), ("utc_3310", Gap::Omit)] {
            let expected: Vec<_> =
                case[name].as_array().unwrap().iter().map(|at| utc(at.as_str().unwrap())).collect();
            let policies = Policies { gap, ..Policies::default() };
            let document = Document::read(text.as_str()).unwrap();
            let zones = Zones::new(&document);
            let objects = document.objects();
            let set = RecurrenceSet::new(&objects[0], &zones, &policies);
            let found: Vec<_> = set
                .occurrences(Range::ALL)
                .take(expected.len())
                .map(|item| item.unwrap().start_at())
                .collect();
            assert_eq!(found, expected, "{name} of {line}");
            count += 1;
        }
    }
    assert_eq!(count, 160);
}

#[test]
fn past_the_limits_the_rest_goes_on() {
    let dates: Vec<_> = (10..30).map(|day| format!("202603{day}T090000Z")).collect();
    let master = format!("DTSTART:20260302T090000Z\nRDATE:{}\nEXDATE:20260310T090000Z", dates.join(","));
    let moved = |day: u8| format!("RECURRENCE-ID:202603{day}T090000Z\nDTSTART:202604{day}T090000Z");
    let text = events(&[&master, &moved(11), &moved(12), &moved(13)]);
    let document = Document::read(text).unwrap();
    let zones = Zones::new(&document);
    let objects = document.objects();
    let limits = ical::Limits { overrides: 2, dates: 15, ..ical::Limits::default() };
    let set = RecurrenceSet::new(&objects[0], &zones, &Policies { limits, ..Policies::default() });
    let messages: Vec<_> = set.faults().iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "more overrides than the limit (`overrides`) of 2",
            "more RDATE and EXDATE values than the limit (`dates`) of 15",
        ]
    );
    assert_eq!(set.occurrences(Range::ALL).count(), 16);
}

fn ids(components: &[&str]) -> Vec<String> {
    let show = |item: &Occurrence<'_, '_>| item.recurrence_id().map_or_else(String::new, |id| id.to_string());
    walk(&events(components), Range::ALL, &Policies::default(), show)
}

#[test]
fn a_lone_overrides_id_is_as_it_is_written() {
    for (id, expected) in [
        (":20260101T090000Z", "20260101T090000Z"),
        (";VALUE=DATE:20260101", "20260101"),
        (";TZID=America/New_York:20260101T090000", "20260101T090000"),
    ] {
        let lines = format!("RECURRENCE-ID{id}\nDTSTART;TZID=Europe/Vienna:20260101T120000");
        assert_eq!(ids(&[&lines]), [expected]);
    }
}

#[test]
fn an_override_without_a_start_stays_where_its_instance_was() {
    let master = "DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY;COUNT=2";
    let show = |item: &Occurrence<'_, '_>| {
        let summary = item.component().property(ical::PropertyKind::Summary);
        format!(
            "{} {}",
            item.start(),
            summary.map_or_else(String::new, |summary| summary.text().into_owned())
        )
    };
    let text = events(&[master, "RECURRENCE-ID:20260102T090000Z\nSUMMARY:new"]);
    let found = walk(&text, Range::ALL, &Policies::default(), show);
    assert_eq!(found, ["20260101T090000Z ", "20260102T090000Z new"]);
}

#[test]
fn a_newer_master_without_a_start_is_no_version() {
    assert_eq!(starts(&["DTSTART:20260101T090000Z", "SEQUENCE:1\nSUMMARY:no start"]), ["20260101T090000Z"]);
}

#[test]
fn a_long_period_does_not_pull_the_rule_back() {
    let lines = "DTSTART:20000101T000000Z\nRRULE:FREQ=SECONDLY\nRDATE;VALUE=PERIOD:20000101T000000Z/P40000D";
    let range = between("20260101T000000", "20260101T000002");
    let found = walk(&events(&[lines]), range, &Policies::default(), |item| item.start().to_string());
    assert_eq!(found, ["20000101T000000Z", "20260101T000000Z", "20260101T000001Z"]);
}

#[test]
fn a_period_beside_a_date_lasts_whole_days() {
    let lines = "DTSTART;VALUE=DATE:20260101\nRDATE;VALUE=PERIOD:20260105T000000Z/PT1H";
    assert_eq!(spans(&[lines]), ["20260101-20260102", "20260105-20260106"]);
}

#[test]
fn until_in_the_last_year_is_an_end() {
    let text = events(&["DTSTART:99991230T000000Z\nRRULE:FREQ=DAILY;UNTIL=99991231T235959Z"]);
    let document = Document::read(text).unwrap();
    let zones = Zones::new(&document);
    let set = RecurrenceSet::new(&document.objects()[0], &zones, &Policies::default());
    assert!(!set.is_endless());
    assert_eq!(set.occurrences(Range::ALL).count(), 2);
}

#[test]
fn what_is_only_due_is_found_up_to_the_end_of_a_range() {
    // RFC 4791 9.9, the row of a VTODO with DUE alone: (start < DUE) AND (end >= DUE).
    let text = "BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:1\nDUE:20260302T090000Z\nEND:VTODO\nEND:VCALENDAR\n";
    let count =
        |from, to| walk(text, between(from, to), &Policies::default(), |item| item.start().to_string()).len();
    assert_eq!(count("20260302T080000", "20260302T090000"), 1);
    assert_eq!(count("20260302T090000", "20260302T100000"), 0);
}

#[test]
fn a_date_at_a_rules_instant_is_that_instance() {
    // 02:30 is in the gap, read as 01:30 UTC, which RDATE names, too.
    let lines =
        "DTSTART;TZID=Europe/Vienna:20260328T023000\nRRULE:FREQ=DAILY;COUNT=3\nRDATE:20260329T013000Z";
    assert_eq!(ids(&[lines]), ["20260328T023000", "20260329T023000", "20260330T023000"]);
}

#[test]
fn pitfall_19_components_in_calendars_of_their_own() {
    let zone = |offset: &str| {
        format!(
            "BEGIN:VTIMEZONE\nTZID:Customized Time Zone\nBEGIN:STANDARD\nDTSTART:16010101T000000\n\
             TZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\n"
        )
    };
    let calendar = |offset: &str, lines: &str| {
        format!("BEGIN:VCALENDAR\n{}BEGIN:VEVENT\nUID:1\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n", zone(offset))
    };
    let text =
        calendar("+0100", "DTSTART;TZID=Customized Time Zone:20260101T100000\nRRULE:FREQ=DAILY;COUNT=2")
            + &calendar(
                "+0500",
                "RECURRENCE-ID:20260102T090000Z\nDTSTART;TZID=Customized Time Zone:20260102T100000",
            );
    let document = Document::read(text).unwrap();
    let zones: Vec<_> =
        document.roots().map(|root| (root.id(), Zones::within(root, std::sync::Arc::default()))).collect();
    let zones_of = |component: ical::Component<'_>| {
        let root = component.root().id();
        zones.iter().find(|(id, _)| *id == root).map(|(_, zones)| zones).unwrap()
    };
    let objects = document.objects();
    let set = RecurrenceSet::with_zones_of(&objects[0], &zones_of, &Policies::default());
    let found: Vec<_> = set.occurrences(Range::ALL).map(|item| item.unwrap().start_at()).collect();
    assert_eq!(found, [utc("20260101T090000"), utc("20260102T050000")]);
}

#[test]
fn more_rules_than_the_limit_are_told() {
    let rules = "RRULE:FREQ=DAILY;COUNT=2\n".repeat(150);
    let text = events(&[&format!("DTSTART:20260101T090000Z\n{}", rules.trim_end())]);
    let document = Document::read(text).unwrap();
    let zones = Zones::new(&document);
    let set = RecurrenceSet::new(&document.objects()[0], &zones, &Policies::default());
    let messages: Vec<_> = set.faults().iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(messages, ["more RRULE properties than the limit (`rules`) of 100"]);
    assert_eq!(set.occurrences(Range::ALL).count(), 2);
}

/// 20,000 series in two zones: an hour's work where each looks up its zone or its namesakes from the start.
#[test]
fn pitfall_41_many_objects_cost_as_much_as_they_are() {
    let zone = "BEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0100\n\
                TZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n";
    let event = |uid: usize| {
        let tzid = if uid.is_multiple_of(2) { "Own" } else { "Europe/Vienna" };
        format!(
            "BEGIN:VEVENT\nUID:{uid}\nDTSTART;TZID={tzid}:20260302T090000\nRRULE:FREQ=WEEKLY\nEND:VEVENT\n\
             BEGIN:VEVENT\nUID:{uid}\nRECURRENCE-ID;TZID={tzid}:20260309T090000\n\
             DTSTART;TZID={tzid}:20260309T100000\nEND:VEVENT\n"
        )
    };
    let text =
        format!("BEGIN:VCALENDAR\n{zone}{}END:VCALENDAR\n", (0..20_000).map(event).collect::<String>());
    let document = Document::read(text).unwrap();
    let zones = Zones::new(&document);
    let range = between("20260302T000000", "20260316T000000");
    let policies = Policies::default();
    let count = |object| RecurrenceSet::new(object, &zones, &policies).occurrences(range).count();
    assert_eq!(document.objects().iter().map(count).sum::<usize>(), 40_000);
}

#[test]
fn pitfall_43_a_tzid_stays_as_it_was_written() {
    let lines = "DTSTART;TZID=\"W. Europe Standard Time\":20260302T090000\nRRULE:FREQ=DAILY;COUNT=2";
    let mut document = Document::read(events(&[lines])).unwrap();
    let before = document.to_bytes().into_owned();
    let (start, id) = {
        let zones = Zones::new(&document);
        let objects = document.objects();
        let set = RecurrenceSet::new(&objects[0], &zones, &Policies::default());
        let second = set.occurrences(Range::ALL).nth(1).unwrap().unwrap();
        assert_eq!(second.start_at(), utc("20260303T080000"));
        (second.start().into_owned(), second.component().id())
    };
    assert_eq!(start.tzid(), Some("W. Europe Standard Time"));
    let line = ical::ContentLine::new(ical::PropertyKind::Dtstart).date_or_time(&start);
    assert_eq!(line.to_string(), "DTSTART;TZID=W. Europe Standard Time:20260303T090000");
    document.set(id, &ical::ContentLine::new(ical::PropertyKind::Summary).text("moved"));
    let written = String::from_utf8(document.to_bytes().into_owned()).unwrap();
    assert_eq!(written.replace("SUMMARY:moved\n", ""), String::from_utf8(before).unwrap());
}
