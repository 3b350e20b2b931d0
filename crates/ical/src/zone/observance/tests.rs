use super::super::Zone;
use super::Fault;
use crate::civil::Timestamp;
use crate::component::ComponentKind;
use crate::document::Document;
use crate::rule::Exhausted;
use crate::value::{DateOrTime, parse_date_or_time};

/// Reads a VTIMEZONE of observances, each a kind and its lines between blanks.
fn compile(observances: &[&str]) -> Result<Zone, Fault> {
    let mut text = "BEGIN:VTIMEZONE\r\nTZID:Test\r\n".to_owned();
    for observance in observances {
        let (kind, lines) = observance.split_once(' ').unwrap();
        let lines = lines.replace(' ', "\r\n");
        text.push_str(&format!("BEGIN:{kind}\r\n{lines}\r\nEND:{kind}\r\n"));
    }
    text.push_str("END:VTIMEZONE\r\n");
    let document = Document::read(text).unwrap();
    Zone::from_timezone(document.components(ComponentKind::Timezone).next().unwrap())
}

fn utc(text: &str) -> Timestamp {
    Timestamp::from_utc(parse_date_or_time(text.as_bytes(), None).unwrap().wall())
}

/// Checks the offset, in minutes, from each of these instants on, and a second before.
fn check(zone: &Zone, before: i32, changes: &[(&str, i32)]) {
    let mut before = before;
    for (at, offset) in changes {
        assert_eq!(zone.offset_at(Timestamp(utc(at).0 - 1)), before * 60, "before {at}");
        assert_eq!(zone.offset_at(utc(at)), offset * 60, "at {at}");
        before = *offset;
    }
}

const WINTER: &str = "STANDARD DTSTART:16010101T030000 TZOFFSETFROM:+0200 TZOFFSETTO:+0100 \
     RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10";
const SUMMER: &str = "DAYLIGHT DTSTART:16010101T020000 TZOFFSETFROM:+0100 TZOFFSETTO:+0200 \
     RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3";

#[test]
fn pitfall_2_until_is_utc_and_dtstart_local() {
    // RFC 5545 3.6.5, the example with UNTIL: New York's rules until 2006 end with the change at 07:00Z.
    let until = |until: &str| {
        compile(&[
            &format!(
                "DAYLIGHT DTSTART:20000402T020000 TZOFFSETFROM:-0500 TZOFFSETTO:-0400 \
             RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4;UNTIL={until}"
            ),
            "STANDARD DTSTART:20001029T020000 TZOFFSETFROM:-0400 TZOFFSETTO:-0500 \
         RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        ])
        .unwrap()
    };
    // In UTC, in local time (by TZOFFSETFROM), and as a date: the last change is in 2006.
    for last in ["20060402T070000Z", "20060402T020000", "20060402"] {
        check(&until(last), -300, &[("20060402T070000Z", -240), ("20061029T060000Z", -300)]);
        assert_eq!(until(last).offset_at(utc("20070701T000000Z")), -18_000, "{last}");
    }
    // A second less, and it is in 2005.
    for last in ["20060402T065959Z", "20060402T015959", "20060401"] {
        assert_eq!(until(last).offset_at(utc("20060701T000000Z")), -18_000, "{last}");
        assert_eq!(until(last).offset_at(utc("20050701T000000Z")), -14_400, "{last}");
    }
}

#[test]
fn pitfall_12_hostile_rules_end_with_an_error() {
    let rule = |rule: &str| {
        compile(&[&format!("STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0000 TZOFFSETTO:+0100 {rule}")])
    };
    assert_eq!(rule("RRULE:FREQ=SECONDLY"), Err(Fault::Exhausted(Exhausted::Instances)));
    assert_eq!(rule("RRULE:FREQ=MINUTELY EXRULE:FREQ=MINUTELY"), Err(Fault::Exhausted(Exhausted::Instances)));
    // Never true: it ends with the years, or with the budget.
    let never = rule("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30").unwrap();
    assert_eq!(never.transitions(Timestamp::MIN..Timestamp::MAX).count(), 1);
    let never = rule("RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30").unwrap();
    assert_eq!(never.transitions(Timestamp::MIN..Timestamp::MAX).count(), 1);
    let many = vec![WINTER; 2000];
    assert_eq!(compile(&many), Err(Fault::TooLarge));
    assert_eq!(compile(&many[..500]), Err(Fault::TooLarge));
}

#[test]
fn pitfall_22_a_rule_that_has_ended_stays_ended() {
    // As iCloud has Tokyo: summer time until 1951, and nothing after.
    let zone = compile(&[
        "STANDARD DTSTART:19480912T010000 TZOFFSETFROM:+1000 TZOFFSETTO:+0900 \
         RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=2SA;UNTIL=19510907T150000Z TZNAME:JST",
        "DAYLIGHT DTSTART:19500507T000000 TZOFFSETFROM:+0900 TZOFFSETTO:+1000 \
         RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=1SU;UNTIL=19510505T150000Z TZNAME:JDT",
    ])
    .unwrap();
    assert_eq!(zone.offset_at(utc("19510701T000000Z")), 36_000);
    assert_eq!(zone.offset_at(utc("20260701T000000Z")), 32_400);
    assert_eq!(zone.transitions(utc("19520101T000000Z")..Timestamp::MAX).count(), 0);
}

#[test]
fn pitfall_23_observances_from_1601() {
    let zone = compile(&[WINTER, SUMMER]).unwrap();
    check(&zone, 60, &[("20260329T010000Z", 120), ("20261025T010000Z", 60)]);
    check(&zone, 60, &[("17000328T010000Z", 120), ("17001031T010000Z", 60)]);
    check(&zone, 60, &[("99990328T010000Z", 120), ("99991031T010000Z", 60)]);
    // Both begin at one instant, of which the later in the text counts; the first change that tells is in
    // October.
    assert_eq!(zone.transitions(Timestamp::MIN..Timestamp::MAX).count(), 2 * (9999 - 1600) - 1);
}

#[test]
fn dtstart_counts_even_if_its_rule_does_not_name_it() {
    let zone = compile(&[
        "STANDARD DTSTART:20200101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0000 \
         RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "DAYLIGHT DTSTART:20200329T010000 TZOFFSETFROM:+0000 TZOFFSETTO:+0100 \
         RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    ])
    .unwrap();
    check(&zone, 60, &[("20191231T230000Z", 0), ("20200329T010000Z", 60), ("20201024T230000Z", 0)]);
}

#[test]
fn pitfall_26_same_names_and_same_kinds() {
    // Two observances of one kind and name; what counts is what they say.
    let zone = compile(&[
        "STANDARD DTSTART:20000101T000000 TZOFFSETFROM:+0000 TZOFFSETTO:+0200 TZNAME:IST",
        "STANDARD DTSTART:20100101T000000 TZOFFSETFROM:+0200 TZOFFSETTO:+0530 TZNAME:IST",
    ])
    .unwrap();
    check(&zone, 0, &[("20000101T000000Z", 120), ("20091231T220000Z", 330)]);
    assert_eq!(zone.abbreviation_at(utc("20200101T000000Z")), "IST");
}

#[test]
fn dates_periods_and_exceptions() {
    let zone = compile(&[
        "DAYLIGHT DTSTART:20200301T020000 TZOFFSETFROM:+0000 TZOFFSETTO:+0100 \
         RDATE:20210301T020000,20220301T020000Z RDATE;VALUE=PERIOD:20230301T020000/PT1H \
          RDATE;VALUE=DATE:20240301",
        "STANDARD DTSTART:20201001T020000 TZOFFSETFROM:+0100 TZOFFSETTO:+0000 RRULE:FREQ=YEARLY \
         EXDATE:20211001T020000 EXRULE:FREQ=YEARLY;INTERVAL=3;COUNT=2",
    ])
    .unwrap();
    let found: Vec<String> = zone
        .transitions(Timestamp::MIN..utc("20250101T000000Z"))
        .map(|change| format!("{} {}", change.at.to_utc().unwrap(), change.offset_to))
        .collect();
    // EXRULE takes out 2020 (its DTSTART) and 2023, EXDATE 2021.
    assert_eq!(
        found,
        [
            "2020-03-01T02:00:00 3600",
            "2022-10-01T01:00:00 0",
            "2023-03-01T02:00:00 3600",
            "2024-10-01T01:00:00 0"
        ]
    );
}

#[test]
fn rules_of_no_common_make() {
    // Every other year, and by a position; two rules in one observance.
    let zone = compile(&[
        "DAYLIGHT DTSTART:20200329T020000 TZOFFSETFROM:+0100 TZOFFSETTO:+0200 \
         \
          RRULE:FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=-1SU \
          RRULE:FREQ=MONTHLY;BYMONTH=6;BYDAY=MO;BYSETPOS=2;COUNT=2",
        "STANDARD DTSTART:20201025T030000 TZOFFSETFROM:+0200 TZOFFSETTO:+0100 \
         RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    ])
    .unwrap();
    check(&zone, 60, &[("20200329T010000Z", 120), ("20201025T010000Z", 60)]);
    check(&zone, 60, &[("20220327T010000Z", 120)]);
    check(&zone, 60, &[("99980329T010000Z", 120), ("99981025T010000Z", 60)]);
    assert_eq!(zone.offset_at(utc("20210401T000000Z")), 3600);
    assert_eq!(zone.offset_at(utc("99990701T000000Z")), 3600);
}

#[test]
fn what_is_missing_or_odd() {
    assert_eq!(compile(&[]), Err(Fault::NoObservance));
    assert_eq!(compile(&["STANDARD TZOFFSETTO:+0100"]), Err(Fault::NoObservance));
    assert_eq!(compile(&["STANDARD DTSTART:20200101T000000"]), Err(Fault::NoObservance));
    assert_eq!(compile(&["STANDARD DTSTART:20200101T000000 TZOFFSETTO:+2400"]), Err(Fault::NoObservance));
    // One observance without TZOFFSETFROM is a fixed offset.
    let zone = compile(&["STANDARD DTSTART:20200101T000000 TZOFFSETTO:-000001"]).unwrap();
    assert_eq!(zone.transitions(Timestamp::MIN..Timestamp::MAX).count(), 0);
    assert_eq!(zone.offset_at(Timestamp(0)), -1);
    // The longest offsets there are, and the longest change.
    let zone =
        compile(&["STANDARD DTSTART:20200101T000000 TZOFFSETFROM:-235959 TZOFFSETTO:+235959"]).unwrap();
    assert_eq!(zone.offset_at(utc("20200101T235958Z")), -86_399);
    assert_eq!(zone.offset_at(utc("20200101T235959Z")), 86_399);
    // Two without TZOFFSETFROM: each has the other's TZOFFSETTO before it.
    let without = |observance: &str| {
        let lines = observance.split(' ').filter(|line| !line.starts_with("TZOFFSETFROM"));
        lines.collect::<Vec<_>>().join(" ")
    };
    let zone = compile(&[&without(WINTER), &without(SUMMER)]).unwrap();
    assert_eq!(zone, compile(&[WINTER, SUMMER]).unwrap());
    // DTSTART as a DATE or in UTC, a colon in an offset, an offset without a sign: the meaning is plain.
    let zone =
        compile(&["STANDARD DTSTART;VALUE=DATE:20200101 TZOFFSETFROM:0000 TZOFFSETTO:+01:00"]).unwrap();
    check(&zone, 0, &[("20200101T000000Z", 60)]);
}

#[test]
fn changes_on_the_heels_of_one_another() {
    // Hostile: the clock is set back by two hours, twice within an hour.
    let zone = compile(&[
        "STANDARD DTSTART:20200101T120000 TZOFFSETFROM:+0400 TZOFFSETTO:+0200",
        "STANDARD DTSTART:20200101T103000 TZOFFSETFROM:+0200 TZOFFSETTO:+0000",
    ])
    .unwrap();
    let mut cursor = zone.cursor();
    for minute in 0..600 {
        let at = Timestamp(utc("20200101T050000Z").0 + minute * 60);
        let wall = zone.to_wall(at).unwrap();
        let first = zone.to_timestamp(wall);
        assert!(first <= at, "{wall}");
        assert_eq!(zone.to_wall(first), Some(wall));
        assert_eq!(cursor.to_timestamp(wall), first);
    }
    let written =
        DateOrTime::Utc(zone.to_timestamp(utc("20200101T110000Z").to_utc().unwrap()).to_utc().unwrap());
    assert_eq!(written.to_string(), "20200101T070000Z");
}
