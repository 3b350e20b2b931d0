//! Bytes in and out: connections of HTTP, accepted within bounds, in the clear or by TLS. It knows no calendar.
//!
//! A [`Listener`] is bound to an address and serves whatever answers requests, until it is told to stop; then it lets those
//! that are being answered come to their end. Each request carries its [`Peer`].
//!
//! ```no_run
//! use std::convert::Infallible;
//! use hyper::{Request, Response, body::Incoming};
//! use transport::{Bounds, Listener, Peer};
//!
//! # async fn run() -> Result<(), transport::Error> {
//! let listener = Listener::bind("127.0.0.1:8008".parse().unwrap(), None, Bounds::default()).await?;
//! let answer = tower::service_fn(|request: Request<Incoming>| async move {
//!     let from = request.extensions().get::<Peer>().map(|peer| peer.address.to_string());
//!     Ok::<_, Infallible>(Response::new(from.unwrap_or_default()))
//! });
//! listener.serve(answer, |_| false, async { let _ = tokio::signal::ctrl_c().await; }).await;
//! # Ok(())
//! # }
//! ```

mod certificate;
mod counted;
mod error;
mod listen;
mod networks;
mod places;
mod tls;

pub use certificate::Certificate;
pub use error::Error;
pub use listen::{Bounds, Listener, Peer};
pub use networks::{BadNetwork, Network, Networks};
pub use tls::{Files, Tls};
