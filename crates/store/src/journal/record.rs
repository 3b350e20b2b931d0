//! The bytes of a journal: segments, and the records in them.
//!
//! Numbers are little-endian. A segment begins with a head:
//!
//! ```text
//! "KALJRNL\n"  version 4  generation 4  segment 4  page size 4  chain 32  SHA-256 of all before 32
//! ```
//!
//! Records follow. Some make a step, and the last of a step says so: what is in the others counts only with it.
//!
//! ```text
//! "KALSTEP\n"  offset 8  step 8  is the last of its step 4  pages 4  time 8  transactions 8  pages of the database 4
//! place in the log 20  epoch 16  last command 16
//! then for each page: its number 4, its bytes;  at the end the chain 32
//! ```
//!
//! The chain is the SHA-256 of the chain before and of the record's bytes up to there. The first chain of a generation is the
//! SHA-256 of its copy of the store. So a record is known to be whole, in its place, and of this journal.

use ical::civil::Timestamp;
use sha2::{Digest, Sha256};

use crate::sqlite::Place;

/// A SHA-256.
pub(crate) type Chain = [u8; 32];

/// The only version of the format so far.
const VERSION: u32 = 1;
const HEAD: &[u8; 8] = b"KALJRNL\n";
const STEP: &[u8; 8] = b"KALSTEP\n";
/// Bytes of a segment's head.
pub(crate) const HEAD_SIZE: usize = 88;
/// Bytes of a record before its pages.
const RECORD_SIZE: usize = 104;

/// What a segment begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Which copy of the store it goes on from.
    pub(crate) generation: u32,
    /// Counted from 1 in its generation.
    pub(crate) segment: u32,
    /// Bytes of a page.
    pub(crate) page_size: u32,
    /// What was before.
    pub(crate) chain: Chain,
}

/// What a record says beside its pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Counted from 1 in its generation.
    pub(crate) number: u64,
    /// Is this its last record?
    pub(crate) is_end: bool,
    /// When it was written.
    pub(crate) at: Timestamp,
    /// So many transactions of the store.
    pub(crate) commits: u64,
    /// So many pages has the store since; 0 where nothing was committed.
    pub(crate) size: u32,
    /// How far the log was read; `None` where there was none.
    pub(crate) place: Option<Place>,
    /// The store's.
    pub(crate) epoch: [u8; 16],
    /// The key of the newest command that the store knew; zeros where there was none.
    pub(crate) last: [u8; 16],
}

/// A record that was read.
#[derive(Clone, Debug)]
pub(crate) struct Record<'b> {
    pub(crate) step: Step,
    page_size: usize,
    pages: &'b [u8],
    pub(crate) chain: Chain,
}

/// Why a segment is not read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoHead {
    /// It ends before its head does, or its head is another than was written.
    Broken,
    /// A later program wrote it.
    Newer(u32),
}

/// The rest of a segment is no whole record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn small(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn large(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}

impl Head {
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut bytes = HEAD.to_vec();
        for number in [VERSION, self.generation, self.segment, self.page_size] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.chain);
        let sum = Sha256::digest(&bytes);
        bytes.extend(sum);
        bytes
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, NoHead> {
        let read = || {
            let sum: Chain = array(bytes, HEAD_SIZE - 32)?;
            let found: Chain = Sha256::digest(bytes.get(..HEAD_SIZE - 32)?).into();
            let is_whole = bytes.starts_with(HEAD) && found == sum;
            let head = Self {
                generation: small(bytes, 12)?,
                segment: small(bytes, 16)?,
                page_size: small(bytes, 20)?,
                chain: array(bytes, 24)?,
            };
            is_whole.then_some((small(bytes, 8)?, head))
        };
        match read() {
            None => Err(NoHead::Broken),
            Some((VERSION, head)) if (512..=65_536).contains(&head.page_size) => Ok(head),
            Some((VERSION, _)) => Err(NoHead::Broken),
            Some((version, _)) => Err(NoHead::Newer(version)),
        }
    }
}

/// A record's bytes at an offset of its segment, and the chain behind it. `pages` are numbers and bytes, one behind the other.
pub(crate) fn write(step: &Step, offset: u64, count: u32, pages: &[u8], chain: &Chain) -> (Vec<u8>, Chain) {
    let mut bytes = STEP.to_vec();
    bytes.extend(offset.to_le_bytes());
    bytes.extend(step.number.to_le_bytes());
    bytes.extend(u32::from(step.is_end).to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(step.at.0.to_le_bytes());
    bytes.extend(step.commits.to_le_bytes());
    bytes.extend(step.size.to_le_bytes());
    let none = Place { salt: [0; 8], frames: 0, sum: [0; 2] };
    let Place { salt, frames, sum } = step.place.unwrap_or(none);
    bytes.extend(salt);
    bytes.extend(frames.to_le_bytes());
    bytes.extend(sum.iter().flat_map(|half| half.to_le_bytes()));
    bytes.extend(step.epoch);
    bytes.extend(step.last);
    bytes.extend(pages);
    let chain = link(chain, &bytes);
    bytes.extend(chain);
    (bytes, chain)
}

fn link(before: &Chain, bytes: &[u8]) -> Chain {
    Sha256::new().chain_update(before).chain_update(bytes).finalize().into()
}

/// What a record at an offset says, and how many pages it has.
fn said(bytes: &[u8], offset: usize) -> Option<(Step, usize)> {
    let head = bytes.get(offset..)?.get(..RECORD_SIZE)?;
    let is_here = head.starts_with(STEP) && large(head, 8)? == u64::try_from(offset).ok()?;
    let salt = array(head, 52)?;
    let place = Place { salt, frames: small(head, 60)?, sum: [small(head, 64)?, small(head, 68)?] };
    let step = Step {
        number: large(head, 16)?,
        is_end: match small(head, 24)? {
            0 => false,
            1 => true,
            _ => return None,
        },
        at: Timestamp(i64::from_le_bytes(array(head, 32)?)),
        commits: large(head, 40)?,
        size: small(head, 48)?,
        // A log's salt is by chance, and one of zeros stands for none.
        place: (salt != [0; 8]).then_some(place),
        epoch: array(head, 72)?,
        last: array(head, 88)?,
    };
    is_here.then_some((step, usize::try_from(small(head, 28)?).ok()?))
}

/// The record at an offset, behind a chain, and the offset behind it; `None` at the segment's end.
pub(crate) fn read<'b>(
    bytes: &'b [u8],
    offset: usize,
    page_size: usize,
    chain: &Chain,
) -> Result<Option<(Record<'b>, usize)>, Broken> {
    if offset == bytes.len() {
        return Ok(None);
    }
    let read = || {
        let (step, count) = said(bytes, offset)?;
        let from = offset.checked_add(RECORD_SIZE)?;
        let to = from.checked_add(count.checked_mul(page_size.checked_add(4)?)?)?;
        let found: Chain = array(bytes, to)?;
        let is_whole = link(chain, bytes.get(offset..to)?) == found;
        let record = Record { step, page_size, pages: bytes.get(from..to)?, chain: found };
        let is_within = record.pages().all(|(number, _)| (1..=step.size).contains(&number));
        (is_whole && is_within).then_some((record, to.checked_add(32)?))
    };
    read().map(Some).ok_or(Broken)
}

/// Does a record of a later step than this stand anywhere behind an offset? Then what is broken there was whole once: a step is
/// on disk before the next is written.
pub(crate) fn has_later(bytes: &[u8], offset: usize, step: u64) -> bool {
    // What is broken may itself say any number.
    let behind = offset.saturating_add(1);
    let is_later = |at: usize| said(bytes, at).is_some_and(|(found, _)| found.number > step);
    let rest = bytes.get(behind..).unwrap_or_default();
    let windows = rest.windows(STEP.len()).enumerate();
    windows.filter(|(_, window)| *window == STEP).any(|(at, _)| is_later(behind + at))
}

impl<'b> Record<'b> {
    /// Its pages: numbers, and bytes.
    pub(crate) fn pages(&self) -> impl Iterator<Item = (u32, &'b [u8])> {
        let size = self.page_size.saturating_add(4);
        self.pages.chunks_exact(size).filter_map(|page| Some((small(page, 0)?, page.get(4..)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAGE: usize = 512;

    fn step(number: u64, is_end: bool) -> Step {
        let place = Some(Place { salt: [7; 8], frames: 3, sum: [4, 5] });
        let at = Timestamp(1_770_000_000);
        Step { number, is_end, at, commits: 2, size: 9, place, epoch: [1; 16], last: [2; 16] }
    }

    /// A segment of some steps, each of so many records; and where each record begins.
    fn segment(steps: &[u64]) -> (Vec<u8>, Vec<(usize, u64)>) {
        let head = Head { generation: 1, segment: 1, page_size: 512, chain: [3; 32] };
        let (mut bytes, mut chain, mut begins) = (head.write(), head.chain, Vec::new());
        for (number, records) in (1..).zip(steps) {
            for record in 1..=*records {
                begins.push((bytes.len(), number));
                let page: Vec<u8> =
                    [1, 0, 0, 0].into_iter().chain([u8::try_from(number).unwrap(); PAGE]).collect();
                let step = step(number, record == *records);
                let (written, after) = write(&step, bytes.len() as u64, 1, &page, &chain);
                bytes.extend(written);
                chain = after;
            }
        }
        (bytes, begins)
    }

    /// The numbers of the records that are read, and where that ended otherwise than at the end.
    fn steps(bytes: &[u8]) -> (Vec<u64>, Option<usize>) {
        let (mut found, mut at, mut chain) = (Vec::new(), HEAD_SIZE, Head::read(bytes).unwrap().chain);
        loop {
            match read(bytes, at, PAGE, &chain) {
                Ok(None) => return (found, None),
                Ok(Some((record, next))) => {
                    let page = [u8::try_from(record.step.number).unwrap(); PAGE];
                    assert_eq!(record.pages().collect::<Vec<_>>(), [(1, page.as_slice())]);
                    found.push(record.step.number);
                    (at, chain) = (next, record.chain);
                }
                Err(Broken) => return (found, Some(at)),
            }
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let (bytes, begins) = segment(&[1, 2, 1]);
        assert_eq!(steps(&bytes), (vec![1, 2, 2, 3], None));
        let (record, _) = read(&bytes, begins[1].0, PAGE, &chain_of(&bytes, 0)).unwrap().unwrap();
        assert_eq!(record.step, step(2, false));
    }

    /// The chain behind the nth record.
    fn chain_of(bytes: &[u8], nth: usize) -> Chain {
        let size = RECORD_SIZE + 4 + PAGE + 32;
        array(bytes, HEAD_SIZE + (nth + 1) * size - 32).unwrap()
    }

    #[test]
    fn a_later_version_is_told() {
        let mut bytes = Head { generation: 1, segment: 1, page_size: 512, chain: [0; 32] }.write();
        bytes[8] = 9;
        let sum = Sha256::digest(&bytes[..HEAD_SIZE - 32]);
        bytes[HEAD_SIZE - 32..].copy_from_slice(&sum);
        assert_eq!(Head::read(&bytes), Err(NoHead::Newer(9)));
    }

    proptest! {
        #[test]
        fn cut_anywhere_it_is_read_up_to_there_and_nothing_later_is_seen(cut in 0_usize..2_700) {
            let (bytes, begins) = segment(&[1, 2, 1]);
            let cut = (HEAD_SIZE + cut).min(bytes.len());
            let (found, broken) = steps(&bytes[..cut]);
            let size = bytes.len() - begins[3].0;
            prop_assert_eq!(found.len(), (cut - HEAD_SIZE) / size);
            prop_assert_eq!(broken.is_none(), (cut - HEAD_SIZE).is_multiple_of(size));
            if let Some(at) = broken {
                let step = begins.iter().find(|(begin, _)| *begin == at).unwrap().1;
                prop_assert!(!has_later(&bytes[..cut], at, step));
            }
        }

        #[test]
        fn a_bit_that_turned_is_found_and_is_no_torn_end(bit in 0_usize..21_000) {
            let (mut bytes, begins) = segment(&[1, 2, 1]);
            let at = HEAD_SIZE * 8 + bit % ((bytes.len() - HEAD_SIZE) * 8);
            bytes[at / 8] ^= 1 << (at % 8);
            let (found, broken) = steps(&bytes);
            let of = begins.iter().rposition(|(begin, _)| *begin <= at / 8).unwrap();
            prop_assert_eq!(found.len(), of);
            prop_assert_eq!(broken, Some(begins[of].0));
            let step = begins[of].1;
            prop_assert_eq!(has_later(&bytes, begins[of].0, step), step < 3);
        }
    }
}
