//! `kalends calendar`: calendars listed, made, named, coloured, removed and brought back.

use std::io::Write;

use serde::Serialize;
use service::Error;

use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::{BOLD, DIM, People, Programs};
use crate::terminal::one_line;

/// Your calendars: listed, made, renamed, coloured, removed
#[derive(clap::Args)]
#[command(
    after_help = "Examples: kalends calendar; kalends calendar make Work; kalends calendar color Work '#3366cc'"
)]
pub(crate) struct Calendar {
    #[command(subcommand)]
    act: Option<Act>,
    /// One JSON object a line (docs/schemas/calendar.json)
    #[arg(long)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Makes a calendar
    Make {
        /// Its name
        name: String,
    },
    /// Gives a calendar another name
    Rename {
        /// Its name
        name: String,
        /// Its new name
        to: String,
    },
    /// Gives a calendar a colour
    Color {
        /// Its name
        name: String,
        /// #rrggbb
        color: String,
    },
    /// Says what a calendar is for
    Describe {
        /// Its name
        name: String,
        /// A sentence
        description: String,
    },
    /// Removes a calendar with all that is in it; `kalends undo` brings it back
    Remove {
        /// Its name
        name: String,
        /// Does not ask
        #[arg(long, short)]
        yes: bool,
    },
}

/// A calendar.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    segment: &'a str,
    color: Option<&'a str>,
    description: Option<&'a str>,
    objects: u64,
}

impl Calendar {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let owner = local.owner();
        match &self.act {
            None => return self.list(local),
            Some(Act::Make { name }) => {
                let made = owner.make_calendar(name)?;
                tell(&format!("made {}", made.settings.name));
            }
            Some(Act::Rename { name, to }) => {
                let calendar = owner.calendar(name)?;
                let line = format!("{} renamed to {to}", calendar.settings.name);
                owner.set_calendar(calendar.id, &line, |settings| settings.name = to.trim().to_owned())?;
                tell(&line);
            }
            Some(Act::Color { name, color }) => {
                let calendar = owner.calendar(name)?;
                let color = color_of(color)?;
                let line = format!("{} is {color}", calendar.settings.name);
                owner.set_calendar(calendar.id, &line, |settings| settings.color = Some(color.clone()))?;
                tell(&line);
            }
            Some(Act::Describe { name, description }) => {
                let calendar = owner.calendar(name)?;
                let line = format!("{} described", calendar.settings.name);
                owner.set_calendar(calendar.id, &line, |settings| {
                    settings.description = Some(description.clone()).filter(|text| !text.trim().is_empty());
                })?;
                tell(&line);
            }
            Some(Act::Remove { name, yes }) => {
                let calendar = owner.calendar(name)?;
                let name = &calendar.settings.name;
                if !yes && !super::rm::confirmed(&format!("Remove {name} and all that is in it?"))? {
                    tell("nothing was removed");
                    return Ok(Exit::Told);
                }
                owner.set_calendar(calendar.id, &format!("{name} removed"), |settings| {
                    settings.is_removed = true;
                })?;
                tell(&format!("removed {name}; `kalends undo` brings it back"));
            }
        }
        Ok(Exit::Done)
    }

    fn list(&self, local: &Local) -> Result<Exit, Failure> {
        let owner = local.owner();
        let calendars = owner.calendars()?;
        let counts = calendars.iter().map(|calendar| owner.count(calendar));
        let counts: Vec<u64> = counts.collect::<Result<_, Error>>()?;
        if self.json {
            let mut programs = Programs::new();
            for (calendar, objects) in calendars.iter().zip(counts) {
                let settings = &calendar.settings;
                let (color, description) = (settings.color.as_deref(), settings.description.as_deref());
                let (name, segment) = (&settings.name, &settings.segment);
                programs.line(&Line { name, segment, color, description, objects })?;
            }
            programs.finish()?;
            return Ok(Exit::Done);
        }
        let mut people = People::new();
        if calendars.is_empty() {
            writeln!(people, "{DIM}There is no calendar yet; the first entry makes one.{DIM:#}")?;
        }
        for (calendar, objects) in calendars.iter().zip(counts) {
            let settings = &calendar.settings;
            let color = settings.color.as_deref().unwrap_or("");
            let about = settings.description.as_deref().map(one_line).unwrap_or_default();
            let name = one_line(&settings.name);
            let noun = if objects == 1 { " object" } else { " objects" };
            let rest: Vec<&str> = [color, &about].into_iter().filter(|text| !text.is_empty()).collect();
            let rest = rest.iter().map(|text| format!("  {text}")).collect::<String>();
            writeln!(people, "{BOLD}{name}{BOLD:#}  {objects}{noun}{DIM}{rest}{DIM:#}")?;
        }
        people.finish()?;
        Ok(Exit::Done)
    }
}

/// `#rrggbb`, in small letters.
fn color_of(text: &str) -> Result<String, Failure> {
    let digits = text.trim().trim_start_matches('#');
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(format!("#{}", digits.to_ascii_lowercase()));
    }
    Err(Failure::new(Exit::WrongUse, format!("{text}: a colour is written as #3366cc")))
}
