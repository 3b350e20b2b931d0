//! `kalends snooze`: what rang is put off.

use clap_complete::ArgValueCandidates;
use sentence::Kind;
use serde::Serialize;
use service::Snooze as For;

use super::manual;
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::occurrence::utc;
use crate::output::Programs;
use crate::{which, words};

/// Puts off what rang: it rings once more
#[derive(clap::Args)]
#[command(
    after_help = "Writes the alarm that rings again beside the one that rang (RFC 9074 7), so that your other \
    devices know it. `kalends dismiss` takes it away.\n\n\
    Examples: kalends snooze; kalends snooze bcd --until 'tomorrow 9:00'"
)]
pub(crate) struct Snooze {
    /// A handle, a UID, or words that one object has; what rang last, if that is one
    #[arg(value_name = "ITEM", add = ArgValueCandidates::new(manual::items))]
    item: Option<String>,
    /// For how long
    #[arg(long = "for", value_name = "LENGTH", default_value = "10 min")]
    length: String,
    /// Until when
    #[arg(long, value_name = "WHEN", conflicts_with = "length")]
    until: Option<String>,
    /// One JSON object (docs/schemas/snooze.json)
    #[arg(long)]
    json: bool,
}

/// What was put off.
#[derive(Serialize)]
struct Line<'a> {
    uid: &'a str,
    summary: String,
    alarm_utc: Option<String>,
}

impl Snooze {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let actor = local.actor();
        let zone = &local.home.zone;
        let snooze = self.snooze(local)?;
        let found = which::that_rang(local, self.item.as_deref())?;
        let booked = &found.booked;
        let occurrence = found.occurrence.map(|when| actor.occurrence(booked, when, zone)).transpose()?;
        let at = actor.snooze(booked, occurrence.as_ref(), zone, snooze)?;
        let title = booked.title();
        if self.json {
            let mut programs = Programs::new();
            programs.line(&Line { uid: &booked.stored.uid, summary: title, alarm_utc: utc(at) })?;
            programs.finish()?;
        } else {
            let wall = zone.to_wall(at).map_or_else(String::new, |wall| local.moment(wall, false));
            tell(&format!("{title} rings again {wall}"));
        }
        Ok(Exit::Done)
    }

    fn snooze(&self, local: &Local) -> Result<For, Failure> {
        let context = words::context(local, Kind::Event)?;
        let Some(until) = &self.until else {
            let length = sentence::length(&self.length, &context).map_err(|error| words::failure(&error))?;
            return Ok(For::For(length.to_seconds()));
        };
        let until = sentence::moment(until, &context).map_err(|error| words::failure(&error))?;
        let at = until.to_timestamp(&local.home.zone);
        if at <= local.now {
            let wall = local.moment(until.wall(), false);
            return Err(Failure::new(Exit::WrongUse, format!("--until {wall}: that has passed")));
        }
        Ok(For::Until(at))
    }
}
