//! jCal and xCal over all files: what is converted comes back saying the same, and what cannot be is refused
//! for a reason.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use ical::diff::diff;
use ical::{Document, Limits, Obstacle, Unread, Unsayable, jcal, xcal};

use crate::collection::Collection;
use crate::suite::Suite;

/// A format, both ways.
struct Format {
    name: &'static str,
    write: fn(&Document) -> Result<String, Unsayable>,
    read: fn(&[u8], &Limits) -> Result<Document, Unread>,
}

const FORMATS: [Format; 2] = [
    Format { name: "jCal", write: |document| jcal::write([document]), read: jcal::read },
    Format { name: "xCal", write: |document| xcal::write([document]), read: xcal::read },
];

/// Converts all files there and back.
pub(crate) fn suite(collection: &Collection) -> Result<Suite> {
    let mut suite = Suite::new("formats");
    for format in &FORMATS {
        let (mut converted, mut empty, mut written) = (0_usize, 0_usize, 0_usize);
        let mut refused: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
        for file in &collection.files {
            let text = fs::read(&file.place).with_context(|| format!("{} is missing", file.path))?;
            let document = Document::read(text)?;
            if document.roots().next().is_none() {
                empty += 1;
                continue;
            }
            match there_and_back(format, &document) {
                Ok(Ok(length)) => {
                    (converted, written) = (converted + 1, written + length);
                    suite.pass(1);
                }
                Ok(Err(reason)) => refused.entry(reason).or_default().push(&file.path),
                Err(failure) => suite.fail(format!("{} {}: {failure}", format.name, file.path)),
            }
        }
        println!(
            "formats: {}: {converted} files there and back, {written} bytes; {empty} without a component",
            format.name
        );
        for (reason, files) in &refused {
            let shown = files.get(..3).unwrap_or(files).join(", ");
            println!("formats: {}: {} refused for {reason} ({shown})", format.name, files.len());
        }
    }
    Ok(suite.tell())
}

/// The length of what was written, or why it was refused.
fn there_and_back(format: &Format, document: &Document) -> Result<Result<usize, &'static str>, String> {
    let written = match (format.write)(document) {
        Ok(written) => written,
        Err(unsayable) => {
            return match reason(&unsayable.obstacle) {
                Some(reason) => Ok(Err(reason)),
                None => Err(format!("{unsayable} (byte {})", unsayable.place.start)),
            };
        }
    };
    let again = (format.read)(written.as_bytes(), &Limits::default()).map_err(|unread| unread.to_string())?;
    let differences = diff(document, &again).len();
    if differences > 0 {
        return Err(format!("{differences} differences"));
    }
    if (format.write)(&again).as_deref() != Ok(&written) {
        return Err("written again, it is another text".to_owned());
    }
    Ok(Ok(written.len()))
}

/// What a format has no room for; nothing else may be refused.
fn reason(obstacle: &Obstacle) -> Option<&'static str> {
    match obstacle {
        Obstacle::NoUtf8 => Some("bytes that are no UTF-8"),
        Obstacle::CarriageReturn => Some("a carriage return within a line"),
        Obstacle::Character(_) => Some("a control character"),
        Obstacle::Name(_) => Some("a name that is none there"),
        Obstacle::Twice(_) => Some("a parameter that stands there twice"),
        _ => None,
    }
}
