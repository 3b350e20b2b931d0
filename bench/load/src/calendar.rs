//! A calendar at a peer: made, filled, listed.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use cost::Chance;
use http::{Method, StatusCode, Uri};
use tokio::task::JoinSet;
use xml::{Document, Element, Limits, Name};

use crate::connection::{Connection, Question};
use crate::objects;
use crate::peer::{Fill, Peer};

const HREF: Name<'_> = Name::new("DAV:", "href");
const RESPONSE: Name<'_> = Name::new("DAV:", "response");
const SYNC_TOKEN: Name<'_> = Name::new("DAV:", "sync-token");

/// A calendar of a peer, with all that questions about it need.
pub(crate) struct Calendar {
    /// Its path, with a slash at its end.
    pub(crate) path: String,
    /// So many objects are in it.
    pub(crate) objects: usize,
    /// The paths of all objects, as the peer writes them.
    pub(crate) hrefs: Vec<String>,
    /// The paths of objects that were put and not removed yet.
    pub(crate) written: Vec<String>,
    /// The number of the next object that is put.
    pub(crate) next: usize,
    /// What the peer gave to ask for later changes.
    pub(crate) token: String,
    /// Which objects are asked for.
    pub(crate) chance: Chance,
}

impl Calendar {
    /// Makes and fills the calendar, unless it is there already with as many objects. How long filling took, if it was
    /// filled.
    pub(crate) async fn open(
        peer: &Peer,
        objects: usize,
        connections: usize,
    ) -> Result<(Self, Option<Duration>)> {
        let segment = format!("load-{objects}");
        let path = peer.calendar(&segment)?;
        let mut connection = Connection::new(peer)?;
        let made = connection.ask(Question::new(method("MKCALENDAR")?, &path)).await?;
        let is_new = made.status == StatusCode::CREATED;
        ensure!(is_new || made.status.is_client_error(), "MKCALENDAR {path}: {}", made.status);
        let mut filled = None;
        let mut hrefs = list(&mut connection, &path).await?;
        if hrefs.is_empty() {
            let start = Instant::now();
            match &peer.fill {
                Fill::Put => put_all(peer, &path, objects, connections).await?,
                Fill::Folder(folder) => write_all(&folder.join(&segment), objects)?,
            }
            filled = Some(start.elapsed());
            hrefs = list(&mut connection, &path).await?;
        }
        ensure!(hrefs.len() == objects, "{path} has {} objects; {objects} are wanted", hrefs.len());
        hrefs.sort_unstable();
        let (written, token) = (Vec::new(), String::new());
        let calendar = Self { path, objects, hrefs, written, next: 0, token, chance: Chance::default() };
        Ok((calendar, filled))
    }

    /// One of the objects.
    pub(crate) fn href(&mut self) -> &str {
        let place = self.chance.index(self.hrefs.len());
        self.hrefs.get(place).map_or("", String::as_str)
    }

    /// The PUT of an object that is not there.
    pub(crate) fn put(&mut self) -> Question {
        let object = objects::new(self.objects, self.next);
        self.next += 1;
        let href = format!("{}{}", self.path, objects::name(&object));
        self.written.push(href.clone());
        Question::new(Method::PUT, href).with_calendar(objects::text(&object))
    }

    /// Remembers the state of now, and makes one change after it.
    pub(crate) async fn change(&mut self, connection: &mut Connection) -> Result<()> {
        const ASKED: &str = r#"<D:propfind xmlns:D="DAV:"><D:prop><D:sync-token/></D:prop></D:propfind>"#;
        let question = Question::new(method("PROPFIND")?, &self.path).with_depth("0").with_xml(ASKED);
        let answer = connection.ask(question).await?;
        let document = read(&answer.body)?;
        let token = descendant(document.root(), SYNC_TOKEN).context("the calendar has no DAV:sync-token")?;
        self.token = token.text().into_owned();
        let put = self.put();
        let answer = connection.ask(put).await?;
        ensure!(answer.status == StatusCode::CREATED, "a PUT before a sync-collection: {}", answer.status);
        Ok(())
    }

    /// Removes what was put and is still there.
    pub(crate) async fn clear(&mut self, connection: &mut Connection) -> Result<()> {
        for href in std::mem::take(&mut self.written) {
            let answer = connection.ask(Question::new(Method::DELETE, href)).await?;
            ensure!(answer.status.is_success(), "a DELETE of what was put: {}", answer.status);
        }
        Ok(())
    }
}

/// A method of WebDAV.
pub(crate) fn method(name: &str) -> Result<Method> {
    Method::from_bytes(name.as_bytes()).with_context(|| format!("no method: {name}"))
}

fn read(body: &Bytes) -> Result<Document> {
    let limits = Limits { elements: usize::MAX, ..Limits::default() };
    Document::read(body, &limits).context("an answer is no XML")
}

fn descendant<'d>(element: Element<'d>, name: Name<'_>) -> Option<Element<'d>> {
    if element.is(name) {
        return Some(element);
    }
    element.children().find_map(|child| descendant(child, name))
}

/// The paths of all that is in a calendar.
async fn list(connection: &mut Connection, path: &str) -> Result<Vec<String>> {
    const ASKED: &str = r#"<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>"#;
    let question = Question::new(method("PROPFIND")?, path).with_depth("1").with_xml(ASKED);
    let answer = connection.ask(question).await?;
    ensure!(answer.status == StatusCode::MULTI_STATUS, "PROPFIND {path}: {}", answer.status);
    let document = read(&answer.body)?;
    let mut hrefs = Vec::new();
    for response in document.root().children_of(RESPONSE) {
        let href = response.child(HREF).context("a DAV:response without DAV:href")?.text();
        let uri: Uri = href.trim().parse().with_context(|| format!("no URI: {href}"))?;
        if !uri.path().ends_with('/') {
            hrefs.push(uri.path().to_owned());
        }
    }
    Ok(hrefs)
}

/// Fills a calendar by its objects' own PUTs, on some connections at a time.
async fn put_all(peer: &Peer, path: &str, number: usize, connections: usize) -> Result<()> {
    let left = Arc::new(Mutex::new(objects::all(number)));
    let mut tasks = JoinSet::new();
    for _ in 0..connections.max(1) {
        let (left, path) = (Arc::clone(&left), path.to_owned());
        let mut connection = Connection::new(peer)?;
        tasks.spawn(async move {
            let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
            while let Some(object) = next() {
                let question = Question::new(Method::PUT, format!("{path}{}", objects::name(&object)));
                let answer = connection.ask(question.with_calendar(objects::text(&object))).await?;
                ensure!(answer.status.is_success(), "PUT of {}: {}", object.uid, answer.status);
            }
            Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

/// Fills a calendar by files in the folder that it is kept in.
fn write_all(folder: &Path, number: usize) -> Result<()> {
    for object in objects::all(number) {
        let file = folder.join(objects::name(&object));
        fs::write(&file, objects::text(&object))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}
