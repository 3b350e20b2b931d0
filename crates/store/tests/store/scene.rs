//! A store in a folder of its own, and short words for what tests do with it.

use std::cell::Cell;

use ical::Document;
use ical::civil::Timestamp;
use ical::zone::Zones;
use store::{
    Act, Before, Blob, CHUNK, CalendarId, ChangeSet, Chunk, Command, Done, Effect, Error, Expect, FileChange,
    FileId, Index, Key, Outcome, PrincipalId, Put, Removed, Scheduled, Settings, Snapshot, Store, Text,
    Waiting,
};
use tempfile::TempDir;

/// 2026-03-02T00:00:00Z, a Monday.
pub(crate) const NOW: Timestamp = Timestamp(1_772_409_600);
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 86_400;

/// A store with one calendar, `work`.
pub(crate) struct Scene {
    pub(crate) folder: TempDir,
    pub(crate) store: Store,
    pub(crate) work: CalendarId,
    pub(crate) now: Cell<Timestamp>,
    pub(crate) keys: Cell<u128>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = engines::store(&folder.path().join("store"), Waiting::never());
        Self::of(folder, store)
    }

    /// One whose store is in a file, whatever the engine of others.
    pub(crate) fn in_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(&folder.path().join("store"), Waiting::never());
        Self::of(folder, store)
    }

    fn of(folder: TempDir, store: Store) -> Self {
        let command =
            Command { key: Key([0; 16]), verb: "calendar", line: "work was made".to_owned(), undoes: None };
        let act = Act { key: Key([0; 16]), command, principal: PrincipalId::OWNER, at: NOW, versions: 100 };
        let effects = vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings("work") }];
        let made = store.apply(ChangeSet { act: Some(act), expects: vec![], effects }).unwrap();
        Self { folder, store, work: made.made[0], now: Cell::new(NOW), keys: Cell::new(1) }
    }

    pub(crate) fn key(&self) -> Key {
        self.keys.set(self.keys.get() + 1);
        Key(self.keys.get().to_be_bytes())
    }

    /// A set that is a command of its own.
    pub(crate) fn set(&self, expects: Vec<Expect>, effects: Vec<Effect>) -> ChangeSet {
        let command = Command { key: self.key(), verb: "do", line: "something".to_owned(), undoes: None };
        let act = Act {
            key: self.key(),
            command,
            principal: PrincipalId::OWNER,
            at: self.now.get(),
            versions: 100,
        };
        ChangeSet { act: Some(act), expects, effects }
    }

    pub(crate) fn apply(&self, effects: Vec<Effect>) -> Result<Outcome, Error> {
        self.store.apply(self.set(vec![], effects))
    }

    /// A set of upkeep.
    pub(crate) fn keep_up(&self, effects: Vec<Effect>) -> Result<Outcome, Error> {
        self.store.apply(ChangeSet { act: None, expects: vec![], effects })
    }

    pub(crate) fn expecting(&self, expect: Expect, effects: Vec<Effect>) -> Result<Outcome, Error> {
        self.store.apply(self.set(vec![expect], effects))
    }

    /// Books an event that does not recur.
    pub(crate) fn book(&self, uid: &str, summary: &str) -> Outcome {
        self.apply(vec![self.event(uid, summary)]).unwrap()
    }

    pub(crate) fn event(&self, uid: &str, summary: &str) -> Effect {
        self.put(uid, &event(uid, &format!("DTSTART:20260302T090000Z\nDURATION:PT1H\nSUMMARY:{summary}")))
    }

    pub(crate) fn put(&self, uid: &str, text: &str) -> Effect {
        Effect::Put(put(self.work, uid, text, self.now.get()))
    }

    pub(crate) fn remove(&self, uid: &str, to: Removed) -> Effect {
        Effect::Remove { calendar: self.work, uid: uid.to_owned(), to }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.store.snapshot().unwrap().unwrap()
    }

    /// The text of an object.
    pub(crate) fn text(&self, uid: &str) -> Option<String> {
        let snapshot = self.snapshot();
        let object = snapshot.object(self.work, uid).unwrap()?;
        Some(String::from_utf8(snapshot.text(&object).unwrap()).unwrap())
    }

    /// Takes a command back, as `undo` and `redo` do, for the marks alone.
    pub(crate) fn take_back(&self, done: &Done) -> Done {
        let command =
            Command { key: self.key(), verb: "undo", line: "taken back".to_owned(), undoes: Some(done.key) };
        let act = Act {
            key: self.key(),
            command,
            principal: PrincipalId::OWNER,
            at: self.now.get(),
            versions: 100,
        };
        let mut effects =
            vec![self.event("marks", "anything"), Effect::Undone { key: done.key, is_undone: true }];
        effects.extend(done.undoes.map(|key| Effect::Undone { key, is_undone: false }));
        self.store.apply(ChangeSet { act: Some(act), expects: vec![], effects }).unwrap();
        self.snapshot().history(PrincipalId::OWNER, 1).unwrap().remove(0)
    }

    /// The store's file by itself, for what nobody should do to it.
    pub(crate) fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.store.folder().join("kalends.db")).unwrap()
    }

    /// Runs statements on the tables themselves, as nobody should do.
    pub(crate) fn run(&self, sql: &str) {
        engines::run(&self.store, sql);
    }

    pub(crate) fn number(&self, sql: &str) -> i64 {
        engines::number(&self.store, sql)
    }

    /// The same store, opened again.
    pub(crate) fn again(&self, waiting: Waiting) -> Store {
        Store::at(self.store.location().clone(), waiting)
    }
}

/// Everything is forgotten that is older than an instant.
pub(crate) const fn all_before(at: Timestamp) -> Before {
    Before { trash: at, history: at, incoming: at }
}

/// The chunks of a document.
pub(crate) fn chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk> {
    let blob = Blob::of(&mut &*bytes).unwrap();
    let size = usize::try_from(CHUNK).unwrap();
    let begins = (0..bytes.len().max(1)).step_by(size);
    begins.map(move |from| {
        let to = bytes.len().min(from + size);
        let bytes = bytes[from..to].to_vec().into();
        Chunk { blob, from: u64::try_from(from).unwrap(), bytes, at: NOW }
    })
}

/// What writes a document, with its bytes.
pub(crate) fn document(collection: FileId, name: &str, bytes: &[u8]) -> Vec<Effect> {
    let (name, blob) = (name.to_owned(), Blob::of(&mut &*bytes).unwrap());
    let media = Some("image/png".to_owned());
    let put = Effect::File(FileChange::Put { collection, name, blob, media });
    chunks(bytes).map(Effect::Chunk).chain([put]).collect()
}

pub(crate) fn settings(segment: &str) -> Settings {
    Settings::new(segment, segment)
}

/// The text of an event of these lines.
pub(crate) fn event(uid: &str, lines: &str) -> String {
    format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:{uid}\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n")
}

pub(crate) fn put(calendar: CalendarId, uid: &str, text: &str, now: Timestamp) -> Put {
    let index = index(text, now);
    Put {
        calendar,
        name: format!("{uid}.ics"),
        uid: uid.to_owned(),
        text: Text::new(text.as_bytes().to_vec()),
        index,
        scheduled: Scheduled::No,
    }
}

pub(crate) fn index(text: &str, now: Timestamp) -> Index {
    let document = Document::read(text.as_bytes()).unwrap();
    Index::derive(&document.objects()[0], &Zones::new(&document), now, &[])
}
