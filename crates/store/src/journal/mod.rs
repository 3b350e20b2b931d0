//! A journal: all that was committed to a store, kept at another place while the store is used.
//!
//! A folder holds a copy of the store, which is a backup like any other, and segments with what was committed since: the pages
//! that each look at the store's log found, and up to where it looked. Both together are the store at the last look. When the
//! segments have grown larger than the copy, or the log does not go on where the last look ended, a new generation begins with a
//! new copy, and the one before goes when that is whole.
//!
//! The rows have no number that counts all changes: rules, properties, credentials and the trash change without one, and ids are
//! given again. The log has all of it, in the order in which it was committed.

mod follow;
mod record;
mod replay;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub use follow::{Followed, Follower};
pub(crate) use replay::replay;
pub use replay::{Ended, whole_steps};

use crate::error::Error;
use crate::sqlite::file_error;

/// A segment that is as large, or larger, is followed by another.
const SEGMENT: u64 = 16 << 20;
/// So many bytes of pages are in a record, and those of one page more at most.
const PART: usize = 4 << 20;

/// The files of a journal: those of its last generation that is whole.
#[derive(Clone, Debug)]
struct Files {
    folder: PathBuf,
    generation: u32,
    /// So many segments it has.
    segments: u32,
}

/// What a name in the folder says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Named {
    generation: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Copy,
    Segment(u32),
    /// A copy that is not whole yet.
    Unfinished,
}

impl Named {
    fn read(name: &str) -> Option<Self> {
        let (stem, end) = name.split_once('.')?;
        let number = |digits: &str| {
            let is_ours = digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_digit());
            is_ours.then(|| digits.parse().ok()).flatten()
        };
        let (generation, kind) = match (end, stem.split_once('-')) {
            ("backup", None) => (stem, Kind::Copy),
            ("new" | "new.part", None) => (stem, Kind::Unfinished),
            ("journal", Some((generation, segment))) => (generation, Kind::Segment(number(segment)?)),
            _ => return None,
        };
        Some(Self { generation: number(generation)?, kind })
    }
}

/// All in a folder that belongs to a journal.
fn named(folder: &Path) -> Result<Vec<(PathBuf, Named)>, Error> {
    let failed = |error| file_error(folder)(error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let named = path.file_name().and_then(|name| Named::read(name.to_str()?));
        found.extend(named.map(|named| (path, named)));
    }
    Ok(found)
}

/// Is a journal in a folder?
pub(crate) fn is_in(folder: &Path) -> Result<bool, Error> {
    Ok(folder.is_dir() && Files::find(folder)?.is_some())
}

impl Files {
    /// Those in a folder; `None` where no journal is.
    fn find(folder: &Path) -> Result<Option<Self>, Error> {
        let named = named(folder)?;
        let copies = named.iter().filter(|(_, named)| named.kind == Kind::Copy);
        let Some(generation) = copies.map(|(_, named)| named.generation).max() else { return Ok(None) };
        let segments = named.iter().filter_map(|(_, named)| match named.kind {
            Kind::Segment(segment) if named.generation == generation => Some(segment),
            _ => None,
        });
        Ok(Some(Self { folder: folder.to_owned(), generation, segments: segments.max().unwrap_or(0) }))
    }

    fn copy(&self) -> PathBuf {
        self.folder.join(format!("{:08}.backup", self.generation))
    }

    fn unfinished(&self) -> PathBuf {
        self.folder.join(format!("{:08}.new", self.generation))
    }

    fn segment(&self, number: u32) -> PathBuf {
        self.folder.join(format!("{:08}-{number:08}.journal", self.generation))
    }

    /// The bytes of a segment; `None` where it is not there.
    fn read(&self, number: u32) -> Result<Option<Vec<u8>>, Error> {
        // The record that filled it, and its head, are behind that.
        let most = SEGMENT + 2 * PART as u64;
        let path = self.segment(number);
        let mut bytes = Vec::new();
        match fs::File::open(&path).and_then(|file| file.take(most).read_to_end(&mut bytes)) {
            Err(absent) if absent.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(|_| Some(bytes)).map_err(file_error(&path)),
        }
    }
}
