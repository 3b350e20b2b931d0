//! `kalends remind`: alarms rung as they fall due, or what fell due since the last time.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use ical::civil::Timestamp;
use serde::Serialize;
use service::{Rang, Ringing, Since};

use crate::clock;
use crate::days;
use crate::exit::{Exit, Failure, tell};
use crate::interrupt::Pause;
use crate::listing::Listing;
use crate::local::Local;
use crate::occurrence::{KeptLine, Shown, Undated, utc};
use crate::output::{self, BOLD, CYAN, DIM, People, Programs};
use crate::spoken;
use crate::terminal;

/// Rings alarms as they fall due, until it is stopped; each rings once
#[derive(clap::Args)]
#[command(
    after_help = "Begins with the first time it is run: what was due before is silent. Each alarm is one line; on a \
    terminal it rings the bell. What has rung is put off by `kalends snooze`, and answered by `kalends dismiss`.\n\n\
    Example: kalends remind --once"
)]
pub(crate) struct Remind {
    /// What fell due since the last time, and no waiting
    #[arg(long)]
    once: bool,
    /// One JSON object an alarm (docs/schemas/remind.json)
    #[arg(long)]
    json: bool,
}

/// An alarm for programs.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    of: KeptLine<'a>,
    alarm_utc: Option<String>,
    action: Option<&'a str>,
    description: Option<&'a str>,
}

/// An alarm as it is shown.
struct Bell {
    ringing: Ringing,
    shown: Option<Shown>,
    undated: Undated,
}

/// What takes a while, once after an update.
const BEHIND: &str = "what is indexed is of an older version: it is brought up to date first";
/// So often it is looked whether others wrote something, in seconds.
const LOOK: i64 = 10;
/// The store is told so often at least that all rang, in seconds.
const TELL: u64 = 3_600;

impl Remind {
    pub(crate) fn run(&self, mut local: Local) -> Result<Exit, Failure> {
        if !local.is_owner() {
            // How far was rung is one row of the store: whoever rings takes it on for all.
            return Err(Failure::new(
                Exit::Refused,
                "alarms ring for the store's owner alone: leave out --as",
            ));
        }
        if self.once {
            self.ring(&local)?;
            return Ok(Exit::Done);
        }
        let mut pause = Pause::new()?;
        let mut told = None;
        loop {
            local.now = clock::now()?;
            let wait = match self.look(&local, &mut told) {
                // Another holds the store: what is due rings a little later.
                Err(failure) if failure.is_for_now() => LOOK,
                wait => wait?,
            };
            if pause.is_ended_within(Duration::from_secs(wait.clamp(1, LOOK).unsigned_abs()))? {
                return Ok(Exit::Done);
            }
        }
    }

    /// Rings what is due; how many seconds may pass until the next look.
    fn look(&self, local: &Local, told: &mut Option<Timestamp>) -> Result<i64, Failure> {
        let now = local.now;
        let next = || local.actor().next_alarm(&local.home.zone, LOOK);
        let is_old = told.is_none_or(|told| now.0.abs_diff(told.0) >= TELL);
        if is_old || next()?.is_some_and(|next| next <= now) {
            self.ring(local)?;
            *told = Some(now);
        }
        Ok(next()?.map_or(LOOK, |next| next.0.saturating_sub(now.0)))
    }

    /// Rings what is due, and moves on what rang.
    fn ring(&self, local: &Local) -> Result<(), Failure> {
        let Rang { since, alarms } = local.actor().ring(&local.home.zone, || tell(BEHIND))?;
        tell_since(local, since)?;
        if !alarms.is_empty() {
            let bells = bells(local, alarms)?;
            if self.json { for_programs(&bells)? } else { for_people(local, &bells)? }
        }
        // It is upkeep: what is left is found again the next time, and where the store cannot be written now, too.
        while local.actor().move_alarms().is_ok_and(|moved| moved > 0) {}
        Ok(())
    }
}

/// Says since when alarms ring, where that is not the last time.
fn tell_since(local: &Local, since: Since) -> Result<(), Failure> {
    let moment = |at: Timestamp| {
        let wall = local.home.zone.to_wall(at);
        wall.map_or_else(String::new, |wall| local.moment(wall, false))
    };
    match since {
        Since::Last => {}
        Since::First if local.store().snapshot()?.is_none() => tell("there is nothing yet that could ring"),
        Since::First => tell("alarms ring from now on; what was due before is silent"),
        Since::Shortened(from) => {
            tell(&format!("it was not run for long: what was due before {} is left out", moment(from)));
        }
        Since::Again(last) => {
            tell(&format!("the clock was at {} the last time: alarms ring from now on", moment(last)));
        }
    }
    Ok(())
}

fn bells(local: &Local, alarms: Vec<Ringing>) -> Result<Vec<Bell>, Failure> {
    let mut listing = Listing::of(local)?;
    let entries: Vec<_> = alarms.iter().filter_map(|ringing| ringing.entry.clone()).collect();
    let mut shown = listing.shown(&entries)?.into_iter();
    let mut bells = Vec::with_capacity(alarms.len());
    for ringing in alarms {
        let undated = Undated {
            uid: ringing.object.uid.clone(),
            kind: ringing.object.kind,
            summary: ringing.summary.clone(),
            status: ringing.status.clone(),
            location: ringing.location.clone(),
            categories: ringing.categories.clone(),
            calendar: listing.calendar(ringing.object.calendar).to_owned(),
            handle: listing.handle(&ringing.object)?,
        };
        let shown = if ringing.entry.is_some() { shown.next() } else { None };
        bells.push(Bell { ringing, shown, undated });
    }
    Ok(bells)
}

fn for_programs(bells: &[Bell]) -> Result<(), Failure> {
    let mut programs = Programs::new();
    for Bell { ringing, shown, undated } in bells {
        let of = match (&ringing.entry, shown) {
            (Some(entry), Some(shown)) => KeptLine::new(entry, shown),
            _ => KeptLine::undated(undated),
        };
        programs.line(&Line {
            of,
            alarm_utc: utc(ringing.at),
            action: ringing.action.as_deref(),
            description: ringing.description.as_deref(),
        })?;
    }
    Ok(programs.finish()?)
}

fn for_people(local: &Local, bells: &[Bell]) -> Result<(), Failure> {
    let mut people = People::plain();
    for Bell { ringing, shown, undated } in bells {
        let zone = &local.home.zone;
        let at = zone.to_wall(ringing.at).map_or_else(String::new, |wall| moment(local, wall, false));
        let summary = terminal::one_line(ringing.summary.as_deref().unwrap_or_default().trim());
        let what = if summary.is_empty() { days::nameless(undated.kind).to_owned() } else { summary };
        let when = shown.as_ref().map_or_else(String::new, |shown| when(local, shown));
        let place = terminal::one_line(undated.location.as_deref().unwrap_or_default().trim());
        let place = if place.is_empty() { place } else { format!(", {place}") };
        let handle = shown.as_ref().and_then(|shown| shown.handle.as_deref()).unwrap_or(&undated.handle);
        writeln!(
            people,
            "{CYAN}{at}{CYAN:#}  {BOLD}{what}{BOLD:#}{when}{DIM}{place}{DIM:#}  {DIM}{handle}{DIM:#}"
        )?;
    }
    people.finish()?;
    if io::stdout().is_terminal() {
        // By itself: where colours are taken out, it would go with them.
        output::bytes(b"\x07")?;
    }
    Ok(())
}

/// When what rings is: ` in 15 min (14:00)`, ` since 14:00`, ` was yesterday 14:00`.
fn when(local: &Local, shown: &Shown) -> String {
    let Some((start, _)) = shown.walls(&local.home) else { return String::new() };
    let is_date = shown.start.is_date();
    let due = if shown.is_due { " due" } else { "" };
    let start = moment(local, start, is_date);
    let seconds = shown.start_at.0.saturating_sub(local.now.0);
    match seconds {
        _ if is_date => format!("{due} {start}"),
        // A minute that has begun counts.
        1.. => format!("{due} in {} ({start})", spoken::length(seconds.saturating_add(59))),
        0 => format!("{due} now ({start})"),
        _ if shown.end_at > local.now => format!(" since {start}"),
        _ => format!(" was{due} {start}"),
    }
}

/// A time on the wall; of today only the clock.
fn moment(local: &Local, wall: ical::civil::DateTime, is_date: bool) -> String {
    if wall.date == local.today() && !is_date {
        return spoken::clock(wall.time, local.config.hours);
    }
    local.moment(wall, is_date)
}
