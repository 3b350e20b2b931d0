//! What `record.c` and the harness have written down of a run, in order.

use std::path::{Path, PathBuf};

/// A call, or what a command said, or its beginning or end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event<'r> {
    /// A file or folder was opened, and made by that, or cut to nothing.
    Open { inode: u64, path: PathBuf, is_made: bool, is_emptied: bool },
    /// Bytes were written.
    Write { inode: u64, offset: u64, data: &'r [u8] },
    /// A file was cut or lengthened.
    Length { inode: u64, length: u64 },
    /// A file or folder was synced.
    Sync { inode: u64 },
    /// All was synced.
    SyncAll,
    /// A name was given to what had another.
    Rename { from: PathBuf, to: PathBuf },
    /// A name was taken away.
    Unlink { path: PathBuf },
    /// A second name was given.
    Link { from: PathBuf, to: PathBuf },
    /// A folder was made.
    MakeFolder { inode: u64, path: PathBuf },
    /// A descriptor was closed, which promises nothing.
    Close,
    /// The program said something.
    Say { text: &'r [u8] },
    /// The nth command began.
    Begin { command: usize },
    /// The nth command ended and said that all is done.
    Done { command: usize },
}

/// The bytes of a record's head.
const HEAD: usize = 32;
const CREATED: u32 = 1;
const TRUNCATED: u32 = 2;

/// The harness's own records.
pub(crate) fn begin(command: usize) -> [u8; HEAD] {
    mark(b'B', command)
}

/// See [`begin`].
pub(crate) fn done(command: usize) -> [u8; HEAD] {
    mark(b'E', command)
}

fn mark(kind: u8, command: usize) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&u32::from(kind).to_ne_bytes());
    head[16..24].copy_from_slice(&(command as u64).to_ne_bytes());
    head
}

/// Reads a record; paths are told from `folder` on.
pub(crate) fn read<'r>(record: &'r [u8], folder: &Path) -> Vec<Event<'r>> {
    let mut events = Vec::new();
    let mut rest = record;
    while let Some((head, after)) = rest.split_first_chunk::<HEAD>() {
        let word = |at: usize| u32::from_ne_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let long = |at: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&head[at..at + 8]);
            u64::from_ne_bytes(bytes)
        };
        let (flags, inode, offset) = (word(4), long(8), long(16));
        let (data, after) = after.split_at(usize::try_from(long(24)).expect("it was written from memory"));
        rest = after;
        events.push(event(word(0), flags, inode, offset, data, folder));
    }
    assert!(rest.is_empty(), "a record is broken off");
    events
}

fn event<'r>(kind: u32, flags: u32, inode: u64, offset: u64, data: &'r [u8], folder: &Path) -> Event<'r> {
    let below = |bytes: &[u8]| {
        let path = Path::new(std::str::from_utf8(bytes).expect("the harness names the folders"));
        path.strip_prefix(folder).expect("only what is below the folder is recorded").to_owned()
    };
    let both = || {
        let mut paths = data.split(|byte| *byte == 0).map(below);
        (paths.next().expect("a first path"), paths.next().expect("a second path"))
    };
    let command = usize::try_from(offset).unwrap_or_default();
    match u8::try_from(kind).expect("a kind is a letter") {
        b'o' => Event::Open {
            inode,
            path: below(data),
            is_made: flags & CREATED != 0,
            is_emptied: flags & TRUNCATED != 0,
        },
        b'w' => Event::Write { inode, offset, data },
        b't' => Event::Length { inode, length: offset },
        b's' => Event::Sync { inode },
        b'S' => Event::SyncAll,
        b'r' => {
            let (from, to) = both();
            Event::Rename { from, to }
        }
        b'u' => Event::Unlink { path: below(data) },
        b'l' => {
            let (from, to) = both();
            Event::Link { from, to }
        }
        b'm' => Event::MakeFolder { inode, path: below(data) },
        b'c' => Event::Close,
        b'a' => Event::Say { text: data },
        b'B' => Event::Begin { command },
        b'E' => Event::Done { command },
        other => panic!("a record of an unknown kind: {other}"),
    }
}
