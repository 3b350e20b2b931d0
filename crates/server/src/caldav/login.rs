//! Who sends a request: Basic and Bearer (RFC 7617, 6750), or a certificate that the connection has shown.

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use service::{Actor, Credentials, Secret, Service, SignIn};
use transport::Certificate;

use super::error::Fault;
use crate::asked::Asked;

/// What a request shows of who sends it.
pub(crate) enum Shown {
    Password { login: String, secret: Secret },
    Token(Secret),
    Certificate(Arc<Certificate>),
}

/// Reads what a request shows. What it says itself outweighs what its connection has shown.
pub(crate) fn read(asked: &Asked) -> Result<Shown, Fault> {
    // Browsers show what they know of somebody to every page that sends a form.
    if asked.head.method == Method::POST && asked.is_from_elsewhere() {
        return Err(Fault::new(StatusCode::FORBIDDEN, "this came from a page of another site"));
    }
    let Some(shown) = asked.head.headers.get(AUTHORIZATION) else {
        let certificate = asked.certificate.clone().filter(|one| !one.addresses.is_empty());
        let certificate = certificate.map(Shown::Certificate);
        return certificate.ok_or_else(|| Fault::unknown("sign in with a name and a password"));
    };
    let other = || Fault::unknown("wanted Authorization as Basic or Bearer");
    let (scheme, rest) =
        shown.to_str().ok().and_then(|shown| shown.trim().split_once(' ')).ok_or_else(other)?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Ok(Shown::Token(Secret::new(rest)));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(other());
    }
    let decoded = STANDARD.decode(rest).ok().and_then(|octets| String::from_utf8(octets).ok());
    let (login, password) = decoded.as_deref().and_then(|both| both.split_once(':')).ok_or_else(other)?;
    Ok(Shown::Password { login: login.to_owned(), secret: Secret::new(password) })
}

impl Shown {
    /// Who shows this.
    pub(crate) fn sign_in(self, service: &Service, from: Option<IpAddr>) -> Result<Actor<'_>, Fault> {
        let signed = match &self {
            Self::Password { login, secret } => {
                service.sign_in(&Credentials::Password { login, secret }, from)
            }
            Self::Token(secret) => service.sign_in(&Credentials::Token(secret), from),
            Self::Certificate(certificate) => service.sign_in_by_certificate(&certificate.addresses),
        };
        signed.map_err(|no| match (no, &self) {
            (SignIn::Wrong, Self::Token(_)) => Fault::unknown_token("the token is wrong, or over"),
            (SignIn::Wrong, Self::Certificate(_)) => Fault::unknown("the certificate is nobody's here"),
            (no @ SignIn::Wrong, Self::Password { .. }) => Fault::unknown(no.to_string()),
            (SignIn::Slowed { seconds }, _) => {
                let no = SignIn::Slowed { seconds };
                Fault::wait(StatusCode::TOO_MANY_REQUESTS, no.to_string(), seconds)
            }
            (SignIn::Unavailable(error), _) => service::Error::from(error).into(),
        })
    }
}
