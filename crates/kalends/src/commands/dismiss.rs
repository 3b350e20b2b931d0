//! `kalends dismiss`: what rang is answered.

use clap_complete::ArgValueCandidates;
use serde::Serialize;

use super::manual;
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::Programs;
use crate::which;

/// Answers what rang: on all your devices it is silent
#[derive(clap::Args)]
#[command(
    after_help = "Writes ACKNOWLEDGED (RFC 9074) into each alarm that rang, and takes away a snooze that is \
    waiting. Of a series it is one answer for all that rang so far; what is to come rings.\n\n\
    Examples: kalends dismiss; kalends dismiss bcd"
)]
pub(crate) struct Dismiss {
    /// A handle, a UID, or words that one object has; what rang last, if that is one
    #[arg(value_name = "ITEM", add = ArgValueCandidates::new(manual::items))]
    item: Option<String>,
    /// One JSON object (docs/schemas/changed.json)
    #[arg(long)]
    json: bool,
}

/// What was dismissed.
#[derive(Serialize)]
struct Line<'a> {
    uid: &'a str,
    recurrence_id: Option<String>,
    summary: String,
}

impl Dismiss {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let actor = local.actor();
        let zone = &local.home.zone;
        let found = which::that_rang(local, self.item.as_deref())?;
        let booked = &found.booked;
        let occurrence = found.occurrence.map(|when| actor.occurrence(booked, when, zone)).transpose()?;
        actor.dismiss(booked, occurrence.as_ref(), zone)?;
        let title = booked.title();
        if self.json {
            let recurrence_id = occurrence.and_then(|entry| entry.recurrence_id);
            let recurrence_id = recurrence_id.map(|id| id.to_string());
            let mut programs = Programs::new();
            programs.line(&Line { uid: &booked.stored.uid, recurrence_id, summary: title })?;
            programs.finish()?;
        } else {
            tell(&format!("dismissed: {title}"));
        }
        Ok(Exit::Done)
    }
}
