//! Rows held against texts, for who wants to know whether the store is sound.
//!
//! An index is derived again from the text, around the now that its row names, and must come out the same to the last row:
//! so it does not matter how far the window has moved since. Rows of another basis than the store's are not compared, only
//! counted: they are going to be derived anew anyway. Of words it is asked whether the index of words has them; words too
//! many are not looked for. Objects and texts are read in pages, each from a snapshot of its own, a text at a time.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use ical::civil::Timestamp;
use ical::zone::{ZoneCache, Zones};
use ical::{Document, Object};
use sha2::{Digest, Sha256};

use crate::alarms::NextAlarm;
use crate::engine::{Connection, Next, all, first};
use crate::error::Error;
use crate::files;
use crate::handle;
use crate::index::{BASIS, Index};
use crate::objects::{kind_of_number, length_class, span};
use crate::principals::{self, Address, PrincipalId};

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The segment of the calendar, where it is known.
    pub calendar: Option<String>,
    /// The UID of the object, where it is of one.
    pub uid: Option<String>,
    /// What is amiss.
    pub amiss: Amiss,
}

/// What may be amiss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amiss {
    /// An object has no text.
    NoText,
    /// A text is not the one that was written: its hash is another.
    Changed,
    /// There is no object of this UID in the text.
    Unreadable,
    /// What the object's row says of this differs from what the text says.
    Row(&'static str),
    /// Occurrences that are missing, and such as the text does not have.
    Occurrences {
        /// So many are missing.
        missing: usize,
        /// So many are too many.
        surplus: usize,
    },
    /// A search for the words of the text does not find it.
    Words,
    /// The bytes of files are not those that were written: what these are called.
    Bytes(String),
    /// Somebody's files are not as many or as large as is counted, or some are in no collection: whose.
    Area(String),
    /// Rows that refer to something that is not there.
    Dangling {
        /// Rows of this.
        of: &'static str,
        /// They refer to this.
        to: &'static str,
        /// So many.
        rows: u64,
    },
}

impl fmt::Display for Amiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoText => f.write_str("its text is missing"),
            Self::Changed => f.write_str("its text was changed or damaged: the hash is another"),
            Self::Unreadable => f.write_str("its text has no object of this UID"),
            Self::Row(what) => write!(f, "its {what} is not what the text says"),
            Self::Occurrences { missing, surplus } => {
                write!(f, "of its occurrences {missing} are missing in the index, and {surplus} are too many")
            }
            Self::Words => f.write_str("a search does not find its words"),
            Self::Bytes(files) => {
                write!(f, "the bytes of a file ({files}) were changed or damaged: the hash is another")
            }
            Self::Area(whose) => write!(f, "the files of {whose} are not those that are counted"),
            Self::Dangling { of, to, rows } => write!(f, "{rows} rows of {of} refer to no row of {to}"),
        }
    }
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// So many objects.
    pub objects: u64,
    /// So many of them have an index of another basis, which was not compared.
    pub outdated: u64,
    /// So many texts, those of trash and history too.
    pub texts: u64,
}

/// So many rows are read at once.
const PAGE: i64 = 256;

/// A place between two pages, for one who goes on from a fresh snapshot.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Objects(i64),
    Texts(i64),
    Blobs(i64),
    References,
}

impl Place {
    pub(crate) const START: Self = Self::Objects(0);
}

/// Looks at one page and tells what it finds; the place of the next, if there is one.
pub(crate) fn page(
    connection: &dyn Connection,
    place: Place,
    verified: &mut Verified,
    tell: &mut dyn FnMut(Finding),
) -> Result<Option<Place>, Error> {
    Ok(Some(match place {
        Place::Objects(after) => match objects(connection, after, verified, tell)? {
            Some(last) => Place::Objects(last),
            None => Place::Texts(0),
        },
        Place::Texts(after) => match texts(connection, after, verified, tell)? {
            Some(last) => Place::Texts(last),
            None => Place::Blobs(0),
        },
        Place::Blobs(after) => match files::verify::blobs(connection, after, tell)? {
            Some(last) => Place::Blobs(last),
            None => Place::References,
        },
        Place::References => {
            files::verify::areas(connection, tell)?;
            references(connection, tell)?;
            return Ok(None);
        }
    }))
}

/// An object's row as it stands.
struct Kept {
    id: i64,
    calendar: i64,
    segment: Option<String>,
    uid: String,
    handle: String,
    kind: i64,
    text: i64,
    span: (Option<i64>, Option<i64>),
    window: (Option<i64>, Option<i64>),
    is_open: bool,
    derived: Timestamp,
    generation: i64,
    alarm: (Option<i64>, Option<i64>),
    home: Option<PrincipalId>,
}

fn objects(
    connection: &dyn Connection,
    after: i64,
    verified: &mut Verified,
    tell: &mut dyn FnMut(Finding),
) -> Result<Option<i64>, Error> {
    let sql = "SELECT generation FROM store WHERE basis = $1";
    let generation = first(connection, sql, &[BASIS.into()], |row| row.integer(0))?;
    let sql = "SELECT object.id, calendar, segment, uid, handle, kind, text, span_start, span_end, expanded_from, \
               expanded_until, is_open, derived, generation, alarm_from, next_alarm, home FROM object \
               LEFT JOIN calendar ON calendar.id = object.calendar WHERE object.id > $1 ORDER BY object.id LIMIT $2";
    let page = all(connection, sql, &[after.into(), PAGE.into()], |row| {
        Ok(Kept {
            id: row.integer(0)?,
            calendar: row.integer(1)?,
            segment: row.maybe_text(2)?,
            uid: row.text(3)?,
            handle: row.text(4)?,
            kind: row.integer(5)?,
            text: row.integer(6)?,
            span: (row.maybe_integer(7)?, row.maybe_integer(8)?),
            window: (row.maybe_integer(9)?, row.maybe_integer(10)?),
            is_open: row.integer(11)? != 0,
            derived: Timestamp(row.integer(12)?),
            generation: row.integer(13)?,
            alarm: (row.maybe_integer(14)?, row.maybe_integer(15)?),
            home: row.maybe_integer(16)?.map(PrincipalId),
        })
    })?;
    let zones = Arc::new(ZoneCache::default());
    let mut words = BTreeMap::new();
    let mut owners: BTreeMap<Option<PrincipalId>, Vec<Address>> = BTreeMap::new();
    let mut tell = |kept: &Kept, amiss| {
        tell(Finding { calendar: kept.segment.clone(), uid: Some(kept.uid.clone()), amiss });
    };
    for kept in &page {
        verified.objects += 1;
        let own = match (kept.home, owners.entry(kept.home)) {
            (_, Entry::Occupied(known)) => known.into_mut(),
            (Some(home), Entry::Vacant(new)) => new.insert(principals::addresses(connection, home)?),
            (None, Entry::Vacant(new)) => new.insert(Vec::new()),
        };
        let is_current = Some(kept.generation) == generation;
        verified.outdated += u64::from(!is_current);
        let (found, index) = object(connection, kept, is_current, (&zones, own))?;
        found.into_iter().for_each(|amiss| tell(kept, amiss));
        words.extend(index.map(|index| (kept.text, index.words)));
    }
    let lost = not_found(connection, &words)?;
    for kept in page.iter().filter(|kept| lost.contains(&kept.text)) {
        tell(kept, Amiss::Words);
    }
    Ok(page.last().map(|last| last.id))
}

/// What is amiss of one object, and the index that was derived, if that can be compared.
fn object(
    connection: &dyn Connection,
    kept: &Kept,
    is_current: bool,
    (zones, own): (&Arc<ZoneCache>, &[Address]),
) -> Result<(Vec<Amiss>, Option<Index>), Error> {
    let mut found = Vec::new();
    if kept.handle != handle::of_uid(&kept.uid) {
        found.push(Amiss::Row("handle"));
    }
    let Some(raw) = crate::texts::read(connection, kept.text)? else {
        found.push(Amiss::NoText);
        return Ok((found, None));
    };
    let document = Document::read(raw).ok();
    let objects = document.as_ref().map(Document::objects).unwrap_or_default();
    let (Some(document), Some(object)) = (&document, choose(&objects, kept)) else {
        found.push(Amiss::Unreadable);
        return Ok((found, None));
    };
    if !is_current {
        return Ok((found, None));
    }
    let zones = Zones::with_cache(document, Arc::clone(zones));
    let index = Index::derive(object, &zones, kept.derived, own);
    found.extend(differing(kept, &index).into_iter().map(Amiss::Row));
    let expected = index.seasons.iter().map(|season| (kept.calendar, season.columns())).collect();
    if seasons(connection, kept)? != expected {
        found.push(Amiss::Row("season"));
    }
    // It moves on without the rest: it is derived from where the row says.
    let from = kept.alarm.0.map_or(kept.derived, Timestamp);
    if kept.alarm != NextAlarm::columns(NextAlarm::derive(object, &zones, from)) {
        found.push(Amiss::Row("next alarm"));
    }
    let (missing, surplus) = occurrences(connection, kept, &index)?;
    if missing + surplus > 0 {
        found.push(Amiss::Occurrences { missing, surplus });
    }
    Ok((found, Some(index)))
}

/// The object of a row in its text; a text that has only one may give it no UID.
fn choose<'o, 'd>(objects: &'o [Object<'d>], kept: &Kept) -> Option<&'o Object<'d>> {
    let of_uid = || objects.iter().filter(|object| object.uid() == Some(&kept.uid));
    let kind = kind_of_number(kept.kind);
    of_uid().find(|object| object.kind() == kind).or_else(|| of_uid().next()).or(match objects {
        [only] if only.uid().is_none() => Some(only),
        _ => None,
    })
}

fn differing(kept: &Kept, index: &Index) -> Vec<&'static str> {
    let window = (index.expanded_from.map(|at| at.0), index.expanded_until.map(|at| at.0));
    [
        ("kind", kind_of_number(kept.kind) != index.kind),
        ("span", kept.span != span(index)),
        ("window", kept.window != window),
        ("openness", kept.is_open != index.is_open),
    ]
    .into_iter()
    .filter_map(|(what, differs)| differs.then_some(what))
    .collect()
}

/// How many occurrences are missing, and how many too many.
fn occurrences(connection: &dyn Connection, kept: &Kept, index: &Index) -> Result<(usize, usize), Error> {
    let sql = "SELECT calendar, length, start, finish, flags FROM occurrence WHERE object = $1";
    let rows = all(connection, sql, &[kept.id.into()], |row| {
        Ok((row.integer(0)?, row.integer(1)?, row.integer(2)?, row.integer(3)?, row.integer(4)?))
    })?;
    let rows: BTreeSet<_> = rows.into_iter().collect();
    let expected = index.occurrences.iter();
    let expected: BTreeSet<_> =
        expected.map(|row| (kept.calendar, length_class(row), row.start.0, row.end.0, row.flags.0)).collect();
    Ok((expected.difference(&rows).count(), rows.difference(&expected).count()))
}

/// A row of `season`, but for its object; first its calendar.
type SeasonRow = (i64, [i64; 8]);

fn seasons(connection: &dyn Connection, kept: &Kept) -> Result<BTreeSet<SeasonRow>, Error> {
    let sql =
        "SELECT calendar, side, month, day, edge, far, turn, phase, width FROM season WHERE object = $1";
    let rows = all(connection, sql, &[kept.id.into()], |row| {
        let mut columns = [0; 8];
        for (number, column) in (1..).zip(&mut columns) {
            *column = row.integer(number)?;
        }
        Ok((row.integer(0)?, columns))
    })?;
    Ok(rows.into_iter().collect())
}

/// The texts of a page of which a search does not find all words. Each word is asked for once, for all of them: an index of
/// words goes through all texts of a word up to the one that is asked for.
fn not_found(connection: &dyn Connection, page: &BTreeMap<i64, String>) -> Result<BTreeSet<i64>, Error> {
    let mut lost = BTreeSet::new();
    let (Some((first, _)), Some((last, _))) = (page.first_key_value(), page.last_key_value()) else {
        return Ok(lost);
    };
    let mut texts_of: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    for (text, words) in page {
        for word in words.split_whitespace() {
            texts_of.entry(word).or_default().insert(*text);
        }
    }
    let index = connection.words();
    for (word, mut texts) in texts_of {
        let question = (index.whole)(word);
        let parameters = [question.as_str().into(), (*first).into(), (*last).into()];
        connection.each(index.between, &parameters, &mut |row| {
            texts.remove(&row.integer(0)?);
            Ok(if texts.is_empty() { Next::Stop } else { Next::Go })
        })?;
        lost.append(&mut texts);
    }
    Ok(lost)
}

fn texts(
    connection: &dyn Connection,
    after: i64,
    verified: &mut Verified,
    tell: &mut dyn FnMut(Finding),
) -> Result<Option<i64>, Error> {
    let sql = "SELECT id FROM text WHERE id > $1 ORDER BY id LIMIT $2";
    let page = all(connection, sql, &[after.into(), PAGE.into()], |row| row.integer(0))?;
    for text in &page {
        verified.texts += 1;
        let sql = "SELECT hash, raw FROM text WHERE id = $1";
        let is_sound = |hash: Vec<u8>, raw: Vec<u8>| hash == Sha256::digest(raw).as_slice();
        let found =
            first(connection, sql, &[(*text).into()], |row| Ok(is_sound(row.bytes(0)?, row.bytes(1)?)))?;
        if found == Some(false) {
            let (calendar, uid) = owner(connection, *text)?.unzip();
            tell(Finding { calendar, uid, amiss: Amiss::Changed });
        }
    }
    Ok(page.last().copied())
}

/// Of which object a text is or was: segment and UID.
fn owner(connection: &dyn Connection, text: i64) -> Result<Option<(String, String)>, Error> {
    macro_rules! select {
        ($table:literal, $column:literal) => {
            concat!(
                "SELECT segment, uid FROM ",
                $table,
                " JOIN calendar ON calendar.id = ",
                $table,
                ".calendar WHERE ",
                $table,
                ".",
                $column,
                " = $1 LIMIT 1"
            )
        };
    }
    let places = [
        select!("object", "text"),
        select!("trash", "text"),
        select!("history", "after"),
        select!("history", "before"),
    ];
    for sql in places {
        let found = first(connection, sql, &[text.into()], |row| Ok((row.text(0)?, row.text(1)?)))?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// A table, a column, and the table that it refers to; with the question for rows that refer to nothing.
macro_rules! refers {
    ($($of:literal . $column:literal -> $to:literal . $key:literal,)+) => {
        [$((
            $of,
            $column,
            $to,
            concat!(
                "SELECT count(*) FROM ", $of, " AS child WHERE child.", $column, " IS NOT NULL AND NOT EXISTS \
                 (SELECT 1 FROM ", $to, " AS parent WHERE parent.", $key, " = child.", $column, ")"
            ),
        )),+]
    };
}

/// All that refers to something; a test holds it against the schema.
const REFERENCES: [(&str, &str, &str, &str); 49] = refers! {
    "act"."command" -> "command"."id",
    "address"."principal" -> "principal"."id",
    "area"."home" -> "principal"."id",
    "area"."root" -> "file"."id",
    "audit"."whom" -> "principal"."id",
    "calendar"."home" -> "principal"."id",
    "calendar_history"."act" -> "act"."id",
    "calendar_history"."calendar" -> "calendar"."id",
    "chunk"."blob" -> "blob"."id",
    "command"."principal" -> "principal"."id",
    "command"."undoes" -> "command"."id",
    "credential"."principal" -> "principal"."id",
    "delivery"."outbox" -> "calendar"."id",
    "delivery"."text" -> "text"."id",
    "file"."blob" -> "blob"."id",
    "file"."home" -> "principal"."id",
    "file"."parent" -> "file"."id",
    "history"."act" -> "act"."id",
    "history"."after" -> "text"."id",
    "history"."before" -> "text"."id",
    "history"."calendar" -> "calendar"."id",
    "incoming"."blob" -> "blob"."id",
    "loose"."text" -> "text"."id",
    "member"."member" -> "principal"."id",
    "member"."team" -> "principal"."id",
    "message"."inbox" -> "calendar"."id",
    "message"."text" -> "text"."id",
    "object"."calendar" -> "calendar"."id",
    "object"."text" -> "text"."id",
    "occurrence"."calendar" -> "calendar"."id",
    "occurrence"."object" -> "object"."id",
    "property"."calendar" -> "calendar"."id",
    "property"."file" -> "file"."id",
    "property"."object" -> "object"."id",
    "reception"."bookers" -> "principal"."id",
    "reception"."calendar" -> "calendar"."id",
    "reception"."moderator" -> "principal"."id",
    "reception"."principal" -> "principal"."id",
    "rule"."calendar" -> "calendar"."id",
    "rule"."home" -> "principal"."id",
    "rule"."principal" -> "principal"."id",
    "rung"."calendar" -> "calendar"."id",
    "scheduling"."inbox" -> "calendar"."id",
    "season"."calendar" -> "calendar"."id",
    "season"."object" -> "object"."id",
    "tombstone"."calendar" -> "calendar"."id",
    "trash"."calendar" -> "calendar"."id",
    "trash"."text" -> "text"."id",
    "words"."rowid" -> "text"."id",
};

fn references(connection: &dyn Connection, tell: &mut dyn FnMut(Finding)) -> Result<(), Error> {
    let mut counts: HashMap<(&'static str, &'static str), u64> = HashMap::new();
    for (of, _, to, sql) in REFERENCES {
        let rows = first(connection, sql, &[], |row| row.integer(0))?.unwrap_or_default();
        *counts.entry((of, to)).or_default() += rows.unsigned_abs();
    }
    for (of, _, to, _) in REFERENCES {
        if let Some(rows) = counts.remove(&(of, to)).filter(|rows| *rows > 0) {
            tell(Finding { calendar: None, uid: None, amiss: Amiss::Dangling { of, to, rows } });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_the_schema_says_refers_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let (_, connection) = crate::sqlite::open_to_write(folder.path(), crate::Waiting::never()).unwrap();
        let sql = "SELECT t.name, k.\"from\", k.\"table\" FROM sqlite_master AS t JOIN pragma_foreign_key_list(t.name) AS k";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        let keys: BTreeSet<(String, String, String)> = rows.map(Result::unwrap).collect();
        let known =
            REFERENCES.iter().map(|(of, column, to, _)| [of, column, to].map(|name| (*name).to_owned()));
        let known: BTreeSet<_> = known.map(|[of, column, to]| (of, column, to)).collect();
        assert!(keys.len() > 10);
        assert_eq!(keys.difference(&known).collect::<Vec<_>>(), [] as [&(String, String, String); 0]);
    }
}
