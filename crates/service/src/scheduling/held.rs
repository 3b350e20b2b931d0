//! What waits for its recipient's decision, decided; and what is sent without an edit: proposals, and wishes to be told again.

use ical::value::CalAddress;
use itip::incoming::{Hold, Incoming};
use itip::{Class, Message, Method, counter, decline_counter, refresh};
use store::{Collection, Effect, MessageStanding, Snapshot, Stored};

use super::Planned;
use super::case::Case;
use super::exchange::{Exchange, Going};
use crate::access::gone;
use crate::actor::Actor;
use crate::edit::{self, Edit, Scope};
use crate::error::{Error, Refusal};

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
        let mut going = Going::new(Message {
            method,
            class: Class::Update,
            sender: sender.clone(),
            recipients: Vec::new(),
            text,
        })?;
        let agreed: Vec<Hold> = held.why.split(',').filter_map(Hold::from_name).collect();
        match choice {
            Choice::Agree => {
                exchange.receive((&owner, None), &mut going, agreed)?;
            }
            Choice::Refuse(comment) => {
                exchange.note(&owner, &going, MessageStanding::Refused, "refused");
                if let Some(case) = Case::of_message(self, snapshot, &owner, &going.document)? {
                    let proposal = Incoming::new(method, sender, going.document.clone());
                    exchange.ask(&owner, case, |_, state, party| {
                        Ok(decline_counter(&proposal, comment.as_deref(), state, party).into_iter().collect())
                    })?;
                }
            }
        }
        let word = exchange.decided().unwrap_or_default();
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

fn nothing_waits() -> Error {
    Error::NotFound("no message of that name waits for you".to_owned())
}
