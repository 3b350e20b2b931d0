//! What is owed, delivered: by whoever owes it, before they are answered, and else bit by bit by a service, or by commands.

use std::collections::BTreeSet;

use ical::value::CalAddress;
use itip::{Class, Message, Method};
use store::{CalendarId, Effect, Expect, Owed, OwedId, Snapshot};

use super::exchange::{Exchange, Going, LATER};
use crate::access::gone;
use crate::actor::{Actor, Standing};
use crate::error::Error;

/// So many sets are written for what is owed before whoever owes it is answered.
const SETS: usize = 16;

/// What came of delivering something.
struct Attempt {
    /// What was owed.
    owed: OwedId,
    /// Out of which outboxes more is owed for it.
    owing: Result<BTreeSet<CalendarId>, Error>,
}

/// The outboxes out of which a set leaves something owed.
pub(crate) fn owing_of(effects: &[Effect]) -> BTreeSet<CalendarId> {
    let owed = effects.iter().filter_map(|effect| match effect {
        Effect::Owe(Owed { outbox, .. }) => Some(*outbox),
        _ => None,
    });
    owed.collect()
}

impl Actor<'_> {
    /// Delivers what is owed out of these outboxes, and what others owe for that, as far as it does not take too long. What is
    /// not delivered stays owed, so nothing is lost where it cannot be done now.
    pub(crate) fn deliver(self, mut outboxes: BTreeSet<CalendarId>) {
        for _ in 0..SETS {
            let Some(outbox) = outboxes.first().copied() else { return };
            match self.deliver_next(Some(outbox), None) {
                Ok(Some(Attempt { owing: Ok(owing), .. })) => outboxes.extend(owing),
                _ => drop(outboxes.remove(&outbox)),
            }
        }
    }

    /// Delivers what is owed to anybody, so many things at most; so many were. One that cannot be delivered now holds up nothing
    /// behind it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn deliver_owed(self, most: usize) -> Result<usize, Error> {
        let (mut after, mut delivered) = (None, 0);
        for _ in 0..most {
            match self.deliver_next(None, after)? {
                Some(Attempt { owing: Ok(_), .. }) => delivered += 1,
                Some(Attempt { owed, .. }) => after = Some(owed),
                None => break,
            }
        }
        Ok(delivered)
    }

    /// Delivers the next thing that is owed, of one outbox or of all, to so many as one set goes to, in the name of whoever owes
    /// it; `None` where nothing is owed.
    fn deliver_next(
        self,
        outbox: Option<CalendarId>,
        after: Option<OwedId>,
    ) -> Result<Option<Attempt>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(None) };
        let Some((id, owed)) = snapshot.owed(outbox, after, 1)?.pop() else { return Ok(None) };
        let Some(outbox) = snapshot.calendar(owed.outbox)? else {
            return Ok(Some(Attempt { owed: id, owing: Err(gone()) }));
        };
        drop(snapshot);
        let sender = Self { principal: outbox.home, standing: Standing::Principal, ..self };
        let command = sender.command("deliver", "what was owed was delivered");
        let mut owing = BTreeSet::new();
        let settled = sender.settle(&command, |snapshot| {
            let still = snapshot.map(|snapshot| snapshot.owed(Some(owed.outbox), after, 1)).transpose()?;
            // Another may have its id by now.
            let is_there = still.iter().flatten().any(|still| still.0 == id && still.1 == owed);
            let (expects, effects) = match snapshot.filter(|_| is_there) {
                Some(snapshot) => sender.paying(snapshot, id, owed.clone())?,
                // Another was faster.
                None => (Vec::new(), Vec::new()),
            };
            owing = owing_of(&effects);
            Ok((expects, effects, ()))
        });
        Ok(Some(Attempt { owed: id, owing: settled.map(|_| owing) }))
    }

    fn paying(
        self,
        snapshot: &Snapshot,
        id: OwedId,
        mut owed: Owed,
    ) -> Result<(Vec<Expect>, Vec<Effect>), Error> {
        let paid = Effect::Paid { id, owed: owed.clone() };
        let mut exchange = Exchange::new(self, snapshot);
        let sender = exchange.person(self.principal)?;
        let method = Method::from_name(&owed.method);
        // Whoever owes it is gone, or nobody knows what it is: it is owed no more.
        let (Some(sender), Some(method)) = (sender, method) else { return Ok((Vec::new(), vec![paid])) };
        let later = owed.recipients.split_off(owed.recipients.len().min(LATER - 1));
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
