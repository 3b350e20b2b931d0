//! Our side of each work, one function for each; `main.rs` lets those that stand here take part, as [`OURS`].
//!
//! Each does what its peers do: what is timed and what the [`Check`] counts is told in README.md. Times are
//! taken with [`Sample::of`] or [`Sample::since`], memory with [`allocation::measure`].
//!
//! [`OURS`]: crate::report::OURS

use anyhow::{Context, Result};
use ical::{ComponentKind, ContentLine, Document, PropertyKind};

use crate::allocation::{self, Allocated};
use crate::contest::{Check, Sample};

pub(crate) fn index(text: &str) -> Result<Sample> {
    // A document owns its bytes, as they come from a disk; peers borrow or copy as they parse.
    let bytes = text.as_bytes().to_vec();
    Sample::of(
        || Ok(Document::read(bytes)?),
        |document| Check { count: document.all_components().count() as i64, sum: 0 },
    )
}

/// Changes a line on the way: a document that nobody changed is written without being looked at.
pub(crate) fn write(text: &str) -> Result<Sample> {
    let bytes = text.as_bytes().to_vec();
    let work = || {
        let mut document = Document::read(bytes)?;
        let event = document.components(ComponentKind::Event).next().context("no event")?.id();
        document.set(event, &ContentLine::new(PropertyKind::Summary).text("Changed"));
        Ok((document.to_bytes().into_owned(), document))
    };
    Sample::of(work, |(written, _)| Check::components_written(written))
}

/// Of the index and the text that it stands on.
pub(crate) fn memory(text: &str) -> Result<Allocated> {
    let (document, allocated) = allocation::measure(|| Document::read(text));
    document?;
    Ok(allocated)
}
