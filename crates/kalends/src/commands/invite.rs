//! `kalends invite`: others asked to come, or told not to.

use std::io::Write;

use clap_complete::ArgValueCandidates;
use ical::ComponentKind;
use ical::value::CalAddress;
use serde::Serialize;
use service::{Booked, Guest, Guests};

use super::manual;
use crate::exit::{Exit, Failure};
use crate::local::Local;
use crate::output::{DIM, People, Programs, YELLOW};
use crate::people::{self, Delivery, bare};
use crate::terminal::one_line;
use crate::which::{self, Part};

/// Invites others to an event or a to-do, and tells what became of each invitation
#[derive(clap::Args)]
#[command(after_help = "Exit code 1: somebody could not be reached.\n\n\
    Example: kalends invite bcd ben@example.com carol --optional")]
pub(crate) struct Invite {
    /// A handle, a UID, or words; bcd@20260309 for one occurrence
    #[arg(value_name = "ITEM", add = ArgValueCandidates::new(manual::items))]
    item: String,
    /// Whom: addresses, or names of people of this store
    #[arg(value_name = "ADDRESS", required_unless_present = "remove", add = ArgValueCandidates::new(manual::people))]
    come: Vec<String>,
    /// They may stay away
    #[arg(long)]
    optional: bool,
    /// Takes somebody off the list, and tells them; may be said again
    #[arg(long, value_name = "ADDRESS", add = ArgValueCandidates::new(manual::people))]
    remove: Vec<String>,
    #[command(flatten)]
    part: Part,
    /// One JSON object for each (docs/schemas/invite.json)
    #[arg(long)]
    json: bool,
}

/// Somebody who was invited, or is no more.
#[derive(Serialize)]
struct Line<'a> {
    uid: &'a str,
    handle: &'a str,
    summary: &'a str,
    address: String,
    is_invited: bool,
    status: Option<String>,
    is_reached: bool,
}

impl Invite {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let actor = local.actor();
        let found = which::find(local, &self.item)?;
        let title = found.booked.title();
        if !matches!(found.booked.stored.kind, ComponentKind::Event | ComponentKind::Todo) {
            let words = format!("{title} is neither an event nor a to-do: nobody is invited to it");
            return Err(Failure::new(Exit::Refused, words));
        }
        let scope = self.part.scope(local, &self.item, &found)?;
        let guests = self.guests(local)?;
        let (come, go): (Vec<_>, Vec<_>) =
            (guests.come.iter().map(|guest| guest.address.clone()).collect(), guests.go.clone());
        let verb = if come.is_empty() { "fewer are invited" } else { "others are invited" };
        let uids = actor.invite(&found.booked.stored, &scope, guests, &format!("{title}: {verb}"))?;
        // Of a series that was cut the part that follows is what was meant.
        let uid = uids.last().map_or(found.booked.stored.uid.as_str(), String::as_str);
        self.tell(local, &actor.find(uid)?.booked, &come, &go)
    }

    fn guests(&self, local: &Local) -> Result<Guests, Failure> {
        let guest = |text: &String| -> Result<Guest, Failure> {
            let address = people::other(local, text)?;
            let name = people::at(local, &address)?.and_then(|found| found.profile.display);
            Ok(Guest { address, name, is_optional: self.optional })
        };
        let come = self.come.iter().map(guest).collect::<Result<Vec<_>, _>>()?;
        let go = self.remove.iter().map(|text| people::other(local, text)).collect::<Result<Vec<_>, _>>()?;
        Ok(Guests { come, go, organizer: None })
    }

    fn tell(
        &self,
        local: &Local,
        booked: &Booked,
        come: &[CalAddress<'_>],
        go: &[CalAddress<'_>],
    ) -> Result<Exit, Failure> {
        let handle = local.actor().handles([&booked.stored])?.join("");
        let title = booked.title();
        let told = come.iter().map(|address| (address, Delivery::to(&booked.document, address)));
        let told: Vec<(&CalAddress<'_>, Delivery)> = told.collect();
        let (mut people, mut programs) = (People::plain(), Programs::new());
        let line = |address: &CalAddress<'_>, delivery: Option<&Delivery>| Line {
            uid: &booked.stored.uid,
            handle: &handle,
            summary: &title,
            address: bare(address),
            is_invited: delivery.is_some(),
            status: delivery.and_then(|delivery| delivery.code.clone()),
            is_reached: delivery.is_none_or(Delivery::is_reached),
        };
        if self.json {
            told.iter().try_for_each(|(address, delivery)| programs.line(&line(address, Some(delivery))))?;
            go.iter().try_for_each(|address| programs.line(&line(address, None)))?;
        } else {
            writeln!(people, "{DIM}{handle}{DIM:#}  {}", one_line(&title))?;
            for (address, delivery) in &told {
                let style = if delivery.is_reached() { DIM } else { YELLOW };
                let (address, words) = (one_line(&bare(address)), delivery.words());
                writeln!(people, "  {address}: {style}{words}{style:#}")?;
            }
            for address in go {
                writeln!(people, "  {}: {DIM}not invited any more{DIM:#}", one_line(&bare(address)))?;
            }
        }
        programs.finish()?;
        people.finish()?;
        let are_reached = told.iter().all(|(_, delivery)| delivery.is_reached());
        Ok(if are_reached { Exit::Done } else { Exit::Told })
    }
}
