//! Groups that are invited: what their organizers may not write, and what happens to meetings when others are in a group.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::Limits;
use ical::civil::Timestamp;
use service::{Actor, Credentials, Error, Names, Newcomer, Options, Refusal, Secret, Service};
use store::{Act, ChangeSet, Command, Effect, Key, PrincipalId, PrincipalKind, Waiting};
use tempfile::TempDir;

/// 2 March 2026, a Monday, 08:00 in UTC.
const NOW: Timestamp = Timestamp(1_772_438_400);

struct Club {
    service: Service,
    folder: TempDir,
}

impl Club {
    /// So many people, and three groups of nobody.
    fn new(people: usize, options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = engines::store(folder.path(), Waiting::never());
        let service = Service::new(store, || NOW, Names::by_chance(), options).kept_by("root".to_owned());
        let club = Self { service, folder };
        for number in 0..people {
            club.add(&format!("p{number}"), PrincipalKind::Individual);
        }
        for name in ["g1", "g2", "g3"] {
            club.add(name, PrincipalKind::Group);
        }
        club
    }

    /// The same three days later.
    fn later(self) -> Self {
        let store = engines::store(self.folder.path(), Waiting::never());
        let clock = || Timestamp(NOW.0 + 3 * 86_400);
        let service = Service::new(store, clock, Names::by_chance(), Options::default());
        Self { service: service.kept_by("root".to_owned()), ..self }
    }

    fn add(&self, name: &str, kind: PrincipalKind) -> PrincipalId {
        let password = Secret::new("secret");
        let addresses = [format!("{name}@example.com")];
        let newcomer =
            Newcomer { kind, name, display: None, addresses: &addresses, password: Some(&password) };
        self.service.keeper().make_principal(&newcomer).unwrap().id
    }

    fn regroup(&self, group: &str, in_: &[&str], out: &[&str]) {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        self.service.keeper().set_members(group, &names(in_), &names(out)).unwrap();
    }

    /// What no command does.
    fn by_hand(&self, effect: Effect) {
        let command = Command { key: Key([1; 16]), verb: "group", line: String::new(), undoes: None };
        let act = Act { key: Key([2; 16]), command, principal: PrincipalId::OWNER, at: NOW, versions: 1 };
        let set = ChangeSet { act: Some(act), expects: Vec::new(), effects: vec![effect] };
        self.service.store().apply(set).unwrap();
    }

    fn actor(&self, name: &str) -> Actor<'_> {
        let secret = Secret::new("secret");
        self.service.sign_in(&Credentials::Password { login: name, secret: &secret }, None).unwrap()
    }

    /// P0 invites to an event.
    fn invite(&self, uid: &str, start: &str, guests: &[&str]) -> Result<(), Error> {
        let guests: String =
            guests.iter().map(|guest| format!("ATTENDEE:mailto:{guest}@example.com\r\n")).collect();
        self.write(uid, &format!("DTSTART:{start}\r\nDURATION:PT1H\r\n{guests}"))
    }

    fn write(&self, uid: &str, lines: &str) -> Result<(), Error> {
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
             DTSTAMP:20260301T000000Z\r\nSUMMARY:Tea\r\nORGANIZER:mailto:p0@example.com\r\n{lines}\
             END:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        let actor = self.actor("p0");
        let calendar = actor.default_calendar()?.id;
        actor.write(calendar, &format!("{uid}.ics"), text.into_bytes(), |_| true).map(drop)
    }

    /// What somebody has of it, unfolded; nothing where they have nothing.
    fn kept(&self, who: &str, uid: &str) -> String {
        let actor = self.actor(who);
        let calendar = actor.default_calendar().unwrap().id;
        let text = actor.text(calendar, &format!("{uid}.ics")).map(|(_, text)| String::from_utf8(text));
        text.map(|text| text.unwrap().replace("\r\n ", "")).unwrap_or_default()
    }

    /// Who is listed in P0's.
    fn listed(&self, uid: &str) -> Vec<String> {
        let text = self.kept("p0", uid);
        let lines = text.lines().filter(|line| line.starts_with("ATTENDEE"));
        let mut names: Vec<String> = lines
            .filter_map(|line| line.rsplit_once(":mailto:")?.1.strip_suffix("@example.com"))
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        names
    }
}

const SOON: &str = "20260303T090000Z";

#[test]
fn more_than_may_be_listed_are_not_invited() {
    let limits = Limits { attendees: 4, ..Limits::default() };
    let club = Club::new(6, Options { limits, ..Options::default() });
    club.regroup("g1", &["p1", "p2", "p3", "p4"], &[]);
    club.regroup("g2", &["p4", "p5"], &[]);
    // Four and the group's own line are five.
    for guests in [["g1"].as_slice(), &["g1", "g2"]] {
        let refused = club.invite("tea", SOON, guests).unwrap_err();
        let is_refused =
            |error: &Error| matches!(error, Error::Refused(Refusal::TooMany { what: "attendees", most: 4 }));
        assert!(is_refused(&refused), "{refused}");
    }
    assert_eq!((club.kept("p0", "tea"), club.kept("p1", "tea")), (String::new(), String::new()));
    club.regroup("g1", &[], &["p3"]);
    club.regroup("g1", &[], &["p4"]);
    club.invite("tea", SOON, &["g1", "p5"]).unwrap();
    assert_eq!(club.listed("tea"), ["g1", "p1", "p2", "p5"]);
}

#[test]
fn more_bytes_than_an_object_may_have_are_not_written() {
    let limits = Limits { object: 1_500, ..Limits::default() };
    let club = Club::new(20, Options { limits, ..Options::default() });
    let names: Vec<String> = (1..20).map(|number| format!("p{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    club.regroup("g1", &names, &[]);
    let refused = club.invite("tea", SOON, &["g1"]).unwrap_err();
    let is_refused = matches!(&refused, Error::Refused(Refusal::TooMany { what: "bytes of an object", .. }));
    assert!(is_refused, "{refused}");
}

#[test]
fn a_ring_of_groups_comes_to_an_end() {
    let club = Club::new(3, Options::default());
    club.regroup("g1", &["g2", "p0", "p1"], &[]);
    club.regroup("g2", &["p2", "p1"], &[]);
    // No command makes one; a store that somebody wrote to by hand may have one.
    let id = |name: &str| club.service.keeper().principal(name).unwrap().id;
    club.by_hand(Effect::SetMember { group: id("g2"), member: id("g1"), is_in: true });
    club.invite("tea", SOON, &["g1", "g2", "g1"]).unwrap();
    assert_eq!(club.listed("tea"), ["g1", "g1", "g2", "p1", "p2"], "each once, and who invites is not");
    let text = club.kept("p0", "tea");
    let member = ";MEMBER=\"mailto:g1@example.com\",\"mailto:g2@example.com\":";
    assert_eq!(text.matches(member).count(), 2, "{text}");
    assert!(club.kept("p2", "tea").contains("SUMMARY:Tea"));
}

#[test]
fn a_group_of_nobody_is_told_to_be_one() {
    let club = Club::new(2, Options::default());
    club.invite("tea", SOON, &["g1", "p1"]).unwrap();
    let text = club.kept("p0", "tea");
    assert_eq!(club.listed("tea"), ["g1", "p1"]);
    let line = text.lines().find(|line| line.ends_with("g1@example.com")).unwrap();
    // RFC 6638 3.2.9: there is nothing that it could go to.
    assert!(line.contains("CUTYPE=GROUP") && line.contains("SCHEDULE-STATUS=5.3"), "{line}");
}

#[test]
fn who_was_there_is_not_said_anew() {
    let club = Club::new(3, Options::default());
    club.regroup("g1", &["p1"], &[]);
    club.invite("tea", SOON, &["g1"]).unwrap();
    let club = club.later();
    club.regroup("g1", &["p2"], &["p1"]);
    let notes = club.kept("p0", "tea").replace("SUMMARY:Tea", "SUMMARY:Tea with cake");
    let (start, end) = (notes.find("DTSTART").unwrap(), notes.find("END:VEVENT").unwrap());
    club.write("tea", &notes[start..end]).unwrap();
    assert_eq!(club.listed("tea"), ["g1", "p1"]);
    club.invite("cake", SOON, &["g1"]).unwrap();
    assert_eq!((club.listed("cake"), club.kept("p2", "cake")), (vec!["g1".to_owned()], String::new()));
}

#[test]
fn what_is_over_is_not_kept_in_step_and_all_else_is() {
    let club = Club::new(4, Options::default());
    club.regroup("g1", &["g2", "p1"], &[]);
    club.invite("over", "20260302T200000Z", &["g1"]).unwrap();
    club.invite("soon", "20260310T090000Z", &["g1"]).unwrap();
    club.invite("inner", "20260310T090000Z", &["g2"]).unwrap();
    club.invite("else", "20260310T090000Z", &["p1", "g3"]).unwrap();
    club.write("daily", "DTSTART:20260302T090000Z\r\nRRULE:FREQ=DAILY\r\nATTENDEE:mailto:g1@example.com\r\n")
        .unwrap();
    let club = club.later();
    let untouched = club.kept("p0", "over") + &club.kept("p0", "else");
    club.regroup("g2", &["p2", "p3"], &[]);
    assert_eq!(club.listed("soon"), ["g1", "p1", "p2", "p3"], "of a group in the group");
    assert_eq!(club.listed("inner"), ["g2", "p2", "p3"]);
    assert_eq!(club.listed("daily"), ["g1", "p1", "p2", "p3"]);
    assert_eq!(club.kept("p0", "over") + &club.kept("p0", "else"), untouched);
    for uid in ["soon", "inner", "daily"] {
        assert!(club.kept("p2", uid).contains("SUMMARY:Tea"), "{uid}");
    }
    club.regroup("g1", &[], &["g2"]);
    assert_eq!(club.listed("soon"), ["g1", "p1"]);
    assert!(club.kept("p2", "soon").contains("STATUS:CANCELLED"));
    assert!(!club.kept("p2", "inner").contains("STATUS:CANCELLED"));
    // Each is an act of the organizer's, of which they can read.
    let history = club.actor("p0").history(9).unwrap();
    assert!(history.iter().any(|one| one.line == "others are in a group that is invited"), "{history:?}");
}

#[test]
fn one_meeting_that_cannot_be_holds_up_no_other() {
    let limits = Limits { attendees: 4, ..Limits::default() };
    let club = Club::new(6, Options { limits, ..Options::default() });
    club.regroup("g1", &["p1"], &[]);
    club.invite("full", SOON, &["g1", "p4", "p5"]).unwrap();
    club.invite("tea", SOON, &["g1"]).unwrap();
    club.regroup("g1", &["p2"], &[]);
    assert_eq!(club.listed("full"), ["g1", "p1", "p4", "p5"]);
    assert_eq!(club.listed("tea"), ["g1", "p1", "p2"]);
}

/// More than are looked at at once.
#[test]
fn all_meetings_of_a_group_are_kept_in_step_also_where_that_was_broken_off() {
    let club = Club::new(3, Options::default());
    club.regroup("g1", &["p1"], &[]);
    // What is written about it is long, and none of it stands before the group.
    let novel = "novel ".repeat(20_000);
    for number in 0..70 {
        let line = if number == 69 { format!("DESCRIPTION:{novel}\r\n") } else { String::new() };
        club.write(
            &format!("tea{number}"),
            &format!("{line}DTSTART:{SOON}\r\nATTENDEE:mailto:g1@example.com\r\n"),
        )
        .unwrap();
    }
    club.regroup("g1", &["p2"], &[]);
    let is_there = |number: usize| club.listed(&format!("tea{number}")) == ["g1", "p1", "p2"];
    assert!((0..70).all(is_there));
    // As it is where somebody was stopped between the two: they say it again.
    let id = |name: &str| club.service.keeper().principal(name).unwrap().id;
    club.by_hand(Effect::SetMember { group: id("g1"), member: id("p2"), is_in: false });
    assert!((0..70).all(is_there));
    club.regroup("g1", &[], &["p2"]);
    assert!((0..70).all(|number| club.listed(&format!("tea{number}")) == ["g1", "p1"]));
}

#[test]
fn what_is_written_while_others_come_into_a_group_is_in_step() {
    let club = Club::new(3, Options::default());
    club.regroup("g1", &["p1"], &[]);
    let uids: Vec<String> = (0..24).map(|number| format!("tea{number}")).collect();
    std::thread::scope(|scope| {
        for some in uids.chunks(8) {
            let club = &club;
            scope.spawn(move || some.iter().for_each(|uid| club.invite(uid, SOON, &["g1"]).unwrap()));
        }
        club.regroup("g1", &["p2"], &[]);
    });
    for uid in &uids {
        assert_eq!(club.listed(uid), ["g1", "p1", "p2"], "{uid}");
        assert!(club.kept("p2", uid).contains("SUMMARY:Tea"), "{uid}");
    }
}
