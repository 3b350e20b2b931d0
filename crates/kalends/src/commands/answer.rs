//! `kalends accept`, `decline` and `tentative`: an invitation answered.

use clap_complete::ArgValueCandidates;
use ical::value::{CalAddress, Partstat};
use serde::Serialize;
use service::{Booked, Reply, Scope};

use super::manual;
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::Programs;
use crate::people::{self, Delivery, bare};
use crate::which::{self, Part};

/// Says that you come; its organizer hears of it
#[derive(clap::Args)]
#[command(after_help = "Exit code 1: its organizer could not be reached; 4: you are not invited.\n\n\
    Examples: kalends accept bcd; kalends accept bcd@20260309 --comment 'a bit late'")]
pub(crate) struct Accept {
    #[command(flatten)]
    answer: Answer,
}

/// Says that you do not come; its organizer hears of it
#[derive(clap::Args)]
#[command(after_help = "Exit code 1: its organizer could not be reached; 4: you are not invited.\n\n\
    Examples: kalends decline bcd; kalends decline bcd@20260309 --comment Travelling")]
pub(crate) struct Decline {
    #[command(flatten)]
    answer: Answer,
}

/// Says that you may come; its organizer hears of it
#[derive(clap::Args)]
#[command(after_help = "Exit code 1: its organizer could not be reached; 4: you are not invited.\n\n\
    Example: kalends tentative bcd --comment 'if the train is on time'")]
pub(crate) struct Tentative {
    #[command(flatten)]
    answer: Answer,
}

#[derive(clap::Args)]
pub(super) struct Answer {
    /// A handle, a UID, or words; bcd@20260309 for one occurrence
    #[arg(value_name = "ITEM", add = ArgValueCandidates::new(manual::items))]
    item: String,
    /// What to say with it
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    /// Only this occurrence: the default where one is named
    #[arg(long, group = "scope")]
    one: bool,
    /// All of a series: the default where none is named
    #[arg(long, group = "scope")]
    all: bool,
    /// One JSON object (docs/schemas/answer.json)
    #[arg(long)]
    json: bool,
}

/// What was answered.
#[derive(Serialize)]
struct Line<'a> {
    uid: &'a str,
    recurrence_id: Option<String>,
    summary: &'a str,
    partstat: &'a str,
    delegate: Option<String>,
    delegate_status: Option<String>,
    organizer: Option<String>,
    status: Option<String>,
    is_reached: bool,
}

impl Accept {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        self.answer.run(local, &Reply::Partstat(Partstat::Accepted))
    }
}

impl Decline {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        self.answer.run(local, &Reply::Partstat(Partstat::Declined))
    }
}

impl Tentative {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        self.answer.run(local, &Reply::Partstat(Partstat::Tentative))
    }
}

impl Answer {
    pub(super) fn run(&self, local: &Local, reply: &Reply) -> Result<Exit, Failure> {
        let found = which::find(local, &self.item)?;
        let part = Part { one: self.one, future: false, all: self.all };
        let occurrence = match part.scope(local, &self.item, &found)? {
            Scope::One(entry) => Some(entry),
            Scope::Future(_) | Scope::All => None,
        };
        let title = found.booked.title();
        let (word, delegate) = match reply {
            Reply::Partstat(partstat) => (partstat.as_str(), None),
            Reply::Delegated(to) => (Partstat::Delegated.as_str(), Some(to)),
        };
        let line = format!("{title}: {}", word.to_lowercase());
        let actor = local.actor();
        actor.answer(&found.booked, occurrence.as_ref(), reply, self.comment.as_deref(), &line)?;
        let booked = actor.read(&found.booked.stored)?;
        let organizer = organizer(&booked);
        let delivery = organizer.as_ref().map_or(Delivery { code: None }, |(_, delivery)| delivery.clone());
        let organizer = organizer.map(|(address, _)| address);
        let delegate = delegate.map(|to| (bare(to), Delivery::to(&booked.document, to)));
        let is_reached =
            delivery.is_reached() && delegate.as_ref().is_none_or(|(_, delivery)| delivery.is_reached());
        if self.json {
            let recurrence_id = occurrence.as_ref().and_then(|entry| entry.recurrence_id.as_ref());
            let mut programs = Programs::new();
            programs.line(&Line {
                uid: &booked.stored.uid,
                recurrence_id: recurrence_id.map(ToString::to_string),
                summary: &title,
                partstat: word,
                delegate: delegate.as_ref().map(|(to, _)| to.clone()),
                delegate_status: delegate.and_then(|(_, delivery)| delivery.code),
                organizer: organizer.as_ref().map(bare),
                status: delivery.code.clone(),
                is_reached,
            })?;
            programs.finish()?;
        } else {
            let who = organizer.map(|address| people::called(local, &address)).transpose()?;
            let who = who.unwrap_or_else(|| "its organizer".to_owned());
            let to = delegate.map_or_else(String::new, |(to, told)| format!(" to {to}: {}", told.words()));
            tell(&format!("{line}{to}; to {who}: {}", delivery.words()));
        }
        Ok(if is_reached { Exit::Done } else { Exit::Told })
    }
}

/// Who organizes it, and what became of the last answer to them.
pub(super) fn organizer(booked: &Booked) -> Option<(CalAddress<'static>, Delivery)> {
    let object = booked.object()?;
    let users = object.components().iter().filter_map(|component| component.organizer());
    let mut users: Vec<_> = users.collect();
    users.sort_by_key(|user| user.schedule_status().is_empty());
    let first = users.first()?;
    Some((first.address().ok()?.into_owned(), Delivery::of(first)))
}
