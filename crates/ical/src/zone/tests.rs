use super::*;
use crate::civil::{Date, Time};

fn wall(text: &str) -> DateTime {
    let number = |range: Range<usize>| text[range].parse::<i16>().unwrap();
    let small = |range: Range<usize>| u8::try_from(number(range)).unwrap();
    Date::new(number(0..4), small(4..6), small(6..8)).unwrap().at(Time::new(
        small(9..11),
        small(11..13),
        small(13..15),
    )
    .unwrap())
}

fn utc(text: &str) -> Timestamp {
    Timestamp::from_utc(wall(text))
}

/// RFC 5545 3.3.5 has both examples: 2:30 in New York's gap of 11 March 2007 is read by EST, 1:30 in the fold
/// of 4 November 2007 is the first of two.
#[test]
fn pitfall_4_and_5_gap_and_fold() {
    let zone = Zone::iana("America/New_York").unwrap();
    let (gap, fold) = (wall("20070311T023000"), wall("20071104T013000"));
    assert_eq!(
        zone.read(gap),
        Reading::Gap { before: utc("20070311T073000"), after: utc("20070311T063000") }
    );
    assert_eq!(
        zone.read(fold),
        Reading::Fold { first: utc("20071104T053000"), second: utc("20071104T063000") }
    );
    assert_eq!(zone.to_timestamp(gap), utc("20070311T073000"));
    assert_eq!(zone.to_timestamp(fold), utc("20071104T053000"));
    // At the edges: the gap begins at 2:00 and ends before 3:00, the fold from 1:00 to before 2:00.
    assert!(matches!(zone.read(wall("20070311T015959")), Reading::Unique(_)));
    assert!(zone.read(wall("20070311T020000")).is_gap());
    assert!(zone.read(wall("20070311T025959")).is_gap());
    assert_eq!(zone.read(wall("20070311T030000")), Reading::Unique(utc("20070311T070000")));
    assert!(matches!(zone.read(wall("20071104T005959")), Reading::Unique(_)));
    assert!(matches!(zone.read(wall("20071104T010000")), Reading::Fold { .. }));
    assert!(matches!(zone.read(wall("20071104T015959")), Reading::Fold { .. }));
    assert_eq!(zone.read(wall("20071104T020000")), Reading::Unique(utc("20071104T070000")));
}

/// Pitfall 5: what the wall shows at the second reading is the same wall time, and the instant stays apart.
#[test]
fn pitfall_5_both_readings_show_the_same_wall() {
    let zone = Zone::iana("Europe/London").unwrap();
    let Reading::Fold { first, second } = zone.read(wall("20261025T013000")) else { panic!("no fold") };
    assert_eq!(second.0 - first.0, 3600);
    assert_eq!(zone.to_wall(first), zone.to_wall(second));
    assert_eq!((zone.abbreviation_at(first), zone.abbreviation_at(second)), ("BST", "GMT"));
    assert_eq!((zone.offset_at(first), zone.offset_at(second)), (3600, 0));
}

#[test]
fn a_day_that_is_not_there() {
    // Samoa had no 30 December 2011.
    let zone = Zone::iana("Pacific/Apia").unwrap();
    let Reading::Gap { before, after } = zone.read(wall("20111230T120000")) else { panic!("no gap") };
    assert_eq!(before.0 - after.0, 86_400);
    assert_eq!(zone.to_wall(before).unwrap().to_string(), "2011-12-31T12:00:00");
}

#[test]
fn years_far_away() {
    let zone = Zone::iana("europe/VIENNA").unwrap();
    assert_eq!(zone.iana_name(), Some("Europe/Vienna"));
    for year in [2099, 2100, 2101, 2399, 9998] {
        let date = |month, day| Date::new(year, month, day).unwrap().at(Time::new(12, 0, 0).unwrap());
        assert_eq!(zone.offset_at(zone.to_timestamp(date(7, 1))), 7200, "{year}");
        assert_eq!(zone.offset_at(zone.to_timestamp(date(1, 1))), 3600, "{year}");
        let changes =
            zone.transitions(Timestamp(date(1, 1).to_seconds())..Timestamp(date(12, 1).to_seconds()));
        assert_eq!(changes.count(), 2, "{year}");
    }
    assert_eq!(zone.offset_at(Timestamp(i64::MIN)), 3921);
    assert_eq!(zone.to_wall(Timestamp(i64::MAX)), None);
    assert_eq!(zone.to_wall(Timestamp::MAX), None);
    assert_eq!(zone.to_wall(zone.to_timestamp(DateTime::MAX)), Some(DateTime::MAX));
    assert_eq!(zone.to_wall(zone.to_timestamp(DateTime::MIN)), Some(DateTime::MIN));
    assert_eq!(
        zone.transitions(Timestamp(i64::MIN)..Timestamp(i64::MAX))
            .last()
            .unwrap()
            .at
            .to_utc()
            .unwrap()
            .date
            .year(),
        9999
    );
}

#[test]
fn fixed_offsets() {
    assert_eq!(Zone::fixed(86_400), None);
    let zone = Zone::fixed(-86_399).unwrap();
    assert_eq!(zone.to_timestamp(wall("20260101T000000")), utc("20260101T235959"));
    assert_eq!(Zone::fixed(0), Some(Zone::utc()));
    assert_eq!(Zone::utc().transitions(Timestamp::MIN..Timestamp::MAX).count(), 0);
}

#[test]
fn cursor_answers_as_the_zone_does() {
    for name in ["Europe/Dublin", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "UTC"] {
        let zone = Zone::iana(name).unwrap();
        let mut cursor = zone.cursor();
        for start in [wall("19000101T003000"), wall("20070101T003000"), wall("21500101T003000")] {
            let mut at = start;
            for _ in 0..30_000 {
                assert_eq!(cursor.read(at), zone.read(at), "{name} {at}");
                assert_eq!(cursor.to_timestamp(at), zone.to_timestamp(at));
                let instant = Timestamp(at.to_seconds());
                assert_eq!(cursor.to_wall(instant), zone.to_wall(instant));
                at = at.plus_seconds(1800 * 11).unwrap();
            }
        }
    }
}

fn resolved(tzid: &str) -> (Option<String>, Origin) {
    let found = Zones::named(Arc::default()).resolve(tzid);
    (found.zone.and_then(|zone| zone.iana_name().map(str::to_owned)), found.origin)
}

fn check(tzid: &str, name: &str, origin: Origin) {
    assert_eq!(resolved(tzid), (Some(name.to_owned()), origin), "{tzid}");
}

#[test]
fn iana_names_and_prefixes() {
    check("Europe/Berlin", "Europe/Berlin", Origin::Iana);
    check("europe/berlin", "Europe/Berlin", Origin::Iana);
    check("UTC", "UTC", Origin::Iana);
    check("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin", Origin::Prefixed);
    check("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin", Origin::Prefixed);
    check(
        "/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires",
        "America/Argentina/Buenos_Aires",
        Origin::Prefixed,
    );
    check("/softwarestudio.org/Olson_20011030_5/America/New_York", "America/New_York", Origin::Prefixed);
    check("/citadel.org/20070227_1/GMT", "GMT", Origin::Prefixed);
    check("tzone://Microsoft/Utc", "UTC", Origin::Prefixed);
}

#[test]
fn pitfall_20_windows_names() {
    check("W. Europe Standard Time", "Europe/Berlin", Origin::Windows);
    check("Eastern Standard Time 1", "America/New_York", Origin::Windows);
    check("Central European Standard Time", "Europe/Warsaw", Origin::Windows);
    check("\"Pacific Standard Time\"", "America/Los_Angeles", Origin::Windows);
    check("UTC+12", "Etc/GMT-12", Origin::Windows);
    check("russia TIME zone 11", "Asia/Kamchatka", Origin::Windows);
}

#[test]
fn pitfall_21_display_names() {
    for tzid in [
        "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
        r"(UTC+01:00) Amsterdam\, Berlin\, Bern\, Rome\, Stockholm\, Vienna",
        "(GMT+01:00) Amsterdam / Berlin / Bern / Rome / Stockholm / Vienna",
        "(UTC+01:00) Amsterdam, Berlin",
    ] {
        check(tzid, "Europe/Berlin", Origin::Windows);
    }
    check("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York", Origin::Windows);
    // Santiago de Chile and La Paz in Mexico begin alike in no list; the whole list decides.
    check("(UTC-07:00) Chihuahua, La Paz, Mazatlan", "America/Mazatlan", Origin::Windows);
}

#[test]
fn a_guessed_offset() {
    for (tzid, offset) in
        [("GMT+0100", 3600), ("UTC-5", -18_000), ("(UTC+05:30) Nowhere", 19_800), ("-03:30", -12_600)]
    {
        let found = Zones::named(Arc::default()).resolve(tzid);
        assert_eq!((found.zone, found.origin), (Zone::fixed(offset), Origin::Offset), "{tzid}");
    }
    for tzid in [
        "Customized Time Zone",
        "tzone://Microsoft/Custom",
        "",
        "/",
        "(UTC+1",
        "GMT+99",
        "Etc/Unknown",
        "+é",
        "\u{2212}3",
    ] {
        assert_eq!(resolved(tzid), (None, Origin::Unknown), "{tzid}");
    }
}

#[test]
fn words_of_other_vendors() {
    check("Eastern", "America/New_York", Origin::Vendor);
    check("US/Pacific-New", "America/Los_Angeles", Origin::Vendor);
}
