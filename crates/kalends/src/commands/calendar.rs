//! `kalends calendar`: calendars listed, made, named, coloured, removed and brought back.

use std::io::Write;

use serde::Serialize;
use service::{Actor, Error};

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
    Make(Make),
    /// Gives a calendar another name
    #[command(after_help = "Example: kalends calendar rename Work Praxis")]
    Rename(Rename),
    /// Gives a calendar a colour
    #[command(after_help = "Example: kalends calendar color Work '#3366cc'")]
    Color(Color),
    /// Says what a calendar is for
    #[command(after_help = "Example: kalends calendar describe Work 'What I am paid for'")]
    Describe(Describe),
    /// Removes a calendar with all in it; `kalends undo` brings it back
    #[command(after_help = "Example: kalends calendar remove Work")]
    Remove(Remove),
}

#[derive(clap::Args)]
pub(crate) struct Make {
    /// Its name
    name: String,
}

#[derive(clap::Args)]
pub(crate) struct Rename {
    /// Its name
    name: String,
    /// Its new name
    to: String,
}

#[derive(clap::Args)]
pub(crate) struct Color {
    /// Its name
    name: String,
    /// #rrggbb
    color: String,
}

#[derive(clap::Args)]
pub(crate) struct Describe {
    /// Its name
    name: String,
    /// A sentence
    description: String,
}

#[derive(clap::Args)]
pub(crate) struct Remove {
    /// Its name
    name: String,
    /// Does not ask
    #[arg(long, short)]
    yes: bool,
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
        let actor = local.actor();
        let change: &dyn Change = match &self.act {
            None => return list(actor, self.json),
            Some(Act::Make(make)) => make,
            Some(Act::Rename(rename)) => rename,
            Some(Act::Color(color)) => color,
            Some(Act::Describe(describe)) => describe,
            Some(Act::Remove(remove)) => remove,
        };
        changed(actor, change, self.json)
    }
}

/// What is done to a calendar of a home.
pub(crate) trait Change {
    /// Does it: the calendar, how many objects a removed one has, and what to tell people; `None` where it was refused.
    fn make(&self, home: Actor<'_>) -> Result<Option<Changed>, Failure>;
}

/// A calendar that was changed.
pub(crate) struct Changed {
    calendar: store::Calendar,
    /// How many objects it had, where they are gone with it.
    objects: Option<u64>,
    line: String,
}

impl Changed {
    const fn new(calendar: store::Calendar, line: String) -> Self {
        Self { calendar, objects: None, line }
    }
}

impl Change for Make {
    fn make(&self, home: Actor<'_>) -> Result<Option<Changed>, Failure> {
        let made = home.make_calendar(&self.name)?;
        let line = format!("made {}", made.settings.name);
        Ok(Some(Changed::new(made, line)))
    }
}

impl Change for Rename {
    fn make(&self, home: Actor<'_>) -> Result<Option<Changed>, Failure> {
        let calendar = home.calendar(&self.name)?;
        let line = format!("{} renamed to {}", calendar.settings.name, self.to);
        home.set_calendar(calendar.id, &line, |settings| settings.name = self.to.trim().to_owned())?;
        Ok(Some(Changed::new(calendar, line)))
    }
}

impl Change for Color {
    fn make(&self, home: Actor<'_>) -> Result<Option<Changed>, Failure> {
        let calendar = home.calendar(&self.name)?;
        let color = color_of(&self.color)?;
        let line = format!("{} is {color}", calendar.settings.name);
        home.set_calendar(calendar.id, &line, |settings| settings.color = Some(color.clone()))?;
        Ok(Some(Changed::new(calendar, line)))
    }
}

impl Change for Describe {
    fn make(&self, home: Actor<'_>) -> Result<Option<Changed>, Failure> {
        let calendar = home.calendar(&self.name)?;
        let line = format!("{} described", calendar.settings.name);
        home.set_calendar(calendar.id, &line, |settings| {
            settings.description = Some(self.description.clone()).filter(|text| !text.trim().is_empty());
        })?;
        Ok(Some(Changed::new(calendar, line)))
    }
}

impl Change for Remove {
    fn make(&self, home: Actor<'_>) -> Result<Option<Changed>, Failure> {
        let calendar = home.calendar(&self.name)?;
        let name = &calendar.settings.name;
        if !self.yes && !super::rm::confirmed(&format!("Remove {name} and all that is in it?"))? {
            return Ok(None);
        }
        let objects = Some(home.count(&calendar)?);
        home.set_calendar(calendar.id, &format!("{name} removed"), |settings| settings.is_removed = true)?;
        let line = format!("removed {name}; `kalends undo` brings it back");
        Ok(Some(Changed { calendar, objects, line }))
    }
}

/// Changes a calendar of a home, and tells it.
pub(crate) fn changed(home: Actor<'_>, change: &dyn Change, is_json: bool) -> Result<Exit, Failure> {
    let Some(Changed { calendar, objects, line }) = change.make(home)? else {
        tell("nothing was removed");
        return Ok(Exit::Told);
    };
    if !is_json {
        tell(&line);
        return Ok(Exit::Done);
    }
    // As it is since.
    let since = home.calendars()?.into_iter().find(|one| one.id == calendar.id).unwrap_or(calendar);
    let objects = objects.map_or_else(|| home.count(&since), Ok)?;
    told(&[(since, objects)])
}

/// The calendars of a home.
pub(crate) fn list(home: Actor<'_>, is_json: bool) -> Result<Exit, Failure> {
    let calendars = home.calendars()?;
    let counted = |calendar| home.count(&calendar).map(|objects| (calendar, objects));
    let calendars = calendars.into_iter().map(counted).collect::<Result<Vec<_>, Error>>()?;
    if is_json {
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
