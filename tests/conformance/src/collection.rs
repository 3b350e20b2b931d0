//! What `tests/conformance/run` has fetched: the files, the recurrence tables, the other readers' verdicts.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;

/// Fewer distinct files than this, and a collection has gone missing.
const LEAST: usize = 1_800;

/// The folder that all is in, and the files of `files.tsv`.
#[derive(Debug)]
pub(crate) struct Collection {
    folder: PathBuf,
    pub(crate) files: Vec<File>,
}

/// One distinct file.
#[derive(Debug)]
pub(crate) struct File {
    /// SHA-256.
    pub(crate) hash: String,
    /// From the collection's folder.
    pub(crate) path: String,
    /// Where it is.
    pub(crate) place: PathBuf,
}

impl Collection {
    /// Opens what was fetched.
    ///
    /// # Errors
    /// It was not, or not all of it.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let list = folder.join("files.tsv");
        let list = fs::read_to_string(&list)
            .with_context(|| format!("{} is missing; tests/conformance/run makes it", list.display()))?;
        let mut files = Vec::new();
        let mut named = 0;
        for line in list.lines() {
            let [hash, _, path, marks] = line.split('\t').collect::<Vec<_>>()[..] else {
                bail!("files.tsv: not four fields: {line}");
            };
            // As fetch.py counts: files that only look like calendars come on top.
            named += usize::from(!marks.split(',').any(|mark| mark == "content"));
            files.push(File { hash: hash.to_owned(), path: path.to_owned(), place: folder.join(path) });
        }
        if named < LEAST {
            bail!("{named} distinct files, expected at least {LEAST}");
        }
        Ok(Self { folder: folder.to_owned(), files })
    }

    /// A file named in a table.
    pub(crate) fn place(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// A table of exactly so many lines of JSON.
    pub(crate) fn table<T: DeserializeOwned>(&self, name: &str, count: usize) -> Result<Vec<T>> {
        let text =
            fs::read_to_string(self.folder.join(name)).with_context(|| format!("{name} is missing"))?;
        let rows: Vec<T> = text
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()
            .with_context(|| format!("{name} cannot be read"))?;
        if rows.len() != count {
            bail!("{name} has {} rows, expected {count}", rows.len());
        }
        Ok(rows)
    }
}
