//! CalDAV: HTTP method to file.

mod acl;
pub(crate) mod answer;
mod closed;
mod delegates;
mod delete;
pub(crate) mod error;
mod files;
mod format;
mod free_busy_url;
mod get;
mod guard;
mod inbox;
mod lacking;
pub(crate) mod listings;
mod lock;
pub(crate) mod locks;
pub(crate) mod login;
mod mkcalendar;
pub(crate) mod options;
mod outbox;
mod place;
mod post;
mod properties;
mod propfind;
mod proppatch;
mod put;
mod relocate;
mod report;
mod resource;

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use dav::header::{self, BadHeader, Prefer};
use dav::{Href, Site};
use http::{HeaderMap, Method, StatusCode};
use service::{Actor, Document};

use answer::Answer;
use error::Fault;
use listings::Listings;
use locks::Locks;
use place::Place;
use resource::Resource;

pub(crate) use resource::principal_href;

/// One request, and who asks.
pub(crate) struct Call<'c> {
    pub(crate) actor: Actor<'c>,
    pub(crate) method: &'c str,
    pub(crate) href: Href,
    /// What stands behind the `?` of its address.
    pub(crate) query: &'c str,
    pub(crate) headers: &'c HeaderMap,
    pub(crate) body: Document,
    pub(crate) prefer: Prefer,
    pub(crate) site: Arc<Site>,
    pub(crate) scope: Arc<Scope>,
}

/// What answers are written with, also those that are written long after the request was read.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) site: Arc<Site>,
    /// The principal who asks.
    pub(crate) me: Href,
    /// Its name.
    pub(crate) name: String,
    pub(crate) locks: Arc<Locks>,
    pub(crate) listings: Arc<Listings>,
    pub(crate) limits: dav::Limits,
    /// Octets of a body at most.
    pub(crate) body: usize,
}

type Handler = fn(&Call<'_>) -> Result<Answer, Fault>;

/// The methods, and what answers each.
const METHODS: [(&str, Handler); 16] = [
    ("OPTIONS", options::answer),
    ("GET", get::answer),
    ("HEAD", get::answer),
    ("PUT", put::answer),
    ("DELETE", delete::answer),
    ("PROPFIND", propfind::answer),
    ("PROPPATCH", proppatch::answer),
    ("REPORT", report::answer),
    ("MKCALENDAR", mkcalendar::answer),
    ("MKCOL", mkcalendar::answer),
    ("COPY", relocate::answer),
    ("MOVE", relocate::answer),
    ("LOCK", lock::lock),
    ("UNLOCK", lock::unlock),
    ("POST", post::answer),
    ("ACL", acl::answer),
];

/// Does a request bring a document, which may be larger than there is memory for?
pub(crate) fn is_document(method: &Method, to: &Href) -> bool {
    method == Method::PUT && matches!(Place::of(to), Some(Place::File { .. }))
}

/// Answers a request.
pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    match METHODS.iter().find(|(method, _)| *method == call.method) {
        Some((_, handler)) => {
            let answered = closed::unlisted(call).and_then(|()| handler(call));
            closed::held(call, answered.map_err(|fault| lacking::told(call, fault)))
        }
        None => Err(Fault::new(StatusCode::NOT_IMPLEMENTED, "nobody here knows this method")),
    }
}

impl Call<'_> {
    /// The value of a header; the lines of one that is there more than once are joined.
    pub(crate) fn header(&self, name: &'static str) -> Result<Option<Cow<'_, str>>, BadHeader> {
        header::joined(self.headers, name)
    }

    /// The body, in memory: of all but [documents](is_document).
    pub(crate) fn octets(&self) -> Result<&Bytes, Fault> {
        match &self.body {
            Document::Whole(octets) => Ok(octets),
            Document::Aside(_) => Err(Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "a document goes to files")),
        }
    }

    /// The body as XML; `None` where there is none.
    pub(crate) fn xml(&self) -> Result<Option<xml::Document>, Fault> {
        let media = self.header("content-type")?;
        Ok(dav::body::read(self.octets()?, media.as_deref(), &self.scope.limits)?)
    }

    /// Where the request goes to.
    pub(crate) fn place(&self) -> Result<Place, Fault> {
        Place::of(&self.href).ok_or_else(Fault::not_found)
    }

    /// The resource that is asked.
    pub(crate) fn resource(&self) -> Result<Resource, Fault> {
        Resource::find(self.actor, &self.place()?)?.ok_or_else(Fault::not_found)
    }
}
