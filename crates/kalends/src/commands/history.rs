//! `kalends history`: what was done, or the versions of one object.

use std::io::Write;

use clap_complete::ArgValueCandidates;
use serde::Serialize;
use store::Done;

use super::manual;
use crate::exit::{Exit, Failure};
use crate::local::Local;
use crate::output::{BOLD, DIM, People, Programs};
use crate::terminal::one_line;
use crate::which;

/// What was done, the newest first; or the versions of one object
#[derive(clap::Args)]
#[command(after_help = "Examples: kalends history; kalends history bcd --limit 5")]
pub(crate) struct History {
    /// An object: a handle, a UID, or words that one object has
    #[arg(add = ArgValueCandidates::new(manual::items))]
    item: Option<String>,
    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
    /// One JSON object a line (docs/schemas/history.json)
    #[arg(long)]
    json: bool,
}

/// Something that was done.
#[derive(Serialize)]
struct Line<'a> {
    at: Option<String>,
    verb: &'a str,
    line: &'a str,
    is_undone: bool,
}

impl History {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let actor = local.actor();
        let done = match &self.item {
            None => actor.history(self.limit)?,
            Some(item) => {
                let booked = which::whole(local, item)?;
                actor.versions(&booked.stored, self.limit)?.into_iter().map(|past| past.done).collect()
            }
        };
        if self.json {
            let mut programs = Programs::new();
            for Done { at, verb, line, is_undone, .. } in &done {
                let at = at.to_utc().map(|wall| format!("{wall}Z"));
                programs.line(&Line { at, verb, line, is_undone: *is_undone })?;
            }
            programs.finish()?;
            return Ok(Exit::Done);
        }
        let mut people = People::new();
        if done.is_empty() {
            writeln!(people, "{DIM}Nothing was done yet.{DIM:#}")?;
        }
        for Done { at, verb, line, is_undone, .. } in &done {
            let wall = local.home.zone.to_wall(*at);
            let time =
                wall.map(|wall| format!("{} {:02}:{:02}", wall.date, wall.time.hour(), wall.time.minute()));
            let undone = if *is_undone { "  (taken back)" } else { "" };
            let time = time.unwrap_or_default();
            let line = one_line(line);
            writeln!(people, "{DIM}{time}{DIM:#}  {BOLD}{verb:<8}{BOLD:#} {line}{DIM}{undone}{DIM:#}")?;
        }
        people.finish()?;
        Ok(Exit::Done)
    }
}
