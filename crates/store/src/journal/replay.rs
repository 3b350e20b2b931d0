//! A journal on its way back: the store as it was at the last look.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use ical::civil::Timestamp;
use sha2::{Digest, Sha256};

use super::Files;
use super::record::{self, Broken, Chain, HEAD_SIZE, Head, NoHead, Record};
use crate::error::Error;
use crate::sqlite::file_error;

/// Where a journal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When its last step was written: what was committed later is not in it.
    pub at: Timestamp,
    /// Is there something behind, which a kill or a loss of power cut off?
    pub is_torn: bool,
}

/// Hears how many records are left, of how many.
type Progress<'p> = &'p mut dyn FnMut(u32, u32);

/// Where reading stands.
struct Reading {
    /// Behind the last record.
    reached: Chain,
    /// Behind the last whole step …
    whole: Chain,
    /// … and its number.
    step: u64,
}

/// Why a segment cannot be read on.
#[derive(Debug, PartialEq, Eq)]
enum Stopped {
    /// What is behind was cut off.
    Torn,
    /// What is behind was whole once, or is another journal's.
    Damaged(String),
}

impl Reading {
    const fn behind(copy: Chain) -> Self {
        Self { reached: copy, whole: copy, step: 0 }
    }

    /// Reads a segment to its end.
    fn segment(
        &mut self,
        bytes: &[u8],
        take: &mut dyn FnMut(&Head, &Record<'_>) -> Result<(), Error>,
    ) -> Result<Result<(), Stopped>, Error> {
        let head = match Head::read(bytes) {
            Ok(head) => head,
            Err(NoHead::Broken) => return Ok(Err(Stopped::Torn)),
            Err(NoHead::Newer(version)) => {
                let words = format!("it is of version {version}, which a newer Kalends wrote");
                return Ok(Err(Stopped::Damaged(words)));
            }
        };
        if head.chain == self.whole {
            // What was cut off before it is done again in it.
            self.reached = self.whole;
        } else if head.chain != self.reached {
            return Ok(Err(Stopped::Damaged("it does not go on where what is before it ends".to_owned())));
        }
        let page_size = usize::try_from(head.page_size).unwrap_or(usize::MAX);
        let mut at = HEAD_SIZE;
        loop {
            match record::read(bytes, at, page_size, &self.reached) {
                Ok(None) => return Ok(Ok(())),
                Ok(Some((record, next))) => {
                    take(&head, &record)?;
                    self.reached = record.chain;
                    if record.step.is_end {
                        (self.whole, self.step) = (record.chain, record.step.number);
                    }
                    at = next;
                }
                Err(Broken) if record::has_later(bytes, at, self.step.saturating_add(1)) => {
                    return Ok(Err(Stopped::Damaged(format!("it is damaged behind its byte {at}"))));
                }
                Err(Broken) => return Ok(Err(Stopped::Torn)),
            }
        }
    }
}

/// Reads the bytes of a segment by themselves, as whoever brings a journal back does: the number of whole steps in it. What is
/// cut off, damaged or no segment at all ends it.
pub fn whole_steps(bytes: &[u8]) -> u64 {
    let Ok(head) = Head::read(bytes) else { return 0 };
    let mut reading = Reading::behind(head.chain);
    let mut steps = 0;
    let _ = reading.segment(bytes, &mut |_, record| {
        steps += u64::from(record.step.is_end);
        Ok(())
    });
    steps
}

impl Files {
    fn unfit(&self, reason: impl Into<String>) -> Error {
        let copy = self.copy();
        let name = copy.file_name().unwrap_or_default().display();
        let reason = format!("{}; {name} in it is a whole backup of before", reason.into());
        Error::Unfit { path: self.folder.clone(), reason }
    }

    /// Reads all segments, record by record; was something cut off at the end?
    fn walk(
        &self,
        copy: Chain,
        take: &mut dyn FnMut(&Head, &Record<'_>) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        let mut reading = Reading::behind(copy);
        let mut is_torn = false;
        for number in 1..=self.segments {
            let name = self.segment(number);
            let name = name.file_name().unwrap_or_default().display().to_string();
            let bytes = self.read(number)?.ok_or_else(|| self.unfit(format!("{name} is missing")))?;
            match reading.segment(&bytes, take)? {
                Ok(()) => is_torn = reading.reached != reading.whole,
                Err(Stopped::Torn) => is_torn = true,
                Err(Stopped::Damaged(reason)) => return Err(self.unfit(format!("{name}: {reason}"))),
            }
        }
        Ok(is_torn)
    }
}

/// Writes the store as it was at the last look of the journal in a folder to a file.
pub(crate) fn replay(folder: &Path, to: &Path, progress: Progress<'_>) -> Result<Ended, Error> {
    let none = || Error::Unfit { path: folder.to_owned(), reason: "there is no journal in it".to_owned() };
    let files = Files::find(folder)?.ok_or_else(none)?;
    let mut made = fs::OpenOptions::new();
    let made = made.read(true).write(true).create_new(true).mode(0o600).open(to).map_err(file_error(to))?;
    let copy = hash(&files.copy(), Some(&made))?;
    let page_size = page_size(&made).map_err(file_error(to))?;
    // What stands behind the last whole step is found first, for it must not be written.
    let (mut last, mut records) = (None, 0_u32);
    let is_torn = files.walk(copy, &mut |head, record| {
        if head.page_size != page_size {
            return Err(files.unfit("its pages are of another size than those of its copy"));
        }
        records = records.saturating_add(1);
        last = Some(record.step).filter(|step| step.is_end).or(last);
        Ok(())
    })?;
    let last = last.ok_or_else(|| files.unfit("its segments hold no whole step"))?;
    let mut left = records;
    files.walk(copy, &mut |_, record| {
        left = left.saturating_sub(1);
        progress(left, records);
        if record.step.number > last.number {
            return Ok(());
        }
        let write = || -> io::Result<()> {
            for (number, page) in record.pages() {
                made.write_all_at(page, u64::from(number - 1) * u64::from(page_size))?;
            }
            if record.step.is_end && record.step.size > 0 {
                made.set_len(u64::from(record.step.size) * u64::from(page_size))?;
            }
            Ok(())
        };
        write().map_err(file_error(to))
    })?;
    made.sync_all().map_err(file_error(to))?;
    Ok(Ended { at: last.at, is_torn })
}

/// The SHA-256 of a file, which is copied to another where one is given.
pub(super) fn hash(path: &Path, mut to: Option<&fs::File>) -> Result<Chain, Error> {
    let mut hash = Sha256::new();
    let mut read = || -> io::Result<()> {
        let mut file = fs::File::open(path)?;
        let mut bytes = vec![0; 1 << 20];
        loop {
            let read = file.read(&mut bytes)?;
            let Some(read) = bytes.get(..read).filter(|read| !read.is_empty()) else { return Ok(()) };
            hash.update(read);
            to.as_mut().map_or(Ok(()), |to| to.write_all(read))?;
        }
    };
    read().map_err(file_error(path))?;
    Ok(hash.finalize().into())
}

/// Bytes of a page of a database (sqlite.org/fileformat2.html#page_size).
pub(super) fn page_size(file: &fs::File) -> io::Result<u32> {
    let mut bytes = [0; 2];
    file.read_exact_at(&mut bytes, 16)?;
    Ok(match u16::from_be_bytes(bytes) {
        1 => 65_536,
        size => size.into(),
    })
}
