//! Connections accepted, counted, given so much time, and ended.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tower::{Service, ServiceExt};

use crate::certificate::Certificate;
use crate::counted::Counted;
use crate::error::Error;
use crate::places::{Place, Places};
use crate::tls::Tls;

/// How much is done for whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// So many connections in all.
    pub connections: usize,
    /// So many from one address.
    pub per_address: usize,
    /// So long a client may take for its handshake, and for the headers of a request; a connection that is kept is let go after
    /// so long without one.
    pub headers: Duration,
    /// So long a client may take nothing in of what is written to it.
    pub stalled: Duration,
    /// So many requests at once on a connection of HTTP/2.
    pub streams: u32,
    /// So long answers may take to come to their end after the service was told to stop.
    pub drain: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 2_000,
            per_address: 100,
            headers: Duration::from_secs(10),
            stalled: Duration::from_secs(30),
            streams: 100,
            drain: Duration::from_secs(30),
        }
    }
}

/// Who sends a request: in the extensions of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Whence it came: a client, or a proxy before it.
    pub address: SocketAddr,
    /// Did it come by TLS?
    pub is_secure: bool,
    /// The client's own certificate, where it has shown one that was vouched for.
    pub certificate: Option<Arc<Certificate>>,
}

/// Hears connections at one address.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    tls: Option<Arc<Tls>>,
    bounds: Bounds,
}

/// Bytes of the headers of one request.
const HEADERS: u32 = 64 << 10;
/// What who is turned away is told, before TLS cannot be spoken with them.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

impl Listener {
    /// Begins to hear.
    ///
    /// # Errors
    /// Another program hears there, or the address is not this machine's.
    pub async fn bind(address: SocketAddr, tls: Option<Arc<Tls>>, bounds: Bounds) -> Result<Self, Error> {
        let failed = |error| Error::Listen { address, error };
        let socket = TcpListener::bind(address).await.map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        Ok(Self { socket, address, tls, bounds })
    }

    /// Where it hears; the port is a real one also where any was asked for.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` comes; then those that are being answered come to their end, within the bound for that. A proxy comes
    /// for many, and is not held to what one address may have: `is_proxy` says who is one now.
    pub async fn serve<S, B>(
        self,
        service: S,
        is_proxy: impl Fn(IpAddr) -> bool + Send,
        stop: impl Future<Output = ()> + Send,
    ) where
        S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send + 'static,
        B: Body<Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
        B::Data: Send,
    {
        let places = Places::new(self.bounds.connections, self.bounds.per_address);
        let graceful = GracefulShutdown::new();
        let mut stop = pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                () = &mut stop => break,
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of files or memory: some come back when others end.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            match places.take(address.ip(), is_proxy(address.ip())) {
                None => {
                    come("turned away");
                    turn_away(&stream, self.tls.is_some(), address);
                }
                Some(place) => {
                    come("accepted");
                    let connection = Connection {
                        address,
                        bounds: self.bounds,
                        tls: self.tls.clone(),
                        watcher: graceful.watcher(),
                        place,
                    };
                    tokio::spawn(connection.run(stream, service.clone()));
                }
            }
        }
        drop(self.socket);
        if timeout(self.bounds.drain, graceful.shutdown()).await.is_err() {
            tracing::warn!("some answers were cut off: they took longer than the time for them");
        }
    }
}

/// Somebody has come.
fn come(outcome: &'static str) {
    metrics::counter!("kalends_connections_total", "outcome" => outcome).increment(1);
}

/// Says so if it can be said at once, and ends it.
fn turn_away(stream: &TcpStream, is_secure: bool, address: SocketAddr) {
    tracing::debug!(%address, "turned away: too many connections");
    if !is_secure {
        // What does not fit into the socket is not waited for.
        let _ = stream.try_write(FULL);
    }
}

/// A connection on its way.
struct Connection {
    address: SocketAddr,
    bounds: Bounds,
    tls: Option<Arc<Tls>>,
    watcher: Watcher,
    place: Place,
}

impl Connection {
    async fn run<S, B>(self, stream: TcpStream, service: S)
    where
        S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send + 'static,
        B: Body<Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
        B::Data: Send,
    {
        // Answers are written whole; small ones shall not wait for each other.
        let _ = stream.set_nodelay(true);
        let Self { address, bounds, tls, watcher, place } = self;
        let mut stream = Box::pin(TimeoutStream::new(Counted::new(stream)));
        stream.as_mut().set_write_timeout_pinned(Some(bounds.stalled));
        let peer = Peer { address, is_secure: tls.is_some(), certificate: None };
        let served = match tls {
            None => answer(stream, peer, service, bounds, watcher).await,
            Some(tls) => match timeout(bounds.headers, tls.acceptor().accept(stream)).await {
                Ok(Ok(stream)) => {
                    let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                    let certificate = shown.map(|shown| Arc::new(Certificate::read(shown)));
                    answer(stream, Peer { certificate, ..peer }, service, bounds, watcher).await
                }
                Ok(Err(error)) => Err(error.into()),
                Err(elapsed) => Err(io::Error::from(elapsed).into()),
            },
        };
        if let Err(error) = served {
            tracing::debug!(%address, %error, "a connection ended");
        }
        drop(place);
    }
}

/// Answers what comes on a connection, one request after another, or many at once.
async fn answer<S, B, I>(
    stream: I,
    peer: Peer,
    service: S,
    bounds: Bounds,
    watcher: Watcher,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: Body<Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
    B::Data: Send,
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let has_begun = Arc::new(AtomicBool::new(false));
    let begins = Arc::clone(&has_begun);
    let with_peer = service.map_request(move |mut request: Request<Incoming>| {
        begins.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(peer.clone());
        request
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(bounds.headers);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(bounds.headers)
        .max_concurrent_streams(bounds.streams)
        .max_header_list_size(HEADERS);
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(with_peer));
    let mut connection = pin!(watcher.watch(connection));
    // Until the version of HTTP is known, hyper gives its client all the time in the world.
    match timeout(bounds.headers, &mut connection).await {
        Ok(served) => served,
        Err(_) if has_begun.load(Ordering::Relaxed) => connection.await,
        Err(elapsed) => Err(io::Error::from(elapsed).into()),
    }
}
