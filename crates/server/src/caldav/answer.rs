//! An answer: its status, its headers, and what it holds, whole or page by page.

use std::sync::Arc;

use bytes::Bytes;
use dav::header::Prefer;
use dav::{Multistatus, Site};
use http::header::{CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use service::Actor;

use super::Call;
use super::error::Fault;

/// The media type of bodies in XML.
pub(crate) const XML: &str = "application/xml; charset=utf-8";
/// Of a sentence for people.
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
/// Of calendar objects.
pub(crate) const CALENDAR: &str = "text/calendar; charset=utf-8";

/// What is answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) content: Content,
}

/// What an answer holds.
pub(crate) enum Content {
    /// All of it.
    Whole(Bytes),
    /// What is there of it, and what makes the rest.
    Pages(Bytes, Pages),
}

/// Makes the next page of a long answer. Each is made from a fresh snapshot, so that none is held open while an answer is
/// taken in.
pub(crate) type Pages = Box<dyn FnMut(Actor<'_>) -> Result<Page, Fault> + Send>;

/// A part of a long answer.
pub(crate) struct Page {
    pub(crate) octets: Bytes,
    pub(crate) is_last: bool,
}

/// So many octets are sent at once.
const PAGE: usize = 64 << 10;

impl Answer {
    /// An answer that is said by its status.
    pub(crate) fn new(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), content: Content::Whole(Bytes::new()) }
    }

    /// An answer with a body.
    pub(crate) fn with_body(status: StatusCode, media: &'static str, body: impl Into<Bytes>) -> Self {
        let mut answer = Self::new(status);
        answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        answer.content = Content::Whole(body.into());
        answer
    }

    /// With a header; left out where its value cannot be one.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}

/// A multistatus that is being written.
pub(crate) type Writing = Multistatus<Arc<Site>>;

/// What a step of a walk leaves.
pub(crate) enum Step {
    /// There is more.
    More,
    /// That was all; the sync token that stands at the end.
    Done(Option<String>),
}

/// Answers a multistatus: `walk` writes some resources at each step. A short answer is whole; of a long one each page is made
/// when the one before it was taken in.
pub(crate) fn multistatus(
    call: &Call<'_>,
    mut walk: impl FnMut(Actor<'_>, &mut Writing) -> Result<Step, Fault> + Send + 'static,
) -> Result<Answer, Fault> {
    let mut writing = Some(Multistatus::new(Arc::clone(&call.site), call.prefer));
    let answer = paged(call, XML, move |actor| {
        let mut out = String::new();
        while out.len() < PAGE
            && let Some(open) = &mut writing
        {
            let step = walk(actor, open)?;
            out.push_str(&open.take());
            if let Step::Done(token) = step
                && let Some(open) = writing.take()
            {
                out.push_str(&open.finish(token.as_deref()));
            }
        }
        Ok(Page { octets: out.into(), is_last: writing.is_none() })
    })?;
    let mut answer = Answer { status: StatusCode::MULTI_STATUS, ..answer };
    if call.prefer != Prefer::default() {
        let applied = HeaderName::from_static("preference-applied");
        answer = answer.with(applied, &call.prefer.to_string()).with(VARY, "Prefer, Brief");
    }
    Ok(answer)
}

/// Answers page by page; whole, where the first is the last.
pub(crate) fn paged(
    call: &Call<'_>,
    media: &'static str,
    mut page: impl FnMut(Actor<'_>) -> Result<Page, Fault> + Send + 'static,
) -> Result<Answer, Fault> {
    let first = page(call.actor)?;
    let mut answer = Answer::with_body(StatusCode::OK, media, first.octets.clone());
    if !first.is_last {
        answer.content = Content::Pages(first.octets, Box::new(page));
    }
    Ok(answer)
}
