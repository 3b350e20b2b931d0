//! A snapshot: all that is read for one question, as it was at one moment.

use std::path::PathBuf;

use ical::ComponentKind;
use ical::civil::Timestamp;
use ical::recurrence::Range;

use crate::alarms::{self, Rung};
use crate::calendars::{self, Calendar};
use crate::change_set::{Before, CalendarId, Key, ObjectId, TrashId};
use crate::changes::{self, Changes, Token};
use crate::engine::{Connection, Next, Row, Value, Words, first};
use crate::error::Error;
use crate::history::{self, CalendarChange, Done, ObjectChange, TextId};
use crate::index::{AHEAD, BASIS};
use crate::listing::{self, Listed};
use crate::objects::{self, Place, Stored};
use crate::postgres;
use crate::principals::PrincipalId;
use crate::properties::{self, Kept, Owner};
use crate::purge;
use crate::rules::{self, Container, Standing};
use crate::sqlite;
use crate::texts::{self, Text};
use crate::trash::{self, Trashed};

/// What is in a store at one moment, whatever is written meanwhile. Keep it for as long as one question takes.
#[derive(Debug)]
pub struct Snapshot {
    path: PathBuf,
    reader: Reader,
    /// Did this program's writer note its basis?
    is_noted: bool,
}

/// A connection that reads, of either engine.
#[derive(Debug)]
pub(crate) enum Reader {
    Sqlite(sqlite::Reader),
    Postgres(postgres::Reader),
}

/// A transaction that reads, of either engine.
pub(crate) enum Transaction<'c> {
    Sqlite(sqlite::Transaction<'c>),
    Postgres(postgres::Transaction<'c>),
}

impl Transaction<'_> {
    fn engine(&self) -> &dyn Connection {
        match self {
            Self::Sqlite(transaction) => transaction,
            Self::Postgres(transaction) => transaction,
        }
    }
}

impl Connection for Transaction<'_> {
    fn words(&self) -> &'static Words {
        self.engine().words()
    }

    fn execute(&self, sql: &'static str, parameters: &[Value<'_>]) -> Result<usize, Error> {
        self.engine().execute(sql, parameters)
    }

    fn execute_all<'v>(
        &self,
        sql: &'static str,
        rows: &mut dyn Iterator<Item = &'v [Value<'v>]>,
    ) -> Result<(), Error> {
        self.engine().execute_all(sql, rows)
    }

    fn each(
        &self,
        sql: &'static str,
        parameters: &[Value<'_>],
        take: &mut dyn FnMut(&dyn Row) -> Result<Next, Error>,
    ) -> Result<(), Error> {
        self.engine().each(sql, parameters, take)
    }
}

impl Snapshot {
    pub(crate) const fn new(path: PathBuf, reader: Reader, is_noted: bool) -> Self {
        Self { path, reader, is_noted }
    }

    pub(crate) fn transaction(&self) -> Transaction<'_> {
        match &self.reader {
            Reader::Sqlite(reader) => Transaction::Sqlite(reader.transaction()),
            Reader::Postgres(reader) => Transaction::Postgres(reader.transaction()),
        }
    }

    /// What is asked may take as long as it takes, as whole tables do; else a database that says nothing for long is a lost one.
    pub(crate) fn be_patient(&self) {
        if let Reader::Postgres(reader) = &self.reader {
            reader.connection().be_patient();
        }
    }

    /// The calendars of a home in the order in which they were made, removed ones too.
    ///
    /// # Errors
    /// The store cannot be read: so for all that a snapshot is asked.
    pub fn calendars(&self, home: PrincipalId) -> Result<Vec<Calendar>, Error> {
        calendars::of_home(&self.transaction(), home)
    }

    /// The calendars of all homes in the order in which they were made, removed ones too.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn all_calendars(&self) -> Result<Vec<Calendar>, Error> {
        calendars::list(&self.transaction())
    }

    /// A calendar by its id, a removed one too.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn calendar(&self, id: CalendarId) -> Result<Option<Calendar>, Error> {
        calendars::by_id(&self.transaction(), id)
    }

    /// The calendar of a segment in a home, also if it is removed.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn calendar_of(&self, home: PrincipalId, segment: &str) -> Result<Option<Calendar>, Error> {
        calendars::by_segment(&self.transaction(), home, segment)
    }

    /// The rules that stand for a calendar: its own, and those of its home.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn rules_for(&self, calendar: &Calendar) -> Result<Vec<Standing>, Error> {
        rules::of_calendar(&self.transaction(), calendar)
    }

    /// The rules that stand at one place, in the order in which they came.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn rules(&self, container: Container) -> Result<Vec<Standing>, Error> {
        rules::of_container(&self.transaction(), container)
    }

    /// The calendars for which a rule stands that names a principal, in the order in which they were made, removed ones too.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn calendars_naming(&self, principal: PrincipalId) -> Result<Vec<Calendar>, Error> {
        rules::naming(&self.transaction(), principal)
    }

    /// The homes where a rule stands that names a principal, in the order in which they were made.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn homes_naming(&self, principal: PrincipalId) -> Result<Vec<PrincipalId>, Error> {
        rules::homes_naming(&self.transaction(), principal)
    }

    /// The text of an object.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn text(&self, object: &Stored) -> Result<Vec<u8>, Error> {
        self.text_of(TextId(object.text))
    }

    /// A text by its id.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn text_of(&self, text: TextId) -> Result<Vec<u8>, Error> {
        let missing =
            || Error::Damaged { path: self.path.clone(), reason: format!("text {} is missing", text.0) };
        texts::read(&self.transaction(), text.0)?.ok_or_else(missing)
    }

    /// The object of a UID in a calendar.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn object(&self, calendar: CalendarId, uid: &str) -> Result<Option<Stored>, Error> {
        objects::by_uid(&self.transaction(), calendar, uid)
    }

    /// The object of an id, if it is still there.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn object_by_id(&self, object: ObjectId) -> Result<Option<Stored>, Error> {
        objects::by_id(&self.transaction(), object)
    }

    /// The objects of a UID in all calendars of a home that are there.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn objects_with_uid(&self, home: PrincipalId, uid: &str) -> Result<Vec<Stored>, Error> {
        objects::with_uid(&self.transaction(), home, uid)
    }

    /// The objects of a home whose handles begin so; so many at most.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn objects_with_handle(
        &self,
        home: PrincipalId,
        prefix: &str,
        most: u32,
    ) -> Result<Vec<Stored>, Error> {
        objects::with_handle(&self.transaction(), home, &prefix.to_ascii_lowercase(), most.into())
    }

    /// The shortest beginning of an object's handle that names it.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn shortest_handle(&self, handle: &str) -> Result<String, Error> {
        objects::shortest_handle(&self.transaction(), handle)
    }

    /// Objects of a calendar after one of them, in the order in which they came; so many at most.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn page(
        &self,
        calendar: CalendarId,
        after: Option<ObjectId>,
        most: u32,
    ) -> Result<Vec<Stored>, Error> {
        objects::page(&self.transaction(), calendar, after, most.into())
    }

    /// The object of a name in a calendar.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn named(&self, calendar: CalendarId, name: &str) -> Result<Option<Listed>, Error> {
        listing::named(&self.transaction(), calendar, name)
    }

    /// Objects of a calendar after one of them, in the order in which they came, each with its text's tag and size; so many
    /// at most.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn listing(
        &self,
        calendar: CalendarId,
        after: Option<ObjectId>,
        most: u32,
    ) -> Result<Vec<Listed>, Error> {
        listing::page(&self.transaction(), calendar, after, most.into())
    }

    /// The properties that clients gave a calendar or an object and that mean nothing here, by their names.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn properties(&self, of: &Owner) -> Result<Vec<Kept>, Error> {
        properties::all_of(&self.transaction(), of)
    }

    /// The present moment in the life of a calendar, if that is there.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn token(&self, calendar: CalendarId) -> Result<Option<Token>, Error> {
        changes::token(&self.transaction(), calendar)
    }

    /// What changed in a calendar since then, in order; all that is there, where nothing is known yet; so many at most. `None`
    /// where that cannot be told: the token is of another calendar, another epoch, or so old that removals are forgotten.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn changes(
        &self,
        calendar: CalendarId,
        since: Option<&Token>,
        most: u32,
    ) -> Result<Option<Changes>, Error> {
        changes::since(&self.transaction(), calendar, since, most)
    }

    /// How many objects a calendar has.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn count(&self, calendar: CalendarId) -> Result<u64, Error> {
        Ok(objects::count(&self.transaction(), calendar)?.unsigned_abs())
    }

    /// The objects of a calendar that may have an occurrence in a range: candidates, of which the core decides.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn in_range(&self, calendar: CalendarId, range: Range) -> Result<Vec<Stored>, Error> {
        objects::in_range(&self.transaction(), calendar, range)
    }

    /// The to-dos of a calendar that are neither completed nor cancelled.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn open_todos(&self, calendar: CalendarId) -> Result<Vec<Stored>, Error> {
        objects::open_todos(&self.transaction(), calendar)
    }

    /// The objects of one kind in a calendar behind a place, by their starts, first those of which nothing occurs; so many
    /// at most. With the place behind them, if there may be more.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn of_kind(
        &self,
        calendar: CalendarId,
        kind: ComponentKind,
        after: Option<Place>,
        most: u32,
    ) -> Result<(Vec<Stored>, Option<Place>), Error> {
        objects::of_kind(&self.transaction(), calendar, kind, after, most.into())
    }

    /// The objects of a home that have all these phrases, the last word of each of which may be the beginning of one; so many at
    /// most. Case and accents do not count.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn search(&self, home: PrincipalId, phrases: &[String], most: u32) -> Result<Vec<Stored>, Error> {
        let phrases = phrases.iter().map(|phrase| crate::words::normalize(phrase));
        let phrases: Vec<String> = phrases.filter(|phrase| !phrase.is_empty()).collect();
        if phrases.is_empty() {
            return Ok(Vec::new());
        }
        objects::with_words(&self.transaction(), home, &phrases, most.into())
    }

    /// Objects whose index wants to be derived again: with this program's basis, or because their window, which ends two
    /// years after the now it was laid around, ends before an instant. So many at most; what was written anew is not among
    /// the next.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn outdated(&self, until: Timestamp, most: u32) -> Result<Vec<Stored>, Error> {
        let sql = "SELECT generation, basis FROM store";
        let found = first(&self.transaction(), sql, &[], |row| Ok((row.integer(0)?, row.text(1)?)))?;
        let generation = match found {
            Some((generation, basis)) if basis == BASIS => generation,
            // This program has said what its basis is, and another one has after it: that one derives.
            Some(_) if self.is_noted => 0,
            _ => i64::MAX,
        };
        let laid_before = Timestamp(until.0.saturating_sub(AHEAD));
        objects::outdated(&self.transaction(), generation, laid_before, most.into())
    }

    /// Up to when all alarms rang that were due; `None` where nothing ever rang.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn rung_until(&self) -> Result<Option<Timestamp>, Error> {
        alarms::until(&self.transaction())
    }

    /// The alarms that rang last, and those that rang a short while ago, each with when it rang; the last at the end.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn rung(&self) -> Result<Vec<(Timestamp, Rung)>, Error> {
        alarms::rung(&self.transaction())
    }

    /// The objects that may have an alarm after one time and up to another: candidates, of which the core decides. Those of
    /// removed calendars are among them. Of objects that are [`Snapshot::outdated`] it knows nothing.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn may_ring(&self, after: Timestamp, until: Timestamp) -> Result<Vec<Stored>, Error> {
        alarms::may_ring(&self.transaction(), after, until)
    }

    /// Objects whose next alarm is to be derived from the time on up to which all rang; so many at most. What was written
    /// anew is not among the next.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn alarms_to_move(&self, until: Timestamp, most: u32) -> Result<Vec<Stored>, Error> {
        alarms::to_move(&self.transaction(), until, most.into())
    }

    /// Would [`Effect::Purge`](crate::Effect) with these instants find anything?
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn has_expired(&self, before: &Before) -> Result<bool, Error> {
        purge::has_expired(&self.transaction(), before)
    }

    /// What is in the trash of a home's calendars, the newest first, behind one that is; so many at most.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn trash(
        &self,
        home: PrincipalId,
        after: Option<&Trashed>,
        most: u32,
    ) -> Result<Vec<Trashed>, Error> {
        trash::page(&self.transaction(), home, after, most.into())
    }

    /// Something in the trash by its id.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn trashed(&self, id: TrashId) -> Result<Option<Trashed>, Error> {
        trash::by_id(&self.transaction(), id)
    }

    /// What is in the trash of a UID, and was in a calendar, the newest first.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn trashed_with_uid(&self, calendar: CalendarId, uid: &str) -> Result<Vec<Trashed>, Error> {
        trash::with_uid(&self.transaction(), calendar, uid)
    }

    /// What a principal did, the newest first; so many commands at most.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn history(&self, of: PrincipalId, most: u32) -> Result<Vec<Done>, Error> {
        history::commands(&self.transaction(), of, most.into())
    }

    /// The newest command of all.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn last_command(&self) -> Result<Option<Key>, Error> {
        history::last(&self.transaction())
    }

    /// Was there a command of this name?
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn knows(&self, command: Key) -> Result<bool, Error> {
        Ok(history::is_undone(&self.transaction(), command)?.is_some())
    }

    /// The command that a principal's `undo` would take back.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn to_undo(&self, of: PrincipalId) -> Result<Option<Done>, Error> {
        history::to_undo(&self.transaction(), of)
    }

    /// The `undo` that a principal's `redo` would take back.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn to_redo(&self, of: PrincipalId) -> Result<Option<Done>, Error> {
        history::to_redo(&self.transaction(), of)
    }

    /// The newest command that takes this one back, if that stands.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn taking_back(&self, command: &Done) -> Result<Option<Key>, Error> {
        history::taking_back(&self.transaction(), command.id)
    }

    /// What a command changed of objects, after a place in its history (0: from its beginning) and so many at most, each
    /// with its place.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn object_changes(
        &self,
        command: &Done,
        after: i64,
        most: u32,
    ) -> Result<Vec<(i64, ObjectChange)>, Error> {
        history::object_changes(&self.transaction(), command, after, most.into())
    }

    /// What a command changed of calendars' settings, in order.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn calendar_changes(&self, command: &Done) -> Result<Vec<CalendarChange>, Error> {
        history::calendar_changes(&self.transaction(), command)
    }

    /// The versions of an object, the newest first, each with the command that made it; `None` for the text where it was
    /// taken out.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn versions(
        &self,
        calendar: CalendarId,
        uid: &str,
        most: u32,
    ) -> Result<Vec<(Done, Option<TextId>)>, Error> {
        history::versions(&self.transaction(), calendar, uid, most.into())
    }

    /// How far an import has come that was stopped and not taken back: its command, and how many objects are done.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn import_position(&self, source: &[u8; 32]) -> Result<Option<(Key, u64)>, Error> {
        history::import_position(&self.transaction(), source)
    }

    /// The store's epoch: another one after each restore.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn epoch(&self) -> Result<Vec<u8>, Error> {
        let epoch = first(&self.transaction(), "SELECT epoch FROM store", &[], |row| row.bytes(0))?;
        Ok(epoch.unwrap_or_default())
    }

    /// The calendars of a home that had this segment before they got another, the last one first, as far as history knows.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn calendars_once(&self, home: PrincipalId, segment: &str) -> Result<Vec<CalendarId>, Error> {
        history::calendars_once(&self.transaction(), home, segment)
    }

    /// When an object that is not in a calendar was taken out of it, as far as history or its tombstone know.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn removed_at(
        &self,
        calendar: CalendarId,
        uid: &str,
        name: &str,
    ) -> Result<Option<Timestamp>, Error> {
        history::removed_at(&self.transaction(), calendar, uid, name)
    }

    /// Is, or was, this the text of an object, as far as history knows?
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn has_had(&self, calendar: CalendarId, uid: &str, text: &Text) -> Result<bool, Error> {
        history::has_had(&self.transaction(), calendar, uid, text)
    }
    /// Did somebody edit an object after a command, and did not take that back? What messages did to it is no edit.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn is_edited_since(&self, command: &Done, calendar: CalendarId, uid: &str) -> Result<bool, Error> {
        history::is_edited_since(&self.transaction(), command, calendar, uid)
    }
}
