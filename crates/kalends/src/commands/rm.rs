//! `kalends rm`: objects into the trash, or one occurrence out of a series.

use std::io::{self, BufRead, IsTerminal, Write};

use clap_complete::ArgValueCandidates;

use super::manual;
use crate::changed::{self, Changed};
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::which;

/// Removes an object into the trash, or one occurrence (bcd@20260304) from its series
#[derive(clap::Args)]
#[command(after_help = "Examples: kalends rm bcd --yes; kalends rm bcd@20260304")]
pub(crate) struct Rm {
    /// A handle, a UID, or words that one object has
    #[arg(required = true, value_name = "ITEM", add = ArgValueCandidates::new(manual::items))]
    items: Vec<String>,
    /// Does not ask
    #[arg(long, short)]
    yes: bool,
    /// One JSON object a line (docs/schemas/changed.json)
    #[arg(long)]
    json: bool,
}

impl Rm {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let actor = local.actor();
        let mut whole = Vec::new();
        let mut occurrences = Vec::new();
        for item in &self.items {
            let found = which::find(local, item)?;
            match found.occurrence {
                None => whole.push(found.booked),
                Some(when) => {
                    let occurrence = actor.occurrence(&found.booked, when, &local.home.zone)?;
                    occurrences.push((found.booked, occurrence));
                }
            }
        }
        let titles: Vec<String> = whole.iter().map(service::Booked::title).collect();
        let dates =
            occurrences.iter().map(|(booked, entry)| format!("{} on {}", booked.title(), entry.start));
        let all: Vec<String> = titles.iter().cloned().chain(dates).collect();
        if !self.yes && !confirmed(&format!("Remove {}?", all.join(", ")))? {
            tell("nothing was removed");
            return Ok(Exit::Told);
        }
        if !whole.is_empty() {
            let stored: Vec<_> = whole.iter().map(|booked| booked.stored.clone()).collect();
            actor.delete(&stored, &titles.join(", "))?;
        }
        for (booked, entry) in &occurrences {
            actor.exclude(booked, entry)?;
        }
        if self.json {
            let whole = whole.iter().map(|booked| (booked, None));
            let occurrences =
                occurrences.iter().map(|(booked, entry)| (booked, entry.recurrence_id.as_ref()));
            let changed = whole.chain(occurrences).map(|(booked, recurrence_id)| {
                Changed::new(&booked.stored.uid, recurrence_id, &booked.title())
            });
            changed::tell(&changed.collect::<Vec<_>>())?;
        } else {
            tell(&format!("removed {}; `kalends undo` brings it back", all.join(", ")));
        }
        Ok(Exit::Done)
    }
}

/// Asks on a terminal; where nobody can answer, that is no consent.
pub(crate) fn confirmed(question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::new(Exit::Refused, format!("{question} Nobody can be asked here: say --yes")));
    }
    write!(io::stderr(), "{question} [y/N] ")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
