//! The bytes of a document on their way into the store.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use bytes::Bytes;
use store::{Blob, CHUNK, ChangeSet, Chunk, Effect};

use crate::actor::Actor;
use crate::error::Error;

/// The bytes of a document that somebody brings.
#[derive(Debug)]
pub enum Document {
    /// They are in memory.
    Whole(Bytes),
    /// They were written aside, for they may be more than there is memory: all that is in a file, which nobody changes.
    Aside(File),
}

impl<B: Into<Bytes>> From<B> for Document {
    fn from(bytes: B) -> Self {
        Self::Whole(bytes.into())
    }
}

impl Document {
    /// What names the bytes.
    pub(crate) fn blob(&self) -> Result<Blob, Error> {
        let read = || match self {
            Self::Whole(bytes) => Blob::of(&mut bytes.as_ref()),
            Self::Aside(file) => Blob::of(&mut Reading { file, at: 0 }),
        };
        read().map_err(unreadable)
    }

    /// The chunk that begins with a byte.
    fn chunk(&self, blob: Blob, from: u64) -> Result<Bytes, Error> {
        let size = usize::try_from(blob.size().saturating_sub(from).min(CHUNK)).unwrap_or(usize::MAX);
        Ok(match self {
            Self::Whole(bytes) => {
                let from = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
                bytes.slice(from..from.saturating_add(size).min(bytes.len()))
            }
            Self::Aside(file) => {
                let mut bytes = vec![0; size];
                file.read_exact_at(&mut bytes, from).map_err(unreadable)?;
                bytes.into()
            }
        })
    }
}

/// A file read from its beginning, wherever others are in it.
struct Reading<'f> {
    file: &'f File,
    at: u64,
}

impl io::Read for Reading<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(bytes, self.at)?;
        self.at = self.at.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}

fn unreadable(error: io::Error) -> Error {
    Error::Source { name: "the document".to_owned(), error }
}

/// Is the document so small that its bytes come with the set that names them?
pub(crate) const fn is_small(blob: Blob) -> bool {
    blob.size() <= CHUNK
}

impl Actor<'_> {
    /// Brings the bytes of a document into the store, chunk by chunk, if they are not there. Those of a [small](is_small) one are
    /// answered instead: they come with the set that names them.
    pub(crate) fn bring(
        self,
        blob: Blob,
        mut read: impl FnMut(u64) -> Result<Bytes, Error>,
    ) -> Result<Option<Effect>, Error> {
        let at = self.now();
        let mut chunk = |from| Ok::<_, Error>(Effect::Chunk(Chunk { blob, from, bytes: read(from)?, at }));
        if is_small(blob) {
            return chunk(0).map(Some);
        }
        if self.snapshot()?.map_or(Ok(false), |snapshot| snapshot.has(&blob))? {
            return Ok(None);
        }
        let mut from = 0;
        while from < blob.size() {
            let effects = vec![chunk(from)?];
            self.service.store.apply(ChangeSet { act: None, expects: Vec::new(), effects })?;
            from = from.saturating_add(CHUNK);
        }
        Ok(None)
    }

    /// Bytes that were brought for nothing take up no room. Where that cannot be written they go in a day.
    pub(crate) fn give_up(self, blob: Blob) {
        if !is_small(blob) {
            let set = ChangeSet { act: None, expects: Vec::new(), effects: vec![Effect::GiveUp(blob)] };
            drop(self.service.store.apply(set));
        }
    }

    /// See [`Actor::bring`].
    pub(crate) fn bring_document(self, document: &Document, blob: Blob) -> Result<Option<Effect>, Error> {
        self.bring(blob, |from| document.chunk(blob, from))
    }
}
