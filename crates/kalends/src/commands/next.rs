//! `kalends next`: what is on, or comes next, in one line for prompts and status bars.

use std::io::Write;

use ical::ComponentKind;
use ical::civil::{SECONDS_PER_DAY, Timestamp};
use ical::recurrence::Range;
use serde::Serialize;
use service::Entry;

use crate::days;
use crate::exit::{Exit, Failure};
use crate::filter::Filter;
use crate::listing::Listing;
use crate::local::Local;
use crate::occurrence::KeptLine;
use crate::output::{BOLD, DIM, People, Programs};
use crate::spoken;
use crate::terminal;

/// One line for prompts and status bars: what is on or comes next, and in how long
#[derive(clap::Args)]
#[command(
    after_help = "An event with times that is on is told; else what starts next: an event, a whole day, or \
    a to-do that is open. Exit code 1: nothing is ahead.\n\nExample: PS1='$(kalends next) $ '"
)]
pub(crate) struct Next {
    #[command(flatten)]
    filter: Filter,
    /// A JSON object (docs/schemas/next.json)
    #[arg(long)]
    json: bool,
}

/// The line for programs.
#[derive(Serialize)]
struct NextLine<'a> {
    #[serde(flatten)]
    line: KeptLine<'a>,
    is_on: bool,
    seconds: i64,
}

/// So far ahead is looked, step by step: days.
const AHEAD: [i64; 5] = [1, 8, 64, 512, 4_096];

impl Next {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let mut listing = Listing::of(local)?;
        let Some(entry) = self.find(local, &listing)? else { return Ok(Exit::Told) };
        let shown = listing.shown(std::slice::from_ref(&entry))?;
        drop(listing);
        let Some(shown) = shown.into_iter().next() else { return Ok(Exit::Told) };
        let is_on = entry.start_at <= local.now;
        let until = if is_on { entry.end_at } else { entry.start_at };
        let seconds = until.0.saturating_sub(local.now.0);
        if self.json {
            let mut programs = Programs::new();
            programs.line(&NextLine { line: KeptLine::new(&entry, &shown), is_on, seconds })?;
            programs.finish()?;
        } else {
            let mut people = People::new();
            let (what, rest) = words(local, &entry, is_on, seconds);
            let place = entry.location.as_deref().map(terminal::one_line).unwrap_or_default();
            let place = if place.trim().is_empty() { place } else { format!(", {}", place.trim()) };
            let room = people.terminal.width.saturating_sub(terminal::width(&rest)).max(8);
            let what = terminal::cut(&what, room, people.terminal);
            let left = room.saturating_sub(terminal::width(&what));
            let place = if terminal::width(&place) <= left { place } else { String::new() };
            writeln!(people, "{BOLD}{what}{BOLD:#}{rest}{DIM}{place}{DIM:#}")?;
            people.finish()?;
        }
        Ok(Exit::Done)
    }

    /// What is on, the last that began; else what starts next.
    fn find(&self, local: &Local, listing: &Listing<'_>) -> Result<Option<Entry>, Failure> {
        let now = local.now;
        for days in AHEAD {
            let to = Timestamp(now.0.saturating_add(days * SECONDS_PER_DAY));
            let range = Range { from: now, to };
            let question = self.filter.question(&listing.look, range, &local.home.zone)?;
            // Of what has more, the first are there.
            let mut entries = listing.look.agenda(&question)?.entries;
            entries.retain(|entry| {
                let is_over = matches!(entry.status.as_deref(), Some("CANCELLED" | "COMPLETED"));
                let is_on = entry.object.kind == ComponentKind::Event && !entry.start.is_date();
                !is_over && (is_on || entry.start_at > now)
            });
            let ahead = entries.partition_point(|entry| entry.start_at <= now);
            if let Some(on) = ahead.checked_sub(1) {
                return Ok(Some(entries.swap_remove(on)));
            }
            if !entries.is_empty() {
                return Ok(Some(entries.swap_remove(0)));
            }
        }
        Ok(None)
    }
}

/// What, and when: `Tea`, ` in 25 min (14:00)`.
fn words(local: &Local, entry: &Entry, is_on: bool, seconds: i64) -> (String, String) {
    let summary = terminal::one_line(entry.summary.as_deref().unwrap_or_default().trim());
    let what = if summary.is_empty() { days::nameless(entry.object.kind).to_owned() } else { summary };
    let today = local.today();
    let wall = |at: Timestamp| local.home.zone.to_wall(at);
    let (day, clock) = match wall(if is_on { entry.end_at } else { entry.start_at }) {
        Some(wall) => (spoken::near_day(wall.date, today), spoken::clock(wall.time, local.config.hours)),
        None => Default::default(),
    };
    // A minute that has begun counts: nobody is told "in 0 min" of what is ahead.
    let length = spoken::length(seconds.saturating_add(59));
    let when = if day == "today" { clock } else { format!("{day} {clock}") };
    let due = if entry.is_due { " due" } else { "" };
    let rest = match (is_on, entry.start.is_date()) {
        (true, _) => format!(" until {when} ({length} left)"),
        (false, true) => format!("{due} {day}"),
        (false, false) => format!("{due} in {length} ({when})"),
    };
    (what, rest)
}
