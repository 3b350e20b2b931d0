//! What waits for its recipient's decision, decided.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::ComponentKind;
use ical::civil::Timestamp;
use service::{Actor, Choice, Credentials, Names, Newcomer, Options, Secret, Service};
use store::{
    Act, ChangeSet, Collection, Command, Effect, Key, MessageStanding, PrincipalId, PrincipalKind, Received,
    Store, Text, Waiting,
};
use tempfile::TempDir;

/// 2 March 2026, a Monday, 08:00 in UTC.
const NOW: Timestamp = Timestamp(1_772_438_400);

struct House {
    service: Service,
    _folder: TempDir,
}

impl House {
    /// Ann, who organizes tea, and Ben, who is invited to it.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = engines::store(folder.path(), Waiting::never());
        let service = Service::new(store, || NOW, Names::by_chance(), Options::default());
        let house = Self { service: service.kept_by("root".to_owned()), _folder: folder };
        for name in ["ann", "ben"] {
            let (addresses, password) = ([format!("{name}@example.com")], Secret::new("secret"));
            let kind = PrincipalKind::Individual;
            let newcomer =
                Newcomer { kind, name, display: None, addresses: &addresses, password: Some(&password) };
            house.service.keeper().make_principal(&newcomer).unwrap();
        }
        let ann = house.actor("ann");
        let calendar = ann.default_calendar().unwrap().id;
        ann.write(calendar, "tea.ics", tea("", "").into_bytes(), |_| true).unwrap();
        house
    }

    fn actor(&self, name: &str) -> Actor<'_> {
        let secret = Secret::new("secret");
        self.service.sign_in(&Credentials::Password { login: name, secret: &secret }, None).unwrap()
    }

    fn kept(&self, who: &str) -> String {
        let actor = self.actor(who);
        let calendar = actor.default_calendar().unwrap().id;
        let text = actor.text(calendar, "tea.ics").unwrap().1;
        String::from_utf8(text).unwrap().replace("\r\n ", "")
    }

    /// A message that another program sent Ann, as what it was held for.
    fn held(&self, method: &str, sender: &str, text: String, why: &str) -> &'static str {
        let store: &Store = self.service.store();
        let inbox = store.snapshot().unwrap().unwrap();
        let inbox = inbox.collection_of_messages(PrincipalId::OWNER, Collection::Inbox).unwrap().unwrap().id;
        let received = Received {
            inbox,
            name: "held.ics".to_owned(),
            uid: "tea".to_owned(),
            kind: ComponentKind::Event,
            text: Text::new(text.into_bytes()),
            method: method.to_owned(),
            sender: sender.to_owned(),
            standing: MessageStanding::Held,
            why: why.to_owned(),
        };
        let key = Key([7; 16]);
        let command = Command { key, verb: "deliver", line: String::new(), undoes: None };
        let act = Act { key, command, principal: PrincipalId::OWNER, at: NOW, versions: 1 };
        let effects = vec![Effect::Receive(received)];
        store.apply(ChangeSet { act: Some(act), expects: Vec::new(), effects }).unwrap();
        "held.ics"
    }
}

fn tea(method: &str, more: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n{method}BEGIN:VEVENT\r\nUID:tea\r\n\
         DTSTAMP:20260302T090000Z\r\nDTSTART:20260303T160000Z\r\nDURATION:PT1H\r\nSUMMARY:Tea\r\n\
         ORGANIZER:mailto:ann@example.com\r\nATTENDEE:mailto:ben@example.com\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

#[test]
fn what_is_there_to_read_is_set_aside() {
    for choice in [Choice::Agree, Choice::Refuse(Some("No".to_owned()))] {
        let house = House::new();
        let before = house.kept("ann");
        let text = tea("METHOD:COUNTER\r\n", "COMMENT:Running late\r\n");
        let name = house.held("COUNTER", "mailto:ben@example.com", text, "remark");
        assert_eq!(house.actor("ann").decide_held(name, &choice).unwrap(), "remark");
        assert_eq!(house.kept("ann"), before);
        let told = house.actor("ann").inbox(9).unwrap();
        let told: Vec<_> = told.iter().map(|message| (message.standing, message.why.as_str())).collect();
        assert_eq!(told, [(MessageStanding::Applied, "remark")]);
        let ben = house.actor("ben").inbox(9).unwrap();
        assert_eq!(ben.len(), 1, "nobody hears of it");
        assert!(house.actor("ann").decide_held(name, &choice).is_err(), "it waits no more");
    }
}

#[test]
fn of_what_can_never_be_taken_in_it_is_said() {
    let house = House::new();
    let before = house.kept("ann");
    let text = tea("METHOD:REPLY\r\n", "").replace("ATTENDEE:", "ATTENDEE;PARTSTAT=ACCEPTED:");
    let name = house.held("REPLY", "mailto:eve@example.net", text, "not-the-attendee");
    let refused = house.actor("ann").decide_held(name, &Choice::Agree).unwrap_err().to_string();
    assert!(refused.starts_with("refuse it: it answers in the name of somebody else"), "{refused}");
    assert_eq!(house.kept("ann"), before);
    assert_eq!(house.actor("ann").decide_held(name, &Choice::Refuse(None)).unwrap(), "refused");
}

#[test]
fn what_waits_is_shown_however_much_came_since() {
    let house = House::new();
    let text = tea("METHOD:COUNTER\r\n", "COMMENT:Running late\r\n");
    house.held("COUNTER", "mailto:ben@example.com", text, "remark");
    let ben = house.actor("ben");
    let calendar = ben.default_calendar().unwrap().id;
    for answer in ["ACCEPTED", "DECLINED", "TENTATIVE"] {
        let own = "mailto:ben@example.com";
        let kept = house.kept("ben");
        let line = kept.lines().find(|line| line.ends_with(own)).unwrap();
        let text = kept.replace(line, &format!("ATTENDEE;PARTSTAT={answer}:{own}"));
        ben.write(calendar, "tea.ics", text.into_bytes(), |_| true).unwrap();
    }
    let told = house.actor("ann").inbox(2).unwrap();
    assert_eq!(told.len(), 3, "two, and what waits");
    assert_eq!(told[0].why, "remark");
    let handle = told[0].handle();
    assert_eq!(house.actor("ann").held(&handle[..4].to_uppercase()).unwrap().why, "remark");
    assert!(house.actor("ann").held("zzzz").is_err());
}
