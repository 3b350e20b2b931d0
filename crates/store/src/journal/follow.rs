//! Whoever writes a journal: what was committed since the last look, one step on disk after the other.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use ical::civil::Timestamp;

use super::record::{self, Chain, HEAD_SIZE, Head, Step};
use super::replay::{hash, page_size};
use super::{Files, Kind, PART, SEGMENT, named};
use crate::change_set::Key;
use crate::error::Error;
use crate::location::Site;
use crate::snapshot::Snapshot;
use crate::sqlite::{self, Log, NAME, Pages, Place, file_error, sync_folder};
use crate::{Store, backup};

/// When what is done that costs more than a look.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// When the log has so many frames, writers wait for a moment in which all of them go home, so that it begins anew. They do
    /// the same by themselves at this length where nobody follows.
    log: u32,
    /// A generation may grow by so many bytes more than its copy has …
    slack: u64,
    /// … and have so many segments.
    segments: u32,
    /// A segment that has so many bytes is followed by another.
    segment: u64,
    /// A record has so many bytes of pages, and those of one page more at most.
    part: usize,
}

const BOUNDS: Bounds = Bounds { log: 32_768, slack: 64 << 20, segments: 1_000, segment: SEGMENT, part: PART };

/// What whoever wants a journal of a database is told.
const IN_DATABASE: &str = "the store is in PostgreSQL, which keeps its own: set its archive_mode and archive_command, or have \
                           pg_receivewal keep its log beside a base backup";

/// Hears how many pages are left to be copied, of how many.
type Progress<'p> = &'p mut dyn FnMut(u32, u32);

/// What a look found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// So many transactions, each of one change set or several; they are on disk.
    pub commits: u64,
    /// So many bytes were written for them.
    pub bytes: u64,
    /// Did it begin with a new copy of the store? Then that has them.
    pub is_anew: bool,
}

/// Keeps a journal of a store. One at a time does in a folder.
#[derive(Debug)]
pub struct Follower<'s> {
    store: &'s Store,
    bounds: Bounds,
    _lock: fs::File,
    files: Files,
    /// As long as it is held, nothing behind `place` is overwritten in the log.
    pin: Snapshot,
    /// Which file the store is, whatever it is called.
    file: (u64, u64),
    place: Option<Place>,
    /// So many frames of the log went home when that was last asked for.
    home: u32,
    /// Behind the last record.
    chain: Chain,
    /// The last step.
    step: u64,
    page_size: u32,
    /// Bytes of the copy, and of what came since.
    size: [u64; 2],
    /// The segment that is written, with its length.
    open: Option<(fs::File, u64)>,
}

impl Store {
    /// Begins a journal in a folder, or goes on with the one that is there. `progress` hears how many pages are left to be
    /// copied, of how many.
    ///
    /// # Errors
    /// The folder has the journal of another store, or of this one before it was restored; another writes it just now; one of
    /// the two cannot be read or written; or the store is in a database, which has a log of its own.
    pub fn follow(
        &self,
        folder: &Path,
        now: Timestamp,
        progress: Progress<'_>,
    ) -> Result<(Follower<'_>, Followed), Error> {
        let refused =
            |reason: &str| Error::NotFollowed { path: folder.to_owned(), reason: reason.to_owned() };
        if let Site::Database { .. } = &self.location.0 {
            return Err(refused(IN_DATABASE));
        }
        let pin = self.snapshot()?.ok_or_else(|| nothing(self))?;
        sqlite::make_folder(folder)?;
        let is_inside = |one: PathBuf, other: PathBuf| one.starts_with(other);
        let real = |path: &Path| fs::canonicalize(path).map_err(file_error(path));
        if is_inside(real(folder)?, real(self.folder())?) {
            return Err(refused("it is in the store's own folder, and would be lost with it"));
        }
        let lock = backup::lock(folder).map_err(|failed| match failed {
            Error::Busy => refused("another follows into it just now"),
            failed => failed,
        })?;
        let found = Files::find(folder)?;
        let files = found.clone().unwrap_or(Files { folder: folder.to_owned(), generation: 0, segments: 0 });
        let mut follower = Follower {
            store: self,
            bounds: BOUNDS,
            _lock: lock,
            files,
            file: file_of(self)?,
            pin,
            place: None,
            home: 0,
            chain: [0; 32],
            step: 0,
            page_size: 0,
            size: [0; 2],
            open: None,
        };
        let followed = match found {
            Some(_) => follower.go_on(now, progress)?,
            None => follower.begin(now, progress)?,
        };
        Ok((follower, followed))
    }
}

fn nothing(store: &Store) -> Error {
    file_error(&store.folder().join(NAME))(std::io::ErrorKind::NotFound.into())
}

fn epoch(snapshot: &Snapshot) -> Result<[u8; 16], Error> {
    let epoch = snapshot.epoch()?;
    epoch.try_into().map_err(|_| Error::Database("an epoch is not of 16 bytes".to_owned()))
}

fn file_of(store: &Store) -> Result<(u64, u64), Error> {
    let path = store.folder().join(NAME);
    let found = fs::metadata(&path).map_err(file_error(&path))?;
    Ok((found.dev(), found.ino()))
}

impl Follower<'_> {
    /// Writes what was committed since the last look; it is on disk when this returns. Where the log does not go on there, a new
    /// copy is made.
    ///
    /// # Errors
    /// See [`Store::follow`]. What was written before stays, and whoever follows again goes on there.
    pub fn look(&mut self, now: Timestamp, progress: Progress<'_>) -> Result<Followed, Error> {
        let frames = self.place.map_or(0, |place| place.frames);
        // The log began anew.
        self.home = if frames < self.home { 0 } else { self.home };
        let is_long = frames >= self.home.saturating_add(self.bounds.log);
        let held = is_long.then(|| sqlite::hold(self.store.folder(), self.store.waiting)).transpose()?;
        let pin = self.pinned()?;
        if self.file != file_of(self.store)? {
            return self.begin_of_same(now, progress);
        }
        let Some((log, from)) = self.log()? else { return self.begin_of_same(now, progress) };
        let mut followed = Followed::default();
        if let Some((log, from)) = log.zip(from) {
            let (reached, pages) = log.since(from)?;
            if pages.commits > 0 {
                followed = self.write(Some(&log), &pages, Some(reached), now)?;
            }
        }
        self.pin = pin;
        if is_long {
            sqlite::checkpoint(self.store.folder(), self.store.waiting)?;
            self.pin = self.pinned()?;
            self.home = self.place.map_or(0, |place| place.frames);
        }
        drop(held);
        let [copy, since] = self.size;
        if since > copy.saturating_add(self.bounds.slack) || self.files.segments >= self.bounds.segments {
            let anew = self.begin(now, progress)?;
            followed = Followed { is_anew: true, bytes: followed.bytes + anew.bytes, ..followed };
        }
        Ok(followed)
    }

    fn pinned(&self) -> Result<Snapshot, Error> {
        self.store.snapshot()?.ok_or_else(|| nothing(self.store))
    }

    /// The log, and from where on it is to be read: nothing where there is none yet. `None` where it does not go on from the
    /// place that was reached.
    #[allow(clippy::type_complexity, reason = "a log and a place in it, if there are any")]
    fn log(&self) -> Result<Option<(Option<Log>, Option<Place>)>, Error> {
        Ok(match (Log::open(self.store.folder())?, self.place) {
            (None, None) => Some((None, None)),
            (Some(log), None) => {
                let start = log.start();
                Some((Some(log), Some(start)))
            }
            (Some(log), Some(place)) if log.has(place)? => Some((Some(log), Some(place))),
            // All of the one before was read, for the snapshot that was held kept it.
            (Some(log), Some(place)) if log.follows(place) => {
                let start = log.start();
                Some((Some(log), Some(start)))
            }
            (_, Some(_)) => None,
        })
    }

    /// Goes on with a journal that is there, where the log still has the place that it reached.
    fn go_on(&mut self, now: Timestamp, progress: Progress<'_>) -> Result<Followed, Error> {
        let last = self.last_step()?;
        self.must_be_of(&last)?;
        let has = |place| Log::open(self.store.folder())?.map_or(Ok(false), |log| log.has(place));
        let Some(place) = last.place else { return self.begin(now, progress) };
        if !has(place)? {
            return self.begin(now, progress);
        }
        self.place = Some(place);
        self.clear()?;
        self.look(now, progress)
    }

    /// The last whole step of the journal that is there, and what is needed to go on behind it.
    fn last_step(&mut self) -> Result<Step, Error> {
        let mut since = 0;
        let mut found = None;
        for number in (1..=self.files.segments).rev() {
            let bytes = self.files.read(number)?.unwrap_or_default();
            since += bytes.len() as u64;
            if found.is_some() {
                continue;
            }
            let Ok(head) = Head::read(&bytes) else {
                // It was cut off when it was begun, so nothing is in it.
                if number == self.files.segments && number > 1 {
                    let path = self.files.segment(number);
                    fs::remove_file(&path).map_err(file_error(&path))?;
                    self.files.segments -= 1;
                }
                continue;
            };
            let page_size = usize::try_from(head.page_size).unwrap_or(usize::MAX);
            let (mut at, mut chain) = (HEAD_SIZE, head.chain);
            while let Ok(Some((record, next))) = record::read(&bytes, at, page_size, &chain) {
                (at, chain) = (next, record.chain);
                if record.step.is_end {
                    (found, self.chain, self.page_size) = (Some(record.step), chain, head.page_size);
                }
            }
        }
        let unfit = || Error::NotFollowed {
            path: self.files.folder.clone(),
            reason: "the journal in it has no whole step: name another folder".to_owned(),
        };
        let last = found.ok_or_else(unfit)?;
        let copy = self.files.copy();
        let length = fs::metadata(&copy).map_err(file_error(&copy))?.len();
        (self.step, self.size) = (last.number, [length, since]);
        Ok(last)
    }

    /// Is the journal this store's, and is nothing in it that the store lacks?
    fn must_be_of(&self, last: &Step) -> Result<(), Error> {
        let refused = |reason: &str| {
            Err(Error::NotFollowed { path: self.files.folder.clone(), reason: reason.to_owned() })
        };
        if epoch(&self.pin)? != last.epoch {
            return refused(
                "it has the journal of another store, or of this one before it was restored: name another folder",
            );
        }
        if last.last != [0; 16] && !self.pin.knows(Key(last.last))? {
            return refused(
                "its journal has changes that the store lacks: restore it first, or name another folder",
            );
        }
        Ok(())
    }

    /// Begins anew, if it is the same store.
    fn begin_of_same(&mut self, now: Timestamp, progress: Progress<'_>) -> Result<Followed, Error> {
        self.pin = self.pinned()?;
        let last = self.last_step()?;
        self.must_be_of(&last)?;
        self.begin(now, progress)
    }

    /// Begins a generation: with a copy of the store, which is in its place when the first step is on disk.
    fn begin(&mut self, now: Timestamp, progress: Progress<'_>) -> Result<Followed, Error> {
        self.pin = self.pinned()?;
        self.file = file_of(self.store)?;
        self.files.generation = self.files.generation.saturating_add(1);
        self.files.segments = 0;
        (self.step, self.home, self.open) = (0, 0, None);
        // What one that was killed began.
        for (path, named) in named(&self.files.folder)? {
            if named.generation >= self.files.generation {
                fs::remove_file(&path).map_err(file_error(&path))?;
            }
        }
        // What is committed while the copy is made may be in it, or in part; it is in the first step again.
        self.place = Log::open(self.store.folder())?
            .map(|log| log.since(log.start()).map(|(reached, _)| reached))
            .transpose()?;
        let copy = self.files.unfinished();
        self.store.backup(&copy, progress)?;
        self.chain = hash(&copy, None)?;
        let file = fs::File::open(&copy).map_err(file_error(&copy))?;
        self.page_size = page_size(&file).map_err(file_error(&copy))?;
        let length = file.metadata().map_err(file_error(&copy))?.len();
        self.size = [length, 0];
        let (log, from) = self.log()?.unwrap_or_default();
        let read = log.as_ref().zip(from).map(|(log, from)| log.since(from)).transpose()?;
        let (reached, pages) = read.unzip();
        let reached = reached.or(self.place);
        let first = self.write(log.as_ref(), &pages.unwrap_or_default(), reached, now)?;
        fs::rename(&copy, self.files.copy()).map_err(file_error(&copy))?;
        sync_folder(&self.files.folder)?;
        self.clear()?;
        Ok(Followed { is_anew: true, bytes: first.bytes + length, ..first })
    }

    /// Takes away what belongs to other generations.
    fn clear(&self) -> Result<(), Error> {
        for (path, named) in named(&self.files.folder)? {
            if named.generation != self.files.generation || named.kind == Kind::Unfinished {
                fs::remove_file(&path).map_err(file_error(&path))?;
            }
        }
        Ok(())
    }

    /// Writes a step. Where that fails another begins behind the last record that is whole.
    fn write(
        &mut self,
        log: Option<&Log>,
        pages: &Pages,
        reached: Option<Place>,
        now: Timestamp,
    ) -> Result<Followed, Error> {
        // Read after the pages: what the journal names the store knows.
        let there = self.pinned()?;
        let last = there.last_command()?.map_or([0; 16], |Key(key)| key);
        let step = Step {
            number: self.step.saturating_add(1),
            is_end: false,
            at: now,
            commits: pages.commits,
            size: pages.size,
            place: reached,
            epoch: epoch(&there)?,
            last,
        };
        drop(there);
        let before = self.size[1];
        let page_size = usize::try_from(self.page_size).unwrap_or(usize::MAX);
        let mut frames = pages.frames();
        loop {
            let (mut part, mut count) = (Vec::new(), 0);
            while part.len() < self.bounds.part
                && let Some((number, frame)) = frames.next()
            {
                part.extend(number.to_le_bytes());
                let from = part.len();
                part.resize(from.saturating_add(page_size), 0);
                log.map_or(Ok(()), |log| log.page(frame, &mut part[from..]))?;
                count += 1;
            }
            let is_end = frames.len() == 0;
            self.append(&Step { is_end, ..step }, count, &part)?;
            if is_end {
                break;
            }
        }
        if let Some((file, _)) = &self.open {
            file.sync_data().map_err(file_error(&self.files.segment(self.files.segments)))?;
        }
        (self.step, self.place) = (step.number, reached);
        Ok(Followed { commits: pages.commits, bytes: self.size[1] - before, is_anew: false })
    }

    fn append(&mut self, step: &Step, count: u32, pages: &[u8]) -> Result<(), Error> {
        if self.open.as_ref().is_none_or(|(_, length)| *length >= self.bounds.segment) {
            self.next_segment()?;
        }
        let path = self.files.segment(self.files.segments);
        // What fails leaves a part behind, and nothing whole is written behind that.
        let Some((mut file, length)) = self.open.take() else { return Ok(()) };
        let (bytes, chain) = record::write(step, length, count, pages, &self.chain);
        file.write_all(&bytes).map_err(file_error(&path))?;
        self.open = Some((file, length + bytes.len() as u64));
        self.size[1] += bytes.len() as u64;
        self.chain = chain;
        Ok(())
    }

    fn next_segment(&mut self) -> Result<(), Error> {
        if let Some((full, _)) = self.open.take() {
            full.sync_data().map_err(file_error(&self.files.segment(self.files.segments)))?;
        }
        self.files.segments = self.files.segments.saturating_add(1);
        let path = self.files.segment(self.files.segments);
        let head = Head {
            generation: self.files.generation,
            segment: self.files.segments,
            page_size: self.page_size,
            chain: self.chain,
        };
        let bytes = head.write();
        let made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let mut file = made.map_err(file_error(&path))?;
        file.write_all(&bytes).and_then(|()| file.sync_data()).map_err(file_error(&path))?;
        sync_folder(&self.files.folder)?;
        self.open = Some((file, bytes.len() as u64));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
