//! The page for people, at `/`: path to file. They sign in by a form, see their week, and give their programs passwords.
//!
//! It works without script, and asks nothing of any other host. Links and forms name what lies beside them, so it is right
//! behind any prefix. A request comes here only by GET, HEAD or POST at one of [`PATHS`]; what else is asked of `/` is CalDAV.

mod app_passwords;
mod connect;
mod form;
mod frame;
mod profile;
mod qr;
mod session;
mod sign_in;
mod still;
mod week;

use askama::Template;
use cookie::{Cookie, SameSite};
use http::header::{CACHE_CONTROL, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use service::{Actor, Service};

use crate::asked::Asked;
use crate::caldav::answer::Answer;
use crate::caldav::error::Fault;
use crate::options::Options;

use form::Form;
use frame::{Frame, Person};
use session::Id;

pub(crate) use session::Sessions;

/// Octets of a form.
pub(crate) const FORM: usize = 16 << 10;

const HTML: &str = "text/html; charset=utf-8";

/// Nothing but what is here, no script, and in no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// One request for the page.
pub(crate) struct Visit<'v> {
    pub(crate) service: &'v Service,
    pub(crate) sessions: &'v Sessions,
    pub(crate) options: &'v Options,
    pub(crate) asked: &'v Asked,
    pub(crate) body: &'v [u8],
}

type Handler = fn(&Visit<'_>) -> Result<Answer, Fault>;

/// What there is: a path, how it is got, and what takes a form there.
const PATHS: [(&str, Option<Handler>, Option<Handler>); 8] = [
    ("/", Some(week::answer), None),
    ("/sign-in", None, Some(sign_in::answer)),
    ("/sign-out", None, Some(sign_in::leave)),
    ("/app-passwords", Some(app_passwords::answer), Some(app_passwords::make)),
    ("/revoke", None, Some(app_passwords::revoke)),
    ("/profile", None, Some(profile::answer)),
    ("/connect", Some(connect::answer), None),
    ("/page.css", Some(still::style), None),
];

fn handler(method: &Method, path: &str) -> Option<Handler> {
    let (_, get, post) = PATHS.iter().find(|(one, ..)| *one == path)?;
    match *method {
        Method::GET | Method::HEAD => *get,
        Method::POST => *post,
        _ => None,
    }
}

/// Is this for people?
pub(crate) fn is_here(method: &Method, path: &str) -> bool {
    handler(method, path).is_some()
}

/// Does somebody sign in by this? They wait where they hold up nobody who is known.
pub(crate) fn is_sign_in(path: &str) -> bool {
    path == "/sign-in"
}

/// Answers a request that [`is_here`].
pub(crate) fn answer(visit: &Visit<'_>) -> Answer {
    let answered = match handler(&visit.asked.head.method, visit.asked.path()) {
        Some(handler) => handler(visit),
        None => Err(Fault::not_found()),
    };
    answered.unwrap_or_else(refused)
}

/// What is told to people of what was not done.
#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'r> {
    frame: Frame,
    words: &'r str,
}

/// The answer to what was not done.
pub(crate) fn refused(fault: Fault) -> Answer {
    let page = Refused { frame: Frame::of_nobody(), words: fault.words() };
    match page.render() {
        Ok(text) => guarded(fault.into_answer_with(HTML, text)),
        Err(_) => guarded(fault.into_answer_with(HTML, String::new())),
    }
}

/// A page.
fn shown(status: StatusCode, page: &impl Template) -> Result<Answer, Fault> {
    let text = page.render().map_err(|error| {
        tracing::error!(%error, "a page could not be written");
        Fault::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "this page could not be written; the service's log says why",
        )
    })?;
    Ok(guarded(Answer::with_body(status, HTML, text)))
}

/// Sends whoever sent a form on to a page beside it.
fn onward(to: &str) -> Answer {
    guarded(Answer::new(StatusCode::SEE_OTHER).with(LOCATION, to))
}

/// What holds of all pages: nobody keeps them, frames them, or is told where somebody came from.
fn guarded(answer: Answer) -> Answer {
    answer
        .with(CACHE_CONTROL, "no-store")
        .with(HeaderName::from_static("content-security-policy"), POLICY)
        .with(HeaderName::from_static("cross-origin-opener-policy"), "same-origin")
        .with(HeaderName::from_static("referrer-policy"), "same-origin")
        .with(HeaderName::from_static("x-content-type-options"), "nosniff")
}

/// What a cookie is for.
#[derive(Clone, Copy)]
enum Purpose {
    /// Names a session.
    Session,
    /// Names a visitor who has not signed in, for the token in that form.
    Visitor,
}

impl Purpose {
    /// By TLS a name that no other host can give a cookie; below a prefix one that at least nobody in the clear can (RFC 6265bis
    /// 4.1.3).
    fn name(self, asked: &Asked) -> &'static str {
        match (self, asked.is_secure, asked.root.as_str()) {
            (Self::Session, true, "/") => "__Host-kalends",
            (Self::Session, true, _) => "__Secure-kalends",
            (Self::Session, false, _) => "kalends",
            (Self::Visitor, true, "/") => "__Host-kalends-visitor",
            (Self::Visitor, true, _) => "__Secure-kalends-visitor",
            (Self::Visitor, false, _) => "kalends-visitor",
        }
    }
}

/// Who is signed in, and in which session.
struct Known<'v> {
    actor: Actor<'v>,
    id: Id,
    person: Person,
}

impl Visit<'_> {
    /// What a cookie says.
    fn cookie(&self, purpose: Purpose) -> Option<Id> {
        let name = purpose.name(self.asked);
        let lines = self.asked.head.headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
        cookies.find(|cookie| cookie.name() == name).and_then(|cookie| Id::told(cookie.value()))
    }

    /// Gives the visitor a cookie, or with nothing in it takes it away.
    fn give(&self, answer: Answer, purpose: Purpose, id: Option<&Id>) -> Answer {
        let value = id.map_or("", Id::as_str);
        let mut cookie = Cookie::build((purpose.name(self.asked), value.to_owned()))
            .path(self.asked.root.clone())
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(self.asked.is_secure)
            .build();
        if id.is_none() {
            cookie.make_removal();
        }
        let mut answer = answer;
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            answer.headers.append(SET_COOKIE, value);
        }
        answer
    }

    /// Who is signed in, if anybody is.
    fn known(&self) -> Result<Option<Known<'_>>, Fault> {
        let Some(id) = self.cookie(Purpose::Session) else { return Ok(None) };
        let Some(credential) = self.sessions.find(&id, self.service.now()) else { return Ok(None) };
        let Some(actor) = self.service.resume(&credential)? else {
            self.sessions.end(&id);
            return Ok(None);
        };
        let person = Person::of(&actor.me()?, self.sessions.token(&id).unwrap_or_default());
        Ok(Some(Known { actor, id, person }))
    }

    /// The form that was sent by somebody who has an id, if it came from here.
    fn form(&self, id: Option<&Id>) -> Result<Form, Fault> {
        let forged =
            || Fault::new(StatusCode::FORBIDDEN, "this form did not come from this page, or is too old");
        // Browsers say themselves where a form stood.
        if self.asked.is_from_elsewhere() {
            return Err(forged());
        }
        let form = Form::read(self.body);
        let is_ours = id.is_some_and(|id| self.sessions.is_token(id, form.field("token")));
        if is_ours { Ok(form) } else { Err(forged()) }
    }

    /// Host and path of this service.
    fn place(&self) -> String {
        format!("{}{}", self.asked.host, self.asked.root)
    }

    /// The address of this service, as programs are told it.
    fn address(&self) -> String {
        let scheme = if self.asked.is_secure { "https" } else { "http" };
        format!("{scheme}://{}", self.place())
    }
}

/// One who has to sign in does that first.
fn to_sign_in() -> Answer {
    onward("./")
}
