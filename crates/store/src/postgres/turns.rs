//! The turns of a writer in a database that others write, too: READ COMMITTED, and first the locks.
//!
//! A batch of sets that name calendars and nothing else takes the store's row as one of many, then the rows of all these
//! calendars in the order of their ids; what it reads after that nobody else changes. All other sets, as those about people,
//! rules and what an import has come to, take the store's row alone: they are few, and see nobody beside them. So the writers
//! of one calendar come one after another, and its sequence is the order of its commits.
//!
//! What the locks do not order is settled by keys: two who bring the same text or the same act at once. The later one fails,
//! and is applied again from the beginning.

use std::collections::BTreeSet;

use super::connection::{Connection, Transaction, Trouble};
use super::database::Database;
use super::schema::{ASK, is_of_today, open_to_write};
use crate::apply;
use crate::change_set::{CalendarId, ChangeSet, Effect, Expect, Outcome, Owed};
use crate::engine;
use crate::error::Error;
use crate::waiting::Waiting;

/// The connection that writes; another one where it was lost.
pub(crate) struct Turns {
    database: Database,
    waiting: Waiting,
    connection: Option<Connection>,
}

/// So often another may be faster.
const RACES: u32 = 5;

/// What a set was answered: applied, or refused by itself. An error is one of the whole transaction.
type Answered = Result<Result<Outcome, Error>, Error>;
/// The same of many.
type Answers = Result<Vec<Result<Outcome, Error>>, Error>;

impl Turns {
    pub(crate) const fn new(database: Database, connection: Connection, waiting: Waiting) -> Self {
        Self { database, waiting, connection: Some(connection) }
    }

    fn connection(&mut self) -> Result<&Connection, Error> {
        if self.connection.is_none() {
            self.connection = Some(open_to_write(&self.database, self.waiting)?);
        }
        self.connection.as_ref().ok_or_else(|| Error::Database("there is no connection".to_owned()))
    }

    /// Once from the beginning to the end, and what was met.
    fn attempt(&mut self, sets: &[&ChangeSet]) -> (Answers, Trouble) {
        let connection = match self.connection() {
            Ok(connection) => connection,
            Err(failed) => return (Err(failed), Trouble::Failed),
        };
        let together = transaction(connection, sets, &|set| apply(connection, set).map(Ok));
        let answers = match (together, connection.trouble()) {
            (together, Trouble::Race | Trouble::Lost) => together,
            (Err(Error::Busy), _) => Err(Error::Busy),
            // One that is alone is refused by itself.
            (Err(refused), _) if sets.len() == 1 => Ok(vec![Err(refused)]),
            (Err(_), _) => transaction(connection, sets, &|set| alone(connection, set)),
            (applied, _) => applied,
        };
        let trouble = connection.trouble();
        if trouble == Trouble::Lost {
            self.connection = None;
        }
        (answers, trouble)
    }
}

impl engine::Turns for Turns {
    /// Who waits for a lock asks for it again. A connection that was lost in the midst of a transaction, even of its commit, is
    /// followed by another: an act that is there already is not done twice.
    fn apply(&mut self, sets: &[&ChangeSet]) -> Answers {
        let (mut races, mut is_lost) = (0, false);
        let waiting = self.waiting;
        waiting.retry(|| {
            loop {
                match self.attempt(sets) {
                    (Err(_), Trouble::Race) if races < RACES => races += 1,
                    (Err(_), Trouble::Lost) if !is_lost => is_lost = true,
                    (answers, _) => return answers,
                }
            }
        })
    }
}

fn apply(connection: &Connection, set: &ChangeSet) -> Result<Outcome, Error> {
    apply::apply(&Transaction::of(connection), set)
}

/// Applies a set in a savepoint, so that it can be taken back alone.
fn alone(connection: &Connection, set: &ChangeSet) -> Answered {
    connection.run("SAVEPOINT act")?;
    match apply(connection, set) {
        Err(failed) if matches!(failed, Error::Busy) || connection.trouble() >= Trouble::Race => Err(failed),
        Err(refused) => {
            connection.run("ROLLBACK TO act; RELEASE act")?;
            connection.forgive();
            Ok(Err(refused))
        }
        applied => connection.run("RELEASE act").map(|_| applied),
    }
}

fn transaction(
    connection: &Connection,
    sets: &[&ChangeSet],
    apply: &dyn Fn(&ChangeSet) -> Answered,
) -> Answers {
    let begun = connection.begin(&locks(sets)).and_then(|answer| is_of_today(connection.name(), &answer));
    let committed = match begun {
        Ok(true) => sets.iter().map(|set| apply(set)).collect::<Answers>(),
        Ok(false) => Err(Error::Database(format!("{}: it is no store any more", connection.name()))),
        Err(failed) => Err(failed),
    };
    let committed = committed.and_then(|answers| match connection.trouble() {
        Trouble::None => connection.run("COMMIT").map(|_| answers),
        // PostgreSQL would take that for a ROLLBACK, and say nothing.
        _ => Err(Error::Database("a statement failed, and nobody heard of it".to_owned())),
    });
    if committed.is_err() {
        connection.roll_back();
    }
    committed
}

/// The beginning of a transaction that applies these sets, with the locks that they want, and the question for the schema.
fn locks(sets: &[&ChangeSet]) -> String {
    let calendars: Option<BTreeSet<i64>> =
        sets.iter().map(|set| calendars(set)).try_fold(BTreeSet::new(), |mut all, some| {
            all.extend(some?);
            Some(all)
        });
    let locks = match calendars {
        None => "SELECT one FROM store FOR UPDATE".to_owned(),
        Some(calendars) => {
            let ids = calendars.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
            format!(
                "SELECT one FROM store FOR KEY SHARE; \
                 SELECT id FROM calendar WHERE id = ANY ('{{{ids}}}') ORDER BY id FOR NO KEY UPDATE"
            )
        }
    };
    format!("BEGIN ISOLATION LEVEL READ COMMITTED; {locks}; {ASK}")
}

/// The calendars that a set names, if it wants no other row to stay as it is.
fn calendars(set: &ChangeSet) -> Option<BTreeSet<i64>> {
    let expected = set.expects.iter().map(|expect| match expect {
        Expect::Object { calendar, .. }
        | Expect::Settings { calendar, .. }
        | Expect::Rights { calendar, .. }
        | Expect::Range { calendar, .. } => Some(*calendar),
        // What is known of somebody's scheduling is ordered by their inbox.
        Expect::Scheduling { inbox, .. } => Some(*inbox),
        _ => None,
    });
    // What only tries whether it can write, and bytes that no document has yet, hinder nobody, and are hindered by those alone who
    // have the store for themselves.
    let is_beside = |effect: &&Effect| matches!(effect, Effect::Probe | Effect::Chunk(_));
    let effects = set.effects.iter().filter(|effect| !is_beside(effect));
    let is_only_beside = set.act.is_none() && effects.clone().next().is_none();
    let changed = effects.map(|effect| match effect {
        Effect::Put(put) | Effect::Deliver(put) => Some(put.calendar),
        Effect::SetScheduling { inbox, .. } | Effect::RemoveMessage { inbox, .. } => Some(*inbox),
        Effect::Receive(received) => Some(received.inbox),
        Effect::Owe(Owed { outbox, .. }) | Effect::Paid { owed: Owed { outbox, .. }, .. } => Some(*outbox),
        Effect::Remove { calendar, .. } | Effect::Withdraw { calendar, .. } => Some(*calendar),
        _ => None,
    });
    let known = |calendar: Option<CalendarId>| {
        calendar.filter(|calendar| *calendar != CalendarId::MADE).map(|id| id.0)
    };
    let named: Option<BTreeSet<i64>> = expected.chain(changed).map(known).collect();
    named.filter(|named| is_only_beside || !named.is_empty())
}
