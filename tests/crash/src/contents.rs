//! What is in a store: opened as any program opens it, checked, and read behind its back.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use ical::Document;
use ical::civil::Timestamp;
use ical::zone::{ZoneCache, Zones};
use rusqlite::{Connection, OpenFlags};
use store::{ChangeSet, Flags, Index, PrincipalId, Store, Waiting};

use crate::objects::{Object, Objects};
use crate::program::{NOW_SECONDS, store_of};

/// An occurrence: start, end, flags.
type Occurrence = (i64, i64, i64);

/// What a store keeps of an object, but for numbers that another run may give otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    name: String,
    text: Vec<u8>,
    kind: i64,
    span: Span,
    occurrences: Vec<Occurrence>,
}

/// What a store has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Segment and name, in the order in which they were made.
    calendars: Vec<(String, String)>,
    /// By UID.
    objects: BTreeMap<String, Kept>,
}

/// First start and last end, as far as there is one.
type Span = (Option<i64>, Option<i64>);

/// Indexes that were derived of texts: a text has the same each time.
#[derive(Debug, Default)]
pub struct Derived {
    of_texts: HashMap<Vec<u8>, (Vec<Occurrence>, Span)>,
    zones: Arc<ZoneCache>,
}

impl Contents {
    /// Opens the store of a disk, checks it and reads it.
    ///
    /// # Errors
    /// What is amiss, in a sentence: it does not open, its pages or references are damaged, an index is not that of its
    /// text, what is there is not found by its words, or nothing can be written.
    pub fn read(disk: &Path, derived: &mut Derived) -> Result<Self, String> {
        let folder = store_of(disk);
        let store = Store::new(&folder, Waiting::never());
        let Some(snapshot) = store.snapshot().map_err(|error| format!("the store does not open: {error}"))?
        else {
            return Ok(Self::default());
        };
        drop(snapshot);
        let amiss =
            store.check(&mut |_, _| ()).map_err(|error| format!("the store cannot be checked: {error}"))?;
        if !amiss.is_empty() {
            return Err(format!("the store's own check: {}", amiss.join("; ")));
        }
        let contents =
            Self::look(&folder.join("kalends.db")).map_err(|error| format!("cannot be read: {error}"))??;
        for (uid, kept) in &contents.objects {
            let (occurrences, span) = derived.of(&kept.text)?;
            if kept.occurrences != *occurrences || kept.span != *span {
                return Err(format!("the index of {uid} is not that of its text"));
            }
        }
        let upkeep = ChangeSet { act: None, expects: Vec::new(), effects: Vec::new() };
        store.apply(upkeep).map_err(|error| format!("the store cannot be written: {error}"))?;
        Ok(contents)
    }

    /// Has the store itself hold each row against its text: all that [`Contents::read`] looks at and more, in more time.
    ///
    /// # Errors
    /// What it finds.
    pub fn verify(disk: &Path) -> Result<(), String> {
        let store = Store::new(&store_of(disk), Waiting::never());
        let mut amiss = Vec::new();
        let verified = store.verify(&mut |finding| amiss.push(format!("{finding:?}")), &mut |_| ());
        verified.map_err(|error| format!("the store cannot be verified: {error}"))?;
        if amiss.is_empty() { Ok(()) } else { Err(format!("the store finds amiss: {}", amiss.join("; "))) }
    }

    fn look(file: &Path) -> rusqlite::Result<Result<Self, String>> {
        let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut contents = Self::default();
        let dangling = connection.prepare("PRAGMA foreign_key_check")?.query_map([], |_| Ok(()))?.count();
        if dangling > 0 {
            return Ok(Err(format!("{dangling} rows refer to nothing")));
        }
        // Who is added comes with an address and a calendar, or not at all.
        let sql = "SELECT count(*) FROM principal WHERE name IS NOT NULL AND \
                   (NOT EXISTS (SELECT 1 FROM address WHERE principal = principal.id) OR \
                   NOT EXISTS (SELECT 1 FROM calendar WHERE home = principal.id))";
        let halves: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        if halves > 0 {
            return Ok(Err(format!("{halves} people are there by half")));
        }
        let mut calendars = connection.prepare("SELECT segment, name FROM calendar ORDER BY id")?;
        for calendar in calendars.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
            contents.calendars.push(calendar?);
        }
        let mut objects = connection.prepare(
            "SELECT object.id, uid, name, raw, kind, span_start, span_end FROM object JOIN text ON text.id = text",
        )?;
        let mut occurrences = connection.prepare(
            "SELECT start, finish, flags FROM occurrence WHERE object = $1 ORDER BY start, finish, flags",
        )?;
        let mut rows = objects.query([])?;
        while let Some(row) = rows.next()? {
            let found = occurrences
                .query_map([row.get::<_, i64>(0)?], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            let kept = Kept {
                name: row.get(2)?,
                text: row.get(3)?,
                kind: row.get(4)?,
                span: (row.get(5)?, row.get(6)?),
                occurrences: found.collect::<Result<_, _>>()?,
            };
            let uid: String = row.get(1)?;
            if contents.objects.insert(uid.clone(), kept).is_some() {
                return Ok(Err(format!("{uid} is there twice")));
            }
        }
        Ok(Ok(contents))
    }

    /// Has it these objects, each byte for byte, and no others?
    pub(crate) fn has(&self, objects: &Objects) -> bool {
        self.objects.len() == objects.len() && objects.values().all(|object| self.has_one(object))
    }

    /// Has it this version of an object?
    pub(crate) fn has_one(&self, object: &Object) -> bool {
        let is_named = |kept: &Kept| kept.name == format!("{}.ics", object.uid);
        self.objects.get(&object.uid).is_some_and(|kept| is_named(kept) && kept.text == object.text())
    }

    /// Has it anything of a UID?
    pub(crate) fn knows(&self, uid: &str) -> bool {
        self.objects.contains_key(uid)
    }

    /// How many objects it has.
    pub(crate) fn count(&self) -> usize {
        self.objects.len()
    }

    /// Is each object there that should be, found by its word, and no other by that?
    pub(crate) fn are_found<'o>(
        disk: &Path,
        objects: impl Iterator<Item = &'o Arc<Object>>,
    ) -> Result<(), String> {
        let store = Store::new(&store_of(disk), Waiting::never());
        let snapshot = store.snapshot().map_err(|error| error.to_string())?;
        let Some(snapshot) = snapshot else { return Ok(()) };
        for object in objects {
            let found = snapshot
                .search(PrincipalId::OWNER, &[object.word()], 9)
                .map_err(|error| error.to_string())?;
            if found.iter().map(|found| &*found.uid).ne([&*object.uid]) {
                return Err(format!("{} is not found by its word, or another is", object.uid));
            }
        }
        Ok(())
    }

    /// How it differs from objects that it should have, in the first few words.
    pub(crate) fn difference(&self, objects: &Objects) -> String {
        let missing: Vec<&str> = objects.keys().filter(|uid| !self.knows(uid)).map(String::as_str).collect();
        let others: Vec<&str> =
            self.objects.keys().filter(|uid| !objects.contains_key(*uid)).map(String::as_str).collect();
        let changed: Vec<&str> = objects
            .values()
            .filter(|object| self.knows(&object.uid) && !self.has_one(object))
            .map(|object| &*object.uid)
            .collect();
        let tell = |what: &str, uids: &[&str]| match uids {
            [] => String::new(),
            [first, ..] => format!(" {} {what} ({first} ...)", uids.len()),
        };
        format!(
            "of {}:{}{}{}",
            objects.len(),
            tell("missing", &missing),
            tell("too many", &others),
            tell("other", &changed)
        )
    }
}

impl Derived {
    fn of(&mut self, text: &[u8]) -> Result<&(Vec<Occurrence>, Span), String> {
        if !self.of_texts.contains_key(text) {
            let document = Document::read(text).map_err(|error| error.to_string())?;
            let objects = document.objects();
            let [object] = &objects[..] else { return Err(format!("a text has {} objects", objects.len())) };
            let zones = Zones::with_cache(&document, Arc::clone(&self.zones));
            let index = Index::derive(object, &zones, Timestamp(NOW_SECONDS), &[]);
            let occurrences = index.occurrences.iter().map(|row| (row.start.0, row.end.0, bits(row.flags)));
            let span =
                (index.span.map(|(start, _)| start.0), index.span.and_then(|(_, end)| end).map(|end| end.0));
            self.of_texts.insert(text.to_vec(), (occurrences.collect(), span));
        }
        self.of_texts.get(text).ok_or_else(|| "what was put in is there".to_owned())
    }
}

/// Flags as the store writes them.
fn bits(flags: Flags) -> i64 {
    let all = [
        Flags::TRANSPARENT,
        Flags::TENTATIVE,
        Flags::CANCELLED,
        Flags::PRIVATE,
        Flags::FLOATING,
        Flags::DATE,
    ];
    all.iter().enumerate().filter(|(_, flag)| flags.has(**flag)).map(|(place, _)| 1 << place).sum()
}
