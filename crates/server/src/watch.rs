//! Where whoever watches over the service asks, at an address of its own: what is counted, is it there, is it ready.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use transport::{Bounds, Error, Listener};

use crate::body::Body;
use crate::caldav::answer::{Answer, Content};
use crate::counts::{Counts, MEDIA, SUM_UP};
use crate::door::{Behind, response};
use crate::open::Current;

/// So many connections come from who watches.
const CONNECTIONS: usize = 20;

/// Such an address.
#[derive(Debug)]
pub(crate) struct Watch {
    listener: Listener,
    counts: Arc<Counts>,
}

impl Watch {
    /// Begins to count, and to hear who asks for that.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, Error> {
        let bounds = Bounds { connections: CONNECTIONS, per_address: CONNECTIONS, ..Bounds::default() };
        let listener = Listener::bind(address, None, bounds).await?;
        let counts = Counts::begin();
        let counts = counts.map_err(|error| Error::Listen { address, error: io::Error::other(error) })?;
        Ok(Self { listener, counts: Arc::new(counts) })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// Tells how it stands until `stop` comes.
    pub(crate) async fn serve(self, current: Arc<Current>, stop: impl Future<Output = ()> + Send) {
        let counts = Arc::clone(&self.counts);
        let answer = tower::service_fn(move |request: Request<Incoming>| {
            let (behind, counts) = (current.behind(), Arc::clone(&counts));
            async move { Ok::<_, Infallible>(told(&behind, &counts, request.uri().path()).await) }
        });
        tokio::select! {
            () = self.listener.serve(answer, |_| false, stop) => {}
            () = sum_up(&self.counts) => {}
        }
    }
}

async fn told(behind: &Arc<Behind>, counts: &Counts, path: &str) -> Response<Body> {
    let answer = match path {
        "/metrics" => Some(Answer::with_body(StatusCode::OK, MEDIA, counts.told())),
        path => behind.standing(path).await,
    };
    let answer = answer.unwrap_or_else(|| Answer::new(StatusCode::NOT_FOUND));
    let (Content::Whole(octets) | Content::Pages(octets, _)) = answer.content;
    response(answer.status, answer.headers, Body::Whole(octets))
}

/// Keeps no more times than those of some seconds.
async fn sum_up(counts: &Counts) {
    let mut times = tokio::time::interval(SUM_UP);
    loop {
        times.tick().await;
        counts.sum_up();
    }
}
