//! What is the same for everybody, and may be kept: how the pages look.

use dav::header::joined;
use http::StatusCode;
use http::header::{CACHE_CONTROL, ETAG};
use sha2::{Digest, Sha256};

use super::{Visit, guarded};
use crate::caldav::answer::Answer;
use crate::caldav::error::Fault;

const CSS: &str = "text/css; charset=utf-8";
const STYLE: &str = include_str!("page.css");

/// How the pages look.
pub(super) fn style(visit: &Visit<'_>) -> Result<Answer, Fault> {
    let hash: String = Sha256::digest(STYLE).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    // Weak: it is sent as it is, or compressed.
    let tag = format!("W/\"{hash}\"");
    let known = joined(&visit.asked.head.headers, "if-none-match")?;
    let answer = match known.is_some_and(|known| known.contains(&tag)) {
        true => Answer::new(StatusCode::NOT_MODIFIED),
        false => Answer::with_body(StatusCode::OK, CSS, STYLE),
    };
    // Whoever has it asks whether it is still the same.
    Ok(guarded(answer).with(CACHE_CONTROL, "no-cache").with(ETAG, &tag))
}
