//! What waits for its recipient's decision, decided; and what is sent without an edit: proposals, and wishes to be told again.

use std::collections::HashSet;

use ical::Document;
use ical::value::CalAddress;
use itip::incoming::{Hold, Ignore, Incoming};
use itip::{Class, Message, Method, counter, decline_counter, refresh};
use store::{Collection, Effect, MessageStanding, Mode, Snapshot, Stored};

use super::Planned;
use super::case::Case;
use super::exchange::{Exchange, Going};
use super::person::Person;
use crate::access::gone;
use crate::actor::Actor;
use crate::edit::{self, Edit, Scope};
use crate::error::{Error, Refusal};

/// Why a message is held that asks for what somebody else decides about.
pub(crate) const ASKS_MODERATOR: &str = "asks-moderator";
const REFUSED: &str = "refused";

/// What somebody decides of a message that waits for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It is taken in.
    Agree,
    /// It is not; who proposed something hears so, with a comment.
    Refuse(Option<String>),
}

impl Actor<'_> {
    /// Decides of a message in the Actor's own inbox, by its name. What became of it, in a word: it may wait for another decision.
    ///
    /// # Errors
    /// There is no such message that waits.
    pub fn decide_held(self, name: &str, choice: &Choice) -> Result<String, Error> {
        let command = self.command("inbox", "what waited was decided");
        let (_, word) = self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(nothing_waits)?;
            let (planned, word) = self.plan_held(snapshot, name, choice)?;
            Ok((planned.expects, planned.effects, word))
        })?;
        Ok(word)
    }

    fn plan_held(self, snapshot: &Snapshot, name: &str, choice: &Choice) -> Result<(Planned, String), Error> {
        let inbox = snapshot.collection_of_messages(self.principal, Collection::Inbox)?;
        let inbox = inbox.ok_or_else(nothing_waits)?.id;
        let held = snapshot.message(inbox, name)?;
        let held = held.filter(|held| held.standing == MessageStanding::Held).ok_or_else(nothing_waits)?;
        let method = Method::from_name(&held.method).ok_or_else(nothing_waits)?;
        let mut exchange = Exchange::new(self, snapshot);
        let owner = exchange.person(self.principal)?.ok_or_else(nothing_waits)?;
        let text = snapshot.text(&held.listed.stored)?;
        let sender = CalAddress::new(held.sender.clone());
        let class = Class::Update;
        let recipients = Vec::new();
        let mut going = Going::new(Message { method, class, sender: sender.clone(), recipients, text })?;
        let agreed: Vec<Hold> = held.why.split(',').filter_map(Hold::from_name).collect();
        match choice {
            // Of several that ask for the same the newest is decided of.
            _ if held.why == ASKS_MODERATOR && is_followed(snapshot, &held)? => {
                exchange.note(&owner, &going, MessageStanding::Refused, Ignore::Stale.as_str());
            }
            _ if held.why == ASKS_MODERATOR => exchange.moderate_all(&owner, &going, choice)?,
            // There is nothing to decide: it was for them to read.
            _ if agreed.contains(&Hold::Remark) => {
                exchange.note(&owner, &going, MessageStanding::Applied, Hold::Remark.as_str());
            }
            Choice::Agree => {
                let from = exchange.at(&sender)?;
                exchange.receive((&owner, from.as_deref()), &mut going, agreed.clone())?;
                let last = exchange.decided().and_then(|why| Hold::from_name(why.rsplit(',').next()?));
                if let Some(hold) = last.filter(|hold| agreed.contains(hold)) {
                    return Err(Refusal::NotAgreeable(hold).into());
                }
            }
            Choice::Refuse(comment) => {
                exchange.note(&owner, &going, MessageStanding::Refused, REFUSED);
                if let Some(case) = Case::of_message(self, snapshot, &owner, &going.document)? {
                    let proposal = Incoming::new(method, sender, going.document.clone());
                    exchange.ask(&owner, case, |_, state, party| {
                        Ok(decline_counter(&proposal, comment.as_deref(), state, party).into_iter().collect())
                    })?;
                }
            }
        }
        // Of answers alone no note is taken.
        let word = exchange.decided().unwrap_or_else(|| Class::Status.as_str().to_owned());
        exchange.deliver()?;
        let (expects, mut effects) = exchange.finish()?;
        effects.push(Effect::RemoveMessage { inbox, name: name.to_owned() });
        Ok((Planned { expects, effects }, word))
    }

    /// Proposes to the organizer of an object what an edit would make of it (RFC 5546 3.2.7); nothing changes here. The comment is
    /// for them alone.
    ///
    /// # Errors
    /// Its owner is not invited, nothing else is proposed, or the organizer wants no proposals.
    pub fn propose(
        self,
        stored: &Stored,
        scope: &Scope,
        edit: &Edit,
        comment: Option<&str>,
        line: &str,
    ) -> Result<(), Error> {
        let command = self.command("counter", line);
        let new_uid = self.new_uid();
        self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(gone)?;
            let (booked, case, owner, mut exchange) = self.own_case(snapshot, stored)?;
            let proposal = edit::proposal(&booked, scope, edit, comment, (&new_uid, self.now()))?;
            exchange.ask(&owner, case, |kept, state, party| {
                counter(kept, &proposal, state, party).map_err(Refusal::NoCounter)
            })?;
            exchange.deliver()?;
            let (expects, effects) = exchange.finish()?;
            Ok((expects, effects, ()))
        })?;
        Ok(())
    }

    /// Asks the organizer of an object to be told of it again (RFC 5546 3.2.6). Were they asked: not, if they were just now?
    ///
    /// # Errors
    /// The object is gone, or the Actor may not send in its owner's name.
    pub fn ask_again(self, stored: &Stored, line: &str) -> Result<bool, Error> {
        let command = self.command("refresh", line);
        let (_, is_asked) = self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(gone)?;
            let (_, case, owner, mut exchange) = self.own_case(snapshot, stored)?;
            let mut is_asked = false;
            exchange.ask(&owner, case, |kept, state, party| {
                let message = refresh(kept, state, party);
                is_asked = message.is_some();
                Ok(message.into_iter().collect())
            })?;
            exchange.deliver()?;
            let (expects, effects) = exchange.finish()?;
            Ok((expects, effects, is_asked))
        })?;
        Ok(is_asked)
    }
}

impl Exchange<'_> {
    /// Decides what was asked of all the rooms in a message about which somebody decides.
    fn moderate_all(&mut self, moderator: &Person, going: &Going, choice: &Choice) -> Result<(), Error> {
        let (mut is_decided, mut others) = (false, Vec::new());
        for address in attendees(&going.document) {
            let Some(room) = self.at(&address)? else { continue };
            if room.booking.mode != Some(Mode::Ask) {
                continue;
            }
            let key = (room.id, going.uid());
            let case = match self.cases.remove(&key) {
                Some(case) => Some(case),
                None => Case::of_message(self.actor, self.snapshot, &room, &going.document)?,
            };
            let Some(mut case) = case else { continue };
            if room.booking.moderator != Some(moderator.id) {
                others.extend(self.is_asked(&room, &mut case)?.then_some(room.booking.moderator));
                continue;
            }
            let answers = self.moderate(&room, &mut case, choice)?;
            self.cases.insert(key, case);
            is_decided |= answers.is_some();
            if let Some(message) = answers {
                self.send(&room, message)?;
            }
        }
        // Where they decide of one room, whoever decides of another was asked, too.
        others.retain(|_| !is_decided);
        for other in &others {
            self.ask_moderator(*other, going)?;
        }
        let (standing, word) = match (is_decided, choice) {
            (false, _) if !others.is_empty() => (MessageStanding::Applied, "passed-on"),
            // It was called off, or answered for the room itself.
            (false, _) => (MessageStanding::Refused, "settled"),
            (true, Choice::Agree) => (MessageStanding::Applied, "booked"),
            (true, Choice::Refuse(_)) => (MessageStanding::Refused, REFUSED),
        };
        self.note(moderator, going, standing, word);
        Ok(())
    }
}

/// Did another come that asks for the same?
fn is_followed(snapshot: &Snapshot, held: &store::Message) -> Result<bool, Error> {
    let of = &held.listed.stored;
    let newest = snapshot.held_messages(of.calendar, u32::MAX)?.into_iter();
    let mut same = newest.filter(|other| other.why == ASKS_MODERATOR && other.listed.stored.uid == of.uid);
    Ok(same.next().is_some_and(|newest| newest.listed.stored.id != of.id))
}

/// Everybody who is said to be invited, once.
fn attendees(document: &Document) -> Vec<CalAddress<'static>> {
    let objects = document.objects();
    let components = objects.iter().flat_map(|object| object.components().to_vec());
    let users = components.flat_map(|component| component.attendees().collect::<Vec<_>>());
    let named = users.filter_map(|user| user.address().ok().map(CalAddress::into_owned));
    let mut seen = HashSet::new();
    named.filter(|address| seen.insert(address.normal())).collect()
}

fn nothing_waits() -> Error {
    Error::NotFound("no message of that name waits for you".to_owned())
}
