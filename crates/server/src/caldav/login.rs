//! Who sends a request: Basic and Bearer (RFC 7617, 6750).

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use service::{Actor, Credentials, Secret, Service, SignIn};

use super::error::Fault;

/// What a request shows of who sends it.
pub(crate) struct Shown {
    /// The name; none with a token.
    login: Option<String>,
    secret: Secret,
}

/// Reads what a request shows.
pub(crate) fn read(headers: &HeaderMap) -> Result<Shown, Fault> {
    let shown = headers.get(AUTHORIZATION);
    let shown = shown.ok_or_else(|| Fault::unknown("sign in with a name and a password"))?;
    let other = || Fault::unknown("wanted Authorization as Basic or Bearer");
    let (scheme, rest) =
        shown.to_str().ok().and_then(|shown| shown.trim().split_once(' ')).ok_or_else(other)?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Ok(Shown { login: None, secret: Secret::new(rest) });
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(other());
    }
    let decoded = STANDARD.decode(rest).ok().and_then(|octets| String::from_utf8(octets).ok());
    let (login, password) = decoded.as_deref().and_then(|both| both.split_once(':')).ok_or_else(other)?;
    Ok(Shown { login: Some(login.to_owned()), secret: Secret::new(password) })
}

impl Shown {
    /// Who shows this.
    pub(crate) fn sign_in(self, service: &Service, from: Option<IpAddr>) -> Result<Actor<'_>, Fault> {
        let secret = &self.secret;
        let credentials = match &self.login {
            Some(login) => Credentials::Password { login, secret },
            None => Credentials::Token(secret),
        };
        service.sign_in(&credentials, from).map_err(|no| match no {
            SignIn::Wrong => Fault::unknown(no.to_string()),
            SignIn::Slowed { seconds } => Fault::wait(StatusCode::TOO_MANY_REQUESTS, no.to_string(), seconds),
            SignIn::Unavailable(error) => service::Error::from(error).into(),
        })
    }
}
