use super::*;
use crate::component::ComponentKind;
use crate::document::Document;

fn year(year: i16) -> Timestamp {
    Timestamp(start_of(year))
}

fn generate(name: &str, from: i16, until: Option<i16>) -> String {
    let zone = Zone::iana(name).unwrap();
    let options = TimezoneOptions { tzid: name, from: year(from), until: until.map(year), location: None };
    zone.to_timezone(&options)
}

/// Each observance as a line: `STANDARD 20251026T020000 +0100 +0000 GMT FREQ=…`.
fn observances(text: &str) -> Vec<String> {
    let document = Document::read(text).unwrap();
    let timezone = document.components(ComponentKind::Timezone).next().unwrap();
    let line = |child: crate::document::Component<'_>| {
        let kinds = [
            PropertyKind::Dtstart,
            PropertyKind::Tzoffsetfrom,
            PropertyKind::Tzoffsetto,
            PropertyKind::Tzname,
            PropertyKind::Rrule,
            PropertyKind::Rdate,
        ];
        let values = kinds.into_iter().filter_map(|kind| child.property(kind));
        let values = values.map(|property| property.value_lossy().into_owned());
        [child.name().into_owned()].into_iter().chain(values).collect::<Vec<_>>().join(" ")
    };
    timezone.children().map(line).collect()
}

#[test]
fn an_open_rule_where_the_zones_goes_on() {
    let text = generate("Europe/Vienna", 2026, None);
    assert_eq!(
        text,
        "BEGIN:VTIMEZONE\r\nTZID:Europe/Vienna\r\n\
         BEGIN:STANDARD\r\nDTSTART:20251026T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n\
         RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZNAME:CET\r\nEND:STANDARD\r\n\
         BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
         RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nTZNAME:CEST\r\nEND:DAYLIGHT\r\n\
         END:VTIMEZONE\r\n"
    );
}

#[test]
fn a_rule_within_a_span_ends_in_utc() {
    assert_eq!(
        observances(&generate("America/New_York", 2004, Some(2009))),
        [
            "STANDARD 20031026T020000 -0400 -0500 EST \
             FREQ=YEARLY;UNTIL=20061029T060000Z;BYDAY=-1SU;BYMONTH=10",
            "DAYLIGHT 20040404T020000 -0500 -0400 EDT FREQ=YEARLY;UNTIL=20060402T070000Z;BYDAY=1SU;BYMONTH=4",
            "DAYLIGHT 20070311T020000 -0500 -0400 EDT 20080309T020000",
            "STANDARD 20071104T020000 -0400 -0500 EST 20081102T020000",
        ]
    );
}

#[test]
fn pitfall_25_casablanca_needs_dates() {
    assert_eq!(
        observances(&generate("Africa/Casablanca", 2023, Some(2026))),
        [
            "DAYLIGHT 20220508T020000 +0000 +0100 +01 20230423T020000,20240414T020000,20250406T020000",
            "STANDARD 20230319T030000 +0100 +0000 +00 20240310T030000,20250223T030000",
        ]
    );
}

#[test]
fn half_hours_winter_times_and_weekdays_over_a_months_end() {
    let lord_howe = observances(&generate("Australia/Lord_Howe", 2026, None));
    assert_eq!(
        lord_howe,
        [
            "DAYLIGHT 20251005T020000 +1030 +1100 +11 FREQ=YEARLY;BYDAY=1SU;BYMONTH=10",
            "STANDARD 20260405T020000 +1100 +1030 +1030 FREQ=YEARLY;BYDAY=1SU;BYMONTH=4",
        ]
    );
    assert_eq!(observances(&generate("Europe/Dublin", 2026, None)).len(), 2);
    // Egypt's summer ends with the last Thursday of October: on Friday, 26 October to 1 November.
    assert!(
        observances(&generate("Africa/Cairo", 2026, None))[0]
            .ends_with("FREQ=YEARLY;BYDAY=FR;BYYEARDAY=-67,-66,-65,-64,-63,-62,-61")
    );
}

#[test]
fn zones_that_do_not_change() {
    assert_eq!(
        observances(&generate("Asia/Tokyo", 2026, None)),
        ["STANDARD 19510909T010000 +1000 +0900 JST"]
    );
    assert_eq!(observances(&generate("UTC", 2026, None)), ["STANDARD 19700101T000000 +0000 +0000 UTC"]);
    let options = TimezoneOptions {
        tzid: "Own, mine",
        from: year(1900),
        until: Some(year(1901)),
        location: Some("Asia/Tokyo"),
    };
    assert_eq!(
        Zone::fixed(-12_345).unwrap().to_timezone(&options),
        "BEGIN:VTIMEZONE\r\nTZID:Own\\, mine\r\nX-LIC-LOCATION:Asia/Tokyo\r\nBEGIN:STANDARD\r\n\
         DTSTART:18991231T000000\r\nTZOFFSETFROM:-032545\r\nTZOFFSETTO:-032545\r\n\
         END:STANDARD\r\nEND:VTIMEZONE\r\n"
    );
}

#[test]
fn spans_at_the_ends_of_time() {
    for (from, until) in [(i64::MIN, None), (i64::MAX, None), (i64::MIN, Some(i64::MIN)), (0, Some(i64::MAX))]
    {
        let options =
            TimezoneOptions { tzid: "A", from: Timestamp(from), until: until.map(Timestamp), location: None };
        let text = Zone::iana("Europe/Vienna").unwrap().to_timezone(&options);
        let document = Document::read(text).unwrap();
        let timezone = document.components(ComponentKind::Timezone).next().unwrap();
        assert!(Zone::from_timezone(timezone).is_ok(), "{from} {until:?}");
    }
}
