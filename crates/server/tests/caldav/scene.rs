//! A door over a store in a temporary folder, and who calls at it: a request is a text as HTTP has it.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::TokioIo;
use ical::civil::Timestamp;
use server::{Door, Options};
use service::{Names, Newcomer, PrincipalKind, Secret, Service};
use store::Waiting;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// A door with Ann and Bob behind it.
pub(crate) struct Scene {
    folder: TempDir,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Scene {
    pub(crate) async fn open() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        Self::by(|| NOW, options).await
    }

    /// A door whose service has another clock.
    pub(crate) async fn by(clock: fn() -> Timestamp, options: Options) -> Self {
        let folder = TempDir::new().unwrap();
        let service = waiting(|| {
            let service = service(&folder, clock, Names::told("door"));
            people(&service);
            service
        });
        Self::over(folder, service, options).await
    }

    /// A door with this service behind it, whose store is that of this folder.
    pub(crate) async fn over(folder: TempDir, service: Service, options: Options) -> Self {
        let options = Options { address: SocketAddr::from(([127, 0, 0, 1], 0)), ..options };
        let open = Door::new(service, options).open().await.unwrap();
        let address = open.address();
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(open.serve(async {
            let _ = stopped.await;
        }));
        Self { folder, address, stop: Some(stop) }
    }

    /// What who keeps the store does behind the door.
    pub(crate) fn keep<T: Send>(&self, act: impl FnOnce(&Service) -> T + Send) -> T {
        waiting(|| act(&service(&self.folder, || NOW, Names::by_chance())))
    }

    /// A request of Ann's: its first line, its headers, and behind an empty line its body.
    pub(crate) async fn ask(&self, request: &str) -> Answer {
        self.ask_as("ann:secret of ann", request).await
    }

    /// A request of somebody who signs in with a name and a password.
    pub(crate) async fn ask_as(&self, who: &str, request: &str) -> Answer {
        let authorization = basic(who);
        self.send(Some(&authorization), request).await
    }

    /// A request with this Authorization, or with none.
    pub(crate) async fn send(&self, authorization: Option<&str>, request: &str) -> Answer {
        let (head, body) = request.split_once("\n\n").unwrap_or((request.trim_end(), ""));
        let mut lines = head.lines();
        let (method, path) = lines.next().unwrap().split_once(' ').unwrap();
        let mut builder =
            Request::builder().method(method).uri(path).header("host", self.address.to_string());
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            builder = builder.header(name, value);
        }
        if let Some(authorization) = authorization {
            builder = builder.header("authorization", authorization);
        }
        let request = builder.body(Full::new(Bytes::from(body.to_owned()))).unwrap();
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let (head, body) = sender.send_request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// Where the door is.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as clients write it.
    pub(crate) fn host(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Puts an object and gives its tag.
    pub(crate) async fn put(&self, path: &str, text: &str) -> String {
        let answer = self.ask(&format!("PUT {path}\nContent-Type: text/calendar\n\n{text}")).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.header("etag").to_owned()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

impl Answer {
    /// It has this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }

    /// Its body says this somewhere.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.body.contains(text), "wanted {text}\nfound {}", self.body);
        self
    }

    /// Its body says this nowhere.
    #[track_caller]
    pub(crate) fn says_not(self, text: &str) -> Self {
        assert!(!self.body.contains(text), "wanted no {text}\nfound {}", self.body);
        self
    }

    /// A header; empty where it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What stands inside of an element, by the beginning of its tag, which is there.
    #[track_caller]
    pub(crate) fn inside(&self, tag: &str) -> &str {
        let (_, rest) =
            self.body.split_once(&format!("<{tag}>")).unwrap_or_else(|| panic!("no {tag} in {}", self.body));
        rest.split_once(&format!("</{tag}>")).unwrap().0
    }
}

/// What Authorization says of a name and a password.
pub(crate) fn basic(who: &str) -> String {
    format!("Basic {}", STANDARD.encode(who))
}

/// An event of half an hour.
pub(crate) fn event(uid: &str, start: &str, more: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Door//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20260201T000000Z\r\nDTSTART:{start}\r\nDURATION:PT30M\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// A calendar that everybody has.
pub(crate) const HOME: &str = "/calendars/ann/personal/";

/// When all this is.
pub(crate) const NOW: Timestamp = Timestamp(1_772_000_000);

/// Does what waits for a store, as tasks must not.
pub(crate) fn waiting<T: Send>(act: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(act).join().unwrap())
}

fn service(folder: &TempDir, clock: fn() -> Timestamp, names: Names) -> Service {
    // What the door notes of sign-ins may be on its way.
    let patient = Waiting { most: Duration::from_secs(60), tell: || () };
    let store = engines::store(folder.path(), patient);
    Service::new(store, clock, names, service::Options::default())
}

fn people(service: &Service) {
    for name in ["ann", "bob"] {
        let secret = Secret::new(format!("secret of {name}"));
        let kind = PrincipalKind::Individual;
        let newcomer = Newcomer { kind, name, display: None, addresses: &[], password: Some(&secret) };
        service.keeper().make_principal(&newcomer).unwrap();
    }
}
