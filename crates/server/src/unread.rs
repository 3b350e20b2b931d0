//! The body of a request until it is read, and what becomes of one that nobody reads.

use std::time::Duration;

use http::header::{CONNECTION, EXPECT};
use http::request::Parts;
use http::{HeaderValue, Version};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::time::timeout;

use crate::caldav::answer::Answer;

/// A body of which something may still come. A connection goes on only behind it: one that is answered before would be closed
/// without a word, while its client sends the next request there.
#[derive(Debug)]
pub(crate) struct Unread {
    body: Option<Incoming>,
    /// Does the client send it only when it is asked to?
    is_held_back: bool,
    version: Version,
}

/// So many octets that nobody reads are taken in all the same.
const MOST: u64 = 64 << 10;

impl Unread {
    pub(crate) fn new(head: &Parts, body: Incoming) -> Self {
        let is_held_back = head.headers.contains_key(EXPECT);
        Self { body: Some(body), is_held_back, version: head.version }
    }

    /// The body, for who reads it; `None` at its end.
    pub(crate) const fn body(&mut self) -> Option<&mut Incoming> {
        self.body.as_mut()
    }

    /// It was read to its end.
    pub(crate) fn is_read(&mut self) {
        self.body = None;
    }

    /// Lets go of it. What is small is taken in beside the answer, as long as it comes within this time; before more the client
    /// is told that the connection ends (RFC 9112 9.6).
    pub(crate) fn let_go(self, mut answer: Answer, within: Duration) -> Answer {
        let Some(mut body) = self.body.filter(|body| !body.is_end_stream()) else { return answer };
        // Of HTTP/2 the stream alone ends.
        if self.version > Version::HTTP_11 {
            return answer;
        }
        if self.is_held_back || body.size_hint().upper().is_none_or(|most| most > MOST) {
            answer.headers.insert(CONNECTION, HeaderValue::from_static("close"));
            return answer;
        }
        tokio::spawn(timeout(within, async move { while let Some(Ok(_)) = body.frame().await {} }));
        answer
    }
}
