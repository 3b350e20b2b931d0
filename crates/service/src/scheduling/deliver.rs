//! What is owed, delivered: by whoever owes it, before they are answered, and else by whoever opens the store next.

use std::collections::BTreeSet;

use ical::value::CalAddress;
use itip::{Class, Message, Method};
use store::{CalendarId, Effect, Expect, Owed, OwedId, Snapshot};

use super::exchange::{AT_ONCE, Exchange, Going};
use crate::actor::{Actor, Standing};
use crate::error::Error;

/// So many sets are written for what is owed before whoever owes it is answered.
const SETS: usize = 16;

/// The outboxes out of which a set leaves something owed.
pub(crate) fn owing_of(effects: &[Effect]) -> BTreeSet<CalendarId> {
    let owed = effects.iter().filter_map(|effect| match effect {
        Effect::Owe(Owed { outbox, .. }) => Some(*outbox),
        _ => None,
    });
    owed.collect()
}

impl Actor<'_> {
    /// Delivers what is owed out of these outboxes, as far as that does not take too long. What is not delivered stays owed, so
    /// nothing is lost where it cannot be done now.
    pub(crate) fn deliver(self, outboxes: BTreeSet<CalendarId>) {
        for outbox in outboxes {
            for _ in 0..SETS {
                match self.deliver_one(Some(outbox)) {
                    Ok(true) => {}
                    Ok(false) | Err(_) => break,
                }
            }
        }
    }

    /// One step of delivering what is owed to anybody. Was there anything?
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn deliver_owed(self) -> Result<bool, Error> {
        self.deliver_one(None)
    }

    /// Delivers the oldest thing that is owed, of one outbox or of all, to so many as one set goes to, in the name of whoever owes
    /// it. Was there any?
    fn deliver_one(self, outbox: Option<CalendarId>) -> Result<bool, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(false) };
        let Some((id, owed)) = snapshot.owed(outbox, 1)?.pop() else { return Ok(false) };
        let Some(outbox) = snapshot.calendar(owed.outbox)? else { return Ok(false) };
        drop(snapshot);
        let sender = Self { principal: outbox.home, standing: Standing::Principal, ..self };
        let command = sender.command("deliver", "what was owed was delivered");
        sender.settle(&command, |snapshot| {
            let still = snapshot.map(|snapshot| snapshot.owed(Some(owed.outbox), 1)).transpose()?;
            let is_there = still.iter().flatten().any(|(still, _)| *still == id);
            match snapshot.filter(|_| is_there) {
                Some(snapshot) => {
                    let (expects, effects) = sender.paying(snapshot, id, owed.clone())?;
                    Ok((expects, effects, ()))
                }
                // Another was faster.
                None => Ok((Vec::new(), Vec::new(), ())),
            }
        })?;
        Ok(true)
    }

    fn paying(
        self,
        snapshot: &Snapshot,
        id: OwedId,
        mut owed: Owed,
    ) -> Result<(Vec<Expect>, Vec<Effect>), Error> {
        let paid = Effect::Paid { outbox: owed.outbox, owed: id };
        let mut exchange = Exchange::new(self, snapshot);
        let sender = exchange.person(self.principal)?;
        let method = Method::from_name(&owed.method);
        // Whoever owes it is gone, or nobody knows what it is: it is owed no more.
        let (Some(sender), Some(method)) = (sender, method) else { return Ok((Vec::new(), vec![paid])) };
        let later = owed.recipients.split_off(owed.recipients.len().min(AT_ONCE - 1));
        let address = |text: &String| CalAddress::new(text.as_str()).into_owned();
        exchange.resume(
            &sender,
            Going::new(Message {
                method,
                class: Class::from_name(&owed.class).unwrap_or(Class::Update),
                sender: address(&owed.sender),
                recipients: owed.recipients.iter().map(address).collect(),
                text: owed.text.bytes().to_vec(),
            })?,
        );
        exchange.deliver()?;
        let (expects, mut effects) = exchange.finish()?;
        effects.push(paid);
        if !later.is_empty() {
            effects.push(Effect::Owe(Owed { recipients: later, ..owed }));
        }
        Ok((expects, effects))
    }
}
