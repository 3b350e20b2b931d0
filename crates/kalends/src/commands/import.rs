//! `kalends import`: files, folders and standard input into a calendar.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use service::{Import as How, Known, Report};

use crate::exit::{Exit, Failure, tell};
use crate::input;
use crate::local::Local;

/// Takes calendars in: files, folders; nothing is ever sent
#[derive(clap::Args)]
#[command(after_help = "Example: kalends import --calendar Work work.ics")]
pub(crate) struct Import {
    /// Files and folders
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<PathBuf>,
    /// Into this calendar; the first where none is named
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,
    /// Tells what would be done, and does nothing
    #[arg(long)]
    dry_run: bool,
}

/// A file that is imported.
struct Path(PathBuf);

impl service::Source for Path {
    fn name(&self) -> String {
        self.0.display().to_string()
    }

    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(File::open(&self.0)?))
    }
}

impl Import {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let owner = local.owner();
        let calendar = match &self.calendar {
            Some(name) => owner.calendar(name)?,
            None => owner.default_calendar()?,
        };
        let mut files = Vec::new();
        for source in input::sources(&self.sources) {
            match source? {
                input::Source::File(path) => files.push(Path(path)),
                input::Source::Standard => {
                    return Err(Failure::new(Exit::WrongUse, "standard input cannot be imported yet"));
                }
            }
        }
        let sources: Vec<&dyn service::Source> =
            files.iter().map(|file| file as &dyn service::Source).collect();
        let how = How { calendar, known: Known::Newer, is_dry: self.dry_run };
        let report = owner.import(&sources, &how, &mut |report: &Report| {
            tell(&format!("committed {} objects", report.committed));
        })?;
        tell(&format!(
            "{} new, {} newer, {} unchanged, {} left out",
            report.added, report.updated, report.unchanged, report.passed_count
        ));
        Ok(if report.passed_count == 0 { Exit::Done } else { Exit::Told })
    }
}
