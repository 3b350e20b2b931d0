//! `kalends office-hours open` and `close`.

use std::io::Write;

use clap_complete::ArgValueCandidates;
use ical::component::{Availability, ComponentKind};
use ical::value::Duration;
use sentence::{Kind, Sentence};
use serde::Serialize;
use service::{Booked, OfficeHours};

use crate::commands::manual;
use crate::compose;
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::{DIM, People, Programs};
use crate::spoken;
use crate::terminal::one_line;
use crate::when::Length;
use crate::{which, words};

/// Opens office hours: who asks you for a slot in them has it at once
#[derive(clap::Args)]
#[command(after_help = "Example: kalends office-hours open every tuesday 14:00 to 16:00 until 30 june\n    \
    --seats 1 --slot 20m --notice 2h --per-person 1")]
pub(super) struct Open {
    /// From when to when, and how often, in the words of `kalends add`
    #[arg(required = true, value_name = "WHEN")]
    words: Vec<String>,
    /// So many may come at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    seats: u32,
    /// The length of a slot: 20m, 1h; else each time is one
    #[arg(long, value_name = "LENGTH")]
    slot: Option<Length>,
    /// So long before it a slot is no longer taken: 2h, 1d
    #[arg(long, value_name = "LENGTH")]
    notice: Option<Length>,
    /// So many slots ahead one person may have
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    per_person: Option<u32>,
    /// What they are called
    #[arg(long, value_name = "TEXT", default_value = "Office hours")]
    summary: String,
    /// One JSON object (docs/schemas/office-hours.json)
    #[arg(long)]
    json: bool,
}

/// Closes office hours; who has a slot keeps it
#[derive(clap::Args)]
#[command(after_help = "Example: kalends office-hours close bcd")]
pub(super) struct Close {
    /// A handle, a UID, or words
    #[arg(value_name = "ITEM", add = ArgValueCandidates::new(manual::items))]
    item: String,
    /// One JSON object (docs/schemas/office-hours.json)
    #[arg(long)]
    json: bool,
}

/// Office hours for programs.
#[derive(Serialize)]
struct Line<'a> {
    uid: &'a str,
    handle: &'a str,
    summary: &'a str,
    understood: Option<&'a str>,
    seats: u32,
    slot: Option<String>,
    notice: Option<String>,
    per_person: Option<u32>,
    is_open: bool,
}

impl Open {
    pub(super) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let context = words::context(local, Kind::Event)?;
        // What they are called stands first in a sentence, and in quotes, so that no word of it is a time.
        let said = self.words.join(" ");
        let said: Vec<&str> = [self.summary.as_str()].into_iter().chain(said.split_whitespace()).collect();
        let understood = Sentence::read(&said, &context)
            .and_then(|sentence| sentence.understand(&context))
            .map_err(|misunderstood| words::failure(&misunderstood))?;
        let seats = OfficeHours {
            seats: self.seats,
            slot: self.slot.map(|slot| slot.seconds),
            notice: self.notice.map_or(0, |notice| notice.seconds),
            per_person: self.per_person,
        };
        let actor = local.actor();
        let calendar = local.calendar(understood.calendar.as_deref())?;
        let document = compose::hours(&understood, &seats, &actor.new_uid(), local.now)
            .map_err(|error| Failure::new(Exit::Refused, error.to_string()))?;
        let Some(document) = document else {
            let words = "say from when to when: tuesday 14:00 to 16:00";
            return Err(Failure::new(Exit::WrongUse, words));
        };
        let booked = actor.open_office_hours(&calendar, &document.to_bytes(), &understood.summary)?;
        let handle = actor.handles([&booked.stored])?.join("");
        let understood = understood.to_string();
        if self.json {
            return told(&booked, &handle, Some(&understood), &seats, true);
        }
        let mut people = People::plain();
        writeln!(people, "{DIM}{handle}{DIM:#}  {} · {}", one_line(&understood), spoken(&seats))?;
        people.finish()?;
        Ok(Exit::Done)
    }
}

impl Close {
    pub(super) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let (actor, booked) = (local.actor(), which::whole(local, &self.item)?);
        let title = booked.title();
        let availability = booked.document.components(ComponentKind::Availability).next();
        let seats = availability.filter(|one| Availability::of(*one).is_some()).map(OfficeHours::of);
        let Some(Ok(Some(seats))) = seats else {
            return Err(Failure::new(Exit::Refused, format!("{title}: these are no office hours")));
        };
        let handle = actor.handles([&booked.stored])?.join("");
        actor.delete(std::slice::from_ref(&booked.stored), &title)?;
        if self.json {
            return told(&booked, &handle, None, &seats, false);
        }
        tell(&format!("closed {title}; who has a slot keeps it, and `kalends undo` opens them again"));
        Ok(Exit::Done)
    }
}

fn told(
    booked: &Booked,
    handle: &str,
    understood: Option<&str>,
    seats: &OfficeHours,
    is_open: bool,
) -> Result<Exit, Failure> {
    let length = |seconds: i64| Duration::from_seconds(seconds).to_string();
    let mut programs = Programs::new();
    programs.line(&Line {
        uid: &booked.stored.uid,
        handle,
        summary: &booked.title(),
        understood,
        seats: seats.seats,
        slot: seats.slot.map(length),
        notice: (seats.notice > 0).then(|| length(seats.notice)),
        per_person: seats.per_person,
        is_open,
    })?;
    programs.finish()?;
    Ok(Exit::Done)
}

/// How slots are had, in words.
fn spoken(seats: &OfficeHours) -> String {
    let mut words = vec![match seats.seats {
        1 => "1 seat".to_owned(),
        seats => format!("{seats} seats"),
    }];
    words.extend(seats.slot.map(|slot| format!("slots of {}", spoken::length(slot))));
    words.extend((seats.notice > 0).then(|| format!("taken {} before", spoken::length(seats.notice))));
    words.extend(seats.per_person.map(|most| format!("{most} a person")));
    words.join(", ")
}
