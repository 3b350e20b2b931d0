//! A meeting of six from its first invitation to the day on which it is deleted, with all that people do to it.

use ical::value::{DateOrTime, Duration};
use service::{Actor, Choice, Credentials, Edit, Length, Scope, Secret, Service};

use super::series::{components, part};
use super::{People, line_of};

const WEEKLY: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Client//EN\r\nBEGIN:VEVENT\r\nUID:board\r\n\
    DTSTAMP:20260201T000000Z\r\nDTSTART:20260302T160000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=5\r\nSUMMARY:Board\r\n\
    ORGANIZER:mailto:ann@example.com\r\nATTENDEE:mailto:bob@example.com\r\nATTENDEE:mailto:cat@example.com\r\n\
    ATTENDEE:mailto:dan@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn actor<'s>(service: &'s Service, who: &str) -> Actor<'s> {
    let secret = Secret::new(format!("secret of {who}"));
    service.sign_in(&Credentials::Password { login: who, secret: &secret }, None).unwrap()
}

impl People {
    /// Somebody proposes another time; no client can, as CalDAV has no word for it.
    fn propose(&self, who: &str, start: &str) {
        self.0.keep(|service| {
            let actor = actor(service, who);
            let stored = actor.find("board").unwrap().booked.stored;
            let start = DateOrTime::parse(start.as_bytes()).unwrap();
            let length = Length::For(Duration::parse(b"PT1H").unwrap());
            let edit = Edit { start: Some(start), length: Some(length), ..Edit::default() };
            actor.propose(&stored, &Scope::All, &edit, Some("I am out until five"), "board").unwrap();
        });
    }

    /// What waits in somebody's inbox for their decision, the newest first: why.
    fn waiting(&self, who: &str) -> Vec<String> {
        self.0.keep(|service| {
            let messages = actor(service, who).inbox(99).unwrap().into_iter();
            let waiting = messages.filter(|message| message.standing == service::MessageStanding::Held);
            waiting.map(|message| message.why).collect()
        })
    }

    /// Decides of the newest that waits.
    fn decide(&self, who: &str, choice: &Choice) -> String {
        self.0.keep(|service| {
            let actor = actor(service, who);
            let messages = actor.inbox(99).unwrap().into_iter();
            let mut waiting = messages.filter(|message| message.standing == service::MessageStanding::Held);
            let name = waiting.next().unwrap().booked.stored.name;
            actor.decide_held(&name, choice).unwrap()
        })
    }

    /// The tag by which an object of somebody's is told from another that they planned.
    async fn tag(&self, who: &str) -> String {
        let got = self.ask(who, &format!("GET /calendars/{who}/personal/board.ics\n")).await.is(200);
        got.header("schedule-tag").to_owned()
    }
}

/// An instance of its own.
fn instance(id: &str, start: &str, more: &str) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:board\r\nDTSTAMP:20260201T000000Z\r\nRECURRENCE-ID:{id}\r\nDTSTART:{start}\r\nDURATION:PT1H\r\n\
         SUMMARY:Board\r\nORGANIZER:mailto:ann@example.com\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.com\r\n\
         ATTENDEE:mailto:cat@example.com\r\nATTENDEE:mailto:dan@example.com\r\n{more}END:VEVENT\r\nEND:VCALENDAR"
    )
}

const GUESTS: [&str; 3] = ["bob", "cat", "dan"];

#[tokio::test(flavor = "multi_thread")]
async fn six_meet_with_all_that_happens() {
    let people = People::open().await;
    invited_and_countered(&people).await;
    changed_in_parts(&people).await;
    delegated(&people).await;
    called_off(&people).await;
    again_and_deleted(&people).await;
}

async fn invited_and_countered(people: &People) {
    people.put("ann", "board.ics", WEEKLY).await.is(201);
    for who in GUESTS {
        assert!(people.copy(who, "board.ics").await.contains("SUMMARY:Board"), "{who}");
        assert_eq!(people.methods(who).await, ["REQUEST"], "{who}");
    }
    // Cat has something else then: Ann sees it when she asks.
    let visit = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Client//EN\r\nBEGIN:VEVENT\r\nUID:visit\r\n\
        DTSTAMP:20260201T000000Z\r\nDTSTART:20260302T163000Z\r\nDURATION:PT1H\r\nSUMMARY:Visit\r\nEND:VEVENT\r\n\
        END:VCALENDAR\r\n";
    people.put("cat", "visit.ics", visit).await.is(201);
    let busy = people.ask_busy(&["cat"], "X-CALENDARSERVER-MASK-UID:board\r\n").await.is(200);
    busy.says("FREEBUSY;FBTYPE=BUSY:20260302T163000Z/20260302T173000Z").says_not("Visit");

    // She proposes another time, which Ann does not want, then one that she takes.
    people.propose("cat", "20260302T200000Z");
    assert_eq!(people.waiting("ann"), ["counter"]);
    let comment = Some("Too late".to_owned());
    assert_eq!(people.decide("ann", &Choice::Refuse(comment)), "refused");
    assert_eq!(people.methods("cat").await.last().unwrap(), "DECLINECOUNTER");
    assert!(people.copy("ann", "board.ics").await.contains("T160000Z"));
    people.propose("cat", "20260302T180000Z");
    let before = people.tag("dan").await;
    assert_eq!(people.decide("ann", &Choice::Agree), "reschedule");
    assert!(people.waiting("ann").is_empty());
    for who in ["ann", "bob", "cat", "dan"] {
        let copy = people.copy(who, "board.ics").await;
        assert!(copy.contains("DTSTART:20260302T180000Z") && copy.contains("SEQUENCE:1"), "{who}: {copy}");
    }
    assert_ne!(people.tag("dan").await, before, "it is another thing that is planned");

    // All come.
    let tag = people.tag("ann").await;
    for who in GUESTS {
        people.answer(who, "board.ics", "ACCEPTED").await;
    }
    let of_ann = people.copy("ann", "board.ics").await;
    assert!(GUESTS.iter().all(|who| line_of(&of_ann, who).contains("ACCEPTED")), "{of_ann}");
    assert_eq!(people.tag("ann").await, tag, "answers change nothing of the plan");
}

async fn changed_in_parts(people: &People) {
    let second = "20260309T180000Z";
    let moved = instance(second, "20260309T193000Z", "");
    people.change("ann", "board.ics", &[("END:VCALENDAR", &moved)]).await.is(204);
    let of_dan = people.copy("dan", "board.ics").await;
    assert!(part(&of_dan, second).contains("T193000Z"), "{of_dan}");
    assert!(!line_of(&part(&of_dan, second), "dan").contains("ACCEPTED"), "asked anew there: {of_dan}");
    assert!(line_of(&part(&of_dan, ""), "dan").contains("ACCEPTED"), "and there alone: {of_dan}");

    let third = "20260316T180000Z";
    let with_eve = instance(third, third, "ATTENDEE:mailto:eve@example.com\r\n");
    people.change("ann", "board.ics", &[("END:VCALENDAR", &with_eve)]).await.is(204);
    let of_eve = people.copy("eve", "board.ics").await;
    assert_eq!(components(&of_eve).len(), 1, "{of_eve}");
    assert!(part(&of_eve, third).contains("SUMMARY:Board") && !of_eve.contains("RRULE"), "{of_eve}");
    people.answer("eve", "board.ics", "ACCEPTED").await;
    assert!(line_of(&part(&people.copy("ann", "board.ics").await, third), "eve").contains("ACCEPTED"));
}

async fn delegated(people: &People) {
    // Dan sends Fay to all that is left; his program says no more than that.
    let of_dan = people.copy("dan", "board.ics").await;
    let sent = of_dan.lines().map(|line| match line.ends_with("mailto:dan@example.com") {
        true => "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:fay@example.com\":mailto:dan@example.com",
        false => line,
    });
    let sent = sent.collect::<Vec<_>>().join("\r\n") + "\r\n";
    people.put("dan", "board.ics", &sent).await.is(204);
    let of_ann = people.copy("ann", "board.ics").await;
    let of_fay = people.copy("fay", "board.ics").await;
    for text in [&of_ann, &of_fay] {
        let fay = line_of(&part(text, ""), "fay").to_owned();
        assert!(fay.contains("DELEGATED-FROM=\"mailto:dan@example.com\""), "{text}");
        assert!(line_of(&part(text, ""), "dan").contains("PARTSTAT=DELEGATED"), "{text}");
    }
    assert_eq!(people.methods("fay").await, ["REQUEST"], "the organizer's, which counts");
    people.answer("fay", "board.ics", "ACCEPTED").await;
    assert!(line_of(&part(&people.copy("ann", "board.ics").await, ""), "fay").contains("ACCEPTED"));
    assert!(line_of(&part(&people.copy("dan", "board.ics").await, ""), "fay").contains("ACCEPTED"));
    // Whoever is not in a meeting sends nobody to it.
    let denied = people.change("bob", "board.ics", &[("mailto:dan@", "mailto:eve@")]).await.is(403);
    denied.says("allowed-attendee-scheduling-object-change");
}

async fn called_off(people: &People) {
    let without = "COUNT=5\r\nEXDATE:20260323T180000Z";
    people.change("ann", "board.ics", &[("COUNT=5", without)]).await.is(204);
    for who in ["bob", "cat", "dan", "fay"] {
        let copy = people.copy(who, "board.ics").await;
        let is_off = part(&copy, "20260323T180000Z").contains("CANCELLED") || copy.contains("EXDATE");
        assert!(is_off, "{who}: {copy}");
        assert_eq!(people.methods(who).await.last().unwrap(), "CANCEL", "{who}");
    }
    let before = people.methods("eve").await;
    assert_ne!(before.last().unwrap(), "CANCEL", "Eve is in another of them");
    people.delete("ann", "board.ics").await.is(204);
    for who in ["bob", "cat", "dan", "eve", "fay"] {
        let copy = people.copy(who, "board.ics").await;
        let live = components(&copy).into_iter().filter(|(_, part)| !part.contains("STATUS:CANCELLED"));
        assert_eq!(live.count(), 0, "{who}: {copy}");
        assert_eq!(people.methods(who).await.last().unwrap(), "CANCEL", "{who}");
    }
}

async fn again_and_deleted(people: &People) {
    people.put("ann", "board.ics", WEEKLY).await.is(201);
    for who in GUESTS {
        let copy = people.copy(who, "board.ics").await;
        assert!(copy.contains("DTSTART:20260302T160000Z") && !copy.contains("CANCELLED"), "{who}: {copy}");
        assert!(!line_of(&copy, who).contains("ACCEPTED"), "{who}: {copy}");
    }
    people.answer("bob", "board.ics", "ACCEPTED").await;
    people.delete("bob", "board.ics").await.is(204);
    assert!(line_of(&people.copy("ann", "board.ics").await, "bob").contains("DECLINED"));
    people.delete("ann", "board.ics").await.is(204);
    assert!(people.copy("cat", "board.ics").await.contains("STATUS:CANCELLED"));
    assert_eq!(people.copy("bob", "board.ics").await, "", "what one took out oneself stays out");
    people.delete("cat", "board.ics").await.is(204);
    assert_eq!(people.copy("cat", "board.ics").await, "");
}
