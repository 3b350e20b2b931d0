//! Busy periods of objects, merged, and told.

use ical::zone::Zone;
use proptest::prelude::*;

use super::*;

const DAY: i64 = 1_773_100_800; // 10 March 2026, UTC

fn day() -> Range {
    Range { from: Timestamp(DAY), to: Timestamp(DAY + 86_400) }
}

fn busy(lines: &str) -> Vec<(i64, i64, Busy)> {
    let text = format!("BEGIN:VCALENDAR\n{}\nEND:VCALENDAR\n", lines.replace(' ', "\n"));
    let object = Document::read(text).unwrap();
    let found = periods(&object, day(), &Context::new(Zone::utc())).unwrap();
    found.into_iter().map(|one| ((one.from.0 - DAY) / 3_600, (one.to.0 - DAY) / 3_600, one.busy)).collect()
}

#[test]
fn who_is_busy_is_told_by_status_and_transparency() {
    let event = |lines: &str| {
        busy(&format!("BEGIN:VEVENT UID:1 DTSTART:20260310T100000Z DURATION:PT2H {lines} END:VEVENT"))
    };
    assert_eq!(event("X-A:1"), [(10, 12, Busy::Busy)]);
    assert_eq!(event("STATUS:CONFIRMED"), [(10, 12, Busy::Busy)]);
    assert_eq!(event("STATUS:TENTATIVE"), [(10, 12, Busy::Tentative)]);
    assert_eq!(event("STATUS:CANCELLED"), []);
    assert_eq!(event("TRANSP:TRANSPARENT"), []);
    assert_eq!(event("RRULE:FREQ=HOURLY;INTERVAL=10"), [(10, 12, Busy::Busy), (20, 22, Busy::Busy)]);
    assert_eq!(
        busy("BEGIN:VEVENT UID:1 DTSTART:20260309T230000Z DURATION:PT2H END:VEVENT"),
        [(0, 1, Busy::Busy)]
    );
    assert_eq!(busy("BEGIN:VEVENT UID:1 DTSTART:20260310T100000Z END:VEVENT"), []);
    assert_eq!(busy("BEGIN:VTODO UID:1 DTSTART:20260310T100000Z DURATION:PT2H END:VTODO"), []);
    let told = "BEGIN:VFREEBUSY UID:1 FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260310T100000Z/PT2H \
                FREEBUSY;FBTYPE=FREE:20260310T140000Z/PT2H FREEBUSY:20260310T180000Z/20260310T190000Z END:VFREEBUSY";
    assert_eq!(busy(told), [(10, 12, Busy::Unavailable), (18, 19, Busy::Busy)]);
}

#[test]
fn the_answer_is_a_free_busy_of_the_range() {
    let period = |from: i64, to: i64, busy| BusyPeriod {
        from: Timestamp(DAY + from * 3_600),
        to: Timestamp(DAY + to * 3_600),
        busy,
    };
    let all = [period(10, 12, Busy::Busy), period(11, 14, Busy::Tentative), period(12, 13, Busy::Busy)];
    let head = Head { product: "-//Kalends//EN", stamp: Timestamp(DAY), uid: "1", users: &[], method: None };
    let told = text(&all, day(), &head);
    assert_eq!(
        told,
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kalends//EN\r\nBEGIN:VFREEBUSY\r\nUID:1\r\nDTSTAMP:20260310T000000Z\r\n\
         DTSTART:20260310T000000Z\r\nDTEND:20260311T000000Z\r\n\
         FREEBUSY;FBTYPE=BUSY:20260310T100000Z/20260310T130000Z\r\n\
         FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260310T130000Z/20260310T140000Z\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    );
}

fn any_period() -> impl Strategy<Value = BusyPeriod> {
    (0_i64..60, 0_i64..20, proptest::sample::select(Busy::ALL.to_vec())).prop_map(|(from, length, busy)| {
        BusyPeriod { from: Timestamp(from), to: Timestamp(from + length), busy }
    })
}

proptest! {
    /// At each second merged periods say the busiest of what all say, and say it once.
    #[test]
    fn merging_says_the_same_at_each_second(all in proptest::collection::vec(any_period(), 0..12)) {
        let merged = merged(&all);
        for second in 0..80 {
            let at = |periods: &[BusyPeriod]| -> Vec<Busy> {
                let has = |one: &&BusyPeriod| one.from.0 <= second && second < one.to.0;
                periods.iter().filter(has).map(|one| one.busy).collect()
            };
            prop_assert_eq!(at(&merged), at(&all).into_iter().max().into_iter().collect::<Vec<_>>());
        }
        for pair in merged.windows(2) {
            prop_assert!(pair[0].to < pair[1].from || (pair[0].to == pair[1].from && pair[0].busy != pair[1].busy));
        }
        prop_assert_eq!(super::merged(&merged), merged);
    }
}
