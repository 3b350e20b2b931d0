//! `kalends counter`: something else proposed to whoever organizes it.

use clap_complete::ArgValueCandidates;
use ical::zone::Zones;
use sentence::Kind;
use serde::Serialize;
use service::Scope;

use super::answer::organizer;
use super::edit::{Before, Form, change};
use super::{add, manual};
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::Programs;
use crate::people::{self, Delivery, bare};
use crate::which::{self, Part};
use crate::words;

/// Proposes another time or place to its organizer; your calendar stays as it is
#[derive(clap::Args)]
#[command(after_help = "Exit code 1: its organizer could not be reached; 4: you are not invited.\n\n\
    Example: kalends counter bcd --start 'friday 14:00' --comment 'I am away until then'")]
pub(crate) struct Counter {
    /// A handle, a UID, or words; bcd@20260309 for one occurrence
    #[arg(value_name = "ITEM", add = ArgValueCandidates::new(manual::items))]
    item: String,
    #[command(flatten)]
    times: add::Times,
    /// Where it is to be
    #[arg(long, value_name = "PLACE")]
    at: Option<String>,
    /// What to say with it
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    /// One JSON object (docs/schemas/counter.json)
    #[arg(long)]
    json: bool,
}

/// What was proposed.
#[derive(Serialize)]
struct Line<'a> {
    uid: &'a str,
    recurrence_id: Option<String>,
    summary: &'a str,
    organizer: Option<String>,
    status: Option<String>,
    is_reached: bool,
}

impl Counter {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let found = which::find(local, &self.item)?;
        let scope = Part { one: false, future: false, all: false }.scope(local, &self.item, &found)?;
        let form = Form {
            start: self.times.start.clone(),
            end: self.times.end.clone(),
            length: self.times.length.clone(),
            at: self.at.clone(),
            ..Form::default()
        };
        let booked = &found.booked;
        let Some(main) = booked.main().filter(|_| form != Form::default()) else {
            let words = "say what is to be different: --start, --end, --for or --at";
            return Err(Failure::new(Exit::WrongUse, words));
        };
        let context = words::context(local, Kind::Event)?;
        let zones = Zones::new(&booked.document);
        let change = change(&form, &Before::of(main, &scope, &zones, local), &context)?;
        let (actor, title) = (local.actor(), booked.title());
        actor.propose(&booked.stored, &scope, &change, self.comment.as_deref(), &title)?;
        let booked = actor.read(&booked.stored)?;
        let organizer = organizer(&booked);
        let delivery = organizer.as_ref().map_or(Delivery { code: None }, |(_, delivery)| delivery.clone());
        let is_reached = delivery.is_reached();
        let organizer = organizer.map(|(address, _)| address);
        if self.json {
            let occurrence = match &scope {
                Scope::One(entry) => entry.recurrence_id.as_ref(),
                Scope::Future(_) | Scope::All => None,
            };
            let mut programs = Programs::new();
            programs.line(&Line {
                uid: &booked.stored.uid,
                recurrence_id: occurrence.map(ToString::to_string),
                summary: &title,
                organizer: organizer.as_ref().map(bare),
                status: delivery.code.clone(),
                is_reached,
            })?;
            programs.finish()?;
        } else {
            let who = organizer.map(|address| people::called(local, &address)).transpose()?;
            let who = who.unwrap_or_else(|| "its organizer".to_owned());
            tell(&format!("{title}: proposed to {who}: {}", delivery.words()));
        }
        Ok(if is_reached { Exit::Done } else { Exit::Told })
    }
}
