//! Commands and their acts, and what each changed: what `undo` takes back.

use ical::civil::Timestamp;

use crate::change_set::{Act, CalendarId, Clash, Key, Outcome, Settings, Version};
use crate::engine::{Connection, Next, Row, all, first};
use crate::error::Error;
use crate::principals::PrincipalId;
use crate::purge;
use crate::texts::Text;

/// A command as history knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub(crate) id: i64,
    /// Its name.
    pub key: Key,
    /// What was done, in a word.
    pub verb: String,
    /// What was done, in a line for people.
    pub line: String,
    /// When it began.
    pub at: Timestamp,
    /// The command that it takes back, if it is an `undo` or a `redo`, which takes an `undo` back.
    pub undoes: Option<Key>,
    /// Was it taken back?
    pub is_undone: bool,
}

/// What a command changed of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectChange {
    /// Where.
    pub calendar: CalendarId,
    /// Of which UID.
    pub uid: String,
    /// Its name in the calendar.
    pub name: String,
    /// The text before; `None` where there was no object.
    pub before: Option<TextId>,
    /// The text after; `None` where the object was taken out.
    pub after: Option<TextId>,
    /// The calendar's sequence number of this change.
    pub version: Version,
}

/// What a command changed of one calendar's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarChange {
    /// Which calendar.
    pub calendar: CalendarId,
    /// Before; `None` where it was made.
    pub before: Option<Settings>,
    /// After.
    pub after: Settings,
    /// The settings' version since.
    pub version: i64,
}

/// A text of this store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextId(pub(crate) i64);

/// A question for commands: other columns, where they come from, and what is asked.
macro_rules! select {
    ($columns:literal, $from:literal, $rest:literal) => {
        concat!(
            "SELECT command.id, command.key, command.verb, command.line, command.at, undone.key, command.is_undone",
            $columns,
            " FROM ",
            $from,
            " LEFT JOIN command AS undone ON undone.id = command.undoes ",
            $rest
        )
    };
    ($rest:literal) => {
        select!("", "command", $rest)
    };
}

fn done(row: &dyn Row) -> Result<Done, Error> {
    Ok(Done {
        id: row.integer(0)?,
        key: key(&row.bytes(1)?)?,
        verb: row.text(2)?,
        line: row.text(3)?,
        at: Timestamp(row.integer(4)?),
        undoes: row.maybe_bytes(5)?.as_deref().map(key).transpose()?,
        is_undone: row.integer(6)? != 0,
    })
}

pub(crate) fn key(bytes: &[u8]) -> Result<Key, Error> {
    let key = bytes.try_into().map_err(|_| Error::Database("a key is not of 16 bytes".to_owned()))?;
    Ok(Key(key))
}

/// What a principal did, the newest first; to deliver what they owed is no doing of theirs.
pub(crate) fn commands(connection: &dyn Connection, of: PrincipalId, most: i64) -> Result<Vec<Done>, Error> {
    let sql = select!(
        "WHERE command.principal = $1 AND command.verb <> 'deliver' ORDER BY command.id DESC LIMIT $2"
    );
    all(connection, sql, &[of.0.into(), most.into()], done)
}

/// The newest command of all.
pub(crate) fn last(connection: &dyn Connection) -> Result<Option<Key>, Error> {
    first(connection, "SELECT key FROM command ORDER BY id DESC LIMIT 1", &[], |row| key(&row.bytes(0)?))
}

/// What `undo` would take back: a principal's newest command that changed something, is not undone and undoes none.
pub(crate) fn to_undo(connection: &dyn Connection, of: PrincipalId) -> Result<Option<Done>, Error> {
    let sql = select!(
        "WHERE command.principal = $1 AND command.undoes IS NULL AND command.has_changed = 1 \
         AND command.is_undone = 0 ORDER BY command.id DESC LIMIT 1"
    );
    first(connection, sql, &[of.0.into()], done)
}

/// A principal's newest `undo` that still stands, if they did nothing else since: `redo` takes it back. An `undo` undoes what undoes
/// none; what undoes an `undo` is a `redo`.
pub(crate) fn to_redo(connection: &dyn Connection, of: PrincipalId) -> Result<Option<Done>, Error> {
    let sql = select!(
        "WHERE command.principal = $1 AND command.undoes IS NOT NULL AND command.is_undone = 0 \
         AND undone.undoes IS NULL AND command.id > (SELECT COALESCE(MAX(id), 0) FROM command AS ordinary \
         WHERE principal = $2 AND undoes IS NULL AND has_changed = 1) ORDER BY command.id DESC LIMIT 1"
    );
    first(connection, sql, &[of.0.into(), of.0.into()], done)
}

/// The newest command that takes this one back and stands: where it was stopped, it goes on under this name.
pub(crate) fn taking_back(connection: &dyn Connection, command: i64) -> Result<Option<Key>, Error> {
    let sql = "SELECT key FROM command WHERE undoes = $1 AND is_undone = 0 ORDER BY id DESC LIMIT 1";
    first(connection, sql, &[command.into()], |row| key(&row.bytes(0)?))
}

pub(crate) fn is_undone(connection: &dyn Connection, key: Key) -> Result<Option<bool>, Error> {
    let sql = "SELECT is_undone FROM command WHERE key = $1";
    first(connection, sql, &[key.0.as_slice().into()], |row| Ok(row.integer(0)? != 0))
}

/// How far an import has come, and its command; one that was taken back begins anew.
pub(crate) fn import_position(
    connection: &dyn Connection,
    source: &[u8; 32],
) -> Result<Option<(Key, u64)>, Error> {
    let sql = "SELECT command, position FROM import WHERE source = $1 \
               AND NOT EXISTS (SELECT 1 FROM command WHERE key = import.command AND is_undone = 1)";
    first(connection, sql, &[source.as_slice().into()], |row| {
        Ok((key(&row.bytes(0)?)?, row.integer(1)?.unsigned_abs()))
    })
}

pub(crate) fn set_undone(connection: &dyn Connection, key: Key, is_undone: bool) -> Result<(), Error> {
    let sql = "UPDATE command SET is_undone = $1 WHERE key = $2";
    match connection.execute(sql, &[is_undone.into(), key.0.as_slice().into()])? {
        0 => Err(Error::Conflict(Clash::Command)),
        _ => Ok(()),
    }
}

/// What an act answered that was applied before.
pub(crate) fn outcome(connection: &dyn Connection, key: Key) -> Result<Option<Outcome>, Error> {
    let sql = "SELECT outcome FROM act WHERE key = $1";
    first(connection, sql, &[key.0.as_slice().into()], |row| Ok(read_outcome(&row.text(0)?)))
}

/// The rows of an act and, where it is the first of its command, of that; the act's id.
pub(crate) fn begin(connection: &dyn Connection, act: &Act) -> Result<i64, Error> {
    let command = &act.command;
    let id = "SELECT id FROM command WHERE key = $1";
    let find = |key: &Key| first(connection, id, &[key.0.as_slice().into()], |row| row.integer(0));
    let undoes = match &command.undoes {
        Some(key) => Some(find(key)?.ok_or(Error::Conflict(Clash::Command))?),
        None => None,
    };
    let begun = match find(&command.key)? {
        Some(begun) => Some(begun),
        None => {
            let sql = "INSERT INTO command (key, verb, line, at, undoes, principal, is_undone, has_changed) \
                       VALUES ($1, $2, $3, $4, $5, $6, 0, 0) RETURNING id";
            let parameters = [
                command.key.0.as_slice().into(),
                command.verb.into(),
                command.line.as_str().into(),
                act.at.0.into(),
                undoes.into(),
                act.principal.0.into(),
            ];
            first(connection, sql, &parameters, |row| row.integer(0))?
        }
    };
    let sql = "INSERT INTO act (key, command, at, outcome) VALUES ($1, $2, $3, '') RETURNING id";
    let parameters = [act.key.0.as_slice().into(), begun.into(), act.at.0.into()];
    let act = first(connection, sql, &parameters, |row| row.integer(0))?;
    act.ok_or_else(|| Error::Database("a row that was written has no id".to_owned()))
}

/// Notes what an act answered.
pub(crate) fn finish(connection: &dyn Connection, act: i64, outcome: &Outcome) -> Result<(), Error> {
    let made = outcome.made.iter().map(|calendar| format!("+{}", calendar.0));
    let changed = outcome.changed.iter().map(|(calendar, version)| format!("{}:{}", calendar.0, version.0));
    let principals = outcome.principals.iter().map(|principal| format!("@{}", principal.0));
    let text = made.chain(changed).chain(principals).collect::<Vec<_>>().join(" ");
    connection.execute("UPDATE act SET outcome = $1 WHERE id = $2", &[text.as_str().into(), act.into()])?;
    Ok(())
}

/// Notes that an act changed something that can be taken back.
fn has_changed(connection: &dyn Connection, act: i64) -> Result<(), Error> {
    let sql = "UPDATE command SET has_changed = 1 WHERE id = (SELECT command FROM act WHERE id = $1) AND has_changed = 0";
    connection.execute(sql, &[act.into()])?;
    Ok(())
}

fn read_outcome(text: &str) -> Outcome {
    let mut outcome = Outcome::default();
    for word in text.split_whitespace() {
        match (word.strip_prefix('+'), word.split_once(':')) {
            (Some(made), _) => outcome.made.extend(made.parse().map(CalendarId)),
            (None, None) => {
                let made = word.strip_prefix('@').map(str::parse);
                outcome.principals.extend(made.and_then(Result::ok).map(PrincipalId));
            }
            (None, Some((calendar, version))) => {
                let changed = calendar.parse().map(CalendarId).ok().zip(version.parse().map(Version).ok());
                outcome.changed.extend(changed);
            }
        }
    }
    outcome
}

/// One change of an object, for its history.
pub(crate) struct Change<'c> {
    pub(crate) calendar: CalendarId,
    pub(crate) uid: &'c str,
    pub(crate) name: &'c str,
    pub(crate) before: Option<i64>,
    pub(crate) after: Option<i64>,
    pub(crate) version: Version,
}

/// Notes one change of an object, and forgets those before that are more than so many.
pub(crate) fn of_object(
    connection: &dyn Connection,
    act: i64,
    change: &Change<'_>,
    versions: u32,
) -> Result<(), Error> {
    let sql = "INSERT INTO history (act, calendar, uid, name, before, after, version) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let parameters = [
        act.into(),
        change.calendar.0.into(),
        change.uid.into(),
        change.name.into(),
        change.before.into(),
        change.after.into(),
        change.version.0.into(),
    ];
    connection.execute(sql, &parameters)?;
    has_changed(connection, act)?;
    trim(connection, change, versions)
}

/// Forgets the versions of an object that are too many, a few at a time; the last one stays, that it can be taken back.
fn trim(connection: &dyn Connection, change: &Change<'_>, versions: u32) -> Result<(), Error> {
    let sql = "SELECT id FROM history WHERE calendar = $1 AND uid = $2 ORDER BY id DESC LIMIT 16 OFFSET $3";
    let parameters = [change.calendar.0.into(), change.uid.into(), i64::from(versions.max(1)).into()];
    for row in all(connection, sql, &parameters, |row| row.integer(0))? {
        purge::forget(connection, row)?;
    }
    Ok(())
}

pub(crate) fn of_calendar(
    connection: &dyn Connection,
    act: i64,
    calendar: CalendarId,
    before: Option<&Settings>,
    after: &Settings,
) -> Result<(), Error> {
    let sql = "INSERT INTO calendar_history (act, calendar, before, after, version) VALUES ($1, $2, $3, $4, \
               (SELECT settings_version FROM calendar WHERE id = $5))";
    let (before, after) = (before.map(write_settings), write_settings(after));
    let parameters =
        [act.into(), calendar.0.into(), before.as_deref().into(), after.as_str().into(), calendar.0.into()];
    connection.execute(sql, &parameters)?;
    has_changed(connection, act)
}

/// Settings as history keeps them: a line for each that is set, in a form that never changes.
fn write_settings(settings: &Settings) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        text.push_str(name);
        text.push(' ');
        text.push_str(&value.replace('\\', "\\\\").replace('\n', "\\n"));
        text.push('\n');
    };
    line("segment", &settings.segment);
    line("name", &settings.name);
    let kinds = settings.write_kinds();
    for (name, value) in [
        ("color", &settings.color),
        ("description", &settings.description),
        ("zone", &settings.zone),
        ("kinds", &kinds),
    ] {
        if let Some(value) = value {
            line(name, value);
        }
    }
    if settings.is_transparent {
        line("transparent", "yes");
    }
    if settings.is_removed {
        line("removed", "yes");
    }
    text
}

fn read_settings(text: &str) -> Settings {
    let find = |wanted: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(' '));
        let found = lines.find_map(|(name, value)| (name == wanted).then_some(value))?;
        // A backslash that was doubled is not the one of a line feed.
        let parts = found.split("\\\\").map(|part| part.replace("\\n", "\n"));
        Some(parts.collect::<Vec<_>>().join("\\"))
    };
    Settings {
        segment: find("segment").unwrap_or_default(),
        name: find("name").unwrap_or_default(),
        color: find("color"),
        description: find("description"),
        zone: find("zone"),
        kinds: Settings::read_kinds(find("kinds")),
        is_transparent: find("transparent").is_some(),
        is_removed: find("removed").is_some(),
    }
}

/// What a command changed of objects after a place in its history, in order; and the place after each.
pub(crate) fn object_changes(
    connection: &dyn Connection,
    command: &Done,
    after: i64,
    most: i64,
) -> Result<Vec<(i64, ObjectChange)>, Error> {
    let sql = "SELECT history.id, calendar, uid, name, before, after, version FROM history JOIN act ON act.id = history.act \
               WHERE act.command = $1 AND history.id > $2 ORDER BY act.id, history.id LIMIT $3";
    all(connection, sql, &[command.id.into(), after.into(), most.into()], |row| {
        Ok((
            row.integer(0)?,
            ObjectChange {
                calendar: CalendarId(row.integer(1)?),
                uid: row.text(2)?,
                name: row.text(3)?,
                before: row.maybe_integer(4)?.map(TextId),
                after: row.maybe_integer(5)?.map(TextId),
                version: Version(row.integer(6)?),
            },
        ))
    })
}

/// Did somebody edit an object after a command, and did not take that back?
pub(crate) fn is_edited_since(
    connection: &dyn Connection,
    command: &Done,
    calendar: CalendarId,
    uid: &str,
) -> Result<bool, Error> {
    let sql = "SELECT history.id FROM history JOIN act ON act.id = history.act JOIN command ON command.id = act.command \
               WHERE calendar = $1 AND uid = $2 AND command.id > $3 AND undoes IS NULL \
               AND is_undone = 0 LIMIT 1";
    let parameters = [calendar.0.into(), uid.into(), command.id.into()];
    Ok(first(connection, sql, &parameters, |row| row.integer(0))?.is_some())
}

/// What a command changed of calendars' settings, in order.
pub(crate) fn calendar_changes(
    connection: &dyn Connection,
    command: &Done,
) -> Result<Vec<CalendarChange>, Error> {
    let sql = "SELECT calendar, before, after, version FROM calendar_history JOIN act ON act.id = calendar_history.act \
               WHERE act.command = $1 ORDER BY act.id, calendar_history.id";
    all(connection, sql, &[command.id.into()], |row| {
        Ok(CalendarChange {
            calendar: CalendarId(row.integer(0)?),
            before: row.maybe_text(1)?.as_deref().map(read_settings),
            after: read_settings(&row.text(2)?),
            version: row.integer(3)?,
        })
    })
}

/// The versions of one object, the newest first, each with its command.
pub(crate) fn versions(
    connection: &dyn Connection,
    calendar: CalendarId,
    uid: &str,
    most: i64,
) -> Result<Vec<(Done, Option<TextId>)>, Error> {
    let sql = select!(
        ", history.after",
        "history JOIN act ON act.id = history.act JOIN command ON command.id = act.command",
        "WHERE history.calendar = $1 AND history.uid = $2 ORDER BY history.id DESC LIMIT $3"
    );
    let sql_parameters = [calendar.0.into(), uid.into(), most.into()];
    all(connection, sql, &sql_parameters, |row| Ok((done(row)?, row.maybe_integer(7)?.map(TextId))))
}

/// The calendars of a home that had this segment before they got another, the last one first.
pub(crate) fn calendars_once(
    connection: &dyn Connection,
    home: PrincipalId,
    segment: &str,
) -> Result<Vec<CalendarId>, Error> {
    let sql = "SELECT calendar, before FROM calendar_history JOIN calendar ON calendar.id = calendar_history.calendar \
               WHERE home = $1 AND before IS NOT NULL ORDER BY calendar_history.id DESC";
    let mut found = Vec::new();
    connection.each(sql, &[home.0.into()], &mut |row| {
        let calendar = CalendarId(row.integer(0)?);
        if read_settings(&row.text(1)?).segment == segment && !found.contains(&calendar) {
            found.push(calendar);
        }
        Ok(Next::Go)
    })?;
    Ok(found)
}

/// When an object was taken out of a calendar that it is not in; the tombstone stays longest.
pub(crate) fn removed_at(
    connection: &dyn Connection,
    calendar: CalendarId,
    uid: &str,
    name: &str,
) -> Result<Option<Timestamp>, Error> {
    let sql = "SELECT act.at FROM history JOIN act ON act.id = history.act \
               WHERE calendar = $1 AND uid = $2 AND after IS NULL ORDER BY history.id DESC LIMIT 1";
    let told = first(connection, sql, &[calendar.0.into(), uid.into()], |row| row.integer(0))?;
    if told.is_some() {
        return Ok(told.map(Timestamp));
    }
    let sql = "SELECT at FROM tombstone WHERE calendar = $1 AND name = $2";
    Ok(first(connection, sql, &[calendar.0.into(), name.into()], |row| row.integer(0))?.map(Timestamp))
}

/// Is a text among those that an object has, or had?
pub(crate) fn has_had(
    connection: &dyn Connection,
    calendar: CalendarId,
    uid: &str,
    text: &Text,
) -> Result<bool, Error> {
    let hash = text.hash().as_slice().into();
    let text = first(connection, "SELECT id FROM text WHERE hash = $1", &[hash], |row| row.integer(0))?;
    let Some(text) = text else { return Ok(false) };
    let sql =
        "SELECT id FROM history WHERE calendar = $1 AND uid = $2 AND (before = $3 OR after = $4) LIMIT 1";
    let parameters = [calendar.0.into(), uid.into(), text.into(), text.into()];
    Ok(first(connection, sql, &parameters, |row| row.integer(0))?.is_some())
}

#[cfg(test)]
mod tests {
    use ical::ComponentKind;

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn settings_are_read_as_they_were_written(
            segment in "[a-z]{1,9}", name in "\\PC{0,9}[\\\\n\n]{0,4}", color in proptest::option::of("#[0-9a-f]{6}"),
            description in proptest::option::of("(\\PC|\n|\\\\){1,20}"), is_removed: bool,
            kinds in proptest::option::of(proptest::sample::subsequence(vec![ComponentKind::Event, ComponentKind::Todo], 0..=2)),
            is_transparent: bool,
        ) {
            prop_assume!(!name.contains('\r') && !description.as_ref().is_some_and(|text| text.contains('\r')));
            let kinds = kinds.map(|kinds| kinds.into_iter().collect());
            let settings =
                Settings { segment, name, color, description, zone: None, kinds, is_transparent, is_removed };
            prop_assert_eq!(read_settings(&write_settings(&settings)), settings);
        }
    }
}
