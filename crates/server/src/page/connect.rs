//! How programs are connected: what to type where, with this service's own address in it.

use askama::Template;
use http::StatusCode;

use super::frame::{Frame, Here};
use super::{Visit, shown};
use crate::caldav::answer::Answer;
use crate::caldav::error::Fault;

#[derive(Template)]
#[template(path = "connect.html")]
struct Page {
    frame: Frame,
    address: String,
    host: String,
    login: String,
    is_secure: bool,
}

pub(super) fn answer(visit: &Visit<'_>) -> Result<Answer, Fault> {
    let person = visit.known()?.map(|known| known.person);
    let login = person.as_ref().map_or_else(|| "your name".to_owned(), |person| person.login.clone());
    let frame = Frame { person, here: Here::Connect };
    let address = visit.address();
    // A host alone leads to its root.
    let host = if visit.asked.root == "/" { visit.asked.host.clone() } else { address.clone() };
    shown(StatusCode::OK, &Page { frame, address, host, login, is_secure: visit.asked.is_secure })
}
