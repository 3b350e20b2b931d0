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
#[command(after_help = "Examples: kalends calendar; kalends calendar make Work")]
pub(crate) struct Calendar {
    #[command(subcommand)]
    act: Option<Act>,
    /// One JSON object a line (docs/schemas/calendar.json)
    #[arg(long, global = true)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Makes a calendar
    #[command(after_help = "Example: kalends calendar make Work")]
    Make {
        /// Its name
        name: String,
    },
    /// Gives a calendar another name
    #[command(after_help = "Example: kalends calendar rename Work Praxis")]
    Rename {
        /// Its name
        name: String,
        /// Its new name
        to: String,
    },
    /// Gives a calendar a colour
    #[command(after_help = "Example: kalends calendar color Work '#3366cc'")]
    Color {
        /// Its name
        name: String,
        /// #rrggbb
        color: String,
    },
    /// Says what a calendar is for
    #[command(after_help = "Example: kalends calendar describe Work 'What I am paid for'")]
    Describe {
        /// Its name
        name: String,
        /// A sentence
        description: String,
    },
    /// Removes a calendar with all in it; `kalends undo` brings it back
    #[command(after_help = "Example: kalends calendar remove Work")]
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
        let (calendar, line) = match &self.act {
            None => return self.list(local),
            Some(Act::Make { name }) => {
                let made = owner.make_calendar(name)?;
                let line = format!("made {}", made.settings.name);
                (made, line)
            }
            Some(Act::Rename { name, to }) => {
                let calendar = owner.calendar(name)?;
                let line = format!("{} renamed to {to}", calendar.settings.name);
                owner.set_calendar(calendar.id, &line, |settings| settings.name = to.trim().to_owned())?;
                (calendar, line)
            }
            Some(Act::Color { name, color }) => {
                let calendar = owner.calendar(name)?;
                let color = color_of(color)?;
                let line = format!("{} is {color}", calendar.settings.name);
                owner.set_calendar(calendar.id, &line, |settings| settings.color = Some(color.clone()))?;
                (calendar, line)
            }
            Some(Act::Describe { name, description }) => {
                let calendar = owner.calendar(name)?;
                let line = format!("{} described", calendar.settings.name);
                owner.set_calendar(calendar.id, &line, |settings| {
                    settings.description = Some(description.clone()).filter(|text| !text.trim().is_empty());
                })?;
                (calendar, line)
            }
            Some(Act::Remove { name, yes }) => {
                let calendar = owner.calendar(name)?;
                let name = &calendar.settings.name;
                if !yes && !super::rm::confirmed(&format!("Remove {name} and all that is in it?"))? {
                    tell("nothing was removed");
                    return Ok(Exit::Told);
                }
                let objects = owner.count(&calendar)?;
                owner.set_calendar(calendar.id, &format!("{name} removed"), |settings| {
                    settings.is_removed = true;
                })?;
                if self.json {
                    return told(&[(calendar, objects)]);
                }
                let line = format!("removed {name}; `kalends undo` brings it back");
                (calendar, line)
            }
        };
        if self.json {
            // As it is since.
            let since = owner.calendars()?.into_iter().find(|one| one.id == calendar.id);
            let since = since.unwrap_or(calendar);
            let objects = owner.count(&since)?;
            return told(&[(since, objects)]);
        }
        tell(&line);
        Ok(Exit::Done)
    }

    fn list(&self, local: &Local) -> Result<Exit, Failure> {
        let owner = local.owner();
        let calendars = owner.calendars()?;
        let counted = |calendar| owner.count(&calendar).map(|objects| (calendar, objects));
        let calendars = calendars.into_iter().map(counted).collect::<Result<Vec<_>, Error>>()?;
        if self.json {
            return told(&calendars);
        }
        let mut people = People::new();
        if calendars.is_empty() {
            writeln!(people, "{DIM}There is no calendar yet; the first entry makes one.{DIM:#}")?;
        }
        for (calendar, objects) in &calendars {
            let settings = &calendar.settings;
            let color = settings.color.as_deref().unwrap_or("");
            let about = settings.description.as_deref().map(one_line).unwrap_or_default();
            let name = one_line(&settings.name);
            let noun = if *objects == 1 { " object" } else { " objects" };
            let rest: Vec<&str> = [color, &about].into_iter().filter(|text| !text.is_empty()).collect();
            let rest = rest.iter().map(|text| format!("  {text}")).collect::<String>();
            writeln!(people, "{BOLD}{name}{BOLD:#}  {objects}{noun}{DIM}{rest}{DIM:#}")?;
        }
        people.finish()?;
        Ok(Exit::Done)
    }
}

/// Calendars for programs, each with how many objects it has.
fn told(calendars: &[(store::Calendar, u64)]) -> Result<Exit, Failure> {
    let mut programs = Programs::new();
    for (store::Calendar { settings, .. }, objects) in calendars {
        let (color, description) = (settings.color.as_deref(), settings.description.as_deref());
        let (name, segment) = (&settings.name, &settings.segment);
        programs.line(&Line { name, segment, color, description, objects: *objects })?;
    }
    programs.finish()?;
    Ok(Exit::Done)
}

/// `#rrggbb`, in small letters.
fn color_of(text: &str) -> Result<String, Failure> {
    let digits = text.trim().trim_start_matches('#');
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(format!("#{}", digits.to_ascii_lowercase()));
    }
    Err(Failure::new(Exit::WrongUse, format!("{text}: a colour is written as #3366cc")))
}
