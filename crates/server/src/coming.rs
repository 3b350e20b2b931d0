//! The body of a request as it comes: within its limits, into memory, or aside where it is a document.

use std::fs::File;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http_body_util::BodyExt;
use service::Document;
use tokio::io::AsyncWriteExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::caldav::error::Fault;
use crate::options::Options;
use crate::unread::Unread;

/// The unit in which room for bodies is counted.
pub(crate) const UNIT: usize = 1 << 10;
/// So much of a document is kept in memory; what is larger goes to a file without a name.
const IN_MEMORY: usize = 256 << 10;

/// Room that a body takes up for as long as it is there; nothing takes up none.
pub(crate) type Room = Option<OwnedSemaphorePermit>;

/// A body of which something may still come.
pub(crate) struct Coming<'b> {
    body: &'b mut Unread,
    options: &'b Options,
    /// Where its room is taken from.
    free: &'b Arc<Semaphore>,
    /// Octets at the most.
    most: usize,
    /// So many are told to come.
    told: Option<usize>,
    /// So many came.
    came: usize,
    room: Room,
}

impl<'b> Coming<'b> {
    /// The body of a request, of which so many octets may come. One that is told to be larger is not begun.
    pub(crate) fn of(
        head: &Parts,
        body: &'b mut Unread,
        most: usize,
        options: &'b Options,
        free: &'b Arc<Semaphore>,
    ) -> Result<Self, Fault> {
        let told =
            head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        let told = told.map(|told| usize::try_from(told).unwrap_or(usize::MAX));
        let coming = Self { body, options, free, most: most.min(options.body), told, came: 0, room: None };
        if told.is_some_and(|told| told > coming.most) {
            return Err(coming.too_large());
        }
        Ok(coming)
    }

    fn too_large(&self) -> Fault {
        let words = format!("a body has at most {} bytes (`limit_http_body`)", self.most);
        Fault::new(StatusCode::PAYLOAD_TOO_LARGE, words)
    }

    /// The next octets, with room for them; `None` at the end. Whoever sends none for too long is cut off.
    async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        while let Some(rest) = self.body.body() {
            let frame = timeout(self.options.body_idle, rest.frame())
                .await
                .map_err(|_| Fault::new(StatusCode::REQUEST_TIMEOUT, "the rest of the body did not come"))?;
            let Some(frame) = frame else {
                self.body.is_read();
                break;
            };
            let cut = |_| Fault::new(StatusCode::BAD_REQUEST, "the body could not be read to its end");
            let Ok(data) = frame.map_err(cut)?.into_data() else { continue };
            let came = self.came.saturating_add(data.len());
            if came > self.most {
                return Err(self.too_large());
            }
            let units = came.div_ceil(UNIT) - self.came.div_ceil(UNIT);
            let more = Arc::clone(self.free).try_acquire_many_owned(u32::try_from(units).unwrap_or(u32::MAX));
            let more = more.map_err(|_| Fault::later("too much is sent at once: try again", 5))?;
            match &mut self.room {
                Some(room) => room.merge(more),
                None => self.room = Some(more),
            }
            self.came = came;
            return Ok(Some(data));
        }
        Ok(None)
    }

    /// Adds octets to others. Memory grows to twice as much each time, but to no more than was told to come.
    fn gather(&self, octets: &mut Vec<u8>, data: &[u8]) {
        if octets.capacity() - octets.len() < data.len() {
            let rest = self.told.unwrap_or(self.most).saturating_sub(octets.len());
            octets.reserve_exact(rest.min(octets.len()).max(data.len()));
        }
        octets.extend_from_slice(data);
    }

    /// All of it, in memory.
    pub(crate) async fn whole(mut self) -> Result<(Bytes, Room), Fault> {
        let mut octets = Vec::new();
        while let Some(data) = self.next().await? {
            self.gather(&mut octets, &data);
        }
        Ok((octets.into(), self.room))
    }

    /// All of it, in memory only where it is small.
    pub(crate) async fn document(mut self) -> Result<(Document, Room), Fault> {
        let mut octets = Vec::new();
        while let Some(data) = self.next().await? {
            if octets.len().saturating_add(data.len()) > IN_MEMORY {
                let file = self.aside(octets, data).await?;
                return Ok((Document::Aside(file), self.room));
            }
            self.gather(&mut octets, &data);
        }
        Ok((octets.into(), self.room))
    }

    /// Writes what came, and all that comes, to a file without a name.
    async fn aside(&mut self, octets: Vec<u8>, data: Bytes) -> Result<File, Fault> {
        let failed = |error: io::Error| Fault::from(service::Error::Output(error));
        let file = tokio::task::spawn_blocking(tempfile::tempfile).await.map_err(io::Error::other);
        let mut file = tokio::fs::File::from_std(file.and_then(|made| made).map_err(failed)?);
        file.write_all(&octets).await.map_err(failed)?;
        drop(octets);
        let mut next = Some(data);
        while let Some(data) = next {
            file.write_all(&data).await.map_err(failed)?;
            next = self.next().await?;
        }
        file.flush().await.map_err(failed)?;
        Ok(file.into_std().await)
    }
}
