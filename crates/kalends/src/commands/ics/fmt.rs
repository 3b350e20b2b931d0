//! `kalends ics fmt`: the RFC's form of lines.

use std::path::PathBuf;

use ical::Document;
use serde::Serialize;

use crate::exit::{Exit, Failure, tell};
use crate::input::{self, Text};
use crate::output::Programs;

const EXAMPLES: &str = "Lines end in CRLF and are folded at 75 octets, between characters (RFC 5545 3.1). \
    Blank lines and a byte order mark go. The content lines, their order and their bytes stay, those \
    that are no UTF-8 too. The new text takes the file's place whole; permissions and links stay.
Exit codes: 0 done, 1 with --check when something would be changed, 4 no calendar or over a limit, 5 \
    unreadable.
Example: kalends ics fmt --check ~/calendars";

/// Write files in the RFC's form, in their place: CRLF, lines folded.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Fmt {
    /// Change nothing; exit code 1 when something would be.
    #[arg(long)]
    check: bool,
    /// One JSON object a file (docs/schemas/fmt.json)
    #[arg(long)]
    json: bool,
    /// Files, folders (all calendars inside); - is standard input to output.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// A file.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    /// Was it not in the RFC's form?
    is_changed: bool,
}

impl Fmt {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let mut exit = Exit::Done;
        let mut programs = Programs::new();
        for source in input::sources(&self.files) {
            let done =
                source.and_then(|source| source.read()).and_then(|text| self.format(&text, &mut programs));
            exit = exit.max(done.unwrap_or_else(|failure| failure.tell()));
        }
        programs.finish()?;
        Ok(exit)
    }

    fn format(&self, text: &Text, programs: &mut Programs) -> Result<Exit, Failure> {
        text.must_be_calendar()?;
        if self.json && !self.check {
            text.must_be_file()?;
        }
        let canonical = text.document.to_canonical();
        let is_same = canonical == text.document.original();
        if self.check {
            self.told(text, !is_same, programs)?;
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
        self.told(text, !is_same, programs)?;
        Ok(Exit::Done)
    }

    fn told(&self, text: &Text, is_changed: bool, programs: &mut Programs) -> Result<(), Failure> {
        if self.json {
            programs.line(&Line { file: &text.source.to_string(), is_changed })?;
        }
        Ok(())
    }
}

/// A bare CR within a line, for one, would become a line end: such a text is left to its owner.
pub(super) fn says_the_same(text: &Text, canonical: &[u8]) -> Result<(), Failure> {
    let again = Document::read(canonical);
    let is_same = again.is_ok_and(|again| ical::diff::diff(&text.document, &again).is_empty());
    if is_same {
        return Ok(());
    }
    let words = "in the RFC's form it would say something else; it stays as it is (see `kalends ics check`)";
    Err(Failure::new(Exit::Refused, format!("{}: {words}", text.source)))
}
