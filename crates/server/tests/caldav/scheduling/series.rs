//! A series, from its invitation to its end and beyond: what each of those who are in it have of it.

use super::{People, line_of};

const SERIES: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Client//EN\r\nBEGIN:VEVENT\r\nUID:series\r\n\
    DTSTAMP:20260201T000000Z\r\nDTSTART:20260302T160000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=6\r\nSUMMARY:Choir\r\n\
    ORGANIZER:mailto:ann@example.com\r\nATTENDEE:mailto:bob@example.com\r\nATTENDEE:mailto:cat@example.com\r\nEND:VEVENT\r\n\
    END:VCALENDAR\r\n";

/// The components of a text, each by its RECURRENCE-ID; the master by none.
pub(super) fn components(text: &str) -> Vec<(String, String)> {
    let parts = text.split("BEGIN:VEVENT\r\n").skip(1);
    let id = |part: &str| {
        let line = part.lines().find(|line| line.starts_with("RECURRENCE-ID"));
        line.and_then(|line| line.split_once(':')).map_or(String::new(), |(_, id)| id.to_owned())
    };
    parts.map(|part| (id(part), part.to_owned())).collect()
}

/// One of them; empty where it is not there.
pub(super) fn part(text: &str, id: &str) -> String {
    components(text).into_iter().find(|(of, _)| of == id).map(|(_, part)| part).unwrap_or_default()
}

/// An instance of its own, with the attendees of the master.
fn instance(id: &str, start: &str, more: &str) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:series\r\nDTSTAMP:20260201T000000Z\r\nRECURRENCE-ID:{id}\r\nDTSTART:{start}\r\nDURATION:PT1H\r\n\
         SUMMARY:Choir\r\nORGANIZER:mailto:ann@example.com\r\nATTENDEE:mailto:bob@example.com\r\n\
         ATTENDEE:mailto:cat@example.com\r\n{more}END:VEVENT\r\nEND:VCALENDAR"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_lives_and_ends_and_begins_again() {
    let people = People::open().await;
    people.put("ann", "series.ics", SERIES).await.is(201);
    for who in ["bob", "cat"] {
        people.answer(who, "series.ics", "ACCEPTED").await;
    }

    // One time is moved: there alone they are asked anew.
    let second = "20260309T160000Z";
    let moved = instance(second, "20260309T180000Z", "");
    people.change("ann", "series.ics", &[("END:VCALENDAR", &moved)]).await.is(204);
    let of_bob = people.copy("bob", "series.ics").await;
    assert!(line_of(&part(&of_bob, ""), "bob").contains("ACCEPTED"), "{of_bob}");
    let asked = part(&of_bob, second);
    assert!(asked.contains("T180000Z") && !line_of(&asked, "bob").contains("ACCEPTED"), "{of_bob}");

    // Bob does not come then, and comes to all others.
    let declined = asked.replace(line_of(&asked, "bob"), "ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.com");
    people.change("bob", "series.ics", &[(&asked, &declined)]).await.is(204);
    let of_ann = people.copy("ann", "series.ics").await;
    assert!(line_of(&part(&of_ann, second), "bob").contains("DECLINED"), "{of_ann}");
    assert!(line_of(&part(&of_ann, ""), "bob").contains("ACCEPTED"), "{of_ann}");
    assert!(!line_of(&part(&of_ann, second), "cat").contains("DECLINED"), "{of_ann}");

    // Dan is asked to the third time alone, and has nothing of the series.
    let third = "20260316T160000Z";
    let with_dan = instance(third, third, "ATTENDEE:mailto:dan@example.com\r\n");
    people.change("ann", "series.ics", &[("END:VCALENDAR", &with_dan)]).await.is(204);
    let of_dan = people.copy("dan", "series.ics").await;
    assert_eq!(components(&of_dan).len(), 1, "{of_dan}");
    assert!(part(&of_dan, third).contains("SUMMARY:Choir") && !of_dan.contains("RRULE"), "{of_dan}");
    people.answer("dan", "series.ics", "TENTATIVE").await;
    let of_ann = people.copy("ann", "series.ics").await;
    assert!(line_of(&part(&of_ann, third), "dan").contains("TENTATIVE"), "{of_ann}");

    // The fourth time is called off: whoever is in the series hears of it, Dan does not.
    let fourth = "RRULE:FREQ=WEEKLY;COUNT=6\r\nEXDATE:20260323T160000Z";
    people.change("ann", "series.ics", &[("RRULE:FREQ=WEEKLY;COUNT=6", fourth)]).await.is(204);
    let of_bob = people.copy("bob", "series.ics").await;
    let is_off = part(&of_bob, "20260323T160000Z").contains("STATUS:CANCELLED") || of_bob.contains("EXDATE");
    assert!(is_off, "{of_bob}");
    assert_eq!(people.methods("bob").await.last().map(String::as_str), Some("CANCEL"));
    assert_eq!(people.methods("dan").await, ["REQUEST"]);

    // All of it is called off, for Dan too; and begins again under the same UID.
    people.delete("ann", "series.ics").await.is(204);
    for who in ["bob", "cat", "dan"] {
        let text = people.copy(who, "series.ics").await;
        let is_off = |(_, part): &(String, String)| part.contains("STATUS:CANCELLED");
        assert!(components(&text).iter().all(is_off), "{who}: {text}");
    }
    people.put("ann", "series.ics", SERIES).await.is(201);
    let of_cat = people.copy("cat", "series.ics").await;
    assert!(
        !part(&of_cat, "").contains("CANCELLED") && line_of(&of_cat, "cat").contains("RSVP=TRUE"),
        "{of_cat}"
    );
    let busy = people.copy("dan", "series.ics").await;
    assert!(busy.contains("STATUS:CANCELLED"), "Dan is asked to nothing: {busy}");
}
