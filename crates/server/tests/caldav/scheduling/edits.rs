//! What organizers and attendees may change, and what others hear of it.

use super::{People, line_of, meeting};

#[tokio::test(flavor = "multi_thread")]
async fn another_time_asks_anew_and_other_words_do_not() {
    let people = People::open().await;
    people.put("ann", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    people.answer("bob", "tea.ics", "ACCEPTED").await;
    people.change("ann", "tea.ics", &[("SUMMARY:Tea", "SUMMARY:Coffee")]).await.is(204);
    let of_bob = people.copy("bob", "tea.ics").await;
    assert!(of_bob.contains("SUMMARY:Coffee") && line_of(&of_bob, "bob").contains("ACCEPTED"), "{of_bob}");
    people.change("ann", "tea.ics", &[("T160000Z", "T170000Z")]).await.is(204);
    for who in ["ann", "bob"] {
        let text = people.copy(who, "tea.ics").await;
        assert!(text.contains("SEQUENCE:1") && !line_of(&text, "bob").contains("ACCEPTED"), "{text}");
    }
    assert_eq!(people.methods("bob").await, ["REQUEST", "REQUEST", "REQUEST"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_an_attendees_own_survives_an_update() {
    let people = People::open().await;
    people.put("ann", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    let own = "TRANSP:TRANSPARENT\r\nCATEGORIES:Mine\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\n\
               TRIGGER:-PT10M\r\nEND:VALARM\r\nEND:VEVENT";
    people.change("bob", "tea.ics", &[("END:VEVENT", own)]).await.is(204);
    assert_eq!(people.methods("ann").await, [""; 0], "it is nobody else's matter");
    people.change("ann", "tea.ics", &[("T160000Z", "T170000Z")]).await.is(204);
    let of_bob = people.copy("bob", "tea.ics").await;
    for kept in ["TRANSP:TRANSPARENT", "CATEGORIES:Mine", "TRIGGER:-PT10M", "T170000Z"] {
        assert!(of_bob.contains(kept), "{kept} in {of_bob}");
    }
    assert!(!people.copy("ann", "tea.ics").await.contains("VALARM"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attendee_does_not_change_what_is_the_organizers() {
    let people = People::open().await;
    people.put("ann", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    let before = people.copy("bob", "tea.ics").await;
    let denied = people.change("bob", "tea.ics", &[("T160000Z", "T170000Z")]).await.is(403);
    denied.says("allowed-attendee-scheduling-object-change");
    let guest = "ATTENDEE:mailto:cat@example.com\r\nEND:VEVENT";
    let denied = people.change("bob", "tea.ics", &[("END:VEVENT", guest)]).await.is(403);
    denied.says("allowed-attendee-scheduling-object-change");
    assert_eq!(people.copy("bob", "tea.ics").await, before);
    let organizer = [("ORGANIZER:mailto:ann", "ORGANIZER:mailto:cat")];
    let denied = people.change("ann", "tea.ics", &organizer).await.is(403);
    denied.says("allowed-organizer-scheduling-object-change");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_planned_is_in_one_calendar_alone_and_has_one_organizer() {
    let people = People::open().await;
    people.put("ann", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    people.ask("ann", "MKCALENDAR /calendars/ann/other/\n").await.is(201);
    let other = format!(
        "PUT /calendars/ann/other/x.ics\nContent-Type: text/calendar\n\n{}",
        meeting("tea", &["bob"], "")
    );
    let denied = people.ask("ann", &other).await.is(403);
    denied.says("unique-scheduling-object-resource").says("/calendars/ann/personal/tea.ics");
    let copy = "COPY /calendars/ann/personal/tea.ics\nDestination: /calendars/ann/other/tea.ics\n";
    people.ask("ann", copy).await.is(403).says("unique-scheduling-object-resource");

    // To another calendar of one's own it moves, and nobody hears of that.
    let moving = "MOVE /calendars/ann/personal/tea.ics\nDestination: /calendars/ann/other/tea.ics\n";
    people.ask("ann", moving).await.is(201);
    assert_eq!(people.methods("bob").await, ["REQUEST"]);
    people.answer("bob", "tea.ics", "ACCEPTED").await;
    let found = people.ask("ann", "GET /calendars/ann/other/tea.ics\n").await.is(200);
    assert!(line_of(&found.body.replace("\r\n ", ""), "bob").contains("ACCEPTED"));

    let two = meeting("two", &["bob"], "RRULE:FREQ=DAILY\r\n").replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\r\nUID:two\r\nDTSTAMP:20260201T000000Z\r\nRECURRENCE-ID:20260303T160000Z\r\n\
         DTSTART:20260303T160000Z\r\nORGANIZER:mailto:cat@example.com\r\nATTENDEE:mailto:bob@example.com\r\nEND:VEVENT\r\n\
         END:VCALENDAR",
    );
    people.put("ann", "two.ics", &two).await.is(403).says("same-organizer-in-all-components");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moved_moves_back_and_nobody_hears_of_it() {
    let people = People::open().await;
    people.put("ann", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    people.ask("ann", "MKCALENDAR /calendars/ann/other/\n").await.is(201);
    let moving = "MOVE /calendars/ann/personal/tea.ics\nDestination: /calendars/ann/other/tea.ics\n";
    people.ask("ann", moving).await.is(201);
    people.answer("bob", "tea.ics", "ACCEPTED").await;
    people.0.keep(|service| service.owner().undo().unwrap());
    let back = people.copy("ann", "tea.ics").await;
    assert!(line_of(&back, "bob").contains("ACCEPTED"), "{back}");
    people.0.keep(|service| service.owner().redo().unwrap());
    people.ask("ann", "GET /calendars/ann/other/tea.ics\n").await.is(200);
    assert_eq!(people.methods("bob").await, ["REQUEST"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_does_not_take_the_place_of_what_is_planned_in_silence() {
    let people = People::open().await;
    let plain = meeting("tea", &[], "").replace("ORGANIZER:mailto:ann@example.com\r\n", "");
    people.put("ann", "tea.ics", &plain).await.is(201);
    people.ask("ann", "MKCALENDAR /calendars/ann/other/\n").await.is(201);
    let planned = meeting("tea", &["bob"], "");
    let put = format!("PUT /calendars/ann/other/tea.ics\nContent-Type: text/calendar\n\n{planned}");
    people.ask("ann", &put).await.is(201);

    // Of two of one UID the one that is planned is meant by those who answer.
    people.answer("bob", "tea.ics", "ACCEPTED").await;
    let found = people.ask("ann", "GET /calendars/ann/other/tea.ics\n").await.is(200);
    assert!(line_of(&found.body.replace("\r\n ", ""), "bob").contains("ACCEPTED"));
    let copy = "COPY /calendars/ann/personal/tea.ics\nDestination: /calendars/ann/other/tea.ics\n";
    people.ask("ann", copy).await.is(204);
    assert!(people.copy("bob", "tea.ics").await.contains("STATUS:CANCELLED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_in_anothers_calendar_does_not_write_in_their_name() {
    let people = People::open().await;
    let acl = |path: &str| {
        format!(
            "ACL {path}\n\n<acl xmlns='DAV:'><ace><principal><href>/principals/dan/</href></principal><grant>\
             <privilege><read/></privilege><privilege><write/></privilege></grant></ace></acl>"
        )
    };
    people.ask("ann", &acl("/calendars/ann/personal/")).await.is(200);
    let put = format!(
        "PUT /calendars/ann/personal/tea.ics\nContent-Type: text/calendar\n\n{}",
        meeting("tea", &["bob"], "")
    );
    people.ask("dan", &put).await.is(403).says("need-privileges");
    assert_eq!(people.copy("ann", "tea.ics").await + &people.copy("bob", "tea.ics").await, "");

    // Her outbox says that he may; then he is named with what he sends.
    people.ask("ann", &acl("/calendars/ann/outbox/")).await.is(200);
    people.ask("dan", &put).await.is(201);
    let of_bob = people.copy("bob", "tea.ics").await;
    assert!(
        of_bob.contains("ORGANIZER;SENT-BY=\"mailto:dan@example.com\":mailto:ann@example.com"),
        "{of_bob}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_is_an_edit_that_others_hear_of() {
    let people = People::open().await;
    people.put("ann", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    people.change("ann", "tea.ics", &[("T160000Z", "T170000Z")]).await.is(204);
    let undo = |people: &People| {
        people.0.keep(|service| service.owner().undo().unwrap());
    };
    undo(&people);
    let of_bob = people.copy("bob", "tea.ics").await;
    assert!(of_bob.contains("T160000Z") && of_bob.contains("SEQUENCE:2"), "{of_bob}");
    undo(&people);
    assert!(people.copy("bob", "tea.ics").await.contains("STATUS:CANCELLED"));
    assert_eq!(people.copy("ann", "tea.ics").await, "");
}
