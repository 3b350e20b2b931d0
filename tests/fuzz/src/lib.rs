//! The laws that any input is held to: one function for each target, which panics where a law is broken.
//!
//! The fuzzer (`fuzz/`) calls them under a sanitizer for as long as it is given; the tests beside this crate
//! call them with the kept corpus and with two seconds of fresh [mutations](mutation) each.

mod caldav_query;
mod date_time;
mod dav_body;
mod dav_header;
mod duration;
mod edit;
mod formats;
mod icalendar;
mod import;
mod journal;
pub mod mutation;
mod recurrence_set;
mod rule;
mod sentence;
mod splitter;
mod validate;
mod vtimezone;
mod zone;

pub use caldav_query::caldav_query;
pub use date_time::date_time;
pub use dav_body::dav_body;
pub use dav_header::dav_header;
pub use duration::duration;
pub use edit::edit;
pub use formats::{jcal, xcal};
pub use icalendar::icalendar;
pub use import::import;
pub use journal::journal;
pub use recurrence_set::recurrence_set;
pub use rule::rule;
pub use sentence::sentence;
pub use splitter::splitter;
pub use validate::validate;
pub use vtimezone::vtimezone;

use ical::{Component, Document};

/// Reads a text; none here is past a limit.
fn read(text: &[u8]) -> Document {
    Document::read(text).expect("no input of a fuzzer is as long as the limit on a file")
}

/// What reading sees: for each component its name, and its properties' lines.
fn seen(document: &Document) -> Vec<(String, Vec<Vec<u8>>)> {
    let lines = |component: Component<'_>| {
        let lines = component.properties().map(|property| property.content().to_vec()).collect();
        (component.name().into_owned(), lines)
    };
    document.all_components().map(lines).collect()
}

/// Is there a CR that no LF follows? Whether it ends a line is judged by the first line end of a text.
fn has_bare_cr(text: &[u8]) -> bool {
    text.iter().enumerate().any(|(at, byte)| *byte == b'\r' && text.get(at + 1) != Some(&b'\n'))
}
