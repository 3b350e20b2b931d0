//! 207: what became of each resource, written one response after another (RFC 4918 13).

use std::ops::Deref;

use http::StatusCode;
use xml::Writer;

use crate::header::Prefer;
use crate::href::{Href, Site};
use crate::name::{HREF, PREFIXES, PROP, dav};
use crate::precondition::Precondition;
use crate::property::PropertyName;
use crate::value::Value;

/// What became of a property: its value, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its name.
    pub name: PropertyName,
    /// What it says; [`Value::Empty`] where only the name, or that it was changed, is told.
    pub value: Result<Value, Refused>,
}

/// Why there is no value, or why a property was not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The status.
    pub status: StatusCode,
    /// The condition that does not hold, where it has a name.
    pub precondition: Option<Precondition>,
}

impl Refused {
    /// The resource has no such property.
    pub const NOT_FOUND: Self = Self::plain(StatusCode::NOT_FOUND);
    /// It is not for the asker to see.
    pub const FORBIDDEN: Self = Self::plain(StatusCode::FORBIDDEN);
    /// It would have been changed, but another one could not be (RFC 4918 9.2).
    pub const FAILED_DEPENDENCY: Self = Self::plain(StatusCode::FAILED_DEPENDENCY);

    /// A status that says all.
    pub const fn plain(status: StatusCode) -> Self {
        Self { status, precondition: None }
    }
}

impl From<Precondition> for Refused {
    fn from(precondition: Precondition) -> Self {
        Self { status: precondition.status(), precondition: Some(precondition) }
    }
}

/// What is answered of properties that are changed together or not at all (RFC 4918 9.2, RFC 5689 3.1): where
/// one is refused, the others depended on it.
pub fn all_or_none<'n>(
    names: impl IntoIterator<Item = &'n PropertyName>,
    refused: impl Fn(&PropertyName) -> Option<Refused>,
) -> Vec<Found> {
    let found = |name: &PropertyName| Found {
        name: name.clone(),
        value: refused(name).map_or(Ok(Value::Empty), Err),
    };
    let mut all: Vec<Found> = names.into_iter().map(found).collect();
    if all.iter().any(|one| one.value.is_err()) {
        for one in all.iter_mut().filter(|one| one.value.is_ok()) {
            one.value = Err(Refused::FAILED_DEPENDENCY);
        }
    }
    all
}

/// Writes a multistatus. What is written so far can be taken off and sent, so no answer is ever held whole.
///
/// ```
/// use dav::header::Prefer;
/// use dav::{Found, Href, Multistatus, Property, Site, Value};
///
/// let site = Site::default();
/// let mut answer = Multistatus::new(&site, Prefer::default());
/// let etag = Found { name: Property::GetEtag.into(), value: Ok(Value::Text("\"1\"".into())) };
/// answer.resource(&Href::parse("/ann/1.ics")?, &[etag]);
/// let sent = answer.take() + &answer.finish(None);
/// assert!(sent.contains("<D:href>/ann/1.ics</D:href><D:propstat><D:prop><D:getetag>\"1\"</D:getetag>"));
/// # Ok::<(), dav::BadHref>(())
/// ```
#[derive(Debug)]
pub struct Multistatus<S> {
    writer: Writer,
    site: S,
    is_minimal: bool,
}

/// The site is borrowed, or shared: an answer may be written long after the request was read.
impl<S: Deref<Target = Site>> Multistatus<S> {
    /// Begins; with `return=minimal` properties that are not there are left out (RFC 8144 2.1).
    pub fn new(site: S, prefer: Prefer) -> Self {
        let mut writer = Writer::new(&PREFIXES);
        writer.start(dav("multistatus"));
        Self { writer, site, is_minimal: prefer.is_minimal() }
    }

    /// A resource and its properties.
    pub fn resource(&mut self, href: &Href, found: &[Found]) {
        self.begin(href);
        write_propstats(&mut self.writer, found, &self.site, self.is_minimal);
        self.writer.end();
    }

    /// A resource's response that another multistatus of the same site wrote, and that was taken off there.
    pub fn written(&mut self, response: &str) {
        self.writer.whole(response);
    }

    /// A resource, and what became of it as a whole: 404 in a multiget or of what is gone since a sync token,
    /// 423 of what kept a collection from being removed.
    pub fn status(&mut self, href: &Href, status: StatusCode, precondition: Option<&Precondition>) {
        self.described(href, status, precondition, "");
    }

    /// The same, with words for people; none where they are empty.
    pub fn described(
        &mut self,
        href: &Href,
        status: StatusCode,
        precondition: Option<&Precondition>,
        description: &str,
    ) {
        self.begin(href);
        self.end(status, precondition, description);
    }

    /// A reference that names nothing here, as the request has it: 404.
    pub fn unknown(&mut self, reference: &str) {
        self.writer.start(dav("response"));
        self.writer.leaf(HREF, reference);
        self.end(StatusCode::NOT_FOUND, None, "");
    }

    /// The answer goes no further than this, though there is more: 507 of the resource that was asked (RFC
    /// 6578 3.6, 5323 5.17).
    pub fn truncated(&mut self, href: &Href) {
        let precondition = Precondition::NumberOfMatchesWithinLimits;
        self.status(href, StatusCode::INSUFFICIENT_STORAGE, Some(&precondition));
    }

    /// Takes off what is written so far.
    pub fn take(&mut self) -> String {
        self.writer.take()
    }

    /// Ends it, with the token that a `sync-collection` answers, and gives what is left.
    pub fn finish(mut self, sync_token: Option<&str>) -> String {
        if let Some(token) = sync_token {
            self.writer.leaf(dav("sync-token"), token);
        }
        self.writer.end();
        self.writer.take()
    }

    fn begin(&mut self, href: &Href) {
        self.writer.start(dav("response"));
        self.writer.leaf(HREF, &self.site.write(href));
    }

    fn end(&mut self, status: StatusCode, precondition: Option<&Precondition>, description: &str) {
        write_status(&mut self.writer, status);
        if let Some(precondition) = precondition {
            precondition.write_error(&mut self.writer, &self.site);
        }
        if !description.is_empty() {
            self.writer.leaf(dav("responsedescription"), description);
        }
        self.writer.end();
    }
}

/// Writes the properties of a resource, those of one status in one `DAV:propstat`.
pub(crate) fn write_propstats(writer: &mut Writer, found: &[Found], site: &Site, is_minimal: bool) {
    let mut groups: Vec<(Option<&Refused>, Vec<&Found>)> = Vec::new();
    for one in found {
        let refused = one.value.as_ref().err();
        if is_minimal && refused.is_some_and(|refused| refused.status == StatusCode::NOT_FOUND) {
            continue;
        }
        match groups.iter_mut().find(|(of, _)| *of == refused) {
            Some((_, members)) => members.push(one),
            None => groups.push((refused, vec![one])),
        }
    }
    if groups.is_empty() {
        // A response has one propstat at least (RFC 4918 14.24, RFC 8144 2.1).
        groups.push((None, Vec::new()));
    }
    for (refused, members) in groups {
        writer.start(dav("propstat"));
        writer.start(PROP);
        for one in members {
            one.value.as_ref().unwrap_or(&Value::Empty).write(&one.name, writer, site);
        }
        writer.end();
        write_status(writer, refused.map_or(StatusCode::OK, |refused| refused.status));
        if let Some(precondition) = refused.and_then(|refused| refused.precondition.as_ref()) {
            precondition.write_error(writer, site);
        }
        writer.end();
    }
}

/// Writes `DAV:status`.
pub(crate) fn write_status(writer: &mut Writer, status: StatusCode) {
    let words = status.canonical_reason().unwrap_or_default();
    writer.leaf(dav("status"), format!("HTTP/1.1 {} {words}", status.as_str()).trim_end());
}
