//! A conversation in full texts: what people write, what is sent, and what each of them keeps of it.

mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use ical::civil::Timestamp;
use ical::value::{CalAddress, DateOrTime};
use ical::zone::{Zone, ZoneCache};
use ical::{ComponentKind, Document, Problem, Profile, PropertyKind, Severity};
use itip::incoming::{Hold, Incoming, Outcome};
use itip::outgoing::NoCounter;
use itip::{
    Addresses, BusyQuestion, Message, Method, Options, Part, Party, State, counter, decline_counter,
    incoming, outgoing, refresh,
};

pub(crate) use text::Text;
use text::{answered, edited, indented, unfolded};

/// What somebody keeps of a UID.
#[derive(Default)]
struct Kept {
    document: Option<Document>,
    state: State,
}

/// What somebody keeps, by UID.
type Calendar = BTreeMap<String, Kept>;

/// Those who talk, by their mail addresses.
pub(crate) struct Conversation {
    now: Timestamp,
    calendars: BTreeMap<String, Calendar>,
    /// What the last step of somebody's made, and what is owed for what came since.
    made: Vec<Message>,
    /// What was held last.
    held: Option<(Incoming, Hold)>,
    zones: Arc<ZoneCache>,
    options: Options,
}

fn mailto(user: &str) -> CalAddress<'static> {
    CalAddress::new(format!("mailto:{user}"))
}

fn name(address: &CalAddress<'_>) -> String {
    address.email().map_or_else(|| address.as_str().to_owned(), |email| email.into_owned())
}

fn names(addresses: &[CalAddress<'_>]) -> String {
    addresses.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn party<'p>(
    addresses: &'p Addresses,
    options: &'p Options,
    zones: &'p Arc<ZoneCache>,
    now: Timestamp,
) -> Party<'p> {
    Party { addresses, sent_by: None, options, zones, now }
}

/// The UID of a text's first object.
fn uid(document: &Document) -> String {
    document.objects().first().and_then(|object| object.uid()).unwrap_or_default().to_owned()
}

impl Conversation {
    pub(crate) fn new() -> Self {
        let product = "-//Example/ExampleCalendarClient//EN".to_owned();
        Self {
            now: Timestamp(0),
            calendars: BTreeMap::new(),
            made: Vec::new(),
            held: None,
            zones: Arc::default(),
            options: Options { product, ..Options::default() },
        }
    }

    /// Does a step; what came of it, a line each.
    pub(crate) fn step(&mut self, step: &str, text: &Text) -> Vec<String> {
        let words: Vec<&str> = step.split_whitespace().collect();
        match words.as_slice() {
            ["at", time] => {
                let Ok(DateOrTime::Utc(now)) = DateOrTime::parse(time.as_bytes()) else { panic!("{step}") };
                self.now = Timestamp::from_utc(now);
                Vec::new()
            }
            ["message" | "also", "from", from, "to", ..] => {
                let (_, to) = step.split_once(" to ").unwrap();
                let mut told = self.held_beside(from, to, text);
                let document = Document::read(text.meant.clone()).unwrap();
                told.extend(self.deliver(&mailto(from), to.split(", "), &document));
                told
            }
            ["what", "is", "owed", "arrives"] => {
                let mut told = Vec::new();
                if self.made.is_empty() {
                    told.push("nothing is owed".to_owned());
                }
                for message in std::mem::take(&mut self.made) {
                    let document = Document::read(message.text.clone()).unwrap();
                    let to: Vec<String> = message.recipients.iter().map(name).collect();
                    told.extend(self.deliver(&message.sender, to.iter().map(String::as_str), &document));
                }
                told
            }
            [user, "writes"] => self.write(user, Some(text.meant.clone()), Some(&text.meant)),
            [user, "agrees"] => self.agree(user),
            [user, "asks"] => {
                self.ask(user, |kept, state, party| Ok(refresh(kept, state, party).into_iter().collect()))
            }
            [user, "refuses"] => {
                let (held, _) = self.held.clone().unwrap();
                let comment =
                    text.changes.first().map(|line| line.trim_start_matches("+ COMMENT:").to_owned());
                self.ask(user, |_, state, party| {
                    Ok(decline_counter(&held, comment.as_deref(), state, party).into_iter().collect())
                })
            }
            [user, "proposes", of @ ..] => {
                let kept = self.only(user).unwrap();
                let proposal = Document::read(edited(&kept, of.first().copied(), &text.changes)).unwrap();
                self.ask(user, |kept, state, party| counter(kept, &proposal, state, party))
            }
            [user, what, more @ ..] => {
                self.made.clear();
                let Some(kept) = self.only(user) else { return vec![format!("{user} keeps nothing")] };
                let new = match (*what, more) {
                    ("deletes", []) => None,
                    ("edits", of) => Some(edited(&kept, of.first().copied(), &text.changes)),
                    ("answers", [word, of @ ..]) => Some(answered(&kept, of.first().copied(), user, word)),
                    _ => panic!("no such step: {step}"),
                };
                self.write(user, new, None)
            }
            _ => panic!("no such step: {step}"),
        }
    }

    /// What somebody sends without an edit of the one object that they keep.
    fn ask(
        &mut self,
        user: &str,
        question: impl FnOnce(&Document, &mut State, &Party<'_>) -> Result<Vec<Message>, NoCounter>,
    ) -> Vec<String> {
        let addresses = Addresses::new(mailto(user), []);
        let kept = self.calendars.get_mut(user).unwrap().values_mut().find(|kept| kept.document.is_some());
        let kept = kept.unwrap();
        let party = party(&addresses, &self.options, &self.zones, self.now);
        self.made.clear();
        match question(kept.document.as_ref().unwrap(), &mut kept.state, &party) {
            Ok(owed) => {
                let mut told = Vec::new();
                self.send(owed, &mut told);
                told
            }
            Err(denied) => vec![format!("denied: {denied:?}")],
        }
    }

    /// Takes in what was held last.
    fn agree(&mut self, user: &str) -> Vec<String> {
        let (mut held, why) = self.held.take().unwrap();
        held.agreed.push(why);
        let (mut told, mut owed) = (Vec::new(), Vec::new());
        self.made.clear();
        self.take_in(user, &held, &mut told, &mut owed);
        self.send(owed, &mut told);
        told
    }

    /// The text of the one object that somebody keeps.
    fn only(&self, user: &str) -> Option<String> {
        let mut documents = self.calendars.get(user)?.values().filter_map(|kept| kept.document.as_ref());
        let document = documents.next()?;
        assert!(documents.next().is_none(), "{user} keeps several");
        Some(String::from_utf8(document.to_bytes().into_owned()).unwrap())
    }

    /// Somebody writes an object into their calendar, or deletes the one that they keep. What stands in the step is told of only
    /// where something else is kept.
    fn write(&mut self, user: &str, new: Option<String>, step: Option<&str>) -> Vec<String> {
        let new = new.map(|new| Document::read(new).unwrap());
        let uid = new.as_ref().map_or_else(|| uid(&Document::read(self.only(user).unwrap()).unwrap()), uid);
        let addresses = Addresses::new(mailto(user), []);
        let kept = self.calendars.entry(user.to_owned()).or_default().entry(uid).or_default();
        let party = party(&addresses, &self.options, &self.zones, self.now);
        self.made.clear();
        let edit = match outgoing(kept.document.as_ref(), new, &mut kept.state, &party) {
            Ok(edit) => edit,
            Err(denied) => return vec![format!("denied: {denied:?}")],
        };
        let is_in_step = |kept: &Document| step.is_some_and(|step| kept.to_bytes() == step.as_bytes());
        let mut told = Vec::new();
        match &edit.document {
            None => told.push(format!("{user} keeps nothing")),
            Some(document) if is_in_step(document) => told.push(format!("{user} keeps it as it is written")),
            Some(document) => {
                told.push(format!("{user} keeps"));
                told.extend(indented(document));
            }
        }
        kept.document = edit.document;
        self.send(edit.owed, &mut told);
        told
    }

    /// What is owed is told of in full, and held against the table of its method; unusual is in it only what its writer wrote.
    fn send(&mut self, owed: Vec<Message>, told: &mut Vec<String>) {
        for message in owed {
            let (from, to) = (name(&message.sender), names(&message.recipients));
            told.push(format!("{} from {from} to {to}: {:?}", message.method, message.class));
            let document = Document::read(message.text.clone()).unwrap();
            let problems = problems(&document);
            let is_wrong = problems.iter().any(|problem| problem.severity == Severity::Error);
            assert!(!is_wrong, "{problems:#?}\n{}", String::from_utf8_lossy(&message.text));
            told.extend(self::told(&problems).iter().map(|problem| format!("  amiss: {problem}")));
            told.extend(indented(&document));
            self.made.push(message);
        }
    }

    /// What is amiss in a message that is printed, and in what it differs from those that were made here, whose place it takes.
    fn held_beside(&mut self, from: &str, to: &str, text: &Text) -> Vec<String> {
        let (printed, meant) = (Document::read(text.printed.clone()), Document::read(text.meant.clone()));
        let (printed, meant) = (printed.unwrap(), meant.unwrap());
        let left = told(&problems(&meant));
        let mended = told(&problems(&printed)).into_iter().filter(|problem| !left.contains(problem));
        let mut all: Vec<String> = mended.map(|problem| format!("amiss as printed: {problem}")).collect();
        all.extend(left.iter().map(|problem| format!("amiss: {problem}")));
        let is_in_its_place = |made: &Message| {
            made.sender == mailto(from) && to.split(", ").any(|to| made.recipients.contains(&mailto(to)))
        };
        let theirs = unfolded(&text.meant);
        for made in self.made.extract_if(.., |made| is_in_its_place(made)) {
            let ours = unfolded(&String::from_utf8_lossy(&made.text));
            let is_same = if ours == theirs { " nothing differs" } else { "" };
            all.push(format!("beside ours to {}:{is_same}", names(&made.recipients)));
            all.extend(theirs.difference(&ours).map(|line| format!("  here alone: {line}")));
            all.extend(ours.difference(&theirs).map(|line| format!("  in ours alone: {line}")));
        }
        all
    }

    /// A message comes to some; those for whom the same comes of it are told of together.
    fn deliver<'a>(
        &mut self,
        from: &CalAddress<'static>,
        to: impl Iterator<Item = &'a str>,
        document: &Document,
    ) -> Vec<String> {
        let mut outcomes: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
        let mut owed = Vec::new();
        for user in to {
            let outcome = self.take(user, from, document, &mut owed);
            match outcomes.iter_mut().find(|(_, known)| *known == outcome) {
                Some((users, _)) => users.push(user),
                None => outcomes.push((vec![user], outcome)),
            }
        }
        let mut told = Vec::new();
        for (users, outcome) in outcomes {
            told.push(format!("with {}:", users.join(", ")));
            told.extend(outcome.into_iter().map(|line| format!("  {line}")));
        }
        self.send(owed, &mut told);
        told
    }

    /// What comes of a message for one to whom it comes, object by object.
    fn take(
        &mut self,
        user: &str,
        from: &CalAddress<'static>,
        document: &Document,
        owed: &mut Vec<Message>,
    ) -> Vec<String> {
        let Some(method) = method(document) else { return vec!["no METHOD that is known".to_owned()] };
        let mut told = Vec::new();
        if method == Method::Request && document.components(ComponentKind::Freebusy).next().is_some() {
            told.extend(question(document));
        }
        for object in 0..document.objects().len() {
            let came = Incoming::new(method, from.clone(), one_object(document, object));
            self.take_in(user, &came, &mut told, owed);
        }
        told
    }

    fn take_in(&mut self, user: &str, came: &Incoming, told: &mut Vec<String>, owed: &mut Vec<Message>) {
        let addresses = Addresses::new(mailto(user), []);
        let kept = self.calendars.entry(user.to_owned()).or_default().entry(uid(&came.document)).or_default();
        let party = party(&addresses, &self.options, &self.zones, self.now);
        let words = comments(&kept.state);
        let applied = incoming(kept.document.as_ref(), came, &mut kept.state, &party);
        if let Outcome::Hold(why) = applied.outcome {
            self.held = Some((came.clone(), why));
        }
        if let Outcome::Keep { document, class } = applied.outcome {
            told.push(format!("kept: {class:?}"));
            told.extend(indented(&document));
            kept.document = Some(document);
        } else {
            told.push(format!("{:?}", applied.outcome));
        }
        let noted = comments(&kept.state);
        told.extend(noted.into_iter().filter(|noted| !words.contains(noted)));
        owed.extend(applied.owed);
    }
}

/// What attendees said beside their answers, as the organizer has it noted.
fn comments(state: &State) -> Vec<String> {
    let noted = state.answers.iter().filter_map(|((user, part), known)| {
        let of = if *part == Part::Series { "" } else { " of an instance" };
        Some(format!("noted: {user} says{of}: {}", known.comment.as_ref()?))
    });
    noted.collect()
}

/// What is asked when people are busy.
fn question(document: &Document) -> Vec<String> {
    match BusyQuestion::read(document, &Zone::utc()) {
        Ok(asked) => {
            let times =
                [asked.range.from, asked.range.to].map(|time| DateOrTime::Utc(time.to_utc().unwrap()));
            let [from, to] = times;
            let (by, of) = (name(&asked.organizer), names(&asked.attendees));
            vec![format!("asked by {by}: when are {of} busy, from {from} to {to}?")]
        }
        Err(why) => vec![format!("no question: {why}")],
    }
}

/// The method that a text says.
fn method(document: &Document) -> Option<Method> {
    let calendar = document.roots().next()?;
    Method::from_name(&calendar.property(PropertyKind::Method)?.text())
}

/// A text with one of its objects.
fn one_object(document: &Document, which: usize) -> Document {
    let mut one = document.clone();
    let objects = document.objects().into_iter().enumerate().filter(|(at, _)| *at != which);
    for component in objects.flat_map(|(_, object)| object.components().to_vec()) {
        one.remove_component(component.id());
    }
    one
}

/// What is amiss in a message by the table of its method.
fn problems(document: &Document) -> Vec<Problem> {
    let method = document.roots().next().and_then(|root| root.property(PropertyKind::Method));
    let method = method.map(|method| method.text().into_owned()).unwrap_or_default();
    document.validate(&Profile::Itip(ical::value::Method::new(method)))
}

/// Problems, a line each.
fn told(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|problem| format!("{}: {problem}", problem.kind.name())).collect()
}
