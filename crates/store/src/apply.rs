//! A change set applied: what it expects is checked, then its effects are written, in one transaction of the engine's.

use crate::alarms;
use crate::audit;
use crate::busy;
use crate::calendars;
use crate::change_set::{
    Act, CalendarId, ChangeSet, Clash, Effect, Expect, Key, MOST_BYTES, MOST_OBJECTS, ObjectId, Outcome, Put,
    Removed, Settings, TrashId, Version,
};
use crate::credentials;
use crate::engine::{Connection, Value, first};
use crate::error::Error;
use crate::files::{self, FileId};
use crate::groups;
use crate::history;
use crate::index::Index;
use crate::messages;
use crate::objects::{self, Stored};
use crate::principals::{self, PrincipalId};
use crate::properties::{self, Owner, PropertyName};
use crate::purge;
use crate::reception;
use crate::rules::{self, Container};
use crate::scheduling;
use crate::texts;

/// Applies a set. On an error the engine takes back what was written.
pub(crate) fn apply(connection: &dyn Connection, set: &ChangeSet) -> Result<Outcome, Error> {
    within_limits(set)?;
    let Some(act) = &set.act else { return keep_up(connection, set) };
    if let Some(outcome) = history::outcome(connection, act.key)? {
        return Ok(outcome);
    }
    for expect in &set.expects {
        check(connection, expect)?;
    }
    let id = history::begin(connection, act)?;
    let is_of_people = |effect| matches!(effect, &Effect::MakePrincipal(_) | &Effect::SetPrincipal { .. });
    let is_of_people = set.effects.iter().any(is_of_people);
    let mut writing =
        Writing { connection, act: id, set: act, is_of_people, file: None, outcome: Outcome::default() };
    for effect in &set.effects {
        writing.effect(effect)?;
    }
    let outcome = writing.outcome;
    history::finish(connection, id, &outcome)?;
    Ok(outcome)
}

/// Upkeep: nothing that is seen changes.
fn keep_up(connection: &dyn Connection, set: &ChangeSet) -> Result<Outcome, Error> {
    for expect in &set.expects {
        check(connection, expect)?;
    }
    for effect in &set.effects {
        match effect {
            Effect::Reindex { object, version, index } => reindex(connection, *object, *version, index)?,
            Effect::Purge(before) => purge::purge(connection, before)?,
            Effect::Chunk(chunk) => files::blobs::keep(connection, chunk)?,
            Effect::GiveUp(blob) => files::blobs::give_up(connection, blob)?,
            Effect::Ring { until, forgotten, alarms } => {
                alarms::ring(connection, *until, *forgotten, alarms)?;
            }
            Effect::MoveAlarm { object, version, alarm } => {
                alarms::set(connection, *object, *version, *alarm)?;
            }
            Effect::Used { credential, at } => credentials::note_use(connection, *credential, *at)?,
            Effect::Probe => principals::probe(connection)?,
            _ => return Err(Error::Database("a change that is seen wants an act".to_owned())),
        }
    }
    Ok(Outcome::default())
}

fn within_limits(set: &ChangeSet) -> Result<(), Error> {
    let puts = || {
        set.effects.iter().filter_map(|effect| match effect {
            Effect::Put(put) | Effect::Deliver(put) => Some(put),
            _ => None,
        })
    };
    let objects = set
        .effects
        .iter()
        .filter(|effect| {
            matches!(
                effect,
                Effect::Put(_)
                    | Effect::Deliver(_)
                    | Effect::Withdraw { .. }
                    | Effect::Remove { .. }
                    | Effect::Reindex { .. }
                    | Effect::MoveAlarm { .. }
            )
        })
        .count();
    if objects > MOST_OBJECTS {
        return Err(Error::TooLarge { what: "objects", found: objects, most: MOST_OBJECTS });
    }
    let sizes = || puts().map(|put| put.text.bytes().len());
    // One object may be larger: it cannot be cut.
    let bytes = sizes().sum::<usize>() - sizes().max().unwrap_or_default();
    if bytes > MOST_BYTES {
        return Err(Error::TooLarge { what: "bytes of text", found: bytes, most: MOST_BYTES });
    }
    Ok(())
}

fn check(connection: &dyn Connection, expect: &Expect) -> Result<(), Error> {
    let holds = match expect {
        Expect::Object { calendar, uid, version } => {
            let found = objects::by_uid(connection, *calendar, uid)?;
            found.map(|object| object.version) == *version
        }
        Expect::Settings { calendar, version } => {
            calendars::settings_version(connection, *calendar)? == Some(*version)
        }
        Expect::Rights { calendar, version } => rules::version(connection, *calendar)? == Some(*version),
        Expect::Command { key, is_undone } => history::is_undone(connection, *key)? == Some(*is_undone),
        Expect::Position { source, objects } => {
            history::import_position(connection, source)?.map(|(_, position)| position) == *objects
        }
        Expect::Scheduling { inbox, uid, version } => {
            scheduling::known(connection, *inbox, uid)?.map(|known| known.version) == *version
        }
        Expect::Range { calendar, ranges, seen } => busy::seen(connection, *calendar, ranges)? == *seen,
        Expect::Rung(until) => alarms::until(connection)? == *until,
        Expect::Directory(version) => principals::directory(connection)? == *version,
        Expect::File { collection, name, found } => {
            files::at(connection, *collection, name)?.map(|file| (file.id, file.version)) == *found
        }
        Expect::Room { home, files, bytes } => {
            files::area(connection, *home)?.is_some_and(|area| area.files <= *files && area.bytes <= *bytes)
        }
    };
    if holds {
        return Ok(());
    }
    Err(Error::Conflict(match expect {
        Expect::Object { uid, .. } => Clash::Object(uid.clone()),
        Expect::Settings { calendar, .. } => Clash::Calendar(*calendar),
        Expect::Rights { calendar, .. } => Clash::Rights(*calendar),
        Expect::Command { .. } => Clash::Command,
        Expect::Position { .. } => Clash::Position,
        Expect::Scheduling { uid, .. } => Clash::Scheduling(uid.clone()),
        Expect::Range { calendar, .. } => Clash::Calendar(*calendar),
        Expect::Rung(_) => Clash::Ringing,
        Expect::Directory(_) => Clash::Directory,
        Expect::File { name, .. } => Clash::File(name.clone()),
        Expect::Room { .. } => Clash::Room,
    }))
}

/// What changes an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// Somebody's edit, which they can take back.
    Edit,
    /// A message.
    Message,
}

struct Writing<'w> {
    connection: &'w dyn Connection,
    act: i64,
    set: &'w Act,
    /// Does the set make or change a principal?
    is_of_people: bool,
    /// The file that it made last.
    file: Option<FileId>,
    outcome: Outcome,
}

impl Writing<'_> {
    fn effect(&mut self, effect: &Effect) -> Result<(), Error> {
        match effect {
            Effect::Put(put) if put.calendar == CalendarId::MADE => {
                self.put(&Put { calendar: self.calendar(put.calendar)?, ..put.clone() }, By::Edit)
            }
            Effect::Put(put) => self.put(put, By::Edit),
            Effect::Deliver(put) => self.put(put, By::Message),
            Effect::SetScheduling { .. }
            | Effect::Receive(_)
            | Effect::RemoveMessage { .. }
            | Effect::Owe(_)
            | Effect::Paid { .. } => self.message(effect),
            Effect::Withdraw { calendar, uid } => {
                let text = self.take_out(*calendar, uid)?.text;
                purge::loosen(self.connection, Some(text))
            }
            Effect::Remove { calendar, uid, to } => self.remove(*calendar, uid, *to),
            Effect::MakeCalendar { home, settings } => self.make_calendar(*home, settings),
            Effect::SetCalendar { calendar, settings } => {
                let before = calendars::set(self.connection, *calendar, settings)?;
                history::of_calendar(self.connection, self.act, *calendar, Some(&before), settings)
            }
            Effect::AddRule { container, rule } => {
                let container = match *container {
                    Container::Home(home) => Container::Home(self.principal(home)?),
                    Container::Calendar(calendar) => Container::Calendar(self.calendar(calendar)?),
                };
                rules::add(self.connection, container, rule)
            }
            Effect::RemoveRule(rule) => rules::remove(self.connection, *rule),
            Effect::MakePrincipal(profile) => {
                self.outcome.principals.push(principals::make(self.connection, profile)?);
                Ok(())
            }
            Effect::SetPrincipal { principal, profile } => {
                principals::set(self.connection, *principal, profile)?;
                groups::count_change(self.connection, *principal)
            }
            Effect::SetCredential { principal, kind, label, verifier, expires } => {
                let (principal, at) = (self.principal(*principal)?, self.set.at);
                credentials::set(self.connection, principal, (*kind, label), verifier, *expires, at)
            }
            Effect::RemoveCredential(credential) => credentials::remove(self.connection, *credential),
            Effect::SetMember { group, member, is_in } => {
                principals::count_change(self.connection)?;
                groups::set(self.connection, self.principal(*group)?, self.principal(*member)?, *is_in)
            }
            Effect::SetReception { principal, reception } => {
                reception::set(self.connection, self.principal(*principal)?, reception)
            }
            Effect::Audit { keeper, whom } => {
                let whom = whom.map(|whom| self.principal(whom)).transpose()?;
                audit::note(self.connection, self.set, keeper, whom)
            }
            Effect::Used { credential, at } => credentials::note_use(self.connection, *credential, *at),
            Effect::Probe => principals::probe(self.connection),
            Effect::File(change) => {
                self.file = files::write::apply(self.connection, change, self.set.at)?.or(self.file);
                Ok(())
            }
            Effect::SetProperty { of, name, xml } => self.set_property(of, name, xml.as_deref()),
            Effect::Discard(trash) => self.discard(*trash),
            Effect::Undone { key, is_undone } => history::set_undone(self.connection, *key, *is_undone),
            Effect::Position { source, objects } => self.position(source, *objects),
            Effect::Epoch(epoch) => {
                self.connection.execute("UPDATE store SET epoch = $1", &[epoch.as_slice().into()]).map(|_| ())
            }
            Effect::Reindex { object, version, index } => reindex(self.connection, *object, *version, index),
            Effect::Purge(before) => purge::purge(self.connection, before),
            Effect::Chunk(chunk) => files::blobs::keep(self.connection, chunk),
            Effect::GiveUp(blob) => files::blobs::give_up(self.connection, blob),
            Effect::Ring { until, forgotten, alarms } => {
                alarms::ring(self.connection, *until, *forgotten, alarms)
            }
            Effect::MoveAlarm { object, version, alarm } => {
                alarms::set(self.connection, *object, *version, *alarm)
            }
        }
    }

    /// What is done to messages, and to what is known beside objects.
    fn message(&mut self, effect: &Effect) -> Result<(), Error> {
        match effect {
            Effect::SetScheduling { inbox, uid, state } => {
                scheduling::set(self.connection, *inbox, uid, state, self.set.at)
            }
            Effect::Receive(received) => {
                let version = self.version(received.inbox)?;
                self.unbury(received.inbox, &received.name)?;
                messages::insert(self.connection, received, version, self.set.at)
            }
            Effect::RemoveMessage { inbox, name } => {
                let version = self.version(*inbox)?;
                let text = messages::remove(self.connection, *inbox, name)?;
                self.bury(*inbox, name, version)?;
                purge::loosen(self.connection, Some(text))
            }
            Effect::Owe(owed) => scheduling::owe(self.connection, owed, self.set.at),
            Effect::Paid { id, owed } => {
                let text = scheduling::pay(self.connection, *id, owed)?;
                purge::loosen(self.connection, Some(text))
            }
            _ => Ok(()),
        }
    }

    /// The calendar that is meant: it may be the one that this set made.
    fn calendar(&self, calendar: CalendarId) -> Result<CalendarId, Error> {
        match calendar {
            CalendarId::MADE => {
                self.outcome.made.first().copied().ok_or(Error::Conflict(Clash::Calendar(calendar)))
            }
            known => Ok(known),
        }
    }

    /// The principal that is meant: it may be the one that this set made.
    fn principal(&self, principal: PrincipalId) -> Result<PrincipalId, Error> {
        match principal {
            PrincipalId::MADE => {
                self.outcome.principals.first().copied().ok_or(Error::Conflict(Clash::Directory))
            }
            known => Ok(known),
        }
    }

    fn make_calendar(&mut self, home: PrincipalId, settings: &Settings) -> Result<(), Error> {
        let home = self.principal(home)?;
        let calendar = calendars::make(self.connection, home, settings)?;
        // What comes with somebody does not go by `undo`, for they stay.
        if !self.is_of_people {
            history::of_calendar(self.connection, self.act, calendar, None, settings)?;
        }
        self.outcome.made.push(calendar);
        Ok(())
    }

    fn set_property(&self, of: &Owner, name: &PropertyName, xml: Option<&str>) -> Result<(), Error> {
        let made = match of {
            Owner::Calendar(CalendarId::MADE) => self.outcome.made.first().copied().map(Owner::Calendar),
            Owner::File(FileId::MADE) => self.file.map(Owner::File),
            _ => None,
        };
        properties::set(self.connection, made.as_ref().unwrap_or(of), name, xml)
    }

    /// The next sequence number of a calendar; once for each that a set changes.
    fn version(&mut self, calendar: CalendarId) -> Result<Version, Error> {
        if let Some((_, version)) = self.outcome.changed.iter().find(|(changed, _)| *changed == calendar) {
            return Ok(*version);
        }
        let version = calendars::next_version(self.connection, calendar)?;
        self.outcome.changed.push((calendar, version));
        Ok(version)
    }

    fn put(&mut self, put: &Put, by: By) -> Result<(), Error> {
        let version = self.version(put.calendar)?;
        let before = objects::by_uid(self.connection, put.calendar, &put.uid)?;
        let text = texts::keep(self.connection, &put.text, &put.index.words)?;
        let at = self.set.at;
        let id = match &before {
            Some(before) => {
                objects::replace(self.connection, before, put, text, version, at)?;
                if before.name != put.name {
                    self.bury(put.calendar, &before.name, version)?;
                }
                before.id
            }
            None => objects::insert(self.connection, put, text, version, at)?,
        };
        objects::write_occurrences(self.connection, id, put.calendar, &put.index)?;
        self.unbury(put.calendar, &put.name)?;
        let change = history::Change {
            calendar: put.calendar,
            uid: &put.uid,
            name: &put.name,
            before: before.map(|before| before.text),
            after: Some(text),
            version,
        };
        // What a message did is in an inbox, and nobody takes it back: texts of it are kept no longer than they are wanted.
        if by == By::Message {
            return purge::loosen(self.connection, change.before.filter(|before| *before != text));
        }
        history::of_object(self.connection, self.act, &change, self.set.versions)
    }

    /// Takes an object out of its calendar; as it was, with the version of the calendar from which on it is not there.
    fn take_out(&mut self, calendar: CalendarId, uid: &str) -> Result<Stored, Error> {
        let Some(object) = objects::by_uid(self.connection, calendar, uid)? else {
            return Err(Error::Conflict(Clash::Object(uid.to_owned())));
        };
        let version = self.version(calendar)?;
        objects::delete(self.connection, object.id)?;
        self.bury(calendar, &object.name, version)?;
        Ok(Stored { version, ..object })
    }

    fn remove(&mut self, calendar: CalendarId, uid: &str, to: Removed) -> Result<(), Error> {
        let Stored { name, text, kind, created, version, .. } = self.take_out(calendar, uid)?;
        if to == Removed::Trash {
            self.connection.execute(
                "INSERT INTO trash (calendar, name, uid, kind, text, created, deleted) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                &[
                    calendar.0.into(),
                    name.as_str().into(),
                    uid.into(),
                    objects::kind_number(kind).into(),
                    text.into(),
                    created.0.into(),
                    self.set.at.0.into(),
                ],
            )?;
        }
        let change = history::Change { calendar, uid, name: &name, before: Some(text), after: None, version };
        history::of_object(self.connection, self.act, &change, self.set.versions)
    }

    /// Forgets that nothing in a calendar had a name.
    fn unbury(&self, calendar: CalendarId, name: &str) -> Result<(), Error> {
        let sql = "DELETE FROM tombstone WHERE calendar = $1 AND name = $2";
        self.connection.execute(sql, &[calendar.0.into(), name.into()]).map(|_| ())
    }

    /// Notes that nothing in a calendar has a name any more.
    fn bury(&self, calendar: CalendarId, name: &str, version: Version) -> Result<(), Error> {
        purge::bury(self.connection, calendar, name, (version, self.set.at))
    }

    fn discard(&self, trash: TrashId) -> Result<(), Error> {
        let is_there = purge::discard(self.connection, trash.0)?;
        if is_there { Ok(()) } else { Err(Error::Conflict(Clash::Trash)) }
    }

    fn position(&self, source: &[u8; 32], objects: Option<u64>) -> Result<(), Error> {
        let source: Value<'_> = source.as_slice().into();
        match objects {
            None => self.connection.execute("DELETE FROM import WHERE source = $1", &[source])?,
            Some(objects) => {
                let position = i64::try_from(objects).unwrap_or(i64::MAX);
                let Key(command) = self.set.command.key;
                self.connection.execute(
                    "INSERT INTO import (source, command, position, at) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT (source) DO UPDATE \
                     SET command = excluded.command, position = excluded.position, at = excluded.at",
                    &[source, command.as_slice().into(), position.into(), self.set.at.0.into()],
                )?
            }
        };
        Ok(())
    }
}

fn reindex(
    connection: &dyn Connection,
    object: ObjectId,
    version: Version,
    index: &Index,
) -> Result<(), Error> {
    let sql = "SELECT calendar, text FROM object WHERE id = $1 AND version = $2";
    let found = first(connection, sql, &[object.0.into(), version.0.into()], |row| {
        Ok((CalendarId(row.integer(0)?), row.integer(1)?))
    })?;
    let Some((calendar, text)) = found else { return Ok(()) };
    texts::index(connection, text, &index.words)?;
    objects::set_index(connection, object, index)?;
    objects::write_occurrences(connection, object, calendar, index)
}
