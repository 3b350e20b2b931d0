//! What is known of scheduled objects beside their texts, and what is still to be delivered.

use ical::civil::Timestamp;

use crate::Snapshot;
use crate::calendars::{self, Calendar, Collection};
use crate::change_set::{CalendarId, Clash, ObjectId, Owed, OwedId};
use crate::engine::{Connection, Row, all, first};
use crate::error::Error;
use crate::messages::{self, Message};
use crate::objects::{self, Stored, select, stored};
use crate::principals::{Address, PrincipalId};
use crate::texts::{self, Text};
use crate::words;

/// What is known of a scheduled UID by somebody's inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Counts its changes.
    pub version: i64,
    /// All that is known.
    pub state: String,
}

impl Snapshot {
    /// The inbox or the outbox of a home.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn collection_of_messages(
        &self,
        home: PrincipalId,
        which: Collection,
    ) -> Result<Option<Calendar>, Error> {
        calendars::of_messages(&self.transaction(), home, which)
    }

    /// What is known of a scheduled UID by an inbox.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn scheduling(&self, inbox: CalendarId, uid: &str) -> Result<Option<Known>, Error> {
        known(&self.transaction(), inbox, uid)
    }

    /// The messages of an inbox, whatever became of them, the newest first; so many at most.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn messages(&self, inbox: CalendarId, most: u32) -> Result<Vec<Message>, Error> {
        messages::newest(&self.transaction(), inbox, most.into())
    }

    /// Those that wait for their owner's decision, the newest first; so many at most.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn held_messages(&self, inbox: CalendarId, most: u32) -> Result<Vec<Message>, Error> {
        messages::held(&self.transaction(), inbox, most.into())
    }

    /// The message of a name in an inbox, whatever became of it.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn message(&self, inbox: CalendarId, name: &str) -> Result<Option<Message>, Error> {
        messages::by_name(&self.transaction(), inbox, name)
    }

    /// What is still to be delivered behind something that is, of one outbox or of all, the oldest first; so many at most.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn owed(
        &self,
        outbox: Option<CalendarId>,
        after: Option<OwedId>,
        most: u32,
    ) -> Result<Vec<(OwedId, Owed)>, Error> {
        due(&self.transaction(), outbox, after, most.into())
    }

    /// The objects of a calendar that are planned with others, after an object, in the order in which they came; so many at most.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn scheduled(
        &self,
        calendar: CalendarId,
        after: Option<ObjectId>,
        most: u32,
    ) -> Result<Vec<Stored>, Error> {
        scheduled(&self.transaction(), calendar, after, most.into())
    }

    /// The same of those that were once, as the inbox of the calendar's owner knows.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn once_scheduled(
        &self,
        (calendar, inbox): (CalendarId, CalendarId),
        after: Option<ObjectId>,
        most: u32,
    ) -> Result<Vec<Stored>, Error> {
        once_scheduled(&self.transaction(), (calendar, inbox), after, most.into())
    }

    /// The objects of all homes that are planned with others and not over at an instant, that list a group's address or words as it has
    /// them, behind an object, in the order in which they came; so many at most.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn planned_with(
        &self,
        group: &Address,
        after: Option<ObjectId>,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<Stored>, Error> {
        let phrase = words::normalize(group.as_str());
        objects::planned_with_words(&self.transaction(), phrase, after, now, most.into())
    }
}

/// What is known of a UID by an inbox.
pub(crate) fn known(
    connection: &dyn Connection,
    inbox: CalendarId,
    uid: &str,
) -> Result<Option<Known>, Error> {
    let sql = "SELECT version, state FROM scheduling WHERE inbox = $1 AND uid = $2";
    let known = |row: &dyn Row| Ok(Known { version: row.integer(0)?, state: row.text(1)? });
    first(connection, sql, &[inbox.0.into(), uid.into()], known)
}

/// Keeps what is known of a UID from now on.
pub(crate) fn set(
    connection: &dyn Connection,
    inbox: CalendarId,
    uid: &str,
    state: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO scheduling (inbox, uid, version, state, at) VALUES ($1, $2, 1, $3, $4) \
               ON CONFLICT (inbox, uid) \
               DO UPDATE SET version = scheduling.version + 1, state = excluded.state, at = excluded.at";
    let parameters = [inbox.0.into(), uid.into(), state.into(), at.0.into()];
    connection.execute(sql, &parameters).map(|_| ())
}

/// Notes what is still to be delivered.
pub(crate) fn owe(connection: &dyn Connection, owed: &Owed, at: Timestamp) -> Result<(), Error> {
    let text = texts::keep(connection, &owed.text, "")?;
    let recipients = owed.recipients.join("\n");
    let sql = "INSERT INTO delivery (outbox, uid, text, method, class, sender, recipients, at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let parameters = [
        owed.outbox.0.into(),
        owed.uid.as_str().into(),
        text.into(),
        owed.method.as_str().into(),
        owed.class.as_str().into(),
        owed.sender.as_str().into(),
        recipients.as_str().into(),
        at.0.into(),
    ];
    connection.execute(sql, &parameters).map(|_| ())
}

/// Takes note that something was delivered; its text may have been the last of it. Another may have its id by now.
pub(crate) fn pay(connection: &dyn Connection, id: OwedId, owed: &Owed) -> Result<i64, Error> {
    let sql = "DELETE FROM delivery WHERE id = $1 AND recipients = $2 \
               AND text IN (SELECT id FROM text WHERE hash = $3) RETURNING text";
    let recipients = owed.recipients.join("\n");
    let parameters = [id.0.into(), recipients.as_str().into(), owed.text.hash().as_slice().into()];
    let text = first(connection, sql, &parameters, |row| row.integer(0))?;
    text.ok_or(Error::Conflict(Clash::Delivery))
}

/// What is still to be delivered behind something that is, of one outbox or of all, the oldest first; so many at most.
pub(crate) fn due(
    connection: &dyn Connection,
    outbox: Option<CalendarId>,
    after: Option<OwedId>,
    most: i64,
) -> Result<Vec<(OwedId, Owed)>, Error> {
    macro_rules! select {
        ($where:literal) => {
            concat!(
                "SELECT delivery.id, outbox, uid, raw, method, class, sender, recipients FROM delivery \
                 JOIN text ON text.id = delivery.text ",
                $where
            )
        };
    }
    let after = after.map_or(0, |after| after.0);
    match outbox {
        Some(outbox) => {
            let sql = select!("WHERE outbox = $1 AND delivery.id > $2 ORDER BY delivery.id LIMIT $3");
            all(connection, sql, &[outbox.0.into(), after.into(), most.into()], owed)
        }
        None => {
            let sql = select!("WHERE delivery.id > $1 ORDER BY delivery.id LIMIT $2");
            all(connection, sql, &[after.into(), most.into()], owed)
        }
    }
}

fn owed(row: &dyn Row) -> Result<(OwedId, Owed), Error> {
    let owed = Owed {
        outbox: CalendarId(row.integer(1)?),
        uid: row.text(2)?,
        text: Text::new(row.bytes(3)?),
        method: row.text(4)?,
        class: row.text(5)?,
        sender: row.text(6)?,
        recipients: row.text(7)?.lines().map(str::to_owned).collect(),
    };
    Ok((OwedId(row.integer(0)?), owed))
}

/// The objects of a calendar that are planned with others, after an object, in the order of their ids.
pub(crate) fn scheduled(
    connection: &dyn Connection,
    calendar: CalendarId,
    after: Option<ObjectId>,
    most: i64,
) -> Result<Vec<Stored>, Error> {
    let sql = select!(
        "WHERE calendar = $1 AND object.id > $2 AND schedule_tag IS NOT NULL ORDER BY object.id LIMIT $3"
    );
    all(connection, sql, &[calendar.0.into(), after.map_or(0, |id| id.0).into(), most.into()], stored)
}

/// Those of a calendar that are not, and of which something is known by its owner's inbox: they were once.
pub(crate) fn once_scheduled(
    connection: &dyn Connection,
    (calendar, inbox): (CalendarId, CalendarId),
    after: Option<ObjectId>,
    most: i64,
) -> Result<Vec<Stored>, Error> {
    let sql = select!(
        "JOIN scheduling ON scheduling.uid = object.uid WHERE scheduling.inbox = $1 AND object.calendar = $2 \
         AND object.id > $3 AND schedule_tag IS NULL ORDER BY object.id LIMIT $4"
    );
    let after = after.map_or(0, |id| id.0);
    all(connection, sql, &[inbox.0.into(), calendar.0.into(), after.into(), most.into()], stored)
}
