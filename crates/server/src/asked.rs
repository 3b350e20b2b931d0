//! A request as it was asked: for which path here, of which host, by whom; as the client has it, where a proxy stands between.

use std::net::IpAddr;
use std::sync::Arc;

use dav::{Href, Site};
use http::StatusCode;
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use transport::{Certificate, Peer};

use crate::caldav::error::Fault;
use crate::forwarded::{self, Origin};
use crate::options::Options;

/// A request as it was asked.
pub(crate) struct Asked {
    pub(crate) head: Parts,
    pub(crate) site: Arc<Site>,
    /// The address that it came from, before all proxies that are known.
    pub(crate) client: Option<IpAddr>,
    /// Does the client speak TLS, with this service or the proxy before it?
    pub(crate) is_secure: bool,
    /// The client's own; what a proxy shows is the proxy's.
    pub(crate) certificate: Option<Arc<Certificate>>,
    /// What the client calls this service.
    pub(crate) host: String,
    /// The path under which all is, as the client has it: `/`, `/kalends/`.
    pub(crate) root: String,
    /// Did a proxy take the prefix off its path?
    is_stripped: bool,
}

impl Asked {
    /// What is asked by a request.
    ///
    /// # Errors
    /// A proxy that is believed says what cannot be read.
    pub(crate) fn read(head: Parts, options: &Options) -> Result<Self, Fault> {
        let peer = head.extensions.get::<Peer>();
        let is_tls = peer.is_some_and(|peer| peer.is_secure);
        let origin =
            peer.map(|peer| forwarded::read(&head.headers, peer.address.ip(), options)).transpose()?;
        let (client, told, is_secure, is_stripped) = match origin {
            Some(Origin { client, host, is_secure, is_stripped }) => {
                (Some(client), host, is_secure, is_stripped)
            }
            None => (None, None, None, false),
        };
        let shows = |peer: &&Peer| !options.proxies.contains(peer.address.ip());
        let certificate = peer.filter(shows).and_then(|peer| peer.certificate.clone());
        let near = host(&head);
        // A Destination may name the service as the proxy does, too.
        let hosts = near.into_iter().chain(told.as_deref());
        let site = Site::new(&options.prefix.to_string(), hosts).unwrap_or_default();
        Ok(Self {
            root: site.write(&Href::root()),
            site: Arc::new(site),
            client,
            certificate,
            is_secure: is_secure.unwrap_or(is_tls),
            host: told.as_deref().or(near).unwrap_or_default().to_owned(),
            is_stripped,
            head,
        })
    }

    /// Does a browser say that it came from a page of another site?
    pub(crate) fn is_from_elsewhere(&self) -> bool {
        let site = self.head.headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
        site.is_some_and(|site| site != "same-origin" && site != "none")
    }

    /// Its path below the prefix, as it was written; the whole of it, where it lies outside.
    pub(crate) fn path(&self) -> &str {
        let path = self.head.uri.path();
        self.below(path).unwrap_or(path)
    }

    fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        // `*` is the service itself (RFC 9110 7.1).
        if self.is_stripped || path == "*" {
            return Some(path);
        }
        let below = path.strip_prefix(self.root.trim_end_matches('/'))?;
        (below.is_empty() || below.starts_with('/')).then_some(below)
    }

    /// Is it for something that is not below the prefix?
    pub(crate) fn is_outside(&self) -> bool {
        self.href().is_err() && self.below(self.head.uri.path()).is_none()
    }

    /// What is told of that.
    pub(crate) fn outside(&self) -> Fault {
        Fault::new(
            StatusCode::NOT_FOUND,
            format!("there is nothing here: all paths begin with {}", self.root),
        )
    }

    /// The resource that is asked for.
    ///
    /// # Errors
    /// Its path is none, or lies outside.
    pub(crate) fn href(&self) -> Result<Href, Fault> {
        let path = self.head.uri.path();
        Ok(match path {
            "*" => Href::root(),
            path if self.is_stripped => Href::parse(path)?,
            path => self.site.read(path)?,
        })
    }
}

/// What whoever sent the request calls this service.
fn host(head: &Parts) -> Option<&str> {
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok());
    host.or_else(|| head.uri.authority().map(Authority::as_str))
}
