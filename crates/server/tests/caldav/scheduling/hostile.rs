//! What nobody means well by, and what is only too large: each has its answer, and changes nothing that it should not.

use super::{People, meeting};

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_are_invited_and_one_more_is_refused_114() {
    let people = People::open().await;
    let guests = |most: usize| -> String {
        (0..most).map(|number| format!("ATTENDEE:mailto:{number}@example.net\r\n")).collect()
    };
    let one_more = meeting("many", &["bob"], &guests(10_000));
    people.put("ann", "many.ics", &one_more).await.is(403).says("<C:max-attendees-per-instance");
    assert_eq!(people.copy("ann", "many.ics").await, "");
    assert!(people.inbox("bob").await.is_empty());
    people.put("ann", "many.ics", &meeting("many", &["bob"], &guests(9_900))).await.is(201);
    assert_eq!(people.methods("bob").await, ["REQUEST"]);
    let kept = people.copy("ann", "many.ics").await;
    assert_eq!(kept.matches("SCHEDULE-STATUS=5.2").count(), 9_900);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_recurs_without_end_or_sense_reaches_nobody_111_112() {
    let people = People::open().await;
    let often = meeting("often", &["bob"], "RRULE:FREQ=SECONDLY\r\n");
    people.put("ann", "often.ics", &often).await.is(403).says("<C:max-instances");
    assert!(people.inbox("bob").await.is_empty());
    let never = meeting("never", &["bob"], "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n");
    people.put("ann", "never.ics", &never).await.is(201);
    // It takes place once, when it starts (RFC 5545 3.8.5.3).
    let asked = people.ask_busy(&["bob"], "").await.is(200);
    asked.says("FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260302T160000Z/20260302T170000Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_uid_is_a_name_of_nothing_else_117() {
    let people = People::open().await;
    let long = "x".repeat(255);
    for (at, uid) in
        ["../../bob/outbox/x", "%2e%2e%2fpersonal", "a b\\;c", ".", long.as_str()].iter().enumerate()
    {
        let name = format!("{at}.ics");
        people.put("ann", &name, &meeting(uid, &["bob"], "")).await.is(201);
    }
    let listing = "PROPFIND /calendars/bob/personal/\nDepth: 1\n\n";
    let listing = people.ask("bob", listing).await.is(207).body;
    let hrefs = listing.split("<D:href>").skip(1).filter_map(|part| part.split('<').next());
    let objects: Vec<String> =
        hrefs.filter(|href| *href != "/calendars/bob/personal/").map(str::to_owned).collect();
    assert_eq!(objects.len(), 5, "{objects:?}");
    for href in &objects {
        let segments: Vec<&str> = href.split('/').collect();
        assert!(segments.len() == 5 && !segments.contains(&".."), "{href}");
        people.ask("bob", &format!("GET {href}\n")).await.is(200).says("ORGANIZER:mailto:ann@example.com");
    }
    for name in people.inbox("bob").await {
        assert_eq!(name.1.split('/').count(), 5, "{}", name.1);
    }
    let none = meeting("none", &["bob"], "").replace("UID:none\r\n", "");
    people.put("ann", "none.ics", &none).await.is(403).says("valid-calendar-object-resource");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_that_changes_every_second_holds_up_nobody_113() {
    let people = People::open().await;
    let zone = "BEGIN:VTIMEZONE\r\nTZID:Flutter\r\nBEGIN:STANDARD\r\nDTSTART:20200101T000000\r\n\
                RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    let text = meeting("tea", &["bob"], "")
        .replace("BEGIN:VEVENT", &format!("{zone}BEGIN:VEVENT"))
        .replace("DTSTART:20260302T160000Z", "DTSTART;TZID=Flutter:20260302T160000");
    people.put("ann", "tea.ics", &text).await.is(201);
    assert_eq!(people.methods("bob").await, ["REQUEST"]);
    people.ask_busy(&["bob"], "").await.is(200).says("2.0;Success");
    people.put("ann", "after.ics", &meeting("after", &["bob"], "")).await.is(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_two_addresses_answers_by_either_57() {
    let people = People::open().await;
    people.0.keep(|service| {
        let both = ["bob@example.com".to_owned(), "robert@example.com".to_owned()];
        service.keeper().set_principal("bob", None, Some(&both)).unwrap();
    });
    people.put("ann", "tea.ics", &meeting("tea", &["robert"], "")).await.is(201);
    let own = "ATTENDEE:mailto:robert@example.com";
    let copy = people.copy("bob", "tea.ics").await;
    assert!(copy.contains("robert@example.com"), "{copy}");
    let said = own.replace("ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED");
    let lines: Vec<String> = copy
        .lines()
        .map(|line| if line.ends_with("mailto:robert@example.com") { said.clone() } else { line.to_owned() })
        .collect();
    people.put("bob", "tea.ics", &(lines.join("\r\n") + "\r\n")).await.is(204);
    let kept = people.copy("ann", "tea.ics").await;
    let robert = kept.lines().find(|line| line.ends_with("robert@example.com")).unwrap();
    assert!(robert.contains("PARTSTAT=ACCEPTED"), "{robert}");
    assert_eq!(people.methods("ann").await, ["REPLY"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organizer_that_is_no_address_is_nobody() {
    let people = People::open().await;
    for organizer in ["mailto:iCloud", "iCloud", "mailto:"] {
        let text = meeting("cloud", &["bob"], "").replace("mailto:ann@example.com", organizer);
        people.put("ann", "cloud.ics", &text).await;
        assert!(people.inbox("bob").await.is_empty(), "{organizer}");
    }
    // An address that is no URI at all reaches nobody, and is said to.
    let text = meeting("odd", &[], "ATTENDEE:not an address\r\nATTENDEE:mailto:bob@example.com\r\n");
    people.put("ann", "odd.ics", &text).await.is(201);
    assert_eq!(people.methods("bob").await, ["REQUEST"]);
}
