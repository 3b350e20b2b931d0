use super::*;

fn timezone(tzid: &str, offset: &str, more: &str) -> String {
    format!(
        "BEGIN:VTIMEZONE\r\nTZID:{tzid}\r\n{more}BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n\
         TZOFFSETFROM:{offset}\r\n\
         TZOFFSETTO:{offset}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
}

fn calendar(parts: &[String]) -> String {
    format!("BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n", parts.concat())
}

fn found(text: &str, tzid: &str) -> (Option<i32>, Origin) {
    let document = Document::read(text).unwrap();
    let resolved = Zones::new(&document).resolve(tzid);
    (resolved.zone.map(|zone| zone.offset_at(Timestamp(1_800_000_000))), resolved.origin)
}

#[test]
fn pitfall_19_customized_time_zones() {
    for tzid in ["Customized Time Zone", "tzone://Microsoft/Custom", "Customized Time Zone 1"] {
        let text = calendar(&[timezone(tzid, "+0345", "")]);
        assert_eq!(found(&text, tzid), (Some(13_500), Origin::Timezone));
        assert_eq!(found(&calendar(&[]), tzid), (None, Origin::Unknown));
    }
    // Two objects in one stream, each with its own meaning.
    let text = [
        calendar(&[timezone("Customized Time Zone", "+0100", "")]),
        calendar(&[timezone("Customized Time Zone", "+0200", "")]),
    ]
    .concat();
    let document = Document::read(text).unwrap();
    let cache = Arc::new(ZoneCache::default());
    let offsets: Vec<i32> = document
        .roots()
        .map(|calendar| Zones::within(calendar, cache.clone()).resolve("Customized Time Zone"))
        .map(|resolved| resolved.zone.unwrap().offset_at(Timestamp(0)))
        .collect();
    assert_eq!(offsets, [3600, 7200]);
}

#[test]
fn pitfall_20_a_windows_name_without_or_with_a_timezone() {
    let text = calendar(&[timezone("Eastern Standard Time 1", "+0000", "")]);
    assert_eq!(found(&text, "Eastern Standard Time 1"), (Some(-18_000), Origin::Windows));
}

#[test]
fn pitfall_21_tzid_is_text_and_its_parameter_is_not() {
    // TZID: is escaped as TEXT, the parameter stands in quotes; some escape it there, too.
    let text = calendar(&[timezone(r"(UTC+03:45) Here\, There", "+0345", "")]);
    for tzid in ["(UTC+03:45) Here, There", r"(UTC+03:45) Here\, There", "\"(UTC+03:45) Here, There\""] {
        assert_eq!(found(&text, tzid), (Some(13_500), Origin::Timezone), "{tzid}");
    }
}

#[test]
fn pitfall_22_the_database_stands_and_the_difference_is_told() {
    let text = calendar(&[timezone("Europe/Vienna", "+0100", "")]);
    let document = Document::read(text).unwrap();
    let zones = Zones::new(&document);
    let resolved = zones.resolve("Europe/Vienna");
    assert_eq!(resolved.origin, Origin::Iana);
    assert_eq!(resolved.problem("Europe/Vienna", 0..0), None);
    let year = |year: i16| Timestamp(super::super::table::start_of(year));
    let summer = zones.disagreements("Europe/Vienna", year(2026)..year(2027));
    let [Disagreement { range, offset: 7200, other: 3600 }] = &*summer else { panic!("{summer:?}") };
    assert_eq!(range.start.to_utc().unwrap().to_string(), "2026-03-29T01:00:00");
    assert_eq!(range.end.to_utc().unwrap().to_string(), "2026-10-25T01:00:00");
    // In January they agree.
    assert_eq!(zones.disagreements("Europe/Vienna", year(2026)..Timestamp(year(2026).0 + 2_000_000)), []);
    assert_eq!(
        zones.disagreement_problem("Europe/Vienna", year(2026)..Timestamp(year(2026).0 + 2_000_000)),
        None
    );
    let problem = zones.disagreement_problem("Europe/Vienna", year(2026)..year(2027)).unwrap();
    assert_eq!(problem.kind, ProblemKind::ZoneDisagrees);
    assert_eq!(
        problem.message,
        "the VTIMEZONE \"Europe/Vienna\" differs from IANA's Europe/Vienna from 2026-03-29 on: IANA's counts"
    );
}

#[test]
fn pitfall_24_a_tzid_without_a_timezone() {
    assert_eq!(found("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "Asia/Tokyo"), (Some(32_400), Origin::Iana));
    let unknown = Zones::named(Arc::default()).resolve("Nowhere/Land");
    assert_eq!(unknown.problem("Nowhere/Land", 3..7).unwrap().kind, ProblemKind::UnknownZone);
}

#[test]
fn pitfall_26_two_timezones_of_one_name() {
    let text = calendar(&[
        timezone("Own", "+0100", ""),
        timezone("Own", "+0200", ""),
        timezone("Own", "+0100", "X-AUTHOR:another\r\n"),
    ]);
    assert_eq!(found(&text, "Own"), (Some(3600), Origin::Timezone));
    let document = Document::read(text).unwrap();
    let problems = Zones::new(&document).problems();
    let kinds: Vec<_> = problems.iter().map(|problem| problem.kind).collect();
    // The third says the same as the first.
    assert_eq!(kinds, [ProblemKind::RepeatedTzid]);
    assert_eq!(&document.original()[problems[0].place.clone()], b"BEGIN:VTIMEZONE");
}

#[test]
fn pitfall_27_z_wins_over_tzid() {
    let document =
        Document::read("BEGIN:VEVENT\r\nDTSTART;TZID=Asia/Tokyo:20260101T000000Z\r\nEND:VEVENT\r\n").unwrap();
    let event = document.components(ComponentKind::Event).next().unwrap();
    let start = event.property(PropertyKind::Dtstart).unwrap();
    assert_eq!(start.date_or_time().unwrap().tzid(), None);
}

#[test]
fn pitfall_28_a_feeds_zone_is_a_guess() {
    let text = calendar(&["X-WR-TIMEZONE:Europe/Vienna\r\n".to_owned()]);
    let document = Document::read(text).unwrap();
    let guess = Zones::new(&document).feed_default().unwrap();
    assert_eq!(
        (guess.zone.as_ref().unwrap().iana_name(), guess.origin),
        (Some("Europe/Vienna"), Origin::Feed)
    );
    assert!(guess.origin.is_doubtful());
    let none = Document::read(calendar(&[])).unwrap();
    assert_eq!(Zones::new(&none).feed_default(), None);
}

#[test]
fn guesses_where_a_timezone_says_nothing() {
    let broken = |more: &str| calendar(&[format!("BEGIN:VTIMEZONE\r\nTZID:Own\r\n{more}END:VTIMEZONE\r\n")]);
    let vienna = (Some(3600), Origin::Location);
    assert_eq!(found(&broken("X-LIC-LOCATION:Europe/Vienna\r\n"), "Own"), vienna);
    // RFC 7808 7.2.
    assert_eq!(found(&broken("TZID-ALIAS-OF:Europe/Vienna\r\n"), "Own"), vienna);
    let standard = "BEGIN:STANDARD\r\nTZOFFSETTO:+0500\r\nEND:STANDARD\r\n";
    assert_eq!(found(&broken(standard), "Own"), (Some(18_000), Origin::Offset));
    assert_eq!(found(&broken(""), "Own"), (None, Origin::Unknown));
    let document = Document::read(broken("")).unwrap();
    assert_eq!(Zones::new(&document).problems()[0].kind, ProblemKind::BrokenZone);
}

#[test]
fn equal_contents_are_compiled_once() {
    let (one, two) = (calendar(&[timezone("A", "+0100", "")]), calendar(&[timezone("B", "+0100", "")]));
    let (one, two) = (Document::read(one).unwrap(), Document::read(two).unwrap());
    let cache = Arc::new(ZoneCache::default());
    let zone = |document, tzid| Zones::with_cache(document, cache.clone()).resolve(tzid).zone.unwrap();
    assert!(Arc::ptr_eq(&zone(&one, "A").table, &zone(&two, "B").table));
}

/// If each were looked for among all, this would take minutes.
#[test]
fn a_timezone_is_found_by_its_tzid_among_many() {
    const COUNT: usize = 100_000;
    let name = |n: usize| format!("BEGIN:VTIMEZONE\r\nTZID:Z{}\r\nEND:VTIMEZONE\r\n", n % COUNT);
    let document = Document::read((0..COUNT + 3).map(name).collect::<String>()).unwrap();
    let zones = Zones::new(&document);
    for (n, timezone) in document.all_components().take(COUNT).enumerate() {
        assert_eq!(zones.timezone(&format!("Z{n}")).map(|found| found.id()), Some(timezone.id()));
    }
    assert!(zones.timezone("Z").is_none());
    assert_eq!(zones.timezones().count(), COUNT + 3);
}
