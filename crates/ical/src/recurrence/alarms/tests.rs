//! Alarms of RFC 5545 3.6.6 and RFC 9074, of series and their overrides, and the laws that hold for all.

use proptest::prelude::*;

use super::*;
use crate::Document;
use crate::recurrence::Policies;
use crate::value::DateOrTime;
use crate::zone::{Zone, Zones};

const DAY: i64 = SECONDS_PER_DAY;

/// When the alarms of a text ring in a range, in UTC, with `floating` as the zone of what has none.
fn rings_in(text: &str, range: Range, floating: &Zone) -> Vec<String> {
    let document = Document::read(text).unwrap();
    let (zones, objects) = (Zones::new(&document), document.objects());
    let policies = Policies { floating: floating.clone(), ..Policies::default() };
    let set = RecurrenceSet::new(&objects[0], &zones, &policies);
    let alarms = Alarms::new(&objects[0], &set);
    let found = alarms.within(range, 9).unwrap();
    found.iter().map(|ring| basic(ring.at)).collect()
}

fn rings(text: &str) -> Vec<String> {
    rings_in(text, Range::ALL, &Zone::utc())
}

fn next(text: &str, from: &str) -> Option<String> {
    let document = Document::read(text).unwrap();
    let (zones, objects) = (Zones::new(&document), document.objects());
    let set = RecurrenceSet::new(&objects[0], &zones, &Policies::default());
    let next = Alarms::new(&objects[0], &set).next(at(from), 0).unwrap();
    next.map(basic)
}

fn basic(at: Timestamp) -> String {
    DateOrTime::Floating(at.to_utc().unwrap()).to_string()
}

fn at(text: &str) -> Timestamp {
    let line = format!("BEGIN:VEVENT\nDTSTART:{text}Z\nEND:VEVENT\n");
    let document = Document::read(line).unwrap();
    Timestamp::from_utc(document.roots().next().unwrap().start().unwrap().unwrap().wall())
}

fn alarm(lines: &str) -> String {
    format!("BEGIN:VALARM\n{lines}\nEND:VALARM")
}

/// An event of these lines with an alarm of those.
fn event(lines: &str, of_alarm: &str) -> String {
    format!("BEGIN:VEVENT\nUID:1\n{lines}\n{}\nEND:VEVENT\n", alarm(of_alarm))
}

fn todo(lines: &str, of_alarm: &str) -> String {
    event(lines, of_alarm).replace("VEVENT", "VTODO")
}

#[test]
fn the_examples_of_rfc_5545() {
    // 3.6.6: an audio alarm at a precise time, repeated four times at intervals of a quarter of an hour.
    let audio = "TRIGGER;VALUE=DATE-TIME:19970317T133000Z\nREPEAT:4\nDURATION:PT15M\nACTION:AUDIO\n\
                 ATTACH;FMTTYPE=audio/basic:ftp://example.com/pub/sounds/bell-01.aud";
    let times =
        ["19970317T133000", "19970317T134500", "19970317T140000", "19970317T141500", "19970317T143000"];
    assert_eq!(rings(&event("DTSTART:19970317T140000Z", audio)), times);
    // A display alarm half an hour before, twice more.
    let display = "TRIGGER:-PT30M\nREPEAT:2\nDURATION:PT15M\nACTION:DISPLAY\nDESCRIPTION:Breakfast meeting with executive";
    let times = ["19970317T120000", "19970317T121500", "19970317T123000"];
    assert_eq!(rings(&event("DTSTART:19970317T123000Z", display)), times);
    // An email two days before the due date of a to-do.
    let email = "TRIGGER;RELATED=END:-P2D\nACTION:EMAIL\nATTENDEE:mailto:john_doe@example.com\nSUMMARY:*** REMINDER ***";
    assert_eq!(rings(&todo("DTSTART:19970301T000000Z\nDUE:19970317T120000Z", email)), ["19970315T120000"]);
    assert_eq!(rings(&todo("DUE:19970317T120000Z", email)), ["19970315T120000"]);
}

#[test]
fn the_snoozed_alarm_of_rfc_9074() {
    let meeting = |alarms: &str| {
        format!(
            "BEGIN:VEVENT\nUID:AC67C078-CED3-4BF5-9726-832C3749F627\nDTSTART;TZID=America/New_York:20210302T103000\n\
             DTEND;TZID=America/New_York:20210302T113000\n{alarms}\nEND:VEVENT\n"
        )
    };
    let original = "UID:8297C37D-BA2D-4476-91AE-C1EAA364F8E1\nTRIGGER:-PT15M\nACTION:DISPLAY";
    assert_eq!(rings(&meeting(&alarm(original))), ["20210302T151500"]);
    let seen = |at: &str| alarm(&format!("{original}\nACKNOWLEDGED:{at}"));
    let snooze = |at: &str, more: &str| {
        let related = "RELATED-TO;RELTYPE=SNOOZE:8297C37D-BA2D-4476-91AE-C1EAA364F8E1";
        alarm(&format!("TRIGGER;VALUE=DATE-TIME:{at}\n{related}\nACTION:DISPLAY{more}"))
    };
    let once = format!("{}\n{}", seen("20210302T151514Z"), snooze("20210302T152000Z", ""));
    assert_eq!(rings(&meeting(&once)), ["20210302T152000"]);
    let twice = format!("{}\n{}", seen("20210302T152024Z"), snooze("20210302T152500Z", ""));
    assert_eq!(rings(&meeting(&twice)), ["20210302T152500"]);
    let dismissed = snooze("20210302T152500Z", "\nACKNOWLEDGED:20210302T152507Z");
    assert_eq!(rings(&meeting(&format!("{}\n{dismissed}", seen("20210302T152507Z")))), [""; 0]);
}

#[test]
fn what_never_rings() {
    for text in [
        // RFC 9074 8: a place, with the time that is commonly written to be ignored.
        event(
            "DTSTART:20260302T090000Z",
            "TRIGGER;VALUE=DATE-TIME:19760401T005545Z\nPROXIMITY:DEPART\nACTION:DISPLAY",
        ),
        event("DTSTART:20260302T090000Z", "TRIGGER:-PT5M\nACTION:NONE"),
        event("DTSTART:20260302T090000Z\nSTATUS:CANCELLED", "TRIGGER:-PT5M\nACTION:DISPLAY"),
        event("DTSTART:20260302T090000Z", "ACTION:DISPLAY"),
        event("DTSTART:20260302T090000Z", "TRIGGER:soon\nACTION:DISPLAY"),
        event("SUMMARY:at no time", "TRIGGER:-PT5M\nACTION:DISPLAY"),
        event("DTSTART:20260302T090000Z\nEXDATE:20260302T090000Z", "TRIGGER:-PT5M\nACTION:DISPLAY"),
        todo("DUE:20260302T090000Z\nSTATUS:COMPLETED", "TRIGGER:-PT5M\nACTION:DISPLAY"),
        todo("DUE:20260302T090000Z\nCOMPLETED:20260301T090000Z", "TRIGGER:-PT5M\nACTION:DISPLAY"),
        event("DTSTART:20260302T090000Z", "TRIGGER:-PT5M").replace("VEVENT", "VJOURNAL"),
    ] {
        assert_eq!((rings(&text), next(&text, "19700101T000000")), (vec![], None), "{text}");
    }
}

#[test]
fn starts_ends_and_days_on_the_wall() {
    let vienna = "DTSTART;TZID=Europe/Vienna:20260329T090000\nDTEND;TZID=Europe/Vienna:20260329T100000";
    for (lines, of_alarm, times) in [
        // The clocks change in the night before: a day before is at nine, 24 hours before are not.
        (vienna, "TRIGGER:-P1D", vec!["20260328T080000"]),
        (vienna, "TRIGGER:-PT24H", vec!["20260328T070000"]),
        (vienna, "TRIGGER:-P1DT1H", vec!["20260328T070000"]),
        (vienna, "TRIGGER;RELATED=END:PT5M", vec!["20260329T080500"]),
        (vienna, "TRIGGER;RELATED=START:PT0S", vec!["20260329T070000"]),
        ("DTSTART;VALUE=DATE:20260329", "TRIGGER:-PT6H", vec!["20260328T180000"]),
        ("DTSTART;VALUE=DATE:20260329", "TRIGGER;RELATED=END:-PT6H", vec!["20260329T180000"]),
        (vienna, "TRIGGER:-PT5M\nREPEAT:2\nDURATION:-PT5M", vec!["20260329T065500"]),
        (vienna, "TRIGGER:-PT5M\nREPEAT:2", vec!["20260329T065500"]),
        // Some write a time without VALUE=DATE-TIME.
        (vienna, "TRIGGER:20260301T120000Z", vec!["20260301T120000"]),
    ] {
        assert_eq!(rings(&event(lines, of_alarm)), times, "{lines} {of_alarm}");
    }
}

#[test]
fn floating_times_and_dates_ring_where_i_am() {
    let tokyo = Zone::iana("Asia/Tokyo").unwrap();
    let day = event("DTSTART;VALUE=DATE:20260302", "TRIGGER:PT9H");
    assert_eq!(rings_in(&day, Range::ALL, &tokyo), ["20260302T000000"]);
    let floating = event("DTSTART:20260302T090000", "TRIGGER:-PT1H");
    assert_eq!(rings_in(&floating, Range::ALL, &tokyo), ["20260301T230000"]);
}

#[test]
fn a_series_its_overrides_and_what_was_seen() {
    let daily = "DTSTART:20260302T090000Z\nRRULE:FREQ=DAILY";
    let text = event(daily, "TRIGGER:-PT15M\nACKNOWLEDGED:20260304T084500Z");
    assert_eq!(next(&text, "20260101T000000").as_deref(), Some("20260305T084500"));
    assert_eq!(next(&text, "20360305T084501").as_deref(), Some("20360306T084500"));
    // One that is cancelled, one with an alarm of its own, one that moves.
    let of = |id: &str, lines: &str, of_alarm: &str| event(&format!("RECURRENCE-ID:{id}\n{lines}"), of_alarm);
    let text = [
        text,
        of("20260305T090000Z", "DTSTART:20260305T090000Z\nSTATUS:CANCELLED", "TRIGGER:-PT15M"),
        of("20260306T090000Z", "DTSTART:20260306T090000Z", "TRIGGER:-PT1H"),
        of("20260307T090000Z", "DTSTART:20260307T120000Z", "TRIGGER:-PT15M"),
    ]
    .concat();
    let range = Range { from: at("20260301T000000"), to: at("20260309T000000") };
    assert_eq!(
        rings_in(&text, range, &Zone::utc()),
        ["20260306T080000", "20260307T114500", "20260308T084500"]
    );
    // Who has seen the first has seen its repetitions.
    let text = event(daily, "TRIGGER:-PT15M\nREPEAT:2\nDURATION:PT5M\nACKNOWLEDGED:20260304T084600Z");
    assert_eq!(next(&text, "20260304T084601").as_deref(), Some("20260305T084500"));
    assert_eq!(next(&text, "20260305T084501").as_deref(), Some("20260305T085000"));
    // Only an override rings: the endless series is not walked for more.
    let silent = format!("BEGIN:VEVENT\nUID:1\n{daily}\nEND:VEVENT\n");
    let text = [silent, of("20260306T090000Z", "DTSTART:20260306T090000Z", "TRIGGER:-PT1H")].concat();
    assert_eq!(next(&text, "20260101T000000").as_deref(), Some("20260306T080000"));
    assert_eq!(next(&text, "20260306T080001"), None);
}

#[test]
fn from_one_time_on_all_are_cancelled() {
    let master = event("DTSTART:20260302T090000Z\nRRULE:FREQ=DAILY", "TRIGGER:-PT15M");
    let rest = "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260304T090000Z\nDTSTART:20260304T090000Z\n\
                STATUS:CANCELLED\nEND:VEVENT\n";
    let text = [master.as_str(), rest].concat();
    assert_eq!(rings(&text), ["20260302T084500", "20260303T084500"]);
    assert_eq!(next(&text, "20260303T084501"), None);
}

#[test]
fn what_an_alarm_that_names_its_time_is_for() {
    let document = Document::read(event(
        "DTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3",
        "TRIGGER;VALUE=DATE-TIME:20260303T093000Z",
    ));
    let document = document.unwrap();
    let (zones, objects) = (Zones::new(&document), document.objects());
    let set = RecurrenceSet::new(&objects[0], &zones, &Policies::default());
    let alarms = Alarms::new(&objects[0], &set);
    let moment = at;
    let start = |at: &str| {
        let found = alarms.nearest(objects[0].components()[0], moment(at)).unwrap();
        found.start().to_string()
    };
    assert_eq!(start("20260303T093000"), "20260303T090000Z");
    assert_eq!(start("20260303T100000"), "20260304T090000Z");
    assert_eq!(start("20270101T000000"), "20260304T090000Z");
    assert_eq!(start("20400101T000000"), "20260302T090000Z");
    assert_eq!(alarms.within(Range::ALL, 9).unwrap().len(), 1);
}

#[test]
fn hostile_ones_are_bounded() {
    let dense = event(
        "DTSTART:20260302T090000Z\nRRULE:FREQ=SECONDLY",
        "TRIGGER:-PT15M\nREPEAT:2147483647\nDURATION:PT1S",
    );
    assert_eq!(next(&dense, "20260401T000000").as_deref(), Some("20260401T000000"));
    let range = Range { from: at("20260401T000000"), to: at("20260401T001000") };
    assert_eq!(rings_in(&dense, range, &Zone::utc()).last().unwrap(), "20260401T000959");
    let document = Document::read(dense).unwrap();
    let (zones, objects) = (Zones::new(&document), document.objects());
    let set = RecurrenceSet::new(&objects[0], &zones, &Policies::default());
    let month = Range { from: at("20260401T000000"), to: at("20260501T000000") };
    assert_eq!(Alarms::new(&objects[0], &set).within(month, 9).unwrap_err(), Exhausted::Instances);
    let far = event(
        "DTSTART:20260302T090000Z\nRRULE:FREQ=DAILY",
        "TRIGGER:-P99999999D\nREPEAT:2147483647\nDURATION:P99999999D",
    );
    let document = Document::read(far).unwrap();
    let (zones, objects) = (Zones::new(&document), document.objects());
    let set = RecurrenceSet::new(&objects[0], &zones, &Policies::default());
    // Whatever the answer: there is one.
    assert!(Alarms::new(&objects[0], &set).within(range, 9).map_or(true, |found| found.len() <= 9));
}

proptest! {
    /// The next is the first of all; what is found in two ranges is found in both together.
    #[test]
    fn next_is_the_first_within(
        frequency in prop::sample::select(vec!["DAILY", "WEEKLY", "HOURLY;INTERVAL=5"]),
        minutes in -3_000_i64..3_000,
        is_end in any::<bool>(),
        repeat in 0_i64..3,
        seen in 0_i64..20,
        from in 0_i64..20 * DAY,
    ) {
        let related = if is_end { ";RELATED=END" } else { "" };
        let sign = if minutes < 0 { "-" } else { "" };
        let begin = at("20260320T000000").0;
        let acknowledged = basic(Timestamp(begin + seen * DAY));
        let text = event(
            &format!("DTSTART;TZID=Europe/Vienna:20260322T013000\nDURATION:PT90M\nRRULE:FREQ={frequency}"),
            &format!(
                "TRIGGER{related}:{sign}PT{}M\nREPEAT:{repeat}\nDURATION:PT7H\nACKNOWLEDGED:{acknowledged}Z",
                minutes.abs()
            ),
        );
        let document = Document::read(text).unwrap();
        let (zones, objects) = (Zones::new(&document), document.objects());
        let set = RecurrenceSet::new(&objects[0], &zones, &Policies::default());
        let alarms = Alarms::new(&objects[0], &set);
        let from = Timestamp(begin + from);
        let middle = Timestamp(from.0 + 5 * DAY);
        let end = Timestamp(from.0 + 40 * DAY);
        let times = |from, to| -> Vec<i64> {
            alarms.within(Range { from, to }, usize::MAX / 4).unwrap().iter().map(|ring| ring.at.0).collect()
        };
        let all = times(from, end);
        prop_assert_eq!(alarms.next(from, 0).unwrap().map(|at| at.0), all.first().copied());
        prop_assert_eq!([times(from, middle), times(middle, end)].concat(), all);
    }

    /// Wherever floating times are, none rings before the next that is said in doubt.
    #[test]
    fn in_doubt_none_is_missed(
        zone in prop::sample::select(vec!["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Vienna", "Asia/Kolkata"]),
        from in 0_i64..9 * DAY,
        seen in 0_i64..9 * DAY,
        days in -2_i32..2,
    ) {
        let begin = at("20260322T000000").0;
        let acknowledged = basic(Timestamp(begin + seen));
        let text = event(
            "DTSTART:20260323T013000\nDURATION:PT90M\nRRULE:FREQ=DAILY;COUNT=9",
            &format!("TRIGGER:{}P{}DT0S\nACKNOWLEDGED:{acknowledged}Z", if days < 0 { "-" } else { "" }, days.abs()),
        );
        let document = Document::read(text).unwrap();
        let (zones, objects) = (Zones::new(&document), document.objects());
        let policies = Policies { floating: Zone::iana(zone).unwrap(), ..Policies::default() };
        let there = RecurrenceSet::new(&objects[0], &zones, &policies);
        let in_utc = RecurrenceSet::new(&objects[0], &zones, &Policies::default());
        let from = Timestamp(begin + from);
        let doubt = 16 * 3_600;
        let truly = Alarms::new(&objects[0], &there).next(from, 0).unwrap();
        let said = Alarms::new(&objects[0], &in_utc).next(from, doubt).unwrap();
        if let Some(truly) = truly {
            prop_assert!(said.is_some_and(|said| said <= truly && said.0 >= truly.0 - 3 * DAY));
        }
        prop_assert!(said.is_none_or(|said| said.0 >= from.0 - 2 * doubt));
    }
}
