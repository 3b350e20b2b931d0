//! `kalends ics convert`: iCalendar, jCal and xCal, each into each.

use std::path::PathBuf;

use ical::{Document, Limits, ProblemKind, Unread, Unsayable, jcal, xcal};

use super::fmt;
use crate::excerpt::Places;
use crate::exit::{Exit, Failure, tell};
use crate::input::{self, Source, Text};
use crate::output;

const EXAMPLES: &str = "\
A file that begins with [ is jCal, with < xCal, else iCalendar. There and back\n\
says the same. What a format has no room for is refused with its place.\n\
Exit codes: 0 done, 1 lines were left out, and told, 4 refused, 5 unreadable.\n\
Examples:\n  \
kalends ics convert --to jcal calendar.ics > calendar.json\n  \
kalends ics convert --to xcal - < calendar.ics";

/// Calendars as jCal (JSON), xCal (XML) or iCalendar.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Convert {
    /// What to write
    #[arg(long, value_name = "FORMAT")]
    to: Format,
    /// Files of any of these, folders of iCalendar; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Jcal,
    Xcal,
    Icalendar,
}

/// What is written so far.
enum Writer {
    Jcal(jcal::Writer),
    Xcal(xcal::Writer),
    Icalendar(Vec<u8>),
}

impl Convert {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let mut writer = match self.to {
            Format::Jcal => Writer::Jcal(jcal::Writer::default()),
            Format::Xcal => Writer::Xcal(xcal::Writer::default()),
            Format::Icalendar => Writer::Icalendar(Vec::new()),
        };
        let (mut exit, mut count) = (Exit::Done, 0);
        let sources = input::sources(&self.files);
        let is_one_of_many = sources.len() > 1;
        for source in sources {
            let text = source.and_then(|source| read(&source));
            match text.and_then(|text| writer.add(&text, is_one_of_many)) {
                Ok(done) => (exit, count) = (exit.max(done), count + 1),
                Err(failure) => exit = exit.max(failure.tell()),
            }
        }
        if count > 0 {
            output::bytes(&writer.finish())?;
        }
        Ok(exit)
    }
}

/// Reads a text in whichever format it is.
fn read(source: &Source) -> Result<Text, Failure> {
    let unread = |unread: Unread| Failure::new(Exit::Refused, format!("{source}: {unread}"));
    let (bytes, metadata) = source.bytes()?;
    let is_utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let document = match unmarked.trim_ascii_start().first() {
        Some(b'<') => xcal::read(&bytes, &Limits::default()).map_err(unread)?,
        _ if is_utf16 => xcal::read(&bytes, &Limits::default()).map_err(unread)?,
        Some(b'[' | b'{') => jcal::read(&bytes, &Limits::default()).map_err(unread)?,
        _ => return source.understand(bytes, metadata),
    };
    Ok(Text { source: source.clone(), document, metadata })
}

impl Writer {
    fn add(&mut self, text: &Text, is_one_of_many: bool) -> Result<Exit, Failure> {
        text.must_be_calendar()?;
        let document = &text.document;
        match self {
            Self::Jcal(writer) => writer.add(document).map_err(|unsayable| refused(text, &unsayable))?,
            Self::Xcal(writer) => writer.add(document).map_err(|unsayable| refused(text, &unsayable))?,
            Self::Icalendar(out) => {
                let canonical = document.to_canonical();
                fmt::says_the_same(text, &canonical)?;
                let is_open =
                    document.problems().iter().any(|problem| problem.kind == ProblemKind::MissingEnd);
                if is_open && is_one_of_many {
                    let words =
                        "BEGIN without its END would take in the next file; `kalends ics repair` ends it";
                    return Err(Failure::new(Exit::Refused, format!("{}: {words}", text.source)));
                }
                out.extend_from_slice(&canonical);
                return Ok(Exit::Done);
            }
        }
        Ok(left_out(text, document))
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Jcal(writer) => writer.finish().into_bytes(),
            Self::Xcal(writer) => writer.finish().into_bytes(),
            Self::Icalendar(out) => out,
        }
    }
}

fn refused(text: &Text, unsayable: &Unsayable) -> Failure {
    let place = Places::new(&text.document).find(&unsayable.place);
    let (line, column) = (place.line, place.column);
    Failure::new(Exit::Refused, format!("{}:{line}:{column}: {unsayable}", text.source))
}

/// Tells how many lines only iCalendar can keep.
fn left_out(text: &Text, document: &Document) -> Exit {
    let is_left_out = |kind| {
        matches!(
            kind,
            ProblemKind::LineWithoutColon
                | ProblemKind::PropertyOutsideComponent
                | ProblemKind::LineTooLong
                | ProblemKind::TooDeep
        )
    };
    let count = document.problems().iter().filter(|problem| is_left_out(problem.kind)).count();
    if count == 0 {
        return Exit::Done;
    }
    let lines = if count == 1 { "1 line" } else { &format!("{count} lines") };
    let words = "left out: no property of any component (see `kalends ics check`)";
    tell(&format!("{}: {lines} {words}", text.source));
    Exit::Told
}
