//! Clients of every kind against a real listener on a free port: quick and slow ones, many, and none that is vouched for.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Request, Response};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair, SanType,
};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use transport::{Bounds, Error, Files, Listener, Peer, Tls};

/// A service that tells who asked, and reads the body to its end.
struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

async fn run(tls: Option<Arc<Tls>>, bounds: Bounds) -> Running {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), tls, bounds).await.unwrap();
    let address = listener.address();
    let (stop, stopped) = oneshot::channel();
    let answer = tower::service_fn(|request: Request<Incoming>| async move {
        let peer = request.extensions().get::<Peer>().unwrap().clone();
        let path = request.uri().path().to_owned();
        let body = request.into_body().collect().await.map(|body| body.to_bytes().len());
        let size = if path == "/long" { 64 << 20 } else { 0 };
        let said = format!(
            "secure {} certificate {} of {:?} body {body:?} {}",
            peer.is_secure,
            peer.certificate.is_some(),
            peer.certificate.as_ref().map(|certificate| &certificate.addresses),
            "x".repeat(size)
        );
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(said))))
    });
    let served = tokio::spawn(listener.serve(answer, |_| false, async {
        let _ = stopped.await;
    }));
    Running { address, stop, served }
}

/// Short enough for a test to wait for.
fn short() -> Bounds {
    Bounds { headers: Duration::from_millis(150), stalled: Duration::from_millis(150), ..Bounds::default() }
}

const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";

async fn said(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin, ask: &[u8]) -> String {
    stream.write_all(ask).await.unwrap();
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn who_asks_is_answered_and_known() {
    let running = run(None, Bounds::default()).await;
    let said = said(TcpStream::connect(running.address).await.unwrap(), ASK).await;
    assert!(said.starts_with("HTTP/1.1 200") && said.contains("secure false certificate false"), "{said}");
}

#[tokio::test]
async fn who_is_slow_with_headers_is_let_go() {
    let running = run(None, short()).await;
    let mut slow = TcpStream::connect(running.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: ").await.unwrap();
    let mut rest = Vec::new();
    // It ends by itself: the test would wait for ever otherwise.
    let _ = slow.read_to_end(&mut rest).await;
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    let _ = silent.read_to_end(&mut rest).await;
    is_answered(&running).await;
}

/// Somebody is answered, once there is room. A machine may be so slow that who asks is let go, too: then nothing is said.
async fn is_answered(running: &Running) {
    loop {
        let said = said(TcpStream::connect(running.address).await.unwrap(), ASK).await;
        if said.starts_with("HTTP/1.1 200") {
            return;
        }
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 503"), "{said}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_takes_nothing_in_is_let_go() {
    let running = run(None, Bounds { connections: 1, ..short() }).await;
    let mut stalled = TcpStream::connect(running.address).await.unwrap();
    stalled.write_all(b"GET /long HTTP/1.1\r\nHost: here\r\n\r\n").await.unwrap();
    // Its place is free again as soon as it is let go; until then others are turned away.
    is_answered(&running).await;
    drop(stalled);
}

#[tokio::test]
async fn past_the_bounds_others_are_turned_away_and_come_in_later() {
    let running = run(None, Bounds { per_address: 2, ..Bounds::default() }).await;
    let one = TcpStream::connect(running.address).await.unwrap();
    let two = TcpStream::connect(running.address).await.unwrap();
    let mut third = TcpStream::connect(running.address).await.unwrap();
    let mut refusal = String::new();
    third.read_to_string(&mut refusal).await.unwrap();
    assert!(refusal.starts_with("HTTP/1.1 503") && refusal.contains("Retry-After: 5"), "{refusal}");
    assert!(said(one, ASK).await.starts_with("HTTP/1.1 200"));
    drop(two);
    is_answered(&running).await;
}

#[tokio::test]
async fn what_is_being_answered_comes_to_its_end() {
    let running = run(None, Bounds::default()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream
        .write_all(b"PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        .await
        .unwrap();
    // It has the headers when it asks for the rest.
    let mut begun = [0; 25];
    stream.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100 Continue\r\n\r\n");
    running.stop.send(()).unwrap();
    stream.write_all(b"body").await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 200") && said.contains("body Ok(4)"), "{said}");
    running.served.await.unwrap();
    assert!(TcpStream::connect(running.address).await.is_err(), "nobody hears any more");
}

#[tokio::test]
async fn what_takes_too_long_at_the_end_is_cut_off() {
    let running = run(None, Bounds { drain: Duration::from_millis(100), ..Bounds::default() }).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream
        .write_all(b"PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        .await
        .unwrap();
    stream.read_exact(&mut [0; 25]).await.unwrap();
    running.stop.send(()).unwrap();
    running.served.await.unwrap();
}

#[tokio::test]
async fn an_address_that_is_taken_is_told() {
    let running = run(None, Bounds::default()).await;
    let error = Listener::bind(running.address, None, Bounds::default()).await.unwrap_err();
    assert!(matches!(error, Error::Listen { address, .. } if address == running.address), "{error}");
    assert!(error.to_string().contains("is another program listening there?"));
}

/// A certificate authority in a folder, and what it vouches for.
struct Authority {
    folder: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("roots.pem"), issuer.pem()).unwrap();
        Self { folder, issuer }
    }

    /// Writes `NAME.pem` and `NAME.key`.
    fn vouch(&self, name: &str, usage: ExtendedKeyUsagePurpose) {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let address = format!("{name}@example.com");
        params.subject_alt_names.push(SanType::Rfc822Name(address.try_into().unwrap()));
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        std::fs::write(self.path(&format!("{name}.pem")), certificate.pem()).unwrap();
        std::fs::write(self.path(&format!("{name}.key")), key.serialize_pem()).unwrap();
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn files(&self, clients: bool) -> Files {
        Files {
            certificates: self.path("server.pem"),
            key: self.path("server.key"),
            clients: clients.then(|| self.path("roots.pem")),
        }
    }

    async fn ask(&self, address: SocketAddr, client: Option<&str>) -> String {
        ask(address, self.client(client)).await
    }

    /// A client that shows a certificate, or none.
    fn client(&self, name: Option<&str>) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(certificate(&self.path("roots.pem"))).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        Arc::new(match name {
            None => builder.with_no_client_auth(),
            Some(name) => {
                let key = PrivateKeyDer::from_pem_file(self.path(&format!("{name}.key"))).unwrap();
                builder
                    .with_client_auth_cert(vec![certificate(&self.path(&format!("{name}.pem")))], key)
                    .unwrap()
            }
        })
    }
}

/// What is answered to a client, which certificate is shown to it, and how they greeted.
async fn ask(address: SocketAddr, client: Arc<ClientConfig>) -> String {
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(client).connect(name, stream).await.unwrap();
    let connection = stream.get_ref().1;
    let serial = connection.peer_certificates().unwrap()[0].to_vec();
    let handshake = connection.handshake_kind();
    format!("{}\n{serial:?}\n{handshake:?}", said(stream, ASK).await)
}

fn certificate(path: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(path).unwrap()
}

#[tokio::test]
async fn tls_with_files_that_change_while_it_runs() {
    let authority = Authority::new();
    authority.vouch("server", ExtendedKeyUsagePurpose::ServerAuth);
    let tls = Arc::new(Tls::read(&authority.files(false)).unwrap());
    let running = run(Some(Arc::clone(&tls)), Bounds::default()).await;
    let first = authority.ask(running.address, None).await;
    assert!(first.contains("secure true certificate false"), "{first}");
    std::fs::write(authority.path("server.key"), "no key").unwrap();
    let error = tls.reread(&authority.files(false)).unwrap_err();
    assert!(error.to_string().contains("server.key: wanted a private key"), "{error}");
    assert_eq!(authority.ask(running.address, None).await, first, "what cannot be used changes nothing");
    authority.vouch("server", ExtendedKeyUsagePurpose::ServerAuth);
    tls.reread(&authority.files(false)).unwrap();
    assert_ne!(authority.ask(running.address, None).await, first);
}

#[tokio::test]
async fn a_client_may_show_a_certificate() {
    let authority = Authority::new();
    authority.vouch("server", ExtendedKeyUsagePurpose::ServerAuth);
    authority.vouch("ann", ExtendedKeyUsagePurpose::ClientAuth);
    let tls = Arc::new(Tls::read(&authority.files(true)).unwrap());
    let running = run(Some(tls), Bounds::default()).await;
    assert!(authority.ask(running.address, None).await.contains("certificate false"));
    let told = "certificate true of Some([\"ann@example.com\"])";
    assert!(authority.ask(running.address, Some("ann")).await.contains(told));
    // Somebody else vouches for this one.
    let stranger = Authority::new();
    stranger.vouch("ann", ExtendedKeyUsagePurpose::ClientAuth);
    for name in ["ann.pem", "ann.key"] {
        std::fs::copy(stranger.path(name), authority.path(name)).unwrap();
    }
    assert!(!authority.ask(running.address, Some("ann")).await.contains("HTTP/1.1 200"));
}

/// What was good once is not taken to be so still: each connection shows it anew, to be judged by those who vouch now.
#[tokio::test]
async fn a_certificate_is_judged_anew_for_each_connection() {
    let authority = Authority::new();
    authority.vouch("server", ExtendedKeyUsagePurpose::ServerAuth);
    authority.vouch("ann", ExtendedKeyUsagePurpose::ClientAuth);
    let tls = Arc::new(Tls::read(&authority.files(true)).unwrap());
    let running = run(Some(Arc::clone(&tls)), Bounds::default()).await;
    let client = authority.client(Some("ann"));
    for _ in 0..2 {
        let answer = ask(running.address, Arc::clone(&client)).await;
        assert!(
            answer.contains("of Some([\"ann@example.com\"])") && answer.ends_with("Some(Full)"),
            "{answer}"
        );
    }
    let other = Authority::new();
    tls.reread(&Files { clients: Some(other.path("roots.pem")), ..authority.files(true) }).unwrap();
    assert!(!ask(running.address, client).await.contains("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_not_waited_for() {
    let authority = Authority::new();
    authority.vouch("server", ExtendedKeyUsagePurpose::ServerAuth);
    let tls = Arc::new(Tls::read(&authority.files(false)).unwrap());
    let running = run(Some(tls), short()).await;
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    let mut rest = Vec::new();
    let _ = silent.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
}
