//! `kalends ics fmt`: the RFC's form of lines.

use std::path::PathBuf;

use ical::Document;

use crate::exit::{Exit, Failure, tell};
use crate::input::{self, Text};

const EXAMPLES: &str = "Lines end in CRLF and are folded at 75 octets, between characters (RFC 5545 3.1). \
    Blank lines and a byte order mark go. The content lines, their order and their bytes stay, those \
    that are no UTF-8 too.

Examples:
  kalends ics fmt calendar.ics
  kalends ics fmt --check ~/calendars
  kalends ics fmt - < calendar.ics > formatted.ics

Exit codes: 0 done, 1 with --check when something would be changed, 4 no calendar or over a limit, 5 \
    unreadable.";

/// Write a file in the RFC's form, in its place: CRLF, lines folded at 75 octets.
///
/// The new text is written beside the file and takes its place whole; permissions stay, and
/// symbolic links lead to the new text.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Fmt {
    /// Change nothing; exit code 1 when something would be.
    #[arg(long)]
    check: bool,
    /// Files, folders (all calendars inside), or - for standard input to standard output.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Fmt {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let mut exit = Exit::Done;
        for source in input::sources(&self.files) {
            let done = source.and_then(|source| source.read()).and_then(|text| self.format(&text));
            exit = exit.max(done.unwrap_or_else(|failure| failure.tell()));
        }
        Ok(exit)
    }

    fn format(&self, text: &Text) -> Result<Exit, Failure> {
        text.must_be_calendar()?;
        let canonical = text.document.to_canonical();
        let is_same = canonical == text.document.original();
        if self.check {
            if is_same {
                return Ok(Exit::Done);
            }
            tell(&format!("{}: is not in the RFC's form; `kalends ics fmt` writes it so", text.source));
            return Ok(Exit::Told);
        }
        says_the_same(text, &canonical)?;
        if !is_same || text.metadata.is_none() {
            text.replace(&canonical)?;
        }
        Ok(Exit::Done)
    }
}

/// A bare CR within a line, for one, would become a line end: such a text is left to its owner.
fn says_the_same(text: &Text, canonical: &[u8]) -> Result<(), Failure> {
    let again = Document::read(canonical);
    let is_same = again.is_ok_and(|again| ical::diff::diff(&text.document, &again).is_empty());
    if is_same {
        return Ok(());
    }
    let words = "in the RFC's form it would say something else; it stays as it is (see `kalends ics check`)";
    Err(Failure::new(Exit::Refused, format!("{}: {words}", text.source)))
}
