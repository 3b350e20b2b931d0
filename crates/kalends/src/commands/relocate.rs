//! `kalends copy` and `move`: an object to another calendar.

use clap_complete::ArgValueCandidates;
use service::Keep;

use super::manual;
use crate::changed::{self, Changed};
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::which;

/// Copies an object to another calendar
#[derive(clap::Args)]
#[command(after_help = "Example: kalends copy bcd --to Work")]
pub(crate) struct Copy {
    #[command(flatten)]
    what: What,
}

/// Moves an object to another calendar
#[derive(clap::Args)]
#[command(after_help = "Example: kalends move bcd --to Work")]
pub(crate) struct Move {
    #[command(flatten)]
    what: What,
}

#[derive(clap::Args)]
struct What {
    /// A handle, a UID, or words that one object has
    #[arg(add = ArgValueCandidates::new(manual::items))]
    item: String,
    /// The calendar
    #[arg(long, value_name = "CALENDAR", add = ArgValueCandidates::new(manual::calendars))]
    to: String,
    /// One JSON object (docs/schemas/changed.json)
    #[arg(long)]
    json: bool,
}

impl Copy {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        self.what.run(local, Keep::Both)
    }
}

impl Move {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        self.what.run(local, Keep::Target)
    }
}

impl What {
    fn run(&self, local: &Local, keep: Keep) -> Result<Exit, Failure> {
        let actor = local.actor();
        let booked = which::whole(local, &self.item)?;
        let to = actor.calendar(&self.to)?;
        let line = format!("{} to {}", booked.title(), to.settings.name);
        actor.relocate(&booked.stored, &to, keep, &line)?;
        let done = match keep {
            Keep::Both => "copied",
            Keep::Target => "moved",
        };
        if self.json {
            changed::tell(&[Changed::whole(&booked.stored.uid, &booked.title())])?;
        } else {
            tell(&format!("{done} {line}"));
        }
        Ok(Exit::Done)
    }
}
