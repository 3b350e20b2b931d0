//! From an invitation to its end: what everybody has in their calendars and inboxes.

use super::{People, line_of, meeting};

#[tokio::test(flavor = "multi_thread")]
async fn who_is_invited_has_it_and_their_answer_comes_back() {
    let people = People::open().await;
    let put = people.put("ann", "tea.ics", &meeting("tea", &["bob", "cat"], "")).await.is(201);
    assert!(!put.header("schedule-tag").is_empty());
    assert_eq!(put.header("etag"), "", "what is kept is not what came");

    // Ann sees that both have it, Bob that he is asked.
    let of_ann = people.copy("ann", "tea.ics").await;
    assert!(line_of(&of_ann, "bob").contains("SCHEDULE-STATUS=1.2"), "{of_ann}");
    let of_bob = people.copy("bob", "tea.ics").await;
    assert!(of_bob.contains("SUMMARY:Tea") && !of_bob.contains("METHOD") && !of_bob.contains("SCHEDULE-"));
    assert!(line_of(&of_bob, "bob").contains("RSVP=TRUE"), "{of_bob}");
    assert_eq!(people.methods("bob").await, ["REQUEST"]);
    assert_eq!(people.methods("ann").await, [""; 0]);

    // Bob accepts: Ann and Cat see it, and Ann has his answer.
    people.answer("bob", "tea.ics", "ACCEPTED").await;
    assert!(people.copy("bob", "tea.ics").await.contains("SCHEDULE-STATUS=1.2"));
    for who in ["ann", "cat"] {
        assert!(line_of(&people.copy(who, "tea.ics").await, "bob").contains("PARTSTAT=ACCEPTED"), "{who}");
    }
    assert!(line_of(&people.copy("ann", "tea.ics").await, "bob").contains("SCHEDULE-STATUS=2.0"));
    assert_eq!(people.methods("ann").await, ["REPLY"]);
    assert_eq!(people.methods("cat").await, ["REQUEST"], "how others answer is no news");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_read_and_taken_away_and_nothing_is_put_into_an_inbox() {
    let people = People::open().await;
    people.put("ann", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    let (_, path) = people.inbox("bob").await.remove(0);
    people.ask("cat", &format!("GET {path}\n")).await.is(404);
    people.ask("ann", "PROPFIND /calendars/bob/inbox/\nDepth: 1\n\n").await.is(404);
    let copy = format!("COPY {path}\nDestination: /calendars/bob/personal/x.ics\n");
    people.ask("bob", &copy).await.is(403);
    let put =
        format!("PUT /calendars/bob/inbox/x.ics\nContent-Type: text/calendar\n\n{}", meeting("x", &[], ""));
    people.ask("bob", &put).await.is(403).says("need-privileges");
    people.ask("bob", "DELETE /calendars/bob/inbox/\n").await.is(403);
    people.ask("bob", "MKCALENDAR /calendars/bob/outbox/\n").await.is(403).says("resource-must-be-null");
    people.ask("bob", &format!("DELETE {path}\n")).await.is(204);
    assert_eq!(people.inbox("bob").await, []);
    assert!(people.copy("bob", "tea.ics").await.contains("Tea"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_is_told_of_and_can_be_followed() {
    let people = People::open().await;
    let ask = "<propfind xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><C:schedule-inbox-URL/>\
               <C:schedule-outbox-URL/><C:calendar-user-address-set/></prop></propfind>";
    let principal = people.ask("bob", &format!("PROPFIND /principals/bob/\nDepth: 0\n\n{ask}")).await.is(207);
    principal.says("/calendars/bob/inbox/").says("/calendars/bob/outbox/").says("mailto:bob@example.com");
    let home = people.ask("bob", "PROPFIND /calendars/bob/\nDepth: 1\n\n").await.is(207);
    home.says("schedule-inbox").says("schedule-outbox");
    people.ask("bob", "OPTIONS /\n").await.is(204).header("dav").contains("calendar-auto-schedule");

    people.put("ann", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    let sync = |token: &str| {
        format!(
            "REPORT /calendars/bob/inbox/\nDepth: 0\n\n<sync-collection xmlns='DAV:'><sync-token>{token}</sync-token>\
             <sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
        )
    };
    let first = people.ask("bob", &sync("")).await.is(207).says(".ics");
    let token = first.inside("D:sync-token").to_owned();
    let none = people.ask("bob", &sync(&token)).await.is(207).says_not(".ics");
    people.delete("ann", "tea.ics").await.is(204);
    people.ask("bob", &sync(none.inside("D:sync-token"))).await.is(207).says(".ics");
    let query = "<C:calendar-query xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><C:calendar-data/></prop>\
                 <C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'/></C:comp-filter></C:filter>\
                 </C:calendar-query>";
    let found =
        people.ask("bob", &format!("REPORT /calendars/bob/inbox/\nDepth: 1\n\n{query}")).await.is(207);
    found.says("METHOD:REQUEST").says("METHOD:CANCEL");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_called_off_is_called_off_for_all_and_what_is_declined_is_known() {
    let people = People::open().await;
    people.put("ann", "tea.ics", &meeting("tea", &["bob", "cat"], "")).await.is(201);
    people.delete("bob", "tea.ics").await.is(204);
    assert!(line_of(&people.copy("ann", "tea.ics").await, "bob").contains("PARTSTAT=DECLINED"));
    people.delete("ann", "tea.ics").await.is(204);
    assert!(people.copy("cat", "tea.ics").await.contains("STATUS:CANCELLED"));
    assert_eq!(people.copy("bob", "tea.ics").await, "");
    assert_eq!(people.methods("cat").await, ["REQUEST", "CANCEL"]);

    // What is cancelled is taken away, and nobody hears of that.
    people.delete("cat", "tea.ics").await.is(204);
    assert_eq!(people.methods("ann").await, ["REPLY"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_planned_in_a_calendar_that_goes_is_called_off_and_told_again_when_it_is_back() {
    let people = People::open().await;
    people.ask("ann", "MKCALENDAR /calendars/ann/other/\n").await.is(201);
    for uid in ["one", "two", "three"] {
        let text = meeting(uid, &["bob"], "");
        let put = format!("PUT /calendars/ann/other/{uid}.ics\nContent-Type: text/calendar\n\n{text}");
        people.ask("ann", &put).await.is(201);
    }
    // What Ann is invited to is declined.
    let of_cat = meeting("cats", &["ann"], "").replace("ORGANIZER:mailto:ann", "ORGANIZER:mailto:cat");
    people.put("cat", "cats.ics", &of_cat).await.is(201);
    let moving = "MOVE /calendars/ann/personal/cats.ics\nDestination: /calendars/ann/other/cats.ics\n";
    assert!(!people.ask("ann", moving).await.is(201).header("schedule-tag").is_empty());
    people.ask("ann", "DELETE /calendars/ann/other/\n").await.is(204);
    assert_eq!(people.methods("bob").await, ["REQUEST", "REQUEST", "REQUEST", "CANCEL", "CANCEL", "CANCEL"]);
    assert!(people.copy("bob", "two.ics").await.contains("STATUS:CANCELLED"));
    assert!(line_of(&people.copy("cat", "cats.ics").await, "ann").contains("DECLINED"));

    people.0.keep(|service| service.owner().undo().unwrap());
    assert!(!people.copy("bob", "two.ics").await.contains("STATUS:CANCELLED"));
    assert_eq!(people.methods("bob").await[6..], ["REQUEST", "REQUEST", "REQUEST"]);
    let back = people.ask("ann", "GET /calendars/ann/other/two.ics\n").await.is(200);
    assert!(!back.header("schedule-tag").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_may_ask_that_nobody_hears() {
    let people = People::open().await;
    let quiet = format!(
        "PUT /calendars/ann/personal/quiet.ics\nContent-Type: text/calendar\nScheduling-Enabled: F\n\n{}",
        meeting("quiet", &["bob"], "")
    );
    people.ask("ann", &quiet.replace("ATTENDEE:", "ATTENDEE;PARTSTAT=ACCEPTED:")).await.is(201);
    assert_eq!(people.copy("bob", "quiet.ics").await, "");
    people.change("ann", "quiet.ics", &[("Tea", "Coffee")]).await.is(204);
    assert!(
        !line_of(&people.copy("bob", "quiet.ics").await, "bob").contains("ACCEPTED"),
        "nobody accepts for others"
    );
    let off = "DELETE /calendars/ann/personal/quiet.ics\n";
    people.ask("ann", off).await.is(204);
    assert!(people.copy("bob", "quiet.ics").await.contains("STATUS:CANCELLED"));

    people.put("ann", "tea.ics", &meeting("tea", &["bob"], "")).await.is(201);
    people.ask("bob", "DELETE /calendars/bob/personal/tea.ics\nSchedule-Reply: F\n").await.is(204);
    assert!(!people.copy("ann", "tea.ics").await.contains("DECLINED"));
    assert_eq!(people.methods("ann").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_cannot_be_reached_is_told_of() {
    let people = People::open().await;
    let guests = "ATTENDEE:mailto:nobody@example.com\r\nATTENDEE:mailto:ben@elsewhere.example\r\n\
                  ATTENDEE:urn:uuid:8a1b\r\n";
    people.put("ann", "tea.ics", &meeting("tea", &["bob"], guests)).await.is(201);
    let of_ann = people.copy("ann", "tea.ics").await;
    for (who, code) in [
        ("mailto:bob@example.com", "1.2"),
        ("mailto:nobody@example.com", "3.7"),
        ("mailto:ben@elsewhere.example", "5.2"),
        ("urn:uuid:8a1b", "3.7"),
    ] {
        let line = of_ann.lines().find(|line| line.ends_with(who)).unwrap();
        assert!(line.contains(&format!("SCHEDULE-STATUS={code}")), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_people_than_one_set_goes_to_have_it_all_the_same() {
    let people = People::open().await;
    people.0.keep(|service| {
        for number in 0..150 {
            let (name, addresses) = (format!("guest{number}"), [format!("guest{number}@example.com")]);
            let kind = service::PrincipalKind::Individual;
            let newcomer =
                service::Newcomer { kind, name: &name, display: None, addresses: &addresses, password: None };
            service.keeper().make_principal(&newcomer).unwrap();
        }
    });
    let guests: Vec<String> = (0..150).map(|number| format!("guest{number}")).collect();
    let guests: Vec<&str> = guests.iter().map(String::as_str).collect();
    people.put("ann", "tea.ics", &meeting("tea", &guests, "")).await.is(201);
    let of_ann = people.copy("ann", "tea.ics").await;
    assert_eq!(of_ann.matches("SCHEDULE-STATUS=1.2").count(), 150, "{of_ann}");
    people.0.keep(|service| {
        for guest in guests {
            let actor = service.keeper();
            let home = actor.principal(guest).unwrap().id;
            let calendar = actor.calendar_in(home, "personal").unwrap();
            let (_, text) = actor.text(calendar.id, "tea.ics").unwrap();
            assert!(String::from_utf8(text).unwrap().contains("SUMMARY:Tea"));
        }
    });
}
