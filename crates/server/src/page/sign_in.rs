//! Signing in and out.

use askama::Template;
use http::StatusCode;
use http::header::RETRY_AFTER;
use service::{CredentialKind, Credentials, Secret, SignIn};

use super::frame::Frame;
use super::{Purpose, Visit, onward, shown, to_sign_in};
use crate::caldav::answer::Answer;
use crate::caldav::error::Fault;

/// The form by which people sign in.
#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page<'p> {
    frame: Frame,
    token: String,
    /// Why they have not come in.
    wrong: &'p str,
    /// What they wrote before.
    login: &'p str,
    /// Do passwords go over a wire that others can read?
    is_open: bool,
}

/// The form, for whoever is not signed in; why they are not, where they tried.
pub(super) fn form(visit: &Visit<'_>, status: StatusCode, wrong: &str, login: &str) -> Result<Answer, Fault> {
    let none = || Fault::later("the system has no random numbers to give: try again", 5);
    let known = visit.cookie(Purpose::Visitor);
    let id = match &known {
        Some(id) => id.clone(),
        None => super::Id::by_chance().ok_or_else(none)?,
    };
    let token = visit.sessions.token(&id).ok_or_else(none)?;
    let is_open =
        !visit.asked.is_secure && !visit.asked.client.is_some_and(|from| from.to_canonical().is_loopback());
    let answer = shown(status, &Page { frame: Frame::of_nobody(), token, wrong, login, is_open })?;
    Ok(if known.is_some() { answer } else { visit.give(answer, Purpose::Visitor, Some(&id)) })
}

/// Lets somebody in.
pub(super) fn answer(visit: &Visit<'_>) -> Result<Answer, Fault> {
    let Ok(sent) = visit.form(visit.cookie(Purpose::Visitor).as_ref()) else {
        return form(
            visit,
            StatusCode::FORBIDDEN,
            "This form was too old, or came from elsewhere. Sign in here.",
            "",
        );
    };
    let login = sent.field("login").trim();
    let secret = Secret::new(sent.field("password"));
    let credential =
        match visit.service.credential(&Credentials::Password { login, secret: &secret }, visit.asked.client)
        {
            Ok(credential) if credential.kind == CredentialKind::Password => credential,
            Ok(_) => {
                let words = "That is the password of a program. Sign in with your own.";
                return form(visit, StatusCode::FORBIDDEN, words, login);
            }
            Err(SignIn::Wrong) => {
                return form(visit, StatusCode::FORBIDDEN, "The name or the password is wrong.", login);
            }
            Err(SignIn::Slowed { seconds }) => {
                let words = format!("Too many sign-ins have failed. Try again in {seconds} seconds.");
                let answer = form(visit, StatusCode::TOO_MANY_REQUESTS, &words, login)?;
                return Ok(answer.with(RETRY_AFTER, &seconds.to_string()));
            }
            Err(SignIn::Unavailable(error)) => return Err(service::Error::from(error).into()),
        };
    let none = || Fault::later("the system has no random numbers to give: try again", 5);
    let id = visit.sessions.begin(credential, visit.service.now()).ok_or_else(none)?;
    let answer = visit.give(onward("./"), Purpose::Session, Some(&id));
    Ok(visit.give(answer, Purpose::Visitor, None))
}

/// Lets somebody out.
pub(super) fn leave(visit: &Visit<'_>) -> Result<Answer, Fault> {
    let Some(known) = visit.known()? else { return Ok(to_sign_in()) };
    visit.form(Some(&known.id))?;
    visit.sessions.end(&known.id);
    Ok(visit.give(to_sign_in(), Purpose::Session, None))
}
