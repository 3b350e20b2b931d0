//! What clients say to the service and hear from it: HTTP over one connection that is kept.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use xml::{Document, Element, Limits, Name};

/// Nobody waits so long: a service that is killed closes its connections, one that runs answers.
const PATIENCE: Duration = Duration::from_secs(300);

/// The tags of a calendar's objects, by path.
pub(super) type Tags = BTreeMap<String, String>;

/// A connection of somebody who signs in by a token.
pub(super) struct Wire {
    host: String,
    token: String,
    sender: SendRequest<Full<Bytes>>,
}

/// What was answered, to its last octet.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) tag: Option<String>,
    /// The tag of what is planned with others.
    pub(super) schedule_tag: Option<String>,
    pub(super) body: Bytes,
}

/// No answer came, or none that is one.
#[derive(Debug)]
pub(super) enum Mute {
    /// The connection broke.
    Broken,
    /// It may be asked again later.
    Away,
    /// What came is no answer.
    Wrong(String),
}

/// What changed in a calendar since a token.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) token: String,
    pub(super) there: Tags,
    pub(super) gone: Vec<String>,
}

impl Wire {
    pub(super) async fn open(address: &str, token: &str) -> Result<Self, Mute> {
        let stream = TcpStream::connect(address).await.map_err(|_| Mute::Broken)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|_| Mute::Broken)?;
        // How it ended the sender hears.
        tokio::spawn(connection);
        Ok(Self { host: address.to_owned(), token: token.to_owned(), sender })
    }

    /// Whoever asks from now on.
    pub(super) fn sign_in_by(&mut self, token: &str) {
        token.clone_into(&mut self.token);
    }

    /// Asks, and waits for the whole answer.
    pub(super) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Answer, Mute> {
        let mut request = Request::builder().method(method).uri(path).header("host", &self.host);
        request = request.header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).expect("the harness makes requests that are some");
        let answer = timeout(PATIENCE, async {
            let (head, body) =
                self.sender.send_request(request).await.map_err(|_| Mute::Broken)?.into_parts();
            let body = body.collect().await.map_err(|_| Mute::Broken)?.to_bytes();
            if head.status == 503 && head.headers.contains_key("retry-after") {
                return Err(Mute::Away);
            }
            let header = |name| head.headers.get(name).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
            let (tag, schedule_tag) = (header("etag"), header("schedule-tag"));
            Ok(Answer { status: head.status.as_u16(), tag, schedule_tag, body })
        });
        answer.await.unwrap_or_else(|_| Err(Mute::Wrong(format!("{method} {path} is not answered at all"))))
    }

    /// The tags of all objects of a calendar, as PROPFIND tells them.
    pub(super) async fn listing(&mut self, calendar: &str) -> Result<Tags, Mute> {
        let body = r#"<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>"#;
        let answer = self.ask("PROPFIND", calendar, &[("depth", "1")], body).await?;
        let mut tags = changes(&answer)?.there;
        tags.remove(calendar);
        Ok(tags)
    }

    /// The texts of all objects of a calendar, or of all messages of an inbox, by path, with their lines whole again.
    pub(super) async fn texts(&mut self, calendar: &str) -> Result<BTreeMap<String, String>, Mute> {
        let body = r#"<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><C:calendar-data/></prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>"#;
        let answer = self.ask("REPORT", calendar, &[("depth", "1")], body).await?;
        let wrong = |what: &str| Mute::Wrong(format!("{what}: {calendar} {}", answer.status));
        if answer.status != 207 {
            return Err(wrong("no multistatus"));
        }
        let document = Document::read(&answer.body, &Limits::default()).map_err(|_| wrong("no XML"))?;
        let mut texts = BTreeMap::new();
        for response in document.root().children_of(Name::new("DAV:", "response")) {
            let found = response.child(Name::new("DAV:", "propstat"));
            let found = found.and_then(|found| found.child(Name::new("DAV:", "prop")));
            let data = Name::new("urn:ietf:params:xml:ns:caldav", "calendar-data");
            let data = found.and_then(|found| found.child(data)).map(Element::text);
            let (Some(href), Some(data)) = (text(response, "href"), data) else {
                return Err(wrong("a response without a text"));
            };
            if texts.insert(href.into_owned(), whole(data.as_bytes())).is_some() {
                return Err(wrong("an object is told twice"));
            }
        }
        Ok(texts)
    }

    /// What changed in a calendar since a token; all that is there, for an empty one.
    pub(super) async fn sync(&mut self, calendar: &str, token: &str) -> Result<Changes, Mute> {
        let body = format!(
            r#"<D:sync-collection xmlns:D="DAV:"><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"#
        );
        changes(&self.ask("REPORT", calendar, &[], body).await?)
    }
}

/// A text with its lines whole again (RFC 5545 3.1).
pub(super) fn whole(text: &[u8]) -> String {
    String::from_utf8_lossy(text).replace("\r\n", "\n").replace("\n ", "")
}

/// What stands in the child of a name.
fn text<'a>(element: Element<'a>, local: &str) -> Option<Cow<'a, str>> {
    element.child(Name::new("DAV:", local)).map(Element::text)
}

/// Reads a multistatus.
fn changes(answer: &Answer) -> Result<Changes, Mute> {
    let wrong = |what: &str| {
        Mute::Wrong(format!("{what}: {} {}", answer.status, String::from_utf8_lossy(&answer.body)))
    };
    if answer.status != 207 {
        return Err(wrong("no multistatus"));
    }
    let document = Document::read(&answer.body, &Limits::default()).map_err(|_| wrong("no XML"))?;
    let root = document.root();
    let mut changes =
        Changes { token: text(root, "sync-token").unwrap_or_default().into_owned(), ..Changes::default() };
    for response in root.children_of(Name::new("DAV:", "response")) {
        let href = text(response, "href").ok_or_else(|| wrong("a response of nothing"))?.into_owned();
        if let Some(status) = text(response, "status") {
            if !status.contains(" 404 ") {
                return Err(wrong("a response with another status"));
            }
            changes.gone.push(href);
            continue;
        }
        let found = response.child(Name::new("DAV:", "propstat"));
        let found = found.and_then(|found| found.child(Name::new("DAV:", "prop")));
        let tag = found.and_then(|found| text(found, "getetag")).unwrap_or_default().into_owned();
        if changes.there.insert(href, tag).is_some() {
            return Err(wrong("an object is told twice"));
        }
    }
    Ok(changes)
}
