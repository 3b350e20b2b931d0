//! Office hours: a slot is taken in the act that asks for it, and no seat is given twice (RFC 3283 2.1 d).

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::value::CalAddress;
use rights::Who;
use service::{
    Actor, Busy, Container, Credentials, Error, Names, Newcomer, Options, Refusal, Secret, Service, Slot,
};
use store::{PrincipalKind, Waiting};
use tempfile::TempDir;

/// 2 March 2026, a Monday, 08:00 in UTC.
const NOW: Timestamp = Timestamp(1_772_438_400);
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

struct House {
    service: Service,
    _folder: TempDir,
}

impl House {
    /// A teacher, and students with a number each.
    fn new(students: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let waiting = Waiting { most: std::time::Duration::from_secs(60), tell: || () };
        let store = engines::store(folder.path(), waiting);
        let service = Service::new(store, || NOW, Names::by_chance(), Options::default());
        let house = Self { service: service.kept_by("root".to_owned()), _folder: folder };
        let students = (0..students).map(|number| format!("s{number}"));
        for name in ["head".to_owned(), "teacher".to_owned()].into_iter().chain(students) {
            let password = Secret::new("secret");
            let addresses = [format!("{name}@example.com")];
            let newcomer = Newcomer {
                kind: PrincipalKind::Individual,
                name: &name,
                display: None,
                addresses: &addresses,
                password: Some(&password),
            };
            house.service.keeper().make_principal(&newcomer).unwrap();
        }
        house
    }

    fn actor(&self, name: &str) -> Actor<'_> {
        let secret = Secret::new("secret");
        self.service.sign_in(&Credentials::Password { login: name, secret: &secret }, None).unwrap()
    }

    /// The teacher opens hours on Tuesdays from 09:00 to 11:00, so and so.
    fn open(&self, lines: &str) -> Result<(), Error> {
        let teacher = self.actor("teacher");
        let calendar = teacher.default_calendar().unwrap();
        teacher.open_office_hours(&calendar, hours(lines).as_bytes(), "Office hours").map(drop)
    }

    /// Somebody writes an event that asks the teacher; what it says of them then.
    fn ask(&self, who: &str, uid: &str, lines: &str) -> String {
        let only = format!("ATTENDEE:mailto:teacher@example.com\n{lines}");
        self.put(who, uid, &only)
    }

    fn put(&self, who: &str, uid: &str, lines: &str) -> String {
        put_as(self.actor(who), who, uid, lines)
    }

    /// What the teacher keeps of it.
    fn kept(&self, uid: &str) -> Option<String> {
        let teacher = self.actor("teacher");
        let found = teacher.find(uid).ok().filter(|found| found.booked.stored.uid == uid)?;
        Some(String::from_utf8(found.booked.document.to_bytes().into_owned()).unwrap().replace("\r\n ", ""))
    }

    /// What somebody was told, in the words of messages.
    fn told(&self, who: &str) -> String {
        let told = self.actor(who).inbox(9).unwrap();
        let texts = told.iter().map(|message| message.booked.document.to_bytes().into_owned());
        texts.map(|text| String::from_utf8(text).unwrap().replace("\r\n ", "")).collect()
    }

    /// The teacher's slots of the next days, as somebody sees them.
    fn slots(&self, who: &str, days: i64) -> Vec<Slot> {
        let teacher = self.service.keeper().principal("teacher").unwrap().id;
        let range = Range { from: NOW, to: Timestamp(NOW.0 + days * DAY) };
        self.actor(who).slots(teacher, range).unwrap().unwrap()
    }

    /// How many seats are left in each slot of the Tuesday.
    fn left(&self) -> Vec<u32> {
        self.slots("teacher", 2).iter().map(|slot| slot.left).collect()
    }
}

fn put_as(actor: Actor<'_>, who: &str, uid: &str, lines: &str) -> String {
    let calendar = actor.default_calendar().unwrap().id;
    actor.write(calendar, uid, event(who, uid, lines).into_bytes(), |_| true).unwrap();
    kept_by(actor, uid)
}

/// What somebody has under a name.
fn kept_by(actor: Actor<'_>, name: &str) -> String {
    let calendar = actor.default_calendar().unwrap().id;
    String::from_utf8(actor.text(calendar, name).unwrap().1).unwrap().replace("\r\n ", "")
}

fn event(who: &str, uid: &str, lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20260301T000000Z\r\n{}SUMMARY:Question\r\nORGANIZER:mailto:{who}@example.com\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n",
        lines.replace('\n', "\r\n")
    )
}

fn hours(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VAVAILABILITY\r\nUID:v\r\n\
         DTSTAMP:20260301T000000Z\r\n{}BEGIN:AVAILABLE\r\nUID:v1\r\nDTSTAMP:20260301T000000Z\r\n\
         DTSTART:20260303T090000Z\r\nDTEND:20260303T110000Z\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Office hours\r\n\
         END:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n",
        lines.replace('\n', "\r\n")
    )
}

/// Half an hour of a day in March, from a time on.
fn at(time: &str) -> String {
    format!("DTSTART:202603{time}00Z\nDURATION:PT30M\n")
}

const HALF_HOURS: &str = "X-KALENDS-SEATS:1\nX-KALENDS-SLOT:PT30M\n";
const YES: &str = "PARTSTAT=ACCEPTED";
const NO: &str = "PARTSTAT=DECLINED";

#[test]
fn a_slot_is_given_while_there_is_a_seat() {
    let house = House::new(3);
    house.open(HALF_HOURS).unwrap();
    assert_eq!(house.left(), [1, 1, 1, 1]);
    let first = house.ask("s0", "a", &at("03T0900"));
    assert!(first.contains(YES) && first.contains("SCHEDULE-STATUS=2.0"), "{first}");
    let second = house.ask("s1", "b", &at("03T0900"));
    assert!(second.contains(NO) && second.contains("SCHEDULE-STATUS=4.0"), "{second}");
    let words = house.told("s1");
    let next = "COMMENT:No seat is left in this slot. Free: 2026-03-03 09:30 UTC\\, 2026-03-03 10:00 UTC";
    assert!(words.contains(next), "{words}");
    assert_eq!(house.kept("b"), None, "of what was refused the teacher hears nothing");
    assert!(house.ask("s1", "b", &at("03T0930")).contains(YES), "moved to another");
    assert!(house.ask("s2", "c", &at("10T0900")).contains(YES), "a week later");
    assert_eq!(house.left(), [0, 0, 1, 1]);
}

#[test]
fn so_many_seats_and_no_more() {
    let house = House::new(3);
    house.open("X-KALENDS-SEATS:2\nX-KALENDS-SLOT:PT30M\n").unwrap();
    assert!(house.ask("s0", "a", &at("03T0900")).contains(YES));
    assert!(house.ask("s1", "b", &at("03T0900")).contains(YES));
    assert!(house.ask("s2", "c", &at("03T0900")).contains(NO));
    let twice = format!("{}RDATE:20260303T100000Z\n", at("03T1000"));
    let twice = twice.replace("RDATE", "EXDATE:20260310T100000Z\nRDATE");
    assert!(house.ask("s2", "d", &twice).contains(YES));
    assert_eq!(house.left(), [0, 2, 1, 2]);
}

#[test]
fn what_is_called_off_or_declined_is_free_again() {
    let house = House::new(3);
    house.open(HALF_HOURS).unwrap();
    house.ask("s0", "a", &at("03T0900"));
    let student = house.actor("s0");
    student.erase(student.default_calendar().unwrap().id, "a", |_| true).unwrap();
    assert!(house.ask("s1", "b", &at("03T0900")).contains(YES));
    // The teacher is away.
    let teacher = house.actor("teacher");
    let calendar = teacher.default_calendar().unwrap().id;
    let name = teacher.find("b").unwrap().booked.stored.name;
    let text = String::from_utf8(teacher.text(calendar, &name).unwrap().1).unwrap();
    teacher.write(calendar, &name, text.replace(YES, NO).into_bytes(), |_| true).unwrap();
    assert_eq!(house.left(), [1, 1, 1, 1]);
    assert!(house.ask("s2", "c", &at("03T0900")).contains(YES));
}

#[test]
fn whatever_else_there_is_shuts_a_slot_but_what_is_only_asked() {
    let house = House::new(2);
    house.open("X-KALENDS-SEATS:5\nX-KALENDS-SLOT:PT30M\n").unwrap();
    house.put("teacher", "dentist", "DTSTART:20260303T091500Z\nDURATION:PT30M\n");
    let many = "ATTENDEE:mailto:teacher@example.com\nATTENDEE:mailto:s1@example.com\n\
                ATTENDEE:mailto:head@example.com\n";
    let meeting = house.put("s0", "meeting", &format!("{many}{}", at("03T1000")));
    assert!(!meeting.contains(YES) && !meeting.contains(NO), "a meeting of several waits: {meeting}");
    assert_eq!(house.left(), [0, 0, 5, 5]);
    assert!(house.ask("s0", "a", &at("03T0930")).contains(NO));
    assert!(house.ask("s0", "b", &at("03T1000")).contains(YES));
}

#[test]
fn what_is_no_slot_is_an_invitation_that_waits() {
    let house = House::new(2);
    house.open(HALF_HOURS).unwrap();
    for (uid, lines) in [
        ("between", at("03T0915")),
        ("long", "DTSTART:20260303T090000Z\nDURATION:PT1H\n".to_owned()),
        ("short", "DTSTART:20260303T090000Z\nDURATION:PT10M\n".to_owned()),
        ("wednesday", at("04T0900")),
        ("after", at("03T1100")),
        ("day", "DTSTART;VALUE=DATE:20260303\n".to_owned()),
        ("for-ever", format!("{}RRULE:FREQ=WEEKLY\n", at("03T0900"))),
    ] {
        let asked = house.ask("s0", uid, &lines);
        assert!(!asked.contains(YES) && !asked.contains(NO), "{uid}: {asked}");
        assert!(house.kept(uid).is_some_and(|kept| !kept.contains(YES)), "{uid}");
    }
    assert_eq!(house.left(), [1, 1, 1, 1], "who only asks has nothing");
    assert!(house.ask("s1", "a", &at("03T0900")).contains(YES));
}

#[test]
fn who_says_that_it_is_accepted_has_no_seat_by_that() {
    let house = House::new(2);
    house.open(HALF_HOURS).unwrap();
    let claimed = |uid: &str, lines: &str| {
        let line = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:teacher@example.com\n";
        house.put("s0", uid, &format!("{line}{lines}"));
        house.kept(uid)
    };
    house.ask("s1", "a", &at("03T0900"));
    assert_eq!(claimed("b", &at("03T0900")), None);
    let ever = claimed("c", &format!("{}RRULE:FREQ=WEEKLY\n", at("03T0930"))).unwrap();
    assert!(!ever.contains(YES), "{ever}");
    assert_eq!(house.left(), [0, 1, 1, 1]);
}

#[test]
fn a_seat_that_was_given_back_is_asked_for_anew() {
    let house = House::new(3);
    house.open(HALF_HOURS).unwrap();
    house.ask("s0", "a", &at("03T0900"));
    let student = house.actor("s0");
    let stored = student.find("a").unwrap().booked.stored;
    student.delete(&[stored], "a").unwrap();
    assert!(house.ask("s1", "b", &at("03T0900")).contains(YES));
    student.undo().unwrap();
    assert_eq!(house.left(), [0, 1, 1, 1]);
    let back = kept_by(student, "a");
    assert!(back.contains(NO), "another has it: {back}");
    // So is one that was called off in its text.
    house.ask("s2", "c", &at("03T1000"));
    house.ask("s2", "c", &format!("STATUS:CANCELLED\n{}", at("03T1000")));
    assert!(house.ask("s0", "d", &at("03T1000")).contains(YES));
    let claimed =
        at("03T1000").replace("DTSTART", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:teacher@example.com\nDTSTART");
    let again = house.put("s2", "c", &claimed);
    assert!(again.contains(NO), "{again}");
    assert_eq!(house.left(), [0, 1, 0, 1]);
}

#[test]
fn what_is_said_else_of_a_booking_changes_no_seat() {
    let house = House::new(2);
    house.open(&format!("{HALF_HOURS}X-KALENDS-PER-PERSON:1\n")).unwrap();
    for lines in ["", "TRANSP:TRANSPARENT\n", "STATUS:TENTATIVE\n", "COMMENT:I come\n", "CLASS:PRIVATE\n"] {
        let said = house.put(
            "s0",
            "a",
            &format!("ATTENDEE;PARTSTAT=ACCEPTED:mailto:teacher@example.com\n{lines}{}", at("03T0900")),
        );
        assert!(said.contains(YES), "{lines}: {said}");
        assert_eq!(house.left(), [0, 1, 1, 1], "{lines}");
        assert!(house.ask("s1", "b", &at("03T0900")).contains(NO), "{lines}");
    }
}

#[test]
fn hours_that_are_not_cut_are_taken_in_parts() {
    let house = House::new(3);
    house.open("X-KALENDS-SEATS:1\n").unwrap();
    assert!(house.ask("s0", "a", "DTSTART:20260303T090500Z\nDURATION:PT25M\n").contains(YES));
    assert!(house.ask("s1", "b", &at("03T0915")).contains(NO));
    assert!(house.ask("s2", "c", &at("03T0930")).contains(YES));
    let outside = house.ask("s1", "d", &at("03T1045"));
    assert!(!outside.contains(YES) && !outside.contains(NO));
}

#[test]
fn one_person_has_so_many_slots_that_are_ahead() {
    let house = House::new(2);
    house.open(&format!("{HALF_HOURS}X-KALENDS-PER-PERSON:2\n")).unwrap();
    assert!(house.ask("s0", "a", &at("03T0900")).contains(YES));
    assert!(house.ask("s0", "b", &at("10T0900")).contains(YES));
    assert!(house.ask("s0", "c", &at("17T0900")).contains(NO), "a third");
    assert!(house.told("s0").contains("One person may have 2 slots ahead"), "{}", house.told("s0"));
    assert!(house.ask("s0", "b", &at("17T0930")).contains(YES), "moved");
    assert!(house.ask("s1", "d", &at("10T0900")).contains(YES));
    let three = format!("{}RRULE:FREQ=WEEKLY;COUNT=2\n", at("24T0900"));
    assert!(house.ask("s1", "e", &three).contains(NO), "two more are three");
    // Of other hours one has as many as these give.
    let teacher = house.actor("teacher");
    let calendar = teacher.default_calendar().unwrap();
    let other = hours(&format!("{HALF_HOURS}X-KALENDS-PER-PERSON:1\n")).replace("20260303", "20260305");
    let other = other.replace("UID:v", "UID:w");
    teacher.open_office_hours(&calendar, other.as_bytes(), "Thursdays").unwrap();
    assert!(house.ask("s0", "f", &at("05T0900")).contains(YES));
    assert!(house.ask("s0", "g", &at("05T0930")).contains(NO));
}

#[test]
fn a_slot_is_taken_in_time() {
    let house = House::new(1);
    // From Monday 08:00 it is 25 hours to the first slot, and 25 and a half to the second.
    house.open(&format!("{HALF_HOURS}X-KALENDS-NOTICE:P1DT1H30M\n")).unwrap();
    assert!(house.ask("s0", "a", &at("03T0900")).contains(NO));
    let words = house.told("s0");
    assert!(words.contains("COMMENT:It is too late for this slot. Free: 2026-03-03 09:30 UTC"), "{words}");
    assert!(house.ask("s0", "b", &at("03T0930")).contains(YES));
}

#[test]
fn they_say_nothing_of_when_somebody_is_there() {
    let house = House::new(1);
    let busy = || {
        let teacher = house.service.keeper().principal("teacher").unwrap().id;
        let range = Range { from: NOW, to: Timestamp(NOW.0 + 2 * DAY) };
        house.actor("s0").busy_of(teacher, range, None).unwrap().unwrap()
    };
    house.open(HALF_HOURS).unwrap();
    assert_eq!(busy(), []);
    // Without seats it is when they are there.
    let teacher = house.actor("teacher");
    let calendar = teacher.default_calendar().unwrap();
    teacher.put(&calendar, hours("").as_bytes(), "add", "Available").unwrap();
    assert!(busy().iter().all(|time| time.busy == Busy::Unavailable) && busy().len() == 2);
    assert!(house.slots("s0", 9).is_empty());
    // What cannot be read opens nothing, and makes nobody busy.
    teacher.put(&calendar, hours("X-KALENDS-SEATS:many\n").as_bytes(), "add", "Available").unwrap();
    assert_eq!(busy(), []);
    assert!(house.slots("s0", 9).is_empty());
    assert!(!house.ask("s0", "a", &at("03T0900")).contains(YES));
}

#[test]
fn hours_that_cannot_be_are_refused() {
    let house = House::new(0);
    for lines in [
        "",
        "X-KALENDS-SEATS:0\n",
        "X-KALENDS-SEATS:2\nX-KALENDS-SLOT:PT3H\n",
        "X-KALENDS-SEATS:2\nX-KALENDS-SLOT:-PT3M\n",
        "X-KALENDS-SEATS:2\nX-KALENDS-NOTICE:soon\n",
        "X-KALENDS-SEATS:2\nDTEND:20260301T000000Z\nX-KALENDS-PER-PERSON:0\n",
    ] {
        let refused = house.open(lines).unwrap_err();
        assert!(matches!(refused, Error::Refused(Refusal::BadOfficeHours(_))), "{lines}: {refused}");
    }
    let teacher = house.actor("teacher");
    let calendar = teacher.default_calendar().unwrap();
    let over = hours(HALF_HOURS).replace("RRULE:FREQ=WEEKLY\r\n", "").replace("20260303", "20260224");
    let refused = teacher.open_office_hours(&calendar, over.as_bytes(), "over").unwrap_err();
    assert_eq!(refused.to_string(), "these hours are over");
}

#[test]
fn a_slot_is_taken_by_command_or_nothing_is_written() {
    let house = House::new(2);
    house.open(HALF_HOURS).unwrap();
    let take = |who: &str, uid: &str, lines: &str| {
        let actor = house.actor(who);
        let calendar = actor.default_calendar().unwrap();
        let text = event(who, uid, &format!("ATTENDEE:mailto:teacher@example.com\n{lines}"));
        let with = CalAddress::new("mailto:teacher@example.com");
        actor.take_slot(&calendar, text.as_bytes(), &with, "Office hours")
    };
    assert_eq!(take("s0", "a", &at("03T0900")).unwrap().stored.uid, "a");
    let full = take("s1", "b", &at("03T0900")).unwrap_err().to_string();
    assert!(full.starts_with("No seat is left in this slot. Free: 2026-03-03 09:30"), "{full}");
    let none = take("s1", "c", &at("03T0915")).unwrap_err();
    assert!(matches!(none, Error::Refused(Refusal::NoSeat(_))), "{none}");
    let over = take("s1", "d", "DTSTART:20260224T090000Z\nDURATION:PT30M\n").unwrap_err();
    assert!(matches!(over, Error::Refused(Refusal::NoSeat(_))), "{over}");
    for uid in ["b", "c", "d"] {
        assert_eq!(house.kept(uid), None);
    }
    let student = house.actor("s1");
    let calendar = student.default_calendar().unwrap().id;
    assert!(student.changes(calendar, None, 9).unwrap().changes.is_empty());
    assert_eq!(house.told("s1"), "");
}

#[test]
fn who_has_a_seat_is_told_to_whose_hours_they_are() {
    let house = House::new(2);
    house.open("X-KALENDS-SEATS:2\n").unwrap();
    house.ask("s0", "a", "DTSTART:20260303T090000Z\nDURATION:PT2H\n");
    let own = &house.slots("teacher", 2)[0];
    assert_eq!((own.left, own.by.len()), (1, 1));
    assert_eq!(own.by[0], CalAddress::new("mailto:s0@example.com"));
    let others = &house.slots("s1", 2)[0];
    assert_eq!((others.left, others.by.len()), (1, 0));
}

#[test]
fn who_may_not_know_when_the_teacher_is_busy_is_offered_nothing() {
    let house = House::new(2);
    house.open(HALF_HOURS).unwrap();
    let teacher = house.actor("teacher");
    teacher.share(Container::Home(teacher.principal_id()), Who::SignedIn, None, "nobody asks").unwrap();
    assert!(house.ask("s0", "a", &at("03T0900")).contains(YES), "a slot may be asked for all the same");
    assert!(house.ask("s1", "b", &at("03T0900")).contains(NO));
    let words = house.told("s1");
    assert!(words.contains("COMMENT:No seat is left in this slot\r\n"), "{words}");
    let range = Range { from: NOW, to: Timestamp(NOW.0 + DAY) };
    assert!(house.actor("s1").slots(teacher.principal_id(), range).unwrap().is_none());
}

#[test]
fn bookings_stay_when_hours_are_closed() {
    let house = House::new(2);
    house.open(HALF_HOURS).unwrap();
    house.ask("s0", "a", &at("03T0900"));
    let teacher = house.actor("teacher");
    let hours = teacher.find("v").unwrap().booked.stored;
    teacher.delete(&[hours], "closed").unwrap();
    assert!(house.kept("a").unwrap().contains(YES));
    let late = house.ask("s1", "b", &at("03T0930"));
    assert!(!late.contains(YES) && !late.contains(NO), "{late}");
}

/// Numbers that are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

#[test]
fn whatever_students_do_no_seat_is_given_twice() {
    let house = House::new(4);
    house.open("X-KALENDS-SEATS:2\nX-KALENDS-SLOT:PT30M\nX-KALENDS-PER-PERSON:3\n").unwrap();
    let mut chance = Chance(11);
    let starts = ["0900", "0930", "1000"];
    let students = ["s0", "s1", "s2", "s3"].map(|name| (name, house.actor(name)));
    let teacher = house.actor("teacher");
    let home = teacher.default_calendar().unwrap().id;
    for step in 0..160 {
        let (name, student) = students[chance.below(4)];
        let uid = format!("{name}-{}", chance.below(4));
        let calendar = student.default_calendar().unwrap().id;
        let start = starts[chance.below(3)];
        let line = ["ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED"][chance.below(2)];
        // What cannot be done now is not done.
        match chance.below(8) {
            0 => drop(student.erase(calendar, &uid, |_| true)),
            1 => drop(student.undo()),
            2 => drop(student.redo()),
            3 => {
                if let Ok(found) = teacher.find(&uid) {
                    let text = String::from_utf8(found.booked.document.to_bytes().into_owned()).unwrap();
                    let no = text.replace(YES, NO).into_bytes();
                    drop(teacher.write(home, &found.booked.stored.name, no, |_| true));
                }
            }
            _ => {
                let lines = format!("{line}:mailto:teacher@example.com\n{}", at(&format!("03T{start}")));
                drop(student.write(calendar, &uid, event(name, &uid, &lines).into_bytes(), |_| true));
            }
        }
        let mut given = [0; 3];
        for (name, student) in students {
            let texts = (0..4).filter_map(|number| {
                let calendar = student.default_calendar().unwrap().id;
                let (_, text) = student.text(calendar, &format!("{name}-{number}")).ok()?;
                Some(String::from_utf8(text).unwrap().replace("\r\n ", ""))
            });
            let own: Vec<String> = texts.filter(|text| text.contains(YES)).collect();
            assert!(own.len() <= 3, "{step}: {name} has {}", own.len());
            for (slot, start) in starts.iter().enumerate() {
                given[slot] += own.iter().filter(|text| text.contains(&format!("T{start}00Z"))).count();
            }
        }
        assert!(given.iter().all(|given| *given <= 2), "{step}: {given:?}");
        let left = house.left();
        for (given, left) in given.iter().zip(left) {
            assert_eq!(
                *given,
                2 - usize::try_from(left).unwrap(),
                "{step}: what students have, the teacher has"
            );
        }
    }
}

#[test]
fn of_many_who_ask_at_once_so_many_have_a_seat_as_there_are() {
    let most = std::env::var("ROOM_RACES").ok().and_then(|races| races.parse().ok()).unwrap_or(2);
    let (asking, seats) = (24, 5);
    let house = House::new(asking);
    house.open("X-KALENDS-SEATS:5\nX-KALENDS-SLOT:PT30M\n").unwrap();
    let names: Vec<String> = (0..asking).map(|number| format!("s{number}")).collect();
    // Signed in one after another: of many at once some would be slowed.
    let actors: Vec<Actor<'_>> = names.iter().map(|name| house.actor(name)).collect();
    for race in 0..most {
        let start = ["0900", "0930", "1000", "1030"][race % 4];
        let day = 3 + 7 * (race / 4 % 4);
        let lines = format!("ATTENDEE:mailto:teacher@example.com\n{}", at(&format!("{day:02}T{start}")));
        let answers: Vec<String> = std::thread::scope(|scope| {
            let one = |number: usize| {
                let (actor, who, lines) = (actors[number], &names[number], &lines);
                scope.spawn(move || put_as(actor, who, &format!("{race}-{number}"), lines))
            };
            let threads: Vec<_> = (0..asking).map(one).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let said = |word: &str| answers.iter().filter(|answer| answer.contains(word)).count();
        assert_eq!((said(YES), said(NO)), (seats, asking - seats));
    }
}

#[test]
fn of_one_who_asks_for_all_at_once_so_many_are_theirs_as_one_may_have() {
    let house = House::new(1);
    house.open(&format!("{HALF_HOURS}X-KALENDS-PER-PERSON:1\n")).unwrap();
    let actor = house.actor("s0");
    let answers: Vec<String> = std::thread::scope(|scope| {
        let one = |number: usize| {
            let lines = format!(
                "ATTENDEE:mailto:teacher@example.com\n{}",
                at(&format!("{:02}T0900", 3 + 7 * number))
            );
            scope.spawn(move || put_as(actor, "s0", &format!("{number}"), &lines))
        };
        let threads: Vec<_> = (0..4).map(one).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.contains(YES)).count(), 1);
}

#[test]
fn who_has_a_seat_and_brings_others_has_none_and_shuts_nothing() {
    let house = House::new(3);
    house.open("X-KALENDS-SEATS:3\nX-KALENDS-PER-PERSON:1\n").unwrap();
    let whole = "DTSTART:20260303T090000Z\nDURATION:PT2H\n";
    assert!(house.ask("s0", "a", whole).contains(YES));
    let more = house.ask("s0", "a", &format!("ATTENDEE:mailto:s1@example.com\n{whole}"));
    let teacher = more.lines().find(|line| line.ends_with("teacher@example.com")).unwrap();
    assert!(teacher.contains(NO), "{more}");
    assert!(house.told("s0").contains("COMMENT:A slot is for one"));
    assert_eq!((house.kept("a"), house.left()), (None, vec![3]));
    assert!(house.ask("s2", "b", whole).contains(YES));
}

#[test]
fn nobody_shuts_hours_by_asking_for_what_is_long_or_far_away() {
    let house = House::new(3);
    house.open(&format!("{HALF_HOURS}X-KALENDS-PER-PERSON:1\n")).unwrap();
    house.ask("s0", "long", "DTSTART:20260303T000000Z\nDTEND:99981231T000000Z\n");
    house.ask("s0", "far", "DTSTART:90000304T090000Z\nDURATION:PT30M\n");
    assert_eq!(house.left(), [1, 1, 1, 1]);
    assert!(house.ask("s1", "a", &at("03T0900")).contains(YES));
    // Of hours without an end those that are asked for are looked at, not all before them.
    let teacher = house.actor("teacher");
    let calendar = teacher.default_calendar().unwrap();
    let ages = hours("X-KALENDS-SEATS:1\nX-KALENDS-SLOT:PT1M\nX-KALENDS-NOTICE:P9999D\n")
        .replace("UID:v", "UID:w")
        .replace("20260303T090000Z", "00020101T000000Z")
        .replace("DTEND:20260303T110000Z", "DTEND:99980101T000000Z")
        .replace("RRULE:FREQ=WEEKLY\r\n", "");
    teacher.write(calendar.id, "w.ics", ages.into_bytes(), |_| true).unwrap();
    assert!(house.ask("s2", "b", "DTSTART:20260303T120000Z\nDURATION:PT1M\n").contains(NO));
}

#[test]
fn hours_that_are_over_leave_room_for_more() {
    let house = House::new(1);
    let teacher = house.actor("teacher");
    let calendar = teacher.default_calendar().unwrap();
    for day in 0..70 {
        let gone = hours(HALF_HOURS).replace("UID:v", &format!("UID:v{day}-"));
        let gone = gone.replace("2026030", "2025030").replace("RRULE:FREQ=WEEKLY\r\n", "");
        teacher.write(calendar.id, &format!("{day}.ics"), gone.into_bytes(), |_| true).unwrap();
    }
    house.open(HALF_HOURS).unwrap();
    assert!(house.ask("s0", "a", &at("03T0900")).contains(YES));
}
