//! A world of calendar users, each with what they keep, and messages on their way.

use std::collections::BTreeMap;
use std::sync::Arc;

use ical::civil::{Date, Timestamp};
use ical::value::{CalAddress, DateOrTime};
use ical::zone::ZoneCache;
use ical::{Component, ComponentId, ComponentKind, ContentLine, Document, ParameterKind, PropertyKind};
use itip::incoming::{Hold, Incoming, Outcome};
use itip::outgoing::NoCounter;
use itip::{
    Addresses, Class, Message, Method, Options, Part, Party, SchedulingObject, State, counter,
    decline_counter, incoming, outgoing, refresh,
};

/// What one calendar user keeps of the one UID that a scenario is about.
#[derive(Default)]
struct User {
    document: Option<Document>,
    state: State,
    held: Option<(Incoming, Hold)>,
}

/// Everybody, and what is on its way to one of them.
pub(crate) struct World {
    now: Timestamp,
    users: BTreeMap<char, User>,
    on_their_way: Vec<(char, Message)>,
    delivered: Vec<(char, Message)>,
    zones: Arc<ZoneCache>,
    options: Options,
    /// Who acts for whoever does something.
    by: Option<CalAddress<'static>>,
}

fn address(user: char) -> CalAddress<'static> {
    CalAddress::new(format!("mailto:{user}@example.com"))
}

fn name(address: &CalAddress<'_>) -> char {
    address.email().and_then(|email| email.chars().next()).unwrap_or('?')
}

impl World {
    pub(crate) fn new() -> Self {
        let now = Timestamp::from_utc(Date::new(2026, 3, 1).unwrap().midnight());
        let (zones, options) = (Arc::new(ZoneCache::default()), Options::default());
        let users = BTreeMap::new();
        Self { now, users, on_their_way: vec![], delivered: vec![], zones, options, by: None }
    }

    /// Does a step; what came of it, a line each.
    pub(crate) fn step(&mut self, step: &str, inside: &[String]) -> Vec<String> {
        self.now.0 += 60;
        let words: Vec<&str> = step.split_whitespace().collect();
        match words.as_slice() {
            ["deliver", numbers @ ..] => {
                let numbers: Vec<usize> = numbers.iter().map(|number| number.parse().unwrap()).collect();
                self.deliver(&numbers)
            }
            ["lose"] => {
                self.on_their_way.clear();
                Vec::new()
            }
            ["again"] => {
                self.on_their_way = std::mem::take(&mut self.delivered);
                self.deliver(&[])
            }
            ["hide"] => {
                self.options.hides_attendees = true;
                Vec::new()
            }
            ["wait", minutes] => {
                self.now.0 += minutes.parse::<i64>().unwrap() * 60;
                Vec::new()
            }
            ["by", user] => {
                self.by = user.chars().next().filter(|_| *user != "themselves").map(address);
                Vec::new()
            }
            [user, "sends", method, to @ ..] => self.send_text(user, method, to, inside),
            [user, "agrees"] => self.agree(user),
            [user, "counters", of @ ..] => {
                let mut proposal = self.kept(user);
                edit(&mut proposal, of.first().copied(), inside);
                self.ask(user, |kept, state, party| counter(kept.unwrap(), &proposal, state, party))
            }
            [user, "refuses"] => {
                let (held, _) = self.users[&user.chars().next().unwrap()].held.clone().unwrap();
                let comment = inside.first().map(|line| line.trim_start_matches("+ COMMENT:"));
                self.ask(user, |_, state, party| {
                    Ok(decline_counter(&held, comment, state, party).into_iter().collect())
                })
            }
            [user, "asks"] => self.ask(user, |kept, state, party| {
                Ok(refresh(kept.unwrap(), state, party).into_iter().collect())
            }),
            [user, "delegates", to, of @ ..] => {
                let mut document = self.kept(user);
                let one = component(&mut document, of.first().copied());
                let own = address(user.chars().next().unwrap());
                let attendee = document.component(one).attendees().find(|one| one.address().unwrap() == own);
                let id = attendee.unwrap().property().id();
                let to = address(to.chars().next().unwrap());
                document.set_parameter(id, ParameterKind::Partstat, &["DELEGATED"]);
                document.set_parameter(id, ParameterKind::DelegatedTo, &[to.as_str()]);
                self.write(user, Some(document))
            }
            [user, "puts"] => self.write(user, Some(document(inside))),
            [user, "deletes"] => self.write(user, None),
            [user, "edits", of @ ..] => {
                let mut document = self.kept(user);
                edit(&mut document, of.first().copied(), inside);
                self.write(user, Some(document))
            }
            [user, "answers", word, of @ ..] => {
                let mut document = self.kept(user);
                let one = component(&mut document, of.first().copied());
                let own = address(user.chars().next().unwrap());
                let attendee = document.component(one).attendees().find(|one| one.address().unwrap() == own);
                let id = attendee.unwrap().property().id();
                document.set_parameter(id, ParameterKind::Partstat, &[word]);
                self.write(user, Some(document))
            }
            _ => panic!("no such step: {step}"),
        }
    }

    fn kept(&self, user: &str) -> Document {
        self.users[&user.chars().next().unwrap()].document.clone().unwrap()
    }

    /// A message as another program would write it.
    fn send_text(&mut self, user: &str, method: &str, to: &[&str], lines: &[String]) -> Vec<String> {
        let mut document = document(lines);
        let root = document.roots().next().unwrap().id();
        document.set(root, &ContentLine::new(PropertyKind::Method).raw(method));
        let message = Message {
            method: Method::from_name(method).unwrap(),
            class: Class::Update,
            sender: address(user.chars().next().unwrap()),
            recipients: Vec::new(),
            text: document.to_bytes().into_owned(),
        };
        self.on_their_way.extend(to.iter().map(|to| (to.chars().next().unwrap(), message.clone())));
        Vec::new()
    }

    /// Takes in what was held last.
    fn agree(&mut self, user: &str) -> Vec<String> {
        let user = user.chars().next().unwrap();
        let (mut held, why) = self.users.get_mut(&user).unwrap().held.take().unwrap();
        held.agreed.push(why);
        let mut told = Vec::new();
        self.take_in(user, &held, &mut told);
        told
    }

    /// Sends what is owed without an edit.
    fn ask(
        &mut self,
        user: &str,
        question: impl FnOnce(Option<&Document>, &mut State, &Party<'_>) -> Result<Vec<Message>, NoCounter>,
    ) -> Vec<String> {
        let user = user.chars().next().unwrap();
        let addresses = Addresses::new(address(user), []);
        let kept = self.users.entry(user).or_default();
        let party = Party {
            addresses: &addresses,
            sent_by: self.by.clone(),
            options: &self.options,
            zones: &self.zones,
            now: self.now,
        };
        match question(kept.document.as_ref(), &mut kept.state, &party) {
            Ok(owed) => {
                let mut told = Vec::new();
                self.send(owed, &mut told);
                told
            }
            Err(denied) => vec![format!("denied: {denied:?}")],
        }
    }

    fn write(&mut self, user: &str, new: Option<Document>) -> Vec<String> {
        let user = user.chars().next().unwrap();
        let addresses = Addresses::new(address(user), []);
        let kept = self.users.entry(user).or_default();
        let party = Party {
            addresses: &addresses,
            sent_by: self.by.clone(),
            options: &self.options,
            zones: &self.zones,
            now: self.now,
        };
        match outgoing(kept.document.as_ref(), new, &mut kept.state, &party) {
            Ok(edit) => {
                let mut told = vec![format!("{user} keeps")];
                told.extend(edit.document.as_ref().map(sketches).unwrap_or_default());
                kept.document = edit.document;
                self.send(edit.owed, &mut told);
                told
            }
            Err(denied) => vec![format!("denied: {denied:?}")],
        }
    }

    fn send(&mut self, owed: Vec<Message>, told: &mut Vec<String>) {
        for message in owed {
            let to: String = message.recipients.iter().map(|to| format!(" {}", name(to))).collect();
            let from = name(&message.sender);
            told.push(format!("{} from {from} to{to}: {:?}", message.method, message.class));
            let document = Document::read(message.text.clone()).unwrap();
            assert_lawful(&message, &document);
            told.extend(sketches(&document));
            for to in &message.recipients {
                self.on_their_way
                    .push((name(to), Message { recipients: vec![to.clone()], ..message.clone() }));
            }
        }
    }

    fn deliver(&mut self, numbers: &[usize]) -> Vec<String> {
        let all = std::mem::take(&mut self.on_their_way);
        let chosen: Vec<(char, Message)> = match numbers {
            [] => all,
            numbers => {
                let left = all.iter().enumerate().filter(|(at, _)| !numbers.contains(&(at + 1)));
                self.on_their_way = left.map(|(_, one)| one.clone()).collect();
                numbers.iter().map(|number| all[number - 1].clone()).collect()
            }
        };
        let mut told = Vec::new();
        for (to, message) in chosen.clone() {
            self.take(to, &message, &mut told);
        }
        self.delivered = chosen;
        told
    }

    fn take(&mut self, to: char, message: &Message, told: &mut Vec<String>) {
        let document = Document::read(message.text.clone()).unwrap();
        self.take_in(to, &Incoming::new(message.method, message.sender.clone(), document), told);
    }

    fn take_in(&mut self, to: char, came: &Incoming, told: &mut Vec<String>) {
        let addresses = Addresses::new(address(to), []);
        let user = self.users.entry(to).or_default();
        let party = Party {
            addresses: &addresses,
            sent_by: None,
            options: &self.options,
            zones: &self.zones,
            now: self.now,
        };
        let applied = incoming(user.document.as_ref(), came, &mut user.state, &party);
        match applied.outcome {
            Outcome::Keep { document, class } => {
                told.push(format!("{to} keeps: {class:?}"));
                told.extend(sketches(&document));
                user.document = Some(document);
            }
            Outcome::Note(class) => told.push(format!("{to} is told: {class:?}")),
            Outcome::Hold(hold) => {
                user.held = Some((came.clone(), hold));
                told.push(format!("{to} holds: {hold:?}"));
            }
            Outcome::Ignore(ignore) => told.push(format!("{to} ignores: {ignore:?}")),
        }
        self.send(applied.owed, told);
    }
}

/// Every message is held against the tables of its method.
fn assert_lawful(message: &Message, document: &Document) {
    let method = ical::value::Method::new(message.method.as_str());
    let problems = document.validate(&ical::Profile::Itip(method));
    assert!(problems.is_empty(), "{problems:#?}\n{}", String::from_utf8_lossy(&message.text));
}

/// A text of components that are separated by `---`.
fn document(lines: &[String]) -> Document {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n".to_owned();
    for component in lines.split(|line| line == "---") {
        let has = |name: &str| component.iter().any(|line| line.starts_with(name));
        let kind = match (has("DUE"), has("X-JOURNAL")) {
            (true, _) => "VTODO",
            (false, true) => "VJOURNAL",
            _ => "VEVENT",
        };
        let stamp = if has("DTSTAMP") { "" } else { "DTSTAMP:20260228T000000Z\r\n" };
        text.push_str(&format!("BEGIN:{kind}\r\nUID:1\r\n{stamp}"));
        for line in component {
            text.push_str(&written(line));
            text.push_str("\r\n");
        }
        text.push_str(&format!("END:{kind}\r\n"));
    }
    text.push_str("END:VCALENDAR\r\n");
    Document::read(text).unwrap()
}

/// A line with addresses in full.
fn written(line: &str) -> String {
    "oabcdefgx"
        .chars()
        .fold(line.to_owned(), |line, user| line.replace(&format!("<{user}>"), address(user).as_str()))
}

/// The master, or an override that is made where there is none.
fn component(document: &mut Document, original: Option<&str>) -> ComponentId {
    let (found, master, times) = {
        let object = SchedulingObject::read(document, &Arc::default()).unwrap();
        let part = match original {
            None => Part::Series,
            Some(original) => {
                object.instance(&DateOrTime::parse(original.as_bytes()).unwrap(), object.zones())
            }
        };
        let series = object.part(Part::Series).map(|master| master.id());
        (object.part(part).map(|found| found.id()), series, object.times(part))
    };
    found.unwrap_or_else(|| document.add_override(master.unwrap(), &times.unwrap()).unwrap())
}

fn edit(document: &mut Document, original: Option<&str>, changes: &[String]) {
    let one = component(document, original);
    for change in changes {
        let (verb, line) = change.split_once(' ').unwrap_or((change, ""));
        let line = written(line);
        let lines = |document: &Document, wanted: &dyn Fn(&str) -> bool| -> Vec<ical::PropertyId> {
            let has = |property: &ical::Property<'_>| wanted(&String::from_utf8_lossy(property.content()));
            document.component(one).properties().filter(has).map(|property| property.id()).collect()
        };
        match verb {
            "alarm" => {
                let alarm =
                    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n";
                document.add_component(Some(one), alarm.as_bytes()).unwrap();
            }
            "cut" => document.remove_component(one),
            _ => {
                let name = line.split([';', ':']).next().unwrap().to_owned();
                let gone = match verb {
                    "=" => lines(document, &|found| found.split([';', ':']).next() == Some(&name)),
                    "-" => lines(document, &|found| found.contains(&line)),
                    _ => Vec::new(),
                };
                gone.into_iter().for_each(|id| document.remove(id));
                if verb != "-" {
                    let other = Document::read(format!("BEGIN:VEVENT\r\n{line}\r\nEND:VEVENT\r\n")).unwrap();
                    let property = other.roots().next().unwrap().properties().next().unwrap();
                    document.copy(one, &property);
                }
            }
        }
    }
}

/// What is told of each component, in a line.
fn sketches(document: &Document) -> Vec<String> {
    let components = document.objects().into_iter().flat_map(|object| object.components().to_vec());
    components.map(sketch).collect()
}

fn sketch(component: Component<'_>) -> String {
    let mut told = String::from("  ");
    for property in component.properties() {
        let said = match property.kind() {
            PropertyKind::Uid | PropertyKind::Dtstamp | PropertyKind::Organizer | PropertyKind::Attendee => {
                continue;
            }
            PropertyKind::Sequence => format!("#{}", property.value_lossy()),
            PropertyKind::Summary => format!("\"{}\"", property.value_lossy()),
            _ => String::from_utf8_lossy(property.content()).into_owned(),
        };
        told.push_str(&said);
        told.push_str(", ");
    }
    if let Some(by) = component.organizer().and_then(|user| Some(name(&user.sent_by()?))) {
        told.push_str(&format!("o by {by}, "));
    }
    let alarms = component.children_of(ComponentKind::Alarm).count();
    if alarms > 0 {
        told.push_str(&format!("{alarms} alarms, "));
    }
    for user in component.attendees() {
        let line = String::from_utf8_lossy(user.property().content()).into_owned();
        let parameters = line.split(":mailto:").next().unwrap_or_default().trim_start_matches("ATTENDEE");
        let parameters = parameters.replace("PARTSTAT=", "").replace("SCHEDULE-STATUS=", "");
        told.push_str(&format!("{}{parameters} ", name(&user.address().unwrap())));
    }
    told.trim_end().trim_end_matches(',').to_owned()
}
