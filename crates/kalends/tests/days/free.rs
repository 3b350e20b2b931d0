//! Gaps: of what makes busy, of what is tentative, over midnight and changes of clocks.

use crate::{Store, event};

fn gaps(store: &Store, arguments: &[&str]) -> Vec<String> {
    let lines = store.run(&[&["free", "--json"], arguments].concat()).json();
    let gap = |line: &serde_json::Value| {
        let tentative = if line["tentative"].as_array().unwrap().is_empty() { "" } else { " ?" };
        format!(
            "{} {}{tentative}",
            &line["start"].as_str().unwrap()[6..13],
            &line["end"].as_str().unwrap()[6..13]
        )
    };
    lines.iter().map(gap).collect()
}

#[test]
fn what_makes_busy() {
    let timed = |uid: &str, hours: &str, lines: &str| {
        let (from, to) = hours.split_once('-').unwrap();
        event(
            uid,
            &format!(
                "DTSTART;TZID=Europe/Vienna:20260326T{from}00\r\nDTEND;TZID=Europe/Vienna:20260326T{to}00\r\n\
                 SUMMARY:{uid}{lines}"
            ),
        )
    };
    let store = Store::of(
        &[
            timed("a", "0800-1000", ""),
            timed("b", "0930-1030", ""),
            timed("c", "1200-1230", "\r\nTRANSP:TRANSPARENT"),
            timed("d", "1300-1330", "\r\nSTATUS:CANCELLED"),
            timed("e", "1400-1500", "\r\nSTATUS:TENTATIVE"),
            timed("f", "1600-1800", ""),
            timed("g", "1100-1100", ""),
            event("all day", "DTSTART;VALUE=DATE:20260327\r\nSUMMARY:x"),
            event("nobody is busy", "DTSTART;VALUE=DATE:20260328\r\nSUMMARY:x\r\nTRANSP:TRANSPARENT"),
            "BEGIN:VTODO\r\nUID:todo\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260329\r\nEND:VTODO\r\n"
                .to_owned(),
        ]
        .concat(),
    );
    let on = |day: &str, days: &str, more: &[&str]| {
        gaps(&store, &[&["--from", day, "--days", days], more].concat())
    };
    assert_eq!(on("2026-03-26", "1", &[]), ["26T1030 26T1600 ?"]);
    assert_eq!(on("2026-03-26", "2", &[]), ["26T1030 26T1600 ?"]);
    assert_eq!(on("2026-03-28", "2", &[]), ["28T0900 28T1700", "29T0900 29T1700"]);
    assert_eq!(
        on("2026-03-26", "1", &["--between", "00:00-24:00"]),
        ["26T0000 26T0800", "26T1030 26T1600 ?", "26T1800 27T0000"]
    );
    assert_eq!(on("2026-03-26", "1", &["--between", "00:00-24:00", "--for", "6h30m"]), ["26T0000 26T0800"]);
    assert_eq!(on("2026-03-26", "1", &["--between", "17:00-02:00"]), ["26T1800 27T0000"]);
    assert_eq!(store.run(&["free", "--from", "2026-03-27", "--days", "1"]).code, 1);
    assert_eq!(store.run(&["free", "--from", "2026-03-27", "--days", "1"]).out, "No gap in this range.\n");
}

#[test]
fn from_now_on_and_over_a_change_of_clocks() {
    let store = Store::new();
    assert_eq!(gaps(&store, &["--days", "2"]), ["25T1130 25T1700", "26T0900 26T1700"]);
    let lines =
        store.run(&["free", "--json", "--from", "2026-03-29", "--days", "1", "--between", "00:00-24:00"]);
    assert_eq!(lines.json()[0]["seconds"], 23 * 3_600);
}
