//! `kalends journal add`: a new note, in words, out of a file, or in an editor.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap_complete::ArgValueCandidates;
use ical::Limits;
use sentence::{Kind, Moment};

use crate::commands::add::Added;
use crate::commands::manual;
use crate::compose::Note;
use crate::editor;
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::{spoken, words};

/// Adds a note; without words in your editor
#[derive(clap::Args)]
#[command(after_help = "Example: kalends journal add Met Ann --on yesterday --category Work")]
pub(crate) struct Add {
    /// What it is called: the first line; what follows is its text
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    /// Its day, or its time; today without it
    #[arg(long, value_name = "WHEN")]
    on: Option<String>,
    /// Its text, out of a file; - is standard input
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
    /// A category; may be said again
    #[arg(long = "category", value_name = "NAME")]
    categories: Vec<String>,
    /// In which calendar
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(manual::calendars))]
    calendar: Option<String>,
    /// One JSON object (docs/schemas/add.json)
    #[arg(long)]
    json: bool,
}

/// What an editor begins with.
const HINT: &str = "# The first line is what it is called, the others are its text. This line goes.\n";

impl Add {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let context = words::context(local, Kind::Event)?;
        let on = match &self.on {
            None => Moment::Day(local.today()),
            Some(on) => {
                sentence::moment(on, &context).map_err(|misunderstood| words::failure(&misunderstood))?
            }
        };
        let said = self.said()?;
        let (summary, text) = said.split_once('\n').unwrap_or((&said, ""));
        let (summary, text) = (summary.trim(), text.trim_matches('\n').trim_end());
        if summary.is_empty() {
            tell("nothing was noted");
            return Ok(Exit::Done);
        }
        let actor = local.actor();
        let calendar = local.calendar(self.calendar.as_deref())?;
        let document = Note { on: &on, summary, text, categories: &self.categories }
            .object(&actor.new_uid(), local.now)
            .map_err(|error| Failure::new(Exit::Refused, error.to_string()))?;
        let booked = actor.put(&calendar, &document.to_bytes(), "add", summary)?;
        let wall = on.wall();
        let time = match on {
            Moment::Day(_) => String::new(),
            Moment::Time(_) => format!(" {}", spoken::clock(wall.time, local.config.hours)),
        };
        let understood = format!("{summary} · {}{time}", spoken::long_day(wall.date));
        let name = calendar.settings.name.as_str();
        let (notes, clashes) = (Vec::new(), Vec::new());
        Added { calendar: name, understood, notes, clashes }.tell(local, &booked, self.json)
    }

    /// All lines: those of the words, then those of the file.
    fn said(&self) -> Result<String, Failure> {
        let words = self.words.join(" ");
        let text = self.text.as_deref().map(read).transpose()?;
        let said = match (words.trim(), text) {
            ("", Some(text)) => text.trim_start().to_owned(),
            ("", None) if io::stdin().is_terminal() => {
                let saved = editor::edited(HINT)?;
                saved.strip_prefix(HINT).unwrap_or(&saved).trim_start().to_owned()
            }
            ("", None) => {
                let words =
                    "what is to be noted? Say it, or name a file: --text FILE, or - for standard input";
                return Err(Failure::new(Exit::WrongUse, words));
            }
            (words, None) => words.to_owned(),
            (words, Some(text)) => format!("{words}\n{text}"),
        };
        Ok(said.lines().collect::<Vec<_>>().join("\n"))
    }
}

/// The text of a file, or of standard input, as long as an object may be.
fn read(path: &Path) -> Result<String, Failure> {
    let name = path.display();
    let most = Limits::default().object;
    let mut stream: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(path).map_err(|error| Failure::reading(&name, &error))?),
    };
    let mut bytes = Vec::new();
    let mut bounded = (&mut stream).take(most as u64 + 1);
    bounded.read_to_end(&mut bytes).map_err(|error| Failure::reading(&name, &error))?;
    if bytes.len() > most {
        let words =
            format!("{name}: it is longer than the limit `object`, {most} bytes; make several notes of it");
        return Err(Failure::new(Exit::Refused, words));
    }
    String::from_utf8(bytes).map_err(|_| {
        Failure::new(Exit::Unreadable, format!("{name}: it is no text in UTF-8; convert it first"))
    })
}
