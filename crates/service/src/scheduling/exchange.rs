//! All that follows here from an edit or a message, gathered until it is written as one set: objects, what is known beside them,
//! messages, and what is still to be delivered.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use ical::value::{CalAddress, Partstat};
use ical::{Document, ParameterKind};
use itip::incoming::{Hold, Ignore, Incoming, Outcome};
use itip::{Class, Message, Method, Options, Party, Role, State, incoming, is_over, outgoing};
use store::{
    Address, Effect, Expect, MessageStanding, Owed, PrincipalId, PrincipalKind, Received, Scheduled,
    Snapshot, Text, TextId,
};

use super::Telling;
use super::case::{By, Case, Made};
use super::groups;
use super::held::ASKS_MODERATOR;
use super::person::Person;
use super::rooms::Ruling;
use crate::actor::Actor;
use crate::booked;
use crate::error::{Error, Refusal};
use crate::names::Names;

/// So many people are written to by the set of an edit …
const AT_ONCE: usize = 64;
/// … so many by one that delivers what is owed: each of these reads the message, and writes its sender's object, anew …
pub(super) const LATER: usize = 256;
/// … or so many bytes of their objects; the rest is owed, and delivered in sets of its own.
const BYTES: usize = 1 << 20;

/// What became of a message on its way to somebody (RFC 6638 3.2.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivered {
    /// It is on its way.
    Pending,
    /// They have it.
    Here,
    /// Nobody here has the address.
    NoUser,
    /// Nobody knows a way there.
    NoWay,
    /// They have nothing for it to go to.
    NoCalendar,
    /// What they have cannot take it.
    Refused,
    /// They had it, or something newer.
    Before,
}

impl Delivered {
    const fn code(self) -> &'static str {
        match self {
            Self::Pending => "1.0",
            Self::Here | Self::Before => "1.2",
            Self::NoUser => "3.7",
            Self::NoWay => "5.2",
            Self::NoCalendar => "5.3",
            Self::Refused => "5.1",
        }
    }
}

/// What is gathered.
pub(super) struct Exchange<'e> {
    pub(super) actor: Actor<'e>,
    pub(super) snapshot: &'e Snapshot,
    /// What has to stay so until all is written, beside what cases want.
    pub(super) expects: Vec<Expect>,
    pub(super) options: Arc<Options>,
    people: HashMap<PrincipalId, Option<Arc<Person>>>,
    addresses: HashMap<Address, Option<PrincipalId>>,
    pub(super) cases: BTreeMap<(PrincipalId, String), Case>,
    /// What is to be delivered, and in whose name.
    going: VecDeque<(Arc<Person>, Going)>,
    received: Vec<Received>,
    left: Vec<Owed>,
    /// To so many people it goes at most.
    most: usize,
    /// So many bytes are to be written, about.
    bytes: usize,
    /// What texts that people have say of everybody's answers.
    kept_answers: HashMap<TextId, HashMap<Address, Answers>>,
}

/// What a message is to whoever plans with its object.
const fn scheduled_by(class: Class) -> Scheduled {
    match class {
        Class::Status | Class::Reply => Scheduled::AsBefore,
        Class::New
        | Class::Reschedule
        | Class::Update
        | Class::Cancel
        | Class::Counter
        | Class::DeclineCounter
        | Class::Refresh => Scheduled::Anew,
    }
}

/// Does an organizer tell this those who are invited?
const fn is_for_guests(method: Method) -> bool {
    matches!(method, Method::Request | Method::Add | Method::Cancel | Method::DeclineCounter)
}

/// A message on its way.
pub(super) struct Going {
    pub(super) message: Message,
    pub(super) document: Document,
    pub(super) text: Text,
    /// What is said of everybody's answers, by their addresses; found when it is asked for.
    answers: Option<HashMap<Address, Answers>>,
    /// What became of it with those of whom the same holds, and its class.
    made: HashMap<Alike, (Made, Class)>,
}

/// What is said of somebody's answers: of which component which PARTSTAT.
type Answers = Vec<(usize, Partstat<'static>)>;

/// What has to be the same for two for a message to make the same of what they have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Alike {
    text: Option<TextId>,
    known: Option<String>,
    /// What it says of their answers, and what they have of them.
    said: Answers,
    kept: Answers,
}

/// What a text says of everybody's answers, by their addresses. All lines are read once, however many ask.
fn answers(document: &Document) -> HashMap<Address, Answers> {
    let mut all: HashMap<Address, Answers> = HashMap::new();
    let objects = document.objects();
    let components = objects.iter().flat_map(|object| object.components().iter()).enumerate();
    for (number, component) in components {
        for user in component.attendees() {
            let Ok(address) = user.address() else { continue };
            all.entry(Address::new(&address)).or_default().push((number, user.partstat().into_owned()));
        }
    }
    all
}

fn answers_of(answers: &HashMap<Address, Answers>, own: &[Address]) -> Answers {
    own.iter().filter_map(|address| answers.get(address)).flatten().cloned().collect()
}

impl Going {
    pub(super) fn new(message: Message) -> Result<Self, Error> {
        let text = Text::new(message.text.clone());
        let document = booked::document(message.text.clone())?;
        Ok(Self { document, text, message, answers: None, made: HashMap::new() })
    }

    pub(super) fn uid(&self) -> String {
        let objects = self.document.objects();
        objects.first().and_then(ical::Object::uid).unwrap_or_default().to_owned()
    }
}

impl<'e> Exchange<'e> {
    pub(super) fn new(actor: Actor<'e>, snapshot: &'e Snapshot) -> Self {
        Self {
            actor,
            snapshot,
            expects: Vec::new(),
            options: Arc::default(),
            people: HashMap::new(),
            addresses: HashMap::new(),
            cases: BTreeMap::new(),
            going: VecDeque::new(),
            received: Vec::new(),
            left: Vec::new(),
            most: AT_ONCE,
            bytes: 0,
            kept_answers: HashMap::new(),
        }
    }

    /// Somebody here; `None` where nobody can write to them.
    pub(super) fn person(&mut self, id: PrincipalId) -> Result<Option<Arc<Person>>, Error> {
        if let Some(known) = self.people.get(&id) {
            return Ok(known.clone());
        }
        let found = Person::find(self.snapshot, id)?.map(Arc::new);
        self.people.insert(id, found.clone());
        Ok(found)
    }

    /// Whoever here has an address.
    pub(super) fn at(&mut self, address: &CalAddress<'_>) -> Result<Option<Arc<Person>>, Error> {
        let address = Address::new(address);
        let id = match self.addresses.get(&address) {
            Some(known) => *known,
            None => {
                let found = self.snapshot.principal_at(&address)?;
                let id = found.as_ref().map(|found| found.id);
                if let Some(found) = found {
                    let person = Person::of(self.snapshot, &found)?.map(Arc::new);
                    self.people.insert(found.id, person);
                }
                self.addresses.insert(address, id);
                id
            }
        };
        id.map_or(Ok(None), |id| self.person(id))
    }

    /// An edit of what a case has by its owner, or by somebody for them: what is kept of it, and what is owed.
    pub(super) fn edit(
        &mut self,
        owner: &Arc<Person>,
        mut case: Case,
        new: Option<Document>,
    ) -> Result<(), Error> {
        let sent_by = self.sent_by(owner)?;
        let party = owner.party(&self.actor.service.cache, &self.options, (sent_by, self.actor.now()));
        let new = match new {
            // Who was invited to what is over is not said anew.
            Some(new) if !is_over(&new, &party) => {
                let of = (self.snapshot, &**owner, &self.actor.service.options.limits);
                Some(groups::complete(of, case.document(self.snapshot)?, new, &mut self.expects)?)
            }
            new => new,
        };
        let (old, state) = case.both(self.snapshot)?;
        let edit = outgoing(old, new, state, &party).map_err(Refusal::Scheduling)?;
        let scheduled = if edit.role == Role::None { Scheduled::No } else { Scheduled::Anew };
        case.set(edit.document, By::Edit, scheduled);
        self.cases.insert((owner.id, case.uid.clone()), case);
        let telling = self.actor.telling;
        let is_told = |message: &Message| match telling {
            Telling::All => true,
            Telling::NoReply => message.method != Method::Reply,
            Telling::Nobody => false,
        };
        let owed: Vec<Message> = edit.owed.into_iter().filter(is_told).collect();
        if !owed.is_empty() {
            self.must_send_for(owner)?;
        }
        for message in owed {
            self.send(owner, message)?;
        }
        Ok(())
    }

    /// What somebody sends without an edit of what they have.
    pub(super) fn ask(
        &mut self,
        owner: &Arc<Person>,
        mut case: Case,
        question: impl FnOnce(&Document, &mut State, &Party<'_>) -> Result<Vec<Message>, Refusal>,
    ) -> Result<(), Error> {
        self.must_send_for(owner)?;
        let (actor, options) = (self.actor, Arc::clone(&self.options));
        let party = owner.party(&actor.service.cache, &options, (self.sent_by(owner)?, actor.now()));
        let (document, state) = case.both(self.snapshot)?;
        let owed = match document {
            Some(document) => question(document, state, &party)?,
            None => Vec::new(),
        };
        self.cases.insert((owner.id, case.uid.clone()), case);
        for message in owed {
            self.send(owner, message)?;
        }
        Ok(())
    }

    /// Who acts for somebody, where it is not themselves.
    pub(super) fn sent_by(&mut self, owner: &Person) -> Result<Option<CalAddress<'static>>, Error> {
        if self.actor.principal == owner.id {
            return Ok(None);
        }
        Ok(self.person(self.actor.principal)?.map(|acting| acting.addresses.first().clone()))
    }

    /// What became of the last message that was taken in, in its word.
    pub(super) fn decided(&self) -> Option<String> {
        self.received.last().map(|received| received.why.clone())
    }

    /// Asks whether the Actor may send in somebody's name, and that it stays so.
    fn must_send_for(&mut self, owner: &Person) -> Result<(), Error> {
        let stays = self.actor.must_send_for(self.snapshot, owner.id)?;
        self.expects.extend(stays);
        Ok(())
    }

    /// Something that was owed before.
    pub(super) fn resume(&mut self, sender: &Arc<Person>, going: Going) {
        self.most = LATER;
        self.going.push_back((Arc::clone(sender), going));
    }

    /// Delivers what is owed, and what is owed for that in its turn, as far as it goes into one set.
    pub(super) fn deliver(&mut self) -> Result<(), Error> {
        while let Some((sender, mut going)) = self.going.pop_front() {
            let mut left = Vec::new();
            let mut told = HashMap::new();
            let mut recipients = Vec::new();
            for address in going.message.recipients.clone() {
                let to = self.at(&address)?;
                recipients.push((address, to));
            }
            // Whoever has rules that answer has answered when this is written.
            recipients.sort_by_key(|(_, to)| to.as_ref().is_none_or(|to| to.booking.mode.is_none()));
            for (address, to) in recipients {
                let is_full = self.cases.len() >= self.most || self.bytes >= BYTES;
                let outcome = match to {
                    None if sender.is_neighbour(&address) || address.email().is_none() => Delivered::NoUser,
                    None => Delivered::NoWay,
                    // What is for it as an organizer it gets.
                    Some(to) if to.kind == PrincipalKind::Group && is_for_guests(going.message.method) => {
                        groups::delivered(self.snapshot, to.id)?
                    }
                    Some(to) if is_full && !self.cases.contains_key(&(to.id, going.uid())) => {
                        left.push(address.as_str().to_owned());
                        Delivered::Pending
                    }
                    Some(to) => match self.receive((&to, Some(&sender)), &mut going, Vec::new()) {
                        // What is the matter with one of them is nobody else's matter.
                        Err(Error::Refused(_) | Error::Invalid(_)) => Delivered::Refused,
                        received => received?,
                    },
                };
                told.insert(address.normal(), outcome);
            }
            self.tell(&sender, &going, &told)?;
            if !left.is_empty() {
                self.left.push(Owed {
                    outbox: sender.outbox,
                    uid: going.uid(),
                    text: going.text.clone(),
                    method: going.message.method.as_str().to_owned(),
                    class: going.message.class.as_str().to_owned(),
                    sender: going.message.sender.as_str().to_owned(),
                    recipients: left,
                });
            }
        }
        Ok(())
    }

    /// Says in the sender's object what became of a message (RFC 6638 3.2.9): beside each attendee, or the organizer.
    fn tell(
        &mut self,
        sender: &Person,
        going: &Going,
        told: &HashMap<String, Delivered>,
    ) -> Result<(), Error> {
        let key = (sender.id, going.uid());
        if !self.cases.contains_key(&key) {
            // It was written by a set before this one.
            let Some(case) = Case::of_message(self.actor, self.snapshot, sender, &going.document)? else {
                return Ok(());
            };
            self.cases.insert(key.clone(), case);
        }
        let Some(case) = self.cases.get_mut(&key) else { return Ok(()) };
        let Some(document) = case.document(self.snapshot)? else { return Ok(()) };
        let goes_to_organizer =
            matches!(going.message.method, Method::Reply | Method::Counter | Method::Refresh);
        let mut codes = Vec::new();
        for component in document.objects().iter().flat_map(|object| object.components().to_vec()) {
            let users: Vec<_> = match goes_to_organizer {
                true => component.organizer().into_iter().collect(),
                false => component.attendees().collect(),
            };
            for user in users {
                let Ok(address) = user.address() else { continue };
                let Some(delivered) = told.get(&address.normal()) else { continue };
                let said: Vec<String> = user.schedule_status().iter().map(ToString::to_string).collect();
                // What came of it before is not known less for its being sent again.
                let is_known =
                    *delivered == Delivered::Before && said.iter().any(|said| !said.starts_with("1.0"));
                if !is_known && said != [delivered.code()] {
                    codes.push((user.property().id(), delivered.code()));
                }
            }
        }
        if codes.is_empty() {
            return Ok(());
        }
        let mut document = document.clone();
        for (property, code) in codes {
            document.set_parameter(property, ParameterKind::ScheduleStatus, &[code]);
        }
        case.set(Some(document), By::Message, Scheduled::AsBefore);
        Ok(())
    }

    /// Takes a message in for somebody, who has agreed to some of what it would be held for.
    pub(super) fn receive(
        &mut self,
        (to, from): (&Arc<Person>, Option<&Person>),
        going: &mut Going,
        agreed: Vec<Hold>,
    ) -> Result<Delivered, Error> {
        let key = (to.id, going.uid());
        let mut case = match self.cases.remove(&key) {
            Some(case) => case,
            None => match Case::of_message(self.actor, self.snapshot, to, &going.document)? {
                Some(case) => case,
                None => return Ok(Delivered::NoCalendar),
            },
        };
        let alike = if agreed.is_empty() { self.alike(to, &case, going)? } else { None };
        if let Some((made, class)) = alike.as_ref().and_then(|alike| going.made.get(alike)) {
            let class = *class;
            case.repeat(made, scheduled_by(class));
            self.applied(to, going, class);
            self.cases.insert(key, case);
            return Ok(Delivered::Here);
        }
        let (actor, options) = (self.actor, Arc::clone(&self.options));
        let party = to.party(&actor.service.cache, &options, (None, actor.now()));
        let (method, sender) = (going.message.method, going.message.sender.clone());
        let words: String = agreed.iter().map(|hold| format!("{},", hold.as_str())).collect();
        let message = Incoming { agreed, ..Incoming::new(method, sender, going.document.clone()) };
        let (kept, state) = case.both(self.snapshot)?;
        let may_be_ruled = matches!(method, Method::Request | Method::Add | Method::Cancel);
        let before = may_be_ruled.then(|| state.clone());
        let mut applied = incoming(kept, &message, state, &party);
        // What is the same for many is written once.
        self.bytes = self.bytes.saturating_add(going.text.bytes().len()).saturating_add(case.read);
        let mut delivered = Delivered::Here;
        match applied.outcome {
            Outcome::Keep { document, class } => {
                let mut is_out = false;
                match self.rule((to, from), method, &mut case, &document, &party) {
                    // As if it had not come.
                    Err(error) => {
                        case.state = before.unwrap_or_default();
                        self.cases.insert(key, case);
                        return Err(error);
                    }
                    Ok(Ruling::None) => case.set(Some(document), By::Message, scheduled_by(class)),
                    Ok(Ruling::Unanswered(open)) => case.set(Some(open), By::Message, scheduled_by(class)),
                    Ok(Ruling::Moderated(document)) => {
                        case.set(Some(document), By::Message, scheduled_by(class));
                        self.ask_moderator(to.booking.moderator, going)?;
                    }
                    Ok(Ruling::Answered(document, answers)) => {
                        is_out = document.is_none() && method != Method::Cancel;
                        case.set(document, By::Message, scheduled_by(class));
                        applied.owed.extend(answers);
                    }
                }
                if let Some(alike) = alike.filter(|_| applied.owed.is_empty()) {
                    going.made.extend(case.made(self.actor)?.map(|made| (alike, (made, class))));
                }
                match is_out {
                    true => self.note(to, going, MessageStanding::Refused, "ruled-out"),
                    false => self.applied(to, going, class),
                }
            }
            Outcome::Note(class) => self.applied(to, going, class),
            Outcome::Hold(why) => {
                self.note(to, going, MessageStanding::Held, &format!("{words}{}", why.as_str()));
            }
            Outcome::Ignore(why) => {
                self.note(to, going, MessageStanding::Refused, why.as_str());
                if let Ignore::Stale | Ignore::Duplicate = why {
                    delivered = Delivered::Before;
                }
            }
        }
        self.cases.insert(key, case);
        applied.owed.into_iter().try_for_each(|message| self.send(to, message))?;
        Ok(delivered)
    }

    /// Sends something in somebody's name.
    pub(super) fn send(&mut self, from: &Arc<Person>, message: Message) -> Result<(), Error> {
        self.going.push_back((Arc::clone(from), Going::new(message)?));
        Ok(())
    }

    /// What has to be the same with others for the same to become of a message; `None` where it depends on who it is. Whoever has
    /// said something, or is said to have, may have to say it again, or keep it.
    fn alike(&mut self, to: &Person, case: &Case, going: &mut Going) -> Result<Option<Alike>, Error> {
        // What rules answer depends on who asks, and when.
        let is_ruled = to.booking.mode.is_some();
        let Some((text, known)) = case.as_it_was().filter(|_| !is_ruled) else { return Ok(None) };
        let of_message = going.answers.get_or_insert_with(|| answers(&going.document));
        let said = answers_of(of_message, &to.own);
        let kept = match text {
            None => Answers::new(),
            Some(text) => match self.kept_answers.entry(text) {
                Entry::Occupied(read) => answers_of(read.get(), &to.own),
                Entry::Vacant(new) => {
                    let document = booked::document(self.snapshot.text_of(text)?)?;
                    answers_of(new.insert(answers(&document)), &to.own)
                }
            },
        };
        let is_open = |(_, answer): &(usize, Partstat<'_>)| *answer == Partstat::NeedsAction;
        let is_open = text.is_none() || said.iter().chain(&kept).all(is_open);
        Ok(is_open.then_some(Alike { text, known, said, kept }))
    }

    /// Tells a moderator that somebody wants to book.
    pub(super) fn ask_moderator(
        &mut self,
        moderator: Option<PrincipalId>,
        going: &Going,
    ) -> Result<(), Error> {
        let moderator = moderator.map(|moderator| self.person(moderator)).transpose()?.flatten();
        if let Some(moderator) = moderator {
            self.note(&moderator, going, MessageStanding::Held, ASKS_MODERATOR);
        }
        Ok(())
    }

    /// Takes note that a message was applied. Of how others answered nobody needs to be told (RFC 6638 4.1).
    fn applied(&mut self, to: &Person, going: &Going, class: Class) {
        if class != Class::Status {
            self.note(to, going, MessageStanding::Applied, class.as_str());
        }
    }

    /// Puts a message into an inbox, with what was decided.
    pub(super) fn note(&mut self, to: &Person, going: &Going, standing: MessageStanding, why: &str) {
        let objects = going.document.objects();
        let Some(object) = objects.first() else { return };
        self.received.push(Received {
            inbox: to.inbox,
            name: Names::message(self.actor.now()),
            uid: object.uid().unwrap_or_default().to_owned(),
            kind: object.kind(),
            text: going.text.clone(),
            method: going.message.method.as_str().to_owned(),
            sender: going.message.sender.as_str().to_owned(),
            standing,
            why: why.to_owned(),
        });
    }

    /// What is to be written of all this, and what has to stay so until it is; and out of which outbox more is owed.
    pub(super) fn finish(self) -> Result<(Vec<Expect>, Vec<Effect>), Error> {
        let (mut expects, mut effects) = (self.expects, Vec::new());
        for case in self.cases.into_values() {
            case.finish(self.actor, &mut expects, &mut effects)?;
        }
        effects.extend(self.received.into_iter().map(Effect::Receive));
        effects.extend(self.left.into_iter().map(Effect::Owe));
        Ok((expects, effects))
    }
}
