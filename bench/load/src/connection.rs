//! One connection of HTTP/1.1 that is kept, and opened again where the server closes it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::peer::Peer;

/// What is asked of a server.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) depth: Option<&'static str>,
    pub(crate) body: Body,
}

/// What goes with a question.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Nothing,
    Calendar(String),
    Xml(String),
}

impl Question {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), depth: None, body: Body::Nothing }
    }

    pub(crate) fn with_depth(mut self, depth: &'static str) -> Self {
        self.depth = Some(depth);
        self
    }

    pub(crate) fn with_xml(mut self, body: impl Into<String>) -> Self {
        self.body = Body::Xml(body.into());
        self
    }

    pub(crate) fn with_calendar(mut self, body: impl Into<String>) -> Self {
        self.body = Body::Calendar(body.into());
        self
    }

    fn into_request(self, host: &str, authorization: &str) -> Result<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(self.method)
            .uri(self.path)
            .header(http::header::HOST, host)
            .header(http::header::AUTHORIZATION, authorization);
        if let Some(depth) = self.depth {
            request = request.header("Depth", depth);
        }
        let (kind, body) = match self.body {
            Body::Nothing => return Ok(request.body(Full::default())?),
            Body::Calendar(text) => ("text/calendar; charset=utf-8", text),
            Body::Xml(text) => ("application/xml; charset=utf-8", text),
        };
        Ok(request.header(http::header::CONTENT_TYPE, kind).body(Full::from(body))?)
    }
}

/// What a server answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
    /// From the question to the last octet of the answer.
    pub(crate) taken: Duration,
}

/// A connection to a server.
pub(crate) struct Connection {
    host: String,
    authorization: String,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Connection {
    /// It is opened when it is first asked.
    pub(crate) fn new(peer: &Peer) -> Result<Self> {
        Ok(Self { host: peer.address()?, authorization: peer.authorization(), sender: None })
    }

    /// Asks, and reads all of the answer. Who closes connections pays for new ones: that time counts.
    pub(crate) async fn ask(&mut self, question: Question) -> Result<Answer> {
        let what = format!("{} {}", question.method, question.path);
        let request = question.into_request(&self.host, &self.authorization)?;
        self.send(request).await.with_context(|| what)
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Answer> {
        let start = Instant::now();
        let is_open = match &mut self.sender {
            Some(sender) => sender.ready().await.is_ok(),
            None => false,
        };
        if !is_open {
            self.sender = Some(self.open().await?);
        }
        let sender = self.sender.as_mut().context("the connection was just opened")?;
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Answer { status, body, taken: start.elapsed() })
    }

    async fn open(&self) -> Result<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(&self.host).await.with_context(|| format!("at {}", self.host))?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends when the server or this side closes; what goes wrong the sender hears, too.
        tokio::spawn(connection);
        Ok(sender)
    }
}
