//! `kalends todo done`: a to-do completed, or one occurrence of it.

use clap_complete::ArgValueCandidates;
use ical::value::DateOrTime;
use ical::{ContentLine, PropertyKind};
use service::{Edit, Scope};

use crate::changed::{self, Changed};
use crate::commands::manual;
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::which;

/// Completes a to-do; of one that recurs, an occurrence (bcd@20260304)
#[derive(clap::Args)]
#[command(after_help = "Examples: kalends todo done bcd; kalends todo done bcd@20260331")]
pub(crate) struct Done {
    /// A handle, a UID, or words that one to-do has
    #[arg(value_name = "ITEM", add = ArgValueCandidates::new(manual::items))]
    item: String,
    /// All of a series, not one occurrence
    #[arg(long)]
    all: bool,
    /// One JSON object (docs/schemas/changed.json)
    #[arg(long)]
    json: bool,
}

impl Done {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let found = which::find(local, &self.item)?;
        let booked = &found.booked;
        let title = booked.title();
        let Some(todo) = booked.main().and_then(ical::component::Todo::of) else {
            let words = format!("{title} is no to-do: only these are completed");
            return Err(Failure::new(Exit::Refused, words));
        };
        let recurs =
            todo.property(PropertyKind::Rrule).is_some() || todo.property(PropertyKind::Rdate).is_some();
        let actor = local.actor();
        let scope = match found.occurrence {
            Some(when) if !self.all => Scope::One(actor.occurrence(booked, when, &local.home.zone)?),
            None if recurs && !self.all => {
                let words = format!("{title} recurs: name the day, as {}@20260304, or say --all", self.item);
                return Err(Failure::new(Exit::WrongUse, words));
            }
            _ => Scope::All,
        };
        let now = local.now.to_utc().map(DateOrTime::Utc);
        let completed = now.map(|now| ContentLine::new(PropertyKind::Completed).date_or_time(&now));
        let mut lines = vec![
            ContentLine::new(PropertyKind::Status).raw("COMPLETED"),
            ContentLine::new(PropertyKind::PercentComplete).raw("100"),
        ];
        lines.extend(completed);
        let recurrence_id = match &scope {
            Scope::One(entry) => entry.recurrence_id.as_ref(),
            _ => None,
        };
        let edit = Edit { lines, ..Edit::default() };
        actor.edit(&booked.stored, &scope, &edit, &format!("{title} is done"))?;
        if self.json {
            changed::tell(&[Changed::new(&booked.stored.uid, recurrence_id, &title)])?;
        } else {
            tell(&format!("done: {title}"));
        }
        Ok(Exit::Done)
    }
}
