//! What commands read: files, folders and standard input, within the limit on a file read whole.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ical::{Document, Limits, TooLarge};

use crate::exit::{Exit, Failure};

/// Names that calendars end in; in folders no other files are read.
const ENDINGS: [&str; 5] = ["ics", "ifb", "ical", "icalendar", "vcs"];

/// Where a text comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// `-`
    Standard,
    /// A file.
    File(PathBuf),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("-"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// A text that was read, and the file as it was then.
pub(crate) struct Text {
    pub(crate) source: Source,
    pub(crate) document: Document,
    /// `None` for standard input.
    pub(crate) metadata: Option<Metadata>,
}

impl Source {
    /// One file, named by an argument.
    pub(crate) fn named(path: &Path) -> Self {
        if path.as_os_str() == "-" { Self::Standard } else { Self::File(path.to_owned()) }
    }

    /// Reads and understands the text.
    pub(crate) fn read(&self) -> Result<Text, Failure> {
        let (bytes, metadata) = self.bytes()?;
        self.understand(bytes, metadata)
    }

    /// Reads the text as bytes, within the limit on a file read whole.
    pub(crate) fn bytes(&self) -> Result<(Vec<u8>, Option<Metadata>), Failure> {
        let limits = Limits::default();
        Ok(match self {
            Self::Standard => (self.read_within(io::stdin().lock(), 0, limits.file)?, None),
            Self::File(path) => {
                let file = File::open(path).map_err(|error| Failure::reading(self, &error))?;
                let metadata = file.metadata().map_err(|error| Failure::reading(self, &error))?;
                let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
                if metadata.is_file() && size > limits.file {
                    return Err(self.too_large(TooLarge { size, limit: limits.file }.to_string()));
                }
                (self.read_within(file, size, limits.file)?, Some(metadata))
            }
        })
    }

    /// Understands what was read.
    pub(crate) fn understand(&self, bytes: Vec<u8>, metadata: Option<Metadata>) -> Result<Text, Failure> {
        let document = Document::read(bytes).map_err(|error| self.too_large(error.to_string()))?;
        Ok(Text { source: self.clone(), document, metadata })
    }

    /// Reads a stream whose length may only be known at its end, `expected` bytes as far as one can tell.
    fn read_within(&self, stream: impl Read, expected: usize, limit: usize) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::with_capacity(expected.min(limit) + 1);
        let mut bounded = stream.take(limit as u64 + 1);
        bounded.read_to_end(&mut bytes).map_err(|error| Failure::reading(self, &error))?;
        if bytes.len() > limit {
            let words = format!("it is longer than the limit on a file read whole (`file`), {limit} bytes");
            return Err(self.too_large(words));
        }
        Ok(bytes)
    }

    fn too_large(&self, words: impl fmt::Display) -> Failure {
        Failure::new(Exit::Refused, format!("{self}: {words}; split it first"))
    }
}

impl Text {
    /// Refuses a text of standard input, which goes to standard output, where JSON is to go there.
    pub(crate) fn must_be_file(&self) -> Result<(), Failure> {
        match self.source {
            Source::File(_) => Ok(()),
            Source::Standard => {
                let words =
                    "what is read from standard input goes to standard output, and so does JSON: name a file";
                Err(Failure::new(Exit::WrongUse, words))
            }
        }
    }

    /// Refuses to rewrite what is no calendar at all: a photo, a letter.
    pub(crate) fn must_be_calendar(&self) -> Result<(), Failure> {
        if self.document.roots().next().is_some() {
            return Ok(());
        }
        Err(Failure::new(
            Exit::Refused,
            format!("{}: there is no calendar in it; it stays as it is", self.source),
        ))
    }
}

/// The files that arguments name, in that order: a folder is all calendars in it and in the folders inside,
/// by name.
pub(crate) fn sources(named: &[PathBuf]) -> Vec<Result<Source, Failure>> {
    let mut found = Vec::new();
    let mut is_standard_taken = false;
    for path in named {
        match Source::named(path) {
            Source::Standard if is_standard_taken => {
                found.push(Err(Failure::new(Exit::WrongUse, "standard input (`-`) can be read only once")));
            }
            Source::Standard => {
                is_standard_taken = true;
                found.push(Ok(Source::Standard));
            }
            Source::File(path) if path.is_dir() => {
                let before = found.len();
                search(&path, &mut found);
                if found.len() == before {
                    let words = format!(
                        "{}: no calendars in this folder (*.{})",
                        path.display(),
                        ENDINGS.join(", *.")
                    );
                    found.push(Err(Failure::new(Exit::NotFound, words)));
                }
            }
            file => found.push(Ok(file)),
        }
    }
    found
}

/// Links to folders are not followed: they may lead in circles.
fn search(folder: &Path, found: &mut Vec<Result<Source, Failure>>) {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                found.push(Err(Failure::reading(folder.display(), &error)));
                continue;
            }
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries.iter().filter(|entry| is_calendar(&entry.path())) {
            if !entry.path().is_dir() {
                found.push(Ok(Source::File(entry.path())));
            }
        }
        let is_folder = |entry: &&fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
        folders.extend(entries.iter().rev().filter(is_folder).map(fs::DirEntry::path));
    }
}

pub(crate) fn is_calendar(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str);
    ending.is_some_and(|ending| ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}
