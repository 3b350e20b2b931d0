//! What came in of scheduling: invitations, answers, what was called off; what became of each, and why.

use std::collections::{HashMap, HashSet};

use ical::Component;
use ical::value::{CalAddress, Partstat};
use ical::zone::Zone;
use store::{CalendarId, Collection, Effect, MessageStanding, Snapshot, Stored};

use crate::actor::Actor;
use crate::answer::addresses;
use crate::booked::{self, Booked};
use crate::error::Error;
use crate::scheduling::ASKS_MODERATOR;

/// A message that came in.
#[derive(Debug)]
pub struct Message {
    /// What it says; as what is stored it is the message itself, which came when that was made.
    pub booked: Booked,
    /// In whose name.
    pub sender: CalAddress<'static>,
    /// METHOD
    pub method: String,
    /// What became of it.
    pub standing: MessageStanding,
    /// What was decided, in a word that never changes; [`why`] says it in a sentence.
    pub why: String,
    /// The object of its UID, where there is one.
    pub object: Option<Stored>,
    /// Does it wait for its owner: an invitation for an answer, what is held for a decision?
    pub is_open: bool,
}

impl Message {
    /// Letters by which people name it.
    pub fn handle(&self) -> String {
        store::handle::of_uid(&self.booked.stored.name)
    }
}

/// So many messages are cleared by a set.
const AT_ONCE: usize = 500;

/// Words of decisions, and what each says to whoever got the message.
const WHY: [(&str, &str); 39] = [
    ("new", "you are invited: it is in your calendar"),
    ("reschedule", "it takes place at another time: your calendar has it so"),
    ("update", "something of it is other than before: your calendar has it so"),
    ("status", "others have answered: your calendar says how"),
    ("cancel", "it is called off: your calendar says so"),
    ("reply", "the answer stands beside whoever gave it, in your calendar"),
    ("counter", "it proposes something else than what you planned"),
    ("decline-counter", "what you proposed will not be: it stays as it is"),
    ("refresh", "they asked to be told again, and were"),
    ("not-the-organizer", "it was sent in its organizer's name by somebody else: ask them whether it is so"),
    ("organizer-changed", "it names another organizer than what you have: ask the one you know"),
    ("not-invited", "none of your addresses is among those that it invites: ask who sent it for whom it is"),
    ("not-the-attendee", "it answers in the name of somebody else than who sent it: ask them"),
    ("party-crasher", "whoever answers was not invited: `kalends invite` invites them"),
    ("unknown-delegate", "whoever answers says that somebody sends them, who has not said so yet"),
    ("delegated", "somebody who is invited sends you instead; the organizer has not said so yet"),
    ("published", "it is told to all who want to know: does that concern you?"),
    ("unknown-series", "it adds to something that you do not have: its organizer was asked for that"),
    ("old-counter", "it proposes something else than what you have changed since"),
    ("remark", "it proposes nothing that could be done: what is said with it is for you to read"),
    ("refused", "you did not want it"),
    ("asks-moderator", "somebody wants to book what you decide about"),
    ("booked", "you agreed: it is booked"),
    ("passed-on", "somebody else decides of it now: they have it"),
    ("ruled-out", "your rules said no: nothing of it is in your calendar"),
    ("settled", "there is nothing to decide of it any more"),
    ("stale", "you have something newer: this came late"),
    ("duplicate", "you have the same already"),
    ("own-object", "it is about something that you organize yourself: nobody else changes that"),
    ("unknown", "you have nothing that it is about"),
    ("early", "it came before what it is about, which will be called off when it comes"),
    ("no-instance", "it is about a time at which the series does not take place"),
    ("unreadable", "nothing in it could be read"),
    ("unsupported", "it asks for something that is not done with such things here"),
    ("invited", "it is told to all, and you are invited to it already"),
    ("removed", "you took it out of your calendar, and it is as it was then"),
    ("stranger", "whoever sent it is not invited"),
    ("just-told", "they were told just now"),
    ("no-delegate", "it says that somebody else comes, and not who"),
];

/// What was decided of a message, and why, in a sentence; the word itself where it is of a later version.
pub fn why(word: &str) -> &str {
    // Of several decisions that it waited for the last.
    let word = word.rsplit(',').next().unwrap_or(word);
    WHY.iter().find(|(known, _)| *known == word).map_or(word, |(_, sentence)| sentence)
}

impl Actor<'_> {
    /// What came in for the Actor's principal: what waits for an answer first, else the newest; so many at most.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn inbox(self, most: u32) -> Result<Vec<Message>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let Some(inbox) = self.own_inbox(&snapshot)? else { return Ok(Vec::new()) };
        let mut open = Open::new(self, &snapshot)?;
        let mut came = snapshot.messages(inbox, most)?;
        // What waits for a decision is never too old to be shown.
        let shown: HashSet<_> = came.iter().map(|message| message.listed.stored.id).collect();
        let held = snapshot.held_messages(inbox, most)?;
        came.extend(held.into_iter().filter(|message| !shown.contains(&message.listed.stored.id)));
        let messages: Result<Vec<Message>, Error> =
            came.into_iter().map(|message| open.message(message)).collect();
        let mut messages = messages?;
        messages.sort_by_key(|message| match (message.is_open, message.standing) {
            (true, MessageStanding::Held) => 1,
            (is_open, _) => {
                if is_open {
                    0
                } else {
                    2
                }
            }
        });
        Ok(messages)
    }

    /// The message that waits for the Actor's decision, by the beginning of its handle.
    ///
    /// # Errors
    /// None waits that has it, or several do.
    pub fn held(self, handle: &str) -> Result<Message, Error> {
        let nothing = || Error::NotFound(format!("no message that waits for you is {handle}"));
        let snapshot = self.snapshot()?.ok_or_else(nothing)?;
        let inbox = self.own_inbox(&snapshot)?.ok_or_else(nothing)?;
        let mut found = snapshot.held_messages(inbox, u32::MAX)?;
        let begins = handle.to_ascii_lowercase();
        found.retain(|held| store::handle::of_uid(&held.listed.stored.name).starts_with(&begins));
        match (found.pop(), found.is_empty()) {
            (Some(message), true) => Open::new(self, &snapshot)?.message(message),
            (Some(_), false) => {
                Err(Error::NotFound(format!("several messages begin with {handle}: say more of it")))
            }
            (None, _) => Err(nothing()),
        }
    }

    /// Takes out of the inbox what was dealt with: all but what waits for an answer, or for somebody's decision. How many messages.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn clear_inbox(self) -> Result<usize, Error> {
        let command = self.command("inbox", "the inbox was cleared");
        let mut cleared = 0;
        loop {
            let (_, count) = self.decide(&command, |snapshot| {
                let effects =
                    snapshot.map(|snapshot| self.clearing(snapshot)).transpose()?.unwrap_or_default();
                let count = effects.len();
                Ok((Vec::new(), effects, count))
            })?;
            cleared += count;
            if count < AT_ONCE {
                return Ok(cleared);
            }
        }
    }

    /// What takes messages that were dealt with out of the inbox, of so many as a set clears.
    fn clearing(self, snapshot: &Snapshot) -> Result<Vec<Effect>, Error> {
        let Some(inbox) = self.own_inbox(snapshot)? else { return Ok(Vec::new()) };
        let mut open = Open::new(self, snapshot)?;
        let mut effects = Vec::new();
        for message in snapshot.messages(inbox, u32::MAX)? {
            let is_done = !open.is_open(&message)? && message.standing != MessageStanding::Waiting;
            if is_done && effects.len() < AT_ONCE {
                effects.push(Effect::RemoveMessage { inbox, name: message.listed.stored.name });
            }
        }
        Ok(effects)
    }

    fn own_inbox(self, snapshot: &Snapshot) -> Result<Option<CalendarId>, Error> {
        let inbox = snapshot.collection_of_messages(self.principal, Collection::Inbox)?;
        Ok(inbox.map(|inbox| inbox.id))
    }
}

/// Which invitations are open, of messages that are looked at from the newest on.
struct Open<'o> {
    actor: Actor<'o>,
    snapshot: &'o Snapshot,
    own: Option<itip::Addresses>,
    objects: HashMap<String, Option<Booked>>,
    /// UIDs of which an invitation was met.
    met: HashSet<String>,
}

impl<'o> Open<'o> {
    fn new(actor: Actor<'o>, snapshot: &'o Snapshot) -> Result<Self, Error> {
        let own = addresses(&snapshot.addresses(actor.principal)?);
        Ok(Self { actor, snapshot, own, objects: HashMap::new(), met: HashSet::new() })
    }

    /// A message, with what it is about.
    fn message(&mut self, message: store::Message) -> Result<Message, Error> {
        let is_open = self.is_open(&message)?;
        let stored = message.listed.stored;
        Ok(Message {
            object: self.object(&stored.uid)?.map(|booked| booked.stored.clone()),
            booked: Booked::read(self.snapshot, stored)?,
            is_open,
            sender: CalAddress::new(message.sender),
            method: message.method,
            standing: message.standing,
            why: message.why,
        })
    }

    /// The object of a UID: of several the one that is planned with others.
    fn object(&mut self, uid: &str) -> Result<Option<&Booked>, Error> {
        if !self.objects.contains_key(uid) {
            let found = self.snapshot.objects_with_uid(self.actor.principal, uid)?;
            let found = found.into_iter().min_by_key(|stored| stored.schedule_tag.is_none());
            let booked = found.map(|stored| Booked::read(self.snapshot, stored)).transpose()?;
            self.objects.insert(uid.to_owned(), booked);
        }
        Ok(self.objects.get(uid).and_then(Option::as_ref))
    }

    /// Is it the newest invitation to something that is still ahead, and that its owner did not answer? Or is it held, and was not
    /// followed by an invitation?
    fn is_open(&mut self, message: &store::Message) -> Result<bool, Error> {
        let uid = &message.listed.stored.uid;
        if message.standing == MessageStanding::Held {
            // Whoever decides for a room may be invited beside it.
            return Ok(message.why == ASKS_MODERATOR || !self.met.contains(uid));
        }
        let is_invitation = message.standing == MessageStanding::Applied && message.method == "REQUEST";
        if !is_invitation || !self.met.insert(uid.clone()) {
            return Ok(false);
        }
        let (actor, own) = (self.actor, self.own.clone());
        let Some(object) = self.object(uid)?.and_then(Booked::object) else { return Ok(false) };
        let is_asked = |component: &Component<'_>| {
            let user = own.as_ref().and_then(|own| component.attendees().find(|user| own.name(user)));
            user.is_some_and(|user| user.partstat() == Partstat::NeedsAction)
                && component.status() != Some(ical::value::Status::Cancelled)
        };
        let document = object.components().first().map(|component| component.document());
        let zones = document.map(|document| booked::zones(document, &actor.service.cache));
        let Some(zones) = zones.filter(|_| object.components().iter().any(is_asked)) else {
            return Ok(false);
        };
        let span = actor.recurrence(&object, &zones, &Zone::utc()).span();
        // What has no end, or one that costs too much to find, is ahead.
        let end = span.ok().flatten().and_then(|span| span.end);
        Ok(end.is_none_or(|end| end > actor.now()))
    }
}

#[cfg(test)]
mod tests {
    use itip::Class;
    use itip::incoming::{Hold, Ignore};

    use super::*;

    #[test]
    fn each_decision_has_a_sentence() {
        let words = Hold::ALL.iter().map(|hold| hold.as_str());
        let words = words.chain(Ignore::ALL.iter().map(|ignore| ignore.as_str()));
        for word in words.chain(Class::ALL.iter().map(|class| class.as_str())) {
            assert_ne!(why(word), word, "there is no sentence for {word}");
        }
        assert_eq!(why("of-a-later-version"), "of-a-later-version");
    }
}
