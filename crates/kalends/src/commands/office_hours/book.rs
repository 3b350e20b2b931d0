//! `kalends office-hours book`: a slot of somebody's taken.

use std::io::Write;

use clap_complete::ArgValueCandidates;
use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::value::{CalAddress, Duration};
use ical::{ContentLine, Document, ParameterKind, PropertyKind};
use sentence::{Clock, End, Kind, Moment, Span, Understood, When, Zoned};
use service::{Principal, Slot};

use super::{Line, address, clocks, line_of, slots, wall};
use crate::commands::{freebusy, manual};
use crate::exit::{Exit, Failure};
use crate::local::Local;
use crate::output::{DIM, People, Programs};
use crate::people::{self, shown};
use crate::spoken;
use crate::terminal::one_line;
use crate::{compose, words};

/// Takes a slot of somebody's office hours, if there is a seat
#[derive(clap::Args)]
#[command(after_help = "Exit code 4: there is no seat, it is no slot, it is too late, or you have as\n\
    many as you may; nothing is written then.\n\n\
    Example: kalends office-hours book ann tuesday 14:20 --summary 'My thesis'")]
pub(super) struct Book {
    /// Whose: a name or an address of somebody of this store
    #[arg(value_name = "PERSON", add = ArgValueCandidates::new(manual::people))]
    person: String,
    /// When the slot begins: tuesday 14:20
    #[arg(required = true, value_name = "WHEN")]
    when: Vec<String>,
    /// What it is about
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
    /// One JSON object (docs/schemas/office-hours-slot.json)
    #[arg(long)]
    json: bool,
}

/// So many slots are told where what is asked for is none, of so many days.
const TOLD: usize = 3;
const DAYS: u32 = 14;

impl Book {
    pub(super) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let (actor, context) = (local.actor(), words::context(local, Kind::Event)?);
        let with = people::other(local, &self.person)?;
        let person = actor.principal(&self.person)?;
        let called = freebusy::called(&person);
        let moment = sentence::moment(&self.when.join(" "), &context);
        let moment = moment.map_err(|misunderstood| words::failure(&misunderstood))?;
        let Moment::Time(start) = moment else {
            return Err(Failure::new(Exit::WrongUse, "say when the slot begins: tuesday 14:20"));
        };
        let at = start.to_timestamp();
        let around = Range { from: at, to: Timestamp(at.0.saturating_add(1)) };
        let found = slots(local, &person, around)?.into_iter().find(|slot| slot.range.from == at);
        let Some(slot) = found else { return Err(none(local, &person, &called)) };
        let me = actor.me()?;
        let hours = slot.summary.as_deref().unwrap_or("Office hours");
        let summary = self.summary.clone().unwrap_or_else(|| match shown(&me) {
            Some(me) => format!("{hours}: {called} and {me}"),
            None => format!("{hours}: {called}"),
        });
        let document = event(local, &slot, summary, (&me, (&person, &with)))?;
        let calendar = local.calendar(None)?;
        let line = format!("{called}: a slot was taken");
        let booked = actor.take_slot(&calendar, &document.to_bytes(), &with, &line)?;
        let handle = actor.handles([&booked.stored])?.join("");
        if self.json {
            let with = address(&person);
            let named = Some((booked.stored.uid.as_str(), handle.as_str()));
            let left = slot.left.saturating_sub(1);
            let is_free = left > 0;
            let mut programs = Programs::new();
            programs.line(&Line { with, left, is_free, ..line_of(&slot, local, named) })?;
            programs.finish()?;
            return Ok(Exit::Done);
        }
        let mut out = People::plain();
        let day = spoken::long_day(wall(slot.range.from, local).date);
        let clocks = clocks(&slot, local, out.terminal);
        let title = one_line(&booked.title());
        writeln!(out, "{DIM}{handle}{DIM:#}  {title} · {day}, {clocks} ({})", local.home.name)?;
        writeln!(out, "  {called}: {DIM}accepts{DIM:#}")?;
        out.finish()?;
        Ok(Exit::Done)
    }
}

/// Why nothing is taken when no slot begins then, and which are free.
fn none(local: &Local, person: &Principal, called: &str) -> Failure {
    let ahead = Range { from: local.now, to: local.days_after(local.now, DAYS) };
    let free = slots(local, person, ahead).unwrap_or_default();
    let told = free.iter().filter(|slot| slot.is_free()).take(TOLD);
    let told: Vec<String> = told.map(|slot| local.moment(wall(slot.range.from, local), false)).collect();
    let free = match told.as_slice() {
        [] => format!("none is free in {DAYS} days"),
        told => format!("free are {}", told.join(", ")),
    };
    Failure::new(Exit::Refused, format!("no slot of {called} begins then: {free}"))
}

/// The event of a slot: who takes it organizes it, and asks whose hours they are (RFC 5546 3.2.2).
fn event(
    local: &Local,
    slot: &Slot,
    summary: String,
    (me, (person, with)): (&Principal, (&Principal, &CalAddress<'_>)),
) -> Result<Document, Failure> {
    let Range { from, to } = slot.range;
    let zone = &local.home.zone;
    let home = zone.to_wall(from).filter(|wall| zone.to_timestamp(*wall) == from);
    // A time that the clock shows for the second time is said in UTC alone.
    let start = match home {
        Some(wall) => Zoned { wall, zone: zone.clone(), name: local.home.name.clone() },
        None => Zoned {
            wall: from.to_utc().unwrap_or(wall(from, local)),
            zone: ical::zone::Zone::utc(),
            name: "UTC".to_owned(),
        },
    };
    let end = End::After(Duration::from_seconds(to.0.saturating_sub(from.0)));
    let understood = Understood {
        summary,
        when: When::Event(Span::Times { start, end }),
        location: slot.location.clone(),
        recur: None,
        except: Vec::new(),
        reminders: None,
        calendar: None,
        categories: Vec::new(),
        priority: None,
        notes: Vec::new(),
        clock: Clock::TwentyFour,
    };
    let too_large = |error: ical::TooLarge| Failure::new(Exit::Refused, error.to_string());
    let uid = local.actor().new_uid();
    let mut document =
        compose::object(&understood, &uid, local.now, local.config.reminder).map_err(too_large)?;
    let id = document.components(ical::ComponentKind::Event).next().map(|event| event.id());
    let own = me.profile.addresses.first().map(|(first, _)| CalAddress::new(first.as_str()));
    let no_address = || service::Error::from(service::Refusal::NoAddress(me.profile.name.clone()));
    let own = own.ok_or_else(no_address)?;
    let users = [(PropertyKind::Organizer, &own, me), (PropertyKind::Attendee, with, person)];
    for (kind, address, who) in users {
        let line = ContentLine::new(kind);
        let line = match &who.profile.display {
            Some(name) => line.with(ParameterKind::Cn, [name]),
            None => line,
        };
        if let Some(id) = id {
            document.add(id, &line.raw(address.as_str()));
        }
    }
    Ok(document)
}
