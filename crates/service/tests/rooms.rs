//! Rooms answer in the act that asks them; of two who want one at the same time one has it.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::zone::Zone;
use ical::{ContentLine, PropertyKind};
use rights::Who;
use service::{
    Actor, Changed, Choice, Container, Credentials, Edit, Entry, Names, Newcomer, Options, Question, Scope,
    Secret, Service,
};
use store::{Booking, Mode, PrincipalId, PrincipalKind, Stored, Waiting};
use tempfile::TempDir;

/// 2 March 2026, a Monday, 08:00 in UTC.
const NOW: Timestamp = Timestamp(1_772_438_400);
const HOUR: i64 = 3_600;

struct House {
    service: Service,
    _folder: TempDir,
}

impl House {
    /// People with a letter each, and two rooms.
    fn new(people: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let waiting = Waiting { most: std::time::Duration::from_secs(60), tell: || () };
        let store = engines::store(folder.path(), waiting);
        let service = Service::new(store, || NOW, Names::by_chance(), Options::default());
        let house = Self { service: service.kept_by("root".to_owned()), _folder: folder };
        for number in 0..people {
            house.add(&format!("p{number}"), PrincipalKind::Individual);
        }
        house.add("r1", PrincipalKind::Room);
        house.add("r2", PrincipalKind::Room);
        house
    }

    fn add(&self, name: &str, kind: PrincipalKind) -> PrincipalId {
        let password = Secret::new("secret");
        let addresses = [format!("{name}@example.com")];
        let newcomer =
            Newcomer { kind, name, display: None, addresses: &addresses, password: Some(&password) };
        self.service.keeper().make_principal(&newcomer).unwrap().id
    }

    fn rule(&self, room: &str, change: impl Fn(&mut Booking)) {
        self.service.keeper().set_booking(room, change).unwrap();
    }

    fn actor(&self, name: &str) -> Actor<'_> {
        let secret = Secret::new("secret");
        self.service.sign_in(&Credentials::Password { login: name, secret: &secret }, None).unwrap()
    }

    /// Somebody asks for a room; what their own object says of it then.
    fn book(&self, who: &str, room: &str, uid: &str, lines: &str) -> String {
        Self::book_as(self.actor(who), who, room, uid, lines)
    }

    fn book_as(actor: Actor<'_>, who: &str, room: &str, uid: &str, lines: &str) -> String {
        let calendar = actor.default_calendar().unwrap().id;
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
             DTSTAMP:20260301T000000Z\r\n{}SUMMARY:Tea\r\nORGANIZER:mailto:{who}@example.com\r\n\
             ATTENDEE;CUTYPE=ROOM:mailto:{room}@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            lines.replace('\n', "\r\n")
        );
        actor.write(calendar, uid, text.into_bytes(), |_| true).unwrap();
        Self::kept_by(actor, uid)
    }

    fn kept(&self, who: &str, uid: &str) -> String {
        Self::kept_by(self.actor(who), uid)
    }

    fn kept_by(actor: Actor<'_>, uid: &str) -> String {
        let calendar = actor.default_calendar().unwrap().id;
        String::from_utf8(actor.text(calendar, uid).unwrap().1).unwrap().replace("\r\n ", "")
    }

    /// What somebody was told, in the words of messages.
    fn told(&self, who: &str) -> String {
        let told = self.actor(who).inbox(9).unwrap();
        let texts = told.iter().map(|message| message.booked.document.to_bytes().into_owned());
        texts.map(|text| String::from_utf8(text).unwrap().replace("\r\n ", "")).collect()
    }

    /// How many bookings a room has.
    fn bookings(&self, room: &str) -> usize {
        let actor = self.actor(room);
        let calendar = actor.default_calendar().unwrap().id;
        actor.changes(calendar, None, 1_000).unwrap().changes.len()
    }
}

/// What somebody has on, from so many days on.
fn ahead(actor: Actor<'_>, days: i64) -> Vec<Entry> {
    let from = Timestamp(NOW.0 + days * 24 * HOUR);
    let to = Timestamp(from.0 + 30 * 24 * HOUR);
    actor.agenda(&Question::of(Range { from, to }, Zone::utc())).unwrap().entries
}

/// An hour of the Tuesday.
fn at(hour: u32) -> String {
    format!("DTSTART:20260303T{hour:02}0000Z\nDURATION:PT1H\n")
}

const YES: &str = "PARTSTAT=ACCEPTED";
const NO: &str = "PARTSTAT=DECLINED";

#[test]
fn a_free_room_says_yes_and_a_taken_one_no_79_80() {
    let house = House::new(2);
    let first = house.book("p0", "r1", "a", &at(9));
    assert!(first.contains(YES) && first.contains("SCHEDULE-STATUS=2.0"), "{first}");
    let second = house.book("p1", "r1", "b", &at(9));
    assert!(second.contains(NO) && second.contains("SCHEDULE-STATUS=4.0"), "{second}");
    assert!(house.book("p1", "r1", "c", &at(10)).contains(YES), "what begins as another ends is beside it");
    assert_eq!(house.bookings("r1"), 2);
    // What else there is, is said.
    let words = house.told("p1");
    assert!(words.contains("COMMENT:Taken 2026-03-03 09:00 UTC. Free then: r2 (r2@example.com)"), "{words}");
    assert!(words.contains("Free again: 2026-03-03 10:00 UTC"), "{words}");
}

#[test]
fn a_booking_moved_is_in_nobodys_way_but_others_83() {
    let house = House::new(2);
    house.book("p0", "r1", "a", &at(9));
    house.book("p1", "r1", "b", &at(11));
    assert!(house.book("p0", "r1", "a", "DTSTART:20260303T093000Z\nDURATION:PT1H\n").contains(YES));
    assert!(house.book("p0", "r1", "a", &at(11)).contains(NO));
    assert_eq!(house.bookings("r1"), 1, "who is refused has nothing of it any more");
    assert!(house.book("p1", "r1", "c", &at(9)).contains(YES));
}

#[test]
fn what_is_called_off_is_free_again() {
    let house = House::new(2);
    house.book("p0", "r1", "a", &at(9));
    let actor = house.actor("p0");
    let calendar = actor.default_calendar().unwrap().id;
    actor.erase(calendar, "a", |_| true).unwrap();
    assert_eq!(house.bookings("r1"), 0);
    assert!(house.book("p1", "r1", "b", &at(9)).contains(YES));
}

#[test]
fn one_week_of_ten_is_taken_82() {
    let house = House::new(2);
    house.book("p0", "r1", "a", "DTSTART:20260317T090000Z\nDURATION:PT1H\n");
    let series =
        house.book("p1", "r1", "b", "DTSTART:20260303T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=10\n");
    assert_eq!((series.matches(YES).count(), series.matches(NO).count()), (1, 1), "{series}");
    assert!(series.contains("RECURRENCE-ID:20260317T090000Z"), "{series}");
    let often =
        house.book("p1", "r1", "c", "DTSTART:20260303T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4\n");
    assert!(often.contains(NO) && !often.contains(YES), "too many are taken: {often}");
}

#[test]
fn what_goes_on_for_ever_is_booked_as_far_as_one_looks() {
    let house = House::new(2);
    let series = house.book("p0", "r1", "a", "DTSTART:20260303T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\n");
    assert!(series.contains(YES) && series.contains("SCHEDULE-STATUS=2.11"), "{series}");
    assert!(house.book("p1", "r1", "b", "DTSTART:20280229T090000Z\nDURATION:PT1H\n").contains(NO));
}

#[test]
fn a_room_for_some_never_and_with_rules_84() {
    let house = House::new(3);
    let staff = house.add("staff", PrincipalKind::Group);
    house.service.keeper().set_members("staff", &["p0".to_owned()], &[]).unwrap();
    house.rule("r1", |booking| booking.bookers = Some(staff));
    assert!(house.book("p0", "r1", "a", &at(9)).contains(YES));
    let refused = house.book("p1", "r1", "b", &at(10));
    assert!(refused.contains(NO) && refused.contains("SCHEDULE-STATUS=3.8"), "{refused}");
    house.rule("r1", |booking| {
        booking.bookers = None;
        booking.longest = Some(2 * HOUR);
        booking.notice = 24 * HOUR + 1;
        booking.share = Some(1);
    });
    assert!(
        house.book("p1", "r1", "c", "DTSTART:20260305T090000Z\nDURATION:PT3H\n").contains(NO),
        "too long"
    );
    assert!(
        house.book("p1", "r1", "d", "DTSTART:20260303T080000Z\nDURATION:PT1H\n").contains(NO),
        "too soon"
    );
    assert!(house.book("p1", "r1", "e", "DTSTART:20260305T090000Z\nDURATION:PT1H\n").contains(YES));
    assert!(
        house.book("p1", "r1", "f", "DTSTART:20260306T090000Z\nDURATION:PT1H\n").contains(NO),
        "a second"
    );
    assert!(house.book("p1", "r1", "e", "DTSTART:20260306T090000Z\nDURATION:PT1H\n").contains(YES), "moved");
    house.rule("r1", |booking| booking.mode = Some(Mode::Never));
    assert!(house.book("p2", "r1", "g", "DTSTART:20260310T090000Z\nDURATION:PT1H\n").contains(NO));
    house.rule("r1", |booking| *booking = Booking { mode: Some(Mode::Always), ..Booking::default() });
    assert!(house.book("p2", "r1", "g", "DTSTART:20260306T090000Z\nDURATION:PT1H\n").contains(YES));
}

#[test]
fn so_many_at_one_time_and_no_more() {
    let house = House::new(4);
    house.rule("r1", |booking| booking.capacity = 2);
    assert!(house.book("p0", "r1", "a", "DTSTART:20260303T090000Z\nDURATION:PT2H\n").contains(YES));
    assert!(house.book("p1", "r1", "b", &at(9)).contains(YES));
    assert!(house.book("p2", "r1", "c", &at(9)).contains(NO));
    assert!(house.book("p3", "r1", "d", &at(10)).contains(YES));
}

#[test]
fn a_moderator_decides() {
    let house = House::new(3);
    let moderator = house.service.keeper().principal("p1").unwrap().id;
    house.rule("r1", |booking| {
        booking.mode = Some(Mode::Ask);
        booking.moderator = Some(moderator);
    });
    let asked = house.book("p0", "r1", "a", &at(9));
    assert!(!asked.contains(YES) && !asked.contains(NO) && asked.contains("SCHEDULE-STATUS=1.2"), "{asked}");
    house.book("p2", "r1", "b", &at(9));
    house.book("p2", "r1", "c", &at(12));
    let asking = || {
        let mut told = house.actor("p1").inbox(9).unwrap();
        told.retain(|message| message.is_open);
        told.sort_by_key(|message| message.booked.stored.uid.clone());
        assert!(told.iter().all(|message| message.why == "asks-moderator"));
        told.into_iter()
            .map(|message| (message.booked.stored.uid, message.booked.stored.name))
            .collect::<Vec<_>>()
    };
    let decide = |name: &str, choice| house.actor("p1").decide_held(name, &choice);
    let waiting = asking();
    assert_eq!(waiting.iter().map(|(uid, _)| uid.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(decide(&waiting[0].1, Choice::Agree).unwrap(), "booked");
    assert!(house.kept("p0", "a").contains(YES));
    assert!(house.told("p0").contains("SENT-BY=\"mailto:p1@example.com\""), "who decided is said");
    // Of two for one time one has it, whoever decides.
    let both = decide(&waiting[1].1, Choice::Agree).unwrap_err().to_string();
    assert!(both.contains("Taken 2026-03-03 09:00"), "{both}");
    let no = Choice::Refuse(Some("Try the other".to_owned()));
    assert_eq!(decide(&waiting[1].1, no).unwrap(), "refused");
    assert!(house.kept("p2", "b").contains(NO));
    // Of what was called off nothing is decided any more.
    let asker = house.actor("p2");
    asker.erase(asker.default_calendar().unwrap().id, "c", |_| true).unwrap();
    assert_eq!(decide(&waiting[2].1, Choice::Agree).unwrap(), "settled");
    assert_eq!(asking(), []);
    assert_eq!(house.bookings("r1"), 1);
}

#[test]
fn whoever_decides_is_asked_once_and_of_what_is_so_now() {
    let house = House::new(3);
    let id = |name: &str| house.service.keeper().principal(name).unwrap().id;
    house.rule("r1", |booking| (booking.mode, booking.moderator) = (Some(Mode::Ask), Some(id("p1"))));
    let open = |who: &str| {
        let mut told = house.actor(who).inbox(9).unwrap();
        told.retain(|message| message.is_open && message.why == "asks-moderator");
        told.into_iter().map(|message| message.booked.stored.name).collect::<Vec<_>>()
    };
    let agree = |who: &str, name: &str| house.actor(who).decide_held(name, &Choice::Agree);
    // They are invited beside it, and are asked all the same.
    let both = format!("{}ATTENDEE:mailto:p1@example.com\n", at(9));
    house.book("p0", "r1", "a", &both);
    assert_eq!(open("p1").len(), 1);
    house.actor("p1").clear_inbox().unwrap();
    // What was asked before it was moved is asked for no more.
    house.book("p0", "r1", "a", &both.replace("T09", "T15"));
    let asked = open("p1");
    assert_eq!(asked.len(), 2);
    let words: Vec<String> = asked.iter().rev().map(|name| agree("p1", name).unwrap()).collect();
    assert!(words.contains(&"stale".to_owned()) && words.contains(&"booked".to_owned()), "{words:?}");
    // What holds the room, if only perhaps, holds it.
    house.book("p0", "r1", "a", &format!("STATUS:TENTATIVE\n{}", both.replace("T09", "T15")));
    house.book("p2", "r1", "b", &at(15));
    let taken = agree("p1", &open("p1")[0]).unwrap_err().to_string();
    assert!(taken.starts_with("Taken 2026-03-03 15:00"), "{taken}");
    // Who decides no more passes it on.
    house.rule("r1", |booking| booking.moderator = Some(id("p0")));
    assert_eq!(agree("p1", &open("p1")[0]).unwrap(), "passed-on");
    assert_eq!((open("p1").len(), open("p0").len()), (0, 1));
    // What nobody has looked at is not agreed to.
    house.book("p2", "r1", "c", "DTSTART:20280303T090000Z\nDURATION:PT1H\n");
    let far = open("p0").into_iter().map(|name| agree("p0", &name).unwrap_err().to_string());
    assert!(far.collect::<String>().contains("too far ahead"));
}

#[test]
fn what_a_rule_excepted_is_asked_for_when_it_does_not_any_more() {
    let house = House::new(2);
    let series = "DTSTART:20260303T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=30\n";
    house.book("p0", "r1", "a", &format!("{series}EXRULE:FREQ=WEEKLY;BYDAY=MO\n"));
    assert!(house.book("p1", "r1", "b", "DTSTART:20260309T090000Z\nDURATION:PT1H\n").contains(YES));
    let all = house.book("p0", "r1", "a", series);
    assert_eq!((all.matches(YES).count(), all.matches(NO).count()), (1, 1), "{all}");
}

#[test]
fn what_rules_refuse_is_told_as_refused_and_frees_nobodys_secrets() {
    let house = House::new(2);
    house.book("p0", "r1", "a", &at(9));
    house.book("p1", "r1", "b", &at(9));
    let told = house.actor("r1").inbox(9).unwrap();
    let told: Vec<&str> = told.iter().map(|message| message.why.as_str()).collect();
    assert!(told.contains(&"new") && told.contains(&"ruled-out"), "{told:?}");
    let rooms = house.service.keeper();
    for room in ["r1", "r2"] {
        let home = Container::Home(rooms.principal(room).unwrap().id);
        rooms.share(home, Who::SignedIn, None, "nobody").unwrap();
    }
    house.book("p1", "r1", "c", &at(9));
    let last = house.actor("p1").inbox(1).unwrap().remove(0);
    let text = String::from_utf8(last.booked.document.to_bytes().into_owned()).unwrap();
    assert!(text.contains("COMMENT:Taken") && !text.contains("Free"), "{text}");
}

#[test]
fn a_room_answers_itself_too_where_somebody_decides_for_it() {
    let house = House::new(1);
    house.rule("r1", |booking| booking.mode = Some(Mode::Ask));
    house.book("p0", "r1", "a", &at(9));
    let room = house.actor("r1");
    let calendar = room.default_calendar().unwrap().id;
    let Changed::Resource(found) = room.changes(calendar, None, 9).unwrap().changes.remove(0) else {
        panic!()
    };
    let name = found.name;
    let text = String::from_utf8(room.text(calendar, &name).unwrap().1).unwrap();
    let text = text.replace("CUTYPE=ROOM", "CUTYPE=ROOM;PARTSTAT=ACCEPTED");
    room.write(calendar, &name, text.into_bytes(), |_| true).unwrap();
    assert!(house.kept("p0", "a").contains(YES));
}

const WEEKLY: &str = "DTSTART:20260303T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=10\n";

#[test]
fn a_week_moved_to_where_it_is_taken_loses_no_other() {
    let house = House::new(2);
    house.book("p0", "r1", "a", WEEKLY);
    house.book("p1", "r1", "b", "DTSTART:20260318T090000Z\nDURATION:PT1H\n");
    let actor = house.actor("p0");
    let calendar = actor.default_calendar().unwrap().id;
    let text = String::from_utf8(actor.text(calendar, "a").unwrap().1).unwrap();
    let event = &text[text.find("BEGIN:VEVENT").unwrap()..text.find("END:VCALENDAR").unwrap()];
    let moved = event
        .replace("DTSTART:20260303", "RECURRENCE-ID:20260317T090000Z\r\nDTSTART:20260318")
        .replace("RRULE:FREQ=WEEKLY;COUNT=10\r\n", "");
    let text = text.replace("END:VCALENDAR", &format!("{moved}END:VCALENDAR"));
    actor.write(calendar, "a", text.into_bytes(), |_| true).unwrap();
    let kept = house.kept("p0", "a");
    assert_eq!((kept.matches(YES).count(), kept.matches(NO).count()), (1, 1), "{kept}");
    assert_eq!(house.bookings("r1"), 2);
    assert!(house.book("p1", "r1", "c", "DTSTART:20260310T090000Z\nDURATION:PT1H\n").contains(NO));
}

#[test]
fn what_a_room_never_said_it_did_not_say() {
    let house = House::new(2);
    house.book("p0", "r1", "a", &at(9));
    let asking = house.actor("p1");
    let calendar = asking.default_calendar().unwrap().id;
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:b\r\nDTSTAMP:20260301T000000Z\r\n\
         {}ORGANIZER:mailto:p1@example.com\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:r1@example.com\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n",
        at(9).replace('\n', "\r\n")
    );
    asking.write(calendar, "b", text.into_bytes(), |_| true).unwrap();
    assert!(house.kept("p1", "b").contains(NO));
    assert_eq!(house.bookings("r1"), 1);
}

#[test]
fn this_and_those_that_follow_keep_their_room() {
    let house = House::new(1);
    house.rule("r1", |booking| booking.share = Some(2));
    house.book("p0", "r1", "a", WEEKLY);
    let actor = house.actor("p0");
    let entry = ahead(actor, 14).remove(0);
    let stored = entry.object.clone();
    let lines = vec![ContentLine::new(PropertyKind::Summary).text("Coffee")];
    actor.edit(&stored, &Scope::Future(entry), &Edit { lines, ..Edit::default() }, "coffee").unwrap();
    let calendar = actor.default_calendar().unwrap().id;
    let changes = actor.changes(calendar, None, 9).unwrap().changes;
    assert_eq!(changes.len(), 2);
    for change in changes {
        let Changed::Resource(found) = change else { panic!() };
        let text = String::from_utf8(actor.text(calendar, &found.name).unwrap().1).unwrap();
        assert!(text.replace("\r\n ", "").contains(YES), "{text}");
    }
    assert!(house.book("p0", "r1", "z", "DTSTART:20260304T090000Z\nDURATION:PT1H\n").contains(NO), "a third");
}

#[test]
fn what_comes_back_finds_the_room_as_it_is() {
    let house = House::new(1);
    assert!(house.book("p0", "r1", "a", &at(9)).contains(YES));
    assert!(house.book("p0", "r1", "b", &at(9)).contains(NO));
    let actor = house.actor("p0");
    let stored: Vec<Stored> = ahead(actor, 0).into_iter().map(|entry| entry.object).collect();
    actor.delete(&stored, "both").unwrap();
    assert_eq!(house.bookings("r1"), 0);
    actor.undo().unwrap();
    let said = ["a", "b"].map(|uid| house.kept("p0", uid).contains(YES));
    assert!(said[0] != said[1], "one of them has it: {said:?}");
    assert_eq!(house.bookings("r1"), 1);
}

#[test]
fn what_takes_place_too_often_or_begins_too_soon_is_not_booked() {
    let house = House::new(1);
    let often = "DTSTART:20260303T000000Z\nDURATION:PT10M\n\
                 RRULE:FREQ=DAILY;COUNT=1500;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19\n";
    let said = house.book("p0", "r1", "a", often);
    assert!(said.contains(NO), "{said}");
    assert_eq!(house.bookings("r1"), 0);
    house.rule("r1", |booking| booking.notice = 48 * HOUR);
    let series = house.book("p0", "r1", "b", WEEKLY);
    assert_eq!(
        (series.matches(YES).count(), series.matches(NO).count()),
        (1, 1),
        "the first is too soon: {series}"
    );
}

#[test]
fn a_room_is_open_as_its_availability_says() {
    let house = House::new(1);
    let room = house.service.keeper().principal("r1").unwrap().id;
    house
        .actor("r1")
        .set_availability(
            room,
            Some(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VAVAILABILITY\r\nUID:v\r\n\
                 DTSTAMP:20260301T000000Z\r\nBEGIN:AVAILABLE\r\nUID:v1\r\nDTSTAMP:20260301T000000Z\r\n\
                 DTSTART:20260302T090000Z\r\nDTEND:20260302T170000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\n\
                 END:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n",
            ),
        )
        .unwrap();
    assert!(house.book("p0", "r1", "a", &at(9)).contains(YES));
    house.rule("r1", |booking| booking.capacity = 5);
    assert!(house.book("p0", "r1", "b", &at(17)).contains(NO), "it is shut for all of its places");
    assert!(
        house.book("p0", "r1", "c", "DTSTART:20260307T100000Z\nDURATION:PT1H\n").contains(NO),
        "a Saturday"
    );
}

#[test]
fn of_many_who_ask_at_once_one_has_it_81() {
    let most = std::env::var("ROOM_RACES").ok().and_then(|races| races.parse().ok()).unwrap_or(2);
    let asking = if most > 2 { 200 } else { 32 };
    let house = House::new(asking);
    let names: Vec<String> = (0..asking).map(|number| format!("p{number}")).collect();
    // Signed in one after another: of many at once some would be slowed.
    let actors: Vec<Actor<'_>> = names.iter().map(|name| house.actor(name)).collect();
    for race in 0..most {
        let day = 3 + race;
        let lines = format!("DTSTART:202603{day:02}T090000Z\nDURATION:PT1H\n");
        let answers: Vec<String> = std::thread::scope(|scope| {
            let one = |number: usize| {
                let (actor, who, lines) = (actors[number], &names[number], &lines);
                scope.spawn(move || House::book_as(actor, who, "r1", &format!("{race}-{number}"), lines))
            };
            let threads: Vec<_> = (0..asking).map(one).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let said = |word: &str| answers.iter().filter(|answer| answer.contains(word)).count();
        assert_eq!((said(YES), said(NO)), (1, asking - 1));
        assert_eq!(house.bookings("r1"), race + 1);
    }
}
