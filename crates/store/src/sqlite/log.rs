//! SQLite's write-ahead log, read beside it: which pages were committed since a place (sqlite.org/fileformat2.html#walformat).
//!
//! A frame counts when its checksum follows from all frames before it, and is committed when a frame that ends a transaction
//! comes behind it; so whoever reads while others write sees whole transactions. The log begins anew when all of it is in the
//! file of the database and nobody reads from it: who goes on reading frame by frame holds a snapshot open from one look to the
//! next, begun before the next look and given up after it. Then nothing is overwritten that was not read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::file::{NAME, beside, error, file_error, open_to_write};
use crate::error::Error;
use crate::waiting::Waiting;

/// A running checksum.
type Sum = [u32; 2];

/// How far a log was read: behind which frame of which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The log's: its first half is one more each time that it begins anew, its second half by chance.
    pub(crate) salt: [u8; 8],
    /// So many frames are before it.
    pub(crate) frames: u32,
    /// Of all up to there.
    pub(crate) sum: Sum,
}

/// Committed pages behind a place: for each its last frame.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pages {
    frames: BTreeMap<u32, u32>,
    /// So many transactions.
    pub(crate) commits: u64,
    /// So many pages has the database since; 0 where nothing was committed.
    pub(crate) size: u32,
}

/// A log that is there.
#[derive(Debug)]
pub(crate) struct Log {
    file: File,
    path: PathBuf,
    header: Header,
}

#[derive(Clone, Copy, Debug)]
struct Header {
    is_big_endian: bool,
    page_size: usize,
    start: Place,
}

const HEADER: usize = 32;
const FRAME: usize = 24;
/// The first number of a log whose checksums are of little-endian words; the next one: of big-endian ones.
const MAGIC: u32 = 0x377f_0682;
const VERSION: u32 = 3_007_000;

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn add(mut sum: Sum, bytes: &[u8], is_big_endian: bool) -> Sum {
    let word = |word: &[u8]| {
        let word = word.try_into().unwrap_or([0; 4]);
        if is_big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
    };
    for pair in bytes.chunks_exact(8) {
        sum[0] = sum[0].wrapping_add(word(&pair[..4])).wrapping_add(sum[1]);
        sum[1] = sum[1].wrapping_add(word(&pair[4..])).wrapping_add(sum[0]);
    }
    sum
}

impl Header {
    /// `None` where it is none, or one that is written just now.
    fn read(bytes: &[u8; HEADER]) -> Option<Self> {
        let is_big_endian = match number(bytes, 0)? {
            MAGIC => false,
            other => (other == MAGIC + 1).then_some(true)?,
        };
        let page_size = usize::try_from(number(bytes, 8)?).ok()?;
        let sum = add([0; 2], &bytes[..24], is_big_endian);
        let is_whole = number(bytes, 4)? == VERSION
            && page_size.is_power_of_two()
            && (512..=65_536).contains(&page_size)
            && [number(bytes, 24)?, number(bytes, 28)?] == sum;
        let salt = bytes[16..24].try_into().ok()?;
        let start = Place { salt, frames: 0, sum };
        is_whole.then_some(Self { is_big_endian, page_size, start })
    }
}

impl Log {
    /// The log of the store in a folder; `None` where there is none, or none that began.
    pub(crate) fn open(folder: &Path) -> Result<Option<Self>, Error> {
        let path = beside(&folder.join(NAME), "-wal");
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(absent) if absent.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(file_error(&path)(error)),
        };
        let mut bytes = [0; HEADER];
        if !is_read(&file, &mut bytes, 0).map_err(file_error(&path))? {
            return Ok(None);
        }
        Ok(Header::read(&bytes).map(|header| Self { file, path, header }))
    }

    /// Where it begins.
    pub(crate) const fn start(&self) -> Place {
        self.header.start
    }

    fn offset(&self, frame: u32) -> u64 {
        HEADER as u64 + u64::from(frame) * (FRAME + self.header.page_size) as u64
    }

    /// Does it go on from a place: is the frame before it still there?
    pub(crate) fn has(&self, place: Place) -> Result<bool, Error> {
        let start = self.header.start;
        if place.salt != start.salt {
            return Ok(false);
        }
        let Some(last) = place.frames.checked_sub(1) else { return Ok(place.sum == start.sum) };
        let mut frame = [0; FRAME];
        let is_there = is_read(&self.file, &mut frame, self.offset(last)).map_err(file_error(&self.path))?;
        let sum = number(&frame, 16).zip(number(&frame, 20));
        Ok(is_there && frame[8..16] == place.salt && sum == Some((place.sum[0], place.sum[1])))
    }

    /// Is it the one that began when the log of a place was at its end?
    pub(crate) fn follows(&self, place: Place) -> bool {
        let turn = |salt: [u8; 8]| number(&salt, 0);
        turn(self.header.start.salt) == turn(place.salt).map(|turn| turn.wrapping_add(1))
    }

    /// What was committed behind a place of this log, and up to where.
    pub(crate) fn since(&self, place: Place) -> Result<(Place, Pages), Error> {
        let (mut reached, mut pages) = (place, Pages::default());
        let (mut at, mut open) = (place, BTreeMap::new());
        let mut frame = vec![0; FRAME + self.header.page_size];
        while is_read(&self.file, &mut frame, self.offset(at.frames)).map_err(file_error(&self.path))? {
            let (head, page) = frame.split_at(FRAME);
            let sum =
                add(add(at.sum, &head[..8], self.header.is_big_endian), page, self.header.is_big_endian);
            let told = number(head, 16).zip(number(head, 20));
            let (Some(number), Some(size)) = (number(head, 0), number(head, 4)) else { break };
            if head[8..16] != at.salt || told != Some((sum[0], sum[1])) || number == 0 {
                break;
            }
            open.insert(number, at.frames);
            at = Place { frames: at.frames.saturating_add(1), sum, ..at };
            if size > 0 {
                pages.frames.append(&mut open);
                pages.commits += 1;
                pages.size = size;
                reached = at;
            }
        }
        // Pages behind the end of a database that became smaller are pages no longer.
        drop(pages.frames.split_off(&pages.size.saturating_add(1)));
        Ok((reached, pages))
    }

    /// Reads the page of a frame.
    pub(crate) fn page(&self, frame: u32, into: &mut [u8]) -> Result<(), Error> {
        let at = self.offset(frame) + FRAME as u64;
        self.file.read_exact_at(into, at).map_err(file_error(&self.path))
    }
}

impl Pages {
    /// The pages by their numbers, each with its frame.
    pub(crate) fn frames(&self) -> impl ExactSizeIterator<Item = (u32, u32)> {
        self.frames.iter().map(|(page, frame)| (*page, *frame))
    }
}

/// Reads all of a buffer; `false` where the file ends before.
fn is_read(file: &File, buffer: &mut [u8], at: u64) -> io::Result<bool> {
    match file.read_exact_at(buffer, at) {
        Ok(()) => Ok(true),
        Err(short) if short.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// The turn of a writer, in which nobody else writes.
#[derive(Debug)]
pub(crate) struct Held(#[allow(dead_code, reason = "it is held, not asked")] Connection);

/// Holds writers up until the answer is dropped.
pub(crate) fn hold(folder: &Path, waiting: Waiting) -> Result<Held, Error> {
    let (path, connection) = open_to_write(folder, waiting)?;
    waiting.retry(|| connection.execute_batch("BEGIN IMMEDIATE").map_err(|e| error(&path, &e)))?;
    Ok(Held(connection))
}

/// Copies the pages of the log to where they belong, as far as nobody reads what was there.
pub(crate) fn checkpoint(folder: &Path, waiting: Waiting) -> Result<(), Error> {
    let (path, connection) = open_to_write(folder, waiting)?;
    let run = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    run.map_err(|e| error(&path, &e))
}
