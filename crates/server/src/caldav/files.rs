//! Files: documents got and put, collections made, both copied and moved (RFC 4918 9).

use std::ops::Range;

use dav::Href;
use dav::header::{Outcome, Part, Tags};
use dav::mkcol::Mkcol;
use http::StatusCode;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, IF_RANGE, LAST_MODIFIED, X_CONTENT_TYPE_OPTIONS,
};
use service::{Actor, Document, File, FilePath, FileTarget, Principal};

use super::Call;
use super::answer::{Answer, Page, paged};
use super::error::{Fault, found};
use super::get::{conditions, is_known};
use super::guard::{Change, Guard};
use super::mkcalendar::refused;
use super::options::allowed;
use super::place::Place;
use super::properties::http_date;
use super::proppatch::Setting;
use super::relocate::To;
use super::resource::{name, named, tag};

/// A file, in whose area.
#[derive(Clone, Debug)]
pub(crate) struct InArea {
    pub(crate) home: Principal,
    pub(crate) names: Vec<String>,
    pub(crate) file: File,
}

/// The media type of a document of which nobody said it.
const ANY: &str = "application/octet-stream";
/// No media type is longer.
const LONGEST: usize = 255;

impl InArea {
    /// What is at a path, if the Actor may know of it.
    pub(crate) fn find(actor: Actor<'_>, home: &str, names: &[String]) -> Result<Option<Self>, Fault> {
        let Some((home, path)) = path(actor, home, names)? else { return Ok(None) };
        let file = found(actor.file(&path))?;
        Ok(file.map(|file| Self { home, names: path.names, file }))
    }

    /// The area of a principal.
    pub(crate) fn of(actor: Actor<'_>, home: Principal) -> Result<Option<Self>, Fault> {
        let file = found(actor.file(&FilePath { home: home.id, names: Vec::new() }))?;
        Ok(file.map(|file| Self { home, names: Vec::new(), file }))
    }

    /// What is in it.
    pub(crate) fn member(&self, file: File) -> Self {
        let mut names = self.names.clone();
        names.push(file.name.clone());
        Self { home: self.home.clone(), names, file }
    }

    /// Where it is.
    pub(crate) fn place(&self) -> Place {
        Place::File {
            home: name(&self.home).to_owned(),
            names: self.names.clone(),
            is_collection: self.is_collection(),
        }
    }

    pub(crate) const fn is_collection(&self) -> bool {
        self.file.contents.is_none()
    }

    pub(crate) fn path(&self) -> FilePath {
        FilePath { home: self.home.id, names: self.names.clone() }
    }

    /// The media type of a document.
    pub(crate) fn media(&self) -> Option<&str> {
        self.file.contents.as_ref().map(|contents| contents.media.as_deref().unwrap_or(ANY))
    }
}

/// A path in the area of somebody who is here.
fn path(actor: Actor<'_>, home: &str, names: &[String]) -> Result<Option<(Principal, FilePath)>, Fault> {
    let home = named(actor, home)?;
    Ok(home.map(|home| {
        let path = FilePath { home: home.id, names: names.to_vec() };
        (home, path)
    }))
}

/// So often a document may be written anew before the first of it is read.
const TRIES: u32 = 5;

/// GET of a document: all of it, or one part.
pub(crate) fn get(call: &Call<'_>, mut within: InArea) -> Result<Answer, Fault> {
    for _ in 0..TRIES {
        if let Some(answer) = got(call, &within)? {
            return Ok(answer);
        }
        let again = found(call.actor.file(&within.path()))?;
        within.file = again.ok_or_else(Fault::not_found)?;
    }
    Err(Fault::later("the document is written anew all the time: try again", 1))
}

/// The answer to GET; none where the document was written anew since it was found.
fn got(call: &Call<'_>, within: &InArea) -> Result<Option<Answer>, Fault> {
    let file = &within.file;
    let Some(contents) = &file.contents else { return Err(Fault::not_found()) };
    let (entity, modified) = (tag(&contents.tag), http_date(file.modified));
    let tags = Tags { entity: Some(entity.clone()), schedule: None };
    let answer = match conditions(call)?.check(Some(&tags), true) {
        Outcome::Failed => return Err(Fault::failed()),
        Outcome::NotModified => Answer::new(StatusCode::NOT_MODIFIED),
        Outcome::Proceed if is_known(call, &modified) => Answer::new(StatusCode::NOT_MODIFIED),
        Outcome::Proceed => {
            let of_this = call
                .headers
                .get(IF_RANGE)
                .is_none_or(|of| of.to_str().is_ok_and(|of| of == entity.to_string() || of == modified));
            let range = call.header("range")?.filter(|_| of_this && call.method == "GET");
            let part = part(call, file, contents.size, &Part::read(range.as_deref(), contents.size))?;
            let Some(answer) = part else { return Ok(None) };
            answer.with(CONTENT_TYPE, within.media().unwrap_or(ANY))
        }
    };
    // What somebody has put here is no page of ours: it runs nothing, and is nothing but what it says.
    let answer = answer
        .with(ETAG, &entity.to_string())
        .with(LAST_MODIFIED, &modified)
        .with(ACCEPT_RANGES, "bytes")
        .with(CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'")
        .with(X_CONTENT_TYPE_OPTIONS, "nosniff");
    Ok(Some(answer))
}

/// Some octets of a document, sent as they are taken in; none where it was written anew.
fn part(call: &Call<'_>, file: &File, size: u64, part: &Part) -> Result<Option<Answer>, Fault> {
    let (status, octets, range) = match part {
        Part::Whole => (StatusCode::OK, 0..size, None),
        Part::Octets(part) => {
            let told = format!("bytes {}-{}/{size}", part.start, part.end.saturating_sub(1));
            (StatusCode::PARTIAL_CONTENT, part.start..part.end.min(size), Some(told))
        }
        Part::Unsatisfiable => {
            let told = format!("bytes */{size}");
            let fault = Fault::new(StatusCode::RANGE_NOT_SATISFIABLE, "it is not that long");
            return Ok(Some(fault.into_answer(&call.site).with(CONTENT_RANGE, &told)));
        }
    };
    let length = octets.end.saturating_sub(octets.start).to_string();
    // Who asks for the headers alone costs no reading.
    let mut answer = match call.method {
        "HEAD" => Answer::new(status),
        _ => match sent(call, file.clone(), octets)? {
            Some(sent) => Answer { status, ..sent },
            None => return Ok(None),
        },
    };
    if let Some(range) = range {
        answer = answer.with(CONTENT_RANGE, &range);
    }
    Ok(Some(answer.with(CONTENT_LENGTH, &length)))
}

/// These octets of a document, read as they are taken in; none where it was written anew before the first. Where it goes or is
/// written anew meanwhile the answer breaks off.
fn sent(call: &Call<'_>, file: File, octets: Range<u64>) -> Result<Option<Answer>, Fault> {
    let mut at = octets.start;
    let read = move |actor: Actor<'_>, at: u64| match at < octets.end {
        true => actor.bytes(&file, at),
        false => Ok(Some(Vec::new())),
    };
    let mut first = match read(call.actor, at)? {
        Some(first) => Some(first),
        None => return Ok(None),
    };
    paged(call, ANY, move |actor| {
        let page = match first.take() {
            Some(first) => Some(first),
            None => read(actor, at)?,
        };
        let mut page = page.ok_or_else(Fault::not_found)?;
        let left = octets.end.saturating_sub(at);
        page.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        at = at.saturating_add(u64::try_from(page.len()).unwrap_or(u64::MAX));
        Ok(Page { is_last: at >= octets.end, octets: page.into() })
    })
    .map(Some)
}

/// PUT of a document.
pub(crate) fn put(call: &Call<'_>, place: &Place) -> Result<Answer, Fault> {
    let Place::File { home, names, is_collection: false } = place else {
        return Err(Fault::not_allowed(allowed(place)));
    };
    // Encoded octets would be given to others as if they were none.
    if call.headers.contains_key(CONTENT_ENCODING) {
        return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wanted a body without Content-Encoding"));
    }
    let media = call.header("content-type")?;
    if media.as_ref().is_some_and(|media| media.len() > LONGEST) {
        let words = format!("a media type has at most {LONGEST} letters");
        return Err(Fault::new(StatusCode::BAD_REQUEST, words));
    }
    let (_, path) = path(call.actor, home, names)?.ok_or_else(Fault::not_found)?;
    let is_there = found(call.actor.file(&path))?.is_some();
    let guard = Guard::read(call)?;
    guard.unlocked(&call.href, if is_there { Change::Itself } else { Change::Membership })?;
    let written = call.actor.put_file(&path, &call.body, media.as_deref(), |tag| guard.holds(tag))?;
    let status = if written.is_new { StatusCode::CREATED } else { StatusCode::NO_CONTENT };
    Ok(Answer::new(status).with(ETAG, &tag(&written.tag).to_string()))
}

/// An empty document at a free name that is locked (RFC 4918 7.3).
pub(crate) fn put_empty(call: &Call<'_>, home: &str, names: &[String]) -> Result<(), Fault> {
    let (_, path) = path(call.actor, home, names)?.ok_or_else(Fault::not_found)?;
    call.actor.put_file(&path, &Document::from(Vec::new()), None, |tag| tag.is_none())?;
    Ok(())
}

/// DELETE of a document, or of a collection with all that is inside.
pub(crate) fn delete(call: &Call<'_>, within: &InArea) -> Result<(), Fault> {
    if within.names.is_empty() {
        return Err(Fault::not_allowed(allowed(&within.place())));
    }
    let guard = Guard::read(call)?;
    asked_of(&guard, &call.href, within)?;
    Ok(call.actor.remove_file(&within.path(), |tag| tag.is_none() || guard.holds(tag))?)
}

/// Do the conditions hold of a file that goes? Those on a document are asked again when it does.
fn asked_of(guard: &Guard<'_>, href: &Href, within: &InArea) -> Result<(), Fault> {
    match within.is_collection() {
        true => guard.ask(href, Change::Membership),
        false => guard.unlocked(href, Change::Membership),
    }
}

/// COPY and MOVE of a document, or of a collection.
pub(crate) fn relocate(call: &Call<'_>, from: &InArea, to: &To) -> Result<bool, Fault> {
    let Some(Place::File { home, names, .. }) = Place::of(&to.href) else {
        return Err(Fault::new(StatusCode::FORBIDDEN, "a file goes to files"));
    };
    if from.names.is_empty() || names.is_empty() {
        return Err(Fault::new(StatusCode::FORBIDDEN, "all files together stay where they are"));
    }
    let nowhere = || Fault::new(StatusCode::CONFLICT, "there is no collection for it: make it first");
    let (_, path) = path(call.actor, &home, &names)?.ok_or_else(nowhere)?;
    let guard = Guard::read(call)?;
    if to.is_move() {
        guard.unlocked(&call.href, Change::Membership)?;
    }
    let there = found(call.actor.file(&path))?;
    // A document whose place is taken is changed; a collection goes, with what is inside.
    let is_changed = there.is_some_and(|there| there.contents.is_some());
    guard.unlocked(&to.href, if is_changed { Change::Itself } else { Change::Membership })?;
    if from.is_collection() {
        guard.met(&call.href)?;
    }
    let target = FileTarget { path: &path, overwrite: to.overwrite, is_deep: to.is_deep };
    Ok(call.actor.transfer_file(&from.path(), target, to.keep, |tag| tag.is_none() || guard.holds(tag))?)
}

/// MKCOL of a collection, with properties where the request has some (RFC 5689).
pub(crate) fn make(call: &Call<'_>, home: &str, names: &[String], wanted: &Mkcol) -> Result<Answer, Fault> {
    let (_, path) = path(call.actor, home, names)?.ok_or_else(Fault::not_found)?;
    Guard::read(call)?.ask(&call.href, Change::Membership)?;
    let settings: Vec<_> = wanted.set.iter().map(Setting::read_of_file).collect();
    if let Some(refused) = refused(call, wanted, &settings) {
        return Ok(refused);
    }
    let kept: Vec<_> = settings.iter().flatten().filter_map(Setting::kept).collect();
    call.actor.make_collection(&path, &kept)?;
    Ok(Answer::new(StatusCode::CREATED).with(CACHE_CONTROL, "no-cache"))
}
