//! `kalends export`.

use super::{Place, calendar, event};

const ZONE: &str = "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\n\
    TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

fn zoned(uid: &str) -> String {
    event(uid, "").replace("DTSTART:20260302T090000Z", "DTSTART;TZID=Own:20260302T090000")
}

#[test]
fn what_came_in_goes_out_and_again_the_same() {
    let place = Place::new();
    let odd = "BEGIN:VEVENT\nUID:odd\nDTSTART:20260302T090000Z\nx-odd;a=\"b\":\u{e4}\n \u{f6}\nsummary:o\\,\nEND:VEVENT\n";
    let other = calendar(&format!("{}{}", ZONE.replace("+0100", "+0500"), zoned("2")));
    let file = place.file("a.ics", format!("{}{other}", calendar(&format!("{ZONE}{}{odd}", zoned("1")))));
    assert_eq!(place.run(&["import", &file]).out, "3 new\n");
    let first = place.run(&["export"]);
    assert_eq!(first.code, 0, "{first:?}");
    assert!(first.out.contains(odd), "{}", first.out);
    assert!(first.out.contains("TZID:Own\r\n") && first.out.contains("TZID:Own 2\r\n"), "{}", first.out);
    assert!(first.out.contains("DTSTART;TZID=Own 2:"), "{}", first.out);
    assert_eq!(first.out.matches("BEGIN:VCALENDAR").count(), 1);
    let exported = place.file("exported.ics", &first.out);
    assert_eq!(place.run_in("second", &["import", &exported]).out, "3 new\n");
    assert_eq!(place.run_in("second", &["export"]).out, first.out);
}

#[test]
fn other_forms_list_what_takes_place_and_escape_it() {
    let place = Place::new();
    let hostile = "SUMMARY:<script>alert(1)</script>\\, \"x\"\r\nLOCATION:=1+1\r\n";
    let file = place.file("a.ics", calendar(&event("a", hostile)));
    place.run(&["import", &file]);
    let csv = place.run(&["export", "--format", "csv"]);
    assert_eq!(
        csv.out,
        "start,end,time zone,title,location,calendar,status,categories\r\n2026-03-02 10:00,2026-03-02 11:00,\
         Europe/Vienna,\"<script>alert(1)</script>, \"\"x\"\"\",'=1+1,Personal,,\r\n"
    );
    let html = place.run(&["export", "--format", "html"]).out;
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;"), "{html}");
    let markdown = place.run(&["export", "--format", "markdown"]).out;
    assert!(markdown.contains("## 2026-03-02\n\n- **10:00\u{2013}11:00** &lt;script"), "{markdown}");
    let none = place.run(&["export", "--format", "csv", "--from", "2027-01-01"]);
    assert_eq!(none.out.lines().count(), 1);
}

#[test]
fn a_file_is_replaced_whole_and_its_ending_says_its_form() {
    let place = Place::new();
    let file = place.file("a.ics", calendar(&event("a", "SUMMARY:Tea\r\n")));
    place.run(&["import", &file]);
    let target = place.file("out.md", "before");
    let run = place.run(&["export", "--json", "-o", &target]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        run.json_by("export"),
        [serde_json::json!({"file": target, "format": "markdown", "entries": 1})]
    );
    assert!(std::fs::read_to_string(&target).unwrap().starts_with("# Calendar"));
    let missing = place.path("no/such/out.ics").display().to_string();
    assert_eq!(place.run(&["export", "-o", &missing]).code, 5);
    let one = place.run(&["export", "--calendar", "Nobody"]);
    assert_eq!(one.code, 3);
}

#[test]
fn an_empty_store_is_an_empty_calendar() {
    let place = Place::new();
    let run = place.run(&["export"]);
    assert_eq!((run.code, run.out.lines().count()), (0, 4), "{run:?}");
    assert!(!place.data().exists());
}
