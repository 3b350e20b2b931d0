//! `kalends export`: calendars as iCalendar, CSV, HTML or Markdown.

mod listing;

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use ical::civil::Timestamp;
use ical::recurrence::Range;
use serde::Serialize;
use service::{Actor, Answer, Export as What, Question};

use crate::exit::{Exit, Failure, tell};
use crate::listing::tell_cut;
use crate::local::Local;
use crate::output::Programs;
use crate::when::When;
use crate::{replace, which};

/// Hands calendars out, as files that other programs and people read
#[derive(clap::Args)]
#[command(after_help = "CSV, HTML and Markdown list what takes place in a year from now, or in the\n\
                  range. iCalendar is all, byte for byte.\n\
                  Example: kalends export --calendar Work -o work.ics")]
pub(crate) struct Export {
    /// These entries alone: handles, UIDs, words
    #[arg(value_name = "ITEM")]
    items: Vec<String>,
    /// Of this calendar; of all where none is named
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,
    /// What takes place from this time on
    #[arg(long, value_name = "T")]
    from: Option<When>,
    /// What takes place before this time
    #[arg(long, value_name = "T")]
    to: Option<When>,
    /// In this form; iCalendar where none is named
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Into this file; its ending may tell the form
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// One JSON object (docs/schemas/export.json); wants -o
    #[arg(long, requires = "output")]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Ics,
    Csv,
    Html,
    Markdown,
}

/// What was written.
#[derive(Serialize)]
struct Written {
    file: String,
    format: &'static str,
    entries: u64,
}

const YEAR: i64 = 366 * 86_400;

impl Export {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        self.run_for(local, local.actor())
    }

    /// The same of the home of somebody, whoever keeps the store may say whose.
    pub(crate) fn run_for(&self, local: &Local, home: Actor<'_>) -> Result<Exit, Failure> {
        let format = self.format();
        let (entries, exit) = match &self.output {
            Some(path) => {
                let failed = |error: io::Error| Failure::writing(path.display(), &error);
                let target = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
                let mut file = replace::beside(&target).map_err(failed)?;
                let mut output = BufWriter::new(file.as_file_mut());
                let entries =
                    self.write(local, home, format, &mut output).map_err(|failure| failure.of(path))?;
                output.flush().map_err(failed)?;
                drop(output);
                replace::take_place(file, &target).map_err(failed)?;
                entries
            }
            None => {
                let mut output = BufWriter::new(io::stdout().lock());
                let entries = self.write(local, home, format, &mut output).map_err(Stopped::of_standard)?;
                output.flush()?;
                entries
            }
        };
        if let Some(path) = &self.output {
            let file = path.display().to_string();
            if self.json {
                let mut programs = Programs::new();
                programs.line(&Written { file, format: format.name(), entries })?;
                programs.finish()?;
            } else {
                tell(&format!("{file}: {entries} entries"));
            }
        }
        Ok(exit)
    }

    fn format(&self) -> Format {
        let ending = self.output.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
        self.format.unwrap_or(match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Format::Csv,
            Some("html" | "htm") => Format::Html,
            Some("md" | "markdown") => Format::Markdown,
            _ => Format::Ics,
        })
    }

    /// How many entries were written, and whether all were.
    fn write(
        &self,
        local: &Local,
        actor: Actor<'_>,
        format: Format,
        output: &mut dyn Write,
    ) -> Result<(u64, Exit), Stopped> {
        let zone = &local.home.zone;
        let calendars = match &self.calendar {
            Some(name) => vec![actor.calendar(name).map_err(Failure::from)?.id],
            None => Vec::new(),
        };
        let mut objects = Vec::new();
        for item in &self.items {
            objects.push(which::whole_in(actor, item)?.stored.id);
        }
        let from = self.from.map(|when| when.at(zone));
        let to = self.to.map(|when| when.at(zone));
        if format == Format::Ics {
            let range = (from.is_some() || to.is_some())
                .then(|| Range { from: from.unwrap_or(Range::ALL.from), to: to.unwrap_or(Range::ALL.to) });
            let what = What { calendars, objects, range };
            let written = actor.export(&what, output).map(|entries| (entries, Exit::Done));
            return written.map_err(|error| match error {
                service::Error::Output(error) => Stopped::Output(error),
                error => Stopped::Failure(error.into()),
            });
        }
        let from = from.unwrap_or(local.now);
        let to = to.unwrap_or(Timestamp(from.0.saturating_add(YEAR)));
        let question = Question { calendars, ..Question::of(Range { from, to }, zone.clone()) };
        let Answer { mut entries, cut } = actor.agenda(&question).map_err(Failure::from)?;
        entries.retain(|entry| objects.is_empty() || objects.contains(&entry.object.id));
        let names = actor.calendars().map_err(Failure::from)?;
        let listing = listing::Listing { entries: &entries, calendars: &names, home: &local.home };
        let written = match format {
            Format::Csv => listing.csv(output),
            Format::Html => listing.html(output),
            Format::Markdown | Format::Ics => listing.markdown(output),
        };
        written.map_err(Stopped::Output)?;
        let exit = tell_cut(local, &cut, "the rest is not handed out");
        Ok((entries.len() as u64, exit))
    }
}

impl Format {
    const fn name(self) -> &'static str {
        match self {
            Self::Ics => "ics",
            Self::Csv => "csv",
            Self::Html => "html",
            Self::Markdown => "markdown",
        }
    }
}

/// Why an export did not get to its end.
enum Stopped {
    /// Before it was written.
    Failure(Failure),
    /// While it was written.
    Output(io::Error),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl Stopped {
    fn of(self, path: &Path) -> Failure {
        match self {
            Self::Failure(failure) => failure,
            Self::Output(error) => Failure::writing(path.display(), &error),
        }
    }

    fn of_standard(self) -> Failure {
        match self {
            Self::Failure(failure) => failure,
            Self::Output(error) => error.into(),
        }
    }
}
