//! Whatever an organizer and those who are invited write, and however messages are delayed, repeated and reordered: in the end
//! all have what the organizer has, and the organizer has all answers.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use std::sync::Arc;

use ical::civil::{Date, Timestamp};
use ical::component::CalendarUser;
use ical::value::{CalAddress, DateOrTime};
use ical::zone::ZoneCache;
use ical::{Component, ComponentId, ContentLine, Document, ParameterKind, PropertyKind};
use itip::incoming::{Incoming, Outcome};
use itip::{Addresses, Changes, Message, Options, Part, Party, SchedulingObject, State, incoming, outgoing};
use proptest::prelude::*;

const GUESTS: [char; 3] = ['a', 'b', 'c'];

fn address(user: char) -> CalAddress<'static> {
    CalAddress::new(format!("mailto:{user}@example.com"))
}

/// What somebody does.
#[derive(Clone, Debug)]
enum Step {
    /// The organizer changes something.
    Edit(Edit),
    /// A guest answers, for all or for an instance.
    Answer { guest: usize, word: usize, week: Option<u8> },
    /// A message on its way arrives; another time again, where it is repeated.
    Deliver { which: usize, is_repeated: bool },
}

#[derive(Clone, Debug)]
enum Edit {
    Summary(u8),
    Start(u8),
    Count(u8),
    Invite(usize),
    Leave(usize),
    Except(u8),
    MoveOne(u8, u8),
    CancelOne(u8),
    NameOne(u8, u8),
    InviteToOne(usize, u8),
}

fn edit() -> impl Strategy<Value = Edit> {
    let week = 0..4_u8;
    prop_oneof![
        (0..4_u8).prop_map(Edit::Summary),
        (0..4_u8).prop_map(Edit::Start),
        (2..7_u8).prop_map(Edit::Count),
        (0..3_usize).prop_map(Edit::Invite),
        (0..3_usize).prop_map(Edit::Leave),
        week.clone().prop_map(Edit::Except),
        (week.clone(), 0..4_u8).prop_map(|(week, hour)| Edit::MoveOne(week, hour)),
        week.clone().prop_map(Edit::CancelOne),
        (week.clone(), 0..4_u8).prop_map(|(week, name)| Edit::NameOne(week, name)),
        (0..3_usize, week).prop_map(|(guest, week)| Edit::InviteToOne(guest, week)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let answer = (0..3_usize, 0..3_usize, proptest::option::of(0..4_u8));
    prop_oneof![
        3 => edit().prop_map(Step::Edit),
        2 => answer.prop_map(|(guest, word, week)| Step::Answer { guest, word, week }),
        4 => (any::<usize>(), any::<bool>()).prop_map(|(which, is_repeated)| Step::Deliver { which, is_repeated }),
    ]
}

#[derive(Default)]
struct User {
    document: Option<Document>,
    state: State,
}

struct World {
    now: Timestamp,
    organizer: User,
    guests: [User; 3],
    on_their_way: Vec<(char, Message)>,
    zones: Arc<ZoneCache>,
    options: Options,
}

impl World {
    fn new() -> Self {
        Self {
            now: Timestamp::from_utc(Date::new(2026, 3, 1).unwrap().midnight()),
            organizer: User::default(),
            guests: Default::default(),
            on_their_way: Vec::new(),
            zones: Arc::default(),
            options: Options::default(),
        }
    }

    fn with<T>(&mut self, who: char, act: impl FnOnce(&mut User, &Party<'_>) -> (T, Vec<Message>)) -> T {
        self.now.0 += 60;
        let addresses = Addresses::new(address(who), []);
        let party = Party {
            addresses: &addresses,
            sent_by: None,
            options: &self.options,
            zones: &self.zones,
            now: self.now,
        };
        let user = match GUESTS.iter().position(|guest| *guest == who) {
            Some(at) => &mut self.guests[at],
            None => &mut self.organizer,
        };
        let (told, owed) = act(user, &party);
        for message in owed {
            for to in &message.recipients {
                let name = to.email().unwrap().chars().next().unwrap();
                let alone = Message { recipients: vec![to.clone()], ..message.clone() };
                self.on_their_way.push((name, alone));
            }
        }
        told
    }

    /// Writes a text; false where it is refused.
    fn write(&mut self, who: char, document: Document) -> bool {
        self.with(who, |user, party| {
            match outgoing(user.document.as_ref(), Some(document), &mut user.state, party) {
                Ok(edit) => {
                    user.document = edit.document;
                    (true, edit.owed)
                }
                Err(_) => (false, Vec::new()),
            }
        })
    }

    fn deliver(&mut self, at: usize, is_repeated: bool) {
        let (to, message) = match is_repeated {
            true => self.on_their_way[at].clone(),
            false => self.on_their_way.remove(at),
        };
        let document = Document::read(message.text.clone()).unwrap();
        let came = Incoming::new(message.method, message.sender, document);
        self.with(to, |user, party| {
            let applied = incoming(user.document.as_ref(), &came, &mut user.state, party);
            if let Outcome::Keep { document, .. } = applied.outcome {
                user.document = Some(document);
            }
            ((), applied.owed)
        });
    }

    fn play(&mut self, step: &Step) {
        match step {
            Step::Edit(edit) => {
                let mut document = self.organizer.document.clone().unwrap();
                if changed(&mut document, edit) {
                    self.write('o', document);
                }
            }
            Step::Answer { guest, word, week } => {
                let Some(mut document) = self.guests[*guest].document.clone() else { return };
                let word = ["ACCEPTED", "DECLINED", "TENTATIVE"][*word];
                if let Some(one) = part(&mut document, *week)
                    && let Some(id) = listed(document.component(one), GUESTS[*guest])
                    && is_on(&document.component(one))
                {
                    document.set_parameter(id, ParameterKind::Partstat, &[word]);
                    self.write(GUESTS[*guest], document);
                }
            }
            Step::Deliver { which, is_repeated } if !self.on_their_way.is_empty() => {
                self.deliver(which % self.on_their_way.len(), *is_repeated);
            }
            Step::Deliver { .. } => {}
        }
    }
}

fn is_on(component: &Component<'_>) -> bool {
    component.status() != Some(ical::value::Status::Cancelled)
}

fn listed(component: Component<'_>, who: char) -> Option<ical::PropertyId> {
    let is_them = |user: &CalendarUser<'_>| user.address().is_ok_and(|found| found == address(who));
    component.attendees().find(is_them).map(|user| user.property().id())
}

fn week(of: u8) -> DateOrTime<'static> {
    DateOrTime::parse(format!("202603{:02}", 2 + 7 * of).as_bytes()).unwrap()
}

/// The series, or an instance of a week; made an override where it has none. `None` where there is none such.
fn part(document: &mut Document, of: Option<u8>) -> Option<ComponentId> {
    let (known, master, times) = {
        let object = SchedulingObject::read(document, &Arc::default())?;
        let part = of.map_or(Part::Series, |of| object.instance(&week(of), object.zones()));
        let id = |part| object.part(part).map(|component| component.id());
        (id(part), id(Part::Series), object.times(part))
    };
    known.or_else(|| document.add_override(master?, &times?))
}

/// Does an edit; false where it means nothing.
fn changed(document: &mut Document, edit: &Edit) -> bool {
    let of = match edit {
        Edit::MoveOne(week, _)
        | Edit::CancelOne(week)
        | Edit::NameOne(week, _)
        | Edit::InviteToOne(_, week) => Some(*week),
        _ => None,
    };
    let Some(one) = part(document, of) else { return false };
    let invite = |document: &mut Document, guest: usize| {
        let is_new = listed(document.component(one), GUESTS[guest]).is_none();
        if is_new {
            document.add(one, &ContentLine::new(PropertyKind::Attendee).raw(address(GUESTS[guest]).as_str()));
        }
        is_new
    };
    let line = match edit {
        Edit::Summary(name) | Edit::NameOne(_, name) => {
            ContentLine::new(PropertyKind::Summary).raw(&format!("Tea {name}"))
        }
        Edit::Start(hour) => {
            ContentLine::new(PropertyKind::Dtstart).raw(&format!("20260302T{:02}0000Z", 9 + hour))
        }
        Edit::Count(count) => {
            ContentLine::new(PropertyKind::Rrule).raw(&format!("FREQ=WEEKLY;COUNT={count}"))
        }
        Edit::MoveOne(week, hour) => ContentLine::new(PropertyKind::Dtstart).raw(&format!(
            "202603{:02}T{:02}3000Z",
            2 + 7 * week,
            9 + hour
        )),
        Edit::CancelOne(_) => ContentLine::new(PropertyKind::Status).raw("CANCELLED"),
        Edit::Invite(guest) => return invite(document, *guest),
        Edit::InviteToOne(guest, _) => return invite(document, *guest),
        Edit::Leave(guest) => {
            let Some(id) = listed(document.component(one), GUESTS[*guest]) else { return false };
            document.remove(id);
            return true;
        }
        Edit::Except(of) => {
            let times = {
                let object = SchedulingObject::read(document, &Arc::default()).unwrap();
                let part = object.instance(&week(*of), object.zones());
                object.times(part).map(|times| (times, object.part(part).map(|found| found.id())))
            };
            let Some((times, known)) = times else { return false };
            if let Some(known) = known {
                document.remove_component(known);
            }
            document.add(one, &ContentLine::new(PropertyKind::Exdate).date_or_time(&times.original));
            return true;
        }
    };
    document.set(one, &line);
    true
}

const FIRST: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n\
    DTSTAMP:20260228T000000Z\r\nDTSTART:20260302T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=5\r\nSUMMARY:Tea\r\n\
    ORGANIZER:mailto:o@example.com\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:o@example.com\r\n\
    ATTENDEE:mailto:a@example.com\r\nATTENDEE:mailto:b@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// What is still to be of an object for a guest: the parts that list them, and take place. An instance without an override is
/// described by its series.
fn differs(organizer: &Document, guest: &Document, who: char) -> Option<String> {
    let zones = Arc::default();
    let theirs = SchedulingObject::read(organizer, &zones).unwrap();
    let ours = SchedulingObject::read(guest, &zones).unwrap();
    let parts =
        (0..7).map(|of| Part::Instance(Timestamp(theirs_start(organizer) + i64::from(of) * 7 * 86_400)));
    for part in parts {
        let described = |object: &SchedulingObject<'_>| -> Option<(Document, Part)> {
            let mut document = object.document().clone();
            if object.part(part).is_none() {
                let master = object.part(Part::Series)?.id();
                document.add_override(master, &object.times(part)?)?;
            }
            Some((document, part))
        };
        let find = |text: &Option<(Document, Part)>| -> Option<Vec<u8>> {
            let (document, part) = text.as_ref()?;
            let object = SchedulingObject::read(document, &zones)?;
            let component = object.part(*part)?;
            (is_on(&component) && listed(component, who).is_some()).then(|| component.to_bytes())
        };
        let (there, here) = (described(&theirs), described(&ours));
        let (there_text, here_text) = (find(&there), find(&here));
        match (&there_text, &here_text) {
            (None, None) => {}
            (Some(_), Some(_)) => {
                let (there, here) = (there.unwrap().0, here.unwrap().0);
                let there = SchedulingObject::read(&there, &zones).unwrap();
                let here = SchedulingObject::read(&here, &zones).unwrap();
                let changes =
                    Changes::between((&there, there.part(part).unwrap()), (&here, here.part(part).unwrap()));
                if (Changes { asks: false, ..changes }).is_any() {
                    return Some(format!("{part:?} {changes:?}"));
                }
            }
            (there, here) => {
                return Some(format!("{part:?}: there {}, here {}", there.is_some(), here.is_some()));
            }
        }
    }
    None
}

fn theirs_start(document: &Document) -> i64 {
    let object = SchedulingObject::read(document, &Arc::default()).unwrap();
    let start = object.part(Part::Series).unwrap().start().unwrap().unwrap();
    Timestamp::from_utc(start.wall()).0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn all_have_what_the_organizer_has(
        steps in proptest::collection::vec(step(), 1..40),
        order in proptest::collection::vec(any::<usize>(), 1..20),
    ) {
        let mut world = World::new();
        world.write('o', Document::read(FIRST).unwrap());
        for step in &steps {
            world.play(step);
        }
        // All that is on its way arrives, in whatever order, and what is owed for it.
        let mut count = 0;
        while !world.on_their_way.is_empty() {
            let at = order[count % order.len()] % world.on_their_way.len();
            world.deliver(at, false);
            count += 1;
            prop_assert!(count < 2_000, "messages without end");
        }
        let organizer = world.organizer.document.unwrap();
        for (guest, who) in world.guests.iter().zip(GUESTS) {
            let Some(document) = &guest.document else {
                let objects = organizer.objects();
                let is_listed = objects[0].components().iter().any(|one| is_on(one) && listed(*one, who).is_some());
                prop_assert!(!is_listed, "{who} has nothing");
                continue;
            };
            if let Some(difference) = differs(&organizer, document, who) {
                let text = |document: &Document| String::from_utf8(document.to_bytes().into_owned()).unwrap();
                prop_assert!(false, "{who}: {difference}\n{}\n{}", text(&organizer), text(document));
            }
        }
    }
}
