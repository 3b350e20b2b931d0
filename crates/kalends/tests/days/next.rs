//! One line for prompts: what is on, or comes next.

use crate::{Store, event};

fn next(store: &Store, now: &str) -> String {
    store.run_at(now, &["next"]).done()
}

#[test]
fn what_is_on_else_what_comes() {
    let store = Store::of(
        &[
            event("tea", "DTSTART:20260325T120000Z\r\nDURATION:PT1H\r\nSUMMARY:Tea\r\nLOCATION:Garden"),
            event("call", "DTSTART:20260325T123000Z\r\nDURATION:PT15M\r\nSUMMARY:Call"),
            event("off", "DTSTART:20260325T080000Z\r\nDURATION:PT9H\r\nSUMMARY:Off\r\nSTATUS:CANCELLED"),
            event("day", "DTSTART;VALUE=DATE:20260325\r\nDURATION:P3D\r\nSUMMARY:Day"),
            event("fair", "DTSTART;VALUE=DATE:20260410\r\nSUMMARY:Fair"),
            event("far", "DTSTART:20310101T120000Z\r\nSUMMARY:Far"),
        ]
        .concat(),
    );
    for (now, line) in [
        ("2026-03-25T10:00Z", "Tea in 2 h (13:00), Garden\n"),
        ("2026-03-25T11:35Z", "Tea in 25 min (13:00), Garden\n"),
        ("2026-03-25T11:59:30Z", "Tea in 1 min (13:00), Garden\n"),
        ("2026-03-25T12:00Z", "Tea until 14:00 (1 h left), Garden\n"),
        ("2026-03-25T12:35Z", "Call until 13:45 (10 min left)\n"),
        ("2026-03-25T12:50Z", "Tea until 14:00 (10 min left), Garden\n"),
        ("2026-03-25T13:00Z", "Fair Fri 10 Apr\n"),
        ("2026-04-09T13:00Z", "Fair tomorrow\n"),
        ("2026-04-10T13:00Z", "Far in 1726 days (Wed 1 Jan 2031 13:00)\n"),
    ] {
        assert_eq!(next(&store, now), line, "{now}");
    }
    let nothing = store.run_at("2031-02-01T00:00Z", &["next"]);
    assert_eq!((nothing.code, nothing.out.as_str(), nothing.err.as_str()), (1, "", ""));
}

#[test]
fn it_is_cut_to_the_terminal() {
    let long = "A conversation about everything there is".repeat(3);
    let store = Store::of(&event("tea", &format!("DTSTART:20260325T120000Z\r\nSUMMARY:{long}")));
    let line = next(&store, "2026-03-25T11:00Z");
    assert_eq!(line.trim_end().chars().count(), 80);
    assert!(line.ends_with("… in 1 h (13:00)\n"), "{line}");
}
