//! App passwords: a person gives each program one of its own, sees it once, and takes it back when a phone is lost.

use askama::Template;
use http::StatusCode;
use ical::civil::Timestamp;
use ical::zone::Zone;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use service::{Actor, Credential, CredentialKind, Error, Refusal};

use super::frame::{Frame, Here};
use super::qr::{self, Picture};
use super::{Known, Visit, onward, shown, to_sign_in};
use crate::caldav::answer::Answer;
use crate::caldav::error::Fault;

/// Those that there are, and the form for another.
#[derive(Template)]
#[template(path = "app_passwords.html")]
struct Page {
    frame: Frame,
    token: String,
    lines: Vec<Line>,
    /// Why no other was made, and for what it was to be.
    wrong: String,
    label: String,
}

/// One of them.
struct Line {
    label: String,
    made: String,
    used: String,
}

/// A new one, this once.
#[derive(Template)]
#[template(path = "made.html")]
struct Made {
    frame: Frame,
    token: String,
    label: String,
    login: String,
    secret: String,
    address: String,
    /// What a phone reads, and in letters.
    picture: Option<Picture>,
    link: String,
}

pub(super) fn answer(visit: &Visit<'_>) -> Result<Answer, Fault> {
    match visit.known()? {
        Some(known) => list(visit, known, StatusCode::OK, "", ""),
        None => Ok(to_sign_in()),
    }
}

fn list(
    visit: &Visit<'_>,
    known: Known<'_>,
    status: StatusCode,
    wrong: &str,
    label: &str,
) -> Result<Answer, Fault> {
    let mut credentials = known.actor.credentials(&known.person.login)?;
    credentials.retain(|one| one.kind == CredentialKind::App);
    credentials.sort_by_key(|one| std::cmp::Reverse(one.created));
    let zone = &visit.options.zone;
    let lines = credentials.iter().map(|one| told(one, zone)).collect();
    let token = known.person.token.clone();
    let frame = Frame::of(known.person, Here::AppPasswords);
    shown(status, &Page { frame, token, lines, wrong: wrong.to_owned(), label: label.to_owned() })
}

fn told(credential: &Credential, zone: &Zone) -> Line {
    let day = |at: Timestamp| zone.to_wall(at).map_or_else(String::new, |wall| wall.date.to_string());
    Line {
        label: credential.label.clone(),
        made: day(credential.created),
        used: credential.last_used.map_or_else(|| "never".to_owned(), day),
    }
}

/// Makes one, and shows it.
pub(super) fn make(visit: &Visit<'_>) -> Result<Answer, Fault> {
    let Some(known) = visit.known()? else { return Ok(to_sign_in()) };
    let form = visit.form(Some(&known.id))?;
    let label = form.field("label").trim();
    let made = known.actor.make_credential(&known.person.login, CredentialKind::App, label, None);
    let secret = match made {
        Ok(secret) => secret.as_str().to_owned(),
        Err(Error::Refused(refusal)) => {
            let words = match refusal {
                Refusal::BadLabel(_) => "Say what it is for, in up to 64 letters.".to_owned(),
                Refusal::LabelTaken(label) => {
                    format!("There is one for {label} already. Give this one another name.")
                }
                other => format!("It was not made: {other}."),
            };
            return list(visit, known, StatusCode::UNPROCESSABLE_ENTITY, &words, label);
        }
        Err(error) => return Err(error.into()),
    };
    let link = link(visit, &known.person.login, &secret);
    let (login, token) = (known.person.login.clone(), known.person.token.clone());
    let page = Made {
        frame: Frame::of(known.person, Here::AppPasswords),
        token,
        label: label.to_owned(),
        login,
        address: visit.address(),
        picture: qr::picture(&link),
        link,
        secret,
    };
    shown(StatusCode::OK, &page)
}

/// What DAVx5 takes an account from: it makes `https` of `davx5`, and `http` of `caldav`.
fn link(visit: &Visit<'_>, login: &str, secret: &str) -> String {
    let scheme = if visit.asked.is_secure { "davx5" } else { "caldav" };
    let [login, secret] = [login, secret].map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string());
    format!("{scheme}://{login}:{secret}@{}", visit.place())
}

/// Takes one back.
pub(super) fn revoke(visit: &Visit<'_>) -> Result<Answer, Fault> {
    let Some(known) = visit.known()? else { return Ok(to_sign_in()) };
    let form = visit.form(Some(&known.id))?;
    match known.actor.revoke(&known.person.login, form.field("label")) {
        // Who takes it back twice has it taken back.
        Ok(_) | Err(Error::NotFound(_)) => Ok(onward("app-passwords")),
        Err(error) => Err(error.into()),
    }
}

/// Is this an app password of the Actor's?
pub(super) fn is_one(actor: Actor<'_>, login: &str, label: &str) -> Result<bool, Fault> {
    let credentials = actor.credentials(login)?;
    Ok(credentials.iter().any(|one| one.kind == CredentialKind::App && one.label == label))
}
