//! Any document in jCal and xCal and back says the same, or was refused.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::{Document, Limits, Obstacle, Unsayable, diff, jcal, xcal};
use proptest::prelude::*;

/// Names and values of every type, right and wrong, in lines of every kind.
fn lines() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        8 => prop::sample::select(vec![
            "SUMMARY", "summary", "DTSTART", "CATEGORIES", "EXDATE", "RDATE", "RRULE", "GEO", "REQUEST-STATUS", "FREEBUSY",
            "ATTENDEE", "ATTACH", "IMAGE", "TZOFFSETTO", "DURATION", "TRIGGER", "SEQUENCE", "STATUS", "UID", "RELATED-TO",
            "LINK", "XML", "X-A", "X-B_C", "VALUE",
        ]).prop_map(str::to_owned),
        1 => "[ -~]{1,8}",
    ];
    let parameter = prop_oneof![
        8 => prop::sample::select(vec![
            "VALUE=DATE", "VALUE=DATE-TIME", "VALUE=PERIOD", "VALUE=TEXT", "VALUE=binary", "VALUE=UID", "VALUE=X-Odd",
            "VALUE=ODD",
            "VALUE=UNKNOWN", "VALUE=FLOAT", "VALUE=INTEGER", "VALUE=BOOLEAN", "VALUE=TIME", "ENCODING=BASE64", "TZID=A/B",
            "CN=\"a;b^n^'\"", "MEMBER=\"mailto:a@b\",\"mailto:c@d\"", "RSVP=true", "RSVP=maybe", "X-P=1,2", "X-P", "", "GAP=PT1H",
            "CN=a, b", "LANGUAGE=",
        ]).prop_map(str::to_owned),
        1 => "[ -~é\u{1}]{0,10}",
    ];
    let value = prop_oneof![
        8 => prop::sample::select(vec![
            "", " ", " a ", "a\\, b\\nc", "a,b;c", "a\\", "20260302", "20260302T090000", "20260302T090000Z", "20260302T235960Z",
            "20260302,20260303", "2026-03-02", "20260302T090000/PT1H", "20260302T090000Z/20260302T100000Z", "FREQ=DAILY",
            "FREQ=yearly;X-A=b c;BYDAY=mo, -1SU;BYMONTH=5L;RSCALE=hebrew;UNTIL=20260302t000000z", "FREQ=DAILY;BYHOUR=09;INTERVAL=1",
            "48.20;16.37", "-0.0;1e-7", "0.1", "-0", "1e300", "+7", "007", "2.0", "2.0;a\\;b;c;d", "3.1", "mailto:A@b", "TRUE",
            "false", "090000", "090000Z", "+0100", "-001444", "+01:00", "P1W", "PT60M", "p1d", "+PT5M", "SGVs bG8", "SGVsbG8=",
            "CONFIRMED", "confirmed", "<a xmlns=\"urn:b\"/>", "<n0:a xmlns:n0=\"urn:b\"/>", "é🎉\u{85}\u{2028}", "\u{fffe}",
        ]).prop_map(str::to_owned),
        2 => "[ -~é\t]{0,30}",
        1 => "\\PC{0,10}",
    ];
    (name, prop::collection::vec(parameter, 0..3), value).prop_map(|(name, parameters, value)| {
        let parameters: String = parameters.iter().map(|parameter| format!(";{parameter}")).collect();
        format!("{name}{parameters}:{value}")
    })
}

fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        1 => prop::sample::select(vec![
            "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:x-own", "END:X-OWN", "no colon",
        ]).prop_map(str::to_owned),
        3 => lines(),
    ];
    prop::collection::vec(piece, 0..24)
        .prop_map(|lines| format!("BEGIN:VCALENDAR\r\n{}\r\n", lines.join("\r\n")))
}

/// There, back, there again and back: the same, or refused for what the format has no room for. The texts may differ where a
/// line contradicts itself, as one of `VALUE=TEXT` and `ENCODING=BASE64` does.
fn holds(
    document: &Document,
    write: impl Fn(&Document) -> Result<String, Unsayable>,
    read: impl Fn(&str) -> Document,
) -> Result<(), TestCaseError> {
    match write(document) {
        Ok(written) => {
            let again = read(&written);
            for back in [&again, &read(&write(&again).unwrap())] {
                let differences = diff::diff(document, back);
                prop_assert!(differences.is_empty(), "{written}\n{differences:?}");
            }
        }
        Err(unsayable) => prop_assert_ne!(unsayable.obstacle, Obstacle::Meaning),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn there_and_back_says_the_same(text in texts()) {
        let (document, limits) = (Document::read(text).unwrap(), Limits::default());
        holds(&document, |document| jcal::write([document]), |text| jcal::read(text.as_bytes(), &limits).unwrap())?;
        holds(&document, |document| xcal::write([document]), |text| xcal::read(text.as_bytes(), &limits).unwrap())?;
    }

    /// Each line by itself, so that none is refused for another's sake.
    #[test]
    fn a_line_comes_back(line in lines()) {
        let document = Document::read(format!("BEGIN:VEVENT\r\n{line}\r\nEND:VEVENT\r\n")).unwrap();
        let limits = Limits::default();
        holds(&document, |document| jcal::write([document]), |text| jcal::read(text.as_bytes(), &limits).unwrap())?;
        holds(&document, |document| xcal::write([document]), |text| xcal::read(text.as_bytes(), &limits).unwrap())?;
    }
}
