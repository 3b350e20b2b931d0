//! One rule in civil time: what others met before us (`pitfall_NN`), policies, hostile rules, the end of time.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::civil::{Date, DateTime, Time};
use ical::rule::{Budget, Exhausted, Rule, Start, Unsupported};
use ical::value::Recur;

fn date(text: &str) -> Date {
    Date::new(text[..4].parse().unwrap(), text[4..6].parse().unwrap(), text[6..8].parse().unwrap()).unwrap()
}

fn wall(text: &str) -> DateTime {
    let (day, time) = text.split_once('T').unwrap_or((text, "0900"));
    date(day).at(Time::new(time[..2].parse().unwrap(), time[2..4].parse().unwrap(), 0).unwrap())
}

fn rule_until(start: &str, recur: &str, until: Option<&str>) -> Rule {
    let recur = Recur::parse(recur).unwrap();
    Rule::new(&recur, Start::DateTime(wall(start)), until.map(wall)).unwrap()
}

fn rule(start: &str, recur: &str) -> Rule {
    rule_until(start, recur, None)
}

fn take(rule: &Rule, count: usize) -> Vec<DateTime> {
    let (mut instances, mut budget) = (rule.instances(), Budget::default());
    std::iter::from_fn(|| instances.next(&mut budget).unwrap()).take(count).collect()
}

/// The first instances are these: days at nine, or times.
fn check(rule: &Rule, expected: &[&str]) {
    let expected: Vec<DateTime> = expected.iter().map(|text| wall(text)).collect();
    assert_eq!(take(rule, expected.len()), expected);
}

/// The rule has these instances and no other.
fn check_all(rule: &Rule, expected: &[&str]) {
    check(rule, expected);
    assert_eq!(take(rule, expected.len() + 1).len(), expected.len());
}

#[test]
fn pitfall_04_a_gap_is_no_matter_of_the_wall() {
    // 30 March 2025 02:30 does not exist in Berlin; the wall names it, and the zone says what it is.
    check(&rule("20250329T0230", "FREQ=DAILY"), &["20250329T0230", "20250330T0230", "20250331T0230"]);
}

#[test]
fn pitfall_05_a_fold_is_one_wall_time() {
    let rule = rule("20251026T0100", "FREQ=HOURLY");
    check(&rule, &["20251026T0100", "20251026T0200", "20251026T0300"]);
}

#[test]
fn pitfall_06_steps_are_taken_on_the_wall() {
    let rule = rule("20250329T0000", "FREQ=HOURLY;INTERVAL=12");
    check(&rule, &["20250329T0000", "20250329T1200", "20250330T0000", "20250330T1200"]);
}

#[test]
fn pitfall_07_dtstart_comes_first_and_counts() {
    let rule = rule("20240101", "FREQ=WEEKLY;BYDAY=WE;COUNT=3");
    check_all(&rule, &["20240101", "20240103", "20240110"]);
    let mut instances = rule.instances();
    instances.seek(wall("20240104"), &mut Budget::default()).unwrap();
    assert_eq!(instances.next(&mut Budget::default()), Ok(Some(wall("20240110"))));
    assert_eq!(instances.next(&mut Budget::default()), Ok(None));
    check_all(&rule_until("20240101", "FREQ=DAILY", Some("20231231")), &["20240101"]);
}

#[test]
fn pitfall_08_bysetpos_numbers_whole_periods() {
    // Wednesday is the third of its week, and DTSTART's week has had its Monday already.
    check(&rule("20240103", "FREQ=WEEKLY;BYDAY=MO,TU,WE;BYSETPOS=1"), &["20240103", "20240108", "20240115"]);
    check(&rule("20240103", "FREQ=WEEKLY;BYDAY=MO,TU,WE;BYSETPOS=3"), &["20240103", "20240110", "20240117"]);
    let noon = "FREQ=DAILY;BYHOUR=8,9,12;BYSETPOS=-1";
    check(&rule("20240103T0900", noon), &["20240103T0900", "20240103T1200", "20240104T1200"]);
    let half = "FREQ=HOURLY;BYMINUTE=0,10,30;BYSETPOS=3";
    check(&rule("20240103T0910", half), &["20240103T0910", "20240103T0930", "20240103T1030"]);
    check_all(&rule("20240103", "FREQ=MINUTELY;BYSETPOS=2"), &["20240103"]);
}

#[test]
fn pitfall_09_week_53_is_there_only_in_long_years() {
    check(&rule("20201230", "FREQ=YEARLY;BYWEEKNO=53"), &["20201230", "20261230", "20321229"]);
    check(&rule("20200101", "FREQ=YEARLY;BYWEEKNO=20"), &["20200101", "20200513", "20210519"]);
    // Weeks that begin on Sunday: 2025 then has 53 of them.
    check(&rule("20251228", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU;WKST=SU"), &["20251228", "20311228"]);
}

#[test]
fn pitfall_09_a_day_of_a_week_belongs_to_its_calendar_year() {
    // 30 and 31 December 2024 are in week 1 of 2025, and 2024 has them. Week 1 of 2026 begins on 29 December
    // 2025.
    let rule = rule("20240101", "FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO,TU,WE");
    check(&rule, &["20240101", "20240102", "20240103", "20241230", "20241231", "20280103"]);
}

#[test]
fn pitfall_10_a_rule_that_names_no_day_ends() {
    check_all(&rule("20240229", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), &["20240229"]);
    check_all(&rule("20241124", "FREQ=YEARLY;BYDAY=4TH;BYMONTHDAY=24"), &["20241124"]);
    check_all(&rule("20240101", "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2"), &["20240101"]);
    check_all(&rule("20240101", "FREQ=WEEKLY;BYDAY=6MO;BYMONTHDAY=31;BYMONTH=2;BYSETPOS=1"), &["20240101"]);
    check_all(&rule("20240101", "FREQ=YEARLY;BYDAY=53MO;BYYEARDAY=1;BYSETPOS=9"), &["20240101"]);
    check_all(&rule("20240101", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;INTERVAL=7"), &["20240101"]);
    check_all(&rule("20240101", "FREQ=YEARLY;INTERVAL=4294967295"), &["20240101"]);
    check_all(&rule("20240101", "FREQ=WEEKLY;INTERVAL=4294967295"), &["20240101"]);
    check_all(&rule("20240101", "FREQ=DAILY;INTERVAL=4294967295"), &["20240101"]);
}

#[test]
fn pitfall_10_a_search_without_end_is_ended() {
    // Every tenth minute from :00 never shows minute 5; a search has to look at each day.
    let rule = rule("20240101T0900", "FREQ=MINUTELY;INTERVAL=1450;BYMINUTE=5");
    let (mut instances, mut budget) = (rule.instances(), Budget::new(10_000, 10));
    assert_eq!(instances.next(&mut budget), Ok(Some(wall("20240101T0900"))));
    assert_eq!(instances.next(&mut budget), Err(Exhausted::Periods));
    assert_eq!(Exhausted::Periods.to_string(), "the recurrence rule takes too long to expand");
}

#[test]
fn pitfall_11_a_bomb_costs_its_budget() {
    let bomb = rule("20240101T0000", "FREQ=SECONDLY;COUNT=2000000000");
    let (mut instances, mut budget) = (bomb.instances(), Budget::default());
    let mut made = 0;
    let end = loop {
        match instances.next(&mut budget) {
            Ok(Some(_)) => made += 1,
            end => break end,
        }
    };
    assert_eq!((made, end), (100_000, Err(Exhausted::Instances)));
    // With another budget it goes on where it was.
    let next = wall("20240101T0000").plus_seconds(100_000);
    assert_eq!(instances.next(&mut Budget::default()), Ok(next));
}

#[test]
fn pitfall_11_counting_a_bomb_is_arithmetic() {
    // 2,000,000,000 seconds are 23,148 days and 12,800 seconds.
    let last = wall("20240101T0000").plus_seconds(1_999_999_999).unwrap();
    for text in ["FREQ=SECONDLY;COUNT=2000000000", "FREQ=SECONDLY;INTERVAL=7;COUNT=285714286"] {
        let bomb = rule("20240101T0000", text);
        let (mut instances, mut budget) = (bomb.instances(), Budget::new(200, 10));
        instances.seek(last.plus_seconds(-6).unwrap(), &mut budget).unwrap();
        let mut end = None;
        while let Some(instance) = instances.next(&mut budget).unwrap() {
            end = Some(instance);
        }
        assert!(
            end.is_some_and(|end| end <= last && end >= last.plus_seconds(-6).unwrap()),
            "{text}: {end:?}"
        );
    }
}

#[test]
fn pitfall_11_excluded_months_are_not_walked_by_seconds() {
    let rule = rule("20240131T2359", "FREQ=SECONDLY;INTERVAL=7;BYMONTH=1");
    let (mut instances, mut budget) = (rule.instances(), Budget::new(20, 100));
    let mut last = DateTime::MIN;
    while last.date.year() < 2025 {
        last = instances.next(&mut budget).unwrap().unwrap();
    }
    assert_eq!(last.date, date("20250101"));
}

#[test]
fn pitfall_11_dense_times_are_not_multiplied_out() {
    let list = |most: u32| (0..most).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let dense =
        format!("BYHOUR={};BYMINUTE={};BYSECOND={};BYSETPOS=-1;COUNT=3", list(24), list(60), list(60));
    for (freq, days) in [
        ("DAILY", ["20240101", "20240101", "20240102"]),
        ("WEEKLY;BYDAY=MO,TU", ["20240101", "20240102", "20240109"]),
        ("MONTHLY", ["20240101", "20240101", "20240201"]),
        ("YEARLY;BYDAY=MO", ["20240101", "20241230", "20251229"]),
    ] {
        let rule = rule("20240101T0000", &format!("FREQ={freq};{dense}"));
        let (mut instances, mut budget) = (rule.instances(), Budget::new(10, 3));
        assert_eq!(instances.next(&mut budget), Ok(Some(wall("20240101T0000"))));
        for day in &days[1..] {
            let last_second = date(day).at(Time::new(23, 59, 59).unwrap());
            assert_eq!(instances.next(&mut budget), Ok(Some(last_second)), "{freq}");
        }
    }
}

#[test]
fn pitfall_39_until_and_count_end_whichever_is_first() {
    let recur = "FREQ=DAILY;COUNT=3";
    check_all(&rule_until("20240101", recur, Some("20240102")), &["20240101", "20240102"]);
    check_all(&rule_until("20240101", recur, Some("20240109")), &["20240101", "20240102", "20240103"]);
}

#[test]
fn pitfall_39_until_is_inclusive_to_the_second() {
    check_all(&rule_until("20240101", "FREQ=DAILY", Some("20240103T0859")), &["20240101", "20240102"]);
    let twice = rule_until("20240101", "FREQ=DAILY;BYHOUR=9,10", Some("20240102T0900"));
    check_all(&twice, &["20240101", "20240101T1000", "20240102"]);
}

#[test]
fn pitfall_40_the_leap_day_is_omitted_unless_skip_moves_it() {
    check(&rule("20240229", "FREQ=YEARLY"), &["20240229", "20280229", "20320229"]);
    let forward = rule("20240229", "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD");
    check(&forward, &["20240229", "20250301", "20260301", "20270301", "20280229"]);
    let backward = rule("20240229", "RSCALE=gregorian;FREQ=YEARLY;SKIP=BACKWARD");
    check(&backward, &["20240229", "20250228", "20260228", "20270228", "20280229"]);
}

#[test]
fn yearly_with_a_month_day_takes_the_month_of_dtstart() {
    check(
        &rule("20240301", "FREQ=YEARLY;BYMONTHDAY=1,15"),
        &["20240301", "20240315", "20250301", "20250315"],
    );
}

#[test]
fn numbers_that_may_not_be_there_are_ignored() {
    check(&rule("20240101", "FREQ=WEEKLY;BYDAY=2MO,-1TU"), &["20240101", "20240102", "20240108", "20240109"]);
    check(&rule("20240101", "FREQ=YEARLY;BYWEEKNO=2;BYDAY=3TU"), &["20240101", "20240109", "20250107"]);
    check(&rule("20240101", "FREQ=DAILY;BYDAY=5MO"), &["20240101", "20240108", "20240115"]);
}

#[test]
fn skip_forward_begins_with_the_month_of_dtstart() {
    // The overflow of February would be 1 March at ten, but February is no period of this rule.
    let rule = rule("20250301", "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=30;BYHOUR=10;SKIP=FORWARD");
    check(&rule, &["20250301", "20250330T1000", "20250430T1000"]);
}

#[test]
fn skip_forward_with_bysetpos_stays_in_order() {
    // April keeps its last, 1 May at ten; May keeps its first, 1 May at nine.
    let text = "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=1,31;BYHOUR=9,10;BYSETPOS=1,-1;SKIP=FORWARD";
    check(&rule("20250401", text), &["20250401", "20250501T0900", "20250501T1000", "20250531T1000"]);
}

#[test]
fn a_date_has_no_times() {
    let of_date =
        |text: &str| Rule::new(&Recur::parse(text).unwrap(), Start::Date(date("20240101")), None).unwrap();
    let midnights = ["20240101T0000", "20240102T0000", "20240103T0000"];
    check(&of_date("FREQ=DAILY;BYHOUR=9,10;BYMINUTE=5;BYSECOND=7"), &midnights);
    check(&of_date("FREQ=HOURLY;BYHOUR=9"), &midnights);
    check_all(&of_date("FREQ=SECONDLY;COUNT=3"), &midnights);
    check(&of_date("FREQ=HOURLY;INTERVAL=36"), &["20240101T0000", "20240102T0000", "20240104T0000"]);
}

#[test]
fn another_calendar_is_refused() {
    let recur = Recur::parse("RSCALE=CHINESE;FREQ=YEARLY").unwrap();
    let fault = Rule::new(&recur, Start::Date(date("20130210")), None).unwrap_err();
    assert_eq!(fault, Unsupported { rscale: "CHINESE".to_owned() });
    assert_eq!(fault.to_string(), "RSCALE=CHINESE: recurrence is known in the GREGORIAN calendar only");
}

#[test]
fn instances_end_with_the_year_9999() {
    check_all(&rule("99991230", "FREQ=DAILY"), &["99991230", "99991231"]);
    check_all(&rule("99991231T2358", "FREQ=MINUTELY"), &["99991231T2358", "99991231T2359"]);
    check_all(
        &rule("99991231T2330", "FREQ=MINUTELY;INTERVAL=7;COUNT=9"),
        &["99991231T2330", "99991231T2337", "99991231T2344", "99991231T2351", "99991231T2358"],
    );
    check_all(&rule("99991230", "FREQ=WEEKLY;BYDAY=TH,FR;BYSETPOS=-1"), &["99991230", "99991231"]);
    check_all(&rule("99990101", "FREQ=YEARLY;BYSETPOS=1"), &["99990101"]);
    let last =
        Rule::new(&Recur::parse("FREQ=SECONDLY").unwrap(), Start::DateTime(DateTime::MAX), None).unwrap();
    assert_eq!(take(&last, 2), [DateTime::MAX]);
    // The first days of the year 0 are within a week that began before.
    check(&rule("00000101", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,MO;BYSETPOS=-1"), &["00000101", "00000115"]);
}

#[test]
fn a_seek_costs_the_same_wherever_it_goes() {
    for text in [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=97",
        "FREQ=WEEKLY;INTERVAL=5;BYDAY=MO,FR",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;INTERVAL=3",
        "FREQ=YEARLY;BYDAY=20MO;BYSETPOS=1",
        "FREQ=MINUTELY;INTERVAL=97",
        "FREQ=SECONDLY",
    ] {
        let rule = rule("20000103", text);
        let mut instances = rule.instances();
        for far in ["20000301", "20240301", "99000301"] {
            let mut budget = Budget::new(40, 1);
            instances.seek(wall(far), &mut budget).unwrap();
            let found = instances.next(&mut budget).unwrap().unwrap();
            assert!(found >= wall(far), "{text}");
        }
    }
}
