//! Busy periods, merged, and told.

use proptest::prelude::*;

use super::*;

const DAY: i64 = 1_773_100_800; // 10 March 2026, UTC

fn day() -> Range {
    Range { from: Timestamp(DAY), to: Timestamp(DAY + 86_400) }
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
