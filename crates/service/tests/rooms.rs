//! Rooms answer in the act that asks them; of two who want one at the same time one has it.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::civil::Timestamp;
use service::{Actor, Changed, Credentials, Names, Newcomer, Options, Secret, Service};
use store::{Booking, Mode, PrincipalId, PrincipalKind, Waiting};
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

    /// How many bookings a room has.
    fn bookings(&self, room: &str) -> usize {
        let actor = self.actor(room);
        let calendar = actor.default_calendar().unwrap().id;
        actor.changes(calendar, None, 1_000).unwrap().changes.len()
    }
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
    let told = house.actor("p1").inbox(9).unwrap();
    let texts = told.iter().map(|message| message.booked.document.to_bytes().into_owned());
    let words: String = texts.map(|text| String::from_utf8(text).unwrap().replace("\r\n ", "")).collect();
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
fn a_moderator_is_asked() {
    let house = House::new(2);
    let moderator = house.service.keeper().principal("p1").unwrap().id;
    house.rule("r1", |booking| {
        booking.mode = Some(Mode::Ask);
        booking.moderator = Some(moderator);
    });
    let asked = house.book("p0", "r1", "a", &at(9));
    assert!(!asked.contains(YES) && !asked.contains(NO) && asked.contains("SCHEDULE-STATUS=1.2"), "{asked}");
    let told = house.actor("p1").inbox(9).unwrap();
    assert_eq!(told.iter().map(|message| message.why.as_str()).collect::<Vec<_>>(), ["asks-moderator"]);
    // Whoever answers for the room is the room.
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
    assert!(house.book("p0", "r1", "b", &at(17)).contains(NO));
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
